"""Joint visits on rows small enough to work by hand, planted effects read back, and the page on what may be missing."""

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

from insight.charts.calendar import draw_calendar
from insight.charts.parts import draw_parts
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.publish import publish
from insight.sentences import visits as sentences
from insight.sentences import visits_review as review_sentences
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

ROOT = Path(__file__).resolve().parent.parent
Rows = list[dict[str, Any]]

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
LIMITS = {"most_a_day": 12, "supply_days": 365, "least_block": 10, "most_km": 1_000}


# --- a company by hand -------------------------------------------------------------------------------------------


def fill(rows: Rows) -> pa.Table:
    """Rows as a table of all columns any of them uses."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def call(code: str, day: date, rep: str, terminal: str, beside: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "visit_id": code,
        "visited_on": day,
        "rep_id": rep,
        "terminal_id": terminal,
        "distributor_id": beside,
        "mode": None,
        **more,
    }


def step(prepared: bool | None, goal: bool | None, met: bool | None, reviewed: bool | None) -> dict[str, Any]:
    return {"is_prepared": prepared, "is_goal_set": goal, "is_goal_met": met, "is_reviewed": reviewed}


ALL_FOUR = step(True, True, True, True)
VISITS = [
    call("V01", date(2026, 2, 3), "R1", "T1", "D1", mode="demonstration", **ALL_FOUR),
    call("V02", date(2026, 2, 4), "R1", "T1"),
    call("V03", date(2026, 3, 10), "R1", "T2", "D1", mode="observation", **step(True, True, False, None)),
    call("V04", date(2026, 3, 12), "RD", "T2", "D1"),  # D1's own person: its own call
    call("V05", date(2026, 3, 12), "R1", "T3"),
    call("V06", date(2025, 2, 3), "R1", "T1", "D1"),
    call("V07", date(2026, 2, 3), "R1", "T1"),  # as V01 once more
    call("V08", date(2026, 5, 7), "R1", "T4"),  # before it opened
    call("V09", date(2026, 4, 8), "R1", "T5"),  # after it closed
    call("V10", date(2026, 6, 7), "R1", "T2"),  # a Sunday
    call("V11", date(2026, 7, 2), "R1", "T1"),  # after the data
    call("V12", date(2026, 3, 12), "R1", "T1"),  # 1,155 km from V05 on the same day
    call("V13", date(2026, 5, 6), "R2", "T1", "D1", mode="demonstration", **ALL_FOUR),
]
ISSUES = [
    ("I1", "V01", date(2026, 2, 3), date(2026, 2, 20), "price"),
    ("I2", "V03", date(2026, 3, 10), date(2026, 5, 10), "price"),
    ("I3", "V10", date(2026, 6, 7), None, "service"),
    ("I4", "V02", date(2026, 2, 4), None, "price"),
]
TERMINALS = [
    {"terminal_id": "T1", "territory_id": "N", "is_target": True, "longitude": 110.0, "latitude": 30.0},
    {"terminal_id": "T2", "territory_id": "N", "is_target": True},
    {"terminal_id": "T3", "territory_id": "S", "is_target": False, "longitude": 122.0, "latitude": 30.0},
    {"terminal_id": "T4", "territory_id": "S", "is_target": True, "opened_on": date(2026, 6, 10)},
    {"terminal_id": "T5", "territory_id": "S", "is_target": True, "closed_on": date(2026, 3, 1)},
]


def make_company(**more: pa.Table | None) -> Company:
    """The tables above; D1 sells to T1 and D2 to T2 every month; what is given as None is left out."""
    flows = [
        {
            "flow_id": f"F{month}{buyer}",
            "occurred_on": date(2025 + month // 12, month % 12 + 1, 28 + (month == 17) * 2),
            "seller_id": seller,
            "buyer_id": buyer,
            "product_id": "P1",
            "quantity": Decimal(1),
            "amount": Decimal(100),
        }
        for month in range(18)
        for seller, buyer in (("D1", "T1"), ("D2", "T2"))
    ]
    tables: dict[str, pa.Table | None] = {
        "manufacturers": fill([{"manufacturer_id": "M1", "name": "M1"}]),
        "distributors": fill([{"distributor_id": code, "name": code} for code in ("D1", "D2")]),
        "products": fill([{"product_id": "P1", "name": "P1", "manufacturer_id": "M1", "product_line": "L1"}]),
        "territories": fill([{"territory_id": code, "name": name} for code, name in (("N", "North"), ("S", "South"))]),
        "terminals": fill([{**row, "name": row["terminal_id"]} for row in TERMINALS]),
        "terminal_grades": fill(
            [
                {"terminal_id": terminal, "grade": grade, "valid_from": date(2024, 1, 1)}
                for terminal, grade in (("T1", "A"), ("T2", "B"), ("T4", "C"))
            ]
        ),
        "reps": fill(
            [
                {"rep_id": code, "name": code, "employer": employer}
                for code, employer in (("R1", "manufacturer"), ("R2", "manufacturer"), ("RD", "D1"))
            ]
        ),
        "visits": fill(VISITS),
        "visit_issues": fill(
            [dict(zip(("issue_id", "visit_id", "raised_on", "closed_on", "kind"), row, strict=True)) for row in ISSUES]
        ),
        "flows": fill(flows),
        **more,
    }
    workspace = Workspace("Test", calendar="", data_through_on=date(2026, 6, 30))
    return Company(workspace, {name: table for name, table in tables.items() if table is not None})


@pytest.fixture(scope="module")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the company above."""
    store = tmp_path_factory.mktemp("visits")
    publish(make_company(), store)
    return store


