"""Estimates in order, each with the band it is in by 95% and by 80%, and beside it the raw number it was drawn from."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.forest import choose_domain, inside
from insight.charts.plot import (
    Rows,
    choose_ticks,
    count_digits,
    dim,
    draw_column,
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
    place_at,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import MISSING, show_share

REQUIRED = ("unit_id", "unit_name", "estimate", "low", "high")
OPTIONAL = ("low80", "high80", "raw", "aside", "is_small")
ROW, HEAD, THICK, THIN = 28, 22, 6, 1.8
RAW_ROOM = 0.35  # of the intervals' span that raw numbers may add on either side; those beyond stand at the edge


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_league(frame: pd.DataFrame, style: Style, *, aside_title: str = "") -> Any:
    """Estimates in the order given, a thin line the 95% interval, a thick one the 80%.

    Columns: unit_id, unit_name, estimate, low, high, low80, high80, raw (a faint dot), aside (ready text in a column of
    its own at the right), is_small (hollow and grey: no claim). Blue only where the whole 95% interval lies above
    nothing, vermilion where it lies below, grey otherwise. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "league", REQUIRED, OPTIONAL)
    bottom = HEAD + ROW * len(source)
    height = bottom + 22
    domain = choose_domain([{**row, "is_small": bool(row["is_small"])} for row in source], 0.0)
    raws = [row["raw"] for row in source if row["raw"] is not None]
    room = (domain[1] - domain[0]) * RAW_ROOM
    domain = [max(min([*raws, domain[0]]), domain[0] - room), min(max([*raws, domain[1]]), domain[1] + room)]

    def show(value: float | None) -> str:
        return show_share(value, language, is_signed=True)

    def keep(value: float | None) -> float | None:
        return None if value is None else min(max(value, domain[0]), domain[1])

    rows: Rows = []
    for index, row in enumerate(source):
        estimate, low, high = row["estimate"], row["low"], row["high"]
        is_small = bool(row["is_small"])
        known = low is not None and high is not None
        colour = colours.faint
        if known and not is_small:
            colour = colours.better if low > 0 else colours.worse if high < 0 else colours.faint
        has_inner = row["low80"] is not None and row["high80"] is not None
        rows.append(
            {
                **stack_row(index, head=HEAD, row=ROW, bar=THICK),
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "low": keep(low) if known else None,
                "high": keep(high) if known else None,
                "low80": keep(row["low80"]) if has_inner else None,
                "high80": keep(row["high80"]) if has_inner else None,
                "beyond_low": domain[0] if known and low < domain[0] else None,
                "beyond_high": domain[1] if known and high > domain[1] else None,
                "raw": keep(row["raw"]),
                "solid": estimate if not is_small and inside(estimate, domain) else None,
                "hollow": estimate if is_small and inside(estimate, domain) else None,
                "colour": colour,
                "text": MISSING if estimate is None else show(estimate),
                "aside": row["aside"] or "",
                "interval_text": f"{show(low)} – {show(high)}" if known else "",
                "inner_text": f"{show(row['low80'])} – {show(row['high80'])}" if has_inner else "",
                "raw_text": show(row["raw"]) if row["raw"] is not None else "",
            }
        )
    asides = [row["aside"] for row in rows if row["aside"]]
    aside_width = widen([aside_title, *asides], gap=14) if asides else 0
    left = f"min({measure_names([row['name'] for row in rows], most=300)}, width * 0.36)"
    right = f"width - {aside_width + widen([row['text'] for row in rows], is_bold=True, gap=14)}"
    ticks = choose_ticks(domain[0], domain[1], 5)
    digits = count_digits([tick * 100 for tick in ticks])
    tips = {
        "name": say(language, "Unit"),
        "text": say(language, "Estimate"),
        "inner_text": say(language, "80% interval"),
        "interval_text": say(language, "95% interval"),
        "raw_text": say(language, "Own estimate"),
        "aside": aside_title,
    }
    y = place_y("y", height)

    def place(column: str) -> Any:
        return place_x(column, domain, left, right)

    layers = [
        *draw_grid(
            "grid",
            ticks,
            [
                show_share(tick, language, digits, is_signed=True) if tick else show_share(0, language, 0)
                for tick in ticks
            ],
            height=height,
            top=HEAD,
            bottom=bottom,
            domain=domain,
            left=left,
            right=right,
            grid=colours.grid,
            muted=colours.muted,
            anchor=0.0,
        ),
        draw_text(
            "reference_name",
            [{"x": 0.0, "y": 8, "text": say(language, "no difference")}],
            x=place("x"),
            y=y,
            colour=colours.muted,
            size=SMALL,
            align="center",
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("reference", [{"x": 0.0, "y": HEAD - 4, "y2": bottom}])
        .mark_rule(color=colours.text, strokeWidth=1.4)
        .encode(x=place("x"), y=y, y2=alt.Y2("y2:Q")),
        *(
            make_layer(name, pick(rows, "unit_id", low, high, "y", "colour", where=low))
            .mark_rule(strokeWidth=width, strokeOpacity=opacity, strokeCap="round" if width == THICK else "butt")
            .encode(x=place(low), x2=alt.X2(f"{high}:Q"), y=y, color=paint(), opacity=dim("unit"))
            for name, low, high, width, opacity in (
                ("intervals", "low", "high", THIN, 0.75),
                ("inner", "low80", "high80", THICK, 0.4),
            )
        ),
        *(
            make_layer(column, pick(rows, "unit_id", column, "y", "colour", where=column))
            .mark_point(shape=shape, filled=True, size=60, opacity=1, fillOpacity=0.8)
            .encode(x=place(column), y=y, color=paint(), opacity=dim("unit"))
            for column, shape in (("beyond_low", "triangle-left"), ("beyond_high", "triangle-right"))
        ),
        make_layer("raw", pick(rows, "unit_id", "raw", "y", where="raw"))
        .mark_point(shape="circle", filled=True, size=34, color=colours.faint, fillOpacity=0.55)
        .encode(x=place("raw"), y=y, opacity=dim("unit")),
        make_layer("solid", pick(rows, "unit_id", "solid", "y", "colour", where="solid"))
        .mark_point(shape="circle", filled=True, size=90)
        .encode(x=place("solid"), y=y, color=paint(), opacity=dim("unit")),
        make_layer("hollow", pick(rows, "unit_id", "hollow", "y", where="hollow"))
        .mark_point(shape="circle", filled=True, size=80, fill=colours.page, stroke=colours.faint, strokeWidth=1.8)
        .encode(x=place("hollow"), y=y, opacity=dim("unit")),
        draw_column(
            "estimates",
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
    if aside_title and asides:
        title = [{"text": aside_title}]
        layers.append(
            draw_text(
                "aside_title",
                title,
                x=place_at("width"),
                y=alt.YValue(8),
                colour=colours.muted,
                size=SMALL,
                align="right",
            )
        )
    return configure(finish(layers, height), style)
