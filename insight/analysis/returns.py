"""What activities earned for those who paid: net gain, return on margin, revenue per unit of cost, a fair split.

For a side s (manufacturer, distributor) with margin rate m_s on incremental sales and cost C_s, and for both together:

    gain = m x incremental sales          net = gain - C          romi = net / C (return on margin, no cost: no ratio)
    revenue_per_cost = incremental sales / C                       break-even lift = (C / m) / expected sales

    incremental 1,000 (600 to 1,400), m 40%, C 250: gain 400, net 150 (-10 to 310), romi 0.6, revenue per cost 4.

Costs are exact, so an interval is the effect's own, carried through. Kinds are sums over sums, never means of ratios.
"""

from dataclasses import dataclass
from math import erf, inf, log, sqrt

import numpy as np
import pandas as pd

from insight.analysis.effect import ALL_KINDS, Effects
from insight.analysis.portfolio import NORMAL_95

SIDES = ("manufacturer", "distributor")
BOTH = "total"

PAID = "paid"  # the 95% interval of the net gain is above 0
LOST = "lost"  # … below 0
BREAK_EVEN = "consistent_with_break_even"  # … holds 0
UNKNOWN = "unknown"  # no effect, cost or margin to judge by

_BANDS = ("", "_low", "_high", "_low80", "_high80")


@dataclass(frozen=True)
class Margins:
    """Margin rates on incremental sales at the panel's prices, for all activities; None where a side's is unknown."""

    manufacturer_margin_rate: float | None
    distributor_margin_rate: float | None


def compute_returns(effects: Effects, costs: pd.DataFrame, margins: Margins | pd.DataFrame) -> pd.DataFrame:
    """Returns of each activity, each kind and all ('*'), for both sides together and for each: three rows a subject.

    costs: activity_id, payer_side ('manufacturer' or 'distributor'), cost_amount; rows of one side are added. An
    activity with no row has an unknown cost (no net gain); a side with no row beside a side with one paid nothing.
    margins: one pair for all, or a frame of activity_id, manufacturer_margin_rate, distributor_margin_rate.

    Columns:
        level ('activity', 'kind'), subject_id (activity_id or kind), kind, payer_side ('total', 'manufacturer', …)
        activity_count           activities in the sums: those with an effect and a known cost
        left_out_count, left_out_cost_amount   activities of the kind without an effect, and what they cost
        cost_amount, cost_share (of the total), margin_rate
        incremental_amount, gain_amount, net_amount, romi_rate, revenue_per_cost_rate, each with _low, _high (95%) and
                                 _low80, _high80 before the suffix; ratios are NaN where the cost is 0 or unknown
        break_even_lift_rate     the lift at which the net gain is 0
        chance_paid_share        P(net gain > 0), normal on the log scale. Of an activity from its shrunk effect, which
                                 is the one to decide by; of a kind from its summed interval
        shrunk_net_amount        net gain of an activity at its shrunk effect: for ranking; of a kind, the sum
        fair_cost_share          the side's share of the gain: paying it, both sides have the same romi
        fair_cost_amount         this cost split that way
        return_status            paid, lost, consistent_with_break_even, unknown
    """
    table = add_sides(join_money(effects.activities, costs, margins))
    rows = [row for _, one in table.iterrows() for row in return_activity(one)]
    for _, kind in effects.kinds.iterrows():
        is_member = (table["kind"] == kind["kind"]) | (kind["kind"] == ALL_KINDS)
        rows += return_kind(kind, table[is_member])
    return pd.DataFrame(rows)


