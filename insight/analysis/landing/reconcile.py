"""Forecasts of parts and wholes made to agree: what the parts say together and what the whole says meet by trust.

This is the reconciliation by minimum trace with a variance for each forecast (S. Wickramasuriya, G. Athanasopoulos,
R. Hyndman 2019, "MinT", the diagonal form), which on a tree needs no matrix: going up, a parent's own forecast and the
sum of its children are weighted by their precision; going down, what a parent gained or lost is shared among its
children by their variance. Variances are taken in proportion to scatter, not to its square: errors of parts go together.
"""

from __future__ import annotations

import numpy as np

from insight.analysis.landing.history import Counts, Floats


def find_tiers(parents: Counts) -> list[Counts]:
    """The rows of each tier of the tree, the whole first.

    >>> [tier.tolist() for tier in find_tiers(np.array([2, 2, 3, -1]))]
    [[3], [2], [0, 1]]
    """
    depth = np.zeros(len(parents), dtype=np.int64)
    above = parents.copy()
    while (above >= 0).any():
        depth += above >= 0
        above = np.where(above >= 0, parents[above], -1)
    return [np.flatnonzero(depth == tier) for tier in range(int(depth.max()) + 1)] if len(parents) else []


def reconcile(values: Floats, variances: Floats, parents: Counts, whole: Floats | None = None) -> Floats:
    """``values`` (units × months) with every parent the sum of its children; ``whole`` fixes the last row beforehand.

    Parts of 60 and 30 under a whole of 100, all equally trusted: the parts' sum has twice the variance, so the whole
    becomes (90 + 2 × 100) ÷ 3 = 96.67, and each part gains half of 6.67.

    >>> reconcile(np.array([[60.0], [30.0], [100.0]]), np.ones(3), np.array([2, 2, -1])).round(2).tolist()
    [[63.33], [33.33], [96.67]]
    """
    tiers = find_tiers(parents)
    met, trust = values.astype(float).copy(), np.maximum(variances, 1e-9).astype(float).copy()
    below, spread = np.zeros_like(met), np.zeros(len(trust))
    for tier in reversed(tiers[1:]):
        np.add.at(below, parents[tier], met[tier])
        np.add.at(spread, parents[tier], trust[tier])
        above = np.unique(parents[tier])
        own, parts = 1 / trust[above], 1 / spread[above]
        met[above] = (below[above] * parts[:, None] + met[above] * own[:, None]) / (own + parts)[:, None]
        trust[above] = 1 / (own + parts)
    if whole is not None and len(met):
        met[-1] = whole
    for tier in tiers[1:]:
        _hand_down(met, values, trust, parents, tier)
    return met


def _hand_down(met: Floats, values: Floats, trust: Floats, parents: Counts, tier: Counts) -> None:
    """Share what each parent has beyond its children among them by variance; nobody who sells is taken below nothing."""
    above = parents[tier]
    is_free = np.ones((len(tier), met.shape[1]), dtype=bool)
    floor = np.where(values[tier] >= 0, 0.0, -np.inf)
    for _ in range(4):
        share = np.where(is_free, trust[tier][:, None], 0.0)
        sums, missing = np.zeros_like(met), met.copy()
        np.add.at(sums, above, share)
        np.subtract.at(missing, above, met[tier])
        part = np.where(sums[above] > 0, share / np.where(sums[above] > 0, sums[above], 1.0), 0.0)
        wanted = met[tier] + part * missing[above]
        is_free &= wanted > floor
        met[tier] = np.maximum(wanted, floor)
    # a whole below nothing cannot be made of parts above it: the rest goes to all, by variance
    sums, missing = np.zeros(len(met)), met.copy()
    np.add.at(sums, above, trust[tier])
    np.subtract.at(missing, above, met[tier])
    met[tier] += (trust[tier] / sums[above])[:, None] * missing[above]
