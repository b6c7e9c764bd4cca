"""The coverage page's five tiles: whom we reach, how deep, who went quiet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from insight.ui.coverage.standing import Totals
from insight.ui.page import Page
from insight.ui.tiles import Tile
from insight.units import is_missing, show_number


def list_tiles(page: Page, totals: Totals) -> list[Tile]:
    """Reach, reach of the best, depth, who went quiet, who never came."""
    total, base = totals.now, totals.base
    has_base = page.window.has_base and base["target_count"] > 0

    def compare(field: str, show: Callable[[float], str], *, is_comparable: bool = True) -> dict[str, Any]:
        if not has_base or not is_comparable or is_missing(total[field]) or is_missing(base[field]):
            return {}
        return {
            "change": total[field] - base[field],
            "change_text": show(total[field] - base[field]),
            "against": page.say("vs {base}", base=page.base_name),
        }

    def count_of(part: str, whole: str) -> dict[str, Any]:
        return {"note": page.say("{n} of {all} terminals", n=page.count(total[part]), all=page.count(total[whole]))}

    def worth(amount: str, known: str) -> dict[str, Any]:
        return {"against": page.say("{amount} a year", amount=page.amount(total[amount]))} if total[known] else {}

    missing: dict[str, Any] = {"value": "—", "against": page.say("no grades loaded")}
    tiles = [
        Tile(
            "active_coverage",
            page.share(total["coverage_rate"]),
            **compare("coverage_rate", page.points),
            **count_of("active_count", "target_count"),
        ),
        Tile("grade_a_coverage", label=page.say("Active, grade A"), **missing),
        Tile(
            "products_per_terminal",
            show_number(total["products_per_terminal"], page.language, 1),
            label=page.say("SKUs a terminal"),
            **compare("products_per_terminal", lambda change: show_number(change, page.language, 1, is_signed=True)),
        ),
        Tile("lapsed_terminals", "—", against=page.say("too few months")),
        Tile("grade_a_never_ordered", label=page.say("A, no order yet"), **missing),
    ]
    if page.has("terminal_grades"):
        tiles[1] = Tile(
            "grade_a_coverage",
            page.share(total["grade_a_rate"]),
            page.say("Active, grade A"),
            **compare("grade_a_rate", page.points),
            **count_of("grade_a_active_count", "grade_a_count"),
        )
        tiles[4] = Tile(
            "grade_a_never_ordered",
            page.count(total["grade_a_never_count"]),
            page.say("A, no order yet"),
            **compare("grade_a_never_count", page.count_change)
            | worth("grade_a_never_amount", "grade_a_never_known_count"),
            note=page.say(
                "Potential known for {n} of {all}.",
                n=page.count(total["grade_a_never_known_count"]),
                all=page.count(total["grade_a_never_count"]),
            ),
        )
    if totals.is_quiet_known:
        count = total["unknown_count"]
        unknown = page.say("{n} more are unknown: a supplier of theirs has not reported.", n=page.count(count))
        tiles[3] = Tile(
            "lapsed_terminals",
            page.count(total["lapsed_count"]),
            **compare("lapsed_count", page.count_change, is_comparable=totals.is_base_quiet_known)
            | worth("lapsed_amount", "lapsed_count"),
            note=unknown if count else "",
        )
    return tiles
