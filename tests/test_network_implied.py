"""Makers whose sell-in nobody recorded: known by the product, drawn as implied, never counted as sell-in."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from test_network import filtered, make_flows, make_tables

from insight.analysis.network.flow import build_flow
from insight.analysis.network.hops import mix_sales, sum_hands, trace_receipts
from insight.analysis.network.loss import trace_loss
from insight.analysis.network.paths import trace_paths
from insight.sentences import dependence, network
from insight.warehouse import Warehouse
from published import ask_frame

Open = Callable[..., Warehouse]

# nobody recorded what M1 and M2 shipped; P1 is M1's, P2 is M2's
UNRECORDED = (
    ("2026-01-05", "D1", "T1", "P1", "100.00"),
    ("2026-01-06", "D1", "D2", "P1", "40.00"),
    ("2026-01-07", "D2", "T2", "P1", "30.00"),
    ("2026-01-08", "D2", "T4", "P2", "20.00"),
    ("2026-01-09", "D3", "T3", "P1", "50.00"),
    ("2026-02-09", "D3", "T3", "P1", "-60.00"),
    ("2026-02-10", "M2", "T5", "P2", "70.00"),
)


def read_implied(frame: pd.DataFrame) -> dict[tuple[str, str], Decimal]:
    rows = frame[frame["stage"] == "implied"]
    return dict(zip(zip(rows["seller_id"], rows["buyer_id"], strict=True), rows["flow_amount"], strict=True))


def test_what_a_distributor_sold_stands_for_what_its_maker_never_recorded(open_company: Open) -> None:
    """D1 sent on 100 + 40 of M1's: 140. D2 sold 30 of it and had 40 from D1: nothing; of M2's 20. D3 took back more."""
    warehouse = open_company(**make_tables(make_flows(*UNRECORDED)))
    frame = ask_frame(warehouse, "network/flow_by_link", **filtered())
    assert read_implied(frame) == {("M1", "D1"): Decimal("140.00"), ("M2", "D2"): Decimal("20.00")}
    assert "sell_in" not in set(frame["stage"])
    flow = build_flow(frame.astype({"flow_amount": float, "return_amount": float}))
    nodes = flow.nodes.set_index("node_id")
    assert nodes["implied_amount"][["manufacturer:M1", "distributor:D1"]].tolist() == [140, 140]
    assert nodes["received_amount"]["distributor:D1"] == 0 and nodes["transfer_amount"]["manufacturer:M1"] == 0


def test_one_line_of_sell_in_anywhere_ends_the_guessing(open_company: Open) -> None:
    lines = (*UNRECORDED, ("2025-03-01", "M1", "D3", "P1", "1.00"))
    frame = ask_frame(open_company(**make_tables(make_flows(*lines))), "network/flow_by_link", **filtered())
    assert read_implied(frame) == {("M2", "D2"): Decimal("20.00")}


def test_under_a_filter_the_part_looked_at_is_implied(open_company: Open) -> None:
    """D2 sells 60 of M1's in the east and 40 in the west and had 25 from D1: of the east 60 × (100 − 25) / 100 = 45.

    Of D1's 25, at D2 which has no territory, nothing is looked at.
    """
    lines = (
        ("2026-01-05", "D1", "D2", "P1", "25.00"),
        ("2026-01-05", "D2", "T1", "P1", "60.00"),
        ("2026-01-05", "D2", "T4", "P1", "40.00"),
    )
    warehouse = open_company(**make_tables(make_flows(*lines)))
    frame = ask_frame(warehouse, "network/flow_by_link", **filtered(territories=("E",)))
    assert read_implied(frame) == {("M1", "D2"): Decimal("45.00")}


def test_the_focus_and_the_ways_begin_with_the_maker_known_by_the_product(open_company: Open) -> None:
    """T2's 30 came M1 → D1 → D2; the link M1 → D1 is 140, all that D1 buys; M1 shipped nothing that is recorded."""
    warehouse = open_company(**make_tables(make_flows(*UNRECORDED)))
    ways = ask_frame(warehouse, "network/paths_by_terminal", **filtered(row_limit=100), terminal="T2")
    traced = trace_paths(ways, "terminal:T2")
    assert traced.paths["path"].tolist() == [("manufacturer:M1", "distributor:D1", "distributor:D2", "terminal:T2")]
    assert traced.has_implied
    nodes = ["manufacturer:M1", "distributor:D1"]
    links = ask_frame(warehouse, "network/links_by_node", **filtered(), nodes=nodes)
    assert links[["stage", "link_amount", "supply_share"]].to_numpy().tolist() == [["implied", Decimal("140.00"), 1.0]]
    maker = ask_frame(warehouse, "network/nodes_by_id", **filtered(), nodes=nodes).set_index("node_id").loc[nodes[0]]
    assert (maker["shipped_amount"], maker["receiver_count"], maker["implied_count"]) == (0, 0, 1)


