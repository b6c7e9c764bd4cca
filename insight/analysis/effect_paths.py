"""The months around an activity: those that took part against what was expected, for a kind and for a single one.

Months in which fewer activities are seen compare those alone. After the months counted as the effect a terminal stays
in the path while no other activity reaches it, so that one can see how long an effect lasts and whether later purchases
were only moved forward.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.adjustment import Adjusted
from insight.analysis.counterfactual import Design
from insight.analysis.draws import Array, Keys, draw_normals, make_keys
from insight.analysis.effect_tables import Kind
from insight.analysis.portfolio import measure_spread

PATH_COLUMNS = (
    "event_month", "treated_index", "control_index", "difference_index", "difference_low_index",
    "difference_high_index", "terminal_count", "activity_count",
)  # fmt: skip
JOINT_COLUMNS = (
    "difference_joint_low_index", "difference_joint_high_index", "cumulative_index", "cumulative_low_index",
    "cumulative_high_index",
)  # fmt: skip
KIND_PATH_COLUMNS = ("kind", *PATH_COLUMNS, *JOINT_COLUMNS)

LEAST_SEEN = 1 / 3  # of a kind's activities, for a month after those counted to be shown


@dataclass(frozen=True)
class Path:
    """One path, a column a month: indexes with the baseline mean month of the treated = 100, and its placebo draws."""

    months: NDArray[np.int64]
    treated: Array
    control: Array
    noise: Array  # [draws x months], centred
    terminals: NDArray[np.int64]
    activities: NDArray[np.int64]

    @property
    def difference(self) -> Array:
        return self.treated - self.control


@dataclass(frozen=True)
class Joint:
    """The months from the event with errors that hold for all of them together, and what they come to."""

    months: NDArray[np.int64]
    difference: Array
    low: Array  # with a chance of 95% all months lie between low and high
    high: Array
    noise: Array  # [draws x months], with the systematic error, which moves all months together


def tilt_months(real: Adjusted, one: int, design: Design) -> tuple[Array, Array, NDArray[np.int64]]:
    """How an activity's expected months turn with its trend, the same of each draw, and the months from the event.

    The trend turns the counterfactual about the middle of the baseline; what other activities explain lifts it during
    the months counted, after which months of others are left out.
    """
    measured = real.measurements[one]
    months = np.arange(-design.baseline_months, measured.path.shape[1] - design.baseline_months)
    turn = months + (design.baseline_months + 1) / 2.0
    explained = measured.effect - real.slopes[one] * measured.trend_reach - real.effects[one]
    is_counted = (months >= 0) & (months < design.post_months)
    tilt = np.exp(real.slopes[one] * turn + explained * is_counted)
    unsure = (real.draws[one] - measured.effect_draws)[:, None] * turn / measured.trend_reach
    return tilt, unsure, months


def trace_path(real: Adjusted, members: NDArray[np.intp], design: Design) -> Path:
    """The path of some activities together: sums over sums."""
    length = max(real.measurements[one].path.shape[1] for one in members)
    sums = np.zeros((4, length))
    draws = np.zeros((design.draws, length))
    terminals = np.zeros(length, dtype=np.int64)
    for one in members:
        measured, seen = real.measurements[one], real.measurements[one].path.shape[1]
        tilt, unsure, _ = tilt_months(real, one, design)
        sums[0, :seen] += measured.path[0]
        sums[1, :seen] += measured.path[1] * tilt
        sums[2, :seen] += measured.path[2]
        sums[3, :seen] += measured.path[2] > 0
        terminals[:seen] += np.where(measured.path[2] > 0, measured.rows.size, 0)
        draws[:, :seen] += measured.path_draws[0] - measured.path_draws[1] * (1.0 - unsure)
    months = np.arange(-design.baseline_months, length - design.baseline_months)
    shown = (sums[2] > 0) & ((months < design.post_months) | (sums[3] >= LEAST_SEEN * members.size))
    scale = 100.0 / sums[2, shown]
    noise = draws[:, shown] * scale
    return Path(
        months=months[shown],
        treated=sums[0, shown] * scale,
        control=sums[1, shown] * scale,
        noise=noise - np.median(noise, axis=0),
        terminals=terminals[shown],
        activities=sums[3, shown].astype(np.int64),
    )


def tabulate_path(path: Path) -> pd.DataFrame:
    """A row a month with the 95% interval of that month alone."""
    low, high = np.quantile(path.noise, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "event_month": path.months,
            "treated_index": path.treated,
            "control_index": path.control,
            "difference_index": path.difference,
            "difference_low_index": path.difference - high,
            "difference_high_index": path.difference - low,
            "terminal_count": path.terminals,
            "activity_count": path.activities,
        }
    )


def join_months(path: Path, kind: Kind, draw_keys: Keys, design: Design) -> Joint:
    """Errors of the months from the event, jointly: the largest of all months' errors stays within the band in 95%.

    Twelve months at 2 standard deviations each would show one by chance in two kinds of five; the band is widened to
    the 95% quantile of the largest |error| / spread over the months. The kind's systematic error moves all months, and
    those after the months counted by more the farther they are, as what drifts apart goes on to do: with 9 months from
    the middle of the baseline to the middle of the window, month 11 lies 17.5 away and moves by 17.5 / 9 as much.
    """
    after = path.months >= 0
    reach = (design.baseline_months + design.post_months) / 2.0
    distance = (path.months[after] + (design.baseline_months + 1) / 2.0) / reach
    farther = np.where(path.months[after] < design.post_months, 1.0, distance)
    together = kind.systematic * draw_normals(make_keys([kind.name])[0], draw_keys)
    noise = path.noise[:, after] + together[:, None] * path.control[after] * farther
    spread = measure_spread(noise.T)
    # A month without any noise is as sure as the others are on the whole.
    spread = np.where(spread > 0, spread, max(float(spread.max(initial=0.0)), 1e-9))
    widest = float(np.quantile((np.abs(noise) / spread).max(axis=1, initial=0.0), 0.95))
    difference = path.difference[after]
    return Joint(path.months[after], difference, difference - widest * spread, difference + widest * spread, noise)


def draw_paths(real: Adjusted, pooled_kinds: list[Kind], draw_keys: Keys, design: Design) -> pd.DataFrame:
    """The event study of every kind and of all; from the event on with a joint band and what the months add up to.

    Cumulative: differences of 20, 10 and -5 index points come to 20, 30 and 25: a quarter of a mean month gained.
    """
    frames = []
    for kind in pooled_kinds:
        if kind.members.size == 0:
            continue
        path = trace_path(real, kind.members, design)
        joint = join_months(path, kind, draw_keys, design)
        frame = tabulate_path(path)
        frame.insert(0, "kind", kind.name)
        total, noise = np.cumsum(joint.difference), np.cumsum(joint.noise, axis=1)
        low, high = np.quantile(noise - np.median(noise, axis=0), [0.025, 0.975], axis=0)
        after = frame["event_month"] >= 0
        columns = (joint.low, joint.high, total, total - high, total - low)
        for name, values in zip(JOINT_COLUMNS, columns, strict=True):
            frame[name] = np.nan
            frame.loc[after, name] = values
        frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(KIND_PATH_COLUMNS))
