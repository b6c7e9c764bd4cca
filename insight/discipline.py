"""How activities are judged for how they were run, as ``insight/discipline.toml`` says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

RULE = Path(__file__).resolve().parent / "discipline.toml"
CLOSING = ("debrief", "evaluate", "archive", "share")
_SHARES = ("deviation_alert", "objective_weight")


@dataclass(frozen=True)
class DisciplineRule:
    """``closing_days`` holds, by step, how many days after an activity it is due where it says no day itself."""

    lead_days: int
    closing_days: Mapping[str, int]
    preparation: tuple[str, ...]
    deviation_alert: float
    fewest: int
    objective_weight: float


@cache
def read_discipline(path: Path = RULE) -> DisciplineRule:
    """The configuration; a number that cannot be meant is an error that names it."""
    with path.open("rb") as file:
        entries = tomllib.load(file)
    days = {name: int(entries[name]) for name in ("lead_days", "fewest", *(f"{step}_days" for step in CLOSING))}
    for name, value in days.items():
        if value < 0:
            raise ValueError(f"{path.name}: {name} must not be negative; found {value}")
    for name in _SHARES:
        if not 0 <= float(entries[name]) <= 1:
            raise ValueError(f"{path.name}: {name} must lie from 0 to 1; found {entries[name]}")
    return DisciplineRule(
        lead_days=days["lead_days"],
        closing_days=MappingProxyType({step: days[f"{step}_days"] for step in CLOSING}),
        preparation=tuple(entries["preparation"]),
        deviation_alert=float(entries["deviation_alert"]),
        fewest=days["fewest"],
        objective_weight=float(entries["objective_weight"]),
    )
