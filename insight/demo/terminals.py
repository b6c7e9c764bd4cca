"""The terminals: where they are, how large, what they could buy, what part of it they buy, and how often they order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from insight.demo import arrow
from insight.demo.chance import (
    Flags,
    Floats,
    Ints,
    choose_weighted,
    draw_factors,
    draw_kinds,
    open_stream,
    settle,
    share_out,
)
from insight.demo.days import DAYS, FIRST_ON, MONTH_STARTS, to_day, to_month
from insight.demo.places import CITIES, PROVINCE, PROVINCES, REGIONS, city_id
from insight.demo.products import LINES, Products, product_ids
from insight.demo.scenario import STORIES, Size

# type, level, weight, yuan a year it could buy (median), name, English name, mean lines bought, days between orders
SEGMENTS = (
    ("hospital", "tertiary", 0.12, 2_400_000, "综合医院", "General Hospital", 4.6, 8),
    ("hospital", "secondary", 0.20, 900_000, "中心医院", "Central Hospital", 3.6, 12),
    ("hospital", "county", 0.18, 750_000, "县医院", "County Hospital", 3.2, 13),
    ("hospital", "primary", 0.12, 170_000, "社区医院", "Community Hospital", 2.2, 20),
    ("laboratory", "independent", 0.06, 1_900_000, "临床检验中心", "Clinical Laboratory", 4.2, 8),
    ("checkup_center", "chain", 0.06, 320_000, "体检中心", "Checkup Center", 2.6, 16),
    ("clinic", "private", 0.17, 70_000, "门诊部", "Clinic", 1.6, 25),
    ("pharmacy", "chain", 0.09, 40_000, "大药房", "Pharmacy", 1.2, 30),
)
# which lines a segment wants, by the order of LINES
_TASTES = np.array(
    [
        [1.2, 0.9, 1.1, 1.0, 1.2, 0.4],
        [1.1, 1.1, 1.0, 1.1, 0.7, 0.6],
        [1.0, 1.2, 1.0, 1.2, 0.6, 0.7],
        [0.5, 1.4, 0.4, 1.3, 0.1, 1.3],
        [1.4, 1.1, 0.6, 0.8, 1.7, 0.1],
        [1.2, 1.4, 0.1, 1.2, 0.4, 0.5],
        [0.3, 1.0, 0.1, 1.1, 0.1, 1.8],
        [0.01, 0.05, 0.01, 0.05, 0.01, 3.0],
    ]
)
COUNTY = 2
GRADES = ("A", "B", "C")
PLAIN, PROSPECT, COUNTY_GAP, UNCOVERED, QUIET, NEWCOMER, CLOSING = range(7)


@dataclass(frozen=True)
class Terminals:
    """The terminals as arrays; ``role`` says which part in the stories each plays."""

    province: Ints
    city: Ints
    number: Ints  # number within province and segment, for the name
    segment: Ints
    potential: Ints  # yuan a year, all lines, in 2024
    line_potential: Floats  # [terminal, line] yuan a year in 2024
    role: Ints
    grade: Ints  # first grade
    grade_after: Ints  # grade from grade_changed on; the same for most
    grade_changed: Ints  # month
    is_target: Flags
    opens: Ints  # first day it may order
    closes: Ints  # last day it may order
    interval: Floats  # days between orders
    is_grower: Flags
    growth: Floats  # log growth a year
    discount: Ints  # thousandths off the price
    pair_terminal: Ints  # what is bought: terminal and product …
    pair_product: Ints
    pair_line: Ints
    pair_rate: Floats  # … yuan a day, before every factor
    pair_opens: Ints  # first day of the pair

    @property
    def count(self) -> int:
        """Number of terminals."""
        return len(self.province)

    @property
    def buys(self) -> Flags:
        """Whether the terminal ever orders."""
        buys: Flags = (self.role != PROSPECT) & (self.role != COUNTY_GAP)
        return buys


def draw_terminals(seed: int, size: Size, products: Products) -> Terminals:
    """Draw the terminals and what each buys."""
    count = size.terminals
    rng = open_stream(seed, "terminals")
    province = np.repeat(np.arange(len(PROVINCES)), share_out(count, [p.weight for p in PROVINCES], least=2))
    city = _draw_cities(rng, province)
    segment = draw_kinds(rng, [row[2] for row in SEGMENTS], count)
    middle = np.array([row[3] for row in SEGMENTS])[segment]
    potential = np.rint(settle(middle * settle(np.exp(0.75 * settle(rng.standard_normal(count)))), 2)).astype(np.int64)
    number = _number_names(province * len(SEGMENTS) + segment)
    grade = _grade(rng, potential)
    role = _cast_roles(open_stream(seed, "roles"), segment, potential, grade, province)
    is_changing = (rng.random(count) < 0.12) & (role != UNCOVERED) & (role != COUNTY_GAP)
    grade_after = np.where(is_changing, np.clip(grade + np.where(rng.random(count) < 0.5, -1, 1), 0, 2), grade)
    # nobody who never ordered, apart from the planted county hospitals, is grade A
    grade_after = np.where((role == PROSPECT) & (grade_after == 0), 1, grade_after)
    is_target = (grade_after < 2) | (grade == 0) | (rng.random(count) < 0.4) | (role == COUNTY_GAP)
    opens, closes = _draw_lifetimes(open_stream(seed, "lifetimes"), role)
    is_grower = (rng.random(count) < STORIES.grower_share) & (potential > 100_000)
    growth = settle(
        np.where(is_grower, STORIES.grower_rate, STORIES.other_rate) + 0.03 * settle(rng.standard_normal(count))
    )
    days_between = np.array([row[7] for row in SEGMENTS], dtype=float)[segment]
    interval = days_between * draw_factors(rng, count, 0.35)
    line_potential, pairs = _draw_pairs(open_stream(seed, "pairs"), products, segment, potential, role, opens)
    return Terminals(
        province=province,
        city=city,
        number=number,
        segment=segment,
        potential=potential,
        line_potential=line_potential,
        role=role,
        grade=grade,
        grade_after=grade_after,
        grade_changed=np.where(rng.random(count) < 0.5, to_month(date(2025, 1, 1)), to_month(date(2026, 1, 1))),
        is_target=is_target,
        opens=opens,
        closes=closes,
        interval=_scale_intervals(interval, opens, closes, pairs, role, size),
        is_grower=is_grower,
        growth=growth,
        discount=_draw_discounts(rng, potential),
        pair_terminal=pairs[0],
        pair_product=pairs[1],
        pair_line=products.line[pairs[1]],
        pair_rate=pairs[2],
        pair_opens=pairs[3],
    )


def chance_of_product(products_bought: Ints) -> Floats:
    """Share of a terminal's orders that hold a given product: about three lines an order, whatever the breadth."""
    return settle(np.clip(3.0 / np.maximum(products_bought, 1), 0.12, 0.85), 4)


