"""The demo's time: days counted from 2023-10-01, months from October 2023, Chinese working days, the shape of a year.

The data end on 2026-09-16, the 12th of the 22 working days of September 2026, and never move.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from insight.calendars import is_working_day
from insight.demo.chance import Floats, Ints, settle

FIRST_ON = date(2023, 10, 1)
THROUGH_ON = date(2026, 9, 16)
MONTHS = 36  # October 2023 to September 2026, the last one partial
PLAN_MONTHS = 39  # targets go on to December 2026
EPOCH = (FIRST_ON - date(1970, 1, 1)).days
THROUGH = (THROUGH_ON - FIRST_ON).days
DAYS = THROUGH + 1

FESTIVALS = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))  # first day of the lunar year
MONTH_SHAPE = (0.98, 0.96, 1.05, 1.00, 0.99, 1.05, 0.97, 0.95, 1.03, 0.97, 1.01, 1.04)  # January to December


def to_day(when: date) -> int:
    """Number of a day."""
    return (when - FIRST_ON).days


def to_month(when: date) -> int:
    """Number of a month."""
    return (when.year - FIRST_ON.year) * 12 + when.month - FIRST_ON.month


def month_date(month: int) -> date:
    """First day of a month by number."""
    years, place = divmod(FIRST_ON.month - 1 + month, 12)
    return date(FIRST_ON.year + years, place + 1, 1)


MONTH_STARTS: Ints = np.array([to_day(month_date(m)) for m in range(PLAN_MONTHS + 1)], dtype=np.int64)
_ALL_DAYS = [FIRST_ON + timedelta(days=d) for d in range(int(MONTH_STARTS[-1]))]
MONTH_OF_DAY: Ints = np.array([to_month(day) for day in _ALL_DAYS], dtype=np.int64)
IS_WORKING = np.array([is_working_day(day, "CN") for day in _ALL_DAYS])
WORKING_DAYS: Ints = np.flatnonzero(IS_WORKING).astype(np.int64)
# number of working days before each day: the position of the first working day on or after it
WORKING_BEFORE: Ints = np.concatenate([[0], np.cumsum(IS_WORKING)]).astype(np.int64)
WORKING_IN_MONTH: Ints = WORKING_BEFORE[MONTH_STARTS[1:]] - WORKING_BEFORE[MONTH_STARTS[:-1]]
ELAPSED: int = int(WORKING_BEFORE[THROUGH + 1] - WORKING_BEFORE[MONTH_STARTS[MONTHS - 1]])  # 12 of September's 22


def month_end(month: int) -> int:
    """Last day of a month, or the last day of data in the last one."""
    return min(int(MONTH_STARTS[month + 1]) - 1, THROUGH)


def next_working_day(days: Ints) -> Ints:
    """The day itself if it is worked, else the next one that is."""
    return WORKING_DAYS[WORKING_BEFORE[days]]


def shift_working_days(days: Ints, count: Ints | int) -> Ints:
    """The working day ``count`` working days after a day (before it when negative)."""
    shifted: Ints = WORKING_DAYS[np.clip(WORKING_BEFORE[days] + count, 0, len(WORKING_DAYS) - 1)]
    return shifted


def last_working_days(month: int, count: int) -> Ints:
    """The last working days of a month."""
    end = int(WORKING_BEFORE[MONTH_STARTS[month + 1]])
    return WORKING_DAYS[end - count : end]


def shape_of_days() -> Floats:
    """How strong demand is on each day of the data: the month's own factor, and the Spring Festival's dip.

    From a week before the festival to a fortnight after it demand falls to 62%, wherever in the year it lies.
    """
    factors = np.array([MONTH_SHAPE[day.month - 1] for day in _ALL_DAYS])
    for festival in FESTIVALS:
        start = to_day(festival)
        factors[start - 7 : start + 15] *= 0.62
    return settle(factors)


def shape_of_months() -> Floats:
    """Mean demand factor of each month, planned ones included."""
    daily = shape_of_days()
    sums = [float(settle(daily[MONTH_STARTS[m] : MONTH_STARTS[m + 1]]).sum()) for m in range(PLAN_MONTHS)]
    return settle(np.array(sums) / 30.4)
