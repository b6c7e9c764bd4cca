"""What the part on what was done works with: the activities, the terminals they reached, who came and ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.analysis.returns import divide
from insight.ui.activities.choices import keep_chosen
from insight.ui.page import Page

BEST_GRADE = "A"
FOLLOW_DAYS = 56  # eight weeks, as every sentence of this part says


@dataclass(frozen=True)
class Done:
    """Activities with those cancelled and to come; those held; the terminals by grade and unit; who came, by kind."""

    activities: pd.DataFrame
    held: pd.DataFrame
    grades: pd.DataFrame
    kinds: pd.DataFrame  # without the row of all
    whole: dict[str, Any]  # that row; empty where nothing was held
    counts: dict[str, Any]

    @property
    def coming_count(self) -> int:
        """Activities still to come and not cancelled."""
        return int((self.activities["is_upcoming"] & ~self.activities["is_cancelled"]).sum())

    @property
    def chosen(self) -> pd.DataFrame:
        """The activities of the kind selected, or those selected one by one."""
        return keep_chosen(self.activities)


def gather_done(page: Page) -> Done:
    """Ask for what was done under the filters."""
    activities = page.ask("marketing/activities", listed_from=page.window.period_start)
    held = activities[activities["is_within"] & ~activities["is_upcoming"] & ~activities["is_cancelled"]]
    grades = page.ask("marketing/reach_by_grade")
    response = page.ask("marketing/response_by_kind", follow_days=FOLLOW_DAYS)
    is_whole = response["kind"] == "*"
    whole = {str(name): value for name, value in response[is_whole].iloc[0].items()} if is_whole.any() else {}
    return Done(activities, held, grades, response[~is_whole], whole, count_done(held, grades))


def count_done(held: pd.DataFrame, grades: pd.DataFrame) -> dict[str, Any]:
    """The sums over what was held; each ratio over the activities of which both its numbers are known."""
    cost, planned = held["cost_amount"].astype(float), held["planned_cost_amount"].astype(float)
    attendees = held["attendee_count"].astype(float)
    is_budgeted, is_counted = cost.notna() & planned.notna(), cost.notna() & attendees.notna()
    best = grades[grades["grade"] == BEST_GRADE]
    return {
        "activity_count": len(held),
        "reached_count": int(grades["reached_count"].sum()),
        "grade_reached_rate": divide(float(best["reached_count"].sum()), float(best["terminal_count"].sum())),
        "cost_amount": float(cost.sum(min_count=1)),
        "planned_amount": float(planned[is_budgeted].sum(min_count=1)),
        "budget_rate": divide(float(cost[is_budgeted].sum()), float(planned[is_budgeted].sum())),
        "attendee_count": float(attendees[is_counted].sum()),
        "each_amount": divide(float(cost[is_counted].sum()), float(attendees[is_counted].sum())),
    }
