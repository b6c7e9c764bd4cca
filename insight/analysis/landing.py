"""Where a period will end: a seasonal projection with an 80% range, for every unit, parts adding up to the whole.

The method is the seasonal share of metrics.md (`proj_seasonal`), month by month:

*Months to come* are last year's same month × growth, where growth is like for like: the last (up to six) whole months
over the same months a year before. Where two years are there, both shapes are used and averaged. January and February
are taken together and shared out by this year's working days, because the Spring Festival moves between them.

*The month under way* is what was sold, R, plus what usually follows. With c the share of a month usually sold by this
working-day position and U the seasonal expectation of the whole month, the estimate is R + (1 − c) × (R + (1 − c) × U).
That is the Benktander reserve (G. Benktander 1976; T. Mack, "Credible claims reserves: the Benktander method", ASTIN
Bulletin 30, 2000): the plain quotient R ÷ c counts the more the further the month is, the expectation counts early, so
that a quiet first day does not project a lost month. A unit's c is its own history plus six months of the whole's
shape.

*The range* is made of the method's own errors: it is run as of each earlier month, at the same position in the month
and over the same number of months, knowing only what was known then (rolling origin: R. Hyndman and G. Athanasopoulos,
"Forecasting: Principles and Practice", 5.10). The root mean square of its relative errors, times Student's t, is the
half-width. Overlapping horizons count as fewer errors than there are.

With less than fifteen whole months there is no last year to lean on: months to come are the daily average of the last
three months × working days. With less than six there is no range either, and the page says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.filters import add_months, count_months

Floats = npt.NDArray[np.float64]

SEASONAL_MONTHS = 15  # whole months before last year's shape and a growth can be used
RANGE_MONTHS = 6  # whole months before a range can be given
GROWTH_MONTHS = 6  # whole months growth is taken over
RECENT_MONTHS = 3  # whole months a plain daily average is taken over
SHAPE_MONTHS = 12  # whole months the share sold by a position is taken over
BORROWED_MONTHS = 6  # months of the whole's shape mixed into a unit's own
USUAL_DAYS = 21  # working days of a month the calendar does not reach
LEAST_ERRORS = 4  # errors needed for a range
GROWTH_LIMITS = (1 / 3, 3.0)  # outside of it last year says nothing about this one
RANGE = 0.8


@dataclass(frozen=True)
class History:
    """What is known of some units: whole months, oldest first, and the month under way if there is one.

    ``amounts`` and ``progress`` are units × whole months; ``progress`` is what was sold by the position in the month
    at which the data end now. ``reached`` is what the month under way has, or None between months. ``days`` and
    ``calendar`` go on over the months to project: working days, and the month of the year (1 to 12).
    """

    amounts: Floats
    progress: Floats
    reached: Floats | None
    position: float
    days: Floats
    calendar: npt.NDArray[np.int64]
    moves_spring: bool
    covered_from: int = 0  # the first month whose progress was read from days; before it nothing is known of it

    @property
    def whole_months(self) -> int:
        """Whole months known."""
        return int(self.amounts.shape[1])

    @property
    def horizon(self) -> int:
        """Months to project, the one under way included."""
        return len(self.days) - self.whole_months


@dataclass(frozen=True)
class Landing:
    """Where units and the whole will end. ``method`` is 'over', 'seasonal', 'recent' or 'plain'.

    ``units``: unit_id, is_whole, sold_amount, landing_amount, low_amount, high_amount (empty without a range).
    ``months``: the whole's month and forecast_amount of each month projected, the one under way with what it has.
    ``error_count``: how many past projections the range rests on; ``error_rate`` their mean absolute error for the
    whole, ``naive_error_rate`` that of last year's same months, both as shares of what was still to come.
    """

    units: pd.DataFrame
    months: pd.DataFrame
    method: str
    error_count: int
    error_rate: float | None
    naive_error_rate: float | None
    begun_amount: float  # what the month under way has, of the whole
    shape: Floats  # cumulative share of a month by position, 0 to 1 in equal steps


# --- one projection ---------------------------------------------------------------------------------------------


def expect_months(history: History) -> Floats:
    """Each month of the horizon as the months before it let one expect: units × months.

    >>> flat = History(np.full((1, 24), 10.0), np.full((1, 24), 5.0), None, 0.0, np.full(26, 20.0),
    ...                np.arange(26) % 12 + 1, False)
    >>> expect_months(flat).tolist()
    [[10.0, 10.0]]
    """
    whole, horizon = history.whole_months, history.horizon
    plain = expect_recent(history)
    if whole < SEASONAL_MONTHS:
        return plain
    shapes = [shape for years in (1, 2) if (shape := _expect_from_year(history, years)) is not None]
    stacked = np.stack(shapes)
    known = ~np.isnan(stacked)
    count = known.sum(axis=0)
    seasonal = np.where(known, stacked, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(count > 0, seasonal, plain).reshape(-1, horizon)


def expect_recent(history: History) -> Floats:
    """Each month of the horizon at the daily average of the last three whole months."""
    whole = history.whole_months
    taken = min(RECENT_MONTHS, whole)
    if taken == 0:
        return np.zeros((len(history.amounts), history.horizon))
    days = history.days[whole - taken : whole].sum()
    rate = history.amounts[:, whole - taken :].sum(axis=1) / days if days > 0 else np.zeros(len(history.amounts))
    return np.outer(rate, history.days[whole:])


def expect_last_year(history: History) -> Floats:
    """Each month of the horizon as it was a year before: the yardstick a projection has to beat."""
    whole = history.whole_months
    if whole < 12:
        return expect_recent(history)
    return history.amounts[:, [whole + ahead - 12 for ahead in range(history.horizon)]]


def _expect_from_year(history: History, years: int) -> Floats | None:
    """The same months some years ago × growth since; None where the data begin later, NaN where there is no growth."""
    whole, amounts = history.whole_months, history.amounts
    back = 12 * years
    taken = min(GROWTH_MONTHS, whole - back)
    if taken < SEASONAL_MONTHS - 12:
        return None
    recent = np.arange(whole - taken, whole)
    if history.moves_spring:
        recent = np.array(_drop_half_springs(recent.tolist(), history.calendar))
    before = amounts[:, recent - back].sum(axis=1)
    now = amounts[:, recent].sum(axis=1)
    growth = np.where((before > 0) & (now > 0), now / np.where(before > 0, before, 1.0), np.nan)
    growth = np.where((growth >= GROWTH_LIMITS[0]) & (growth <= GROWTH_LIMITS[1]), growth, np.nan)
    base = np.stack([_read_base_month(history, whole + ahead, back) for ahead in range(history.horizon)], axis=1)
    return np.asarray(base * growth[:, None], dtype=np.float64)


def _drop_half_springs(months: list[int], calendar: npt.NDArray[np.int64]) -> list[int]:
    """The months without a January or February whose other half is missing: half a festival compares with nothing."""
    kept = [
        place
        for place in months
        if not (calendar[place] == 1 and place + 1 not in months)
        and not (calendar[place] == 2 and place - 1 not in months)
    ]
    return kept or months


def _read_base_month(history: History, place: int, back: int) -> Floats:
    """What the month at ``place`` was ``back`` months before; January and February by working days of both together."""
    base, month = place - back, int(history.calendar[place])
    if history.moves_spring and month in (1, 2):
        other = base + (1 if month == 1 else -1)
        if 0 <= other < history.whole_months:
            both = history.amounts[:, base] + history.amounts[:, other]
            days = history.days[base] + history.days[other]
            return np.asarray(both * history.days[place] / days, dtype=np.float64)
    return np.asarray(history.amounts[:, base], dtype=np.float64)


def find_shares(history: History) -> Floats:
    """The share of a month that each unit usually has sold by the position: sums over sums of the last twelve months.

    A unit's own months are joined by six months of the whole's shape at the unit's size, so that a few lines do not
    make a shape. The last row is taken as the whole.
    """
    first = min(max(history.whole_months - SHAPE_MONTHS, history.covered_from), history.whole_months)
    sold, reached = history.amounts[:, first:].sum(axis=1), history.progress[:, first:].sum(axis=1)
    if history.whole_months == 0 or sold[-1] <= 0:
        return np.full(len(sold), history.position)
    common = min(max(reached[-1] / sold[-1], 0.0), 1.0)
    lent = np.maximum(sold, 0.0) / max(history.whole_months - first, 1) * BORROWED_MONTHS
    total = np.maximum(sold, 0.0) + lent
    shares = np.where(total > 0, (reached + common * lent) / np.where(total > 0, total, 1.0), common)
    return np.asarray(np.clip(shares, 0.0, 1.0), dtype=np.float64)


def complete_month(reached: Floats, share: Floats, expected: Floats) -> Floats:
    """A month under way, whole: what was sold, plus what usually follows (Benktander).

    Sold 60 where half is usual and 100 was expected: 60 + ½ × (60 + ½ × 100) = 115. The quotient alone says 120, the
    expectation 100.

    >>> complete_month(np.array([60.0]), np.array([0.5]), np.array([100.0])).tolist()
    [115.0]
    """
    rest = 1.0 - share
    return np.asarray(reached + rest * (reached + rest * expected), dtype=np.float64)


def forecast(history: History) -> Floats:
    """Every month of the horizon, whole; the one under way holds what it has: units × months."""
    expected = expect_months(history)
    if history.reached is None:
        return expected
    if history.whole_months == 0:
        # nothing but the month itself: straight on
        expected[:, 0] = history.reached / history.position if history.position > 0 else history.reached
        if history.days[0] > 0:
            expected[:, 1:] = np.outer(expected[:, 0] / history.days[0], history.days[1:])
        return expected
    first = complete_month(history.reached, find_shares(history), expected[:, 0])
    return np.concatenate([first[:, None], expected[:, 1:]], axis=1)


# --- how wrong it has been --------------------------------------------------------------------------------------


def cut_history(history: History, whole: int, horizon: int) -> History:
    """What was known when ``whole`` months had passed, at the same position in the next, for the same horizon."""
    return replace(
        history,
        amounts=history.amounts[:, :whole],
        progress=history.progress[:, :whole],
        reached=None if history.reached is None else history.progress[:, whole],
        days=history.days[: whole + horizon],
        calendar=history.calendar[: whole + horizon],
    )


@dataclass(frozen=True)
class Backtest:
    """Errors of past projections as shares of what was still to come: units × origins."""

    errors: Floats
    naive_errors: Floats
    horizon: int


def backtest(history: History) -> Backtest:
    """Run the projection as of each earlier month over the same horizon and compare with what came.

    Where the past is too short for the whole horizon, a shorter one stands for it.
    """
    horizon, whole = history.horizon, history.whole_months
    least = SEASONAL_MONTHS if whole >= SEASONAL_MONTHS else RECENT_MONTHS
    while horizon > 1 and whole - horizon - least + 1 < LEAST_ERRORS:
        horizon -= 1
    origins = range(least, whole - horizon + 1)
    if len(origins) < LEAST_ERRORS and least == SEASONAL_MONTHS:
        origins = range(RECENT_MONTHS, whole - horizon + 1)
    if history.reached is not None:
        origins = range(max(origins.start, history.covered_from + RECENT_MONTHS), origins.stop)
    errors, naive = [], []
    for origin in origins:
        known = cut_history(history, origin, horizon)
        came = history.amounts[:, origin : origin + horizon].sum(axis=1)
        guess = forecast(known).sum(axis=1)
        before = expect_last_year(known)
        if known.reached is not None:
            before = np.concatenate(
                [(known.reached + (1 - find_shares(known)) * before[:, 0])[:, None], before[:, 1:]], axis=1
            )
            came, guess = came - known.reached, guess - known.reached
        yardstick = before.sum(axis=1) - (known.reached if known.reached is not None else 0.0)
        size = _measure_size(history, guess, origin, horizon)
        errors.append((came - guess) / size)
        naive.append((came - yardstick) / size)
    if not errors:
        empty = np.zeros((len(history.amounts), 0))
        return Backtest(empty, empty, horizon)
    return Backtest(np.stack(errors, axis=1), np.stack(naive, axis=1), horizon)


def _measure_size(history: History, guess: Floats, whole: int, horizon: int) -> Floats:
    """What errors are measured against: the projection itself, at least a quarter of what is usual for that time."""
    left = horizon - (history.position if history.reached is not None else 0.0)
    known = history.amounts[:, max(0, whole - 12) : whole]
    usual = np.abs(known).sum(axis=1) / max(known.shape[1], 1) * max(left, 0.05)
    return np.maximum(np.maximum(np.abs(guess), 0.25 * usual), 1e-9)


def find_half_width(errors: Floats, horizon: int, level: float) -> Floats:
    """Half the width of a range as a share of what is still to come: root mean square error × Student's t.

    Neighbouring projections share all but one of their months, so they count as errors ÷ (horizon ÷ 2) errors.
    """
    count = errors.shape[1]
    freedom = max(3.0, count / max(1.0, horizon / 2))
    return np.asarray(np.sqrt((errors**2).mean(axis=1)) * find_t((1 + level) / 2, freedom), dtype=np.float64)


def find_t(probability: float, freedom: float) -> float:
    """Student's t quantile, by its expansion around the normal (Abramowitz and Stegun 26.7.5); 0.9 with 10 is 1.372.

    >>> round(find_t(0.9, 10), 3), round(find_t(0.9, 4), 2)
    (1.372, 1.53)
    """
    z = find_normal(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom ** (power + 1) for power, term in enumerate(terms))


def find_normal(probability: float) -> float:
    """The normal quantile, by bisection of the error function; 0.9 is 1.2816."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        if 0.5 * (1 + math.erf(middle / math.sqrt(2))) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


