"""How unevenly sales lie on parties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Concentration:
    """How unevenly sales lie on distributors. ``half_count`` is the fewest that carry half, ``half_share`` its sum."""

    count: int
    hhi: float | None
    effective_count: float | None
    top_share: float | None
    half_count: int
    half_share: float | None


def measure_concentration(shares: Iterable[float], top: int = 3) -> Concentration:
    """Concentration of shares that add up to one; zeros and missing shares are no distributors.

    HHI = Σ share² × 10,000; effective number = 10,000 ÷ HHI. Shares 0.5, 0.3, 0.2: HHI = 2500 + 900 + 400 = 3,800,
    effective number 2.63, one distributor carries half.
    """
    ranked = sorted((float(share) for share in shares if share == share and share > 0), reverse=True)
    if not ranked:
        return Concentration(0, None, None, None, 0, None)
    squares = sum(share * share for share in ranked)
    carried, count = 0.0, 0
    for share in ranked:
        carried, count = carried + share, count + 1
        # halves made of tenths do not add up to exactly one half
        if carried >= 0.5 - 1e-9:
            break
    return Concentration(len(ranked), squares * 10_000, 1 / squares, sum(ranked[:top]), count, carried)
