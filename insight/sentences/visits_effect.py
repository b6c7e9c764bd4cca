"""What the joint-visits page says of what followed: never more than the verdict allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, say
from insight.units import is_missing, show_amount, show_count, show_share

Row = Mapping[str, Any]

ALL_MODES = "*"
MODES = {
    "demonstration": "Demonstration",
    "observation": "Observation",
    "mixed": "Both in one month",
    "mode_unsaid": "Mode not said",
    ALL_MODES: "All joint visits",
}


def tell_sales(kind: Row, language: str) -> str:
    """What joint visits are associated with, of one mode or of all; never more than the verdict allows."""
    values = _list_lift(kind, language)
    if kind["verdict"] == "not_enough_data":
        return say(language, "{kind}: not enough data to say anything", **values)
    if kind["verdict"] == "works":
        return say(language, "{kind}: associated with {lift} more pure sales ({low} to {high})", **values)
    if kind["verdict"] == "harms":
        return say(language, "{kind}: associated with {lift} less pure sales ({low} to {high})", **values)
    if kind["lift_low_rate"] > 0 or kind["lift_high_rate"] < 0:
        return say(language, "{kind}: no larger a difference than where nothing happened ({low} to {high})", **values)
    return say(language, "{kind}: no difference beyond chance ({low} to {high})", **values)


def tell_calls(kind: Row, language: str) -> str:
    """Whether the terminals are called on more often afterwards without a distributor beside."""
    values = _list_lift(kind, language)
    if kind["verdict"] == "not_enough_data":
        return say(language, "Later solo calls: not enough data to say anything", **values)
    if kind["verdict"] == "works":
        return say(language, "Later solo calls: associated with {lift} more of them ({low} to {high})", **values)
    if kind["verdict"] == "harms":
        return say(language, "Later solo calls: associated with {lift} fewer of them ({low} to {high})", **values)
    return say(language, "Later solo calls: no difference beyond chance ({low} to {high})", **values)


def _list_lift(kind: Row, language: str) -> dict[str, str]:
    return {
        "kind": say(language, MODES.get(str(kind["kind"]), "All joint visits")),
        "lift": "" if is_missing(kind["lift_rate"]) else show_share(abs(kind["lift_rate"]), language),
        "low": show_share(kind["lift_low_rate"], language, is_signed=True),
        "high": show_share(kind["lift_high_rate"], language, is_signed=True),
    }


def tell_bands(kind: Row, language: str, currency: str = "") -> str:
    """The estimate with both bands, its money where a currency is given, and the naive number beside it."""
    if kind["verdict"] == "not_enough_data":
        return ""
    values = {
        "lift": show_share(kind["lift_rate"], language, is_signed=True),
        "low": show_share(kind["lift_low_rate"], language, is_signed=True),
        "high": show_share(kind["lift_high_rate"], language, is_signed=True),
        "low80": show_share(kind["lift_low80_rate"], language, is_signed=True),
        "high80": show_share(kind["lift_high80_rate"], language, is_signed=True),
        "chance": _say_chance(kind["chance_positive_share"], language),
    }
    parts = [
        say(
            language,
            "Estimate {lift}; 95%: {low} to {high}; 80%: {low80} to {high80}; chance that it is above none: {chance}.",
            **values,
        )
    ]
    if currency:
        parts.append(
            say(
                language,
                "In money, for the {n} episodes measured: {amount} ({low} to {high}).",
                n=show_count(kind["used_count"], language),
                amount=show_amount(kind["incremental_amount"], language, currency, is_signed=True),
                low=show_amount(kind["incremental_low_amount"], language, currency, is_signed=True),
                high=show_amount(kind["incremental_high_amount"], language, currency, is_signed=True),
            )
        )
    if not is_missing(kind["before_after_rate"]):
        parts.append(
            say(
                language,
                "Naive before/after: {rate}; it compares with nobody and is no effect.",
                rate=show_share(kind["before_after_rate"], language, is_signed=True),
            )
        )
    return _join(language, *parts)


def _say_chance(value: float, language: str) -> str:
    """A chance that is never said to be certain."""
    return "<1%" if value < 0.01 else ">99%" if value > 0.99 else show_share(value, language, 0)


def tell_control(kind: Row, months: int, language: str) -> str:
    """The negative control in words: what the method finds where nothing happened."""
    if is_missing(kind["negative_control_rate"]):
        return say(language, "Negative control: too little data to run one.")
    values = {
        "months": months,
        "rate": show_share(kind["negative_control_rate"], language, is_signed=True),
        "low": show_share(kind["negative_control_low_rate"], language, is_signed=True),
        "high": show_share(kind["negative_control_high_rate"], language, is_signed=True),
    }
    first = say(
        language,
        "Negative control: {months} months before, where nothing happened, the same method finds {rate} ({low} to {high}).",
        **values,
    )
    if not kind["is_picked_unusual"]:
        return first
    return _join(language, first, say(language, "Terminals were picked after unusual months: read with care."))


def tell_modes_compared(kinds: Sequence[Row], language: str) -> str:
    """The modes with an effect beyond chance, or that there is none."""
    rated = [row for row in kinds if row["kind"] != ALL_MODES and row["verdict"] != "not_enough_data"]
    if not rated:
        return say(language, "No mode has enough measured months")
    sure = [say(language, MODES[row["kind"]]) for row in rated if row["verdict"] == "works"]
    if not sure:
        return say(language, "No mode is associated with more sales beyond chance")
    return say(language, "Associated with more sales beyond chance: {names}", names=join_names(language, sure))


def tell_cohorts(cohorts: Sequence[Row], language: str) -> str:
    """How many months of visits speak for themselves."""
    alone = sum(row["status"] in ("measured", "consistent_with_no_change") for row in cohorts)
    return say(
        language,
        "{n} of {all} months of visits can be measured alone; for the others all together speak",
        n=show_count(alone, language),
        all=show_count(len(cohorts), language),
    )


def _join(language: str, *parts: str) -> str:
    return ("" if language == "zh" else " ").join(part for part in parts if part)
