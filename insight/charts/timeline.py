"""Amounts by month as lines that carry their own names."""

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
    place_at,
    read_rows,
    say_expression,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_month, show_number, show_scaled

REQUIRED = ("month", "series_id", "series_name", "amount")
TOP, HEIGHT = 24, 250


def choose_timeline_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the chart, from its largest amount."""
    rows = read_rows(frame, "timeline", REQUIRED)
    return choose_scale(find_largest(row["amount"] for row in rows), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_timeline_scale(frame, style).name


def draw_lines(frame: pd.DataFrame, style: Style) -> Any:
    """One line a series, named at its end. Columns: month, series_id, series_name, amount, is_partial.

    A partial last month is joined by a dashed stretch to a hollow dot. Colours follow the series' ids. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = sorted(read_rows(frame, "timeline", REQUIRED, ("is_partial",)), key=lambda row: row["month"])
    scale = choose_timeline_scale(frame, style)
    bottom = HEIGHT - 36
    months = {row["month"].year * 12 + row["month"].month: row["month"] for row in source}
    values = [row["amount"] for row in source if row["amount"] is not None]
    if not values:
        raise ValueError("The timeline chart was given no amount at all")
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    y_domain = (low, high * 1.05 if high > low else low + 1.0)
    y_ticks = choose_ticks(*y_domain, 4)
    digits = count_digits([tick / scale.divisor for tick in y_ticks])
    y_labels = [show_number(tick / scale.divisor, language, digits) for tick in y_ticks]
    names = {row["series_id"]: row["series_name"] for row in source}
    paints = dict(zip(sorted(names, key=str), (*colours.categories, *[colours.faint] * len(names)), strict=False))
    room = max(measure_text(name, is_bold=True) for name in names.values()) + 14
    room_text = f"min({room:.0f}, width * 0.3)"
    first, last = min(months), max(months)
    plane = Plane(
        (first - 0.3, last + 0.1), y_domain, str(measure_labels(y_labels)), f"width - {room_text}", TOP, bottom
    )
    layers = draw_axes(
        plane,
        colours,
        x_ticks=list(months),
        x_labels=[show_month(month, language, with_year=False) for month in months.values()],
        y_ticks=y_ticks,
        y_labels=y_labels,
        y_title=scale.name,
    )
    years = mark_years(months)
    if years:
        layers.append(
            draw_text(
                "years",
                years,
                x=plane.x("x"),
                y=alt.YValue(bottom + 28),
                colour=colours.muted,
                size=SMALL,
                align="center",
            )
        )
    ends: list[tuple[str, float]] = []
    for index, series in enumerate(names):
        points: Rows = [
            {
                "x": row["month"].year * 12 + row["month"].month,
                "y": row["amount"],
                "is_partial": bool(row["is_partial"]),
            }
            for row in source
            if row["series_id"] == series
        ]
        known = [point for point in points if point["y"] is not None]
        if not known:
            continue
        ends.append((series, known[-1]["y"]))
        whole = [point for point in points if not point["is_partial"]]
        open_end = known[-1]["is_partial"]
        layers.append(
            make_layer(f"line_{index}", whole)
            .mark_line(color=paints[series], strokeWidth=2.2, strokeJoin="round", strokeCap="round")
            .encode(x=plane.x("x"), y=plane.y("y"))
        )
        if open_end and len(known) > 1:
            layers.append(
                make_layer(f"dashes_{index}", known[-2:])
                .mark_line(color=paints[series], strokeWidth=1.8, strokeDash=[3, 3])
                .encode(x=plane.x("x"), y=plane.y("y"))
            )
        layers.append(
            make_layer(f"end_{index}", known[-1:])
            .mark_point(
                shape="circle",
                filled=True,
                size=52,
                fill=colours.page if open_end else paints[series],
                stroke=paints[series],
                strokeWidth=1.6,
                opacity=1,
            )
            .encode(x=plane.x("x"), y=plane.y("y"))
        )
    places = spread_labels([plane.climb(value) for _, value in ends], gap=16, top=TOP, bottom=bottom)
    for index, (place, (series, _)) in enumerate(zip(places, ends, strict=True)):
        layers.append(
            draw_text(
                f"name_{index}",
                [{"text": names[series]}],
                x=place_at(f"{plane.right} + 9"),
                y=alt.YValue(place),
                colour=paints[series],
                is_bold=True,
                limit=say_expression(f"{room_text} - 9"),
            )
        )
    titles = {"month_text": say(language, "Month")} | {f"series_{i}": name for i, name in enumerate(names.values())}
    strips: Rows = []
    for key, month in months.items():
        strip: dict[str, Any] = {
            "before": key - 0.5,
            "after": key + 0.5,
            "month_text": show_month(month, language),
        }
        for index, series in enumerate(names):
            amount = next(
                (row["amount"] for row in source if row["series_id"] == series and row["month"] == month), None
            )
            strip[f"series_{index}"] = show_scaled(amount, scale, language)
        strips.append(strip)
    layers.append(
        make_layer("hits", describe_rows(strips, titles))
        .mark_rect(fill="transparent", aria=True, clip=True)
        .encode(
            x=plane.x("before"),
            x2=alt.X2("after:Q"),
            y=alt.YValue(TOP),
            y2=alt.Y2Value(bottom),
            tooltip=make_tooltips(titles),
            description=alt.Description("spoken:N"),
        )
    )
    return configure(finish(layers, HEIGHT), style)


def mark_years(months: dict[int, Any]) -> Rows:
    """The years under their first months, where more than one year is shown."""
    if len({month.year for month in months.values()}) < 2:
        return []
    firsts: dict[int, int] = {}
    for key, month in sorted(months.items()):
        firsts.setdefault(month.year, key)
    return [{"x": key, "text": str(year)} for year, key in firsts.items()]
