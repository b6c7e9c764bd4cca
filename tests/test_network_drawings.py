"""The drawings of the network: who is drawn and where, how goods came, what lies behind a click; by hand and at random."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from insight.analysis.network.flow import build_flow, choose_shown
from insight.analysis.network.focus import (
    AFTER_CLICKS,
    AROUND,
    MOST_NODES,
    MOST_RESTS,
    add_neighbours,
    build_focus,
    count_rests,
    merge_rests,
)
from insight.analysis.network.netting import net_links
from insight.analysis.network.paths import trace_paths
from insight.charts.flow import clean, draw_flow
from insight.charts.focus import draw_focus
from insight.charts.theme import Style
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.sentences import drawings as sentences
from insight.ui.network.channel import split_link
from insight.warehouse import Warehouse
from published import ask_frame

Open = Callable[..., Warehouse]

COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 31), True)
QUARTER = {"period": "custom", "first_month": date(2026, 1, 1), "last_month": date(2026, 3, 1)}
STYLE = Style("en", False, "CNY")
OWN: dict[str, Any] = {
    "threshold": 0.8,
    "room": 1000,
    "nodes": [],
    "node": "",
    "depth": 1,
    "drawn": [],
    "terminal": "",
    "sender": "",
    "receiver": "",
    "maker": "",
    "stages": [],
    "by_size": False,
    "row_limit": 20_000,
}


def filtered(**chosen: Any) -> dict[str, object]:
    own = {key: chosen.pop(key) for key in list(chosen) if key in OWN}
    filters = Filters(**{**QUARTER, **chosen})
    return {**make_parameters(filters, find_window(filters, COVERAGE)), **OWN, **own}


def make_company(lines: list[tuple[str, str, str, str, str]]) -> dict[str, Any]:
    """Lines as day, seller, buyer, product, amount. Parties by their letter: M makers, A tier 1, B tier 2, C without a
    tier, T terminals; P1 is M1's immunoassay, P2 is M2's biochemistry. Terminals of even number lie in W, others in E."""
    parties = sorted({party for line in lines for party in line[1:3]})
    terminals = [party for party in parties if party[0] == "T"]
    distributors = [party for party in parties if party[0] in "ABC"]
    tables: dict[str, Any] = {
        "manufacturers": {"manufacturer_id": ["M1", "M2"], "name": ["甲厂", "乙厂"]},
        "products": {
            "product_id": ["P1", "P2"],
            "name": ["一号", "二号"],
            "manufacturer_id": ["M1", "M2"],
            "product_line": ["immunoassay", "biochemistry"],
        },
        "territories": {
            "territory_id": ["E", "W"],
            "name": ["东", "西"],
            "parent_id": pd.Series([None, None], dtype=str),
        },
        "distributors": {
            "distributor_id": distributors,
            "name": [f"{party}商" for party in distributors],
            "tier": pd.array([{"A": 1, "B": 2}.get(party[0]) for party in distributors], dtype="Int64"),
        },
        "terminals": {
            "terminal_id": terminals,
            "name": [f"{party}院" for party in terminals],
            "type": ["pharmacy" if int(party[1:]) % 3 == 0 else "hospital" for party in terminals],
            "territory_id": ["E" if int(party[1:]) % 2 else "W" for party in terminals],
        },
        "flows": {
            "flow_id": [f"F{number:05}" for number in range(len(lines))],
            "occurred_on": [date.fromisoformat(line[0]) for line in lines],
            "seller_id": [line[1] for line in lines],
            "buyer_id": [line[2] for line in lines],
            "product_id": [line[3] for line in lines],
            "quantity": [Decimal("-1.000") if line[4].startswith("-") else Decimal("1.000") for line in lines],
            "amount": [Decimal(line[4]) for line in lines],
        },
    }
    return {
        name: table
        for name, table in tables.items()
        if next(iter(table.values())) is not None and len(next(iter(table.values())))
    }


def draw_lines(seed: int, distributors: int = 24, terminals: int = 60) -> list[tuple[str, str, str, str, str]]:
    """A channel at random, in which goods also go back, both ways, within a tier and straight from the maker."""
    chance = random.Random(seed)
    names = [f"{chance.choice('AABBC')}{number}" for number in range(distributors)]
    ends = [f"T{number}" for number in range(terminals)]
    pairs = [(f"M{chance.randint(1, 2)}", name) for name in names if chance.random() < 0.5]
    pairs += [(chance.choice(names), chance.choice(names)) for _ in range(distributors)]
    pairs += [(chance.choice([*names, "M1"]), end) for end in ends for _ in range(chance.choice([1, 1, 2, 3]))]
    lines = []
    for seller, buyer in pairs:
        if seller != buyer:
            for _ in range(chance.randint(1, 4)):
                day = date(2026, 1, 1) + timedelta(days=chance.randint(0, 89))
                cents = chance.randint(-4000, 20_000)
                lines.append((day.isoformat(), seller, buyer, f"P{chance.randint(1, 2)}", f"{cents / 100:.2f}"))
    return lines


def name_node(party: str) -> str:
    kind = {"M": "manufacturer", "T": "terminal"}.get(party[0], "distributor")
    return f"{kind}:{party}"


def sum_links(lines: list[tuple[str, str, str, str, str]]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for _, seller, buyer, _, amount in lines:
        sums[name_node(seller), name_node(buyer)] += Decimal(amount)
    return sums


# --- neighbourhoods, against networkx -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_who_is_within_reach_is_who_networkx_finds(open_company: Open, seed: int) -> None:
    """Nodes at each distance are those of the shortest paths; links within are the edges of networkx's ego graph."""
    lines = draw_lines(seed)
    warehouse = open_company(**make_company(lines))
    graph = nx.Graph(sum_links(lines).keys())
    for centre in random.Random(seed).sample(sorted(graph), 3):
        for depth in (1, 2, 4):
            ego = nx.ego_graph(graph, centre, radius=depth)
            far = nx.single_source_shortest_path_length(graph, centre, cutoff=depth)
            drawn = sorted(ego)[::2]
            answer = ask_frame(
                warehouse, "network/neighbours_by_distance", **filtered(node=centre, depth=depth, drawn=drawn)
            )
            counted = answer.groupby("distance")["node_count"].sum().to_dict()
            assert counted == pd.Series(far).value_counts().to_dict()
            assert answer["link_count"].sum() == ego.number_of_edges()
            assert answer["drawn_count"].sum() == len(drawn)


