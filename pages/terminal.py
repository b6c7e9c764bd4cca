"""One terminal: who it is, what it buys and when, who supplies it, what was done with it, what comes next."""

import streamlit as st

from insight.sentences.terminal import tell_headline
from insight.ui.address import make_query
from insight.ui.frame import show_headline
from insight.ui.page import link_page, this_page
from insight.ui.terminal.arrangement import show_cards
from insight.ui.terminal.customer import gather_customer, list_facts, list_terminal_tiles, read_terminal
from insight.ui.text import plain
from insight.ui.tiles import show_tiles

page = this_page()
asked = read_terminal()
code = asked
if not asked:
    largest = page.ask("terminal/largest")
    if largest.empty:
        show_headline(page, page.say("No terminal bought anything under these filters."))
        st.stop()
    code = str(largest["terminal_id"].iloc[0])
customer = gather_customer(page, code)
if customer is None:
    show_headline(page, page.say("Search for a terminal"))
    text = page.say("The link names a terminal that these data do not have: {id}.", id=code)
    st.warning(plain(text), icon=":material/link_off:")
    st.stop()
show_headline(
    page,
    tell_headline(customer.row, customer.silence, page.language, page.company.currency, has_base=customer.has_base),
)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(plain(" · ".join(list_facts(page, customer))), width="stretch")
    address = make_query(page.filters, page.language, {"look": "focus", "sel": f"terminal:{code}"})
    link_page("network", page.say("See it in the network"), address, icon=":material/hub:")
if not asked:
    st.caption(plain(page.say("The largest customer; search for another one at the left.")))
if page.filters.territories or page.filters.distributors:
    st.caption(plain(page.say("Filters of territories and distributors do not narrow the page of one terminal.")))
show_tiles(page, list_terminal_tiles(page, customer))
show_cards(page, customer)
