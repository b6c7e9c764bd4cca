"""One party among its neighbours, an ECharts specification: columns by tier, circles by sales, lines by share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from insight.charts.flow import SHORT, clean, make_tooltip, make_transparent
from insight.charts.plot import Rows, read_rows
from insight.charts.theme import FONT, NORMAL, SMALL, Style, choose_palette
from insight.i18n import say
from insight.units import is_missing, show_amount, show_count, show_share

NODE_COLUMNS = (
    "node_id",
    "column",
    "label",
    "amount",
    "is_self",
    "is_open",
    "is_others",
    "is_single_source",
    "member_count",
    "single_count",
    "x",
    "y",
)
LINK_COLUMNS = ("source_id", "target_id", "amount", "share", "is_others", "is_back", "path_share", "is_implied")
ORDER = ("maker", "tier_1", "tier_2", "terminal")
ROW, HEAD, FOOT = 24, 46, 14
SMALLEST, LARGEST = 7, 21
LEFT, RIGHT = 18, 21  # room for the names beside the outer columns, in percent of the width
PHONE_LEFT, PHONE_RIGHT = 24, 26
LABEL, PHONE_LABEL = 162, {2: 80, 3: 66, 4: 46}  # pixels of a name; on a phone by the number of columns
LOOSE = 1.9  # rows between two circles of a middle column from which their names stand above them
PHONE = 560


def measure_height(row_count: int) -> int:
    """Pixels the chart wants: one row for each node of the longest column."""
    return HEAD + max(150, row_count * ROW) + FOOT


def draw_focus(nodes: pd.DataFrame, links: pd.DataFrame, style: Style, chosen: str = "") -> dict[str, Any]:
    """Places come with the nodes; nothing is arranged in the browser.

    ``nodes``: node_id, column (maker, tier_1, tier_2, terminal), label, amount (pure sales), is_self, is_open, is_others,
    is_single_source, member_count, single_count, x and y from 0 to 1; ``links``: source_id, target_id, amount, share,
    is_others, is_back, path_share, is_implied (dotted). The area of a circle is its amount within its column; a ring
    marks a terminal with a single source; where links have a path_share, the others fade. ``chosen`` is the node_id to
    bring out. A click gives the position of a node or link in the frames' order.
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
    counts = {column: sum(1 for row in rows if row["column"] == column) for column in present}
    largest = {
        column: max((row["amount"] for row in rows if row["column"] == column and not row["is_others"]), default=0.0)
        for column in present
    }
    loose = {column for column in present if _measure_gap(rows, column, max(counts.values())) >= LOOSE}
    labels = {row["node_id"]: clean(row["label"]) for row in rows}
    places = {row["node_id"]: row for row in rows}
    has_paths = any(not is_missing(edge["path_share"]) for edge in edges)
    on_path = {edge[end] for edge in edges if not is_missing(edge["path_share"]) for end in ("source_id", "target_id")}

    data = []
    for row in rows:
        node = row["node_id"]
        is_dimmed = has_paths and node not in on_path and not row["is_self"] and node != chosen
        part = min(max(row["amount"], 0.0) / largest[row["column"]], 1.0) if largest[row["column"]] > 0 else 0.0
        size = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(part)
        if row["is_self"]:
            size = max(size, 20) + 6
        is_last = row["column"] == present[-1] and len(present) > 1
        is_first = row["column"] == present[0] and len(present) > 1
        is_above = not is_last and not is_first and row["column"] in loose and len(present) == 3
        edge_colour = colours.worse if row["is_single_source"] else colours.page
        if node == chosen or (row["is_self"] and not row["is_single_source"]):
            edge_colour = colours.text
        data.append(
            {
                "id": node,
                "name": node,
                "value": [round(row["x"], 5), round(row["y"], 5)],
                "symbolSize": 12 if row["is_others"] else round(size, 1),
                "symbol": "roundRect" if row["is_others"] else "circle",
                "itemStyle": {
                    "color": colours.faint if row["is_others"] else fills[row["column"]],
                    "opacity": 0.5 if is_dimmed else 1,
                    "borderColor": edge_colour,
                    "borderWidth": 3.5
                    if node == chosen
                    else 3
                    if row["is_single_source"]
                    else 2
                    if row["is_self"]
                    else 1,
                },
                "label": {
                    "formatter": labels[node],
                    "position": "top" if is_above else "left" if is_first else "right",
                    "opacity": 1,
                    "fontWeight": "bold" if row["is_open"] or node == chosen else "normal",
                    "color": colours.muted if row["is_others"] or is_dimmed else colours.text,
                },
                "tooltip": {"formatter": "\n".join(describe_node(row, labels[node], style))},
            }
        )
    drawn = []
    for edge in edges:
        lean = places[edge["target_id"]]["y"] - places[edge["source_id"]]["y"]
        is_level = places[edge["target_id"]]["x"] == places[edge["source_id"]]["x"]
        drawn.append(
            {
                "source": edge["source_id"],
                "target": edge["target_id"],
                "value": round(edge["amount"], 2),
                "lineStyle": {
                    **_draw_line(edge, fills[places[edge["source_id"]]["column"]], has_paths, style),
                    "curveness": 0.35 if is_level else 0.14 if lean < 0 else -0.14 if lean > 0 else 0,
                },
                "tooltip": {"formatter": "\n".join(describe_link(edge, labels, style))},
            }
        )
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "tooltip": make_tooltip(style),
        "title": _name_columns(present, style, LEFT, RIGHT),
        "grid": {"left": f"{LEFT}%", "right": f"{RIGHT}%", "top": HEAD + 8, "bottom": FOOT, "outerBoundsMode": "none"},
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
                    "width": LABEL,
                    "overflow": "truncate",
                    "distance": 5,
                    # names over lines stay readable
                    "textBorderColor": make_transparent(colours.page, 0.9),
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
                    "grid": {"left": f"{PHONE_LEFT}%", "right": f"{PHONE_RIGHT}%"},
                    "title": _name_columns(present, style, PHONE_LEFT, PHONE_RIGHT, is_short=True),
                    "series": [
                        {
                            "id": "focus",
                            "label": {"width": PHONE_LABEL.get(len(present), 80), "fontSize": 9},
                            "labelLayout": {"hideOverlap": True},
                        }
                    ],
                },
            }
        ],
    }


