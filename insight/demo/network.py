"""The distributors in two tiers, where they may sell, and from whom each terminal buys each line."""

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
from insight.demo.days import to_day
from insight.demo.places import CITIES, PROVINCE, PROVINCES, REGIONS, SOUTH
from insight.demo.products import LINES, MANUFACTURERS
from insight.demo.scenario import STORIES, Size, Stories
from insight.demo.terminals import CLOSING, QUIET, Terminals

DIRECT = -1  # the manufacturer itself supplies
_STEMS = ("甲 Jia", "乙 Yi", "丙 Bing", "丁 Ding", "戊 Wu", "己 Ji", "庚 Geng", "辛 Xin", "壬 Ren", "癸 Gui")
_BRANCHES = (
    "子 zi",
    "丑 chou",
    "寅 yin",
    "卯 mao",
    "辰 chen",
    "巳 si",
    "午 wu",
    "未 wei",
    "申 shen",
    "酉 you",
    "戌 xu",
    "亥 hai",
)
SOURCES = ("web", "direct", "ftp", "scan", "file")
STAGES = ("prospect", "evaluating", "admitted", "contracted", "suspended", "ended")


@dataclass(frozen=True)
class Cast:
    """The distributors that play a part in the stories, by number."""

    star: int  # hundreds of terminals depend on it wholly
    loaders: tuple[int, int]  # take in too much at quarter ends
    offender: int  # sells outside its territory
    late: int  # has not reported since August 2026
    border: tuple[int, ...]  # sell a little over the border, as happens


@dataclass(frozen=True)
class Network:
    """The distributors, tier 1 first. ``may_sell`` is [distributor, province], ``carries`` [distributor, line]."""

    province: Ints
    city: Ints
    tier: Ints
    parent: Ints  # -1 for tier 1
    weight: Floats
    may_sell: Flags
    carries: Flags
    cover_days: Floats  # days of stock it aims at
    source: Ints
    cast: Cast
    supplier: Ints  # [terminal, line]: distributor, DIRECT for the manufacturer
    pair_supplier: Ints  # of each pair: the line's supplier, or for some products a second one
    outside_supplier: Ints  # [terminal]: the distributor from over the border from outside_from on, -1 for none

    @property
    def count(self) -> int:
        """Number of distributors."""
        return len(self.tier)


def draw_network(seed: int, size: Size, terminals: Terminals, stories: Stories = STORIES) -> Network:
    """Draw the distributors and give every terminal its suppliers."""
    rng = open_stream(seed, "network")
    province, tier, parent, may_sell = _draw_tiers(rng, size)
    count = len(tier)
    cast = _cast_parts(province, tier)
    _play_parts(cast, province, tier, parent, may_sell)
    carries = np.ones((count, len(LINES)), dtype=bool)
    narrow = np.flatnonzero((tier == 2) & (rng.random(count) < 0.3))
    carries[narrow] = rng.random((len(narrow), len(LINES))) < 0.65
    carries[narrow, 0] = True
    carries[[cast.star, *cast.loaders, cast.offender, cast.late, *cast.border]] = True
    weight = settle(np.where(tier == 1, 2.2, 1.0) * draw_factors(rng, count, 0.7))
    weight = np.where(tier == 1, np.maximum(weight, 1.4), weight)
    weight[list(cast.loaders)] = 2.2
    weight[cast.late] = 1.0
    cover = settle(np.where(tier == 1, 30.0, 24.0) * draw_factors(rng, count, 0.15), 2)
    supplier, pair_supplier, dependents, direct = _supply(
        open_stream(seed, "suppliers"), terminals, cast, weight, may_sell, carries
    )
    outside = _supply_over_borders(
        open_stream(seed, "over borders"), terminals, cast, pair_supplier, dependents, direct, stories.outside_share
    )
    first = np.searchsorted([row[0] for row in CITIES], np.arange(len(PROVINCES)))
    return Network(
        province=province,
        city=first[province] + (rng.random(count) * 2).astype(np.int64),
        tier=tier,
        parent=parent,
        weight=weight,
        may_sell=may_sell,
        carries=carries,
        cover_days=cover,
        source=draw_kinds(rng, (20, 55, 10, 5, 10), count),
        cast=cast,
        supplier=supplier,
        pair_supplier=pair_supplier,
        outside_supplier=outside,
    )


