"""Where the attainment page stands: what it asks once for all its parts, and its tiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from insight.analysis.landing import Landing, Pace, find_landing_end, measure_pace, project, rate_landing
from insight.filters import add_months
from insight.sentences import attainment as sentences
from insight.sentences.landing import tell_method
from insight.sentences.standing import tell_versions
from insight.ui.frame import change_filters
from insight.ui.page import Page
from insight.ui.summary import note_covered
from insight.ui.tiles import Tile
from insight.units import is_missing

DAY_MONTHS = 25  # whole months whose days are read for the shape of a month


@dataclass(frozen=True)
class Answers:
    """What the page's questions gave, once for all cards."""

    landing_end: date
    units: pd.DataFrame  # with the landing; the whole is a row
    months: pd.DataFrame
    days: pd.DataFrame | None
    calendar: pd.DataFrame
    landing: Landing
    pace: Pace
    now: sentences.Standing

    @property
    def parts(self) -> pd.DataFrame:
        """The units without the whole."""
        return self.units[~self.units["is_whole"]]

    @property
    def named(self) -> pd.DataFrame:
        """The territories alone, without what is in none of them."""
        return self.parts[self.parts["unit_id"] != ""]


def gather(page: Page) -> Answers:
    """Ask everything the cards share. A chosen territory's landing is its part of its parent's, up to the top."""
    window, about = page.window, page.coverage
    last_target = page.ask("attainment/last_target_month")["last_month"].iloc[0]
    last_target = None if is_missing(last_target) else last_target
    end = find_landing_end(page.filters.period, window.period_end, about.data_month, last_target)
    path = page.ask("attainment/territories_above")
    chosen = page.filters.territories
    levels = [(), *((unit,) for unit in path.loc[path["region_depth"] >= 0, "territory_id"])] if len(path) else [chosen]
    calendar = page.ask("attainment/working_days", days_start=about.first_month, days_end=max(end, window.period_end))
    whole_amount: float | None = None
    whole_range: tuple[float, float] | None = None
    for place, level in enumerate(levels):
        months = page.ask(
            "attainment/attainment_by_unit_and_month",
            territories=list(level),
            months_start=about.first_month,
            months_end=end,
        )
        days = None
        if not page.company.is_monthly:
            days = page.ask(
                "attainment/sales_by_unit_and_day",
                territories=list(level),
                days_start=find_first_day(page),
                days_end=add_months(about.data_month, 1),
            )
        found = project(
            months,
            days,
            calendar,
            period_start=window.period_start,
            landing_end=end,
            data_through_on=about.data_through_on,
            is_month_complete=about.is_month_complete,
            moves_spring=page.company.calendar == "CN",
            whole_amount=whole_amount,
            whole_range=whole_range,
        )
        if place + 1 < len(levels):
            ahead = found.units[found.units["unit_id"].isin(levels[place + 1]) & ~found.units["is_whole"]]
            whole_amount = float(ahead["landing_amount"].iloc[0]) if len(ahead) else None
            ends = ahead[["low_amount", "high_amount"]].iloc[0] if len(ahead) else pd.Series(dtype=float)
            whole_range = (float(ends.iloc[0]), float(ends.iloc[1])) if len(ends) and ends.notna().all() else None
    units = page.ask("attainment/attainment_by_unit", landing_end=end)
    whole = units[units["is_whole"]].iloc[0]
    target = None if is_missing(whole["target_amount"]) else float(whole["target_amount"])
    run = measure_pace(
        calendar,
        period_start=window.period_start,
        landing_end=end,
        data_through_on=about.data_through_on,
        sold=float(whole["actual_amount"]),
        target=target,
        covered=None if is_missing(whole["covered_amount"]) else float(whole["covered_amount"]),
    )
    units = rate_landing(units, found, run.remaining_days)
    units["unit_name"] = units["unit_name"].where(units["unit_id"] != "", page.say("Unassigned"))
    if not window.has_base:
        # a comparison that begins before the data would make everything look like growth
        units[["growth_rate", "growth_contribution_rate", "base_attainment_rate"]] = float("nan")
    whole = units[units["is_whole"]].iloc[0]
    period = sentences.name_period(window.period_start, end, page.language)
    return Answers(end, units, months, days, calendar, found, run, stand(page, whole, found, run, period))


def find_first_day(page: Page) -> date:
    """From when on days are read: two years and a month show the usual shape of a month."""
    return max(page.coverage.first_month, add_months(page.coverage.data_month, -DAY_MONTHS))


def stand(page: Page, whole: pd.Series, found: Landing, run: Pace, period: str) -> sentences.Standing:
    """The whole's row as plain values."""
    known: dict[str, Any] = {str(key): None if is_missing(value) else value for key, value in whole.items()}
    return sentences.Standing(
        period=period,
        method=found.method,
        elapsed_days=run.elapsed_days,
        total_days=run.total_days,
        actual_amount=known["actual_amount"],
        base_amount=known["base_amount"] if page.window.has_base else None,
        plan_amount=known["plan_amount"],
        covered_amount=known["covered_amount"],
        target_amount=known["target_amount"],
        landing_amount=known["landing_amount"],
        low_amount=known["low_amount"],
        high_amount=known["high_amount"],
        low_rate=known["low_rate"],
        landing_rate=known["landing_rate"],
        high_rate=known["high_rate"],
        needed_amount=run.needed_amount,
        current_amount=run.current_amount,
        base_name=page.base_name,
    )


