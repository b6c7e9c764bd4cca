"""Months in three tiers: relative variance as pins, absolute variance as bars, the amounts as columns."""

from __future__ import annotations

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
    name_unit,
    paint,
    pick,
    place_y,
    read_rows,
    say_expression,
    thin,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import Scale, choose_scale, show_month, show_scaled, show_share

REQUIRED = ("month", "actual_amount")
OPTIONAL = ("plan_amount", "base_amount", "forecast_amount", "is_partial")

# Pixels from the top: two tiers of 80 with their names, then the columns, then the months
TIER, TITLE, LABEL = 80, 14, 14
COLUMNS_TOP, COLUMNS_HEIGHT = 2 * TIER + 20, 150
BOTTOM = COLUMNS_TOP + COLUMNS_HEIGHT
# A pin longer than its month doubled says nothing more
LONGEST_PIN = 1.0


def choose_months_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The one unit of the chart, from its largest amount."""
    rows = read_rows(frame, "months", REQUIRED, OPTIONAL)
    columns = ("actual_amount", "plan_amount", "base_amount", "forecast_amount")
    return choose_scale(find_largest(row[column] for row in rows for column in columns), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    return choose_months_scale(frame, style).name


def draw_three_tiers(frame: pd.DataFrame, style: Style) -> Any:
    """Actual against plan by month; without any plan, against last year.

    Columns: month, actual_amount, plan_amount, base_amount, forecast_amount, is_partial. A month that has only a
    forecast is drawn dashed and its variances are faint; a month not yet over is drawn dashed to its actual and has
    no variance, as half a month against a whole month's plan would mislead; with a forecast it is drawn dashed to the
    forecast, solid to its actual. Selection: ``month`` (month_key).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "months", REQUIRED, OPTIONAL)
    scale = choose_months_scale(frame, style)
    has_plan = any(row["plan_amount"] is not None for row in source)
    against = "plan_amount" if has_plan else "base_amount"
    delta = "ΔPL" if has_plan else "ΔLY"
    rows = [make_month(row, against, style, scale) for row in source]
    for index, row in enumerate(rows):
        row["back"] = len(rows) - 1 - index

    place_pins(rows, colours.better, colours.worse, colours.text)
    place_bars(rows)
    place_columns(rows)
    many_years = len({row["year"] for row in rows}) > 1
    shown_years: set[int] = set()
    for row in rows:
        row["year_text"] = ""
        if many_years and row["year"] not in shown_years:
            row["year_text"] = str(row["year"])
            shown_years.add(row["year"])
    height = BOTTOM + (36 if many_years else 22)

    choice = make_choice("month", "month_key")
    x = alt.X(
        "month_key:N",
        axis=None,
        scale=alt.Scale(
            domain=[row["month_key"] for row in rows],
            range=[0, say_expression("width")],
            paddingInner=0.2,
            paddingOuter=0.1,
        ),
    )

    def draw_labels(name: str, text: str, y: str, colour: str, *, is_bold: bool = False, need: int = 34) -> alt.Chart:
        layer = draw_text(
            name,
            [row for row in pick(rows, "month_key", "back", text, y, where=y) if row[text]],
            x=x,
            y=place_y(y, height),
            colour=colour,
            size=SMALL,
            is_bold=is_bold,
            align="center",
            text=text,
            opacity=dim("month"),
        )
        # Narrow cards keep every second or third label, counted from the newest month
        return layer.transform_filter(thin(need, str(len(rows)), "back") + " == 1")

    zero: Rows = [{"y": rows[0]["pin_zero"]}, {"y": rows[0]["bar_zero"]}]
    titles: Rows = [
        {"y": 6, "text": f"{delta} %"},
        {"y": TIER + 6, "text": f"{delta} {scale.name}"},
    ]
    # What rests on a forecast is fainter than what has happened
    faint = alt.FillOpacity("strength:Q", scale=None, legend=None)
    slim = say_expression("width < 420 ? -3 : -5")
    layers: list[Any] = [
        draw_text("titles", titles, x=alt.XValue(0), y=place_y("y", height), colour=colours.muted, size=SMALL),
        make_layer("zero", zero)
        .mark_rule(color=colours.actual, strokeWidth=1.4)
        .encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=place_y("y", height)),
        make_layer("pins", pick(rows, "month_key", "pin_y", "pin_y2", "colour", "strength", where="pin_y"))
        .mark_rule(strokeWidth=2)
        .encode(
            x=x,
            y=place_y("pin_y", height),
            y2=alt.Y2("pin_y2:Q"),
            color=paint(),
            strokeOpacity=alt.StrokeOpacity("strength:Q", scale=None, legend=None),
            opacity=dim("month"),
        ),
        make_layer("heads", pick(rows, "month_key", "pin_y", "pin_colour", where="pin_y"))
        .mark_square(size=36, opacity=1)
        .encode(x=x, y=place_y("pin_y", height), color=paint("pin_colour"), opacity=dim("month")),
        draw_labels("pin_labels", "pin_text", "pin_label_y", colours.text),
        make_layer("variances", pick(rows, "month_key", "bar_y", "bar_y2", "colour", "strength", where="bar_y"))
        .mark_bar(width=alt.RelativeBandSize(band=0.56))
        .encode(
            x=x,
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            fillOpacity=faint,
            opacity=dim("month"),
        ),
        draw_labels("variance_labels", "bar_text", "bar_label_y", colours.text),
        # The outline stands behind, a little to the left, so that both heights can be read
        make_layer("outline", pick(rows, "month_key", "outline_y", "foot", where="outline_y"))
        .mark_bar(
            fill=colours.page,
            fillOpacity=0,
            stroke=colours.plan,
            strokeWidth=1.2,
            cornerRadiusEnd=2,
            xOffset=slim,
            width=alt.RelativeBandSize(band=0.9),
        )
        .encode(x=x, y=place_y("outline_y", height), y2=alt.Y2("foot:Q"), opacity=dim("month")),
        make_layer("ahead", pick(rows, "month_key", "ahead_y", "foot", where="ahead_y"))
        .mark_bar(
            fill=colours.forecast,
            stroke=colours.actual,
            strokeWidth=1,
            strokeDash=[3, 2],
            cornerRadiusEnd=2,
            width=alt.RelativeBandSize(band=0.9),
        )
        .encode(x=x, y=place_y("ahead_y", height), y2=alt.Y2("foot:Q"), opacity=dim("month")),
        make_layer("actual", pick(rows, "month_key", "actual_y", "foot", where="actual_y"))
        .mark_bar(color=colours.actual, cornerRadiusEnd=2, width=alt.RelativeBandSize(band=0.9))
        .encode(x=x, y=place_y("actual_y", height), y2=alt.Y2("foot:Q"), opacity=dim("month")),
        draw_labels("amounts", "amount_text", "amount_y", colours.text, is_bold=True),
        draw_labels("months", "month_text", "month_y", colours.text, need=30),
    ]
    if many_years:
        layers.append(draw_labels("years", "year_text", "year_y", colours.muted, need=1))
    names = {
        "month_name": say(language, "Month"),
        "actual_text": name_unit(language, say(language, "Actual"), scale.name),
        "forecast_text": name_unit(language, say(language, "Forecast"), scale.name),
        "plan_text": name_unit(language, say(language, "Plan"), scale.name),
        "base_text": name_unit(language, say(language, "Last year"), scale.name),
        "variance_text": name_unit(language, delta, scale.name),
    }
    for column in ("forecast_text", "plan_text", "base_text", "variance_text"):
        if not any(row[column] for row in rows):
            names.pop(column)
    layers.append(
        make_layer("hits", describe_rows(pick(rows, "month_key", "top", "foot", *names), names))
        .mark_rect(fill="transparent", aria=True, cursor="pointer")
        .encode(
            x=x,
            y=place_y("top", height),
            y2=alt.Y2("foot:Q"),
            tooltip=make_tooltips(names),
            description=alt.Description("spoken:N"),
        )
        .add_params(choice)
    )
    return configure(finish(layers, height), style)


