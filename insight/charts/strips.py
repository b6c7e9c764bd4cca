"""One among its peers: a strip a measure, everybody a tick, this one a dot, right always better."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    draw_column,
    draw_names,
    draw_row_hits,
    draw_text,
    finish,
    make_choice,
    make_layer,
    measure_names,
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

REQUIRED = ("measure", "name", "place", "is_own")
OPTIONAL = ("median_place", "value_text", "rank_text", "unit_name")
ROW, HEAD = 34, 22


def draw_strips(frame: pd.DataFrame, style: Style) -> Any:
    """Measures in the order given. Columns: measure, name, place (0 worst, 1 best), is_own, median_place, value_text,
    rank_text, unit_name; a row a measure and party, value_text and rank_text on the own rows. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "strips", REQUIRED, OPTIONAL)
    measures = list(dict.fromkeys(row["measure"] for row in source))
    height = HEAD + ROW * len(measures) + 2
    places = {code: stack_row(index, head=HEAD, row=ROW, bar=14) for index, code in enumerate(measures)}
    ticks: Rows = [
        {"x": row["place"], "bar_y": places[row["measure"]]["bar_y"], "bar_y2": places[row["measure"]]["bar_y2"]}
        for row in source
        if not row["is_own"] and row["place"] is not None
    ]
    own: Rows = []
    for row in source:
        if not row["is_own"]:
            continue
        is_better = row["median_place"] is None or (row["place"] or 0.0) >= row["median_place"]
        own.append(
            {
                **places[row["measure"]],
                "median_y": places[row["measure"]]["y"] - 10,
                "median_y2": places[row["measure"]]["y"] + 10,
                "unit_id": row["measure"],
                "name": row["name"],
                "x": row["place"],
                "median": row["median_place"],
                "colour": colours.better if is_better else colours.worse,
                "value_text": row["value_text"] or "",
                "rank_text": row["rank_text"] or "",
                "start": 0.0,
                "end": 1.0,
            }
        )
    left = f"min({measure_names([row['name'] for row in own], most=190)}, width * 0.34)"
    values = widen([row["value_text"] for row in own], is_bold=True, gap=14)
    ranks = widen([row["rank_text"] for row in own], gap=4)
    right = f"width - {values + ranks + 6}"
    y = place_y("y", height)
    domain = [0.0, 1.0]
    tips = {
        "name": say(language, "Measure"),
        "value_text": say(language, "Value"),
        "rank_text": say(language, "Place among peers"),
    }
    ends: Rows = [{"y": 8, "text": say(language, "worse")}]
    better: Rows = [{"y": 8, "text": say(language, "better") + " →"}]
    layers: list[Any] = [
        draw_text("worse", ends, x=place_at(left), y=y, colour=colours.muted, size=SMALL),
        draw_text("better", better, x=place_at(right), y=y, colour=colours.muted, size=SMALL, align="right"),
        draw_names(own, "unit", "unit_id", left, height, colours.text),
        make_layer("lanes", pick(own, "start", "end", "y"))
        .mark_rule(color=colours.grid, strokeWidth=14)
        .encode(x=place_x("start", domain, left, right), x2=alt.X2("end:Q"), y=y),
        make_layer("peers", ticks)
        .mark_rule(color=colours.faint, strokeWidth=1.4, opacity=0.55)
        .encode(x=place_x("x", domain, left, right), y=place_y("bar_y", height), y2=alt.Y2("bar_y2:Q")),
        make_layer("medians", pick(own, "median", "median_y", "median_y2", where="median"))
        .mark_rule(color=colours.text, strokeWidth=1.6)
        .encode(x=place_x("median", domain, left, right), y=place_y("median_y", height), y2=alt.Y2("median_y2:Q")),
        make_layer("own", pick(own, "x", "y", "colour", where="x"))
        .mark_point(filled=True, size=120, opacity=1, stroke=colours.page, strokeWidth=1.5)
        .encode(x=place_x("x", domain, left, right), y=y, fill=alt.Fill("colour:N", scale=None, legend=None)),
        draw_column(
            "values",
            own,
            "unit_id",
            "value_text",
            place_at(f"width - {ranks + 4}"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_column(
            "ranks", own, "unit_id", "rank_text", place_at("width"), height, choice="unit", colour=colours.muted
        ),
        draw_row_hits(own, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
