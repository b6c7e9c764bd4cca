"""What was done: whom activities reached, who came and who ordered after, by hand on a company of six terminals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from insight.analysis.budgets import cumulate_budget
from insight.analysis.mix import count_effective, mix_kinds
from insight.charts import budget, events, spans, stages
from insight.charts.theme import Style
from insight.company import Workspace
from insight.sentences import marketing as sentences
from published import ask_frame

FILTERS: dict[str, Any] = {name: [] for name in ("territories", "manufacturers", "product_lines", "distributors")}
WINDOW = {"period_start": date(2026, 1, 1), "period_end": date(2026, 7, 1)}


@pytest.fixture
def company(open_company: Callable[..., Any]) -> Callable[..., Any]:
    """Six terminals of one territory; activities, guests and orders are the test's own."""

    def make(orders: list[tuple[str, date, float]], activities: Any, guests: Any, **more: Any) -> Any:
        return open_company(
            Workspace("Test", data_through_on=date(2026, 6, 30)),
            manufacturers={"manufacturer_id": ["M1"], "name": ["Maker"]},
            territories={"territory_id": ["T1"], "name": ["North"], "level": ["region"]},
            distributors={"distributor_id": ["D1"], "name": ["Dealer"], "tier": [1]},
            terminals={
                "terminal_id": [f"H{place}" for place in range(1, 7)], "name": [f"H{place}" for place in range(1, 7)],
                "type": ["hospital"] * 6, "territory_id": ["T1"] * 6,
            },
            products={
                "product_id": ["P1"], "name": ["Product"], "manufacturer_id": ["M1"], "product_line": ["line"],
                "unit": ["box"],
            },
            flows={
                "flow_id": [f"F{place}" for place in range(len(orders))], "product_id": ["P1"] * len(orders),
                "seller_id": ["M1"] * len(orders), "buyer_id": [order[0] for order in orders],
                "occurred_on": [order[1] for order in orders], "quantity": [1.0] * len(orders),
                "amount": [order[2] for order in orders],
            },
            activities=activities, activity_terminals=guests, **more,
        )  # fmt: skip

    return make


def make_guests(rows: list[tuple[str, str, bool | None, bool | None]]) -> dict[str, list[Any]]:
    """Rows of activity, terminal, invited and came."""
    names = ("activity_id", "terminal_id", "is_invited", "is_attended")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def test_orders_count_from_the_day_after_to_the_fifty_sixth_and_only_where_the_weeks_are_over(company: Any) -> None:
    """A on 10 January: its days are 11 January to 7 March. H1 bought on the 10th only, H2 on 7 March, H3 on 8 March, H4
    returned more than it bought: 1 of 4. B on 1 June: its weeks are not over. Three of A's five invited came, H4 came
    uninvited. Others: H6 alone was never reached; it bought in the eight weeks from 15 January: 1 of 1."""
    day = date(2026, 1, 10)
    warehouse = company(
        [
            ("H1", day, 5.0), ("H2", date(2026, 3, 7), 5.0), ("H3", date(2026, 3, 8), 5.0), ("H4", date(2026, 2, 1), 5.0),
            ("H4", date(2026, 2, 1), -6.0), ("H6", date(2026, 2, 2), 5.0),
        ],
        {
            "activity_id": ["A", "B", "C"], "name": ["A", "B", "C"], "kind": ["booth", "training", "booth"],
            "starts_on": [day, date(2026, 6, 1), date(2026, 2, 1)], "status": ["done", "done", "cancelled"],
        },
        make_guests(
            [
                ("A", "H1", True, True), ("A", "H2", True, True), ("A", "H3", None, True), ("A", "H4", False, True),
                ("A", "H5", True, False), ("A", "H6", True, None), ("B", "H5", True, True), ("C", "H6", True, True),
            ]
        ),
    )  # fmt: skip
    rows = ask_frame(warehouse, "marketing/response_by_kind", follow_days=56, **WINDOW, **FILTERS).set_index("kind")
    booth, whole = rows.loc["booth"], rows.loc["*"]
    assert rows.index.tolist() == ["*", "booth", "training"]
    assert (booth["invited_count"], booth["came_count"], booth["took_part_count"]) == (5, 3, 4)
    assert (booth["followed_terminal_count"], booth["ordered_count"]) == (4, 1)
    assert booth["ordered_rate"] == 0.25 and booth["others_rate"] == 1.0
    assert pd.isna(booth["visited_after_rate"])  # no visits are loaded
    assert (whole["took_part_count"], whole["followed_terminal_count"]) == (5, 4)
    assert pd.isna(rows.loc["training", "ordered_rate"])


