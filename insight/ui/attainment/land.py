"""Whether the period lands: the cumulative line against target, where each unit lands, what a day needs, the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from insight.analysis.landing import Landing, project, rate_landing, trace_pace
from insight.charts import evidence, landing, pace, ranking
from insight.sentences import attainment as sentences
from insight.sentences import landing as words
from insight.ui.attainment.levels import PAGE, gather_level, list_levels, name_unit, pick_unit
from insight.ui.attainment.standing import MOST_UNITS, Answers, drill, find_first_day, note_more
from insight.ui.cards import Card, show_card
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing
from insight.units import choose_scale, is_missing, show_scaled

MOST_PEOPLE = 60  # they stand by team, so the first of them would be an arbitrary choice
FEW_ROWS = 9  # rows a chart may have beside the cumulative one
LEAST_HEIGHT = 310  # pixels: the chart beside and what stands around it
CUT = 0.01  # evidence at a month's start, or in the midst of it


@dataclass(frozen=True)
class View:
    """Where the units of the chosen level land. ``units`` are those with a name, rated against their targets."""

    code: str
    units: pd.DataFrame
    landing: Landing

    @property
    def is_people(self) -> bool:
        """Whether the units are people: then nothing is ordered by result and nobody named in a sentence."""
        return self.code in words.PEOPLE

    @property
    def most(self) -> int:
        """Rows a chart shows."""
        return MOST_PEOPLE if self.is_people else MOST_UNITS


def gather_view(page: Page, got: Answers, code: str) -> View:
    """The units of a level with their landing; the whole lands where the page says, whatever it is split by."""
    if code == "territory":
        return View(code, got.named, got.landing)
    months = page.ask(
        f"attainment/standing_by_{code}",
        months_start=page.coverage.first_month,
        months_end=got.landing_end,
        **({"manager": ""} if code in words.PEOPLE else {}),
    )
    months = months[(months["measure"] == "pure_sales")].assign(is_whole=False)
    amounts = ["sales_amount", "to_day_amount"]
    months[amounts] = months[amounts].astype(float).fillna(0.0)
    sums = months.groupby("sales_month", as_index=False)[amounts].sum().assign(unit_id="", is_whole=True)
    whole = got.landing.units[got.landing.units["is_whole"]].iloc[0]
    found = project(
        pd.concat([months[[*sums.columns]], sums], ignore_index=True),
        # the days of all together: the shape of a month
        None if got.days is None else got.days.assign(unit_id="*"),
        got.calendar,
        period_start=page.window.period_start,
        landing_end=got.landing_end,
        data_through_on=page.coverage.data_through_on,
        is_month_complete=page.coverage.is_month_complete,
        moves_spring=page.company.calendar == "CN",
        whole_amount=float(whole["landing_amount"]),
        whole_range=None
        if is_missing(whole["low_amount"])
        else (float(whole["low_amount"]), float(whole["high_amount"])),
    )
    level = gather_level(page, code, got.landing_end)
    units = level.named.assign(is_whole=False)
    units["covered_amount"] = units["covered_amount"].astype(float).fillna(units["actual_amount"].astype(float))
    rated = rate_landing(units, found, got.pace.remaining_days)
    rated["unit_name"] = [
        name_unit(page, code, unit, name) if code != "product_line" else page.term(unit)
        for unit, name in zip(rated["unit_id"], rated["unit_name"], strict=True)
    ]
    return View(code, rated, found)


def make_pace(page: Page, got: Answers) -> Card:
    """Cumulative actual against target, and the cone to the period's end."""
    now = got.now
    by_day = got.days is not None and page.window.period_start >= find_first_day(page)
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
    is_ahead = now.method not in ("over", "nothing")
    note = ""
    if is_ahead and now.needed_amount is not None and now.needed_amount > 0 and now.current_amount is not None:
        note = page.say(
            "need {need} a day, now {pace}", need=page.amount(now.needed_amount), pace=page.amount(now.current_amount)
        )
    text = "Cumulative pure sales by working day, {period}, {unit}"
    if now.plan_amount is not None:
        text = "Cumulative pure sales against target by working day, {period}, {unit}"
    values = {"period": now.period, "unit": pace.describe_unit(frame, page.style)}
    whole = got.units[got.units["is_whole"]].iloc[0]
    chance = words.tell_chance(now.period, whole["reach_rate"], page.language) if is_ahead else ""
    gap = "" if page.language == "zh" or not chance else " "
    return Card(
        title=sentences.tell_pace(now, page.language, page.company.currency),
        subtitle=page.say(text, **values)
        + ("" if now.low_amount is None or not is_ahead else page.say(". Band = 80% range")),
        frame=frame,
        draw=pace.draw_pace,
        options={"today": now.elapsed_days if is_ahead else None, "note": note},
        note=chance + gap + tell_how(got.landing, page.language),
        metrics=("pure_sales", "target_to_date", "proj_seasonal", "reach_chance", "required_run_rate", "time_progress"),
    )


