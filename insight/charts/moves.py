"""From state to state: the customers of two month ends as a Sankey, an ECharts specification."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.charts.flow import make_tooltip, make_transparent
from insight.charts.life import STATES, paint_states
from insight.charts.plot import read_rows
from insight.charts.theme import FONT, NORMAL, SMALL, Style, choose_palette
from insight.i18n import say
from insight.units import show_amount, show_count

HEAD, HEIGHT, PHONE = 34, 440, 560


def draw_moves(
    frame: pd.DataFrame, style: Style, *, start: str, end: str
) -> tuple[dict[str, Any], list[str], list[str]]:
    """States at the start on the left, at the end on the right, links as wide as their customers.

    ``frame``: from_state, to_state, terminal_count, stake_amount; 'none' had not ordered. With the specification come the
    ids of its nodes ('from steady', 'to lost') and links ('steady lost') in the order of their places.
    """
    colours = choose_palette(style)
    fills = paint_states(colours)
    links = read_rows(frame, "moves", ("from_state", "to_state", "terminal_count", "stake_amount"))
    nodes, ids = [], []
    for side, depth, title in (("from", 0, start), ("to", 1, end)):
        for state in ("none", *(state for state in STATES if state != "none")):
            mine = [row for row in links if row[f"{side}_state"] == state]
            if not mine:
                continue
            count = sum(row["terminal_count"] for row in mine)
            name = say(style.language, STATES[state])
            ids.append(f"{side} {state}")
            nodes.append(
                {
                    "name": ids[-1],
                    "depth": depth,
                    "value": count,
                    "itemStyle": {"color": fills[state], "borderWidth": 0},
                    "label": {
                        "formatter": f"{name} {show_count(count, style.language)}",
                        "position": "right" if depth == 0 else "left",
                    },
                    "tooltip": {"formatter": f"{title}\n{name}: {show_count(count, style.language)}"},
                }
            )
    order = list(STATES)
    ordered = sorted(links, key=lambda row: (order.index(row["from_state"]), order.index(row["to_state"])))
    drawn = []
    for row in ordered:
        source, target = (say(style.language, STATES[row[f"{side}_state"]]) for side in ("from", "to"))
        is_same = row["from_state"] == row["to_state"]
        drawn.append(
            {
                "source": f"from {row['from_state']}",
                "target": f"to {row['to_state']}",
                "value": row["terminal_count"],
                "lineStyle": {
                    "color": fills[row["to_state"]],
                    "opacity": 0.14 if is_same else 0.4,
                },
                "tooltip": {
                    "formatter": f"{source} → {target}\n{say(style.language, 'Customers')}: "
                    f"{show_count(row['terminal_count'], style.language)}\n{say(style.language, 'At stake')}: "
                    f"{show_amount(row['stake_amount'], style.language, style.currency)}"
                },
            }
        )
    heading = {"fontSize": NORMAL, "fontWeight": "bold", "color": colours.text, "fontFamily": FONT}
    spec = {
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "tooltip": make_tooltip(style),
        "title": [
            {"text": start, "left": 0, "top": 0, "padding": [4, 0, 0, 0], "textStyle": heading},
            {"text": end, "right": 0, "top": 0, "padding": [4, 0, 0, 0], "textStyle": heading},
        ],
        "series": [
            {
                "type": "sankey",
                "id": "moves",
                "top": HEAD,
                "bottom": 6,
                "left": 1,
                "right": 1,
                "nodeWidth": 12,
                "nodeGap": 11,
                # as given: a state stands at the same place on both sides
                "layoutIterations": 0,
                "draggable": False,
                "selectedMode": "single",
                "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.6}},
                "blur": {"itemStyle": {"opacity": 0.25}, "lineStyle": {"opacity": 0.05}, "label": {"opacity": 0.35}},
                "select": {"itemStyle": {"borderColor": colours.text, "borderWidth": 2}},
                "lineStyle": {"curveness": 0.5},
                "label": {
                    "color": colours.text,
                    "fontFamily": FONT,
                    "fontSize": NORMAL,
                    "distance": 6,
                    "textBorderColor": make_transparent(colours.page, 0.75),
                    "textBorderWidth": 2.5,
                },
                "data": nodes,
                "links": drawn,
            }
        ],
        "media": [
            {
                "query": {"maxWidth": PHONE},
                "option": {"series": [{"id": "moves", "label": {"fontSize": SMALL}}]},
            }
        ],
    }
    return spec, ids, [f"{row['from_state']} {row['to_state']}" for row in ordered]
