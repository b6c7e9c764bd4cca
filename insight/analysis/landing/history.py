"""What is known of the units that are to land: their whole months, and the month under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

HALF_MONTH = 0.6  # a first month under this part of the months after it, a working day, was not recorded whole
NEXT_MONTHS = 6


@dataclass(frozen=True)
class History:
    """What is known of some units: whole months, oldest first, and the month under way if there is one.

    Units are the rows of all arrays; ``parents`` names the row each is part of, -1 for the whole, which is the last
    row. ``amounts`` and ``progress`` are units × whole months; ``progress`` is what was sold by the position in the
    month at which the data end now, NaN in months of which no days are known. ``reached`` is what the month under way
    has, or None between months. ``days`` and ``calendar`` go on over the months to project: working days, and the month
    of the year (1 to 12).
    """

    amounts: Floats
    progress: Floats
    reached: Floats | None
    position: float
    days: Floats
    calendar: Counts
    parents: Counts
    moves_spring: bool

    @property
    def whole_months(self) -> int:
        """Whole months known."""
        return int(self.amounts.shape[1])

    @property
    def horizon(self) -> int:
        """Months to project, the one under way included."""
        return len(self.days) - self.whole_months


def cut_history(history: History, whole: int, horizon: int) -> History:
    """What was known when ``whole`` months had passed, at the same position in the next, for ``horizon`` months."""
    return replace(
        history,
        amounts=history.amounts[:, :whole],
        progress=history.progress[:, :whole],
        reached=None if history.reached is None else history.progress[:, whole],
        days=history.days[: whole + horizon],
        calendar=history.calendar[: whole + horizon],
    )


def spread_units(known: pd.DataFrame, unit_ids: Sequence[str], grid: Sequence[date], column: str) -> Floats:
    """A column as units × months, 0 where there is nothing; the last row is the whole."""
    places = {unit: place for place, unit in enumerate(unit_ids)}
    columns = {month: place for place, month in enumerate(grid)}
    amounts = np.zeros((len(unit_ids) + 1, len(grid)))
    rows = np.where(known["is_whole"], len(unit_ids), known["unit_id"].map(places).fillna(len(unit_ids)))
    np.add.at(
        amounts,
        (rows.astype(np.int64), known["sales_month"].map(columns).to_numpy(dtype=np.int64)),
        known[column].fillna(0).to_numpy(dtype=float),
    )
    return amounts


def find_first_whole(rates: Floats) -> int:
    """1 where the first month of the whole, a working day, is too small to have been recorded whole, else 0.

    >>> find_first_whole(np.array([2.0, 10.0, 11.0, 9.0])), find_first_whole(np.array([8.0, 10.0, 11.0, 9.0]))
    (1, 0)
    """
    after = rates[1 : 1 + NEXT_MONTHS]
    return int(len(after) >= 2 and rates[0] < HALF_MONTH * float(np.median(after)))


def fill_gaps(amounts: Floats, days: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Months in which nothing at all was sold, between months in which something was: not recorded, so told by both.

    Each unit gets the mean of the months before and after the gap, a working day.

    >>> fill_gaps(np.array([[10.0, 0.0, 30.0]]), np.full(3, 20.0))[0].tolist()
    [[10.0, 20.0, 30.0]]
    """
    empty = (amounts == 0).all(axis=0)
    told = np.flatnonzero(~empty)
    is_gap = empty & (np.arange(len(empty)) > (told[0] if len(told) else 0))
    is_gap &= np.arange(len(empty)) < (told[-1] if len(told) else 0)
    filled = amounts.copy()
    for month in np.flatnonzero(is_gap):
        before, after = told[told < month][-1], told[told > month][0]
        rate = (amounts[:, before] / days[before] + amounts[:, after] / days[after]) / 2
        filled[:, month] = rate * days[month]
    return filled, is_gap
