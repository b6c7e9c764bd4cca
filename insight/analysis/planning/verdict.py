"""What an activity must bring, the chance that it will, and whether anybody will be able to tell."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, hypot, isfinite, log1p, nan

from insight.analysis.planning.detection import Detection, chance_above_rate, count_activities

MEASURABLE, KIND, BET, UNKNOWN = "measurable", "kind", "bet", "unknown"
VISIBLE_LIFT = 0.10  # asked for where neither a break-even nor the kind's own effect says what is worth seeing


@dataclass(frozen=True)
class Known:
    """What past activities of the kind teach, log scale; ``mean`` is NaN where none could be measured."""

    mean: float
    error: float
    spread: float

    @property
    def error_of_one(self) -> float:
        """Of one more activity of the kind: its mean is not known exactly, and activities differ."""
        return hypot(self.error, self.spread)


@dataclass(frozen=True)
class Stake:
    """What one side has to earn back. NaN where cost, margin or expected sales are not known."""

    side: str
    cost: float
    margin: float
    break_even: float  # lift
    expected_net: float
    chance: float


@dataclass(frozen=True)
class Verdict:
    """The plain answer. ``lift`` is the one worth seeing; ``basis`` where it comes from."""

    code: str
    lift: float
    basis: str  # break_even, kind or usual
    needed: int | None
    chance_to_see: float  # the kind's mean effect; NaN where it is not known


def weigh(side: str, cost: float, margin: float, expected: float, known: Known) -> Stake:
    """Cost 12,000, margin 30%, expected sales 400,000: break-even 12,000 / 120,000 = 10%.

    At a mean effect of log 1.2 the net is 0.3 x 400,000 x 0.2 - 12,000 = 12,000.
    """
    break_even = find_break_even(cost, margin, expected)
    can_pay = isfinite(known.mean) and isfinite(break_even)
    return Stake(
        side=side,
        cost=cost,
        margin=margin,
        break_even=break_even,
        expected_net=margin * expected * expm1(known.mean) - cost if can_pay else nan,
        chance=chance_above_rate(known.mean, known.error_of_one, break_even) if can_pay else nan,
    )


def find_break_even(cost: float, margin: float, expected: float) -> float:
    """Cost over the margin on what is bought anyway; NaN where one is not known or there is no margin to earn it with."""
    gain = margin * expected
    return cost / gain if isfinite(cost) and isfinite(gain) and gain > 0 else nan


def judge(detection: Detection | None, break_even: float, known: Known, pace: int) -> Verdict:
    """Measurable: the smallest visible effect is no larger than the one worth seeing. Else its kind can tell where no
    more activities are needed than ``pace``, those that it has and may hold in the next year. Else it is a bet."""
    lift, basis = choose_lift(break_even, known)
    if detection is None:
        return Verdict(UNKNOWN, lift, basis, None, nan)
    needed = count_activities(hypot(detection.error, known.spread if isfinite(known.spread) else 0.0), lift)
    chance = detection.find_chance(known.mean) if isfinite(known.mean) else nan
    if detection.smallest <= log1p(lift):
        return Verdict(MEASURABLE, lift, basis, needed, chance)
    return Verdict(KIND if needed is not None and needed <= pace else BET, lift, basis, needed, chance)


def choose_lift(break_even: float, known: Known) -> tuple[float, str]:
    """The lift worth seeing: the break-even, or the kind's mean where that is clear of nothing and larger still.

    Break-even 2%, the kind at 17% (twice its error and more above 0): whoever cannot see 2% may well see 17%. A cost of
    nothing has a break-even of nothing, which nobody could ever see: the kind's mean then, else 10%.
    """
    needed = break_even if isfinite(break_even) else 0.0
    mean = expm1(known.mean) if isfinite(known.mean) and known.mean > 2 * known.error else 0.0
    if mean > needed:
        return mean, "kind"
    return (needed, "break_even") if needed > 0 else (VISIBLE_LIFT, "usual")
