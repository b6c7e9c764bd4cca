"""How well the engine reads planted effects back: companies made up, estimated as shipped, and set beside the truth.

All on the log scale in points (0.05 = 5) but for `bias`, which is money: sum of (estimated - true) incremental sales
over what the terminals would have bought. Monte-Carlo errors are of one standard deviation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from insight.analysis.counterfactual import Design
from insight.analysis.effect import ALL_KINDS, Effects, build_market, estimate_activities, list_terminals
from insight.analysis.planning.detection import find_detection
from insight.analysis.planning.panel import Panel
from insight.analysis.planning.trends import read_trends
from insight.analysis.returns import BOTH, Margins, compute_returns, find_chance
from insight.calibration.naive import estimate_naively
from insight.calibration.simulation import MARGIN_RATES, Simulated, simulate_company

Numbers = dict[str, float]

SIZES = ((1, 1), (2, 3), (4, 7), (8, 15), (16, 30), (31, 50))  # terminals, both ends included
LIFT_SEEN = 0.10  # power of single activities is asked for true lifts above this …
KIND_LIFT_SEEN = 0.12  # … and of kinds above this
_TOP = 10
_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Judged:
    """Estimates beside the truth; `seed` tells the companies apart."""

    activities: pd.DataFrame
    kinds: pd.DataFrame


def estimate_company(company: Simulated) -> Effects:
    """The engine as shipped."""
    return estimate_activities(
        company.panel,
        company.terminals,
        company.segments,
        company.regions,
        company.months,
        company.activities,
        company.exposures,
    )


def judge_company(company: Simulated, seed: int = 0) -> Judged:
    """Estimates of activities, with their return, and of kinds; those that could be measured."""
    effects = estimate_company(company)
    returns = compute_returns(effects, company.costs, Margins(*MARGIN_RATES))
    both = returns[(returns["level"] == "activity") & (returns["payer_side"] == BOTH)]
    chance = both.set_index("subject_id")["chance_paid_share"]
    cost = company.costs.groupby("activity_id")["cost_amount"].sum()
    activities = effects.activities.merge(estimate_naively(company), on="activity_id")
    names = activities["activity_id"]
    activities = activities.assign(
        seed=seed,
        true_lift=company.true_lift,
        true_log=np.log1p(company.true_lift),
        true_amount=company.true_amount,
        base_amount=company.base_amount,
        cost_amount=names.map(cost),
        chance_paid=names.map(chance),
        has_paid=sum(MARGIN_RATES) * company.true_amount > names.map(cost).to_numpy(),
    )
    base = (activities["observed_amount"] + activities["continuity_amount"]).to_numpy()
    activities["raw_chance_paid"] = [
        find_chance(*values)
        for values in zip(
            activities["log_lift"],
            activities["log_lift_error"],
            activities["cost_amount"],
            np.full(len(activities), sum(MARGIN_RATES)),
            base,
            strict=True,
        )
    ]
    true_kinds = activities.groupby("kind")["true_log"].mean()
    kinds = effects.kinds.assign(seed=seed)
    everything = float(activities["true_log"].mean())
    kinds["true_log"] = [everything if kind == ALL_KINDS else true_kinds[kind] for kind in kinds["kind"]]
    return Judged(activities[activities["lift_rate"].notna()].reset_index(drop=True), kinds)


def judge_scenario(scenario: str, seeds: Iterable[int], activities: int = 120) -> Judged:
    """Several companies of one scenario."""
    judged = [judge_company(simulate_company(seed, scenario, activities=activities), seed) for seed in seeds]
    return Judged(
        pd.concat([one.activities for one in judged], ignore_index=True),
        pd.concat([one.kinds for one in judged], ignore_index=True),
    )


def measure_scenario(judged: Judged, grower_kinds: tuple[str, ...] = ()) -> Numbers:
    """All measures of one scenario, shares 0 to 1; `grower_kinds` alone invited growers and are looked at apart."""
    return (
        measure_activities(judged.activities)
        | measure_naive(judged.activities)
        | measure_kinds(judged.kinds, grower_kinds)
        | measure_league(judged.activities)
        | measure_returns(judged.activities)
    )


def find_bias(activities: pd.DataFrame, estimated: pd.Series) -> float:
    """Sum of (estimated - true) over the sum of what would have been bought: 30 and 20 said of 20 and 20, bought 200:
    5%."""
    return float((estimated - activities["true_amount"]).sum() / activities["base_amount"].sum())


def find_share_error(share: float, count: int) -> float:
    """Monte-Carlo error of a share: 95% of 240 is known to +-1.4 points."""
    return float(np.sqrt(share * (1 - share) / count)) if count else float("nan")


def share_of(hit: pd.Series) -> float:
    """The mean of yes and no; NaN of none."""
    return float(hit.mean()) if len(hit) else float("nan")


def measure_activities(activities: pd.DataFrame) -> Numbers:
    """Bias, coverage, false alarms, power and width of single activities."""
    covered = activities["true_lift"].between(activities["lift_low_rate"], activities["lift_high_rate"])
    covered80 = activities["true_lift"].between(activities["lift_low80_rate"], activities["lift_high80_rate"])
    null, seen = activities[activities["true_amount"] == 0], activities[activities["true_lift"] > LIFT_SEEN]
    biases = [find_bias(one, one["incremental_amount"]) for _, one in activities.groupby("seed")]
    numbers = {
        "activity_count": float(len(activities)),
        "null_count": float(len(null)),
        "bias": find_bias(activities, activities["incremental_amount"]),
        "bias_error": float(np.std(biases, ddof=1) / np.sqrt(len(biases))) if len(biases) > 1 else float("nan"),
        "coverage": share_of(covered),
        "coverage_error": find_share_error(share_of(covered), len(activities)),
        "coverage_80": share_of(covered80),
        "coverage_80_error": find_share_error(share_of(covered80), len(activities)),
        "false_alarms": share_of((null["lift_low_rate"] > 0) | (null["lift_high_rate"] < 0)),
        "false_positives": share_of(null["lift_low_rate"] > 0),
        "false_error": find_share_error(0.05, len(null)),
        "power": share_of(seen["lift_low_rate"] > 0),
    }
    for least, most in SIZES:
        some = activities[activities["terminal_count"].between(least, most)]
        name = f"{least}" if least == most else f"{least}_{most}"
        numbers[f"width_{name}"] = float((some["lift_high_rate"] - some["lift_low_rate"]).median())
        numbers[f"coverage_{name}_terminals"] = share_of(covered[some.index])
    return numbers


def measure_naive(activities: pd.DataFrame) -> Numbers:
    """What the engine would be without its parts, and what others would say: the teeth."""
    base = activities["baseline_amount"]
    unadjusted = (activities["observed_amount"] + activities["continuity_amount"]) * (
        1 - 1 / (1 + activities["unadjusted_lift_rate"])
    )
    null = activities[activities["true_amount"] == 0]
    apart = (activities["clustered_log_lift"] - activities["true_log"]).abs()
    matched = null["matched_log_lift"].abs() > _NORMAL_95 * null["log_lift_error"]
    return {
        "unadjusted_bias": find_bias(activities, unadjusted),
        "before_after_bias": find_bias(activities, activities["raw_before_after_rate"] * base),
        "year_over_year_bias": find_bias(activities, activities["raw_year_over_year_rate"] * base),
        "matched_bias": find_bias(
            activities, activities["observed_amount"] * -np.expm1(-activities["matched_log_lift"])
        ),
        "matched_false_alarms": share_of(matched),
        "clustered_coverage": share_of(apart <= _NORMAL_95 * activities["clustered_log_error"]),
    }


def measure_kinds(kinds: pd.DataFrame, grower_kinds: tuple[str, ...] = ()) -> Numbers:
    """Kinds with enough activities, '*' apart: bias, error, coverage and width (log), false positives and power."""
    single = kinds[(kinds["kind"] != ALL_KINDS) & (kinds["status"] != "not_enough_data")]
    whole = kinds[kinds["kind"] == ALL_KINDS]
    apart = single["log_lift"] - single["true_log"]
    low, high = np.log1p(single["lift_low_rate"]), np.log1p(single["lift_high_rate"])
    covered = single["true_log"].between(low, high)
    covered80 = single["true_log"].between(np.log1p(single["lift_low80_rate"]), np.log1p(single["lift_high80_rate"]))
    null, seen = single[single["true_log"] == 0], single[np.expm1(single["true_log"]) > KIND_LIFT_SEEN]
    return {
        "kind_count": float(len(single)),
        "kind_bias": float(apart.mean()),
        "kind_rmse": float(np.sqrt(np.square(apart).mean())),
        "grower_bias": float(apart[single["kind"].isin(grower_kinds)].mean()),
        "kind_coverage": share_of(covered),
        "kind_coverage_error": find_share_error(share_of(covered), len(single)),
        "kind_coverage_80": share_of(covered80),
        "kind_width": float((high - low).median()),
        "kind_false_positives": share_of(null["lift_low_rate"] > 0),
        "kind_power": share_of(seen["lift_low_rate"] > 0),
        "kind_seen_count": float(len(seen)),
        "negative_control": float(np.log1p(single["negative_control_rate"]).mean()),
        "systematic_error": float(single["systematic_error_log"].mean()),
        "picked_unusual": share_of(single["is_picked_unusual"]),
        "whole_bias": float((whole["log_lift"] - whole["true_log"]).mean()),
    }


def measure_league(activities: pd.DataFrame) -> Numbers:
    """The ten best of each company by raw and by shrunk estimate: what they claim, what is true, how many are null."""
    numbers = {}
    for name, column in (("raw", "log_lift"), ("shrunk", "shrunk_log_lift")):
        top = activities.sort_values([column, "activity_id"]).groupby("seed").tail(_TOP)
        numbers[f"{name}_claimed"] = float(top[column].mean())
        numbers[f"{name}_true"] = float(top["true_log"].mean())
        numbers[f"{name}_boast"] = float((top[column] - top["true_log"]).mean())
        numbers[f"{name}_null_share"] = share_of(top["true_amount"] == 0)
    held = activities["true_lift"].between(activities["shrunk_low_rate"], activities["shrunk_high_rate"])
    for name, column in (("raw", "log_lift"), ("shrunk", "shrunk_log_lift")):
        numbers[f"{name}_rmse"] = float(np.sqrt(np.square(activities[column] - activities["true_log"]).mean()))
    return numbers | {"shrunk_coverage": share_of(held)}


def measure_returns(activities: pd.DataFrame) -> Numbers:
    """P(it paid) against whether it did."""
    paid = activities["has_paid"].astype(float)
    sure, doomed = activities[activities["chance_paid"] > 0.8], activities[activities["chance_paid"] < 0.2]
    raw, shrunk = (float(np.square(activities[column] - paid).mean()) for column in ("raw_chance_paid", "chance_paid"))
    return {
        "paid_share": float(paid.mean()),
        "sure_count": float(len(sure)),
        "sure_paid": share_of(sure["has_paid"]),
        "doomed_count": float(len(doomed)),
        "doomed_paid": share_of(doomed["has_paid"]),
        "brier_raw": raw,
        "brier_shrunk": shrunk,
        "brier_ratio": shrunk / raw,
    }


def measure_planning(scenario: str, seeds: Iterable[int], activities: int = 120) -> Numbers:
    """How often an effect planted exactly as large as planning called visible comes out significant: should be 80%."""
    found = pd.concat([plan_company(simulate_company(seed, scenario, activities=activities)) for seed in seeds])
    return {
        "planning_count": float(len(found)),
        "planning_power": share_of(found["is_found"]),
        "planning_power_error": find_share_error(share_of(found["is_found"]), len(found)),
        "planning_smallest": float(found["smallest_log"].median()),
    }


def plan_company(company: Simulated) -> pd.DataFrame:
    """The activities of kinds without effect: smallest_log as planned from the months before them, is_found once planted.

    They are planned one by one on the list that came, planted all at once, and estimated with all others as shipped.
    """
    design, plan = Design(), company.activities
    starts = plan["starts_month_index"].to_numpy(dtype=np.float64)
    rows_of, _ = list_terminals(plan, company.exposures, company.terminals)
    market = build_market(
        company.panel, company.terminals, company.segments, company.regions, starts, rows_of, None, design
    )
    trends = read_trends(market, starts, rows_of, plan["kind"].tolist(), design)
    panel, planted, smallest = Panel(pd.Index(company.terminals), market), company.panel.copy(), {}
    for place in np.flatnonzero(plan["kind"].str.startswith("null")):
        start, rows = int(starts[place]), rows_of[place]
        detection = find_detection(panel, rows, trends[plan["kind"][place]], design, end=start)
        if not isinstance(detection, str):
            smallest[place] = detection.smallest
            planted[rows, start : start + design.post_months] *= np.exp(detection.smallest)
    effects = estimate_company(replace(company, panel=planted)).activities
    found = effects.loc[list(smallest)].assign(smallest_log=list(smallest.values()))
    found = found[found["lift_low_rate"].notna()]
    return found.assign(is_found=found["lift_low_rate"] > 0)[["activity_id", "smallest_log", "is_found"]]