# --- frames in, frames out --------------------------------------------------------------------------------------


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
) -> Landing:
    """Where the units of ``months`` will stand at ``landing_end``.

    months: sales_month, unit_id, is_whole, sales_amount, with the whole as rows of their own. days: sales_on, unit_id,
    sales_amount of earlier months and the one under way; None where flows carry no days. calendar: day_on, day_month,
    is_working_day, working_day_number, working_day_count. ``whole_amount`` is where the whole lands as seen from the
    level above, so that a part and the sum of its own parts agree.
    """
    data_month = data_through_on.replace(day=1)
    known = months[months["sales_month"] <= data_month]
    unit_ids = list(dict.fromkeys(known.loc[~known["is_whole"], "unit_id"]))
    first = min(known["sales_month"]) if len(known) else data_month
    grid = [add_months(first, step) for step in range(count_months(first, data_month) + 1)]
    amounts = _spread_units(known, unit_ids, grid)
    sold = amounts[:, [month >= period_start and month < landing_end for month in grid]].sum(axis=1)
    ids = [*unit_ids, ""]
    frame = pd.DataFrame({"unit_id": ids, "is_whole": [False] * len(unit_ids) + [True], "sold_amount": sold})
    worked = count_working_days(calendar)
    is_open = not is_month_complete
    if landing_end <= data_month or (landing_end == add_months(data_month, 1) and not is_open):
        over = frame.assign(landing_amount=sold, low_amount=sold, high_amount=sold)
        nothing = pd.DataFrame({"month": [], "forecast_amount": []})
        return Landing(over, nothing, "over", 0, None, None, 0.0, np.linspace(0, 1, 101))
    whole = len(grid) - is_open
    ahead = [add_months(grid[0], step) for step in range(count_months(grid[0], landing_end))]
    position = find_position(calendar, data_through_on) if is_open else 0.0
    progress, shape, covered_from = _measure_progress(
        days, calendar, unit_ids, grid[:whole], position, amounts[:, :whole]
    )
    history = History(
        amounts=amounts[:, :whole],
        progress=progress,
        reached=amounts[:, whole] if is_open else None,
        position=position,
        days=np.array([float(worked.get(month, USUAL_DAYS)) for month in ahead]),
        calendar=np.array([month.month for month in ahead]),
        moves_spring=moves_spring,
        covered_from=covered_from,
    )
    guess = forecast(history)
    reached = history.reached if history.reached is not None else np.zeros(len(ids))
    rest = guess.sum(axis=1) - reached
    past = backtest(history)
    has_range = history.whole_months >= RANGE_MONTHS and past.errors.shape[1] >= LEAST_ERRORS
    size = _measure_size(history, rest, history.whole_months, history.horizon)
    half = find_half_width(past.errors, past.horizon, RANGE) * size if has_range else np.full(len(ids), np.nan)
    if whole_amount is not None and rest[-1] != 0:
        factor = (whole_amount - sold[-1]) / rest[-1]
        begun = np.where(np.arange(history.horizon) == 0, reached[-1], 0.0)
        guess[-1] = begun + factor * (guess[-1] - begun)
        half[-1] *= abs(factor)
        rest[-1] *= factor
    rest[:-1], half[:-1] = share_out(rest[:-1], half[:-1], float(rest[-1]))
    frame["landing_amount"] = sold + rest
    # what is sold stays sold: a range does not reach below it, unless less than nothing is expected
    frame["low_amount"] = np.where(
        rest >= 0, np.fmax(sold + rest - half, np.where(np.isnan(half), np.nan, sold)), sold + rest - half
    )
    frame["high_amount"] = sold + rest + half
    forecasts = pd.DataFrame({"month": ahead[whole:], "forecast_amount": guess[-1]})
    method = "seasonal" if whole >= SEASONAL_MONTHS else "recent" if whole >= RANGE_MONTHS else "plain"
    count = past.errors.shape[1] if has_range else 0
    return Landing(
        frame,
        forecasts,
        method,
        count,
        float(np.abs(past.errors[-1]).mean()) if count else None,
        float(np.abs(past.naive_errors[-1]).mean()) if count else None,
        float(reached[-1]),
        shape,
    )


