"""Ranked rows: plain bars by value, and shares with the sum they run up to."""

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
    name_unit,
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
from insight.units import Scale, choose_scale, show_scaled, show_share

ROW, BAR, HEAD = 28, 16, 2
TALLEST = 44  # a row is no taller, however much room a card leaves
LONGEST_NAME = 240
MARKS = (0.5, 0.8)


def choose_ranking_scale(frame: pd.DataFrame, style: Style) -> Scale | None:
    """The unit of the amounts; none where the frame ranks rates."""
    if "value_amount" not in frame.columns:
        return None
    rows = read_rows(frame, "ranking", ("unit_id", "unit_name", "value_amount"))
    return choose_scale(find_largest(row["value_amount"] for row in rows), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元', or '%' where rates are ranked."""
    scale = choose_ranking_scale(frame, style)
    return "%" if scale is None else scale.name


def draw_ranking(frame: pd.DataFrame, style: Style, *, least_height: int = 0) -> Any:
    """Bars in the order given; few rows grow taller until they fill ``least_height``, the card beside.

    Columns: unit_id, unit_name, value_amount or rate, label (words instead of the number). Negative values run to
    the left of zero in vermilion. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    scale = choose_ranking_scale(frame, style)
    column = "value_amount" if scale is not None else "rate"
    source = read_rows(frame, "ranking", ("unit_id", "unit_name", column), ("label",))
    deep = max(ROW, min(TALLEST, least_height // max(len(source), 1)))
    height = HEAD + deep * len(source) + 2
    values = [row[column] for row in source if row[column] is not None]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    domain = [low, high if high > low else low + 1.0]

    rows: Rows = []
    for index, row in enumerate(source):
        value = row[column]
        number = show_share(value, language) if scale is None else show_scaled(value, scale, language)
        rows.append(
            {
                **stack_row(index, head=HEAD, row=deep, bar=BAR + (deep - ROW) // 2),
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "zero": 0.0,
                "value": value,
                "edge": max(value or 0.0, 0.0),
                "colour": colours.actual if (value or 0.0) >= 0 else colours.worse,
                "text": row["label"] or number,
                "number": number,
            }
        )
    left = f"min({measure_names([row['name'] for row in rows], most=LONGEST_NAME)}, width * 0.36)"
    right = f"width - {widen([row['text'] for row in rows], is_bold=True)}"
    tips = {
        "name": say(language, "Unit"),
        "number": name_unit(language, say(language, "Value"), "" if scale is None else scale.name),
    }
    layers = [
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("bars", pick(rows, "unit_id", "zero", "value", "bar_y", "bar_y2", "colour", where="value"))
        .mark_rect()
        .encode(
            x=place_x("zero", domain, left, right),
            x2=alt.X2("value:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=alt.Color("colour:N", scale=None, legend=None),
            opacity=dim("unit"),
        ),
        draw_text(
            "values",
            pick(rows, "unit_id", "edge", "y", "text"),
            x=place_x("edge", domain, left, right),
            y=place_y("y", height),
            colour=colours.text,
            is_bold=True,
            dx=6,
            opacity=dim("unit"),
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)


def draw_shares(frame: pd.DataFrame, style: Style) -> Any:
    """Shares in the order given, largest first, and the line they add up to.

    Columns: unit_id, unit_name, share_rate, base_share_rate, cumulative_rate. The line is labelled at the first unit
    with which the sum reaches 50 and 80 %; the small tick is last year's share. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "shares", ("unit_id", "unit_name", "share_rate", "cumulative_rate"), ("base_share_rate",))
    top = 20
    bottom = top + ROW * len(source)
    height = bottom + 4
    domain = [0.0, 1.0]

    rows: Rows = []
    passed = dict.fromkeys(MARKS, False)
    for index, row in enumerate(source):
        share, base, total = row["share_rate"], row["base_share_rate"], row["cumulative_rate"]
        crossing = [mark for mark in MARKS if total is not None and total >= mark and not passed[mark]]
        passed |= dict.fromkeys(crossing, True)
        places = stack_row(index, head=top, row=ROW, bar=BAR)
        words = say(language, "top {count}: {share}", count=index + 1, share=show_share(total, language))
        rows.append(
            {
                **places,
                "base_y": places["y"] - BAR / 2 - 2,
                "base_y2": places["y"] + BAR / 2 + 2,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "zero": 0.0,
                "share": share,
                "base": base,
                "total": total,
                "order": index,
                "crossing": total if crossing else None,
                # Past the middle the words stand to the left of the line, where there is room
                "is_right": bool(crossing) and total is not None and total > 0.72,
                # the first unit's point ends its own bar, and its share stands at the row's end
                "crossing_text": words if crossing and index else "",
                "share_text": show_share(share, language),
                "base_text": "" if base is None else show_share(base, language),
                "total_text": show_share(total, language),
            }
        )
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.38)"
    right = f"width - {widen([row['share_text'] for row in rows], is_bold=True, gap=14)}"
    guides: Rows = [{"x": mark, "y": top - 4, "y2": bottom, "label_y": 7, "text": f"{mark:.0%}"} for mark in MARKS]
    tips = {
        "name": say(language, "Unit"),
        "share_text": say(language, "Share"),
        "base_text": say(language, "Share last year"),
        "total_text": say(language, "Cumulative share"),
    }
    x, y = place_x("total", domain, left, right), place_y("y", height)
    layers: list[Any] = [
        make_layer("guides", guides)
        .mark_rule(color=colours.border, strokeWidth=1)
        .encode(x=place_x("x", domain, left, right), y=place_y("y", height), y2=alt.Y2("y2:Q")),
        draw_text(
            "guide_labels",
            guides,
            x=place_x("x", domain, left, right),
            y=place_y("label_y", height),
            colour=colours.muted,
            size=SMALL,
            align="center",
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("bars", pick(rows, "unit_id", "zero", "share", "bar_y", "bar_y2", where="share"))
        .mark_rect(color=colours.actual)
        .encode(
            x=place_x("zero", domain, left, right),
            x2=alt.X2("share:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            opacity=dim("unit"),
        ),
        make_layer("base", pick(rows, "unit_id", "base", "base_y", "base_y2", where="base"))
        .mark_rule(color=colours.faint, strokeWidth=2)
        .encode(
            x=place_x("base", domain, left, right),
            y=place_y("base_y", height),
            y2=alt.Y2("base_y2:Q"),
            opacity=dim("unit"),
        ),
        make_layer("line", pick(rows, "total", "y", "order", where="total"))
        .mark_line(color=colours.primary, strokeWidth=1.6)
        .encode(x=x, y=y, order=alt.Order("order:Q")),
        make_layer("crossings", pick(rows, "crossing", "y", where="crossing"))
        .mark_point(filled=True, size=46, fill=colours.primary, opacity=1)
        .encode(x=place_x("crossing", domain, left, right), y=y),
        draw_column(
            "shares",
            rows,
            "unit_id",
            "share_text",
            place_at("width"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
    ]
    for is_right in (False, True):
        named = [row for row in rows if row["crossing_text"] and row["is_right"] == is_right]
        layers.append(
            draw_text(
                "crossing_right" if is_right else "crossing_left",
                pick(named, "crossing", "y", "crossing_text"),
                x=place_x("crossing", domain, left, right),
                y=y,
                colour=colours.primary,
                size=SMALL,
                is_bold=True,
                align="right" if is_right else "left",
                text="crossing_text",
                dx=-8 if is_right else 8,
                dy=8 if is_right else -8,
            )
        )
    layers.append(draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height))
    return configure(finish(layers, height), style)
