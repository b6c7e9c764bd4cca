"""How long the questions of "Where flow looks wrong" take: python benchmarks/network_order.py STORE.

STORE is a folder with a published snapshot (python -m insight demo --size medium). Each question is asked twice over the
year to date without filters; prints milliseconds, rows, and the list of things to check as the page ranks it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from insight.access import EVERYTHING  # noqa: E402
from insight.analysis.network.signals import SIGNALS, rank_signals  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import list_questions, read_question  # noqa: E402
from insight.filters import Coverage, Filters, find_window, make_parameters  # noqa: E402
from insight.store import open_current  # noqa: E402
from insight.warehouse import ask, open_warehouse  # noqa: E402

PREFIXES = ("network/authority_", "network/signal", "network/hands_")


def main(store: Path) -> None:
    """Time every question of the part, and the lines behind the first thing to check."""
    snapshot = open_current(store)
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    window = find_window(Filters(), coverage)

    def measure(name: str, **own: Any) -> Any:
        given = {**fill_defaults(read_question(name), window), **make_parameters(Filters(), window), **own}
        times, cpu = [], []
        for _ in range(2):
            start, used = time.perf_counter(), time.process_time()
            answer = ask(warehouse, name, given, EVERYTHING)
            times.append((time.perf_counter() - start) * 1000)
            cpu.append((time.process_time() - used) * 1000)
        print(f"{name:40} {times[0]:8.0f} {times[1]:8.0f} {cpu[1]:8.0f} {answer.num_rows:8,}")
        return answer.to_pandas()

    print(f"{'question':40} {'first':>8} {'again':>8} {'cpu':>8} {'rows':>8}")
    answers = {}
    for name in list_questions("network"):
        if name.startswith(PREFIXES) and name != "network/signal_lines":
            answers[name.removeprefix("network/signals_")] = measure(name)
    sold = measure("network/sales_by_distributor").set_index("distributor_id")["sales_amount"].astype(float)
    start = time.perf_counter()
    ranked = rank_signals({signal: answers[signal] for signal in SIGNALS}, float(sold.sum()), sold.to_dict())
    print(f"{'rank_signals':40} {(time.perf_counter() - start) * 1000:8.0f}")
    for row in ranked.head(8).to_dict("records"):
        measure(
            "network/signal_lines",
            signal=row["signal"],
            distributor=row["distributor_id"],
            subject=row["subject_id"] or "",
        )
        print(f"    {row['signal_id']}: {row['sales_amount']} x {row['strength_rate']:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
