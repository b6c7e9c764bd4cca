"""Text to numbers, dates and booleans. Nothing is guessed a cell at a time: a column is judged as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from insight.intake.cells import fold
from insight.intake.report import Problem

EXCEL_ERRORS = (
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)
NOTHING = ("-", "--", "—", "——", "/", "\\", "n/a", "na", "null", "none", "nil", "无", "\\n", "空")

_SYMBOLS = {
    "CNY": ("¥", "cny", "rmb", "元", "cn¥"),
    "USD": ("$", "usd", "us$"),
    "EUR": ("€", "eur"),
    "GBP": ("£", "gbp"),
    "JPY": ("¥", "jpy", "円"),
    "HKD": ("hk$", "$", "hkd"),
}
_CODE = "(?:CNY|RMB|USD|EUR|GBP|JPY|HKD|TWD|KRW|INR|AUD|CAD|CHF|SGD|THB|VND|IDR|MYR|BRL|MXN|PLN|SEK|NOK|DKK|RUB|ZAR)"
_ANY_SYMBOL = re.compile(rf"^(?:[A-Z]{{0,3}}[$¥€£₹₽₩]|{_CODE}\b)|(?:[$¥€£₹₽₩元円]|\b{_CODE})$", re.IGNORECASE)
_PLAIN = re.compile(r"-?[0-9]{1,28}(?:\.[0-9]+)?")
_POINT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+")
_COMMA = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]*)?|,[0-9]+")
_CONTINENTAL = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
)
_ANGLO = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:,[0-9]{3}){2,}")
# The full-width forms of ASCII, the yen sign and the minus signs; NFKC would also turn 10² into 102.
_WIDE = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {ord(mark): "-" for mark in "−﹣－‐‑–—"}
    | {0xFFE5: "¥", 0x3000: " ", 0xA0: " ", 0x202F: " ", 0xFFE0: "¢", 0xFFE1: "£"}
)

LARGEST = Decimal(10) ** 16


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one column are written. ``is_mixed``: both 1,234.56 and 1.234,56 occur."""

    decimal: str = "."
    currency: str = "CNY"
    is_mixed: bool = False
    is_comma_unclear: bool = False
    example: str = ""


def judge_numbers(texts: Collection[str], decimal: str, currency: str, is_semicolon_file: bool = False) -> NumberStyle:
    """Find the style of a column from all its texts. ``decimal`` is '' when nobody said."""
    if decimal:
        return NumberStyle(decimal, currency)
    marked = [text.translate(_WIDE) for text in texts if "," in text or "，" in text]
    if not marked:
        return NumberStyle(".", currency)
    bare = [re.sub(r"[^0-9.,]", "", text) for text in marked]
    continental = next((text for text, digits in zip(marked, bare, strict=True) if _CONTINENTAL.fullmatch(digits)), "")
    if continental:
        return NumberStyle(".", currency, is_mixed=True, example=continental)
    is_sure = any("." in text for text in texts) or any(_ANGLO.fullmatch(digits) for digits in bare)
    if is_semicolon_file and not is_sure:
        return NumberStyle(".", currency, is_comma_unclear=True, example=marked[0])
    return NumberStyle(".", currency)


