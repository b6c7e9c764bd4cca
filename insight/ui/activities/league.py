"""The activities in order of their best estimate, and all of them as a list; a click on one opens it."""

from __future__ import annotations

import pandas as pd

from insight.charts import league
from insight.sentences import activities as sentences
from insight.sentences import effect as words
from insight.ui.activities.choices import ROUNDED, keep_chosen, open_activity, require_kinds, take_league_turn
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST_RANKED = 20


def rank_listed(page: Page, outcome: Outcome) -> pd.DataFrame:
    """The listed activities with what the ranking knows of them; ranks are of the whole company."""
    return keep_chosen(outcome.activities).merge(page.ask("activities/league"), how="left", on="activity_id")


def league_card(page: Page, outcome: Outcome) -> Card:
    """The highest by best estimate with both bands, their own estimate faint."""
    require_kinds(page, outcome)
    ranked = rank_listed(page, outcome)
    ranked = ranked[ranked["rank_number"].notna()].sort_values(["rank_number", "activity_id"])
    if ranked.empty:
        raise Nothing(page.say("No activity of the selection can be measured yet."))
    shown = ranked.head(MOST_RANKED)
    rows = shown.to_dict("records")
    frame = pd.DataFrame(
        {
            "unit_id": shown["activity_id"],
            "unit_name": [
                f"{row['activity_name']}{page.say(' · bundle') if row['shared_count'] else ''}" for row in rows
            ],
            "estimate": shown["shrunk_lift_rate"],
            "low": shown["shrunk_low_rate"],
            "high": shown["shrunk_high_rate"],
            "low80": shown["shrunk_low80_rate"],
            "high80": shown["shrunk_high80_rate"],
            "raw": shown["lift_rate"],
            "aside": [
                f"{words.say_rank(row, page.language)} · "
                f"{sentences.say_chance(row['top_quarter_share'], page.language)}"
                for row in rows
            ],
        }
    )
    table = ranked.assign(
        activity_kind=ranked["kind"].map(page.term),
        status_text=[sentences.say_status(row, page.language) for row in ranked.to_dict("records")],
    ).round(ROUNDED)
    bundles = (
        page.say(
            "Bundle: measured together with other activities on its terminals, what their kinds explain taken off."
        )
        if (shown["shared_count"] > 0).any()
        else ""
    )
    parts = [
        page.say(
            "Best estimate, drawn towards the kind’s mean; thick line 80%, thin line 95% interval; faint dot = its own. "
            "At the right the rank as far as it is known (80%) and the chance to be in the highest quarter"
        ),
        page.say("the highest {n} of {all}", n=page.count(len(shown)), all=page.count(len(ranked)))
        if len(ranked) > len(shown)
        else "",
    ]
    return Card(
        title=words.tell_league(rows[0], page.language),
        subtitle=" · ".join(filter(None, parts)),
        frame=frame,
        draw=league.draw_league,
        options={"aside_title": page.say("rank · highest quarter")},
        note=" ".join(
            filter(
                None,
                [
                    page.say(
                        "Own estimates are no order: the highest of many is mostly luck. Ranks are of the whole "
                        "company. Click an activity to open it."
                    ),
                    bundles,
                ],
            )
        ),
        metrics=("best_estimate", "rank_range"),
        pick="unit",
        pick_field="unit_id",
        on_pick=open_activity,
        turn=take_league_turn(),
        table=table[
            [
                "activity_id",
                "activity_name",
                "activity_kind",
                "starts_on",
                "rank_low_number",
                "rank_high_number",
                "top_tenth_share",
                "top_quarter_share",
                "shrunk_lift_rate",
                "shrunk_low80_rate",
                "shrunk_high80_rate",
                "shrunk_low_rate",
                "shrunk_high_rate",
                "lift_rate",
                "status_text",
            ]
        ],
    )


def list_card(page: Page, outcome: Outcome) -> Card:
    """The activities one by one, what is claimed for each and what is missing."""
    listed = rank_listed(page, outcome)
    if listed.empty:
        raise Nothing(page.say("No activity of the selection began in this period under these filters."))
    rows = listed.to_dict("records")
    frame = listed.assign(
        activity_kind=listed["kind"].map(page.term),
        territory_name=listed["territory_name"].fillna("—"),
        status_text=[sentences.say_status(row, page.language) for row in rows],
        lift_interval=[sentences.say_rates(row["lift_low_rate"], row["lift_high_rate"], page.language) for row in rows],
        shrunk_interval=[
            sentences.say_rates(row["shrunk_low_rate"], row["shrunk_high_rate"], page.language) for row in rows
        ],
    )
    has_return = outcome.has_margins and bool(listed["cost_amount"].notna().any())
    columns = [
        "starts_on",
        "activity_kind",
        "activity_name",
        "exposed_count",
        "cost_amount",
        "shrunk_lift_rate",
        "shrunk_interval",
        *(["shrunk_net_amount", "chance_paid_share"] if has_return else []),
        "status_text",
    ]
    more = ["territory_name", "lift_rate", "lift_interval", "before_after_rate", "shared_count"]
    frame = frame.round(ROUNDED)
    whole = [column for column in ("cost_amount", "shrunk_net_amount") if column in columns]
    is_said = listed["is_attendance_known"] | (listed["exposed_count"] == 0)
    notes = [
        page.say("The file also has own estimates and before/after; that is not an effect, it compares with nobody.")
    ]
    if not is_said.all():
        notes.append(
            page.say("For {n} activities nobody said who came: the invited count.", n=page.count(int((~is_said).sum())))
        )
    shared = int((listed["shared_count"] > 0).sum())
    if shared:
        notes.append(
            page.say(
                "{n} activities overlap with others on a terminal: measured together, what the others’ kinds "
                "explain taken off.",
                n=page.count(shared),
            )
        )
    return Card(
        title=sentences.tell_activities(rows, page.language),
        subtitle=page.say(
            "Best = drawn towards the kind’s mean, the one to rank by. Largest best net gain first. Click a row to open "
            "the activity and its own estimate"
        ),
        frame=frame[columns].astype(dict.fromkeys(whole, "float")).astype(dict.fromkeys(whole, "Int64")),
        note=" ".join(notes),
        metrics=("best_estimate", "incremental_sales", "measurable_alone"),
        pick_ids={"row": tuple(listed["activity_id"])},
        on_pick=open_activity,
        turn=take_league_turn(),
        table=frame[["activity_id", *columns, *more]],
    )
