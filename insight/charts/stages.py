"""Rows of units against a few stages side by side, each a bar from 0 to 100 % with its own number."""

from __future__ import annotations

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
    say_expression,
    stack_row,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_ink, choose_palette, configure
from insight.i18n import say
from insight.units import MISSING, show_share

REQUIRED = ("unit_id", "unit_name", "stage_id", "stage_name", "rate")
OPTIONAL = ("reference_rate", "aside", "tip", "is_small")
ROW, HEAD, BAR = 30, 24, 18
FULL = 0.93  # of a stage's room that 100 % takes
COVERED = 0.4  # from this rate on the number stands inside the bar, below it at the end of the track


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_stages(frame: pd.DataFrame, style: Style) -> Any:
    """Units and stages in the order they first appear.

    Columns: unit_id, unit_name, stage_id, stage_name, rate (None: a dash), reference_rate (a tick across the bar), aside
    (words at the right end of the row), tip (of the bar, else its rate), is_small (grey: too few to speak of).
    Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    source = read_rows(frame, "stages", REQUIRED, OPTIONAL)
    units = list(dict.fromkeys(row["unit_id"] for row in source))
    stages = {row["stage_id"]: row["stage_name"] for row in source}
    order = list(stages)
    height = HEAD + ROW * len(units)
    rows: Rows = []
    bars: Rows = []
    for index, unit in enumerate(units):
        own = {row["stage_id"]: row for row in source if row["unit_id"] == unit}
        first = next(iter(own.values()))
        lines = stack_row(index, head=HEAD, row=ROW, bar=BAR)
        shown = {
            stage: MISSING if row["rate"] is None else show_share(row["rate"], style.language)
            for stage, row in own.items()
        }
        tips = {f"tip_{order.index(stage)}": row["tip"] or shown[stage] for stage, row in own.items()}
        rows.append({**lines, "unit_id": unit, "name": first["unit_name"], "aside": first["aside"] or "", **tips})
        for stage, row in own.items():
            start, rate = float(order.index(stage)), row["rate"]
            fill = colours.base if row["is_small"] else colours.primary
            text = MISSING if rate is None else show_share(rate, style.language, 0)
            bars.append(
                {
                    **lines,
                    "unit_id": unit,
                    "start": start,
                    "full": start + FULL,
                    "end": start + FULL * min(max(rate or 0.0, 0.0), 1.0),
                    "reference": None
                    if row["reference_rate"] is None
                    else start + FULL * min(max(row["reference_rate"], 0.0), 1.0),
                    "colour": fill,
                    "ink": choose_ink(fill),
                    "inside": text if (rate or 0.0) >= COVERED else "",
                    "outside": "" if (rate or 0.0) >= COVERED else text,
                }
            )
    left = f"min({measure_names([row['name'] for row in rows], most=150)}, width * 0.3)"
    asides = [row["aside"] for row in rows if row["aside"]]
    right = f"width - {widen(asides) if asides else 2}"
    domain = [0.0, float(len(order))]
    y = place_y("y", height)
    titles = {
        "name": say(style.language, "Unit"),
        **{f"tip_{index}": stages[stage] for index, stage in enumerate(order)},
        "aside": say(style.language, "Count"),
    }
    room = say_expression(f"({right} - ({left})) / {len(order)} - 6")

    def place(field: str) -> Any:
        return place_x(field, domain, left, right)

    def stretch(name: str, end: str) -> Any:
        return (
            make_layer(name, pick(bars, "unit_id", "start", end, "bar_y", "bar_y2", "colour"))
            .mark_rect(cornerRadius=2)
            .encode(x=place("start"), x2=alt.X2(f"{end}:Q"), y=place_y("bar_y", height), y2=alt.Y2("bar_y2:Q"))
        )

    layers: list[Any] = [
        draw_text(
            "heads",
            [{"x": float(index), "text": stages[stage]} for index, stage in enumerate(order)],
            x=place("x"),
            y=alt.YValue(9),
            colour=colours.muted,
            size=SMALL,
            limit=room,
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        stretch("tracks", "full").encode(color=alt.ColorValue(colours.panel)),
        stretch("bars", "end").encode(color=alt.Color("colour:N", scale=None, legend=None), opacity=dim("unit", 0.9)),
        make_layer("references", pick(bars, "unit_id", "reference", "bar_y", "bar_y2", where="reference"))
        .mark_rule(color=colours.worse, strokeWidth=2.4)
        .encode(x=place("reference"), y=place_y("bar_y", height), y2=alt.Y2("bar_y2:Q"), opacity=dim("unit")),
        draw_text(
            "inside",
            pick(bars, "unit_id", "start", "y", "inside", "ink", where="inside"),
            x=place("start"),
            y=y,
            size=SMALL,
            text="inside",
            dx=5,
            opacity=dim("unit"),
        ).encode(color=paint("ink")),
        draw_text(
            "outside",
            pick(bars, "unit_id", "full", "y", "outside", where="outside"),
            x=place("full"),
            y=y,
            colour=colours.text,
            size=SMALL,
            align="right",
            text="outside",
            dx=-5,
            opacity=dim("unit"),
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
        draw_row_hits(rows, "unit_id", titles, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
