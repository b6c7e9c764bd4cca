"""The truths of a drawn company: who plays which part, what was planted, and what it came to in the rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from insight.demo import days, field
from insight.demo.batches import name_batch
from insight.demo.build import World
from insight.demo.chance import settle
from insight.demo.days import ELAPSED, EPOCH, MONTH_OF_DAY, MONTH_STARTS, MONTHS, THROUGH, month_date, to_day, to_month
from insight.demo.network import distributor_ids
from insight.demo.places import PROVINCES, REGIONS
from insight.demo.products import LINE, LINES, product_ids
from insight.demo.sales import Lines
from insight.demo.scenario import KINDS, STORIES
from insight.demo.terminals import COUNTY_GAP, QUIET, UNCOVERED, terminal_ids

Truth = dict[str, Any]


def read_truths(world: World) -> Truth:
    """All stories by name; amounts in yuan, shares 0 to 1."""
    return {
        "attainment": _attainment(world),
        "growth": _growth(world),
        "dependence": _dependence(world),
        "loading": _loading(world),
        "outside_territory": _outside(world),
        "quiet": _quiet(world),
        "uncovered": _uncovered(world),
        "county_gap": _county_gap(world),
        "activities": _activities(world),
        "joint_visits": _joint(world),
        "late_reporter": _late(world),
        "price_cut": _price_cut(world),
        "disorder": _disorder(world),
    }


def _yuan(cents: Any) -> float:
    return round(int(cents) / 100, 2)


def _ratio(part: Any, whole: Any) -> float:
    return round(float(part) / float(whole), 6)


def _iso(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + EPOCH + int(day)).isoformat()


def _names(world: World, places: Any) -> list[str]:
    return list(terminal_ids(world.terminals).take(pa.array(np.asarray(places, dtype=np.int64))).to_pylist())


def _attainment(world: World) -> Truth:
    """Pure sales of 2026 to date over the targets in force to date, September's by working days (12 of 22)."""
    table = world.company.tables["targets"]
    codes = {p.code: place for place, p in enumerate(PROVINCES)}
    kept: dict[tuple[str, str, date], tuple[int, int]] = {}
    columns = (table[name].to_pylist() for name in ("holder_kind", "holder_id", "product_line", "month", "version"))
    cents = table["target_amount"].cast(pa.float64()).to_numpy()
    for place, (kind, holder, line, month, version) in enumerate(zip(*columns, strict=True)):
        if kind == "territory" and date(2026, 1, 1) <= month <= date(2026, 9, 1):
            key = (holder, line, month)
            if key not in kept or kept[key][0] < version:
                kept[key] = (version, round(cents[place] * 100))
    target = np.zeros(len(PROVINCES))
    for (holder, _, month), (_, amount) in kept.items():
        due = ELAPSED / int(days.WORKING_IN_MONTH[MONTHS - 1]) if month == date(2026, 9, 1) else 1.0
        target[codes[holder]] += amount * due
    actual = np.bincount(
        world.terminals.province,
        weights=world.sums[:, :, to_month(date(2026, 1, 1)) :].sum(axis=(1, 2)),
        minlength=len(PROVINCES),
    )
    region = np.array([p.region for p in PROVINCES])
    by_region = {
        code: _ratio(actual[region == place].sum(), target[region == place].sum())
        for place, (code, _, _) in enumerate(REGIONS)
    }
    shortfall = np.maximum(target - actual, 0)
    return {
        "year_to_date": _ratio(actual.sum(), target.sum()),
        "actual_amount": _yuan(round(actual.sum())),
        "target_to_date_amount": round(float(target.sum()) / 100, 2),
        "regions": by_region,
        "provinces": {p.code: _ratio(actual[place], target[place]) for place, p in enumerate(PROVINCES)},
        "weak_regions": ["EAST", "CENTRAL"],
        "weak_provinces": [code for code, _ in STORIES.weak_provinces],
        "weak_provinces_share_of_shortfall": _ratio(
            sum(shortfall[codes[code]] for code, _ in STORIES.weak_provinces), shortfall.sum()
        ),
        "planted_demand_lost": dict(STORIES.weak_provinces),
    }


