"""The state of every customer at the end of every month, as could be known then.

In this order, the first that holds:

closed       the institution closed. That is no lost customer.
unreported   silent for longer than usual, but a supplier of the year up to its last order has not reported.
lost         silent for three times as long as is unusual for it, and for a year at least.
dormant      silent for longer than is usual for it (``insight.analysis.rhythm``): gone quiet.
reactivated  ordered again, after it was dormant or lost, within the last three months.
new          its first order lies within the last year, and data from half a year before say that it was none before.
occasional   fewer than four days with an order: no rhythm of its own, so no growth and no dormancy.
growing, shrinking   sold by a tenth more, or less, than in the same months a year before, beyond its own scatter.
steady       the rest.

Silence is counted through the day that all suppliers have reported, without the months that one of them has not and
without long holidays. Nobody is dormant or lost in a month in which one of them is late.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.analysis.life.reports import Flags, Whole
from insight.analysis.rhythm import LastOrders

STATES = (
    "new",
    "growing",
    "steady",
    "shrinking",
    "occasional",
    "reactivated",
    "dormant",
    "lost",
    "unreported",
    "closed",
)
NEW, GROWING, STEADY, SHRINKING, OCCASIONAL, REACTIVATED, DORMANT, LOST, UNREPORTED, CLOSED = range(len(STATES))
NOBODY = -1  # has not ordered yet

YEAR, HALF = 365, 182  # days
LONG_GONE = 3  # times the unusual silence
RETURNED = 3  # months in which one that came back is called reactivated
MOST_PAIRS, LEAST_PAIRS = 12, 6  # months compared with the same months a year before
CHANGED = 0.1  # less is level
SCATTER = 2.0  # standard errors: a change within them is chance


@dataclass(frozen=True)
class History:
    """What is known of each customer, [customers x months] except ``first_on``, ``is_first_known`` and ``closed_on``.

    Days are numbers, -1 for none. ``last_month`` is the month of the last order as known then; ``known_on`` the day through
    which all suppliers have reported, ``owed`` whether one of them is late. ``is_first_known`` says that the first order in
    the data was its first. Months run from ``starts`` to ``ends``; the last one may not be over: ``whole_months``.
    ``holidays`` are the days of long ones.
    """

    orders: LastOrders
    last_month: Whole
    sales: NDArray[np.float64]
    known_on: Whole
    owed: Flags
    first_on: Whole
    is_first_known: Flags
    closed_on: Whole
    starts: Whole
    ends: Whole
    whole_months: int
    holidays: Whole


@dataclass(frozen=True)
class Life:
    """[customers x months] the state as a place in ``STATES``, since which month, whether it is still buying, and the change.

    ``is_buying``: not silent for longer than usual, or for half a year where it has no rhythm; ``change`` is that of the
    paired months, NaN where fewer than six can be compared.
    """

    state: NDArray[np.int8]
    since: Whole
    is_buying: Flags
    change: NDArray[np.float64]


def judge_months(history: History) -> Life:
    """Every customer's state at every month's end.

    Orders every 10 days until 1 June: silent 29 days on 30 June, more than 20, so dormant; a year later lost.
    """
    orders, months = history.orders, len(history.ends)
    silent = history.ends - orders.last_on - count_holidays(history, history.ends)
    known_on = np.minimum(history.known_on, history.ends)
    reported = known_on - orders.last_on - count_owed_days(history) - count_holidays(history, known_on)
    has_rhythm, is_customer = orders.has_rhythm, orders.last_on >= 0
    patience = np.where(has_rhythm, orders.limit, np.maximum(HALF, 2 * orders.widest))
    farewell = np.where(has_rhythm, np.maximum(LONG_GONE * orders.limit, YEAR), np.maximum(YEAR, 2 * orders.widest))
    is_lost = is_customer & ~history.owed & (reported > farewell)
    is_dormant = ~history.owed & has_rhythm & (reported > patience) & ~is_lost
    is_unknown = (silent > np.where(has_rhythm, patience, farewell)) & ~is_lost & ~is_dormant
    is_buying = is_customer & (silent <= patience)
    is_closed = (history.closed_on[:, None] >= 0) & (history.closed_on[:, None] <= history.ends)
    is_new = history.is_first_known[:, None] & (history.ends - history.first_on[:, None] < YEAR) & is_buying
    change, scatter = compare_years(history)
    is_changed = has_rhythm & (np.abs(scatter) >= SCATTER) & (np.abs(change) >= CHANGED)
    is_back = find_returns(is_dormant | is_lost, history.last_month)

    state = np.full(silent.shape, STEADY, dtype=np.int8)
    for where, code in (
        (is_changed & (change > 0), GROWING),
        (is_changed & (change < 0), SHRINKING),
        (~has_rhythm, OCCASIONAL),
        (is_new, NEW),
        (is_back, REACTIVATED),
        (is_dormant, DORMANT),
        (is_lost, LOST),
        (is_unknown, UNREPORTED),
        (is_closed, CLOSED),
        (~is_customer, NOBODY),
    ):
        state[where] = code
    since = np.zeros(state.shape, dtype=np.int64)
    for month in range(1, months):
        since[:, month] = np.where(state[:, month] == state[:, month - 1], since[:, month - 1], month)
    return Life(state, since, is_buying & ~is_closed, change)


def count_owed_days(history: History) -> Whole:
    """[customers x months] days since the last order that lie in months not reported; they are no silence.

    Last order on 10 April, May not reported: at the end of June 31 of the 81 days do not count.
    """
    lengths = history.ends - history.starts + 1
    owed = np.cumsum(np.where(history.owed, lengths, 0), axis=1)
    rows = np.arange(len(owed))[:, None]
    place = np.maximum(history.last_month, 0)
    rest = np.where(history.owed[rows, place], history.ends[place] - history.orders.last_on, 0)
    return np.where(history.last_month >= 0, owed - owed[rows, place] + rest, 0)


def count_holidays(history: History, known_on: Whole) -> Whole:
    """[customers x months] days of long holidays after the last order and up to ``known_on``.

    Last order on the 10th, a holiday from the 15th to the 23rd: 9 days by the end of the month.
    """
    until, since = (np.searchsorted(history.holidays, day, side="right") for day in (known_on, history.orders.last_on))
    return np.maximum(until - since, 0)


def compare_years(history: History) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[customers x months] change over the year before, and its distance from zero in standard errors.

    The last twelve whole months are paired with the same months a year before, from the customer's first month on and
    without months not reported; fewer than six pairs are no comparison. Months of 100, 110, 90 … against 80, 90, 70 …: 20
    more each time, a change without scatter.
    """
    sales, last_month = history.sales, history.last_month
    change, distance = np.full(sales.shape, np.nan), np.full(sales.shape, np.nan)
    is_known = (last_month >= 0) & ~history.owed
    for month in range(MOST_PAIRS, sales.shape[1]):
        last = min(month, history.whole_months - 1)
        now = np.arange(max(last - MOST_PAIRS + 1, MOST_PAIRS), last + 1)
        if len(now) < LEAST_PAIRS:
            continue
        pair = is_known[:, now] & is_known[:, now - MOST_PAIRS]
        count = pair.sum(axis=1)
        gain = np.where(pair, sales[:, now] - sales[:, now - MOST_PAIRS], 0.0)
        base = np.where(pair, sales[:, now - MOST_PAIRS], 0.0).sum(axis=1)
        mean = gain.sum(axis=1) / np.maximum(count, 1)
        spread = np.where(pair, (gain - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(count - 1, 1)
        error = np.sqrt(spread / np.maximum(count, 1))
        told = (count >= LEAST_PAIRS) & (base > 0)
        change[told, month] = (mean * count)[told] / base[told]
        # the same gain every month has no scatter at all
        distance[told, month] = mean[told] / np.maximum(error[told], 1e-9 * base[told] / count[told])
    return change, distance


def find_returns(is_silent: Flags, last_month: Whole) -> Flags:
    """[customers x months] whether it ordered within the last three months for the first time after it was dormant or lost.

    Dormant in March and April, an order in May: reactivated from May to July.
    """
    customers, months = last_month.shape
    was_silent = np.zeros(customers, dtype=bool)
    returned = np.full(customers, -RETURNED, dtype=np.int64)
    found = np.zeros(last_month.shape, dtype=bool)
    for month in range(months):
        is_back = was_silent & (last_month[:, month] == month)
        returned[is_back] = month
        was_silent = (was_silent & ~is_back) | is_silent[:, month]
        found[:, month] = month - returned < RETURNED
    return found
