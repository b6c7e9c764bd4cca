"""Where a period will end: what is sold and what is still to come, with an 80% range, parts adding up to the whole.

The months to come are those of ``forecast``, the month under way that of ``position``; parts and whole are made to agree
by ``reconcile``; ranges are those of ``interval``, calibrated on the projections of the past that ``backtest`` makes.
With less than thirteen whole months there is no season and the projection is the pace of the last months, a working
day; with less than six there is no range either. With none, the month under way goes straight on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from insight.analysis.landing.backtest import (
    COLUMNS,
    RANGE_MONTHS,
    RECENT_MONTHS,
    floor_low,
    look_ahead,
    project_past,
    reach,
    summarise,
)
from insight.analysis.landing.forecast import SEASONAL_MONTHS
from insight.analysis.landing.history import Floats, History, fill_gaps, find_first_whole, spread_units
from insight.analysis.landing.interval import widen_parts
from insight.analysis.landing.position import (
    GRID,
    SHAPE_MONTHS,
    count_working_days,
    find_position,
    measure_progress,
    move_progress,
    trace_shape,
)
from insight.analysis.landing.reconcile import find_tiers
from insight.filters import add_months, count_months

USUAL_DAYS = 21  # working days of a month the calendar does not reach
LEAST_ORIGINS = 4  # earlier projections wanted of a horizon before a shorter one stands for it
WHOLE, PARTS = "whole", "parts"


@dataclass(frozen=True)
class Landing:
    """Where units and the whole will end. ``method`` is 'over', 'seasonal', 'recent', 'plain' or 'nothing'.

    ``units``: unit_id, is_whole, sold_amount, landing_amount, low_amount, high_amount (empty without a range).
    ``months``: the whole's month and forecast_amount of each month projected, the one under way with what it has.
    ``evidence``: how earlier projections did, a row for the whole and one for its parts (see ``backtest.summarise``).
    ``error_count``: how many earlier projections the range rests on; ``error_rate`` the sum of their absolute errors
    for the whole, ``naive_error_rate`` that of last year's same months, both as shares of what was still to come.
    """

    units: pd.DataFrame
    months: pd.DataFrame
    method: str
    error_count: int
    error_rate: float | None
    naive_error_rate: float | None
    begun_amount: float  # what the month under way has, of the whole
    shape: Floats  # cumulative share of a month by position, 0 to 1 in equal steps
    evidence: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    past_horizon: int = 0  # months the earlier projections went ahead
    gap_count: int = 0  # months nothing was recorded in


def project(
    months: pd.DataFrame,
    days: pd.DataFrame | None,
    calendar: pd.DataFrame,
    *,
    period_start: date,
    landing_end: date,
    data_through_on: date,
    is_month_complete: bool,
    moves_spring: bool,
    whole_amount: float | None = None,
    whole_range: tuple[float, float] | None = None,
) -> Landing:
    """Where the units of ``months`` will stand at ``landing_end``.

    months: sales_month, unit_id, is_whole, sales_amount, with the whole as rows of their own; to_day_amount where no
    days of units are given (sales up to the day of the month the data end on). days: sales_on, unit_id, sales_amount of
    earlier months and the one under way; None where flows carry no days. calendar: day_on, day_month, is_working_day,
    working_day_number, working_day_count. ``whole_amount`` and ``whole_range`` are where the whole lands as seen from
    the level above, so that a part and the sum of its own parts agree.
    """
    data_month = data_through_on.replace(day=1)
    known = months[months["sales_month"] <= data_month]
    unit_ids = list(dict.fromkeys(known.loc[~known["is_whole"], "unit_id"]))
    sold_months = known.loc[known["sales_amount"].astype(float) != 0, "sales_month"]
    first = min(sold_months) if len(sold_months) else data_month
    known = known[known["sales_month"] >= first]
    grid = [add_months(first, step) for step in range(count_months(first, data_month) + 1)]
    amounts = spread_units(known, unit_ids, grid, "sales_amount")
    sold = amounts[:, [period_start <= month < landing_end for month in grid]].sum(axis=1)
    ids = [*unit_ids, ""]
    frame = pd.DataFrame({"unit_id": ids, "is_whole": [False] * len(unit_ids) + [True], "sold_amount": sold})
    is_open = not is_month_complete
    is_over = landing_end <= data_month or (landing_end == add_months(data_month, 1) and not is_open)
    if is_over or not len(sold_months):
        return _stand_still(frame, sold, "over" if is_over else "nothing")
    whole = len(grid) - is_open
    worked = count_working_days(calendar)
    ahead = [add_months(grid[0], step) for step in range(count_months(grid[0], landing_end))]
    working_days = np.array([float(worked.get(month, USUAL_DAYS)) for month in ahead])
    position = find_position(calendar, data_through_on) if is_open else 0.0
    shape = trace_shape(days, calendar, grid[max(0, whole - SHAPE_MONTHS) : whole])
    progress = np.full((len(ids), whole), np.nan)
    if is_open and days is not None and set(days["unit_id"]) <= set(unit_ids):
        progress = measure_progress(days, calendar, unit_ids, grid[:whole], position)
    elif is_open and "to_day_amount" in known:
        to_day = spread_units(known, unit_ids, grid, "to_day_amount")[:, :whole]
        progress = move_progress(to_day, grid[:whole], calendar, data_through_on, shape)
    filled, is_gap = fill_gaps(amounts[:, :whole], working_days)
    start = find_first_whole(filled[-1] / working_days[:whole]) if whole else 0
    history = History(
        amounts=filled[:, start:],
        progress=np.where(is_gap, np.nan, progress)[:, start:],
        reached=amounts[:, whole] if is_open else None,
        position=position,
        days=working_days[start:],
        calendar=np.array([month.month for month in ahead[start:]], dtype=np.int64),
        parents=np.array([*[len(unit_ids)] * len(unit_ids), -1], dtype=np.int64),
        moves_spring=moves_spring,
    )
    rest, below, above, evidence, horizon = _land(history, np.flatnonzero(is_gap) - start, whole_amount, sold[-1])
    if whole_range is not None and whole_amount is not None:
        below[-1], above[-1] = max(whole_amount - whole_range[0], 0.0), max(whole_range[1] - whole_amount, 0.0)
    tiers = find_tiers(history.parents)
    if not np.isnan(below).any():
        below, above = widen_parts(below, above, history.parents, tiers)
    total = rest.sum(axis=1)
    frame["landing_amount"] = sold + total
    low = total - below
    frame["low_amount"] = sold + np.where(np.isnan(low), np.nan, floor_low(low, total, history.amounts))
    frame["high_amount"] = sold + total + above
    begun = float(history.reached[-1]) if history.reached is not None else 0.0
    forecasts = rest[-1].copy()
    forecasts[:1] += begun
    about = evidence[evidence["level"] == WHOLE]
    return Landing(
        frame,
        pd.DataFrame({"month": ahead[whole:], "forecast_amount": forecasts}),
        _name_method(history.whole_months),
        int(about["origin_count"].iloc[0]) if len(about) else 0,
        float(about["error_rate"].iloc[0]) if len(about) else None,
        float(about["last_year_error_rate"].iloc[0]) if len(about) else None,
        begun,
        shape,
        evidence,
        horizon,
        int(is_gap.sum()),
    )


def _name_method(whole_months: int) -> str:
    if whole_months >= SEASONAL_MONTHS:
        return "seasonal"
    return "recent" if whole_months >= RANGE_MONTHS else "plain"


def _stand_still(frame: pd.DataFrame, sold: Floats, method: str) -> Landing:
    """Where nothing is to come, or nothing is known to tell it from: what is sold."""
    found = frame.assign(landing_amount=sold, low_amount=sold, high_amount=sold)
    nothing = pd.DataFrame({"month": [], "forecast_amount": []})
    return Landing(found, nothing, method, 0, None, None, 0.0, np.linspace(0, 1, GRID), pd.DataFrame(columns=COLUMNS))


def _land(
    history: History, gaps: np.ndarray, whole_amount: float | None, sold: float
) -> tuple[Floats, Floats, Floats, pd.DataFrame, int]:
    """What is still to come by month, how far the range reaches below and above it, the evidence, its horizon."""
    if history.whole_months == 0:
        rest = _go_straight_on(history)
        nan = np.full(len(rest), np.nan)
        return rest, nan, nan.copy(), pd.DataFrame(columns=COLUMNS), 0
    look = look_ahead(history)
    if whole_amount is not None:
        wanted, own = whole_amount - sold, float(look.rest[-1].sum())
        even = np.full(history.horizon, wanted / history.horizon)
        look = look_ahead(history, look.rest[-1] * (wanted / own) if own != 0 else even)
    horizon = _choose_horizon(history)
    labels = [PARTS] * (len(history.amounts) - 1) + [WHOLE]
    if history.whole_months < RANGE_MONTHS:
        nan = np.full(len(look.rest), np.nan)
        return look.rest, nan, nan.copy(), pd.DataFrame(columns=COLUMNS), 0
    past = project_past(history, horizon, RECENT_MONTHS, gaps.tolist())
    low, high = reach(past, history.whole_months, history.parents)
    # what was projected without a season says nothing of a projection with one
    first = SEASONAL_MONTHS if history.whole_months > SEASONAL_MONTHS + horizon else RANGE_MONTHS
    evidence = summarise(history, past, labels, first)
    return look.rest, -low * look.size, high * look.size, evidence, horizon


def _choose_horizon(history: History) -> int:
    """The months to project, or the most for which there are some earlier projections."""
    least = SEASONAL_MONTHS if history.whole_months >= SEASONAL_MONTHS + LEAST_ORIGINS else RECENT_MONTHS
    return max(1, min(history.horizon, history.whole_months - least - LEAST_ORIGINS + 1))


def _go_straight_on(history: History) -> Floats:
    """Nothing but the month under way itself: its days to come like those gone."""
    reached = history.reached if history.reached is not None else np.zeros(len(history.amounts))
    month = reached / history.position if history.position > 0 else reached
    rest = np.outer(month / max(history.days[0], 1.0), history.days)
    rest[:, 0] = month - reached
    return np.asarray(rest, dtype=np.float64)
