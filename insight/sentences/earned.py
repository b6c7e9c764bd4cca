"""What is said of returns by payer, of when a cost came back, of what activities cost and of spending more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.sentences.activities import FEW, name_kind
from insight.units import is_missing, show_amount, show_count, show_share

Row = Mapping[str, Any]

LEVEL = 0.01  # a deviation below this is no deviation


def tell_payback(payback: Row, who: str, language: str) -> str:
    """In how many months the cost came back: by the estimate, at best, at worst.

    ``payback`` holds activity_count, cost_amount, seen_count (months counted), month_count, earliest_count and
    latest_count (None: not yet); ``who`` names the payer.
    """
    seen = show_count(payback["seen_count"], language)
    if not payback["cost_amount"]:
        return say(language, "{who}: nothing was paid, so there is nothing to earn back", who=who)
    if payback["activity_count"] < FEW:
        return say(language, "{who}: too few activities to say when the cost came back", who=who)
    if payback["month_count"] is None:
        if payback["earliest_count"] is None:
            return say(
                language, "{who}: cost not back within the {seen} months counted, not even at best", who=who, seen=seen
            )
        return say(
            language,
            "{who}: cost not back within the {seen} months counted; at best after {first}",
            who=who,
            seen=seen,
            first=show_count(payback["earliest_count"], language),
        )
    values = {
        "who": who,
        "n": show_count(payback["month_count"], language),
        "first": show_count(payback["earliest_count"], language),
        "seen": seen,
    }
    if payback["latest_count"] is None:
        return say(language, "{who}: cost back in month {n}; at best {first}, at worst not yet", **values)
    return say(
        language,
        "{who}: cost back in month {n}; at best {first}, at worst {last}",
        last=show_count(payback["latest_count"], language),
        **values,
    )


def say_payback(payback: Row, language: str) -> str:
    """'3 (1 – not yet)': months by the estimate and by the ends of its interval; a dash where nothing was paid."""
    if not payback["cost_amount"]:
        return "—"

    def count(months: int | None) -> str:
        return say(language, "not yet") if months is None else show_count(months, language)

    if payback["month_count"] is None and payback["earliest_count"] is None:
        return count(None)
    ends = f"{count(payback['earliest_count'])} – {count(payback['latest_count'])}"
    return f"{count(payback['month_count'])} ({ends})"


def tell_payback_kinds(kinds: Sequence[Row], language: str) -> str:
    """How many kinds had their cost back; those of too few activities are not spoken of."""
    if not any(row["cost_amount"] for row in kinds):
        return say(language, "Nothing was paid for any kind")
    rated = [row for row in kinds if row["activity_count"] >= FEW and row["cost_amount"]]
    if not rated:
        return say(language, "No kind has enough activities to say when its cost came back")
    back = sum(row["month_count"] is not None for row in rated)
    if not back:
        return say(
            language, "By the estimate no kind with enough activities had its cost back within the months counted"
        )
    if back == len(rated):
        return say(
            language, "By the estimate every kind with enough activities had its cost back within the months counted"
        )
    return say(
        language,
        "By the estimate {n} of {all} kinds with enough activities had their cost back within the months counted",
        n=show_count(back, language),
        all=show_count(len(rated), language),
    )


def tell_costs(whole: Row, language: str) -> str:
    """What settled activities cost against their estimates. ``whole`` is the row of all kinds."""
    if is_missing(whole["deviation_rate"]) or whole["compared_count"] < FEW:
        return say(language, "What activities were estimated to cost and what they cost")
    n = show_count(whole["compared_count"], language)
    if abs(whole["deviation_rate"]) < LEVEL:
        return say(language, "{n} settled activities cost about what was estimated", n=n)
    share = show_share(abs(whole["deviation_rate"]), language)
    if whole["deviation_rate"] > 0:
        return say(language, "{n} settled activities cost {share} more than estimated", n=n, share=share)
    return say(language, "{n} settled activities cost {share} less than estimated", n=n, share=share)


def tell_unit_costs(whole: Row, language: str, currency: str) -> str:
    """What an attendee and a target attendee cost. ``whole`` is the row of all kinds."""
    if not is_missing(whole["cost_per_attendee_amount"]):
        each = show_amount(whole["cost_per_attendee_amount"], language, currency)
        if is_missing(whole["cost_per_target_attendee_amount"]):
            return say(language, "{each} spent per attendee", each=each)
        target = show_amount(whole["cost_per_target_attendee_amount"], language, currency)
        return say(
            language,
            "{each} spent per attendee, {target} per attendee from a target terminal",
            each=each,
            target=target,
        )
    if not is_missing(whole["cost_per_terminal_amount"]):
        each = show_amount(whole["cost_per_terminal_amount"], language, currency)
        return say(language, "{each} spent per terminal that took part; attendees were not counted", each=each)
    return say(language, "What an attendee cost cannot be said")


def tell_outside(judged: Sequence[Row], language: str) -> str:
    """How many activities lie outside the usual cost of their kind; rows hold band_basis and is_outside."""
    rated = [row for row in judged if not is_missing(row["low_amount"])]
    if not rated:
        return say(language, "No kind has enough activities to say what is usual")
    outside = sum(bool(row["is_outside"]) for row in rated)
    if not outside:
        return say(
            language,
            "All {all} activities lie within what is usual for their kind",
            all=show_count(len(rated), language),
        )
    return say(
        language,
        "{n} of {all} activities lie outside what is usual for their kind",
        n=show_count(outside, language),
        all=show_count(len(rated), language),
    )


def tell_response(kind: Row, language: str) -> str:
    """Whether a larger effect goes with spending more, of one kind."""
    name = name_kind(str(kind["kind"]), language)
    if kind["status"] == "unknown":
        return say(
            language,
            "{kind}: what spending more does is unknown: {missing}",
            kind=name,
            missing=say_missing(kind, language),
        )
    values = {
        "kind": name,
        "rate": show_share(abs(kind["double_lift_rate"]), language),
        "low": show_share(kind["double_low_rate"], language, is_signed=True),
        "high": show_share(kind["double_high_rate"], language, is_signed=True),
    }
    if kind["status"] == "more":
        return say(
            language, "{kind}: twice the cost a terminal goes with {rate} higher sales ({low} to {high})", **values
        )
    if kind["status"] == "less":
        return say(
            language, "{kind}: twice the cost a terminal goes with {rate} lower sales ({low} to {high})", **values
        )
    return say(
        language,
        "{kind}: no larger effect where more was spent, beyond chance ({low} to {high} for twice the cost)",
        **values,
    )


def tell_responses(kinds: Sequence[Row], language: str) -> str:
    """Of how many kinds it is known whether spending more goes with a larger effect."""
    known = [row for row in kinds if row["status"] != "unknown"]
    more = sum(row["status"] == "more" for row in known)
    if not known:
        return say(language, "For no kind are there data to say what spending more does")
    if not more:
        return say(language, "For no kind is a larger effect seen where more was spent")
    return say(
        language,
        "For {n} of {all} kinds a larger effect goes with spending more",
        n=show_count(more, language),
        all=show_count(len(known), language),
    )


def say_missing(kind: Row, language: str) -> str:
    """What is missing to tell what spending more does."""
    if kind["missing"] == "costs":
        return say(language, "no cost known")
    if kind["missing"] == "activities":
        return say(
            language,
            "{n} measured activities, 12 needed",
            n=show_count(kind["used_count"], language),
        )
    return say(language, "all cost about the same")


def say_response(kind: Row, language: str) -> str:
    """'+3.1% (−4.6% – +11.3%)', or what is missing."""
    if kind["status"] == "unknown":
        return say(language, "unknown: {missing}", missing=say_missing(kind, language))
    value, low, high = (
        show_share(kind[name], language, is_signed=True)
        for name in ("double_lift_rate", "double_low_rate", "double_high_rate")
    )
    return f"{value} ({low} – {high})"


def name_payer(payer_id: str, name: str | None, language: str) -> str:
    """The payer on the screen: the manufacturer, a distributor by name, or the distributors nobody is known of."""
    if payer_id == "manufacturer":
        return say(language, "Manufacturer")
    if not payer_id:
        return say(language, "Supplying distributor not known")
    return name if name and not is_missing(name) else payer_id
