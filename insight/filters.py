"""The reader's filters as one value, the windows of time they mean, and how both are read from a link.

All months are first days. A window is half open. Where the data end inside a month, the comparison window's
last month is cut at the same day, so that a part is never compared with a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PERIODS = ("ytd", "qtd", "mtd", "last_month", "last_quarter", "r12", "last_year", "all", "custom")
COMPARISONS = ("ly", "pp", "plan")


@dataclass(frozen=True)
class Filters:
    """What the reader chose. Empty tuples mean all; ids, never names."""

    period: str = "ytd"
    first_month: date | None = None  # with 'custom' only
    last_month: date | None = None  # with 'custom' only, included
    compare: str = "ly"
    territories: tuple[str, ...] = ()
    manufacturers: tuple[str, ...] = ()
    product_lines: tuple[str, ...] = ()
    distributors: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the time is filtered."""
        return bool(self.territories or self.manufacturers or self.product_lines or self.distributors)


@dataclass(frozen=True)
class Coverage:
    """The time the data cover: the first month, the month and day they end on, and whether that month is complete."""

    first_month: date
    data_month: date
    data_through_on: date
    is_month_complete: bool


@dataclass(frozen=True)
class Window:
    """The months looked at and the months compared with, half open; ``base_cut_month`` is the one to cut at the day."""

    period_start: date
    period_end: date
    base_start: date
    base_end: date
    base_cut_month: date | None
    is_partial: bool
    has_base: bool

    @property
    def last_month(self) -> date:
        """The last month looked at."""
        return add_months(self.period_end, -1)

    @property
    def base_last_month(self) -> date:
        """The last month compared with."""
        return add_months(self.base_end, -1)

    @property
    def month_count(self) -> int:
        """Months looked at."""
        return count_months(self.period_start, self.period_end)


def add_months(month: date, count: int) -> date:
    """The first day of the month ``count`` months later (or earlier)."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def count_months(start: date, end: date) -> int:
    """Months from ``start`` to ``end``, both first days."""
    return (end.year - start.year) * 12 + end.month - start.month


def find_window(filters: Filters, coverage: Coverage) -> Window:
    """The window the filters mean on these data; months beyond the data are left out of it."""
    last = coverage.data_month
    quarter = date(last.year, (last.month - 1) // 3 * 3 + 1, 1)
    spans = {
        "ytd": (date(last.year, 1, 1), last),
        "qtd": (quarter, last),
        "mtd": (last, last),
        "last_month": (add_months(last, -1), add_months(last, -1)),
        "last_quarter": (add_months(quarter, -3), add_months(quarter, -1)),
        "r12": (add_months(last, -11), last),
        "last_year": (date(last.year - 1, 1, 1), date(last.year - 1, 12, 1)),
        "all": (coverage.first_month, last),
        "custom": (filters.first_month or date(last.year, 1, 1), filters.last_month or last),
    }
    first, final = spans[filters.period]
    first = max(min(first, last), coverage.first_month)
    final = max(min(final, last), first)
    end = add_months(final, 1)
    shift = count_months(first, end) if filters.compare == "pp" else 12
    is_partial = final == last and not coverage.is_month_complete
    base_start, base_end = add_months(first, -shift), add_months(end, -shift)
    return Window(
        period_start=first,
        period_end=end,
        base_start=base_start,
        base_end=base_end,
        base_cut_month=add_months(base_end, -1) if is_partial else None,
        is_partial=is_partial,
        # a base that begins before the data would make everything look like growth
        has_base=base_start >= coverage.first_month,
    )


def make_parameters(filters: Filters, window: Window) -> dict[str, object]:
    """The filters as the parameters that questions bind by name."""
    return {
        "period_start": window.period_start,
        "period_end": window.period_end,
        "base_start": window.base_start,
        "base_end": window.base_end,
        "base_cut_month": window.base_cut_month,
        "territories": list(filters.territories),
        "manufacturers": list(filters.manufacturers),
        "product_lines": list(filters.product_lines),
        "distributors": list(filters.distributors),
    }


def read_month(text: str) -> date:
    """A month from a link: '2026-09'. Raises ValueError saying what was expected."""
    try:
        year, month = text.split("-")
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a month; write it as 2026-09") from error
