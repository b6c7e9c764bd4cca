"""How long the drawings of the network take: python benchmarks/network_drawings.py STORE.

Works on any store, over the year to date: the flow, the focus of the largest distributor to each depth, the ways of its
largest terminal's goods, and the shipment lines behind each of them; every question twice.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from insight.access import EVERYTHING  # noqa: E402
from insight.analysis.network.flow import build_flow, choose_shown  # noqa: E402
from insight.analysis.network.focus import AFTER_STEPS, AROUND, ROOM, add_neighbours, build_focus  # noqa: E402
from insight.analysis.network.paths import trace_paths  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import read_question  # noqa: E402
from insight.filters import Coverage, Filters, find_window, make_parameters  # noqa: E402
from insight.store import open_current  # noqa: E402
from insight.warehouse import ask, open_warehouse  # noqa: E402


def measure(label: str, work: Callable[[], Any]) -> Any:
    """Do it twice and print how long each took, in milliseconds, with the processor time of the second."""
    times = []
    for _ in range(2):
        start, worked = time.perf_counter(), time.process_time()
        answer = work()
        times.append((time.perf_counter() - start) * 1000)
        spent = (time.process_time() - worked) * 1000
    size = f"{len(answer):8,}" if isinstance(answer, pd.DataFrame) else ""
    print(f"{label:52} {times[0]:8.0f} {times[1]:8.0f} {spent:8.0f} {size}")
    return answer


def main(store: Path) -> None:
    """Time everything on the current snapshot of the store."""
    snapshot = open_current(store)
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    window = find_window(Filters(), coverage)

    def fetch(name: str, **more: Any) -> pd.DataFrame:
        given = {**fill_defaults(read_question(name), window), **make_parameters(Filters(), window), **more}
        table = ask(warehouse, name, given, EVERYTHING)
        frame = table.to_pandas()
        for field in table.schema:
            if str(field.type).startswith("decimal"):
                frame[field.name] = frame[field.name].astype(float)
        return frame

    print(f"{'':52} {'first':>8} {'again':>8} {'cpu':>8} {'rows':>8}   milliseconds")
    links = measure("network/flow_by_link", lambda: fetch("network/flow_by_link"))
    for top in (5, 12, 30):
        measure(f"the flow with {top} by name", lambda top=top: build_flow(links, "type", choose_shown(top)))
    distributors = fetch("network/sales_by_distributor")
    centre = f"distributor:{distributors['distributor_id'].iloc[0]}"
    near = measure(
        "network/neighbours_by_node, one", lambda: fetch("network/neighbours_by_node", nodes=[centre], room=ROOM)
    )
    drawn = add_neighbours({centre: "tier_1"}, near, AROUND)
    for depth in range(1, 5):
        measure(
            f"network/neighbours_by_distance, {depth} steps",
            lambda depth=depth, drawn=drawn: fetch(
                "network/neighbours_by_distance", node=centre, depth=depth, drawn=sorted(drawn)
            ),
        )
        further = measure(
            f"network/neighbours_by_node, {len(drawn)} parties",
            lambda drawn=drawn: fetch("network/neighbours_by_node", nodes=sorted(drawn), room=ROOM),
        )
        drawn = add_neighbours(drawn, further, AFTER_STEPS)
    nodes = measure("network/nodes_by_id", lambda: fetch("network/nodes_by_id", nodes=sorted(drawn)))
    inside = measure("network/links_by_node", lambda: fetch("network/links_by_node", nodes=sorted(drawn)))
    measure("the focus", lambda: build_focus(nodes, inside, [], centre))
    terminal = near.loc[near["place"] == "terminal", "neighbour_id"].iloc[0]
    ways = measure(
        "network/paths_by_terminal", lambda: fetch("network/paths_by_terminal", terminal=terminal.partition(":")[2])
    )
    measure("the ways of its goods", lambda: trace_paths(ways, terminal))
    for label, asked in (
        ("terminal", {"receiver": terminal}),
        ("distributor", {"sender": centre, "stages": ["pure_sales"]}),
        ("kind of terminal", {"receiver": "type:hospital"}),
    ):
        measure(f"network/lines_by_party, {label}", lambda asked=asked: fetch("network/lines_by_party", **asked))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
