"""Which distributors stand side by side because they serve the same terminals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import pandas as pd

MOST_SHOWN = 16
MOST_RIVALS = 3  # of each of the largest, beside it


def arrange_overlap(pairs: pd.DataFrame, selected: str = "", most: int = MOST_SHOWN) -> pd.DataFrame:
    """The grid of who serves whose terminals: the distributors with most in common, rivals side by side.

    ``pairs`` answers ``network/overlap_by_pair``. Columns: row_id, row_name, column_id, column_name, rate, common_count,
    shared_amount. The rate is the share of the row's sales that lies on terminals the column serves too: A sells 100,
    40 of it at terminals of B; B sells 50, all of it there: row A column B is 40%, row B column A 100%. With a
    distributor selected, it and its rivals are shown. Nobody has a rate beside itself.
    """
    weights: dict[tuple[str, str], float] = {}
    names: dict[str, str] = {}
    sums: dict[str, float] = defaultdict(float)
    for one, one_name, other, other_name, amount in pairs[
        ["one_id", "one_name", "other_id", "other_name", "shared_amount"]
    ].itertuples(index=False, name=None):
        weights[one, other] = weights[other, one] = float(amount)
        names |= {one: one_name, other: other_name}
        sums[one] += float(amount)
        sums[other] += float(amount)
    if selected in names:
        rivals = sorted((name for name in names if (selected, name) in weights), key=lambda n: -weights[selected, n])
        members = [selected, *rivals[: most - 1]]
    else:
        # each with those it has most in common with, so that nobody stands there without anybody it meets
        rivals_of: dict[str, list[str]] = defaultdict(list)
        for one, other in sorted(weights, key=lambda pair: (-weights[pair], pair)):
            rivals_of[one].append(other)
        found: dict[str, None] = {}
        for name in sorted(names, key=lambda name: (-sums[name], name)):
            group = [name, *rivals_of[name][:MOST_RIVALS]]
            if len({*found, *group[:2]}) <= most:
                found = dict.fromkeys(list(dict.fromkeys([*found, *group]))[:most])
        members = list(found)
    order = _line_up(members, weights, sums, selected)
    shares = {
        (row["one_id"], row["other_id"]): (row["one_share"], row["common_count"], row["shared_amount"])
        for row in pairs.to_dict("records")
    } | {
        (row["other_id"], row["one_id"]): (row["other_share"], row["common_count"], row["shared_amount"])
        for row in pairs.to_dict("records")
    }
    numbers = {name: place + 1 for place, name in enumerate(order)}
    # the diagonal comes first and so puts rows and columns in the same order
    rows: list[tuple[object, ...]] = [
        (name, f"{numbers[name]} {names[name]}", name, str(numbers[name]), None, None, None) for name in order
    ]
    rows += [
        (one, f"{numbers[one]} {names[one]}", other, str(numbers[other]), *shares[one, other])
        for one in order
        for other in order
        if (one, other) in shares
    ]
    columns = ["row_id", "row_name", "column_id", "column_name", "rate", "common_count", "shared_amount"]
    return pd.DataFrame(rows, columns=columns)


def _line_up(
    members: Collection[str], weights: dict[tuple[str, str], float], sums: dict[str, float], first: str
) -> list[str]:
    """Next to each distributor the one it has most in common with; where a chain ends, the largest left begins one."""
    left = sorted(members, key=lambda name: (name != first, -sums[name], name))
    order: list[str] = []
    while left:
        near = [name for name in left if order and (order[-1], name) in weights]
        chosen = max(near, key=lambda name: (weights[order[-1], name], name)) if near else left[0]
        order.append(chosen)
        left.remove(chosen)
    return order
