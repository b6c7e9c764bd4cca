"""How long approval took, what is late or missing activity by activity, and the steps of the one opened."""

from __future__ import annotations

import pandas as pd

from insight.analysis.discipline import find_faults, spread_days
from insight.charts import spans
from insight.sentences import discipline as sentences
from insight.sentences.activities import name_kind
from insight.ui.activities.choices import find_opened, open_activity, take_league_turn
from insight.ui.activities.discipline.work import Run
from insight.ui.activities.owners import name_unit, place_units
from insight.ui.address import change_view
from insight.ui.cards import Card, show_card
from insight.ui.choice import find_choice
from insight.ui.frame import show_selection
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.units import show_number


def cycle_card(page: Page, run: Run, look: str) -> Card:
    """Days from submission to approval by unit, the middle half and the median."""
    placed = place_units(page, run.listed, look)
    table = placed.merge(run.cycles_now, on="activity_id")
    known = table[table["approval_days"].notna()]
    if known.empty:
        raise Nothing(page.say("No activity carries both the day it was submitted and the day it was approved."))
    groups = [("*", page.say("All"), known)]
    groups += [
        (code, known.loc[known["unit_id"] == code, "unit_name"].iloc[0], known[known["unit_id"] == code])
        for code in dict.fromkeys(known["unit_id"])
    ]
    rows = []
    for code, name, group in groups:
        spread, lead = spread_days(group["approval_days"]), spread_days(group["lead_days"])
        rounds = group["revision_count"]
        rows.append(
            {
                "unit_id": code,
                "unit_name": name,
                "first_days": spread["first"],
                "median_days": spread["median"],
                "third_days": spread["third"],
                "aside": f"n={page.count(len(group))}",
                "is_small": len(group) < run.rule.fewest,
                "activity_count": len(group),
                "lead_median_days": lead["median"],
                "revision_count": rounds.sum(min_count=1),
                "revised_activity_count": rounds.notna().sum(),
            }
        )
    frame = pd.DataFrame(rows)
    lead, rounds = run.find_spread("lead_days"), run.cycles_now["revision_count"].dropna()
    notes = [page.say("Hollow: fewer than five.")] if frame["is_small"].any() else []
    if lead["count"]:
        notes.append(
            page.say("Submitted {n} days ahead in the median.", n=show_number(lead["median"], page.language, 0))
        )
    if len(rounds):
        notes.append(
            page.say(
                "{n} rounds of revision in {all} activities.", n=page.count(rounds.sum()), all=page.count(len(rounds))
            )
        )
    return Card(
        title=sentences.tell_cycle(spread_days(known["approval_days"]), page.language),
        subtitle=page.say("Calendar days from submission to approval: dot = median, bar = middle half; n = activities"),
        frame=frame,
        draw=spans.draw_spans,
        note=" ".join(notes),
        metrics=("approval_cycle",),
        table=frame[
            [
                "unit_name",
                "activity_count",
                "first_days",
                "median_days",
                "third_days",
                "lead_median_days",
                "revision_count",
                "revised_activity_count",
            ]
        ],
    )


def faults_card(page: Page, run: Run) -> Card:
    """What is late or missing, the activities with the most first; a click opens one."""
    chosen = find_choice("activities")
    listed = run.listed[~run.listed["is_cancelled"]]
    if "activities" in chosen:
        listed = listed[listed["activity_id"].isin(chosen["activities"])]
    elif "kind" in chosen:
        listed = listed[listed["kind"] == chosen["kind"]]
    faults = dict(find_faults(run.judged_now[run.judged_now["activity_id"].isin(listed["activity_id"])]))
    reversed_ids = set(run.cycles_now.loc[run.cycles_now["is_reversed"], "activity_id"])
    told: dict[str, str] = {
        code: " · ".join(sentences.say_fault(row, page.language) for row in rows) for code, rows in faults.items()
    }
    for code in sorted(reversed_ids & set(listed["activity_id"])):
        told[code] = " · ".join(filter(None, [told.get(code, ""), page.say("days in the wrong order")]))
    if not told:
        raise Nothing(page.say("Nothing of these activities is late or missing, as far as it is on record."))
    places = {code: place for place, code in enumerate(told)}
    frame = listed[listed["activity_id"].isin(told)].copy()
    frame = frame.assign(
        activity_kind=[name_kind(str(kind), page.language) for kind in frame["kind"]],
        owner_text=[
            name_unit(page, "owner", code or "", name)
            for code, name in zip(frame["owner"], frame["owner_name"], strict=True)
        ],
        territory_name=frame["territory_name"].fillna("—"),
        fault_count=[len(faults.get(code, ())) for code in frame["activity_id"]],
        fault_text=frame["activity_id"].map(told),
        place=frame["activity_id"].map(places),
    ).sort_values(["fault_count", "starts_on", "activity_id"], ascending=[False, False, True])
    columns = ["activity_name", "fault_text", "starts_on", "owner_text"]
    return Card(
        title=sentences.tell_faults(len(frame), len(listed), page.language),
        subtitle=page.say(
            "As it is on record on {day}; those with the most first. Click a row to open the activity",
            day=page.day(page.coverage.data_through_on),
        ),
        frame=frame[columns],
        metrics=("lead_compliance", "step_progress", "closed_out"),
        pick_ids={"row": tuple(frame["activity_id"])},
        on_pick=open_activity,
        turn=take_league_turn(),
        table=frame[
            [
                "activity_id",
                *columns,
                "activity_kind",
                "territory_name",
                "fault_count",
                "submitted_on",
                "approved_on",
                "ended_on",
                "evaluated_on",
            ]
        ],
    )


def show_opened(page: Page, run: Run) -> None:
    """The activity opened: the way to what it changed, and its steps one by one."""
    code = find_opened()
    rows = run.everything[run.everything["activity_id"] == code]
    if rows.empty:
        return
    name = str(rows["activity_name"].iloc[0])
    show_selection(
        page,
        name,
        lambda: open_activity(None),
        actions=(("effect", page.say("What it changed"), lambda: change_view("activities", part="", look="")),),
        bar="opened",
    )
    show_card(page, "activities/run_steps", lambda page: steps_card(page, run, code, name))


def steps_card(page: Page, run: Run, code: str, name: str) -> Card:
    """Every step of one activity with the day it was due and done."""
    steps = run.steps[run.steps["activity_id"] == code]
    if steps.empty:
        raise Nothing(page.say("No steps of this activity are loaded."))
    through = page.coverage.data_through_on
    frame = steps.assign(
        step_text=steps["step"].map(lambda step: page.term(f"step_{step}")),
        state_text=[
            say_state(page, due, done, through) for due, done in zip(steps["due_on"], steps["done_on"], strict=True)
        ],
    )
    return Card(
        title=page.say("Steps of {name}", name=name),
        subtitle=page.say("As it is on record on {day}", day=page.day(through)),
        frame=frame[["step_text", "due_on", "done_on", "state_text"]],
        metrics=("step_progress",),
    )


def say_state(page: Page, due: object, done: object, through: object) -> str:
    """A step's state as a fact: done in time, so many days late, open since, not due yet."""
    day, finished = (None if pd.isna(value) else pd.Timestamp(value) for value in (due, done))
    if finished is not None:
        if day is None or finished <= day:
            return page.say("done")
        return page.say("done {n} days late", n=page.count((finished - day).days))
    if day is None:
        return page.say("open, no due day")
    late = (pd.Timestamp(through) - day).days
    return page.say("open, {n} days over", n=page.count(late)) if late > 0 else page.say("not due yet")
