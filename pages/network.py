"""Who supplies whom, on whom sales depend, and where the flow looks wrong."""

import streamlit as st

from insight.sentences.network import tell_headline
from insight.ui.frame import show_headline
from insight.ui.network import PARTS
from insight.ui.network.channel import gather_channel, list_network_tiles
from insight.ui.network.selection import show_selected
from insight.ui.page import this_page
from insight.ui.parts import choose_part
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
# a place of its own even where nothing is selected: else everything below would be drawn anew when the bar comes or goes
with st.container():
    show_selected(page, channel)
show_tiles(page, list_network_tiles(page, distributors, channel.dependence))
part = choose_part(page, "network", {code: label for code, (label, _) in PARTS.items()})
PARTS[part][1](page, channel)
