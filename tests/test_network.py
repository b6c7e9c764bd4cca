"""The network page: netting, conservation, concentration, single sources and authorisations, by hand and at random."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.analysis.network.concentration import measure_concentration
from insight.analysis.network.flow import MOST_LINKS, MOST_NODES, build_flow
from insight.analysis.network.netting import find_circle, net_links
from insight.analysis.network.tiers import place_distributors
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.sentences import network as sentences
from insight.warehouse import Warehouse
from published import ask_frame

Open = Callable[..., Warehouse]

COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 10), False)
ALL_YEAR = {"period": "custom", "first_month": date(2026, 1, 1), "last_month": date(2026, 3, 1)}
OWN = {"threshold": 0.8, "source": "", "row_limit": 1000, "distributor": ""}
STAGES = ("sell_in", "transfer", "pure_sales")


def filtered(**chosen: Any) -> dict[str, object]:
    own = {key: chosen.pop(key) for key in list(chosen) if key in OWN}
    filters = Filters(**{**ALL_YEAR, **chosen})
    return {**make_parameters(filters, find_window(filters, COVERAGE)), **OWN, **own}


def make_flows(*lines: tuple[str, str, str, str, str]) -> dict[str, list[Any]]:
    """Lines written as day, seller, buyer, product, amount."""
    return {
        "flow_id": [f"F{number}" for number in range(len(lines))],
        "occurred_on": [date.fromisoformat(line[0]) for line in lines],
        "seller_id": [line[1] for line in lines],
        "buyer_id": [line[2] for line in lines],
        "product_id": [line[3] for line in lines],
        "quantity": [Decimal("-1.000") if line[4].startswith("-") else Decimal("1.000") for line in lines],
        "amount": [Decimal(line[4]) for line in lines],
    }


def make_tables(flows: dict[str, list[Any]], **more: Any) -> dict[str, Any]:
    """Two regions of one place each, two makers, three distributors, six terminals, two lines."""
    terminals = ["T1", "T2", "T3", "T4", "T5", "T6"]
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
        "distributors": {"distributor_id": ["D1", "D2", "D3"], "name": ["甲商", "乙商", "丙商"], "tier": [1, 2, 1]},
        "terminals": {
            "terminal_id": terminals,
            "name": [f"{name}院" for name in terminals],
            "type": ["hospital", "hospital", "pharmacy", "hospital", "pharmacy", None],
            "territory_id": ["E", "E", "E", "W", "W", None],
        },
        "flows": flows,
    }
    return {**tables, **more}


# --- concentration -------------------------------------------------------------------------------------------------


def test_concentration_is_worked_from_the_shares() -> None:
    """0.5² + 0.3² + 0.2² = 0.38: HHI 3,800, effective number 1 ÷ 0.38 = 2.63; one of three carries half."""
    measured = measure_concentration([0.2, 0.5, 0.3, 0.0])
    assert measured.count == 3
    assert measured.hhi == pytest.approx(3800)
    assert measured.effective_count == pytest.approx(2.6316, abs=1e-4)
    assert measured.top_share == pytest.approx(1)
    assert (measured.half_count, measured.half_share) == (1, 0.5)


def test_concentration_of_equal_shares_is_their_number() -> None:
    """Ten of a tenth: HHI 1,000, effective number 10, top three 30%, five carry half."""
    measured = measure_concentration([0.1] * 10)
    assert measured.hhi == pytest.approx(1000)
    assert measured.effective_count == pytest.approx(10)
    assert measured.top_share == pytest.approx(0.3)
    assert measured.half_count == 5


def test_concentration_of_nobody_is_nothing() -> None:
    assert measure_concentration([]).hhi is None
    assert measure_concentration([0.0, float("nan")]).count == 0


# --- netting -------------------------------------------------------------------------------------------------------


def test_goods_sent_both_ways_and_in_a_circle_are_netted() -> None:
    """A→B 100 less B→A 30 is 70. C→D 5, D→E 5, E→C 2: 2 went round, C→D 3 and D→E 3 are left; 30 + 2 circled."""
    netted = net_links({("A", "B"): 100, ("B", "A"): 30, ("C", "D"): 5, ("D", "E"): 5, ("E", "C"): 2})
    assert netted.links == {("A", "B"): 70, ("C", "D"): 3, ("D", "E"): 3}
    assert netted.circled == 32


def test_a_net_return_moves_the_other_way() -> None:
    assert net_links({("A", "B"): -20.5}).links == {("B", "A"): 20.5}


def test_equal_amounts_both_ways_leave_nothing() -> None:
    netted = net_links({("A", "B"): 12.34, ("B", "A"): 12.34})
    assert (netted.links, netted.circled) == ({}, 12.34)


PARTIES = st.sampled_from("ABCDEFG")
AMOUNTS = st.decimals(min_value=-500, max_value=500, places=2).map(float)
GRAPHS = st.dictionaries(st.tuples(PARTIES, PARTIES), AMOUNTS, max_size=25)


@settings(max_examples=200, deadline=None)
@given(GRAPHS)
def test_netting_keeps_what_every_party_ships_less_what_it_receives(amounts: dict[tuple[str, str], float]) -> None:
    netted = net_links(amounts)

    def balance(links: dict[tuple[str, str], float]) -> dict[str, float]:
        total: dict[str, float] = defaultdict(float)
        for (source, target), amount in links.items():
            if source != target:
                total[source] += amount
                total[target] -= amount
        return {party: round(amount, 2) + 0.0 for party, amount in total.items() if round(amount, 2)}

    assert balance(netted.links) == balance(amounts)
    assert all(amount > 0 for amount in netted.links.values())
    assert netted.circled >= 0


@settings(max_examples=200, deadline=None)
@given(GRAPHS)
def test_after_netting_no_goods_come_back(amounts: dict[tuple[str, str], float]) -> None:
    assert nx.is_directed_acyclic_graph(nx.DiGraph(list(net_links(amounts).links)))


@settings(max_examples=200, deadline=None)
@given(st.sets(st.tuples(PARTIES, PARTIES).filter(lambda pair: pair[0] != pair[1]), max_size=20))
def test_a_circle_is_found_exactly_where_there_is_one(links: set[tuple[str, str]]) -> None:
    circle = find_circle(links)
    assert bool(circle) == (not nx.is_directed_acyclic_graph(nx.DiGraph(list(links))))
    assert set(circle) <= links
    assert all(link[1] == following[0] for link, following in zip(circle, circle[1:] + circle[:1], strict=True))


# --- the flow ------------------------------------------------------------------------------------------------------


def make_link(stage: str, seller: str, buyer: str | None, amount: float, **more: Any) -> dict[str, Any]:
    blank = {
        "is_maker": seller.startswith("M"),
        "seller_name": seller,
        "seller_tier": None if seller.startswith("M") else 1 if seller.startswith("A") else 2,
        "buyer_name": buyer,
        "buyer_tier": None if buyer is None else 1 if buyer.startswith("A") else 2,
        "terminal_type": None,
        "region_id": None,
        "region_name": None,
        "return_amount": 0.0,
    }
    return {"stage": stage, "seller_id": seller, "buyer_id": buyer, "flow_amount": amount, **blank, **more}


def draw_channel(seed: int, makers: int = 4, first: int = 30, second: int = 60, kinds: int = 7) -> pd.DataFrame:
    """A channel at random, with returns, goods sent both ways, within a tier and in circles."""
    chance = random.Random(seed)
    rows = []
    tier_1, tier_2 = [f"A{number}" for number in range(first)], [f"B{number}" for number in range(second)]
    for buyer in [*tier_1, *chance.sample(tier_2, second // 10)]:
        for maker in range(makers):
            rows.append(make_link("sell_in", f"M{maker}", buyer, round(chance.paretovariate(1) * 100 - 90, 2)))
    for seller, buyer in {(chance.choice(tier_1 + tier_2), chance.choice(tier_1 + tier_2)) for _ in range(3 * second)}:
        if seller != buyer:
            rows.append(make_link("transfer", seller, buyer, round(chance.uniform(-20, 200), 2)))
    for seller in [*tier_1, *tier_2, "M0"]:
        for kind in chance.sample(range(kinds), chance.randint(1, kinds)):
            amount = round(chance.paretovariate(1) * 100 - 90, 2)
            rows.append(make_link("pure_sales", seller, None, amount, terminal_type=f"kind{kind}" if kind else None))
    return pd.DataFrame(rows)


@pytest.mark.parametrize("seed", range(12))
def test_a_flow_conserves_every_stage_and_leaves_out_only_what_it_says(seed: int) -> None:
    """Sell-in and pure sales: drawn + thin = Σ positive links; those less what came back = the stage's total."""
    frame = draw_channel(seed)
    flow = build_flow(frame)
    drawn = flow.links.groupby("stage")["amount"].sum()
    kept = {
        stage: frame.loc[frame["stage"] == stage]
        .groupby(["seller_id", "buyer_id", "terminal_type"], dropna=False)["flow_amount"]
        .sum()
        for stage in STAGES
    }
    positive = sum(kept[stage][kept[stage] > 0].sum() for stage in ("sell_in", "pure_sales"))
    negative = -sum(kept[stage][kept[stage] < 0].sum() for stage in ("sell_in", "pure_sales"))
    transfers = net_links(dict(kept["transfer"].droplevel("terminal_type").items()))
    assert flow.returned_amount == pytest.approx(negative, abs=0.01)
    assert flow.circled_amount == pytest.approx(transfers.circled, abs=0.01)
    assert drawn.sum() + flow.thin_amount + flow.sideways_amount == pytest.approx(
        positive + sum(transfers.links.values()), abs=0.01
    )
    assert flow.thin_amount <= 0.02 * (drawn.sum() + flow.thin_amount) + 0.01


