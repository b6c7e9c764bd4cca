"""Where flow looks out of order: borders, authorisations to the day, six signals worked by hand, and no false alarm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from insight.access import EVERYTHING
from insight.analysis.network.signals import SIGNALS, rank_signals
from insight.asking import fill_defaults
from insight.borders import find_zones
from insight.catalog import read_question
from insight.charts.crossing import draw_crossing, draw_outside
from insight.charts.theme import Style
from insight.demo import make_company
from insight.filters import Coverage, Filters, Window, find_window, make_parameters
from insight.provinces import PROVINCES, PROVINCES_BESIDE
from insight.publish import publish
from insight.sentences import order as sentences
from insight.store import open_current
from insight.warehouse import Warehouse, ask, close_warehouse
from published import open_published

Open = Callable[..., Warehouse]


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_flows(*lines: tuple[Any, ...]) -> dict[str, list[Any]]:
    """Lines written as day, seller, buyer, product, quantity, amount and, where it matters, batch."""
    return {
        "flow_id": [f"F{number:04d}" for number in range(len(lines))],
        "occurred_on": [line[0] if isinstance(line[0], date) else day(line[0]) for line in lines],
        "seller_id": [line[1] for line in lines],
        "buyer_id": [line[2] for line in lines],
        "product_id": [line[3] for line in lines],
        "quantity": [Decimal(str(line[4])) for line in lines],
        "amount": [Decimal(str(line[5])) for line in lines],
        "batch": pa.array([line[6] if len(line) > 6 else None for line in lines], pa.string()),
    }


# Hebei adjoins Shandong; Guangdong adjoins neither. A city each, so that zones lie above the terminals' territories.
TERRITORIES = {
    "territory_id": ["CN", "HE", "SD", "GD", "HE01", "SD01", "GD01"],
    "name": ["全国", "河北省", "山东省", "广东省", "保定", "济南", "广州"],
    "parent_id": [None, "CN", "CN", "CN", "HE", "SD", "GD"],
}


def make_tables(flows: dict[str, list[Any]], **more: Any) -> dict[str, Any]:
    """Distributors D1 (Hebei), D2 (Shandong), D3 to D5 (Guangdong); terminals T1 (HE), T2 (SD), T3 (GD), T4 (none)."""
    tables: dict[str, Any] = {
        "manufacturers": {"manufacturer_id": ["M1"], "name": ["甲厂"]},
        "products": {
            "product_id": ["P1", "P2"],
            "name": ["一号", "二号"],
            "manufacturer_id": ["M1", "M1"],
            "product_line": ["immunoassay", "biochemistry"],
        },
        "territories": TERRITORIES,
        "distributors": {
            "distributor_id": ["D1", "D2", "D3", "D4", "D5"],
            "name": ["甲商", "乙商", "丙商", "丁商", "戊商"],
            "tier": [1, 1, 1, 1, 2],
            "parent_id": [None, None, None, None, "D3"],
            "territory_id": ["HE", "SD", "GD", "GD", "GD"],
        },
        "terminals": {
            "terminal_id": ["T1", "T2", "T3", "T4"],
            "name": ["一院", "二院", "三院", "四院"],
            "territory_id": ["HE01", "SD01", "GD01", None],
        },
        "authorisations": authorise(("D1", "HE", None, "2024-01-01", None), ("D2", "SD", None, "2024-01-01", None)),
        "flows": flows,
    }
    return {**tables, **more}


def authorise(*rows: tuple[str, str, str | None, str, str | None]) -> dict[str, Any]:
    """Rows written as distributor, territory, line, from, to."""
    return {
        "distributor_id": [row[0] for row in rows],
        "territory_id": [row[1] for row in rows],
        "product_line": pa.array([row[2] for row in rows], pa.string()),
        "valid_from": [day(row[3]) for row in rows],
        "valid_to": pa.array([day(row[4]) if row[4] else None for row in rows], pa.date32()),
    }


def find_own_window(warehouse: Warehouse, filters: Filters) -> Window:
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    return find_window(filters, coverage)


def ask_rows(warehouse: Warehouse, name: str, filters: Filters | None = None, **own: Any) -> list[dict[str, Any]]:
    """The answer at its documented thresholds, over all data unless filters say otherwise."""
    filters = filters or Filters(period="all")
    window = find_own_window(warehouse, filters)
    given = {**fill_defaults(read_question(name), window), **make_parameters(filters, window), **own}
    return ask(warehouse, name, given, EVERYTHING).to_pylist()


def gather_queue(warehouse: Warehouse, filters: Filters) -> pd.DataFrame:
    """The list as the page ranks it."""
    answers = {signal: pd.DataFrame(ask_rows(warehouse, f"network/signals_{signal}", filters)) for signal in SIGNALS}
    sold = ask_rows(warehouse, "network/sales_by_distributor", filters, threshold=0.8)
    own = {row["distributor_id"]: float(row["sales_amount"]) for row in sold}
    return rank_signals(answers, sum(own.values()), own)


# --- what adjoins ----------------------------------------------------------------------------------------------------


def test_every_border_of_the_map_counts_both_ways_and_only_taiwan_has_none() -> None:
    assert all(one in PROVINCES_BESIDE[other] for one, others in PROVINCES_BESIDE.items() for other in others)
    assert [province.code for province in PROVINCES if not PROVINCES_BESIDE[province.code]] == ["TW"]
    assert PROVINCES_BESIDE["HE"] == {"BJ", "TJ", "LN", "NM", "SX", "HA", "SD"}
    assert sum(len(others) for others in PROVINCES_BESIDE.values()) % 2 == 0


def test_provinces_are_zones_and_their_cities_lie_in_them() -> None:
    zones = find_zones(pa.table(TERRITORIES), frozenset({"HE"}))
    assert zones.basis == "province"
    assert zones.zone_of == {"HE": "HE", "HE01": "HE", "SD": "SD", "SD01": "SD", "GD": "GD", "GD01": "GD"}
    assert zones.borders == {("HE", "SD"), ("SD", "HE")}


def test_american_states_are_not_chinese_provinces_though_five_codes_are_the_same() -> None:
    """SC, SD, NM, MO and HI are also codes of provinces: 5 of 12 are fewer than half. All have the same parent."""
    states = ["SC", "SD", "NM", "MO", "HI", "TX", "CA", "NY", "FL", "WA", "OR", "UT"]
    tree = pa.table({"territory_id": ["US", *states], "name": ["US", *states], "parent_id": [None, *["US"] * 12]})
    zones = find_zones(tree, frozenset({"TX"}))
    assert zones.basis == "siblings"
    assert len(zones.borders) == 12 * 11


def test_without_geography_the_nodes_under_the_same_node_adjoin_at_the_lowest_authorised_level() -> None:
    tree = pa.table(
        {
            "territory_id": ["E", "W", "E1", "E2", "W1", "E1a"],
            "name": ["East", "West", "East one", "East two", "West one", "Corner"],
            "parent_id": [None, None, "E", "E", "W", "E1"],
        }
    )
    zones = find_zones(tree, frozenset({"E1", "W"}))
    assert (zones.basis, zones.borders) == ("siblings", {("E1", "E2"), ("E2", "E1")})
    assert zones.zone_of == {"E1": "E1", "E2": "E2", "W1": "W1", "E1a": "E1"}


def test_where_nothing_says_what_adjoins_nothing_does() -> None:
    """Tops hang under nothing; a company without territories has none."""
    tree = pa.table(
        {"territory_id": ["E", "W"], "name": ["East", "West"], "parent_id": pa.array([None, None], pa.string())}
    )
    assert find_zones(tree, frozenset({"E"})).basis == ""
    assert find_zones(None, frozenset()).zone_of == {}


# --- authorised on the day -------------------------------------------------------------------------------------------


def judge(warehouse: Warehouse, distributor: str) -> dict[tuple[str, str | None], Decimal]:
    found: dict[tuple[str, str | None], Decimal] = {}
    for row in ask_rows(warehouse, "marts/authorised_months"):
        key = (row["authority"], row["border"])
        if row["distributor_id"] == distributor:
            found[key] = found.get(key, Decimal(0)) + row["sales_amount"]
    return found


def test_a_sale_is_judged_by_line_and_by_the_authorisation_of_its_own_day(open_company: Open) -> None:
    """D1 may sell immunoassay in Hebei: 100 inside; biochemistry there, 40, is outside and no border flow.

    D2 may sell in Hebei until the 14th and in Guangdong from the 15th. To Hebei 10 on the 14th (inside) and 20 on the
    15th (far from Guangdong); to Shandong, next to Hebei, 3 on the 14th (border) and 5 on the 15th; to Guangdong 7.

    D3 has no authorisation, D4's begins in 2024 and T4 has no territory: 20, 40 and 10 cannot be judged.
    """
    flows = make_flows(
        ("2026-01-05", "D1", "T1", "P1", 1, 100),
        ("2026-01-06", "D1", "T1", "P2", 1, 40),
        ("2026-01-14", "D2", "T1", "P1", 1, 10),
        ("2026-01-15", "D2", "T1", "P1", 1, 20),
        ("2026-01-14", "D2", "T2", "P1", 1, 3),
        ("2026-01-15", "D2", "T2", "P1", 1, 5),
        ("2026-01-15", "D2", "T3", "P1", 1, 7),
        ("2026-01-15", "D3", "T3", "P1", 1, 20),
        ("2023-12-31", "D4", "T2", "P1", 1, 40),
        ("2026-01-14", "D4", "T4", "P1", 1, 10),
    )
    rows = authorise(
        ("D1", "HE", "immunoassay", "2024-01-01", None),
        ("D2", "HE", None, "2024-01-01", "2026-01-15"),
        ("D2", "GD", None, "2026-01-15", None),
        ("D4", "SD", None, "2024-01-01", None),
    )
    warehouse = open_company(**make_tables(flows, authorisations=rows))
    assert judge(warehouse, "D1") == {("inside", None): 100, ("outside", "beyond"): 40}
    assert judge(warehouse, "D2") == {
        ("inside", None): 10 + 7,
        ("outside", "border"): 3,
        ("outside", "beyond"): 20 + 5,
    }
    assert judge(warehouse, "D3") == {("unmapped", None): 20}
    assert judge(warehouse, "D4") == {("unmapped", None): 40 + 10}


def test_an_authorisation_for_a_city_leaves_the_rest_of_its_province_as_border(open_company: Open) -> None:
    flows = make_flows(("2026-01-05", "D2", "T2", "P1", 1, 10), ("2026-01-05", "D2", "T5", "P1", 1, 4))
    tables = make_tables(flows, authorisations=authorise(("D2", "SD01", None, "2024-01-01", None)))
    tables["territories"] = {
        key: [*TERRITORIES[key], value] for key, value in zip(TERRITORIES, ("SD02", "青岛", "SD"), strict=True)
    }
    tables["terminals"] = {
        "terminal_id": ["T2", "T5"],
        "name": ["二院", "五院"],
        "territory_id": ["SD01", "SD02"],
    }
    assert judge(open_company(**tables), "D2") == {("inside", None): 10, ("outside", "border"): 4}


def test_sellers_receivers_and_ways_add_up_to_the_same_outside_flow(open_company: Open) -> None:
    """D1 sells 30 of its 100 to Shandong (border) and 20 to Guangdong (beyond); D2 sells 5 of 50 to Hebei (border)."""
    flows = make_flows(
        ("2026-01-05", "D1", "T1", "P1", 1, 50),
        ("2026-01-05", "D1", "T2", "P1", 1, 30),
        ("2026-01-05", "D1", "T3", "P1", 1, 20),
        ("2026-01-05", "D2", "T2", "P1", 1, 45),
        ("2026-01-05", "D2", "T1", "P1", 1, 5),
    )
    warehouse = open_company(**make_tables(flows))
    sellers = {row["distributor_id"]: row for row in ask_rows(warehouse, "network/authority_by_distributor")}
    assert (sellers["D1"]["outside_amount"], sellers["D1"]["border_amount"], sellers["D1"]["outside_share"]) == (
        50,
        30,
        0.5,
    )
    assert (sellers["D2"]["outside_amount"], sellers["D2"]["border_amount"], sellers["D2"]["outside_share"]) == (
        5,
        5,
        0.1,
    )
    zones = {row["zone_id"]: row for row in ask_rows(warehouse, "network/authority_by_territory")}
    assert {code: row["outside_amount"] for code, row in zones.items()} == {"SD": 30, "GD": 20, "HE": 5}
    assert zones["SD"]["outside_share"] == pytest.approx(30 / 75)
    ways = {(row["home_id"], row["zone_id"]): row for row in ask_rows(warehouse, "network/authority_by_home")}
    assert {key: row["outside_amount"] for key, row in ways.items() if row["outside_amount"]} == {
        ("HE", "SD"): 30,
        ("HE", "GD"): 20,
        ("SD", "HE"): 5,
    }
    assert ways["HE", "SD"]["home_amount"] == 100


# --- the signals -----------------------------------------------------------------------------------------------------


def each_month(months: int, *lines: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The lines on the 5th to the 8th of each month of 2026, four a month."""
    for month in range(1, months + 1):
        for line in lines:
            for number in range(4):
                yield (date(2026, month, 5 + number), *line)


