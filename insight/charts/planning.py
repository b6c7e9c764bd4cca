"""What a plan must bring, what its kind brings and what could be seen, on one scale of lifts."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    choose_ticks,
    draw_grid,
    draw_names,
    draw_row_hits,
    draw_text,
    finish,
    make_layer,
    measure_names,
    measure_text,
    paint,
    pick,
    place_x,
    place_y,
    read_rows,
    show_share_ticks,
    stack_row,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_share

REQUIRED = ("row_id", "row_name", "form", "value_rate")
OPTIONAL = ("low_rate", "high_rate", "is_reference")
ROW, HEAD = 40, 22
FARTHEST = 2.0  # a lift beyond this is at the edge, in words


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_scale(frame: pd.DataFrame, style: Style, *, reference_name: str = "") -> Any:
    """Lifts on one axis, a row each, in the order given.

    Columns: row_id, row_name, form ('point' with or without low_rate and high_rate, 'from': everything from value_rate
    on), value_rate, low_rate, high_rate, is_reference. The reference's value runs through all rows as a line. A lift
    beyond the axis stands at its edge with an arrow.
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "scale", REQUIRED, OPTIONAL)
    bottom = HEAD + ROW * len(source)
    height = bottom + 22
    values = [
        min(row[column], FARTHEST)
        for row in source
        for column in ("value_rate", "low_rate", "high_rate")
        if row[column] is not None
    ]
    span = max(max([*values, 0.05]) - min([*values, 0.0]), 0.05)
    domain = [min([*values, 0.0]) - 0.04 * span, max([*values, 0.05]) + 0.22 * span]
    rows: Rows = []
    for index, row in enumerate(source):
        value = row["value_rate"]
        is_beyond = value is not None and value > domain[1]
        at = None if value is None else min(value, domain[1])
        is_from = row["form"] == "from"
        text = "" if value is None else show_share(value, language, 0 if abs(value) >= 0.1 else 1, is_signed=True)
        known = row["low_rate"] is not None and row["high_rate"] is not None
        rows.append(
            {
                **stack_row(index, head=HEAD, row=ROW, bar=20),
                "row_id": row["row_id"],
                "name": row["row_name"],
                "text": text,
                "from": at if is_from and not is_beyond else None,
                "edge": domain[1],
                "beyond": domain[1] if is_beyond else None,
                "point": at if not is_from and not is_beyond else None,
                "low": row["low_rate"] if known else None,
                "high": min(row["high_rate"], domain[1]) if known else None,
                "label_x": None if at is None else domain[1] if is_beyond else at,
                "label_y": HEAD + ROW * index + ROW / 2 - (13 if known else 0),
                "place": "above" if known else "edge" if is_beyond else "right",
                "colour": colours.text if row["is_reference"] else colours.primary if is_from else colours.actual,
                "interval_text": f"{show_share(row['low_rate'], language, is_signed=True)} – "
                f"{show_share(row['high_rate'], language, is_signed=True)}"
                if known
                else "",
            }
        )
    reference = next(
        (row["value_rate"] for row in source if row["is_reference"] and row["value_rate"] is not None), None
    )
    left = f"min({measure_names([row['name'] for row in rows], most=210)}, width * 0.36)"
    right = "width - 10"
    ticks = choose_ticks(domain[0], domain[1], 5)
    y = place_y("y", height)
    layers = [
        *draw_grid(
            "grid",
            ticks,
            show_share_ticks(ticks, language, is_signed=True),
            height=height,
            top=HEAD,
            bottom=bottom,
            domain=domain,
            left=left,
            right=right,
            grid=colours.grid,
            muted=colours.muted,
        ),
        draw_names(rows, "nothing", "row_id", left, height, colours.text).encode(opacity=alt.OpacityValue(1)),
        make_layer("bands", pick(rows, "from", "edge", "bar_y", "bar_y2", where="from"))
        .mark_rect(color=colours.primary, opacity=0.22, cornerRadius=3)
        .encode(
            x=place_x("from", domain, left, right),
            x2=alt.X2("edge:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
        ),
        make_layer("edges", pick(rows, "from", "bar_y", "bar_y2", where="from"))
        .mark_rule(color=colours.primary, strokeWidth=3)
        .encode(x=place_x("from", domain, left, right), y=place_y("bar_y", height), y2=alt.Y2("bar_y2:Q")),
        make_layer("intervals", pick(rows, "low", "high", "y", where="low"))
        .mark_rule(color=colours.faint, strokeWidth=4, strokeOpacity=0.6)
        .encode(x=place_x("low", domain, left, right), x2=alt.X2("high:Q"), y=y),
        make_layer("points", pick(rows, "point", "y", "colour", where="point"))
        .mark_point(shape="circle", filled=True, size=120, opacity=1)
        .encode(x=place_x("point", domain, left, right), y=y, color=paint()),
        make_layer("beyond", pick(rows, "beyond", "y", "colour", where="beyond"))
        .mark_point(shape="triangle-right", filled=True, size=110, opacity=1)
        .encode(x=place_x("beyond", domain, left, right), y=y, color=paint()),
    ]
    if reference is not None and reference <= domain[1]:
        words = reference_name or say(language, "break-even")
        # the words stay inside the view where the line is near its edge
        layers += [
            make_layer("reference", [{"x": reference, "y": HEAD - 4, "y2": bottom}])
            .mark_rule(color=colours.text, strokeWidth=1.4, strokeDash=[4, 3])
            .encode(x=place_x("x", domain, left, right), y=y, y2=alt.Y2("y2:Q")),
            draw_text(
                "reference_name", [{"x": reference, "y": 9, "text": words}], x=place_x("x", domain, left, right), y=y,
                colour=colours.muted, size=SMALL, align="center" if measure_text(words) < 200 else "left",
            ),
        ]  # fmt: skip
    layers += [
        draw_text(
            f"labels_{place}",
            pick([row for row in rows if row["place"] == place], "label_x", "label_y", "text", "colour", where="text"),
            x=place_x("label_x", domain, left, right), y=place_y("label_y", height), is_bold=True,
            align=align, dx=shift,
        )
        for place, align, shift in (("right", "left", 10), ("above", "left", 6), ("edge", "right", -12))
    ]  # fmt: skip
    tips = {
        "name": say(language, "Measure"),
        "text": say(language, "Lift"),
        "interval_text": say(language, "95% interval"),
    }
    layers.append(draw_row_hits(rows, "row_id", tips, None, height))
    return configure(finish(layers, height), style)
