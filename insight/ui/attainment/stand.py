"""Where each unit stands: attainment, gap and growth at the level the reader chose, down to the shipment lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import bullets, heat, quadrants, ranking
from insight.filters import add_months
from insight.sentences import attainment as sentences
from insight.sentences import standing as words
from insight.ui.address import make_query
from insight.ui.attainment.levels import (
    LEVELS,
    PAGE,
    Level,
    ask_unit,
    gather_level,
    list_levels,
    make_picker,
    read_unit,
    select_unit,
    trace_months,
)
from insight.ui.attainment.notes import (
    credit_metrics,
    note_allocated,
    note_new_year,
    note_people,
    note_rest,
    note_sums,
)
from insight.ui.attainment.places import choose_places
from insight.ui.attainment.standing import MOST_UNITS, Answers, note_more
from insight.ui.cards import Card, show_card
from insight.ui.frame import show_selection
from insight.ui.page import Page, has_page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing
from insight.units import is_missing, show_scaled

MOST_PEOPLE = 60  # they stand by team, so the first of them would be an arbitrary choice
MOST_LINES = 500
TALL = 420  # pixels of a scatter beside as many bars as a chart can show
# what a unit and what it belongs to are called in tables
NAME_COLUMNS = {
    "territory": {"unit_name": "territory_name", "group_name": "parent_name"},
    "distributor": {"unit_name": "distributor_name", "group_name": "territory_name"},
    "manager": {"unit_name": "manager_name", "group_name": "above_name"},
    "rep": {"unit_name": "rep_name", "group_name": "manager_name"},
    "product_line": {"unit_name": "product_line"},
    "terminal": {"unit_name": "terminal_name", "group_name": "territory_name"},
}


def make_units(page: Page, level: Level) -> Card:
    """Attainment of the units by gap; without targets their change against the comparison."""
    frame = level.units
    if frame.empty:
        raise Nothing(page.say("No data for these filters."))
    if frame["plan_amount"].isna().all():
        return make_changes(page, level)
    most = MOST_PEOPLE if level.is_people else MOST_UNITS
    shown = (level.named if len(level.named) else frame).head(most).assign()
    if "base_attainment_rate" not in shown or not page.window.has_base:
        shown["base_attainment_rate"] = float("nan")
    order = (
        page.say(
            "By team and name. Line = target, diamond = {base}. Gap in {unit}",
            base=page.base_name,
            unit=bullets.describe_unit(shown, page.style),
        )
        if level.is_people
        else page.say(
            "Largest gap first. Line = target, diamond = {base}. Gap in {unit}",
            base=page.base_name,
            unit=bullets.describe_unit(shown, page.style),
        )
    )
    kept = ["unit_id", "unit_name", "actual_amount", "plan_amount", "attainment_rate", "base_attainment_rate"]
    kept += ["gap_amount", "is_allocated"]
    return Card(
        title=words.tell_level(frame.to_dict("records"), level.code, page.language),
        subtitle=order,
        frame=shown[kept].assign(is_allocated=shown["is_allocated"].astype(bool)),
        draw=bullets.draw_bullets,
        note=" ".join(
            part
            for part in (note_allocated(page, frame), note_people(page, level), note_rest(page, level, most))
            if part
        ),
        metrics=("attainment", "attainment_capped", "gap", "target_to_date", *credit_metrics(level)),
        pick="unit",
        pick_field="unit_id",
        on_pick=make_picker(page, level),
        table=list_table(page, level)[0],
    )


def make_changes(page: Page, level: Level) -> Card:
    """Who moved against the comparison, where there are no targets to measure against; people without an order."""
    if not page.window.has_base:
        raise Nothing(page.say("There is no target at this level, and nothing earlier to compare with."))
    moved = level.units.assign(change_amount=level.units["actual_amount"] - level.units["base_amount"])
    if not level.is_people:
        moved = moved.sort_values("change_amount")
    shown = moved.head(MOST_PEOPLE if level.is_people else MOST_UNITS).rename(columns={"change_amount": "value_amount"})
    scale = ranking.choose_ranking_scale(shown, page.style)
    shown["label"] = [
        "" if scale is None else show_scaled(value, scale, page.language, is_signed=True)
        for value in shown["value_amount"]
    ]
    text = "Pure sales less those of {base}, {unit}, largest fall first. No target is given at this level"
    if level.is_people:
        text = "Pure sales less those of {base}, {unit}, by team and name. No target is given at this level"
    return Card(
        title=sentences.tell_changes(moved.to_dict("records"), page.language, page.company.currency)
        if not level.is_people and level.code != "terminal"
        else page.say("Change against {base}", base=page.base_name),
        subtitle=page.say(text, base=page.base_name, unit=ranking.describe_unit(shown, page.style)),
        frame=shown[["unit_id", "unit_name", "value_amount", "label"]],
        draw=ranking.draw_ranking,
        options={"least_height": quadrants.HEIGHT},
        note=note_more(page, len(moved)) if not level.is_people else note_people(page, level),
        metrics=("pure_sales", "growth", *credit_metrics(level)),
        pick="unit",
        pick_field="unit_id",
        on_pick=make_picker(page, level),
        table=moved[
            ["unit_name", "actual_amount", "base_amount", "change_amount", "growth_rate", "active_count"]
        ].rename(columns=NAME_COLUMNS[level.code]),
    )


def make_heat(page: Page, level: Level) -> Card:
    """Attainment by unit and month; a click shows the lines of that unit and month."""
    frame = trace_months(page, level, MOST_PEOPLE if level.is_people else MOST_UNITS)
    if frame.empty or frame["attainment_rate"].isna().all():
        raise Nothing(page.say("No unit at this level has a target in these months."))
    partial = page.coverage.data_month if not page.coverage.is_month_complete else None
    months = sorted(frame["sales_month"].unique())
    heads = dict(zip(months, sentences.name_months(months, partial, page.language), strict=True))
    frame = frame.assign(
        row_id=frame["unit_id"],
        row_name=frame["unit_name"],
        column_id=[month.strftime("%Y-%m") for month in frame["sales_month"]],
        column_name=frame["sales_month"].map(heads),
        rate=frame["attainment_rate"],
        is_partial=frame["sales_month"] == partial,
    )
    records = frame.to_dict("records")

    def pick(selections: Mapping[str, Any]) -> None:
        cells = selections.get("cell") or []
        if cells:
            select_unit(level.code, str(cells[0]["row_id"]), str(cells[0]["column_id"]))
        else:
            select_unit(level.code, None)

    return Card(
        title=words.tell_weak_months(records, page.language)
        if level.is_people
        else sentences.tell_heat(records, page.language),
        subtitle=page.say("Attainment by month, %; a click opens its lines")
        + (page.say("; * = month not over, against the target due") if partial in heads else ""),
        frame=frame[["row_id", "row_name", "column_id", "column_name", "rate"]],
        draw=heat.draw_heat,
        options={
            "row_title": page.say(LEVELS[level.code]),
            "column_title": page.say("Month"),
            "rate_title": page.say("Attainment to date"),
            "row_height": bullets.ROW,
            "has_scale": True,
        },
        metrics=("attainment",),
        pick="cell",
        on_select=pick,
        note=note_allocated(page, frame),
        table=frame[["unit_name", "sales_month", "sales_amount", "target_to_date_amount", "attainment_rate"]].rename(
            columns=NAME_COLUMNS[level.code]
        ),
    )


def make_scatter(page: Page, level: Level) -> Card:
    """Attainment against growth."""
    frame = level.named
    frame = frame[frame["attainment_rate"].notna() & frame["growth_rate"].notna()]
    if len(frame) < 2:
        raise Nothing(page.say("Fewer than two units have both a target and a comparison."))
    text = "Attainment across, growth up, size = target. Lines at 100% and at the growth of the whole"
    return Card(
        title=words.tell_quadrants(frame.to_dict("records"), level.whole["growth_rate"], page.language),
        subtitle=page.say(text) + (page.say("; the five largest gaps are named") if not level.is_people else ""),
        frame=frame[["unit_id", "unit_name", "attainment_rate", "growth_rate", "plan_amount", "is_allocated"]],
        draw=quadrants.draw_quadrants,
        options={
            "company_growth": level.whole["growth_rate"],
            "names_gaps": not level.is_people,
            "height": TALL if not level.is_people and len(level.units) >= MOST_UNITS else quadrants.HEIGHT,
        },
        note=" ".join(part for part in (note_allocated(page, frame), note_new_year(page, level)) if part),
        metrics=("attainment", "growth"),
        pick="unit",
        pick_field="unit_id",
        on_pick=make_picker(page, level),
    )


def make_contributions(page: Page, level: Level) -> Card:
    """What each unit adds to growth, in points; the parts add up to it. Many people stand in the table alone."""
    frame = level.units[level.units["growth_contribution_rate"].notna()]
    if frame.empty:
        raise Nothing(page.say("There is nothing earlier to compare with."))
    # in the order of the chart beside where all fit, else those that moved growth most
    if not level.is_people and frame["plan_amount"].isna().all():
        frame = frame.sort_values("growth_amount")
    if len(frame) > MOST_UNITS:
        frame = frame.sort_values("growth_contribution_rate", key=abs, ascending=False)
    shown = frame.head(MOST_UNITS).rename(columns={"growth_contribution_rate": "rate"})
    if len(frame) > MOST_UNITS:
        shown = shown.sort_values("rate")
    shown = shown.assign(label=[page.points(rate) for rate in shown["rate"]])
    return Card(
        title=words.tell_contributions(frame.to_dict("records"), level.whole["growth_rate"], level.code, page.language),
        subtitle=page.say(
            "Points of growth against {base}: each change over all sales then, so that they add up", base=page.base_name
        ),
        frame=shown[["unit_id", "unit_name", "rate", "label"]],
        draw=ranking.draw_ranking,
        options={"least_height": quadrants.HEIGHT},
        note=" ".join(part for part in (note_new_year(page, level), note_more(page, len(frame))) if part),
        metrics=("growth_contribution", "growth"),
        pick="unit",
        pick_field="unit_id",
        on_pick=make_picker(page, level),
        table=frame[["unit_name", "actual_amount", "base_amount", "growth_rate", "growth_contribution_rate"]].rename(
            columns=NAME_COLUMNS[level.code]
        ),
    )


def list_table(page: Page, level: Level) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The units in numbers with the whole on top, for the screen and as they are."""
    frame = level.units
    whole: dict[str, Any] = {key: value for key, value in level.whole.items() if key in frame}
    plans = frame["plan_amount"]
    whole |= {
        "unit_name": page.say("All together"),
        "gap_amount": None
        if level.whole["plan_amount"] is None or level.whole["covered_amount"] is None
        else level.whole["covered_amount"] - level.whole["plan_amount"],
        "growth_contribution_rate": level.whole["growth_rate"],
    }
    if "sell_in_amount" in frame and frame["sell_in_amount"].notna().any():
        shipped, due = frame["sell_in_amount"].sum(), frame["sell_in_plan_amount"].sum(min_count=1)
        whole |= {
            "sell_in_amount": shipped,
            "sell_in_plan_amount": due,
            "sell_in_rate": shipped / due if due > 0 else None,
        }
    table = pd.concat([pd.DataFrame([whole]), frame], ignore_index=True)
    table["target_kind"] = [
        "" if is_missing(plan) else page.say("allocated") if flag is True else page.say("given")
        for plan, flag in zip(table["plan_amount"], table["is_allocated"], strict=True)
    ]
    columns = ["unit_name", "group_name", "attainment_rate", "gap_amount", "actual_amount", "plan_amount"]
    columns += ["growth_rate", "growth_contribution_rate", "base_amount", "target_kind", "capped_rate", "target_amount"]
    columns += ["sell_in_rate", "sell_in_amount", "sell_in_plan_amount", "active_count"]
    table = table[[column for column in columns if column in table]].dropna(axis="columns", how="all")
    if not page.window.has_base:
        table = table.drop(columns=["base_amount"], errors="ignore")
    if "group_name" in table and not table["group_name"].fillna("").astype(bool).any():
        table = table.drop(columns="group_name")
    if "active_count" in table:
        table["active_count"] = table["active_count"].astype("Int64")
    if not frame.loc[plans.notna(), "is_allocated"].eq(True).any():
        table = table.drop(columns="target_kind")  # of which all are the same, it tells nothing apart
    return table.rename(columns=NAME_COLUMNS[level.code]), frame


