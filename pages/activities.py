"""Did activities pay back, how sure is that, which kinds work, how long does it last, what to stop and what to fund."""

import streamlit as st

from insight.sentences import activities as sentences
from insight.ui import activity_cards as cards
from insight.ui.activities import list_activity_tiles, sum_selection
from insight.ui.calibration import show_calibration
from insight.ui.cards import show_card
from insight.ui.frame import show_headline
from insight.ui.page import this_page
from insight.ui.states import show_missing_table, show_nothing
from insight.ui.tiles import show_tiles

NEEDED = ("activity_terminals",)

page = this_page()
if not page.has("activities"):
    show_headline(page, page.say("No activities are loaded, so what they brought cannot be said."))
    show_missing_table("activities", page.language)
    st.stop()
outcome = sum_selection(page)
show_headline(
    page,
    sentences.tell_headline(
        outcome.total,
        outcome.lift,
        outcome.counts,
        page.language,
        page.company.currency,
        is_picked_unusual=outcome.is_picked_unusual,
    ),
)
st.caption(cards.describe_basis(page, outcome))
if outcome.activities.empty:
    show_nothing(
        page.say(
            "Choose a longer period or remove a filter. Effects need three whole months after an activity, so the "
            "last ones cannot be judged yet."
        )
    )
    st.stop()
show_tiles(page, list_activity_tiles(page, outcome))
cards.show_chosen(page)
left, right = st.columns([3, 2])
with left:
    show_card(page, "activities/event", lambda page: cards.event_card(page, outcome), needs=NEEDED)
with right:
    show_card(page, "activities/kinds", lambda page: cards.kinds_card(page, outcome), needs=NEEDED)
left, right = st.columns([3, 2])
with left:
    show_card(page, "activities/returns", lambda page: cards.returns_card(page, outcome), needs=NEEDED)
with right:
    show_card(page, "activities/shares", lambda page: cards.shares_card(page, outcome), needs=NEEDED)
show_card(page, "activities/payers", lambda page: cards.payers_card(page, outcome), needs=NEEDED)
show_card(page, "activities/list", lambda page: cards.list_card(page, outcome))
show_calibration(page)
