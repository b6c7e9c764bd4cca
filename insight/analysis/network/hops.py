"""How many distributors goods pass through between the maker and the terminal, as far as receipts tell."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable

import networkx as nx
import numpy as np
import pandas as pd

HANDS = ("direct", "one", "two", "more", "unrecorded")
MIXES = [f"{hands}_share" for hands in HANDS]
KEY = ["distributor_id", "product_line"]
STEPS, CLOSE = 200, 1e-12


def trace_receipts(receipts: pd.DataFrame) -> pd.DataFrame:
    """Through how many distributors came what each distributor received of each product line, itself counted.

    ``receipts``: distributor_id, product_line, sender_id, is_maker, received_amount above zero. Goods of one line mix in
    a warehouse, so what leaves is taken to have the make-up of what came in: with w the share of a sender in a
    distributor's receipts, one = Σ w(makers), two = Σ w(sender) · one(sender), and in all known = one + Σ w(sender) ·
    known(sender), solved for all at once, circles included. What senders without receipts of their own shipped cannot
    be followed: unrecorded = 1 − known. Goods going round in a circle no maker reaches are unrecorded too.

    Columns: distributor_id, product_line, one_share, two_share, more_share, unrecorded_share, which add up to 1.
    """
    if receipts.empty:
        return pd.DataFrame(
            {column: pd.Series(dtype=object if column in KEY else float) for column in [*KEY, *MIXES[1:]]}
        )
    frame = receipts.astype({"received_amount": float})
    places = frame[KEY].drop_duplicates().reset_index(drop=True)
    place = pd.MultiIndex.from_frame(places)
    count = len(places)
    receiver = place.get_indexer(pd.MultiIndex.from_frame(frame[KEY]))
    sender = place.get_indexer(pd.MultiIndex.from_frame(frame[["sender_id", "product_line"]]))
    is_maker = frame["is_maker"].to_numpy(dtype=bool)
    amount = frame["received_amount"].to_numpy()
    weight = amount / np.bincount(receiver, amount, count)[receiver]
    one = np.bincount(receiver[is_maker], weight[is_maker], count)
    inner = ~is_maker & (sender >= 0)
    to, origin, part = receiver[inner], sender[inner], weight[inner]
    known = _solve(one, to, origin, part)
    two = np.bincount(to, part * one[origin], count)
    return places.assign(
        one_share=one,
        two_share=two,
        more_share=np.maximum(known - one - two, 0.0),
        unrecorded_share=np.maximum(1.0 - known, 0.0),
    )


def _solve(given: np.ndarray, to: np.ndarray, origin: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The least solution of known = given + Σ part · known(origin): step by step, and circles that stay open at once."""
    known = given.copy()
    for _ in range(STEPS):
        after = given + np.bincount(to, part * known[origin], len(given))
        moving = after - known > CLOSE
        known = after
        if not moving.any():
            return known
    # what moves on goes round for long, each part of a circle in its turn: all of them and what they supply
    graph: nx.DiGraph = nx.DiGraph(zip(origin.tolist(), to.tolist(), strict=True))
    open_nodes = set(np.flatnonzero(moving).tolist())
    for node in list(open_nodes):
        if node in graph:
            open_nodes |= nx.descendants(graph, node)
    rest = nx.condensation(graph.subgraph(open_nodes))
    inward: dict[int, list[int]] = defaultdict(list)
    for link, node in enumerate(to.tolist()):
        if node in open_nodes:
            inward[node].append(link)
    for circle in nx.topological_sort(rest):
        members = sorted(rest.nodes[circle]["members"])
        row = {node: place for place, node in enumerate(members)}
        # a maker's goods reach every member, so this system has one solution
        matrix, right = np.eye(len(members)), given[members].copy()
        for node in members:
            for link in inward[node]:
                if (source := int(origin[link])) in row:
                    matrix[row[node], row[source]] -= part[link]
                else:
                    right[row[node]] += part[link] * known[source]
        known[members] = np.linalg.solve(matrix, right)
    return known


def mix_sales(sales: pd.DataFrame, origins: pd.DataFrame) -> pd.DataFrame:
    """Sales with the shares of ``HANDS`` they came through: direct, one, two, more, unrecorded; they add up to 1.

    ``sales``: product_line, seller_id, is_maker and whatever else.
    """
    mixed = sales.merge(
        origins.rename(columns={"distributor_id": "seller_id"}), on=["seller_id", "product_line"], how="left"
    )
    is_maker = mixed["is_maker"].to_numpy(dtype=bool)
    mixed["direct_share"] = is_maker.astype(float)
    for column in MIXES[1:]:
        # a seller without any receipts sold goods of unrecorded origin
        blank = 1.0 if column == "unrecorded_share" else 0.0
        mixed[column] = mixed[column].astype(float).fillna(blank).where(~is_maker, 0.0)
    return mixed


def sum_hands(mixed: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sales through each number of hands: ``by``, sales_amount and an amount for each of ``HANDS``."""
    amounts = mixed[by].assign(
        sales_amount=mixed["sales_amount"].astype(float),
        **{f"{hands}_amount": mixed[f"{hands}_share"] * mixed["sales_amount"].astype(float) for hands in HANDS},
    )
    return amounts.groupby(by, as_index=False, dropna=False).sum()


def list_chains(
    receipts: pd.DataFrame, sellers: Iterable[tuple[str, str]], most: int = 12, least: float = 0.01, longest: int = 6
) -> pd.DataFrame:
    """The ways of more than one distributor by which goods came to sellers, given as (distributor, product line).

    Each way from the maker's first buyer to the seller, with its part of what the seller received; the largest ``most``
    of at least ``least``, up to ``longest`` distributors. Columns: seller_id, product_line, chain (ids), chain_share.
    """
    frame = receipts.astype({"received_amount": float})
    weight = frame["received_amount"] / frame.groupby(KEY)["received_amount"].transform("sum")
    made: dict[tuple[str, str], float] = defaultdict(float)
    senders: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    rows = zip(
        frame["distributor_id"], frame["product_line"], frame["sender_id"], frame["is_maker"], weight, strict=True
    )
    for code, line, sender, is_maker, part in rows:
        if is_maker:
            made[code, line] += part
        else:
            senders[code, line].append((part, sender))
    found: list[tuple[str, str, tuple[str, ...], float]] = []
    for seller, line in sellers:
        # the largest open way is followed first, so the first ones finished are the largest
        open_ways: list[tuple[float, bool, tuple[str, ...]]] = [(-1.0, False, (seller,))]
        count = 0
        while open_ways and count < most:
            size, is_done, way = heapq.heappop(open_ways)
            if is_done:
                found.append((seller, line, way, -size))
                count += 1
                continue
            if len(way) > 1 and -size * made[way[0], line] >= least:
                heapq.heappush(open_ways, (size * made[way[0], line], True, way))
            if len(way) < longest:
                for part, sender in senders[way[0], line]:
                    if -size * part >= least:
                        heapq.heappush(open_ways, (size * part, False, (sender, *way)))
    return pd.DataFrame(found, columns=["seller_id", "product_line", "chain", "chain_share"])
