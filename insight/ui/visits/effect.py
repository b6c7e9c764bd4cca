"""What followed joint visits: pure sales and later calls against similar terminals, by the engine of the activities."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import event_study, forest
from insight.sentences import activities as activity_sentences
from insight.sentences import visits_effect as sentences
from insight.ui.cards import Card, show_card
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.text import plain

SALES, CALLS = "pure_sales", "solo_calls"


def show_effect(page: Page) -> None:
    """Sales beside the modes, later calls, and the months one by one."""
    basis = page.ask("visits/effect_basis").to_dict("records")
    if basis:
        st.caption(plain(describe_basis(page, basis[0])))
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "visits/sales", lambda page: make_path(page, SALES))
        show_card(page, "visits/calls", lambda page: make_path(page, CALLS))
    with right:
        show_card(page, "visits/compared", make_modes)
        show_card(page, "visits/numbers", make_numbers)
    show_card(page, "visits/cohorts", make_cohorts)


def describe_basis(page: Page, basis: dict[str, Any]) -> str:
    """What every estimate here rests on, in one line."""
    parts = [
        page.say(
            "Whole company, whatever the filters: {n} episodes (a terminal visited jointly after {months} months without) to "
            "{month}; {months} months from the visit against the year before and similar terminals without. Associations, "
            "not proof",
            n=page.count(basis["episode_count"]),
            months=basis["post_month_count"],
            month=page.month(basis["last_month"]),
        )
    ]
    if basis["beside_activity_count"]:
        parts.append(
            page.say(
                "{n} episodes with a marketing activity at work at the terminal are left out, as are its months everywhere",
                n=page.count(basis["beside_activity_count"]),
            )
        )
    if basis["bought_count"] > basis["terminal_count"]:
        parts.append(
            page.say(
                "compared with a sample: {n} of {all} terminals",
                n=page.count(basis["terminal_count"]),
                all=page.count(basis["bought_count"]),
            )
        )
    if basis["owed_count"]:
        parts.append(page.say("{n} terminal-months not reported yet are left out", n=page.count(basis["owed_count"])))
    return " · ".join(parts)


def read_effects(page: Page) -> list[dict[str, Any]]:
    """The estimates; a sentence where there is none."""
    rows: list[dict[str, Any]] = page.ask("visits/effects").to_dict("records")
    if not rows:
        raise Nothing(
            page.say(
                "What followed joint visits could not be estimated: it takes joint visits at terminals that buy, a year of "
                "whole months before and three after."
            )
        )
    return rows


def make_path(page: Page, outcome: str) -> Card:
    """Those visited against what was expected, month by month."""
    (kind,) = (row for row in read_effects(page) if row["outcome"] == outcome and row["kind"] == sentences.ALL_MODES)
    frame = page.ask("visits/months_around", outcome=outcome, kind=sentences.ALL_MODES)
    is_sales = outcome == SALES
    title = sentences.tell_sales(kind, page.language) if is_sales else sentences.tell_calls(kind, page.language)
    if frame.empty:
        raise Nothing(page.say("{what}.", what=title))
    basis = page.ask("visits/effect_basis").to_dict("records")[0]
    values = {"n": page.count(kind["used_count"]), "donors": page.count(kind["donor_count"])}
    subtitle = (
        page.say(
            "Pure sales by month from the joint visit, mean of the year before = 100; band = 95% interval of the difference. "
            "{n} episodes measured, {donors} terminals compared with",
            **values,
        )
        if is_sales
        else page.say(
            "Calls without a distributor by month after the joint visit’s own, mean of the year before = 100; band = 95% "
            "interval of the difference. {n} episodes measured, {donors} terminals compared with",
            **values,
        )
    )
    notes = [
        sentences.tell_bands(kind, page.language, page.company.currency if is_sales else ""),
        sentences.tell_control(kind, basis["post_month_count"], page.language),
    ]
    return Card(
        title=title,
        subtitle=subtitle,
        frame=frame,
        draw=event_study.draw_event_study,
        options={
            "treated_name": page.say("Visited jointly"),
            "control_name": page.say("Expected without"),
            "event_name": page.say("joint visit"),
            "axis_title": page.say("Months from the joint visit")
            if is_sales
            else page.say("Months from the month after the joint visit"),
            "is_doubtful": bool(kind["is_picked_unusual"]),
        },
        note=" ".join(filter(None, notes)),
        metrics=("joint_visit_effect" if is_sales else "later_solo_calls", "negative_control"),
    )


def make_modes(page: Page) -> Card:
    """The modes side by side."""
    rows = [row for row in read_effects(page) if row["outcome"] == SALES]
    frame = pd.DataFrame([row for row in rows if row["measured_count"]])
    if frame.empty:
        raise Nothing(page.say("{what}.", what=sentences.tell_modes_compared(rows, page.language)))
    frame = frame.sort_values(["kind"], key=lambda kinds: kinds != sentences.ALL_MODES)
    frame["mode_name"] = [page.say(sentences.MODES[kind]) for kind in frame["kind"]]
    shown = pd.DataFrame(
        {
            "unit_id": frame["kind"],
            "unit_name": frame["mode_name"],
            "estimate": frame["lift_rate"],
            "low": frame["lift_low_rate"],
            "high": frame["lift_high_rate"],
            "count": frame["used_count"],
            "is_small": (frame["verdict"] == "not_enough_data")
            | ((frame["lift_low_rate"] > 0) & (frame["verdict"] != "works")),
        }
    )
    return Card(
        title=sentences.tell_modes_compared(rows, page.language),
        subtitle=page.say("Pure sales beyond what was expected, 95% interval; n = episodes measured"),
        frame=shown,
        draw=forest.draw_forest,
        options={"reference": 0.0, "format": "share", "reference_name": page.say("no difference")},
        note=page.say("Hollow: too few months of visits, or not clear of the negative control.")
        if shown["is_small"].any()
        else "",
        metrics=("joint_visit_effect",),
        table=_list_numbers(page, frame),
    )


def make_numbers(page: Page) -> Card:
    """Everything estimated, in figures: how many, both bands, the negative control, the naive number, the verdict."""
    frame = pd.DataFrame([row for row in read_effects(page) if row["kind"] == sentences.ALL_MODES])
    words = {SALES: page.say("Pure sales"), CALLS: page.say("Later solo calls")}
    frame["outcome_name"] = frame["outcome"].map(words)
    shown = pd.DataFrame(
        [
            {"figure_name": page.say("Episodes measured"), **_tell(frame, page.count, "used_count")},
            {"figure_name": page.say("Terminals compared with"), **_tell(frame, page.count, "donor_count")},
            {"figure_name": page.say("Estimate"), **_tell(frame, _rate(page), "lift_rate")},
            {"figure_name": "95%", **_tell_span(page, frame, "lift_low_rate", "lift_high_rate")},
            {"figure_name": "80%", **_tell_span(page, frame, "lift_low80_rate", "lift_high80_rate")},
            {
                "figure_name": page.say("Negative control"),
                **_tell_span(page, frame, "negative_control_low_rate", "negative_control_high_rate"),
            },
            {"figure_name": page.say("Naive before/after"), **_tell(frame, _rate(page), "before_after_rate")},
            {"figure_name": page.say("Verdict"), **_tell(frame, lambda code: page.term(f"verdict_{code}"), "verdict")},
        ]
    ).rename(columns={SALES: "pure_sales_text", CALLS: "solo_calls_text"})
    return Card(
        title=page.say("The numbers behind"),
        subtitle=page.say("Visited terminals buy and are called on differently anyway: the naive number is no effect"),
        frame=shown,
        metrics=("joint_visit_effect", "later_solo_calls", "negative_control"),
        table=_list_numbers(page, frame.assign(mode_name=frame["outcome_name"])),
    )


def _rate(page: Page) -> Any:
    return lambda value: page.share(value, is_signed=True)


def _tell(frame: pd.DataFrame, show: Any, column: str) -> dict[str, str]:
    return {row["outcome"]: "—" if pd.isna(row[column]) else show(row[column]) for row in frame.to_dict("records")}


def _tell_span(page: Page, frame: pd.DataFrame, low: str, high: str) -> dict[str, str]:
    return {
        row["outcome"]: activity_sentences.say_rates(row[low], row[high], page.language)
        for row in frame.to_dict("records")
    }


def _list_numbers(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(verdict=frame["verdict"].map(lambda code: page.term(f"verdict_{code}")))[
        [
            "mode_name",
            "verdict",
            "episode_count",
            "used_count",
            "donor_count",
            "lift_rate",
            "lift_low_rate",
            "lift_high_rate",
            "lift_low80_rate",
            "lift_high80_rate",
            "negative_control_rate",
            "before_after_rate",
        ]
    ]


def make_cohorts(page: Page) -> Card:
    """The months of visits one by one, by mode, and what is missing."""
    frame = page.ask("visits/cohorts")
    if frame.empty:
        raise Nothing(page.say("There is no month of joint visits to list."))
    rows = frame.to_dict("records")
    language = page.language
    frame["visit_mode"] = frame["visit_mode"].map(lambda mode: page.say(sentences.MODES[mode]))
    frame["status_text"] = [activity_sentences.say_status(row, language) for row in rows]
    for name in ("lift", "shrunk"):
        frame[f"{name}_interval"] = [
            activity_sentences.say_rates(row[f"{name}_low_rate"], row[f"{name}_high_rate"], language) for row in rows
        ]
    frame["start_month"] = [page.month(month) for month in frame["start_month"]]
    frame["donor_count"] = frame["donor_count"].astype("Int64")
    columns = [
        "start_month",
        "visit_mode",
        "visited_terminal_count",
        "used_count",
        "donor_count",
        "shrunk_lift_rate",
        "shrunk_interval",
        "lift_rate",
        "status_text",
    ]
    return Card(
        title=sentences.tell_cohorts(rows, language),
        subtitle=page.say(
            "Terminals whose episode began in one month with one mode. Best = drawn towards the mode’s mean; own = from its "
            "terminals alone. Those measured first, the latest of them on top"
        ),
        frame=frame[columns].round({"shrunk_lift_rate": 3, "lift_rate": 3}),
        metrics=("joint_visit_effect", "measurable_alone"),
        table=frame[[*columns, "lift_interval", "expected_amount", "incremental_amount"]],
    )
