"""What stands behind the effects of activities: their course, who stayed away, the order, slices, how much they bear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from test_effect import make_plain_market
from test_estimates import make_tables, rows_of, sell

from insight.analysis.draws import draw_normals, make_draw_keys, make_keys
from insight.analysis.effect import Design, Effects, Portfolio, describe_portfolio, measure_portfolio
from insight.analysis.effect_paths import Path, join_months
from insight.analysis.effect_tables import Kind
from insight.analysis.evidence.attendance import compare_attendance
from insight.analysis.evidence.league import count_overlaps, draw_ranks, rank_activities, rank_values
from insight.analysis.evidence.sensitivity import bound_effect, find_breakdown, stress_kinds
from insight.analysis.evidence.slices import name_size, slice_effects
from insight.analysis.evidence.tables import gather_evidence
from insight.analysis.evidence.timing import compare_before, time_kinds
from insight.company import Company, Workspace
from insight.publish import publish
from insight.sentences import effect as words
from insight.warehouse import Warehouse, close_warehouse
from published import open_published

Row = dict[str, Any]

START = 24
PLAN = [("a", "talk", START), ("b", "talk", START), ("c", "talk", START)]
FRAME = ["activity_id", "terminal_id"]


def measure(
    panel: np.ndarray, ids: list[str], plan: list[tuple[str, str, float]], named: list[tuple[str, str]]
) -> Portfolio:
    """One segment, one region, no trend taken off: months before are level by construction."""
    return measure_portfolio(
        panel,
        ids,
        ["all"] * len(ids),
        ["all"] * len(ids),
        pd.date_range("2024-01-01", periods=panel.shape[1], freq="MS"),
        pd.DataFrame(plan, columns=["activity_id", "kind", "starts_month_index"]),
        pd.DataFrame(named, columns=FRAME),
        None,
        Design(use_trend=False),
    )


def make_talks(lift: dict[int, float]) -> Portfolio:
    """Three talks in one month at four terminals each, everybody buys 100; ``lift`` by month from the event."""
    panel, ids = make_plain_market(treated=12)
    for month, rate in lift.items():
        panel[:12, START + month] *= 1 + rate
    return measure(panel, ids, PLAN, [("abc"[row // 4], ids[row]) for row in range(12)])


# --- when it begins, how long it lasts, what became of it ------------------------------------------------------------


@pytest.mark.parametrize(
    ("lift", "sums", "persistence"),
    [
        (dict.fromkeys(range(6), 0.5), (300, 0, 300), "kept"),
        (dict.fromkeys(range(6), 0.5) | dict.fromkeys(range(6, 12), -0.2), (300, -120, 180), "given_back_in_part"),
        (dict.fromkeys(range(3), 0.5) | dict.fromkeys(range(3, 6), -0.5), (0, 0, 0), "moved_forward"),
        (dict.fromkeys(range(6), 0.3) | dict.fromkeys(range(6, 12), -0.3), (180, -180, 0), "moved_forward"),
        ({}, (0, 0, 0), "no_gain"),
    ],
    ids=["stays", "a third given back", "given back inside the window", "given back after it", "nothing"],
)
def test_a_gain_is_kept_or_given_back(lift: dict[int, float], sums: tuple[float, ...], persistence: str) -> None:
    """50 points for six months are 300, three mean months; 20 less for six more give 120 back and leave 180."""
    timing = time_kinds(make_talks(lift)).set_index("kind").loc["talk"]
    assert timing[["gain_index", "after_index", "whole_index"]].tolist() == pytest.approx(sums, abs=1e-6)
    assert timing["persistence"] == persistence
    assert (timing["followed_count"], timing["after_count"]) == (12, 6)


def test_the_first_and_the_last_month_clear_of_chance_are_named() -> None:
    """Nothing in the month of the event, 40% in the four after, nothing then."""
    timing = time_kinds(make_talks(dict.fromkeys(range(1, 5), 0.4))).set_index("kind").loc["talk"]
    assert (timing["first_clear_month"], timing["last_clear_month"]) == (1, 4)


def test_a_gain_whose_months_after_are_not_over_is_not_said_to_stay() -> None:
    """The panel ends six months after the start: nobody can know."""
    panel, ids = make_plain_market(treated=12, months=START + 6)
    panel[:12, START:] *= 1.5
    talks = measure(panel, ids, PLAN, [("abc"[row // 4], ids[row]) for row in range(12)])
    timing = time_kinds(talks).set_index("kind").loc["talk"]
    assert timing["after_count"] == 0 and timing["persistence"] == "untold" and np.isnan(timing["after_index"])


def test_months_that_err_together_need_no_wider_band_and_independent_ones_do() -> None:
    """The largest of two equal normal errors stays within 1.96 in 95%, of two independent ones within 2.24."""
    keys = make_draw_keys(20_000, 0)
    first, second = (draw_normals(key, keys) for key in make_keys(["first", "second"]))
    kind = Kind("k", 1, np.array([0]), None, 0.0, 0.0, 0.0, systematic=0.0)
    widths = []
    for noise in (np.column_stack([first, first]), np.column_stack([first, second])):
        months, level, count = np.array([0, 1]), np.full(2, 100.0), np.ones(2, dtype=np.int64)
        joint = join_months(Path(months, level, level, noise, count, count), kind, keys, Design())
        widths.append(float(joint.high[0]))
    assert widths == pytest.approx([1.96, 2.24], abs=0.06)


def test_months_before_are_judged_by_the_largest_of_all() -> None:
    """Stand-ins stray by normal errors of one point in two months; the largest of two passes 2 in 8.9%, 4 in none."""
    keys = make_draw_keys(20_000, 0)
    noise = np.column_stack([draw_normals(key, keys) for key in make_keys(["first", "second"])])
    level, count = np.full(2, 100.0), np.ones(2, dtype=np.int64)

    def judge(farthest: float) -> float:
        treated = level + np.array([farthest, 0.0])
        return compare_before(Path(np.array([-2, -1]), treated, level, noise, count, count))

    assert judge(2.0) == pytest.approx(1 - 0.9545**2, abs=0.01)
    assert judge(4.5) < 0.001


# --- invited and not come --------------------------------------------------------------------------------------------


def compare(absent_lift: float) -> pd.DataFrame:
    """Three talks, four came to each (+50%), four more were invited and stayed away."""
    panel, ids = make_plain_market(treated=24)
    panel[:12, START : START + 6] *= 1.5
    panel[12:24, START : START + 6] *= 1 + absent_lift
    came = pd.DataFrame([("abc"[row // 4], ids[row]) for row in range(12)], columns=FRAME)
    absent = pd.DataFrame([("abc"[row // 4], ids[12 + row]) for row in range(12)], columns=FRAME)
    talks = measure(panel, ids, PLAN, list(came.itertuples(index=False, name=None)))
    found = compare_attendance(talks, ids, absent, pd.concat([came, absent]))
    return found.set_index(["level", "subject_id", "part"])


def test_all_invited_gain_what_those_who_came_gain_spread_over_all() -> None:
    """Half of the invited came and bought 150 for 100: 25% over all, whoever came; the absent show nothing."""
    found = compare(0.0)
    invited, absent = found.loc[("kind", "talk", "invited")], found.loc[("kind", "talk", "absent")]
    assert invited["lift_rate"] == pytest.approx(0.25, abs=0.005)
    assert absent["lift_low_rate"] < 0 < absent["lift_high_rate"]
    assert (invited["terminal_count"], absent["terminal_count"], absent["activity_count"]) == (24, 12, 3)
    assert found.loc[("activity", "a", "absent"), "lift_rate"] == pytest.approx(0.0, abs=1e-9)


def test_absent_terminals_that_grew_all_the_same_are_a_warning() -> None:
    """They got nothing and bought 30% more: whoever was invited was about to."""
    absent = compare(0.3).loc[("kind", "talk", "absent")]
    assert absent["lift_low_rate"] > 0
    assert words.tell_attendance(absent, "en").endswith("read with care")


def test_nobody_absent_is_nothing_to_compare() -> None:
    talks = make_talks({})
    nobody = pd.DataFrame(columns=FRAME)
    assert compare_attendance(talks, [], nobody, nobody).empty
    assert words.tell_attendance(None, "en") == "Too few were invited and stayed away to compare with"


# --- the order -------------------------------------------------------------------------------------------------------


def test_overlaps_and_ranks_by_hand() -> None:
    """0 to 2 and 1 to 3 overlap, 4 to 5 stands alone; of 0.3, 0.1, 0.3 the first comes first."""
    assert count_overlaps(np.array([0.0, 1.0, 4.0]), np.array([2.0, 3.0, 5.0])).tolist() == [1, 1, 0]
    assert rank_values(np.array([0.3, 0.1, 0.3])).tolist() == [1, 3, 2]


def test_a_rank_is_certain_where_estimates_are_and_open_where_they_are_not() -> None:
    """A surely above B; C and D alike: each ahead of the other in half of the draws."""
    ranks = draw_ranks(["A", "B", "C", "D"], np.array([3.0, 2.0, 0.0, 0.0]), np.array([0.01, 0.01, 0.1, 0.1]), 0)
    assert (ranks[:, 0] == 1).all() and (ranks[:, 1] == 2).all()
    assert (ranks[:, 2] == 3).mean() == pytest.approx(0.5, abs=0.05)


def test_without_its_largest_terminal_an_activity_is_told_by_the_others() -> None:
    """400 becomes 600, 100 becomes 120. Without the larger: 720 against 600, each with a quarter month (30): 19%."""
    panel, ids = make_plain_market(treated=2)
    panel[0] *= 4
    panel[0, START : START + 6] *= 1.5
    panel[1, START : START + 6] *= 1.2
    talk = measure(panel, ids, [("a", "talk", START)], [("a", ids[0]), ("a", ids[1])])
    (row,) = rank_activities(talk, describe_portfolio(talk).activities).to_dict("records")
    assert row["without_largest_lift_rate"] == pytest.approx(750 / 630 - 1)
    assert (row["rank_number"], row["ranked_count"], row["overlap_count"], row["before_month_count"]) == (1, 1, 0, 12)


# --- slices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "code"), [(0, ""), (1, "size_1_3"), (3, "size_1_3"), (4, "size_4_9"), (19, "size_10_19"), (20, "size_20")]
)
def test_sizes_have_no_gap(count: int, code: str) -> None:
    assert name_size(count) == code


def test_slices_of_the_same_activities_are_pooled_apart() -> None:
    """Three talks of the manufacturer lift by half, three of distributors do nothing."""
    panel, ids = make_plain_market(treated=24)
    panel[:12, START : START + 6] *= 1.5
    plan = [(name, "talk", START) for name in "abcdef"]
    talks = measure(panel, ids, plan, [("abcdef"[row // 4], ids[row]) for row in range(24)])
    labels = pd.DataFrame({"activity_id": list("abcdef"), "owner": ["manufacturer"] * 3 + ["distributor"] * 3})
    found = slice_effects(talks, labels).set_index("unit_id")
    assert found.loc["manufacturer", "lift_rate"] == pytest.approx(0.5, abs=0.02)
    assert found.loc["distributor", "lift_low_rate"] < 0 < found.loc["distributor", "lift_high_rate"]
    assert found["measured_count"].tolist() == [3, 3]


def test_slices_by_kind_are_the_kinds() -> None:
    """The same model: sliced by the kind itself, lift, interval and negative control are those of the kind."""
    talks = make_talks(dict.fromkeys(range(6), 0.5))
    kinds = describe_portfolio(talks).kinds.set_index("kind").loc["talk"]
    sliced = slice_effects(talks, pd.DataFrame({"activity_id": list("abc"), "kind": ["talk"] * 3})).iloc[0]
    shared = ["lift_rate", "lift_low_rate", "lift_high80_rate", "log_lift_error", "negative_control_high_rate"]
    assert sliced[shared].tolist() == pytest.approx(kinds[shared].tolist())


# --- what a finding bears --------------------------------------------------------------------------------------------

LEVEL_DRAWS = np.zeros(400)


def bound(effect: float, steps: list[float], violation: float, error: float = 0.0) -> tuple[float, float]:
    """Bounds over two quarters where steps are known for certain."""
    return bound_effect(effect, error, LEVEL_DRAWS, np.array(steps), np.zeros((400, len(steps))), 2, violation)


def test_a_drift_after_the_event_moves_the_bounds_by_its_mean_over_the_quarters() -> None:
    """Largest step 8%: 1 x 8% in the first quarter, 2 x 8% in the second, 12% on average; twice that for M = 2."""
    assert bound(0.2, [0.06, -0.08], 1.0) == pytest.approx((0.08, 0.32))
    assert bound(0.2, [0.06, -0.08], 2.0) == pytest.approx((-0.04, 0.44))


def test_without_a_drift_the_interval_is_the_effects_own() -> None:
    """t with 12 degrees of freedom: 0.2 -+ 2.178813 x 0.05."""
    assert bound(0.2, [0.06], 0.0, error=0.05) == pytest.approx((0.2 - 0.1089, 0.2 + 0.1089), abs=1e-4)


@pytest.mark.parametrize("violation", [0.0, 0.5, 1.0])
def test_bounds_are_those_of_an_independent_library(violation: float) -> None:
    """diff-diff solves the same bounds as a linear programme; its last quarter before is the reference, 0."""
    library = pytest.importorskip("diff_diff.honest_did", reason="the oracle is a development dependency")
    before, after = np.array([0.02, 0.08]), np.array([0.25, 0.15])
    theirs = library._solve_rm_bounds_union(before, after, np.array([0.5, 0.5]), 2, violation)
    ours = bound(0.2, np.diff([*before, 0.0]).tolist(), violation)
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_the_largest_drift_borne_is_found_on_the_grid() -> None:
    """0.24 - M x 0.12 stays above 0 up to M = 1.9; an effect of 0 bears none."""
    none = np.zeros((400, 1))
    assert find_breakdown(0.24, 0.0, LEVEL_DRAWS, np.array([0.08]), none, 2) == pytest.approx(1.9)
    assert np.isnan(find_breakdown(0.0, 0.01, LEVEL_DRAWS, np.array([0.08]), none, 2))


def test_a_kind_without_any_drift_before_bears_the_farthest_looked_at() -> None:
    stressed = stress_kinds(make_talks(dict.fromkeys(range(6), 0.5))).set_index("kind").loc["talk"]
    assert stressed["holds_to_ratio"].unique() == pytest.approx([5.0])
    assert stressed["violation_ratio"].tolist() == [0.0, 0.5, 1.0, 2.0]


# --- too little ------------------------------------------------------------------------------------------------------


def gather(portfolio: Portfolio, ids: list[str], invitations: list[tuple[str, str, bool, bool]]) -> dict[str, Any]:
    """All tables, with one label for every activity."""
    effects: Effects = describe_portfolio(portfolio)
    plan = portfolio.plan["activity_id"]
    labels = pd.DataFrame({"activity_id": plan, "owner": ["manufacturer"] * len(plan)})
    guests = pd.DataFrame(invitations, columns=[*FRAME, "is_invited", "is_attended"]).astype(
        {"is_invited": bool, "is_attended": bool}
    )
    return gather_evidence(portfolio, effects, ids, guests, labels)


def test_the_smallest_activities_have_their_tables_and_nothing_is_infinite() -> None:
    """One terminal, two on the same day at it, nobody on the list, in the last month, invited but not attended."""
    panel, ids = make_plain_market(treated=6)
    plan = [("one", "talk", START), ("same_day", "talk", START), ("nobody", "talk", START), ("last", "talk", 35)]
    named = [("one", ids[0]), ("same_day", ids[0]), ("last", ids[1])]
    portfolio = measure(panel, ids, plan, named)
    found = gather(portfolio, ids, [("one", ids[0], True, True), ("one", ids[2], True, False)])
    assert sorted(found["activity_league"]["activity_id"]) == ["one", "same_day"]
    assert set(found["activity_paths"]["activity_id"]) == {"one", "same_day"}
    assert found["kind_timing"].empty and found["kind_sensitivity"].empty
    for frame in found.values():
        assert not np.isinf(frame.select_dtypes("number").to_numpy(dtype=float)).any()


def test_with_everybody_treated_there_is_nothing_to_tell() -> None:
    panel, ids = make_plain_market(treated=6, donors=9)
    found = gather(measure(panel, ids, [("a", "talk", START)], [("a", one) for one in ids]), ids, [])
    assert all(found[name].empty for name in ("activity_league", "activity_paths", "kind_timing", "attendance_effects"))
    assert found["effect_slices"]["measured_count"].tolist() == [0, 0]


# --- the questions of the page ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A1 on 5 March with T1, which came, and T2, which did not; A2 on the same day with T1; A3 a year before."""
    day = date(2025, 3, 5)
    activities = [
        {"activity_id": name, "name": name, "kind": "meeting", "starts_on": start}
        for name, start in (("A1", day), ("A2", day), ("A3", date(2024, 3, 5)))
    ]
    guests = [
        {"activity_id": "A1", "terminal_id": "T1", "is_invited": True, "is_attended": True, "attendee_count": 3},
        {"activity_id": "A1", "terminal_id": "T2", "is_invited": True, "is_attended": False, "attendee_count": 0},
        {"activity_id": "A2", "terminal_id": "T1", "is_invited": None, "is_attended": None, "attendee_count": None},
        {"activity_id": "A3", "terminal_id": "T1", "is_invited": True, "is_attended": True, "attendee_count": 1},
    ]
    bought = {(2024, 1): 5, (2024, 3): 7, (2025, 1): 10, (2025, 2): 20, (2025, 3): 40, (2025, 4): 80}
    flows = [sell(date(year, month, 9), "T1", amount, 1) for (year, month), amount in bought.items()]
    flows.append(sell(date(2025, 2, 9), "T2", 11, 1))
    tables = make_tables(flows=flows, activities=activities, activity_terminals=guests)
    company = Company(
        Workspace("Test", data_through_on=date(2025, 4, 30)),
        {name: pa.table(columns) for name, columns in tables.items()},
    )
    warehouse = open_published(publish(company, tmp_path_factory.mktemp("opened")))
    yield warehouse
    close_warehouse(warehouse)


