"""A plane with two value axes: scatters and lines share its edges, its grid and the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from insight.charts.plot import Rows, draw_text, make_layer, measure_text, place_at, place_x, say_expression
from insight.charts.theme import SMALL, Palette

Kind = Literal["linear", "log"]


@dataclass(frozen=True)
class Plane:
    """Where values land: x between two expressions over ``width``, y between two pixel lines."""

    x_domain: tuple[float, float]
    y_domain: tuple[float, float]
    left: str
    right: str
    top: float
    bottom: float
    x_kind: Kind = "linear"
    y_kind: Kind = "linear"

    def x(self, field: str) -> alt.X:
        """A horizontal place by value."""
        return place_x(field, self.x_domain, self.left, self.right, kind=self.x_kind)

    def y(self, field: str) -> alt.Y:
        """A vertical place by value."""
        scale: dict[str, Any] = {"domain": list(self.y_domain), "range": [self.bottom, self.top], "nice": False}
        if self.y_kind == "linear":
            scale["zero"] = False
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(type=self.y_kind, **scale))

    def climb(self, value: float) -> float:
        """The pixel line of a value, for words that must keep clear of one another (linear planes)."""
        low, high = self.y_domain
        return self.bottom - (value - low) / ((high - low) or 1.0) * (self.bottom - self.top)


def split_words(words: str) -> list[str]:
    """Words in a narrow place on two lines, parted at their comma.

    >>> split_words("on plan, growing faster")
    ['on plan,', 'growing faster']
    """
    for comma in (", ", "，"):
        head, found, tail = words.partition(comma)
        if found:
            return [head + comma.strip(), tail]
    return [words]


def measure_labels(labels: Sequence[str]) -> int:
    """How much room the labels of the vertical axis need at the left."""
    return int(max((measure_text(label, SMALL) for label in labels), default=0)) + 9


def draw_axes(
    plane: Plane,
    colours: Palette,
    *,
    x_ticks: Sequence[float],
    x_labels: Sequence[str],
    y_ticks: Sequence[float],
    y_labels: Sequence[str],
    x_title: str = "",
    y_title: str = "",
    has_vertical: bool = False,
    anchor: int | None = None,
) -> list[Any]:
    """Grid, the values at its lines, and what they measure: above the vertical axis, under the horizontal one.

    Values under the axis thin out where the card is too narrow for all, counted from the anchor, else from the last.
    """
    levels: Rows = [{"y": tick, "text": label} for tick, label in zip(y_ticks, y_labels, strict=True)]
    kept = len(x_ticks) - 1 if anchor is None else anchor
    places: Rows = [
        {"x": tick, "text": label, "back": abs(kept - index)}
        for index, (tick, label) in enumerate(zip(x_ticks, x_labels, strict=True))
    ]
    need = max((measure_text(label, SMALL) for label in x_labels), default=0) + 12
    layers: list[Any] = [
        make_layer("levels", levels)
        .mark_rule(color=colours.grid, strokeWidth=1)
        .encode(x=place_at(plane.left), x2=alt.X2Value(say_expression(plane.right)), y=plane.y("y")),
    ]
    if has_vertical:
        layers.append(
            make_layer("verticals", places)
            .mark_rule(color=colours.grid, strokeWidth=1)
            .encode(x=plane.x("x"), y=alt.YValue(plane.top), y2=alt.Y2Value(plane.bottom))
        )
    layers += [
        draw_text(
            "level_labels",
            levels,
            x=place_at(f"{plane.left} - 7"),
            y=plane.y("y"),
            colour=colours.muted,
            size=SMALL,
            align="right",
        ),
        draw_text(
            "place_labels",
            places,
            x=plane.x("x"),
            y=alt.YValue(plane.bottom + 14),
            colour=colours.muted,
            size=SMALL,
            align="center",
        ).transform_filter(
            f"datum.back % max(1, ceil({need:.0f} * {len(x_ticks)} / ({plane.right} - ({plane.left})))) == 0"
        ),
    ]
    if x_title:
        layers.append(
            draw_text(
                "x_title",
                [{"text": x_title}],
                x=place_at(plane.right),
                y=alt.YValue(plane.bottom + 30),
                colour=colours.muted,
                size=SMALL,
                align="right",
            )
        )
    if y_title:
        layers.append(
            draw_text(
                "y_title",
                [{"text": y_title}],
                x=alt.XValue(0),
                y=alt.YValue(7),
                colour=colours.muted,
                size=SMALL,
            )
        )
    return layers


def spread_labels(places: Sequence[float], *, gap: float, top: float, bottom: float) -> list[float]:
    """Vertical places as near as they can be to where they belong, at least a gap apart, between top and bottom.

    >>> spread_labels([50, 52, 90], gap=14, top=0, bottom=100)
    [44.0, 58.0, 90.0]
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    groups: list[list[int]] = []
    centres: list[float] = []
    for index in order:
        groups.append([index])
        centres.append(float(places[index]))
        # Neighbours that touch become one group around their common centre
        while len(groups) > 1 and (
            centres[-1] - (len(groups[-1]) - 1) * gap / 2 - (centres[-2] + (len(groups[-2]) - 1) * gap / 2) < gap
        ):
            last = groups.pop()
            centres.pop()
            groups[-1] += last
            half = (len(groups[-1]) - 1) * gap / 2
            mean = sum(places[member] for member in groups[-1]) / len(groups[-1])
            centres[-1] = min(max(mean, top + half), max(bottom - half, top + half))
    result = [0.0] * len(places)
    for group, centre in zip(groups, centres, strict=True):
        start = centre - (len(group) - 1) * gap / 2
        for step, index in enumerate(group):
            result[index] = start + step * gap
    return result
