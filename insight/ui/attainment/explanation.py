"""What the change comes down to, worked out once for the headline and the sentences of a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from insight.analysis.change import (
    Part,
    find_driver,
    find_lagging,
    find_line_driver,
    judge,
    lag_places,
    measure_variation,
)
from insight.filters import add_months
from insight.sentences.overview import FEW_TERMINALS
from insight.ui.attainment.places import choose_places
from insight.ui.page import Page


@dataclass(frozen=True)
class Explanation:
    """What the change comes down to: places, a line and driver, and what went the other way; with the numbers they need."""

    places: tuple[str, ...]
    place_share: float
    place_gap: float | None
    place_growth: float | None
    place_driver: str
    place_normal: str
    lagging: Part | None
    line: Part | None
    gains: tuple[tuple[str, ...], float, float]
    losses: tuple[tuple[str, ...], float, float]
    growth: float | None
    whole_normal: str
    names: dict[str, str]


def explain(page: Page) -> Explanation | None:
    """Work out what carries the change; nothing where there is nothing to compare with."""
    if not page.window.has_base:
        return None
    parts = page.ask("attainment/drivers", by_unit="place")
    if parts.empty:
        return None
    cells = parts[~parts["driver"].isin(["base", "current"])]
    past = page.ask("attainment/past_changes")
    start = page.window.period_start
    months = [add_months(start, place) for place in range(page.window.month_count)]
    usual = measure_variation(past[past["kind"] == "place"], months)
    usual_lines = measure_variation(past[past["kind"] == "product_line"], months)
    totals = parts.pivot_table(index="unit_id", columns="driver", values="change_amount", aggfunc="sum", fill_value=0.0)
    bases, now = totals["base"], totals["current"]
    # terminals of the line with most of them: fewer than there are, never more
    buying = parts[parts["driver"] == "current"].groupby("unit_id")["terminal_count"].max()
    active = {str(unit): int(count) for unit, count in buying.items()}
    whole_base, whole_now = float(bases.sum()), float(now.sum())
    growth = whole_now / whole_base - 1 if whole_base > 0 else None
    names = dict(zip(parts["unit_id"], parts["unit_name"], strict=True))
    line_bases = parts[parts["driver"] == "base"].groupby("product_line")["change_amount"].sum()
    line = find_line_driver(cells, line_bases, usual_lines, -1) if len(line_bases) > 1 or "" not in line_bases else None
    drivers = cells.groupby("driver")["change_amount"].sum()
    gap = page.ask("attainment/gap_by_place")
    places, share, amount = choose_places(gap)
    place_growth, driver, normal = describe_places(cells, bases, now, usual, places)
    return Explanation(
        places,
        share,
        amount if places else None,
        place_growth,
        driver,
        normal,
        None if places else find_lagging(cells, bases, usual, active, FEW_TERMINALS),
        line,
        pair(drivers, 1),
        pair(drivers, -1),
        growth,
        judge_whole(past, months, growth),
        names | dict(zip(gap["unit_id"], gap["unit_name"], strict=True)),
    )


def pair(drivers: pd.Series, sign: int) -> tuple[tuple[str, ...], float, float]:
    """The drivers that brought or took most, their share and their amount."""
    found, share = find_driver(drivers, sign)
    joined = drivers.rename(index={"mix": "volume"}).groupby(level=0).sum()
    return tuple(found), share, float(joined.reindex(found).sum())


def describe_places(
    cells: pd.DataFrame, bases: pd.Series, now: pd.Series, usual: dict[str, float], places: tuple[str, ...]
) -> tuple[float | None, str, str]:
    """How the places grew together, the driver most of their lag behind the whole lies in, and whether that is usual."""
    base = float(bases.reindex(list(places)).sum())
    if not places or base <= 0:
        return None, "", "unknown"
    growth = float(now.reindex(list(places)).sum()) / base - 1
    lags = lag_places(cells, bases).reindex(list(places)).fillna(0.0).sum()
    if lags.sum() >= 0:
        return growth, "", "unusual"
    joined = lags.rename(index={"mix": "volume"}).groupby(level=0).sum()
    states = {judge(float(now[unit] / bases[unit] - 1), unit, usual) for unit in places if bases.get(unit, 0) > 0}
    return growth, str(joined.idxmin()), "usual" if states == {"usual"} else "unusual"


def judge_whole(past: pd.DataFrame, months: list[date], growth: float | None) -> str:
    """Whether the whole's growth is within what it was in the past months: their median, and their robust spread."""
    whole = past[past["kind"] == "place"].groupby("sales_month")[["sales_amount", "base_amount"]].sum()
    rates = (whole["sales_amount"] / whole["base_amount"].where(whole["base_amount"] > 0) - 1).dropna()
    if growth is None or len(rates) < 6:
        return "unknown"
    middle = float(rates.median())
    spread = 1.4826 * float((rates - middle).abs().median()) / max(len(months), 1) ** 0.5
    return "usual" if abs(growth - middle) <= 2 * spread else "unusual"
