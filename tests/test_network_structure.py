"""How the network is built: communities, key positions, hands, links won and lost; by hand and against independent counts."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import streamlit
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from insight.analysis.network.communities import find_communities
from insight.analysis.network.fit import find_main, measure_fit, place_communities
from insight.analysis.network.hops import HANDS, MIXES, list_chains, mix_sales, sum_hands, trace_receipts
from insight.analysis.network.positions import MOST_MAKERS, keep_suppliers, measure_positions
from insight.charts import panels, stacked
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.publish import publish
from insight.sentences import structure as sentences
from insight.warehouse import Warehouse
from published import ask_frame

ROOT = Path(__file__).resolve().parent.parent
Open = Callable[..., Warehouse]
Link = tuple[str, str, float]


def make_links(*links: Link) -> pd.DataFrame:
    return pd.DataFrame(links, columns=["source_id", "target_id", "amount"])


def read_communities(frame: pd.DataFrame) -> dict[str, int]:
    return dict(zip(frame["node_id"], frame["community"], strict=True))


# --- communities ---------------------------------------------------------------------------------------------------


def draw_network(seed: int, makers: int = 3, distributors: int = 12, terminals: int = 40) -> list[Link]:
    """A network at random, with circles, distributors nobody supplies, returns, and links that come to nothing."""
    chance = random.Random(seed)
    codes = [f"distributor:D{number}" for number in range(distributors)]
    links: list[Link] = []
    for code in chance.sample(codes, distributors // 2):
        links.append((f"manufacturer:M{chance.randrange(makers)}", code, chance.randint(1, 900) / 4))
    for _ in range(distributors):
        one, other = chance.sample(codes, 2)
        links.append((one, other, chance.randint(-100, 400) / 4))
    for number in range(terminals):
        for code in chance.sample([*codes, "manufacturer:M0"], chance.choice([1, 1, 2, 3])):
            links.append((code, f"terminal:T{number}", chance.randint(-100, 900) / 4))
    return links


def sum_links(links: list[Link]) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for source, target, amount in links:
        sums[source, target] += amount
    return {pair: amount for pair, amount in sums.items() if amount > 0 and pair[0] != pair[1]}


def test_who_shares_terminals_belongs_together_and_a_maker_of_all_ties_nobody() -> None:
    """D1 and D2 share T1 and T2, D3 and D4 share T3: two communities though M supplies all four and ships most to D1.

    The larger has D1, D2, T1, T2, T5 (of D1 alone) and M (500 of its 800 to D1): six against D3, D4, T3.
    """
    links = [("manufacturer:M", f"distributor:D{number}", 500.0 if number == 1 else 100.0) for number in (1, 2, 3, 4)]
    for terminal, sellers in {"T1": "12", "T2": "12", "T3": "34", "T5": "1"}.items():
        links += [(f"distributor:D{seller}", f"terminal:{terminal}", 50.0) for seller in sellers]
    links.append(("distributor:D3", "terminal:T1", -10.0))
    found = read_communities(find_communities(make_links(*links)))
    assert found == {
        "distributor:D1": 0,
        "distributor:D2": 0,
        "distributor:D3": 1,
        "distributor:D4": 1,
        "manufacturer:M": 0,
        "terminal:T1": 0,
        "terminal:T2": 0,
        "terminal:T3": 1,
        "terminal:T5": 0,
    }


def test_a_transfer_ties_a_second_tier_to_its_first() -> None:
    found = read_communities(
        find_communities(make_links(("A", "B", 10.0), ("B", "t", 5.0), ("C", "u", 5.0), ("C", "v", 1.0)))
    )
    assert found["A"] == found["B"] == found["t"] != found["C"]
    assert found["C"] == found["u"] == found["v"]


@pytest.mark.parametrize("links", [[], [("A", "t", -1.0)], [("A", "A", 5.0)], [("A", "t", 3.0), ("A", "t", -3.0)]])
def test_links_that_come_to_nothing_make_no_community(links: list[Link]) -> None:
    assert find_communities(make_links(*links)).empty


@pytest.mark.parametrize("seed", range(20))
def test_communities_hold_everybody_once_numbered_by_size_and_do_not_depend_on_the_order_of_links(seed: int) -> None:
    links = draw_network(seed)
    found = find_communities(make_links(*links))
    shuffled = list(links)
    random.Random(seed + 1).shuffle(shuffled)
    assert read_communities(find_communities(make_links(*shuffled))) == read_communities(found)
    kept = sum_links(links)
    assert list(found["node_id"]) == sorted({node for pair in kept for node in pair})
    sizes = found["community"].value_counts().sort_index()
    assert list(sizes.index) == list(range(len(sizes)))
    assert list(sizes) == sorted(sizes, reverse=True)


@pytest.mark.parametrize("seed", range(20))
def test_a_terminal_belongs_where_its_main_supplier_does(seed: int) -> None:
    links = draw_network(seed)
    found = read_communities(find_communities(make_links(*links)))
    kept = sum_links(links)
    for node, community in found.items():
        if node.startswith("terminal:"):
            bought = {pair[0]: amount for pair, amount in kept.items() if pair[1] == node}
            most = max(bought.values())
            assert community in {found[source] for source, amount in bought.items() if amount == most}


def test_planted_communities_are_found() -> None:
    """Six groups of five distributors; nine in ten of a terminal's sellers are of its own group."""
    chance = random.Random(5)
    links: list[Link] = []
    for number in range(600):
        group = number % 6
        for _ in range(3):
            other = group if chance.random() < 0.9 else chance.randrange(6)
            links.append((f"distributor:{other}-{chance.randrange(5)}", f"terminal:{group}-{number}", 100.0))
    found = read_communities(find_communities(make_links(*links)))
    groups: dict[int, set[str]] = defaultdict(set)
    for node, community in found.items():
        if node.startswith("distributor:"):
            groups[community].add(node[12])
    assert sorted(map(sorted, groups.values())) == [["0"], ["1"], ["2"], ["3"], ["4"], ["5"]]


