"""Did it pay: one activity traced from flow lines to the return of every payer, and each step by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from test_estimates import make_tables, rows_of, sell
from test_shell import read_all

from insight.analysis.margins import find_margins
from insight.analysis.payback import find_payback
from insight.analysis.payers import round_cents, settle_payers, share_fairly, sum_payers
from insight.analysis.spending import find_responses, find_t_quantile, fit_line
from insight.analysis.unit_costs import judge_costs, sum_costs
from insight.company import Company, Workspace
from insight.cost_bands import read_bands
from insight.filters import add_months
from insight.publish import publish
from insight.sentences import earned as sentences
from insight.warehouse import Warehouse, close_warehouse
from published import open_published

Open = Callable[..., Warehouse]
Row = dict[str, Any]

FIRST, MONTHS, START = date(2023, 1, 1), 24, 15
EVERYTHING: Row = {"territories": [], "manufacturers": [], "product_lines": [], "distributors": []}


def list_traced_flows() -> list[Row]:
    """Twenty terminals buy 100 a month at 20 a unit. From the activity on T00 buys 150 from D1, T01 100 from D2 and 50
    from the manufacturer itself."""
    flows = []
    for month in range(MONTHS):
        day = add_months(FIRST, month).replace(day=15)
        is_after = START <= month < START + 6
        for number in range(20):
            lines = [("D1", 100.0)]
            if number == 0 and is_after:
                lines = [("D1", 150.0)]
            if number == 1 and is_after:
                lines = [("D2", 100.0), ("M1", 50.0)]
            flows += [sell(day, f"T{number:02d}", amount, amount / 20, seller) for seller, amount in lines]
    return flows


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The company above with six activities: A0 is traced; A1 cost nothing; of A2 no cost is known; to A3 nobody came; A4
    has new customers; A5 lies in the first year."""
    import pyarrow as pa

    newcomers = {
        "TN1": date(2024, 4, 20),
        "TN2": date(2024, 4, 5),
        "TN3": date(2024, 10, 1),
        "TN4": date(2024, 5, 1),
        "TN5": date(2024, 6, 2),
    }
    guests = [("A0", "T00"), ("A0", "T01"), ("A1", "T02"), ("A1", "T03"), ("A2", "T04"), ("A2", "T05")]
    guests += [("A4", name) for name in newcomers] + [("A5", "T06")]
    starts = add_months(FIRST, START).replace(day=10)
    tables = make_tables(
        flows=[
            *list_traced_flows(),
            *(sell(day, name, 10, 1) for name, day in newcomers.items()),
            sell(date(2024, 4, 20), "TN5", -5, -1),
        ],
        activities=[
            {"activity_id": name, "name": name, "kind": "meeting", "starts_on": starts, "planned_cost_amount": planned}
            for name, planned in (("A0", 150.0), ("A1", None), ("A2", None), ("A3", None), ("A4", None))
        ]
        + [{"activity_id": "A5", "name": "A5", "kind": "meeting", "starts_on": date(2023, 2, 1)}],
        activity_terminals=[
            {"activity_id": activity, "terminal_id": terminal, "is_attended": terminal != "TN4", "attendee_count": 3}
            for activity, terminal in guests
        ],
        activity_costs=[
            {"activity_id": "A0", "payer": "manufacturer", "item": "venue", "committed_amount": 70.0, "actual_amount": 60.0},
            {"activity_id": "A0", "payer": "M1", "item": "speaker", "committed_amount": 40.0, "actual_amount": None},
            {"activity_id": "A0", "payer": "D3", "item": "venue", "committed_amount": 80.0, "actual_amount": 80.0},
            {"activity_id": "A1", "payer": "manufacturer", "item": "venue", "committed_amount": 0.0, "actual_amount": 0.0},
        ],
        agreements=[
            {
                "agreement_id": "G1",
                "distributor_id": "D1",
                "manufacturer_id": "M1",
                "starts_on": date(2022, 1, 1),
                "ends_on": date(2026, 1, 1),
                "rebate_rate": 0.10,
            }
        ],
    )  # fmt: skip
    tables["distributors"] = {"distributor_id": ["D1", "D2", "D3"], "name": ["One", "Two", "Three"]}
    company = Company(
        Workspace("Test", data_through_on=date(2024, 12, 31)),
        {name: pa.table(columns) for name, columns in tables.items()},
    )
    warehouse = open_published(publish(company, tmp_path_factory.mktemp("traced")))
    yield warehouse
    close_warehouse(warehouse)


