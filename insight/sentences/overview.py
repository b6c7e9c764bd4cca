"""What the overview says: where we stand, where the gap is, what moved, what needs attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, say
from insight.units import is_missing, show_amount, show_month, show_share

Row = Mapping[str, Any]

LEVEL_RATE = 0.01  # under one percent is said to be about level
FINE_RATE = 0.98  # units at or above this share of plan are fine
FEW_TERMINALS = 5
SECOND_SHARE = 0.15

# the bridge's drivers in words, in the order they are drawn
DRIVERS = {
    "base": "Last year",
    "volume": "Volume",
    "new_terminals": "New terminals",
    "new_products": "New products at old customers",
    "price": "Price",
    "mix": "Mix",
    "lost_products": "Products no longer bought",
    "lost_terminals": "Lost terminals",
    "returned": "Change in returns",
    "corrections": "Corrections",
    "current": "This period",
}


def find_shortfall(units: Sequence[Row]) -> tuple[list[Row], float]:
    """The units below plan, largest first, and the gross shortfall: the sum of their gaps, as a positive amount."""
    below = sorted(
        (row for row in units if not is_missing(row["gap_amount"]) and row["gap_amount"] < 0),
        key=lambda row: row["gap_amount"],
    )
    return below, -sum(row["gap_amount"] for row in below)


def choose_culprits(units: Sequence[Row]) -> tuple[list[Row], float]:
    """The one or two units that carry most of the gross shortfall, and their share of it; units of few terminals are left out."""
    below, gross = find_shortfall(units)
    named = [row for row in below if row["unit_name"] and row["active_count"] >= FEW_TERMINALS]
    if not named or gross <= 0:
        return [], 0.0
    # the second is named where it carries enough to matter
    first = [row for place, row in enumerate(named[:2]) if place == 0 or -row["gap_amount"] / gross >= SECOND_SHARE]
    return first, -sum(row["gap_amount"] for row in first) / gross


def tell_headline(total: Row, units: Sequence[Row], period: str, language: str, currency: str) -> str:
    """The page's one sentence: state against plan, else against the comparison, and where the gap sits."""
    actual = show_amount(total["current_amount"], language, currency)
    target = total["target_to_date_amount"]
    if is_missing(target) or target <= 0:
        return _tell_without_plan(total, actual, period, language)
    rate, gap = total["covered_amount"] / target, total["covered_amount"] - target
    values = {
        "amount": actual,
        "period": period,
        "rate": show_share(rate, language),
        "gap": show_amount(abs(gap), language, currency),
    }
    if abs(gap) / target < LEVEL_RATE:
        first = say(language, "Pure sales are {amount} ({period}), about level with plan at {rate}.", **values)
    elif gap < 0:
        first = say(language, "Pure sales are {amount} ({period}), {rate} of plan and {gap} short.", **values)
    else:
        first = say(language, "Pure sales are {amount} ({period}), {rate} of plan, {gap} ahead.", **values)
    culprits, share = choose_culprits(units)
    if not culprits:
        if units and all(
            not is_missing(row["attainment_rate"]) and row["attainment_rate"] >= FINE_RATE
            for row in units
            if row["unit_id"]
        ):
            return _join(language, first, say(language, "All territories are within 2% of plan or above."))
        return first
    return _join(language, first, say_shortfall(culprits, share, language))


def say_shortfall(culprits: Sequence[Row], share: float, language: str) -> str:
    """'East and Central make up 81% of the shortfall.'"""
    names = join_names(language, [row["unit_name"] for row in culprits])
    text = (
        "{names} makes up {share} of the shortfall."
        if len(culprits) == 1
        else "{names} make up {share} of the shortfall."
    )
    return say(language, text, names=names, share=show_share(share, language, 0))


def _tell_without_plan(total: Row, actual: str, period: str, language: str) -> str:
    base = total["base_amount"]
    if total["current_amount"] == 0 and (is_missing(base) or base == 0):
        return say(language, "No pure sales for these filters.")
    if is_missing(base) or base <= 0:
        return say(
            language,
            "Pure sales are {amount} ({period}); there is no target and nothing earlier to compare with.",
            amount=actual,
            period=period,
        )
    change = total["current_amount"] / base - 1
    values = {"amount": actual, "period": period, "change": show_share(abs(change), language)}
    if abs(change) < LEVEL_RATE:
        return say(
            language,
            "Pure sales are {amount} ({period}), about level with the comparison; there is no target.",
            **values,
        )
    if change > 0:
        return say(
            language,
            "Pure sales are {amount} ({period}), {change} above the comparison; there is no target.",
            **values,
        )
    return say(
        language, "Pure sales are {amount} ({period}), {change} below the comparison; there is no target.", **values
    )


def tell_months(months: Sequence[Row], language: str) -> str:
    """How the months stand against plan: a run below or above it, over whole months only."""
    whole = [row for row in months if not is_missing(row["actual_amount"]) and not row["is_partial"]]
    against = "plan_amount" if any(not is_missing(row["plan_amount"]) for row in whole) else "base_amount"
    signs = [row["actual_amount"] >= row[against] for row in whole if not is_missing(row[against])]
    if not signs:
        return say(language, "Pure sales by month")
    run = next((count for count, sign in enumerate(reversed(signs)) if sign != signs[-1]), len(signs))
    met = sum(signs)
    plan = against == "plan_amount"
    if run >= 2 and not signs[-1]:
        return say(
            language, "Below plan for {n} months running" if plan else "Below last year for {n} months running", n=run
        )
    if run >= 2:
        return say(
            language,
            "On or above plan for {n} months running" if plan else "Above last year for {n} months running",
            n=run,
        )
    text = "{met} of {n} months reached plan" if plan else "{met} of {n} months beat last year"
    return say(language, text, met=met, n=len(signs))


