"""What an effect adds up to, month after month: does it stay, does it go on, is it given back?"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.event_study import show_offset
from insight.charts.plane import Plane, draw_axes, measure_labels
from insight.charts.plot import (
    Rows,
    choose_ticks,
    count_digits,
    describe_rows,
    draw_text,
    finish,
    make_layer,
    make_tooltips,
    measure_text,
    pick,
    read_rows,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_number

REQUIRED = ("event_month", "cumulative_index", "cumulative_low_index", "cumulative_high_index")
TOP, HEIGHT = 24, 250


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return say(style.language, "mean months before")


def draw_cumulative(frame: pd.DataFrame, style: Style, *, counted_months: int = 6, is_told: bool = True) -> Any:
    """The running sum of the differences from the event on, with its 95% band; a line where the months counted end.

    Columns: event_month, cumulative_index, cumulative_low_index, cumulative_high_index; 100 = a mean month before, so
    the axis counts months' worth of purchases. Grey where nothing is claimed (not ``is_told``). No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = sorted(read_rows(frame, "persistence", REQUIRED), key=lambda row: row["event_month"])
    bottom = HEIGHT - 38
    rows: Rows = []
    for row in source:
        total, low, high = (None if row[name] is None else row[name] / 100.0 for name in REQUIRED[1:])
        rows.append(
            {
                "x": row["event_month"],
                "before": row["event_month"] - 0.5,
                "after": row["event_month"] + 0.5,
                "total": total,
                "low": low,
                "high": high,
                "month_text": show_offset(row["event_month"]),
                "total_text": show_number(total, language, 2, is_signed=True),
                "interval_text": ""
                if low is None or high is None
                else f"{show_number(low, language, 2, is_signed=True)} – {show_number(high, language, 2, is_signed=True)}",
            }
        )
    values = [row[name] for row in rows for name in ("total", "low", "high") if row[name] is not None]
    if not values:
        raise ValueError("The persistence chart was given no sum at all")
    colour = colours.primary if is_told else colours.muted
    last = rows[-1]["x"]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    margin = max((high - low) * 0.06, 0.02)
    y_domain = (low - margin, high + margin)
    y_ticks = choose_ticks(*y_domain, 5)
    y_labels = [show_number(tick, language, count_digits(y_ticks), is_signed=tick != 0) for tick in y_ticks]
    room = measure_text(rows[-1]["total_text"], is_bold=True) + 14
    plane = Plane((-0.2, max(last, 1)), y_domain, str(measure_labels(y_labels)), f"width - {room:.0f}", TOP, bottom)
    tips = {
        "month_text": say(language, "Months from the event"),
        "total_text": say(language, "Sum so far"),
        "interval_text": say(language, "95% interval"),
    }
    x_ticks = [row["x"] for row in rows]
    end: Rows = [{"x": counted_months - 0.5}]
    layers: list[Any] = [
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=[show_offset(tick) for tick in x_ticks],
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=say(language, "Months from the event"),
            anchor=0,
        ),
        make_layer("nothing", [{"y": 0.0, "x": plane.x_domain[0], "x2": plane.x_domain[1]}])
        .mark_rule(color=colours.text, strokeWidth=1.2)
        .encode(x=plane.x("x"), x2=alt.X2("x2:Q"), y=plane.y("y")),
        make_layer("band", pick(rows, "x", "low", "high", where="low"))
        .mark_area(color=colour, opacity=0.16)
        .encode(x=plane.x("x"), y=plane.y("low"), y2=alt.Y2("high:Q")),
        make_layer("line", pick(rows, "x", "total", where="total"))
        .mark_line(color=colour, strokeWidth=2.4, strokeJoin="round")
        .encode(x=plane.x("x"), y=plane.y("total")),
        draw_text(
            "end",
            [{"x": last, "y": rows[-1]["total"], "text": rows[-1]["total_text"]}],
            x=plane.x("x"),
            y=plane.y("y"),
            colour=colour,
            is_bold=True,
            dx=7,
        ),
    ]
    if last >= counted_months:
        layers += [
            make_layer("counted", end)
            .mark_rule(color=colours.muted, strokeWidth=1.2, strokeDash=[4, 3])
            .encode(x=plane.x("x"), y=alt.YValue(4), y2=alt.Y2Value(bottom)),
            draw_text(
                "counted_text",
                [{"x": counted_months - 0.5, "text": say(language, "months counted end")}],
                x=plane.x("x"),
                y=alt.YValue(9),
                colour=colours.muted,
                size=SMALL,
                dx=6,
            ),
        ]
    layers.append(
        make_layer("hits", describe_rows(pick(rows, "before", "after", *tips), tips))
        .mark_rect(fill="transparent", aria=True)
        .encode(
            x=plane.x("before"),
            x2=alt.X2("after:Q"),
            y=alt.YValue(TOP),
            y2=alt.Y2Value(bottom),
            tooltip=make_tooltips(tips),
            description=alt.Description("spoken:N"),
        )
    )
    return configure(finish(layers, HEIGHT), style)
