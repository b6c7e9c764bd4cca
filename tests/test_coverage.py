"""Coverage and depth on rows small enough to work by hand: who counts, who bought, how deep, who went quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from insight.access import EVERYTHING, Scope
from insight.catalog import list_questions, read_question, read_table
from insight.company import Company, Workspace
from insight.i18n import read_words
from insight.publish import publish
from insight.sentences import coverage as sentences
from insight.warehouse import Warehouse, ask, describe, open_warehouse

Rows = list[dict[str, Any]]
Make = Callable[..., Warehouse]

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
}
NOBODY: dict[str, Any] = {
    "step_from": 0,
    "step_until": 0,
    "grade": "",
    "depth": -1,
    "unbought": "",
    "kind": "",
    "look": "",
    "unit": "",
    "lacking": "",
    "covered_by": "",
    "terminals": [],
}

# four products in three lines and a second one in the first
PRODUCTS = [("P1", "L1"), ("P2", "L1"), ("P3", "L2"), ("P4", "L3")]


def sell(day: date, seller: str, buyer: str, product: str = "P1", amount: int = 100) -> dict[str, Any]:
    """One shipment line; a negative amount is a return."""
    return {
        "occurred_on": day,
        "seller_id": seller,
        "buyer_id": buyer,
        "product_id": product,
        "quantity": Decimal(1 if amount > 0 else -1),
        "amount": Decimal(amount),
    }


# every distributor ships in June, to a terminal of its own that is no target: both have reported
REPORTS = [
    sell(date(2026, 6, 30), "D1", "T-D1"),
    sell(date(2026, 6, 29), "D2", "T-D2"),
    sell(date(2026, 6, 29), "D3", "T-D2"),
]


def fill(name: str, rows: Rows) -> pa.Table:
    """Rows as a table with the columns of the schema that they use."""
    used = [column for column in read_table(name).column_names if any(column in row for row in rows)]
    return pa.table({column: [row.get(column) for row in rows] for column in used})


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A function that publishes terminals, flows and other tables and opens them."""

    def build(
        terminals: Rows, flows: Rows, through: date = date(2026, 6, 30), reports: Rows = REPORTS, **tables: Rows
    ) -> Warehouse:
        helpers = (
            [
                {
                    "terminal_id": name,
                    "is_target": None if all(row.get("is_target") is None for row in terminals) else False,
                }
                for name in ("T-D1", "T-D2")
            ]
            if reports
            else []
        )
        lines = [{"flow_id": f"F{place}", **row} for place, row in enumerate([*reports, *flows])]
        rows = {
            "distributors": [{"distributor_id": name, "name": name, "tier": 1} for name in ("D1", "D2", "D3")],
            "terminals": [{"name": row["terminal_id"], "type": "hospital", **row} for row in [*terminals, *helpers]],
            "products": [{"product_id": product, "name": product, "product_line": line} for product, line in PRODUCTS],
            "flows": lines,
            **tables,
        }
        company = Company(
            Workspace("Tiny", calendar="none", data_through_on=through),
            {name: fill(name, content) for name, content in rows.items()},
        )
        snapshot = publish(company, tmp_path / "store")
        return open_warehouse(snapshot.id, snapshot.path, snapshot.files)

    return build


def rows_of(warehouse: Warehouse, name: str, **more: object) -> Rows:
    """The answer as rows."""
    return ask(warehouse, f"coverage/{name}", {**PERIOD, **NOBODY, **more}, EVERYTHING).to_pylist()


def total_of(warehouse: Warehouse, **more: object) -> dict[str, Any]:
    """The totals of the window looked at."""
    return rows_of(warehouse, "totals", **more)[0]


def step_counts(warehouse: Warehouse, **more: object) -> dict[str, int]:
    """How many terminals stand on each step or higher."""
    return {row["step"]: row["terminal_count"] for row in rows_of(warehouse, "steps", **more)}


def targets(*names: str) -> Rows:
    """Terminals on the target list."""
    return [{"terminal_id": name, "is_target": True} for name in names]


# --- reach -----------------------------------------------------------------------------------------------------------


