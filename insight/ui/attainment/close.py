"""Who could close the gap: terminals and product lines by what they could plausibly bring, as a list to take away."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from insight.charts import ranking
from insight.filters import add_months
from insight.sentences import closing as sentences
from insight.ui.attainment.levels import PAGE
from insight.ui.attainment.standing import Answers
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal

MOST_LISTED = 500


def find_close(page: Page, got: Answers) -> date:
    """Until when: the end of the period that is to land, or of the month after where that is over already."""
    if got.landing_end > page.coverage.data_through_on:
        return got.landing_end
    return add_months(page.coverage.data_month, 2 if page.coverage.is_month_complete else 1)


def ask_reasons(page: Page, got: Answers) -> pd.DataFrame:
    """What is plausible by reason; what waits for a late file apart."""
    return page.ask("attainment/closers_by_reason", closes_on=find_close(page, got))


def find_missing(got: Answers) -> float | None:
    """What the expected landing lacks to the target of the whole period."""
    now = got.now
    return now.target_amount - now.landing_amount if now.target_amount is not None and now.has_target else None


def headline_close(page: Page, got: Answers) -> str:
    """The sentence of this part."""
    reasons = ask_reasons(page, got)
    known = reasons[reasons["reason"] != "unreported"]
    plausible, missing = float(known["plausible_amount"].sum()), find_missing(got)
    if got.now.method == "over":
        until = page.day(find_close(page, got) - timedelta(days=1))
        return sentences.tell_over(got.now.period, plausible, until, page.language, page.company.currency)
    needed = None
    if missing is not None and 0 < missing <= plausible:
        items = page.ask("attainment/closers", closes_on=find_close(page, got), row_limit=MOST_LISTED, reason="")
        running = items["plausible_amount"].cumsum()
        needed = int((running < missing).sum()) + 1 if len(running) and running.iloc[-1] >= missing else None
    quiet = float(known.loc[known["reason"] == "gone_quiet", "plausible_amount"].sum())
    return sentences.tell_headline(
        missing, plausible, quiet, needed, got.now.period, page.language, page.company.currency
    )


def pick_reason(reason: str | None) -> None:
    """A click on a reason narrows the list to it."""
    if reason:
        choose(PAGE, "reasons", reason=reason)
    else:
        choose(PAGE, "reasons")


def make_reasons(page: Page, got: Answers) -> Card:
    """What is plausible by reason."""
    frame = ask_reasons(page, got)
    known = frame[frame["reason"] != "unreported"]
    if known.empty:
        raise Nothing(
            page.say(
                "Nothing stands out that could bring more: no account is quiet, behind its habit or short of its potential."
            )
        )
    shown = known.assign(
        unit_id=known["reason"],
        unit_name=[page.say(sentences.REASONS[reason]) for reason in known["reason"]],
        value_amount=known["plausible_amount"],
    )
    waiting = frame[frame["reason"] == "unreported"]
    note = page.say(
        "Quiet: at least four buying months in the year up to its last order, silent for over twice its rhythm. Behind: "
        "last three whole months under 80% of the year before. Potential: to the median share of peers, capped at half "
        "of what it buys more."
    )
    if len(waiting):
        note += " " + page.say(
            "{n} more wait for a distributor that has not reported and are left out.",
            n=page.count(int(waiting["item_count"].iloc[0])),
        )
    return Card(
        title=sentences.tell_reasons(known.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Plausible until {day} beyond what is bought now, {unit}. One reason each; a click narrows the list",
            day=page.day(find_close(page, got) - timedelta(days=1)),
            unit=ranking.describe_unit(shown, page.style),
        ),
        frame=shown[["unit_id", "unit_name", "value_amount"]],
        draw=ranking.draw_ranking,
        note=note,
        metrics=("plausible_amount", "potential_realisation"),
        pick="unit",
        pick_field="unit_id",
        on_pick=pick_reason,
        turn=take_turn(PAGE, "reasons"),
        table=shown[["unit_name", "terminal_count", "item_count", "plausible_amount"]].rename(
            columns={"unit_name": "reason"}
        ),
    )


def make_closers(page: Page, got: Answers, reason: str) -> Card:
    """The list: who, why, how much, whose, and the last order."""
    frame = page.ask("attainment/closers", closes_on=find_close(page, got), row_limit=MOST_LISTED, reason=reason)
    if frame.empty:
        raise Nothing(
            page.say(
                "Nothing stands out that could bring more: no account is quiet, behind its habit or short of its potential."
            )
        )
    first = frame.iloc[0]
    table = frame.assign(
        why=[sentences.tell_reason(row, page.language) for row in frame.to_dict("records")],
        reason=[page.say(sentences.REASONS[code]) for code in frame["reason"]],
        product_line=frame["product_line"].map(page.term),
    )
    if page.language == "zh":
        table["owner_name"] = table["owner_name"].str.replace(", ", "、", regex=False)
    columns = ["terminal_name", "product_line", "plausible_amount", "reason", "owner_name", "last_bought_on", "why"]
    columns += ["usual_amount", "potential_amount", "distributor_name", "territory_name"]
    kept = [column for column in columns if frame.get(column, table[column]).notna().any()]
    return Card(
        title=sentences.tell_closers(
            len(frame), int(first["all_count"]), float(first["all_amount"]), page.language, page.company.currency
        ),
        subtitle=page.say(
            "By value; the download has the same rows with their ids. Owners are those of the last day of data"
        ),
        frame=table[kept],
        metrics=("plausible_amount", "potential_realisation"),
        table=table[["terminal_id", *kept]],
        **pick_terminals("attainment", frame["terminal_id"]),
    )


def show_close(page: Page, got: Answers) -> None:
    """The cards of this part."""
    chosen = str(find_choice(PAGE).get("reason", ""))
    show_card(page, "attainment/reasons", lambda page: make_reasons(page, got))
    if chosen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                page.say("All reasons"), on_click=pick_reason, args=(None,), icon=":material/close:", key="all-reasons"
            )
    show_terminal(page, "attainment")
    show_card(page, "attainment/closers", lambda page: make_closers(page, got, chosen))
