"""Whether a kind that worked in one market was held in another and worked there; whole company, whatever the filters."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.analysis.counterfactual import Design
from insight.analysis.markets import FEW, HARMED, UNPROVEN, UNTRIED, WORKED, judge_markets
from insight.charts import cells
from insight.discipline import read_discipline
from insight.sentences import activities as activity_sentences
from insight.sentences import discipline as sentences
from insight.ui.activities.choices import require_kinds
from insight.ui.activities.outcome import Outcome
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing

SHADES = {WORKED: 0.86, HARMED: 0.14}


def list_markets(page: Page, outcome: Outcome) -> pd.DataFrame:
    """Every kind in every market with its verdict, markets with the most activities first."""
    require_kinds(page, outcome)
    effects = page.ask("discipline/effects_by_market")
    if effects.empty:
        raise Nothing(page.say("No activity was held yet."))
    sizes = effects.groupby("unit_id").size().sort_index().sort_values(ascending=False, kind="stable")
    places = {code: place for place, code in enumerate(sizes.index)}
    effects = effects.assign(place=effects["unit_id"].map(places)).sort_values(["place", "starts_on", "activity_id"])
    kinds = {str(row["kind"]): row for row in outcome.kinds.to_dict("records")}
    frame = judge_markets(effects, kinds, Design().spread_prior, read_discipline().fewest)
    names = dict(zip(effects["unit_id"], effects["unit_name"], strict=True))
    return frame.assign(
        unit_name=frame["unit_id"].map(names).replace("", page.say("No territory")),
        kind_name=[activity_sentences.name_kind(str(kind), page.language) for kind in frame["kind"]],
    )


def markets_card(page: Page, outcome: Outcome) -> Card:
    """Kinds against markets: the lift there, coloured only where it stands clear of chance among all looks."""
    frame = list_markets(page, outcome)
    rows = frame.to_dict("records")
    counts = frame["verdict"].value_counts()
    looks = int(sum(counts.get(verdict, 0) for verdict in (WORKED, HARMED, UNPROVEN)))
    shown = pd.DataFrame(
        [
            {
                "row_id": row["kind"],
                "row_name": row["kind_name"],
                "column_id": row["unit_id"],
                "column_name": row["unit_name"],
                **make_cell(page, row),
            }
            for row in rows
        ]
    )
    table = frame.assign(
        activity_kind=frame["kind_name"],
        market_name=frame["unit_name"],
        verdict=[say_verdict(page, str(verdict)) for verdict in frame["verdict"]],
    )
    return Card(
        title=sentences.tell_markets(rows, page.language),
        subtitle=page.say(
            "Lift of pure sales and its 95% interval, drawn towards the kind’s other markets; n = activities measured. "
            "Whole company, whatever the filters"
        ),
        frame=shown,
        draw=cells.draw_cells,
        options={
            "ramp": "diverging",
            "row_title": page.say("Kind"),
            "column_title": page.say("Market"),
            "word_title": page.say("Lift"),
            "line_title": page.say("95% interval"),
            "second_title": page.say("Activities"),
        },
        note=page.say(
            "Coloured only where clear of chance with all {n} looks taken together (Holm, 5%), and of what the same method "
            "finds where nothing happened. Grey: cannot be told. Markets differ in more than the activities held there.",
            n=page.count(looks),
        ),
        metrics=("market_repeat",),
        table=table[
            [
                "activity_kind",
                "market_name",
                "verdict",
                "activity_count",
                "measured_count",
                "first_on",
                "lift_rate",
                "lift_low_rate",
                "lift_high_rate",
                "share_due_count",
                "share_done_count",
            ]
        ],
    )


def make_cell(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    """What stands in a cell: the lift with its interval; a count where there are few; a dash where it was not held."""
    if row["verdict"] == UNTRIED:
        return {"word": "—", "line": page.say("not held"), "second_line": "", "shade": None}
    count = f"n={page.count(row['measured_count'])}"
    if row["verdict"] == FEW:
        held = page.say("{n} held", n=page.count(row["activity_count"]))
        return {"word": "·", "line": held, "second_line": page.say("too few"), "shade": None}
    return {
        "word": page.share(row["lift_rate"], 0, is_signed=True),
        "line": activity_sentences.say_rates(row["lift_low_rate"], row["lift_high_rate"], page.language),
        "second_line": count,
        "shade": SHADES.get(str(row["verdict"])),
    }


def say_verdict(page: Page, verdict: str) -> str:
    """A verdict in words."""
    return page.say("not held yet") if verdict == UNTRIED else page.term(f"verdict_{verdict}")


def repeats_card(page: Page, outcome: Outcome) -> Card:
    """Kind by kind: where it worked, where it was repeated and cannot be told, where it was not tried, and if it was shared."""
    frame = list_markets(page, outcome)
    rows = []
    for kind, group in frame.groupby("kind", sort=True):
        first = group[group["verdict"] == WORKED]["first_on"].min()
        later = group[(group["verdict"] != WORKED) & (group["activity_count"] > 0)]

        def join(chosen: pd.DataFrame) -> str:
            return sentences.join_few([str(name) for name in chosen["unit_name"]], page.language)

        rows.append(
            {
                "activity_kind": activity_sentences.name_kind(str(kind), page.language),
                "worked_text": join(group[group["verdict"] == WORKED]),
                "worked_since_on": None if pd.isna(first) else first,
                "harmed_text": join(group[group["verdict"] == HARMED]),
                "untold_text": join(later[later["verdict"].isin([UNPROVEN, FEW])]),
                "untried_text": join(group[group["verdict"] == UNTRIED]),
                "shared_text": page.say(
                    "{n} of {all}",
                    n=page.count(group["share_done_count"].sum()),
                    all=page.count(group["share_due_count"].sum()),
                )
                if group["share_due_count"].sum()
                else "—",
                "worked_count": int((group["verdict"] == WORKED).sum()),
            }
        )
    table = pd.DataFrame(rows).sort_values(["worked_count", "activity_kind"], ascending=[False, True])
    if not table["harmed_text"].ne("—").any():
        table = table.drop(columns="harmed_text")
    return Card(
        title=page.say("Worked there, repeated here?"),
        subtitle=page.say(
            "Cannot be told: too few measured, or not clear of chance. Shared: activities of the kind whose learning was "
            "shared, of those that were to share it"
        ),
        frame=table.drop(columns=["worked_count", "worked_since_on"]),
        table=table.drop(columns="worked_count"),
        metrics=("market_repeat", "closed_out"),
    )
