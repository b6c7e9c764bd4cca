"""Attainment at every level, against an independent computation on random companies: trees, moves in mid-year, shared
credit, versions; targets handed down to the cent; managers' lines in a file of their people's targets."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.analysis.allocation import allocate, allocate_tree
from insight.analysis.contribution import Span, fill_targets, join_new_year, rate_units, rate_whole, sum_units
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.intake.roll_ups import find_roll_ups, name_leaders
from insight.sentences.standing import tell_contributions, tell_level, tell_quadrants, tell_versions
from insight.warehouse import Warehouse
from published import ask_frame

ROOT = Path(__file__).resolve().parent.parent
Open = Callable[..., Warehouse]
Rows = list[dict[str, Any]]

COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 31), True)
MONTHS = {"months_start": date(2025, 1, 1), "months_end": date(2027, 1, 1)}


def columns(rows: Rows) -> dict[str, list[Any]]:
    return {name: [row.get(name) for row in rows] for name in rows[0]}


def parameters(**chosen: Any) -> dict[str, object]:
    filters = Filters(**chosen)
    return {**make_parameters(filters, find_window(filters, COVERAGE)), **MONTHS}


def ask_level(warehouse: Warehouse, level: str, **chosen: Any) -> pd.DataFrame:
    more = {"manager": chosen.pop("manager", "")} if level in ("rep", "manager") else {}
    return ask_frame(warehouse, f"attainment/standing_by_{level}", **parameters(**chosen), **more)


# --- handing targets down ----------------------------------------------------------------------------------------------

AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
WEIGHTS = st.lists(st.decimals(-(10**6), 10**9, places=2), min_size=1, max_size=12)


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, WEIGHTS)
def test_parts_of_a_target_are_whole_cents_and_add_up_to_it(amount: Decimal, weights: list[Decimal]) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)


@settings(deadline=None, max_examples=40)
@given(st.decimals(0, 10**6, places=2), st.lists(st.decimals(1, 10**6, places=2), min_size=1, max_size=8))
def test_no_part_is_a_cent_or_more_away_from_its_share(amount: Decimal, weights: list[Decimal]) -> None:
    for part, weight in zip(allocate(amount, weights), weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < Decimal("0.01")


def test_a_given_target_goes_down_to_those_without_one_and_never_to_those_with_one() -> None:
    """Region 100 with A given 40: 60 go to B and C by 3 to 1 = 45 and 15; B's by its places 1 to 2 = 15 and 30.

    What the region sold itself (4 − 1 − 2 … = 0) keeps nothing. D has a target, not its parent: nothing goes up.
    """
    children = {"": ["R", "Q"], "R": ["A", "B", "C"], "B": ["B1", "B2"], "Q": ["D", "E"]}
    plan = {"R": Decimal(100), "A": Decimal(40), "D": Decimal(7)}
    sold = {"R": Decimal(13), "A": Decimal(9), "B": Decimal(3), "C": Decimal(1), "B1": Decimal(1), "B2": Decimal(2)}
    found = allocate_tree(plan, children, sold)
    assert {place: (str(amount), source) for place, (amount, source, _) in found.items()} == {
        "B": ("45.00", "R"),
        "C": ("15.00", "R"),
        "B1": ("15.00", "R"),
        "B2": ("30.00", "R"),
    }


def test_a_target_less_than_its_parts_is_not_handed_down() -> None:
    assert allocate_tree({"R": Decimal(5), "A": Decimal(6)}, {"": ["R"], "R": ["A", "B"]}, {"B": Decimal(1)}) == {}


def test_without_history_a_target_goes_down_in_equal_parts_and_says_so() -> None:
    found = allocate_tree({"R": Decimal(10)}, {"": ["R"], "R": ["A", "B"]}, {})
    assert found == {"A": (Decimal("5.00"), "R", "equal"), "B": (Decimal("5.00"), "R", "equal")}


# --- random companies --------------------------------------------------------------------------------------------------


LINES = {"P0": "red", "P1": "blue", "P2": None}


class Drawn:
    """A random company as plain rows, and the same facts worked out line by line."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.territories: Rows = []
        for place in range(14):
            parent = f"T{chance.randrange(place)}" if place and chance.random() < 0.85 else None
            self.territories.append({"territory_id": f"T{place}", "name": f"Place {place}", "parent_id": parent})
        self.reps: Rows = []
        for rep in range(10):
            manager = f"R{chance.randrange(rep)}" if rep and chance.random() < 0.8 else None
            self.reps.append({"rep_id": f"R{rep}", "name": f"Rep {rep}", "manager_id": manager})
        self.terminals: Rows = [
            {"terminal_id": f"H{n}", "name": f"H {n}", "territory_id": f"T{chance.randrange(14)}"} for n in range(18)
        ]
        self.moves: Rows = []
        for terminal in self.terminals:
            if chance.random() < 0.5:
                day = date(2025, 1, 1) + timedelta(chance.randrange(440))
                self.moves.append(
                    {
                        "terminal_id": terminal["terminal_id"],
                        "territory_id": f"T{chance.randrange(14)}",
                        "valid_from": day,
                        "valid_to": day + timedelta(chance.randrange(20, 200)) if chance.random() < 0.6 else None,
                    }
                )
        self.assignments: Rows = []
        for terminal in self.terminals:
            for rep in chance.sample(range(10), chance.randrange(4)):
                day = date(2025, 1, 1) + timedelta(chance.randrange(300))
                self.assignments.append(
                    {
                        "terminal_id": terminal["terminal_id"],
                        "rep_id": f"R{rep}",
                        "product_line": chance.choice([None, None, "red", "blue"]),
                        "credit_share": chance.choice([None, 1.0, 0.5, 0.3, 0.333333, 0.6]),
                        "valid_from": day,
                        "valid_to": day + timedelta(chance.randrange(30, 400)) if chance.random() < 0.5 else None,
                    }
                )
        self.flows: Rows = [
            {
                "flow_id": f"F{n}",
                "occurred_on": date(2025, 1, 1) + timedelta(chance.randrange(455)),
                "seller_id": chance.choice(["D0", "D1", "M"]),
                "buyer_id": f"H{chance.randrange(18)}",
                "product_id": chance.choice(["P0", "P1", "P2"]),
                "quantity": Decimal(chance.randrange(1, 9)),
                "amount": Decimal(chance.randrange(-3000, 90000)) / 100,
            }
            for n in range(700)
        ]
        self.flows[0]["occurred_on"] = date(2026, 3, 31)
        self.flows[1]["occurred_on"] = date(2025, 1, 1)
        self.targets: Rows = [
            {
                "month": date(year, month, 1),
                "holder_kind": "territory",
                "holder_id": f"T{place}",
                "product_line": None,
                "measure": "pure_sales",
                "target_amount": Decimal(chance.randrange(10000, 900000)) / 100,
                "version": version,
            }
            for place in range(14)
            if chance.random() < 0.45
            for year, month in [(2025, 2), (2025, 3), (2026, 1), (2026, 2), (2026, 3)]
            for version in range(1, chance.choice([2, 2, 3, 4]))
        ]

    def publish(self, open_company: Open) -> Warehouse:
        return open_company(
            manufacturers={"manufacturer_id": ["M"], "name": ["Maker"]},
            distributors={"distributor_id": ["D0", "D1"], "name": ["None", "One"], "territory_id": ["T0", "T1"]},
            products={
                "product_id": ["P0", "P1", "P2"],
                "name": ["A", "B", "C"],
                "product_line": ["red", "blue", None],
                "manufacturer_id": ["M", "M", "M"],
            },
            territories=columns(self.territories),
            reps=columns(self.reps),
            terminals=columns(self.terminals),
            terminal_territories=columns(self.moves),
            assignments=columns(self.assignments),
            flows=columns(self.flows),
            targets=columns(self.targets),
        )

    def place(self, flow: dict[str, Any]) -> str:
        """The territory of the line's terminal on its day."""
        for move in self.moves:
            if (
                move["terminal_id"] == flow["buyer_id"]
                and move["valid_from"] <= flow["occurred_on"]
                and (move["valid_to"] is None or flow["occurred_on"] < move["valid_to"])
            ):
                return str(move["territory_id"])
        return next(str(row["territory_id"]) for row in self.terminals if row["terminal_id"] == flow["buyer_id"])

    def above(self, table: str, code: str) -> list[str]:
        """The code with everything over it, nearest first."""
        rows = {"T": (self.territories, "territory_id", "parent_id"), "R": (self.reps, "rep_id", "manager_id")}[table]
        parents = {row[rows[1]]: row[rows[2]] for row in rows[0]}
        chain = [code]
        while parents[chain[-1]]:
            chain.append(parents[chain[-1]])
        return chain

    def credit(self, flow: dict[str, Any]) -> dict[str, float]:
        """Shares of the line by rep: the line's own assignments before those for all lines, scaled where above one."""
        held = [
            row
            for row in self.assignments
            if row["terminal_id"] == flow["buyer_id"]
            and row["product_line"] in (None, LINES[flow["product_id"]])
            and row["valid_from"] <= flow["occurred_on"]
            and (row["valid_to"] is None or flow["occurred_on"] < row["valid_to"])
        ]
        own = [row for row in held if row["product_line"]]
        shares: dict[str, float] = defaultdict(float)
        for row in own or held:
            shares[row["rep_id"]] += 1.0 if row["credit_share"] is None else row["credit_share"]
        whole = max(sum(shares.values()), 1.0)
        return {rep: share / whole for rep, share in shares.items()}

    def plan(self, unit: str, month: date) -> Decimal | None:
        """A territory's plan: its own in force, else the sum of the nearest given below it."""
        force: dict[str, tuple[int, Decimal]] = {}
        for row in self.targets:
            if row["month"] == month and row["version"] > force.get(row["holder_id"], (0, 0))[0]:
                force[row["holder_id"]] = (row["version"], row["target_amount"])

        def add(node: str) -> Decimal | None:
            if node in force:
                return force[node][1]
            parts = [add(row["territory_id"]) for row in self.territories if row["parent_id"] == node]
            known = [part for part in parts if part is not None]
            return sum(known, Decimal(0)) if known else None

        return add(unit)


