"""Grading and effort on rows small enough to work by hand: bands, proposals, grades as of the day, who gets too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from insight.analysis.grading import (
    compare_grades,
    cross_grades,
    find_bands,
    find_limits,
    list_changes,
    propose_grades,
    rank_from_top,
    share_by_grade,
    share_by_group,
    sum_bands,
    weigh_effort,
)
from insight.charts import cells, effort
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.grading import Cut, Effort, Rules, check_rules, parse_rules, read_rules, read_shipped, write_rules
from insight.publish import publish
from insight.sentences import grades as sentences
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

ROOT = Path(__file__).resolve().parent.parent
PERIOD: dict[str, Any] = {
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 7, 1),
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
}
RULES, SETTINGS = read_shipped()
VISITS = Effort(ratio=2.0, least=1.0, visit_cost=0.0)


def make_tables(**more: Any) -> dict[str, dict[str, list[Any]]]:
    """Six hospitals; T1 to T5 buy 600, 200, 100, 60 and 40 of one product in June, T6 nothing."""
    amounts = [600, 200, 100, 60, 40]
    # a line a month keeps twelve months of data
    days = [date(2025, month, 5) for month in range(7, 13)] + [date(2026, month, 5) for month in range(1, 6)]
    lines = [("T1", day, 0) for day in days] + [
        (f"T{place}", date(2026, 6, 30), amount) for place, amount in enumerate(amounts, 1)
    ]
    tables: dict[str, dict[str, list[Any]]] = {
        "distributors": {"distributor_id": ["D1", "D2"], "name": ["D1", "D2"], "tier": [1, 1]},
        "territories": {
            "territory_id": ["N", "S"],
            "name": ["North", "South"],
            "parent_id": [None, None],
            "level": ["region", "region"],
        },
        "terminals": {
            "terminal_id": [f"T{place}" for place in range(1, 7)],
            "name": [f"Hospital {place}" for place in range(1, 7)],
            "type": ["hospital"] * 6,
            "territory_id": ["N", "N", "N", "S", "S", "S"],
            "is_target": [True] * 6,
        },
        "products": {"product_id": ["P1"], "name": ["P1"], "product_line": ["L1"]},
        "flows": {
            "flow_id": [f"F{place}" for place in range(len(lines))],
            "occurred_on": [day for _, day, _ in lines],
            "seller_id": ["D1"] * len(lines),
            "buyer_id": [buyer for buyer, _, _ in lines],
            "product_id": ["P1"] * len(lines),
            "quantity": [Decimal(1)] * len(lines),
            "amount": [Decimal(amount) for _, _, amount in lines],
        },
    }
    return {**tables, **more}


POTENTIALS = {
    "terminal_id": ["T1", "T2", "T3", "T4", "T5", "T6"],
    "product_line": [""] * 6,
    "year": [2026] * 6,
    "potential_amount": [Decimal(amount) for amount in (1000, 300, 5000, 200, 100, 3000)],
}
GRADES = {
    "terminal_id": ["T1", "T2", "T3", "T3", "T4", "T4"],
    "grade": ["A", "B", "C", "B", "C", "A"],
    # T3 rose in mid-period; T4 has two grades at once
    "valid_from": [date(2025, 1, 1), date(2025, 1, 1), date(2025, 1, 1), date(2026, 4, 1), date(2025, 1, 1), date(2026, 6, 1)],
    "valid_to": [None, None, date(2026, 4, 1), None, None, None],
}  # fmt: skip
REPS = {"rep_id": ["R1", "R2"], "name": ["Ann", "Bo"], "employer": ["manufacturer", "D1"]}
VISIT_ROWS = {
    "visit_id": ["V1", "V2", "V3", "V4", "V5", "V6"],
    "visited_on": [
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2026, 6, 30),
        date(2026, 5, 1),
        date(2025, 6, 30),
        date(2026, 7, 1),
    ],
    "rep_id": ["R1", "R1", "R1", "R2", "R1", "R1"],
    "terminal_id": ["T3", "T3", "T1", "T1", "T1", "T1"],
    "distributor_id": [None, None, "D1", None, None, None],
}
ACTIVITIES = {
    "activity_id": ["E1", "E2", "E3", "E4"],
    "name": ["E1", "E2", "E3", "E4"],
    "kind": ["salon"] * 4,
    "starts_on": [date(2026, 3, 1), date(2026, 6, 1), date(2026, 2, 1), date(2026, 2, 1)],
    "status": ["done", "done", "done", "cancelled"],
}
COSTS = {
    "activity_id": ["E1", "E1", "E2", "E3", "E4"],
    "payer": ["manufacturer", "D1", "manufacturer", "manufacturer", "manufacturer"],
    "item": ["hall"] * 5,
    "committed_amount": [None, None, Decimal(70), None, None],
    "actual_amount": [Decimal(90), Decimal(30), None, Decimal(11), Decimal(500)],
}
GUESTS = {
    "activity_id": ["E1", "E1", "E1", "E1", "E2", "E4"],
    "terminal_id": ["T1", "T2", "T3", "T4", "T3", "T3"],
    "is_invited": [True] * 6,
    "is_attended": [True, True, True, False, None, True],
}


def list_terminals(**columns: list[Any]) -> pd.DataFrame:
    """Terminals as ``grades/terminals`` answers, with what a test does not speak of filled in."""
    count = len(next(iter(columns.values())))
    frame = pd.DataFrame({"terminal_id": [f"T{place}" for place in range(1, count + 1)], **columns})
    rest: dict[str, Any] = {
        "grade": "",
        "month_count": 12,
        "potential_amount": np.nan,
        "is_late": False,
        "year_amount": 0.0,
    }
    return frame.assign(**{name: value for name, value in rest.items() if name not in columns})


# --- bands -----------------------------------------------------------------------------------------------------------


def test_a_share_of_the_total_is_reached_by_the_fewest_of_the_largest() -> None:
    """60 + 20 = 80 of 100 is the first to reach 70; 60 + 20 + 10 = 90 reaches 90. Bands: 60, 20 high; 10 middle; 6, 4 low."""
    amounts = np.array([6.0, 60.0, 4.0, 20.0, 10.0])
    limits = find_limits(amounts, Cut("total", 0.7, 0.9))
    assert limits == (20.0, 10.0)
    assert find_bands(amounts, limits).tolist() == [2, 0, 2, 0, 1]


def test_a_share_of_the_terminals_counts_those_whose_amount_is_known() -> None:
    """Of five known, a fifth is one (60) and half, rounded up, three (60, 20, 10); the unknown stays unknown."""
    amounts = np.array([6.0, 60.0, 4.0, 20.0, 10.0, np.nan])
    limits = find_limits(amounts, Cut("terminals", 0.2, 0.5))
    assert limits == (60.0, 10.0)
    assert find_bands(amounts, limits).tolist() == [2, 0, 2, 1, 1, 3]


def test_equal_amounts_stand_in_one_band() -> None:
    """Four of 25: 70% is reached by the third, and the fourth is as large."""
    amounts = np.array([25.0, 25.0, 25.0, 25.0])
    assert find_bands(amounts, find_limits(amounts, Cut("total", 0.7, 0.9))).tolist() == [0, 0, 0, 0]


def test_nothing_bought_and_returns_only_are_low_whatever_the_rule() -> None:
    """Half of the terminals would be high; those at nothing and below stay low."""
    amounts = np.array([0.0, -5.0, 10.0])
    assert find_bands(amounts, find_limits(amounts, Cut("terminals", 0.9, 1.0))).tolist() == [2, 2, 0]
    nothing = np.array([0.0, 0.0])
    assert find_bands(nothing, find_limits(nothing, Cut("total", 0.7, 0.9))).tolist() == [2, 2]


def test_a_place_from_the_top_counts_those_as_large_or_larger() -> None:
    """Of 30, 20, 20, 10: 1/4, 3/4, 3/4, 4/4; the unknown has no place."""
    assert rank_from_top(np.array([20.0, 30.0, 10.0, 20.0])).tolist() == [0.75, 0.25, 1.0, 0.75]
    assert np.isnan(rank_from_top(np.array([np.nan, 1.0]))[0])


# --- proposals -------------------------------------------------------------------------------------------------------

AMOUNTS = Rules(
    Cut("amount", 100, 50),
    Cut("amount", 1000, 500),
    (("A", "A", "B", "A"), ("A", "B", "C", "B"), ("B", "C", "C", "C")),
)


def test_a_grade_comes_from_both_bands_and_from_sales_alone_where_no_potential_is_known() -> None:
    """120 and 1,000 are high and high: A. 60 and 400: middle, low: C. 60 unknown: B. 10 and 2,000: low, high: B."""
    frame = list_terminals(year_amount=[120.0, 60.0, 60.0, 10.0], potential_amount=[1000.0, 400.0, np.nan, 2000.0])
    proposed, _ = propose_grades(frame, AMOUNTS)
    assert proposed["proposed_grade"].tolist() == ["A", "C", "B", "B"]
    assert proposed["potential_band"].tolist() == ["high", "low", "unknown", "high"]


def test_sales_of_few_months_are_taken_to_a_year() -> None:
    """30 in six months are 60 a year: middle, where 30 would be low."""
    frame = list_terminals(year_amount=[30.0, 30.0], month_count=[6, 12], potential_amount=[100.0, 100.0])
    assert propose_grades(frame, AMOUNTS)[0]["value_band"].tolist() == ["middle", "low"]


def test_nobody_is_lowered_while_a_supplier_has_not_reported_but_may_rise() -> None:
    """10 and 100 would be C: the late A stays A; a late C that buys 120 of 1,000 becomes A; the late one ungraded gets C."""
    frame = list_terminals(
        year_amount=[10.0, 120.0, 10.0],
        potential_amount=[100.0, 1000.0, 100.0],
        grade=["A", "C", ""],
        is_late=[True, True, True],
    )
    proposed, _ = propose_grades(frame, AMOUNTS)
    assert proposed["proposed_grade"].tolist() == ["A", "A", "C"]
    assert proposed["is_held"].tolist() == [True, False, False]


def test_the_counts_of_bands_and_of_grades_each_add_up_to_all_terminals() -> None:
    rng = np.random.default_rng(5)
    frame = list_terminals(
        year_amount=list(rng.lognormal(3, 2, 300)),
        potential_amount=[None if chance < 0.2 else 100 * chance for chance in rng.random(300)],
        grade=list(rng.choice(["A", "B", "C", ""], 300)),
    )
    frame["potential_amount"] = frame["potential_amount"].astype(float)
    proposed, _ = propose_grades(frame, RULES)
    bands, crossing = sum_bands(proposed, RULES), cross_grades(proposed)
    assert bands["terminal_count"].sum() == crossing["terminal_count"].sum() == 300
    assert bands["year_amount"].sum() == pytest.approx(frame["year_amount"].sum())
    changed = crossing[crossing["grade"] != crossing["proposed_grade"]]
    assert len(list_changes(proposed)) == changed["terminal_count"].sum()
    assert (proposed["rule_grade"] == proposed["proposed_grade"]).all()


def test_changing_one_pair_of_the_table_changes_just_the_terminals_of_that_pair() -> None:
    rng = np.random.default_rng(6)
    frame = list_terminals(year_amount=list(rng.lognormal(3, 2, 200)), potential_amount=list(rng.lognormal(4, 2, 200)))
    before, _ = propose_grades(frame, RULES)
    table = [list(row) for row in RULES.grades]
    assert table[1][1] == "B"
    table[1][1] = "D"
    after, _ = propose_grades(frame, replace(RULES, grades=tuple(tuple(row) for row in table)))
    is_pair = (before["value_band"] == "middle") & (before["potential_band"] == "middle")
    assert is_pair.any()
    assert (after["proposed_grade"] != before["proposed_grade"]).equals(is_pair)
    assert set(after.loc[is_pair, "proposed_grade"]) == {"D"}


def test_a_wider_cut_of_sales_only_raises_grades() -> None:
    rng = np.random.default_rng(7)
    frame = list_terminals(year_amount=list(rng.lognormal(3, 2, 200)), potential_amount=list(rng.lognormal(4, 2, 200)))
    narrow, _ = propose_grades(frame, RULES)
    wide, _ = propose_grades(frame, replace(RULES, value=Cut("total", 0.8, 0.95)))
    moves = compare_grades(narrow["proposed_grade"].tolist(), wide["proposed_grade"].tolist())
    assert (moves >= 0).all() and (moves > 0).any()


def test_a_grade_of_another_scale_changes_without_a_direction() -> None:
    assert compare_grades(["VIP", "", "C", "A"], ["A", "B", "A", "C"]).tolist() == [0, 0, 1, -1]


# --- rules -----------------------------------------------------------------------------------------------------------


def test_rules_travel_in_an_address_and_come_back_the_same() -> None:
    own = Rules(Cut("terminals", 0.05, 0.255), Cut("amount", 1_200_000, 350_000.5), RULES.grades)
    for rules in (RULES, own):
        assert read_rules(write_rules(rules)) == rules


@pytest.mark.parametrize(
    "word",
    [
        "",
        "total-0.7-0.9",
        "total-0.9-0.7_total-0.7-0.9_AABAABCBBCCC",
        "total-0.7-1.2_total-0.7-0.9_AABAABCBBCCC",
        "total-0.7-0.9_amount-1-5_AABAABCBBCCC",
        "total-0.7-0.9_total-0.7-0.9_AABAABCBBCCX",
        "total-0.7-0.9_total-0.7-0.9_AABA",
        "total-nan-inf_total-0.7-0.9_AABAABCBBCCC",
        "luck-0.7-0.9_total-0.7-0.9_AABAABCBBCCC",
    ],
)
def test_a_word_that_holds_no_sensible_rules_is_not_taken_for_some(word: str) -> None:
    assert read_rules(word) is None


def test_rules_without_sense_say_what_is_wrong() -> None:
    assert check_rules(RULES) == ""
    assert "middle must reach further" in check_rules(replace(RULES, value=Cut("total", 0.9, 0.7)))
    assert "missing" in check_rules(replace(RULES, value=Cut("total", float("nan"), 0.7)))
    entries = {
        "value": {"by": "total", "high": 0.7, "middle": 0.9},
        "potential": {"by": "amount", "high": 2, "middle": 1},
        "grades": {"high": ["A"] * 4, "middle": ["B"] * 4, "low": ["C"] * 3},
        "effort": {"ratio": 2, "least": 1, "visit_cost": 0},
    }
    with pytest.raises(ValueError, match="A row of grades has 4 entries"):
        parse_rules(entries)


# --- effort ----------------------------------------------------------------------------------------------------------


def list_contacts(**columns: list[Any]) -> pd.DataFrame:
    """Contacts as ``grades/effort_by_terminal`` answers."""
    frame = pd.DataFrame(columns)
    rest = {
        "grade": "",
        "held_share": 0.0,
        **dict.fromkeys(
            ("visit_count", "joint_count", "manufacturer_visit_count", "distributor_visit_count", "activity_count"), 0
        ),
        "manufacturer_cost_amount": 0.0,
        "distributor_cost_amount": 0.0,
    }
    return frame.assign(**{name: value for name, value in rest.items() if name not in columns})


def test_even_effort_is_the_share_of_the_potential_times_all_effort() -> None:
    """20 visits over potentials 1, 3, 1, 5 are even at 2, 6, 2, 10. 9 against 2 is over by 7 > 5, the average; 1 against 6 is
    a sixth, and 5 short, which is not more than 5: even. 0 against 2 is near. 10 against 10 is even."""
    terminals = list_terminals(potential_amount=[1.0, 3.0, 1.0, 5.0, np.nan])
    contacts = list_contacts(terminal_id=["T1", "T2", "T4", "T5"], visit_count=[9, 1, 10, 50])
    weighed = weigh_effort(terminals, contacts, "visits", VISITS).set_index("terminal_id")
    assert weighed["even_effort"].round(9).to_dict() == {"T1": 2.0, "T2": 6.0, "T3": 2.0, "T4": 10.0}
    assert weighed["standing"].to_dict() == {"T1": "over", "T2": "even", "T3": "even", "T4": "even"}
    assert weighed["effort_part_share"].sum() == pytest.approx(1)
    assert weighed["potential_part_share"].sum() == pytest.approx(1)


def test_who_gets_far_less_than_its_potential_says_is_under() -> None:
    """20 visits, potentials 8, 1, 1: T1 is even at 16 and gets 2: an eighth, 14 short where the average is 6.7."""
    terminals = list_terminals(potential_amount=[8.0, 1.0, 1.0])
    contacts = list_contacts(terminal_id=["T1", "T2", "T3"], visit_count=[2, 9, 9])
    assert weigh_effort(terminals, contacts, "visits", VISITS)["standing"].tolist() == ["under", "over", "over"]


def test_a_visit_has_a_price_only_where_the_rules_give_one() -> None:
    """Two visits of the manufacturer and one of a distributor at 100 each, and 50 of activity cost: 250 and 100."""
    terminals = list_terminals(potential_amount=[8.0])
    contacts = list_contacts(
        terminal_id=["T1"],
        visit_count=[2],
        manufacturer_visit_count=[2],
        distributor_visit_count=[1],
        manufacturer_cost_amount=[50.0],
    )
    weighed = weigh_effort(terminals, contacts, "money", replace(VISITS, visit_cost=100.0)).iloc[0]
    assert (weighed["manufacturer_cost_amount"], weighed["distributor_cost_amount"]) == (250.0, 100.0)
    assert SETTINGS.visit_cost == 0
    assert weigh_effort(terminals, contacts, "cost", SETTINGS)["effort"].tolist() == [50.0]


def test_potential_is_parted_by_the_days_on_which_a_grade_was_held() -> None:
    """T1, 100: A for three quarters of the days and B for one. T2, 50: never graded. A 75, B 25, none 50 of 150."""
    terminals = list_terminals(potential_amount=[100.0, 50.0])
    contacts = list_contacts(
        terminal_id=["T1", "T1", "T2"], grade=["A", "B", ""], held_share=[0.75, 0.25, 0.0], visit_count=[1, 3, 4]
    )
    weighed = weigh_effort(terminals, contacts, "visits", VISITS)
    shares = share_by_grade(weighed, contacts, "visits", VISITS).set_index("group")
    assert shares["potential_amount"].to_dict() == {"": 50.0, "A": 75.0, "B": 25.0}
    assert shares["effort"].to_dict() == {"": 4.0, "A": 1.0, "B": 3.0}
    assert shares["effort_part_share"].sum() == pytest.approx(1)
    assert shares["terminal_count"].to_dict() == {"": 1, "A": 1, "B": 1}


def test_shares_of_groups_add_up_to_one() -> None:
    terminals = list_terminals(potential_amount=[8.0, 1.0, 1.0], kind=["x", "y", "x"])
    contacts = list_contacts(terminal_id=["T1", "T2", "T3"], visit_count=[2, 9, 9])
    shares = share_by_group(weigh_effort(terminals, contacts, "visits", VISITS), "kind")
    assert shares[["group", "effort"]].to_numpy().tolist() == [["x", 11.0], ["y", 9.0]]
    assert shares[["effort_part_share", "potential_part_share"]].sum().tolist() == pytest.approx([1, 1])


# --- the questions ---------------------------------------------------------------------------------------------------


SIX = Workspace("Six", calendar="none", data_through_on=date(2026, 6, 30))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the six hospitals, their grades, potentials, visits and activities."""
    path = tmp_path_factory.mktemp("grades")
    tables = make_tables(
        potentials=POTENTIALS,
        terminal_grades=GRADES,
        reps=REPS,
        visits=VISIT_ROWS,
        activities=ACTIVITIES,
        activity_costs=COSTS,
        activity_terminals=GUESTS,
    )
    publish(Company(SIX, {name: pa.table(rows) for name, rows in tables.items()}), path)
    return path