# --- the fit with territories --------------------------------------------------------------------------------------


def test_the_fit_with_territories_is_worked_by_hand() -> None:
    """Community 0 sells 60 in E and 20 in W, community 1 sells 20 in W: inside (60 + 20) ÷ 100; joined (60 + 20) ÷ 100.

    One terminal a row, E: T1 T2 (0), W: T3 (0), T4 T5 (1). Pairs together in both: T1T2, T4T5 = 2; in communities
    3 + 1 = 4; in places 1 + 3 = 4; of 10. Expected 4 · 4 ÷ 10 = 1.6; (2 − 1.6) ÷ (4 − 1.6) = 1 ÷ 6. T6 has no place.
    """
    terminals = pd.DataFrame(
        {
            "terminal_id": ["T1", "T2", "T3", "T4", "T5", "T6"],
            "region_id": ["E", "E", "W", "W", "W", None],
            "sales_amount": [30.0, 30.0, 20.0, 10.0, 10.0, 100.0],
        }
    )
    found = pd.DataFrame(
        {"node_id": [f"terminal:T{number}" for number in range(1, 7)], "community": [0, 0, 0, 1, 1, 1]}
    )
    placed = place_communities(terminals, found, "region")
    fit = measure_fit(placed)
    assert fit is not None
    assert (fit.inside_share, fit.joined_share) == (0.8, 0.8)
    assert fit.agreement == pytest.approx(1 / 6)
    main = find_main(placed).set_index("community")
    assert main["place_id"].to_dict() == {0: "E", 1: "W"}
    # of all that community 1 sells, unassigned included: 20 of 120
    assert main["main_share"].to_dict() == pytest.approx({0: 0.75, 1: 20 / 120})


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=25))
def test_agreement_is_that_of_counting_every_pair(terminals: list[tuple[int, int]]) -> None:
    placed = (
        pd.DataFrame(terminals, columns=["community", "place_id"])
        .astype({"place_id": str})
        .groupby(["community", "place_id"], as_index=False)
        .size()
        .rename(columns={"size": "terminal_count"})
        .assign(sales_amount=1.0)
    )
    fit = measure_fit(placed)
    assert fit is not None
    pairs = list(combinations(terminals, 2))
    same_community = sum(one[0] == other[0] for one, other in pairs)
    same_place = sum(one[1] == other[1] for one, other in pairs)
    both = sum(one == other for one, other in pairs)
    expected = same_community * same_place / len(pairs)
    room = (same_community + same_place) / 2 - expected
    if len({one for one, _ in terminals}) > 1 and len({place for _, place in terminals}) > 1 and abs(room) > 1e-9:
        assert fit.agreement == pytest.approx((both - expected) / room)
    else:
        assert fit.agreement is None


# --- key positions -------------------------------------------------------------------------------------------------


def name_amount(links: list[Link]) -> pd.DataFrame:
    return pd.DataFrame(
        [(source, target, amount) for (source, target), amount in sum_links(links).items()],
        columns=["source_id", "target_id", "link_amount"],
    )


def test_positions_are_worked_by_hand() -> None:
    """M→A→B→{T1, T2}, M→C→T2, T3; C→T3. Routes M–T1: A B; M–T2: C (shorter); M–T3: C. A and B on 1 of 3, C on 2 of 3.

    Without A: B and T1 (10) have no way left. Without B: T1. Without C: T3 (7 + 1); T2 still has B.
    """
    links: list[Link] = [
        ("manufacturer:M", "distributor:A", 9),
        ("distributor:A", "distributor:B", 9),
        ("distributor:B", "terminal:T1", 10),
        ("distributor:B", "terminal:T2", 5),
        ("manufacturer:M", "distributor:C", 9),
        ("distributor:C", "terminal:T2", 5),
        ("distributor:C", "terminal:T3", 7),
        ("distributor:C", "terminal:T3", 1),
    ]
    found = measure_positions(name_amount(links))
    rows = found.parties.set_index("node_id")
    assert rows.loc["distributor:A"].tolist() == [pytest.approx(1 / 3), 1, 1, 10.0]
    assert rows.loc["distributor:B"].tolist() == [pytest.approx(1 / 3), 0, 1, 10.0]
    assert rows.loc["distributor:C"].tolist() == [pytest.approx(2 / 3), 0, 1, 8.0]
    assert (found.route_count, found.maker_count, found.unrecorded_count) == (3, 1, 0)


