"""What each month to come is expected to bring: the mean of four simple forecasts, for many units at once.

*Three smoothed levels.* Sales a working day, freed of their season, smoothed exponentially (R. G. Brown 1956) with the
weights 0.15, 0.3 and 0.6, so that neither a lasting turn nor a single odd month decides. *One last year × growth*: the
same months a year ago, a working day, × growth of the last six months over the same months a year before. A small
unit's growth is mostly chance, so it is drawn towards the whole's as far as its own months scatter (empirical Bayes:
B. Efron and C. Morris 1975). Means of simple forecasts are hard to beat (R. Clemen 1989; S. Makridakis et al. 2020).

The season is the whole's. With two years known, a unit's own is added as far as it stands out of its own scatter.
January and February are one season, taken together and shared out by this year's working days, because the Spring
Festival moves between them. With less than thirteen whole months there is no season: the smoothed levels alone, a plain
pace a working day.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from insight.analysis.landing.history import Counts, Floats, History

SEASONAL_MONTHS = 13  # whole months before a season can be told: a year, and a month to hold against it
OWN_SEASON_MONTHS = 24  # whole months before a unit can have a season of its own
SMOOTHING = (0.15, 0.3, 0.6)  # of the next months; the middle one also measures the scatter
FAR_SMOOTHING = (0.08, 0.15, 0.3)  # of the months after them: what lasts matters more than what is new
NEAR_MONTHS = 3
FIRST_MONTHS = 6  # months whose mean a smoothed level starts from
GROWTH_MONTHS = 6  # whole months growth is taken over
GROWTH_LIMITS = (0.2, 5.0)  # of a unit; the whole's is held to half and double
SEASON_LIMITS = (0.1, 5.0)
STEADY_SHARE = 0.5  # of all sales, that units must make whose months show season and growth
CLOSED_CHANCE = 0.01  # months without sales less likely than this by chance alone: the unit has closed


def expect_months(history: History) -> tuple[Floats, Floats]:
    """Each month of the horizon as the months before it let one expect (units × months), and a month's own scatter.

    The scatter is the root mean square by which the smoothed level missed the next month, in units of amount.
    """
    whole, horizon = history.whole_months, history.horizon
    if whole == 0:
        return np.zeros((len(history.amounts), horizon)), np.zeros(len(history.amounts))
    season = find_seasons(history)
    months = history.calendar - 1
    rates = join_springs(history) / season[:, months[:whole]]
    begun = find_starts(history.amounts)
    ahead = season[:, months[whole:]] * history.days[whole:]
    levels = {weight: smooth(rates, begun, weight) for weight in {*SMOOTHING, *FAR_SMOOTHING}}
    is_far = np.arange(horizon) >= NEAR_MONTHS
    forecasts = [
        np.where(is_far, levels[far][0][:, None], levels[near][0][:, None]) * ahead
        for near, far in zip(SMOOTHING, FAR_SMOOTHING, strict=True)
    ]
    if whole >= SEASONAL_MONTHS:
        forecasts.append(expect_growth(history, begun))
    stacked = np.stack(forecasts)
    known = ~np.isnan(stacked)
    expected = np.where(known, stacked, 0.0).sum(axis=0) / known.sum(axis=0)
    expected[find_closed(history.amounts, begun)] = 0.0
    return expected, levels[SMOOTHING[1]][1] * float(history.days[:whole].mean())


def expect_last_year(history: History) -> Floats:
    """Each month of the horizon as it was a year before: the seasonal-naive yardstick; without a year, the naive one."""
    whole = history.whole_months
    if whole < 12:
        return expect_last_month(history)
    return history.amounts[:, [whole + ahead % 12 - 12 for ahead in range(history.horizon)]]


def expect_last_month(history: History) -> Floats:
    """Each month of the horizon like the last whole one, a working day: the naive yardstick."""
    whole = history.whole_months
    if whole == 0:
        return np.zeros((len(history.amounts), history.horizon))
    return np.outer(history.amounts[:, -1] / history.days[whole - 1], history.days[whole:])


def join_springs(history: History) -> Floats:
    """Sales a working day: units × whole months; January and February of a year as one where the festival moves."""
    whole = history.whole_months
    amounts, days, month = history.amounts, history.days, history.calendar
    rates = amounts / days[:whole]
    if history.moves_spring:
        for place in range(whole - 1):
            if month[place] == 1:
                both = (amounts[:, place] + amounts[:, place + 1]) / (days[place] + days[place + 1])
                rates[:, place] = rates[:, place + 1] = both
    return np.asarray(rates, dtype=np.float64)


def find_starts(amounts: Floats) -> Counts:
    """The first month with sales of each unit; the number of months where there is none."""
    sold = amounts != 0
    return np.where(sold.any(axis=1), sold.argmax(axis=1), amounts.shape[1]).astype(np.int64)


def find_closed(amounts: Floats, begun: Counts) -> npt.NDArray[np.bool_]:
    """Units whose last months without sales are too many for chance, by how often they sold until then.

    Selling in half of its months, six empty ones have a chance of 1/64 and do not close a unit; seven do.
    """
    whole = amounts.shape[1]
    sold = amounts != 0
    last = whole - 1 - sold[:, ::-1].argmax(axis=1)
    life = np.maximum(last - begun + 1, 1)
    often = np.minimum((sold.sum(axis=1) + 0.5) / (life + 1.0), 0.98)
    empty = np.where(sold.any(axis=1), whole - 1 - last, 0)
    return np.asarray((1 - often) ** empty < CLOSED_CHANCE)


def smooth(rates: Floats, begun: Counts, weight: float) -> tuple[Floats, Floats]:
    """The exponentially smoothed level at the end, and the root mean square of its misses one month ahead.

    >>> level, scatter = smooth(np.array([[10.0, 10.0, 10.0, 20.0]]), np.array([0]), 0.5)
    >>> float(level[0])  # starts at the mean, 12.5, and moves half of the way each month
    15.15625
    """
    whole = rates.shape[1]
    place = np.arange(whole)
    first = (place >= begun[:, None]) & (place < begun[:, None] + FIRST_MONTHS)
    level = (rates * first).sum(axis=1) / np.maximum(first.sum(axis=1), 1)
    squares, count = np.zeros(len(rates)), np.zeros(len(rates))
    for month in range(whole):
        is_begun = month >= begun
        miss = np.where(is_begun, rates[:, month] - level, 0.0)
        squares += miss**2
        count += is_begun
        level = level + weight * miss
    return level, np.sqrt(squares / np.maximum(count - 1, 1))


def find_steady(history: History) -> Floats:
    """Which rows, added up, show the whole without those that came or went: their step is no season and no growth.

    The units without parts of their own that sold from the first months to the last ones; all together where those
    make less than half of the sales.
    """
    amounts, whole = history.amounts, history.whole_months
    is_leaf = ~np.isin(np.arange(len(amounts)), history.parents)
    begun = find_starts(amounts)
    sold = amounts != 0
    ended = whole - 1 - sold[:, ::-1].argmax(axis=1)
    is_steady = is_leaf & sold.any(axis=1) & (begun <= 2) & (ended >= whole - 3)
    steady = amounts[is_steady].sum()
    if steady < STEADY_SHARE * amounts[-1].sum() or steady <= 0:
        is_steady = np.arange(len(amounts)) == len(amounts) - 1
    return is_steady.astype(float)


def find_seasons(history: History) -> Floats:
    """How each month of the year compares with its year's mean, a working day: units × 12, mean 1 each.

    Ones with less than thirteen months. What a single year shows is taken at two thirds, two years at four fifths:
    a month that was odd once need not be so again.
    """
    whole = history.whole_months
    ones = np.ones((len(history.amounts), 12))
    if whole < SEASONAL_MONTHS:
        return ones
    months = history.calendar[:whole] - 1
    own_rates, steady = join_springs(history), find_steady(history)
    rates = np.concatenate([own_rates, (steady @ own_rates)[None, :]])
    level = _level_years(rates)
    is_told = level > 0
    ratios = np.where(is_told, rates / np.where(is_told, level, 1.0), np.nan)
    belongs = months == np.arange(12)[:, None]  # month of the year × whole months
    counts = is_told.astype(float) @ belongs.T
    sums = np.where(is_told, ratios, 0.0) @ belongs.T
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    years = belongs.sum(axis=1)
    common = np.where(np.isnan(means[-1]), 1.0, means[-1])
    if history.moves_spring and years[0] and years[1]:
        common[:2] = common[:2].mean()
    common = 1 + (common - 1) * years / (years + 0.5)
    common = np.clip(common, *SEASON_LIMITS)
    common /= common.mean()
    if whole < OWN_SEASON_MONTHS:
        return np.asarray(ones * common)
    ratios, means = ratios[:-1], means[:-1]
    scatter = np.nanmean(np.clip(np.nan_to_num(ratios - common[months], nan=0.0), -2, 2) ** 2, axis=1)
    own = np.clip(np.where(np.isnan(means), 0.0, means - common), -2, 2)
    chance = scatter / max(float(years.mean()), 1.0)
    real = np.maximum((own**2).mean(axis=1) - chance, 0.0)
    share = real / np.maximum(real + chance, 1e-12)
    share[find_starts(history.amounts) > whole - OWN_SEASON_MONTHS] = 0.0
    share[-1] *= steady[-1]
    found = np.clip(common + own * share[:, None], *SEASON_LIMITS)
    return np.asarray(found / found.mean(axis=1, keepdims=True), dtype=np.float64)


def _level_years(rates: Floats) -> Floats:
    """The mean of the twelve months around each month; at the ends that of the first and last twelve, with the trend."""
    whole = rates.shape[1]
    sums = np.concatenate([np.zeros((len(rates), 1)), rates.cumsum(axis=1)], axis=1)
    starts = np.clip(np.arange(whole) - 6, 0, whole - 12)
    level = (sums[:, starts + 12] - sums[:, starts]) / 12
    return np.asarray(level * np.exp(_find_trend(rates[-1], level[-1]) * (np.arange(whole) - starts - 5.5)))


def _find_trend(rates: Floats, level: Floats) -> float:
    """The whole's growth a month, as a logarithm: between its first and last year, or year on year drawn to none."""
    whole = len(rates)
    if whole >= OWN_SEASON_MONTHS:
        before, after, months = level[6], level[-7], whole - 13
        weight = 1.0
    else:
        over = whole - 12
        before, after, months = rates[:over].sum(), rates[12:].sum(), 12
        weight = over / 12
    if before <= 0 or after <= 0:
        return 0.0
    return float(np.log(np.clip(after / before, 0.2, 5.0)) / months * weight)


