"""How activities were run: each of eight measures as what was met out of what was due, activity by activity.

An activity is judged by a measure only where something about it is on record, a day or a step, and only once it could
have been met. Cancelled activities are not judged.

    Begins 20 May, submitted 10 May: 10 days ahead, 20 asked: due 1, met 0, late by 10. Its debrief was due on 27 May and
    done on 25 May: due 1, met 1. With data to 22 May the debrief is not due yet: it is not counted at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

MEASURES = ("lead", "approved", "prepared", "progress", "debriefed", "evaluated", "archived", "shared")
_CLOSING = {"debriefed": "debrief", "evaluated": "evaluate", "archived": "archive", "shared": "share"}
_IN_TIME = ("debriefed", "evaluated")  # these have to be done by their day; the others only have to be done
COLUMNS = ["activity_id", "measure", "due_count", "met_count", "late_days"]

Activity = Mapping[str, Any]
Steps = Mapping[str, Sequence[tuple[date | None, date | None]]]  # step: (due, done) of each of its rows


def read_day(value: Any) -> date | None:
    """A day as a date; missing is None."""
    if value is None or value is pd.NaT or value != value:
        return None
    return value.date() if hasattr(value, "date") else value


def group_steps(steps: pd.DataFrame) -> dict[str, dict[str, list[tuple[date | None, date | None]]]]:
    """The steps of each activity by name: (due, done) of each row."""
    grouped: dict[str, dict[str, list[tuple[date | None, date | None]]]] = {}
    for activity, step, due, done in steps[["activity_id", "step", "due_on", "done_on"]].itertuples(index=False):
        grouped.setdefault(str(activity), {}).setdefault(str(step), []).append((read_day(due), read_day(done)))
    return grouped


def judge_activities(
    activities: pd.DataFrame,
    steps: pd.DataFrame,
    through: date,
    lead_days: int,
    closing_days: Mapping[str, int],
    preparation: Sequence[str],
) -> pd.DataFrame:
    """A row an activity and measure that can be judged: due_count, met_count, late_days (None: open, or met)."""
    grouped = group_steps(steps)
    rows: list[tuple[str, str, int, int, int | None]] = []
    for activity in activities[~activities["is_cancelled"].astype(bool)].to_dict("records"):
        own = grouped.get(str(activity["activity_id"]), {})
        found = [
            ("lead", judge_lead(activity, own, through, lead_days)),
            ("approved", judge_approval(activity, own)),
            ("prepared", judge_preparation(activity, own, preparation)),
            ("progress", judge_progress(own, through)),
            *((name, judge_closing(name, activity, own, through, closing_days)) for name in _CLOSING),
        ]
        rows += [(str(activity["activity_id"]), name, *judged) for name, judged in found if judged is not None]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"late_days": "float64"})


Judged = tuple[int, int, int | None] | None


def find_done(activity: Activity, own: Steps, column: str, step: str) -> date | None:
    """The day of the activity's own record, else the last day its step was done, if all of its rows are."""
    day = read_day(activity[column])
    return day if day is not None else find_last_done(own.get(step, ()))


def find_last_done(rows: Sequence[tuple[date | None, date | None]]) -> date | None:
    """The day on which the last row was done; None while one is open."""
    days = [done for _, done in rows]
    return None if not days or None in days else max(day for day in days if day is not None)


def judge_lead(activity: Activity, own: Steps, through: date, lead_days: int) -> Judged:
    """Submitted so many days before it begins. Not submitted counts once it is too late to be, if the step is there."""
    submitted, start = find_done(activity, own, "submitted_on", "submit"), read_day(activity["starts_on"])
    assert start is not None
    if submitted is not None:
        ahead = (start - submitted).days
        return (1, 1, None) if ahead >= lead_days else (1, 0, lead_days - ahead)
    is_too_late = (start - through).days < lead_days
    return (1, 0, None) if is_too_late and "submit" in own else None


def judge_approval(activity: Activity, own: Steps) -> Judged:
    """Approved by its first day; judged once it has begun."""
    if activity["is_upcoming"]:
        return None
    approved, start = find_done(activity, own, "approved_on", "approve"), read_day(activity["starts_on"])
    assert start is not None
    if approved is None:
        return (1, 0, None) if "approve" in own else None
    return (1, 1, None) if approved <= start else (1, 0, (approved - start).days)


def judge_preparation(activity: Activity, own: Steps, preparation: Sequence[str]) -> Judged:
    """Everything to prepare was done by the first day; judged once it has begun."""
    rows = [row for step in preparation for row in own.get(step, ())]
    start = read_day(activity["starts_on"])
    if activity["is_upcoming"] or not rows or start is None:
        return None
    last = find_last_done(rows)
    if last is None:
        return (1, 0, None)
    return (1, 1, None) if last <= start else (1, 0, (last - start).days)


