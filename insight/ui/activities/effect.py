"""Did it change anything: one activity where one is opened, else the months around them, who stayed away, the kinds and
other slices, the order of activities, and how the estimates were tested."""

from __future__ import annotations

import streamlit as st

from insight.ui.activities.calibration import show_calibration
from insight.ui.activities.choices import NEEDED, find_opened
from insight.ui.activities.detail import show_activity
from insight.ui.activities.event import attendance_card, event_card, timing_card
from insight.ui.activities.league import league_card, list_card
from insight.ui.activities.outcome import Outcome
from insight.ui.activities.slices import choose_dimension, show_slices
from insight.ui.cards import show_card
from insight.ui.page import Page


def show_effect(page: Page, outcome: Outcome) -> None:
    """The opened activity, or everything about all of them; the evidence about the method below either."""
    opened = find_opened()
    if opened:
        show_activity(page, opened)
    else:
        show_all(page, outcome)
    show_calibration(page)


def show_all(page: Page, outcome: Outcome) -> None:
    """The event study beside what became of it, the slices beside who stayed away, then activity by activity."""
    left, right = st.columns(2)
    with left:
        show_card(page, "activities/event", lambda page: event_card(page, outcome), needs=NEEDED)
    with right:
        show_card(page, "activities/timing", lambda page: timing_card(page, outcome), needs=NEEDED)
    dimension = choose_dimension(page)
    left, right = st.columns([3, 2])
    with left:
        show_slices(page, outcome, dimension)
    with right:
        show_card(page, "activities/attendance", lambda page: attendance_card(page, outcome), needs=NEEDED)
    show_card(page, "activities/league", lambda page: league_card(page, outcome), needs=NEEDED)
    show_card(page, "activities/list", lambda page: list_card(page, outcome))
