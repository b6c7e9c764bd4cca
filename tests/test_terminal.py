"""The page of one terminal: its rhythm, its numbers by hand, who is like it, what to do next, and the pages themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from insight.analysis.rhythm import measure_rhythm
from insight.charts.swimlane import draw_lanes
from insight.charts.theme import Style
from insight.company import Company, Workspace
from insight.publish import publish
from insight.sentences import terminal as sentences
from insight.sentences.next_steps import list_steps
from insight.sentences.terminal import Silence
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

ROOT = Path(__file__).resolve().parent.parent
YEAR: dict[str, Any] = {
    "period_start": date(2025, 4, 1),
    "period_end": date(2026, 4, 1),
    "base_start": date(2024, 4, 1),
    "base_end": date(2025, 4, 1),
    "base_cut_month": None,
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
    "since": date(2024, 4, 1),
    "least_peers": 5,
    "row_limit": 8,
}

# day, seller, buyer, product, quantity, amount
LINES = [
    ("2024-05-10", "D1", "T1", "P1", 10, 100),
    ("2025-05-10", "D1", "T1", "P1", 10, 120),
    ("2025-08-10", "D2", "T1", "P1", 10, 90),
    ("2025-11-10", "D3", "T1", "P2", 10, 60),
    ("2026-02-10", "D1", "T1", "P1", -1, -10),
    ("2025-06-01", "D1", "T2", "P1", -5, -50),
    ("2025-07-01", "D1", "T3", "P1", 1, 10),
    ("2026-03-31", "D1", "P", "P1", 1, 10),
]
LINES += [("2025-05-15", "D1", f"S{place}", "P1", 10, 100) for place in range(6)]
LINES += [("2025-08-15", "D1", f"S{place}", "P1", 10, 100) for place in range(6)]
LINES += [("2025-05-15", "D1", f"S{place}", "P3", 1, 40 + place) for place in range(4)]
TERMINALS = ["T1", "T2", "T3", "T4", "P", *(f"S{place}" for place in range(6))]


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """T1 buys from three distributors, T2 only returned, T3 bought once, T4 never; S0 to S5 are hospitals like T1."""
    count = len(TERMINALS)
    tables: dict[str, Any] = {
        "products": {
            "product_id": ["P1", "P2", "P3"],
            "name": ["一号", "二号", "三号"],
            "product_line": ["a", "b", "a"],
        },
        "territories": {"territory_id": ["N", "S"], "name": ["北", "南"]},
        "distributors": {
            "distributor_id": ["D1", "D2", "D3"],
            "name": ["甲商", "乙商", "丙商"],
            "longitude": [116.4, 117.2, None],
            "latitude": [39.9, 39.1, None],
        },
        "terminals": {
            "terminal_id": TERMINALS,
            "name": ["重庆一院", "二院", "厦门三院", "四院", *(f"像{place}" for place in range(count - 4))],
            "name_en": ["Chongqing First", *[""] * (count - 1)],
            "type": ["hospital"] * 4 + ["pharmacy"] + ["hospital"] * 6,
            "level": ["tertiary"] * count,
            "territory_id": ["N"] * count,
            "longitude": pa.array([116.4] * count, pa.float64()),
            "latitude": pa.array([39.9] * count, pa.float64()),
            "closed_on": pa.array([None, None, None, None, date(2026, 1, 1), *[None] * 6], pa.date32()),
        },
        "terminal_territories": {
            "terminal_id": ["T1", "T1"],
            "territory_id": ["S", "N"],
            "valid_from": [date(2024, 1, 1), date(2025, 6, 1)],
            "valid_to": pa.array([date(2025, 6, 1), None], pa.date32()),
        },
        "potentials": {
            "terminal_id": ["T1", "T1", "T4"],
            "product_line": ["a", "b", ""],
            "year": [2026, 2026, 2025],
            "potential_amount": [Decimal(400), Decimal(120), Decimal(900)],
            "source": ["survey", "survey", "estimate"],
        },
        "visits": {
            "visit_id": ["V1", "V2", "V3"],
            "visited_on": [date(2025, 9, 1), date(2026, 1, 1), date(2026, 3, 30)],
            "rep_id": ["R1"] * 3,
            "terminal_id": ["T1", "T1", "T3"],
            "distributor_id": [None, "D2", None],
        },
        "reps": {"rep_id": ["R1"], "name": ["张三"]},
        "flows": {
            "flow_id": [str(number) for number in range(len(LINES))],
            "occurred_on": [date.fromisoformat(line[0]) for line in LINES],
            "seller_id": [line[1] for line in LINES],
            "buyer_id": [line[2] for line in LINES],
            "product_id": [line[3] for line in LINES],
            "quantity": [Decimal(line[4]) for line in LINES],
            "amount": [Decimal(line[5]) for line in LINES],
        },
    }
    company = Company(Workspace("Test"), {name: pa.table(columns) for name, columns in tables.items()})
    warehouse = open_published(publish(company, tmp_path_factory.mktemp("trade")))
    yield warehouse
    close_warehouse(warehouse)


def look_up(trade: Warehouse, terminal: str) -> pd.Series:
    return ask_frame(trade, "terminal/profile", terminal=terminal, **YEAR).iloc[0]


def test_a_profile_sums_the_terminals_own_lines_and_lines_of_its_potential(trade: Warehouse) -> None:
    """T1: 120 + 90 + 60 - 10 = 260 against 100; potential 400 + 120 = 520, so half. P1 and P2 of three products."""
    row = look_up(trade, "T1")
    assert (row["year_amount"], row["base_amount"], row["return_amount"]) == (260, 100, -10)
    assert (row["potential_amount"], row["potential_source"]) == (520, "survey")
    assert (row["product_count"], row["offered_product_count"], row["line_count"]) == (2, 3, 2)
    assert row["last_visited_on"] == date(2026, 1, 1)


def test_a_terminal_that_moved_says_when_and_from_where(trade: Warehouse) -> None:
    row = look_up(trade, "T1")
    assert (row["territory_name"], row["earlier_name"], row["moved_on"]) == ("北", "南", date(2025, 6, 1))
    assert pd.isna(look_up(trade, "T3")["moved_on"])


def test_a_terminal_nobody_knows_or_the_scope_hides_has_no_profile(trade: Warehouse) -> None:
    from insight.access import Scope

    assert ask_frame(trade, "terminal/profile", terminal="nobody", **YEAR).empty
    elsewhere = Scope(territories=("S",), distributors=None)
    assert ask_frame(trade, "terminal/profile", elsewhere, terminal="T1", **YEAR).empty


def test_three_suppliers_share_what_was_bought_and_prices_stand_against_other_terminals(trade: Warehouse) -> None:
    """D1 110 of 260, D2 90, D3 60. In the second quarter six others paid 10 for P1: D1's 12 is 20% more; D2's 9 is 10% less.

    P2 is bought by nobody else, so D3's price has no norm.
    """
    rows = ask_frame(trade, "terminal/suppliers", terminal="T1", **YEAR).set_index("seller_id")
    assert rows["sales_amount"].tolist() == [110, 90, 60]
    assert rows.loc["D1", "supply_share"] == pytest.approx(110 / 260)
    assert rows.loc["D1", "price_index"] == pytest.approx(1.2)
    assert rows.loc["D2", "price_index"] == pytest.approx(0.9)
    assert pd.isna(rows.loc["D3", "price_index"])
    assert rows.loc["D2", "reported_on"] == date(2025, 8, 31)


def test_similar_terminals_are_those_found_at_publish(trade: Warehouse) -> None:
    """Ten are open beside T1, fewer than sixty, so all of them are like it: S0 to S5, T2 to T4. S4 and S5 bought line a
    alone, 200. What T1 buys of line a is 200 of 260, so 77% of the mix is in common with each; T4 never bought.
    """
    rows = ask_frame(trade, "terminal/similar", terminal="T1", **YEAR).set_index("terminal_id")
    assert set(rows.index) == {f"S{place}" for place in range(6)} | {"T2", "T3", "T4"}
    assert rows["group_code"].unique().tolist() == ["all"] and set(rows["group_count"]) == {9}
    assert set(rows["own_amount"]) == {260}
    assert rows.loc["S4", "size_ratio"] == pytest.approx(200 / 260)
    assert rows.loc["S4", "mix_share"] == pytest.approx(200 / 260)
    assert rows.loc["T4", ["sales_amount", "mix_share"]].tolist() == [0, 0]


def test_what_similar_terminals_buy_is_counted_beside_what_this_one_does(trade: Warehouse) -> None:
    """P3: four of six, at 40, 41, 42 and 43, so 41.50 in the middle; T1 never bought it."""
    peers = [f"S{place}" for place in range(6)]
    rows = ask_frame(trade, "terminal/similar_products", terminal="T1", terminals=peers, **YEAR).set_index("product_id")
    assert rows.loc["P3", ["buyer_count", "peer_count", "own_amount"]].tolist() == [4, 6, 0]
    assert rows.loc["P3", "median_amount"] == Decimal("41.50")
    assert rows.loc["P1", "own_amount"] == 200
    offers = sentences.list_offers(rows.reset_index().to_dict("records"))
    assert [row["product_id"] for row in offers] == ["P3"]
    told = sentences.tell_similar(rows.reset_index().to_dict("records"), "en")
    assert told == "4 of 6 similar terminals buy 三号; this one does not"


def test_a_prospect_is_shown_the_distributors_near_it(trade: Warehouse) -> None:
    """D1 sits where T4 does and serves the territory; D3's place is not known, so it comes last."""
    rows = ask_frame(trade, "terminal/near_distributors", terminal="T4", **YEAR)
    assert rows["distributor_id"].tolist() == ["D1", "D2", "D3"]
    assert rows["distance_km"].iloc[0] == pytest.approx(0, abs=1e-6)
    assert 80 < rows["distance_km"].iloc[1] < 150


