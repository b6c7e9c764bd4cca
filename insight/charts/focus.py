"""One distributor among its neighbours, an ECharts specification: columns by tier, circles by sales, lines by share."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from insight.charts.flow import clean, make_tooltip, make_transparent
from insight.charts.plot import read_rows
from insight.charts.theme import FONT, NORMAL, Style, choose_palette
from insight.i18n import say
from insight.units import show_amount, show_count, show_share

NODE_COLUMNS = (
    "node_id",
    "column",
    "label",
    "amount",
    "is_self",
    "is_others",
    "is_single_source",
    "member_count",
    "single_count",
    "x",
    "y",
)
LINK_COLUMNS = ("source_id", "target_id", "amount", "share", "is_others")
ORDER = ("maker", "tier_1", "tier_2", "terminal")
ROW, HEAD = 24, 34
SMALLEST, LARGEST = 7, 26
SIDE = 230  # room for the names beside the outer columns
PHONE = 560


def measure_height(row_count: int) -> int:
    """Pixels the chart wants: one row for each node of the longest column."""
    return HEAD + max(140, row_count * ROW) + 16


def draw_focus(nodes: pd.DataFrame, links: pd.DataFrame, style: Style) -> dict[str, Any]:
    """Places come with the nodes; nothing is arranged in the browser.

    ``nodes``: node_id, column (maker, tier_1, tier_2, terminal), label, amount (pure sales), is_self, is_others,
    is_single_source, member_count, single_count, x and y from 0 to 1; ``links``: source_id, target_id, amount, share,
    is_others. The area of a circle is its amount within its column; a ring marks a terminal with a single source.
    A click gives the position of a node or link in the frames' order.
    """
    colours = choose_palette(style)
    rows = read_rows(nodes, "focus", NODE_COLUMNS)
    edges = read_rows(links, "focus", LINK_COLUMNS) if len(links) else []
    present = [column for column in ORDER if any(row["column"] == column for row in rows)]
    fills = {
        "maker": colours.actual,
        "tier_1": colours.categories[0],
        "tier_2": colours.sequential[3],
        "terminal": colours.categories[2],
    }
    largest = {
        column: max((row["amount"] for row in rows if row["column"] == column and not row["is_others"]), default=0.0)
        for column in present
    }
    labels = {row["node_id"]: clean(row["label"]) for row in rows}
    places = {row["node_id"]: row for row in rows}

    data = []
    for row in rows:
        node = row["node_id"]
        fill = colours.faint if row["is_others"] else fills[row["column"]]
        part = min(max(row["amount"], 0.0) / largest[row["column"]], 1.0) if largest[row["column"]] > 0 else 0.0
        size = (
            LARGEST + 6
            if row["is_self"]
            else 12
            if row["is_others"]
            else SMALLEST + (LARGEST - SMALLEST) * math.sqrt(part)
        )
        is_last = row["column"] == present[-1] and len(present) > 1
        is_first = row["column"] == present[0] and len(present) > 1
        data.append(
            {
                "id": node,
                "name": node,
                "value": [round(row["x"], 5), round(row["y"], 5)],
                "symbolSize": round(size, 1),
                "symbol": "roundRect" if row["is_others"] else "circle",
                "itemStyle": {
                    "color": fill,
                    "borderColor": colours.worse
                    if row["is_single_source"]
                    else colours.text
                    if row["is_self"]
                    else colours.page,
                    "borderWidth": 3 if row["is_single_source"] else 2 if row["is_self"] else 1,
                },
                "label": {
                    "formatter": labels[node],
                    "position": "right" if is_last else "left" if is_first else "top",
                    "fontWeight": "bold" if row["is_self"] else "normal",
                    "color": colours.muted if row["is_others"] else colours.text,
                },
                "tooltip": {"formatter": "\n".join(describe_node(row, labels[node], style))},
            }
        )
    drawn = []
    for edge in edges:
        fill = colours.faint if edge["is_others"] else fills[places[edge["source_id"]]["column"]]
        ends = f"{labels[edge['source_id']]} → {labels[edge['target_id']]}"
        amount = show_amount(edge["amount"], style.language, style.currency)
        share = say(style.language, "{share} of what it buys", share=show_share(edge["share"], style.language))
        lean = places[edge["target_id"]]["y"] - places[edge["source_id"]]["y"]
        is_level = places[edge["target_id"]]["x"] == places[edge["source_id"]]["x"]
        drawn.append(
            {
                "source": edge["source_id"],
                "target": edge["target_id"],
                "value": round(edge["amount"], 2),
                "lineStyle": {
                    "color": fill,
                    "width": round(0.8 + 6.2 * min(edge["share"], 1.0), 2) if not edge["is_others"] else 1.5,
                    "type": "dashed" if edge["is_others"] else "solid",
                    "opacity": 0.38,
                    "curveness": 0.35 if is_level else 0.14 if lean < 0 else -0.14 if lean > 0 else 0,
                },
                "tooltip": {"formatter": f"{ends}\n{amount}" if edge["is_others"] else f"{ends}\n{amount}, {share}"},
            }
        )
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "tooltip": make_tooltip(style),
        "grid": {"left": SIDE, "right": SIDE, "top": HEAD + 10, "bottom": 16, "outerBoundsMode": "none"},
        "xAxis": {"type": "value", "min": 0, "max": 1, "show": False},
        "yAxis": {"type": "value", "min": 0, "max": 1, "inverse": True, "show": False},
        "series": [
            {
                "type": "graph",
                "id": "focus",
                "coordinateSystem": "cartesian2d",
                "layout": "none",
                "selectedMode": "single",
                "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.8}},
                "blur": {"itemStyle": {"opacity": 0.2}, "lineStyle": {"opacity": 0.06}, "label": {"opacity": 0.3}},
                "select": {"itemStyle": {"borderColor": colours.text}},
                "label": {
                    "show": True,
                    "fontFamily": FONT,
                    "fontSize": NORMAL,
                    "color": colours.text,
                    "width": SIDE - 24,
                    "overflow": "truncate",
                    "distance": 5,
                    # names over lines stay readable
                    "textBorderColor": make_transparent(colours.page, 0.85),
                    "textBorderWidth": 3,
                },
                "data": data,
                "links": drawn,
            }
        ],
        "media": [
            {
                "query": {"maxWidth": PHONE},
                "option": {
                    "grid": {"left": 88, "right": 92},
                    "series": [{"id": "focus", "label": {"width": 72, "fontSize": 10}}],
                },
            }
        ],
    }


def describe_node(row: dict[str, Any], label: str, style: Style) -> list[str]:
    """The lines of a node's tooltip."""
    language, currency = style.language, style.currency
    if row["is_others"]:
        lines = [label, f"{say(language, 'With this distributor')}: {show_amount(row['amount'], language, currency)}"]
        if row["single_count"]:
            lines.append(
                say(language, "{count} of them with a single source", count=show_count(row["single_count"], language))
            )
        return lines
    word = "Bought by the terminal" if row["column"] == "terminal" else "Pure sales"
    lines = [label, f"{say(language, word)}: {show_amount(row['amount'], language, currency)}"]
    if row["is_single_source"]:
        lines.append(say(language, "Single source"))
    return lines
