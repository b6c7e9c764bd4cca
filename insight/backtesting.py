"""The backtest of landings over a published company, level by level: for the command line and for the snapshot.

Each level is projected as one tree whose parts add up (territories under territories, reps under managers), as of
every earlier month, at the month's start and on its twelfth working day of twenty-two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from insight.analysis.landing import History, project_past, summarise
from insight.analysis.landing.backtest import RANGE_MONTHS, RECENT_MONTHS
from insight.analysis.landing.forecast import SEASONAL_MONTHS
from insight.analysis.landing.history import fill_gaps, find_first_whole
from insight.filters import add_months, count_months
from insight.warehouse import Builder, Written

Ask = Callable[[str, Mapping[str, object]], pa.Table]

LEVELS = ("territory", "distributor", "rep", "product_line")  # managers come with their reps
POSITIONS = (0.0, 12 / 22)
HORIZONS = {"month": 1, "quarter": 3, "year": 12}
MOST_ORIGINS = 24
EVERYTHING: dict[str, object] = {"territories": [], "manufacturers": [], "product_lines": [], "distributors": []}
WHOLE = "whole"


@dataclass(frozen=True)
class Facts:
    """What the company's calendar says."""

    data_month: date
    is_month_complete: bool
    is_monthly: bool
    moves_spring: bool
    working_days: dict[date, int]


@dataclass(frozen=True)
class Tree:
    """A level's units with what is above them; labels are empty for rows that only complete a sum."""

    history: History
    labels: list[str]
    gaps: list[int]


class NoHistoryError(ValueError):
    """There are too few whole months to project from any of them."""


def write_evidence(builder: Builder, report: Callable[[str], None] = lambda _: None) -> list[Written]:
    """Keep with the snapshot how landings of a month and a quarter did; nothing where the history is too short."""
    report("testing projections on the past")
    try:
        table = run_backtest(builder.ask, horizons=(1, 3))
    except NoHistoryError:
        return []
    return [builder.write_derived("landing_evidence", pa.Table.from_pandas(table, preserve_index=False))]


def run_backtest(
    ask: Ask,
    *,
    levels: Sequence[str] = LEVELS,
    horizons: Iterable[int] = (1,),
    origins: int = MOST_ORIGINS,
    positions: Sequence[float] = POSITIONS,
) -> pd.DataFrame:
    """A row a horizon, cut and level, as ``queries/derived/landing_evidence.sql`` says.

    The whole is a row once; ``origins`` is how many of the latest months are projected from. Raises NoHistoryError.
    """
    facts = read_facts(ask)
    cuts = [cut for cut in positions if cut == 0 or not facts.is_monthly]
    found: list[pd.DataFrame] = []
    told: set[float] = set()  # cuts that have a row of the whole
    for level in levels:
        tree = read_tree(ask, level, facts, max(cuts))
        for cut in cuts if tree is not None else ():
            assert tree is not None
            history = tree.history if cut > 0 else cut_at_start(tree.history)
            for horizon in horizons:
                first = max(_choose_first(history.whole_months, horizon), history.whole_months - horizon - origins + 1)
                if history.whole_months - horizon < first:
                    continue
                past = project_past(history, horizon, RECENT_MONTHS, tree.gaps)
                table = summarise(history, past, tree.labels, first)
                table = table[(table["level"] != "") & ((table["level"] != WHOLE) | (cut not in told))]
                found.append(table.assign(month_count=horizon, position_rate=cut))
            told.add(cut)
    if not found or all(table.empty for table in found):
        raise NoHistoryError("There are too few whole months of pure sales to project from any of them.")
    joined = pd.concat([table for table in found if not table.empty], ignore_index=True)
    order = [
        "month_count", "position_rate", "level", "unit_count", "origin_count", "projection_count", "error_rate",
        "last_year_error_rate", "last_month_error_rate", "coverage_rate", "coverage_error_rate", "width_rate",
    ]  # fmt: skip
    return joined[order].replace({np.nan: None}).astype({"month_count": "int32"})


def cut_at_start(history: History) -> History:
    """The same whole months, projected from the start of a month."""
    return replace(history, reached=None, position=0.0)


def _choose_first(whole: int, horizon: int) -> int:
    """From when on projections are judged: with a season if some can be, else as soon as there is a range."""
    return SEASONAL_MONTHS if whole - horizon >= SEASONAL_MONTHS + 3 else RANGE_MONTHS


def read_facts(ask: Ask) -> Facts:
    """The company's calendar and the month its data end in."""
    (about,) = ask("landing/facts", {}).to_pylist()
    days = {row["month"]: row["day_count"] for row in ask("landing/month_days", {}).to_pylist()}
    return Facts(about["data_month"], about["is_month_complete"], about["is_monthly"], about["moves_spring"], days)