def test_returns_are_days_without_an_order(trade: Warehouse) -> None:
    days = ask_frame(trade, "terminal/order_days", terminal="T2", **YEAR)
    assert days[["order_amount", "return_amount"]].values.tolist() == [[-50, -50]]
    assert (
        measure_rhythm(list(days.loc[days["order_amount"] > 0, "ordered_on"]), date(2026, 3, 31), None).state == "never"
    )


# --- rhythm ------------------------------------------------------------------------------------------------------


def every(days: int, count: int, start: date = date(2026, 1, 1)) -> list[date]:
    return [start + timedelta(days=days * place) for place in range(count)]


def test_a_rhythm_is_the_median_gap_and_the_next_order_is_due_one_gap_later() -> None:
    """Orders on 1, 11, 21 and 31 January: 10 days each time, due on 10 February, unusual after 20 days."""
    rhythm = measure_rhythm(every(10, 4), date(2026, 2, 5), date(2026, 2, 5))
    assert (rhythm.state, rhythm.usual_days, rhythm.limit_days) == ("steady", 10, 20)
    assert (rhythm.expected_on, rhythm.silent_days) == (date(2026, 2, 10), 5)


def test_a_late_supplier_makes_nobody_quiet() -> None:
    """Last order 31 January. On 31 March that is 59 days; reported through January, no silence is known of."""
    through = date(2026, 3, 31)
    assert measure_rhythm(every(10, 4), through, through).state == "quiet"
    assert measure_rhythm(every(10, 4), through, date(2026, 1, 31)).state == "unreported"
    assert measure_rhythm(every(10, 4), through, None).state == "unreported"


