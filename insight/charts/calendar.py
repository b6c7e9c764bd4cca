"""A calendar of counts: rows against months or weeks, darker where more was done and hollow where nothing was."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_hits,
    draw_text,
    find_largest,
    finish,
    make_choice,
    make_layer,
    measure_names,
    measure_text,
    paint,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    say_expression,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_ink, choose_palette, configure, mix_colour
from insight.i18n import say
from insight.units import show_count

REQUIRED = ("row_id", "row_name", "column_id", "column_name", "count")
ROW, HEAD, GAP = 30, 22, 2


def draw_calendar(
    frame: pd.DataFrame, style: Style, *, row_title: str = "", column_title: str = "", count_title: str = ""
) -> Any:
    """Cells of counts, rows and columns in the order they first appear, the sum of each row at its end.

    Columns: row_id, row_name, column_id, column_name, count, tip (words for the tooltip instead of the number). Nothing is
    a hollow cell: it was possible and was not done. Selection: ``cell`` (row_id, column_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "calendar", REQUIRED, ("tip",))
    row_places = {key: place for place, key in enumerate(dict.fromkeys(row["row_id"] for row in source))}
    column_places = {key: place for place, key in enumerate(dict.fromkeys(row["column_id"] for row in source))}
    row_names = {row["row_id"]: row["row_name"] for row in source}
    column_names = {row["column_id"]: row["column_name"] for row in source}
    sums = dict.fromkeys(row_places, 0.0)
    for row in source:
        sums[row["row_id"]] += row["count"] or 0.0
    height = HEAD + ROW * len(row_places)
    largest = find_largest(row["count"] for row in source) or 1.0

    cells: Rows = []
    for row in source:
        count = row["count"] or 0.0
        fill = mix_colour(colours.sequential, 0.12 + 0.88 * count / largest) if count else colours.page
        place, level = column_places[row["column_id"]], HEAD + ROW * row_places[row["row_id"]]
        text = show_count(count, language)
        cells.append(
            {
                "row_id": row["row_id"],
                "column_id": row["column_id"],
                "x": place,
                "x2": place + 1,
                "middle": place + 0.5,
                "y": level,
                "y2": level + ROW - GAP,
                "text_y": level + (ROW - GAP) / 2,
                "colour": fill,
                "edge": colours.border if not count else fill,
                "ink": colours.muted if not count else choose_ink(fill),
                "text": text,
                "row_name": row["row_name"],
                "column_name": row["column_name"],
                "tip": row["tip"] or text,
            }
        )
    left = f"min({measure_names(row_names.values(), most=130)}, width * 0.3)"
    totals = [show_count(total, language) for total in sums.values()]
    right = f"(width - {widen(totals, is_bold=True, gap=12)})"
    count = len(column_places)
    domain = [0.0, float(count)]
    cell_width = f"(({right} - {left}) / {count})"
    need = max((measure_text(cell["text"], SMALL) for cell in cells), default=0) + 4
    head_need = max(measure_text(name, SMALL) for name in column_names.values()) + 4
    heads: Rows = [
        {"middle": place + 0.5, "y": HEAD / 2 - 1, "text": column_names[key], "back": count - 1 - place}
        for key, place in column_places.items()
    ]
    sides: Rows = [
        {
            "y": HEAD + ROW * place + (ROW - GAP) / 2,
            "text": row_names[key],
            "total": show_count(sums[key], language),
        }
        for key, place in row_places.items()
    ]
    x = place_x("x", domain, left, right)
    where = {"x": x, "x2": alt.X2("x2:Q"), "y": place_y("y", height), "y2": alt.Y2("y2:Q")}
    tips = {
        "row_name": row_title or say(language, "Row"),
        "column_name": column_title or say(language, "Column"),
        "tip": count_title or say(language, "Count"),
    }
    layers = [
        draw_text(
            "heads",
            heads,
            x=place_x("middle", domain, left, right),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
            align="center",
            xOffset=-GAP / 2,
        ).transform_filter(f"datum.back % max(1, ceil({head_need:.0f} / {cell_width})) == 0"),
        draw_text(
            "sides",
            sides,
            x=alt.XValue(0),
            y=place_y("y", height),
            colour=colours.text,
            limit=say_expression(f"{left} - 8"),
        ),
        draw_text(
            "totals",
            sides,
            x=place_at("width"),
            y=place_y("y", height),
            colour=colours.text,
            is_bold=True,
            align="right",
            text="total",
        ),
        make_layer("cells", pick(cells, "row_id", "column_id", "x", "x2", "y", "y2", "colour", "edge"))
        .mark_rect(cornerRadius=3, x2Offset=-GAP, strokeWidth=1)
        .encode(color=paint(), stroke=alt.Stroke("edge:N", scale=None, legend=None), opacity=dim("cell"), **where),
        draw_text(
            "texts",
            pick(cells, "row_id", "column_id", "middle", "text_y", "text", "ink"),
            x=place_x("middle", domain, left, right),
            y=place_y("text_y", height),
            size=SMALL,
            align="center",
            xOffset=-GAP / 2,
            opacity=dim("cell"),
        )
        .encode(color=paint("ink"))
        .transform_filter(f"{cell_width} > {need:.0f}"),
        draw_hits(
            "hits",
            pick(cells, "row_id", "column_id", "x", "x2", "y", "y2", *tips),
            tips,
            make_choice("cell", "row_id", "column_id"),
            **where,
        ),
    ]
    return configure(finish(layers, height), style)
