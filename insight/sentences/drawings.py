"""What the drawings of the network say: what is selected, what a focus shows, how goods came, which lines lie behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, name_term, say
from insight.units import is_missing, show_amount, show_count, show_share

Row = Mapping[str, Any]

PLACES = {
    "maker": "{count} manufacturers",
    "tier_1": "{count} distributors of tier 1",
    "tier_2": "{count} distributors of tier 2",
    "terminal": "{count} terminals",
}
ONE_PLACE = {
    "maker": "one manufacturer",
    "tier_1": "one distributor of tier 1",
    "tier_2": "one distributor of tier 2",
    "terminal": "one terminal",
}


def tell_party(row: Row, risk: float | None, language: str, currency: str) -> str:
    """'Guangzhou Medical · distributor of tier 1, Guangdong · pure sales ¥61.0m, 22.9% of all · 3 sources, 311 terminals'.

    ``row`` is of ``network/nodes_by_id``; ``risk`` is what rests on a distributor alone, where known.
    """
    amount = show_amount(row["sales_amount"], language, currency)
    share = show_share(row["sales_share"], language)
    facts = [str(row["name"]), describe_party(row, language)]
    if not row["has_flow"]:
        return " · ".join([*facts, say(language, "nothing moved in this period under these filters")])
    if row["kind"] == "terminal":
        facts.append(say(language, "bought {amount}, {share} of all pure sales", amount=amount, share=share))
        if row["source_count"]:
            facts.append(_count(row["source_count"], "one source", "{count} sources", language))
        if row["is_single_source"] and row["source_count"] > 1:
            facts.append(say(language, "depends on one of them"))
        if row["return_amount"] < 0 and row["sales_amount"] <= 0:
            facts.append(say(language, "returned everything it bought"))
        return " · ".join(facts)
    if row["kind"] == "manufacturer":
        facts.append(say(language, "pure sales of its products {amount}, {share} of all", amount=amount, share=share))
    else:
        facts.append(say(language, "pure sales {amount}, {share} of all", amount=amount, share=share))
        if row["source_count"]:
            facts.append(_count(row["source_count"], "one source", "{count} sources", language))
    terminals = int(row["terminal_count"])
    distributors = int(row["receiver_count"]) - terminals
    reach = [
        _count(count, one, many, language)
        for count, one, many in (
            (distributors, "one distributor", "{count} distributors"),
            (terminals, "one terminal", "{count} terminals"),
        )
        if count
    ]
    if reach:
        facts.append(say(language, "supplies {names}", names=join_names(language, reach)))
    if risk:
        facts.append(say(language, "{amount} at risk", amount=show_amount(risk, language, currency)))
    return " · ".join(facts)


def describe_party(row: Row, language: str) -> str:
    """'distributor of tier 1, Guangdong' or 'Hospital, Tertiary, Jiangsu'."""
    if row["kind"] == "terminal":
        words = [name_term(language, row[column]) for column in ("type", "level") if not is_missing(row[column])]
        kind = words or [say(language, "terminal")]
    elif row["kind"] == "manufacturer":
        kind = [say(language, "manufacturer")]
    elif is_missing(row["tier"]):
        kind = [say(language, "distributor")]
    else:
        kind = [say(language, "distributor of tier 1" if int(row["tier"]) == 1 else "distributor of tier 2")]
    places = [str(row[column]) for column in ("territory_name", "city") if not is_missing(row[column])][:1]
    return ("，" if language == "zh" else ", ").join([*kind, *places])


def tell_group(name: str, amount: float, share: float | None, language: str, currency: str) -> str:
    """Terminals of a kind or region together."""
    return " · ".join(
        [
            name,
            say(language, "terminals together"),
            say(
                language,
                "bought {amount}, {share} of all pure sales",
                amount=show_amount(amount, language, currency),
                share=show_share(share, language),
            ),
        ]
    )


def tell_link(source: str, target: str, stage: str, amount: float, language: str, currency: str) -> str:
    """'A → B · transfer ¥0.2m'."""
    words = {"sell_in": "Sell-in", "implied": "Implied", "transfer": "Transfer"}.get(stage, "Pure sales")
    value = show_amount(amount, language, currency)
    return f"{source} → {target} · {say(language, words)} {value}"


def tell_terminal_focus(row: Row, main: str, share: float | None, language: str, currency: str) -> str:
    """'Jiangsu Hospital 8 buys 82.0% of its goods from Renshen' — or that it returned everything."""
    values = {"name": row["name"], "amount": show_amount(-row["return_amount"], language, currency)}
    if row["sales_amount"] <= 0:
        if row["return_amount"] < 0:
            return say(language, "{name} gave back as much as it bought, or more: {amount} returned", **values)
        return say(language, "{name} bought nothing in this period", **values)
    if not main or share is None or is_missing(share):
        return say(language, "{name} bought from nobody in this selection", **values)
    values |= {"main": main, "share": show_share(share, language), "count": show_count(row["source_count"], language)}
    if row["source_count"] <= 1:
        return say(language, "{name} buys everything from {main}", **values)
    return say(language, "{name} buys from {count} parties, {share} of it from {main}", **values)


def tell_maker_focus(row: Row, language: str) -> str:
    """'Demo Diagnostics supplies 50 distributors and 7 terminals'."""
    terminals = int(row["terminal_count"])
    distributors = int(row["receiver_count"]) - terminals
    reach = [
        _count(count, one, many, language)
        for count, one, many in (
            (distributors, "one distributor", "{count} distributors"),
            (terminals, "one terminal", "{count} terminals"),
        )
        if count
    ]
    if not reach and row["implied_count"]:
        count = _count(row["implied_count"], "one distributor", "{count} distributors", language)
        return say(
            language, "{names} sold goods of {name}, whose sell-in is not recorded", name=row["name"], names=count
        )
    if not reach:
        return say(language, "{name} shipped to nobody in this period", name=row["name"])
    return say(language, "{name} supplies {names}", name=row["name"], names=join_names(language, reach))


def tell_reach(counts: Mapping[str, int], drawn: int, depth: int, language: str) -> str:
    """'Within 2 steps: 3 manufacturers, 50 distributors of tier 1 and 333 terminals; drawn by name: 64.'"""
    parts = [
        _count(counts[place], ONE_PLACE[place], text, language) for place, text in PLACES.items() if counts.get(place)
    ]
    values = {
        "depth": depth,
        "names": join_names(language, parts),
        "drawn": show_count(drawn, language),
        "all": show_count(sum(counts.values()), language),
    }
    if depth == 1:
        return say(language, "One step away: {names}; drawn by name: {drawn}.", **values)
    return say(language, "Within {depth} steps: {names}; drawn by name: {drawn}.", **values)


def tell_paths(name: str, paths: Sequence[Row], language: str) -> str:
    """'T’s goods came by 3 ways, about 82.0% from M → D'. ``paths``: label, share; largest first."""
    first = paths[0]
    values = {
        "name": name,
        "share": show_share(first["share"], language),
        "path": first["label"],
        "count": show_count(len(paths), language),
    }
    if len(paths) == 1:
        return say(language, "Everything {name} bought came from {path}", **values)
    return say(language, "{name}’s goods came by {count} ways, about {share} from {path}", **values)


def tell_lines(count: int, amount: float, back: float, language: str, currency: str) -> str:
    """'61,316 shipment lines, together ¥133.7m, of which ¥1.0m went back'."""
    values = {
        "count": show_count(count, language),
        "amount": show_amount(amount, language, currency),
        "back": show_amount(-back, language, currency),
    }
    text = "One shipment line of {amount}" if count == 1 else "{count} shipment lines, together {amount}"
    if back < 0:
        text = (
            "One shipment line: {back} went back"
            if count == 1
            else "{count} shipment lines, together {amount} after returns of {back}"
        )
    return say(language, text, **values)


def _count(count: int, one: str, many: str, language: str) -> str:
    return say(language, one) if int(count) == 1 else say(language, many, count=show_count(count, language))
