"""Switches of a drawing whose choice stands in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from insight.ui.address import change_view, read_view

PAGE = "network"


def choose_value(key: str, label: str, options: Mapping[str, str], default: str, tip: str = "") -> str:
    """One of ``options`` (code in the address → words on the screen); what a link asks for and nobody knows is the default."""
    asked = read_view(PAGE, key)
    shown = asked if asked in options else default
    widget = f"view_{PAGE}_{key}"
    # the view is the truth: a link or a click elsewhere moves the switch
    st.session_state[widget] = shown

    def keep() -> None:
        chosen = st.session_state[widget]
        change_view(PAGE, **{key: "" if chosen == default else chosen})

    st.segmented_control(
        label,
        list(options),
        format_func=lambda code: options[code],
        required=True,
        key=widget,
        on_change=keep,
        help=tip or None,
    )
    return shown
