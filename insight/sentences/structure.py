"""What the network's structure says: who holds it together, communities, hands goods pass through, links won and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.units import show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]
JUST = 0.0005  # a share below this is written as nothing


def tell_positions(parties: Sequence[Row], language: str, currency: str) -> str:
    """'Without Guangzhou Medical, 313 terminals worth ¥133.8m and 9 distributors have no way of supply left'"""
    first = max(parties, key=lambda row: row["cut_amount"], default=None)
    if first is None or first["cut_terminal_count"] == 0:
        return say(language, "No single distributor cuts a terminal off from supply")
    values = {
        "name": first["distributor_name"],
        "count": show_count(first["cut_terminal_count"], language),
        "amount": show_amount(first["cut_amount"], language, currency),
        "others": show_count(first["cut_distributor_count"], language),
    }
    if first["cut_terminal_count"] == 1:
        return say(language, "Without {name}, one terminal worth {amount} has no way of supply left", **values)
    if first["cut_distributor_count"] == 0:
        return say(language, "Without {name}, {count} terminals worth {amount} have no way of supply left", **values)
    if first["cut_distributor_count"] == 1:
        return say(
            language,
            "Without {name}, {count} terminals worth {amount} and one distributor have no way of supply left",
            **values,
        )
    return say(
        language,
        "Without {name}, {count} terminals worth {amount} and {others} distributors have no way of supply left",
        **values,
    )


def list_position_notes(maker_count: int, counted_count: int, unrecorded_count: int, language: str) -> list[str]:
    """How the routes were counted, where it was not from every maker, and whose supply nobody recorded."""
    notes = []
    if counted_count < maker_count:
        notes.append(
            say(
                language,
                "Routes begin at {counted} of {count} manufacturers, drawn once with a fixed seed.",
                counted=show_count(counted_count, language),
                count=show_count(maker_count, language),
            )
        )
    if unrecorded_count:
        text = "{count} distributors received nothing in this period and count as sources of their own."
        if unrecorded_count == 1:
            text = "One distributor received nothing in this period and counts as a source of its own."
        notes.append(say(language, text, count=show_count(unrecorded_count, language)))
    return notes


def tell_communities(count: int, inside_share: float | None, place: str, language: str) -> str:
    """'The network falls into 21 communities; 87.6% of sales lie in their community’s main region'

    ``place``: 'region' or 'province'; ``inside_share`` is missing where nothing has a place.
    """
    values = {"count": show_count(count, language), "share": show_share(inside_share, language)}
    if count == 1:
        return say(language, "The network is one community: no part of it stands apart")
    if inside_share is None:
        return say(language, "The network falls into {count} communities", **values)
    text = "The network falls into {count} communities; {share} of sales lie in their community’s main region"
    if place == "province":
        text = "The network falls into {count} communities; {share} of sales lie in their community’s main province"
    return say(language, text, **values)


def tell_agreement(joined_share: float, agreement: float | None, language: str) -> str:
    """The fit the other way round, and beyond chance."""
    said = say(
        language,
        "The other way round, {share} of sales lie in the main community of their territory.",
        share=show_share(joined_share, language),
    )
    if agreement is None:
        return said
    more = say(
        language,
        "Agreement beyond chance {value} (adjusted Rand index over terminals: 0 is chance, 1 the same division).",
        value=show_number(agreement, language, 2),
    )
    return f"{said}{more}" if language == "zh" else f"{said} {more}"


def tell_misfits(distributors: Sequence[Row], language: str, currency: str) -> str:
    """'6 distributors worth ¥12.0m belong to a community of another region than their home'"""
    values = {
        "count": show_count(len(distributors), language),
        "amount": show_amount(sum(row["sales_amount"] for row in distributors), language, currency),
        "name": distributors[0]["distributor_name"],
    }
    if len(distributors) == 1:
        return say(language, "{name}, worth {amount}, belongs with another territory than its home", **values)
    return say(language, "{count} distributors worth {amount} belong with another territory than their home", **values)


def tell_hands(total: Row, language: str) -> str:
    """'46.2% of pure sales passes through more than one distributor; for 3.1% the origin is not recorded'

    ``total``: sales_amount and the amounts direct, one, two, more and unrecorded.
    """
    whole = total["sales_amount"]
    shares = {
        hands: total[f"{hands}_amount"] / whole if whole else 0.0
        for hands in ("direct", "one", "two", "more", "unrecorded")
    }
    several = shares["two"] + shares["more"]
    values = {"share": show_share(several, language), "unknown": show_share(shares["unrecorded"], language)}
    if shares["direct"] > 1 - JUST:
        return say(language, "All pure sales come straight from the manufacturer")
    if several > JUST and shares["unrecorded"] > JUST:
        return say(
            language,
            "{share} of pure sales passes through more than one distributor; for {unknown} the origin is not recorded",
            **values,
        )
    if several > JUST:
        return say(language, "{share} of pure sales passes through more than one distributor", **values)
    if shares["unrecorded"] > JUST:
        return say(
            language,
            "Nothing is known to pass through more than one distributor; for {unknown} the origin is not recorded",
            **values,
        )
    return say(language, "No goods pass through more than one distributor")


def tell_chains(amount: float, whole: float, language: str, currency: str) -> str:
    """'¥222.4m reached hospitals through more than one distributor, 46.7% of what they bought'"""
    return say(
        language,
        "{amount} reached hospitals through more than one distributor, {share} of what they bought",
        amount=show_amount(amount, language, currency),
        share=show_share(amount / whole if whole else None, language),
    )


def tell_changes(classes: Mapping[str, Row], language: str, currency: str) -> str:
    """'Links won bring +¥14.7m (164), links lost take −¥2.9m (69)' — and how many cannot be judged."""

    def write(name: str, key: str) -> str:
        row = classes.get(name, {})
        if key == "count":
            return show_count(row.get("link_count", 0), language)
        return show_amount(row.get("change_amount", 0.0), language, currency, is_signed=True)

    values = {
        "won": write("won", "amount"),
        "won_count": write("won", "count"),
        "lost": write("lost", "amount"),
        "lost_count": write("lost", "count"),
        "silent_count": write("unreported", "count"),
    }
    if "won" not in classes and "lost" not in classes:
        said = say(language, "No link was won or lost")
    elif "lost" not in classes:
        said = say(language, "{won_count} links won bring {won}; none was lost", **values)
    elif "won" not in classes:
        said = say(language, "{lost_count} links lost take {lost}; none was won", **values)
    else:
        said = say(language, "{won_count} links won bring {won}, {lost_count} lost take {lost}", **values)
    if "unreported" not in classes:
        return said
    return said + say(language, "; {silent_count} are not reported yet", **values)


def tell_swings(parties: Sequence[Row], language: str, currency: str) -> str:
    """'Jiangsu Medical lost most, −¥1.1m; Henan Medical gained most, +¥3.2m'"""
    down = min(parties, key=lambda row: row["change_amount"])
    up = max(parties, key=lambda row: row["change_amount"])
    values = {
        "down": down["party_name"],
        "loss": show_amount(down["change_amount"], language, currency, is_signed=True),
        "up": up["party_name"],
        "gain": show_amount(up["change_amount"], language, currency, is_signed=True),
    }
    if down["change_amount"] >= 0 and up["change_amount"] <= 0:
        return say(language, "Nobody gained and nobody lost")
    if down["change_amount"] >= 0:
        return say(language, "{up} gained most, {gain}; nobody lost", **values)
    if up["change_amount"] <= 0:
        return say(language, "{down} lost most, {loss}; nobody gained", **values)
    return say(language, "{down} lost most, {loss}; {up} gained most, {gain}", **values)


def tell_links(links: Sequence[Row], name: str, language: str, currency: str) -> str:
    """'The largest change of a single link: Guizhou Medical to General Hospital 2, +¥2.6m'"""
    first = links[0]
    values = {
        "name": name,
        "seller": first["seller_name"],
        "buyer": first["buyer_name"],
        "amount": show_amount(first["change_amount"], language, currency, is_signed=True),
    }
    if name:
        return say(language, "{name}: the largest change is {seller} to {buyer}, {amount}", **values)
    return say(language, "The largest change of a single link: {seller} to {buyer}, {amount}", **values)
