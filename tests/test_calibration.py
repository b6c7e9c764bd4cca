"""The evidence about the engine: companies as rough as documented, measures by hand, bars, and the result that is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from insight.__main__ import main
from insight.calibration.bars import BARS, judge_bars, judge_speed
from insight.calibration.measures import Judged, find_bias, judge_scenario, measure_activities, measure_scenario
from insight.calibration.naive import describe_growth, fit_clustered, match_growth
from insight.calibration.report import (
    COMMAND,
    Calibration,
    describe_calibration,
    digest_engine,
    read_result,
    strip_words,
    write_result,
)
from insight.calibration.simulation import KINDS, PROFILE, SCENARIOS, simulate_company
from insight.i18n import read_words


@cache
def judge_small() -> Judged:
    return judge_scenario("growth", [1], activities=24)


def make_run(value: float = 0.95) -> Calibration:
    measured = {"size": {"coverage": value, "clustered_coverage": float("nan")}}
    return Calibration("0" * 16, "2026-01-31", False, 1, 4, 120, 9.0, measured, judge_bars(measured, False))


# The companies


def test_a_company_is_as_long_tailed_and_as_silent_as_documented() -> None:
    """The largest hundredth sells about nine times the mean, the largest tenth 44%, and 43% of months hold no sale."""
    panel = simulate_company(3, "random", activities=1).panel
    size = np.sort(panel.mean(axis=1))
    assert 7 <= np.quantile(size, 0.99) / size.mean() <= 11
    assert 0.40 <= size[-200:].sum() / size.sum() <= 0.49
    assert 0.40 <= (panel == 0).mean() <= 0.46


def test_the_same_seed_makes_the_same_company_and_another_one_another() -> None:
    first, again, other = (simulate_company(seed, "spike", terminals=200, activities=6) for seed in (1, 1, 2))
    assert np.array_equal(first.panel, again.panel)
    pd.testing.assert_frame_equal(first.exposures, again.exposures)
    assert not np.array_equal(first.panel, other.panel)


def test_the_truth_is_what_the_activities_added() -> None:
    """Null kinds add nothing; the strong kind's mean is its peak of 40% x the profile's mean of 0.63: about 25%."""
    company = simulate_company(2, "random", activities=120)
    assert np.allclose(company.true_lift * company.base_amount, company.true_amount)
    lifts = pd.Series(company.true_lift).groupby(company.activities["kind"]).mean()
    assert lifts[["null_a", "null_b"]].tolist() == [0.0, 0.0]
    assert lifts["strong"] == pytest.approx(KINDS["strong"] * PROFILE.mean(), rel=0.15)
    assert simulate_company(2, "nothing", terminals=200, activities=6).true_amount.sum() == 0


# Measures


def test_bias_is_money_over_money() -> None:
    """30 and 20 said of 20 and 20, on 200 that would have been bought: (30 + 20 - 40) / 200 = 5%."""
    frame = pd.DataFrame({"true_amount": [20.0, 20.0], "base_amount": [100.0, 100.0]})
    assert find_bias(frame, pd.Series([30.0, 20.0])) == pytest.approx(0.05)


def test_coverage_false_alarms_and_power_are_shares_of_the_right_activities() -> None:
    """Four activities: two nulls, one of them declared positive; two true lifts of 20%, one found, one interval off."""
    rows = [
        (0.0, -0.1, 0.1), (0.0, 0.01, 0.2), (0.2, 0.05, 0.3), (0.2, -0.3, 0.1),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["true_lift", "lift_low_rate", "lift_high_rate"]).assign(
        lift_low80_rate=lambda one: one["lift_low_rate"], lift_high80_rate=lambda one: one["lift_high_rate"],
        true_amount=lambda one: one["true_lift"] * 100, base_amount=100.0, incremental_amount=10.0, seed=[1, 1, 2, 2],
        terminal_count=[1, 2, 3, 40],
    )  # fmt: skip
    numbers = measure_activities(frame)
    assert numbers["coverage"] == 0.5
    assert (numbers["false_alarms"], numbers["false_positives"], numbers["power"]) == (0.5, 0.5, 0.5)
    assert numbers["bias"] == pytest.approx(0.0)
    assert numbers["width_2_3"] == pytest.approx((0.19 + 0.25) / 2)


def test_clustered_errors_are_the_worked_ones() -> None:
    """100 -> 150 and 100 -> 90 against level donors: log 1.2, error sqrt(2 x (150/240 - 1/2)^2) = 0.177."""
    effect, error = fit_clustered(np.array([150.0, 90]), np.full(2, 100.0), np.full(9, 50.0), np.full(9, 50.0))
    assert effect == pytest.approx(np.log(1.2))
    assert error == pytest.approx(np.sqrt(2) * 0.125)


def test_matching_on_growth_of_a_steady_market_finds_the_planted_ratio() -> None:
    """100 -> 130 in six months against level ones; 5% of half a year's mean sales, 30, keeps zeros finite:
    log((780 + 30) / (600 + 30)) = 0.251."""
    panel = np.full((20, 30), 100.0)
    panel[0, 24:] = 130.0
    after, before = panel[:, 24:].sum(axis=1), panel[:, 12:24].sum(axis=1) / 2
    found = match_growth(*describe_growth(panel, 24), np.array([0]), np.arange(1, 20), after, before)
    assert found == pytest.approx(np.log(810 / 630), abs=0.001)


def test_a_scenario_has_every_measure_that_a_bar_asks_for() -> None:
    numbers = measure_scenario(judge_small(), ("good",))
    assert {bar.measure for bar in BARS if bar.group != "planning"} <= set(numbers)
    assert numbers["activity_count"] == 24
    assert 0.6 <= numbers["coverage"] <= 1.0
    assert numbers["year_over_year_bias"] > numbers["bias"]


# Bars and the result


def test_a_bar_is_met_at_its_end_and_missed_beyond_it() -> None:
    assert [one.is_met for one in judge_bars({"size": {"coverage": 0.98}}, is_full=True)] == [True]
    assert [one.is_met for one in judge_bars({"size": {"coverage": 0.985}}, is_full=True)] == [False]
    assert [one.is_met for one in judge_bars({"size": {"coverage": 0.985}}, is_full=False)] == [True]
    assert judge_bars({"size": {"coverage": float("nan")}}, is_full=True) == []
    assert not judge_speed(5.1).is_met


def test_every_bar_names_known_scenarios_and_has_chinese_words() -> None:
    assert {code for bar in BARS for code in bar.scenarios} <= set(SCENARIOS)
    said = {bar.title for bar in BARS} | {one.title for one in SCENARIOS.values()}
    assert said <= set(read_words("zh"))


def test_what_is_missed_is_said_and_a_result_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    missed = make_run(0.80)
    assert "NOT met" in describe_calibration(missed) and "1 missed" in describe_calibration(missed)
    assert "0 missed" in describe_calibration(make_run())
    write_result(missed, tmp_path / "result.json")
    again = read_result(tmp_path / "result.json")
    assert again is not None and again.verdicts == missed.verdicts
    assert np.isnan(again.scenarios["size"]["clustered_coverage"])
    assert replace(again, scenarios=missed.scenarios) == missed
    assert read_result(tmp_path / "none.json") is None


def test_the_digest_follows_code_and_not_words() -> None:
    code = '"""Why."""\n\n\ndef add(one: int) -> int:\n    """More\n    words."""\n    return one + 1  # so\n'
    assert strip_words(code) == "defadd(one:int)->int:returnone+1"
    assert strip_words(code.replace("words", "text")) == strip_words(code)
    assert strip_words(code.replace("+ 1", "+ 2")) != strip_words(code)


def test_the_result_shipped_is_of_the_engine_shipped() -> None:
    result = read_result()
    assert result is not None and result.is_full
    assert set(result.scenarios) == set(SCENARIOS)
    assert result.engine == digest_engine(), f"the engine or its simulation changed; run {COMMAND} and look at the bars"


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "--scenarios", "lunar"]) == 2
    assert main(["calibrate", "--scenarios", "size", "--write"]) == 2
    assert "--write keeps all scenarios" in capsys.readouterr().err


def test_the_command_prints_measures_and_bars(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["calibrate", "--scenarios", "nothing", "--seeds", "1"])
    text = capsys.readouterr().out
    assert code == (1 if "!" in text else 0)
    assert "bias of year-over-year" in text and "bars met" in text
