"""The last months of sales by terminal as the engine of effects takes them, for a list of terminals yet to be invited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from insight.analysis.counterfactual import Market
from insight.analysis.draws import Array, make_keys

CLEAN, TOUCHED, UNKNOWN = (
    0,
    1,
    2,
)  # states of a terminal-month: untouched, after an activity, not reported or no customer


@dataclass(frozen=True)
class Panel:
    """Months to the last whole one, a row a terminal in the order of ``ids``."""

    ids: pd.Index
    market: Market

    @property
    def month_count(self) -> int:
        """Months held."""
        return int(self.market.sales.shape[1])

    def find_rows(self, terminals: Iterable[str]) -> NDArray[np.intp]:
        """Rows of the terminals that are in the panel, once each; the others have bought nothing."""
        rows = self.ids.get_indexer(pd.Index(list(dict.fromkeys(terminals)), dtype=object))
        return np.asarray(rows[rows >= 0], dtype=np.intp)


def build_panel(
    ids: Sequence[str], segments: Sequence[str], regions: Sequence[str], sales: Array, states: NDArray[np.int8]
) -> Panel:
    """The panel of terminals with their type, region, sales and month states, both [terminals x months]."""
    reported = states != UNKNOWN
    amounts = np.where(reported, sales, 0.0)
    typical = float(np.abs(amounts).sum()) / max(int(reported.sum()), 1)
    return Panel(
        pd.Index(ids, dtype=object),
        Market(
            sales=amounts,
            reported=reported,
            clean=states == CLEAN,
            segment=pd.factorize(pd.Series(list(segments), dtype=object))[0].astype(np.int64),
            region=pd.factorize(pd.Series(list(regions), dtype=object))[0].astype(np.int64),
            keys=make_keys(ids),
            unit=0.01 * typical if typical > 0 else 1.0,
        ),
    )
