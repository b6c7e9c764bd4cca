"""What every payer of an activity paid, gained and earned back: the manufacturer, and each distributor for itself.

A payer's gain is its part of the margin on the activity's incremental sales (`margins.py`); the gains of all payers add
up to the total to the cent, and so do the costs:

    incremental 1,000, manufacturer 31%, D1 6%, D2 6%, cost 200, of it the manufacturer 100 and D3 100:
    manufacturer gains 310 and nets +210, D1 and D2 gain 60 each and net +60, D3 paid and gained nothing: -100.
    In all 430 - 200 = +230. Fair: 310/430 of the cost is 144.18, D1 and D2 27.91 each, D3 nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.analysis.margins import DISTRIBUTOR, MANUFACTURER
from insight.analysis.returns import divide, find_chance, find_chance_of_sum, settle
from insight.analysis.selection import find_steps

BANDS = ("", "_low", "_high", "_low80", "_high80")
_ENDS = ("low", "high", "low80", "high80")


def settle_payers(activities: pd.DataFrame, parts: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """A row an activity and payer: everybody who paid for it and everybody who supplied its terminals.

    activities: the frame of `Effects`; parts: activity_id, payer_id, payer_side, supply_share, margin_rate; costs:
    activity_id, payer_id, cost_amount. An activity with no cost at all has an unknown one.

    Columns: activity_id, kind, payer_id, payer_side, supply_share, and those of `returns.settle` with
    chance_paid_share (from the shrunk effect), shrunk_net_amount, fair_cost_share, fair_cost_amount.
    """
    costs = costs.groupby(["activity_id", "payer_id"], as_index=False)["cost_amount"].sum()
    table = parts.merge(costs, on=["activity_id", "payer_id"], how="outer")
    table["payer_side"] = np.where(table["payer_id"] == MANUFACTURER, MANUFACTURER, DISTRIBUTOR)
    table["supply_share"] = table["supply_share"].fillna(0.0)
    is_known = table["activity_id"].isin(costs["activity_id"])
    table["cost_amount"] = table["cost_amount"].astype(float).fillna(0.0).where(is_known)
    has_margin = table["activity_id"].isin(parts.loc[parts["margin_rate"].notna(), "activity_id"])
    table["margin_rate"] = table["margin_rate"].astype(float).fillna(0.0).where(has_margin)
    table = table.sort_values(["activity_id", "payer_side", "payer_id"], ascending=[True, False, True])
    groups = dict(list(table.groupby("activity_id")))
    rows: list[dict[str, object]] = []
    for one in activities.to_dict("records"):
        if one["activity_id"] in groups:
            rows += settle_activity(one, groups[one["activity_id"]])
    return pd.DataFrame(rows)


def settle_activity(one: dict[str, object], payers: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of one activity, the manufacturer first."""
    increments = np.array([one[f"incremental{band}_amount"] for band in BANDS], dtype=float)
    base = float(one["observed_amount"]) + float(one["continuity_amount"])  # type: ignore[arg-type]
    effect, error = float(one["shrunk_log_lift"]), float(one["shrunk_log_lift_error"])  # type: ignore[arg-type]
    total = float(payers["cost_amount"].sum(skipna=False))
    margins = payers["margin_rate"].to_numpy(dtype=float)
    gains = round_cents(increments[0] * margins)
    fair = share_fairly(gains)
    amounts = round_cents(total * fair)
    rows = []
    for payer, margin, gain, share, amount in zip(
        payers.to_dict("records"), margins, gains, fair, amounts, strict=True
    ):
        cost = payer["cost_amount"]
        row: dict[str, object] = {"activity_id": one["activity_id"], "kind": one["kind"]}
        row |= {name: payer[name] for name in ("payer_id", "payer_side", "supply_share")}
        row |= settle(increments, np.array([gain, *(increments[1:] * margin)]), cost, total, margin)
        row["chance_paid_share"] = find_chance(effect, error, cost, margin, base)
        row["shrunk_net_amount"] = base * -np.expm1(-effect) * margin - cost
        row["fair_cost_share"], row["fair_cost_amount"] = share, amount
        rows.append(row)
    return rows


