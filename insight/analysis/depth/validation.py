"""How well the estimates find again what is hidden from them, beside the plainest ways of guessing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.depth.peers import make_cells
from insight.analysis.depth.potential import FEWEST_KNOWN, estimate_potentials
from insight.analysis.depth.whitespace import Grid, estimate_adoption, hide

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_TERMINALS = 3_000  # a regular sample of more: neighbours are sought among all pairs
HIDDEN_CELLS, HIDDEN_POTENTIALS = 0.15, 0.30
NEIGHBOURS = 20
FEWEST_HIDDEN = 20  # hidden purchases below which nothing is said
TENTHS = 10
COLUMNS = ("topic", "method", "measure", "tenth", "value_rate", "case_count")

Row = tuple[str, str, str, int, float, int]


def validate(grid: Grid, lines: Grid) -> pd.DataFrame:
    """Both tests as rows: topic, method, measure, tenth (0 for all), value, cases; empty where there is too little to hide."""
    rows = try_whitespace(take_sample(grid)) + try_potentials(take_sample(lines))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def take_sample(grid: Grid) -> Grid:
    """The members of the grid, at most 3,000: every so many-th."""
    members = np.flatnonzero(grid.is_member)
    kept = members[:: max(1, -(-len(members) // MOST_TERMINALS))]
    return Grid(
        grid.terminals.iloc[kept].reset_index(drop=True),
        grid.amounts[kept],
        grid.potentials[kept],
        grid.is_member[kept],
        grid.is_young[kept],
    )


def try_whitespace(grid: Grid, seed: int = 0) -> list[Row]:
    """Hide 15% of all cells, bought or not, and look for the purchases among what then looks white.

    ``recall``: of as many cells as purchases were hidden, the likeliest ones, the share that are such purchases.
    ``reciprocal_rank``: 1 / place of a hidden purchase among its own terminal's white items, on average.
    ``brier``: mean square of chance minus what was there, over all hidden cells.
    """
    hidden = np.random.default_rng(seed).random(grid.amounts.shape) < HIDDEN_CELLS
    is_lost = hidden & grid.is_bought
    if is_lost.sum() < FEWEST_HIDDEN:
        return []
    seen = hide(grid, hidden)
    chances = {
        "peers": estimate_adoption(grid, hidden).rate,
        "popularity": np.repeat(seen.is_bought.mean(axis=0)[None, :], len(seen.amounts), axis=0),
        "neighbour": _follow_neighbours(seen.is_bought.astype(float)),
    }
    truth = grid.is_bought[hidden].astype(float)
    rows: list[Row] = []
    for method, chance in chances.items():
        recall, rank = rank_lost(chance, seen.is_bought, is_lost)
        brier = float(((chance[hidden] - truth) ** 2).mean())
        rows += [
            ("whitespace", method, "recall", 0, recall, int(is_lost.sum())),
            ("whitespace", method, "reciprocal_rank", 0, rank, int(is_lost.sum())),
            ("whitespace", method, "brier", 0, brier, int(hidden.sum())),
        ]
    told = chances["peers"][hidden]
    order = np.argsort(told, kind="stable")
    for tenth, part in enumerate(np.array_split(order, TENTHS), start=1):
        if len(part):
            rows += [
                ("whitespace", "peers", "predicted", tenth, float(told[part].mean()), len(part)),
                ("whitespace", "peers", "observed", tenth, float(truth[part].mean()), len(part)),
            ]
    return rows


def rank_lost(chance: Floats, is_bought: Flags, is_lost: Flags) -> tuple[float, float]:
    """Recall and mean reciprocal rank of the lost cells among those that are not bought; ties count half.

    Two lost among four white cells with chances 0.9 (lost), 0.8, 0.7 (lost), 0.1: one of the first two, recall 50%.
    """
    is_white = ~is_bought
    scores, lost = chance[is_white], is_lost[is_white]
    wanted = int(lost.sum())
    edge = np.sort(scores)[::-1][wanted - 1]
    above, level = scores > edge, scores == edge
    places = wanted - int(above.sum())
    found = lost[above].sum() + places * lost[level].mean()
    rows, items = np.nonzero(is_lost)
    own = chance[rows, items][:, None]
    rivals = is_white[rows] & ~is_lost[rows]
    ahead = (rivals & (chance[rows] > own)).sum(axis=1) + 0.5 * (rivals & (chance[rows] == own)).sum(axis=1)
    return float(found / wanted), float((1.0 / (1.0 + ahead)).mean())


def _follow_neighbours(is_bought: Floats) -> Floats:
    """The share of the twenty terminals with the most alike purchases (cosine) that buy each item."""
    lengths = np.sqrt(is_bought.sum(axis=1, keepdims=True))
    unit = is_bought / np.maximum(lengths, 1e-9)
    likeness = unit @ unit.T
    np.fill_diagonal(likeness, -1.0)
    count = min(NEIGHBOURS, len(is_bought) - 1)
    if count < 1:
        return np.zeros_like(is_bought)
    nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    share = np.zeros_like(is_bought)
    for place in range(count):
        share += is_bought[nearest[:, place]]
    return share / count


def try_potentials(grid: Grid, seed: int = 0) -> list[Row]:
    """Hide 30% of the terminals' known potentials and estimate them again.

    ``error``: median of |estimate / potential - 1|; ``rank``: correlation of ranks; ``coverage``: share inside the
    range of 80%. Plainly guessed: the mean of the same type and level, and the potential of the terminal whose purchases
    are nearest within its type and level.
    """
    is_known: Flags = np.asarray((grid.potentials > 0).sum(axis=1) > 0)
    is_hidden = is_known & (np.random.default_rng(seed).random(len(is_known)) < HIDDEN_POTENTIALS)
    is_left = is_known & ~is_hidden
    if is_hidden.sum() < FEWEST_HIDDEN or is_left.sum() < FEWEST_KNOWN:
        return []
    seen = replace(grid, potentials=np.where(is_hidden[:, None], np.nan, grid.potentials))
    estimate = estimate_potentials(seen)
    code = make_cells(grid.terminals, ("type", "level")).codes[-1]
    guesses = {
        "peers": estimate.amount,
        "mean": _guess_mean(seen.potentials, code, is_left),
        "neighbour": _guess_neighbour(grid.amounts, seen.potentials, code, is_left),
    }
    is_judged = is_hidden[:, None] & (grid.potentials > 0) & np.isfinite(np.stack(list(guesses.values()))).all(axis=0)
    truth = grid.potentials[is_judged]
    if len(truth) < FEWEST_HIDDEN:
        return []
    rows: list[Row] = []
    for method, guess in guesses.items():
        told = guess[is_judged]
        rows += [
            ("potential", method, "error", 0, float(np.median(np.abs(told / truth - 1))), len(truth)),
            ("potential", method, "rank", 0, correlate_ranks(told, truth), len(truth)),
        ]
    inside = (truth >= estimate.low[is_judged]) & (truth <= estimate.high[is_judged])
    return [*rows, ("potential", "peers", "coverage", 0, float(inside.mean()), len(truth))]


def _guess_mean(potentials: Floats, code: Ints, is_left: Flags) -> Floats:
    known = pd.DataFrame(potentials[is_left])
    means = known.groupby(code[is_left]).mean()
    return np.asarray(means.reindex(code).to_numpy(dtype=float))


def _guess_neighbour(amounts: Floats, potentials: Floats, code: Ints, is_left: Flags) -> Floats:
    logs = np.log1p(np.maximum(amounts, 0.0))
    whom = np.flatnonzero(is_left)
    square = (logs**2).sum(axis=1)
    apart = square[:, None] - 2 * logs @ logs[whom].T + square[whom][None, :]
    apart[code[:, None] != code[whom][None, :]] += 1e6
    apart[whom, np.arange(len(whom))] = np.inf
    return np.asarray(potentials[whom[apart.argmin(axis=1)]])


def correlate_ranks(left: Floats, right: Floats) -> float:
    """Spearman's correlation; 0 where one side is all alike."""
    ranks = [pd.Series(side).rank().to_numpy() for side in (left, right)]
    if min(rank.std() for rank in ranks) == 0:
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def summarise(rows: pd.DataFrame) -> Mapping[tuple[str, str, str], float]:
    """Values by topic, method and measure, those over all tenths only."""
    whole = rows[rows["tenth"] == 0]
    keys = zip(whole["topic"], whole["method"], whole["measure"], strict=True)
    return dict(zip(keys, whole["value_rate"].astype(float), strict=True))