def share_out(rests: Floats, halves: Floats, total: float) -> tuple[Floats, Floats]:
    """What is still to come of each part, scaled so that the parts make the whole; ranges go with it.

    >>> share_out(np.array([30.0, 20.0]), np.array([3.0, 2.0]), 55.0)[0].tolist()
    [33.0, 22.0]
    """
    if len(rests) == 0:
        return rests, halves
    if rests.sum() > 0 < total:
        factor = total / rests.sum()
        return rests * factor, halves * factor
    weights = np.abs(rests)
    weights = weights / weights.sum() if weights.sum() > 0 else np.full(len(rests), 1 / len(rests))
    return rests + weights * (total - rests.sum()), halves


def count_working_days(calendar: pd.DataFrame) -> dict[date, int]:
    """Working days of each month of the calendar."""
    return {month: int(count) for month, count in calendar.groupby("day_month")["working_day_count"].max().items()}


def find_position(calendar: pd.DataFrame, day: date) -> float:
    """How far a day is into its month, by working days: 12 of 22 is 0.545."""
    today = calendar[calendar["day_on"] == day].iloc[0]
    return float(today["working_day_number"]) / max(float(today["working_day_count"]), 1.0)


def _spread_units(known: pd.DataFrame, unit_ids: Sequence[str], grid: Sequence[date]) -> Floats:
    """Sales as units × months, 0 where there were none; the last row is the whole."""
    places = {unit: place for place, unit in enumerate(unit_ids)}
    columns = {month: place for place, month in enumerate(grid)}
    amounts = np.zeros((len(unit_ids) + 1, len(grid)))
    for unit, is_whole, month, amount in zip(
        known["unit_id"], known["is_whole"], known["sales_month"], known["sales_amount"], strict=True
    ):
        amounts[-1 if is_whole else places[unit], columns[month]] = amount
    return amounts


