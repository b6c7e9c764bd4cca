"""The pages' numbers computed a second time, with plain pandas from the company's own tables: no SQL, no mart, no macro.

Money is counted in whole cents and quantity in thousandths, so sums are exact integers; an answer must equal them to the
cent, and a ratio to twelve digits. The companies are the demo and, where the public files lie beside the repository, two
that nobody here made. The truths planted in the demo are then read back through the questions of the pages.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from insight.access import EVERYTHING, Scope
from insight.company import Company
from insight.demo import make_company
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.intake import read_company
from insight.publish import publish
from insight.store import open_current
from insight.warehouse import Warehouse, ask, close_warehouse
from published import ask_frame, open_published

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "real"
SHIPPED = ("pharma_foresight", "adventureworks_reseller_targets")


# --- a company's tables as plain numbers -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Books:
    """A company, its published twin, and what is known of its calendar by hand."""

    name: str
    company: Company
    warehouse: Warehouse
    through: date
    elapsed: int  # working days gone by in the last month, of …
    working: int
    is_complete: bool
    truths: dict[str, Any] = field(default_factory=dict)
    read: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str, *columns: str) -> pd.DataFrame:
        """A table of the company with the columns asked for; no rows where it was not loaded, None where no column."""
        if name not in self.read:
            table = self.company.tables.get(name)
            rows = 0 if table is None else table.num_rows
            found = {
                column: [None] * rows
                if table is None or column not in table.column_names
                else table[column].to_pylist()
                for column in columns
            }
            self.read[name] = pd.DataFrame(found, dtype=object)
        frame = self.read[name]
        assert set(columns) <= set(frame.columns), f"{name} was read with other columns"
        return frame

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """The territory above each territory."""
        frame = self.table("territories", "territory_id", "parent_id")
        return dict(zip(frame["territory_id"], frame["parent_id"].where(frame["parent_id"].notna(), None), strict=True))

    def above(self, territory: str | None) -> list[str]:
        """The territory and all above it, itself first; none for what is in no known territory."""
        found: list[str] = []
        while territory in self.parents:
            found.append(territory)
            territory = self.parents[territory]
        return found

    @cached_property
    def products(self) -> pd.DataFrame:
        columns = ("product_id", "manufacturer_id", "product_line", "unit", "distributor_price_amount")
        return self.table("products", *columns).set_index("product_id")

    @cached_property
    def terminals(self) -> pd.DataFrame:
        columns = ("terminal_id", "territory_id", "type", "level", "is_target", "opened_on", "closed_on")
        return self.table("terminals", *columns).set_index("terminal_id")

    @property
    def distributors(self) -> pd.DataFrame:
        return self.table("distributors", "distributor_id", "territory_id")

    @property
    def reps(self) -> pd.DataFrame:
        return self.table("reps", "rep_id", "manager_id", "territory_id")

    @cached_property
    def makers(self) -> set[str]:
        return set(self.table("manufacturers", "manufacturer_id")["manufacturer_id"])

    @cached_property
    def sellers(self) -> set[str]:
        return set(self.distributors["distributor_id"])

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Every line: day, month as a running number, stage, parties, cents, thousandths, maker, line, place."""
        table = self.company.tables["flows"]
        frame = pd.DataFrame(
            {column: table[column].to_pandas() for column in ("seller_id", "buyer_id", "product_id")}, dtype=object
        )
        days = table["occurred_on"].cast(pa.date32()).to_numpy().astype("datetime64[D]")
        frame["day"] = days
        frame["month"] = days.astype("datetime64[M]").astype(int)
        frame["cents"] = whole(table["amount"], 100)
        frame["thousandths"] = whole(table["quantity"], 1000)
        from_maker = frame["seller_id"].isin(self.makers)
        from_distributor = frame["seller_id"].isin(self.sellers)
        to_distributor = frame["buyer_id"].isin(self.sellers)
        to_terminal = frame["buyer_id"].isin(self.terminals.index)
        frame["stage"] = np.select(
            [
                from_maker & to_distributor,
                from_distributor & to_distributor,
                (from_maker | from_distributor) & to_terminal,
            ],
            ["sell_in", "transfer", "pure_sales"],
            "unclassified",
        )
        frame["maker"] = (
            frame["product_id"].map(self.products["manufacturer_id"]).fillna(frame["seller_id"].where(from_maker))
        )
        frame["line"] = frame["product_id"].map(self.products["product_line"])
        homes = self.distributors.set_index("distributor_id")["territory_id"]
        frame["place"] = frame["buyer_id"].map(self.terminals["territory_id"]).fillna(frame["buyer_id"].map(homes))
        return frame

    @cached_property
    def sales(self) -> pd.DataFrame:
        """The lines of pure sales; ids are categories, which only makes the sums faster."""
        sold = self.flows[self.flows["stage"] == "pure_sales"].rename(
            columns={"seller_id": "seller", "buyer_id": "buyer"}
        )
        ids = ["seller", "buyer", "product_id", "maker", "line", "place"]
        return sold[["day", "month", *ids, "cents", "thousandths"]].astype(dict.fromkeys(ids, "category"))

    @cached_property
    def top_level(self) -> int:
        """How many steps below the top the regions lie: one where the tree has a single top with something below."""
        tops = [name for name, above in self.parents.items() if above not in self.parents]
        return 1 if len(tops) == 1 and len(self.parents) > 1 else 0

    def at_level(self, territory: str | None, below: int) -> str | None:
        """The region (0) or province (1) of a territory."""
        way = self.above(territory)[::-1]
        return way[self.top_level + below] if len(way) > self.top_level + below else None

    @cached_property
    def coverage(self) -> Coverage:
        first = self.flows["day"].min().date().replace(day=1)
        return Coverage(first, self.through.replace(day=1), self.through, self.is_complete)

    def parameters(self, filters: Filters) -> dict[str, object]:
        return make_parameters(filters, find_window(filters, self.coverage))

    def ask(self, name: str, filters: Filters, **more: object) -> pd.DataFrame:
        return ask_frame(self.warehouse, name, **{**self.parameters(filters), **more})


def whole(column: Any, scale: int) -> np.ndarray:
    """Decimals as integers of their smallest unit."""
    values = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))
    return np.rint(values * scale).astype(np.int64)


def money(cents: Any) -> Decimal:
    """Whole cents as the answer shows them."""
    return Decimal(int(cents)).scaleb(-2)


def number(month: Any) -> int:
    """A month as a running number since 1970."""
    day = pd.Timestamp(month)
    return (day.year - 1970) * 12 + day.month - 1


