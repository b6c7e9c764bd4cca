"""The marketing projects, by category: done of those due, and their quality."""

from __future__ import annotations

from insight.analysis.projects import ALL, score_projects, sum_projects
from insight.discipline import read_discipline
from insight.sentences import discipline as sentences
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing


def projects_card(page: Page) -> Card:
    """A row a category; the projects themselves are in the table."""
    projects = page.ask("discipline/projects")
    if projects.empty:
        raise Nothing(page.say("No marketing project was due in this period under these filters."))
    rule = read_discipline()
    scored = score_projects(projects.rename(columns={"stage": "project_stage"}), rule.objective_weight)
    sums = sum_projects(scored)
    whole = sums.iloc[0]
    done, in_time, due = (int(whole[f"{name}_count"]) for name in ("project_done", "on_time", "due"))
    frame = sums.assign(
        category_name=[page.say("All") if code == ALL else page.term(str(code)) for code in sums["category"]]
    )
    parts = [
        page.say(
            "Due in the period. Quality: {p} objective and {q} subjective score, weighed by the projects’ weights",
            p=page.share(rule.objective_weight, 0),
            q=page.share(1 - rule.objective_weight, 0),
        ),
        page.say("{n} dropped, not counted", n=page.count(whole["dropped_count"])) if whole["dropped_count"] else "",
        page.say("of the filters only the owner counts") if page.filters.is_narrowed else "",
    ]
    return Card(
        title=sentences.tell_projects(done, in_time, due, page.language),
        subtitle=" · ".join(filter(None, parts)),
        frame=frame[
            [
                "category_name",
                "due_count",
                "project_done_count",
                "done_rate",
                "on_time_rate",
                "quality_rate",
                "scored_count",
            ]
        ],
        metrics=("project_completion", "project_quality"),
        table=scored[
            [
                "project_id",
                "project_name",
                "category",
                "owner_name",
                "weight_rate",
                "planned_on",
                "due_on",
                "done_on",
                "project_stage",
                "objective_score",
                "subjective_score",
                "quality_rate",
            ]
        ],
    )