def _draw_tiers(rng: np.random.Generator, size: Size) -> tuple[Ints, Ints, Ints, Flags]:
    """Homes and territories: a region's tier 1s share its provinces, at least one each; tier 2s sell at home."""
    region_of = np.array([p.region for p in PROVINCES])
    weights = np.array([p.weight for p in PROVINCES])
    region_weights = np.bincount(region_of, weights=weights)
    first_tier = share_out(size.first_tier, region_weights, least=2)
    homes: list[int] = []
    fields: list[list[int]] = []
    for region in range(len(REGIONS)):
        provinces = [int(place) for place in np.flatnonzero(region_of == region)]
        largest = sorted(provinces, key=lambda place: -PROVINCES[place].weight)
        number = int(first_tier[region])
        for turn in range(number):
            home = largest[turn % len(largest)]
            # every second, third … province, so that together they reach all of the region
            reach = {home, *largest[turn % min(number, len(largest)) :: min(number, len(largest))]}
            homes.append(home)
            fields.append(sorted(reach))
    second_tier = share_out(size.second_tier, weights, least=1)
    second_homes = np.repeat(np.arange(len(PROVINCES)), second_tier)
    province = np.concatenate([np.array(homes), second_homes]).astype(np.int64)
    tier = np.concatenate([np.ones(len(homes)), np.full(len(second_homes), 2)]).astype(np.int64)
    may_sell = np.zeros((len(tier), len(PROVINCES)), dtype=bool)
    for number, field in enumerate(fields):
        may_sell[number, field] = True
    may_sell[np.flatnonzero(tier == 2), second_homes] = True
    parent = np.full(len(tier), -1, dtype=np.int64)
    for place in np.flatnonzero(tier == 2):
        parents = np.flatnonzero((tier == 1) & may_sell[:, province[place]])
        parent[place] = parents[int(rng.integers(len(parents)))]
    return province, tier, parent, may_sell


def _cast_parts(province: Ints, tier: Ints) -> Cast:
    """Star: first tier 1 of Guangdong. Loaders: a tier 1 of Zhejiang and one of Sichuan. Offender: a tier 2 of Hebei.

    Late: a tier 2 of Shaanxi. Two tier 2s in Anhui and Hunan sell a little over their border.
    """

    def find(code: str, level: int) -> int:
        return int(np.flatnonzero((province == PROVINCE[code]) & (tier == level))[0])

    return Cast(
        star=find("GD", 1),
        loaders=(find("ZJ", 1), find("SC", 1)),
        offender=find("HE", 2),
        late=find("SN", 2),
        border=(find("AH", 2), find("HN", 2)),
    )


def _play_parts(cast: Cast, province: Ints, tier: Ints, parent: Ints, may_sell: Flags) -> None:
    """Fit the network to the parts: the star sells in the South and beside it, loaders serve terminals only."""
    may_sell[cast.star, [PROVINCE[code] for code in STORIES.star_provinces]] = True
    regions = np.array([p.region for p in PROVINCES])[province]
    for child in np.flatnonzero(np.isin(parent, cast.loaders)):
        others = np.flatnonzero(
            (tier == 1) & (regions == regions[child]) & ~np.isin(np.arange(len(tier)), cast.loaders)
        )
        parent[child] = others[0]
        may_sell[others[0], province[child]] = True


