"""Grades and effort in words: which grade the rules give and why, who gets more or less than its potential."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from insight.i18n import say
from insight.units import is_missing, show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]

FEW = 5  # nothing is said of a group smaller than this
LEVEL = 0.01  # shares nearer than this are about level

BANDS = {"high": "High", "middle": "Middle", "low": "Low", "unknown": "Not known"}
WAYS = {"total": "Share of the total", "terminals": "Share of the terminals", "amount": "Amount a year"}
STANDINGS = {"over": "Gets more", "under": "Gets less", "even": "About even"}
# what is counted: one of it, and how a share of it is named
EFFORTS = {
    "visits": ("Visits", "Share of visits"),
    "cost": ("Activity cost", "Share of activity cost"),
    "money": ("Visits and activities in money", "Share of money"),
}


def name_grade(grade: str, language: str) -> str:
    """A grade in words; without one it says so."""
    return say(language, "Grade {grade}", grade=grade) if grade else say(language, "No grade")


def show_place(share: float, language: str) -> str:
    """A place from the top in whole percent, rounded up: 0.043 is 'top 5%'."""
    return say(language, "top {share}", share=show_share(max(ceil(share * 100 - 1e-9), 1) / 100, language, 0))


def tell_bands(cells: Sequence[Row], language: str) -> str:
    """How few terminals of the best grade hold how much of sales and potential."""
    best = min(row["grade"] for row in cells if row["terminal_count"])
    chosen = [row for row in cells if row["grade"] == best]
    count, everyone = (sum(row["terminal_count"] for row in rows) for rows in (chosen, cells))
    sales, all_sales = (sum(row["year_amount"] for row in rows) for rows in (chosen, cells))
    values = {
        "n": show_count(count, language),
        "all": show_count(everyone, language),
        "grade": best,
    }
    if all_sales <= 0:
        return say(language, "By these rules {n} of {all} terminals are grade {grade}", **values)
    return say(
        language,
        "By these rules {n} of {all} terminals are grade {grade}; they buy {share} of all pure sales",
        share=show_share(sales / all_sales, language),
        **values,
    )


def tell_crossing(cells: Sequence[Row], language: str) -> str:
    """How many would change grade, and in which direction."""
    everyone = sum(row["terminal_count"] for row in cells)
    if all(row["grade"] == "" for row in cells):
        return say(language, "No terminal has a grade yet; the rules give {n} one", n=show_count(everyone, language))
    changed = [row for row in cells if row["grade"] != row["proposed_grade"] and row["terminal_count"]]
    if not changed:
        return say(language, "Every grade is what the rules say")
    up, down = (sum(row["terminal_count"] for row in changed if row["direction"] == sign) for sign in (1, -1))
    return say(
        language,
        "{n} of {all} terminals would change grade: {up} up, {down} down",
        n=show_count(sum(row["terminal_count"] for row in changed), language),
        all=show_count(everyone, language),
        up=show_count(up, language),
        down=show_count(down, language),
    )


def tell_list(count: int, language: str) -> str:
    """How many terminals the list of changes holds."""
    if count == 1:
        return say(language, "{n} terminal would change grade", n=show_count(count, language))
    return say(language, "{n} terminals would change grade", n=show_count(count, language))


def tell_change(row: Row, language: str, currency: str) -> str:
    """Why a terminal gets its grade: what it buys, what it could buy, and what it was."""
    if row["year_amount"] > 0:
        value = say(
            language,
            "Buys {amount} ({place})",
            amount=show_amount(row["year_amount"], language, currency),
            place=show_place(row["value_top_share"], language),
        )
    else:
        value = say(language, "Buys nothing")
    if is_missing(row["potential_amount"]):
        potential = say(language, "potential not known, by what it buys alone")
    else:
        text = "potential {amount} estimated ({place})" if row["is_estimated"] else "potential {amount} ({place})"
        potential = say(
            language,
            text,
            amount=show_amount(row["potential_amount"], language, currency),
            place=show_place(row["potential_top_share"], language),
        )
    return say(
        language, "{value}, {potential}: {result}", value=value, potential=potential, result=_tell_result(row, language)
    )


def _tell_result(row: Row, language: str) -> str:
    before, rule, after = row["grade"], row["rule_grade"], row["proposed_grade"]
    if rule != after:
        return say(language, "stays {before}, a supplier has not reported", before=before)
    if before == after:
        return say(language, "{after} as it is", after=after)
    if not before:
        return say(language, "{after}, no grade so far", after=after)
    return say(language, "{after} instead of {before}", after=after, before=before)


def tell_rules(cuts: Mapping[str, Row], language: str, currency: str) -> str:
    """The two cuts in words: what makes high and middle; ``cuts`` holds by, high and middle of value and potential."""
    words = {
        "total": "{name}: high = the largest that make {high} of the total, middle up to {middle}",
        "terminals": "{name}: high = the top {high} of terminals, middle up to {middle}",
        "amount": "{name}: high from {high}, middle from {middle} a year",
    }
    names = {"value": say(language, "Pure sales of 12 months"), "potential": say(language, "Potential a year")}
    parts = []
    for code, name in names.items():
        cut = cuts[code]
        limits = {
            end: show_amount(cut[end], language, currency)
            if cut["by"] == "amount"
            else show_share(cut[end], language, 0 if abs(cut[end] * 100 - round(cut[end] * 100)) < 1e-9 else 1)
            for end in ("high", "middle")
        }
        parts.append(say(language, words[cut["by"]], name=name, **limits))
    return "；".join(parts) + "。" if language == "zh" else "; ".join(parts) + "."


def tell_effort(groups: Sequence[Row], measure: str, language: str) -> str:
    """The group whose part of the effort is farthest from its part of the potential; small groups are not spoken of."""
    spoken = [row for row in groups if row["terminal_count"] >= FEW]
    if not spoken:
        return say(language, "Too few terminals in each group to compare")
    far = max(spoken, key=lambda row: abs(row["effort_part_share"] - row["potential_part_share"]))
    if abs(far["effort_part_share"] - far["potential_part_share"]) < LEVEL:
        return say(language, "Effort follows potential in every group")
    text = {
        "visits": "{group}: {potential} of the potential, {effort} of the visits",
        "cost": "{group}: {potential} of the potential, {effort} of the activity cost",
        "money": "{group}: {potential} of the potential, {effort} of the money",
    }[measure]
    return say(
        language,
        text,
        group=far["effort_group"],
        potential=show_share(far["potential_part_share"], language),
        effort=show_share(far["effort_part_share"], language),
    )


def tell_far(rows: Sequence[Row], measure: str, language: str) -> str:
    """How many get far less, and far more, than their potential says, with both shares."""
    parts = {}
    for standing in ("over", "under"):
        chosen = [row for row in rows if row["standing"] == standing]
        parts[standing] = (
            show_count(len(chosen), language),
            show_share(sum(row["potential_part_share"] for row in chosen), language),
            show_share(sum(row["effort_part_share"] for row in chosen), language),
            len(chosen),
        )
    if not parts["over"][3] and not parts["under"][3]:
        return say(language, "No terminal gets far more or less than its potential says")
    under = {
        "visits": "{n} terminals with {potential} of the potential get {effort} of the visits",
        "cost": "{n} terminals with {potential} of the potential get {effort} of the activity cost",
        "money": "{n} terminals with {potential} of the potential get {effort} of the money",
    }[measure]
    over = "; {n} with {potential} get {effort}"
    # the larger hole first; where nobody gets too little the others stand alone
    first, second = ("under", "over") if parts["under"][3] else ("over", "under")
    told = say(language, under, **dict(zip(("n", "potential", "effort"), parts[first][:3], strict=True)))
    if not parts[second][3]:
        return told
    return told + say(language, over, **dict(zip(("n", "potential", "effort"), parts[second][:3], strict=True)))


def tell_effort_reason(row: Row, measure: str, language: str, currency: str) -> str:
    """Why a terminal stands where it does: what it got beside what its potential would make."""

    def show(value: float) -> str:
        if measure == "visits":
            return show_number(value, language, 0 if abs(value) >= 10 or value == round(value) else 1)
        return show_amount(value, language, currency)

    texts = {
        "visits": "{got} visits; its potential of {potential} would make {even}",
        "cost": "{got} of activity cost; its potential of {potential} would make {even}",
        "money": "{got} of effort; its potential of {potential} would make {even}",
    }
    return say(
        language,
        texts[measure],
        got=show(row["effort"]),
        even=show(row["even_effort"]),
        potential=show_amount(row["potential_amount"], language, currency),
    )
