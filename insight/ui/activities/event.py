"""The months around activities: those that took part, what the effect added up to, and those who were invited in vain."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.charts import event_study, league, persistence
from insight.sentences import activities as sentences
from insight.sentences import effect as words
from insight.ui.activities.choices import find_chosen_kind, require_kinds
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing


def find_kind(outcome: Outcome) -> dict[str, Any]:
    """The row of the selected kind, else of all."""
    chosen = find_chosen_kind(outcome.kinds)
    (kind,) = outcome.kinds[outcome.kinds["kind"] == chosen].to_dict("records")
    return dict(kind)


def find_timing(page: Page, kind: str) -> dict[str, Any] | None:
    """The course of a kind's effect, where there are enough activities."""
    rows = page.ask("activities/timing", kind=kind).to_dict("records")
    return dict(rows[0]) if rows else None


def event_card(page: Page, outcome: Outcome) -> Card:
    """Those that took part against what was expected of them, month by month."""
    require_kinds(page, outcome)
    kind = find_kind(outcome)
    frame = page.ask("activities/months_around", kind=kind["kind"])
    if frame.empty:
        raise Nothing(sentences.tell_event_study(kind, page.language))
    has_sum = kind["verdict"] in ("works", "harms")
    timing = find_timing(page, kind["kind"])
    notes = [sentences.tell_control(kind, page.language)]
    if timing:
        notes = [words.tell_before(timing, page.language), *notes]
        notes.append(words.tell_sensitivity(timing, kind["verdict"], page.language))
    described = page.say(
        "Pure sales by month from the event, mean of the year before = 100; band = 95% interval of the difference. "
        "{n} activities of the whole company, {terminals} terminals",
        n=page.count(kind["measured_count"]),
        terminals=page.count(frame["terminal_count"].max()),
    )
    shown = frame[["event_month", "treated_index", "control_index", "difference_low_index", "difference_high_index"]]
    return Card(
        title=sentences.tell_event_study(kind, page.language),
        subtitle=described,
        frame=shown,
        draw=event_study.draw_event_study,
        options={
            "treated_name": page.say("Took part"),
            "control_name": page.say("Expected without it"),
            "note": page.share(kind["lift_rate"], is_signed=True) if has_sum else "",
            "note_month": 3,
            "is_doubtful": bool(kind["is_picked_unusual"]) or bool(timing and words.is_doubtful(timing)),
        },
        note=" ".join(filter(None, notes)),
        metrics=("incremental_sales", "negative_control", "finding_bears"),
        table=frame[[*shown.columns, "difference_joint_low_index", "difference_joint_high_index", "activity_count"]],
    )


def timing_card(page: Page, outcome: Outcome) -> Card:
    """What the differences add up to: when it begins, how long it lasts, whether it is given back."""
    require_kinds(page, outcome)
    kind = find_kind(outcome)
    timing = find_timing(page, kind["kind"])
    months = page.ask("activities/months_around", kind=kind["kind"])
    frame = months[months["event_month"] >= 0]
    if timing is None or frame.empty:
        raise Nothing(sentences.tell_event_study(kind, page.language))
    counted = int(timing["followed_count"] - timing["after_count"])
    columns = ["event_month", "cumulative_index", "cumulative_low_index", "cumulative_high_index"]
    return Card(
        title=words.tell_timing(timing, kind["verdict"], page.language),
        subtitle=page.say(
            "{kind}: what the differences add up to, in mean months of the year before; band = 95% interval. Terminals "
            "stay in it until another activity reaches them",
            kind=sentences.name_kind(kind["kind"], page.language),
        ),
        frame=frame[columns],
        draw=persistence.draw_cumulative,
        options={"counted_months": counted, "is_told": kind["verdict"] in ("works", "harms")},
        note=words.tell_course(timing, kind["verdict"], page.language),
        metrics=("effect_course",),
        table=frame[[*columns, "activity_count", "terminal_count"]],
    )


def attendance_card(page: Page, outcome: Outcome) -> Card:
    """Those who came, all who were invited, and those who were invited and did not come."""
    require_kinds(page, outcome)
    kind = find_kind(outcome)
    rows = page.ask("activities/attendance", level="kind", subject=kind["kind"])
    parts = {str(row["part"]): row for row in rows.to_dict("records")}
    if not outcome.activities["is_attendance_known"].any() and not parts:
        raise Nothing(page.say("No activity says who came: those invited count as those who took part."))
    if "invited" not in parts:
        raise Nothing(words.tell_attendance(None, page.language))
    came = kind | {"terminal_count": None, "activity_count": kind["measured_count"]}
    listed = [
        ("came", page.say("Came"), came),
        ("invited", page.say("All invited"), parts["invited"]),
        *([("absent", page.say("Invited, did not come"), parts["absent"])] if "absent" in parts else []),
    ]
    frame = pd.DataFrame([make_row(code, name, row, page) for code, name, row in listed])
    frame["is_small"] = [row["activity_count"] < sentences.FEW for _, _, row in listed]
    return Card(
        title=words.tell_attendance(parts.get("absent"), page.language),
        subtitle=page.say(
            "{kind}: pure sales beyond what was expected; thick line 80%, thin line 95% interval; n = activities",
            kind=sentences.name_kind(kind["kind"], page.language),
        ),
        frame=frame,
        draw=league.draw_league,
        note=page.say(
            "Whoever stays away gets nothing: a difference there is of who was invited, not of the activity. All invited "
            "together are free of the choice who comes. Only activities that say who came."
        ),
        metrics=("invited_absent", "all_invited"),
    )


def make_row(code: str, name: str, row: dict[str, Any], page: Page) -> dict[str, Any]:
    """A row of the chart from an answer with lift_rate and its bands."""
    return {
        "unit_id": code,
        "unit_name": name,
        "estimate": row["lift_rate"],
        "low": row["lift_low_rate"],
        "high": row["lift_high_rate"],
        "low80": row.get("lift_low80_rate"),
        "high80": row.get("lift_high80_rate"),
        "aside": f"n={page.count(row['activity_count'])}",
    }