@pytest.mark.parametrize("seed", range(12))
def test_what_sellers_send_to_terminals_is_what_terminals_receive(seed: int) -> None:
    nodes = build_flow(draw_channel(seed)).nodes
    ends = nodes["column"] == "terminal"
    assert nodes.loc[ends, "sales_amount"].sum() == pytest.approx(nodes.loc[~ends, "sales_amount"].sum())
    shipped = nodes.loc[nodes["column"] != "terminal", "transfer_amount"].sum()
    assert nodes["received_amount"].sum() == pytest.approx(shipped)
    assert (nodes.loc[ends, "transfer_amount"] == 0).all()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "size", [{}, {"makers": 9, "kinds": 15}, {"first": 200, "second": 400}, {"first": 2, "second": 1}]
)
def test_a_flow_is_small_enough_to_read_and_only_moves_to_the_right(seed: int, size: dict[str, int]) -> None:
    flow = build_flow(draw_channel(seed, **size))
    order = {"maker": 0, "tier_1": 1, "tier_2": 2, "terminal": 3}
    places = flow.nodes.set_index("node_id")["column"].map(order)
    assert places.index.is_unique
    assert len(flow.nodes) <= MOST_NODES
    assert len(flow.links) <= MOST_LINKS
    assert (flow.links["source_id"].map(places) < flow.links["target_id"].map(places)).all()
    assert (flow.links["amount"] > 0).all()
    assert set(flow.links["source_id"]) | set(flow.links["target_id"]) == set(flow.nodes["node_id"])


