"""How concentrated each step of the channel is: HHI against the two lines that alarm, and the shares of the largest."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from insight.charts.plot import (
    Rows,
    draw_column,
    draw_names,
    draw_row_hits,
    draw_text,
    finish,
    make_choice,
    make_layer,
    measure_names,
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
from insight.units import MISSING, show_count, show_number, show_share

LINES = (1_800.0, 2_500.0)
WIDE = 520  # narrower cards keep the effective number and the largest share only
ROW, BAR, HEAD = 46, 18, 34
REQUIRED = ("unit_id", "unit_name", "hhi", "effective_count", "top_1_share", "top_3_share", "top_5_share")
SHARES = ("top_1_share", "top_3_share", "top_5_share")


def draw_concentration(frame: pd.DataFrame, style: Style) -> Any:
    """A bar of HHI for each step in the order given, with 1,800 and 2,500 as lines.

    Columns: unit_id, unit_name, hhi, base_hhi, effective_count, party_count, top_1_share, top_3_share, top_5_share. A
    bar above 2,500 is vermilion; the small tick is the HHI of the period compared with. A step without HHI has a dash.
    Selection: ``unit`` (unit_id).
    """
    colours = choose_palette(style)
    language = style.language
    source = read_rows(frame, "concentration", REQUIRED, ("base_hhi", "party_count"))
    bottom = HEAD + ROW * len(source)
    height = bottom + 4
    values = [row[key] for row in source for key in ("hhi", "base_hhi") if row[key] is not None]
    domain = [0.0, max([3_000.0, *values])]

    rows: Rows = []
    for index, row in enumerate(source):
        places = stack_row(index, head=HEAD, row=ROW, bar=BAR)
        hhi, base = row["hhi"], row["base_hhi"]
        effective = row["effective_count"]
        rows.append(
            {
                **places,
                "base_y": places["y"] - BAR / 2 - 3,
                "base_y2": places["y"] + BAR / 2 + 3,
                "unit_id": row["unit_id"],
                "name": row["unit_name"],
                "zero": 0.0,
                "hhi": hhi,
                "base": base,
                "dash": MISSING if hhi is None else "",
                "colour": colours.worse if hhi is not None and hhi > LINES[1] else colours.actual,
                "hhi_text": show_count(hhi, language),
                "base_text": "" if base is None else show_count(base, language),
                "count_text": show_count(row["party_count"], language),
                "effective_text": show_number(
                    effective, language, 1 if effective is not None and effective < 100 else 0
                ),
                **{f"{key}_text": show_share(row[key], language, 1) for key in SHARES},
            }
        )
    columns = [
        ("effective_text", say(language, "Effective"), True),
        ("top_1_share_text", say(language, "Top 1"), True),
        ("top_3_share_text", say(language, "Top 3"), False),
        ("top_5_share_text", say(language, "Top 5"), False),
    ]
    hhi_width = widen([row["hhi_text"] for row in rows], is_bold=True, gap=14)
    wide = [max(widen([row[key] for row in rows], gap=16), widen([head], gap=14)) for key, head, _ in columns]
    # the two last columns leave a narrow card: their room is a factor of 0 or 1 of the width
    is_wide = f"(width > {WIDE} ? 1 : 0)"
    room = f"({hhi_width + sum(wide[:2])} + {sum(wide[2:])} * {is_wide})"
    left = f"min({measure_names([row['name'] for row in rows])}, width * 0.3)"
    right = f"width - {room}"
    guides: Rows = [
        {"x": line, "y": HEAD - 4, "y2": bottom, "label_y": 10 + 12 * (place == 0), "text": show_count(line, language)}
        for place, line in enumerate(LINES)
    ]
    tips = {
        "name": say(language, "Step"),
        "hhi_text": "HHI",
        "base_text": say(language, "HHI before"),
        "count_text": say(language, "Parties"),
        "effective_text": say(language, "Effective number"),
        "top_1_share_text": say(language, "Largest one"),
        "top_3_share_text": say(language, "Three largest"),
        "top_5_share_text": say(language, "Five largest"),
    }
    y = place_y("y", height)
    layers: list[Any] = [
        make_layer("guides", guides)
        .mark_rule(color=colours.worse, strokeWidth=1, strokeDash=[3, 3], opacity=0.7)
        .encode(x=place_x("x", domain, left, right), y=y, y2=alt.Y2("y2:Q")),
        draw_text(
            "guide_labels",
            guides,
            x=place_x("x", domain, left, right),
            y=place_y("label_y", height),
            colour=colours.muted,
            size=SMALL,
            align="center",
        ),
        draw_names(rows, "unit", "unit_id", left, height, colours.text),
        make_layer("bars", pick(rows, "unit_id", "zero", "hhi", "bar_y", "bar_y2", "colour", where="hhi"))
        .mark_rect()
        .encode(
            x=place_x("zero", domain, left, right),
            x2=alt.X2("hhi:Q"),
            y=place_y("bar_y", height),
            y2=alt.Y2("bar_y2:Q"),
            color=alt.Color("colour:N", scale=None, legend=None),
        ),
        make_layer("base", pick(rows, "unit_id", "base", "base_y", "base_y2", where="base"))
        .mark_rule(color=colours.faint, strokeWidth=2)
        .encode(x=place_x("base", domain, left, right), y=place_y("base_y", height), y2=alt.Y2("base_y2:Q")),
        draw_column(
            "hhi_texts",
            rows,
            "unit_id",
            "hhi_text",
            place_at(f"{right} + {hhi_width}"),
            height,
            choice="unit",
            colour=colours.text,
            is_bold=True,
        ),
        draw_text(
            "head_hhi",
            [{"y": 10, "text": "HHI"}],
            x=place_at(f"{right} + {hhi_width}"),
            y=y,
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
    ]
    before = float(hhi_width)
    for (key, head, is_always), own in zip(columns, wide, strict=True):
        before += own
        x = place_at(f"{right} + {before}")
        column = draw_column(key, rows, "unit_id", key, x, height, choice="unit", colour=colours.text)
        title = draw_text(
            f"head_{key}", [{"y": 10, "text": head}], x=x, y=y, colour=colours.muted, size=SMALL, align="right"
        )
        layers += [layer if is_always else layer.transform_filter(f"width > {WIDE}") for layer in (column, title)]
    layers.append(draw_row_hits(rows, "unit_id", tips, make_choice("unit", "unit_id"), height))
    return configure(finish(layers, height), style)
