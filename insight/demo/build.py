"""The whole company from one seed: the parts in the order in which they need one another, and the table of flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight.company import Company, Workspace
from insight.demo import arrow, batches, channel, disorder, field, marketing, network, plans, products, sales, terminals
from insight.demo.chance import Ints
from insight.demo.days import DAYS, THROUGH, THROUGH_ON
from insight.demo.disorder import Disorder, Stray
from insight.demo.sales import Lines
from insight.demo.scenario import STORIES, Size, Stories


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
    added: Lines  # sales added for the sake of disorder; ``sales`` holds them too
    disorder: Disorder
    stray: Stray | None
    flows: Lines  # all of it, as in the table
    stories: Stories
    company: Company


def build_world(seed: int, size: Size, stories: Stories = STORIES) -> World:
    """Draw everything and fill every table."""
    goods = products.list_products(seed)
    places = terminals.draw_terminals(seed, size, goods)
    partners = network.draw_network(seed, size, places, stories)
    events = marketing.draw_activities(seed, size, places, partners)
    force = field.draw_field(seed, size, places, partners)
    lifts = marketing.activity_factors(events, places), field.joint_factors(force, places)
    sold, pair = sales.draw_sales(seed, places, goods, partners, *lifts)
    moved = channel.run_channel(seed, sold, partners, goods, stories)
    arrived = sales.is_reported(sold, partners)
    sold, pair = sold.keep(arrived), pair[arrived]
    sums = sales.sum_months(sold, goods, places)
    first_orders, last_orders = _find_pair_spans(places, sold, pair)
    # plans were made, and orders placed, without knowing of the disorder
    planned, planned_sums = sold, sums
    guests = np.unique(events.row_terminal)
    sold, added, moved, unrest = disorder.plant_disorder(sold, moved, goods, places, partners, guests, stories)
    shipped, document, entry = _gather_flows(sold, added, moved, goods, places, partners)
    parts = (unrest.dumper, unrest.tripper, unrest.single_seller, *vars(partners.cast).values())
    flows, stray = _tabulate_flows(seed, shipped, document, moved, goods, places, partners, parts, stories)
    sold = _join(sold, added)
    sums = sales.sum_months(sold, goods, places)
    tables = products.tabulate(goods)
    tables |= terminals.tabulate(seed, places, goods, first_orders, last_orders)
    tables |= network.tabulate(seed, partners, _sum_last_year(moved, partners.count))
    tables |= field.tabulate(seed, size, force, places, partners)
    tables |= marketing.tabulate(seed, events, places, partners)
    tables["targets"] = plans.plan_targets(seed, planned_sums, planned, moved.sell_in, goods, places, partners, force)
    tables["stocks"] = channel.tabulate_stocks(seed, moved, partners, goods)
    credit_days = tables["distributors"]["credit_days"].to_numpy()
    tables |= channel.tabulate_orders(seed, partners, shipped.keep(entry), document[entry], credit_days)
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
    return World(
        products=goods,
        terminals=places,
        network=partners,
        activities=events,
        field=force,
        sales=sold,
        sums=sums,
        sell_in=moved.sell_in,
        stock=moved.stock,
        added=added,
        disorder=unrest,
        stray=stray,
        flows=shipped,
        stories=stories,
        company=company,
    )


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


def _join(*parts: Lines) -> Lines:
    return Lines(*(np.concatenate(columns) for columns in zip(*(vars(part).values() for part in parts), strict=True)))


def _gather_flows(
    sold: Lines,
    added: Lines,
    moved: channel.Channel,
    goods: products.Products,
    places: terminals.Terminals,
    partners: network.Network,
) -> tuple[Lines, Ints, Ints]:
    """All shipments, ordered by day, seller, buyer, sign and product, what was added at the end; their documents; and
    the places of sell-in. Makers come before distributors among sellers, distributors before terminals among buyers.

    A document is what one seller shipped one buyer on one day; what comes back has a document of its own.
    """
    makers, distributors = len(products.MANUFACTURERS), partners.count
    lines = _join(
        Lines(
            sold.day,
            np.where(sold.seller < 0, goods.maker[sold.product], sold.seller + makers),
            sold.buyer + distributors,
            sold.product,
            sold.quantity,
            sold.amount,
        ),
        Lines(*{**vars(moved.transfers), "seller": moved.transfers.seller + makers}.values()),
        moved.sell_in,
    )
    partition = (lines.day * (makers + distributors) + lines.seller) * (distributors + places.count) + lines.buyer
    partition = partition * 2 + (lines.quantity < 0)
    order = np.argsort(partition * 64 + lines.product, kind="stable")
    lines, partition = lines.keep(order), partition[order]
    entry = np.flatnonzero((lines.seller < makers) & (lines.buyer < distributors))
    document = np.ones(lines.count, dtype=np.int64)
    document[1:] = np.cumsum(partition[1:] != partition[:-1]) + 1
    late = Lines(*{**vars(added), "seller": added.seller + makers, "buyer": added.buyer + distributors}.values())
    last = int(document[-1]) if len(document) else 0
    return _join(lines, late), np.concatenate([document, last + 1 + np.arange(late.count)]), entry


def _tabulate_flows(
    seed: int,
    lines: Lines,
    document: Ints,
    moved: channel.Channel,
    goods: products.Products,
    places: terminals.Terminals,
    partners: network.Network,
    parts: tuple[object, ...],
    stories: Stories,
) -> tuple[pa.Table, Stray | None]:
    """The table of flows, and the batch that strayed; ``parts``: distributors that play a part already."""
    makers = len(products.MANUFACTURERS)
    taken = np.hstack([np.atleast_1d(np.asarray(part, dtype=np.int64)) for part in parts])
    stray = disorder.choose_stray(lines, makers, places, partners, taken, stories)
    named = (stray.shipped, stray.code) if stray else None
    codes = batches.follow_batches(seed, lines, makers, partners.count, partners.tier, moved.stock[:, :, 0], named)
    if stray:
        disorder.let_stray(lines, codes, stray, makers)
    seller_ids = pa.array([row[0] for row in products.MANUFACTURERS] + network.distributor_ids(partners))
    buyer_ids = pa.concat_arrays([pa.array(network.distributor_ids(partners)), terminals.terminal_ids(places)])
    source = np.where(lines.seller < makers, 1, partners.source[np.maximum(lines.seller - makers, 0)])
    table = arrow.fill_table(
        "flows",
        {
            "flow_id": arrow.number_ids("F", np.arange(1, lines.count + 1), 8),
            "occurred_on": arrow.dates(lines.day),
            "seller_id": seller_ids.take(pa.array(lines.seller)),
            "buyer_id": buyer_ids.take(pa.array(lines.buyer)),
            "product_id": arrow.pick_text(products.product_ids(goods), lines.product),
            "quantity": arrow.quantities(lines.quantity),
            "amount": arrow.amounts(lines.amount),
            "batch": batches.tabulate_batches(goods, lines.product, codes),
            "document_no": arrow.number_ids("S", document, 8),
            "source": arrow.pick_text(network.SOURCES, source),
        },
    )
    return table.take(pa.array(np.argsort(lines.day, kind="stable"))), stray
