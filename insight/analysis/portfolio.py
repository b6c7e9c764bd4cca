"""What activities teach about each other: trends before the event, averages of a kind, shrinkage of single activities.

All effects are on the log scale; everything is closed form or a sum over a fixed grid, so nothing here is random.
"""

from dataclasses import dataclass
from math import atan, cos, exp, sin, sqrt

import numpy as np

from insight.analysis.draws import Array

# Quantiles of Student's t with 12 degrees of freedom, for the calibrated interval of a kind.
T_95, T_80 = 2.178813, 1.356217
NORMAL_95, NORMAL_80 = 1.959964, 1.281552

SLOPE_PRIOR = 0.01  # scale of a mean slope a month: keeps a portfolio of one from believing its own noise
KIND_PRIOR = 0.01  # scale of the spread of kinds' mean slopes a month: inviting growers makes 1.5 points
_MEAN_PRIOR = 0.25  # scale of a kind's mean when overlapping activities are told apart
_SURE_ERROR = 0.01  # error where every placebo is exactly alike, as in a made-up panel without noise
_SPREAD_GRID = np.linspace(0.002, 0.8, 80)
_KIND_GRID = np.linspace(0.0, 2.5 * KIND_PRIOR, 26)


@dataclass(frozen=True)
class Trends:
    """Slopes before the event, shrunk towards their kind's mean and that towards the portfolio's.

    Everything is linear in the slopes that were read: slopes = blend @ own slopes. ``spread`` is that of the true
    slopes of activities within a kind, ``kind_spread`` that of the kinds' means.
    """

    slopes: Array
    blend: Array  # [activities x activities]; 0 for slopes that could not be read
    spread: float
    kind_spread: float


@dataclass(frozen=True)
class Pooled:
    """A kind's mean effect with its error, the spread between its activities, and each activity's own posterior."""

    mean: float
    error: float
    spread: float
    weights: Array
    effects: Array
    effect_errors: Array
    shrink: Array


def measure_spread(draws: Array) -> Array:
    """Half the range from the 16th to the 84th percentile: a standard deviation without the tails."""
    low, high = np.quantile(draws, [0.16, 0.84], axis=-1)
    spread: Array = (high - low) / 2.0
    return spread


def floor_errors(errors: Array) -> Array:
    """No error below a quarter of the median one: a placebo distribution that collapsed must not own the average."""
    usable = errors[np.isfinite(errors) & (errors > 0)]
    floor = np.median(usable) / 4.0 if usable.size else _SURE_ERROR
    return np.where(np.isfinite(errors), np.maximum(errors, floor), np.nan)


def fit_trends(slopes: Array, errors: Array, kinds: np.ndarray) -> Trends:
    """Empirical-Bayes slopes on two levels: activities about their kind's mean, kinds about the portfolio's.

    Within a kind, spread^2 is Paule and Mandel's (1982), at which the weighted squares about the kinds' means equal
    their expectation. Two slopes 0 and d of one kind with errors s: (d^2/2) / (s^2 + spread^2) = 1, so spread^2 =
    d^2/2 - s^2, or 0. A slope that could not be read (NaN) is its kind's mean.
    """
    read = np.isfinite(slopes) & np.isfinite(errors) & (errors > 0)
    blend = np.zeros((slopes.size, slopes.size))
    if not read.any():
        return Trends(np.zeros(slopes.size), blend, 0.0, KIND_PRIOR)
    names, kind = np.unique(kinds, return_inverse=True)
    own, variance = slopes[read], np.square(errors[read])
    is_of = (kind[read][None, :] == np.arange(names.size)[:, None]).astype(np.float64)  # [kinds x read]
    spread2 = find_spread(own, variance, is_of)
    means, kind_spread = blend_kinds(own, is_of / (variance + spread2))
    rest = np.ones(slopes.size)
    rest[read] = variance / (variance + spread2)
    blend[:, read] = rest[:, None] * means[kind]
    blend[np.flatnonzero(read), np.flatnonzero(read)] += 1.0 - rest[read]
    return Trends(blend @ np.where(read, slopes, 0.0), blend, sqrt(spread2), kind_spread)


def blend_kinds(own: Array, precision: Array) -> tuple[Array, float]:
    """[kinds x slopes], the means of kinds as blends of the slopes read, and the kinds' spread about the portfolio.

    precision [kinds x slopes] is 1 / variance where a slope is of the kind, else 0. mean_k ~ N(portfolio, spread^2),
    portfolio ~ N(0, prior^2), half-normal prior on the spread, which is integrated out over a grid: of so few kinds a
    plugged-in spread would often be 0, and a kind that invites growers be taken for one like the others.
    """
    known = precision.sum(axis=1)
    share = np.divide(precision, known[:, None], out=np.zeros_like(precision), where=known[:, None] > 0)
    center, is_known = share @ own, known > 0
    density, blends = np.zeros(_KIND_GRID.size), np.zeros((_KIND_GRID.size, *precision.shape))
    for place, spread in enumerate(_KIND_GRID):
        weight = known / (1.0 + known * spread**2)  # precision of a kind's mean as a reading of the portfolio's
        total = weight.sum() + 1.0 / SLOPE_PRIOR**2
        keep = (known * spread**2 / (1.0 + known * spread**2))[:, None]
        blends[place] = keep * share + (1.0 - keep) * ((weight @ share) / total)[None, :]
        fit = (weight * np.square(center)).sum() - (weight @ center) ** 2 / total
        density[place] = 0.5 * (np.log(weight[is_known]).sum() - np.log(total) - fit - (spread / KIND_PRIOR) ** 2)
    chance = np.exp(density - density.max())
    chance /= chance.sum()
    return np.tensordot(chance, blends, axes=1), sqrt(float(chance @ np.square(_KIND_GRID)))


