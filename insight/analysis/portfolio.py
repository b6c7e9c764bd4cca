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

_SLOPE_PRIOR = 0.01  # scale of the mean slope a month: keeps a portfolio of one from believing its own noise
_MEAN_PRIOR = 0.25  # scale of a kind's mean when overlapping activities are told apart
_SURE_ERROR = 0.01  # error where every placebo is exactly alike, as in a made-up panel without noise
_SPREAD_GRID = np.linspace(0.002, 0.8, 80)


@dataclass(frozen=True)
class Trends:
    """Slopes before the event across the portfolio: own slope x weight + mean x (1 - weight) is the adjustment."""

    mean: float
    mean_error: float
    spread: float
    weights: Array
    slopes: Array


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


def fit_trends(slopes: Array, errors: Array) -> Trends:
    """Empirical-Bayes slopes. A slope that could not be read (NaN) gets weight 0 and therefore the portfolio's mean.

    spread^2 is Paule and Mandel's (1982), at which the weighted squares about the mean equal their expectation.
    Two equal errors s and slopes 0 and d: (d^2/2) / (s^2 + spread^2) = 1, so spread^2 = d^2/2 - s^2, or 0.
    """
    read = np.isfinite(slopes) & np.isfinite(errors) & (errors > 0)
    weights, shrunk = np.zeros(slopes.size), np.zeros(slopes.size)
    if not read.any():
        return Trends(0.0, _SLOPE_PRIOR, 0.0, weights, shrunk)
    own, variance = slopes[read], np.square(errors[read])
    low, high = 0.0, float(np.square(own - own.mean()).sum() + variance.max())
    for _ in range(80):
        middle = (low + high) / 2.0
        precision = 1.0 / (variance + middle)
        center = (own * precision).sum() / precision.sum()
        low, high = (middle, high) if (np.square(own - center) * precision).sum() > own.size - 1 else (low, middle)
    spread2 = low
    precision = 1.0 / (variance + spread2)
    total = precision.sum() + 1.0 / _SLOPE_PRIOR**2
    mean = float((own * precision).sum() / total)
    weights[read] = spread2 / (spread2 + variance)
    shrunk[:] = mean
    shrunk[read] += weights[read] * (own - mean)
    return Trends(mean, float(1.0 / sqrt(total)), sqrt(spread2), weights, shrunk)


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


def split_shared(effects: Array, errors: Array, exposure: Array, kinds: np.ndarray) -> tuple[Array, Array]:
    """What the other activities on the same terminals explain of each effect, and the error of saying so.

    exposure[a, k] is how much of a's expected post sales other activities of kind k covered at the same time (1 = all
    of it, once). Means of all kinds are solved together, each effect being its own kind's mean plus the others' by
    exposure: two activities of one kind on the same day at the same terminals, effect 0.2 seen by both, get 0.1 each.
    """
    names, own = np.unique(kinds, return_inverse=True)
    design = exposure.copy()
    design[np.arange(effects.size), own] += 1.0
    weighted = design / np.square(np.maximum(errors, 0.05))[:, None]
    covariance = np.linalg.inv(weighted.T @ design + np.eye(names.size) / _MEAN_PRIOR**2)
    means = covariance @ (weighted.T @ effects)
    variance = np.einsum("ak,kl,al->a", exposure, covariance, exposure)
    return exposure @ means, np.sqrt(np.maximum(variance, 0.0))


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
