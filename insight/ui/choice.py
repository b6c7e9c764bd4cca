"""What the reader clicked in a page's charts: one choice a page, let go of where something else is clicked."""

from __future__ import annotations

from typing import Any

import streamlit as st


def choose(page: str, card: str, **choice: Any) -> None:
    """Remember what was clicked in a card of the page ('coverage'); without a choice nothing is chosen any more.

    The browser keeps a chart's mark whatever the session holds, so a choice made elsewhere draws the chart anew.
    """
    turns: dict[str, int] = st.session_state.setdefault(f"{page}_turns", {})
    before = st.session_state.pop(f"{page}_selected", None)
    if before and before["card"] != card:
        turns[before["card"]] = turns.get(before["card"], 0) + 1
    if choice:
        st.session_state[f"{page}_selected"] = {"card": card, **choice}


def clear_choice(page: str) -> None:
    """Let go of what was clicked, in the chart as well."""
    choose(page, "")


def find_choice(page: str) -> dict[str, Any]:
    """What is chosen on the page, with the card it was clicked in; empty where nothing is."""
    return dict(st.session_state.get(f"{page}_selected") or {})


def take_turn(page: str, card: str) -> int:
    """How often the card's chart was drawn anew."""
    return int(st.session_state.get(f"{page}_turns", {}).get(card, 0))
