"""The one definition of each number: name, formula, note and which way is better, from ``insight/metrics.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

METRICS = Path(__file__).resolve().parent / "metrics.toml"


@dataclass(frozen=True)
class Metric:
    """A number's definition in one language; ``other_name`` is its name in the other, ``better`` is up, down or none."""

    code: str
    name: str
    other_name: str
    formula: str
    note: str
    better: str


@cache
def read_metrics(language: str) -> Mapping[str, Metric]:
    """All definitions in a language, by code name."""
    with METRICS.open("rb") as file:
        entries = tomllib.load(file)
    other = "zh" if language == "en" else "en"
    return MappingProxyType(
        {
            code: Metric(
                code=code,
                name=entry["name"][language],
                other_name=entry["name"][other],
                formula=entry["formula"][language],
                note=entry.get("note", {}).get(language, ""),
                better=entry.get("better", "none"),
            )
            for code, entry in entries.items()
        }
    )


def find_metric(code: str, language: str) -> Metric:
    """One definition; raises LookupError with the known codes."""
    metrics = read_metrics(language)
    if code not in metrics:
        raise LookupError(f"No metric named {code!r}. Known: {', '.join(metrics)}")
    return metrics[code]
