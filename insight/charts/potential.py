"""Potential against the share we have of it: where the white space is worth most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, draw_axes, measure_labels
from insight.charts.plot import (
    Rows,
    choose_log_ticks,
    choose_ticks,
    count_digits,
    find_largest,
    find_usual,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    name_unit,
    paint,
    pick,
    read_rows,
    show_share_ticks,
)
from insight.charts.theme import DIMMED, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_number, show_scaled, show_share

REQUIRED = ("terminal_id", "name", "potential_amount", "share_rate")
OPTIONAL = ("sales_amount", "is_selected", "is_estimated", "range_text")
TOP, HEIGHT = 24, 320
HIGHEST_SHARE = 1.2
# Beyond this many dots one picture is quicker to draw than one element a dot
MANY = 1200


def choose_potential_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the chart, from a potential nine in ten stay below: on a logarithmic axis the largest misleads."""
    rows = read_rows(frame, "potential", REQUIRED, OPTIONAL)
    return choose_scale(find_usual(row["potential_amount"] for row in rows), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_potential_scale(frame, style).name


def make_brush(name: str = "brush") -> alt.Parameter:
    """A rectangle drawn with the mouse; it returns the ranges of both axes, in the frame's own columns and units."""
    return alt.selection_interval(
        name=name,
        encodings=["x", "y"],
        mark=alt.BrushConfig(fill="#5699B4", fillOpacity=0.12, stroke="#5699B4", strokeOpacity=0.9),
    )


def dim_both(brush: str, choice: str, strength: float = 1.0) -> alt.OpacityValue:
    """Full strength inside the brush and for what is chosen; full for all while neither is used."""
    test: dict[str, Any] = {"and": [{"param": brush, "empty": True}, {"param": choice, "empty": True}]}
    full: dict[str, Any] = {"test": test, "value": strength}
    return alt.OpacityValue(DIMMED * strength, condition=full)


def draw_potential(frame: pd.DataFrame, style: Style) -> Any:
    """Terminals by potential (across, logarithmic) and our share of it (up), larger where we sell more.

    Columns: terminal_id, name, potential_amount, share_rate, sales_amount, is_selected (blue; the rest is grey),
    is_estimated (hollow: nobody supplied the potential), range_text (the estimate's range, ready to read).
    Terminals without a potential above zero cannot be placed and are left out; shares above 120 % stand at the edge.
    Selections: ``brush`` (ranges of potential_amount and share_rate), ``terminal`` (terminal_id).
    """
    colours = choose_palette(style)
    language = style.language
    given = read_rows(frame, "potential", REQUIRED, OPTIONAL)
    source = keep_placeable(given)
    if not source:
        raise ValueError("The potential chart was given no terminal with a potential above zero and a share")
    scale = choose_potential_scale(frame, style)
    bottom = HEIGHT - 38
    amounts = [row["potential_amount"] for row in source]
    x_domain = (min(amounts) / 1.25, max(amounts) * 1.25)
    top_share, y_domain = limit_shares(source)
    y_ticks = choose_ticks(0, top_share, 5)
    y_labels = show_share_ticks(y_ticks, language)
    plane = Plane(x_domain, y_domain, str(measure_labels(y_labels)), "width - 8", TOP, bottom, x_kind="log")
    x_ticks = choose_log_ticks(*x_domain)
    largest = find_largest(row["sales_amount"] for row in source)
    any_selected = any(row["is_selected"] for row in source)

    rows: Rows = [
        {
            "terminal_id": row["terminal_id"],
            "potential_amount": row["potential_amount"],
            "share_rate": min(row["share_rate"], y_domain[1]),
            "size": round(22 + 300 * ((max(row["sales_amount"] or 0.0, 0.0) / largest) if largest else 0.0)),
            "colour": colours.better if row["is_selected"] else colours.faint,
            "filling": 0.0 if row["is_estimated"] else 0.85 if row["is_selected"] or not any_selected else 0.45,
            "edge": (colours.better if row["is_selected"] else colours.faint) if row["is_estimated"] else colours.page,
            "edge_width": 1.3 if row["is_estimated"] else 0.6,
            "is_selected": bool(row["is_selected"]),
            "name": row["name"],
            "potential_text": show_scaled(row["potential_amount"], scale, language),
            "share_text": show_share(row["share_rate"], language),
            "sales_text": "" if row["sales_amount"] is None else show_scaled(row["sales_amount"], scale, language),
            "range_text": row["range_text"] or "",
        }
        for row in source
    ]
    # The selected on top, and small dots above large ones
    rows.sort(key=lambda row: (row["is_selected"], -row["size"]))
    tips = {
        "name": say(language, "Terminal"),
        "potential_text": name_unit(language, say(language, "Potential"), scale.name),
        "share_text": say(language, "Our share"),
        "sales_text": name_unit(language, say(language, "Sales"), scale.name),
    }
    if any(row["is_estimated"] for row in source):
        tips["range_text"] = say(language, "Estimated range")
    shown = pick(
        rows, "terminal_id", "potential_amount", "share_rate", "size", "colour", "filling", "edge", "edge_width", *tips
    )
    layers = [
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=show_log_ticks(x_ticks, scale, language),
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=say(language, "Potential, {unit}, logarithmic", unit=scale.name),
            y_title=say(language, "Our share"),
            has_vertical=True,
        ),
        make_layer("dots", shown)
        .mark_circle(cursor="pointer")
        .encode(
            x=plane.x("potential_amount"),
            y=plane.y("share_rate"),
            size=alt.Size("size:Q", scale=None, legend=None),
            color=paint(),
            fillOpacity=alt.FillOpacity("filling:Q", scale=None, legend=None),
            stroke=alt.Stroke("edge:N", scale=None, legend=None),
            strokeWidth=alt.StrokeWidth("edge_width:Q", scale=None, legend=None),
            strokeOpacity=alt.value(0.9),
            opacity=dim_both("brush", "terminal"),
            tooltip=make_tooltips(tips),
        )
        .add_params(make_brush(), make_choice("terminal", "terminal_id")),
    ]
    chart = configure(finish(layers, HEIGHT), style)
    if len(rows) > MANY:
        chart.usermeta = {"embedOptions": {"renderer": "canvas"}}
    return chart


