"""The smallest effect a list of terminals could show, from what similar untouched terminals did in the last window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import erf, hypot, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from insight.analysis.counterfactual import Design, Market, Mask, Measurement, measure_activity, open_window
from insight.analysis.draws import Array, draw_normals, make_draw_keys
from insight.analysis.planning.panel import Panel
from insight.analysis.planning.trends import Trend
from insight.analysis.portfolio import measure_spread

POWER_80 = 0.841621  # standard deviations that leave 80% of a normal distribution above
FORESIGHT = 0.2  # the threshold of the next window differs from the last one's by about a fifth (simulated companies)
LEAST_SHARE = 0.25  # untouched buyers for each terminal of the list; with fewer the same ones stand in again and again
TELLING = 2.8  # 1.96 + 0.84: a mean so many of its errors from nothing is told from it four times in five


@dataclass(frozen=True)
class Detection:
    """What could be seen, on the log scale: an estimate above ``threshold`` is significant (95%); ``error`` is its
    standard deviation; an effect of ``smallest`` passes the threshold with a chance of 80%."""

    terminal_count: int
    donor_count: int
    error: float
    threshold: float

    @property
    def smallest(self) -> float:
        """Threshold 0.40 and error 0.15: 0.40 + 0.84 x sqrt(0.15^2 + (0.2 x 0.40)^2) = 0.40 + 0.84 x 0.17 = 0.54."""
        return self.threshold + POWER_80 * self._error_ahead

    def find_chance(self, effect: float) -> float:
        """The chance that an effect (log) comes out significant; of ``smallest`` 80%, of none 2.5%."""
        return 0.5 * (1.0 + erf((effect - self.threshold) / (self._error_ahead * sqrt(2.0))))

    @property
    def _error_ahead(self) -> float:
        return hypot(self.error, FORESIGHT * self.threshold)


def find_detection(
    panel: Panel, rows: NDArray[np.intp], trend: Trend, design: Design, lead: int = 0, end: int | None = None
) -> Detection | str:
    """What the list could show in the months counted, or the code of what is missing.

    It starts ``lead`` months after the data end; ``end`` is the column they end before, by default the panel's.
    """
    measured = measure_list(panel, rows, rows, design, lead, end)
    if isinstance(measured, str):
        return measured
    draws = add_trend(measured, trend, make_draw_keys(design.draws, design.seed))
    return describe_draws(draws, measured.rows.size, measured.donor_count)


def find_detection_between(
    panel: Panel, invited: NDArray[np.intp], held: NDArray[np.intp], design: Design, lead: int = 0
) -> Detection | str:
    """What the invited could show beside those held out alone. Chance chose between them: no trend is to be adjusted."""
    everybody = np.concatenate([invited, held])
    first = measure_list(panel, invited, everybody, design, lead)
    second = measure_list(panel, held, everybody, design, lead)
    if isinstance(first, str):
        return first
    if isinstance(second, str):
        return second
    return describe_draws(first.effect_draws - second.effect_draws, first.rows.size, second.rows.size)


def measure_list(
    panel: Panel,
    rows: NDArray[np.intp],
    barred: NDArray[np.intp],
    design: Design,
    lead: int = 0,
    end: int | None = None,
) -> Measurement | str:
    """The placebo draws of a list over the last complete window; ``barred`` terminals stand in for nobody.

    The months of its baseline that are masked are those that will be: what the list has been through lately counts.
    """
    if rows.size == 0:
        return "attendance"
    last = panel.month_count if end is None else end
    first = last - design.post_months
    if first < design.baseline_months:
        return "months_before"
    mask: Mask = np.zeros(len(panel.ids), dtype=bool)
    mask[barred] = True
    rows = np.sort(rows)
    window = open_window(align_masks(panel.market, rows, first, last, lead, design), first, mask, design)
    if isinstance(window, str):
        return window
    # who buys nothing stands in for nobody: its placebo would be a number without chance in it
    buying = int((window.donors & (window.level > 0)).sum())
    if buying < max(design.least_donors, rows.size * LEAST_SHARE):
        return "donors"
    keys = make_draw_keys(design.draws, design.seed)
    return measure_activity(panel.market, window, rows, keys, design, False)


def align_masks(market: Market, rows: NDArray[np.intp], first: int, last: int, lead: int, design: Design) -> Market:
    """The market with the list's clean months before ``first`` as they will lie before the planned start."""
    year = slice(first - design.baseline_months, first)
    clean = market.clean.copy()
    clean[rows, year] = foresee_clean(market, rows, last, lead, design) & market.reported[rows, year]
    return replace(market, clean=clean)


def foresee_clean(market: Market, rows: NDArray[np.intp], last: int, lead: int, design: Design) -> Mask:
    """[rows x months of a baseline]: which will be clean before a start ``lead`` months after the data end.

    Start two months after them: the last ten months of the data, and two yet to come, which are taken to be clean.
    """
    known = min(max(design.baseline_months - lead, 0), last)
    coming: Mask = np.ones((rows.size, design.baseline_months), dtype=bool)
    missing = design.baseline_months - lead - known  # months of the baseline before the data begin
    coming[:, : max(missing, 0)] = False
    coming[:, max(missing, 0) : max(missing, 0) + known] = market.clean[rows, last - known : last]
    return coming


def add_trend(measured: Measurement, trend: Trend, draw_keys: NDArray[np.uint64]) -> Array:
    """The draws after a trend is taken off: the own slope with weight w, the kind's mean with 1 - w.

    w = spread^2 / (spread^2 + own error^2); what stays unknown is (1 - w) times the spread of slopes within the kind
    together with the error of its mean, and either reaches over the months between baseline and effect.
    """
    is_read = bool(np.isfinite(measured.slope_draws).all())
    own = float(measure_spread(measured.slope_draws)) if is_read else 0.0
    weight = trend.spread**2 / (trend.spread**2 + own**2) if is_read and trend.spread + own > 0 else 0.0
    unknown = (1.0 - weight) * sqrt(trend.spread**2 + trend.error**2) * draw_normals(np.uint64(1), draw_keys)
    read = weight * measured.slope_draws if is_read else 0.0
    draws: Array = measured.effect_draws - measured.trend_reach * (read + unknown)
    return draws - np.median(draws)


def describe_draws(draws: Array, terminals: int, donors: int) -> Detection:
    """Threshold and error of placebo draws; where all are alike the error is not taken for none."""
    centred = draws - np.median(draws)
    return Detection(
        terminals, donors, max(float(measure_spread(centred)), 0.01), max(float(np.quantile(centred, 0.975)), 0.01)
    )


def count_activities(error: float, lift: float) -> int | None:
    """Activities of a kind that tell a mean lift from none: (2.8 error / lift)^2; none where there is no lift to tell.

    Error 0.2: 31 for a lift of 10%, 14 for 15%, 8 for 20%.
    """
    return max(1, round((TELLING * error / lift) ** 2)) if lift > 0 else None


def chance_above_rate(mean: float, error: float, rate: float) -> float:
    """P(effect > log(1 + rate)) of a normal log effect; mean log 1.2, error 0.1, rate 20%: one half."""
    return 0.5 * (1.0 + erf((mean - log1p(rate)) / (error * sqrt(2.0))))
