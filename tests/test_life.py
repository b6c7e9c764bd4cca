"""Who comes and goes: states by hand, reports that are late, no hindsight, the planted stories, handovers, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.access import EVERYTHING, Scope
from insight.analysis.life.handover import AFTER, BEFORE, measure_dip
from insight.analysis.life.reports import find_partial
from insight.analysis.rhythm import measure_last_orders, measure_rhythm
from insight.charts.life import STATES
from insight.charts.moves import draw_moves
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.filters import add_months
from insight.life import Books, judge_customers, list_months
from insight.publish import publish
from insight.sentences import life as sentences
from insight.store import open_current
from insight.ui.coverage.life import list_comings
from insight.warehouse import Warehouse, ask, close_warehouse
from published import open_published

Line = tuple[date, str, str, float]  # day, seller, terminal, amount
SILENT = ("dormant", "lost")


# --- building --------------------------------------------------------------------------------------------------------


def order(seller: str, terminal: str, first: date, every: int, until: date, amount: float = 100.0) -> list[Line]:
    """A line of an amount every so many days."""
    days = (until - first).days // every + 1
    return [(first + timedelta(days=every * place), seller, terminal, amount) for place in range(days)]


def report(seller: str, first: date, until: date) -> list[Line]:
    """Lines of a seller every other day, to somebody else: it has reported."""
    return order(seller, f"other of {seller}", first, 2, until)


def write_books(
    lines: pd.DataFrame, ended: Iterable[str] = (), opened: Iterable[tuple[str, date | None, date | None]] = ()
) -> Books:
    """Lines (day, seller, terminal, amount) as the answers of queries/life, by other means than theirs."""
    days = lines.groupby(["terminal", "day"], as_index=False)["amount"].sum()
    days = days[days["amount"] > 0].sort_values(["terminal", "day"])
    months = lines.assign(month=lines["day"].to_numpy().astype("datetime64[M]"), sale=lines["amount"] > 0)
    links = months.groupby(["terminal", "seller", "month"], as_index=False).agg(
        amount=("amount", "sum"), sale=("sale", "max")
    )
    reports = lines[["seller", "day"]].drop_duplicates().sort_values(["seller", "day"])
    rows = list(opened)

    def dates(values: pd.Series) -> pa.Array:
        return pa.array(values.to_numpy().astype("datetime64[D]"), pa.date32())

    return Books(
        pa.table({"terminal_id": pa.array(days["terminal"]), "ordered_on": dates(days["day"])}),
        pa.table(
            {
                "seller_id": pa.array(reports["seller"]),
                "reported_on": dates(reports["day"]),
                "has_ended": reports["seller"].isin(list(ended)).to_numpy(),
            }
        ),
        pa.table(
            {
                "terminal_id": pa.array(links["terminal"]),
                "seller_id": pa.array(links["seller"]),
                "sales_month": dates(links["month"]),
                "sales_amount": pa.array(links["amount"].round(2)).cast(pa.decimal128(18, 2)),
                "is_sale": links["sale"].to_numpy(),
            }
        ),
        pa.table(
            {
                "terminal_id": pa.array([row[0] for row in rows], pa.string()),
                "opened_on": pa.array([row[1] for row in rows], pa.date32()),
                "closed_on": pa.array([row[2] for row in rows], pa.date32()),
            }
        ),
        pa.table({"day_on": pa.array([], pa.date32())}),
    )


def judge(lines: pd.DataFrame | list[Line], through: date, **more: Any) -> pd.DataFrame:
    """Every month's row of every customer. ``more``: ended, opened."""
    frame = (
        lines
        if isinstance(lines, pd.DataFrame)
        else pd.DataFrame(lines, columns=["day", "seller", "terminal", "amount"])
    )
    frame = frame.assign(day=pd.to_datetime(frame["day"]))
    first = frame["day"].min().date()
    end = add_months(through.replace(day=1), 1)
    span = {
        "first_month": first.replace(day=1),
        "data_month": through.replace(day=1),
        "data_through_on": through,
        "whole_month": through.replace(day=1) if end - timedelta(days=1) == through else add_months(end, -2),
    }
    return judge_customers(write_books(frame, **more), list_months(span), first).to_pandas()


def follow(rows: pd.DataFrame, terminal: str) -> dict[str, str]:
    """State by month of one customer."""
    own = rows[rows["terminal_id"] == terminal]
    return {month.strftime("%Y-%m"): state for month, state in zip(own["life_month"], own["state"], strict=True)}


