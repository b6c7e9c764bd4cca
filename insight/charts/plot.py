"""The parts charts are made of: guarded frames, layers, text, rows that stretch, ticks and areas to click.

Every chart is one view whose vertical places are pixels worked out here and whose horizontal places follow the
card's width through Vega's own ``width``. Nothing lies outside the view, so a chart is as wide as its card, to the
pixel, on a phone and on a wall.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from insight.charts.theme import DIMMED, FONT, NORMAL, SMALL
from insight.units import is_missing, show_share

Rows = list[dict[str, Any]]

# --- frames -----------------------------------------------------------------------------------------------------


def read_rows(frame: pd.DataFrame, chart: str, required: Sequence[str], optional: Sequence[str] = ()) -> Rows:
    """The frame as rows of plain values: missing is None, amounts are floats; an unusable frame is a clear error."""
    absent = [column for column in required if column not in frame.columns]
    if absent:
        raise ValueError(f"The {chart} chart needs the columns {', '.join(required)}; missing: {', '.join(absent)}")
    if frame.empty:
        raise ValueError(f"The {chart} chart was given no rows; show a sentence instead of an empty chart")
    known = [*required, *(column for column in optional if column in frame.columns)]
    rows = [
        {column: read_value(value) for column, value in zip(known, values, strict=True)}
        for values in frame[known].itertuples(index=False, name=None)
    ]
    return [{**dict.fromkeys(optional), **row} for row in rows]


def read_value(value: Any) -> Any:
    """A plain value: numbers of any kind as float, missing as None, text and dates as they are."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (str, bool)):
        return value
    if hasattr(value, "isoformat"):
        return value
    if hasattr(value, "dtype") and value.dtype.kind == "b":
        return bool(value)
    return None if is_missing(value) else float(value)


def find_largest(values: Iterable[float | None]) -> float:
    """The largest absolute value; 0 where there is none."""
    return max((abs(value) for value in values if value is not None), default=0.0)


# --- text -------------------------------------------------------------------------------------------------------


def measure_text(text: str, size: float = NORMAL, *, is_bold: bool = False) -> float:
    """About how wide a text is in pixels: a Chinese character is one size wide, a Latin one about half."""
    ems = sum(
        1.0 if ord(letter) > 0x2E7F else 0.3 if letter in "il.,:;|!'()[] j·t" else 0.62 if letter.isupper() else 0.52
        for letter in text
    )
    return ems * size * (1.06 if is_bold else 1.0)


def measure_names(names: Iterable[str], *, most: int = 150, size: float = NORMAL, gap: int = 12) -> int:
    """How wide the column of row names wants to be."""
    return math.ceil(min(max((measure_text(name, size) for name in names), default=0), most)) + gap


# --- layers -----------------------------------------------------------------------------------------------------


def make_layer(name: str, values: Rows) -> alt.Chart:
    """A layer over its own few rows. The name keeps the rows inside the layer, out of the 'Show data' button."""
    return alt.Chart(alt.InlineData(values=values, name=name))


def say_expression(text: str) -> alt.ExprRef:
    """A Vega expression, mostly over ``width``, the card's width in pixels."""
    return alt.ExprRef(expr=text)


def place_y(field: str, height: float) -> alt.Y:
    """A vertical place in pixels from the top."""
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False))


def place_x(field: str, domain: Sequence[float], left: str, right: str, *, kind: str = "linear") -> alt.X:
    """A value placed between two pixel places, each an expression over ``width``."""
    scale: dict[str, Any] = {"domain": list(domain), "range": [say_expression(left), say_expression(right)]}
    if kind == "linear":
        scale |= {"nice": False, "zero": False}
    return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(type=kind, **scale))


def place_at(expression: str) -> alt.XValue:
    """A horizontal place in pixels, an expression over ``width``."""
    return alt.XValue(say_expression(expression))


def paint(field: str = "colour") -> alt.Color:
    """A colour worked out beforehand and carried in the row."""
    return alt.Color(f"{field}:N", scale=None, legend=None)


def dim(name: str, strength: float = 1.0) -> alt.OpacityValue:
    """Full strength for what is selected, faint for the rest; full for all while nothing is selected."""
    full: dict[str, Any] = {"param": name, "value": strength, "empty": True}
    return alt.OpacityValue(DIMMED * strength, condition=full)