def test_one_activity_is_traced_from_its_flow_lines_to_the_return_of_each_payer(traced: Warehouse) -> None:
    """Sales: 6 x 300 = 1,800; untouched terminals stand still, so expected 6 x 200 = 1,200 and incremental 600.

    Supply in those months: D1 900, D2 600, direct 300 of 1,800: 1/2, 1/3, 1/6. Price paid 20, cost 4, price to
    distributors 10, D1 gets 10% back. Of one unit of sales keep
        through D1: D1 (20 - 9) / 20 = 55%, the manufacturer (9 - 4) / 20 = 25%
        through D2: D2 (20 - 10) / 20 = 50%, the manufacturer 30%;      directly: the manufacturer 80%
    so of one unit of incremental sales the manufacturer 25%/2 + 30%/3 + 80%/6 = 35.83%, D1 27.5%, D2 16.67%; all 80%.
    Gains: 600 x = 215, 165, 100; together 480. Paid: manufacturer 60 settled + 40 committed = 100 under two names; D3 80.
    Net: +115, +165, +100, and D3, which paid and supplied nobody, -80; together 300 = 480 - 180.
    Fair: 215/480 of 180 = 80.625, D1 61.875, D2 37.50, D3 nothing: 80.63 + 61.87 + 37.50 = 180.00.
    """
    rows = {row["payer_id"]: row for row in rows_of(traced, "returns/payers", activity_id="A0")}
    assert list(rows) == ["manufacturer", "D3", "D1", "D2"]
    assert [rows[name]["supply_share"] for name in ("manufacturer", "D1", "D2", "D3")] == pytest.approx(
        [1 / 6, 1 / 2, 1 / 3, 0]
    )
    assert [rows[name]["margin_rate"] for name in ("manufacturer", "D1", "D2", "D3")] == pytest.approx(
        [0.25 / 2 + 0.3 / 3 + 0.8 / 6, 0.275, 0.5 / 3, 0]
    )
    for name, gain, cost, net, romi, fair in (
        ("manufacturer", 215, 100, 115, 1.15, 80.63),
        ("D1", 165, 0, 165, None, 61.87),
        ("D2", 100, 0, 100, None, 37.50),
        ("D3", 0, 80, -80, -1.0, 0),
    ):
        row = rows[name]
        found = [row["gain_amount"], row["cost_amount"], row["net_amount"], row["fair_cost_amount"]]
        assert found == pytest.approx([gain, cost, net, fair]), name
        assert row["romi_rate"] == (None if romi is None else pytest.approx(romi)), name
        assert row["margin_basis"] == "own"
    (total,) = (
        row
        for row in rows_of(
            traced, "activities/activities", **EVERYTHING, period_start=FIRST, period_end=date(2025, 1, 1)
        )
        if row["activity_id"] == "A0"
    )
    assert total["observed_amount"] == pytest.approx(1800) and total["expected_amount"] == pytest.approx(1200)
    assert total["incremental_amount"] == pytest.approx(600)
    assert sum(row["gain_amount"] for row in rows.values()) == pytest.approx(480)
    assert sum(row["net_amount"] for row in rows.values()) == pytest.approx(300)
    assert sum(row["fair_cost_amount"] for row in rows.values()) == pytest.approx(180)
    assert rows["D3"]["chance_paid_share"] == 0


