"""Who holds the network together: on how many routes a distributor lies, and whom its loss cuts off."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import pandas as pd

MAKER, TERMINAL = "manufacturer:", "terminal:"
ORIGIN = ""  # stands before every party whose supply is not recorded
MOST_MAKERS = 24
SEED = 20

Group = tuple[tuple[str, ...], int, float]  # suppliers, terminals that have exactly those, what they buy


@dataclass(frozen=True)
class Positions:
    """Where every distributor stands.

    ``parties``: node_id, route_share (of the routes counted, how much passes through it), cut_distributor_count,
    cut_terminal_count, cut_amount. ``route_count``: pairs of a maker and a terminal it reaches. ``maker_count``: makers
    there are, ``counted_maker_count`` those whose routes were counted. ``unrecorded_count``: distributors whose supply is
    not recorded, each taken as a source of its own.
    """

    parties: pd.DataFrame
    route_count: int
    maker_count: int
    counted_maker_count: int
    unrecorded_count: int


def measure_positions(links: pd.DataFrame) -> Positions:
    """Positions in the graph of ``links``: source_id, target_id, link_amount, ids as 'manufacturer:M1', 'terminal:T1'.

    A route is a shortest way goods can go from a maker to a terminal, counted by links; a pair with several such routes
    counts each in part. ``route_share`` is so the betweenness of networkx over pairs of a maker and a terminal, divided
    by those pairs: between 0 and 1, and over all distributors it adds up to the mean number of hands on a route. Amounts
    are no distances and so weigh nothing here. Of more than 24 makers 24 are drawn, with a fixed seed.

    Cut off by the loss of a distributor is whoever then has no way left from any source: the nodes below it in the tree
    of dominators. ``cut_amount`` is what the terminals cut off bought, from whomever. Sources are the makers, and where
    no maker reaches, the distributors (or circles of them) that nobody else supplies.
    """
    kept = links[(links["link_amount"] > 0) & (links["source_id"] != links["target_id"])]
    kept = kept.sort_values(["target_id", "source_id"])
    is_end = kept["target_id"].str.startswith(TERMINAL)
    channel: nx.DiGraph = nx.DiGraph()
    channel.add_nodes_from(sorted({*kept["source_id"], *kept.loc[~is_end, "target_id"]}))
    channel.add_edges_from(zip(kept.loc[~is_end, "source_id"], kept.loc[~is_end, "target_id"], strict=True))
    makers = [node for node in channel if node.startswith(MAKER)]
    unrecorded = _find_unrecorded(channel, makers)
    groups = group_terminals(kept[is_end])
    channel.add_node(ORIGIN)
    channel.add_edges_from((ORIGIN, node) for node in unrecorded)
    counted = sorted(random.Random(SEED).sample(makers, MOST_MAKERS)) if len(makers) > MOST_MAKERS else makers
    routes, route_count = _count_routes(channel, [*counted, *([ORIGIN] if unrecorded else [])], groups)
    channel.add_edges_from((ORIGIN, maker) for maker in makers)
    cut = _cut_off(channel, groups)
    distributors = [node for node in channel if node != ORIGIN and not node.startswith(MAKER)]
    return Positions(
        parties=pd.DataFrame(
            [(node, routes[node] / route_count if route_count else 0.0, *cut[node]) for node in distributors],
            columns=["node_id", "route_share", "cut_distributor_count", "cut_terminal_count", "cut_amount"],
        ),
        route_count=route_count,
        maker_count=len(makers),
        counted_maker_count=len(counted),
        unrecorded_count=len(unrecorded),
    )


def keep_suppliers(links: pd.DataFrame) -> pd.DataFrame:
    """The links on a way to some terminal; what goes to others is left out."""
    wanted = links["target_id"].str.startswith(TERMINAL)
    found: set[str] = set()
    while len(reached := set(links.loc[wanted, "source_id"])) > len(found):
        found = reached
        wanted = wanted | links["target_id"].isin(found)
    return links[wanted]


def group_terminals(links: pd.DataFrame) -> list[Group]:
    """Terminals with the same suppliers taken together: for routes and cuts they are one. Sorted by target and source."""
    suppliers: dict[str, list[str]] = defaultdict(list)
    bought: dict[str, float] = defaultdict(float)
    for source, target, amount in zip(links["source_id"], links["target_id"], links["link_amount"], strict=True):
        if not suppliers[target] or suppliers[target][-1] != source:
            suppliers[target].append(source)
        bought[target] += float(amount)
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    amounts: dict[tuple[str, ...], float] = defaultdict(float)
    for target, sources in suppliers.items():
        key = tuple(sources)
        counts[key] += 1
        amounts[key] += bought[target]
    return [(key, counts[key], amounts[key]) for key in counts]


def _find_unrecorded(channel: nx.DiGraph, makers: Sequence[str]) -> list[str]:
    """Distributors no maker reaches and nobody outside their own circle supplies."""
    reached = set(makers)
    for maker in makers:
        reached |= nx.descendants(channel, maker)
    rest = channel.subgraph([node for node in channel if node not in reached])
    found = []
    for circle in nx.strongly_connected_components(rest):
        if not any(before not in circle for node in circle for before in rest.predecessors(node)):
            found += sorted(circle)
    return sorted(found)


def _count_routes(
    channel: nx.DiGraph, sources: Sequence[str], groups: Sequence[Group]
) -> tuple[Mapping[str, float], int]:
    """Brandes' accumulation from every source, with groups of terminals as the only ends."""
    passed: dict[str, float] = defaultdict(float)
    pairs = 0
    for source in sources:
        steps, ways = {source: 0}, {source: 1.0}
        before: dict[str, list[str]] = {source: []}
        order = [source]
        for node in order:
            for after in channel.successors(node):
                if after not in steps:
                    steps[after], ways[after], before[after] = steps[node] + 1, 0.0, []
                    order.append(after)
                if steps[after] == steps[node] + 1:
                    ways[after] += ways[node]
                    before[after].append(node)
        load: dict[str, float] = defaultdict(float)
        for suppliers, count, _ in groups:
            reached = [node for node in suppliers if node in steps]
            if not reached:
                continue
            pairs += count
            least = min(steps[node] for node in reached)
            nearest = [node for node in reached if steps[node] == least]
            whole = sum(ways[node] for node in nearest)
            for node in nearest:
                load[node] += count * ways[node] / whole
        for node in reversed(order):
            for earlier in before[node]:
                load[earlier] += load[node] * ways[earlier] / ways[node]
            if node != source:
                passed[node] += load[node]
    return passed, pairs