def test_the_distributor_asked_for_keeps_its_name_and_all_its_links() -> None:
    frame = draw_channel(3)
    mine = frame[(frame["seller_id"] == "B7") & (frame["stage"] == "pure_sales") & (frame["flow_amount"] > 0)]
    flow = build_flow(frame, keep=("distributor:B7",))
    assert "distributor:B7" in set(flow.nodes["node_id"])
    out = flow.links[(flow.links["source_id"] == "distributor:B7") & (flow.links["stage"] == "pure_sales")]
    assert out["amount"].sum() == pytest.approx(mine["flow_amount"].sum())


def test_a_distributor_without_a_tier_is_of_the_second_when_it_only_buys_from_distributors() -> None:
    rows = [
        make_link("sell_in", "M0", "X", 10, buyer_tier=None),
        make_link("transfer", "X", "Y", 5, seller_tier=None, buyer_tier=None),
        make_link("pure_sales", "Z", None, 5, seller_tier=None),
    ]
    assert place_distributors(rows) == {"X": "tier_1", "Y": "tier_2", "Z": "tier_1"}


def test_direct_sales_go_from_maker_to_terminals() -> None:
    flow = build_flow(pd.DataFrame([make_link("pure_sales", "M0", None, 50, terminal_type="hospital")]))
    assert flow.links.to_dict("records") == [
        {"source_id": "manufacturer:M0", "target_id": "type:hospital", "stage": "pure_sales", "amount": 50}
    ]


