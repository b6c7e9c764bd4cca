"""The effect of activities on the pure sales of the terminals that took part, for each activity and each kind.

The flow, each step with its own file:
1. months inside any activity's post window are nobody's clean months; late distributors' months are missing (here);
2. what the terminals would have bought, and what similar untouched ones did by chance (`counterfactual.py`);
3. the trend before the event, shrunk across the portfolio, so that inviting growers earns nothing (`portfolio.py`);
4. activities overlapping on a terminal are measured as a bundle, and what the others' kinds explain is taken off;
5. kinds: hierarchical model, widened by a rehearsal of everything one post window earlier, where nothing happened;
6. single activities shrunk towards their kind: the only fair order for a league table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.adjustment import Adjusted, adjust_trends, find_shared, take_shared_off
from insight.analysis.counterfactual import Design, Market, Measurement, Window, measure_activity, open_window
from insight.analysis.draws import Array, Keys, make_draw_keys, make_keys
from insight.analysis.effect_paths import draw_paths
from insight.analysis.effect_tables import ALL_KINDS, Kind, describe_activities, describe_kinds, pool_kinds

__all__ = [
    "ALL_KINDS", "Design", "Effects", "Portfolio", "describe_portfolio", "estimate_activities", "measure_portfolio",
]  # fmt: skip


@dataclass(frozen=True)
class Effects:
    """Three frames; amounts in the panel's unit, rates and shares 0 to 1, NaN where there is nothing to say.

    activities, one row an activity in the order given:
        activity_id, kind
        exposed_count            terminals that took part; terminal_count of them could be used
        effective_count          terminals of equal weight that would be as informative (sum w)^2 / sum w^2
        largest_share            share of the largest terminal in the baseline; above one half, read with care
        donor_count              untouched terminals behind the counterfactual
        post_month_count         months counted; fewer than the design's while the window is still running
        baseline_amount          sales before, at the length of the post window
        observed_amount = expected_amount + incremental_amount, over the post window; expected is without this activity
        incremental_low_amount … high (95%), incremental_low80_amount … high80 (80%)
        continuity_amount        the small constant c of the ratio: lift_rate = (observed + c) / (expected + c) - 1
        lift_rate, lift_low_rate, lift_high_rate, lift_low80_rate, lift_high80_rate
        log_lift, log_lift_error the same on the scale on which errors are even; error of one standard deviation
        chance_positive_share    share of the placebo distribution on which the effect is above 0
        placebo_share            share of placebo draws at least as far from 0, two-sided: never 0
        trend_slope_rate         growth a month of the terminals against their counterfactual before the event, own
        trend_placebo_share      how often placebos show a slope as steep
        trend_adjustment_rate    what was taken off the lift for the (shrunk) trend; unadjusted_lift_rate is without it
        raw_before_after_rate    the naive number: months after against as many months before. Not an effect
        raw_year_over_year_rate  the other naive number: the same months a year before. Not an effect
        shared_share             how much of the expected sales other activities covered at the same time (can pass 1)
        shared_count             number of those activities. Where above 0 the bundle was measured and the others'
                                 kinds' average taken off, with a wider interval for it
        shrunk_lift_rate, shrunk_low_rate, shrunk_high_rate   95%; rank by this, never by lift_rate
        shrunk_log_lift, shrunk_log_lift_error
        shrink_share             how much of it is the kind's mean and not its own; the mean of all activities where the
                                 kind has too few to have one
        status, missing          codes of `effect_tables`; missing only where not_enough_data
        measurable_from_month    first month in which enough months are complete; only where months_after is missing

    kinds, one row a kind and one '*' for all:
        kind, activity_count, measured_count (those with an estimate)
        lift_rate, lift_low_rate … high, low80 … high80   mean of the activities' true lifts, calibrated
        log_lift, log_lift_error, spread_log (tau, of true effects within the kind), systematic_error_log
        observed_amount, expected_amount, incremental_amount with low, high, low80, high80: sums over the measured
        continuity_amount
        chance_positive_share, negative_control_rate with low and high (the lift 'found' where nothing happened)
        is_picked_unusual        the negative control is clearly off: participants were picked after unusual sales
        status, missing

    paths, the event study, one row a kind (and '*') and event month: columns of `effect_paths.KIND_PATH_COLUMNS`
    """

    activities: pd.DataFrame
    kinds: pd.DataFrame
    paths: pd.DataFrame


@dataclass(frozen=True)
class Portfolio:
    """Every activity measured and adjusted and the kinds pooled, before any of it is told.

    What stands behind the estimates (`analysis/evidence`) is made of this. ``missing`` lists what each activity of the
    plan lacks; ``real`` and ``rehearsal`` hold those that could be measured, ``real.places`` their places in the plan.
    """

    plan: pd.DataFrame
    months: list[object]
    market: Market
    starts: Array
    rows_of: list[NDArray[np.intp]]
    exposed: NDArray[np.int64]
    kinds: np.ndarray
    names: Keys
    draw_keys: Keys
    missing: list[str]
    real: Adjusted
    rehearsal: Adjusted
    shared: Array
    shared_counts: NDArray[np.int64]
    pooled: list[Kind]
    design: Design


def estimate_activities(
    panel: Array,
    terminal_ids: Iterable[object],
    segments: Iterable[object],
    regions: Iterable[object],
    months: Iterable[object],
    activities: pd.DataFrame,
    exposures: pd.DataFrame,
    unreported: NDArray[np.bool_] | None = None,
    design: Design | None = None,
) -> Effects:
    """Estimate every activity, every kind and the event study; the parameters are those of `measure_portfolio`."""
    return describe_portfolio(
        measure_portfolio(
            panel, terminal_ids, segments, regions, months, activities, exposures, unreported, design or Design()
        )
    )


def measure_portfolio(
    panel: Array,
    terminal_ids: Iterable[object],
    segments: Iterable[object],
    regions: Iterable[object],
    months: Iterable[object],
    activities: pd.DataFrame,
    exposures: pd.DataFrame,
    unreported: NDArray[np.bool_] | None,
    design: Design,
) -> Portfolio:
    """Measure every activity, rehearse it one window earlier, take trends and shared months off, pool the kinds.

    panel [terminals x months] pure sales up to the last complete month, 0 where nothing was bought; terminal_ids,
    segments and regions a terminal (any codes); months the first day of each column's month; activities with
    activity_id, kind and starts_month_index (column of the start; below 0 or past the end is allowed); exposures with
    activity_id and terminal_id, those who took part; unreported marks terminal-months a late distributor still owes.
    """
    ids = [str(one) for one in terminal_ids]
    plan = activities.drop_duplicates("activity_id").reset_index(drop=True)
    starts = pd.to_numeric(plan["starts_month_index"], errors="coerce").to_numpy(dtype=np.float64)
    rows_of, exposed = list_terminals(plan, exposures, ids)
    market = build_market(panel, ids, segments, regions, starts, rows_of, unreported, design)
    draw_keys = make_draw_keys(design.draws, design.seed)
    names = make_keys(plan["activity_id"])

    found = measure_all(market, starts, rows_of, draw_keys, design, is_rehearsal=False)
    kinds = plan["kind"].astype(str).to_numpy(dtype=object)
    real = adjust_trends(found, names, kinds, draw_keys, design)
    rehearsal = adjust_trends(
        measure_all(market, starts - design.post_months, rows_of, draw_keys, design, is_rehearsal=True),
        names,
        kinds,
        draw_keys,
        design,
    )
    shared, shared_counts = find_shared(real, starts, rows_of, kinds, design)
    real = take_shared_off(real, shared, kinds, names, draw_keys)
    return Portfolio(
        plan=plan,
        months=list(months),
        market=market,
        starts=starts,
        rows_of=rows_of,
        exposed=exposed,
        kinds=kinds,
        names=names,
        draw_keys=draw_keys,
        missing=[name_missing(one, int(count)) for one, count in zip(found, exposed, strict=True)],
        real=real,
        rehearsal=rehearsal,
        shared=shared,
        shared_counts=shared_counts,
        pooled=pool_kinds(real, rehearsal, kinds, design),
        design=design,
    )


def describe_portfolio(measured: Portfolio) -> Effects:
    """The frames of what was measured."""
    design, starts, missing = measured.design, measured.starts, measured.missing
    frame = describe_activities(
        measured.plan,
        measured.market,
        starts,
        measured.exposed,
        measured.real,
        measured.pooled,
        missing,
        measured.shared,
        measured.shared_counts,
        design,
    )
    frame["measurable_from_month"] = [
        find_month(measured.months, int(start) + design.least_post_months) if code == "months_after" else pd.NaT
        for start, code in zip(np.nan_to_num(starts), missing, strict=True)
    ]
    kinds = describe_kinds(measured.real, measured.pooled, measured.draw_keys, design)
    return Effects(frame, kinds, draw_paths(measured.real, measured.pooled, measured.draw_keys, design))


def name_missing(found: Measurement | str, exposed: int) -> str:
    """The code of what an activity lacks, empty where nothing. Terminals that took part and never bought anything are
    not in the panel: their attendance is known, their sales are not."""
    if isinstance(found, Measurement):
        return ""
    return "baseline_sales" if found == "attendance" and exposed else found


def find_month(months: list[object], place: int) -> pd.Timestamp:
    """The month in a column of the panel, or that many months past its ends."""
    first = pd.Timestamp(months[0])
    return first + pd.DateOffset(months=place)


def list_terminals(
    plan: pd.DataFrame, exposures: pd.DataFrame, ids: list[str]
) -> tuple[list[NDArray[np.intp]], NDArray[np.int64]]:
    """Rows of the panel that took part in each activity, once each, and how many terminals were named."""
    place = {one: row for row, one in enumerate(ids)}
    named = exposures[["activity_id", "terminal_id"]].dropna().astype(str).drop_duplicates()
    groups = {one: group.tolist() for one, group in named.groupby("activity_id")["terminal_id"]}
    lists = [groups.get(str(one), []) for one in plan["activity_id"]]
    rows = [np.array(sorted(place[one] for one in names if one in place), dtype=np.intp) for names in lists]
    return rows, np.array([len(names) for names in lists], dtype=np.int64)


def build_market(
    panel: Array,
    ids: list[str],
    segments: Iterable[object],
    regions: Iterable[object],
    starts: Array,
    rows_of: list[NDArray[np.intp]],
    unreported: NDArray[np.bool_] | None,
    design: Design,
) -> Market:
    """The panel with its clean months: reported, and in nobody's [start, start + post months)."""
    sales = np.nan_to_num(np.array(panel, dtype=np.float64))
    reported = np.ones(sales.shape, dtype=bool) if unreported is None else ~np.asarray(unreported, dtype=bool)
    sales[~reported] = 0.0
    clean = reported.copy()
    for start, rows in zip(starts, rows_of, strict=True):
        if np.isfinite(start):
            first, last = max(0, int(start)), max(0, int(start) + design.post_months)
            clean[rows, first:last] = False
    typical = float(np.abs(sales).sum()) / max(int(reported.sum()), 1)
    return Market(
        sales=sales,
        reported=reported,
        clean=clean,
        segment=pd.factorize(pd.Series(list(segments), dtype=object).astype(str))[0].astype(np.int64),
        region=pd.factorize(pd.Series(list(regions), dtype=object).astype(str))[0].astype(np.int64),
        keys=make_keys(ids),
        unit=0.01 * typical if typical > 0 else 1.0,
    )


def measure_all(
    market: Market, starts: Array, rows_of: list[NDArray[np.intp]], draw_keys: Keys, design: Design, is_rehearsal: bool
) -> list[Measurement | str]:
    """Each activity's measurement or what it lacks; activities of one month share a window."""
    found: list[Measurement | str] = ["start"] * len(rows_of)
    for start in np.unique(starts[np.isfinite(starts)]):
        group = np.flatnonzero(starts == start)
        taking_part = np.zeros(len(market.sales), dtype=bool)
        for place in group:
            taking_part[rows_of[place]] = True
        window: Window | str = open_window(market, int(start), taking_part, design)
        for place in group:
            if rows_of[place].size == 0:
                found[place] = "attendance"
            elif isinstance(window, str):
                found[place] = window
            else:
                found[place] = measure_activity(market, window, rows_of[place], draw_keys, design, is_rehearsal)
    return found