def end_of(rows: pd.DataFrame, terminal: str) -> str:
    """Its state in the last month; empty where it has none."""
    return list(follow(rows, terminal).values() or [""])[-1]


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_customer_falls_silent_is_lost_after_a_year_and_comes_back_for_three_months() -> None:
    """Every 10 days from 1 January 2024 to 29 June 2024: unusual beyond max(20, 15, 14) = 20 days.

    30 June: 1 day silent, steady. 31 July: 32 days, dormant. Lost beyond max(3 × 20, 365) days: on 29 June 2025 365 days,
    on 30 June 366. Orders every 10 days again from 5 July 2025: reactivated for July, August, September.
    """
    lines = [
        *report("D1", date(2024, 1, 1), date(2025, 12, 31)),
        *order("D1", "T", date(2024, 1, 1), 10, date(2024, 6, 29)),
        *order("D1", "T", date(2025, 7, 5), 10, date(2025, 12, 31)),
    ]
    states = follow(judge(lines, date(2025, 12, 31)), "T")
    assert states["2024-01"] == states["2024-06"] == "steady"
    assert [states[f"2024-{month:02}"] for month in range(7, 13)] == ["dormant"] * 6
    assert states["2025-05"] == "dormant"
    # D1 has reported through 29 June 2025, every other day: 365 days are not more than 365
    assert states["2025-06"] in SILENT
    assert [states[f"2025-{month:02}"] for month in range(7, 11)] == ["reactivated"] * 3 + ["steady"]


def test_returns_only_have_no_life_one_purchase_is_occasional_and_lost_after_a_year() -> None:
    """R only returned. O bought once on 10 March 2024: too few for a rhythm, never dormant; lost once 365 days are over."""
    lines = [
        *report("D1", date(2024, 1, 1), date(2025, 12, 31)),
        (date(2024, 3, 5), "D1", "R", -50.0),
        (date(2024, 3, 10), "D1", "O", 50.0),
    ]
    rows = judge(lines, date(2025, 12, 31))
    assert follow(rows, "R") == {}
    states = follow(rows, "O")
    assert states["2024-03"] == states["2025-02"] == "occasional"
    assert states["2025-04"] == "lost" and "dormant" not in states.values()


def test_a_closed_customer_is_not_lost() -> None:
    """Last order on 29 June 2024, closed on 15 July: closed from July on, whatever its rhythm."""
    lines = [
        *report("D1", date(2024, 1, 1), date(2025, 12, 31)),
        *order("D1", "T", date(2024, 1, 1), 10, date(2024, 6, 29)),
    ]
    states = follow(judge(lines, date(2025, 12, 31), opened=[("T", None, date(2024, 7, 15))]), "T")
    assert states["2024-06"] == "steady" and {states[month] for month in states if month > "2024-06"} == {"closed"}


