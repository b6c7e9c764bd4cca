"""How long the questions of stock in the channel and of one distributor take: python benchmarks/network_stock.py [small|medium].

Or over a store that is published already: python benchmarks/network_stock.py STORE. Prints milliseconds, first and again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from insight.access import EVERYTHING  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import list_questions, read_question  # noqa: E402
from insight.demo import SIZES, make_company  # noqa: E402
from insight.filters import Coverage, Filters, find_window, make_parameters  # noqa: E402
from insight.publish import publish  # noqa: E402
from insight.store import Snapshot, open_current  # noqa: E402
from insight.warehouse import ask, open_warehouse  # noqa: E402

NAMES = [name for name in list_questions() if name.startswith(("network/stock_", "distributor/"))]


def measure(snapshot: Snapshot) -> None:
    """Ask everything twice: of the whole channel, and of the distributor that sells most."""
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    window = find_window(Filters(), coverage)
    largest = ask(warehouse, "distributor/parties", make_parameters(Filters(), window), EVERYTHING).to_pylist()[0]
    one = largest["distributor_id"]
    print(f"{'question':34} {'selection':10} {'first':>8} {'again':>8} {'rows':>8}")
    for name in NAMES:
        for filters in (Filters(), Filters(distributors=(one,))):
            parameters = {**fill_defaults(read_question(name), window), **make_parameters(filters, window)}
            if "distributor" in parameters:
                parameters["distributor"] = one
            times = []
            for _ in range(2):
                before = time.perf_counter()
                answer = ask(warehouse, name, parameters, EVERYTHING)
                times.append((time.perf_counter() - before) * 1000)
            told = one if filters.distributors else "all"
            print(f"{name:34} {told:10} {times[0]:8.0f} {times[1]:8.0f} {answer.num_rows:8,}")


def main(what: str) -> None:
    """Measure a demo of this size, published into a folder that is thrown away, or the store at this path."""
    if what not in SIZES:
        measure(open_current(Path(what)))
        return
    with tempfile.TemporaryDirectory() as store:
        company, _ = make_company(size=what)
        measure(publish(company, Path(store)))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "medium")
