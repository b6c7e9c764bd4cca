"""Did it pay: cost against return, share of spend against share of return, and either payer's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from insight.charts import pairs, returns
from insight.sentences import activities as sentences
from insight.ui.activities.choices import NEEDED, ROUNDED, keep_chosen, require_kinds
from insight.ui.activities.outcome import Outcome, show_interval
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing


def show_earned(page: Page, outcome: Outcome) -> None:
    """Cost against return beside the shares of either, then who paid and who gained."""
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "activities/returns", lambda page: returns_card(page, outcome), needs=NEEDED)
    with right:
        show_card(page, "activities/shares", lambda page: shares_card(page, outcome), needs=NEEDED)
    show_card(page, "activities/payers", lambda page: payers_card(page, outcome), needs=NEEDED)


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
        note=page.say("A single activity is uncertain even by best estimate: its interval is in the list below."),
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
    if sums.empty or sums["spend"].sum() <= 0 or sums["gain"].sum() <= 0:
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
        table=frame[["unit_name", "measured_count", "spend_rate", "return_rate"]],
    )


def payers_card(page: Page, outcome: Outcome) -> Card:
    """What either side paid, gained and earned back, and the split of cost at which both earn the same."""
    sides = {row["payer_side"]: row for row in outcome.sums.to_dict("records")}
    if not sides["total"]["activity_count"] or not np.isfinite(sides["total"]["gain_amount"]):
        raise Nothing(
            page.say("Who gained cannot be said: costs of activities, or costs and prices of products, are missing.")
        )
    frame = outcome.sums.assign(
        payer_name=outcome.sums["payer_side"].map(
            {
                "total": page.say("Together"),
                "manufacturer": page.say("Manufacturer"),
                "distributor": page.say("Distributors"),
            }
        ),
        net_text=[
            f"{page.amount(row['net_amount'], is_signed=True)} "
            f"({show_interval(page, row['net_low_amount'], row['net_high_amount'])})"
            for row in sides.values()
        ],
        romi_text=[sentences.say_romi(row, page.language) for row in sides.values()],
        chance_text=[sentences.say_chance(row["chance_paid_share"], page.language) for row in sides.values()],
    )
    return Card(
        title=sentences.tell_payers(sides, page.language),
        subtitle=page.say(
            "{n} activities with an estimate and a cost, {currency}. Fair share: paying it, both sides earn the "
            "same for each unit paid",
            n=page.count(sides["total"]["activity_count"]),
            currency=page.company.currency,
        ),
        frame=frame[
            [
                "payer_name",
                "cost_amount",
                "cost_share",
                "gain_amount",
                "net_text",
                "romi_text",
                "chance_text",
                "fair_cost_share",
                "fair_cost_amount",
            ]
        ].round(ROUNDED),
        note=page.say(
            "Manufacturer: price to distributors less cost and rebate. Distributors: price to terminals less price "
            "to distributors, plus rebate."
        ),
        metrics=("romi", "net_gain", "fair_cost_share", "activity_cost"),
        table=outcome.sums[
            [
                "payer_side",
                "cost_amount",
                "gain_amount",
                "gain_low_amount",
                "gain_high_amount",
                "net_amount",
                "net_low_amount",
                "net_high_amount",
                "romi_rate",
                "romi_low_rate",
                "romi_high_rate",
                "fair_cost_share",
                "fair_cost_amount",
            ]
        ],
    )
