"""Estimated against committed and actual cost by kind, market and owner, and the activities furthest off."""

from __future__ import annotations

import pandas as pd

from insight.analysis.budgets import judge_deviations, sum_budgets
from insight.charts import costs
from insight.discipline import read_discipline
from insight.sentences import discipline as sentences
from insight.sentences.activities import name_kind
from insight.ui.activities.choices import keep_chosen, open_activity, take_league_turn
from insight.ui.activities.owners import name_unit, place_units
from insight.ui.cards import Card
from insight.ui.choice import choose, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing


def list_priced(page: Page) -> pd.DataFrame:
    """The activities of the period that were not cancelled and of which something about cost is known."""
    activities = page.ask("marketing/activities", listed_from=page.window.period_start)
    kept = activities[activities["is_within"] & ~activities["is_cancelled"]]
    priced = kept[kept["planned_cost_amount"].notna() | kept["cost_amount"].notna()]
    if priced.empty:
        raise Nothing(page.say("No cost of these activities is loaded, estimated or actual."))
    return priced


def budgets_card(page: Page, look: str) -> Card:
    """The three amounts by unit, those beyond the threshold named."""
    rule = read_discipline()
    placed = place_units(page, list_priced(page), look)
    names = dict(zip(placed["unit_id"], placed["unit_name"], strict=True))
    sums = sum_budgets(placed, "unit_id", rule.deviation_alert, rule.fewest)
    frame = sums.assign(unit_name=sums["unit_id"].map(names))
    rows = frame.to_dict("records")
    marked = [str(row["unit_name"]) for row in rows if row["is_alert"]]
    own = placed.groupby("unit_id")["activity_id"].apply(list).to_dict()
    columns = ["unit_id", "unit_name", "planned_cost_amount", "actual_amount", "unsettled_amount", "deviation_rate"]
    return Card(
        title=sentences.tell_budgets(rows, rule.deviation_alert, page.language),
        subtitle=page.say(
            "{unit}. Outline = estimated, solid = actual, dashed = committed and not settled; right: actual over estimate "
            "of what is settled. Click a unit for its activities",
            unit=costs.describe_unit(frame, page.style),
        ),
        frame=frame[columns],
        draw=costs.draw_costs,
        note=page.say(
            "Actual or committed further than {share} from the estimate: {units}.",
            share=page.share(rule.deviation_alert, 0),
            units=sentences.join_few(marked, page.language),
        )
        if marked
        else "",
        metrics=("cost_deviation", "commitment_deviation"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: choose("activities", "budgets", **({"activities": own[unit]} if unit in own else {})),
        turn=take_turn("activities", "budgets"),
        table=frame[
            [
                "unit_name",
                "activity_count",
                "planned_cost_amount",
                "committed_amount",
                "actual_amount",
                "unsettled_amount",
                "commitment_rate",
                "committed_count",
                "deviation_rate",
                "compared_count",
                "is_alert",
            ]
        ],
    )


def deviations_card(page: Page) -> Card:
    """The activities beyond the threshold, the furthest first; a click opens one."""
    rule = read_discipline()
    judged = judge_deviations(keep_chosen(list_priced(page)), rule.deviation_alert)
    known = judged[judged[["deviation_rate", "commitment_rate"]].notna().any(axis=1)]
    marked = known[known["is_alert"]]
    share = page.share(rule.deviation_alert, 0)
    if marked.empty:
        raise Nothing(page.say("No activity lies further than {share} from its estimate.", share=share))
    furthest = marked[["deviation_rate", "commitment_rate"]].abs().max(axis=1)
    frame = marked.assign(
        furthest=furthest,
        activity_kind=[name_kind(str(kind), page.language) for kind in marked["kind"]],
        territory_name=marked["territory_name"].fillna("—"),
        owner_text=[
            name_unit(page, "owner", code or "", name)
            for code, name in zip(marked["owner"], marked["owner_name"], strict=True)
        ],
    ).sort_values(["furthest", "activity_id"], ascending=[False, True])
    amounts = ["planned_cost_amount", "committed_amount", "actual_amount"]
    frame[amounts] = frame[amounts].astype(float).round(0).astype("Int64")
    columns = ["activity_name", "starts_on", "owner_text", *amounts, "deviation_rate"]
    return Card(
        title=page.say(
            "{n} of {all} activities lie further than {share} from their estimate",
            n=page.count(len(frame)),
            all=page.count(len(known)),
            share=share,
        ),
        subtitle=page.say(
            "{currency}. Committed or settled cost against the estimate, the furthest first. Click a row to open the "
            "activity",
            currency=page.company.currency,
        ),
        frame=frame[columns],
        table=frame[["activity_id", *columns, "commitment_rate", "activity_kind", "territory_name"]],
        metrics=("cost_deviation", "commitment_deviation"),
        pick_ids={"row": tuple(frame["activity_id"])},
        on_pick=open_activity,
        turn=take_league_turn(),
    )