@pytest.fixture(scope="module")
def company(store: Path) -> Iterator[Warehouse]:
    """The same, opened."""
    warehouse = open_published(open_current(store))
    yield warehouse
    close_warehouse(warehouse)


def test_terminals_come_with_sales_potential_and_the_grade_of_the_last_day(company: Warehouse) -> None:
    """T3 is B since April; T4 has C and A on 30 June: the one that began last counts, and it is said. All are shown."""
    frame = ask_frame(company, "grades/terminals", **PERIOD).set_index("terminal_id")
    assert frame["year_amount"].astype(int).tolist() == [600, 200, 100, 60, 40, 0]
    assert frame["potential_amount"].astype(int).tolist() == [1000, 300, 5000, 200, 100, 3000]
    assert frame["grade"].tolist() == ["A", "B", "B", "A", "", ""]
    assert frame["is_doubly_graded"].tolist() == [False, False, False, True, False, False]
    assert frame["is_shown"].all() and not frame["is_late"].any() and set(frame["month_count"]) == {12}
    assert frame["is_estimated"].eq(False).all()


def test_a_territory_chosen_shows_its_terminals_and_leaves_their_places_among_all(company: Warehouse) -> None:
    """In the south T4 buys most, 60, and still stands fourth of six."""
    frame = ask_frame(company, "grades/terminals", **{**PERIOD, "territories": ["S"]})
    assert frame.loc[frame["is_shown"], "terminal_id"].tolist() == ["T4", "T5", "T6"]
    for column in ("year_amount", "potential_amount"):
        frame[column] = frame[column].astype(float)
    proposed, _ = propose_grades(frame, RULES)
    assert proposed.set_index("terminal_id").loc["T4", "value_top_share"] == pytest.approx(4 / 6)


