"""What the network page says of stock: what lies in the channel, for how long, what came in at quarters' ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from insight.i18n import join_names, say
from insight.units import is_missing, show_amount, show_count, show_date, show_number, show_share

Row = Mapping[str, Any]

LEVEL_RATE = 0.01  # under one percent is said to be about level
BALANCE_RATE = 0.02  # sell-in this near to pure sales is in balance
MOST_NAMED = 3


def name_quarter(month: date, language: str) -> str:
    """'Q2 2026' for the quarter that ends with the month."""
    return say(language, "Q{quarter} {year}", quarter=(month.month + 2) // 3, year=month.year)


def tell_identity(row: Row, name: str, language: str, currency: str) -> str:
    """'¥44.2m lies in the channel, 41 days of what leaves it; ¥1.8m more than when the period began'

    With a name the sentence speaks of that distributor.
    """
    closing, opening = float(row["closing_amount"]), float(row["opening_amount"])
    values: dict[str, str] = {"name": name, "amount": show_amount(closing, language, currency)}
    if closing < 0:
        values["amount"] = show_amount(-closing, language, currency)
        text = (
            "{name} shipped {amount} more than it was ever seen to receive: purchases, or the stock it began with, are missing"
            if name
            else "The channel shipped {amount} more than it was ever seen to receive: purchases, or the stock it began "
            "with, are missing"
        )
        return say(language, text, **values)
    if not row["counted_count"]:
        text = (
            "By its lines alone {name} should hold {amount}; it never counted"
            if name
            else "By the lines alone {amount} should lie in the channel; nothing was ever counted"
        )
        return say(language, text, **values)
    if is_missing(row["stock_days"]):
        text = (
            "{name} holds {amount}; nothing left it lately"
            if name
            else "{amount} lies in the channel; nothing left it lately"
        )
        return say(language, text, **values)
    values["days"] = show_number(row["stock_days"], language)
    text = (
        "{name} holds {amount}, {days} days of what leaves it"
        if name
        else "{amount} lies in the channel, {days} days of what leaves it"
    )
    return say(language, text, **values) + _tell_change(closing - opening, opening, language, currency)


def _tell_change(change: float, opening: float, language: str, currency: str) -> str:
    if opening <= 0:
        return ""
    if abs(change) < LEVEL_RATE * opening:
        return say(language, "; about level since the period began")
    text = "; {change} more than when the period began" if change > 0 else "; {change} less than when the period began"
    return say(language, text, change=show_amount(abs(change), language, currency))


def list_reservations(row: Row, language: str, currency: str) -> list[str]:
    """What the identity's amounts rest on where they do not rest on counts and the price list."""
    notes: list[str] = []
    values = {
        "implied": show_amount(row["implied_amount"], language, currency),
        "carried": show_amount(row["carried_amount"], language, currency),
    }
    if row["implied_amount"]:
        notes.append(say(language, "{implied} of it is implied: in less out, never counted.", **values))
    if row["carried_amount"]:
        notes.append(say(language, "{carried} rests on an earlier count, carried on by the lines.", **values))
    if row["gap_above_amount"] or row["gap_below_amount"]:
        notes.append(
            say(
                language,
                "Counts were {above} above and {below} below the book.",
                above=show_amount(row["gap_above_amount"], language, currency),
                below=show_amount(-row["gap_below_amount"], language, currency),
            )
        )
    if row["purchases_count"]:
        notes.append(
            say(
                language,
                "{count} products without a distributor price are valued at what the distributor itself paid in twelve months.",
                count=show_count(row["purchases_count"], language),
            )
        )
    if row["list_count"]:
        notes.append(
            say(
                language,
                "{count} products are valued at the list price.",
                count=show_count(row["list_count"], language),
            )
        )
    if row["unpriced_count"]:
        notes.append(
            say(
                language,
                "{count} products have no price and count for nothing.",
                count=show_count(row["unpriced_count"], language),
            )
        )
    return notes


def tell_months(taken: float, sold: float, months: int, language: str) -> str:
    """'In 12 months 1.8% more came in than was sold: stock is building' — both at the price that values stock."""
    count = show_count(months, language)
    if not months:
        return say(language, "No month is over yet")
    if sold <= 0:
        return say(
            language, "Goods came in and none were sold to terminals" if taken > 0 else "Nothing came in or was sold"
        )
    share = taken / sold - 1
    values = {"count": count, "share": show_share(abs(share), language)}
    if abs(share) < BALANCE_RATE:
        return say(language, "In {count} months about as much came in as was sold", **values)
    if share > 0:
        return say(language, "In {count} months {share} more came in than was sold: stock was building", **values)
    return say(language, "In {count} months {share} less came in than was sold: stock was running down", **values)


