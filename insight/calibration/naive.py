"""Methods that are known to fail, run beside the engine: a simulation in which they did well would prove nothing.

Year-over-year and before/after come from the engine itself, which shows them as naive numbers. Here are the two that
look like proper statistics:

* a Poisson regression with terminal and month effects and errors clustered by terminal, in closed form: its effect is
  the log ratio of ratios of sums, and each terminal adds (its share of sales after - its share before)^2 to the
  variance. Few and unequal terminals make that error far too small; a single terminal's would be 0.
* terminals matched on size and on past growth: growers that were invited are compared with terminals that happened to
  grow and fall back (regression to the mean).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.calibration.simulation import PROFILE, Simulated

Array = NDArray[np.float64]

_MATCHES = 5
_BASELINE = 12


def estimate_naively(company: Simulated) -> pd.DataFrame:
    """One row an activity: clustered_log_lift with clustered_log_error, matched_log_lift (log scale)."""
    place = {one: row for row, one in enumerate(company.terminals)}
    rows_of = {
        name: np.array([place[one] for one in group])
        for name, group in company.exposures.groupby("activity_id")["terminal_id"]
    }
    post = len(PROFILE)
    starts = dict(zip(company.activities["activity_id"], company.activities["starts_month_index"], strict=True))
    covered = np.zeros(company.panel.shape, dtype=bool)
    for name, rows in rows_of.items():
        covered[rows, starts[name] : starts[name] + post] = True
    found = {}
    for start, names in company.activities.groupby("starts_month_index")["activity_id"]:
        donors = np.flatnonzero(~covered[:, start - _BASELINE : start + post].any(axis=1))
        before = company.panel[:, start - _BASELINE : start].sum(axis=1) * post / _BASELINE
        after = company.panel[:, start : start + post].sum(axis=1)
        features, unit = describe_growth(company.panel, start)
        for name in names:
            rows = rows_of.get(name, np.zeros(0, dtype=np.intp))
            alike = donors[company.segments[donors] == 1] if company.segments[rows].mean() > 0.5 else donors
            effect, error = fit_clustered(after[rows], before[rows], after[alike], before[alike])
            found[name] = (name, effect, error, match_growth(features, unit, rows, donors, after, before))
    return pd.DataFrame(
        [found[name] for name in company.activities["activity_id"]],
        columns=["activity_id", "clustered_log_lift", "clustered_log_error", "matched_log_lift"],
    )


def fit_clustered(after: Array, before: Array, donor_after: Array, donor_before: Array) -> tuple[float, float]:
    """Effect and clustered error. Two terminals 100 -> 150 and 100 -> 90, donors level: log(240/200) = 0.18, and
    (150/240 - 1/2)^2 + (90/240 - 1/2)^2 = 0.031, error 0.18."""
    sums = [part.sum() for part in (after, before, donor_after, donor_before)]
    if min(sums) <= 0:
        return float("nan"), float("nan")
    effect = np.log(sums[0] / sums[1]) - np.log(sums[2] / sums[3])
    variance = sum(
        np.square(late / late.sum() - early / early.sum()).sum()
        for late, early in ((after, before), (donor_after, donor_before))
    )
    return float(effect), float(np.sqrt(variance))


def describe_growth(panel: Array, start: int) -> tuple[Array, float]:
    """[terminals x 2]: size and growth over the year before, in steps of matching distance; and 5% of half a year's
    mean sales, which keeps zeros finite."""
    half = _BASELINE // 2
    late, early = panel[:, start - half : start].sum(axis=1), panel[:, start - _BASELINE : start - half].sum(axis=1)
    unit = 0.05 * float(panel.mean()) * half
    return np.column_stack([np.log(late + early + unit) / 0.5, np.log((late + unit) / (early + unit)) / 0.15]), unit


def match_growth(
    features: Array, unit: float, rows: NDArray[np.intp], donors: NDArray[np.intp], after: Array, before: Array
) -> float:
    """Log ratio of ratios against the five nearest donors in size and in growth over the last year."""
    distance = np.square(features[rows, None, :] - features[None, donors, :]).sum(axis=2)
    nearest = donors[np.argpartition(distance, _MATCHES, axis=1)[:, :_MATCHES]]
    scale = before[rows] / np.maximum(before[nearest].sum(axis=1), unit)
    expected = (scale * after[nearest].sum(axis=1)).sum()
    return float(np.log((after[rows].sum() + unit) / (expected + unit)))
