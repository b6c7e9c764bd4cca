"""Are we on plan, since when, where is the gap, what moved, what to look at next."""

import streamlit as st

from insight.sentences.overview import DRIVERS, tell_headline
from insight.ui.attention import show_attention
from insight.ui.cards import show_card
from insight.ui.choice import clear_choice
from insight.ui.frame import show_headline, show_selection
from insight.ui.overview import (
    has_places,
    make_bridge,
    make_driver,
    make_months,
    make_places,
    make_units,
    read_driver,
)
from insight.ui.page import this_page
from insight.ui.summary import list_summary_tiles
from insight.ui.terminal.opening import show_terminal
from insight.ui.tiles import show_tiles

page = this_page()
total = page.ask("overview/totals").iloc[0].to_dict()
if not page.window.has_base:
    total["base_amount"] = None  # what lies before the data is nothing to compare with
units = page.ask("overview/attainment_by_unit").to_dict("records")

show_headline(page, tell_headline(total, units, page.period_short, page.language, page.company.currency))
show_tiles(page, list_summary_tiles(page, total))

left, right = st.columns([3, 2])
with left:
    show_card(page, "overview/months", make_months)
with right:
    show_card(page, "overview/units", make_units)

if has_places(page):
    left, right = st.columns(2)
    with left:
        show_card(page, "overview/bridge", make_bridge)
    with right:
        show_card(page, "overview/places", make_places)
else:
    show_card(page, "overview/bridge", make_bridge)

if read_driver():
    show_selection(
        page, page.say("Selected: {name}", name=page.say(DRIVERS[read_driver()])), lambda: clear_choice("overview")
    )
    show_terminal(page, "overview")
    show_card(page, "overview/driver", make_driver)
show_attention(page)
