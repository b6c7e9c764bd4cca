"""One party among its neighbours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.analysis.network.focus import build_focus
from insight.charts import focus as focus_chart
from insight.sentences import network as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import THRESHOLD, Channel, read_selected, select_node
from insight.ui.network.flow import name_node
from insight.ui.page import Page
from insight.ui.states import Nothing


def find_focus(distributors: pd.DataFrame) -> dict[str, Any]:
    """The distributor in focus: the selected one, the first of the filter, else the one most depends on."""
    ranked = distributors.sort_values(["risk_amount", "sales_amount"], ascending=False)
    choices = (ranked[ranked["distributor_id"] == read_selected()], ranked[ranked["is_chosen"]], ranked)
    row = next(rows for rows in choices if len(rows)).iloc[0].to_dict()
    return {**row, "tier": None if pd.isna(row["tier"]) else int(row["tier"])}


def make_focus(page: Page, channel: Channel) -> Card:
    """One distributor among those it buys from and those it supplies."""
    if channel.distributors.empty:
        raise Nothing(page.say("No distributor has sales in this period."))
    row = find_focus(channel.distributors)
    name = row["distributor_name"]
    frame = page.ask("network/neighbours_by_distributor", distributor=row["distributor_id"], threshold=THRESHOLD)
    drawing = build_focus(frame, row["distributor_id"], name, row["tier"], row["sales_amount"])
    if drawing.links.empty:
        raise Nothing(page.say("{name} neither bought nor sold anything in this period.", name=name))
    nodes = drawing.nodes
    nodes["label"] = [name_node(page, node) for node in nodes.to_dict("records")]
    counts = int(row["terminal_count"]), int(row["dependent_count"])
    return Card(
        title=sentences.tell_focus(name, *counts, row["risk_amount"], page.language, page.company.currency),
        subtitle=page.say(
            "Circle = pure sales, line = share of what the receiver buys, ring = at least {share} from one source",
            share=page.share(THRESHOLD, 0),
        ),
        frame=frame,
        spec=focus_chart.draw_focus(nodes, drawing.links, page.style),
        height=focus_chart.measure_height(drawing.row_count),
        metrics=("pure_sales", "single_source", "revenue_at_risk"),
        on_pick=select_node,
        pick_ids={"node": list(nodes["node_id"])},
        table=frame.assign(kind=frame["kind"].map(page.term), type=frame["type"].map(page.term))
        .drop(columns=["neighbour_id"])
        .astype({"tier": "Int64"}),
    )


def show_focus(page: Page, channel: Channel) -> None:
    """One party among its neighbours, and its controls."""
    show_card(page, "network/focus", lambda page: make_focus(page, channel))
