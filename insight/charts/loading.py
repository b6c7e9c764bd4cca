"""Goods that came in at the very end of a quarter: the share of sell-in against the share of pure sales."""

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
    find_largest,
    finish,
    make_choice,
    make_layer,
    measure_names,
    measure_text,
    name_unit,
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
from insight.units import Scale, choose_scale, show_number, show_scaled, show_share

REQUIRED = ("row_id", "row_name", "unit_id", "late_share", "excess_amount")
OPTIONAL = ("sales_late_share", "peer_late_share", "stock_days", "is_loading")
ROW, HEAD = 30, 38


def choose_loading_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The one unit of the excess beside the rows."""
    rows = read_rows(frame, "loading", REQUIRED)
    return choose_scale(find_largest(row["excess_amount"] for row in rows), style.language, style.currency)


def draw_loading(frame: pd.DataFrame, style: Style) -> Any:
    """A row a distributor and quarter: hollow dot = share of pure sales in the last days, filled = share of sell-in.

    Columns: row_id, row_name, unit_id, late_share, excess_amount, sales_late_share, peer_late_share, stock_days,
    is_loading. What looks like loading is vermilion, the rest slate. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "loading", REQUIRED, OPTIONAL)
    scale = choose_loading_scale(frame, style)
    bottom = HEAD + ROW * len(source)
    height = bottom + 24
    shares = [row[column] for row in source for column in ("late_share", "sales_late_share", "peer_late_share")]
    low = min(0.0, *(share for share in shares if share is not None), 0.0)
    high = max(0.2, *(share for share in shares if share is not None))
    ticks = choose_ticks(low, high, 4)
    domain = [min(low, ticks[0]), max(high * 1.02, ticks[-1])]
    rows: Rows = []
    for index, row in enumerate(source):
        places = stack_row(index, head=HEAD, row=ROW, bar=14)
        sales, late = row["sales_late_share"], row["late_share"]
        colour = colours.worse if row["is_loading"] else colours.actual
        rows.append(
            {
                **places,
                "peer_y": places["y"] - 7,
                "peer_y2": places["y"] + 7,
                "row_id": row["row_id"],
                "unit_id": row["unit_id"],
                "name": row["row_name"],
                "late": late,
                "sales": sales,
                "start": late if sales is None else sales,
                "peer": row["peer_late_share"],
                "colour": colour,
                "late_text": show_share(late, language),
                "sales_text": show_share(sales, language),
                "peer_text": show_share(row["peer_late_share"], language),
                "excess_text": show_scaled(row["excess_amount"], scale, language, is_signed=True),
                "days_text": show_number(row["stock_days"], language),
                "told": say(language, "looks like loading") if row["is_loading"] else "",
            }
        )
    heads = (
        say(language, "Excess, {unit}", unit=scale.name),
        say(language, "Stock days"),
    )
    days_width = max(widen([row["days_text"] for row in rows]), int(measure_text(heads[1], SMALL)) + 8)
    excess_width = max(
        widen([row["excess_text"] for row in rows], is_bold=True), int(measure_text(heads[0], SMALL)) + 12
    )
    left = f"min({measure_names([row['name'] for row in rows], most=230)}, width * 0.44)"
    right = f"width - {days_width + excess_width + 14}"
    y = place_y("y", height)
    tips = {
        "name": say(language, "Distributor"),
        "late_text": say(language, "Sell-in in the last five working days"),
        "sales_text": say(language, "Pure sales in those days"),
        "peer_text": say(language, "Median of the peers"),
        "excess_text": name_unit(language, say(language, "Excess"), scale.name),
        "days_text": say(language, "Days of stock after"),
        "told": say(language, "Finding"),
    }
    marks = (say(language, "sell-in"), say(language, "pure sales"), say(language, "peers"))
    steps = [0.0]
    for word in marks:
        steps.append(steps[-1] + measure_text(word, SMALL) + 24)
    keys: Rows = [{"x": step + 5, "y": 8} for step in steps[:3]]
    words: Rows = [{"x": step + 14, "y": 8, "text": word} for step, word in zip(steps, marks, strict=False)]
    key_x = alt.X("x:Q", axis=None, scale=None)
    layers: list[Any] = [
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
        make_layer("key_in", keys[:1])
        .mark_point(filled=True, size=54, fill=colours.actual, opacity=1)
        .encode(x=key_x, y=y),
        make_layer("key_sales", keys[1:2])
        .mark_point(filled=True, size=40, fill=colours.page, stroke=colours.actual, opacity=1)
        .encode(x=key_x, y=y),
        make_layer("key_peers", [{**keys[2], "y": 2, "y2": 14}])
        .mark_rule(color=colours.faint, strokeWidth=2)
        .encode(x=key_x, y=y, y2=alt.Y2("y2:Q")),
        draw_text("key_words", words, x=key_x, y=y, colour=colours.muted, size=SMALL),
        draw_text(
            "excess_head",
            [{"y": HEAD - 10, "text": heads[0]}],
            x=place_at(f"width - {days_width + 6}"),
            y=y,
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
        draw_text(
            "days_head",
            [{"y": HEAD - 10, "text": heads[1]}],
            x=place_at("width"),
            y=y,
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("spans", pick(rows, "unit_id", "start", "late", "y", "colour", where="late"))
        .mark_rule(strokeWidth=2, opacity=0.55)
        .encode(
            x=place_x("start", domain, left, right), x2=alt.X2("late:Q"), y=y, color=paint(), opacity=dim("unit", 0.6)
        ),
        make_layer("peers", pick(rows, "unit_id", "peer", "peer_y", "peer_y2", where="peer"))
        .mark_rule(color=colours.faint, strokeWidth=2)
        .encode(
            x=place_x("peer", domain, left, right),
            y=place_y("peer_y", height),
            y2=alt.Y2("peer_y2:Q"),
            opacity=dim("unit"),
        ),
        make_layer("sales", pick(rows, "unit_id", "sales", "y", "colour", where="sales"))
        .mark_point(filled=True, size=44, fill=colours.page, strokeWidth=1.4, opacity=1)
        .encode(
            x=place_x("sales", domain, left, right),
            y=y,
            stroke=alt.Stroke("colour:N", scale=None, legend=None),
            opacity=dim("unit"),
        ),
        make_layer("late", pick(rows, "unit_id", "late", "y", "colour", where="late"))
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=place_x("late", domain, left, right), y=y, color=paint(), opacity=dim("unit")),
        draw_column(
            "excess",
            [{**row, "excess_text_colour": colours.worse_text if row["told"] else colours.text} for row in rows],
            "unit_id",
            "excess_text",
            place_at(f"width - {days_width + 6}"),
            height,
            choice="unit",
            is_bold=True,
        ),
        draw_column(
            "days", rows, "unit_id", "days_text", place_at("width"), height, choice="unit", colour=colours.text
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