def test_the_cost_comes_back_in_the_month_in_which_the_gain_reaches_it(traced: Warehouse) -> None:
    """100 a month more at 80%: 80, 160, 240 against 180: in the third month. The manufacturer's 35.8, 71.7, 107.5
    against 100: in the third as well."""
    months = pd.DataFrame(rows_of(traced, "returns/months", activity_id="A0"))
    assert months["incremental_amount"].tolist() == pytest.approx([100, 200, 300, 400, 500, 600])
    assert (months["observed_amount"] - months["expected_amount"]).tolist() == pytest.approx(
        [100, 200, 300, 400, 500, 600]
    )
    for margin, cost in ((0.8, 180.0), (0.358333, 100.0)):
        parts = pd.DataFrame({"activity_id": ["A0"], "margin_rate": [margin], "cost_amount": [cost]})
        found = find_payback(months, parts, 0.0, {})
        assert found is not None and (found.month_count, found.seen_count, found.activity_count) == (3, 6, 1)
        assert found.months["gain_amount"].iloc[-1] == pytest.approx(600 * margin)


def test_the_last_month_is_the_activity_s_own_estimate_with_its_band(traced: Warehouse) -> None:
    whole = rows_of(traced, "activities/activities", **EVERYTHING, period_start=FIRST, period_end=date(2025, 1, 1))
    months = {row["activity_id"]: row for row in rows_of(traced, "returns/months", activity_id="")}
    assert set(months) == {"A0", "A1", "A2"}
    for row in whole:
        if row["activity_id"] in months:
            for end in ("", "_low", "_high", "_low80", "_high80"):
                name = f"incremental{end}_amount"
                assert months[row["activity_id"]][name] == pytest.approx(row[name], rel=1e-4, abs=1e-3)


def test_an_activity_that_cost_nothing_has_a_net_gain_and_no_ratio_and_one_of_unknown_cost_has_neither(
    traced: Warehouse,
) -> None:
    """A1's terminals bought what was expected: gain 0, cost 0, net 0. Nobody said what A2 cost. A3 has no guests."""
    (free,) = (row for row in rows_of(traced, "returns/payers", activity_id="A1") if row["payer_id"] == "manufacturer")
    assert free["cost_amount"] == 0 and free["net_amount"] == pytest.approx(0, abs=0.01) and free["romi_rate"] is None
    unknown = rows_of(traced, "returns/payers", activity_id="A2")
    assert {(row["cost_amount"], row["net_amount"], row["romi_rate"]) for row in unknown} == {(None, None, None)}
    assert all(row["gain_amount"] is not None for row in unknown)
    unmeasured = rows_of(traced, "returns/payers", activity_id="A3")
    assert {(row["gain_amount"], row["margin_basis"]) for row in unmeasured} == {(None, "mean")}


def test_costs_are_estimated_committed_and_actual_apart(traced: Warehouse) -> None:
    """A0: estimated 150, committed 70 + 40 + 80, actual 60 + 80, of the 180 it counts 40 are not settled."""
    rows = {row["activity_id"]: row for row in rows_of(traced, "returns/costs")}
    names = ("planned_cost_amount", "committed_amount", "actual_amount", "cost_amount", "unsettled_amount")
    assert [rows["A0"][name] for name in names] == [Decimal(value) for value in ("150", "190", "140", "180", "40")]
    assert not rows["A0"]["is_settled"] and rows["A1"]["is_settled"] and not rows["A2"]["is_settled"]
    assert (rows["A0"]["terminal_count"], rows["A0"]["attendee_count"]) == (2, 6)
    assert rows["A0"]["target_attendee_count"] is None  # no target list
    assert rows["A2"]["cost_amount"] is None and rows["A3"]["terminal_count"] == 0


def test_the_response_to_spend_is_unknown_and_says_why(traced: Warehouse) -> None:
    (row,) = rows_of(traced, "returns/responses")
    assert (row["status"], row["missing"], row["used_count"]) == ("unknown", "activities", 1)
    assert rows_of(traced, "returns/response_curve", kind="meeting") == []


