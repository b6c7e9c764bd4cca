"""The cards of the attainment page: what each says and draws, and which of them have something to say."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from insight.analysis.landing import trace_pace
from insight.charts import bullets, heat, landing, pace, ranking
from insight.filters import add_months
from insight.sentences import attainment as sentences
from insight.ui.cards import Card, show_card
from insight.ui.frame import change_filters
from insight.ui.page import Page
from insight.ui.standing import Answers, find_first_day
from insight.ui.states import Nothing
from insight.ui.text import plain

MOST_UNITS = 15  # rows a chart can show; the table has them all
MOST_TERMINALS = 6  # of those that fell, and as many of those that rose
HEAT_MONTHS = 12


def drill(page: Page, unit: str | None) -> None:
    """One level down: the chosen territory becomes the filter."""
    if unit:
        change_filters(page.filters, territories=(unit,))


def show_path(page: Page) -> None:
    """The way back up: each territory above the chosen one."""
    path = page.ask("attainment/territories_above")
    if path.empty:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="path"):
        steps = [("", page.say("All territories")), *zip(path["territory_id"], path["name"], strict=True)]
        for place, (unit, name) in enumerate(steps):
            st.button(
                plain(name),
                key=f"path-{unit or 'top'}",
                type="tertiary",
                disabled=place == len(steps) - 1,
                icon=":material/chevron_right:" if place else ":material/account_tree:",
                on_click=lambda unit=unit: change_filters(page.filters, territories=(unit,) if unit else ()),
            )


def make_pace(page: Page, got: Answers) -> Card:
    """Cumulative actual against target, and the cone to the period's end."""
    now = got.now
    by_day = got.days is not None and page.window.period_start >= find_first_day(page)
    frame = trace_pace(
        got.months,
        got.days,
        got.calendar,
        got.landing,
        period_start=page.window.period_start,
        landing_end=got.landing_end,
        data_through_on=page.coverage.data_through_on,
        by_day=by_day,
    )
    note = ""
    if (
        now.method != "over"
        and now.needed_amount is not None
        and now.needed_amount > 0
        and now.current_amount is not None
    ):
        note = page.say(
            "need {need} a day, now {pace}", need=page.amount(now.needed_amount), pace=page.amount(now.current_amount)
        )
    text = "Cumulative pure sales by working day, {period}, {unit}"
    if now.plan_amount is not None:
        text = "Cumulative pure sales against target by working day, {period}, {unit}"
    values = {"period": now.period, "unit": pace.describe_unit(frame, page.style)}
    return Card(
        title=sentences.tell_pace(now, page.language, page.company.currency),
        subtitle=page.say(text, **values)
        + ("" if now.low_amount is None or now.method == "over" else page.say(". Band = 80% range")),
        frame=frame,
        draw=pace.draw_pace,
        options={"today": None if now.method == "over" else now.elapsed_days, "note": note},
        note=sentences.tell_method(
            now.method, got.landing.error_count, got.landing.error_rate, got.landing.naive_error_rate, page.language
        ),
        metrics=("pure_sales", "target_to_date", "proj_seasonal", "required_run_rate", "time_progress"),
    )


