"""The way back up the tree of territories."""

from __future__ import annotations

import streamlit as st

from insight.ui.frame import change_filters
from insight.ui.page import Page
from insight.ui.text import plain


def show_path(page: Page) -> None:
    """The way back up: each territory above the chosen one."""
    path = page.ask("attainment/territories_above")
    if path.empty:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="path"):
        steps = [("", page.say("All territories")), *zip(path["territory_id"], path["name"], strict=True)]
        for place, (unit, name) in enumerate(steps):
            st.button(
                plain(name),
                key=f"path-{unit or 'top'}",
                type="tertiary",
                disabled=place == len(steps) - 1,
                icon=":material/chevron_right:" if place else ":material/account_tree:",
                on_click=lambda unit=unit: change_filters(page.filters, territories=(unit,) if unit else ()),
            )