@pytest.fixture(scope="session")
def books_of(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The books of a company by name, made once; skips where its files are not here."""
    made: dict[str, Books] = {}

    def make(name: str) -> Books:
        if name in made:
            return made[name]
        if name == "demo":
            company, truths = make_company()
            # 2026-09-16 is the 12th of 22 working days: that September loses the 25th and wins the 20th
            made[name] = Books(
                name, company, open_published(open_current(demo_store)), date(2026, 9, 16), 12, 22, False, truths
            )
        else:
            if not (REAL / name).is_dir():
                pytest.skip(f"the public files of {name} are not beside this repository")
            company = read_company([REAL / name], ROOT / "data" / "mappings" / f"{name}.toml", lambda _: None).company
            assert company is not None
            through = date(2020, 12, 31) if name == "pharma_foresight" else date(2020, 5, 31)
            snapshot = publish(company, tmp_path_factory.mktemp(name))
            made[name] = Books(name, company, open_published(snapshot), through, 1, 1, True)
        return made[name]

    yield make
    for books in made.values():
        close_warehouse(books.warehouse)


def filters_of(books: Books) -> dict[str, Filters]:
    """Filters worth trying on a company, each named."""
    if books.name == "demo":
        return {
            "everything": Filters(),
            "a province": Filters(territories=("JS",), period="r12"),
            "a region, a part of it and a place elsewhere": Filters(
                territories=("EAST", "JS", "GD"), period="last_quarter", compare="pp"
            ),
            "a line": Filters(product_lines=("coagulation",), period="mtd", compare="pp"),
            "a maker of parts of lines": Filters(manufacturers=("M01",)),
            "every maker": Filters(manufacturers=("M03", "M02", "M01"), period="last_year"),
            "two distributors and a line": Filters(distributors=("D0040", "D0004"), product_lines=("biochemistry",)),
            "a province of a distributor": Filters(territories=("SD",), distributors=("D0040",), period="r12"),
            "all at once": Filters(
                territories=("SOUTH",), manufacturers=("M01",), product_lines=("coagulation",), period="custom",
                first_month=date(2026, 2, 1), last_month=date(2026, 4, 1),
            ),
            "all the time there is": Filters(period="all"),
        }  # fmt: skip
    if books.name == "pharma_foresight":
        country = next(name for name, parent in books.parents.items() if parent is None)
        return {
            "everything": Filters(),
            "a country": Filters(territories=(country,), period="last_quarter", compare="pp"),
            "a class": Filters(product_lines=("Antiseptics",), period="r12"),
            "a distributor": Filters(distributors=(max(sorted(books.sellers)),), period="last_year"),
        }
    return {
        "everything": Filters(),
        "a group": Filters(territories=(next(name for name, above in books.parents.items() if above is None),), period="r12"),
        "a category": Filters(product_lines=("Bikes",), period="last_quarter", compare="pp"),
        "the only maker": Filters(manufacturers=("AW",), period="last_year"),
    }  # fmt: skip


CASES = [
    *(("demo", case) for case in (
        "everything", "a province", "a region, a part of it and a place elsewhere", "a line", "a maker of parts of lines",
        "every maker", "two distributors and a line", "a province of a distributor", "all at once", "all the time there is",
    )),
    *(("pharma_foresight", case) for case in ("everything", "a country", "a class", "a distributor")),
    *(("adventureworks_reseller_targets", case) for case in ("everything", "a group", "a category", "the only maker")),
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Slice:
    """What the filters of one case mean on one company, worked out from the tables."""

    books: Books
    filters: Filters
    start: int  # months as running numbers, half open
    end: int
    base_start: int
    base_end: int
    cut_day: int | None  # the day at which the base's last month is cut

    def keep(self, frame: pd.DataFrame, *, distributor: bool = True) -> pd.DataFrame:
        """The lines under the filters, of any time."""
        kept = np.ones(len(frame), dtype=bool)
        chosen = self.filters
        if chosen.territories:
            inside = [name for name in self.books.parents if set(self.books.above(name)) & set(chosen.territories)]
            kept &= frame["place"].isin(inside).to_numpy()
        if chosen.manufacturers:
            kept &= frame["maker"].isin(chosen.manufacturers).to_numpy()
        if chosen.product_lines:
            kept &= frame["line"].isin(chosen.product_lines).to_numpy()
        if chosen.distributors and distributor:
            kept &= (frame["seller"].isin(chosen.distributors) & frame["seller"].isin(self.books.sellers)).to_numpy()
        return frame[kept]

    def now(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[(frame["month"] >= self.start) & (frame["month"] < self.end)]

    def before(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The lines of the comparison, its last month only up to the day the data end on."""
        found = frame[(frame["month"] >= self.base_start) & (frame["month"] < self.base_end)]
        if self.cut_day is None:
            return found
        days = found["day"].dt.day
        return found[(found["month"] < self.base_end - 1) | (days <= self.cut_day)]

    @cached_property
    def sales(self) -> pd.DataFrame:
        return self.keep(self.books.sales)

    @cached_property
    def current(self) -> pd.DataFrame:
        return self.now(self.sales)

    @cached_property
    def base(self) -> pd.DataFrame:
        return self.before(self.sales)

    @cached_property
    def everybody(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The lines of both windows under the filters but for the distributors': what the network is compared with."""
        lines = self.keep(self.books.sales, distributor=False)
        return self.now(lines), self.before(lines)

    @cached_property
    def sources(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Each terminal's largest seller, in both windows."""
        now, was = self.everybody
        return sources_of(now), sources_of(was)

    @cached_property
    def last_day(self) -> date:
        """The last day looked at."""
        end = date(1970 + self.end // 12, self.end % 12 + 1, 1) - timedelta(days=1)
        return min(end, self.books.through)

    @cached_property
    def topmost(self) -> list[str]:
        chosen = self.filters.territories
        return [name for name in chosen if not set(self.books.above(name)[1:]) & set(chosen)]

    @cached_property
    def units(self) -> list[str]:
        """The territories compared."""
        books, chosen = self.books, self.filters.territories
        if not chosen:
            return [name for name in books.parents if books.at_level(name, 0) == name]
        if len(chosen) == 1:
            parts = [name for name, above in books.parents.items() if above == chosen[0]]
            return parts or list(chosen)
        return self.topmost

    def unit_of(self, places: pd.Series) -> pd.Series:
        """The compared territory each place lies in; the empty text for none."""
        wanted = set(self.units)
        known = [
            next((name for name in self.books.above(place) if name in wanted), "") for place in places.cat.categories
        ]
        # the code of an empty place is −1: the last of the list
        return pd.Series(np.array([*known, ""], dtype=object)[places.cat.codes], index=places.index)

    @cached_property
    def lines(self) -> list[str]:
        """The lines whose targets the filters mean; '' for all lines together; none where a line is chosen in part."""
        chosen, products = self.filters, self.books.products
        kept = np.ones(len(products), dtype=bool)
        if chosen.manufacturers:
            kept &= products["manufacturer_id"].isin(chosen.manufacturers).to_numpy()
        if chosen.product_lines:
            kept &= products["product_line"].isin(chosen.product_lines).to_numpy()
        if kept.all():
            return [""]
        touched = products["product_line"][kept]
        left_out = set(products["product_line"][~kept])
        return [] if touched.isna().any() or left_out & set(touched) else sorted(set(touched))


@cache
def slice_of(books: Books, case: str) -> Slice:
    """The window of a case, by months counted from 1970 and not by the program's own calendar."""
    filters = filters_of(books)[case]
    last = number(books.through)
    first_month = number(books.coverage.first_month)
    january, quarter = last - last % 12, last - last % 3
    spans = {
        "ytd": (january, last + 1),
        "mtd": (last, last + 1),
        "last_quarter": (quarter - 3, quarter),
        "r12": (last - 11, last + 1),
        "last_year": (january - 12, january),
        "all": (first_month, last + 1),
    }
    if filters.period == "custom":
        assert filters.first_month and filters.last_month
        start, end = number(filters.first_month), number(filters.last_month) + 1
    else:
        start, end = spans[filters.period]
    shift = end - start if filters.compare == "pp" else 12
    is_partial = end == last + 1 and not books.is_complete
    return Slice(books, filters, start, end, start - shift, end - shift, books.through.day if is_partial else None)


@pytest.fixture(params=CASES, ids=[f"{name}: {case}" for name, case in CASES])
def part(request: pytest.FixtureRequest, books_of: Any) -> Slice:
    name, case = request.param
    return slice_of(books_of(name), case)


# --- the plan, from the targets --------------------------------------------------------------------------------------


class Plan:
    """Targets of pure sales in cents by territory, line and month, worked out by walking the tree."""

    def __init__(self, books: Books) -> None:
        self.books = books
        columns = ("month", "holder_kind", "holder_id", "product_line", "measure", "target_amount", "version")
        latest: dict[tuple[str, str, str, int], tuple[int, int]] = {}
        for month, kind, holder, line, measure, amount, version in books.table("targets", *columns).itertuples(
            index=False
        ):
            if (measure or "pure_sales") != "pure_sales":
                continue
            key, rank = (kind, holder, line or "", number(month)), version or 1
            if key not in latest or rank > latest[key][0]:
                latest[key] = (rank, int(amount * 100))
        held = {key: cents for key, (_, cents) in latest.items()}
        for kind, holder, line, month in list(held):
            if line and (kind, holder, "", month) not in latest:
                held[kind, holder, "", month] = held.get((kind, holder, "", month), 0) + held[kind, holder, line, month]
        self.held = held
        kinds = {kind for kind, *_ in held}
        self.carrier = next((kind for kind in ("territory", "rep", "distributor", "terminal") if kind in kinds), None)
        self.own: dict[tuple[str, str, int], int] = {}
        homes = self._homes()
        for (kind, holder, line, month), cents in held.items():
            if kind == self.carrier and not self._is_roll_up(kind, holder, month):
                home = homes.get(holder)
                key2 = (home if home in books.parents else "", line, month)
                self.own[key2] = self.own.get(key2, 0) + cents
        self.parts: dict[str, list[str]] = {}
        for name, above in books.parents.items():
            self.parts.setdefault(above if above in books.parents else "", []).append(name)
        self.months = sorted({month for *_, month in held})
        self.known: dict[tuple[str, str, int], int | None] = {}

    def _homes(self) -> dict[str, str]:
        if self.carrier in ("territory", None):
            return {name: name for name in self.books.parents}
        if self.carrier == "terminal":
            return dict(self.books.terminals["territory_id"])
        frame = self.books.distributors if self.carrier == "distributor" else self.books.reps
        return dict(zip(frame[f"{self.carrier}_id"], frame["territory_id"], strict=True)) if len(frame) else {}

    @cached_property
    def _people(self) -> dict[str, list[str]]:
        frame = self.books.reps
        found: dict[str, list[str]] = {}
        for rep, manager in zip(frame["rep_id"], frame["manager_id"], strict=True):
            if not is_empty(manager):
                found.setdefault(manager, []).append(rep)
        return found

    def _is_roll_up(self, kind: str, holder: str, month: int) -> bool:
        """Whether anybody below this manager has a target in the month."""
        if kind != "rep":
            return False
        below = list(self._people.get(holder, []))
        for rep in below:
            below += self._people.get(rep, [])
        return any(("rep", rep, "", month) in self.held for rep in below)

    def of(self, territory: str, line: str, month: int) -> int | None:
        """A territory's own target, else the sum of its parts; None where nobody below has one."""
        key = (territory, line, month)
        if key not in self.known:
            own = self.own.get(key)
            if own is not None and self.carrier == "territory":
                self.known[key] = own
            else:
                parts = [self.of(name, line, month) for name in self.parts.get(territory, [])]
                given = [cents for cents in (own, *parts) if cents is not None]
                self.known[key] = sum(given) if given else None
        return self.known[key]

    def due(self, cents: int, month: int) -> int:
        """The part of a month's target due by the last day of data, to the cent."""
        books, last = self.books, number(self.books.through)
        if month != last or books.is_complete:
            return cents if month <= last else 0
        share = Decimal(cents) * books.elapsed / books.working
        return int(share.quantize(Decimal(1), ROUND_HALF_UP))

    def total(self, places: list[str], lines: list[str], month: int) -> tuple[int, int] | None:
        """Target and target due of several territories and lines; None without any."""
        given = [cents for place in places for line in lines if (cents := self.of(place, line, month)) is not None]
        return (sum(given), sum(self.due(cents, month) for cents in given)) if given else None

    def whole(self, part: Slice, month: int) -> tuple[int, int] | None:
        """The plan of everything under the filters."""
        chosen = part.filters
        if not chosen.distributors:
            return self.total(part.topmost or [""], part.lines, month)
        if chosen.territories:
            return None
        given = [
            cents
            for holder in chosen.distributors
            for line in part.lines
            if (cents := self.held.get(("distributor", holder, line, month))) is not None
        ]
        return (sum(given), sum(self.due(cents, month) for cents in given)) if given else None

    def unit(self, part: Slice, unit: str, month: int) -> tuple[int, int] | None:
        return None if part.filters.distributors else self.total([unit], part.lines, month)


@cache
def plan_of(books: Books) -> Plan:
    return Plan(books)


# --- comparing -------------------------------------------------------------------------------------------------------


def is_empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NaT


def assert_money(found: object, cents: int | None) -> None:
    """An amount equals whole cents, or is empty where there is none."""
    assert is_empty(found) == (cents is None), (found, cents)
    if cents is not None:
        assert found == money(cents), (found, money(cents))


def assert_ratio(found: object, above: float | None, below: float | None, *, less: float = 0.0) -> None:
    """A ratio of sums to twelve digits; empty where there is nothing to divide by."""
    if above is None or below is None or below <= 0:
        assert is_empty(found), (found, above, below)
    else:
        assert found == pytest.approx(above / below - less, rel=1e-12, abs=1e-12)


def sums_by(frame: pd.DataFrame, *keys: str) -> pd.Series:
    """Cents by key, for keys that are never empty."""
    sums = frame.groupby(list(keys), sort=False, observed=True)["cents"].sum()
    return sums if len(keys) > 1 else sums.set_axis(sums.index.astype(object))


def active(frame: pd.DataFrame) -> int:
    """Terminals whose net pure sales are above zero."""
    return int((sums_by(frame, "buyer") > 0).sum())


def by_unit(part: Slice, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(unit=part.unit_of(frame["place"]))


# --- the whole -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["demo", *SHIPPED])
def test_the_data_end_where_the_files_say(books_of: Any, name: str) -> None:
    books = books_of(name)
    (row,) = ask(books.warehouse, "filters/coverage", {}, EVERYTHING).to_pylist()
    assert (row["first_month"], row["data_through_on"]) == (books.coverage.first_month, books.through)
    assert row["is_month_complete"] == books.is_complete
    if not books.is_complete:
        assert (row["elapsed_days"], row["working_days"]) == (books.elapsed, books.working)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_marts_hold_the_total_of_the_public_files(books_of: Any, name: str) -> None:
    """11,798,987,642.20 and 77,548,570.20: the files' own totals."""
    total = {"pharma_foresight": "11798987642.20", "adventureworks_reseller_targets": "77548570.20"}[name]
    books = books_of(name)
    assert money(books.flows["cents"].sum()) == Decimal(total)
    row = books.ask("overview/totals", Filters(period="all")).iloc[0]
    assert row["current_amount"] == Decimal(total)


def test_the_window_is_the_one_counted_by_hand(part: Slice) -> None:
    asked = part.books.parameters(part.filters)
    names = ("period_start", "period_end", "base_start", "base_end")
    assert [number(asked[name]) for name in names] == [part.start, part.end, part.base_start, part.base_end]
    assert (asked["base_cut_month"] is None) == (part.cut_day is None)


def test_totals_are_the_sums_of_the_lines(part: Slice) -> None:
    row = part.books.ask("overview/totals", part.filters).iloc[0]
    plan = plan_of(part.books)
    assert_money(row["current_amount"], part.current["cents"].sum())
    assert_money(row["base_amount"], part.base["cents"].sum())
    assert (row["active_count"], row["base_active_count"]) == (active(part.current), active(part.base))
    months = {month: given for month in range(part.start, part.end) if (given := plan.whole(part, month))}
    assert row["plan_month_count"] == len(months)
    assert_money(row["target_amount"], sum(target for target, _ in months.values()) if months else None)
    assert_money(row["target_to_date_amount"], sum(due for _, due in months.values()) if months else None)
    covered = part.current["cents"][part.current["month"].isin(list(months))].sum()
    assert_money(row["covered_amount"], covered if months else None)
    assert_money(row["unassigned_amount"], part.current["cents"][~part.current["place"].isin(part.books.parents)].sum())


def test_months_hold_the_sales_the_plan_and_last_year(part: Slice) -> None:
    start, end = part.end - part.end % 12 - 12, part.end + 6
    as_month = [date(1970 + month // 12, month % 12 + 1, 1) for month in (start, end)]
    frame = part.books.ask("overview/sales_by_month", part.filters, chart_start=as_month[0], chart_end=as_month[1])
    sums, plan, last = sums_by(part.sales, "month"), plan_of(part.books), number(part.books.through)
    buyers = sums_by(part.sales, "month", "buyer")
    actives = (buyers > 0).groupby(level=0).sum()
    assert len(frame) == end - start
    for row in frame.to_dict("records"):
        month = number(row["month"])
        if month > last:
            assert_money(row["actual_amount"], None)
        else:
            has_begun = month >= number(part.books.coverage.first_month)
            assert_money(row["actual_amount"], sums.get(month, 0) if has_begun else None)
        assert_money(row["base_amount"], sums.get(month - 12))
        given = plan.whole(part, month)
        assert_money(row["plan_amount"], given[0] if given else None)
        assert_money(row["plan_to_date_amount"], given[1] if given else None)
        assert row["active_count"] == actives.get(month, 0)


def test_the_bridge_follows_its_formulas(part: Slice) -> None:
    """New, lost, returned and corrections to the cent; price, volume and mix by the formulas of the metrics."""
    frame = part.books.ask("overview/bridge", part.filters).set_index("driver")["change_amount"]
    keys = ["buyer", "product_id"]
    bought = [
        lines[lines["cents"] >= 0].groupby(keys)[["cents", "thousandths"]].sum() for lines in (part.base, part.current)
    ]
    returned = [lines["cents"][lines["cents"] < 0].sum() for lines in (part.base, part.current)]
    items = bought[1].add_suffix("_1").join(bought[0].add_suffix("_0"), how="outer").fillna(0).reset_index()
    items["unit"] = items["product_id"].map(part.books.products["unit"]).fillna("")
    had, has = (set(items["buyer"][items[column] != 0]) for column in ("cents_0", "cents_1"))
    change = items["cents_1"] - items["cents_0"]
    new, lost = (items["cents_0"] == 0) & (items["cents_1"] > 0), (items["cents_1"] == 0) & (items["cents_0"] > 0)
    kept = (
        (items["cents_0"] > 0) & (items["cents_1"] != 0) & (items["thousandths_0"] > 0) & (items["thousandths_1"] > 0)
    )
    expected = {
        "new_terminals": change[new & ~items["buyer"].isin(had)].sum(),
        "new_products": change[new & items["buyer"].isin(had)].sum(),
        "lost_terminals": change[lost & ~items["buyer"].isin(has)].sum(),
        "lost_products": change[lost & items["buyer"].isin(has)].sum(),
        "corrections": change[~new & ~lost & ~kept].sum(),
        "returned": returned[1] - returned[0],
        "base": part.base["cents"].sum(),
        "current": part.current["cents"].sum(),
    }
    for driver, cents in expected.items():
        assert frame.get(driver, Decimal(0)) == money(cents), driver
    price = volume = mix = 0.0
    for _, family in items[kept].groupby("unit"):
        r0, r1, q0, q1 = (
            family[name].to_numpy(float) for name in ("cents_0", "cents_1", "thousandths_0", "thousandths_1")
        )
        p0, p1, mean = r0 / q0, r1 / q1, r0.sum() / q0.sum()
        price += ((p1 - p0) * q1).sum()
        volume += (q1.sum() - q0.sum()) * mean
        mix += ((q1 / q1.sum() - q0 / q0.sum()) * q1.sum() * (p0 - mean)).sum()
    for driver, cents in {"price": price, "volume": volume, "mix": mix}.items():
        # each item is rounded to the cent, many of them alike
        assert float(frame.get(driver, 0)) * 100 == pytest.approx(cents, abs=3 + 0.5 * kept.sum()), driver
    assert frame.drop("current").sum() == frame["current"]


# --- territories and lines -------------------------------------------------------------------------------------------


def test_territories_add_up_and_are_measured_where_they_have_targets(part: Slice) -> None:
    """Both pages' attainment by unit; what is in no unit has the empty id; parts add up to the whole."""
    books, plan = part.books, plan_of(part.books)
    landing = part.end + 2
    landing_on = date(1970 + landing // 12, landing % 12 + 1, 1)
    frame = books.ask("attainment/attainment_by_unit", part.filters, landing_end=landing_on)
    overview = books.ask("overview/attainment_by_unit", part.filters).set_index("unit_id")
    now, was = by_unit(part, part.current), by_unit(part, part.base)
    month_sums, base_sums = sums_by(now, "unit", "month"), sums_by(was, "unit")
    actives = (sums_by(now, "unit", "buyer") > 0).groupby(level=0).sum()
    whole_months, whole_base = sums_by(now, "month"), int(part.base["cents"].sum())
    parts = frame[~frame["is_whole"]]
    assert set(part.units) <= set(parts["unit_id"]) <= {*part.units, ""}
    assert parts["actual_amount"].sum() == money(part.current["cents"].sum())
    assert parts["base_amount"].sum() == money(whole_base)
    handed_down = {
        month: [sum(values) for values in zip(*given, strict=True)]
        for month in range(min(part.base_start, part.start), landing)
        if (given := [found for unit in part.units if (found := plan.unit(part, unit, month))])
    }
    has_units = any(plan.unit(part, unit, month) for unit in part.units for month in plan.months)
    for row in frame.to_dict("records"):
        unit = row["unit_id"]

        def given_in(month: int, row: Any = row, unit: str = unit) -> Any:
            whole_plan = plan.whole(part, month)
            if row["is_whole"]:
                return whole_plan
            if unit:
                return plan.unit(part, unit, month)
            spread = handed_down.get(month, [0, 0])
            if not has_units or whole_plan is None or whole_plan[0] == spread[0]:
                return None
            return whole_plan[0] - spread[0], whole_plan[1] - spread[1]

        by_month = (
            whole_months if row["is_whole"] else month_sums.xs(unit) if unit in actives.index else pd.Series(dtype=int)
        )
        reached = active(part.current) if row["is_whole"] else actives.get(unit, 0)
        months = {month: found for month in range(part.start, part.end) if (found := given_in(month))}
        later = [found[0] for month in range(part.start, landing) if (found := given_in(month))]
        actual, base = int(by_month.sum()), whole_base if row["is_whole"] else int(base_sums.get(unit, 0))
        due = sum(found[1] for found in months.values()) if months else None
        covered = int(by_month[by_month.index.isin(list(months))].sum()) if months else None
        assert_money(row["actual_amount"], actual)
        assert_money(row["base_amount"], base)
        assert_money(row["covered_amount"], covered)
        assert_money(row["plan_amount"], due)
        assert_money(row["target_amount"], sum(later) if later else None)
        assert_money(row["gap_amount"], None if due is None or covered is None else covered - due)
        assert_ratio(row["attainment_rate"], covered, due)
        assert_ratio(row["growth_rate"], actual, base, less=1.0)
        assert_ratio(row["growth_contribution_rate"], actual - base, whole_base)
        assert (row["active_count"], row["plan_month_count"]) == (reached, len(months))
        if unit and not row["is_whole"]:
            same = overview.loc[unit]
            assert_money(same["actual_amount"], actual)
            assert_money(same["plan_amount"], due)
            assert_money(same["gap_amount"], None if due is None or covered is None else covered - due)
            assert_ratio(same["attainment_rate"], covered, due)
            assert same["active_count"] == reached


def test_provinces_are_the_level_below_the_regions(part: Slice) -> None:
    books, plan = part.books, plan_of(part.books)
    frame = books.ask("overview/attainment_by_province", part.filters).set_index("province_id")
    places = {place: books.at_level(place, 1) for place in books.parents}
    now, was = (
        sums_by(found.assign(unit=found["place"].astype(object).map(places)), "unit")
        for found in (part.current, part.base)
    )
    wanted = set(part.filters.territories)
    shown = set()
    for province in {place for place in places.values() if place}:
        given = [found for month in range(part.start, part.end) if (found := plan.unit(part, province, month))]
        amounts = (now.get(province, 0), was.get(province, 0), sum(due for _, due in given))
        if (not wanted or set(books.above(province)) & wanted) and any(amounts):
            shown.add(province)
            row = frame.loc[province]
            assert_money(row["actual_amount"], amounts[0])
            assert_money(row["base_amount"], amounts[1])
            assert_money(row["plan_amount"], amounts[2] if given else None)
    assert set(frame.index) == shown


def test_lines_stand_on_their_own_targets(part: Slice) -> None:
    books, plan = part.books, plan_of(part.books)
    end = date(1970 + part.end // 12, part.end % 12 + 1, 1)
    frame = books.ask("attainment/attainment_by_product_line", part.filters, landing_end=end).set_index("product_line")
    now, was = (found.assign(line=found["line"].astype(object).fillna("")) for found in (part.current, part.base))
    assert frame["actual_amount"].sum() == money(part.current["cents"].sum())
    for line, row in frame.iterrows():
        mine = now[now["line"] == line]
        products = books.products[books.products["product_line"] == line]
        is_own = not part.filters.manufacturers or products["manufacturer_id"].isin(part.filters.manufacturers).all()
        months = {}
        if line and is_own and not part.filters.distributors:
            for month in range(part.start, part.end):
                if found := plan.total(part.topmost or [""], [line], month):
                    months[month] = found
        due = sum(found[1] for found in months.values()) if months else None
        covered = int(mine["cents"][mine["month"].isin(list(months))].sum()) if months else None
        assert_money(row["actual_amount"], mine["cents"].sum())
        assert_money(row["base_amount"], was["cents"][was["line"] == line].sum())
        assert_money(row["plan_amount"], due)
        assert_ratio(row["attainment_rate"], covered, due)
        assert row["active_count"] == active(mine)


def test_months_of_territories_add_up_to_their_whole(part: Slice) -> None:
    start, end = (date(1970 + month // 12, month % 12 + 1, 1) for month in (part.start, part.end))
    frame = part.books.ask("attainment/attainment_by_unit_and_month", part.filters, months_start=start, months_end=end)
    sums = sums_by(by_unit(part, part.current), "unit", "month")
    plan = plan_of(part.books)
    for row in frame.to_dict("records"):
        month = number(row["sales_month"])
        if row["is_whole"]:
            expected, given = sums[sums.index.get_level_values(1) == month].sum(), plan.whole(part, month)
        elif row["unit_id"]:
            expected = sums.get((row["unit_id"], month), 0)
            given = plan.unit(part, row["unit_id"], month)
        else:
            assert_money(row["sales_amount"], sums.get(("", month), 0))
            continue
        assert_money(row["sales_amount"], expected)
        assert_money(row["target_amount"], given[0] if given else None)
        assert_money(row["target_to_date_amount"], given[1] if given else None)


def test_days_come_from_the_lines_themselves(part: Slice) -> None:
    start, end = (date(1970 + month // 12, month % 12 + 1, 1) for month in (part.start, part.end))
    frame = part.books.ask("attainment/sales_by_unit_and_day", part.filters, days_start=start, days_end=end)
    sums = sums_by(by_unit(part, part.current), "day", "unit")
    found = {(pd.Timestamp(row["sales_on"]), row["unit_id"]): row["sales_amount"] for row in frame.to_dict("records")}
    assert found == {key: money(cents) for key, cents in sums.items()}


def test_changes_by_terminal_are_the_largest_falls_and_rises(part: Slice) -> None:
    frame = part.books.ask("attainment/change_by_terminal", part.filters, most=10)
    change = sums_by(part.current, "buyer").sub(sums_by(part.base, "buyer"), fill_value=0).astype(np.int64)
    for sign in (-1, 1):
        moved = change[np.sign(change) == sign]
        rows = frame[[np.sign(float(amount)) == sign for amount in frame["change_amount"]]]
        assert sorted(rows["change_amount"]) == sorted(money(cents) for cents in moved.abs().nlargest(10) * sign)
        for row in rows.to_dict("records"):
            assert row["moved_count"] == len(moved)
            assert_money(row["gross_change_amount"], moved.sum())
            assert_money(row["change_amount"], change[row["terminal_id"]])


# --- the network -----------------------------------------------------------------------------------------------------


def sources_of(bought: pd.DataFrame) -> pd.DataFrame:
    """For each terminal with net purchases above zero: what it bought, its largest seller and that one's share."""
    links = sums_by(bought, "buyer", "seller").reset_index().sort_values(["cents", "seller"], ascending=[False, True])
    links["gross"] = links["cents"].clip(lower=0).groupby(links["buyer"]).transform("sum")
    links["total"] = links.groupby("buyer")["cents"].transform("sum")
    first = links.drop_duplicates("buyer")
    return first[first["total"] > 0].set_index("buyer")


def dependent_of(part: Slice, sources: pd.DataFrame) -> pd.DataFrame:
    """Those that buy 80% or more from one distributor."""
    share = sources["cents"] / sources["gross"]
    return sources[(share >= 0.8) & sources["seller"].isin(part.books.sellers)]


def test_distributors_shares_and_dependence(part: Slice) -> None:
    """The distributor filter leaves no distributor out: shares are of everybody under the other filters."""
    books = part.books
    now, was = part.everybody
    frame = books.ask("network/sales_by_distributor", part.filters, threshold=0.8)
    sold, sold_before = (sums_by(found[found["seller"].isin(books.sellers)], "seller") for found in (now, was))
    links = sums_by(now, "seller", "buyer")
    reach = (links > 0).groupby(level=0).sum()
    alone = dependent_of(part, part.sources[0])
    risk, counts = alone.groupby("seller")["total"].sum(), alone["seller"].value_counts()
    gross = sold.clip(lower=0).sum()
    running = 0
    for row in frame.to_dict("records"):
        name = row["distributor_id"]
        assert_money(row["sales_amount"], sold.get(name, 0))
        assert_money(row["base_amount"], sold_before.get(name, 0))
        assert_money(row["risk_amount"], risk.get(name, 0))
        assert (row["terminal_count"], row["dependent_count"]) == (reach.get(name, 0), counts.get(name, 0))
        running += max(0, sold.get(name, 0))
        assert_ratio(row["sales_share"], max(0, sold.get(name, 0)), gross)
        assert_ratio(row["cumulative_share"], running, gross)
    moved = set(sold[sold != 0].index) | set(sold_before[sold_before != 0].index)
    assert set(frame["distributor_id"]) == moved
    assert list(frame["sales_amount"]) == sorted(frame["sales_amount"], reverse=True)


def test_dependence_now_and_before(part: Slice) -> None:
    frame = part.books.ask("network/dependence_by_period", part.filters, threshold=0.8).set_index("period")
    for name, lines, sources in zip(("current", "base"), part.everybody, part.sources, strict=True):
        row, alone = frame.loc[name], dependent_of(part, sources)
        if part.filters.distributors:
            alone = alone[alone["seller"].isin(part.filters.distributors)]
        total = lines["cents"].sum()
        assert_money(row["sales_amount"], total)
        assert_money(row["direct_amount"], lines["cents"][~lines["seller"].isin(part.books.sellers)].sum())
        assert_money(row["dependent_amount"], alone["total"].sum())
        assert (row["terminal_count"], row["dependent_count"]) == (len(sources), len(alone))
        # of what terminals with net purchases above zero bought
        assert_ratio(row["dependent_share"], alone["total"].sum(), sources["total"].sum())


def test_the_list_of_dependent_terminals_is_the_same_set(part: Slice) -> None:
    frame = part.books.ask("network/dependence_by_terminal", part.filters, threshold=0.8, source="", row_limit=10**9)
    alone = dependent_of(part, part.sources[0])
    if part.filters.distributors:
        alone = alone[alone["seller"].isin(part.filters.distributors)]
    found = {row["terminal_id"]: (row["source_id"], row["risk_amount"]) for row in frame.to_dict("records")}
    expected = {str(name): (row["seller"], money(row["total"])) for name, row in alone.iterrows()}
    assert found == expected


@cache
def judged_lines(books: Books) -> pd.DataFrame:
    """Distributors' lines with their class: whether an authorisation held there, for that line, on that day."""
    sold = books.sales[books.sales["seller"].isin(books.sellers)].reset_index(drop=True)
    columns = ("distributor_id", "territory_id", "product_line", "valid_from", "valid_to")
    rows = books.table("authorisations", *columns)
    first = rows.groupby("distributor_id")["valid_from"].min().to_dict()
    given = {name: list(found.itertuples(index=False)) for name, found in rows.groupby("distributor_id")}
    days = sold["day"].to_numpy().astype("datetime64[D]")
    classes = np.full(len(sold), "outside", dtype=object)
    groups = sold.groupby(["seller", "place", "line"], observed=True, dropna=False, sort=False).indices
    for (seller, place, line), lines in groups.items():
        way, on = set(books.above(place)), days[lines]
        fits = np.zeros(len(lines), dtype=int)
        for _, territory, of_line, start, end in given.get(seller, ()):
            if territory in way:
                holds = (on >= np.datetime64(start)) & (is_empty(end) or on < np.datetime64(end))
                fit = 2 if is_empty(of_line) or of_line == line else 1 if is_empty(line) else 0
                fits = np.where(holds, np.maximum(fits, fit), fits)
        is_known = on >= np.datetime64(first[seller]) if way and seller in first else np.zeros(len(lines), dtype=bool)
        classes[lines] = np.where(fits == 2, "inside", np.where((fits == 1) | ~is_known, "unmapped", "outside"))
    return sold.assign(authority=classes)


def test_authority_is_that_of_the_day(part: Slice) -> None:
    lines = part.keep(judged_lines(part.books))
    frame = part.books.ask("network/authority_by_class", part.filters).set_index("authority")
    for name in ("inside", "outside", "unmapped"):
        mine = lines[lines["authority"] == name]
        assert_money(frame.loc[name, "sales_amount"], part.now(mine)["cents"].sum())
        assert_money(frame.loc[name, "base_amount"], part.before(mine)["cents"].sum())
    rows = part.books.ask("network/authority_by_distributor", part.filters).set_index("distributor_id")
    sums = sums_by(part.now(lines), "seller", "authority").unstack(fill_value=0)
    for name in ("inside", "outside", "unmapped"):
        sums[name] = sums.get(name, 0)
    assert set(rows.index) == set(sums.index[sums["outside"] > 0])
    for name, row in rows.iterrows():
        assert_money(row["outside_amount"], sums.loc[name, "outside"])
        assert_ratio(
            row["outside_share"], sums.loc[name, "outside"], sums.loc[name, "outside"] + sums.loc[name, "inside"]
        )


def test_flow_by_link_holds_each_stage_whole(part: Slice) -> None:
    """Shipments under the filters; a distributor filter keeps what it ships and what it receives.

    Where no sell-in is recorded at all, the makers' side is implied and stands beside: what left each distributor, as
    there are no transfers in these books.
    """
    flows = part.books.flows
    kept = flows[(flows["month"] >= part.start) & (flows["month"] < part.end)].rename(columns={"seller_id": "seller"})
    chosen = part.filters.distributors
    kept = part.keep(kept, distributor=False)
    if chosen:
        kept = kept[kept["seller"].isin(chosen) | kept["buyer_id"].isin(chosen)]
    frame = part.books.ask("network/flow_by_link", part.filters)
    implied = frame[frame["stage"] == "implied"]
    frame = frame[frame["stage"] != "implied"]
    if len(implied):
        assert set(flows["stage"]) & {"sell_in", "transfer"} == set()
        sent = kept[kept["stage"] == "pure_sales"].groupby("seller")["cents"].sum()
        assert implied["flow_amount"].sum() == money(sent[sent > 0].sum())
    found = frame.groupby(["stage", "seller_id"])["flow_amount"].sum().to_dict()
    sums = sums_by(kept[kept["stage"] != "unclassified"], "stage", "seller")
    assert found == {key: money(cents) for key, cents in sums.items()}
    assert frame["return_amount"].sum() == money(
        kept["cents"][(kept["cents"] < 0) & (kept["stage"] != "unclassified")].sum()
    )


# --- coverage --------------------------------------------------------------------------------------------------------


def open_on(part: Slice, last: date, first: date) -> pd.DataFrame:
    """Terminals of the chosen territories open at some time from the first to the last day."""
    found, chosen = part.books.terminals, set(part.filters.territories)
    kept = np.array(
        [
            (not chosen or bool(set(part.books.above(row.territory_id)) & chosen))
            and (is_empty(row.opened_on) or row.opened_on <= last)
            and (is_empty(row.closed_on) or row.closed_on > first)
            for row in found.itertuples()
        ],
        dtype=bool,
    )
    return found[kept]


def grades_on(books: Books, day: date) -> dict[str, str]:
    frame = books.table("terminal_grades", "terminal_id", "grade", "valid_from", "valid_to")
    return {
        row.terminal_id: row.grade
        for row in frame.itertuples()
        if row.valid_from <= day and (is_empty(row.valid_to) or row.valid_to > day)
    }


def test_coverage_counts_terminals_once(part: Slice) -> None:
    """Universe, targets, active, grade A; with a distributor filter the universe is another question, so it is left out."""
    if part.filters.distributors:
        pytest.skip("the slice of a distributor is where it may sell, tested by rows worked by hand")
    books = part.books
    row = books.ask("coverage/totals", part.filters).set_index("span").loc["current"]
    first = date(1970 + part.start // 12, part.start % 12 + 1, 1)
    universe = open_on(part, part.last_day, first)
    is_known = bool(universe["is_target"].notna().any() or books.terminals["is_target"].notna().any())
    targets = set(universe.index[universe["is_target"].fillna(False).astype(bool)]) if is_known else set(universe.index)
    bought = sums_by(part.current, "buyer")
    buyers = set(bought[bought > 0].index)
    items = sums_by(part.current, "buyer", "product_id")
    counts = (items > 0).groupby(level=0).sum()
    assert (row["universe_count"], row["target_count"]) == (len(universe), len(targets))
    assert row["active_count"] == len(targets & buyers)
    assert_ratio(row["coverage_rate"], len(targets & buyers), len(targets))
    depth = int(counts[counts.index.isin(targets & buyers)].sum())
    assert row["active_product_count"] == depth
    assert_ratio(row["products_per_terminal"], depth, len(targets & buyers))
    still = {
        name
        for name in universe.index
        if is_empty(universe.loc[name, "closed_on"]) or universe.loc[name, "closed_on"] > part.last_day
    }
    grade_a = {name for name, grade in grades_on(books, part.last_day).items() if grade == "A"} & still
    past = part.sales[part.sales["day"] <= pd.Timestamp(part.last_day)]
    ordered = set(past["buyer"][past["cents"] > 0])
    assert (row["grade_a_count"], row["grade_a_active_count"]) == (len(grade_a), len(grade_a & buyers))
    assert row["grade_a_never_count"] == len(grade_a - ordered)
    same = books.ask("overview/grade_a_coverage", part.filters).set_index("period_name").loc["current"]
    assert (same["grade_a_count"], same["active_count"]) == (len(grade_a), len(grade_a & buyers))


def test_penetration_counts_the_buyers_of_each_line(part: Slice) -> None:
    if part.filters.distributors:
        pytest.skip("the slice of a distributor is where it may sell, tested by rows worked by hand")
    frame = part.books.ask("coverage/penetration_by_line_and_kind", part.filters)
    first = date(1970 + part.start // 12, part.start % 12 + 1, 1)
    universe = open_on(part, part.last_day, first)
    is_known = bool(part.books.terminals["is_target"].notna().any())
    targets = universe.index[universe["is_target"].fillna(False).astype(bool)] if is_known else universe.index
    sums = sums_by(part.current.dropna(subset=["line"]), "buyer", "line")
    bought = sums[sums > 0].reset_index().astype({"line": object})
    counts = bought[bought["buyer"].isin(targets)]["line"].value_counts()
    assert frame.groupby("product_line")["buyer_count"].sum().to_dict() == counts.to_dict()
    if len(frame):
        assert (frame.groupby("product_line")["terminal_count"].sum() == len(targets)).all()
    for row in frame.to_dict("records"):
        assert_ratio(row["penetration_rate"], row["buyer_count"], row["terminal_count"])


# --- what needs attention --------------------------------------------------------------------------------------------


def test_high_stock_is_counted_stock_over_three_whole_months(books_of: Any) -> None:
    """Counted on 2026-09-16 in the demo: June, July and August stand for 90 days, at the price to distributors."""
    books = books_of("demo")
    stocks = books.table("stocks", "counted_on", "distributor_id", "product_id", "quantity")
    price = {name: int(amount * 100) for name, amount in books.products["distributor_price_amount"].items()}
    last = stocks.groupby("distributor_id")["counted_on"].max().to_dict()
    out = books.flows.groupby(["seller_id", "month", "product_id"])["thousandths"].sum()
    counted = stocks[stocks["counted_on"] == stocks["distributor_id"].map(last)]
    expected = {}
    for name, on in last.items():
        mine = counted[counted["distributor_id"] == name]
        held = sum(int(row.quantity * 1000) * price[row.product_id] for row in mine.itertuples())
        end = number(on + timedelta(days=1))
        sold = out[name] if name in out.index.get_level_values(0) else out.iloc[:0].droplevel(0)
        months = sold[(sold.index.get_level_values(0) >= end - 3) & (sold.index.get_level_values(0) < end)]
        left = sum(int(units) * price[product] for (_, product), units in months.items())
        if left > 0 and held / left * 90 > 60:
            expected[name] = (held, held / left * 90)
    frame = books.ask("overview/high_stock", Filters()).set_index("distributor_id")
    assert set(frame.index) == set(expected)
    for name, row in frame.iterrows():
        assert row["stock_amount"] == (Decimal(expected[name][0]) / 100000).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert row["stock_days"] == pytest.approx(expected[name][1], rel=1e-12)


# --- the planted truths ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(books_of: Any) -> Books:
    return books_of("demo")


def test_the_planted_attainment_is_read_back(demo: Books) -> None:
    """Two weak regions and three weak provinces that make up most of the shortfall."""
    truth = demo.truths["attainment"]
    total = demo.ask("overview/totals", Filters()).iloc[0]
    assert float(total["current_amount"]) == truth["actual_amount"]
    assert float(total["covered_amount"] / total["target_to_date_amount"]) == pytest.approx(
        truth["year_to_date"], abs=1e-6
    )
    regions = demo.ask("attainment/attainment_by_unit", Filters(), landing_end=date(2027, 1, 1))
    rates = regions[~regions["is_whole"]].set_index("unit_id")["attainment_rate"]
    assert rates.to_dict() == pytest.approx(truth["regions"], abs=1e-6)
    assert set(rates.nsmallest(2).index) == set(truth["weak_regions"])
    provinces = demo.ask("overview/attainment_by_province", Filters()).set_index("province_id")
    assert provinces["attainment_rate"].to_dict() == pytest.approx(truth["provinces"], abs=1e-6)
    assert set(provinces["attainment_rate"].nsmallest(3).index) == set(truth["weak_provinces"])
    short = (provinces["plan_amount"] - provinces["actual_amount"]).astype(float).clip(lower=0)
    share = short[truth["weak_provinces"]].sum() / short.sum()
    assert share == pytest.approx(truth["weak_provinces_share_of_shortfall"], abs=1e-6)
    growth = float(total["current_amount"]) / float(total["base_amount"]) - 1
    assert growth == pytest.approx(demo.truths["growth"]["growth"], abs=1e-6)


def test_the_planted_dependence_is_read_back(demo: Books) -> None:
    """The truth counts from 2025-09-17, the months of the page from October: the same distributor, the same order of size."""
    truth = demo.truths["dependence"]
    frame = demo.ask("network/sales_by_distributor", Filters(period="r12"), threshold=1.0).set_index("distributor_id")
    assert frame["dependent_count"].idxmax() == truth["distributor_id"]
    assert frame["risk_amount"].astype(float).idxmax() == truth["distributor_id"]
    row = frame.loc[truth["distributor_id"]]
    assert row["dependent_count"] == pytest.approx(truth["terminal_count"], abs=8)
    assert float(row["sales_share"]) == pytest.approx(truth["share_of_pure_sales"], abs=0.005)


def test_the_planted_loading_is_in_the_counts_of_the_quarters_ends(demo: Books) -> None:
    """78 days at the end of June: counted stock over April to June, 91 days, at the price to distributors."""
    stocks = demo.table("stocks", "counted_on", "distributor_id", "product_id", "quantity")
    price = demo.products["distributor_price_amount"].astype(float)
    for found in demo.truths["loading"]["distributors"]:
        name = found["distributor_id"]
        counted = stocks[(stocks["distributor_id"] == name) & (stocks["counted_on"] == date(2026, 6, 30))]
        held = (counted["quantity"].astype(float) * counted["product_id"].map(price)).sum()
        sold = demo.sales[
            (demo.sales["seller"] == name) & demo.sales["month"].between(number("2026-04-01"), number("2026-06-01"))
        ]
        left = (sold["thousandths"] / 1000 * sold["product_id"].astype(object).map(price).astype(float)).sum()
        assert held / left * 91 == pytest.approx(found["quarters"][-1]["stock_days"], rel=0.05)


def test_the_planted_seller_outside_its_territory_is_read_back(demo: Books) -> None:
    """From 2025-07-01 to the end of data, a custom period."""
    truth = demo.truths["outside_territory"]
    since = Filters(period="custom", first_month=date(2025, 7, 1), last_month=date(2026, 9, 1))
    frame = demo.ask("network/authority_by_distributor", since).set_index("distributor_id")
    assert frame["outside_amount"].astype(float).idxmax() == truth["offender"]["distributor_id"]
    for planted in (truth["offender"], *truth["border_trade"]):
        row = frame.loc[planted["distributor_id"]]
        assert float(row["outside_amount"]) == planted["outside_amount"]
        assert float(row["outside_share"]) == pytest.approx(planted["share"], abs=1e-6)
    assert set(frame.index) == {found["distributor_id"] for found in (truth["offender"], *truth["border_trade"])}


def test_the_planted_quiet_uncovered_and_county_terminals_are_read_back(demo: Books) -> None:
    choice = {
        "terminals": [], "step_from": 0, "step_until": 0, "grade": "", "depth": -1, "unbought": "", "kind": "",
        "look": "", "unit": "", "lacking": "", "covered_by": "", "row_limit": 10**6,
    }  # fmt: skip
    frame = demo.ask("coverage/terminals", Filters(), **choice).set_index("terminal_id")
    # a customer of the distributor that has not reported since may have bought: it is not called quiet
    silent = demo.truths["late_reporter"]["distributor_id"]
    year = demo.sales[(demo.sales["seller"] == silent) & (demo.sales["day"] >= pd.Timestamp(2025, 6, 18))]
    unknown = set(year["buyer"])
    quiet = {row["terminal_id"]: row for row in demo.truths["quiet"]["terminals"] if row["terminal_id"] not in unknown}
    assert 20 <= len(quiet) < 25
    assert not unknown & set(frame.index[frame["is_gone_quiet"]])
    for terminal, row in quiet.items():
        assert frame.loc[terminal, "is_gone_quiet"]
        assert frame.loc[terminal, "last_bought_on"].isoformat()[:10] == row["last_order_on"]
    uncovered = set(demo.truths["uncovered"]["terminal_ids"])
    assert uncovered == set(frame.index[frame["is_without_owner"] & frame["last_visited_on"].isna()]) & set(
        frame.index[~frame["is_never_ordered"]]
    )
    county = set(demo.truths["county_gap"]["terminal_ids"])
    never = frame[frame["is_never_ordered"]]
    assert county <= set(never.index)
    assert (
        float(never.loc[list(county), "potential_amount"].sum()) == demo.truths["county_gap"]["potential_2026_amount"]
    )
    totals = demo.ask("coverage/totals", Filters()).set_index("span").loc["current"]
    assert totals["grade_a_never_count"] == len(never)


def test_the_late_distributor_is_late_and_its_customers_are_not_called_lost(demo: Books) -> None:
    truth = demo.truths["late_reporter"]
    frame = demo.ask("overview/late_distributors", Filters())
    (row,) = frame.to_dict("records")
    assert (row["distributor_id"], pd.Timestamp(row["last_month"]).date()) == (
        truth["distributor_id"],
        date(2026, 7, 1),
    )
    assert float(row["usual_amount"]) == pytest.approx(truth["three_months_before_amount"] / 3, abs=0.01)


def test_a_distributor_that_sold_nothing_under_the_filters_is_not_called_late(demo: Books) -> None:
    """Whether a file came is judged by all of it: under any line, only the one that is silent is late."""
    for line in sorted({line for line in demo.products["product_line"] if line}):
        frame = demo.ask("overview/late_distributors", Filters(product_lines=(line,)))
        assert set(frame["distributor_id"]) <= {demo.truths["late_reporter"]["distributor_id"]}


def test_the_planted_price_cut_is_the_bridges_price(demo: Books) -> None:
    """January to August: what was bought in both years is 18% cheaper, so price is amount × (1 − 1 / 0.82) of what is kept."""
    truth = demo.truths["price_cut"]
    filters = Filters(
        period="custom",
        first_month=date(2026, 1, 1),
        last_month=date(2026, 8, 1),
        product_lines=(truth["product_line"],),
    )
    frame = demo.ask("overview/bridge", filters).set_index("driver")["change_amount"].astype(float)
    kept_now = (
        frame["base"] + frame[["lost_terminals", "lost_products"]].sum() + frame[["price", "volume", "mix"]].sum()
    )
    assert kept_now / (kept_now - frame["price"]) == pytest.approx(truth["price_index"], abs=0.01)
    assert frame["volume"] > 0 > frame["price"]
    assert frame["current"] / frame["base"] == pytest.approx(truth["amount_index"], abs=1e-6)


def test_filters_that_split_the_company_add_up_to_it(demo: Books) -> None:
    """Regions, makers, lines, and sellers with what makers sell themselves: each split adds up to the company."""
    for period in ("ytd", "mtd"):
        everything = demo.ask("overview/totals", Filters(period=period)).iloc[0]
        splits = {
            "territories": [name for name in demo.parents if demo.at_level(name, 0) == name],
            "manufacturers": sorted(demo.makers),
            "product_lines": sorted(set(demo.products["product_line"].dropna())),
        }
        for name, choices in splits.items():
            rows = [demo.ask("overview/totals", Filters(period=period, **{name: (one,)})).iloc[0] for one in choices]
            for column in ("current_amount", "base_amount"):
                assert sum(row[column] for row in rows) == everything[column], name
            if name != "manufacturers":
                assert sum(row["target_amount"] for row in rows) == everything["target_amount"], name
        sold = demo.ask("network/sales_by_distributor", Filters(period=period), threshold=0.8)["sales_amount"].sum()
        direct = demo.ask("network/dependence_by_period", Filters(period=period), threshold=0.8)["direct_amount"].iloc[
            0
        ]
        assert sold + direct == everything["current_amount"]


# --- small traps, worked by hand -------------------------------------------------------------------------------------

WINDOWS = {
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 3, 1),
    "base_start": date(2025, 1, 1),
    "base_end": date(2025, 3, 1),
    "base_cut_month": None,
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
}


@pytest.fixture
def traps(open_company: Any) -> Warehouse:
    """Two regions; N has a target in February only; D2 is at once a distributor and listed as a terminal."""
    lines = [
        ("F1", date(2025, 1, 31), "D1", "T1", "P1", 10, 100),
        ("F2", date(2026, 1, 31), "D1", "T1", "P1", 10, 90),
        ("F3", date(2026, 2, 28), "D1", "T1", "P2", 5, 50),
        ("F4", date(2026, 2, 28), "D1", "T2", "P1", -2, -20),
        ("F5", date(2026, 2, 28), "D1", "D2", "P1", 7, 70),
        ("F6", date(2026, 2, 28), "D2", "T3", "P1", 3, 30),
    ]
    names = ("flow_id", "occurred_on", "seller_id", "buyer_id", "product_id", "quantity", "amount")
    return open_company(
        territories={"territory_id": ["N", "S"], "name": ["North", "South"]},
        manufacturers={"manufacturer_id": ["M1", "M2"], "name": ["m1", "m2"]},
        products={
            "product_id": ["P1", "P2", "P3"],
            "name": ["p1", "p2", "p3"],
            "manufacturer_id": ["M1", "M1", "M2"],
            "product_line": ["a", "b", "b"],
        },
        distributors={"distributor_id": ["D1", "D2"], "name": ["d1", "d2"], "territory_id": ["N", "S"]},
        terminals={
            "terminal_id": ["T1", "T2", "T3", "D2"],
            "name": ["t1", "t2", "t3", "d2"],
            "territory_id": ["N", "N", None, "S"],
        },
        authorisations={"distributor_id": ["D1"], "territory_id": ["N"], "valid_from": [date(2020, 1, 1)]},
        targets={
            "month": [date(2026, 2, 1)] * 4,
            "holder_kind": ["territory", "territory", "distributor", "distributor"],
            "holder_id": ["N", "N", "D1", "D2"],
            "product_line": ["a", "b", None, None],
            "target_amount": [40, 20, 500, 700],
            "version": [1] * 4,
        },
        flows={name: [line[place] for line in lines] for place, name in enumerate(names)},
    )


def test_a_month_without_a_target_is_not_set_against_the_target_of_another(traps: Warehouse) -> None:
    """North sold 90 + 50 − 20 = 120, in February 30 of 60: 50%, not 200%."""
    row = ask_frame(traps, "overview/attainment_by_unit", **WINDOWS).set_index("unit_id").loc["N"]
    assert (row["actual_amount"], row["plan_amount"], row["gap_amount"]) == (Decimal(120), Decimal(60), Decimal(-30))
    assert row["attainment_rate"] == 0.5


def test_what_lies_in_no_territory_is_a_row_of_its_own(traps: Warehouse) -> None:
    frame = ask_frame(traps, "overview/attainment_by_unit", **WINDOWS).set_index("unit_id")
    assert frame.loc["", "actual_amount"] == Decimal(30)
    assert ask_frame(traps, "overview/totals", **WINDOWS).iloc[0]["unassigned_amount"] == Decimal(30)


def test_a_terminal_that_only_returned_is_a_return_and_no_new_terminal(traps: Warehouse) -> None:
    """100 before; P1 at T1 −10 by price, P2 new there +50, T3 new +30, T2's return −20: 150 now."""
    frame = ask_frame(traps, "overview/bridge", **WINDOWS).set_index("driver")["change_amount"]
    assert frame["returned"] == Decimal(-20)
    assert (frame["new_terminals"], frame["new_products"], frame["price"]) == (Decimal(30), Decimal(50), Decimal(-10))
    assert frame["current"] == Decimal(150)


def test_a_maker_of_half_a_line_has_no_plan_and_a_maker_with_a_line_of_its_own_has(traps: Warehouse) -> None:
    """M1 makes all of a but only half of b: its sales of both cannot stand against the target of a alone."""
    part = ask_frame(traps, "overview/totals", **{**WINDOWS, "manufacturers": ["M1"]}).iloc[0]
    own = ask_frame(traps, "overview/totals", **{**WINDOWS, "manufacturers": ["M1"], "product_lines": ["a"]}).iloc[0]
    both = ask_frame(traps, "overview/totals", **{**WINDOWS, "manufacturers": ["M1", "M2"]}).iloc[0]
    assert is_empty(part["target_amount"])
    assert (own["target_amount"], both["target_amount"]) == (Decimal(40), Decimal(60))


def test_goods_that_reach_a_distributor_are_never_sales_even_where_it_is_listed_as_a_terminal(traps: Warehouse) -> None:
    """D1's 70 to D2 are a transfer: not in the classes of authority, not in the days."""
    frame = ask_frame(traps, "network/authority_by_class", **WINDOWS)
    assert frame["sales_amount"].sum() == Decimal(150)
    days = ask_frame(
        traps, "attainment/sales_by_unit_and_day", **WINDOWS, days_start=date(2026, 1, 1), days_end=date(2026, 3, 1)
    )
    assert days["sales_amount"].sum() == Decimal(150)


def test_a_distributors_reader_sees_only_its_own_targets(traps: Warehouse) -> None:
    """Its own February target is 500, or none beside its region's filter; the other's 700 stay unseen."""
    scope = Scope(territories=None, distributors=("D1",))
    own = ask(traps, "overview/totals", {**WINDOWS, "distributors": ["D1"]}, scope).to_pylist()[0]
    other = ask(traps, "overview/totals", {**WINDOWS, "distributors": ["D2"]}, scope).to_pylist()[0]
    assert (own["target_amount"], other["target_amount"]) == (Decimal(500), None)


def test_what_does_not_fit_in_memory_goes_where_only_this_user_may_look(traps: Warehouse) -> None:
    ((folder,),) = traps.connection.cursor().execute("select current_setting('temp_directory')").fetchall()
    found = Path(folder).lstat()
    assert (stat.S_ISDIR(found.st_mode), found.st_uid, stat.S_IMODE(found.st_mode)) == (True, os.getuid(), 0o700)
