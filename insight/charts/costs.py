"""What a kind of activity was to cost and what it cost; and what one attendee cost, activity by activity."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    choose_log_ticks,
    choose_ticks,
    count_digits,
    dim,
    draw_column,
    draw_grid,
    draw_names,
    draw_row_hits,
    draw_text,
    find_largest,
    find_usual,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    measure_names,
    name_unit,
    paint,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.potential import show_log_ticks
from insight.charts.theme import DIMMED, SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_number, show_scaled, show_share

REQUIRED = ("unit_id", "unit_name", "planned_cost_amount", "actual_amount", "unsettled_amount", "deviation_rate")
BAND_REQUIRED = ("unit_id", "unit_name", "activity_id", "value_amount", "is_outside")
BAND_OPTIONAL = ("name", "low_amount", "high_amount")
ROW, HEAD, BAR = 36, 22, 14


def choose_costs_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The one unit of all bars."""
    rows = read_rows(frame, "costs", REQUIRED)
    return choose_scale(
        find_largest(row[name] for row in rows for name in ("planned_cost_amount", "actual_amount")),
        style.language,
        style.currency,
    )


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_costs_scale(frame, style).name


def draw_costs(frame: pd.DataFrame, style: Style) -> Any:
    """Cost by kind in the order given: solid what is settled, dashed what is committed only, outlined the estimate.

    Columns: unit_id, unit_name, planned_cost_amount, actual_amount, unsettled_amount, deviation_rate (of what is
    settled against its estimate, None where unknown). Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "costs", REQUIRED)
    scale = choose_costs_scale(frame, style)
    bottom = HEAD + ROW * len(source)
    height = bottom + 20
    rows: Rows = []
    for index, row in enumerate(source):
        settled, open_ = row["actual_amount"] or 0.0, row["unsettled_amount"] or 0.0
        place = stack_row(index, head=HEAD, row=ROW, bar=BAR)
        deviation = row["deviation_rate"]
        rows.append(
            {
                **place,
                "plan_y": place["y"] - BAR / 2 - 4,
                "plan_y2": place["y"] + BAR / 2 + 4,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "from": 0.0,
                "settled": settled,
                "whole": settled + open_ if open_ else None,
                "plan": row["planned_cost_amount"],
                "plan_text": show_scaled(row["planned_cost_amount"], scale, language),
                "settled_text": show_scaled(settled, scale, language),
                "open_text": show_scaled(open_, scale, language) if open_ else "",
                "deviation_text": "" if deviation is None else show_share(deviation, language, is_signed=True),
            }
        )
    names_room = measure_names([row["name"] for row in rows], most=170)
    names = f"min({names_room}, width * 0.34)"
    head = say(language, "Over estimate")
    column = max(widen([row["deviation_text"] for row in rows], is_bold=True), widen([head]))
    left, right = names, f"width - {column + 8}"
    most = max([0.0, *(row[name] or 0.0 for row in rows for name in ("settled", "whole", "plan"))]) or 1.0
    domain = [0.0, most * 1.02]
    ticks = choose_ticks(0.0, most, 4)
    scaled = [tick / scale.divisor for tick in ticks]
    tips = {
        "name": say(language, "Kind"),
        "plan_text": name_unit(language, say(language, "Estimated"), scale.name),
        "settled_text": name_unit(language, say(language, "Actual, settled"), scale.name),
        "open_text": name_unit(language, say(language, "Committed, not settled"), scale.name),
        "deviation_text": say(language, "Actual over estimate, what is settled"),
    }

    def span(name: str, start: str, end: str, *, top: str = "bar_y", foot: str = "bar_y2", **mark: Any) -> Any:
        return (
            make_layer(name, pick(rows, "unit_id", start, end, top, foot, where=end))
            .mark_rect(**mark)
            .encode(
                x=place_x(start, domain, left, right),
                x2=alt.X2(f"{end}:Q"),
                y=place_y(top, height),
                y2=alt.Y2(f"{foot}:Q"),
                opacity=dim("unit"),
            )
        )

    layers = [
        *draw_grid(
            "grid",
            ticks,
            [show_number(tick, language, count_digits(scaled)) for tick in scaled],
            height=height,
            top=HEAD,
            bottom=bottom,
            domain=domain,
            left=left,
            right=right,
            grid=colours.grid,
            muted=colours.muted,
        ),
        draw_names(rows, "unit", "unit_id", names, height, colours.text),
        span("settled", "from", "settled", fill=colours.actual),
        span(
            "open", "settled", "whole", fill=colours.forecast, stroke=colours.actual, strokeDash=[3, 2], strokeWidth=1
        ),
        span(
            "plan",
            "from",
            "plan",
            top="plan_y",
            foot="plan_y2",
            fill="transparent",
            stroke=colours.text,
            strokeWidth=1.2,
        ),
        draw_text(
            "head",
            [{"text": head}],
            x=place_at("width"),
            y=alt.YValue(9),
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
        draw_column(
            "deviations",
            rows,
            "unit_id",
            "deviation_text",
            place_at("width"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)


def choose_band_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the cost of one attendee."""
    rows = read_rows(frame, "cost bands", BAND_REQUIRED)
    return choose_scale(find_usual(row["value_amount"] for row in rows), style.language, style.currency)


