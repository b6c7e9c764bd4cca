"""What stands under the cards of a level: where targets come from, why people are not ranked, what growth is read over."""

from __future__ import annotations

import pandas as pd

from insight.ui.attainment.levels import Level
from insight.ui.attainment.standing import note_more
from insight.ui.page import Page
from insight.units import is_missing


def note_allocated(page: Page, frame: pd.DataFrame) -> str:
    """That some targets were handed down, and by what; never silently among the given ones."""
    handed = frame[frame["is_allocated"].eq(True)]
    if handed.empty:
        return ""
    if (handed["basis"] == "equal").any():
        return page.say(
            "Hollow = target allocated from above: no target is given at this level. "
            "By last year’s sales of the same months; in equal parts where there were none."
        )
    return page.say(
        "Hollow = target allocated from above by last year’s sales of the same months: no target is given at this level."
    )


def note_people(page: Page, level: Level) -> str:
    """Why people stand in no order of result."""
    if not level.is_people:
        return ""
    return page.say(
        "People stand by team and name and are never ranked: shared views do not compare persons. "
        "Sales are credited as of the day of each line and split by credit share; with nobody’s they add up to the whole."
    )


def note_rest(page: Page, level: Level, most: int) -> str:
    """That a chart shows only some of the units, and that targets of two kinds do not add up."""
    return note_more(page, len(level.named)) if len(level.named) > most else ""


def note_sums(page: Page, level: Level) -> str:
    """Where the units' own targets differ from the plan of the whole, both are said."""
    whole, parts = level.whole["plan_amount"], level.units["plan_amount"].sum(min_count=1)
    if whole is None or is_missing(parts) or level.manager or abs(parts - whole) <= max(abs(whole) * 0.001, 1):
        return ""
    return page.say(
        "Targets given at this level add up to {parts}, that of the whole is {whole}.",
        parts=page.amount(parts),
        whole=page.amount(whole),
    )


def note_new_year(page: Page, level: Level) -> str:
    """That growth is read over January and February together, or that January alone says little."""
    if level.joins_new_year:
        return page.say("Growth is of January and February together: Spring Festival moves between them.")
    window = page.window
    is_january = window.last_month.month == 1 and window.month_count == 1
    if is_january and page.company.calendar == "CN" and page.filters.compare != "pp" and window.has_base:
        return page.say("Spring Festival moves between January and February: growth of January alone says little.")
    return ""


def credit_metrics(level: Level) -> tuple[str, ...]:
    """What explains the credit, where people are shown."""
    return ("credit_share",) if level.is_people else ()
