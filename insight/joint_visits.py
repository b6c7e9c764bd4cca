"""What joint visits are associated with, in a snapshot: pure sales afterwards, and later calls without a distributor.

The engine is that of the activities (`insight/analysis/effect.py`): episodes of joint visits that begin in one month with
one mode are one activity, its terminals those visited. A visit is a smaller thing than a meeting and comes again sooner,
so three months count as its effect. Months in which an activity works at a terminal are left out on both sides. Calls are
few a terminal, so for them all episodes of a month are one cohort, and the months after the visit's own count: in its own
month the joint visit stands in a solo call's place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from insight.analysis.effect import ALL_KINDS, Design, Effects, estimate_activities
from insight.analysis.visits.episodes import (
    MODES,
    Counts,
    Flags,
    compare_naively,
    find_blurred,
    find_starts,
    gather_cohorts,
    list_modes,
    spread_forward,
)
from insight.estimates import ask_floats, fill_mask, fill_panel, find_absent, make_arrow
from insight.warehouse import Builder, Written

# of larger companies a sample: enough for every cell of type and region
MOST_VISITED, MOST_TERMINALS = 4_000, 12_000
SALES_DESIGN = Design(post_months=3)
# the rehearsal's window holds the visit's own month, in which no solo calls are counted: two months of it must do
CALLS_DESIGN = Design(post_months=3, least_post_months=2)
ACTIVITY_MONTHS = Design().post_months
SALES, CALLS = "pure_sales", "solo_calls"


@dataclass(frozen=True)
class Field:
    """The panel joint visits are measured on: [terminals x months] arrays in the order of ``terminals``."""

    terminals: pd.DataFrame
    months: pd.DatetimeIndex
    sales: Counts
    joint: Flags
    demonstrations: Counts
    observations: Counts
    solo: Counts
    owed: Flags  # a silent distributor still owes the month
    hidden: Flags  # owed, before the terminal was a customer or after it closed, or an activity at work
    activity: Flags
    first_known: int  # first month in which any call is recorded


def write_joint_visits(builder: Builder, report: Callable[[str], None] = lambda _: None) -> list[Written]:
    """Estimate what follows joint visits and write it as derived relations; nothing where none was made."""
    (span,) = builder.ask("estimates/months").to_pylist()
    terminals = ask_floats(builder, "visited_terminals", most_visited=MOST_VISITED, most_terminals=MOST_TERMINALS)
    if terminals.empty or not terminals["is_visited"].any() or span["month_count"] == 0:
        return []
    report("estimating what follows joint visits")
    field = read_field(builder, terminals, span)
    starts = find_starts(field.joint, SALES_DESIGN.post_months, field.first_known)
    if not starts.any():
        return []
    sales, calls = estimate_sales(field, starts), estimate_calls(field, starts)
    basis = {
        "first_month": span["first_month"],
        "last_month": span["last_month"],
        "first_visit_month": field.months[field.first_known].date(),
        "terminal_count": len(terminals),
        "visited_count": int(terminals["is_visited"].sum()),
        "bought_count": builder.ask("estimates/buyers").to_pylist()[0]["bought_count"],
        "episode_count": int(starts.sum()),
        "beside_activity_count": int((starts & _look_ahead(field.activity, SALES_DESIGN.post_months)).sum()),
        "owed_count": int(field.owed.sum()),
        "post_month_count": SALES_DESIGN.post_months,
        "baseline_month_count": SALES_DESIGN.baseline_months,
        "least_post_month_count": SALES_DESIGN.least_post_months,
    }
    kinds = [
        tell_kinds(SALES, sales, compare_modes(field, starts)),
        tell_kinds(CALLS, calls, {ALL_KINDS: compare_naively(field.solo, starts, CALLS_DESIGN.post_months, skipped=1)}),
    ]
    paths = [
        effects.paths.assign(outcome=outcome)[["outcome", *effects.paths.columns]]
        for outcome, effects in ((SALES, sales), (CALLS, calls))
        if not effects.paths.empty
    ]
    cohorts = sales.activities.rename(columns={"activity_id": "cohort_id"})
    index = cohorts["cohort_id"].str.partition(":")[0].astype(int)
    cohorts.insert(1, "start_month", field.months[index])
    return [
        builder.write_derived("joint_visit_effects", make_arrow(pd.concat(kinds, ignore_index=True))),
        builder.write_derived("joint_visit_cohorts", make_arrow(cohorts)),
        *([builder.write_derived("joint_visit_paths", make_arrow(pd.concat(paths)))] if paths else []),
        builder.write_derived("joint_visit_basis", pa.Table.from_pylist([basis])),
    ]


def read_field(builder: Builder, terminals: pd.DataFrame, span: dict[str, Any]) -> Field:
    """The panel of a snapshot."""
    months = pd.date_range(span["first_month"], periods=span["month_count"], freq="MS")
    place = pd.Series(np.arange(len(terminals)), index=terminals["terminal_id"])
    calls = ask_floats(builder, "visit_months")

    def fill(column: str) -> Counts:
        return fill_panel(calls.assign(sales_amount=calls[column].astype(float)), place, len(months))

    activities = ask_floats(builder, "activities")[["activity_id", "starts_month_index"]]
    at_work = ask_floats(builder, "exposures").merge(activities, on="activity_id")
    # one that began before the panel may still be at work in its first months
    early = at_work["starts_month_index"] < 0
    cells = at_work.rename(columns={"starts_month_index": "month_index"})
    activity = spread_forward(fill_mask(cells[~early], place, len(months)), ACTIVITY_MONTHS)
    for index, terminal in cells.loc[early, ["month_index", "terminal_id"]].itertuples(index=False):
        if terminal in place.index:
            activity[place[terminal], : max(0, ACTIVITY_MONTHS + index)] = True
    owed = fill_mask(ask_floats(builder, "unreported"), place, len(months))
    first = int(np.clip(calls["month_index"].min(), 0, len(months) - 1)) if len(calls) else 0
    return Field(
        terminals=terminals,
        months=months,
        sales=fill_panel(ask_floats(builder, "sales_by_terminal_and_month"), place, len(months)),
        joint=fill("joint_count") > 0,
        demonstrations=fill("demonstration_count"),
        observations=fill("observation_count"),
        solo=fill("solo_count"),
        owed=owed,
        hidden=owed | find_absent(terminals, len(months)) | activity,
        activity=activity,
        first_known=first,
    )


def estimate_sales(field: Field, starts: Flags) -> Effects:
    """Pure sales of all lines in the months from an episode's first, by the mode it began with."""
    cohorts, exposures = gather_cohorts(
        starts, field.demonstrations, field.observations, field.terminals["terminal_id"]
    )
    hidden = field.hidden | find_blurred(field.joint, starts, SALES_DESIGN.post_months)
    return _estimate(field, field.sales, cohorts, exposures, hidden, SALES_DESIGN, 0)


