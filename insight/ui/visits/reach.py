"""Where and with whom: the calendar of joint visits, whom they cover, where the time went, and distributors' own calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import calendar, parts, ranking
from insight.filters import add_months
from insight.sentences import visits as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, clear_choice, find_choice, take_turn
from insight.ui.frame import show_selection
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal
from insight.ui.visits.standing import NEAR_DAYS, choose_span, name_span
from insight.units import is_missing

LOOKS = {"territory": "By territory", "distributor": "By distributor"}
SHOWN = 200
MOST_DISTRIBUTORS = 13
BESIDE = 360  # about as tall as the two cards beside


def show_reach(page: Page) -> None:
    """The calendar, the visits behind a click in it, whom they cover beside where the time went, and own calls."""
    look = choose_part(page, "visits", LOOKS, key="look")
    show_card(page, "visits/calendar", lambda page: make_calendar(page, look))
    chosen = find_choice("visits")
    if "unit" in chosen:
        show_selection(page, chosen["text"], lambda: clear_choice("visits"))
    left, right = st.columns(2)
    with left:
        show_card(page, "visits/grades", lambda page: make_groups(page, "grade"), needs=("terminal_grades",))
        show_card(page, "visits/time", make_time, needs=("terminal_grades",))
    with right:
        show_card(page, "visits/units", lambda page: make_units(page, look))
    show_card(page, "visits/own", make_own_calls, needs=("reps",))
    show_terminal(page, "visits")
    show_card(page, "visits/list", make_list)


def make_calendar(page: Page, look: str) -> Card:
    """Joint visits of each territory or distributor by month, by week in a short period."""
    span = choose_span(page, "week")
    frame = page.ask("visits/joint_by_unit_and_time", by=look, step_unit=span)
    if frame.empty or (look == "distributor" and not frame["joint_count"].any()):
        raise Nothing(page.say("No joint visit in the period under these filters."))
    frame["step_on"] = pd.to_datetime(frame["step_on"])
    frame["unit_title"] = frame["unit_name"].where(frame["unit_name"] != "", page.say("Unassigned"))
    is_distributor = look == "distributor"
    shown = pd.DataFrame(
        {
            "row_id": frame["unit_id"],
            "row_name": frame["unit_title"],
            "column_id": frame["step_on"].dt.strftime("%Y-%m-%d"),
            "column_name": [name_span(page, span, day) for day in frame["step_on"]],
            "count": frame["joint_count"],
            "tip": [
                page.count(joint)
                if is_missing(calls)
                else page.say("{joint} of {calls} calls", joint=page.count(joint), calls=page.count(calls))
                for joint, calls in zip(frame["joint_count"], frame["visit_count"], strict=True)
            ],
        }
    )
    names = dict(zip(shown["row_id"], shown["row_name"], strict=True))

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose("visits", "calendar")
            return
        first = date.fromisoformat(cell["column_id"])
        choose(
            "visits",
            "calendar",
            text=page.say("Joint visits: {who}, {when}", who=names[cell["row_id"]], when=name_span(page, span, first)),
            unit=cell["row_id"],
            from_on=first,
            until_on=_end_span(span, first),
        )

    last = frame[frame["is_cut"]]["step_on"]
    return Card(
        title=sentences.tell_calendar(frame.to_dict("records"), page.language, by_distributor=is_distributor),
        subtitle=page.say(
            "Number of joint visits; hollow = none. The twenty distributors most often beside. Click a cell: which visits"
            if is_distributor
            else "Number of joint visits; hollow = none. Most first. Click a cell: which visits"
        ),
        frame=shown,
        draw=calendar.draw_calendar,
        options={
            "row_title": page.say("Distributor" if is_distributor else "Territory"),
            "column_title": page.say("Week from" if span == "week" else "Month" if span == "month" else "Quarter"),
            "count_title": page.say("Joint visits"),
        },
        note=page.say("The last column is not whole yet.")
        if not last.empty and last.max() == frame["step_on"].max()
        else "",
        metrics=("joint_visits", "joint_visit_rate"),
        pick="cell",
        on_select=select,
        turn=take_turn("visits", "calendar"),
        table=frame.assign(step_name=shown["column_name"], group_title=frame["unit_title"])[
            ["group_title", "step_name", "joint_count", *([] if is_distributor else ["visit_count"])]
        ],
    )


def _end_span(span: str, first: date) -> date:
    if span == "week":
        return first + timedelta(days=7)
    return add_months(first, 3 if span == "quarter" else 1)


def make_groups(page: Page, by: str, least_height: int = 0) -> Card:
    """Coverage of each grade or territory."""
    frame = page.ask("visits/coverage_by_group", by=by)
    if frame.empty:
        raise Nothing(page.say("No terminal for these filters."))
    names = {"grade": page.say("No grade"), "territory": page.say("Unassigned")}
    if by == "grade":
        titles = frame["group_id"].map(lambda grade: page.say("Grade {grade}", grade=grade) if grade else names[by])
    else:
        titles = frame["group_name"].where(frame["group_name"] != "", names[by])
    frame["group_title"] = titles
    return _draw_groups(
        page,
        frame,
        subtitle=page.say(
            "Target terminals visited jointly in the period ÷ target terminals; joint visits in brackets"
        ),
        columns=[
            "group_title",
            "target_count",
            "jointly_visited_count",
            "joint_coverage_rate",
            "visit_coverage_rate",
            "visit_count",
            "joint_count",
            "joint_rate",
        ],
        least_height=least_height,
    )


def make_units(page: Page, look: str) -> Card:
    """Coverage of each territory, or of what each distributor supplies."""
    if look == "territory":
        return make_groups(page, "territory", BESIDE)
    frame = page.ask("visits/coverage_by_distributor", row_limit=MOST_DISTRIBUTORS)
    if frame.empty:
        raise Nothing(page.say("No distributor supplies these terminals."))
    frame["group_title"] = frame["group_name"]
    left_out = int(frame["all_count"].iloc[0]) - len(frame)
    return _draw_groups(
        page,
        frame,
        subtitle=page.say(
            "Targets a distributor supplies that were visited jointly with it ÷ targets it supplies; joint visits in brackets"
        ),
        columns=[
            "group_title",
            "target_count",
            "jointly_visited_count",
            "joint_coverage_rate",
            "joint_count",
            "sales_amount",
        ],
        note=page.say("{n} more distributors supply targets here.", n=page.count(left_out)) if left_out > 0 else "",
    )


def _draw_groups(
    page: Page, frame: pd.DataFrame, subtitle: str, columns: list[str], note: str = "", least_height: int = 0
) -> Card:
    shown = pd.DataFrame(
        {
            "unit_id": frame["group_id"],
            "unit_name": frame["group_title"],
            "rate": frame["joint_coverage_rate"],
            "label": [
                page.say(
                    "{rate} · {n} of {all} ({joint})",
                    rate=page.share(row["joint_coverage_rate"]),
                    n=page.count(row["jointly_visited_count"]),
                    all=page.count(row["target_count"]),
                    joint=page.count(row["joint_count"]),
                )
                for row in frame.to_dict("records")
            ],
        }
    )
    return Card(
        title=sentences.tell_groups(frame.to_dict("records"), page.language),
        subtitle=subtitle,
        frame=shown,
        draw=ranking.draw_ranking,
        options={"least_height": least_height},
        note=note,
        metrics=("joint_visit_coverage", "joint_visit_rate", "visit_coverage"),
        table=frame[columns],
    )


def make_time(page: Page) -> Card:
    """Each grade's share of calls and joint visits beside its share of what is to be won."""
    frame = page.ask("visits/time_by_grade")
    if frame.empty or not frame["visit_count"].any():
        raise Nothing(page.say("No call is recorded under these filters."))
    is_potential = bool(frame["potential_amount"].notna().any())
    wholes = {
        "of_joint_share": (page.say("Joint visits"), "joint_count"),
        "of_calls_share": (page.say("All calls"), "visit_count"),
        "of_terminals_share": (page.say("Terminals"), "terminal_count"),
        "of_sales_share": (page.say("Pure sales, 12 months"), "sales_amount"),
        **({"of_potential_share": (page.say("Potential a year"), "potential_amount")} if is_potential else {}),
    }
    grades = {
        grade: page.say("Grade {grade}", grade=grade) if grade else page.say("No grade") for grade in frame["grade"]
    }
    rows = [
        {
            "unit_id": share,
            "unit_name": name,
            "part_id": row["grade"],
            "part_name": grades[row["grade"]],
            "share": row[share],
            "unit_text": (page.amount if column.endswith("_amount") else page.count)(frame[column].sum()),
        }
        for share, (name, column) in wholes.items()
        if frame[share].notna().any()
        for row in frame.to_dict("records")
    ]
    shades = ("deep", "middle", "light", "open")
    return Card(
        title=sentences.tell_time(frame.to_dict("records"), page.language, is_potential=is_potential),
        subtitle=page.say("Share of each grade; all terminals open in the period, targets or not"),
        frame=pd.DataFrame(rows),
        draw=parts.draw_parts,
        options={
            "roles": {
                grade: shades[min(place, len(shades) - 1)] if grade else "grey" for place, grade in enumerate(grades)
            }
        },
        note="" if is_potential else page.say("No potentials are loaded: pure sales stand for what is to be won."),
        metrics=("time_by_grade",),
        table=frame.assign(grade=frame["grade"].map(grades)),
    )