def _measure_progress(
    days: pd.DataFrame | None,
    calendar: pd.DataFrame,
    unit_ids: Sequence[str],
    grid: Sequence[date],
    position: float,
    amounts: Floats,
) -> tuple[Floats, Floats, int]:
    """What each unit sold in each month by the position, the whole's cumulative shape of a month, the first month read.

    Position 0.5 in a month of 21 working days is the tenth day and half of the eleventh. Without days every month is
    taken to go evenly.
    """
    progress = amounts * position
    even = np.linspace(0, 1, 101)
    if days is None or days.empty or not grid:
        return progress, even, 0
    joined = days.merge(calendar, left_on="sales_on", right_on="day_on")
    joined = joined[joined["day_month"].isin(set(grid))]
    if joined.empty:
        return progress, even, 0
    number = joined["working_day_number"].to_numpy(dtype=float)
    count = np.maximum(joined["working_day_count"].to_numpy(dtype=float), 1.0)
    # a day off belongs to the working day before it
    start = np.where(joined["is_working_day"], number - 1, number)
    weight = np.where(
        joined["is_working_day"],
        np.clip(position * count - start, 0.0, 1.0),
        (number <= position * count) & (position > 0),
    )
    places = {unit: place for place, unit in enumerate(unit_ids)}
    columns = {month: place for place, month in enumerate(grid)}
    rows = joined["unit_id"].map(places).to_numpy()
    months = joined["day_month"].map(columns).to_numpy()
    value = joined["sales_amount"].to_numpy(dtype=float)
    covered = np.unique(months)
    progress[:, covered] = 0.0
    np.add.at(progress, (rows, months), value * weight)
    progress[-1, covered] = progress[:-1, covered].sum(axis=0)
    recent = months >= len(grid) - SHAPE_MONTHS
    if not recent.any() or value[recent].sum() <= 0:
        return progress, even, 0
    ends = np.minimum(number[recent] / count[recent], 1.0)
    order = np.argsort(ends, kind="stable")
    grown = np.cumsum(value[recent][order]) / value[recent].sum()
    last = np.searchsorted(ends[order], even, side="right")
    shape = np.maximum.accumulate(np.clip(np.where(last > 0, grown[np.maximum(last - 1, 0)], 0.0), 0.0, 1.0))
    shape[0], shape[-1] = 0.0, 1.0
    return progress, shape, int(covered[0])