def tell_days(rows: Sequence[Row], limit: float, language: str, currency: str) -> str:
    """'3 of 60 distributors hold more than 60 days; the most is 78 days at Zhejiang Jimao, ¥0.3m beyond'

    Only those that counted lately are named or counted: a file that is late looks like stock.
    """
    sure = [row for row in rows if row["basis"] == "counted" and not is_missing(row["stock_days"])]
    values: dict[str, str] = {"limit": show_number(limit, language), "all": show_count(len(sure), language)}
    if not sure:
        return say(language, "No distributor counted lately: the days are what the lines imply")
    over = sorted((row for row in sure if row["stock_days"] > limit), key=lambda row: -row["excess_amount"])
    first = max(sure, key=lambda row: row["stock_days"])
    values |= {"name": first["distributor_name"], "days": show_number(first["stock_days"], language)}
    if not over:
        return say(
            language, "None of {all} distributors holds more than {limit} days; the most is {days} at {name}", **values
        )
    worst = over[0]
    values |= {
        "count": show_count(len(over), language),
        "name": worst["distributor_name"],
        "days": show_number(worst["stock_days"], language),
        "excess": show_amount(worst["excess_amount"], language, currency),
    }
    return say(
        language,
        "{count} of {all} distributors hold more than {limit} days; {name} {days}, {excess} too much",
        **values,
    )


def tell_loading(rows: Sequence[Row], language: str) -> str:
    """'It looks like loading at Zhejiang Jimao: up to 65.8% of a quarter's sell-in in its last five working days'"""
    loaded = [row for row in rows if row["is_loading"]]
    if not loaded:
        return say(language, "No quarter’s end looks like loading")
    names = list(dict.fromkeys(row["distributor_name"] for row in loaded))
    first = max(loaded, key=lambda row: row["late_share"])
    values = {
        "quarter": name_quarter(first["quarter_month"], language),
        "share": show_share(first["late_share"], language),
        "names": join_names(language, names[:MOST_NAMED]),
        "count": show_count(len(names), language),
    }
    if len(names) <= MOST_NAMED:
        text = "It looks like loading at {names}: {share} of the sell-in of {quarter} in five working days"
        if len(loaded) > 1:
            text = (
                "It looks like loading at {names}: up to {share} of a quarter’s sell-in in its last five working days"
            )
        return say(language, text, **values)
    return say(
        language,
        "It looks like loading at {count} distributors: up to {share} of a quarter’s sell-in in its last five working days",
        **values,
    )


def tell_gaps(rows: Sequence[Row], tolerance: float, language: str, currency: str) -> str:
    """The largest disagreement of counts and book, and how many there are; missing records are told as such."""
    values: dict[str, str] = {"share": show_share(tolerance, language, 0)}
    if not rows:
        return say(language, "Counts and book agree within {share} for every product", **values)
    first = rows[0]
    values |= {
        "count": show_count(first["total_count"], language),
        "name": first["distributor_name"] or first["distributor_id"],
        "product": first["product_name"] or first["product_id"],
        "amount": show_amount(first["disagreement_amount"], language, currency),
    }
    if first["gap_kind"] == "records_missing":
        text = (
            "{name} shipped {amount} more of {product} than it ever had by the records: purchases, or its first stock, are "
            "missing"
            if is_missing(first["counted_on"])
            else "{name} shipped {amount} more of {product} than it ever had by the records: purchases are missing"
        )
        return say(language, text, **values)
    text = (
        "Book and count disagree for one product of a distributor: {product} at {name}, {amount}"
        if first["total_count"] == 1
        else "Book and count disagree {count} times beyond {share}; most for {product} at {name}, {amount}"
    )
    return say(language, text, **values)


def tell_counts(rows: Sequence[Row], near_days: int, language: str) -> str:
    """'Shaanxi Renshen has not counted since 31 Jul 2026; 4.1% of dated stock expires within 180 days'"""
    late = [row for row in rows if row["count_state"] == "late"]
    never = [row for row in rows if row["count_state"] == "never"]
    values: dict[str, str] = {
        "count": show_count(len(late) + len(never), language),
        "all": show_count(len(rows), language),
    }
    if len(never) == len(rows):
        return say(language, "No distributor has counted its stock")
    if len(rows) == 1 and not late:
        day = show_date(rows[0]["counted_on"], language)
        start = say(language, "{name} counted last on {day}", name=rows[0]["distributor_name"], day=day)
    elif len(late) == 1 and not never:
        start = say(
            language,
            "{name} has not counted since {day}",
            name=late[0]["distributor_name"],
            day=show_date(late[0]["counted_on"], language),
        )
    elif late or never:
        start = say(language, "{count} of {all} distributors have no recent count", **values)
    else:
        start = say(language, "All {all} distributors counted lately", **values)
    return start + _tell_expiry(rows, near_days, language)


def _tell_expiry(rows: Sequence[Row], near_days: int, language: str) -> str:
    dated = sum(float(row["dated_amount"]) for row in rows if not is_missing(row["dated_amount"]))
    near = sum(float(row["near_expiry_amount"]) for row in rows if not is_missing(row["near_expiry_amount"]))
    if dated <= 0:
        return ""
    return say(
        language,
        "; {share} of dated stock expires within {days} days",
        share=show_share(near / dated, language),
        days=show_count(near_days, language),
    )
