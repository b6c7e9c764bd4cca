"""Several measures of the same units side by side, each with a scale of its own and the rows shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_ground,
    draw_names,
    draw_row_hits,
    draw_text,
    find_largest,
    finish,
    make_choice,
    make_layer,
    measure_names,
    name_unit,
    pick,
    place_x,
    place_y,
    read_rows,
    say_expression,
    stack_row,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import choose_scale, show_count, show_number, show_scaled, show_share

ROW, BAR, HEAD, GAP = 26, 14, 24, 8


def draw_panels(frame: pd.DataFrame, style: Style, *, panels: Mapping[str, str], selected: str = "") -> Any:
    """Bars of every measure in ``panels`` (column to title) in the order given, from zero, none below it.

    Columns: unit_id, unit_name and the measures: ``_rate`` is written as a share, ``_count`` as a whole number,
    ``_amount`` as money in one unit, which its title names, others with one decimal. The last measure is the one the rows
    are sorted by and is drawn in full colour. ``selected`` (a unit_id) has a ground of its own. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "panels", ("unit_id", "unit_name", *panels))
    height = HEAD + ROW * len(source) + 2
    rows: Rows = [
        {
            **stack_row(index, head=HEAD, row=ROW, bar=BAR),
            "unit_id": row["unit_id"],
            "name": row["unit_name"],
            "zero": 0.0,
        }
        for index, row in enumerate(source)
    ]
    titles: dict[str, str] = {}
    layers: list[Any] = draw_ground(rows, selected, height, colours.forecast)
    names = f"min({measure_names([row['name'] for row in rows], most=230)}, width * 0.3)"
    layers.append(draw_names(rows, "unit", "unit_id", names, height, colours.text))
    wide = f"((width - {names}) / {len(panels)})"
    for place, (column, title) in enumerate(panels.items()):
        largest = find_largest(row[column] for row in source)
        scale = choose_scale(largest, language, style.currency) if column.endswith("_amount") else None
        titles[f"{column}_text"] = title if scale is None else name_unit(language, title, scale.name)
        for row, given in zip(rows, source, strict=True):
            value = given[column]
            row[column] = value
            if scale is not None:
                row[f"{column}_text"] = show_scaled(value, scale, language)
            elif column.endswith("_count"):
                row[f"{column}_text"] = show_count(value, language)
            elif column.endswith("_rate"):
                row[f"{column}_text"] = show_share(value, language)
            else:
                row[f"{column}_text"] = show_number(value, language, 1)
        start = f"({names} + {place} * {wide})"
        room = widen([row[f"{column}_text"] for row in rows]) + GAP
        # on a phone the figures take the place of the bars, which never turn round
        end = f"max({start} + 6, {names} + {place + 1} * {wide} - {room})"
        domain = [0.0, largest or 1.0]
        is_last = place == len(panels) - 1
        layers += [
            draw_text(
                f"{column}_title",
                [{"text": titles[f"{column}_text"], "x": 0.0, "y": HEAD / 2 - 2}],
                x=place_x("x", domain, start, end),
                y=place_y("y", height),
                colour=colours.muted,
                size=SMALL,
                limit=say_expression(f"{wide} - 8"),
            ),
            make_layer(f"{column}_bars", pick(rows, "unit_id", "zero", column, "bar_y", "bar_y2", where=column))
            .mark_rect(color=colours.actual if is_last else colours.faint)
            .encode(
                x=place_x("zero", domain, start, end),
                x2=alt.X2(f"{column}:Q"),
                y=place_y("bar_y", height),
                y2=alt.Y2("bar_y2:Q"),
                opacity=dim("unit"),
            ),
            draw_text(
                f"{column}_texts",
                pick(rows, "unit_id", column, "y", f"{column}_text", where=column),
                x=place_x(column, domain, start, end),
                y=place_y("y", height),
                colour=colours.text if is_last else colours.muted,
                is_bold=is_last,
                text=f"{column}_text",
                dx=5,
                opacity=dim("unit"),
            ),
        ]
    tips = {"name": say(language, "Unit"), **titles}
    layers.append(draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height))
    # each measure has a scale of its own
    return configure(finish(layers, height).resolve_scale(x="independent"), style)