@pytest.mark.parametrize("seed", range(2))
def test_neighbours_and_links_are_those_of_the_graph_to_the_cent(open_company: Open, seed: int) -> None:
    lines = draw_lines(seed)
    warehouse = open_company(**make_company(lines))
    sums = sum_links(lines)
    graph = nx.DiGraph(sums.keys())
    asked = sorted(graph)[:: max(len(graph) // 9, 1)]
    near = ask_frame(warehouse, "network/neighbours_by_node", **filtered(nodes=asked))
    for node in asked:
        mine = near[near["node_id"] == node]
        assert set(mine.loc[mine["is_supplier"], "neighbour_id"]) == set(graph.predecessors(node))
        assert set(mine.loc[~mine["is_supplier"], "neighbour_id"]) == set(graph.successors(node))
        firsts = mine[mine["link_rank"] == 1]
        assert firsts["group_count"].sum() == graph.degree(node)
        whole = sum(amount for pair, amount in sums.items() if node in pair)
        assert firsts["group_amount"].sum() == whole
    inside = ask_frame(warehouse, "network/links_by_node", **filtered(nodes=asked))
    found = {(row["source_id"], row["target_id"]): row["link_amount"] for row in inside.to_dict("records")}
    assert found == {pair: amount for pair, amount in sums.items() if set(pair) <= set(asked)}


def test_the_lines_behind_a_click_add_up_to_the_number_drawn(open_company: Open) -> None:
    """To the cent: every link, every party's pure sales, every band of the flow to a kind of terminal, with and without
    filters; the sum is of all lines, however few are shown."""
    lines = draw_lines(4, distributors=12, terminals=24)
    warehouse = open_company(**make_company(lines))
    sums = sum_links(lines)

    def add_up(**asked: Any) -> tuple[int, Decimal]:
        frame = ask_frame(warehouse, "network/lines_by_party", **filtered(**asked, row_limit=3))
        if frame.empty:
            return 0, Decimal(0)
        assert len(frame) == min(3, frame["all_count"].iloc[0])
        return int(frame["all_count"].iloc[0]), frame["all_amount"].iloc[0]

    for (source, target), amount in sorted(sums.items())[::4]:
        count = sum(1 for line in lines if (name_node(line[1]), name_node(line[2])) == (source, target))
        assert add_up(sender=source, receiver=target) == (count, amount)
    for chosen in ({}, {"territories": ("E",)}, {"product_lines": ("immunoassay",)}, {"manufacturers": ("M2",)}):
        nodes = sorted({node for pair in sums for node in pair})
        table = ask_frame(warehouse, "network/nodes_by_id", **filtered(**chosen, nodes=nodes))
        for row in table.to_dict("records")[::5]:
            asked = {
                "manufacturer": {"maker": row["code"], "stages": ["pure_sales"]},
                "distributor": {"sender": row["node_id"], "stages": ["pure_sales"]},
                "terminal": {"receiver": row["node_id"]},
            }[row["kind"]]
            assert add_up(**chosen, **asked)[1] == row["sales_amount"]
        flow = ask_frame(warehouse, "network/flow_by_link", **filtered(**chosen)).query("stage == 'pure_sales'")
        for column, kind in (("terminal_type", "type"), ("region_id", "region")):
            for (seller, is_maker, code), rows in list(flow.groupby(["seller_id", "is_maker", column]))[::4]:
                sender = f"{'manufacturer' if is_maker else 'distributor'}:{seller}"
                assert add_up(**chosen, sender=sender, receiver=f"{kind}:{code}")[1] == rows["flow_amount"].sum()


def test_lines_come_latest_or_largest_first_with_returns_marked(open_company: Open) -> None:
    warehouse = open_company(
        **make_company(
            [
                ("2026-01-05", "A1", "T1", "P1", "80.00"),
                ("2026-01-07", "A1", "T1", "P1", "-90.00"),
                ("2026-01-06", "A1", "T1", "P1", "10.00"),
                ("2026-01-06", "A1", "T2", "P1", "11.00"),
            ]
        )
    )
    asked = {"receiver": "terminal:T1"}
    latest = ask_frame(warehouse, "network/lines_by_party", **filtered(**asked))
    assert latest["line_amount"].tolist() == [Decimal(-90), Decimal(10), Decimal(80)]
    assert latest["is_return"].tolist() == [True, False, False]
    assert latest["all_amount"].iloc[0] == 0
    assert latest["back_amount"].iloc[0] == -90
    largest = ask_frame(warehouse, "network/lines_by_party", **filtered(**asked, by_size=True))
    assert largest["line_amount"].tolist() == [Decimal(-90), Decimal(80), Decimal(10)]


def test_a_terminal_that_returned_everything_stays_in_sight(open_company: Open) -> None:
    """T1 bought 80 and gave back 80: no pure sales, no single source, but a link of 0 and two lines."""
    lines = [
        ("2026-01-05", "A1", "T1", "P1", "80.00"),
        ("2026-02-05", "A1", "T1", "P1", "-80.00"),
        ("2026-01-06", "A1", "T2", "P1", "11.00"),
    ]
    warehouse = open_company(**make_company(lines))
    (row,) = ask_frame(warehouse, "network/nodes_by_id", **filtered(nodes=["terminal:T1"])).to_dict("records")
    assert (row["sales_amount"], row["return_amount"], row["has_flow"]) == (0, -80, True)
    assert (row["source_count"], row["is_single_source"]) == (0, False)
    nodes = ask_frame(warehouse, "network/nodes_by_id", **filtered(nodes=["terminal:T1", "distributor:A1"]))
    links = ask_frame(warehouse, "network/links_by_node", **filtered(nodes=["terminal:T1", "distributor:A1"]))
    focus = build_focus(nodes, links, [], "terminal:T1")
    assert focus.links[["is_back", "amount"]].to_dict("records") == [{"is_back": True, "amount": 0.0}]
    frame = ask_frame(warehouse, "network/paths_by_terminal", **filtered(terminal="T1"))
    assert trace_paths(frame, "terminal:T1").paths.empty
    for language in ("en", "zh"):
        assert "80" in sentences.tell_terminal_focus(row, "", None, language, "CNY")
        assert "T1院" in sentences.tell_party(row, None, language, "CNY")


def test_a_party_out_of_the_filters_is_known_but_has_no_flow_and_an_unknown_one_has_no_row(open_company: Open) -> None:
    warehouse = open_company(
        **make_company([("2026-01-05", "A1", "T1", "P1", "80.00"), ("2026-01-05", "A2", "T2", "P1", "9.00")])
    )
    asked = ["distributor:A2", "distributor:T1", "terminal:T1", "manufacturer:nobody", "terminal:", ""]
    table = ask_frame(warehouse, "network/nodes_by_id", **filtered(nodes=asked, distributors=("A1",)))
    assert table[["node_id", "has_flow"]].values.tolist() == [["distributor:A2", False], ["terminal:T1", True]]


# --- how goods came -------------------------------------------------------------------------------------------------


def make_ways(*links: tuple[str, str, float], goods: tuple[str, str] = ("M1", "immunoassay")) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "source_id": name_node(source),
                "target_id": name_node(target),
                "manufacturer_id": goods[0],
                "product_line": goods[1],
                "link_amount": amount,
            }
            for source, target, amount in links
        ]
    )


