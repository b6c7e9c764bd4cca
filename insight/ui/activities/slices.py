"""Effects by kind, product line, region, size and owner: a switch over one forest."""

from __future__ import annotations

import pandas as pd

from insight.charts import league
from insight.sentences import activities as sentences
from insight.sentences import effect as words
from insight.ui.activities.choices import NEEDED, require_kinds
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, take_turn
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing

DIMENSIONS = {
    "kind": "Kind",
    "product_line": "Line",
    "territory": "Region",
    "size": "Size",
    "owner": "Owner",
}


def choose_dimension(page: Page) -> str:
    """The switch: by what the activities are sliced."""
    return choose_part(page, "activities", DIMENSIONS, key="lvl")


def show_slices(page: Page, outcome: Outcome, dimension: str) -> None:
    """The forest of the slices chosen."""
    if dimension == "kind":
        show_card(page, "activities/kinds", lambda page: kinds_card(page, outcome), needs=NEEDED)
    else:
        show_card(page, f"activities/by_{dimension}", lambda page: slices_card(page, dimension), needs=NEEDED)


def kinds_card(page: Page, outcome: Outcome) -> Card:
    """The kinds by lift; a click chooses one for the cards around it."""
    require_kinds(page, outcome)
    kinds = outcome.kinds[outcome.kinds["kind"] != sentences.ALL_KINDS]
    rows = kinds.assign(unit_id=kinds["kind"], name=kinds["kind"].map(page.term))
    (everything,) = outcome.kinds[outcome.kinds["kind"] == sentences.ALL_KINDS].to_dict("records")
    return make_card(
        page,
        rows.sort_values(["lift_rate", "kind"], ascending=[False, True]),
        page.say("Whole company since {month}. Click a kind", month=page.month(outcome.first_month)),
        sentences.tell_control(everything, page.language),
        is_kind=True,
    )


def slices_card(page: Page, dimension: str) -> Card:
    """Other slices of the same activities."""
    slices = page.ask("activities/slices", dimension=dimension)
    if not (slices["measured_count"] > 0).any():
        raise Nothing(
            page.say(
                "No effect could be estimated: it takes terminals that took part, a year of whole months before and "
                "three after."
            )
        )
    names = [
        words.name_slice(dimension, row["unit_id"], row["unit_name"], page.language)
        for row in slices.to_dict("records")
    ]
    many = page.say(
        "Slices of the same activities: of {n} looks, one in twenty is off by chance alone.",
        n=page.count(int((slices["measured_count"] >= sentences.FEW).sum())),
    )
    return make_card(page, slices.assign(name=names), page.say("Whole company, the model used for kinds"), many)


def make_card(page: Page, rows: pd.DataFrame, scope: str, note: str, *, is_kind: bool = False) -> Card:
    """A forest of lifts; those of few activities last, hollow, and without a claim."""
    # an interval that is clear of nothing but not of the negative control is no finding either
    is_unproven = (rows["lift_low_rate"] > 0) & (rows["verdict"] != "works")
    is_few = rows["measured_count"] < sentences.FEW
    frame = pd.DataFrame(
        {
            "unit_id": rows["unit_id"],
            "unit_name": rows["name"],
            "estimate": rows["lift_rate"],
            "low": rows["lift_low_rate"],
            "high": rows["lift_high_rate"],
            "low80": rows["lift_low80_rate"],
            "high80": rows["lift_high80_rate"],
            "aside": [f"n={page.count(count)}" for count in rows["measured_count"]],
            "is_small": is_few | is_unproven,
        }
    )
    frame = pd.concat([frame[~is_few], frame[is_few]])
    hollow = (
        page.say("Hollow: fewer than five measured, or not clear of the negative control.")
        if frame["is_small"].any()
        else ""
    )
    table = rows.assign(verdict=rows["verdict"].map(lambda code: page.term(f"verdict_{code}")))
    return Card(
        title=words.tell_slices(rows.to_dict("records"), page.language),
        subtitle=page.say(
            "Pure sales beyond what was expected; thick line 80%, thin line 95% interval; n = activities measured. {scope}",
            scope=scope,
        ),
        frame=frame,
        draw=league.draw_league,
        note=" ".join(filter(None, [hollow, note])),
        metrics=("incremental_sales", "negative_control"),
        pick="unit" if is_kind else "",
        pick_field="unit_id",
        on_pick=(lambda kind: choose("activities", "kinds", **({"kind": kind} if kind else {}))) if is_kind else None,
        turn=take_turn("activities", "kinds") if is_kind else 0,
        table=table[
            [
                "name",
                "verdict",
                "activity_count",
                "measured_count",
                "lift_rate",
                "lift_low_rate",
                "lift_high_rate",
                "negative_control_rate",
            ]
        ],
    )
