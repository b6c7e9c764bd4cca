"""A calendar of activities: a dot each on its day, as large as many came, in the colour of its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    describe_rows,
    dim,
    draw_text,
    find_largest,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    measure_names,
    measure_text,
    pick,
    place_x,
    place_y,
    read_rows,
    say_expression,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_count, show_date, show_month

REQUIRED = ("activity_id", "name", "row_id", "row_name", "kind", "kind_name", "starts_on", "is_upcoming")
OPTIONAL = ("attendee_count",)
FOOT, LANE, LEAST_ROW = 22, 15, 34
SMALLEST, LARGEST = 40.0, 420.0  # areas of dots
MOST_KINDS = 6
LEGEND_WIDTH, LEGEND_ROW = 300, 18
MOST_LANES = 5


def draw_events(frame: pd.DataFrame, style: Style, *, first_on: str, last_on: str, through_on: str = "") -> Any:
    """Rows in the order they first appear, days from ``first_on`` to ``last_on``; hollow dots are still to come.

    Columns: activity_id, name, row_id, row_name, kind, kind_name, starts_on, is_upcoming, attendee_count (None: not
    said, the smallest dot). ``through_on`` draws a line at the day the data end. Selection: ``activity`` (activity_id).
    """
    colours, language = choose_palette(style), style.language
    source = read_rows(frame, "events", REQUIRED, OPTIONAL)
    names = {row["kind"]: row["kind_name"] for row in source}
    usual = [kind for kind, _ in Counter(row["kind"] for row in source).most_common(MOST_KINDS)]
    fills = dict(zip(sorted(usual), colours.categories, strict=False))
    entries = [(names[kind], fills[kind]) for kind in usual]
    if len(names) > len(usual):
        entries.append((say(language, "Other kinds"), colours.faint))
    key, head = draw_legend(entries, colours.muted)
    first, last = date.fromisoformat(first_on), date.fromisoformat(last_on)
    domain = [first.toordinal() - 3.0, last.toordinal() + 4.0]
    largest = find_largest(row["attendee_count"] for row in source) or 1.0
    lanes = find_lanes(source, (domain[1] - domain[0]) / 60)
    used = {row["row_id"]: 1 for row in source}
    for row in source:
        used[row["row_id"]] = max(used[row["row_id"]], 1 + lanes[row["activity_id"]])
    levels: dict[str, tuple[str, float, float]] = {}
    level = float(head) + 6
    for row in source:
        if row["row_id"] not in levels:
            deep = max(LEAST_ROW, LANE * used[row["row_id"]] + 12)
            levels[row["row_id"]] = (row["row_name"], level, level + deep)
            level += deep
    bottom, height = level, level + FOOT
    dots: Rows = []
    for row in source:
        _, top, foot = levels[row["row_id"]]
        count = row["attendee_count"]
        fill = fills.get(row["kind"], colours.faint)
        dots.append(
            {
                "activity_id": row["activity_id"],
                "x": float(row["starts_on"].toordinal()),
                "y": (top + foot) / 2 + LANE * (lanes[row["activity_id"]] - (used[row["row_id"]] - 1) / 2),
                "size": SMALLEST if count is None else SMALLEST + (LARGEST - SMALLEST) * count / largest,
                "fill": colours.page if row["is_upcoming"] else fill,
                "colour": fill,
                "name": row["name"],
                "day_text": show_date(row["starts_on"], language),
                "kind_name": row["kind_name"],
                "row_name": row["row_name"],
                "count_text": "" if count is None else show_count(count, language),
            }
        )
    left = f"min({measure_names([name for name, _, _ in levels.values()], most=130)}, width * 0.28)"
    x, y = place_x("x", domain, left, "width - 4"), place_y("y", height)
    tips = {
        "name": say(language, "Activity"),
        "day_text": say(language, "Day"),
        "kind_name": say(language, "Kind"),
        "row_name": say(language, "Unit"),
        "count_text": say(language, "People who came"),
    }
    months = list_months(first, last)
    has_years = first.year != last.year
    ticks: Rows = [
        {"x": float(month.toordinal()), "text": show_month(month, language, with_year=has_years), "back": index}
        for index, month in enumerate(reversed(months))
    ]
    need = max(measure_text(str(tick["text"]), SMALL) for tick in ticks) + 10
    edges: Rows = [{"y": top} for _, top, _ in levels.values()] + [{"y": bottom}]
    ends: Rows = [{"x": float(date.fromisoformat(through_on).toordinal()) + 0.5}] if through_on else []
    layers: list[Any] = [
        *key,
        make_layer("edges", edges)
        .mark_rule(color=colours.grid, strokeWidth=1)
        .encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=y),
        make_layer("months", pick(ticks, "x"))
        .mark_rule(color=colours.grid, strokeWidth=1)
        .encode(x=x, y=alt.YValue(float(head) + 6), y2=alt.Y2Value(bottom)),
        draw_text(
            "month_names",
            ticks,
            x=x,
            y=alt.YValue(bottom + 13),
            colour=colours.muted,
            size=SMALL,
            dx=3,
        ).transform_filter(f"datum.back % max(1, ceil({need:.0f} * {len(ticks)} / (width - ({left})))) == 0"),
        draw_text(
            "sides",
            [{"y": (top + foot) / 2, "text": name} for name, top, foot in levels.values()],
            x=alt.XValue(0),
            y=y,
            colour=colours.text,
            limit=say_expression(f"{left} - 8"),
        ),
        make_layer("through", ends)
        .mark_rule(color=colours.faint, strokeWidth=1.2, strokeDash=[3, 3])
        .encode(x=x, y=alt.YValue(float(head) + 6), y2=alt.Y2Value(bottom)),
        make_layer("dots", describe_rows(pick(dots, "activity_id", "x", "y", "size", "fill", "colour", *tips), tips))
        .mark_point(shape="circle", filled=False, strokeWidth=1.6, fillOpacity=0.75, cursor="pointer", aria=True)
        .encode(
            x=x,
            y=y,
            size=alt.Size("size:Q", scale=None, legend=None),
            fill=alt.Fill("fill:N", scale=None, legend=None),
            stroke=alt.Stroke("colour:N", scale=None, legend=None),
            opacity=dim("activity"),
            tooltip=make_tooltips(tips),
            description=alt.Description("spoken:N"),
        )
        .add_params(make_choice("activity", "activity_id")),
    ]
    return configure(finish(layers, height), style)


def draw_legend(entries: Sequence[tuple[str, str]], colour: str) -> tuple[list[Any], float]:
    """A dot and a word a kind, broken into rows that a phone has room for; and how tall they are."""
    dots: Rows = []
    x, y = 6.0, 8.0
    for words, fill in entries:
        wide = 26 + measure_text(words, SMALL)
        if x > 6 and x + wide > LEGEND_WIDTH:
            x, y = 6.0, y + LEGEND_ROW
        dots.append({"dot": x, "word": x + 10, "at": y, "text": words, "colour": fill})
        x += wide
    height = y + LEGEND_ROW - 8
    layers = []
    for index, row in enumerate(dots):
        layers += [
            make_layer(f"key_{index}", [{}])
            .mark_point(shape="circle", filled=True, size=80, color=row["colour"], opacity=1)
            .encode(x=alt.XValue(row["dot"]), y=alt.YValue(row["at"])),
            draw_text(
                f"key_text_{index}",
                [{"text": row["text"]}],
                x=alt.XValue(row["word"]),
                y=alt.YValue(row["at"]),
                colour=colour,
                size=SMALL,
            ),
        ]
    return layers, height


def find_lanes(source: Rows, near: float) -> dict[str, int]:
    """Dots of one row nearer than so many days lie under one another: the first lane whose last dot is far enough."""
    lanes: dict[str, int] = {}
    for row_id in dict.fromkeys(row["row_id"] for row in source):
        ends: list[float] = []
        for row in sorted((row for row in source if row["row_id"] == row_id), key=lambda row: row["starts_on"]):
            day = float(row["starts_on"].toordinal())
            free = [place for place, end in enumerate(ends) if day - end >= near]
            lane = free[0] if free else len(ends) if len(ends) < MOST_LANES else ends.index(min(ends))
            ends[lane : lane + 1] = [day]
            lanes[row["activity_id"]] = lane
    return lanes


def list_months(first: date, last: date) -> list[date]:
    """The first day of each month from one day to another."""
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months