def test_goods_are_mixed_in_the_proportion_they_were_received() -> None:
    """B received 30 from A and 10 from M; A all from M. Of T's 100 from B: 75 by A, 25 not. 20 came straight from M."""
    frame = make_ways(("M1", "A1", 50), ("A1", "B1", 30), ("M1", "B1", 10), ("B1", "T1", 100), ("M1", "T1", 20))
    traced = trace_paths(frame, "terminal:T1")
    ways = {"".join(node[-2] for node in row["path"]): row["amount"] for row in traced.paths.to_dict("records")}
    assert ways == pytest.approx({"MABT": 75, "MBT": 25, "MT": 20})
    assert traced.links["distributor:B1", "terminal:T1"] == pytest.approx(100 / 120)
    assert traced.links["manufacturer:M1", "distributor:A1"] == pytest.approx(75 / 120)
    assert traced.paths["is_from_maker"].all()


def test_what_was_sold_from_stock_starts_with_the_distributor_and_lines_do_not_mix() -> None:
    """B received only the other line: its 40 to T begin with B. 5 of another line came back and are in no way."""
    frame = pd.concat(
        [
            make_ways(("B1", "T1", 40)),
            make_ways(("M2", "B1", 90), ("B1", "T1", -5), goods=("M2", "biochemistry")),
        ]
    )
    traced = trace_paths(frame, "terminal:T1")
    assert traced.paths["path"].tolist() == [("distributor:B1", "terminal:T1")]
    assert not traced.paths["is_from_maker"].any()
    assert (traced.bought_amount, traced.returned_amount) == (40, 5)


