"""The overview's numbers on the tiny company, worked by hand in tests/tiny/README.md, and its sentences."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from insight.access import EVERYTHING, Scope
from insight.asking import fill_defaults
from insight.catalog import list_questions, read_question
from insight.company import Company, Workspace
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.sentences.overview import (
    choose_culprits,
    find_shortfall,
    tell_attention,
    tell_headline,
    tell_months,
    tell_places,
    tell_units,
)
from insight.warehouse import Warehouse, ask
from published import ask_frame

COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 10), False)


def filtered(**chosen: Any) -> dict[str, object]:
    filters = Filters(**chosen)
    return make_parameters(filters, find_window(filters, COVERAGE))


def test_totals_compare_the_same_days_and_count_each_active_terminal_once(tiny: Warehouse) -> None:
    """Now 168 + 210 + 182 + 45 + 600 − 200 = 1,005 at H1, H5, H2; before 150 + 75 + 400 + 150 = 775 at H1, H3, H2."""
    (row,) = ask(tiny, "overview/totals", filtered(), EVERYTHING).to_pylist()
    assert (row["current_amount"], row["base_amount"]) == (Decimal("1005.00"), Decimal("775.00"))
    assert (row["active_count"], row["base_active_count"]) == (3, 3)
    assert (row["target_amount"], row["target_to_date_amount"]) == (Decimal("1180.00"), Decimal("955.00"))
    assert (row["holder_kind"], row["version"]) == ("territory", 2)


def test_a_territory_filter_includes_everything_below_it(tiny: Warehouse) -> None:
    """East holds Jiangsu and Nanjing: 605 against 400 + 50 + 220 × 7/22 = 520."""
    (row,) = ask(tiny, "overview/totals", filtered(territories=("EAST",)), EVERYTHING).to_pylist()
    assert (row["current_amount"], row["target_to_date_amount"]) == (Decimal("605.00"), Decimal("520.00"))


def test_a_territory_and_its_own_part_chosen_together_count_once(tiny: Warehouse) -> None:
    (row,) = ask(tiny, "overview/totals", filtered(territories=("EAST", "JS")), EVERYTHING).to_pylist()
    assert (row["current_amount"], row["target_to_date_amount"]) == (Decimal("605.00"), Decimal("520.00"))


def test_a_distributor_filter_uses_the_distributors_own_target(tiny: Warehouse) -> None:
    """D1 sold 168 + 210 + 182; its January target of 350 is due, and only January has one."""
    (row,) = ask(tiny, "overview/totals", filtered(distributors=("D1",)), EVERYTHING).to_pylist()
    assert (row["current_amount"], row["target_to_date_amount"], row["plan_month_count"]) == (
        Decimal("560.00"),
        Decimal("350.00"),
        1,
    )
    assert row["covered_amount"] == Decimal("378.00")


def test_a_product_line_without_a_target_has_none(tiny: Warehouse) -> None:
    (row,) = ask(tiny, "overview/totals", filtered(product_lines=("immunoassay",)), EVERYTHING).to_pylist()
    assert row["current_amount"] == Decimal("395.00")
    assert row["target_to_date_amount"] is None


def test_units_are_regions_and_below_a_chosen_one_its_parts(tiny: Warehouse) -> None:
    """Southwest 400 of 435 = 91.95 %, East 605 of 520 = 116.35 %; the larger gap comes first."""
    regions = ask(tiny, "overview/attainment_by_unit", filtered(), EVERYTHING).to_pylist()
    assert [(row["unit_id"], row["gap_amount"]) for row in regions] == [
        ("SW", Decimal("-35.00")),
        ("EAST", Decimal("85.00")),
    ]
    assert regions[0]["attainment_rate"] == pytest.approx(400 / 435)
    parts = ask(tiny, "overview/attainment_by_unit", filtered(territories=("EAST",)), EVERYTHING).to_pylist()
    assert [row["unit_id"] for row in parts] == ["JS"]


def test_the_bridge_is_the_worked_one_and_closes_to_the_cent(tiny: Warehouse) -> None:
    """H1 × P1 went from 20 at 15 to 25 at 14: volume 5 × 15 = 75, price −1 × 25 = −25. P2 at H1 is new (210), H5 is new (45),
    H3 is lost (−75), H2 bought 200 more and returned as much: volume 275, returned −200. 775 + 275 − 25 + 210 + 45 − 75 − 200
    = 1,005."""
    rows = {
        row["driver"]: row["change_amount"] for row in ask(tiny, "overview/bridge", filtered(), EVERYTHING).to_pylist()
    }
    assert rows == {
        "base": Decimal("775.00"),
        "volume": Decimal("275.00"),
        "new_terminals": Decimal("45.00"),
        "new_products": Decimal("210.00"),
        "price": Decimal("-25.00"),
        "mix": Decimal("0.00"),
        "lost_terminals": Decimal("-75.00"),
        "returned": Decimal("-200.00"),
        "current": Decimal("1005.00"),
    }


def test_the_terminals_behind_a_driver_add_up_to_it(tiny: Warehouse) -> None:
    """Price is all H1's (−25), volume H1's +75 and H2's +200, all of which came back; new products are H1's 210, the new
    terminal is H5, the lost one H3."""
    found = {}
    for driver in (
        "volume",
        "price",
        "mix",
        "new_terminals",
        "new_products",
        "lost_terminals",
        "returned",
        "corrections",
    ):
        rows = ask(
            tiny, "overview/bridge_terminals", {**filtered(), "driver": driver, "row_limit": 10}, EVERYTHING
        ).to_pylist()
        found[driver] = {row["terminal_id"]: row["change_amount"] for row in rows}
    assert found == {
        "volume": {"H1": Decimal("75.00"), "H2": Decimal("200.00")},
        "price": {"H1": Decimal("-25.00")},
        "mix": {},
        "new_terminals": {"H5": Decimal("45.00")},
        "new_products": {"H1": Decimal("210.00")},
        "lost_terminals": {"H3": Decimal("-75.00")},
        "returned": {"H2": Decimal("-200.00")},
        "corrections": {},
    }


def test_the_bridge_closes_on_random_sales_and_mix_is_what_its_formula_says(open_company: Any) -> None:
    """Mix = Σ (share of quantity now − before) × quantity now × (own price before − average before), on what was kept."""
    rng = np.random.default_rng(3)
    lines = []
    for number in range(400):
        quantity = int(rng.integers(1, 30)) * (-1 if rng.random() < 0.05 else 1)
        month = int(rng.integers(1, 4))
        lines.append(
            (
                f"F{number}",
                date(int(rng.integers(2025, 2027)), month, 28),
                f"T{rng.integers(12)}",
                f"P{rng.integers(4)}",
                quantity,
                round(quantity * float(rng.uniform(5, 50)), 2),
            )
        )
    warehouse = open_company(
        distributors={"distributor_id": ["D"], "name": ["d"]},
        terminals={"terminal_id": [f"T{number}" for number in range(12)], "name": ["t"] * 12},
        products={
            "product_id": [f"P{number}" for number in range(4)],
            "name": ["p"] * 4,
            "unit": ["box", "box", "kit", "kit"],
        },
        flows={
            "flow_id": [line[0] for line in lines],
            "occurred_on": [line[1] for line in lines],
            "seller_id": ["D"] * len(lines),
            "buyer_id": [line[2] for line in lines],
            "product_id": [line[3] for line in lines],
            "quantity": [line[4] for line in lines],
            "amount": [line[5] for line in lines],
        },
    )
    windows = {
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 4, 1),
        "base_start": date(2025, 1, 1),
        "base_end": date(2025, 4, 1),
        "base_cut_month": None,
    }
    everything = {"territories": [], "manufacturers": [], "product_lines": [], "distributors": []}
    frame = ask_frame(warehouse, "overview/bridge", **windows, **everything).set_index("driver")["change_amount"]
    assert frame.drop("current").sum() == frame["current"]
    assert frame["mix"] == pytest.approx(_mix_by_formula(lines), abs=Decimal("0.5"))  # 48 items, each to the cent
    for driver in frame.index.drop(["base", "current"]):
        behind = ask_frame(
            warehouse, "overview/bridge_terminals", **windows, **everything, driver=driver, row_limit=100
        )
        # twelve terminals, each rounded to the cent
        assert behind["change_amount"].sum() == pytest.approx(frame[driver], abs=Decimal("0.06"))


def _mix_by_formula(lines: list[Any]) -> Decimal:
    sums: dict[tuple[str, str], list[float]] = {}
    for _, day, terminal, product, quantity, amount in lines:
        if amount < 0:  # returns stand apart
            continue
        item = sums.setdefault((terminal, product), [0.0, 0.0, 0.0, 0.0])
        place = 0 if day.year == 2025 else 2
        item[place] += quantity
        item[place + 1] += amount
    mix = 0.0
    for products in ({"P0", "P1"}, {"P2", "P3"}):
        kept = [
            item
            for (_, product), item in sums.items()
            if product in products and item[0] > 0 and item[2] > 0 and item[1] > 0 and round(item[3], 2) != 0
        ]
        before, now = sum(item[0] for item in kept), sum(item[2] for item in kept)
        average = sum(item[1] for item in kept) / before
        mix += sum((item[2] / now - item[0] / before) * now * (item[1] / item[0] - average) for item in kept)
    return Decimal(str(round(mix, 2)))


def test_grade_a_counts_by_the_grade_of_the_last_day(tiny: Warehouse) -> None:
    """On 10 March 2026 H1, H2 and H4 are A, of which H1 and H2 bought; on 31 March 2025 H1 was still B."""
    rows = ask(tiny, "overview/grade_a_coverage", filtered(), EVERYTHING).to_pylist()
    assert [(row["period_name"], row["grade_a_count"], row["active_count"]) for row in rows] == [
        ("current", 3, 2),
        ("base", 2, 1),
    ]


def test_a_distributor_without_lines_in_the_last_whole_month_is_late_and_others_are_not(open_company: Any) -> None:
    days = [date(2026, month, 15) for month in range(1, 7)]
    sold = [(day, seller) for day in days for seller in ("D1", "D2") if not (seller == "D2" and day.month > 4)]
    warehouse = open_company(
        distributors={"distributor_id": ["D1", "D2"], "name": ["one", "two"]},
        terminals={"terminal_id": ["T"], "name": ["t"]},
        products={"product_id": ["P"], "name": ["p"]},
        flows={
            "flow_id": [str(number) for number in range(len(sold))],
            "occurred_on": [day for day, _ in sold],
            "seller_id": [seller for _, seller in sold],
            "buyer_id": ["T"] * len(sold),
            "product_id": ["P"] * len(sold),
            "quantity": [1] * len(sold),
            "amount": [90] * len(sold),
        },
    )
    rows = ask(warehouse, "overview/late_distributors", filtered(), EVERYTHING).to_pylist()
    assert [(row["distributor_id"], row["last_month"], row["month_count"], row["usual_amount"]) for row in rows] == [
        ("D2", date(2026, 4, 1), 1, Decimal("90.00"))
    ]


def test_a_reader_of_one_region_gets_that_regions_total_whatever_the_filters_say(tiny: Warehouse) -> None:
    east = Scope(territories=("EAST",), distributors=None)
    (row,) = ask(tiny, "overview/totals", filtered(), east).to_pylist()
    assert row["current_amount"] == Decimal("605.00")
    (row,) = ask(tiny, "overview/totals", filtered(territories=("SW",)), east).to_pylist()
    assert row["current_amount"] == 0


# --- targets of a part -----------------------------------------------------------------------------------------------

JANUARY: dict[str, Any] = {
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 2, 1),
    "base_start": date(2025, 1, 1),
    "base_end": date(2025, 2, 1),
    "base_cut_month": None,
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
}
FOR_A_AND_A_LINE_OF_S = [("territory", "A", None, 50), ("territory", "S", "a", 10), ("distributor", "D1", None, 70)]


@pytest.fixture
def open_part(open_company: Any) -> Any:
    """January 2026: A (of North) buys 60 of line a and 40 of b, B (of North) 30 of a, S 20 of a and 10 of b from D2, and a
    terminal without territory 5 of a: 165 in all, D2 30 of them."""

    def make(targets: list[tuple[str, str, str | None, int]]) -> Warehouse:
        sold = [("A", "a", 60), ("A", "b", 40), ("B", "a", 30), ("S", "a", 20), ("S", "b", 10), ("none", "a", 5)]
        places = ["A", "B", "S", "none"]
        return open_company(
            Workspace("Part", calendar="", data_through_on=date(2026, 1, 31)),
            territories={"territory_id": ["N", "A", "B", "S"], "name": [*"NABS"], "parent_id": [None, "N", "N", None]},
            products={"product_id": ["a", "b"], "name": ["a", "b"], "product_line": ["a", "b"]},
            distributors={"distributor_id": ["D1", "D2"], "name": ["d1", "d2"], "territory_id": ["N", "S"]},
            terminals={"terminal_id": places, "name": places, "territory_id": ["A", "B", "S", None]},
            targets={
                "month": [date(2026, 1, 1)] * len(targets),
                "holder_kind": [kind for kind, *_ in targets],
                "holder_id": [holder for _, holder, *_ in targets],
                "product_line": [line for *_, line, _ in targets],
                "target_amount": [amount for *_, amount in targets],
            },
            flows={
                "flow_id": [str(place) for place in range(len(sold))],
                "occurred_on": [date(2026, 1, 15)] * len(sold),
                "seller_id": ["D2" if place == "S" else "D1" for place, *_ in sold],
                "buyer_id": [place for place, *_ in sold],
                "product_id": [line for _, line, _ in sold],
                "quantity": [1] * len(sold),
                "amount": [amount for *_, amount in sold],
            },
        )

    return make


def total_of(warehouse: Warehouse, **chosen: Any) -> tuple[int, int | None, int | None]:
    """Pure sales, those the target is for, and the target."""
    (row,) = ask(warehouse, "overview/totals", {**JANUARY, **chosen}, EVERYTHING).to_pylist()
    return row["current_amount"], row["covered_amount"], row["target_to_date_amount"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        # all of A, and of S line a alone; B and what has no territory are in no target
        ({}, (165, 60 + 40 + 20, 50 + 10)),
        ({"territories": ["N"]}, (130, 100, 50)),
        ({"territories": ["A", "B"]}, (130, 100, 50)),
        ({"territories": ["A", "S"]}, (130, 120, 60)),
        ({"territories": ["B"]}, (30, None, None)),
        ({"product_lines": ["a"]}, (115, 20, 10)),
        ({"distributors": ["D1", "D2"]}, (165, 135, 70)),
    ],
    ids=str,
)
def test_sales_that_no_target_is_for_do_not_count_towards_those_of_others(
    open_part: Any, chosen: dict[str, Any], expected: tuple[int, int | None, int | None]
) -> None:
    assert total_of(open_part(FOR_A_AND_A_LINE_OF_S), **chosen) == expected


def test_every_page_leaves_out_the_same_sales(open_part: Any) -> None:
    """North: A's 100 of 50; South: line a's 20 of 10; together 120 of 60, and line a 20 of 10."""
    warehouse = open_part(FOR_A_AND_A_LINE_OF_S)
    asked = {
        **JANUARY,
        "landing_end": date(2026, 2, 1),
        "months_start": date(2026, 1, 1),
        "months_end": date(2026, 2, 1),
    }
    overview = ask(warehouse, "overview/attainment_by_unit", asked, EVERYTHING).to_pylist()
    assert {row["unit_id"]: (row["actual_amount"], row["gap_amount"], row["attainment_rate"]) for row in overview} == {
        "N": (130, 50, 2.0),
        "S": (30, 10, 2.0),
        "": (5, None, None),
    }
    units = ask(warehouse, "attainment/attainment_by_unit", asked, EVERYTHING).to_pylist()
    covered = {(row["unit_id"], row["is_whole"]): row["covered_amount"] for row in units}
    assert covered == {("", True): 120, ("N", False): 100, ("S", False): 20, ("", False): None}
    months = ask(warehouse, "attainment/attainment_by_unit_and_month", asked, EVERYTHING).to_pylist()
    assert {(row["unit_id"], row["is_whole"]): row["covered_amount"] for row in months} == covered
    provinces = ask(warehouse, "overview/attainment_by_province", asked, EVERYTHING).to_pylist()
    assert {row["province_id"]: row["attainment_rate"] for row in provinces} == {"A": 2.0, "B": None}
    lines = ask(warehouse, "attainment/attainment_by_product_line", asked, EVERYTHING).to_pylist()
    assert {row["product_line"]: (row["covered_amount"], row["plan_amount"]) for row in lines} == {
        "a": (20, 10),
        "b": (None, None),
    }
    chart = {**asked, "chart_start": date(2026, 1, 1), "chart_end": date(2026, 3, 1)}
    (month, later) = ask(warehouse, "overview/sales_by_month", chart, EVERYTHING).to_pylist()
    assert (month["actual_amount"], month["covered_amount"], later["covered_amount"]) == (165, 120, None)


def test_sales_without_a_territory_count_where_every_territory_has_a_target(open_part: Any) -> None:
    """With B's 20, line a is in targets everywhere: 100 + 30 + 20 + the 5 of nowhere. Of b, S has none."""
    assert total_of(open_part([*FOR_A_AND_A_LINE_OF_S, ("territory", "B", None, 20)])) == (165, 155, 80)


