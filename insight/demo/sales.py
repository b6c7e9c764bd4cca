"""Pure sales: every order of every terminal, line by line. All else in the channel follows from it.

Terminals order in their own rhythm; a product is in some of the orders. The quantity of a line is what was used since
the line before, times every factor of that day and month:

    quantity = yuan a day / price x days since the line before
               x growth x season x region x activities x joint visits x noise

rounded up or down by chance so that the mean is kept. An uplift of 18% is therefore 18% more in the rows of its months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight.demo.chance import Flags, Floats, Ints, draw_factors, draw_normal, open_stream, settle, spread_rows
from insight.demo.days import (
    DAYS,
    FESTIVALS,
    IS_WORKING,
    MONTH_OF_DAY,
    MONTH_STARTS,
    MONTHS,
    THROUGH,
    next_working_day,
    shape_of_days,
    shift_working_days,
    to_day,
    to_month,
)
from insight.demo.network import Network
from insight.demo.places import PROVINCE, PROVINCES
from insight.demo.products import LINES, Products, line_factors
from insight.demo.scenario import STORIES
from insight.demo.terminals import QUIET, Terminals, chance_of_product

RETURN_RATE = 0.015


@dataclass(frozen=True)
class Lines:
    """Shipment lines: parties by number, quantity in units, amount in cents; returns are negative."""

    day: Ints
    seller: Ints
    buyer: Ints
    product: Ints
    quantity: Ints
    amount: Ints

    @property
    def count(self) -> int:
        """Number of lines."""
        return len(self.day)

    def keep(self, kept: Flags | Ints) -> Lines:
        """Only some of the lines (by flags or places)."""
        return Lines(
            *(getattr(self, name)[kept] for name in ("day", "seller", "buyer", "product", "quantity", "amount"))
        )


def draw_sales(
    seed: int, terminals: Terminals, products: Products, network: Network, activity: Floats, joint: Floats
) -> tuple[Lines, Ints]:
    """All pure sales, returns and unreported ones included, and the pair of each line. Seller DIRECT is the maker."""
    day, order_starts, order_counts = _draw_orders(open_stream(seed, "orders"), terminals)
    pair, day = _draw_lines(open_stream(seed, "lines"), terminals, day, order_starts, order_counts)
    owner, product, line = terminals.pair_terminal[pair], terminals.pair_product[pair], terminals.pair_line[pair]
    month = MONTH_OF_DAY[day]
    since = _days_since_last(terminals, pair, day)
    factors = terminal_factors(seed, terminals) * activity * joint
    rng = open_stream(seed, "quantities")
    base = terminals.pair_rate[pair] * 100 / products.old_terminal_price[product]
    exact = base * since * factors[owner, month] * line_factors()[line, month] * shape_of_days()[day]
    exact = exact * draw_factors(rng, len(pair), 0.28)
    quantity = np.floor(settle(exact, 5) + settle(rng.random(len(pair)), 5)).astype(np.int64)
    seller = network.pair_supplier[pair]
    foreign = network.outside_supplier[owner]
    seller = np.where((foreign >= 0) & (day >= to_day(STORIES.outside_from)), foreign, seller)
    kept = quantity > 0
    pair, day, owner, product, quantity, seller = (
        column[kept] for column in (pair, day, owner, product, quantity, seller)
    )
    price = _unit_prices(terminals, products, owner, product, day)
    sold = Lines(day, seller, owner, product, quantity, quantity * price)
    returned, returned_pair = _draw_returns(open_stream(seed, "returns"), terminals, sold, pair)
    both = Lines(*(np.concatenate([a, b]) for a, b in zip(vars(sold).values(), vars(returned).values(), strict=True)))
    return both, np.concatenate([pair, returned_pair])


def is_reported(lines: Lines, network: Network) -> Flags:
    """Which lines arrived: what the late distributor sold since August is in no row, as it has sent no file."""
    arrived: Flags = (lines.seller != network.cast.late) | (lines.day < to_day(STORIES.late_from))
    return arrived


def terminal_factors(seed: int, terminals: Terminals) -> Floats:
    """Demand factor of each terminal in each month: its growth, its own slow ups and downs, its province's weakness."""
    rng = open_stream(seed, "demand")
    years = (np.arange(MONTHS) - 12) / 12
    growth = np.exp(settle(terminals.growth[:, None] * years[None, :]))
    level = 0.13 * draw_normal(rng, terminals.count)
    shocks = np.empty((terminals.count, MONTHS))
    for month in range(MONTHS):
        shocks[:, month] = level
        level = settle(0.80 * level + 0.078 * draw_normal(rng, terminals.count))
    weakness = np.ones((len(PROVINCES), MONTHS))
    first, last = to_month(STORIES.weakening_from), to_month(STORIES.weakening_to)
    progress = np.clip((np.arange(MONTHS) - first + 1) / (last - first + 1), 0, 1)
    for code, lost in STORIES.weak_provinces:
        weakness[PROVINCE[code]] = 1 - lost * progress
    return settle(settle(growth) * settle(np.exp(shocks)) * weakness[terminals.province])


