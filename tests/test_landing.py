"""Landing: the projection's arithmetic, parts that make the whole, ranges that hold, and histories that are not tidy."""

from __future__ import annotations

import doctest
import importlib
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.analysis.landing import (
    History,
    Landing,
    find_landing_end,
    measure_pace,
    project,
    project_past,
    rate_landing,
    summarise,
    trace_pace,
)
from insight.analysis.landing.backtest import look_ahead
from insight.analysis.landing.forecast import expect_months, find_closed, find_starts
from insight.analysis.landing.history import cut_history
from insight.analysis.landing.position import complete_month, move_progress
from insight.analysis.landing.reconcile import reconcile
from insight.calendars import list_working_days
from insight.filters import add_months

MODULES = ("history", "forecast", "position", "reconcile", "interval", "backtest", "projection", "pace")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_text_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"insight.analysis.landing.{name}")).failed == 0


def make_history(
    amounts: np.ndarray,
    horizon: int,
    *,
    progress: np.ndarray | None = None,
    reached: np.ndarray | None = None,
    position: float = 0.0,
    days: np.ndarray | None = None,
    moves_spring: bool = False,
) -> History:
    """Rows of units and their sum, from January on, 21 working days a month unless said."""
    units, whole = amounts.shape

    def with_sum(values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else np.concatenate([values, values.sum(axis=0, keepdims=True)])

    return History(
        with_sum(amounts),
        with_sum(progress if progress is not None else np.full_like(amounts, np.nan)),
        with_sum(reached),
        position,
        np.full(whole + horizon, 21.0) if days is None else days,
        np.arange(whole + horizon) % 12 + 1,
        np.array([*[units] * units, -1]),
        moves_spring,
    )


def expect(history: History) -> np.ndarray:
    """What is expected of the first unit, month by month."""
    return expect_months(history)[0][0]


# --- what a month is expected to bring --------------------------------------------------------------------------


def test_sales_that_never_change_land_where_they_always_do() -> None:
    """100 a month, half of it by mid-month: 50 are still to come of this one, then 100 each; nothing was ever missed."""
    amounts = np.full((1, 30), 100.0)
    known = make_history(amounts, 3, progress=amounts / 2, reached=np.array([50.0]), position=0.5)
    assert look_ahead(known).rest[0] == pytest.approx([50.0, 100.0, 100.0])
    assert project_past(known, 3).error == pytest.approx(0.0, abs=1e-9)


def test_a_season_is_found_again() -> None:
    """Three years alike: after 36 months the next year is the same again, to the tenth that doubt of a season takes."""
    season = np.array([100.0, 50, 100, 100, 100, 200, 100, 100, 100, 100, 100, 200])
    found = expect(make_history(np.tile(season, 3)[None, :], 12))
    assert found == pytest.approx(season, rel=0.12)
    assert found.sum() == pytest.approx(season.sum(), rel=0.01)


def test_growth_carries_on_in_part() -> None:
    """Months grow by 1%: the next is above the last year's by more than half of the 12.7% it will be."""
    amounts = (100 * 1.01 ** np.arange(36))[None, :]
    ahead = expect(make_history(amounts, 1))[0] / amounts[0, 24]
    assert 1.07 < ahead < 1.14


def test_the_growth_of_a_unit_that_scatters_is_drawn_to_the_whole() -> None:
    """Nine units grow by nothing and one, all chance, seems to double: it is not projected to."""
    rng = np.random.default_rng(4)
    steady = np.full((9, 24), 1000.0)
    wild = rng.lognormal(0, 1.2, (1, 24)) * 100
    wild[:, 18:] *= 2
    expected, _ = expect_months(make_history(np.concatenate([wild, steady]), 1))
    assert expected[0, 0] < wild[0, 18:].mean()


def test_a_month_under_way_is_never_taken_for_a_fall() -> None:
    """A third of the month gone with a third of its sales: the month is projected at a whole one."""
    amounts = np.full((1, 36), 100.0)
    known = make_history(amounts, 1, progress=amounts / 3, reached=np.array([100 / 3]), position=1 / 3)
    assert look_ahead(known).rest[0, 0] == pytest.approx(200 / 3)


def test_a_first_day_without_sales_does_not_lose_the_month() -> None:
    """4% is usual by the first day: 96% of 100 × (1 − 0.3 × 0.04) are still to come."""
    amounts = np.full((1, 24), 100.0)
    known = make_history(amounts, 1, progress=amounts * 0.04, reached=np.zeros(1), position=1 / 21)
    assert look_ahead(known).rest[0, 0] == pytest.approx(96 * (1 - 0.012))


def test_a_month_moves_what_is_expected_the_more_the_further_it_is() -> None:
    """Where 90% is usual by now, 99 sold speak of 110: 0.27 × 110 + 0.73 × 50 = 66.2, of which a tenth is to come."""
    assert complete_month(np.array([99.0]), np.array([0.9]), np.array([50.0])) == pytest.approx([6.62])


def test_january_and_february_are_shared_out_by_working_days() -> None:
    """The festival fell into January twice (15 and 20 days: 75 + 100), now into February (20 and 15): 100 + 75."""
    amounts = np.full((1, 24), 100.0)
    amounts[0, [0, 1, 12, 13]] = [75, 100, 75, 100]
    days = np.array([15.0, 20, *[20] * 10, 15, 20, *[20] * 10, 20, 15])
    assert expect(make_history(amounts, 2, days=days, moves_spring=True)) == pytest.approx([100.0, 75.0])
    still = expect(make_history(amounts, 2, days=days))
    assert still == pytest.approx([100.0, 75.0], rel=0.01)  # the days themselves tell it here


def test_a_festival_that_costs_more_than_its_days_is_told_by_both_months_together() -> None:
    """40 + 100 in 15 and 20 days, then 90 + 50 in 20 and 15 days: either way 140 in 35 days, 4 a day."""
    amounts = np.full((1, 25), 100.0)
    amounts[0, [0, 1, 12, 13, 24]] = [40, 100, 90, 50, 90]
    days = np.array([15.0, 20, *[20] * 10, 20, 15, *[20] * 10, 20, 15])
    joined = expect(make_history(amounts, 1, days=days, moves_spring=True))[0]
    apart = expect(make_history(amounts, 1, days=days))[0]
    assert abs(joined - 50) > 0 and 50 < joined < 75
    assert abs(joined - 60) < abs(apart - 60) + 10


def test_short_history_falls_back_to_a_plain_pace_by_working_day() -> None:
    """Five months of 60 in 20 days are 3 a day: 66 in 22 days, without a season."""
    amounts = np.full((1, 5), 60.0)
    days = np.array([20.0] * 5 + [22.0])
    assert expect(make_history(amounts, 1, days=days)) == pytest.approx([66.0])


def test_a_unit_that_closed_is_expected_to_sell_nothing_and_one_that_pauses_is_not() -> None:
    """Selling every month and then twice not: closed. Selling in every other month and then twice not: a pause."""
    regular, pausing = np.full(24, 10.0), np.tile([10.0, 0.0], 12)
    regular[-2:] = pausing[-2:] = 0.0
    amounts = np.stack([regular, pausing])
    assert find_closed(amounts, find_starts(amounts)).tolist() == [True, False]
    other = np.full(24, 50.0)
    expected, _ = expect_months(make_history(np.stack([regular, pausing, other]), 1))
    assert expected[0, 0] == 0.0 < expected[1, 0]


def test_a_unit_that_began_half_a_year_ago_is_not_held_against_the_months_before() -> None:
    amounts = np.full((2, 30), 100.0)
    amounts[0, :24] = 0.0
    assert expect(make_history(amounts, 2)) == pytest.approx([100.0, 100.0], rel=0.05)


# --- parts and whole ----------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-50, 1000), min_size=1, max_size=8), st.floats(-100, 5000))
def test_parts_are_made_to_add_up_to_the_whole(rests: list[float], total: float) -> None:
    values = np.array([*rests, total])[:, None]
    parents = np.array([*[len(rests)] * len(rests), -1])
    for whole in (None, np.array([total])):
        met = reconcile(values, np.arange(1.0, len(values) + 1), parents, whole)
        assert met[:-1].sum() == pytest.approx(met[-1, 0], abs=1e-6)
    assert met[-1, 0] == total


def test_every_tier_of_a_tree_adds_up() -> None:
    """Four leaves under two nodes under a whole."""
    rng = np.random.default_rng(1)
    parents = np.array([4, 4, 5, 5, 6, 6, -1])
    met = reconcile(rng.uniform(0, 100, (7, 3)), rng.uniform(1, 9, 7), parents, np.array([500.0, 10.0, 0.0]))
    for node in (4, 5, 6):
        assert met[parents == node].sum(axis=0) == pytest.approx(met[node])
    assert met.min() >= 0


def make_frames(seed: int, units: int, months: int, day: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, date]:
    """A company of some units with daily sales: months from January 2024, the last one up to a day."""
    rng = np.random.default_rng(seed)
    first = date(2024, 1, 1)
    calendar = list_working_days(first, add_months(first, months + 12), "").to_pandas()
    last = add_months(first, months - 1)
    through = last.replace(day=day)
    open_days = calendar[calendar["is_working_day"] & (calendar["day_on"] <= through)]
    level = rng.uniform(20, 200, units)
    rows = [
        (row.day_on, f"U{unit}", float(level[unit] * (1 + 0.2 * np.sin(row.day_on.month)) * rng.lognormal(0, 0.4)))
        for row in open_days.itertuples()
        for unit in range(units)
    ]
    days = pd.DataFrame(rows, columns=["sales_on", "unit_id", "sales_amount"])
    by_unit = (
        days.assign(sales_month=[day.replace(day=1) for day in days["sales_on"]])
        .groupby(["sales_month", "unit_id"], as_index=False)["sales_amount"]
        .sum()
    )
    whole = by_unit.groupby("sales_month", as_index=False)["sales_amount"].sum().assign(unit_id="", is_whole=True)
    return pd.concat([by_unit.assign(is_whole=False), whole], ignore_index=True), days, calendar, through


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 40), st.integers(3, 20))
def test_landings_of_units_add_up_to_the_whole_and_hold_what_was_sold(
    seed: int, units: int, months: int, day: int
) -> None:
    frame, days, calendar, through = make_frames(seed, units, months, day)
    end = add_months(through.replace(day=1), 4)
    found = project(
        frame,
        days,
        calendar,
        period_start=date(through.year, through.month, 1),
        landing_end=end,
        data_through_on=through,
        is_month_complete=False,
        moves_spring=False,
    )
    whole = found.units[found.units["is_whole"]].iloc[0]
    parts = found.units[~found.units["is_whole"]]
    assert parts["landing_amount"].sum() == pytest.approx(whole["landing_amount"])
    assert parts["sold_amount"].sum() == pytest.approx(whole["sold_amount"])
    assert found.months["forecast_amount"].sum() == pytest.approx(whole["landing_amount"])
    assert (found.units["landing_amount"] >= found.units["sold_amount"]).all()
    assert found.units["low_amount"].isna().all() == (found.method == "plain")
    assert found.method == ("plain" if months - 1 < 6 else "recent" if months - 1 < 13 else "seasonal")
    if found.method != "plain":
        assert (found.units["low_amount"] <= found.units["landing_amount"] + 1e-6).all()
        for end in ("low_amount", "high_amount"):  # the parts' ends reach at least as far as the whole's
            half, whole_half = abs(parts[end] - parts["landing_amount"]), abs(whole[end] - whole["landing_amount"])
            if end == "high_amount":
                assert half.sum() >= whole_half - 1e-6


