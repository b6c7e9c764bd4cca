"""Seeded chance that gives the same numbers on every machine.

Every subject draws from a stream of its own, named by words: a new table never shifts the numbers of another. Results
of ``exp`` and the like may differ in the last bit between processors, so they are rounded (``settle``) before anything
is decided or counted with them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def open_stream(seed: int, *words: str) -> np.random.Generator:
    """The stream of chance for one subject of one seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *" ".join(words).encode()])))


def settle(values: Any, digits: int = 6) -> Floats:
    """Round away the bits in which machines differ."""
    exact: Floats = np.asarray(values, dtype=np.float64)
    return np.round(exact, digits)


def draw_normal(rng: np.random.Generator, size: int | tuple[int, ...]) -> Floats:
    """Standard normal numbers, settled."""
    return settle(rng.standard_normal(size))


def draw_factors(rng: np.random.Generator, size: int | tuple[int, ...], sigma: float) -> Floats:
    """Log-normal factors of mean 1: ``exp(sigma z - sigma^2 / 2)``."""
    return settle(np.exp(sigma * draw_normal(rng, size) - sigma * sigma / 2))


def share_out(total: int, weights: Any, least: int = 0) -> Ints:
    """Split a whole number by weight, largest remainders first, at least ``least`` each: 10 by 5:3:1 is 6, 3, 1."""
    weights = np.asarray(weights, dtype=np.float64)
    free = total - least * len(weights)
    exact = settle(free * weights / settle(np.sum(weights)))
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(-settle(exact - parts), kind="stable")
    parts[order[: free - int(parts.sum())]] += 1
    return parts + least


def choose_weighted(rng: np.random.Generator, weights: Any, count: int) -> Ints:
    """Positions of up to ``count`` different items, heavier ones more often (exponential races), weight 0 never."""
    weights = np.asarray(weights, dtype=np.float64)
    times = settle(-np.log(1.0 - rng.random(len(weights)))) / np.where(weights > 0, weights, 1.0)
    times = np.where(weights > 0, settle(times, 9), np.inf)
    order = np.argsort(times, kind="stable")[: min(count, int(np.count_nonzero(weights > 0)))]
    return np.sort(order)


def draw_kinds(rng: np.random.Generator, weights: Any, size: int) -> Ints:
    """Positions drawn with replacement by weight."""
    edges = settle(np.cumsum(weights) / np.cumsum(weights)[-1])
    return np.minimum(np.searchsorted(edges, rng.random(size), side="right"), len(edges) - 1).astype(np.int64)


def spread_rows(counts: Ints) -> tuple[Ints, Ints]:
    """Owner and place of every row when owner ``i`` has ``counts[i]`` rows: [2, 1] gives owners 0 0 1, places 0 1 0."""
    owner = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    starts = np.cumsum(counts) - counts
    return owner, np.arange(len(owner), dtype=np.int64) - starts[owner]
