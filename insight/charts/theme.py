"""The look of every chart: colours for light and dark, the font, and the settings every chart ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
from altair.utils import schemapi

# Altair otherwise checks every small part as it is made, which takes longer than the rest of a page. The whole is
# still checked by ``to_dict()``, which is what the tests call.
schemapi.disable_debug_mode()

FONT = "Source Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
SMALL, NORMAL = 11, 12

DIMMED = 0.35


@dataclass(frozen=True)
class Style:
    """How the reader wants charts: the language of words, the mode of colours, the money of amounts."""

    language: str
    is_dark: bool
    currency: str


@dataclass(frozen=True)
class Palette:
    """Colours by role. Better and worse differ for every kind of colour vision, and never stand alone."""

    page: str
    panel: str
    border: str
    grid: str
    text: str
    muted: str
    faint: str
    primary: str
    actual: str
    base: str
    plan: str
    forecast: str
    better: str
    worse: str
    worse_text: str
    bands: tuple[str, str, str]
    categories: tuple[str, ...]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]


LIGHT = Palette(
    page="#FFFFFF",
    panel="#F4F6F9",
    border="#DFE5EC",
    grid="#EBEFF4",
    text="#1B2733",
    muted="#566573",
    faint="#8896A5",
    primary="#0B6489",
    actual="#2B4257",
    base="#B4C0CC",
    plan="#2B4257",
    forecast="#DCE4EC",
    better="#1B7DA6",
    worse="#D0532B",
    worse_text="#B4471F",
    bands=("#DFE6EE", "#E9EEF4", "#F3F6F9"),
    categories=("#0C6995", "#D38126", "#479E92", "#8D3655", "#9287C8", "#6D682F"),
    sequential=("#EDF4F7", "#C3DBE5", "#8FBDD0", "#5699B4", "#2A7697", "#0B5272"),
    diverging=("#B5431D", "#DB7E58", "#F2C7B2", "#F3F1EC", "#B9D6E3", "#5C9FBF", "#176A91"),
)

DARK = Palette(
    page="#0F1720",
    panel="#16212C",
    border="#2A3947",
    grid="#1F2C38",
    text="#E6EDF3",
    muted="#9AA9B8",
    faint="#6F8192",
    primary="#4FB3D9",
    actual="#C9D6E2",
    base="#546778",
    plan="#C9D6E2",
    forecast="#2A3947",
    better="#4FB3D9",
    worse="#F08A5D",
    worse_text="#F08A5D",
    bands=("#25323F", "#1D2935", "#17222D"),
    categories=("#279DE6", "#F7BD58", "#5FDBBF", "#C468A5", "#C7C1EE", "#999957"),
    sequential=("#16303F", "#1B4A61", "#226686", "#3285AB", "#55A6CB", "#8FCBE6"),
    diverging=("#F08A5D", "#B8623D", "#6B4636", "#26323D", "#24506A", "#2F7FA6", "#6CC3E6"),
)


def choose_palette(style: Style) -> Palette:
    """The colours of the style's mode."""
    return DARK if style.is_dark else LIGHT


def configure(chart: Any, style: Style) -> Any:
    """The chart with the house look: it takes its card's width, sits on the card's own ground, has no frame."""
    colours = choose_palette(style)
    finished = chart.copy(deep=False)
    # fit-x: the card's width is the chart's whole width, and the height stays as drawn
    finished.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
    finished.padding = {"left": 0, "right": 0, "top": 2, "bottom": 2}
    finished.background = "transparent"
    finished.config = alt.Config(
        font=FONT,
        # A ground that can be seen by the mouse only: brushes start on it, and a click on it lets go of a choice
        view=alt.ViewConfig(stroke=None, fill="transparent", cursor="default"),
        axis=alt.AxisConfig(
            domain=False,
            ticks=False,
            gridColor=colours.grid,
            labelColor=colours.muted,
            labelFontSize=NORMAL,
            titleColor=colours.muted,
            titleFontSize=NORMAL,
            titleFontWeight="normal",
        ),
        # Streamlit would otherwise add a tooltip of raw fields to every mark
        mark=alt.MarkConfig(tooltip=None, aria=False),
        text=alt.MarkConfig(font=FONT, fontSize=NORMAL, color=colours.text),
    )
    return finished


def write_spec(chart: Any) -> dict[str, Any]:
    """The chart as a Vega-Lite specification, without the slow check against the schema, which the tests make."""
    return dict(chart.to_dict(validate=False))


def read_colour(colour: str) -> tuple[int, int, int]:
    """'#1B7DA6' is (27, 125, 166)."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix_colour(ramp: tuple[str, ...], position: float) -> str:
    """The colour at a position from 0 to 1 along a ramp, mixed in RGB; positions outside stop at the ends."""
    place = min(max(position, 0.0), 1.0) * (len(ramp) - 1)
    left = min(int(place), len(ramp) - 2)
    share = place - left
    pairs = zip(read_colour(ramp[left]), read_colour(ramp[left + 1]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02X}" for low, high in pairs)


def measure_light(colour: str) -> float:
    """Relative luminance after WCAG 2.2: black is 0, white is 1."""
    parts = [channel / 255 for channel in read_colour(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def measure_contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.2, from 1 to 21."""
    low, high = sorted((measure_light(one), measure_light(other)))
    return (high + 0.05) / (low + 0.05)


def choose_ink(ground: str) -> str:
    """The house's dark ink or white, whichever reads well on the ground; black where neither does."""
    best = max(("#1B2733", "#FFFFFF"), key=lambda ink: measure_contrast(ink, ground))
    return best if measure_contrast(best, ground) >= 4.5 else "#000000"
