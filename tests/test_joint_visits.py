"""What follows joint visits: episodes by hand, planted effects read back, and words that dare no more than the verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from insight.analysis.effect import ALL_KINDS
from insight.analysis.visits.episodes import (
    compare_naively,
    find_blurred,
    find_starts,
    gather_cohorts,
    spread_forward,
)
from insight.joint_visits import SALES_DESIGN, Field, estimate_calls, estimate_sales
from insight.sentences import visits_effect as effect_sentences
from insight.store import open_current
from insight.warehouse import close_warehouse
from published import ask_frame, open_published

# --- episodes ----------------------------------------------------------------------------------------------------


def mark(months: int, *places: int) -> np.ndarray:
    """One terminal's months with those places marked."""
    marks = np.zeros((1, months), dtype=bool)
    marks[0, list(places)] = True
    return marks


def list_marked(marks: np.ndarray) -> list[int]:
    return np.flatnonzero(marks[0]).tolist()


def test_an_episode_begins_after_three_months_without_and_never_before_that_can_be_known() -> None:
    """Joint in 2, 3 and 9: 3 follows 2. Recorded from month 0, months 0 to 2 may follow visits nobody wrote down."""
    joint = mark(12, 2, 3, 9)
    assert list_marked(find_starts(joint, 3, first_known=-3)) == [2, 9]
    assert list_marked(find_starts(joint, 3, first_known=0)) == [9]


def test_months_in_which_a_later_visit_still_works_belong_to_nobody() -> None:
    """Joint in 4 and 6, windows of three months: the episode covers 4 to 6, the second visit works until 8."""
    joint = mark(12, 4, 6)
    starts = find_starts(joint, 3)
    assert list_marked(spread_forward(starts, 3)) == [4, 5, 6]
    assert list_marked(find_blurred(joint, starts, 3)) == [7, 8]


def test_a_cohort_is_a_month_and_a_mode() -> None:
    starts = np.array([[True, False], [True, False], [False, True]])
    one, other = starts.astype(float), np.array([[1.0, 0], [0, 0], [0, 1.0]])
    cohorts, exposures = gather_cohorts(starts, other, one, pd.Series(["T1", "T2", "T3"]))
    assert cohorts.to_dict("records") == [
        {"activity_id": "0:mixed", "kind": "mixed", "starts_month_index": 0},
        {"activity_id": "0:observation", "kind": "observation", "starts_month_index": 0},
        {"activity_id": "1:mixed", "kind": "mixed", "starts_month_index": 1},
    ]
    assert exposures["terminal_id"].tolist() == ["T1", "T2", "T3"]


def test_the_naive_number_compares_months_after_with_as_many_before() -> None:
    """10 + 20 + 30 = 60 before, 40 + 30 + 20 = 90 after: +50%. Skipping the first month leaves too few after it."""
    panel = np.array([[10.0, 20, 30, 40, 30, 20]])
    assert compare_naively(panel, mark(6, 3), 3) == pytest.approx(0.5)
    assert np.isnan(compare_naively(panel, mark(6, 3), 3, skipped=1))


def make_field(seed: int, sales_lift: float, calls_lift: float, activity_lift: float = 0.0) -> Field:
    """400 terminals over 36 months; 160 of them with a joint visit in some month from 16 on, 60 with an activity as well."""
    rng = np.random.default_rng(seed)
    count, months = 400, 36
    size = np.exp(rng.normal(4, 0.6, count))
    season = 1 + 0.2 * np.sin(np.arange(months) / 6 * np.pi)
    sales = size[:, None] * season * np.exp(rng.normal(0, 0.25, (count, months)))
    rate = rng.uniform(1, 4, count)[:, None] * np.ones(months)
    joint = np.zeros((count, months), dtype=bool)
    activity = joint.copy()
    for row in range(160):
        start = int(rng.integers(16, 31))
        joint[row, start] = True
        sales[row, start : start + 3] *= 1 + sales_lift
        rate[row, start + 1 : start + 4] *= 1 + calls_lift
        if row < 60:
            activity[row, start : start + 6] = True
            sales[row, start : start + 6] *= 1 + activity_lift
    solo = rng.poisson(rate).astype(float)
    ids = [f"T{row:03d}" for row in range(count)]
    terminals = pd.DataFrame({"terminal_id": ids, "segment": "s", "region_id": "r"})
    return Field(
        terminals=terminals,
        months=pd.date_range("2023-01-01", periods=months, freq="MS"),
        sales=sales,
        joint=joint,
        demonstrations=joint.astype(float),
        observations=np.zeros((count, months)),
        solo=solo,
        owed=np.zeros_like(joint),
        hidden=activity,
        activity=activity,
        first_known=0,
    )


