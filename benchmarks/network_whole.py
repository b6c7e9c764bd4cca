"""Seconds and megabytes of the whole network and the matrix: ``python benchmarks/network_whole.py [terminals …]``.

Every size is a channel made here: eight regions of four provinces, three makers, distributors of two tiers, and terminals
with one to four suppliers, most of them near. It is published into a folder that is thrown away. Without sizes, those of
the table in README.md. ``--store FOLDER`` measures the snapshot published there instead.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from insight.access import EVERYTHING  # noqa: E402
from insight.analysis.network.communities import find_communities  # noqa: E402
from insight.analysis.network.layout import place_parties  # noqa: E402
from insight.asking import fill_defaults  # noqa: E402
from insight.catalog import read_question  # noqa: E402
from insight.charts.matrix import draw_matrix  # noqa: E402
from insight.charts.theme import Style, write_spec  # noqa: E402
from insight.company import Company, Workspace  # noqa: E402
from insight.filters import Coverage, Filters, find_window, make_parameters  # noqa: E402
from insight.publish import publish  # noqa: E402
from insight.store import Snapshot, open_current  # noqa: E402
from insight.ui.network.matrix import name_cells  # noqa: E402
from insight.ui.network.whole import MOST_TERMINALS, draw_parties  # noqa: E402
from insight.warehouse import ask, open_warehouse  # noqa: E402

SIZES = {1_700: 200, 10_000: 800, 30_000: 1_500, 100_000: 2_000}  # terminals: distributors
PLACES = ("East", "West", "North", "South", "Centre", "Lakes", "Coast", "Hills")
MONTHS = 9


def make_channel(terminals: int, distributors: int, seed: int = 11) -> Company:
    """A channel of this size, the same every time: sizes are skewed, one terminal in three has several suppliers."""
    chance = np.random.default_rng(seed)
    provinces = [f"{region}{number}" for region in PLACES for number in range(1, 5)]
    home = chance.integers(0, len(provinces), distributors)
    weight = chance.pareto(1.1, distributors) + 0.15
    place = chance.choice(len(provinces), terminals, p=_share(chance.pareto(1.5, len(provinces)) + 0.4))
    sellers: list[np.ndarray] = []
    buyers: list[np.ndarray] = []
    for province in range(len(provinces)):
        inside = np.flatnonzero(place == province)
        near = np.flatnonzero(home == province)
        near = near if len(near) else np.arange(distributors)
        for turn, part in enumerate((1.0, 0.3, 0.1, 0.04)):
            chosen = inside[chance.random(len(inside)) < part]
            # a further supplier may come from anywhere
            pool = near if turn < 2 else np.arange(distributors)
            sellers.append(chance.choice(pool, len(chosen), p=_share(weight[pool])))
            buyers.append(chosen)
    seller, buyer = np.concatenate(sellers), np.concatenate(buyers)
    size = chance.lognormal(9, 1.4, terminals)
    amounts = np.round(size[buyer] * chance.uniform(0.1, 1.0, len(buyer)), 2)
    is_second = np.arange(distributors) >= distributors // 3
    first = np.arange(distributors)
    supplied = chance.integers(0, max(distributors // 3, 1), distributors)
    sold = np.bincount(seller, weights=amounts, minlength=distributors).round(2) + 1
    makers = chance.choice(3, distributors, p=[0.6, 0.3, 0.1])
    ship = [f"M{maker}" for maker in makers[~is_second]] + [f"D{code:05d}" for code in supplied[is_second]]
    receive = [f"D{code:05d}" for code in [*first[~is_second], *first[is_second]]]
    lines = len(buyer) + distributors
    days = [date(2026, month, 15) for month in range(1, MONTHS + 1)]
    flows = {
        "flow_id": pa.array([f"F{number}" for number in range(lines)]),
        "occurred_on": pa.array([days[number % MONTHS] for number in range(lines)]),
        "seller_id": pa.array([*(f"D{code:05d}" for code in seller), *ship]),
        "buyer_id": pa.array([*(f"T{code:06d}" for code in buyer), *receive]),
        "product_id": pa.array([f"P{number % 6}" for number in range(lines)]),
        "quantity": pa.array(np.ones(lines)).cast(pa.decimal128(18, 3)),
        "amount": pa.array(np.concatenate([amounts, sold])).cast(pa.decimal128(18, 2), safe=False),
    }
    kinds = chance.choice(["hospital", "pharmacy", "clinic"], terminals)
    territory = {
        "territory_id": [*PLACES, *provinces],
        "name": [*PLACES, *provinces],
        "parent_id": [*([None] * len(PLACES)), *(name[:-1] for name in provinces)],
    }
    tables = {
        "manufacturers": {"manufacturer_id": ["M0", "M1", "M2"], "name": ["Alpha Works", "Beta Labs", "Gamma Makers"]},
        "products": {
            "product_id": [f"P{number}" for number in range(6)],
            "name": [f"Product {number}" for number in range(6)],
            "manufacturer_id": [f"M{number % 3}" for number in range(6)],
            "product_line": ["reagents", "devices"] * 3,
        },
        "territories": territory,
        "distributors": {
            "distributor_id": [f"D{code:05d}" for code in range(distributors)],
            "name": [f"{provinces[home[code]]} Medical Trading {code}" for code in range(distributors)],
            "tier": [2 if second else 1 for second in is_second],
            "territory_id": [provinces[code] for code in home],
        },
        "terminals": {
            "terminal_id": [f"T{code:06d}" for code in range(terminals)],
            "name": [f"{provinces[place[code]]} {kinds[code].title()} {code}" for code in range(terminals)],
            "type": kinds.tolist(),
            "territory_id": [provinces[code] for code in place],
        },
        "flows": flows,
    }
    return Company(
        Workspace("Benchmark", is_synthetic=True), {name: pa.table(columns) for name, columns in tables.items()}
    )


def _share(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum()


def measure(snapshot: Snapshot) -> None:
    """Print how long each step takes over the year to date, and how large what goes to the browser is."""
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files)
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    window = find_window(Filters(), coverage)
    style = Style("en", False, "CNY")
    seconds: dict[str, float] = {}

    def answer(name: str, **more: object) -> pd.DataFrame:
        start = time.perf_counter()
        given = {**fill_defaults(read_question(name), window), **make_parameters(Filters(), window), **more}
        table = ask(warehouse, name, given, EVERYTHING)
        frame = table.to_pandas()
        for field in table.schema:
            if str(field.type).startswith("decimal"):
                frame[field.name] = frame[field.name].astype(float)
        seconds[name] = time.perf_counter() - start
        return frame

    parties = answer("network/parties", terminal_limit=MOST_TERMINALS)
    links = answer("network/links", terminal_limit=MOST_TERMINALS)
    regions = answer("network/regions_by_size")
    start = time.perf_counter()
    places = place_parties(parties)
    seconds["layout"] = time.perf_counter() - start
    start = time.perf_counter()
    drawing = draw_parties(parties, links, regions, places, style)
    seconds["specification"] = time.perf_counter() - start
    start = time.perf_counter()
    find_communities(links.rename(columns={"link_amount": "amount"}))
    seconds["communities"] = time.perf_counter() - start
    answer("network/parties_by_name", part="medical")
    cells = answer("network/matrix", columns="province")
    start = time.perf_counter()
    matrix = json.dumps(write_spec(draw_matrix(name_cells(style, cells, "province"), style)))
    seconds["matrix drawn"] = time.perf_counter() - start
    counts = drawing.counts
    print(
        f"{counts['terminal'] + counts['hidden']:,} terminals, {counts['distributor']:,} distributors; drawn "
        f"{len(parties):,} circles, {counts['hidden']:,} terminals taken together, {counts['thin']:,} lines left out"
    )
    for name, taken in seconds.items():
        print(f"  {name:28} {taken:6.2f} s")
    whole = sum(seconds[name] for name in ("network/parties", "network/links", "layout", "specification"))
    print(f"  {'whole, all in':28} {whole:6.2f} s; payload {len(drawing.spec) / 1e6:.2f} MB")
    print(
        f"  {'matrix, all in':28} {seconds['network/matrix'] + seconds['matrix drawn']:6.2f} s; {len(matrix) / 1e6:.2f} MB"
    )


def main(arguments: list[str]) -> None:
    """Measure the sizes asked for, or the snapshot of a store."""
    if arguments[:1] == ["--store"]:
        measure(open_current(Path(arguments[1])))
    for terminals in [int(size) for size in arguments if size.isdigit()] or ([] if arguments else list(SIZES)):
        with tempfile.TemporaryDirectory() as store:
            start = time.perf_counter()
            snapshot = publish(make_channel(terminals, SIZES.get(terminals, terminals // 12)), Path(store))
            print(f"made and published in {time.perf_counter() - start:.1f} s")
            measure(snapshot)
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
