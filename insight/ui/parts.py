"""The parts of a page and the looks of a card: one is shown at a time and only that one is computed; the address holds it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from insight.ui.address import change_view, read_view
from insight.ui.page import Page


def find_part(name: str, parts: Mapping[str, str], key: str = "part", default: str = "") -> str:
    """The part that ``choose_part`` is going to give, for what stands above the switch."""
    asked = read_view(name, key)
    return asked if asked in parts else default or next(iter(parts))


def choose_part(page: Page, name: str, parts: Mapping[str, str], key: str = "part", default: str = "") -> str:
    """The part of page ``name`` the reader chose, as a code of ``parts`` (code → label, an English message).

    ``key`` is the name in the address, one of ``address.VIEW``; ``default``, or the first part, is not written there. A
    part that a link names and nobody knows is the default.
    """
    first = default or next(iter(parts))
    shown = find_part(name, parts, key, default)
    widget = f"view_{name}_{key}"
    # the view is the truth: a link or a click elsewhere moves the switch
    st.session_state[widget] = shown

    def keep() -> None:
        chosen = st.session_state[widget]
        change_view(name, **{key: "" if chosen == first else chosen})

    return (
        st.segmented_control(
            page.say("Part of the page") if key == "part" else page.say("Look"),
            list(parts),
            format_func=lambda code: page.say(parts[code]),
            required=True,
            key=widget,
            on_change=keep,
            label_visibility="collapsed",
        )
        or first
    )
