"""Estimated, committed and actual cost of activities, side by side and added up over the months.

Every deviation is over the activities of which both its numbers are known:

    estimated 100 and settled at 120, estimated 300 and settled at 300: (20 + 0) / 400 = 5 %, not the mean of 20 and 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from insight.analysis.returns import divide

AMOUNTS = ("planned_cost_amount", "committed_amount", "actual_amount", "unsettled_amount", "cost_amount")


def sum_budgets(activities: pd.DataFrame, unit: str, alert: float, fewest: int) -> pd.DataFrame:
    """A row a unit, the dearest estimate first: the amounts, deviation_rate (actual − estimated ÷ estimated, settled ones),
    commitment_rate (committed − estimated ÷ estimated), compared_count, committed_count, is_alert.

    A unit is marked where either deviation lies further from 0 than ``alert`` and rests on ``fewest`` or more.
    """
    rows: list[dict[str, Any]] = [
        {"unit_id": str(code), **sum_budget(group)} for code, group in activities.groupby(unit, sort=True)
    ]
    frame = pd.DataFrame(
        rows,
        columns=[
            "unit_id", "activity_count", *AMOUNTS,
            "deviation_rate", "compared_count", "commitment_rate", "committed_count",
        ],
    )  # fmt: skip
    frame["is_alert"] = [
        any(
            count >= fewest and np.isfinite(rate) and abs(rate) > alert
            for rate, count in (
                (row["deviation_rate"], row["compared_count"]),
                (row["commitment_rate"], row["committed_count"]),
            )
        )
        for row in rows
    ]
    return frame.sort_values(
        ["planned_cost_amount", "unit_id"], ascending=[False, True], na_position="last", ignore_index=True
    )


def sum_budget(group: pd.DataFrame) -> dict[str, float]:
    """The sums of one unit."""
    row: dict[str, float] = {"activity_count": float(len(group))}
    row |= {name: float(group[name].astype(float).sum(min_count=1)) for name in AMOUNTS}
    planned = group["planned_cost_amount"].astype(float)
    for name, column, is_known in (
        ("deviation", "actual_amount", group["is_settled"].astype(bool)),
        ("commitment", "committed_amount", group["committed_amount"].notna()),
    ):
        compared = is_known & planned.notna() & (planned > 0) & group[column].notna()
        difference = group[column].astype(float)[compared] - planned[compared]
        row[f"{name}_rate"] = divide(float(difference.sum()), float(planned[compared].sum()))
        row["compared_count" if name == "deviation" else "committed_count"] = float(compared.sum())
    return row


def judge_deviations(activities: pd.DataFrame, alert: float) -> pd.DataFrame:
    """The activities with their own deviation_rate and commitment_rate, and is_alert where either is beyond ``alert``."""
    planned = activities["planned_cost_amount"].astype(float)
    usable = planned.where(planned > 0)
    actual = activities["actual_amount"].astype(float).where(activities["is_settled"].astype(bool))
    table = activities.assign(
        deviation_rate=actual / usable - 1, commitment_rate=activities["committed_amount"].astype(float) / usable - 1
    )
    return table.assign(is_alert=(table[["deviation_rate", "commitment_rate"]].abs() > alert).any(axis=1))


def cumulate_budget(activities: pd.DataFrame) -> pd.DataFrame:
    """By the month activities begin in, added up from the first: planned_amount, committed_amount, actual_amount, and
    is_upcoming for months in which none has begun yet. ``month`` is its first day.

    January plans 100 and costs 90, March plans 50 and is committed at 40, not settled: planned 100, 100, 150; committed
    90's commitment and 40 more; actual 90 in January and February, and nothing is said of March.
    """
    starts = pd.to_datetime(activities["starts_on"]).dt.to_period("M")
    months = pd.period_range(starts.min(), starts.max(), freq="M")
    columns = {
        "planned_cost_amount": "planned_amount",
        "committed_amount": "committed_amount",
        "actual_amount": "actual_amount",
    }
    table = activities.assign(month=starts)
    summed = table.groupby("month")[list(columns)].sum(min_count=1).astype(float).reindex(months)
    last = {name: summed[name].last_valid_index() for name in columns}
    added = summed.fillna(0.0).cumsum()
    for name, month in last.items():
        # beyond the last month with such an amount the line ends: nothing is known, which is not nothing
        added[name] = added[name].where(added.index <= month) if month is not None else np.nan
    begun = table[~table["is_upcoming"].astype(bool)]["month"]
    frame = added.rename(columns=columns).reset_index(names="month")
    frame["is_upcoming"] = [begun.empty or month > begun.max() for month in frame["month"]]
    return frame.assign(month=frame["month"].dt.start_time.dt.date)