# --- the way there ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pace:
    """Working days gone and to come, what a day has brought, what each day to come must bring; None where unknown."""

    elapsed_days: int
    total_days: int
    current_amount: float | None
    needed_amount: float | None

    @property
    def remaining_days(self) -> int:
        """Working days to come."""
        return self.total_days - self.elapsed_days


def measure_pace(
    calendar: pd.DataFrame,
    *,
    period_start: date,
    landing_end: date,
    data_through_on: date,
    sold: float,
    target: float | None,
    covered: float | None = None,
) -> Pace:
    """The run-rate so far and the one that closes the gap; ``covered`` is what of the sales counts towards the target.

    Sold 120 in 12 of 22 days, target 250: 10 a day so far, (250 − 120) ÷ 10 = 13 a day needed.
    """
    days = calendar[
        calendar["is_working_day"] & (calendar["day_on"] >= period_start) & (calendar["day_on"] < landing_end)
    ]
    elapsed, total = int((days["day_on"] <= data_through_on).sum()), len(days)
    needed = (
        None
        if target is None or total == elapsed
        else (target - (sold if covered is None else covered)) / (total - elapsed)
    )
    return Pace(elapsed, total, sold / elapsed if elapsed else None, needed)


def trace_pace(
    months: pd.DataFrame,
    days: pd.DataFrame | None,
    calendar: pd.DataFrame,
    landing: Landing,
    *,
    period_start: date,
    landing_end: date,
    data_through_on: date,
    by_day: bool,
) -> pd.DataFrame:
    """The whole's cumulative actual and target by working day, and the cone from today to the landing.

    Columns: day_number, day_on, actual_cumulative_amount, target_cumulative_amount, low_amount, mid_amount and
    high_amount. By day, or a point a month. The middle follows the usual shape of a month; the range opens with the
    root of what is still to come, from nothing today to the landing's own range at the end. A day off belongs to the
    working day before.
    """
    whole = months[months["is_whole"]].set_index("sales_month")
    days_ahead = calendar[
        calendar["is_working_day"] & (calendar["day_on"] >= period_start) & (calendar["day_on"] < landing_end)
    ].copy()
    days_ahead["day_number"] = np.arange(1, len(days_ahead) + 1)
    is_end = days_ahead["working_day_number"] == days_ahead["working_day_count"]
    today_number = int((days_ahead["day_on"] <= data_through_on).sum())
    if not by_day:
        days_ahead = days_ahead[is_end | (days_ahead["day_number"] == today_number)]
    number = days_ahead["day_number"].to_numpy()
    reach = (days_ahead["working_day_number"] / days_ahead["working_day_count"]).to_numpy(dtype=float)
    month = days_ahead["day_month"].to_numpy()
    targets = whole["target_amount"].astype(float) if "target_amount" in whole else pd.Series(dtype=float)
    targets = targets[(targets.index >= period_start) & (targets.index < landing_end)]
    target = _climb(month, reach, targets.fillna(0.0)) if targets.notna().any() else np.full(len(number), np.nan)
    gone = number <= today_number
    if by_day and days is not None:
        sold = days[(days["sales_on"] >= period_start) & (days["sales_on"] <= data_through_on)]
        actual = _climb_by_day(sold, [*days_ahead["day_on"].iloc[1:], landing_end])
    else:
        sums = whole["sales_amount"].astype(float)
        sums = sums[(sums.index >= period_start) & (sums.index < landing_end)]
        actual = _climb(month, np.ones(len(number)), sums)
    frame = pd.DataFrame(
        {
            "day_number": number,
            "day_on": days_ahead["day_on"].to_numpy(),
            "actual_cumulative_amount": np.where(gone, actual, np.nan),
            "target_cumulative_amount": target,
        }
    )
    has_rows = today_number > 0
    start = {
        "day_number": 0,
        "day_on": period_start,
        "actual_cumulative_amount": 0.0,
        "target_cumulative_amount": 0.0 if targets.notna().any() else np.nan,
    }
    frame = pd.concat([pd.DataFrame([start]), frame], ignore_index=True)
    ends = landing.units[landing.units["is_whole"]].iloc[0]
    if landing.method == "over" or not has_rows:
        return frame.assign(low_amount=np.nan, mid_amount=np.nan, high_amount=np.nan)
    ahead = frame["day_number"].to_numpy() >= today_number
    middle = _trace_middle(days_ahead, landing, today_number, float(ends["sold_amount"]), data_through_on)
    rest = float(ends["landing_amount"]) - float(ends["sold_amount"])
    opened = np.sqrt(np.clip((middle - float(ends["sold_amount"])) / rest, 0.0, 1.0)) if rest else np.zeros(len(middle))
    below, above = (abs(float(ends[end]) - float(ends["landing_amount"])) for end in ("low_amount", "high_amount"))
    return frame.assign(
        low_amount=np.where(ahead, middle - opened * below, np.nan),
        mid_amount=np.where(ahead, middle, np.nan),
        high_amount=np.where(ahead, middle + opened * above, np.nan),
    )