def find_sources(graph: nx.DiGraph) -> set[str]:
    """Makers, and what no maker reaches and nobody outside its own circle supplies, found by walking from every node."""
    makers = {node for node in graph if node.startswith("manufacturer:")}
    reached = makers.union(*(nx.descendants(graph, maker) for maker in makers))
    rest = [node for node in graph if node not in reached and not node.startswith("terminal:")]
    return makers | {node for node in rest if nx.ancestors(graph, node) <= nx.descendants(graph, node) | {node}}


@pytest.mark.parametrize("seed", range(25))
def test_cut_off_is_what_a_walk_no_longer_reaches_when_the_node_is_taken_out(seed: int) -> None:
    links = draw_network(seed)
    frame = name_amount(links)
    graph = nx.DiGraph(list(sum_links(links)))
    sources = find_sources(graph)

    def walk(without: str = "") -> set[str]:
        left = graph.subgraph([node for node in graph if node != without])
        return {node for source in sources - {without} for node in {source} | nx.descendants(left, source)}

    bought = frame.groupby("target_id")["link_amount"].sum()
    assert walk() == set(graph)
    rows = measure_positions(frame).parties.set_index("node_id")
    assert set(rows.index) == {node for node in graph if node.startswith("distributor:")}
    for node, row in rows.iterrows():
        lost = walk() - walk(str(node)) - {node}
        ends = {code for code in lost if code.startswith("terminal:")}
        assert row["cut_terminal_count"] == len(ends)
        assert row["cut_distributor_count"] == len(lost - ends)
        assert row["cut_amount"] == pytest.approx(sum(bought[code] for code in ends))


@pytest.mark.parametrize("seed", range(25))
def test_route_shares_are_the_betweenness_of_networkx_between_makers_and_terminals(seed: int) -> None:
    links = draw_network(seed)
    graph = nx.DiGraph(list(sum_links(links)))
    makers = sorted(node for node in graph if node.startswith("manufacturer:"))
    unrecorded = find_sources(graph) - set(makers)
    if unrecorded:
        graph.add_edges_from(("before all", node) for node in unrecorded)
        makers.append("before all")
    ends = [node for node in graph if node.startswith("terminal:")]
    pairs = sum(end in nx.descendants(graph, maker) for maker in makers for end in ends)
    wanted = nx.betweenness_centrality_subset(graph, makers, ends)
    found = measure_positions(name_amount(links))
    assert found.route_count == pairs
    assert found.unrecorded_count == len(unrecorded)
    for node, share in zip(found.parties["node_id"], found.parties["route_share"], strict=True):
        assert share == pytest.approx(wanted[node] / pairs)


def test_of_many_makers_a_fixed_draw_is_counted() -> None:
    links = [(f"manufacturer:M{number}", "distributor:A", 1.0) for number in range(60)]
    frame = name_amount([*links, ("distributor:A", "terminal:T", 5.0)])
    found = measure_positions(frame)
    assert (found.maker_count, found.counted_maker_count, found.route_count) == (60, MOST_MAKERS, MOST_MAKERS)
    assert found.parties["route_share"].tolist() == [1.0]
    assert found.parties.equals(measure_positions(frame.iloc[::-1]).parties)


@pytest.mark.parametrize("seed", range(10))
def test_suppliers_of_terminals_are_those_from_which_one_is_reached(seed: int) -> None:
    links = name_amount(draw_network(seed, terminals=3))
    graph = nx.DiGraph(list(zip(links["source_id"], links["target_id"], strict=True)))
    ends = {node for node in graph if node.startswith("terminal:")}
    wanted = {
        (source, target) for source, target in graph.edges if target in ends or nx.descendants(graph, target) & ends
    }
    kept = keep_suppliers(links)
    assert set(zip(kept["source_id"], kept["target_id"], strict=True)) == wanted


def test_direct_sales_alone_have_no_positions() -> None:
    assert measure_positions(name_amount([("manufacturer:M", "terminal:T", 5.0)])).parties.empty
    assert measure_positions(name_amount([])).parties.empty


# --- hands ---------------------------------------------------------------------------------------------------------


def make_receipts(*rows: tuple[str, str, float], line: str = "L") -> pd.DataFrame:
    """Rows written as sender, receiver, amount; makers begin with M."""
    return pd.DataFrame(
        [(to, line, sender, sender.startswith("M"), amount) for sender, to, amount in rows],
        columns=["distributor_id", "product_line", "sender_id", "is_maker", "received_amount"],
    )


