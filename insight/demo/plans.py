"""Targets by month and line of provinces, distributors and reps, made from what was sold and the attainment to show.

A year's target of a province and line is set so that what was sold to date over the target to date (the current month
by working days) is the planted attainment; it is spread over the months by the shape of the year. Sold to date 94 at
94% attainment, with three quarters of the year's shape gone, is a year's target of 100 / 0.75 = 133.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from insight.demo import arrow
from insight.demo.chance import Floats, Ints, open_stream, settle
from insight.demo.days import (
    ELAPSED,
    MONTH_OF_DAY,
    MONTH_STARTS,
    MONTHS,
    PLAN_MONTHS,
    WORKING_IN_MONTH,
    shape_of_months,
    to_month,
)
from insight.demo.field import Field, rep_ids
from insight.demo.network import Network, distributor_ids
from insight.demo.places import PROVINCE, PROVINCES, REGIONS
from insight.demo.products import LINE, LINES, Products
from insight.demo.sales import Lines
from insight.demo.scenario import STORIES
from insight.demo.terminals import Terminals

_YEARS = ((0, 3), (3, 15), (15, 27), (27, PLAN_MONTHS))  # 2023 from October, 2024, 2025, 2026
_RESTATED = ("JS", "HA", "HB", "LN", "GD")  # second half of 2026: version 2 is 4% below version 1


def plan_targets(
    seed: int,
    sums: Ints,
    sales: Lines,
    sell_in: Lines,
    products: Products,
    terminals: Terminals,
    network: Network,
    field: Field,
) -> pa.Table:
    """The table targets. ``sums`` is net pure sales in cents by terminal, line and month."""
    rng = open_stream(seed, "targets")
    provinces = np.zeros((len(PROVINCES), len(LINES), MONTHS), dtype=np.int64)
    np.add.at(provinces, terminals.province, sums)
    blocks = [_spread_territories(rng, provinces)]
    sold = _sum_holders(sales.seller, sales, products, network.count)
    bought = _sum_holders(sell_in.buyer, sell_in, products, network.count)
    is_first = network.tier == 1
    bases = (
        ("distributor", 0, sold),
        ("distributor", 1, bought * is_first[:, None, None]),
        ("rep", 0, _credit_reps(sums, field)),
    )
    for holder_kind, measure, actual in bases:
        factor = settle(1 / (0.98 + 0.07 * settle(rng.standard_normal(actual.shape[:2]))))
        factor = np.repeat(np.clip(factor, 0.8, 1.3)[:, :, None], len(_YEARS), axis=2)
        blocks.append(_spread(holder_kind, measure, actual, factor, np.zeros(len(actual), dtype=bool)))
    ids = {
        "territory": pa.array([p.code for p in PROVINCES]),
        "distributor": pa.array(distributor_ids(network)),
        "rep": rep_ids(field),
    }
    prices = np.array([_mean_price(products, line) for line in range(len(LINES))])
    tables = [_tabulate(ids[kind], kind, measure, rows, prices) for kind, measure, rows in blocks]
    return pa.concat_tables(tables).combine_chunks()


def _spread_territories(rng: np.random.Generator, actual: Ints) -> tuple[str, int, Ints]:
    """Provinces: the planted attainment in 2026, 97 to 103% in the years before."""
    attained = settle(0.97 + 0.06 * rng.random((*actual.shape[:2], len(_YEARS))))
    attained[:, :, 3] = _attainment_2026(rng, actual)
    is_restated = np.zeros(len(actual), dtype=bool)
    is_restated[[PROVINCE[code] for code in _RESTATED]] = True
    return _spread("territory", 0, actual, settle(1 / attained), is_restated)


def _attainment_2026(rng: np.random.Generator, actual: Ints) -> Floats:
    """Attainment to date by province and line that adds up to the planted attainment of each region.

    The ordinary provinces lie within 2% of their region's planted level (98.5% in the two weak regions), the weak ones
    carry the rest. Within a province the lines differ by a few percent, coagulation (price cut) lowest.
    """
    months = np.arange(MONTHS) >= _YEARS[3][0]
    to_date = settle(actual[:, :, months].sum(axis=2))
    of_province = to_date.sum(axis=1)
    weak = np.array([p.code in dict(STORIES.weak_provinces) for p in PROVINCES])
    lost = np.array([dict(STORIES.weak_provinces).get(p.code, 0.0) for p in PROVINCES])
    region = np.array([p.region for p in PROVINCES])
    level = np.empty(len(PROVINCES))
    spread = 0.02 * (2 * rng.random(len(PROVINCES)) - 1)
    for place in range(len(REGIONS)):
        wanted = STORIES.attainment[place]
        here = np.flatnonzero(region == place)
        plain, weaker = here[~weak[here]], here[weak[here]]
        level[plain] = (0.985 if len(weaker) else wanted) + spread[plain]
        # sum of actual / level must be the region's actual / its planted attainment
        plan = float(settle(of_province[here].sum() / wanted, 0))
        rest = plan - float(settle((of_province[plain] / level[plain]).sum(), 0)) if len(weaker) else plan
        if len(weaker):
            usual = of_province[weaker] / (1 - lost[weaker])
            level[weaker] = of_province[weaker] / (rest * usual / usual.sum())
        else:
            level[here] *= float(settle((of_province[here] / level[here]).sum() / plan, 9))
    by_line = 1 + 0.025 * settle(rng.standard_normal(actual.shape[:2]))
    by_line[:, LINE[STORIES.cut_line]] -= 0.07
    by_line = np.clip(by_line, 0.85, 1.1)
    balance = (to_date / by_line).sum(axis=1) / np.maximum(of_province, 1)
    return settle(level[:, None] * by_line * balance[:, None], 9)


def _spread(
    holder_kind: str, measure: int, actual: Ints, factor: Floats, is_restated: np.ndarray
) -> tuple[str, int, Ints]:
    """Rows (holder, line, month, version, cents): each year's actual times the factor, in the shape of the year."""
    shape = shape_of_months()
    due = np.ones(PLAN_MONTHS)
    due[MONTHS - 1] = ELAPSED / int(WORKING_IN_MONTH[MONTHS - 1])
    due[MONTHS:] = 0.0
    holders, lines, _ = actual.shape
    target = np.zeros((holders, lines, PLAN_MONTHS), dtype=np.int64)
    for year, (start, stop) in enumerate(_YEARS):
        # the year's months rise by what the company grows
        weights = settle(shape[start:stop] * (1 + 0.006 * np.arange(stop - start)))
        sold = actual[:, :, start : min(stop, MONTHS)].sum(axis=2)
        unit = sold * factor[:, :, year] / float(settle((weights * due[start:stop]).sum()))
        rounded = np.rint(settle(np.maximum(unit, 0)[:, :, None] * weights / 10_000, 3)).astype(np.int64) * 10_000
        target[:, :, start:stop] = rounded
    holder, line, month = np.nonzero(target)
    cents = target[holder, line, month]
    version = np.ones(len(cents), dtype=np.int64)
    second_half = to_month(date(2026, 7, 1))
    changed = is_restated[holder] & (month >= second_half)
    before = np.rint(settle(cents[changed] / 0.96 / 10_000, 3)).astype(np.int64) * 10_000
    rows = np.stack([holder, line, month, version, cents])
    rows[3, changed] = 2
    older = np.stack([holder[changed], line[changed], month[changed], np.ones(len(before), dtype=np.int64), before])
    rows = np.concatenate([rows, older], axis=1)
    return holder_kind, measure, rows[:, np.lexsort((rows[3], rows[2], rows[1], rows[0]))]


