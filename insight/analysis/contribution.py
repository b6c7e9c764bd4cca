"""Where each unit stands and what it adds: attainment, gap, growth, contribution. Ratios are sums over sums at every level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from insight.analysis.allocation import allocate_months

CAP_RATE = 1.0  # capped attainment counts no unit beyond its target


@dataclass(frozen=True)
class Span:
    """The months a standing is of, half open. ``base_cut_share`` is the share of the cut month's target that is compared."""

    period_start: date
    period_end: date
    base_start: date
    base_end: date
    base_cut_month: date | None
    landing_end: date
    has_base: bool
    base_cut_share: float = 1.0


def join_new_year(span: Span, *, moves_spring: bool, first_month: date, is_last_year: bool) -> Span:
    """The months that growth is read over: January and February together, as Spring Festival moves between them.

    A period of February alone also takes January, so that a February with the holiday is never set against one without.
    A January whose February the period leaves out keeps to itself: what comes later is not known to it.
    """
    start = span.period_start
    if not moves_spring or not is_last_year or start.month != 2 or date(start.year - 1, 1, 1) < first_month:
        return span
    return Span(
        date(start.year, 1, 1),
        span.period_end,
        date(span.base_start.year, 1, 1),
        span.base_end,
        span.base_cut_month,
        span.landing_end,
        span.has_base,
        span.base_cut_share,
    )


