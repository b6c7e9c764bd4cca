"""Wholes divided into named parts, one a row, from 0 to 100 %."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_column,
    draw_names,
    draw_row_hits,
    draw_text,
    finish,
    make_choice,
    make_layer,
    measure_names,
    paint,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.stacked import draw_key
from insight.charts.theme import SMALL, Palette, Style, choose_ink, choose_palette, configure
from insight.i18n import say
from insight.units import show_share

ROW, BAR = 30, 18
ROLES = ("deep", "middle", "light", "better", "worse", "open", "grey")


def paint_roles(colours: Palette) -> dict[str, str]:
    """What a part is to the whole, as a colour: shades of one thing, good and bad, and what is not said."""
    return {
        "deep": colours.sequential[5],
        "middle": colours.sequential[3],
        "light": colours.sequential[1],
        "better": colours.better,
        "worse": colours.worse,
        "open": colours.forecast,
        "grey": colours.base,
    }


def draw_parts(frame: pd.DataFrame, style: Style, *, roles: Mapping[str, str], least_height: int = 0) -> Any:
    """Rows in the order they first appear, divided in the order of ``roles``.

    Columns: unit_id, unit_name, part_id, part_name, share, unit_text (words at the right end of the row), tip (of the
    part, else its share). ``roles``: part_id to one of ROLES. Few rows grow taller until they fill ``least_height``.
    Parts nobody has are left out of the key. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    fills = {part: paint_roles(colours)[role] for part, role in roles.items()}
    source = read_rows(frame, "parts", ("unit_id", "unit_name", "part_id", "part_name", "share"), ("unit_text", "tip"))
    names = {row["part_id"]: row["part_name"] for row in source}
    present = [
        part for part in roles if any((row["share"] or 0.0) > 0.0005 for row in source if row["part_id"] == part)
    ]
    units = list(dict.fromkeys(row["unit_id"] for row in source))
    key, head = draw_key([(names[part], fills[part]) for part in present], colours.muted)
    deep = max(ROW, min(44, (least_height - int(head)) // max(len(units), 1)))
    height = head + deep * len(units) + 2

    rows: Rows = []
    parts: Rows = []
    for index, unit in enumerate(units):
        place = stack_row(index, head=head, row=deep, bar=BAR + (deep - ROW) // 2)
        own = {row["part_id"]: row for row in source if row["unit_id"] == unit}
        first = next(iter(own.values()))
        tips = {
            part: own[part]["tip"] or show_share(own[part]["share"], style.language) for part in present if part in own
        }
        rows.append(
            {
                **place,
                "unit_id": unit,
                "name": first["unit_name"],
                "text": first["unit_text"] or "",
                **dict.fromkeys(present, ""),
                **tips,
            }
        )
        level = 0.0
        for part in present:
            share = (own[part]["share"] or 0.0) if part in own else 0.0
            if share <= 0:
                continue
            parts.append(
                {
                    **place,
                    "unit_id": unit,
                    "start": level,
                    "end": level + share,
                    "middle": level + share / 2,
                    "colour": fills[part],
                    "ink": choose_ink(fills[part]),
                    "text": show_share(share, style.language, 0) if share >= 0.1 else "",
                }
            )
            level += share
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.34)"
    right = f"width - {widen([row['text'] for row in rows])}" if any(row["text"] for row in rows) else "width - 2"
    domain = [0.0, 1.0]
    titles = {
        "name": say(style.language, "Unit"),
        **{part: names[part] for part in present},
        "text": say(style.language, "Count"),
    }
    layers = [
        *key,
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("parts", pick(parts, "unit_id", "start", "end", "bar_y", "bar_y2", "colour"))
        .mark_rect(x2Offset=-1)
        .encode(
            x=place_x("start", domain, left, right),
            x2=alt.X2("end:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            opacity=dim("unit"),
        ),
        draw_text(
            "parts_texts",
            pick(parts, "unit_id", "middle", "y", "text", "ink", where="text"),
            x=place_x("middle", domain, left, right),
            y=place_y("y", height),
            size=SMALL,
            align="center",
            opacity=dim("unit"),
        ).encode(color=paint("ink")),
        draw_column(
            "texts",
            rows,
            "unit_id",
            "text",
            place_at("width"),
            height,
            choice="unit",
            colour=colours.muted,
            size=SMALL,
        ),
        draw_row_hits(rows, "unit_id", titles, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
