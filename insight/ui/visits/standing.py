"""What all parts of the joint-visits page share: its sums, thresholds, spans of time and tiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from insight.ui.page import Page
from insight.ui.tiles import Tile
from insight.units import is_missing, show_month

SLA_DAYS = 30  # an issue should be closed within so many days
NEAR_DAYS = 15  # a distributor's own call so near a joint visit counts as at the same time
LIMITS = {"most_a_day": 12, "supply_days": 365, "least_block": 10, "most_km": 1_000}
MOST_COLUMNS = 14  # of a chart over time; beyond these months quarters are shown


@dataclass(frozen=True)
class Totals:
    """The sums of the window looked at and of the one compared with, and what needs review."""

    now: dict[str, Any]
    base: dict[str, Any] | None
    rules: list[dict[str, Any]]


def read_totals(page: Page) -> Totals:
    """Ask for the page's sums."""
    now, base = page.ask("visits/totals", sla_days=SLA_DAYS).to_dict("records")
    return Totals(now, base if page.window.has_base else None, read_rules(page))


def read_rules(page: Page) -> list[dict[str, Any]]:
    """How many records meet each rule."""
    rows: list[dict[str, Any]] = page.ask("visits/records_by_rule", **LIMITS).to_dict("records")
    return rows


def choose_span(page: Page, short: str = "") -> str:
    """The unit of time of a chart: months, quarters in a long period, ``short`` (weeks) in one of up to three months."""
    if short and page.window.month_count <= 3:
        return short
    return "month" if page.window.month_count <= MOST_COLUMNS else "quarter"


def name_span(page: Page, span: str, first: date) -> str:
    """The name of a week, month or quarter."""
    if span == "week":
        return f"{first.month}/{first.day}"
    if span == "quarter":
        return page.say("Q{n} {year}", n=(first.month + 2) // 3, year=first.year)
    return show_month(first, page.language, with_year=page.window.month_count > 12)


def list_visit_tiles(page: Page, totals: Totals) -> list[Tile]:
    """Joint visits, the targets they reach, how completely they are made, issues closed in time, records to review."""
    now, base = totals.now, totals.base

    def compare(field: str, show: Callable[[float], str]) -> dict[str, Any]:
        if base is None or is_missing(now[field]) or is_missing(base[field]):
            return {}
        change = now[field] - base[field]
        return {"change": change, "change_text": show(change), "against": page.say("vs {base}", base=page.base_name)}

    def count_of(part: str, whole: str, text: str) -> dict[str, Any]:
        return {"note": page.say(text, n=page.count(now[part]), all=page.count(now[whole]))}

    steps = (
        Tile(
            "jv_step_rate",
            page.share(now["step_rate"]),
            **compare("step_rate", page.points),
            note=page.say("{n} joint visits say which steps were completed.", n=page.count(now["step_visit_count"])),
        )
        if now["step_visit_count"]
        else Tile("jv_step_rate", "—", against=page.say("no steps recorded"))
    )
    issues = (
        Tile(
            "issue_closure_rate",
            page.share(now["issue_closure_rate"]),
            **compare("issue_closure_rate", page.points),
            note=page.say(
                "{n} of {all} raised are due or closed.",
                n=page.count(now["decided_count"]),
                all=page.count(now["issue_count"]),
            ),
        )
        if now["decided_count"]
        else Tile(
            "issue_closure_rate",
            "—",
            against=page.say("none due yet")
            if now["issue_count"]
            else page.say("none raised")
            if page.has("visit_issues")
            else page.say("no issues loaded"),
        )
    )
    checked = totals.rules[0]["visit_count"] if totals.rules else 0
    return [
        Tile(
            "joint_visits",
            page.count(now["joint_count"]),
            **compare("joint_count", page.count_change),
            note=""
            if is_missing(now["joint_rate"])
            else page.say("{rate} of all calls.", rate=page.share(now["joint_rate"])),
        ),
        Tile(
            "joint_visit_coverage",
            page.share(now["joint_coverage_rate"]),
            **compare("joint_coverage_rate", page.points),
            **count_of("jointly_visited_count", "target_count", "{n} of {all} terminals"),
        ),
        steps,
        issues,
        Tile(
            "records_to_review",
            page.count(totals.rules[0]["all_count"]) if totals.rules else "—",
            against=page.say("of {n} records", n=page.count(checked)),
        ),
    ]
