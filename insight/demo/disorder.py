"""Small doses of disorder in the flow, planted when all else is drawn: nothing else is drawn anew because of them.

A dumper sells one line below what it pays for it. A round trip: goods leave at a quarter's end and come back whole in
the first days of the next. A single purchase: an institution that never bought takes a lot, once. A stray batch: goods
of a batch that the maker shipped to one distributor only turn up with another's customers far away. Many hands: a few
institutions buy some of one line from every distributor around. Stock books stay exact: what leaves for a while, or for
good, is missing from the counts in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from insight.demo.batches import make_code
from insight.demo.chance import Flags, Ints
from insight.demo.channel import Channel
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
STRAY_LINES, MOST_TRIED = 6, 400
HANDS_TERMINALS, HANDS_DAYS = 5, (date(2026, 3, 11), date(2026, 5, 13), date(2026, 7, 15))
DOSE = 0.7  # of what the offender sells outside
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
    hands_terminals: Ints
    hands_places: Ints


NO_PLACES: Ints = np.zeros(0, dtype=np.int64)
NONE = Disorder(NOBODY, NOBODY, NOBODY, NO_PLACES, NOBODY, NOBODY, NO_PLACES, NO_PLACES, NO_PLACES)


@dataclass(frozen=True)
class Stray:
    """The batch that strayed: to whom the maker shipped it, where it turned up, on which lines of the flows."""

    product: int
    code: int
    shipped_to: int
    seller: int
    shipped: Ints
    places: Ints


def plant_disorder(
    sold: Lines, moved: Channel, goods: Products, places: Terminals, partners: Network, guests: Ints, stories: Stories
) -> tuple[Lines, Lines, Channel, Disorder]:
    """The sales with the dumper's prices, the lines that are added to them, the channel with fewer counted units.

    Who plays another part is left alone, and so are the weak regions, whose attainment is a story of its own.
    """
    extra = sold.keep(NO_PLACES)
    if not stories.has_disorder:
        return sold, extra, moved, NONE
    is_cast = np.zeros(partners.count, dtype=bool)
    cast = partners.cast
    is_cast[[cast.star, *cast.loaders, cast.offender, cast.late, *cast.border]] = True
    weak = {PROVINCES[PROVINCE[code]].region for code, _ in stories.weak_provinces}
    is_cast |= np.isin(np.array([p.region for p in PROVINCES])[partners.province], sorted(weak))
    outside = _sum_outside(sold, places, partners, stories)
    sold, dumper = _dump(sold, goods, places, partners, is_cast, outside, stories)
    is_cast[dumper] = is_cast[dumper] or dumper != NOBODY
    stock = moved.stock.copy()
    trip, tripper, terminal = _travel(sold, stock, goods, places, is_cast, guests, outside, stories)
    is_cast[tripper] = is_cast[tripper] or tripper != NOBODY
    single, seller, buyer = _buy_once(stock, goods, places, partners, is_cast, stories)
    hands = _add_hands(sold, stock, goods, places, partners, is_cast, guests, stories)
    parts = (trip, single, hands)
    extra = Lines(*(np.concatenate(columns) for columns in zip(*(vars(part).values() for part in parts), strict=True)))
    numbers = np.arange(extra.count)
    first, second = trip.count, trip.count + single.count
    disorder = Disorder(
        dumper=dumper,
        tripper=tripper,
        trip_terminal=terminal,
        trip_places=numbers[:first],
        single_seller=seller,
        single_terminal=buyer,
        single_places=numbers[first:second],
        hands_terminals=np.unique(hands.buyer),
        hands_places=numbers[second:],
    )
    return sold, extra, replace(moved, stock=stock), disorder


def choose_stray(
    lines: Lines, makers: int, places: Terminals, partners: Network, taken: Ints, stories: Stories
) -> Stray | None:
    """One lot that a single tier 1 was shipped, and the lines of a tier 2 of another region on which it turns up.

    ``taken``: distributors that play another part. The lines hold at most 60% of what was shipped.
    """
    if not stories.has_disorder:
        return None
    first, last = to_day(stories.stray_from), to_day(stories.stray_to)
    distributors = partners.count
    shipped_in = to_month(stories.stray_from) - 1
    sent = lines.quantity > 0
    entry = (lines.seller < makers) & (lines.buyer < distributors) & sent & (MONTH_OF_DAY[lines.day] == shipped_in)
    goods = int(lines.product.max()) + 1
    shape = distributors, goods
    size = distributors * goods
    keys = lines.buyer[entry] * goods + lines.product[entry]
    lots = np.bincount(keys, weights=lines.quantity[entry], minlength=size).reshape(shape)
    is_sale = (lines.seller >= makers) & (lines.buyer >= distributors) & sent
    window = np.flatnonzero(is_sale & (lines.day >= first) & (lines.day < last))
    seller, product = lines.seller[window] - makers, lines.product[window]
    home = partners.province[seller] == places.province[lines.buyer[window] - distributors]
    keys = seller[home] * goods + product[home]
    amount = np.bincount(keys, weights=lines.amount[window][home], minlength=size).reshape(shape)
    regions = np.array([p.region for p in PROVINCES])[partners.province]
    is_free = (partners.tier == 2) & ~np.isin(np.arange(distributors), taken)
    value = np.where(is_free[:, None] & (amount <= STRAY_MOST), amount, 0.0)
    for place in np.argsort(-value, axis=None, kind="stable")[:MOST_TRIED]:
        there, item = divmod(int(place), goods)
        mine = window[home & (seller == there) & (product == item)]
        is_far = (partners.tier == 1) & (regions != regions[there]) & ~partners.may_sell[:, partners.province[there]]
        source = int(np.argmax(np.where(is_far & ~np.isin(np.arange(distributors), taken), lots[:, item], 0.0)))
        seen = mine[np.cumsum(lines.quantity[mine]) <= 0.6 * lots[source, item]]
        if value[there, item] > 0 and len(seen) >= STRAY_LINES:
            shipped = np.flatnonzero(entry & (lines.buyer == source) & (lines.product == item))
            return Stray(item, make_code(shipped_in - 1, "C"), source, there, shipped, seen)
    return None


def let_stray(lines: Lines, codes: Ints, stray: Stray, makers: int) -> None:
    """Write the batch on the lines where it turns up; as much less of it is left for those who were shipped it."""
    is_it = (lines.product == stray.product) & (codes == stray.code) & (lines.seller >= makers) & (lines.quantity > 0)
    drawn = np.flatnonzero(is_it)
    shipped = int(lines.quantity[stray.shipped].sum())
    left = shipped - int(lines.quantity[stray.places].sum())
    order = drawn[np.argsort(lines.day[drawn], kind="stable")]
    over = order[np.cumsum(lines.quantity[order]) > left]
    # what they sold beyond that was of the lot they had before
    before = (lines.product == stray.product) & (lines.seller - makers == stray.shipped_to) & (codes != stray.code)
    before &= lines.day <= int(lines.day[stray.shipped].max())
    codes[over] = codes[np.flatnonzero(before)[-1]] if before.any() else stray.code
    codes[stray.places] = stray.code


def _sum_outside(sold: Lines, places: Terminals, partners: Network, stories: Stories) -> int:
    """What the offender sells outside while the doses last, in cents: none of them is to come near it."""
    offender = partners.cast.offender
    is_it = (sold.seller == offender) & (sold.day >= to_day(stories.dump_from))
    return int(sold.amount[is_it & ~partners.may_sell[offender, places.province[sold.buyer]]].sum())


def _dump(
    sold: Lines,
    goods: Products,
    places: Terminals,
    partners: Network,
    is_cast: Flags,
    outside: int,
    stories: Stories,
) -> tuple[Lines, int]:
    """One tier 2 sells one line below its own purchase price; two others at least sell the line in its province."""
    line = LINE[stories.dump_line]
    is_it = (sold.day >= to_day(stories.dump_from)) & (goods.line[sold.product] == line) & (sold.seller >= 0)
    seller, province = sold.seller[is_it], places.province[sold.buyer[is_it]]
    amount = np.bincount(seller, weights=sold.amount[is_it], minlength=partners.count)
    pairs = np.unique(seller * len(PROVINCES) + province)
    rivals = np.bincount(pairs % len(PROVINCES), minlength=len(PROVINCES)) - 1
    can = (partners.tier == 2) & ~is_cast & (rivals[partners.province] >= 2)
    can &= amount <= min(DUMP_MOST, outside * DOSE)
    if not (can & (amount > 0)).any():
        return sold, NOBODY
    dumper = int(np.argmax(np.where(can, amount, 0)))
    # tier 2 pays a twentieth more than the list to distributors
    paid = goods.distributor_price * 105 // 100
    price = paid[sold.product] * round(stories.dump_price * 1000) // 1000
    cheap = is_it & (sold.seller == dumper)
    return replace(sold, amount=np.where(cheap, sold.quantity * price, sold.amount)), dumper


def _travel(
    sold: Lines,
    stock: Ints,
    goods: Products,
    places: Terminals,
    is_cast: Flags,
    guests: Ints,
    outside: int,
    stories: Stories,
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
    can = (
        ~is_cast
        & served
        & (total <= min(TRIP_MOST, outside * DOSE / len(months)))
        & (np.take_along_axis(left, best, axis=1).min(axis=1) >= 4)
    )
    if not can.any():
        return sold.keep(NO_PLACES), NOBODY, NOBODY
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
        return Lines(*(NO_PLACES for _ in range(6))), NOBODY, NOBODY
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


def _add_hands(
    sold: Lines,
    stock: Ints,
    goods: Products,
    places: Terminals,
    partners: Network,
    is_cast: Flags,
    guests: Ints,
    stories: Stories,
) -> Lines:
    """A few terminals that buy a line from two distributors buy a little of it from one or two more, 7% cheaper."""
    line = LINE[stories.dump_line]
    recent = (sold.day >= to_day(stories.dump_from)) & (goods.line[sold.product] == line) & (sold.seller >= 0)
    buyer, seller = sold.buyer[recent], sold.seller[recent]
    links = np.unique(buyer * partners.count + seller)
    hands = np.bincount(links // partners.count, minlength=places.count)
    worth = np.bincount(buyer, weights=sold.amount[recent], minlength=places.count)
    regions = np.array([p.region for p in PROVINCES])[places.province]
    weak = [PROVINCES[PROVINCE[code]].region for code, _ in stories.weak_provinces]
    is_free = (places.role == PLAIN) & ~np.isin(np.arange(places.count), guests) & ~np.isin(regions, weak)
    rows: list[tuple[int, ...]] = []
    chosen = 0
    for terminal in np.argsort(-np.where(is_free & (hands == 2), worth, 0), kind="stable").tolist():
        if chosen == HANDS_TERMINALS or worth[terminal] <= 0 or hands[terminal] != 2:
            break
        current = links[links // partners.count == terminal] % partners.count
        can = partners.may_sell[:, places.province[terminal]] & partners.carries[:, line] & ~is_cast
        can[current] = False
        mine = sold.keep(recent & (sold.buyer == terminal) & (sold.quantity > 0))
        product = int(np.argmax(np.bincount(mine.product, weights=mine.amount, minlength=goods.count)))
        usual = max(int(mine.quantity[mine.product == product].mean()), 2)
        left = stock[:, product, to_month(HANDS_DAYS[0]) + 1 :].min(axis=1) // len(HANDS_DAYS)
        others = np.flatnonzero(can & (left >= 1))[:2]
        for place, other in enumerate(others.tolist()):
            units = min(usual, int(left[other]))
            price = int(goods.terminal_price[product]) * (93 if place == 0 else 97) // 100
            for when in HANDS_DAYS:
                day = to_day(when)
                rows.append((day, other, terminal, product, units, units * price))
                stock[other, product, int(MONTH_OF_DAY[day]) + 1 :] -= units
        chosen += len(others) > 0
    if not rows:
        return sold.keep(NO_PLACES)
    return Lines(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))