def test_a_new_customer_took_part_and_first_bought_after_the_day(traced: Warehouse) -> None:
    """A4 on 10 April 2024. N1 first bought on the 20th, N2 on the 5th, N3 in October; N4 bought in May and did not come; N5
    sent goods back in April and first bought in June. A5 lies in the data's first year: not told."""
    found = [(row["terminal_id"], row["first_on"]) for row in rows_of(traced, "returns/new_customers")]
    assert found == [("TN1", date(2024, 4, 20)), ("TN5", date(2024, 6, 2))]
    counts = {row["activity_id"]: row["new_customer_count"] for row in rows_of(traced, "returns/costs")}
    assert (counts["A0"], counts["A4"], counts["A5"]) == (0, 2, None)


# --- margins ---------------------------------------------------------------------------------------------------------


def supply(
    activity: str, supplier: str, after: float, around: float, maker: float, own: float, known: float = 1.0
) -> Row:
    """What one supplier sold to an activity's terminals; margins as rates of what is known."""
    return {
        "activity_id": activity,
        "supplier_id": supplier,
        "supplied_amount": after,
        "sold_amount": around,
        "known_amount": around * known,
        "manufacturer_margin_amount": around * known * maker,
        "distributor_margin_amount": around * known * own,
    }


def test_the_extra_sales_come_through_those_who_supplied_after_at_their_own_margins() -> None:
    """The example of the module: 0.6 x 30% + 0.3 x 30% + 0.1 x 40% = 31%; D1 0.6 x 10%, D2 0.3 x 20%. What D1 sold before
    decides nothing."""
    sales = pd.DataFrame(
        [
            supply("A1", "D1", 600, 9_000, 0.3, 0.1),
            supply("A1", "D2", 300, 300, 0.3, 0.2),
            supply("A1", "", 100, 100, 0.4, 0.0),
        ]
    )
    margins, parts = find_margins(pd.Series(["A1"]), sales)
    assert margins["manufacturer_margin_rate"].tolist() == pytest.approx([0.31])
    assert margins["distributor_margin_rate"].tolist() == pytest.approx([0.12])
    found = dict(zip(parts["payer_id"], parts["margin_rate"], strict=True))
    assert found == pytest.approx({"manufacturer": 0.31, "D1": 0.06, "D2": 0.06})


def test_without_known_margins_those_of_the_others_are_split_by_supply() -> None:
    """A2's products have no cost: the mean of A1 (30% and 12%), the latter by supply 3 : 1. A3 sold nothing at all: the
    distributors' gain has no name."""
    sales = pd.DataFrame(
        [
            supply("A1", "D1", 100, 100, 0.3, 0.12),
            supply("A2", "D1", 75, 75, 0.9, 0.9, known=0.5),
            supply("A2", "D2", 25, 25, 0.9, 0.9, known=0.5),
        ]
    )
    margins, parts = find_margins(pd.Series(["A1", "A2", "A3"]), sales)
    assert margins["margin_basis"].tolist() == ["own", "mean", "mean"]
    assert margins["manufacturer_margin_rate"].tolist() == pytest.approx([0.3, 0.3, 0.3])
    rates = {(row["activity_id"], row["payer_id"]): row["margin_rate"] for row in parts.to_dict("records")}
    assert rates[("A2", "D1")] == pytest.approx(0.09) and rates[("A2", "D2")] == pytest.approx(0.03)
    assert rates[("A3", "")] == pytest.approx(0.12)


def test_a_supplier_whose_goods_only_came_back_takes_no_share() -> None:
    sales = pd.DataFrame([supply("A1", "D1", 100, 100, 0.3, 0.1), supply("A1", "D2", -40, -40, 0.3, 0.1)])
    _, parts = find_margins(pd.Series(["A1"]), sales)
    assert parts["payer_id"].tolist() == ["manufacturer", "D1"]


def test_with_no_margin_anywhere_nobody_s_gain_is_known() -> None:
    margins, parts = find_margins(pd.Series(["A1"]), pd.DataFrame([supply("A1", "D1", 10, 10, 0.3, 0.1, known=0.0)]))
    assert margins["margin_basis"].tolist() == [None] and parts["margin_rate"].isna().all()


# --- payers ----------------------------------------------------------------------------------------------------------


