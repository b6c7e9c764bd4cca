"""Who comes and goes: states now, moves in the period, the customers behind them, retention and handovers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import heat, life, moves
from insight.filters import add_months
from insight.sentences import life as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import take_turn
from insight.ui.coverage.customers_of_state import choose_customers, name_state, show_customers
from insight.ui.coverage.loyalty import make_handovers, make_retention
from insight.ui.coverage.standing import Totals
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing

MOST_MONTHS = 18  # of coming and going
LOOKS = {"flow": "From start to end", "monthly": "Month by month"}


def headline_life(page: Page, _: Totals) -> str:
    """The sentence of this part."""
    rows = page.ask("life/states").to_dict("records")
    return sentences.tell_headline(rows, page.language, page.company.currency)


def show_life(page: Page) -> None:
    """States beside who came and went, the moves as a flow or a table, the list, then retention and handovers."""
    left, right = st.columns([5, 6])
    with left:
        show_card(page, "coverage/states", make_states)
    with right:
        show_card(page, "coverage/comings", make_comings)
    if choose_part(page, "coverage", LOOKS, key="look") == "flow":
        show_card(page, "coverage/moves", make_moves)
    else:
        show_card(page, "coverage/transitions", make_transitions)
    show_customers(page)
    left, right = st.columns(2)
    with left:
        show_card(page, "coverage/retention", make_retention)
    with right:
        show_card(page, "coverage/handovers", make_handovers, needs=("assignments",))


def _find_end(page: Page) -> str:
    end = min(page.window.last_month, page.coverage.data_month)
    return page.day(page.coverage.data_through_on) if end == page.coverage.data_month else page.month(end)


def make_states(page: Page) -> Card:
    """How many customers stand in each state, what is at stake, and how that changed."""
    frame = page.ask("life/states")
    if frame.empty:
        raise Nothing(page.say("Nobody has ordered yet under these filters."))
    rows = frame.to_dict("records")
    has_base = page.window.has_base and frame["base_count"].notna().all()
    shown = pd.DataFrame(
        {
            "state": frame["state"],
            "terminal_count": frame["terminal_count"],
            "count_text": frame["terminal_count"].map(page.count),
            "value_text": frame["stake_amount"].map(page.amount),
            "share_text": frame["state_share"].map(page.share),
            "count_change_text": [page.count_change(row["terminal_count"] - row["base_count"]) for row in rows]
            if has_base
            else "",
            "value_change_text": [
                page.amount(row["stake_amount"] - row["base_stake_amount"], is_signed=True) for row in rows
            ]
            if has_base
            else "",
        }
    )

    def pick(state: str | None) -> None:
        text = "" if state is None else name_state(page, state)
        choose_customers("states", **({"text": text, "state": state} if state else {}))

    closed = int(frame["closed_count"].iloc[0])
    notes = [
        page.say("Change against {base}, at the end of the same month.", base=page.base_name) if has_base else "",
        page.say("{n} that closed are left out.", n=page.count(closed)) if closed else "",
        page.say("Each customer is judged on everything it buys, whatever is selected.") if is_narrowed(page) else "",
    ]
    return Card(
        title=sentences.tell_states(rows, page.base_name, page.language),
        subtitle=page.say(
            "Customers by state on {day}, each by its own rhythm, and what they buy in a year. Click a state: the list shows it",
            day=_find_end(page),
        ),
        frame=shown,
        draw=life.draw_states,
        note=" ".join(filter(None, notes)),
        metrics=("lifecycle_state", "value_at_stake"),
        pick="state",
        pick_field="state",
        on_pick=pick,
        turn=take_turn("coverage", "states"),
        table=frame.assign(state=frame["state"].map(lambda state: name_state(page, state)))[
            ["state", "terminal_count", "state_share", "stake_amount", "base_count", "base_stake_amount"]
        ],
    )


def is_narrowed(page: Page) -> bool:
    """Whether only some lines, makers or distributors are looked at."""
    return bool(page.filters.product_lines or page.filters.manufacturers or page.filters.distributors)


def list_comings(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of life/monthly_moves as moves: new, known, reactivated; dormant, lost, closed. Staying is no move."""
    earlier, state = frame["from_state"].fillna("none"), frame["to_state"]
    move = state.where(state.isin(["reactivated", "dormant", "lost", "closed"]) & (earlier != state))
    move = move.mask((state == "dormant") & (earlier == "lost"))
    move = move.mask(earlier == "none", frame["is_new"].map({True: "new", False: "known"}))
    moved = frame.assign(move=move).dropna(subset=["move"])
    return moved.groupby(["life_month", "move"], as_index=False)[["terminal_count", "stake_amount"]].sum()


