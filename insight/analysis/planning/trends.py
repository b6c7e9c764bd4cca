"""What past activities say of the growth of those invited, before anything happened: part of what hides an effect.

The engine takes the trend before an event off its effect, drawn towards what other activities of the kind show. Of an
activity yet to come nothing but that mean is known, and how far activities stray from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from insight.analysis.counterfactual import Design, Market, Measurement
from insight.analysis.draws import Array, make_draw_keys
from insight.analysis.effect import measure_all
from insight.analysis.portfolio import KIND_PRIOR, SLOPE_PRIOR, fit_trends, floor_errors, measure_spread

ANY_KIND = "*"
_DRAWS = 100  # enough for the spread of a slope
_MOST = 200  # activities a slope is read of; those that began last


@dataclass(frozen=True)
class Trend:
    """Log points a month: how well the mean trend of a kind is known, and the spread of its activities about it."""

    error: float
    spread: float


UNKNOWN_TREND = Trend(sqrt(SLOPE_PRIOR**2 + KIND_PRIOR**2), 0.0)  # what the engine takes where it has seen no activity


def read_trends(
    market: Market, starts: Array, rows_of: Sequence[NDArray[np.intp]], kinds: Sequence[str], design: Design
) -> dict[str, Trend]:
    """The trend of every kind, and under '*' that of a kind never held."""
    latest = np.argsort(-np.nan_to_num(starts), kind="stable")[:_MOST]
    draw_keys = make_draw_keys(_DRAWS, design.seed)
    found = measure_all(
        market, starts[latest], [rows_of[place] for place in latest], draw_keys, replace(design, draws=_DRAWS), False
    )
    measured = [(one, kinds[place]) for one, place in zip(found, latest, strict=True) if isinstance(one, Measurement)]
    own = np.array([one.slope for one, _ in measured])
    errors = np.array([float(measure_spread(one.slope_draws)) for one, _ in measured])
    return fit_kinds(
        own, floor_errors(errors) if errors.size else errors, np.array([kind for _, kind in measured], dtype=object)
    )


def fit_kinds(slopes: Array, errors: Array, kinds: np.ndarray) -> dict[str, Trend]:
    """For each kind what is known of the slope of one more activity that could not be read itself.

    Its slope is taken to be the blend v of the slopes read; beta = portfolio + kind + own, each normal, so the error is
    v @ noise + (v @ beta - beta of the new one). Without any slope only the priors are left: sqrt(0.01^2 + 0.01^2).
    """
    trends = {}
    for kind in (*sorted(set(kinds)), ANY_KIND):
        names = np.array([*kinds, kind], dtype=object)
        fitted = fit_trends(np.append(slopes, np.nan), np.append(errors, np.nan), names)
        blend = fitted.blend[-1, :-1]
        of_kinds = [float(blend[names[:-1] == name].sum()) - (name == kind) for name in set(names)]
        noise = np.where(blend > 0, np.nan_to_num(errors), 0.0)
        variance = (
            (np.square(blend) * (np.square(noise) + fitted.spread**2)).sum()
            + fitted.kind_spread**2 * np.square(of_kinds).sum()
            + (SLOPE_PRIOR * (blend.sum() - 1.0)) ** 2
        )
        trends[kind] = Trend(sqrt(float(variance)), fitted.spread)
    return trends
