"""The whole company from one seed: the parts in the order in which they need one another, and the table of flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight.company import Company, Workspace
from insight.demo import arrow, channel, field, marketing, network, plans, products, sales, terminals
from insight.demo.chance import Ints, open_stream
from insight.demo.days import DAYS, MONTH_OF_DAY, MONTHS, THROUGH, THROUGH_ON
from insight.demo.sales import Lines
from insight.demo.scenario import Size


@dataclass(frozen=True)
class World:
    """Everything that was drawn, before and after it became tables; what the truths are read from."""

    products: products.Products
    terminals: terminals.Terminals
    network: network.Network
    activities: marketing.Activities
    field: field.Field
    sales: Lines  # as reported
    sums: Ints  # net pure sales in cents by terminal, line and month, as reported
    sell_in: Lines
    stock: Ints
    company: Company


def build_world(seed: int, size: Size) -> World:
    """Draw everything and fill every table."""
    goods = products.list_products(seed)
    places = terminals.draw_terminals(seed, size, goods)
    partners = network.draw_network(seed, size, places)
    events = marketing.draw_activities(seed, size, places, partners)
    force = field.draw_field(seed, size, places, partners)
    lifts = marketing.activity_factors(events, places), field.joint_factors(force, places)
    sold, pair = sales.draw_sales(seed, places, goods, partners, *lifts)
    moved = channel.run_channel(seed, sold, partners, goods)
    arrived = sales.is_reported(sold, partners)
    sold, pair = sold.keep(arrived), pair[arrived]
    sums = sales.sum_months(sold, goods, places)
    first_orders, last_orders = _find_pair_spans(places, sold, pair)
    flows, entry, document = _tabulate_flows(seed, sold, moved, goods, places, partners)
    tables = products.tabulate(goods)
    tables |= terminals.tabulate(seed, places, goods, first_orders, last_orders)
    tables |= network.tabulate(seed, partners, _sum_last_year(moved, partners.count))
    tables |= field.tabulate(seed, size, force, places, partners)
    tables |= marketing.tabulate(seed, events, places, partners)
    tables["targets"] = plans.plan_targets(seed, sums, sold, moved.sell_in, goods, places, partners, force)
    tables["stocks"] = channel.tabulate_stocks(seed, moved, partners, goods)
    credit_days = tables["distributors"]["credit_days"].to_numpy()
    tables |= channel.tabulate_orders(seed, partners, entry, document, credit_days)
    tables["flows"] = flows
    workspace = Workspace(
        name="示例诊断",
        name_en="Demo Diagnostics",
        currency="CNY",
        is_net_of_tax=True,
        calendar="CN",
        is_synthetic=True,
        data_through_on=THROUGH_ON,
    )
    company = Company(workspace, dict(sorted(tables.items())))
    return World(goods, places, partners, events, force, sold, sums, moved.sell_in, moved.stock, company)


def _find_pair_spans(places: terminals.Terminals, sold: Lines, pair: Ints) -> tuple[Ints, Ints]:
    """Day of the first and the last shipment of every pair, -1 for none."""
    bought = sold.quantity > 0
    first = np.full(len(places.pair_terminal), DAYS, dtype=np.int64)
    last = np.full(len(places.pair_terminal), -1, dtype=np.int64)
    np.minimum.at(first, pair[bought], sold.day[bought])
    np.maximum.at(last, pair[bought], sold.day[bought])
    return np.where(last < 0, -1, first), last


def _sum_last_year(moved: channel.Channel, count: int) -> Ints:
    """What each distributor took in over the last 365 days, in cents."""
    total = np.zeros(count, dtype=np.int64)
    for lines in (moved.sell_in, moved.transfers):
        recent = lines.day > THROUGH - 365
        total += np.rint(np.bincount(lines.buyer[recent], weights=lines.amount[recent], minlength=count)).astype(
            np.int64
        )
    return np.maximum(total, 0)


def _tabulate_flows(
    seed: int,
    sold: Lines,
    moved: channel.Channel,
    goods: products.Products,
    places: terminals.Terminals,
    partners: network.Network,
) -> tuple[pa.Table, Lines, Ints]:
    """All shipments, ordered by day, seller, buyer, sign and product; and the sell-in lines with their documents.

    A document is what one seller shipped one buyer on one day; what comes back has a document of its own.
    """
    makers, distributors = len(products.MANUFACTURERS), partners.count
    maker_sold = goods.maker[sold.product]
    sellers = np.concatenate(
        [
            np.where(sold.seller < 0, maker_sold, sold.seller + makers),
            moved.transfers.seller + makers,
            moved.sell_in.seller,
        ]
    )
    buyers = np.concatenate([sold.buyer + distributors, moved.transfers.buyer, moved.sell_in.buyer])
    day, product, quantity, amount = (
        np.concatenate([getattr(sold, name), getattr(moved.transfers, name), getattr(moved.sell_in, name)])
        for name in ("day", "product", "quantity", "amount")
    )
    partition = (day * (makers + distributors) + sellers) * (distributors + places.count) + buyers
    partition = partition * 2 + (quantity < 0)
    order = np.argsort(partition * 64 + product, kind="stable")
    day, sellers, buyers, product, quantity, amount, partition = (
        column[order] for column in (day, sellers, buyers, product, quantity, amount, partition)
    )
    count = len(day)
    document = np.ones(count, dtype=np.int64)
    document[1:] = np.cumsum(partition[1:] != partition[:-1]) + 1
    seller_ids = pa.array([row[0] for row in products.MANUFACTURERS] + network.distributor_ids(partners))
    buyer_ids = pa.concat_arrays([pa.array(network.distributor_ids(partners)), terminals.terminal_ids(places)])
    source = np.where(sellers < makers, 1, partners.source[np.maximum(sellers - makers, 0)])
    table = arrow.fill_table(
        "flows",
        {
            "flow_id": arrow.number_ids("F", np.arange(1, count + 1), 8),
            "occurred_on": arrow.dates(day),
            "seller_id": seller_ids.take(pa.array(sellers)),
            "buyer_id": buyer_ids.take(pa.array(buyers)),
            "product_id": arrow.pick_text(products.product_ids(goods), product),
            "quantity": arrow.quantities(quantity),
            "amount": arrow.amounts(amount),
            "batch": _name_batches(open_stream(seed, "batches"), goods, day, product),
            "document_no": arrow.number_ids("S", document, 8),
            "source": arrow.pick_text(network.SOURCES, source),
        },
    )
    is_entry = (sellers < makers) & (buyers < distributors)
    entry = Lines(*(column[is_entry] for column in (day, sellers, buyers, product, quantity, amount)))
    return table, entry, document[is_entry]


def _name_batches(rng: np.random.Generator, goods: products.Products, day: Ints, product: Ints) -> pa.Array:
    """Batches such as ``P07-2506B``: product, month made (one to four months before), and which of two."""
    made = MONTH_OF_DAY[day] - 1 - rng.integers(0, 4, len(day))
    which = rng.integers(0, 2, len(day))
    months = range(-6, MONTHS)
    names = [
        f"{product_id}-{(2023 * 12 + 9 + month) // 12 % 100:02d}{(2023 * 12 + 9 + month) % 12 + 1:02d}{letter}"
        for product_id in products.product_ids(goods)
        for month in months
        for letter in "AB"
    ]
    return arrow.pick_text(names, (product * len(months) + made + 6) * 2 + which)
