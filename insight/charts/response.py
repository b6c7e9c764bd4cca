"""Whether spending more goes with a larger effect: a kind's activities, and the line through them in its band."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, draw_axes, measure_labels
from insight.charts.plot import (
    Rows,
    choose_log_ticks,
    choose_ticks,
    draw_text,
    find_largest,
    find_usual,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    name_unit,
    paint,
    pick,
    place_at,
    read_rows,
    say_expression,
    show_share_ticks,
)
from insight.charts.potential import show_log_ticks
from insight.charts.theme import DIMMED, SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_count, show_scaled, show_share

REQUIRED = ("activity_id", "cost_per_terminal_amount", "lift_rate")
OPTIONAL = ("name", "lift_low_rate", "lift_high_rate", "terminal_count")
TOP, HEIGHT = 22, 320
HIGHEST = 1.5  # beyond this a lift stands at the edge: one terminal that bought four times as much is no scale


def choose_response_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the cost a terminal."""
    rows = read_rows(frame, "response", REQUIRED, OPTIONAL)
    return choose_scale(find_usual(row["cost_per_terminal_amount"] for row in rows), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return choose_response_scale(frame, style).name


def draw_response(frame: pd.DataFrame, style: Style) -> Any:
    """Activities by cost a terminal (across, logarithmic) and own lift (up), larger with more terminals.

    Columns: activity_id (empty on the rows of the curve), cost_per_terminal_amount, lift_rate, lift_low_rate,
    lift_high_rate (of the curve: its 95% band), name, terminal_count. Selection: ``activity`` (activity_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "response", REQUIRED, OPTIONAL)
    scale = choose_response_scale(frame, style)
    bottom = HEIGHT - 38
    dots = [row for row in source if row["activity_id"]]
    curve = sorted((row for row in source if not row["activity_id"]), key=lambda row: row["cost_per_terminal_amount"])
    costs = [row["cost_per_terminal_amount"] for row in source]
    x_domain = (min(costs) / 1.15, max(costs) * 1.15)
    shown = [row["lift_rate"] for row in dots] + [
        row[end] for row in curve for end in ("lift_low_rate", "lift_high_rate")
    ]
    low, high = min(0.0, *shown), min(max(0.1, *shown), HIGHEST)
    y_domain = (low - 0.05 * (high - low), high + 0.05 * (high - low))
    y_ticks = choose_ticks(low, high, 5)
    y_labels = show_share_ticks(y_ticks, language, is_signed=True)
    plane = Plane(x_domain, y_domain, str(measure_labels(y_labels)), "width - 8", TOP, bottom, x_kind="log")
    x_ticks = choose_log_ticks(*x_domain)
    largest = find_largest(row["terminal_count"] for row in dots)
    rows: Rows = [
        {
            "activity_id": row["activity_id"],
            "cost_per_terminal_amount": row["cost_per_terminal_amount"],
            "lift_rate": min(row["lift_rate"], y_domain[1]),
            "size": round(24 + 220 * ((row["terminal_count"] or 0.0) / largest if largest else 0.3)),
            "colour": colours.faint,
            "name": row["name"] or "",
            "cost_text": show_scaled(row["cost_per_terminal_amount"], scale, language),
            "lift_text": show_share(row["lift_rate"], language, is_signed=True),
            "interval_text": ""
            if row["lift_low_rate"] is None
            else " – ".join(
                show_share(row[end], language, is_signed=True) for end in ("lift_low_rate", "lift_high_rate")
            ),
            "terminals_text": "" if row["terminal_count"] is None else show_count(row["terminal_count"], language),
        }
        for row in dots
    ]
    rows.sort(key=lambda row: -row["size"])
    tips = {
        "name": say(language, "Activity"),
        "cost_text": name_unit(language, say(language, "Cost a terminal"), scale.name),
        "lift_text": say(language, "Own lift"),
        "interval_text": say(language, "95% interval"),
        "terminals_text": say(language, "Terminals"),
    }
    line: Rows = [
        {
            "x": row["cost_per_terminal_amount"],
            "lift": row["lift_rate"],
            "low": row["lift_low_rate"],
            "high": min(row["lift_high_rate"], y_domain[1]),
        }
        for row in curve
    ]
    layers: list[Any] = [
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=show_log_ticks(x_ticks, scale, language),
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=say(language, "Cost a terminal, {unit}, logarithmic", unit=scale.name),
            y_title=say(language, "Own lift"),
        ),
        make_layer("nothing", [{"y": 0.0}])
        .mark_rule(color=colours.muted, strokeWidth=1)
        .encode(x=place_at(plane.left), x2=alt.X2Value(say_expression(plane.right)), y=plane.y("y")),
    ]
    if line:
        layers += [
            make_layer("band", line)
            .mark_area(color=colours.primary, opacity=0.16)
            .encode(x=plane.x("x"), y=plane.y("low"), y2=alt.Y2("high:Q")),
            make_layer("line", line)
            .mark_line(color=colours.primary, strokeWidth=2.4)
            .encode(x=plane.x("x"), y=plane.y("lift")),
            draw_text(
                "band_text",
                [{"text": say(language, "Band: 95% interval of the line"), "x": line[-1]["x"], "y": line[-1]["high"]}],
                x=plane.x("x"),
                y=plane.y("y"),
                colour=colours.primary,
                size=SMALL,
                align="right",
                dy=-7,
            ),
        ]
    full: dict[str, Any] = {"param": "activity", "value": 0.75, "empty": True}
    layers.append(
        make_layer("dots", pick(rows, "activity_id", "cost_per_terminal_amount", "lift_rate", "size", "colour", *tips))
        .mark_point(shape="circle", filled=True, stroke=colours.page, strokeWidth=0.8, cursor="pointer")
        .encode(
            x=plane.x("cost_per_terminal_amount"),
            y=plane.y("lift_rate"),
            size=alt.Size("size:Q", scale=None, legend=None),
            color=paint(),
            opacity=alt.OpacityValue(DIMMED, condition=full),
            tooltip=make_tooltips(tips),
        )
        .add_params(make_choice("activity", "activity_id"))
    )
    return configure(finish(layers, HEIGHT), style)