def test_terminals_of_an_activity_stand_with_what_they_bought_before_and_after(opened: Warehouse) -> None:
    """Two whole months are over. T1: 40 + 80 after, 10 + 20 before, 7 in March and April a year before. T2: 0, 11."""
    rows = rows_of(opened, "activities/terminals_of_activity", activity="A1")
    assert [(row["terminal_id"], row["is_attended"]) for row in rows] == [("T1", True), ("T2", False)]
    first, second = rows
    assert [first[f"{name}_amount"] for name in ("after", "before", "year_before")] == [120, 30, Decimal("7.00")]
    assert [second[f"{name}_amount"] for name in ("after", "before", "year_before")] == [0, 11, 0]
    assert first["month_count"] == 2


def test_other_activities_of_the_same_six_months_are_named_as_a_bundle(opened: Warehouse) -> None:
    """A2 shares T1 on the same day; A3 lies a year apart; the absent T2 shares nothing."""
    assert [
        (row["activity_id"], row["terminal_count"]) for row in rows_of(opened, "activities/overlaps", activity="A1")
    ] == [("A2", 1)]


def test_an_opened_activity_says_what_is_missing(opened: Warehouse) -> None:
    (row,) = rows_of(opened, "activities/activity", activity="A1")
    assert (row["status"], row["missing"]) == ("not_enough_data", "months_after")
    assert (row["invited_count"], row["attended_count"], row["is_attendance_known"]) == (2, 1, True)
    assert words.tell_activity(row, "en").startswith("Not enough data: fewer than three whole months after it")
    assert rows_of(opened, "activities/activity", activity="nobody knows it") == []