def test_growing_and_shrinking_go_by_the_same_months_a_year_before_and_beyond_scatter() -> None:
    """G sells 100 a month and then 130 a month, S 130 and then 100: +30% and −23.1%, the same every month.

    A goes from 100 to 105: within a tenth. W is bought for 0 to 400 at random, its mean as good as unchanged. Two of T's
    orders stand against none: too few for a rhythm, so it is no decline.
    """
    rng = np.random.default_rng(3)
    lines = report("D1", date(2024, 1, 1), date(2025, 12, 31))
    for place in range(24):
        day = date(2024 + place // 12, place % 12 + 1, 10)
        is_late = place >= 12
        lines += [
            (day, "D1", "G", 130.0 if is_late else 100.0),
            (day, "D1", "S", 100.0 if is_late else 130.0),
            (day, "D1", "A", 105.0 if is_late else 100.0),
            (day, "D1", "W", float(rng.integers(1, 400))),
        ]
    lines += [(date(2024, 3, 1), "D1", "T", 900.0), (date(2025, 2, 1), "D1", "T", 10.0)]
    rows = judge(lines, date(2025, 12, 31))
    assert {name: end_of(rows, name) for name in "GSAWT"} == {
        "G": "growing",
        "S": "shrinking",
        "A": "steady",
        "W": "steady",
        "T": "occasional",
    }
    last = rows[rows["life_month"] == date(2025, 12, 1)].set_index("terminal_id")
    assert last.loc["G", "change_rate"] == pytest.approx(0.3)
    assert float(last.loc["G", "stake_amount"]) == 12 * 130
    # before six months have a counterpart there is nothing to compare with
    assert follow(rows, "G")["2025-05"] == "steady" and follow(rows, "G")["2025-06"] == "growing"


def test_a_first_order_is_new_only_where_the_data_say_that_it_was_none_before() -> None:
    """N orders first in September 2024, 8 months after the data begin: new for a year. K in March 2024: it may be old.

    L orders first in September as well, from D2 whose lines begin in August: D2 may have served it for years. O orders in
    March and had opened in February: new.
    """
    lines = [
        *report("D1", date(2024, 1, 1), date(2025, 12, 31)),
        *report("D2", date(2024, 8, 1), date(2025, 12, 31)),
        *order("D1", "N", date(2024, 9, 10), 10, date(2025, 12, 31)),
        *order("D2", "L", date(2024, 9, 10), 10, date(2025, 12, 31)),
        *order("D1", "K", date(2024, 3, 10), 10, date(2025, 12, 31)),
        *order("D1", "O", date(2024, 3, 10), 10, date(2025, 12, 31)),
    ]
    rows = judge(lines, date(2025, 12, 31), opened=[("O", date(2024, 2, 1), None)])
    new = {name: [month for month, state in follow(rows, name).items() if state == "new"] for name in "NLKO"}
    assert (new["N"][0], new["N"][-1]) == ("2024-09", "2025-08")
    assert (new["O"][0], new["O"][-1]) == ("2024-03", "2025-02")
    assert new["L"] == new["K"] == []


def test_lines_to_other_distributors_are_no_report_of_who_sells_to_many_terminals(tmp_path: Path) -> None:
    """D1 sold to five terminals until June, D2 to one, and both to D3 until December: D1 has reported through June only."""
    sales = [("D1", f"T{number}", 6) for number in range(5)] + [("D2", "T5", 6), ("D1", "D3", 12), ("D2", "D3", 12)]
    lines = [(date(2025, month, 10), seller, buyer) for seller, buyer, last in sales for month in range(1, last + 1)]
    days, sellers, buyers = (list(column) for column in zip(*lines, strict=True))
    terminals, distributors = [f"T{number}" for number in range(6)], ["D1", "D2", "D3"]
    tables = {
        "distributors": pa.table({"distributor_id": distributors, "name": distributors}),
        "terminals": pa.table({"terminal_id": terminals, "name": terminals}),
        "products": pa.table({"product_id": ["P"], "name": ["P"]}),
        "flows": pa.table(
            {
                "flow_id": [f"F{number}" for number in range(len(lines))],
                "occurred_on": days,
                "seller_id": sellers,
                "buyer_id": buyers,
                "product_id": ["P"] * len(lines),
                "quantity": [1.0] * len(lines),
                "amount": [100.0] * len(lines),
            }
        ),
    }
    warehouse = open_published(publish(Company(Workspace("Test"), tables), tmp_path / "store"))
    reported = asked(warehouse, "report_days").groupby("seller_id")["reported_on"].max()
    close_warehouse(warehouse)
    assert [(day.month, day.day) for day in reported.loc[["D1", "D2"]]] == [(6, 10), (12, 10)]


# --- late reports ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [date(2025, 12, 1), date(2025, 11, 1), date(2025, 10, 1), date(2025, 12, 9)])
def test_a_late_distributor_makes_nobody_dormant_or_lost(cut: date) -> None:
    """T buys from D1 alone, M from D1 and D2, every 5 days; nothing of D1 has come since the cut. M still buys from D2.

    Q fell silent in August and stays unknown from the cut on; U is D2's and fell silent: it is dormant.
    """
    lines = [
        *report("D1", date(2024, 1, 1), date(2025, 12, 31)),
        *report("D2", date(2024, 1, 1), date(2025, 12, 31)),
        *order("D1", "T", date(2024, 1, 1), 5, date(2025, 12, 31)),
        *order("D1", "M", date(2024, 1, 1), 5, date(2025, 12, 31)),
        *order("D2", "M", date(2024, 1, 3), 30, date(2025, 12, 31)),
        *order("D1", "Q", date(2024, 1, 1), 5, date(2025, 8, 1)),
        *order("D2", "U", date(2024, 1, 1), 5, date(2025, 8, 1)),
    ]
    kept = [line for line in lines if line[1] != "D1" or line[0] < cut]
    rows = judge(kept, date(2025, 12, 31))
    silent = set(rows[(rows["life_month"] == date(2025, 12, 1)) & rows["state"].isin(SILENT)]["terminal_id"])
    assert silent == {"U"}
    assert end_of(rows, "T") == end_of(rows, "Q") == "unreported"


def test_a_part_of_a_file_is_no_report() -> None:
    """Ten customers a month, then one line: 1 < 10/4. Then two by mid-month: 2 > 10/4/2, which may be all there were."""
    sales = [(who, 0, month) for month in range(4) for who in range(10)] + [(0, 0, 4), (0, 0, 5), (1, 0, 5)]
    customer, seller, month = (np.array(column, dtype=np.int64) for column in zip(*sales, strict=True))
    found = find_partial((customer, seller, month), 1, np.array([1, 1, 1, 1, 1, 0.5]))
    assert found[0].tolist() == [False, False, False, False, True, False]


def test_who_stopped_reporting_for_good_loses_nobody_unless_its_contract_ended() -> None:
    """D1 sends nothing after June 2024. Its customers stay unknown to the end; once D1's contract is said to have ended
    they are judged: silent for 550 days, lost.
    """
    lines = [
        *report("D1", date(2024, 1, 1), date(2024, 6, 30)),
        *report("D2", date(2024, 1, 1), date(2025, 12, 31)),
        *order("D1", "T", date(2024, 1, 1), 5, date(2024, 6, 30)),
    ]
    states = follow(judge(lines, date(2025, 12, 31)), "T")
    assert not set(states.values()) & set(SILENT) and states["2025-12"] == "unreported"
    assert end_of(judge(lines, date(2025, 12, 31), ended=["D1"]), "T") == "lost"


def test_months_missing_in_between_are_no_silence() -> None:
    """Orders every 20 days until 26 May, unusual beyond 40 days. June and July are missing of D1, then it reports again.

    31 August: 97 days since the order, 61 of them not reported: 5 + 31 = 36 of silence, not yet unusual. 30 September: 66.
    """
    lines = [
        *report("D1", date(2024, 1, 1), date(2024, 5, 31)),
        *report("D1", date(2024, 8, 1), date(2024, 12, 31)),
        *order("D1", "T", date(2024, 1, 7), 20, date(2024, 5, 26)),
    ]
    states = follow(judge(lines, date(2024, 12, 31)), "T")
    assert [states[f"2024-{month:02}"] for month in (5, 6, 7, 8, 9)] == [
        "steady",
        "steady",
        "unreported",
        "unreported",
        "dormant",
    ]


def test_flows_that_carry_months_only_are_gated_as_well() -> None:
    """A line at each month's end. D1's last months are missing: T, which bought in every month, is never dormant."""
    ends = [add_months(date(2024, 1, 1), place + 1) - timedelta(days=1) for place in range(24)]
    for missing in (1, 2, 3, 8):
        lines = [(day, "D1", "T", 100.0) for day in ends[:-missing]] + [(day, "D2", "X", 100.0) for day in ends]
        assert not set(follow(judge(lines, date(2025, 12, 31)), "T").values()) & set(SILENT)


@pytest.fixture(scope="module")
def demo_lines(made_demo: tuple[Company, dict[str, Any]]) -> pd.DataFrame:
    """The demo's lines to terminals."""
    flows = made_demo[0].tables["flows"].select(["occurred_on", "seller_id", "buyer_id", "amount"])
    frame = flows.to_pandas().rename(columns={"occurred_on": "day", "seller_id": "seller", "buyer_id": "terminal"})
    frame = frame[frame["terminal"].str.startswith("T")]
    return frame.assign(amount=frame["amount"].astype(float), day=pd.to_datetime(frame["day"]))


def test_no_distributor_of_the_demo_creates_a_lost_customer_by_being_late(demo_lines: pd.DataFrame) -> None:
    """Of every fifth distributor the last one, two and three months are cut: nobody is dormant or lost who was not."""
    through = date(2026, 9, 16)
    checked = 0
    for seller in sorted(demo_lines.loc[demo_lines["seller"].str.startswith("D"), "seller"].unique())[::5]:
        customers = demo_lines.loc[demo_lines["seller"] == seller, "terminal"].unique()
        mine = demo_lines[demo_lines["terminal"].isin(customers)]
        whole = judge(mine, through).set_index(["life_month", "terminal_id"])["state"]
        for cut in (date(2026, 9, 1), date(2026, 8, 1), date(2026, 7, 1)):
            rows = judge(mine[(mine["seller"] != seller) | (mine["day"] < pd.Timestamp(cut))], through)
            silent = rows[rows["state"].isin(SILENT)].set_index(["life_month", "terminal_id"])
            created = [place for place in silent.index if whole.get(place) not in (*SILENT, "closed")]
            assert created == []
            checked += len(customers)
    assert checked > 500


def test_a_file_that_broke_off_after_a_line_creates_no_lost_customer(demo_lines: pd.DataFrame) -> None:
    """Of the five distributors with the most customers the last whole month, or that and the running one, hold one line."""
    through = date(2026, 9, 16)
    counts = demo_lines[demo_lines["seller"].str.startswith("D")].groupby("seller")["terminal"].nunique()
    for seller in counts.nlargest(5).index:
        customers = demo_lines.loc[demo_lines["seller"] == seller, "terminal"].unique()
        mine = demo_lines[demo_lines["terminal"].isin(customers)]
        whole = judge(mine, through).set_index(["life_month", "terminal_id"])["state"]
        for months in ((8,), (8, 9), (9,)):
            is_late = (mine["seller"] == seller) & (mine["day"].dt.year == 2026) & mine["day"].dt.month.isin(months)
            kept = [mine[is_late & (mine["day"].dt.month == month)].index[0] for month in months]
            rows = judge(mine[~is_late | mine.index.isin(kept)], through)
            silent = rows[rows["state"].isin(SILENT)].set_index(["life_month", "terminal_id"])
            assert [place for place in silent.index if whole.get(place) not in (*SILENT, "closed")] == []


# --- without hindsight -------------------------------------------------------------------------------------------------


DAYS = st.lists(st.dates(date(2024, 1, 1), date(2025, 11, 30)), min_size=1, max_size=40, unique=True)


@settings(max_examples=60, deadline=None)
@given(DAYS)
def test_the_rhythm_as_known_at_an_end_is_that_of_the_orders_before_it(days: list[date]) -> None:
    """The quick way for all customers gives what the plain one gives for one."""
    ends = [add_months(date(2024, 1, 1), place + 1) - timedelta(days=1) for place in range(24)]
    numbers = np.array(sorted((day - date(1970, 1, 1)).days for day in days))
    found = measure_last_orders(
        np.zeros(len(numbers), np.int64), numbers, 1, np.array([(end - date(1970, 1, 1)).days for end in ends])
    )
    for place, end in enumerate(ends):
        plain = measure_rhythm([day for day in days if day <= end], end, end)
        assert found.order_count[0, place] == plain.order_count
        assert bool(found.has_rhythm[0, place]) == plain.is_known
        if plain.is_known:
            assert (found.usual[0, place], found.limit[0, place]) == (plain.usual_days, plain.limit_days)


@settings(max_examples=25, deadline=None)
@given(DAYS, st.integers(6, 22))
def test_what_happens_later_changes_no_earlier_state(days: list[date], kept: int) -> None:
    """The months up to an end are judged the same whether the data end there or go on."""
    end = add_months(date(2024, 1, 1), kept) - timedelta(days=1)
    lines = [*report("D1", date(2024, 1, 1), date(2025, 12, 31)), *((day, "D1", "T", 100.0) for day in days)]
    whole = follow(judge(lines, date(2025, 12, 31)), "T")
    early = follow(judge([line for line in lines if line[0] <= end], end), "T")
    assert early == {month: state for month, state in whole.items() if month <= f"{end:%Y-%m}"}


# --- the questions -----------------------------------------------------------------------------------------------------

WINDOW: dict[str, Any] = {
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 10, 1),
    "base_start": date(2025, 1, 1),
    "base_end": date(2025, 10, 1),
    "base_cut_month": date(2025, 9, 1),
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
    "since_month": date(2025, 10, 1),
    "state": "",
    "from_state": "",
    "moved_from": "",
    "moved_to": "",
    "move_month": None,
}


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[Warehouse]:
    """The small demo, opened."""
    warehouse = open_published(open_current(demo_store))
    yield warehouse
    close_warehouse(warehouse)


