"""What planning an activity says: whether anybody will be able to tell, what it must bring, whom to invite, what went before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import expm1
from typing import Any

from insight.i18n import name_term, say
from insight.units import is_missing, show_amount, show_count, show_month, show_ratio, show_share

Row = Mapping[str, Any]


def tell_verdict(plan: Row, language: str) -> str:
    """The plain answer. ``plan``: code, smallest (log), lift, basis, needed, measured; missing where the code is unknown."""
    if plan["code"] == "unknown":
        return say(
            language, "What this list could show cannot be said: {why}", why=tell_missing(plan["missing"], language)
        )
    values = {
        "seen": _say_lift(expm1(plan["smallest"]), language),
        "lift": _say_lift(plan["lift"], language),
        "needed": _say_needed(plan["needed"], language),
        "measured": show_count(plan["measured"], language),
    }
    values["worth"] = say(
        language,
        {
            "break_even": "break-even at {lift}",
            "kind": "its kind’s mean of {lift}",
            "usual": "a lift of {lift}",
        }[plan["basis"]],
        lift=values["lift"],
    )
    if plan["code"] == "measurable":
        return say(language, "Will be measurable: this list shows {seen} or more, against {worth}", **values)
    if plan["code"] == "kind":
        return say(
            language,
            "Measurable only as part of its kind: alone this list shows {seen} or more, against {worth}. That takes {needed} "
            "such activities; {measured} are measured",
            **values,
        )
    return say(
        language,
        "A bet: this list shows {seen} or more, against {worth}, and it would take {needed} such activities to tell",
        **values,
    )


def _say_needed(needed: int | None, language: str) -> str:
    """A number of activities; beyond a thousand nobody will hold them."""
    if needed is None or needed > 1000:
        return say(language, "over {n}", n=show_count(1000, language))
    return show_count(needed, language)


def tell_missing(code: str, language: str) -> str:
    """What stands in the way of an estimate, in words."""
    return say(
        language,
        {
            "attendance": "nobody on the list has ever bought",
            "months_before": "it takes 18 whole months of sales",
            "clean_months": "those on the list were in too many activities in the last year",
            "baseline_sales": "those on the list bought nothing in the last year",
            "donors": "too few untouched buyers are left to compare with; leave more out",
            "empty": "nobody is on the list",
        }.get(code, "the list has reported too few months"),
    )


def tell_chance(total: Row, language: str, currency: str) -> str:
    """The chance that it pays and the net gain at its kind's mean; what is missing where neither can be said."""
    if is_missing(total["cost"]):
        return say(language, "No cost is known: enter one to see what it must bring.")
    if is_missing(total["margin"]):
        return say(
            language, "No margin is known, so break-even cannot be said: costs or prices of products are missing."
        )
    if is_missing(total["break_even"]):
        return say(language, "There is nothing to earn it back with: no sales are expected of the list, or no margin.")
    if is_missing(total["chance"]):
        return say(language, "The chance that it pays is unknown: too few activities of its kind were measured.")
    return say(
        language,
        "It pays with a chance of {chance}; at its kind’s mean effect the net gain is {net}.",
        chance=say_chance(total["chance"], language),
        net=show_amount(total["expected_net"], language, currency, is_signed=True),
    )


def tell_seeing(chance: float, language: str) -> str:
    """How likely the kind's mean effect would come out significant on this list alone."""
    if is_missing(chance):
        return ""
    return say(
        language,
        "An effect as large as its kind’s mean would come out significant with a chance of {chance}.",
        chance=say_chance(chance, language),
    )


def say_chance(value: float, language: str) -> str:
    """Never said to be certain."""
    return (
        "—"
        if is_missing(value)
        else "<1%"
        if value < 0.01
        else ">99%"
        if value > 0.99
        else show_share(value, language, 0)
    )


def tell_break_even(total: Row, expected: float, months: int, language: str, currency: str) -> str:
    """The title of the payers' card."""
    if total["cost"] == 0:
        return say(
            language,
            "It costs nothing, so any of the {expected} expected that it adds is a gain",
            expected=show_amount(expected, language, currency),
        )
    if is_missing(total["break_even"]):
        return say(
            language,
            "Without it the list is expected to buy {expected} in {n} months",
            expected=show_amount(expected, language, currency),
            n=months,
        )
    return say(
        language,
        "It must lift {expected} of expected sales by {lift} to earn back {cost}",
        expected=show_amount(expected, language, currency),
        lift=_say_lift(total["break_even"], language),
        cost=show_amount(total["cost"], language, currency),
    )


def tell_season(year_count: int, months: int, language: str) -> str:
    """What the expected sales rest on."""
    if year_count == 0:
        return say(
            language,
            "Expected = mean month of the last year × {n} months; the data are too short for a season.",
            n=months,
        )
    return say(
        language,
        "Expected = own mean month of the last year × {n} months × season and growth of terminals of the same type and "
        "region, from the year before."
        if year_count == 1
        else "Expected = own mean month of the last year × {n} months × season and growth of terminals of the same type and "
        "region, from {years} earlier years.",
        n=months,
        years=year_count,
    )


