"""Before and after: those an activity reached against those it did not, around the month it happened."""

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
    finish,
    make_layer,
    make_tooltips,
    measure_text,
    pick,
    place_at,
    read_rows,
    say_expression,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import MINUS, show_number

REQUIRED = ("event_month", "treated_index", "control_index")
OPTIONAL = ("difference_low_index", "difference_high_index")
TOP, HEIGHT = 24, 300


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return say(style.language, "index, mean before = 100")


def draw_event_study(
    frame: pd.DataFrame,
    style: Style,
    *,
    treated_name: str = "",
    control_name: str = "",
    note: str = "",
    note_month: int | None = None,
    event_name: str = "",
    axis_title: str = "",
    is_doubtful: bool = False,
) -> Any:
    """Two lines by month from the event, and the interval of their difference around the control's.

    Columns: event_month (0 is the event), treated_index, control_index, difference_low_index, difference_high_index.
    The band is control plus the interval of the difference: where it leaves the control line, the two differ. A
    ``note`` stands beside a line between both at ``note_month`` (the middle of the months after). ``event_name`` and
    ``axis_title`` are the words at month 0 and under the months. ``is_doubtful``
    greys the treated line, for when the two already differed before. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = sorted(read_rows(frame, "event study", REQUIRED, OPTIONAL), key=lambda row: row["event_month"])
    bottom = HEIGHT - 38
    treated_colour = colours.muted if is_doubtful else colours.primary
    rows: Rows = []
    for row in source:
        month, control = row["event_month"], row["control_index"]
        low, high = row["difference_low_index"], row["difference_high_index"]
        known = control is not None and low is not None and high is not None
        rows.append(
            {
                "x": month,
                "before": month - 0.5,
                "after": month + 0.5,
                "treated": row["treated_index"],
                "control": control,
                "low": control + low if known else None,
                "high": control + high if known else None,
                "month_text": show_offset(month),
                "treated_text": show_number(row["treated_index"], language, 1),
                "control_text": show_number(control, language, 1),
                "interval_text": show_span(low, high, language) if known else "",
            }
        )
    values = [row[name] for row in rows for name in ("treated", "control", "low", "high") if row[name] is not None]
    if not values:
        raise ValueError("The event study chart was given no index at all")
    first, last = rows[0]["x"], rows[-1]["x"]
    margin = max((max(values) - min(values)) * 0.06, 1.0)
    y_domain = (min(values) - margin, max(values) + margin)
    y_ticks = choose_ticks(*y_domain, 5)
    y_labels = [show_number(tick, language, count_digits(y_ticks)) for tick in y_ticks]
    names = (
        ("treated", treated_name or say(language, "Attended"), treated_colour),
        ("control", control_name or say(language, "Matched, not invited"), colours.muted),
    )
    room = max(measure_text(name, is_bold=True) for _, name, _ in names) + 14
    room_text = f"min({room:.0f}, width * 0.36)"
    plane = Plane((first - 0.2, last), y_domain, str(measure_labels(y_labels)), f"width - {room_text}", TOP, bottom)
    ends = [
        (name, words, colour, next(row[name] for row in reversed(rows) if row[name] is not None))
        for name, words, colour in names
        if any(row[name] is not None for row in rows)
    ]
    places = spread_labels([plane.climb(value) for *_, value in ends], gap=16, top=TOP, bottom=bottom)
    x_ticks = [row["x"] for row in rows]
    tips = {
        "month_text": axis_title or say(language, "Months from the event"),
        "treated_text": names[0][1],
        "control_text": names[1][1],
        "interval_text": say(language, "Difference, 95% interval"),
    }
    told = {column: title for column, title in tips.items() if any(row[column] for row in rows)}
    layers: list[Any] = [
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=[show_offset(tick) for tick in x_ticks],
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=axis_title or say(language, "Months from the event"),
            anchor=min(range(len(x_ticks)), key=lambda index: abs(x_ticks[index])),
        ),
        make_layer("event", [{"x": 0.0}])
        .mark_rule(color=colours.muted, strokeWidth=1.2, strokeDash=[4, 3])
        .encode(x=plane.x("x"), y=alt.YValue(4), y2=alt.Y2Value(bottom)),
        draw_text(
            "event_text",
            [{"x": 0.0, "text": event_name or say(language, "event")}],
            x=plane.x("x"),
            y=alt.YValue(9),
            colour=colours.muted,
            size=SMALL,
            dx=6,
        ),
        make_layer("band", pick(rows, "x", "low", "high", where="low"))
        .mark_area(color=treated_colour, opacity=0.16)
        .encode(x=plane.x("x"), y=plane.y("low"), y2=alt.Y2("high:Q")),
        make_layer("control", pick(rows, "x", "control", where="control"))
        .mark_line(color=colours.faint, strokeWidth=2, strokeJoin="round")
        .encode(x=plane.x("x"), y=plane.y("control")),
        make_layer("treated", pick(rows, "x", "treated", where="treated"))
        .mark_line(color=treated_colour, strokeWidth=2.4, strokeJoin="round")
        .encode(x=plane.x("x"), y=plane.y("treated")),
    ]
    for place, (name, words, colour, _) in zip(places, ends, strict=True):
        layers.append(
            draw_text(
                f"end_{name}",
                [{"text": words}],
                x=place_at(f"{plane.right} + 8"),
                y=alt.YValue(place),
                colour=colour,
                is_bold=True,
                limit=say_expression(f"{room_text} - 8"),
            )
        )
    if note:
        layers += draw_note(rows, plane, style, note, note_month)
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


def draw_note(rows: Rows, plane: Plane, style: Style, note: str, note_month: int | None) -> list[Any]:
    """A line from control to treated with words beside it."""
    colours = choose_palette(style)
    after = [row for row in rows if row["x"] > 0 and row["treated"] is not None and row["control"] is not None]
    if not after:
        return []
    wanted = note_month if note_month is not None else (after[0]["x"] + after[-1]["x"]) / 2
    row = min(after, key=lambda row: abs(row["x"] - wanted))
    link: Rows = [
        {"x": row["x"], "y": row["control"], "y2": row["treated"], "middle": (row["control"] + row["treated"]) / 2}
    ]
    return [
        make_layer("link", link)
        .mark_rule(color=colours.text, strokeWidth=1.4)
        .encode(x=plane.x("x"), y=plane.y("y"), y2=alt.Y2("y2:Q")),
        draw_text(
            "note",
            [{"x": row["x"], "y": link[0]["middle"], "text": note}],
            x=plane.x("x"),
            y=plane.y("y"),
            colour=colours.text,
            is_bold=True,
            dx=6,
        ),
    ]


def show_span(low: float, high: float, language: str) -> str:
    """The interval of a difference: '+3.1 – +8.4'."""
    return " – ".join(show_number(value, language, 1, is_signed=True) for value in (low, high))


def show_offset(month: float) -> str:
    """Months from the event: '−3', '0', '+6'."""
    whole = round(month)
    return f"{MINUS}{-whole}" if whole < 0 else f"+{whole}" if whole else "0"