def expect_growth(history: History, begun: Counts) -> Floats:
    """Last year's months, a working day, × growth since, drawn to the whole's; NaN for units that began later."""
    whole, amounts, days = history.whole_months, history.amounts, history.days
    taken = min(GROWTH_MONTHS, whole - 12)
    recent = np.arange(whole - taken, whole)
    if history.moves_spring:
        recent = np.array(_drop_half_springs(recent.tolist(), history.calendar))
    now = amounts[:, recent] / days[recent]
    before = amounts[:, recent - 12] / days[recent - 12]
    steady = find_steady(history)
    sums = float((steady @ now).sum()), float((steady @ before).sum())
    common = min(max(sums[0] / sums[1], 0.5), 2.0) if min(sums) > 0 else 1.0
    share = _trust_growth(now, before, common)
    share[-1] = 1.0
    is_known = (before.sum(axis=1) > 0) & (now.sum(axis=1) > 0)
    own = np.where(is_known, now.sum(axis=1) / np.where(is_known, before.sum(axis=1), 1.0), common)
    growth = np.exp(share * np.log(np.clip(own, *GROWTH_LIMITS)) + (1 - share) * np.log(common))
    rates = join_springs(history)
    base = np.stack([rates[:, whole + ahead % 12 - 12] for ahead in range(history.horizon)], axis=1)
    found = base * days[whole:] * growth[:, None]
    found[begun > whole - 12] = np.nan
    return np.asarray(found, dtype=np.float64)


def _trust_growth(now: Floats, before: Floats, common: float) -> Floats:
    """How far each unit's own growth is believed: how much units differ, over that and the unit's own chance."""
    size = (now + before * common).mean(axis=1) / 2
    change = np.where(size[:, None] > 0, (now - common * before) / np.where(size > 0, size, 1.0)[:, None], 0.0)
    count = now.shape[1]
    spread = change.var(axis=1, ddof=1) if count > 1 else np.full(len(now), 0.5)
    chance = np.clip(spread, 1e-6, 4.0) / count
    mean = np.clip(change.mean(axis=1), -2, 2)
    real = max(float(np.median(mean**2) - np.median(chance)), 0.001)
    return np.asarray(real / (real + chance))


def _drop_half_springs(months: list[int], calendar: Counts) -> list[int]:
    """The months without a January or February whose other half is missing: half a festival compares with nothing."""
    kept = [
        place
        for place in months
        if not (calendar[place] == 1 and place + 1 not in months)
        and not (calendar[place] == 2 and place - 1 not in months)
    ]
    return kept or months
