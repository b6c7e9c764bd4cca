"""The customers behind a state or a move; without a choice those at risk."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.charts.life import STATES
from insight.sentences import life as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, find_choice
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal

PART = "life"
SHOWN = 200  # rows on the screen; the file holds them all
ANYBODY = {"state": "", "from_state": "", "moved_from": "", "moved_to": "", "move_month": None}


def name_state(page: Page, state: str) -> str:
    """A state in words."""
    return page.say(STATES[state])


def choose_customers(card: str, **choice: Any) -> None:
    """Remember what was clicked in a card of this part; its choices mean nothing to the lists of the others."""
    choose("coverage", card, **({"part": PART, **choice} if choice else {}))


def show_customers(page: Page) -> None:
    """The list, with the way to the page of the terminal whose row is marked."""
    show_terminal(page, "coverage")
    show_card(page, "coverage/customers", make_customers)


def make_customers(page: Page) -> Card:
    """Customers of the state or move chosen, or those at risk."""
    chosen = {key: value for key, value in find_choice("coverage").items() if key in ANYBODY}
    frame = page.ask("life/terminals", **{**ANYBODY, **chosen})
    if frame.empty:
        raise Nothing(
            page.say("No customer stands here.")
            if chosen
            else page.say("No customer is at risk: nobody is dormant or shrinking, and nobody was lost in the period.")
        )
    rows = frame.to_dict("records")
    listed = frame.assign(state=frame["state"].map(lambda state: name_state(page, state)))
    columns = [
        "terminal_name",
        "state",
        "stake_amount",
        "last_order_on",
        "silent_days",
        "usual_days",
        "change_rate",
        "owner_name",
        "main_distributor_name",
        "grade",
        "city",
        "since_month",
    ]
    # a column without a single value says nothing
    columns = [column for column in columns if listed[column].notna().any()]
    title = (
        page.say("{n} customers: {what}", n=page.count(len(frame)), what=find_choice("coverage")["text"])
        if chosen
        else sentences.tell_list(rows, page.language, page.company.currency)
    )
    return Card(
        title=title,
        subtitle=page.say("Most at stake first")
        if chosen
        else page.say("Dormant, shrinking, or lost in the period; most at stake first"),
        frame=listed[columns].head(SHOWN),
        note=page.say("The first {n} of {all} are shown; the file holds all.", n=SHOWN, all=page.count(len(frame)))
        if len(frame) > SHOWN
        else "",
        metrics=("lifecycle_state", "value_at_stake", "order_rhythm"),
        table=pd.DataFrame(listed[["terminal_id", *columns]]),
        **pick_terminals("coverage", frame["terminal_id"].head(SHOWN)),
    )
