"""The Sankey of the channel: manufacturers, distributors of both tiers, terminals, as an ECharts specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from insight.charts.plot import Rows, read_rows
from insight.charts.theme import FONT, NORMAL, SMALL, Style, choose_palette, read_colour
from insight.i18n import say
from insight.units import show_amount, show_count

NODE_COLUMNS = (
    "node_id",
    "column",
    "label",
    "is_others",
    "is_unassigned",
    "member_count",
    "received_amount",
    "transfer_amount",
    "sales_amount",
    "implied_amount",
)
LINK_COLUMNS = ("source_id", "target_id", "stage", "amount")
ORDER = ("maker", "tier_1", "tier_2", "terminal")
HEAD, GAP, NODE = 50, 9, 12
PHONE = 560  # narrower than this, names are cut shorter and what columns measure stays in the subtitle
SHORT = {"maker": "Makers", "tier_1": "Tier 1", "tier_2": "Tier 2", "terminal": "Terminal"}
TALL = 0.055  # a node this share of its column has room for a second line


def measure_height(nodes: pd.DataFrame) -> int:
    """Pixels the chart wants: the longest column decides."""
    longest = int(nodes["column"].value_counts().max())
    return HEAD + max(200, min(longest * 36, max(560, longest * 21)))


def draw_flow(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    style: Style,
    chosen: str = "",
    ends: str = "type",
    chosen_link: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Nodes in columns from left to right, links as wide as their value.

    ``nodes``: node_id, column (maker, tier_1, tier_2, terminal), label, is_others, is_unassigned, member_count,
    received_amount, transfer_amount, sales_amount, implied_amount (from a maker whose sell-in nobody recorded);
    ``links``: source_id, target_id, stage, amount, above zero. What is implied is drawn grey.
    ``chosen`` is the node_id to bring out, or ``chosen_link`` the ends of a link. A click gives
    the position of a node or link in the frames' order.
    """
    colours = choose_palette(style)
    rows = read_rows(nodes, "flow", NODE_COLUMNS)
    edges = read_rows(links, "flow", LINK_COLUMNS)
    present = [column for column in ORDER if any(row["column"] == column for row in rows)]
    fills = {
        "maker": colours.actual,
        "tier_1": colours.categories[0],
        "tier_2": colours.sequential[3],
        "terminal": colours.categories[2],
    }
    lit = [
        (edge["source_id"], edge["target_id"]) == chosen_link or chosen in (edge["source_id"], edge["target_id"])
        for edge in edges
    ]
    near = {
        edge[side] for edge, is_lit in zip(edges, lit, strict=True) if is_lit for side in ("source_id", "target_id")
    }
    has_chosen = bool(chosen) or any(lit)
    sizes = {
        row["node_id"]: max(
            row["received_amount"] + (row["column"] != "maker") * row["implied_amount"],
            row["transfer_amount"] + row["sales_amount"] + (row["column"] == "maker") * row["implied_amount"],
        )
        for row in rows
    }
    whole = max(
        (sum(sizes[row["node_id"]] for row in rows if row["column"] == column) for column in present), default=0.0
    )
    labels = {row["node_id"]: clean(row["label"]) for row in rows}

    data = []
    for row in rows:
        node = row["node_id"]
        fill = colours.worse if row["is_unassigned"] else colours.faint if row["is_others"] else fills[row["column"]]
        is_dimmed = has_chosen and node not in near and node != chosen
        lines = [labels[node]]
        if whole and sizes[node] / whole >= TALL:
            lines.append(show_amount(sizes[node], style.language, style.currency))
        data.append(
            {
                "name": node,
                "depth": present.index(row["column"]),
                "value": round(sizes[node], 2),
                "itemStyle": {
                    "color": fill,
                    "opacity": 0.3 if is_dimmed else 1,
                    "borderColor": colours.text if node == chosen else fill,
                    "borderWidth": 2 if node == chosen else 0,
                },
                "label": {
                    "formatter": "\n".join(lines),
                    "position": "left" if row["column"] == "terminal" and len(present) > 1 else "right",
                    "fontWeight": "bold" if node == chosen else "normal",
                    "color": colours.muted if is_dimmed else colours.text,
                },
                "tooltip": {"formatter": "\n".join(describe_node(row, labels[node], style))},
            }
        )
    drawn = []
    for edge, is_lit in zip(edges, lit, strict=True):
        amount = show_amount(edge["amount"], style.language, style.currency)
        title = f"{labels[edge['source_id']]} → {labels[edge['target_id']]}"
        drawn.append(
            {
                "source": edge["source_id"],
                "target": edge["target_id"],
                "value": round(edge["amount"], 2),
                "lineStyle": {
                    "opacity": 0.28 if not has_chosen else 0.55 if is_lit else 0.1,
                    **({"color": colours.faint} if edge["stage"] == "implied" else {}),
                },
                "tooltip": {"formatter": f"{title}\n{name_stage(edge['stage'], style)}: {amount}"},
            }
        )
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "tooltip": make_tooltip(style),
        "title": name_columns(present, edges, {row["node_id"]: row["column"] for row in rows}, ends, style),
        "series": [
            {
                "type": "sankey",
                "id": "flow",
                "top": HEAD,
                "bottom": 6,
                "left": 1,
                "right": 1,
                "nodeWidth": NODE,
                "nodeGap": GAP,
                "layoutIterations": 24,
                "draggable": False,
                "selectedMode": "single",
                "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.5}},
                "blur": {"itemStyle": {"opacity": 0.25}, "lineStyle": {"opacity": 0.06}, "label": {"opacity": 0.35}},
                "select": {"itemStyle": {"borderColor": colours.text, "borderWidth": 2}},
                "lineStyle": {"color": "source", "opacity": 0.28, "curveness": 0.5},
                "label": {
                    "color": colours.text,
                    "fontFamily": FONT,
                    "fontSize": NORMAL,
                    "lineHeight": 15,
                    "distance": 6,
                    "width": 180,
                    "overflow": "truncate",
                    "textBorderColor": make_transparent(colours.page, 0.75),
                    "textBorderWidth": 2.5,
                },
                "labelLayout": {"hideOverlap": True},
                "data": data,
                "links": drawn,
            }
        ],
        "media": [
            {
                "query": {"maxWidth": PHONE},
                "option": {
                    "title": [
                        {"text": say(style.language, SHORT[column]), "subtext": "", "textStyle": {"fontSize": SMALL}}
                        for column in present
                    ],
                    "series": [{"id": "flow", "label": {"width": 70, "fontSize": 10, "lineHeight": 12}}],
                },
            }
        ],
    }