def test_a_part_lands_where_its_parents_page_says() -> None:
    frame, days, calendar, through = make_frames(1, 3, 30, 12)
    start, end = through.replace(day=1), add_months(through.replace(day=1), 2)
    found = project(
        frame,
        days,
        calendar,
        period_start=start,
        landing_end=end,
        data_through_on=through,
        is_month_complete=False,
        moves_spring=False,
        whole_amount=12_345.0,
    )
    whole = found.units[found.units["is_whole"]].iloc[0]
    assert whole["landing_amount"] == pytest.approx(12_345.0)
    assert found.units.loc[~found.units["is_whole"], "landing_amount"].sum() == pytest.approx(12_345.0)
    assert whole["low_amount"] < 12_345.0 < whole["high_amount"]


def test_a_period_that_is_over_lands_at_what_was_sold() -> None:
    frame, days, calendar, through = make_frames(2, 2, 20, 12)
    start = add_months(through.replace(day=1), -2)
    found = project(
        frame,
        days,
        calendar,
        period_start=start,
        landing_end=through.replace(day=1),
        data_through_on=through,
        is_month_complete=False,
        moves_spring=False,
    )
    assert found.method == "over"
    assert (found.units["landing_amount"] == found.units["sold_amount"]).all()
    assert (found.units["low_amount"] == found.units["high_amount"]).all()


