"""What happens between the makers and the terminals: stock policy, transfers to tier 2, sell-in, orders and invoices.

For every distributor, product and month the book is exact:

    opening stock + shipped in - shipped out (net of returns) = closing stock >= 0

Tier 2 orders from its tier 1, tier 1 from the maker; both aim at some weeks of stock of what went out lately.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight.demo import arrow
from insight.demo.chance import Flags, Floats, Ints, draw_factors, open_stream, settle, spread_rows
from insight.demo.days import (
    ELAPSED,
    MONTH_OF_DAY,
    MONTH_STARTS,
    MONTHS,
    THROUGH,
    WORKING_BEFORE,
    WORKING_DAYS,
    WORKING_IN_MONTH,
    last_working_days,
    month_end,
    shift_working_days,
    to_day,
    to_month,
)
from insight.demo.network import Network, distributor_ids
from insight.demo.products import Products, product_ids
from insight.demo.sales import Lines
from insight.demo.scenario import STORIES, Stories

LOADING_SLOT = 9  # the deliveries of a loaded quarter end


@dataclass(frozen=True)
class Channel:
    """Closing stock [distributor, product, month] with the opening one first (month 0 is the day before the data)."""

    stock: Ints
    transfers: Lines
    sell_in: Lines


def run_channel(seed: int, sales: Lines, network: Network, products: Products, stories: Stories = STORIES) -> Channel:
    """Stock, transfers and sell-in that serve the pure sales of distributors."""
    rng = open_stream(seed, "channel")
    through = sales.keep(sales.seller >= 0)
    shape = (network.count, products.count, MONTHS)
    size = shape[0] * shape[1] * shape[2]
    place = (through.seller * products.count + through.product) * MONTHS + MONTH_OF_DAY[through.day]
    out = np.rint(np.bincount(place, weights=through.quantity, minlength=size)).astype(np.int64).reshape(shape)
    stock = np.zeros((shape[0], shape[1], MONTHS + 1), dtype=np.int64)
    taken = np.zeros(shape, dtype=np.int64)
    loaded = np.zeros(shape, dtype=np.int64)
    aim = settle(network.cover_days[:, None] / 30.4 * draw_factors(rng, shape[:2], 0.2))
    first, second = np.flatnonzero(network.tier == 1), np.flatnonzero(network.tier == 2)
    _fill(rng, network, second, out, aim, stock, taken, loaded, stories)
    passed_on = np.zeros(shape, dtype=np.int64)
    np.add.at(passed_on, network.parent[second], taken[second])
    out = out + passed_on
    _fill(rng, network, first, out, aim, stock, taken, loaded, stories)
    prices = (products.distributor_price, products.old_distributor_price)
    moved = _ship(open_stream(seed, "shipments"), network, taken, loaded, prices, returns_rate=0.006)
    is_second = network.tier[moved.buyer] == 2
    transfers = moved.keep(is_second)
    # tier 2 pays its tier 1 a twentieth more than tier 1 pays
    dearer = transfers.amount // transfers.quantity * 105 // 100 * transfers.quantity
    transfers = Lines(
        transfers.day, network.parent[transfers.buyer], transfers.buyer, transfers.product, transfers.quantity, dearer
    )
    sell_in = moved.keep(~is_second)
    sell_in = Lines(
        sell_in.day, products.maker[sell_in.product], sell_in.buyer, sell_in.product, sell_in.quantity, sell_in.amount
    )
    return Channel(stock, transfers, sell_in)


def _fill(
    rng: np.random.Generator,
    network: Network,
    who: Ints,
    out: Ints,
    aim: Floats,
    stock: Ints,
    taken: Ints,
    loaded: Ints,
    stories: Stories,
) -> None:
    """Month by month take in what went out and what brings the stock to its aim; loaders far more at quarter ends."""
    recent = settle(out[who, :, :3].mean(axis=2), 3)
    stock[who, :, 0] = np.maximum(np.rint(settle(recent * aim[who], 3)), 0).astype(np.int64)
    quarter_ends = [to_month(month) for month in stories.loading_quarters]
    is_loader = np.isin(who, network.cast.loaders)
    for month in range(MONTHS):
        if month > 0:
            months = out[who, :, max(month - 4, 0) : month]
            recent = np.maximum(settle(months.mean(axis=2), 3), 0.0)
        noise = draw_factors(rng, recent.shape, 0.12)
        goal = np.rint(settle(recent * aim[who] * noise, 3)).astype(np.int64)
        opening, leaving = stock[who, :, month], out[who, :, month]
        coming = np.maximum(goal + leaving - opening, np.maximum(leaving - opening, 0))
        if month in quarter_ends:
            days = float(month_end(month) - MONTH_STARTS[month - 2] + 1)
            per_day = settle(out[who, :, month - 2 : month + 1].sum(axis=2) / days, 5)
            wanted = np.rint(settle(per_day * stories.loading_stock_days, 3)).astype(np.int64)
            extra = np.maximum(wanted + leaving - opening - coming, 0) * is_loader[:, None]
            loaded[who, :, month] = extra
            coming = coming + extra
        taken[who, :, month] = coming
        stock[who, :, month + 1] = opening + coming - leaving


def _ship(
    rng: np.random.Generator,
    network: Network,
    taken: Ints,
    loaded: Ints,
    prices: tuple[Ints, Ints],
    returns_rate: float,
) -> Lines:
    """Deliveries: what is taken in a month comes in one to three of the distributor's four to five delivery days.

    A few lines are sent back to the seller and delivered again, so that the month's net is what was taken.
    """
    buyer, product, month = np.nonzero(taken)
    units = taken[buyer, product, month]
    extra = loaded[buyer, product, month]
    plain = units - extra
    parts = np.where(network.tier[buyer] == 1, 1 + (plain > 20) + (plain > 120), 1 + (plain > 60))
    row, place = spread_rows(np.where(plain > 0, parts, 0))
    share = plain[row] // parts[row] + (place < plain[row] % parts[row])
    days_of = np.where(network.tier[buyer] == 1, 5, 3)
    slot = (product[row] + month[row] + place * 2) % days_of[row]
    late_row = np.flatnonzero(extra > 0)
    row = np.concatenate([row, late_row])
    share = np.concatenate([share, extra[late_row]])
    slot = np.concatenate([slot, np.full(len(late_row), LOADING_SLOT)])
    kept = share > 0
    row, share, slot = row[kept], share[kept], slot[kept]
    buyer, product, month = buyer[row], product[row], month[row]
    day = _delivery_days(rng, network, buyer, product, month, slot)
    old = day < to_day(STORIES.cut_from)
    price = np.where(old, prices[1][product], prices[0][product])
    lines = Lines(day, np.full(len(day), -1), buyer, product, share, share * price)
    # what is sent back leaves and comes again: the line grows by it
    back = np.flatnonzero((rng.random(len(day)) < returns_rate) & (slot != LOADING_SLOT))
    sent = np.maximum(share[back] // 4, 1)
    gone = shift_working_days(day[back], rng.integers(1, 6, len(back)))
    fits = (MONTH_OF_DAY[gone] == month[back]) & (gone <= THROUGH) & ((gone < to_day(STORIES.cut_from)) == old[back])
    back, sent, gone = back[fits], sent[fits], gone[fits]
    lines.quantity[back] += sent
    lines.amount[back] += sent * price[back]
    returned = Lines(gone, np.full(len(back), -1), buyer[back], product[back], -sent, -sent * price[back])
    return Lines(*(np.concatenate([a, b]) for a, b in zip(vars(lines).values(), vars(returned).values(), strict=True)))


def _delivery_days(
    rng: np.random.Generator, network: Network, buyer: Ints, product: Ints, month: Ints, slot: Ints
) -> Ints:
    """The distributor's delivery days of the month, spread over its working days; loaded goods in the last five."""
    jitter = rng.random((network.count, MONTHS, LOADING_SLOT + 1))
    slots = np.where(network.tier[buyer] == 1, 5, 3)
    working = np.where(month == MONTHS - 1, ELAPSED, WORKING_IN_MONTH[month])
    where = np.floor((slot + jitter[buyer, month, np.minimum(slot, LOADING_SLOT)]) * working / slots).astype(np.int64)
    day = WORKING_DAYS[WORKING_BEFORE[MONTH_STARTS[month]] + np.minimum(where, working - 1)]
    ends = np.array([last_working_days(m, 5) for m in range(MONTHS)])
    days: Ints = np.where(slot == LOADING_SLOT, ends[month, (product + buyer) % 5], day)
    return days