@pytest.fixture(scope="module", params=[3, 11])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Drawn, Warehouse]:
    import pyarrow as pa

    from insight.company import Company, Workspace
    from insight.publish import publish
    from published import open_published

    company = Drawn(request.param)

    def make(**tables: Any) -> Warehouse:
        made = Company(Workspace("Drawn"), {name: pa.table(rows) for name, rows in tables.items()})
        return open_published(publish(made, tmp_path_factory.mktemp("drawn")))

    return company, company.publish(make)


def test_credit_by_rep_is_the_line_split_as_of_its_day_and_with_nobodys_is_the_whole_to_the_cent(
    drawn: tuple[Drawn, Warehouse],
) -> None:
    company, warehouse = drawn
    expected: dict[tuple[date, str], float] = defaultdict(float)
    for flow in company.flows:
        month, shares = flow["occurred_on"].replace(day=1), company.credit(flow)
        for rep, share in shares.items():
            expected[month, rep] += float(flow["amount"]) * share
        expected[month, ""] += float(flow["amount"]) * (1 - sum(shares.values()))
    months = ask_level(warehouse, "rep")
    found = {(row.sales_month, row.unit_id): row.sales_amount for row in months.itertuples()}
    for key, amount in expected.items():
        # each split amount is rounded to the cent, so a month may be a few cents off what exact shares come to
        assert float(found.get(key, 0)) == pytest.approx(amount, abs=0.3), key
    assert sum(found.values()) == sum(flow["amount"] for flow in company.flows)


