"""Did it change anything: the event study, the kinds, the activities one by one, and how the estimates were tested."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import event_study, forest
from insight.sentences import activities as sentences
from insight.ui.activities.calibration import show_calibration
from insight.ui.activities.choices import NEEDED, ROUNDED, find_chosen_kind, keep_chosen, require_kinds
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing


def show_effect(page: Page, outcome: Outcome) -> None:
    """The months around the event beside the kinds, then the activities, then the evidence about the method."""
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "activities/event", lambda page: event_card(page, outcome), needs=NEEDED)
    with right:
        show_card(page, "activities/kinds", lambda page: kinds_card(page, outcome), needs=NEEDED)
    show_card(page, "activities/list", lambda page: list_card(page, outcome))
    show_calibration(page)


def event_card(page: Page, outcome: Outcome) -> Card:
    """Those that took part against what was expected of them, month by month."""
    require_kinds(page, outcome)
    chosen = find_chosen_kind(outcome.kinds)
    (kind,) = outcome.kinds[outcome.kinds["kind"] == chosen].to_dict("records")
    frame = page.ask("activities/months_around", kind=chosen)
    if frame.empty:
        raise Nothing(sentences.tell_event_study(kind, page.language))
    has_sum = kind["verdict"] in ("works", "harms")
    months = sentences.tell_months(frame.to_dict("records"), page.language) if has_sum else ""
    words = page.say(
        "Pure sales by month from the event, mean of the year before = 100; band = 95% interval of the difference. "
        "{n} activities of the whole company, {terminals} terminals",
        n=page.count(kind["measured_count"]),
        terminals=page.count(frame["terminal_count"].max()),
    )
    return Card(
        title=sentences.tell_event_study(kind, page.language),
        subtitle=words,
        frame=frame,
        draw=event_study.draw_event_study,
        options={
            "treated_name": page.say("Took part"),
            "control_name": page.say("Expected without it"),
            "note": page.share(kind["lift_rate"], is_signed=True) if has_sum else "",
            "is_doubtful": bool(kind["is_picked_unusual"]),
        },
        note=" ".join(filter(None, [months, sentences.tell_control(kind, page.language)])),
        metrics=("incremental_sales", "negative_control"),
    )


def kinds_card(page: Page, outcome: Outcome) -> Card:
    """The kinds by return, or by lift where margins or costs are missing."""
    require_kinds(page, outcome)
    kinds = outcome.kinds[outcome.kinds["kind"] != sentences.ALL_KINDS]
    has_return = bool(kinds["romi_rate"].notna().any())
    name = "romi" if has_return else "lift"
    shown = pd.DataFrame(
        {
            "unit_id": kinds["kind"],
            "unit_name": kinds["kind"].map(page.term),
            "estimate": kinds[f"{name}_rate"],
            "low": kinds[f"{name}_low_rate"],
            "high": kinds[f"{name}_high_rate"],
            "count": kinds["measured_count"],
            # an interval that is clear of nothing but not of the negative control is no finding either
            "is_small": (kinds["measured_count"] < sentences.FEW)
            | ((kinds[f"{name}_low_rate"] > 0) & (kinds["verdict"] != "works")),
        }
    )
    shown = pd.concat([shown[shown["count"] >= sentences.FEW], shown[shown["count"] < sentences.FEW]])
    rows = outcome.kinds.to_dict("records")
    (everything,) = (row for row in rows if row["kind"] == sentences.ALL_KINDS)
    measure = (
        page.say("ROMI: net gain ÷ cost, 95% interval")
        if has_return
        else page.say("Pure sales beyond what was expected, 95% interval")
    )
    table = kinds.assign(
        activity_kind=kinds["kind"].map(page.term),
        verdict=kinds["verdict"].map(lambda code: page.term(f"verdict_{code}")),
    )
    columns = [
        "activity_kind",
        "verdict",
        "activity_count",
        "measured_count",
        "lift_rate",
        "lift_low_rate",
        "lift_high_rate",
        "negative_control_rate",
    ]
    money = [
        "cost_amount",
        "gain_amount",
        "net_amount",
        "romi_rate",
        "romi_low_rate",
        "romi_high_rate",
        "revenue_per_cost_rate",
        "break_even_lift_rate",
        "chance_paid_share",
    ]
    hollow = (
        page.say("Hollow: fewer than five measured, or not clear of the negative control.")
        if shown["is_small"].any()
        else ""
    )
    return Card(
        title=sentences.tell_kinds(rows, page.language),
        subtitle=page.say(
            "{measure}. Whole company since {month}; n = activities measured. Click a kind",
            measure=measure,
            month=page.month(outcome.first_month),
        ),
        frame=shown,
        draw=forest.draw_forest,
        options={
            "reference": 0.0,
            "format": "ratio" if has_return else "share",
            "reference_name": page.say("break-even") if has_return else page.say("no difference"),
        },
        note=" ".join(filter(None, [hollow, sentences.tell_control(everything, page.language)])),
        metrics=("romi", "incremental_sales", "negative_control"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda kind: choose("activities", "kinds", **({"kind": kind} if kind else {})),
        turn=take_turn("activities", "kinds"),
        table=table[columns + (money if has_return else [])],
    )


def list_card(page: Page, outcome: Outcome) -> Card:
    """The activities one by one, what is claimed for each and what is missing."""
    listed = keep_chosen(outcome.activities)
    if listed.empty:
        raise Nothing(page.say("No activity of the selection began in this period under these filters."))
    rows = listed.to_dict("records")
    frame = listed.assign(
        activity_kind=listed["kind"].map(page.term),
        territory_name=listed["territory_name"].fillna("—"),
        status_text=[sentences.say_status(row, page.language) for row in rows],
        lift_interval=[sentences.say_rates(row["lift_low_rate"], row["lift_high_rate"], page.language) for row in rows],
        shrunk_interval=[
            sentences.say_rates(row["shrunk_low_rate"], row["shrunk_high_rate"], page.language) for row in rows
        ],
    )
    has_return = outcome.has_margins and bool(listed["cost_amount"].notna().any())
    columns = [
        "starts_on",
        "activity_kind",
        "activity_name",
        "territory_name",
        "exposed_count",
        "cost_amount",
        "shrunk_lift_rate",
        "shrunk_interval",
        "status_text",
    ]
    columns += ["shrunk_net_amount", "chance_paid_share"] if has_return else []
    columns += ["lift_rate", "lift_interval", "before_after_rate"]
    frame = frame.round(ROUNDED)
    is_said = listed["is_attendance_known"] | (listed["exposed_count"] == 0)
    notes = [page.say("Before/after compares with nobody and is not an effect: those who are invited buy more anyway.")]
    if not is_said.all():
        notes.append(
            page.say("For {n} activities nobody said who came: the invited count.", n=page.count(int((~is_said).sum())))
        )
    shared = int((listed["shared_count"] > 0).sum())
    if shared:
        notes.append(
            page.say(
                "{n} activities overlap with others on a terminal: measured together, what the others’ kinds "
                "explain taken off.",
                n=page.count(shared),
            )
        )
    return Card(
        title=sentences.tell_activities(rows, page.language),
        subtitle=page.say(
            "Best = drawn towards the kind’s mean, the one to rank by; own = from its terminals alone. Largest best "
            "net gain first"
        ),
        frame=frame[columns],
        note=" ".join(notes),
        metrics=("best_estimate", "incremental_sales", "measurable_alone"),
        table=frame[["activity_id", *columns]],
    )