def make_comings(page: Page) -> Card:
    """Who began, came back, fell silent, was lost or closed, month by month."""
    end = min(page.window.last_month, page.coverage.data_month)
    since = max(add_months(end, -MOST_MONTHS + 1), add_months(page.coverage.first_month, 1))
    frame = page.ask("life/monthly_moves", since_month=since)
    if frame.empty:
        raise Nothing(page.say("Two months of data with customers are needed to tell who comes and goes."))
    moved = list_comings(frame)
    months = sorted(frame["life_month"].unique())
    blank = pd.DataFrame({"life_month": months, "move": "new", "terminal_count": 0, "stake_amount": 0.0})
    # a month in which nobody moved keeps its place
    shown = pd.concat([blank, moved], ignore_index=True).sort_values("life_month", kind="stable")
    shown["month_id"] = shown["life_month"].map(lambda month: month.isoformat())
    shown["month_name"] = shown["life_month"].map(page.month)
    shown["value_text"] = shown["stake_amount"].map(page.amount)

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("move") or [None])[0]
        if cell is None or cell["move"] == "known":
            choose_customers("comings")
            return
        month = next(value for value in months if value.isoformat() == cell["month_id"])
        choose_customers(
            "comings",
            text=page.say("{state} since {month}", state=name_state(page, cell["move"]), month=page.month(month)),
            moved_to=cell["move"],
            moved_from="none" if cell["move"] == "new" else "",
            move_month=month,
        )

    return Card(
        title=sentences.tell_comings(moved.to_dict("records"), len(months), page.language),
        subtitle=page.say(
            "Customers a month: began or came back above zero, fell silent, lost or closed below. Click one"
        ),
        frame=shown[["month_id", "month_name", "move", "terminal_count", "value_text"]],
        draw=life.draw_comings,
        note=page.say("First seen: in the data for the first time, but they may have been customers before.")
        if (moved["move"] == "known").any()
        else "",
        metrics=("lifecycle_state",),
        pick="move",
        on_select=select,
        turn=take_turn("coverage", "comings"),
        table=moved.assign(
            move=moved["move"].map(lambda move: page.say("First seen") if move == "known" else name_state(page, move))
        ),
    )


def make_moves(page: Page) -> Card:
    """From the states at the start of the period to those at its end."""
    frame = page.ask("life/moves")
    if frame.empty or frame["from_state"].isna().all():
        raise Nothing(page.say("The data do not reach back to the start of the period."))
    closed = (frame["from_state"] == "closed") & (frame["to_state"] == "closed")
    frame = frame[~closed].assign(from_state=frame["from_state"].fillna("none"))
    start = page.month(frame["from_month"].iloc[0])
    spec, nodes, links = moves.draw_moves(frame, page.style, start=start, end=_find_end(page))

    def pick(code: str | None) -> None:
        if code is None:
            choose_customers("moves")
            return
        first, second = code.split()
        if first in ("from", "to"):
            wanted = {"from_state" if first == "from" else "state": second}
            text = name_state(page, second) + " · " + (start if first == "from" else _find_end(page))
        else:
            wanted = {"from_state": first, "state": second}
            text = f"{name_state(page, first)} → {name_state(page, second)}"
        choose_customers("moves", text=text, **wanted)

    return Card(
        title=sentences.tell_moves(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Customers by state before the period and at its end. Click a state or a band: the list shows who"
        ),
        frame=frame,
        spec=spec,
        height=moves.HEIGHT,
        metrics=("lifecycle_state", "value_at_stake"),
        on_pick=pick,
        pick_ids={"node": nodes, "edge": links},
        turn=take_turn("coverage", "moves"),
        table=frame.assign(
            from_state=frame["from_state"].map(lambda state: name_state(page, state)),
            to_state=frame["to_state"].map(lambda state: name_state(page, state)),
        )[["from_state", "to_state", "terminal_count", "stake_amount"]],
    )


