"""On whom sales depend: concentration at each step, removal against a graph library, takers, overlap and reach."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.analysis.network.concentration import measure_concentration
from insight.analysis.network.loss import MAKER, trace_loss
from insight.analysis.network.overlap import arrange_overlap
from insight.analysis.network.removal import AUTHORISED, NEAR, SERVING, TIER, Placement, place_stranded
from insight.charts.concentration import draw_concentration
from insight.charts.reach import draw_reach
from insight.charts.removal import draw_removal
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.publish import publish
from insight.sentences import dependence as sentences
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

Open = Callable[..., Warehouse]

COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 31), True)
OWN = {"threshold": 0.8, "source": "", "row_limit": 1000, "distributor": "", "places": []}
STYLE = Style("en", False, "CNY")
LINES = {"P1": "immunoassay", "P2": "biochemistry"}


def filtered(coverage: Coverage = COVERAGE, **chosen: Any) -> dict[str, object]:
    own = {key: chosen.pop(key) for key in list(chosen) if key in {*OWN, "removed", "lost_ids", "lost_shares"}}
    filters = Filters(**chosen)
    return {**make_parameters(filters, find_window(filters, coverage)), **OWN, **own}


def make_tables(lines: list[tuple[str, str, str, str, str]], **more: Any) -> dict[str, Any]:
    """Lines written as day, seller, buyer, product, amount; a city is a terminal's own, two regions of one place each."""
    parties = {line[1] for line in lines} | {line[2] for line in lines}
    distributors = sorted(name for name in parties if name.startswith("D"))
    terminals = sorted(name for name in parties if name.startswith("T"))
    tables: dict[str, Any] = {
        "manufacturers": {"manufacturer_id": ["M1", "M2"], "name": ["甲厂", "乙厂"]},
        "products": {
            "product_id": list(LINES),
            "name": ["一号", "二号"],
            "manufacturer_id": ["M1", "M2"],
            "product_line": list(LINES.values()),
        },
        "territories": {
            "territory_id": ["E", "W"],
            "name": ["东", "西"],
            "parent_id": pd.Series([None, None], dtype=str),
        },
        "distributors": {"distributor_id": distributors, "name": [f"{name}商" for name in distributors]},
        "terminals": {
            "terminal_id": terminals,
            "name": [f"{name}院" for name in terminals],
            "territory_id": ["E"] * len(terminals),
        },
        "flows": {
            "flow_id": [f"F{number}" for number in range(len(lines))],
            "occurred_on": [date.fromisoformat(line[0]) for line in lines],
            "seller_id": [line[1] for line in lines],
            "buyer_id": [line[2] for line in lines],
            "product_id": [line[3] for line in lines],
            "quantity": [Decimal("-1.000") if line[4].startswith("-") else Decimal("1.000") for line in lines],
            "amount": [Decimal(line[4]) for line in lines],
        },
    }
    return {**tables, **more}


def remove(
    warehouse: Warehouse, *removed: str, quarters: float = 1.0, **chosen: Any
) -> tuple[dict[str, float], Placement]:
    """What the page does: trace the loss, gather what is stranded, hand it out."""
    supply = ask_frame(warehouse, "network/removal_supply", **filtered(**chosen))
    columns = ["distributor_id", "supplier_kind", "supplier_id", "supply_amount"]
    lost = trace_loss(supply[columns].itertuples(index=False, name=None), removed)
    asked = filtered(removed=list(removed), lost_ids=list(lost), lost_shares=list(lost.values()), **chosen)
    items = ask_frame(warehouse, "network/removal_terminals", **asked)
    reach = ask_frame(warehouse, "network/removal_reach", **asked)
    capacity = ask_frame(warehouse, "network/capacity_by_distributor", **asked)
    return lost, place_stranded(items, reach, capacity, lost, quarters)


# --- how a loss travels --------------------------------------------------------------------------------------------


def test_a_loss_travels_down_in_shares() -> None:
    """D1 supplies 60 of D2's 100; D2 alone supplies D3, and D3 half of D4: 0.6, 0.6 and 0.3."""
    supply = [
        ("D1", MAKER, "M1", 100.0),
        ("D2", "distributor", "D1", 60.0),
        ("D2", MAKER, "M1", 40.0),
        ("D3", "distributor", "D2", 10.0),
        ("D4", "distributor", "D3", 5.0),
        ("D4", MAKER, "M2", 5.0),
    ]
    assert trace_loss(supply, ["D1"]) == pytest.approx({"D1": 1, "D2": 0.6, "D3": 0.6, "D4": 0.3})