@pytest.mark.parametrize("seed", range(6))
def test_ways_are_all_simple_paths_of_the_netted_graph_and_add_up(seed: int) -> None:
    """Each way's amount is the product of the shares along one of networkx's simple paths; together what T bought."""
    chance = random.Random(seed)
    names = [f"A{number}" for number in range(7)]
    links = [("M1", name, chance.randint(1, 99)) for name in names[:4]]
    links += [(*chance.sample(names, 2), chance.randint(1, 99)) for _ in range(12)]
    links += [(name, "T1", chance.randint(1, 99)) for name in chance.sample(names, 3)]
    traced = trace_paths(make_ways(*links), "terminal:T1", least=0.0)
    assert traced.paths["amount"].sum() + traced.thin_amount == pytest.approx(traced.bought_amount)
    between: dict[tuple[str, str], float] = defaultdict(float)
    for source, target, amount in links:
        between[name_node(source), name_node(target)] += amount
    inner = {pair: amount for pair, amount in between.items() if pair[0][0] == pair[1][0] == "d"}
    graph = nx.DiGraph()
    for (source, target), amount in {
        **{p: a for p, a in between.items() if p not in inner},
        **net_links(inner).links,
    }.items():
        graph.add_edge(source, target, amount=amount)
    assert nx.is_directed_acyclic_graph(graph)
    expected: dict[tuple[str, ...], float] = {}
    for root in [node for node in graph if graph.in_degree(node) == 0]:
        for path in nx.all_simple_paths(graph, root, "terminal:T1"):
            amount = traced.bought_amount
            for source, target in pairwise(path):
                amount *= graph[source][target]["amount"] / sum(
                    graph[near][target]["amount"] for near in graph.predecessors(target)
                )
            expected[tuple(path)] = amount
    assert dict(zip(traced.paths["path"], traced.paths["amount"], strict=True)) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(2))