def _climb(month: npt.NDArray[np.object_], reach: Floats, amounts: pd.Series[float]) -> Floats:
    """What has come by each point: the months before it whole, its own month up to its reach."""
    ordered = amounts.sort_index()
    before = {key: float(value) for key, value in (ordered.cumsum() - ordered).items()}
    own = {key: float(value) for key, value in ordered.items()}
    last = float(ordered.sum())
    return np.array(
        [
            before.get(key, last if len(ordered) and key > ordered.index[-1] else 0.0) + own.get(key, 0.0) * part
            for key, part in zip(month, reach, strict=True)
        ]
    )


def _climb_by_day(sold: pd.DataFrame, nexts: list[date]) -> Floats:
    """What has come by each working day: all up to the eve of the next one."""
    running = sold.groupby("sales_on")["sales_amount"].sum().sort_index().cumsum()
    if running.empty:
        return np.zeros(len(nexts))
    places = np.searchsorted(
        np.array(running.index, dtype="datetime64[D]"), np.array(nexts, dtype="datetime64[D]"), side="left"
    )
    return np.where(places > 0, running.to_numpy(dtype=float)[np.maximum(places - 1, 0)], 0.0)


def _trace_middle(days: pd.DataFrame, landing: Landing, today: int, sold: float, data_through_on: date) -> Floats:
    """The middle of the cone, from today's sum on, at each day: following the usual shape of a month."""
    grid = np.linspace(0, 1, len(landing.shape))
    forecasts = dict(zip(landing.months["month"], landing.months["forecast_amount"].astype(float), strict=True))
    data_month = data_through_on.replace(day=1)
    reached = float(landing.begun_amount)
    begun = days[days["day_number"] == today]
    open_position = (
        float(begun["working_day_number"].iloc[0] / begun["working_day_count"].iloc[0]) if len(begun) else 0.0
    )
    middle = [sold]
    for row in days.itertuples():
        total = sold
        for key, amount in forecasts.items():
            if key > row.day_month:
                break
            share = (
                1.0
                if key < row.day_month
                else float(np.interp(row.working_day_number / row.working_day_count, grid, landing.shape))
            )
            if key == data_month:
                gone = float(np.interp(open_position, grid, landing.shape))
                share = (share - gone) / (1 - gone) if gone < 1 else 1.0
                amount -= reached
            total += amount * max(share, 0.0)
        middle.append(total)
    return np.array(middle)