def test_the_grade_of_an_earlier_window_is_that_of_its_last_day(company: Warehouse) -> None:
    """On 31 March T3 was still C, and T4 had one grade only."""
    before = {**PERIOD, "period_start": date(2026, 1, 1), "period_end": date(2026, 4, 1)}
    frame = ask_frame(company, "grades/terminals", **before).set_index("terminal_id")
    assert frame["grade"].to_dict() == {"T1": "A", "T2": "B", "T3": "C", "T4": "C", "T5": "", "T6": ""}
    assert not frame["is_doubly_graded"].any()


def test_visits_and_costs_count_for_the_grade_of_their_day(company: Warehouse) -> None:
    """T3 was seen on 31 March as C and on 1 April as B: one visit each; it was C 274 of 365 days. T1 has two visits inside
    the year, one joint: both sides took part; one by the distributor's own rep. E1 cost 90 and 30 over the three who came: 30 and
    10 each (T3 as C); E2, not settled, 70 for T3 as B; E3 has no list, E4 was cancelled."""
    frame = ask_frame(company, "grades/effort_by_terminal", **PERIOD).set_index(["terminal_id", "grade"])
    assert frame["visit_count"].to_dict() == {
        ("T1", "A"): 2, ("T2", "B"): 0, ("T3", "B"): 1, ("T3", "C"): 1, ("T4", "A"): 0, ("T4", "C"): 0,
    }  # fmt: skip
    first = frame.loc[("T1", "A")]
    assert (first["joint_count"], first["manufacturer_visit_count"], first["distributor_visit_count"]) == (1, 1, 2)
    assert frame["held_share"].loc["T3"].to_dict() == pytest.approx({"B": 91 / 365, "C": 274 / 365})
    assert frame["held_share"].groupby("terminal_id").sum().tolist() == pytest.approx([1, 1, 1, 1])
    assert frame["manufacturer_cost_amount"].to_dict() == pytest.approx({
        ("T1", "A"): 30, ("T2", "B"): 30, ("T3", "B"): 70, ("T3", "C"): 30, ("T4", "A"): 0, ("T4", "C"): 0,
    })  # fmt: skip
    assert frame["distributor_cost_amount"].sum() == pytest.approx(30)
    assert frame["manufacturer_cost_amount"].sum() == pytest.approx(90 + 70)