def read_tree(ask: Ask, level: str, facts: Facts, position: float) -> Tree | None:
    """The whole months of a level's units and of all above them; None where the company has no such level."""
    sales = ask(f"landing/sales_by_{level}", {**EVERYTHING, "position_rate": position}).to_pandas()
    last = facts.data_month if facts.is_month_complete else add_months(facts.data_month, -1)
    sales = sales[sales["sales_month"] <= last]
    if sales.empty or set(sales["unit_id"]) == {""}:
        return None
    first = min(sales["sales_month"])
    grid = [add_months(first, step) for step in range(count_months(first, last) + 1)]
    above = find_parents(ask, level, sales["unit_id"])
    rows, parents, labels = plant(above, sorted(set(sales["unit_id"])))
    columns = {month: place for place, month in enumerate(grid)}
    place = np.array([rows[unit] for unit in sales["unit_id"]])
    month = sales["sales_month"].map(columns).to_numpy(dtype=np.int64)
    amounts, progress = np.zeros((len(parents), len(grid))), np.zeros((len(parents), len(grid)))
    np.add.at(amounts, (place, month), sales["sales_amount"].to_numpy(dtype=float))
    np.add.at(progress, (place, month), sales["reached_amount"].to_numpy(dtype=float))
    for row in _climb(parents):
        if parents[row] >= 0:
            amounts[parents[row]] += amounts[row]
            progress[parents[row]] += progress[row]
    days = np.array([float(facts.working_days[month]) for month in grid])
    filled, is_gap = fill_gaps(amounts, days)
    start = find_first_whole(filled[-1] / days)
    history = History(
        filled[:, start:],
        np.where(is_gap, np.nan, progress)[:, start:],
        np.zeros(len(parents)) if position > 0 else None,
        position,
        days[start:],
        np.array([month.month for month in grid[start:]], dtype=np.int64),
        parents,
        facts.moves_spring,
    )
    return Tree(history, labels, (np.flatnonzero(is_gap) - start).tolist())


@dataclass(frozen=True)
class Above:
    """What is above each unit, and what the units are called together."""

    parents: dict[str, str]
    names: dict[str, str]


def find_parents(ask: Ask, level: str, units: Iterable[str]) -> Above:
    """The tree above a level's units: of territories, of managers, or none."""
    if level == "territory":
        tree = ask("landing/tree_of_territories", {}).to_pylist()
        return Above({row["unit_id"]: row["parent_id"] for row in tree}, {row["unit_id"]: row["level"] for row in tree})
    if level == "rep":
        tree = ask("landing/tree_of_reps", {}).to_pylist()
        managers = {row["parent_id"] for row in tree} - {""}
        names = {row["unit_id"]: "manager" if row["unit_id"] in managers else "rep" for row in tree}
        return Above({row["unit_id"]: row["parent_id"] for row in tree}, names)
    return Above({}, {unit: level for unit in units if unit})


def plant(above: Above, units: Sequence[str]) -> tuple[dict[str, int], np.ndarray, list[str]]:
    """Rows for units and all above them: where each unit's own sales go, each row's parent, each row's label.

    The whole is the last row. A node that sells itself and has parts gets a row more for its own sales, without a label,
    so that its parts make it. A single node at the top is the whole.
    """
    nodes: dict[str, None] = {}
    for unit in units:
        seen: set[str] = set()
        while unit and unit not in seen:
            seen.add(unit)
            nodes[unit] = None
            unit = above.parents.get(unit, "")
    tops = [node for node in nodes if above.parents.get(node, "") not in nodes]
    skipped = tops[0] if len(tops) == 1 and any(above.parents.get(node, "") == tops[0] for node in nodes) else ""
    has_parts = {above.parents.get(node, "") for node in nodes}
    listed = [node for node in nodes if node != skipped]
    place = {node: number for number, node in enumerate(listed)}
    own = [unit for unit in units if unit in has_parts or unit == "" or unit == skipped]
    last = len(listed) + len(own)
    parents = [place.get(above.parents.get(node, ""), last) for node in listed]
    parents += [place.get(unit, last) for unit in own] + [-1]
    labels = [above.names.get(node) or "unit" for node in listed] + [""] * len(own) + [WHOLE]
    rows = {**place, **{unit: len(listed) + number for number, unit in enumerate(own)}}
    return rows, np.array(parents, dtype=np.int64), labels


def _climb(parents: np.ndarray) -> list[int]:
    """Rows in an order in which everything below a row comes before it."""
    depth = np.zeros(len(parents), dtype=np.int64)
    above = parents.copy()
    while (above >= 0).any():
        depth += above >= 0
        above = np.where(above >= 0, parents[above], -1)
    return [int(row) for row in np.argsort(-depth, kind="stable")]


RATES = (
    "error_rate",
    "last_year_error_rate",
    "last_month_error_rate",
    "coverage_rate",
    "coverage_error_rate",
    "width_rate",
)
HEAD = ("level", "n", "months", "error", "last year", "last month", "coverage", "±", "width")


def describe_backtest(table: pd.DataFrame) -> str:
    """The table in words and columns, a block a horizon and cut."""
    lines = [
        "Landings projected as of earlier months, knowing only what was known then, against what came.",
        "n: projections (units x months projected from). error: sum of absolute errors / sum of what was still to come,",
        "beside the same of last year's months (seasonal naive) and of the last month a working day (naive).",
        "coverage: share of projections whose 80% range held what came, ± its standard error; width: range / what came.",
    ]
    for (horizon, cut), block in table.groupby(["month_count", "position_rate"]):
        ahead = "1 month" if horizon == 1 else f"{horizon} months"
        at = "as of the month's start" if cut == 0 else "as of the 12th working day of 22"
        lines += ["", f"{ahead}, {at}", f"{HEAD[0]:<16}" + "".join(f"{name:>11}" for name in HEAD[1:])]
        for row in block.to_dict("records"):
            cells = [f"{row['projection_count']:,}", f"{row['origin_count']}"]
            cells += ["-" if pd.isna(row[name]) else f"{row[name]:.1%}" for name in RATES]
            lines.append(f"{row['level']:<16}" + "".join(f"{cell:>11}" for cell in cells))
    return "\n".join(lines)
