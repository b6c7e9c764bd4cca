"""A ladder of steps, each with how many reached it and how many of the step before did."""

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
    finish,
    make_choice,
    make_layer,
    measure_names,
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
from insight.units import show_count, show_share

REQUIRED = ("step_id", "label", "count")
OPTIONAL = ("conversion_rate", "base_count")
ROW, BAR, HEAD = 36, 22, 18


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """Ladders count things: the unit is the page's to name."""
    return ""


def draw_ladder(frame: pd.DataFrame, style: Style, *, base_title: str = "") -> Any:
    """Steps from the widest to the narrowest, in the order given.

    Columns: step_id, label, count, conversion_rate (of the step before), base_count (a tick: last year unless
    ``base_title`` says otherwise). The step
    that loses most is outlined in vermilion. Selection: ``step`` (step_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "ladder", REQUIRED, OPTIONAL)
    height = HEAD + ROW * len(source) + 4
    counts = [row["count"] for row in source]
    largest = max([*(count or 0.0 for count in counts), *(row["base_count"] or 0.0 for row in source)]) or 1.0
    losses = {
        index: counts[index - 1] - counts[index]
        for index in range(1, len(counts))
        if counts[index] is not None and counts[index - 1] is not None and counts[index] < counts[index - 1]
    }
    worst = max(losses, key=lambda index: losses[index]) if losses else None

    rows: Rows = []
    for index, row in enumerate(source):
        places = stack_row(index, head=HEAD, row=ROW, bar=BAR)
        count, rate, base = row["count"], row["conversion_rate"], row["base_count"]
        rows.append(
            {
                **places,
                "step_id": row["step_id"],
                "name": row["label"],
                "zero": 0.0,
                "count": count,
                "edge": max(count or 0.0, base or 0.0),
                "worst": count if index == worst else None,
                "lost_from": counts[index - 1] if index == worst else None,
                "base": base,
                "base_y": places["bar_y"] - 3,
                "base_y2": places["bar_y2"] + 3,
                "count_text": show_count(count, language),
                "rate_text": "" if rate is None else show_share(rate, language, 0),
                "rate_text_colour": colours.worse_text if index == worst else colours.muted,
                "base_text": "" if base is None else show_count(base, language),
            }
        )
    has_rates = any(row["rate_text"] for row in rows)
    head = say(language, "of step before")
    rate_width = max(widen([head], gap=4) * SMALL / 12, 40) if has_rates else 0
    count_width = widen([row["count_text"] for row in rows], is_bold=True)
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.32)"
    right = f"width - {rate_width + count_width:.0f}"
    domain = [0.0, largest]
    tips = {
        "name": say(language, "Step"),
        "count_text": say(language, "Count"),
        "rate_text": say(language, "Of the step before"),
        "base_text": base_title or say(language, "Last year"),
    }
    x, y, y2 = place_x("zero", domain, left, right), place_y("bar_y", height), alt.Y2("bar_y2:Q")
    layers: list[Any] = [
        draw_names(rows, "step", "step_id", left, height, colours.text),
        make_layer("lost", pick(rows, "worst", "lost_from", "bar_y", "bar_y2", where="worst"))
        .mark_rect(fill=None, stroke=colours.worse, strokeWidth=1.2, strokeDash=[3, 2])
        .encode(x=place_x("worst", domain, left, right), x2=alt.X2("lost_from:Q"), y=y, y2=y2),
        make_layer("bars", pick(rows, "step_id", "zero", "count", "bar_y", "bar_y2", where="count"))
        .mark_rect(color=colours.actual)
        .encode(x=x, x2=alt.X2("count:Q"), y=y, y2=y2, opacity=dim("step")),
        make_layer("worst", pick(rows, "zero", "worst", "bar_y", "bar_y2", where="worst"))
        .mark_rect(fill=None, stroke=colours.worse, strokeWidth=2)
        .encode(x=x, x2=alt.X2("worst:Q"), y=y, y2=y2),
        make_layer("base", pick(rows, "step_id", "base", "base_y", "base_y2", where="base"))
        .mark_rule(color=colours.faint, strokeWidth=2)
        .encode(
            x=place_x("base", domain, left, right),
            y=place_y("base_y", height),
            y2=alt.Y2("base_y2:Q"),
            opacity=dim("step"),
        ),
        draw_column(
            "counts",
            rows,
            "step_id",
            "count_text",
            place_at(f"width - {rate_width:.0f}"),
            height,
            choice="step",
            colour=colours.text,
            is_bold=True,
        ),
        draw_column("rates", rows, "step_id", "rate_text", place_at("width"), height, choice="step"),
    ]
    if has_rates:
        layers.append(
            draw_text(
                "head",
                [{"y": 7, "text": head}],
                x=place_at("width"),
                y=place_y("y", height),
                colour=colours.muted,
                size=SMALL,
                align="right",
            )
        )
    layers.append(draw_row_hits(rows, "step_id", tips, make_choice("step", "step_id"), height))
    return configure(finish(layers, height), style)