def test_goods_sent_in_a_circle_are_followed_to_where_they_entered() -> None:
    """D2 gets 50 from D1 and 50 from D3; D3 all of its goods from D2: without D1 nothing enters the circle.

    With 50 of a maker's beside, D2 loses 50 ÷ 150 + 50 ÷ 150 × what D3 loses, the same as D2: x = ⅓ + ⅓x, x = ½.
    """
    circle = [("D2", "distributor", "D1", 50.0), ("D2", "distributor", "D3", 50.0), ("D3", "distributor", "D2", 9.0)]
    assert trace_loss(circle, ["D1"]) == {"D1": 1.0, "D2": 1.0, "D3": 1.0}
    fed = [*circle, ("D2", MAKER, "M1", 50.0)]
    assert trace_loss(fed, ["D1"]) == pytest.approx({"D1": 1, "D2": 0.5, "D3": 0.5})


def test_a_distributor_whose_supply_nobody_recorded_is_its_own_source() -> None:
    assert trace_loss([("D2", "distributor", "D1", 1.0)], ["D3"]) == {"D3": 1.0}
    assert trace_loss([("D3", "distributor", "D2", 1.0), ("D3", "distributor", "D1", 1.0)], ["D1"])["D3"] == 0.5


NAMES = [f"D{number}" for number in range(8)]
SUPPLY = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from([*NAMES, "M1"])), st.integers(1, 1000), max_size=24
)


@settings(max_examples=300, deadline=None)
@given(SUPPLY, st.sets(st.sampled_from(NAMES), min_size=1, max_size=3))
def test_everything_is_lost_exactly_where_no_way_is_left(supply: dict[tuple[str, str], int], removed: set[str]) -> None:
    """By networkx: take the distributors out; who is below them and cannot be reached from a source any more loses all."""
    graph = nx.DiGraph((seller, buyer) for buyer, seller in supply if seller != buyer)
    graph.add_nodes_from([*NAMES, "M1"])
    below = set().union(*(nx.descendants(graph, name) for name in removed)) - removed
    # a source is a maker, and everybody whose goods never came through those removed
    sources = {"M1", *NAMES} - below - removed
    rest = graph.subgraph(set(graph) - removed)
    alive = sources.union(*(nx.descendants(rest, name) for name in sources))
    rows = [
        (buyer, MAKER if seller == "M1" else "distributor", seller, float(amount))
        for (buyer, seller), amount in supply.items()
    ]
    lost = trace_loss(rows, removed)
    assert {name for name, share in lost.items() if share >= 1} == removed | (below - alive)
    assert set(lost) == removed | below
    assert all(0 <= share <= 1 for share in lost.values())


@settings(max_examples=100, deadline=None)
@given(SUPPLY, st.sets(st.sampled_from(NAMES), min_size=1, max_size=2), st.sampled_from(NAMES))
def test_taking_one_more_away_never_gives_anything_back(
    supply: dict[tuple[str, str], int], removed: set[str], more: str
) -> None:
    rows = [
        (buyer, MAKER if seller == "M1" else "distributor", seller, float(amount))
        for (buyer, seller), amount in supply.items()
    ]
    fewer, both = trace_loss(rows, removed), trace_loss(rows, {*removed, more})
    assert all(both.get(name, 0.0) >= share - 1e-9 for name, share in fewer.items())


# --- removal, by hand ----------------------------------------------------------------------------------------------

