"""Whom we reach, on rows small enough to work by hand and counted again from the demo's own tables without SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from insight.company import Company, Workspace
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.i18n import read_words
from insight.publish import publish
from insight.sentences import reach as sentences
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

Rows = list[dict[str, Any]]

HALF: dict[str, Any] = {
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 7, 1),
    "base_start": date(2025, 1, 1),
    "base_end": date(2025, 7, 1),
    "base_cut_month": None,
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
}
NOBODY: dict[str, Any] = {
    "step_from": 0,
    "step_until": 0,
    "grade": "",
    "depth": -1,
    "unbought": "",
    "kind": "",
    "look": "",
    "unit": "",
    "lacking": "",
    "covered_by": "",
    "terminals": [],
}
POTENTIALS = {"T1": 600, "T2": 300, "T3": 100, "T4": 50, "T5": 200}
SINCE = date(2025, 1, 1)


def column(rows: Rows) -> dict[str, list[Any]]:
    """Rows as columns."""
    return {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}


def list_tables() -> dict[str, Rows]:
    """Five open terminals and a closed one.

    T1 (N1, target, A) has two owners, R1 for L1 and R2 for L2; bought 300; R1 and the distributor's RD visited it, apart.
    T2 (N2, target, B until 14 May, then A) is R1's, twice, a line each; bought 130 last September; nobody visited it.
    T3 (S, target, B) has no owner; bought 100 and returned 100; RD visited it.
    T4 (S, no target, C) is R2's; bought 50; R2 visited it twice.
    T5 (nowhere, target, no grade) has no owner; bought 20; R2 visited it jointly with D1.
    T6 closed in 2025.
    """

    def sell(day: date, buyer: str, amount: int, product: str = "P1") -> dict[str, Any]:
        return {
            "occurred_on": day,
            "seller_id": "D1",
            "buyer_id": buyer,
            "product_id": product,
            "quantity": Decimal(amount),
            "amount": Decimal(amount),
        }

    def visit(rep: str, terminal: str, beside: str | None = None, day: date = date(2026, 3, 3)) -> dict[str, Any]:
        return {"visited_on": day, "rep_id": rep, "terminal_id": terminal, "distributor_id": beside}

    def own(terminal: str, rep: str, line: str | None = None) -> dict[str, Any]:
        return {"terminal_id": terminal, "rep_id": rep, "product_line": line, "valid_from": SINCE, "valid_to": None}

    def grade(terminal: str, grade: str, start: date = SINCE, end: date | None = None) -> dict[str, Any]:
        return {"terminal_id": terminal, "grade": grade, "valid_from": start, "valid_to": end}

    places = {"T1": "N1", "T2": "N2", "T3": "S", "T4": "S", "T5": None, "T6": "S"}
    flows = [
        sell(date(2026, 2, 5), "T1", 300),
        sell(date(2025, 9, 5), "T2", 130),
        sell(date(2026, 2, 5), "T3", 100),
        sell(date(2026, 4, 5), "T3", -100),
        sell(date(2026, 6, 5), "T4", 50, "P2"),
        sell(date(2026, 6, 30), "T5", 20),
    ]
    visits = [
        visit("R1", "T1"),
        visit("RD", "T1"),
        visit("RD", "T3"),
        visit("R2", "T4"),
        visit("R2", "T4", day=date(2026, 4, 4)),
        visit("R2", "T5", "D1"),
        visit("R1", "T2", day=date(2025, 12, 31)),
    ]
    changed = date(2026, 5, 15)
    return {
        "territories": [
            {"territory_id": "N", "name": "North", "parent_id": None},
            {"territory_id": "S", "name": "South", "parent_id": None},
            {"territory_id": "N1", "name": "North one", "parent_id": "N"},
            {"territory_id": "N2", "name": "North two", "parent_id": "N"},
        ],
        "distributors": [{"distributor_id": "D1", "name": "D1", "tier": 1}],
        "products": [
            {"product_id": "P1", "name": "P1", "product_line": "L1"},
            {"product_id": "P2", "name": "P2", "product_line": "L2"},
        ],
        "terminals": [
            {
                "terminal_id": terminal,
                "name": terminal,
                "type": "pharmacy" if terminal == "T3" else "hospital",
                "territory_id": place,
                "is_target": terminal not in ("T4", "T6"),
                "closed_on": date(2025, 6, 1) if terminal == "T6" else None,
            }
            for terminal, place in places.items()
        ],
        "terminal_grades": [
            grade("T1", "A"),
            grade("T2", "B", end=changed),
            grade("T2", "A", changed),
            grade("T3", "B"),
            grade("T4", "C"),
        ],
        "reps": [
            {"rep_id": "R1", "name": "Ann", "employer": "manufacturer"},
            {"rep_id": "R2", "name": "Bob", "employer": "manufacturer"},
            {"rep_id": "RD", "name": "Cid", "employer": "D1"},
        ],
        "assignments": [
            own("T1", "R1", "L1"),
            own("T1", "R2", "L2"),
            own("T2", "R1", "L1"),
            own("T2", "R1", "L2"),
            own("T4", "R2"),
        ],
        "visits": [{"visit_id": f"V{place}", **row} for place, row in enumerate(visits)],
        "potentials": [
            {"terminal_id": terminal, "year": 2026, "potential_amount": Decimal(amount)}
            for terminal, amount in POTENTIALS.items()
        ],
        "flows": [{"flow_id": f"F{place}", **row} for place, row in enumerate(flows)],
    }


def open_tables(store: Path, *without: str) -> Warehouse:
    """The company above, without the tables named, published and opened."""
    tables = {name: pa.table(column(rows)) for name, rows in list_tables().items() if name not in without}
    workspace = Workspace("Tiny", calendar="none", data_through_on=date(2026, 6, 30))
    return open_published(publish(Company(workspace, tables), store))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The company above."""
    warehouse = open_tables(tmp_path_factory.mktemp("reach"))
    yield warehouse
    close_warehouse(warehouse)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The same without potentials and visits."""
    warehouse = open_tables(tmp_path_factory.mktemp("bare"), "potentials", "visits")
    yield warehouse
    close_warehouse(warehouse)


def units_of(warehouse: Warehouse, look: str, **more: Any) -> dict[str, dict[str, Any]]:
    """The units of a look by their id."""
    frame = ask_frame(warehouse, "coverage/reach_by_unit", **{**HALF, **more})
    return {row["unit_id"]: row for row in frame[frame["look"] == look].to_dict("records")}


def ids_of(warehouse: Warehouse, **choice: Any) -> list[str]:
    """The terminals of a choice, in alphabetical order."""
    return sorted(ask_frame(warehouse, "coverage/terminals", **{**HALF, **NOBODY, **choice})["terminal_id"])


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_distribution_is_of_the_universe_and_coverage_of_the_targets(small: Warehouse) -> None:
    """Buyers T1, T4, T5 of T1 to T5: 3 of 5, and 600 + 50 + 200 = 850 of 1,250 in potential.

    Targets T1, T2, T3, T5: T1 and T5 bought; T1, T3, T5 were visited in the period, T2 the day before it. No listings.
    """
    whole = units_of(small, "all")[""]
    assert (whole["buyer_count"], whole["universe_count"], whole["numeric_distribution_rate"]) == (3, 5, 0.6)
    assert (whole["buyer_weight_amount"], whole["weight_amount"]) == (Decimal(850), Decimal(1250))
    assert whole["weighted_distribution_rate"] == pytest.approx(0.68)
    assert (whole["is_worth_known"], whole["estimated_count"], whole["unweighed_count"]) == (True, 0, 0)
    assert (whole["active_count"], whole["visited_count"], whole["target_count"]) == (2, 3, 4)
    assert (whole["active_rate"], whole["visited_rate"]) == (0.5, 0.75)
    assert pd.isna(whole["listing_rate"])


def test_without_potentials_the_weight_is_the_purchases_of_twelve_months(bare: Warehouse) -> None:
    """T1 300, T2 130 before the period, T3 net 0, T4 50, T5 20: those who bought in the period hold 370 of 500."""
    whole = units_of(bare, "all")[""]
    assert not whole["is_worth_known"]
    assert whole["weighted_distribution_rate"] == pytest.approx(370 / 500)


def test_a_terminal_with_two_owners_counts_with_both_and_once_in_the_whole(small: Warehouse) -> None:
    """R1: T1, T2. R2: T1, T4. Nobody: T3, T5. Six in the rows, five in the whole; T2 is held twice by one person."""
    owners = units_of(small, "owner")
    assert {unit: row["universe_count"] for unit, row in owners.items()} == {"R1": 2, "R2": 2, "": 2}
    assert (owners["R1"]["unit_name"], owners[""]["unit_name"]) == ("Ann", "")
    assert units_of(small, "all")[""]["universe_count"] == 5
    # of L2 alone T1 is R2's, T2 R1's, T4 R2's
    narrowed = units_of(small, "owner", product_lines=["L2"])
    assert {unit: row["universe_count"] for unit, row in narrowed.items()} == {"R1": 1, "R2": 2, "": 2}


def test_territories_are_those_one_level_below_and_what_lies_in_none_is_a_row(small: Warehouse) -> None:
    """North holds T1 and T2, South T3 and T4, T5 lies nowhere; inside North there are two."""
    assert {unit: row["universe_count"] for unit, row in units_of(small, "territory").items()} == {
        "N": 2,
        "S": 2,
        "": 1,
    }
    inside = units_of(small, "territory", territories=["N"])
    assert {unit: row["universe_count"] for unit, row in inside.items()} == {"N1": 1, "N2": 1}


def test_a_grade_that_changes_inside_the_period_is_that_of_its_last_day(small: Warehouse) -> None:
    """T2 becomes A on 15 May: A until the end of April is T1 alone, until the end of June T1 and T2."""
    counts = {unit: row["universe_count"] for unit, row in units_of(small, "grade").items()}
    assert counts == {"A": 2, "B": 1, "C": 1, "": 1}
    before = units_of(small, "grade", period_end=date(2026, 5, 1))
    assert {unit: row["universe_count"] for unit, row in before.items()} == {"A": 1, "B": 2, "C": 1, "": 1}


def test_a_joint_visit_counts_for_both_and_so_do_two_visits_apart(small: Warehouse) -> None:
    """T1 (two visits apart) and T5 (jointly): both. T3: the distributor alone. T4, twice: the manufacturer alone. T2: nobody.

    T4 is no target but graded; T5 is not graded but a target. T2's potential is 300, and it has an owner.
    """
    whole = units_of(small, "all")[""]
    callers = ("manufacturer", "both", "distributor", "nobody")
    assert [whole[f"by_{caller}_count"] for caller in callers] == [1, 2, 1, 1]
    assert [whole[f"by_{caller}_amount"] for caller in callers] == [Decimal(n) for n in (50, 800, 100, 300)]
    best = units_of(small, "grade")["A"]
    assert [best[f"by_{caller}_count"] for caller in callers] == [0, 1, 0, 1]
    assert (best["by_nobody_amount"], best["by_nobody_unowned_count"], best["by_nobody_known_count"]) == (300, 0, 1)


def test_thirds_of_potential_are_by_number_of_terminals(small: Warehouse) -> None:
    """50 and 100 rank below a third (0 and 1/4), 200 in the middle (1/2), 300 and 600 above two thirds (3/4 and 1)."""
    bands = units_of(small, "potential")
    assert {unit: (row["universe_count"], row["least_amount"], row["most_amount"]) for unit, row in bands.items()} == {
        "low": (2, 50, 100),
        "middle": (1, 200, 200),
        "high": (2, 300, 600),
    }


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"look": "all", "lacking": "purchase"}, ["T2", "T3"]),
        ({"look": "all", "lacking": "visited"}, ["T2"]),
        ({"look": "territory", "unit": "S", "lacking": "active"}, ["T3"]),
        ({"look": "territory", "unit": ""}, ["T5"]),
        ({"look": "grade", "unit": "A", "covered_by": "nobody"}, ["T2"]),
        ({"look": "owner", "unit": ""}, ["T3", "T5"]),
        ({"look": "owner", "unit": "R1"}, ["T1", "T2"]),
        ({"look": "kind", "unit": "pharmacy"}, ["T3"]),
        ({"look": "potential", "unit": "high", "covered_by": "both"}, ["T1"]),
    ],
)
def test_a_click_lists_the_terminals_that_the_cell_counts(
    small: Warehouse, choice: dict[str, Any], expected: list[str]
) -> None:
    """The same company as above."""
    assert ids_of(small, **choice) == expected


def test_without_visits_nobody_is_said_to_be_visited_or_not(bare: Warehouse) -> None:
    """Visit coverage is unknown, not zero; there is no first day of record."""
    whole = units_of(bare, "all")[""]
    assert pd.isna(whole["visited_rate"]) and pd.isna(whole["first_visited_on"])


def test_the_ladder_stands_beside_where_it_stood_and_not_beside_another_range(small: Warehouse) -> None:
    """In the first half of 2025 nobody had bought: T1 to T6 were known, four of them targets; T6 closed in June.

    No third product is sold, so no step of depth exists in either.
    """
    frame = ask_frame(small, "coverage/steps", **HALF)
    assert dict(zip(frame["step"], frame["terminal_count"], strict=True)) == {
        "known": 5,
        "target": 4,
        "ordered": 4,
        "active": 2,
        "repeated": 0,
    }
    assert list(frame["base_count"]) == [6, 4, 0, 0, 0]


# --- the demo, counted a second time ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[tuple[Warehouse, dict[str, Any]]]:
    """The small demo and the parameters of the year to date."""
    warehouse = open_published(open_current(demo_store))
    (about,) = ask_frame(warehouse, "filters/coverage").to_dict("records")
    first, month, through = (
        pd.Timestamp(about[name]).date() for name in ("first_month", "data_month", "data_through_on")
    )
    known = Coverage(first, month, through, about["is_month_complete"])
    yield warehouse, make_parameters(Filters(), find_window(Filters(), known))
    close_warehouse(warehouse)


def read_table(company: Company, name: str, *columns: str) -> pd.DataFrame:
    """Columns of a table of the company as plain objects."""
    return company.tables[name].select(list(columns)).to_pandas(date_as_object=True)


def test_every_count_of_the_demo_agrees_with_plain_pandas(
    demo: tuple[Warehouse, dict[str, Any]], made_demo: tuple[Company, dict[str, Any]]
) -> None:
    """Universe, buyers, targets, visits, owners and callers as sets of ids from the company's tables, by every look."""
    warehouse, parameters = demo
    company = made_demo[0]
    start, end = parameters["period_start"], date(2026, 9, 17)
    terminals = read_table(company, "terminals", "terminal_id", "is_target", "territory_id", "opened_on", "closed_on")
    terminals = terminals[
        (terminals["opened_on"].isna() | terminals["opened_on"].map(lambda day: day is not None and day < end))
        & (terminals["closed_on"].isna() | terminals["closed_on"].map(lambda day: day is not None and day > start))
    ].set_index("terminal_id")
    universe = set(terminals.index)
    held_open = {
        terminal for terminal, day in terminals["closed_on"].items() if day is None or pd.isna(day) or day >= end
    }
    targets = set(terminals.index[terminals["is_target"].fillna(False).astype(bool)])
    flows = read_table(company, "flows", "buyer_id", "occurred_on", "amount")
    flows = flows[(flows["occurred_on"] >= start) & flows["buyer_id"].isin(universe)]
    bought = flows.groupby("buyer_id")["amount"].sum()
    buyers = set(bought.index[bought > 0])
    visits = read_table(company, "visits", "visited_on", "rep_id", "terminal_id", "distributor_id")
    visits = visits[(visits["visited_on"] >= start) & (visits["visited_on"] < end)]
    reps = read_table(company, "reps", "rep_id", "employer").set_index("rep_id")["employer"]
    is_own = visits["rep_id"].map(reps) == "manufacturer"
    by_maker = set(visits.loc[is_own, "terminal_id"])
    by_distributor = set(visits.loc[~is_own | visits["distributor_id"].notna(), "terminal_id"])
    grades = read_table(company, "terminal_grades", "terminal_id", "grade", "valid_from", "valid_to")
    grades = grades[
        (grades["valid_from"] < end)
        & (grades["valid_to"].isna() | grades["valid_to"].map(lambda day: day is not None and day >= end))
    ]
    grade_of = grades.set_index("terminal_id")["grade"].to_dict()
    owned = read_table(company, "assignments", "terminal_id", "rep_id", "valid_from", "valid_to")
    owned = owned[
        (owned["valid_from"] < end)
        & (owned["valid_to"].isna() | owned["valid_to"].map(lambda day: day is not None and day >= end))
    ]
    above = dict(read_table(company, "territories", "territory_id", "parent_id").itertuples(index=False))

    def find_region(place: str) -> str:
        while isinstance(above[place], str):
            place = above[place]
        return place

    parts: dict[tuple[str, str], set[str]] = {("all", ""): universe}
    for terminal in universe:
        parts.setdefault(("grade", grade_of.get(terminal, "")), set()).add(terminal)
        top = find_region(terminals.loc[terminal, "territory_id"])
        parts.setdefault(("territory", top), set()).add(terminal)
    for terminal, rep in owned[["terminal_id", "rep_id"]].itertuples(index=False):
        if terminal in universe:
            parts.setdefault(("owner", rep), set()).add(terminal)
    parts["owner", ""] = universe - set(owned["terminal_id"])
    held = held_open & (targets | set(grade_of))

    frame = ask_frame(warehouse, "coverage/reach_by_unit", **parameters)
    answered = {
        (row["look"], row["unit_id"]): row
        for row in frame.to_dict("records")
        if row["look"] in ("all", "grade", "territory", "owner")
    }
    assert set(answered) == set(parts)
    for key, members in parts.items():
        row = answered[key]
        expected = {
            "universe_count": members,
            "buyer_count": members & buyers,
            "target_count": members & targets,
            "active_count": members & targets & buyers,
            "visited_count": members & targets & (by_maker | by_distributor),
            "held_count": members & held,
            "by_manufacturer_count": (members & held & by_maker) - by_distributor,
            "by_both_count": members & held & by_maker & by_distributor,
            "by_distributor_count": (members & held & by_distributor) - by_maker,
            "by_nobody_count": (members & held) - by_maker - by_distributor,
            "by_nobody_unowned_count": (members & held & parts["owner", ""]) - by_maker - by_distributor,
        }
        assert {name: row[name] for name in expected} == {name: len(ids) for name, ids in expected.items()}, key
    # two owners: the parts hold more than the whole
    assert sum(len(members) for (look, _), members in parts.items() if look == "owner") > len(universe)