def draw_text(
    name: str,
    values: Rows,
    *,
    x: Any,
    y: Any,
    colour: str | None = None,
    size: int = NORMAL,
    is_bold: bool = False,
    align: str = "left",
    baseline: str = "middle",
    text: str = "text",
    opacity: Any = None,
    **mark: Any,
) -> alt.Chart:
    """Words or numbers ready for the screen; the colour is one for all, or the rows' own."""
    layer = make_layer(name, values).mark_text(
        align=align,
        baseline=baseline,
        font=FONT,
        fontSize=size,
        fontWeight=600 if is_bold else 400,
        **mark,
    )
    encodings: dict[str, Any] = {"x": x, "y": y, "text": alt.Text(f"{text}:N")}
    encodings["color"] = paint() if colour is None else alt.ColorValue(colour)
    if opacity is not None:
        encodings["opacity"] = opacity
    return layer.encode(**encodings)


# --- choosing ---------------------------------------------------------------------------------------------------


def make_choice(name: str, *fields: str) -> alt.Parameter:
    """A selection by click that returns ids. A second click on the same thing lets go of it, as does a double click."""
    return alt.selection_point(
        name=name,
        fields=list(fields),
        # replace what was chosen, unless the thing clicked is already chosen: then take it out
        toggle=f"event.shiftKey || (datum && vlSelectionTest('{name}_store', datum))",
        empty=True,
    )


def make_tooltips(titles: Mapping[str, str]) -> list[alt.Tooltip]:
    """Tooltips of ready-made text: column to localised title."""
    return [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]


def describe_rows(values: Rows, titles: Mapping[str, str]) -> Rows:
    """The rows with a spoken description of each, for those who cannot see the marks."""
    return [
        {**row, "spoken": "; ".join(f"{title}: {row[column]}" for column, title in titles.items() if row.get(column))}
        for row in values
    ]


def draw_hits(name: str, values: Rows, titles: Mapping[str, str], choice: alt.Parameter | None, **place: Any) -> Any:
    """Invisible areas over the marks, large enough for a finger: they carry the tooltip, the words and the click."""
    layer = (
        make_layer(name, describe_rows(values, titles))
        .mark_rect(fill="transparent", stroke=None, aria=True, cursor="pointer" if choice is not None else "default")
        .encode(tooltip=make_tooltips(titles), description=alt.Description("spoken:N"), **place)
    )
    return layer if choice is None else layer.add_params(choice)


# --- ticks ------------------------------------------------------------------------------------------------------


def choose_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values from low to high, about as many as asked: 0, 50, 100 rather than 0, 47, 94."""
    if not high > low:
        return [low]
    rough = (high - low) / max(count, 1)
    size = 10.0 ** math.floor(math.log10(rough))
    step = min((size * factor for factor in (1, 2, 2.5, 5, 10)), key=lambda step: abs(math.log(step / rough)))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(place * step, 10) + 0.0 for place in range(first, last + 1)]


def choose_log_ticks(low: float, high: float) -> list[float]:
    """Values 1, 3, 10, 30 … inside a logarithmic axis; more per decade when the axis is short."""
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for factors in ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0)):
        ticks = [factor * 10.0**decade for decade in decades for factor in factors]
        inside = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
        if len(inside) >= 4:
            return inside
    return inside


def count_digits(ticks: Sequence[float]) -> int:
    """How many decimals the ticks need so that no two read alike and none is rounded."""
    for digits in range(4):
        if all(abs(tick - round(tick, digits)) < 1e-9 * max(1.0, abs(tick)) for tick in ticks):
            return digits
    return 4


def show_share_ticks(ticks: Sequence[float], language: str, *, is_signed: bool = False) -> list[str]:
    """Shares along an axis, all with as many decimals as the finest step needs."""
    digits = count_digits([tick * 100 for tick in ticks])
    return [show_share(tick, language, digits, is_signed=is_signed) for tick in ticks]


def find_usual(values: Iterable[float | None]) -> float:
    """The value nine in ten stay below: what a logarithmic chart takes its unit from, not from one giant."""
    ordered = sorted(abs(value) for value in values if value)
    return ordered[int((len(ordered) - 1) * 0.9)] if ordered else 0.0


def thin(need: float, count: str, field: str = "back") -> str:
    """An expression: 1 for every n-th label, n just large enough that labels of that need do not touch, else 0."""
    return f"datum.{field} % max(1, ceil({need} * {count} / width)) == 0 ? 1 : 0"


def draw_grid(
    name: str,
    ticks: Sequence[float],
    labels: Sequence[str],
    *,
    height: float,
    top: float,
    bottom: float,
    domain: Sequence[float],
    left: str,
    right: str,
    grid: str,
    muted: str,
    anchor: float = 0.0,
) -> list[alt.Chart]:
    """Vertical grid lines with their values under them; on narrow cards the values thin out around the anchor."""
    kept = min(range(len(ticks)), key=lambda index: abs(ticks[index] - anchor), default=0)
    values: Rows = [
        {"x": tick, "y": top, "y2": bottom, "label_y": bottom + 14, "text": label, "back": abs(index - kept)}
        for index, (tick, label) in enumerate(zip(ticks, labels, strict=True))
    ]
    need = max((measure_text(label, SMALL) for label in labels), default=0) + 10
    # Ticks are even: how many would fit side by side over the whole axis tells how many to keep
    across = (domain[1] - domain[0]) / (ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    room = f"({right} - ({left}))"
    x = place_x("x", domain, left, right)
    rule = make_layer(f"{name}_lines", values).mark_rule(color=grid, strokeWidth=1)
    words = draw_text(
        f"{name}_labels", values, x=x, y=place_y("label_y", height), colour=muted, size=SMALL, align="center"
    )
    return [
        rule.encode(x=x, y=place_y("y", height), y2=alt.Y2("y2:Q")),
        words.transform_filter(f"datum.back % max(1, ceil({need:.0f} * {across:.2f} / {room})) == 0"),
    ]


# --- rows: one unit under another ---------------------------------------------------------------------------------


def pick(rows: Rows, *columns: str, where: str | None = None) -> Rows:
    """Only the columns a layer needs, of the rows that have a value where one is asked for."""
    return [
        {column: row[column] for column in columns} for row in rows if where is None or row[where] not in (None, "")
    ]


def stack_row(index: int, *, head: float, row: float, bar: float) -> dict[str, float]:
    """The places of one row: its middle, the edges of its bar, and its own edges for the click."""
    middle = head + row * index + row / 2
    return {
        "y": middle,
        "bar_y": middle - bar / 2,
        "bar_y2": middle + bar / 2,
        "row_y": middle - row / 2,
        "row_y2": middle + row / 2,
    }


def draw_names(rows: Rows, choice: str, key: str, left: str, height: float, colour: str) -> alt.Chart:
    """The names of the rows, at the card's edge under its title, shortened where they would touch the marks."""
    return draw_text(
        "names",
        pick(rows, key, "name", "y"),
        x=alt.XValue(0),
        y=place_y("y", height),
        colour=colour,
        text="name",
        limit=say_expression(f"{left} - 8"),
        opacity=dim(choice),
    )


