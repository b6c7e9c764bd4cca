"""What the page of one distributor says: how it stands, how it compares, whom it serves, what was agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from insight.i18n import join_names, say
from insight.units import is_missing, show_amount, show_count, show_date, show_number, show_share

Row = Mapping[str, Any]

LEVEL_RATE = 0.01
LATE_DAYS = 28  # without a sale for so long, the file is late rather than the trade dead
MOST_NAMED = 3


def tell_headline(
    row: Row | None, name: str, limit_days: float, base: str, through_on: date, language: str, currency: str
) -> str:
    """'Zhejiang Jimao sold ¥6.1m (97.1% of plan). Stock is 29 days, within 60; 21 terminals depend on it alone.'

    ``row`` is of distributor/measures, or nothing where it had no sales.
    """
    if row is None or (not row["sales_amount"] and not row["base_amount"]):
        return say(language, "{name} has no pure sales in this period.", name=name)
    sold = show_amount(row["sales_amount"], language, currency)
    if not is_missing(row["attainment_rate"]):
        start = say(
            language,
            "{name} sold {amount} ({share} of plan).",
            name=name,
            amount=sold,
            share=show_share(row["attainment_rate"], language),
        )
    elif not is_missing(row["growth_rate"]) and base:
        start = _tell_growth(float(row["growth_rate"]), name, sold, base, language)
    else:
        start = say(language, "{name} sold {amount}.", name=name, amount=sold)
    state = tell_late(row, through_on, language) or tell_stock(row, limit_days, language)
    ends = [state, tell_dependent(int(row["dependent_count"]), language, is_first=not state)]
    end = say(language, "; ").join(text for text in ends if text)
    return say(language, "{start} {end}.", start=start, end=end) if end else start


def _tell_growth(growth: float, name: str, sold: str, base: str, language: str) -> str:
    values = {"name": name, "amount": sold, "base": base, "share": show_share(abs(growth), language)}
    if abs(growth) < LEVEL_RATE:
        return say(language, "{name} sold {amount}, about level with {base}.", **values)
    if growth > 0:
        return say(language, "{name} sold {amount}, {share} more than {base}.", **values)
    return say(language, "{name} sold {amount}, {share} less than {base}.", **values)


def tell_late(row: Row, through_on: date, language: str) -> str:
    """'Its last sale is of 31 Jul 2026: the file looks late' — then its stock and sales are not what they seem."""
    last = row["last_sale_on"]
    # lines that carry months only lie on one day of theirs
    if is_missing(last) or (through_on - last).days < LATE_DAYS or last.replace(day=1) == through_on.replace(day=1):
        return ""
    return say(language, "Its last sale is of {day}: the file looks late", day=show_date(last, language))


def tell_stock(row: Row, limit_days: float, language: str) -> str:
    """'Stock is 29 days, within 60'; what was not counted lately is said to be expected."""
    days = row["stock_days"]
    if is_missing(days):
        return ""
    values = {"days": show_number(days, language), "limit": show_number(limit_days, language)}
    if row["stock_basis"] != "counted":
        return say(language, "Stock should be {days} days; it has not been counted lately", **values)
    if days > limit_days:
        return say(language, "Stock is {days} days, more than {limit}", **values)
    return say(language, "Stock is {days} days, within {limit}", **values)


def tell_dependent(count: int, language: str, *, is_first: bool) -> str:
    """'21 terminals depend on it alone', beginning a sentence or going on with one."""
    if count == 0:
        return ""
    if count == 1:
        return say(language, "One terminal depends on it alone" if is_first else "one terminal depends on it alone")
    return say(language, "{count} terminals depend on it alone", count=show_count(count, language))


def tell_peers(rows: Sequence[Row], language: str) -> str:
    """'Better than the median on 5 of 8 measures; best on growth, worst on overdue invoices'

    ``rows``: name, place, median_place of the distributor's own measures.
    """
    if not rows:
        return say(language, "Too few distributors to compare with")
    better = sum(1 for row in rows if row["place"] >= row["median_place"])
    best = max(rows, key=lambda row: row["place"] - row["median_place"])
    worst = min(rows, key=lambda row: row["place"] - row["median_place"])
    start = say(
        language,
        "At or above the median on {count} of {all} measures",
        count=show_count(better, language),
        all=show_count(len(rows), language),
    )
    if best["place"] <= best["median_place"]:
        return start + say(language, "; furthest behind on {worst}", worst=worst["name"].lower())
    if worst["place"] >= worst["median_place"]:
        return start + say(language, "; furthest ahead on {best}", best=best["name"].lower())
    return start + say(
        language,
        "; furthest ahead on {best}, behind on {worst}",
        best=best["name"].lower(),
        worst=worst["name"].lower(),
    )


def tell_terminals(rows: Sequence[Row], language: str) -> str:
    """'The five largest of 46 terminals make up 51.2%; 21 have no other source'"""
    active = [row for row in rows if row["sales_amount"] > 0]
    if not active:
        return say(language, "No terminal bought from it in this period")
    whole = sum(float(row["sales_amount"]) for row in active)
    single = sum(1 for row in active if row["is_single_source"])
    values = {"all": show_count(int(active[0]["total_count"]), language), "single": show_count(single, language)}
    if len(active) <= 5:
        text = (
            "It serves one terminal" if len(active) == 1 else "It serves {all} terminals; {single} have no other source"
        )
        return say(language, text, **values)
    top = sum(sorted((float(row["sales_amount"]) for row in active), reverse=True)[:5])
    return say(
        language,
        "The five largest of {all} terminals make up {share}; {single} have no other source",
        share=show_share(top / whole, language),
        **values,
    )


def tell_suppliers(rows: Sequence[Row], language: str) -> str:
    """'Takes all from Demo Diagnostics; supplies three other distributors'"""
    sources = [row for row in rows if row["is_supplier"] and row["link_amount"] > 0]
    receivers = [row for row in rows if not row["is_supplier"] and row["link_amount"] > 0]
    if not sources and not receivers:
        return say(language, "Nothing came in from, and nothing went to, manufacturers or distributors")
    end = ""
    if len(receivers) == 1:
        end = say(language, "; it supplies {name}", name=receivers[0]["neighbour_name"])
    elif receivers:
        end = say(language, "; it supplies {count} other distributors", count=show_count(len(receivers), language))
    if not sources:
        return say(language, "No supplier is recorded") + end
    values = {"name": sources[0]["neighbour_name"], "share": show_share(sources[0]["link_share"], language)}
    text = "All it takes in comes from {name}" if len(sources) == 1 else "{share} of what it takes in comes from {name}"
    return say(language, text, **values) + end


def tell_agreements(agreed: Sequence[Row], suppliers: Sequence[Row], language: str) -> str:
    """Makers that supply it without an agreement in force, else the agreement that ends next."""
    contracts = [row for row in agreed if row["agreed_kind"] == "agreement"]
    live = [row for row in contracts if row["agreed_state"] == "in_force"]
    makers = [row for row in suppliers if row["is_supplier"] and row["neighbour_kind"] == "manufacturer"]
    bare = [
        row
        for row in makers
        if row["link_amount"] > 0 and row["neighbour_name"] not in [x["agreed_with"] for x in live]
    ]
    if contracts and bare:
        share = show_share(sum(row["link_share"] for row in bare), language)
        if len(bare) > MOST_NAMED:
            return say(
                language,
                "No agreement in force with {count} of its makers, {share} of what it takes in",
                count=show_count(len(bare), language),
                share=share,
            )
        names = join_names(language, [row["neighbour_name"] for row in bare])
        return say(
            language, "No agreement in force with {names}, {share} of what it takes in", names=names, share=share
        )
    unsigned = [row for row in contracts if row["agreed_state"] == "unsigned"]
    if unsigned:
        return say(language, "The agreement with {name} is not signed", name=unsigned[0]["agreed_with"])
    ending = [row for row in live if not is_missing(row["left_days"])]
    if ending:
        first = min(ending, key=lambda row: row["left_days"])
        return say(
            language,
            "The agreement with {name} ends in {days} days",
            name=first["agreed_with"],
            days=show_count(int(first["left_days"]), language),
        )
    places = sum(1 for row in agreed if row["agreed_kind"] == "authorisation" and row["agreed_state"] == "in_force")
    if live:
        return say(language, "Its agreement has no end")
    if not places:
        return say(language, "No agreement or authorisation is in force")
    if places == 1:
        return say(language, "Authorised for one territory")
    return say(language, "Authorised for {count} territories", count=show_count(places, language))
