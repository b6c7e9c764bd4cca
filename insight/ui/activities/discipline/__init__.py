"""How activities were run: step by step, repeated in other markets, and within what was estimated."""

from __future__ import annotations

import streamlit as st

from insight.sentences import discipline as sentences
from insight.ui.activities.choices import find_opened
from insight.ui.activities.discipline.budget import budgets_card, deviations_card
from insight.ui.activities.discipline.closing import cycle_card, faults_card, show_opened
from insight.ui.activities.discipline.projects import projects_card
from insight.ui.activities.discipline.repeat import markets_card, repeats_card
from insight.ui.activities.discipline.steps import trend_card, units_card
from insight.ui.activities.discipline.work import gather_run, sum_run
from insight.ui.activities.outcome import Outcome
from insight.ui.activities.owners import LOOKS
from insight.ui.cards import show_card
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.tiles import Tile
from insight.units import is_missing, show_number

PARTS = {"steps": "Step by step", "repeat": "Repeated elsewhere", "budget": "Against estimate"}


def tell_discipline(page: Page) -> str:
    """The page's headline while this part is shown."""
    run = gather_run(page)
    return sentences.tell_headline(sum_run(run).to_dict("records"), run.rule.lead_days, page.language)


def list_discipline_tiles(page: Page) -> list[Tile]:
    """Submitted in time, days to approval, prepared before, steps done, evaluated in time."""
    run = gather_run(page)
    sums = {str(row["measure"]): row for row in sum_run(run).to_dict("records")}

    def tile(metric: str, measure: str) -> Tile:
        row = sums.get(measure)
        if row is None:
            return Tile(metric, "—", against=page.say("nothing on record"))
        counts = page.say("{n} of {all}", n=page.count(row["met_count"]), all=page.count(row["due_count"]))
        if row["activity_count"] < run.rule.fewest:
            return Tile(metric, counts, against=page.say("too few for a rate"))
        return Tile(metric, page.share(row["met_rate"], 0), against=counts)

    spread = run.find_spread("approval_days")
    median = spread["median"]
    approval = (
        Tile("approval_cycle", "—", against=page.say("too few with both days"))
        if is_missing(median) or spread["count"] < run.rule.fewest
        else Tile(
            "approval_cycle",
            page.say("{n} days", n=show_number(median, page.language, 0 if median % 1 == 0 else 1)),
            against=page.say(
                "middle half {first} to {third}",
                first=show_number(spread["first"], page.language, 0),
                third=show_number(spread["third"], page.language, 0),
            ),
        )
    )
    return [
        tile("lead_compliance", "lead"),
        approval,
        tile("prepared_before", "prepared"),
        tile("step_progress", "progress"),
        tile("evaluated_in_time", "evaluated"),
    ]


def show_discipline(page: Page, outcome: Outcome) -> None:
    """One look at a time, and only that one is computed."""
    look = choose_part(page, "activities", PARTS, key="look")
    if look == "steps":
        show_steps(page)
    elif look == "repeat":
        show_card(page, "activities/markets", lambda page: markets_card(page, outcome), needs=("activity_terminals",))
        show_card(page, "activities/repeated", lambda page: repeats_card(page, outcome), needs=("activity_terminals",))
    else:
        unit = choose_part(page, "activities", LOOKS, key="lvl")
        show_card(page, "activities/budgets", lambda page: budgets_card(page, unit))
        show_card(page, "activities/deviations", deviations_card)


def show_steps(page: Page) -> None:
    """The grid of all measures, how they moved and how long approval took, then what is late or missing."""
    run = gather_run(page)
    unit = choose_part(page, "activities", LOOKS, key="lvl")
    show_card(page, "activities/run_units", lambda page: units_card(page, run, unit))
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "activities/run_trend", lambda page: trend_card(page, run))
    with right:
        show_card(page, "activities/run_cycle", lambda page: cycle_card(page, run, unit))
    if find_opened():
        show_opened(page, run)
    show_card(page, "activities/faults", lambda page: faults_card(page, run))
    if page.has("projects"):
        show_card(page, "activities/projects", projects_card)
