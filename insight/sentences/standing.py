"""What the attainment page says of where each unit stands, whatever the units are. People are never ranked by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, say
from insight.sentences.attainment import Standing, show_range
from insight.sentences.overview import FINE_RATE, choose_culprits, say_shortfall
from insight.units import is_missing, show_amount, show_share

Row = Mapping[str, Any]

PEOPLE = ("rep", "manager")
LEAST_POINTS = 0.0005  # less would be written as nothing


def tell_stand(now: Standing, names: Sequence[str], share: float, language: str, currency: str) -> str:
    """The headline of a period that is behind: state and landing, then the places that carry the shortfall."""
    values = {
        "period": now.period,
        "rate": show_share(now.attainment_rate, language),
        "gap": show_amount(-(now.gap_amount or 0.0), language, currency),
        "range": show_range(now.low_rate, now.high_rate, language),
    }
    text = "{period} is at {rate} of the target due, {gap} short; landing {range} (80% range)."
    if now.low_rate is None:
        text = "{period} is at {rate} of the target due, {gap} short."
    space = "" if language == "zh" else " "
    carried = {"names": join_names(language, list(names)), "share": show_share(share, language, 0)}
    verb = (
        "{names} makes up {share} of the shortfall." if len(names) == 1 else "{names} make up {share} of the shortfall."
    )
    return say(language, text, **values) + space + say(language, verb, **carried)


def tell_level(units: Sequence[Row], level: str, language: str) -> str:
    """Title of the bullets: who carries the shortfall; of people only how many are on plan."""
    rated = [row for row in units if not is_missing(row["attainment_rate"])]
    if not rated:
        return say(language, "No unit at this level has a target")
    met = sum(row["attainment_rate"] >= 1 for row in rated)
    if level not in PEOPLE:
        culprits, share = choose_culprits(units) if level != "terminal" else ([], 0.0)
        if culprits:
            return say_shortfall(culprits, share, language).rstrip(".。")
        if all(row["attainment_rate"] >= FINE_RATE for row in rated):
            return say(language, "All {n} are within 2% of plan or above", n=len(rated))
    return tell_met(met, len(rated), language)


def tell_met(met: int, count: int, language: str) -> str:
    """How many of the units are on plan to date."""
    if count == 1:
        return say(language, "On plan to date" if met else "Behind plan to date")
    text = "{n} of {all} are on plan to date"
    if met in (0, 1, count):
        text = {
            0: "None of {all} is on plan to date",
            1: "{n} of {all} is on plan to date",
            count: "All {all} are on plan to date",
        }[met]
    return say(language, text, n=met, all=count)


def tell_quadrants(units: Sequence[Row], company_growth: float | None, language: str) -> str:
    """Title of the scatter: how many are behind plan and growing slower than the whole."""
    level = company_growth or 0.0
    placed = [row for row in units if not is_missing(row["attainment_rate"]) and not is_missing(row["growth_rate"])]
    both = sum(row["attainment_rate"] < 1 and row["growth_rate"] < level for row in placed)
    if not both:
        return say(language, "Nobody is both behind plan and growing slower than the whole")
    text = "{n} of {all} are behind plan and growing slower than the whole"
    if both == 1:
        text = "{n} of {all} is behind plan and growing slower than the whole"
    return say(language, text, n=both, all=len(placed))


def tell_weak_months(rows: Sequence[Row], language: str) -> str:
    """Title of the heat map of people: how many of the months that are over were under 95%, without a name."""
    whole = [row for row in rows if not row["is_partial"] and not is_missing(row["attainment_rate"])]
    if not whole:
        return say(language, "Attainment by month")
    weak = sum(row["attainment_rate"] < 0.95 for row in whole)
    return say(language, "{n} of {all} months were under 95% of target", n=weak, all=len(whole))


def tell_count(units: Sequence[Row], language: str) -> str:
    """Title of the table: how many units there are and how many are on plan."""
    rated = [row for row in units if not is_missing(row["attainment_rate"])]
    if not rated:
        return say(language, "Every unit in numbers")
    met = sum(row["attainment_rate"] >= 1 for row in rated)
    return tell_met(met, len(rated), language)


def tell_contributions(units: Sequence[Row], growth: float | None, level: str, language: str) -> str:
    """Title of the table: what growth is made of; the parts add up to it."""
    named = [row for row in units if row["unit_name"] and not is_missing(row["growth_contribution_rate"])]
    if growth is None or is_missing(growth) or not named:
        return say(language, "Every unit in numbers")
    total = show_share(growth, language, is_signed=True)
    if level in PEOPLE:
        return say(language, "Growth of {growth} in its parts", growth=total)
    up = max(named, key=lambda row: row["growth_contribution_rate"])
    down = min(named, key=lambda row: row["growth_contribution_rate"])
    points = [show_share(abs(row["growth_contribution_rate"]), language)[:-1] for row in (up, down)]
    if down["growth_contribution_rate"] <= -LEAST_POINTS and up["growth_contribution_rate"] >= LEAST_POINTS:
        return say(
            language,
            "Of the growth of {growth}, {up} added {gain} points, {down} took {loss}",
            growth=total,
            up=up["unit_name"],
            gain=points[0],
            down=down["unit_name"],
            loss=points[1],
        )
    if up["growth_contribution_rate"] >= LEAST_POINTS:
        return say(
            language,
            "Of the growth of {growth}, {up} added {gain} points",
            growth=total,
            up=up["unit_name"],
            gain=points[0],
        )
    if down["growth_contribution_rate"] > -LEAST_POINTS:
        return say(language, "Growth of {growth} in its parts", growth=total)
    return say(
        language,
        "Of the change of {growth}, {down} took {loss} points",
        growth=total,
        down=down["unit_name"],
        loss=points[1],
    )


def tell_lines_behind(name: str, amount: float, count: int, language: str, currency: str) -> str:
    """Title of the list of shipment lines behind a number."""
    return say(
        language,
        "{name}: {count} shipment lines, {amount}" if count != 1 else "{name}: one shipment line, {amount}",
        name=name,
        count=f"{count:,}",
        amount=show_amount(amount, language, currency),
    )


def tell_versions(rows: Sequence[Row], holder_kind: str, language: str) -> str:
    """Which version of the targets is in force and how many months were revised."""
    kept = [row for row in rows if row["holder_kind"] == holder_kind and row["measure"] == "pure_sales"]
    if not kept:
        return ""
    row = kept[0]
    first, last, revised = int(row["first_version"]), int(row["last_version"]), int(row["revised_month_count"])
    if not revised:
        return say(language, "Targets of version {version}, none revised in this period.", version=last)
    versions = str(last) if first == last else f"{first}–{last}"
    return say(
        language,
        "Targets of versions {versions}, the highest of each month in force: {n} of {all} months were revised.",
        versions=versions,
        n=revised,
        all=int(row["month_count"]),
    )