def test_a_plan_of_distributors_alone_is_for_their_sales(open_part: Any) -> None:
    """D1 sold 135: 130 in North, where it is at home, and 5 nowhere."""
    warehouse = open_part([("distributor", "D1", None, 70)])
    assert total_of(warehouse) == (165, 135, 70)
    assert total_of(warehouse, territories=["N", "S"]) == (160, 130, 70)


# --- readers of a part -----------------------------------------------------------------------------------------------

EAST, ONE = Scope(("EAST",), None), Scope(None, ("D1",))
DEFAULTS = find_window(Filters(), COVERAGE)


def standing_of(warehouse: Warehouse, scope: Scope, **chosen: Any) -> tuple[Any, ...]:
    (row,) = ask(warehouse, "overview/totals", filtered(**chosen), scope).to_pylist()
    return row["current_amount"], row["covered_amount"], row["target_to_date_amount"]


def test_a_reader_of_one_region_has_its_plan_for_the_companys(tiny: Warehouse) -> None:
    """East is 605 of 520, and the only territory compared; a reader of Jiangsu sees the same one level down."""
    assert standing_of(tiny, EAST) == (Decimal("605.00"), Decimal("605.00"), Decimal("520.00"))
    for scope, top in ((EAST, "EAST"), (Scope(("JS",), None), "JS")):
        (row,) = ask(tiny, "overview/attainment_by_unit", filtered(), scope).to_pylist()
        assert (row["unit_id"], row["actual_amount"], row["gap_amount"]) == (top, Decimal("605.00"), Decimal("85.00"))
        asked = {**filtered(), "landing_end": date(2026, 5, 1)}
        whole, part = ask(tiny, "attainment/attainment_by_unit", asked, scope).to_pylist()
        assert whole["is_whole"] and part["unit_id"] == top
        assert whole["plan_amount"] == part["plan_amount"] == Decimal("520.00")
        assert whole["target_amount"] == part["target_amount"] == Decimal("770.00")