def test_a_flow_of_returns_alone_draws_nothing() -> None:
    flow = build_flow(pd.DataFrame([make_link("pure_sales", "A0", None, -50, terminal_type="hospital")]))
    assert flow.links.empty
    assert flow.returned_amount == 50


# --- the questions, by hand ----------------------------------------------------------------------------------------

LINES = (
    ("2026-01-05", "M1", "D1", "P1", "500.00"),
    ("2026-01-06", "D1", "D2", "P1", "120.00"),
    ("2026-01-07", "D2", "D1", "P1", "20.00"),
    ("2026-01-08", "D1", "T1", "P1", "80.00"),
    ("2026-01-08", "D2", "T1", "P2", "20.00"),
    ("2026-01-09", "D1", "T2", "P1", "60.00"),
    ("2026-01-09", "D3", "T2", "P1", "40.00"),
    ("2026-02-01", "D3", "T3", "P1", "70.00"),
    ("2026-02-11", "D3", "T3", "P1", "-70.00"),
    ("2026-02-02", "D2", "T4", "P2", "50.00"),
    ("2026-02-03", "D1", "T4", "P1", "-10.00"),
    ("2026-02-04", "M1", "T5", "P1", "100.00"),
    ("2026-02-05", "D1", "T6", "P1", "30.00"),
    ("2025-02-05", "D1", "T1", "P1", "100.00"),
)


def test_shares_of_distributors_add_up_to_one_and_leave_direct_sales_out(open_company: Open) -> None:
    """D1 80 + 60 − 10 + 30 = 160, D2 20 + 50 = 70, D3 40 + 70 − 70 = 40; together 270; the maker's own 100 apart."""
    frame = ask_frame(open_company(**make_tables(make_flows(*LINES))), "network/sales_by_distributor", **filtered())
    assert frame["distributor_id"].tolist() == ["D1", "D2", "D3"]
    assert frame["sales_amount"].tolist() == [Decimal("160.00"), Decimal("70.00"), Decimal("40.00")]
    assert frame["sales_share"].sum() == pytest.approx(1)
    assert frame["cumulative_share"].tolist() == pytest.approx([160 / 270, 230 / 270, 1])
    assert frame["base_amount"].tolist() == [Decimal("100.00"), Decimal("0.00"), Decimal("0.00")]
    assert measure_concentration(frame["sales_share"]).hhi == pytest.approx((160**2 + 70**2 + 40**2) / 270**2 * 10_000)


