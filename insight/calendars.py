"""Working days: the Chinese calendar with 调休 where the company follows it, plain weekdays elsewhere."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import chinese_calendar
import pyarrow as pa

from insight.filters import add_months


def is_working_day(day: date, calendar: str) -> bool:
    """Whether the day is worked. Years the Chinese calendar does not know yet count as plain weekdays."""
    if calendar == "CN":
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            pass
    return day.weekday() < 5


def list_working_days(first_month: date, last_month: date, calendar: str) -> pa.Table:
    """One row a day from the first month to the last, both included, as ``queries/derived/working_days.sql`` says."""
    rows = []
    month = first_month
    while month <= last_month:
        days = [month + timedelta(days=offset) for offset in range(monthrange(month.year, month.month)[1])]
        worked = [is_working_day(day, calendar) for day in days]
        number = 0
        for day, is_worked in zip(days, worked, strict=True):
            number += is_worked
            rows.append((day, month, is_worked, number, sum(worked)))
        month = add_months(month, 1)
    names = ("day_on", "day_month", "is_working_day", "working_day_number", "working_day_count")
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})
