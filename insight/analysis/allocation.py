"""Handing a target down to those who were given none: by last year's shares, to the cent, so that the parts are the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

import pandas as pd

CENT = Decimal("0.01")
LAST_YEAR, EQUAL = "last_year", "equal"


def allocate(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``amount`` split in proportion to ``weights``, each part in whole cents, the parts adding up to it exactly.

    Largest remainder: every part is cut down to the cent, and the cents left over go to those that lost most by it, the
    first of equals first. Weights below zero count as none; where all are none the parts are equal. A negative amount is
    split as its opposite.

    >>> [str(part) for part in allocate(Decimal("100.00"), [Decimal(1), Decimal(1), Decimal(1)])]
    ['33.34', '33.33', '33.33']
    """
    if not weights:
        return []
    if amount < 0:
        return [-part for part in allocate(-amount, weights)]
    counted = [max(weight, Decimal(0)) for weight in weights]
    whole = sum(counted)
    if whole == 0:
        counted, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    cents = int((amount / CENT).to_integral_value())
    # in integers, so that nothing is rounded twice
    scale = 10 ** max(0, *(-int(weight.as_tuple().exponent) for weight in counted))
    units = [int(weight * scale) for weight in counted]
    total = sum(units)
    parts = [cents * unit // total for unit in units]
    order = sorted(range(len(units)), key=lambda place: (-(cents * units[place] % total), place))
    for place in order[: cents - sum(parts)]:
        parts[place] += 1
    return [(Decimal(part) * CENT).quantize(CENT, ROUND_FLOOR) for part in parts]


def choose_weights(weights: Sequence[Decimal]) -> tuple[list[Decimal], str]:
    """What to split by, and its name: the sales of a year before, or equal parts where there were none."""
    counted = [max(weight, Decimal(0)) for weight in weights]
    return (counted, LAST_YEAR) if sum(counted) > 0 else ([Decimal(1)] * len(counted), EQUAL)


def allocate_tree(
    plan: Mapping[str, Decimal], children: Mapping[str, Sequence[str]], sold: Mapping[str, Decimal], root: str = ""
) -> dict[str, tuple[Decimal, str, str]]:
    """What each node below a given target gets of it where it was given none: amount, from whom, by what.

    ``plan`` holds the targets known, given or summed, by node; ``sold`` last year's sales of each node with all below it.
    What a node's target has beyond those known directly below it goes to the children without one, and to what was sold
    in the node itself but in none of its children, which stays with the node. A target that is less than its parts'
    is not handed down.
    """
    found: dict[str, tuple[Decimal, str, str]] = {}

    def descend(node: str, amount: Decimal | None, source: str, basis: str) -> None:
        below = list(children.get(node, ()))
        known = [child for child in below if child in plan]
        bare = [child for child in below if child not in plan]
        rest = None if amount is None else amount - sum((plan[child] for child in known), Decimal(0))
        for child in known:
            descend(child, plan[child], child, "")
        if rest is None or rest <= 0 or not bare:
            for child in bare:
                descend(child, None, "", "")
            return
        own = sold.get(node, Decimal(0)) - sum((sold.get(child, Decimal(0)) for child in below), Decimal(0))
        weights, found_basis = choose_weights([*(sold.get(child, Decimal(0)) for child in bare), own])
        if found_basis == EQUAL:
            weights[-1] = Decimal(0)  # the node itself is no part of its own
        for child, part in zip(bare, allocate(rest, weights)[:-1], strict=True):
            found[child] = (part, source or node, EQUAL if EQUAL in (basis, found_basis) else LAST_YEAR)
            descend(child, part, source or node, found[child][2])

    # what the company has beyond its tops belongs to holders without a territory: it is not handed down
    for top in children.get(root, ()):
        descend(top, plan.get(top), top, "")
    return found


def allocate_months(months: pd.DataFrame, whole: pd.DataFrame, column: str) -> pd.DataFrame:
    """The units' ``column`` ('target_amount') with the whole's handed down in the months in which no unit has one.

    ``months`` has unit_id, sales_month, last_year_amount and the column; ``whole`` plan_month and the column. Returns
    ``months`` with the column filled, ``is_allocated`` and ``basis``. Exact to the cent.
    """
    filled = months.assign(
        is_allocated=months.get("is_allocated", pd.Series(False, index=months.index)).fillna(False).astype(bool),
        basis=months.get("basis", pd.Series("", index=months.index)).fillna(""),
    )
    known = set(filled.loc[filled[column].notna() & ~filled["is_allocated"], "sales_month"])
    wanted = whole[whole[column].notna() & ~whole["plan_month"].isin(known)]
    by_month = filled.groupby("sales_month").groups
    for month, amount in zip(wanted["plan_month"], wanted[column], strict=True):
        rows = by_month.get(month)
        if rows is None:
            continue
        weights, basis = choose_weights([to_cents(value) for value in filled.loc[rows, "last_year_amount"]])
        parts = allocate(to_cents(amount), weights)
        filled.loc[rows, column] = [float(part) for part in parts]
        filled.loc[rows, "is_allocated"] = True
        filled.loc[rows, "basis"] = basis
    return filled


def to_cents(value: float | Decimal | None) -> Decimal:
    """An amount as exact cents; a missing one is nothing."""
    return Decimal(0) if value is None or value != value else Decimal(str(value)).quantize(CENT)