def project_frames(
    frame: pd.DataFrame, days: pd.DataFrame | None, calendar: pd.DataFrame, through: date, months: int = 1
) -> Landing:
    """The month the data end in and some after it."""
    start = through.replace(day=1)
    return project(
        frame,
        days,
        calendar,
        period_start=start,
        landing_end=add_months(start, months),
        data_through_on=through,
        is_month_complete=False,
        moves_spring=False,
    )


def test_a_part_and_its_range_are_the_same_on_its_own_page() -> None:
    frame, days, calendar, through = make_frames(1, 3, 30, 12)
    start = through.replace(day=1)
    found = project(
        frame,
        days,
        calendar,
        period_start=start,
        landing_end=add_months(start, 2),
        data_through_on=through,
        is_month_complete=False,
        moves_spring=False,
        whole_amount=12_345.0,
        whole_range=(11_000.0, 14_000.0),
    )
    whole = found.units[found.units["is_whole"]].iloc[0]
    assert (whole["low_amount"], whole["landing_amount"], whole["high_amount"]) == pytest.approx(
        (11_000, 12_345, 14_000)
    )


def test_a_single_part_has_the_range_of_the_whole() -> None:
    frame, days, calendar, through = make_frames(5, 1, 30, 12)
    part, whole = project_frames(frame, days, calendar, through).units.to_dict("records")
    assert (part["landing_amount"], part["high_amount"]) == pytest.approx(
        (whole["landing_amount"], whole["high_amount"])
    )


