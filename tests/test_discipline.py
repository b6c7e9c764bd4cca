"""How activities were run, on days and steps that can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from insight import discipline
from insight.analysis.budgets import cumulate_budget, judge_deviations, sum_budgets
from insight.analysis.discipline import find_faults, judge_activities, measure_cycles, spread_days, sum_measures
from insight.analysis.markets import hold_level, judge_markets
from insight.analysis.projects import score_projects, sum_projects
from insight.company import Workspace
from insight.discipline import read_discipline
from insight.sentences import discipline as sentences
from published import ask_frame

THROUGH = date(2026, 6, 30)
RULE = read_discipline()


def make_activity(code: str, starts: date, **more: Any) -> dict[str, Any]:
    """An activity of one day that was held and has no other day on record."""
    return {
        "activity_id": code, "starts_on": starts, "ended_on": starts, "submitted_on": None, "approved_on": None,
        "evaluated_on": None, "is_cancelled": False, "is_upcoming": starts > THROUGH, "has_reversed_days": False, **more,
    }  # fmt: skip


def judge(activities: list[dict[str, Any]], steps: list[tuple[str, str, date | None, date | None]]) -> pd.DataFrame:
    """What the configured rule says of them, with data to 30 June."""
    frame = pd.DataFrame(steps, columns=["activity_id", "step", "due_on", "done_on"])
    return judge_activities(
        pd.DataFrame(activities), frame, THROUGH, RULE.lead_days, RULE.closing_days, RULE.preparation
    )


def find(judged: pd.DataFrame, measure: str) -> list[tuple[int, int, float | None]]:
    """due, met and days late of a measure, in the order of the activities."""
    rows = judged[judged["measure"] == measure].sort_values("activity_id")
    return [
        (row.due_count, row.met_count, None if np.isnan(row.late_days) else row.late_days) for row in rows.itertuples()
    ]


def test_a_plan_is_in_time_twenty_days_ahead_and_not_nineteen() -> None:
    """Begins 21 May. Submitted 1 May: 20 days ahead, met. Submitted 2 May: 19, late by 1."""
    judged = judge(
        [
            make_activity("a", date(2026, 5, 21), submitted_on=date(2026, 5, 1)),
            make_activity("b", date(2026, 5, 21), submitted_on=date(2026, 5, 2)),
        ],
        [],
    )
    assert find(judged, "lead") == [(1, 1, None), (1, 0, 1)]


def test_an_activity_with_nothing_on_record_is_not_judged() -> None:
    assert judge([make_activity("a", date(2026, 5, 21))], []).empty


def test_what_was_not_submitted_counts_once_it_is_too_late() -> None:
    """Data to 30 June. Begins 19 July: 19 days ahead, too late to be submitted; 20 July: still possible."""
    judged = judge(
        [make_activity("a", date(2026, 7, 19)), make_activity("b", date(2026, 7, 20))],
        [("a", "submit", None, None), ("b", "submit", None, None)],
    )
    assert find(judged, "lead") == [(1, 0, None)]


def test_approval_after_the_start_is_late_and_a_missing_one_counts_where_the_step_is_there() -> None:
    """Approved on its first day: met. Three days after: late by 3. A step without a day: not met. No step: not judged."""
    start = date(2026, 5, 21)
    judged = judge(
        [
            make_activity("a", start, approved_on=start),
            make_activity("b", start, approved_on=date(2026, 5, 24)),
            make_activity("c", start),
            make_activity("d", start),
        ],
        [("c", "approve", date(2026, 5, 1), None)],
    )
    assert find(judged, "approved") == [(1, 1, None), (1, 0, 3), (1, 0, None)]


def test_preparation_is_complete_only_when_all_of_it_was_done_by_the_first_day() -> None:
    """Staff on 1 May, material on 23 May, start 21 May: late by 2. Material never: open."""
    start = date(2026, 5, 21)
    judged = judge(
        [make_activity("a", start), make_activity("b", start), make_activity("c", start)],
        [
            ("a", "staff", None, date(2026, 5, 1)),
            ("a", "material", None, date(2026, 5, 23)),
            ("b", "staff", None, date(2026, 5, 1)),
            ("b", "material", None, None),
            ("c", "staff", None, start),
        ],
    )
    assert find(judged, "prepared") == [(1, 0, 2), (1, 0, None), (1, 1, None)]


def test_progress_counts_steps_due_by_today_without_revisions_nobody_asked_for() -> None:
    """Due by 30 June: submit (done), approve (open); revise is no duty, the brief is due in July, the run has no day: 1 of 2."""
    judged = judge(
        [make_activity("a", date(2026, 7, 21))],
        [
            ("a", "submit", date(2026, 6, 1), date(2026, 6, 5)),
            ("a", "approve", date(2026, 6, 10), None),
            ("a", "revise", date(2026, 6, 8), None),
            ("a", "brief", date(2026, 7, 10), None),
            ("a", "run", None, None),
        ],
    )
    assert find(judged, "progress") == [(2, 1, None)]


def test_a_debrief_without_a_due_day_is_due_so_many_days_after_the_end() -> None:
    """Ended 10 June, 7 days: due 17 June. Done on the 17th: met; on the 19th: late by 2. Ended 28 June: not due yet."""
    judged = judge(
        [
            make_activity("a", date(2026, 6, 10)),
            make_activity("b", date(2026, 6, 10)),
            make_activity("c", date(2026, 6, 28)),
        ],
        [
            ("a", "debrief", None, date(2026, 6, 17)),
            ("b", "debrief", None, date(2026, 6, 19)),
            ("c", "debrief", None, date(2026, 6, 29)),
        ],
    )
    assert find(judged, "debriefed") == [(1, 1, None), (1, 0, 2)]


def test_an_evaluation_on_record_counts_without_any_step_and_archiving_late_still_counts() -> None:
    """Ended 1 May, evaluated 22 May: 21 days, met. Archived on 20 June, due 15 May: done is done."""
    judged = judge(
        [make_activity("a", date(2026, 5, 1), evaluated_on=date(2026, 5, 22))],
        [("a", "archive", date(2026, 5, 15), date(2026, 6, 20))],
    )
    assert find(judged, "evaluated") == [(1, 1, None)]
    assert find(judged, "archived") == [(1, 1, None)]


def test_a_cancelled_activity_is_not_judged() -> None:
    judged = judge([make_activity("a", date(2026, 5, 21), submitted_on=date(2026, 5, 20), is_cancelled=True)], [])
    assert judged.empty


def test_a_rate_is_sums_over_sums() -> None:
    """5 of 5, 4 of 5 and 0 of 2 steps: 9 of 12."""
    judged = pd.DataFrame(
        [("a", "progress", 5, 5, None), ("b", "progress", 5, 4, None), ("c", "progress", 2, 0, None)],
        columns=["activity_id", "measure", "due_count", "met_count", "late_days"],
    )
    row = sum_measures(judged, pd.Series({"a": "x", "b": "x", "c": "x"})).iloc[0]
    assert (row["due_count"], row["met_count"], row["met_rate"], row["activity_count"]) == (12, 9, 0.75, 3)


def test_approval_before_submission_is_no_cycle_but_days_in_the_wrong_order() -> None:
    """1 to 9 May: 8 days. Approved a day before it was submitted: no days, said."""
    cycles = measure_cycles(
        pd.DataFrame(
            [
                make_activity("a", date(2026, 5, 21), submitted_on=date(2026, 5, 1), approved_on=date(2026, 5, 9)),
                make_activity("b", date(2026, 5, 21), submitted_on=date(2026, 5, 2), approved_on=date(2026, 5, 1)),
            ]
        ),
        pd.DataFrame(
            [("a", "revise", None, date(2026, 5, 4)), ("a", "revise", None, None)],
            columns=["activity_id", "step", "due_on", "done_on"],
        ),
    )
    assert cycles["approval_days"].tolist()[0] == 8 and np.isnan(cycles["approval_days"].tolist()[1])
    assert cycles["is_reversed"].tolist() == [False, True]
    assert cycles["revision_count"].tolist()[0] == 1 and np.isnan(cycles["revision_count"].tolist()[1])


def test_days_are_told_by_median_and_quartiles() -> None:
    """2, 4, 6, 8, 20: 4, 6 and 8."""
    assert spread_days(pd.Series([2.0, 4, 6, 8, 20, np.nan])) == {"count": 5, "first": 4, "median": 6, "third": 8}


def test_open_steps_are_named_only_where_nothing_else_says_which_they_are() -> None:
    judged = judge(
        [make_activity("a", date(2026, 5, 1)), make_activity("b", date(2026, 5, 1))],
        [("a", "debrief", date(2026, 5, 4), None), ("b", "review", date(2026, 4, 4), None)],
    )
    told = {code: [sentences.say_fault(row, "en") for row in rows] for code, rows in find_faults(judged)}
    assert told == {"a": ["not debriefed"], "b": ["1 of 1 steps due are open"]}


def test_many_looks_are_held_to_one_level() -> None:
    """0.001, 0.02, 0.04: all hold (0.05/3, /2, /1). 0.001, 0.03, 0.04: 0.03 > 0.025, only the first. Order is kept."""
    assert hold_level([0.04, 0.001, 0.02]) == [True, True, True]
    assert hold_level([0.04, 0.001, 0.03]) == [False, True, False]
    assert hold_level([]) == []


def make_effects(kind: str, market: str, lifts: list[float | None], error: float) -> list[dict[str, Any]]:
    """Activities of a kind in a market with these lifts, one a month."""
    return [
        {
            "activity_id": f"{kind}{market}{place}", "kind": kind, "starts_on": date(2025, place % 12 + 1, 1),
            "unit_id": market, "unit_name": market, "log_lift": lift, "log_lift_error": None if lift is None else error,
            "is_share_asked": True, "is_shared": place == 0,
        }
        for place, lift in enumerate(lifts)
    ]  # fmt: skip


def test_a_kind_that_worked_in_one_market_is_told_from_where_it_cannot_be_told_and_where_it_was_not_held() -> None:
    """Twelve sure lifts of 0.2 in East; five of about nothing in West; two in North; none in South, where another was."""
    effects = pd.DataFrame(
        [
            *make_effects("k", "East", [0.2] * 12, 0.05),
            *make_effects("k", "West", [-0.1, 0.1, 0.0, -0.1, 0.1], 0.2),
            *make_effects("k", "North", [0.2, 0.2], 0.05),
            *make_effects("other", "South", [None, None], 0.05),
        ]
    )
    rows = judge_markets(effects, {}, 0.15, 5).set_index(["kind", "unit_id"])
    verdicts = rows["verdict"].to_dict()
    assert verdicts["k", "East"] == "works"
    assert verdicts["k", "West"] == "unproven"
    assert verdicts["k", "North"] == "not_enough_data"
    assert verdicts["k", "South"] == "untried"
    assert verdicts["other", "South"] == "not_enough_data"
    assert rows.loc[("k", "East"), ["share_due_count", "share_done_count"]].tolist() == [12, 1]


def test_a_lift_no_larger_than_the_negative_control_did_not_work() -> None:
    """The method finds +22% where nothing happened: a lift of e^0.2 = +22% is none."""
    effects = pd.DataFrame(make_effects("k", "East", [0.2] * 12, 0.05))
    control = {
        "systematic_error_log": 0.0, "negative_control_rate": 0.22, "negative_control_low_rate": 0.1,
        "negative_control_high_rate": 0.34,
    }  # fmt: skip
    assert judge_markets(effects, {"k": control}, 0.15, 5)["verdict"].tolist() == ["unproven"]


def make_costs(rows: list[tuple[str, float | None, float | None, float | None]]) -> pd.DataFrame:
    """unit, estimated, committed, actual; settled where there is an actual cost."""
    frame = pd.DataFrame(rows, columns=["unit_id", "planned_cost_amount", "committed_amount", "actual_amount"])
    return frame.assign(
        activity_id=[f"a{place}" for place in range(len(frame))],
        is_settled=frame["actual_amount"].notna(),
        unsettled_amount=frame["committed_amount"].where(frame["actual_amount"].isna(), 0.0),
        cost_amount=frame["actual_amount"].fillna(frame["committed_amount"]),
    )


def test_a_deviation_is_over_the_activities_of_which_both_numbers_are_known() -> None:
    """100 at 120 and 300 at 300: 20 / 400 = 5%. Committed 110 of 100 and 300 of 300 and 50 of 50: 10 / 450."""
    costs = make_costs([("x", 100, 110, 120), ("x", 300, 300, 300), ("x", 50, 50, None), ("x", None, None, 70)])
    (row,) = sum_budgets(costs, "unit_id", 0.1, 1).to_dict("records")
    assert row["deviation_rate"] == pytest.approx(0.05) and row["compared_count"] == 2
    assert row["commitment_rate"] == pytest.approx(10 / 450) and row["committed_count"] == 3
    assert not row["is_alert"]


def test_a_unit_is_marked_only_beyond_the_threshold_and_with_enough_activities() -> None:
    """Each 20% over: five of them are marked, four are not."""
    costs = make_costs([("x", 100, 100, 120)] * 5 + [("y", 100, 100, 120)] * 4)
    assert dict(sum_budgets(costs, "unit_id", 0.1, 5)[["unit_id", "is_alert"]].to_numpy().tolist()) == {
        "x": True,
        "y": False,
    }
    assert judge_deviations(costs, 0.1)["is_alert"].all()
    assert not judge_deviations(make_costs([("x", 0, 10, 10)]), 0.1)["is_alert"].any()  # nothing estimated: no rate


def test_running_sums_end_where_nothing_more_is_known() -> None:
    """January 100 planned, 90 actual; March 50 planned, 40 committed: planned 100, 100, 150; actual 90 in January."""
    costs = make_costs([("x", 100, 90, 90), ("x", 50, 40, None)]).assign(
        starts_on=[date(2026, 1, 5), date(2026, 3, 5)], is_upcoming=[False, True]
    )
    frame = cumulate_budget(costs)
    assert frame["planned_amount"].tolist() == [100, 100, 150]
    assert frame["committed_amount"].tolist() == [90, 90, 130]
    assert frame["actual_amount"].fillna(-1).tolist() == [90, -1, -1]
    assert frame["is_upcoming"].tolist() == [False, True, True]


def test_quality_of_projects_is_weighed_by_their_weights() -> None:
    """0.6 x 0.9 + 0.4 x 0.7 = 0.82 at weight 3, 0.5 at weight 1: 2.96 / 4 = 0.74. One of two due is done."""
    projects = pd.DataFrame(
        {
            "category": ["x", "x", "x"], "is_dropped": [False, False, True], "is_due": [True, True, True],
            "is_done": [True, False, False], "is_on_time": [False, False, False], "weight_rate": [3.0, 1.0, 9.0],
            "objective_score": [0.9, 0.5, None], "subjective_score": [0.7, None, None],
        }
    )  # fmt: skip
    whole = sum_projects(score_projects(projects, 0.6)).iloc[0]
    assert whole["quality_rate"] == pytest.approx(0.74)
    assert (whole["due_count"], whole["project_done_count"], whole["dropped_count"]) == (2, 1, 1)


def test_a_rule_that_cannot_be_meant_is_named(tmp_path: Path) -> None:
    text = discipline.RULE.read_text(encoding="utf-8")
    path = tmp_path / "discipline.toml"
    path.write_text(text.replace("deviation_alert = 0.10", "deviation_alert = 10"), encoding="utf-8")
    with pytest.raises(ValueError, match="deviation_alert must lie from 0 to 1"):
        read_discipline(path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_headline_names_lead_time_and_the_weakest_step_with_their_counts(language: str) -> None:
    """Of few activities nothing is said: four prepared of four are not the weakest."""
    sums = [
        {"measure": "lead", "activity_count": 10, "due_count": 10, "met_count": 9, "met_rate": 0.9},
        {"measure": "shared", "activity_count": 8, "due_count": 8, "met_count": 2, "met_rate": 0.25},
        {"measure": "prepared", "activity_count": 4, "due_count": 4, "met_count": 0, "met_rate": 0.0},
    ]
    text = sentences.tell_headline(sums, 20, language)
    assert all(word in text for word in ("9", "10", "20", "90%", "2", "8", "25%"))
    assert sentences.tell_headline(sums[2:], 20, language).endswith("。" if language == "zh" else ".")


def test_a_move_within_chance_is_no_move() -> None:
    """6 of 10 to 6 of 7 is within chance; 10 of 100 to 60 of 100 is not."""

    def make(first: tuple[int, int], last: tuple[int, int]) -> list[dict[str, Any]]:
        return [
            {
                "measure": "shared", "unit_name": name, "activity_count": due, "due_count": due, "met_count": met,
                "met_rate": met / due,
            }
            for name, (met, due) in (("Q1", first), ("Q2", last))
        ]  # fmt: skip

    assert "beyond chance" in sentences.tell_trend(make((6, 10), (6, 7)), "en")
    assert sentences.tell_trend(make((10, 100), (60, 100)), "en") == "Moved most: Shared, from 10% in Q1 to 60% in Q2"


def test_activities_are_asked_with_their_steps_and_projects_with_their_owner(open_company: Callable[..., Any]) -> None:
    """Two activities, one cancelled and one that ends before it begins; a step done after the data end is still open."""
    days = [date(2026, 5, 10), date(2026, 5, 12)]
    warehouse = open_company(
        Workspace("Test", data_through_on=date(2026, 5, 31)),
        manufacturers={"manufacturer_id": ["M1"], "name": ["Maker"]},
        territories={"territory_id": ["T1"], "name": ["North"], "level": ["region"]},
        terminals={"terminal_id": ["H1"], "name": ["Hospital"], "type": ["hospital"], "territory_id": ["T1"]},
        distributors={"distributor_id": ["D1"], "name": ["Dealer"], "tier": [1]},
        products={
            "product_id": ["P1"], "name": ["Product"], "manufacturer_id": ["M1"], "product_line": ["line"], "unit": ["box"],
        },
        flows={
            "flow_id": ["F1"], "occurred_on": [date(2026, 5, 5)], "product_id": ["P1"], "seller_id": ["M1"],
            "buyer_id": ["H1"], "quantity": [1.0], "amount": [10.0],
        },
        activities={
            "activity_id": ["A1", "A2"], "name": ["One", "Two"], "kind": ["booth", "booth"], "starts_on": days,
            "ends_on": [date(2026, 5, 9), None], "status": ["done", "cancelled"], "territory_id": ["T1", None],
            "owner": ["manufacturer", "M1"],
        },
        activity_steps={
            "activity_id": ["A1", "A1"], "step": ["run", "share"], "due_on": [days[0], date(2026, 5, 20)],
            "done_on": [days[0], date(2026, 6, 5)],
        },
        projects={
            "project_id": ["J1", "J2"], "name": ["A", "B"], "owner": ["manufacturer", "M1"],
            "due_on": [date(2026, 5, 20), date(2026, 6, 20)], "done_on": [date(2026, 5, 21), None], "stage": ["done", "active"],
        },
    )  # fmt: skip
    window = {"period_start": date(2026, 5, 1), "period_end": date(2026, 6, 1), "listed_from": date(2026, 5, 1)}
    filters: dict[str, Any] = {name: [] for name in ("territories", "manufacturers", "product_lines", "distributors")}
    rows = ask_frame(warehouse, "marketing/activities", **window, **filters)
    assert rows["activity_id"].tolist() == ["A1", "A2"]
    assert rows["has_reversed_days"].tolist() == [True, False]
    assert rows["is_cancelled"].tolist() == [False, True]
    assert rows["ended_on"].iloc[0] == days[0]
    assert rows["owner_name"].tolist()[1] == "Maker"
    steps = ask_frame(warehouse, "discipline/steps", **window, **filters)
    assert steps.set_index("step")["done_on"].isna().to_dict() == {"run": False, "share": True}
    projects = ask_frame(warehouse, "discipline/projects", **window, **filters)
    assert projects["project_id"].tolist() == ["J1"]
    assert not projects["is_on_time"].iloc[0]
    assert ask_frame(warehouse, "discipline/effects_by_market", **filters)["activity_id"].tolist() == ["A1"]
