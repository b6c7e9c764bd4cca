"""From a row of a list to the page of what stands in it: a click marks the row, the bar above the list opens the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from insight.ui.address import make_query
from insight.ui.page import Page, has_page, link_page
from insight.ui.text import plain


def pick_rows(kind: str, name: str, ids: Iterable[str], here: str = "") -> dict[str, Any]:
    """What makes the rows of a Card lead to the page of ``kind`` ('terminal'), by the ids of its rows.

    ``name`` is the list's page and ``here`` what that page shows now: a mark made elsewhere is none here.
    """

    def pick(code: str | None) -> None:
        marked = dict(st.session_state.get(f"{kind}_picked", {}))
        marked[name] = (code, here)
        st.session_state[f"{kind}_picked"] = marked

    return {"pick_ids": {"row": tuple(ids)}, "on_pick": pick}


def show_picked(page: Page, kind: str, target: str, name: str, find_name: Callable[[str], str], here: str = "") -> None:
    """The bar with what the marked row holds and the way to page ``target``; nothing where no row is marked.

    ``find_name`` gives the name of an id, empty where it is not to be seen.
    """
    code, there = dict(st.session_state.get(f"{kind}_picked", {})).get(name, (None, ""))
    if not code or there != here or not has_page(target):
        return
    called = find_name(code)
    if not called:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"{name}-{kind}-picked"):
        st.markdown(plain(page.say("Selected: {name}", name=called)))
        address = make_query(page.filters, page.language, {"sel": f"{kind}:{code}"})
        link_page(target, page.say("Open its page"), address, icon=":material/arrow_forward:")
