"""Columns as the screen names them: from the words of the language, else from their code name."""

from __future__ import annotations

import pandas as pd

from insight.i18n import read_words


def label_columns(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """The frame with its columns named for the screen; ids go, names stay."""
    kept = [column for column in frame.columns if not column.startswith("_")]
    labels: dict[str, str] = {}
    for column in kept:
        label = label_column(column, language)
        labels[column] = label if label not in labels.values() else f"{label} ({column})"
    labelled = frame[kept].rename(columns=labels)
    labelled.attrs["shares"] = [label for column, label in labels.items() if column.endswith(("_share", "_rate"))]
    labelled.attrs["amounts"] = [label for column, label in labels.items() if column.endswith("_amount")]
    return labelled


def label_column(column: str, language: str) -> str:
    """A column's name on the screen: from ``locale/<language>/columns.po``, else its code name in words."""
    words = read_words(language).get(f"column:{column}")
    if words:
        return words
    stem = column
    for suffix in ("_amount", "_rate", "_share", "_count", "_on", "_name"):
        stem = stem.removesuffix(suffix)
    return stem.replace("_", " ").capitalize()