def test_managers_hold_what_their_people_hold_at_any_depth_and_add_up_with_nobodys(
    drawn: tuple[Drawn, Warehouse],
) -> None:
    company, warehouse = drawn
    reps = ask_level(warehouse, "rep").groupby("unit_id")["sales_amount"].sum()
    managers = ask_level(warehouse, "manager").groupby("unit_id")["sales_amount"].sum()
    assert managers.sum() == reps.sum()
    leads = {row["manager_id"] for row in company.reps if row["manager_id"]}
    for manager in set(managers.index) & leads:
        below = ask_level(warehouse, "manager", manager=manager).groupby("unit_id")["sales_amount"].sum()
        held = sum(amount for rep, amount in reps.items() if rep and manager in company.above("R", rep))
        assert below.sum() == held
    tops = [row["rep_id"] for row in company.reps if not row["manager_id"] and row["rep_id"] in leads]
    if len(tops) > 1:
        for top in tops:
            held = sum(amount for rep, amount in reps.items() if rep and top in company.above("R", rep))
            assert managers.get(top, Decimal(0)) == held


def test_territories_hold_what_was_sold_there_on_the_day_at_every_depth_of_the_tree(
    drawn: tuple[Drawn, Warehouse],
) -> None:
    company, warehouse = drawn
    sold: dict[str, Decimal] = defaultdict(Decimal)
    for flow in company.flows:
        if flow["occurred_on"] >= date(2026, 1, 1):
            for place in company.above("T", company.place(flow)):
                sold[place] += flow["amount"]
    parents = {row["parent_id"] for row in company.territories if row["parent_id"]}
    for parent in sorted(parents):
        months = ask_level(warehouse, "territory", territories=(parent,))
        current = months[(months["sales_month"] >= date(2026, 1, 1)) & (months["measure"] == "pure_sales")]
        found = current.groupby("unit_id")["sales_amount"].sum()
        assert found.sum() == sold[parent], parent
        for unit in set(found.index) - {""}:
            assert found[unit] == sold[unit], (parent, unit)


def test_targets_in_force_at_every_depth_are_the_highest_versions_counted_once(drawn: tuple[Drawn, Warehouse]) -> None:
    company, warehouse = drawn
    parents = {row["parent_id"] for row in company.territories if row["parent_id"]}
    checked = 0
    for parent in sorted(parents):
        months = ask_level(warehouse, "territory", territories=(parent,))
        given = months[months["target_amount"].notna() & ~months["is_allocated"]]
        for row in given.itertuples():
            if row.unit_id:
                assert row.target_amount == company.plan(row.unit_id, row.sales_month)
                checked += 1
    assert checked > 10


def test_what_is_handed_down_and_what_is_given_add_up_to_the_plan_above(drawn: tuple[Drawn, Warehouse]) -> None:
    """In the months where a parent's plan exceeds its parts', the rest is handed down; what was sold in the parent alone
    keeps its part there."""
    company, warehouse = drawn
    parents = {row["parent_id"] for row in company.territories if row["parent_id"]}
    handed = 0
    for parent in sorted(parents):
        months = ask_level(warehouse, "territory", territories=(parent,))
        for month, rows in months[months["target_amount"].notna()].groupby("sales_month"):
            plan = company.plan(parent, month)
            if plan is None or not rows["is_allocated"].any():
                continue
            handed += 1
            assert rows["target_amount"].sum() <= plan
            if not any(company.place(flow) == parent for flow in company.flows):
                assert rows["target_amount"].sum() == plan
    assert handed


