"""When a cost came back: the margin on what activities brought, month by month, against what they cost.

Only months in which an effect is measured count; what may have come later is not guessed, and a cost not back by then
is 'not yet'. Activities still running are left out, so that every month is of the same activities and the same cost:

    gain 40, 90, 130 (up to 20, 50, 70 at the low end, 60, 130, 190 at the high one), cost 100:
    paid back within 3 months; at best within 2; at worst not yet.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.analysis.returns import find_chance_of_sum
from insight.analysis.selection import find_steps

_ENDS = ("low", "high", "low80", "high80")


@dataclass(frozen=True)
class Payback:
    """``months`` a row a month: event_month, gain_amount with low, high, low80, high80, chance_paid_share.

    ``month_count`` is the months it took by the estimate, ``earliest_count`` and ``latest_count`` by the ends of the
    95% interval; None: not yet. ``running_count`` activities do not have all months yet and are left out.
    """

    months: pd.DataFrame
    cost: float
    activity_count: int
    running_count: int
    month_count: int | None
    earliest_count: int | None
    latest_count: int | None

    @property
    def seen_count(self) -> int:
        """Months that could be counted."""
        return len(self.months)


def find_payback(
    cumulated: pd.DataFrame, parts: pd.DataFrame, systematic: float, factors: dict[str, float]
) -> Payback | None:
    """The payback of some activities for one payer or all; None where none has an effect, a margin and a cost.

    cumulated: rows of `cumulation.cumulate_months`; parts: activity_id, margin_rate and cost_amount of the payer. Rows
    without a margin or a cost are left out. The intervals of a sum are those of `selection.find_steps`.
    """
    known = parts.dropna(subset=["margin_rate", "cost_amount"])
    table = cumulated.merge(known, on="activity_id")
    if table.empty:
        return None
    lengths = table.groupby("activity_id")["event_month"].max() + 1
    length = int(lengths.max())
    kept = lengths.index[lengths == length]
    table = table[table["activity_id"].isin(kept)]
    cost = float(known.loc[known["activity_id"].isin(kept), "cost_amount"].astype(float).sum())
    rows = [sum_month(month, group, cost, systematic, factors) for month, group in table.groupby("event_month")]
    months = pd.DataFrame(rows)
    return Payback(
        months=months,
        cost=cost,
        activity_count=len(kept),
        running_count=len(lengths) - len(kept),
        month_count=find_first(months["gain_amount"], cost),
        earliest_count=find_first(months["gain_high_amount"], cost),
        latest_count=find_first(months["gain_low_amount"], cost),
    )


def sum_month(
    month: object, group: pd.DataFrame, cost: float, systematic: float, factors: dict[str, float]
) -> dict[str, object]:
    """The gain up to one month with its ends, and the chance that the cost is back."""
    margin = group["margin_rate"].astype(float)
    earned = pd.DataFrame(
        {
            column: group[column] * margin
            for column in ("incremental_amount", *(f"incremental_{end}_amount" for end in _ENDS), "expected_amount")
        }
    )
    gain = float(earned["incremental_amount"].sum())
    gains = gain + np.array([0.0, *find_steps(earned, systematic, factors)])
    base = float(((group["observed_amount"] + group["continuity_amount"]) * margin).sum())
    row: dict[str, object] = {"event_month": month, "gain_amount": gain}
    row |= {f"gain_{end}_amount": float(value) for end, value in zip(_ENDS, gains[1:], strict=True)}
    row["chance_paid_share"] = find_chance_of_sum(gains, cost, base)
    return row


def find_first(gains: pd.Series, cost: float) -> int | None:
    """In how many months the gain first reached the cost: 40, 90, 130 against 100 in three; None: not yet."""
    reached = np.flatnonzero(gains.to_numpy(dtype=float) >= cost)
    return int(reached[0]) + 1 if reached.size else None
