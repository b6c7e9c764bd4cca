"""How the loss of distributors travels down the channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import networkx as nx
import numpy as np

MAKER = "manufacturer"


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