def test_distributors_lines_and_terminals_add_up_to_the_same_whole(drawn: tuple[Drawn, Warehouse]) -> None:
    company, warehouse = drawn
    whole = sum(flow["amount"] for flow in company.flows)
    for level in ("distributor", "product_line", "rep", "manager", "territory"):
        months = ask_level(warehouse, level)
        assert months.loc[months["measure"] == "pure_sales", "sales_amount"].sum() == whole, level
    more = {**parameters(), "landing_end": date(2027, 1, 1), "row_limit": 5}
    terminals = ask_frame(warehouse, "attainment/standing_by_terminal", **more)
    current = sum(flow["amount"] for flow in company.flows if flow["occurred_on"] >= date(2026, 1, 1))
    assert (terminals["actual_amount"].sum(), len(terminals)) == (current, 6)


# --- from months to standings ------------------------------------------------------------------------------------------

SPAN = Span(
    date(2026, 1, 1),
    date(2026, 4, 1),
    date(2025, 1, 1),
    date(2025, 4, 1),
    date(2025, 3, 1),
    date(2026, 5, 1),
    True,
    0.5,
)


def month_row(unit: str, month: date, sold: float, target: float | None = None, **more: Any) -> dict[str, Any]:
    due = target if month < date(2026, 3, 1) else None if target is None else target * 0.5
    return {
        "sales_month": month,
        "measure": "pure_sales",
        "unit_id": unit,
        "unit_name": unit,
        "group_name": "",
        "sales_amount": sold,
        "to_day_amount": sold / 2,
        "target_amount": target,
        "target_to_date_amount": due,
        "covered_amount": None if target is None else sold,
        "covered_to_day_amount": None if target is None else sold / 2,
        "version": 1,
        "is_allocated": False,
        "basis": "",
        "active_count": 9,
    } | more


def stand(rows: Rows, whole: Rows | None = None) -> pd.DataFrame:
    plan = pd.DataFrame(
        whole or [], columns=["plan_month", "measure", "target_amount", "target_to_date_amount", "version"]
    )
    months = fill_targets(pd.DataFrame(rows).astype({"target_amount": float, "covered_amount": float}), plan)
    return rate_units(sum_units(months, SPAN), has_base=True).set_index("unit_id")


def test_a_partial_month_is_set_against_the_same_days_and_the_same_part_of_the_target() -> None:
    """March 2026 so far 50, March 2025 100 of which 50 by the same day: level. Target 120 of which half is due: 50/60."""
    found = stand([month_row("A", date(2026, 3, 1), 50.0, 120.0), month_row("A", date(2025, 3, 1), 100.0, 100.0)])
    assert found.loc["A", "growth_rate"] == 0.0
    assert found.loc["A", "attainment_rate"] == pytest.approx(50 / 60)
    assert found.loc["A", "base_attainment_rate"] == pytest.approx(1.0)  # 50 of half of 100


def test_a_month_without_a_target_counts_no_sales_towards_attainment() -> None:
    """January 100 of 80, February 70 without a target: 100/80, not 170/80; both count in what was sold."""
    found = stand([month_row("A", date(2026, 1, 1), 100.0, 80.0), month_row("A", date(2026, 2, 1), 70.0)])
    assert found.loc["A", "attainment_rate"] == pytest.approx(100 / 80)
    assert (found.loc["A", "actual_amount"], found.loc["A", "plan_month_count"]) == (170.0, 1)


def test_a_target_not_above_zero_gives_a_gap_and_no_rate() -> None:
    found = stand([month_row("A", date(2026, 1, 1), 5.0, -20.0), month_row("B", date(2026, 1, 1), 5.0, 0.0)])
    assert list(found["gap_amount"]) == [25.0, 5.0]
    assert found["attainment_rate"].isna().all() and found["capped_rate"].isna().all()


def test_a_target_without_sales_is_at_nought_and_sales_without_a_target_have_none() -> None:
    found = stand([month_row("A", date(2026, 1, 1), 0.0, 10.0), month_row("B", date(2026, 1, 1), 10.0)])
    assert found.loc["A", "attainment_rate"] == 0.0 and found.loc["A", "gap_amount"] == -10.0
    assert pd.isna(found.loc["B", "attainment_rate"]) and pd.isna(found.loc["B", "plan_amount"])


def test_without_anything_before_growth_is_empty_and_never_infinite() -> None:
    """A first month: nothing to compare with; a unit that is new among others adds its points all the same."""
    found = stand([month_row("A", date(2026, 1, 1), 7.0), month_row("B", date(2025, 1, 1), 10.0)])
    assert pd.isna(found.loc["A", "growth_rate"])
    assert found.loc["A", "growth_contribution_rate"] == pytest.approx(0.7)
    alone = stand([month_row("A", date(2026, 1, 1), 7.0)])
    assert alone["growth_contribution_rate"].isna().all()


def test_contributions_add_up_to_the_growth_of_the_whole_and_capped_attainment_fills_no_gap_with_an_excess() -> None:
    """A 150 of 100, B 60 of 100: 210/200 = 105%, capped (100 + 60)/200 = 80%."""
    rows = [month_row("A", date(2026, 1, 1), 150.0, 100.0), month_row("B", date(2026, 1, 1), 60.0, 100.0)]
    rows += [month_row("A", date(2025, 1, 1), 120.0), month_row("B", date(2025, 1, 1), 80.0)]
    found = stand(rows)
    whole = rate_whole(found, (200.0, 210.0), has_base=True)
    assert (whole["attainment_rate"], whole["capped_rate"]) == (1.05, 0.8)
    assert found["growth_contribution_rate"].sum() == pytest.approx(whole["growth_rate"])


