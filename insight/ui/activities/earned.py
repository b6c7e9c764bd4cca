"""Did it pay: who paid and gained and when it came back, what activities cost, and what spending more goes with."""

from __future__ import annotations

import streamlit as st

from insight.ui.activities.choices import NEEDED
from insight.ui.activities.earnings.costs import bands_card, costs_card, list_costs, outside_card, unit_costs_card
from insight.ui.activities.earnings.payback import payback_card, payback_kinds_card
from insight.ui.activities.earnings.payers import choose_payer, list_payers, payers_card
from insight.ui.activities.earnings.returns import kinds_card, returns_card, shares_card
from insight.ui.activities.earnings.spending import response_card, responses_card
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import show_card
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import show_missing_table

LOOKS = {"return": "Return", "cost": "Cost", "spend": "More or less spend"}


def show_earned(page: Page, outcome: Outcome) -> None:
    """One look at a time, and only that one is computed."""
    look = choose_part(page, "activities", LOOKS, key="look")
    missing = [table for table in NEEDED if not page.has(table)]
    if look != "cost" and missing:
        show_missing_table(missing[0], page.language)
        return
    {"return": show_return, "cost": show_cost, "spend": show_spend}[look](page, outcome)


def show_return(page: Page, outcome: Outcome) -> None:
    """Who paid and gained, when it came back for the payer followed, the kinds by return, and cost against return."""
    listed = list_payers(page, outcome)
    show_card(page, "activities/payers", lambda page: payers_card(page, listed))
    payer = choose_payer(page, listed)
    left, right = st.columns([11, 9])
    with left:
        show_card(page, "activities/payback", lambda page: payback_card(page, listed, payer))
    with right:
        show_card(page, "activities/payback_kinds", lambda page: payback_kinds_card(page, listed, payer))
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "activities/kind_returns", lambda page: kinds_card(page, outcome))
    with right:
        show_card(page, "activities/shares", lambda page: shares_card(page, outcome))
    show_card(page, "activities/returns", lambda page: returns_card(page, outcome))


def show_cost(page: Page, outcome: Outcome) -> None:
    """Estimated, committed and actual; what each one reached cost; and what is outside the usual."""
    costs = list_costs(page, outcome)
    left, right = st.columns(2)
    with left:
        show_card(page, "activities/costs", lambda page: costs_card(page, costs))
    with right:
        show_card(page, "activities/bands", lambda page: bands_card(page, costs), needs=NEEDED)
    show_card(page, "activities/unit_costs", lambda page: unit_costs_card(page, costs), needs=("activity_costs",))
    show_card(page, "activities/outside", lambda page: outside_card(page, costs))


def show_spend(page: Page, outcome: Outcome) -> None:
    """What spending more goes with, of one kind and of all; over the whole company, whatever the filters."""
    left, right = st.columns([11, 9])
    with left:
        show_card(page, "activities/response", response_card)
    with right:
        show_card(page, "activities/responses", responses_card)
