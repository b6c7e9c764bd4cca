"""Effects of activities: hand-worked ratios, planted truths in simulated companies, published panels, odd input."""

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from insight.analysis.adjustment import Adjusted, take_shared_off
from insight.analysis.counterfactual import Design, Measurement
from insight.analysis.draws import choose_stand_ins, draw_normals, make_draw_keys, make_keys, mix
from insight.analysis.effect import Effects, estimate_activities
from insight.analysis.portfolio import T_80, T_95, chance_above, fit_trends, pool_effects, split_shared
from insight.analysis.returns import Margins, compute_returns
from insight.calibration import simulation
from insight.calibration.simulation import Simulated

CAUSAL = Path(__file__).resolve().parents[2] / "shared" / "real" / "causal"

simulate_company = cache(partial(simulation.simulate_company, terminals=800))


def estimate(company: Simulated, **changes: object) -> Effects:
    """The engine on a simulated company, with some of its arguments replaced."""
    arguments: dict[str, object] = {
        "panel": company.panel,
        "terminal_ids": company.terminals,
        "segments": company.segments,
        "regions": company.regions,
        "months": company.months,
        "activities": company.activities,
        "exposures": company.exposures,
    }
    return estimate_activities(**(arguments | changes))  # type: ignore[arg-type]


@cache
def judge_portfolios(selection: str, seeds: tuple[int, ...] = (1, 2, 3, 4, 5)) -> pd.DataFrame:
    """Activities of several companies beside the truth."""
    frames = []
    for seed in seeds:
        company = simulate_company(seed, selection)
        frames.append(
            estimate(company).activities.assign(true_lift=company.true_lift, true_amount=company.true_amount, seed=seed)
        )
    return pd.concat(frames, ignore_index=True)


def read_bias(judged: pd.DataFrame, found: str) -> float:
    """Sum of (found - true) over the sum of what would have been bought."""
    return float((judged[found] - judged["true_amount"]).sum() / judged["expected_amount"].sum())


def make_plain_market(treated: int = 6, donors: int = 60, months: int = 36) -> tuple[np.ndarray, list[str]]:
    """Everybody buys 100 a month for ever; the first `treated` rows are the treated."""
    return np.full((treated + donors, months), 100.0), [f"T{row:03d}" for row in range(treated + donors)]


def estimate_plain(
    panel: np.ndarray, ids: list[str], activities: list[tuple[str, str, float]], exposures: list[tuple[str, str]],
    design: Design | None = None, unreported: np.ndarray | None = None,
) -> Effects:  # fmt: skip
    """One segment, one region."""
    return estimate_activities(
        panel,
        ids,
        ["all"] * len(ids),
        ["all"] * len(ids),
        pd.date_range("2024-01-01", periods=panel.shape[1], freq="MS"),
        pd.DataFrame(activities, columns=["activity_id", "kind", "starts_month_index"]),
        pd.DataFrame(exposures, columns=["activity_id", "terminal_id"]),
        unreported,
        design,
    )


# Arithmetic


def test_lift_is_the_ratio_of_ratios_of_sums() -> None:
    """Treated A 10 a month then 15, B 30 then 36: post 6 x 51 = 306. Donors in all 400 a month then 440 (growth 1.1).

    Expected = 6 x (10 + 30) x 1.1 = 264, increment 306 - 264 = 42. The constant c = 306 / (4 x 2 x 6) = 6.375;
    lift = (306 + 6.375) / (264 + 6.375) - 1 = 15.533%.
    """
    panel, ids = make_plain_market(treated=2, donors=10, months=24)
    panel[:2] = [[10.0], [30.0]]
    panel[2:] = np.array([100.0, 100, 50, 50, 20, 20, 20, 20, 10, 10])[:, None]
    panel[2:, 18:] *= 1.1
    panel[0, 18:], panel[1, 18:] = 15.0, 36.0
    effects = estimate_plain(
        panel, ids, [("a", "talk", 18)], [("a", "T000"), ("a", "T001")], Design(use_trend=False)
    ).activities.iloc[0]
    assert effects["observed_amount"] == pytest.approx(306)
    assert effects["baseline_amount"] == pytest.approx(240)
    assert effects["expected_amount"] == pytest.approx(264)
    assert effects["incremental_amount"] == pytest.approx(42)
    assert effects["continuity_amount"] == pytest.approx(6.375)
    assert effects["lift_rate"] == pytest.approx(312.375 / 270.375 - 1)
    assert effects["raw_before_after_rate"] == pytest.approx(306 / 240 - 1)
    assert effects["effective_count"] == pytest.approx(40**2 / (10**2 + 30**2))
    assert (effects["terminal_count"], effects["donor_count"]) == (2, 10)


