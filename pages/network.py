"""How product flows to terminals, on whom we depend, which terminals have one source, and where flow looks wrong."""

import streamlit as st

from insight.sentences.network import tell_headline, tell_selection
from insight.ui.cards import show_card
from insight.ui.channel import list_network_tiles, read_selected, select_distributor
from insight.ui.frame import show_headline, show_selection
from insight.ui.network import gather_channel, make_flow, make_focus, make_outside, make_risks, make_shares
from insight.ui.page import this_page
from insight.ui.tiles import show_tiles

page = this_page()
channel = gather_channel(page)
distributors, concentration = channel.distributors, channel.concentration
show_headline(
    page,
    tell_headline(
        distributors.to_dict("records"),
        concentration.half_count,
        concentration.half_share,
        channel.dependence.loc["current"].to_dict(),
        page.language,
        page.company.currency,
    ),
)
picked = distributors[distributors["distributor_id"] == read_selected()]
if len(picked):
    selection = tell_selection(picked.iloc[0].to_dict(), page.language, page.company.currency)
    show_selection(page, selection, lambda: select_distributor(None))
elif read_selected():
    select_distributor(None)  # the filters no longer hold it
show_tiles(page, list_network_tiles(page, distributors, channel.dependence))
links = page.ask("network/flow_by_link")
ends = st.segmented_control(
    page.say("Terminals by"),
    ["type", "region"],
    format_func=lambda ends: page.say("Terminals by region" if ends == "region" else "Terminals by kind"),
    # where no kind is known, a column of one node would say nothing
    default="type" if links["terminal_type"].notna().any() else "region",
    required=True,
    key="network_ends",
    label_visibility="collapsed",
)
show_card(page, "network/flow", lambda page: make_flow(page, ends))
if page.names["distributors"]:  # a company that sells itself has none, and nothing to say of them
    left, right = st.columns(2)
    with left:
        show_card(page, "network/shares", lambda page: make_shares(page, channel))
    with right:
        show_card(page, "network/risks", lambda page: make_risks(page, channel))
    show_card(page, "network/focus", lambda page: make_focus(page, channel))
if page.has("authorisations"):
    show_card(page, "network/outside", make_outside)
