"""Which places carry the shortfall: one step finer than the territories a page compares."""

from __future__ import annotations

import pandas as pd

from insight.analysis.change import ENOUGH_RATE, MOST_NAMES
from insight.sentences.overview import FEW_TERMINALS

LITTLE_RATE = 0.05  # a place that carries less of the shortfall is not named beside a larger one


def choose_places(gap: pd.DataFrame) -> tuple[tuple[str, ...], float, float]:
    """The one to three places that carry most of the gross shortfall, their share of it and their gap together."""
    below = gap[gap["gap_amount"] < 0].sort_values("gap_amount")
    gross = float(below["gap_amount"].sum())
    kept: list[str] = []
    amount = 0.0
    for row in below[below["active_count"] >= FEW_TERMINALS].itertuples():
        if kept and -float(row.gap_amount) < LITTLE_RATE * -gross:
            break
        kept.append(str(row.unit_id))
        amount += float(row.gap_amount)
        if len(kept) == MOST_NAMES or amount <= ENOUGH_RATE * gross:
            break
    return tuple(kept), amount / gross if gross else 0.0, amount
