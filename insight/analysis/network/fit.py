"""How far communities and territories are the same thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

UNASSIGNED = ""


@dataclass(frozen=True)
class Fit:
    """How communities fit places.

    ``inside_share``: sales that lie in the main place of their community; ``joined_share``: sales that lie in the main
    community of their place; ``agreement``: adjusted Rand index over terminals, 1 where both divide them alike, about 0
    where they have no more to do with one another than chance; nothing where either does not divide at all.
    """

    inside_share: float
    joined_share: float
    agreement: float | None


def place_communities(terminals: pd.DataFrame, communities: pd.DataFrame, place: str) -> pd.DataFrame:
    """Sales of every community in every place: community, place_id ('' where unassigned), sales_amount, terminal_count.

    ``terminals``: terminal_id, ``<place>_id``, sales_amount; ``communities``: node_id, community.
    """
    frame = terminals.assign(node_id="terminal:" + terminals["terminal_id"].astype(str)).merge(
        communities, on="node_id"
    )
    frame["place_id"] = frame[f"{place}_id"].fillna(UNASSIGNED).astype(str)
    frame["sales_amount"] = frame["sales_amount"].astype(float)
    return frame.groupby(["community", "place_id"], as_index=False).agg(
        sales_amount=("sales_amount", "sum"), terminal_count=("terminal_id", "nunique")
    )


def measure_fit(placed: pd.DataFrame) -> Fit | None:
    """The fit of ``place_communities``, without what has no place; none where nothing has.

    inside = Σ over communities of the largest place's sales ÷ Σ sales. With n(c,p) terminals of community c in place p,
    their sums a(c) and b(p), N in all and pairs(x) = x(x − 1) ÷ 2: expected = Σ pairs(a) · Σ pairs(b) ÷ pairs(N), and
    agreement = (Σ pairs(n) − expected) ÷ ((Σ pairs(a) + Σ pairs(b)) ÷ 2 − expected), after Hubert and Arabie (1985).
    """
    known = placed[placed["place_id"] != UNASSIGNED]
    whole = float(known["sales_amount"].sum())
    if known.empty or whole <= 0:
        return None
    inside = known.groupby("community")["sales_amount"].max().sum() / whole
    joined = known.groupby("place_id")["sales_amount"].max().sum() / whole
    counts = known["terminal_count"].to_numpy(dtype=float)
    by_community = known.groupby("community")["terminal_count"].sum().to_numpy(dtype=float)
    by_place = known.groupby("place_id")["terminal_count"].sum().to_numpy(dtype=float)

    def pairs(numbers: np.ndarray) -> float:
        return float((numbers * (numbers - 1) / 2).sum())

    everything = pairs(np.array([counts.sum()]))
    expected = pairs(by_community) * pairs(by_place) / everything if everything else 0.0
    room = (pairs(by_community) + pairs(by_place)) / 2 - expected
    is_divided = len(by_community) > 1 and len(by_place) > 1 and abs(room) > 1e-9
    return Fit(float(inside), float(joined), (pairs(counts) - expected) / room if is_divided else None)


def find_main(placed: pd.DataFrame) -> pd.DataFrame:
    """The place with most of a community's sales, unassigned aside: community, place_id, share of all its sales."""
    whole = placed.groupby("community")["sales_amount"].sum()
    known = placed[(placed["place_id"] != UNASSIGNED) & (placed["sales_amount"] > 0)]
    ranked = known.sort_values(["community", "sales_amount", "place_id"], ascending=[True, False, True])
    first = ranked.drop_duplicates("community")
    share = first["sales_amount"] / first["community"].map(whole)
    return first[["community", "place_id"]].assign(main_share=share).reset_index(drop=True)
