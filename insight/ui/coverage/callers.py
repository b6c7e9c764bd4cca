"""Who covers whom: whose people visited the terminals of each grade and of each third of potential, and who saw nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import cells
from insight.sentences import reach as sentences
from insight.sentences.coverage import FEW
from insight.ui.cards import Card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.coverage.distribution import list_units, name_unit
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.text import plain

BEST = "A"


def show_alert(page: Page) -> None:
    """A line about the best terminals that nobody visited, with the way to their list; nothing where there are none."""
    units = page.ask("coverage/reach_by_unit")
    best = units[(units["look"] == "grade") & (units["unit_id"] == BEST)]
    if best.empty or not _is_recorded(page, units):
        return
    text = sentences.tell_alert(best.iloc[0].to_dict(), page.period_short, page.language, page.company.currency)
    if not text:
        return
    is_shown = find_choice("coverage").get("card") == "alert"
    with st.container(horizontal=True, vertical_alignment="center", key="coverage-alert"):
        st.warning(plain(text), icon=":material/warning:", width="stretch")
        if not is_shown:
            st.button(page.say("Show them"), key="coverage-alert-show", on_click=show_unvisited, args=(page,))


def show_unvisited(page: Page) -> None:
    """The list below is of the best terminals that nobody visited."""
    choose(
        "coverage",
        "alert",
        text=page.say(sentences.CALLED["nobody"], unit=name_unit(page, "grade", BEST)),
        look="grade",
        unit=BEST,
        covered_by="nobody",
    )


def make_grade_callers(page: Page) -> Card:
    """Grades by whose people visited them."""
    units = _list_recorded(page, "grade")
    return _draw(page, "grade", units, sentences.tell_callers(units.iloc[0].to_dict(), page.language))


def make_potential_callers(page: Page) -> Card:
    """Thirds of potential by whose people visited them."""
    units = _list_recorded(page, "potential")
    if units["held_amount"].isna().all():
        raise Nothing(page.say("No terminal here has a potential."))
    title = sentences.tell_potential_callers(units.to_dict("records"), page.language, page.company.currency)
    return _draw(page, "potential", units, title)


def _list_recorded(page: Page, look: str) -> pd.DataFrame:
    """The units of a look, or the reason why it cannot be told who visits them."""
    units = list_units(page, look)
    if not _is_recorded(page, units):
        first, last = units["first_visited_on"].iloc[0], units["last_visited_on"].iloc[0]
        if pd.isna(first):
            raise Nothing(page.say("No visit is on record here."))
        if pd.isna(last):
            raise Nothing(page.say("Visits are on record from {day} on only.", day=page.day(first)))
        raise Nothing(page.say("No visit is on record after {day}.", day=page.day(last)))
    held = units[units["held_count"] > 0]
    if held.empty:
        raise Nothing(page.say("No terminal here is graded or on the target list."))
    return held


def _is_recorded(page: Page, units: pd.DataFrame) -> bool:
    """Whether visits are on record that reach into the window."""
    last = units["last_visited_on"].iloc[0] if len(units) else None
    return last is not None and not pd.isna(last) and pd.Timestamp(last).date() >= page.window.period_start


def _draw(page: Page, look: str, units: pd.DataFrame, title: str) -> Card:
    drawn: list[dict[str, Any]] = []
    for row in units[units["look"] == look].to_dict("records"):
        for caller, (words, below) in sentences.CALLERS.items():
            count, amount = row[f"by_{caller}_count"], row[f"by_{caller}_amount"]
            share = count / row["held_count"]
            drawn.append(
                {
                    "row_id": row["unit_id"],
                    "row_name": row["name"],
                    "row_note": _note_unit(page, look, row),
                    "column_id": caller,
                    "column_name": page.say(words),
                    "column_note": page.say(below) if below else None,
                    "word": page.count(count),
                    "line": page.share(share) if count and row["held_count"] >= FEW else None,
                    "second_line": None if not count or pd.isna(amount) else page.amount(amount),
                    "shade": share if count and row["held_count"] >= FEW else None,
                }
            )
    names = dict(zip(units["unit_id"], units["name"], strict=True)) | {row["row_id"]: row["row_name"] for row in drawn}

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose("coverage", f"callers_{look}")
            return
        choose(
            "coverage",
            f"callers_{look}",
            text=page.say(sentences.CALLED[cell["column_id"]], unit=names[cell["row_id"]]),
            look=look,
            unit=cell["row_id"],
            covered_by=cell["column_id"],
        )

    return Card(
        title=title,
        subtitle=page.say(
            "Terminals of each grade by whose people visited them in the period: number, share of the grade, potential "
            "a year. Open on the last day, graded or on the target list. Click a cell: who they are"
            if look == "grade"
            else "Terminals by third of potential and by whose people visited them in the period: number, share of the "
            "third, potential a year. Click a cell: who they are"
        ),
        frame=pd.DataFrame(drawn),
        draw=cells.draw_cells,
        options={
            "row_title": page.say("Grade" if look == "grade" else "Potential"),
            "column_title": page.say("Visited by"),
            "word_title": page.say("Terminals"),
            "line_title": page.say("Share"),
            "second_title": page.say("Potential a year"),
        },
        note=" ".join(filter(None, (_note_records(page, units), _note_estimates(page, units)))),
        metrics=("who_covers",),
        pick="cell",
        on_select=select,
        turn=take_turn("coverage", f"callers_{look}"),
        table=units[
            [
                "name",
                "held_count",
                "held_amount",
                *(f"by_{caller}_{unit}" for caller in sentences.CALLERS for unit in ("count", "amount")),
                "by_nobody_unowned_count",
            ]
        ].rename(columns={"name": "part_name"}),
    )


def _note_unit(page: Page, look: str, row: Mapping[str, Any]) -> str:
    count = page.say("{n} terminals", n=page.count(row["held_count"]))
    if look == "grade" or not row["unit_id"]:
        return count
    if row["unit_id"] == "low":
        return page.say("{n} · up to {amount}", n=page.count(row["held_count"]), amount=page.amount(row["most_amount"]))
    return page.say("{n} · from {amount}", n=page.count(row["held_count"]), amount=page.amount(row["least_amount"]))


def _note_records(page: Page, units: pd.DataFrame) -> str:
    first = pd.Timestamp(units["first_visited_on"].iloc[0]).date()
    if first < page.window.period_start + timedelta(days=31):
        return ""
    return page.say("Visits are on record from {day} on only.", day=page.day(first))


def _note_estimates(page: Page, units: pd.DataFrame) -> str:
    whole = units.iloc[0]
    if not whole["estimated_count"] or pd.isna(whole["held_amount"]):
        return ""
    return page.say(
        "Potential of {n} terminals is an estimate from similar ones.", n=page.count(whole["estimated_count"])
    )