def _scale_intervals(
    interval: Floats, opens: Ints, closes: Ints, pairs: tuple[Ints, Ints, Floats, Ints], role: Ints, size: Size
) -> Floats:
    """Stretch the days between orders so that the lines come near the size's number; quiet accounts are regular."""
    bought = np.bincount(pairs[0], minlength=len(interval))
    span = np.maximum(closes[pairs[0]] - np.maximum(opens[pairs[0]], pairs[3]), 0)
    chance = chance_of_product(bought)[pairs[0]]
    expected = float(settle((span * chance / interval[pairs[0]]).sum(), 0))
    stretched = np.clip(interval * settle(expected / size.sales_lines), 2.0, 75.0)
    return settle(np.where(role == QUIET, np.minimum(stretched, 16.0), stretched), 3)


def _draw_cities(rng: np.random.Generator, province: Ints) -> Ints:
    """A city of the province, the first ones more often."""
    first = np.searchsorted([row[0] for row in CITIES], np.arange(len(PROVINCES)))
    city = np.zeros(len(province), dtype=np.int64)
    for place, row in enumerate(PROVINCES):
        here = np.flatnonzero(province == place)
        weights = [1.0 / (rank + 1) ** 0.7 for rank in range(len(row.cities))]
        city[here] = first[place] + draw_kinds(rng, settle(weights), len(here))
    return city