def fill_targets(months: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """The units' months of pure sales with the whole's target handed down where no unit was given one.

    ``months``: rows a month, measure and unit; ``whole``: rows a month and measure, plan_month. The months handed down are
    those of which the units have sales or the year before had.
    """
    pure = months[months["measure"] == "pure_sales"].drop(columns="measure")
    plan = whole[whole["measure"] == "pure_sales"]
    given = set(pure.loc[pure["target_amount"].notna(), "sales_month"])
    bare = [month for month in plan.loc[plan["target_amount"].notna(), "plan_month"] if month not in given]
    if not bare or pure.empty:
        return pure.assign(last_year_amount=np.nan)
    names = pure.drop_duplicates("unit_id").set_index("unit_id")[["unit_name", "group_name", "active_count"]]
    # a unit without sales in a month may still get a part of its target
    grid = pd.MultiIndex.from_product([bare, names.index], names=["sales_month", "unit_id"])
    rows = pure.set_index(["sales_month", "unit_id"])
    full = rows.reindex(rows.index.union(grid))
    for column in names:
        full[column] = names[column].reindex(full.index.get_level_values("unit_id")).to_numpy()
    full[["sales_amount", "to_day_amount"]] = full[["sales_amount", "to_day_amount"]].fillna(0.0)
    full["is_allocated"] = full["is_allocated"].eq(True)
    full["basis"] = full["basis"].fillna("")
    full = full.reset_index()
    sold = rows["sales_amount"]
    before = pd.MultiIndex.from_arrays(
        [[month.replace(year=month.year - 1) for month in full["sales_month"]], full["unit_id"]]
    )
    full["last_year_amount"] = sold.reindex(before).fillna(0.0).to_numpy()
    filled = full
    for column in ("target_amount", "target_to_date_amount"):
        handed = allocate_months(full, plan, column)
        filled = filled.assign(
            **{column: handed[column], "is_allocated": handed["is_allocated"], "basis": handed["basis"]}
        )
    version = plan.set_index("plan_month")["version"]
    fresh = filled["is_allocated"] & filled["version"].isna()
    filled.loc[fresh, "version"] = filled.loc[fresh, "sales_month"].map(version)
    return filled


def sum_units(months: pd.DataFrame, span: Span) -> pd.DataFrame:
    """One row a unit: pure sales, target and comparison of the span, from months that ``fill_targets`` completed."""
    month = months["sales_month"]
    current = (month >= span.period_start) & (month < span.period_end)
    ahead = (month >= span.period_start) & (month < span.landing_end)
    base = (month >= span.base_start) & (month < span.base_end)
    cut = month == span.base_cut_month if span.base_cut_month else pd.Series(False, index=months.index)
    has_target = months["target_to_date_amount"].notna()
    covered = months["covered_amount"].fillna(months["sales_amount"])
    covered_to_day = months["covered_to_day_amount"].fillna(months["to_day_amount"])
    parts = pd.DataFrame(
        {
            "unit_id": months["unit_id"],
            "actual_amount": months["sales_amount"].where(current, 0.0),
            "base_amount": months["sales_amount"].where(~cut, months["to_day_amount"]).where(base, 0.0),
            "covered_amount": covered.where(current & has_target),
            "plan_amount": months["target_to_date_amount"].where(current),
            "target_amount": months["target_amount"].where(ahead),
            "base_covered_amount": covered.where(~cut, covered_to_day).where(base & has_target),
            "base_plan_amount": (months["target_amount"] * np.where(cut, span.base_cut_share, 1.0)).where(base),
            "plan_month_count": (current & has_target).astype(int),
        }
    )
    sums = parts.groupby("unit_id", sort=False).sum(min_count=1)
    about = months.drop_duplicates("unit_id").set_index("unit_id")[["unit_name", "group_name", "active_count"]]
    marked = months[ahead & months["target_amount"].notna()].groupby("unit_id")
    marks = pd.DataFrame(
        {
            "is_allocated": marked["is_allocated"].max(),
            "basis": marked["basis"].max(),
            "version": marked["version"].max(),
        }
    )
    joined = about.join(sums).join(marks)
    joined["is_allocated"] = joined["is_allocated"].eq(True)
    joined["basis"] = joined["basis"].fillna("")
    return joined.reset_index()


def rate_units(sums: pd.DataFrame, *, has_base: bool, cap: float = CAP_RATE) -> pd.DataFrame:
    """The units' rates: attainment = Σ covered ÷ Σ plan, empty where the plan is not above zero (then the gap alone).

    ``capped_rate`` counts at most ``cap`` times the target; growth contribution = change ÷ all sales of the comparison,
    so that contributions add up to the total growth.
    """
    rated = sums.copy()
    plan = rated["plan_amount"].where(rated["plan_amount"] > 0)
    rated["attainment_rate"] = rated["covered_amount"] / plan
    rated["capped_rate"] = rated["attainment_rate"].clip(upper=cap)
    rated["gap_amount"] = rated["covered_amount"] - rated["plan_amount"]
    if "base_plan_amount" in rated:
        rated["base_attainment_rate"] = rated["base_covered_amount"] / rated["base_plan_amount"].where(
            rated["base_plan_amount"] > 0
        )
    base = rated["base_amount"].where(rated["base_amount"] > 0)
    whole = rated["base_amount"].sum()
    known = has_base and whole > 0
    rated["growth_rate"] = (rated["actual_amount"] / base - 1) if has_base else np.nan
    rated["growth_contribution_rate"] = (rated["actual_amount"] - rated["base_amount"]) / whole if known else np.nan
    return rated


def rate_whole(
    units: pd.DataFrame, plan: tuple[float | None, float | None], *, has_base: bool, cap: float = CAP_RATE
) -> dict[str, float | None]:
    """The whole as the sums of its units, with the plan given for it: attainment, capped over the units, growth.

    ``plan`` is the target due and the pure sales it is for. Capped: Σ min(covered, cap × plan) ÷ Σ plan of the units.
    """
    due, covered = plan
    actual, base = float(units["actual_amount"].sum()), float(units["base_amount"].sum())
    counted = units[units["plan_amount"].notna()]
    parts = float(counted["plan_amount"].sum())
    capped = float(np.minimum(counted["covered_amount"], cap * counted["plan_amount"].clip(lower=0)).sum())
    return {
        "actual_amount": actual,
        "base_amount": base,
        "plan_amount": due,
        "covered_amount": covered,
        "attainment_rate": covered / due if due is not None and covered is not None and due > 0 else None,
        "capped_rate": capped / parts if parts > 0 else None,
        "growth_rate": actual / base - 1 if has_base and base > 0 else None,
    }


def rate_sell_in(months: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Sell-in of each unit in the span beside its own target: unit_id, sell_in_amount, sell_in_plan_amount, sell_in_rate."""
    shipped = months[
        (months["measure"] == "sell_in")
        & (months["sales_month"] >= span.period_start)
        & (months["sales_month"] < span.period_end)
    ]
    sums = (
        shipped.groupby("unit_id")[["sales_amount", "target_to_date_amount"]]
        .sum(min_count=1)
        .rename(columns={"sales_amount": "sell_in_amount", "target_to_date_amount": "sell_in_plan_amount"})
    )
    plan = sums["sell_in_plan_amount"].where(sums["sell_in_plan_amount"] > 0)
    return sums.assign(sell_in_rate=sums["sell_in_amount"] / plan).reset_index()
