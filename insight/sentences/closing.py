"""Who could close the gap, in sentences: what is plausible against what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.units import show_amount, show_count, show_share

Row = Mapping[str, Any]

REASONS = {
    "gone_quiet": "Gone quiet beyond their own rhythm",
    "behind_habit": "Behind their own habit",
    "potential": "Potential that peers realise",
}


def tell_headline(
    missing: float | None, plausible: float, quiet: float, needed: int | None, period: str, language: str, currency: str
) -> str:
    """The gap that remains at the expected landing, and what the list could bring against it.

    ``needed`` is how many of the largest items together come to what is missing; None where the list is too short.
    """
    values = {
        "period": period,
        "plausible": show_amount(plausible, language, currency),
        "quiet": show_amount(quiet, language, currency),
    }
    space = "" if language == "zh" else " "
    if plausible <= 0:
        return say(language, "Nothing stands out that could bring more until the end of {period}.", **values)
    if missing is None:
        return say(
            language,
            "There is no target to close in on; {plausible} more is plausible until the end of {period}.",
            **values,
        )
    if missing <= 0:
        return say(
            language,
            "{period} is expected to land on target; {plausible} more is plausible until its end.",
            **values,
        )
    gap = show_amount(missing, language, currency)
    first = say(language, "{period} is expected to land {gap} short of target.", gap=gap, **values)
    if plausible < missing:
        return (
            first
            + space
            + say(
                language,
                "What is plausible until then, {plausible}, covers {share} of it.",
                share=show_share(plausible / missing, language, 0),
                **values,
            )
        )
    if needed is not None:
        return (
            first
            + space
            + say(
                language,
                "{plausible} more is plausible until then; the {n} largest would close it.",
                n=show_count(needed, language),
                **values,
            )
        )
    return first + space + say(language, "{plausible} more is plausible until then.", **values)


def tell_over(period: str, plausible: float, until: str, language: str, currency: str) -> str:
    """A period that is over cannot be closed: what is plausible next."""
    if plausible <= 0:
        return say(language, "{period} is over, and nothing stands out that could bring more.", period=period)
    return say(
        language,
        "{period} is over; {plausible} more is plausible until {day}.",
        period=period,
        plausible=show_amount(plausible, language, currency),
        day=until,
    )


def tell_reasons(rows: Sequence[Row], language: str, currency: str) -> str:
    """Title of the reasons: the largest of them."""
    if not rows:
        return say(language, "Nothing stands out")
    first = max(rows, key=lambda row: row["plausible_amount"])
    whole = sum(row["plausible_amount"] for row in rows)
    return say(
        language,
        "{amount} plausible; most of it: {reason} ({share})",
        amount=show_amount(whole, language, currency),
        reason=say(language, REASONS[first["reason"]])[:1].lower() + say(language, REASONS[first["reason"]])[1:],
        share=show_share(first["plausible_amount"] / whole, language, 0),
    )


def tell_closers(shown: int, count: int, amount: float, language: str, currency: str) -> str:
    """Title of the list."""
    text = "{n} terminals × product lines could bring {amount}; the {shown} largest"
    if shown >= count:
        text = "{n} terminals × product lines could bring {amount}"
        text = "One terminal could bring {amount}" if count == 1 else text
    return say(
        language,
        text,
        n=show_count(count, language),
        amount=show_amount(amount, language, currency),
        shown=show_count(shown, language),
    )


def tell_reason(row: Row, language: str) -> str:
    """Why a terminal is on the list, in a few words with its numbers."""
    if row["reason"] == "gone_quiet":
        return say(
            language,
            "silent for {days} days, usually {rhythm}",
            days=show_count(row["silent_days"], language),
            rhythm=show_count(row["rhythm_days"], language),
        )
    if row["reason"] == "behind_habit":
        return say(language, "last three months under 80% of its year before")
    return say(language, "peers realise more of such a potential")
