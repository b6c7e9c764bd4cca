"""How long the network's structure takes on a store: python benchmarks/network_structure.py STORE.

Prints milliseconds of every question and every computation of the part "How it is built", first and again, over the year
to date without filters, and the largest memory.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from insight.access import EVERYTHING  # noqa: E402
from insight.analysis.network.communities import find_communities  # noqa: E402
from insight.analysis.network.fit import measure_fit, place_communities  # noqa: E402
from insight.analysis.network.hops import list_chains, mix_sales, trace_receipts  # noqa: E402
from insight.analysis.network.positions import measure_positions  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import read_question  # noqa: E402
from insight.filters import Coverage, Filters, find_window, make_parameters  # noqa: E402
from insight.store import open_current  # noqa: E402
from insight.warehouse import ask, open_warehouse  # noqa: E402

QUESTIONS = (
    "structure_links",
    "structure_terminals",
    "structure_distributors",
    "hops_receipts",
    "hops_sales",
    "hops_terminals",
    "changes_by_class",
    "changes_by_party",
    "changes_by_link",
)


def measure(name: str, work: Callable[[], Any]) -> Any:
    """Do it twice and print both times, waiting and of the processor."""
    times = []
    result = None
    for _ in range(2):
        wait, work_time = time.perf_counter(), time.process_time()
        result = work()
        times += [(time.perf_counter() - wait) * 1000, (time.process_time() - work_time) * 1000]
    rows = len(result) if isinstance(result, pd.DataFrame) else 0
    print(f"{name:30} {times[0]:8.0f} {times[2]:8.0f} {times[3]:10.0f} {rows:9,}")
    return result


def main(store: Path) -> None:
    """Ask and compute everything the part shows."""
    snapshot = open_current(store)
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    window = find_window(Filters(), coverage)

    def fetch(name: str) -> pd.DataFrame:
        given = {**fill_defaults(read_question(name), window), **make_parameters(Filters(), window)}
        table = ask(warehouse, name, given, EVERYTHING)
        frame: pd.DataFrame = table.to_pandas()
        for field in table.schema:
            if str(field.type).startswith("decimal"):
                frame[field.name] = frame[field.name].astype(float)
        return frame

    print(f"{'':30} {'first ms':>8} {'again':>8} {'processor':>10} {'rows':>9}")
    frames = {name: measure(name, lambda name=name: fetch(f"network/{name}")) for name in QUESTIONS}
    links, terminals = frames["structure_links"], frames["structure_terminals"]
    renamed = links.rename(columns={"link_amount": "amount"})
    found = measure("find_communities", lambda: find_communities(renamed))
    placed = measure("place_communities", lambda: place_communities(terminals, found, "region"))
    measure("measure_fit", lambda: measure_fit(placed))
    measure("measure_positions", lambda: measure_positions(links).parties)
    receipts = frames["hops_receipts"]
    origins = measure("trace_receipts", lambda: trace_receipts(receipts))
    mixed = measure("mix_sales", lambda: mix_sales(frames["hops_sales"], origins))
    several = mixed[mixed["two_share"] + mixed["more_share"] > 0]
    sellers = sorted(set(zip(several["seller_id"], several["product_line"], strict=True)))
    measure("list_chains", lambda: list_chains(receipts, sellers))
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
