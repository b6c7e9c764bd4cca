"""Finding a maker, distributor or terminal by a part of its name and selecting it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from insight.ui.network.channel import read_node, select_node
from insight.ui.page import Page
from insight.ui.search import LONGEST, find_parties
from insight.ui.text import plain

MOST_SHOWN = 8


def find_shown(page: Page, part: str, shown: Collection[str] = ()) -> pd.DataFrame:
    """Parties whose name or id has the part, those of ``shown`` before all others, with is_shown."""
    found = find_parties(page.snapshot_key, part, page.scope, page.language)
    found = found.assign(is_shown=found["node_id"].isin(list(shown)))
    return found.sort_values("is_shown", ascending=False, kind="stable")


def show_search(page: Page, shown: Collection[str] = ()) -> None:
    """A box to type in and the first answers as buttons; ``shown`` are the parties on screen, which come first."""
    part = st.text_input(
        page.say("Find"),
        key="network_find",
        max_chars=LONGEST,
        placeholder=page.say("Find a manufacturer, distributor or terminal by name or id"),
        icon=":material/search:",
        label_visibility="collapsed",
    )
    if not (part or "").strip():
        return
    found = find_shown(page, part, shown)
    if found.empty:
        st.caption(plain(page.say("Nobody is called anything like “{part}”.", part=part)))
        return
    kinds = {
        "manufacturer": page.say("Manufacturer"),
        "distributor": page.say("Distributor"),
        "terminal": page.say("Terminal"),
    }
    with st.container(horizontal=True, gap="xsmall", key="network-found"):
        for row in found.head(MOST_SHOWN).to_dict("records"):
            place = "" if pd.isna(row["territory_name"]) else f" · {row['territory_name']}"
            st.button(
                plain(str(row["label"])),
                key=f"network-found-{row['node_id']}",
                type="primary" if row["node_id"] == read_node() else "secondary",
                help=plain(f"{kinds[row['kind']]}{place}")
                + ("" if row["is_shown"] or not shown else f" · {page.say('Nothing shipped under these filters')}"),
                disabled=bool(shown) and not row["is_shown"],
                on_click=_choose,
                args=(row["node_id"],),
            )
        more = int(found["match_count"].iloc[0]) - MOST_SHOWN
        if more > 0:
            st.caption(plain(page.say("and {count} more: type more letters", count=page.count(more))))


def _choose(node: str) -> None:
    """Select what was found; found again, it stays selected."""
    if node != read_node():
        select_node(node)