def make_landing(page: Page, got: Answers) -> Card:
    """Where each unit lands, against its target."""
    frame = got.named[got.named["landing_rate"].notna()].sort_values("landing_rate")
    if frame.empty:
        raise Nothing(
            page.say("No territory at this level has a target, so where it lands against one cannot be said.")
        )
    shown = frame.head(MOST_UNITS).rename(columns={"landing_rate": "mid_rate"})
    shown["to_date_rate"] = shown["attainment_rate"]
    kept = [
        "unit_id",
        "unit_name",
        "low_rate",
        "mid_rate",
        "high_rate",
        "to_date_rate",
        "landing_amount",
        "target_amount",
    ]
    return Card(
        title=sentences.tell_landing(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Expected attainment of {period}, %. Bar = 80% range, dot = middle, diamond = to date, line = target",
            period=got.now.period,
        ),
        frame=shown[kept],
        draw=landing.draw_landing,
        note=note_more(page, len(frame)),
        metrics=("proj_seasonal", "attainment", "target"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: drill(page, unit),
    )


def make_units(page: Page, got: Answers) -> Card:
    """Attainment at this level by gap; without targets the change against the comparison."""
    frame = got.parts
    if frame.empty:
        raise Nothing(page.say("No territories are loaded, so nothing can be compared by territory."))
    if frame["plan_amount"].isna().all():
        return make_changes(page, frame, lambda unit: drill(page, unit))
    shown = frame.head(MOST_UNITS)
    kept = [
        "unit_id",
        "unit_name",
        "actual_amount",
        "plan_amount",
        "attainment_rate",
        "base_attainment_rate",
        "gap_amount",
        "growth_rate",
    ]
    return Card(
        title=sentences.tell_units(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Attainment to date, largest gap first. Line = target, diamond = last year. Gap in {unit}",
            unit=bullets.describe_unit(shown, page.style),
        ),
        frame=shown[kept],
        draw=bullets.draw_bullets,
        note=note_more(page, len(frame)) or note_unplanned(page, got),
        metrics=("attainment", "gap", "target_to_date"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: drill(page, unit),
    )


def make_changes(page: Page, frame: pd.DataFrame, pick: Callable[[str | None], None]) -> Card:
    """Who moved against the comparison, where there are no targets to measure against."""
    if not page.window.has_base:
        raise Nothing(page.say("There is no target at this level, and nothing earlier to compare with."))
    if frame.empty:
        raise Nothing(page.say("No data for these filters."))
    moved = frame.assign(change_amount=frame["actual_amount"] - frame["base_amount"]).sort_values("change_amount")
    shown = moved.head(MOST_UNITS).rename(columns={"change_amount": "value_amount"})
    return Card(
        title=sentences.tell_changes(moved.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Pure sales less those of the comparison, {unit}, largest fall first. No target is given at this level",
            unit=ranking.describe_unit(shown, page.style),
        ),
        frame=shown[["unit_id", "unit_name", "value_amount"]],
        draw=ranking.draw_ranking,
        note=note_more(page, len(frame)),
        metrics=("pure_sales", "growth"),
        pick="unit",
        pick_field="unit_id",
        on_pick=pick,
        table=moved[["unit_name", "actual_amount", "base_amount", "change_amount", "growth_rate", "active_count"]],
    )


def make_terminals(page: Page, got: Answers) -> Card:
    """At the foot of the tree: the terminals that moved most against the comparison."""
    if not page.window.has_base:
        raise Nothing(page.say("There is nothing earlier to compare with, so who moved cannot be said."))
    frame = page.ask("attainment/change_by_terminal", most=MOST_TERMINALS)
    if frame.empty:
        raise Nothing(page.say("No terminal moved against the comparison."))
    shown = frame.rename(
        columns={"terminal_id": "unit_id", "terminal_name": "unit_name", "change_amount": "value_amount"}
    )
    return Card(
        title=sentences.tell_terminals(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Terminals with the largest changes against the comparison, {unit}",
            unit=ranking.describe_unit(shown, page.style) if len(shown) else "",
        ),
        frame=shown[["unit_id", "unit_name", "value_amount"]],
        draw=ranking.draw_ranking,
        metrics=("pure_sales", "growth"),
        table=frame[["terminal_name", "actual_amount", "base_amount", "change_amount"]],
    )


def make_heat(page: Page, got: Answers) -> Card:
    """Attainment by unit and month, the last twelve months of the period or before."""
    last = page.window.last_month
    first = max(add_months(last, 1 - HEAT_MONTHS), page.coverage.first_month)
    order = {unit: place for place, unit in enumerate(got.parts["unit_id"].head(MOST_UNITS))}
    frame = got.months[
        ~got.months["is_whole"] & got.months["sales_month"].between(first, last) & got.months["unit_id"].isin(order)
    ]
    if frame["attainment_rate"].isna().all():
        raise Nothing(page.say("No territory at this level has a target in these months."))
    partial = page.coverage.data_month if not page.coverage.is_month_complete else None
    months = sorted(frame["sales_month"].unique())
    heads = dict(zip(months, sentences.name_months(months, partial, page.language), strict=True))
    names, active = (
        dict(zip(got.parts["unit_id"], got.parts[column], strict=True)) for column in ("unit_name", "active_count")
    )
    frame = frame.assign(
        row_id=frame["unit_id"],
        row_name=frame["unit_id"].map(names),
        unit_name=frame["unit_id"].map(names),
        column_id=[month.strftime("%Y-%m") for month in frame["sales_month"]],
        column_name=frame["sales_month"].map(heads),
        rate=frame["attainment_rate"],
        active_count=frame["unit_id"].map(active),
        is_partial=frame["sales_month"] == partial,
    ).sort_values(
        ["sales_month", "unit_id"], key=lambda values: values.map(order) if values.name == "unit_id" else values
    )
    return Card(
        title=sentences.tell_heat(frame.to_dict("records"), page.language),
        subtitle=page.say("Attainment by month, %. Blue = above target, orange = below")
        + (page.say("; * = month not over, against the target due") if partial in heads else ""),
        frame=frame[["row_id", "row_name", "column_id", "column_name", "rate"]],
        draw=heat.draw_heat,
        options={
            "row_title": page.say("Territory"),
            "column_title": page.say("Month"),
            "rate_title": page.say("Attainment"),
        },
        metrics=("attainment",),
        table=frame[["unit_name", "sales_month", "sales_amount", "target_to_date_amount", "attainment_rate"]],
    )


def make_lines(page: Page, got: Answers) -> Card:
    """Attainment by product line, where targets carry lines."""
    frame = page.ask("attainment/attainment_by_product_line", landing_end=got.landing_end)
    if frame["plan_amount"].isna().all():
        named = frame.assign(
            unit_id=frame["product_line"], unit_name=[page.term(line) for line in frame["product_line"]]
        )
        return make_changes(
            page, named, lambda line: change_filters(page.filters, product_lines=(line,)) if line else None
        )
    frame = frame.assign(
        unit_id=frame["product_line"],
        unit_name=[page.term(line) for line in frame["product_line"]],
        base_attainment_rate=None,
    )
    return Card(
        title=sentences.tell_lines(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Attainment to date by product line, largest gap first. Gap in {unit}",
            unit=bullets.describe_unit(frame, page.style),
        ),
        frame=frame[
            [
                "unit_id",
                "unit_name",
                "actual_amount",
                "plan_amount",
                "attainment_rate",
                "base_attainment_rate",
                "gap_amount",
                "growth_rate",
            ]
        ],
        draw=bullets.draw_bullets,
        metrics=("attainment", "gap"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda line: change_filters(page.filters, product_lines=(line,)) if line else None,
        table=frame[
            [
                "product_line",
                "actual_amount",
                "plan_amount",
                "attainment_rate",
                "gap_amount",
                "base_amount",
                "growth_rate",
            ]
        ],
    )


def make_needed(page: Page, got: Answers) -> Card:
    """What each unit must bring a day against what is expected of it."""
    frame = got.named[got.named["headroom_rate"].notna()].sort_values("headroom_rate")
    if frame.empty:
        raise Nothing(
            page.say("Nothing is left to close: the period is over, its target reached, or not given at this level.")
        )
    shown = frame.head(MOST_UNITS).rename(columns={"headroom_rate": "rate"})
    shown["label"] = [
        page.say("{need} needed, {expected} expected", need=page.amount(need), expected=page.amount(expected))
        for need, expected in zip(shown["needed_day_amount"], shown["expected_day_amount"], strict=True)
    ]
    return Card(
        title=sentences.tell_needed(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Per working day to come: expected sales over those needed for the target of {period}, less one. "
            "Negative = too little",
            period=got.now.period,
        ),
        frame=shown[["unit_id", "unit_name", "rate", "label", "needed_day_amount", "expected_day_amount"]],
        draw=ranking.draw_ranking,
        note=note_more(page, len(frame)),
        metrics=("required_run_rate", "proj_seasonal"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: drill(page, unit),
        table=frame[["unit_name", "needed_day_amount", "expected_day_amount", "headroom_rate"]],
    )


def make_table(page: Page, got: Answers) -> Card:
    """Every unit in numbers, the whole first."""
    frame = got.units.assign(unit_name=got.units["unit_name"].where(~got.units["is_whole"], page.say("All together")))
    columns = [
        "unit_name",
        "actual_amount",
        "plan_amount",
        "attainment_rate",
        "gap_amount",
        "growth_rate",
        "growth_contribution_rate",
    ]
    columns += ["target_amount", "landing_amount", "low_rate", "landing_rate", "high_rate", "active_count"]
    return Card(
        title=sentences.tell_table(got.named.to_dict("records"), page.language),
        subtitle=page.say(
            "{period}; amounts in {currency}; landings add up to the whole",
            period=got.now.period,
            currency=page.company.currency,
        ),
        frame=frame[columns].dropna(axis="columns", how="all").round({"landing_amount": 2}),
        metrics=("attainment", "gap", "growth", "growth_contribution", "proj_seasonal", "active_terminals"),
    )


def note_more(page: Page, count: int) -> str:
    """That a chart shows only some of the units."""
    return (
        page.say("The first {n} of {all}; the table has them all.", n=MOST_UNITS, all=count)
        if count > MOST_UNITS
        else ""
    )


def note_unplanned(page: Page, got: Answers) -> str:
    """That some territories sell without a target while others have one."""
    count = int((got.named["plan_amount"].isna() & (got.named["actual_amount"] != 0)).sum())
    return (
        page.say(
            "{n} of {all} territories have sales and no target; the whole counts their sales.",
            n=count,
            all=len(got.named),
        )
        if count
        else ""
    )


CARDS = {
    "pace": make_pace,
    "landing": make_landing,
    "units": make_units,
    "terminals": make_terminals,
    "heat": make_heat,
    "needed": make_needed,
    "lines": make_lines,
    "table": make_table,
}


def choose_cards(page: Page, got: Answers) -> tuple[str, list[tuple[str, int]]]:
    """The card beside the cumulative chart, and the rest with their widths: only those that have something to say."""
    is_rated = bool(got.parts["attainment_rate"].notna().any())
    is_landing = is_rated and got.now.method != "over"
    is_leaf = len(page.filters.territories) == 1 and set(got.parts["unit_id"]) == set(page.filters.territories)
    is_leaf = is_leaf or not page.names["territories"]
    if is_landing or not page.has("targets"):
        first = "landing"
    else:
        first = "terminals" if is_leaf and got.parts["plan_amount"].isna().all() else "units"
    # a single territory against itself says nothing: its terminals do
    rest = [("units" if is_rated or not is_leaf else "terminals", 2)] if first == "landing" else []
    rest += [("heat", 3)] if is_rated else []
    rest += [("needed", 2)] if is_landing else []
    rest += [("lines", 2)] if page.names.get("product_lines") else []
    return first, rest


def show_cards(page: Page, got: Answers) -> None:
    """The evidence, two cards a row, the table last."""
    first, rest = choose_cards(page, got)

    def show(name: str, needs: tuple[str, ...] = ()) -> None:
        show_card(page, f"attainment/{name}", lambda page: CARDS[name](page, got), needs=needs)

    left, right = st.columns([3, 2])
    with left:
        show("pace")
    with right:
        show(first, needs=("targets",) if first == "landing" else ())
    for start in range(0, len(rest), 2):
        row = rest[start : start + 2]
        for place, (name, _) in zip(st.columns([width for _, width in row]), row, strict=True):
            with place:
                show(name)
    show("table")
