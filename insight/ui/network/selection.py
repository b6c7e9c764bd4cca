"""The selection bar of the network page: what is selected, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from insight.sentences import drawings as sentences
from insight.ui.address import change_view, make_query, read_view
from insight.ui.frame import change_filters, show_selection
from insight.ui.network.channel import GROUPS, SELECTABLE, THRESHOLD, Channel, read_node, select_node, split_link
from insight.ui.page import Page, has_page
from insight.ui.text import plain

FILTERS = {"distributor": "distributors", "manufacturer": "manufacturers", "region": "territories"}


def find_parties(page: Page, nodes: list[str]) -> pd.DataFrame:
    """What the data say of these parties, by id; those that no table knows are missing."""
    return page.ask("network/nodes_by_id", nodes=sorted(nodes), threshold=THRESHOLD).set_index("node_id", drop=False)


def name_party(page: Page, node: str) -> str:
    """The name on the screen of a party or a group of terminals; empty where nobody knows it."""
    kind, _, code = node.partition(":")
    if kind == "type":
        return page.term(code) if code else page.say("Kind not said")
    if kind == "region":
        return page.names["territories"].get(code, "") if code else page.say("Unassigned")
    found = find_parties(page, [node])
    return "" if found.empty else str(found.iloc[0]["name"])


def find_implied(page: Page, ends: tuple[str, str]) -> float:
    """What is implied between a maker whose sell-in nobody recorded and a distributor; 0 for every other link."""
    if not ends[0].startswith("manufacturer:") or not ends[1].startswith("distributor:"):
        return 0.0
    links = page.ask("network/links_by_node", nodes=sorted(ends))
    return float(links.loc[links["stage"] == "implied", "link_amount"].sum())


def describe_selection(page: Page, channel: Channel) -> str:
    """What is selected, in one line; empty where the data know nothing of it."""
    node = read_node()
    kind, _, code = node.partition(":")
    currency = page.company.currency
    if ends := split_link(node):
        names = [name_party(page, end) for end in ends]
        lines = page.ask("network/lines_by_party", **{**LINES, "sender": ends[0], "receiver": ends[1]})
        if not all(names):
            return ""
        implied = find_implied(page, ends)
        if lines.empty and implied:
            return sentences.tell_link(names[0], names[1], "implied", implied, page.language, currency)
        if lines.empty:
            nothing = page.say("nothing moved in this period under these filters")
            return f"{' → '.join(names)} · {nothing}"
        first = lines.iloc[0]
        return sentences.tell_link(names[0], names[1], first["stage"], first["all_amount"], page.language, currency)
    if kind in GROUPS:
        sold = page.ask("network/flow_by_link").query("stage == 'pure_sales'")
        column = "terminal_type" if kind == "type" else "region_id"
        inside = sold[sold[column].fillna("") == code]["flow_amount"].sum()
        whole = sold["flow_amount"].sum()
        name = name_party(page, node)
        if not name or (inside == 0 and code not in set(sold[column].fillna(""))):
            return ""
        return sentences.tell_group(name, inside, inside / whole if whole > 0 else None, page.language, currency)
    found = find_parties(page, [node]) if kind in SELECTABLE else pd.DataFrame()
    if found.empty:
        return ""
    risks = channel.distributors.set_index("distributor_id")["risk_amount"]
    risk = float(risks.get(code, 0.0)) if kind == "distributor" else None
    return sentences.tell_party(found.iloc[0].to_dict(), risk, page.language, currency)


# how the lines behind a selection are asked for, once for the bar and the card
LINES: dict[str, object] = {
    "sender": "",
    "receiver": "",
    "maker": "",
    "stages": [],
    "by_size": False,
    "row_limit": 500,
}


def show_selected(page: Page, channel: Channel) -> None:
    """The bar; where a link selects what these data do not have, that is said."""
    node = read_node()
    if not node:
        return
    text = describe_selection(page, channel)
    if not text:
        st.warning(
            plain(
                page.say(
                    "The link selects {name}, which is not in these data. Nothing else was put in its place.",
                    name=node[:80],
                )
            ),
            icon=":material/link_off:",
        )
        st.button(page.say("Clear selection"), key="clear-selection", on_click=select_node, args=(None,))
        return
    kind, _, code = node.partition(":")
    is_centre = read_view("network", "look") == "focus" and read_view("network", "centre") in ("", node)
    actions: list[tuple[str, str, Callable[[], None]]] = []
    if kind in SELECTABLE and not is_centre:
        actions.append(("focus", page.say("Focus on it"), lambda: focus_on(node)))
    field = FILTERS.get(kind)
    if field and code and getattr(page.filters, field) != (code,):
        actions.append(("filter", page.say("Filter by it"), lambda: change_filters(page.filters, **{field: (code,)})))
    # the filters go along: an address without them would start with none
    address = make_query(page.filters, page.language, {"sel": node})
    links = ((kind, page.say("Open its page"), address),) if has_page(kind) else ()
    centre = read_view("network", "centre")
    show_selection(page, text, lambda: select_node(None, centre=centre), links, tuple(actions))


def focus_on(node: str) -> None:
    """Show a party among its neighbours."""
    change_view("network", part="", look="focus", centre=node)
