"""When the cost came back: the gain month by month against what was paid, of the selection and of each kind."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.analysis.payback import Payback, find_payback
from insight.charts import payback as chart
from insight.sentences import activities as sentences
from insight.sentences import earned
from insight.ui.activities.earnings.payers import Payers
from insight.ui.activities.outcome import show_interval
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing


def payback_card(page: Page, listed: Payers, payer: str) -> Card:
    """The gain up to each month, with its band, against the cost, of one payer over the selection."""
    found = measure(page, listed, payer, listed.activities)
    if found is None:
        raise Nothing(
            page.say(
                "When the cost came back cannot be said: it takes an estimated effect, costs, and costs and prices of products."
            )
        )
    frame = found.months.assign(month_count=found.months["event_month"] + 1)
    last = frame.iloc[-1]
    notes = [
        page.say(
            "After {n} months: {gain} gained ({interval}), {cost} paid, chance that it is back {chance}.",
            n=page.count(found.seen_count),
            gain=page.amount(last["gain_amount"], is_signed=True),
            interval=show_interval(page, last["gain_low_amount"], last["gain_high_amount"]),
            cost=page.amount(found.cost),
            chance=sentences.say_chance(last["chance_paid_share"], page.language),
        )
    ]
    if found.running_count:
        notes.append(page.say("Activities still running, left out: {n}.", n=page.count(found.running_count)))
    return Card(
        title=earned.tell_payback(describe(found), listed.name(page, payer), page.language),
        subtitle=page.say(
            "Margin on incremental sales up to each month, {unit}; band = 95% interval, dashes = cost. {n} activities",
            unit=chart.choose_payback_scale(frame, page.style, found.cost).name,
            n=page.count(found.activity_count),
        ),
        frame=frame[["month_count", "gain_amount", "gain_low_amount", "gain_high_amount", "chance_paid_share"]],
        draw=chart.draw_payback,
        options={"cost": found.cost, "months": found.month_count if found.cost else None},
        note=" ".join(notes),
        metrics=("payback_months", "payer_gain", "chance_paid"),
    )


def payback_kinds_card(page: Page, listed: Payers, payer: str) -> Card:
    """In how many months each kind had its cost back, for the same payer."""
    rows: list[dict[str, Any]] = []
    for kind, group in listed.activities.groupby("kind", sort=True):
        found = measure(page, listed, payer, group)
        if found is None:
            continue
        last = found.months.iloc[-1]
        row = describe(found)
        rows.append(
            row
            | {
                "activity_kind": page.term(str(kind)),
                "payback_text": earned.say_payback(row, page.language),
                "gain_amount": last["gain_amount"],
                "net_amount": last["gain_amount"] - found.cost,
                "short_net_text": page.amount(last["gain_amount"] - found.cost, is_signed=True),
                "chance_text": sentences.say_chance(last["chance_paid_share"], page.language),
            }
        )
    if not rows:
        raise Nothing(page.say("No kind has both an estimate and a cost."))
    # kinds of too few activities stand last
    rows.sort(key=lambda row: (row["activity_count"] < sentences.FEW, -row["net_amount"]))
    frame = pd.DataFrame(rows)
    columns = ["activity_kind", "payback_text", "short_net_text", "chance_text"]
    return Card(
        title=earned.tell_payback_kinds(rows, page.language),
        subtitle=page.say(
            "{who}: months until the margin gained reached the cost (95% interval). The largest net gain first, kinds of fewer "
            "than five activities last",
            who=listed.name(page, payer),
        ),
        frame=frame[columns],
        note=page.say("Not yet: not within the months counted. What may come later is not guessed."),
        metrics=("payback_months", "chance_paid"),
        table=frame[
            [
                "activity_kind",
                "payback_text",
                "cost_amount",
                "gain_amount",
                "net_amount",
                "chance_text",
                "activity_count",
            ]
        ],
    )


def measure(page: Page, listed: Payers, payer: str, activities: pd.DataFrame) -> Payback | None:
    """The payback of some of the activities listed for one payer."""
    parts = listed.find_parts(payer)
    parts = parts[parts["activity_id"].isin(activities["activity_id"])]
    return find_payback(page.ask("returns/months", activity_id=""), parts, listed.systematic, listed.factors)


def describe(found: Payback) -> dict[str, Any]:
    """A payback as the sentences take it."""
    return {
        "activity_count": found.activity_count,
        "cost_amount": found.cost,
        "seen_count": found.seen_count,
        "month_count": found.month_count,
        "earliest_count": found.earliest_count,
        "latest_count": found.latest_count,
    }