def _number_names(groups: Ints) -> Ints:
    """1, 2, 3 … within each group."""
    order = np.argsort(groups, kind="stable")
    _, first, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    number = np.empty(len(groups), dtype=np.int64)
    number[order] = np.arange(len(groups)) - np.repeat(first, sizes) + 1
    return number


def _grade(rng: np.random.Generator, potential: Ints) -> Ints:
    """A for the largest 15%, B for the next 35%, by a somewhat mistaken view of their potential."""
    seen = settle(potential * draw_factors(rng, len(potential), 0.3), 1)
    place = np.empty(len(potential), dtype=np.int64)
    place[np.argsort(-seen, kind="stable")] = np.arange(len(potential))
    return np.where(place < 0.15 * len(potential), 0, np.where(place < 0.5 * len(potential), 1, 2))


def _cast_roles(rng: np.random.Generator, segment: Ints, potential: Ints, grade: Ints, province: Ints) -> Ints:
    """Who plays which part. Weights keep the planted accounts ordinary: neither the very largest nor the smallest."""
    count = len(segment)
    scale = max(count // 1500, 1)
    role = np.full(count, PLAIN)
    fate = rng.random(count)
    role[fate < 0.07] = NEWCOMER
    role[(fate >= 0.07) & (fate < 0.09)] = CLOSING
    role[(fate >= 0.09) & (fate < 0.20) & (grade > 0)] = PROSPECT
    is_modest = potential < 4_000_000
    gap = choose_weighted(rng, (segment == COUNTY) & (potential > 600_000), STORIES.county_gap_terminals * scale)
    role[gap] = COUNTY_GAP
    grade[gap] = 0
    open_roles = (role == PLAIN) & is_modest
    role[choose_weighted(rng, open_roles & (grade == 0), STORIES.uncovered_terminals * scale)] = UNCOVERED
    # quiet accounts lie outside the star's provinces, so that the two stories stay apart
    stars = np.isin(province, [PROVINCE[code] for code in STORIES.star_provinces])
    open_roles = (role == PLAIN) & is_modest & (potential > 200_000) & (segment < 6) & ~stars
    role[choose_weighted(rng, open_roles, STORIES.quiet_terminals * scale)] = QUIET
    return role


def _draw_lifetimes(rng: np.random.Generator, role: Ints) -> tuple[Ints, Ints]:
    """First and last day on which each terminal may order."""
    count = len(role)
    opens = np.where(role == NEWCOMER, (rng.random(count) * (DAYS - 70)).astype(np.int64) + 20, 0)
    closes = np.full(count, DAYS - 1)
    closing = (250 + rng.random(count) * (DAYS - 330)).astype(np.int64)
    closes = np.where(role == CLOSING, closing, closes)
    # quiet accounts stop at the end of one of the months, in turn
    quiet = np.flatnonzero(role == QUIET)
    ends = np.array([MONTH_STARTS[to_month(month) + 1] - 1 for month in STORIES.quiet_months])
    closes[quiet] = ends[np.arange(len(quiet)) % len(ends)]
    return opens, closes


def _draw_discounts(rng: np.random.Generator, potential: Ints) -> Ints:
    """Thousandths off the price: none to 3% for small terminals, up to 8% for large ones."""
    most = np.where(potential > 1_500_000, 80, np.where(potential > 500_000, 50, 30))
    return (rng.random(len(potential)) * most).astype(np.int64)


def _draw_pairs(
    rng: np.random.Generator, products: Products, segment: Ints, potential: Ints, role: Ints, opens: Ints
) -> tuple[Floats, tuple[Ints, Ints, Floats, Ints]]:
    """Potential by line, and the products each terminal buys at which rate.

    A terminal's potential is split over the lines by its segment's taste. It buys some of the lines, of each some
    products, and of each line 25 to 80% of what it could.
    """
    count, lines = len(segment), len(LINES)
    tastes = _TASTES[segment] * np.array([weight for _, weight, _ in LINES])
    tastes = settle(tastes * draw_factors(rng, (count, lines), 0.5), 5)
    shares = tastes / settle(np.cumsum(tastes, axis=1)[:, -1:], 5)
    line_potential = settle(potential[:, None] * shares, 2)
    wanted = np.array([row[6] for row in SEGMENTS])[segment]
    breadth = np.clip(np.rint(settle(wanted + 1.1 * settle(rng.standard_normal(count)))), 1, lines)
    order = np.argsort(-settle(shares * draw_factors(rng, (count, lines), 0.3)), axis=1, kind="stable")
    rank = np.empty((count, lines), dtype=np.int64)
    np.put_along_axis(rank, order, np.arange(lines)[None, :].repeat(count, 0), axis=1)
    bought = (rank < breadth[:, None]) & ((role != PROSPECT) & (role != COUNTY_GAP))[:, None]
    realised = settle(0.25 + 0.55 * rng.random((count, lines)))
    found: list[tuple[Ints, Ints, Floats]] = []
    for line in range(lines):
        items = np.flatnonzero(products.line == line)
        depth = 1 + np.minimum((rng.random(count) ** 1.6 * (1 + wanted * 0.9)).astype(np.int64), len(items) - 1)
        races = settle(-np.log(1.0 - rng.random((count, len(items)))) / products.weight[items])
        place = np.argsort(np.argsort(races, axis=1, kind="stable"), axis=1, kind="stable")
        chosen = (place < depth[:, None]) & bought[:, line][:, None]
        weight = np.where(chosen, settle(products.weight[items] * draw_factors(rng, (count, len(items)), 0.3)), 0.0)
        total = settle(np.cumsum(weight, axis=1)[:, -1], 6)
        owner, item = np.nonzero(chosen)
        part = weight[owner, item] / np.maximum(total[owner], 1e-6)
        rate = settle(line_potential[owner, line] * realised[owner, line] * part / 365.0)
        found.append((owner.astype(np.int64), items[item].astype(np.int64), rate))
    terminal = np.concatenate([row[0] for row in found])
    product = np.concatenate([row[1] for row in found])
    rate = np.concatenate([row[2] for row in found])
    order = np.argsort(terminal * 64 + product, kind="stable")
    terminal, product, rate = terminal[order], product[order], rate[order]
    # one pair in twelve begins later than its terminal: a new product at an existing customer
    later = np.where(rng.random(len(terminal)) < 0.08, (rng.random(len(terminal)) * (DAYS - 100)).astype(np.int64), 0)
    pair_opens = np.maximum.reduce([opens[terminal], later, products.launched[product]])
    return line_potential, (terminal, product, rate, np.maximum(pair_opens, 0))


def tabulate(
    seed: int, terminals: Terminals, products: Products, first_orders: Ints, last_orders: Ints
) -> dict[str, pa.Table]:
    """The tables territories, terminals, their earlier territories, terminal_grades, potentials and listings.

    ``first_orders`` and ``last_orders`` give, for every pair, the day of its first and last shipment, -1 for none.
    """
    return {
        "territories": _tabulate_territories(),
        "terminals": _tabulate_terminals(open_stream(seed, "terminal table"), terminals),
        "terminal_territories": _tabulate_moves(open_stream(seed, "moves"), terminals),
        "terminal_grades": _tabulate_grades(terminals),
        "potentials": _tabulate_potentials(open_stream(seed, "potentials"), terminals),
        "listings": _tabulate_listings(open_stream(seed, "listings"), terminals, products, first_orders, last_orders),
    }


def terminal_ids(terminals: Terminals) -> pa.Array:
    """Ids in order: ``T000001`` and on."""
    return arrow.number_ids("T", np.arange(1, terminals.count + 1), 6)


def _tabulate_territories() -> pa.Table:
    rows: list[tuple[str, str, str, str | None, str]] = [
        (code, name, name_en, None, "region") for code, name, name_en in REGIONS
    ]
    rows += [(p.code, p.name, p.name_en, REGIONS[p.region][0], "province") for p in PROVINCES]
    rows += [
        (city_id(place), city.name, city.name_en, PROVINCES[province].code, "city")
        for place, (province, _, city) in enumerate(CITIES)
    ]
    names = ("territory_id", "name", "name_en", "parent_id", "level")
    return arrow.fill_table(
        "territories", dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    )


def _tabulate_moves(rng: np.random.Generator, terminals: Terminals) -> pa.Table:
    """One terminal in a hundred belonged to another city of its province until July 2024."""
    by_province: dict[int, list[int]] = {}
    for place, (province, _, _) in enumerate(CITIES):
        by_province.setdefault(province, []).append(place)
    moved = np.flatnonzero(rng.random(terminals.count) < 0.01)
    before = []
    for terminal in moved.tolist():
        cities = by_province[int(terminals.province[terminal])]
        before.append(cities[(cities.index(int(terminals.city[terminal])) + 1) % len(cities)])
    return arrow.fill_table(
        "terminal_territories",
        {
            "terminal_id": terminal_ids(terminals).take(pa.array(moved)),
            "territory_id": [city_id(city) for city in before],
            "valid_from": arrow.dates(np.full(len(moved), to_day(FIRST_ON))),
            "valid_to": arrow.dates(np.full(len(moved), to_day(date(2024, 7, 1)))),
        },
    )


def _tabulate_terminals(rng: np.random.Generator, terminals: Terminals) -> pa.Table:
    count = terminals.count
    is_new = terminals.role == NEWCOMER
    opened = np.where(is_new, terminals.opens - 30, -400 - (rng.random(count) * 6000).astype(np.int64))
    closed = terminals.closes + 10
    segments = [SEGMENTS[place] for place in range(len(SEGMENTS))]
    cities = [row[2] for row in CITIES]
    longitude = np.array([city.longitude for city in cities])[terminals.city] + 0.3 * (rng.random(count) - 0.5)
    latitude = np.array([city.latitude for city in cities])[terminals.city] + 0.2 * (rng.random(count) - 0.5)
    names, names_en = [], []
    for province, segment, number in zip(
        terminals.province.tolist(), terminals.segment.tolist(), terminals.number.tolist(), strict=True
    ):
        names.append(f"{PROVINCES[province].name}第{number}{segments[segment][4]}")
        names_en.append(f"{PROVINCES[province].name_en} {segments[segment][5]} {number}")
    return arrow.fill_table(
        "terminals",
        {
            "terminal_id": terminal_ids(terminals),
            "name": names,
            "name_en": names_en,
            "type": arrow.pick_text([row[0] for row in segments], terminals.segment),
            "level": arrow.pick_text([row[1] for row in segments], terminals.segment),
            "territory_id": arrow.pick_text([city_id(place) for place in range(len(CITIES))], terminals.city),
            "city": arrow.pick_text([city.name for city in cities], terminals.city),
            "longitude": arrow.doubles(settle(longitude, 4)),
            "latitude": arrow.doubles(settle(latitude, 4)),
            "is_target": arrow.flags(terminals.is_target),
            "opened_on": arrow.dates(opened),
            "closed_on": arrow.dates(closed, terminals.role != CLOSING),
        },
    )


def _tabulate_grades(terminals: Terminals) -> pa.Table:
    """A row a terminal, and a second one for those whose grade changed."""
    changes = terminals.grade_after != terminals.grade
    owner = np.concatenate([np.arange(terminals.count), np.flatnonzero(changes)])
    is_later = np.concatenate([np.zeros(terminals.count, dtype=bool), np.ones(int(changes.sum()), dtype=bool)])
    order = np.lexsort((is_later, owner))
    owner, is_later = owner[order], is_later[order]
    changed = MONTH_STARTS[terminals.grade_changed[owner]]
    start = np.where(is_later, changed, to_day(date(2023, 1, 1)))
    return arrow.fill_table(
        "terminal_grades",
        {
            "terminal_id": terminal_ids(terminals).take(pa.array(owner)),
            "grade": arrow.pick_text(GRADES, np.where(is_later, terminals.grade_after[owner], terminals.grade[owner])),
            "valid_from": arrow.dates(start),
            "valid_to": arrow.dates(changed, is_later | ~changes[owner]),
        },
    )


def _tabulate_potentials(rng: np.random.Generator, terminals: Terminals) -> pa.Table:
    """A survey of 70% of the terminals and an estimate of another 12%, by line and year, each somewhat off the truth.

    The planted accounts (county gap and uncovered) are all surveyed.
    """
    luck = rng.random(terminals.count)
    luck[(terminals.role == COUNTY_GAP) | (terminals.role == UNCOVERED)] = 0.0
    off = draw_factors(rng, terminals.line_potential.shape, 0.18)
    seen = np.rint(settle(terminals.line_potential * off, 2) / 1000).astype(np.int64) * 1000
    years = (2024, 2025, 2026)
    owner, line = np.nonzero((luck < 0.82)[:, None] & (seen > 0))
    owner, line = np.repeat(owner, len(years)), np.repeat(line, len(years))
    year = np.tile(np.arange(len(years)), len(owner) // len(years))
    growth = np.array([100, 107, 114])[year]
    order = np.lexsort((year, line, owner))
    owner, line, year, growth = owner[order], line[order], year[order], growth[order]
    return arrow.fill_table(
        "potentials",
        {
            "terminal_id": terminal_ids(terminals).take(pa.array(owner)),
            "product_line": arrow.pick_text([row[0] for row in LINES], line),
            "year": arrow.integers(year + years[0]),
            "potential_amount": arrow.amounts(seen[owner, line] * growth),
            "source": arrow.pick_text(["survey", "estimate"], (luck[owner] >= 0.70).astype(np.int64)),
        },
    )


def _tabulate_listings(
    rng: np.random.Generator, terminals: Terminals, products: Products, first_orders: Ints, last_orders: Ints
) -> pa.Table:
    """Products bought are first_order or regular; some others of the same terminals are target, applied or listed."""
    bought = first_orders >= 0
    owner, product = terminals.pair_terminal[bought], terminals.pair_product[bought]
    is_regular = last_orders[bought] - first_orders[bought] > 60
    stage = np.where(is_regular, 4, 3)
    day = np.where(is_regular, first_orders[bought] + 60, first_orders[bought])
    # about one more product for every terminal that could buy it but does not
    extra = int(terminals.count * 1.6)
    other = np.sort(rng.integers(0, terminals.count * products.count, extra))
    taken = owner * products.count + product
    other = np.setdiff1d(other, taken)
    other_owner, other_product = np.divmod(other, products.count)
    keep = terminals.line_potential[other_owner, products.line[other_product]] > 8_000
    other_owner, other_product = other_owner[keep], other_product[keep]
    luck = rng.random(len(other_owner))
    other_stage = np.where(luck < 0.45, 0, np.where(luck < 0.75, 1, 2))
    other_day = 60 + (rng.random(len(other_owner)) * (DAYS - 80)).astype(np.int64)
    owner, product = np.concatenate([owner, other_owner]), np.concatenate([product, other_product])
    stage, day = np.concatenate([stage, other_stage]), np.concatenate([day, other_day])
    order = np.lexsort((product, owner))
    return arrow.fill_table(
        "listings",
        {
            "terminal_id": terminal_ids(terminals).take(pa.array(owner[order])),
            "product_id": arrow.pick_text(product_ids(products), product[order]),
            "stage": arrow.pick_text(["target", "applied", "listed", "first_order", "regular"], stage[order]),
            "stage_on": arrow.dates(day[order]),
        },
    )
