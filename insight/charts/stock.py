"""Stock in the channel: what came in and what was sold month by month with the days of stock beneath, and days ranked."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    describe_rows,
    dim,
    draw_column,
    draw_names,
    draw_row_hits,
    draw_text,
    find_largest,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    measure_names,
    measure_text,
    name_unit,
    paint,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    say_expression,
    stack_row,
    thin,
    widen,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_month, show_number, show_scaled

MONTHS_REQUIRED = ("month", "received_amount", "sold_amount", "stock_days")
MONTHS_OPTIONAL = ("is_quarter_end", "is_partial", "transferred_in_amount")
DAYS_REQUIRED = ("unit_id", "unit_name", "stock_days", "amount")

# Pixels from the top: the names, the columns, the months, then the days
TITLE, COLUMNS, MONTH_ROW, GAP, DAYS, FOOT = 20, 150, 34, 18, 84, 6
ROW, BAR, HEAD = 28, 16, 20


def choose_months_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The one unit of the columns, from the largest of them."""
    rows = read_rows(frame, "stock months", MONTHS_REQUIRED, MONTHS_OPTIONAL)
    largest = find_largest(row[column] for row in rows for column in ("received_amount", "sold_amount"))
    return choose_scale(largest, style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_months_scale(frame, style).name


def draw_stock_months(frame: pd.DataFrame, style: Style, *, limit: float = 60, received_name: str = "") -> Any:
    """What came in beside what was sold, on one scale, and under it the days the stock lasts, on its own.

    Columns: month, received_amount, sold_amount, stock_days, is_quarter_end, is_partial. Months with which a quarter
    ends are shaded; a month not over is drawn outlined. No selection.
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "stock months", MONTHS_REQUIRED, MONTHS_OPTIONAL)
    scale = choose_months_scale(frame, style)
    foot = TITLE + COLUMNS
    days_top = foot + MONTH_ROW + GAP
    days_foot = days_top + DAYS
    height = days_foot + FOOT
    high = max((row[column] or 0.0 for row in source for column in ("received_amount", "sold_amount")), default=0.0)
    unit = (COLUMNS - 14) / high if high > 0 else 0.0
    known = [row["stock_days"] for row in source if row["stock_days"] is not None]
    most = max([*known, limit * 1.05], default=1.0)
    day_unit = (DAYS - 18) / most if most > 0 else 0.0
    rows: Rows = []
    for index, row in enumerate(source):
        days = row["stock_days"]
        is_partial = bool(row["is_partial"])
        rows.append(
            {
                "month_key": f"{row['month']:%Y-%m}",
                "back": len(source) - 1 - index,
                "order": index,
                "month_name": show_month(row["month"], language),
                "month_text": show_month(row["month"], language, with_year=False),
                "year_text": str(row["month"].year)
                if row["month"].month == 1 or (index == 0 and row["month"].month < 11)
                else "",
                "is_quarter_end": bool(row["is_quarter_end"]),
                "top": TITLE - 4,
                "foot": foot,
                "bottom": days_foot,
                "received_y": foot - max(row["received_amount"] or 0.0, 0.0) * unit,
                "sold_y": foot - max(row["sold_amount"] or 0.0, 0.0) * unit,
                "is_partial": is_partial,
                "month_y": foot + 12,
                "year_y": foot + 26,
                "days_y": None if days is None else days_foot - max(days, 0.0) * day_unit,
                "days_colour": colours.worse if days is not None and days > limit else colours.actual,
                "days_fill": colours.page if is_partial else colours.worse if (days or 0.0) > limit else colours.actual,
                "label_y": None if days is None else days_foot - max(days, 0.0) * day_unit - 10,
                "days_text": "" if days is None else show_number(days, language),
                "received_text": show_scaled(row["received_amount"], scale, language),
                "sold_text": show_scaled(row["sold_amount"], scale, language),
            }
        )

    band = alt.Scale(
        domain=[row["month_key"] for row in rows],
        range=[0, say_expression("width")],
        paddingInner=0.16,
        paddingOuter=0.08,
    )
    x = alt.X("month_key:N", axis=None, scale=band)
    received = received_name or say(language, "Sell-in")
    sold = say(language, "Pure sales")

    def draw_bars(name: str, y: str, offset: float, colour: str, rows_of: Rows, **mark: Any) -> alt.Chart:
        # the two columns of a month stand side by side: each fills two fifths of its band
        step = f"(width / {len(rows)}) * 0.84"
        layer = make_layer(name, pick(rows_of, "month_key", y, "foot"))
        return layer.mark_bar(
            color=colour,
            width=alt.RelativeBandSize(band=0.4),
            xOffset=say_expression(f"{step} * {offset}"),
            cornerRadiusEnd=1,
            **mark,
        ).encode(x=x, y=place_y(y, height), y2=alt.Y2("foot:Q"))

    over = [row for row in rows if not row["is_partial"]]
    begun = [row for row in rows if row["is_partial"]]
    hollow = {"strokeDash": [3, 2], "strokeWidth": 1}
    swatch = measure_text(received, SMALL) + 26
    legend: Rows = [
        {"x": 0, "x2": 10, "y": 2, "y2": 12, "colour": colours.base},
        {"x": swatch, "x2": swatch + 10, "y": 2, "y2": 12, "colour": colours.actual},
    ]
    words: Rows = [{"x": 14, "y": 7, "text": received}, {"x": swatch + 14, "y": 7, "text": sold}]
    limit_y = days_foot - limit * day_unit
    lines: Rows = [{"y": foot, "colour": colours.actual}, {"y": days_foot, "colour": colours.border}]
    names = {
        "month_name": say(language, "Month"),
        "received_text": name_unit(language, received, scale.name),
        "sold_text": name_unit(language, sold, scale.name),
        "days_text": say(language, "Days of stock"),
    }
    layers: list[Any] = [
        make_layer("quarters", pick([row for row in rows if row["is_quarter_end"]], "month_key", "top", "bottom"))
        .mark_bar(color=colours.panel, width=alt.RelativeBandSize(band=1.16))
        .encode(x=x, y=place_y("top", height), y2=alt.Y2("bottom:Q")),
        make_layer("lines", lines)
        .mark_rule(strokeWidth=1)
        .encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=place_y("y", height), color=paint()),
        draw_bars("received", "received_y", -0.22, colours.base, over),
        draw_bars("sold", "sold_y", 0.22, colours.actual, over),
        draw_bars(
            "received_begun", "received_y", -0.22, colours.base, begun, fillOpacity=0.35, stroke=colours.base, **hollow
        ),
        draw_bars(
            "sold_begun", "sold_y", 0.22, colours.actual, begun, fillOpacity=0.25, stroke=colours.actual, **hollow
        ),
        make_layer("legend", legend)
        .mark_rect()
        .encode(
            x=alt.X("x:Q", axis=None, scale=None),
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
            color=paint(),
        ),
        draw_text(
            "legend_words",
            words,
            x=alt.X("x:Q", axis=None, scale=None),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
        ),
        draw_text(
            "months",
            pick(rows, "month_key", "back", "month_text", "month_y"),
            x=x,
            y=place_y("month_y", height),
            colour=colours.text,
            size=SMALL,
            align="center",
            text="month_text",
        ).transform_filter(thin(34, str(len(rows))) + " == 1"),
        draw_text(
            "years",
            pick(rows, "month_key", "year_text", "year_y", where="year_text"),
            x=x,
            y=place_y("year_y", height),
            colour=colours.muted,
            size=SMALL,
            align="center",
            text="year_text",
        ),
        draw_text(
            "days_title",
            [{"y": days_top - 8, "text": say(language, "Days of stock at the month’s end")}],
            x=alt.XValue(0),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
        ),
        make_layer("limit", [{"y": limit_y}])
        .mark_rule(color=colours.worse, strokeWidth=1, strokeDash=[2, 3])
        .encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=place_y("y", height)),
        draw_text(
            "limit_words",
            [{"y": limit_y - 6, "text": say(language, "{days} days", days=show_number(limit, language))}],
            x=alt.XValue("width"),
            y=place_y("y", height),
            colour=colours.worse_text,
            size=SMALL,
            align="right",
        ),
        make_layer("days", pick(rows, "month_key", "order", "days_y", where="days_y"))
        .mark_line(color=colours.actual, strokeWidth=1.6)
        .encode(x=x.copy(), y=place_y("days_y", height), order=alt.Order("order:Q")),
        make_layer("points", pick(rows, "month_key", "days_y", "days_colour", "days_fill", where="days_y"))
        .mark_point(filled=True, size=30, opacity=1, strokeWidth=1.4)
        .encode(
            x=x,
            y=place_y("days_y", height),
            stroke=alt.Stroke("days_colour:N", scale=None, legend=None),
            fill=alt.Fill("days_fill:N", scale=None, legend=None),
        ),
        draw_text(
            "days_words",
            pick(
                [row for row in rows if row["is_quarter_end"] or row["back"] == 0],
                "month_key",
                "label_y",
                "days_text",
                where="label_y",
            ),
            x=x,
            y=place_y("label_y", height),
            colour=colours.text,
            size=SMALL,
            is_bold=True,
            align="center",
            text="days_text",
        ),
        make_layer("hits", describe_rows(pick(rows, "month_key", "top", "bottom", *names), names))
        .mark_bar(color="transparent", width=alt.RelativeBandSize(band=1.16), aria=True)
        .encode(
            x=x,
            y=place_y("top", height),
            y2=alt.Y2("bottom:Q"),
            tooltip=make_tooltips(names),
            description=alt.Description("spoken:N"),
        ),
    ]
    return configure(finish(layers, height), style)


def choose_days_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The one unit of the amounts beside the bars."""
    rows = read_rows(frame, "days of stock", DAYS_REQUIRED)
    return choose_scale(find_largest(row["amount"] for row in rows), style.language, style.currency)


def draw_stock_days(frame: pd.DataFrame, style: Style, *, limit: float = 60, chosen: str = "") -> Any:
    """Days of stock in the order given, against a limit.

    Columns: unit_id, unit_name, stock_days, amount, is_uncertain. Beyond the limit a bar is vermilion; where records
    are late or nothing was counted it is an outline. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "days of stock", DAYS_REQUIRED, ("is_uncertain",))
    scale = choose_days_scale(frame, style)
    height = HEAD + ROW * len(source) + 2
    values = [row["stock_days"] for row in source if row["stock_days"] is not None]
    domain = [0.0, max([*values, limit * 1.1])]
    rows: Rows = []
    for index, row in enumerate(source):
        days = row["stock_days"]
        is_over = days is not None and days > limit
        colour = colours.worse if is_over else colours.actual
        is_uncertain = bool(row["is_uncertain"])
        rows.append(
            {
                **stack_row(index, head=HEAD, row=ROW, bar=BAR),
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "zero": 0.0,
                "days": None if days is None else max(days, 0.0),
                "edge": max(days or 0.0, 0.0),
                "fill": colours.panel if is_uncertain else colour,
                "line": colour,
                "text": show_number(days, language) + (" ?" if is_uncertain and days is not None else ""),
                "amount_text": show_scaled(row["amount"], scale, language),
                "strength": 1 if row["unit_id"] == chosen else 0,
                "told": "" if not is_uncertain else say(language, "not counted lately"),
            }
        )
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.36)"
    amounts = widen([*(row["amount_text"] for row in rows), scale.name], gap=4)
    right = f"width - {amounts + widen([row['text'] for row in rows], is_bold=True) + 6}"
    tips = {
        "name": say(language, "Distributor"),
        "text": say(language, "Days of stock"),
        "amount_text": name_unit(language, say(language, "Stock"), scale.name),
        "told": say(language, "Basis"),
    }
    layers = [
        make_layer("chosen", pick([row for row in rows if row["strength"]], "row_y", "row_y2"))
        .mark_rect(color=colours.panel)
        .encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=place_y("row_y", height), y2=alt.Y2("row_y2:Q")),
        make_layer("limit", [{"x": limit, "y": HEAD - 2, "y2": height}])
        .mark_rule(color=colours.worse, strokeWidth=1, strokeDash=[2, 3])
        .encode(x=place_x("x", domain, left, right), y=place_y("y", height), y2=alt.Y2("y2:Q")),
        draw_text(
            "limit_words",
            [{"x": limit, "y": 8, "text": say(language, "{days} days", days=show_number(limit, language))}],
            x=place_x("x", domain, left, right),
            y=place_y("y", height),
            colour=colours.worse_text,
            size=SMALL,
            align="center",
        ),
        draw_text(
            "unit",
            [{"y": 8, "text": scale.name}],
            x=alt.XValue("width"),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("bars", pick(rows, "unit_id", "zero", "days", "bar_y", "bar_y2", "fill", "line", where="days"))
        .mark_rect(strokeWidth=1)
        .encode(
            x=place_x("zero", domain, left, right),
            x2=alt.X2("days:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            fill=alt.Fill("fill:N", scale=None, legend=None),
            stroke=alt.Stroke("line:N", scale=None, legend=None),
            opacity=dim("unit"),
        ),
        draw_text(
            "values",
            pick(rows, "unit_id", "edge", "y", "text"),
            x=place_x("edge", domain, left, right),
            y=place_y("y", height),
            colour=colours.text,
            is_bold=True,
            dx=6,
            opacity=dim("unit"),
        ),
        draw_column(
            "amounts", rows, "unit_id", "amount_text", place_at("width"), height, choice="unit", colour=colours.muted
        ),
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)
