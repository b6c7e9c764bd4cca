"""Territories redrawn in mid-period: a line counts where its terminal belonged on its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insight.access import Scope
from insight.warehouse import Warehouse
from published import ask_frame

Open = Callable[..., Warehouse]


def flow(name: str, day: date, amount: str, terminal: str = "T1") -> dict[str, Any]:
    return {
        "flow_id": name,
        "occurred_on": day,
        "seller_id": "D1",
        "buyer_id": terminal,
        "product_id": "P1",
        "quantity": Decimal(1),
        "amount": Decimal(amount),
    }


@pytest.fixture
def moved(open_company: Open) -> Warehouse:
    """T1 belongs to North by the master; it was in South from 16 January to 1 March. D1 may sell in North only.

    T1 buys 100 on 10 January (North), 40 on 16 January (South), 7 on 28 February (South), 3 on 1 March (North);
    T2, always South, buys 1 on 10 January.
    """

    def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
        return {name: [row[name] for row in rows] for name in rows[0]}

    return open_company(
        territories={"territory_id": ["N", "S"], "name": ["North", "South"]},
        distributors={"distributor_id": ["D1"], "name": ["One"]},
        terminals={"terminal_id": ["T1", "T2"], "name": ["Moved", "Stayed"], "territory_id": ["N", "S"]},
        products={"product_id": ["P1"], "name": ["Goods"]},
        authorisations={"distributor_id": ["D1"], "territory_id": ["N"], "valid_from": [date(2025, 1, 1)]},
        terminal_territories={
            "terminal_id": ["T1", "T1"],
            "territory_id": ["S", "N"],
            "valid_from": [date(2026, 1, 16), date(2026, 3, 1)],
            # overlaps the next row: the later one holds
            "valid_to": [date(2026, 3, 10), None],
        },
        flows=columns(
            [
                flow("a", date(2026, 1, 10), "100"),
                flow("b", date(2026, 1, 16), "40"),
                flow("c", date(2026, 2, 28), "7"),
                flow("d", date(2026, 3, 1), "3"),
                flow("e", date(2026, 1, 10), "1", "T2"),
            ]
        ),
    )


def test_sales_of_a_moved_terminal_lie_where_it_belonged_on_the_day_of_the_line(moved: Warehouse) -> None:
    """North: 100 in January, 3 in March. South: 40 + 1 in January, 7 in February."""
    frame = ask_frame(moved, "marts/sales_months")
    sums = frame.groupby(["sales_month", "territory_id"])["sales_amount"].sum()
    assert {(day.month, place): value for (day, place), value in sums.items()} == {
        (1, "N"): Decimal(100),
        (1, "S"): Decimal(41),
        (2, "S"): Decimal(7),
        (3, "N"): Decimal(3),
    }


def test_days_of_a_moved_terminal_lie_where_it_belonged(moved: Warehouse) -> None:
    days = ask_frame(
        moved,
        "attainment/sales_by_unit_and_day",
        days_start=date(2026, 1, 1),
        days_end=date(2026, 4, 1),
        territories=[],
        manufacturers=[],
        product_lines=[],
        distributors=[],
    )
    assert sorted((row.sales_on.day, row.unit_id, row.sales_amount) for row in days.itertuples()) == [
        (1, "N", 3),
        (10, "N", 100),
        (10, "S", 1),
        (16, "S", 40),
        (28, "S", 7),
    ]


def test_a_sale_is_judged_against_the_authorisation_by_where_the_terminal_belonged(moved: Warehouse) -> None:
    """Inside: 100 + 3. Outside, all in South: 40 + 7 + 1."""
    frame = ask_frame(moved, "marts/authorised_months")
    assert frame.groupby("authority")["sales_amount"].sum().to_dict() == {"inside": 103, "outside": 48}


def test_a_reader_of_one_territory_sees_the_sales_made_while_a_terminal_belonged_to_it(moved: Warehouse) -> None:
    frame = ask_frame(moved, "marts/sales_months", scope=Scope(territories=("S",), distributors=None))
    assert frame["sales_amount"].sum() == 48