@pytest.fixture(scope="module")
def small(small_store: Path) -> Iterator[Warehouse]:
    """The company above, opened."""
    warehouse = open_published(open_current(small_store))
    yield warehouse
    close_warehouse(warehouse)


def rows_of(warehouse: Warehouse, name: str, **parameters: Any) -> Rows:
    """An answer under the period above as plain rows."""
    rows: Rows = ask_frame(warehouse, f"visits/{name}", **{**PERIOD, **parameters}).to_dict("records")
    return rows


def test_the_sums_are_those_of_the_rows(small: Warehouse) -> None:
    """Of 11 calls from January to June 3 are joint: V01, V03, V13; V04 is the distributor's own. Targets open in the
    period: T1, T2, T4, T5; visited jointly T1 and T2: 2/4. All three at A or B, which are 2 of 3 graded targets. Steps:
    4 + 2 + 4 of 12. Issues: 4, of which I3 is not due after 23 days; I1 of the other three was closed in time.
    The year before: one joint visit, targets T1, T2, T5."""
    now, base = rows_of(small, "totals", sla_days=30)
    assert (now["visit_count"], now["joint_count"], now["target_count"], now["visited_count"]) == (11, 3, 4, 4)
    assert (now["jointly_visited_count"], now["joint_coverage_rate"]) == (2, 0.5)
    assert now["joint_rate"] == pytest.approx(3 / 11)
    assert (now["upper_joint_rate"], now["upper_target_rate"]) == (1.0, pytest.approx(2 / 3))
    assert (now["step_visit_count"], now["step_count"], now["step_rate"]) == (3, 10, pytest.approx(10 / 12))
    assert (now["issue_count"], now["decided_count"], now["closed_in_time_count"], now["open_late_count"]) == (
        4,
        3,
        1,
        1,
    )
    assert (base["joint_count"], base["target_count"], base["joint_coverage_rate"]) == (1, 3, pytest.approx(1 / 3))


def test_longer_agreed_days_close_more_in_time(small: Warehouse) -> None:
    """I2 took 61 days; I4 is open for 146. Within 61 days: I1 and I2 of three due; within 200: of two."""
    assert rows_of(small, "totals", sla_days=61)[0]["issue_closure_rate"] == pytest.approx(2 / 3)
    assert rows_of(small, "totals", sla_days=200)[0]["issue_closure_rate"] == 1.0
    kinds = {row["issue_kind"]: row for row in rows_of(small, "issues_by_kind", sla_days=30)}
    assert [kinds["price"][f"{name}_count"] for name in ("closed_in_time", "closed_late", "open_late")] == [1, 1, 1]
    assert (kinds["price"]["closing_days"], kinds["service"]["open_in_time_count"]) == (39.0, 1)