def keep_placeable(rows: Rows) -> Rows:
    """Terminals that have a place: a potential above zero and a share."""
    return [row for row in rows if (row["potential_amount"] or 0) > 0 and row["share_rate"] is not None]


def limit_shares(rows: Rows) -> tuple[float, tuple[float, float]]:
    """The highest share drawn to scale, and the axis around it."""
    top_share = min(max(max(row["share_rate"] for row in rows), 0.1), HIGHEST_SHARE)
    return top_share, (-top_share * 0.04, top_share * 1.05)


def find_brushed(frame: pd.DataFrame, ranges: Mapping[str, Sequence[float]]) -> list[str]:
    """The ids of the terminals drawn inside the brush: ranges as the selection ``brush`` returns them."""
    rows = keep_placeable(read_rows(frame, "potential", REQUIRED))
    if not rows or not ranges:
        return []
    _, y_domain = limit_shares(rows)
    # Shares beyond the axis stand at its edge, and are chosen there
    return [
        row["terminal_id"]
        for row in rows
        if lies_in(row["potential_amount"], ranges.get("potential_amount"))
        and lies_in(min(row["share_rate"], y_domain[1]), ranges.get("share_rate"))
    ]


def lies_in(value: float, span: Sequence[float] | None) -> bool:
    """Whether a value lies between the two ends of a span, in either order; without a span it does."""
    return span is None or min(span) - 1e-9 <= value <= max(span) + 1e-9


def show_log_ticks(ticks: list[float], scale: Scale, language: str) -> list[str]:
    """Ticks of a logarithmic axis in the chart's unit, each with the decimals it needs."""
    scaled = [tick / scale.divisor for tick in ticks]
    return [show_number(tick, language, count_digits([float(f"{tick:.3g}")])) for tick in scaled]
