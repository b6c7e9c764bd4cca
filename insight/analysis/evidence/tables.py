"""Everything that stands behind the effects, as the tables kept with a snapshot."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from insight.analysis.effect import Effects, Portfolio
from insight.analysis.evidence.attendance import compare_attendance
from insight.analysis.evidence.league import rank_activities, trace_activities
from insight.analysis.evidence.sensitivity import stress_kinds
from insight.analysis.evidence.slices import name_size, slice_effects
from insight.analysis.evidence.timing import time_kinds


def gather_evidence(
    portfolio: Portfolio,
    effects: Effects,
    terminal_ids: Iterable[object],
    invitations: pd.DataFrame,
    labels: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Frames by the name of their derived relation.

    invitations: activity_id, terminal_id, is_invited and is_attended, of activities whose attendance is known. labels:
    activity_id and a column a dimension; the size, by those who took part, is added.
    """
    absent = invitations[invitations["is_invited"] & ~invitations["is_attended"]]
    exposed = dict(zip(portfolio.plan["activity_id"].astype(str), portfolio.exposed, strict=True))
    sized = labels.assign(size=[name_size(int(exposed.get(str(one), 0))) for one in labels["activity_id"]])
    return {
        "activity_league": rank_activities(portfolio, effects.activities),
        "activity_paths": trace_activities(portfolio),
        "attendance_effects": compare_attendance(
            portfolio, terminal_ids, absent, invitations[invitations["is_invited"]]
        ),
        "effect_slices": slice_effects(portfolio, sized),
        "kind_timing": time_kinds(portfolio),
        "kind_sensitivity": stress_kinds(portfolio),
    }