def make_activity(name: str, increment: float, half: float, expected: float = 1_000.0) -> Row:
    """An activity's estimate with an even interval, in the columns that sums need."""
    row: Row = {"activity_id": name, "kind": "meeting", "expected_amount": expected, "continuity_amount": 0.0}
    row |= {"observed_amount": expected + increment, "shrunk_log_lift": 0.1, "shrunk_log_lift_error": 0.1}
    row["incremental_amount"] = increment
    for end, sign in (("low", -1), ("high", 1), ("low80", -0.65), ("high80", 0.65)):
        row[f"incremental_{end}_amount"] = increment + sign * half
    return row


PARTS = pd.DataFrame(
    [
        ("A1", "manufacturer", "manufacturer", 0.1, 0.31),
        ("A1", "D1", "distributor", 0.6, 0.06),
        ("A1", "D2", "distributor", 0.3, 0.06),
        ("A2", "manufacturer", "manufacturer", 0.0, 0.30),
        ("A2", "D1", "distributor", 1.0, 0.10),
    ],
    columns=["activity_id", "payer_id", "payer_side", "supply_share", "margin_rate"],
)
COSTS = pd.DataFrame(
    [("A1", "manufacturer", 100.0), ("A1", "D3", 100.0), ("A2", "D1", 50.0)],
    columns=["activity_id", "payer_id", "cost_amount"],
)


def test_cents_are_split_so_that_the_parts_add_up() -> None:
    assert round_cents([33.333, 33.333, 33.333]).tolist() == pytest.approx([33.34, 33.33, 33.33])
    assert round_cents([60.0, -20.006, 0.0]).tolist() == pytest.approx([60.0, -20.01, 0.0])
    assert np.isnan(round_cents([1.0, float("nan")])).all()


def test_a_loss_takes_no_share_of_the_cost_and_without_a_gain_there_is_no_fair_split() -> None:
    assert share_fairly(np.array([310.0, 60.0, 60.0, 0.0])) == pytest.approx([310 / 430, 60 / 430, 60 / 430, 0])
    assert share_fairly(np.array([75.0, 25.0, -10.0])) == pytest.approx([0.75, 0.25, 0])
    assert np.isnan(share_fairly(np.array([10.0, -20.0]))).all()


def test_payers_of_an_activity_add_up_to_it_to_the_cent() -> None:
    """The module's example: 310 + 60 + 60 + 0 = 430, cost 200, net 230; fair 144.186, 27.907, 27.907, 0:
    144.18 + 27.91 + 27.91 = 200."""
    rows = settle_payers(pd.DataFrame([make_activity("A1", 1_000, 400)]), PARTS, COSTS)
    assert rows["payer_id"].tolist() == ["manufacturer", "D1", "D2", "D3"]
    assert rows["gain_amount"].tolist() == [310, 60, 60, 0]
    assert rows["net_amount"].tolist() == [210, 60, 60, -100]
    assert rows["fair_cost_amount"].tolist() == [144.18, 27.91, 27.91, 0]
    assert rows["gain_low_amount"].tolist() == pytest.approx([186, 36, 36, 0])
    assert rows["return_status"].tolist()[::3] == ["paid", "lost"]


def test_a_sum_over_activities_gives_each_payer_its_own_part_and_interval() -> None:
    """D1: 1,000 x 6% + 500 x 10% = 110; own half-widths 400 x 6% = 24 and 300 x 10% = 30: sqrt(24^2 + 30^2) = 38.4.
    Manufacturer 310 + 150 = 460, D2 60; cost 250 in all; D3 paid 100 and supplied nobody."""
    activities = pd.DataFrame([make_activity("A1", 1_000, 400), make_activity("A2", 500, 300)])
    payers = settle_payers(activities, PARTS, COSTS)
    sums = sum_payers(activities, payers, 0.0, {}).set_index("payer_id")
    assert sums["gain_amount"].to_dict() == pytest.approx({"manufacturer": 460, "D3": 0, "D1": 110, "D2": 60})
    assert sums.loc["D1", "gain_high_amount"] == pytest.approx(110 + np.hypot(24, 30))
    assert sums["cost_amount"].to_dict() == pytest.approx({"manufacturer": 100, "D3": 100, "D1": 50, "D2": 0})
    assert sums.loc["D3", "chance_paid_share"] == 0 and np.isnan(sums.loc["D2", "romi_rate"])
    assert sums["fair_cost_amount"].sum() == pytest.approx(250)
    assert sum_payers(activities.iloc[:0], payers, 0.0, {}).empty