CHAIN = [
    ("2026-01-02", "M1", "D1", "P1", "1000.00"),
    ("2026-01-02", "M1", "D4", "P1", "500.00"),
    ("2026-01-03", "D1", "D2", "P1", "300.00"),
    ("2026-01-03", "D1", "D3", "P1", "100.00"),
    ("2026-01-03", "D4", "D3", "P1", "300.00"),
    ("2026-01-05", "D1", "T1", "P1", "100.00"),
    ("2026-01-05", "D1", "T2", "P1", "60.00"),
    ("2026-01-05", "D4", "T2", "P1", "40.00"),
    ("2026-01-05", "D2", "T3", "P1", "80.00"),
    ("2026-01-05", "D3", "T4", "P1", "10.01"),
    ("2026-01-05", "D1", "T5", "P1", "50.00"),
    ("2026-02-05", "D1", "T5", "P1", "-50.00"),
    ("2026-01-05", "M2", "T6", "P2", "70.00"),
    ("2026-01-05", "D1", "T6", "P1", "30.00"),
]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The channel of ``CHAIN``, published once."""
    tables = {name: pa.table(columns) for name, columns in make_tables(CHAIN).items()}
    warehouse = open_published(publish(Company(Workspace("Test"), tables), tmp_path_factory.mktemp("chain")))
    yield warehouse
    close_warehouse(warehouse)


def test_removal_strands_own_sales_and_those_further_down(chain: Warehouse) -> None:
    """Without D1: T1 100, T2 60 of 100, T6 30 of 100, and below it all of D2's 80 and a quarter of D3's 10.01, 2.50.

    T1 and T3 are cut off; T2 has D4, T6 the maker, T4 still D3. T5 sent everything back and is not there.
    100 + 60 + 30 + 80 + 2.50 = 272.50.
    """
    lost, placement = remove(chain, "D1")
    assert lost == {"D1": 1.0, "D2": 1.0, "D3": 0.25}
    found = placement.terminals.set_index("terminal_id")
    assert found["stranded_amount"].to_dict() == {"T1": 100.0, "T3": 80.0, "T2": 60.0, "T6": 30.0, "T4": 2.5}
    assert set(found.index[found["is_cut_off"]]) == {"T1", "T3"}
    assert found["stranded_share"].to_dict() == pytest.approx(
        {"T1": 1, "T3": 1, "T2": 0.6, "T6": 0.3, "T4": 250 / 1001}
    )
    assert (placement.stranded_amount, placement.removed_amount) == (272.5, 190.0)


def test_removing_several_at_once_cuts_off_what_each_alone_would_leave(chain: Warehouse) -> None:
    """Without D1 and D4 nobody supplies D3, and T2 has nobody left: T1, T2, T3 and T4 are cut off, T6 keeps the maker."""
    lost, placement = remove(chain, "D1", "D4")
    assert lost == {"D1": 1.0, "D4": 1.0, "D2": 1.0, "D3": 1.0}
    cut = placement.terminals.set_index("terminal_id")["is_cut_off"]
    assert set(cut[cut].index) == {"T1", "T2", "T3", "T4"}
    assert placement.stranded_amount == 100 + 100 + 80 + 10.01 + 30
    assert placement.takers.empty


def test_a_link_divides_over_product_lines_to_the_cent(open_company: Open) -> None:
    """D3 loses a third; T1 bought 0.01 and 0.01 and 99.99 back to 100.01 in two lines: ⅓ of 100.01 is 33.34 in all."""
    lines = [
        ("2026-01-02", "D1", "D3", "P1", "1.00"),
        ("2026-01-02", "M1", "D3", "P1", "2.00"),
        ("2026-01-05", "D3", "T1", "P1", "0.02"),
        ("2026-01-05", "D3", "T1", "P2", "99.99"),
    ]
    warehouse = open_company(**make_tables(lines))
    asked = filtered(removed=["D1"], lost_ids=["D1", "D3"], lost_shares=[1.0, 1 / 3])
    items = ask_frame(warehouse, "network/removal_terminals", **asked)
    assert items["stranded_amount"].sum() == Decimal("33.34")
    assert items["removed_amount"].sum() == 0


# --- removal against networkx --------------------------------------------------------------------------------------


def draw_channel(seed: int) -> list[tuple[str, str, str, str, str]]:
    """Makers, distributors in chains and circles, terminals with one to three sources, direct sales, returns alone."""
    chance = random.Random(seed)
    distributors = [f"D{number}" for number in range(1, 13)]
    lines = []

    def add(seller: str, buyer: str, *, is_return: bool = False) -> None:
        amount = Decimal(chance.randint(1, 90_000)) / 100
        day = date(2026, chance.randint(1, 3), chance.randint(1, 28)).isoformat()
        product = chance.choice(list(LINES))
        lines.append((day, seller, buyer, product, f"{-amount if is_return else amount:.2f}"))

    for name in distributors[:4]:
        add("M1", name)
    for name in distributors[4:]:
        for _ in range(chance.choice([1, 1, 1, 2])):
            add(chance.choice([other for other in distributors if other != name]), name)
    add(distributors[5], distributors[6])
    add(distributors[6], distributors[5])
    for number in range(60):
        terminal = f"T{number}"
        for seller in chance.sample(distributors, chance.choice([1, 1, 2, 3])):
            for _ in range(chance.randint(1, 3)):
                add(seller, terminal)
        if chance.random() < 0.1:
            add("M2", terminal)
        if chance.random() < 0.3:
            add(chance.choice(distributors), terminal, is_return=True)
    return lines


@pytest.mark.parametrize("seed", range(2))
def test_terminals_cut_off_are_those_networkx_cannot_reach_any_more(open_company: Open, seed: int) -> None:
    """Links are what was bought net above zero; sources the makers and whoever never got goods through the removed."""
    lines = draw_channel(seed)
    warehouse = open_company(**make_tables(lines))
    net: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for _, seller, buyer, _, amount in lines:
        net[seller, buyer] += Decimal(amount)
    graph = nx.DiGraph(link for link, amount in net.items() if amount > 0)
    chance = random.Random(seed + 100)
    distributors = sorted(name for name in graph if name.startswith("D"))
    for count in (1, 1, 1, 2, 2, 3, 4):
        removed = chance.sample(distributors, count)
        below = set().union(*(nx.descendants(graph, name) for name in removed)) - set(removed)
        rest = graph.subgraph(set(graph) - set(removed))
        sources = {name for name in rest if name[0] in "MD" and name not in below}
        reached = set().union(*(nx.descendants(rest, name) for name in sources))
        expected = {name for name in below if name.startswith("T") and name not in reached}
        lost, placement = remove(warehouse, *removed)
        cut = placement.terminals.set_index("terminal_id")["is_cut_off"]
        assert set(cut[cut].index) == expected
        stranded = sum(
            (amount * Decimal(lost.get(seller, 0.0))).quantize(Decimal("0.01"))
            for (seller, buyer), amount in net.items()
            if amount > 0 and buyer.startswith("T") and seller in lost
        )
        assert placement.stranded_amount == pytest.approx(float(stranded), abs=0.02 * len(net))
        own = sum(net[link] for link in net if net[link] > 0 and link[0] in removed and link[1].startswith("T"))
        assert round(placement.removed_amount * 100) == own * 100
        check_identities(placement)
        assert not set(placement.takers["distributor_id"]) & {name for name, share in lost.items() if share >= 1}


def check_identities(placement: Placement) -> None:
    """Stranded = placed + left, to the cent, in all, by class, by taker, by terminal, by place; nobody over capacity."""

    def cents(amount: float) -> int:
        return round(amount * 100)

    whole, placed = cents(placement.stranded_amount), cents(placement.placed_amount)
    assert whole == placed + cents(placement.unplaced_amount)
    assert sum(map(cents, placement.by_class.values())) == placed
    takers = placement.takers
    assert sum(map(cents, takers["extra_amount"])) == placed
    assert (takers["extra_amount"].map(cents) <= takers["spare_amount"].map(cents)).all()
    parts = sum(
        (takers[f"{kind}_amount"].map(cents) for kind in placement.by_class), start=0 * takers["tier"].fillna(0)
    )
    assert (parts == takers["extra_amount"].map(cents)).all()
    for table in (placement.terminals, placement.places):
        assert sum(map(cents, table["stranded_amount"])) == whole
        assert sum(map(cents, table["placed_amount"])) == placed
        rows = zip(table["stranded_amount"], table["placed_amount"], table["unplaced_amount"], strict=True)
        assert all(cents(stranded) == cents(part) + cents(left) for stranded, part, left in rows)


# --- who takes over ------------------------------------------------------------------------------------------------


def make_items(*rows: tuple[str, str, float, list[str]]) -> pd.DataFrame:
    """Rows written as terminal, product line, stranded amount, distributors still serving; all in the city C of E."""
    return pd.DataFrame(
        [
            {
                "terminal_id": terminal,
                "terminal_name": terminal,
                "type": None,
                "territory_id": "E",
                "territory_name": "East",
                "area_id": "E",
                "city": "C",
                "product_line": line,
                "stranded_amount": amount,
                "removed_amount": amount,
                "terminal_amount": 2 * amount,
                "server_ids": servers,
                "is_cut_off": not servers,
            }
            for terminal, line, amount, servers in rows
        ]
    )


def make_capacity(**spare: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "distributor_id": name,
                "distributor_name": name,
                "tier": 2 if name.startswith("B") else 1,
                "best_amount": 100.0 + amount,
                "quarter_amount": 100.0,
                "spare_amount": amount,
                "is_available": True,
                "month_count": 24,
            }
            for name, amount in spare.items()
        ]
    )


def make_reach(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Rows written as reach, place, product line, distributor; all in the area E."""
    columns = ["reach", "place_id", "product_line", "distributor_id"]
    return pd.DataFrame(rows, columns=columns).assign(area_id="E", sales_amount=1.0)


