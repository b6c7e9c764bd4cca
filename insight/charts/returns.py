"""What each activity cost against what came back, with lines of equal return."""

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
    find_largest,
    find_usual,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    measure_text,
    name_unit,
    paint,
    pick,
    read_rows,
)
from insight.charts.potential import MANY, dim_both, lies_in, make_brush, show_log_ticks
from insight.charts.theme import SMALL, Palette, Style, choose_palette, configure
from insight.i18n import name_term, say
from insight.units import Scale, choose_scale, show_count, show_ratio, show_scaled

REQUIRED = ("activity_id", "name", "kind", "cost_amount", "return_amount")
LINES = (0.5, 1.0, 2.0, 4.0)
LEGEND_ROW, PLOT = 18, 270
# The legend's rows are broken for the narrowest card
NARROWEST = 276


def choose_returns_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The one unit of both axes, from an amount nine in ten stay below: on logarithmic axes the largest misleads."""
    rows = read_rows(frame, "cost and return", REQUIRED)
    usual = find_usual(row[column] for row in rows for column in ("cost_amount", "return_amount"))
    return choose_scale(usual, style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY k', '万元'."""
    return choose_returns_scale(frame, style).name


def draw_cost_return(frame: pd.DataFrame, style: Style, *, size_title: str = "", return_title: str = "") -> Any:
    """Activities by cost (across) and return (up), both logarithmic, with lines of 0.5, 1, 2 and 4 times the cost.

    Columns: activity_id, name, kind, cost_amount, return_amount, size (dot size, such as attendees). The six
    commonest kinds have colours, bound to the kind; the rest is grey. A return of zero or below stands hollow at the
    foot. Selections: ``brush`` (ranges of cost_amount and return_amount), ``activity`` (activity_id).
    """
    colours = choose_palette(style)
    language = style.language
    given = read_rows(frame, "cost and return", REQUIRED, ("size",))
    source = keep_placeable(given)
    if not source:
        raise ValueError("The cost and return chart was given no activity with a cost above zero and a return")
    scale = choose_returns_scale(frame, style)
    costs = [row["cost_amount"] for row in source]
    x_domain = (min(costs) / 1.3, max(costs) * 1.3)
    y_domain = limit_returns(source)
    floor = y_domain[0]
    legend, legend_height = draw_legend(source, colours, language)
    top = legend_height + 28
    bottom = top + PLOT
    height = bottom + 38
    x_ticks, y_ticks = choose_log_ticks(*x_domain), choose_log_ticks(*y_domain)
    y_labels = show_log_ticks(y_ticks, scale, language)
    plane = Plane(
        x_domain, y_domain, str(measure_labels(y_labels)), "width - 32", top, bottom, x_kind="log", y_kind="log"
    )
    paints = paint_kinds(source, colours)
    largest = find_largest(row["size"] for row in source)
    rows: Rows = []
    for row in source:
        gain = row["return_amount"]
        share = (row["size"] or 0.0) / largest if largest else 0.3
        rows.append(
            {
                "activity_id": row["activity_id"],
                "cost_amount": row["cost_amount"],
                "return_amount": min(max(gain, floor), y_domain[1]),
                "size": round(26 + 240 * share),
                "colour": paints.get(row["kind"], colours.faint),
                "is_above": gain > floor,
                "name": row["name"],
                "kind_text": name_term(language, row["kind"]),
                "cost_text": show_scaled(row["cost_amount"], scale, language),
                "gain_text": show_scaled(gain, scale, language),
                "rate_text": show_ratio(gain / row["cost_amount"], language),
                "size_text": "" if row["size"] is None else show_count(row["size"], language),
            }
        )
    rows.sort(key=lambda row: -row["size"])
    tips = {
        "name": say(language, "Activity"),
        "kind_text": say(language, "Format"),
        "cost_text": name_unit(language, say(language, "Cost"), scale.name),
        "gain_text": name_unit(language, return_title or say(language, "Return"), scale.name),
        "rate_text": say(language, "Return per cost"),
        "size_text": size_title or say(language, "Size"),
    }
    guides: Rows = []
    guide_labels: Rows = []
    for line in LINES:
        # The part of y = line · x inside the plane
        low = max(x_domain[0], y_domain[0] / line)
        high = min(x_domain[1], y_domain[1] / line)
        if low < high:
            guides.append({"x": low, "y": low * line, "x2": high, "y2": high * line, "dash": line != 1.0})
            at_side = high >= x_domain[1] * 0.999
            guide_labels.append(
                {
                    "x": high,
                    "y": high * line,
                    "text": show_ratio(line, language, 0 if line >= 1 else 1),
                    "at_side": at_side,
                }
            )

    def draw_dots(name: str, is_above: bool) -> Any:
        shown = pick(
            [row for row in rows if row["is_above"] == is_above],
            "activity_id",
            "cost_amount",
            "return_amount",
            "size",
            "colour",
            *tips,
        )
        mark = (
            {"filled": True, "fillOpacity": 0.8, "stroke": colours.page, "strokeWidth": 0.8}
            if is_above
            else {"filled": False, "strokeWidth": 1.6}
        )
        return (
            make_layer(name, shown)
            .mark_point(shape="circle", cursor="pointer", **mark)
            .encode(
                x=plane.x("cost_amount"),
                y=plane.y("return_amount"),
                size=alt.Size("size:Q", scale=None, legend=None),
                color=paint(),
                opacity=dim_both("brush", "activity"),
                tooltip=make_tooltips(tips),
            )
        )

    layers: list[Any] = [
        *legend,
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=show_log_ticks(x_ticks, scale, language),
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=say(language, "Cost, {unit}, logarithmic", unit=scale.name),
        ),
        draw_text(
            "return_title",
            [
                {
                    "text": say(
                        language,
                        "{measure}, {unit}, logarithmic",
                        measure=tips_title(return_title, language),
                        unit=scale.name,
                    )
                }
            ],
            x=alt.XValue(0),
            y=alt.YValue(legend_height + 12),
            colour=colours.muted,
            size=SMALL,
        ),
        *(
            make_layer(f"guides_{is_dashed}", [guide for guide in guides if guide["dash"] == is_dashed])
            .mark_rule(color=colours.base, strokeWidth=1.1, strokeDash=[4, 3] if is_dashed else [1, 0])
            .encode(x=plane.x("x"), x2=alt.X2("x2:Q"), y=plane.y("y"), y2=alt.Y2("y2:Q"))
            for is_dashed in (True, False)
        ),
        *(
            draw_text(
                f"guide_labels_{at_side}",
                [label for label in guide_labels if label["at_side"] == at_side],
                x=plane.x("x"),
                y=plane.y("y"),
                colour=colours.muted,
                size=SMALL,
                align="left" if at_side else "center",
                dx=5 if at_side else 0,
                dy=0 if at_side else -8,
            )
            for at_side in (True, False)
        ),
        draw_dots("feet", False),
        draw_dots("dots", True).add_params(make_brush(), make_choice("activity", "activity_id")),
    ]
    chart = configure(finish(layers, height), style)
    if len(rows) > MANY:
        chart.usermeta = {"embedOptions": {"renderer": "canvas"}}
    return chart