def judge_progress(own: Steps, through: date) -> Judged:
    """Steps done of those due by the end of the data. A revision that nobody asked for is open, and not missing."""
    due = [row for step, rows in own.items() if step != "revise" for row in rows if row[0] is not None]
    reached = [done for day, done in due if day is not None and day <= through]
    return (len(reached), sum(done is not None for done in reached), None) if reached else None


def judge_closing(name: str, activity: Activity, own: Steps, through: date, closing_days: Mapping[str, int]) -> Judged:
    """Debriefed and evaluated by the day it was due, archived and shared at all; judged once that day has come."""
    step = _CLOSING[name]
    rows = own.get(step, ())
    end = read_day(activity["ended_on"])
    done = find_last_done(rows)
    if done is None and name == "evaluated":
        done = read_day(activity["evaluated_on"])
    if activity["is_upcoming"] or end is None or (not rows and done is None):
        return None
    days = [due for due, _ in rows if due is not None]
    due = max(days) if days else end + timedelta(days=closing_days[step])
    if due > through:
        return None
    if done is None or done > through:
        return (1, 0, None)
    if name not in _IN_TIME or done <= due:
        return (1, 1, None)
    return (1, 0, (done - due).days)


def sum_measures(judged: pd.DataFrame, units: pd.Series) -> pd.DataFrame:
    """unit_id, measure, activity_count, due_count, met_count, met_rate; ``units`` holds a unit by activity_id.

    Three activities of a unit, 5 of 5, 4 of 5 and 0 of 2 steps done: 9 of 12, 75 %, not the mean of three rates.
    """
    table = judged.assign(unit_id=judged["activity_id"].map(units))
    summed = (
        table.groupby(["unit_id", "measure"], sort=False)
        .agg(activity_count=("activity_id", "nunique"), due_count=("due_count", "sum"), met_count=("met_count", "sum"))
        .reset_index()
    )
    return summed.assign(met_rate=summed["met_count"] / summed["due_count"])


def measure_cycles(activities: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """A row an activity not cancelled: lead_days, approval_days (None where a day lacks), revision_count.

    Approved before it was submitted is no cycle: is_reversed, and no days.
    """
    grouped = group_steps(steps)
    rows = []
    for activity in activities[~activities["is_cancelled"].astype(bool)].to_dict("records"):
        own = grouped.get(str(activity["activity_id"]), {})
        submitted = find_done(activity, own, "submitted_on", "submit")
        approved = find_done(activity, own, "approved_on", "approve")
        start = read_day(activity["starts_on"])
        evaluated = find_done(activity, own, "evaluated_on", "evaluate")
        taken = (approved - submitted).days if approved and submitted else None
        rows.append(
            {
                "activity_id": str(activity["activity_id"]),
                "lead_days": (start - submitted).days if start and submitted else None,
                "approval_days": taken if taken is not None and taken >= 0 else None,
                "revision_count": sum(done is not None for _, done in own["revise"]) if "revise" in own else None,
                "is_reversed": bool(
                    (taken is not None and taken < 0)
                    or (evaluated and start and evaluated < start)
                    or activity["has_reversed_days"]
                ),
                "has_steps": bool(own),
                "undated_count": sum(due is None for rows in own.values() for due, _ in rows),
            }
        )
    columns = ["lead_days", "approval_days", "revision_count"]
    frame = pd.DataFrame(rows, columns=["activity_id", *columns, "is_reversed", "has_steps", "undated_count"])
    return frame.astype(dict.fromkeys(columns, "float64"))


def spread_days(days: pd.Series) -> dict[str, float]:
    """Median and quartiles: of 2, 4, 6, 8, 20 days 6, from 4 to 8; and how many they are."""
    known = days.dropna()
    first, middle, third = (float(known.quantile(level)) if len(known) else float("nan") for level in (0.25, 0.5, 0.75))
    return {"count": float(len(known)), "first": first, "median": middle, "third": third}


def find_faults(judged: pd.DataFrame) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each activity with what it did not meet, in the order of MEASURES, the most first.

    Steps still open are named as such only where no other measure says which they are.
    """
    order = {name: place for place, name in enumerate(MEASURES)}
    missed = judged[judged["met_count"] < judged["due_count"]]
    is_named = missed["activity_id"].isin(missed.loc[missed["measure"] != "progress", "activity_id"])
    missed = missed[~is_named | (missed["measure"] != "progress")]
    groups = {
        str(code): sorted(group.to_dict("records"), key=lambda row: order[row["measure"]])
        for code, group in missed.groupby("activity_id", sort=True)
    }
    yield from sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