def test_a_little_over_the_border_is_natural_and_more_or_farther_is_to_be_checked(open_company: Open) -> None:
    """Three months of four lines each. D1 of Hebei sells 4 of 100 to Shandong: natural. D2 of Shandong 6 of 100 to
    Hebei: to be checked, all of it border. D3 of Guangdong 2 of 100 to Hebei, far away: to be checked. D4 the same in two
    months only: not yet."""
    flows = make_flows(
        *each_month(3, ("D1", "T1", "P1", 1, 96), ("D1", "T2", "P1", 1, 4)),
        *each_month(3, ("D2", "T2", "P1", 1, 94), ("D2", "T1", "P1", 1, 6)),
        *each_month(3, ("D3", "T3", "P1", 1, 98), ("D3", "T1", "P1", 1, 2)),
        *each_month(2, ("D4", "T3", "P1", 1, 98), ("D4", "T1", "P1", 1, 2)),
    )
    zones = (("D1", "HE"), ("D2", "SD"), ("D3", "GD"), ("D4", "GD"))
    rows = authorise(*((code, zone, None, "2024-01-01", None) for code, zone in zones))
    warehouse = open_company(**make_tables(flows, authorisations=rows))
    near, far = ask_rows(warehouse, "network/signals_outside", least_lines=1)
    assert (near["distributor_id"], near["subject_id"], near["sales_amount"], near["line_count"]) == (
        "D2",
        "HE",
        72,
        12,
    )
    assert (near["measure"], near["reference"], near["month_count"]) == (pytest.approx(0.06), 1.0, 3)
    assert (far["distributor_id"], far["sales_amount"], far["measure"]) == ("D3", 24, pytest.approx(0.02))
    assert far["reference"] == 0


