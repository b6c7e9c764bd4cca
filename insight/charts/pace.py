"""Where the period stands today against its target, day by day, and where it is heading."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, draw_axes, measure_labels, split_words, spread_labels
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
    name_unit,
    pick,
    place_at,
    read_rows,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_count, show_number, show_scaled

REQUIRED = ("day_number", "actual_cumulative_amount", "target_cumulative_amount")
OPTIONAL = ("low_amount", "mid_amount", "high_amount")
TOP, HEIGHT = 26, 290


def choose_pace_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the chart, from its largest amount."""
    rows = read_rows(frame, "pace", REQUIRED, OPTIONAL)
    columns = (*REQUIRED[1:], *OPTIONAL)
    return choose_scale(find_largest(row[column] for row in rows for column in columns), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_pace_scale(frame, style).name


def draw_pace(frame: pd.DataFrame, style: Style, *, today: int | None, note: str = "") -> Any:
    """Cumulative actual against the target's steps, with the cone of where it may end.

    Columns: day_number (working day), actual_cumulative_amount, target_cumulative_amount, low_amount, mid_amount,
    high_amount (the 80 % cone and its middle). ``today`` is the working day reached, None
    once all are; ``note`` stands by its line, as
    'need 1.9 a day, now 1.7'. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = sorted(read_rows(frame, "pace", REQUIRED, OPTIONAL), key=lambda row: row["day_number"])
    scale = choose_pace_scale(frame, style)
    bottom = HEIGHT - 38
    first, last = source[0]["day_number"], source[-1]["day_number"]
    highest = find_largest(row[column] for row in source for column in (*REQUIRED[1:], *OPTIONAL)) or 1.0
    y_ticks = choose_ticks(0, highest, 4)
    digits = count_digits([tick / scale.divisor for tick in y_ticks])
    y_labels = [show_number(tick / scale.divisor, language, digits) for tick in y_ticks]

    def word(value: float | None) -> str:
        return "" if value is None else show_scaled(value, scale, language)

    rows: Rows = [
        {
            "x": row["day_number"],
            "before": row["day_number"] - 0.5,
            "after": row["day_number"] + 0.5,
            "actual": row["actual_cumulative_amount"],
            "target": row["target_cumulative_amount"],
            "low": row["low_amount"],
            "mid": row["mid_amount"],
            "high": row["high_amount"],
            "day_text": show_count(row["day_number"], language),
            "actual_text": word(row["actual_cumulative_amount"]),
            "target_text": word(row["target_cumulative_amount"]),
            "mid_text": word(row["mid_amount"]),
            "span_text": f"{word(row['low_amount'])} – {word(row['high_amount'])}"
            if row["low_amount"] is not None
            else "",
        }
        for row in source
    ]
    ends = find_ends(rows, style, scale)
    texts = [end["text"] for end in ends]
    x_domain = (min(first, 1.0) - 0.5, last + 0.5)
    plane = Plane(
        x_domain,
        (0.0, highest * 1.06),
        str(measure_labels(y_labels)),
        f"width - {widen(texts, is_bold=True, gap=12)}",
        TOP,
        bottom,
    )
    places = spread_labels([plane.climb(end["value"]) for end in ends], gap=15, top=TOP, bottom=bottom)
    x_ticks = [tick for tick in choose_ticks(first, last, 5) if tick == int(tick) and tick >= 1]
    tips = {
        "day_text": say(language, "Working day"),
        "actual_text": name_unit(language, say(language, "Actual"), scale.name),
        "target_text": name_unit(language, say(language, "Target"), scale.name),
        "mid_text": name_unit(language, say(language, "Expected"), scale.name),
        "span_text": say(language, "80% range"),
    }
    reached: Rows = [] if today is None else [{"x": today, "text": say(language, "today")}]
    is_late = today is not None and today > first + (last - first) * 0.6
    layers: list[Any] = [
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=[show_count(tick, language) for tick in x_ticks],
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=say(language, "Working day"),
            y_title=scale.name,
        ),
        make_layer("cone", pick(rows, "x", "low", "high", where="low"))
        .mark_area(color=colours.base, opacity=0.35)
        .encode(x=plane.x("x"), y=plane.y("low"), y2=alt.Y2("high:Q")),
        make_layer("target", pick(rows, "x", "target", where="target"))
        .mark_line(color=colours.plan, strokeWidth=1.2, interpolate="step")
        .encode(x=plane.x("x"), y=plane.y("target")),
        make_layer("middle", pick(rows, "x", "mid", where="mid"))
        .mark_line(color=colours.faint, strokeWidth=1.6, strokeDash=[4, 3])
        .encode(x=plane.x("x"), y=plane.y("mid")),
        make_layer("today", reached)
        .mark_rule(color=colours.muted, strokeWidth=1, strokeDash=[3, 3])
        .encode(x=plane.x("x"), y=alt.YValue(TOP - 8), y2=alt.Y2Value(bottom)),
        make_layer("actual", pick(rows, "x", "actual", where="actual"))
        .mark_line(color=colours.actual, strokeWidth=2.5, strokeCap="round", strokeJoin="round")
        .encode(x=plane.x("x"), y=plane.y("actual")),
        draw_text(
            "today_text",
            reached,
            x=plane.x("x"),
            y=alt.YValue(TOP - 4),
            colour=colours.muted,
            size=SMALL,
            align="right" if is_late else "left",
            dx=-5 if is_late else 5,
        ),
    ]
    if note and today is not None:
        lines = split_words(note)
        layers += [
            draw_text(
                f"note_{place}",
                [{"x": today, "text": line}],
                x=plane.x("x"),
                # At the foot, where the plane is empty: under the cone, or late in the period under the line
                y=alt.YValue(bottom - 12 - 15 * (len(lines) - 1 - place)),
                colour=colours.text,
                is_bold=True,
                align="right" if is_late else "left",
                dx=-7 if is_late else 7,
            )
            for place, line in enumerate(lines)
        ]
    now = next((row for row in reversed(rows) if row["actual"] is not None), None)
    if now is not None:
        layers.append(
            make_layer("now", [{"x": now["x"], "y": now["actual"]}])
            .mark_point(filled=True, size=60, fill=colours.actual, stroke=colours.page, strokeWidth=1.5, opacity=1)
            .encode(x=plane.x("x"), y=plane.y("y"))
        )
    for place, end in zip(places, ends, strict=True):
        layers.append(
            draw_text(
                f"end_{end['name']}",
                [{"text": end["text"]}],
                x=place_at(f"{plane.right} + 6"),
                y=alt.YValue(place),
                colour=end["colour"],
                is_bold=end["name"] == "actual",
            )
        )
    told = {column: title for column, title in tips.items() if any(row[column] for row in rows)}
    layers.append(
        make_layer("hits", describe_rows(pick(rows, "before", "after", *told), told))
        .mark_rect(fill="transparent", aria=True)
        .encode(
            x=plane.x("before"),
            x2=alt.X2("after:Q"),
            y=alt.YValue(TOP),
            y2=alt.Y2Value(bottom),
            tooltip=make_tooltips(told),
            description=alt.Description("spoken:N"),
        )
    )
    return configure(finish(layers, HEIGHT), style)


def find_ends(rows: Rows, style: Style, scale: Scale) -> list[dict[str, Any]]:
    """The words at the right edge: where actual stands, where it may land, what the target is."""
    colours = choose_palette(style)
    language = style.language
    ends = []
    for name, words, colour in (
        ("target", say(language, "Target"), colours.text),
        ("mid", say(language, "Expected"), colours.muted),
        ("actual", say(language, "Actual"), colours.text),
    ):
        known = [row for row in rows if row[name] is not None]
        if known:
            value = known[-1][name]
            text = f"{words} {show_scaled(value, scale, language)}"
            ends.append({"name": name, "value": value, "text": text, "colour": colour})
    return ends