def test_days_of_the_units_or_their_sums_by_the_same_day_of_the_month_land_nearly_alike() -> None:
    """By the 12th each month has 8 or 9 of its 20 to 23 working days; moved by the usual shape both tell the same."""
    frame, days, calendar, through = make_frames(6, 3, 30, 12)
    by_days = project_frames(frame, days, calendar, through).units
    to_day = days[[day.day <= through.day for day in days["sales_on"]]]
    to_day = to_day.assign(sales_month=[day.replace(day=1) for day in to_day["sales_on"]])
    sums = to_day.groupby(["sales_month", "unit_id"])["sales_amount"].sum()
    whole = to_day.groupby("sales_month")["sales_amount"].sum()
    frame["to_day_amount"] = [
        whole[row.sales_month] if row.is_whole else sums.get((row.sales_month, row.unit_id), 0.0)
        for row in frame.itertuples()
    ]
    by_sums = project_frames(
        frame, days.groupby("sales_on", as_index=False)["sales_amount"].sum().assign(unit_id="all"), calendar, through
    ).units
    assert by_sums["landing_amount"].to_numpy() == pytest.approx(by_days["landing_amount"].to_numpy(), rel=0.02)


def test_sums_by_a_day_of_the_month_move_to_the_same_working_day() -> None:
    """By 10 March 2026 7 of 22 weekdays are gone, 31.8%; by 10 February 7 of 20, 35%: 35 become 31.8."""
    calendar = list_working_days(date(2026, 2, 1), date(2026, 3, 1), "").to_pandas()
    moved = move_progress(np.array([[35.0]]), [date(2026, 2, 1)], calendar, date(2026, 3, 10), np.linspace(0, 1, 101))
    assert moved[0, 0] == pytest.approx(35 * (7 / 22) / (7 / 20))