def test_where_nobody_said_who_came_the_invited_count_and_there_is_no_rate_of_who_came(company: Any) -> None:
    """Two invited, one of them bought: 1 of 2 ordered, and who came is not known."""
    warehouse = company(
        [("H1", date(2026, 2, 1), 5.0)],
        {"activity_id": ["A"], "name": ["A"], "kind": ["booth"], "starts_on": [date(2026, 1, 10)]},
        {"activity_id": ["A", "A"], "terminal_id": ["H1", "H2"]},
    )
    row = ask_frame(warehouse, "marketing/response_by_kind", follow_days=56, **WINDOW, **FILTERS).iloc[0]
    assert pd.isna(row["came_rate"]) and row["told_count"] == 0
    assert (row["took_part_count"], row["ordered_rate"]) == (2, 0.5)


def test_monthly_sales_are_followed_by_whole_months(company: Any) -> None:
    """Held in January: February and March count, January and April do not. H1 bought in January, H2 in March, H3 in April."""
    warehouse = company(
        [("H1", date(2026, 1, 1), 5.0), ("H2", date(2026, 3, 1), 5.0), ("H3", date(2026, 4, 1), 5.0)],
        {"activity_id": ["A"], "name": ["A"], "kind": ["booth"], "starts_on": [date(2026, 1, 10)]},
        {"activity_id": ["A"] * 3, "terminal_id": ["H1", "H2", "H3"], "is_attended": [True] * 3},
    )
    row = ask_frame(warehouse, "marketing/response_by_kind", follow_days=56, **WINDOW, **FILTERS).iloc[0]
    assert (row["followed_terminal_count"], row["ordered_count"], row["others_rate"]) == (3, 1, 0.0)


def test_terminals_are_reached_once_however_often_they_come(company: Any) -> None:
    """H1 came three times, H2 twice, H3 once, H4 to one that was cancelled: 3 of 6 reached."""
    warehouse = company(
        [("H1", date(2026, 2, 1), 5.0)],
        {
            "activity_id": ["A", "B", "C", "X"], "name": ["A", "B", "C", "X"], "kind": ["booth"] * 4,
            "starts_on": [date(2026, 1, 10)] * 4, "status": [None, None, None, "cancelled"],
        },
        make_guests(
            [
                ("A", "H1", True, True), ("B", "H1", True, True), ("C", "H1", True, True), ("A", "H2", True, True),
                ("B", "H2", True, True), ("C", "H3", True, True), ("X", "H4", True, True),
            ]
        ),
        terminal_grades={"terminal_id": ["H1"], "grade": ["A"], "valid_from": [date(2025, 1, 1)]},
    )  # fmt: skip
    rows = ask_frame(warehouse, "marketing/reach_by_grade", **WINDOW, **FILTERS)
    assert rows["grade"].tolist() == ["A", ""] and rows["unit_id"].tolist() == ["T1", "T1"]
    assert rows[["terminal_count", "reached_count", "once_count", "twice_count", "more_count"]].sum().tolist() == [
        6,
        3,
        1,
        1,
        1,
    ]


def test_two_even_kinds_are_two_and_uneven_ones_fewer() -> None:
    """5 and 5: 2. 5, 3 and 2: 1 / 0.38. One kind: 1. Nothing: not a number."""
    assert count_effective([5, 5]) == 2 and count_effective([7]) == 1
    assert count_effective([5, 3, 2]) == pytest.approx(1 / 0.38)
    assert pd.isna(count_effective([]))
    mixed = mix_kinds(pd.DataFrame({"unit_id": ["x", "x", "y"], "kind": ["a", "b", "a"]}), "unit_id")
    assert mixed[mixed["unit_id"] == "x"][["share", "effective_count"]].to_numpy().tolist() == [[0.5, 2], [0.5, 2]]


COUNTS = {
    "activity_count": 46, "reached_count": 377, "grade_reached_rate": 0.31, "cost_amount": 3.5e6, "planned_amount": 3.4e6,
    "budget_rate": 1.02,
}  # fmt: skip
RESPONSE = {"followed_terminal_count": 332, "ordered_rate": 0.99, "others_rate": 0.83}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_headline_says_reach_cost_and_who_ordered_and_drops_what_is_not_known(language: str) -> None:
    text = sentences.tell_headline(COUNTS, RESPONSE, language, "CNY")
    assert all(number in text for number in ("46", "377", "31%", "102%", "99%", "83%"))
    bare = {**COUNTS, "grade_reached_rate": None, "cost_amount": None, "budget_rate": None}
    text = sentences.tell_headline(bare, {**RESPONSE, "followed_terminal_count": 4}, language, "CNY")
    assert "377" in text and not any(number in text for number in ("%", "¥", "万"))
    spent = sentences.tell_headline({**COUNTS, "budget_rate": None}, {}, language, "CNY")
    assert "102%" not in spent and ("3.5m" in spent or "350万元" in spent)
    assert sentences.tell_headline({**COUNTS, "activity_count": 0}, {}, language, "CNY")


