"""How long the demo takes to publish and every question to answer: python benchmarks/questions.py [small|medium|large].

Prints seconds for making and publishing, then milliseconds of each question, first and again, and the memory used.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from insight.access import EVERYTHING  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import list_questions, read_question  # noqa: E402
from insight.demo import make_company  # noqa: E402
from insight.filters import Coverage, Filters, find_window, make_parameters  # noqa: E402
from insight.publish import publish  # noqa: E402
from insight.warehouse import ask, open_warehouse  # noqa: E402


def main(size: str) -> None:
    """Publish the demo of this size into a folder that is thrown away, and time everything on it."""
    with tempfile.TemporaryDirectory() as store:
        start = time.perf_counter()
        company, _ = make_company(size=size)
        made = time.perf_counter()
        lines = company.tables["flows"].num_rows
        snapshot = publish(company, Path(store))
        published = time.perf_counter()
        print(f"{size}: {lines:,} lines; made in {made - start:.1f} s, published in {published - made:.1f} s")
        stored = sum(path.stat().st_size for path in snapshot.path.rglob("*.parquet"))
        print(f"snapshot {stored / 1e6:.1f} MB")
        warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
        (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
        coverage = Coverage(
            about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"]
        )
        window = find_window(Filters(), coverage)
        print(f"{'question':50} {'first':>8} {'again':>8} {'rows':>8}")
        for name in list_questions():
            if name.split("/")[0] in ("schema", "marts", "derived"):
                continue
            parameters = {**fill_defaults(read_question(name), window), **make_parameters(Filters(), window)}
            times = []
            for _ in range(2):
                before = time.perf_counter()
                answer = ask(warehouse, name, parameters, EVERYTHING)
                times.append((time.perf_counter() - before) * 1000)
            print(f"{name:50} {times[0]:8.0f} {times[1]:8.0f} {answer.num_rows:8,}")
        print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "small")