def _growth(world: World) -> Truth:
    """Pure sales of 2026-01-01 to 2026-09-16 over the same days of 2025."""
    this = (world.sales.day >= to_day(date(2026, 1, 1))) & (world.sales.day <= THROUGH)
    last = (world.sales.day >= to_day(date(2025, 1, 1))) & (world.sales.day <= to_day(date(2025, 9, 16)))
    now, before = int(world.sales.amount[this].sum()), int(world.sales.amount[last].sum())
    return {"amount": _yuan(now), "last_year_amount": _yuan(before), "growth": _ratio(now - before, before)}


def _dependence(world: World) -> Truth:
    """Terminals that bought in the last twelve months (from 2025-09-17) from the star alone."""
    recent = world.sales.day > THROUGH - 365
    seller, buyer, amount = (column[recent] for column in (world.sales.seller, world.sales.buyer, world.sales.amount))
    star = world.network.cast.star
    count = world.terminals.count
    from_star = np.bincount(buyer[seller == star], minlength=count) > 0
    from_others = np.bincount(buyer[seller != star], minlength=count) > 0
    alone = np.flatnonzero(from_star & ~from_others)
    return {
        "distributor_id": distributor_ids(world.network)[star],
        "since": _iso(THROUGH - 364),
        "terminal_count": len(alone),
        "terminal_ids": _names(world, alone),
        "dependent_amount": _yuan(amount[np.isin(buyer, alone)].sum()),
        "amount": _yuan(amount[seller == star].sum()),
        "share_of_pure_sales": _ratio(amount[seller == star].sum(), amount.sum()),
    }


def _loading(world: World) -> Truth:
    """By loader and loaded quarter: share of its sell-in in the last five working days, stock days at its end."""
    found = []
    price = world.products.distributor_price
    for loader in world.network.cast.loaders:
        quarters = []
        for month_on in world.stories.loading_quarters:
            month = to_month(month_on)
            start, end = int(MONTH_STARTS[month - 2]), int(MONTH_STARTS[month + 1])
            last_days = days.last_working_days(month, 5)
            mine = (world.sell_in.buyer == loader) & (world.sell_in.day >= start) & (world.sell_in.day < end)
            late = mine & (world.sell_in.day >= last_days[0])
            out = (world.sales.seller == loader) & (world.sales.day >= start) & (world.sales.day < end)
            stock = (world.stock[loader, :, month + 1] * price).sum()
            sold = (world.sales.quantity[out] * price[world.sales.product[out]]).sum()
            quarters.append(
                {
                    "quarter_end_month": month_on.isoformat(),
                    "last_five_days_from": _iso(int(last_days[0])),
                    "share_in_last_five_days": _ratio(
                        world.sell_in.amount[late].sum(), world.sell_in.amount[mine].sum()
                    ),
                    "stock_days": round(float(stock) * (end - start) / float(sold), 2),
                }
            )
        found.append({"distributor_id": distributor_ids(world.network)[loader], "quarters": quarters})
    return {"distributors": found, "planted_stock_days": STORIES.loading_stock_days}


def _outside(world: World) -> Truth:
    """Share of a distributor's pure sales, from the start on, that went to provinces it is not authorised for."""

    def measure(distributor: int) -> Truth:
        mine = (world.sales.seller == distributor) & (world.sales.day >= to_day(STORIES.outside_from))
        province = world.terminals.province[world.sales.buyer[mine]]
        outside = ~world.network.may_sell[distributor, province]
        amount = world.sales.amount[mine]
        return {
            "distributor_id": distributor_ids(world.network)[distributor],
            "outside_amount": _yuan(amount[outside].sum()),
            "amount": _yuan(amount.sum()),
            "share": _ratio(amount[outside].sum(), amount.sum()),
            "provinces": sorted({PROVINCES[place].code for place in province[outside].tolist()}),
            "terminal_ids": _names(world, np.unique(world.sales.buyer[mine][outside])),
        }

    return {
        "from": STORIES.outside_from.isoformat(),
        "planted_share": world.stories.outside_share,
        "offender": measure(world.network.cast.offender),
        "border_trade": [measure(place) for place in world.network.cast.border],
    }