def read_mix(origins: pd.DataFrame, code: str) -> list[float]:
    row = origins[origins["distributor_id"] == code].iloc[0]
    return [row[column] for column in MIXES[1:]]


def test_hands_follow_receipts_and_what_cannot_be_followed_is_a_class_of_its_own() -> None:
    """A gets all from M: one. B gets 30 from M, 60 from A, 10 from X, who received nothing: 0.3 one, 0.6 two, 0.1 unknown.

    C gets 50 from B and 50 from M: one 0.5, two 0.5 · 0.3 = 0.15, more 0.5 · 0.6 = 0.3, unknown 0.05.
    """
    receipts = make_receipts(
        ("M", "A", 9), ("M", "B", 30), ("A", "B", 60), ("X", "B", 10), ("B", "C", 50), ("M", "C", 50)
    )
    origins = trace_receipts(receipts)
    assert read_mix(origins, "A") == pytest.approx([1, 0, 0, 0])
    assert read_mix(origins, "B") == pytest.approx([0.3, 0.6, 0, 0.1])
    assert read_mix(origins, "C") == pytest.approx([0.5, 0.15, 0.3, 0.05])


def test_goods_that_go_round_are_followed_and_a_circle_nobody_fills_is_unrecorded() -> None:
    """A: half M, half B; B: all A. known(A) = 0.5 + 0.5 · known(B), known(B) = known(A): 1 both. B: two = 0.5, more 0.5.

    C and D only supply one another.
    """
    receipts = make_receipts(("M", "A", 50), ("B", "A", 50), ("A", "B", 80), ("C", "D", 5), ("D", "C", 5))
    origins = trace_receipts(receipts)
    assert read_mix(origins, "A") == pytest.approx([0.5, 0, 0.5, 0], abs=1e-9)
    assert read_mix(origins, "B") == pytest.approx([0, 0.5, 0.5, 0], abs=1e-9)
    assert read_mix(origins, "C") == read_mix(origins, "D") == pytest.approx([0, 0, 0, 1])


