"""Stock in the channel: one identity from count to count, by hand and at random; loading found where it was planted."""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight.access import EVERYTHING
from insight.charts.bridge import draw_bridge
from insight.charts.loading import draw_loading
from insight.charts.stock import draw_stock_days, draw_stock_months
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.publish import publish
from insight.sentences import stock as sentences
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse, set_reader
from published import ask_frame, open_published

COVERAGE = Coverage(date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 31), True)
FRIDAY = Coverage(date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 27), False)
OWN: dict[str, Any] = {
    "limit_days": 60,
    "tolerance": 0.05,
    "row_limit": 1000,
    "late_days": 35,
    "near_days": 180,
    "least_share": 0.15,
    "quarter_count": 4,
    "chart_start": None,
}
PARTS = ("received", "transferred_in", "transferred_out", "sold", "other", "initial", "gap")
SIGNS = {"transferred_out": -1, "sold": -1}


def filtered(coverage: Coverage = COVERAGE, **chosen: Any) -> dict[str, Any]:
    own = {key: chosen.pop(key) for key in list(chosen) if key in OWN}
    filters = Filters(**chosen)
    return {**make_parameters(filters, find_window(filters, coverage)), **OWN, **own}


def make_flows(*lines: tuple[str, str, str, str, str]) -> dict[str, list[Any]]:
    """Lines written as day, seller, buyer, product, quantity; each unit costs 10."""
    return {
        "flow_id": [f"F{number}" for number in range(len(lines))],
        "occurred_on": [date.fromisoformat(line[0]) for line in lines],
        "seller_id": [line[1] for line in lines],
        "buyer_id": [line[2] for line in lines],
        "product_id": [line[3] for line in lines],
        "quantity": [Decimal(line[4]) for line in lines],
        "amount": [(Decimal(line[4]) * 10).quantize(Decimal("0.01")) for line in lines],
    }


def make_counts(*rows: tuple[str, str, str, str, str | None]) -> dict[str, Any]:
    """Counts written as day, distributor, product, quantity, expiry."""
    return {
        "counted_on": [date.fromisoformat(row[0]) for row in rows],
        "distributor_id": [row[1] for row in rows],
        "product_id": [row[2] for row in rows],
        "quantity": [Decimal(row[3]) for row in rows],
        "expires_on": pa.array([date.fromisoformat(row[4]) if row[4] else None for row in rows], pa.date32()),
    }


def make_tables(flows: dict[str, list[Any]], counts: dict[str, Any] | None, products: str) -> dict[str, Any]:
    """One maker, three distributors of which D2 buys from D1, two terminals; each letter a product with a line of its own."""
    names = list(products)
    tables: dict[str, Any] = {
        "manufacturers": {"manufacturer_id": ["M1"], "name": ["甲厂"]},
        "territories": {"territory_id": ["E"], "name": ["东"], "parent_id": pa.array([None], pa.string())},
        "products": {
            "product_id": names,
            "name": [f"{name}号" for name in names],
            "manufacturer_id": ["M1"] * len(names),
            "product_line": names,
            # X has no price to distributors, Y only a list price
            "distributor_price_amount": pa.array(
                [None if name in "XY" else Decimal("10.00") for name in names], pa.decimal128(18, 2)
            ),
            "list_price_amount": [Decimal("9.50")] * len(names),
        },
        "distributors": {
            "distributor_id": ["D1", "D2", "D3"],
            "name": ["甲商", "乙商", "丙商"],
            "tier": [1, 2, 1],
            "territory_id": ["E", None, None],
        },
        "terminals": {"terminal_id": ["T1", "T2"], "name": ["一院", "二院"]},
        "flows": flows,
    }
    return tables if counts is None else {**tables, "stocks": counts}


def open_tables(store: Path, tables: dict[str, Any]) -> Warehouse:
    company = Company(Workspace("Test"), {name: pa.table(columns) for name, columns in tables.items()})
    return open_published(publish(company, store))


