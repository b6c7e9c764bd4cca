"""`python -m insight calibrate`: run the shipped engine on made-up companies, print what came of it, keep the result."""

from __future__ import annotations

import io
import json
import tokenize
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from math import isfinite
from pathlib import Path
from time import process_time
from typing import Any

from insight.calibration.bars import PLANNED, Verdict, judge_bars, judge_speed
from insight.calibration.measures import Numbers, estimate_company, judge_scenario, measure_planning, measure_scenario
from insight.calibration.simulation import SCENARIOS, simulate_company

RESULT = Path(__file__).parent / "result.json"
COMMAND = "python -m insight calibrate --full --write"
FAST_SEEDS, FULL_SEEDS, FIRST_SEED = 4, 12, 101
ACTIVITIES = 120  # twenty a kind

_PACKAGE = Path(__file__).resolve().parents[1]
_ENGINE = (
    *(f"analysis/{name}.py" for name in ("effect", "counterfactual", "adjustment", "portfolio", "draws", "silence")),
    *(f"analysis/{name}.py" for name in ("effect_tables", "returns")),
    *(f"analysis/planning/{name}.py" for name in ("detection", "trends", "panel")),
    "calibration/simulation.py",
)

# name -> what the line says; shares are printed in percent
LINES = (
    ("Single activities", ""),
    ("bias", "bias weighted by money, points"),
    ("bias_error", "  ± Monte-Carlo error"),
    ("coverage", "95% interval holds the truth"),
    ("coverage_error", "  ±"),
    ("coverage_80", "80% interval holds the truth"),
    ("coverage_80_error", "  ±"),
    ("false_alarms", "nulls declared, either side (5)"),
    ("false_positives", "nulls declared positive (2.5)"),
    ("false_error", "  ±"),
    ("power", "true lift > 10% declared positive"),
    ("width_1", "width of the 95% interval: 1 terminal"),
    ("width_2_3", "  2 to 3"),
    ("width_4_7", "  4 to 7"),
    ("width_8_15", "  8 to 15"),
    ("width_16_30", "  16 to 30"),
    ("width_31_50", "  31 to 50"),
    ("Other methods on the same data", ""),
    ("unadjusted_bias", "bias without the trend adjustment"),
    ("year_over_year_bias", "bias of year-over-year"),
    ("before_after_bias", "bias of six months before and after"),
    ("matched_bias", "bias of matching on growth"),
    ("matched_false_alarms", "  its nulls declared, either side"),
    ("clustered_coverage", "coverage of clustered errors"),
    ("Kinds of 20 activities (log points)", ""),
    ("kind_bias", "bias"),
    ("grower_bias", "  of the kinds that invite growers"),
    ("kind_rmse", "root mean square error"),
    ("kind_coverage", "95% interval holds the truth"),
    ("kind_coverage_error", "  ±"),
    ("kind_coverage_80", "80% interval holds the truth"),
    ("kind_width", "width of the 95% interval"),
    ("kind_false_positives", "null kinds declared positive"),
    ("kind_power", "kinds above 12% declared positive"),
    ("negative_control", "negative control, mean"),
    ("systematic_error", "systematic error found"),
    ("picked_unusual", "kinds warned of: picked after unusual sales"),
    ("League table, ten best of a company (log points)", ""),
    ("raw_claimed", "raw: claimed"),
    ("raw_true", "  true"),
    ("raw_null_share", "  nulls among them"),
    ("shrunk_claimed", "shrunk: claimed"),
    ("shrunk_true", "  true"),
    ("shrunk_null_share", "  nulls among them"),
    ("shrunk_coverage", "shrunk 95% intervals hold the truth"),
    ("raw_rmse", "error of an activity, raw"),
    ("shrunk_rmse", "  shrunk"),
    ("Returns", ""),
    ("paid_share", "activities that truly paid"),
    ("sure_paid", "  where P(paid) > 0.8"),
    ("doomed_paid", "  where P(paid) < 0.2"),
    ("brier_raw", "Brier score × 100, raw"),
    ("brier_shrunk", "  shrunk"),
    ("Planning", ""),
    ("planning_power", "effects as small as planned for, found (80)"),
    ("planning_power_error", "  ±"),
    ("planning_smallest", "  the median of them, log points"),
)


@dataclass(frozen=True)
class Calibration:
    """One run: what engine, when, on how much, the measures of every scenario and the verdicts."""

    engine: str
    made_on: str
    is_full: bool
    first_seed: int
    seed_count: int
    activity_count: int  # a company
    cpu_seconds: float
    scenarios: dict[str, Numbers]
    verdicts: list[Verdict]

    @property
    def missed(self) -> list[Verdict]:
        return [one for one in self.verdicts if not one.is_met]