def tell_how(found: Landing, language: str) -> str:
    """How the landing was projected, and how far such projections missed."""
    return words.tell_method(found.method, found.error_count, found.error_rate, found.naive_error_rate, language)


def make_landing(page: Page, got: Answers, view: View) -> Card:
    """Where each unit lands, against its target."""
    frame = view.units[view.units["landing_rate"].notna()]
    if frame.empty:
        raise Nothing(page.say("Nothing at this level has a target, so where it lands against one cannot be said."))
    if not view.is_people:
        frame = frame.sort_values("landing_rate")
    shown = frame.head(view.most).rename(columns={"landing_rate": "mid_rate"})
    shown["to_date_rate"] = shown["attainment_rate"]
    shown["chance_text"] = [words.show_chance(chance, page.language) for chance in shown["reach_rate"]]
    kept = ["unit_id", "unit_name", "low_rate", "mid_rate", "high_rate", "to_date_rate", "chance_text"]
    rows = frame.to_dict("records")
    is_territory = view.code == "territory"
    return Card(
        title=sentences.tell_landing(rows, page.language)
        if is_territory
        else words.tell_units(rows, view.code, page.language),
        subtitle=page.say(
            "Expected attainment of {period}, %. Bar = 80% range, dot = middle, diamond = to date, line = target",
            period=got.now.period,
        ),
        frame=shown[kept],
        draw=landing.draw_landing,
        options={"least_height": LEAST_HEIGHT},
        note=note_more(page, len(frame)) if len(frame) > view.most else "",
        metrics=("proj_seasonal", "reach_chance", "attainment", "target"),
        pick="unit",
        pick_field="unit_id",
        on_pick=partial(go_down, page, got, view),
        table=frame[
            [
                "unit_name",
                "attainment_rate",
                "low_rate",
                "landing_rate",
                "high_rate",
                "reach_rate",
                "landing_amount",
                "target_amount",
            ]
        ],
    )


def go_down(page: Page, got: Answers, view: View, unit: str | None) -> None:
    """A click: a level down among territories, the lines behind a unit of another level."""
    if view.code == "territory":
        drill(page, unit)
    else:
        pick_unit(page, gather_level(page, view.code, got.landing_end), unit)


def make_amounts(page: Page, got: Answers, view: View) -> Card:
    """Where no unit has a target: what is sold and what is still expected, in amounts."""
    frame = view.units[view.units["landing_amount"].notna()]
    if frame.empty:
        raise Nothing(page.say("No data for these filters."))
    if not view.is_people:
        frame = frame.sort_values("landing_amount", ascending=False)
    shown = frame.head(view.most).rename(columns={"landing_amount": "value_amount"})
    # one unit for all, in which the usual one still says something
    scale = choose_scale(float(shown["value_amount"].abs().median()), page.language, page.company.currency)
    shown["label"] = [
        show_scaled(middle, scale, page.language)
        if is_missing(least)
        else page.say(
            "{middle} ({low} – {high})",
            middle=show_scaled(middle, scale, page.language),
            low=show_scaled(least, scale, page.language),
            high=show_scaled(most, scale, page.language),
        )
        for least, middle, most in zip(shown["low_amount"], shown["value_amount"], shown["high_amount"], strict=True)
    ]
    return Card(
        title=page.say("Where each unit is heading"),
        subtitle=page.say(
            "Expected pure sales of {period} with their 80% range, {unit}; no target",
            period=got.now.period,
            unit=scale.name,
        ),
        frame=shown[["unit_id", "unit_name", "value_amount", "label"]],
        draw=ranking.draw_ranking,
        options={"least_height": LEAST_HEIGHT - 30},
        note=note_more(page, len(frame)) if len(frame) > view.most else "",
        metrics=("proj_seasonal", "pure_sales"),
        table=frame[["unit_name", "actual_amount", "low_amount", "landing_amount", "high_amount"]],
    )