def tabulate_stocks(seed: int, channel: Channel, network: Network, products: Products) -> pa.Table:
    """Counts at every month's end (on the last day of data in the last month), the opening count first.

    Of 2% of the counts some units are missed. A sixth of the stock rows split off a lot that expires soon; one
    distributor in ten gives no expiry. The late distributor has not counted since it fell silent.
    """
    rng = open_stream(seed, "stocks")
    days = np.array([-1] + [month_end(month) for month in range(MONTHS)])
    handled = channel.stock.max(axis=2) > 0
    distributor, product, count = np.nonzero(handled[:, :, None] & np.ones(MONTHS + 1, dtype=bool))
    units = channel.stock[distributor, product, count]
    total = len(units)
    wrong = rng.random(total) < 0.02
    units = np.where(wrong, np.maximum(units - 1 - (rng.random(total) * units * 0.03).astype(np.int64), 0), units)
    counted = days[count]
    silent = (distributor == network.cast.late) & (counted >= to_day(STORIES.late_from))
    luck = rng.random(total)
    aged = np.where((luck < 0.17) & (units >= 8), (units * (0.05 + luck)).astype(np.int64), 0)
    near = counted + 40 + (rng.random(total) * 130).astype(np.int64)
    fresh = counted + 240 + (rng.random(total) * 300).astype(np.int64)
    columns = [np.concatenate([column, column]) for column in (counted, distributor, product)]
    quantity = np.concatenate([units - aged, aged])
    expiry = np.concatenate([fresh, near])
    kept = np.concatenate([~silent, ~silent & (aged > 0)])
    counted, distributor, product = (column[kept] for column in columns)
    quantity, expiry = quantity[kept], expiry[kept]
    gives_none = rng.random(network.count) < 0.1
    order = np.lexsort((expiry, product, distributor, counted))
    counted, distributor, product, quantity, expiry = (
        column[order] for column in (counted, distributor, product, quantity, expiry)
    )
    return _merge_lots(network, products, counted, distributor, product, quantity, expiry, gives_none[distributor])