def test_goods_that_nearly_all_go_round_are_followed_exactly() -> None:
    """One in a thousand comes from the maker, the rest from B, who has it all from A: after long, all came from M."""
    origins = trace_receipts(make_receipts(("M", "A", 1), ("B", "A", 999), ("A", "B", 500)))
    assert read_mix(origins, "A") == pytest.approx([0.001, 0, 0.999, 0], abs=1e-9)
    assert read_mix(origins, "B") == pytest.approx([0, 0.001, 0.999, 0], abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_circles_that_hold_nearly_everything_are_solved_as_one_system(seed: int) -> None:
    """A thousandth comes from the maker into two circles that meet and supply others: known = given + W · known."""
    chance = random.Random(seed)
    rows = [("M", "D0", 1.0), ("D2", "D0", 999.0), ("D0", "D1", 5.0), ("D1", "D2", 7.0), ("X", "D5", 2.0)]
    rows += [("D4", "D3", 400.0), ("D3", "D4", 9.0), (f"D{chance.randrange(3)}", "D3", 1.0)]
    rows += [("D3", "D5", chance.randint(1, 9)), ("D2", "D5", 4.0), ("D5", "D6", 1.0)]
    codes = [f"D{number}" for number in range(7)]
    given, weight = np.zeros(7), np.zeros((7, 7))
    for sender, to, amount in rows:
        part = amount / sum(row[2] for row in rows if row[1] == to)
        if sender == "M":
            given[codes.index(to)] += part
        elif sender in codes:
            weight[codes.index(to), codes.index(sender)] += part
    known = np.linalg.solve(np.eye(7) - weight, given)
    origins = trace_receipts(make_receipts(*rows)).set_index("distributor_id").loc[codes]
    assert 1 - origins["unrecorded_share"].to_numpy() == pytest.approx(known, abs=1e-9)
    assert known[0] == pytest.approx(1)


def test_lines_are_followed_apart() -> None:
    receipts = pd.concat([make_receipts(("M", "A", 1), ("A", "B", 1)), make_receipts(("M", "B", 1), line="K")])
    origins = trace_receipts(receipts).set_index(["distributor_id", "product_line"])
    assert origins.loc[("B", "L"), "two_share"] == 1
    assert origins.loc[("B", "K"), "one_share"] == 1


def draw_receipts(seed: int, has_circles: bool) -> list[tuple[str, str, float]]:
    chance = random.Random(seed)
    codes = [f"D{number}" for number in range(9)]
    rows = [("M", code, float(chance.randint(1, 90))) for code in chance.sample(codes, 4)]
    for one, other in chance.sample(list(combinations(codes, 2)), 14):
        ends = (other, one) if has_circles and chance.random() < 0.4 else (one, other)
        rows.append((*ends, float(chance.randint(1, 90))))
    return rows


def enumerate_ways(rows: list[tuple[str, str, float]], code: str) -> dict[tuple[str, ...], float]:
    """Every way back from a distributor with its part; a way ends at the maker ('M') or where nobody is named ('?')."""
    whole: dict[str, float] = defaultdict(float)
    for _, to, amount in rows:
        whole[to] += amount
    ways: dict[tuple[str, ...], float] = defaultdict(float)
    open_ways = [((code,), 1.0)]
    while open_ways:
        way, part = open_ways.pop()
        if way[0] == "M" or not whole[way[0]]:
            ways[way if way[0] == "M" else ("?", *way)] += part
            continue
        open_ways += [((sender, *way), part * amount / whole[to]) for sender, to, amount in rows if to == way[0]]
    return ways


@pytest.mark.parametrize("seed", range(20))
def test_hands_are_those_of_every_way_walked_one_by_one(seed: int) -> None:
    rows = draw_receipts(seed, has_circles=False)
    origins = trace_receipts(make_receipts(*rows))
    for code in origins["distributor_id"]:
        ways = enumerate_ways(rows, code)
        parts = dict.fromkeys(MIXES[1:], 0.0)
        for way, part in ways.items():
            known = {2: "one_share", 3: "two_share"}.get(len(way), "more_share")
            parts["unrecorded_share" if way[0] == "?" else known] += part
        assert read_mix(origins, code) == pytest.approx(list(parts.values()), abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_shares_add_up_to_one_for_every_distributor_and_sales_to_what_was_sold(seed: int) -> None:
    origins = trace_receipts(make_receipts(*draw_receipts(seed, has_circles=True)))
    assert (origins[MIXES[1:]].sum(axis=1) - 1).abs().max() < 1e-9
    assert origins[MIXES[1:]].min().min() >= 0
    chance = random.Random(seed)
    sales = pd.DataFrame(
        {
            "product_line": chance.choices(["L", "K"], k=30),
            "seller_id": chance.choices([f"D{number}" for number in range(12)] + ["M"], k=30),
            "sales_amount": [Decimal(chance.randint(1, 99999)) / 100 for _ in range(30)],
            "terminal_id": chance.choices("abc", k=30),
        }
    )
    sales["is_maker"] = sales["seller_id"] == "M"
    mixed = mix_sales(sales, origins)
    assert (mixed[MIXES].sum(axis=1) - 1).abs().max() < 1e-9
    summed = sum_hands(mixed, ["terminal_id", "product_line"])
    parts = summed[[f"{hands}_amount" for hands in HANDS]].sum(axis=1)
    assert (parts - summed["sales_amount"]).abs().max() < 1e-6
    assert summed["sales_amount"].sum() == pytest.approx(float(sales["sales_amount"].sum()))


@pytest.mark.parametrize("seed", range(10))
def test_chains_are_the_largest_ways_of_more_than_one_distributor(seed: int) -> None:
    rows = draw_receipts(seed, has_circles=False)
    receipts = make_receipts(*rows)
    for code in sorted(set(receipts["distributor_id"])):
        ways = {way[1:]: part for way, part in enumerate_ways(rows, code).items() if way[0] == "M" and len(way) > 2}
        found = list_chains(receipts, [(code, "L")], most=1000, least=1e-12, longest=20)
        assert dict(zip(found["chain"], found["chain_share"], strict=True)) == pytest.approx(ways)
        first = list_chains(receipts, [(code, "L")], most=3, least=1e-12, longest=20)
        assert first["chain_share"].tolist() == pytest.approx(sorted(ways.values(), reverse=True)[:3])


def test_without_receipts_everything_but_direct_sales_is_of_unrecorded_origin() -> None:
    sales = pd.DataFrame(
        {"product_line": ["L", "L"], "seller_id": ["D", "M"], "is_maker": [False, True], "sales_amount": [3.0, 1.0]}
    )
    mixed = mix_sales(sales, trace_receipts(make_receipts()))
    assert mixed["unrecorded_share"].tolist() == [1.0, 0.0]
    assert mixed["direct_share"].tolist() == [0.0, 1.0]


# --- links won and lost --------------------------------------------------------------------------------------------

COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 10), False)


def make_flows(*lines: tuple[str, str, str, str]) -> dict[str, list[Any]]:
    """Lines written as day, seller, buyer, amount."""
    return {
        "flow_id": [f"F{number}" for number in range(len(lines))],
        "occurred_on": [date.fromisoformat(line[0]) for line in lines],
        "seller_id": [line[1] for line in lines],
        "buyer_id": [line[2] for line in lines],
        "product_id": ["P"] * len(lines),
        "quantity": [Decimal("-1.000") if line[3].startswith("-") else Decimal("1.000") for line in lines],
        "amount": [Decimal(line[3]) for line in lines],
    }


