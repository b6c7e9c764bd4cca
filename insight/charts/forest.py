"""Estimates with their intervals, one a row, against the value that would mean nothing happened."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    choose_ticks,
    count_digits,
    dim,
    draw_column,
    draw_grid,
    draw_names,
    draw_row_hits,
    draw_text,
    finish,
    make_choice,
    make_layer,
    measure_names,
    paint,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import MISSING, show_count, show_ratio, show_share

REQUIRED = ("unit_id", "unit_name", "estimate", "low", "high")
OPTIONAL = ("count", "is_small")
ROW, BAR, HEAD = 32, 4, 20


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit is in the numbers themselves: 1.8x, 12.6%."""
    return ""


def draw_forest(
    frame: pd.DataFrame,
    style: Style,
    *,
    reference: float = 1.0,
    format: Literal["ratio", "share"] = "ratio",
    reference_name: str = "",
) -> Any:
    """Estimates and intervals in the order given.

    Columns: unit_id, unit_name, estimate, low, high, count, is_small. Blue only when the whole interval lies above
    the reference, vermilion when the estimate lies below it, grey otherwise; hollow grey when the count is small. An
    interval that would squeeze all others runs to the edge and ends in an arrow. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "forest", REQUIRED, OPTIONAL)
    bottom = HEAD + ROW * len(source)
    height = bottom + 22

    def show(value: float | None) -> str:
        return show_ratio(value, language) if format == "ratio" else show_share(value, language, is_signed=True)

    domain = choose_domain(source, reference)
    rows: Rows = []
    for index, row in enumerate(source):
        estimate, low, high = row["estimate"], row["low"], row["high"]
        is_small = bool(row["is_small"])
        known = low is not None and high is not None
        colour = colours.faint
        if estimate is not None and not is_small:
            if known and low > reference:
                colour = colours.better
            elif estimate < reference:
                colour = colours.worse
        count = "" if row["count"] is None else show_count(row["count"], language)
        rows.append(
            {
                **stack_row(index, head=HEAD, row=ROW, bar=BAR),
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "low": max(low, domain[0]) if known and low < domain[1] else None,
                "high": min(high, domain[1]) if known else None,
                "beyond_low": domain[0] if known and low < domain[0] else None,
                "beyond_high": domain[1] if known and high > domain[1] else None,
                "solid": estimate if not is_small and inside(estimate, domain) else None,
                "hollow": estimate if is_small and inside(estimate, domain) else None,
                "colour": colour,
                "text": MISSING if estimate is None else show(estimate),
                "count_text": f"n={count}" if count else "",
                "interval_text": f"{show(low)} – {show(high)}" if known else MISSING,
                "count_tip": count,
            }
        )
    count_width = widen([row["count_text"] for row in rows], gap=10) if any(row["count_text"] for row in rows) else 0
    left = f"min({measure_names([row['name'] for row in rows], most=170)}, width * 0.32)"
    right = f"width - {count_width + widen([row['text'] for row in rows], is_bold=True, gap=14)}"
    ticks = choose_ticks(domain[0], domain[1], 4)
    digits = count_digits(ticks if format == "ratio" else [tick * 100 for tick in ticks])
    words = reference_name or (say(language, "break-even") if reference else say(language, "no difference"))
    tips = {
        "name": say(language, "Unit"),
        "text": say(language, "Estimate"),
        "interval_text": say(language, "95% interval"),
        "count_tip": say(language, "Count"),
    }
    y = place_y("y", height)
    layers = [
        *draw_grid(
            "grid",
            ticks,
            [
                show_ratio(tick, language, digits) if format == "ratio" else show_share(tick, language, digits)
                for tick in ticks
            ],
            height=height,
            top=HEAD,
            bottom=bottom,
            domain=domain,
            left=left,
            right=right,
            grid=colours.grid,
            muted=colours.muted,
            anchor=reference,
        ),
        draw_text(
            "reference_name",
            [{"x": reference, "y": 8, "text": words}],
            x=place_x("x", domain, left, right),
            y=y,
            colour=colours.muted,
            size=SMALL,
            align="center",
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("reference", [{"x": reference, "y": HEAD - 4, "y2": bottom}])
        .mark_rule(color=colours.text, strokeWidth=1.4)
        .encode(x=place_x("x", domain, left, right), y=y, y2=alt.Y2("y2:Q")),
        make_layer("intervals", pick(rows, "unit_id", "low", "high", "y", "colour", where="low"))
        .mark_rule(strokeWidth=BAR, strokeOpacity=0.6)
        .encode(x=place_x("low", domain, left, right), x2=alt.X2("high:Q"), y=y, color=paint(), opacity=dim("unit")),
        *(
            make_layer(column, pick(rows, "unit_id", column, "y", "colour", where=column))
            .mark_point(shape=shape, filled=True, size=70, opacity=1, fillOpacity=0.8)
            .encode(x=place_x(column, domain, left, right), y=y, color=paint(), opacity=dim("unit"))
            for column, shape in (("beyond_low", "triangle-left"), ("beyond_high", "triangle-right"))
        ),
        make_layer("solid", pick(rows, "unit_id", "solid", "y", "colour", where="solid"))
        .mark_point(shape="circle", filled=True, size=110)
        .encode(x=place_x("solid", domain, left, right), y=y, color=paint(), opacity=dim("unit")),
        make_layer("hollow", pick(rows, "unit_id", "hollow", "y", where="hollow"))
        .mark_point(shape="circle", filled=True, size=90, fill=colours.page, stroke=colours.faint, strokeWidth=1.8)
        .encode(x=place_x("hollow", domain, left, right), y=y, opacity=dim("unit")),
        draw_column(
            "estimates",
            rows,
            "unit_id",
            "text",
            place_at(f"width - {count_width}"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_column(
            "counts",
            rows,
            "unit_id",
            "count_text",
            place_at("width"),
            height,
            choice="unit",
            colour=colours.muted,
            size=SMALL,
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)


def inside(value: float | None, domain: list[float]) -> bool:
    """Whether a value can be shown on the axis."""
    return value is not None and domain[0] <= value <= domain[1]


def choose_domain(rows: Rows, reference: float) -> list[float]:
    """An axis that holds every estimate and the intervals of all that are not small.

    The widest interval may not take more than four times what the estimates need, or the others could not be told
    apart.
    """
    estimates = [row["estimate"] for row in rows if row["estimate"] is not None]
    points = [*estimates, reference]
    steady = [row for row in rows if not row["is_small"]] or rows
    ends = [row[column] for row in steady for column in ("low", "high") if row[column] is not None]
    core = max(points) - min(points) or abs(reference) * 0.2 or 0.1
    low = max(min([*points, *ends]), min(points) - 1.5 * core)
    high = min(max([*points, *ends]), max(points) + 1.5 * core)
    margin = (high - low) * 0.03
    return [low - margin, high + margin]