def join_money(activities: pd.DataFrame, costs: pd.DataFrame, margins: Margins | pd.DataFrame) -> pd.DataFrame:
    """The activities frame with cost_<side> and margin_<side> columns."""
    unknown = sorted(set(costs["payer_side"]) - set(SIDES))
    if unknown:
        raise ValueError(f"payer_side must be one of {', '.join(SIDES)}; found {', '.join(map(str, unknown))}")
    table = activities.reset_index(drop=True).copy()
    ids = table["activity_id"].astype(str)
    known = costs.dropna(subset=["cost_amount"])
    is_known = ids.isin(known["activity_id"].astype(str))
    for side in SIDES:
        own = known[known["payer_side"] == side]
        sums = own["cost_amount"].astype(float).groupby(own["activity_id"].astype(str)).sum()
        table[f"cost_{side}"] = ids.map(sums).fillna(0.0).where(is_known).astype(float)
        name = f"{side}_margin_rate"
        if isinstance(margins, Margins):
            rate = getattr(margins, name)
            table[f"margin_{side}"] = float("nan") if rate is None else float(rate)
        else:
            rates = dict(zip(margins["activity_id"].astype(str), margins[name].astype(float), strict=True))
            table[f"margin_{side}"] = ids.map(rates).astype(float)
    return table


def return_activity(one: pd.Series) -> list[dict[str, object]]:
    """The three rows of one activity."""
    increments = np.array([one[f"incremental{band}_amount"] for band in _BANDS], dtype=float)
    base = float(one["observed_amount"] + one["continuity_amount"])
    shrunk = base * -np.expm1(-float(one["shrunk_log_lift"]))
    rows = []
    for side in (BOTH, *SIDES):
        cost, margin = one[f"cost_{side}"], one[f"margin_{side}"]
        chance = find_chance(one["shrunk_log_lift"], one["shrunk_log_lift_error"], cost, margin, base)
        row: dict[str, object] = {"level": "activity", "subject_id": one["activity_id"], "kind": one["kind"]}
        row |= {"payer_side": side, "activity_count": 1, "left_out_count": 0, "left_out_cost_amount": 0.0}
        row |= settle(increments, increments * margin, cost, one[f"cost_{BOTH}"], margin)
        row["break_even_lift_rate"] = divide(divide(cost, margin), float(one["expected_amount"]))
        row["chance_paid_share"] = chance
        row["shrunk_net_amount"] = shrunk * margin - cost
        row |= split_fairly(margin, one[f"margin_{BOTH}"], one[f"cost_{BOTH}"])
        rows.append(row)
    return rows


def return_kind(kind: pd.Series, members: pd.DataFrame) -> list[dict[str, object]]:
    """The three rows of one kind: sums over its activities with an effect, a cost and margins.

    The kind's interval is that of its summed incremental sales; where activities without a known cost are left out,
    it is scaled to the sum of those that stay. A gain's interval moves with the mean margin weighted by expected sales.
    """
    cost_known = members["cost_manufacturer"].notna()
    has_effect = members["incremental_amount"].notna()
    kept = members[has_effect & cost_known]
    left = members[~has_effect]
    increment = float(kept["incremental_amount"].sum()) if len(kept) else float("nan")
    base = float((kept["observed_amount"] + kept["continuity_amount"]).sum())
    whole = float(kind["observed_amount"] + kind["continuity_amount"])
    steps = np.array([kind[f"incremental{band}_amount"] - kind["incremental_amount"] for band in _BANDS], dtype=float)
    steps = steps * divide(base, whole)
    rows = []
    for side in (BOTH, *SIDES):
        costs, margins = kept[f"cost_{side}"], kept[f"margin_{side}"]
        cost = float(costs.sum()) if len(kept) else float("nan")
        total = float(kept[f"cost_{BOTH}"].sum()) if len(kept) else float("nan")
        gain = float((margins * kept["incremental_amount"]).sum(skipna=False)) if len(kept) else float("nan")
        expected = float(kept["expected_amount"].sum())
        margin = divide(float((margins * kept["expected_amount"]).sum(skipna=False)), expected)
        row: dict[str, object] = {"level": "kind", "subject_id": kind["kind"], "kind": kind["kind"]}
        row |= {"payer_side": side, "activity_count": len(kept), "left_out_count": len(members) - len(kept)}
        row["left_out_cost_amount"] = float(left[f"cost_{side}"].sum())
        row |= settle(increment + steps, gain + margin * steps, cost, total, margin)
        row["break_even_lift_rate"] = divide(divide(cost, margin), expected)
        row["chance_paid_share"] = find_chance_of_sum(gain + margin * steps, cost, margin * base)
        row["shrunk_net_amount"] = (
            float((margins * shrink_increments(kept) - costs).sum(skipna=False)) if len(kept) else float("nan")
        )
        both = float((kept[f"margin_{BOTH}"] * kept["incremental_amount"]).sum(skipna=False))
        row |= split_fairly(gain, both, total)
        rows.append(row)
    return rows


