"""The five tiles of the overview."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from insight.filters import add_months
from insight.ui.activities.outcome import make_return_tile, sum_selection
from insight.ui.page import Page
from insight.ui.tiles import Tile
from insight.units import is_missing

UNTOLD_SHARE = 0.001  # less of pure sales without a target does not change a rate as shown


def list_summary_tiles(page: Page, total: dict[str, Any]) -> list[Tile]:
    """Pure sales, attainment, active terminals, coverage of grade A, return of activities, each with its trend."""
    last = page.window.last_month
    trend = page.ask("overview/sales_by_month", chart_start=add_months(last, -11), chart_end=add_months(last, 1))
    # a part of a month drawn after whole ones would look like a fall
    whole = trend[~trend["is_partial"]]
    sales, base = total["current_amount"], total["base_amount"]
    has_base = page.window.has_base and base > 0
    against = page.say("vs {base}", base=page.base_name)
    sold = Tile(
        metric="pure_sales",
        value=page.amount(sales),
        change=sales - base if has_base else None,
        change_text=page.share(sales / base - 1, is_signed=True) if has_base else "",
        against=against if has_base else page.say("nothing earlier"),
        trend=whole["actual_amount"].tolist(),
    )
    target = total["target_to_date_amount"]
    if page.filters.compare == "plan" and not is_missing(target) and target > 0:
        gap = total["covered_amount"] - target
        sold = replace(sold, change=gap, change_text=page.amount(gap, is_signed=True), against=page.say("vs plan"))
    tiles = [
        sold,
        _make_attainment(page, total, whole),
        Tile(
            metric="active_terminals",
            value=page.count(total["active_count"]),
            change=total["active_count"] - total["base_active_count"] if has_base else None,
            change_text=page.count_change(total["active_count"] - total["base_active_count"]) if has_base else "",
            against=against if has_base else "",
            trend=whole["active_count"].tolist(),
        ),
    ]
    tiles += [_make_grade_a(page), _make_return(page)]
    return tiles


def _make_attainment(page: Page, total: dict[str, Any], whole: Any) -> Tile:
    target = total["target_to_date_amount"]
    if is_missing(target) or target <= 0:
        return Tile(metric="attainment", value="—", against=page.say("no target"))
    rate = total["covered_amount"] / target
    planned = whole[whole["plan_amount"] > 0]
    months = int(total["plan_month_count"])
    note = (
        page.say("{n} of {all} months of the period have a target.", n=months, all=page.window.month_count)
        if months < page.window.month_count
        else ""
    )
    held = page.say(
        "Targets are held by: {kind}; version in force: {version}.",
        kind=page.term(total["holder_kind"]),
        version=int(total["version"]),
    )
    return Tile(
        metric="attainment",
        value=page.share(rate),
        change=rate - 1,
        change_text=page.points(rate - 1),
        against=page.say("vs plan"),
        trend=(planned["covered_amount"] / planned["plan_amount"]).tolist(),
        note=" ".join(
            part for part in (note, note_covered(page, total["covered_amount"], total["current_amount"]), held) if part
        ),
    )


def note_covered(page: Page, covered: Any, sold: Any) -> str:
    """Which part of pure sales the targets are for, where it is not all of them: 605 of 1,005 is 60%."""
    if is_missing(covered) or not 0 <= covered < sold * (1 - UNTOLD_SHARE):
        return ""
    return page.say("Targets cover {share} of pure sales; only those count.", share=page.share(covered / sold))


def _make_return(page: Page) -> Tile:
    if not page.has("activities"):
        return Tile(metric="romi", value="—", label=page.say("ROMI"), against=page.say("no activities loaded"))
    return make_return_tile(page, sum_selection(page))


def _make_grade_a(page: Page) -> Tile:
    if not page.has("terminal_grades"):
        return Tile(metric="grade_a_coverage", value="—", against=page.say("no grades loaded"))
    windows = page.ask("overview/grade_a_coverage").set_index("period_name")
    rates = windows["active_count"] / windows["grade_a_count"].where(windows["grade_a_count"] > 0)
    change = rates["current"] - rates["base"] if page.window.has_base else None
    return Tile(
        metric="grade_a_coverage",
        label=page.say("Active, grade A"),
        value=page.share(rates["current"]),
        change=change,
        change_text=page.points(change) if not is_missing(change) else "",
        against=page.say("vs {base}", base=page.base_name) if not is_missing(change) else "",
        note=page.say(
            "{n} of {all} terminals",
            n=page.count(windows.loc["current", "active_count"]),
            all=page.count(windows.loc["current", "grade_a_count"]),
        ),
    )
