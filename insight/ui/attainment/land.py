"""Whether the period lands: the cumulative line against target, where each unit lands, what a day needs."""

from __future__ import annotations

import streamlit as st

from insight.analysis.landing import trace_pace
from insight.charts import landing, pace, ranking
from insight.sentences import attainment as sentences
from insight.ui.attainment.standing import MOST_UNITS, Answers, drill, find_first_day, note_more
from insight.ui.cards import Card, show_card
from insight.ui.page import Page
from insight.ui.states import Nothing


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
        options={"today": None if now.method == "over" else now.elapsed_days, "note": note},
        note=sentences.tell_method(
            now.method, got.landing.error_count, got.landing.error_rate, got.landing.naive_error_rate, page.language
        ),
        metrics=("pure_sales", "target_to_date", "proj_seasonal", "required_run_rate", "time_progress"),
    )


def make_landing(page: Page, got: Answers) -> Card:
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


def make_needed(page: Page, got: Answers) -> Card:
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
            "Per working day to come: expected sales over those needed for the target of {period}, less one. "
            "Negative = too little",
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


def show_land(page: Page, got: Answers) -> None:
    """The cards of this part."""
    is_landing = bool(got.parts["attainment_rate"].notna().any()) and got.now.method != "over"
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "attainment/pace", lambda page: make_pace(page, got))
    with right:
        show_card(page, "attainment/landing", lambda page: make_landing(page, got), needs=("targets",))
    if is_landing:
        show_card(page, "attainment/needed", lambda page: make_needed(page, got))