# --- histories that are not tidy --------------------------------------------------------------------------------


def make_months(amounts: np.ndarray, first: date = date(2023, 1, 1)) -> pd.DataFrame:
    """Units × months as the page asks them: months without sales have no row."""
    rows = [
        (add_months(first, month), f"U{unit}", False, amounts[unit, month])
        for unit in range(len(amounts))
        for month in range(amounts.shape[1])
        if amounts[unit, month]
    ]
    rows += [(add_months(first, month), "", True, total) for month, total in enumerate(amounts.sum(axis=0)) if total]
    return pd.DataFrame(rows, columns=["sales_month", "unit_id", "is_whole", "sales_amount"])


def land_months(amounts: np.ndarray, ahead: int = 1) -> Landing:
    """Where whole months of units land some months on."""
    first = date(2023, 1, 1)
    end = add_months(first, amounts.shape[1])
    calendar = list_working_days(first, add_months(end, ahead), "").to_pandas()
    return project(
        make_months(amounts, first),
        None,
        calendar,
        period_start=first,
        landing_end=add_months(end, ahead),
        data_through_on=end - timedelta(days=1),
        is_month_complete=True,
        moves_spring=False,
    )


def test_a_month_nothing_was_recorded_in_is_no_month_without_sales() -> None:
    amounts = np.random.default_rng(2).uniform(90, 110, (2, 30))
    whole = land_months(amounts).units.iloc[-1]
    broken = amounts.copy()
    broken[:, 27] = 0.0
    found = land_months(broken)
    ahead = found.units.iloc[-1]
    assert found.gap_count == 1
    assert ahead["landing_amount"] - ahead["sold_amount"] == pytest.approx(
        whole["landing_amount"] - whole["sold_amount"], rel=0.03
    )


def test_a_first_month_that_was_not_recorded_whole_does_not_make_growth() -> None:
    amounts = np.full((2, 26), 100.0)
    amounts[:, 0] = 5.0
    ahead = land_months(amounts).units.iloc[-1]
    assert ahead["landing_amount"] - ahead["sold_amount"] == pytest.approx(200, rel=0.1)


@pytest.mark.parametrize("kind", ["zeros", "one", "negative", "lumpy", "late"])
def test_odd_histories_land_at_numbers_and_add_up(kind: str) -> None:
    rng = np.random.default_rng(3)
    amounts = rng.uniform(50, 150, (4, 30))
    if kind == "zeros":
        amounts[0] = 0.0
    if kind == "one":
        amounts = amounts[:1]
    if kind == "negative":
        amounts[1, ::5] *= -2
    if kind == "lumpy":
        amounts *= rng.uniform(0, 1, amounts.shape) < 0.15
    if kind == "late":
        amounts[2, :28] = 0.0
    units = land_months(amounts, 3).units
    values = units[["landing_amount", "low_amount", "high_amount"]].to_numpy()
    assert np.isfinite(values).all()
    assert units["landing_amount"].iloc[:-1].sum() == pytest.approx(units["landing_amount"].iloc[-1])
    assert (units["low_amount"] <= units["high_amount"]).all()