def asked(warehouse: Warehouse, name: str, scope: Scope = EVERYTHING, **more: Any) -> pd.DataFrame:
    """An answer over the window."""
    return ask(warehouse, f"life/{name}", {**WINDOW, **more}, scope).to_pandas()


def test_the_planted_quiet_accounts_are_dormant_and_no_customer_of_the_late_reporter_is(
    demo: Warehouse, demo_truths: dict[str, Any]
) -> None:
    """25 regular accounts stopped; those that bought from the late reporter in their last year are unknown instead."""
    dormant = asked(demo, "terminals", state="dormant").set_index("terminal_id")
    unknown = set(asked(demo, "terminals", state="unreported")["terminal_id"])
    planted = {row["terminal_id"]: row for row in demo_truths["quiet"]["terminals"]}
    assert planted.keys() <= set(dormant.index) | unknown
    assert len(planted.keys() & set(dormant.index)) >= 20
    for name in planted.keys() & set(dormant.index):
        assert dormant.loc[name, "last_order_on"].isoformat() == planted[name]["last_order_on"]
    assert len(dormant) <= 1.4 * len(planted)
    late = demo_truths["late_reporter"]["distributor_id"]
    states = asked(demo, "states", distributors=[late]).set_index("state")["terminal_count"]
    assert states.get("dormant", 0) == states.get("lost", 0) == 0