def test_ways_from_the_question_hold_everything_a_terminal_bought(open_company: Open, seed: int) -> None:
    lines = draw_lines(seed)
    warehouse = open_company(**make_company(lines))
    for terminal in ("T1", "T2", "T30"):
        bought: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for _, seller, buyer, product, amount in lines:
            if buyer == terminal:
                bought[seller, product] += Decimal(amount)
        frame = ask_frame(warehouse, "network/paths_by_terminal", **filtered(terminal=terminal))
        traced = trace_paths(frame, f"terminal:{terminal}")
        assert traced.bought_amount == pytest.approx(float(sum(amount for amount in bought.values() if amount > 0)))
        assert traced.paths["amount"].sum() + traced.thin_amount == pytest.approx(traced.bought_amount)


# --- the focus ------------------------------------------------------------------------------------------------------


def gather(warehouse: Warehouse, centre: str, opened: tuple[str, ...] = ()) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    """The drawing around a party with others opened, as the page puts it together."""
    near = ask_frame(warehouse, "network/neighbours_by_node", **filtered(nodes=[centre, *opened], room=40))
    parties = ask_frame(warehouse, "network/nodes_by_id", **filtered(nodes=[centre, *opened]))
    drawn = add_neighbours(
        dict(zip(parties["node_id"], parties["place"], strict=True)), near[near["node_id"] == centre], AROUND
    )
    for node in opened:
        drawn = add_neighbours(drawn, near[near["node_id"] == node], AFTER_CLICKS, 12)
    nodes = ask_frame(warehouse, "network/nodes_by_id", **filtered(nodes=list(drawn)))
    links = ask_frame(warehouse, "network/links_by_node", **filtered(nodes=list(drawn)))
    rests = count_rests(near, nodes, links, {centre, *opened})
    return build_focus(nodes, links, rests, centre, opened), near, links


def test_a_focus_loses_no_neighbour_and_no_cent_of_the_party_in_the_middle(open_company: Open) -> None:
    """A1 supplies 60 terminals; 18 stand there by name, the 42 others together with the rest of the amount."""
    chance = random.Random(5)
    lines = [("2026-01-05", "A1", f"T{number}", "P1", f"{chance.randint(1, 9999) / 100:.2f}") for number in range(60)]
    lines += [("2026-01-05", "A2", f"T{number}", "P1", "5.00") for number in range(0, 60, 7)]
    lines += [("2026-01-04", "M1", "A1", "P1", "400.00"), ("2026-01-04", "A1", "B1", "P1", "20.00")]
    warehouse = open_company(**make_company(lines))
    focus, _, _ = gather(warehouse, "distributor:A1")
    nodes = focus.nodes
    mine = focus.links[(focus.links["source_id"] == "distributor:A1") | (focus.links["target_id"] == "distributor:A1")]
    assert mine["amount"].sum() == pytest.approx(float(sum(Decimal(line[4]) for line in lines if "A1" in line[1:3])))
    (others,) = nodes[nodes["is_others"]].to_dict("records")
    assert (others["column"], others["member_count"]) == ("terminal", 42)
    single = ask_frame(
        warehouse, "network/nodes_by_id", **filtered(nodes=[f"terminal:T{number}" for number in range(60)])
    )
    drawn_single = nodes.loc[~nodes["is_others"], "is_single_source"].sum()
    assert others["single_count"] + drawn_single == single["is_single_source"].sum()
    opened, _, _ = gather(warehouse, "distributor:A1", ("distributor:A2",))
    assert {"distributor:A2"} <= set(opened.nodes["node_id"])
    assert len(opened.nodes) > len(nodes)


