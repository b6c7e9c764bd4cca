"""Where a party stands between the factory and the terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

MAKER, TIER_1, TIER_2, TERMINAL = "maker", "tier_1", "tier_2", "terminal"
COLUMNS = (MAKER, TIER_1, TIER_2, TERMINAL)


def place_distributors(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The column of every distributor: its tier; where that is not said, tier 2 if it only buys from distributors."""
    said: dict[str, object] = {}
    suppliers: dict[str, set[object]] = defaultdict(set)
    for row in rows:
        if not row["is_maker"]:
            said[str(row["seller_id"])] = row["seller_tier"]
        if row["stage"] != "pure_sales":
            said[str(row["buyer_id"])] = row["buyer_tier"]
            suppliers[str(row["buyer_id"])].add(row["stage"])
    return {
        code: TIER_2 if tier == 2 or (tier is None and suppliers[code] == {"transfer"}) else TIER_1
        for code, tier in said.items()
    }


def read_missing(value: Any) -> Any:
    """None for every kind of missing value."""
    return None if value is None or value is pd.NA or value != value else value
