"""Effects by what activities have in common besides their kind: line, region, size, owner. The same model as for kinds.

These are slices of the same activities, and there are many: with ten slices in which nothing happened, one 95% interval
in three such tables misses nothing by chance alone.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from insight.analysis.effect import Portfolio
from insight.analysis.effect_tables import NOT_ENOUGH, describe_bands, pool_one
from insight.analysis.portfolio import T_80, T_95, to_rate

SIZES = ((1, 3), (4, 9), (10, 19), (20, None))  # terminals that took part, both ends included


def name_size(terminals: int) -> str:
    """The code of a size: 7 terminals -> size_4_9; nobody -> none."""
    for least, most in SIZES:
        if terminals >= least and (most is None or terminals <= most):
            return f"size_{least}" if most is None else f"size_{least}_{most}"
    return ""


def slice_effects(portfolio: Portfolio, labels: pd.DataFrame) -> pd.DataFrame:
    """A row a dimension and unit; ``labels`` holds activity_id and a column of unit ids a dimension, '' for none."""
    known = labels.set_index("activity_id").reindex(portfolio.plan["activity_id"].astype(str))
    systematic = portfolio.pooled[-1].systematic
    rows = []
    for dimension in known.columns:
        units = known[dimension].fillna("").astype(str).to_numpy(dtype=object)
        for unit in sorted(set(units)):
            rows.append({"dimension": dimension, **describe_slice(portfolio, units, unit, systematic)})
    return pd.DataFrame(rows)


def describe_slice(portfolio: Portfolio, units: np.ndarray, unit: str, systematic: float) -> dict[str, object]:
    """One slice: the pooled lift, the same where nothing happened, and whether there are enough activities."""
    design = portfolio.design
    members = np.flatnonzero(units[portfolio.real.places] == unit)
    pooled, error = pool_one(portfolio.real, members, design)
    control, control_error = pool_one(
        portfolio.rehearsal, np.flatnonzero(units[portfolio.rehearsal.places] == unit), design
    )
    error = sqrt(error**2 + systematic**2)
    mean = pooled.mean if pooled else float("nan")
    before = control.mean if control else float("nan")
    is_enough = members.size >= design.least_kind_activities
    lifts = (to_rate(mean + t * error) for t in (0.0, -T_95, T_95, -T_80, T_80))
    return {
        "unit_id": unit,
        "activity_count": int((units == unit).sum()),
        "measured_count": int(members.size),
        **describe_bands("lift", "rate", *lifts),
        "log_lift": mean,
        "log_lift_error": error,
        "systematic_error_log": systematic,
        "negative_control_rate": to_rate(before),
        "negative_control_low_rate": to_rate(before - T_95 * control_error),
        "negative_control_high_rate": to_rate(before + T_95 * control_error),
        "status": "" if is_enough else NOT_ENOUGH,
    }
