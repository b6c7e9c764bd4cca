"""One party among its peers: where it lies on each measure, with right always the better side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

FEWEST = 5  # with fewer others there is nothing to lie among


def choose_peers(
    frame: pd.DataFrame, unit_id: str, *, key: str = "distributor_id", group: str = "tier"
) -> pd.DataFrame:
    """The unit and those of its own group; everybody where the group is too small to compare with."""
    own = frame[frame[key] == unit_id]
    if own.empty:
        return frame
    value = own[group].iloc[0]
    same = frame[frame[group].isna()] if pd.isna(value) else frame[frame[group] == value]
    return same if len(same) > FEWEST else frame


def place_among(
    peers: pd.DataFrame, unit_id: str, measures: Mapping[str, bool], *, key: str = "distributor_id"
) -> pd.DataFrame:
    """Places from 0 (worst) to 1 (best) on every measure: code to whether more is better.

    A place is linear in the value between the 5th and the 95th percentile of all peers, so one giant does not press
    the others together; what lies beyond is put at the end. Measures that the unit lacks, that fewer than five others
    have, or in which all are alike are left out. ``rank`` is 1 for the best; ties share the better rank.
    """
    parts = []
    for code, is_more_better in measures.items():
        known = peers[peers[code].notna()]
        values = known[code].astype(float).to_numpy()
        own = values[(known[key] == unit_id).to_numpy()]
        if len(own) != 1 or len(values) <= FEWEST:
            continue
        better = values if is_more_better else -values
        low, high = np.percentile(better, [5, 95])
        if high <= low:
            low, high = float(better.min()), float(better.max())
        if high <= low:
            continue
        best_first = np.sort(better)[::-1]
        parts.append(
            pd.DataFrame(
                {
                    "measure": code,
                    key: known[key].to_numpy(),
                    "value": values,
                    "place": np.clip((better - low) / (high - low), 0.0, 1.0),
                    "median_place": float(np.clip((np.median(better) - low) / (high - low), 0.0, 1.0)),
                    "rank": [int(np.searchsorted(-best_first, -value, side="left")) + 1 for value in better],
                    "peer_count": len(values),
                    "is_own": (known[key] == unit_id).to_numpy(),
                }
            )
        )
    if not parts:
        columns = ["measure", key, "value", "place", "median_place", "rank", "peer_count", "is_own"]
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)
