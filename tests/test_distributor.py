"""The page of one distributor: measures by hand, peers, agreements, its sentences, and the page on the real shell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from insight.analysis.peers import choose_peers, place_among
from insight.charts.strips import draw_strips
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.publish import publish
from insight.sentences import distributor as sentences
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 31), True)


def filtered(distributor: str = "D1", **chosen: Any) -> dict[str, Any]:
    filters = Filters(**chosen)
    own = {"distributor": distributor, "threshold": 0.8, "row_limit": 100}
    return {**make_parameters(filters, find_window(filters, COVERAGE)), **own}


LINES = (
    ("2025-01-05", "M1", "D1", 900),
    ("2025-02-05", "D1", "T1", 100),
    ("2025-03-05", "D1", "T2", 100),
    ("2026-01-05", "M1", "D1", 500),
    ("2026-01-06", "D1", "D2", 150),
    ("2026-02-05", "D1", "T1", 240),
    ("2026-02-06", "D2", "T1", 60),
    ("2026-02-07", "D2", "T3", 50),
    ("2026-02-28", "D1", "T4", 90),
    ("2026-03-01", "D1", "T4", -90),
    ("2026-03-31", "D2", "T3", 10),
)


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """D1 buys from M1 and M2 and supplies D2; T1 buys from both, T4 returned all it bought."""
    days = [date.fromisoformat(line[0]) for line in LINES]
    tables: dict[str, Any] = {
        "manufacturers": {"manufacturer_id": ["M1", "M2"], "name": ["甲厂", "乙厂"]},
        "products": {"product_id": ["P1"], "name": ["一号"], "manufacturer_id": ["M1"], "product_line": ["a"]},
        "distributors": {
            "distributor_id": ["D1", "D2"],
            "name": ["甲商", "乙商"],
            "tier": [1, 2],
            "parent_id": [None, "D1"],
        },
        "terminals": {"terminal_id": ["T1", "T2", "T3", "T4"], "name": ["一院", "二院", "三院", "四院"]},
        "flows": {
            "flow_id": [str(number) for number in range(len(LINES))],
            "occurred_on": days,
            "seller_id": [line[1] for line in LINES],
            "buyer_id": [line[2] for line in LINES],
            "product_id": ["P1"] * len(LINES),
            "quantity": [Decimal(line[3]) for line in LINES],
            "amount": [Decimal(line[3]) for line in LINES],
        },
        "targets": {
            "month": [date(2026, 1, 1), date(2026, 2, 1)],
            "holder_kind": ["distributor"] * 2,
            "holder_id": ["D1"] * 2,
            "target_amount": [Decimal(100), Decimal(200)],
        },
        "receivables": {
            "invoice_id": ["I1", "I2", "I3"],
            "distributor_id": ["D1"] * 3,
            "invoiced_on": [date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 5)],
            "due_on": [date(2026, 2, 5), date(2026, 3, 5), date(2026, 4, 30)],
            "paid_on": pa.array([date(2026, 2, 14), None, None], pa.date32()),
            "amount": [Decimal(200), Decimal(100), Decimal(200)],
            "paid_amount": [Decimal(200), Decimal(40), Decimal(20)],
        },
        "agreements": {
            "agreement_id": ["A1", "A2", "A3"],
            "distributor_id": ["D1"] * 3,
            "manufacturer_id": ["M1", "M2", "M1"],
            "starts_on": [date(2025, 1, 1), date(2026, 1, 1), date(2026, 1, 1)],
            "ends_on": [date(2025, 12, 31), date(2026, 4, 30), date(2026, 12, 31)],
            "signed_on": pa.array([date(2024, 12, 1), date(2025, 12, 1), None], pa.date32()),
        },
    }
    company = Company(Workspace("Test"), {name: pa.table(columns) for name, columns in tables.items()})
    warehouse = open_published(publish(company, tmp_path_factory.mktemp("channel")))
    yield warehouse
    close_warehouse(warehouse)


def test_a_distributors_measures_are_sums_of_its_own_lines(channel: Warehouse) -> None:
    """D1 sold 240 + 90 - 90 against 200 a year ago: growth 20%. Of January and February 300 were planned, 330 sold: 110%.

    Of two terminals one still buys. Half is due: of 60 + 180 open 60 is overdue. 200 was paid after 40 days.
    Of its 500 it passed 150 on: 240 sold over 350 taken in. T1 bought 240 of 300 from it: 80%, so it depends on it.
    """
    row = ask_frame(channel, "distributor/measures", **filtered()).set_index("distributor_id").loc["D1"]
    assert (row["sales_amount"], row["base_amount"], row["target_to_date_amount"]) == (240, 200, 300)
    assert (row["growth_rate"], row["attainment_rate"]) == (pytest.approx(0.2), pytest.approx(1.1))
    assert (row["terminal_count"], row["base_terminal_count"], row["kept_share"]) == (1, 2, 0.5)
    assert (row["overdue_share"], row["payment_days"]) == (0.25, 40)
    assert row["sellout_sellin_ratio"] == pytest.approx(240 / 350)
    assert (row["dependent_count"], row["risk_amount"]) == (1, 300)
    assert row["stock_basis"] == "implied" and pd.isna(row["stock_days"])


def test_a_target_is_none_where_makers_or_places_are_filtered(channel: Warehouse) -> None:
    rows = ask_frame(channel, "distributor/measures", **filtered(manufacturers=("M1",)))
    assert rows["attainment_rate"].isna().all()


def test_a_terminal_that_returned_everything_is_no_terminal_served(channel: Warehouse) -> None:
    rows = ask_frame(channel, "distributor/terminals", **filtered()).set_index("terminal_id")
    assert list(rows.index) == ["T1", "T2"]
    assert (rows.loc["T1", "supply_share"], bool(rows.loc["T1", "is_single_source"])) == (0.8, True)
    assert rows["total_count"].tolist() == [1, 1]


def test_suppliers_and_receivers_are_told_apart(channel: Warehouse) -> None:
    rows = ask_frame(channel, "distributor/suppliers", **filtered())
    assert rows[["neighbour_id", "is_supplier", "link_amount", "link_share"]].values.tolist() == [
        ["M1", True, 500, 1.0],
        ["D2", False, 150, 1.0],
    ]
    assert (
        sentences.tell_suppliers(rows.to_dict("records"), "en") == "All it takes in comes from 甲厂; it supplies 乙商"
    )


def test_a_maker_that_supplies_without_a_signed_agreement_is_named(channel: Warehouse) -> None:
    """M1's agreement of 2025 is over and that of 2026 unsigned; M2's holds for 30 days more but supplies nothing."""
    agreed = ask_frame(channel, "distributor/agreements", **filtered())
    assert agreed[["agreed_with", "agreed_state", "left_days"]].fillna(-1).values.tolist() == [
        ["乙厂", "in_force", 30],
        ["甲厂", "unsigned", 275],
        ["甲厂", "over", -1],
    ]
    suppliers = ask_frame(channel, "distributor/suppliers", **filtered()).to_dict("records")
    rows = agreed.to_dict("records")
    assert (
        sentences.tell_agreements(rows, suppliers, "en")
        == "No agreement in force with 甲厂, 100.0% of what it takes in"
    )
    assert sentences.tell_agreements(rows[:1], [], "en") == "The agreement with 乙厂 ends in 30 days"


def test_the_profile_says_what_is_owed_and_nobody_has_none(channel: Warehouse) -> None:
    row = ask_frame(channel, "distributor/profile", **filtered()).iloc[0]
    assert (row["unpaid_amount"], row["overdue_amount"]) == (240, 60)
    assert ask_frame(channel, "distributor/profile", **filtered("D9")).empty


def test_events_are_the_newest_first_and_name_the_maker(channel: Warehouse) -> None:
    rows = ask_frame(channel, "distributor/events", **filtered())
    assert rows.iloc[0].tolist()[:3] == [date(2026, 12, 31), "agreement_ends", "甲厂"]
    assert (rows["event_kind"] == "agreement_starts").sum() == 2


def test_among_peers_right_is_better_whatever_more_means() -> None:
    """Six distributors with 0 to 5 days of stock: the one with none is best, first of six, at the right end."""
    peers = pd.DataFrame(
        {
            "distributor_id": list("ABCDEF"),
            "tier": [1] * 6,
            "stock_days": [0.0, 1, 2, 3, 4, 5],
            "few": [1.0] * 3 + [None] * 3,
        }
    )
    placed = place_among(peers, "A", {"stock_days": False, "few": True})
    own = placed[placed["is_own"]].iloc[0]
    assert (own["place"], own["median_place"], own["rank"], own["peer_count"]) == (1.0, pytest.approx(0.5), 1, 6)
    assert set(placed["measure"]) == {"stock_days"}
    assert place_among(peers, "A", {"stock_days": True}).query("is_own")["rank"].tolist() == [6]


def test_peers_are_of_the_same_tier_where_there_are_enough() -> None:
    frame = pd.DataFrame({"distributor_id": list("ABCDEFGH"), "tier": [1] * 6 + [2] * 2})
    assert len(choose_peers(frame, "A")) == 6
    assert len(choose_peers(frame, "H")) == 8


@pytest.mark.parametrize("style", [Style("en", False, "CNY"), Style("zh", True, "CNY")], ids=str)
def test_the_strips_are_a_valid_chart(style: Style) -> None:
    frame = pd.DataFrame(
        {
            "measure": ["a", "a"],
            "name": ["A", "A"],
            "place": [0.2, 0.8],
            "is_own": [True, False],
            "median_place": [0.5, 0.5],
            "value_text": ["3", ""],
            "rank_text": ["2 of 2", ""],
        }
    )
    assert draw_strips(frame, style).to_dict()["height"] > 0


OWN: dict[str, Any] = {
    "sales_amount": 240.0,
    "base_amount": 200.0,
    "attainment_rate": 0.8,
    "growth_rate": 0.2,
    "stock_days": 78.0,
    "stock_basis": "counted",
    "dependent_count": 3,
    "last_sale_on": date(2026, 3, 31),
}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, "甲商 sold ¥240 (80.0% of plan). Stock is 78 days, more than 60; 3 terminals depend on it alone."),
        (
            {"attainment_rate": None, "stock_days": None, "dependent_count": 0},
            "甲商 sold ¥240, 20.0% more than last year.",
        ),
        (
            {"last_sale_on": date(2026, 1, 31), "dependent_count": 1},
            "甲商 sold ¥240 (80.0% of plan). Its last sale is of 31 Jan 2026: the file looks late; "
            "one terminal depends on it alone.",
        ),
        ({"sales_amount": 0, "base_amount": 0}, "甲商 has no pure sales in this period."),
    ],
)
def test_the_headline_tells_sales_then_stock_then_who_depends(row: dict[str, Any], expected: str) -> None:
    through = date(2026, 3, 31)
    told = {
        "en": sentences.tell_headline({**OWN, **row}, "甲商", 60, "last year", through, "en", "CNY"),
        "zh": sentences.tell_headline({**OWN, **row}, "甲商", 60, "去年同期", through, "zh", "CNY"),
    }
    assert told["en"] == expected
    if "last_sale_on" not in row:  # the months of a date are words in English
        assert sorted(re.findall(r"\d+(?:\.\d+)?", told["en"])) == sorted(re.findall(r"\d+(?:\.\d+)?", told["zh"]))


def open_page(store: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("INSIGHT_STORE", str(store))
    app = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run().switch_page("../pages/distributor.py").run()


def test_the_page_opens_on_the_largest_distributor_and_another_can_be_chosen(
    demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(demo_store, monkeypatch, lang="en")
    assert not page.exception and not page.error
    assert len(page.title) == 1 and len(page.metric) == 5
    page.selectbox(key="distributor_choice").set_value("D0003").run()
    assert not page.exception and not page.error
    assert "depend on it alone" in page.title[0].value
    assert "distributor:D0003" in page.query_params["sel"]