def _sum_holders(holder: Ints, lines: Lines, products: Products, count: int) -> Ints:
    """Net amount in cents by holder, line and month, leaving out what no holder sold (direct sales)."""
    held = holder >= 0
    place = (holder[held] * len(LINES) + products.line[lines.product[held]]) * MONTHS + MONTH_OF_DAY[lines.day[held]]
    size = count * len(LINES) * MONTHS
    return (
        np.rint(np.bincount(place, weights=lines.amount[held], minlength=size))
        .astype(np.int64)
        .reshape(count, -1, MONTHS)
    )


def _credit_reps(sums: Ints, field: Field) -> Ints:
    """Net pure sales in cents credited to each rep: the assignment's share of its terminal's months."""
    credit = np.zeros((field.reps, len(LINES), MONTHS))
    for month in range(MONTHS):
        live = np.flatnonzero((field.since <= month) & (field.until > month))
        amount = np.rint(sums[field.terminal[live], :, month] * np.rint(field.share[live] * 10)[:, None])
        np.add.at(credit[:, :, month], field.rep[live], amount)
    return np.rint(credit / 10).astype(np.int64)


def _mean_price(products: Products, line: int) -> float:
    """Mean price to terminals in a line in cents, by weight."""
    here = products.line == line
    return float(settle((products.terminal_price[here] * products.weight[here]).sum() / products.weight[here].sum(), 0))


def _tabulate(ids: pa.Array, holder_kind: str, measure: int, rows: Ints, prices: Floats) -> pa.Table:
    """Only territories' targets have a quantity: the amount over the line's mean price."""
    holder, line, month, version, cents = rows
    count = len(holder)
    zero = np.zeros(count, dtype=np.int64)
    units = np.rint(settle(cents / prices[line], 3)).astype(np.int64)
    return arrow.fill_table(
        "targets",
        {
            "month": arrow.dates(MONTH_STARTS[month]),
            "holder_kind": arrow.pick_text([holder_kind], zero),
            "holder_id": ids.take(pa.array(holder)),
            "product_line": arrow.pick_text([row[0] for row in LINES], line),
            "measure": arrow.pick_text([("pure_sales", "sell_in")[measure]], zero),
            "target_amount": arrow.amounts(cents),
            "target_quantity": arrow.quantities(units, np.full(count, holder_kind != "territory")),
            "version": arrow.integers(version),
        },
    )
