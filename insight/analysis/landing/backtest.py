"""The projection made again as of each earlier month, knowing only what was known then, and held against what came."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.analysis.landing.forecast import expect_last_month, expect_last_year, expect_months
from insight.analysis.landing.history import Counts, Floats, History, cut_history
from insight.analysis.landing.interval import calibrate, size_errors, weigh_origins
from insight.analysis.landing.position import complete_month, find_shares
from insight.analysis.landing.reconcile import find_tiers, reconcile

RECENT_MONTHS = 3  # whole months before a projection is tried
RANGE_MONTHS = 6  # whole months before a range can be given
TOLERANCE = 1e-9
COLUMNS = [
    "level",
    "unit_count",
    "origin_count",
    "projection_count",
    "error_rate",
    "last_year_error_rate",
    "last_month_error_rate",
    "coverage_rate",
    "coverage_error_rate",
    "width_rate",
]


@dataclass(frozen=True)
class Outlook:
    """What is still to come of each unit: by month (units × months), how far off that may be, and the two yardsticks."""

    rest: Floats
    size: Floats
    last_year: Floats  # sums over the horizon
    last_month: Floats
    is_told: npt.NDArray[np.bool_]  # units with a past of their own


@dataclass(frozen=True)
class Past:
    """Earlier projections of the same horizon: origins × units, sums over what was still to come."""

    origins: Counts
    rest: Floats
    size: Floats
    error: Floats  # what came less what was projected
    last_year_error: Floats
    last_month_error: Floats
    is_told: npt.NDArray[np.bool_]
    horizon: int


def look_ahead(history: History, whole_rest: Floats | None = None) -> Outlook:
    """What is still to come, every parent the sum of its parts; ``whole_rest`` fixes the whole's beforehand."""
    expected, scatter = expect_months(history)
    last_year, last_month = expect_last_year(history), expect_last_month(history)
    share = np.zeros(len(expected))
    if history.reached is not None and history.horizon:
        share = find_shares(history)
        expected[:, 0] = complete_month(history.reached, share, expected[:, 0])
        last_year = np.concatenate([((1 - share) * last_year[:, 0])[:, None], last_year[:, 1:]], axis=1)
        last_month = np.concatenate([((1 - share) * last_month[:, 0])[:, None], last_month[:, 1:]], axis=1)
    # the whole is projected from its own past, so it is the same whatever it is split by
    rest = reconcile(expected, scatter, history.parents, expected[-1] if whole_rest is None else whole_rest)
    size = size_errors(history, rest, scatter, share)
    sold = history.amounts[:, :-1] != 0
    return Outlook(rest, size, last_year.sum(axis=1), last_month.sum(axis=1), (scatter > 0) & sold.any(axis=1))


def project_past(history: History, horizon: int, first: int = RECENT_MONTHS, left_out: Sequence[int] = ()) -> Past:
    """The projection as of each earlier month from ``first`` whole months on, at the same position in the month.

    ``left_out`` are months that were not recorded: no projection is judged by them.
    """
    origins, looks, came = [], [], []
    for origin in range(first, history.whole_months - horizon + 1):
        if any(origin <= month < origin + horizon for month in left_out):
            continue
        known = cut_history(history, origin, horizon)
        if known.reached is not None and np.isnan(known.reached).any():
            continue
        origins.append(origin)
        looks.append(look_ahead(known))
        total = history.amounts[:, origin : origin + horizon].sum(axis=1)
        came.append(total - (known.reached if known.reached is not None else 0.0))
    units = len(history.amounts)
    if not origins:
        empty = np.zeros((0, units))
        none = np.zeros((0, units), dtype=bool)
        return Past(np.zeros(0, dtype=np.int64), empty, empty, empty, empty, empty, none, horizon)
    outcome = np.stack(came)
    rest = np.stack([look.rest.sum(axis=1) for look in looks])
    return Past(
        np.array(origins, dtype=np.int64),
        rest,
        np.stack([look.size for look in looks]),
        outcome - rest,
        outcome - np.stack([look.last_year for look in looks]),
        outcome - np.stack([look.last_month for look in looks]),
        np.stack([look.is_told for look in looks]),
        horizon,
    )


