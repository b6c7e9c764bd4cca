"""Episodes of joint visits: the months in which a terminal is visited jointly after a while without.

An episode begins where a month with a joint visit follows ``quiet`` months without one. Joint visits that come while an
episode's window is still open belong to it: what is measured is the effect of a joint visit and of those that follow it.
Months in which an earlier visit still works, but outside every episode's own window, are nobody's: neither a quiet
baseline nor a comparison.

Activities work on the same terminals, mostly more strongly. Their months are taken out altogether, of those visited and of
those compared with, so that no meeting's effect is credited to a visit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Counts = NDArray[np.float64]

MODES = DEMONSTRATION, OBSERVATION, MIXED, UNSAID = "demonstration", "observation", "mixed", "mode_unsaid"


def spread_forward(marks: Flags, months: int) -> Flags:
    """Each mark with the months after it: [0, 1, 0, 0, 0] over 3 months is [0, 1, 1, 1, 0]."""
    spread = np.zeros_like(marks)
    width = marks.shape[1]
    for later in range(min(months, width)):
        spread[:, later:] |= marks[:, : width - later]
    return spread


def find_starts(joint: Flags, quiet: int, first_known: int = 0) -> Flags:
    """[terminals x months]: where an episode begins. Nobody knows what came before the first month visits were recorded.

    Joint in months 2, 3 and 9 with 3 quiet months: 2 and 9 begin an episode, 3 follows 2. Where visits are recorded from
    month 1 on, month 2 is not known to follow three quiet months: only 9 begins one.
    """
    before = np.zeros_like(joint)
    before[:, 1:] = spread_forward(joint, quiet)[:, :-1]
    starts: Flags = joint & ~before
    starts[:, : first_known + quiet] = False
    return starts


def find_blurred(joint: Flags, starts: Flags, window: int) -> Flags:
    """Months in which a joint visit may still work although no episode's window covers them.

    Joint in months 2 and 4, windows of three months: the episode covers 2 to 4, the second visit works until 6, so 5 and 6
    are blurred.
    """
    blurred: Flags = spread_forward(joint, window) & ~spread_forward(starts, window)
    return blurred


def list_modes(demonstrations: Counts, observations: Counts) -> NDArray[np.object_]:
    """The mode of each episode: that of its first month's visits, 'mixed' where both were used."""
    has_one, has_other = demonstrations > 0, observations > 0
    modes = np.full(demonstrations.shape, UNSAID, dtype=object)
    modes[has_one & ~has_other], modes[has_other & ~has_one], modes[has_one & has_other] = (
        DEMONSTRATION,
        OBSERVATION,
        MIXED,
    )
    return modes


def gather_cohorts(
    starts: Flags, demonstrations: Counts, observations: Counts, terminal_ids: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Episodes that begin in one month with one mode, as the engine's activities, and who is in each.

    activities: activity_id ('12:observation'), kind (the mode), starts_month_index; exposures: activity_id, terminal_id.
    """
    rows, months = np.nonzero(starts)
    modes = list_modes(demonstrations[rows, months], observations[rows, months])
    episodes = pd.DataFrame(
        {
            "activity_id": [f"{month}:{mode}" for month, mode in zip(months, modes, strict=True)],
            "kind": modes,
            "starts_month_index": months,
            "terminal_id": terminal_ids.to_numpy(dtype=object)[rows],
        }
    )
    cohorts = (
        episodes[["activity_id", "kind", "starts_month_index"]]
        .drop_duplicates()
        .sort_values(["starts_month_index", "kind"], ignore_index=True)
    )
    return cohorts, episodes[["activity_id", "terminal_id"]]


def compare_naively(panel: Counts, starts: Flags, length: int, skipped: int = 0) -> float:
    """The naive before/after of all episodes with both windows inside the panel: nobody compared with, nothing left out.

    Sales 10, 20, 30, 40, 30, 20 and an episode in the fourth month, windows of three months: 90 after, 60 before, +50%.
    ``skipped`` months from the start are counted on neither side.
    """
    months = panel.shape[1]
    rows, columns = np.nonzero(starts)
    whole = (columns >= length) & (columns + skipped + length <= months)
    rows, columns = rows[whole], columns[whole]
    sums = np.concatenate([np.zeros((len(panel), 1)), panel.cumsum(axis=1)], axis=1)
    before = (sums[rows, columns] - sums[rows, columns - length]).sum()
    begin = columns + skipped
    after = (sums[rows, begin + length] - sums[rows, begin]).sum()
    return float(after / before - 1.0) if before > 0 else float("nan")