def name_columns(present: Sequence[str], edges: Rows, columns: Mapping[str, str], ends: str, style: Style) -> Rows:
    """Headings over the columns: who stands there, and what the links that leave it (or reach it) measure."""
    colours = choose_palette(style)
    names = {
        "maker": "Manufacturers",
        "tier_1": "Tier 1 distributors" if "tier_2" in present else "Distributors",
        "tier_2": "Tier 2 distributors",
        "terminal": "Terminals by region" if ends == "region" else "Terminals by kind",
    }
    measures = {"sell_in": "sell-in", "implied": "implied", "transfer": "transfers", "pure_sales": "pure sales"}
    last = len(present) - 1
    titles: Rows = []
    for place, column in enumerate(present):
        side = "target_id" if column == "terminal" else "source_id"
        stages = {edge["stage"] for edge in edges if columns[edge[side]] == column}
        said = [say(style.language, words) for stage, words in measures.items() if stage in stages]
        text = "receive: {measures}" if column == "terminal" else "ship: {measures}"
        where: dict[str, Any] = (
            {"right": 0} if place == last and place else {"left": f"{100 * place / max(last, 1):.2f}%"}
        )
        titles.append(
            {
                "text": say(style.language, names[column]),
                "subtext": say(style.language, text, measures=("、" if style.language == "zh" else ", ").join(said))
                if said
                else "",
                **where,
                "top": 0,
                # Chinese letters stand higher than the line
                "padding": [4, 0, 0, 0],
                "itemGap": 3,
                "textStyle": {"fontSize": NORMAL, "fontWeight": "bold", "color": colours.text, "fontFamily": FONT},
                "subtextStyle": {"fontSize": SMALL, "color": colours.muted, "fontFamily": FONT},
            }
        )
    return titles


def name_stage(stage: str, style: Style) -> str:
    """What a link measures."""
    return say(
        style.language, {"sell_in": "Sell-in", "implied": "Implied", "transfer": "Transfer"}.get(stage, "Pure sales")
    )


def describe_node(row: dict[str, Any], label: str, style: Style) -> list[str]:
    """The lines of a node's tooltip."""
    language, currency = style.language, style.currency
    lines = [label]
    if row["member_count"] > 1:
        lines.append(say(language, "{count} together", count=show_count(row["member_count"], language)))
    parts = (
        ("Received from manufacturers and distributors", row["received_amount"]),
        (
            "Sell-in to distributors" if row["column"] == "maker" else "Transferred to distributors",
            row["transfer_amount"],
        ),
        (
            "Pure sales"
            if row["column"] in ("tier_1", "tier_2")
            else "Direct to terminals"
            if row["column"] == "maker"
            else "Pure sales",
            row["sales_amount"],
        ),
        ("Implied by what distributors sold of it, no sell-in recorded", row["implied_amount"]),
    )
    return lines + [
        f"{say(language, name)}: {show_amount(amount, language, currency)}" for name, amount in parts if amount
    ]


def make_tooltip(style: Style) -> dict[str, Any]:
    """Tooltips drawn as text, never as HTML: names come from the data."""
    colours = choose_palette(style)
    return {
        "renderMode": "richText",
        "trigger": "item",
        "confine": True,
        "backgroundColor": colours.panel,
        "borderColor": colours.border,
        "textStyle": {"color": colours.text, "fontFamily": FONT, "fontSize": NORMAL, "lineHeight": 18},
    }


def clean(text: object) -> str:
    """The text without what ECharts would read as a template: braces and line breaks."""
    return " ".join(str(text).replace("{", "(").replace("}", ")").replace("|", "/").split())


def make_transparent(colour: str, opacity: float) -> str:
    """'#1B7DA6' at a strength from 0 to 1."""
    red, green, blue = read_colour(colour)
    return f"rgba({red},{green},{blue},{opacity})"