def test_states_moves_and_lists_count_the_same_customers(demo: Warehouse) -> None:
    """Every customer is in one state; the moves end in those states; each list holds as many."""
    states = asked(demo, "states").set_index("state")
    moves = asked(demo, "moves")
    ends = moves[moves["to_state"] != "closed"].groupby("to_state")["terminal_count"].sum()
    here = states[states["terminal_count"] > 0]
    assert ends.to_dict() == here["terminal_count"].to_dict()
    for state in here.index:
        listed = asked(demo, "terminals", state=state)
        assert len(listed) == here.loc[state, "terminal_count"]
        assert sum(listed["stake_amount"]) == here.loc[state, "stake_amount"]
    # from the end of last month to this one: as many in each state as the months' moves say
    monthly = asked(demo, "monthly_moves")
    last = monthly[monthly["life_month"] == date(2026, 9, 1)]
    arrived = last[last["to_state"] != "closed"].groupby("to_state")["terminal_count"].sum()
    assert arrived.to_dict() == here["terminal_count"].to_dict()
    wanted = list_comings(last).set_index("move")["terminal_count"]
    for move in set(wanted.index) & {"dormant", "reactivated"}:
        listed = asked(demo, "terminals", moved_to=move, move_month=date(2026, 9, 1))
        assert len(listed) == wanted[move]