def make_company(*lines: tuple[str, str, str, str]) -> dict[str, Any]:
    codes = [f"D{number}" for number in range(1, 6)]
    terminals = [f"T{number}" for number in range(1, 9)]
    return {
        "manufacturers": {"manufacturer_id": ["M"], "name": ["厂"]},
        "products": {"product_id": ["P"], "name": ["品"], "manufacturer_id": ["M"], "product_line": ["L"]},
        "distributors": {"distributor_id": codes, "name": codes},
        "terminals": {"terminal_id": terminals, "name": terminals, "type": ["hospital"] * len(terminals)},
        "flows": make_flows(*lines),
    }


def ask_changes(warehouse: Warehouse, name: str, **more: Any) -> pd.DataFrame:
    filters = Filters(period="custom", first_month=date(2026, 1, 1), last_month=date(2026, 3, 1))
    given = make_parameters(filters, find_window(filters, COVERAGE))
    own = {"level_share": 0.01, "stage": "pure_sales", "party": "", "row_limit": 1000}
    return ask_frame(warehouse, f"network/changes_by_{name}", **{**given, **own, **more})


def test_links_are_won_lost_grown_and_shrunk_like_for_like(open_company: Open) -> None:
    """To 10 Mar. D1→T1: 100 then, 150 now: grown. D1→T2: 100 on 5 Mar 2025, and 900 on 20 Mar, which is after the day.

    so 100 against 90: shrunk. D1→T3: 0 against 40: won. D1→T4: 70 against 0: lost. D1→T5: 100 against 100.50: level.
    D1→T6 returned everything it bought: 30 − 30 now, 20 then: lost. D1→T7: −5 now: returns only.
    +50 − 10 + 40 − 70 + 0.50 − 20 − 5 = −14.50 = 375.50 − 390.
    """
    warehouse = open_company(
        **make_company(
            ("2025-01-05", "D1", "T1", "100.00"),
            ("2026-01-05", "D1", "T1", "150.00"),
            ("2025-03-05", "D1", "T2", "100.00"),
            ("2025-03-20", "D1", "T2", "900.00"),
            ("2026-02-05", "D1", "T2", "90.00"),
            ("2026-01-05", "D1", "T3", "40.00"),
            ("2025-01-05", "D1", "T4", "70.00"),
            ("2025-01-05", "D1", "T5", "100.00"),
            ("2026-01-05", "D1", "T5", "100.50"),
            ("2025-02-05", "D1", "T6", "20.00"),
            ("2026-01-05", "D1", "T6", "30.00"),
            ("2026-03-10", "D1", "T6", "-30.00"),
            ("2026-01-05", "D1", "T7", "-5.00"),
            ("2025-02-05", "M", "D1", "500.00"),
        )
    )
    rows = ask_changes(warehouse, "class")
    sales = rows[rows["stage"] == "pure_sales"].set_index("change_class")
    assert sales["change_amount"].to_dict() == {
        "grown": Decimal("50.00"),
        "level": Decimal("0.50"),
        "lost": Decimal("-90.00"),
        "returned": Decimal("-5.00"),
        "shrunk": Decimal("-10.00"),
        "won": Decimal("40.00"),
    }
    assert sales["link_count"].to_dict() == {"grown": 1, "level": 1, "lost": 2, "returned": 1, "shrunk": 1, "won": 1}
    assert (sales["base_amount"].sum(), sales["current_amount"].sum()) == (Decimal("390.00"), Decimal("375.50"))
    assert rows[rows["stage"] == "sell_in"]["change_class"].tolist() == ["lost"]
    (party,) = ask_changes(warehouse, "party").to_dict("records")
    assert (party["party_id"], party["change_amount"]) == ("D1", Decimal("-14.50"))
    links = ask_changes(warehouse, "link", row_limit=2)
    assert links[["buyer_id", "change_class"]].values.tolist() == [["T4", "lost"], ["T1", "grown"]]
    assert ask_changes(warehouse, "link", party="T3")["buyer_id"].tolist() == ["T3"]


def test_links_of_a_seller_whose_file_is_missing_are_not_lost(open_company: Open) -> None:
    """The data end on 10 Mar, so the last whole month is February. D1 sold Oct to Jan and not in Feb: not reported.

    D2 stopped in September, five months ago, and D3 sold in February: what they no longer sell is lost. D4 never sold
    three months running. What D1 won stays won.
    """
    lines = [(f"{day}-05", "D1", "T1", "10.00") for day in ("2025-02", "2025-10", "2025-11", "2025-12")]
    lines += [
        ("2025-02-06", "D1", "T2", "30.00"),
        ("2026-01-05", "D1", "T2", "5.00"),
        ("2026-01-06", "D1", "T5", "8.00"),
    ]
    lines += [(f"{day}-05", "D2", "T3", "10.00") for day in ("2025-02", "2025-07", "2025-08", "2025-09")]
    lines += [
        ("2025-02-05", "D3", "T3", "10.00"),
        ("2026-02-05", "D3", "T4", "10.00"),
        ("2026-03-05", "D3", "T4", "1.00"),
    ]
    lines += [("2025-02-05", "D4", "T4", "10.00"), ("2026-01-05", "D4", "T3", "10.00")]
    links = ask_changes(open_company(**make_company(*lines)), "link")
    assert {(row["seller_id"], row["buyer_id"]): row["change_class"] for row in links.to_dict("records")} == {
        ("D1", "T1"): "unreported",
        ("D1", "T2"): "unreported",
        ("D1", "T5"): "won",
        ("D2", "T3"): "lost",
        ("D3", "T3"): "lost",
        ("D3", "T4"): "won",
        ("D4", "T4"): "lost",
        ("D4", "T3"): "won",
    }