def test_without_any_sales_nothing_is_projected() -> None:
    calendar = list_working_days(date(2026, 1, 1), date(2026, 3, 1), "").to_pandas()
    none = make_months(np.zeros((2, 3)))
    found = project_frames(none, None, calendar, date(2026, 2, 10))
    assert found.method == "nothing" and found.units["landing_amount"].sum() == 0


def test_a_first_month_is_carried_straight_on() -> None:
    """30 in the first 8 of 20 working days of February 2026 are 75 in all."""
    calendar = list_working_days(date(2026, 2, 1), date(2026, 3, 1), "").to_pandas()
    frame = make_months(np.array([[30.0]]), date(2026, 2, 1))
    found = project_frames(frame, None, calendar, date(2026, 2, 11))
    assert found.method == "plain" and found.units["landing_amount"].tolist() == pytest.approx([75.0, 75.0])
    assert found.units["low_amount"].isna().all()


# --- ranges and evidence ----------------------------------------------------------------------------------------


def make_sales(seed: int, units: int, months: int, noise: float) -> np.ndarray:
    """Invented units of many sizes with a common season, a drift of their own and noise with heavy tails."""
    rng = np.random.default_rng(seed)
    time = np.arange(months)
    size = np.exp(rng.normal(3, 1, (units, 1)))
    drift = np.exp(np.cumsum(rng.normal(0.004, 0.02, (units, months)), axis=1))
    season = 1 + 0.2 * np.sin(2 * np.pi * time / 12) + 0.1 * rng.normal(0, 1, 12)[time % 12]
    return size * drift * season * np.exp(noise * rng.standard_t(5, (units, months)))


@pytest.mark.parametrize(
    ("months", "horizon", "noise"), [(36, 1, 0.15), (36, 3, 0.1), (24, 1, 0.3), (16, 1, 0.15), (11, 1, 0.15)]
)
def test_the_range_of_a_unit_holds_what_came_about_eight_times_in_ten(months: int, horizon: int, noise: float) -> None:
    """Sixty units of six companies, each projected once from its last origin: between 72 and 88% were held."""
    held = []
    for seed in range(6):
        amounts = make_sales(seed, 60, months + horizon, noise)
        history = make_history(amounts, 0)
        known = cut_history(history, months, horizon)
        past = project_past(history, horizon)
        table = summarise(history, past, ["parts"] * 60 + ["whole"], months)
        assert table["origin_count"].max() == 1 and known.whole_months == months
        held.append(float(table.loc[table["level"] == "parts", "coverage_rate"].iloc[0]))
    assert 0.72 < np.mean(held) < 0.88


def test_the_range_of_the_whole_holds_what_came_about_eight_times_in_ten() -> None:
    """Twenty companies over 18 months each."""
    held = []
    for seed in range(20):
        history = make_history(make_sales(100 + seed, 12, 36, 0.2), 0)
        table = summarise(history, project_past(history, 1), ["parts"] * 12 + ["whole"], 18)
        held.append(float(table.loc[table["level"] == "whole", "coverage_rate"].iloc[0]))
    assert 0.72 < np.mean(held) < 0.88


def test_projections_beat_last_year_and_last_month_on_seasons_with_noise() -> None:
    history = make_history(make_sales(9, 40, 36, 0.15), 0)
    table = summarise(history, project_past(history, 1), ["parts"] * 40 + ["whole"], 13).set_index("level")
    assert (table["error_rate"] < 0.9 * table["last_year_error_rate"]).all()
    assert (table["error_rate"] < 0.9 * table["last_month_error_rate"]).all()


def test_projections_are_not_pulled_to_one_side() -> None:
    """Without a drift the errors of the whole add up to less than a tenth of their sizes."""
    bias = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        amounts = 100 * np.exp(rng.normal(0, 0.15, (20, 36)))
        past = project_past(make_history(amounts, 0), 1, 13)
        bias.append(past.error[:, -1].sum() / np.abs(past.rest[:, -1]).sum())
    assert abs(np.mean(bias)) < 0.01