def test_a_distributor_filter_keeps_what_it_supplies_or_was_beside_at(small: Warehouse) -> None:
    """D2 supplies T2 alone: V03, V04 and V10 were made there, none with D2. D1 supplies T1 and was beside at T2."""
    (now, _) = rows_of(small, "totals", sla_days=30, distributors=["D2"])
    assert (now["visit_count"], now["joint_count"], now["target_count"]) == (3, 0, 1)
    (now, _) = rows_of(small, "totals", sla_days=30, distributors=["D1"])
    assert (now["joint_count"], now["target_count"], now["jointly_visited_count"]) == (3, 1, 1)


def test_a_territory_without_a_joint_visit_is_a_row_of_zeros(small: Warehouse) -> None:
    """North: February, March and May; South: none, in six months each."""
    rows = rows_of(small, "joint_by_unit_and_time", by="territory", step_unit="month")
    counts = {unit: [row["joint_count"] for row in rows if row["unit_id"] == unit] for unit in ("N", "S")}
    assert counts == {"N": [0, 1, 1, 0, 1, 0], "S": [0] * 6}
    by_distributor = rows_of(small, "joint_by_unit_and_time", by="distributor", step_unit="month")
    assert [row["joint_count"] for row in by_distributor] == [0, 1, 1, 0, 1, 0]


def test_coverage_of_a_grade_and_of_what_a_distributor_supplies(small: Warehouse) -> None:
    """A: T1 of 1, two joint visits; B: T2 of 1; C: T4, none; no grade: T5. D1 supplies T1 and was beside at T2 as well."""
    grades = {row["group_id"]: row for row in rows_of(small, "coverage_by_group", by="grade")}
    assert [(code, row["jointly_visited_count"], row["joint_count"]) for code, row in grades.items()] == [
        ("A", 1, 2),
        ("B", 1, 1),
        ("C", 0, 0),
        ("", 0, 0),
    ]
    suppliers = rows_of(small, "coverage_by_distributor", row_limit=20)
    assert [
        (row["group_id"], row["target_count"], row["joint_coverage_rate"], row["joint_count"]) for row in suppliers
    ] == [
        ("D1", 1, 1.0, 3),
        ("D2", 1, 0.0, 0),
    ]


def test_each_grade_has_its_share_of_calls_and_of_sales(small: Warehouse) -> None:
    """Of 11 calls 5 at T1 (A), 3 at T2 (B), 1 at T4 (C), 2 ungraded (T3, T5); sales of twelve months 1,200 each at T1, T2."""
    rows = {row["grade"]: row for row in rows_of(small, "time_by_grade")}
    assert [row["visit_count"] for row in rows.values()] == [5, 3, 1, 2]
    assert (rows["A"]["of_joint_share"], rows["A"]["of_sales_share"]) == (pytest.approx(2 / 3), 0.5)
    assert all(pd.isna(row["potential_amount"]) for row in rows.values())


def test_steps_and_modes_by_month_add_up_to_the_period(small: Warehouse) -> None:
    """Goal met in V01 and V13, not in V03: 2 of 3; February and May 1 of 1, March 0 of 1."""
    steps = [row for row in rows_of(small, "steps_by_time", step_unit="month") if row["visit_step"] == "is_goal_met"]
    assert [(row["done_count"], row["joint_count"]) for row in steps] == [(2, 3), (1, 1), (0, 1), (1, 1)]
    modes = rows_of(small, "modes_by_time", step_unit="quarter")
    assert [(row["demonstration_count"], row["observation_count"]) for row in modes] == [(1, 1), (1, 0)]


def test_own_calls_near_a_joint_visit_stand_in_for_the_distributors_plan(small: Warehouse) -> None:
    """D1's own person called at T2 two days after V03: 1 of 3 joint visits; with one day's reach none."""
    (row,) = rows_of(small, "own_calls_by_distributor", near_days=15)
    assert (row["people_count"], row["joint_count"], row["near_count"], row["own_call_count"]) == (1, 3, 1, 1)
    assert row["own_apart_count"] == 0
    (row,) = rows_of(small, "own_calls_by_distributor", near_days=1)
    assert row["near_count"] == 0