def read_months(warehouse: Warehouse, distributor: str, product: str) -> pd.DataFrame:
    with warehouse.connection.cursor() as cursor:
        set_reader(cursor, EVERYTHING, "zh")
        frame: pd.DataFrame = (
            cursor.sql(
                "select * from stock_months where distributor_id = $who and product_id = $what order by stock_month",
                params={"who": distributor, "what": product},
            )
            .to_arrow_table()
            .to_pandas()
        )
    return frame


def list_column(frame: pd.DataFrame, column: str) -> list[str]:
    return [f"{value.normalize():f}" for value in frame[column]]


MOVES = (
    ("2026-01-05", "M1", "D1", "100"),
    ("2026-01-10", "D1", "D2", "30"),
    ("2026-01-12", "D1", "T1", "20"),
    ("2026-01-20", "D1", "T1", "-5"),
    ("2026-02-03", "D1", "T1", "40"),
    ("2026-02-20", "D1", "T2", "10"),
    ("2026-02-25", "M1", "D1", "50"),
    ("2026-03-31", "D1", "T1", "7"),
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The same eight lines for each of five products, counted differently."""
    flows = make_flows(*[(day, seller, buyer, item, units) for item in "ABCDE" for day, seller, buyer, units in MOVES])
    counts = make_counts(
        ("2026-01-31", "D1", "A", "60", None),
        ("2026-02-15", "D1", "A", "18", None),
        ("2026-02-15", "D1", "B", "18", None),
        ("2026-02-28", "D1", "B", "30", "2026-05-01"),
        ("2026-02-28", "D1", "B", "29", "2027-05-01"),
        ("2025-11-30", "D1", "C", "40", None),
        ("2026-04-10", "D1", "D", "40", None),
    )
    warehouse = open_tables(tmp_path_factory.mktemp("book"), make_tables(flows, counts, "ABCDE"))
    yield warehouse
    close_warehouse(warehouse)


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Lines up to Friday 27 March: records missing, a miscount set right, lots near expiry, products without a price."""
    flows = make_flows(
        ("2026-01-05", "M1", "D1", "A", "10"),
        ("2026-01-06", "M1", "D2", "A", "30"),
        ("2026-01-07", "D3", "T1", "A", "5"),
        ("2026-02-10", "D1", "T1", "A", "9"),
        ("2026-02-10", "D2", "T1", "A", "33"),
        ("2026-03-27", "D1", "T1", "A", "1"),
        ("2026-01-05", "M1", "D2", "B", "45"),
        ("2026-03-27", "D2", "T1", "B", "1"),
        ("2026-01-05", "M1", "D3", "X", "4"),
        ("2026-01-09", "M1", "D3", "X", "6"),
    )
    # of X four units cost 50 and six 70
    flows["amount"][-2:] = [Decimal("50.00"), Decimal("70.00")]
    counts = make_counts(
        ("2026-01-31", "D1", "A", "10", None),
        ("2026-02-27", "D1", "A", "0", None),
        ("2026-03-27", "D1", "A", "0", None),
        ("2026-01-31", "D2", "A", "30", None),
        ("2026-02-28", "D2", "A", "0", None),
        ("2026-03-29", "D2", "B", "10", "2026-09-24"),
        ("2026-03-29", "D2", "B", "30", "2026-09-25"),
        ("2026-03-29", "D2", "B", "4", None),
        ("2026-02-09", "D3", "Y", "2", None),
    )
    warehouse = open_tables(tmp_path_factory.mktemp("signs"), make_tables(flows, counts, "ABXY"))
    yield warehouse
    close_warehouse(warehouse)


def test_a_count_within_a_month_is_held_against_the_book_of_its_own_day(book: Warehouse) -> None:
    """January: 0 + 100 - 30 - (20 - 5) = 55 by the lines. The first count, on 31 January, finds 60: 5 were there before.

    February: on the 15th the book holds 60 - 40 = 20, counted 18: gap -2. Then 10 leave and 50 come: 18 - 10 + 50 = 58.
    March: no count; 58 - 7 = 51 carried.
    """
    months = read_months(book, "D1", "A")
    assert list(months["basis"]) == ["counted", "counted", "carried"]
    assert list_column(months, "opening_quantity") == ["0", "60", "58"]
    assert list_column(months, "received_quantity") == ["100", "50", "0"]
    assert list_column(months, "transferred_out_quantity") == ["30", "0", "0"]
    assert list_column(months, "sold_quantity") == ["15", "50", "7"]
    assert list_column(months, "initial_quantity") == ["5", "0", "0"]
    assert list_column(months, "gap_quantity") == ["0", "-2", "0"]
    assert list_column(months, "closing_quantity") == ["60", "58", "51"]


def test_the_last_count_of_a_month_is_the_one_and_lots_add_up(book: Warehouse) -> None:
    """On 28 February the lots hold 30 + 29 = 59 where the lines leave 55 - 50 + 50 = 55: 4 were there before."""
    months = read_months(book, "D1", "B")
    assert list_column(months, "initial_quantity") == ["0", "4", "0"]
    assert list_column(months, "closing_quantity") == ["55", "59", "52"]


def test_a_count_before_the_data_begin_is_the_opening_stock(book: Warehouse) -> None:
    """40 counted on 30 November: 40 + 100 - 30 - 15 = 95 at January's end."""
    months = read_months(book, "D1", "C")
    assert list(months["stock_month"].astype(str)) == ["2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01"]
    assert list_column(months, "closing_quantity") == ["40", "95", "95", "88"]
    assert list(months["basis"]) == ["counted", "carried", "carried", "carried"]


def test_a_count_that_the_lines_do_not_reach_is_left_out(book: Warehouse) -> None:
    """The lines end on Tuesday 31 March; what moved up to a count of 10 April nobody knows."""
    assert set(read_months(book, "D1", "D")["basis"]) == {"implied"}


def test_a_count_on_the_days_off_after_the_last_line_is_compared(signs: Warehouse) -> None:
    """The lines end on Friday 27 March; the count of Sunday the 29th is of that week: 10 + 30 + 4 = 44."""
    assert list_column(read_months(signs, "D2", "B"), "closing_quantity") == ["45", "45", "44"]


def test_without_any_count_stock_is_implied_by_what_came_and_went(book: Warehouse) -> None:
    """D2 took in 30 and sold nothing: 30 implied in every month after, at 10 each."""
    months = read_months(book, "D2", "E")
    assert list(months["basis"]) == ["implied"] * 3
    assert list_column(months, "closing_quantity") == ["30", "30", "30"]
    (row,) = ask_frame(book, "network/stock_identity", **filtered(distributors=("D2",), product_lines=("E",))).to_dict(
        "records"
    )
    assert (row["implied_amount"], row["closing_amount"], row["counted_count"]) == (300, 300, 0)


def test_stock_without_a_distributor_price_is_valued_at_what_was_paid_else_at_the_list(signs: Warehouse) -> None:
    """X: 4 for 50.00 and 6 for 70.00, so 120 / 10 = 12.00 each, 10 in stock. Y came without a line: 2 at the list's 9.50."""
    for product, basis, unit, closing in (("X", "purchases", "12.00", "120.00"), ("Y", "list_price", "9.50", "19.00")):
        row = read_months(signs, "D3", product).iloc[-1]
        assert (row["price_basis"], str(row["unit_amount"]), str(row["closing_amount"])) == (basis, unit, closing)


def test_days_of_stock_divide_by_what_leaves_the_selection(book: Warehouse) -> None:
    """To 31 March, 90 days begin on 1 January: D1 sold 15 + 50 + 7 = 72 and passed 30 to D2; it holds 100+50-30-72 = 48.

    D1 alone: 48 / (72 + 30) x 90. D2 sold nothing: no days. Both: 48 + 30 held, 72 left: transfers stay inside.
    """
    asked = {
        chosen: ask_frame(book, "network/stock_identity", **filtered(distributors=chosen, product_lines=("E",))).iloc[
            0
        ]["stock_days"]
        for chosen in ((), ("D1",))
    }
    assert asked[("D1",)] == pytest.approx(48 / 102 * 90)
    assert asked[()] == pytest.approx(78 / 72 * 90)
    rows = ask_frame(book, "network/stock_by_distributor", **filtered(product_lines=("E",))).set_index("distributor_id")
    assert rows.loc["D1", "stock_days"] == pytest.approx(48 / 102 * 90)
    assert rows.loc["D1", "sales_days"] == pytest.approx(48 / 72 * 90)
    assert pd.isna(rows.loc["D2", "stock_days"])
    last = ask_frame(book, "network/stock_by_month", **filtered(product_lines=("E",))).iloc[-1]
    assert (last["stock_days"], bool(last["is_quarter_end"])) == (pytest.approx(78 / 72 * 90), True)


def test_what_was_never_bought_is_a_matter_of_records_and_a_miscount_set_right_is_not(signs: Warehouse) -> None:
    """D3 sold 5 and never received: 5 missing. D2 counted 30, sold 33 and counted 0: the lines alone come to -3.

    D1 counted 0 where 1 lay, then sold that one: a gap of -1 and one of +1, and the lines alone never fall below 0.
    """
    rows = ask_frame(signs, "network/stock_gaps", **filtered(FRIDAY))
    found = {
        (row["distributor_id"], row["product_id"]): (row["gap_kind"], row["disagreement_amount"])
        for row in rows.to_dict("records")
    }
    assert found == {("D3", "A"): ("records_missing", 50), ("D2", "A"): ("records_missing", 30)}
    assert list(read_months(signs, "D1", "A")["gap_quantity"]) == [0, -1, 1]


def test_counts_tell_who_is_late_what_expires_soon_and_what_they_left_out(signs: Warehouse) -> None:
    """The newest count is of 29 March. D3 counted 48 days earlier, and left out X, 120 in value.

    Of D2's 10 + 30 units with an expiry 10 lived less than 180 days, which end on 25 September.
    """
    rows = ask_frame(signs, "network/stock_counts", **filtered(FRIDAY)).set_index("distributor_id")
    assert (rows.loc["D3", "behind_days"], rows.loc["D3", "count_state"]) == (48, "late")
    assert (rows.loc["D3", "left_out_count"], rows.loc["D3", "left_out_amount"]) == (1, 120)
    assert (rows.loc["D2", "count_state"], rows.loc["D2", "near_expiry_share"]) == ("fresh", 0.25)
    assert sentences.tell_counts(rows.reset_index().to_dict("records"), 180, "en") == (
        "丙商 has not counted since 9 Feb 2026; 25.0% of dated stock expires within 180 days"
    )


def test_a_territory_stands_for_the_distributors_at_home_in_it(book: Warehouse) -> None:
    rows = ask_frame(book, "network/stock_by_distributor", **filtered(territories=("E",)))
    assert list(rows["distributor_id"]) == ["D1"]


def test_flows_of_months_only_are_not_judged_for_loading(tmp_path: Path) -> None:
    monthly = make_flows(*[(f"2025-{month:02}-01", "M1", "D1", "A", "10") for month in range(1, 13)])
    coverage = Coverage(date(2025, 1, 1), date(2025, 12, 1), date(2025, 12, 31), True)
    warehouse = open_tables(tmp_path, make_tables(monthly, None, "A"))
    assert ask_frame(warehouse, "network/stock_loading", **filtered(coverage)).empty
    close_warehouse(warehouse)


# --- at random ---------------------------------------------------------------------------------------------------

PARTIES = ("M1", "D1", "D2", "D3", "X9")
LINES = st.tuples(
    st.integers(0, 89),
    st.sampled_from(PARTIES),
    st.sampled_from(("D1", "D2", "D3", "T1", "T2", "Y9")),
    st.sampled_from(("A", "B")),
    st.decimals("-20", "60", places=3, allow_nan=False).filter(bool),
)
COUNTED = st.tuples(
    st.integers(-10, 89), st.sampled_from(("D1", "D2")), st.sampled_from(("A", "B")), st.decimals("0", "90", places=3)
)


def walk_book(lines: list[Any], counts: dict[tuple[int, str, str], Decimal], distributor: str, product: str) -> Decimal:
    """The stock after day 89, walked day by day: lines move it, a count at the day's end sets it."""
    book = Decimal(0)
    for day in range(-10, 90):
        for on, seller, buyer, item, quantity in lines:
            if on == day and item == product:
                book += quantity * ((buyer == distributor) - (seller == distributor))
        book = counts.get((day, distributor, product), book)
    return book


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LINES, min_size=20, max_size=80), st.lists(COUNTED, min_size=2, max_size=16))
def test_whatever_moves_opening_and_what_came_less_what_went_and_the_gap_is_closing(
    lines: list[Any], counted: list[Any]
) -> None:
    """For each pair and month, in units and to the cent, added up at any level; and every line is in one of the parts."""
    start = date(2026, 1, 1)
    # the last day holds a line, so that the data reach it
    lines = [*lines, (89, "M1", "T1", "A", Decimal("1.000"))]
    flows = make_flows(*[(str(start + timedelta(line[0])), line[1], line[2], line[3], str(line[4])) for line in lines])
    counts = {(row[0], row[1], row[2]): row[3] for row in counted}
    rows = [(str(start + timedelta(day)), who, item, str(units), None) for (day, who, item), units in counts.items()]
    tables = make_tables(flows, make_counts(*rows) if rows else None, "AB")
    with tempfile.TemporaryDirectory() as store:
        warehouse = open_tables(Path(store), tables)
        months = pd.concat([read_months(warehouse, who, item) for who in ("D1", "D2", "D3") for item in ("A", "B")])
        identity = ask_frame(warehouse, "network/stock_identity", **filtered()).iloc[0]
        close_warehouse(warehouse)
    for unit in ("quantity", "amount"):
        moved = months[f"opening_{unit}"] + sum(SIGNS.get(part, 1) * months[f"{part}_{unit}"] for part in PARTS)
        assert list(moved) == list(months[f"closing_{unit}"])
    assert (
        identity["opening_amount"] + sum(SIGNS.get(part, 1) * identity[f"{part}_amount"] for part in PARTS)
        == identity["closing_amount"]
    )
    for (who, item), pair in months.groupby(["distributor_id", "product_id"]):
        assert list(pair["opening_quantity"])[1:] == list(pair["closing_quantity"])[:-1]
        assert pair["closing_quantity"].iloc[-1] == walk_book(lines, counts, who, item)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for _, seller, buyer, _, quantity in lines:
        if buyer in ("D1", "D2", "D3"):
            way = "received" if seller == "M1" else "transferred_in" if seller.startswith("D") else "other"
            sums[way] += quantity
        if seller in ("D1", "D2", "D3"):
            way = "transferred_out" if buyer.startswith("D") else "sold" if buyer.startswith("T") else "other"
            sums[way] += -quantity if way == "other" else quantity
    for part in PARTS[:5]:
        assert months[f"{part}_quantity"].sum() == sums[part]


