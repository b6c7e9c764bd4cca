"""How far off a projection may be: a size for each unit's error, and ranges calibrated on the errors of the past.

*The size* of a unit's error over the months to come is worked out from what is known of it: its months' scatter around
their smoothed level, growing with the months as the level wanders; what is not yet known of the season, most with one
year of history, least over a whole year; and how far growth may carry it. All three are of the unit or of the whole, so
a unit without past projections of its own has a size too.

*The range* is that size times the quantiles of past errors ÷ their sizes, over all units of a tier and all earlier
months from which the same projection could be made (split conformal prediction: V. Vovk, A. Gammerman, G. Shafer 2005;
rolling origin: R. Hyndman and G. Athanasopoulos, "Forecasting", 5.10). Later months count more (half after a year).
Where few past errors are there, Student's t on their root mean square, drawn to a usual size, stands for the quantiles.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from insight.analysis.landing.forecast import SEASONAL_MONTHS
from insight.analysis.landing.history import Counts, Floats, History

LEVEL = 0.8
WANDERING = 0.18  # weight with which a smoothed level moves on, months ahead
SEASON_DOUBT = 0.35  # of a unit's own scatter, a year of history
COMMON_DOUBT = 0.6  # of the whole's scatter, a year of history
SHORT_DOUBT = 1.5  # without a season
GROWTH_DOUBT = (0.015, 0.32)  # a year: always, and of the growth that is
SHORT_GROWTH = 0.06
LEAST_SIZE = 0.01
USUAL_RATIO = (0.85, 1.1)  # error ÷ size where nothing is known: of the whole, of its parts
USUAL_COUNT = 4.0  # past projections that weigh as much as the usual
HALF_LIFE = 12.0  # months after which a past error counts half
OTHER_METHOD = 0.25  # what an error made without a season counts, while few were made with one
FEW_ERRORS = 40.0  # errors at which their own quantiles count as much as Student's t
FARTHEST = 8.0  # sizes; an error beyond counts as this
LEAST_FACTOR = 0.2


def size_errors(history: History, rest: Floats, scatter: Floats, share: Floats) -> Floats:
    """The expected size of each unit's error in what is still to come: ``rest`` is units × months.

    Twelve quiet months ahead of a unit of 100 a month with a scatter of 10 and nothing else in doubt:
    √(12 + 0.18² × 506) × 10 = 53, over 1200.
    """
    whole, horizon = history.whole_months, history.horizon
    months = np.maximum(horizon - share, 0.02)
    total = np.abs(rest.sum(axis=1))
    wander = months + WANDERING**2 * np.maximum(months * (months - 1) * (2 * months - 1) / 6, 0.0)
    length = float(months.mean())
    doubt = SHORT_DOUBT if whole < SEASONAL_MONTHS else 12 / whole + 1.5 * max((24 - whole) / 12, 0.0) ** 2
    doubt *= max(1 - (length - 1) / 12, 0.0) if length > 1 else 1 + (1 - length) / 12
    common = scatter[-1] / max(abs(float(rest[-1].sum())) / max(length, 0.02), 1e-9)
    growth = _doubt_growth(history) * length / 12
    square = (
        scatter**2 * wander * (1 + SEASON_DOUBT * doubt)
        + COMMON_DOUBT * doubt * (min(common, 2.0) * total) ** 2 / np.sqrt(months)
        + (growth * total) ** 2
        + (LEAST_SIZE * total) ** 2
    )
    return np.asarray(np.sqrt(square), dtype=np.float64)


def _doubt_growth(history: History) -> float:
    """How much a year's growth may differ from what is projected, as a share: some of the growth that is."""
    whole = history.whole_months
    if whole < SEASONAL_MONTHS:
        return SHORT_GROWTH
    taken = min(12, whole - 12)
    sales = history.amounts[-1]
    now, before = sales[whole - taken :].sum(), sales[whole - taken - 12 : whole - 12].sum()
    grown = abs(math.log(min(max(now / before, 0.5), 2.0))) if now > 0 and before > 0 else math.log(2.0)
    return GROWTH_DOUBT[0] + GROWTH_DOUBT[1] * grown


def weigh_origins(origins: Counts, at: int, horizon: int) -> Floats:
    """What each past projection counts for one made after ``at`` months: nothing where its outcome was not known then."""
    known = origins + horizon <= at
    weight = 0.5 ** (np.maximum(at - origins - horizon, 0) / HALF_LIFE)
    if at >= SEASONAL_MONTHS:
        is_seasonal = origins >= SEASONAL_MONTHS
        others = OTHER_METHOD if (known & is_seasonal).sum() < 6 else 0.0
        weight = weight * np.where(is_seasonal, 1.0, others)
    return np.asarray(np.where(known, weight, 0.0), dtype=np.float64)


