"""What the page of one terminal says: what it bought and in which rhythm, from whom, what similar ones buy, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from insight.i18n import join_names, say
from insight.units import is_missing, show_amount, show_count, show_date, show_number, show_share

Row = Mapping[str, Any]

LEVEL_RATE = 0.01
PRICE_RATE = 0.02  # nearer to the norm than this is at the norm
WORTH_RATE = 1 / 3  # what so many similar terminals buy is worth offering
MOST_NAMED = 3


@dataclass(frozen=True)
class Silence:
    """How the terminal orders: state of its rhythm, days since the last order, its usual gap, who has not reported.

    ``late_names`` have not reported up to the last day; ``missing_names`` not even for the last month that is due, so that
    what was bought since ``missing_since`` is not complete.
    """

    state: str
    last_on: date | None = None
    silent_days: int | None = None
    usual_days: float | None = None
    limit_days: int | None = None
    order_count: int = 0
    late_names: tuple[str, ...] = ()
    missing_names: tuple[str, ...] = ()
    missing_since: date | None = None


def tell_headline(row: Row, silence: Silence, language: str, currency: str, *, has_base: bool) -> str:
    """'Jiangsu Hospital 3 bought ¥1.2m in 12 months, 8.1% more than the year before, 40.2% of its surveyed potential;
    last order 12 days ago, usually every 9.'

    ``row`` is of terminal/profile.
    """
    name, bought = row["terminal_name"], float(row["year_amount"])
    closed = row["closed_on"]
    values = {"name": name, "amount": show_amount(abs(bought), language, currency)}
    if not is_missing(closed):
        text = "{name} closed on {day}; it bought {amount} in the 12 months looked at."
        return say(language, text, **values, day=show_date(closed, language))
    if bought < 0:
        text = "{name} sent back {amount} more than it bought in 12 months"
        return say(language, text, **values) + _end_silence(silence, language) + say(language, ".")
    if bought == 0 and silence.state == "never":
        start = say(language, "{name} has not bought yet", name=name)
        potential = row["potential_amount"]
        if is_missing(potential):
            return start + say(language, "; no potential of it is known.")
        text = "; its {potential} is {amount} a year."
        amount = show_amount(potential, language, currency)
        return start + say(language, text, potential=name_potential(row, language), amount=amount)
    if bought == 0:
        text = "{name} bought nothing in 12 months"
        return say(language, text, name=name) + _end_silence(silence, language) + say(language, ".")
    parts = [say(language, "{name} bought {amount} in 12 months", **values)]
    parts.append(_tell_growth(bought, float(row["base_amount"]), language) if has_base else "")
    if not is_missing(row["potential_amount"]) and row["potential_amount"] > 0:
        share = show_share(bought / float(row["potential_amount"]), language)
        parts.append(say(language, "{share} of its {potential}", share=share, potential=name_potential(row, language)))
    told = say(language, ", ").join(part for part in parts if part)
    told += _end_silence(silence, language) + say(language, ".")
    return " ".join(text for text in (told, tell_missing(silence, language)) if text)


def tell_missing(silence: Silence, language: str) -> str:
    """'Anhui Medical has no report after 31 Jul 2026, so its purchases are not complete.'"""
    if not silence.missing_names or silence.state == "unreported":
        return ""
    return say(
        language,
        "{names}: no report after {day}, so purchases are not complete.",
        names=join_names(language, list(silence.missing_names[:MOST_NAMED])),
        day=show_date(silence.missing_since, language),
    )


def name_potential(row: Row, language: str) -> str:
    """Which potential it is: surveyed, estimated, or not said."""
    names = {
        "survey": "surveyed potential",
        "estimate": "estimated potential",
        "mixed": "partly estimated potential",
        "similar": "potential estimated from similar terminals",
    }
    return say(language, names.get(row["potential_source"] or "", "potential"))


def _tell_growth(bought: float, base: float, language: str) -> str:
    if base <= 0:
        return say(language, "nothing in the year before")
    growth = bought / base - 1
    if abs(growth) < LEVEL_RATE:
        return say(language, "about level with the year before")
    text = "{share} more than the year before" if growth > 0 else "{share} less than the year before"
    return say(language, text, share=show_share(abs(growth), language))


def _end_silence(silence: Silence, language: str) -> str:
    if silence.last_on is None or silence.silent_days is None:
        return ""
    days = show_days(silence.silent_days, language)
    if silence.usual_days is None:
        return say(language, "; last order {days} ago", days=days)
    usual = show_number(silence.usual_days, language)
    if silence.state == "unreported":
        text = "; last order {days} ago, usually every {usual}, but {names} has not reported since"
        return say(language, text, days=days, usual=usual, names=name_late(silence, language))
    return say(language, "; last order {days} ago, usually every {usual}", days=days, usual=usual)


def name_late(silence: Silence, language: str) -> str:
    return join_names(language, list(silence.late_names[:MOST_NAMED])) or say(language, "a supplier")


def show_days(count: int | None, language: str) -> str:
    """'1 day', '12 days'"""
    return say(language, "1 day" if count == 1 else "{count} days", count=show_count(count, language))


def tell_orders(silence: Silence, language: str) -> str:
    """'Quiet: no order for 84 days, usually every 21'; silence counts only as far as all suppliers have reported."""
    if silence.last_on is None:
        return say(language, "No order on record")
    values = {
        "days": show_days(silence.silent_days, language),
        "day": show_date(silence.last_on, language),
        "count": show_count(silence.order_count, language),
    }
    if silence.usual_days is None:
        text = (
            "One order so far, on {day}"
            if silence.order_count == 1
            else "{count} order days so far: too few for a rhythm of its own"
        )
        return say(language, text, **values)
    values["usual"] = show_number(silence.usual_days, language)
    if silence.state == "closed":
        return say(language, "It ordered about every {usual} days; the last order was on {day}", **values)
    if silence.state == "quiet":
        return say(language, "Quiet: no order for {days}, usually every {usual}", **values)
    if silence.state == "unreported":
        text = "No order for {days}, but {names} has not reported since"
        return say(language, text, **values, names=name_late(silence, language))
    return say(language, "It orders about every {usual} days; the last order was {days} ago", **values)


def tell_products(rows: Sequence[Row], line_count: int, offered_count: int, language: str) -> str:
    """'Troponin makes up 41.2% of what it buys; 3 of 6 product lines'. ``rows``: product_name, product_amount, once each."""
    bought = [row for row in rows if row["product_amount"] > 0]
    lines = say(
        language,
        "{count} of {all} product lines",
        count=show_count(line_count, language),
        all=show_count(offered_count, language),
    )
    if not bought:
        return say(language, "Only returns in 12 months")
    if len(bought) == 1:
        return say(language, "It buys one product: {name}", name=bought[0]["product_name"])
    whole = sum(float(row["product_amount"]) for row in bought)
    top = max(bought, key=lambda row: row["product_amount"])
    share = show_share(float(top["product_amount"]) / whole, language)
    text = say(language, "{name} makes up {share} of what it buys", name=top["product_name"], share=share)
    return text + say(language, "; ") + lines


def tell_suppliers(rows: Sequence[Row], language: str) -> str:
    """'Anhui Medical supplies 61.1%, two suppliers in all; its prices are 4.0% above the norm'"""
    active = [row for row in rows if row["sales_amount"] > 0]
    if not active:
        return say(language, "Nobody sold to it in 12 months")
    top = active[0]
    values = {
        "name": top["seller_name"],
        "share": show_share(top["supply_share"], language),
        "count": show_count(len(active), language),
    }
    text = (
        "{name} supplies all of it" if len(active) == 1 else "{name} supplies {share}, the largest of {count} suppliers"
    )
    start = say(language, text, **values)
    if is_missing(top["price_index"]):
        return start
    gap = float(top["price_index"]) - 1
    if abs(gap) < PRICE_RATE:
        return start + say(language, "; its prices are about what others pay")
    words = (
        "; its prices are {share} above what others pay"
        if gap > 0
        else "; its prices are {share} below what others pay"
    )
    return start + say(language, words, share=show_share(abs(gap), language))


def list_offers(products: Sequence[Row]) -> list[Row]:
    """Products that at least a third of the similar terminals buy and this one does not, the largest chance first."""
    missing = [row for row in products if row["own_amount"] <= 0 and row["buyer_rate"] >= WORTH_RATE]
    return sorted(missing, key=lambda row: -float(row["buyer_rate"]) * float(row["median_amount"]))


def tell_similar(products: Sequence[Row], language: str) -> str:
    """'14 of 20 similar terminals buy Troponin; this one does not'"""
    offers = list_offers(products)
    if offers:
        return tell_peers(offers[0], language) + say(language, "; this one does not")
    missing = [row for row in products if row["own_amount"] <= 0]
    if not missing:
        return say(language, "It buys everything that similar terminals buy")
    return say(language, "It buys every product that a third of the similar terminals buy")


def tell_peers(row: Row, language: str) -> str:
    return say(
        language,
        "{count} of {all} similar terminals buy {name}",
        count=show_count(row["buyer_count"], language),
        all=show_count(row["peer_count"], language),
        name=row["product_name"],
    )


def tell_contacts(rows: Sequence[Row], through_on: date, months: int, language: str) -> str:
    """'31 visits, 4 of them joint, and 2 activities in 24 months; the last visit 12 days ago'"""
    visits = [row for row in rows if row["contact_kind"] != "activity"]
    joint = sum(1 for row in visits if row["contact_kind"] == "joint_visit")
    values = {
        "visits": show_count(len(visits), language),
        "joint": show_count(joint, language),
        "activities": show_count(len(rows) - len(visits), language),
        "months": show_count(months, language),
    }
    text = "{visits} visits, {joint} of them joint, and {activities} activities in {months} months"
    start = say(language, text, **values)
    if not visits:
        return start
    days = (through_on - max(row["happened_on"] for row in visits)).days
    return start + say(language, "; the last visit {days} ago", days=show_days(days, language))
