"""What a change is made of: the few units and drivers that carry most of it, and whether they move that much anyway.

Contributions are exact: the drivers of the cells (unit × product line × driver) add up to the change of pure sales, and what
a unit lacks against the growth of the whole adds up to nothing over all units. Nothing here is estimated but the usual
variation, which is the unit's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

ENOUGH_RATE = 0.8  # of what is to be explained
MOST_NAMES = 3
LEAST_MONTHS = 6  # of the past, before its variation can be told
NORMAL_DEVIATIONS = 2.0  # within so many of its own is no news
ROBUST = 1.4826  # a median absolute deviation × this is a standard deviation of normal values


@dataclass(frozen=True)
class Part:
    """One thing that carries the change: units or a line, the driver that carries most of it, amount and share."""

    kind: str  # place or line
    units: tuple[str, ...]
    driver: str
    amount: float
    base_amount: float
    share: float  # of all that moved the same way
    driver_share: float  # of the part's own amount
    normal: str  # usual, unusual or unknown


def measure_variation(past: pd.DataFrame, months: Sequence[date]) -> dict[str, float]:
    """Each unit's usual variation of its growth against that of the whole over as many months as the period has.

    The growth of each past month against its year before, less the whole's of the same month, has a robust deviation (median
    absolute deviation × 1.4826); over n months together it is 1/√n of that, months taken as independent. Units with fewer
    than six past months are left out. ``past``: unit_id, sales_month, sales_amount, base_amount; ``months``: those of the
    period.
    """
    if past.empty or not months:
        return {}
    whole = past.groupby("sales_month")[["sales_amount", "base_amount"]].sum()
    common = whole["sales_amount"] / whole["base_amount"].where(whole["base_amount"] > 0) - 1
    rates = past["sales_amount"] / past["base_amount"].where(past["base_amount"] > 0) - 1
    excess = rates - past["sales_month"].map(common)
    found: dict[str, float] = {}
    for unit, values in excess.groupby(past["unit_id"]):
        known = values.dropna().to_numpy(dtype=float)
        if len(known) >= LEAST_MONTHS:
            spread = ROBUST * float(np.median(np.abs(known - np.median(known))))
            found[str(unit)] = spread / math.sqrt(len(months))
    return found


def judge(rate: float, unit: str, variation: dict[str, float]) -> str:
    """Whether a unit's rate is within its usual variation: 'usual', 'unusual', or 'unknown' with too little history."""
    if unit not in variation:
        return "unknown"
    return "usual" if abs(rate) <= NORMAL_DEVIATIONS * variation[unit] else "unusual"


def lag_places(cells: pd.DataFrame, bases: pd.Series) -> pd.DataFrame:
    """What each unit and driver adds beyond its part in the growth of the whole: c(u, d) − base(u) × C(d) ÷ B.

    Over all units each driver adds up to nothing; over all drivers a unit's come to its change less its base × growth.
    """
    table = cells.pivot_table(index="unit_id", columns="driver", values="change_amount", aggfunc="sum", fill_value=0.0)
    table = table.reindex(table.index.union(bases.index), fill_value=0.0)
    base = bases.reindex(table.index).fillna(0.0)
    whole = float(base.sum())
    if whole <= 0:
        return table * 0.0
    return table - np.outer(base, table.sum() / whole)


def find_lagging(
    cells: pd.DataFrame, bases: pd.Series, variation: dict[str, float], active: dict[str, int], least: int = 5
) -> Part | None:
    """The one to three units that lack most against the growth of the whole, with the driver most of it lies in.

    Units of fewer than ``least`` terminals, and those within their usual variation, are passed over. Names end where they
    carry four fifths of all that the lagging units lack.
    """
    lags = lag_places(cells, bases)
    sums = lags.sum(axis=1).sort_values(kind="stable")
    behind = sums[(sums < 0) & (sums.index != "")]
    gross = float(behind.sum())
    if not gross:
        return None
    kept: list[str] = []
    for unit, amount in behind.items():
        state = judge(float(amount) / base if (base := float(bases.get(unit, 0.0))) > 0 else -1.0, str(unit), variation)
        if state == "usual" or active.get(str(unit), 0) < least:
            continue
        # what adds little beside the first is not named with it
        if kept and float(amount) > 0.2 * float(sums[kept[0]]):
            break
        kept.append(str(unit))
        if len(kept) == MOST_NAMES or float(sums[kept].sum()) <= ENOUGH_RATE * gross:
            break
    if not kept:
        return None
    amount = float(sums[kept].sum())
    drivers = lags.loc[kept].sum()
    drivers = pd.Series(
        {
            **drivers.drop(["volume", "mix"], errors="ignore"),
            "volume": drivers.get("volume", 0.0) + drivers.get("mix", 0.0),
        }
    )
    driver = str(drivers.idxmin())
    return Part(
        "place",
        tuple(kept),
        driver,
        amount,
        float(bases.reindex(kept).sum()),
        amount / gross,
        float(drivers[driver]) / amount,
        "unknown" if any(unit not in variation for unit in kept) else "unusual",
    )


def find_line_driver(cells: pd.DataFrame, bases: pd.Series, variation: dict[str, float], sign: int) -> Part | None:
    """The product line × driver that took (−1) or brought (+1) most, and its share of all that went the same way.

    Volume and mix go together: one without the other says little where a line's products differ in price.
    """
    drivers = cells["driver"].replace({"mix": "volume"})
    table = cells.assign(driver=drivers).groupby(["product_line", "driver"])["change_amount"].sum()
    same = table[table * sign > 0]
    if same.empty:
        return None
    line, driver = (same * sign).idxmax()
    amount, base = float(same[line, driver]), float(bases.get(line, 0.0))
    return Part(
        "line",
        (str(line),),
        str(driver),
        amount,
        base,
        amount / float(same.sum()),
        1.0,
        judge(amount / base if base > 0 else float(sign), str(line), variation),
    )


def find_driver(totals: pd.Series, sign: int) -> tuple[list[str], float]:
    """The drivers that together brought (+1) or took (−1) four fifths of what went that way, two at most, and their share."""
    joined = totals.rename(index={"mix": "volume"}).groupby(level=0).sum()
    same = (joined[joined * sign > 0] * sign).sort_values(ascending=False, kind="stable")
    if same.empty:
        return [], 0.0
    kept = [str(same.index[0])]
    if len(same) > 1 and same.iloc[0] < ENOUGH_RATE * same.sum():
        kept.append(str(same.index[1]))
    return kept, float(same[kept].sum() / same.sum())