def test_a_price_below_the_others_and_below_what_was_paid_is_to_be_checked(open_company: Open) -> None:
    """Two quarters, five lines of 10 units each, to one terminal; each product a line of its own.

    P1: others at 90, 100 and 110, so the norm is 100; D1 at 60, having paid 64: 40% below it and 60 / 64 of its own.
    P2: others at 90 and 110; the middle of all three prices is 90, but the norm is the others': 100, again 40%.
    P3: D1 at 70, having paid 64: dear enough. P4: at 80 and no purchase recorded: 20% says nothing. P5: at 70: 30% does.
    """
    prices = {
        "P1": {"D1": 60, "D2": 90, "D3": 100, "D4": 110},
        "P2": {"D1": 60, "D2": 90, "D3": 110},
        "P3": {"D1": 70, "D2": 90, "D3": 100, "D4": 110},
        "P4": {"D1": 80, "D2": 100, "D3": 100, "D4": 100},
        "P5": {"D1": 70, "D2": 100, "D3": 100, "D4": 100},
    }
    lines: list[tuple[Any, ...]] = []
    for month in (1, 4):
        for product, sellers in prices.items():
            for seller, price in sellers.items():
                lines += [(date(2026, month, 5 + n), seller, "T3", product, 10, 10 * price) for n in range(5)]
            if product < "P4":
                lines.append((date(2026, month, 2), "M1", "D1", product, 50, 50 * 64))
    codes = list(prices)
    products = {
        "product_id": codes,
        "name": codes,
        "manufacturer_id": ["M1"] * 5,
        "product_line": [f"L{code}" for code in codes],
    }
    rows = ask_rows(open_company(**make_tables(make_flows(*lines), products=products)), "network/signals_price")
    found = {row["subject_id"]: row for row in rows}
    assert set(found) == {"LP1", "LP2", "LP5"} and {row["distributor_id"] for row in rows} == {"D1"}
    first = found["LP1"]
    assert (first["sales_amount"], first["norm_amount"], first["line_count"]) == (2 * 5 * 600, 10_000, 10)
    assert (first["measure"], first["reference"]) == (pytest.approx(0.40), pytest.approx(60 / 64))
    assert (first["product_count"], first["terminal_count"]) == (1, 1)
    assert found["LP2"]["measure"] == pytest.approx(0.40)
    assert (found["LP5"]["measure"], found["LP5"]["reference"]) == (pytest.approx(0.30), None)


