"""How long the parts of the attainment page take on the current store: python benchmarks/attainment.py [STORE].

Prints milliseconds for each question, first and again, and for the arithmetic on its answer, so that the page's parts can
be added up. The store is the one of the command line unless given; publish a larger demo into one of its own to time that.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pandas as pd  # noqa: E402

from insight.access import EVERYTHING  # noqa: E402
from insight.analysis.contribution import Span, fill_targets, rate_units, sum_units  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import read_question  # noqa: E402
from insight.filters import Coverage, Filters, add_months, find_window, make_parameters  # noqa: E402
from insight.store import find_store, open_current  # noqa: E402
from insight.warehouse import Warehouse, ask, open_warehouse  # noqa: E402

LEVELS = ("territory", "distributor", "manager", "rep", "product_line")
STAND = {"whole_plan_by_month": {}, "standing_by_terminal": {}, "gap_by_place": {}, "versions": {}}
WHY = {
    "drivers": {"by_unit": "place"},
    "driver_totals": {"by_unit": "whole"},
    "driver_terminals": {},
    "past_changes": {},
}
CLOSE: dict[str, dict[str, Any]] = {"closers_by_reason": {}, "closers": {}}


def run(act: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came back."""
    before = time.perf_counter()
    result = act()
    return (time.perf_counter() - before) * 1000, result


def read(warehouse: Warehouse, name: str, filters: Filters, coverage: Coverage, **more: Any) -> pd.DataFrame:
    """The answer as a page gets it: a frame of floats."""
    window = find_window(filters, coverage)
    values = {**fill_defaults(read_question(name), window), **make_parameters(filters, window), **more}
    table = ask(warehouse, name, values, EVERYTHING)
    frame = table.to_pandas()
    for field in table.schema:
        if str(field.type).startswith("decimal"):
            frame[field.name] = frame[field.name].astype(float)
    return frame


def main(store: Path) -> None:
    """Time every part for the year to date."""
    snapshot = open_current(store)
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    filters = Filters()
    window = find_window(filters, coverage)
    months = {"months_start": add_months(window.period_end, -24), "months_end": add_months(window.period_start, 12)}
    span = Span(
        window.period_start,
        window.period_end,
        window.base_start,
        window.base_end,
        window.base_cut_month,
        add_months(window.period_start, 12),
        window.has_base,
    )
    plan = read(warehouse, "attainment/whole_plan_by_month", filters, coverage)
    print(f"{'question':45} {'first':>8} {'again':>8} {'rows':>8} {'then':>8}")
    for level in LEVELS:
        name = f"attainment/standing_by_{level}"
        first, _ = run(lambda name=name: read(warehouse, name, filters, coverage, **months))
        again, frame = run(lambda name=name: read(warehouse, name, filters, coverage, **months))
        then, _ = run(
            lambda frame=frame: rate_units(sum_units(fill_targets(frame, plan), span), has_base=span.has_base)
        )
        print(f"{name:45} {first:8.0f} {again:8.0f} {len(frame):8,} {then:8.0f}")
    for group in (STAND, WHY, CLOSE):
        for question, more in group.items():
            name = f"attainment/{question}"
            first, _ = run(lambda name=name, more=more: read(warehouse, name, filters, coverage, **more))
            again, frame = run(lambda name=name, more=more: read(warehouse, name, filters, coverage, **more))
            print(f"{name:45} {first:8.0f} {again:8.0f} {len(frame):8,}")
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else find_store())
