"""How landings projected on companies nobody tuned them on do: the demo of other seeds, and any store named.

    python benchmarks/landing.py                     seeds 105, 106 and 107 of the small demo, all levels
    python benchmarks/landing.py 201 202             other seeds
    python benchmarks/landing.py path/to/store …     the current snapshot of a store

Prints a line a horizon, cut and level over all companies together: error against last year's months and the last month,
coverage of the 80% range, and the seconds a backtest takes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandas as pd

from insight.access import EVERYTHING
from insight.backtesting import HORIZONS, run_backtest
from insight.demo import make_company
from insight.publish import publish
from insight.store import open_current
from insight.warehouse import ask, close_warehouse, open_warehouse

SEEDS = ("105", "106", "107")
RATES = ("error_rate", "last_year_error_rate", "last_month_error_rate", "coverage_rate", "width_rate")


def measure(store: Path) -> pd.DataFrame:
    """The backtest of a store's current snapshot."""
    snapshot = open_current(store)
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    table = run_backtest(lambda name, given: ask(warehouse, name, given, EVERYTHING), horizons=tuple(HORIZONS.values()))
    close_warehouse(warehouse)
    return table


def main(given: list[str]) -> None:
    """Measure every company and print them together."""
    found = []
    for name in given or SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            store = Path(name)
            if name.isdigit():
                store = Path(folder)
                publish(make_company("ivd", int(name), "small")[0], store)
            start = time.perf_counter()
            found.append(measure(store).assign(company=name))
            print(f"{name}: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    table = pd.concat(found, ignore_index=True)
    for (months, cut, level), rows in table.groupby(["month_count", "position_rate", "level"]):
        weight = rows["projection_count"]
        values = "  ".join(
            f"{name.removesuffix('_rate')} {(rows[name].astype(float) * weight).sum() / weight.sum():.1%}"
            for name in RATES
        )
        print(f"{months:>2} months at {cut:.3f}  {level:<14} {weight.sum():>6}  {values}")


if __name__ == "__main__":
    main(sys.argv[1:])