def test_a_target_given_only_above_goes_to_the_units_by_last_years_sales_of_the_month_and_is_marked() -> None:
    """100.01 by 30 to 10 of January 2025: 75.01 and 25.00. In February nothing was sold the year before: 0.02 = 1 + 1."""
    rows = [month_row("A", date(2025, 1, 1), 30.0), month_row("B", date(2025, 1, 1), 10.0)]
    rows += [month_row("A", date(2026, 1, 1), 1.0), month_row("B", date(2026, 1, 1), 1.0)]
    whole = [
        {
            "plan_month": date(2026, month, 1),
            "measure": "pure_sales",
            "target_amount": amount,
            "target_to_date_amount": amount,
            "version": 2,
        }
        for month, amount in ((1, 100.01), (2, 0.02))
    ]
    found = stand(rows, whole)
    assert list(found["target_amount"].round(2)) == [75.02, 25.01]
    assert found["is_allocated"].all() and set(found["basis"]) == {"last_year"}
    assert list(found["version"]) == [2, 2]


def test_a_level_with_targets_of_its_own_gets_none_from_above() -> None:
    whole = [
        {
            "plan_month": date(2026, 1, 1),
            "measure": "pure_sales",
            "target_amount": 500.0,
            "target_to_date_amount": 500.0,
            "version": 1,
        }
    ]
    found = stand([month_row("A", date(2026, 1, 1), 1.0, 10.0), month_row("B", date(2026, 1, 1), 1.0)], whole)
    assert found.loc["A", "target_amount"] == 10.0 and pd.isna(found.loc["B", "target_amount"])


def test_growth_of_february_is_read_with_january_as_spring_festival_moves() -> None:
    february = Span(
        date(2026, 2, 1), date(2026, 3, 1), date(2025, 2, 1), date(2025, 3, 1), None, date(2026, 3, 1), True
    )
    joined = join_new_year(february, moves_spring=True, first_month=date(2024, 1, 1), is_last_year=True)
    assert (joined.period_start, joined.base_start, joined.period_end) == (
        date(2026, 1, 1),
        date(2025, 1, 1),
        date(2026, 3, 1),
    )
    assert join_new_year(february, moves_spring=False, first_month=date(2024, 1, 1), is_last_year=True) == february
    assert join_new_year(february, moves_spring=True, first_month=date(2025, 2, 1), is_last_year=True) == february


# --- managers' lines in one file with their people's --------------------------------------------------------------------


def open_team(open_company: Open, targets: list[tuple[str, str]], sold: dict[str, str], **more: Any) -> Warehouse:
    """BOSS leads MID and C, MID leads A and B; each terminal belongs to one of them. Targets of January 2026."""
    people = ["BOSS", "MID", "A", "B", "C"]
    day = date(2025, 1, 1)
    return open_company(
        distributors={"distributor_id": ["D"], "name": ["D"]},
        products={"product_id": ["P"], "name": ["P"]},
        terminals={"terminal_id": [f"of {name}" for name in people], "name": people},
        reps={"rep_id": people, "name": people, "manager_id": [None, "BOSS", "MID", "MID", "BOSS"]},
        assignments={"terminal_id": [f"of {name}" for name in people], "rep_id": people, "valid_from": [day] * 5},
        flows={
            "flow_id": list(sold),
            "occurred_on": [date(2026, 1, 31)] * len(sold),
            "seller_id": ["D"] * len(sold),
            "buyer_id": [f"of {name}" for name in sold],
            "product_id": ["P"] * len(sold),
            "quantity": [Decimal(1)] * len(sold),
            "amount": [Decimal(amount) for amount in sold.values()],
        },
        targets={
            "month": [date(2026, 1, 1)] * len(targets),
            "holder_kind": ["rep"] * len(targets),
            "holder_id": [name for name, _ in targets],
            "target_amount": [Decimal(amount) for _, amount in targets],
        },
    )


def company_plan(warehouse: Warehouse) -> Decimal:
    frame = ask_frame(
        warehouse, "attainment/whole_plan_by_month", **make_parameters(Filters(), find_window(Filters(), COVERAGE))
    )
    return sum(frame["target_amount"], Decimal(0))


def test_managers_lines_that_are_sums_of_their_people_count_once(open_company: Open) -> None:
    """A 10, B 20, C 5; MID 30 = A + B; BOSS 35 = A + B + C: the company's plan is 35, MID's team's 30."""
    warehouse = open_team(
        open_company, [("A", "10"), ("B", "20"), ("C", "5"), ("MID", "30"), ("BOSS", "35")], {"A": "9", "C": "5"}
    )
    assert company_plan(warehouse) == 35
    managers = ask_level(warehouse, "manager").dropna(subset="target_amount").set_index("unit_id")["target_amount"]
    assert managers.to_dict() == {"MID": Decimal(30), "C": Decimal(5)}
    reps = ask_level(warehouse, "rep").dropna(subset="target_amount").set_index("unit_id")["target_amount"]
    assert reps.to_dict() == {"A": Decimal(10), "B": Decimal(20), "C": Decimal(5)}


