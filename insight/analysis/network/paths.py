"""By which ways a terminal's goods can have come: an estimate from shares, not a trace of batches."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from insight.analysis.network.netting import Pair, net_links

LEAST = 0.0005  # a way that carries less of the terminal's goods is not followed further


@dataclass(frozen=True)
class Paths:
    """How goods plausibly came to a terminal.

    ``paths``: path (ids from the first known party to the terminal), amount, share, is_from_maker; largest first.
    ``links``: share of what the terminal bought that came over a link. ``bought_amount``: net purchases of every
    manufacturer's line above zero, which paths and ``thin_amount`` add up to. ``returned_amount``: lines of which more
    came back than was bought.
    ``has_implied``: whether a way begins with a maker whose sell-in nobody recorded.
    """

    paths: pd.DataFrame
    links: dict[Pair, float]
    bought_amount: float
    thin_amount: float
    returned_amount: float
    has_implied: bool = False


def trace_paths(frame: pd.DataFrame, terminal: str, least: float = LEAST) -> Paths:
    """Mix proportionally: whatever a distributor passes on of a manufacturer's line came from its suppliers in the
    proportion in which it received that line in the same months.

    ``frame`` is ``network/paths_by_terminal``; ``terminal`` as 'terminal:T1'. Transfers both ways and in circles are
    netted first. A distributor that received nothing of the line sold from stock: the way starts there. T buys 100
    from B; B received 30 from A and 10 from the maker; A all from the maker: maker→A→B→T 75, maker→B→T 25.
    """
    received: dict[tuple[str, str], dict[Pair, float]] = defaultdict(lambda: defaultdict(float))
    bought: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in frame.to_dict("records"):
        goods = (str(row["manufacturer_id"]), str(row["product_line"]))
        if row["target_id"] == terminal:
            bought[goods][row["source_id"]] += float(row["link_amount"])
        else:
            received[goods][row["source_id"], row["target_id"]] += float(row["link_amount"])
    amounts: dict[tuple[str, ...], float] = defaultdict(float)
    thin: dict[tuple[str, ...], float] = defaultdict(float)
    implied = {(row["source_id"], row["target_id"]) for row in frame.to_dict("records") if row.get("is_implied")}
    whole = sum(amount for sellers in bought.values() for amount in sellers.values() if amount > 0)
    for goods, sellers in sorted(bought.items()):
        shares = _find_shares(received[goods])
        ways: list[tuple[tuple[str, ...], float]] = [
            ((seller, terminal), amount) for seller, amount in sorted(sellers.items()) if amount > 0
        ]
        while ways:
            path, amount = ways.pop()
            suppliers = {} if path[0].startswith("manufacturer:") else shares.get(path[0], {})
            if not suppliers:
                amounts[path] += amount
            elif amount < least * whole:
                thin[path] += amount
            else:
                ways += [((supplier, *path), amount * share) for supplier, share in suppliers.items()]
    links: dict[Pair, float] = defaultdict(float)
    for path, amount in (*amounts.items(), *thin.items()):
        for source, target in pairwise(path):
            links[source, target] += amount / whole
    rows = [
        (path, amount, amount / whole, path[0].startswith("manufacturer:"))
        for path, amount in sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return Paths(
        paths=pd.DataFrame(rows, columns=["path", "amount", "share", "is_from_maker"]),
        links=dict(links),
        bought_amount=whole,
        thin_amount=sum(thin.values()),
        returned_amount=-sum(amount for sellers in bought.values() for amount in sellers.values() if amount < 0),
        has_implied=not implied.isdisjoint(links),
    )


def _find_shares(received: dict[Pair, float]) -> dict[str, dict[str, float]]:
    """Of every receiver, the share of each supplier in what it received; no goods go in circles."""
    direct = {pair: amount for pair, amount in received.items() if pair[0].startswith("manufacturer:") and amount > 0}
    among = {pair: amount for pair, amount in received.items() if not pair[0].startswith("manufacturer:")}
    inflow: dict[str, dict[str, float]] = defaultdict(dict)
    for (source, target), amount in {**direct, **net_links(among).links}.items():
        inflow[target][source] = amount
    return {
        target: {source: amount / sum(sources.values()) for source, amount in sorted(sources.items())}
        for target, sources in inflow.items()
    }