def test_a_projection_knows_nothing_of_what_came_after_it() -> None:
    """Other months to come leave what was projected, and how sure it was, as they were."""
    amounts = make_sales(3, 5, 30, 0.2)
    other = amounts.copy()
    other[:, 24:] *= 7
    first, second = (project_past(make_history(values, 0), 2) for values in (amounts, other))
    early = first.origins <= 24
    assert first.rest[early] == pytest.approx(second.rest[early])
    assert first.size[early] == pytest.approx(second.size[early])


def test_a_steady_unit_has_a_narrower_range_than_one_that_scatters() -> None:
    rng = np.random.default_rng(8)
    amounts = np.stack([100 + rng.normal(0, 2, 30), 100 + rng.normal(0, 40, 30)])
    steady, wild, _ = land_months(amounts).units.to_dict("records")
    assert (steady["high_amount"] - steady["low_amount"]) * 3 < wild["high_amount"] - wild["low_amount"]


def test_the_evidence_tells_of_the_whole_and_of_its_parts() -> None:
    found = land_months(make_sales(5, 6, 36, 0.2))
    evidence = found.evidence.set_index("level")
    assert evidence.loc["whole", "unit_count"] == 1 and evidence.loc["parts", "unit_count"] == 6
    assert found.error_count == evidence.loc["whole", "origin_count"] == 36 - 13
    assert found.error_rate == evidence.loc["whole", "error_rate"]


# --- the way there ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "last_target", "end"),
    [
        ("ytd", None, date(2027, 1, 1)),
        ("ytd", date(2026, 12, 1), date(2027, 1, 1)),
        ("ytd", date(2026, 10, 1), date(2026, 11, 1)),
        ("ytd", date(2026, 6, 1), date(2026, 10, 1)),
        ("qtd", date(2026, 12, 1), date(2026, 10, 1)),
        ("mtd", date(2026, 12, 1), date(2026, 10, 1)),
        ("r12", date(2026, 12, 1), date(2026, 10, 1)),
    ],
)
def test_the_period_that_lands_is_the_one_that_holds_the_last_month(
    period: str, last_target: date | None, end: date
) -> None:
    assert find_landing_end(period, date(2026, 10, 1), date(2026, 9, 1), last_target) == end
    assert find_landing_end("last_month", date(2026, 9, 1), date(2026, 9, 1), last_target) == date(2026, 9, 1)


def test_the_run_rate_needed_is_what_is_left_over_the_days_that_are_left() -> None:
    """March 2026 has 22 weekdays, 7 of them by the 10th: (250 − 70) ÷ 15 = 12 a day against 70 ÷ 7 = 10."""
    calendar = list_working_days(date(2026, 3, 1), date(2026, 3, 1), "").to_pandas()
    pace = measure_pace(
        calendar,
        period_start=date(2026, 3, 1),
        landing_end=date(2026, 4, 1),
        data_through_on=date(2026, 3, 10),
        sold=70.0,
        target=250.0,
    )
    assert (pace.elapsed_days, pace.total_days, pace.remaining_days) == (7, 22, 15)
    assert (pace.current_amount, pace.needed_amount) == (10.0, 12.0)


def test_the_cone_starts_at_what_was_sold_and_ends_at_the_landing() -> None:
    frame, days, calendar, through = make_frames(3, 2, 30, 12)
    frame["target_amount"], frame["target_to_date_amount"] = 1000.0, 1000.0
    start, end = through.replace(day=1), add_months(through.replace(day=1), 2)
    found = project(
        frame,
        days,
        calendar,
        period_start=start,
        landing_end=end,
        data_through_on=through,
        is_month_complete=False,
        moves_spring=False,
    )
    whole = found.units[found.units["is_whole"]].iloc[0]
    for by_day in (True, False):
        traced = trace_pace(
            frame, days, calendar, found, period_start=start, landing_end=end, data_through_on=through, by_day=by_day
        )
        last = traced.iloc[-1]
        assert (last["low_amount"], last["mid_amount"], last["high_amount"]) == pytest.approx(
            (whole["low_amount"], whole["landing_amount"], whole["high_amount"])
        )
        today = traced[traced["actual_cumulative_amount"].notna()].iloc[-1]
        assert today["actual_cumulative_amount"] == pytest.approx(whole["sold_amount"])
        assert today["low_amount"] == pytest.approx(today["high_amount"]) == pytest.approx(whole["sold_amount"])
        assert traced["mid_amount"].dropna().is_monotonic_increasing
        assert traced["actual_cumulative_amount"].dropna().is_monotonic_increasing


