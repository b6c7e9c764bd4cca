"""Made-up companies in which the true effect of every activity is known.

As rough as long-tailed sales to terminals are: the largest hundredth sells eight to nine times the mean, the largest
tenth 45%, 43% of terminal-months hold no sale (small terminals order seldom, large ones nearly every month), seasons by
segment, shocks of regions and of terminals that fade, growth of each terminal's own (standard deviation 1.2% a month),
and invitations that are anything but random. Roughness is set by what it does to an ideal interval: 218, 138, 99, 71,
53 and 38 points wide for 1, 2-3, 4-7, 8-15, 16-30 and 31-50 terminals. Nothing here knows how effects are estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

PROFILE = np.array([0.5, 1.0, 1.0, 0.7, 0.4, 0.2])  # of the peak, from the month of the activity on
KINDS = {"null_a": 0.0, "null_b": 0.0, "small": 0.08, "middle": 0.15, "good": 0.25, "strong": 0.40}
UNIT_AMOUNT = 100.0
SIZE_SPREAD = 1.05  # of log sizes within a segment
MEAN_GROWTH = 0.005  # a month
OWN_SHOCK = 0.15  # a month's news of a terminal, log scale
ORDER_RATE, ORDER_POWER = 0.85, 1.0  # orders expected a month: rate x (size / median size)^power
MARGIN_RATES = (0.25, 0.10)  # manufacturer, distributor


@dataclass(frozen=True)
class Scenario:
    """Whom activities invite, and how rough the company is. Weights are on standardised scores beside pure chance."""

    code: str
    title: str
    size: float = 0.0
    growth: float = 0.0
    recent: float = 0.0
    grower_kinds: tuple[str, ...] = ()  # kinds that alone invite growers
    is_repeated: bool = False  # the same key accounts again and again
    is_overlapping: bool = False  # without regard to other activities on the terminal
    memory: float = 0.6  # of a terminal's own shocks from month to month
    shape: float = 4.0  # of the gamma distribution behind the units; lower is lumpier
    region_noise: float = 0.03
    is_null: bool = False  # nothing works
    variety: float = 0.2  # of the effects within a kind, on the log scale of the peak


SCENARIOS = {
    one.code: one
    for one in (
        Scenario("random", "invited at random"),
        Scenario("size", "large terminals invited", size=0.8),
        Scenario("growth", "large and growing terminals invited", size=0.8, growth=1.5),
        Scenario("spike", "terminals invited after good months", size=0.8, recent=0.5),
        Scenario("repeated", "the same key accounts again and again", size=1.5, growth=0.7, is_repeated=True),
        Scenario(
            "stress", "rough sales, every selection at once", size=0.8, growth=1.0, recent=0.3,
            is_repeated=True, memory=0.8, shape=1.5, region_noise=0.06,
        ),
        Scenario("one_kind", "two kinds invite growers, the others anybody", size=0.5, grower_kinds=("null_b", "good")),
        Scenario("overlap", "activities without regard to each other", size=0.8, growth=0.7, is_overlapping=True),
        Scenario("nothing", "nothing works", size=0.8, is_null=True),
        Scenario("varied", "effects differ much within a kind", size=0.8, variety=0.6),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Simulated:
    """A made-up company; the truth is an activity's, over the six months from its start: true_amount on top of
    base_amount, true_lift = true_amount / base_amount."""

    panel: Array  # [terminals x months]
    terminals: list[str]
    segments: NDArray[np.int64]
    regions: NDArray[np.int64]
    months: list[pd.Timestamp]
    activities: pd.DataFrame
    exposures: pd.DataFrame
    costs: pd.DataFrame
    true_lift: Array
    true_amount: Array
    base_amount: Array


def walk(rng: np.random.Generator, count: int, months: int, memory: float, noise: float) -> Array:
    """Stationary first-order autoregressions, one a row."""
    steps = rng.normal(0, noise, (count, months))
    steps[:, 0] /= np.sqrt(1 - memory**2)
    for month in range(1, months):
        steps[:, month] += memory * steps[:, month - 1]
    return steps


def simulate_company(
    seed: int, scenario: str, terminals: int = 2000, months: int = 42, activities: int = 60
) -> Simulated:
    """One company of a scenario. The same seed gives the same company."""
    how = SCENARIOS[scenario]
    rng = np.random.default_rng([seed, list(SCENARIOS).index(scenario)])
    segment, region = (rng.random(terminals) < 0.3).astype(np.int64), rng.integers(0, 6, terminals)
    size = np.exp(rng.normal(0, SIZE_SPREAD, terminals)) * np.where(segment == 1, 30.0, 10.0)
    growth, time = rng.normal(MEAN_GROWTH, 0.012, terminals), np.arange(months)
    season = 1 + np.where(segment == 1, 0.15, 0.08)[:, None] * np.sin(2 * np.pi * (time + 3 * segment[:, None]) / 12)
    own_shocks = walk(rng, terminals, months, how.memory, OWN_SHOCK)
    shocks = walk(rng, 6, months, 0.7, how.region_noise)[region] + own_shocks
    rate = size[:, None] * season * np.exp(growth[:, None] * (time - months / 2) + shocks)
    order = 1 - np.exp(-ORDER_RATE * (size / np.median(size)) ** ORDER_POWER)[:, None]
    bought = rng.random((terminals, months)) < order
    units = rng.poisson(rate / order * rng.gamma(how.shape, 1 / how.shape, (terminals, months))) * bought
    base = units * UNIT_AMOUNT
    key_accounts = np.argsort(-(np.log(size) + rng.normal(0, 0.5, terminals)))[: terminals // 8]

    lift, covered = np.ones((terminals, months)), np.zeros((terminals, months), dtype=bool)
    names, plan, named, truth, costs = list(KINDS), [], [], [], []
    for number in range(activities):
        kind, start = names[number % len(names)], int(rng.integers(16, months - 5))
        window = slice(start, start + len(PROFILE))
        recent = np.log1p(6 * units[:, start - 2 : start].sum(axis=1)) - np.log1p(
            units[:, start - 12 : start].sum(axis=1)
        )
        taste = 1.5 if kind in how.grower_kinds else how.growth
        score = how.size * np.log(size) + taste * (growth - growth.mean()) / 0.012 + how.recent * recent
        score += rng.gumbel(size=terminals)
        if how.is_repeated:
            others = np.ones(terminals, dtype=bool)
            others[key_accounts] = False
            score[others] -= 3.0
        if not how.is_overlapping:
            score[covered[:, max(0, start - 6) : start + 6].any(axis=1)] = -np.inf
        wanted = int(np.clip(np.exp(rng.normal(2.2, 0.9)).round(), 1, 50))
        chosen = np.argsort(-score)[: min(wanted, int(np.isfinite(score).sum()))]
        peak = 0.0 if how.is_null else KINDS[kind] * np.exp(rng.normal(0, how.variety))
        own = peak * np.exp(rng.normal(0, 0.3, chosen.size))[:, None] * PROFILE
        lift[chosen, window] *= 1 + own
        covered[chosen, window] = True
        expected = base[chosen, window].sum()
        truth.append([(base[chosen, window] * own).sum(), expected])
        # break-even at a lift of 5 to 20%
        cost = rng.uniform(0.05, 0.20) * sum(MARGIN_RATES) * max(size[chosen].sum() * len(PROFILE) * UNIT_AMOUNT, 1.0)
        name, split = f"A{number:03d}", rng.uniform(0.3, 1.0)
        costs += [(name, "manufacturer", cost * split), (name, "distributor", cost * (1 - split))]
        plan.append((name, kind, start))
        named += [(name, f"T{one:05d}") for one in chosen]
    amounts = np.array(truth).reshape(-1, 2)
    return Simulated(
        panel=base * lift,
        terminals=[f"T{one:05d}" for one in range(terminals)],
        segments=segment,
        regions=region,
        months=list(pd.date_range("2023-01-01", periods=months, freq="MS")),
        activities=pd.DataFrame(plan, columns=["activity_id", "kind", "starts_month_index"]),
        exposures=pd.DataFrame(named, columns=["activity_id", "terminal_id"]),
        costs=pd.DataFrame(costs, columns=["activity_id", "payer_side", "cost_amount"]),
        true_lift=amounts[:, 0] / np.maximum(amounts[:, 1], 1e-9),
        true_amount=amounts[:, 0],
        base_amount=amounts[:, 1],
    )