def _cut_off(channel: nx.DiGraph, groups: Sequence[Group]) -> dict[str, tuple[int, int, float]]:
    """Distributors, terminals and sales below every node in the tree of dominators."""
    above = {node: over for node, over in nx.immediate_dominators(channel, ORIGIN).items() if node != ORIGIN}
    depth = {ORIGIN: 0}
    # the tree from the top: a dominator is placed before what it dominates
    below: dict[str, list[str]] = defaultdict(list)
    for node, over in above.items():
        below[over].append(node)
    order = [ORIGIN]
    for node in order:
        for child in below[node]:
            depth[child] = depth[node] + 1
            order.append(child)
    terminals: dict[str, int] = defaultdict(int)
    amounts: dict[str, float] = defaultdict(float)
    for suppliers, count, amount in groups:
        meeting = suppliers[0]
        for other in suppliers[1:]:
            while meeting != other:
                if depth[meeting] >= depth[other]:
                    meeting = above[meeting]
                else:
                    other = above[other]
        terminals[meeting] += count
        amounts[meeting] += amount
    distributors: dict[str, int] = defaultdict(int)
    for node in reversed(order[1:]):
        over = above[node]
        distributors[over] += distributors[node] + 1
        terminals[over] += terminals[node]
        amounts[over] += amounts[node]
    return {node: (distributors[node], terminals[node], amounts[node]) for node in channel}
