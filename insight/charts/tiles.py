"""Provinces as tiles: every province the same size, placed about where it lies, coloured by attainment."""

from __future__ import annotations

from typing import Any

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
    paint,
    pick,
    place_x,
    place_y,
    read_rows,
)
from insight.charts.theme import SMALL, Style, choose_ink, choose_palette, configure, mix_colour
from insight.i18n import say
from insight.provinces import PROVINCES, find_province
from insight.units import MISSING, show_number, show_share

REQUIRED = ("province_code", "rate")
OPTIONAL = ("is_selected",)
COLUMNS, ROWS = 8, 9
TILE, GAP = 39, 3
WIDEST = 8 * 70
LOW, HIGH = 0.8, 1.2


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: tiles print whole percents without the sign."""
    return "%"


def draw_tiles(frame: pd.DataFrame, style: Style) -> Any:
    """Attainment of every province; a province the frame lacks, or without a rate, is grey with a dash.

    Columns: province_code (two letters, as JS), rate, is_selected. Colours run from 80 to 120 % around 100 %.
    Selection: ``province`` (province_code).
    """
    colours = choose_palette(style)
    language = style.language
    given = {find_province(row["province_code"]): row for row in read_rows(frame, "tiles", REQUIRED, OPTIONAL)}
    height = ROWS * TILE
    empty_ink = colours.muted

    rows: Rows = []
    for province in PROVINCES:
        row = given.get(province.code, {})
        rate = row.get("rate")
        fill = colours.panel if rate is None else mix_colour(colours.diverging, (rate - LOW) / (HIGH - LOW))
        rows.append(
            {
                "province_code": province.code,
                "name": province.name_zh if language == "zh" else province.name_en,
                "short": province.name_zh if language == "zh" else province.code,
                "x": province.column,
                "x2": province.column + 1,
                "x_middle": province.column + 0.5,
                "y": province.row * TILE,
                "y2": province.row * TILE + TILE - GAP,
                "short_y": province.row * TILE + 11.5,
                "text_y": province.row * TILE + 25.5,
                "text": MISSING if rate is None else show_number(rate * 100, language),
                "tip": say(language, "no data") if rate is None else show_share(rate, language),
                "colour": fill,
                "ink": empty_ink if rate is None else choose_ink(fill),
                "is_selected": bool(row.get("is_selected")),
            }
        )
    domain = [0.0, float(COLUMNS)]
    right = f"min(width, {WIDEST}) + {GAP}"

    x = place_x("x", domain, "0", right)
    middle = place_x("x_middle", domain, "0", right)
    tips = {"name": say(language, "Province"), "tip": say(language, "Attainment rate")}
    layers = [
        make_layer("tiles", pick(rows, "province_code", "x", "x2", "y", "y2", "colour"))
        .mark_rect(cornerRadius=5, x2Offset=-GAP)
        .encode(
            x=x, x2=alt.X2("x2:Q"), y=place_y("y", height), y2=alt.Y2("y2:Q"), color=paint(), opacity=dim("province")
        ),
        make_layer(
            "chosen",
            [row for row in pick(rows, "province_code", "x", "x2", "y", "y2", "is_selected") if row["is_selected"]],
        )
        .mark_rect(cornerRadius=5, x2Offset=-GAP, fill=None, stroke=colours.primary, strokeWidth=2.5)
        .encode(x=x, x2=alt.X2("x2:Q"), y=place_y("y", height), y2=alt.Y2("y2:Q")),
        draw_text(
            "shorts",
            pick(rows, "province_code", "x_middle", "short_y", "short", "ink"),
            x=middle,
            y=place_y("short_y", height),
            size=SMALL,
            align="center",
            text="short",
            xOffset=-GAP / 2,
            opacity=dim("province"),
        ).encode(color=paint("ink")),
        draw_text(
            "rates",
            pick(rows, "province_code", "x_middle", "text_y", "text", "ink"),
            x=middle,
            y=place_y("text_y", height),
            align="center",
            is_bold=True,
            xOffset=-GAP / 2,
            opacity=dim("province"),
        ).encode(color=paint("ink")),
        *draw_legend(style, height),
        draw_hits(
            "hits",
            pick(rows, "province_code", "x", "x2", "y", "y2", "name", "tip"),
            tips,
            make_choice("province", "province_code"),
            x=x,
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
        ),
    ]
    return configure(finish(layers, height), style)


def draw_legend(style: Style, height: float) -> list[alt.Chart]:
    """The colour scale, in the empty corner above Xinjiang."""
    colours = choose_palette(style)
    length = 126
    stops = [
        alt.GradientStop(offset=index / (len(colours.diverging) - 1), color=colour)
        for index, colour in enumerate(colours.diverging)
    ]
    ends = (("left", 0, LOW, "≤"), ("center", length / 2, 1.0, ""), ("right", length, HIGH, "≥"))
    layers = [
        make_layer("ramp", [{"y": 6, "y2": 14}])
        .mark_rect(
            cornerRadius=2,
            fill=alt.LinearGradient(gradient="linear", stops=stops, x1=0, x2=1, y1=0, y2=0),
        )
        .encode(x=alt.XValue(0), x2=alt.X2Value(length), y=place_y("y", height), y2=alt.Y2("y2:Q"))
    ]
    for align, place, rate, sign in ends:
        layers.append(
            draw_text(
                f"ramp_{align}",
                [{"y": 24, "text": sign + show_share(rate, style.language, 0)}],
                x=alt.XValue(place),
                y=place_y("y", height),
                colour=colours.muted,
                size=SMALL,
                align=align,
            )
        )
    return layers
