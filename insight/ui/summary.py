"""The five tiles of the overview."""

from __future__ import annotations

from typing import Any

from insight.filters import add_months
from insight.ui.activities import make_return_tile, sum_selection
from insight.ui.page import Page
from insight.ui.tiles import Tile
from insight.units import is_missing


def list_summary_tiles(page: Page, total: dict[str, Any]) -> list[Tile]:
    """Pure sales, attainment, active terminals, coverage of grade A, return of activities, each with its trend."""
    last = page.window.last_month
    trend = page.ask("overview/sales_by_month", chart_start=add_months(last, -11), chart_end=add_months(last, 1))
    # a part of a month drawn after whole ones would look like a fall
    whole = trend[~trend["is_partial"]]
    sales, base = total["current_amount"], total["base_amount"]
    has_base = page.window.has_base and base > 0
    against = page.say("vs {base}", base=page.base_name)
    tiles = [
        Tile(
            metric="pure_sales",
            value=page.amount(sales),
            change=sales - base if has_base else None,
            change_text=page.share(sales / base - 1, is_signed=True) if has_base else "",
            against=against if has_base else page.say("nothing earlier"),
            trend=whole["actual_amount"].tolist(),
        ),
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
        against=page.say("vs plan to date"),
        trend=(planned["actual_amount"] / planned["plan_amount"]).tolist(),
        note=f"{note} {held}".strip(),
    )


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
        against=page.say("of {n} terminals", n=page.count(windows.loc["current", "grade_a_count"])),
    )