def test_the_planted_uncovered_and_county_terminals_are_behind_the_clicks(
    demo: tuple[Warehouse, dict[str, Any]], demo_truths: dict[str, Any]
) -> None:
    """Grade A that nobody visited and nobody owns: the uncovered twelve. Grade A that never ordered: the county gap."""
    warehouse, parameters = demo
    choice = {**parameters, **NOBODY, "look": "grade", "unit": "A"}
    unseen = ask_frame(warehouse, "coverage/terminals", **{**choice, "covered_by": "nobody"})
    uncovered = set(demo_truths["uncovered"]["terminal_ids"])
    assert set(unseen.loc[unseen["owner_name"].isna(), "terminal_id"]) == uncovered
    best = ask_frame(warehouse, "coverage/reach_by_unit", **parameters)
    best = best[(best["look"] == "grade") & (best["unit_id"] == "A")].iloc[0]
    assert (best["by_nobody_count"], best["by_nobody_unowned_count"]) == (len(unseen), len(uncovered))
    unbought = ask_frame(warehouse, "coverage/terminals", **{**choice, "lacking": "purchase"})
    assert set(unbought["terminal_id"]) == set(demo_truths["county_gap"]["terminal_ids"])
    assert float(unbought["potential_amount"].sum()) == demo_truths["county_gap"]["potential_2026_amount"]


