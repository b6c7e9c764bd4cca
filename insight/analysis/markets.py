"""Whether a kind of activity that worked in one market was held in another and worked there.

For each kind and market the own estimates of its activities are pooled, then drawn towards the kind's other markets, both
with the model used for kinds (``portfolio.pool_effects``). The systematic error of all lifts is added once. Many looks at
the same activities find something by chance alone, so a market counts as one in which a kind worked or harmed only where

    Holm (1979): of m looks, the p-values in order, the i-th smallest is at most 0.05 / (m - i + 1), and so are those before,

and where the lift stands as far from what the same method finds where nothing happened. Two-sided p of the normal.

    p = 0.001, 0.02 and 0.04 of three looks: 0.001 <= 0.05 / 3 holds, 0.02 <= 0.05 / 2 holds, 0.04 <= 0.05 holds: all three.
    p = 0.001, 0.03 and 0.04: 0.03 > 0.025 fails, and with it everything after: only the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import erfc, log1p, sqrt
from typing import Any

import numpy as np
import pandas as pd

from insight.analysis.portfolio import NORMAL_95, T_95, pool_effects, to_rate

WORKED, HARMED, UNPROVEN, FEW, UNTRIED = "works", "harms", "unproven", "not_enough_data", "untried"
LEVEL = 0.05


def hold_level(chances: Sequence[float], level: float = LEVEL) -> list[bool]:
    """Which p-values hold at the level when all of them are looked at together (Holm)."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    held = [False] * len(chances)
    for rank, place in enumerate(order):
        if chances[place] > level / (len(chances) - rank):
            break
        held[place] = True
    return held


def judge_markets(
    effects: pd.DataFrame, kinds: Mapping[str, Mapping[str, Any]], spread_prior: float, fewest: int
) -> pd.DataFrame:
    """A row a kind and market, tried or not: activity_count, measured_count, first_on, share_due_count and
    share_done_count (of the step to share), lift_rate, lift_low_rate, lift_high_rate, verdict.

    effects: rows of discipline/effects_by_market; kinds: rows of activities/kinds by kind. Fewer than ``fewest`` measured
    are not spoken of.
    """
    markets = list(dict.fromkeys(effects["unit_id"]))
    rows: list[dict[str, Any]] = []
    for kind, group in effects.groupby("kind", sort=True):
        rows += pool_markets(str(kind), group, markets, kinds.get(str(kind), {}), spread_prior, fewest)
    judged = [row for row in rows if row["chance"] is not None]
    for row, holds in zip(judged, hold_level([row["chance"] for row in judged]), strict=True):
        row["verdict"] = row["side"] if holds and row["is_beyond_control"] else UNPROVEN
    frame = pd.DataFrame(rows)
    return frame.drop(columns=["chance", "side", "is_beyond_control"], errors="ignore")


def pool_markets(
    kind: str,
    effects: pd.DataFrame,
    markets: Sequence[str],
    known: Mapping[str, Any],
    spread_prior: float,
    fewest: int,
) -> list[dict[str, Any]]:
    """The markets of one kind; those with enough measured activities carry a lift and a p-value."""
    rows: list[dict[str, Any]] = []
    for market in markets:
        own = effects[effects["unit_id"] == market]
        measured = own[own["log_lift"].notna() & own["log_lift_error"].notna()]
        pooled = (
            pool_effects(
                measured["log_lift"].to_numpy(dtype=float),
                np.maximum(measured["log_lift_error"].to_numpy(dtype=float), 1e-3),
                spread_prior,
            )
            if len(measured) >= max(fewest, 2)
            else None
        )
        rows.append(
            {
                "kind": kind,
                "unit_id": market,
                "activity_count": len(own),
                "measured_count": len(measured),
                "first_on": own["starts_on"].min() if len(own) else None,
                "share_due_count": int(own["is_share_asked"].sum()),
                "share_done_count": int(own["is_shared"].sum()),
                "lift_rate": float("nan"),
                "lift_low_rate": float("nan"),
                "lift_high_rate": float("nan"),
                "verdict": FEW if len(own) else UNTRIED,
                "chance": None,
                "side": "",
                "is_beyond_control": False,
                "pooled": pooled,
            }
        )
    told = [row for row in rows if row["pooled"] is not None]
    if told:
        means = np.array([row["pooled"].mean for row in told])
        errors = np.array([row["pooled"].error for row in told])
        shrunk = pool_effects(means, errors, spread_prior) if len(told) > 1 else None
        for place, row in enumerate(told):
            mean = float(means[place] if shrunk is None else shrunk.effects[place])
            error = float(errors[place] if shrunk is None else shrunk.effect_errors[place])
            row |= tell_market(mean, error, known)
    return [{name: value for name, value in row.items() if name != "pooled"} for row in rows]


def tell_market(mean: float, error: float, known: Mapping[str, Any]) -> dict[str, Any]:
    """The lift of one market with its interval, its p-value, and whether it stands clear of the negative control."""
    systematic = read_number(known.get("systematic_error_log"))
    together = sqrt(error**2 + systematic**2)
    control, control_error = 0.0, 0.0
    if known.get("negative_control_rate") is not None and np.isfinite(known["negative_control_rate"]):
        control = log1p(known["negative_control_rate"])
        ends = (known["negative_control_high_rate"], known["negative_control_low_rate"])
        control_error = (log1p(ends[0]) - log1p(ends[1])) / 2 / T_95
    beyond = mean - control
    return {
        "lift_rate": to_rate(mean),
        "lift_low_rate": to_rate(mean - NORMAL_95 * together),
        "lift_high_rate": to_rate(mean + NORMAL_95 * together),
        "chance": erfc(abs(mean) / together / sqrt(2.0)),
        "side": WORKED if mean > 0 else HARMED,
        "is_beyond_control": beyond * mean > 0 and abs(beyond) > NORMAL_95 * sqrt(error**2 + control_error**2),
    }


def read_number(value: Any) -> float:
    """A number; what is missing is 0."""
    return 0.0 if value is None or not np.isfinite(value) else float(value)
