"""Best estimates: what an activity borrows from the mean it is drawn towards, and which mean that is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.analysis.counterfactual import Design
from insight.analysis.effect import estimate_activities, name_missing
from insight.analysis.effect_tables import ALL_KINDS, Kind, shrink_activities
from insight.analysis.portfolio import Pooled


def make_kind(name: str, members: list[int], effect: float, *, noise: float = 0.0, systematic: float = 0.0) -> Kind:
    """A kind whose mean, and every member's estimate, is `effect`: error 0.1, half of it the mean."""
    count = len(members)
    pooled = Pooled(
        mean=effect,
        error=0.1,
        spread=0.1,
        weights=np.full(count, 1 / count),
        effects=np.full(count, effect),
        effect_errors=np.full(count, 0.1),
        shrink=np.full(count, 0.5),
    )
    error = float(np.sqrt(0.1**2 + noise**2 + systematic**2))
    return Kind(name, count, np.array(members), pooled, error, 0.0, 0.1, systematic)


def test_a_best_estimate_is_unsure_of_what_it_borrows() -> None:
    """Own posterior 0.1, half the mean with shared noise 0.4, systematic 0.3: sqrt(0.01 + 0.25 x 0.16 + 0.09) = 0.374."""
    kinds = [make_kind("training", [0, 1, 2], 0.2, noise=0.4, systematic=0.3), make_kind(ALL_KINDS, [0, 1, 2], 0.2)]
    assert shrink_activities(kinds, Design())[1] == pytest.approx((0.2, 0.2, np.sqrt(0.14), 0.5))


def test_a_kind_of_two_borrows_the_mean_of_all() -> None:
    """Three trainings keep their kind's 0.2; two booths with 0.9 of their own get the 0.3 of all five."""
    kinds = [
        make_kind("booth", [3, 4], 0.9),
        make_kind("training", [0, 1, 2], 0.2),
        make_kind(ALL_KINDS, [0, 1, 2, 3, 4], 0.3),
    ]
    assert [shrink_activities(kinds, Design())[one][1] for one in range(5)] == [0.2, 0.2, 0.2, 0.3, 0.3]


def test_terminals_that_never_bought_lack_sales_and_not_an_attendance_list() -> None:
    assert name_missing("attendance", 1) == "baseline_sales"
    assert name_missing("attendance", 0) == "attendance"
    panel = np.full((30, 24), 10.0)
    effects = estimate_activities(
        panel,
        [f"T{row}" for row in range(30)],
        ["shop"] * 30,
        ["north"] * 30,
        pd.date_range("2024-01-01", periods=24, freq="MS"),
        pd.DataFrame({"activity_id": ["A", "B"], "kind": ["booth", "booth"], "starts_month_index": [14, 14]}),
        pd.DataFrame({"activity_id": ["A"], "terminal_id": ["never bought"]}),
    )
    assert list(effects.activities["missing"]) == ["baseline_sales", "attendance"]
