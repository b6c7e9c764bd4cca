"""What is said of the activities that were held: whom they reached, at what cost, who came and who ordered after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from insight.i18n import name_term, say
from insight.sentences.activities import FEW
from insight.units import is_missing, show_amount, show_count, show_month, show_number, show_share

Row = Mapping[str, Any]

LEVEL = 0.01  # rates nearer than this to one another are not told apart


def tell_headline(counts: Row, response: Row, language: str, currency: str) -> str:
    """How many activities reached whom for how much; and who of them ordered in the eight weeks after.

    ``counts``: activity_count, reached_count, grade_reached_rate (None without grade A), cost_amount, planned_amount and
    budget_rate (None without); ``response``: the row of all kinds, empty where nothing can be said.
    """
    if not counts["activity_count"]:
        return say(language, "No activity was held in this period under these filters.")
    values = {"n": show_count(counts["activity_count"], language), "t": show_count(counts["reached_count"], language)}
    if not counts["reached_count"]:
        reach = say(language, "Activities held: {n}, nobody is known to have taken part", **values)
    elif counts["activity_count"] == 1 or counts["reached_count"] < FEW:
        reach = say(language, "Activities held: {n}, terminals reached: {t}", **values)
    elif is_missing(counts["grade_reached_rate"]):
        reach = say(language, "{n} activities reached {t} terminals", **values)
    else:
        best = show_share(counts["grade_reached_rate"], language, 0)
        reach = say(language, "{n} activities reached {t} terminals, {p} of all of grade A", p=best, **values)
    first = say(language, "{what}.", what=reach)
    if not is_missing(counts["cost_amount"]):
        cost = show_amount(counts["cost_amount"], language, currency)
        if is_missing(counts["budget_rate"]):
            first = say(language, "{what}, for {c}.", what=reach, c=cost)
        else:
            share = show_share(counts["budget_rate"], language, 0)
            first = say(language, "{what}, for {c} ({b} of the budget).", what=reach, c=cost, b=share)
    second = tell_orders(response, language)
    return first if not second else say(language, "{first} {second}", first=first, second=second)


def tell_orders(response: Row, language: str) -> str:
    """Who ordered in the eight weeks after, beside everybody else; nothing where too few can be followed."""
    if not response or response["followed_terminal_count"] < FEW or is_missing(response["ordered_rate"]):
        return ""
    q = show_share(response["ordered_rate"], language, 0)
    if is_missing(response["others_rate"]):
        return say(language, "{q} of those who took part ordered within eight weeks.", q=q)
    r = show_share(response["others_rate"], language, 0)
    return say(language, "{q} of those who took part ordered within eight weeks (all others: {r}).", q=q, r=r)


def tell_calendar(held: int, coming: int, cancelled: int, month: date | None, most: int, language: str) -> str:
    """When activities were held: the fullest month, and how many are to come or were cancelled."""
    n = show_count(held, language)
    if month is None or most < FEW:
        first = say(language, "{n} activities held", n=n)
    else:
        first = say(
            language,
            "{n} activities held, most in {month}: {most}",
            n=n,
            month=show_month(month, language),
            most=show_count(most, language),
        )
    rest = []
    if coming:
        rest.append(say(language, "{n} to come", n=show_count(coming, language)))
    if cancelled:
        rest.append(say(language, "{n} cancelled", n=show_count(cancelled, language)))
    return " · ".join([first, *rest])


def tell_funnel(kinds: Sequence[Row], whole: Row, language: str) -> str:
    """Who came of those invited, and the kind to which the fewest came; kinds of few activities are not spoken of."""
    if is_missing(whole["came_rate"]):
        if is_missing(whole["ordered_rate"]) or whole["followed_terminal_count"] < FEW:
            return say(language, "Nobody said who came")
        q = show_share(whole["ordered_rate"], language, 0)
        return say(language, "Nobody said who came; {q} of those invited ordered within eight weeks", q=q)
    p = show_share(whole["came_rate"], language, 0)
    rated = [row for row in kinds if row["told_count"] >= FEW and not is_missing(row["came_rate"])]
    least = min(rated, key=lambda row: (row["came_rate"], row["kind"]), default=None)
    if least is None or len(rated) < 2 or whole["came_rate"] - least["came_rate"] < LEVEL:
        return say(language, "{p} of those invited came", p=p)
    return say(
        language,
        "{p} of those invited came, fewest to {kind}: {q}",
        p=p,
        kind=name_term(language, str(least["kind"])),
        q=show_share(least["came_rate"], language, 0),
    )


def tell_budget(last: Row | None, language: str, currency: str) -> str:
    """Estimated, committed and actual of what has begun. ``last`` is the last month begun of the running sums."""
    if last is None or is_missing(last["planned_amount"]):
        return say(language, "What activities cost, added up over the months")
    values = {
        "month": show_month(last["month"], language),
        "planned": show_amount(last["planned_amount"], language, currency),
    }
    if not is_missing(last["actual_amount"]):
        actual = show_amount(last["actual_amount"], language, currency)
        return say(language, "Estimated up to {month}: {planned}; settled: {actual}", actual=actual, **values)
    if not is_missing(last["committed_amount"]):
        amount = show_amount(last["committed_amount"], language, currency)
        return say(language, "Estimated up to {month}: {planned}; committed: {amount}", amount=amount, **values)
    return say(language, "Estimated up to {month}: {planned}; nothing committed or settled is loaded", **values)


def tell_reach(grades: Sequence[Row], language: str) -> str:
    """Which grade was reached best and which least. Rows hold grade, terminal_count and reached_count."""
    graded = [row for row in grades if row["grade"] and row["terminal_count"] >= FEW]
    everything = sum(row["terminal_count"] for row in grades)
    reached = sum(row["reached_count"] for row in grades)
    if everything < FEW:
        return say(language, "Too few terminals to say what share was reached")
    if not graded:
        share = show_share(reached / everything if everything else None, language, 0)
        return say(language, "{p} of all terminals were reached", p=share)
    rates = {str(row["grade"]): row["reached_count"] / row["terminal_count"] for row in graded}
    best, least = max(rates, key=lambda grade: rates[grade]), min(rates, key=lambda grade: rates[grade])
    if rates[best] - rates[least] < LEVEL:
        return say(language, "All grades were reached about alike: {p}", p=show_share(rates[best], language, 0))
    return say(
        language,
        "Grade {best}: {p} reached; grade {least}: {q}",
        best=best,
        least=least,
        p=show_share(rates[best], language, 0),
        q=show_share(rates[least], language, 0),
    )


def tell_repeats(once: int, twice: int, more: int, language: str) -> str:
    """How many of those reached took part more than once."""
    everything = once + twice + more
    if not everything:
        return say(language, "Nobody is known to have taken part")
    if not twice + more:
        return say(language, "All {all} terminals reached took part once", all=show_count(everything, language))
    return say(
        language,
        "{n} of {all} terminals reached took part twice or more",
        n=show_count(twice + more, language),
        all=show_count(everything, language),
    )


def tell_mix(units: Sequence[Row], language: str) -> str:
    """The unit whose activities are least varied. Rows hold unit_name, unit_count and effective_count."""
    rated = [row for row in units if row["unit_count"] >= FEW]
    if not rated:
        return say(language, "Too few activities anywhere to say how varied they are")
    least = min(rated, key=lambda row: (row["effective_count"], row["unit_name"]))
    values = {
        "unit": least["unit_name"],
        "x": show_number(least["effective_count"], language, 1),
        "n": show_count(least["unit_count"], language),
    }
    if len(rated) == 1:
        return say(language, "{unit}: as varied as {x} kinds of equal size, of {n} activities", **values)
    return say(language, "Least varied: {unit}, as {x} kinds of equal size, of {n} activities", **values)
