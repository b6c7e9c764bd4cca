"""The few big numbers under a headline: value, change against the comparison, definition on hover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import streamlit as st

from insight.metrics import find_metric
from insight.ui.page import Page
from insight.ui.text import plain
from insight.units import is_missing


@dataclass(frozen=True)
class Tile:
    """One number. ``change`` is its signed change (its sign gives the arrow), ``change_text`` how it is written."""

    metric: str
    value: str
    label: str = ""
    change: float | None = None
    change_text: str = ""
    against: str = ""
    trend: Sequence[float] = ()
    note: str = ""


def show_tiles(page: Page, tiles: Sequence[Tile]) -> None:
    """At most five tiles in a row; two a row on a phone."""
    with st.container(key="tiles"):
        for column, tile in zip(st.columns(len(tiles)), tiles, strict=True):
            with column:
                _show_tile(page, tile)


def _show_tile(page: Page, tile: Tile) -> None:
    metric = find_metric(tile.metric, page.language)
    lines = [f"{metric.name} · {metric.other_name}", metric.formula, metric.note, tile.note]
    period = page.say(
        "Period: {period}. Data to {day}.", period=page.period_name, day=page.day(page.coverage.data_through_on)
    )
    has_change = not is_missing(tile.change) and bool(tile.change_text)
    direction = 0.0 if not has_change else cast(float, tile.change)
    st.metric(
        plain(tile.label or metric.name),
        plain(tile.value),
        plain(tile.change_text) if has_change else (plain(tile.change_text) or None),
        delta_color=_find_color(metric.better, direction),
        delta_arrow="off" if direction == 0 else "up" if direction > 0 else "down",
        delta_description=plain(tile.against) or None,
        chart_data=list(tile.trend) or None,
        border=True,
        height="stretch",
        help="  \n".join(plain(line) for line in [*lines, period] if line),
    )


def _find_color(better: str, direction: float) -> Literal["green", "red", "gray"]:
    # the theme paints green as the blue of better and red as the vermilion of worse
    if direction == 0 or better == "none":
        return "gray"
    return "green" if (direction > 0) == (better == "up") else "red"