@pytest.mark.parametrize("size", [30, 300, 3000])
def test_a_focus_is_small_and_no_two_stand_in_one_place(size: int) -> None:
    """Of a hub with thousands of neighbours in every column, at most 150 are drawn; the same drawing every time."""
    chance = random.Random(size)
    places = ("maker", "tier_1", "tier_2", "terminal")
    rows = []
    for parent in range(30):
        for place in places:
            for rank in range(1, min(size, 40) + 1):
                rows.append(
                    {
                        "node_id": f"distributor:{parent}",
                        "neighbour_id": f"{place}:{parent}-{rank}",
                        "is_supplier": place == "maker",
                        "place": place,
                        "link_amount": 1000.0 / rank + chance.random(),
                        "link_rank": rank,
                        "group_count": size,
                        "group_amount": 9e6,
                        "single_count": 0,
                    }
                )
    frame = pd.DataFrame(rows)
    drawn = add_neighbours({"distributor:0": "tier_1"}, frame, AFTER_CLICKS)
    assert len(drawn) <= MOST_NODES - MOST_RESTS
    blank = {"code": "x", "name": "x", "type": None, "is_single_source": False, "sales_amount": 1.0}
    nodes = pd.DataFrame([{"node_id": node, "place": place, **blank} for node, place in drawn.items()])
    shown = frame[frame["neighbour_id"].isin(drawn)]
    links = pd.DataFrame(
        {
            "source_id": shown["node_id"],
            "target_id": shown["neighbour_id"],
            "link_amount": shown["link_amount"],
            "supply_share": 0.5,
        }
    )
    links = links[links["source_id"].isin(drawn)]
    rests = count_rests(frame, nodes, links, {"distributor:0"})
    focus = build_focus(nodes, links, rests, "distributor:0")
    assert len(focus.nodes) <= MOST_NODES
    assert not focus.nodes.duplicated(["x", "y"]).any()
    assert focus.nodes[["x", "y"]].min().min() >= -1e-9
    assert focus.nodes[["x", "y"]].max().max() <= 1 + 1e-9
    gaps = [rows["y"].sort_values().diff().min() for _, rows in focus.nodes.groupby("x")]
    # a row of text apart: 24 pixels where the longest column decides the height
    assert min(gap for gap in gaps if gap == gap) * max(focus.row_count - 1, 1) >= 0.99
    pd.testing.assert_frame_equal(focus.nodes, build_focus(nodes, links, rests, "distributor:0").nodes)


def test_what_lies_further_off_is_counted_once_however_many_ways_lead_there() -> None:
    reach = pd.DataFrame(
        {
            "distance": [0, 1, 2],
            "place": ["tier_1", "terminal", "terminal"],
            "node_count": [1, 30, 12],
            "drawn_count": [1, 18, 2],
        }
    )
    (rest,) = merge_rests([], reach)
    assert (rest.place, rest.count) == ("terminal", 22)


# --- the flow's controls, and specifications ------------------------------------------------------------------------


def draw_flow_rows(seed: int, first: int = 40, second: int = 80) -> pd.DataFrame:
    chance = random.Random(seed)
    blank: dict[str, Any] = {"terminal_type": None, "region_id": None, "region_name": None, "return_amount": 0.0}
    tiers = {f"A{number}": 1 for number in range(first)} | {f"B{number}": 2 for number in range(second)}
    rows = []

    def add(stage: str, seller: str, buyer: str | None, **more: Any) -> None:
        rows.append(
            {
                **blank,
                "stage": stage,
                "seller_id": seller,
                "seller_name": seller,
                "is_maker": seller[0] == "M",
                "seller_tier": tiers.get(seller),
                "buyer_id": buyer,
                "buyer_name": buyer,
                "buyer_tier": tiers.get(buyer or ""),
                "flow_amount": round(chance.paretovariate(1.1) * 100, 2),
                **more,
            }
        )

    for name, tier in tiers.items():
        if tier == 1:
            add("sell_in", f"M{chance.randint(0, 2)}", name)
        else:
            add("transfer", f"A{chance.randrange(first)}", name)
        for kind in chance.sample(["hospital", "pharmacy", "clinic", "laboratory"], 2):
            add("pure_sales", name, None, terminal_type=kind)
    return pd.DataFrame(rows)


