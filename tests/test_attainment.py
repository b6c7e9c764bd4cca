"""Attainment: questions on rows worked by hand, the landing's arithmetic, identities and coverage, the sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from insight.access import EVERYTHING
from insight.company import Company, Workspace
from insight.filters import Coverage, Filters, add_months, find_window, make_parameters
from insight.publish import publish
from insight.sentences.attainment import (
    Standing,
    name_months,
    name_period,
    show_range,
    tell_headline,
    tell_heat,
    tell_landing,
    tell_needed,
    tell_pace,
    tell_terminals,
)
from insight.sentences.landing import tell_method
from insight.warehouse import Warehouse, ask
from published import ask_frame

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 10), False)
MONTHS = {"months_start": date(2025, 1, 1), "months_end": date(2026, 5, 1)}
DAYS = {"days_start": date(2025, 1, 1), "days_end": date(2026, 4, 1)}


def filtered(**chosen: Any) -> dict[str, object]:
    filters = Filters(**chosen)
    return {**make_parameters(filters, find_window(filters, COVERAGE)), "landing_end": date(2026, 5, 1)}


def ask_rows(warehouse: Warehouse, name: str, **parameters: Any) -> list[dict[str, Any]]:
    return ask(warehouse, f"attainment/{name}", parameters, EVERYTHING).to_pylist()


# --- questions --------------------------------------------------------------------------------------------------


def test_units_and_the_whole_stand_against_the_target_due_and_the_target_of_the_whole_period(tiny: Warehouse) -> None:
    """Due by 10 March: East 520, Southwest 435. To the end of April: East 400 + 50 + 220 + 100 = 770, Southwest 510."""
    rows = ask_rows(tiny, "attainment_by_unit", **filtered())
    kept = [
        (
            row["unit_id"],
            row["is_whole"],
            row["actual_amount"],
            row["plan_amount"],
            row["target_amount"],
            row["gap_amount"],
        )
        for row in rows
    ]
    assert kept == [
        ("", True, Decimal("1005.00"), Decimal("955.00"), Decimal("1280.00"), Decimal("50.00")),
        ("SW", False, Decimal("400.00"), Decimal("435.00"), Decimal("510.00"), Decimal("-35.00")),
        ("EAST", False, Decimal("605.00"), Decimal("520.00"), Decimal("770.00"), Decimal("85.00")),
    ]
    assert [row["attainment_rate"] for row in rows] == pytest.approx([1005 / 955, 400 / 435, 605 / 520])
    assert [row["growth_rate"] for row in rows] == pytest.approx([1005 / 775 - 1, 0.0, 605 / 375 - 1])
    assert [row["growth_contribution_rate"] for row in rows] == pytest.approx([230 / 775, 0.0, 230 / 775])
    assert [row["active_count"] for row in rows] == [3, 1, 2]


def test_what_lies_above_the_parts_is_a_row_of_its_own(tiny: Warehouse) -> None:
    """Below Jiangsu is Nanjing with H1 (560); H5 (45) and H3 (75 last year) lie in Jiangsu itself. No part has
    a target."""
    rows = ask_rows(tiny, "attainment_by_unit", **filtered(territories=("JS",)))
    assert [
        (row["unit_id"], row["is_whole"], row["actual_amount"], row["base_amount"], row["plan_amount"]) for row in rows
    ] == [
        ("", True, Decimal("605.00"), Decimal("375.00"), Decimal("520.00")),
        ("NJ", False, Decimal("560.00"), Decimal("300.00"), None),
        ("", False, Decimal("45.00"), Decimal("75.00"), None),
    ]


def test_a_target_not_wholly_handed_down_leaves_a_rest_and_parts_add_up_to_the_whole(
    open_company: Callable[..., Warehouse],
) -> None:
    """The region has 100, its parts 60 and 30: 10 belong to nobody below. The sum of the parts is the whole."""
    warehouse = open_company(**make_tables(targets=[("R", 100), ("A", 60), ("B", 30)]))
    rows = ask_rows(warehouse, "attainment_by_unit", **whole_month(territories=["R"]))
    parts = {row["unit_id"]: row["target_amount"] for row in rows if not row["is_whole"]}
    assert parts == {"A": Decimal(60), "B": Decimal(30), "": Decimal(10)}
    for column in ("actual_amount", "base_amount", "target_amount", "plan_amount", "gap_amount"):
        whole = next(row[column] for row in rows if row["is_whole"])
        assert sum(row[column] for row in rows if not row["is_whole"]) == whole
    months = ask_rows(
        warehouse,
        "attainment_by_unit_and_month",
        **whole_month(territories=["R"]),
        months_start=date(2026, 3, 1),
        months_end=date(2026, 4, 1),
    )
    assert {row["unit_id"]: row["target_amount"] for row in months if not row["is_whole"]} == parts


@pytest.mark.parametrize(("target", "gap"), [(0, 40), (-44, 70)])
def test_a_target_not_above_zero_gives_a_gap_and_no_rate(
    open_company: Callable[..., Warehouse], target: int, gap: int
) -> None:
    """A sold 40 by the 15th of 22 working days: 40 − (−44 × 15/22) = 70 above a target of −44."""
    warehouse = open_company(**make_tables(targets=[("A", target)]))
    whole = ask_rows(warehouse, "attainment_by_unit", **whole_month(territories=["A"]))[0]
    assert whole["attainment_rate"] is None
    assert whole["gap_amount"] == Decimal(gap)


def test_sales_of_months_without_a_target_do_not_count_towards_it(tiny: Warehouse) -> None:
    """D1 has a target in January alone (350), and sold 168 + 210 in it: 378 ÷ 350, not 560 ÷ 350."""
    whole = ask_rows(tiny, "attainment_by_unit", **filtered(distributors=("D1",)))[0]
    assert (whole["actual_amount"], whole["covered_amount"], whole["plan_month_count"]) == (
        Decimal("560.00"),
        Decimal("378.00"),
        1,
    )
    assert whole["attainment_rate"] == pytest.approx(378 / 350)


def test_a_partial_month_is_held_against_the_part_of_its_target_that_is_due(tiny: Warehouse) -> None:
    """March: East sold 45 + 182 = 227 of 220 × 7/22 = 70; nothing is 227 of 220, and April has no actual."""
    rows = ask_rows(tiny, "attainment_by_unit_and_month", **filtered(), **MONTHS)
    east = {row["sales_month"]: row for row in rows if row["unit_id"] == "EAST"}
    assert east[date(2026, 3, 1)]["target_to_date_amount"] == Decimal("70.00")
    assert east[date(2026, 3, 1)]["attainment_rate"] == pytest.approx(227 / 70)
    assert east[date(2026, 4, 1)]["attainment_rate"] is None


def test_days_from_the_lines_add_up_to_the_months(tiny: Warehouse) -> None:
    for chosen in (
        {},
        {"territories": ("EAST",)},
        {"product_lines": ("immunoassay",)},
        {"manufacturers": ("M1",)},
        {"distributors": ("D2",)},
    ):
        days = ask_frame(tiny, "attainment/sales_by_unit_and_day", **filtered(**chosen), **DAYS)
        months = ask_frame(tiny, "attainment/attainment_by_unit_and_month", **filtered(**chosen), **MONTHS)
        by_month = days.groupby([days["sales_on"].map(lambda day: day.replace(day=1)), "unit_id"])["sales_amount"].sum()
        parts = months[~months["is_whole"]].set_index(["sales_month", "unit_id"])["sales_amount"]
        assert {key: value for key, value in by_month.items() if value} == {
            key: value for key, value in parts.items() if value
        }
        whole = months[months["is_whole"]].set_index("sales_month")["sales_amount"]
        assert parts.groupby(level=0).sum().to_dict() == whole.to_dict()


def test_product_lines_without_a_target_have_growth_only(tiny: Warehouse) -> None:
    rows = ask_rows(tiny, "attainment_by_product_line", **filtered())
    assert {row["product_line"]: (row["actual_amount"], row["plan_amount"]) for row in rows} == {
        "immunoassay": (Decimal("395.00"), None),
        "biochemistry": (Decimal("610.00"), None),
    }


def test_the_way_up_from_a_territory_starts_at_the_top(tiny: Warehouse) -> None:
    rows = ask_rows(tiny, "territories_above", territories=["NJ"])
    assert [(row["territory_id"], row["region_depth"]) for row in rows] == [("EAST", 0), ("JS", 1), ("NJ", 2)]
    assert ask_rows(tiny, "territories_above", territories=["NJ", "SW"]) == []


def test_terminals_that_moved_carry_the_sum_of_all_that_moved_their_way(tiny: Warehouse) -> None:
    """H3 lost 75; H1 rose 300 → 560 and H5 0 → 45: +305; H2 stood still."""
    rows = ask_rows(tiny, "change_by_terminal", **filtered(), most=1)
    assert [
        (row["terminal_id"], row["change_amount"], row["gross_change_amount"], row["moved_count"]) for row in rows
    ] == [
        ("H3", Decimal("-75.00"), Decimal("-75.00"), 1),
        ("H1", Decimal("260.00"), Decimal("305.00"), 2),
    ]


# --- sentences --------------------------------------------------------------------------------------------------


NOW = Standing(
    period="2026",
    method="seasonal",
    elapsed_days=176,
    total_days=248,
    actual_amount=970_000.0,
    base_amount=900_000.0,
    plan_amount=1_000_000.0,
    covered_amount=970_000.0,
    target_amount=1_400_000.0,
    landing_amount=1_350_000.0,
    low_amount=1_320_000.0,
    high_amount=1_380_000.0,
    low_rate=0.943,
    landing_rate=0.964,
    high_rate=0.986,
    needed_amount=5_972.2,
    current_amount=5_511.4,
)
OVER = replace(NOW, method="over", low_rate=0.97, high_rate=0.97, landing_rate=0.97, needed_amount=None)
NO_TARGET = replace(
    NOW,
    plan_amount=None,
    covered_amount=None,
    target_amount=None,
    needed_amount=None,
    low_rate=None,
    landing_rate=None,
    high_rate=None,
)


def test_the_headline_says_state_landing_and_need() -> None:
    assert tell_headline(NOW, [], "en", "CNY") == (
        "2026 is at 97.0% of the target due with 176 of 248 working days gone; landing 94–99% (80% range). "
        "Closing the gap needs ¥6.0k a day against ¥5.5k now."
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (replace(NOW, needed_amount=5_000.0), "The target needs ¥5.0k a day; ¥5.5k a day is coming in."),
        (replace(NOW, needed_amount=-10.0), "The target of the whole period is already reached."),
        (
            replace(NOW, method="plain", low_rate=None, high_rate=None),
            "at this pace it lands at 96% (too little history for a range)",
        ),
        (OVER, "2026 is over at 97.0% of target, ¥30.0k short."),
        (replace(OVER, covered_amount=995_000.0), "2026 is over at 99.5% of target, about level."),
        (
            NO_TARGET,
            "2026 stands at ¥970.0k, 7.8% above the comparison; there is no target for these filters. "
            "It lands between ¥1.3m and ¥1.4m",
        ),
        (replace(NO_TARGET, base_amount=None), "there is no target and nothing earlier to compare with."),
        (replace(NOW, plan_amount=-100.0, target_amount=-100.0), "The target is not above zero, so no rate is given."),
        (replace(NO_TARGET, actual_amount=0.0, base_amount=None), "There are no pure sales for these filters in 2026."),
    ],
)
def test_the_headline_has_a_fallback_for_what_is_missing(now: Standing, said: str) -> None:
    assert said in tell_headline(now, [], "en", "CNY")


def make_unit(
    name: str, gap: float, attained: float, low: float, high: float, expected: float, active: int
) -> dict[str, Any]:
    return {
        "unit_id": name,
        "unit_name": name,
        "is_whole": False,
        "gap_amount": gap,
        "attainment_rate": attained,
        "active_count": active,
        "low_rate": low,
        "high_rate": high,
        "needed_day_amount": 10.0,
        "expected_day_amount": expected,
        "headroom_rate": expected / 10 - 1,
    }


UNITS = [
    make_unit("甲", -80.0, 0.9, 0.8, 0.95, 8.0, 9),
    make_unit("乙", -20.0, 0.97, 0.9, 1.1, 11.0, 9),
    make_unit("丙", 5.0, 1.02, 1.0, 1.2, 15.0, 2),
]


def find_numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:\.\d+)?%?", text.replace("95%以", "")))


def test_both_languages_hold_the_same_numbers() -> None:
    for build in (
        lambda language: tell_landing(UNITS, language),
        lambda language: tell_needed(UNITS, language),
        lambda language: tell_method("seasonal", 17, 0.035, 0.173, language),
        lambda language: show_range(0.943, 0.986, language),
        lambda language: re.sub(r"¥?[\d.,]+(k|m|万元|元)", "", tell_headline(NOW, UNITS, language, "CNY")),
    ):
        english, chinese = build("en"), build("zh")
        assert find_numbers(english) == find_numbers(chinese)
        assert english == chinese or not re.search("[a-z]{4}", chinese)


def test_titles_name_who_lands_short_and_who_must_speed_up() -> None:
    assert tell_landing(UNITS, "en") == "甲 lands below target even at the top of the range"
    assert tell_needed(UNITS, "en") == "甲 needs 25% more a day than is expected; 1 of 3 are short"
    assert tell_pace(NOW, "en", "CNY") == "¥30.0k behind the target due today"


def test_a_range_that_reads_the_same_at_both_ends_is_not_told() -> None:
    assert "It lands between ¥1.3m and ¥1.4m" in tell_headline(NO_TARGET, [], "en", "CNY")
    assert "lands" not in tell_headline(replace(NO_TARGET, high_amount=1_320_001.0), [], "en", "CNY")


def test_one_terminal_that_fell_is_told_in_the_singular() -> None:
    rows = [{"change_amount": -3.0, "gross_change_amount": -3.0}, {"change_amount": 9.0, "gross_change_amount": 9.0}]
    assert tell_terminals(rows, "en", "CNY").startswith("One terminal lost")
    assert tell_terminals(rows, "zh", "CNY").startswith("1家终端减少")


def test_nothing_is_said_of_a_unit_with_fewer_than_five_terminals() -> None:
    few = [{**row, "active_count": 2} for row in UNITS]
    assert "甲" not in tell_landing(few, "en") and "甲" not in tell_needed(few, "en")
    assert "甲" not in tell_headline(OVER, few, "en", "CNY")


def test_weak_months_are_counted_once_whole() -> None:
    months = [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
    rows = [
        {
            "unit_name": "甲",
            "sales_month": month,
            "attainment_rate": 0.8,
            "active_count": 9,
            "is_partial": month == months[-1],
        }
        for month in months
    ]
    assert tell_heat(rows, "en") == "甲 was under 95% in 2 of 2 whole months"


def test_periods_and_months_are_named_as_people_say_them() -> None:
    assert [
        name_period(date(2026, 1, 1), end, "en") for end in (date(2027, 1, 1), date(2026, 4, 1), date(2026, 2, 1))
    ] == ["2026", "Q1 2026", "Jan 2026"]
    assert [name_period(date(2026, 7, 1), end, "zh") for end in (date(2026, 10, 1), date(2026, 8, 1))] == [
        "2026年第三季度",
        "2026年7月",
    ]
    assert name_months([date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)], date(2026, 2, 1), "en") == [
        "Dec 25",
        "Jan 26",
        "Feb*",
    ]


# --- the page on companies of every kind ------------------------------------------------------------------------


def make_tables(
    targets: list[tuple[str, float]] | None = None,
    months: int = 15,
    day: int = 20,
    with_territories: bool = True,
    holder_kind: str = "territory",
) -> dict[str, dict[str, list[Any]]]:
    """A sells 40 a month and B 20, both of region R, up to March 2026; flows of the 5th and of ``day``."""
    first = add_months(date(2026, 3, 1), 1 - months)
    flows = [
        (f"F{month}-{half}-{terminal}", add_months(first, month).replace(day=half), f"T{terminal}", amount)
        for month in range(months)
        for half in ((5, day) if day != 1 else (1,))
        for terminal, amount in (("A", 20 if day != 1 else 40), ("B", 10 if day != 1 else 20))
    ]
    tables: dict[str, dict[str, list[Any]]] = {
        "products": {"product_id": ["P"], "name": ["P"], "manufacturer_id": ["M"], "product_line": ["line"]},
        "manufacturers": {"manufacturer_id": ["M"], "name": ["M"]},
        "distributors": {"distributor_id": ["D"], "name": ["D"], "tier": [1]},
        "terminals": {
            "terminal_id": ["TA", "TB"],
            "name": ["TA", "TB"],
            "territory_id": ["A", "B"] if with_territories else [None, None],
            "type": ["hospital"] * 2,
        },
        "flows": {
            "flow_id": [row[0] for row in flows],
            "occurred_on": [row[1] for row in flows],
            "seller_id": ["D"] * len(flows),
            "buyer_id": [row[2] for row in flows],
            "product_id": ["P"] * len(flows),
            "quantity": [1] * len(flows),
            "amount": [row[3] for row in flows],
        },
    }
    if with_territories:
        tables["territories"] = {
            "territory_id": ["R", "A", "B"],
            "name": ["R", "A", "B"],
            "parent_id": [None, "R", "R"],
        }
    if holder_kind == "rep":
        tables["reps"] = {"rep_id": ["A", "B"], "name": ["A", "B"], "territory_id": ["A", "B"]}
    if targets is not None:
        tables["targets"] = {
            "month": [date(2026, 3, 1)] * len(targets),
            "holder_kind": [holder_kind] * len(targets),
            "holder_id": [row[0] for row in targets],
            "measure": ["pure_sales"] * len(targets),
            "target_amount": [row[1] for row in targets],
        }
    return tables


def whole_month(**lists: list[str]) -> dict[str, Any]:
    """March 2026 against March 2025 on the company of make_tables; data end on the 20th, 15 of 22 working days."""
    window = {
        "period_start": date(2026, 3, 1),
        "period_end": date(2026, 4, 1),
        "base_start": date(2025, 3, 1),
        "base_end": date(2025, 4, 1),
    }
    empty: dict[str, list[str]] = {"territories": [], "manufacturers": [], "product_lines": [], "distributors": []}
    return {**window, "base_cut_month": date(2025, 3, 1), "landing_end": date(2026, 4, 1), **empty, **lists}


COMPANIES: dict[str, dict[str, Any]] = {
    "no targets": {},
    "region and parts": {"targets": [("R", 100), ("A", 60), ("B", 30)]},
    "targets held by reps": {"targets": [("A", 60), ("B", 30)], "holder_kind": "rep"},
    "a target of zero": {"targets": [("A", 0), ("B", 0)]},
    "a negative target": {"targets": [("A", -10)]},
    "one month": {"months": 1, "targets": [("A", 60)]},
    "two months": {"months": 2},
    "eight months": {"months": 8, "targets": [("A", 60)]},
    "flows without days": {"day": 1, "targets": [("A", 60)], "months": 30},
    "no territories": {"with_territories": False},
    "a whole last month": {"day": 31, "targets": [("A", 60), ("B", 30)], "months": 3},
}


@pytest.mark.parametrize("name", COMPANIES)
def test_the_page_stands_on_every_kind_of_company(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = COMPANIES[name]
    if options.get("day") == 31:
        tables = make_tables(**{**options, "day": 20})
        workspace = Workspace("Test", calendar="", data_through_on=date(2026, 3, 31))
    else:
        tables, workspace = make_tables(**options), Workspace("Test", calendar="")
    publish(Company(workspace, {key: pa.table(columns) for key, columns in tables.items()}), tmp_path)
    monkeypatch.setenv("INSIGHT_STORE", str(tmp_path))
    # every store's first snapshot has the same id, and answers are cached by it
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    for period, region in (("ytd", ""), ("qtd", "R"), ("mtd", "A"), ("last_month", ""), ("all", "")):
        app = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=60)
        app.query_params.update(
            {"lang": "en", "period": period, **({"region": region} if region and "territories" in tables else {})}
        )
        app.switch_page("../pages/attainment.py").run()
        assert not app.exception
        assert not app.error, (period, app.error[0].value)
        assert app.title[0].value
        assert "nan" not in app.title[0].value.lower() and "none" not in app.title[0].value.lower()