def test_those_who_serve_come_first_then_the_authorised_then_neighbours() -> None:
    """T1 loses 100: A serves it and has room for 30, B may sell there and has 20, C sells in the city and has 500."""
    reach = make_reach(("authorised", "E", "", "B"), ("city", "C", "", "C"), ("area", "E", "", "D"))
    placement = place_stranded(
        make_items(("T1", "x", 100.0, ["A"])), reach, make_capacity(A=30.0, B=20.0, C=500.0, D=500.0), {}, 1.0
    )
    taken = placement.takers.set_index("distributor_id")["extra_amount"].to_dict()
    assert taken == {"C": 50.0, "A": 30.0, "B": 20.0}
    assert placement.by_class == {"serving": 30.0, "authorised": 20.0, "nearby": 50.0}
    check_identities(placement)


def test_an_authorisation_for_another_line_does_not_count() -> None:
    reach = make_reach(("authorised", "E", "y", "A"))
    placement = place_stranded(
        make_items(("T1", "x", 10.0, []), ("T2", "y", 10.0, [])), reach, make_capacity(A=50.0), {}, 1.0
    )
    left = placement.terminals.set_index("terminal_id")["unplaced_amount"].to_dict()
    assert left == {"T1": 10.0, "T2": 0.0}


def test_room_goes_where_nobody_else_can_help() -> None:
    """A serves T1 and could alone take T2; B may take T1. Greedily A would fill up with T1; together all is placed."""
    reach = make_reach(("authorised", "E", "x", "B"), ("authorised", "E", "y", "A"))
    placement = place_stranded(
        make_items(("T1", "x", 10.0, ["A"]), ("T2", "y", 10.0, [])), reach, make_capacity(A=10.0, B=10.0), {}, 1.0
    )
    assert placement.unplaced_amount == 0
    assert placement.takers.set_index("distributor_id")["extra_amount"].to_dict() == {"A": 10.0, "B": 10.0}