def test_a_reader_of_one_territory_sees_its_customers_only(demo: Warehouse) -> None:
    """A reader of Jiangsu and one of everything who chooses Jiangsu are told the same."""
    own = asked(demo, "states", Scope(territories=("JS",), distributors=None))
    chosen = asked(demo, "states", territories=["JS"])
    columns = ["state", "terminal_count", "stake_amount"]
    assert own[columns].to_dict("records") == chosen[columns].to_dict("records")
    assert 0 < own["terminal_count"].sum() < asked(demo, "states")["terminal_count"].sum()


def test_retention_counts_those_still_buying_of_those_known(demo: Warehouse) -> None:
    """Shares lie between 0 and 1, and a cohort is told only of months that all its members have reached."""
    rows = asked(demo, "retention")
    assert len(rows) and (rows["buying_count"] <= rows["known_count"]).all()
    assert (rows["known_count"] <= rows["customer_count"]).all()
    for row in rows.itertuples():
        assert add_months(row.cohort_month, 5 + int(row.since_count)) <= date(2026, 9, 1)


# --- handovers ---------------------------------------------------------------------------------------------------------


def hand_over(after: float, handovers: int = 10, terminals: int = 3) -> pd.DataFrame:
    """Handovers of terminals that bought 100 a month before and ``after`` from then on; the others 1,000 throughout."""
    return pd.DataFrame(
        [
            {
                "handover_id": f"H{handover}",
                "terminal_id": f"T{handover}-{terminal}",
                "handed_month": date(2025, 6, 1),
                "event_count": month,
                "sales_amount": 100.0 if month < 0 else after,
                "kept_amount": 1_000.0,
                "kept_count": 50,
            }
            for handover in range(handovers)
            for terminal in range(terminals)
            for month in range(-BEFORE, AFTER)
        ]
    )