def test_cost_that_belongs_to_nobody_is_counted_apart(company: Warehouse) -> None:
    """Three were held; E3 cost 11 and nobody is known to have come."""
    row = ask_frame(company, "grades/effort_left_out", **PERIOD).iloc[0]
    assert (row["activity_count"], row["listless_count"], int(row["listless_amount"]), row["costless_count"]) == (
        3,
        1,
        11,
        0,
    )


def test_late_suppliers_returns_and_closures_are_seen_for_what_they_are(open_company: Callable[..., Warehouse]) -> None:
    """D2 sold to T2 in May and has not reported June: T2 is late, as D1 has. T5 closed in May and is gone. T4 gave back 60 and
    T6 bought nothing: low, whatever their rank."""
    tables = make_tables()
    tables["flows"]["amount"] = [Decimal(-60) if value == 60 else value for value in tables["flows"]["amount"]]
    added = ["F99", date(2026, 5, 8), "D2", "T2", "P1", Decimal(1), Decimal(5)]
    tables["flows"] = {
        name: [*values, more] for (name, values), more in zip(tables["flows"].items(), added, strict=True)
    }
    tables["terminals"]["closed_on"] = [None, None, None, None, date(2026, 5, 31), None]
    frame = ask_frame(open_company(SIX, **tables), "grades/terminals", **PERIOD)
    assert frame["terminal_id"].tolist() == ["T1", "T2", "T3", "T4", "T6"]
    assert frame.loc[frame["is_late"], "terminal_id"].tolist() == ["T2"]
    for column in ("year_amount", "potential_amount"):
        frame[column] = frame[column].astype(float)
    proposed, _ = propose_grades(frame, RULES)
    bands = proposed.set_index("terminal_id")["value_band"].to_dict()
    assert (bands["T4"], bands["T6"]) == ("low", "low")