def test_a_taker_that_loses_supply_itself_has_as_much_less_to_spare() -> None:
    """Spare 40 over two quarters is 80; having lost a quarter of its supply it takes 60. One that lost all takes nothing."""
    items = make_items(("T1", "x", 100.0, ["A"]))
    reach = make_reach(("city", "C", "", "Z"))
    lost = {"A": 0.25, "Z": 1.0}
    placement = place_stranded(items, reach, make_capacity(A=40.0, Z=400.0), lost, 2.0)
    assert placement.takers[["distributor_id", "extra_amount"]].values.tolist() == [["A", 60.0]]


def test_with_nobody_to_take_over_everything_is_left() -> None:
    placement = place_stranded(make_items(("T1", "x", 10.0, [])), make_reach(), make_capacity(), {}, 1.0)
    assert (placement.placed_amount, placement.unplaced_amount) == (0, 10)
    assert placement.takers.empty


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_as_much_is_placed_as_any_way_of_placing_could(seed: int) -> None:
    """Against a maximum flow of networkx over the same pairs; and no other way of placing as much is better placed."""
    chance = random.Random(seed)
    takers = {name: chance.choice([0.0, 5.0, 12.5, 40.0]) for name in ("A", "B", "C", "D2")}
    rows = [
        (f"T{number}", chance.choice("xy"), float(chance.randint(1, 30)), chance.sample("AB", chance.randint(0, 2)))
        for number in range(6)
    ]
    places = [("authorised", "E", line, name) for name in takers for line in "xy" if chance.random() < 0.3]
    places += [("city", "C", "", name) for name in takers if chance.random() < 0.3]
    placement = place_stranded(make_items(*rows), make_reach(*places), make_capacity(**takers), {}, 1.0)
    check_identities(placement)
    graph = nx.DiGraph()
    for terminal, line, amount, servers in rows:
        graph.add_edge("from", terminal, capacity=amount)
        able = {*servers, *(name for kind, _, of, name in places if kind == "city" or of == line)}
        for name in able:
            graph.add_edge(terminal, name, capacity=1000.0)
    for name, spare in takers.items():
        graph.add_edge(name, "to", capacity=spare)
    best = nx.maximum_flow_value(graph, "from", "to") if {"from", "to"} <= set(graph) else 0
    assert placement.placed_amount == pytest.approx(best)


def test_one_better_place_outweighs_all_lesser_ones() -> None:
    assert SERVING > AUTHORISED + 2 * NEAR + TIER
    assert AUTHORISED > 2 * NEAR + TIER
    assert NEAR > TIER


# --- capacity ------------------------------------------------------------------------------------------------------


def test_capacity_is_the_best_three_months_less_the_last_three(open_company: Open) -> None:
    """D1 sold 10, 60, 20, 30 a month, then 5 and 5 and 10: best 60 + 20 + 30 = 110, last 20, spare 90.

    D2 sold 100 in August and nothing since: silent in the last whole month, it has nothing to spare.
    """
    amounts = {"2025-09": 10, "2025-10": 60, "2025-11": 20, "2025-12": 30, "2026-01": 5, "2026-02": 5, "2026-03": 10}
    lines = [(f"{month}-15", "D1", "T1", "P1", f"{amount}.00") for month, amount in amounts.items()]
    lines += [("2025-08-31", "D2", "T1", "P1", "100.00"), ("2026-03-31", "D1", "T2", "P1", "0.00")]
    frame = ask_frame(open_company(**make_tables(lines)), "network/capacity_by_distributor", **filtered())
    rows = frame.set_index("distributor_id")
    assert rows.loc["D1", ["best_amount", "quarter_amount", "spare_amount"]].tolist() == [110, 20, 90]
    assert rows.loc["D1", "best_month"] == date(2025, 12, 1)
    assert (rows.loc["D2", "best_amount"], rows.loc["D2", "spare_amount"], rows.loc["D2", "is_available"]) == (
        100,
        0,
        False,
    )
    assert rows["month_count"].tolist() == [8, 8]


def test_with_one_month_of_data_there_is_no_capacity_to_judge(open_company: Open) -> None:
    lines = [("2026-03-02", "D1", "T1", "P1", "10.00"), ("2026-03-31", "D2", "T1", "P1", "10.00")]
    coverage = Coverage(date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 31), True)
    warehouse = open_company(**make_tables(lines))
    frame = ask_frame(warehouse, "network/capacity_by_distributor", **filtered(coverage))
    assert frame["spare_amount"].tolist() == [0, 0]
    assert frame["month_count"].tolist() == [1, 1]


# --- concentration -------------------------------------------------------------------------------------------------


