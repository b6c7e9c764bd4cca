"""What the part on order says: why something is on the list to check, and what would explain it. Never an accusation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, name_term, say
from insight.units import is_missing, show_amount, show_count, show_month, show_number, show_share

Row = Mapping[str, Any]


def name_signal(signal: str, language: str) -> str:
    """The signal in two or three words."""
    words = {
        "outside": say(language, "Outside its territory"),
        "price": say(language, "Price below the norm"),
        "jump": say(language, "Purchases jumped"),
        "batch": say(language, "Batch seen elsewhere"),
        "once": say(language, "One large purchase"),
        "round": say(language, "Out and back"),
    }
    return words[signal]


def tell_queue(rows: Sequence[Row], language: str, currency: str) -> str:
    """'5 things to check, worth ¥3.7m; first Hebei Gengyin: outside its territory, ¥2.5m'"""
    first = rows[0]
    values = {
        "count": show_count(len(rows), language),
        "name": first["distributor_name"],
        "signal": name_signal(first["signal"], language).lower(),
        "amount": show_amount(first["sales_amount"], language, currency),
    }
    if len(rows) == 1:
        return say(language, "One thing to check: {name}, {signal}, {amount}", **values)
    return say(language, "{count} things to check; first {name}: {signal}, {amount}", **values)


def tell_reason(row: Row, language: str) -> str:
    """Why the row is on the list, with the numbers it was judged by."""
    tellers = {
        "outside": _tell_outside,
        "price": _tell_price,
        "jump": _tell_jump,
        "batch": _tell_batch,
        "once": _tell_once,
        "round": _tell_round,
    }
    return tellers[str(row["signal"])](row, language)


def tell_innocence(signal: str, language: str) -> str:
    """What would explain it."""
    words = {
        "outside": say(
            language,
            "a supply agreed for a neighbour, a group that buys centrally, a change of territory not recorded yet",
        ),
        "price": say(language, "a tender price, goods close to expiry, a rebate settled outside the invoice"),
        "jump": say(language, "stock built before a price rise or a holiday, a tender won, sales not reported yet"),
        "batch": say(language, "a transfer that was not recorded, a replacement, a batch number typed wrongly"),
        "once": say(language, "a new customer between orders, a project, earlier purchases under another name"),
        "round": say(language, "a recall, a wrong delivery, goods on consignment settled at the period’s end"),
    }
    return words[signal]


def _split(names: object) -> list[str]:
    return [] if names is None or names != names or names == "" else str(names).split("|")


def _tell_outside(row: Row, language: str) -> str:
    values = {
        "share": show_share(row["measure"], language),
        "places": join_names(language, [str(row["subject_name"]), *_split(row.get("other_names"))]),
        "months": show_count(row["month_count"], language),
    }
    if row["reference"] >= 0.5:
        return say(
            language,
            "{share} of what can be judged went to {places}, adjoining but not authorised, in {months} months: "
            "more than spills over a border",
            **values,
        )
    return say(
        language,
        "{share} of what can be judged went to {places}, not authorised on the day, in {months} months",
        **values,
    )


def _tell_price(row: Row, language: str) -> str:
    values = {
        "line": name_term(language, row["subject_id"]),
        "gap": show_share(row["measure"], language),
        "terminals": show_count(row["terminal_count"], language),
    }
    if is_missing(row["reference"]):
        return say(
            language,
            "{line} {gap} below what others charge nearby, at {terminals} terminals; its own purchase price is not known",
            **values,
        )
    below = show_share(1 - float(row["reference"]), language)
    return say(
        language,
        "{line} {gap} below what others charge nearby and {below} below what it pays itself, at {terminals} terminals",
        below=below,
        **values,
    )


def _tell_jump(row: Row, language: str) -> str:
    values = {
        "line": name_term(language, row["subject_id"]),
        "times": show_number(row["measure"], language, 1),
        "month": show_month(row["sales_quarter"], language),
        "demand": "—" if is_missing(row["reference"]) else show_share(row["reference"], language, 0),
    }
    if row["is_counted"]:
        return say(
            language,
            "{times} times the usual purchases of {line} in the quarter from {month}; its terminals bought {demand} of "
            "the usual, and the count does not hold the rest",
            **values,
        )
    return say(
        language,
        "{times} times the usual purchases of {line} in the quarter from {month}; its terminals bought {demand} of the "
        "usual, and no count says where the rest is",
        **values,
    )


def _tell_batch(row: Row, language: str) -> str:
    values = {
        "batch": row["subject_id"],
        "count": show_count(int(row["batch_count"]) - 1, language),
        "zone": row["zone_name"],
        "name": row["shipped_to_name"],
        "holders": show_count(row["shipped_to_count"], language),
    }
    if int(row["batch_count"]) == 1 and int(row["shipped_to_count"]) == 1:
        return say(language, "Batch {batch} turned up in {zone}; the maker shipped it to {name} only", **values)
    if int(row["batch_count"]) == 1:
        return say(
            language,
            "Batch {batch} turned up in {zone}, where none of the {holders} distributors it was shipped to is authorised",
            **values,
        )
    return say(
        language,
        "Batch {batch} and {count} more turned up in places such as {zone}, where nobody they were shipped to is "
        "authorised",
        **values,
    )


def _tell_once(row: Row, language: str) -> str:
    return say(
        language,
        "{name} never bought before, took {times} usual months at once in {month}, and nothing since",
        name=row["subject_name"],
        times=show_number(row["measure"], language, 1),
        month=show_month(row["sales_month"], language),
    )


def _tell_round(row: Row, language: str) -> str:
    values = {
        "share": show_share(row["measure"], language, 0),
        "name": row["subject_name"],
        "months": show_count(row["month_count"], language),
    }
    if row["is_quarter_end"]:
        return say(
            language,
            "{share} of goods that went to {name} in the last days of {months} quarters came back within a month",
            **values,
        )
    return say(
        language,
        "{share} of goods that went to {name} in the last days of {months} months came back within a month",
        **values,
    )


def tell_inbound(rows: Sequence[Row], language: str, currency: str) -> str:
    """'Most arrived in Shandong: ¥1.5m, 8.2% of what can be judged there'"""
    first = rows[0]
    return say(
        language,
        "Most arrived in {name}: {amount}, {share} of what can be judged there",
        name=first["zone_name"] or say(language, "Unassigned"),
        amount=show_amount(first["outside_amount"], language, currency),
        share=show_share(first["outside_share"], language),
    )


def tell_crossing(row: Row | None, is_judged: bool, language: str, currency: str) -> str:
    """'The widest way over: Hebei to Shandong, ¥1.5m, 3.1% of Hebei’s sales'"""
    if row is None:
        return say(language, "Nothing crosses from one home territory to another")
    values = {
        "home": row["home_name"],
        "place": row["zone_name"],
        "amount": show_amount(row["flow_amount"], language, currency),
        "share": show_share(row["rate"], language),
    }
    if is_judged:
        return say(
            language, "The widest way outside: {home} to {place}, {amount}, {share} of what {home} sells", **values
        )
    return say(language, "The widest way across: {home} to {place}, {amount}, {share} of what {home} sells", **values)


def tell_hands(rows: Sequence[Row], least: int, language: str, currency: str) -> str:
    """'7 terminals buy one line from 3 or more distributors, together ¥0.4m'"""
    terminals = len({row["terminal_id"] for row in rows})
    values = {
        "count": show_count(terminals, language),
        "least": show_count(least, language),
        "amount": show_amount(sum(float(row["sales_amount"]) for row in rows), language, currency),
    }
    if terminals == 1:
        return say(language, "One terminal buys one line from {least} or more distributors: {amount}", **values)
    return say(
        language, "{count} terminals buy one line from {least} or more distributors, together {amount}", **values
    )


def tell_basis(basis: str, language: str) -> str:
    """How it is known what adjoins."""
    if basis == "province":
        return say(language, "Adjoining: neighbouring provinces on the map.")
    if basis == "siblings":
        return say(language, "Adjoining: under the same node of the sales tree, as the tree has no geography.")
    return say(language, "Nothing says which territories adjoin, so that border trade cannot be told apart.")
