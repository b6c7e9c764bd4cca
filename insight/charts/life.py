"""How customers come and go: the states they are in, and who came and went month by month."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    choose_ticks,
    dim,
    draw_column,
    draw_hits,
    draw_names,
    draw_row_hits,
    draw_text,
    find_largest,
    finish,
    make_choice,
    make_layer,
    measure_names,
    measure_text,
    paint,
    pick,
    place_at,
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.stacked import draw_key
from insight.charts.theme import SMALL, Palette, Style, choose_palette, configure
from insight.i18n import say
from insight.units import show_count

STATES = {
    "growing": "Growing",
    "steady": "Steady",
    "shrinking": "Shrinking",
    "new": "New",
    "reactivated": "Reactivated",
    "occasional": "Occasional",
    "dormant": "Dormant",
    "lost": "Lost",
    "unreported": "Not reported",
    "closed": "Closed",
    "none": "No order yet",
}
REQUIRED = ("state", "terminal_count", "count_text", "value_text")
OPTIONAL = ("count_change_text", "value_change_text", "share_text")
ROW, BAR, HEAD = 31, 16, 24
COMINGS = ("new", "known", "reactivated", "dormant", "lost", "closed")
TOP, PLOT, FOOT, LABEL = 4, 270, 22, 14  # above and below the columns is room for their numbers


def paint_states(colours: Palette) -> dict[str, str]:
    """A state keeps its colour in every picture: blue grows, vermilion falls silent, grey is not known."""
    return {
        "growing": colours.better,
        "steady": colours.actual,
        "shrinking": colours.diverging[1],
        "new": colours.categories[2],
        "reactivated": colours.categories[4],
        "occasional": colours.faint,
        "dormant": colours.worse,
        "lost": colours.categories[3],
        "unreported": colours.base,
        "closed": colours.forecast,
        "none": colours.forecast,
        "known": colours.base,
    }


def draw_states(frame: pd.DataFrame, style: Style) -> Any:
    """A row a state in the order given: its customers as a bar, with their number and value and how both changed.

    Columns: state, terminal_count, count_text, value_text, count_change_text, value_change_text, share_text. Selection:
    ``state`` (state).
    """
    colours = choose_palette(style)
    fills = paint_states(colours)
    source = read_rows(frame, "states", REQUIRED, OPTIONAL)
    height = HEAD + ROW * len(source) + 2
    domain = [0.0, find_largest(row["terminal_count"] for row in source) or 1.0]
    rows: Rows = [
        {
            **stack_row(index, head=HEAD, row=ROW, bar=BAR),
            "state": row["state"],
            "name": say(style.language, STATES[row["state"]]),
            "zero": 0.0,
            "count": row["terminal_count"],
            "colour": fills[row["state"]],
            **{column: row[column] or "" for column in (*REQUIRED[2:], *OPTIONAL)},
        }
        for index, row in enumerate(source)
    ]
    heads = {
        "count_text": say(style.language, "Customers"),
        "count_change_text": say(style.language, "Change"),
        "value_text": say(style.language, "At stake"),
        "value_change_text": say(style.language, "Change"),
    }
    columns = [key for key in heads if any(row[key] for row in rows)]
    wide = {
        key: max(
            widen([row[key] for row in rows], is_bold=key == "count_text"), int(measure_text(heads[key], SMALL)) + 14
        )
        for key in columns
    }
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.34)"
    # on a phone the changes give way
    small = [key for key in columns if key.endswith("change_text")]
    shown = " + ".join(f"{wide[key]} * (width > 340 ? 1 : 0)" if key in small else f"{wide[key]}" for key in columns)
    right = f"width - ({shown})"
    tips = {
        "name": say(style.language, "State"),
        "count_text": heads["count_text"],
        "share_text": say(style.language, "Share of all customers"),
        "count_change_text": say(style.language, "Change of the number"),
        "value_text": heads["value_text"],
        "value_change_text": say(style.language, "Change of the value"),
    }
    layers: list[Any] = [
        draw_names(rows, "state", "state", left, height, colours.text),
        make_layer("bars", pick(rows, "state", "zero", "count", "bar_y", "bar_y2", "colour"))
        .mark_rect()
        .encode(
            x=place_x("zero", domain, left, f"{right} - 4"),
            x2=alt.X2("count:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
            opacity=dim("state"),
        ),
    ]
    before = right
    for key in columns:
        own = f"{wide[key]} * (width > 340 ? 1 : 0)" if key in small else f"{wide[key]}"
        before = f"{before} + {own}"
        column = draw_column(
            key,
            rows,
            "state",
            key,
            place_at(before),
            height,
            choice="state",
            colour=colours.muted if key in small else colours.text,
            is_bold=key == "count_text",
        )
        head = draw_text(
            f"head_{key}",
            [{"y": 9.0, "text": heads[key]}],
            x=place_at(before),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
            align="right",
        )
        layers += [layer.transform_filter("width > 340") if key in small else layer for layer in (column, head)]
    layers.append(draw_row_hits(rows, "state", tips, make_choice("state", "state"), height))
    return configure(finish(layers, height), style)


def draw_comings(frame: pd.DataFrame, style: Style) -> Any:
    """Who came above zero, who went below it, a column a month.

    Columns: month_id, month_name, move (new, known, reactivated above; dormant, lost, closed below), terminal_count,
    value_text. 'known' are first seen in the data, but may have been customers before. Selection: ``move`` (month_id,
    move).
    """
    colours = choose_palette(style)
    fills = paint_states(colours)
    source = read_rows(frame, "comings", ("month_id", "month_name", "move", "terminal_count", "value_text"))
    months = list(dict.fromkeys(row["month_id"] for row in source))
    present = [move for move in COMINGS if any(row["move"] == move and row["terminal_count"] for row in source)]
    names = {move: say(style.language, "First seen" if move == "known" else STATES[move]) for move in present}
    key, head = draw_key([(names[move], fills[move]) for move in present], colours.muted)
    height = head + TOP + PLOT + FOOT

    ends = {(month, side): 0.0 for month in months for side in (-1, 1)}
    parts: Rows = []
    for move in present:
        side = -1 if move in ("dormant", "lost", "closed") else 1
        for row in source:
            if row["move"] != move or not row["terminal_count"]:
                continue
            start = ends[row["month_id"], side]
            ends[row["month_id"], side] = start + side * row["terminal_count"]
            parts.append(
                {
                    "month_id": row["month_id"],
                    "move": move,
                    "x": months.index(row["month_id"]) + 0.14,
                    "x2": months.index(row["month_id"]) + 0.86,
                    "start": start,
                    "end": ends[row["month_id"], side],
                    "colour": fills[move],
                    "month": row["month_name"],
                    "name": names[move],
                    "count_text": show_count(row["terminal_count"], style.language),
                    "value_text": row["value_text"],
                }
            )
    low, high = min([*ends.values(), -1.0]), max([*ends.values(), 1.0])
    ticks = [tick for tick in choose_ticks(low, high, 5) if tick == round(tick)]
    labels = [show_count(abs(tick), style.language) for tick in ticks]
    scale = alt.Scale(domain=[low, high], range=[head + TOP + PLOT - LABEL, head + TOP + LABEL], nice=False, zero=False)
    left = str(max((measure_text(label, SMALL) for label in labels), default=0) + 8)
    domain = [0.0, float(len(months))]

    def climb(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=scale)

    grid: Rows = [
        {"tick": tick, "text": label, "strength": 1.2 if tick == 0 else 0.8}
        for tick, label in zip(ticks, labels, strict=True)
    ]
    named: Rows = []
    shown = {row["month_id"]: row["month_name"] for row in source}
    for place, month in enumerate(months):
        named.append({"x": place + 0.5, "text": shown[month], "back": len(months) - 1 - place})
    need = max((measure_text(row["text"], SMALL) for row in named), default=0) + 10
    totals: Rows = [
        {"x": place + 0.5, "y": ends[month, side], "text": show_count(abs(ends[month, side]), style.language)}
        for place, month in enumerate(months)
        for side in (-1, 1)
        if ends[month, side]
    ]
    tips = {
        "month": say(style.language, "Month"),
        "name": say(style.language, "Move"),
        "count_text": say(style.language, "Customers"),
        "value_text": say(style.language, "At stake"),
    }
    choice = make_choice("move", "month_id", "move")
    x, x2 = place_x("x", domain, left, "width"), alt.X2("x2:Q")
    layers: list[Any] = [
        *key,
        make_layer("grid", grid)
        .mark_rule(color=colours.grid)
        .encode(x=place_at(left), x2=alt.X2Value("width"), y=climb("tick")),
        make_layer("zero", [{"tick": 0.0}])
        .mark_rule(color=colours.faint, strokeWidth=1)
        .encode(x=place_at(left), x2=alt.X2Value("width"), y=climb("tick")),
        draw_text("ticks", grid, x=alt.XValue(0), y=climb("tick"), colour=colours.muted, size=SMALL),
        make_layer("parts", pick(parts, "month_id", "move", "x", "x2", "start", "end", "colour"))
        .mark_rect()
        .encode(x=x, x2=x2, y=climb("start"), y2=alt.Y2("end:Q"), color=paint(), opacity=dim("move")),
        *[
            draw_text(
                f"totals_{name}",
                [row for row in totals if (row["y"] > 0) == is_up],
                x=x,
                y=climb("y"),
                colour=colours.text,
                size=SMALL,
                align="center",
                dy=-8 if is_up else 9,
            )
            for name, is_up in (("up", True), ("down", False))
        ],
        draw_text(
            "months",
            named,
            x=x,
            y=alt.YValue(height - 8),
            colour=colours.muted,
            size=SMALL,
            align="center",
        ).transform_filter(f"datum.back % max(1, ceil({need:.0f} * {len(months)} / width)) == 0"),
        draw_hits(
            "hits",
            pick(parts, "month_id", "move", "x", "x2", "start", "end", *tips),
            tips,
            choice,
            x=x,
            x2=x2,
            y=climb("start"),
            y2=alt.Y2("end:Q"),
        ),
    ]
    return configure(finish(layers, height), style)
