"""White space: which items a terminal does not buy that terminals like it do, how likely an order is, what it is worth.

Adoption is the chance that a terminal buys an item, judged by everything but whether it does: how many terminals like
it buy, what goes with the other items it buys, how broad and how large it is, and the potential it is said to have.
The parts are worked out with the cell itself left out and joined by one logistic regression over all cells, which
makes the chance calibrated. A second step turns it into the chance of a first order within twelve months.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.depth.logistic import choose_ridge, fit_logistic, logit
from insight.analysis.depth.peers import (
    FOLDS,
    NEAREST,
    Cells,
    count_nearest,
    list_nearest,
    make_cells,
    shrink_rates,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# how strongly a terminal's other items are trusted, as a share of the terminals: a cautious and a bold view
PULLS = (0.02, 0.3)
MOST_FITTED = 200_000  # cells the regression is fitted on; a regular sample of more
MOST_TRIED = 30_000  # cells on which its ridge is chosen
WIDEST = 60  # members a cell should have for its twenty nearest to be near
LIKE = ("type", "level", "region_id")  # what similar terminals share, the first the longest
GROUPS = {"type": "kind", "level": "level", "region_id": "region"}


@dataclass(frozen=True)
class Grid:
    """Terminals by items in one window of twelve months."""

    terminals: pd.DataFrame  # type, level, region_id, grade: empty where not known
    amounts: Floats  # [terminals x items] net purchases
    potentials: Floats  # [terminals x items] what it could buy in a year, missing where nobody says
    is_member: Flags  # [terminals] open throughout: those counted as peers
    is_young: Flags  # [terminals x items] first bought within the window: not yet twelve months of it

    @property
    def is_bought(self) -> Flags:
        """[terminals x items] whether the terminal bought the item, net of returns."""
        return np.asarray(self.amounts > 0)

    @property
    def yearly(self) -> Floats:
        """[terminals x items] purchases of twelve whole months by members, as peers are judged by; else missing."""
        is_whole = self.is_bought & ~self.is_young & self.is_member[:, None]
        return np.where(is_whole, self.amounts, np.nan)


@dataclass(frozen=True)
class Adoption:
    """What the grid says of every cell, its own purchase left out."""

    rate: Floats  # [terminals x items] share of such cells that buy
    size: Floats  # [terminals x items] size without the item, logarithmic


@dataclass(frozen=True)
class Similar:
    """Each terminal's similar ones: the evidence that is shown, the same whatever the item."""

    whom: Ints  # [terminals x 20] their numbers, the nearest in size first; -1 where there are fewer
    group: NDArray[np.object_]  # [terminals] what they share with it: region (and level, kind), level, kind or all
    group_count: Ints  # [terminals] terminals that share it, itself left out

    def count_buyers(self, is_bought: Flags) -> tuple[Ints, Ints]:
        """Of each terminal's similar ones, how many buy each item [terminals x items], and how many they are [terminals]."""
        is_there = self.whom >= 0
        bought = np.zeros(is_bought.shape, dtype=np.int64)
        for item in range(is_bought.shape[1]):
            bought[:, item] = (is_bought[:, item][self.whom] & is_there).sum(axis=1)
        return bought, is_there.sum(axis=1)


def hide(grid: Grid, hidden: Flags) -> Grid:
    """The grid as if nothing had been bought in the hidden cells."""
    return replace(grid, amounts=np.where(hidden, 0.0, grid.amounts))