def make_own_calls(page: Page) -> Card:
    """Distributors beside, and whether their own people call there too."""
    frame = page.ask("visits/own_calls_by_distributor", near_days=NEAR_DAYS)
    if frame.empty:
        raise Nothing(page.say("No joint visit in the period under these filters."))
    seen = frame[frame["people_count"] > 0]
    unseen = len(frame) - len(seen)
    title = sentences.tell_overlap(frame.to_dict("records"), page.language, NEAR_DAYS)
    if seen.empty:
        raise Nothing(page.say("{what}.", what=title))
    return Card(
        title=title,
        subtitle=page.say(
            "No plan of the distributors is loaded: calls by people they employ, at the same terminal within {days} days of "
            "the joint visit, stand in for it",
            days=NEAR_DAYS,
        ),
        frame=seen[
            [
                "distributor_name",
                "people_count",
                "joint_count",
                "near_count",
                "near_rate",
                "own_call_count",
                "own_apart_count",
            ]
        ],
        note=page.say(
            "Of {n} more distributors that were beside no people are loaded, so their calls cannot be seen.", n=unseen
        )
        if unseen
        else "",
        metrics=("own_call_overlap",),
    )


def make_list(page: Page) -> Card:
    """The joint visits one by one, those of the cell clicked where one is."""
    chosen = find_choice("visits")
    frame = page.ask(
        "visits/joint_visits",
        unit=chosen.get("unit", "-"),
        from_on=chosen.get("from_on", page.window.period_start),
        until_on=chosen.get("until_on", page.window.period_end),
        row_limit=500,
    )
    if frame.empty:
        raise Nothing(page.say("No joint visit in the period under these filters."))
    everyone = int(frame["all_count"].iloc[0])
    frame["visit_mode"] = frame["visit_mode"].map(page.term, na_action="ignore")
    frame["purpose"] = frame["purpose"].map(page.term, na_action="ignore")
    columns = [
        column
        for column in (
            "visited_on",
            "terminal_name",
            "grade",
            "distributor_name",
            "rep_name",
            "visit_mode",
            "step_count",
            "purpose",
        )
        if frame[column].notna().any()
    ]
    return Card(
        title=chosen["text"] if "unit" in chosen else page.say("{n} joint visits", n=page.count(everyone)),
        subtitle=page.say("The latest first; a click on a row leads to the terminal"),
        frame=frame[columns].head(SHOWN),
        note=page.say(
            "The first {n} of {all} are shown; the file holds {most}.",
            n=SHOWN,
            all=page.count(everyone),
            most=page.count(len(frame)),
        )
        if everyone > SHOWN
        else "",
        metrics=("joint_visits",),
        table=frame[["visit_id", *columns]],
        **pick_terminals("visits", frame["terminal_id"].head(SHOWN)),
    )
