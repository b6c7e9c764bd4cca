"""What a terminal could buy in a year where nobody said so: always an estimate, with a range, never below what it buys.

Where the potential of enough terminals is known, the others' is read off them: a ridge regression of the logarithm on
the mean of similar terminals and on what the terminal buys, with the range its own errors have on terminals left out.
Where none is known it is a high quantile of what similar terminals buy: the best of them show what is possible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.depth.peers import FEWEST, gather_nearest, make_cells, shrink_rates
from insight.analysis.depth.whitespace import Grid, choose_code, measure_size
from insight.analysis.depth.worth import HIGH, LOW, pick_quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FOLDS = 5
FEWEST_KNOWN = 30  # known potentials of an item below which nothing is learnt from them
REACHED = 0.80  # the quantile of similar terminals' purchases taken for what is possible
MIDDLE, MOST = 0.50, 0.95  # ends of its range
NEAREST = 40  # similar buyers among whom it is taken
RIDGE = 2.0


@dataclass(frozen=True)
class Potentials:
    """[terminals x items] yearly potential with its range of 80%; missing where refused. ``peer_count`` is what it rests on."""

    amount: Floats
    low: Floats
    high: Floats
    peer_count: Ints
    is_learnt: Flags  # [items] from known potentials; else a high quantile of purchases


def estimate_potentials(grid: Grid) -> Potentials:
    """Estimate every cell, also those that are known: a known potential never helps to estimate itself."""
    shape = grid.amounts.shape
    amount, low, high = (np.full(shape, np.nan) for _ in range(3))
    peers = np.zeros(shape, dtype=np.int64)
    is_known = np.isfinite(grid.potentials) & (grid.potentials > 0) & grid.is_member[:, None]
    is_learnt = is_known.sum(axis=0) >= FEWEST_KNOWN
    if is_learnt.any():
        features, similar = _describe(grid, is_known)
        for item in np.flatnonzero(is_learnt):
            known = np.flatnonzero(is_known[:, item])
            told, spans = _learn(features[:, item], np.log(grid.potentials[known, item]), known)
            amount[:, item] = np.exp(told)
            low[:, item], high[:, item] = np.exp(told + spans[0]), np.exp(told + spans[1])
            peers[:, item] = similar[:, item]
    if not is_learnt.all():
        _reach(grid, np.flatnonzero(~is_learnt), amount, low, high, peers)
    bought = np.maximum(grid.amounts, 0.0)
    amount = np.maximum(amount, bought)
    return Potentials(amount, np.minimum(np.maximum(low, bought), amount), np.maximum(high, amount), peers, is_learnt)


def _describe(grid: Grid, is_known: Flags) -> tuple[Floats, Ints]:
    """[terminals x items x features], and how many similar terminals' potentials stand behind each cell.

    The potential itself is in none of them: means of similar terminals leave the terminal out, the rest is purchases.
    """
    bought = np.maximum(grid.amounts, 0.0)
    logs = np.where(is_known, np.log(np.where(is_known, grid.potentials, 1.0)), 0.0)
    middle = logs.sum(axis=0) / np.maximum(is_known.sum(axis=0), 1)
    cells = make_cells(grid.terminals, ("type", "level", "region_id"))
    away = np.where(is_known, logs - middle, 0.0)
    near = middle + shrink_rates(cells, away, is_known)
    graded = middle + shrink_rates(make_cells(grid.terminals, ("grade", "type", "level")), away, is_known)
    total = np.repeat(np.log1p(bought.sum(axis=1))[:, None], bought.shape[1], axis=1)
    breadth = np.repeat((bought > 0).sum(axis=1)[:, None].astype(float), bought.shape[1], axis=1)
    is_bought = (bought > 0).astype(float)
    # purchases against the terminal's usual part of similar potentials: in both cases 0 where there are none
    gap = np.where(bought > 0, np.log1p(bought) - near, 0.0)
    features = [near, graded, gap, is_bought, breadth, np.where(total > 0, total - near, 0.0), (total > 0).astype(float)]
    code = choose_code(cells, grid.is_member)
    counts = np.stack([np.bincount(code, weights=is_known[:, item])[code] for item in range(bought.shape[1])], axis=1)
    return np.stack(features, axis=2), (counts - is_known).astype(np.int64)


def _learn(features: Floats, target: Floats, known: Ints) -> tuple[Floats, tuple[Floats, Floats]]:
    """The logarithm for every terminal and its range: for known ones by a fit of the other folds, else by all folds.

    The range is that of the errors on left-out folds, apart for terminals that buy the item and those that do not.
    """
    fold = np.arange(len(known)) % FOLDS
    told = np.empty(len(known))
    for part in range(FOLDS):
        rest = fold != part
        told[~rest] = _fit(features[known][rest], target[rest], features[known][~rest])
    every = _fit(features[known], target, features)
    every[known] = told
    error = target - told
    is_buyer = features[:, 3] > 0
    low, high = (np.full(len(features), _pick(error, part)) for part in (LOW, HIGH))
    for group in (is_buyer, ~is_buyer):
        own = error[group[known]]
        if len(own) >= FEWEST_KNOWN:
            low[group], high[group] = _pick(own, LOW), _pick(own, HIGH)
    return every, (low, high)


def _pick(error: Floats, part: float) -> float:
    ordered = np.sort(error)[None, :]
    return float(pick_quantile(ordered, np.array([len(error)]), part)[0])


def _fit(features: Floats, target: Floats, wanted: Floats) -> Floats:
    """Ridge regression around the means; where there is nothing to learn from, the mean."""
    middle, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    design = (features - middle) / spread
    weights = np.linalg.solve(design.T @ design + RIDGE * np.eye(design.shape[1]), design.T @ (target - target.mean()))
    return np.asarray(target.mean() + ((wanted - middle) / spread) @ weights)


def _reach(grid: Grid, items: Ints, amount: Floats, low: Floats, high: Floats, peers: Ints) -> None:
    """Fill the items with the 80th percentile of the purchases of the forty similar buyers nearest in size.

    How far it is off cannot be measured where no potential is known; the range runs from what the middle one of them
    buys to the 95th percentile.
    """
    bare = replace(grid, potentials=np.full(grid.potentials.shape, np.nan))
    size = measure_size(bare)
    cells = make_cells(grid.terminals, ("type", "level", "region_id"))
    codes = (choose_code(cells, grid.is_member), *make_cells(grid.terminals, ("type",)).codes[::-1])
    for item in items:
        bought = np.where(grid.is_member & (grid.amounts[:, item] > 0), grid.amounts[:, item], np.nan)
        for code in codes:
            rows = np.flatnonzero(np.isnan(amount[:, item]))
            if not len(rows):
                break
            found, count = gather_nearest(code, size[:, item], bought, rows, NEAREST)
            fits = count >= FEWEST
            ordered, kept, number = np.sort(found[fits], axis=1), rows[fits], count[fits]
            for target, part in ((amount, REACHED), (low, MIDDLE), (high, MOST)):
                target[kept, item] = pick_quantile(ordered, number, part)
            peers[kept, item] = number


def sum_items(grid: Grid, estimate: Potentials) -> pd.DataFrame:
    """Each terminal's potential over all items; errors of items go together half of the way, as sizes of terminals do.

    The range on the logarithmic scale is between that of errors that cancel out and that of errors that are the same.
    """
    is_given = np.isfinite(estimate.amount)
    amount = np.where(is_given, estimate.amount, 0.0)
    below, above = amount - np.where(is_given, estimate.low, 0.0), np.where(is_given, estimate.high, 0.0) - amount
    total = amount.sum(axis=1)

    def join(spans: Floats) -> Floats:
        return np.asarray(np.sqrt(0.5 * spans.sum(axis=1) ** 2 + 0.5 * (spans**2).sum(axis=1)))

    bought = np.maximum(grid.amounts, 0.0).sum(axis=1)
    return pd.DataFrame(
        {
            "amount": np.where(is_given.any(axis=1), total, np.nan),
            "low": np.where(is_given.any(axis=1), np.maximum(total - join(below), np.minimum(bought, total)), np.nan),
            "high": np.where(is_given.any(axis=1), total + join(above), np.nan),
            "peer_count": np.where(is_given, estimate.peer_count, 0).max(axis=1, initial=0),
        }
    )
