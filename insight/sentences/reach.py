"""What the coverage page says of whom we reach: where distribution is thin, who calls on whom, and who sees nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.sentences.coverage import FEW
from insight.units import is_missing, show_amount, show_count, show_share

Row = Mapping[str, Any]

# how the universe can be divided
LOOKS = {
    "territory": "By territory",
    "grade": "By grade",
    "kind": "By kind",
    "owner": "By owner",
    "potential": "By potential",
}
BANDS = {"high": "Top third", "middle": "Middle third", "low": "Bottom third", "": "Potential not known"}
# whose people visit, and the words below
CALLERS = {
    "manufacturer": ("Manufacturer", "alone"),
    "both": ("Both", ""),
    "distributor": ("Distributor", "alone"),
    "nobody": ("Nobody", ""),
}
# who is behind a click: a part of a unit, in words
LACKING = {
    "purchase": "{unit}: did not buy in the period",
    "active": "{unit}: on the target list, did not buy in the period",
    "listed": "{unit}: on the target list, nothing listed",
    "visited": "{unit}: on the target list, not visited in the period",
}
CALLED = {
    "manufacturer": "{unit}: visited by the manufacturer’s people alone",
    "both": "{unit}: visited by the manufacturer’s people and distributors’",
    "distributor": "{unit}: visited by distributors’ people alone",
    "nobody": "{unit}: visited by nobody in the period",
}


def tell_alert(grade_a: Row, period: str, language: str, currency: str) -> str:
    """Terminals of grade A that nobody visited, and how many of them nobody owns; empty where there are none."""
    count = grade_a["by_nobody_count"]
    if not count:
        return ""
    values = {"n": show_count(count, language), "amount": show_amount(grade_a["by_nobody_amount"], language, currency)}
    if not grade_a["by_nobody_known_count"]:
        one, many = "{n} grade A terminal", "{n} grade A terminals"
    elif grade_a["by_nobody_known_count"] < count:
        one = many = "{n} grade A terminals worth at least {amount} a year"
    else:
        one, many = "{n} grade A terminal worth {amount} a year", "{n} grade A terminals worth {amount} a year"
    who = say(language, one if count == 1 else many, **values)
    unowned = grade_a["by_nobody_unowned_count"]
    if not unowned:
        text = "{who} had no visit in {period}."
    elif unowned == count:
        text = "{who} had no visit in {period}, and no owner."
    elif unowned == 1:
        text = "{who} had no visit in {period}; {m} of them has no owner either."
    else:
        text = "{who} had no visit in {period}; {m} of them have no owner either."
    return say(language, text, who=who, period=period, m=show_count(unowned, language))


def tell_distribution(rows: Sequence[Row], look: str, language: str) -> str:
    """The widest span of active coverage between units that are large enough; of owners only how many have none.

    ``rows`` carry ``name`` and begin with the whole.
    """
    whole, units = rows[0], rows[1:]
    if look == "owner":
        unowned = sum(row["target_count"] for row in units if not row["unit_id"])
        if not unowned:
            return say(language, "Every target terminal has an owner")
        return say(
            language,
            "{n} of {all} target terminals have no owner",
            n=show_count(unowned, language),
            all=show_count(whole["target_count"], language),
        )
    large = [row for row in units if row["target_count"] >= FEW and row["unit_id"]]
    low = min(large, key=lambda row: row["active_rate"], default=None)
    high = max(large, key=lambda row: row["active_rate"], default=None)
    if low is None or high is None or len(large) < 2:
        if is_missing(whole["active_rate"]):
            return say(language, "No target terminal here")
        return say(
            language,
            "{n} of {all} target terminals bought",
            n=show_count(whole["active_count"], language),
            all=show_count(whole["target_count"], language),
        )
    low_rate, high_rate = show_share(low["active_rate"], language), show_share(high["active_rate"], language)
    if low_rate == high_rate:
        return say(language, "Active coverage is {rate} everywhere", rate=low_rate)
    return say(
        language,
        "Active coverage: {low_rate} in {low}, {high_rate} in {high}",
        low=low["name"],
        low_rate=low_rate,
        high=high["name"],
        high_rate=high_rate,
    )


def tell_weight(whole: Row, language: str) -> str:
    """What weighs in the weighted distribution, and of how many terminals it is an estimate or missing."""
    if not whole["is_worth_known"]:
        return say(
            language,
            "Weight: purchases of twelve months, as too few terminals have a potential; who never bought weighs nothing.",
        )
    values = {
        "estimated": show_count(whole["estimated_count"], language),
        "all": show_count(whole["universe_count"], language),
        "missing": show_count(whole["unweighed_count"], language),
    }
    if whole["estimated_count"] and whole["estimated_count"] + whole["unweighed_count"] == whole["universe_count"]:
        text = "Weight: potential a year, estimated from similar terminals, as nobody supplied one."
    elif whole["estimated_count"] and whole["unweighed_count"]:
        text = (
            "Weight: potential a year; of {all} terminals {estimated} have an estimate from similar ones "
            "and {missing} none, which are left out."
        )
    elif whole["estimated_count"]:
        text = "Weight: potential a year; of {all} terminals {estimated} have an estimate from similar ones."
    elif whole["unweighed_count"]:
        text = "Weight: potential a year; of {all} terminals {missing} have none and are left out."
    else:
        text = "Weight: potential a year."
    return say(language, text, **values)


def tell_callers(whole: Row, language: str) -> str:
    """Who visits: how many nobody does, and what part distributors' people see, alone or beside the manufacturer's."""
    if not whole["held_count"]:
        return say(language, "Who covers whom")
    shared = whole["by_both_count"] + whole["by_distributor_count"]
    values = {
        "n": show_count(whole["by_nobody_count"], language),
        "all": show_count(whole["held_count"], language),
        "rate": show_share(shared / whole["held_count"], language),
    }
    if not whole["by_nobody_count"]:
        return say(
            language, "Each of {all} terminals was visited; {rate} of them by distributors’ people too", **values
        )
    if not shared:
        return say(language, "{n} of {all} terminals were visited by nobody, none by distributors’ people", **values)
    return say(language, "{n} of {all} terminals were visited by nobody, {rate} by distributors’ people", **values)


def tell_potential_callers(bands: Sequence[Row], language: str, currency: str) -> str:
    """How much of the largest third of potential nobody visits."""
    top = next((row for row in bands if row["unit_id"] == "high"), None)
    if top is None or top["held_count"] < FEW:
        return say(language, "Who covers which potential")
    values = {
        "n": show_count(top["by_nobody_count"], language),
        "all": show_count(top["held_count"], language),
        "amount": show_amount(top["by_nobody_amount"], language, currency),
    }
    if not top["by_nobody_count"]:
        return say(language, "Each of the {all} terminals in the top third of potential was visited", **values)
    return say(language, "Of the top third of potential nobody visited {n} of {all}, worth {amount} a year", **values)
