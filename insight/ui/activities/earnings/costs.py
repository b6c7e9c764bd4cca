"""What activities cost: estimated, committed and actual, for each one reached, and outside what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.analysis.unit_costs import ALL_KINDS, judge_costs, sum_costs
from insight.charts import costs as chart
from insight.cost_bands import read_bands
from insight.sentences import activities as sentences
from insight.sentences import earned
from insight.ui.activities.choices import keep_chosen
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import Card
from insight.ui.choice import choose, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing


@dataclass(frozen=True)
class Costs:
    """The activities selected with their usual bands, read from all of the company, and their sums by kind."""

    judged: pd.DataFrame
    kinds: pd.DataFrame  # the last row is that of all

    @property
    def whole(self) -> dict[str, object]:
        """The row of all kinds."""
        row: dict[str, object] = self.kinds.iloc[-1].to_dict()
        return row


def list_costs(page: Page, outcome: Outcome) -> Costs:
    """Ask for what activities cost and judge it; a band is read from every activity of the company."""
    rule = read_bands()
    everything = page.ask("returns/costs")
    chosen = keep_chosen(outcome.activities)[["activity_id", "activity_name", "starts_on", "territory_name"]]
    judged = judge_costs(everything, rule.given, rule.fewest, rule.reach).merge(chosen, on="activity_id")
    return Costs(judged, sum_costs(judged, page.ask("returns/new_customers")))


def costs_card(page: Page, costs: Costs) -> Card:
    """Estimated, committed and actual cost by kind."""
    kinds = costs.kinds[costs.kinds["kind"] != ALL_KINDS]
    kinds = kinds[kinds[["planned_cost_amount", "cost_amount"]].notna().any(axis=1)]
    if kinds.empty:
        raise Nothing(page.say("No cost of these activities is loaded, estimated or actual."))
    names = kinds["kind"].map(page.term)
    frame = kinds.assign(unit_id=kinds["kind"], unit_name=names, activity_kind=names)
    columns = ["activity_kind", "activity_count", "planned_cost_amount", "committed_amount", "actual_amount"]
    return Card(
        title=earned.tell_costs(costs.whole, page.language),
        subtitle=page.say(
            "{unit}. Outline = estimated, solid = actual, dashed = committed and not settled; right: actual over estimate "
            "of what is settled. Click a kind",
            unit=chart.describe_unit(frame, page.style),
        ),
        frame=frame[
            ["unit_id", "unit_name", "planned_cost_amount", "actual_amount", "unsettled_amount", "deviation_rate"]
        ],
        draw=chart.draw_costs,
        note=say_settled(page, costs),
        metrics=("cost_deviation", "activity_cost"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda kind: choose("activities", "costs", **({"kind": kind} if kind else {})),
        turn=take_turn("activities", "costs"),
        table=frame[[*columns, "unsettled_amount", "cost_amount", "deviation_rate", "compared_count"]],
    )


def say_settled(page: Page, costs: Costs) -> str:
    """What is still open, that nothing is, or that no cost but the estimate is known."""
    whole = costs.kinds.iloc[-1]
    if pd.isna(whole["cost_amount"]):
        return page.say("Neither committed nor actual cost is loaded.")
    if whole["unsettled_amount"] > 0:
        return page.say(
            "{amount} is committed and not settled yet: what it will cost is not known.",
            amount=page.amount(whole["unsettled_amount"]),
        )
    return page.say("Everything is settled.")


def bands_card(page: Page, costs: Costs) -> Card:
    """What one attendee cost in every activity, on the usual band of its kind."""
    placed = costs.judged[costs.judged["value_amount"].notna()]
    if placed.empty:
        raise Nothing(page.say("No activity here has both a cost and a count of who came."))
    frame = placed.assign(unit_id=placed["kind"], unit_name=placed["kind"].map(page.term), name=placed["activity_name"])
    # kinds in the order of the card beside it
    frame = frame.assign(place=frame["kind"].map({kind: place for place, kind in enumerate(costs.kinds["kind"])}))
    frame = frame.sort_values(["place", "activity_id"])
    rule = read_bands()
    each = page.say("attendee") if placed["measure"].iloc[0] == "attendee" else page.say("terminal")
    return Card(
        title=earned.tell_outside(placed.to_dict("records"), page.language),
        subtitle=page.say(
            "Cost of one {each}, {unit}, logarithmic. A dot an activity, the usual band behind it; rings lie outside",
            each=each,
            unit=chart.describe_band_unit(frame, page.style),
        ),
        frame=frame[
            ["unit_id", "unit_name", "activity_id", "name", "value_amount", "low_amount", "high_amount", "is_outside"]
        ],
        draw=chart.draw_bands,
        note=page.say(
            "Usual: as configured, else from the company’s own activities of the kind, {n} at least. Outside is a reason to "
            "look, not a fault.",
            n=page.count(rule.fewest),
        ),
        metrics=("usual_cost",),
        pick="activity",
        pick_field="activity_id",
        on_pick=lambda one: choose("activities", "bands", **({"activities": [one]} if one else {})),
        turn=take_turn("activities", "bands"),
        table=frame.assign(activity_kind=frame["unit_name"], each_amount=frame["value_amount"])[
            ["activity_kind", "activity_name", "each_amount", "low_amount", "high_amount", "is_outside"]
        ],
    )


def unit_costs_card(page: Page, costs: Costs) -> Card:
    """What an attendee, one of a target terminal and a new customer cost, by kind."""
    if costs.kinds["cost_amount"].isna().all():
        raise Nothing(page.say("No cost of these activities is known."))
    frame = costs.kinds.assign(
        activity_kind=[sentences.name_kind(str(kind), page.language) for kind in costs.kinds["kind"]]
    )
    columns = ["activity_kind", "activity_count", "cost_amount", "attendee_count", "cost_per_attendee_amount"]
    if frame["cost_per_target_attendee_amount"].notna().any():
        columns += ["target_attendee_count", "cost_per_target_attendee_amount"]
    columns += ["cost_per_terminal_amount", "new_customer_count", "cost_per_new_customer_amount"]
    return Card(
        title=earned.tell_unit_costs(costs.whole, page.language, page.company.currency),
        subtitle=page.say(
            "By kind, {currency}. New customer: took part, never bought before the day, first order in that month or the "
            "five after; not told for the data’s first year",
            currency=page.company.currency,
        ),
        frame=make_whole(frame[columns]),
        table=frame[columns],
        note=page.say("That a customer is new after an activity does not say the activity won it."),
        metrics=("cost_per_attendee", "cost_per_new_customer", "activity_cost"),
    )


def outside_card(page: Page, costs: Costs) -> Card:
    """The activities one by one: what they were to cost, what they cost, and whether that is usual."""
    frame = costs.judged[costs.judged["cost_amount"].notna() | costs.judged["planned_cost_amount"].notna()]
    if frame.empty:
        raise Nothing(page.say("No cost of these activities is known."))
    frame = frame.assign(
        activity_kind=frame["kind"].map(page.term),
        each_amount=frame["value_amount"],
        usual_text=[say_usual(page, row) for row in frame.to_dict("records")],
    ).sort_values(["is_outside", "cost_amount", "activity_id"], ascending=[False, False, True])
    columns = ["starts_on", "activity_kind", "activity_name", "each_amount", "usual_text"]
    columns += ["planned_cost_amount", "committed_amount", "actual_amount"]
    more = [
        "unsettled_amount",
        "attendee_count",
        "target_attendee_count",
        "terminal_count",
        "new_customer_count",
        "low_amount",
        "high_amount",
    ]
    return Card(
        title=page.say("Activities by cost, those outside what is usual first"),
        subtitle=page.say(
            "{currency}. Usual: the band of the kind for one of those reached", currency=page.company.currency
        ),
        frame=make_whole(frame[columns]),
        metrics=("usual_cost", "cost_per_attendee", "activity_cost"),
        table=frame[["activity_id", *columns, *more]],
    )


def say_usual(page: Page, row: dict[str, Any]) -> str:
    """'outside: 120 – 480 is usual', 'usual: …', or why there is no band."""
    if pd.isna(row["low_amount"]):
        return page.say("no band: too few of the kind")
    band = f"{page.amount(row['low_amount'])} – {page.amount(row['high_amount'])}"
    if row["is_outside"]:
        return page.say("outside; usual is {band}", band=band)
    return page.say("within {band}", band=band)


def make_whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Amounts and counts as whole numbers, for the screen; the table behind the card holds all digits."""
    numbers = [column for column in frame.columns if column.endswith(("_amount", "_count"))]
    return frame.assign(**{column: frame[column].astype(float).round(0).astype("Int64") for column in numbers})