def test_observed_is_expected_plus_incremental_and_bands_hold_their_estimate() -> None:
    effects = judge_portfolios("growth")
    assert np.allclose(effects["observed_amount"], effects["expected_amount"] + effects["incremental_amount"])
    for name, unit in (("incremental", "amount"), ("lift", "rate")):
        ordered = effects[[f"{name}{band}_{unit}" for band in ("_low", "_low80", "", "_high80", "_high")]].to_numpy()
        assert (np.diff(ordered, axis=1) >= -1e-9).all()


def test_contaminated_baseline_months_are_masked_in_sales_and_counterfactual_alike() -> None:
    """100 a month, 200 in the six months of an earlier activity. Unmasked the later baseline would be 150 and the
    later effect a loss of a third; masked it is 100 and, with 100 a month after, the effect is 0."""
    panel, ids = make_plain_market()
    panel[:6, 18:24] = 200.0
    treated = [(name, f"T{row:03d}") for name in ("early", "late") for row in range(6)]
    plan = [("early", "talk", 18.0), ("late", "show", 25.0)]
    late = estimate_plain(panel, ids, plan, treated, Design(use_trend=False)).activities.set_index("activity_id")
    assert late.loc["late", "lift_rate"] == pytest.approx(0, abs=1e-9)
    assert late.loc["early", "incremental_amount"] == pytest.approx(6 * 6 * 100)


def test_two_activities_on_one_day_at_the_same_terminals_share_the_bundle() -> None:
    """100 a month becomes 144 at terminals of both; split evenly the two of one kind explain a factor of 1.2 each."""
    panel, ids = make_plain_market(treated=12, donors=60)
    panel += np.arange(72)[:, None] % 7  # stand-ins that differ a little, so that no error is 0
    panel[:12, 24:30] *= 1.44
    treated = [(name, f"T{row:03d}") for name in ("one", "two") for row in range(12)]
    found = estimate_plain(panel, ids, [("one", "talk", 24), ("two", "talk", 24)], treated, Design(use_trend=False))
    activities = found.activities
    assert activities["shared_share"].tolist() == pytest.approx([1.0, 1.0])
    assert activities["shared_count"].tolist() == [1, 1]
    assert activities["lift_rate"].to_numpy() == pytest.approx([0.2, 0.2], abs=0.02)


def test_shared_effects_are_explained_by_the_kinds_that_overlap() -> None:
    """Kind a alone shows 0.2; b on the same terminals as an a shows 0.5, of which 0.2 is a's."""
    blend, held = split_shared(np.full(3, 0.01), np.array([[0, 0], [0, 0], [1.0, 0]]), np.array(["a", "a", "b"]))
    assert blend @ np.array([0.2, 0.2, 0.5]) == pytest.approx([0, 0, 0.2], abs=0.01)
    assert held[:2] == pytest.approx(np.zeros((2, 2))) and held[2, 0] > 0


def test_the_sum_of_two_that_overlap_is_as_sure_as_their_bundle() -> None:
    """Two talks on one day at the same terminals: what the draws give to one they take from the other.

    Each keeps half of the bundle's error and half of the other's, so the two are as wide as the bundle, not sqrt 2
    times half of it, and what is drawn for effects that differ is all that comes on top: 15% each way.
    """
    noise = np.random.default_rng(1).normal(0, 0.2, 400)
    nothing: Measurement = None  # type: ignore[assignment]
    bundle = Adjusted(
        np.arange(2), [nothing] * 2, np.full(2, 0.3), np.array([noise, noise]), np.full(2, 0.2), np.zeros(2)
    )
    kinds, keys = np.array(["talk", "talk"], dtype=object), make_keys(["one", "two"])
    found = take_shared_off(bundle, np.ones((2, 1)), kinds, keys, make_draw_keys(400, 0))
    assert found.effects.sum() == pytest.approx(0.3, rel=0.2)
    assert found.draws.sum(axis=0).std() == pytest.approx(np.hypot(0.2, 0.15 * np.sqrt(2)), rel=0.15)


