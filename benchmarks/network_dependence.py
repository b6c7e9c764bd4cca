"""How long the measures of "On whom we depend" take: python benchmarks/network_dependence.py STORE.

Works on any store, over the year to date and over twelve months: every question twice, then the what-if of the
distributors most depends on, one and five at once, with the time the questions and the placing take.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from insight.access import EVERYTHING  # noqa: E402
from insight.analysis.network.loss import trace_loss  # noqa: E402
from insight.analysis.network.overlap import arrange_overlap  # noqa: E402
from insight.analysis.network.removal import place_stranded  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import read_question  # noqa: E402
from insight.filters import Coverage, Filters, Window, find_window, make_parameters  # noqa: E402
from insight.store import open_current  # noqa: E402
from insight.warehouse import Warehouse, ask, open_warehouse  # noqa: E402

QUESTIONS = (
    "network/sales_by_distributor",
    "network/dependence_by_period",
    "network/dependence_by_terminal",
    "network/concentration_by_step",
    "network/reach_by_distributor",
    "network/overlap_by_pair",
    "network/removal_supply",
    "network/capacity_by_distributor",
)


def ask_frame(warehouse: Warehouse, name: str, filters: Filters, window: Window, **more: Any) -> pd.DataFrame:
    """The answer with amounts as floats, as the screen gets it."""
    parameters = {**fill_defaults(read_question(name), window), **make_parameters(filters, window), **more}
    table = ask(warehouse, name, parameters, EVERYTHING)
    frame = table.to_pandas()
    for field in table.schema:
        if str(field.type).startswith("decimal"):
            frame[field.name] = frame[field.name].astype(float)
    return frame


def main(store: Path) -> None:
    """Time everything on the current snapshot of the store."""
    snapshot = open_current(store)
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    for period in ("ytd", "r12"):
        filters = Filters(period=period)
        window = find_window(filters, coverage)
        print(f"{period:48} {'first':>8} {'again':>8} {'cpu':>8} {'rows':>8}   milliseconds")
        frames = {}
        for name in QUESTIONS:
            times = []
            for _ in range(2):
                start, worked = time.perf_counter(), time.process_time()
                frames[name] = ask_frame(warehouse, name, filters, window)
                times.append((time.perf_counter() - start) * 1000)
                work = (time.process_time() - worked) * 1000
            print(f"{name:48} {times[0]:8.0f} {times[1]:8.0f} {work:8.0f} {len(frames[name]):8,}")
        pairs = ask_frame(warehouse, "network/overlap_by_pair", filters, window, row_limit=20_000)
        start = time.perf_counter()
        arrange_overlap(pairs)
        print(f"{'the grid of overlaps':48} {(time.perf_counter() - start) * 1000:8.0f} {'':17} {len(pairs):8,}")
        sellers = frames["network/sales_by_distributor"].sort_values("risk_amount", ascending=False)["distributor_id"]
        for count in (1, 5):
            time_removal(warehouse, filters, window, frames, list(sellers[:count]))
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def time_removal(
    warehouse: Warehouse, filters: Filters, window: Window, frames: dict[str, pd.DataFrame], removed: list[str]
) -> None:
    """The what-if of these distributors, step by step."""
    start = time.perf_counter()
    columns = ["distributor_id", "supplier_kind", "supplier_id", "supply_amount"]
    lost = trace_loss(frames["network/removal_supply"][columns].itertuples(index=False, name=None), removed)
    traced = time.perf_counter()
    items = ask_frame(
        warehouse,
        "network/removal_terminals",
        filters,
        window,
        removed=removed,
        lost_ids=list(lost),
        lost_shares=list(lost.values()),
    )
    places = sorted(set(items["territory_id"].dropna()))
    reach = ask_frame(warehouse, "network/removal_reach", filters, window, places=places)
    asked = time.perf_counter()
    found = place_stranded(items, reach, frames["network/capacity_by_distributor"], lost, window.month_count / 3)
    done = time.perf_counter()
    print(
        f"removal of {len(removed)}: traced {(traced - start) * 1000:.0f}, asked {(asked - traced) * 1000:.0f}, "
        f"placed {(done - asked) * 1000:.0f}; {len(items):,} terminal lines, {len(found.takers):,} takers, "
        f"{found.stranded_amount:,.2f} = {found.placed_amount:,.2f} + {found.unplaced_amount:,.2f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
