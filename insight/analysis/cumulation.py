"""What an activity brought up to each month after it, so that one can say when its cost came back.

Up to month t everything is summed from the event on and compared as the whole window is:

    effect_t      = log((observed_t + c_t) / (expected_t + c_t)) - slope x reach_t - what other activities explain
    incremental_t = (observed_t + c_t) (1 - e^-effect_t)

with reach_t the months from the middle of the baseline to the middle of what is summed, c_t a quarter of one
terminal-month. In the window's last month that is the activity's own estimate, band included; before, the band is that
one times what placebos spread by then.

    observed 120, 130, 110, expected 100 a month, no trend: 20, 50, 60 after one, two and three months.
"""

import numpy as np
import pandas as pd

from insight.analysis.adjustment import Adjusted
from insight.analysis.counterfactual import Design, compare_logs
from insight.analysis.draws import Array
from insight.analysis.effect import Portfolio

BANDS = ("", "_low", "_high", "_low80", "_high80")
COLUMNS = (
    "activity_id", "event_month", "observed_amount", "expected_amount", "continuity_amount",
    *(f"incremental{band}_amount" for band in BANDS),
)  # fmt: skip


def cumulate_months(portfolio: Portfolio) -> pd.DataFrame:
    """A row an activity and month counted, 0 the month of the event; amounts are sums up to and with that month.

    Columns: activity_id, event_month, observed_amount = expected_amount + incremental_amount, continuity_amount (c),
    incremental_low_amount and high (95%), low80 and high80 (80%).
    """
    real, ids = portfolio.real, portfolio.plan["activity_id"].tolist()
    rows: list[tuple[object, ...]] = []
    for one, place in enumerate(real.places):
        for month, values in enumerate(sum_months(real, one, portfolio.market.unit, portfolio.design)):
            rows.append((ids[place], month, *values))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def sum_months(real: Adjusted, one: int, unit: float, design: Design) -> Array:
    """[months x (observed, expected, c, incremental and its ends)] of one measured activity."""
    measured = real.measurements[one]
    count = measured.post_month_count
    counted = slice(design.baseline_months, design.baseline_months + count)
    sums = measured.path[:2, counted].cumsum(axis=1)
    number = np.arange(1, count + 1)
    constant = np.maximum(sums.max(axis=0), unit) / (4.0 * measured.rows.size * number)
    reach = (design.baseline_months - 1) / 2 + 1 + (number - 1) / 2
    explained = measured.effect - real.slopes[one] * measured.trend_reach - real.effects[one]
    effects = compare_logs(sums, constant) - real.slopes[one] * reach - explained

    base = sums[0] + constant
    amounts = base * -np.expm1(-effects)
    own, draws = real.effects[one], real.draws[one]
    whole = base[-1] * -np.expm1(-(own - np.quantile(draws, [0.975, 0.025, 0.9, 0.1])))
    steps = np.minimum(whole - amounts[-1], 0.0), np.maximum(whole - amounts[-1], 0.0)
    growth = find_growth(real, one, measured.path_draws[:, :, counted].astype(np.float64), sums[1], reach)
    ends = [amounts + steps[place % 2][place] * growth[place // 2] for place in range(4)]
    table: Array = np.vstack([sums[0], sums[0] - amounts, constant, amounts, *ends]).T
    return table


def find_growth(real: Adjusted, one: int, placebo: Array, expected: Array, reach: Array) -> Array:
    """[95%, 80%] x months: the spread of what placebos bring up to each month, over that of the whole window.

    One lumpy month has no honest band on the log scale (its lower end would be many times the month); in money the
    spread of sums grows about as sums of noise do: 0.4, 0.6, 0.7, 0.8, 0.9, 1 where months are independent.
    """
    measured = real.measurements[one]
    unsure = (real.draws[one] - measured.effect_draws)[:, None] * (reach / measured.trend_reach)
    noise = (placebo[0] - placebo[1]).cumsum(axis=1) + unsure * expected
    low, high, low80, high80 = np.quantile(noise, [0.025, 0.975, 0.1, 0.9], axis=0)
    spread = np.array([high - low, high80 - low80])
    even = np.sqrt(np.arange(1, spread.shape[1] + 1) / spread.shape[1])
    return np.where(spread[:, -1:] > 0, spread / np.where(spread[:, -1:] > 0, spread[:, -1:], 1.0), even)
