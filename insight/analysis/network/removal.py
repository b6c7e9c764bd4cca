"""Who could take over what would be without a source if distributors fell away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import pandas as pd

from insight.analysis.network.tiers import read_missing

CLASSES = ("serving", "authorised", "nearby")
MOST_CANDIDATES, FEWEST_CANDIDATES = 30, 4  # of a place, the best placed ones; fewer where places are very many
MOST_ARCS, MOST_GROUPS = 30_000, 1_500  # what network_simplex works through in about a second
MOST_NAMED = 3
# serving outweighs all else together, then authorised, then near, then the first tier
SERVING, AUTHORISED, NEAR, TIER = 12, 6, 2, 1


@dataclass(frozen=True)
class Placement:
    """Where stranded sales could go; all amounts are money with two decimals.

    ``takers``: distributor_id, distributor_name, tier, extra_amount, spare_amount (of the period), extra_share (of its
    own level), terminal_count, serving_amount, authorised_amount, nearby_amount. ``terminals``: one row each with
    stranded_amount, stranded_share, is_cut_off, placed_amount, unplaced_amount, taker_names, candidate_count.
    ``places``: territory and product line with the same sums. ``by_class``: what is placed, by how well the taker is
    placed. Stranded = placed + unplaced, to the cent, in every row and in all.
    """

    stranded_amount: float
    removed_amount: float
    placed_amount: float
    unplaced_amount: float
    by_class: dict[str, float]
    takers: pd.DataFrame
    terminals: pd.DataFrame
    places: pd.DataFrame


@dataclass(frozen=True)
class _Able:
    """Who could serve an item: ``base`` is shared by all items of a place and line, ``serving`` is its own."""

    base: Mapping[str, int]
    serving: tuple[tuple[str, int], ...]


def place_stranded(
    items: pd.DataFrame, reach: pd.DataFrame, capacity: pd.DataFrame, lost: Mapping[str, float], quarters: float
) -> Placement:
    """Hand stranded sales to distributors that could serve them, as far as their spare capacity goes.

    ``items``, ``reach`` and ``capacity`` answer ``network/removal_terminals``, ``removal_reach`` and
    ``capacity_by_distributor``; ``quarters`` is the length of the period in quarters of a year, for capacity is
    measured over three months. A taker's spare shrinks with the share of supply it loses itself. The most that can be
    placed is placed, and among all ways to place that much the one whose takers are placed best: they serve the
    terminal already, then are authorised for its territory and line, then sell in its city or province, then are of
    tier 1 (a flow of least cost, in whole cents). Within a place the largest terminals come first. Where terminals
    differ too much to be taken together, those who serve one fill up first, and the rest is placed so.
    """
    stock = {
        str(row["distributor_id"]): row
        for row in capacity.to_dict("records")
        if row["is_available"] and lost.get(str(row["distributor_id"]), 0.0) < 1
    }
    spare = {
        name: int(_cents(row["spare_amount"]) * quarters * (1 - lost.get(name, 0.0))) for name, row in stock.items()
    }
    rows = items.to_dict("records")
    ranks = _rank_candidates(rows, _index_reach(reach), stock)
    amounts = [_cents(row["stranded_amount"]) for row in rows]
    given = _place(ranks, amounts, spare)
    return _sum_up(rows, amounts, ranks, given, stock, spare, quarters)


def _place(ranks: Sequence[_Able], amounts: Sequence[int], spare: Mapping[str, int]) -> list[tuple[int, str, int, int]]:
    """What each taker takes of each item: (item, taker, cost, cents)."""
    groups = _group(ranks, range(len(ranks)), spare)
    left, room = list(amounts), dict(spare)
    given: list[tuple[int, str, int, int]] = []
    if len(groups) > MOST_GROUPS:
        # one terminal after the other, the largest first; then they differ by place and line only
        for place in sorted(range(len(ranks)), key=lambda place: (-amounts[place], place)):
            for name, cost in ranks[place].serving:
                part = min(left[place], room[name])
                if part:
                    given.append((place, name, cost, part))
                    left[place] -= part
                    room[name] -= part
        ranks = [_Able(rank.base, ()) for rank in ranks]
        groups = _group(ranks, [place for place in range(len(ranks)) if left[place]], room)
    flows = _send([(key, sum(left[place] for place in places)) for key, places in groups.items()], room)
    for (key, places), flow in zip(groups.items(), flows, strict=True):
        given += _share_out(key, sorted(places, key=lambda place: (-left[place], place)), left, flow)
    return given


def _group(
    ranks: Sequence[_Able], places: Sequence[int], spare: Mapping[str, int]
) -> dict[tuple[tuple[str, int], ...], list[int]]:
    """Items with the same candidates at the same costs, together: (taker, cost) pairs, best first → items."""
    alike: dict[tuple[int, tuple[tuple[str, int], ...]], list[int]] = defaultdict(list)
    for place in places:
        alike[id(ranks[place].base), ranks[place].serving].append(place)
    together: dict[frozenset[tuple[str, int]], list[int]] = defaultdict(list)
    for members in alike.values():
        rank = ranks[members[0]]
        costs = {**rank.base, **dict(rank.serving)}
        together[frozenset((name, cost) for name, cost in costs.items() if spare[name] > 0)].extend(members)
    most = max(FEWEST_CANDIDATES, min(MOST_CANDIDATES, MOST_ARCS // max(len(together), 1)))
    groups: dict[tuple[tuple[str, int], ...], list[int]] = defaultdict(list)
    for able, members in together.items():
        best = sorted(able, key=lambda pair: (pair[1], -spare[pair[0]], pair[0]))[:most]
        groups[tuple(best)].extend(members)
    return groups


def _index_reach(reach: pd.DataFrame) -> dict[tuple[str, str, str], dict[str, set[str]]]:
    """(reach, area, place) → distributor → lines; '' is every line."""
    index: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    columns = ["reach", "area_id", "place_id", "distributor_id", "product_line"]
    for kind, area, place, name, line in reach[columns].itertuples(index=False, name=None):
        where = (kind, read_missing(area) or "" if kind == "city" else "", place)
        index[where][str(name)].add(line or "")
    return index


def _rank_candidates(
    rows: Sequence[Mapping[str, Any]],
    index: Mapping[tuple[str, str, str], Mapping[str, set[str]]],
    stock: Mapping[str, Mapping[str, Any]],
) -> list[_Able]:
    """For each item the distributors that could serve it, each with a cost: the lower, the better placed."""
    second = {name for name, row in stock.items() if read_missing(row["tier"]) == 2}
    known: dict[tuple[str, ...], dict[str, int]] = {}
    ranks = []
    nobody: dict[str, set[str]] = {}
    for row in rows:
        area, city, territory = (str(read_missing(row[key]) or "") for key in ("area_id", "city", "territory_id"))
        line = str(row["product_line"])
        key = (area, city, territory, line)
        if key not in known:
            authorised = {
                name for name, lines in index.get(("authorised", "", territory), nobody).items() if lines & {"", line}
            }
            here = set(index.get(("city", area, city), nobody)) if city else set()
            near = set(index.get(("area", "", area), nobody)) if area else set()
            known[key] = {
                name: SERVING
                + (0 if name in authorised else AUTHORISED)
                + NEAR * (0 if name in here else 1 if name in near else 2)
                + (TIER if name in second else 0)
                for name in (authorised | here | near) & stock.keys()
            }
        base = known[key]
        far = SERVING + AUTHORISED + 2 * NEAR
        serving = [
            (base.get(name, far + (TIER if name in second else 0)) - SERVING, name)
            for name in map(str, row["server_ids"])
            if name in stock
        ]
        ranks.append(_Able(base, tuple((name, cost) for cost, name in sorted(serving))))
    return ranks


def _send(groups: Sequence[tuple[tuple[tuple[str, int], ...], int]], spare: Mapping[str, int]) -> list[dict[str, int]]:
    """Cents from each group to each of its takers: the most that spare capacity allows, at the least cost."""
    graph = nx.DiGraph()
    takers = {name for key, _ in groups for name, _ in key}
    # dearer than any chain of exchanges that leaving one cent out could save
    left_out = 2 * (SERVING + AUTHORISED + 2 * NEAR + TIER) * (len(takers) + 1)
    whole = sum(amount for _, amount in groups)
    graph.add_node("end", demand=whole)
    for place, (key, amount) in enumerate(groups):
        graph.add_node(place, demand=-amount)
        graph.add_edge(place, "end", weight=left_out)
        for name, cost in key:
            graph.add_edge(place, ("taker", name), weight=cost)
    for name in sorted(takers):
        graph.add_edge(("taker", name), "end", capacity=spare[name], weight=0)
    if not takers:
        return [{} for _ in groups]
    _, flow = nx.network_simplex(graph)
    return [
        {name: flow[place]["taker", name] for name, _ in key if flow[place]["taker", name]}
        for place, (key, _) in enumerate(groups)
    ]


def _share_out(
    key: tuple[tuple[str, int], ...], places: Sequence[int], amounts: Sequence[int], flow: Mapping[str, int]
) -> list[tuple[int, str, int, int]]:
    """A group's flow divided over its items, largest first: (item, taker, cost, cents)."""
    ways = [(name, cost) for name, cost in key if flow.get(name)]
    left = [flow[name] for name, _ in ways]
    given: list[tuple[int, str, int, int]] = []
    turn = 0
    for place in places:
        wanted = amounts[place]
        while wanted and turn < len(ways):
            part = min(wanted, left[turn])
            given.append((place, *ways[turn], part))
            wanted -= part
            left[turn] -= part
            turn += left[turn] == 0
    return given