# --- words -----------------------------------------------------------------------------------------------------------

BEST = {
    "by_nobody_count": 13,
    "by_nobody_amount": 40_850_000.0,
    "by_nobody_known_count": 13,
    "by_nobody_unowned_count": 12,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "13 grade A terminals worth ¥40.9m a year had no visit in H1; 12 of them have no owner either."),
        ({"by_nobody_unowned_count": 0}, "13 grade A terminals worth ¥40.9m a year had no visit in H1."),
        ({"by_nobody_unowned_count": 13}, "13 grade A terminals worth ¥40.9m a year had no visit in H1, and no owner."),
        (
            {"by_nobody_known_count": 4, "by_nobody_unowned_count": 0},
            "13 grade A terminals worth at least ¥40.9m a year had no visit in H1.",
        ),
        (
            {"by_nobody_count": 1, "by_nobody_known_count": 0, "by_nobody_unowned_count": 0},
            "1 grade A terminal had no visit in H1.",
        ),
        ({"by_nobody_count": 0}, ""),
    ],
)
def test_the_alert_says_how_many_of_the_best_nobody_sees(changes: dict[str, Any], expected: str) -> None:
    """Worth is said where it is known, owners where there are none."""
    assert sentences.tell_alert({**BEST, **changes}, "H1", "en", "CNY") == expected


