"""Whether spending more on a kind of activity goes with a larger effect: a line through its activities, with its band.

    log lift of an activity = level + slope x log(cost a terminal) + its own difference + its error

Random-effects meta-regression: weights 1 / (error^2 + spread^2), the spread between activities by Paule and Mandel
(1982), the interval by Knapp and Hartung (2003), never narrower than the errors alone say. A slope of 0.1 means that
twice the cost a terminal goes with a lift 2^0.1 = 1.07 times as high; that activities which cost more were held for
other terminals or reasons is not ruled out, so it is an association.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
import pandas as pd

from insight.analysis.draws import Array

LEAST_ACTIVITIES = 12  # fewer measured activities with a cost: unknown
LEAST_RANGE = 2.0  # the ninetieth percentile of cost a terminal must be so many times the tenth
_POINTS = 25
_NORMAL_95 = 1.959964

MORE, LESS, UNCLEAR, UNKNOWN = "more", "less", "unclear", "unknown"
RESPONSE_COLUMNS = (
    "kind", "activity_count", "used_count", "status", "missing", "double_lift_rate", "double_low_rate",
    "double_high_rate", "spread_log", "low_spend_amount", "high_spend_amount",
)  # fmt: skip
CURVE_COLUMNS = ("kind", "cost_per_terminal_amount", "lift_rate", "lift_low_rate", "lift_high_rate")


@dataclass(frozen=True)
class Line:
    """A fitted line: level at the mean of x, slope, their errors, the quantile for 95%, the spread between activities."""

    center: float
    level: float
    slope: float
    level_error: float
    slope_error: float
    quantile: float
    spread: float

    def predict(self, x: Array) -> tuple[Array, Array]:
        """The line and the half-width of its 95% band."""
        away = np.asarray(x) - self.center
        error = np.sqrt(self.level_error**2 + np.square(away * self.slope_error))
        return self.level + self.slope * away, self.quantile * error


def find_responses(activities: pd.DataFrame, costs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What spending more goes with, a row a kind; and the curve of the kinds where it can be drawn.

    activities: the frame of `Effects`; costs: activity_id, cost_amount. The cost is taken for each terminal used.
    missing of the unknown: 'costs' (none known above 0), 'activities' (too few), 'range' (all cost about the same).
    double_lift_rate: how much higher (lift + 1) is where twice as much is spent, with its 95% interval.
    """
    table = activities.merge(costs, on="activity_id", how="left")
    spend = table["cost_amount"].astype(float) / table["terminal_count"].where(table["terminal_count"] > 0)
    table = table.assign(spend=spend)
    rows, curves = [], []
    for kind, group in table.groupby("kind", sort=True):
        used = group[(group["spend"] > 0) & group["log_lift"].notna() & (group["log_lift_error"] > 0)]
        row, curve = describe_response(str(kind), len(group), used)
        rows.append(row)
        curves.append(curve)
    known = [curve for curve in curves if len(curve)]
    return (
        pd.DataFrame(rows, columns=list(RESPONSE_COLUMNS)),
        pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=list(CURVE_COLUMNS)),
    )


def describe_response(kind: str, count: int, used: pd.DataFrame) -> tuple[dict[str, object], pd.DataFrame]:
    """One kind's row, and its curve from the tenth to the ninetieth percentile of what was spent."""
    nothing = float("nan")
    row: dict[str, object] = dict.fromkeys(RESPONSE_COLUMNS, nothing)
    row |= {"kind": kind, "activity_count": count, "used_count": len(used), "status": UNKNOWN, "missing": ""}
    x = np.log(used["spend"].to_numpy(dtype=float))
    low, high = np.quantile(x, [0.1, 0.9]) if len(used) else (nothing, nothing)
    row["low_spend_amount"], row["high_spend_amount"] = float(np.exp(low)), float(np.exp(high))
    if not len(used):
        row["missing"] = "costs"
    elif len(used) < LEAST_ACTIVITIES:
        row["missing"] = "activities"
    elif high - low < np.log(LEAST_RANGE):
        row["missing"] = "range"
    if row["missing"]:
        return row, pd.DataFrame(columns=list(CURVE_COLUMNS))
    line = fit_line(x, used["log_lift"].to_numpy(dtype=float), used["log_lift_error"].to_numpy(dtype=float))
    half = line.quantile * line.slope_error
    ends = [exp(np.log(2.0) * value) - 1.0 for value in (line.slope, line.slope - half, line.slope + half)]
    row |= dict(zip(("double_lift_rate", "double_low_rate", "double_high_rate"), ends, strict=True))
    row["spread_log"] = line.spread
    row["status"] = MORE if ends[1] > 0 else LESS if ends[2] < 0 else UNCLEAR
    grid = np.linspace(low, high, _POINTS)
    middle, width = line.predict(grid)
    values = (kind, np.exp(grid), np.expm1(middle), np.expm1(middle - width), np.expm1(middle + width))
    return row, pd.DataFrame(dict(zip(CURVE_COLUMNS, values, strict=True)))


def fit_line(x: Array, y: Array, errors: Array) -> Line:
    """The weighted line. With equal errors and no spread it is that of least squares.

    (0, 0), (1, 1), (2, 2) with errors 1: slope 1, level 1 at the mean 1, slope error 1 / sqrt(2).
    """
    freedom = x.size - 2
    variance = np.square(errors)
    low, high = 0.0, float(np.square(y - y.mean()).sum() + variance.max())
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _weigh(x, y, 1.0 / (variance + middle))[3] > freedom else (low, middle)
    spread2 = low if low > 1e-9 * variance.mean() else 0.0
    weight = 1.0 / (variance + spread2)
    center, level, slope, excess = _weigh(x, y, weight)
    scale = sqrt(max(1.0, excess / freedom))
    return Line(
        center=center,
        level=level,
        slope=slope,
        level_error=scale / sqrt(weight.sum()),
        slope_error=scale / sqrt(float((weight * np.square(x - center)).sum())),
        quantile=find_t_quantile(freedom),
        spread=sqrt(spread2),
    )


def _weigh(x: Array, y: Array, weight: Array) -> tuple[float, float, float, float]:
    """Mean of x, level, slope and the weighted squares about the line."""
    center, level = float(weight @ x / weight.sum()), float(weight @ y / weight.sum())
    slope = float((weight * (x - center)) @ (y - level) / (weight * np.square(x - center)).sum())
    rest = y - level - slope * (x - center)
    return center, level, slope, float((weight * np.square(rest)).sum())


def find_t_quantile(freedom: int) -> float:
    """The 97.5% quantile of Student's t by Cornish and Fisher's expansion: 2.228 at 10 degrees of freedom."""
    z = _NORMAL_95
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
