"""Where we are today against target and pace, whether we land, who carries the gap, what run-rate is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from insight.analysis.landing import Landing, Pace, find_landing_end, measure_pace, project, rate_landing, trace_pace
from insight.charts import bullets, heat, landing, pace, ranking
from insight.filters import add_months, count_months
from insight.sentences import attainment as sentences
from insight.ui.cards import Card, show_card
from insight.ui.frame import change_filters, show_headline
from insight.ui.page import Page, this_page
from insight.ui.states import Nothing
from insight.ui.tiles import Tile, show_tiles
from insight.units import is_missing

MOST_UNITS = 15  # rows a chart can show; the table has them all
MOST_TERMINALS = 6  # of those that fell, and as many of those that rose
HEAT_MONTHS = 12
DAY_MONTHS = 25  # whole months whose days are read for the shape of a month
YEAR = 12


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
    """Ask everything the cards share. A chosen territory's landing is the part it has in its parent's, up to the top."""
    window, about = page.window, page.coverage
    last_target = page.ask("attainment/last_target_month")["last_month"].iloc[0]
    last_target = None if is_missing(last_target) else last_target
    end = find_landing_end(
        page.filters.period, window.period_end, about.data_month, about.is_month_complete, last_target
    )
    path = page.ask("attainment/territories_above")
    chosen = page.filters.territories
    levels = [(), *((unit,) for unit in path.loc[path["region_depth"] >= 0, "territory_id"])] if len(path) else [chosen]
    calendar = page.ask("attainment/working_days", days_start=about.first_month, days_end=max(end, window.period_end))
    whole_amount: float | None = None
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
                days_start=max(about.first_month, add_months(about.data_month, -DAY_MONTHS)),
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
        )
        if place + 1 < len(levels):
            ahead = found.units[found.units["unit_id"].isin(levels[place + 1]) & ~found.units["is_whole"]]
            whole_amount = float(ahead["landing_amount"].iloc[0]) if len(ahead) else None
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
    whole = units[units["is_whole"]].iloc[0]
    period = sentences.name_period(window.period_start, end, page.language)
    return Answers(end, units, months, days, calendar, found, run, stand(page, whole, found, run, period))


def stand(page: Page, whole: pd.Series, found: Landing, run: Pace, period: str) -> sentences.Standing:
    """The whole's row as plain values."""
    values = {key: None if is_missing(value) else value for key, value in whole.items()}
    return sentences.Standing(
        period=period,
        method=found.method,
        elapsed_days=run.elapsed_days,
        total_days=run.total_days,
        base_amount=values["base_amount"] if page.window.has_base else None,
        needed_amount=run.needed_amount,
        current_amount=run.current_amount,
        **{
            key: values[key]
            for key in (
                *("actual_amount", "plan_amount", "covered_amount", "target_amount", "landing_amount"),
                *("low_amount", "high_amount", "low_rate", "landing_rate", "high_rate"),
            )
        },
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
        spread = (
            ""
            if now.low_amount is None or is_over
            else f"{page.amount(now.low_amount)} – {page.amount(now.high_amount)}"
        )
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
            note=note_targets(page, got),
        ),
        Tile(
            metric="gap",
            value=page.amount(now.gap_amount, is_signed=True),
            change=whole["growth_rate"] if page.window.has_base else None,
            change_text=page.share(whole["growth_rate"], is_signed=True)
            if page.window.has_base and not is_missing(whole["growth_rate"])
            else "",
            against=page.base_name if page.window.has_base else "",
        ),
        Tile(
            metric="proj_seasonal",
            value=page.share(now.landing_rate)
            if is_over or now.low_rate is None
            else sentences.show_range(now.low_rate, now.high_rate, page.language),
            change_text=page.say(
                "{amount} sold" if is_over else "{amount} expected", amount=page.amount(now.landing_amount)
            ),
            note=sentences.tell_method(
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


def note_targets(page: Page, got: Answers) -> str:
    """Who holds the targets, which version, and how many months of the period have none."""
    about = page.ask("attainment/last_target_month").iloc[0]
    whole = got.units[got.units["is_whole"]].iloc[0]
    parts = []
    if not is_missing(about["version"]):
        parts.append(
            page.say(
                "Targets are held by: {kind}; version in force: {version}.",
                kind=page.term(about["holder_kind"]),
                version=int(about["version"]),
            )
        )
    if whole["plan_month_count"] < page.window.month_count:
        parts.append(
            page.say(
                "{n} of {all} months of the period have a target.",
                n=int(whole["plan_month_count"]),
                all=page.window.month_count,
            )
        )
    return " ".join(parts)


def drill(page: Page, unit: str | None) -> None:
    """One level down: the chosen territory becomes the filter."""
    if unit:
        change_filters(page.filters, territories=(unit,))


def show_path(page: Page) -> None:
    """The way back up: each territory above the chosen one."""
    path = page.ask("attainment/territories_above")
    if path.empty:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="path"):
        steps = [("", page.say("All territories")), *zip(path["territory_id"], path["name"], strict=True)]
        for place, (unit, name) in enumerate(steps):
            st.button(
                name,
                key=f"path-{unit or 'top'}",
                type="tertiary",
                disabled=place == len(steps) - 1,
                icon=":material/chevron_right:" if place else ":material/account_tree:",
                on_click=lambda unit=unit: change_filters(page.filters, territories=(unit,) if unit else ()),
            )


def pace_card(page: Page, got: Answers) -> Card:
    """Cumulative actual against target, and the cone to the period's end."""
    now = got.now
    by_day = got.days is not None and count_months(page.window.period_start, got.landing_end) <= YEAR
    frame = trace_pace(
        got.months,
        got.days,
        got.calendar,
        got.landing,
        period_start=page.window.period_start,
        landing_end=got.landing_end,
        data_through_on=page.coverage.data_through_on,
        by_day=by_day,
    )
    note = ""
    if (
        now.method != "over"
        and now.needed_amount is not None
        and now.needed_amount > 0
        and now.current_amount is not None
    ):
        note = page.say(
            "need {need} a day, now {pace}", need=page.amount(now.needed_amount), pace=page.amount(now.current_amount)
        )
    text = "Cumulative pure sales by working day, {period}, {unit}"
    if now.plan_amount is not None:
        text = "Cumulative pure sales against target by working day, {period}, {unit}"
    values = {"period": now.period, "unit": pace.describe_unit(frame, page.style)}
    return Card(
        title=sentences.tell_pace(now, page.language, page.company.currency),
        subtitle=page.say(text, **values)
        + ("" if now.low_amount is None or now.method == "over" else page.say(". Band = 80% range")),
        frame=frame,
        draw=pace.draw_pace,
        options={"today": now.elapsed_days, "note": note},
        note=sentences.tell_method(
            now.method, got.landing.error_count, got.landing.error_rate, got.landing.naive_error_rate, page.language
        ),
        metrics=("pure_sales", "target_to_date", "proj_seasonal", "required_run_rate", "time_progress"),
    )


def landing_card(page: Page, got: Answers) -> Card:
    """Where each unit lands, against its target."""
    frame = got.named[got.named["landing_rate"].notna()].sort_values("landing_rate")
    if frame.empty:
        raise Nothing(
            page.say("No territory at this level has a target, so where it lands against one cannot be said.")
        )
    shown = frame.head(MOST_UNITS).rename(columns={"landing_rate": "mid_rate"})
    shown["to_date_rate"] = shown["attainment_rate"]
    kept = [
        "unit_id",
        "unit_name",
        "low_rate",
        "mid_rate",
        "high_rate",
        "to_date_rate",
        "landing_amount",
        "target_amount",
    ]
    return Card(
        title=sentences.tell_landing(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Expected attainment of {period}, %. Bar = 80% range, dot = middle, diamond = to date, line = target",
            period=got.now.period,
        ),
        frame=shown[kept],
        draw=landing.draw_landing,
        note=note_more(page, len(frame)),
        metrics=("proj_seasonal", "attainment", "target"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: drill(page, unit),
    )


def units_card(page: Page, got: Answers) -> Card:
    """Attainment at this level by gap; without targets the change against the comparison."""
    frame = got.parts
    if frame.empty:
        raise Nothing(page.say("No territories are loaded, so nothing can be compared by territory."))
    if frame["plan_amount"].isna().all():
        return changes_card(page, frame, lambda unit: drill(page, unit))
    shown = frame.head(MOST_UNITS)
    kept = [
        "unit_id",
        "unit_name",
        "actual_amount",
        "plan_amount",
        "attainment_rate",
        "base_attainment_rate",
        "gap_amount",
        "growth_rate",
    ]
    return Card(
        title=sentences.tell_units(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Attainment to date, largest gap first. Line = target, diamond = last year. Gap in {unit}",
            unit=bullets.describe_unit(shown, page.style),
        ),
        frame=shown[kept],
        draw=bullets.draw_bullets,
        note=note_more(page, len(frame)) or note_unplanned(page, got),
        metrics=("attainment", "gap", "target_to_date"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: drill(page, unit),
    )


def changes_card(page: Page, frame: pd.DataFrame, pick: Callable[[str | None], None]) -> Card:
    """Who moved against the comparison, where there are no targets to measure against."""
    if not page.window.has_base:
        raise Nothing(page.say("There is no target at this level, and nothing earlier to compare with."))
    moved = frame.assign(change_amount=frame["actual_amount"] - frame["base_amount"]).sort_values("change_amount")
    shown = moved.head(MOST_UNITS).rename(columns={"change_amount": "value_amount"})
    return Card(
        title=sentences.tell_changes(moved.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Pure sales less those of the comparison, {unit}, largest fall first. No target is given at this level",
            unit=ranking.describe_unit(shown, page.style),
        ),
        frame=shown[["unit_id", "unit_name", "value_amount"]],
        draw=ranking.draw_ranking,
        note=note_more(page, len(frame)),
        metrics=("pure_sales", "growth"),
        pick="unit",
        pick_field="unit_id",
        on_pick=pick,
        table=moved[["unit_name", "actual_amount", "base_amount", "change_amount", "growth_rate", "active_count"]],
    )


def terminals_card(page: Page, got: Answers) -> Card:
    """At the foot of the tree: the terminals that moved most against the comparison."""
    if not page.window.has_base:
        raise Nothing(page.say("There is nothing earlier to compare with, so who moved cannot be said."))
    frame = page.ask("attainment/change_by_terminal", most=MOST_TERMINALS)
    shown = frame.rename(
        columns={"terminal_id": "unit_id", "terminal_name": "unit_name", "change_amount": "value_amount"}
    )
    return Card(
        title=sentences.tell_terminals(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Terminals with the largest changes against the comparison, {unit}",
            unit=ranking.describe_unit(shown, page.style) if len(shown) else "",
        ),
        frame=shown[["unit_id", "unit_name", "value_amount"]],
        draw=ranking.draw_ranking,
        metrics=("pure_sales", "growth"),
        table=frame[["terminal_name", "actual_amount", "base_amount", "change_amount"]],
    )


def heat_card(page: Page, got: Answers) -> Card:
    """Attainment by unit and month, the last twelve months of the period or before."""
    last = page.window.last_month
    first = max(add_months(last, 1 - HEAT_MONTHS), page.coverage.first_month)
    order = {unit: place for place, unit in enumerate(got.parts["unit_id"].head(MOST_UNITS))}
    frame = got.months[
        ~got.months["is_whole"] & got.months["sales_month"].between(first, last) & got.months["unit_id"].isin(order)
    ]
    if frame["attainment_rate"].isna().all():
        raise Nothing(page.say("No territory at this level has a target in these months."))
    partial = page.coverage.data_month if not page.coverage.is_month_complete else None
    months = sorted(frame["sales_month"].unique())
    heads = dict(zip(months, sentences.name_months(months, partial, page.language), strict=True))
    names, active = (
        dict(zip(got.parts["unit_id"], got.parts[column], strict=True)) for column in ("unit_name", "active_count")
    )
    frame = frame.assign(
        row_id=frame["unit_id"],
        row_name=frame["unit_id"].map(names),
        unit_name=frame["unit_id"].map(names),
        column_id=[month.strftime("%Y-%m") for month in frame["sales_month"]],
        column_name=frame["sales_month"].map(heads),
        rate=frame["attainment_rate"],
        active_count=frame["unit_id"].map(active),
        is_partial=frame["sales_month"] == partial,
    ).sort_values(
        ["sales_month", "unit_id"], key=lambda values: values.map(order) if values.name == "unit_id" else values
    )
    return Card(
        title=sentences.tell_heat(frame.to_dict("records"), page.language),
        subtitle=page.say("Attainment by month, %. Blue = above target, orange = below")
        + (page.say("; * = month not over, against the target due") if partial in heads else ""),
        frame=frame[["row_id", "row_name", "column_id", "column_name", "rate"]],
        draw=heat.draw_heat,
        options={
            "row_title": page.say("Territory"),
            "column_title": page.say("Month"),
            "rate_title": page.say("Attainment"),
        },
        metrics=("attainment",),
        table=frame[["unit_name", "sales_month", "sales_amount", "target_to_date_amount", "attainment_rate"]],
    )


def lines_card(page: Page, got: Answers) -> Card:
    """Attainment by product line, where targets carry lines."""
    frame = page.ask("attainment/attainment_by_product_line", landing_end=got.landing_end)
    if frame["plan_amount"].isna().all():
        named = frame.assign(
            unit_id=frame["product_line"], unit_name=[page.term(line) for line in frame["product_line"]]
        )
        return changes_card(
            page, named, lambda line: change_filters(page.filters, product_lines=(line,)) if line else None
        )
    frame = frame.assign(
        unit_id=frame["product_line"],
        unit_name=[page.term(line) for line in frame["product_line"]],
        base_attainment_rate=None,
    )
    return Card(
        title=sentences.tell_lines(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Attainment to date by product line, largest gap first. Gap in {unit}",
            unit=bullets.describe_unit(frame, page.style),
        ),
        frame=frame[
            [
                "unit_id",
                "unit_name",
                "actual_amount",
                "plan_amount",
                "attainment_rate",
                "base_attainment_rate",
                "gap_amount",
                "growth_rate",
            ]
        ],
        draw=bullets.draw_bullets,
        metrics=("attainment", "gap"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda line: change_filters(page.filters, product_lines=(line,)) if line else None,
        table=frame[
            [
                "product_line",
                "actual_amount",
                "plan_amount",
                "attainment_rate",
                "gap_amount",
                "base_amount",
                "growth_rate",
            ]
        ],
    )


def needed_card(page: Page, got: Answers) -> Card:
    """What each unit must bring a day against what is expected of it."""
    frame = got.named[got.named["headroom_rate"].notna()].sort_values("headroom_rate")
    if frame.empty:
        raise Nothing(
            page.say("Nothing is left to close: the period is over, its target reached, or not given at this level.")
        )
    shown = frame.head(MOST_UNITS).rename(columns={"headroom_rate": "rate"})
    shown["label"] = [
        page.say("{need} needed, {expected} expected", need=page.amount(need), expected=page.amount(expected))
        for need, expected in zip(shown["needed_day_amount"], shown["expected_day_amount"], strict=True)
    ]
    return Card(
        title=sentences.tell_needed(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Per working day to come: expected sales over those needed for the target of {period}, less one. Negative = too little",
            period=got.now.period,
        ),
        frame=shown[["unit_id", "unit_name", "rate", "label", "needed_day_amount", "expected_day_amount"]],
        draw=ranking.draw_ranking,
        note=note_more(page, len(frame)),
        metrics=("required_run_rate", "proj_seasonal"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: drill(page, unit),
        table=frame[["unit_name", "needed_day_amount", "expected_day_amount", "headroom_rate"]],
    )


def table_card(page: Page, got: Answers) -> Card:
    """Every unit in numbers, the whole first."""
    frame = got.units.assign(unit_name=got.units["unit_name"].where(~got.units["is_whole"], page.say("All together")))
    columns = [
        "unit_name",
        "actual_amount",
        "plan_amount",
        "attainment_rate",
        "gap_amount",
        "growth_rate",
        "growth_contribution_rate",
    ]
    columns += ["target_amount", "landing_amount", "low_rate", "landing_rate", "high_rate", "active_count"]
    return Card(
        title=sentences.tell_table(got.named.to_dict("records"), page.language),
        subtitle=page.say(
            "{period}; amounts in {currency}; landings add up to the whole",
            period=got.now.period,
            currency=page.company.currency,
        ),
        frame=frame[columns].round({"landing_amount": 2}),
        metrics=("attainment", "gap", "growth", "growth_contribution", "proj_seasonal", "active_terminals"),
    )


def note_more(page: Page, count: int) -> str:
    """That a chart shows only some of the units."""
    return (
        page.say("The first {n} of {all}; the table has them all.", n=MOST_UNITS, all=count)
        if count > MOST_UNITS
        else ""
    )


def note_unplanned(page: Page, got: Answers) -> str:
    """That some territories sell without a target while others have one."""
    count = int((got.named["plan_amount"].isna() & (got.named["actual_amount"] != 0)).sum())
    return (
        page.say(
            "{n} of {all} territories have sales and no target; the whole counts their sales.",
            n=count,
            all=len(got.named),
        )
        if count
        else ""
    )


page = this_page()
got = gather(page)
show_headline(
    page, sentences.tell_headline(got.now, got.units.to_dict("records"), page.language, page.company.currency)
)
show_path(page)
show_tiles(page, list_tiles(page, got))
is_rated = bool(got.parts["attainment_rate"].notna().any())
is_planned = bool(got.parts["plan_amount"].notna().any())
is_leaf = len(page.filters.territories) == 1 and set(got.parts["unit_id"]) == set(page.filters.territories)
is_landing = is_rated and got.now.method != "over"
first = "landing" if is_landing or not page.has("targets") else "terminals" if is_leaf and not is_planned else "units"
rest = [("units", 2)] if first == "landing" else []
rest += [("heat", 3)] if is_rated else []
rest += [("needed", 1)] if is_landing else []
rest += [("lines", 1)]
CARDS = {
    "landing": landing_card,
    "units": units_card,
    "terminals": terminals_card,
    "heat": heat_card,
    "needed": needed_card,
    "lines": lines_card,
}
left, right = st.columns([3, 2])
with left:
    show_card(page, "attainment/pace", lambda page: pace_card(page, got))
with right:
    show_card(
        page,
        f"attainment/{first}",
        lambda page: CARDS[first](page, got),
        needs=("targets",) if first == "landing" else (),
    )
for start in range(0, len(rest), 2):
    row = rest[start : start + 2]
    for place, (name, _) in zip(st.columns([width for _, width in row]), row, strict=True):
        with place:
            show_card(page, f"attainment/{name}", lambda page, name=name: CARDS[name](page, got))
show_card(page, "attainment/table", lambda page: table_card(page, got))
