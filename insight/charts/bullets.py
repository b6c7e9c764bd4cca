"""Attainment by unit as bullets: a bar against bands and a target, with the number and the gap beside it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_column,
    draw_names,
    draw_row_hits,
    draw_text,
    find_largest,
    finish,
    make_choice,
    make_layer,
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
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import MISSING, Scale, choose_scale, show_scaled, show_share

REQUIRED = ("unit_id", "unit_name", "actual_amount")
OPTIONAL = ("plan_amount", "attainment_rate", "base_attainment_rate", "gap_amount", "is_allocated")

ROW, HEAD, BAND, BAR = 33, 20, 20, 8
WARNING, BANDS, FULL, LIMIT = 0.95, (0.80, 0.95, 1.20), 1.0, 1.30
TICKS = (0.0, 0.5, 0.8, 1.0)


def choose_bullets_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of the gaps, from the largest gap; of the amounts where no unit has a plan."""
    rows = read_rows(frame, "bullets", REQUIRED, OPTIONAL)
    largest = find_largest(row["gap_amount"] for row in rows) or find_largest(row["actual_amount"] for row in rows)
    return choose_scale(largest, style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit of the gaps for the subtitle: 'CNY m', '万元'."""
    return choose_bullets_scale(frame, style).name


def draw_bullets(frame: pd.DataFrame, style: Style) -> Any:
    """Attainment of each unit, in the order given, worst first.

    Columns: unit_id, unit_name, actual_amount, plan_amount, attainment_rate, base_attainment_rate, gap_amount. Bands
    end at 80, 95 and 120 %; a bar is vermilion below 95 % only; the line is the target, the diamond last year. A unit
    without a plan says so and has no bar; one whose plan is not above zero has a gap alone. A bar against a plan that was
    handed down (is_allocated) is hollow and dashed. Beyond 130 % the bar ends in an arrow. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "bullets", REQUIRED, OPTIONAL)
    scale = choose_bullets_scale(frame, style)
    bottom = HEAD + ROW * len(source)
    height = bottom + 20
    highest = max((row["attainment_rate"] or 0.0 for row in source), default=0.0)
    end = BANDS[-1] if highest <= BANDS[-1] else LIMIT
    domain = [0.0, end]
    missing = say(language, "no target")

    rows: Rows = []
    for index, row in enumerate(source):
        rate, base, gap = row["attainment_rate"], row["base_attainment_rate"], row["gap_amount"]
        places = stack_row(index, head=HEAD, row=ROW, bar=BAR)
        rows.append(
            {
                **places,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "band_y": places["y"] - BAND / 2,
                "band_y2": places["y"] + BAND / 2,
                "zero": 0.0,
                "rate": None if rate is None else max(0.0, min(rate, end)),
                "over": end if rate is not None and rate > end else None,
                "base": None if base is None or rate is None or base > end else base,
                "full": None if rate is None else FULL,
                "colour": colours.worse if rate is not None and rate < WARNING else colours.actual,
                "rate_text": "" if rate is None else show_share(rate, language),
                "missing_text": "" if rate is not None else missing if row["plan_amount"] is None else MISSING,
                "solid": None if rate is None or row["is_allocated"] else True,
                "hollow": None if rate is None or not row["is_allocated"] else True,
                "kind_text": ""
                if row["plan_amount"] is None
                else say(language, "allocated")
                if row["is_allocated"]
                else say(language, "given"),
                "gap_text": "" if gap is None else show_scaled(gap, scale, language, is_signed=True),
                "gap_text_colour": colours.muted if not gap else colours.better if gap > 0 else colours.worse_text,
                "tip_rate": missing if rate is None else show_share(rate, language),
                "tip_base": "" if base is None else show_share(base, language),
                "tip_actual": show_scaled(row["actual_amount"], scale, language),
                "tip_plan": missing if row["plan_amount"] is None else show_scaled(row["plan_amount"], scale, language),
            }
        )

    gap_head = name_unit(language, say(language, "Gap"), scale.name)
    gap_width = widen([row["gap_text"] for row in rows], gap=14) if any(row["gap_text"] for row in rows) else 0
    rate_width = widen([row["rate_text"] + row["missing_text"] for row in rows], is_bold=True, gap=12)
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.3)"
    right = f"width - {gap_width + rate_width}"
    number = place_at(f"width - {gap_width}")
    bands: Rows = [
        {
            "x": start,
            "x2": end if stop == BANDS[-1] else stop,
            "y": row["band_y"],
            "y2": row["band_y2"],
            "colour": colour,
        }
        for row in rows
        if row["rate"] is not None
        for start, stop, colour in zip((0.0, *BANDS[:-1]), BANDS, colours.bands, strict=True)
    ]
    ticks: Rows = [{"x": tick, "y": bottom + 9, "text": show_share(tick, language, 0)} for tick in TICKS]
    tips = {
        "name": say(language, "Unit"),
        "tip_rate": say(language, "Attainment to date"),
        "gap_text": gap_head,
        "tip_actual": name_unit(language, say(language, "Actual"), scale.name),
        "tip_plan": name_unit(language, say(language, "Plan"), scale.name),
        "tip_base": say(language, "Attainment last year"),
        "kind_text": say(language, "Target is"),
    }
    layers: list[Any] = [
        make_layer("bands", bands)
        .mark_rect()
        .encode(
            x=place_x("x", domain, left, right),
            x2=alt.X2("x2:Q"),
            y=place_y("y", height),
            y2=alt.Y2("y2:Q"),
            color=paint(),
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("bars", pick(rows, "unit_id", "zero", "rate", "bar_y", "bar_y2", "colour", where="solid"))
        .mark_rect()
        .encode(
            x=place_x("zero", domain, left, right),
            x2=alt.X2("rate:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            opacity=dim("unit"),
        ),
        make_layer("handed", pick(rows, "unit_id", "zero", "rate", "bar_y", "bar_y2", "colour", where="hollow"))
        .mark_rect(fill=colours.page, strokeWidth=1.4, strokeDash=[3, 2])
        .encode(
            x=place_x("zero", domain, left, right),
            x2=alt.X2("rate:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            stroke=alt.Stroke("colour:N", scale=None),
            opacity=dim("unit"),
        ),
        make_layer("over", pick(rows, "unit_id", "over", "y", "colour", where="over"))
        .mark_point(shape="triangle-right", filled=True, size=150, xOffset=3, opacity=1)
        .encode(x=place_x("over", domain, left, right), y=place_y("y", height), color=paint(), opacity=dim("unit")),
        make_layer("target", pick(rows, "full", "band_y", "band_y2", where="full"))
        .mark_rule(color=colours.text, strokeWidth=2)
        .encode(x=place_x("full", domain, left, right), y=place_y("band_y", height), y2=alt.Y2("band_y2:Q")),
        make_layer("base", pick(rows, "unit_id", "base", "y", where="base"))
        .mark_point(
            shape="diamond", filled=True, size=52, fill=colours.page, stroke=colours.text, strokeWidth=1.2, opacity=1
        )
        .encode(x=place_x("base", domain, left, right), y=place_y("y", height), opacity=dim("unit")),
        draw_column(
            "rates", rows, "unit_id", "rate_text", number, height, choice="unit", colour=colours.text, is_bold=True
        ),
        draw_column("missing", rows, "unit_id", "missing_text", number, height, choice="unit", colour=colours.muted),
        draw_text(
            "ticks",
            ticks,
            x=place_x("x", domain, left, right),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
            align="center",
            # Where 80% and 100% would touch, 80% gives way
        ).transform_filter("datum.x != 0.8 || width > 420"),
    ]
    if gap_width:
        layers += [
            draw_column("gaps", rows, "unit_id", "gap_text", place_at("width"), height, choice="unit"),
            draw_text(
                "head",
                [{"y": HEAD / 2 - 3, "text": gap_head}],
                x=place_at("width"),
                y=place_y("y", height),
                colour=colours.muted,
                size=SMALL,
                align="right",
            ),
        ]
    layers.append(draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height))
    return configure(finish(layers, height), style)