def test_a_late_distributors_months_are_missing_not_zero() -> None:
    """Rows 0 and 40 to 65 have not reported the last two months: the rest grew by 10%, nobody fell."""
    panel, ids = make_plain_market()
    panel[:6, 30:] *= 1.10
    unreported = np.zeros(panel.shape, dtype=bool)
    unreported[[0, *range(40, 66)], 34:] = True
    panel[unreported] = 0.0
    treated = [("a", f"T{row:03d}") for row in range(6)]
    design = Design(use_trend=False)
    masked = estimate_plain(panel, ids, [("a", "talk", 30)], treated, design, unreported).activities.iloc[0]
    assert masked["incremental_amount"] == pytest.approx(10 * (5 * 6 + 4))
    assert masked["donor_count"] == 34
    blind = estimate_plain(panel, ids, [("a", "talk", 30)], treated, design).activities.iloc[0]
    assert abs(blind["incremental_amount"] - 340) > 50


# Draws


def test_mixing_follows_the_published_splitmix64() -> None:
    assert mix(np.array([0], dtype=np.uint64))[0] == np.uint64(0xE220A8397B1DCDAF)
    assert make_keys(["T00001"])[0] == make_keys(["T00001", "x"])[0] != make_keys(["T00002"])[0]


def test_stand_ins_are_even_and_keep_when_candidates_are_added() -> None:
    """4,000 draws of 10 candidates: each about 400 times (+-5 standard deviations of 19). A candidate chosen among
    ten is also chosen among those ten and two more, unless one of the two is."""
    draws, names = make_draw_keys(4000, 7), make_keys([f"C{one}" for one in range(12)])
    key = make_keys(["T1", "T2"])
    ten = choose_stand_ins(key, np.tile(names[:10], (2, 1)), draws)
    twelve = choose_stand_ins(key, np.tile(names, (2, 1)), draws)
    assert np.abs(np.array([np.bincount(row, minlength=10) for row in ten]) - 400).max() < 95
    assert (ten == twelve)[twelve < 10].all()
    assert 0.05 < (ten[0] == ten[1]).mean() < 0.15


def test_normal_draws_are_normal() -> None:
    draws = draw_normals(make_keys(["A1"])[0], make_draw_keys(20000, 0))
    assert abs(draws.mean()) < 0.03 and abs(draws.std() - 1) < 0.03
    assert abs((draws > 1.96).mean() - 0.025) < 0.005


# Portfolio


def test_paule_mandel_spread_of_two_slopes_is_the_closed_form() -> None:
    """Slopes 0 and 0.1 with errors 0.01: spread^2 = 0.1^2 / 2 - 0.01^2 = 0.0049, weight 0.0049 / 0.005 = 0.98."""
    trends = fit_trends(np.array([0.0, 0.1, np.nan]), np.array([0.01, 0.01, np.nan]), np.array(["a"] * 3))
    assert trends.spread == pytest.approx(0.07, rel=1e-6)
    assert trends.slopes[1] - trends.slopes[0] == pytest.approx(0.98 * 0.1)
    assert 0 < trends.slopes[2] < trends.slopes[:2].mean()
    assert (trends.blend[:, 2] == 0).all()


def test_a_kind_that_invites_growers_keeps_its_trend_and_lends_little_of_it_to_the_others() -> None:
    """Thirty activities of growers at 1.5 points a month, thirty of others at 0, each read to +-1 point: the mean of a
    kind is known to 1 / sqrt(30) = 0.18 points, so that nearly all of it is kept. Kinds that are alike leave less spread
    between kinds."""
    kinds = np.repeat(["growers", "others"], 30)
    noise = 0.01 * np.tile(np.linspace(-1.0, 1.0, 30), 2)
    trends = fit_trends(np.where(kinds == "growers", 0.015, 0.0) + noise, np.full(60, 0.01), kinds)
    assert trends.slopes[:30].mean() == pytest.approx(0.015, abs=0.001)
    assert trends.slopes[30:].mean() == pytest.approx(0.0, abs=0.001)
    assert trends.spread == 0.0
    alike = fit_trends(np.full(60, 0.015) + noise, np.full(60, 0.01), kinds)
    assert alike.kind_spread < 0.8 * trends.kind_spread


