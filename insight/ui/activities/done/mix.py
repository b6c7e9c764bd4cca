"""How varied the activities of each market or owner are."""

from __future__ import annotations

import pandas as pd

from insight.analysis.mix import mix_kinds
from insight.charts import heat
from insight.sentences import marketing as sentences
from insight.sentences.activities import FEW, name_kind
from insight.ui.activities.done.work import Done
from insight.ui.activities.owners import place_units
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.units import show_number


def mix_card(page: Page, done: Done, look: str) -> Card:
    """The kinds each market or owner holds, and as how many kinds of equal size that is."""
    held = done.held
    if held.empty:
        raise Nothing(page.say("No activity was held in this period under these filters."))
    placed = place_units(page, held, look)
    whole = held.assign(unit_id="*", unit_name=page.say("All"))
    names = dict(zip(placed["unit_id"], placed["unit_name"], strict=True)) | {"*": page.say("All")}
    mixed = pd.concat([mix_kinds(whole, "unit_id"), mix_kinds(placed, "unit_id")])
    order = ["*", *dict.fromkeys(placed["unit_id"])]
    kinds = list(held["kind"].value_counts().sort_index().sort_values(ascending=False, kind="stable").index)
    own = {(row["unit_id"], row["kind"]): row for row in mixed.to_dict("records")}
    sums = {row["unit_id"]: row for row in mixed.to_dict("records")}
    cells = []
    for unit in order:
        few = sums[unit]["unit_count"] < FEW
        for kind in kinds:
            row = own.get((unit, kind))
            count = int(row["activity_count"]) if row else 0
            cells.append(
                {
                    "row_id": unit,
                    "row_name": names[unit],
                    "column_id": kind,
                    "column_name": name_kind(str(kind), page.language),
                    "rate": None if few else (row["share"] if row else 0.0),
                    "label": page.count(count) if few else "",
                    "tip": page.say("{n} of {all}", n=page.count(count), all=page.count(sums[unit]["unit_count"])),
                }
            )
        effective = "—" if few else show_number(sums[unit]["effective_count"], page.language, 1)
        cells.append(
            {
                "row_id": unit,
                "row_name": names[unit],
                "column_id": "~effective",
                "column_name": page.say("Varied as"),
                "rate": None,
                "label": effective,
                "tip": page.say("as {x} kinds of equal size", x=effective),
            }
        )
    table = mixed.assign(
        unit_name=mixed["unit_id"].map(names),
        activity_kind=[name_kind(str(kind), page.language) for kind in mixed["kind"]],
        effective_kinds=mixed["effective_count"],
    )
    units = [
        {
            "unit_name": names[unit],
            "unit_count": sums[unit]["unit_count"],
            "effective_count": sums[unit]["effective_count"],
        }
        for unit in order[1:]
    ]
    return Card(
        title=sentences.tell_mix(units, page.language),
        subtitle=page.say(
            "Share of activities by kind; last column: as many kinds of equal size would be as varied. Counts instead of "
            "shares where there are fewer than five activities"
        ),
        frame=pd.DataFrame(cells),
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Unit"),
            "column_title": page.say("Kind"),
            "rate_title": page.say("Share"),
        },
        metrics=("effective_kinds",),
        table=table[["unit_name", "activity_kind", "activity_count", "share", "effective_kinds"]],
    )