def rate_landing(units: pd.DataFrame, landing: Landing, remaining_days: int) -> pd.DataFrame:
    """The units' standing with their landing: amounts, rates of the target of the whole period, and a day to come.

    Months without a target count neither above nor below the line: landing 120 of which 20 in such a month, over a
    target of 80, is (120 − 20) ÷ 80 = 125%. A target that is not above zero has no rate. With 30 of the 80 sold and 10
    days to come, (80 − 30) ÷ 10 = 5 a day are needed; expecting (120 − 50) ÷ 10 = 7 leaves headroom of 7 ÷ 5 − 1 = 40%.
    """
    joined = units.merge(landing.units, on=["unit_id", "is_whole"], how="left")
    actual, covered = joined["actual_amount"].astype(float), joined["covered_amount"].astype(float)
    for column in ("landing_amount", "low_amount", "high_amount"):
        # a unit that never sold was not projected: it lands where it stands
        joined[column] = joined[column].where(joined["sold_amount"].notna(), actual)
    target = joined["target_amount"].astype(float).where(joined["target_amount"].astype(float) > 0)
    for name in ("low", "landing", "high"):
        joined[f"{name}_rate"] = (joined[f"{name}_amount"] - (actual - covered)) / target
    days = remaining_days if remaining_days > 0 else np.nan
    joined["needed_day_amount"] = (target - covered) / days
    joined["expected_day_amount"] = (joined["landing_amount"] - actual) / days
    needed = joined["needed_day_amount"].where(joined["needed_day_amount"] > 0)
    joined["headroom_rate"] = joined["expected_day_amount"] / needed - 1
    return joined