def test_one_purchase_and_none_have_no_rhythm() -> None:
    through = date(2026, 3, 31)
    assert measure_rhythm([], through, through).state == "never"
    once = measure_rhythm([date(2025, 1, 1)] * 3, through, through)
    assert (once.state, once.order_count, once.is_known) == ("once", 1, False)
    assert measure_rhythm(every(200, 3, date(2024, 1, 1)), through, through).state == "irregular"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.dates(date(2024, 1, 1), date(2026, 3, 1)), min_size=4, max_size=30, unique=True), st.integers(0, 400)
)
def test_who_reports_later_is_never_less_quiet(days: list[date], later: int) -> None:
    """Silence is only ever added by what is reported: quiet with an early report is quiet with a later one."""
    through = date(2026, 3, 31)
    early = measure_rhythm(days, through, through - timedelta(days=later))
    full = measure_rhythm(days, through, through)
    assert full.state in ("steady", "quiet")
    assert early.state == full.state or (early.state, full.state) == ("unreported", "quiet")


# --- sentences ---------------------------------------------------------------------------------------------------

OWN: dict[str, Any] = {
    "terminal_name": "一院",
    "year_amount": 260.0,
    "base_amount": 200.0,
    "potential_amount": 520.0,
    "potential_source": "survey",
    "closed_on": None,
    "grade": "A",
    "owner_name": None,
    "last_visited_on": date(2025, 12, 1),
}
STEADY = Silence("steady", date(2026, 3, 20), 11, 9.0, 20, 14)
QUIET = Silence("quiet", date(2026, 1, 1), 89, 9.0, 20, 14)
LATE = Silence("unreported", date(2026, 1, 1), 89, 9.0, 20, 14, ("甲商",))
NEVER = Silence("never")


