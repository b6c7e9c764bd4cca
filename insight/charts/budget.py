"""Budget against commitment against actual cost, added up month by month."""

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
)
from insight.charts.theme import Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_month, show_number, show_scaled

REQUIRED = ("month", "planned_amount", "committed_amount", "actual_amount", "is_upcoming")
TOP, HEIGHT = 14, 270


def choose_budget_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The one unit of all lines."""
    rows = read_rows(frame, "budget", REQUIRED)
    return choose_scale(
        find_largest(row[name] for row in rows for name in REQUIRED[1:4]), style.language, style.currency
    )


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_budget_scale(frame, style).name


def draw_budget(frame: pd.DataFrame, style: Style) -> Any:
    """Three running sums: estimated dashed, committed thin, actual thick; months still to come on a grey ground.

    Columns: month (first day), planned_amount, committed_amount, actual_amount (None: nothing is known from there on),
    is_upcoming. No selection.
    """
    colours, language = choose_palette(style), style.language
    source = sorted(read_rows(frame, "budget", REQUIRED), key=lambda row: row["month"])
    scale = choose_budget_scale(frame, style)
    bottom = HEIGHT - 26
    has_years = source[0]["month"].year != source[-1]["month"].year
    names = {
        "planned": (say(language, "Estimated"), colours.muted, 1.8, [5, 3]),
        "committed": (say(language, "Committed"), colours.better, 1.8, [1, 0]),
        "actual": (say(language, "Actual"), colours.actual, 2.6, [1, 0]),
    }
    rows: Rows = [
        {
            "x": place,
            "before": place - 0.5,
            "after": place + 0.5,
            "month_text": show_month(row["month"], language),
            "is_upcoming": bool(row["is_upcoming"]),
            **{name: row[f"{name}_amount"] for name in names},
            **{
                f"{name}_text": ""
                if row[f"{name}_amount"] is None
                else show_scaled(row[f"{name}_amount"], scale, language)
                for name in names
            },
        }
        for place, row in enumerate(source)
    ]
    highest = find_largest(row[name] for row in rows for name in names) or 1.0
    y_ticks = choose_ticks(0, highest * 1.06, 4)
    scaled = [tick / scale.divisor for tick in y_ticks]
    y_labels = [show_number(tick, language, count_digits(scaled)) for tick in scaled]
    ends = {name: next((row for row in reversed(rows) if row[name] is not None), None) for name in names}
    drawn = [name for name, end in ends.items() if end is not None]
    room = max((measure_text(names[name][0], is_bold=True) for name in drawn), default=0) + 14
    plane = Plane(
        (-0.5, len(rows) - 0.5), (0, highest * 1.06), str(measure_labels(y_labels)), f"width - {room:.0f}", TOP, bottom
    )
    places = spread_labels(
        [plane.climb(float((ends[name] or {})[name])) for name in drawn], gap=16, top=TOP, bottom=bottom
    )
    tips = {
        "month_text": say(language, "Month"),
        **{f"{name}_text": say(language, "{what}, added up", what=names[name][0]) for name in drawn},
    }
    coming = pick([row for row in rows if row["is_upcoming"]], "before", "after")
    layers: list[Any] = [
        make_layer("coming", coming)
        .mark_rect(color=colours.panel)
        .encode(x=plane.x("before"), x2=alt.X2("after:Q"), y=alt.YValue(TOP), y2=alt.Y2Value(bottom)),
        *draw_axes(
            plane,
            colours,
            x_ticks=[row["x"] for row in rows],
            x_labels=[show_month(row["month"], language, with_year=has_years) for row in source],
            y_ticks=y_ticks,
            y_labels=y_labels,
        ),
    ]
    # where the estimate was committed as it stood, its dashes lie over the line
    for name in sorted(drawn, key=["committed", "planned", "actual"].index):
        _, colour, width, dash = names[name]
        line = pick(rows, "x", name, where=name)
        # one month is no line
        mark = (
            make_layer(name, line).mark_point(shape="circle", filled=True, size=70, color=colour, opacity=1)
            if len(line) == 1
            else make_layer(name, line).mark_line(color=colour, strokeWidth=width, strokeDash=dash, strokeJoin="round")
        )
        layers.append(mark.encode(x=plane.x("x"), y=plane.y(name)))
    layers += [
        draw_text(
            f"end_{name}",
            [{"text": names[name][0]}],
            x=place_at(f"{plane.right} + 8"),
            y=alt.YValue(place),
            colour=names[name][1],
            is_bold=True,
        )
        for place, name in zip(places, drawn, strict=True)
    ]
    layers.append(
        make_layer("hits", describe_rows(pick(rows, "before", "after", *tips), tips))
        .mark_rect(fill="transparent", aria=True, clip=True)
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