def tell_invites(rows: Sequence[Row], is_given: bool, all_count: int, language: str, currency: str) -> str:
    """Whom to invite, and what they do not buy yet."""
    if not rows:
        return say(language, "Nobody is to be invited")
    known = [row["open_amount"] for row in rows if not is_missing(row["open_amount"])]
    values = {
        "n": show_count(len(rows), language),
        "all": show_count(all_count, language),
        "open": show_amount(float(sum(known)), language, currency) if known else "",
    }
    if is_given:
        text = "Your list, {n} found: {open} of their potential is not bought" if known else "Your list, {n} found"
    else:
        text = (
            "Invite {n} of {all}: {open} of their potential is not bought"
            if known
            else "Invite {n} of {all}: the largest buyers, as no potential is known"
        )
    return say(language, text, **values)


def say_why(row: Row, months: int, start: Any, language: str, currency: str) -> str:
    """Why a terminal is on the list, or why it would better not be."""
    if row["reason"] is not None and not is_missing(row["reason"]):
        return say_reason(row, months, language)
    parts = []
    if is_missing(row["open_amount"]):
        parts.append(say(language, "no potential known"))
    elif row["is_estimated"]:
        parts.append(
            say(language, "{amount} not bought (estimate)", amount=show_amount(row["open_amount"], language, currency))
        )
    else:
        parts.append(say(language, "{amount} not bought", amount=show_amount(row["open_amount"], language, currency)))
    if is_missing(row["last_exposed_on"]):
        parts.append(say(language, "never took part"))
    else:
        last = row["last_exposed_on"]
        gap = (start.year - last.year) * 12 + start.month - last.month
        parts.append(say(language, "last time {n} months before", n=gap))
    return " · ".join(parts)


def say_reason(row: Row, months: int, language: str) -> str:
    """Why a terminal is left out."""
    name = "" if is_missing(row["activity_name"]) else str(row["activity_name"])
    return say(
        language,
        {
            "unreported": "a supplier has not reported",
            "exposed": "took part less than {n} months before: {name}",
            "upcoming": "already invited: {name}",
            "inactive": "bought nothing in twelve months",
            "saturated": "buys its potential already",
            "crowded": "too few untouched months lately to be measured",
        }[row["reason"]],
        n=months,
        name=name,
    )


def tell_left_out(counts: Mapping[str, int], language: str) -> str:
    """How many are left out and the commonest reason."""
    most = max(counts, key=lambda code: (counts[code], code))
    return say(
        language,
        "{n} left out; most often: {reason}",
        n=show_count(sum(counts.values()), language),
        reason=name_term(language, f"left_out_{most}"),
    )


def tell_comparables(rows: Sequence[Row], language: str) -> str:
    """How many of them are clear of nothing by best estimate."""
    if not rows:
        return say(language, "No single activity of the kind was measured; its mean")
    clear = sum(row["shrunk_low_rate"] > 0 for row in rows)
    if clear == 0:
        return say(language, "What comparable activities did: none is clear of no effect, by best estimate")
    return say(
        language,
        "What comparable activities did: {n} of {all} are clear of no effect, by best estimate",
        n=clear,
        all=len(rows),
    )


def say_comparable(row: Row, language: str) -> str:
    """Why an activity is shown: 'last one in this market', also two reasons."""
    return " + ".join(say(language, _WHYS[why]) for why in str(row["why"]).split("+"))


_WHYS = {
    "last_here": "Last one in this market",
    "last_year": "Same time last year",
    "best": "Best of its kind",
    "kind": "Mean of its kind",
}


def tell_holdout(held: int, invited: int, before: float | None, after: float | None, language: str) -> str:
    """How many to leave uninvited and what that does to what can be seen. ``before`` and ``after`` are lifts."""
    values = {
        "n": show_count(held, language),
        "all": show_count(held + invited, language),
        "before": "" if before is None else _say_lift(before, language),
        "after": "" if after is None else _say_lift(after, language),
    }
    if held == 0:
        return say(language, "The list is too short to leave anybody out")
    if before is None or after is None:
        return say(language, "Leave {n} of {all} uninvited, chosen by chance", **values)
    return say(
        language,
        "Leave {n} of {all} uninvited, chosen by chance: the smallest visible effect goes from {before} to {after}",
        **values,
    )


def tell_basis(kind: Row | None, start: Any, count: int, language: str) -> str:
    """What is planned, in one line."""
    what = say(language, "an activity") if kind is None else name_term(language, str(kind["kind"]))
    return say(
        language,
        "{kind}, {month}, {n} terminals",
        kind=what,
        month=show_month(start, language),
        n=show_count(count, language),
    )


def say_romi(row: Row, language: str) -> str:
    """ROMI with its interval, or a dash."""
    if is_missing(row["romi_rate"]):
        return "—"
    return " ".join(
        (
            show_ratio(row["romi_rate"], language),
            f"({show_ratio(row['romi_low_rate'], language)} – {show_ratio(row['romi_high_rate'], language)})",
        )
    )


def _say_lift(value: float, language: str) -> str:
    """+9.4%, +38%, and over +300% no digits anybody could mean."""
    if value > 3:
        return say(language, "over {lift}", lift=show_share(3.0, language, 0, is_signed=True))
    return show_share(value, language, 0 if value >= 0.2 else 1 if value >= 0.002 else 2, is_signed=True)