def test_changes_of_random_links_add_up_to_the_cent_and_are_those_of_a_plain_count(open_company: Open) -> None:
    chance = random.Random(8)
    parties = ["M", *(f"D{number}" for number in range(1, 6))]
    lines = [("2026-03-10", "D1", "T1", "1.00")]  # the day the data end on
    for _ in range(900):
        seller = chance.choice(parties)
        buyer = chance.choice([*parties[1:], *(f"T{number}" for number in range(1, 9))])
        if seller != buyer:
            day = date(2025, 1, 1) + timedelta(days=chance.randrange(434))
            lines.append((day.isoformat(), seller, buyer, str(Decimal(chance.randint(-4000, 9000)) / 100)))
    warehouse = open_company(**make_company(*lines))
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for day, seller, buyer, amount in lines:
        stage = "pure_sales" if buyer[0] == "T" else "sell_in" if seller == "M" else "transfer"
        if "2026-01-01" <= day <= "2026-03-10":
            sums[stage, seller, buyer][1] += Decimal(amount)
        if "2025-01-01" <= day <= "2025-03-10":
            sums[stage, seller, buyer][0] += Decimal(amount)
    wanted: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (stage, _, _), (base, now) in sums.items():
        if base or now:
            both = base > 0 and now > 0
            kind = "won" if now > 0 >= base else "lost" if base > 0 >= now else "returned"
            if both:
                kind = "level" if abs(now - base) <= base / 100 else "grown" if now > base else "shrunk"
            wanted[stage, kind] += now - base
    classes = ask_changes(warehouse, "class")
    found = {(row["stage"], row["change_class"]): row["change_amount"] for row in classes.to_dict("records")}
    assert found == wanted
    for stage in ("sell_in", "transfer", "pure_sales"):
        whole = sum((now - base for key, (base, now) in sums.items() if key[0] == stage), Decimal(0))
        assert sum((amount for key, amount in found.items() if key[0] == stage), Decimal(0)) == whole
        by_party = ask_changes(warehouse, "party", stage=stage)
        parts = [column for column in by_party if column.endswith("_amount") and column.split("_")[0] in (
            "won", "grown", "level", "shrunk", "lost", "unreported", "returned"
        )]  # fmt: skip
        assert by_party["change_amount"].sum() == whole
        assert (by_party[parts].sum(axis=1) == by_party["change_amount"]).all()


# --- sentences -----------------------------------------------------------------------------------------------------


def read_numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))


ONE = {"distributor_name": "甲", "cut_terminal_count": 1, "cut_amount": 900.0, "cut_distributor_count": 0}
TOLD: list[Callable[[str], str]] = [
    lambda language: sentences.tell_positions([{**ONE, "cut_terminal_count": 31}], language, "CNY"),
    lambda language: sentences.tell_positions([{**ONE, "cut_terminal_count": 31, "cut_distributor_count": 6}], language, "CNY"),
    lambda language: " ".join(sentences.list_position_notes(60, 24, 3, language)),
    lambda language: sentences.tell_communities(21, 0.876, "region", language),
    lambda language: sentences.tell_agreement(0.438, 0.297, language),
    lambda language: sentences.tell_misfits([{"distributor_name": "甲", "sales_amount": 42.0}] * 3, language, "CNY"),
    lambda language: sentences.tell_chains(222.0, 476.0, language, "CNY"),
    lambda language: sentences.tell_changes(
        {"won": {"link_count": 12, "change_amount": 500.0}, "lost": {"link_count": 7, "change_amount": -40.0},
         "unreported": {"link_count": 3, "change_amount": -9.0}}, language, "CNY"),
    lambda language: sentences.tell_swings(
        [{"party_name": "甲", "change_amount": -50.0}, {"party_name": "乙", "change_amount": 70.0}], language, "CNY"),
]  # fmt: skip


@pytest.mark.parametrize("tell", TOLD)
def test_both_languages_hold_the_same_numbers(tell: Callable[[str], str]) -> None:
    english, chinese = tell("en"), tell("zh")
    assert english != chinese
    assert sorted(read_numbers(english)) == sorted(read_numbers(chinese))


