"""How far a customer's purchases are known: through which day everybody who supplied it has reported.

A supplier has reported through its last line, to anybody. Where it has no line at all in a month, or has at the month's end
been silent for longer than its own rhythm of lines allows, its report of the month is late. Whose contract ended owes
nothing. One supplier late is enough: what it sold is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.analysis.rhythm import measure_last_orders

YEAR = 12  # months up to the last order: who sold in them may have sold since

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
