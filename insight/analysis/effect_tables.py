"""The frames of an estimate: activities, kinds and the event study. Columns are documented on `effect.Effects`."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.adjustment import Adjusted
from insight.analysis.counterfactual import Design, Market, Measurement
from insight.analysis.draws import Array, Keys, draw_normals, make_keys
from insight.analysis.portfolio import (
    NORMAL_95,
    T_80,
    T_95,
    Pooled,
    chance_above,
    find_systematic_error,
    pool_effects,
    to_rate,
    widen_for_shared_noise,
)

ALL_KINDS = "*"

MEASURED = "measured"  # the 95% interval excludes no change
NO_CHANGE = "consistent_with_no_change"  # narrow enough to say something, and it holds no change
NOT_ALONE = "not_measurable_alone"  # the kind's estimate speaks for it
NOT_ENOUGH = "not_enough_data"  # `missing` says what

MISSING_CODES = (
    "start",  # the activity has no start month
    "attendance",  # no terminal of the panel took part
    "months_before",  # less than a full baseline before it
    "months_after",  # fewer than three complete months after it: see measurable_from_month
    "clean_months",  # its terminals have too few months outside other activities before it
    "reports",  # its terminals' distributors have not reported after it
    "baseline_sales",  # its terminals bought nothing before it
    "donors",  # fewer than ten untouched terminals to compare with
    "activities",  # a kind with fewer than three estimated activities
)


@dataclass(frozen=True)
class Kind:
    """One kind's pooled effect with its calibrated error, and the rehearsal where nothing happened."""

    name: str
    activity_count: int
    members: NDArray[np.intp]  # positions among the measured
    pooled: Pooled | None
    error: float
    control: float  # mean log effect of the rehearsal, NaN where none could be run
    control_error: float
    systematic: float


def pool_kinds(real: Adjusted, rehearsal: Adjusted, kinds: np.ndarray, design: Design) -> list[Kind]:
    """Every kind in alphabetical order, then all together ('*').

    error^2 = model error^2 + what shared noise adds + systematic error^2, the last from the rehearsals of all kinds.
    """
    names = [*sorted(set(kinds)), ALL_KINDS]
    controls = {name: pool_one(rehearsal, choose_members(rehearsal, kinds, name), design) for name in names}
    checked = [
        (pooled.mean, error)
        for name, (pooled, error) in controls.items()
        if pooled is not None and name != ALL_KINDS and pooled.effects.size >= design.least_kind_activities
    ]
    systematic = design.unchecked_bias
    if checked:
        systematic = find_systematic_error(np.array(checked)[:, 0], np.array(checked)[:, 1], design.least_bias)
    found = []
    for name in names:
        members = choose_members(real, kinds, name)
        pooled, error = pool_one(real, members, design)
        control, control_error = controls[name]
        found.append(
            Kind(
                name=name,
                activity_count=len(kinds) if name == ALL_KINDS else int((kinds == name).sum()),
                members=members,
                pooled=pooled,
                error=sqrt(error**2 + systematic**2),
                control=float("nan") if control is None else control.mean,
                control_error=control_error,
                systematic=systematic,
            )
        )
    return found


def choose_members(adjusted: Adjusted, kinds: np.ndarray, name: str) -> NDArray[np.intp]:
    """Positions of a kind's activities among the measured."""
    return np.flatnonzero(kinds[adjusted.places] == name) if name != ALL_KINDS else np.arange(adjusted.places.size)


def pool_one(adjusted: Adjusted, members: NDArray[np.intp], design: Design) -> tuple[Pooled | None, float]:
    """The hierarchical model over some activities and the error of its mean, shared noise included."""
    if members.size == 0:
        return None, float("nan")
    errors = adjusted.errors[members]
    pooled = pool_effects(adjusted.effects[members], errors, design.spread_prior)
    return pooled, widen_for_shared_noise(pooled, errors, adjusted.draws[members])


def describe_kinds(real: Adjusted, pooled_kinds: list[Kind], draw_keys: Keys, design: Design) -> pd.DataFrame:
    """The kinds frame. Amounts are sums; their band moves all by the systematic error together."""
    return pd.DataFrame([describe_kind(real, kind, draw_keys, design) for kind in pooled_kinds])


