"""A small grid of large cells: a word in each, and a line or two under it."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_hits,
    draw_text,
    finish,
    make_choice,
    make_layer,
    measure_names,
    paint,
    pick,
    place_x,
    place_y,
    read_rows,
    say_expression,
)
from insight.charts.theme import SMALL, Style, choose_ink, choose_palette, configure, mix_colour

REQUIRED = ("row_id", "row_name", "column_id", "column_name", "word", "shade")
OPTIONAL = ("row_note", "column_note", "line", "second_line")
HEAD, GAP = 36, 3
LINE, LARGE = 15, 19


def draw_cells(
    frame: pd.DataFrame,
    style: Style,
    *,
    ramp: Literal["sequential", "diverging"] = "sequential",
    row_title: str = "",
    column_title: str = "",
    word_title: str = "",
    line_title: str = "",
    second_title: str = "",
) -> Any:
    """Cells in the order in which rows and columns first appear; a pair the frame lacks stays blank.

    Columns: row_id, row_name, row_note, column_id, column_name, column_note, word (large), line and second_line (under it,
    left out where the cell is too narrow), shade (0 to 1 along the ramp; missing is the panel's grey). Selection: ``cell``
    (row_id, column_id).
    """
    colours = choose_palette(style)
    source = read_rows(frame, "cells", REQUIRED, OPTIONAL)
    row_places = {key: place for place, key in enumerate(dict.fromkeys(row["row_id"] for row in source))}
    column_places = {key: place for place, key in enumerate(dict.fromkeys(row["column_id"] for row in source))}
    lines = 2 if any(row["second_line"] for row in source) else 1 if any(row["line"] for row in source) else 0
    tall = 34 + LINE * lines
    height = HEAD + tall * len(row_places)
    count = len(column_places)
    domain = [0.0, float(count)]
    names = [text for row in source for text in (row["row_name"], row["row_note"] or "")]
    left = f"min({measure_names(names, most=130)}, width * 0.3)"
    x = place_x("x", domain, left, "width")
    middle = place_x("middle", domain, left, "width")
    ramps = colours.sequential if ramp == "sequential" else colours.diverging

    cells: Rows = []
    for row in source:
        place, level = column_places[row["column_id"]], HEAD + tall * row_places[row["row_id"]]
        fill = colours.panel if row["shade"] is None else mix_colour(ramps, row["shade"])
        start = level + (tall - GAP) / 2 - LINE * lines / 2
        cells.append(
            {
                "row_id": row["row_id"],
                "column_id": row["column_id"],
                "x": place,
                "x2": place + 1,
                "middle": place + 0.5,
                "y": level,
                "y2": level + tall - GAP,
                "word_y": start,
                "line_y": start + LINE + 3,
                "second_y": start + 2 * LINE + 2,
                "colour": fill,
                "ink": choose_ink(fill),
                "row_name": row["row_name"],
                "column_name": row["column_name"],
                "word": row["word"],
                "line": row["line"] or "",
                "second_line": row["second_line"] or "",
            }
        )
    first_of = {row["row_id"]: row for row in reversed(source)}, {row["column_id"]: row for row in reversed(source)}
    sides: Rows = [
        {
            "y": HEAD + tall * place + (tall - GAP) / 2 - (8 if first_of[0][key]["row_note"] else 0),
            "note_y": HEAD + tall * place + (tall - GAP) / 2 + 8,
            "text": first_of[0][key]["row_name"],
            "note": first_of[0][key]["row_note"] or "",
        }
        for key, place in row_places.items()
    ]
    heads: Rows = [
        {
            "middle": place + 0.5,
            "y": 9 if first_of[1][key]["column_note"] else 20,
            "note_y": 25,
            "text": first_of[1][key]["column_name"],
            "note": first_of[1][key]["column_note"] or "",
        }
        for key, place in column_places.items()
    ]
    room = say_expression(f"(width - {left}) / {count} - 4")
    side_room = say_expression(f"{left} - 8")
    tips = {
        "row_name": row_title,
        "column_name": column_title,
        "word": word_title,
        "line": line_title,
        "second_line": second_title,
    }
    told = {column: title for column, title in tips.items() if title}

    def write(name: str, place: str, text: str, size: int, *, is_bold: bool = False) -> Any:
        return draw_text(
            name,
            pick(cells, "row_id", "column_id", "middle", place, text, "ink", where=text),
            x=middle,
            y=place_y(place, height),
            size=size,
            is_bold=is_bold,
            align="center",
            text=text,
            xOffset=-GAP / 2,
            opacity=dim("cell"),
            limit=room,
        ).encode(color=paint("ink"))

    layers = [
        *(
            draw_text(
                f"head_{text}s",
                pick(heads, "middle", level, text, where=text),
                x=middle,
                y=place_y(level, height),
                colour=colour,
                size=size,
                align="center",
                text=text,
                xOffset=-GAP / 2,
                limit=room,
            )
            for text, level, colour, size in (("text", "y", colours.text, 12), ("note", "note_y", colours.muted, SMALL))
        ),
        *(
            draw_text(
                f"side_{text}s",
                pick(sides, level, text, where=text),
                x=alt.XValue(0),
                y=place_y(level, height),
                colour=colour,
                size=size,
                text=text,
                limit=side_room,
            )
            for text, level, colour, size in (("text", "y", colours.text, 12), ("note", "note_y", colours.muted, SMALL))
        ),
        make_layer("cells", pick(cells, "row_id", "column_id", "x", "x2", "y", "y2", "colour"))
        .mark_rect(cornerRadius=4, x2Offset=-GAP)
        .encode(
            x=x,
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
            color=paint(),
            opacity=dim("cell"),
        ),
        write("words", "word_y", "word", LARGE, is_bold=True),
        write("lines", "line_y", "line", SMALL),
        write("second_lines", "second_y", "second_line", SMALL),
        draw_hits(
            "hits",
            pick(cells, "row_id", "column_id", "x", "x2", "y", "y2", *told),
            told,
            make_choice("cell", "row_id", "column_id"),
            x=x,
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
        ),
    ]
    return configure(finish(layers, height), style)
