"""The bars an engine of effects must clear before its numbers are shown to anybody.

The fast form makes few companies a scenario; its bars are wider by what so few cannot tell apart (about two
Monte-Carlo errors). The scenarios `one_kind`, `overlap`, `nothing` and `varied` are harder than the design the bars were set for;
they are held to those of single activities and of kinds all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from insight.calibration.measures import Numbers

SELECTED = ("random", "size", "growth", "spike", "repeated")
USUAL = (*SELECTED, "one_kind", "overlap", "nothing", "varied")
PLANNED = ("size", "growth")  # where lists are planned, and the effect promised to be visible is planted
WITH_EFFECTS = (*SELECTED, "one_kind", "overlap", "varied", "stress")


@dataclass(frozen=True)
class Bar:
    """low <= measure <= high in every scenario named; `fast` are the ends for the fast form."""

    group: str  # single, kinds, league, returns, planning, teeth, speed
    measure: str
    title: str
    scenarios: tuple[str, ...]
    low: float = -inf
    high: float = inf
    fast: tuple[float, float] | None = None


@dataclass(frozen=True)
class Verdict:
    """One bar in one scenario. ``least`` and ``most`` are the ends that applied."""

    group: str
    measure: str
    title: str
    scenario: str
    value: float
    least: float
    most: float
    is_met: bool


BARS = (
    Bar("single", "coverage", "95% intervals hold the truth", USUAL, 0.92, 0.98, (0.90, 0.99)),
    Bar("single", "coverage", "95% intervals hold the truth", ("stress",), low=0.91, fast=(0.89, 1.0)),
    Bar("single", "false_alarms", "nulls declared, either side", USUAL, high=0.08, fast=(0.0, 0.10)),
    Bar("single", "false_positives", "nulls declared positive", USUAL, high=0.05, fast=(0.0, 0.06)),
    Bar("single", "bias", "bias in money", USUAL, -0.03, 0.03, (-0.05, 0.05)),
    Bar("kinds", "kind_bias", "bias of kinds", (*WITH_EFFECTS, "nothing"), -0.03, 0.03, (-0.05, 0.05)),
    Bar("kinds", "grower_bias", "bias of the kinds that invite growers", ("one_kind",), -0.03, 0.03, (-0.06, 0.06)),
    Bar("kinds", "kind_coverage", "95% intervals of kinds", USUAL, low=0.92, fast=(0.87, 1.0)),
    Bar("kinds", "kind_coverage", "95% intervals of kinds", ("stress",), low=0.80, fast=(0.70, 1.0)),
    Bar("kinds", "kind_power", "kinds above 12% detected", ("size", "growth"), low=0.75, fast=(0.50, 1.0)),
    Bar(
        "kinds", "kind_false_positives", "null kinds declared positive", (*USUAL, "stress"), high=0.05, fast=(0.0, 0.13)
    ),
    Bar("league", "shrunk_boast", "shrunk top ten: claimed less true", WITH_EFFECTS, -0.04, 0.04, (-0.07, 0.07)),
    Bar("league", "shrunk_null_share", "nulls in the shrunk top ten", WITH_EFFECTS, high=0.05, fast=(0.0, 0.075)),
    Bar(
        "league",
        "shrunk_coverage",
        "shrunk intervals hold the truth",
        (*SELECTED, "varied"),
        low=0.90,
        fast=(0.88, 1.0),
    ),
    Bar("returns", "sure_paid", "paid where P > 0.8", WITH_EFFECTS, low=0.85, fast=(0.80, 1.0)),
    Bar("returns", "doomed_paid", "paid where P < 0.2", WITH_EFFECTS, high=0.15, fast=(0.0, 0.17)),
    Bar("returns", "brier_shrunk", "Brier score of P(paid)", WITH_EFFECTS, high=0.13, fast=(0.0, 0.14)),
    Bar("returns", "brier_ratio", "… against the raw one", WITH_EFFECTS, high=0.65, fast=(0.0, 0.70)),
    Bar("planning", "planning_power", "effects as small as planned for, found", PLANNED, 0.72, 0.90, (0.64, 0.94)),
    Bar("teeth", "raw_boast", "raw top ten boasts", WITH_EFFECTS, low=0.20),
    Bar("teeth", "year_over_year_bias", "year-over-year is biased", ("growth",), low=0.05),
    Bar("teeth", "matched_false_alarms", "matching on growth raises false alarms", ("growth",), low=0.10),
    Bar("teeth", "clustered_coverage", "clustered errors cover too little", ("size",), high=0.93),
)
SPEED = Bar("speed", "cpu_seconds", "CPU s, 200 activities × 2,000 terminals × 36 months", ("overlap",), high=5.0)


def judge_bars(measured: dict[str, Numbers], is_full: bool) -> list[Verdict]:
    """Every bar whose scenario was measured. A measure nothing was there for (NaN) is no verdict."""
    verdicts = []
    for bar in BARS:
        least, most = (bar.low, bar.high) if is_full or bar.fast is None else bar.fast
        for scenario in bar.scenarios:
            value = measured.get(scenario, {}).get(bar.measure, float("nan"))
            if isfinite(value):
                verdicts.append(judge(bar, scenario, value, least, most))
    return verdicts


def judge_speed(seconds: float) -> Verdict:
    """CPU seconds of the large portfolio against the bar for a quiet core."""
    return judge(SPEED, SPEED.scenarios[0], seconds, SPEED.low, SPEED.high)


def judge(bar: Bar, scenario: str, value: float, least: float, most: float) -> Verdict:
    """One value against its ends, both included."""
    return Verdict(bar.group, bar.measure, bar.title, scenario, value, least, most, least <= value <= most)
