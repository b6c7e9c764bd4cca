"""What the coverage page says of the depth of customers: how much of the range, how often, how much hangs on one SKU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.units import is_missing, show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]

FEW = 5  # nothing is said of fewer customers


def tell_groups(rows: Sequence[Row], language: str) -> str:
    """How broad and how frequent customers are, and how many hang on one SKU; sums over sums of all groups."""
    customers = sum(row["customer_count"] for row in rows)
    if customers < FEW:
        return say(language, "Fewer than five customers bought in 12 months")
    months = rows[0]["month_count"]
    values = {
        "skus": show_number(sum(row["product_count"] for row in rows) / customers, language, 1),
        "all": show_count(rows[0]["offered_product_count"], language),
        "orders": show_number(sum(row["order_count"] for row in rows) / customers / (months / 3), language, 1),
        "share": show_share(sum(row["concentrated_count"] for row in rows) / customers, language, 0),
    }
    if rows[0]["offered_product_count"] == 1:
        return say(language, "A customer orders on {orders} days a quarter; there is one SKU to buy", **values)
    return say(
        language,
        "A customer buys {skus} of {all} SKUs and orders on {orders} days a quarter; {share} have more than half on one SKU",
        **values,
    )


def tell_distribution(rows: Sequence[Row], language: str) -> str:
    """Total distribution points, and the SKU that reaches most weight."""
    first = rows[0]
    values = {
        "points": show_number(first["total_points"], language),
        "name": str(first["product_name"]),
        "rate": show_share(first["weighted_distribution_rate"], language, 0),
    }
    if first["terminal_count"] < FEW or is_missing(first["weighted_distribution_rate"]):
        return say(language, "How widely each SKU is bought")
    return say(language, "{points} distribution points in all; {name} reaches most, {rate} of the weight", **values)


def tell_customers(rows: Sequence[Row], language: str, currency: str) -> str:
    """How many customers there are, and how much of their potential is not bought; of the rows listed."""
    known = [row for row in rows if not is_missing(row["open_amount"])]
    values = {
        "n": show_count(rows[0]["all_count"], language),
        "shown": show_count(len(known), language),
        "amount": show_amount(sum(row["open_amount"] for row in known), language, currency),
    }
    if not known:
        return say(language, "Customers: {n}; no potential is known", **values)
    if rows[0]["all_count"] > len(rows):
        return say(language, "{n} customers; the first {shown} leave {amount} of their potential open", **values)
    if rows[0]["all_count"] == 1:
        return say(language, "One customer leaves {amount} of its potential open", **values)
    return say(language, "{n} customers leave {amount} of their potential open", **values)


def tell_potential(row: Row, language: str, currency: str) -> str | None:
    """What a terminal could buy in a year; an estimate is marked and has its range beside it."""
    if is_missing(row["potential_amount"]):
        return None
    amount = show_amount(row["potential_amount"], language, currency)
    if not row["is_estimated"]:
        return amount
    low, high = (show_amount(row[f"potential_{end}_amount"], language, currency) for end in ("low", "high"))
    return say(language, "≈ {amount} ({low} to {high})", amount=amount, low=low, high=high)