def test_coverage_is_target_terminals_with_net_sales_over_target_terminals(make: Make) -> None:
    """T1 bought 100, T2 nothing, X is no target though it bought: 1 of 2. T1 bought P1 and P3: two SKUs a terminal."""
    warehouse = make(
        [*targets("T1", "T2"), {"terminal_id": "X", "is_target": False}],
        [
            sell(date(2026, 3, 5), "D1", "T1"),
            sell(date(2026, 3, 6), "D1", "T1", "P3"),
            sell(date(2026, 3, 5), "D1", "X"),
        ],
    )
    total = total_of(warehouse)
    assert (total["universe_count"], total["target_count"], total["active_count"]) == (5, 2, 1)
    assert (total["coverage_rate"], total["products_per_terminal"]) == (0.5, 2.0)


def test_a_terminal_of_returns_only_is_not_active_and_has_never_ordered(make: Make) -> None:
    """T1 only returned 100; T2 bought 100 and returned 100: net 0. Neither is active, but T2 has ordered."""
    warehouse = make(
        targets("T1", "T2"),
        [
            sell(date(2026, 3, 5), "D1", "T1", amount=-100),
            sell(date(2026, 3, 5), "D1", "T2"),
            sell(date(2026, 4, 5), "D1", "T2", amount=-100),
        ],
    )
    assert total_of(warehouse)["active_count"] == 0
    # one product alone was sold, so there is no step of three
    assert step_counts(warehouse) == {"known": 4, "target": 2, "ordered": 1, "active": 0, "repeated": 0}


def test_a_closed_terminal_counts_while_it_was_open_and_is_never_gone_quiet(make: Make) -> None:
    """T1 closed before the period and does not count; T2 closed inside it and does; T3 opens after it and does not.

    T2 last ordered on 5 January, 176 days before 30 June, but it is closed: nobody has gone quiet.
    """
    warehouse = make(
        [
            {"terminal_id": "T1", "is_target": True, "closed_on": date(2025, 12, 31)},
            {"terminal_id": "T2", "is_target": True, "closed_on": date(2026, 2, 1)},
            {"terminal_id": "T3", "is_target": True, "opened_on": date(2026, 7, 1)},
        ],
        [sell(date(2025, 3, 5), "D1", "T1"), sell(date(2026, 1, 5), "D1", "T2")],
    )
    total = total_of(warehouse)
    assert (total["target_count"], total["active_count"], total["lapsed_count"]) == (1, 1, 0)


def test_without_a_target_list_every_known_terminal_counts(make: Make) -> None:
    """No terminal says whether it is a target: T1, T2 and the two who ship in June count, three of four bought."""
    warehouse = make([{"terminal_id": "T1"}, {"terminal_id": "T2"}], [sell(date(2026, 3, 5), "D1", "T1")])
    total = total_of(warehouse)
    assert (total["is_target_known"], total["target_count"], total["active_count"]) == (False, 4, 3)
    assert "target" not in step_counts(warehouse)
    assert "known terminals" in sentences.tell_headline(total, "H1", "en", "CNY")


def test_grades_are_those_of_the_last_day_of_the_period(make: Make) -> None:
    """T1 is B until 15 May and A from then on; T2 the other way round. On 30 June only T1 is A, and it bought."""
    change = date(2026, 5, 15)
    warehouse = make(
        targets("T1", "T2"),
        [sell(date(2026, 3, 5), "D1", "T1")],
        terminal_grades=[
            {"terminal_id": "T1", "grade": "B", "valid_from": date(2024, 1, 1), "valid_to": change},
            {"terminal_id": "T1", "grade": "A", "valid_from": change},
            {"terminal_id": "T2", "grade": "A", "valid_from": date(2024, 1, 1), "valid_to": change},
            {"terminal_id": "T2", "grade": "B", "valid_from": change},
        ],
    )
    total = total_of(warehouse)
    assert (total["grade_a_count"], total["grade_a_active_count"], total["grade_a_never_count"]) == (1, 1, 0)
    before = total_of(warehouse, period_end=date(2026, 5, 1))
    assert (before["grade_a_count"], before["grade_a_active_count"], before["grade_a_never_count"]) == (1, 0, 1)