def tell_units(units: Sequence[Row], language: str, *, has_plan: bool) -> str:
    """Where the shortfall sits."""
    if all(is_missing(row["plan_amount"]) for row in units):
        why = "no target is held at this level" if has_plan else "no target is loaded"
        whole = sum(row["actual_amount"] for row in units)
        largest = max(units, key=lambda row: row["actual_amount"])
        if whole <= 0 or len(units) < 2:
            return say(language, "Pure sales by territory; {why}", why=say(language, why))
        return say(
            language,
            "{name} carries {share} of pure sales; {why}",
            name=largest["unit_name"],
            share=show_share(largest["actual_amount"] / whole, language),
            why=say(language, why),
        )
    culprits, share = choose_culprits(units)
    if culprits:
        return say_shortfall(culprits, share, language).rstrip(".。")
    return say(language, "Every territory is on plan")


def tell_bridge(steps: Sequence[Row], labels: Mapping[str, str], language: str, currency: str) -> str:
    """What moved sales most: the total change and the largest driver for and against."""
    changes = {row["driver"]: float(row["change_amount"]) for row in steps}
    base, current = changes.pop("base", 0.0), changes.pop("current", 0.0)
    if base <= 0:
        return say(language, "What moved pure sales")
    growth = show_share(current / base - 1, language, is_signed=True)
    up = max(changes.items(), key=lambda item: item[1], default=("", 0.0))
    down = min(changes.items(), key=lambda item: item[1], default=("", 0.0))
    if up[1] > 0 > down[1]:
        return say(
            language,
            "{growth}: {up} brought {gain}, {down} took {loss}",
            growth=growth,
            up=_name_driver(labels[up[0]], language),
            gain=show_amount(up[1], language, currency),
            down=_name_driver(labels[down[0]], language),
            loss=show_amount(-down[1], language, currency),
        )
    return say(language, "Growth {growth}", growth=growth)


def _name_driver(label: str, language: str) -> str:
    """A driver inside a sentence: English writes it small."""
    return label[:1].lower() + label[1:] if language == "en" else label


def tell_places(places: Sequence[Row], name: str, language: str) -> str:
    """The weakest provinces by name; without a plan, those that fell most against the comparison."""
    rated = sorted(
        (row for row in places if not is_missing(row["attainment_rate"])), key=lambda row: row["attainment_rate"]
    )
    weak = [row for row in rated if row["attainment_rate"] < 0.95][:3]
    if not rated:
        return _tell_growth_of_places(places, name, language)
    if not weak:
        return say(language, "No province is under 95% of plan")
    values = {"names": join_names(language, [row[name] for row in weak])}
    return say(
        language, "{names} is furthest below plan" if len(weak) == 1 else "{names} are furthest below plan", **values
    )


def _tell_growth_of_places(places: Sequence[Row], name: str, language: str) -> str:
    rated = sorted((row for row in places if not is_missing(row["growth_rate"])), key=lambda row: row["growth_rate"])
    if not rated:
        return say(language, "Pure sales by province")
    fell = [row for row in rated if row["growth_rate"] <= -LEVEL_RATE]
    if not fell:
        return say(language, "No province sells less than in the comparison period")
    text = "Only {names} fell" if len(fell) == 1 else "{names} fell most"
    return say(language, text, names=join_names(language, [row[name] for row in fell[:3]]))


def tell_ranking(places: Sequence[Row], language: str) -> str:
    """The largest place of a ranked list and its share of all of them."""
    whole = sum(row["actual_amount"] for row in places)
    if whole <= 0:
        return say(language, "Pure sales by place")
    largest = max(places, key=lambda row: row["actual_amount"])
    return say(
        language,
        "{name} is the largest with {share} of pure sales",
        name=largest["province_name"],
        share=show_share(largest["actual_amount"] / whole, language),
    )


def tell_attention(kind: str, row: Row, language: str, currency: str) -> str:
    """One line of the list of what needs attention."""
    if kind == "falling":
        return say(
            language,
            "{name} is at {rate} of plan over three months and falling ({first} → {last}), {gap} short.",
            name=row["territory_name"],
            rate=show_share(row["attainment_rate"], language),
            first=show_share(row["first_rate"], language),
            last=show_share(row["last_rate"], language),
            gap=show_amount(-row["gap_amount"], language, currency),
        )
    if kind == "late":
        return say(
            language,
            "{name} has reported nothing since {month}; it used to sell {amount} a month. Its customers are not lost.",
            name=row["distributor_name"],
            month=show_month(row["last_month"], language),
            amount=show_amount(row["usual_amount"], language, currency),
        )
    if kind == "stock":
        return say(
            language,
            "{name} holds {days} days of stock, {amount} more than 60 days' worth.",
            name=row["distributor_name"],
            days=f"{row['stock_days']:.0f}",
            amount=show_amount(row["excess_amount"], language, currency),
        )
    return say(
        language,
        "{n} of {all} grade A terminals has had no visit for 60 days; it bought {amount} in twelve months."
        if row["terminal_count"] == 1
        else "{n} of {all} grade A terminals have had no visit for 60 days; they bought {amount} in twelve months.",
        n=row["terminal_count"],
        all=row["grade_a_count"],
        amount=show_amount(row["sales_amount"], language, currency),
    )


def _join(language: str, first: str, second: str) -> str:
    return f"{first.removesuffix('。')}；{second}" if language == "zh" else f"{first} {second}"
