"""A grid of rates: rows against columns, the number printed in every cell that has room for it."""

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
    measure_text,
    paint,
    pick,
    place_x,
    place_y,
    read_rows,
    say_expression,
)
from insight.charts.theme import SMALL, Style, choose_ink, choose_palette, configure, mix_colour
from insight.i18n import say
from insight.units import MISSING, show_share

REQUIRED = ("row_id", "row_name", "column_id", "column_name", "rate")
ROW, HEAD, GAP = 30, 22, 2
FOOT = 22  # under the cells, where the colours are explained
SPAN = 0.2


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_heat(
    frame: pd.DataFrame,
    style: Style,
    *,
    scheme: Literal["diverging", "sequential"] = "diverging",
    row_title: str = "",
    column_title: str = "",
    rate_title: str = "",
    row_height: int = ROW,
    has_scale: bool = False,
) -> Any:
    """Cells of rates, rows and columns in the order they first appear.

    Columns: row_id, row_name, column_id, column_name, rate, label (words instead of the number), tip (words for the
    tooltip instead of either). Diverging colours run from 80 to 120 % around 100 %; sequential ones from 0 to the
    largest rate. ``row_height`` lines the rows up with those of a chart beside; ``has_scale`` adds what the diverging
    colours mean, under the cells. A missing rate is a grey cell with a dash; a pair the frame lacks stays
    blank. Selection: ``cell`` (row_id, column_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "heat", REQUIRED, ("label", "tip"))
    row_places = {key: place for place, key in enumerate(dict.fromkeys(row["row_id"] for row in source))}
    column_places = {key: place for place, key in enumerate(dict.fromkeys(row["column_id"] for row in source))}
    row_names = {row["row_id"]: row["row_name"] for row in source}
    column_names = {row["column_id"]: row["column_name"] for row in source}
    bottom = HEAD + row_height * len(row_places)
    height = bottom + (FOOT if has_scale else 0)
    largest = max((row["rate"] or 0.0 for row in source), default=0.0) or 1.0

    places = 0 if largest >= 0.05 else 1  # where all are small, whole percents would all be 0

    cells: Rows = []
    for row in source:
        rate = row["rate"]
        position = 0.0
        if rate is not None:
            position = (rate - 1 + SPAN) / (2 * SPAN) if scheme == "diverging" else rate / largest
        ramp = colours.diverging if scheme == "diverging" else colours.sequential
        fill = colours.panel if rate is None else mix_colour(ramp, position)
        text = row["label"] or (MISSING if rate is None else show_share(rate, language, places))
        place, level = column_places[row["column_id"]], HEAD + row_height * row_places[row["row_id"]]
        cells.append(
            {
                "row_id": row["row_id"],
                "column_id": row["column_id"],
                "x": place,
                "x2": place + 1,
                "middle": place + 0.5,
                "y": level,
                "y2": level + row_height - GAP,
                "text_y": level + (row_height - GAP) / 2,
                "colour": fill,
                "ink": colours.muted if rate is None else choose_ink(fill),
                "text": text,
                "row_name": row["row_name"],
                "column_name": row["column_name"],
                "tip": row["tip"]
                or row["label"]
                or (say(language, "no data") if rate is None else show_share(rate, language)),
            }
        )
    left = f"min({measure_names(row_names.values(), most=130)}, width * 0.3)"
    count = len(column_places)
    domain = [0.0, float(count)]
    cell_width = f"((width - {left}) / {count})"
    need = max((measure_text(cell["text"], SMALL) for cell in cells), default=0) + 4
    head_need = max(measure_text(name, SMALL) for name in column_names.values()) + 3
    heads: Rows = [
        {"middle": place + 0.5, "y": HEAD / 2 - 1, "text": column_names[key], "back": count - 1 - place}
        for key, place in column_places.items()
    ]
    sides: Rows = [
        {"y": HEAD + row_height * place + (row_height - GAP) / 2, "text": row_names[key]}
        for key, place in row_places.items()
    ]
    # Few columns: shorten their names; many: leave out every second or third
    few = count <= 7
    head_layer = draw_text(
        "heads",
        heads,
        x=place_x("middle", domain, left, "width"),
        y=place_y("y", height),
        colour=colours.muted,
        size=SMALL,
        align="center",
        xOffset=-GAP / 2,
        limit=say_expression(f"{cell_width} - 4") if few else 200,
    )
    if not few:
        head_layer = head_layer.transform_filter(f"datum.back % max(1, ceil({head_need:.0f} / {cell_width})) == 0")
    tips = {
        "row_name": row_title or say(language, "Row"),
        "column_name": column_title or say(language, "Column"),
        "tip": rate_title or say(language, "Rate"),
    }
    x = place_x("x", domain, left, "width")
    layers = [
        head_layer,
        draw_text(
            "sides",
            sides,
            x=alt.XValue(0),
            y=place_y("y", height),
            colour=colours.text,
            limit=say_expression(f"{left} - 8"),
        ),
        make_layer("cells", pick(cells, "row_id", "column_id", "x", "x2", "y", "y2", "colour"))
        .mark_rect(cornerRadius=3, x2Offset=-GAP)
        .encode(
            x=x,
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
            color=paint(),
            opacity=dim("cell"),
        ),
        draw_text(
            "texts",
            pick(cells, "row_id", "column_id", "middle", "text_y", "text", "ink"),
            x=place_x("middle", domain, left, "width"),
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
            x=x,
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
        ),
    ]
    if has_scale:
        layers += draw_scale(style, domain, left, bottom + FOOT / 2 + 2, height)
    return configure(finish(layers, height), style)


def draw_scale(style: Style, domain: list[float], left: str, middle: float, height: float) -> list[Any]:
    """The diverging colours in a strip towards the right, with the rates they stand for; it shares the cells' scale."""
    colours = choose_palette(style)
    steps, start, end = 9, 0.58 * domain[1], 0.86 * domain[1]
    swatches: Rows = [
        {
            "x": start + (end - start) * place / steps,
            "x2": start + (end - start) * (place + 1) / steps,
            "y": middle - 4,
            "y2": middle + 4,
            "colour": mix_colour(colours.diverging, place / (steps - 1)),
        }
        for place in range(steps)
    ]
    words = {
        "right": (start, f"≤{show_share(1 - SPAN, style.language, 0)}"),
        "left": (end, f"≥{show_share(1 + SPAN, style.language, 0)}"),
    }
    return [
        make_layer("scale", swatches)
        .mark_rect()
        .encode(
            x=place_x("x", domain, left, "width"),
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
            color=paint(),
        ),
        *(
            draw_text(
                f"scale_{align}",
                [{"x": place, "y": middle, "text": text}],
                x=place_x("x", domain, left, "width"),
                y=place_y("y", height),
                colour=colours.muted,
                size=SMALL,
                align=align,
                dx=-5 if align == "right" else 5,
            )
            for align, (place, text) in words.items()
        ),
    ]
