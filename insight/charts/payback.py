"""When a cost comes back: the margin gained month by month, with its band, against the line of what was paid."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, draw_axes, measure_labels, spread_labels
from insight.charts.plot import (
    Rows,
    choose_ticks,
    count_digits,
    describe_rows,
    draw_text,
    find_largest,
    finish,
    make_layer,
    make_tooltips,
    measure_text,
    pick,
    place_at,
    read_rows,
    say_expression,
)
from insight.charts.theme import Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_number, show_scaled, show_share

REQUIRED = ("month_count", "gain_amount", "gain_low_amount", "gain_high_amount")
OPTIONAL = ("chance_paid_share",)
TOP, HEIGHT = 14, 300


def choose_payback_scale(frame: pd.DataFrame, style: Style, cost: float = 0.0) -> Scale:
    """The unit of gain and cost, from the largest of all."""
    rows = read_rows(frame, "payback", REQUIRED)
    return choose_scale(
        find_largest([cost, *(row[column] for row in rows for column in REQUIRED[1:])]), style.language, style.currency
    )


def draw_payback(frame: pd.DataFrame, style: Style, *, cost: float, months: int | None = None) -> Any:
    """Gain up to each month counted from the event, its 95% band, and the cost as a line.

    Columns: month_count (months counted, from 1), gain_amount, gain_low_amount, gain_high_amount, chance_paid_share.
    ``months`` is after how many the gain reached the cost: a dot stands there. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = sorted(read_rows(frame, "payback", REQUIRED, OPTIONAL), key=lambda row: row["month_count"])
    scale = choose_payback_scale(frame, style, cost)
    bottom = HEIGHT - 38
    rows: Rows = [{"x": 0, "gain": 0.0, "low": 0.0, "high": 0.0, "before": -0.5, "after": 0.5, "month_text": ""}]
    for row in source:
        rows.append(
            {
                "x": row["month_count"],
                "gain": row["gain_amount"],
                "low": row["gain_low_amount"],
                "high": row["gain_high_amount"],
                "before": row["month_count"] - 0.5,
                "after": row["month_count"] + 0.5,
                "month_text": show_number(row["month_count"], language),
                "gain_text": show_scaled(row["gain_amount"], scale, language, is_signed=True),
                "interval_text": " – ".join(
                    show_scaled(row[name], scale, language, is_signed=True)
                    for name in ("gain_low_amount", "gain_high_amount")
                ),
                "cost_text": show_scaled(cost, scale, language),
                "chance_text": show_share(row["chance_paid_share"], language, 0)
                if row["chance_paid_share"] is not None
                else "",
            }
        )
    values = [0.0, cost, *(row[name] for row in rows for name in ("gain", "low", "high"))]
    margin = max((max(values) - min(values)) * 0.06, 1e-9)
    y_domain = (min(values) - margin, max(values) + margin)
    y_ticks = choose_ticks(*y_domain, 5)
    scaled = [tick / scale.divisor for tick in y_ticks]
    y_labels = [show_number(tick, language, count_digits(scaled)) for tick in scaled]
    names = (
        ("gain", say(language, "Gained"), colours.primary, rows[-1]["gain"]),
        ("cost", say(language, "Cost"), colours.text, cost),
    )
    room = max(measure_text(name, is_bold=True) for _, name, _, _ in names) + 14
    plane = Plane((0, rows[-1]["x"]), y_domain, str(measure_labels(y_labels)), f"width - {room:.0f}", TOP, bottom)
    ends = spread_labels([plane.climb(value) for *_, value in names], gap=16, top=TOP, bottom=bottom)
    x_ticks = [row["x"] for row in rows]
    tips = {
        "month_text": say(language, "Months counted"),
        "gain_text": say(language, "Gained up to then"),
        "interval_text": say(language, "95% interval"),
        "cost_text": say(language, "Cost"),
        "chance_text": say(language, "Chance that the cost was back"),
    }
    reached = [row for row in rows[1:] if months is not None and row["x"] == months]
    layers: list[Any] = [
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=[show_number(tick, language) for tick in x_ticks],
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=say(language, "Months counted, the activity’s own first"),
        ),
        make_layer("nothing", [{"y": 0.0}])
        .mark_rule(color=colours.faint, strokeWidth=1)
        .encode(x=place_at(plane.left), x2=alt.X2Value(say_expression(plane.right)), y=plane.y("y")),
        make_layer("band", pick(rows, "x", "low", "high"))
        .mark_area(color=colours.primary, opacity=0.16)
        .encode(x=plane.x("x"), y=plane.y("low"), y2=alt.Y2("high:Q")),
        make_layer("cost", [{"y": cost}])
        .mark_rule(color=colours.text, strokeWidth=1.6, strokeDash=[5, 3])
        .encode(x=place_at(plane.left), x2=alt.X2Value(say_expression(plane.right)), y=plane.y("y")),
        make_layer("gain", pick(rows, "x", "gain"))
        .mark_line(color=colours.primary, strokeWidth=2.4, strokeJoin="round")
        .encode(x=plane.x("x"), y=plane.y("gain")),
        make_layer("reached", pick(reached, "x", "gain"))
        .mark_point(shape="circle", filled=True, size=90, color=colours.primary, opacity=1)
        .encode(x=plane.x("x"), y=plane.y("gain")),
        *(
            draw_text(
                f"end_{name}",
                [{"text": words}],
                x=place_at(f"{plane.right} + 8"),
                y=alt.YValue(place),
                colour=colour,
                is_bold=True,
            )
            for place, (name, words, colour, _) in zip(ends, names, strict=True)
        ),
        make_layer("hits", describe_rows(pick(rows[1:], "before", "after", *tips), tips))
        .mark_rect(fill="transparent", aria=True, clip=True)
        .encode(
            x=plane.x("before"),
            x2=alt.X2("after:Q"),
            y=alt.YValue(TOP),
            y2=alt.Y2Value(bottom),
            tooltip=make_tooltips(tips),
            description=alt.Description("spoken:N"),
        ),
    ]
    return configure(finish(layers, HEIGHT), style)