def keep_placeable(rows: Rows) -> Rows:
    """Activities that have a place: a cost above zero and a known return."""
    return [row for row in rows if (row["cost_amount"] or 0) > 0 and row["return_amount"] is not None]


def limit_returns(rows: Rows) -> tuple[float, float]:
    """The vertical axis. A return near zero is far away on it: far below the smallest cost it stands at the foot."""
    costs = [row["cost_amount"] for row in rows]
    gains = [row["return_amount"] for row in rows if row["return_amount"] > 0] or costs
    floor = max(min(gains), min(costs) / 50) / 1.4
    return floor, max(max(gains), floor * 10) * 1.3


def find_brushed(frame: pd.DataFrame, ranges: Mapping[str, Sequence[float]]) -> list[str]:
    """The ids of the activities drawn inside the brush: ranges as the selection ``brush`` returns them."""
    rows = keep_placeable(read_rows(frame, "cost and return", REQUIRED))
    if not rows or not ranges:
        return []
    low, high = limit_returns(rows)
    return [
        row["activity_id"]
        for row in rows
        if lies_in(row["cost_amount"], ranges.get("cost_amount"))
        and lies_in(min(max(row["return_amount"], low), high), ranges.get("return_amount"))
    ]


def tips_title(return_title: str, language: str) -> str:
    """What the vertical axis measures."""
    return return_title or say(language, "Return")


def rank_kinds(source: Rows) -> list[str]:
    """The six commonest kinds, by how many activities they have, then by code."""
    counts: dict[str, int] = {}
    for row in source:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    return sorted(counts, key=lambda kind: (-counts[kind], str(kind)))[:6]


def paint_kinds(source: Rows, colours: Palette) -> dict[str, str]:
    """Colours by kind. They follow the kinds' codes, so a filter or another language does not recolour them."""
    return dict(zip(sorted(rank_kinds(source), key=str), colours.categories, strict=False))


def draw_legend(source: Rows, colours: Palette, language: str) -> tuple[list[Any], float]:
    """Dots and words above the plane, broken into rows that fit the narrowest card; and how tall they are."""
    paints = paint_kinds(source, colours)
    kinds = rank_kinds(source)
    entries = [(name_term(language, kind), paints[kind]) for kind in kinds]
    if len({row["kind"] for row in source}) > len(kinds):
        entries.append((say(language, "Other"), colours.faint))
    layers: list[Any] = []
    x, y = 5.0, 8.0
    for index, (words, colour) in enumerate(entries):
        wide = 12 + measure_text(words, SMALL)
        if x > 5 and x + wide > NARROWEST:
            x, y = 5.0, y + LEGEND_ROW
        layers.append(
            make_layer(f"legend_{index}", [{}])
            .mark_point(shape="circle", filled=True, size=60, color=colour, opacity=1)
            .encode(x=alt.XValue(x), y=alt.YValue(y))
        )
        layers.append(
            draw_text(
                f"legend_text_{index}",
                [{"text": words}],
                x=alt.XValue(x + 9),
                y=alt.YValue(y),
                colour=colours.muted,
                size=SMALL,
            )
        )
        x += wide + 16
    return layers, y + 10