# --- what is said ----------------------------------------------------------------------------------------------------

TIMING: Row = {
    "followed_count": 12,
    "after_count": 6,
    "first_clear_month": 0,
    "last_clear_month": 3,
    "gain_index": 118.5,
    "gain_low_index": 72.1,
    "gain_high_index": 170.4,
    "after_index": -7.3,
    "after_low_index": -85.0,
    "after_high_index": 77.3,
    "whole_index": 111.2,
    "whole_low_index": 1.2,
    "whole_high_index": 230.2,
    "persistence": "kept",
    "holds_to_ratio": 0.8,
    "before_placebo_share": 0.4,
    "largest_step_rate": 0.052,
}


def test_what_became_of_a_gain_is_said_in_mean_months() -> None:
    assert words.tell_timing(TIMING, "works", "en") == (
        "The gain stays: after 12 months +1.11 mean months more (+0.01 to +2.30)"
    )
    assert words.tell_timing(TIMING | {"persistence": "moved_forward"}, "unproven", "en").startswith(
        "Purchases were moved forward"
    )
    assert words.tell_timing(TIMING, "unproven", "en").startswith("No effect beyond chance")
    assert words.tell_timing(TIMING | {"persistence": "untold"}, "works", "en").startswith(
        "Whether the gain stays cannot"
    )
    assert words.tell_course(TIMING, "works", "en").startswith(
        "Clear of chance, all months judged together, from month 0 to"
    )


