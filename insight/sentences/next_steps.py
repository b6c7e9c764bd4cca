"""What to do next with one terminal: each step follows from a rule and carries its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from insight.i18n import say
from insight.sentences.terminal import Silence, list_offers, name_late, show_days, tell_missing, tell_peers
from insight.units import is_missing, show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]

LEAST_CHANCE = 0.05  # a smaller chance of an order is no step to take
DEAR_RATE = 0.05  # from here on a price is worth asking about
FALL_RATE = 0.2
VISIT_DAYS, OTHER_VISIT_DAYS = 90, 180  # a grade A, and any other, is worth a visit after so long without one


@dataclass(frozen=True)
class Step:
    """One thing to do next: a code, what to do, and why."""

    code: str
    action: str
    reason: str


def list_steps(
    row: Row,
    silence: Silence,
    suppliers: Sequence[Row],
    products: Sequence[Row],
    whitespace: Sequence[Row],
    near: Sequence[Row],
    through_on: date,
    language: str,
    currency: str,
    *,
    has_visits: bool,
    has_owners: bool,
    has_base: bool,
) -> list[Step]:
    """What to do next, each with its evidence, the most pressing first; nothing for a terminal that closed."""
    if not is_missing(row["closed_on"]):
        return []
    steps: list[Step] = []
    if silence.state == "quiet":
        reason = "No order for {days}; it usually orders every {usual}, and more than {limit} is unusual for it."
        steps.append(
            Step(
                "quiet",
                say(language, "Ask why the orders stopped"),
                say(
                    language,
                    reason,
                    days=show_days(silence.silent_days, language),
                    usual=show_number(silence.usual_days, language),
                    limit=show_count(silence.limit_days, language),
                ),
            )
        )
    if silence.state == "never" and near:
        steps.append(_start_with(near[0], language))
    if silence.state == "unreported":
        steps.append(
            Step(
                "unreported",
                say(language, "Get the missing report first"),
                say(
                    language,
                    "{names} has not reported since, so it cannot be said whether it still orders.",
                    names=name_late(silence, language),
                ),
            )
        )
    if missing := tell_missing(silence, language):
        steps.append(Step("unreported", say(language, "Get the missing report first"), missing))
    steps += _list_falls(row, silence, language, currency, has_base=has_base)
    if has_owners and is_missing(row["owner_name"]):
        steps.append(
            Step("owner", say(language, "Give it an owner"), say(language, "Nobody is assigned to it on the last day."))
        )
    if has_visits:
        steps += _list_visits(row, through_on, language)
    # the estimates made at publish weigh everything known of it; without them, what similar terminals buy
    steps += _list_white(whitespace, language, currency) or _list_offers(products, language, currency)
    steps += _list_dear(suppliers, language)
    return steps


def _start_with(row: Row, language: str) -> Step:
    action = say(language, "Open it with {name}", name=row["distributor_name"])
    count = show_count(row["terminal_count"], language)
    if is_missing(row["distance_km"]):
        return Step("open", action, say(language, "It sells to {count} terminals in this territory.", count=count))
    text = "{km} km away, it sells to {count} terminals in this territory."
    return Step("open", action, say(language, text, count=count, km=show_number(row["distance_km"], language)))


def _list_falls(row: Row, silence: Silence, language: str, currency: str, *, has_base: bool) -> list[Step]:
    bought, base = float(row["year_amount"]), float(row["base_amount"])
    is_explained = silence.state in ("quiet", "unreported") or bool(silence.missing_names)
    if not has_base or base <= 0 or bought >= base * (1 - FALL_RATE) or is_explained:
        return []
    text = "It bought {amount} less than the year before ({share})."
    share = show_share(bought / base - 1, language, is_signed=True)
    reason = say(language, text, amount=show_amount(base - bought, language, currency), share=share)
    return [Step("fall", say(language, "Find out where the business went"), reason)]


def _list_visits(row: Row, through_on: date, language: str) -> list[Step]:
    last = row["last_visited_on"]
    if row["grade"] != "A" and is_missing(last):
        return []
    grade = say(language, "Grade {grade}", grade=row["grade"]) if not is_missing(row["grade"]) else ""
    if is_missing(last):
        return [
            Step("visit", say(language, "Visit it"), say(language, "{grade}, and no visit on record.", grade=grade))
        ]
    days = (through_on - last).days
    if days <= (VISIT_DAYS if row["grade"] == "A" else OTHER_VISIT_DAYS):
        return []
    told = say(language, "The last visit was {days} ago.", days=show_days(days, language))
    return [Step("visit", say(language, "Visit it"), f"{grade}{say(language, ': ')}{told}" if grade else told)]


def _list_white(rows: Sequence[Row], language: str, currency: str) -> list[Step]:
    """The two largest expected values: 'Offer Immunoassay, to start with Troponin'. ``rows`` name lines in words."""
    steps = []
    for row in [row for row in rows if row["chance_rate"] >= LEAST_CHANCE][:2]:
        values = {"name": row["unit_name"], "start": row["start_name"]}
        if row["is_few"]:
            action = say(language, "Sell more of {name}", **values)
        elif is_missing(row["start_name"]) or row["start_name"] == row["unit_name"]:
            action = say(language, "Offer {name}", **values)
        else:
            action = say(language, "Offer {name}, to start with {start}", **values)
        reason = say(
            language,
            "{count} of {all} similar terminals buy it; the chance of an order within a year is {chance}, "
            "its worth {amount} a year.",
            count=show_count(row["similar_bought_count"], language),
            all=show_count(row["similar_count"], language),
            chance=show_share(row["chance_rate"], language, 0),
            amount=show_amount(row["value_amount"], language, currency),
        )
        steps.append(Step("offer", action, reason))
    return steps


def _list_offers(products: Sequence[Row], language: str, currency: str) -> list[Step]:
    steps = []
    for row in list_offers(products)[:2]:
        reason = tell_peers(row, language) + say(
            language,
            ", for {amount} a year as a rule.",
            amount=show_amount(row["median_amount"], language, currency),
        )
        is_listed = row["is_listed"] is True or (row["is_listed"] is not None and bool(row["is_listed"]))
        if is_listed:
            action = "Turn the listing of {name} into an order"
        else:
            action = "Win {name} back" if row["ever_amount"] > 0 else "Offer {name}"
        steps.append(Step("offer", say(language, action, name=row["product_name"]), reason))
    return steps


def _list_dear(suppliers: Sequence[Row], language: str) -> list[Step]:
    steps = []
    for row in suppliers:
        if is_missing(row["price_index"]) or row["price_index"] - 1 < DEAR_RATE or row["sales_amount"] <= 0:
            continue
        reason = say(
            language,
            "It pays {share} more than the median of other terminals for the same products in the same quarters.",
            share=show_share(row["price_index"] - 1, language),
        )
        action = say(language, "Check the prices of {name}", name=row["seller_name"])
        steps.append(Step("price", action, reason))
    return steps[:1]