def estimate_calls(field: Field, starts: Flags) -> Effects:
    """Calls without a distributor in the months after an episode's first, since calls are recorded at all."""
    nothing = np.zeros_like(field.solo)
    cohorts, exposures = gather_cohorts(starts, nothing, nothing, field.terminals["terminal_id"])
    cohorts["starts_month_index"] += 1
    hidden = field.hidden | field.joint | find_blurred(field.joint, starts, CALLS_DESIGN.post_months + 1)
    return _estimate(field, field.solo, cohorts, exposures, hidden, CALLS_DESIGN, field.first_known)


def _estimate(
    field: Field,
    panel: Counts,
    cohorts: pd.DataFrame,
    exposures: pd.DataFrame,
    hidden: Flags,
    design: Design,
    first: int,
) -> Effects:
    """The engine on the months from ``first`` on."""
    return estimate_activities(
        panel[:, first:],
        field.terminals["terminal_id"],
        field.terminals["segment"],
        field.terminals["region_id"],
        field.months[first:],
        cohorts.assign(starts_month_index=cohorts["starts_month_index"] - first),
        exposures,
        hidden[:, first:],
        design,
    )


def compare_modes(field: Field, starts: Flags) -> dict[str, float]:
    """The naive before/after of pure sales by mode."""
    modes = list_modes(field.demonstrations, field.observations)
    length = SALES_DESIGN.post_months
    rates = {mode: compare_naively(field.sales, starts & (modes == mode), length) for mode in MODES}
    return rates | {ALL_KINDS: compare_naively(field.sales, starts, length)}


def tell_kinds(outcome: str, effects: Effects, naive: dict[str, float]) -> pd.DataFrame:
    """The kinds of which there is a naive comparison, with it and with how many episodes and terminals they rest on."""
    kinds = effects.kinds[effects.kinds["kind"].isin(naive)].copy()
    kinds.insert(0, "outcome", outcome)
    for column, source in (("episode_count", "exposed_count"), ("terminal_count", "terminal_count")):
        sums = effects.activities.groupby("kind")[source].sum()
        sums[ALL_KINDS] = sums.sum()
        kinds[column] = kinds["kind"].map(sums).astype("int64")
    donors = effects.activities[effects.activities["terminal_count"] > 0]
    kinds["donor_count"] = [
        float((donors if kind == ALL_KINDS else donors[donors["kind"] == kind])["donor_count"].median())
        for kind in kinds["kind"]
    ]
    kinds["raw_before_after_rate"] = kinds["kind"].map(naive)
    return kinds


def _look_ahead(marks: Flags, months: int) -> Flags:
    """Whether any of the months from here on is marked."""
    return spread_forward(marks[:, ::-1], months)[:, ::-1]
