"""The rules of grading and of effort against potential: shipped in ``grading.toml``, changed by readers, kept in addresses."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, Literal

SHIPPED = Path(__file__).resolve().parent / "grading.toml"

By = Literal["total", "terminals", "amount"]
WAYS: tuple[By, ...] = ("total", "terminals", "amount")
VALUE_BANDS = ("high", "middle", "low")
POTENTIAL_BANDS = (*VALUE_BANDS, "unknown")
GRADES = ("A", "B", "C", "D")
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,6})?")


@dataclass(frozen=True)
class Cut:
    """Where high begins and where middle does: shares from 0 to 1 from the largest down, or amounts a year."""

    by: By
    high: float
    middle: float


@dataclass(frozen=True)
class Rules:
    """Two cuts and the grade of each pair of bands: rows by value, columns by potential, the last for one not known."""

    value: Cut
    potential: Cut
    grades: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Effort:
    """When effort is far from potential, and what a visit costs either side (0: not known)."""

    ratio: float
    least: float
    visit_cost: float


def check_rules(rules: Rules) -> str:
    """What is wrong with rules, in one sentence; empty where nothing is."""
    for cut in (rules.value, rules.potential):
        if not (isfinite(cut.high) and isfinite(cut.middle)):
            return "A limit is missing."
        if cut.by == "amount" and not cut.high > cut.middle > 0:
            return "Amounts must be above zero, and high above middle."
        if cut.by != "amount" and not 0 < cut.high < cut.middle <= 1:
            return "Shares must lie between 0 and 100%, and middle must reach further than high."
    if any(grade not in GRADES for row in rules.grades for grade in row):
        return "Every pair of bands needs a grade from A to D."
    return ""


@cache
def read_shipped() -> tuple[Rules, Effort]:
    """The rules of ``grading.toml``; raises ValueError where they make no sense."""
    return parse_rules(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


def parse_rules(entries: Mapping[str, Any]) -> tuple[Rules, Effort]:
    """Rules and effort from the tables of a TOML file."""
    value, potential = (
        Cut(entries[name]["by"], float(entries[name]["high"]), float(entries[name]["middle"]))
        for name in ("value", "potential")
    )
    rules = Rules(value, potential, tuple(tuple(entries["grades"][band]) for band in VALUE_BANDS))
    effort = Effort(**{name: float(entries["effort"][name]) for name in ("ratio", "least", "visit_cost")})
    problem = check_rules(rules)
    if any(cut.by not in WAYS for cut in (value, potential)):
        problem = f"by must be one of {', '.join(WAYS)}."
    elif any(len(row) != len(POTENTIAL_BANDS) for row in rules.grades):
        problem = f"A row of grades has {len(POTENTIAL_BANDS)} entries."
    elif effort.ratio <= 1 or effort.least < 0 or effort.visit_cost < 0:
        problem = "ratio must be above 1, least and visit_cost not below 0."
    if problem:
        raise ValueError(f"{SHIPPED.name}: {problem}")
    return rules, effort


def write_rules(rules: Rules) -> str:
    """Rules as one word of an address: ``total-0.7-0.9_total-0.7-0.9_AABAABCBBCCC``."""
    cuts = [f"{cut.by}-{_write_number(cut.high)}-{_write_number(cut.middle)}" for cut in (rules.value, rules.potential)]
    return "_".join([*cuts, "".join("".join(row) for row in rules.grades)])


def read_rules(word: str) -> Rules | None:
    """Rules from a word of an address; None where it is none or makes no sense."""
    parts = word.split("_")
    width = len(POTENTIAL_BANDS)
    if len(parts) != 3 or len(parts[2]) != width * len(VALUE_BANDS):
        return None
    cuts = []
    for part in parts[:2]:
        by, *limits = part.split("-")
        if by not in WAYS or len(limits) != 2 or not all(_NUMBER.fullmatch(limit) for limit in limits):
            return None
        cuts.append(Cut(by, float(limits[0]), float(limits[1])))
    table = tuple(tuple(parts[2][start : start + width]) for start in range(0, len(parts[2]), width))
    rules = Rules(cuts[0], cuts[1], table)
    return None if check_rules(rules) else rules


def _write_number(value: float) -> str:
    """A number without an exponent or idle zeros: 0.7, 1200000."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