def reach(past: Past, at: int, parents: Counts) -> tuple[Floats, Floats]:
    """By how many sizes a range reaches below and above, as known after ``at`` months."""
    weights = weigh_origins(past.origins, at, past.horizon)
    kept = weights > 0
    ratios = past.error[kept] / np.maximum(past.size[kept], 1e-9)
    return calibrate(ratios, past.is_told[kept].astype(float), weights[kept], find_tiers(parents), past.horizon)


def floor_low(low: Floats, rest: Floats, amounts: Floats) -> Floats:
    """What is sold stays sold: a range does not reach below it, unless less than nothing is or was ever sold."""
    return np.asarray(np.where((rest >= 0) & (amounts >= 0).all(axis=1), np.maximum(low, 0.0), low))


def judge(history: History, past: Past, first: int = RANGE_MONTHS) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Whether each past projection's range, made of the errors known then, held what came, and how wide it was.

    Origins × units; projections before ``first`` whole months have no range and are left out (the last rows are kept).
    """
    kept = np.flatnonzero(past.origins >= first)
    held, width = np.zeros((len(kept), len(history.amounts)), dtype=bool), np.zeros((len(kept), len(history.amounts)))
    for row, place in enumerate(kept):
        origin = int(past.origins[place])
        below, above = reach(past, origin, history.parents)
        rest, size = past.rest[place], past.size[place]
        low = floor_low(rest + below * size, rest, history.amounts[:, :origin])
        high = rest + above * size
        came = rest + past.error[place]
        slack = TOLERANCE * (1 + np.abs(came))
        held[row] = (came >= low - slack) & (came <= high + slack)
        width[row] = high - low
    return held, width


def summarise(history: History, past: Past, labels: Sequence[str], first: int = RANGE_MONTHS) -> pd.DataFrame:
    """A row a label of units: how wrong past projections were against two yardsticks, how often their range held.

    error_rate, last_year_error_rate, last_month_error_rate: sums of absolute errors over the sum of what came, absolute.
    coverage_rate has its standard error beside it; width_rate is the mean width over what came. Units that had not
    begun at an origin are left out there.
    """
    kept = past.origins >= first
    held, width = judge(history, past, first)
    told, came = past.is_told[kept], np.abs((past.rest + past.error)[kept])
    errors = {
        "error_rate": past.error,
        "last_year_error_rate": past.last_year_error,
        "last_month_error_rate": past.last_month_error,
    }
    rows = []
    for label in dict.fromkeys(labels):
        units = np.array([own == label for own in labels])
        is_told = told[:, units]
        count = int(is_told.sum())
        if count == 0:
            continue
        total = float(came[:, units][is_told].sum())
        held_here = held[:, units]
        by_origin = [float(row[own].mean()) for row, own in zip(held_here, is_told, strict=True) if own.any()]
        covered = float(held_here[is_told].mean())
        rows.append(
            {
                "level": label,
                "unit_count": int(is_told.any(axis=0).sum()),
                "origin_count": int(is_told.any(axis=1).sum()),
                "projection_count": count,
                **{
                    name: float(np.abs(error[kept][:, units][is_told]).sum()) / total if total > 0 else float("nan")
                    for name, error in errors.items()
                },
                "coverage_rate": covered,
                "coverage_error_rate": _find_doubt(covered, by_origin, count),
                "width_rate": float(width[:, units][is_told].sum()) / total if total > 0 else float("nan"),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _find_doubt(covered: float, by_origin: list[float], count: int) -> float:
    """The standard error of a coverage: binomial, or between origins where units of one month miss together."""
    binomial = math.sqrt(max(covered * (1 - covered), 0.25 / max(count, 1)) / max(count, 1))
    if len(by_origin) < 2:
        return binomial
    return max(binomial, float(np.std(by_origin, ddof=1)) / math.sqrt(len(by_origin)))
