"""The field force: who owns which terminal, whom they visit, and which visits are made jointly with a distributor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight.demo import arrow
from insight.demo.chance import Flags, Floats, Ints, draw_kinds, open_stream, settle, share_out, spread_rows
from insight.demo.days import (
    ELAPSED,
    IS_WORKING,
    MONTH_STARTS,
    MONTHS,
    THROUGH,
    WORKING_BEFORE,
    WORKING_DAYS,
    WORKING_IN_MONTH,
)
from insight.demo.network import Network, distributor_ids
from insight.demo.places import PROVINCES, REGIONS
from insight.demo.scenario import STORIES, Size
from insight.demo.terminals import CLOSING, COUNTY_GAP, PROSPECT, UNCOVERED, Terminals, terminal_ids

_SURNAMES = (
    "赵 Zhao,钱 Qian,孙 Sun,李 Li,周 Zhou,吴 Wu,郑 Zheng,王 Wang,冯 Feng,陈 Chen,"
    "褚 Chu,卫 Wei,蒋 Jiang,沈 Shen,韩 Han,杨 Yang,朱 Zhu,秦 Qin,许 Xu,何 He"
)
_GIVEN = (
    "安 An,博 Bo,晨 Chen,岱 Dai,恩 En,帆 Fan,歌 Ge,禾 He,佳 Jia,可 Ke,岚 Lan,默 Mo,"
    "宁 Ning,平 Ping,清 Qing,然 Ran,苏 Su,棠 Tang,文 Wen,溪 Xi,言 Yan,舟 Zhou,朗 Lang"
)
_PURPOSES = ("routine", "product_introduction", "issue_follow_up", "stock_check", "listing", "training")
_ISSUES = ("quality", "delivery", "price", "service", "document", "instrument")
NEVER = 999  # an assignment that has no end yet


@dataclass(frozen=True)
class Field:
    """Reps and assignments as arrays; months of an assignment run from ``since`` to before ``until``."""

    rep_region: Ints  # of managers and field reps alike, -1 for the director
    rep_province: Ints  # -1 for managers
    rep_employer: Ints  # distributor, -1 for the manufacturer
    manager: Ints  # -1 for the director
    terminal: Ints
    rep: Ints
    share: Floats
    since: Ints
    until: Ints
    joint_terminal: Ints  # joint episodes: terminal, month, number of joint visits
    joint_month: Ints
    joint_visits: Ints

    @property
    def reps(self) -> int:
        """Number of people."""
        return len(self.rep_region)


def draw_field(seed: int, size: Size, terminals: Terminals, network: Network) -> Field:
    """Draw reps, assignments and the episodes of joint visits."""
    rng = open_stream(seed, "field")
    region_of = np.array([p.region for p in PROVINCES])
    weights = np.array([p.weight for p in PROVINCES])
    by_region = share_out(size.reps, np.bincount(region_of, weights=weights), least=2)
    homes: list[int] = []
    for region in range(len(REGIONS)):
        provinces = np.flatnonzero(region_of == region)
        provinces = provinces[np.argsort(-weights[provinces], kind="stable")]
        homes += provinces[np.arange(by_region[region]) % len(provinces)].tolist()
    # the largest distributors have people of their own
    employers = np.sort(np.argsort(-network.weight, kind="stable")[: size.distributor_reps])
    provinces = np.concatenate([np.array(homes), network.province[employers]]).astype(np.int64)
    managers = len(REGIONS)
    rep_province = np.concatenate([np.full(managers + 1, -1), provinces])
    rep_region = np.concatenate([[-1], np.arange(managers), region_of[provinces]])
    employer = np.concatenate([np.full(managers + 1 + len(homes), -1), employers])
    manager = np.concatenate([[-1], np.zeros(managers, dtype=np.int64), 1 + region_of[provinces]])
    terminal, rep, share, since, until = _assign(rng, terminals, region_of, rep_province, rep_region, employer)
    joint = _plan_joint_visits(open_stream(seed, "joint visits"), terminals, terminal, share)
    return Field(
        rep_region=rep_region,
        rep_province=rep_province,
        rep_employer=employer,
        manager=manager,
        terminal=terminal,
        rep=rep,
        share=share,
        since=since,
        until=until,
        joint_terminal=joint[0],
        joint_month=joint[1],
        joint_visits=joint[2],
    )


def _assign(
    rng: np.random.Generator,
    terminals: Terminals,
    region_of: Ints,
    rep_province: Ints,
    rep_region: Ints,
    employer: Ints,
) -> tuple[Ints, Ints, Floats, Ints, Ints]:
    """Owners: a rep of the province, else of the region. Some credit is shared 0.6 to 0.4, some changed hands.

    The uncovered A-grade accounts have never had an owner; every other A and B has one, some C have none.
    """
    count = terminals.count
    owner = np.zeros(count, dtype=np.int64)
    other = np.zeros(count, dtype=np.int64)
    is_field = (rep_province >= 0) & (employer < 0)
    for province, region in enumerate(region_of.tolist()):
        here = np.flatnonzero(terminals.province == province)
        near = np.flatnonzero(is_field & (rep_province == province))
        same_region = np.flatnonzero(is_field & (rep_region == region))
        near = near if len(near) else same_region
        owner[here] = near[rng.integers(0, len(near), len(here))]
        partners = np.flatnonzero((rep_province == province) & (employer >= 0))
        partners = partners if len(partners) else same_region
        other[here] = partners[rng.integers(0, len(partners), len(here))]
    luck = rng.random(count)
    is_small = np.minimum(terminals.grade, terminals.grade_after) == 2
    is_owned = (terminals.role != UNCOVERED) & ~(is_small & (luck < 0.12))
    is_shared = is_owned & (rng.random(count) < 0.12) & (other != owner)
    is_handed = is_owned & ~is_shared & (rng.random(count) < 0.10) & (other != owner)
    handed_on = rng.integers(4, MONTHS - 2, count)
    all_owned, shared, handed = np.flatnonzero(is_owned), np.flatnonzero(is_shared), np.flatnonzero(is_handed)
    terminal = np.concatenate([all_owned, shared, handed])
    rep = np.concatenate([owner[all_owned], other[shared], other[handed]])
    share = np.concatenate([np.where(is_shared[all_owned], 0.6, 1.0), np.full(len(shared), 0.4), np.ones(len(handed))])
    since = np.concatenate([np.zeros(len(all_owned) + len(shared)), handed_on[handed]]).astype(np.int64)
    until = np.concatenate(
        [np.where(is_handed, handed_on, NEVER)[all_owned], np.full(len(shared) + len(handed), NEVER)]
    )
    order = np.lexsort((rep, since, terminal))
    return terminal[order], rep[order], share[order], since[order], until[order].astype(np.int64)


def _plan_joint_visits(
    rng: np.random.Generator, terminals: Terminals, terminal: Ints, share: Floats
) -> tuple[Ints, Ints, Ints]:
    """Two terminals in five with an owner have one to three episodes of joint visits, at least seven months apart."""
    owned = np.unique(terminal[(share > 0.5) & terminals.buys[terminal]])
    chosen = owned[rng.random(len(owned)) < 0.42]
    episodes = rng.integers(1, 4, len(chosen))
    owner, place = spread_rows(episodes)
    start = rng.integers(0, 14, len(chosen))
    gap = rng.integers(7, 13, len(owner))
    month = start[owner] + place * gap
    keep = month < MONTHS
    order = np.lexsort((month[keep], chosen[owner[keep]]))
    return chosen[owner[keep]][order], month[keep][order], rng.integers(1, 3, int(keep.sum()))


def joint_factors(field: Field, terminals: Terminals) -> Floats:
    """What joint visits do to demand: the planted uplift in the month of the episode and the two after it."""
    lifted = np.zeros((terminals.count, MONTHS), dtype=bool)
    for later in range(STORIES.joint_months):
        month = field.joint_month + later
        lifted[field.joint_terminal[month < MONTHS], month[month < MONTHS]] = True
    return np.where(lifted, 1 + STORIES.joint_uplift, 1.0)


def tabulate(seed: int, size: Size, field: Field, terminals: Terminals, network: Network) -> dict[str, pa.Table]:
    """The tables reps, assignments, visits and visit_issues."""
    tables = {"reps": _tabulate_reps(field, network), "assignments": _tabulate_assignments(field, terminals)}
    tables |= _tabulate_visits(open_stream(seed, "visits"), size, field, terminals, network)
    return tables


def rep_ids(field: Field) -> pa.Array:
    """Ids in order: ``R0001`` the director, then the region managers, then the field."""
    return arrow.number_ids("R", np.arange(1, field.reps + 1), 4)


def _tabulate_reps(field: Field, network: Network) -> pa.Table:
    surnames = [part.split() for part in _SURNAMES.split(",")]
    given = [part.split() for part in _GIVEN.split(",")]
    names, names_en = [], []
    for number in range(field.reps):
        last, last_en = surnames[number % len(surnames)]
        first, first_en = given[number % len(given)]
        second, second_en = given[(number // len(given) + 5) % len(given)] if number >= len(given) else ("", "")
        names.append(last + first + second)
        names_en.append(f"{first_en}{second_en.lower()} {last_en}")
    homes = [code for code, _, _ in REGIONS] + [p.code for p in PROVINCES]
    is_field = field.rep_province >= 0
    home = np.where(is_field, len(REGIONS) + field.rep_province, np.maximum(field.rep_region, 0))
    return arrow.fill_table(
        "reps",
        {
            "rep_id": rep_ids(field),
            "name": names,
            "name_en": names_en,
            "manager_id": rep_ids(field).take(pa.array(field.manager, mask=field.manager < 0)),
            "employer": arrow.pick_text(["manufacturer", *distributor_ids(network)], field.rep_employer + 1),
            "territory_id": arrow.pick_text(homes, home, field.rep_region < 0),
        },
    )


def _tabulate_assignments(field: Field, terminals: Terminals) -> pa.Table:
    none = np.ones(len(field.terminal), dtype=bool)
    is_open = field.until == NEVER
    return arrow.fill_table(
        "assignments",
        {
            "terminal_id": terminal_ids(terminals).take(pa.array(field.terminal)),
            "rep_id": rep_ids(field).take(pa.array(field.rep)),
            "product_line": arrow.pick_text([""], np.zeros(len(none), dtype=np.int64), none),
            "credit_share": arrow.doubles(field.share),
            "valid_from": arrow.dates(MONTH_STARTS[field.since]),
            "valid_to": arrow.dates(MONTH_STARTS[np.where(is_open, 0, field.until)], is_open),
        },
    )


def _tabulate_visits(
    rng: np.random.Generator, size: Size, field: Field, terminals: Terminals, network: Network
) -> dict[str, pa.Table]:
    """Visits by the owner of the month, A grades most often; joint visits where an episode was planned.

    Joint visits are made with the distributor that supplies most of the terminal's lines and alone have four steps.
    """
    main = _main_suppliers(network, terminals)
    owner_row = np.flatnonzero(field.share > 0.5)
    months = np.minimum(field.until[owner_row], MONTHS) - field.since[owner_row]
    row, place = spread_rows(months)
    terminal = field.terminal[owner_row[row]]
    month = field.since[owner_row[row]] + place
    rep = field.rep[owner_row[row]]
    grade = np.where(
        month >= terminals.grade_changed[terminal], terminals.grade_after[terminal], terminals.grade[terminal]
    )
    rate = np.array([1.6, 0.75, 0.25])[grade] * np.where(
        month == MONTHS - 1, ELAPSED / int(WORKING_IN_MONTH[MONTHS - 1]), 1.0
    )
    is_prospect = np.isin(terminals.role[terminal], (PROSPECT, COUNTY_GAP))
    rate = rate * np.where(is_prospect, 0.5, 1.0) * (0.5 + 1.0 * rng.random(field.reps))[rep]
    joint = np.zeros(terminals.count * MONTHS, dtype=np.int64)
    joint[field.joint_terminal * MONTHS + field.joint_month] = field.joint_visits
    plain = float(settle(rate.sum(), 0))
    visits = rng.poisson(settle(rate * (size.visits - int(field.joint_visits.sum())) / plain))
    together = joint[terminal * MONTHS + month]
    counts = visits + together
    source, number = spread_rows(counts)
    is_joint = number < together[source]
    terminal, month, rep = terminal[source], month[source], rep[source]
    day = _draw_days(rng, month)
    keep = (day <= THROUGH) & ((terminals.role[terminal] != CLOSING) | (terminals.closes[terminal] + 20 >= day))
    order = np.lexsort((is_joint[keep], terminal[keep], rep[keep], day[keep]))
    terminal, rep, day, is_joint = (column[keep][order] for column in (terminal, rep, day, is_joint))
    total = len(day)
    steps = rng.random((total, 4)) < np.array([0.93, 0.84, 0.66, 0.72])
    no_steps = ~is_joint
    ids = arrow.number_ids("V", np.arange(1, total + 1), 7)
    table = arrow.fill_table(
        "visits",
        {
            "visit_id": ids,
            "visited_on": arrow.dates(day),
            "rep_id": rep_ids(field).take(pa.array(rep)),
            "terminal_id": terminal_ids(terminals).take(pa.array(terminal)),
            "distributor_id": arrow.pick_text(distributor_ids(network), main[terminal], no_steps),
            "mode": arrow.pick_text(
                ("demonstration", "observation"), (rng.random(total) < 0.45).astype(np.int64), no_steps
            ),
            "is_prepared": arrow.flags(steps[:, 0], no_steps),
            "is_goal_set": arrow.flags(steps[:, 1], no_steps),
            "is_goal_met": arrow.flags(steps[:, 2], no_steps),
            "is_reviewed": arrow.flags(steps[:, 3], no_steps),
            "purpose": arrow.pick_text(_PURPOSES, draw_kinds(rng, (45, 20, 12, 10, 8, 5), total)),
        },
    )
    return {"visits": table, "visit_issues": _tabulate_issues(rng, ids, day, is_joint)}


def _main_suppliers(network: Network, terminals: Terminals) -> Ints:
    """The distributor that supplies most of each terminal's lines, the lowest number among equals."""
    supplier = np.where(network.supplier < 0, network.supplier[:, 1:2], network.supplier)
    votes = (supplier[:, :, None] == supplier[:, None, :]).sum(axis=2)
    best = np.argmax(votes * 10_000 - supplier, axis=1)
    main: Ints = supplier[np.arange(terminals.count), best]
    return main