@pytest.mark.parametrize("top", [5, 12, 20, 30])
@pytest.mark.parametrize("least", [0.0, 0.005, 0.02])
def test_as_many_distributors_as_asked_stand_in_the_flow_by_name_and_nothing_is_lost(top: int, least: float) -> None:
    """Drawn + thin = all links; every link below the least share is some party's widest."""
    frame = draw_flow_rows(top)
    flow = build_flow(frame, "type", choose_shown(top), (), least)
    assert flow.links["amount"].sum() + flow.thin_amount == pytest.approx(frame["flow_amount"].sum(), abs=0.01)
    named = flow.nodes[~flow.nodes["is_others"]]
    for column in ("tier_1", "tier_2"):
        count = int((named["column"] == column).sum())
        assert top - (0 if top <= 12 else 2) <= count + (0 if top <= 5 else 1) and count <= top + 1
    stages = frame.groupby("stage")["flow_amount"].sum()
    widest: dict[str, float] = defaultdict(float)
    for link in flow.links.to_dict("records"):
        for end in (link["source_id"], link["target_id"]):
            widest[end] = max(widest[end], link["amount"])
    for link in flow.links.to_dict("records"):
        if link["amount"] < least * stages[link["stage"]]:
            assert link["amount"] in (widest[link["source_id"]], widest[link["target_id"]])


@pytest.mark.parametrize(
    ("node", "ends"),
    [
        ("link:distributor:A>B>terminal:T:1", ("distributor:A>B", "terminal:T:1")),
        ("link:manufacturer:M>distributor:D", ("manufacturer:M", "distributor:D")),
        ("link:distributor:D>type:", ("distributor:D", "type:")),
        ("link:others:tier_1>type:hospital", None),
        ("distributor:D", None),
        ("", None),
    ],
)
def test_a_link_in_the_address_is_read_by_its_ends(node: str, ends: tuple[str, str] | None) -> None:
    assert split_link(node) == ends


def make_focus(label: str = "x") -> tuple[pd.DataFrame, pd.DataFrame]:
    nodes = pd.DataFrame(
        [
            {"node_id": node, "place": place, "code": node[-2:], "name": label, "type": None, "sales_amount": amount,
             "is_single_source": place == "terminal"}
            for node, place, amount in (
                ("manufacturer:M1", "maker", 9.0), ("distributor:A1", "tier_1", 8.0), ("distributor:B1", "tier_2", 0.0),
                ("terminal:T1", "terminal", 5.0), ("terminal:T2", "terminal", -1.0),
            )
        ]
    )  # fmt: skip
    links = pd.DataFrame(
        [
            ("manufacturer:M1", "distributor:A1", 10.0, 1.0),
            ("distributor:A1", "terminal:T1", 5.0, 1.0),
            ("distributor:A1", "terminal:T2", -1.0, 0.0),
            ("distributor:A1", "distributor:B1", 1.0, None),
        ],
        columns=["source_id", "target_id", "link_amount", "supply_share"],
    )
    ways = {("manufacturer:M1", "distributor:A1"): 1.0, ("distributor:A1", "terminal:T1"): 1.0}
    focus = build_focus(nodes, links, [], "distributor:A1", (), ways)
    return focus.nodes.assign(label=label), focus.links


def test_positions_clicked_mean_the_frames_order() -> None:
    flow = build_flow(draw_flow_rows(1))
    series = draw_flow(flow.nodes.assign(label="x"), flow.links, STYLE)["series"][0]
    assert [node["name"] for node in series["data"]] == flow.nodes["node_id"].tolist()
    assert [link["source"] for link in series["links"]] == flow.links["source_id"].tolist()
    nodes, links = make_focus()
    series = draw_focus(nodes, links, STYLE)["series"][0]
    assert [node["id"] for node in series["data"]] == nodes["node_id"].tolist()
    assert [link["target"] for link in series["links"]] == links["target_id"].tolist()


