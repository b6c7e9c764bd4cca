"""A bridge from one total to another: each step floats where the one before it ended."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_names,
    draw_row_hits,
    draw_text,
    find_largest,
    finish,
    make_choice,
    make_layer,
    measure_names,
    name_unit,
    paint,
    pick,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.theme import Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_scaled

REQUIRED = ("step_id", "label", "change_amount", "is_total")
ROW, BAR, HEAD = 30, 18, 2


def choose_bridge_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the bridge, from its largest amount."""
    rows = read_rows(frame, "bridge", REQUIRED)
    return choose_scale(find_largest(row["change_amount"] for row in rows), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_bridge_scale(frame, style).name


def draw_bridge(frame: pd.DataFrame, style: Style) -> Any:
    """Steps from a total to a total, in the order given.

    Columns: step_id, label, change_amount, is_total, is_neutral. For a total, change_amount is the total itself. Totals
    are ticks, not bars, so the axis may begin far from zero without cutting a bar. A neutral step is neither better nor
    worse: light where it adds, dark where it takes away. Selection: ``step`` (step_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "bridge", REQUIRED, ("is_neutral",))
    scale = choose_bridge_scale(frame, style)
    height = HEAD + ROW * len(source) + 4

    rows: Rows = []
    level = 0.0
    for index, row in enumerate(source):
        change, is_total = row["change_amount"], bool(row["is_total"])
        start = level
        if change is not None:
            level = change if is_total else level + change
        shown = change is not None
        above, below = (colours.base, colours.actual) if row["is_neutral"] else (colours.better, colours.worse)
        rows.append(
            {
                **stack_row(index, head=HEAD, row=ROW, bar=BAR),
                "step_id": row["step_id"],
                "name": row["label"],
                "start": start if shown and not is_total else None,
                "end": level if shown else None,
                "total": level if shown and is_total else None,
                "edge": level if is_total else max(start, level),
                "colour": above if (change or 0) > 0 else below,
                "text": show_scaled(change, scale, language, is_signed=not is_total),
            }
        )
    places = [place for row in rows for place in (row["start"], row["end"]) if place is not None]
    low, high = min(places, default=0.0), max(places, default=1.0)
    margin = (high - low) * 0.02 or max(abs(high), 1.0) * 0.05
    domain = [low - margin, high + margin]
    left = f"min({measure_names([row['name'] for row in rows], most=190)}, width * 0.42)"
    right = f"width - {widen([row['text'] for row in rows], is_bold=True)}"
    links: Rows = [
        {"x": row["end"], "y": row["bar_y2"], "y2": row["bar_y2"] + ROW - BAR}
        for row in rows[:-1]
        if row["end"] is not None
    ]
    tips = {"name": say(language, "Step"), "text": name_unit(language, say(language, "Amount"), scale.name)}
    layers = [
        make_layer("links", links)
        .mark_rule(color=colours.faint, strokeWidth=1, opacity=0.7)
        .encode(x=place_x("x", domain, left, right), y=place_y("y", height), y2=alt.Y2("y2:Q")),
        draw_names(rows, "step", "step_id", left, height, colours.text),
        make_layer("changes", pick(rows, "step_id", "start", "end", "bar_y", "bar_y2", "colour", where="start"))
        .mark_rect()
        .encode(
            x=place_x("start", domain, left, right),
            x2=alt.X2("end:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            opacity=dim("step"),
        ),
        make_layer("totals", pick(rows, "step_id", "total", "bar_y", "bar_y2", where="total"))
        .mark_rule(color=colours.actual, strokeWidth=4)
        .encode(
            x=place_x("total", domain, left, right),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            opacity=dim("step"),
        ),
        draw_text(
            "amounts",
            pick(rows, "step_id", "edge", "y", "text"),
            x=place_x("edge", domain, left, right),
            y=place_y("y", height),
            colour=colours.text,
            is_bold=True,
            dx=7,
            opacity=dim("step"),
        ),
        draw_row_hits(rows, "step_id", tips, make_choice("step", "step_id"), height),
    ]
    return configure(finish(layers, height), style)
