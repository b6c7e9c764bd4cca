"""How customers come and go: asks the staged data, has every month of every customer judged, writes it down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from insight.analysis.life.reports import Whole, find_known, find_partial, measure_reports
from insight.analysis.life.states import (
    CLOSED,
    DORMANT,
    HALF,
    LOST,
    NOBODY,
    STATES,
    UNREPORTED,
    YEAR,
    History,
    Life,
    judge_months,
)
from insight.analysis.rhythm import measure_last_orders
from insight.filters import add_months
from insight.warehouse import Builder, Written

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Months:
    """The months judged: their first days, and the last day of each that is looked at."""

    firsts: tuple[date, ...]
    ends: tuple[date, ...]
    whole_count: int

    def find(self, day: pa.ChunkedArray) -> Whole:
        """The place of the month that each day lies in."""
        first = self.firsts[0]
        year, month = (_to_numpy(part(day)) for part in (pc.year, pc.month))
        return (year - first.year) * 12 + month - first.month


@dataclass(frozen=True)
class Books:
    """What is known, as answers of ``queries/life``: order and report days, who sold to whom, openings, long holidays."""

    order_days: pa.Table
    report_days: pa.Table
    links: pa.Table
    opened: pa.Table
    holidays: pa.Table


def write_life(builder: Builder, report: Callable[[str], None] = lambda _: None) -> list[Written]:
    """Judge every customer at the end of every month and write it as a derived relation."""
    (span,) = builder.ask("life/span").to_pylist()
    if span["first_month"] is None:
        return []
    report("judging who comes and goes")
    books = Books(
        *(builder.ask(f"life/{name}") for name in ("order_days", "report_days", "links", "opened", "holidays"))
    )
    if not books.order_days.num_rows:  # returns only
        return []
    return [builder.write_derived("life_months", judge_customers(books, list_months(span), span["first_on"]))]


def judge_customers(books: Books, months: Months, first_on: date) -> pa.Table:
    """The rows of ``derived/life_months``; ``first_on`` is the first day of the data."""
    ids = pc.unique(books.order_days["terminal_id"])
    cents = _sum_cents(books.links, ids, months)
    history = _gather(books, ids, cents / 100.0, months, first_on)
    return _tabulate(history, judge_months(history), cents, ids, months)


def list_months(span: dict[str, date]) -> Months:
    """Every month from the first with sales to the one the data end in."""
    firsts = [span["first_month"]]
    while firsts[-1] < span["data_month"]:
        firsts.append(add_months(firsts[-1], 1))
    ends = [min(add_months(first, 1) - timedelta(days=1), span["data_through_on"]) for first in firsts]
    return Months(tuple(firsts), tuple(ends), sum(first <= span["whole_month"] for first in firsts))


def _gather(books: Books, ids: pa.Array, sales: NDArray[np.float64], months: Months, first_on: date) -> History:
    customers, starts, ends = len(ids), _list_days(months.firsts), _list_days(months.ends)
    customer, day = _place(books.order_days["terminal_id"], ids), _to_numpy(books.order_days["ordered_on"])
    orders = measure_last_orders(customer, day, customers, ends)
    last_month = np.where(orders.last_on >= 0, np.searchsorted(ends, orders.last_on), -1)

    sellers = pc.unique(books.report_days["seller_id"])
    seller, reported = _place(books.report_days["seller_id"], sellers), _to_numpy(books.report_days["reported_on"])
    has_ended = np.zeros(len(sellers), dtype=bool)
    has_ended[seller] = books.report_days["has_ended"].to_numpy()
    reports = measure_reports(seller, reported, len(sellers), starts, ends, has_ended)

    sold = books.links.filter(books.links["is_sale"])
    buyer, vendor = _place(sold["terminal_id"], ids), _place(sold["seller_id"], sellers)
    # who only ever sent back what it bought on the same day is no customer
    is_known = buyer >= 0
    buyer, vendor, month = buyer[is_known], vendor[is_known], months.find(sold["sales_month"])[is_known]
    links = (buyer, vendor, month)
    lengths = np.array([(add_months(first, 1) - first).days for first in months.firsts])
    is_partial = find_partial(links, len(sellers), (ends - starts + 1) / lengths) & ~has_ended[:, None]
    reports = replace(reports, is_late=reports.is_late | is_partial)
    known_on, owed = find_known(links, reports, last_month, ends)

    first = day[np.searchsorted(customer, np.arange(customers))]
    opened, closed = (_read_days(books.opened, column, ids) for column in ("opened_on", "closed_on"))
    # data from before a first order say that there was none: those of whoever sold it
    seen_from = np.full(customers, _to_day(first_on), dtype=np.int64)
    begins = reported[np.searchsorted(seller, np.arange(len(sellers)))]
    is_first = month == np.searchsorted(ends, first)[buyer]
    np.maximum.at(seen_from, buyer[is_first], begins[vendor[is_first]])
    return History(
        orders,
        last_month,
        sales,
        known_on,
        owed,
        first,
        (first - seen_from >= HALF) | ((opened >= 0) & (first - opened < YEAR)),
        closed,
        starts,
        ends,
        months.whole_count,
        _to_numpy(books.holidays["day_on"]),
    )


def _sum_cents(links: pa.Table, ids: pa.Array, months: Months) -> Whole:
    """[customers x months] pure sales to the cent."""
    cents = np.zeros((len(ids), len(months.firsts)), dtype=np.int64)
    buyer, month = _place(links["terminal_id"], ids), months.find(links["sales_month"])
    amount = pc.multiply(links["sales_amount"].cast(pa.decimal128(18, 2)), pa.scalar(Decimal(100))).cast(pa.int64())
    np.add.at(cents, (buyer[buyer >= 0], month[buyer >= 0]), _to_numpy(amount)[buyer >= 0])
    return cents


def _read_days(opened: pa.Table, column: str, ids: pa.Array) -> Whole:
    place = _place(opened["terminal_id"], ids)
    days = np.full(len(ids), -1, dtype=np.int64)
    days[place[place >= 0]] = _to_numpy(opened[column].cast(pa.int32()).fill_null(-1))[place >= 0]
    return days


def _tabulate(history: History, life: Life, cents: Whole, ids: pa.Array, months: Months) -> pa.Table:
    """Rows month by month, customers in the order of their ids."""
    month, customer = np.nonzero(life.state.T != NOBODY)
    at = (customer, month)
    state = life.state[at]
    earlier = np.where(month > 0, life.state[customer, np.maximum(month - 1, 0)], NOBODY)
    total = np.concatenate([np.zeros((len(cents), 1), np.int64), np.cumsum(cents, axis=1)], axis=1)
    is_silent = np.isin(state, (DORMANT, LOST, UNREPORTED, CLOSED))
    until = np.where(is_silent, history.last_month[at], month) + 1
    stake = total[customer, until] - total[customer, np.maximum(until - 12, 0)]
    orders = history.orders
    has_rhythm = orders.has_rhythm[at]
    firsts, names = pa.array(months.firsts, pa.date32()), pa.array(STATES)
    return pa.table(
        {
            "life_month": firsts.take(pa.array(month)),
            "terminal_id": ids.take(pa.array(customer)),
            "state": names.take(pa.array(state)),
            "earlier_state": names.take(pa.array(earlier, mask=earlier == NOBODY)),
            "since_month": firsts.take(pa.array(life.since[at])),
            "stake_amount": pc.multiply(pa.array(stake).cast(pa.decimal128(19, 0)), pa.scalar(Decimal("0.01"))),
            "first_order_on": pa.array(history.first_on[customer].astype(np.int32)).cast(pa.date32()),
            "is_first_known": pa.array(history.is_first_known[customer]),
            "last_order_on": pa.array(orders.last_on[at].astype(np.int32)).cast(pa.date32()),
            "order_day_count": pa.array(orders.order_count[at]),
            "usual_days": pa.array(orders.usual[at], mask=~has_rhythm),
            "limit_days": pa.array(orders.limit[at], mask=~has_rhythm),
            "is_buying": pa.array(life.is_buying[at]),
            "is_owed": pa.array(history.owed[at]),
            "change_rate": pa.array(life.change[at], mask=~np.isfinite(life.change[at])),
        }
    )


def _place(values: pa.ChunkedArray, known: pa.Array) -> Whole:
    """Where each value stands among those known; -1 where it does not."""
    return _to_numpy(pc.index_in(values, value_set=known).fill_null(-1))


def _to_numpy(values: pa.ChunkedArray | pa.Array) -> Whole:
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    found: Whole = values.to_numpy(zero_copy_only=False) if isinstance(values, pa.Array) else values.to_numpy()
    return found.astype(np.int64)


def _list_days(days: tuple[date, ...]) -> Whole:
    return np.array([_to_day(day) for day in days], dtype=np.int64)


def _to_day(day: date) -> int:
    return (day - _EPOCH).days
