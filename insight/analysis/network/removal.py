"""What would be without a source if distributors fell away, and who could take it over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from insight.analysis.network.tiers import read_missing

MAKER = "manufacturer"
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


def trace_loss(supply: Iterable[tuple[str, str, str, float]], removed: Collection[str]) -> dict[str, float]:
    """Share of its supply that each distributor loses when others are taken away; those that lose nothing are left out.

    ``supply`` holds distributor, kind of supplier, supplier, amount above zero. The goods of a distributor are one
    mix: what it loses is Σ share of a supplier × what that supplier loses. D1 supplies 60% of D2, a maker the rest, and
    D2 alone supplies D3: without D1, D2 and D3 both lose 0.6. A distributor loses all (exactly 1) where no way is left
    to it from a maker or from anybody whose goods never came through those taken away; one whose supply nobody
    recorded is its own source. Goods sent in circles are followed to where they entered.
    """
    gone = set(removed)
    received: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    for distributor, kind, supplier, amount in supply:
        if amount > 0 and (kind == MAKER or supplier != distributor):
            received[distributor][kind, supplier] += float(amount)
    graph = nx.DiGraph()
    graph.add_nodes_from(gone)
    for distributor, suppliers in received.items():
        graph.add_edges_from((name, distributor) for kind, name in suppliers if kind != MAKER)
    below = _descend(graph, gone) - gone
    if not below:
        return dict.fromkeys(gone, 1.0)
    # whoever still gets goods that never came through those taken away, and all it supplies, does not lose everything
    roots = {
        node
        for node in below
        if any(kind == MAKER or (name not in below and name not in gone) for kind, name in received[node])
    }
    kept = _descend(graph.subgraph(below), roots)
    partial = sorted(kept)
    places = {node: place for place, node in enumerate(partial)}
    matrix, known = np.eye(len(partial)), np.zeros(len(partial))
    for node in partial:
        whole = sum(received[node].values())
        for (kind, name), amount in received[node].items():
            if kind == MAKER:
                continue
            if name in places:
                matrix[places[node], places[name]] -= amount / whole
            elif name in gone or name in below:
                known[places[node]] += amount / whole
    solved = np.clip(np.linalg.solve(matrix, known), 0.0, 1.0) if partial else known
    shares = dict.fromkeys(gone | below, 1.0)
    # one that keeps a thread of supply loses less than everything, however thin the thread
    shares |= {node: min(float(share), 1 - 1e-9) for node, share in zip(partial, solved, strict=True)}
    return shares


def _descend(graph: nx.DiGraph[str], starts: Collection[str]) -> set[str]:
    """The starts and everybody their goods reach."""
    seen, front = set(starts), list(starts)
    while front:
        for following in graph.adj[front.pop()]:
            if following not in seen:
                seen.add(following)
                front.append(following)
    return seen


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


def _place(
    ranks: Sequence[Mapping[str, int]], amounts: Sequence[int], spare: Mapping[str, int]
) -> list[tuple[int, str, int, int]]:
    """What each taker takes of each item: (item, taker, cost, cents)."""
    groups = _group(ranks, range(len(ranks)), spare)
    left, room = list(amounts), dict(spare)
    given: list[tuple[int, str, int, int]] = []
    if len(groups) > MOST_GROUPS:
        # one terminal after the other, the largest first; then they differ by place and line only
        for place in sorted(range(len(ranks)), key=lambda place: (-amounts[place], place)):
            for cost, name in sorted((cost, name) for name, cost in ranks[place].items() if cost < SERVING):
                part = min(left[place], room[name])
                if part:
                    given.append((place, name, cost, part))
                    left[place] -= part
                    room[name] -= part
        bases = {id(rank): {name: cost for name, cost in rank.items() if cost >= SERVING} for rank in ranks}
        ranks = [bases[id(rank)] for rank in ranks]
        groups = _group(ranks, [place for place in range(len(ranks)) if left[place]], room)
    flows = _send([(key, sum(left[place] for place in places)) for key, places in groups.items()], room)
    for (key, places), flow in zip(groups.items(), flows, strict=True):
        given += _share_out(key, sorted(places, key=lambda place: (-left[place], place)), left, flow)
    return given


def _group(
    ranks: Sequence[Mapping[str, int]], places: Sequence[int], spare: Mapping[str, int]
) -> dict[tuple[tuple[str, int], ...], list[int]]:
    """Items with the same candidates at the same costs, together: (taker, cost) pairs, best first → items."""
    together: dict[frozenset[tuple[str, int]], list[int]] = defaultdict(list)
    known: dict[int, frozenset[tuple[str, int]]] = {}
    for place in places:
        rank = ranks[place]
        # items of one place share their rank, so it is read once
        if id(rank) not in known:
            known[id(rank)] = frozenset((name, cost) for name, cost in rank.items() if spare[name] > 0)
        together[known[id(rank)]].append(place)
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
) -> list[dict[str, int]]:
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
        rank = known[key]
        servers = [str(name) for name in row["server_ids"] if str(name) in stock]
        if servers:
            far = SERVING + AUTHORISED + 2 * NEAR
            rank = {**rank, **{name: rank.get(name, far + (name in second)) - SERVING for name in servers}}
        ranks.append(rank)
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
    ranks: Sequence[Mapping[str, int]],
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
    ranks: Sequence[Mapping[str, int]],
    taken: Mapping[str, Mapping[str, int]],
    stock: Mapping[str, Mapping[str, Any]],
    spare: Mapping[str, int],
) -> pd.DataFrame:
    """One row a terminal, the largest first; takers by what they take, then those who could and have no room left."""
    table: dict[str, dict[str, Any]] = {}
    best: dict[str, dict[str, int]] = defaultdict(dict)
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
        mine = best[name]
        for candidate, cost in rank.items():
            mine[candidate] = min(cost, mine.get(candidate, cost))
    listed = []
    for name, entry in table.items():
        stranded, part = entry.pop("stranded"), entry.pop("placed")
        candidates = sorted(best[name], key=lambda other: (best[name][other], -spare[other], other))
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
                "candidate_count": len(candidates),
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
