"""Plan the next activity: what it must bring, whether anybody could tell, whom to invite, whom to leave out."""

from __future__ import annotations

import streamlit as st

from insight.ui.activities.outcome import Outcome
from insight.ui.activities.plan.cards import (
    break_even_card,
    comparables_card,
    holdout_card,
    invites_card,
    left_out_card,
    verdict_card,
)
from insight.ui.activities.plan.form import ask_wish
from insight.ui.activities.plan.work import PAGE, Plan, compare, draw_holdout, read_kinds, work_out
from insight.ui.cards import show_card
from insight.ui.page import Page
from insight.ui.states import show_nothing
from insight.ui.terminal.opening import show_terminal


def show_plan(page: Page, _: Outcome | None = None) -> None:
    """The form, then the verdict beside what it must bring, whom to invite, and what the past and a hold-out say."""
    kinds = read_kinds(page)
    wish = ask_wish(page, kinds)
    with st.spinner(page.say("Working it out …")):
        plan = work_out(page, wish, kinds)
    _show_unknown(page, plan)
    if plan.invited.empty and plan.left_out.empty:
        show_nothing(
            page.say("None of the terminals on the list was found.")
            if wish.names
            else page.say("No terminal is open here: choose another territory, type or grade, or remove a filter.")
        )
        return
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "planning/verdict", lambda page: verdict_card(page, plan))
    with right:
        show_card(page, "planning/break_even", lambda page: break_even_card(page, plan))
    show_card(page, "planning/invites", lambda page: invites_card(page, plan))
    show_terminal(page, PAGE)
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "planning/comparables", lambda page: comparables_card(page, plan, compare(page, plan)))
    with right:
        show_card(page, "planning/holdout", lambda page: holdout_card(page, plan, draw_holdout(plan)))
    if not plan.left_out.empty:
        show_card(page, "planning/left_out", lambda page: left_out_card(page, plan))


def _show_unknown(page: Page, plan: Plan) -> None:
    """Names of the pasted list nobody is called by, or more than one."""
    for names, text in (
        (plan.unknown, "Not found among the terminals: {names}"),
        (plan.ambiguous, "More than one terminal is called so, none was taken: {names}"),
    ):
        if names:
            shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
            show_nothing(page.say(text, names=shown))
