"""What the coverage page says of who comes and goes: states, moves, handovers, retention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from insight.i18n import say
from insight.units import is_missing, show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]

FEW = 5  # nothing is said of fewer
SILENT = ("dormant", "lost")
GONE_FROM = ("growing", "steady", "shrinking", "new", "reactivated", "occasional")
YEAR = 12  # months since the first order that retention is told of
DECIMALS = 0.1  # below this a share needs its decimal


def count_state(rows: Sequence[Row], state: str, column: str = "terminal_count") -> Any:
    """The number (or another column) of a state; 0 where nobody is in it."""
    return next((row[column] for row in rows if row["state"] == state), 0)


def tell_headline(rows: Sequence[Row], language: str, currency: str) -> str:
    """'25 of 1,758 customers, worth ¥15.1m a year, have gone quiet; 9 cannot be judged because a supplier is late.'

    ``rows`` are of life/states.
    """
    everyone = sum(row["terminal_count"] for row in rows)
    if not everyone:
        return say(language, "Nobody has ordered yet under these filters.")
    quiet, unknown = count_state(rows, "dormant"), count_state(rows, "unreported")
    values = {
        "n": show_count(quiet, language),
        "all": show_count(everyone, language),
        "amount": show_amount(count_state(rows, "dormant", "stake_amount"), language, currency),
        "k": show_count(unknown, language),
    }
    if quiet:
        text = (
            "{n} of {all} customers, worth {amount} a year, has gone quiet by its own rhythm"
            if quiet == 1
            else "{n} of {all} customers, worth {amount} a year, have gone quiet by their own rhythm"
        )
    elif unknown:
        text = "None of {all} customers is known to have gone quiet"
    else:
        text = "None of {all} customers has gone quiet"
    start = say(language, text, **values)
    if not unknown:
        return start + say(language, ".")
    more = "; {k} cannot be judged because a supplier is late."
    return start + say(language, more, **values)


def tell_states(rows: Sequence[Row], base: str, language: str) -> str:
    """'Most are steady; 126 shrink, 68 more than last year'"""
    everyone = sum(row["terminal_count"] for row in rows)
    growing, shrinking = count_state(rows, "growing"), count_state(rows, "shrinking")
    values = {
        "growing": show_count(growing, language),
        "shrinking": show_count(shrinking, language),
        "rate": show_share(count_state(rows, "steady") / everyone if everyone else 0, language, 0),
    }
    if not growing and not shrinking:
        return say(language, "Where {all} customers stand", all=show_count(everyone, language))
    told = say(language, "{growing} customers grow and {shrinking} shrink", **values)
    before = count_state(rows, "shrinking", "base_count")
    if is_missing(before) or shrinking == before or max(shrinking, before) < FEW:
        return told
    text = ", {n} more than {base}" if shrinking > before else ", {n} fewer than {base}"
    return told + say(language, text, n=show_count(abs(shrinking - before), language), base=base)


def tell_comings(rows: Sequence[Row], months: int, language: str) -> str:
    """'In 12 months 43 customers came, 21 came back and 74 fell silent'. ``rows``: move, terminal_count."""
    counts = {
        move: sum(row["terminal_count"] for row in rows if row["move"] == move)
        for move in ("new", "reactivated", "dormant", "closed")
    }
    if not any(counts.values()):
        return say(language, "Nobody came and nobody went")
    return say(
        language,
        "In {months} months {new} customers began, {reactivated} came back and {dormant} fell silent",
        months=show_count(months, language),
        **{move: show_count(count, language) for move, count in counts.items()},
    )


def tell_moves(rows: Sequence[Row], language: str, currency: str) -> str:
    """'Of 1,690 customers that were buying at the start, 41 have fallen silent, worth ¥15.0m'. ``rows`` are of life/moves."""
    began = [row for row in rows if row["from_state"] in GONE_FROM]
    gone = [row for row in began if row["to_state"] in SILENT]
    everyone, count = (sum(row["terminal_count"] for row in part) for part in (began, gone))
    if not everyone:
        return say(language, "Where customers went in the period")
    values = {
        "all": show_count(everyone, language),
        "n": show_count(count, language),
        "amount": show_amount(sum(row["stake_amount"] for row in gone), language, currency),
    }
    if not count:
        return say(language, "None of the {all} customers buying at the start is known to have fallen silent", **values)
    return say(
        language, "Of {all} customers buying at the start, {n} have fallen silent, worth {amount} a year", **values
    )


def tell_transitions(rows: Sequence[Row], language: str) -> str:
    """'A dormant customer comes back in 12.0% of months'. ``rows``: from_state, to_state, terminal_count."""
    silent = [row for row in rows if row["from_state"] == "dormant"]
    everyone = sum(row["terminal_count"] for row in silent)
    if everyone < 4 * FEW:
        return say(language, "From one month’s end to the next")
    back = sum(row["terminal_count"] for row in silent if row["to_state"] == "reactivated")
    return say(
        language,
        "A dormant customer comes back within the month in {rate} of cases",
        rate=show_share(back / everyone, language),
    )


def tell_retention(rows: Sequence[Row], language: str) -> str:
    """'94.1% of new customers still buy a year after their first order'. ``rows`` are of life/retention."""
    told = [row for row in rows if row["since_count"] == YEAR]
    since = YEAR
    if sum(row["known_count"] for row in told) < FEW:
        since = max((row["since_count"] for row in rows if row["known_count"] >= FEW), default=0)
        told = [row for row in rows if row["since_count"] == since]
    known, buying = (sum(row[column] for row in told) for column in ("known_count", "buying_count"))
    if not known:
        return say(language, "How many new customers stay")
    return say(
        language,
        "{n} of {all} new customers still buy {months} months after their first order",
        n=show_count(buying, language),
        all=show_count(known, language),
        months=show_count(since, language),
    )


def name_half_year(first: date, language: str) -> str:
    """'H1 2025', '2025年上半年'"""
    text = "H1 {year}" if first.month <= 6 else "H2 {year}"
    return say(language, text, year=first.year)


def tell_dip(change: float, low: float, high: float, language: str) -> str:
    """'After a handover sales are 4.2% below those of customers that kept their owner'; where zero lies within, no claim."""
    values = {"low": show_share(low, language, is_signed=True), "high": show_share(high, language, is_signed=True)}
    if low <= 0 <= high:
        return say(language, "No dip after handovers that can be told from chance: {low} to {high}", **values)
    text = (
        "After a handover sales are {rate} below those of customers that kept their owner"
        if change < 0
        else "After a handover sales are {rate} above those of customers that kept their owner"
    )
    return say(language, text, rate=show_share(abs(change), language))


def tell_list(rows: Sequence[Row], language: str, currency: str) -> str:
    """'158 customers at risk, ¥66m a year at stake'"""
    values = {
        "n": show_count(len(rows), language),
        "amount": show_amount(sum(float(row["stake_amount"]) for row in rows), language, currency),
    }
    text = "{n} customer at risk, {amount} a year" if len(rows) == 1 else "{n} customers at risk, {amount} a year"
    return say(language, text, **values)


def tell_life(row: Row, silent_days: int | None, language: str) -> str:
    """The state of one customer in words: what it rests on. ``row`` has state, usual_days, limit_days, change_rate."""
    change = row["change_rate"]
    values = {
        "days": show_count(silent_days or 0, language),
        "limit": show_count(row["limit_days"], language) if not is_missing(row["limit_days"]) else "",
        "usual": show_number(row["usual_days"], language) if not is_missing(row["usual_days"]) else "",
        "change": "" if is_missing(change) else show_share(abs(float(change)), language),
        "count": show_count(row["order_day_count"], language),
    }
    texts = {
        "growing": "{change} more than in the same months a year before",
        "shrinking": "{change} less than in the same months a year before",
        "new": "first order within a year",
        "reactivated": "ordered again after a silence",
        "occasional": "{count} order days so far, too few for a rhythm",
        "dormant": "silent for {days} days, unusual beyond {limit}",
        "lost": "silent for {days} days, over a year and three times what is unusual",
        "unreported": "silent for {days} days, but a supplier is late",
        "closed": "the institution closed",
    }
    if row["state"] in texts:
        return say(language, texts[row["state"]], **values)
    if is_missing(change):
        return say(language, "orders in its rhythm; too few months to compare with a year before")
    return say(language, "orders in its rhythm, no change beyond its own scatter")