# --- words -----------------------------------------------------------------------------------------------------------

CHANGE = {
    "year_amount": 1_200_000.0,
    "value_top_share": 0.093,
    "potential_amount": 3_000_000.0,
    "potential_top_share": 0.041,
    "is_estimated": False,
    "grade": "C",
    "rule_grade": "A",
    "proposed_grade": "A",
}


def test_a_change_of_grade_says_why() -> None:
    told = sentences.tell_change(CHANGE, "en", "CNY")
    assert told == "Buys ¥1.2m (top 10%), potential ¥3.0m (top 5%): A instead of C"
    unknown = {**CHANGE, "potential_amount": float("nan"), "grade": "", "year_amount": 0.0}
    assert (
        sentences.tell_change(unknown, "en", "CNY")
        == "Buys nothing, potential not known, by what it buys alone: A, no grade so far"
    )
    late = {**CHANGE, "grade": "B", "rule_grade": "C", "proposed_grade": "B", "is_estimated": True}
    assert sentences.tell_change(late, "en", "CNY").endswith(
        "potential ¥3.0m estimated (top 5%): stays B, a supplier has not reported"
    )
    assert sentences.tell_change(CHANGE, "zh", "CNY") == "采购120万元（前10%），潜力300万元（前5%）：由C级调为A级"


