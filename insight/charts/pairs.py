"""Two shares of the same unit, joined: what it takes and what it gives."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    choose_ticks,
    dim,
    draw_grid,
    draw_names,
    draw_row_hits,
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
    show_share_ticks,
    stack_row,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_points, show_share

REQUIRED = ("unit_id", "unit_name", "spend_rate", "return_rate")
ROW, HEAD = 34, 4


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_share_pairs(frame: pd.DataFrame, style: Style, *, spend_title: str = "", return_title: str = "") -> Any:
    """Share of spend (open dot) and share of return (filled dot), in the order given; the titles name others.

    Columns: unit_id, unit_name, spend_rate, return_rate. Blue where the return's share is the larger, vermilion where
    the spend's is. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "share pairs", REQUIRED)
    bottom = HEAD + ROW * len(source)
    height = bottom + 22
    values = [row[column] for row in source for column in ("spend_rate", "return_rate") if row[column] is not None]
    domain = [min(0.0, *values, 0.0), max(*values, 0.0, 0.01)]

    rows: Rows = []
    for index, row in enumerate(source):
        spend, gain = row["spend_rate"], row["return_rate"]
        known = spend is not None and gain is not None
        is_more = known and gain >= spend
        pair = sorted(value for value in (spend, gain) if value is not None)
        rows.append(
            {
                **stack_row(index, head=HEAD, row=ROW, bar=0),
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "spend": spend,
                "gain": gain,
                "from": spend if known else None,
                "colour": colours.better if is_more else colours.worse,
                "lower": pair[0] if pair else None,
                "upper": pair[-1] if pair else None,
                "lower_text": show_share(pair[0], language, 0) if len(pair) == 2 else "",
                "upper_text": show_share(pair[-1], language, 0) if pair else "",
                "spend_text": show_share(spend, language),
                "gain_text": show_share(gain, language),
                "gap_text": show_points(gain - spend, language) if known else "",
            }
        )
    # Room inside the axis for the words at both ends
    left = f"min({measure_names([row['name'] for row in rows], most=170)}, width * 0.34) + 34"
    right = "width - 40"
    names = f"min({measure_names([row['name'] for row in rows], most=170)}, width * 0.34)"
    ticks = choose_ticks(domain[0], domain[1], 4)
    tips = {
        "name": say(language, "Unit"),
        "spend_text": spend_title or say(language, "Share of spend"),
        "gain_text": return_title or say(language, "Share of return"),
        "gap_text": say(language, "Difference"),
    }
    y = place_y("y", height)
    layers = [
        *draw_grid(
            "grid",
            ticks,
            show_share_ticks(ticks, language),
            height=height,
            top=HEAD,
            bottom=bottom,
            domain=domain,
            left=left,
            right=right,
            grid=colours.grid,
            muted=colours.muted,
        ),
        draw_names(rows, "unit", "unit_id", names, height, colours.text),
        make_layer("joins", pick(rows, "unit_id", "from", "gain", "y", "colour", where="from"))
        .mark_rule(strokeWidth=3)
        .encode(x=place_x("from", domain, left, right), x2=alt.X2("gain:Q"), y=y, color=paint(), opacity=dim("unit")),
        make_layer("gains", pick(rows, "unit_id", "gain", "y", "colour", where="gain"))
        .mark_point(shape="circle", filled=True, size=110)
        .encode(x=place_x("gain", domain, left, right), y=y, color=paint(), opacity=dim("unit")),
        make_layer("spends", pick(rows, "unit_id", "spend", "y", where="spend"))
        .mark_point(shape="circle", filled=True, size=90, fill=colours.page, stroke=colours.text, strokeWidth=1.8)
        .encode(x=place_x("spend", domain, left, right), y=y, opacity=dim("unit")),
        *(
            draw_text(
                f"{end}_texts",
                pick(rows, "unit_id", end, "y", f"{end}_text", where=f"{end}_text"),
                x=place_x(end, domain, left, right),
                y=y,
                colour=colours.muted,
                size=SMALL,
                align=align,
                text=f"{end}_text",
                dx=shift,
                opacity=dim("unit"),
            )
            for end, align, shift in (("lower", "right", -9), ("upper", "left", 9))
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
