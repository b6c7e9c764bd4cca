"""How numbers, money, shares, dates and months are written, in both languages: the only place that knows.

Missing is an em dash, minus is U+2212, a difference of shares is in percentage points. Chinese money goes
元 → 万元 → 亿元, English k, m, bn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_symbol

MISSING = "—"
MINUS = "\u2212"

Number = int | float | Decimal | None

# parsed once: Babel would parse the name for every number
_LOCALES = {"en": Locale.parse("en"), "zh": Locale.parse("zh_CN")}
_STEPS = {
    "en": ((1_000_000_000.0, "bn"), (1_000_000.0, "m"), (1_000.0, "k"), (1.0, "")),
    "zh": ((100_000_000.0, "亿"), (10_000.0, "万"), (1.0, "")),
}


@dataclass(frozen=True)
class Scale:
    """One unit for a whole chart: divide by ``divisor``, write ``name`` in the subtitle."""

    divisor: float
    name: str
    digits: int


def is_missing(value: object) -> bool:
    """Whether there is no number: None, NaN, NaT or infinite."""
    if value is None:
        return True
    try:
        return value != value or value in (float("inf"), float("-inf"))
    except (TypeError, ArithmeticError):
        return False


def choose_scale(largest: Number, language: str, currency: str = "") -> Scale:
    """The unit of a chart from its largest absolute value; with a currency the name is money's: '¥ m', '万元'."""
    size = 0.0 if largest is None or is_missing(largest) else abs(float(largest))
    # Chinese readers switch to 万 at a hundred thousand, to 亿 at a thousand million
    starts = {100_000_000.0: 1_000_000_000.0, 10_000.0: 100_000.0} if language == "zh" else {}
    divisor, step = next(
        (divisor, step) for divisor, step in _STEPS[language] if size >= starts.get(divisor, divisor) or divisor == 1.0
    )
    if not currency:
        name = step
    elif language == "zh":
        name = f"{step}元" if currency == "CNY" else f"{step} {currency}".strip()
    else:
        name = f"{currency} {step}".strip()
    scaled = size / divisor
    return Scale(divisor, name, 0 if scaled >= 1000 or divisor == 1.0 else 1 if scaled >= 10 else 2)


def show_number(value: Number, language: str, digits: int = 0, *, is_signed: bool = False) -> str:
    """A plain number with grouping: ``1,234.5``; signed: ``+1,234.5`` or ``−1,234.5``."""
    if value is None or is_missing(value):
        return MISSING
    rounded = round(float(value), digits)
    # both languages group by commas and have a decimal point; a drawing writes tens of thousands, too many for Babel
    text = f"{abs(rounded):,.{digits}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if is_signed and rounded > 0 else text


def show_count(value: Number, language: str) -> str:
    """A whole number: ``4,182``."""
    return show_number(value, language)


def show_scaled(value: Number, scale: Scale, language: str, *, is_signed: bool = False) -> str:
    """A value in a chart's unit, without the unit's name."""
    if value is None or is_missing(value):
        return MISSING
    return show_number(float(value) / scale.divisor, language, scale.digits, is_signed=is_signed)


def show_amount(value: Number, language: str, currency: str, *, is_signed: bool = False) -> str:
    """Money in words short enough for a headline: ``¥297.5m`` or ``2.98亿元``."""
    if value is None or is_missing(value):
        return MISSING
    amount = float(value)
    size = abs(amount)
    if language == "zh":
        divisor, step, digits = (1e8, "亿", 2) if size >= 1e8 else (1e4, "万", 0) if size >= 1e6 else (1e4, "万", 1)
        if size < 1e5:
            divisor, step, digits = 1.0, "", 0
        unit = f"{step}元" if currency == "CNY" else f"{step} {currency}"
        return show_number(amount / divisor, language, digits, is_signed=is_signed) + unit
    divisor, step = next((divisor, step) for divisor, step in _STEPS["en"] if size >= divisor or divisor == 1.0)
    digits = 0 if divisor == 1.0 else 1
    text = show_number(amount / divisor, language, digits, is_signed=is_signed)
    symbol = _find_symbol(currency)
    sign = text[0] if text[0] in f"+{MINUS}" else ""
    return f"{sign}{symbol}{text[len(sign) :]}{step}"


@lru_cache(maxsize=64)
def _find_symbol(currency: str) -> str:
    """What stands before an amount in English: '¥', '€', 'CHF '."""
    symbol = get_currency_symbol(currency, locale="en")
    return symbol.removeprefix("CN") if len(symbol) <= 3 and not symbol.isalpha() else f"{symbol} "


def show_share(value: Number, language: str, digits: int = 1, *, is_signed: bool = False) -> str:
    """A share of one as a percentage: 0.975 is ``97.5%``."""
    if value is None or is_missing(value):
        return MISSING
    return show_number(float(value) * 100, language, digits, is_signed=is_signed) + "%"


def show_points(value: Number, language: str, digits: int = 1) -> str:
    """A difference of two shares: −0.025 is ``−2.5 pp`` or ``−2.5个百分点``."""
    if value is None or is_missing(value):
        return MISSING
    text = show_number(float(value) * 100, language, digits, is_signed=True)
    return f"{text}个百分点" if language == "zh" else f"{text} pp"


def show_ratio(value: Number, language: str, digits: int = 1) -> str:
    """A multiple: ``1.8x``."""
    return MISSING if value is None or is_missing(value) else show_number(value, language, digits) + "x"


def show_date(value: date | None, language: str) -> str:
    """A day: ``16 Sep 2026`` or ``2026年9月16日``."""
    if value is None or is_missing(value):
        return MISSING
    return format_date(value, format="yyyy年M月d日" if language == "zh" else "d MMM yyyy", locale=_LOCALES[language])


def show_day(value: date | None, language: str) -> str:
    """A day without its year: ``16 Sep`` or ``9月16日``."""
    if value is None or is_missing(value):
        return MISSING
    return format_date(value, format="M月d日" if language == "zh" else "d MMM", locale=_LOCALES[language])


def show_month(value: date | None, language: str, *, with_year: bool = True) -> str:
    """A month: ``Sep 2026`` or ``2026年9月``; without its year ``Sep`` or ``9月``."""
    if value is None or is_missing(value):
        return MISSING
    if with_year:
        return format_date(value, format="yyyy年M月" if language == "zh" else "MMM yyyy", locale=_LOCALES[language])
    return format_date(value, format="M月" if language == "zh" else "MMM", locale=_LOCALES[language])


def show_months(first: date, last: date, language: str) -> str:
    """A span of months: ``Jan–Sep 2026``, ``Oct 2025–Sep 2026``, ``2026年1–9月``."""
    if (first.year, first.month) == (last.year, last.month):
        return show_month(first, language)
    if language == "zh":
        end = f"{last.month}月" if first.year == last.year else show_month(last, language)
        start = f"{first.year}年{first.month}" if first.year == last.year else show_month(first, language)
        return f"{start}–{end}"
    start = show_month(first, language, with_year=first.year != last.year)
    return f"{start}–{show_month(last, language)}"