def list_tiles(page: Page, got: Answers) -> list[Tile]:
    """Attainment, gap, landing, what a day must bring, units on plan; without a target sales, growth and landing."""
    now = got.now
    whole = got.units[got.units["is_whole"]].iloc[0]
    growth = Tile(
        metric="growth",
        value=page.share(whole["growth_rate"], is_signed=True) if page.window.has_base else "—",
        change_text=page.amount(whole["base_amount"]) if page.window.has_base else "",
        against=page.base_name if page.window.has_base else page.say("nothing earlier to compare with"),
    )
    is_over = now.method == "over"
    if now.gap_amount is None:
        low, high = page.amount(now.low_amount), page.amount(now.high_amount)
        spread = "" if now.low_amount is None or is_over or low == high else f"{low} – {high}"
        return [
            Tile(metric="pure_sales", value=page.amount(now.actual_amount), change_text=page.say("no target")),
            growth,
            Tile(
                metric="proj_seasonal",
                value=page.amount(now.landing_amount),
                change_text=spread,
                against=page.say("80% range") if spread else "",
            ),
            Tile(
                metric="run_rate",
                value=page.amount(now.current_amount),
                against=page.say("{done} of {all} working days gone", done=now.elapsed_days, all=now.total_days),
            ),
        ]
    rated = got.named[got.named["attainment_rate"].notna()]
    return [
        Tile(
            metric="attainment",
            value=page.share(now.attainment_rate) if now.has_target else "—",
            change_text=page.say("of {amount} due", amount=page.amount(now.plan_amount)),
            against=note_capped(page, got),
            note=note_targets(page, got),
        ),
        Tile(
            metric="gap",
            value=page.amount(now.gap_amount, is_signed=True),
            change_text=page.say("{amount} sold", amount=page.amount(now.actual_amount)),
            against=page.say(
                "{change} vs {base}", change=page.share(whole["growth_rate"], is_signed=True), base=page.base_name
            )
            if page.window.has_base and not is_missing(whole["growth_rate"])
            else "",
        ),
        Tile(
            metric="proj_seasonal",
            value=page.share(now.landing_rate)
            if is_over or now.low_rate is None
            else sentences.show_range(now.low_rate, now.high_rate, page.language),
            change_text=page.say(
                "{amount} sold" if is_over else "{amount} expected", amount=page.amount(now.landing_amount)
            ),
            note=tell_method(
                now.method, got.landing.error_count, got.landing.error_rate, got.landing.naive_error_rate, page.language
            ),
        ),
        growth
        if is_over
        else Tile(
            metric="required_run_rate",
            label=page.say("Needed a day"),
            value=page.amount(max(now.needed_amount, 0.0)) if now.needed_amount is not None else "—",
            change_text=page.say("{pace} a day so far", pace=page.amount(now.current_amount)),
        ),
        Tile(
            metric="units_on_plan",
            value=page.say("{n} of {all}", n=int((rated["attainment_rate"] >= 1).sum()), all=len(rated))
            if len(rated)
            else "—",
            change_text=page.say("{n} under 95%", n=int((rated["attainment_rate"] < sentences.LOW_RATE).sum()))
            if len(rated)
            else page.say("no target"),
        ),
    ]


def note_capped(page: Page, got: Answers) -> str:
    """Attainment where no territory counts beyond its target: an excess here fills no gap there."""
    parts = got.parts[got.parts["plan_amount"].notna() & (got.parts["plan_amount"] > 0)]
    plan = float(parts["plan_amount"].sum())
    if plan <= 0 or len(parts) < 2:
        return ""
    counted = parts[["covered_amount", "plan_amount"]].min(axis=1)
    return page.say("capped at 100%: {rate}", rate=page.share(float(counted.sum()) / plan))


def note_targets(page: Page, got: Answers) -> str:
    """Who holds the targets, their version, how many months have none, and which part of pure sales they are for."""
    about = page.ask("attainment/last_target_month").iloc[0]
    whole = got.units[got.units["is_whole"]].iloc[0]
    parts = []
    if not is_missing(about["version"]):
        parts.append(page.say("Targets are held by: {kind}.", kind=page.term(about["holder_kind"])))
        versions = page.ask("attainment/versions").to_dict("records")
        parts.append(
            tell_versions([dict(row) for row in versions], str(about["holder_kind"]), page.language)
            or page.say("Version in force: {version}.", version=int(about["version"]))
        )
    if whole["plan_month_count"] < page.window.month_count:
        parts.append(
            page.say(
                "{n} of {all} months of the period have a target.",
                n=int(whole["plan_month_count"]),
                all=page.window.month_count,
            )
        )
    parts.append(note_covered(page, whole["covered_amount"], whole["actual_amount"]))
    return " ".join(part for part in parts if part)


MOST_UNITS = 15  # rows a chart can show; the table has them all


def note_more(page: Page, count: int) -> str:
    """That a chart shows only some of the units."""
    return (
        page.say("The first {n} of {all}; the table has them all.", n=MOST_UNITS, all=count)
        if count > MOST_UNITS
        else ""
    )


def drill(page: Page, unit: str | None) -> None:
    """One level down: the chosen territory becomes the filter."""
    if unit:
        change_filters(page.filters, territories=(unit,))


def headline_land(page: Page, got: Answers) -> str:
    """State and landing, then what each day must bring."""
    return sentences.tell_headline(got.now, got.units.to_dict("records"), page.language, page.company.currency)
