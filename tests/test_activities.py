"""The activities page on hand-made rows: what is listed, what is said, and that both languages say the same numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from test_estimates import fill, make_tables, rows_of, sell

from insight.company import Workspace
from insight.sentences import activities as sentences
from insight.warehouse import Warehouse

Open = Callable[..., Warehouse]
Row = dict[str, Any]

EVERYTHING_ASKED: Row = {
    "period_start": date(2025, 1, 1),
    "period_end": date(2025, 7, 1),
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
}
ACTIVITIES: list[Row] = [
    {
        "activity_id": "A1",
        "name": "A1",
        "kind": "meeting",
        "starts_on": date(2025, 2, 5),
        "territory_id": "N",
        "product_line": "L1",
        "owner": "manufacturer",
    },
    {
        "activity_id": "A2",
        "name": "A2",
        "kind": "meeting",
        "starts_on": date(2025, 3, 5),
        "territory_id": "S",
        "product_line": None,
        "owner": "D1",
    },
    {
        "activity_id": "A3",
        "name": "A3",
        "kind": "booth",
        "starts_on": date(2025, 4, 5),
        "territory_id": "S",
        "product_line": "L2",
        "owner": "manufacturer",
    },
    {
        "activity_id": "A4",
        "name": "A4",
        "kind": "booth",
        "starts_on": date(2025, 4, 5),
        "territory_id": "N",
        "product_line": None,
        "owner": "manufacturer",
        "status": "cancelled",
    },
    {
        "activity_id": "A5",
        "name": "A5",
        "kind": "booth",
        "starts_on": date(2025, 6, 20),
        "territory_id": "N",
        "product_line": None,
        "owner": "manufacturer",
        "status": "planned",
    },
]
COSTS: list[Row] = [
    {"activity_id": "A1", "payer": "manufacturer", "item": "venue", "committed_amount": 100.0, "actual_amount": 90.0},
    {"activity_id": "A1", "payer": "D2", "item": "speaker", "committed_amount": 50.0, "actual_amount": None},
]


@pytest.fixture
def listed(open_company: Open) -> Callable[..., list[str]]:
    """Ids of the activities listed under filters; the data end on 10 June 2025."""
    tables = make_tables(
        flows=[sell(date(2025, 1, 5), "T1", 10, 1), sell(date(2025, 6, 10), "T1", 10, 1)], activity_costs=COSTS
    )
    tables["activities"] = {column: [row.get(column) for row in ACTIVITIES] for column in (*ACTIVITIES[0], "status")}
    tables["territories"] = {"territory_id": ["N", "S"], "name": ["North", "South"]}
    warehouse = open_company(Workspace("Test", data_through_on=date(2025, 6, 10)), **tables)

    def ask(**filters: Any) -> list[str]:
        return sorted(
            row["activity_id"] for row in rows_of(warehouse, "activities/activities", **(EVERYTHING_ASKED | filters))
        )

    ask.warehouse = warehouse  # type: ignore[attr-defined]
    return ask


def test_listed_is_what_began_in_the_period_and_was_not_cancelled(listed: Any) -> None:
    """A4 was cancelled; A5 begins ten days after the data end."""
    assert listed() == ["A1", "A2", "A3"]
    assert listed(period_start=date(2025, 3, 1), period_end=date(2025, 4, 1)) == ["A2"]


def test_each_filter_chooses_activities_in_its_own_way(listed: Any) -> None:
    """L1 is the manufacturer M1's only line; D2 holds no activity and pays a part of A1."""
    assert listed(territories=["S"]) == ["A2", "A3"]
    assert listed(product_lines=["L1"]) == ["A1"]
    assert listed(manufacturers=["M1"]) == ["A1"]
    assert listed(distributors=["D1"]) == ["A2"]
    assert listed(distributors=["D2"]) == ["A1"]


def test_spend_is_actual_and_committed_where_not_settled(listed: Any) -> None:
    """A1: 90 actual of the manufacturer and 50 committed of D2: 140, 50 of it not settled. A2 has no cost: unknown,
    not 0."""
    rows = {row["activity_id"]: row for row in rows_of(listed.warehouse, "activities/activities", **EVERYTHING_ASKED)}
    first = rows["A1"]
    assert (first["cost_amount"], first["unsettled_amount"]) == (Decimal("140.00"), Decimal("50.00"))
    assert (first["cost_manufacturer_amount"], first["cost_distributor_amount"]) == (Decimal("90.00"), Decimal("50.00"))
    assert rows["A2"]["cost_amount"] is None


