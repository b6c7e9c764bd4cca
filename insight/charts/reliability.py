"""Whether chances mean what they say: the share that came true beside the chance that was given, tenth by tenth."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, draw_axes, measure_labels
from insight.charts.plot import (
    Rows,
    choose_ticks,
    draw_text,
    finish,
    make_layer,
    make_tooltips,
    place_at,
    read_rows,
    show_share_ticks,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_count, show_share

REQUIRED = ("tenth", "predicted_rate", "observed_rate", "case_count")
TOP, HEIGHT = 24, 260


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_reliability(frame: pd.DataFrame, style: Style) -> Any:
    """Dots near the diagonal: what was given a chance of 30% came true in 30 of 100 cases.

    Columns: tenth, predicted_rate, observed_rate, case_count. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "reliability", REQUIRED)
    ticks = choose_ticks(0, 1, 4)
    labels = show_share_ticks(ticks, language)
    plane = Plane((-0.02, 1.02), (-0.03, 1.03), str(measure_labels(labels)), "width - 8", TOP, HEIGHT - 38)
    rows: Rows = [
        {
            "predicted": row["predicted_rate"],
            "observed": row["observed_rate"],
            "predicted_text": show_share(row["predicted_rate"], language),
            "observed_text": show_share(row["observed_rate"], language),
            "count_text": show_count(row["case_count"], language),
        }
        for row in source
    ]
    tips = {
        "predicted_text": say(language, "Chance given"),
        "observed_text": say(language, "Really bought"),
        "count_text": say(language, "Hidden cells"),
    }
    layers = [
        *draw_axes(
            plane,
            colours,
            x_ticks=ticks,
            x_labels=labels,
            y_ticks=ticks,
            y_labels=labels,
            x_title=say(language, "Chance given"),
            y_title=say(language, "Really bought"),
            has_vertical=True,
        ),
        make_layer("diagonal", [{"x": 0.0, "y": 0.0}, {"x": 1.0, "y": 1.0}])
        .mark_line(color=colours.faint, strokeDash=[3, 2], strokeWidth=1.2)
        .encode(x=plane.x("x"), y=plane.y("y")),
        draw_text(
            "diagonal_name",
            [{"text": say(language, "just as given")}],
            x=place_at("width - 12"),
            y=alt.YValue(plane.climb(0.66)),
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
        make_layer("path", rows)
        .mark_line(color=colours.actual, strokeWidth=1.2, opacity=0.5)
        .encode(x=plane.x("predicted"), y=plane.y("observed")),
        make_layer("dots", rows)
        .mark_point(filled=True, size=90, color=colours.actual, opacity=1, stroke=colours.page, strokeWidth=1)
        .encode(x=plane.x("predicted"), y=plane.y("observed"), tooltip=make_tooltips(tips)),
    ]
    return configure(finish(layers, HEIGHT), style)
