"""Whether spending more goes with a larger effect: of one kind drawn, of all kinds said."""

from __future__ import annotations

from datetime import date

import pandas as pd

from insight.charts import response
from insight.sentences import earned
from insight.ui.cards import Card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing

_EVERYTHING: dict[str, object] = {
    "period_start": date(1900, 1, 1),
    "period_end": date(2999, 12, 31),
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
}


def find_kinds(page: Page) -> pd.DataFrame:
    """What is known of each kind, that with most activities first; with nothing measured there is nothing to say."""
    kinds = page.ask("returns/responses")
    if kinds.empty:
        raise Nothing(page.say("No effect could be estimated, so what spending more does is unknown."))
    return kinds


def response_card(page: Page) -> Card:
    """The chosen kind's activities by cost a terminal and own lift, with the line through them where there is one."""
    kinds = find_kinds(page)
    rows = kinds.to_dict("records")
    chosen = find_choice("activities").get("kind")
    known = [row for row in rows if row["status"] != "unknown"]
    kind = next((row for row in rows if row["kind"] == chosen), (known or rows)[0])
    activities = page.ask("activities/activities", **_EVERYTHING)
    used = activities[(activities["kind"] == kind["kind"]) & (activities["cost_amount"] > 0)]
    used = used[used["lift_rate"].notna() & (used["terminal_count"] > 0)]
    if used.empty:
        raise Nothing(earned.tell_response(kind, page.language))
    dots = used.assign(
        cost_per_terminal_amount=used["cost_amount"] / used["terminal_count"], name=used["activity_name"]
    )
    curve = page.ask("returns/response_curve", kind=kind["kind"]).assign(activity_id="", name="", terminal_count=0)
    columns = ["activity_id", "name", "cost_per_terminal_amount", "lift_rate", "lift_low_rate", "lift_high_rate"]
    columns.append("terminal_count")
    frame = pd.concat([dots[columns], curve[columns]], ignore_index=True) if len(curve) else dots[columns]
    return Card(
        title=earned.tell_response(kind, page.language),
        subtitle=page.say(
            "A dot an activity, size = terminals: cost a terminal, {unit}, and its own lift. Line and 95% band: the mean "
            "lift that goes with a cost; the sure weigh more. Whole company",
            unit=response.describe_unit(frame, page.style),
        ),
        frame=frame,
        draw=response.draw_response,
        note=page.say(
            "An association: activities that cost more were held for other terminals and reasons. Costs beyond those seen "
            "are not spoken of."
        ),
        metrics=("spend_response", "activity_cost"),
        table=dots[columns],
    )


def responses_card(page: Page) -> Card:
    """All kinds: what twice the cost a terminal goes with, or what is missing to say."""
    kinds = find_kinds(page)
    rows = kinds.to_dict("records")
    kinds = kinds.rename(columns={"used_count": "used_activity_count"})
    frame = kinds.assign(
        activity_kind=kinds["kind"].map(page.term),
        double_text=[earned.say_response(row, page.language) for row in rows],
    )
    return Card(
        title=earned.tell_responses(rows, page.language),
        subtitle=page.say("Sales where twice as much was spent a terminal, 95% interval. Click a kind"),
        frame=frame[["activity_kind", "double_text", "used_activity_count"]],
        metrics=("spend_response",),
        pick_ids={"row": [str(row["kind"]) for row in rows]},
        on_pick=lambda kind: choose("activities", "responses", **({"kind": kind} if kind else {})),
        turn=take_turn("activities", "responses"),
        table=frame[
            [
                "activity_kind",
                "double_text",
                "activity_count",
                "used_activity_count",
                "low_spend_amount",
                "high_spend_amount",
            ]
        ],
    )
