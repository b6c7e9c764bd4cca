"""Marketing activities: who was invited and came, what they cost whom, their steps; and marketing projects."""

from __future__ import annotations

from dataclasses import dataclass

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
from insight.demo.days import MONTH_STARTS, MONTHS, THROUGH, month_date, month_end, shift_working_days
from insight.demo.network import Network, distributor_ids
from insight.demo.places import CITIES, PROVINCES
from insight.demo.products import LINES
from insight.demo.scenario import KINDS, Size
from insight.demo.terminals import QUIET, Terminals, terminal_ids

STEPS = (
    "submit",
    "review",
    "revise",
    "approve",
    "staff",
    "material",
    "brief",
    "run",
    "debrief",
    "evaluate",
    "archive",
    "share",
)
# working days before (negative) or after the activity on which each step is due
_STEP_DUE = np.array([-25, -22, -20, -18, -14, -10, -3, 0, 3, 10, 15, 25])
_ITEMS = ("venue", "speaker", "material", "travel")
_OBJECTIVES = ("adoption", "education", "retention", "launch", "upgrade")
PLANNED, APPROVED, DONE, CANCELLED = range(4)
_STATUS = ("planned", "approved", "done", "cancelled")


@dataclass(frozen=True)
class Activities:
    """The activities as arrays, in order of their day, and the rows of who was invited or came."""

    kind: Ints
    month: Ints
    starts: Ints
    province: Ints
    city: Ints
    line: Ints  # -1 for all
    owner: Ints  # distributor, -1 for the manufacturer
    status: Ints
    row_activity: Ints
    row_terminal: Ints
    row_invited: Flags
    row_attended: Flags

    @property
    def count(self) -> int:
        """Number of activities."""
        return len(self.kind)


