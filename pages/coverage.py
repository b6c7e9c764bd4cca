"""How much of the target universe do we reach, how deep, where is the white space, who has gone quiet."""

import streamlit as st

from insight.ui.choice import clear_choice, find_choice
from insight.ui.coverage import HEADLINES, PARTS
from insight.ui.coverage.customers_of_state import PART
from insight.ui.coverage.distribution import list_actions
from insight.ui.coverage.standing import gather, headline_whole
from insight.ui.coverage.tiles import list_tiles
from insight.ui.frame import show_headline, show_selection
from insight.ui.page import this_page
from insight.ui.parts import choose_part, find_part
from insight.ui.states import show_nothing
from insight.ui.text import plain
from insight.ui.tiles import show_tiles

page = this_page()
totals = gather(page)
labels = {code: label for code, (label, _) in PARTS.items()}
show_headline(page, HEADLINES.get(find_part("coverage", labels), headline_whole)(page, totals))
if not totals.now["universe_count"]:
    show_nothing(
        page.say("No terminal is open in this period under these filters. Remove a filter or choose a longer period.")
    )
    st.stop()
if not totals.now["is_target_known"]:
    st.info(
        plain(
            page.say(
                "Denominator unknown: no terminal says whether it is a target, so every known terminal counts. "
                "Reach is of known customers only."
            )
        ),
        icon=":material/help:",
    )
show_tiles(page, list_tiles(page, totals))
chosen = find_choice("coverage")
# what was clicked in a part with a list of its own is shown there alone
if chosen and chosen.get("part", "") == (PART if find_part("coverage", labels) == PART else ""):
    show_selection(page, chosen["text"], lambda: clear_choice("coverage"), actions=list_actions(page, chosen))
PARTS[choose_part(page, "coverage", labels)][1](page)