def test_cumulative_target_climbs_by_working_days_within_its_month() -> None:
    """220 in a month of 22 working days is 10 a day: 70 by the seventh; a second month of 21 adds 210 by its end."""
    calendar = list_working_days(date(2026, 3, 1), date(2026, 4, 1), "").to_pandas()
    months = pd.DataFrame(
        {
            "sales_month": [date(2026, 3, 1), date(2026, 4, 1)],
            "unit_id": "",
            "is_whole": True,
            "sales_amount": [70.0, 0.0],
            "target_amount": [220.0, 220.0],
        }
    )
    days = pd.DataFrame(
        {
            "sales_on": [date(2026, 3, 1) + timedelta(days=step) for step in range(10)],
            "unit_id": "A",
            "sales_amount": 7.0,
        }
    )
    known = pd.concat([months, months.assign(unit_id="A", is_whole=False)])
    found = project(
        known,
        days,
        calendar,
        period_start=date(2026, 3, 1),
        landing_end=date(2026, 5, 1),
        data_through_on=date(2026, 3, 10),
        is_month_complete=False,
        moves_spring=False,
    )
    traced = trace_pace(
        known,
        days,
        calendar,
        found,
        period_start=date(2026, 3, 1),
        landing_end=date(2026, 5, 1),
        data_through_on=date(2026, 3, 10),
        by_day=True,
    )
    due = traced.set_index("day_number")["target_cumulative_amount"]
    assert (due[0], due[7], due[22], due[44]) == pytest.approx((0, 70, 220, 440))
    sold = traced.set_index("day_number")["actual_cumulative_amount"]
    # Sunday the first counts with Monday the second; the weekend of the 7th and 8th with Friday the 6th
    assert (sold[1], sold[5], sold[6], sold[7]) == pytest.approx((14, 56, 63, 70))
    assert found.method == "plain" and np.isnan(traced["high_amount"]).all()


def test_landing_rates_leave_out_months_without_a_target_and_days_show_the_headroom() -> None:
    """Landing 120, 20 of it outside: 100 ÷ 80 = 125%. 30 covered, 10 days: 5 a day needed, (120 − 50) ÷ 10 = 7
    expected."""
    units = pd.DataFrame(
        {
            "unit_id": ["A", "B"],
            "is_whole": False,
            "actual_amount": [50.0, 5.0],
            "covered_amount": [30.0, np.nan],
            "target_amount": [80.0, np.nan],
        }
    )
    projected = pd.DataFrame(
        {
            "unit_id": ["A"],
            "is_whole": False,
            "sold_amount": [50.0],
            "landing_amount": [120.0],
            "low_amount": [110.0],
            "high_amount": [130.0],
        }
    )
    found = Landing(projected, pd.DataFrame(), "seasonal", 10, 0.1, 0.2, 0.0, np.linspace(0, 1, 101))
    first, second = rate_landing(units, found, 10).to_dict("records")
    assert first["landing_rate"] == pytest.approx(1.25)
    assert (first["needed_day_amount"], first["expected_day_amount"], first["headroom_rate"]) == pytest.approx(
        (5, 7, 0.4)
    )
    assert second["landing_amount"] == 5.0 and np.isnan(second["landing_rate"])