@pytest.mark.parametrize(
    ("row", "silence", "expected"),
    [
        (
            {},
            STEADY,
            "一院 bought ¥260 in 12 months, 30.0% more than the year before, 50.0% of its surveyed potential; "
            "last order 11 days ago, usually every 9.",
        ),
        (
            {"potential_amount": None, "base_amount": 0.0},
            Silence("once", date(2026, 1, 1), 89, order_count=1),
            "一院 bought ¥260 in 12 months, nothing in the year before; last order 89 days ago.",
        ),
        (
            {"potential_amount": None},
            replace(STEADY, missing_names=("甲商",), missing_since=date(2026, 1, 31)),
            "一院 bought ¥260 in 12 months, 30.0% more than the year before; last order 11 days ago, usually every 9. "
            "甲商: no report after 31 Jan 2026, so purchases are not complete.",
        ),
        ({"year_amount": -50.0}, NEVER, "一院 sent back ¥50 more than it bought in 12 months."),
        ({"year_amount": 0.0}, NEVER, "一院 has not bought yet; its surveyed potential is ¥520 a year."),
        (
            {"year_amount": 0.0, "potential_amount": None},
            NEVER,
            "一院 has not bought yet; no potential of it is known.",
        ),
        ({"year_amount": 0.0}, QUIET, "一院 bought nothing in 12 months; last order 89 days ago, usually every 9."),
        (
            {"potential_amount": None, "base_amount": 260.0},
            LATE,
            "一院 bought ¥260 in 12 months, about level with the year before; last order 89 days ago, usually every 9, "
            "but 甲商 has not reported since.",
        ),
    ],
)
def test_the_headline_tells_purchases_potential_and_rhythm(
    row: dict[str, Any], silence: Silence, expected: str
) -> None:
    told = {
        language: sentences.tell_headline({**OWN, **row}, silence, language, "CNY", has_base=True)
        for language in ("en", "zh")
    }
    assert told["en"] == expected
    # the months of a date are words in English
    dateless = [re.sub(r"\d+ \w{3} \d{4}|\d+年\d+月\d+日", "", text) for text in told.values()]
    assert sorted(re.findall(r"\d+(?:\.\d+)?", dateless[0])) == sorted(re.findall(r"\d+(?:\.\d+)?", dateless[1]))