def test_the_base_of_a_partial_month_is_cut_at_the_same_day(make: Make) -> None:
    """Data end on 10 June 2026. In June 2025 T1 bought on the 5th, T2 on the 20th: T2 had not bought by the 10th."""
    warehouse = make(
        targets("T1", "T2"),
        [sell(date(2025, 6, 5), "D1", "T1"), sell(date(2025, 6, 20), "D1", "T2"), sell(date(2026, 6, 5), "D1", "T1")],
        through=date(2026, 6, 10),
        reports=[],
    )
    window = {"period_start": date(2026, 6, 1), "base_start": date(2025, 6, 1), "base_cut_month": date(2025, 6, 1)}
    now, base = rows_of(warehouse, "totals", **window)
    assert (now["active_count"], base["active_count"]) == (1, 1)


# --- depth -----------------------------------------------------------------------------------------------------------


def test_purchases_from_three_distributors_are_one_terminal_and_one_product(make: Make) -> None:
    """T1 bought P1 from D1 (100), D2 (100) and D3 (500): one active terminal, one SKU, main distributor D3."""
    warehouse = make(
        targets("T1"),
        [
            sell(date(2026, 4, 5), seller, "T1", amount=amount)
            for seller, amount in (("D1", 100), ("D2", 100), ("D3", 500))
        ],
    )
    total = total_of(warehouse)
    assert (total["active_count"], total["active_product_count"]) == (1, 1)
    (row,) = rows_of(warehouse, "terminals", terminals=["T1"])
    assert (row["main_distributor_name"], row["sales_amount"], row["line_count"]) == ("D3", Decimal(700), 1)


def test_one_purchase_ever_is_an_order_but_no_repeat(make: Make) -> None:
    """T1 bought once. T2 bought in March and April. T3 bought three lines in two months, which is the full range."""
    spring = date(2026, 3, 5)
    warehouse = make(
        targets("T1", "T2", "T3"),
        [
            sell(spring, "D1", "T1"),
            sell(spring, "D1", "T2"),
            sell(date(2026, 4, 5), "D1", "T2"),
            sell(spring, "D1", "T3"),
            sell(spring, "D1", "T3", "P3"),
            sell(date(2026, 4, 5), "D1", "T3", "P4"),
        ],
    )
    assert step_counts(warehouse) == {"known": 5, "target": 3, "ordered": 3, "active": 3, "repeated": 2, "several": 1}
    stuck = rows_of(warehouse, "terminals", step_from=5, step_until=6)
    assert [row["terminal_id"] for row in stuck] == ["T1"]


def test_steps_only_fall_and_those_who_stop_add_up_to_all(make: Make) -> None:
    """T1 is listed and has not ordered, T2 has applied only, T3 orders without a listing and counts as listed."""
    warehouse = make(
        targets("T1", "T2", "T3"),
        [sell(date(2026, 3, 5), "D1", "T3")],
        listings=[
            {"terminal_id": "T1", "product_id": "P1", "stage": "listed", "stage_on": date(2026, 1, 1)},
            {"terminal_id": "T2", "product_id": "P1", "stage": "applied", "stage_on": date(2026, 1, 1)},
        ],
    )
    steps = rows_of(warehouse, "steps")
    counts = [row["terminal_count"] for row in steps]
    assert [row["step"] for row in steps][:4] == ["known", "target", "listed", "ordered"]
    assert counts == sorted(counts, reverse=True) and counts[:4] == [5, 3, 2, 1]
    assert sum(row["stuck_count"] for row in steps) == counts[0]
    for row, after in zip(steps, [*steps[1:], {"step_number": 99}], strict=True):
        listed = rows_of(warehouse, "terminals", step_from=row["step_number"], step_until=after["step_number"])
        assert len(listed) == row["stuck_count"]


def test_depth_by_grade_counts_each_terminal_once(make: Make) -> None:
    """A: T1 buys L1 and L2, T2 nothing. Three lines are sold in all, so the columns run from 0 to 3."""
    warehouse = make(
        targets("T1", "T2"),
        [
            sell(date(2026, 3, 5), "D1", "T1"),
            sell(date(2026, 3, 5), "D1", "T1", "P2"),
            sell(date(2026, 3, 5), "D1", "T1", "P3"),
            sell(date(2026, 3, 5), "D1", "T-D1", "P4"),
        ],
        terminal_grades=[{"terminal_id": name, "grade": "A", "valid_from": date(2025, 1, 1)} for name in ("T1", "T2")],
    )
    cells = rows_of(warehouse, "terminals_by_grade_and_depth")
    assert [(row["grade"], row["depth_count"], row["terminal_count"], row["grade_count"]) for row in cells] == [
        ("A", 0, 1, 2),
        ("A", 1, 0, 2),
        ("A", 2, 1, 2),
        ("A", 3, 0, 2),
    ]
    assert [row["terminal_id"] for row in rows_of(warehouse, "terminals", grade="A", depth=2)] == ["T1"]