def make_month(row: dict[str, Any], against: str, style: Style, scale: Scale) -> dict[str, Any]:
    """One month: what stands as its column, its variances, and its words."""
    language = style.language
    is_partial = bool(row["is_partial"])
    actual, forecast, other = row["actual_amount"], row["forecast_amount"], row[against]
    is_ahead = forecast is not None and (actual is None or is_partial)
    main = forecast if is_ahead else actual
    change = None if main is None or other is None or (is_partial and not is_ahead) else main - other
    rate = change / other if change is not None and other is not None and other > 0 else None

    def word(value: float | None) -> str:
        return "" if value is None else show_scaled(value, scale, language)

    variance = "" if change is None else show_scaled(change, scale, language, is_signed=True)
    if variance and rate is not None:
        variance += f" ({show_share(rate, language, is_signed=True)})"
    return {
        "month_key": f"{row['month']:%Y-%m}",
        "year": row["month"].year,
        "month_text": show_month(row["month"], language, with_year=False),
        "month_name": show_month(row["month"], language),
        "main": main,
        "actual": None if is_partial and not is_ahead else actual,
        "ahead": forecast if is_ahead else actual if is_partial else None,
        "outline": other,
        "change": change,
        "rate": rate,
        "is_ahead": is_ahead,
        "pin_text": "" if rate is None else show_share(rate, language, 0, is_signed=True),
        "bar_text": "" if change is None else show_scaled(change, scale, language, is_signed=True),
        "amount_text": word(main),
        "actual_text": word(actual),
        "forecast_text": word(forecast),
        "plan_text": word(row["plan_amount"]),
        "base_text": word(row["base_amount"]),
        "variance_text": variance,
    }