def _sum_up(
    rows: Sequence[Mapping[str, Any]],
    amounts: Sequence[int],
    ranks: Sequence[_Able],
    given: Sequence[tuple[int, str, int, int]],
    stock: Mapping[str, Mapping[str, Any]],
    spare: Mapping[str, int],
    quarters: float,
) -> Placement:
    by_class = dict.fromkeys(CLASSES, 0)
    by_taker: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(CLASSES, 0))
    reached: dict[str, set[str]] = defaultdict(set)
    placed = [0] * len(rows)
    taken: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, name, cost, part in given:
        kind = "serving" if cost < SERVING else "authorised" if cost - SERVING < AUTHORISED else "nearby"
        by_class[kind] += part
        by_taker[name][kind] += part
        placed[place] += part
        reached[name].add(rows[place]["terminal_id"])
        taken[rows[place]["terminal_id"]][name] += part
    takers = [
        {
            "distributor_id": name,
            "distributor_name": stock[name]["distributor_name"],
            "tier": read_missing(stock[name]["tier"]),
            "extra_amount": sum(parts.values()) / 100,
            "spare_amount": spare[name] / 100,
            "extra_share": _divide(sum(parts.values()) / 100, float(stock[name]["quarter_amount"]) * quarters),
            "terminal_count": len(reached[name]),
            **{f"{kind}_amount": parts[kind] / 100 for kind in CLASSES},
        }
        for name, parts in by_taker.items()
    ]
    takers.sort(key=lambda taker: (-taker["extra_amount"], taker["distributor_id"]))
    whole, done = sum(amounts), sum(placed)
    return Placement(
        stranded_amount=whole / 100,
        removed_amount=sum(_cents(row["removed_amount"]) for row in rows) / 100,
        placed_amount=done / 100,
        unplaced_amount=(whole - done) / 100,
        by_class={kind: amount / 100 for kind, amount in by_class.items()},
        takers=pd.DataFrame(takers, columns=TAKER_COLUMNS).astype({"tier": "Int64"}),
        terminals=_list_terminals(rows, amounts, placed, ranks, taken, stock, spare),
        places=_list_places(rows, amounts, placed),
    )


