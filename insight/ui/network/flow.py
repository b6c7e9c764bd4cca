"""The flow from makers to terminals as a Sankey."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.analysis.network.flow import build_flow
from insight.charts import flow as flow_chart
from insight.sentences import network as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel, read_selected, select_node
from insight.ui.page import Page
from insight.ui.states import Nothing


def name_node(page: Page, row: dict[str, Any], ends: str = "") -> str:
    """A node's words on the screen."""
    if row["is_others"]:
        return page.say("{count} others", count=page.count(row["member_count"]))
    if row.get("is_unassigned"):
        return page.say("Kind not said") if ends == "type" else page.say("Unassigned")
    return page.term(row["code"]) if row["column"] == "terminal" and ends == "type" else str(row["name"])


def make_flow(page: Page, ends: str) -> Card:
    """The Sankey, with what could not be drawn said under it."""
    frame = page.ask("network/flow_by_link")
    if frame.empty:
        raise Nothing(page.say("Nothing was shipped in this period under these filters."))
    selected = read_selected()
    drawing = build_flow(frame, ends, keep=(selected,) if selected else page.filters.distributors[:8])
    nodes, links = drawing.nodes, drawing.links
    if links.empty:
        raise Nothing(page.say("In this period goods only came back; there is no flow to draw."))
    nodes["label"] = [name_node(page, row, ends) for row in nodes.to_dict("records")]
    names, shipping = nodes.set_index("node_id")["label"], nodes[nodes["column"] != "terminal"]
    left_out = {
        "returned": -float(frame["return_amount"].sum()),
        "unsent": drawing.returned_amount,
        "circled": drawing.circled_amount,
        "sideways": drawing.sideways_amount,
        "thin": drawing.thin_amount,
    }
    notes = sentences.list_left_out(left_out, set(nodes["column"]), page.language, page.company.currency)
    if page.filters.territories:
        notes.append(page.say("Sell-in and transfers are those of distributors at home in the territory."))
    return Card(
        title=sentences.tell_flow(
            nodes[nodes["column"] == "terminal"].to_dict("records"),
            shipping.groupby("column")["sales_amount"].sum().to_dict(),
            page.language,
        ),
        subtitle=page.say(
            "{unit}, net of returns. Sell-in is not pure sales: stock and margin lie between. "
            "Click a distributor to follow it",
            unit=page.company.currency,
        ),
        frame=links,
        spec=flow_chart.draw_flow(nodes, links, page.style, f"distributor:{selected}" if selected else "", ends),
        height=flow_chart.measure_height(nodes),
        note=" ".join(notes),
        metrics=("sell_in", "transfer", "pure_sales"),
        on_pick=select_node,
        # a link speaks of the distributor that ships, or where a maker ships, of the one that receives
        pick_ids={
            "node": list(nodes["node_id"]),
            "edge": list(
                links["source_id"].where(links["source_id"].str.startswith("distributor:"), links["target_id"])
            ),
        },
        table=pd.DataFrame(
            {
                "sender_name": links["source_id"].map(names),
                "receiver_name": links["target_id"].map(names),
                "stage": links["stage"].map(page.term),
                "amount": links["amount"],
            }
        ),
    )


def show_flow(page: Page, channel: Channel) -> None:
    """The Sankey and its controls."""
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