# --- payback ---------------------------------------------------------------------------------------------------------


def list_months(name: str, amounts: list[float], half: float) -> list[Row]:
    """An activity's sums up to each month, the band as wide in all of them."""
    return [{**make_activity(name, amount, half), "event_month": month} for month, amount in enumerate(amounts)]


def test_months_to_the_cost_by_the_estimate_and_by_the_ends_of_its_interval() -> None:
    """Margin 50% of 80, 180, 260: 40, 90, 130; +-60: 100, 150, 190 and -20, 30, 70. Cost 100: three months, at best one,
    at worst not yet. A second activity is in its second month still and left out."""
    months = pd.DataFrame(list_months("A1", [80, 180, 260], 120) + list_months("A2", [999, 999], 1))
    parts = pd.DataFrame({"activity_id": ["A1", "A2"], "margin_rate": [0.5, 0.5], "cost_amount": [100.0, 7.0]})
    found = find_payback(months, parts, 0.0, {})
    assert found is not None
    assert found.months["gain_amount"].tolist() == pytest.approx([40, 90, 130])
    assert found.months["gain_low_amount"].tolist() == pytest.approx([-20, 30, 70])
    assert (found.month_count, found.earliest_count, found.latest_count) == (3, 1, None)
    assert (found.cost, found.activity_count, found.running_count) == (100, 1, 1)
    chances = found.months["chance_paid_share"]
    assert chances.is_monotonic_increasing and chances.iloc[-1] > 0.5


def test_without_a_margin_or_a_cost_there_is_no_payback_to_tell() -> None:
    months = pd.DataFrame(list_months("A1", [80, 180], 10))
    parts = pd.DataFrame({"activity_id": ["A1"], "margin_rate": [0.5], "cost_amount": [float("nan")]})
    assert find_payback(months, parts, 0.0, {}) is None
    assert find_payback(months.iloc[:0], parts.fillna(1.0), 0.0, {}) is None


PAYBACK: Row = {
    "activity_count": 12,
    "cost_amount": 100.0,
    "seen_count": 6,
    "month_count": 3,
    "earliest_count": 1,
    "latest_count": None,
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Together: cost back in month 3; at best 1, at worst not yet"),
        ({"latest_count": 5}, "Together: cost back in month 3; at best 1, at worst 5"),
        ({"month_count": None}, "Together: cost not back within the 6 months counted; at best after 1"),
        (
            {"month_count": None, "earliest_count": None},
            "Together: cost not back within the 6 months counted, not even at best",
        ),
        ({"cost_amount": 0.0}, "Together: nothing was paid, so there is nothing to earn back"),
        ({"activity_count": 4}, "Together: too few activities to say when the cost came back"),
    ],
    ids=["open end", "closed", "not yet", "never", "free", "few"],
)
def test_payback_is_said_with_both_ends_and_both_languages_hold_the_same_numbers(changes: Row, said: str) -> None:
    assert sentences.tell_payback(PAYBACK | changes, "Together", "en") == said
    in_chinese = sentences.tell_payback(PAYBACK | changes, "合计", "zh")
    assert sorted(re.findall(r"\d+", in_chinese)) == sorted(re.findall(r"\d+", said))


# --- spending --------------------------------------------------------------------------------------------------------


def test_the_line_is_that_of_least_squares_where_all_are_equally_sure() -> None:
    """(0, 0), (1, 1), (2, 2) with errors 1: slope 1, level 1 at 1, error of the slope 1 / sqrt(2)."""
    line = fit_line(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0]), np.ones(3))
    assert [line.center, line.level, line.slope, line.slope_error] == pytest.approx([1, 1, 1, 1 / np.sqrt(2)])
    assert find_t_quantile(10) == pytest.approx(2.228, abs=0.001)
    assert find_t_quantile(40) == pytest.approx(2.021, abs=0.001)