def test_a_reader_of_two_places_in_different_regions_compares_the_two(tiny: Warehouse) -> None:
    scope = Scope(("JS", "SC", "NJ"), None)
    assert standing_of(tiny, scope) == (Decimal("1005.00"), Decimal("1005.00"), Decimal("955.00"))
    rows = ask(tiny, "overview/attainment_by_unit", filtered(), scope).to_pylist()
    assert [row["unit_id"] for row in rows] == ["SC", "JS"]


def test_a_reader_below_every_target_has_sales_and_no_plan(tiny: Warehouse) -> None:
    assert standing_of(tiny, Scope(("NJ",), None)) == (Decimal("560.00"), None, None)
    (row,) = ask(tiny, "overview/attainment_by_unit", filtered(), Scope(("NJ",), None)).to_pylist()
    assert (row["unit_id"], row["actual_amount"], row["plan_amount"]) == ("NJ", Decimal("560.00"), None)


def test_a_distributors_reader_stands_against_its_own_target_without_choosing_it(tiny: Warehouse) -> None:
    """D1: 378 of 350 in January, as with the filter; nothing of territories, whose targets are for others' sales too."""
    own = (Decimal("560.00"), Decimal("378.00"), Decimal("350.00"))
    assert standing_of(tiny, ONE) == standing_of(tiny, ONE, distributors=("D1",)) == own
    assert standing_of(tiny, ONE, territories=("JS",)) == (Decimal("560.00"), None, None)
    for name in ("overview/attainment_by_unit", "overview/attainment_by_province"):
        assert {row["plan_amount"] for row in ask(tiny, name, filtered(), ONE).to_pylist()} == {None}


