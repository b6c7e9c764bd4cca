"""Batches (批号) that can be followed: what a distributor ships is of a batch that it received before, first in first out.

The maker fills each shipment from a batch made one to four months before. A return carries the batch of the line it
answers. What a distributor had before the data begin is of older batches that no recorded shipment names.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from insight.demo import arrow
from insight.demo.chance import Flags, Ints, open_stream
from insight.demo.days import MONTH_OF_DAY, MONTHS
from insight.demo.products import Products, product_ids
from insight.demo.sales import Lines

LETTERS = "ABC"  # two batches of a product a month; the third is for what is planted
OLDEST = 6  # months before the data in which the oldest batches were made
_WIDE = 10**9  # more than the units or days of any one distributor and product


def name_batch(products: Products, product: int, code: int) -> str:
    """A batch such as ``P07-2506B``: product, month made, letter."""
    month, which = divmod(code, len(LETTERS))
    since = 2023 * 12 + 9 + month - OLDEST
    return f"{product_ids(products)[product]}-{since // 12 % 100:02d}{since % 12 + 1:02d}{LETTERS[which]}"


def make_code(month: int, letter: str) -> int:
    """The code of a product's batch made in a month of the data."""
    return (month + OLDEST) * len(LETTERS) + LETTERS.index(letter)


def tabulate_batches(products: Products, product: Ints, codes: Ints) -> pa.Array:
    """The names of batches by product and code."""
    count = (MONTHS + OLDEST) * len(LETTERS)
    names = [name_batch(products, place, code) for place in range(products.count) for code in range(count)]
    return arrow.pick_text(names, product * count + codes)


def follow_batches(
    seed: int,
    lines: Lines,
    makers: int,
    distributors: int,
    tier: Ints,
    opening: Ints,
    named: tuple[Ints, int] | None = None,
) -> Ints:
    """The batch code of every line.

    Sellers and buyers are numbered as in flows: makers before distributors as sellers, distributors before terminals as
    buyers. ``opening``: [distributor, product] units. ``named``: lines of the maker whose batch is given.
    """
    rng = open_stream(seed, "batches shipped")
    codes = np.zeros(lines.count, dtype=np.int64)
    is_maker = lines.seller < makers
    made = MONTH_OF_DAY[lines.day] - 1 - rng.integers(0, 4, lines.count) + OLDEST
    drawn = made * len(LETTERS) + rng.integers(0, 2, lines.count)
    codes[is_maker] = drawn[is_maker]
    if named is not None:
        codes[named[0]] = named[1]
    old = rng.integers(0, 2, opening.shape) * len(LETTERS) + rng.integers(0, 2, opening.shape)
    sent = lines.quantity > 0
    seller_tier = np.where(is_maker, 0, tier[np.clip(lines.seller - makers, 0, distributors - 1)])
    for level in (1, 2):
        who = np.flatnonzero(tier == level)
        out = np.flatnonzero((seller_tier == level) & sent)
        into = np.flatnonzero((lines.buyer < distributors) & sent)
        into = into[tier[lines.buyer[into]] == level]
        codes[out] = _draw_down(lines, codes, out, into, lines.seller[out] - makers, who, old, opening)
    _answer_returns(lines, codes, ~sent)
    return codes


def _draw_down(
    lines: Lines, codes: Ints, out: Ints, into: Ints, shipper: Ints, who: Ints, old: Ints, opening: Ints
) -> Ints:
    """Codes of the lines ``out``: of the lot in which each line's first unit lies, or the last one that had come in.

    Lots 10 and 5, lines of 4, 8 and 2: units 0, 4 and 12 are the first ones, so lots 1, 1 and 2.
    """
    goods = opening.shape[1]
    first = (who[:, None] * goods + np.arange(goods)[None, :]).ravel()
    lot_group = np.concatenate([first, lines.buyer[into] * goods + lines.product[into]])
    lot_day = np.concatenate([np.full(len(first), -1), lines.day[into]])
    lot_units = np.concatenate([opening[who].ravel(), lines.quantity[into]])
    lot_code = np.concatenate([old[who].ravel(), codes[into]])
    order = np.lexsort((lot_day, lot_group))
    lot_group, lot_day, lot_units, lot_code = (column[order] for column in (lot_group, lot_day, lot_units, lot_code))
    lot_end = _run_up(lot_units, lot_group)
    group = shipper * goods + lines.product[out]
    turn = np.lexsort((lines.day[out], group))
    group, day, units = group[turn], lines.day[out][turn], lines.quantity[out][turn]
    start = _run_up(units, group) - units
    by_units = np.searchsorted(lot_group * _WIDE + lot_end, group * _WIDE + start, side="right")
    by_day = np.searchsorted(lot_group * _WIDE + lot_day + 1, group * _WIDE + day + 1, side="right") - 1
    found = np.empty(len(out), dtype=np.int64)
    found[turn] = lot_code[np.minimum(by_units, by_day)]
    return found


def _run_up(units: Ints, group: Ints) -> Ints:
    """Running sums within groups that lie together."""
    total = np.cumsum(units)
    is_first = np.ones(len(group), dtype=bool)
    is_first[1:] = group[1:] != group[:-1]
    before = np.where(is_first, total - units, 0)
    return total - np.maximum.accumulate(before)


def _answer_returns(lines: Lines, codes: Ints, back: Flags) -> None:
    """A return is of the batch of the last line before it between the same two of the same product."""
    parties = (lines.seller * (lines.buyer.max() + 1) + lines.buyer) * (lines.product.max() + 1) + lines.product
    order = np.lexsort((back, lines.day, parties))
    place = np.where(back[order], -1, np.arange(len(order)))
    last = np.maximum.accumulate(place)
    is_same = (last >= 0) & (parties[order][np.maximum(last, 0)] == parties[order])
    answered = back[order] & is_same
    codes[order[answered]] = codes[order[last[answered]]]