def test_every_step_has_a_concentration_of_its_own(chain: Warehouse) -> None:
    """Sell-in 1,000 and 500: s² = 4/9 + 1/9, HHI 5,556. Transfers to D2 300, D3 400. Pure sales D1 190, D2 80, D4 40,
    D3 10.01 of 320.01; terminals T1, T2 and T6 100 each, T3 80, T4 10.01; D2 and D3 only buy from others: tier 2."""
    frame = ask_frame(chain, "network/concentration_by_step", **filtered())
    rows = frame[frame["period"] == "current"].set_index("step")
    assert rows["party_count"].to_dict() == {
        "sell_in": 2,
        "transfer": 2,
        "distributors": 4,
        "tier_1": 2,
        "tier_2": 2,
        "terminals": 5,
        "product_lines": 2,
    }
    assert rows.loc["sell_in", "hhi"] == pytest.approx(5 / 9 * 10_000)
    assert rows.loc["sell_in", "effective_count"] == pytest.approx(1.8)
    assert rows.loc["transfer", "hhi"] == pytest.approx((9 + 16) / 49 * 10_000)
    sold = [190, 80, 40, 10.01]
    measured = measure_concentration([amount / sum(sold) for amount in sold])
    assert rows.loc["distributors", "hhi"] == pytest.approx(measured.hhi)
    assert rows.loc["distributors", "top_3_share"] == pytest.approx(measured.top_share)
    assert rows.loc["distributors", "top_1_share"] == pytest.approx(190 / 320.01)
    assert rows.loc["terminals", "top_5_share"] == pytest.approx(1)
    base = frame[frame["period"] == "base"]
    assert base["party_count"].sum() == 0
    assert base["hhi"].isna().all()


def test_a_seller_that_took_back_more_than_it_sold_has_no_share(open_company: Open) -> None:
    lines = [("2026-01-05", "D1", "T1", "P1", "100.00"), ("2026-01-05", "D2", "T2", "P1", "-30.00")]
    frame = ask_frame(open_company(**make_tables(lines)), "network/concentration_by_step", **filtered())
    row = frame[(frame["step"] == "distributors") & (frame["period"] == "current")].iloc[0]
    assert (row["party_count"], row["negative_count"], row["negative_amount"]) == (1, 1, -30)
    assert row["hhi"] == pytest.approx(10_000)
    rows = frame[frame["period"] == "current"].to_dict("records")
    assert sentences.tell_left_out(rows, "en") == (
        "No share where more came back than went out: distributors 1, terminals 1."
    )


# --- overlap and reach ---------------------------------------------------------------------------------------------