def round_cents(amounts: Sequence[float] | np.ndarray) -> np.ndarray:
    """Amounts in whole cents that add up to the rounded sum: the largest remainders get the cents that are left.

    33.333 three times is 100.00 (99.999): 33.34, 33.33, 33.33. All NaN where one is unknown.
    """
    exact = 100.0 * np.asarray(amounts, dtype=float)
    if not np.isfinite(exact).all():
        return np.full(exact.size, np.nan)
    # so that 60.00, which is 5999.9999… cents in binary, is 60.00
    down = np.floor(np.round(exact, 6))
    left = round(exact.sum()) - int(down.sum())
    order = np.argsort(-(exact - down), kind="stable")
    down[order[:left]] += 1.0
    rounded: np.ndarray = down / 100.0
    return rounded


def share_fairly(gains: np.ndarray) -> np.ndarray:
    """Each payer's share of the gain: paying it, all who gain earn the same. No gain, no fair split; a loss, no share.

    310, 60, 60, 0: 72.1%, 14.0%, 14.0%, 0%.
    """
    own = np.maximum(gains, 0.0)
    if not np.isfinite(gains).all() or gains.sum() <= 0:
        return np.full(gains.size, np.nan)
    shares: np.ndarray = own / own.sum()
    return shares


def sum_payers(
    activities: pd.DataFrame, payers: pd.DataFrame, systematic: float, factors: dict[str, float]
) -> pd.DataFrame:
    """A row a payer over a selection: sums over the activities with an effect and a known cost, as `sum_returns` has them.

    activities: the selection, with the columns `sum_returns` takes; payers: activity_id, payer_id, payer_side,
    margin_rate, cost_amount. Each payer's interval is that of its own part of the sum.
    """
    kept = activities[activities["incremental_amount"].notna()]
    columns = [f"incremental{band}_amount" for band in BANDS]
    known = payers.dropna(subset=["cost_amount", "margin_rate"])
    table = known[["activity_id", "payer_id", "payer_side", "margin_rate", "cost_amount"]].merge(
        kept[["activity_id", "observed_amount", "continuity_amount", "expected_amount", "shrunk_log_lift", *columns]],
        on="activity_id",
    )
    if table.empty:
        return pd.DataFrame(columns=["payer_id", "payer_side", "activity_count", "cost_amount", "gain_amount"])
    table = table.assign(
        cost_amount=table["cost_amount"].astype(float),
        increment=table["incremental_amount"],
        expected=table["expected_amount"],
        base=(table["observed_amount"] + table["continuity_amount"]) * table["margin_rate"],
    )
    table["shrunk"] = table["base"] * -np.expm1(-table["shrunk_log_lift"].astype(float))
    earned = [*columns, "expected_amount"]
    table[earned] = table[earned].astype(float).mul(table["margin_rate"].astype(float), axis=0)
    total = float(table["cost_amount"].sum())
    rows = []
    for (side, payer), group in table.groupby(["payer_side", "payer_id"], sort=True):
        sums = (
            group[["cost_amount", "increment", "expected", "base", "shrunk", "expected_amount"]].to_numpy().sum(axis=0)
        )
        cost, increment, expected, base, shrunk, kept_expected = map(float, sums)
        gain = float(group["incremental_amount"].to_numpy().sum())
        gains = gain + np.array([0.0, *find_steps(group, systematic, factors)])
        row: dict[str, object] = {"payer_id": payer, "payer_side": side, "activity_count": len(group)}
        row |= settle(np.full(len(BANDS), increment), gains, cost, total, divide(kept_expected, expected))
        # who keeps nothing of the sales cannot earn a cost back
        chance = find_chance_of_sum(gains, cost, base)
        row["chance_paid_share"] = chance if group["margin_rate"].to_numpy().any() else float(cost <= 0)
        row["shrunk_net_amount"] = shrunk - cost
        rows.append(row)
    frame = pd.DataFrame(rows).sort_values(["payer_side", "cost_amount", "payer_id"], ascending=[False, False, True])
    frame["fair_cost_share"] = share_fairly(frame["gain_amount"].to_numpy(dtype=float))
    frame["fair_cost_amount"] = round_cents(total * frame["fair_cost_share"].to_numpy(dtype=float))
    return frame.reset_index(drop=True)