def test_a_manager_whose_line_includes_the_next_managers_is_still_a_sum(open_company: Open) -> None:
    """BOSS 65 = MID 30 + A 10 + B 20 + C 5: somebody added every line of the file."""
    assert (
        company_plan(
            open_team(open_company, [("A", "10"), ("B", "20"), ("C", "5"), ("MID", "30"), ("BOSS", "65")], {"A": "9"})
        )
        == 35
    )


def test_a_managers_line_that_differs_without_sales_of_the_managers_own_is_not_added(open_company: Open) -> None:
    """MID 50 beside A 10 and B 20, and nothing credited to MID: 30, not 80."""
    assert company_plan(open_team(open_company, [("A", "10"), ("B", "20"), ("MID", "50")], {"A": "9"})) == 30


def test_a_manager_with_a_book_of_the_managers_own_counts_beside_the_people(open_company: Open) -> None:
    """MID 8 beside A 10 and B 20, with 4 of 8 sold by MID: 38, and MID's team has all of it."""
    warehouse = open_team(open_company, [("A", "10"), ("B", "20"), ("MID", "8")], {"A": "9", "MID": "4"})
    assert company_plan(warehouse) == 38


@pytest.mark.parametrize("team", ["34", "42"])
def test_what_a_managers_line_has_beyond_the_peoples_is_the_managers_own_book(open_company: Open, team: str) -> None:
    """MID 34 or 42 = A 10 + B 20 + a book of 4 or 12, all of it sold by MID: never 64 or 72."""
    own = Decimal(team) - 30
    warehouse = open_team(open_company, [("A", "10"), ("B", "20"), ("MID", team)], {"A": "9", "MID": str(own)})
    assert company_plan(warehouse) == Decimal(team)
    reps = ask_level(warehouse, "rep").dropna(subset="target_amount").set_index("unit_id")["target_amount"]
    assert reps.to_dict() == {"A": Decimal(10), "B": Decimal(20), "MID": own}
    managers = ask_level(warehouse, "manager").dropna(subset="target_amount")["target_amount"]
    assert managers.sum() == Decimal(team)


def open_holders(open_company: Open, targets: Rows, **tables: Rows) -> Warehouse:
    """N and S are the only territories; a hospital in N bought 5 of D on 31 March 2026."""
    return open_company(
        **{
            "distributors": {"distributor_id": ["D"], "name": ["D"]},
            "products": {"product_id": ["P", "Q"], "name": ["P", "Q"], "product_line": ["red", "blue"]},
            "territories": columns([{"territory_id": place, "name": place} for place in ("N", "S")]),
            "terminals": {"terminal_id": ["H"], "name": ["H"], "territory_id": ["N"]},
            "flows": {
                "flow_id": ["f"],
                "occurred_on": [date(2026, 3, 31)],
                "seller_id": ["D"],
                "buyer_id": ["H"],
                "product_id": ["P"],
                "quantity": [Decimal(1)],
                "amount": [Decimal(5)],
            },
            "targets": columns(targets),
            **{name: columns(rows) for name, rows in tables.items()},
        }
    )


def hold(kind: str, holder: str, amount: int, month: int = 3, line: str | None = None) -> dict[str, Any]:
    return {
        "month": date(2026, month, 1),
        "holder_kind": kind,
        "holder_id": holder,
        "product_line": line,
        "target_amount": Decimal(amount),
    }


def test_a_total_beside_people_who_have_managers_counts_once(open_company: Open) -> None:
    """A 10, B 20, MID 30 = A + B, TOTAL 30, in one month: 30, not 60."""
    people = [("A", "MID"), ("B", "MID"), ("C", "MID"), ("MID", None), ("TOTAL", None)]
    warehouse = open_holders(
        open_company,
        [hold("rep", name, amount) for name, amount in (("A", 10), ("B", 20), ("MID", 30), ("TOTAL", 30))],
        reps=[{"rep_id": name, "name": name, "manager_id": manager} for name, manager in people],
    )
    assert company_plan(warehouse) == 30


def test_a_total_kept_as_a_territory_or_as_a_product_line_counts_once(open_company: Open) -> None:
    """N 10, S 20, W 5, ALL 35: 35, not 70. N's red 6 and blue 4 with a line 'Total' of 10: 10, not 20."""
    places = [{"territory_id": place, "name": place} for place in ("N", "S", "W", "ALL")]
    parts = [("N", 10), ("S", 20), ("W", 5), ("ALL", 35)]
    warehouse = open_holders(open_company, [hold("territory", *part) for part in parts], territories=places)
    assert company_plan(warehouse) == 35
    lines = [("red", 6), ("blue", 4), ("Total", 10)]
    warehouse = open_holders(open_company, [hold("territory", "N", amount, line=line) for line, amount in lines])
    assert company_plan(warehouse) == 10


def test_each_month_is_carried_by_those_who_hold_its_targets(open_company: Open) -> None:
    """February's target is a territory's, March's two reps': 10 and 12, and no month without a plan."""
    warehouse = open_holders(
        open_company,
        [hold("territory", "N", 10, 2), hold("rep", "A", 5), hold("rep", "B", 7)],
        reps=[{"rep_id": name, "name": name, "territory_id": "N"} for name in "AB"],
    )
    frame = ask_frame(
        warehouse, "attainment/whole_plan_by_month", **make_parameters(Filters(), find_window(Filters(), COVERAGE))
    )
    assert dict(zip(frame["plan_month"], frame["target_amount"], strict=True)) == {
        date(2026, 2, 1): Decimal(10),
        date(2026, 3, 1): Decimal(12),
    }


