"""The list of terminals worth acting on, or of those behind a click in a chart of the page."""

from __future__ import annotations

import pandas as pd

from insight.sentences import coverage as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import find_choice
from insight.ui.coverage.customers_of_state import name_state
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal

SHOWN = 200  # rows of the list on the screen; the file holds them all
NOBODY = {
    "step_from": 0,
    "step_until": 0,
    "grade": "",
    "depth": -1,
    "unbought": "",
    "kind": "",
    "look": "",
    "unit": "",
    "lacking": "",
    "covered_by": "",
    "terminals": [],
}


def show_list(page: Page) -> None:
    """The list, with the way to the page of the terminal whose row is marked."""
    show_terminal(page, "coverage")
    show_card(page, "coverage/terminals", make_terminals)


def make_terminals(page: Page) -> Card:
    """Terminals worth acting on, or those of the choice made in a chart."""
    chosen = find_choice("coverage")
    chosen = {} if chosen.get("part") else chosen  # of a part with a list of its own
    frame = page.ask("coverage/terminals", **{key: chosen.get(key, none) for key, none in NOBODY.items()})
    if frame.empty:
        raise Nothing(
            page.say("No terminal stands here.")
            if chosen
            else page.say("No terminal needs attention, as far as the loaded tables tell.")
        )
    rows = frame.to_dict("records")
    frame["reason"] = pd.Series([sentences.list_reasons(row, page.language) or None for row in rows], dtype="object")
    frame["type"] = frame["type"].map(page.term, na_action="ignore")
    frame["life_state"] = frame["life_state"].map(lambda state: name_state(page, state), na_action="ignore")
    columns = [
        "terminal_name",
        "reason",
        "stake_amount",
        "life_state",
        "grade",
        "type",
        "city",
        "owner_name",
        "last_bought_on",
        "last_visited_on",
        "main_distributor_name",
        "sales_amount",
        "potential_amount",
        "line_count",
        "product_count",
    ]
    # a column without a single value says nothing
    columns = [
        column for column in columns if frame[column].notna().any() and (column != "line_count" or frame[column].any())
    ]
    title = (
        page.say("{n} terminals: {what}", n=page.count(len(frame)), what=chosen["text"])
        if chosen
        else sentences.tell_terminals(rows, page.language, page.company.currency)
    )
    cut = (
        page.say("The first {n} of {all} are shown; the file holds all.", n=SHOWN, all=page.count(len(frame)))
        if len(frame) > SHOWN
        else ""
    )
    return Card(
        title=title,
        subtitle=page.say("Most at stake first")
        if chosen
        else page.say(
            "Gone quiet, or grade A and never ordered, without an owner or not visited in 90 days; most at stake first"
        ),
        frame=frame[columns].head(SHOWN),
        note=cut,
        metrics=("worth_acting_on", "lapsed_terminals", "grade_a_never_ordered"),
        table=frame[["terminal_id", *columns]],
        **pick_terminals("coverage", frame["terminal_id"].head(SHOWN)),
    )
