"""The flow from makers to terminals as a Sankey."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.analysis.network.flow import Flow, build_flow, choose_shown
from insight.charts import flow as flow_chart
from insight.sentences import network as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import GROUPS, Channel, read_node, select_node, split_link
from insight.ui.network.choices import choose_value
from insight.ui.page import Page
from insight.ui.states import Nothing

TOPS = ("5", "12", "20", "30")
IMPLIED = (
    "Implied (grey), {amount}: of some manufacturers no sell-in is recorded. What distributors sold of their goods, less "
    "what they had from one another, stands for it; it is not sell-in."
)
LEAST = {"0": 0.0, "0.5": 0.005, "1": 0.01, "2": 0.02}


def name_node(page: Page, row: dict[str, Any], ends: str = "") -> str:
    """A node's words on the screen."""
    if row["is_others"]:
        return page.say("{count} others", count=page.count(row["member_count"]))
    if row.get("is_unassigned"):
        return page.say("Kind not said") if ends == "type" else page.say("Unassigned")
    return page.term(row["code"]) if row["column"] == "terminal" and ends == "type" else str(row["name"])


def find_kept(page: Page) -> tuple[str, ...]:
    """Who stands in the drawing by name however small: what is selected, else whom the filter names."""
    node = read_node()
    if node:
        return split_link(node) or (node,)
    return tuple(f"distributor:{code}" for code in page.filters.distributors[:8])


def make_flow(page: Page, ends: str, top: int, least_share: float) -> Card:
    """The Sankey, with what could not be drawn said under it."""
    frame = page.ask("network/flow_by_link")
    if frame.empty:
        raise Nothing(page.say("Nothing was shipped in this period under these filters."))
    selected = read_node()
    drawing = build_flow(frame, ends, choose_shown(top), find_kept(page), least_share)
    nodes, links = drawing.nodes, drawing.links
    if links.empty:
        returned = page.amount(-float(frame["return_amount"].sum()))
        raise Nothing(
            page.say("In this period goods only came back ({amount}); there is no flow to draw.", amount=returned)
        )
    nodes["label"] = [name_node(page, row, ends) for row in nodes.to_dict("records")]
    names, shipping = nodes.set_index("node_id")["label"], nodes[nodes["column"] != "terminal"]
    return Card(
        title=sentences.tell_flow(
            nodes[nodes["column"] == "terminal"].to_dict("records"),
            shipping.groupby("column")["sales_amount"].sum().to_dict(),
            page.language,
        ),
        subtitle=page.say(
            "{unit}, net of returns. Sell-in is not pure sales: stock and margin lie between. "
            "Click a party or a band to see what lies behind it",
            unit=page.company.currency,
        ),
        frame=links,
        spec=flow_chart.draw_flow(
            nodes,
            links,
            page.style,
            selected if selected in set(nodes["node_id"]) else "",
            ends,
            split_link(selected),
        ),
        height=flow_chart.measure_height(nodes),
        note=" ".join(list_notes(page, frame, drawing, least_share)),
        metrics=("sell_in", "transfer", "pure_sales"),
        on_pick=select_node,
        pick_ids={
            "node": list(nodes["node_id"]),
            "edge": [
                f"link:{source}>{target}" for source, target in zip(links["source_id"], links["target_id"], strict=True)
            ],
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


def list_notes(page: Page, frame: pd.DataFrame, drawing: Flow, least_share: float) -> list[str]:
    """What the Sankey leaves out, a sentence each, with its amount."""
    left_out = {
        "returned": -float(frame["return_amount"].sum()),
        "unsent": drawing.returned_amount,
        "circled": drawing.circled_amount,
        "sideways": drawing.sideways_amount,
        "thin": 0.0 if least_share else drawing.thin_amount,
    }
    notes = sentences.list_left_out(left_out, set(drawing.nodes["column"]), page.language, page.company.currency)
    if least_share and drawing.thin_amount > 0:
        notes.append(
            page.say(
                "Links below {share} of their step are left out: {amount}. Each party keeps its widest.",
                share=page.share(least_share, 1),
                amount=page.amount(drawing.thin_amount),
            )
        )
    selected = read_node()
    kind, _, _ = selected.partition(":")
    ends = split_link(selected)
    is_drawn = (
        not ((drawing.links["source_id"] == ends[0]) & (drawing.links["target_id"] == ends[1])).any()
        if ends
        else selected not in set(drawing.nodes["node_id"])
    )
    if selected and is_drawn:
        notes.append(
            page.say("Terminals stand here by kind or region; look at the one selected in the focus.")
            if kind == "terminal" or (ends and ends[1].startswith("terminal:"))
            else page.say("What is selected is not in this drawing.")
        )
    implied = float(frame.loc[frame["stage"] == "implied", "flow_amount"].sum())
    if implied > 0:
        notes.append(page.say(IMPLIED, amount=page.amount(implied)))
    if page.filters.territories:
        notes.append(page.say("Sell-in and transfers are those of distributors at home in the territory."))
    return notes


def show_flow(page: Page, channel: Channel) -> None:
    """The Sankey and its controls."""
    links = page.ask("network/flow_by_link")
    # where no kind is known, a column of one node would say nothing
    usual = "type" if links["terminal_type"].notna().any() else "region"
    chosen, _, _ = (split_link(read_node()) or ("", read_node()))[1].partition(":")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="flow-choices"):
        ends = choose_value(
            "lvl",
            page.say("Terminals by"),
            {"type": page.say("Kind"), "region": page.say("Region")},
            chosen if chosen in GROUPS else usual,
        )
        top = choose_value(
            "top",
            page.say("Distributors by name, each tier"),
            {code: code for code in TOPS},
            "12",
            page.say("The largest stand there by name, the rest together as Others"),
        )
        least = choose_value(
            "min",
            page.say("Thinnest link drawn"),
            {
                code: page.share(share, 1 if code == "0.5" else 0) if share else page.say("Any")
                for code, share in LEAST.items()
            },
            "0",
            page.say(
                "As a share of all sell-in, transfers or pure sales. What is left out stands below with its amount"
            ),
        )
    show_card(page, "network/flow", lambda page: make_flow(page, ends, int(top), LEAST[least]))