def test_groups_of_fewer_than_five_are_not_spoken_of_and_small_gaps_are_none() -> None:
    groups = [
        {"effort_group": "A", "terminal_count": 4, "effort_part_share": 0.1, "potential_part_share": 0.5},
        {"effort_group": "B", "terminal_count": 9, "effort_part_share": 0.3, "potential_part_share": 0.2},
    ]
    assert sentences.tell_effort(groups, "visits", "en") == "B: 20.0% of the potential, 30.0% of the visits"
    assert sentences.tell_effort(groups[:1], "visits", "en") == "Too few terminals in each group to compare"
    level = [{**groups[1], "effort_part_share": 0.205}]
    assert sentences.tell_effort(level, "visits", "en") == "Effort follows potential in every group"


# --- drawing and the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("is_dark", [False, True])
def test_both_charts_are_valid_specifications(language: str, is_dark: bool) -> None:
    style = Style(language, is_dark, "CNY")
    grid = pd.DataFrame(
        {
            "row_id": ["high", "low"],
            "row_name": ["High", "Low"],
            "row_note": ["from 5", None],
            "column_id": ["high", "high"],
            "column_name": ["High", "High"],
            "word": ["A", "C"],
            "line": ["3 terminals", None],
            "shade": [1.0, None],
        }
    )
    assert cells.draw_cells(grid, style).to_dict()["width"] == "container"
    dots = pd.DataFrame(
        {
            "terminal_id": ["T1", "T2"],
            "name": ["One", "Two"],
            "potential_amount": [1000.0, 50.0],
            "effort": [0.0, 7.0],
            "standing": ["under", "over"],
            "is_estimated": [True, False],
        }
    )
    spec = effort.draw_effort(dots, style, slope=0.01, ratio=2.0, effort_title="Visits").to_dict()
    assert spec["width"] == "container"
    # who got nothing stands at the foot and is found there
    assert effort.find_brushed(dots, {"potential_amount": [900, 1100], "effort": [0.1, 4.0]}) == ["T1"]


