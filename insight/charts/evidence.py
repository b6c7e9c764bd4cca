"""How wrong a projection has been, level by level, beside two yardsticks; and how often its range held."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    choose_ticks,
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
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    show_share_ticks,
    stack_row,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_share

REQUIRED = ("unit_id", "unit_name", "error_rate", "last_year_error_rate", "last_month_error_rate", "coverage_rate")
ROW, HEAD = 30, 22
FARTHEST = 1.2  # an error beyond is drawn at the edge: its number says what it is


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_evidence(frame: pd.DataFrame, style: Style) -> Any:
    """Mean errors in the order given: the projection (filled), last year's months (open), the last month (tick).

    Columns: unit_id, unit_name, error_rate, last_year_error_rate, last_month_error_rate, coverage_rate. On the right
    the projection's error and the share of its ranges that held. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "evidence", REQUIRED)
    bottom = HEAD + ROW * len(source)
    height = bottom + 22
    columns = ("error_rate", "last_year_error_rate", "last_month_error_rate")
    values = [min(row[column], FARTHEST) for row in source for column in columns if row[column] is not None]
    domain = [0.0, max([*values, 0.01]) * 1.05]

    def keep(value: float | None) -> float | None:
        return None if value is None else min(value, FARTHEST)

    rows: Rows = [
        {
            **stack_row(index, head=HEAD, row=ROW, bar=8),
            "unit_id": row["unit_id"],
            "name": row["unit_name"],
            "error": keep(row["error_rate"]),
            "year": keep(row["last_year_error_rate"]),
            "month": keep(row["last_month_error_rate"]),
            "error_text": show_share(row["error_rate"], language),
            "year_text": show_share(row["last_year_error_rate"], language),
            "month_text": show_share(row["last_month_error_rate"], language),
            "held_text": show_share(row["coverage_rate"], language, 0),
        }
        for index, row in enumerate(source)
    ]
    heads = {"error": say(language, "error"), "held": say(language, "range held")}
    held_width = widen([heads["held"], *(row["held_text"] for row in rows)], gap=10)
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.34)"
    right = (
        f"width - {held_width + widen([heads['error'], *(row['error_text'] for row in rows)], is_bold=True, gap=12)}"
    )
    ticks = choose_ticks(domain[0], domain[1], 4)
    tips = {
        "name": say(language, "Level"),
        "error_text": say(language, "Projection"),
        "year_text": say(language, "Last year’s months"),
        "month_text": say(language, "Last month"),
        "held_text": say(language, "Ranges that held"),
    }
    y = place_y("y", height)

    def place(column: str) -> Any:
        return place_x(column, domain, left, right)

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
            anchor=0.0,
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("links", pick(rows, "unit_id", "error", "year", "y", where="year"))
        .mark_rule(color=colours.faint, strokeWidth=1.2)
        .encode(x=place("error"), x2=alt.X2("year:Q"), y=y, opacity=dim("unit")),
        make_layer("month", pick(rows, "unit_id", "month", "y", where="month"))
        .mark_tick(thickness=2, size=13, color=colours.muted, orient="vertical")
        .encode(x=place("month"), y=y, opacity=dim("unit")),
        make_layer("year", pick(rows, "unit_id", "year", "y", where="year"))
        .mark_point(filled=True, size=80, fill=colours.page, stroke=colours.muted, strokeWidth=1.6)
        .encode(x=place("year"), y=y, opacity=dim("unit")),
        make_layer("error", pick(rows, "unit_id", "error", "y", where="error"))
        .mark_point(filled=True, size=95, color=colours.actual, opacity=1)
        .encode(x=place("error"), y=y, opacity=dim("unit")),
        draw_column(
            "errors",
            rows,
            "unit_id",
            "error_text",
            place_at(f"width - {held_width}"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_column(
            "held", rows, "unit_id", "held_text", place_at("width"), height, choice="unit", colour=colours.text
        ),
        *(
            draw_text(
                f"head_{name}",
                [{"text": heads[name]}],
                x=place_at(at),
                y=alt.YValue(8),
                colour=colours.muted,
                size=SMALL,
                align="right",
            )
            for name, at in (("error", f"width - {held_width}"), ("held", "width"))
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
