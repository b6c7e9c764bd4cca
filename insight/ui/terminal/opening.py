"""From a row of any list of terminals to the terminal's page: a click selects the row, the bar above the list opens it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from insight.ui.address import make_query
from insight.ui.network.selection import name_party
from insight.ui.page import Page, has_page, link_page
from insight.ui.terminal.customer import read_terminal
from insight.ui.text import plain

_PICKED = "terminal_picked"


def pick_terminals(name: str, ids: Iterable[str]) -> dict[str, Any]:
    """What makes the rows of a Card clickable: ``Card(…, **pick_terminals("coverage", frame["terminal_id"]))``.

    ``name`` is the list's page; ``show_terminal`` of the same name shows the bar.
    """

    def pick(code: str | None) -> None:
        picked = dict(st.session_state.get(_PICKED, {}))
        # on the page of one terminal a choice belongs to that terminal's list
        picked[name] = (code, read_terminal())
        st.session_state[_PICKED] = picked

    if not has_page("terminal"):
        return {}
    return {"pick_ids": {"row": tuple(ids)}, "on_pick": pick}


def show_terminal(page: Page, name: str) -> None:
    """The bar with the terminal whose row was clicked and the way to its page."""
    code, there = dict(st.session_state.get(_PICKED, {})).get(name, (None, ""))
    if not code or there != read_terminal():
        return
    called = name_party(page, f"terminal:{code}")
    if not called:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"{name}-terminal-picked"):
        st.markdown(plain(page.say("Selected: {name}", name=called)))
        address = make_query(page.filters, page.language, {"sel": f"terminal:{code}"})
        link_page("terminal", page.say("Open its page"), address, icon=":material/arrow_forward:")
