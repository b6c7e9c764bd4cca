"""One distributor: is it healthy, is its stock building, whom does it reach, what was agreed."""

import streamlit as st

from insight.sentences.distributor import tell_headline
from insight.ui.activities.opening import show_picked_activity
from insight.ui.cards import show_card
from insight.ui.distributor.cards import make_agreements, make_events, make_peers, make_suppliers, make_terminals
from insight.ui.distributor.party import address_network, choose_party, gather_party, list_distributor_tiles, list_facts
from insight.ui.frame import show_headline
from insight.ui.network.stock import LIMIT_DAYS, make_identity, make_loading, make_months
from insight.ui.page import link_page, this_page
from insight.ui.terminal.opening import show_terminal
from insight.ui.text import plain
from insight.ui.tiles import show_tiles

page = this_page()
parties = page.ask("distributor/parties")
if parties.empty:
    show_headline(page, page.say("These data hold no distributor."))
    st.stop()
code = choose_party(page, parties)
if not code:
    show_headline(page, page.say("Choose a distributor"))
    st.stop()
party = gather_party(page, code, str(parties.set_index("distributor_id").loc[code, "distributor_name"]))
base = page.base_name if page.window.has_base else ""
show_headline(
    page,
    tell_headline(
        party.own, party.name, LIMIT_DAYS, base, page.coverage.data_through_on, page.language, page.company.currency
    ),
)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(plain(" · ".join(list_facts(page, party))), width="stretch")
    link_page("network", page.say("See it in the network"), address_network(page, code), icon=":material/hub:")
show_tiles(page, list_distributor_tiles(page, party))
only = {"distributors": [code]}
left, right = st.columns(2)
with left:
    show_card(page, "distributor/peers", lambda page: make_peers(page, party))
with right:
    show_card(page, "distributor/months", lambda page: make_months(page, only))
show_terminal(page, "distributor")
show_picked_activity(page, "distributor", code)
left, right = st.columns([3, 2])
with left:
    show_card(page, "distributor/terminals", lambda page: make_terminals(page, party))
with right:
    show_card(page, "distributor/identity", lambda page: make_identity(page, only, party.name))
left, right = st.columns([6, 5])
with left:
    show_card(page, "distributor/suppliers", lambda page: make_suppliers(page, party))
with right:
    show_card(page, "distributor/loading", lambda page: make_loading(page, only))
left, right = st.columns([6, 5])
with left:
    show_card(page, "distributor/agreements", lambda page: make_agreements(page, party))
with right:
    show_card(page, "distributor/events", lambda page: make_events(page, party))
