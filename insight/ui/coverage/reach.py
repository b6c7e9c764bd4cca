"""Whom we reach: the ladder from known to the full range."""

from __future__ import annotations

import pandas as pd

from insight.charts import ladder
from insight.sentences import coverage as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, take_turn
from insight.ui.coverage.terminals import show_list
from insight.ui.page import Page


def show_reach(page: Page) -> None:
    """The ladder and the terminals that stand on it."""
    show_card(page, "coverage/steps", make_steps)
    show_list(page)


def make_steps(page: Page) -> Card:
    """The ladder from known to the full range."""
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
    missing = (
        []
        if page.has("listings")
        else [page.say("No listings are loaded, so the step “{step}” is left out.", step=page.say("Listed"))]
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
        note=" ".join(missing),
        metrics=("coverage_ladder",),
        pick="step",
        pick_field="step_id",
        on_pick=pick,
        turn=take_turn("coverage", "steps"),
        table=frame.assign(step=names)[["step", "terminal_count", "stuck_count", "reached_rate"]],
    )