# --- the demo ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[Warehouse]:
    warehouse = open_published(open_current(demo_store))
    yield warehouse
    close_warehouse(warehouse)


DEMO = Coverage(date(2023, 10, 1), date(2026, 9, 1), date(2026, 9, 16), False)


def test_the_demo_loads_where_it_was_planted_with_its_true_values_and_nowhere_else(
    demo: Warehouse, demo_truths: dict[str, Any]
) -> None:
    """Three years of 20 distributors: the eight planted quarters first, shares exact, days within three of a hundred."""
    frame = ask_frame(demo, "network/stock_loading", **filtered(DEMO, period="all"))
    found = frame[frame["is_loading"]].set_index(["distributor_id", "quarter_month"])
    planted = {
        (loader["distributor_id"], date.fromisoformat(quarter["quarter_end_month"])): quarter
        for loader in demo_truths["loading"]["distributors"]
        for quarter in loader["quarters"]
    }
    assert set(found.index) == set(planted)
    assert list(frame["is_loading"])[: len(planted)] == [True] * len(planted)
    for place, truth in planted.items():
        assert found.loc[place, "late_share"] == pytest.approx(truth["share_in_last_five_days"], abs=1e-6)
        assert found.loc[place, "stock_days"] == pytest.approx(truth["stock_days"], rel=0.03)