def test_records_that_need_review_are_listed_with_their_rule(small: Warehouse) -> None:
    found = {(row["visit_id"], row["rule"]) for row in rows_of(small, "records", rule="", row_limit=99, **LIMITS)}
    assert found == {
        ("V07", "repeated"),
        ("V08", "before_opening"),
        ("V09", "after_closing"),
        ("V10", "day_off"),
        ("V11", "after_data"),
        ("V03", "not_supplied"),
        ("V05", "far_apart"),
        ("V12", "far_apart"),
    }
    rules = rows_of(small, "records_by_rule", **LIMITS)
    assert (rules[0]["all_count"], rules[0]["visit_count"]) == (8, 12)
    assert {row["rule"]: row["checked_count"] for row in rules} == {
        "many_a_day": 12,
        "day_off": 12,
        "repeated": 12,
        "far_apart": 7,
        "before_opening": 1,
        "after_closing": 1,
        "after_data": 12,
        "not_supplied": 3,
        "every_step": 3,
    }


def test_thresholds_are_parameters(small: Warehouse) -> None:
    """More than one call a day: V01 with V07, V05 with V12. From one joint visit a quarter on, V13 is a full block; V01 is
    not, for V03 in the same quarter missed a step. 1,200 km are not passed."""
    limits = {**LIMITS, "most_a_day": 1, "least_block": 1, "most_km": 1_200}
    found = {(row["visit_id"], row["rule"]) for row in rows_of(small, "records", rule="", row_limit=99, **limits)}
    assert {code for code, rule in found if rule == "many_a_day"} == {"V01", "V05", "V07", "V12"}
    assert {code for code, rule in found if rule == "every_step"} == {"V13"}
    assert not [rule for _, rule in found if rule == "far_apart"]