def _supply(
    rng: np.random.Generator, terminals: Terminals, cast: Cast, weight: Floats, may_sell: Flags, carries: Flags
) -> tuple[Ints, Ints, Ints, Ints]:
    """Suppliers by terminal and line, and by pair, from those who may sell there; the star's dependents; direct sales.

    A terminal has a main supplier; four in ten of the products of four terminals in five come from a second one. The
    star's dependents buy from the star alone.
    """
    count = terminals.count
    main, second, fallback = (np.zeros(count, dtype=np.int64) for _ in range(3))
    # the star sells to its dependents and hardly to anybody else
    reach = np.where(may_sell, weight[:, None], 0.0)
    reach[cast.star] *= 0.25
    reach[cast.late] *= 0.8
    broad: Flags = np.all(carries, axis=1).astype(bool)
    for province in range(len(PROVINCES)):
        here = np.flatnonzero(terminals.province == province)
        some = np.flatnonzero(reach[:, province] > 0)
        main[here] = some[draw_kinds(rng, reach[some, province], len(here))]
        turn = 1 + rng.integers(0, max(len(some) - 1, 1), len(here))
        second[here] = some[(np.searchsorted(some, main[here]) + turn) % len(some)]
        all_lines = some[broad[some]]
        fallback[here] = all_lines[draw_kinds(rng, reach[all_lines, province], len(here))]
    supplier = np.where(carries[main, :], main[:, None], fallback[:, None])
    is_loyal = rng.random(count) < 0.2
    other = np.where(carries[second, :], second[:, None], supplier)
    other = np.where(is_loyal[:, None], supplier, other)
    in_reach = may_sell[cast.star][terminals.province] & terminals.buys
    is_steady = (terminals.role != QUIET) & (terminals.role != CLOSING)
    in_south = np.array([p.region == SOUTH for p in PROVINCES])[terminals.province]
    wanted = round(STORIES.dependence_terminals * count / 1500)
    chance = np.where(in_south, 1.5, 1.0) * np.clip(settle(terminals.potential / 400_000), 0.25, 12.0)
    dependents = choose_weighted(rng, np.where(in_reach & is_steady, chance, 0.0), wanted)
    supplier[dependents] = other[dependents] = cast.star
    # a few large laboratories and hospitals elsewhere buy their main line from the manufacturer itself
    large = (terminals.potential > 3_000_000) & terminals.buys & is_steady & (supplier[:, 0] != cast.star)
    direct = choose_weighted(rng, large, max(6 * count // 1500, 6))
    supplier[direct, 0] = other[direct, 0] = DIRECT
    place = terminals.pair_terminal, terminals.pair_line
    pair_supplier = np.where(rng.random(len(place[0])) < 0.4, other[place], supplier[place])
    return supplier, pair_supplier, dependents, direct


def _supply_over_borders(
    rng: np.random.Generator,
    terminals: Terminals,
    cast: Cast,
    supplier: Ints,
    dependents: Ints,
    direct: Ints,
    outside_share: float,
) -> Ints:
    """Terminals that buy from over the border: enough for the offender's planted share, few for the others.

    With own sales V the terminals outside must be worth share / (1 - share) x V.
    """
    outside = np.full(terminals.count, -1, dtype=np.int64)
    worth = np.bincount(terminals.pair_terminal, weights=terminals.pair_rate * 365, minlength=terminals.count)
    is_free = terminals.buys & (terminals.role != QUIET) & (terminals.role != CLOSING) & (terminals.opens < 300)
    is_free[dependents] = False
    is_free[direct] = False
    is_free[terminals.pair_terminal[np.isin(supplier, (cast.late, *cast.loaders))]] = False
    plans = (
        (cast.offender, ("SD", "HA"), outside_share),
        (cast.border[0], ("JS", "ZJ"), 0.02),
        (cast.border[1], ("HB", "JX"), 0.03),
    )
    for distributor, codes, share in plans:
        own = float(settle(np.cumsum(np.where(supplier == distributor, terminals.pair_rate * 365, 0.0))[-1], 0))
        wanted = share / (1 - share) * own
        near = np.isin(terminals.province, [PROVINCE[code] for code in codes])
        here = np.flatnonzero(near & is_free & (outside < 0) & (worth > 0.02 * wanted) & (worth < 0.45 * wanted))
        here = here[rng.permutation(len(here))]
        total = 0.0
        for terminal in here:
            if total + settle(worth[terminal], 0) <= 1.05 * wanted:
                outside[terminal] = distributor
                total += float(settle(worth[terminal], 0))
    return outside


def distributor_ids(network: Network) -> list[str]:
    """Ids in order: ``D0001`` and on."""
    return [f"D{number + 1:04d}" for number in range(network.count)]


def tabulate(seed: int, network: Network, bought: Ints) -> dict[str, pa.Table]:
    """The tables distributors, authorisations and agreements; ``bought``: taken in over the last year, in cents."""
    return {
        "distributors": _tabulate_distributors(open_stream(seed, "distributor table"), network, bought),
        "authorisations": _tabulate_authorisations(network),
        "agreements": _tabulate_agreements(open_stream(seed, "agreements"), network, bought),
    }


def _tabulate_distributors(rng: np.random.Generator, network: Network, bought: Ints) -> pa.Table:
    count = network.count
    names, names_en = [], []
    used: dict[int, int] = {}
    for province in network.province.tolist():
        turn = used[province] = used.get(province, province * 7) + 1
        stem, stem_en = _STEMS[turn % 10].split()
        branch, branch_en = _BRANCHES[turn % 12].split()
        round_number = (turn - province * 7 - 1) // 60
        tail = "" if round_number == 0 else str(round_number + 1)
        names.append(f"{PROVINCES[province].name}{stem}{branch}医疗供应{tail}")
        names_en.append(f"{PROVINCES[province].name_en} {stem_en}{branch_en} Medical Supply {tail}".strip())
    cities = [row[2] for row in CITIES]
    place = np.empty(count, dtype=np.int64)
    place[np.argsort(-bought, kind="stable")] = np.arange(count)
    stage = np.full(count, 3)
    others = np.setdiff1d(np.flatnonzero(network.tier == 2), [network.cast.offender, network.cast.late])
    stage[others[-2:]] = 2
    days = np.array([30, 45, 60, 90])[rng.integers(0, 4, count)]
    # a limit of 1.2 to 2.2 times what is bought in the days of credit
    limit = np.rint(settle(bought / 365 * days * (1.2 + rng.random(count)), 0) / 5_000_000).astype(np.int64) * 5_000_000
    return arrow.fill_table(
        "distributors",
        {
            "distributor_id": distributor_ids(network),
            "name": names,
            "name_en": names_en,
            "tier": arrow.integers(network.tier),
            "parent_id": arrow.pick_text(distributor_ids(network), np.maximum(network.parent, 0), network.parent < 0),
            "territory_id": arrow.pick_text([p.code for p in PROVINCES], network.province),
            "city": arrow.pick_text([city.name for city in cities], network.city),
            "longitude": arrow.doubles(settle(np.array([city.longitude for city in cities])[network.city], 4)),
            "latitude": arrow.doubles(settle(np.array([city.latitude for city in cities])[network.city], 4)),
            "grade": arrow.pick_text(
                ("A", "B", "C"), np.where(place < count * 0.2, 0, np.where(place < count * 0.5, 1, 2))
            ),
            "stage": arrow.pick_text(STAGES, stage),
            "onboarded_on": arrow.dates(-60 - (rng.random(count) * 2500).astype(np.int64)),
            "credit_limit_amount": arrow.amounts(np.maximum(limit, 5_000_000)),
            "credit_days": arrow.integers(days),
        },
    )


def _tabulate_authorisations(network: Network) -> pa.Table:
    """A row a distributor, province and line it carries; the star's for Fujian only since 2023, all others older."""
    allowed = network.may_sell[:, :, None] & network.carries[:, None, :]
    distributor, province, line = np.nonzero(allowed)
    start = np.where(network.tier[distributor] == 1, to_day(date(2022, 1, 1)), to_day(date(2023, 1, 1)))
    return arrow.fill_table(
        "authorisations",
        {
            "distributor_id": arrow.pick_text(distributor_ids(network), distributor),
            "territory_id": arrow.pick_text([p.code for p in PROVINCES], province),
            "product_line": arrow.pick_text([row[0] for row in LINES], line),
            "valid_from": arrow.dates(start),
            "valid_to": arrow.dates(start, np.ones(len(start), dtype=bool)),
        },
    )


def _tabulate_agreements(rng: np.random.Generator, network: Network, bought: Ints) -> pa.Table:
    """One agreement a year with each maker; some of 2026 not signed yet, some not renewed."""
    years = np.array([2024, 2025, 2026])
    distributor, maker, year = (
        grid.ravel()
        for grid in np.meshgrid(np.arange(network.count), np.arange(len(MANUFACTURERS)), np.arange(3), indexing="ij")
    )
    luck = rng.random(len(year))
    keep = ~((year == 2) & (luck < 0.06)) & ((maker == 0) | (luck > 0.1))
    distributor, maker, year, luck = distributor[keep], maker[keep], year[keep], luck[keep]
    starts = np.array([to_day(date(int(y), 1, 1)) for y in years])[year]
    ends = np.array([to_day(date(int(y), 12, 31)) for y in years])[year]
    share = np.array([0.72, 0.16, 0.12])[maker] * np.array([0.88, 0.95, 1.05])[year]
    target = np.rint(settle(bought[distributor] * share / 1_000_000, 3)).astype(np.int64) * 1_000_000
    unsigned = (year == 2) & (luck > 0.94)
    return arrow.fill_table(
        "agreements",
        {
            "agreement_id": arrow.number_ids("A", np.arange(1, len(year) + 1), 5),
            "distributor_id": arrow.pick_text(distributor_ids(network), distributor),
            "manufacturer_id": arrow.pick_text([row[0] for row in MANUFACTURERS], maker),
            "starts_on": arrow.dates(starts),
            "ends_on": arrow.dates(ends),
            "signed_on": arrow.dates(starts - 5 - (settle(luck * 30, 0)).astype(np.int64), unsigned),
            "target_amount": arrow.amounts(np.maximum(target, 10_000_000)),
            "rebate_rate": arrow.doubles(
                settle(np.where(network.tier[distributor] == 1, 0.03, 0.02) + 0.01 * maker, 4)
            ),
        },
    )