def test_the_demos_stock_of_every_month_is_its_book_but_for_the_planted_miscounts(demo: Warehouse) -> None:
    """Two counts in a hundred miss units and the next count finds them: the gap nets to under a thousandth of sell-in."""
    row = ask_frame(demo, "network/stock_identity", **filtered(DEMO, period="all")).iloc[0]
    assert abs(row["gap_amount"]) < row["received_amount"] / 1000
    assert row["transferred_in_amount"] == row["transferred_out_amount"]
    assert row["counted_count"] == row["distributor_count"] == 60


def test_the_ninety_days_of_the_mart_are_the_lines_of_ninety_days(demo: Warehouse) -> None:
    """For three months' ends: what is sold in (end - 90, end] by the lines is what the mart says."""
    with demo.connection.cursor() as cursor:
        set_reader(cursor, EVERYTHING, "zh")
        for month, end in (("2026-09-01", "2026-09-16"), ("2026-03-01", "2026-03-31"), ("2025-02-01", "2025-02-28")):
            wrong = cursor.execute(
                """
                select count(*)
                from (
                    select seller_id, product_id, sum(quantity) as quantity
                    from flows
                    where occurred_on > ?::date - 90 and occurred_on <= ?::date
                        and buyer_id in (select terminal_id from terminals)
                    group by all
                ) as lines
                full join (select * from stock_months where stock_month = ?::date) as months
                    on months.distributor_id = lines.seller_id and months.product_id = lines.product_id
                where round(coalesce(lines.quantity, 0) * months.unit_amount, 2) <> coalesce(months.sold_90_amount, 0)
                    and months.distributor_id is not null
                """,
                [end, end, month],
            ).fetchone()
            assert wrong == (0,)


