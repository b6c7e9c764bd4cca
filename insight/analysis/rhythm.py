"""A customer's own rhythm of orders: how long between two, how much that varies, and when silence is unusual.

The rule: a customer is quiet when it has been silent for more than twice its usual gap and longer than nine in ten of its
own gaps, counted only up to the day through which everyone who supplied it has reported. What is not reported is no
silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

LEAST_GAPS = 3  # fewer gaps than this are no rhythm
RECENT_GAPS = 24  # a rhythm changes: the latest gaps speak
LONG = 2.0  # times the usual gap
LEAST_LIMIT = 14  # days: who orders every other day is not quiet after a week of holidays

State = Literal["never", "once", "irregular", "steady", "quiet", "unreported"]


@dataclass(frozen=True)
class Rhythm:
    """``usual_days`` is the median gap, ``low_days`` to ``high_days`` the middle half of them.

    States: never ordered; once; irregular (too few gaps for a rhythm); steady; quiet; unreported (it might be quiet, but
    a supplier has not reported).
    """

    state: State
    order_count: int
    last_on: date | None = None
    silent_days: int | None = None
    usual_days: float | None = None
    low_days: float | None = None
    high_days: float | None = None
    limit_days: int | None = None
    expected_on: date | None = None

    @property
    def is_known(self) -> bool:
        """Whether there are gaps enough to speak of a rhythm."""
        return self.usual_days is not None


def measure_rhythm(days: Sequence[date], through_on: date, reported_on: date | None) -> Rhythm:
    """The rhythm of the days with an order above zero; ``reported_on``: through when all its suppliers have reported.

    Orders on 1, 11, 21 and 31 January: a gap of 10 days each time, so silence is unusual after max(2 × 10, 10, 14) = 20
    days, and the next order is expected on 10 February.
    """
    ordered = sorted(set(days))
    if not ordered:
        return Rhythm("never", 0)
    last = ordered[-1]
    silent = max((through_on - last).days, 0)
    if len(ordered) == 1:
        return Rhythm("once", 1, last, silent)
    gaps = np.diff(np.array(ordered, dtype="datetime64[D]")).astype(int)[-RECENT_GAPS:]
    if len(gaps) < LEAST_GAPS:
        return Rhythm("irregular", len(ordered), last, silent)
    low, usual, high = (float(value) for value in np.quantile(gaps, [0.25, 0.5, 0.75]))
    limit = int(np.ceil(max(LONG * usual, float(np.quantile(gaps, 0.9)), LEAST_LIMIT)))
    state: State = "steady"
    if silent > limit:
        known = (min(reported_on, through_on) - last).days if reported_on else -1
        state = "quiet" if known > limit else "unreported"
    expected = last + timedelta(days=round(usual))
    return Rhythm(state, len(ordered), last, silent, usual, low, high, limit, expected)