TAKER_COLUMNS = [
    "distributor_id",
    "distributor_name",
    "tier",
    "extra_amount",
    "spare_amount",
    "extra_share",
    "terminal_count",
    "serving_amount",
    "authorised_amount",
    "nearby_amount",
]


def _list_terminals(
    rows: Sequence[Mapping[str, Any]],
    amounts: Sequence[int],
    placed: Sequence[int],
    ranks: Sequence[_Able],
    taken: Mapping[str, Mapping[str, int]],
    stock: Mapping[str, Mapping[str, Any]],
    spare: Mapping[str, int],
) -> pd.DataFrame:
    """One row a terminal, the largest first; takers by what they take, then those who could and have no room left."""
    table: dict[str, dict[str, Any]] = {}
    bases: dict[str, dict[int, Mapping[str, int]]] = defaultdict(dict)
    servers: dict[str, dict[str, int]] = defaultdict(dict)
    for row, amount, part, rank in zip(rows, amounts, placed, ranks, strict=True):
        name = row["terminal_id"]
        entry = table.setdefault(
            name,
            {
                "terminal_id": name,
                "terminal_name": row["terminal_name"],
                "type": read_missing(row["type"]),
                "territory_name": read_missing(row["territory_name"]),
                "terminal_amount": float(row["terminal_amount"]),
                "is_cut_off": bool(row["is_cut_off"]),
                "stranded": 0,
                "placed": 0,
            },
        )
        entry["stranded"] += amount
        entry["placed"] += part
        bases[name][id(rank.base)] = rank.base
        for server, cost in rank.serving:
            servers[name][server] = min(cost, servers[name].get(server, cost))
    # terminals of one place that buy the same lines have the same candidates but for those who serve them
    known: dict[frozenset[int], list[str]] = {}
    listed = []
    for name, entry in table.items():
        stranded, part = entry.pop("stranded"), entry.pop("placed")
        key = frozenset(bases[name])
        if key not in known:
            costs: dict[str, int] = {}
            for base in bases[name].values():
                costs |= {other: min(cost, costs.get(other, cost)) for other, cost in base.items()}
            known[key] = sorted(costs, key=lambda other: (costs[other], -spare[other], other))
        mine = servers[name]
        first = sorted(mine, key=lambda other: (mine[other], -spare[other], other))
        others = known[key]
        candidates = [*first, *(other for other in others[: MOST_NAMED + len(first)] if other not in mine)]
        count = len(others) + len(mine.keys() - set(others)) if mine else len(others)
        takers = sorted(taken.get(name, {}), key=lambda other: (-taken[name][other], other))
        listed.append(
            {
                **entry,
                "stranded_amount": stranded / 100,
                "stranded_share": _divide(stranded / 100, entry["terminal_amount"]),
                "placed_amount": part / 100,
                "unplaced_amount": (stranded - part) / 100,
                "taker_names": " · ".join(str(stock[other]["distributor_name"]) for other in takers[:MOST_NAMED]),
                "candidate_names": " · ".join(
                    str(stock[other]["distributor_name"]) for other in candidates[:MOST_NAMED]
                ),
                "candidate_count": count,
            }
        )
    listed.sort(key=lambda entry: (-entry["stranded_amount"], entry["terminal_id"]))
    columns = ["terminal_id", "terminal_name", "type", "territory_name", "terminal_amount", "is_cut_off"]
    columns += ["stranded_amount", "stranded_share", "placed_amount", "unplaced_amount"]
    return pd.DataFrame(listed, columns=[*columns, "taker_names", "candidate_names", "candidate_count"])


def _list_places(rows: Sequence[Mapping[str, Any]], amounts: Sequence[int], placed: Sequence[int]) -> pd.DataFrame:
    """The same by territory and product line."""
    sums: dict[tuple[str | None, str | None], list[int]] = defaultdict(lambda: [0, 0])
    for row, amount, part in zip(rows, amounts, placed, strict=True):
        entry = sums[read_missing(row["territory_name"]), row["product_line"] or None]
        entry[0] += amount
        entry[1] += part
    ordered = sorted(sums.items(), key=lambda item: (-item[1][0], str(item[0])))
    return pd.DataFrame(
        [(*key, whole / 100, part / 100, (whole - part) / 100) for key, (whole, part) in ordered],
        columns=["territory_name", "product_line", "stranded_amount", "placed_amount", "unplaced_amount"],
    )


def _cents(amount: Any) -> int:
    return round(float(amount) * 100) if isinstance(amount, float) else round(amount * 100)


def _divide(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