def read_number(text: str, style: NumberStyle, allows_percent: bool = False) -> Decimal | Problem | None:
    """The exact number written in ``text``, None when it says 'nothing', or the problem.

    >>> [str(read_number(text, NumberStyle())) for text in ("1,234.56", "(120)", "120-", "￥５", "−3")]
    ['1234.56', '-120', '-120', '5', '-3']
    """
    if not style.is_mixed and style.decimal == "." and _PLAIN.fullmatch(text):
        return _bounded(Decimal(text), text)
    if text.casefold() in NOTHING:
        return None
    if text.upper() in EXCEL_ERRORS:
        return excel_error(text)
    plain = text.translate(_WIDE).strip()
    is_negative = False
    if plain.startswith("(") and plain.endswith(")"):
        is_negative, plain = True, plain[1:-1].strip()
    plain, wrong_currency = _strip_currency(plain, style.currency)
    if wrong_currency:
        return Problem(
            "currency",
            f"{text!r} is not in {style.currency}",
            f'give amounts in {style.currency}, or say [workspace] currency = "EUR" (or what it is) in a mapping',
        )
    if plain.endswith("-"):
        is_negative, plain = not is_negative, plain[:-1].strip()
    elif plain[:1] in "+-" and plain:
        is_negative, plain = is_negative != (plain[0] == "-"), plain[1:].strip()
        plain, _ = _strip_currency(plain, style.currency)
    scale = Decimal(1)
    if plain.endswith("%"):
        if not allows_percent:
            return Problem(
                "number", f"{text!r} is a percentage, not a number of this column", "write the number itself"
            )
        scale, plain = Decimal("0.01"), plain[:-1].strip()
    digits = plain.replace(" ", "") if re.fullmatch(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?", plain) else plain
    if style.is_mixed and re.search("[.,]", digits):
        return Problem(
            "number_format",
            f"two number formats in one column: {text!r} beside {style.example!r}",
            'write all numbers one way, or say decimal = "," or decimal = "." in the mapping',
        )
    if style.is_comma_unclear and "," in digits:
        return Problem(
            "number_format",
            f"{text!r} may be a thousand or a decimal",
            'write 1200, or say [formats] decimal = "." (the comma is for thousands) or decimal = "," in a mapping',
        )
    pattern = _POINT if style.decimal == "." else _COMMA
    if not pattern.fullmatch(digits):
        return _not_a_number(text, digits)
    digits = digits.replace(",", "") if style.decimal == "." else digits.replace(".", "").replace(",", ".")
    number = Decimal(digits or "0") * scale
    return _bounded(-number if is_negative else number, text)


def _bounded(number: Decimal, text: str) -> Decimal | Problem:
    if abs(number) >= LARGEST:
        return Problem("range", f"{text[:60]!r} is out of range", "a number below 10,000,000,000,000,000")
    return number


def _strip_currency(text: str, currency: str) -> tuple[str, bool]:
    """The text without the workspace's currency sign; whether it bears another currency's."""
    folded = text.casefold()
    for symbol in sorted(_SYMBOLS.get(currency, (currency.casefold(),)), key=len, reverse=True):
        if folded.startswith(symbol):
            return text[len(symbol) :].strip(), False
        if folded.endswith(symbol):
            return text[: -len(symbol)].strip(), False
    return text, bool(_ANY_SYMBOL.search(text)) and any(letter.isdigit() for letter in text)


def _not_a_number(text: str, digits: str) -> Problem:
    shown = repr(text[:60])
    if re.fullmatch(r"[0-9.,]+[eE][-+]?[0-9]+", digits):
        return Problem("number", f"{shown} is written with an exponent", "write the number in full")
    if digits.casefold() in ("nan", "inf", "infinity"):
        return Problem("number", f"{shown} is not a number", "leave the cell empty where there is no number")
    if re.fullmatch(r"[0-9.,]+", digits):
        return Problem(
            "number_format",
            f"{shown} is not a number in this column's format",
            'write 1234.56 or 1,234.56; for 1.234,56 say decimal = "," in the mapping',
        )
    return Problem("number", f"{shown} is not a number", "write digits only, such as 1234.56")


def excel_error(text: str) -> Problem:
    """The problem of a cell that shows an Excel error."""
    return Problem("formula_error", f"the cell holds the error {text}", "mend the formula, or leave the cell empty")


def round_half_up(number: Decimal, scale: int) -> Decimal:
    """Round away from zero at the half, as an invoice does.

    >>> [str(round_half_up(Decimal(text), 2)) for text in ("2.345", "-2.345")]
    ['2.35', '-2.35']
    """
    return number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)