def test_pooling_shrinks_the_noisy_towards_the_sure() -> None:
    pooled = pool_effects(np.array([0.1, 0.12, 0.08, 1.0]), np.array([0.02, 0.02, 0.02, 0.5]), 0.25)
    assert pooled.mean == pytest.approx(0.1, abs=0.03)
    assert 0.1 < pooled.effects[3] < 0.25 and pooled.shrink[3] > 0.9
    assert pooled.weights.sum() == pytest.approx(1.0)
    assert np.isfinite(pool_effects(np.array([0.3]), np.array([0.1]), 0.25).error)


def test_t_quantiles_belong_to_the_t_distribution() -> None:
    assert chance_above(T_95) == pytest.approx(0.975, abs=1e-6)
    assert chance_above(-T_80) == pytest.approx(0.1, abs=1e-6)
    assert chance_above(0.0) == 0.5


# Planted truth


def test_a_planted_lift_is_recovered_where_sales_are_steady() -> None:
    """All buy about 100 a month with noise of 10%; forty terminals rise by 20%."""
    rng = np.random.default_rng(3)
    panel = 100 * rng.lognormal(0, 0.1, (300, 36))
    panel[:40, 24:30] *= 1.2
    ids = [f"T{row:03d}" for row in range(300)]
    found = estimate_plain(panel, ids, [("a", "talk", 24)], [("a", one) for one in ids[:40]]).activities.iloc[0]
    assert found["lift_rate"] == pytest.approx(0.2, abs=0.04)
    assert found["lift_low_rate"] > 0.1 and found["lift_high_rate"] < 0.3
    assert found["status"] == "measured"


@pytest.mark.parametrize("selection", ["random", "growth", "spike"])
def test_intervals_cover_the_truth_and_bias_is_small(selection: str) -> None:
    """300 activities of five companies. Monte-Carlo error: coverage +-1.3 points, bias about +-2 points."""
    judged = judge_portfolios(selection)
    judged = judged[judged["lift_rate"].notna()]
    covered = judged["true_lift"].between(judged["lift_low_rate"], judged["lift_high_rate"]).mean()
    covered80 = judged["true_lift"].between(judged["lift_low80_rate"], judged["lift_high80_rate"]).mean()
    null = judged[judged["true_amount"] == 0]
    assert 0.90 <= covered <= 1.0
    assert 0.70 <= covered80 <= 0.92
    assert (null["lift_low_rate"] > 0).mean() <= 0.06
    assert abs(read_bias(judged, "incremental_amount")) <= 0.06


def test_naive_numbers_and_the_unadjusted_effect_fail_when_growers_are_invited() -> None:
    """The test has teeth: what the engine corrects is there to be corrected."""
    judged = judge_portfolios("growth")
    naive = judged.assign(
        naive=judged["raw_year_over_year_rate"] * judged["baseline_amount"],
        unadjusted=judged["observed_amount"] * (1 - 1 / (1 + judged["unadjusted_lift_rate"])),
    )
    assert read_bias(naive, "naive") > 0.07
    assert read_bias(naive, "unadjusted") > 0.07
    assert abs(read_bias(naive, "incremental_amount")) < 0.5 * read_bias(naive, "unadjusted")
    before_after = judged["raw_before_after_rate"] - judged["true_lift"]
    assert (before_after * judged["baseline_amount"]).sum() / judged["baseline_amount"].sum() > 0.03


def test_shrunk_estimates_rank_honestly_where_raw_ones_boast() -> None:
    judged = judge_portfolios("random")
    claimed = {}
    for column in ("lift_rate", "shrunk_lift_rate"):
        top = judged.sort_values(column).groupby("seed").tail(10)
        claimed[column] = (top[column] - top["true_lift"]).mean()
    assert claimed["lift_rate"] > 0.20
    assert abs(claimed["shrunk_lift_rate"]) < 0.5 * claimed["lift_rate"]
    assert judged["true_lift"].between(judged["shrunk_low_rate"], judged["shrunk_high_rate"]).mean() > 0.9


def test_kinds_hold_their_truth_and_null_kinds_are_not_declared_positive() -> None:
    checked, null_positive = [], 0
    for seed in (1, 2, 3):
        for selection in ("growth", "spike"):
            company = simulate_company(seed, selection)
            kinds = estimate(company).kinds.set_index("kind")
            truth = pd.Series(company.true_lift).groupby(company.activities["kind"]).mean()
            checked += [
                kinds.loc[kind, "lift_low_rate"] <= true <= kinds.loc[kind, "lift_high_rate"]
                for kind, true in truth.items()
            ]
            null_positive += int((kinds.loc[["null_a", "null_b"], "lift_low_rate"] > 0).sum())
    assert np.mean(checked) >= 0.9
    assert null_positive <= 1  # of twelve, each with a chance of one in forty


