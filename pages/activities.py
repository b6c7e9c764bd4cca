"""Did activities pay back, how sure is that, which kinds work, how long does it last, what to stop and what to fund."""

import streamlit as st

from insight.sentences import activities as sentences
from insight.ui.activities import HEADS, PARTS
from insight.ui.activities.choices import describe_basis, find_opened, show_chosen
from insight.ui.activities.detail import show_activity
from insight.ui.activities.outcome import list_activity_tiles, sum_selection
from insight.ui.activities.plan import show_plan
from insight.ui.frame import show_headline
from insight.ui.page import this_page
from insight.ui.parts import choose_part, find_part
from insight.ui.states import show_missing_table, show_nothing
from insight.ui.tiles import show_tiles

page = this_page()
if not page.has("activities"):
    show_headline(page, page.say("No activities are loaded, so what they brought cannot be said."))
    show_missing_table("activities", page.language)
    show_plan(page)
    st.stop()
outcome = sum_selection(page)
labels = {code: label for code, (label, _) in PARTS.items()}
head = HEADS.get(find_part("activities", labels))
if head and not outcome.activities.empty:
    show_headline(page, head[0](page))
else:
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
    st.caption(describe_basis(page, outcome))
if outcome.activities.empty and find_opened():
    show_activity(page, find_opened())  # a link to one activity holds whatever the period
    st.stop()
if outcome.activities.empty:
    show_nothing(
        page.say(
            "Choose a longer period or remove a filter. Effects need three whole months after an activity, so the "
            "last ones cannot be judged yet."
        )
    )
    show_plan(page)
    st.stop()
show_tiles(page, head[1](page) if head else list_activity_tiles(page, outcome))
show_chosen(page)
PARTS[choose_part(page, "activities", labels)][1](page, outcome)