@pytest.mark.parametrize("silence", [STEADY, QUIET, LATE, NEVER, Silence("once", date(2026, 1, 1), 89, order_count=1)])
def test_the_timeline_says_the_same_numbers_in_both_languages(silence: Silence) -> None:
    told = [
        re.sub(r"\d+ \w{3} \d{4}|\d+年\d+月\d+日", "", sentences.tell_orders(silence, language))
        for language in ("en", "zh")
    ]
    assert sorted(re.findall(r"\d+", told[0])) == sorted(re.findall(r"\d+", told[1]))
    assert not re.search(r"[A-Za-z]{3}", told[1])


def list_codes(row: dict[str, Any], silence: Silence, **more: Any) -> list[str]:
    supplier = {"seller_name": "甲商", "price_index": 1.12, "sales_amount": 10.0}
    flags = {"has_visits": True, "has_owners": True, "has_base": True}
    steps = list_steps(
        {**OWN, **row},
        silence,
        [supplier],
        [],
        more.pop("white", []),
        [],
        date(2026, 3, 31),
        "en",
        "CNY",
        **{**flags, **more},
    )
    assert all(step.action and step.reason for step in steps)
    return [step.code for step in steps]


def test_next_steps_follow_from_what_is_known_and_a_closed_terminal_has_none() -> None:
    """120 days after the last visit to a grade A, without an owner, at a price 12% above the norm."""
    assert list_codes({}, STEADY) == ["owner", "visit", "price"]
    assert list_codes({}, QUIET)[0] == "quiet"
    assert list_codes({}, LATE)[0] == "unreported"
    assert list_codes({"base_amount": 400.0}, STEADY)[0] == "fall"
    # what looks like a fall may be in the missing report
    missing = replace(STEADY, missing_names=("甲商",), missing_since=date(2026, 1, 31))
    assert list_codes({"base_amount": 400.0}, missing) == ["unreported", "owner", "visit", "price"]
    assert list_codes({}, STEADY, has_visits=False, has_owners=False) == ["price"]
    assert list_codes({"closed_on": date(2026, 1, 1)}, QUIET) == []
    white = {
        "unit_name": "Immunoassay",
        "start_name": "三号",
        "is_few": False,
        "chance_rate": 0.3,
        "value_amount": 500.0,
        "similar_bought_count": 14,
        "similar_count": 20,
    }
    assert list_codes({}, STEADY, white=[white]) == ["owner", "visit", "offer", "price"]


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", [Style("en", False, "CNY"), Style("zh", True, "CNY")], ids=str)
@pytest.mark.parametrize("by_month", [True, False])
def test_the_lanes_are_a_valid_chart(style: Style, *, by_month: bool) -> None:
    frame = pd.DataFrame(
        [
            ("order", date(2026, 1, 5), 100.0, "", "D1"),
            ("order", date(2026, 2, 5), -20.0, "", "D1"),
            ("visit", date(2026, 1, 9), None, "hollow", "x"),
            ("activity", date(2026, 2, 9), None, "filled", "y"),
        ],
        columns=["lane", "day_on", "amount", "mark", "label"],
    )
    drawn = draw_lanes(
        frame,
        style,
        first_on="2026-01-01",
        last_on="2026-03-31",
        by_month=by_month,
        expected_on="2026-04-10",
        quiet_from="2026-02-06",
    ).to_dict()
    assert drawn["height"] > 100


def open_page(store: Path, monkeypatch: pytest.MonkeyPatch, page: str, **query: str) -> AppTest:
    monkeypatch.setenv("INSIGHT_STORE", str(store))
    app = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run().switch_page(f"../pages/{page}.py").run()


def test_the_page_opens_on_the_largest_terminal_and_a_link_names_another(
    demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(demo_store, monkeypatch, "terminal", lang="en")
    assert not page.exception and not page.error
    assert len(page.title) == 1 and len(page.metric) == 5
    page.query_params["sel"] = "terminal:nobody"
    page.run()
    assert not page.exception and page.title[0].value == "Search for a terminal"
    assert any("nobody" in warning.value for warning in page.warning)
