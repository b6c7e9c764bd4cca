"""One party among its neighbours: who of them is drawn, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.analysis.network.netting import Pair
from insight.analysis.network.tiers import COLUMNS, MAKER, TERMINAL, TIER_1, TIER_2, read_missing

MOST_NODES = 150
ROOM = 40  # neighbours of a party, direction and column that are asked for
# how many of each column stand there by name: around the centre alone, after more steps, and after clicks
AROUND = {MAKER: 8, TIER_1: 12, TIER_2: 14, TERMINAL: 18}
AFTER_STEPS = {MAKER: 10, TIER_1: 20, TIER_2: 24, TERMINAL: 32}
AFTER_CLICKS = {MAKER: 14, TIER_1: 32, TIER_2: 36, TERMINAL: 44}
OPENED = 12  # neighbours that a click adds, a direction and column
MOST_RESTS = 24


@dataclass(frozen=True)
class Rest:
    """Neighbours of some parties that are not drawn by name. ``amount`` is what they deal with the one party; None for
    those of several, who may be the same."""

    node_id: str
    place: str
    count: int
    parties: tuple[tuple[str, bool], ...]  # a party, and whether the rest ships to it
    amount: float | None = None
    single_count: int = 0


@dataclass(frozen=True)
class Focus:
    """A drawing around one party.

    ``nodes``: node_id, column, code, name, type, amount (pure sales), is_self, is_open, is_others, member_count,
    single_count, is_single_source, x (0 left to 1 right), y (0 top to 1 bottom). ``links``: source_id, target_id,
    amount, share (of what the receiver buys), is_others, is_back (as much or more came back), path_share (of what the
    terminal looked at bought; missing where no goods came this way), is_implied (no sell-in recorded).
    ``row_count``: places in the longest column.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    row_count: int


def add_neighbours(
    drawn: Mapping[str, str], frame: pd.DataFrame, most: Mapping[str, int], room: int = MOST_NODES
) -> dict[str, str]:
    """``drawn`` (node → column) with neighbours from ``network/neighbours_by_node``: the largest of every party first,
    then the second of every party, until a column has ``most`` or the drawing is full; ``room`` of a group at most."""
    grown = dict(drawn)
    counts: dict[str, int] = defaultdict(int)
    for place in grown.values():
        counts[place] += 1
    rows = frame.sort_values(["link_rank", "link_amount", "neighbour_id"], ascending=[True, False, True])
    for row in rows.to_dict("records"):
        node, place = row["neighbour_id"], row["place"]
        if node in grown or row["link_rank"] > room or counts[place] >= most[place]:
            continue
        if len(grown) < MOST_NODES - MOST_RESTS:
            grown[node] = place
            counts[place] += 1
    return grown


def count_rests(frame: pd.DataFrame, nodes: pd.DataFrame, links: pd.DataFrame, parties: Collection[str]) -> list[Rest]:
    """What is left of the neighbours of each of ``parties``, by direction and column, beside those drawn.

    ``frame`` is ``network/neighbours_by_node``; ``nodes`` and ``links`` are ``network/nodes_by_id`` and
    ``network/links_by_node`` of what is drawn. 30 terminals worth 900, 18 of them drawn with 700: 12 others worth 200.
    """
    places = dict(zip(nodes["node_id"], nodes["place"], strict=True))
    single = set(nodes.loc[nodes["is_single_source"], "node_id"])
    inside: dict[tuple[str, bool, str], list[tuple[str, float]]] = defaultdict(list)
    for row in links.to_dict("records"):
        source, target, amount = row["source_id"], row["target_id"], float(row["link_amount"])
        inside[source, False, places[target]].append((target, amount))
        inside[target, True, places[source]].append((source, amount))
    rests = []
    for row in frame[frame["link_rank"] == 1].to_dict("records"):
        party, is_supplier, place = str(row["node_id"]), bool(row["is_supplier"]), str(row["place"])
        drawn = inside[party, is_supplier, place]
        if party in parties and row["group_count"] > len(drawn):
            rests.append(
                Rest(
                    node_id=f"others:{place}:{'in' if is_supplier else 'out'}:{party}",
                    place=place,
                    count=int(row["group_count"]) - len(drawn),
                    parties=((party, is_supplier),),
                    amount=float(row["group_amount"]) - sum(amount for _, amount in drawn),
                    single_count=int(row["single_count"]) - sum(1 for node, _ in drawn if node in single),
                )
            )
    return sorted(rests, key=lambda rest: (-rest.count, rest.node_id))


