"""The way to the period's end: the run-rate so far and the one needed, the cone, and what each unit's landing means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.analysis.landing.history import Floats
from insight.analysis.landing.interval import find_chance
from insight.analysis.landing.projection import Landing


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
    ``reach_rate`` is the chance to land at the target or above.
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
    joined["reach_rate"] = [
        find_chance(landing, low, high, 1.0) if not np.isnan([landing, low, high]).any() else float("nan")
        for landing, low, high in zip(joined["landing_rate"], joined["low_rate"], joined["high_rate"], strict=True)
    ]
    return joined