def test_a_dip_is_what_was_bought_over_what_the_others_let_expect() -> None:
    """600 expected in six months, 540 bought: −10%, the same at every handover, so the range is −10% to −10%."""
    dip = measure_dip(hand_over(90.0))
    assert dip.change_rate == pytest.approx(-0.1) and dip.low_rate == pytest.approx(-0.1)
    assert dip.path["treated_index"].tolist() == pytest.approx([100.0] * 6 + [90.0] * 6)
    assert (dip.handover_count, dip.terminal_count) == (10, 30)


@pytest.mark.parametrize(("handovers", "terminals"), [(0, 0), (7, 5), (9, 2)])
def test_too_few_handovers_have_no_rate(handovers: int, terminals: int) -> None:
    rows = hand_over(90.0, handovers, terminals) if handovers else hand_over(90.0, 1, 1).iloc[:0]
    dip = measure_dip(rows)
    assert dip.change_rate is None and dip.handover_count == handovers


# --- words and pictures ------------------------------------------------------------------------------------------------

ROWS = [
    {"state": "steady", "terminal_count": 90, "stake_amount": 9e6, "base_count": 88, "base_stake_amount": 8e6},
    {"state": "growing", "terminal_count": 12, "stake_amount": 2e6, "base_count": 14, "base_stake_amount": 2e6},
    {"state": "shrinking", "terminal_count": 15, "stake_amount": 1e6, "base_count": 6, "base_stake_amount": 1e6},
    {"state": "dormant", "terminal_count": 7, "stake_amount": 3e5, "base_count": 2, "base_stake_amount": 1e5},
    {"state": "unreported", "terminal_count": 4, "stake_amount": 1e5, "base_count": 0, "base_stake_amount": 0.0},
]


def test_sentences_hold_the_same_numbers_in_both_languages() -> None:
    told = [
        [
            sentences.tell_headline(ROWS, language, "CNY"),
            sentences.tell_states(ROWS, "", language),
            sentences.tell_dip(-0.123, -0.2, -0.05, language),
            sentences.tell_comings(
                [{"move": "new", "terminal_count": 43}, {"move": "dormant", "terminal_count": 7}], 12, language
            ),
            sentences.tell_transitions(
                [{"from_state": "dormant", "to_state": "reactivated", "terminal_count": 40}], language
            ),
        ]
        for language in ("en", "zh")
    ]
    for english, chinese in zip(*told, strict=True):
        counts = [
            set(re.findall(r"\d+(?:\.\d+)?%|(?<![\d.¥])\b\d{1,3}\b(?!\.\d)", text)) for text in (english, chinese)
        ]
        assert {"%" in number for number in counts[0]} == {"%" in number for number in counts[1]}
    assert told[0][0].startswith("7 of 128 customers, worth ¥300.0k a year") and "7 家" in told[1][0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_nobody_is_silent_or_nothing_is_known_that_is_said(language: str) -> None:
    assert sentences.tell_headline([], language, "CNY")
    calm = sentences.tell_headline(ROWS[:2], language, "CNY")
    unsure = sentences.tell_headline([ROWS[0], ROWS[4]], language, "CNY")
    assert calm != unsure and "4" in unsure
    for state in STATES:
        row = {"state": state, "usual_days": None, "limit_days": None, "change_rate": None, "order_day_count": 2}
        assert sentences.tell_life(row, 12, language)


def test_a_click_on_the_flow_means_the_state_or_move_at_that_place() -> None:
    """Three links between two states on the left and two on the right: ids come in the order in which they are drawn."""
    frame = pd.DataFrame(
        {
            "from_state": ["steady", "none", "steady"],
            "to_state": ["dormant", "new", "steady"],
            "terminal_count": [3, 2, 10],
            "stake_amount": [1.0, 2.0, 3.0],
        }
    )
    spec, nodes, links = draw_moves(frame, Style("en", False, "CNY"), start="Dec 2025", end="Sep 2026")
    (series,) = spec["series"]
    assert (
        nodes
        == [node["name"] for node in series["data"]]
        == ["from none", "from steady", "to steady", "to new", "to dormant"]
    )
    assert links == ["steady steady", "steady dormant", "none new"]
    assert [link["value"] for link in series["links"]] == [10, 3, 2]