def test_without_a_list_of_who_took_part_the_status_says_what_is_missing(listed: Any) -> None:
    rows = rows_of(listed.warehouse, "activities/activities", **EVERYTHING_ASKED)
    assert {(row["status"], row["missing"]) for row in rows} == {("not_enough_data", "attendance")}


# --- what is said ----------------------------------------------------------------------------------------------------

TOTAL: Row = {
    "activity_count": 40,
    "cost_amount": 5_200_000.0,
    "gain_amount": 9_400_000.0,
    "incremental_amount": 12_000_000.0,
    "romi_rate": 0.8,
    "romi_low_rate": 0.2,
    "romi_high_rate": 1.6,
    "revenue_per_cost_rate": 2.3,
    "revenue_per_cost_low_rate": 1.1,
    "revenue_per_cost_high_rate": 3.4,
}
LIFT: Row = {"activity_count": 40, "lift_rate": 0.081, "lift_low_rate": 0.034, "lift_high_rate": 0.128}
COUNTS: Row = {"all_count": 46, "cost_amount": 6_000_000.0}


def tell(
    language: str = "en",
    *,
    total: Row | None = None,
    lift: Row | None = None,
    counts: Row | None = None,
    is_picked_unusual: bool = False,
) -> str:
    """The headline with some values replaced."""
    return sentences.tell_headline(
        TOTAL | (total or {}),
        LIFT | (lift or {}),
        COUNTS | (counts or {}),
        language,
        "CNY",
        is_picked_unusual=is_picked_unusual,
    )


def test_the_headline_names_cost_gain_and_the_exact_measure_with_its_interval() -> None:
    assert tell() == (
        "40 of 46 activities can be assessed: they cost ¥5.2m and are associated with ¥9.4m of extra gross "
        "margin, ROMI 0.8x (95% interval 0.2x to 1.6x)."
    )
    assert tell(counts={"all_count": 40}).startswith("40 activities cost ¥5.2m and are associated with")


def test_break_even_within_the_interval_is_said() -> None:
    assert tell(total={"romi_low_rate": -0.1}).endswith("Break-even is within the interval.")
    assert tell("zh", total={"romi_low_rate": -0.1}).endswith("区间包含盈亏平衡点。")


def test_a_loss_is_not_called_a_gain() -> None:
    said = tell(total={"gain_amount": -1_000_000.0, "romi_rate": -1.2, "romi_low_rate": -2.0, "romi_high_rate": -0.4})
    assert "associated with no extra gross margin, ROMI −1.2x" in said


def test_participants_picked_after_unusual_sales_are_said_where_it_would_seem_to_have_paid() -> None:
    assert tell(is_picked_unusual=True).endswith("read with care.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"counts": {"all_count": 0}}, "No activity began in this period under these filters."),
        (
            {"lift": {"activity_count": 4}},
            "Activities in the period: 46, at a cost of ¥6.0m. Not enough data to say what they brought.",
        ),
        (
            {"lift": {"activity_count": 4}, "counts": {"cost_amount": None}},
            "Activities in the period: 46. Not enough data to say what they brought.",
        ),
        (
            {"total": {"romi_rate": float("nan")}},
            "40 of 46 activities can be assessed: they cost ¥5.2m and are associated with ¥12.0m of extra pure "
            "sales, 2.3x the cost (95% interval 1.1x to 3.4x). "
            "Whether that paid back is unknown: costs or prices of products are missing.",
        ),
        (
            {"total": {"activity_count": 0}},
            "40 of 46 activities can be assessed: they are associated with a change of +8.1% in pure sales at the terminals "
            "that took part (95% interval +3.4% to +12.8%). "
            "What they cost is not loaded, so the return is unknown.",
        ),
    ],
    ids=["none", "too few", "too few, no costs", "no margins", "no costs"],
)
def test_where_something_is_missing_the_headline_says_so_and_guesses_nothing(changes: Row, said: str) -> None:
    assert tell(**changes) == said


