"""Flow over the borders of territories: from which home to which place, and who sold how much outside."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.heat import draw_heat
from insight.charts.plot import (
    Rows,
    dim,
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
    place_x,
    place_y,
    read_rows,
    stack_row,
    widen,
)
from insight.charts.ranking import BAR, ROW
from insight.charts.stacked import draw_key
from insight.charts.theme import Style, choose_palette, configure
from insight.i18n import say
from insight.units import choose_scale, show_amount, show_scaled, show_share

LEAST_LABEL = 0.01
BLANK = " "


def draw_crossing(frame: pd.DataFrame, style: Style) -> Any:
    """A cell a home and receiving place; the diagonal stays blank, shares up to 1% go without a number.

    Columns: row_id, row_name, column_id, column_name, rate, flow_amount. Selection: ``cell`` (row_id, column_id).
    """
    shown = frame.assign(
        label=[BLANK if rate is not None and rate <= LEAST_LABEL else None for rate in frame["rate"]],
        tip=[
            f"{show_share(rate, style.language)} · {show_amount(amount, style.language, style.currency)}"
            for rate, amount in zip(frame["rate"], frame["flow_amount"], strict=True)
        ],
    )
    return draw_heat(
        shown,
        style,
        scheme="sequential",
        row_title=say(style.language, "From distributors at home in"),
        column_title=say(style.language, "To terminals in"),
        rate_title=say(style.language, "Share of the home’s sales"),
    )


def draw_outside(frame: pd.DataFrame, style: Style) -> Any:
    """Bars of what was sold outside: into adjoining zones, beyond them, and where nobody says what adjoins.

    Columns: unit_id, unit_name, border_amount, beyond_amount, unknown_amount, rate, unmapped_amount. Net returns draw no
    bar. Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    parts = {
        "beyond": (say(language, "Beyond adjoining territories"), colours.actual),
        "border": (say(language, "Into adjoining territories"), colours.base),
        "unknown": (say(language, "Border unknown"), colours.faint),
    }
    columns = [f"{part}_amount" for part in parts]
    source = read_rows(frame, "outside", ("unit_id", "unit_name", "rate", *columns), ("unmapped_amount",))
    kept = {part: entry for part, entry in parts.items() if any((row[f"{part}_amount"] or 0) > 0 for row in source)}
    key, head = draw_key(list(kept.values()), colours.muted)
    height = head + ROW * len(source) + 2
    sums = [sum(row[column] or 0.0 for column in columns) for row in source]
    scale = choose_scale(find_largest(sums), language, style.currency)
    ends = [sum(max(row[column] or 0.0, 0.0) for column in columns) for row in source]
    domain = [0.0, max([*ends, 0.0]) or 1.0]
    rows: Rows = []
    bars: Rows = []
    for index, (row, total, end) in enumerate(zip(source, sums, ends, strict=True)):
        places = stack_row(index, head=head, row=ROW, bar=BAR)
        start = 0.0
        for part, (_, colour) in kept.items():
            size = max(row[f"{part}_amount"] or 0.0, 0.0)
            if size > 0:
                bars.append({**places, "unit_id": row["unit_id"], "x": start, "x2": start + size, "colour": colour})
                start += size
        text = f"{show_scaled(total, scale, language)} · {show_share(row['rate'], language)}"
        told = {f"{part}_text": show_scaled(row[f"{part}_amount"] or 0.0, scale, language) for part in kept}
        unmapped = row["unmapped_amount"] or 0.0
        rows.append(
            {
                **places,
                **told,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "edge": end,
                "text": text,
                "total_text": show_scaled(total, scale, language),
                "rate_text": show_share(row["rate"], language),
                "unmapped_text": show_scaled(unmapped, scale, language) if unmapped else "",
            }
        )
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.38)"
    right = f"width - {widen([row['text'] for row in rows], is_bold=True)}"
    tips = {
        "name": say(language, "Unit"),
        "total_text": name_unit(language, say(language, "Outside"), scale.name),
        "rate_text": say(language, "Share of what can be judged"),
        **{f"{part}_text": name_unit(language, words, scale.name) for part, (words, _) in kept.items()},
        "unmapped_text": name_unit(language, say(language, "Could not be judged"), scale.name),
    }
    layers = [
        *key,
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("bars", pick(bars, "unit_id", "x", "x2", "bar_y", "bar_y2", "colour"))
        .mark_rect()
        .encode(
            x=place_x("x", domain, left, right),
            x2=alt.X2("x2:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=paint(),
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
        draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height),
    ]
    return configure(finish(layers, height), style)


def describe_unit(frame: pd.DataFrame, style: Style) -> str:
    """The unit for the subtitle: 'CNY m', '万元'."""
    columns = ("border_amount", "beyond_amount", "unknown_amount")
    largest = find_largest(sum(float(row[column] or 0) for column in columns) for row in frame.to_dict("records"))
    return choose_scale(largest, style.language, style.currency).name