def test_who_sees_a_part_of_a_distributors_sales_does_not_see_its_target(tiny: Warehouse) -> None:
    assert standing_of(tiny, EAST, distributors=("D1",)) == (Decimal("560.00"), None, None)
    assert standing_of(tiny, Scope(("EAST",), ("D1",))) == (Decimal("560.00"), None, None)


@pytest.mark.parametrize("scope", [EAST, ONE], ids=["a region's", "a distributor's"])
def test_nothing_a_reader_is_told_depends_on_what_others_sold_or_have_to_sell(
    tiny: Warehouse, tiny_company: Company, open_company: Any, scope: Scope
) -> None:
    """Everything that is not the reader's is made a thousandfold; every answer stays the same."""
    flows, targets = tiny_company.tables["flows"].to_pylist(), tiny_company.tables["targets"].to_pylist()
    others = {"D3"} if scope is EAST else {"D2", "D3"}
    for flow in flows:
        if flow["seller_id"] in others or (flow["seller_id"], flow["buyer_id"]) == ("M1", "D3"):
            flow["amount"], flow["quantity"] = flow["amount"] * 1000, flow["quantity"] * 1000
    for target in targets:
        is_own = target["holder_id"] in ("JS", "R1", "R2") if scope is EAST else target["holder_id"] == "D1"
        target["target_amount"] = target["target_amount"] * (1 if is_own else 1000)
    tables = {**tiny_company.tables, "flows": pa.Table.from_pylist(flows), "targets": pa.Table.from_pylist(targets)}
    changed = open_company(tiny_company.workspace, **{name: table.to_pydict() for name, table in tables.items()})
    names = [name for name in list_questions() if name.split("/")[0] in ("overview", "attainment", "coverage")]
    for name in names:
        asked = {**fill_defaults(read_question(name), DEFAULTS), **filtered()}
        assert ask(changed, name, asked, scope).to_pylist() == ask(tiny, name, asked, scope).to_pylist(), name