def test_dependence_is_worked_over_all_sources_of_a_terminal(open_company: Open) -> None:
    """T1 80 of 100 from D1: 0.8, dependent. T2 60 of 100: not. T3 returned all: no terminal.

    T4 50 from D2 and −10 back to D1: all it still buys is D2's, at risk its net 40. T5 buys direct. T6 30 from D1.
    """
    warehouse = open_company(**make_tables(make_flows(*LINES)))
    risks = ask_frame(warehouse, "network/dependence_by_terminal", **filtered())
    found = risks[["terminal_id", "source_id", "source_share", "risk_amount"]].values.tolist()
    assert found == [
        ["T1", "D1", 0.8, Decimal("100.00")],
        ["T4", "D2", 1.0, Decimal("40.00")],
        ["T6", "D1", 1.0, Decimal("30.00")],
    ]
    totals = ask_frame(warehouse, "network/dependence_by_period", **filtered()).set_index("period").loc["current"]
    assert totals["sales_amount"] == Decimal("370.00")
    assert totals["direct_amount"] == Decimal("100.00")
    assert (totals["terminal_count"], totals["dependent_count"]) == (5, 3)
    assert totals["dependent_amount"] == Decimal("170.00")
    assert totals["dependent_share"] == pytest.approx(170 / 370)
    strict = ask_frame(warehouse, "network/dependence_by_terminal", **filtered(threshold=1.0))
    assert strict["terminal_id"].tolist() == ["T4", "T6"]


def test_a_distributor_filter_does_not_make_a_terminal_single_source(open_company: Open) -> None:
    """T2 buys 40% from D3: looking at D3 alone it still has two sources."""
    warehouse = open_company(**make_tables(make_flows(*LINES)))
    assert ask_frame(warehouse, "network/dependence_by_terminal", **filtered(distributors=("D3",))).empty
    frame = ask_frame(warehouse, "network/sales_by_distributor", **filtered(distributors=("D3",)))
    assert frame.set_index("distributor_id")["is_chosen"].to_dict() == {"D1": False, "D2": False, "D3": True}
    assert frame["sales_share"].sum() == pytest.approx(1)


def test_a_terminal_that_returned_everything_is_in_no_count(open_company: Open) -> None:
    lines = (("2026-02-01", "D3", "T3", "P1", "70.00"), ("2026-02-11", "D3", "T3", "P1", "-70.00"))
    warehouse = open_company(**make_tables(make_flows(*lines)))
    assert ask_frame(warehouse, "network/sales_by_distributor", **filtered()).empty
    assert ask_frame(warehouse, "network/dependence_by_terminal", **filtered()).empty
    totals = ask_frame(warehouse, "network/dependence_by_period", **filtered()).iloc[0]
    assert (totals["terminal_count"], totals["dependent_count"], totals["sales_amount"]) == (0, 0, Decimal("0.00"))
    assert pd.isna(totals["dependent_share"])


def test_every_line_is_in_the_flow_with_its_stage(open_company: Open) -> None:
    """Sell-in 500, transfers 120 + 20, pure sales 370; D1 → D2 nets to 100 and 20 went both ways.

    M2 never recorded any sell-in: what D2 sold of its P2, 20 + 50, is implied.
    """
    frame = ask_frame(open_company(**make_tables(make_flows(*LINES))), "network/flow_by_link", **filtered())
    assert frame.groupby("stage")["flow_amount"].sum().to_dict() == {
        "sell_in": Decimal("500.00"),
        "implied": Decimal("70.00"),
        "transfer": Decimal("140.00"),
        "pure_sales": Decimal("370.00"),
    }
    flow = build_flow(frame.astype({"flow_amount": float, "return_amount": float}))
    links = flow.links.set_index(["source_id", "target_id"])["amount"]
    assert links["distributor:D1", "distributor:D2"] == 100
    assert links["manufacturer:M1", "type:pharmacy"] == 100
    assert flow.circled_amount == 20
    assert flow.nodes.loc[flow.nodes["is_unassigned"], "sales_amount"].tolist() == [30]