def test_what_cannot_be_followed_is_said_with_what_can() -> None:
    total = dict.fromkeys((f"{hands}_amount" for hands in HANDS), 0.0) | {"sales_amount": 100.0}
    assert (
        sentences.tell_hands(total | {"one_amount": 100.0}, "en") == "No goods pass through more than one distributor"
    )
    several = total | {"one_amount": 60.0, "two_amount": 20.0, "more_amount": 10.0, "unrecorded_amount": 10.0}
    assert sentences.tell_hands(several, "en") == (
        "30.0% of pure sales passes through more than one distributor; for 10.0% the origin is not recorded"
    )
    direct = total | {"direct_amount": 100.0}
    assert sentences.tell_hands(direct, "en") == "All pure sales come straight from the manufacturer"


def test_nobody_is_said_to_be_cut_off_where_nobody_is() -> None:
    text = sentences.tell_positions([{**ONE, "cut_terminal_count": 0, "cut_amount": 0.0}], "en", "CNY")
    assert text == "No single distributor cuts a terminal off from supply"


# --- charts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", [Style("en", False, "CNY"), Style("zh", True, "CNY")], ids=str)
def test_charts_are_valid_with_nothing_missing_and_with_much(style: Style) -> None:
    units = {"unit_id": ["a", "b"], "unit_name": ["甲", "乙"]}
    amounts = {f"{part}_amount": [0.0, 5e6 if part in ("won", "grown") else -3e6] for part in stacked.CHANGES}
    rates = {f"{part}_rate": [0.2, 1.0 if part == "one" else 0.0] for part in stacked.HANDS}
    shown = {"sales": "Sales", "cut": "Cut"}
    columns = {"sales_rate": [0.5, None], "cut_amount": [5e6, 0.0]}
    charts = [
        stacked.draw_mix(pd.DataFrame({**units, **rates, "amount_text": ["1", "2"]}), style),
        stacked.draw_swings(pd.DataFrame({**units, **amounts, "change_amount": [0.0, 1e6]}), style, selected="b"),
        panels.draw_panels(
            pd.DataFrame({**units, **columns}), style, selected="a",
            panels={column: shown[column.split("_")[0]] for column in columns},
        ),
    ]  # fmt: skip
    for chart in charts:
        assert "a" in json.dumps(chart.to_dict(validate=True))


# --- the page ------------------------------------------------------------------------------------------------------

ONE_CHAIN = [
    ("2025-02-05", "M", "D1", "90.00"),
    ("2025-02-06", "D1", "T1", "50.00"),
    ("2026-02-06", "D1", "T1", "40.00"),
]
COMPANIES: dict[str, tuple[list[tuple[str, str, str, str]], bool]] = {
    "one maker, one distributor": ([*ONE_CHAIN, ("2026-01-05", "M", "D1", "90.00")], True),
    "direct sales only": ([("2025-01-05", "M", "T1", "9.00"), ("2026-01-05", "M", "T2", "9.00")], True),
    "one month, no territories, no receipts": ([("2026-03-05", "D1", "T1", "9.00"), ("2026-03-05", "D2", "T1", "8.00")], False),
    "returns only": ([("2026-03-05", "M", "D1", "-9.00"), ("2026-03-05", "D1", "T1", "-9.00")], True),
    "three hands round": (
        [("2026-01-05", "M", "D1", "9.00"), ("2026-01-05", "D1", "D2", "9.00"), ("2026-01-05", "D2", "D1", "5.00"),
         ("2026-01-05", "D2", "D3", "4.00"), ("2026-02-05", "D3", "T1", "4.00"), ("2025-02-05", "D3", "T2", "4.00")], True),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPANIES)
def test_the_part_stands_on_every_kind_of_company(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, has_places = COMPANIES[name]
    tables = make_company(*lines)
    if has_places:
        tables["territories"] = {
            "territory_id": ["E", "W"],
            "name": ["东", "西"],
            "parent_id": pa.nulls(2, pa.string()),
        }
        tables["terminals"]["territory_id"] = ["E"] + ["W"] * 7
        tables["distributors"]["territory_id"] = ["W"] * 5
    company = Company(Workspace("Test", calendar=""), {key: pa.table(columns) for key, columns in tables.items()})
    publish(company, tmp_path)
    monkeypatch.setenv("INSIGHT_STORE", str(tmp_path))
    # every store's first snapshot has the same id, and answers are cached by it
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    place = list(COMPANIES).index(name)
    language, chosen = ("en", "") if place % 2 else ("zh", "distributor:D1")
    app = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=60)
    app.query_params.update(
        {"lang": language, "part": "structure", "period": "all" if place == 4 else "ytd", "sel": chosen}
    )
    app.switch_page("../pages/network.py").run()
    assert not app.exception
    assert not app.error, app.error[0].value
    shown = " ".join(element.value for kind in (app.info, app.markdown, app.caption) for element in kind)
    assert not re.search(r"\b(nan|None|inf)\b", shown)
