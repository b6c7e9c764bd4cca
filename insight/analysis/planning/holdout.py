"""Whom of a list to leave uninvited, so that the invited can be compared with terminals that differ by chance alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.draws import Array, choose_stand_ins, make_draw_keys, make_keys

TRIES = 100  # drawings of which the most even one is taken (rerandomisation, Morgan and Rubin 2012)


@dataclass(frozen=True)
class Holdout:
    """An entry a terminal of the list: its group (0: in none) and whether it is held out. ``imbalance`` is the mean size
    of the held out over that of the others in groups, less one; ``number`` that of the drawing taken."""

    groups: NDArray[np.int64]
    is_held: NDArray[np.bool_]
    imbalance: float
    number: int


def choose_holdout(
    ids: Sequence[str], types: Sequence[str], regions: Sequence[str], sizes: Array, every: int, seed: int
) -> Holdout:
    """One of every ``every`` similar terminals, chosen by a hash of their ids and the seed alone.

    Seven alike and groups of three: two are held out, one is in no group and invited. Of a hundred drawings the one
    whose held out are nearest to the others in mean size is taken.
    """
    groups = make_groups(ids, types, regions, sizes, every)
    count = int(groups.max(initial=0))
    if count == 0:
        return Holdout(groups, np.zeros(len(ids), dtype=bool), nan, 0)
    members = np.argsort(groups, kind="stable")[np.sum(groups == 0) :].reshape(count, every)
    keys = make_keys(ids)
    group_keys = np.bitwise_xor.reduce(keys[members], axis=1)
    chosen = choose_stand_ins(group_keys, keys[members], make_draw_keys(TRIES, seed))  # [groups x drawings]
    held = np.take_along_axis(sizes[members], chosen, axis=1).mean(axis=0)
    others = (sizes[members].sum() - held * count) / (count * (every - 1))
    ratios = np.divide(held, others, out=np.ones_like(held), where=others > 0) - 1.0
    best = int(np.abs(ratios).argmin())
    is_held = np.zeros(len(ids), dtype=bool)
    is_held[members[np.arange(count), chosen[:, best]]] = True
    return Holdout(groups, is_held, float(ratios[best]), best)


def make_groups(
    ids: Sequence[str], types: Sequence[str], regions: Sequence[str], sizes: Array, every: int
) -> NDArray[np.int64]:
    """Groups of ``every`` terminals of one type and region, neighbours in size; the number of the group, 0 for none.

    Who is left over in a region goes on with others of the type, then with everybody; what still makes no full group
    is in none.
    """
    frame = pd.DataFrame({"terminal_id": list(ids), "type": list(types), "region": list(regions), "size": sizes})
    groups = np.zeros(len(frame), dtype=np.int64)
    for strata in (["type", "region"], ["type"], []):
        order = frame[groups == 0].sort_values(
            [*strata, "size", "terminal_id"], ascending=[True] * len(strata) + [False, True]
        )
        parts = [part for _, part in order.groupby(strata, sort=True)] if strata else [order]
        for part in parts:
            for first in range(0, len(part) - every + 1, every):
                groups[part.index[first : first + every]] = groups.max() + 1
    return groups