def make_unit(unit: str, name: str, targets: int, active: int) -> dict[str, Any]:
    """A row as the title reads it."""
    rate = active / targets if targets else None
    return {"unit_id": unit, "name": name, "target_count": targets, "active_count": active, "active_rate": rate}


def test_a_group_smaller_than_five_is_no_claim_and_people_are_not_compared() -> None:
    """C's 0 of 4 is left out; of owners the title says only how many terminals have none."""
    rows = [
        make_unit("", "All", 104, 84),
        make_unit("A", "A", 50, 45),
        make_unit("B", "B", 50, 39),
        make_unit("C", "C", 4, 0),
    ]
    assert sentences.tell_distribution(rows, "grade", "en") == "Active coverage: 78.0% in B, 90.0% in A"
    assert sentences.tell_distribution(rows[:2], "grade", "en") == "84 of 104 target terminals bought"
    assert sentences.tell_distribution([*rows, make_unit("", "No owner", 7, 1)], "owner", "en") == (
        "7 of 104 target terminals have no owner"
    )
    assert sentences.tell_distribution(rows, "owner", "en") == "Every target terminal has an owner"
    assert sentences.tell_distribution([make_unit("", "All", 0, 0)], "all", "en") == "No target terminal here"


def test_both_languages_hold_the_same_numbers() -> None:
    """Counts and shares; money has its own steps in each language."""
    whole = {"held_count": 1470, "by_nobody_count": 248, "by_both_count": 62, "by_distributor_count": 25}
    weighed = {"is_worth_known": True, "estimated_count": 270, "unweighed_count": 2, "universe_count": 1474}
    rows = [make_unit("", "x", 9, 8), make_unit("A", "y", 9, 8), make_unit("B", "z", 8, 6)]
    said = {
        language: (
            sentences.tell_callers(whole, language),
            sentences.tell_weight(weighed, language),
            sentences.tell_distribution(rows, "grade", language),
        )
        for language in ("en", "zh")
    }
    for texts in zip(said["en"], said["zh"], strict=True):
        english, chinese = (sorted(re.findall(r"[\d.,]*\d", text)) for text in texts)
        assert english == chinese and english


def test_every_label_of_the_part_has_a_chinese_word() -> None:
    """Looks, thirds, callers and what is behind a click are looked up by their English words."""
    words = read_words("zh")
    labels = [
        *sentences.LOOKS.values(),
        *sentences.BANDS.values(),
        *(label for pair in sentences.CALLERS.values() for label in pair if label),
        *sentences.LACKING.values(),
        *sentences.CALLED.values(),
    ]
    assert [label for label in labels if label not in words] == []