def test_a_company_in_which_nothing_works_shows_nothing() -> None:
    found = estimate(simulate_company(11, "nothing"))
    everything = found.kinds.set_index("kind").loc["*"]
    assert everything["lift_low_rate"] < 0 < everything["lift_high_rate"]
    assert not ((found.kinds["status"] == "measured") & (found.kinds["lift_rate"] > 0)).any()


def test_overlapping_activities_are_not_counted_twice() -> None:
    """120 activities on 800 terminals without regard to each other, two others on a terminal at a time: the bundles
    together claim far more than was planted, the estimates do not."""
    company = simulate_company(5, "overlap", activities=120)
    found = estimate(company).activities.assign(true_amount=company.true_amount)
    found = found[found["lift_rate"].notna()]
    assert found["shared_share"].mean() > 1.0
    bundle = found.assign(bundle=found["observed_amount"] * (1 - 1 / (1 + found["unadjusted_lift_rate"])))
    assert read_bias(bundle, "bundle") > 0.2
    assert abs(read_bias(found, "incremental_amount")) < 0.25 * read_bias(bundle, "bundle")


# Invariance


def test_the_same_input_gives_the_same_frames_and_order_of_terminals_does_not_matter() -> None:
    company = simulate_company(1, "random", terminals=400, activities=12)
    first, again = estimate(company), estimate(company)
    pd.testing.assert_frame_equal(first.activities, again.activities)
    pd.testing.assert_frame_equal(first.paths, again.paths)
    order = np.random.default_rng(0).permutation(400)
    turned = estimate(
        company,
        panel=company.panel[order],
        terminal_ids=[company.terminals[row] for row in order],
        segments=company.segments[order],
        regions=company.regions[order],
    )
    pd.testing.assert_frame_equal(first.activities, turned.activities, rtol=1e-7)


def test_currency_scales_amounts_and_leaves_lifts() -> None:
    company = simulate_company(1, "random", terminals=400, activities=12)
    first, scaled = estimate(company).activities, estimate(company, panel=company.panel * 1e-4).activities
    assert np.allclose(first["log_lift"], scaled["log_lift"], atol=1e-9)
    assert np.allclose(first["lift_high_rate"], scaled["lift_high_rate"], atol=1e-9)
    assert np.allclose(first["incremental_amount"] * 1e-4, scaled["incremental_amount"])


# Too little


def list_missing(effects: Effects) -> dict[str, str]:
    return dict(zip(effects.activities["activity_id"], effects.activities["missing"], strict=True))


def test_every_shortage_has_its_code_and_nothing_is_infinite() -> None:
    panel, ids = make_plain_market(treated=12, donors=60, months=36)
    panel[0] = 0.0
    unreported = np.zeros(panel.shape, dtype=bool)
    unreported[1, 20:] = True
    plan = [
        ("fine", "talk", 24), ("unknown_start", "talk", np.nan), ("nobody", "talk", 24), ("strangers", "talk", 24),
        ("too_early", "talk", 6), ("too_late", "talk", 34), ("next_year", "talk", 40), ("silent", "talk", 20),
        ("late_report", "talk", 22), ("crowded", "show", 30), ("crowding_1", "show", 18), ("crowding_2", "show", 24),
    ]  # fmt: skip
    named = [("fine", "T002"), ("strangers", "X1"), ("too_early", "T003"), ("too_late", "T004"), ("next_year", "T004"),
             ("unknown_start", "T005"), ("silent", "T000"), ("late_report", "T001"), ("crowded", "T006"),
             ("crowding_1", "T006"), ("crowding_2", "T006")]  # fmt: skip
    found = estimate_plain(panel, ids, plan, named, unreported=unreported)
    assert list_missing(found) == {
        "fine": "", "unknown_start": "start", "nobody": "attendance", "strangers": "baseline_sales",
        "too_early": "months_before", "too_late": "months_after", "next_year": "months_after",
        "silent": "baseline_sales", "late_report": "reports", "crowded": "clean_months", "crowding_1": "",
        "crowding_2": "",
    }  # fmt: skip
    table = found.activities.set_index("activity_id")
    assert table.loc["too_late", "measurable_from_month"] == pd.Timestamp("2027-02-01")
    assert (table.loc[table["missing"] != "", "status"] == "not_enough_data").all()
    assert table.loc["fine", "status"] == "not_measurable_alone"
    for frame in (found.activities, found.kinds, found.paths):
        assert not np.isinf(frame.select_dtypes("number").to_numpy(dtype=float)).any()


