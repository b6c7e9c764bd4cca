"""What would lose its source: how much of it finds a place, and who takes how much of it."""

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
    paint,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.stacked import draw_key
from insight.charts.theme import SMALL, Style, choose_palette, configure, mix_colour
from insight.i18n import say
from insight.units import show_amount, show_share

PARTS = ("serving_amount", "authorised_amount", "nearby_amount", "unplaced_amount")
TAKERS = ("unit_id", "unit_name", "serving_amount", "authorised_amount", "nearby_amount", "spare_amount")
ROW, BAR, BAND = 30, 14, 22


def name_parts(language: str) -> dict[str, str]:
    """What each part of the stranded sales is called."""
    return {
        "serving_amount": say(language, "supplies it already"),
        "authorised_amount": say(language, "authorised there"),
        "nearby_amount": say(language, "sells nearby"),
        "unplaced_amount": say(language, "nobody"),
    }


def _say_money(amount: float | None, style: Style) -> str:
    return show_amount(amount, style.language, style.currency)


def draw_removal(
    frame: pd.DataFrame, style: Style, *, serving: float, authorised: float, nearby: float, unplaced: float
) -> Any:
    """On top one bar of all stranded sales by who takes them; below it the takers, each against its spare capacity.

    Columns, a row a taker: unit_id, unit_name, serving_amount, authorised_amount, nearby_amount, spare_amount. The
    outline is spare capacity; the longest is the largest spare of all takers. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "removal", TAKERS)
    whole = serving + authorised + nearby + unplaced
    fills = {
        "serving_amount": colours.primary,
        "authorised_amount": mix_colour(colours.sequential, 0.55),
        "nearby_amount": mix_colour(colours.sequential, 0.25),
        "unplaced_amount": colours.worse,
    }
    words = name_parts(language)
    amounts = dict(zip(PARTS, (serving, authorised, nearby, unplaced), strict=True))
    band: Rows = []
    start, shown = 0.0, [key for key in PARTS if amounts[key] > 0]
    for key in shown:
        part = amounts[key]
        band.append(
            {
                "x": start / whole,
                "x2": (start + part) / whole,
                "colour": fills[key],
                "text": words[key],
                "number": _say_money(part, style),
                "share": show_share(part / whole, language),
            }
        )
        start += part
    key_layers, key_height = draw_key(
        [(f"{entry['text']} {entry['share']}", entry["colour"]) for entry in band], colours.muted
    )
    for entry in band:
        entry |= {"y": key_height + 4, "y2": key_height + 4 + BAND}
    head = key_height + BAND + 36
    bottom = head + ROW * len(source)
    height = bottom + 4

    longest = find_largest(row["spare_amount"] for row in source) or 1.0
    rows: Rows = []
    bars: Rows = []
    for index, row in enumerate(source):
        places = stack_row(index, head=head, row=ROW, bar=BAR)
        extra = sum(row[key] or 0.0 for key in PARTS[:3])
        before = 0.0
        for key in PARTS[:3]:
            part = row[key] or 0.0
            if part > 0:
                bars.append(
                    {
                        "unit_id": row["unit_id"],
                        "x": before / longest,
                        "x2": (before + part) / longest,
                        "bar_y": places["bar_y"],
                        "bar_y2": places["bar_y2"],
                        "colour": fills[key],
                    }
                )
            before += part
        rows.append(
            {
                **places,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "zero": 0.0,
                "spare": (row["spare_amount"] or 0.0) / longest,
                "text": _say_money(extra, style),
                "spare_text": _say_money(row["spare_amount"], style),
                **{f"{key}_text": _say_money(row[key], style) if row[key] else "" for key in PARTS[:3]},
            }
        )
    total: Rows = [
        {"y": key_height + 4 + BAND / 2, "text": say(language, "All that is lost"), "number": _say_money(whole, style)}
    ]
    # the bar on top and the takers are parts of two wholes, on one axis from nothing to everything
    domain = [0.0, 1.0]
    left = f"min({measure_names([row['name'] for row in [*rows, {'name': total[0]['text']}]])}, width * 0.4)"
    right = f"width - {widen([row['text'] for row in [*rows, {'text': total[0]['number']}]], is_bold=True, gap=12)}"
    tips = {
        "name": say(language, "Distributor"),
        "text": say(language, "Would take"),
        "spare_text": say(language, "Spare capacity"),
        **{f"{key}_text": words[key] for key in PARTS[:3]},
    }
    y = place_y("y", height)
    layers: list[Any] = [
        *key_layers,
        draw_text("total", total, x=alt.XValue(0), y=y, colour=colours.text, is_bold=True),
        draw_text(
            "total_number",
            total,
            x=place_at("width"),
            y=y,
            colour=colours.text,
            is_bold=True,
            align="right",
            text="number",
        ),
        make_layer("band", band)
        .mark_rect()
        .encode(
            x=place_x("x", domain, left, right),
            x2=alt.X2("x2:Q"),
            y=y,
            y2=alt.Y2("y2:Q"),
            color=paint(),
            tooltip=[
                alt.Tooltip("text:N", title=say(language, "Who could take it")),
                alt.Tooltip("number:N", title=say(language, "Value")),
                alt.Tooltip("share:N", title=say(language, "Share")),
            ],
        ),
    ]
    if rows:
        layers += [
            draw_names(rows, "unit", "unit_id", left, height, colours.text),
            make_layer("takes", bars)
            .mark_rect()
            .encode(
                x=place_x("x", domain, left, right),
                x2=alt.X2("x2:Q"),
                y=place_y("bar_y", height),
                y2=alt.Y2("bar_y2:Q"),
                color=paint(),
                opacity=dim("unit"),
            ),
            make_layer("spare", pick(rows, "unit_id", "zero", "spare", "bar_y", "bar_y2"))
            .mark_rect(fill="transparent", stroke=colours.faint, strokeWidth=1)
            .encode(
                x=place_x("zero", domain, left, right),
                x2=alt.X2("spare:Q"),
                y=place_y("bar_y", height),
                y2=alt.Y2("bar_y2:Q"),
                opacity=dim("unit"),
            ),
            draw_column(
                "texts",
                rows,
                "unit_id",
                "text",
                place_at("width"),
                height,
                choice="unit",
                colour=colours.text,
                is_bold=True,
            ),
            draw_text(
                "head",
                [{"y": head - 12, "text": say(language, "Takers: bar = would take, outline = spare capacity")}],
                x=alt.XValue(0),
                y=y,
                colour=colours.muted,
                size=SMALL,
            ),
            draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
        ]
    return configure(finish(layers, height), style)