def _quiet(world: World) -> Truth:
    """Accounts that ordered regularly and stopped: their last month with an order, and their last year's amount."""
    quiet = np.flatnonzero(world.terminals.role == QUIET)
    last = np.full(world.terminals.count, -1, dtype=np.int64)
    np.maximum.at(last, world.sales.buyer, world.sales.day)
    rows: list[Truth] = []
    for terminal, name in zip(quiet.tolist(), _names(world, quiet), strict=True):
        end = int(last[terminal])
        year = (world.sales.buyer == terminal) & (world.sales.day > end - 365)
        rows.append(
            {
                "terminal_id": name,
                "last_order_month": month_date(int(MONTH_OF_DAY[end])).isoformat(),
                "last_order_on": _iso(end),
                "year_before_amount": _yuan(world.sales.amount[year].sum()),
            }
        )
    return {"terminals": rows, "amount": round(sum(row["year_before_amount"] for row in rows), 2)}


def _uncovered(world: World) -> Truth:
    places = np.flatnonzero(world.terminals.role == UNCOVERED)
    recent = np.isin(world.sales.buyer, places) & (world.sales.day > THROUGH - 365)
    return {"grade": "A", "terminal_ids": _names(world, places), "amount": _yuan(world.sales.amount[recent].sum())}


def _county_gap(world: World) -> Truth:
    places = np.flatnonzero(world.terminals.role == COUNTY_GAP)
    table = world.company.tables["potentials"]
    wanted = set(_names(world, places))
    amount = sum(
        value
        for terminal, year, value in zip(
            table["terminal_id"].to_pylist(),
            table["year"].to_pylist(),
            table["potential_amount"].to_pylist(),
            strict=True,
        )
        if year == 2026 and terminal in wanted
    )
    return {"grade": "A", "level": "county", "terminal_ids": sorted(wanted), "potential_2026_amount": float(amount)}


def _activities(world: World) -> Truth:
    """By kind: the planted uplift, and what it brought: the sum over attendances of sales x (1 - 1 / (1 + uplift))."""
    events = world.activities
    monthly = world.sums.sum(axis=1)
    costs = world.company.tables["activity_costs"]
    spent = dict.fromkeys(range(events.count), 0)
    for name, amount in zip(costs["activity_id"].to_pylist(), costs["actual_amount"].to_pylist(), strict=True):
        spent[int(name[1:]) - 1] += 0 if amount is None else int(amount * 100)
    result: Truth = {}
    for kind, what in enumerate(KINDS):
        mine = np.flatnonzero((events.kind == kind) & (events.status == 2))
        rows = np.flatnonzero(events.row_attended & np.isin(events.row_activity, mine))
        brought = 0.0
        for row in rows:
            month = int(events.month[events.row_activity[row]])
            for later, uplift in enumerate(what.uplift[: MONTHS - month]):
                brought += float(monthly[events.row_terminal[row], month + later]) * (1 - 1 / (1 + uplift))
        result[what.code] = {
            "activity_count": len(mine),
            "attendance_count": len(rows),
            "uplift_by_month": list(what.uplift),
            "mean_uplift_6_months": round(sum(what.uplift) / 6, 6),
            "invites_growing_terminals": what.seeks_growth,
            "incremental_amount": round(brought / 100, 2),
            "actual_cost_amount": _yuan(sum(spent[place] for place in mine.tolist())),
        }
    return result


def _joint(world: World) -> Truth:
    lifted = field.joint_factors(world.field, world.terminals) > 1
    monthly = world.sums.sum(axis=1)
    return {
        "uplift": STORIES.joint_uplift,
        "months": STORIES.joint_months,
        "episode_count": len(world.field.joint_terminal),
        "terminal_count": len(np.unique(world.field.joint_terminal)),
        "incremental_amount": round(
            float(settle(monthly[lifted].sum() * (1 - 1 / (1 + STORIES.joint_uplift)) / 100, 2)), 2
        ),
    }


