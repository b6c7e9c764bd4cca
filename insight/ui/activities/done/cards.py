"""The cards of what was done: calendar, from invitation to order, budget, reach, repeats and mix."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from insight.analysis.budgets import cumulate_budget
from insight.charts import budget as budget_chart
from insight.charts import events, heat, parts, stages
from insight.sentences import marketing as sentences
from insight.sentences.activities import ALL_KINDS, FEW, name_kind
from insight.ui.activities.choices import open_activity, take_league_turn
from insight.ui.activities.done.work import Done
from insight.ui.activities.owners import place_units
from insight.ui.cards import Card
from insight.ui.choice import choose, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.units import is_missing

LONGEST_AHEAD = 92  # days to come that the calendar shows


def calendar_card(page: Page, done: Done) -> Card:
    """A dot an activity on its day; a click opens it."""
    through = page.coverage.data_through_on
    last = through + timedelta(days=LONGEST_AHEAD)
    shown = done.chosen[~done.chosen["is_cancelled"] & (done.chosen["starts_on"] <= last)]
    if shown.empty:
        raise Nothing(page.say("No activity of the selection was held in this period or is to come."))
    placed = place_units(page, shown, "territory")
    frame = placed.assign(
        row_id=placed["unit_id"],
        row_name=placed["unit_name"],
        name=placed["activity_name"],
        kind_name=[name_kind(str(kind), page.language) for kind in placed["kind"]],
    )
    held = shown[shown["is_within"] & ~shown["is_upcoming"]]
    months = pd.to_datetime(held["starts_on"]).dt.to_period("M").value_counts().sort_index()
    first_on = page.window.period_start
    end = max(shown["starts_on"].max(), min(through, page.window.period_end - timedelta(days=1)))
    if is_missing(frame["attendee_count"].astype(float).max()):
        size = page.say("Attendees are not said, so all dots are alike")
    else:
        size = page.say("Size = people who came")
    columns = ["activity_id", "name", "row_id", "row_name", "kind", "kind_name"]
    return Card(
        title=sentences.tell_calendar(
            len(held),
            int(shown["is_upcoming"].sum()),
            int(done.chosen["is_cancelled"].sum()),
            None if months.empty else months.idxmax().start_time.date(),
            0 if months.empty else int(months.max()),
            page.language,
        ),
        subtitle=page.say(
            "A dot an activity on its first day. {size}; hollow = still to come. Click one to open it", size=size
        ),
        frame=frame[[*columns, "starts_on", "is_upcoming", "attendee_count"]],
        draw=events.draw_events,
        options={
            "first_on": first_on.isoformat(),
            "last_on": end.isoformat(),
            "through_on": through.isoformat() if end > through else "",
        },
        metrics=("activities_held",),
        pick="activity",
        pick_field="activity_id",
        on_pick=open_activity,
        turn=take_league_turn(),
        table=frame.assign(activity_kind=frame["kind_name"])[
            [
                "activity_id",
                "activity_name",
                "activity_kind",
                "territory_name",
                "starts_on",
                "ended_on",
                "invited_count",
                "terminal_count",
                "attendee_count",
                "cost_amount",
                "is_upcoming",
            ]
        ],
    )


def funnel_card(page: Page, done: Done) -> Card:
    """Of those invited who came; of those who took part who was visited and who ordered, kind by kind."""
    if not done.whole or not done.whole["invited_count"] + done.whole["took_part_count"]:
        raise Nothing(page.say("Nobody is known to have been invited."))
    rows = [done.whole, *done.kinds.to_dict("records")]
    frame = pd.DataFrame([bar for row in rows for bar in list_stages(page, row, done.whole)])
    if frame.empty:
        raise Nothing(page.say("Nobody said who came, and no eight weeks after an activity are over yet."))
    table = pd.DataFrame(rows)
    table["activity_kind"] = [name_kind(str(kind), page.language) for kind in table["kind"]]
    counts = [
        "activity_count",
        "invited_count",
        "came_count",
        "took_part_count",
        "followed_terminal_count",
        "visited_after_count",
    ]
    return Card(
        title=sentences.tell_funnel(rows[1:], done.whole, page.language),
        subtitle=page.say(
            "Came: of those invited. Visited and ordered: of those who took part, in the eight weeks after, where these are "
            "over. Mark: all other terminals. n = invited"
        ),
        frame=frame,
        draw=stages.draw_stages,
        note=page.say(
            "The others are a comparison, not an effect: those who are invited buy more anyway. Grey: fewer than five "
            "activities."
        ),
        metrics=("came_rate", "ordered_after"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda kind: choose("activities", "funnel", **({"kind": kind} if kind and kind != ALL_KINDS else {})),
        turn=take_turn("activities", "funnel"),
        table=table[
            [
                "activity_kind",
                *counts,
                "ordered_count",
                "came_rate",
                "visited_after_rate",
                "ordered_rate",
                "others_rate",
            ]
        ],
    )


def list_stages(page: Page, row: dict[str, Any], whole: dict[str, Any]) -> list[dict[str, Any]]:
    """The bars of one kind; a stage that nothing is known about anywhere is left out."""
    told = [
        ("came", page.say("Came"), "came_rate", "came_count", "told_invited_count", None),
        (
            "visited",
            page.say("Visited after"),
            "visited_after_rate",
            "visited_after_count",
            "followed_terminal_count",
            None,
        ),
        (
            "ordered",
            page.say("Ordered after"),
            "ordered_rate",
            "ordered_count",
            "followed_terminal_count",
            row["others_rate"],
        ),
    ]
    return [
        {
            "unit_id": row["kind"],
            "unit_name": name_kind(str(row["kind"]), page.language),
            "stage_id": stage,
            "stage_name": name,
            "rate": None if is_missing(row[rate]) else float(row[rate]),
            "reference_rate": None if is_missing(others) else others,
            "aside": f"n={page.count(row['invited_count'])}",
            "tip": tell_stage(page, row, rate, met, of, others),
            "is_small": row["activity_count"] < FEW,
        }
        for stage, name, rate, met, of, others in told
        if not is_missing(whole[rate])
    ]


def tell_stage(page: Page, row: dict[str, Any], rate: str, met: str, of: str, others: object) -> str:
    """'80% (71 of 89)', with the others where they are compared with."""
    if is_missing(row[rate]):
        return page.say("not known")
    text = f"{page.share(row[rate])} ({page.say('{n} of {all}', n=page.count(row[met]), all=page.count(row[of]))})"
    if is_missing(others):
        return text
    return f"{text} · {page.say('all others {r}', r=page.share(float(str(others)), 0))}"


def budget_card(page: Page, done: Done) -> Card:
    """Estimated, committed and actual, added up over the months activities begin in."""
    shown = done.chosen[~done.chosen["is_cancelled"]]
    amounts = ["planned_cost_amount", "committed_amount", "actual_amount"]
    if shown.empty or shown[amounts].isna().all(axis=None):
        raise Nothing(page.say("No cost of these activities is loaded, estimated or actual."))
    frame = cumulate_budget(shown)
    begun = frame[~frame["is_upcoming"]].to_dict("records")
    return Card(
        title=sentences.tell_budget(begun[-1] if begun else None, page.language, page.company.currency),
        subtitle=page.say(
            "{unit}, added up over the months activities begin in; grey ground: still to come",
            unit=budget_chart.describe_unit(frame, page.style),
        ),
        frame=frame,
        draw=budget_chart.draw_budget,
        note=page.say("Actual is what is settled. A line ends where nothing more is known."),
        metrics=("activity_cost", "cost_deviation"),
    )


def reach_card(page: Page, done: Done) -> Card:
    """The share of terminals reached, grades against territories."""
    grades = done.grades[done.grades["terminal_count"] > 0]
    if not grades["reached_count"].sum():
        raise Nothing(page.say("Nobody is known to have taken part."))
    units = grades[grades["unit_id"] != ""]
    if units.empty:
        units = grades
    whole = grades.groupby("grade", as_index=False)[["terminal_count", "reached_count"]].sum()
    cells = pd.concat([whole.assign(unit_id="*", unit_name=page.say("All")), units])
    frame = pd.DataFrame(
        {
            "row_id": cells["unit_id"],
            "row_name": cells["unit_name"].replace("", page.say("No territory")),
            "column_id": cells["grade"],
            "column_name": [say_grade(page, grade) for grade in cells["grade"]],
            "rate": [
                row["reached_count"] / row["terminal_count"] if row["terminal_count"] >= FEW else None
                for row in cells.to_dict("records")
            ],
            "tip": [
                page.say("{n} of {all}", n=page.count(row["reached_count"]), all=page.count(row["terminal_count"]))
                for row in cells.to_dict("records")
            ],
        }
    )
    return Card(
        title=sentences.tell_reach(whole.to_dict("records"), page.language),
        subtitle=page.say("Open terminals that took part in an activity of the period, %. A dash: fewer than five"),
        frame=frame,
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Market"),
            "column_title": page.say("Grade"),
            "rate_title": page.say("Reached"),
        },
        metrics=("terminals_reached",),
        table=cells.assign(reached_share=cells["reached_count"] / cells["terminal_count"])[
            ["unit_name", "grade", "terminal_count", "reached_count", "reached_share"]
        ],
    )


def say_grade(page: Page, grade: str) -> str:
    """A grade as a heading."""
    return page.say("Grade {grade}", grade=grade) if grade else page.say("No grade")


def repeats_card(page: Page, done: Done) -> Card:
    """How often each terminal reached took part, grade by grade."""
    names = {"once": page.say("Once"), "twice": page.say("Twice"), "more": page.say("Three times or more")}
    columns = [f"{name}_count" for name in names]
    grades = done.grades.groupby("grade", as_index=False)[["reached_count", *columns]].sum()
    sums = {name: int(grades[f"{name}_count"].sum()) for name in names}
    if not sum(sums.values()):
        raise Nothing(page.say("Nobody is known to have taken part."))
    whole = pd.DataFrame([{"grade": "*", **grades[["reached_count", *columns]].sum()}])
    rows = pd.concat([whole, grades[grades["reached_count"] > 0]]).assign(is_last=lambda table: table["grade"] == "")
    rows = rows.sort_values("is_last", kind="stable").to_dict("records")
    frame = pd.DataFrame(
        [
            {
                "unit_id": row["grade"],
                "unit_name": page.say("All") if row["grade"] == "*" else say_grade(page, str(row["grade"])),
                "part_id": name,
                "part_name": names[name],
                "share": row[f"{name}_count"] / row["reached_count"],
                "unit_text": f"n={page.count(row['reached_count'])}",
                "tip": page.count(row[f"{name}_count"]),
            }
            for row in rows
            for name in names
        ]
    )
    return Card(
        title=sentences.tell_repeats(sums["once"], sums["twice"], sums["more"], page.language),
        subtitle=page.say("Terminals that took part in the period, by how often; n = terminals"),
        frame=frame,
        draw=parts.draw_parts,
        options={"roles": {"once": "light", "twice": "middle", "more": "deep"}},
        metrics=("terminals_reached",),
        table=pd.DataFrame(rows)[["grade", "reached_count", *columns]].assign(
            grade=[page.say("All") if row["grade"] == "*" else row["grade"] or "—" for row in rows]
        ),
    )
