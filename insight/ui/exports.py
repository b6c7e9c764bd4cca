"""Frames on their way out as files: readable by spreadsheets, with no cell that a spreadsheet would run."""

from __future__ import annotations

import re

import pandas as pd

_RUNS = re.compile(r"^[=+\-@\t\r＝＋－＠]")


def make_csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with BOM, so that spreadsheets read Chinese; text that opens like a formula is quoted."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype == object or pd.api.types.is_string_dtype(safe[column]):
            safe[column] = safe[column].map(
                lambda value: f"'{value}" if isinstance(value, str) and _RUNS.match(value) else value
            )
    return safe.to_csv(index=False).encode("utf-8-sig")


def name_file(*parts: str, ending: str) -> str:
    """A file name of safe characters: ``overview_months_2026-09.csv``."""
    words = [re.sub(r"[^\w\-]+", "-", part).strip("-") for part in parts if part]
    return "_".join(words)[:120] + f".{ending}"