def test_a_manager_nobody_names_is_known_by_the_territories_worked(open_company: Open) -> None:
    """A 10 in N1 and B 20 in N2, MID 30 in N above both and without a sale: 30, not 60."""
    places = [
        {"territory_id": place, "name": place, "parent_id": "N" if place != "N" else None}
        for place in ("N", "N1", "N2")
    ]
    warehouse = open_holders(
        open_company,
        [hold("rep", "A", 10), hold("rep", "B", 20), hold("rep", "MID", 30)],
        territories=places,
        reps=[
            {"rep_id": rep, "name": rep, "territory_id": place}
            for rep, place in (("A", "N1"), ("B", "N2"), ("MID", "N"))
        ],
    )
    assert company_plan(warehouse) == 30


def test_who_leads_whom_is_read_from_exact_sums_where_nobody_says_it() -> None:
    """MID = A + B and BOSS = A + B + C in three months, neither with a terminal; D has none either and is told of."""
    import pyarrow as pa

    rows = [
        hold("rep", name, amount * month + more, month)
        for month in (1, 2, 3)
        for name, amount, more in (
            ("A", 10, 1),
            ("B", 20, 3),
            ("C", 5, 2),
            ("MID", 30, 4),
            ("BOSS", 35, 6),
            ("D", 11, 0),
        )
    ]
    tables = {
        "targets": pa.table(columns(rows)),
        "reps": pa.table({"rep_id": ["A", "B", "C", "D", "MID", "BOSS"]}),
        "assignments": pa.table({"rep_id": ["A", "B", "C"]}),
    }
    named, findings = name_leaders(tables)
    assert dict(zip(*named["reps"].to_pydict().values(), strict=True)) == {
        "A": "MID",
        "B": "MID",
        "C": "BOSS",
        "D": None,
        "MID": "BOSS",
        "BOSS": None,
    }
    assert [(finding.code, finding.count) for finding in findings] == [("leaders_named", 2), ("leaders_unknown", 1)]


# --- sentences ----------------------------------------------------------------------------------------------------------

PEOPLE = [
    {
        "unit_id": name,
        "unit_name": name,
        "attainment_rate": rate,
        "growth_rate": rate - 1,
        "gap_amount": rate - 1,
        "active_count": 20,
        "growth_contribution_rate": rate - 1,
    }
    for name, rate in (("Ann", 0.6), ("Bob", 1.2))
]