def test_the_late_reporter_of_the_demo_is_late_and_its_stock_is_not_named(demo: Warehouse) -> None:
    counts = ask_frame(demo, "network/stock_counts", **filtered(DEMO))
    assert list(counts[counts["count_state"] != "fresh"]["distributor_id"]) == ["D0046"]
    days = ask_frame(demo, "network/stock_by_distributor", **filtered(DEMO))
    assert (days.iloc[0]["distributor_id"], days.iloc[0]["basis"]) == ("D0046", "carried")
    assert days.iloc[0]["distributor_name"] not in sentences.tell_days(days.to_dict("records"), 60, "zh", "CNY")


# --- words and pictures ------------------------------------------------------------------------------------------


def read_numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


IDENTITY: dict[str, Any] = {
    "opening_amount": 100.0,
    "closing_amount": 130.0,
    "counted_count": 1,
    "stock_days": 41.2,
}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, "¥130 lies in the channel, 41 days of what leaves it; ¥30 more than when the period began"),
        (
            {"opening_amount": 130.5},
            "¥130 lies in the channel, 41 days of what leaves it; about level since the period began",
        ),
        ({"counted_count": 0}, "By the lines alone ¥130 should lie in the channel; nothing was ever counted"),
        ({"stock_days": None}, "¥130 lies in the channel; nothing left it lately"),
        (
            {"closing_amount": -5.0},
            "The channel shipped ¥5 more than it was ever seen to receive: purchases, or the stock it began with, are missing",
        ),
    ],
)
def test_the_identity_is_told_by_what_it_rests_on(row: dict[str, Any], expected: str) -> None:
    told = {language: sentences.tell_identity({**IDENTITY, **row}, "", language, "CNY") for language in ("en", "zh")}
    assert told["en"] == expected
    assert read_numbers(told["en"]) == read_numbers(told["zh"])
    assert sentences.tell_identity({**IDENTITY, **row}, "甲商", "en", "CNY").count("甲商") == 1


