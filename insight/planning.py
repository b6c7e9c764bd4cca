"""What planning an activity needs of a snapshot: the last months of every terminal, and the trends before past activities.

Planning is done when somebody asks, for the list and the month asked for; here is written what that takes, so that the
answer comes at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from insight.analysis.counterfactual import Design
from insight.analysis.effect import build_market, list_terminals
from insight.analysis.planning.panel import CLEAN, TOUCHED, UNKNOWN
from insight.analysis.planning.trends import ANY_KIND, UNKNOWN_TREND, Trend, read_trends
from insight.estimates import MOST_TERMINALS, ask_floats, fill_mask, fill_panel, find_absent
from insight.warehouse import Builder, Written

MONTHS = 48  # as many as are written: three years of seasons before the year that sets the level
_ALL = 10**9


def write_planning(builder: Builder, report: Callable[[str], None] = lambda _: None) -> list[Written]:
    """Write the panel and the trends as derived relations; nothing where no whole month has sales."""
    (span,) = builder.ask("estimates/months").to_pylist()
    terminals = ask_floats(builder, "terminals", most_terminals=_ALL)
    months = int(span["month_count"])
    if terminals.empty or months == 0:
        return []
    report("preparing the planning of activities")
    place = pd.Series(np.arange(len(terminals)), index=terminals["terminal_id"])
    sales = fill_panel(ask_floats(builder, "sales_by_terminal_and_month"), place, months)
    unknown = fill_mask(ask_floats(builder, "unreported"), place, months) | find_absent(terminals, months)
    activities, exposures = ask_floats(builder, "activities"), ask_floats(builder, "exposures")
    design = Design()
    plan = activities.drop_duplicates("activity_id").reset_index(drop=True)
    rows_of, _ = list_terminals(plan, exposures, terminals["terminal_id"].tolist())
    starts = plan["starts_month_index"].to_numpy(dtype=np.float64)
    market = build_market(
        sales, terminals["terminal_id"].tolist(), terminals["segment"], terminals["region_id"], starts, rows_of, unknown,
        design,
    )  # fmt: skip
    trends = {ANY_KIND: UNKNOWN_TREND}
    if len(plan):
        trends |= read_trends(market, starts, rows_of, plan["kind"].astype(str).tolist(), design)
    states = np.where(unknown, UNKNOWN, np.where(market.clean, CLEAN, TOUCHED)).astype(np.int8)
    return [
        builder.write_derived("planning_panel", tabulate_panel(terminals, sales, states, span["last_month"])),
        builder.write_derived("planning_trends", tabulate_trends(trends)),
    ]


def tabulate_panel(
    terminals: pd.DataFrame, sales: NDArray[np.float64], states: NDArray[np.int8], last_month: object
) -> pa.Table:
    """A row a terminal, its months as two lists."""
    return pa.table(
        {
            "terminal_id": terminals["terminal_id"].tolist(),
            "segment": terminals["segment"].tolist(),
            "region_id": terminals["region_id"].tolist(),
            "is_compared": (terminals["terminal_number"] < MOST_TERMINALS).tolist(),
            "last_month": [last_month] * len(terminals),
            "sales_amounts": _make_lists(sales[:, -MONTHS:], pa.float64()),
            "month_states": _make_lists(states[:, -MONTHS:], pa.int8()),
        }
    )


def tabulate_trends(trends: dict[str, Trend]) -> pa.Table:
    """A row a kind."""
    return pa.Table.from_pylist(
        [
            {"kind": kind, "trend_error_log": one.error, "trend_spread_log": one.spread}
            for kind, one in sorted(trends.items())
        ]
    )


def _make_lists(values: NDArray[np.generic], kind: pa.DataType) -> pa.ListArray:
    """Each row of the array as one list."""
    count, length = values.shape
    return pa.ListArray.from_arrays(
        np.arange(0, count * length + 1, length, dtype=np.int32), pa.array(values.ravel(), kind)
    )
