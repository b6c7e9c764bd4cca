"""How many days something took, unit by unit: the middle half as a bar, the median as a dot."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    choose_ticks,
    count_digits,
    dim,
    draw_column,
    draw_grid,
    draw_names,
    draw_row_hits,
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
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_number

REQUIRED = ("unit_id", "unit_name", "first_days", "median_days", "third_days")
OPTIONAL = ("aside", "is_small")
ROW, HEAD, BAR = 28, 6, 10


def draw_spans(frame: pd.DataFrame, style: Style) -> Any:
    """Units in the order given. Columns: unit_id, unit_name, first_days, median_days, third_days (quartiles), aside (words
    at the right end), is_small (hollow: too few to speak of). Selection: ``unit`` (unit_id).
    """
    colours, language = choose_palette(style), style.language
    source = read_rows(frame, "spans", REQUIRED, OPTIONAL)
    bottom = HEAD + ROW * len(source)
    height = bottom + 22
    high = max((row["third_days"] or 0.0 for row in source), default=0.0) or 1.0
    low = min(0.0, *(row["first_days"] or 0.0 for row in source))
    domain = [low, high * 1.05]
    rows: Rows = [
        {
            **stack_row(index, head=HEAD, row=ROW, bar=BAR),
            "unit_id": row["unit_id"],
            "name": row["unit_name"],
            "first": None if row["is_small"] else row["first_days"],
            "third": row["third_days"],
            "solid": None if row["is_small"] else row["median_days"],
            "hollow": row["median_days"] if row["is_small"] else None,
            "colour": colours.primary,
            "text": show_number(row["median_days"], language, 0 if (row["median_days"] or 0.0) % 1 == 0 else 1),
            "aside": row["aside"] or "",
            "range_text": ""
            if row["first_days"] is None or row["is_small"]
            else " – ".join(show_number(row[name], language, 0) for name in ("first_days", "third_days")),
        }
        for index, row in enumerate(source)
    ]
    asides = [row["aside"] for row in rows if row["aside"]]
    aside_width = widen(asides, gap=14) if asides else 0
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.34)"
    right = f"width - {aside_width + widen([row['text'] for row in rows], is_bold=True, gap=14)}"
    ticks = choose_ticks(domain[0], domain[1], 4)
    tips = {
        "name": say(language, "Unit"),
        "text": say(language, "Median, days"),
        "range_text": say(language, "Middle half, days"),
        "aside": say(language, "Count"),
    }
    y = place_y("y", height)

    def place(field: str) -> Any:
        return place_x(field, domain, left, right)

    layers: list[Any] = [
        *draw_grid(
            "grid",
            ticks,
            [show_number(tick, language, count_digits(ticks)) for tick in ticks],
            height=height,
            top=HEAD,
            bottom=bottom,
            domain=domain,
            left=left,
            right=right,
            grid=colours.grid,
            muted=colours.muted,
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("spans", pick(rows, "unit_id", "first", "third", "bar_y", "bar_y2", where="first"))
        .mark_rect(color=colours.primary, fillOpacity=0.35, cornerRadius=3)
        .encode(
            x=place("first"),
            x2=alt.X2("third:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            opacity=dim("unit"),
        ),
        make_layer("solid", pick(rows, "unit_id", "solid", "y", "colour", where="solid"))
        .mark_point(shape="circle", filled=True, size=80, opacity=1)
        .encode(x=place("solid"), y=y, color=paint(), opacity=dim("unit")),
        make_layer("hollow", pick(rows, "unit_id", "hollow", "y", where="hollow"))
        .mark_point(shape="circle", filled=True, size=70, fill=colours.page, stroke=colours.faint, strokeWidth=1.8)
        .encode(x=place("hollow"), y=y, opacity=dim("unit")),
        draw_column(
            "medians",
            rows,
            "unit_id",
            "text",
            place_at(f"width - {aside_width}"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_column(
            "asides",
            rows,
            "unit_id",
            "aside",
            place_at("width"),
            height,
            choice="unit",
            colour=colours.muted,
            size=SMALL,
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