def draw_activities(seed: int, size: Size, terminals: Terminals, network: Network) -> Activities:
    """Draw the activities and their guests.

    Guests are larger than most, and nobody is a guest twice within seven months, so that effects can be told apart.
    Regional meetings invite terminals that are growing already.
    """
    rng = open_stream(seed, "activities")
    per_kind = share_out(size.activities, [kind.count for kind in KINDS])
    kind = np.repeat(np.arange(len(KINDS)), per_kind)
    # most fall where a year before and half a year after lie within the data
    weights = np.where(np.arange(MONTHS) < 12, 0.35, np.where(np.arange(MONTHS) < 31, 1.3, 0.6))
    weights[MONTHS - 1] = 0.2
    month = draw_kinds(rng, weights, len(kind))
    planned = rng.permutation(len(kind))[: max(size.activities // 30, 4)]
    month[planned] = MONTHS + (np.arange(len(planned)) % 2)
    starts = shift_working_days(MONTH_STARTS[month], rng.integers(1, 9, len(kind)))
    order = np.lexsort((kind, starts))
    kind, month, starts = kind[order], month[order], starts[order]
    is_future = month >= MONTHS
    status = np.where(is_future, np.where(rng.random(len(kind)) < 0.5, PLANNED, APPROVED), DONE)
    status[(rng.random(len(kind)) < 0.02) & ~is_future] = CANCELLED
    province = draw_kinds(rng, settle([p.weight for p in PROVINCES]), len(kind))
    rows = _invite(rng, terminals, kind, month, province, status)
    line = np.where(
        np.isin(kind, (0, 1, 2)) & (rng.random(len(kind)) < 0.6), draw_kinds(rng, [r[1] for r in LINES], len(kind)), -1
    )
    first_city = np.searchsorted([row[0] for row in CITIES], province)
    return Activities(
        kind=kind,
        month=month,
        starts=starts,
        province=province,
        city=first_city + (rng.random(len(kind)) < 0.35),
        line=line,
        owner=_draw_owners(rng, network, province),
        status=status,
        row_activity=rows[0],
        row_terminal=rows[1],
        row_invited=rows[2],
        row_attended=rows[3],
    )


def _draw_owners(rng: np.random.Generator, network: Network, province: Ints) -> Ints:
    """Three in ten are held by a distributor that sells in the province."""
    owner = np.full(len(province), -1, dtype=np.int64)
    for place in np.flatnonzero(rng.random(len(province)) < 0.3):
        sellers = np.flatnonzero(network.may_sell[:, province[place]])
        owner[place] = sellers[int(rng.integers(len(sellers)))]
    return owner


def _invite(
    rng: np.random.Generator, terminals: Terminals, kind: Ints, month: Ints, province: Ints, status: Ints
) -> tuple[Ints, Ints, Flags, Flags]:
    """The rows (activity, terminal, invited, came). About four in five come; a few come without being asked."""
    region_of = np.array([p.region for p in PROVINCES])
    regions = region_of[terminals.province]
    taste = settle(np.power(settle(terminals.potential / 1e6), 0.6)) * (terminals.buys & (terminals.role != QUIET))
    free_from = np.zeros(terminals.count, dtype=np.int64)
    first_month = np.searchsorted(MONTH_STARTS, terminals.opens, side="right") + 13
    last_month = np.where(terminals.closes < THROUGH, np.searchsorted(MONTH_STARTS, terminals.closes) - 8, 99)
    first_month = np.where(terminals.opens == 0, 0, first_month)
    found: list[tuple[Ints, Ints, Flags, Flags]] = []
    for activity in range(len(kind)):
        what = KINDS[kind[activity]]
        wanted = int(rng.integers(what.invited[0], what.invited[1] + 1))
        now = int(month[activity])
        able = (free_from <= now) & (first_month <= now) & (last_month >= now)
        weight = taste * able * np.where(terminals.is_grower, 1.0, 0.002 if what.seeks_growth else 1.0)
        near = terminals.province == province[activity]
        if what.is_regional or np.count_nonzero(near & (weight > 0)) < 3 * wanted:
            near = regions == region_of[province[activity]]
        guests = choose_weighted(rng, np.where(near, weight, 0.0), wanted)
        luck = rng.random(len(guests))
        is_invited, is_attended = luck < 0.97, (luck < 0.78) | (luck >= 0.97)
        if status[activity] == CANCELLED or now >= MONTHS:
            is_invited, is_attended = np.ones(len(guests), dtype=bool), np.zeros(len(guests), dtype=bool)
        free_from[guests] = now + 7
        found.append((np.full(len(guests), activity), guests, is_invited, is_attended))
    activity_rows, terminal_rows, invited, attended = (np.concatenate(column) for column in zip(*found, strict=True))
    return activity_rows, terminal_rows, invited, attended


def activity_factors(activities: Activities, terminals: Terminals) -> Floats:
    """What attendance does to each terminal's demand in each month: the kind's uplift from its own month on."""
    factors = np.ones((terminals.count, MONTHS))
    for row in np.flatnonzero(activities.row_attended):
        activity, terminal = activities.row_activity[row], activities.row_terminal[row]
        month = int(activities.month[activity])
        uplift = np.array(KINDS[activities.kind[activity]].uplift[: MONTHS - month])
        factors[terminal, month : month + len(uplift)] *= 1 + uplift
    return settle(factors)


def tabulate(seed: int, activities: Activities, terminals: Terminals, network: Network) -> dict[str, pa.Table]:
    """The tables activities, activity_costs, activity_terminals, activity_steps and projects."""
    rng = open_stream(seed, "activity tables")
    ids = arrow.number_ids("E", np.arange(1, activities.count + 1), 5)
    late = rng.random(activities.count) < 0.15
    lead = np.where(late, -rng.integers(6, 17, activities.count), -rng.integers(20, 36, activities.count))
    submitted = shift_working_days(activities.starts, lead)
    approved = shift_working_days(
        submitted, np.where(late, rng.integers(3, 9, activities.count), rng.integers(2, 8, activities.count))
    )
    planned = _draw_costs(rng, activities)
    tables = {"activities": _tabulate_activities(rng, activities, network, ids, submitted, approved, planned)}
    tables["activity_costs"] = _tabulate_costs(open_stream(seed, "activity costs"), activities, network, ids, planned)
    tables["activity_terminals"] = _tabulate_guests(open_stream(seed, "attendance"), activities, terminals, ids)
    tables["activity_steps"] = _tabulate_steps(
        open_stream(seed, "activity steps"), activities, ids, submitted, approved
    )
    tables["projects"] = _tabulate_projects(open_stream(seed, "projects"), network)
    return tables


def _draw_costs(rng: np.random.Generator, activities: Activities) -> Ints:
    """Planned cost of each activity in cents."""
    middle = np.array([kind.cost for kind in KINDS])[activities.kind]
    return np.rint(settle(middle * draw_factors(rng, activities.count, 0.25) / 100, 3)).astype(np.int64) * 10_000


def _tabulate_activities(
    rng: np.random.Generator,
    activities: Activities,
    network: Network,
    ids: pa.Array,
    submitted: Ints,
    approved: Ints,
    planned: Ints,
) -> pa.Table:
    is_done = activities.status == DONE
    evaluated = shift_working_days(activities.starts, rng.integers(8, 20, activities.count))
    is_unseen = (rng.random(activities.count) < 0.12) | ~is_done | (evaluated > THROUGH)
    names, names_en = [], []
    numbers: dict[tuple[int, int], int] = {}
    for kind, province, month in zip(
        activities.kind.tolist(), activities.province.tolist(), activities.month.tolist(), strict=True
    ):
        number = numbers[kind, province] = numbers.get((kind, province), 0) + 1
        when = month_date(month)
        place, what = PROVINCES[province], KINDS[kind]
        names.append(f"{place.name}{what.name}第{number}期（{when:%Y-%m}）")
        names_en.append(f"{place.name_en} {what.name_en} {number} ({when:%Y-%m})")
    cities = [row[2].name for row in CITIES]
    long = np.isin(activities.kind, (4, 5)).astype(np.int64)
    return arrow.fill_table(
        "activities",
        {
            "activity_id": ids,
            "name": names,
            "name_en": names_en,
            "kind": arrow.pick_text([kind.code for kind in KINDS], activities.kind),
            "owner": _name_payers(network, activities.owner),
            "territory_id": arrow.pick_text([p.code for p in PROVINCES], activities.province),
            "city": arrow.pick_text(cities, activities.city),
            "product_line": arrow.pick_text(
                [row[0] for row in LINES], np.maximum(activities.line, 0), activities.line < 0
            ),
            "submitted_on": arrow.dates(submitted, submitted > THROUGH),
            "approved_on": arrow.dates(approved, (activities.status == PLANNED) | (approved > THROUGH)),
            "starts_on": arrow.dates(activities.starts),
            "ends_on": arrow.dates(activities.starts + long),
            "evaluated_on": arrow.dates(evaluated, is_unseen),
            "planned_cost_amount": arrow.amounts(planned),
            "objective": arrow.pick_text(_OBJECTIVES, rng.integers(0, len(_OBJECTIVES), activities.count)),
            "status": arrow.pick_text(_STATUS, activities.status),
        },
    )


def _name_payers(network: Network, payer: Ints) -> pa.Array:
    return arrow.pick_text(["manufacturer", *distributor_ids(network)], payer + 1)


def _tabulate_costs(
    rng: np.random.Generator, activities: Activities, network: Network, ids: pa.Array, planned: Ints
) -> pa.Table:
    """Four items each. A distributor that holds the activity pays half or more; in a third of the others 30%."""
    rows: list[tuple[int, int, int, int, int, bool]] = []
    for activity in range(activities.count):
        owner = int(activities.owner[activity])
        partner, share = owner, 0.0
        if owner >= 0:
            share = 0.5 if rng.random() < 0.5 else 0.6
        elif rng.random() < 0.35:
            sellers = np.flatnonzero(network.may_sell[:, activities.province[activity]])
            partner, share = int(sellers[int(rng.integers(len(sellers)))]), 0.3
        items = share_out(int(planned[activity]) // 10_000, (5, 3, 1, 1)) * 10_000
        over = float(settle(0.9 + 0.25 * rng.random()))
        is_open = activities.status[activity] != DONE or int(activities.starts[activity]) > THROUGH - 20
        for item, amount in enumerate(items.tolist()):
            theirs = int(amount * share) // 10_000 * 10_000
            for payer, part in ((-1, amount - theirs), (partner, theirs)):
                if part > 0:
                    rows.append((activity, payer, item, part, int(settle(part * over, 0)) // 100 * 100, is_open))
    rows.sort(key=lambda row: row[:3])
    activity_rows, payer_rows, item_rows, committed, actual = (
        np.array([row[place] for row in rows], dtype=np.int64) for place in range(5)
    )
    cancelled = activities.status[activity_rows] == CANCELLED
    return arrow.fill_table(
        "activity_costs",
        {
            "activity_id": ids.take(pa.array(activity_rows)),
            "payer": _name_payers(network, payer_rows),
            "item": arrow.pick_text(_ITEMS, item_rows),
            "committed_amount": arrow.amounts(np.where(cancelled, 0, committed)),
            "actual_amount": arrow.amounts(
                np.where(cancelled, 0, actual), np.array([row[5] for row in rows]) & ~cancelled
            ),
        },
    )


def _tabulate_guests(rng: np.random.Generator, activities: Activities, terminals: Terminals, ids: pa.Array) -> pa.Table:
    is_open = activities.month[activities.row_activity] >= MONTHS
    people = 1 + (rng.random(len(activities.row_activity)) ** 2 * 6).astype(np.int64)
    is_department = activities.kind[activities.row_activity] == 0
    people = np.where(is_department, people + 4, people)
    return arrow.fill_table(
        "activity_terminals",
        {
            "activity_id": ids.take(pa.array(activities.row_activity)),
            "terminal_id": terminal_ids(terminals).take(pa.array(activities.row_terminal)),
            "is_invited": arrow.flags(activities.row_invited),
            "is_attended": arrow.flags(activities.row_attended, is_open),
            "attendee_count": arrow.integers(np.where(activities.row_attended, people, 0), is_open),
        },
    )


def _tabulate_steps(
    rng: np.random.Generator, activities: Activities, ids: pa.Array, submitted: Ints, approved: Ints
) -> pa.Table:
    """Every step with the day it was due and the day it was done; steps after today are open, some are never done."""
    count, steps = activities.count, len(STEPS)
    due = shift_working_days(np.repeat(activities.starts, steps), np.tile(_STEP_DUE, count)).reshape(count, steps)
    slip = np.where(
        rng.random((count, steps)) < 0.8, rng.integers(-2, 1, (count, steps)), rng.integers(1, 8, (count, steps))
    )
    done = shift_working_days(due.ravel(), slip.ravel()).reshape(count, steps)
    done[:, 0], done[:, 3] = submitted, approved
    done[:, 7] = activities.starts
    skipped = rng.random((count, steps)) < np.array([0, 0, 0.5, 0, 0, 0.02, 0.05, 0, 0.1, 0.12, 0.2, 0.4])
    is_open = (done > THROUGH) | skipped
    is_open |= (activities.status == CANCELLED)[:, None] & (np.arange(steps) > 3)[None, :]
    is_open[:, 3] |= activities.status == PLANNED
    activity = np.repeat(np.arange(count), steps)
    outcomes = ("passed", "late", "")
    outcome = np.where(is_open, 2, np.where(done > due, 1, 0)).ravel()
    return arrow.fill_table(
        "activity_steps",
        {
            "activity_id": ids.take(pa.array(activity)),
            "step": arrow.pick_text(STEPS, np.tile(np.arange(steps), count)),
            "due_on": arrow.dates(due.ravel()),
            "done_on": arrow.dates(done.ravel(), is_open.ravel()),
            "outcome": arrow.pick_text(outcomes, outcome, outcome == 2),
        },
    )


def _tabulate_projects(rng: np.random.Generator, network: Network) -> pa.Table:
    """Forty projects of four categories over the three years."""
    count = 40
    categories = ("academic", "key account growth", "launch", "event")
    words = (
        "学术推广 Academic programme",
        "重点客户增长 Key account growth",
        "新品上市 Launch",
        "品牌活动 Brand event",
    )
    category = np.arange(count) % 4
    month = np.sort(rng.integers(0, MONTHS - 1, count))
    planned = MONTH_STARTS[month]
    due = np.array([month_end(min(int(m) + 3, MONTHS - 1)) for m in month]) + np.where(month > MONTHS - 5, 45, 0)
    finished = shift_working_days(due, rng.integers(-15, 12, count))
    luck = rng.random(count)
    is_done = (finished <= THROUGH) & (luck < 0.88)
    stage = np.where(
        is_done, 3, np.where(luck > 0.96, 4, np.where(planned > THROUGH - 90, np.where(luck < 0.3, 0, 1), 2))
    )
    owner = np.where(rng.random(count) < 0.8, -1, rng.integers(0, network.count, count))
    names = [f"{words[kind].split()[0]}项目{number // 4 + 1}" for number, kind in enumerate(category.tolist())]
    names_en = [
        f"{words[kind].split(maxsplit=1)[1]} {number // 4 + 1}" for number, kind in enumerate(category.tolist())
    ]
    return arrow.fill_table(
        "projects",
        {
            "project_id": arrow.number_ids("J", np.arange(1, count + 1), 3),
            "name": names,
            "name_en": names_en,
            "category": arrow.pick_text(categories, category),
            "owner": _name_payers(network, owner),
            "weight": arrow.doubles(np.array([0.4, 0.3, 0.2, 0.1])[rng.integers(0, 4, count)]),
            "planned_on": arrow.dates(planned),
            "due_on": arrow.dates(due),
            "done_on": arrow.dates(finished, ~is_done),
            "stage": arrow.pick_text(("candidate", "planned", "active", "done", "dropped"), stage),
            "objective_score": arrow.doubles(settle(0.6 + 0.4 * rng.random(count), 2), ~is_done),
            "subjective_score": arrow.doubles(settle(0.55 + 0.45 * rng.random(count), 2), ~is_done),
        },
    )
