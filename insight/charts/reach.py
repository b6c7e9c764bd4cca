"""How many terminals each distributor serves, and how many of them nobody else does."""

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
    find_largest,
    finish,
    make_choice,
    make_layer,
    measure_names,
    measure_text,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.stacked import draw_key
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import choose_scale, show_count, show_scaled

REQUIRED = ("unit_id", "unit_name", "terminal_count", "exclusive_count", "area_count", "line_count")
ROW, BAR, HEAD, WIDE = 28, 14, 26, 330


def draw_reach(frame: pd.DataFrame, style: Style, *, area_title: str) -> Any:
    """Bars of terminals in the order given: solid those nobody else serves, light the rest.

    Columns: unit_id, unit_name, terminal_count, exclusive_count, area_count, line_count, per_terminal_amount.
    ``area_title`` says what its areas are.
    Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "reach", REQUIRED, ("per_terminal_amount",))
    height = HEAD + ROW * len(source) + 4
    domain = [0.0, find_largest(row["terminal_count"] for row in source) or 1.0]
    scale = choose_scale(find_largest(row["per_terminal_amount"] for row in source), language, style.currency)
    rows: Rows = [
        {
            **stack_row(index, head=HEAD, row=ROW, bar=BAR),
            "unit_id": row["unit_id"],
            "name": row["unit_name"],
            "zero": 0.0,
            "all": row["terminal_count"],
            "own": row["exclusive_count"],
            "all_text": show_count(row["terminal_count"], language),
            "own_text": show_count(row["exclusive_count"], language),
            "area_text": show_count(row["area_count"], language),
            "line_text": show_count(row["line_count"], language),
            "amount_text": show_scaled(row["per_terminal_amount"], scale, language),
        }
        for index, row in enumerate(source)
    ]
    columns = [("area_text", area_title), ("line_text", say(language, "Lines"))]
    wide = [max(widen([row[key] for row in rows]), int(measure_text(head, SMALL)) + 14) for key, head in columns]
    count_width = widen([row["all_text"] for row in rows], is_bold=True, gap=12)
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.4)"
    right = f"width - ({count_width} + {sum(wide)} * (width > {WIDE} ? 1 : 0))"
    keys, _ = draw_key(
        [
            (say(language, "nobody else serves them"), colours.actual),
            (say(language, "shared with others"), colours.base),
        ],
        colours.muted,
    )
    tips = {
        "name": say(language, "Distributor"),
        "all_text": say(language, "Terminals"),
        "own_text": say(language, "Nobody else serves"),
        "area_text": area_title,
        "line_text": say(language, "Lines"),
        "amount_text": f"{say(language, 'Sales a terminal')} ({scale.name})",
    }
    y = place_y("y", height)

    def draw_bar(name: str, column: str, colour: str) -> Any:
        return (
            make_layer(name, pick(rows, "unit_id", "zero", column, "bar_y", "bar_y2"))
            .mark_rect(color=colour)
            .encode(
                x=place_x("zero", domain, left, right),
                x2=alt.X2(f"{column}:Q"),
                y=place_y("bar_y", height),
                y2=alt.Y2("bar_y2:Q"),
                opacity=dim("unit"),
            )
        )

    layers: list[Any] = [
        *keys,
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        draw_bar("all", "all", colours.base),
        draw_bar("own", "own", colours.actual),
        draw_column(
            "counts",
            rows,
            "unit_id",
            "all_text",
            place_at(f"{right} + {count_width}"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
    ]
    before = float(count_width)
    for (key, head), own in zip(columns, wide, strict=True):
        before += own
        x = place_at(f"{right} + {before}")
        column = draw_column(key, rows, "unit_id", key, x, height, choice="unit", colour=colours.muted)
        title = draw_text(
            f"head_{key}", [{"y": 9.0, "text": head}], x=x, y=y, colour=colours.muted, size=SMALL, align="right"
        )
        layers += [layer.transform_filter(f"width > {WIDE}") for layer in (column, title)]
    layers.append(draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height))
    return configure(finish(layers, height), style)
