"""Small doses of disorder in the flow, planted when all else is drawn: nothing else is drawn anew because of them.

A dumper sells one line below what it pays for it. A round trip: goods leave at a quarter's end and come back whole in
the first days of the next. A single purchase: an institution that never bought takes a lot, once. A stray batch: goods
of a batch that the maker shipped to one distributor only turn up with another's customers far away. Stock books stay
exact: what leaves for a while, or for good, is missing from the counts in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from insight.demo.batches import make_code
from insight.demo.channel import Channel
from insight.demo.chance import Flags, Ints
from insight.demo.days import MONTH_OF_DAY, MONTH_STARTS, shift_working_days, to_day, to_month
from insight.demo.network import Network
from insight.demo.places import PROVINCE, PROVINCES
from insight.demo.products import LINE, Products
from insight.demo.sales import Lines
from insight.demo.scenario import Stories
from insight.demo.terminals import PLAIN, PROSPECT, Terminals

# what the doses may come to, in cents: large enough to be seen, small beside the offender
DUMP_MOST, TRIP_MOST, SINGLE_MOST, STRAY_MOST = 60_000_000, 40_000_000, 12_000_000, 60_000_000
TRIP_PRODUCTS = 3
NOBODY = -1


@dataclass(frozen=True)
class Disorder:
    """Who was given which part, by number; NOBODY and no places where the company had nobody for it."""

    dumper: int
    tripper: int
    trip_terminal: int
    trip_places: Ints  # of the lines that were added
    single_seller: int
    single_terminal: int
    single_places: Ints


NONE = Disorder(NOBODY, NOBODY, NOBODY, np.zeros(0, np.int64), NOBODY, NOBODY, np.zeros(0, np.int64))


@dataclass(frozen=True)
class Stray:
    """The batch that strayed: to whom the maker shipped it, where it turned up, on which lines of the flows."""

    product: int
    code: int
    shipped_to: int
    seller: int
    places: Ints


def plant_disorder(
    sold: Lines, moved: Channel, goods: Products, places: Terminals, partners: Network, guests: Ints, stories: Stories
) -> tuple[Lines, Lines, Channel, Disorder]:
    """The sales with the dumper's prices, the lines that are added to them, the channel with fewer counted units.

    Who plays another part is left alone, and so are the weak regions, whose attainment is a story of its own.
    """
    extra = sold.keep(np.zeros(0, dtype=np.int64))
    if not stories.has_disorder:
        return sold, extra, moved, NONE
    is_cast = np.zeros(partners.count, dtype=bool)
    cast = partners.cast
    is_cast[[cast.star, *cast.loaders, cast.offender, cast.late, *cast.border]] = True
    weak = {PROVINCES[PROVINCE[code]].region for code, _ in stories.weak_provinces}
    is_cast |= np.isin(np.array([p.region for p in PROVINCES])[partners.province], sorted(weak))
    sold, dumper = _dump(sold, goods, places, partners, is_cast, stories)
    is_cast[dumper] = is_cast[dumper] or dumper != NOBODY
    stock = moved.stock.copy()
    trip, tripper, terminal = _travel(sold, stock, goods, places, is_cast, guests, stories)
    is_cast[tripper] = is_cast[tripper] or tripper != NOBODY
    single, seller, buyer = _buy_once(stock, goods, places, partners, is_cast, stories)
    extra = Lines(*(np.concatenate([a, b]) for a, b in zip(vars(trip).values(), vars(single).values(), strict=True)))
    places_of = np.arange(extra.count)
    disorder = Disorder(
        dumper, tripper, terminal, places_of[: trip.count], seller, buyer, places_of[trip.count :]
    )
    return sold, extra, replace(moved, stock=stock), disorder


def plant_stray(
    lines: Lines, codes: Ints, makers: int, places: Terminals, partners: Network, taken: Ints, stories: Stories
) -> Stray | None:
    """Rename one lot: shipped to a single tier 1, it turns up with a tier 2 of another region. ``codes`` is changed.

    ``taken``: distributors that play another part. The lines that turn up hold at most 60% of what was shipped.
    """
    if not stories.has_disorder:
        return None
    first, last = to_day(stories.stray_from), to_day(stories.stray_to)
    distributors = partners.count
    shipped_in = to_month(stories.stray_from) - 1
    month = MONTH_OF_DAY[lines.day]
    entry = (lines.seller < makers) & (lines.buyer < distributors) & (lines.quantity > 0) & (month == shipped_in)
    goods = int(lines.product.max()) + 1
    lots = np.bincount(
        lines.buyer[entry] * goods + lines.product[entry],
        weights=lines.quantity[entry],
        minlength=distributors * goods,
    ).reshape(distributors, goods)
    from_distributor = (lines.seller >= makers) & (lines.buyer >= distributors) & (lines.quantity > 0)
    window = np.flatnonzero(from_distributor & (lines.day >= first) & (lines.day < last))
    seller, product = lines.seller[window] - makers, lines.product[window]
    home = partners.province[seller] == places.province[lines.buyer[window] - distributors]
    amount = np.bincount(
        seller[home] * goods + product[home], weights=lines.amount[window][home], minlength=distributors * goods
    ).reshape(distributors, goods)
    regions = np.array([p.region for p in PROVINCES])[partners.province]
    is_free = (partners.tier == 2) & ~np.isin(np.arange(distributors), taken)
    value = np.where(is_free[:, None] & (amount <= STRAY_MOST), amount, 0.0)
    for place in np.argsort(-value, axis=None, kind="stable")[:400]:
        there, item = divmod(int(place), goods)
        mine = window[home & (seller == there) & (product == item)]
        if value[there, item] <= 0 or len(mine) < 6:
            continue
        is_far = (partners.tier == 1) & (regions != regions[there]) & ~partners.may_sell[:, partners.province[there]]
        source = int(np.argmax(np.where(is_far, lots[:, item], 0.0)))
        seen = mine[np.cumsum(lines.quantity[mine]) <= 0.6 * lots[source, item]]
        if len(seen) < 6:
            continue
        code = make_code(shipped_in - 1, "C")
        codes[entry & (lines.buyer == source) & (lines.product == item)] = code
        codes[seen] = code
        return Stray(item, code, source, there, seen)
    return None


def _dump(
    sold: Lines, goods: Products, places: Terminals, partners: Network, is_cast: Flags, stories: Stories
) -> tuple[Lines, int]:
    """One tier 2 sells one line below its own purchase price; two others at least sell the line in its province."""
    line = LINE[stories.dump_line]
    is_it = (sold.day >= to_day(stories.dump_from)) & (goods.line[sold.product] == line) & (sold.seller >= 0)
    seller, province = sold.seller[is_it], places.province[sold.buyer[is_it]]
    amount = np.bincount(seller, weights=sold.amount[is_it], minlength=partners.count)
    pairs = np.unique(seller * len(PROVINCES) + province)
    rivals = np.bincount(pairs % len(PROVINCES), minlength=len(PROVINCES)) - 1
    can = (partners.tier == 2) & ~is_cast & (rivals[partners.province] >= 2) & (amount <= DUMP_MOST)
    if not (can & (amount > 0)).any():
        return sold, NOBODY
    dumper = int(np.argmax(np.where(can, amount, 0)))
    # tier 2 pays a twentieth more than the list to distributors
    paid = goods.distributor_price * 105 // 100
    price = paid[sold.product] * round(stories.dump_price * 1000) // 1000
    cheap = is_it & (sold.seller == dumper)
    return replace(sold, amount=np.where(cheap, sold.quantity * price, sold.amount)), dumper


def _travel(
    sold: Lines, stock: Ints, goods: Products, places: Terminals, is_cast: Flags, guests: Ints, stories: Stories
) -> tuple[Lines, int, int]:
    """Goods sold on the second last working day of a quarter and taken back on the sixth of the next; stock follows."""
    months = [to_month(month) for month in stories.trip_months]
    left = stock[:, :, [month + 1 for month in months]].min(axis=2) // 2
    worth = left * goods.terminal_price[None, :]
    best = np.argsort(-worth, axis=1, kind="stable")[:, :TRIP_PRODUCTS]
    total = np.take_along_axis(worth, best, axis=1).sum(axis=1)
    is_plain = (places.role == PLAIN) & ~np.isin(np.arange(places.count), guests)
    recent = (sold.seller >= 0) & (sold.day >= to_day(stories.dump_from)) & is_plain[sold.buyer]
    served = np.bincount(sold.seller[recent], minlength=len(stock)) > 0
    can = ~is_cast & served & (total <= TRIP_MOST) & (np.take_along_axis(left, best, axis=1).min(axis=1) >= 4)
    if not can.any():
        return sold.keep(np.zeros(0, dtype=np.int64)), NOBODY, NOBODY
    tripper = int(np.argmax(np.where(can, total, 0)))
    bought = np.bincount(sold.buyer[recent & (sold.seller == tripper)], minlength=places.count)
    terminal = int(np.argmax(bought))
    rows = []
    for month in months:
        end = MONTH_STARTS[month + 1 : month + 2]
        out, back = shift_working_days(end, -2), shift_working_days(end, 5)
        for product in best[tripper].tolist():
            units = int(left[tripper, product])
            price = int(goods.terminal_price[product]) * (1000 - int(places.discount[terminal])) // 1000
            rows.append((int(out[0]), tripper, terminal, product, units, units * price))
            rows.append((int(back[0]), tripper, terminal, product, -units, -units * price))
            stock[tripper, product, month + 1] -= units
    return Lines(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))), tripper, terminal


def _buy_once(
    stock: Ints, goods: Products, places: Terminals, partners: Network, is_cast: Flags, stories: Stories
) -> tuple[Lines, int, int]:
    """An institution that never bought takes a lot on one day from a distributor of its province, and nothing since."""
    day = to_day(stories.single_purchase_on)
    month = int(MONTH_OF_DAY[day])
    left = stock[:, :, month + 1 :].min(axis=2) // 2
    units = np.minimum(left, SINGLE_MOST // goods.terminal_price[None, :])
    worth = units * goods.terminal_price[None, :]
    has_prospect = np.bincount(places.province[places.role == PROSPECT], minlength=len(PROVINCES)) > 0
    can = ~is_cast & has_prospect[partners.province]
    worth = np.where(can[:, None] & partners.carries[:, goods.line], worth, 0)
    if not worth.any():
        return Lines(*(np.zeros(0, np.int64) for _ in range(6))), NOBODY, NOBODY
    # of those with enough the smallest seller, for whom it is a great deal
    enough = worth >= 0.8 * SINGLE_MOST
    reach = stock[:, :, month] @ goods.terminal_price
    seller = int(np.argmin(np.where(enough.any(axis=1), reach, np.iinfo(np.int64).max)))
    if not enough.any():
        seller = int(np.argmax(worth.max(axis=1)))
    product = int(np.argmax(worth[seller]))
    here = (places.role == PROSPECT) & (places.province == partners.province[seller])
    terminal = int(np.flatnonzero(here)[0])
    amount = int(units[seller, product] * goods.terminal_price[product])
    stock[seller, product, month + 1 :] -= units[seller, product]
    row = (day, seller, terminal, product, int(units[seller, product]), amount)
    return Lines(*(np.array([value], dtype=np.int64) for value in row)), seller, terminal
