"""One party among its neighbours, each with a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.analysis.network.tiers import COLUMNS, MAKER, TERMINAL, TIER_1, TIER_2, read_missing

MOST_FOCUSED = {MAKER: 6, TIER_1: 8, TIER_2: 12, TERMINAL: 18}


@dataclass(frozen=True)
class Focus:
    """One distributor among its neighbours, each with a place.

    ``nodes``: node_id, column, code, name, type, amount (pure sales), is_self, is_others, member_count,
    is_single_source, x (0 left to 1 right), y (0 top to 1 bottom). ``links``: source_id, target_id, amount, share (of
    what the receiving party buys; for Others the largest), is_others. ``row_count``: places in the longest column.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    row_count: int


def build_focus(
    frame: pd.DataFrame, code: str, name: str, tier: int | None, amount: float, shown: Mapping[str, int] | None = None
) -> Focus:
    """The drawing of ``network/neighbours_by_distributor`` around the distributor ``code``, at most 60 nodes.

    Columns by tier; the largest links by name, the rest of a column and direction as one Others.
    """
    most = MOST_FOCUSED if shown is None else shown
    own = TIER_2 if tier == 2 else TIER_1
    centre = f"distributor:{code}"
    nodes = [_place(centre, own, code, name, amount, is_self=True)]
    links: list[tuple[str, str, float, float, bool]] = []
    groups: dict[tuple[str, bool], list[dict[str, Any]]] = defaultdict(list)
    for row in frame.to_dict("records"):
        # a party that only sent goods back is no supplier and no customer any more
        if row["link_amount"] > 0 and row["neighbour_id"] != code:
            clean = {key: read_missing(value) for key, value in row.items()}
            groups[_find_column(clean), bool(row["is_supplier"])].append(clean)
    for (column, is_supplier), rows in sorted(groups.items(), key=lambda item: (COLUMNS.index(item[0][0]), item[0][1])):
        rows.sort(key=lambda row: (-float(row["link_amount"]), str(row["neighbour_id"])))
        room = most[column]
        first, rest = (rows, []) if len(rows) <= room + 1 else (rows[:room], rows[room:])
        side = "in" if is_supplier else "out"
        for row in first:
            node = f"{row['kind']}:{row['neighbour_id']}"
            if all(known["node_id"] != node for known in nodes):
                single = bool(row["is_single_source"])
                nodes.append(_place(node, column, str(row["neighbour_id"]), str(row["neighbour_name"]),
                                    row["neighbour_amount"], type=row["type"], is_single_source=single))  # fmt: skip
            ends = (node, centre) if is_supplier else (centre, node)
            links.append((*ends, float(row["link_amount"]), float(row["supply_share"] or 0), False))
        if rest:
            node = f"others:{column}:{side}"
            total = sum(float(row["link_amount"]) for row in rest)
            lone = sum(1 for row in rest if row["is_single_source"])
            nodes.append(_place(node, column, "", "", total, is_others=True, member_count=len(rest), single_count=lone))
            ends = (node, centre) if is_supplier else (centre, node)
            links.append((*ends, total, max(float(row["supply_share"] or 0) for row in rest), True))
    table = pd.DataFrame(nodes)
    present = [column for column in COLUMNS if (table["column"] == column).any()]
    table["x"] = [present.index(column) / max(len(present) - 1, 1) for column in table["column"]]
    counts = table["column"].value_counts()
    longest = int(counts.max())
    table["y"] = 0.5
    for column in present:
        places = table.index[table["column"] == column]
        # each column in its middle; a short one spreads, for its names stand above its circles
        pitch = min(1.0 / max(longest - 1, 1) * 2.5, 1.0 / max(len(places) - 1, 1))
        start = 0.5 - pitch * (len(places) - 1) / 2
        table.loc[places, "y"] = [start + pitch * place for place in range(len(places))]
    return Focus(
        nodes=table,
        links=pd.DataFrame(links, columns=["source_id", "target_id", "amount", "share", "is_others"]),
        row_count=longest,
    )


def _find_column(row: Mapping[str, Any]) -> str:
    if row["kind"] == "manufacturer":
        return MAKER
    if row["kind"] == "terminal":
        return TERMINAL
    if row["tier"] is not None:
        return TIER_2 if row["tier"] == 2 else TIER_1
    # where tiers are not said, who supplies stands before whom it supplies
    return TIER_1 if row["is_supplier"] else TIER_2


def _place(node: str, column: str, code: str, name: str, amount: float, **more: object) -> dict[str, Any]:
    flags = {"is_self": False, "is_others": False, "is_single_source": False}
    counts = {"member_count": 1, "single_count": 0}
    given = {"node_id": node, "column": column, "code": code, "name": name, "type": None, "amount": float(amount)}
    return {**given, **flags, **counts, **more}