# Dates -------------------------------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january", "一月"),
            ("feb", "february", "二月"),
            ("mar", "march", "三月"),
            ("apr", "april", "四月"),
            ("may", "五月"),
            ("jun", "june", "六月"),
            ("jul", "july", "七月"),
            ("aug", "august", "八月"),
            ("sep", "sept", "september", "九月"),
            ("oct", "october", "十月"),
            ("nov", "november", "十一月"),
            ("dec", "december", "十二月"),
        ),
        start=1,
    )
    for name in names
}
_TIME = (
    r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:[AaPp][Mm])?\s*(?:Z|[-+][0-9]{2}:?[0-9]{2}|UTC)?)?"
)
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + _TIME)
_CHINESE = re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]" + _TIME)
_COMPACT = re.compile(r"((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})" + _TIME)
_NAMED = re.compile(r"([0-9]{1,2})[-/ .]+([A-Za-z]{3,9})\.?[-/ ,]+([0-9]{4}|[0-9]{2})" + _TIME)
_NAMED_FIRST = re.compile(r"([A-Za-z]{3,9})\.? +([0-9]{1,2}),? +([0-9]{4})" + _TIME)
_SLASHED = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})" + _TIME)
_SERIAL = re.compile(r"([2-6][0-9]{4})(?:\.[0-9]+)?")
_MONTH_ONLY = re.compile(
    r"(?P<y1>[0-9]{4})[-/.](?P<m1>[0-9]{1,2})|(?P<y2>[0-9]{4})\s*年\s*(?P<m2>[0-9]{1,2})\s*月"
    r"|(?P<y3>(?:19|20|21)[0-9]{2})(?P<m3>0[1-9]|1[0-2])|(?P<n4>[A-Za-z]{3,9})\.?[- /](?P<y4>[0-9]{4}|[0-9]{2})"
)
_ZONED = re.compile(r"[0-9](?:Z|UTC|[-+][0-9]{2}:?[0-9]{2})$")
EARLIEST, LATEST = date(1950, 1, 1), date(2150, 1, 1)


@dataclass(frozen=True)
class DateStyle:
    """How the dates of one column are written: ``order`` is 'dmy', 'mdy', '' (not needed) or '?' (cannot be told)."""

    order: str = ""
    date_format: str = ""
    has_serials: bool = False
    is_month: bool = False
    example: str = ""


def judge_dates(texts: Sequence[str], date_format: str, is_typed: bool, is_month: bool = False) -> DateStyle:
    """Find the style of a column from all its texts.

    Day and month of 03/04/2024 are told by another row of the column with a part over 12. Five-digit numbers are
    Excel's days in a workbook (``is_typed``), elsewhere only where the whole column is written so.
    """
    if date_format:
        return DateStyle(date_format=date_format, is_month=is_month)
    plain = [text.translate(_WIDE).strip() for text in texts]
    has_serials = is_typed or all(_SERIAL.fullmatch(text) for text in plain if text)
    slashed = [(found, text) for text in plain if (found := _SLASHED.fullmatch(text))]
    day_first = next((text for found, text in slashed if int(found[1]) > 12), "")
    month_first = next((text for found, text in slashed if int(found[3]) > 12), "")
    if day_first and month_first:
        return DateStyle("both", "", has_serials, is_month, f"{day_first!r} and {month_first!r}")
    order = "dmy" if day_first else "mdy" if month_first else "?" if slashed else ""
    return DateStyle(order, "", has_serials, is_month)


def read_date(text: str, style: DateStyle) -> date | Problem | None:
    """The day written in ``text``, None when it says 'nothing', or the problem.

    >>> [str(read_date(text, DateStyle())) for text in ("2024年3月5日", "5-Mar-24", "20240305", "2024/3/5")]
    ['2024-03-05', '2024-03-05', '2024-03-05', '2024-03-05']
    """
    if text.casefold() in NOTHING:
        return None
    if text.upper() in EXCEL_ERRORS:
        return excel_error(text)
    plain = text.translate(_WIDE).strip()
    day = _read_by_format(plain, style) if style.date_format else _read_by_shape(plain, style)
    if isinstance(day, date) and not EARLIEST <= day < LATEST:
        return Problem(
            "date_range", f"{text!r} is the day {day.isoformat()}", f"a day from {EARLIEST} to before {LATEST}"
        )
    if isinstance(day, date) and style.is_month:
        return day.replace(day=1)
    return day


def _read_by_format(plain: str, style: DateStyle) -> date | Problem:
    for text in (plain, plain.split(" ")[0], plain.split("T")[0]):
        try:
            return datetime.strptime(text, style.date_format).date()
        except ValueError:
            continue
    iso = _ISO.fullmatch(plain)  # a typed date cell of a workbook among texts of the named format
    if iso and not style.date_format.startswith("%Y-%d"):
        return _make(plain, int(iso[1]), int(iso[3]), int(iso[4]))
    return Problem(
        "date",
        f"{plain!r} is not a date in the format {style.date_format!r}",
        "write it in that format, or change date_format; lines whose day nobody knows: leave them out with where",
    )


