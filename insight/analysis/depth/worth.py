"""What an order would be worth: the middle of what terminals like it buy, in their size, and how likely one is in a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.depth.logistic import fit_logistic, logit
from insight.analysis.depth.peers import FEWEST, NEAREST, gather_nearest, make_cells
from insight.analysis.depth.whitespace import Adoption, Grid, Similar, choose_code

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FEWEST_ORDERS = 20  # orders seen, below which their chance cannot be told from the past
LOW, HIGH = 0.1, 0.9  # ends of the 80% range
FEW_RATE = 0.25  # below this part of what is expected a purchase is far below it …
ENOUGH_RATE = 0.5  # … and from this part on it counts as raised


@dataclass(frozen=True)
class Worth:
    """[terminals x items]: twelve months of the item if the terminal buys it as those like it do. Missing where refused."""

    amount: Floats
    low: Floats
    high: Floats
    peer_count: Ints


@dataclass(frozen=True)
class Chances:
    """What the year before says of the chance of an order within twelve months."""

    first: Floats  # [terminals x items] of a first order where nothing is bought
    raised: float  # of reaching half of what is expected where far less is bought; missing if not known
    case_count: int  # cells without purchase a year ago
    order_count: int  # … of which were bought in the year since
    is_dated: bool  # whether the past was long enough; else the chance is that of being a buyer


def estimate_worth(grid: Grid, size: Floats) -> Worth:
    """Median, and the range of 80%, of the twenty buyers nearest in size.

    Buyers are sought in the cell of similar terminals, then in the terminal's type, then among everybody; fewer than five
    are no answer. Buyers of fewer than twelve months count only where whole years are too few, as of a line just launched:
    then the worth is the least it can be. Where the terminal's potential for the item is known, and that of five such
    buyers, the part of the potential that they buy is taken of its own: a median part of 50% makes 100,000 worth 50,000.
    """
    shape = grid.amounts.shape
    amount, low, high = (np.full(shape, np.nan) for _ in range(3))
    peers = np.zeros(shape, dtype=np.int64)
    cells = make_cells(grid.terminals, ("type",))
    codes = (
        choose_code(make_cells(grid.terminals, ("type", "level", "region_id")), grid.is_member),
        *cells.codes[::-1],
    )
    yearly = grid.yearly
    for item in range(shape[1]):
        bought = yearly[:, item]
        said = np.where(grid.potentials[:, item] > 0, grid.potentials[:, item], np.nan)
        begun = np.where(grid.is_bought[:, item] & grid.is_member, grid.amounts[:, item], np.nan)
        for values, scale in ((bought / said, said), (bought, np.ones(shape[0])), (begun, np.ones(shape[0]))):
            for code in codes:
                rows = np.flatnonzero(np.isnan(amount[:, item]) & np.isfinite(scale))
                if not len(rows):
                    break
                found, count = gather_nearest(code, size[:, item], values, rows, NEAREST)
                fits = count >= FEWEST
                ordered = np.sort(found[fits], axis=1)
                kept = rows[fits]
                for target, part in ((amount, 0.5), (low, LOW), (high, HIGH)):
                    target[kept, item] = pick_quantile(ordered, count[fits], part) * scale[kept]
                peers[kept, item] = count[fits]
    return Worth(amount, low, high, peers)


def pick_quantile(ordered: Floats, count: Ints, part: float) -> Floats:
    """A quantile of each row's first ``count`` values, in ascending order, linear between them: of 1, 2, 4 the half is 2.

    Places are such that the next value of the same kind lies below the quantile with that chance: of n values the place
    is part x (n + 1), kept within them. The range from the 2.1th to the 18.9th of 20 holds 80% of what comes.
    """
    place = np.clip(part * (count + 1) - 1, 0, np.maximum(count - 1, 0))
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    rows = np.arange(len(ordered))
    return np.asarray(ordered[rows, below] + (place - below) * (ordered[rows, above] - ordered[rows, below]))


def estimate_chances(
    now: Grid,
    adoption: Adoption,
    worth: Worth,
    before: Grid | None,
    past: Adoption | None,
    past_worth: Worth | None,
    had_ordered: Flags,
) -> Chances:
    """The chance of an order within twelve months, from what came of the same rates a year ago.

    ``before`` is the grid of the twelve months before, of the same terminals and items. Of the cells without a purchase
    then, those bought since are explained by the adoption rate of then and by whether the terminal bought nothing at
    all. With fewer than twenty such orders the chance is the adoption rate itself.

    Only terminals that ``had_ordered`` by then teach: who had not may be on the list because it has ordered since, and
    of such a list all come. A higher rate never means a lower chance, and buying nothing at all never a higher one.
    """
    if before is None or past is None or past_worth is None:
        return Chances(adoption.rate, float("nan"), 0, 0, is_dated=False)
    is_counted = np.repeat((before.is_member & now.is_member & had_ordered)[:, None], now.amounts.shape[1], axis=1)
    white = is_counted & ~before.is_bought
    ordered = now.is_bought[white].astype(float)
    few = is_counted & _find_few(before, past_worth)
    raised = now.amounts[few] >= ENOUGH_RATE * past_worth.amount[few]
    raised_rate = (float(raised.sum()) + 0.5) / (len(raised) + 1.0) if len(raised) >= FEWEST_ORDERS else float("nan")
    if ordered.sum() < FEWEST_ORDERS or ordered.sum() == len(ordered):
        return Chances(adoption.rate, raised_rate, int(white.sum()), int(ordered.sum()), is_dated=False)
    told, today = _tell_past(before, past), _tell_past(now, adoption)
    signs = np.array([1.0, -1.0])
    kept = np.arange(len(signs))
    while True:
        curve = fit_logistic(told[white][:, kept], ordered, np.zeros(len(ordered)))
        is_right = curve.weights * signs[kept] >= 0
        if is_right.all():
            break
        kept = kept[is_right]
    chance = curve.find_chance(today[..., kept], np.zeros(now.amounts.shape))
    return Chances(chance, raised_rate, int(white.sum()), int(ordered.sum()), is_dated=True)


def _find_few(grid: Grid, worth: Worth) -> Flags:
    """Cells bought for twelve months, but below a quarter of what those like it buy."""
    return np.asarray(np.isfinite(grid.yearly) & (grid.amounts < FEW_RATE * worth.amount))


def _tell_past(grid: Grid, adoption: Adoption) -> Floats:
    """[terminals x items x 2]: the log odds of the adoption rate, and whether the terminal bought nothing at all."""
    is_empty = np.repeat((grid.is_bought.sum(axis=1) == 0)[:, None], grid.amounts.shape[1], axis=1)
    return np.stack([logit(adoption.rate), is_empty.astype(float)], axis=2)


def list_opportunities(
    now: Grid,
    adoption: Adoption,
    worth: Worth,
    chances: Chances,
    similar: Similar,
    is_wanted: Flags,
    is_buying: Flags,
) -> pd.DataFrame:
    """The cells worth an order: not bought at all, or bought far below what is expected; largest expected value first.

    ``is_wanted`` [terminals x items] leaves cells out: closed terminals, items nobody sells there, reports still missing.
    Too little is said only of terminals that are buying, and of items bought for twelve months: who stopped has gone
    quiet, who has just begun is growing.
    """
    is_white = ~now.is_bought
    is_few = _find_few(now, worth) & is_buying[:, None] & np.isfinite(chances.raised)
    rows, items = np.nonzero(is_wanted & (is_white | is_few) & np.isfinite(worth.amount))
    bought = np.maximum(now.amounts[rows, items], 0.0)
    chance = np.where(is_white[rows, items], chances.first[rows, items], chances.raised)
    amount, low, high = (np.maximum(part[rows, items] - bought, 0.0) for part in (worth.amount, worth.low, worth.high))
    similar_bought, similar_count = similar.count_buyers(now.is_bought)
    frame = pd.DataFrame(
        {
            "row": rows,
            "item": items,
            "is_few": is_few[rows, items],
            "bought_amount": bought,
            "adoption_rate": adoption.rate[rows, items],
            "chance_rate": chance,
            "value_amount": amount,
            "value_low_amount": low,
            "value_high_amount": high,
            "expected_amount": chance * amount,
            "similar_bought_count": similar_bought[rows, items],
            "similar_count": similar_count[rows],
            "peer_count": worth.peer_count[rows, items],
        }
    )
    return frame.sort_values(["expected_amount", "row", "item"], ascending=[False, True, True], ignore_index=True)
