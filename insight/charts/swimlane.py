"""One customer over time in lanes with a shared axis: what was ordered, who called, which activities it was asked to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, measure_labels
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
from insight.charts.theme import SMALL, Palette, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_date, show_month, show_number, show_scaled

REQUIRED = ("lane", "day_on", "amount", "mark", "label")
TOP, BARS, LANE, FOOT = 26, 120, 34, 38
LANES = {"visit": "Visits", "activity": "Activities"}
MOST_DAYS = 70  # more days with orders than this are drawn by month


def choose_lane_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the orders."""
    rows = read_rows(frame, "swimlane", REQUIRED)
    return choose_scale(find_largest(row["amount"] for row in rows), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY k', '万元'."""
    return choose_lane_scale(frame, style).name


def draw_lanes(
    frame: pd.DataFrame,
    style: Style,
    *,
    first_on: str,
    last_on: str,
    by_month: bool = False,
    expected_on: str = "",
    quiet_from: str = "",
) -> Any:
    """Orders as bars, below them a lane of visits and one of activities where there are any.

    Columns: lane (order, visit, activity), day_on, amount (orders), mark (for others: 'filled' for a joint visit or an
    activity somebody came to, else 'hollow'), label (words for the tooltip). ``by_month`` draws an order's bar over its
    whole month. ``expected_on`` is where the next order is due, ``quiet_from`` the day after the last order where the
    silence is unusual. No selection.
    """
    colours, language = choose_palette(style), style.language
    source = read_rows(frame, "swimlane", REQUIRED)
    scale = choose_lane_scale(frame, style)
    first, last = date.fromisoformat(first_on), date.fromisoformat(last_on)
    expected = date.fromisoformat(expected_on) if expected_on else None
    end = min(max(last, expected), last + timedelta(days=75)) if expected else last
    orders = [row for row in source if row["lane"] == "order"]
    low = min(0.0, *(row["amount"] or 0.0 for row in orders), 0.0)
    high = max(0.0, *(row["amount"] or 0.0 for row in orders), 0.0)
    domain = (low * 1.05, high * 1.08 if high > low else 1.0)
    ticks = choose_ticks(low, high, 3) if high > low else [0.0]
    digits = count_digits([tick / scale.divisor for tick in ticks])
    labels = [show_number(tick / scale.divisor, language, digits) for tick in ticks]
    lanes = [lane for lane in LANES if any(row["lane"] == lane for row in source)]
    names = {lane: say(language, LANES[lane]) for lane in lanes}
    left = max([measure_labels(labels), *(measure_text(name, SMALL) + 12 for name in names.values())])
    bottom = TOP + BARS
    floor = bottom + LANE * len(lanes)
    plane = Plane(
        (0.0, float((end - first).days + 2)), domain, f"{left:.0f}", "width - 4", TOP, bottom, x_kind="linear"
    )
    layers = _draw_frame(plane, colours, language, ticks, labels, scale, first, end, floor)
    if quiet_from:
        silent = [{"x": (date.fromisoformat(quiet_from) - first).days, "x2": (last - first).days + 1}]
        layers.append(
            make_layer("silence", silent)
            .mark_rect(color=colours.worse, opacity=0.1)
            .encode(x=plane.x("x"), x2=alt.X2("x2:Q"), y=alt.YValue(TOP), y2=alt.Y2Value(bottom))
        )
    layers += _draw_orders(plane, colours, language, orders, scale, first, last, by_month)
    if expected is not None and expected <= end:
        layers += _draw_expected(plane, colours, language, expected, first)
    for index, lane in enumerate(lanes):
        layers += _draw_lane(
            plane,
            colours,
            language,
            lane,
            names[lane],
            [row for row in source if row["lane"] == lane],
            first,
            bottom + LANE * index + LANE / 2,
        )
    return configure(finish(layers, floor + FOOT), style)


def _draw_frame(
    plane: Plane,
    colours: Palette,
    language: str,
    ticks: Sequence[float],
    labels: Sequence[str],
    scale: Scale,
    first: date,
    end: date,
    floor: float,
) -> list[Any]:
    """Levels of the orders with their unit, and months and years under all lanes."""
    levels: Rows = [{"y": tick, "text": label} for tick, label in zip(ticks, labels, strict=True)]
    months: Rows = []
    month = first.replace(day=1)
    while month <= end:
        months.append(
            {"x": max((month - first).days, 0), "text": show_month(month, language, with_year=False), "on": month}
        )
        month = (month + timedelta(days=32)).replace(day=1)
    # the last month named, and those before it at even steps
    for index, row in enumerate(months):
        row["back"] = len(months) - 1 - index
    years = {row["on"].year: row["x"] for row in reversed(months)}
    need = max(measure_text(row["text"], SMALL) for row in months) + 8
    marks: Rows = [{"x": row["x"], "text": row["text"], "back": row["back"]} for row in months]
    return [
        make_layer("levels", levels)
        .mark_rule(color=colours.grid, strokeWidth=1)
        .encode(x=place_at(plane.left), x2=alt.X2Value(say_expression(plane.right)), y=plane.y("y")),
        draw_text(
            "level_labels",
            levels,
            x=place_at(f"{plane.left} - 7"),
            y=plane.y("y"),
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
        draw_text("unit", [{"text": scale.name}], x=alt.XValue(0), y=alt.YValue(8), colour=colours.muted, size=SMALL),
        draw_text(
            "months", marks, x=plane.x("x"), y=alt.YValue(floor + 14), colour=colours.muted, size=SMALL
        ).transform_filter(
            f"datum.back % max(1, ceil({need:.0f} * {len(months)} / ({plane.right} - {plane.left}))) == 0"
        ),
        draw_text(
            "years",
            [{"x": place, "text": str(year)} for year, place in years.items()],
            x=plane.x("x"),
            y=alt.YValue(floor + 29),
            colour=colours.muted,
            size=SMALL,
            is_bold=True,
        ),
    ]


def _draw_orders(
    plane: Plane,
    colours: Palette,
    language: str,
    orders: Rows,
    scale: Scale,
    first: date,
    last: date,
    by_month: bool,
) -> list[Any]:
    bars: Rows = []
    for row in orders:
        day = row["day_on"]
        if by_month:
            start = (day.replace(day=1) - first).days
            stop = ((day.replace(day=1) + timedelta(days=32)).replace(day=1) - first).days
            # a month under way is as wide as it is old
            stop = min(stop, (last - first).days + 1)
            x, x2 = max(start, 0) + 2.0, max(stop - 2.0, start + 3.0)
            when = show_month(day, language)
        else:
            x, x2 = (day - first).days + 0.0, (day - first).days + 1.0
            when = show_date(day, language)
        bars.append(
            {
                "x": x,
                "x2": x2,
                "zero": 0.0,
                "amount": row["amount"],
                "colour": colours.worse if row["amount"] < 0 else colours.actual,
                "when": when,
                "value": show_scaled(row["amount"], scale, language),
                "label": row["label"] or "",
            }
        )
    titles = {
        "when": say(language, "When"),
        "value": scale.name or say(language, "Value"),
        "label": say(language, "From"),
    }
    # thin bars of days are never thinner than can be seen
    widen = {} if by_month else {"xOffset": -1.0, "x2Offset": 1.0}
    drawn = (
        make_layer("orders", pick(bars, "x", "x2", "zero", "amount", "colour"))
        .mark_rect(**widen)
        .encode(
            x=plane.x("x"),
            x2=alt.X2("x2:Q"),
            y=plane.y("zero"),
            y2=alt.Y2("amount:Q"),
            color=alt.Color("colour:N", scale=None, legend=None),
        )
    )
    hits = (
        make_layer("order_hits", describe_rows(bars, titles))
        .mark_rect(fill="transparent", aria=True, xOffset=-2, x2Offset=2)
        .encode(
            x=plane.x("x"),
            x2=alt.X2("x2:Q"),
            y=alt.YValue(TOP),
            y2=alt.Y2Value(plane.bottom),
            tooltip=make_tooltips(titles),
            description=alt.Description("spoken:N"),
        )
    )
    return [drawn, hits]


def _draw_expected(plane: Plane, colours: Palette, language: str, expected: date, first: date) -> list[Any]:
    place: Rows = [
        {
            "x": (expected - first).days + 0.5,
            "text": say(language, "next expected {day}", day=show_date(expected, language)),
        }
    ]
    return [
        make_layer("expected", place)
        .mark_rule(color=colours.muted, strokeDash=[3, 3], strokeWidth=1.2)
        .encode(x=plane.x("x"), y=alt.YValue(TOP), y2=alt.Y2Value(plane.bottom)),
        draw_text(
            "expected_text",
            place,
            x=plane.x("x"),
            y=alt.YValue(TOP - 10),
            colour=colours.muted,
            size=SMALL,
            align="right",
            dx=4,
        ),
    ]


def _draw_lane(
    plane: Plane, colours: Palette, language: str, lane: str, name: str, source: Rows, first: date, middle: float
) -> list[Any]:
    marks: Rows = [
        {
            "x": (row["day_on"] - first).days + 0.5,
            "fill": (colours.primary if lane == "visit" else colours.categories[1])
            if row["mark"] == "filled"
            else colours.page,
            "when": show_date(row["day_on"], language),
            "label": row["label"] or "",
        }
        for row in source
    ]
    titles = {"when": say(language, "When"), "label": name}
    ink = colours.primary if lane == "visit" else colours.categories[1]
    return [
        make_layer(f"{lane}_rule", [{"y": 0}])
        .mark_rule(color=colours.grid, strokeWidth=1)
        .encode(x=place_at(plane.left), x2=alt.X2Value(say_expression(plane.right)), y=alt.YValue(middle)),
        draw_text(
            f"{lane}_name",
            [{"text": name}],
            x=alt.XValue(0),
            y=alt.YValue(middle),
            colour=colours.muted,
            size=SMALL,
        ),
        make_layer(f"{lane}_marks", describe_rows(marks, titles))
        .mark_point(
            shape="circle" if lane == "visit" else "diamond",
            size=44 if lane == "visit" else 80,
            stroke=ink,
            strokeWidth=1.4,
            opacity=1,
            aria=True,
        )
        .encode(
            x=plane.x("x"),
            y=alt.YValue(middle),
            fill=alt.Fill("fill:N", scale=None, legend=None),
            tooltip=make_tooltips(titles),
            description=alt.Description("spoken:N"),
        ),
    ]
