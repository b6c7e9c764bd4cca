"""Which territories adjoin: the zones of the sales tree, and which zones lie next to one another.

Provinces of China border as on the map. A tree that is not made of them has no geography: there the nodes of the lowest
level at which anybody is authorised count as next to one another where they hang under the same node. Nodes without a
parent, and nodes that a tree of provinces holds beside them, have no known border.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from insight.provinces import PROVINCES_BESIDE, find_province

MOST_STEPS = 20  # a deeper tree is a cycle
LEAST_KNOWN = 0.5  # of a level's nodes must be provinces: 'SC' and 'SD' are also two of the fifty states


@dataclass(frozen=True)
class Zones:
    """The zone of each territory at or below the zones' level, why zones adjoin, and the pairs that do, both ways."""

    basis: str  # province or siblings
    zone_of: Mapping[str, str]
    borders: frozenset[tuple[str, str]]


def find_zones(territories: pa.Table | None, authorised: frozenset[str]) -> Zones:
    """Zones and borders of a tree; ``authorised`` names the territories that authorisations speak of."""
    if territories is None or territories.num_rows == 0:
        return Zones("", {}, frozenset())
    ids = territories["territory_id"].to_pylist()
    parents = dict(zip(ids, territories["parent_id"].to_pylist(), strict=True))
    paths = {node: _climb(node, parents) for node in ids}
    depth = {node: len(path) - 1 for node, path in paths.items()}
    names = {
        node: [node_names[place] for node_names in _list_names(territories) if node_names[place]]
        for place, node in enumerate(ids)
    }
    codes = {node: _find_code(node, names[node]) for node in ids}
    size = Counter(depth.values())
    known = Counter(depth[node] for node, code in codes.items() if code)
    levels = [level for level, count in known.items() if count >= 2 and count >= LEAST_KNOWN * size[level]]
    if levels:
        level = max(levels, key=lambda one: (known[one], -one))
        zones = {node: codes[node] for node in ids if depth[node] == level and codes[node]}
        borders = frozenset(
            (one, other)
            for one, code in zones.items()
            for other, other_code in zones.items()
            if one != other and (code == other_code or other_code in PROVINCES_BESIDE.get(str(code), ()))
        )
        return Zones("province", _place(paths, set(zones), level), borders)
    level = max((depth[node] for node in authorised if node in depth), default=0)
    if level == 0:
        return Zones("", {}, frozenset())
    nodes = [node for node in ids if depth[node] == level]
    borders = frozenset(
        (one, other) for one in nodes for other in nodes if one != other and parents[one] == parents[other]
    )
    return Zones("siblings", _place(paths, set(nodes), level), borders)


def tabulate_zones(zones: Zones) -> pa.Table:
    """The rows of ``derived/territory_zones``."""
    places = sorted(zones.zone_of)
    return pa.table(
        {
            "territory_id": pa.array(places, pa.string()),
            "zone_id": pa.array([zones.zone_of[place] for place in places], pa.string()),
            "basis": pa.array([zones.basis] * len(places), pa.string()),
        }
    )


def tabulate_borders(zones: Zones) -> pa.Table:
    """The rows of ``derived/zone_borders``."""
    pairs = sorted(zones.borders)
    return pa.table(
        {
            "zone_id": pa.array([one for one, _ in pairs], pa.string()),
            "neighbour_id": pa.array([other for _, other in pairs], pa.string()),
        }
    )


def _list_names(territories: pa.Table) -> list[list[str | None]]:
    return [territories[name].to_pylist() for name in ("name", "name_en") if name in territories.column_names]


def _find_code(node: str, names: list[str | None]) -> str | None:
    found = (find_province(name) for name in (*names, node))
    return next((code for code in found if code), None)


def _climb(node: str, parents: Mapping[str, str | None]) -> list[str]:
    """The node and those above it, the top last."""
    path = [node]
    while (above := parents.get(path[-1])) in parents and above is not None and len(path) < MOST_STEPS:
        path.append(above)
    return path


def _place(paths: Mapping[str, list[str]], zones: set[str], level: int) -> dict[str, str]:
    """Every node at or below the level, with the zone it lies in."""
    above = {node: path[len(path) - 1 - level] for node, path in paths.items() if len(path) > level}
    return {node: zone for node, zone in above.items() if zone in zones}
