"""Opening what a test published, and asking it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from insight.access import EVERYTHING, Scope
from insight.store import Snapshot
from insight.warehouse import Warehouse, ask, open_warehouse

TINY = Path(__file__).resolve().parent / "tiny"


def open_published(snapshot: Snapshot) -> Warehouse:
    """The warehouse of a snapshot just published."""
    return open_warehouse(snapshot.id, snapshot.path, snapshot.files)


def ask_frame(warehouse: Warehouse, name: str, scope: Scope = EVERYTHING, **parameters: Any) -> pd.DataFrame:
    """The answer with decimals as Decimal objects."""
    return ask(warehouse, name, parameters, scope).to_pandas()
