"""When an effect begins, how long it lasts, and whether purchases were only moved forward.

From the path of a kind, with errors that hold for all months together (`effect_paths.join_months`). What is summed are
index points, 100 = a mean month before: 150 points are one and a half months' purchases more.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.analysis.draws import Array
from insight.analysis.effect import Portfolio
from insight.analysis.effect_paths import Joint, Path, join_months, trace_path
from insight.analysis.portfolio import measure_spread

KEPT, GIVEN_BACK, MOVED_FORWARD = "kept", "given_back_in_part", "moved_forward"
NO_GAIN, UNTOLD = "no_gain", "untold"
SPLITS = (3, 6)  # months a gain is looked for in, before its return is
LEAST_AFTER = 3  # months after, to look for it
TIMING_COLUMNS = (
    "kind", "followed_count", "first_clear_month", "last_clear_month", "gain_index", "gain_low_index",
    "gain_high_index", "after_count", "after_index", "after_low_index", "after_high_index", "whole_index",
    "whole_low_index", "whole_high_index", "persistence", "before_placebo_share",
)  # fmt: skip


def time_kinds(portfolio: Portfolio) -> pd.DataFrame:
    """A row a kind with enough activities."""
    design = portfolio.design
    rows = []
    for kind in portfolio.pooled:
        if kind.members.size < design.least_kind_activities:
            continue
        path = trace_path(portfolio.real, kind.members, design)
        joint = join_months(path, kind, portfolio.draw_keys, design)
        before = {"before_placebo_share": compare_before(path)}
        rows.append({"kind": kind.name, **time_effect(joint, design.post_months), **before})
    return pd.DataFrame(rows, columns=list(TIMING_COLUMNS))


def time_effect(joint: Joint, post_months: int) -> dict[str, object]:
    """First and last month clear of nothing, in the direction of the window's sum; the sums; what became of the gain.

    20 points a month for six months, then 5 less for six: 120 gained, 30 given back, 90 in all.
    """
    counted = joint.months < post_months
    whole = np.ones(joint.months.size, dtype=bool)
    gain, gain_low, gain_high = sum_months(joint, counted)
    after, after_low, after_high = sum_months(joint, ~counted)
    total, total_low, total_high = sum_months(joint, whole)
    clear = joint.months[joint.low > 0] if gain >= 0 else joint.months[joint.high < 0]
    return {
        "followed_count": int(joint.months.size),
        "first_clear_month": int(clear[0]) if clear.size else None,
        "last_clear_month": int(clear[-1]) if clear.size else None,
        "gain_index": gain,
        "gain_low_index": gain_low,
        "gain_high_index": gain_high,
        "after_count": int((~counted).sum()),
        "after_index": after,
        "after_low_index": after_low,
        "after_high_index": after_high,
        "whole_index": total,
        "whole_low_index": total_low,
        "whole_high_index": total_high,
        "persistence": judge_persistence(joint, post_months),
    }


def compare_before(path: Path) -> float:
    """How often untouched stand-ins stray from what was expected of them, in any month before, as far as these did.

    The largest |difference| / spread over the months before, against the same of each placebo draw; never 0. A small
    share says that those who took part were on another course already.
    """
    before = path.months < 0
    spread = measure_spread(path.noise[:, before].T)
    seen = spread > 0
    if not seen.any():
        return float("nan")
    own = float((np.abs(path.difference[before][seen]) / spread[seen]).max())
    drawn = (np.abs(path.noise[:, before][:, seen]) / spread[seen]).max(axis=1)
    return float((1 + (drawn >= own).sum()) / (1 + drawn.size))


def judge_persistence(joint: Joint, post_months: int) -> str:
    """What became of a gain.

    A gain clear of nothing followed by a loss clear of nothing was given back: all of it where what remains over all
    months is not clear of nothing, else in part. It was kept where what remains is clear and there were months in which
    to give it back. The split between gain and loss is looked for after three months and after six, so that each look
    may err in 2.5% only.
    """
    is_gained = False
    _, total_low, _ = sum_months(joint, np.ones(joint.months.size, dtype=bool))
    for split in SPLITS:
        early = joint.months < split
        _, gained_low, _ = sum_months(joint, early, looks=len(SPLITS))
        is_gained |= gained_low > 0
        if gained_low > 0 and (~early).sum() >= LEAST_AFTER:
            _, _, back_high = sum_months(joint, ~early, looks=len(SPLITS))
            if back_high < 0:
                return GIVEN_BACK if total_low > 0 else MOVED_FORWARD
    if not is_gained:
        return NO_GAIN
    has_after = (joint.months >= post_months).sum() >= LEAST_AFTER
    return KEPT if total_low > 0 and has_after else UNTOLD


def sum_months(joint: Joint, chosen: np.ndarray, looks: int = 1) -> tuple[float, float, float]:
    """The sum over some months with its 95% interval, shared among several looks; NaN of no month."""
    if not chosen.any():
        return float("nan"), float("nan"), float("nan")
    total = float(joint.difference[chosen].sum())
    noise: Array = joint.noise[:, chosen].sum(axis=1)
    tail = 0.025 / looks
    low, high = np.quantile(noise - np.median(noise), [tail, 1.0 - tail])
    return total, total - float(high), total - float(low)
