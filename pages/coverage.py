"""How much of the target universe do we reach, how deep, where is the white space, who has gone quiet."""

import streamlit as st

from insight.filters import add_months
from insight.sentences.coverage import tell_headline
from insight.ui.choice import clear_choice, find_choice
from insight.ui.coverage import PARTS
from insight.ui.coverage.tiles import list_tiles
from insight.ui.frame import show_headline, show_selection
from insight.ui.page import this_page
from insight.ui.parts import choose_part
from insight.ui.states import show_nothing
from insight.ui.text import plain
from insight.ui.tiles import show_tiles

page = this_page()
total, base = page.ask("coverage/totals").to_dict("records")
first = page.coverage.first_month
is_quiet_known = first <= add_months(page.window.period_end, -4)
is_base_quiet_known = first <= add_months(page.window.base_end, -15)
show_headline(
    page,
    tell_headline(
        total,
        page.period_short,
        page.language,
        page.company.currency,
        is_quiet_known=is_quiet_known,
        is_narrowed=bool(page.filters.product_lines or page.filters.manufacturers or page.filters.distributors),
    ),
)
if not total["universe_count"]:
    show_nothing(
        page.say("No terminal is open in this period under these filters. Remove a filter or choose a longer period.")
    )
    st.stop()
if not total["is_target_known"]:
    st.info(
        plain(
            page.say(
                "Denominator unknown: no terminal says whether it is a target, so every known terminal counts. "
                "Reach is of known customers only."
            )
        ),
        icon=":material/help:",
    )
show_tiles(page, list_tiles(page, total, base, is_quiet_known=is_quiet_known, is_base_quiet_known=is_base_quiet_known))
if chosen := find_choice("coverage"):
    show_selection(page, chosen["text"], lambda: clear_choice("coverage"))
PARTS[choose_part(page, "coverage", {code: label for code, (label, _) in PARTS.items()})][1](page)