# --- sentences -------------------------------------------------------------------------------------------------------


def unit(name: str, gap: float, count: int = 50, rate: float = 0.9) -> dict[str, Any]:
    return {
        "unit_id": name,
        "unit_name": name,
        "gap_amount": gap,
        "active_count": count,
        "attainment_rate": rate,
        "plan_amount": 100.0,
    }


TOTAL = {
    "current_amount": 297_500_000.0,
    "base_amount": 274_300_000.0,
    "target_to_date_amount": 305_000_000.0,
    "covered_amount": 297_500_000.0,
}


def find_numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:[.,]\d+)*%", text))


def test_shares_of_the_shortfall_are_of_the_gross_shortfall() -> None:
    """East −4.7 and Central −3.2 of −4.7 − 3.2 − 1.5 − 0.4 = −9.8: 81 %; South's +2.3 does not enter."""
    units = [unit("East", -4.7), unit("Central", -3.2), unit("North", -1.5), unit("Other", -0.4), unit("South", 2.3)]
    assert find_shortfall(units)[1] == pytest.approx(9.8)
    named, share = choose_culprits(units)
    assert [row["unit_name"] for row in named] == ["East", "Central"]
    assert share == pytest.approx(7.9 / 9.8)


def test_a_unit_of_few_terminals_is_never_blamed() -> None:
    assert [row["unit_name"] for row in choose_culprits([unit("Tiny", -9.0, count=3), unit("Big", -1.0)])[0]] == ["Big"]


