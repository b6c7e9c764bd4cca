"""The looks at the network that share one selection."""

from __future__ import annotations

import streamlit as st

from insight.ui.cards import show_card
from insight.ui.network.channel import Channel
from insight.ui.network.flow import make_flow
from insight.ui.network.focus import make_focus
from insight.ui.page import Page
from insight.ui.parts import choose_part

LOOKS = {"flow": "Flow", "focus": "Focus"}


def show_drawings(page: Page, channel: Channel) -> None:
    """The look chosen, and what belongs to it."""
    look = choose_part(page, "network", LOOKS, key="look")
    if look == "focus":
        show_card(page, "network/focus", lambda page: make_focus(page, channel))
        return
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