def open_part(store: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """The part of the coverage page over a store."""
    monkeypatch.setenv("INSIGHT_STORE", str(store))
    app = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=60)
    app.run().switch_page("../pages/coverage.py")
    for key, value in {"lang": "en", "period": "r12", "part": "grades", **query}.items():
        app.query_params[key] = value
    return app.run()


def test_the_part_draws_on_a_company_of_six_and_on_one_with_nothing_but_sales(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all tables grading, visits and costs are shown; with sales only the grades come from sales, and effort says what is
    missing. No card fails on either."""
    bare = tmp_path / "bare"
    publish(Company(SIX, {name: pa.table(rows) for name, rows in make_tables().items()}), bare)
    told = {}
    for where, look in ((store, "grading"), (store, "visits"), (store, "cost"), (bare, "grading"), (bare, "visits")):
        app = open_part(where, monkeypatch, look=look, lang="zh" if look == "cost" else "en")
        assert not app.exception and not app.error, (where, look)
        told[where, look] = " ".join(str(part.value) for part in [*app.markdown, *app.info])
    assert "terminals would change grade" in told[store, "grading"]
    assert "of the visits" in told[store, "visits"]
    assert "No terminal has a grade yet" in told[bare, "grading"]
    assert "visits" in told[bare, "visits"]
