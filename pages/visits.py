"""Joint visits: are they made, with the right customers, how well, what followed, and which records need review."""

import streamlit as st

from insight.sentences import visits as sentences
from insight.ui.frame import show_headline
from insight.ui.page import this_page
from insight.ui.parts import choose_part
from insight.ui.states import show_missing_table, show_nothing
from insight.ui.text import plain
from insight.ui.tiles import show_tiles
from insight.ui.visits import PARTS
from insight.ui.visits.standing import list_visit_tiles, read_totals

page = this_page()
if not page.has("visits"):
    show_headline(page, page.say("No calls are loaded, so nothing can be said of joint visits."))
    show_missing_table("visits", page.language)
    st.stop()
totals = read_totals(page)
show_headline(page, sentences.tell_headline(totals.now, totals.base, page.period_short, page.language))
if page.filters.product_lines or page.filters.manufacturers:
    st.caption(
        plain(page.say("A call is for no product: the filters on product lines and manufacturers do not apply here."))
    )
if not totals.now["visit_count"] and not totals.rules[0]["visit_count"]:
    show_nothing(page.say("Choose a longer period or remove a filter."))
    st.stop()
show_tiles(page, list_visit_tiles(page, totals))
PARTS[choose_part(page, "visits", {code: label for code, (label, _) in PARTS.items()})][1](page)
