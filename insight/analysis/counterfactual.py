"""What one group of terminals would have bought: the ratio counterfactual and its matched placebos.

Time is counted in months from the event (event month = 0). The counterfactual of terminal i in month t is its own sales
in the clean months of its baseline, carried forward by its cell (segment x region) of clean donors:

    cell_t     = sum of the donors' sales in t / sum of the same donors' baseline means
    expected_it = sales of i in its clean baseline months x cell_t / sum of cell over the same months

With nobody masked this is the Poisson difference in differences, the ratio of ratios of sums:
    treated 100 -> 180, donors 200 -> 300: expected = 100 x 300/200 = 150, effect = 180/150 - 1 = +20%.
Ratios of sums keep zeros harmless and let large terminals count by their money.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.analysis.draws import Array, Keys, choose_stand_ins
from insight.analysis.silence import find_quiet

Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]

_SIZE_SCALE = 0.5  # one step of matching distance: a factor e^0.5 of mean sales …
_ZERO_SCALE = 0.15  # … or 15 points of the share of months without a sale …
_REGION_PENALTY = 4.0  # … and another region counts as two such steps (squared distance)
_QUIET_PENALTY = 16.0  # … and one that had stopped buying as four
_BLOCK = 6  # months a block of the pre-trend


@dataclass(frozen=True)
class Design:
    """How effects are estimated. The defaults are those of the simulation that chose the method."""

    post_months: int = 6  # months counted as the effect, the event's own month included
    least_post_months: int = 3  # fewer than these complete months after the start: not enough data
    baseline_months: int = 12  # months before the event that set the level; a multiple of 12
    followed_months: int = 12  # months from the event over which purchases are followed: does the gain stay?
    quiet_chance: float = 0.002  # less chance than this in its own rhythm makes a silence before the event a stop
    least_clean_months: int = 3  # a terminal with fewer clean baseline months is left out
    trend_months: int = 24  # months over which the trend before the event is read …
    trend_gap_months: int = 3  # … ending this many months before it, so that a good month is not a trend
    draws: int = 400  # placebo draws
    donors: int = 40  # stand-ins to choose from for each terminal
    cell_donors: int = 30  # a cell with fewer donors gives way to its segment, then to all
    least_donors: int = 10  # fewer donors than this in all: refused
    seed: int = 0
    use_trend: bool = True  # sensitivity: adjust for the trend before the event
    spread_prior: float = 0.15  # scale of the half-normal prior on the spread of effects within a kind (log)
    least_bias: float = 0.015  # systematic error never taken to be less than this (log) …
    unchecked_bias: float = 0.03  # … or this, where no negative control could be run
    least_kind_activities: int = 3  # fewer estimated activities: a kind has not enough data
    headline_terminals: int = 4  # fewer terminals: never a lift of its own
    visible_lift: float = 0.10  # an interval wider than +-2 x the kind's lift, or 2 x this, says nothing alone


@dataclass(frozen=True)
class Market:
    """The panel as arrays, a row a terminal in the order of the ids, a column a month."""

    sales: Array  # [terminals x months], 0 where unreported
    reported: Mask
    clean: Mask  # reported and inside nobody's post window
    segment: Codes
    region: Codes
    keys: Keys
    unit: float  # 1% of the mean terminal-month: the smallest amount that matters


@dataclass(frozen=True)
class Pool:
    """Donors of one cell: their summed sales a month and the baseline means of those who were there."""

    members: Mask
    sales: Array
    level: Array

    @property
    def index(self) -> Array:
        return np.divide(self.sales, self.level, out=np.zeros_like(self.sales), where=self.level > 0)


@dataclass(frozen=True)
class Window:
    """Everything that events starting in one month have in common."""

    since: NDArray[np.int64]  # month counted from the event, a column
    sales: Array
    reported: Mask
    clean: Mask
    pre: Mask
    post: Mask
    blocks: Mask  # [blocks x columns]
    donors: Mask  # terminals
    quiet: Mask  # terminals that had stopped buying when the event came
    level: Array  # donors' mean baseline month
    size: Array  # mean month over the matching window
    log_size: Array
    zero_share: Array
    pools: dict[tuple[int, int, bool], Pool]


@dataclass(frozen=True)
class Measurement:
    """One activity before anything is borrowed from the others. Draws are placebo draws of the same quantity."""

    rows: NDArray[np.intp]
    donor_count: int
    post_month_count: int
    baseline: Array  # a terminal: clean baseline sales at the length of its post window
    observed: float
    expected: float
    constant: float
    effect: float  # log((observed + constant) / (expected + constant))
    effect_draws: Array
    slope: float  # log points a month before the event; NaN where history is too short
    slope_draws: Array
    trend_reach: float  # months from the middle of the baseline to the middle of the post window
    expected_months: Array  # [terminals x post months], zero where masked
    observed_months: Array  # the same of what was bought
    path: Array  # [3 x path months]: sales, expected, baseline mean of those seen
    path_draws: NDArray[np.float32]  # [2 x draws x path months]: sales, expected; the bulk of what is kept


def open_window(market: Market, start: int, barred: Mask, design: Design) -> Window | str:
    """The window around events that start in column `start`, or the code of what is missing.

    Donors are clean and reported in every month of baseline and post window, and bought before or as it opens;
    `barred` terminals are never donors.
    """
    month_count = market.sales.shape[1]
    last = min(start + design.post_months, month_count)
    if last - start < design.least_post_months:
        return "months_after"
    if start < design.baseline_months:
        return "months_before"
    first = max(0, start - max(design.trend_months + design.trend_gap_months, design.baseline_months))
    columns = slice(first, min(start + max(design.followed_months, design.post_months), month_count))
    since = np.arange(columns.start, columns.stop) - start
    sales, clean = market.sales[:, columns], market.clean[:, columns]
    pre = (since < 0) & (since >= -design.baseline_months)
    post = (since >= 0) & (since < last - start)
    # who began to buy inside the window grows from nothing: as a donor it would lift everybody's counterfactual
    established = (market.sales[:, : columns.start + _BLOCK] > 0).any(axis=1)
    donors = clean[:, pre | post].all(axis=1) & ~barred & established
    if donors.sum() < design.least_donors:
        return "donors"
    level = np.maximum(sales[:, pre].sum(axis=1), 0.0) / pre.sum()
    block_count = min(design.trend_months, start - design.trend_gap_months) // _BLOCK
    ends = -design.trend_gap_months - _BLOCK * np.arange(block_count)[::-1]
    blocks = (since[None, :] < ends[:, None]) & (since[None, :] >= ends[:, None] - _BLOCK)
    matching = (since < 0) & (since >= -design.trend_months)
    quiet = find_quiet(sales[:, matching] > 0, market.reported[:, columns][:, matching], design.quiet_chance)
    seen = clean[:, matching]
    months_seen = np.maximum(seen.sum(axis=1), 1)
    size = np.maximum((sales[:, matching] * seen).sum(axis=1), 0.0) / months_seen
    return Window(
        since=since,
        sales=sales,
        reported=market.reported[:, columns],
        clean=clean,
        pre=pre,
        post=post,
        blocks=blocks,
        donors=donors,
        quiet=quiet,
        level=level,
        size=size + market.unit,
        log_size=np.log(size + market.unit),
        zero_share=((sales[:, matching] <= 0) & seen).sum(axis=1) / months_seen,
        pools={},
    )


def find_pool(market: Market, window: Window, cell: tuple[int, int, bool], design: Design) -> Pool | None:
    """The clean donors of a cell, of its segment where they are too few, of everywhere where those are too few.

    Who had stopped buying when the event came is compared with others who had, everybody else with those who had not:
    guests are chosen among the living, and donors that died in the baseline would make them look like growers.
    """
    if cell in window.pools:
        return window.pools[cell]
    alike = window.donors & (window.quiet == cell[2])
    in_segment = alike & (market.segment == cell[0])
    choices = (
        (in_segment & (market.region == cell[1]), design.cell_donors),
        (in_segment, design.cell_donors),
        (alike, design.least_donors),
        (window.donors, design.least_donors),
    )
    for members, least in choices:
        if members.sum() >= least and window.level[members].sum() > 0:
            seen = window.clean[members]
            pool = Pool(
                members=members,
                sales=(window.sales[members] * seen).sum(axis=0),
                level=(window.level[members, None] * seen).sum(axis=0),
            )
            # Months in which no donor was clean hold no index; a pool that sold nothing before cannot carry a level.
            if pool.index[window.pre].sum() > 0:
                window.pools[cell] = pool
                return pool
    return None


def measure_activity(
    market: Market, window: Window, rows: NDArray[np.intp], draw_keys: Keys, design: Design, is_rehearsal: bool
) -> Measurement | str:
    """Effect, slope and path of the terminals `rows` with their placebo draws, or the code of what is missing.

    A rehearsal is the negative control: nothing happened at its start, so months in which something else did are
    masked; in the real run the other activities' months stay (the bundle) and are taken apart afterwards.
    """
    use = window.clean[rows].copy()
    if not is_rehearsal:
        use[:, window.post] = window.reported[rows][:, window.post]
    pools = []
    for row in rows:
        cell = (int(market.segment[row]), int(market.region[row]), bool(window.quiet[row]))
        pool = find_pool(market, window, cell, design)
        if pool is None:
            return "donors"
        pools.append(pool)
    index = np.array([pool.index for pool in pools])
    use &= np.array([pool.level > 0 for pool in pools])
    has_baseline = (use[:, window.pre].sum(axis=1) >= design.least_clean_months) & (
        (index * use)[:, window.pre].sum(axis=1) > 0
    )
    has_post = use[:, window.post].sum(axis=1) >= design.least_post_months
    kept = has_baseline & has_post
    if not kept.any():
        return "reports" if has_baseline.any() else "clean_months"
    rows, use, index = rows[kept], use[kept], index[kept]
    pools = [pool for pool, keep in zip(pools, kept, strict=True) if keep]

    sales = window.sales[rows] * use
    expected = expect_sales(sales, index * use, window.pre)
    baseline_mean = sales[:, window.pre].sum(axis=1) / use[:, window.pre].sum(axis=1)
    observed_total, expected_total = float(sales[:, window.post].sum()), float(expected[:, window.post].sum())
    # Nothing bought before by anybody: there is no level to compare with.
    if baseline_mean.sum() <= 0 or expected_total <= 0:
        return "baseline_sales"
    post_months = int(window.post.sum())
    constant = max(expected_total, observed_total, market.unit) / (4.0 * rows.size * post_months)

    is_path = window.since >= -design.baseline_months
    sums = np.vstack([window.post[None, :], window.blocks, np.eye(window.since.size)[is_path]]).astype(np.float64)
    if is_rehearsal:
        sums = sums[: 1 + len(window.blocks)]
    real = np.array([sums @ sales.sum(axis=0), sums @ expected.sum(axis=0)])
    placebo = draw_placebos(market, window, rows, use, pools, sums, draw_keys, design)
    effect_draws = compare_logs(placebo[:, :, 0], constant)
    block_count = len(window.blocks)
    before = slice(1, 1 + block_count)
    slope, slope_draws = read_slopes(real[:, before], placebo[:, :, before], rows.size, market.unit)
    path = (
        np.vstack([real[:, 1 + block_count :], (baseline_mean[:, None] * use).sum(axis=0)[None, is_path]])
        if (not is_rehearsal)
        else np.zeros((3, 0))
    )
    return Measurement(
        rows=rows,
        donor_count=int(np.logical_or.reduce([pool.members for pool in {id(p): p for p in pools}.values()]).sum()),
        post_month_count=post_months,
        baseline=baseline_mean * use[:, window.post].sum(axis=1),
        observed=observed_total,
        expected=expected_total,
        constant=constant,
        effect=float(compare_logs(real[:, 0], constant)),
        effect_draws=effect_draws - np.median(effect_draws),
        slope=slope,
        slope_draws=slope_draws,
        trend_reach=(design.baseline_months - 1) / 2 + 1 + (post_months - 1) / 2,
        expected_months=expected[:, window.post],
        observed_months=sales[:, window.post],
        path=path,
        path_draws=placebo[:, :, 1 + block_count :].astype(np.float32),
    )


def expect_sales(sales: Array, index: Array, pre: Mask) -> Array:
    """Own baseline sales carried by the cell's index; both already zero where masked. Works on any leading axes."""
    own = np.maximum(sales[..., pre].sum(axis=-1, keepdims=True), 0.0)
    carried = index[..., pre].sum(axis=-1, keepdims=True)
    expected: Array = index * np.divide(own, carried, out=np.zeros_like(own), where=carried > 0)
    return expected


