"""What the joint-visits page says of records that need review: facts and rules, of nobody that he did wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.units import show_count, show_date, show_number, show_share

Row = Mapping[str, Any]

RULES = {
    "many_a_day": "More than {most} calls of one person a day",
    "day_off": "On a weekend or public holiday",
    "repeated": "Same person, terminal and day once more",
    "far_apart": "Calls of one person on one day more than {km} km apart",
    "before_opening": "Before the terminal opened",
    "after_closing": "After the terminal closed",
    "after_data": "Dated after the last day of data",
    "not_supplied": "Joint visit with a distributor that did not sell there, while others did, within {days} days",
    "every_step": "All four steps ticked in every one of {least} or more joint visits of a person in a quarter",
}
REASONS = {
    "day_off": "Not a working day",
    "repeated": "Recorded before on the same day",
    "after_data": "Later than the data go",
    "not_supplied": "Others sold there, this distributor did not",
}


def tell_records(rules: Sequence[Row], language: str) -> str:
    """How many records meet a rule."""
    if not rules or not rules[0]["visit_count"]:
        return say(language, "No call is recorded here")
    found, everything = rules[0]["all_count"], rules[0]["visit_count"]
    if not found:
        return say(language, "None of {all} records needs review", all=show_count(everything, language))
    return say(
        language,
        "{n} of {all} records need review ({rate})",
        n=show_count(found, language),
        all=show_count(everything, language),
        rate=show_share(found / everything, language),
    )


def name_rule(rule: str, limits: Mapping[str, int], language: str) -> str:
    """A rule in words with its threshold."""
    return say(
        language,
        RULES[rule],
        most=limits["most_a_day"],
        days=limits["supply_days"],
        least=limits["least_block"],
        km=show_number(limits["most_km"], language),
    )


def tell_reason(row: Row, language: str) -> str:
    """Why one record is in the list, with what was measured."""
    rule = row["rule"]
    if rule == "many_a_day":
        return say(language, "{n} calls that day", n=show_count(row["measured_count"], language))
    if rule == "far_apart":
        return say(language, "{km} km to another call that day", km=show_number(row["measured_km"], language))
    if rule == "before_opening":
        return say(language, "Opened on {day}", day=show_date(row["measured_on"], language))
    if rule == "after_closing":
        return say(language, "Closed on {day}", day=show_date(row["measured_on"], language))
    if rule == "every_step":
        return say(language, "All of {n} joint visits in the quarter", n=show_count(row["measured_count"], language))
    return say(language, REASONS[rule])