def describe_kind(real: Adjusted, kind: Kind, draw_keys: Keys, design: Design) -> dict[str, object]:
    """One row of the kinds frame."""
    row: dict[str, object] = {
        "kind": kind.name,
        "activity_count": kind.activity_count,
        "measured_count": int(kind.members.size),
    }
    nothing = float("nan")
    mean = kind.pooled.mean if kind.pooled else nothing
    row |= describe_bands("lift", "rate", *(to_rate(mean + t * kind.error) for t in (0.0, -T_95, T_95, -T_80, T_80)))
    row["log_lift"], row["log_lift_error"] = mean, kind.error
    row["spread_log"] = kind.pooled.spread if kind.pooled else nothing
    row["systematic_error_log"] = kind.systematic
    chosen = [real.measurements[one] for one in kind.members]
    observed = np.array([one.observed for one in chosen])
    base = observed + np.array([one.constant for one in chosen])
    row["observed_amount"] = observed.sum() if chosen else nothing
    increment = band = np.full(5, nothing)
    if chosen:
        effects, draws = real.effects[kind.members], real.draws[kind.members]
        together = kind.systematic * draw_normals(make_keys([kind.name])[0], draw_keys)
        increment = (base * -np.expm1(-effects)).sum()
        possible = (base[:, None] * -np.expm1(-(effects[:, None] - draws - together))).sum(axis=0)
        band = np.array([increment, *np.quantile(possible, [0.025, 0.975, 0.1, 0.9])])
        # The middle of the draws is not exactly the estimate; a band must hold its own estimate.
        band = np.array([increment, min(band[1], increment), max(band[2], increment), min(band[3], increment),
                         max(band[4], increment)])  # fmt: skip
    row["expected_amount"] = row["observed_amount"] - band[0]
    row |= describe_bands("incremental", "amount", *band)
    row["continuity_amount"] = float(sum(one.constant for one in chosen)) if chosen else nothing
    row["chance_positive_share"] = chance_above(mean / kind.error) if kind.pooled else nothing
    row["negative_control_rate"] = to_rate(kind.control)
    row["negative_control_low_rate"] = to_rate(kind.control - T_95 * kind.control_error)
    row["negative_control_high_rate"] = to_rate(kind.control + T_95 * kind.control_error)
    row["is_picked_unusual"] = bool(abs(kind.control) > max(T_95 * kind.control_error, 0.03))
    is_enough = kind.members.size >= design.least_kind_activities
    row["status"] = NOT_ENOUGH if not is_enough else MEASURED if abs(mean) > T_95 * kind.error else NO_CHANGE
    row["missing"] = "" if is_enough else "activities"
    return row


def describe_bands(
    name: str, unit: str, middle: float, low: float, high: float, low80: float, high80: float
) -> dict[str, object]:
    """The five columns of an estimate: itself, its 95% and its 80% band."""
    return {
        f"{name}_{unit}": middle,
        f"{name}_low_{unit}": low,
        f"{name}_high_{unit}": high,
        f"{name}_low80_{unit}": low80,
        f"{name}_high80_{unit}": high80,
    }


def describe_activities(
    plan: pd.DataFrame,
    market: Market,
    starts: Array,
    exposed: NDArray[np.int64],
    real: Adjusted,
    pooled_kinds: list[Kind],
    missing: list[str],
    shared: Array,
    shared_counts: NDArray[np.int64],
    design: Design,
) -> pd.DataFrame:
    """The activities frame, a row an activity in the plan's order; NaN where nothing could be measured."""
    shrunk = shrink_activities(pooled_kinds, design)
    rows: list[dict[str, object]] = [
        {"exposed_count": int(count), "terminal_count": 0, "shared_share": 0.0, "shared_count": 0,
         "status": NOT_ENOUGH, "missing": code}
        for count, code in zip(exposed, missing, strict=True)
    ]  # fmt: skip
    for one, place in enumerate(real.places):
        measured = real.measurements[one]
        rows[place] |= describe_activity(measured, real.effects[one], real.draws[one], real.slopes[one])
        rows[place] |= compare_naively(market, measured, int(starts[place]))
        rows[place]["log_lift_error"] = float(real.errors[one])
        mean, effect, error, shrink = shrunk[one]
        rows[place] |= {
            "shared_share": float(shared[one].sum()),
            "shared_count": int(shared_counts[one]),
            "shrunk_lift_rate": to_rate(effect),
            "shrunk_low_rate": to_rate(effect - NORMAL_95 * error),
            "shrunk_high_rate": to_rate(effect + NORMAL_95 * error),
            "shrunk_log_lift": effect,
            "shrunk_log_lift_error": error,
            "shrink_share": shrink,
            "status": judge_activity(measured, real.effects[one], real.draws[one], mean, design),
        }
    return pd.concat(
        [plan[["activity_id", "kind"]].reset_index(drop=True), pd.DataFrame(rows, columns=list(ACTIVITY_COLUMNS))],
        axis=1,
    )