def test_the_headline_says_state_and_place_with_the_same_numbers_in_both_languages() -> None:
    units = [unit("East", -4.7), unit("Central", -3.2), unit("North", -1.5), unit("Other", -0.4)]
    english = tell_headline(TOTAL, units, "Jan–Sep 2025", "en", "CNY")
    assert (
        english
        == "Pure sales are ¥297.5m (Jan–Sep 2025), 97.5% of plan and ¥7.5m short. East and Central make up 81% of the shortfall."
    )
    chinese = tell_headline(TOTAL, units, "2025年1–9月", "zh", "CNY")
    assert chinese == "2025年1–9月纯销 2.98亿元，达成 97.5%，缺口 750万元；East、Central占短缺额的 81%。"
    assert find_numbers(english) == find_numbers(chinese)


def test_the_headline_falls_back_where_there_is_no_plan_and_where_there_is_nothing_to_compare_with() -> None:
    no_plan = {**TOTAL, "target_to_date_amount": float("nan")}
    assert "8.5% above the comparison; there is no target" in tell_headline(no_plan, [], "2025", "en", "CNY")
    alone = {**no_plan, "base_amount": 0.0}
    assert "nothing earlier to compare with" in tell_headline(alone, [], "2025", "en", "CNY")


def test_the_headline_says_about_level_under_one_percent_and_that_all_is_fine() -> None:
    level = {**TOTAL, "target_to_date_amount": 299_000_000.0}
    text = tell_headline(level, [unit("East", 1.0, rate=1.01)], "2025", "en", "CNY")
    assert "about level with plan at 99.5%" in text
    assert "All territories are within 2% of plan or above." in text