def estimate_adoption(grid: Grid, hidden: Flags | None = None) -> Adoption:
    """The chance that each terminal buys each item. ``hidden`` cells are unknown: they count as not bought and teach nothing."""
    seen = grid if hidden is None else hide(grid, hidden)
    terminals, items = seen.amounts.shape
    size = measure_size(seen)
    features = _describe(seen, size, *_count_similar(seen, size))
    is_taught = np.repeat(seen.is_member[:, None], items, axis=1)
    if hidden is not None:
        is_taught &= ~hidden
    flat = features.reshape(terminals * items, -1)
    base, outcome = flat[:, 0], seen.is_bought.ravel().astype(float)
    taught = _sample(is_taught, MOST_FITTED)
    tried = _sample(is_taught, MOST_TRIED)
    ridge = choose_ridge(flat[tried, 1:], outcome[tried], base[tried], tried // max(items, 1))
    curve = fit_logistic(flat[taught, 1:], outcome[taught], base[taught], ridge)
    return Adoption(curve.find_chance(flat[:, 1:], base).reshape(terminals, items), size)


def _sample(is_taught: Flags, most: int) -> Ints:
    """Numbers of the cells to learn from: all of every so many-th terminal, so that there are about ``most``."""
    step = max(1, -(-int(is_taught.sum()) // most))
    kept = np.zeros_like(is_taught)
    kept[::step] = is_taught[::step]
    return np.flatnonzero(kept.ravel())


def measure_size(grid: Grid) -> Floats:
    """How large each terminal is without the item asked about, logarithmic: its potential if known, else its purchases.

    Purchases speak on the scale of potentials: the mean of those that have one, plus what the terminal buys above the mean.
    """
    positive = np.maximum(grid.amounts, 0.0)
    others = np.log1p(positive.sum(axis=1)[:, None] - positive)
    total = np.nansum(grid.potentials, axis=1)
    return _scale_size(others, np.where(np.isfinite(grid.potentials).any(axis=1), total, 0.0))


def _scale_size(bought: Floats, potential: Floats) -> Floats:
    """Logarithms of what is bought [terminals x items] beside the potential [terminals], 0 where nobody says."""
    is_known = potential > 0
    if is_known.sum() < NEAREST:
        return np.asarray(bought)
    known = np.log1p(np.where(is_known, potential, 0.0))[:, None]
    x, y = bought[is_known].mean(axis=1), known[is_known, 0]
    slope = float(np.clip(np.cov(x, y)[0, 1] / max(x.var(ddof=1), 1e-9), 0.0, 1.0)) if len(x) > 1 else 0.0
    return np.where(is_known[:, None], known, y.mean() + slope * (bought - x.mean()))


def find_similar(grid: Grid, potential: Floats) -> Similar:
    """The twenty terminals nearest in size among those of the same kind, level and region: potential, else purchases.

    The region is left out where the cell with it is too small for the nearest to be near, then the level, then the kind.
    ``potential`` [terminals] is that of all items together, 0 where nobody says. Of the hospital of potential 150 among
    those of 10, 20, …, 300 they are those of 50 to 140 and of 160 to 250: as many below as above.
    """
    size = _scale_size(np.log1p(np.maximum(grid.amounts, 0.0).sum(axis=1))[:, None], potential)[:, 0]
    cells = make_cells(grid.terminals, LIKE)
    code = choose_code(cells, grid.is_member)
    whom = list_nearest(code, size, grid.is_member)
    levels = np.zeros(len(size), dtype=np.int64)
    for level, (own, count) in enumerate(zip(cells.codes[1:], cells.counts[1:], strict=True), start=1):
        fits = np.bincount(own, weights=grid.is_member, minlength=count)[own] >= WIDEST
        levels[fits] = level
    names = np.array(["all", *(GROUPS[column] for column in cells.columns)], dtype=object)
    members = np.bincount(code, weights=grid.is_member)[code].astype(np.int64)
    return Similar(whom, names[levels], members - grid.is_member)


def _count_similar(grid: Grid, size: Floats) -> tuple[Ints, Ints]:
    """Of the twenty nearest in size without the item, how many buy each item: what the chance is judged by."""
    code = choose_code(make_cells(grid.terminals, LIKE), grid.is_member)
    bought = np.zeros(grid.amounts.shape, dtype=np.int64)
    count = np.zeros(grid.amounts.shape, dtype=np.int64)
    for item in range(grid.amounts.shape[1]):
        bought[:, item], count[:, item] = count_nearest(code, size[:, item], grid.is_bought[:, item], grid.is_member)
    return bought, count


def choose_code(cells: Cells, is_member: Flags, least: int = WIDEST) -> Ints:
    """The narrowest cell with enough members, as one number a terminal; terminals of one number share a cell."""
    chosen = cells.codes[0].copy()
    offset = cells.counts[0]
    for code, count in zip(cells.codes[1:], cells.counts[1:], strict=True):
        numbers = np.bincount(code, weights=is_member, minlength=count)
        fits = numbers[code] >= least
        chosen[fits] = code[fits] + offset
        offset += count
    # a cell left with few because most of it went into narrower ones would be a poor one: all of it stays together
    return np.asarray(pd.factorize(chosen, sort=True)[0].astype(np.int64))


def _describe(grid: Grid, size: Floats, bought: Ints, count: Ints) -> Floats:
    """[terminals x items x features]: what speaks for the cell, the cell itself left out."""
    is_bought = grid.is_bought.astype(float)
    terminals, items = is_bought.shape
    is_known = np.repeat(grid.is_member[:, None], items, axis=1)
    everybody = Cells((np.zeros(terminals, dtype=np.int64),), (1,))
    popularity = shrink_rates(everybody, is_bought, is_known)
    peers = shrink_rates(make_cells(grid.terminals, LIKE), is_bought, is_known)
    breadth = is_bought.sum(axis=1)[:, None] - is_bought
    features = [
        logit(popularity),
        logit(peers),
        logit((bought + 2 * popularity) / (count + 2)),
        logit((breadth + 0.5) / items),
        (breadth == 0).astype(float),
        size - size.mean(axis=0),
    ]
    if len(np.unique(grid.terminals["grade"].fillna(""))) > 1:
        features.append(logit(shrink_rates(make_cells(grid.terminals, ("grade", "type")), is_bought, is_known)))
    if items > 1:
        features += [_predict_from_others(grid, pull) for pull in PULLS]
    potential, is_said = _weigh_potential(grid.potentials)
    if is_said.any():
        features += [potential, is_said.astype(float)]
    return np.stack(features, axis=2)


def _predict_from_others(grid: Grid, pull: float) -> Floats:
    """What a terminal's other items say of each item: ridge regressions of every item on all others, all at once.

    The weights come from terminals of the other folds, so that no cell has helped to set the weights that judge it. From
    P, the inverse of the items' second moments plus a ridge, the weight of item k for item j is -P[k, j] / P[j, j].
    """
    is_bought = grid.is_bought.astype(float)
    terminals, items = is_bought.shape
    fold = np.arange(terminals) % FOLDS
    moments, sums, numbers = [], [], []
    for part in range(FOLDS):
        rows = is_bought[(fold == part) & grid.is_member]
        moments.append(rows.T @ rows)
        sums.append(rows.sum(axis=0))
        numbers.append(len(rows))
    found = np.empty_like(is_bought)
    for part in range(FOLDS):
        number = sum(numbers) - numbers[part]
        middle = (sum(sums) - sums[part]) / max(number, 1)
        spread = sum(moments) - moments[part] - number * np.outer(middle, middle)
        inverse = np.linalg.inv(
            spread + (pull * number + 1.0) * np.diag(np.maximum(middle * (1 - middle), 1e-3)) + np.eye(items)
        )
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        rows = fold == part
        found[rows] = (is_bought[rows] - middle) @ weights
    return found


def _weigh_potential(potentials: Floats) -> tuple[Floats, Flags]:
    """The item's part in the terminal's potential against its usual part, logarithmic; 0 where nobody says."""
    is_said = np.isfinite(potentials) & (potentials > 0)
    total = np.where(is_said, potentials, 0.0).sum(axis=1)[:, None]
    part = np.log(np.where(is_said, potentials, 1.0)) - np.log(np.maximum(total, 1.0))
    usual = np.where(is_said, part, 0.0).sum(axis=0) / np.maximum(is_said.sum(axis=0), 1)
    return np.where(is_said, part - usual, 0.0), is_said