def make_table(page: Page, level: Level) -> Card:
    """Every unit in numbers, the whole first; parts add up to it."""
    table, frame = list_table(page, level)
    return Card(
        title=words.tell_count(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "{period}; amounts in {currency}; contributions to growth add up to the whole",
            period=page.period_short,
            currency=page.company.currency,
        ),
        frame=table,
        note=" ".join(
            part for part in (note_new_year(page, level), note_sums(page, level), note_people(page, level)) if part
        ),
        metrics=(
            "attainment",
            "attainment_capped",
            "gap",
            "growth",
            "growth_contribution",
            "sell_in",
            *credit_metrics(level),
        ),
    )


def make_lines(page: Page, level: Level) -> Card:
    """The shipment lines behind what is selected."""
    kind, unit, month = read_unit()
    frame = page.ask(
        "attainment/lines_behind",
        kind=kind,
        unit=unit,
        lines_start=month or page.window.period_start,
        lines_end=add_months(month, 1) if month else page.window.period_end,
        row_limit=MOST_LINES,
    )
    if frame.empty:
        raise Nothing(page.say("No shipment line lies behind this selection."))
    count, amount = int(frame["all_count"].iloc[0]), float(frame["all_amount"].iloc[0])
    shown = frame.drop(columns=["all_count", "all_amount"])
    if kind not in words.PEOPLE:
        shown = shown.drop(columns="credited_amount")
    return Card(
        title=words.tell_lines_behind(
            ask_unit(page, kind, unit)[0], amount, count, page.language, page.company.currency
        ),
        subtitle=page.say(
            "{period}; the largest first, {shown} of {all} shown and downloaded",
            period=page.month(month) if month else page.period_short,
            shown=page.count(len(frame)),
            all=page.count(count),
        ),
        frame=shown,
        metrics=("pure_sales",),
    )