def test_purchases_that_jump_while_demand_is_flat_and_no_count_finds_them_are_to_be_checked(open_company: Open) -> None:
    """Four quarters of 100 units bought and sold at a price of 1, then 200 bought. D1 sells 100 as usual: 200 - 100 are
    nowhere, and no count says where. D2 sells all 200: demand. D3 sells 100 and its count of 31 March finds the other
    100: loading, which is another matter."""
    lines: list[tuple[Any, ...]] = []
    starts = (date(2025, 1, 10), date(2025, 4, 10), date(2025, 7, 10), date(2025, 10, 10), date(2026, 1, 10))
    for start in starts:
        bought = 200 if start.year == 2026 else 100
        for seller, terminal in (("D1", "T1"), ("D2", "T2"), ("D3", "T3")):
            sold = bought if seller == "D2" else 100
            lines.append((start, "M1", seller, "P1", bought, bought))
            lines.append((start + timedelta(days=20), seller, terminal, "P1", sold, sold))
    lines.append(("2026-03-31", "D2", "T2", "P2", 1, 1))
    stocks = {
        "counted_on": [day("2025-12-31"), day("2026-03-31")],
        "distributor_id": ["D3", "D3"],
        "product_id": ["P1", "P1"],
        "quantity": [Decimal(0), Decimal(100)],
    }
    warehouse = open_company(**make_tables(make_flows(*lines), stocks=stocks))
    (row,) = ask_rows(warehouse, "network/signals_jump")
    assert (row["distributor_id"], row["subject_id"], row["sales_quarter"]) == ("D1", "immunoassay", date(2026, 1, 1))
    assert (row["sales_amount"], row["measure"], row["reference"]) == (100, pytest.approx(2), pytest.approx(1))
    assert row["is_counted"] is False