def _merge_lots(
    network: Network,
    products: Products,
    counted: Ints,
    distributor: Ints,
    product: Ints,
    quantity: Ints,
    expiry: Ints,
    unsaid: Flags,
) -> pa.Table:
    """The table; lots of distributors that give no expiry are one row."""
    is_same = np.zeros(len(counted), dtype=bool)
    is_same[1:] = (counted[1:] == counted[:-1]) & (distributor[1:] == distributor[:-1]) & (product[1:] == product[:-1])
    merged = is_same & unsaid
    total = quantity.copy()
    total[np.flatnonzero(merged) - 1] += quantity[merged]
    kept = ~merged
    return arrow.fill_table(
        "stocks",
        {
            "counted_on": arrow.dates(counted[kept]),
            "distributor_id": arrow.pick_text(distributor_ids(network), distributor[kept]),
            "product_id": arrow.pick_text(product_ids(products), product[kept]),
            "quantity": arrow.quantities(total[kept]),
            "expires_on": arrow.dates(expiry[kept], unsaid[kept]),
        },
    )


def tabulate_orders(
    seed: int, network: Network, lines: Lines, document: Ints, credit_days: Ints
) -> dict[str, pa.Table]:
    """The tables orders and receivables, a row each for every sell-in document; ``lines``, ``document``: sell-in rows.

    An order is placed some days before it ships; what could not be delivered is the difference. Payers differ: most pay
    within a week of the due day, one in six about a month late. Orders of the last days are still on their way.
    """
    rng = open_stream(seed, "orders and invoices")
    documents, first, place = np.unique(document, return_index=True, return_inverse=True)
    count = len(documents)
    delivered = np.rint(np.bincount(place, weights=lines.amount, minlength=count)).astype(np.int64)
    shipped, distributor = lines.day[first], lines.buyer[first]
    kept = delivered > 0
    documents, delivered, shipped, distributor = (
        column[kept] for column in (documents, delivered, shipped, distributor)
    )
    count = len(documents)
    short = np.where(rng.random(count) < 0.2, settle(0.15 * rng.random(count), 4), 0.0)
    ordered = np.rint(settle(delivered * (1 + short) / 100, 2)).astype(np.int64) * 100
    ordered = np.where(short > 0, np.maximum(ordered, delivered), delivered)
    placed = shift_working_days(shipped, -rng.integers(2, 7, count))
    approved = np.minimum(shift_working_days(placed, rng.integers(0, 3, count)), shipped)
    arrived = shift_working_days(shipped, rng.integers(1, 5, count))
    invoiced = shift_working_days(shipped, rng.integers(0, 4, count))
    # orders placed in the last days and not shipped yet
    waiting = np.arange(min(count, max(network.count // 6, 4)))
    lately = np.full(len(waiting), THROUGH) - rng.integers(0, 4, len(waiting))
    who = rng.permutation(np.flatnonzero(network.tier == 1))[waiting % int((network.tier == 1).sum())]
    value = delivered[-1 - waiting]
    none = np.zeros(len(waiting), dtype=np.int64)
    is_open = np.concatenate([np.zeros(count, dtype=bool), np.ones(len(waiting), dtype=bool)])
    all_arrived, all_invoiced = np.concatenate([arrived, none]), np.concatenate([invoiced, none])
    orders = arrow.fill_table(
        "orders",
        {
            "order_id": arrow.number_ids("S", np.concatenate([documents, 90_000_000 + waiting]), 8),
            "distributor_id": arrow.pick_text(distributor_ids(network), np.concatenate([distributor, who])),
            "ordered_on": arrow.dates(np.concatenate([placed, lately])),
            "approved_on": arrow.dates(
                np.concatenate([approved, lately]), is_open & (np.concatenate([placed, lately]) > THROUGH - 2)
            ),
            "shipped_on": arrow.dates(np.concatenate([shipped, none]), is_open),
            "delivered_on": arrow.dates(all_arrived, is_open | (all_arrived > THROUGH)),
            "invoiced_on": arrow.dates(all_invoiced, is_open | (all_invoiced > THROUGH)),
            "ordered_amount": arrow.amounts(np.concatenate([ordered, value])),
            "delivered_amount": arrow.amounts(np.concatenate([delivered, none]), is_open),
        },
    )
    billed = invoiced <= THROUGH
    documents, delivered, distributor, invoiced = (
        column[billed] for column in (documents, delivered, distributor, invoiced)
    )
    count = len(documents)
    due = invoiced + credit_days[distributor]
    slowness = np.where(rng.random(network.count) < 0.17, 32, 2)[distributor]
    paid = due + slowness - 6 + (settle(-np.log(1.0 - rng.random(count))) * 7).astype(np.int64)
    is_paid = paid <= THROUGH
    part = np.where(~is_paid & (rng.random(count) < 0.2), delivered // 200 * 100, 0)
    receivables = arrow.fill_table(
        "receivables",
        {
            "invoice_id": arrow.number_ids("N", documents, 8),
            "distributor_id": arrow.pick_text(distributor_ids(network), distributor),
            "invoiced_on": arrow.dates(invoiced),
            "due_on": arrow.dates(due),
            "paid_on": arrow.dates(paid, ~is_paid),
            "amount": arrow.amounts(delivered),
            "paid_amount": arrow.amounts(np.where(is_paid, delivered, part)),
        },
    )
    return {"orders": orders, "receivables": receivables}
