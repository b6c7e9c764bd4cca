"""How large a break of what is assumed a finding bears: Rambachan and Roth (2023), bounds by relative magnitude.

The counterfactual assumes that without the activity those who took part would have gone on as before, next to the
others. Suppose instead that after the event they drift away from it by itself, from quarter to quarter, by up to M times
as much as they ever did from one quarter to the next in the year before. With D the largest such step before, the mean
of the two quarters counted is then wrong by at most

    M x D x (1 + 2) / 2

    lift 20%, largest step before 8%, M = 1: between 20% - 12% and 20% + 12%, before any sampling error.

Which step is the largest is not known for certain: the interval is the union over all steps, each with its own error.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from insight.analysis.counterfactual import compare_logs
from insight.analysis.draws import Array
from insight.analysis.effect import Portfolio
from insight.analysis.effect_paths import tilt_months
from insight.analysis.effect_tables import Kind
from insight.analysis.portfolio import T_95, measure_spread, to_rate

QUARTER = 3  # months
VIOLATIONS = (0.0, 0.5, 1.0, 2.0)
FARTHEST = 5.0  # beyond this a finding is said to bear "more than 5 times"
_GRID = np.arange(0.0, FARTHEST + 0.001, 0.1)
SENSITIVITY_COLUMNS = (
    "kind",
    "violation_ratio",
    "lift_low_rate",
    "lift_high_rate",
    "holds_to_ratio",
    "largest_step_rate",
)


def stress_kinds(portfolio: Portfolio) -> pd.DataFrame:
    """A row a kind with enough activities and violation: the interval of its lift, and up to where it excludes nothing."""
    rows = []
    for kind in portfolio.pooled:
        if kind.pooled is None or kind.members.size < portfolio.design.least_kind_activities:
            continue
        steps, draws = read_steps(portfolio, kind)
        if steps.size == 0:
            continue
        own = kind.pooled.weights @ portfolio.real.draws[kind.members]
        count = portfolio.design.post_months // QUARTER
        holds = find_breakdown(kind.pooled.mean, kind.error, own, steps, draws, count)
        for violation in VIOLATIONS:
            low, high = bound_effect(kind.pooled.mean, kind.error, own, steps, draws, count, violation)
            rows.append(
                {
                    "kind": kind.name,
                    "violation_ratio": violation,
                    "lift_low_rate": to_rate(low),
                    "lift_high_rate": to_rate(high),
                    "holds_to_ratio": holds,
                    "largest_step_rate": to_rate(float(np.abs(steps).max())),
                }
            )
    return pd.DataFrame(rows, columns=list(SENSITIVITY_COLUMNS))


def read_steps(portfolio: Portfolio, kind: Kind) -> tuple[Array, Array]:
    """Steps from quarter to quarter before the event of the kind's weighted mean log difference, and of each draw."""
    assert kind.pooled is not None
    design, real = portfolio.design, portfolio.real
    quarters = design.baseline_months // QUARTER
    levels, draws = np.zeros(quarters), np.zeros((design.draws, quarters))
    for weight, one in zip(kind.pooled.weights, kind.members, strict=True):
        measured = real.measurements[one]
        tilt, unsure, _ = tilt_months(real, int(one), design)
        before = slice(0, quarters * QUARTER)

        def add_up(values: Array) -> Array:
            return values.reshape(*values.shape[:-1], quarters, QUARTER).sum(axis=-1)

        sales, expected = add_up(measured.path[0, before]), add_up((measured.path[1] * tilt)[before])
        drawn = measured.path_draws[:, :, before].astype(np.float64)
        drawn_sales, drawn_expected = add_up(drawn[0]), add_up(drawn[1] * (1.0 - unsure[:, before]))
        constant = measured.constant
        level, noise = (
            compare_logs(np.array([sales, expected]), constant),
            compare_logs(np.array([drawn_sales, drawn_expected]), constant),
        )
        # a quarter nobody was seen in is level with the year
        is_seen = expected > 0
        levels += weight * np.where(is_seen, level, 0.0)
        draws += weight * np.where(is_seen, noise - np.median(noise, axis=0), 0.0)
    return np.diff(levels), np.diff(draws, axis=1)


def bound_effect(
    effect: float, error: float, own: Array, steps: Array, draws: Array, quarters: int, violation: float
) -> tuple[float, float]:
    """The union of 95% intervals of effect -+ violation x step x (1 + … + quarters) / quarters over steps and signs.

    ``error`` is the effect's own; ``own`` and ``draws`` its placebo draws and those of the steps, which say how much
    wider an end is than the effect. Without a violation the interval is the effect's.
    """
    reach = violation * (quarters + 1) / 2.0
    lows, highs = [], []
    alone = float(measure_spread(own)) ** 2
    for step, noise in zip(steps, draws.T, strict=True):
        for sign in (-1.0, 1.0):
            width = T_95 * sqrt(
                max(error**2 + float(measure_spread(own + sign * reach * noise)) ** 2 - alone, error**2)
            )
            end = effect + sign * reach * step
            lows.append(end - width)
            highs.append(end + width)
    return min(lows), max(highs)


def find_breakdown(effect: float, error: float, own: Array, steps: Array, draws: Array, quarters: int) -> float:
    """The largest violation, in steps of 0.1, at which the interval excludes nothing; NaN where it never does."""
    holds = float("nan")
    for violation in _GRID:
        low, high = bound_effect(effect, error, own, steps, draws, quarters, float(violation))
        if low <= 0 <= high:
            break
        holds = float(violation)
    return holds