def follow(*lines: tuple[Any, ...]) -> dict[str, Any]:
    """The maker ships batch B1 to D3 of Guangdong and B2 to D2 of Shandong, 100 each; then the lines."""
    shipped = [("2026-01-02", "M1", "D3", "P1", 100, 5000, "B1"), ("2026-01-02", "M1", "D2", "P1", 100, 5000, "B2")]
    rows = authorise(
        *(
            (f"D{n}", zone, None, "2024-01-01", None)
            for n, zone in zip(range(1, 6), ("HE", "SD", "GD", "GD", "GD"), strict=True)
        )
    )
    return make_tables(make_flows(*shipped, *lines), authorisations=rows)


def test_a_batch_shipped_to_one_place_and_sold_in_another_is_to_be_checked(open_company: Open) -> None:
    """B1 went to Guangdong; D2, authorised in Shandong, sells 6 lines of it there beside its own B2.

    D5 buys B1 from D3, its own first tier, and stays inside. B9 was never shipped, and of B3 more was sold than shipped:
    neither can be followed.
    """
    days = [date(2026, 2, 2 + number) for number in range(6)]
    warehouse = open_company(
        **follow(
            *((when, "D2", "T2", "P1", 1, 90, "B1") for when in days),
            *((when, "D2", "T2", "P1", 1, 90, "B2") for when in days),
            *((when, "D5", "T3", "P1", 1, 90, "B1") for when in days),
            *((when, "D1", "T1", "P1", 1, 90, "B9") for when in days),
            ("2026-01-02", "M1", "D4", "P1", 100, 5000, "B3"),
            *((when, "D1", "T1", "P1", 20, 1800, "B3") for when in days),
        )
    )
    (row,) = ask_rows(warehouse, "network/signals_batch")
    assert (row["distributor_id"], row["subject_id"], row["sales_amount"], row["line_count"]) == ("D2", "B1", 540, 6)
    assert (row["measure"], row["shipped_to_name"], row["shipped_to_count"]) == (1.0, "丙商", 1)
    assert row["zone_name"] == "济南"
    traces = {
        (row["distributor_id"], row["trace"]): row["line_count"] for row in ask_rows(warehouse, "marts/batch_months")
    }
    assert traces == {("D1", "untraced"): 12, ("D2", "stray"): 6, ("D2", "inside"): 6, ("D5", "inside"): 6}


def test_without_batches_history_or_net_sales_the_signals_are_silent_and_say_what_they_lacked(
    open_company: Open,
) -> None:
    """T2 returned everything on the day it bought it; T1 bought for 50."""
    flows = make_flows(
        ("2026-01-05", "D1", "T1", "P1", 1, 50),
        ("2026-01-30", "D1", "T2", "P1", 10, 100),
        ("2026-01-30", "D1", "T2", "P1", -10, -100),
    )
    warehouse = open_company(**make_tables(flows))
    assert gather_queue(warehouse, Filters(period="all")).empty
    (basis,) = ask_rows(warehouse, "network/signals_basis")
    assert (basis["batched_amount"], basis["judged_amount"], basis["has_history"]) == (0, 50, False)
    hands = ask_rows(warehouse, "network/hands_by_terminal", least_hands=1)
    assert [row["terminal_id"] for row in hands] == ["T1"]


