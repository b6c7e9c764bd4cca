"""How joint visits were made: the four steps, the modes, and what became of the issues raised."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import heat, parts
from insight.sentences import visits as sentences
from insight.ui.cards import Card, show_card
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal
from insight.ui.visits.standing import SLA_DAYS, choose_span, name_span

SHOWN = 200
BESIDE = 440  # about as tall as the two cards beside
STANDINGS = {
    "closed_in_time": ("Closed in time", "better"),
    "closed_late": ("Closed late", "light"),
    "open_in_time": ("Open, not due", "open"),
    "open_late": ("Open, overdue", "worse"),
}


def show_quality(page: Page) -> None:
    """Steps and modes over time, then issues by kind and those still open."""
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "visits/steps", make_steps)
        show_card(page, "visits/issues", make_issues, needs=("visit_issues",))
    with right:
        show_card(page, "visits/modes", make_modes)
    if page.has("visit_issues"):
        show_terminal(page, "visits-open")
        show_card(page, "visits/open", make_open)


def make_steps(page: Page) -> Card:
    """Each step by month or quarter, the period first."""
    span = choose_span(page)
    frame = page.ask("visits/steps_by_time", step_unit=span)
    if frame.empty:
        raise Nothing(page.say("No joint visit in the period says which steps were completed."))
    whole = frame[frame["step_on"].isna()]
    days = pd.to_datetime(frame["step_on"])
    is_few = frame["joint_count"] < sentences.FEW
    shown = pd.DataFrame(
        {
            "row_id": frame["visit_step"],
            "row_name": frame["visit_step"].map(lambda step: page.say(sentences.STEPS[step])),
            "column_id": days.dt.strftime("%Y-%m-%d").fillna("all"),
            "column_name": [page.say("Period") if pd.isna(day) else name_span(page, span, day) for day in days],
            "rate": frame["done_rate"].where(~is_few),
            "label": is_few.map({True: f"n<{sentences.FEW}", False: None}),
            "tip": [
                page.say(
                    "{rate}: {n} of {all}",
                    rate=page.share(row["done_rate"]),
                    n=page.count(row["done_count"]),
                    all=page.count(row["joint_count"]),
                )
                for row in frame.to_dict("records")
            ],
        }
    )
    # the columns in the order of time, whatever the first step's rows hold
    shown = shown.assign(_order=days.fillna(pd.Timestamp.min), _step=frame["step_number"]).sort_values(
        ["_step", "_order"]
    )
    return Card(
        title=sentences.tell_steps(whole.to_dict("records"), page.language),
        subtitle=page.say("Joint visits that completed each step ÷ those that say anything of the steps"),
        frame=shown.drop(columns=["_order", "_step"]),
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Step"),
            "column_title": page.say("Month" if span == "month" else "Quarter"),
            "rate_title": page.say("Completed"),
        },
        metrics=("jv_step_rate",),
        table=shown[["row_name", "column_name"]]
        .rename(columns={"row_name": "step_title", "column_name": "step_name"})
        .assign(joint_count=frame["joint_count"], done_count=frame["done_count"], done_rate=frame["done_rate"]),
    )


def make_modes(page: Page) -> Card:
    """Demonstration and observation over time."""
    span = choose_span(page)
    frame = page.ask("visits/modes_by_time", step_unit=span)
    if frame.empty:
        raise Nothing(page.say("No joint visit in the period under these filters."))
    frame["step_name"] = [name_span(page, span, day) for day in pd.to_datetime(frame["step_on"])]
    names = {
        "demonstration": page.say("Demonstration"),
        "observation": page.say("Observation"),
        "unsaid": page.say("Mode not said"),
    }
    rows = [
        {
            "unit_id": row["step_name"],
            "unit_name": row["step_name"],
            "part_id": mode,
            "part_name": name,
            "share": row[f"{mode}_share"],
            "unit_text": page.count(row["joint_count"]),
            "tip": f"{page.share(row[f'{mode}_share'])} · {page.count(row[f'{mode}_count'])}",
        }
        for row in frame.to_dict("records")
        for mode, name in names.items()
    ]
    return Card(
        title=sentences.tell_modes(frame.to_dict("records"), page.language),
        subtitle=page.say("Share of the joint visits of each month; their number at the end")
        if span == "month"
        else page.say("Share of the joint visits of each quarter; their number at the end"),
        frame=pd.DataFrame(rows),
        draw=parts.draw_parts,
        options={
            "roles": {"demonstration": "deep", "observation": "light", "unsaid": "grey"},
            "least_height": BESIDE,
        },
        metrics=("joint_visit_mode",),
        table=frame[["step_name", "joint_count", "demonstration_count", "observation_count", "unsaid_count"]],
    )


def make_issues(page: Page) -> Card:
    """What became of the issues, kind by kind."""
    frame = page.ask("visits/issues_by_kind", sla_days=SLA_DAYS)
    if frame.empty:
        raise Nothing(page.say("No issue was raised in the period under these filters."))
    frame["issue_kind_name"] = frame["issue_kind"].map(lambda kind: sentences.name_issue(kind, page.language))
    rows = [
        {
            "unit_id": row["issue_kind"],
            "unit_name": row["issue_kind_name"],
            "part_id": code,
            "part_name": page.say(words),
            "share": row[f"{code}_count"] / row["issue_count"],
            "unit_text": page.count(row["issue_count"]),
            "tip": f"{page.count(row[f'{code}_count'])} · {page.share(row[f'{code}_count'] / row['issue_count'])}",
        }
        for row in frame.to_dict("records")
        for code, (words, _) in STANDINGS.items()
    ]
    return Card(
        title=sentences.tell_issues(frame.to_dict("records"), page.language, SLA_DAYS),
        subtitle=page.say(
            "Issues raised in calls of the period, joint or not, by what became of them; in time = within {days} days",
            days=SLA_DAYS,
        ),
        frame=pd.DataFrame(rows),
        draw=parts.draw_parts,
        options={"roles": {code: role for code, (_, role) in STANDINGS.items()}},
        metrics=("issue_closure_rate",),
        table=frame[
            [
                "issue_kind_name",
                "issue_count",
                "joint_issue_count",
                "closed_in_time_count",
                "closed_late_count",
                "open_in_time_count",
                "open_late_count",
                "issue_closure_rate",
                "closing_days",
                "oldest_open_days",
            ]
        ],
    )


def make_open(page: Page) -> Card:
    """The issues still open, the oldest first."""
    frame = page.ask("visits/open_issues", sla_days=SLA_DAYS, row_limit=500)
    if frame.empty:
        raise Nothing(page.say("{what}.", what=sentences.tell_open([], page.language, SLA_DAYS)))
    rows = frame.to_dict("records")
    frame["issue_kind_name"] = frame["issue_kind"].map(lambda kind: sentences.name_issue(kind, page.language))
    columns = ["raised_on", "open_days", "issue_kind_name", "terminal_name"]
    columns += ["distributor_name"] if frame["distributor_name"].notna().any() else []
    everyone = int(frame["all_count"].iloc[0])
    return Card(
        title=sentences.tell_open(rows, page.language, SLA_DAYS),
        subtitle=page.say("The oldest first; a distributor where it was raised in a joint visit"),
        frame=frame[columns].head(SHOWN),
        note=page.say(
            "The first {n} of {all} are shown; the file holds {most}.",
            n=SHOWN,
            all=page.count(everyone),
            most=page.count(len(frame)),
        )
        if everyone > SHOWN
        else "",
        metrics=("issue_closure_rate",),
        table=frame[["issue_id", "terminal_id", *columns]],
        **pick_terminals("visits-open", frame["terminal_id"].head(SHOWN)),
    )
