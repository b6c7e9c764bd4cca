"""Terminals like one another: cells that widen where few are in them, rates shrunk to the wider cell, the nearest in size.

Everything here is done for all terminals at once; arrays are [terminals] or [terminals x items].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FEWEST = 5  # peers below which nothing is said
NEAREST = 20  # similar terminals counted as evidence
FOLDS = 5
PRIOR = 8.0  # a wider cell counts as much as so many terminals


@dataclass(frozen=True)
class Cells:
    """Nested cells of terminals, the widest first: each array holds every terminal's cell number at that level.

    ``columns`` are those that split them, one a level after the widest.
    """

    codes: tuple[Ints, ...]
    counts: tuple[int, ...]
    columns: tuple[str, ...] = ()


def make_cells(frame: pd.DataFrame, columns: Sequence[str]) -> Cells:
    """Everybody, then by the first column, by the first two, and so on. Empty values are a value of their own.

    Columns of one value (no levels, one region) split nothing and are left out.
    """
    codes: list[Ints] = [np.zeros(len(frame), dtype=np.int64)]
    counts = [1]
    used: list[str] = []
    for column in columns:
        own, values = pd.factorize(frame[column].fillna("").astype(str), sort=True)
        if len(values) < 2:
            continue
        joint, both = pd.factorize(codes[-1] * len(values) + own.astype(np.int64), sort=True)
        codes.append(joint.astype(np.int64))
        counts.append(len(both))
        used.append(column)
    return Cells(tuple(codes), tuple(counts), tuple(used))


def shrink_rates(cells: Cells, values: Floats, is_known: Flags, prior: float = PRIOR, folds: int = FOLDS) -> Floats:
    """Mean of ``values`` [terminals x items] over others in each terminal's cell, shrunk to the next wider cell's.

    The others are those of the other folds (every fifth terminal is one fold): were only the terminal itself left out,
    its own value could be read off how the mean of its cell differs from its neighbours'. ``is_known`` [terminals x
    items] leaves values out. With a prior of 8, 3 of 4 who buy and 50% in the wider cell make (3 + 8 x 0.5) / (4 + 8)
    = 58%.
    """
    fold = np.arange(len(values)) % folds
    own = np.where(is_known, values, 0.0)
    known = is_known.astype(float)
    rate = np.full(values.shape, np.nan)
    for code, count in zip(cells.codes, cells.counts, strict=True):
        here = code * folds + fold
        totals, numbers = (
            sum_by(code, count, part)[code] - sum_by(here, count * folds, part)[here] for part in (own, known)
        )
        if np.isnan(rate).all():
            # the widest: a half where there is nobody else
            rate = (totals + 0.5) / (numbers + 1.0)
        else:
            rate = (totals + prior * rate) / (numbers + prior)
    return rate


def sum_by(code: Ints, count: int, values: Floats) -> Floats:
    """Sums of the rows of ``values`` by cell: [cells x items]."""
    order = np.argsort(code, kind="stable")
    edges = np.searchsorted(code[order], np.arange(count + 1))
    running = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values[order], axis=0)])
    return np.asarray(running[edges[1:]] - running[edges[:-1]])


def count_nearest(
    code: Ints, size: Floats, is_buyer: Flags, is_member: Flags, nearest: int = NEAREST
) -> tuple[Ints, Ints]:
    """How many of the ``nearest`` members of each terminal's own cell closest to it in size buy, and how many those are.

    Closest in rank: as many below as above, fewer on one side at the ends of the cell; the terminal never counts.
    """
    members, low, high, within = _find_span(code, size, is_member, nearest)
    buys = np.concatenate([[0], np.cumsum(is_buyer[members])])
    bought = buys[high] - buys[low] - (within & is_buyer)
    return bought, high - low - within


def list_nearest(code: Ints, size: Floats, is_member: Flags, nearest: int = NEAREST) -> Ints:
    """[terminals x nearest] the members that ``count_nearest`` counts, by number, the nearest in size first; -1 for none."""
    members, low, high, _ = _find_span(code, size, is_member, nearest)
    places = low[:, None] + np.arange(nearest + 1)
    whom = np.append(members, -1)[np.where(places < high[:, None], places, len(members))]
    whom = np.where(whom == np.arange(len(code))[:, None], -1, whom)
    distance = np.where(whom < 0, np.inf, np.abs(size[whom] - size[:, None]))
    order = np.argsort(distance, axis=1, kind="stable")
    return np.asarray(np.take_along_axis(whom, order, axis=1)[:, :nearest])


def _find_span(code: Ints, size: Floats, is_member: Flags, nearest: int) -> tuple[Ints, Ints, Ints, Flags]:
    """Members by cell and size, where those nearest each terminal begin and end among them, and whether it is one itself."""
    order = np.lexsort((np.arange(len(code)), size, code))
    place = np.empty(len(code), dtype=np.int64)
    place[order] = np.arange(len(code))
    members = order[is_member[order]]
    # among the members alone: where the cell begins and ends, and where the terminal itself stands
    before = np.concatenate([[0], np.cumsum(is_member[order])])
    spot = before[place]
    edges = np.concatenate([[0], np.cumsum(np.bincount(code[members], minlength=int(code.max(initial=0)) + 1))])
    first, last = edges[code], edges[code + 1]
    wanted = nearest + is_member.astype(np.int64)
    low = np.clip(spot - nearest // 2, first, np.maximum(last - wanted, first))
    high = np.minimum(low + wanted, last)
    return members, low, high, is_member & (spot >= low) & (spot < high)


def gather_nearest(code: Ints, size: Floats, values: Floats, rows: Ints, nearest: int = NEAREST) -> tuple[Floats, Ints]:
    """The values of the ``nearest`` terminals of the same cell closest in size, for ``rows``: [rows x nearest], counts.

    Terminals whose value is missing are no members. Unused places are missing.
    """
    members = np.flatnonzero(np.isfinite(values))
    order = members[np.lexsort((members, size[members], code[members]))]
    found = np.full((len(rows), nearest), np.nan)
    if not len(order):
        return found, np.zeros(len(rows), dtype=np.int64)
    # sizes made comparable across cells by their rank, so that one search finds cell and place
    ranks = pd.Series(size).rank(method="dense").to_numpy(dtype=np.int64)
    width = int(ranks.max()) + 1
    keys = code[order] * width + ranks[order]
    wanted = code[rows] * width + ranks[rows]
    first = np.searchsorted(keys, code[rows] * width)
    last = np.searchsorted(keys, (code[rows] + 1) * width)
    middle = np.searchsorted(keys, wanted)
    # a member that asks does not count: it takes one place more and is then blanked
    extra = np.isfinite(values[rows]).astype(np.int64)
    low = np.clip(middle - nearest // 2, first, np.maximum(last - nearest - extra, first))
    places = low[:, None] + np.arange(nearest + 1)
    inside = places < np.minimum(last, low + nearest + extra)[:, None]
    whom = order[np.minimum(places, len(order) - 1)]
    taken = np.where(inside & (whom != rows[:, None]), values[whom], np.nan)
    # the one blanked goes to the end, so that the first places hold what there is
    taken = np.take_along_axis(taken, np.argsort(np.isnan(taken), axis=1, kind="stable"), axis=1)
    found = taken[:, :nearest]
    return found, np.isfinite(found).sum(axis=1)