def _measure_gap(rows: Rows, column: str, longest: int) -> float:
    """The least distance between two circles of a column, in rows."""
    heights = sorted(row["y"] for row in rows if row["column"] == column)
    gaps = [after - before for before, after in pairwise(heights)]
    return min(gaps, default=1.0) * max(longest - 1, 1)


def _draw_line(edge: dict[str, Any], fill: str, has_paths: bool, style: Style) -> dict[str, Any]:
    colours = choose_palette(style)
    share = min(edge["share"], 1.0)
    if edge["is_others"]:
        return {"color": colours.faint, "width": 1.2, "type": "dashed", "opacity": 0.15 if has_paths else 0.4}
    if edge["is_back"]:
        return {"color": colours.worse, "width": 1.4, "type": "dashed", "opacity": 0.75}
    kind = "dotted" if edge["is_implied"] else "solid"
    if not is_missing(edge["path_share"]):
        width = 1.2 + 5.3 * min(edge["path_share"], 1.0)
        return {"color": colours.categories[1], "width": round(width, 2), "type": kind, "opacity": 0.85}
    width = 0.8 + 4.7 * share
    return {"color": fill, "width": round(width, 2), "type": kind, "opacity": 0.12 if has_paths else 0.36}


def _name_columns(present: Sequence[str], style: Style, left: int, right: int, *, is_short: bool = False) -> Rows:
    """A heading over the middle of each column; ``left`` and ``right`` are the drawing's margins in percent."""
    colours = choose_palette(style)
    names = {
        "maker": "Manufacturers",
        "tier_1": "Tier 1 distributors" if "tier_2" in present else "Distributors",
        "tier_2": "Tier 2 distributors",
        "terminal": "Terminal",
    }
    return [
        {
            "text": say(style.language, SHORT[column] if is_short else names[column]),
            "left": f"{left + (100 - left - right) * place / max(len(present) - 1, 1):.2f}%",
            "top": 0,
            "padding": [4, 0, 0, 0],
            "textAlign": "center",
            "textStyle": {
                "fontSize": SMALL if is_short else NORMAL,
                "fontWeight": "bold",
                "color": colours.text,
                "fontFamily": FONT,
            },
        }
        for place, column in enumerate(present)
    ]


def describe_node(row: dict[str, Any], label: str, style: Style) -> list[str]:
    """The lines of a node's tooltip."""
    language, currency = style.language, style.currency
    if row["is_others"]:
        lines = [label]
        if row["amount"] > 0:
            amount = show_amount(row["amount"], language, currency)
            lines.append(f"{say(language, 'Value of the links')}: {amount}")
        if row["single_count"] > 0:
            count = show_count(row["single_count"], language)
            lines.append(say(language, "{count} of them with a single source", count=count))
        return lines
    word = {"terminal": "Bought by the terminal", "maker": "Pure sales of its products"}.get(
        row["column"], "Pure sales"
    )
    lines = [label, f"{say(language, word)}: {show_amount(row['amount'], language, currency)}"]
    if row["is_single_source"]:
        lines.append(say(language, "Single source"))
    return lines


def describe_link(edge: dict[str, Any], labels: dict[str, str], style: Style) -> list[str]:
    """The lines of a link's tooltip."""
    ends = f"{labels[edge['source_id']]} → {labels[edge['target_id']]}"
    amount = show_amount(edge["amount"], style.language, style.currency)
    if edge["is_others"]:
        return [ends, amount] if edge["amount"] > 0 else [ends]
    if edge["is_back"]:
        return [ends, say(style.language, "Everything bought came back: net {amount}", amount=amount)]
    share = show_share(edge["share"], style.language)
    lines = [ends, f"{amount}, {say(style.language, '{share} of what it buys', share=share)}"]
    if edge["is_implied"]:
        lines.append(say(style.language, "Implied by what was sold on; no sell-in recorded"))
    if not is_missing(edge["path_share"]):
        share = show_share(edge["path_share"], style.language)
        lines.append(say(style.language, "About {share} of the terminal’s goods came this way", share=share))
    return lines