SHARED = [
    ("2026-01-05", "D1", "T1", "P1", "60.00"),
    ("2026-01-05", "D1", "T2", "P1", "40.00"),
    ("2026-01-05", "D2", "T1", "P1", "20.00"),
    ("2026-01-05", "D2", "T3", "P2", "20.00"),
    ("2026-01-05", "D2", "T2", "P2", "10.00"),
    ("2026-01-05", "D3", "T3", "P1", "5.00"),
    ("2026-01-06", "D3", "T3", "P1", "-5.00"),
    ("2026-01-06", "D1", "D2", "P1", "99.00"),
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The sales of ``SHARED``, published once."""
    tables = {name: pa.table(columns) for name, columns in make_tables(SHARED).items()}
    warehouse = open_published(publish(Company(Workspace("Test"), tables), tmp_path_factory.mktemp("shared")))
    yield warehouse
    close_warehouse(warehouse)


def test_overlap_is_of_the_smaller_ones_sales(shared: Warehouse) -> None:
    """D1 sells 100, all of it at T1 and T2, where D2 sells 30 of its 50. Only T1 buys one line from both: 80 of 130.

    D3 took its goods back: it shares nothing.
    """
    (row,) = ask_frame(shared, "network/overlap_by_pair", **filtered()).to_dict("records")
    assert (row["one_id"], row["other_id"], row["common_count"], row["rival_count"]) == ("D1", "D2", 2, 1)
    assert (row["one_count"], row["other_count"], row["shared_amount"]) == (2, 3, Decimal("130.00"))
    assert (row["one_share"], row["other_share"], row["overlap_share"]) == (1, pytest.approx(0.6), pytest.approx(0.6))
    assert row["rival_share"] == pytest.approx(80 / 130)
    assert row["is_supplied"]
    (turned,) = ask_frame(shared, "network/overlap_by_pair", **filtered(distributor="D2")).to_dict("records")
    assert (turned["one_id"], turned["other_id"]) == ("D2", "D1")
    assert (turned["one_share"], turned["overlap_share"]) == (pytest.approx(0.6), pytest.approx(0.6))


def test_reach_tells_terminals_that_nobody_else_serves(shared: Warehouse) -> None:
    """T3 is D2's alone, 20 of its 50; both of D1's terminals also buy from D2."""
    frame = ask_frame(shared, "network/reach_by_distributor", **filtered())
    rows = frame.set_index("distributor_id")
    assert list(rows.index) == ["D2", "D1"]
    assert rows["terminal_count"].tolist() == [3, 2]
    assert rows["exclusive_count"].tolist() == [1, 0]
    assert rows["exclusive_share"].tolist() == pytest.approx([0.4, 0])
    assert rows["line_count"].tolist() == [2, 1]
    assert rows["area_count"].tolist() == [1, 1]
    assert rows.loc["D1", "per_terminal_amount"] == 50


def test_the_grid_puts_rivals_side_by_side_in_rows_and_columns_alike(open_company: Open) -> None:
    pairs = ask_frame(open_company(**make_tables(draw_channel(1))), "network/overlap_by_pair", **filtered())
    for selected in ("", pairs.iloc[0]["other_id"]):
        grid = arrange_overlap(pairs, selected, most=6)
        assert list(dict.fromkeys(grid["row_id"])) == list(dict.fromkeys(grid["column_id"]))
        assert grid["row_id"].nunique() <= 6
        cells = grid[grid["rate"].notna()]
        assert set(cells["row_id"]) == set(grid["row_id"])
        assert cells["rate"].astype(float).between(0, 1).all()
    assert grid.iloc[0]["row_id"] == selected


# --- alternatives --------------------------------------------------------------------------------------------------


def test_an_alternative_is_authorised_for_a_line_the_terminal_buys(open_company: Open) -> None:
    """T1 buys 90% from D1, all of it immunoassay. D2 serves it too; D3 may sell that line in E, D4 another line only."""
    lines = [
        ("2026-01-05", "D1", "T1", "P1", "90.00"),
        ("2026-01-05", "D2", "T1", "P1", "10.00"),
        ("2026-01-05", "D3", "T2", "P1", "1.00"),
        ("2026-01-05", "D4", "T2", "P2", "1.00"),
    ]
    tables = make_tables(lines)
    tables["terminals"]["territory_id"] = ["E", "W"]
    authorisations = {
        "distributor_id": ["D3", "D4"],
        "territory_id": ["E", "E"],
        "product_line": ["immunoassay", "biochemistry"],
        "valid_from": [date(2025, 1, 1)] * 2,
        "valid_to": pd.Series([None, None], dtype="datetime64[s]"),
    }
    warehouse = open_company(**tables, authorisations=authorisations)
    (row,) = ask_frame(warehouse, "network/dependence_by_terminal", **filtered()).to_dict("records")
    assert (row["terminal_id"], row["serving_count"], row["authorised_count"], row["nearby_count"]) == ("T1", 1, 1, 1)
    assert row["alternative_names"] == "D2商 · D3商"


# --- the demo's planted dependency ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[Warehouse]:
    warehouse = open_published(open_current(demo_store))
    yield warehouse
    close_warehouse(warehouse)


def test_the_planted_dependency_comes_first_everywhere(demo: Warehouse, demo_truths: dict[str, Any]) -> None:
    """The truth counts twelve months to the day, the page whole months from October: the same within half a percent."""
    coverage = Coverage(date(2023, 10, 1), date(2026, 9, 1), date(2026, 9, 16), False)
    truth = demo_truths["dependence"]
    star = truth["distributor_id"]
    asked = filtered(coverage, period="r12", threshold=1.0)
    sellers = ask_frame(demo, "network/sales_by_distributor", **asked).set_index("distributor_id")
    assert sellers["sales_share"].idxmax() == sellers["risk_amount"].astype(float).idxmax() == star
    risks = ask_frame(demo, "network/dependence_by_terminal", **{**asked, "source": star, "row_limit": 10_000})
    assert len(set(risks["terminal_id"]) ^ set(truth["terminal_ids"])) <= 8
    assert float(risks["risk_amount"].sum()) == pytest.approx(truth["dependent_amount"], rel=0.05)
    reach = ask_frame(demo, "network/reach_by_distributor", **asked)
    assert reach.iloc[0]["distributor_id"] == star
    assert reach.iloc[0]["exclusive_count"] == pytest.approx(truth["terminal_count"], abs=8)
    steps = ask_frame(demo, "network/concentration_by_step", **asked)
    current = steps[steps["period"] == "current"].set_index("step")
    assert current.loc["distributors", "top_1_share"] == pytest.approx(truth["share_of_pure_sales"], abs=0.005)
    supply = ask_frame(demo, "network/removal_supply", **asked)
    rows = list(
        supply[["distributor_id", "supplier_kind", "supplier_id", "supply_amount"]].itertuples(index=False, name=None)
    )
    stranded = {}
    for name in [star, *sellers.index[sellers.index != star][:3]]:
        lost = trace_loss(rows, [name])
        given = {**asked, "removed": [name], "lost_ids": list(lost), "lost_shares": list(lost.values())}
        items = ask_frame(demo, "network/removal_terminals", **given)
        stranded[name] = items
    amounts = {name: float(items["stranded_amount"].sum()) for name, items in stranded.items()}
    assert max(amounts, key=lambda name: amounts[name]) == star
    cut = set(stranded[star].loc[stranded[star]["is_cut_off"], "terminal_id"])
    assert len(set(truth["terminal_ids"]) - cut) <= 8
    assert float(stranded[star]["removed_amount"].sum()) == pytest.approx(truth["amount"], rel=0.05)


# --- words and drawings --------------------------------------------------------------------------------------------


def find_numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d[\d,.]*\d|\d", text))


RESULT = {
    "stranded_amount": 250_000.0,
    "removed_amount": 200_000.0,
    "sales_amount": 1_000_000.0,
    "placed_amount": 100_000.0,
    "unplaced_amount": 150_000.0,
    "cut_count": 12,
    "lost_count": 3,
    "thinned_count": 2,
    "month_count": 24,
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {},
            "Without A, ¥250.0k of pure sales (25.0%) loses its source and 12 terminals are cut off. "
            "Others have shown room for ¥100.0k of it; ¥150.0k is left without a taker.",
        ),
        (
            {"cut_count": 0, "placed_amount": 250_000.0, "unplaced_amount": 0.0},
            "Without A, ¥250.0k of pure sales (25.0%) loses its source; no terminal is cut off entirely. "
            "Others have shown room for all of it.",
        ),
        (
            {"cut_count": 1, "placed_amount": 0.0, "unplaced_amount": 250_000.0},
            "Without A, ¥250.0k of pure sales (25.0%) loses its source and one terminal is cut off. "
            "Nobody who could serve them has shown room for any of it.",
        ),
        (
            {"month_count": 1},
            "Without A, ¥250.0k of pure sales (25.0%) loses its source and 12 terminals are cut off. "
            "What others could take cannot be judged: whole months of history: 1.",
        ),
        ({"stranded_amount": 0.0}, "Without A no pure sales of this period would lose their source."),
    ],
)
def test_the_what_if_has_a_sentence_for_every_outcome(change: dict[str, Any], expected: str) -> None:
    assert sentences.tell_removal(["A"], {**RESULT, **change}, "en", "CNY") == expected


def test_many_removed_are_counted_instead_of_named() -> None:
    assert "these 4 distributors" in sentences.tell_removal(list("ABCD"), RESULT, "en", "CNY")
    assert sentences.tell_removal(list("AB"), RESULT, "en", "CNY").startswith("Without A and B,")


@pytest.mark.parametrize("counts", [(0, 0), (3, 0), (0, 2), (3, 2)])
def test_both_languages_count_the_cascade_alike(counts: tuple[int, int]) -> None:
    result = {**RESULT, "lost_count": counts[0], "thinned_count": counts[1], "stranded_amount": 200_050.0}
    texts = [sentences.tell_cascade(result, language, "CNY") for language in ("en", "zh")]
    assert find_numbers(texts[0]) == find_numbers(texts[1])


@pytest.mark.parametrize(
    ("hhi", "words"), [(1000.0, "under 1,800"), (2000.0, "stricter line of 1,800"), (3000.0, "usual alarm of 2,500")]
)
def test_a_step_is_held_against_both_lines(hhi: float, words: str) -> None:
    steps = [
        {"step": "distributors", "hhi": hhi},
        {"step": "transfer", "hhi": None},
        {"step": "product_lines", "hhi": 9000.0},
    ]
    assert words in sentences.tell_steps(steps, "en")
    assert find_numbers(sentences.tell_steps(steps, "en")) == find_numbers(sentences.tell_steps(steps, "zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("is_dark", [False, True])
def test_charts_are_made_in_every_language_and_mode(language: str, is_dark: bool) -> None:
    style = Style(language, is_dark, "CNY")
    steps = pd.DataFrame(
        {
            "unit_id": ["sell_in", "transfer"],
            "unit_name": ["Sell-in", "Transfers"],
            "hhi": [2600.0, None],
            "base_hhi": [2400.0, None],
            "effective_count": [3.8, None],
            "party_count": [9, 0],
            **{f"top_{count}_share": [0.4, None] for count in (1, 3, 5)},
        }
    )
    spec = json.dumps(draw_concentration(steps, style).to_dict(), ensure_ascii=False)
    assert "1,800" in spec and "2,500" in spec and "—" in spec
    takers = pd.DataFrame(
        {
            "unit_id": ["A"],
            "unit_name": ["<b>A</b>"],
            "serving_amount": [1.0],
            "authorised_amount": [2.0],
            "nearby_amount": [0.0],
            "spare_amount": [9.0],
        }
    )
    draw_removal(takers, style, serving=1.0, authorised=2.0, nearby=0.0, unplaced=4.0).to_dict()
    reach = pd.DataFrame(
        {
            "unit_id": ["A"],
            "unit_name": ["A"],
            "terminal_count": [5],
            "exclusive_count": [2],
            "area_count": [1],
            "line_count": [3],
            "per_terminal_amount": [1200.5],
        }
    )
    draw_reach(reach, style, area_title="Provinces").to_dict()
