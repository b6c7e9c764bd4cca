"""Snapshots, warehouses and answers as the server holds them: opened once, cached within bounds, shared within a scope."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from insight.access import Scope
from insight.store import NoSnapshot, Snapshot, find_store, open_current, open_snapshot
from insight.warehouse import Warehouse, ask, close_warehouse, open_warehouse

log = logging.getLogger(__name__)

Value = str | int | float | date | None | tuple[str, ...]


def find_snapshot(*, thorough: bool = False) -> Snapshot | None:
    """The snapshot that is current now, or None where nothing was published yet; ``thorough`` reads every byte of it."""
    try:
        snapshot = open_current(find_store(), thorough=thorough)
    except NoSnapshot:
        return None
    if snapshot.warning:
        log.warning("%s", snapshot.warning)
    return snapshot


def make_key(snapshot: Snapshot) -> str:
    """What answers are cached by: the snapshot's number and its content, as two stores may both have a 000001."""
    return f"{snapshot.id}@{snapshot.manifest_sha256[:16]}"


@st.cache_resource(max_entries=3, show_spinner=False, on_release=close_warehouse)
def open_for_readers(key: str) -> Warehouse:
    """The warehouse of the snapshot with this key, opened once for all readers."""
    snapshot = open_snapshot(find_store(), key.partition("@")[0])
    return open_warehouse(snapshot.id, snapshot.path, snapshot.files, str(snapshot.record.get("contract", "")))


def fetch(key: str, name: str, parameters: Mapping[str, object], scope: Scope, language: str) -> pd.DataFrame:
    """The answer to a question as a frame; the same question of the same scope is answered from the cache."""
    return _fetch(key, name, _freeze(parameters), scope.territories, scope.distributors, language)


@st.cache_data(max_entries=800, max_size="300MB", show_spinner=False)
def _fetch(
    snapshot_key: str,
    name: str,
    parameters: tuple[tuple[str, Value], ...],
    territories: tuple[str, ...] | None,
    distributors: tuple[str, ...] | None,
    language: str,
) -> pd.DataFrame:
    thawed = {key: list(value) if isinstance(value, tuple) else value for key, value in parameters}
    table = ask(open_for_readers(snapshot_key), name, thawed, Scope(territories, distributors), language)
    frame = table.to_pandas()
    for field in table.schema:
        # the screen rounds anyway; sums were made exactly in SQL
        if str(field.type).startswith("decimal"):
            frame[field.name] = frame[field.name].astype(float)
    return frame


def _freeze(parameters: Mapping[str, object]) -> tuple[tuple[str, Value], ...]:
    return tuple(
        (key, tuple(value) if isinstance(value, list) else value)  # type: ignore[misc]
        for key, value in sorted(parameters.items())
    )