def shrink_activities(pooled_kinds: list[Kind], design: Design) -> dict[int, tuple[float, float, float, float]]:
    """Of each of the measured: the mean it is drawn towards, its best estimate, the error of that, the share of the mean.

    The mean is its kind's, that of all where the kind has too few activities to have one: a single activity of a kind
    would else keep its own estimate and lead every order. Who borrows a mean borrows what is not known of it:

        error^2 = posterior^2 + share^2 x what shared noise adds to the mean + systematic^2
    """
    found = {}
    for kind in [pooled_kinds[-1], *pooled_kinds[:-1]]:
        if kind.pooled is None or (kind.name != ALL_KINDS and kind.members.size < design.least_kind_activities):
            continue
        noise = max(0.0, kind.error**2 - kind.pooled.error**2 - kind.systematic**2)
        for one, effect, error, share in zip(
            kind.members, kind.pooled.effects, kind.pooled.effect_errors, kind.pooled.shrink, strict=True
        ):
            whole = sqrt(error**2 + share**2 * noise + kind.systematic**2)
            found[int(one)] = (kind.pooled.mean, float(effect), whole, float(share))
    return found


ACTIVITY_COLUMNS = (
    "exposed_count", "terminal_count", "effective_count", "largest_share", "donor_count", "post_month_count",
    "baseline_amount", "observed_amount", "expected_amount",
    "incremental_amount", "incremental_low_amount", "incremental_high_amount",
    "incremental_low80_amount", "incremental_high80_amount", "continuity_amount",
    "lift_rate", "lift_low_rate", "lift_high_rate", "lift_low80_rate", "lift_high80_rate",
    "log_lift", "log_lift_error", "chance_positive_share", "placebo_share",
    "trend_slope_rate", "trend_placebo_share", "trend_adjustment_rate", "unadjusted_lift_rate",
    "raw_before_after_rate", "raw_year_over_year_rate", "shared_share", "shared_count",
    "shrunk_lift_rate", "shrunk_low_rate", "shrunk_high_rate", "shrunk_log_lift", "shrunk_log_lift_error",
    "shrink_share", "status", "missing",
)  # fmt: skip


def describe_activity(measured: Measurement, effect: float, draws: Array, slope: float) -> dict[str, object]:
    """Counts, amounts and lifts of one measured activity.

    An interval is the estimate less the quantiles of its placebo draws. Amounts follow from the effect:
    incremental = (observed + c) (1 - e^-effect), so observed 180, expected 150, c 0: 180 (1 - 150/180) = 30.
    """
    weights = measured.baseline
    effects = np.array([effect, *(effect - np.quantile(draws, [0.975, 0.025, 0.9, 0.1]))])
    # Draws are centred on their median, so a band holds its estimate but for rounding.
    effects[[1, 3]] = np.minimum(effects[[1, 3]], effect)
    effects[[2, 4]] = np.maximum(effects[[2, 4]], effect)
    amounts = (measured.observed + measured.constant) * -np.expm1(-effects)
    farther = (np.abs(draws) >= abs(effect)).sum()
    steeper = np.abs(measured.slope_draws - np.median(measured.slope_draws)) >= abs(measured.slope)
    is_read = bool(np.isfinite(measured.slope))
    return {
        "terminal_count": int(measured.rows.size),
        "effective_count": float(weights.sum() ** 2 / np.square(weights).sum()),
        "largest_share": float(weights.max() / weights.sum()),
        "donor_count": measured.donor_count,
        "post_month_count": measured.post_month_count,
        "baseline_amount": float(weights.sum()),
        "observed_amount": measured.observed,
        "expected_amount": float(measured.observed - amounts[0]),
        **describe_bands("incremental", "amount", *map(float, amounts)),
        "continuity_amount": measured.constant,
        **describe_bands("lift", "rate", *map(float, np.expm1(effects))),
        "log_lift": float(effect),
        "chance_positive_share": float((effect - draws > 0).mean()),
        "placebo_share": float((1 + farther) / (1 + draws.size)),
        "trend_slope_rate": to_rate(measured.slope),
        "trend_placebo_share": float((1 + steeper.sum()) / (1 + draws.size)) if is_read else float("nan"),
        "trend_adjustment_rate": to_rate(slope * measured.trend_reach),
        "unadjusted_lift_rate": to_rate(measured.effect),
    }


def compare_naively(market: Market, measured: Measurement, start: int) -> dict[str, object]:
    """Months after against the months just before, and against the same months a year before, nobody compared with."""
    length = measured.post_month_count
    after, before, year_before = (
        float(market.sales[measured.rows, first : first + length].sum())
        for first in (start, max(start - length, 0), max(start - 12, 0))
    )
    return {
        "raw_before_after_rate": after / before - 1.0 if before > 0 else float("nan"),
        "raw_year_over_year_rate": after / year_before - 1.0 if year_before > 0 and start >= 12 else float("nan"),
    }


def judge_activity(measured: Measurement, effect: float, draws: Array, kind_mean: float, design: Design) -> str:
    """The status of a measured activity: too few terminals never speak alone, then the 95% interval decides."""
    if measured.rows.size < design.headline_terminals:
        return NOT_ALONE
    low, high = effect - np.quantile(draws, [0.975, 0.025])
    if low > 0 or high < 0:
        return MEASURED
    return NOT_ALONE if (high - low) / 2.0 > 2.0 * max(abs(kind_mean), design.visible_lift) else NO_CHANGE