def place_tier(values: list[float | None], top: float, least: float) -> tuple[float, float]:
    """Where a tier's zero line lies and how many pixels one unit is, so that all values and labels stay inside."""
    room = TIER - TITLE - 2 * LABEL - 2
    above = max((value for value in values if value is not None and value > 0), default=0.0)
    below = -min((value for value in values if value is not None and value < 0), default=0.0)
    span = max(above + below, least)
    unit = room / span if span else 0.0
    start = top + TITLE + LABEL
    # Small values keep the zero line in proportion instead of pinning it to an end
    zero = start + (room * above / (above + below) if above + below else room / 2)
    return zero, unit


def place_pins(rows: Rows, better: str, worse: str, head: str) -> None:
    """Tier one: a pin for each relative variance."""
    rates = [None if row["rate"] is None else max(-LONGEST_PIN, min(LONGEST_PIN, row["rate"])) for row in rows]
    zero, unit = place_tier(rates, 0, 0.05)
    for row, rate in zip(rows, rates, strict=True):
        place = None if rate is None else zero - rate * unit
        row |= {
            "pin_zero": zero,
            "pin_y": place,
            "pin_y2": zero,
            "pin_colour": head,
            "colour": better if (row["change"] or 0) >= 0 else worse,
            "strength": 0.5 if row["is_ahead"] else 1.0,
            "pin_label_y": None if place is None or rate is None else place + (-10 if rate >= 0 else 11),
        }


def place_bars(rows: Rows) -> None:
    """Tier two: a bar for each absolute variance."""
    changes = [row["change"] for row in rows]
    zero, unit = place_tier(changes, TIER, find_largest(row["main"] for row in rows) * 0.02)
    for row, change in zip(rows, changes, strict=True):
        place = None if change is None else zero - change * unit
        row |= {
            "bar_zero": zero,
            "bar_y": place,
            "bar_y2": zero,
            "bar_label_y": None if place is None or change is None else place + (-8 if change >= 0 else 8),
        }


def place_columns(rows: Rows) -> None:
    """Tier three: the amounts, with the label above the higher of the two."""
    largest = max((row[column] or 0.0 for row in rows for column in ("main", "outline")), default=0.0)
    unit = (COLUMNS_HEIGHT - LABEL) / largest if largest > 0 else 0.0

    def climb(value: float | None) -> float | None:
        return None if value is None else BOTTOM - max(value, 0.0) * unit

    for row in rows:
        tops = [place for place in (climb(row["main"]), climb(row["outline"])) if place is not None]
        row |= {
            "actual_y": climb(row["actual"]),
            "ahead_y": climb(row["ahead"]),
            "outline_y": climb(row["outline"]),
            "foot": BOTTOM,
            "top": 0,
            "amount_y": min(tops) - 8 if tops and row["main"] is not None else None,
            "month_y": BOTTOM + 13,
            "year_y": BOTTOM + 28,
        }
