"""The whole channel in one drawing, an ECharts specification: every party a circle at a place worked out beforehand."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from insight.charts.flow import clean, make_tooltip, make_transparent
from insight.charts.plot import Rows
from insight.charts.theme import FONT, NORMAL, SMALL, Palette, Style, choose_palette
from insight.i18n import say

NODE_COLUMNS = ("node_id", "label", "kind", "group", "x", "y", "radius", "reach", "words")
LINK_COLUMNS = ("source", "target", "stage", "is_main", "share", "words")
HEIGHT, HEAD, PAD = 720, 34, 26
WIDTH = 1040  # of the card on a usual screen; sizes are chosen for it, places fit any
ROOMY = 300  # up to here every line has its words and its width, every distributor its name
SMALL_WORLD = 120  # up to here every terminal has its name, with room for it at the sides
LIVELY = 5_000  # beyond, hovering lights nothing up: it would take longer than the hand
MOST_NAMED = 24  # distributors that show their names where there is room, in a large drawing
USUAL, LARGEST, SMALLEST = 8.5, 44.0, 1.8  # pixels: the usual terminal's radius at most, any circle's, the smallest
PHONE = 560  # narrower than this it is a phone
SIDE = 84  # where many names stand at the edges
CLOSEST = 24.0  # the most a find zooms in
MOST_NEAR = 60  # around the one found, that show their names


def draw_whole(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    style: Style,
    groups: Sequence[str],
    others: str,
    chosen: str = "",
) -> dict[str, Any]:
    """Circles as large as their pure sales, coloured by group; lines between them; one of them found and marked.

    ``nodes``: node_id, label, kind (manufacturer, distributor, terminal, others), group (place in ``groups``, six at
    most; -1 for what is ``others``, grey), x, y, radius and reach (how far its cluster goes) in one unit, words (the
    tooltip below its name). ``links``: source and target as positions in ``nodes``, stage, is_main (from a terminal's
    main supplier), share (of the largest link of its stage), words. A click gives the position of a node.
    """
    colours = choose_palette(style)
    # tens of thousands of rows, none of them with anything missing
    rows: Rows = nodes[list(NODE_COLUMNS)].to_dict("records")
    edges: Rows = links[list(LINK_COLUMNS)].to_dict("records")
    scale = _fit(rows)
    present = {(row["kind"], int(row["group"])) for row in rows}
    categories, category_of = _make_categories(groups, others, colours, style, len(rows), present)
    named = _choose_named(rows)
    names = _make_unique(rows)
    data: Rows = []
    for place, row in enumerate(rows):
        size = min(max(row["radius"] * scale, SMALLEST / 2), LARGEST) * 2
        kind = row["kind"] if row["kind"] != "distributor" or place in named else "unnamed"
        # a large drawing is mostly this, so nothing stands here that a category can say
        data.append(
            {
                "id": place,
                "name": names[place],
                "x": round(row["x"], 2),
                "y": round(row["y"], 2),
                "symbolSize": round(size, 1),
                "category": category_of[kind, int(row["group"])],
                "value": row["words"],
            }
        )
    found = next((place for place, row in enumerate(rows) if row["node_id"] == chosen), None) if chosen else None
    view: dict[str, Any] = {}
    if found is not None:
        data[found]["selected"] = True
        row = rows[found]
        view = {"center": [round(row["x"], 2), round(row["y"], 2)], "zoom": _choose_zoom(rows, row)}
        for place in _find_near(rows, row):
            data[place]["label"] = {"show": True}
    is_lively = len(rows) <= LIVELY
    side = SIDE if len(rows) <= ROOMY else PAD
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "tooltip": make_tooltip(style),
        "legend": {
            "type": "scroll",
            "top": 0,
            "left": 0,
            "right": 80,
            "icon": "circle",
            # what is zoomed passes under it
            "backgroundColor": make_transparent(colours.page, 0.85),
            "z": 10,
            "itemWidth": 10,
            "itemHeight": 10,
            "itemGap": 14,
            "data": list(dict.fromkeys(str(category["name"]) for category in categories)),
            "textStyle": {"color": colours.muted, "fontFamily": FONT, "fontSize": NORMAL},
            "inactiveColor": colours.border,
            "pageTextStyle": {"color": colours.muted},
            "pageIconColor": colours.muted,
            "pageIconInactiveColor": colours.border,
        },
        "series": [
            {
                "type": "graph",
                "id": "whole",
                "layout": "none",
                "preserveAspect": "contain",
                "top": HEAD + PAD,
                "bottom": PAD,
                "left": side,
                "right": side,
                "roam": True,
                "scaleLimit": {"min": 0.7, "max": 60},
                "nodeScaleRatio": 0.75,
                "selectedMode": "single",
                **view,
                "categories": categories,
                "tooltip": {"formatter": "{b}\n{c}"},
                "label": {
                    "show": False,
                    "position": "bottom",
                    "distance": 3,
                    "fontFamily": FONT,
                    "fontSize": SMALL,
                    "color": colours.text,
                    "width": 210,
                    "overflow": "truncate",
                    "textBorderColor": make_transparent(colours.page, 0.9),
                    "textBorderWidth": 3,
                },
                "labelLayout": {"hideOverlap": True},
                "lineStyle": {"color": "source", "width": 0.6, "opacity": _choose_strength(len(edges)), "curveness": 0},
                "emphasis": {"focus": "adjacency", "scale": False, "lineStyle": {"opacity": 0.7}}
                if is_lively
                else {"disabled": True},
                "blur": {"itemStyle": {"opacity": 0.12}, "lineStyle": {"opacity": 0.03}, "label": {"opacity": 0.2}},
                "select": {
                    "itemStyle": {"borderColor": colours.text, "borderWidth": 3, "opacity": 1},
                    "label": {"show": True, "fontWeight": "bold", "fontSize": NORMAL},
                },
                "data": data,
                "links": [_draw_link(row, len(edges), len(rows), colours) for row in edges],
            }
        ],
        # on a phone circles keep their size, so the drawing is larger than the screen and starts at its middle
        "media": [
            {
                "query": {"maxWidth": PHONE},
                "option": {
                    "series": [
                        {
                            "id": "whole",
                            "left": PAD,
                            "right": PAD,
                            "zoom": round(view.get("zoom", 1.0) * 2.6, 2),
                            "nodeScaleRatio": 0.1,
                        }
                    ]
                },
            }
        ],
    }


def _draw_link(row: dict[str, Any], edge_count: int, node_count: int, colours: Palette) -> dict[str, Any]:
    """Positions, and what differs from the usual line, that of a further supplier."""
    link: dict[str, Any] = {"source": int(row["source"]), "target": int(row["target"])}
    look: dict[str, Any] = {}
    strength = _choose_strength(edge_count)
    if row["stage"] != "pure_sales":
        look = {"width": round(0.5 + 1.5 * math.sqrt(max(row["share"], 0.0)), 2), "opacity": round(strength * 0.9, 3)}
        if row["stage"] in ("sell_in", "implied"):
            look["color"] = colours.faint
    elif row["is_main"]:
        look = {"opacity": round(strength * 0.7, 3)}
    if node_count <= ROOMY:
        look["width"] = round(0.8 + 4.2 * math.sqrt(max(row["share"], 0.0)), 2)
        link["tooltip"] = {"formatter": clean_lines(row["words"])}
    else:
        # a line that named its ends would say '17 > 230'
        link["tooltip"] = {"show": False}
    if row["stage"] == "implied" and node_count <= LIVELY:
        # nobody recorded it: thin and dotted however much it is
        look.update(width=1.3 if node_count <= ROOMY else 0.8, type="dotted", opacity=max(0.25, strength * 2))
    if look:
        link["lineStyle"] = look
    return link


def _choose_strength(edge_count: int) -> float:
    """The more lines the fainter each: together they stay about as dark."""
    return round(min(0.4, max(0.06, 9 / math.sqrt(max(edge_count, 1)))), 3)


def _fit(rows: Rows) -> float:
    """Pixels a unit, so that circles as wide as asked just touch on a usual screen; in a small drawing they stand apart."""
    width = max(row["x"] for row in rows) - min(row["x"] for row in rows)
    height = max(row["y"] for row in rows) - min(row["y"] for row in rows)
    fitting = min((WIDTH - 2 * PAD) / max(width, 1e-9), (HEIGHT - HEAD - 2 * PAD) / max(height, 1e-9))
    # a thirtieth smaller, so that neighbours can be told apart
    return min(fitting * 0.97, USUAL)


def _choose_zoom(rows: Rows, row: dict[str, Any]) -> float:
    """So near that the cluster of the one found fills about half of the height."""
    width = max(other["x"] for other in rows) - min(other["x"] for other in rows)
    height = max(other["y"] for other in rows) - min(other["y"] for other in rows)
    whole = max(height, width * HEIGHT / WIDTH, 1e-9)
    return round(min(max(whole / (2.8 * max(row["reach"], row["radius"] * 6)), 1.0), CLOSEST), 2)


def _find_near(rows: Rows, row: dict[str, Any]) -> list[int]:
    """Positions of those that stand around the one found, the nearest first: they show their names too."""
    apart = [(math.hypot(other["x"] - row["x"], other["y"] - row["y"]), place) for place, other in enumerate(rows)]
    near = max(row["reach"], row["radius"] * 4)
    return [place for distance, place in sorted(apart)[:MOST_NEAR] if distance <= near]


def _choose_named(rows: Rows) -> set[int]:
    """Positions of the distributors whose names show where there is room: the largest."""
    ranked = sorted(
        (place for place, row in enumerate(rows) if row["kind"] == "distributor"),
        key=lambda place: -rows[place]["radius"],
    )
    return set(ranked if len(rows) <= ROOMY else ranked[:MOST_NAMED])


def _make_unique(rows: Rows) -> list[str]:
    """Names to show; where two are alike, with the id, for a drawing marks what has the same name together."""
    labels = [clean(row["label"]) for row in rows]
    seen: dict[str, int] = {}
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
    return [
        label if seen[label] == 1 else f"{label} ({clean(row['node_id'].rpartition(':')[2])})"
        for label, row in zip(labels, rows, strict=True)
    ]


def _make_categories(
    groups: Sequence[str],
    others: str,
    colours: Palette,
    style: Style,
    count: int,
    present: Collection[tuple[str, int]],
) -> tuple[Rows, dict[tuple[str, int], int]]:
    """One for every kind and group: what its circles look like. Kinds of one group share its name and so its legend."""
    categories: Rows = []
    place_of: dict[tuple[str, int], int] = {}
    label = {"show": True}
    rim = {"borderColor": colours.page, "borderWidth": 1.5 if count <= LIVELY else 0.8}

    def add(kind: str, group: int, name: str, look: dict[str, Any]) -> None:
        place_of[kind, group] = len(categories)
        categories.append({"name": clean(name), **look})

    def is_present(kind: str, group: int) -> bool:
        return any(known == kind and of == group for known, of in present)

    strong = {"label": {**label, "fontWeight": "bold", "fontSize": NORMAL}}
    for group in sorted({of for kind, of in present if kind == "manufacturer"}):
        add(
            "manufacturer",
            group,
            say(style.language, "Manufacturers"),
            {"itemStyle": {"color": colours.actual, **rim}, **strong},
        )
    for group, name in (*enumerate(groups), (-1, others)):
        colour = {"color": colours.faint if group < 0 else colours.categories[group]}
        if is_present("distributor", group):
            add("distributor", group, name, {"itemStyle": {**colour, **rim}, "label": label})
            add("unnamed", group, name, {"itemStyle": {**colour, **rim}})
        if is_present("terminal", group):
            named = {"label": {**label, "color": colours.muted}} if count <= SMALL_WORLD else {}
            add("terminal", group, name, {"itemStyle": {**colour, "opacity": 0.62}, **named})
    together = {"color": colours.base, "opacity": 0.8, "borderColor": colours.faint, "borderWidth": 1}
    for group in sorted({of for kind, of in present if kind == "others"}):
        add("others", group, say(style.language, "Terminals taken together"), {"itemStyle": together})
    return categories, place_of


def clean_lines(text: str) -> str:
    """Several lines, each without what ECharts would read as a template."""
    return "\n".join(clean(line) for line in text.split("\n"))
