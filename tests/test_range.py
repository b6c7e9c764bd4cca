"""How deep customers are, on rows small enough to work by hand, and what a list of terminals carries for a rep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from insight.analysis.rhythm import measure_rhythm
from insight.company import Company, Workspace
from insight.i18n import read_words
from insight.publish import publish
from insight.sentences import depth as sentences
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

PERIOD: dict[str, Any] = {
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 7, 1),
    "base_start": date(2025, 1, 1),
    "base_end": date(2025, 7, 1),
    "base_cut_month": None,
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
    "terminals": [],
    "row_limit": 100,
    "by_kind": False,
}
# day, buyer, product, amount
LINES = [
    ("2025-06-15", "Y", "P1", 100),
    ("2026-01-05", "C", "P2", 50),
    ("2026-01-10", "X", "P1", 60),
    ("2026-01-20", "X", "P1", 60),
    ("2026-01-30", "X", "P2", 30),
    ("2026-02-01", "R", "P1", -10),
    ("2026-02-09", "X", "P1", 30),
    ("2026-03-31", "X", "P3", 20),
    ("2026-05-01", "Y", "P1", 100),
    ("2026-06-30", "Y", "P1", -40),
]


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """X buys five times, Y once in the year and sends some back, Z never bought, R only returned, C closed in March."""
    names = ["X", "Y", "Z", "R", "C"]
    tables: dict[str, Any] = {
        "products": {"product_id": ["P1", "P2", "P3"], "name": ["一", "二", "三"], "product_line": ["L1", "L1", "L2"]},
        "territories": {"territory_id": ["N", "S"], "name": ["北", "南"]},
        "distributors": {"distributor_id": ["D1"], "name": ["甲商"]},
        "terminals": {
            "terminal_id": names,
            "name": [f"{name}院" for name in names],
            "type": ["hospital", "clinic", "hospital", "hospital", "hospital"],
            "territory_id": ["N", "S", "N", "S", "S"],
            "is_target": [True] * 5,
            "closed_on": pa.array([None, None, None, None, date(2026, 3, 1)], pa.date32()),
        },
        "terminal_grades": {"terminal_id": ["X", "Y"], "grade": ["A", "B"], "valid_from": [date(2025, 1, 1)] * 2},
        "potentials": {
            "terminal_id": ["X", "Z"],
            "product_line": ["", ""],
            "year": [2026, 2026],
            "potential_amount": [Decimal(400), Decimal(600)],
        },
        "listings": {
            "terminal_id": ["X", "X", "Y", "Y", "Z"],
            "product_id": ["P1", "P2", "P1", "P3", "P1"],
            "stage": ["listed", "first_order", "listed", "listed", "applied"],
            "stage_on": [date(2025, 1, 1)] * 4 + [date(2026, 1, 1)],
        },
        "reps": {"rep_id": ["R1"], "name": ["李四"]},
        "assignments": {"terminal_id": ["X"], "rep_id": ["R1"], "valid_from": [date(2025, 1, 1)]},
        "visits": {"visit_id": ["V1"], "visited_on": [date(2026, 5, 5)], "rep_id": ["R1"], "terminal_id": ["X"]},
        "flows": {
            "flow_id": [str(number) for number in range(len(LINES))],
            "occurred_on": [date.fromisoformat(line[0]) for line in LINES],
            "seller_id": ["D1"] * len(LINES),
            "buyer_id": [line[1] for line in LINES],
            "product_id": [line[2] for line in LINES],
            "quantity": [Decimal(1 if line[3] > 0 else -1) for line in LINES],
            "amount": [Decimal(line[3]) for line in LINES],
        },
    }
    company = Company(
        Workspace("Test", calendar="none", data_through_on=date(2026, 6, 30)),
        {name: pa.table(columns) for name, columns in tables.items()},
    )
    warehouse = open_published(publish(company, tmp_path_factory.mktemp("trade")))
    yield warehouse
    close_warehouse(warehouse)


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[Warehouse]:
    snapshot = open_current(demo_store)
    warehouse = open_published(snapshot)
    yield warehouse
    close_warehouse(warehouse)


def test_a_customers_depth_is_what_it_buys_of_what_there_is_and_of_what_is_listed(trade: Warehouse) -> None:
    """X bought 200 of a potential of 400: P1 150, P2 30, P3 20. HHI = (0.75² + 0.15² + 0.1²) x 10,000 = 5,950. Both listed
    products are bought. Five order days in four quarters; gaps of 10, 10, 10 and 50 days: the usual one is 10, and three
    of four lie between 5 and 15. Y bought 100 and sent 40 back; the return is no order, and two order days are no rhythm.
    Of its two listed products it buys one. Who only returned, never bought or closed is no customer.
    """
    rows = ask_frame(trade, "coverage/depth_by_terminal", **PERIOD).set_index("terminal_id")
    assert rows.index.tolist() == ["X", "Y"]
    x, y = rows.loc["X"], rows.loc["Y"]
    assert (x["line_count"], x["offered_line_count"], x["product_count"], x["offered_product_count"]) == (2, 2, 3, 3)
    assert (x["listed_count"], x["listed_bought_count"], x["order_count"], x["quarterly_orders"]) == (2, 2, 5, 1.25)
    assert (x["year_amount"], x["open_amount"], x["share_rate"]) == (200, 200, 0.5)
    assert (x["usual_days"], x["regular_rate"], x["top_product_name"]) == (10, 0.75, "一")
    assert x["top_product_share"] == pytest.approx(0.75) and x["product_hhi"] == pytest.approx(5950)
    assert (y["year_amount"], y["order_count"], y["listed_count"], y["listed_bought_count"]) == (60, 1, 2, 1)
    assert pd.isna(y["usual_days"]) and pd.isna(y["regular_rate"]) and pd.isna(y["potential_amount"])
    assert (x["owner_name"], x["all_count"]) == ("李四", 2)


def test_terminals_asked_for_are_shown_whether_they_buy_or_not(trade: Warehouse) -> None:
    """Z could buy 600 and buys nothing; it comes before X, which leaves 200 open."""
    rows = ask_frame(trade, "coverage/depth_by_terminal", **PERIOD | {"terminals": ["Z", "X"]})
    assert rows[["terminal_id", "open_amount", "order_count"]].values.tolist() == [["Z", 600, 0], ["X", 200, 5]]


def test_groups_are_sums_over_sums_of_their_customers(trade: Warehouse) -> None:
    """Grade A is X alone: 3 SKUs, 2 of 2 listed, half of its potential, three quarters on one SKU. Grade B is Y."""
    rows = ask_frame(trade, "coverage/depth_by_group", **PERIOD).set_index("unit_id")
    assert rows.index.tolist() == ["A", "B"]
    kept = ["customer_count", "products_per_customer", "listed_rate", "share_rate", "quarterly_orders", "regular_rate"]
    assert rows.loc["A", kept].tolist() == [1, 3, 1, 0.5, 1.25, 0.75]
    assert rows["concentrated_count"].tolist() == [1, 1] and rows["listed_rate"].tolist() == [1, 0.5]
    assert pd.isna(rows.loc["B", "share_rate"]) and pd.isna(rows.loc["B", "regular_rate"])


def test_weighted_distribution_counts_a_terminal_by_its_weight_and_points_add_up(trade: Warehouse) -> None:
    """Of five targets two have a potential, too few: weights are the year's purchases, X 200, Y 60, C 50, 310 in all.
    P1 is bought by X and Y, 260 / 310; P2 by X and C, 250 / 310; P3 by X. Points: 100 x 710 / 310. In the north both X and
    Z have a potential: P1 reaches 400 of 1,000, and one terminal of two.
    """
    rows = ask_frame(trade, "coverage/distribution_by_product", **PERIOD).set_index("product_id")
    assert not rows["is_potential_weight"].any()
    assert rows["numeric_distribution_rate"].to_dict() == pytest.approx({"P1": 0.4, "P2": 0.4, "P3": 0.2})
    assert rows["weighted_distribution_rate"].to_dict() == pytest.approx(
        {"P1": 260 / 310, "P2": 250 / 310, "P3": 200 / 310}
    )
    assert rows["total_points"].iloc[0] == pytest.approx(100 * 710 / 310)
    north = ask_frame(trade, "coverage/distribution_by_product", **PERIOD | {"territories": ["N"]}).set_index(
        "product_id"
    )
    assert north["is_potential_weight"].all()
    assert north.loc["P1", ["numeric_distribution_rate", "weighted_distribution_rate"]].tolist() == [0.5, 0.4]


def test_a_list_of_terminals_carries_what_a_rep_needs(trade: Warehouse) -> None:
    """X: north, grade A, Li's, potential 400 of which half is bought, last order on 31 March, usually every ten days."""
    rows = ask_frame(trade, "lists/terminals", **PERIOD | {"terminals": ["X", "Z", "nobody"]}).set_index("terminal_id")
    assert rows.index.tolist() == ["X", "Z"]
    x, z = rows.loc["X"], rows.loc["Z"]
    assert x[["territory_name", "grade", "owner_name", "main_distributor_name"]].tolist() == ["北", "A", "李四", "甲商"]
    assert x[["potential_amount", "potential_basis", "potential_share"]].tolist() == [400, "supplied", 0.5]
    assert x[["last_bought_on", "usual_days", "last_visited_on"]].tolist() == [date(2026, 3, 31), 10, date(2026, 5, 5)]
    assert list(x["product_lines"]) == ["L1", "L2"]
    assert z[["year_amount", "line_count", "potential_amount"]].tolist() == [0, 0, 600]
    assert pd.isna(z["last_bought_on"]) and pd.isna(z["missing_value_amount"])


