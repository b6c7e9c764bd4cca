"""A synthetic company with planted, documented truths: ``make_company`` draws it, ``README.md`` tells its stories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from insight.company import Company
from insight.demo.build import build_world
from insight.demo.scenario import SCENARIOS as STORIES_OF
from insight.demo.scenario import SIZES
from insight.demo.truths import read_truths

SCENARIOS = tuple(STORIES_OF)

__all__ = ["SCENARIOS", "SIZES", "make_company", "write_truths"]


def make_company(scenario: str = "ivd", seed: int = 7, size: str = "small") -> tuple[Company, dict[str, Any]]:
    """The company and the truths planted in it; the same arguments give the same bytes on every machine.

    Raises ValueError for a scenario or size that is not known. The truths never go into the company's tables.
    """
    if scenario not in SCENARIOS:
        raise ValueError(f"No scenario named {scenario!r}. Known: {', '.join(SCENARIOS)}")
    if size not in SIZES:
        raise ValueError(f"No size named {size!r}. Known: {', '.join(SIZES)}")
    if seed < 0:
        raise ValueError(f"The seed must be 0 or more; given: {seed}")
    world = build_world(seed, SIZES[size], STORIES_OF[scenario])
    truths = {"scenario": scenario, "seed": seed, "size": size, **read_truths(world)}
    return world.company, truths


def write_truths(path: Path, scenario: str = "ivd", seed: int = 7, size: str = "small") -> None:
    """Write the truths of a company as JSON, for tests and for those who check pages against them."""
    _, truths = make_company(scenario, seed, size)
    path.write_text(json.dumps(truths, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