def find_whole(effects: Any) -> dict[str, Any]:
    (row,) = effects.kinds[effects.kinds["kind"] == ALL_KINDS].to_dict("records")
    return row


@pytest.mark.parametrize(("sales_lift", "calls_lift"), [(0.25, 0.5), (0.0, 0.0)])
def test_what_was_planted_lies_in_the_interval_and_nothing_is_found_where_nothing_was(
    sales_lift: float, calls_lift: float
) -> None:
    field = make_field(3, sales_lift, calls_lift)
    starts = find_starts(field.joint, SALES_DESIGN.post_months)
    for effects, lift in ((estimate_sales(field, starts), sales_lift), (estimate_calls(field, starts), calls_lift)):
        whole = find_whole(effects)
        assert whole["lift_low_rate"] <= lift <= whole["lift_high_rate"]
        assert (whole["lift_low_rate"] > 0) == (lift > 0)


def test_an_activity_on_the_same_terminals_is_not_credited_to_the_visits() -> None:
    """Activities double sales of 60 of the 160 visited; those months are out, and the visits' +10% is what is left."""
    field = make_field(5, 0.10, 0.0, activity_lift=1.0)
    effects = estimate_sales(field, find_starts(field.joint, SALES_DESIGN.post_months))
    whole = find_whole(effects)
    assert whole["lift_low_rate"] <= 0.10 <= whole["lift_high_rate"] < 0.3
    assert effects.activities["terminal_count"].sum() <= 100


# --- the demo ----------------------------------------------------------------------------------------------------


def test_the_planted_effect_of_joint_visits_is_within_the_interval_read_back(
    demo_store: Path, demo_truths: dict[str, Any]
) -> None:
    """The demo plants +6% of sales in three months, and no change of later calls."""
    warehouse = open_published(open_current(demo_store))
    whole = {
        row["outcome"]: row
        for row in ask_frame(warehouse, "visits/effects").to_dict("records")
        if row["kind"] == ALL_KINDS
    }
    sales, calls = whole["pure_sales"], whole["solo_calls"]
    close_warehouse(warehouse)
    assert sales["lift_low_rate"] <= demo_truths["joint_visits"]["uplift"] <= sales["lift_high_rate"]
    assert calls["lift_low_rate"] <= 0 <= calls["lift_high_rate"]
    assert sales["used_count"] > 200 and sales["donor_count"] > 100
    assert -0.2 < sales["negative_control_rate"] < 0.2


# --- words -------------------------------------------------------------------------------------------------------

KIND: dict[str, Any] = {
    "kind": "*",
    "verdict": "unproven",
    "lift_rate": 0.02,
    "lift_low_rate": -0.05,
    "lift_high_rate": 0.1,
    "lift_low80_rate": -0.02,
    "lift_high80_rate": 0.07,
    "chance_positive_share": 0.74,
    "before_after_rate": 0.09,
    "used_count": 302,
    "incremental_amount": 1.0,
    "incremental_low_amount": -2.0,
    "incremental_high_amount": 3.0,
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_effect_is_never_said_to_be_more_than_its_verdict(language: str) -> None:
    works = {**KIND, "verdict": "works", "lift_rate": 0.2, "lift_low_rate": 0.1}
    assert "20.0%" in effect_sentences.tell_sales(works, language)
    assert "2.0%" not in effect_sentences.tell_sales(KIND, language)
    assert "20.0%" not in effect_sentences.tell_calls({**works, "verdict": "unproven"}, language)
    bands = effect_sentences.tell_bands(KIND, language, "CNY")
    assert all(number in bands for number in ("2.0%", "5.0%", "10.0%", "7.0%", "74%", "9.0%", "302"))
    assert effect_sentences.tell_bands({**KIND, "verdict": "not_enough_data"}, language) == ""
