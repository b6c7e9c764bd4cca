"""How far a customer's purchases are known: through which day everybody who supplied it has reported.

A supplier has reported through its last line, to anybody. Where it has no line at all in a month, or has at the month's end
been silent for longer than its own rhythm of lines allows, its report of the month is late. So it is where hardly any of its
customers appear in a whole month: a part of a file has come. Whose contract ended owes nothing. One supplier late is
enough: what it sold is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.analysis.rhythm import measure_last_orders

YEAR = 12  # months up to the last order: who sold in them may have sold since
USUAL_MONTHS, LEAST_MONTHS = (
    6,
    3,
)  # months before that say how many customers a seller usually has, and the fewest of them
LEAST_CUSTOMERS, PART = 5, 0.25  # of at least so many usual ones, fewer than this share makes a part of a file

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Reports:
    """[sellers x months] through which day each seller has reported at the month's end, and whether that is late."""

    through: Whole
    is_late: Flags


def measure_reports(seller: Whole, day: Whole, sellers: int, starts: Whole, ends: Whole, has_ended: Flags) -> Reports:
    """How far each seller has reported at the end of each month.

    ``seller`` and ``day`` are the days with a line, sorted. Lines on most days until the 9th and none after it until the
    30th: 21 days of silence are more than 14, so the report is late.
    """
    found = measure_last_orders(seller, day, sellers, ends)
    is_silent = found.has_rhythm & (ends - found.last_on > found.limit)
    is_late: Flags = (found.last_on >= 0) & ((found.last_on < starts) | is_silent) & ~has_ended[:, None]
    return Reports(np.where(has_ended[:, None], ends, found.last_on), is_late)


def find_partial(links: tuple[Whole, Whole, Whole], sellers: int, elapsed: NDArray[np.float64]) -> Flags:
    """[sellers x months] months in which fewer than a quarter of a seller's usual customers bought.

    Usual is the median of the months with sales among the six before, three at least. 40, 44 and 42 customers a month and
    then 3: 3 is below 10.5, so the file is not whole. Of a month of which half has ``elapsed``, 3 are below 5.25. After
    months at the new level that is the usual one.
    """
    customer, seller, month = links
    counts = np.zeros((sellers, len(elapsed)))
    triples = np.unique(np.stack([seller, month, customer]), axis=1)
    np.add.at(counts, (triples[0], triples[1]), 1)
    partial = np.zeros(counts.shape, dtype=bool)
    for place in range(LEAST_MONTHS, len(elapsed)):
        before = counts[:, max(0, place - USUAL_MONTHS) : place]
        is_enough = (before > 0).sum(axis=1) >= LEAST_MONTHS
        usual = np.zeros(sellers)
        usual[is_enough] = np.nanmedian(np.where(before > 0, before, np.nan)[is_enough], axis=1)
        partial[:, place] = (usual >= LEAST_CUSTOMERS) & (counts[:, place] < PART * elapsed[place] * usual)
    return partial


def find_known(
    links: tuple[Whole, Whole, Whole], reports: Reports, last_month: Whole, ends: Whole
) -> tuple[Whole, Flags]:
    """[customers x months] through which day all suppliers have reported, and whether one of them is late.

    Suppliers are those who sold in the year up to the customer's last order. ``links`` are customer, seller and month of
    every sale; ``last_month`` [customers x months] the month of the last order as known then, -1 before the first.
    """
    customer, seller, month = links
    known = np.tile(ends, (len(last_month), 1))
    owed = np.zeros(last_month.shape, dtype=bool)
    order = np.argsort(seller, kind="stable")
    edges = np.searchsorted(seller[order], np.arange(len(reports.through) + 1))
    for who in range(len(reports.through)):
        mine = order[edges[who] : edges[who + 1]]
        if not len(mine):
            continue
        served, place = np.unique(customer[mine], return_inverse=True)
        sold = np.full((len(served), len(ends)), -1, dtype=np.int64)
        sold[place, month[mine]] = month[mine]
        sold = np.maximum.accumulate(sold, axis=1)
        last = last_month[served]
        is_supplier = (sold >= 0) & (last >= 0) & (sold > last - YEAR)
        owed[served] |= reports.is_late[who] & is_supplier
        known[served] = np.where(is_supplier, np.minimum(known[served], reports.through[who]), known[served])
    return known, owed