def _draw_days(rng: np.random.Generator, month: Ints) -> Ints:
    """A working day of the month; a few records lie on days off."""
    luck = rng.random(len(month))
    working = np.where(month == MONTHS - 1, ELAPSED, WORKING_IN_MONTH[month])
    day = WORKING_DAYS[WORKING_BEFORE[MONTH_STARTS[month]] + np.floor(luck * working).astype(np.int64)]
    is_off = rng.random(len(month)) < 0.004
    days: Ints = np.where(is_off & ~IS_WORKING[day + 1], day + 1, day)
    return days


def _tabulate_issues(rng: np.random.Generator, ids: pa.Array, day: Ints, is_joint: Flags) -> pa.Table:
    """An issue in one visit of fourteen, in one joint visit of four; most are closed within three weeks."""
    raised = np.flatnonzero(rng.random(len(day)) < np.where(is_joint, 0.25, 0.07))
    closed = day[raised] + 2 + (settle(-np.log(1.0 - rng.random(len(raised)))) * 11).astype(np.int64)
    is_open = (rng.random(len(raised)) < 0.07) | (closed > THROUGH)
    return arrow.fill_table(
        "visit_issues",
        {
            "issue_id": arrow.number_ids("I", np.arange(1, len(raised) + 1), 7),
            "visit_id": ids.take(pa.array(raised)),
            "kind": arrow.pick_text(_ISSUES, draw_kinds(rng, (10, 30, 20, 22, 8, 10), len(raised))),
            "raised_on": arrow.dates(day[raised]),
            "closed_on": arrow.dates(closed, is_open),
        },
    )
