"""Attainment against growth: who is ahead on both, on one, on neither."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plane import Plane, draw_axes, measure_labels, split_words
from insight.charts.plot import (
    Rows,
    choose_ticks,
    describe_rows,
    dim,
    draw_text,
    finish,
    make_choice,
    make_layer,
    make_tooltips,
    measure_text,
    name_unit,
    pick,
    place_at,
    read_rows,
    show_share_ticks,
)
from insight.charts.theme import SMALL, Style, choose_palette, configure
from insight.i18n import say
from insight.units import choose_scale, show_scaled, show_share

REQUIRED = ("unit_id", "unit_name", "attainment_rate", "growth_rate")
TOP, HEIGHT, LINE = 24, 300, 14
# Names that keep clear of dots and of each other on a card this narrow do so on every wider one
USUAL_WIDTH = 360
NAMED = 5
LONGEST_NAME = 130  # pixels a name may take
SIDE, EDGE = (
    0.26,
    0.15,
)  # of the plane: beside the plan's line, and above and under all dots, where the corners' words are


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle."""
    return "%"


def draw_quadrants(
    frame: pd.DataFrame,
    style: Style,
    *,
    company_growth: float | None = None,
    names_gaps: bool = True,
    height: int = HEIGHT,
) -> Any:
    """Units by attainment (across) and growth (up), larger where the plan is larger.

    Columns: unit_id, unit_name, attainment_rate, growth_rate, plan_amount. Lines at 100 % and at the company's growth
    (at zero where it is unknown). The five largest gaps to plan are named, unless the units are people (``names_gaps``).
    A unit whose plan was handed down (is_allocated) is hollow. Units without either rate are left out.
    Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    given = read_rows(frame, "quadrants", REQUIRED, ("plan_amount", "is_allocated"))
    source = [row for row in given if row["attainment_rate"] is not None and row["growth_rate"] is not None]
    if not source:
        raise ValueError("The quadrants chart was given no unit with both attainment and growth")
    level = 0.0 if company_growth is None else company_growth
    bottom = height - 38
    x_domain = frame_values([row["attainment_rate"] for row in source], 1.0, room=SIDE)
    y_domain = frame_values([row["growth_rate"] for row in source], level, edge=EDGE)
    x_ticks, y_ticks = choose_ticks(*x_domain, 4), choose_ticks(*y_domain, 5)
    y_labels = show_share_ticks(y_ticks, language, is_signed=True)
    plane = Plane(x_domain, y_domain, str(measure_labels(y_labels)), "width - 6", TOP, bottom)

    largest = max((row["plan_amount"] or 0.0 for row in source), default=0.0)
    scale = choose_scale(largest, language, style.currency)
    gaps = sorted(source, key=lambda row: (1 - row["attainment_rate"]) * (row["plan_amount"] or 0.0), reverse=True)
    named = {row["unit_id"] for row in gaps[:NAMED] if row["attainment_rate"] < 1 and names_gaps}
    rows: Rows = []
    for row in source:
        share = math.sqrt((row["plan_amount"] or 0.0) / largest) if largest else 0.5
        rows.append(
            {
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "x": min(max(row["attainment_rate"], x_domain[0]), x_domain[1]),
                "y": min(max(row["growth_rate"], y_domain[0]), y_domain[1]),
                "size": round(36 + 420 * share**2),
                "colour": colours.worse if row["attainment_rate"] < 0.95 else colours.actual,
                "rate_text": show_share(row["attainment_rate"], language),
                "growth_text": show_share(row["growth_rate"], language, is_signed=True),
                "plan_text": "" if row["plan_amount"] is None else show_scaled(row["plan_amount"], scale, language),
                "is_named": row["unit_id"] in named,
                "fill": colours.page
                if row["is_allocated"]
                else colours.worse
                if row["attainment_rate"] < 0.95
                else colours.actual,
            }
        )
    rows.sort(key=lambda row: -row["size"])
    tips = {
        "name": say(language, "Unit"),
        "rate_text": say(language, "Attainment to date"),
        "growth_text": say(language, "Growth"),
        "plan_text": name_unit(language, say(language, "Plan"), scale.name),
    }
    corners = (
        ("left", "top", say(language, "behind plan, growing faster")),
        ("right", "top", say(language, "on plan, growing faster")),
        ("left", "bottom", say(language, "behind plan, growing slower")),
        ("right", "bottom", say(language, "on plan, growing slower")),
    )
    layers: list[Any] = [
        *draw_axes(
            plane,
            colours,
            x_ticks=x_ticks,
            x_labels=show_share_ticks(x_ticks, language),
            y_ticks=y_ticks,
            y_labels=y_labels,
            x_title=say(language, "Attainment to date"),
            y_title=say(language, "Growth"),
        ),
        make_layer("plan", [{"x": 1.0}])
        .mark_rule(color=colours.muted, strokeWidth=1.2)
        .encode(x=plane.x("x"), y=alt.YValue(TOP), y2=alt.Y2Value(bottom)),
        make_layer("company", [{"y": level}])
        .mark_rule(color=colours.muted, strokeWidth=1.2, strokeDash=[4, 3])
        .encode(x=place_at(plane.left), x2=alt.X2Value("width"), y=plane.y("y")),
    ]
    for side, edge, words in corners:
        lines = split_words(words)
        first = TOP + 8 if edge == "top" else bottom - 8 - LINE * (len(lines) - 1)
        layers += [
            draw_text(
                f"corner_{side}_{edge}_{place}",
                [{"text": line}],
                x=place_at(f"{plane.left} + 6" if side == "left" else plane.right),
                y=alt.YValue(first + LINE * place),
                colour=colours.faint if not style.is_dark else colours.muted,
                size=SMALL,
                align=side,
            )
            for place, line in enumerate(lines)
        ]
    layers += [
        make_layer("dots", pick(rows, "unit_id", "x", "y", "size", "colour", "fill"))
        .mark_point(fillOpacity=0.8, strokeWidth=1, opacity=1)
        .encode(
            x=plane.x("x"),
            y=plane.y("y"),
            size=alt.Size("size:Q", scale=None, legend=None),
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("colour:N", scale=None),
            opacity=dim("unit"),
        ),
        *draw_named(rows, plane, style, [words for *_, words in corners], level),
        make_layer("hits", describe_rows(pick(rows, "unit_id", "x", "y", "size", *tips), tips))
        .mark_circle(fill="transparent", stroke=None, aria=True, cursor="pointer")
        .encode(
            x=plane.x("x"),
            y=plane.y("y"),
            size=alt.Size("reach:Q", scale=None, legend=None),
            tooltip=make_tooltips(tips),
            description=alt.Description("spoken:N"),
        )
        # Never smaller than a finger can find
        .transform_calculate(reach="max(datum.size, 420)")
        .add_params(make_choice("unit", "unit_id")),
    ]
    return configure(finish(layers, height), style)


def frame_values(values: list[float], line: float, *, edge: float = 0.1, room: float = 0.0) -> tuple[float, float]:
    """An axis around the values and their line: ``edge`` of it is left free at either end, ``room`` beside the line.

    Values far out are drawn at the end of the others rather than squeeze them.
    """
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    spread = max(ordered[int(len(ordered) * 0.9)] - ordered[int(len(ordered) * 0.1)], abs(middle - line), 0.04)
    low = min(max(ordered[0], middle - 3 * spread), line)
    high = max(min(ordered[-1], middle + 3 * spread), line)
    margin = max((high - low) * edge / (1 - 2 * edge), 0.01)
    low, high = low - margin, high + margin
    # (high - line) / (high - low) = room, for whichever end is too near
    return min(low, (line - room * high) / (1 - room)), max(high, (line - room * low) / (1 - room))


def draw_named(rows: Rows, plane: Plane, style: Style, corners: list[str], level: float) -> list[Any]:
    """The names of the largest gaps, each where it covers no dot, no corner, no other name and, if it can, no line."""
    colours = choose_palette(style)
    left = float(plane.left)
    span = USUAL_WIDTH - 6 - left

    def spot(row: dict[str, Any]) -> tuple[float, float, float]:
        share = (row["x"] - plane.x_domain[0]) / (plane.x_domain[1] - plane.x_domain[0])
        return left + share * span, plane.climb(row["y"]), math.sqrt(row["size"] / math.pi)

    words = max(measure_text(line, SMALL) for corner in corners for line in split_words(corner)) + 8
    deep = 2 + LINE * max(len(split_words(corner)) for corner in corners)
    taken = [
        (edge, line, edge + words, line + deep)
        for edge in (left, USUAL_WIDTH - words)
        for line in (plane.top, plane.bottom - deep)
    ]
    across_line = left + (1.0 - plane.x_domain[0]) / (plane.x_domain[1] - plane.x_domain[0]) * span
    level_line = plane.climb(level)
    lines = [
        (across_line - 1, plane.top, across_line + 1, plane.bottom),
        (left, level_line - 1, USUAL_WIDTH, level_line + 1),
    ]
    dots = {
        row["unit_id"]: (x - radius, y - radius, x + radius, y + radius)
        for row in rows
        for x, y, radius in (spot(row),)
    }
    names: list[tuple[float, ...]] = []
    layers = []
    for index, row in enumerate(row for row in rows if row["is_named"]):
        x, y, radius = spot(row)
        text = shorten(row["name"])
        wide = measure_text(text, SMALL)
        others = [*taken, *(dot for unit, dot in dots.items() if unit != row["unit_id"])]

        def cover(
            place: tuple[str, float, float, tuple[float, ...]],
            others: Sequence[tuple[float, ...]] = others,
            row: dict[str, Any] = row,
        ) -> float:
            _, _, down, box = place
            outside = box[0] < left or box[2] > USUAL_WIDTH or box[1] < plane.top or box[3] > plane.bottom
            # two names on each other are unreadable, dots under a name only untidy, a name far off hard to tie to its dot
            return (
                100 * outside
                + 50 * sum(overlap(box, other) for other in names)
                + sum(overlap(box, other) for other in others)
                + 0.9 * sum(overlap(box, line) for line in lines)
                + abs(down) / 20
            )

        align, across, down, box = min(list_places(x, y, radius, wide), key=cover)
        names.append(box)
        if abs(down) > radius + 10:
            layers.append(
                make_layer(f"lead_{index}", [{"unit_id": row["unit_id"], "x": row["x"], "y": row["y"]}])
                .mark_rule(color=colours.faint, strokeWidth=0.8, y2Offset=down, x2Offset=across)
                .encode(x=plane.x("x"), y=plane.y("y"), x2=alt.X2("x:Q"), y2=alt.Y2("y:Q"), opacity=dim("unit"))
            )
        layers.append(
            draw_text(
                f"name_{index}",
                [{"unit_id": row["unit_id"], "x": row["x"], "y": row["y"], "text": text}],
                x=plane.x("x"),
                y=plane.y("y"),
                colour=colours.text,
                size=SMALL,
                align=align,
                dx=across,
                dy=down,
                opacity=dim("unit"),
            )
        )
    return layers


def list_places(x: float, y: float, radius: float, wide: float) -> list[tuple[str, float, float, tuple[float, ...]]]:
    """Where a name may stand: beside its dot, over or under it, or further up and down with a line to it."""
    places: list[tuple[str, float, float, tuple[float, ...]]] = [
        ("center", 0.0, -radius - 8, (x - wide / 2, y - radius - 15, x + wide / 2, y - radius - 1)),
        ("center", 0.0, radius + 9, (x - wide / 2, y + radius + 2, x + wide / 2, y + radius + 16)),
    ]
    for down in (0.0, *(sign * step for step in range(16, 145, 16) for sign in (-1.0, 1.0))):
        reach = radius + 4
        places.append(("left", reach, down, (x + reach, y + down - 7, x + reach + wide, y + down + 7)))
        places.append(("right", -reach, down, (x - reach - wide, y + down - 7, x - reach, y + down + 7)))
    return places


def shorten(name: str) -> str:
    """A name short enough to stand beside others: cut to the room of some twenty letters."""
    if measure_text(name, SMALL) <= LONGEST_NAME:
        return name
    kept = name
    while kept and measure_text(kept + "…", SMALL) > LONGEST_NAME:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes (left, top, right, bottom) cover each other in part."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
