"""What happened to customers whose owner changed, beside those that kept theirs. An association: nobody drew lots.

The customers handed over in a month are expected to change like all that kept their owner, in the same months. What they
bought in the six months from the handover on, over what they were expected to, is the change after it. Customers handed over
together are drawn together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

BEFORE, AFTER = 6, 6  # months
LEAST_HANDOVERS, LEAST_TERMINALS = 8, 20
DRAWS = 400
ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Dip:
    """``change_rate`` with its range of 95%, and by month from the handover both groups as an index, mean before = 100.

    ``path``: event_month, treated_index, control_index, difference_low_index, difference_high_index.
    """

    handover_count: int
    terminal_count: int
    kept_count: int
    change_rate: float | None
    low_rate: float | None
    high_rate: float | None
    path: pd.DataFrame


def measure_dip(rows: pd.DataFrame) -> Dip:
    """The change after handovers; ``rows`` are of life/handovers. Without a rate where there are too few.

    A month's handover of customers that bought 100 a month before and 90 after, while the others went from 1,000 to 1,000:
    expected 600 in six months, bought 540, a change of −10%.
    """
    handovers, terminals = rows["handover_id"].nunique(), rows[["terminal_id", "handed_month"]].drop_duplicates()
    kept = int(rows["kept_count"].max()) if len(rows) else 0
    if handovers < LEAST_HANDOVERS or len(terminals) < LEAST_TERMINALS:
        return Dip(handovers, len(terminals), kept, None, None, None, pd.DataFrame())
    months = np.arange(-BEFORE, AFTER)
    values = rows.assign(sales_amount=rows["sales_amount"].astype(float), kept_amount=rows["kept_amount"].astype(float))
    sold = values.pivot_table(index="handover_id", columns="event_count", values="sales_amount", aggfunc="sum")
    sold = sold.reindex(columns=months).to_numpy()
    control = values.groupby(["handover_id", "event_count"])["kept_amount"].first().unstack().reindex(columns=months)
    base = control.to_numpy()[:, :BEFORE].mean(axis=1, keepdims=True)
    # as many times its mean before as the others bought in each month
    pattern = control.to_numpy() / np.where(base > 0, base, np.nan)
    expected = sold[:, :BEFORE].mean(axis=1, keepdims=True) * pattern
    usable = np.isfinite(expected).all(axis=1)
    sold, expected = sold[usable], expected[usable]
    if len(sold) < LEAST_HANDOVERS or expected[:, BEFORE:].sum() <= 0:
        return Dip(handovers, len(terminals), kept, None, None, None, pd.DataFrame())
    rng = np.random.default_rng(20_240_607)
    weights = rng.multinomial(len(sold), np.full(len(sold), 1 / len(sold)), size=DRAWS).astype(float)
    drawn_sold, drawn_expected = weights @ sold, weights @ expected
    after = drawn_expected[:, BEFORE:].sum(axis=1)
    rates = drawn_sold[:, BEFORE:].sum(axis=1) / np.where(after > 0, after, np.nan) - 1
    low, high = np.nanquantile(rates, ENDS)
    mean = sold[:, :BEFORE].sum() / BEFORE
    means = np.maximum(drawn_sold[:, :BEFORE].sum(axis=1, keepdims=True) / BEFORE, 1e-9)
    gaps = np.quantile(100 * (drawn_sold - drawn_expected) / means, ENDS, axis=0)
    path = pd.DataFrame(
        {
            "event_month": months,
            "treated_index": 100 * sold.sum(axis=0) / mean,
            "control_index": 100 * expected.sum(axis=0) / mean,
            "difference_low_index": gaps[0],
            "difference_high_index": gaps[1],
        }
    )
    change = sold[:, BEFORE:].sum() / expected[:, BEFORE:].sum() - 1
    return Dip(handovers, len(terminals), kept, float(change), float(low), float(high), path)
