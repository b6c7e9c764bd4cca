"""What a list of terminals is going to buy without the activity: its own level, carried by its cell's season and growth.

    expected of i = mean clean month of i over the last year x months x G(cell)
    G(cell) = cell's sales in the same months a year ago / (months / 12 x the cell's sales in the year before those)

A cell that sold 1,200 in the year to last August and 900 from last November to April, six months: G = 900 / 600 = 1.5;
a terminal of it that bought 100 a month this year is expected to buy 100 x 6 x 1.5 = 900. With more years G is a ratio
of sums over all of them. Where no year is whole G is 1 and said to be without season.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.analysis.counterfactual import Design
from insight.analysis.draws import Array
from insight.analysis.planning.panel import Panel

YEAR = 12


@dataclass(frozen=True)
class Baseline:
    """Expected sales of each terminal of the list; ``year_count`` years taught season and growth, 0: none."""

    amounts: Array
    year_count: int

    @property
    def amount(self) -> float:
        """Of the whole list."""
        return float(self.amounts.sum())


def expect_baseline(panel: Panel, rows: NDArray[np.intp], lead: int, design: Design) -> Baseline:
    """Sales without the activity over the months counted; ``lead`` whole months lie between the data and its start."""
    market, last = panel.market, panel.month_count
    year = slice(max(last - YEAR, 0), last)
    level = _mean_month(market.sales[rows, year], market.clean[rows, year], market.reported[rows, year], design)
    spans = _find_years(last, lead, design.post_months)
    if not spans:
        return Baseline(level * design.post_months, 0)
    index = np.ones(rows.size)
    cells = list(zip(market.segment[rows], market.region[rows], strict=True))
    known = {cell: _find_index(panel, cell, spans, design) for cell in set(cells)}
    index[:] = [known[cell] for cell in cells]
    return Baseline(level * design.post_months * index, len(spans))


def _mean_month(sales: Array, clean: NDArray[np.bool_], reported: NDArray[np.bool_], design: Design) -> Array:
    """Mean of the clean months, of the reported ones where too few are clean; never below nothing."""
    use = np.where(clean.sum(axis=1, keepdims=True) >= design.least_clean_months, clean, reported)
    mean: Array = np.maximum((sales * use).sum(axis=1) / np.maximum(use.sum(axis=1), 1), 0.0)
    return mean


def _find_years(last: int, lead: int, months: int) -> list[tuple[slice, slice]]:
    """The year before and the months counted, both so many whole years earlier, of every year the panel holds."""
    spans = []
    for back in range(YEAR, last, YEAR):
        before, start = last - back - YEAR, last - back + lead
        if before >= 0 and start + months <= last:
            spans.append((slice(before, before + YEAR), slice(start, start + months)))
    return spans


def _find_index(panel: Panel, cell: tuple[int, int], spans: list[tuple[slice, slice]], design: Design) -> float:
    """G of a cell, of its segment where too few terminals of it are clean throughout, of all where those are too few."""
    market = panel.market
    in_segment = market.segment == cell[0]
    for members in (in_segment & (market.region == cell[1]), in_segment, np.ones(len(panel.ids), dtype=bool)):
        before = after = 0.0
        least = len(panel.ids)
        for year, months in spans:
            clean = members & market.clean[:, year].all(axis=1) & market.clean[:, months].all(axis=1)
            least = min(least, int(clean.sum()))
            before += float(market.sales[clean, year].sum()) * design.post_months / YEAR
            after += float(market.sales[clean, months].sum())
        if least >= design.cell_donors and before > 0 and after > 0:
            return after / before
    return 1.0
