"""Terminals that had stopped buying before an event are nobody's comparison but each other's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.analysis.effect import estimate_activities
from insight.analysis.silence import find_quiet


def find(*bought: str, unreported: int = 0) -> list[bool]:
    """A row a terminal, 'x' a month with a purchase; the last months may be owed."""
    months = np.array([[letter == "x" for letter in row] for row in bought])
    reported = np.ones(months.shape, dtype=bool)
    reported[:, months.shape[1] - unreported :] = False
    return find_quiet(months, reported, 0.01).tolist()


def test_a_regular_customer_has_stopped_after_two_silent_months_a_rare_one_has_not() -> None:
    """10 of 10 months: (1/11)^2 = 0.8%, stopped. 9 of 9 and one silent: 10%. 3 of 9: (7/10)^3 = 34%."""
    assert find("xxxxxxxxxx..", "..xxxxxxxxx.", "x...x...x...") == [True, False, False]


def test_a_month_nobody_reported_is_no_silence() -> None:
    """The same row, the two months owed: nothing is known of them."""
    assert find("xxxxxxxxxx..", unreported=2) == [False]


def test_who_never_bought_has_no_rhythm_to_break() -> None:
    assert find("............") == [False]


def test_donors_that_closed_before_the_event_make_nobody_look_like_a_grower() -> None:
    """Sixty terminals buy 100 a month and twenty stop half a year before; six guests go on buying 100: no effect.

    With the twenty among the donors, expected sales would be 60 x 600 / ((60 x 1,200 + 20 x 600) / 2) = 6/7 of the
    guests' own: an effect of +17% before any trend was taken off.
    """
    panel = np.full((86, 36), 100.0)
    panel[66:, 18:] = 0.0
    ids = [f"T{row:03d}" for row in range(86)]
    found = estimate_activities(
        panel,
        ids,
        ["all"] * 86,
        ["all"] * 86,
        pd.date_range("2023-01-01", periods=36, freq="MS"),
        pd.DataFrame([("a", "booth", 24)], columns=["activity_id", "kind", "starts_month_index"]),
        pd.DataFrame([("a", one) for one in ids[:6]], columns=["activity_id", "terminal_id"]),
    ).activities.iloc[0]
    assert found["unadjusted_lift_rate"] == pytest.approx(0.0, abs=1e-9)
    assert found["trend_slope_rate"] == pytest.approx(0.0, abs=1e-9)
    assert found["donor_count"] == 60
