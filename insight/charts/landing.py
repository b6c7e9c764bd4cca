"""Where each unit will land: an 80 % range, its middle, and the target."""

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
    paint,
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

REQUIRED = ("unit_id", "unit_name", "low_rate", "mid_rate", "high_rate")
ROW, BAR, HEAD = 30, 7, 4
TALLEST = 44  # a row is no taller, however much room a card leaves
HEADED = 22  # room for the heads of the columns, where a chance is given


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_landing(frame: pd.DataFrame, style: Style, *, target: float = 1.0, least_height: int = 0) -> Any:
    """Ranges of expected attainment at the period's end, in the order given; few rows grow until ``least_height``.

    Columns: unit_id, unit_name, low_rate, mid_rate, high_rate, to_date_rate, chance_text. The bar is the 80 % range, the dot its
    middle, the diamond the attainment so far, the line the target. Blue when the whole range is at or above the
    target, vermilion when the whole range is below, grey when the target lies inside. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "landing", REQUIRED, ("to_date_rate", "chance_text"))
    has_chance = any(row["chance_text"] for row in source)
    head = HEADED if has_chance else HEAD
    deep = max(ROW, min(TALLEST, (least_height - head - 22) // max(len(source), 1)))
    bottom = head + deep * len(source)
    height = bottom + 22
    values = [
        row[column]
        for row in source
        for column in ("low_rate", "high_rate", "mid_rate", "to_date_rate")
        if row[column] is not None
    ]
    low, high = min([*values, target]), max([*values, target])
    margin = (high - low) * 0.06 or 0.05
    domain = [low - margin, high + margin]

    rows: Rows = []
    for index, row in enumerate(source):
        least, middle, most = row["low_rate"], row["mid_rate"], row["high_rate"]
        known = least is not None and most is not None
        colour = colours.faint
        if known:
            colour = colours.better if least >= target else colours.worse if most < target else colours.faint
        span = f"{show_share(least, language, 0)[:-1]}–{show_share(most, language, 0)}" if known else ""
        rows.append(
            {
                **stack_row(index, head=head, row=deep, bar=BAR),
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "low": least if known else None,
                "high": most,
                "mid": middle,
                "to_date": row["to_date_rate"],
                "colour": colour,
                "mid_text": show_share(middle, language, 0),
                "span_text": span,
                "chance_text": row["chance_text"] or "",
                "to_date_text": "" if row["to_date_rate"] is None else show_share(row["to_date_rate"], language),
            }
        )
    heads = {"chance": say(language, "chance"), "span": say(language, "80% range")} if has_chance else {}
    chance_width = widen([*(row["chance_text"] for row in rows), heads["chance"]], gap=10) if has_chance else 0
    span_words = [*(row["span_text"] for row in rows), *([heads["span"]] if has_chance else [])]
    span_width = f"({chance_width} + {widen(span_words, gap=8)})"
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.3)"
    right = f"width - ({span_width} + {widen([row['mid_text'] for row in rows], is_bold=True, gap=10)})"
    ticks = choose_ticks(domain[0], domain[1], 4)
    tips = {
        "name": say(language, "Unit"),
        "mid_text": say(language, "Expected landing"),
        "span_text": say(language, "80% range"),
        "to_date_text": say(language, "So far"),
        "chance_text": say(language, "Chance to reach the target"),
    }
    y = place_y("y", height)
    layers = [
        *draw_grid(
            "grid",
            ticks,
            show_share_ticks(ticks, language),
            height=height,
            top=head,
            bottom=bottom,
            domain=domain,
            left=left,
            right=right,
            grid=colours.grid,
            muted=colours.muted,
            anchor=target,
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("ranges", pick(rows, "unit_id", "low", "high", "bar_y", "bar_y2", "colour", where="low"))
        .mark_rect(cornerRadius=3, fillOpacity=0.5)
        .encode(
            x=place_x("low", domain, left, right),
            x2=alt.X2("high:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            opacity=dim("unit"),
        ),
        make_layer("target", [{"x": target, "y": head, "y2": bottom}])
        .mark_rule(color=colours.text, strokeWidth=1.6)
        .encode(x=place_x("x", domain, left, right), y=y, y2=alt.Y2("y2:Q")),
        make_layer("so_far", pick(rows, "unit_id", "to_date", "y", where="to_date"))
        .mark_point(shape="diamond", filled=True, size=46, fill=colours.page, stroke=colours.muted, strokeWidth=1.2)
        .encode(x=place_x("to_date", domain, left, right), y=y, opacity=dim("unit")),
        make_layer("middles", pick(rows, "unit_id", "mid", "y", "colour", where="mid"))
        .mark_point(shape="circle", filled=True, size=90)
        .encode(x=place_x("mid", domain, left, right), y=y, color=paint(), opacity=dim("unit")),
        draw_column(
            "mids",
            rows,
            "unit_id",
            "mid_text",
            place_at(f"width - {span_width}"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_column(
            "spans",
            rows,
            "unit_id",
            "span_text",
            place_at(f"width - {chance_width}"),
            height,
            choice="unit",
            colour=colours.muted,
        ),
        draw_column(
            "chances", rows, "unit_id", "chance_text", place_at("width"), height, choice="unit", colour=colours.text
        ),
        *(
            draw_text(
                f"head_{name}",
                [{"text": text}],
                x=place_at("width" if name == "chance" else f"width - {chance_width}"),
                y=alt.YValue(8),
                colour=colours.muted,
                size=SMALL,
                align="right",
            )
            for name, text in heads.items()
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