def make_spent(slope: float, count: int = 40, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Activities of one terminal each whose log lift is slope x log cost, with their own differences and errors."""
    rng = np.random.default_rng(seed)
    cost = rng.lognormal(3.0, 0.8, count)
    errors = rng.uniform(0.1, 0.4, count)
    lifts = slope * (np.log(cost) - 3.0) + 0.1 * rng.standard_normal(count) + errors * rng.standard_normal(count)
    names = [f"A{place}" for place in range(count)]
    activities = pd.DataFrame(
        {"activity_id": names, "kind": "meeting", "terminal_count": 1, "log_lift": lifts, "log_lift_error": errors}
    )
    return activities, pd.DataFrame({"activity_id": names, "cost_amount": cost})


def test_the_interval_of_the_response_holds_the_truth_in_about_95_of_100() -> None:
    """150 made-up kinds of 40 activities with slope 0.1."""
    held = []
    for seed in range(150):
        activities, costs = make_spent(0.1, seed=seed)
        x = np.log(costs["cost_amount"].to_numpy())
        line = fit_line(x, activities["log_lift"].to_numpy(), activities["log_lift_error"].to_numpy())
        held.append(abs(line.slope - 0.1) <= line.quantile * line.slope_error)
    assert 0.90 <= np.mean(held) <= 0.99


def test_a_strong_response_is_seen_and_drawn_only_where_money_was_spent() -> None:
    activities, costs = make_spent(0.5, count=60)
    responses, curves = find_responses(activities, costs)
    assert responses["status"].tolist() == ["more"]
    assert curves["cost_per_terminal_amount"].between(costs["cost_amount"].min(), costs["cost_amount"].max()).all()
    assert ((curves["lift_low_rate"] <= curves["lift_rate"]) & (curves["lift_rate"] <= curves["lift_high_rate"])).all()


def test_the_response_is_unknown_with_too_few_activities_one_level_of_spend_or_no_costs() -> None:
    few, costs = make_spent(0.1, count=11)
    assert find_responses(few, costs)[0]["missing"].tolist() == ["activities"]
    many, costs = make_spent(0.1, count=30)
    even = costs.assign(cost_amount=100.0)
    assert find_responses(many, even)[0]["missing"].tolist() == ["range"]
    responses, curves = find_responses(many, costs.assign(cost_amount=0.0))
    assert responses["missing"].tolist() == ["costs"] and curves.empty
    words = sentences.tell_response(responses.iloc[0].to_dict(), "en")
    assert words == "meeting: what spending more does is unknown: no cost known"


# --- what activities cost --------------------------------------------------------------------------------------------


def make_cost(name: str, cost: float | None, people: float | None, **more: Any) -> Row:
    """A row of returns/costs."""
    row: Row = {
        "activity_id": name,
        "kind": "meeting",
        "cost_amount": cost,
        "attendee_count": people,
        "is_settled": True,
    }
    row |= {"planned_cost_amount": None, "committed_amount": cost, "actual_amount": cost, "unsettled_amount": 0.0}
    row |= {
        "target_attendee_count": None,
        "terminal_count": 2.0,
        "target_terminal_count": None,
        "new_customer_count": 0.0,
    }
    return row | more


def make_costs(*rows: Row) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    numbers = [name for name in frame.columns if name.endswith(("_amount", "_count"))]
    return frame.astype(dict.fromkeys(numbers, float))


NOBODY = pd.DataFrame({"activity_id": [], "terminal_id": []})


def test_what_an_attendee_costs_is_a_ratio_of_sums_over_what_is_known() -> None:
    """(100 + 300) / (10 + 20) = 13.33; A3's people and A4's cost are unknown. T1 is new to A1 and A2: one customer, so
    (100 + 300 + 50) / 1."""
    costs = make_costs(
        make_cost("A1", 100, 10), make_cost("A2", 300, 20), make_cost("A3", 50, None), make_cost("A4", None, 5)
    )
    customers = pd.DataFrame({"activity_id": ["A1", "A2", "A4"], "terminal_id": ["T1", "T1", "T2"]})
    kind, whole = sum_costs(costs, customers).to_dict("records")
    assert kind["kind"] == "meeting" and whole["kind"] == "*"
    assert whole["cost_per_attendee_amount"] == pytest.approx(400 / 30)
    assert whole["cost_per_new_customer_amount"] == 450
    assert np.isnan(whole["cost_per_target_attendee_amount"])


def test_actual_is_compared_with_the_estimate_of_what_is_settled_only() -> None:
    """110 against 100 and 180 against 200: 290 / 300 - 1 = -3.3%. A3 is not settled, A4 has no estimate."""
    costs = make_costs(
        make_cost("A1", 110, 1, planned_cost_amount=100),
        make_cost("A2", 180, 1, planned_cost_amount=200),
        make_cost("A3", 900, 1, planned_cost_amount=100, is_settled=False, actual_amount=None, unsettled_amount=900),
        make_cost("A4", 70, 1),
    )
    whole = sum_costs(costs, NOBODY).iloc[-1]
    assert whole["deviation_rate"] == pytest.approx(-10 / 300) and whole["compared_count"] == 2
    assert whole["unsettled_amount"] == 900


def test_a_usual_band_is_read_from_eight_of_a_kind_and_one_far_off_lies_outside() -> None:
    """100 … 160 and 400: Q1 117.5, Q3 152.5; (152.5 / 117.5)^1.5 = 1.479: 79.5 to 225.5. With seven there is no band."""
    values = [100, 110, 120, 130, 140, 150, 160, 400]
    costs = make_costs(*(make_cost(f"A{place}", value, 1) for place, value in enumerate(values)))
    judged = judge_costs(costs, {}, 8, 1.5)
    assert judged["low_amount"].iloc[0] == pytest.approx(79.46, abs=0.01)
    assert judged["high_amount"].iloc[0] == pytest.approx(225.49, abs=0.01)
    assert judged["is_outside"].tolist() == [False] * 7 + [True]
    few = judge_costs(costs.iloc[1:], {}, 8, 1.5)
    assert few["low_amount"].isna().all() and not few["is_outside"].any()
    given = judge_costs(costs.iloc[1:], {"meeting": (120, 150)}, 8, 1.5)
    assert given["band_basis"].unique().tolist() == ["given"] and given["is_outside"].sum() == 3


def test_where_nobody_counts_people_a_terminal_is_judged_in_their_place() -> None:
    judged = judge_costs(make_costs(make_cost("A1", 100, None), make_cost("A2", 0, None)), {}, 8, 1.5)
    assert judged["measure"].unique().tolist() == ["terminal"]
    assert judged["value_amount"].tolist()[0] == 50 and np.isnan(judged["value_amount"].tolist()[1])


def test_bands_come_from_the_configuration_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bands.toml"
    path.write_text("fewest = 5\nreach = 2.0\n[kinds.booth]\nlow = 3\nhigh = 9\n", encoding="utf-8")
    rule = read_bands(path)
    assert (dict(rule.given), rule.fewest, rule.reach) == ({"booth": (3.0, 9.0)}, 5, 2.0)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("fewest = 5\nreach = 2.0\n[kinds.booth]\nlow = 9\nhigh = 3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="the band of booth must be 0 < low < high; found 9 and 3"):
        read_bands(wrong)
    assert read_bands().fewest == 8


# --- the screen ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "language", "said"),
    [("return", "en", "cost back in month"), ("cost", "zh", "已结算活动"), ("spend", "en", "where more was spent")],
)
def test_every_look_of_the_part_is_drawn(
    look: str, language: str, said: str, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIGHT_STORE", str(demo_store))
    app = AppTest.from_file(str(Path(__file__).parent.parent / "insight" / "shell.py"), default_timeout=60)
    app.run().switch_page("../pages/activities.py")
    for key, value in {"lang": language, "part": "earned", "look": look}.items():
        app.query_params[key] = value
    page = app.run()
    assert not page.exception and not page.error
    assert said in read_all(page)
