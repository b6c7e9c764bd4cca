"""Who could close the gap: one reason each, plausible and capped, gated on reports; and the sentences about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insight.filters import Coverage, Filters, add_months, find_window, make_parameters
from insight.sentences.closing import tell_closers, tell_headline, tell_reason
from insight.warehouse import Warehouse
from published import ask_frame

Open = Callable[..., Warehouse]
COVERAGE = Coverage(date(2025, 1, 1), date(2026, 6, 1), date(2026, 6, 30), True)
# from 30 June to 29 September are 91 days, a year's quarter nearly to the day: 91 ÷ 30.4375 = 2.99 months
LEFT = 91 / 30.4375


def parameters(**chosen: Any) -> dict[str, object]:
    filters = Filters(**chosen)
    return {**make_parameters(filters, find_window(filters, COVERAGE)), "closes_on": date(2026, 9, 30)}


def months_of(first: date, count: int) -> list[date]:
    return [add_months(first, place).replace(day=15) for place in range(count)]


def open_accounts(open_company: Open, late: bool = False) -> Warehouse:
    """Every account buys 100 of red a month from January 2025 on, from D1 unless said.

    QUIET stops after January 2026; SLOW buys 40 from April 2026 on; STEADY goes on; RARE bought in two months only;
    WAITS bought from D2, whose last line of any kind is of January 2026 where ``late``; CLOSED stopped and closed.
    """
    bought = {
        "QUIET": [(day, "D1", 100) for day in months_of(date(2025, 1, 1), 13)],
        "SLOW": [(day, "D1", 100 if day < date(2026, 4, 1) else 40) for day in months_of(date(2025, 1, 1), 18)],
        "STEADY": [(day, "D1", 100) for day in months_of(date(2025, 1, 1), 18)],
        "RARE": [(date(2025, 6, 15), "D1", 100), (date(2025, 12, 15), "D1", 100)],
        "WAITS": [(day, "D2", 100) for day in months_of(date(2025, 1, 1), 13)],
        "CLOSED": [(day, "D1", 100) for day in months_of(date(2025, 1, 1), 13)],
    }
    lines = [(day, seller, name, amount) for name, days in bought.items() for day, seller, amount in days]
    lines.append((date(2026, 6, 30), "D1", "STEADY", 1))
    if not late:
        lines.append((date(2026, 6, 1), "D2", "STEADY", 1))
    names = list(bought)
    return open_company(
        distributors={"distributor_id": ["D1", "D2"], "name": ["One", "Two"]},
        products={"product_id": ["P"], "name": ["P"], "product_line": ["red"]},
        terminals={
            "terminal_id": names,
            "name": names,
            "closed_on": [date(2026, 2, 1) if name == "CLOSED" else None for name in names],
        },
        reps={"rep_id": ["R1", "R2"], "name": ["Ann", "Bob"]},
        assignments={
            "terminal_id": ["QUIET", "QUIET", "SLOW"],
            "rep_id": ["R1", "R2", "R1"],
            "product_line": [None, "red", None],
            "valid_from": [date(2025, 1, 1)] * 3,
            "valid_to": [None, None, date(2026, 6, 1)],
        },
        flows={
            "flow_id": [f"F{place}" for place in range(len(lines))],
            "occurred_on": [line[0] for line in lines],
            "seller_id": [line[1] for line in lines],
            "buyer_id": [line[2] for line in lines],
            "product_id": ["P"] * len(lines),
            "quantity": [Decimal(1)] * len(lines),
            "amount": [Decimal(line[3]) for line in lines],
        },
    )


def test_an_account_silent_beyond_its_rhythm_or_behind_its_habit_is_listed_once_with_its_owner(
    open_company: Open,
) -> None:
    """QUIET: 100 a month × 2.99. SLOW: habit of April 2025 to March 2026 = 100, pace of the last three = 40, so 60 × 2.99.

    Bob owns the line at QUIET, Ann every line: the line's owner counts. Nobody owns SLOW any more.
    """
    found = ask_frame(open_accounts(open_company), "attainment/closers", row_limit=99, reason="", **parameters())
    rows = found.set_index("terminal_id")
    assert set(rows.index) == {"QUIET", "SLOW", "WAITS"}
    assert rows["reason"].to_dict() == {"QUIET": "gone_quiet", "SLOW": "behind_habit", "WAITS": "gone_quiet"}
    assert float(rows.loc["QUIET", "plausible_amount"]) == pytest.approx(100 * LEFT, abs=0.01)
    assert float(rows.loc["SLOW", "plausible_amount"]) == pytest.approx(60 * LEFT, abs=0.01)
    assert (rows.loc["QUIET", "owner_name"], rows.loc["SLOW", "owner_name"]) == ("Bob", "")
    assert (rows.loc["QUIET", "last_bought_on"], rows.loc["QUIET", "silent_days"]) == (date(2026, 1, 15), 166)
    assert rows.loc["QUIET", "rhythm_days"] == 30  # twelve months with orders in the year up to the last


def test_what_waits_for_a_distributors_late_file_is_left_out_and_counted_apart(open_company: Open) -> None:
    warehouse = open_accounts(open_company, late=True)
    reasons = ask_frame(warehouse, "attainment/closers_by_reason", **parameters()).set_index("reason")
    assert reasons["item_count"].to_dict() == {"gone_quiet": 1, "behind_habit": 1, "unreported": 1}
    listed = ask_frame(warehouse, "attainment/closers", row_limit=99, reason="", **parameters())
    assert set(listed["terminal_id"]) == {"QUIET", "SLOW"}
    assert listed["all_amount"].iloc[0] == listed["plausible_amount"].sum()


def test_nothing_is_plausible_in_a_period_that_is_over(open_company: Open) -> None:
    over = {**parameters(), "closes_on": date(2026, 6, 1)}
    assert ask_frame(open_accounts(open_company), "attainment/closers", row_limit=99, reason="", **over).empty


def test_room_up_to_what_peers_realise_is_capped(open_company: Open) -> None:
    """Peers of the kind realise 50% of 2,400 (100 a month). LOW buys 10 a month, 120 of 2,400: room 1,200 − 120 = 1,080, at
    most max(120 ÷ 2, 1,200 ÷ 4) = 300 a year = 25 a month. NONE never bought: 300 a year as well.
    """
    names = [f"PEER{n}" for n in range(5)] + ["LOW", "NONE"]
    lines = [
        (day, name, 10 if name == "LOW" else 100)
        for name in names[:-1]
        for day in [*months_of(date(2025, 1, 1), 17), date(2026, 6, 30)]
    ]
    warehouse = open_company(
        distributors={"distributor_id": ["D1"], "name": ["One"]},
        products={"product_id": ["P"], "name": ["P"], "product_line": ["red"]},
        terminals={"terminal_id": names, "name": names, "type": ["lab"] * 7},
        potentials={
            "terminal_id": names,
            "product_line": ["red"] * 7,
            "year": [2026] * 7,
            "potential_amount": [Decimal(2400)] * 7,
        },
        flows={
            "flow_id": [f"F{place}" for place in range(len(lines))],
            "occurred_on": [line[0] for line in lines],
            "seller_id": ["D1"] * len(lines),
            "buyer_id": [line[1] for line in lines],
            "product_id": ["P"] * len(lines),
            "quantity": [Decimal(1)] * len(lines),
            "amount": [Decimal(line[2]) for line in lines],
        },
    )
    found = ask_frame(warehouse, "attainment/closers", row_limit=99, reason="potential", **parameters())
    assert {row.terminal_id: round(float(row.plausible_amount), 2) for row in found.itertuples()} == {
        "LOW": round(25 * LEFT, 2),
        "NONE": round(25 * LEFT, 2),
    }


def test_the_headline_sets_what_is_plausible_against_what_is_missing() -> None:
    assert tell_headline(10e6, 4e6, 1e6, None, "2026", "en", "CNY") == (
        "2026 is expected to land ¥10.0m short of target. What is plausible until then, ¥4.0m, covers 40% of it."
    )
    assert tell_headline(10e6, 40e6, 1e6, 74, "2026", "en", "CNY").endswith("the 74 largest would close it.")
    assert "on target" in tell_headline(-1.0, 4e6, 1e6, None, "2026", "en", "CNY")
    assert "no target" in tell_headline(None, 4e6, 1e6, None, "2026", "en", "CNY")
    assert "Nothing stands out" in tell_headline(5.0, 0.0, 0.0, None, "2026", "en", "CNY")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_reason_carries_its_numbers(language: str) -> None:
    said = tell_reason({"reason": "gone_quiet", "silent_days": 166, "rhythm_days": 30}, language)
    assert "166" in said and "30" in said
    assert "3,000" in tell_closers(500, 3000, 1e6, language, "CNY")
