"""Who was invited and did not come: a negative control that every invitation brings along, and all invited together.

Those who stayed away got nothing. Where they too bought more than expected, those invited were about to buy more
anyway, and a part of the effect of those who came is of the choice and not of the activity. All invited together, came
or not, are free of the choice who comes: a smaller effect, but of the invitation alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import numpy as np
import pandas as pd

from insight.analysis.adjustment import Adjusted, adjust_trends, find_shared, take_shared_off
from insight.analysis.draws import Array
from insight.analysis.effect import ALL_KINDS, Portfolio, list_terminals, measure_all
from insight.analysis.effect_tables import choose_members, pool_one
from insight.analysis.portfolio import T_80, T_95, to_rate

ABSENT, INVITED = "absent", "invited"
ATTENDANCE_COLUMNS = (
    "level", "subject_id", "part", "activity_count", "terminal_count", "lift_rate", "lift_low_rate", "lift_high_rate",
    "lift_low80_rate", "lift_high80_rate", "log_lift", "log_lift_error",
)  # fmt: skip


def compare_attendance(
    portfolio: Portfolio, terminal_ids: Iterable[object], absent: pd.DataFrame, invited: pd.DataFrame
) -> pd.DataFrame:
    """Lifts of those who stayed away and of all invited, for each activity and pooled by kind.

    ``absent`` and ``invited`` hold activity_id and terminal_id, of activities whose attendance is known. The absent are
    measured like a rehearsal: nothing happened to them, so months inside other activities they went to are left out.
    An activity speaks with as many terminals as it takes for a lift of its own, a kind with as many activities.
    """
    ids = [str(one) for one in terminal_ids]
    rows: list[dict[str, object]] = []
    for part, guests in ((ABSENT, absent), (INVITED, invited)):
        if guests.empty:
            continue
        adjusted = measure_part(portfolio, ids, guests, is_absent=part == ABSENT)
        rows += describe_part(portfolio, adjusted, part)
    return pd.DataFrame(rows, columns=list(ATTENDANCE_COLUMNS))


def measure_part(portfolio: Portfolio, ids: list[str], guests: pd.DataFrame, *, is_absent: bool) -> Adjusted:
    """Those terminals as if they had taken part, with the same adjustments as those who did."""
    design = portfolio.design
    rows_of, _ = list_terminals(portfolio.plan, guests, ids)
    found = measure_all(
        portfolio.market, portfolio.starts, rows_of, portfolio.draw_keys, design, is_rehearsal=is_absent
    )
    adjusted = adjust_trends(found, portfolio.names, portfolio.kinds, portfolio.draw_keys, design)
    if is_absent or not adjusted.measurements:
        return adjusted
    shared, _ = find_shared(adjusted, portfolio.starts, portfolio.rows_of, portfolio.kinds, design)
    return take_shared_off(adjusted, shared, portfolio.kinds, portfolio.names, portfolio.draw_keys)


def describe_part(portfolio: Portfolio, adjusted: Adjusted, part: str) -> list[dict[str, object]]:
    """Rows of single activities with enough terminals, then of kinds with enough activities."""
    design = portfolio.design
    rows = []
    for one, place in enumerate(adjusted.places):
        measured = adjusted.measurements[one]
        if measured.rows.size >= design.headline_terminals:
            effect, draws = float(adjusted.effects[one]), adjusted.draws[one]
            ends = effect - np.quantile(draws, [0.975, 0.025, 0.9, 0.1])
            rows.append(
                {"level": "activity", "subject_id": str(portfolio.plan["activity_id"].iloc[place]), "part": part}
                | {"activity_count": 1, "terminal_count": int(measured.rows.size)}
                | describe_lift(effect, float(adjusted.errors[one]), ends)
            )
    systematic = portfolio.pooled[-1].systematic
    for kind in [*sorted(set(portfolio.kinds)), ALL_KINDS]:
        members = choose_members(adjusted, portfolio.kinds, kind)
        pooled, error = pool_one(adjusted, members, design)
        if pooled is None or members.size < design.least_kind_activities:
            continue
        error = sqrt(error**2 + systematic**2)
        ends = pooled.mean + error * np.array([-T_95, T_95, -T_80, T_80])
        rows.append(
            {"level": "kind", "subject_id": kind, "part": part, "activity_count": int(members.size)}
            | {"terminal_count": sum(int(adjusted.measurements[one].rows.size) for one in members)}
            | describe_lift(pooled.mean, error, ends)
        )
    return rows


def describe_lift(effect: float, error: float, ends: Array) -> dict[str, object]:
    """A lift with its bands, and itself on the log scale: log 1.2 -> 20%."""
    low, high, low80, high80 = (to_rate(float(end)) for end in ends)
    return {
        "lift_rate": to_rate(effect),
        "lift_low_rate": low,
        "lift_high_rate": high,
        "lift_low80_rate": low80,
        "lift_high80_rate": high80,
        "log_lift": effect,
        "log_lift_error": error,
    }