@pytest.mark.parametrize("level", ["rep", "manager"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_on_people_count_and_never_name(level: str, language: str) -> None:
    said = tell_level(PEOPLE, level, language) + tell_contributions(PEOPLE, -0.2, level, language)
    assert "Ann" not in said and "Bob" not in said and "1" in said


def test_sentences_on_places_name_who_carries_the_shortfall_and_the_growth() -> None:
    assert tell_level(PEOPLE, "territory", "en") == "Ann makes up 100% of the shortfall"
    assert (
        tell_contributions(PEOPLE, -0.2, "territory", "en")
        == "Of the growth of −20.0%, Bob added 20.0 points, Ann took 40.0"
    )
    assert tell_quadrants(PEOPLE, 0.0, "en") == "1 of 2 is behind plan and growing slower than the whole"


def test_the_page_says_which_version_is_in_force_and_how_many_months_were_revised() -> None:
    row = {"holder_kind": "territory", "measure": "pure_sales", "first_version": 1, "last_version": 2, "month_count": 9}
    assert tell_versions([{**row, "revised_month_count": 3}], "territory", "en") == (
        "Targets of versions 1–2, the highest of each month in force: 3 of 9 months were revised."
    )
    assert tell_versions([{**row, "first_version": 2, "revised_month_count": 0}], "rep", "en") == ""


def test_a_line_that_is_the_sum_of_all_others_counts_once_where_nobody_says_who_leads_whom(open_company: Open) -> None:
    """Three months of A 10, B 20, TOTAL 30: 30 a month, not 60."""
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    warehouse = open_company(
        distributors={"distributor_id": ["D"], "name": ["D"]},
        products={"product_id": ["P"], "name": ["P"]},
        terminals={"terminal_id": ["H"], "name": ["H"]},
        reps={"rep_id": ["A", "B", "TOTAL"], "name": ["A", "B", "TOTAL"]},
        flows={
            "flow_id": ["f"],
            "occurred_on": [date(2026, 3, 31)],
            "seller_id": ["D"],
            "buyer_id": ["H"],
            "product_id": ["P"],
            "quantity": [Decimal(1)],
            "amount": [Decimal(1)],
        },
        targets={
            "month": months * 3,
            "holder_kind": ["rep"] * 9,
            "holder_id": ["A"] * 3 + ["B"] * 3 + ["TOTAL"] * 3,
            "target_amount": [Decimal(10)] * 3 + [Decimal(20)] * 3 + [Decimal(30)] * 3,
        },
    )
    assert company_plan(warehouse) == 90


def tables_of(targets: list[tuple[str, str]], managers: dict[str, str | None]) -> dict[str, Any]:
    import pyarrow as pa

    return {
        "targets": pa.table(
            {
                "month": [date(2026, 1, 1)] * len(targets),
                "holder_kind": ["rep"] * len(targets),
                "holder_id": [name for name, _ in targets],
                "target_amount": [Decimal(amount) for _, amount in targets],
            }
        ),
        "reps": pa.table({"rep_id": list(managers), "manager_id": pa.array(list(managers.values()), pa.string())}),
    }


TEAM = {"A": "MID", "B": "MID", "C": "BOSS", "MID": "BOSS", "BOSS": None}


@pytest.mark.parametrize(
    ("targets", "codes"),
    [
        ([("A", "10"), ("B", "20"), ("MID", "30")], ["roll_up"]),
        ([("A", "10"), ("B", "20"), ("MID", "30.2")], ["roll_up"]),
        ([("A", "10"), ("B", "20"), ("C", "5"), ("MID", "30"), ("BOSS", "35")], ["roll_up"]),
        ([("A", "10"), ("B", "20"), ("MID", "50")], ["roll_up_differs"]),
        ([("A", "10"), ("B", "20")], []),
    ],
)
def test_a_file_with_managers_lines_is_told_what_is_done_with_them(
    targets: list[tuple[str, str]], codes: list[str]
) -> None:
    assert [finding.code for finding in find_roll_ups(tables_of(targets, TEAM))] == codes


def test_a_file_without_managers_or_with_a_quarters_target_in_a_month_is_told() -> None:
    """Reps have no column manager_id at all; A's targets lie in January, April and July."""
    import pyarrow as pa

    rows = [hold("rep", "A", 30, month) for month in (1, 4, 7)]
    tables = {"targets": pa.table(columns(rows)), "reps": pa.table({"rep_id": ["A"]})}
    assert [finding.code for finding in find_roll_ups(tables)] == ["piled_up"]


def test_credit_that_comes_to_more_than_the_whole_is_told() -> None:
    """H1 is shared 0.6 and 0.6 from June on: 1.2. H2's owner changes on a day: never more than one."""
    import pyarrow as pa

    day, later = date(2026, 1, 1), date(2026, 6, 1)
    assignments = pa.table(
        {
            "terminal_id": ["H1", "H1", "H2", "H2"],
            "rep_id": ["A", "B", "A", "B"],
            "credit_share": [0.6, 0.6, None, 1.0],
            "valid_from": [day, later, day, later],
            "valid_to": [None, None, later, None],
        }
    )
    (finding,) = find_roll_ups({"assignments": assignments})
    assert (finding.code, finding.count, finding.example) == ("credit_over_one", 1, "H1")


REAL = ROOT.parent / "shared" / "real" / "adventureworks_reseller_targets"


@pytest.mark.skipif(not REAL.exists(), reason="the real file is not on this machine")
def test_a_real_file_with_managers_lines_counts_nobody_twice(open_company: Open) -> None:
    """Brian Welcker leads three sales managers who lead the rest; the managers sell next to nothing themselves."""
    targets = pd.read_csv(REAL / "Targets_long.from_pbix.csv")
    people = pd.read_csv(REAL / "Salesperson.from_pbix.csv")
    head = str(people.loc[people["Title"] == "Director of Sales", "EmployeeID"].iloc[0])
    managers = people.loc[people["Title"].str.contains("Manager"), "EmployeeID"].astype(str).tolist()
    reps = people.loc[people["Title"] == "Sales Representative", "EmployeeID"].astype(str).tolist()
    targets = targets.assign(
        holder=targets["EmployeeID"].astype(str), month=pd.to_datetime(targets["TargetMonth"]).dt.date
    )
    targets = targets[targets["month"] <= date(2020, 5, 31)]
    sold = targets[targets["holder"].isin(reps)].groupby("holder")["TargetAmount"].sum()
    chief = managers[0]
    warehouse = open_company(
        distributors={"distributor_id": ["D"], "name": ["D"]},
        products={"product_id": ["P"], "name": ["P"]},
        terminals={"terminal_id": reps, "name": reps},
        reps={
            "rep_id": [head, *managers, *reps],
            "name": [head, *managers, *reps],
            "manager_id": [None, *[head] * len(managers), *[chief] * len(reps)],
        },
        assignments={"terminal_id": reps, "rep_id": reps, "valid_from": [date(2017, 1, 1)] * len(reps)},
        flows={
            "flow_id": list(sold.index),
            "occurred_on": [date(2020, 5, 31)] * len(sold),
            "seller_id": ["D"] * len(sold),
            "buyer_id": list(sold.index),
            "product_id": ["P"] * len(sold),
            "quantity": [Decimal(1)] * len(sold),
            "amount": [Decimal(int(amount)) for amount in sold],
        },
        targets={
            "month": list(targets["month"]),
            "holder_kind": ["rep"] * len(targets),
            "holder_id": list(targets["holder"]),
            "target_amount": [Decimal(int(amount)) for amount in targets["TargetAmount"]],
        },
    )
    # the managers who lead nobody here hold lines of their own; the head and the one who leads are set aside
    expected = targets[~targets["holder"].isin([head, chief])]["TargetAmount"].sum()
    assert company_plan(warehouse) == int(expected)
