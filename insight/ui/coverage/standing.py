"""What every part of the coverage page rests on: the totals of the window and of the one compared with, and their sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from insight.filters import add_months
from insight.sentences.coverage import tell_headline
from insight.ui.page import Page


@dataclass(frozen=True)
class Totals:
    """The totals now and in the base, and whether the past is long enough to tell who went quiet in either."""

    now: dict[str, Any]
    base: dict[str, Any]
    is_quiet_known: bool
    is_base_quiet_known: bool


def gather(page: Page) -> Totals:
    """Ask for both windows."""
    now, base = page.ask("coverage/totals").to_dict("records")
    first = page.coverage.first_month
    return Totals(
        now,
        base,
        is_quiet_known=first <= add_months(page.window.period_end, -4),
        is_base_quiet_known=first <= add_months(page.window.base_end, -15),
    )


def headline_whole(page: Page, totals: Totals) -> str:
    """The sentence of a part that has none of its own: how many bought, how much, and the largest hole."""
    filters = page.filters
    return tell_headline(
        totals.now,
        page.period_short,
        page.language,
        page.company.currency,
        is_quiet_known=totals.is_quiet_known,
        is_narrowed=bool(filters.product_lines or filters.manufacturers or filters.distributors),
    )
