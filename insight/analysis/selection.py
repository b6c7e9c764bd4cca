"""Sums over a selection of activities: what they cost, brought and returned together, with an interval that dares
little.

The engine gives an exact interval for each kind and for all. A reader's selection is any other set, so its interval
is put together from its activities' own:

    half = factor x sqrt(sum of the activities' own half-widths^2 + (1.96 x systematic error x expected sales)^2)

The first part adds what is each activity's own, as independent errors add; the second moves all of them the same way.
Activities also share terminals, stand-ins and the trend of the portfolio: `factor` is how much wider the engine's own
interval of the sum of all activities is than this formula gives for all of them, and never below 1.
"""

from __future__ import annotations

from math import expm1, sqrt

import numpy as np
import pandas as pd

from insight.analysis.effect import ALL_KINDS
from insight.analysis.portfolio import NORMAL_80, NORMAL_95
from insight.analysis.returns import BOTH, SIDES, divide, find_chance_of_sum, settle, split_fairly

_ENDS = ("low", "high", "low80", "high80")
_SIGNS = (-1.0, 1.0, -1.0, 1.0)
_WIDTHS = (NORMAL_95, NORMAL_95, NORMAL_80, NORMAL_80)


def find_factors(activities: pd.DataFrame, kinds: pd.DataFrame) -> dict[str, float]:
    """How much wider the sum of all is than its parts say, for each end of the interval: ``low`` … ``high80``.

    All activities together: 30 +- 20 and 40 +- 15, systematic error 0: sqrt(400 + 225) = 25. Where the engine says
    70 +- 40, the factor is 40 / 25 = 1.6; where it says 70 +- 20, it is 1.
    """
    (whole,) = kinds[kinds["kind"] == ALL_KINDS].to_dict("records")
    steps = find_steps(activities, float(whole["systematic_error_log"]))
    factors = {}
    for end, sign, step in zip(_ENDS, _SIGNS, steps, strict=True):
        own = sign * (whole[f"incremental_{end}_amount"] - whole["incremental_amount"])
        factors[end] = max(1.0, own / abs(step)) if np.isfinite(own) and step else 1.0
    return factors


def find_steps(activities: pd.DataFrame, systematic: float, factors: dict[str, float] | None = None) -> np.ndarray:
    """From the sum of the activities' incremental sales to the ends of its intervals, signed."""
    middle = activities["incremental_amount"].to_numpy(dtype=float)
    is_known = np.isfinite(middle)
    expected = float(np.nansum(activities["expected_amount"].to_numpy(dtype=float)[is_known]))
    steps = []
    for end, sign, width in zip(_ENDS, _SIGNS, _WIDTHS, strict=True):
        own = (activities[f"incremental_{end}_amount"].to_numpy(dtype=float) - middle)[is_known]
        together = expected * expm1(width * systematic)
        steps.append(sign * (factors or {}).get(end, 1.0) * sqrt(float(np.nansum(np.square(own))) + together**2))
    return np.array(steps)


def sum_returns(activities: pd.DataFrame, systematic: float, factors: dict[str, float]) -> pd.DataFrame:
    """Three rows, for both sides together and for each, over the activities with an effect and a known cost.

    activities: incremental_amount with its ends, expected_amount, observed_amount, continuity_amount,
    shrunk_log_lift and for either side cost_<side>_amount and margin_<side>_rate (NaN where unknown).
    Columns are those of `returns.compute_returns`; ratios are sums over sums.
    """
    rows = []
    kept = activities[activities["incremental_amount"].notna() & _cost(activities, BOTH).notna()]
    increment = float(kept["incremental_amount"].sum()) if len(kept) else float("nan")
    increments = increment + np.array([0.0, *find_steps(kept, systematic, factors)])
    expected = float(kept["expected_amount"].sum())
    base = float((kept["observed_amount"] + kept["continuity_amount"]).sum())
    shrunk = (kept["observed_amount"] + kept["continuity_amount"]) * -np.expm1(-kept["shrunk_log_lift"].astype(float))
    both = _sum(_margin(kept, BOTH) * kept["incremental_amount"])
    total = _sum(_cost(kept, BOTH))
    for side in (BOTH, *SIDES):
        margins, cost = _margin(kept, side), _sum(_cost(kept, side))
        margin = divide(_sum(margins * kept["expected_amount"]), expected)
        gain = _sum(margins * kept["incremental_amount"])
        gains = gain + margin * (increments - increment)
        row: dict[str, object] = {"payer_side": side, "activity_count": len(kept)}
        row |= settle(increments, gains, cost, total, margin)
        row["shrunk_gain_amount"] = _sum(margins * shrunk)
        row["chance_paid_share"] = find_chance_of_sum(gains, cost, margin * base)
        row |= split_fairly(gain, both, total)
        rows.append(row)
    return pd.DataFrame(rows)


def sum_lifts(activities: pd.DataFrame, systematic: float, factors: dict[str, float]) -> dict[str, float]:
    """Count, incremental sales and lift over all activities with an effect, whatever is known of their costs.

    incremental 30 of expected 150 (10 to 50): lift 0.2 (0.067 to 0.333).
    """
    known = activities[activities["incremental_amount"].notna()]
    increment, expected = _sum(known["incremental_amount"]), _sum(known["expected_amount"])
    ends = increment + find_steps(known, systematic, factors)
    row = {
        "activity_count": float(len(known)),
        "incremental_amount": increment,
        "lift_rate": divide(increment, expected),
    }
    for end, value in zip(_ENDS, ends, strict=True):
        row |= {f"incremental_{end}_amount": float(value), f"lift_{end}_rate": divide(float(value), expected)}
    return row


def _cost(activities: pd.DataFrame, side: str) -> pd.Series:
    """A side's cost. A side without a row beside one with a row paid nothing; with no row at all it is unknown."""
    costs = [activities[f"cost_{one}_amount"].astype(float) for one in SIDES]
    is_known = costs[0].notna() | costs[1].notna()
    chosen = (
        costs[0].fillna(0.0) + costs[1].fillna(0.0)
        if side == BOTH
        else activities[f"cost_{side}_amount"].astype(float).fillna(0.0)
    )
    return chosen.where(is_known)


def _margin(activities: pd.DataFrame, side: str) -> pd.Series:
    rates = [activities[f"margin_{one}_rate"].astype(float) for one in (SIDES if side == BOTH else (side,))]
    return rates[0] if len(rates) == 1 else rates[0] + rates[1]


def _sum(values: pd.Series) -> float:
    """The sum; unknown if one of the values is, or if there is none."""
    return float(values.sum(skipna=False)) if len(values) else float("nan")