def calibrate(
    ratios: Floats, is_told: Floats, weights: Floats, tiers: list[Counts], horizon: int
) -> tuple[Floats, Floats]:
    """By how many sizes the range of each unit reaches below (negative) and above the projection.

    ``ratios`` are past errors ÷ their sizes, origins × units; ``is_told`` says which of them tell anything; ``weights``
    is of the origins. Overlapping horizons count as fewer origins than there are.
    """
    low, high = np.zeros(ratios.shape[1]), np.zeros(ratios.shape[1])
    overlap = 1 + (horizon - 1) / 2
    origins = weights.sum() / overlap
    aim = (1 + LEVEL) / 2 + 0.15 / (origins + 4)
    for place, tier in enumerate(tiers):
        usual = USUAL_RATIO[min(place, 1)]
        ratio = np.clip(ratios[:, tier], -FARTHEST, FARTHEST)
        weight = weights[:, None] * is_told[:, tier]
        total = float(weight.sum())
        seen = min(math.sqrt(max(float(is_told[:, tier].mean(axis=0).sum()), 1.0)), 4.0) if len(ratios) else 1.0
        count = origins * seen if total > 0 else 0.0
        square = float((np.clip(ratio, -FARTHEST / 2, FARTHEST / 2) ** 2 * weight).sum()) / total if total > 0 else 0.0
        spread = math.sqrt((count * square + USUAL_COUNT * usual**2) / (count + USUAL_COUNT))
        reach = spread * find_t(aim, max(3.0, count + USUAL_COUNT))
        ends = np.array([-reach, reach])
        if total > 0:
            own = count if len(tier) == 1 else float((weight > 0).sum()) / overlap
            trust = own / (own + FEW_ERRORS)
            ends = trust * _find_quantiles(ratio[weight > 0], weight[weight > 0], aim) + (1 - trust) * ends
        low[tier], high[tier] = min(ends[0], -LEAST_FACTOR), max(ends[1], LEAST_FACTOR)
    return low, high


def _find_quantiles(values: Floats, weights: Floats, aim: float) -> Floats:
    order = np.argsort(values, kind="stable")
    climbed = np.cumsum(weights[order]) / weights.sum()
    places = np.minimum(np.searchsorted(climbed, [1 - aim, aim]), len(order) - 1)
    return np.asarray(values[order][places], dtype=np.float64)


def widen_parts(below: Floats, above: Floats, parents: Counts, tiers: list[Counts]) -> tuple[Floats, Floats]:
    """Half-widths with which no whole is less sure than all its parts at their ends: parts are widened until they reach.

    >>> widen_parts(np.array([1.0, 1.0, 4.0]), np.array([3.0, 3.0, 4.0]), np.array([2, 2, -1]),
    ...             [np.array([2]), np.array([0, 1])])[0].tolist()
    [2.0, 2.0, 4.0]
    """
    found = []
    for half in (below.copy(), above.copy()):
        for tier in tiers[1:]:
            up = parents[tier]
            sums = np.bincount(up, half[tier], len(half))[up]
            ratio = half[up] / np.where(sums > 0, sums, 1.0)
            is_only = np.bincount(up, minlength=len(half))[up] == 1  # an only part is the whole
            half[tier] *= np.where(sums > 0, np.where(is_only, ratio, np.maximum(ratio, 1.0)), 1.0)
        found.append(half)
    return found[0], found[1]


def find_chance(middle: float, low: float, high: float, wanted: float) -> float:
    """The chance to reach ``wanted``, read off a projection and the ends of its 80% range.

    On either side of the middle errors are taken as normal: at the low end nine of ten outcomes are above.

    >>> round(find_chance(100.0, 90.0, 120.0, 90.0), 2), find_chance(100.0, 90.0, 120.0, 100.0)
    (0.9, 0.5)
    """
    half = high - middle if wanted > middle else middle - low
    if half <= 0:
        return 1.0 if middle >= wanted else 0.0
    return 0.5 * math.erfc((wanted - middle) / half * find_normal((1 + LEVEL) / 2) / math.sqrt(2))


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
    """The normal quantile; 0.9 is 1.2816."""
    return NormalDist().inv_cdf(probability)