KIND: Row = {
    "kind": "department_meeting",
    "measured_count": 37,
    "verdict": "works",
    "return_status": "paid",
    "lift_rate": 0.184,
    "lift_low_rate": 0.111,
    "lift_high_rate": 0.262,
    "negative_control_rate": -0.04,
    "negative_control_low_rate": -0.12,
    "negative_control_high_rate": 0.05,
    "is_picked_unusual": False,
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Department meeting: associated with 18.4% more pure sales (+11.1% to +26.2%)"),
        (
            {"verdict": "unproven", "lift_low_rate": -0.02},
            "Department meeting: no difference beyond chance (−2.0% to +26.2%)",
        ),
        (
            {"verdict": "unproven"},
            "Department meeting: no larger a difference than where nothing happened (+11.1% to +26.2%)",
        ),
        ({"verdict": "not_enough_data"}, "Department meeting: not enough data to say anything"),
    ],
    ids=["works", "chance", "control", "too little"],
)
def test_a_kind_is_said_to_be_associated_with_more_only_where_the_verdict_says_so(changes: Row, said: str) -> None:
    assert sentences.tell_event_study(KIND | changes, "en") == said


def test_only_kinds_that_work_and_paid_are_named_above_break_even() -> None:
    """Paid without a verdict (it fails the negative control), or a verdict without having paid, is not named."""
    other = {"kind": "regional_meeting", "verdict": "unproven"}
    break_even = {"kind": "training", "return_status": "consistent_with_break_even"}
    few = {"kind": "booth", "measured_count": 4}
    kinds = [KIND, KIND | other, KIND | break_even, KIND | few, KIND | {"kind": "*"}]
    assert sentences.tell_kinds(kinds, "en") == "Department meeting alone is above break-even with confidence"
    assert sentences.tell_kinds(kinds[1:], "en") == "No kind of activity is above break-even with confidence"
    assert (
        sentences.tell_kinds([KIND, KIND | {"kind": "training"}], "en")
        == "Department meeting and training are above break-even with confidence"
    )
    assert sentences.tell_kinds([KIND | few], "en") == "No kind of activity has enough measured activities"


def test_spend_without_a_shown_effect_is_the_share_of_the_other_kinds() -> None:
    """30% + 25% = 55% of spend on kinds with enough activities and no verdict; 5% on a kind of two is not spoken of."""
    rows = [
        {"spend_rate": 0.4, "verdict": "works", "measured_count": 9},
        {"spend_rate": 0.3, "verdict": "unproven", "measured_count": 9},
        {"spend_rate": 0.25, "verdict": "unproven", "measured_count": 5},
        {"spend_rate": 0.05, "verdict": "not_enough_data", "measured_count": 2},
    ]
    assert sentences.tell_shares(rows, "en") == "55% of spend goes to kinds whose effect is not shown"


@pytest.mark.parametrize(
    ("chance", "said"), [(0.003, "<1%"), (0.97, "97%"), (0.999, ">99%"), (float("nan"), "—"), (None, "—")]
)
def test_a_chance_is_never_said_to_be_certain(chance: float | None, said: str) -> None:
    assert sentences.say_chance(chance, "en") == said


def test_a_status_says_what_is_missing_and_from_when_it_can_be_measured() -> None:
    row = {"status": "not_enough_data", "missing": "months_after", "measurable_from_month": date(2026, 11, 1)}
    assert sentences.say_status(row, "en") == "Not enough data: fewer than three whole months after it; from Nov 2026"
    assert sentences.say_status(row, "zh") == "数据不足：活动后不足三个完整月；2026年11月起可测"


@pytest.mark.parametrize(
    "changes",
    [{}, {"total": {"romi_low_rate": -0.1}}, {"total": {"romi_rate": float("nan")}}, {"total": {"activity_count": 0}}],
    ids=str,
)
def test_both_languages_say_the_same_numbers(changes: Row) -> None:
    """Amounts are written in another unit (¥5.2m, 520万元); everything else is the same number."""

    def find_numbers(text: str) -> list[str]:
        return sorted(re.findall(r"[+−]?\d+(?:\.\d+)?[%x]", text))

    assert find_numbers(tell("en", **changes)) == find_numbers(tell("zh", **changes))
    assert re.findall(r"万元", tell("zh", **changes)) or "total" in changes


def test_rows_become_columns() -> None:
    assert fill([{"a": 1}, {"a": 2}]) == {"a": [1, 2]}