def test_a_small_transfer_is_not_all_the_supply_of_one_whose_purchases_nobody_recorded(open_company: Open) -> None:
    """D2 had 10 from D1 and sold 100: without D1 it loses a tenth and is of tier 1. Of D2's other 90 nobody knows the origin."""
    lines = (
        ("2026-01-05", "D1", "T1", "P1", "50.00"),
        ("2026-01-05", "D1", "D2", "P1", "10.00"),
        ("2026-01-05", "D2", "T2", "P1", "100.00"),
    )
    tables = make_tables(make_flows(*lines))
    tables["distributors"]["tier"] = pd.Series([None, None, None], dtype="Int32")
    warehouse = open_company(**tables)
    supply = ask_frame(warehouse, "network/removal_supply", **filtered())
    columns = ["distributor_id", "supplier_kind", "supplier_id", "supply_amount"]
    assert trace_loss(supply[columns].itertuples(index=False, name=None), ["D1"]) == {"D1": 1.0, "D2": 0.1}
    steps = ask_frame(warehouse, "network/concentration_by_step", **filtered()).query("period == 'current'")
    assert steps.set_index("step")["party_count"][["tier_1", "tier_2"]].tolist() == [2, 0]
    receipts = ask_frame(warehouse, "network/hops_receipts", **filtered(), look_back=3)
    sales = ask_frame(warehouse, "network/hops_sales", **filtered())
    found = sum_hands(mix_sales(sales, trace_receipts(receipts)), ["product_line"]).iloc[0]
    # D1 has no other supplier: its 50 and the tenth of D2's 100 that D1 sent; of 90 nobody knows the origin
    amounts = found[["one_amount", "two_amount", "unrecorded_amount"]].astype(float).tolist()
    assert amounts == pytest.approx([50, 10, 90])


@pytest.mark.parametrize("seed", range(3))
def test_every_cent_is_drawn_or_left_out_and_what_is_implied_is_what_was_sold(open_company: Open, seed: int) -> None:
    """By maker: implied − transfers received beyond what was sent on = sales and transfers of its goods by distributors."""
    chance = random.Random(seed)
    lines = [
        (
            f"2026-0{chance.randint(1, 3)}-{chance.randint(1, 28):02d}",
            chance.choice(["D1", "D2", "D3"]),
            chance.choice(["D1", "D2", "D3", "T1", "T2", "T3", "T4", "T5", "T6"]),
            chance.choice(["P1", "P2"]),
            f"{chance.choice([1, 1, 1, 1, -1]) * chance.randint(1, 90_000) / 100:.2f}",
        )
        for _ in range(80)
    ]
    lines = [line for line in lines if line[1] != line[2]]
    frame = ask_frame(open_company(**make_tables(make_flows(*lines))), "network/flow_by_link", **filtered())
    sent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    got: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for _, seller, buyer, product, amount in lines:
        maker = product.replace("P", "M")
        sent[maker, seller] += Decimal(amount)
        if buyer.startswith("D"):
            got[maker, buyer] += Decimal(amount)
    own = {key: amount - max(got[key], Decimal(0)) for key, amount in sent.items()}
    assert read_implied(frame) == {key: amount for key, amount in own.items() if amount > 0 and sent[key] > 0}
    flow = build_flow(frame.astype({"flow_amount": float, "return_amount": float}))
    drawn = flow.links.groupby("stage")["amount"].sum()
    whole = float(frame.loc[frame["stage"] != "transfer", "flow_amount"].sum())
    transfers = drawn.get("transfer", 0.0)
    assert round(drawn.sum() - transfers + flow.thin_amount - flow.returned_amount, 2) == round(whole, 2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_second_tier_too_small_to_be_written_is_not_said_to_be_nothing(language: str) -> None:
    """Of 100 the second tier sells 0.01: written as 0.0% it would say nothing."""
    ends: dict[str, Any] = {"label": "A", "sales_amount": 60.0, "is_others": False, "is_unassigned": False}
    text = network.tell_flow([ends, {**ends, "sales_amount": 40.0}], {"tier_1": 99.99, "tier_2": 0.01}, language)
    assert "60.0%" in text and text.count("0.0%") == 1


def test_a_step_of_next_to_nothing_is_no_finding() -> None:
    steps = [
        {"step": "distributors", "hhi": 600.0, "step_amount": Decimal(1_000_000)},
        {"step": "tier_2", "hhi": 9000.0, "step_amount": Decimal(100)},
    ]
    assert "600" in dependence.tell_steps(steps, "en")