def test_a_window_still_running_is_measured_from_three_months_on() -> None:
    panel, ids = make_plain_market()
    panel[:6, 32:] *= 1.3
    treated = [("a", f"T{row:03d}") for row in range(6)]
    found = estimate_plain(panel, ids, [("a", "talk", 32)], treated, Design(use_trend=False)).activities.iloc[0]
    assert found["post_month_count"] == 4
    assert found["incremental_amount"] == pytest.approx(6 * 4 * 30)


def test_one_terminal_that_stops_buying_is_finite() -> None:
    company = simulate_company(1, "random", terminals=400, activities=12)
    panel, row = company.panel.copy(), int(company.panel[:, :24].sum(axis=1).argmax())
    panel[row, 24:] = 0.0
    found = estimate(
        company,
        panel=panel,
        activities=pd.DataFrame([("a", "talk", 24)], columns=["activity_id", "kind", "starts_month_index"]),
        exposures=pd.DataFrame([("a", company.terminals[row])], columns=["activity_id", "terminal_id"]),
    ).activities.iloc[0]
    assert found["status"] == "not_measurable_alone"
    assert np.isfinite(found["log_lift"]) and found["incremental_amount"] < 0
    assert np.isfinite(found["lift_high_rate"]) and 0 < found["placebo_share"] <= 1


def test_all_terminals_treated_and_too_few_donors_are_refused() -> None:
    panel, ids = make_plain_market(treated=6, donors=9)
    assert list_missing(estimate_plain(panel, ids, [("a", "talk", 24)], [("a", one) for one in ids[:6]])) == {
        "a": "donors"
    }
    everybody = estimate_plain(panel, ids, [("a", "talk", 24)], [("a", one) for one in ids])
    assert list_missing(everybody) == {"a": "donors"}
    assert everybody.kinds["status"].tolist() == ["not_enough_data", "not_enough_data"]
    assert everybody.paths.empty


def test_a_short_panel_and_an_empty_plan_give_empty_estimates() -> None:
    panel, ids = make_plain_market(months=10)
    assert list_missing(estimate_plain(panel, ids, [("a", "talk", 6)], [("a", "T000")])) == {"a": "months_before"}
    nothing = estimate_plain(panel, ids, [], [])
    assert nothing.activities.empty and nothing.paths.empty


def test_duplicate_attendance_counts_once() -> None:
    panel, ids = make_plain_market()
    once = [("a", f"T{row:03d}") for row in range(6)]
    found = estimate_plain(panel, ids, [("a", "talk", 24)], once + once).activities.iloc[0]
    assert (found["exposed_count"], found["terminal_count"]) == (6, 6)


# Event study


def test_the_event_study_is_level_before_and_shows_the_lift_after() -> None:
    panel, ids = make_plain_market(treated=12)
    panel[:12, 24:30] *= 1.5
    found = estimate_plain(panel, ids, [("a", "talk", 24)], [("a", one) for one in ids[:12]], Design(use_trend=False))
    path = found.paths[found.paths["kind"] == "talk"].set_index("event_month")
    assert path.index.tolist() == list(range(-12, 12))
    assert path["treated_index"].loc[-12:-1].to_numpy() == pytest.approx(np.full(12, 100.0))
    assert path["treated_index"].loc[0:5].to_numpy() == pytest.approx(np.full(6, 150.0))
    assert path["control_index"].to_numpy() == pytest.approx(np.full(24, 100.0))
    assert path.loc[6, "treated_index"] == pytest.approx(100.0)
    assert (path["terminal_count"] == 12).all()


# Returns


def build_returns(
    costs: list[tuple[str, str, float]], margins: Margins | pd.DataFrame | None = None
) -> tuple[Effects, pd.DataFrame]:
    company = simulate_company(2, "size", terminals=400, activities=12)
    effects = estimate(company)
    frame = pd.DataFrame(costs, columns=["activity_id", "payer_side", "cost_amount"])
    returns = compute_returns(effects, frame, Margins(0.3, 0.1) if margins is None else margins)
    return effects, returns.set_index(["level", "subject_id", "payer_side"]).sort_index()