def test_penetration_is_buyers_over_the_target_terminals_of_the_kind(make: Make) -> None:
    """Two hospitals, one of which buys L1; one pharmacy that buys L1 and L2. Who does not buy can be listed."""
    warehouse = make(
        [*targets("H1", "H2"), {"terminal_id": "S1", "is_target": True, "type": "pharmacy"}],
        [
            sell(date(2026, 3, 5), "D1", "H1"),
            sell(date(2026, 3, 5), "D1", "S1"),
            sell(date(2026, 3, 5), "D1", "S1", "P3"),
        ],
    )
    cells = {
        (row["product_line"], row["kind"]): (row["buyer_count"], row["terminal_count"])
        for row in rows_of(warehouse, "penetration_by_line_and_kind")
    }
    assert cells == {
        ("L1", "hospital"): (1, 2),
        ("L1", "pharmacy"): (1, 1),
        ("L2", "hospital"): (0, 2),
        ("L2", "pharmacy"): (1, 1),
    }
    assert [row["terminal_id"] for row in rows_of(warehouse, "terminals", unbought="L1", kind="hospital")] == ["H2"]


# --- who went quiet --------------------------------------------------------------------------------------------------


def monthly(
    seller: str, buyer: str, last: tuple[int, int], *, count: int = 9, step: int = 1, day: int = 10
) -> list[dict[str, Any]]:
    """A line of 100 on the same day of ``count`` months, ``step`` apart, the last of them in (year, month)."""
    end = last[0] * 12 + last[1] - 1
    months = [end - step * back for back in range(count)]
    return [sell(date(month // 12, month % 12 + 1, day), seller, buyer) for month in reversed(months)]


def reports_of(seller: str, last: tuple[int, int]) -> list[dict[str, Any]]:
    """Lines of a seller in each of 24 months, to a terminal that is no target: it has reported them."""
    return monthly(seller, "T-D1", last, count=24, day=28)


def test_who_is_silent_beyond_its_own_rhythm_has_gone_quiet(make: Make) -> None:
    """All three ordered on the 10th of a month, and nothing after March. On 30 June T1 and T2 are silent for 112 days.

    T1 ordered every month: 31 days as a rule, unusual beyond max(62, 1.5 × 31, 14) = 62, so it is quiet; nine orders are
    900. T2 ordered every other month, 61 days as a rule, unusual beyond 122: not yet. T3 ordered until March 2025 and is
    silent for 477 days, more than a year and three times 62: lost long ago, not newly quiet.
    """
    warehouse = make(
        targets("T1", "T2", "T3"),
        [
            *reports_of("D1", (2026, 6)),
            *monthly("D1", "T1", (2026, 3)),
            *monthly("D1", "T2", (2026, 3), count=6, step=2),
            *monthly("D1", "T3", (2025, 3), count=5),
        ],
    )
    total = total_of(warehouse)
    assert (total["lapsed_count"], total["lapsed_amount"], total["unknown_count"]) == (1, Decimal(900), 0)
    (row,) = rows_of(warehouse, "terminals")
    assert (row["terminal_id"], row["reason"], row["stake_amount"], row["last_bought_on"]) == (
        "T1",
        "gone_quiet",
        Decimal(900),
        date(2026, 3, 10),
    )
    states = {row["terminal_id"]: row["life_state"] for row in rows_of(warehouse, "terminals", terminals=["T2", "T3"])}
    assert states == {"T2": "steady", "T3": "lost"}


def test_a_late_distributor_makes_nobody_quiet(make: Make) -> None:
    """D2 has sent nothing since March. T1 buys from D2 alone, T2 from D1 and once from D2: both are unknown.

    T3 buys from D1, which has reported: T3 has gone quiet.
    """
    warehouse = make(
        targets("T1", "T2", "T3"),
        [
            *reports_of("D1", (2026, 6)),
            *reports_of("D2", (2026, 3)),
            *monthly("D2", "T1", (2026, 2)),
            *monthly("D1", "T2", (2026, 2)),
            sell(date(2026, 3, 5), "D2", "T2"),
            *monthly("D1", "T3", (2026, 2)),
        ],
        reports=REPORTS[:1],
    )
    total = total_of(warehouse)
    assert (total["lapsed_count"], total["unknown_count"]) == (1, 2)
    assert [row["terminal_id"] for row in rows_of(warehouse, "terminals")] == ["T3"]


def test_a_month_not_over_and_not_reported_makes_nobody_quiet(make: Make) -> None:
    """Data end on Wednesday 10 June. D1 has shipped in June, D2 in May last. T1 (D2) and T3 (D1) ordered in February last.

    T3 is silent for 120 days and quiet; whether T1 has bought in June nobody can know.
    """
    warehouse = make(
        targets("T1", "T3"),
        [
            *reports_of("D1", (2026, 5)),
            *reports_of("D2", (2026, 5)),
            *monthly("D2", "T1", (2026, 2)),
            *monthly("D1", "T3", (2026, 2)),
        ],
        through=date(2026, 6, 10),
        reports=[sell(date(2026, 6, 8), "D1", "T-D1")],
    )
    assert [row["terminal_id"] for row in rows_of(warehouse, "terminals")] == ["T3"]
    assert total_of(warehouse)["unknown_count"] == 1


def test_flows_that_carry_months_only_count_to_the_end_of_their_month(make: Make) -> None:
    """All flows lie on the first of a month. T1's April order may have been on the 30th, 61 days before 30 June: not
    more than 62. T2's March order lies 91 days back.
    """
    warehouse = make(
        targets("T1", "T2"),
        [
            *monthly("D1", "T-D1", (2026, 6), count=24, day=1),
            *monthly("D1", "T1", (2026, 4), day=1),
            *monthly("D1", "T2", (2026, 3), day=1),
        ],
        reports=[],
    )
    assert [row["terminal_id"] for row in rows_of(warehouse, "terminals")] == ["T2"]


# --- who to act on ---------------------------------------------------------------------------------------------------


def test_a_grade_a_terminal_is_listed_with_every_reason_and_its_potential(make: Make) -> None:
    """T1: never ordered, its owner left in March, last visit in January. T2: owned, visited in June, buys: no reason.

    T1's potential of 2026 is 300 + 200; that of 2025 (90) is not of the year.
    """
    warehouse = make(
        targets("T1", "T2"),
        [sell(date(2026, 6, 5), "D1", "T2")],
        terminal_grades=[{"terminal_id": name, "grade": "A", "valid_from": date(2025, 1, 1)} for name in ("T1", "T2")],
        reps=[{"rep_id": "R1", "name": "Ann", "employer": "manufacturer"}],
        assignments=[
            {"terminal_id": "T1", "rep_id": "R1", "valid_from": date(2025, 1, 1), "valid_to": date(2026, 3, 1)},
            {"terminal_id": "T2", "rep_id": "R1", "valid_from": date(2025, 1, 1)},
        ],
        visits=[
            {"visit_id": "V1", "visited_on": date(2026, 1, 5), "rep_id": "R1", "terminal_id": "T1"},
            {"visit_id": "V2", "visited_on": date(2026, 6, 5), "rep_id": "R1", "terminal_id": "T2"},
        ],
        potentials=[
            {"terminal_id": "T1", "product_line": "L1", "year": 2026, "potential_amount": Decimal(300)},
            {"terminal_id": "T1", "product_line": "L2", "year": 2026, "potential_amount": Decimal(200)},
            {"terminal_id": "T1", "product_line": "L1", "year": 2025, "potential_amount": Decimal(90)},
        ],
    )
    (row,) = rows_of(warehouse, "terminals")
    assert (row["terminal_id"], row["reason"], row["owner_name"], row["last_visited_on"]) == (
        "T1",
        "never_ordered",
        None,
        date(2026, 1, 5),
    )
    assert (row["is_without_owner"], row["is_not_visited"], row["stake_amount"]) == (True, True, Decimal(500))
    total = total_of(warehouse)
    assert (total["grade_a_never_count"], total["grade_a_never_amount"], total["grade_a_never_known_count"]) == (
        1,
        Decimal(500),
        1,
    )
    assert total_of(warehouse, product_lines=["L2"])["grade_a_never_amount"] == Decimal(200)
    (owned,) = rows_of(warehouse, "terminals", terminals=["T2"])
    assert (owned["owner_name"], owned["reason"]) == ("Ann", None)


def test_share_of_potential_is_twelve_months_of_sales_over_a_year_of_potential(make: Make) -> None:
    """T1 bought 100 in July 2025, in June 2026 and in June 2025, which is thirteen months ago: 200 of 1,000."""
    warehouse = make(
        targets("T1", "T2"),
        [sell(day, "D1", "T1") for day in (date(2025, 6, 5), date(2025, 7, 5), date(2026, 6, 5))],
        potentials=[{"terminal_id": "T1", "year": 2026, "potential_amount": Decimal(1000)}],
    )
    (row,) = rows_of(warehouse, "share_by_terminal")
    assert (row["terminal_id"], row["year_amount"], row["share_rate"], row["open_amount"]) == (
        "T1",
        Decimal(200),
        0.2,
        Decimal(800),
    )


def test_without_potentials_the_never_ordered_have_no_worth(make: Make) -> None:
    """T1 is A and has never ordered; nothing says what it could buy, so the sentence says no amount."""
    warehouse = make(
        targets("T1", "T2"),
        [sell(date(2026, 3, 5), "D1", "T2")],
        terminal_grades=[{"terminal_id": "T1", "grade": "A", "valid_from": date(2025, 1, 1)}],
    )
    total = total_of(warehouse)
    assert (total["grade_a_never_count"], total["grade_a_never_amount"]) == (1, None)
    assert rows_of(warehouse, "share_by_terminal") == []
    headline = sentences.tell_headline(total, "H1", "en", "CNY")
    assert headline.endswith("50.0%, 1.0 SKUs each on average. 1 grade A terminal has never ordered.")
    narrowed = sentences.tell_headline(total, "H1", "en", "CNY", is_narrowed=True)
    assert narrowed.endswith("1 grade A terminal has never ordered what is selected.")


def test_a_chosen_distributor_is_measured_where_it_may_sell_and_whom_it_serves(make: Make) -> None:
    """D1 may sell in N, where T1 and T2 lie, and sold to T3 in S. T4 in S is none of its business: 2 of 3 bought."""
    places = {"T1": "N", "T2": "N", "T3": "S", "T4": "S"}
    warehouse = make(
        [{"terminal_id": name, "is_target": True, "territory_id": place} for name, place in places.items()],
        [sell(date(2026, 3, 5), "D1", "T1"), sell(date(2026, 3, 5), "D1", "T3"), sell(date(2026, 3, 5), "D2", "T4")],
        territories=[{"territory_id": name, "name": name} for name in ("N", "S")],
        authorisations=[{"distributor_id": "D1", "territory_id": "N", "valid_from": date(2025, 1, 1)}],
    )
    total = total_of(warehouse, distributors=["D1"])
    assert (total["target_count"], total["active_count"]) == (3, 2)


def test_a_reader_of_one_territory_counts_its_terminals_only(make: Make) -> None:
    """T1 lies in N, T2 in S: a reader of N sees one target terminal."""
    warehouse = make(
        [
            {"terminal_id": "T1", "is_target": True, "territory_id": "N"},
            {"terminal_id": "T2", "is_target": True, "territory_id": "S"},
        ],
        [sell(date(2026, 3, 5), "D1", "T1"), sell(date(2026, 3, 5), "D1", "T2")],
        territories=[{"territory_id": name, "name": name} for name in ("N", "S")],
    )
    rows = ask(warehouse, "coverage/totals", PERIOD, Scope(territories=("N",), distributors=None)).to_pylist()
    assert (rows[0]["target_count"], rows[0]["active_count"]) == (1, 1)


# --- contracts and sentences -----------------------------------------------------------------------------------------


def test_every_header_says_the_columns_that_duckdb_gives(make: Make) -> None:
    """Names and types of each question of the page, as documented and as described."""
    warehouse = make(targets("T1"), [])
    for name in list_questions("coverage"):
        question = read_question(name)
        assert describe(warehouse, question) == tuple((column.name, column.type) for column in question.columns), name


def test_an_empty_selection_answers_with_zeros_and_a_sentence(make: Make) -> None:
    """A territory that does not exist holds nobody."""
    warehouse = make(targets("T1"), [])
    now, base = rows_of(warehouse, "totals", territories=["nowhere"])
    assert (now["universe_count"], now["coverage_rate"], base["universe_count"]) == (0, None, 0)
    assert rows_of(warehouse, "terminals", territories=["nowhere"]) == []
    assert rows_of(warehouse, "terminals_by_grade_and_depth", territories=["nowhere"]) == []
    assert sentences.tell_headline(now, "H1", "en", "CNY") == "No terminals for these filters."


TOTAL = {
    "is_target_known": True,
    "universe_count": 1480,
    "target_count": 1022,
    "active_count": 912,
    "coverage_rate": 912 / 1022,
    "products_per_terminal": 6.955,
    "grade_a_never_count": 14,
    "grade_a_never_amount": 19_501_980.0,
    "grade_a_never_known_count": 14,
    "lapsed_count": 26,
    "lapsed_amount": 15_542_264.55,
    "unknown_count": 1,
}


def test_the_headline_holds_the_same_numbers_in_both_languages() -> None:
    """Money is written in the language's own steps: ¥19.5m is 1,950万元."""
    assert sentences.tell_headline(TOTAL, "H1", "en", "CNY") == (
        "912 of 1,022 target terminals bought in H1: 89.2%, 7.0 SKUs each on average. "
        "14 grade A terminals worth ¥19.5m a year have never ordered."
    )
    assert (
        sentences.tell_headline(TOTAL, "H1", "zh", "CNY")
        == "H1，1,022家目标终端中912家有采购（89.2%），户均 7.0 个品规。14家A级终端（年潜力 1,950万元）尚未开单。"
    )


@pytest.mark.parametrize(
    ("changes", "ending"),
    [
        ({"grade_a_never_known_count": 3}, "14 grade A terminals worth at least ¥19.5m a year have never ordered."),
        ({"grade_a_never_count": 0}, "26 terminals that bought ¥15.5m in a year have gone quiet."),
        ({"grade_a_never_count": 0, "lapsed_count": 0, "unknown_count": 0}, "Nobody has gone quiet."),
        ({"grade_a_never_count": 0, "lapsed_count": 0}, "each on average."),
    ],
)
def test_the_second_claim_is_the_largest_hole_that_is_known(changes: dict[str, Any], ending: str) -> None:
    """Never ordered before gone quiet; where a supplier is late nothing is claimed of nobody having gone quiet."""
    assert sentences.tell_headline({**TOTAL, **changes}, "H1", "en", "CNY").endswith(ending)


def test_the_ladders_title_names_the_step_that_loses_most() -> None:
    """1,022 − 912 = 110 against 912 − 900 = 12."""
    steps = [
        {"step": step, "terminal_count": count, "depth_unit": "line", "range_count": 6}
        for step, count in (("target", 1022), ("active", 912), ("repeated", 900))
    ]
    assert sentences.tell_steps(steps, "en") == "The largest loss: 110 of 1,022 do not reach “Bought in the period”"
    assert sentences.tell_steps(steps, "zh") == "流失最多的一级：1,022家中110家未达“本期有采购”"
    assert sentences.tell_steps(steps[:1], "en") == "No terminal is lost on the way up"


def test_shares_that_read_alike_are_not_set_against_each_other() -> None:
    """0.101 % and 0.099 % both read 0.1 %."""
    cells = [
        {"kind": "shop", "kind_name": "Shop", "row_name": name, "terminal_count": 9974, "penetration_rate": rate}
        for name, rate in (("A", 0.00101), ("B", 0.00099))
    ]
    assert sentences.tell_penetration(cells, "en") == "Shop: 0.1% buy A"


def test_every_sentence_of_the_page_has_a_chinese_one() -> None:
    """Steps and reasons are looked up by their English words."""
    words = read_words("zh")
    assert [text for text in [*sentences.STEPS.values(), *sentences.REASONS.values()] if text not in words] == []
