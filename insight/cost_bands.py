"""The usual cost of activities by kind, as ``insight/cost_bands.toml`` says, and how a band is read where it does not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

BANDS = Path(__file__).resolve().parent / "cost_bands.toml"


@dataclass(frozen=True)
class BandRule:
    """``given`` holds (low, high) by kind; of other kinds a band is read from at least ``fewest`` activities."""

    given: Mapping[str, tuple[float, float]]
    fewest: int
    reach: float


@cache
def read_bands(path: Path = BANDS) -> BandRule:
    """The configuration; a band that is not 0 < low < high is an error that names the kind."""
    with path.open("rb") as file:
        entries = tomllib.load(file)
    given = {}
    for kind, band in entries.get("kinds", {}).items():
        low, high = float(band["low"]), float(band["high"])
        if not 0 < low < high:
            raise ValueError(f"{path.name}: the band of {kind} must be 0 < low < high; found {low:g} and {high:g}")
        given[kind] = (low, high)
    return BandRule(MappingProxyType(given), int(entries["fewest"]), float(entries["reach"]))
