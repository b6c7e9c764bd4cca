"""Bars made of parts: shares of a whole from 0 to 100 %, and gains and losses on both sides of zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_column,
    draw_ground,
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
    stack_row,
    widen,
)
from insight.charts.theme import SMALL, Palette, Style, choose_ink, choose_palette, configure
from insight.i18n import say
from insight.units import choose_scale, show_scaled, show_share

ROW, BAR = 28, 17
KEY_ROW, NARROWEST = 18, 276
HANDS = {
    "direct": "None, direct",
    "one": "One distributor",
    "two": "Two",
    "more": "Three or more",
    "unrecorded": "Origin not recorded",
}
CHANGES = {
    "lost": "Lost",
    "shrunk": "Shrunk",
    "unreported": "Not reported",
    "grown": "Grown",
    "won": "Won",
}


def draw_key(entries: Sequence[tuple[str, str]], colour: str) -> tuple[list[Any], float]:
    """Squares and words above the bars, broken into rows that fit the narrowest card; and how tall they are."""
    layers: list[Any] = []
    x, y = 6.0, 8.0
    for index, (words, fill) in enumerate(entries):
        wide = 14 + measure_text(words, SMALL)
        if x > 6 and x + wide > NARROWEST * (2 if len(entries) < 4 else 1.6):
            x, y = 6.0, y + KEY_ROW
        layers.append(
            make_layer(f"key_{index}", [{}])
            .mark_point(shape="square", filled=True, size=90, color=fill, opacity=1)
            .encode(x=alt.XValue(x), y=alt.YValue(y))
        )
        text = [{"text": words}]
        layers.append(
            draw_text(f"key_text_{index}", text, x=alt.XValue(x + 10), y=alt.YValue(y), colour=colour, size=SMALL)
        )
        x += wide + 16
    return layers, y + 14


def paint_hands(colours: Palette) -> dict[str, str]:
    """More hands, deeper colour; what is not recorded is grey."""
    return {
        "direct": colours.forecast,
        "one": colours.sequential[1],
        "two": colours.sequential[3],
        "more": colours.sequential[5],
        "unrecorded": colours.base,
    }


def draw_mix(frame: pd.DataFrame, style: Style) -> Any:
    """A whole a row, divided by the hands goods went through.

    Columns: unit_id, unit_name, direct_rate, one_rate, two_rate, more_rate, unrecorded_rate, amount_text. Classes that no
    row has are left out of the key. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "mix", ("unit_id", "unit_name", *(f"{part}_rate" for part in HANDS)), ("amount_text",))
    fills = paint_hands(colours)
    present = [part for part in HANDS if any((row[f"{part}_rate"] or 0.0) > 0.0005 for row in source)]
    names = {part: say(language, HANDS[part]) for part in HANDS}
    key, head = draw_key([(names[part], fills[part]) for part in present], colours.muted)
    height = head + ROW * len(source) + 2

    rows: Rows = []
    parts: Rows = []
    for index, row in enumerate(source):
        place = stack_row(index, head=head, row=ROW, bar=BAR)
        rows.append(
            {
                **place,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "amount": row["amount_text"] or "",
                **{part: show_share(row[f"{part}_rate"], language) for part in present},
            }
        )
        level = 0.0
        for part in present:
            rate = row[f"{part}_rate"] or 0.0
            if rate <= 0:
                continue
            parts.append(
                {
                    **place,
                    "unit_id": row["unit_id"],
                    "start": level,
                    "end": level + rate,
                    "middle": level + rate / 2,
                    "colour": fills[part],
                    "ink": choose_ink(fills[part]),
                    "text": show_share(rate, language, 0) if rate >= 0.1 else "",
                }
            )
            level += rate
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.34)"
    right = f"width - {widen([row['amount'] for row in rows], is_bold=True)}"
    domain = [0.0, 1.0]
    tips = {"name": say(language, "Unit"), **{part: names[part] for part in present}, "amount": say(language, "Value")}
    layers = [
        *key,
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("parts", pick(parts, "unit_id", "start", "end", "bar_y", "bar_y2", "colour"))
        .mark_rect(x2Offset=-1)
        .encode(
            x=place_x("start", domain, left, right),
            x2=alt.X2("end:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            opacity=dim("unit"),
        ),
        draw_text(
            "parts_texts",
            pick(parts, "unit_id", "middle", "y", "text", "ink", where="text"),
            x=place_x("middle", domain, left, right),
            y=place_y("y", height),
            size=SMALL,
            align="center",
            opacity=dim("unit"),
        ).encode(color=paint("ink")),
        draw_column(
            "amounts",
            rows,
            "unit_id",
            "amount",
            place_at("width"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)


def paint_changes(colours: Palette) -> dict[str, str]:
    """Whole links in full colour, changed ones lighter, what was not reported grey."""
    return {
        "lost": colours.worse,
        "shrunk": colours.diverging[1],
        "unreported": colours.base,
        "grown": colours.diverging[5],
        "won": colours.better,
    }


def draw_swings(frame: pd.DataFrame, style: Style, *, selected: str = "") -> Any:
    """Losses to the left and gains to the right of zero, a unit a row, with the net as a tick and in figures.

    Columns: unit_id, unit_name, lost_amount, shrunk_amount, unreported_amount, grown_amount, won_amount, change_amount.
    Classes that no row has are left out of the key. ``selected`` (a unit_id) has a ground of its own. Selection:
    ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    columns = [f"{part}_amount" for part in CHANGES]
    source = read_rows(frame, "swings", ("unit_id", "unit_name", *columns, "change_amount"))
    scale = choose_scale(find_largest(row["change_amount"] for row in source), language, style.currency)
    fills = paint_changes(colours)
    present = [part for part in CHANGES if any(row[f"{part}_amount"] for row in source)]
    names = {part: say(language, CHANGES[part]) for part in CHANGES}
    key, head = draw_key([(names[part], fills[part]) for part in present], colours.muted)
    height = head + ROW * len(source) + 2

    rows: Rows = []
    parts: Rows = []
    for index, row in enumerate(source):
        place = stack_row(index, head=head, row=ROW, bar=BAR)
        ends = {-1: 0.0, 1: 0.0}
        # what came and went whole stands at zero, where it is easiest to compare
        for part in ("lost", "shrunk", "unreported", "won", "grown"):
            amount = row[f"{part}_amount"] or 0.0
            if not amount:
                continue
            side = 1 if amount > 0 else -1
            bar = {"start": ends[side], "end": ends[side] + amount, "colour": fills[part]}
            parts.append({**place, "unit_id": row["unit_id"], **bar})
            ends[side] += amount
        rows.append(
            {
                **place,
                "tick_y": place["bar_y"] - 3,
                "tick_y2": place["bar_y2"] + 3,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "net": row["change_amount"],
                "text": show_scaled(row["change_amount"], scale, language, is_signed=True),
                "low": ends[-1],
                "high": ends[1],
                **{part: show_scaled(row[f"{part}_amount"], scale, language, is_signed=True) for part in present},
            }
        )
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    domain = [low, high if high > low else low + 1.0]
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.36)"
    right = f"width - {widen([row['text'] for row in rows], is_bold=True)}"
    tips = {
        "name": say(language, "Unit"),
        **{part: names[part] for part in present},
        "text": name_unit(language, say(language, "Change"), scale.name),
    }
    zero: Rows = [{"x": 0.0, "y": head, "y2": height - 2}]
    layers = [
        *key,
        *draw_ground(rows, selected, height, colours.forecast),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("parts", pick(parts, "unit_id", "start", "end", "bar_y", "bar_y2", "colour"))
        .mark_rect()
        .encode(
            x=place_x("start", domain, left, right),
            x2=alt.X2("end:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            opacity=dim("unit"),
        ),
        make_layer("zero", zero)
        .mark_rule(color=colours.faint, strokeWidth=1)
        .encode(x=place_x("x", domain, left, right), y=place_y("y", height), y2=alt.Y2("y2:Q")),
        make_layer("nets", pick(rows, "unit_id", "net", "tick_y", "tick_y2", where="net"))
        .mark_rule(color=colours.text, strokeWidth=2)
        .encode(
            x=place_x("net", domain, left, right),
            y=place_y("tick_y", height),
            y2=alt.Y2("tick_y2:Q"),
            opacity=dim("unit"),
        ),
        draw_column(
            "net_texts",
            rows,
            "unit_id",
            "text",
            place_at("width"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)


def describe_swings_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit of the figures at the right: 'CNY m', '万元'."""
    largest = find_largest(float(value) for value in frame["change_amount"])
    return choose_scale(largest, style.language, style.currency).name