def draw_ground(rows: Rows, selected: str, height: float, colour: str) -> list[alt.Chart]:
    """The ground of the row chosen elsewhere on the page; nothing where the chart does not show it."""
    chosen = pick([row for row in rows if selected and row["unit_id"] == selected], "row_y", "row_y2")
    if not chosen:
        return []
    return [
        make_layer("ground", chosen)
        .mark_rect(color=colour, opacity=0.7, cornerRadius=3)
        .encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=place_y("row_y", height), y2=alt.Y2("row_y2:Q"))
    ]


def draw_row_hits(rows: Rows, key: str, titles: Mapping[str, str], choice: alt.Parameter | None, height: float) -> Any:
    """Whole rows to click, with their tooltips. Titles whose column is empty in every row are left out."""
    told = {column: title for column, title in titles.items() if any(row.get(column) for row in rows)}
    return draw_hits(
        "hits",
        pick(rows, key, "row_y", "row_y2", *told),
        told,
        choice,
        x=alt.XValue(0),
        x2=alt.X2Value("width"),
        y=place_y("row_y", height),
        y2=alt.Y2("row_y2:Q"),
    )


def draw_column(
    name: str,
    rows: Rows,
    key: str,
    text: str,
    x: Any,
    height: float,
    *,
    choice: str,
    colour: str | None = None,
    is_bold: bool = False,
    align: str = "right",
    size: int = NORMAL,
    **mark: Any,
) -> alt.Chart:
    """Ready text in a column beside the rows; the colour is one for all, or each row's own ``<text>_colour``."""
    columns = (key, text, "y") if colour is not None else (key, text, "y", f"{text}_colour")
    layer = draw_text(
        name,
        pick(rows, *columns, where=text),
        x=x,
        y=place_y("y", height),
        colour=colour,
        align=align,
        is_bold=is_bold,
        size=size,
        text=text,
        opacity=dim(choice),
        **mark,
    )
    return layer if colour is not None else layer.encode(color=paint(f"{text}_colour"))


def name_unit(language: str, words: str, unit: str) -> str:
    """A measure with its unit: 'Gap, CNY m', '缺口，万元'."""
    if not unit:
        return words
    return f"{words}，{unit}" if language == "zh" else f"{words}, {unit}"


def widen(texts: Iterable[str], *, is_bold: bool = False, gap: int = 10) -> int:
    """How wide a column of these texts is, with air."""
    return math.ceil(max((measure_text(text, is_bold=is_bold) for text in texts), default=0)) + gap


def finish(layers: Sequence[Any], height: float) -> Any:
    """The layers as one view as wide as its card."""
    return alt.layer(*layers, width="container", height=height)
