"""Numbers, money, dates and months in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from insight.units import (
    choose_scale,
    show_amount,
    show_date,
    show_months,
    show_number,
    show_points,
    show_scaled,
    show_share,
)


@pytest.mark.parametrize(
    "amount, english, chinese",
    [
        (Decimal("297512345.67"), "¥297.5m", "2.98亿元"),
        (7_500_000, "¥7.5m", "750万元"),
        (123_456, "¥123.5k", "12.3万元"),
        (45_678, "¥45.7k", "45,678元"),
        (-4_700_000, "\u2212¥4.7m", "\u2212470万元"),
        (12_345_678_901, "¥12.3bn", "123.46亿元"),
        (0, "¥0", "0元"),
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (float("inf"), "—", "—"),
    ],
)
def test_money_is_short_in_both_languages(amount: float, english: str, chinese: str) -> None:
    assert (show_amount(amount, "en", "CNY"), show_amount(amount, "zh", "CNY")) == (english, chinese)


def test_other_currencies_keep_their_sign_or_code() -> None:
    assert show_amount(1_500_000, "en", "USD") == "$1.5m"
    assert show_amount(1_500_000, "en", "EUR") == "€1.5m"
    assert show_amount(1_500_000, "en", "CHF") == "CHF 1.5m"
    assert show_amount(1_500_000, "zh", "USD") == "150万 USD"


def test_signs_are_explicit_where_asked_and_minus_is_the_minus_sign() -> None:
    assert show_number(1234.5, "en", 1, is_signed=True) == "+1,234.5"
    assert show_number(-1234.5, "en", 1) == "\u22121,234.5"
    assert show_number(-0.04, "en", 1) == "0.0"
    assert show_amount(1_000, "en", "CNY", is_signed=True) == "+¥1.0k"


def test_shares_are_percentages_and_their_differences_points() -> None:
    assert show_share(0.97512, "en") == "97.5%"
    assert show_points(-0.025, "en") == "\u22122.5 pp"
    assert show_points(0.025, "zh") == "+2.5个百分点"


def test_a_chart_has_one_unit_chosen_from_its_largest_value() -> None:
    scale = choose_scale(297_512_345, "en", "CNY")
    assert (scale.name, show_scaled(33_200_000, scale, "en")) == ("CNY m", "33.2")
    scale = choose_scale(297_512_345, "zh", "CNY")
    assert (scale.name, show_scaled(33_200_000, scale, "zh")) == ("万元", "3,320")
    assert choose_scale(50_000, "zh", "CNY").name == "元"


def test_days_and_months_are_written_in_the_language() -> None:
    assert (show_date(date(2026, 9, 16), "en"), show_date(date(2026, 9, 16), "zh")) == ("16 Sep 2026", "2026年9月16日")
    assert show_months(date(2026, 1, 1), date(2026, 9, 1), "en") == "Jan–Sep 2026"
    assert show_months(date(2026, 1, 1), date(2026, 9, 1), "zh") == "2026年1–9月"
    assert show_months(date(2025, 10, 1), date(2026, 9, 1), "en") == "Oct 2025–Sep 2026"
