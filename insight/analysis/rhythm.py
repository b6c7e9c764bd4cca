"""A customer's own rhythm of orders: how long between two, how much that varies, and when silence is unusual.

The rule: a customer is quiet when it has been silent for more than twice its usual gap, and for half as long again as nine
in ten of its own gaps, and everyone who supplied it has reported up to the day looked at. What is not reported is no
silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

LEAST_GAPS = 3  # fewer gaps than this are no rhythm
RECENT_GAPS = 24  # a rhythm changes: the latest gaps speak
LONG = 2.0  # times the usual gap …
WIDE = 1.5  # … and times the gap that nine in ten stay within
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

    Orders on 1, 11, 21 and 31 January: a gap of 10 days each time, so silence is unusual after max(2 × 10, 15, 14) = 20
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
    limit = int(find_limits(np.array(usual), np.quantile(gaps, 0.9)))
    state: State = "steady"
    if silent > limit:
        state = "quiet" if reported_on is not None and reported_on >= through_on else "unreported"
    expected = last + timedelta(days=round(usual))
    return Rhythm(state, len(ordered), last, silent, usual, low, high, limit, expected)


def find_limits(usual: NDArray[np.float64], wide: NDArray[np.float64]) -> NDArray[np.int64]:
    """Days of silence beyond which it is unusual, from the usual gap and the gap that nine in ten stay within.

    Usual 10, wide 12: max(20, 18, 14) = 20 days. Usual 3, wide 5: 14 days.
    """
    # quantiles between two gaps may miss a whole day by a hair
    return np.ceil(np.maximum(np.maximum(LONG * usual, WIDE * wide), LEAST_LIMIT) - 1e-9).astype(np.int64)


@dataclass(frozen=True)
class LastOrders:
    """[customers x ends] what was known of the rhythm at each end: days as numbers, -1 where nothing was ordered yet.

    ``usual`` and ``limit`` hold where ``order_count`` gives gaps enough; ``widest`` is the longest of the latest gaps.
    """

    last_on: NDArray[np.int64]
    order_count: NDArray[np.int64]
    usual: NDArray[np.float64]
    limit: NDArray[np.int64]
    widest: NDArray[np.int64]

    @property
    def has_rhythm(self) -> NDArray[np.bool_]:
        """Where there are gaps enough to speak of a rhythm."""
        return self.order_count > LEAST_GAPS


def measure_last_orders(
    customer: NDArray[np.int64], day: NDArray[np.int64], customers: int, ends: NDArray[np.int64]
) -> LastOrders:
    """Each customer's rhythm as of each of the days ``ends``, from its order days sorted by customer and day.

    No hindsight: what comes after an end does not speak. At the end of each the rhythm is that of ``measure_rhythm``.
    """
    shape = (customers, len(ends))
    latest = np.full(shape, -1, dtype=np.int64)
    inside = np.flatnonzero(day <= ends[-1])
    # of several orders before the same end the last one is written last
    latest[customer[inside], np.searchsorted(ends, day[inside])] = inside
    latest = np.maximum.accumulate(latest, axis=1)
    asked = np.unique(latest[latest >= 0])
    first = np.searchsorted(customer, np.arange(customers))
    place = asked - first[customer[asked]]
    gaps = np.diff(day, prepend=day[:1])
    usual, limit, widest = np.zeros(len(asked)), np.zeros(len(asked), np.int64), np.zeros(len(asked), np.int64)
    for start in range(0, len(asked), 100_000):
        part = slice(start, start + 100_000)
        usual[part], limit[part], widest[part] = _sum_up(gaps, asked[part], place[part])
    at = np.searchsorted(asked, latest)
    at[latest < 0] = 0
    known = latest >= 0
    if not len(asked):
        empty = np.zeros(shape, np.int64)
        return LastOrders(latest, empty, np.full(shape, np.nan), empty, empty)
    return LastOrders(
        np.where(known, day[latest], -1),
        np.where(known, place[at] + 1, 0),
        np.where(known & (place[at] >= LEAST_GAPS), usual[at], np.nan),
        np.where(known, limit[at], 0),
        np.where(known, widest[at], 0),
    )


def _sum_up(
    gaps: NDArray[np.int64], order: NDArray[np.int64], place: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Usual gap, limit and longest gap of the latest gaps up to each order; ``place`` counts the gaps before it."""
    back = np.arange(RECENT_GAPS)
    count = np.minimum(place, RECENT_GAPS)
    latest = np.where(back < count[:, None], gaps[np.maximum(order[:, None] - back, 0)], np.iinfo(np.int64).max)
    latest.sort(axis=1)
    rows = np.arange(len(order))

    def find(share: float) -> NDArray[np.float64]:
        position = np.maximum(count - 1, 0) * share
        low = np.floor(position).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(count - 1, 0))
        below, above = latest[rows, low].astype(float), latest[rows, high].astype(float)
        return np.where(count > 0, below + (above - below) * (position - low), 0.0)

    usual = find(0.5)
    widest = np.where(count > 0, latest[rows, np.maximum(count - 1, 0)], 0)
    return usual, find_limits(usual, find(0.9)), widest