def test_returns_of_an_activity_follow_from_its_increment() -> None:
    """gain = rate x increment, net = gain - cost, romi = net / cost, fair share = 0.3 / 0.4 = 75%."""
    costs = [("A000", "manufacturer", 600.0), ("A000", "manufacturer", 400.0), ("A000", "distributor", 1000.0)]
    effects, returns = build_returns(costs)
    one = effects.activities.set_index("activity_id").loc["A000"]
    for side, rate, cost in (("manufacturer", 0.3, 1000.0), ("distributor", 0.1, 1000.0), ("total", 0.4, 2000.0)):
        row = returns.loc[("activity", "A000", side)]
        assert row["cost_amount"] == cost
        for band in ("", "_low", "_high", "_low80", "_high80"):
            net = rate * one[f"incremental{band}_amount"] - cost
            assert row[f"net{band}_amount"] == pytest.approx(net)
            assert row[f"romi{band}_rate"] == pytest.approx(net / cost)
            assert row[f"revenue_per_cost{band}_rate"] == pytest.approx(one[f"incremental{band}_amount"] / cost)
        assert row["break_even_lift_rate"] == pytest.approx(cost / rate / one["expected_amount"])
        assert 0 <= row["chance_paid_share"] <= 1
    assert returns.loc[("activity", "A000", "manufacturer"), "fair_cost_share"] == pytest.approx(0.75)
    assert returns.loc[("activity", "A000", "distributor"), "fair_cost_amount"] == pytest.approx(500.0)
    both = returns.loc[("activity", "A000")]
    assert both.loc["manufacturer", "net_amount"] + both.loc["distributor", "net_amount"] == pytest.approx(
        both.loc["total", "net_amount"], abs=0.005
    )


def test_a_cost_of_zero_has_a_net_gain_and_no_ratio_and_an_unknown_cost_has_neither() -> None:
    effects, returns = build_returns([("A000", "manufacturer", 500.0)])
    free = returns.loc[("activity", "A000", "distributor")]
    increment = effects.activities.set_index("activity_id").loc["A000", "incremental_amount"]
    assert free["net_amount"] == pytest.approx(0.1 * increment)
    assert np.isnan(free["romi_rate"]) and np.isnan(free["revenue_per_cost_rate"])
    unknown = returns.loc[("activity", "A001", "total")]
    assert np.isnan(unknown["net_amount"]) and unknown["return_status"] == "unknown"
    assert not np.isinf(returns.select_dtypes("number").to_numpy(dtype=float)).any()


def test_doubling_the_cost_shifts_the_return_exactly_and_lowers_the_chance() -> None:
    _, once = build_returns([("A000", "manufacturer", 500.0)])
    _, twice = build_returns([("A000", "manufacturer", 1000.0)])
    key = ("activity", "A000", "total")
    assert once.loc[key, "net_amount"] - twice.loc[key, "net_amount"] == pytest.approx(500.0)
    assert (1 + once.loc[key, "romi_rate"]) / 2 - 1 == pytest.approx(twice.loc[key, "romi_rate"])
    assert twice.loc[key, "chance_paid_share"] <= once.loc[key, "chance_paid_share"]


def test_kinds_are_sums_over_sums_of_their_activities() -> None:
    names = [f"A{number:03d}" for number in range(12)]
    costs = [(name, "manufacturer", 100.0 * (1 + place)) for place, name in enumerate(names[:-1])]
    margins = pd.DataFrame(
        {"activity_id": names, "manufacturer_margin_rate": np.linspace(0.2, 0.4, 12), "distributor_margin_rate": 0.1}
    )
    _, returns = build_returns(costs, margins)
    single = returns.loc["activity"].xs("total", level="payer_side").loc[names[:-1]]
    everything = returns.loc[("kind", "*", "total")]
    assert everything["cost_amount"] == pytest.approx(sum(cost for *_, cost in costs))
    assert everything["net_amount"] == pytest.approx(single["net_amount"].sum())
    assert everything["romi_rate"] == pytest.approx(single["net_amount"].sum() / single["cost_amount"].sum())
    assert (everything["activity_count"], everything["left_out_count"]) == (11, 1)
    assert everything["net_low_amount"] < everything["net_amount"] < everything["net_high_amount"]


def test_a_return_without_margins_keeps_revenue_per_cost_and_hides_romi() -> None:
    _, returns = build_returns([("A000", "manufacturer", 500.0)], Margins(None, None))
    row = returns.loc[("activity", "A000", "total")]
    assert np.isnan(row["romi_rate"]) and np.isfinite(row["revenue_per_cost_rate"])