def shrink_increments(activities: pd.DataFrame) -> pd.Series:
    """Incremental sales at the shrunk effect."""
    base = activities["observed_amount"] + activities["continuity_amount"]
    return base * -np.expm1(-activities["shrunk_log_lift"])


def add_sides(table: pd.DataFrame) -> pd.DataFrame:
    """Cost and margin of both sides together: unknown if either side's is."""
    for what in ("cost", "margin"):
        table[f"{what}_{BOTH}"] = table[f"{what}_{SIDES[0]}"] + table[f"{what}_{SIDES[1]}"]
    return table


def settle(increments: np.ndarray, gains: np.ndarray, cost: float, total: float, margin: float) -> dict[str, object]:
    """Amounts and ratios of one row with their bands, and the verdict."""
    nets = gains - cost
    row: dict[str, object] = {"cost_amount": cost, "cost_share": divide(cost, total), "margin_rate": margin}
    for name, unit, values in (
        ("incremental", "amount", increments),
        ("gain", "amount", gains),
        ("net", "amount", nets),
        ("romi", "rate", np.array([divide(value, cost) for value in nets])),
        ("revenue_per_cost", "rate", np.array([divide(value, cost) for value in increments])),
    ):
        row |= {f"{name}{band}_{unit}": float(value) for band, value in zip(_BANDS, values, strict=True)}
    low, high = nets[1], nets[2]
    row["return_status"] = (
        UNKNOWN if not np.isfinite(nets).all() else PAID if low > 0 else LOST if high < 0 else BREAK_EVEN
    )
    return row


def split_fairly(own: float, both: float, cost: float) -> dict[str, object]:
    """The side's share of the gain, and the cost under it. Without a gain to share there is no fair split.

    manufacturer gains 300, distributor 100, cost 200: shares 75% and 25%, costs 150 and 50, romi 1.0 on both sides.
    """
    share = own / both if both > 0 and own >= 0 and own <= both else float("nan")
    return {"fair_cost_share": share, "fair_cost_amount": share * cost}


def find_chance(effect: float, error: float, cost: float, margin: float, base: float) -> float:
    """P(net gain > 0) for a normal log effect, base (1 - e^-effect) > cost / margin.

    That is effect > -log(1 - cost / (margin base)), the same as effect > log(1 + cost / (margin expected)) at the
    break-even, where expected = base - cost / margin.
    """
    if not np.isfinite([effect, error, cost, margin, base]).all() or base <= 0:
        return float("nan")
    if margin <= 0:
        return 0.0 if cost >= 0 else 1.0
    needed = cost / (margin * base)
    threshold = -log(1.0 - needed) if needed < 1.0 else inf
    return 0.5 * (1.0 + erf((effect - threshold) / (error * sqrt(2.0))))


def find_chance_of_sum(gains: np.ndarray, cost: float, base: float) -> float:
    """P(net gain > 0) of a sum: its 95% band read as a normal one on the log scale of observed over expected gain."""
    if not np.isfinite(gains).all() or not np.isfinite(cost) or base <= 0 or gains[0] >= base or gains[2] >= base:
        return float("nan")
    effect, low, high = (-log(1.0 - value / base) for value in gains[:3])
    return find_chance(effect, (high - low) / (2.0 * NORMAL_95), cost, 1.0, base) if high > low else float("nan")


def divide(amount: float, by: float) -> float:
    """A ratio, or NaN where there is nothing to divide by."""
    return float(amount / by) if np.isfinite(by) and by != 0 else float("nan")