def make_transitions(page: Page) -> Card:
    """Month by month: from each state, into which one the next month."""
    since = max(page.window.period_start, add_months(page.coverage.first_month, 1))
    frame = page.ask("life/monthly_moves", since_month=since)
    frame = frame[frame["from_state"].notna()] if len(frame) else frame
    if frame.empty:
        raise Nothing(page.say("Two months of data with customers are needed to tell who comes and goes."))
    summed = frame.groupby(["from_state", "to_state"], as_index=False)[["terminal_count", "stake_amount"]].sum()
    order = list(life.STATES)
    whole = summed.groupby("from_state")["terminal_count"].transform("sum")
    share = summed["terminal_count"] / whole
    is_same = summed["from_state"] == summed["to_state"]
    shown = summed.assign(
        row_id=summed["from_state"],
        row_name=summed["from_state"].map(lambda state: name_state(page, state)) + " · " + whole.map(page.count),
        column_id=summed["to_state"],
        column_name=summed["to_state"].map(lambda state: name_state(page, state)),
        # staying is grey, so that the colours tell the moves
        rate=share.mask(is_same | (whole < sentences.FEW)),
        label=[
            "n<5" if all_count < sentences.FEW else page.share(value, 0 if value >= sentences.DECIMALS else 1)
            for value, all_count in zip(share, whole, strict=True)
        ],
        tip=[
            f"{page.share(value)} · {page.count(count)}"
            for value, count in zip(share, summed["terminal_count"], strict=True)
        ],
    )
    shown = _order_cells(shown, order)

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose_customers("transitions")
            return
        first, second = cell["row_id"], cell["column_id"]
        text = f"{name_state(page, first)} → {name_state(page, second)}"
        choose_customers("transitions", text=text, moved_from=first, moved_to=second)

    return Card(
        title=sentences.tell_transitions(summed.to_dict("records"), page.language),
        subtitle=page.say(
            "Row = state at a month’s end, beside it how often in the period; column = state a month later. Grey = stayed"
        ),
        frame=shown,
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("From"),
            "column_title": page.say("To"),
            "rate_title": page.say("Share of the row"),
        },
        metrics=("lifecycle_state",),
        pick="cell",
        on_select=select,
        turn=take_turn("coverage", "transitions"),
        table=summed.assign(
            from_state=summed["from_state"].map(lambda state: name_state(page, state)),
            to_state=summed["to_state"].map(lambda state: name_state(page, state)),
            move_share=share,
        )[["from_state", "to_state", "terminal_count", "move_share", "stake_amount"]],
    )


def _order_cells(cells: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Every row with every column, in the order of the states: a row that lacks a column must not shift it."""
    rows, columns = ([state for state in order if state in set(cells[f"{side}_id"])] for side in ("row", "column"))
    grid = pd.MultiIndex.from_product([rows, columns], names=["row_id", "column_id"])
    full = cells.set_index(["row_id", "column_id"]).reindex(grid).reset_index()
    for side in ("row", "column"):
        names = dict(zip(cells[f"{side}_id"], cells[f"{side}_name"], strict=True))
        full[f"{side}_name"] = full[f"{side}_id"].map(names)
    return full.assign(label=full["label"].fillna("·"))