@pytest.fixture(scope="module")
def plain_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company without joint visits, grades, issues and employers, its calls all on the first of a month."""
    visits = [{**row, "visited_on": row["visited_on"].replace(day=1), "distributor_id": None} for row in VISITS]
    company = make_company(
        visits=fill(visits),
        visit_issues=None,
        terminal_grades=None,
        reps=fill([{"rep_id": code, "name": code} for code in ("R1", "R2", "RD")]),
    )
    store = tmp_path_factory.mktemp("plain")
    publish(company, store)
    return store


def test_records_by_month_are_not_judged_by_the_day(plain_store: Path) -> None:
    """All calls on the first of a month: days mean nothing, and the rules on days say that they could not be tried."""
    warehouse = open_published(open_current(plain_store))
    rules = {row["rule"]: row for row in rows_of(warehouse, "records_by_rule", **LIMITS)}
    close_warehouse(warehouse)
    for rule in ("many_a_day", "day_off", "repeated", "far_apart"):
        assert (rules[rule]["checked_count"], rules[rule]["record_count"]) == (0, 0)


def test_the_list_holds_the_joint_visits_of_the_unit_and_days_asked(small: Warehouse) -> None:
    days = {"from_on": date(2026, 3, 1), "until_on": date(2026, 6, 1), "row_limit": 9}
    assert [row["visit_id"] for row in rows_of(small, "joint_visits", unit="N", **days)] == ["V13", "V03"]
    assert rows_of(small, "joint_visits", unit="S", **days) == []
    assert [row["step_count"] for row in rows_of(small, "joint_visits", unit="-", **days)] == [4, 2]


def test_too_short_a_history_gives_typed_estimates_and_no_numbers(small: Warehouse) -> None:
    """Two terminals, three episodes: nobody untouched to compare with."""
    rows = rows_of(small, "effects")
    assert {row["verdict"] for row in rows} == {"not_enough_data"}
    assert all(pd.isna(row["lift_rate"]) for row in rows)
    assert {row["missing"] for row in rows_of(small, "cohorts")} <= {"donors", "months_before", "months_after"}


# --- words -------------------------------------------------------------------------------------------------------


def find_numbers(text: str) -> list[str]:
    return sorted(re.findall(r"[\d,.]*\d", text))


TOTAL: dict[str, Any] = {
    "visit_count": 900,
    "is_target_known": True,
    "joint_count": 86,
    "jointly_visited_count": 43,
    "target_count": 1016,
    "joint_coverage_rate": 43 / 1016,
    "visit_coverage_rate": 0.9,
    "graded_joint_count": 80,
    "upper_joint_rate": 0.55,
    "upper_target_rate": 0.74,
}


def test_the_headline_says_reach_change_and_grades_in_both_languages() -> None:
    english = sentences.tell_headline(TOTAL, {"joint_coverage_rate": 0.138}, "Jan–Sep 2026", "en")
    assert english == (
        "Jan–Sep 2026: 86 joint visits reached 43 of 1,016 target terminals (4.2%), against 13.8% in the period compared "
        "with. 55% of them went to grades A and B, which are 74% of the targets."
    )
    chinese = sentences.tell_headline(TOTAL, {"joint_coverage_rate": 0.138}, "Jan–Sep 2026", "zh")
    assert find_numbers(chinese) == find_numbers(english)


def test_the_headline_without_joint_visits_says_how_many_calls_reached_whom() -> None:
    none = {**TOTAL, "joint_count": 0, "joint_coverage_rate": 0.0}
    assert sentences.tell_headline(none, None, "2026", "en") == (
        "No joint visit in 2026; 900 calls without a distributor beside reached 90.0% of 1,016 target terminals."
    )
    assert sentences.tell_headline({**none, "visit_count": 0}, None, "2026", "en") == (
        "No call is recorded in 2026 under these filters."
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_has_words_and_a_reason_and_accuses_nobody(language: str) -> None:
    row = {"measured_count": 14, "measured_km": 1155.2, "measured_on": date(2026, 6, 10)}
    for rule in review_sentences.RULES:
        words = review_sentences.name_rule(rule, LIMITS, language) + review_sentences.tell_reason(
            {**row, "rule": rule}, language
        )
        assert "{" not in words
        assert not re.search(r"fake|fraud|cheat|false|虚假|造假|作弊", words, re.IGNORECASE)


# --- charts and pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", [Style("en", False, "CNY"), Style("zh", True, "CNY")], ids=str)
def test_the_charts_are_valid_and_nothing_is_hollow(style: Style) -> None:
    cells = pd.DataFrame(
        [("N", "North", month, month, count, None) for month, count in (("1", 0), ("2", 3))],
        columns=["row_id", "row_name", "column_id", "column_name", "count", "tip"],
    )
    drawn = draw_calendar(cells, style).to_dict()
    (layer,) = [layer for layer in drawn["layer"] if layer.get("data", {}).get("name") == "cells"]
    fills = [row["colour"] == row["edge"] for row in layer["data"]["values"]]
    assert fills == [False, True]
    halves = pd.DataFrame(
        [("u", "Unit", part, part, share) for part, share in (("a", 0.25), ("b", 0.75), ("c", 0.0))],
        columns=["unit_id", "unit_name", "part_id", "part_name", "share"],
    )
    drawn = draw_parts(halves, style, roles={"a": "deep", "b": "light", "c": "grey"}).to_dict()
    (layer,) = [layer for layer in drawn["layer"] if layer.get("data", {}).get("name") == "parts"]
    assert [(row["start"], row["end"]) for row in layer["data"]["values"]] == [(0.0, 0.25), (0.25, 1.0)]


def open_page(store: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("INSIGHT_STORE", str(store))
    app = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run().switch_page("../pages/visits.py").run()


def test_every_part_of_the_page_opens_on_two_buying_terminals(
    small_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(small_store, monkeypatch, lang="zh")
    for part in ("reach", "quality", "effect", "review"):
        page.query_params["part"] = part
        page.run()
        assert not page.exception and not page.error
        assert len(page.metric) == 5


def test_without_joint_visits_the_page_says_so_and_shows_how_many_calls_reached_whom(
    plain_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(plain_store, monkeypatch, lang="en")
    assert page.title[0].value.startswith("No joint visit in") and page.metric[0].value == "0"
    for part in ("reach", "quality", "effect", "review"):
        page.query_params["part"] = part
        page.run()
        assert not page.exception and not page.error


def test_without_calls_the_page_names_the_table_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(make_company(visits=None, visit_issues=None), tmp_path)
    page = open_page(tmp_path, monkeypatch, lang="en")
    assert not page.exception and not page.error and not page.metric
    assert page.title[0].value.startswith("No calls are loaded")
    assert any("visits" in info.value for info in page.info)