def _read_by_shape(plain: str, style: DateStyle) -> date | Problem:
    if found := _ISO.fullmatch(plain):
        return _make(plain, int(found[1]), int(found[3]), int(found[4]))
    if found := _CHINESE.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _make(plain, int(found[1]), int(found[2]), int(found[3]))
    if (found := _NAMED.fullmatch(plain)) and found[2].casefold() in _MONTHS:
        return _make(plain, _full_year(found[3]), _MONTHS[found[2].casefold()], int(found[1]))
    if (found := _NAMED_FIRST.fullmatch(plain)) and found[1].casefold() in _MONTHS:
        return _make(plain, int(found[3]), _MONTHS[found[1].casefold()], int(found[2]))
    if found := _SLASHED.fullmatch(plain):
        return _read_slashed(plain, found, style)
    if (found := _SERIAL.fullmatch(plain)) and style.has_serials:
        return date(1899, 12, 30) + timedelta(days=int(found[1]))
    if found := _MONTH_ONLY.fullmatch(plain):
        if style.is_month:
            return _make_month(plain, found)
        return Problem(
            "date",
            f"{plain!r} is a month, a day is needed",
            'write the day, or say date_format = "%Y-%m" in the mapping for the first of the month',
        )
    return Problem(
        "date", f"{plain[:60]!r} is not a date", "write 2024-03-05; for another format say date_format in the mapping"
    )


def _read_slashed(plain: str, found: re.Match[str], style: DateStyle) -> date | Problem:
    first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
    if style.order == "dmy":
        return _make(plain, year, second, first)
    if style.order == "mdy":
        return _make(plain, year, first, second)
    mark = found[2]
    year_code = "%Y" if len(found[4]) == 4 else "%y"
    day_first, month_first = f"%d{mark}%m{mark}{year_code}", f"%m{mark}%d{mark}{year_code}"
    choice = f'write 2024-03-05, or say date_format = "{day_first}" (day first) or "{month_first}" in a mapping'
    if style.order == "both":
        return Problem(
            "date_order",
            f"{plain!r}: the column holds both orders, as {style.example}",
            "write all dates as 2024-03-05",
        )
    return Problem("date_order", f"{plain!r} may be day/month or month/day; no row of the column tells", choice)


def _make(plain: str, year: int, month: int, day: int) -> date | Problem:
    try:
        return date(year, month, day)
    except ValueError:
        return Problem("date", f"{plain!r} is no day of the calendar", "write a day that exists, such as 2024-02-29")


def _make_month(plain: str, found: re.Match[str]) -> date | Problem:
    year = next(found[name] for name in ("y1", "y2", "y3", "y4") if found[name])
    month = next((int(found[name]) for name in ("m1", "m2", "m3") if found[name]), 0)
    return _make(plain, _full_year(year), month or _MONTHS.get((found["n4"] or "").casefold(), 0), 1)


def _full_year(text: str) -> int:
    """Two digits are read as Python and Excel do: 69 to 99 are the 1900s."""
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 69 else 2000)


def has_zone(text: str) -> bool:
    """Whether a date-time names a time zone."""
    return ":" in text and bool(_ZONED.search(text))


def read_month(text: str) -> int | None:
    """The number of a month written as a number, an English or a Chinese name, or with a letter before it (M07).

    >>> [read_month(text) for text in ("November", "3", "09月", "十一月", "M07", "Smarch")]
    [11, 3, 9, 11, 7, None]
    """
    plain = fold(text).rstrip(".")
    if plain in _MONTHS:
        return _MONTHS[plain]
    found = re.fullmatch(r"(?:m|month)?[ _-]?([0-9]{1,2})(?:\.0+)?\s*月?(?:份)?", plain)
    if found and 1 <= int(found[1]) <= 12:
        return int(found[1])
    return _MONTHS.get(plain.removesuffix("份"))


# Booleans ----------------------------------------------------------------------------------------------------------

_TRUE = frozenset({"true", "t", "yes", "y", "1", "是", "有", "√", "✓", "1.0", "对"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "否", "×", "✗", "0.0", "错"})


def read_boolean(text: str) -> bool | Problem | None:
    """True or False as people write it, None when it says 'nothing', or the problem."""
    plain = fold(text)
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    if plain in NOTHING:
        return None
    if text.upper() in EXCEL_ERRORS:
        return excel_error(text)
    return Problem("boolean", f"{text[:60]!r} is neither yes nor no", "write TRUE or FALSE (yes, no, 是, 否, 1, 0)")