def test_a_kind_of_few_activities_is_not_named_as_the_one_to_which_the_fewest_came() -> None:
    """Four activities with 10% are few; of the two others the lower one is named."""
    whole = {"came_rate": 0.8, "ordered_rate": 0.5, "followed_terminal_count": 50}
    kinds = [
        {"kind": "booth", "told_count": 4, "came_rate": 0.1},
        {"kind": "training", "told_count": 5, "came_rate": 0.6},
        {"kind": "annual_meeting", "told_count": 9, "came_rate": 0.9},
    ]
    assert sentences.tell_funnel(kinds, whole, "en") == "80% of those invited came, fewest to Training: 60%"
    assert sentences.tell_funnel([], {**whole, "came_rate": None}, "en").startswith("Nobody said who came")


EVENTS = pd.DataFrame(
    {
        "activity_id": ["A", "B", "C"], "name": ["A", "B", "C"], "row_id": ["T1"] * 3, "row_name": ["North"] * 3,
        "kind": ["booth", "booth", "training"], "kind_name": ["Booth", "Booth", "Training"],
        "starts_on": [date(2026, 1, 10), date(2026, 1, 10), date(2026, 7, 3)], "is_upcoming": [False, False, True],
        "attendee_count": [30.0, None, None],
    }
)  # fmt: skip
STAGES = pd.DataFrame(
    {
        "unit_id": ["*", "*"], "unit_name": ["All", "All"], "stage_id": ["came", "ordered"],
        "stage_name": ["Came", "Ordered"], "rate": [0.8, None], "reference_rate": [None, 0.5], "aside": ["n=5"] * 2,
        "is_small": [False, True],
    }
)  # fmt: skip
SPANS = pd.DataFrame(
    {
        "unit_id": ["x", "y"], "unit_name": ["X", "Y"], "first_days": [4.0, 7.0], "median_days": [6.5, 7.0],
        "third_days": [8.0, 7.0], "aside": ["n=9", "n=1"], "is_small": [False, True],
    }
)  # fmt: skip
BUDGET = cumulate_budget(
    pd.DataFrame(
        {
            "starts_on": [date(2026, 1, 5), date(2026, 3, 5)], "is_upcoming": [False, True],
            "planned_cost_amount": [100.0, 50.0], "committed_amount": [90.0, None], "actual_amount": [None, None],
        }
    )
)  # fmt: skip
STYLES = [Style(language, is_dark, "CNY") for language in ("en", "zh") for is_dark in (False, True)]


def read_layer(spec: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of the layer of that name."""
    return next(list(layer["data"]["values"]) for layer in spec["layer"] if layer["data"]["name"] == name)


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_the_charts_are_valid_specifications_in_both_languages_and_modes(style: Style) -> None:
    charts = [
        events.draw_events(EVENTS, style, first_on="2026-01-01", last_on="2026-07-03", through_on="2026-06-30"),
        stages.draw_stages(STAGES, style),
        spans.draw_spans(SPANS, style),
        budget.draw_budget(BUDGET, style),
    ]
    for chart in charts:
        spec = chart.to_dict()
        assert spec["width"] == "container"
        texts = [value for layer in spec["layer"] for row in layer["data"]["values"] for value in row.values()]
        assert not {"None", "nan", "NaT", "null"} & {text for text in texts if isinstance(text, str)}


def test_activities_of_one_day_lie_under_one_another_and_those_to_come_are_hollow() -> None:
    """A and B on 10 January in one row: two places. C is still to come: the page's own colour inside."""
    style = STYLES[0]
    spec = events.draw_events(EVENTS, style, first_on="2026-01-01", last_on="2026-07-03").to_dict()
    dots = {row["activity_id"]: row for row in read_layer(spec, "dots")}
    assert dots["A"]["x"] == dots["B"]["x"] and dots["A"]["y"] != dots["B"]["y"]
    assert dots["A"]["size"] > dots["B"]["size"]
    assert dots["C"]["fill"] == "#FFFFFF" and dots["C"]["colour"] != "#FFFFFF"


def test_a_line_of_cost_ends_where_nothing_more_is_known() -> None:
    """Committed in January only: one point, no line to March; of the actual cost nothing is drawn."""
    spec = budget.draw_budget(BUDGET, STYLES[0]).to_dict()
    assert [row["committed"] for row in read_layer(spec, "committed")] == [90]
    assert [row["planned"] for row in read_layer(spec, "planned")] == [100, 100, 150]
    assert "actual" not in {layer["data"]["name"] for layer in spec["layer"]}