def compare_logs(pair: Array, constant: float | Array) -> Array:
    """log((sales + c) / (expected + c)); c, a quarter of one terminal-month, keeps a single silent terminal finite."""
    ratio: Array = np.log(np.maximum(pair[0], 0.0) + constant) - np.log(np.maximum(pair[1], 0.0) + constant)
    return ratio


def read_slopes(real: Array, placebo: Array, terminal_count: int, unit: float) -> tuple[float, Array]:
    """Least-squares slope a month of log(sales / expected) over half-year blocks, of the real one and each draw."""
    filled = real[1] > 0
    if filled.sum() < 2:
        return float("nan"), np.full(placebo.shape[1], np.nan)
    real, placebo = real[:, filled], placebo[:, :, filled]
    constant = max(real.sum(axis=1).max(), unit) / (4.0 * terminal_count * _BLOCK * filled.sum())
    time = _BLOCK * np.flatnonzero(filled).astype(np.float64)
    weights = (time - time.mean()) / np.square(time - time.mean()).sum()
    return float(compare_logs(real, constant) @ weights), compare_logs(placebo, constant) @ weights


def find_stand_ins(market: Market, window: Window, rows: NDArray[np.intp], design: Design) -> NDArray[np.intp]:
    """[terminals x k] nearest clean donors by size and share of empty months. Not by growth: that selects noise."""
    chosen: list[NDArray[np.intp]] = []
    all_donors = np.flatnonzero(window.donors)
    for row in rows:
        donors = all_donors[market.segment[all_donors] == market.segment[row]]
        donors = all_donors if donors.size < design.least_donors else donors
        donors = donors[donors != row]
        distance = (
            np.square((window.log_size[donors] - window.log_size[row]) / _SIZE_SCALE)
            + np.square((window.zero_share[donors] - window.zero_share[row]) / _ZERO_SCALE)
            + _QUIET_PENALTY * (window.quiet[donors] != window.quiet[row])
            + _REGION_PENALTY * (market.region[donors] != market.region[row])
            # Equal distances are settled by the terminal's key, not by the order of the rows.
            + 1e-9 * (market.keys[donors] >> np.uint64(40)).astype(np.float64) / 2.0**24
        )
        count = min(design.donors, donors.size)
        nearest = np.argpartition(distance, count - 1)[:count]
        chosen.append(donors[nearest[np.argsort(distance[nearest])]])
    count = min(one.size for one in chosen)
    return np.array([one[:count] for one in chosen])


