"""What activities cost for each attendee, target attendee and new customer, against estimates, and what is usual.

Ratios are sums over sums, each over the activities of which both its numbers are known:

    100 for 10 attendees and 300 for 20: 400 / 30 = 13.33 for one, not the mean of 10 and 15.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from insight.analysis.returns import divide

ALL_KINDS = "*"
GIVEN, PAST = "given", "past"  # where a usual band is from


def sum_costs(costs: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """A row a kind, the dearest first, and one '*' for all, the last.

    costs: rows of the question returns/costs as floats; customers: activity_id, terminal_id of new customers, each counted
    once a kind. Columns: kind, activity_count, planned_cost_amount, committed_amount, actual_amount (settled items),
    unsettled_amount, cost_amount, deviation_rate (actual over estimated - 1 of settled activities with an estimate,
    compared_count of them), attendee_count, target_attendee_count, new_customer_count, cost_per_attendee_amount,
    cost_per_target_attendee_amount, cost_per_new_customer_amount, cost_per_terminal_amount.
    """
    groups = [(str(kind), group) for kind, group in costs.groupby("kind", sort=True)]
    rows = [sum_kind(kind, group, customers) for kind, group in [*groups, (ALL_KINDS, costs)]]
    frame = pd.DataFrame(rows)
    is_all = frame["kind"] == ALL_KINDS
    return (
        frame.assign(last=is_all)
        .sort_values(
            ["last", "cost_amount", "kind"], ascending=[True, False, True], na_position="last", ignore_index=True
        )
        .drop(columns="last")
    )


def sum_kind(kind: str, group: pd.DataFrame, customers: pd.DataFrame) -> dict[str, object]:
    """One row."""
    row: dict[str, object] = {"kind": kind, "activity_count": len(group)}
    for column in ("planned_cost_amount", "committed_amount", "actual_amount", "unsettled_amount", "cost_amount"):
        row[column] = float(group[column].sum(min_count=1))
    compared = group[group["is_settled"] & group["planned_cost_amount"].notna()]
    row["compared_count"] = len(compared)
    row["deviation_rate"] = divide(
        float((compared["actual_amount"] - compared["planned_cost_amount"]).sum()),
        float(compared["planned_cost_amount"].sum()),
    )
    for name in ("attendee", "target_attendee", "terminal"):
        known = group[group["cost_amount"].notna() & group[f"{name}_count"].notna()]
        if name == "terminal":  # without a list of terminals nobody knows how many took part
            known = known[known["terminal_count"] > 0]
        count = float(known[f"{name}_count"].sum())
        row[f"{name}_count"] = count if len(known) else float("nan")
        row[f"cost_per_{name}_amount"] = divide(float(known["cost_amount"].sum()), count)
    told = group[group["cost_amount"].notna() & group["new_customer_count"].notna()]
    new = customers.loc[customers["activity_id"].isin(told["activity_id"]), "terminal_id"].nunique()
    row["new_customer_count"] = float(new) if len(told) else float("nan")
    row["cost_per_new_customer_amount"] = divide(float(told["cost_amount"].sum()), float(new))
    return row


def judge_costs(
    costs: pd.DataFrame, given: Mapping[str, tuple[float, float]], fewest: int, reach: float
) -> pd.DataFrame:
    """The costs with what one attendee cost (value_amount), the usual band of the kind, and whether it lies outside.

    Columns added: measure ('attendee', or 'terminal' where nobody anywhere counted attendees), value_amount, low_amount,
    high_amount, band_basis ('given', 'past' or None), is_outside. A band is read from all rows of the kind:

        eight cost 100, 110, 120, 130, 140, 150, 160, 400 an attendee: Q1 117.5, Q3 152.5, reach 1.5: 79.5 to 225.5;
        the last lies outside.
    """
    measure = "attendee" if costs["attendee_count"].notna().any() else "terminal"
    count = costs[f"{measure}_count"].astype(float)
    value = costs["cost_amount"].astype(float) / count.where(count > 0)
    table = costs.assign(measure=measure, value_amount=value.where(value > 0))
    bands = {
        str(kind): find_band(group.dropna(), given.get(str(kind)), fewest, reach)
        for kind, group in table.groupby("kind")["value_amount"]
    }
    for place, name in enumerate(("low_amount", "high_amount", "band_basis")):
        table[name] = [bands[str(kind)][place] for kind in table["kind"]]
    low, high = table["low_amount"].astype(float), table["high_amount"].astype(float)
    table["is_outside"] = (table["value_amount"] < low) | (table["value_amount"] > high)
    return table


def find_band(
    values: pd.Series, given: tuple[float, float] | None, fewest: int, reach: float
) -> tuple[float | None, float | None, str | None]:
    """Low, high and where they are from; a kind all of whose activities cost the same has none."""
    if given is not None:
        return (*given, GIVEN)
    if len(values) < fewest:
        return (None, None, None)
    first, third = np.quantile(values.to_numpy(dtype=float), [0.25, 0.75])
    if third <= first:
        return (None, None, None)
    width = (third / first) ** reach
    return (float(first / width), float(third * width), PAST)
