"""Kinds by return, cost against return activity by activity, and share of spend against share of return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from insight.charts import forest, pairs, returns
from insight.sentences import activities as sentences
from insight.ui.activities.choices import keep_chosen, require_kinds
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import Card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing

FEWEST_SHARE = 0.2  # of all gains and losses taken as positive, that must be left for shares of it to be drawn


def returns_card(page: Page, outcome: Outcome) -> Card:
    """Each activity by cost and by what it brought, by best estimate."""
    listed = keep_chosen(outcome.activities) if "kind" in find_choice("activities") else outcome.activities
    brought = "shrunk_gain_amount" if outcome.has_margins else "shrunk_incremental_amount"
    frame = listed.assign(name=listed["activity_name"], return_amount=listed[brought], size=listed["terminal_count"])
    frame = frame[(frame["cost_amount"] > 0) & frame["return_amount"].notna()]
    if frame.empty:
        raise Nothing(page.say("No activity here has both a cost and an estimate."))
    measure = page.say("Extra gross margin") if outcome.has_margins else page.say("Extra pure sales")

    def select(selection: Mapping[str, Any]) -> None:
        brush, dots = selection.get("brush") or {}, selection.get("activity") or []
        if brush.get("cost_amount") and brush.get("return_amount"):
            (least, most), (low, high) = (sorted(brush[field]) for field in ("cost_amount", "return_amount"))
            # a return of nothing or below stands at the foot of the chart
            smallest = frame.loc[frame["return_amount"] > 0, "return_amount"].min()
            is_inside = frame["cost_amount"].between(least, most) & frame["return_amount"].between(
                low if low > smallest else -np.inf, high
            )
            choose("activities", "returns", activities=frame.loc[is_inside, "activity_id"].tolist())
        elif dots:
            choose("activities", "returns", activities=[dot["activity_id"] for dot in dots])
        else:
            choose("activities", "returns")

    return Card(
        title=sentences.tell_returns(frame.to_dict("records"), page.language, is_margin=outcome.has_margins),
        subtitle=page.say(
            "{measure} by best estimate (drawn towards the kind’s mean), {unit}. One dot an activity, size = "
            "terminals; draw a rectangle to list them",
            measure=measure,
            unit=returns.describe_unit(frame, page.style),
        ),
        frame=frame[["activity_id", "name", "kind", "cost_amount", "return_amount", "size"]],
        draw=returns.draw_cost_return,
        options={"size_title": page.say("Terminals"), "return_title": measure},
        note=page.say("A single activity is uncertain even by best estimate."),
        metrics=("best_estimate", "activity_cost"),
        pick="brush,activity",
        on_select=select,
        turn=take_turn("activities", "returns"),
        table=frame.assign(activity_kind=frame["kind"].map(page.term))[
            ["activity_name", "activity_kind", "cost_amount", "return_amount", "terminal_count"]
        ],
    )


def shares_card(page: Page, outcome: Outcome) -> Card:
    """Share of spend against share of return, a kind each."""
    require_kinds(page, outcome)
    brought = "shrunk_gain_amount" if outcome.has_margins else "shrunk_incremental_amount"
    measured = outcome.activities[outcome.activities["cost_amount"].notna() & outcome.activities[brought].notna()]
    sums = measured.groupby("kind", as_index=False).agg(
        spend=("cost_amount", "sum"), gain=(brought, "sum"), measured_count=("activity_id", "count")
    )
    # where gains and losses all but cancel out, shares of what is left over say nothing
    if sums.empty or sums["spend"].sum() <= 0 or sums["gain"].sum() <= FEWEST_SHARE * sums["gain"].abs().sum():
        raise Nothing(page.say("There is no return to share among these activities."))
    frame = sums.assign(
        unit_id=sums["kind"],
        unit_name=sums["kind"].map(page.term),
        spend_rate=sums["spend"] / sums["spend"].sum(),
        return_rate=sums["gain"] / sums["gain"].sum(),
        verdict=sums["kind"].map(outcome.kinds.set_index("kind")["verdict"]),
    ).sort_values(["return_rate", "kind"], ascending=[False, True])
    return Card(
        title=sentences.tell_shares(frame.to_dict("records"), page.language),
        subtitle=page.say("Open dot = share of spend, filled dot = share of the extra gross margin, by best estimate")
        if outcome.has_margins
        else page.say("Open dot = share of spend, filled dot = share of the extra pure sales, by best estimate"),
        frame=frame[["unit_id", "unit_name", "spend_rate", "return_rate"]],
        draw=pairs.draw_share_pairs,
        metrics=("best_estimate", "activity_cost"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda kind: choose("activities", "shares", **({"kind": kind} if kind else {})),
        turn=take_turn("activities", "shares"),
        table=frame.assign(activity_kind=frame["unit_name"])[
            ["activity_kind", "measured_count", "spend_rate", "return_rate"]
        ],
    )


def kinds_card(page: Page, outcome: Outcome) -> Card:
    """The kinds by return against break-even, the highest first, those of few activities last."""
    require_kinds(page, outcome)
    kinds = outcome.kinds[(outcome.kinds["kind"] != sentences.ALL_KINDS) & outcome.kinds["romi_rate"].notna()]
    if kinds.empty:
        raise Nothing(
            page.say("No kind has a return: costs of activities, or costs and prices of products, are missing.")
        )
    is_few = kinds["measured_count"] < sentences.FEW
    frame = pd.DataFrame(
        {
            "unit_id": kinds["kind"],
            "unit_name": kinds["kind"].map(page.term),
            "estimate": kinds["romi_rate"],
            "low": kinds["romi_low_rate"],
            "high": kinds["romi_high_rate"],
            "count": kinds["measured_count"],
            # an interval that is clear of nothing but not of the negative control is no finding either
            "is_small": is_few | ((kinds["romi_low_rate"] > 0) & (kinds["verdict"] != "works")),
        }
    )
    frame = pd.concat([frame[~is_few], frame[is_few]])
    table = kinds.assign(activity_kind=kinds["kind"].map(page.term))
    return Card(
        title=sentences.tell_kinds(outcome.kinds.to_dict("records"), page.language),
        subtitle=page.say(
            "{measure}. Whole company since {month}; n = activities measured. Click a kind",
            measure=page.say("ROMI: net gain ÷ cost, 95% interval"),
            month=page.month(outcome.first_month),
        ),
        frame=frame,
        draw=forest.draw_forest,
        options={"reference": 0.0, "format": "ratio", "reference_name": page.say("break-even")},
        note=page.say("Hollow: fewer than five measured, or not clear of the negative control.")
        if frame["is_small"].any()
        else "",
        metrics=("romi", "negative_control"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda kind: choose("activities", "kind_returns", **({"kind": kind} if kind else {})),
        turn=take_turn("activities", "kind_returns"),
        table=table[
            [
                "activity_kind",
                "measured_count",
                "cost_amount",
                "gain_amount",
                "net_amount",
                "romi_rate",
                "romi_low_rate",
                "romi_high_rate",
                "revenue_per_cost_rate",
                "break_even_lift_rate",
                "chance_paid_share",
            ]
        ],
    )
