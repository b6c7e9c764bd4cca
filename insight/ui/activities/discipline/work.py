"""What the part on how activities were run works with: two years of activities and their steps, judged once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from insight.analysis.discipline import judge_activities, measure_cycles, spread_days, sum_measures
from insight.discipline import DisciplineRule, read_discipline
from insight.filters import add_months
from insight.ui.page import Page

TREND_MONTHS = 24


@dataclass(frozen=True)
class Run:
    """``everything`` reaches two years back for the trend; ``listed`` begins in the period, or is still to come."""

    everything: pd.DataFrame
    listed: pd.DataFrame
    steps: pd.DataFrame
    judged: pd.DataFrame  # of everything
    cycles: pd.DataFrame  # of everything
    rule: DisciplineRule

    @property
    def judged_now(self) -> pd.DataFrame:
        """What is judged of the activities listed."""
        return self.judged[self.judged["activity_id"].isin(self.listed["activity_id"])]

    @property
    def cycles_now(self) -> pd.DataFrame:
        """The days of the activities listed."""
        return self.cycles[self.cycles["activity_id"].isin(self.listed["activity_id"])]

    def find_spread(self, days: str) -> dict[str, float]:
        """Median and quartiles over the activities listed."""
        return spread_days(self.cycles_now[days])


def gather_run(page: Page) -> Run:
    """Ask for activities and steps, and judge them."""
    start = page.window.period_start
    since = min(start, find_quarter(add_months(page.window.period_end, -TREND_MONTHS)))
    everything = page.ask("marketing/activities", listed_from=since)
    steps = page.ask("discipline/steps", listed_from=since)
    rule = read_discipline()
    judged = judge_activities(
        everything, steps, page.coverage.data_through_on, rule.lead_days, rule.closing_days, rule.preparation
    )
    listed = everything[everything["is_within"] | (everything["is_upcoming"] & (everything["starts_on"] >= start))]
    return Run(everything, listed, steps, judged, measure_cycles(everything, steps), rule)


def find_quarter(day: date) -> date:
    """The first day of the day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def sum_run(run: Run) -> pd.DataFrame:
    """Each measure over all activities listed."""
    units = pd.Series("*", index=run.listed["activity_id"])
    return sum_measures(run.judged_now, units)