def make_needed(page: Page, got: Answers, view: View) -> Card:
    """What each unit must bring a day against what is expected of it."""
    frame = view.units[view.units["headroom_rate"].notna()]
    if frame.empty:
        raise Nothing(
            page.say("Nothing is left to close: the period is over, its target reached, or not given at this level.")
        )
    if not view.is_people:
        frame = frame.sort_values("headroom_rate")
    shown = frame.head(view.most).rename(columns={"headroom_rate": "rate"})
    # one unit for all, in which the usual one still says something
    scale = choose_scale(float(shown["needed_day_amount"].abs().median()), page.language, page.company.currency)
    shown["label"] = [
        page.say(
            "{need} needed, {expected} expected",
            need=show_scaled(need, scale, page.language),
            expected=show_scaled(expected, scale, page.language),
        )
        for need, expected in zip(shown["needed_day_amount"], shown["expected_day_amount"], strict=True)
    ]
    rows = frame.to_dict("records")
    is_territory = view.code == "territory"
    return Card(
        title=sentences.tell_needed(rows, page.language)
        if is_territory
        else words.tell_needed_units(rows, page.language),
        subtitle=page.say(
            "Per working day to come, {unit}: expected sales over those needed for the target of {period}, less one. "
            "Negative = too little",
            unit=scale.name,
            period=got.now.period,
        ),
        frame=shown[["unit_id", "unit_name", "rate", "label", "needed_day_amount", "expected_day_amount"]],
        draw=ranking.draw_ranking,
        options={"least_height": LEAST_HEIGHT},
        note=note_more(page, len(frame)) if len(frame) > view.most else "",
        metrics=("required_run_rate", "proj_seasonal"),
        pick="unit",
        pick_field="unit_id",
        on_pick=partial(go_down, page, got, view),
        table=frame[["unit_name", "needed_day_amount", "expected_day_amount", "headroom_rate"]],
    )


def make_evidence(page: Page, got: Answers) -> Card:
    """How projections like this one did on the past of the whole company, as found when the data were published."""
    found = page.ask("landing/evidence")
    months = len(got.landing.months)
    if len(found):
        is_long = months > 1 and (found["month_count"] > 1).any()
        found = found[(found["month_count"] > 1) == is_long]
        in_midst = not page.coverage.is_month_complete and (found["position_rate"] > CUT).any()
        found = found[(found["position_rate"] > CUT) == in_midst]
        horizon = int(found["month_count"].iloc[0])
        kind = page.say("Of the whole company, as of the 12th of 22 working days") if in_midst else ""
        kind = kind or page.say("Of the whole company, as of the month’s start")
    else:
        found = got.landing.evidence
        if found.empty:
            raise Nothing(
                page.say("There are too few whole months to test the projection on: no earlier landing to compare.")
            )
        horizon = got.landing.past_horizon
        kind = page.say("For these filters")
    rank = {"whole": 0, "parts": 1, "distributor": 92, "manager": 93, "rep": 94, "product_line": 95}
    found = found.assign(_rank=found["level"].map(rank).fillna(50) + found["unit_count"] / 1e6).sort_values("_rank")
    frame = found.drop(columns="_rank").assign(
        unit_id=found["level"], unit_name=[words.name_level(level, page.language) for level in found["level"]]
    )
    return Card(
        title=words.tell_evidence(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "{kind}, {ahead}: absolute errors over what came, %. Filled = projection, open = last year’s months, "
            "tick = last month",
            kind=kind,
            ahead=page.say("one month ahead") if horizon == 1 else page.say("{n} months ahead", n=horizon),
        ),
        frame=frame[
            [
                "unit_id",
                "unit_name",
                "error_rate",
                "last_year_error_rate",
                "last_month_error_rate",
                "coverage_rate",
            ]
        ],
        draw=evidence.draw_evidence,
        note=page.say(
            "Each projected as of {n} earlier months, knowing only what was known then. A range of 80% should hold "
            "eight times in ten.",
            n=int(frame["origin_count"].max()),
        ),
        metrics=("landing_error", "range_coverage"),
        table=frame[
            [
                "unit_name",
                "unit_count",
                "origin_count",
                "projection_count",
                "error_rate",
                "last_year_error_rate",
                "last_month_error_rate",
                "coverage_rate",
                "coverage_error_rate",
                "width_rate",
            ]
        ],
    )


def show_land(page: Page, got: Answers) -> None:
    """The cards of this part, at the level chosen."""
    levels = {code: label for code, label in list_levels(page).items() if code != "terminal"}
    if not levels:
        show_card(page, "attainment/pace", lambda page: make_pace(page, got))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="level"):
        st.markdown(page.say("By"), width="content", help=page.say("Landings at every level add up to the same whole."))
        code = choose_part(page, PAGE, levels, key="lvl")
    view = gather_view(page, got, code)
    is_rated = bool(view.units["landing_rate"].notna().any())
    is_landing = is_rated and got.now.method not in ("over", "nothing")
    cards: list[tuple[str, Callable[[Page], Card]]] = [
        ("pace", lambda page: make_pace(page, got)),
        ("landing", lambda page: (make_landing if is_rated else make_amounts)(page, got, view)),
    ]
    if is_landing:
        cards.append(("needed", lambda page: make_needed(page, got, view)))
    cards.append(("evidence", lambda page: make_evidence(page, got)))
    if len(view.units) > FEW_ROWS:
        # long charts stand beside each other
        cards = [cards[0], cards[-1], *cards[1:-1]]
    for start in range(0, len(cards), 2):
        row = cards[start : start + 2]
        widths = [3, 2] if start == 0 or len(view.units) <= FEW_ROWS else [1, 1]
        for place, (name, build) in zip(st.columns(widths[: len(row)]), row, strict=True):
            with place:
                show_card(page, f"attainment/{name}", build)