def test_only_a_finding_is_said_to_bear_anything() -> None:
    assert "more than 0.8 times" in words.tell_sensitivity(TIMING, "works", "en")
    assert words.tell_sensitivity(TIMING, "unproven", "en") == ""
    assert "five times" in words.tell_sensitivity(TIMING | {"holds_to_ratio": 5.0}, "works", "en")
    assert "no drift" in words.tell_sensitivity(TIMING | {"holds_to_ratio": float("nan")}, "works", "en")


def test_months_before_that_differ_are_a_warning() -> None:
    """Under a tenth of the stand-ins stray as far."""
    assert words.tell_before(TIMING, "en") == ""
    assert "4.0% of untouched stand-ins" in words.tell_before(TIMING | {"before_placebo_share": 0.04}, "en")
    assert not words.is_doubtful(TIMING | {"before_placebo_share": float("nan")})


MEASURED: Row = {
    "status": "measured",
    "missing": None,
    "terminal_count": 6,
    "exposed_count": 7,
    "effective_count": 1.8,
    "largest_share": 0.73,
    "without_largest_lift_rate": 0.067,
    "donor_count": 54,
    "before_month_count": 12,
    "post_month_count": 6,
    "by_chance_share": 0.02,
    "trend_slope_rate": 0.01,
    "trend_placebo_share": 0.4,
    "trend_adjustment_rate": 0.08,
    "unadjusted_lift_rate": 0.31,
    "shrink_share": 0.6,
    "rank_number": 4,
    "rank_low_number": 2,
    "rank_high_number": 30,
    "ranked_count": 40,
    "top_quarter_share": 0.5,
    "lift_rate": 0.23,
    "lift_low_rate": 0.02,
    "lift_high_rate": 0.5,
    "shrunk_lift_rate": 0.12,
    "shrunk_low_rate": 0.01,
    "shrunk_high_rate": 0.24,
    "shared_count": 2,
    "shared_share": 0.4,
}


