"""How varied activities are: shares of kinds, and how many kinds of equal size would be as varied.

effective number = 1 / sum of squared shares (Simpson, 1949)

Ten activities, 5 of one kind, 3 of another and 2 of a third: 1 / (0.25 + 0.09 + 0.04) = 2.63 kinds. Ten of one kind
are 1; two kinds of five each are 2.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd


def count_effective(counts: Iterable[float]) -> float:
    """The effective number of kinds; NaN where there is nothing."""
    known = [count for count in counts if count > 0]
    total = sum(known)
    return total**2 / sum(count**2 for count in known) if total else float("nan")


def mix_kinds(activities: pd.DataFrame, unit: str) -> pd.DataFrame:
    """unit_id, kind, activity_count, unit_count, share, effective_count; ``unit`` is the column that names units."""
    counted = activities.groupby([unit, "kind"], sort=True).size().rename("activity_count").reset_index()
    sums = counted.groupby(unit)["activity_count"]
    table = counted.assign(
        unit_count=sums.transform("sum"), effective_count=sums.transform(lambda counts: count_effective(counts))
    ).rename(columns={unit: "unit_id"})
    table["share"] = table["activity_count"] / table["unit_count"]
    return table.sort_values(["unit_count", "unit_id", "kind"], ascending=[False, True, True], ignore_index=True)
