"""White space of a published company: planted truths found, filters kept, companies of almost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from insight.analysis.depth.validation import summarise
from insight.company import Company, Workspace
from insight.publish import publish
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

FILTERS: dict[str, Any] = {"territories": [], "manufacturers": [], "product_lines": [], "distributors": []}
WHITE: dict[str, Any] = {**FILTERS, "standing": "", "terminals": [], "row_limit": 100_000}


# --- the demo's truths ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[Warehouse]:
    opened = open_published(open_current(demo_store))
    yield opened
    close_warehouse(opened)


@pytest.fixture(scope="module")
def white(demo: Warehouse) -> pd.DataFrame:
    return ask_frame(demo, "coverage/whitespace_by_terminal", **WHITE)


def test_the_county_gap_stands_where_its_potential_says(
    white: pd.DataFrame, demo: Warehouse, demo_truths: dict[str, Any]
) -> None:
    """The 14 planted hospitals never ordered. Among all that never did they stand, by the value of their white space,
    about where the potentials supplied put them: some at the very top, all in the upper half.
    """
    gap = list(demo_truths["county_gap"]["terminal_ids"])
    never = white[white["standing"] == "never"]
    worth = never["value_amount"].astype(float).groupby(never["terminal_id"]).sum()
    places = worth.rank(ascending=False)
    assert set(gap) <= set(places.index)
    assert (places[gap] <= 5).sum() >= 2 and (places[gap] <= len(places) / 2).all()
    shown = ask_frame(
        demo, "coverage/share_by_terminal", **FILTERS, period_start=date(2025, 9, 1), period_end=date(2026, 9, 1)
    )
    said = shown.set_index("terminal_id")["potential_amount"].astype(float).reindex(worth.index)
    assert worth.rank().corr(said.rank()) > 0.8
    assert abs(places[gap].mean() - said.rank(ascending=False)[gap].mean()) < 12


def test_uncovered_grade_a_terminals_are_listed_without_an_owner(
    white: pd.DataFrame, demo_truths: dict[str, Any]
) -> None:
    uncovered = set(demo_truths["uncovered"]["terminal_ids"])
    rows = white[white["terminal_id"].isin(uncovered)]
    assert len(rows) and rows["owner_name"].isna().all() and rows["last_visited_on"].isna().all()
    assert (rows["grade"] == "A").all()


def test_customers_of_a_late_distributor_are_left_out(
    white: pd.DataFrame, demo: Warehouse, demo_truths: dict[str, Any]
) -> None:
    late = demo_truths["late_reporter"]["distributor_id"]
    window = ask_frame(demo, "depth/window").iloc[0]
    owed = ask_frame(
        demo,
        "depth/terminals",
        start_month=window["start_month"],
        before_month=window["before_month"],
        end_month=window["end_month"],
    )
    silent = set(owed[~owed["is_reported"]]["terminal_id"])
    assert late and silent and not silent & set(white["terminal_id"])


def test_the_demo_finds_hidden_purchases_and_potentials_better_than_plain_guesses(demo: Warehouse) -> None:
    rows = ask_frame(demo, "coverage/whitespace_evidence")
    found = summarise(rows)
    for measure in ("recall", "reciprocal_rank"):
        own = found["whitespace", "peers", measure]
        assert own > 1.05 * max(found["whitespace", other, measure] for other in ("popularity", "neighbour"))
    assert found["potential", "peers", "error"] < 0.8 * min(
        found["potential", other, "error"] for other in ("mean", "neighbour")
    )
    assert 0.72 < found["potential", "peers", "coverage"] < 0.88
    tenths = rows[rows["tenth"] > 0].pivot(index="tenth", columns="measure", values="value_rate")
    assert (tenths["predicted"] - tenths["observed"]).abs().mean() < 0.06


def test_estimates_are_of_whom_nobody_gave_a_potential_and_cover_what_is_bought(demo: Warehouse) -> None:
    shown = ask_frame(
        demo,
        "coverage/share_by_terminal",
        **FILTERS,
        period_start=date(2025, 9, 1),
        period_end=date(2026, 9, 1),
    )
    estimated = shown[shown["is_estimated"]]
    assert len(estimated) == int(shown["estimated_count"].iloc[0]) > 200
    amounts = estimated[["low_amount", "potential_amount", "high_amount", "year_amount"]].astype(float)
    assert (amounts["low_amount"] <= amounts["potential_amount"]).all()
    assert (amounts["potential_amount"] <= amounts["high_amount"]).all()
    assert (amounts["year_amount"] <= amounts["potential_amount"] + 0.01).all()
    assert shown[~shown["is_estimated"]]["low_amount"].isna().all()


def test_filters_keep_the_list_to_what_is_chosen(white: pd.DataFrame, demo: Warehouse) -> None:
    one = ask_frame(demo, "coverage/whitespace_by_terminal", **{**WHITE, "product_lines": ["molecular"]})
    assert set(one["product_line"]) == {"molecular"}
    assert len(one) == (white["product_line"] == "molecular").sum() == int(one["all_count"].iloc[0])
    few = ask_frame(demo, "coverage/whitespace_by_terminal", **{**WHITE, "row_limit": 3})
    assert len(few) == 3 and int(few["all_count"].iloc[0]) == len(white)


# --- companies of almost nothing -------------------------------------------------------------------------------------


def publish_tiny(
    tmp_path: Path, terminals: list[str], flows: list[tuple[str, str, float]], lines: dict[str, str]
) -> Warehouse:
    """Flows are (terminal, product, amount), one on the first of each month of 2025."""
    import pyarrow as pa

    rows = [
        (f"F{number}-{month}", date(2025, month, 1 + number % 5), "D1", terminal, product, 1.0, amount)
        for number, (terminal, product, amount) in enumerate(flows)
        for month in range(1, 13)
    ]
    names = ("flow_id", "occurred_on", "seller_id", "buyer_id", "product_id", "quantity", "amount")
    company = Company(
        Workspace("Test"),
        {
            "distributors": pa.table({"distributor_id": ["D1"], "name": ["D1"]}),
            "terminals": pa.table({"terminal_id": terminals, "name": terminals}),
            "products": pa.table(
                {"product_id": list(lines), "name": list(lines), "product_line": list(lines.values())}
            ),
            "flows": pa.table(dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))),
        },
    )
    return open_published(publish(company, tmp_path / "store"))


EIGHT = [f"T{number}" for number in range(8)]
CASES: dict[str, tuple[list[str], list[tuple[str, str, float]], dict[str, str], int]] = {
    "one terminal": (["T0"], [("T0", "P1", 10.0)], {"P1": "L1", "P2": "L2"}, 0),
    "returns only": (EIGHT, [(terminal, "P1", -10.0) for terminal in EIGHT], {"P1": "L1", "P2": "L2"}, 0),
    "all buy everything": (
        EIGHT,
        [(terminal, product, 10.0) for terminal in EIGHT for product in ("P1", "P2")],
        {"P1": "L1", "P2": "L2"},
        0,
    ),
    # seven buy the one line: the eighth is white, for 120 a year
    "one line only": (EIGHT, [(terminal, "P1", 10.0) for terminal in EIGHT[:7]], {"P1": "L1"}, 1),
}


@pytest.mark.parametrize("case", CASES)
def test_companies_of_almost_nothing_publish_and_say_only_what_is_known(case: str, tmp_path: Path) -> None:
    terminals, flows, lines, expected = CASES[case]
    warehouse = publish_tiny(tmp_path, terminals, flows, lines)
    rows = ask_frame(warehouse, "coverage/whitespace_by_terminal", **WHITE)
    assert len(rows) == expected
    if expected:
        assert rows["terminal_id"].tolist() == ["T7"] and float(rows["value_amount"].iloc[0]) == 120
        assert (rows["similar_bought_count"].iloc[0], rows["similar_count"].iloc[0]) == (7, 7)
        assert not rows["is_chance_dated"].iloc[0]
    close_warehouse(warehouse)
