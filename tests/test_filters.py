"""Filters as values, and the windows of time they mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight.filters import COMPARISONS, PERIODS, Coverage, Filters, add_months, count_months, find_window, read_month

PARTIAL = Coverage(date(2023, 10, 1), date(2026, 9, 1), date(2026, 9, 16), False)
WHOLE = Coverage(date(2023, 10, 1), date(2026, 9, 1), date(2026, 9, 30), True)


def test_year_to_date_runs_from_january_and_compares_with_the_same_days_of_last_year() -> None:
    window = find_window(Filters(), PARTIAL)
    assert (window.period_start, window.period_end) == (date(2026, 1, 1), date(2026, 10, 1))
    assert (window.base_start, window.base_end, window.base_cut_month) == (
        date(2025, 1, 1),
        date(2025, 10, 1),
        date(2025, 9, 1),
    )
    assert window.is_partial


def test_a_whole_last_month_is_not_cut() -> None:
    assert find_window(Filters(), WHOLE).base_cut_month is None


def test_the_period_before_is_as_long_as_the_period_and_ends_where_it_starts() -> None:
    window = find_window(Filters(period="qtd", compare="pp"), PARTIAL)
    assert (window.period_start, window.base_start, window.base_end) == (
        date(2026, 7, 1),
        date(2026, 4, 1),
        date(2026, 7, 1),
    )
    assert window.base_cut_month == date(2026, 6, 1)


@pytest.mark.parametrize(
    "period, first, last",
    [
        ("mtd", date(2026, 9, 1), date(2026, 9, 1)),
        ("last_month", date(2026, 8, 1), date(2026, 8, 1)),
        ("last_quarter", date(2026, 4, 1), date(2026, 6, 1)),
        ("r12", date(2025, 10, 1), date(2026, 9, 1)),
        ("last_year", date(2025, 1, 1), date(2025, 12, 1)),
        ("all", date(2023, 10, 1), date(2026, 9, 1)),
    ],
)
def test_presets_mean_what_they_say(period: str, first: date, last: date) -> None:
    window = find_window(Filters(period=period), PARTIAL)
    assert (window.period_start, window.last_month) == (first, last)


def test_a_comparison_that_begins_before_the_data_is_none() -> None:
    assert not find_window(Filters(period="all"), PARTIAL).has_base
    assert find_window(Filters(period="r12"), PARTIAL).has_base


@given(
    st.sampled_from(PERIODS),
    st.sampled_from(COMPARISONS),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
)
def test_any_months_asked_for_give_a_window_inside_the_data_with_an_equal_base(
    period: str, compare: str, first: date, last: date
) -> None:
    chosen = Filters(period=period, compare=compare, first_month=first.replace(day=1), last_month=last.replace(day=1))
    window = find_window(chosen, PARTIAL)
    assert PARTIAL.first_month <= window.period_start < window.period_end <= add_months(PARTIAL.data_month, 1)
    assert count_months(window.base_start, window.base_end) == window.month_count
    assert window.base_end <= window.period_end


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_months_added_and_counted_agree(day: date, count: int) -> None:
    month = day.replace(day=1)
    assert count_months(month, add_months(month, count)) == count


def test_a_month_of_a_link_that_is_none_says_what_was_expected() -> None:
    assert read_month("2026-09") == date(2026, 9, 1)
    for text in ("2026-13", "09/2026", "", "2026"):
        with pytest.raises(ValueError, match="write it as 2026-09"):
            read_month(text)