def test_flow_that_has_no_place_is_a_class_of_its_own(open_company: Open) -> None:
    """T6 has no territory: 30. Nobody knows X: 25. The rest by link: 80 + 20 + 60 + 40 + 0 + 50 + 10 + 100 = 360."""
    lines = (*LINES, ("2026-02-06", "D1", "X", "P1", "25.00"))
    frame = ask_frame(open_company(**make_tables(make_flows(*lines))), "network/flow_by_match", **filtered())
    assert frame.set_index("class")["size_amount"].to_dict() == {
        "placed": Decimal("360.00"),
        "unassigned": Decimal("30.00"),
        "unmatched": Decimal("25.00"),
    }


AUTHORISED = {
    "distributor_id": ["D1", "D1", "D3"],
    "territory_id": ["E", "W", "E"],
    "product_line": [None, None, "biochemistry"],
    "valid_from": [date(2025, 1, 1), date(2026, 2, 15), date(2026, 1, 1)],
    "valid_to": [date(2026, 2, 15), None, None],
}


@pytest.mark.parametrize(
    ("line", "authority"),
    [
        (("2026-02-14", "D1", "T1", "P1", "10.00"), "inside"),
        # the territory changed on the 15th, in the middle of the month
        (("2026-02-15", "D1", "T1", "P1", "10.00"), "outside"),
        (("2026-02-14", "D1", "T4", "P1", "10.00"), "outside"),
        (("2026-02-15", "D1", "T4", "P1", "10.00"), "inside"),
        # authorised for one line only
        (("2026-02-15", "D3", "T1", "P2", "10.00"), "inside"),
        (("2026-02-15", "D3", "T1", "P1", "10.00"), "outside"),
        # nothing is recorded of D2, T6 has no territory, D3's records begin in 2026
        (("2026-02-15", "D2", "T1", "P1", "10.00"), "unmapped"),
        (("2026-02-15", "D1", "T6", "P1", "10.00"), "unmapped"),
        (("2025-12-31", "D3", "T1", "P2", "10.00"), "unmapped"),
    ],
)
def test_authority_is_judged_as_of_the_day_and_by_line(
    open_company: Open, line: tuple[str, str, str, str, str], authority: str
) -> None:
    warehouse = open_company(**make_tables(make_flows(line), authorisations=AUTHORISED))
    frame = ask_frame(warehouse, "network/authority_by_class", **filtered(first_month=date(2025, 12, 1)))
    classes = {row["authority"]: row["sales_amount"] for row in frame.to_dict("records")}
    assert classes == {**dict.fromkeys(("inside", "outside", "unmapped"), Decimal("0.00")), authority: Decimal("10.00")}


def test_overlapping_authorisations_count_a_sale_once(open_company: Open) -> None:
    doubled = {key: values * 2 for key, values in AUTHORISED.items() if key != "valid_from"}
    doubled["valid_from"] = [*AUTHORISED["valid_from"], *(day - timedelta(days=1) for day in AUTHORISED["valid_from"])]
    line = ("2026-02-20", "D1", "T4", "P1", "10.00")
    warehouse = open_company(**make_tables(make_flows(line), authorisations=doubled))
    frame = ask_frame(warehouse, "network/authority_by_class", **filtered())
    assert frame["sales_amount"].sum() == Decimal("10.00")


def test_sellers_outside_their_territory_are_listed_with_where_it_went(open_company: Open) -> None:
    lines = (("2026-01-05", "D1", "T4", "P1", "30.00"), ("2026-01-06", "D1", "T1", "P1", "70.00"))
    warehouse = open_company(**make_tables(make_flows(*lines), authorisations=AUTHORISED))
    (row,) = ask_frame(warehouse, "network/authority_by_distributor", **filtered()).to_dict("records")
    assert (row["distributor_id"], row["outside_amount"], row["outside_share"]) == ("D1", Decimal("30.00"), 0.3)
    assert (row["territory_count"], row["main_territory_name"]) == (1, "西")


