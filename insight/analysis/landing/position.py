"""How far a month is, how much of it is usually sold by then, and what a month under way still brings.

What is to come of a month is the part not usually sold by this working day, of what the month was expected to bring.
What the month has brought so far moves that expectation as any month would move the smoothed level, by 0.3, as far as
the month is gone: a chain-ladder quotient of little credibility (H. Bühlmann and A. Gisler 2005). In trials on eight
histories the quotient alone missed by a third more, and half of it by a tenth more.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from insight.analysis.landing.history import Counts, Floats, History
from insight.filters import add_months

SHAPE_MONTHS = 12  # whole months the share sold by a position is taken over
BORROWED_MONTHS = 6  # months of the whole's shape mixed into a unit's own
MONTH_TRUST = 0.3  # how far a whole month moves what is expected
GRID = 101


def find_landing_end(period: str, period_end: date, data_month: date, last_target: date | None) -> date:
    """The end of the period that is to land: year, quarter or month of the data's last month for ytd, qtd and mtd.

    Other periods land where they end. A period that does not reach the data's last month is over. Where targets end
    before it, but not before the data, the period ends with them: a projection beyond them has nothing to attain.

    >>> find_landing_end("ytd", date(2026, 10, 1), date(2026, 9, 1), date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    if period_end <= data_month:
        return period_end
    end = period_end
    if period == "ytd":
        end = date(data_month.year + 1, 1, 1)
    elif period == "qtd":
        end = add_months(date(data_month.year, (data_month.month - 1) // 3 * 3 + 1, 1), 3)
    if last_target is not None:
        end = max(min(end, add_months(last_target, 1)), period_end)
    return end


def count_working_days(calendar: pd.DataFrame) -> dict[date, int]:
    """Working days of each month of the calendar."""
    return {month: int(count) for month, count in calendar.groupby("day_month")["working_day_count"].max().items()}


def find_position(calendar: pd.DataFrame, day: date) -> float:
    """How far a day is into its month, by working days: 12 of 22 is 0.545."""
    today = calendar[calendar["day_on"] == day].iloc[0]
    return float(today["working_day_number"]) / max(float(today["working_day_count"]), 1.0)


def find_shares(history: History) -> Floats:
    """The share of a month that each unit usually has sold by the position: sums over sums of the last twelve months.

    A unit's own months are joined by six months of the whole's shape at the unit's size, so that a few lines do not
    make a shape. The last row is taken as the whole. Where no month's days are known, a month goes evenly.
    """
    first = max(history.whole_months - SHAPE_MONTHS, 0)
    amounts, progress = history.amounts[:, first:], history.progress[:, first:]
    known = ~np.isnan(progress).any(axis=0)
    sold, reached = amounts[:, known].sum(axis=1), progress[:, known].sum(axis=1)
    if not known.any() or sold[-1] <= 0:
        return np.full(len(history.amounts), history.position)
    common = min(max(reached[-1] / sold[-1], 0.0), 1.0)
    lent = np.maximum(sold, 0.0) / known.sum() * BORROWED_MONTHS
    total = np.maximum(sold, 0.0) + lent
    shares = np.where(total > 0, (reached + common * lent) / np.where(total > 0, total, 1.0), common)
    return np.asarray(np.clip(shares, 0.0, 1.0), dtype=np.float64)


def complete_month(reached: Floats, share: Floats, expected: Floats) -> Floats:
    """What a month under way still brings, beyond what it has reached.

    Sold 60 where half is usual and 100 was expected: at that rate the month would bring 120. It counts for
    0.3 × ½ = 0.15, so the month is now expected at 0.15 × 120 + 0.85 × 100 = 103, of which half is to come.

    >>> complete_month(np.array([60.0]), np.array([0.5]), np.array([100.0])).tolist()
    [51.5]
    """
    return np.asarray((1.0 - share) * (MONTH_TRUST * reached + (1.0 - MONTH_TRUST * share) * expected))


def trace_shape(days: pd.DataFrame | None, calendar: pd.DataFrame, months: Counts | list[date]) -> Floats:
    """The whole's cumulative share of a month by position, 0 to 1 in steps of a hundredth, over the months named.

    A straight line where no days are known. A day off belongs to the working day before it.
    """
    even = np.linspace(0, 1, GRID)
    joined = _join_days(days, calendar, list(months))
    if joined is None:
        return even
    value = joined["sales_amount"].to_numpy(dtype=float)
    if value.sum() <= 0:
        return even
    ends = np.clip(joined["working_day_number"] / np.maximum(joined["working_day_count"], 1), 0, 1).to_numpy(float)
    order = np.argsort(ends, kind="stable")
    grown = np.cumsum(value[order]) / value.sum()
    last = np.searchsorted(ends[order], even, side="right")
    shape = np.maximum.accumulate(np.clip(np.where(last > 0, grown[np.maximum(last - 1, 0)], 0.0), 0.0, 1.0))
    shape[0], shape[-1] = 0.0, 1.0
    return np.asarray(shape, dtype=np.float64)


def measure_progress(
    days: pd.DataFrame | None, calendar: pd.DataFrame, unit_ids: list[str], grid: list[date], position: float
) -> Floats:
    """What each unit sold in each month by the position, from days; NaN in months of which no days are known.

    Position 0.5 in a month of 21 working days is the tenth day and half of the eleventh. The last row is the whole.
    """
    progress = np.full((len(unit_ids) + 1, len(grid)), np.nan)
    joined = _join_days(days, calendar, grid)
    if joined is None:
        return progress
    number = joined["working_day_number"].to_numpy(dtype=float)
    count = np.maximum(joined["working_day_count"].to_numpy(dtype=float), 1.0)
    # a day off belongs to the working day before it
    is_worked = joined["is_working_day"].to_numpy(dtype=bool)
    weight = np.where(
        is_worked,
        np.clip(position * count - (number - 1), 0.0, 1.0),
        (number <= position * count) & (position > 0),
    )
    places = {unit: place for place, unit in enumerate(unit_ids)}
    columns = {month: place for place, month in enumerate(grid)}
    months = joined["day_month"].map(columns).to_numpy(dtype=np.int64)
    progress[:, np.unique(months)] = 0.0
    np.add.at(
        progress,
        (joined["unit_id"].map(places).to_numpy(dtype=np.int64), months),
        joined["sales_amount"].to_numpy(dtype=float) * weight,
    )
    progress[-1] = progress[:-1].sum(axis=0)
    return progress


def move_progress(to_day: Floats, grid: list[date], calendar: pd.DataFrame, through: date, shape: Floats) -> Floats:
    """What was sold by the same day of each earlier month, moved to the same working-day position by the usual shape.

    By the 16th, a month may be at its 8th of 18 working days (44%) where this one is at its 12th of 22 (55%). Where
    40% and 52% are usual, 40 sold by then become 40 × 52 ÷ 40 = 52.
    """
    day = calendar.assign(day=[on.day for on in calendar["day_on"]])
    steps = np.linspace(0, 1, len(shape))
    wanted = float(np.interp(find_position(calendar, through), steps, shape))
    moved = np.full_like(to_day, np.nan)
    for place, month in enumerate(grid):
        known = day[(day["day_month"] == month) & (day["day"] <= through.day)]
        if known.empty:
            continue
        last = known.iloc[-1]
        usual = float(np.interp(last["working_day_number"] / max(last["working_day_count"], 1), steps, shape))
        moved[:, place] = to_day[:, place] * (wanted / usual if usual > 0 else 1.0)
    return moved


def _join_days(days: pd.DataFrame | None, calendar: pd.DataFrame, months: list[date]) -> pd.DataFrame | None:
    """The days of some months with their place among the working days; None where there are none."""
    if days is None or days.empty or not months:
        return None
    joined = days.merge(calendar, left_on="sales_on", right_on="day_on")
    joined = joined[joined["day_month"].isin(set(months))]
    return None if joined.empty else joined