def merge_rests(rests: Sequence[Rest], reach: pd.DataFrame, most_parties: int = 8) -> list[Rest]:
    """One rest a column: how many within reach are not drawn, as ``network/neighbours_by_distance`` counts them."""
    merged = []
    for place in COLUMNS:
        rows = reach[reach["place"] == place]
        count = int(rows["node_count"].sum() - rows["drawn_count"].sum())
        several = [rest for rest in rests if rest.place == place][:most_parties]
        if count > 0:
            parties = tuple(party for rest in several for party in rest.parties)
            merged.append(Rest(node_id=f"others:{place}", place=place, count=count, parties=parties))
    return merged


def build_focus(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    rests: Sequence[Rest],
    centre: str,
    opened: Collection[str] = (),
    path_shares: Mapping[Pair, float] | None = None,
) -> Focus:
    """Give everything its place: a column by tier, in it beside whom it deals with, Others last.

    ``nodes`` is ``network/nodes_by_id``, ``links`` is ``network/links_by_node``.
    """
    rows = [_describe(row, centre, opened) for row in nodes.to_dict("records")]
    rows += [_describe_rest(rest) for rest in rests]
    ways = path_shares or {}
    drawn = [
        (
            row["source_id"], row["target_id"], float(row["link_amount"]), float(read_missing(row["supply_share"]) or 0),
            False, row["link_amount"] <= 0, ways.get((row["source_id"], row["target_id"])), row.get("stage") == "implied",
        )
        for row in links.to_dict("records")
    ]  # fmt: skip
    for rest in rests:
        for party, is_supplier in rest.parties:
            ends = (rest.node_id, party) if is_supplier else (party, rest.node_id)
            drawn.append((*ends, max(rest.amount or 0.0, 0.0), 0.0, True, False, None, False))
    table = pd.DataFrame(rows)
    order = _order_columns(table, [(pair[0], pair[1]) for pair in drawn], centre)
    longest = max(len(column) for column in order)
    places: dict[str, tuple[float, float]] = {}
    for position, column in enumerate(order):
        # each column in its middle; a short one spreads, for its names stand above its circles
        pitch = min(2.5 / max(longest - 1, 1), 1.0 / max(len(column) - 1, 1))
        start = 0.5 - pitch * (len(column) - 1) / 2
        for row, node in enumerate(column):
            places[node] = position / max(len(order) - 1, 1), start + pitch * row
    table["x"] = [places[node][0] for node in table["node_id"]]
    table["y"] = [places[node][1] for node in table["node_id"]]
    return Focus(
        nodes=table,
        links=pd.DataFrame(
            drawn,
            columns=["source_id", "target_id", "amount", "share", "is_others", "is_back", "path_share", "is_implied"],
        ).astype({"path_share": float}),
        row_count=longest,
    )


def _order_columns(table: pd.DataFrame, pairs: Sequence[Pair], centre: str) -> list[list[str]]:
    """The nodes of every column from top to bottom, each near those it deals with; the same drawing every time."""
    size = dict(zip(table["node_id"], table["amount"], strict=True))
    rests = set(table.loc[table["is_others"], "node_id"])
    order = []
    for place in COLUMNS:
        inside = table.loc[table["column"] == place, "node_id"]
        if len(inside):
            order.append(sorted(inside, key=lambda node: (node in rests, -size[node], node)))
    near: dict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        near[source].append(target)
        near[target].append(source)
    for _ in range(4):
        height = {node: (row + 0.5) / len(column) for column in order for row, node in enumerate(column)}
        for position, column in enumerate(order):
            wanted = {
                node: sum(height[other] for other in near[node]) / len(near[node]) if near[node] else 0.5
                for node in column
            }
            column = sorted(column, key=lambda node: (node in rests, round(wanted[node], 6), -size[node], node))
            order[position] = column
            height |= {node: (row + 0.5) / len(column) for row, node in enumerate(column)}
    return order


def _describe(row: Mapping[str, Any], centre: str, opened: Collection[str]) -> dict[str, Any]:
    node = str(row["node_id"])
    return {
        "node_id": node,
        "column": row["place"],
        "code": str(row["code"]),
        "name": str(row["name"]),
        "type": read_missing(row["type"]),
        "amount": float(row["sales_amount"]),
        "is_self": node == centre,
        "is_open": node == centre or node in opened,
        "is_others": False,
        "is_single_source": bool(row["is_single_source"]),
        "member_count": 1,
        "single_count": 0,
    }


def _describe_rest(rest: Rest) -> dict[str, Any]:
    flags = {"is_self": False, "is_open": False, "is_others": True, "is_single_source": False}
    counts = {"member_count": rest.count, "single_count": rest.single_count}
    given = {"node_id": rest.node_id, "column": rest.place, "code": "", "name": "", "type": None}
    return {**given, "amount": rest.amount or 0.0, **flags, **counts}