def test_one_large_purchase_without_history_is_to_be_checked_and_a_new_customer_is_not(open_company: Open) -> None:
    """T1 buys for 10 from D1 in each of 18 months from January 2025. T3 buys for 200 in February 2026 and never before
    or after: 20 usual months. T5 buys as much and goes on; T6 bought in June 2026, and nobody knows yet; T7 in June 2025,
    when the data were half a year old; T8 for 70, seven usual months. D1 sold 10 + 200 + 200 + 70 in February."""
    months = [date(2025 + number // 12, number % 12 + 1, 5) for number in range(18)]
    flows = make_flows(
        *((month, "D1", "T1", "P1", 1, 10) for month in months),
        ("2026-02-10", "D1", "T3", "P1", 20, 200),
        ("2026-02-10", "D1", "T5", "P1", 20, 200),
        ("2026-04-10", "D1", "T5", "P1", 1, 10),
        ("2026-06-10", "D1", "T6", "P1", 20, 200),
        ("2025-06-10", "D1", "T7", "P1", 20, 200),
        ("2026-02-10", "D1", "T8", "P1", 7, 70),
    )
    codes = ["T1", "T3", "T5", "T6", "T7", "T8"]
    terminals = {"terminal_id": codes, "name": codes, "territory_id": ["HE01"] * 6}
    (row,) = ask_rows(open_company(**make_tables(flows, terminals=terminals)), "network/signals_once")
    assert (row["subject_id"], row["sales_month"], row["sales_amount"]) == ("T3", date(2026, 2, 1), 200)
    assert (row["measure"], row["reference"]) == (pytest.approx(20), pytest.approx(200 / 480))


def test_goods_that_go_out_at_a_months_end_and_come_back_whole_are_to_be_checked(open_company: Open) -> None:
    """In March and June 10 units for 100 each go out on the 30th and come back on the 6th; 50 more are sold in March:
    200 went round, 200 of the 250 sold in those months. D1 sells 10 units to T2 nine days after the second return.

    Of what D2 sold a part comes back, or all of it within the month, or after 31 days: ordinary returns."""
    flows = make_flows(
        ("2026-03-10", "D1", "T1", "P2", 5, 50),
        ("2026-03-30", "D1", "T1", "P1", 10, 100),
        ("2026-04-06", "D1", "T1", "P1", -10, -100),
        ("2026-06-30", "D1", "T1", "P1", 10, 100),
        ("2026-07-06", "D1", "T1", "P1", -10, -100),
        ("2026-07-15", "D1", "T2", "P1", 10, 100),
        ("2026-03-30", "D2", "T1", "P1", 10, 100),
        ("2026-04-06", "D2", "T1", "P1", -7, -70),
        ("2026-05-22", "D2", "T2", "P1", 10, 100),
        ("2026-05-30", "D2", "T2", "P1", -10, -100),
        ("2026-06-22", "D2", "T3", "P1", 10, 100),
        ("2026-07-23", "D2", "T3", "P1", -10, -100),
    )
    (row,) = ask_rows(open_company(**make_tables(flows)), "network/signals_round", least_lines=1)
    assert (row["distributor_id"], row["subject_id"], row["sales_amount"], row["line_count"]) == ("D1", "T1", 200, 4)
    assert (row["measure"], row["month_count"], row["is_quarter_end"]) == (1.0, 2, True)
    assert (row["reference"], row["resold_amount"]) == (pytest.approx(200 / 250), 100)


# --- too many hands --------------------------------------------------------------------------------------------------


def test_three_distributors_of_three_lines_are_one_hand_each(open_company: Open) -> None:
    """T1: D1 and D2 sell P1, D3 sells P2. T3: D1, D2 and D3 sell P1 at 10, 11 and 12; D4 only took goods back."""
    flows = make_flows(
        ("2026-01-05", "D1", "T1", "P1", 1, 10),
        ("2026-01-05", "D2", "T1", "P1", 1, 10),
        ("2026-01-05", "D3", "T1", "P2", 1, 10),
        ("2026-01-05", "D1", "T3", "P1", 10, 100),
        ("2026-01-05", "D2", "T3", "P1", 2, 22),
        ("2026-01-05", "D3", "T3", "P1", 3, 36),
        ("2026-01-05", "D4", "T3", "P1", -1, -10),
    )
    (row,) = ask_rows(open_company(**make_tables(flows)), "network/hands_by_terminal")
    assert (row["terminal_id"], row["product_line"], row["distributor_count"]) == ("T3", "immunoassay", 3)
    assert (row["sales_amount"], row["shared_count"], row["price_spread_rate"]) == (158, 1, pytest.approx(0.2))
    assert (row["largest_name"], row["largest_share"]) == ("甲商", pytest.approx(100 / 158))
    assert row["distributor_names"] == "甲商 · 丙商 · 乙商"


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_is_ranked_by_money_times_strength_and_leaves_out_what_is_small() -> None:
    """Outside: 1,000 x 0.10 / 0.20 = 500. Round trip: 800 x 1 x 0.7 (one time) x 0.8 (no quarter) = 448. A third of 90
    is over 0.01% of 100,000 but under 1% of the 10,000 its distributor sold; a fourth of 9 is under 0.01%."""
    outside = pd.DataFrame(
        {
            "distributor_id": ["D1", "D2"],
            "subject_id": ["SD", "GD"],
            "sales_amount": [1000, 90],
            "measure": [0.10, 0.5],
            "reference": [1.0, 0.0],
        }
    )
    turned = pd.DataFrame(
        {
            "distributor_id": ["D3", "D4"],
            "subject_id": ["T1", "T2"],
            "sales_amount": [800, 9],
            "measure": [1.0, 1.0],
            "month_count": [1, 2],
            "is_quarter_end": [False, True],
        }
    )
    ranked = rank_signals(
        {"outside": outside, "round": turned}, 100_000, {"D1": 10_000, "D2": 10_000, "D3": 5_000, "D4": 10}
    )
    assert list(ranked["signal_id"]) == ["outside:D1:SD", "round:D3:T1"]
    assert list(ranked["score"]) == pytest.approx([500, 448])


def test_a_list_of_nothing_is_empty() -> None:
    assert rank_signals({}, 0, {}).empty


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[Warehouse]:
    warehouse = open_published(open_current(demo_store))
    yield warehouse
    close_warehouse(warehouse)


@pytest.fixture(scope="module")
def truths() -> dict[str, Any]:
    return make_company()[1]


def test_the_planted_offender_stands_first_with_its_true_share(demo: Warehouse, truths: dict[str, Any]) -> None:
    """Over the months the truth speaks of, July 2025 on, its share and amount are the truth's."""
    truth = truths["outside_territory"]["offender"]
    since = Filters(period="custom", first_month=date(2025, 7, 1), last_month=date(2026, 9, 1))
    for filters in (Filters(), since):
        first = gather_queue(demo, filters).iloc[0]
        assert (first["signal"], first["distributor_id"]) == ("outside", truth["distributor_id"])
    assert first["measure"] == pytest.approx(truth["share"], abs=1e-5)
    assert float(first["sales_amount"]) == pytest.approx(truth["outside_amount"])


def test_each_planted_dose_is_on_the_list_with_its_value_and_nothing_else_but_the_offenders_batches(
    demo: Warehouse, truths: dict[str, Any]
) -> None:
    """Values within 1%. The goods that went outside carry batches of the offender's province: the only other row."""
    planted = truths["disorder"]
    queue = gather_queue(demo, Filters()).set_index(["signal", "distributor_id"])
    for signal, dose in (
        ("price", "dumping"),
        ("round", "round_trip"),
        ("once", "single_purchase"),
        ("batch", "stray_batch"),
    ):
        row = queue.loc[(signal, planted[dose]["distributor_id"])]
        assert float(row["sales_amount"]) == pytest.approx(planted[dose]["amount"], rel=0.01)
    offender = truths["outside_territory"]["offender"]["distributor_id"]
    doses = {planted[dose]["distributor_id"] for dose in ("dumping", "round_trip", "single_purchase", "stray_batch")}
    assert set(queue.index.get_level_values(1)) == {offender, *doses}
    hands = ask_rows(demo, "network/hands_by_terminal", Filters())
    assert {row["terminal_id"] for row in hands} == set(planted["many_hands"]["terminal_ids"])


def test_the_lines_behind_come_to_the_amount_on_the_list(demo: Warehouse) -> None:
    """Outside: all lines. Round trip, batch: the lines out of the distributor's own."""
    queue = gather_queue(demo, Filters())
    window = find_own_window(demo, Filters())
    for row in queue.to_dict("records"):
        if row["signal"] not in ("outside", "price", "once"):
            continue
        lines = ask_rows(
            demo,
            "network/signal_lines",
            Filters(),
            signal=row["signal"],
            distributor=row["distributor_id"],
            subject=row["subject_id"],
            lines_from=window.period_start,
            lines_to=window.period_end,
            row_limit=100_000,
        )
        assert len(lines) == row["line_count"]
        assert sum(line["line_amount"] for line in lines) == row["sales_amount"]


def test_a_company_in_good_order_is_accused_of_nothing(tmp_path: Path) -> None:
    """The same company without the stories of disorder: some trade over two borders, returns, new customers; no row."""
    made, truths = make_company("clean")
    needed = (
        "manufacturers",
        "products",
        "territories",
        "distributors",
        "terminals",
        "authorisations",
        "flows",
        "stocks",
    )
    company = replace(made, tables={name: made.tables[name] for name in needed})
    warehouse = open_published(publish(company, tmp_path))
    try:
        for period in ("ytd", "all"):
            assert gather_queue(warehouse, Filters(period=period)).empty
        outside = ask_rows(warehouse, "network/authority_by_distributor", Filters(period="all"))
        assert {row["distributor_id"] for row in outside} == {
            row["distributor_id"] for row in truths["outside_territory"]["border_trade"]
        }
        assert all(row["border_amount"] == row["outside_amount"] and row["outside_share"] < 0.05 for row in outside)
    finally:
        close_warehouse(warehouse)


# --- words and drawings ----------------------------------------------------------------------------------------------


ROWS: dict[str, dict[str, Any]] = {
    "outside": {"measure": 0.243, "subject_name": "A", "other_names": "B|C", "month_count": 9, "reference": 1.0},
    "price": {"measure": 0.325, "subject_id": "immunoassay", "terminal_count": 4, "reference": 0.97},
    "jump": {
        "measure": 1.83,
        "subject_id": "poct",
        "sales_quarter": date(2026, 4, 1),
        "reference": 1.02,
        "is_counted": True,
    },
    "batch": {"subject_id": "B1", "batch_count": 3, "shipped_to_count": 2, "shipped_to_name": "A", "zone_name": "Z"},
    "once": {"subject_name": "T", "measure": 9.86, "sales_month": date(2026, 5, 1)},
    "round": {"measure": 0.995, "subject_name": "T", "month_count": 2, "is_quarter_end": True},
}


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_reason_holds_the_same_numbers_in_both_languages_and_accuses_nobody(signal: str) -> None:
    row = {"signal": signal, "distributor_name": "D", **ROWS[signal]}
    english, chinese = sentences.tell_reason(row, "en"), sentences.tell_reason(row, "zh")
    assert sorted(re.findall(r"\d+\.\d+%?|\d+%", english)) == sorted(re.findall(r"\d+\.\d+%?|\d+%", chinese))
    for language in ("en", "zh"):
        said = sentences.tell_reason(row, language) + sentences.tell_innocence(signal, language)
        assert not re.search(r"fraud|illegal|cheat|fake|smuggl|guilty|offend|窜货|违规|造假|作弊|欺诈", said)
        assert sentences.name_signal(signal, language)


def test_the_lists_title_names_its_first_row() -> None:
    row = {"signal": "outside", "distributor_name": "D", "sales_amount": 2_504_827.05}
    assert sentences.tell_queue([row, row], "en", "CNY") == "2 things to check; first D: outside its territory, ¥2.5m"
    assert sentences.tell_queue([row], "en", "CNY") == "One thing to check: D, outside its territory, ¥2.5m"


def test_the_charts_keep_the_schema_in_both_modes() -> None:
    cells = pd.DataFrame(
        {
            "row_id": ["A", "A"],
            "row_name": ["A", "A"],
            "column_id": ["B", "C"],
            "column_name": ["B", "C"],
            "rate": [0.07, 0.004],
            "flow_amount": [7.0, 0.4],
        }
    )
    bars = pd.DataFrame(
        {
            "unit_id": ["A", "B"],
            "unit_name": ["A", "B"],
            "border_amount": [5.0, -1.0],
            "beyond_amount": [3.0, 0.0],
            "unknown_amount": [0.0, 2.0],
            "rate": [0.2, None],
            "unmapped_amount": [0.0, 1.0],
        }
    )
    for is_dark in (False, True):
        style = Style("zh", is_dark, "CNY")
        assert draw_crossing(cells, style).to_dict()["layer"]
        assert draw_outside(bars, style).to_dict()["layer"]
