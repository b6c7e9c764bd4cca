"""What the attainment page says of the landing: the chance to reach the target, how far projections missed, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.units import is_missing, show_share

Row = Mapping[str, Any]

SURE, UNLIKELY = 0.95, 0.05  # chances beyond are not told to the percent: the range does not know its ends that well
STEP = 0.05
PEOPLE = ("rep", "manager")


def show_chance(chance: float | None, language: str) -> str:
    """A chance as it can be known: in steps of five percent, 'over 95%' and 'under 5%' beyond.

    >>> show_chance(0.62, "en"), show_chance(0.991, "en"), show_chance(0.01, "en")
    ('60%', 'over 95%', 'under 5%')
    """
    if is_missing(chance) or chance is None:
        return "—"
    if chance > SURE:
        return say(language, "over {share}", share=show_share(SURE, language, 0))
    if chance < UNLIKELY:
        return say(language, "under {share}", share=show_share(UNLIKELY, language, 0))
    return show_share(round(chance / STEP) * STEP, language, 0)


def tell_chance(period: str, chance: float | None, language: str) -> str:
    """The whole's chance, as a sentence; nothing where there is no range or no target."""
    if is_missing(chance) or chance is None:
        return ""
    return say(
        language,
        "Chance to reach the target of {period}: {chance}.",
        period=period,
        chance=show_chance(chance, language),
    )


def tell_method(
    method: str, error_count: int, error_rate: float | None, naive_error_rate: float | None, language: str
) -> str:
    """How the landing was projected and how wrong that has been: the note under the charts that show it."""
    words = {
        "over": "The period is over: its landing is what was sold.",
        "nothing": "No pure sales yet: nothing to project from.",
        "plain": "Less than six whole months of history: a plain pace a working day, without a range.",
        "recent": "Less than 13 whole months of history: the pace of the last months a working day, without seasons.",
        "seasonal": "Recent months and last year’s, by season and growth; the month under way by its usual shape.",
    }
    first = say(language, words[method])
    if method in ("over", "nothing", "plain") or not error_count or is_missing(error_rate) or error_rate is None:
        return first
    if is_missing(naive_error_rate) or naive_error_rate is None:
        return first
    past = say(
        language,
        "Made the same way as of {n} earlier months it missed what was still to come by {error} on average; "
        "last year’s months alone by {naive}.",
        n=error_count,
        error=show_share(error_rate, language),
        naive=show_share(naive_error_rate, language),
    )
    return first + ("" if language == "zh" else " ") + past


def tell_units(rows: Sequence[Row], code: str, language: str) -> str:
    """Title of the landing chart of a level other than territories: counts alone, for units may be people."""
    rated = [row for row in rows if not is_missing(row["low_rate"])]
    if not rated:
        return say(language, "Where each unit is heading")
    below = sum(row["high_rate"] < 1 for row in rated)
    above = sum(row["low_rate"] >= 1 for row in rated)
    return say(
        language,
        "{above} of {n} land on target or above, {below} below; {open} can go either way",
        above=above,
        below=below,
        open=len(rated) - above - below,
        n=len(rated),
    )


def tell_needed_units(rows: Sequence[Row], language: str) -> str:
    """Title of what each must bring: how many are expected to bring less."""
    behind = sum(row["headroom_rate"] < 0 for row in rows)
    if not behind:
        return say(language, "Every unit is expected to bring what it needs")
    return say(language, "{n} of {all} are expected to bring less than they need", n=behind, all=len(rows))


def tell_evidence(rows: Sequence[Row], language: str) -> str:
    """Title of the evidence: error of the whole against last year's months, and how often the ranges of all held."""
    whole = next((row for row in rows if row["level"] == "whole"), rows[0])
    count = sum(row["projection_count"] for row in rows)
    held = sum(row["coverage_rate"] * row["projection_count"] for row in rows) / count
    values = {
        "error": show_share(whole["error_rate"], language),
        "naive": show_share(whole["last_year_error_rate"], language),
        "held": show_share(held, language, 0),
    }
    if is_missing(whole["last_year_error_rate"]) or whole["error_rate"] < whole["last_year_error_rate"]:
        text = (
            "Projections of everything missed by {error}, last year’s months by {naive}; ranges held {held} of the time"
        )
        return say(language, text, **values)
    text = (
        "Projections of everything missed by {error}, no better than last year’s months; ranges held {held} of the time"
    )
    return say(language, text, **values)


def name_level(level: str, language: str) -> str:
    """A level in words: 'Province', '省'; the whole is 'All together'."""
    words = {
        "whole": "All together",
        "parts": "Its parts",
        "distributor": "Distributor",
        "manager": "Manager",
        "rep": "Rep",
        "product_line": "Product line",
        "unit": "Territory",
    }
    if level in words:
        return say(language, words[level])
    found = say(language, f"term:{level}")
    return level.replace("_", " ").capitalize() if found.startswith("term:") else found
