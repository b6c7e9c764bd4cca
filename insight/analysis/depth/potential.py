"""What a terminal could buy in a year where nobody said so: always an estimate, with a range, never below what it buys.

Where the potential of enough terminals is known, the others' is read off them: a ridge regression of the logarithm on
kind, level, region and grade and on what the terminal buys, with the range its own errors have on terminals left out.
Where none is known it is a high quantile of what similar terminals buy: the best of them show what is possible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.depth.peers import FEWEST, FOLDS, gather_nearest, make_cells
from insight.analysis.depth.whitespace import Grid, choose_code, measure_size
from insight.analysis.depth.worth import HIGH, LOW, pick_quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FEWEST_KNOWN = 30  # known potentials of an item below which nothing is learnt from them
REACHED = 0.80  # the quantile of similar terminals' purchases taken for what is possible
MIDDLE, MOST = 0.50, 0.95  # ends of its range
NEAREST = 40  # similar buyers among whom it is taken
RIDGE = 2.0  # how strongly the weights of purchases are pulled to none, in terminals …
PLACE_RIDGE = 4.0  # … and those of the cells a terminal belongs to
MOST_CELLS = 120  # a level of cells with more is left out: the wider ones hold


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
        purchases, places, similar = _describe(grid, is_known)
        for item in np.flatnonzero(is_learnt):
            known = np.flatnonzero(is_known[:, item])
            told, spans = _learn(purchases[:, item], places, np.log(grid.potentials[known, item]), known)
            amount[:, item] = np.exp(told)
            low[:, item], high[:, item] = np.exp(told + spans[0]), np.exp(told + spans[1])
            peers[:, item] = similar[:, item]
    if not is_learnt.all():
        _reach(grid, np.flatnonzero(~is_learnt), amount, low, high, peers)
    bought = np.maximum(grid.amounts, 0.0)
    amount = np.maximum(amount, bought)
    return Potentials(amount, np.minimum(np.maximum(low, bought), amount), np.maximum(high, amount), peers, is_learnt)


def _describe(grid: Grid, is_known: Flags) -> tuple[Floats, Floats, Ints]:
    """What is bought [terminals x items x features], where the terminal belongs [terminals x cells], and how many
    similar terminals' potentials stand behind each cell of the grid.
    """
    bought = np.maximum(grid.amounts, 0.0)
    shape = bought.shape
    total = np.repeat(bought.sum(axis=1)[:, None], shape[1], axis=1)
    breadth = np.repeat((bought > 0).sum(axis=1)[:, None], shape[1], axis=1)
    purchases = [
        (bought > 0).astype(float),
        _take_log(bought),
        (total > 0).astype(float),
        _take_log(total),
        breadth.astype(float),
        (bought > 0) * breadth.astype(float),
        # the line's own part of what is bought
        np.where(bought > 0, _take_log(bought) - _take_log(total), 0.0) * (breadth > 1),
    ]
    cells = make_cells(grid.terminals, ("type", "level", "region_id"))
    graded = make_cells(grid.terminals, ("grade", "type"))
    codes = [
        (code, count)
        for code, count in zip(
            (*cells.codes[1:], *graded.codes[1:]), (*cells.counts[1:], *graded.counts[1:]), strict=True
        )
        if count <= MOST_CELLS
    ]
    places = [np.zeros((shape[0], 0)), *(np.eye(count)[code] for code, count in codes)]
    code = choose_code(cells, grid.is_member)
    counts = np.stack([np.bincount(code, weights=is_known[:, item])[code] for item in range(shape[1])], axis=1)
    return np.stack(purchases, axis=2), np.concatenate(places, axis=1), (counts - is_known).astype(np.int64)


def _take_log(amounts: Floats) -> Floats:
    """Logarithms of what is above nothing, around their mean; 0 for nothing."""
    logs = np.log(np.where(amounts > 0, amounts, 1.0))
    return np.where(amounts > 0, logs - logs[amounts > 0].mean() if (amounts > 0).any() else 0.0, 0.0)


def _learn(purchases: Floats, places: Floats, target: Floats, known: Ints) -> tuple[Floats, tuple[Floats, Floats]]:
    """The logarithm for every terminal and its range: for known ones by a fit of the other folds, else by all folds.

    The range is that of the errors on left-out folds, apart for terminals that buy the item and those that do not.
    """
    spread = purchases[known].std(axis=0)
    scaled = (purchases - purchases[known].mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    # where a terminal belongs counts apart for those that buy the item and those that do not
    buying = places * purchases[:, :1]
    design = np.column_stack([np.ones(len(purchases)), scaled, places, buying])
    ridge = np.concatenate([[1e-9], np.full(scaled.shape[1], RIDGE), np.full(2 * places.shape[1], PLACE_RIDGE)])
    fold = np.arange(len(known)) % FOLDS
    parts = [(design[known[fold == part]], target[fold == part]) for part in range(FOLDS)]
    moments = [(rows.T @ rows, rows.T @ logs) for rows, logs in parts]

    def fit(left_out: int) -> Floats:
        kept = [moment for part, moment in enumerate(moments) if part != left_out]
        return np.asarray(np.linalg.solve(sum(row[0] for row in kept) + np.diag(ridge), sum(row[1] for row in kept)))

    told = np.empty(len(known))
    for part in range(FOLDS):
        told[fold == part] = parts[part][0] @ fit(part)
    every = design @ fit(-1)
    every[known] = told
    error = target - told
    is_buyer = purchases[:, 0] > 0
    low, high = (np.full(len(purchases), _pick(error, part)) for part in (LOW, HIGH))
    for group in (is_buyer, ~is_buyer):
        own = error[group[known]]
        if len(own) >= FEWEST_KNOWN:
            low[group], high[group] = _pick(own, LOW), _pick(own, HIGH)
    return every, (low, high)


def _pick(error: Floats, part: float) -> float:
    ordered = np.sort(error)[None, :]
    return float(pick_quantile(ordered, np.array([len(error)]), part)[0])


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
        bought = grid.yearly[:, item]
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