def _draw_orders(rng: np.random.Generator, terminals: Terminals) -> tuple[Ints, Ints, Ints]:
    """Days of orders, terminal by terminal: fairly regular gaps, hardly any on days off, more at month ends.

    Every sixth order of the second half of a month waits for its last three working days. Half the orders around the
    Spring Festival are not placed.
    """
    buys = terminals.buys
    span = np.where(buys, terminals.closes - terminals.opens + 1, 0)
    counts = np.where(span > 0, np.ceil(span / terminals.interval * 1.15).astype(np.int64) + 4, 0)
    owner, place = spread_rows(counts)
    gaps = terminals.interval[owner] * draw_factors(rng, len(owner), 0.35)
    gaps = np.where(place == 0, terminals.interval[owner] * rng.random(len(owner)), gaps)
    steps = np.rint(settle(gaps, 3) * 1000).astype(np.int64)
    total = np.cumsum(steps)
    starts = np.cumsum(counts) - counts
    before = np.where(starts > 0, total[np.maximum(starts, 1) - 1], 0)
    day = terminals.opens[owner] + (total - before[owner]) // 1000
    kept = day <= terminals.closes[owner]
    owner, day = owner[kept], day[kept]
    luck = rng.random(len(day))
    # what would fall on a day off is ordered on the working day after, the one after that, or the one before
    jump = np.where(luck < 0.50, 0, np.where(luck < 0.78, 1, -1))
    day = np.where(
        IS_WORKING[day] | (luck > 0.94), day, np.maximum(shift_working_days(day, jump), terminals.opens[owner])
    )
    luck = rng.random(len(day))
    month = MONTH_OF_DAY[day]
    end = MONTH_STARTS[month + 1]
    waits = (luck < 0.17) & (day - MONTH_STARTS[month] >= 14)
    last_days = shift_working_days(end, -1 - np.floor(luck / 0.17 * 3).astype(np.int64) % 3)
    day = np.where(waits, np.maximum(day, last_days), day)
    luck = rng.random(len(day))
    is_lost = np.zeros(len(day), dtype=bool)
    for festival in FESTIVALS:
        start = to_day(festival)
        is_lost |= (day >= start - 3) & (day <= start + 8) & (luck < 0.5)
    kept = (day <= terminals.closes[owner]) & ~is_lost
    keys = np.sort(owner[kept] * 4096 + day[kept])
    owner, day = keys // 4096, keys % 4096
    counts = np.bincount(owner, minlength=terminals.count)
    return day, np.cumsum(counts) - counts, counts


def _draw_lines(
    rng: np.random.Generator, terminals: Terminals, order_day: Ints, order_starts: Ints, order_counts: Ints
) -> tuple[Ints, Ints]:
    """Which orders hold each pair: every 1/chance-th, from a random first one. Gives pairs and days, pair by pair."""
    bought = np.bincount(terminals.pair_terminal, minlength=terminals.count)
    chance = chance_of_product(bought)[terminals.pair_terminal]
    first = settle(rng.random(len(chance)), 4)
    orders = order_counts[terminals.pair_terminal]
    counts = np.maximum(np.ceil(orders * chance - first), 0).astype(np.int64)
    pair, place = spread_rows(counts)
    order = np.floor((place + first[pair]) / chance[pair]).astype(np.int64)
    order = np.minimum(order, orders[pair] - 1)
    day = order_day[order_starts[terminals.pair_terminal[pair]] + order]
    kept = day >= terminals.pair_opens[pair]
    return pair[kept], day[kept]


def _days_since_last(terminals: Terminals, pair: Ints, day: Ints) -> Floats:
    """Days since the pair's line before; for its first line the usual gap. Never more than four usual gaps."""
    bought = np.bincount(terminals.pair_terminal, minlength=terminals.count)
    usual = terminals.interval / chance_of_product(bought)
    usual = settle(usual, 2)[terminals.pair_terminal[pair]]
    since = np.empty(len(pair))
    since[1:] = day[1:] - day[:-1]
    is_first = np.ones(len(pair), dtype=bool)
    is_first[1:] = pair[1:] != pair[:-1]
    since = np.where(is_first, usual, since)
    return np.minimum(since, 4 * usual)


def _unit_prices(terminals: Terminals, products: Products, owner: Ints, product: Ints, day: Ints) -> Ints:
    """Price to the terminal in cents: the list of the day less the terminal's discount, to the nearest cent."""
    listed = np.where(
        day < to_day(STORIES.cut_from), products.old_terminal_price[product], products.terminal_price[product]
    )
    return (listed * (1000 - terminals.discount[owner]) + 500) // 1000


def _draw_returns(rng: np.random.Generator, terminals: Terminals, sold: Lines, pair: Ints) -> tuple[Lines, Ints]:
    """One line in 65 comes back in part or whole, three days to four weeks later, at the price it was sold for."""
    luck = rng.random(sold.count)
    later = 3 + (rng.random(sold.count) * 25).astype(np.int64)
    part = settle(0.1 + 0.6 * rng.random(sold.count), 4)
    day = next_working_day(np.minimum(sold.day + later, DAYS + 20))
    # quiet accounts stay quiet: nothing of their last weeks comes back
    is_calm = (terminals.role[sold.buyer] == QUIET) & (day > terminals.closes[sold.buyer] - 31)
    places = np.flatnonzero((luck < RETURN_RATE / (1 - RETURN_RATE)) & (day <= THROUGH) & ~is_calm)
    back = np.maximum(np.floor(sold.quantity[places] * part[places]).astype(np.int64), 1)
    price = sold.amount[places] // sold.quantity[places]
    lines = Lines(day[places], sold.seller[places], sold.buyer[places], sold.product[places], -back, -back * price)
    return lines, pair[places]


def sum_months(lines: Lines, products: Products, terminals: Terminals) -> Ints:
    """Net amount in cents by terminal, line and month: [terminal, line, month]."""
    shape = (terminals.count, len(LINES), MONTHS)
    place = (lines.buyer * len(LINES) + products.line[lines.product]) * MONTHS + MONTH_OF_DAY[lines.day]
    return (
        np.rint(np.bincount(place, weights=lines.amount, minlength=shape[0] * shape[1] * shape[2]))
        .astype(np.int64)
        .reshape(shape)
    )
