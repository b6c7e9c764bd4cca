"""The engine's closed form against an independent library, and against published panels that library was checked on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from insight.analysis.counterfactual import Design
from insight.analysis.effect import estimate_activities
from insight.calibration.simulation import simulate_company

diff_diff = pytest.importorskip("diff_diff", reason="the oracle is a development dependency")

CAUSAL = Path(__file__).resolve().parents[2] / "shared" / "real" / "causal"
needs_causal = pytest.mark.skipif(not CAUSAL.exists(), reason="published panels are not part of the project")


def estimate_once(panel: np.ndarray, treated: np.ndarray, start: int, post: int, baseline: int) -> pd.Series:
    """One activity, one cell, no trend: the plain ratio of ratios of sums. Nothing after the post window matters.

    A silence needs less than no chance to be a stop, so donors that stopped are donors like all others.
    """
    ids = [f"T{row:05d}" for row in range(len(panel))]
    return estimate_activities(
        panel[:, start - baseline : start + post],
        ids,
        ["all"] * len(ids),
        ["all"] * len(ids),
        pd.date_range("2020-01-01", periods=baseline + post, freq="MS"),
        pd.DataFrame([("a", "kind", baseline)], columns=["activity_id", "kind", "starts_month_index"]),
        pd.DataFrame([("a", ids[row]) for row in np.flatnonzero(treated)], columns=["activity_id", "terminal_id"]),
        design=Design(
            post_months=post, least_post_months=1, baseline_months=baseline, least_clean_months=1, use_trend=False, draws=50,
            quiet_chance=0.0,
        ),
    ).activities.iloc[0]  # fmt: skip


def fit_oracle(panel: np.ndarray, treated: np.ndarray, start: int, post: int, baseline: int) -> float:
    """Incremental sales by Wooldridge's (2023) Poisson difference in differences: mean effects x terminals, summed."""
    part = panel[:, start - baseline : start + post]
    rows, columns = np.indices(part.shape)
    data = pd.DataFrame(
        {"unit": rows.ravel(), "time": columns.ravel() + 1, "y": part.ravel(), "first": treated[rows.ravel()] * (baseline + 1)}
    )  # fmt: skip
    fitted = diff_diff.WooldridgeDiD(method="poisson").fit(data, "y", "unit", "time", "first")
    return float(treated.sum() * sum(cell["att"] for cell in fitted.group_time_effects.values()))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_increment_is_that_of_a_poisson_difference_in_differences(seed: int) -> None:
    """Lumpy sales with zeros and a long tail; 30 terminals, 6 months after 12."""
    panel = simulate_company(seed, "random", terminals=300, activities=1).panel / 100.0
    treated = np.isin(np.arange(300), np.random.default_rng(seed).choice(300, 30, replace=False))
    found = estimate_once(panel, treated, 24, 6, 12)
    never = np.ones(300, dtype=bool)
    never[~treated] = (panel[~treated, 12:18] > 0).any(axis=1)  # donors have bought by the window's first half year
    oracle = fit_oracle(panel[never], treated[never], 24, 6, 12)
    assert found["incremental_amount"] == pytest.approx(oracle, rel=1e-6)


@needs_causal
def test_geolift_increment_is_the_librarys_on_the_published_panel() -> None:
    """Chicago and Portland, 15 days after 84; GeoLift's synthetic control says 4,667."""
    sales = pd.read_csv(CAUSAL / "GeoLift_Test.csv").pivot(index="location", columns="date", values="Y")
    treated = sales.index.isin(["chicago", "portland"])
    panel = sales.to_numpy(dtype=float)
    found = estimate_once(panel, treated, 90, 15, 84)
    assert found["incremental_amount"] == pytest.approx(fit_oracle(panel, treated, 90, 15, 84), rel=1e-6)
    assert found["incremental_low_amount"] < 4667 < found["incremental_high_amount"]


@needs_causal
@pytest.mark.parametrize(("cohort", "post", "published"), [(2006, 2, -0.0229), (2007, 1, -0.0261)])
def test_county_employment_falls_as_published_where_minimum_wages_rose(
    cohort: int, post: int, published: float
) -> None:
    """mpdta: R `did` finds mean log effects of -0.0046 and -0.0412 for the counties of 2006, mean -0.0229, and -0.0261
    for those of 2007, base the last year before. Ours weighs counties by employment: the same sales-weighted closed
    form as the library's, and an interval that holds the published mean."""
    data = pd.read_csv(CAUSAL / "mpdta.csv")
    data = data[data["first.treat"].isin([0, cohort])]
    wide = data.pivot(index="countyreal", columns="year", values="lemp")
    treated = data.groupby("countyreal")["first.treat"].first().loc[wide.index].to_numpy() == cohort
    panel, start = np.exp(wide.to_numpy()), cohort - 2003
    found = estimate_once(panel, treated, start, post, start)
    assert found["incremental_amount"] == pytest.approx(fit_oracle(panel, treated, start, post, start), rel=1e-6)
    assert np.log1p(found["lift_low_rate"]) < published < np.log1p(found["lift_high_rate"])
