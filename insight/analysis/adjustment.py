"""What the portfolio takes off an activity's raw effect: the trend before it, and what overlapping ones explain."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from insight.analysis.counterfactual import Design, Measurement
from insight.analysis.draws import Array, Keys, draw_normals, make_keys, mix
from insight.analysis.portfolio import SLOPE_PRIOR, fit_trends, floor_errors, measure_spread, split_shared

_KIND_SPREAD = 0.15  # of effects within a kind, where overlapping ones are taken apart


@dataclass(frozen=True)
class Adjusted:
    """The measured activities after the trend adjustment; arrays an activity, draws [activities x draws]."""

    places: NDArray[np.intp]
    measurements: list[Measurement]
    effects: Array
    draws: Array
    errors: Array
    slopes: Array  # shrunk


def adjust_trends(
    found: list[Measurement | str], names: Keys, kinds: np.ndarray, draw_keys: Keys, design: Design
) -> Adjusted:
    """Take the shrunk trend off each effect, and the same off each draw with what remains unknown.

    Slopes are a blend of those read: effect - (blend @ slopes) x reach. A draw's slopes are blended alike, so that
    noise in the baseline, in the own slope and in the mean of the kind stay tied together; true slopes that differ
    from their blend are drawn as well: beta = portfolio + kind + own, each normal, error (blend - 1) @ beta.
    """
    places = np.array([place for place, one in enumerate(found) if isinstance(one, Measurement)], dtype=np.intp)
    measured = [one for one in found if isinstance(one, Measurement)]
    if not measured:
        empty = np.zeros(0)
        return Adjusted(places, [], empty, np.zeros((0, design.draws)), empty, empty)
    effects = np.array([one.effect for one in measured])
    draws = np.array([one.effect_draws for one in measured])
    slopes = np.zeros(len(measured))
    if design.use_trend:
        slope_draws = np.array([one.slope_draws for one in measured])
        is_read = np.isfinite(slope_draws).all(axis=1)
        slope_draws = np.where(is_read[:, None], slope_draws, 0.0)
        own = np.where(is_read, [one.slope for one in measured], np.nan)
        errors = floor_errors(np.where(is_read, measure_spread(slope_draws), np.nan))
        trends = fit_trends(own, errors, kinds[places])
        slopes = trends.slopes
        reach = np.array([one.trend_reach for one in measured])
        true = trends.spread * np.array([draw_normals(name, draw_keys) for name in names[places]])
        for kind in np.unique(kinds[places]):
            true[kinds[places] == kind] += trends.kind_spread * draw_normals(mix(make_keys([kind]))[0], draw_keys)
        true += SLOPE_PRIOR * draw_normals(np.uint64(0), draw_keys)
        effects = effects - slopes * reach
        draws = draws - reach[:, None] * (trends.blend @ slope_draws + trends.blend @ true - true)
        draws -= np.median(draws, axis=1, keepdims=True)
    return Adjusted(places, measured, effects, draws, floor_errors(measure_spread(draws)), slopes)


def find_shared(
    real: Adjusted,
    starts: Array,
    rows_of: list[NDArray[np.intp]],
    kinds: np.ndarray,
    design: Design,
) -> tuple[Array, NDArray[np.int64]]:
    """[activities x kinds]: how much of the expected post sales others of the kind covered; and how many others."""
    names = {name: column for column, name in enumerate(np.unique(kinds[real.places]))}
    shared = np.zeros((real.places.size, len(names)))
    counts = np.zeros(real.places.size, dtype=np.int64)
    visits: dict[int, list[int]] = {}
    for place, rows in enumerate(rows_of):
        if np.isfinite(starts[place]):
            for row in rows:
                visits.setdefault(int(row), []).append(place)
    for one, (place, measured) in enumerate(zip(real.places, real.measurements, strict=True)):
        others: set[int] = set()
        for row, expected in zip(measured.rows, measured.expected_months, strict=True):
            for other in visits.get(int(row), ()):
                begin = int(starts[other] - starts[place])
                if other == place or abs(begin) >= design.post_months:
                    continue
                covered = expected[max(0, begin) : max(0, begin + design.post_months)].sum()
                # A kind nobody could measure explains nothing; its months stay in the bundle and are counted below.
                if covered > 0:
                    others.add(other)
                    if kinds[other] in names:
                        shared[one, names[kinds[other]]] += covered / measured.expected
        counts[one] = len(others)
    return shared, counts


def take_shared_off(real: Adjusted, shared: Array, kinds: np.ndarray, names: Keys, draw_keys: Keys) -> Adjusted:
    """Subtract what overlapping activities' kinds explain, and the same blend off each draw.

    So what one activity loses the other gains in every draw too, and the sum of both is as sure as their bundle. What
    remains unknown is drawn: means held back by their prior, and effects that differ by 15% within a kind.
    """
    if not shared.any():
        return real
    own = kinds[real.places]
    blend, held = split_shared(real.errors, shared, own)
    means = np.array([draw_normals(mix(mix(make_keys([kind])))[0], draw_keys) for kind in np.unique(own)])
    noise = np.array([draw_normals(mix(names[place : place + 1])[0], draw_keys) for place in real.places])
    differing = _KIND_SPREAD * np.sqrt(np.square(shared).sum(axis=1))
    draws = real.draws - blend @ real.draws + held @ means + differing[:, None] * noise
    draws -= np.median(draws, axis=1, keepdims=True)
    effects = real.effects - blend @ real.effects
    return replace(real, effects=effects, draws=draws, errors=floor_errors(measure_spread(draws)))