def test_intervals_are_those_of_the_terminals_own_page(demo: Warehouse) -> None:
    year = PERIOD | {"period_end": date(2026, 10, 1), "row_limit": 12}
    rows = ask_frame(demo, "coverage/depth_by_terminal", **year)
    for row in rows.itertuples():
        days = ask_frame(demo, "terminal/order_days", terminal=row.terminal_id, since=date(2023, 10, 1), **year)
        ordered = list(days.loc[days["order_amount"] > 0, "ordered_on"])
        assert measure_rhythm(ordered, date(2026, 9, 16), None).usual_days == row.usual_days


@pytest.mark.parametrize("end", [date(2026, 10, 1), date(2026, 1, 1), date(2025, 4, 1)])
def test_an_estimated_potential_is_never_below_what_is_bought_in_the_months_looked_at(
    demo: Warehouse, end: date
) -> None:
    """Estimates are as of the end of the data; the reader may look at a year in which a terminal bought more."""
    rows = ask_frame(demo, "coverage/share_by_terminal", **PERIOD | {"period_end": end})
    rows = rows[rows["is_estimated"]]
    assert len(rows) > 200
    assert (rows["share_rate"] <= 1 + 1e-9).all() and (rows["open_amount"] >= 0).all()
    assert (rows["low_amount"] <= rows["potential_amount"]).all()
    assert (rows["potential_amount"] <= rows["high_amount"]).all()
    fullest = rows.sort_values("share_rate").iloc[-1]
    year = PERIOD | {"period_start": end.replace(year=end.year - 1), "period_end": end}
    profile = ask_frame(demo, "terminal/profile", terminal=fullest["terminal_id"], **year).iloc[0]
    assert (profile["potential_amount"], profile["potential_low_amount"]) == (
        fullest["potential_amount"],
        fullest["low_amount"],
    )


