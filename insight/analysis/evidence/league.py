"""The order of activities by what is best known of each, how sure that order is, and the checks of a single one."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.counterfactual import Measurement
from insight.analysis.draws import Array, draw_normals, make_draw_keys, make_keys
from insight.analysis.effect import Portfolio
from insight.analysis.effect_paths import PATH_COLUMNS, tabulate_path, trace_path
from insight.analysis.portfolio import NORMAL_80, to_rate

LEAGUE_COLUMNS = (
    "activity_id", "ranked_count", "rank_number", "rank_low_number", "rank_high_number", "overlap_count",
    "top_tenth_share", "top_quarter_share", "shrunk_low80_rate", "shrunk_high80_rate",
    "without_largest_lift_rate", "before_month_count",
)  # fmt: skip
RANK_DRAWS = 2000


def rank_activities(portfolio: Portfolio, activities: pd.DataFrame) -> pd.DataFrame:
    """A row a measured activity, by shrunk estimate; ``activities`` is the frame of `Effects`.

    A rank from one draw of every activity's posterior, repeated: its 80% interval and how often the activity is among
    the top tenth and the top quarter. ``overlap_count`` counts the other activities whose 80% interval overlaps its own:
    against those its rank is uncertain.
    """
    found = activities[activities["shrunk_log_lift"].notna()].set_index("activity_id")
    if found.empty:
        return pd.DataFrame(columns=list(LEAGUE_COLUMNS))
    means, errors = (found[name].to_numpy(dtype=float) for name in ("shrunk_log_lift", "shrunk_log_lift_error"))
    ranks = draw_ranks(list(found.index), means, errors, portfolio.design.seed)
    count = len(found)
    low, high = means - NORMAL_80 * errors, means + NORMAL_80 * errors
    place = {str(one): row for row, one in enumerate(portfolio.plan["activity_id"])}
    position = {int(row): one for one, row in enumerate(portfolio.real.places)}
    checks = [check_activity(portfolio, position[place[str(one)]]) for one in found.index]
    frame = pd.DataFrame(
        {
            "activity_id": found.index,
            "ranked_count": count,
            "rank_number": rank_values(means),
            "rank_low_number": np.quantile(ranks, 0.1, axis=0, method="lower").astype(np.int64),
            "rank_high_number": np.quantile(ranks, 0.9, axis=0, method="higher").astype(np.int64),
            "overlap_count": count_overlaps(low, high),
            "top_tenth_share": (ranks <= ceil(count / 10)).mean(axis=0),
            "top_quarter_share": (ranks <= ceil(count / 4)).mean(axis=0),
            "shrunk_low80_rate": np.expm1(low),
            "shrunk_high80_rate": np.expm1(high),
            "without_largest_lift_rate": [check[0] for check in checks],
            "before_month_count": [check[1] for check in checks],
        }
    )
    return frame.sort_values(["rank_number", "activity_id"], ignore_index=True)


def draw_ranks(ids: list[str], means: Array, errors: Array, seed: int) -> NDArray[np.int64]:
    """[draws x activities]: the rank of each in each draw, 1 the highest.

    Draws are taken as independent. What activities of a kind share, the error of its mean, moves them together and
    would leave their order more certain than this says.
    """
    keys = make_draw_keys(RANK_DRAWS, seed)
    drawn = np.array(
        [mean + error * draw_normals(key, keys) for mean, error, key in zip(means, errors, make_keys(ids), strict=True)]
    )
    order = np.argsort(-drawn, axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(ids) + 1)[:, None], axis=0)
    return ranks.T.astype(np.int64)


def rank_values(values: Array) -> NDArray[np.int64]:
    """1 for the highest; equal values keep their order: 0.3, 0.1, 0.3 -> 1, 3, 2."""
    ranks = np.empty(values.size, dtype=np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, values.size + 1)
    return ranks


def count_overlaps(low: Array, high: Array) -> NDArray[np.int64]:
    """How many other intervals each one overlaps: all but those that end below it or begin above it.

    0 to 2, 1 to 3, 4 to 5: 1, 1, 0.
    """
    below = np.searchsorted(np.sort(high), low, side="left")
    above = low.size - np.searchsorted(np.sort(low), high, side="right")
    counts: NDArray[np.int64] = (low.size - 1 - below - above).astype(np.int64)
    return counts


def check_activity(portfolio: Portfolio, one: int) -> tuple[float, int]:
    """The lift without the largest terminal, and how many months before the start were seen."""
    measured = portfolio.real.measurements[one]
    taken_off = measured.effect - float(portfolio.real.effects[one])
    without = leave_largest(measured)
    seen = measured.path[2, : portfolio.design.baseline_months] > 0
    return to_rate(without - taken_off) if np.isfinite(without) else float("nan"), int(seen.sum())


def leave_largest(measured: Measurement) -> float:
    """The log effect, before the adjustments, of all terminals but the one with the largest baseline; NaN of one alone.

    Bought 300 and 120, expected 200 and 100: log(420/300) with both, log(120/100) without the larger; both with the
    small constant, which shrinks with the number of terminals.
    """
    kept = np.ones(measured.rows.size, dtype=bool)
    kept[int(measured.baseline.argmax())] = False
    if not kept.any():
        return float("nan")
    observed = max(float(measured.observed_months[kept].sum()), 0.0)
    expected = float(measured.expected_months[kept].sum())
    constant = max(observed, expected) / (4.0 * kept.sum() * measured.post_month_count)
    return float(np.log(observed + constant) - np.log(expected + constant)) if constant > 0 else float("nan")


def trace_activities(portfolio: Portfolio) -> pd.DataFrame:
    """The path of every measured activity, a row an activity and month."""
    frames = []
    for one, place in enumerate(portfolio.real.places):
        path = trace_path(portfolio.real, np.array([one]), portfolio.design)
        frame = tabulate_path(path).drop(columns="activity_count")
        frame.insert(0, "activity_id", str(portfolio.plan["activity_id"].iloc[place]))
        frames.append(frame)
    columns = ["activity_id", *(name for name in PATH_COLUMNS if name != "activity_count")]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