def test_an_unknown_payer_side_is_named() -> None:
    with pytest.raises(ValueError, match="found agent"):
        build_returns([("A000", "agent", 1.0)])


# Published panels


def fit_poisson(panel: np.ndarray, treated: np.ndarray, post: np.ndarray) -> float:
    """Poisson regression with unit and time effects and one treatment effect, by cyclic maximum likelihood."""
    cells = np.outer(treated, post)
    unit, time, effect = panel.mean(axis=1), np.ones(panel.shape[1]), 1.0
    for _ in range(3000):
        lifted = np.where(cells, effect, 1.0)
        unit = panel.sum(axis=1) / (lifted * time).sum(axis=1)
        time = panel.sum(axis=0) / (lifted * unit[:, None]).sum(axis=0)
        effect = panel[cells].sum() / np.outer(unit, time)[cells].sum()
    return float(np.log(effect))


needs_causal = pytest.mark.skipif(not CAUSAL.exists(), reason="published panels are not part of the project")


@needs_causal
def test_geolift_lift_is_the_poisson_regressions_and_its_interval_holds_the_published_one() -> None:
    """GeoLift walkthrough: Chicago and Portland, 15 days; published lift 5.4% by synthetic control."""
    sales = pd.read_csv(CAUSAL / "GeoLift_Test.csv").pivot(index="location", columns="date", values="Y")
    panel = sales.to_numpy(dtype=float)[:, 6:]  # 84 days before, a multiple of the week, and 15 after
    treated = sales.index.isin(["chicago", "portland"])
    design = Design(post_months=15, baseline_months=84, use_trend=False)
    found = estimate_plain(
        panel, list(sales.index), [("g", "geo", 84)], [("g", "chicago"), ("g", "portland")], design
    ).activities.iloc[0]
    log_ratio = np.log(found["observed_amount"] / found["expected_amount"])
    assert log_ratio == pytest.approx(fit_poisson(panel, treated, np.arange(99) >= 84), abs=1e-6)
    assert found["lift_low_rate"] < 0.054 < found["lift_high_rate"]


@needs_causal
def test_google_geo_experiment_return_agrees_with_both_published_ones() -> None:
    """GeoexperimentsResearch vignette, 50 of 100 geos: iROAS, GBR 3.233 (2.695, 3.772), TBR 2.947 (2.760, 3.133)."""
    data = pd.read_csv(CAUSAL / "salesandcost.csv")
    sales = data.pivot(index="geo", columns="date", values="sales")
    groups = pd.read_csv(CAUSAL / "geoassignment.csv")
    treated = [str(geo) for geo in groups.loc[groups["geo.group"] == 2, "geo"]]
    first = list(sales.columns).index("2015-02-16")
    design = Design(post_months=28, baseline_months=42, use_trend=False)
    effects = estimate_plain(
        sales.to_numpy(dtype=float), [str(geo) for geo in sales.index], [("g", "geo", first)],
        [("g", geo) for geo in treated], design,
    )  # fmt: skip
    costs = pd.DataFrame({"activity_id": ["g"], "payer_side": ["manufacturer"], "cost_amount": [data["cost"].sum()]})
    row = compute_returns(effects, costs, Margins(1.0, 0.0)).set_index(["level", "payer_side"]).loc[
        ("activity", "total")
    ]  # fmt: skip
    assert row["cost_amount"] == pytest.approx(50000)
    assert 2.694844 < row["revenue_per_cost_rate"] < 3.772041
    for published in (3.233443, 2.946742):
        assert row["revenue_per_cost_low_rate"] < published < row["revenue_per_cost_high_rate"]


# Speed


def test_two_hundred_activities_on_two_thousand_terminals_stay_within_the_bar() -> None:
    """The bar is five seconds of one quiet core; CPU time is counted, with room for a slow machine."""
    from time import process_time

    company = simulate_company(1, "overlap", terminals=2000, months=36, activities=200)
    begun = process_time()
    estimate(company)
    assert process_time() - begun < 15


def test_settings_change_the_window_they_name() -> None:
    company = simulate_company(1, "random", terminals=400, activities=12)
    short = estimate(company, design=replace(Design(), post_months=3, draws=100)).activities
    assert (short["post_month_count"] == 3).all()