def test_alternatives_are_authorised_or_sell_nearby_and_never_the_source_itself(open_company: Open) -> None:
    """T1 in the east depends on D1; D2 sells there; D3 may sell there, but another line than T1 buys."""
    lines = (
        ("2026-01-05", "D1", "T1", "P1", "100.00"),
        ("2026-01-05", "D2", "T2", "P1", "10.00"),
        ("2026-01-05", "D1", "T2", "P1", "10.00"),
    )
    warehouse = open_company(**make_tables(make_flows(*lines), authorisations=AUTHORISED))
    (row,) = ask_frame(warehouse, "network/dependence_by_terminal", **filtered()).to_dict("records")
    assert row["terminal_id"] == "T1"
    assert (row["authorised_count"], row["nearby_count"]) == (0, 1)
    assert row["alternative_names"] == "乙商"


# --- single sources against brute force ----------------------------------------------------------------------------


def draw_lines(seed: int) -> list[tuple[str, str, str, str, str]]:
    """Sales and returns at random; some terminals return everything to one of their sellers."""
    chance = random.Random(seed)
    lines = []
    for _ in range(160):
        seller, buyer = chance.choice(["D1", "D2", "D3", "D3", "M1"]), f"T{chance.randint(1, 40)}"
        day = (date(2026, 1, 1) + timedelta(days=chance.randint(0, 68))).isoformat()
        amount = Decimal(chance.randint(1, 30_000)) / 100
        product = chance.choice(["P1", "P2"])
        lines.append((day, seller, buyer, product, f"{amount:.2f}"))
        if chance.random() < 0.25:
            lines.append((day, seller, buyer, product, f"{-amount * chance.choice([1, 2]):.2f}"))
    return lines


def count_plainly(
    lines: list[tuple[str, str, str, str, str]], threshold: float, line: str
) -> dict[str, tuple[str, Decimal]]:
    """Terminals with their only source and what they buy, added up line by line."""
    bought: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for _, seller, buyer, product, amount in lines:
        if not line or product == "P1":
            bought[buyer][seller] += Decimal(amount)
    found = {}
    for terminal, sellers in bought.items():
        total, gross = sum(sellers.values()), sum(amount for amount in sellers.values() if amount > 0)
        source = min(sellers, key=lambda seller: (-sellers[seller], seller))
        if total > 0 and source.startswith("D") and float(sellers[source]) / float(gross) >= threshold:
            found[terminal] = (source, total)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_single_sources_are_those_a_plain_count_finds(open_company: Open, seed: int) -> None:
    lines = draw_lines(seed)
    names = [f"T{number}" for number in range(1, 41)]
    terminals = {"terminal_id": names, "name": names, "territory_id": ["E"] * len(names)}
    warehouse = open_company(**make_tables(make_flows(*lines), terminals=terminals))
    for threshold in (0.5, 0.8, 1.0):
        for line in ("", "immunoassay"):
            expected = count_plainly(lines, threshold, line)
            given = filtered(threshold=threshold, product_lines=(line,) if line else ())
            risks = ask_frame(warehouse, "network/dependence_by_terminal", **given)
            rows = risks.to_dict("records")
            assert {row["terminal_id"]: (row["source_id"], row["risk_amount"]) for row in rows} == expected
            totals = ask_frame(warehouse, "network/dependence_by_period", **given).iloc[0]
            assert totals["dependent_amount"] == sum(amount for _, amount in expected.values())
            sellers = ask_frame(warehouse, "network/sales_by_distributor", **given)
            assert sellers["risk_amount"].sum() == totals["dependent_amount"]
            assert sellers["dependent_count"].sum() == totals["dependent_count"] == len(expected)
            assert sellers["sales_amount"].sum() == totals["sales_amount"] - totals["direct_amount"]


