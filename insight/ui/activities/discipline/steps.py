"""Each measure by market, owner or kind, and quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from insight.analysis.discipline import MEASURES, sum_measures
from insight.charts import heat
from insight.sentences import discipline as sentences
from insight.ui.activities.discipline.work import Run
from insight.ui.activities.owners import place_units
from insight.ui.cards import Card
from insight.ui.choice import choose, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing

METRICS = (
    "lead_compliance",
    "approved_before",
    "prepared_before",
    "step_progress",
    "debriefed_in_time",
    "evaluated_in_time",
    "closed_out",
)


def units_card(page: Page, run: Run, look: str) -> Card:
    """Rates of all measures in one grid; a click chooses the activities that did not meet them."""
    require_judged(page, run)
    placed = place_units(page, run.listed, look)
    units = placed.set_index("activity_id")["unit_id"]
    whole = sum_measures(run.judged_now, units.map(lambda _: "*")).assign(unit_id="*")
    names = {"*": page.say("All")} | dict(zip(placed["unit_id"], placed["unit_name"], strict=True))
    sums = pd.concat([whole, sum_measures(run.judged_now, units)])
    sums["unit_name"] = sums["unit_id"].map(names)
    rows = sums.to_dict("records")
    told = {(row["unit_id"], row["measure"]): row for row in rows}
    measures = [measure for measure in MEASURES if ("*", measure) in told]
    frame = pd.DataFrame(
        [
            {
                "row_id": unit,
                "row_name": name,
                "column_id": measure,
                "column_name": sentences.name_measure(measure, page.language),
                **make_cell(page, told.get((unit, measure)), run.rule.fewest),
            }
            for unit, name in names.items()
            for measure in measures
        ]
    )

    def select(selection: Mapping[str, Any]) -> None:
        picked = selection.get("cell") or []
        if not picked:
            choose("activities", "run_units")
            return
        unit, measure = str(picked[0]["row_id"]), str(picked[0]["column_id"])
        missed = run.judged_now
        missed = missed[(missed["measure"] == measure) & (missed["met_count"] < missed["due_count"])]
        own = missed["activity_id"] if unit == "*" else missed[missed["activity_id"].map(units) == unit]["activity_id"]
        choose("activities", "run_units", activities=own.tolist())

    return Card(
        title=sentences.tell_units(rows, page.language),
        subtitle=page.say(
            "Met of what was due, %; counts where there are fewer than five activities, a dash where nothing is on record. "
            "Click a cell for the activities that did not meet it"
        ),
        frame=frame,
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Unit"),
            "column_title": page.say("Step"),
            "rate_title": page.say("Met of due"),
        },
        note=describe_gaps(page, run),
        metrics=METRICS,
        pick="cell",
        on_select=select,
        turn=take_turn("activities", "run_units"),
        table=sums.assign(step_text=[sentences.name_measure(str(code), page.language) for code in sums["measure"]])[
            ["unit_name", "step_text", "activity_count", "due_count", "met_count", "met_rate"]
        ],
    )


def make_cell(page: Page, row: dict[str, Any] | None, fewest: int) -> dict[str, Any]:
    """A rate with its counts in the tooltip; of few the counts alone; without anything due a dash."""
    if row is None:
        return {"rate": None, "label": "", "tip": page.say("nothing on record")}
    counts = page.say("{n} of {all}", n=page.count(row["met_count"]), all=page.count(row["due_count"]))
    if row["activity_count"] < fewest:
        return {"rate": None, "label": f"{page.count(row['met_count'])}/{page.count(row['due_count'])}", "tip": counts}
    return {"rate": float(row["met_rate"]), "label": "", "tip": f"{page.share(row['met_rate'])} ({counts})"}


def describe_gaps(page: Page, run: Run) -> str:
    """What is not judged and why: cancelled, without steps, without due days, days in the wrong order."""
    cycles = run.cycles_now
    told = [
        (int(run.listed["is_cancelled"].sum()), page.say("cancelled, not judged")),
        (int((~cycles["has_steps"]).sum()), page.say("without steps, judged by their days alone")),
        (int(cycles["undated_count"].sum()), page.say("steps without a due day, not counted as due")),
        (int(cycles["is_reversed"].sum()), page.say("with days in the wrong order")),
    ]
    parts = [f"{page.count(count)} {words}" for count, words in told if count]
    return page.say("{what}.", what=" · ".join(parts)) if parts else ""


def trend_card(page: Page, run: Run) -> Card:
    """Each measure by the quarter activities begin in, two years back."""
    require_judged(page, run)
    begun = run.everything[~run.everything["is_upcoming"]]
    quarters = pd.to_datetime(begun["starts_on"]).dt.to_period("Q")
    names = pd.Series([name_quarter(page, quarter) for quarter in quarters], index=begun["activity_id"])
    sums = sum_measures(run.judged[run.judged["activity_id"].isin(begun["activity_id"])], names)
    if sums.empty:
        raise Nothing(page.say("Too few quarters with enough activities to say what changed"))
    order = [name_quarter(page, quarter) for quarter in sorted(set(quarters))]
    sums["unit_name"] = sums["unit_id"]
    sums = sums.assign(place=sums["unit_id"].map(order.index)).sort_values(["place", "measure"], ignore_index=True)
    told = {(row["unit_id"], row["measure"]): row for row in sums.to_dict("records")}
    frame = pd.DataFrame(
        [
            {
                "row_id": measure,
                "row_name": sentences.name_measure(measure, page.language),
                "column_id": quarter,
                "column_name": quarter,
                **make_cell(page, told.get((quarter, measure)), run.rule.fewest),
            }
            for measure in MEASURES
            if any(code == measure for _, code in told)
            for quarter in order
        ]
    )
    return Card(
        title=sentences.tell_trend(sums.to_dict("records"), page.language),
        subtitle=page.say("By the quarter activities begin in, two years back whatever the period; what was due, %"),
        frame=frame,
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Step"),
            "column_title": page.say("Quarter"),
            "rate_title": page.say("Met of due"),
        },
        metrics=METRICS,
        table=sums.assign(
            quarter=sums["unit_id"],
            step_text=[sentences.name_measure(str(code), page.language) for code in sums["measure"]],
        )[["quarter", "step_text", "activity_count", "due_count", "met_count", "met_rate"]],
    )


def name_quarter(page: Page, quarter: pd.Period) -> str:
    """'Q3 26'."""
    return page.say("Q{quarter} {year}", quarter=quarter.quarter, year=f"{quarter.year % 100:02d}")


def require_judged(page: Page, run: Run) -> None:
    """Without a day or a step on record there is nothing to judge: say so."""
    if run.judged_now.empty:
        raise Nothing(
            page.say(
                "Nothing is on record about how these activities were run: it takes the days they were submitted and "
                "approved, or their steps."
            )
        )