def draw_placebos(
    market: Market,
    window: Window,
    rows: NDArray[np.intp],
    use: Mask,
    pools: list[Pool],
    sums: Array,
    draw_keys: Keys,
    design: Design,
) -> Array:
    """[2 x draws x sums]: sales and expected sales when a similar untouched terminal stands in for each.

    The stand-in is masked where its terminal is, left out of its own pool, and brought to its terminal's size by the
    long matching window's mean (its own noisy baseline would make every placebo fall back).
    """
    total = np.zeros((draw_keys.size, 2 * len(sums)))
    for first in range(0, rows.size, 64):
        part = slice(first, first + 64)
        stand_ins = find_stand_ins(market, window, rows[part], design)
        seen = use[part, None, :] & window.clean[stand_ins]
        sales = window.sales[stand_ins]
        is_member = np.array([pool.members for pool in pools[part]])[np.arange(len(stand_ins))[:, None], stand_ins]
        taken = window.clean[stand_ins] & is_member[:, :, None]
        left_sales = np.array([pool.sales for pool in pools[part]])[:, None, :] - sales * taken
        left_level = (
            np.array([pool.level for pool in pools[part]])[:, None, :] - window.level[stand_ins][:, :, None] * taken
        )
        index = np.divide(left_sales, left_level, out=np.zeros_like(left_sales), where=(left_level > 0) & seen)
        sales = sales * seen
        expected = expect_sales(sales, np.maximum(index, 0.0), window.pre)
        factor = np.clip(window.size[rows[part], None] / window.size[stand_ins], 0.2, 5.0)[:, :, None]
        values = np.concatenate([sales @ sums.T, expected @ sums.T], axis=2) * factor
        positions = choose_stand_ins(market.keys[rows[part]], market.keys[stand_ins], draw_keys)
        for one, position in zip(values, positions, strict=True):
            total += one[position]
    return np.ascontiguousarray(total.reshape(draw_keys.size, 2, len(sums)).transpose(1, 0, 2))