# --- sentences -----------------------------------------------------------------------------------------------------


def make_row(name: str, amount: float, share: float, **more: Any) -> dict[str, Any]:
    blank = {"is_chosen": False, "risk_amount": 0.0}
    return {"distributor_name": name, "sales_amount": amount, "sales_share": share, **blank, **more}


MANY = [make_row(f"Partner {number}", 100.0, 0.1) for number in range(10)]
DEPENDENCE = {"sales_amount": 1000.0, "direct_amount": 0.0, "dependent_count": 214, "dependent_amount": 61_000_000.0}


def test_the_headline_says_who_carries_half_and_who_depends() -> None:
    assert (
        sentences.tell_headline(MANY, 5, 0.5, DEPENDENCE, "en", "CNY")
        == "50.0% of pure sales runs through 5 of 10 distributors; 214 terminals worth ¥61.0m depend on a single one."
    )


@pytest.mark.parametrize(
    ("rows", "half", "dependence", "expected"),
    [
        ([], 0, {**DEPENDENCE, "sales_amount": 0.0, "dependent_count": 0}, "No pure sales for these filters."),
        (
            [],
            0,
            {**DEPENDENCE, "direct_amount": 1000.0},
            "All pure sales go from the manufacturer straight to terminals",
        ),
        (
            MANY[:1],
            1,
            {**DEPENDENCE, "dependent_count": 1},
            "All sales through distributors run through one, Partner 0; one",
        ),
        (MANY, 5, {**DEPENDENCE, "dependent_count": 0}, "no terminal depends on a single one."),
        (MANY, 5, {**DEPENDENCE, "direct_amount": 10.0}, "Among distributors, 50.0% of pure sales"),
        (
            [{**MANY[0], "is_chosen": True}, *MANY[1:]],
            5,
            DEPENDENCE,
            "Partner 0 carries 10.0% of distributors’ pure sales;",
        ),
    ],
)
def test_the_headline_has_a_sentence_for_every_channel(
    rows: list[dict[str, Any]], half: int, dependence: dict[str, Any], expected: str
) -> None:
    assert expected in sentences.tell_headline(rows, half, 0.5, dependence, "en", "CNY")


def read_numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


@pytest.mark.parametrize("dependents", [0, 1, 214])
@pytest.mark.parametrize("direct", [0.0, 10.0])
def test_both_languages_hold_the_same_numbers(dependents: int, direct: float) -> None:
    """Amounts under 100,000 are written alike in both."""
    given = {**DEPENDENCE, "direct_amount": direct, "dependent_count": dependents, "dependent_amount": 612.0}
    rows = [make_row("甲", 600.0, 0.6, outside_amount=6.0), make_row("乙", 400.0, 0.4, outside_amount=4.0)] * 2
    terminals = [{"risk_amount": 60.0}] * 12
    ends = [{"label": "甲", "sales_amount": 700.0, "is_others": False, "is_unassigned": False}]

    def tell(language: str) -> list[str]:
        return [
            sentences.tell_headline(rows, 2, 0.61, given, language, "CNY"),
            sentences.tell_shares(rows, 0.77, language),
            sentences.tell_focus("甲", 12, min(dependents, 12), 612.0, language, "CNY"),
            sentences.tell_risks(terminals, 720.0, "", language, "CNY"),
            sentences.tell_risks(terminals, 720.0, "甲", language, "CNY"),
            sentences.tell_outside(rows, language, "CNY"),
            sentences.tell_flow(ends, {"tier_2": 210.0, "maker": direct}, language),
            sentences.tell_concentration(3800.0, 2.63, dependents, language),
        ]

    english, chinese = tell("en"), tell("zh")
    assert [read_numbers(text) for text in english] == [read_numbers(text) for text in chinese]
    assert all(re.search(r"[\u4e00-\u9fff]{4}", text) for text in chinese)
    assert not any("{" in text for text in english + chinese)