def test_a_large_terminal_and_a_large_adjustment_are_pointed_at() -> None:
    """73% of the sales before are one terminal's; 8 points were taken off for the trend."""
    said = {name: (value, meaning) for name, value, meaning in words.list_checks(MEASURED, "en")}
    assert said["Largest terminal"] == ("73%", "of the sales before: one terminal’s story")
    assert said["Unadjusted"] == ("+31.0%", "without taking +8.0% off for the trend before")
    assert "Unadjusted" not in {
        name for name, *_ in words.list_checks(MEASURED | {"trend_adjustment_rate": 0.02}, "en")
    }
    assert said["Rank (80%)"][0] == "2–30 of 40"


def test_what_cannot_be_measured_alone_is_told_by_its_best_estimate() -> None:
    assert words.tell_activity(MEASURED, "en") == "Associated with 23.0% more pure sales (+2.0% to +50.0%)"
    assert words.tell_activity(MEASURED | {"status": "not_measurable_alone"}, "en") == (
        "Not measurable alone; by best estimate +12.0% (+1.0% to +24.0%)"
    )


def test_a_bundle_names_the_others() -> None:
    assert words.tell_bundle(MEASURED, ["Salon", "Booth"], "en").startswith(
        "Measured as a bundle with Salon and Booth on its"
    )
    assert words.tell_bundle(MEASURED | {"shared_count": 0}, ["Salon"], "en") == ""


def test_slices_of_few_activities_are_not_spoken_of() -> None:
    rows = [
        {"name": "Hematology", "measured_count": 6, "verdict": "works"},
        {"name": "Molecular", "measured_count": 4, "verdict": "works"},
        {"name": "Coagulation", "measured_count": 9, "verdict": "unproven"},
    ]
    assert words.tell_slices(rows, "en") == "Associated with more sales beyond chance: Hematology"
    assert (
        words.tell_slices(rows[1:], "en")
        == "None of the 1 with enough activities is associated with more sales beyond chance"
    )
    assert words.tell_slices(rows[1:2], "en") == "Nothing here has enough measured activities"


@pytest.mark.parametrize("persistence", ["kept", "untold", "moved_forward", "given_back_in_part"])
def test_both_languages_say_the_same_numbers(persistence: str) -> None:
    def find_numbers(language: str) -> list[str]:
        timing = TIMING | {"persistence": persistence}
        said = words.tell_timing(timing, "works", language) + words.tell_course(timing, "works", language)
        return sorted(re.findall(r"[+−]\d+\.\d+", said))

    assert find_numbers("en") == find_numbers("zh") != []
