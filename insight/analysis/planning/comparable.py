"""Past activities that say most about one to come: the last of its kind there, the one a year before, the best of its kind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

WHYS = ("last_here", "last_year", "best")
_NEAR = 1  # months either side of the same month a year before


def find_comparables(activities: pd.DataFrame, kind: str, here: Collection[str], start: date) -> pd.DataFrame:
    """At most three activities of the kind with an estimate, and ``why`` they are shown: an activity once, joined by '+'.

    activities: activity_id, kind, starts_on, shrunk_log_lift and what else is to be shown; ``here`` are the ids of those
    in the market. A year before is the same month or one next to it, in the market if there was one, nearest first.
    """
    known = activities[(activities["kind"] == kind) & activities["shrunk_log_lift"].notna()]
    known = known.assign(starts_on=pd.to_datetime(known["starts_on"])).sort_values(["starts_on", "activity_id"])
    is_here = known["activity_id"].isin(list(here))
    months = known["starts_on"].dt.year * 12 + known["starts_on"].dt.month
    away = (months - ((start.year - 1) * 12 + start.month)).abs()
    near = known.assign(away=away, is_elsewhere=~is_here)[away <= _NEAR].sort_values(
        ["is_elsewhere", "away", "starts_on", "activity_id"], ascending=[True, True, False, True]
    )
    best = known.sort_values(["shrunk_log_lift", "activity_id"], ascending=[False, True])
    found: dict[str, list[str]] = {}
    for why, rows in zip(WHYS, (known[is_here].iloc[::-1], near, best), strict=True):
        if len(rows):
            found.setdefault(str(rows["activity_id"].iloc[0]), []).append(why)
    shown = known.set_index("activity_id", drop=False).loc[list(found)]
    return shown.assign(why=["+".join(whys) for whys in found.values()]).reset_index(drop=True)


def rate_returns(activities: pd.DataFrame) -> pd.DataFrame:
    """The frame with romi_rate, romi_low_rate and romi_high_rate at the shrunk effect and the ends of its interval.

    Observed 1,300 with a lift of 30%: 300 more; margin 40%, cost 80: 120 / 80 - 1 = 0.5.
    """
    base = (activities["observed_amount"] + activities["continuity_amount"]).astype(float)
    margin = activities[["margin_manufacturer_rate", "margin_distributor_rate"]].astype(float).sum(axis=1, skipna=False)
    cost = activities["cost_amount"].astype(float)
    rated = activities.copy()
    for end, column in (("", "shrunk_lift_rate"), ("_low", "shrunk_low_rate"), ("_high", "shrunk_high_rate")):
        lift = activities[column].astype(float)
        gain = margin * base * (1.0 - 1.0 / (1.0 + lift))
        rated[f"romi{end}_rate"] = (gain / cost.where(cost > 0) - 1.0).replace([np.inf, -np.inf], np.nan)
    return rated
