"""Where each unit stands: attainment, gap and growth at the level the reader chose."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from insight.charts import bullets, heat, ranking
from insight.filters import add_months
from insight.sentences import attainment as sentences
from insight.ui.attainment.standing import MOST_UNITS, Answers, drill, note_more
from insight.ui.cards import Card, show_card
from insight.ui.frame import change_filters
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST_TERMINALS = 6  # of those that fell, and as many of those that rose
HEAT_MONTHS = 12


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


def show_stand(page: Page, got: Answers) -> None:
    """The cards of this part."""
    is_rated = bool(got.parts["attainment_rate"].notna().any())
    is_leaf = len(page.filters.territories) == 1 and set(got.parts["unit_id"]) == set(page.filters.territories)
    is_leaf = is_leaf or not page.names["territories"]
    cards = {"units": make_units, "terminals": make_terminals, "heat": make_heat, "lines": make_lines}
    # a single territory against itself says nothing: its terminals do
    row = [("units" if is_rated or not is_leaf else "terminals", 2)]
    row += [("heat", 3)] if is_rated else []
    row += [("lines", 2)] if page.names.get("product_lines") else []
    for start in range(0, len(row), 2):
        shown = row[start : start + 2]
        for place, (name, _) in zip(st.columns([width for _, width in shown]), shown, strict=True):
            with place:
                show_card(page, f"attainment/{name}", partial(cards[name], got=got))
    show_card(page, "attainment/table", lambda page: make_table(page, got))