def test_names_from_the_data_are_text_and_never_a_template_or_markup() -> None:
    hostile = "<img src=x onerror=alert(1)> {b} {style|x}\n| end"
    flow = build_flow(draw_flow_rows(1))
    nodes, links = make_focus(hostile)
    for spec in (draw_flow(flow.nodes.assign(label=hostile), flow.links, STYLE), draw_focus(nodes, links, STYLE)):
        assert spec["tooltip"]["renderMode"] == "richText"
        # a specification is plain JSON, without missing numbers
        json.dumps(spec, allow_nan=False)
        for node in spec["series"][0]["data"]:
            assert not set("{}|") & set(node["label"]["formatter"] + node["tooltip"]["formatter"])
    assert clean(hostile) == "<img src=x onerror=alert(1)> (b) (style/x) / end"


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_drawings_bring_out_what_is_selected_in_every_language_and_mode(language: str, is_dark: bool) -> None:
    style = Style(language, is_dark, "CNY")
    flow = build_flow(draw_flow_rows(2))
    nodes = flow.nodes.assign(label=flow.nodes["name"])
    chosen = nodes.loc[nodes["column"] == "tier_1", "node_id"].iloc[0]
    series = draw_flow(nodes, flow.links, style, chosen, "region")["series"][0]
    (bold,) = [node for node in series["data"] if node["label"]["fontWeight"] == "bold"]
    assert bold["name"] == chosen
    first = flow.links.iloc[0]
    series = draw_flow(nodes, flow.links, style, chosen_link=(first["source_id"], first["target_id"]))["series"][0]
    strong = [link for link in series["links"] if link["lineStyle"]["opacity"] > 0.5]
    assert [(link["source"], link["target"]) for link in strong] == [(first["source_id"], first["target_id"])]
    focus, links = make_focus()
    drawn = draw_focus(focus, links, style, "terminal:T1")["series"][0]
    gold = [link["target"] for link in drawn["links"] if link["lineStyle"]["opacity"] == 0.85]
    assert gold == ["distributor:A1", "terminal:T1"]
    dashed = [link["target"] for link in drawn["links"] if link["lineStyle"]["type"] == "dashed"]
    assert dashed == ["terminal:T2"]


# --- sentences ------------------------------------------------------------------------------------------------------


def read_numbers(text: str) -> list[str]:
    import re

    return sorted(re.findall(r"\d[\d,.]*\d|\d", text))


def test_both_languages_say_the_same_of_what_is_selected() -> None:
    row = {
        "kind": "distributor", "name": "甲商", "tier": 2, "type": None, "level": None, "territory_name": "东", "city": None,
        "sales_amount": 900.0, "sales_share": 0.25, "source_count": 3, "receiver_count": 12, "terminal_count": 10,
        "is_single_source": False, "has_flow": True, "return_amount": -3.0,
    }  # fmt: skip
    english, chinese = (sentences.tell_party(row, 500.0, language, "CNY") for language in ("en", "zh"))
    assert "二级经销商" in chinese
    assert english == (
        "甲商 · distributor of tier 2, 东 · pure sales ¥900, 25.0% of all · 3 sources · "
        "supplies 2 distributors and 10 terminals · ¥500 at risk"
    )
    assert read_numbers(english.replace("tier 2", "")) == read_numbers(chinese)
    paths = [{"label": "甲厂 → 甲商", "share": 0.75}, {"label": "甲厂", "share": 0.25}]
    assert sentences.tell_paths("T院", paths, "en") == "T院’s goods came by 2 ways, about 75.0% from 甲厂 → 甲商"
    assert read_numbers(sentences.tell_paths("T院", paths, "zh")) == ["2", "75.0"]
    assert sentences.tell_lines(1, -5.0, -5.0, "en", "CNY") == "One shipment line: ¥5 went back"
