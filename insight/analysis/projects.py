"""Marketing projects: how many of those due are done, and how well.

quality of a project = w x objective score + (1 - w) x subjective score
quality of several   = their mean, weighed by the projects' own weights

w = 0.6, scores 0.9 and 0.7: 0.6 x 0.9 + 0.4 x 0.7 = 0.82. With another of quality 0.5 and a third of the weight:
(3 x 0.82 + 1 x 0.5) / 4 = 0.74.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.analysis.returns import divide

ALL = "*"


def score_projects(projects: pd.DataFrame, objective_weight: float) -> pd.DataFrame:
    """The projects with quality_rate; only one score given is the quality, none leaves it empty."""
    objective, subjective = projects["objective_score"].astype(float), projects["subjective_score"].astype(float)
    both = objective_weight * objective + (1 - objective_weight) * subjective
    return projects.assign(quality_rate=both.fillna(objective).fillna(subjective))


def sum_projects(scored: pd.DataFrame) -> pd.DataFrame:
    """A row a category and one '*' for all, first: project_count, due_count, project_done_count and on_time_count of those due,
    done_rate, on_time_rate, quality_rate, scored_count. Dropped projects are counted apart, in dropped_count.
    """
    rows = [sum_category(ALL, scored)]
    rows += [sum_category(str(code), group) for code, group in scored.groupby(scored["category"].fillna(""), sort=True)]
    return pd.DataFrame(rows)


def sum_category(category: str, group: pd.DataFrame) -> dict[str, Any]:
    """One row."""
    is_dropped = group["is_dropped"].astype(bool)
    kept = group[~is_dropped]
    due = kept[kept["is_due"].astype(bool)]
    rated = kept[kept["quality_rate"].notna() & (kept["weight_rate"] > 0)]
    return {
        "category": category,
        "project_count": len(kept),
        "dropped_count": int(is_dropped.sum()),
        "due_count": len(due),
        "project_done_count": int(due["is_done"].sum()),
        "on_time_count": int(due["is_on_time"].sum()),
        "done_rate": divide(float(due["is_done"].sum()), float(len(due))),
        "on_time_rate": divide(float(due["is_on_time"].sum()), float(len(due))),
        "quality_rate": divide(
            float((rated["quality_rate"] * rated["weight_rate"]).sum()), float(rated["weight_rate"].sum())
        ),
        "scored_count": len(rated),
    }
