"""What terminals get against what they could buy, with the line on which effort follows potential."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, draw_axes, measure_labels
from insight.charts.plot import (
    Rows,
    choose_log_ticks,
    draw_text,
    find_usual,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    name_unit,
    paint,
    pick,
    read_rows,
)
from insight.charts.potential import MANY, choose_potential_scale, dim_both, lies_in, make_brush, show_log_ticks
from insight.charts.stacked import draw_key
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_number, show_scaled

REQUIRED = ("terminal_id", "name", "potential_amount", "effort", "standing")
OPTIONAL = ("is_estimated", "even_text")
PLOT = 400
STANDINGS = {"over": "Gets more", "under": "Gets less", "even": "About even"}


def choose_effort_scale(frame: pd.DataFrame, style: Style, *, is_money: bool) -> Scale:
    """The unit of effort: money from an amount nine in ten stay below, else plain numbers."""
    if not is_money:
        return Scale(1.0, "", 0)
    rows = read_rows(frame, "effort", REQUIRED, OPTIONAL)
    return choose_scale(find_usual(row["effort"] for row in rows), style.language, style.currency)


def limit_effort(rows: Rows) -> tuple[float, float]:
    """The vertical axis, logarithmic: terminals that got nothing stand at its foot."""
    got = [row["effort"] for row in rows if row["effort"] > 0]
    low = max(min(got), max(got) / 1000) / 2 if got else 0.5
    return low, (max(got) * 1.3 if got else 2.0)


def find_brushed(frame: pd.DataFrame, ranges: Mapping[str, Sequence[float]]) -> list[str]:
    """The ids of the terminals drawn inside the brush: ranges as the selection ``brush`` returns them."""
    rows = read_rows(frame, "effort", REQUIRED)
    low, high = limit_effort(rows)
    return [
        row["terminal_id"]
        for row in rows
        if lies_in(row["potential_amount"], ranges.get("potential_amount"))
        and lies_in(min(max(row["effort"], low), high), ranges.get("effort"))
    ]


def draw_effort(
    frame: pd.DataFrame,
    style: Style,
    *,
    slope: float,
    ratio: float,
    effort_title: str,
    is_money: bool = False,
) -> Any:
    """Terminals by potential (across) and what they got (up), both logarithmic; nothing got stands at the foot.

    Columns: terminal_id, name, potential_amount (above zero), effort, standing (over, under, even), is_estimated (hollow:
    nobody supplied the potential), even_text (its even part, ready to read). ``slope`` is the even effort of one unit of
    potential; dashed lines are ``ratio`` times it and a ``ratio``-th. Selections: ``brush`` (ranges of potential_amount
    and effort), ``terminal`` (terminal_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "effort", REQUIRED, OPTIONAL)
    across, up = (
        choose_potential_scale(frame.assign(share_rate=0.0), style),
        choose_effort_scale(frame, style, is_money=is_money),
    )
    potentials = [row["potential_amount"] for row in source]
    x_domain = (min(potentials) / 1.25, max(potentials) * 1.25)
    y_domain = limit_effort(source)
    paints = {"over": colours.worse, "under": colours.better, "even": colours.faint}
    present = [standing for standing in STANDINGS if any(row["standing"] == standing for row in source)]
    key, head = draw_key(
        [(say(language, STANDINGS[standing]), paints[standing]) for standing in present], colours.muted
    )
    top = head + 26
    bottom = top + PLOT
    height = bottom + 38
    x_ticks = choose_log_ticks(*x_domain)
    y_ticks = [tick for tick in choose_log_ticks(*y_domain) if tick > y_domain[0] * 1.4 and (is_money or tick >= 1)]
    zero = show_number(0, language)
    y_labels = [zero, *show_log_ticks(y_ticks, up, language)]
    plane = Plane(
        x_domain, y_domain, str(measure_labels(y_labels)), "width - 30", top, bottom, x_kind="log", y_kind="log"
    )
    effort_unit = name_unit(language, effort_title, up.name)
    rows: Rows = [
        {
            "terminal_id": row["terminal_id"],
            "potential_amount": row["potential_amount"],
            "effort": min(max(row["effort"], y_domain[0]), y_domain[1]),
            "colour": paints[row["standing"]],
            "filling": 0.0 if row["is_estimated"] else 0.45 if row["standing"] == "even" else 0.85,
            "edge": paints[row["standing"]] if row["is_estimated"] else colours.page,
            "edge_width": 1.2 if row["is_estimated"] else 0.5,
            "name": row["name"],
            "potential_text": show_scaled(row["potential_amount"], across, language),
            "effort_text": show_scaled(row["effort"], up, language),
            "even_text": row["even_text"] or "",
            "is_far": row["standing"] != "even",
        }
        for row in source
    ]
    rows.sort(key=lambda row: row["is_far"])
    tips = {
        "name": say(language, "Terminal"),
        "potential_text": name_unit(language, say(language, "Potential"), across.name),
        "effort_text": effort_unit,
        "even_text": say(language, "Even with its potential"),
    }
    guides: Rows = []
    ends: Rows = []
    for factor in (1 / ratio, 1.0, ratio):
        line = slope * factor
        low, high = max(x_domain[0], y_domain[0] / line), min(x_domain[1], y_domain[1] / line)
        if low < high:
            guides.append({"x": low, "y": low * line, "x2": high, "y2": high * line, "is_even": factor == 1.0})
            if high >= x_domain[1] * 0.999:
                text = "1x" if factor == 1.0 else f"{show_number(ratio, language)}x" if factor > 1 else f"1/{ratio:g}x"
                ends.append({"x": high, "y": high * line, "text": text})
    shown = pick(rows, "terminal_id", "potential_amount", "effort", "colour", "filling", "edge", "edge_width", *tips)
    layers = [
        *key,
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=show_log_ticks(x_ticks, across, language),
            y_ticks=[y_domain[0], *y_ticks],
            y_labels=y_labels,
            x_title=say(language, "Potential, {unit}, logarithmic", unit=across.name),
            has_vertical=True,
        ),
        draw_text(
            "effort_title",
            [{"text": say(language, "{measure}, logarithmic", measure=effort_unit)}],
            x=alt.XValue(0),
            y=alt.YValue(head + 10),
            colour=colours.muted,
            size=SMALL,
        ),
        *(
            make_layer(
                f"guides_{name}", pick([row for row in guides if row["is_even"] == is_even], "x", "y", "x2", "y2")
            )
            .mark_rule(color=colours.text, strokeWidth=1.4 if is_even else 1, strokeDash=[1, 0] if is_even else [4, 4])
            .encode(x=plane.x("x"), y=plane.y("y"), x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
            for name, is_even in (("even", True), ("far", False))
        ),
        draw_text("ends", ends, x=plane.x("x"), y=plane.y("y"), colour=colours.muted, size=SMALL, dx=5),
        make_layer("dots", shown)
        .mark_circle(cursor="pointer", size=48)
        .encode(
            x=plane.x("potential_amount"),
            y=plane.y("effort"),
            color=paint(),
            fillOpacity=alt.FillOpacity("filling:Q", scale=None, legend=None),
            stroke=alt.Stroke("edge:N", scale=None, legend=None),
            strokeWidth=alt.StrokeWidth("edge_width:Q", scale=None, legend=None),
            opacity=dim_both("brush", "terminal"),
            tooltip=make_tooltips(tips),
        )
        .add_params(make_brush(), make_choice("terminal", "terminal_id")),
    ]
    chart = configure(finish(layers, height), style)
    if len(rows) > MANY:
        chart.usermeta = {"embedOptions": {"renderer": "canvas"}}
    return chart