def test_both_pages_count_the_same_similar_terminals(demo: Warehouse) -> None:
    """The evidence '14 of 20' of white space, counted again among the terminals that the terminal's page names."""
    (window,) = ask_frame(demo, "depth/window").to_dict("records")
    bought = ask_frame(demo, "depth/purchases", by_product=False, **window)
    buyers = set(bought.loc[bought["bought_amount"] > 0, ["terminal_id", "item_id"]].itertuples(index=False, name=None))
    white = ask_frame(demo, "coverage/whitespace_by_terminal", standing="", **PERIOD | {"row_limit": 12})
    months = PERIOD | {"period_start": window["start_month"], "period_end": window["end_month"]}
    for row in white[white["product_id"] == ""].itertuples():
        similar = ask_frame(demo, "terminal/similar", terminal=row.terminal_id, **months)
        assert len(similar) == row.similar_count
        found = sum((code, row.product_line) in buyers for code in similar["terminal_id"])
        assert found == row.similar_bought_count


GROUP: dict[str, Any] = {
    "customer_count": 8,
    "product_count": 24,
    "order_count": 96,
    "concentrated_count": 2,
    "offered_product_count": 40,
    "month_count": 12,
}


def test_sentences_hold_the_same_numbers_in_both_languages() -> None:
    """Eight customers with 24 SKUs are 3 each; 96 orders in four quarters are 3 a quarter each; 2 of 8 are 25%."""
    rows = [GROUP]
    assert sentences.tell_groups(rows, "en") == (
        "A customer buys 3.0 of 40 SKUs and orders on 3.0 days a quarter; 25% have more than half on one SKU"
    )
    product = {
        "total_points": 229.0,
        "product_name": "一",
        "weighted_distribution_rate": 0.84,
        "terminal_count": 5,
    }
    customer = {"all_count": 2, "open_amount": 200.0}
    estimate = {
        "potential_amount": 400_000.0,
        "is_estimated": True,
        "potential_low_amount": 300_000.0,
        "potential_high_amount": 600_000.0,
    }
    for english, chinese in (
        (sentences.tell_groups(rows, "en"), sentences.tell_groups(rows, "zh")),
        (sentences.tell_distribution([product], "en"), sentences.tell_distribution([product], "zh")),
        (sentences.tell_customers([customer] * 2, "en", ""), sentences.tell_customers([customer] * 2, "zh", "")),
    ):
        numbers = [part for part in english.replace(",", "").split() if part.strip("%;.¥").replace(".", "").isdigit()]
        assert numbers
        for number in numbers:
            assert number.strip(";") in chinese.replace(",", ""), (english, chinese)
    assert sentences.tell_potential(estimate, "en", "CNY") == "≈ ¥400.0k (¥300.0k to ¥600.0k)"
    assert sentences.tell_potential(estimate | {"is_estimated": False}, "en", "CNY") == "¥400.0k"


def test_few_customers_are_not_spoken_of() -> None:
    assert (
        sentences.tell_groups([GROUP | {"customer_count": 4}], "en") == "Fewer than five customers bought in 12 months"
    )
    assert "Fewer than five customers bought in 12 months" in read_words("zh")