def find_spread(own: Array, variance: Array, is_of: Array) -> float:
    """Paule and Mandel's spread^2 of slopes about the means of their kinds."""
    freedom = own.size - int((is_of.sum(axis=1) > 0).sum())
    low, high = 0.0, float(np.square(own - own.mean()).sum() + variance.max())
    for _ in range(80):
        middle = (low + high) / 2.0
        precision = 1.0 / (variance + middle)
        known = np.maximum(is_of @ precision, 1e-300)
        centers = (is_of @ (own * precision)) / known
        excess = (np.square(own - is_of.T @ centers) * precision).sum() - freedom
        low, high = (middle, high) if excess > 0 else (low, middle)
    return low


def pool_effects(effects: Array, errors: Array, spread_prior: float) -> Pooled:
    """Normal hierarchical model with the spread integrated out over a grid.

    effect_a ~ N(true_a, error_a^2), true_a ~ N(mean, spread^2), flat mean, half-normal prior on the spread. Given
    the spread: V = error^2 + spread^2, mean = sum(effect/V)/sum(1/V), and each activity keeps 1 - B of itself,
    B = error^2/V. The posterior mixes these over the spread: with few activities a plugged-in spread is often 0 and
    far too sure.
    """
    variance = np.square(errors)
    total = variance[None, :] + np.square(_SPREAD_GRID)[:, None]
    precision = 1.0 / total
    summed = precision.sum(axis=1)
    means = (precision * effects).sum(axis=1) / summed
    fit = (np.square(effects[None, :] - means[:, None]) * precision).sum(axis=1)
    density = -0.5 * (np.log(total).sum(axis=1) + np.log(summed) + fit + np.square(_SPREAD_GRID / spread_prior))
    chance = np.exp(density - density.max())
    chance /= chance.sum()
    mean = float(chance @ means)
    error = sqrt(float(chance @ (1.0 / summed + np.square(means - mean))))
    shrink = variance[None, :] * precision
    own = shrink * means[:, None] + (1.0 - shrink) * effects
    own_mean = chance @ own
    own_variance = (1.0 - shrink) * variance + np.square(shrink) / summed[:, None] + np.square(own - own_mean)
    return Pooled(
        mean=mean,
        error=error,
        spread=float(chance @ _SPREAD_GRID),
        weights=chance @ (precision / summed[:, None]),
        effects=own_mean,
        effect_errors=np.sqrt(chance @ own_variance),
        shrink=chance @ shrink,
    )


def widen_for_shared_noise(pooled: Pooled, errors: Array, draws: Array) -> float:
    """The error of a kind's mean when its activities share terminals, stand-ins and the common slope.

    The placebo draws of the weighted mean carry those covariances; what they exceed independence by is added.
    """
    together = float(measure_spread(pooled.weights @ draws)) ** 2
    apart = float((np.square(pooled.weights) * np.square(errors)).sum())
    return sqrt(pooled.error**2 + max(0.0, together - apart))


def split_shared(errors: Array, exposure: Array, kinds: np.ndarray) -> tuple[Array, Array]:
    """What the other activities on the same terminals explain of each effect: explained = blend @ effects.

    exposure[a, k] is how much of a's expected post sales other activities of kind k covered at the same time (1 = all
    of it, once). Means of all kinds are solved together, each effect being its own kind's mean plus the others' by
    exposure: two activities of one kind on the same day at the same terminals, effect 0.2 seen by both, get 0.1 each.
    Means are held back by a prior N(0, 0.25^2): the second matrix [activities x kinds] says by how much what is
    explained errs for means of the prior, in standard deviations of it.
    """
    names, own = np.unique(kinds, return_inverse=True)
    design = exposure.copy()
    design[np.arange(errors.size), own] += 1.0
    weighted = design / np.square(np.maximum(errors, 0.05))[:, None]
    covariance = np.linalg.inv(weighted.T @ design + np.eye(names.size) / _MEAN_PRIOR**2)
    return exposure @ (covariance @ weighted.T), exposure @ covariance / _MEAN_PRIOR


def find_systematic_error(means: Array, errors: Array, least: float) -> float:
    """How far kinds stray from 0 where nothing happened, beyond their own errors (negative controls, Schuemie 2018)."""
    excess = float((np.square(means) - np.square(errors)).mean()) if means.size else 0.0
    return sqrt(max(least**2, excess))


def chance_above(value: float) -> float:
    """P(T <= value) for Student's t with 12 degrees of freedom, in closed form for an even number of them."""
    angle = atan(value / sqrt(12.0))
    term, total = 1.0, 1.0
    for step in range(1, 6):
        term *= (2 * step - 1) / (2 * step) * cos(angle) ** 2
        total += term
    return 0.5 + 0.5 * sin(angle) * total


def to_rate(effect: float) -> float:
    """A log effect as a lift: log 1.2 -> 0.2."""
    return exp(effect) - 1.0
