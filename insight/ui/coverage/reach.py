"""Whom we reach: the ladder from known to the full range, how widely each part is reached, and who covers whom."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import ladder
from insight.sentences import coverage as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, take_turn
from insight.ui.coverage.callers import make_grade_callers, make_potential_callers, show_alert
from insight.ui.coverage.distribution import list_looks, make_distribution
from insight.ui.coverage.terminals import show_list
from insight.ui.page import Page
from insight.ui.parts import choose_part


def show_reach(page: Page) -> None:
    """The alert, the ladder beside distribution, who covers whom, and the terminals behind a click."""
    show_alert(page)
    left, right = st.columns(2)
    with left:
        show_card(page, "coverage/steps", make_steps)
    with right:
        looks = list_looks(page)
        look = choose_part(page, "coverage", looks, key="look") if looks else "all"
        show_card(page, "coverage/distribution", lambda shown: make_distribution(shown, look))
    if page.has("visits"):
        left, right = st.columns(2)
        with left:
            show_card(page, "coverage/grade_callers", make_grade_callers)
        with right:
            show_card(page, "coverage/potential_callers", make_potential_callers)
    else:
        show_card(page, "coverage/grade_callers", make_grade_callers, needs=("visits",))
    show_list(page)


def make_steps(page: Page) -> Card:
    """The ladder from known to the full range, with a tick where it stood in the window compared with."""
    frame = page.ask("coverage/steps")
    rows = frame.to_dict("records")
    names = [sentences.name_step(row, page.language) for row in rows]
    shown = pd.DataFrame(
        {
            "step_id": frame["step"],
            "label": names,
            "count": frame["terminal_count"],
            "conversion_rate": frame["reached_rate"],
        }
    )
    has_base = page.window.has_base and bool(frame["base_count"].max())
    if has_base:
        shown["base_count"] = frame["base_count"]
    notes = [page.say("Tick: {base}.", base=page.base_name)] if has_base else []
    if not page.has("listings"):
        notes.append(
            page.say(
                "No listings are loaded, so the step “{step}” is left out.", step=page.say(sentences.STEPS["listed"])
            )
        )

    def pick(step: str | None) -> None:
        place = next((index for index, row in enumerate(rows) if row["step"] == step), None)
        if place is None:
            choose("coverage", "steps")
            return
        until = rows[place + 1]["step_number"] if place + 1 < len(rows) else 99
        choose(
            "coverage",
            "steps",
            text=page.say("Reached “{step}” and no further", step=names[place]),
            step_from=int(rows[place]["step_number"]),
            step_until=int(until),
        )

    return Card(
        title=sentences.tell_steps(rows, page.language),
        subtitle=page.say(
            "Terminals that reached each step and all below it. Click a step: who stands there and goes no further"
        ),
        frame=shown,
        draw=ladder.draw_ladder,
        options={"base_title": page.base_name.capitalize()},
        note=" ".join(notes),
        metrics=("coverage_ladder",),
        pick="step",
        pick_field="step_id",
        on_pick=pick,
        turn=take_turn("coverage", "steps"),
        table=frame.assign(step=names)[
            ["step", "terminal_count", "stuck_count", "reached_rate", *(["base_count"] if has_base else [])]
        ],
    )