def _late(world: World) -> Truth:
    late = world.network.cast.late
    mine = world.sales.seller == late
    before = mine & (world.sales.day >= to_day(date(2026, 5, 1)))
    return {
        "distributor_id": distributor_ids(world.network)[late],
        "silent_from": STORIES.late_from.isoformat(),
        "last_sale_on": _iso(int(world.sales.day[mine].max())),
        "three_months_before_amount": _yuan(world.sales.amount[before].sum()),
    }


def _price_cut(world: World) -> Truth:
    """January to August of 2025 and 2026: the line's amount, and its volume as units at the old price."""
    line = LINE[STORIES.cut_line]
    here = world.products.line[world.sales.product] == line

    def total(year: int) -> tuple[int, int]:
        span = here & (world.sales.day >= to_day(date(year, 1, 1))) & (world.sales.day < to_day(date(year, 9, 1)))
        old_price = world.products.old_terminal_price[world.sales.product[span]]
        return int(world.sales.amount[span].sum()), int((world.sales.quantity[span] * old_price).sum())

    (amount_0, volume_0), (amount_1, volume_1) = total(2025), total(2026)
    return {
        "product_line": LINES[line][0],
        "from": STORIES.cut_from.isoformat(),
        "rate": STORIES.cut_rate,
        "planted_volume_response": STORIES.cut_volume,
        "price_index": _ratio(amount_1 * volume_0, amount_0 * volume_1),
        "volume_index": _ratio(volume_1, volume_0),
        "amount_index": _ratio(amount_1, amount_0),
    }


def _disorder(world: World) -> Truth:
    """The small doses: a dumper, a round trip, a single purchase, a stray batch; None for what was not planted."""
    planted, stories = world.disorder, world.stories
    ids = distributor_ids(world.network)

    def sum_lines(lines: Lines) -> Truth:
        return {"line_count": lines.count, "amount": _yuan(lines.amount.sum())}

    found: Truth = {
        "dumping": None,
        "round_trip": None,
        "single_purchase": None,
        "stray_batch": None,
        "many_hands": None,
    }
    if planted.dumper >= 0:
        line = LINE[stories.dump_line]
        cheap = (world.sales.seller == planted.dumper) & (world.sales.day >= to_day(stories.dump_from))
        cheap &= world.products.line[world.sales.product] == line
        lines = world.sales.keep(cheap)
        usual = (lines.quantity * world.products.terminal_price[lines.product]).sum()
        paid = (lines.quantity * (world.products.distributor_price * 105 // 100)[lines.product]).sum()
        found["dumping"] = {
            "distributor_id": ids[planted.dumper],
            "product_line": stories.dump_line,
            "from": stories.dump_from.isoformat(),
            "price_over_list": _ratio(lines.amount.sum(), usual),
            "price_over_purchase": _ratio(lines.amount.sum(), paid),
            **sum_lines(lines),
        }
    if planted.tripper >= 0:
        out = world.added.keep(planted.trip_places)
        out = out.keep(out.quantity > 0)
        found["round_trip"] = {
            "distributor_id": ids[planted.tripper],
            "terminal_id": _names(world, [planted.trip_terminal])[0],
            "sold_on": sorted({_iso(day) for day in out.day.tolist()}),
            **sum_lines(out),
        }
    if planted.single_seller >= 0:
        once = world.added.keep(planted.single_places)
        found["single_purchase"] = {
            "distributor_id": ids[planted.single_seller],
            "terminal_id": _names(world, [planted.single_terminal])[0],
            "bought_on": _iso(int(once.day[0])),
            **sum_lines(once),
        }
    if world.stray is not None:
        stray = world.stray
        found["stray_batch"] = {
            "batch": name_batch(world.products, stray.product, stray.code),
            "product_id": product_ids(world.products)[stray.product],
            "shipped_to": ids[stray.shipped_to],
            "distributor_id": ids[stray.seller],
            **sum_lines(world.flows.keep(stray.places)),
        }
    if len(planted.hands_terminals):
        found["many_hands"] = {
            "product_line": stories.dump_line,
            "terminal_ids": _names(world, planted.hands_terminals),
            **sum_lines(world.added.keep(planted.hands_places)),
        }
    return found