def describe_band_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return choose_band_scale(frame, style).name


def draw_bands(frame: pd.DataFrame, style: Style) -> Any:
    """Every activity a dot on its kind's row, logarithmic; the usual band behind, those outside it ringed.

    Columns: unit_id, unit_name (kinds, in the order given), activity_id, name, value_amount (above zero), low_amount,
    high_amount (the kind's band, None where there is none), is_outside. Selection: ``activity`` (activity_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "cost bands", BAND_REQUIRED, BAND_OPTIONAL)
    scale = choose_band_scale(frame, style)
    units = list(dict.fromkeys((row["unit_id"], row["unit_name"]) for row in source))
    bottom = HEAD + ROW * len(units)
    height = bottom + 20
    places = {unit: stack_row(index, head=HEAD, row=ROW, bar=20) for index, (unit, _) in enumerate(units)}
    bands = {row["unit_id"]: row for row in source}
    values = [row[name] for row in source for name in ("value_amount", "low_amount", "high_amount") if row[name]]
    domain = [min(values) / 1.15, max(values) * 1.15]
    ticks = choose_log_ticks(domain[0], domain[1])
    names = f"min({measure_names([name for _, name in units], most=170)}, width * 0.34)"
    left, right = names, "width - 10"
    x = {"kind": "log"}
    rows: Rows = [
        {
            "activity_id": row["activity_id"],
            "x": row["value_amount"],
            "y": places[row["unit_id"]]["y"],
            "name": row["name"] or "",
            "kind_text": row["unit_name"],
            "value_text": show_scaled(row["value_amount"], scale, language),
            "band_text": ""
            if row["low_amount"] is None
            else f"{show_scaled(row['low_amount'], scale, language)} – {show_scaled(row['high_amount'], scale, language)}",
            "is_outside": bool(row["is_outside"]),
            "colour": colours.worse if row["is_outside"] else colours.faint,
        }
        for row in source
    ]
    grounds: Rows = [
        {**places[unit], "low": bands[unit]["low_amount"], "high": bands[unit]["high_amount"]}
        for unit, _ in units
        if bands[unit]["low_amount"] is not None
    ]
    heads: Rows = [{**places[unit], "unit_id": unit, "name": name} for unit, name in units]
    tips = {
        "name": say(language, "Activity"),
        "kind_text": say(language, "Kind"),
        "value_text": name_unit(language, say(language, "Cost"), scale.name),
        "band_text": say(language, "Usual band"),
    }
    full: dict[str, Any] = {"param": "activity", "value": 0.85, "empty": True}

    def dots(name: str, is_outside: bool, **mark: Any) -> Any:
        shown = [row for row in rows if row["is_outside"] == is_outside]
        return (
            make_layer(name, pick(shown, "activity_id", "x", "y", "colour", *tips))
            .mark_point(shape="circle", cursor="pointer", **mark)
            .encode(
                x=place_x("x", domain, left, right, **x),
                y=place_y("y", height),
                color=paint(),
                opacity=alt.OpacityValue(DIMMED, condition=full),
                tooltip=make_tooltips(tips),
            )
        )

    layers = [
        make_layer("ticks", [{"x": tick, "y": HEAD, "y2": bottom} for tick in ticks])
        .mark_rule(color=colours.grid, strokeWidth=1)
        .encode(x=place_x("x", domain, left, right, **x), y=place_y("y", height), y2=alt.Y2("y2:Q")),
        draw_text(
            "tick_labels",
            [
                {"x": tick, "y": bottom + 14, "text": label}
                for tick, label in zip(ticks, show_log_ticks(ticks, scale, language), strict=True)
            ],
            x=place_x("x", domain, left, right, **x),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
            align="center",
        ),
        draw_text(
            "names", heads, x=alt.XValue(0), y=place_y("y", height), colour=colours.text, text="name",
            limit=alt.ExprRef(expr=f"{names} - 8"),
        ),
        make_layer("bands", pick(grounds, "low", "high", "bar_y", "bar_y2"))
        .mark_rect(color=colours.forecast, cornerRadius=3)
        .encode(
            x=place_x("low", domain, left, right, **x),
            x2=alt.X2("high:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
        ),
        dots("inside", False, filled=True, size=34),
        dots("outside", True, filled=False, size=80, strokeWidth=1.8).add_params(make_choice("activity", "activity_id")),
    ]  # fmt: skip
    return configure(finish(layers, height), style)