def test_a_month_not_yet_over_never_counts_as_below_plan() -> None:
    months = [
        {"actual_amount": 10.0, "plan_amount": 9.0, "base_amount": 1.0, "is_partial": False},
        {"actual_amount": 11.0, "plan_amount": 9.0, "base_amount": 1.0, "is_partial": False},
        {"actual_amount": 2.0, "plan_amount": 9.0, "base_amount": 1.0, "is_partial": True},
    ]
    assert tell_months(months, "en") == "On or above plan for 2 months running"


def test_units_without_targets_are_not_judged() -> None:
    """30 of 40 is 75 %."""
    east, west = (
        {**unit(name, float("nan")), "plan_amount": None, "actual_amount": amount}
        for name, amount in (("East", 30.0), ("West", 10.0))
    )
    assert tell_units([east], "en", has_plan=False) == "Pure sales by territory; no target is loaded"
    assert tell_units([east, west], "en", has_plan=False) == "East carries 75.0% of pure sales; no target is loaded"
    assert "no target is held at this level" in tell_units([east, west], "en", has_plan=True)


def test_provinces_without_plan_are_told_by_what_fell() -> None:
    def place(name: str, growth: float) -> dict[str, Any]:
        return {"province_name": name, "attainment_rate": None, "growth_rate": growth}

    some = [place("Jiangsu", -0.2), place("Anhui", 0.1), place("Henan", -0.1)]
    assert tell_places(some, "province_name", "en") == "Jiangsu and Henan fell most"
    assert tell_places(some[:2], "province_name", "en") == "Only Jiangsu fell"
    assert tell_places(some[1:2], "province_name", "en") == "No province sells less than in the comparison period"
    assert tell_places([place("Anhui", float("nan"))], "province_name", "en") == "Pure sales by province"


def test_one_grade_a_terminal_is_spoken_of_as_one() -> None:
    row = {"terminal_count": 1, "grade_a_count": 18, "sales_amount": 2_000_000.0}
    assert "1 of 18 grade A terminals has had" in tell_attention("unvisited", row, "en", "CNY")
    assert "2 of 18 grade A terminals have had" in tell_attention(
        "unvisited", {**row, "terminal_count": 2}, "en", "CNY"
    )


def test_filters_without_any_sale_are_not_told_as_a_sum_of_nothing() -> None:
    nothing = {"current_amount": 0.0, "base_amount": 0.0, "target_to_date_amount": None, "covered_amount": None}
    assert tell_headline(nothing, [], "2025", "en", "CNY") == "No pure sales for these filters."
