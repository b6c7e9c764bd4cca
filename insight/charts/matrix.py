"""Who sells where, as a matrix: sellers against receiving territories, product lines or kinds of terminal."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    dim,
    draw_hits,
    draw_text,
    finish,
    make_choice,
    make_layer,
    measure_names,
    measure_text,
    paint,
    pick,
    place_x,
    place_y,
    read_rows,
    say_expression,
)
from insight.charts.theme import SMALL, Style, choose_ink, choose_palette, configure, mix_colour
from insight.i18n import say
from insight.units import Scale, choose_scale, show_amount, show_scaled, show_share

REQUIRED = (
    "row_id", "row_name", "row_rank", "column_id", "column_name", "column_rank",
    "amount", "row_share", "column_share", "is_home",
)  # fmt: skip
HEAD, GAP = 22, 1.5
TOTAL = 66  # room for the rows' sums at the right


def measure_row(count: int) -> int:
    """A row's height: the more rows the lower, still one line of text."""
    return 26 if count <= 40 else 20 if count <= 100 else 16


def choose_matrix_scale(frame: pd.DataFrame, style: Style) -> Scale:
    """The unit of all amounts: the largest cell's."""
    return choose_scale(frame["amount"].abs().max(), style.language, style.currency)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit of the amounts for the subtitle: 'CNY m', '万元'."""
    return choose_matrix_scale(frame, style).name


def draw_matrix(
    frame: pd.DataFrame,
    style: Style,
    *,
    measure: str = "amount",
    row_title: str = "",
    column_title: str = "",
    chosen: str = "",
) -> Any:
    """Cells as dark as their value, rows and columns by rank, sums at both ends.

    Columns: row_id, row_name, row_rank, column_id, column_name, column_rank, amount, row_share and column_share (empty
    where the sum is not above zero), is_home (outlined: the seller's home territory). ``measure`` (amount, row_share,
    column_share) is what cells show; the sums are amounts, all in the unit of ``describe_unit``. A cell below zero has no
    colour, its number says it. A pair the frame lacks stays blank. The row ``chosen`` has its name marked. Selection:
    ``cell`` (row_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "matrix", REQUIRED)
    row_places = _order(source, "row")
    column_places = _order(source, "column")
    row_names = {row["row_id"]: row["row_name"] for row in source}
    column_names = {row["column_id"]: row["column_name"] for row in source}
    row_sums, column_sums = dict.fromkeys(row_places, 0.0), dict.fromkeys(column_places, 0.0)
    for row in source:
        row_sums[row["row_id"]] += row["amount"]
        column_sums[row["column_id"]] += row["amount"]
    tall = measure_row(len(row_places))
    top = HEAD + tall  # the heads, and under them the sums of the columns
    height = top + tall * len(row_places)
    largest = max((row[measure] or 0.0 for row in source), default=0.0) or 1.0
    # amounts differ by powers of ten: their root keeps the small ones apart
    bend = math.sqrt if measure == "amount" else float

    scale = choose_matrix_scale(frame, style)

    def scaled(amount: float) -> str:
        text = show_scaled(amount, scale, language)
        # rounded away is not nothing
        return (
            f"<{show_scaled(scale.divisor * 10**-scale.digits, scale, language)}"
            if amount > 0 and not text.strip("0.")
            else text
        )

    def write(row: dict[str, Any]) -> str:
        if measure == "amount":
            return scaled(row["amount"])
        return show_share(row[measure], language, 0) if row[measure] is not None else ""

    cells: Rows = []
    for row in source:
        value = row[measure] or 0.0
        fill = colours.panel if value <= 0 else mix_colour(colours.sequential, bend(min(value / largest, 1.0)))
        level = top + tall * row_places[row["row_id"]]
        place = column_places[row["column_id"]]
        cells.append(
            {
                "row_id": row["row_id"],
                "x": place,
                "x2": place + 1,
                "middle": place + 0.5,
                "y": level,
                "y2": level + tall - GAP,
                "text_y": level + (tall - GAP) / 2,
                "colour": fill,
                "ink": colours.worse_text if row["amount"] < 0 else choose_ink(fill),
                "text": write(row),
                "is_home": bool(row["is_home"]),
                "row_name": row["row_name"],
                "column_name": row["column_name"] + (f" ({say(language, 'home')})" if row["is_home"] else ""),
                "told_amount": show_amount(row["amount"], language, style.currency),
                "told_row": show_share(row["row_share"], language) if row["row_share"] is not None else "",
                "told_column": show_share(row["column_share"], language) if row["column_share"] is not None else "",
            }
        )
    count = len(column_places)
    left = f"min({measure_names(row_names.values(), most=190)}, width * 0.28)"
    right = f"(width - {TOTAL})"
    cell_width = f"(({right} - {left}) / {count})"
    domain = [0.0, float(count)]
    x = place_x("x", domain, left, right)
    middle = place_x("middle", domain, left, right)
    need = max((measure_text(cell["text"], SMALL) for cell in cells), default=0) + 6
    head_need = max(measure_text(str(name), SMALL) for name in column_names.values()) + 8
    sum_need = max(measure_text(scaled(value), SMALL) for value in column_sums.values()) + 8
    heads: Rows = [
        {"middle": place + 0.5, "y": HEAD / 2, "text": column_names[key], "back": place}
        for key, place in column_places.items()
    ]
    feet: Rows = [
        {
            "middle": place + 0.5,
            "y": HEAD + (tall - GAP) / 2 - 2,
            "text": scaled(column_sums[key]),
            "back": place,
        }
        for key, place in column_places.items()
    ]
    sides: Rows = [
        {
            "row_id": key,
            "y": top + tall * place + (tall - GAP) / 2,
            "text": row_names[key],
            "sum": scaled(row_sums[key]),
        }
        for key, place in row_places.items()
    ]
    whole: Rows = [
        {"y": HEAD / 2, "text": say(language, "Total")},
        {
            "y": HEAD + (tall - GAP) / 2 - 2,
            "text": scaled(sum(row_sums.values())),
        },
    ]
    for side in sides:
        side["colour"] = colours.primary if side["row_id"] == chosen else colours.text
        side["text"] = f"▸ {side['text']}" if side["row_id"] == chosen else side["text"]
    choice = make_choice("cell", "row_id")
    tips = {
        "row_name": row_title or say(language, "Seller"),
        "column_name": column_title or say(language, "Column"),
        "told_amount": say(language, "Pure sales"),
        "told_row": say(language, "Share of the row"),
        "told_column": say(language, "Share of the column"),
    }
    upright: dict[str, Any] = {"y": place_y("y", height), "y2": alt.Y2("y2:Q")}
    few = count <= 8
    head_layer = draw_text(
        "heads",
        heads,
        x=middle,
        y=place_y("y", height),
        colour=colours.muted,
        size=SMALL,
        align="center",
        limit=say_expression(f"{cell_width} - 4") if few else 200,
    )
    foot_layer = draw_text(
        "feet", feet, x=middle, y=place_y("y", height), colour=colours.muted, size=SMALL, align="center"
    )
    if not few:
        head_layer = head_layer.transform_filter(f"datum.back % max(1, ceil({head_need:.0f} / {cell_width})) == 0")
    foot_layer = foot_layer.transform_filter(f"datum.back % max(1, ceil({sum_need:.0f} / {cell_width})) == 0")
    layers = [
        head_layer,
        foot_layer,
        draw_text(
            "whole",
            whole,
            x=alt.XValue("width"),
            y=place_y("y", height),
            colour=colours.muted,
            size=SMALL,
            align="right",
            is_bold=True,
        ),
        draw_text(
            "sides",
            pick(sides, "row_id", "y", "text", "colour"),
            x=alt.XValue(0),
            y=place_y("y", height),
            size=SMALL if tall < 20 else 12,
            limit=say_expression(f"{left} - 8"),
            opacity=dim("cell"),
        ),
        draw_text(
            "sums",
            pick(sides, "row_id", "y", "sum"),
            x=alt.XValue("width"),
            y=place_y("y", height),
            colour=colours.text,
            size=SMALL,
            align="right",
            text="sum",
            opacity=dim("cell"),
        ),
        make_layer("cells", pick(cells, "row_id", "x", "x2", "y", "y2", "colour"))
        .mark_rect(cornerRadius=2, x2Offset=-GAP)
        .encode(x=x, x2=alt.X2("x2:Q"), color=paint(), opacity=dim("cell"), **upright),
    ]
    homes = [cell for cell in cells if cell["is_home"]]
    if homes:
        layers.append(
            make_layer("homes", pick(homes, "row_id", "x", "x2", "y", "y2"))
            .mark_rect(cornerRadius=2, x2Offset=-GAP - 1, xOffset=1, fill=None, stroke=colours.text, strokeWidth=1.3)
            .encode(x=x, x2=alt.X2("x2:Q"), opacity=dim("cell"), **upright)
        )
    layers += [
        draw_text(
            "texts",
            pick(cells, "row_id", "middle", "text_y", "text", "ink"),
            x=middle,
            y=place_y("text_y", height),
            size=SMALL,
            align="center",
            xOffset=-GAP / 2,
            opacity=dim("cell"),
        )
        .encode(color=paint("ink"))
        .transform_filter(f"{cell_width} > {need:.0f}"),
        draw_hits(
            "hits",
            pick(cells, "row_id", "x", "x2", "y", "y2", *tips),
            tips,
            choice,
            x=x,
            x2=alt.X2("x2:Q"),
            **upright,
        ),
    ]
    return configure(finish(layers, height), style)


def _order(source: Rows, side: str) -> dict[Any, int]:
    """The place of every row or column by its rank."""
    ranks = {row[f"{side}_id"]: row[f"{side}_rank"] for row in source}
    return {key: place for place, key in enumerate(sorted(ranks, key=lambda key: (ranks[key], str(key))))}