def calibrate(
    scenarios: Sequence[str] = (),
    seeds: int | None = None,
    is_full: bool = False,
    first_seed: int = FIRST_SEED,
    report: Callable[[str], None] = lambda _: None,
) -> Calibration:
    """Run the engine on every scenario; the fast form makes four companies of each, the full one twelve."""
    count = seeds or (FULL_SEEDS if is_full else FAST_SEEDS)
    begun = process_time()
    measured = {}
    for code in scenarios or SCENARIOS:
        report(f"{code}: {SCENARIOS[code].title}")
        judged = judge_scenario(code, range(first_seed, first_seed + count), ACTIVITIES)
        measured[code] = measure_scenario(judged, SCENARIOS[code].grower_kinds)
        if code in PLANNED:  # half the companies: planning takes another run of each
            measured[code] |= measure_planning(code, range(first_seed, first_seed + max(count // 2, 1)), ACTIVITIES)
    verdicts = judge_bars(measured, is_full)
    if not scenarios:
        report("200 activities on 2,000 terminals")
        verdicts.append(judge_speed(time_portfolio(first_seed)))
    return Calibration(
        engine=digest_engine(),
        made_on=date.today().isoformat(),
        is_full=is_full,
        first_seed=first_seed,
        seed_count=count,
        activity_count=ACTIVITIES,
        cpu_seconds=process_time() - begun,
        scenarios=measured,
        verdicts=verdicts,
    )


def time_portfolio(seed: int) -> float:
    """CPU seconds of the engine on 200 activities, 2,000 terminals and 36 months."""
    company = simulate_company(seed, "overlap", terminals=2000, months=36, activities=200)
    begun = process_time()
    estimate_company(company)
    return process_time() - begun


def digest_engine() -> str:
    """Sixteen hexadecimal digits that change with the engine's code or the simulation's, not with their comments."""
    digest = sha256()
    for name in _ENGINE:
        digest.update(strip_words((_PACKAGE / name).read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:16]


def strip_words(source: str) -> str:
    """Source text without comments, docstrings and white space."""
    lines = source.splitlines(keepends=True)
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_docstring = token.type == tokenize.STRING and before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if is_docstring or token.type == tokenize.COMMENT:
            (first, start), (last, end) = token.start, token.end
            if first == last:
                lines[first - 1] = lines[first - 1][:start] + " " * (end - start) + lines[first - 1][end:]
            else:
                lines[first - 1 : last] = [lines[first - 1][:start], *[""] * (last - first - 1), lines[last - 1][end:]]
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.type
    return "".join("".join(lines).split())


def write_result(calibration: Calibration, path: Path = RESULT) -> None:
    """Keep a run as JSON; what there was nothing for and open ends are null."""
    path.write_text(json.dumps(_round(asdict(calibration)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_result(path: Path = RESULT) -> Calibration | None:
    """The run kept last, or nothing."""
    if not path.exists():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    nothing = float("nan")
    scenarios = {
        code: {name: nothing if value is None else value for name, value in numbers.items()}
        for code, numbers in record["scenarios"].items()
    }
    verdicts = [
        Verdict(**(one | {"least": _open(one["least"], -1), "most": _open(one["most"], 1)}))
        for one in record["verdicts"]
    ]
    return Calibration(**(record | {"scenarios": scenarios, "verdicts": verdicts}))


def describe_calibration(run: Calibration) -> str:
    """The tables and verdicts in text."""
    codes = list(run.scenarios)
    lines = [
        f"{run.seed_count} made-up companies a scenario (seeds from {run.first_seed}), {run.activity_count} activities "
        f"each; engine {run.engine}; {run.made_on}; {run.cpu_seconds:.0f} s CPU. Numbers are percent or points.",
        *(f"  {code:<9} {SCENARIOS[code].title}" for code in codes),
    ]
    for name, words in LINES:
        if not words:
            lines += ["", f"{name:<54}" + "".join(f"{code:>9}" for code in codes)]
            continue
        values = [run.scenarios[code].get(name, float("nan")) for code in codes]
        cells = ["-" if not isfinite(value) else f"{100 * value:.1f}" for value in values]
        if set(cells) != {"-"}:
            lines.append(f"{words:<54}" + "".join(f"{cell:>9}" for cell in cells))
    lines += ["", f"{'Bars' if run.is_full else 'Bars of the fast form':<54}" + "".join(f"{code:>9}" for code in codes)]
    lines += [_describe_bar(list(group), codes) for _, group in groupby(run.verdicts, key=_name_bar)]
    lines += ["", f"{len(run.verdicts) - len(run.missed)} of {len(run.verdicts)} bars met, {len(run.missed)} missed"]
    return "\n".join(lines)


def _name_bar(one: Verdict) -> tuple[object, ...]:
    return one.measure, one.title, one.least, one.most


def _describe_bar(group: list[Verdict], codes: list[str]) -> str:
    """One bar over the scenarios it is for; what missed it is marked."""
    first = group[0]
    scale = 1.0 if first.group == "speed" else 100.0
    cells = {one.scenario: f"{one.value * scale:.1f}{'' if one.is_met else '!'}" for one in group}
    bar = f"{first.title}: {describe_ends(first.least * scale, first.most * scale)}"
    verdict = "met" if all(one.is_met for one in group) else "NOT met (!)"
    return f"{bar:<54}" + "".join(f"{cells.get(code, ''):>9}" for code in codes) + f"  {verdict}"


def describe_ends(least: float, most: float) -> str:
    """'92 to 98', 'at most 5' or 'at least 75'."""
    if not isfinite(least):
        return f"at most {most:g}"
    return f"{least:g} to {most:g}" if isfinite(most) else f"at least {least:g}"


def _open(end: float | None, sign: int) -> float:
    return sign * float("inf") if end is None else end


def _round(value: Any) -> Any:
    """Five digits after the point are more than a simulation can tell."""
    if isinstance(value, float):
        return round(value, 5) if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _round(one) for key, one in value.items()}
    return [_round(one) for one in value] if isinstance(value, list) else value