def show_chosen(page: Page, level: Level) -> None:
    """The selection bar, and for a manager the way down and up."""
    kind, unit, month = read_unit()
    if kind not in LEVELS:
        return
    name, above, leads = ask_unit(page, kind, unit)
    text = f"{name} · {page.month(month)}" if month else name
    actions: tuple[tuple[str, str, Callable[[], None]], ...] = ()
    if kind == "manager" and leads and above and ask_unit(page, "manager", above)[1]:
        actions = (("up", page.say("One level up"), lambda: select_unit("manager", above)),)
    address = make_query(page.filters, page.language, {"sel": f"{kind}:{unit}"})
    links = (
        ((kind, page.say("Open its page"), address),) if kind in ("terminal", "distributor") and has_page(kind) else ()
    )
    show_selection(page, page.say("Selected: {name}", name=text), lambda: select_unit(level.code, None), links, actions)


def show_stand(page: Page, got: Answers) -> None:
    """The cards of this part, at the level chosen."""
    levels = list_levels(page)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="level"):
        st.markdown(
            page.say("By"),
            width="content",
            help=page.say("Sums over sums at every level; a click goes down or opens the lines behind."),
        )
        code = choose_part(page, PAGE, levels, key="lvl")
    level = gather_level(page, code, got.landing_end)
    show_chosen(page, level)
    is_rated = bool(len(level.units)) and bool(level.units["attainment_rate"].notna().any())
    rows = [[(4, "units", make_units)]]
    if is_rated and len(level.months):
        rows[0].append((5, "heat", make_heat))
    # against a target handed down by last year's sales, attainment is growth by another name
    is_given = is_rated and not level.units.loc[level.units["attainment_rate"].notna(), "is_allocated"].all()
    second = [(4, "scatter", make_scatter)] if is_given and page.window.has_base else []
    # of many people any choice of some would be a ranking: the table has all
    if page.window.has_base and not (level.is_people and len(level.units) > MOST_UNITS):
        second.append((5, "parts", make_contributions))
    if len(rows[0]) == 1 and len(second) == 1 and not level.is_people:
        rows[0] += second  # one alone beside one alone
    else:
        rows.append(second)
    for row in (row for row in rows if row):
        for place, (_, name, make) in zip(st.columns([width for width, *_ in row]), row, strict=True):
            with place:
                show_card(page, f"attainment/{name}", partial(make, level=level))
    if read_unit()[0] in LEVELS:
        show_card(page, "attainment/lines", lambda page: make_lines(page, level))
    show_card(page, "attainment/table", lambda page: make_table(page, level))


def headline_stand(page: Page, got: Answers) -> str:
    """State and landing, then who carries the shortfall, one step finer than the territories compared."""
    whole = sentences.tell_headline(got.now, got.units.to_dict("records"), page.language, page.company.currency)
    if not got.now.has_target or got.now.method == "over" or (got.now.gap_amount or 0.0) >= 0:
        return whole
    gap = page.ask("attainment/gap_by_place")
    places, share, _ = choose_places(gap)
    if not places:
        return whole
    names = dict(zip(gap["unit_id"], gap["unit_name"], strict=True))
    return words.tell_stand(got.now, [names[unit] for unit in places], share, page.language, page.company.currency)