@pytest.mark.parametrize("taken", [100.0, 103.0, 90.0])
def test_the_months_are_told_with_the_same_numbers_in_both_languages(taken: float) -> None:
    told = [sentences.tell_months(taken, 100.0, 12, language) for language in ("en", "zh")]
    assert read_numbers(told[0]) == read_numbers(told[1])


def test_what_is_within_the_tolerance_is_said_to_agree() -> None:
    assert sentences.tell_gaps([], 0.05, "en", "CNY") == "Counts and book agree within 5% for every product"


def test_no_loading_is_said_plainly_and_one_quarter_by_its_name() -> None:
    row = {"is_loading": True, "distributor_name": "甲商", "quarter_month": date(2026, 6, 1), "late_share": 0.6575}
    assert sentences.tell_loading([{**row, "is_loading": False}], "en") == "No quarter’s end looks like loading"
    told = sentences.tell_loading([row], "en")
    assert told == "It looks like loading at 甲商: 65.8% of the sell-in of Q2 2026 in five working days"


def find_rows(spec: Any) -> Iterator[list[dict[str, Any]]]:
    """The rows that each layer holds."""
    if isinstance(spec, dict):
        if isinstance(spec.get("values"), list):
            yield [row for row in spec["values"] if isinstance(row, dict)]
        for part in spec.values():
            yield from find_rows(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from find_rows(part)


@pytest.mark.parametrize("style", [Style("en", False, "CNY"), Style("zh", True, "CNY")], ids=str)
def test_the_charts_of_stock_are_valid_with_missing_values_and_a_month_not_over(style: Style) -> None:
    months = pd.DataFrame(
        {
            "month": [date(2026, 2, 1), date(2026, 3, 1)],
            "received_amount": [5.0, -1.0],
            "sold_amount": [4.0, 0.0],
            "stock_days": [None, 70.0],
            "is_quarter_end": [False, True],
            "is_partial": [False, True],
        }
    )
    days = pd.DataFrame(
        {
            "unit_id": ["D1", "D2"],
            "unit_name": ["甲", "乙"],
            "stock_days": [70.0, 0.0],
            "amount": [5.0, 0.0],
            "is_uncertain": [True, False],
        }
    )
    late = pd.DataFrame(
        {
            "row_id": ["1"],
            "row_name": ["甲"],
            "unit_id": ["D1"],
            "late_share": [0.6],
            "excess_amount": [5.0],
            "sales_late_share": [None],
        }
    )
    steps = pd.DataFrame(
        {
            "step_id": ["a", "b"],
            "label": ["a", "b"],
            "change_amount": [5.0, -2.0],
            "is_total": [True, False],
            "is_neutral": [None, True],
        }
    )
    for draw, frame in (
        (draw_stock_months, months),
        (draw_stock_days, days),
        (draw_loading, late),
        (draw_bridge, steps),
    ):
        words = [
            row[key] for rows in find_rows(draw(frame, style).to_dict()) for row in rows for key in row if "text" in key
        ]
        assert words and not {"nan", "None", "NaN"} & {str(word) for word in words}
