"""The estimates of a snapshot: asks the staged data, has the effects of activities computed, writes them down.

The panel holds pure sales of all product lines, also for an activity that promoted one line: what it took from another
line is no gain, and the activities of a kind can be averaged only on one scale. The effect of an activity for a small
line is therefore hard to see on its own; its kind speaks for it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from insight.analysis.earnings import describe_earnings
from insight.analysis.effect import Design, Effects, describe_portfolio, measure_portfolio
from insight.analysis.evidence.tables import gather_evidence
from insight.analysis.selection import find_factors
from insight.warehouse import Builder, Written

NEEDED_TABLES = ("activities", "activity_terminals")
# Beyond this a sample of the terminals no activity invited is compared with: enough for every cell of type and region
MOST_TERMINALS = 12_000


def write_estimates(builder: Builder, report: Callable[[str], None] = lambda _: None) -> list[Written]:
    """Estimate the effect and the return of every activity and kind, and write them as derived relations.

    Nothing is written where there is no activity or nobody took part in one.
    """
    activities = ask_floats(builder, "activities")
    exposures = ask_floats(builder, "exposures")
    (span,) = builder.ask("estimates/months").to_pylist()
    if activities.empty or exposures.empty or span["month_count"] == 0:
        return []
    report("estimating effects")
    design = Design()
    terminals = ask_floats(builder, "terminals", most_terminals=MOST_TERMINALS)
    months = pd.date_range(span["first_month"], periods=span["month_count"], freq="MS")
    place = pd.Series(np.arange(len(terminals)), index=terminals["terminal_id"])
    panel = fill_panel(ask_floats(builder, "sales_by_terminal_and_month"), place, len(months))
    owed = fill_mask(ask_floats(builder, "unreported"), place, len(months))
    absent = find_absent(terminals, len(months))
    portfolio = measure_portfolio(
        panel,
        terminals["terminal_id"],
        terminals["segment"],
        terminals["region_id"],
        months,
        activities[["activity_id", "kind", "starts_month_index"]],
        exposures,
        owed | absent,
        design,
    )
    effects = describe_portfolio(portfolio)
    invitations, labels = ask_floats(builder, "invitations"), ask_floats(builder, "labels")
    evidence = gather_evidence(portfolio, effects, terminals["terminal_id"], invitations, labels)
    factors = find_factors(effects.activities, effects.kinds)
    kinds = effects.kinds.assign(**{f"sum_{end}_factor": factor for end, factor in factors.items()})
    earnings = describe_earnings(portfolio, effects, ask_floats(builder, "payers"), ask_floats(builder, "margins"))
    basis = {
        "first_month": span["first_month"],
        "last_month": span["last_month"],
        "terminal_count": len(terminals),
        "bought_count": builder.ask("estimates/buyers").to_pylist()[0]["bought_count"],
        "owed_count": int(owed.sum()),
        "post_month_count": design.post_months,
        "baseline_month_count": design.baseline_months,
        "least_post_month_count": design.least_post_months,
        "has_margins": bool(np.isfinite(earnings["activity_returns"]["margin_rate"].astype(float)).any()),
    }
    return [
        builder.write_derived("activity_effects", make_arrow(_name_attendance(effects, activities))),
        builder.write_derived("kind_effects", make_arrow(kinds)),
        builder.write_derived("effect_paths", make_arrow(effects.paths)),
        builder.write_derived("estimate_basis", pa.Table.from_pylist([basis])),
        builder.write_derived("new_customers", builder.ask("estimates/first_orders")),
        *(builder.write_derived(name, make_arrow(frame)) for name, frame in {**evidence, **earnings}.items()),
    ]


def find_absent(terminals: pd.DataFrame, months: int) -> NDArray[np.bool_]:
    """[terminals x months]: months before a terminal counts as a customer, or after it closed, which are no zeros."""
    month = np.arange(months)
    first = terminals["first_counted_index"].to_numpy(dtype=np.int64)
    last = terminals["last_counted_index"].astype(float).fillna(months).to_numpy()
    absent: NDArray[np.bool_] = (month < first[:, None]) | (month > last[:, None])
    return absent


def ask_floats(builder: Builder, name: str, **parameters: object) -> pd.DataFrame:
    """An answer as a frame with decimals as floats: effects are estimates, the cents are in the marts."""
    table = builder.ask(f"estimates/{name}", parameters)
    frame: pd.DataFrame = table.to_pandas()
    for field in table.schema:
        if pa.types.is_decimal(field.type):
            frame[field.name] = frame[field.name].astype(float)
    return frame


def fill_panel(sales: pd.DataFrame, place: pd.Series, months: int) -> NDArray[np.float64]:
    """[terminals x months], 0 where nothing was bought."""
    panel = np.zeros((len(place), months))
    rows, columns = _locate(sales, place, months)
    panel[rows[rows >= 0], columns[rows >= 0]] = sales["sales_amount"].to_numpy()[rows >= 0]
    return panel


def fill_mask(cells: pd.DataFrame, place: pd.Series, months: int) -> NDArray[np.bool_]:
    """[terminals x months], true where the cells name it."""
    mask = np.zeros((len(place), months), dtype=bool)
    rows, columns = _locate(cells, place, months)
    mask[rows[rows >= 0], columns[rows >= 0]] = True
    return mask


def _locate(cells: pd.DataFrame, place: pd.Series, months: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of each cell in the panel; row -1 for terminals that are not in it."""
    rows = place.index.get_indexer(pd.Index(cells["terminal_id"])).astype(np.int64)
    columns = cells["month_index"].to_numpy(dtype=np.int64)
    rows[(columns < 0) | (columns >= months)] = -1
    return rows, columns


def _name_attendance(effects: Effects, activities: pd.DataFrame) -> pd.DataFrame:
    frame = effects.activities.copy()
    known = dict(zip(activities["activity_id"], activities["is_attendance_known"], strict=True))
    frame.insert(2, "is_attendance_known", frame["activity_id"].map(known).astype(bool))
    return frame


def make_arrow(frame: pd.DataFrame) -> pa.Table:
    """The frame with NaN, infinity and empty text as missing."""
    plain = frame.copy()
    for column in plain.columns:
        if pd.api.types.is_float_dtype(plain[column]):
            plain[column] = plain[column].where(np.isfinite(plain[column]))
    if "missing" in plain.columns:
        plain["missing"] = plain["missing"].replace("", None)
    return pa.Table.from_pandas(plain, preserve_index=False)
