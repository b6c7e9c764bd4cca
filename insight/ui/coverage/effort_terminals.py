"""Single terminals by effort and potential: the plane they stand in, and the list of those far from even."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from insight.charts import effort as plot
from insight.grading import read_shipped
from insight.sentences import grades as sentences
from insight.ui.cards import Card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals

SHOWN, MOST, DRAWN = 200, 5_000, 1_500  # rows on the screen, rows in the file, dots drawn


def list_metrics(measure: str) -> tuple[str, ...]:
    """The definitions behind a measure."""
    return ("effort_against_potential",) if measure == "visits" else ("effort_against_potential", "activity_cost_part")


def make_terminals(page: Page, weighed: pd.DataFrame, measure: str) -> Card:
    """Each terminal by potential and effort, with the line on which both shares are the same."""
    weighed = keep_group(weighed)
    settings = read_shipped()[1]
    everyone = len(weighed)
    largest = weighed[["effort_part_share", "potential_part_share"]].max(axis=1)
    drawn = weighed.loc[largest.sort_values(ascending=False, kind="stable").index[:DRAWN]]
    if drawn.empty:
        raise Nothing(page.say("No terminal stands here."))
    is_money = measure != "visits"
    first = drawn.iloc[0]
    shown = pd.DataFrame(
        {
            "terminal_id": drawn["terminal_id"],
            "name": drawn["terminal_name"],
            "potential_amount": drawn["potential_amount"],
            "effort": drawn["effort"],
            "standing": drawn["standing"],
            "is_estimated": drawn["is_estimated"].astype(bool),
            "even_text": [show_effort_value(page, value, is_money=is_money) for value in drawn["even_effort"]],
        }
    )

    def select(selection: Mapping[str, Any]) -> None:
        brush, dots = selection.get("brush") or {}, selection.get("terminal") or []
        if brush.get("potential_amount") and brush.get("effort"):
            ids = plot.find_brushed(shown, brush)
            choose("effort", "terminals", **({"text": page.say("In the rectangle"), "terminals": ids} if ids else {}))
        elif dots:
            ids = [dot["terminal_id"] for dot in dots]
            names = shown.loc[shown["terminal_id"].isin(ids), "name"].str.cat(sep=", ")
            choose("effort", "terminals", text=names, terminals=ids)
        else:
            choose("effort", "terminals")

    estimated = int(shown["is_estimated"].sum())
    return Card(
        title=sentences.tell_far(weighed.to_dict("records"), measure, page.language),
        subtitle=page.say(
            "One dot a terminal. On the line effort follows potential; dashed: {ratio} times and a part of it. Coloured: beyond "
            "the dashes and farther from the line than an average terminal gets. Draw a rectangle to list",
            ratio=f"{settings.ratio:g}",
        ),
        frame=shown,
        draw=plot.draw_effort,
        options={
            "slope": float(first["even_effort"]) / float(first["potential_amount"]),
            "ratio": settings.ratio,
            "effort_title": page.say(sentences.EFFORTS[measure][0]),
            "is_money": is_money,
        },
        note=" ".join(
            filter(
                None,
                [
                    page.say("The {n} largest of {all}.", n=page.count(DRAWN), all=page.count(everyone))
                    if everyone > DRAWN
                    else "",
                    page.say("Hollow: {n} potentials are estimates.", n=page.count(estimated)) if estimated else "",
                ],
            )
        ),
        metrics=list_metrics(measure),
        pick="brush,terminal",
        on_select=select,
        turn=take_turn("effort", "terminals"),
        table=drawn[
            ["terminal_name", "grade", "potential_amount", "effort_part_share", "potential_part_share", "visit_count"]
        ],
    )


def show_effort_value(page: Page, value: float, *, is_money: bool) -> str:
    """Effort in the measure's own unit."""
    return page.amount(value) if is_money else page.say("{n} visits", n=f"{value:.1f}")


def keep_group(weighed: pd.DataFrame) -> pd.DataFrame:
    """The terminals of the group clicked: by the grade held on the last day."""
    chosen = find_choice("effort")
    return weighed[weighed[chosen["group"]] == chosen["code"]] if "group" in chosen else weighed


def make_list(page: Page, weighed: pd.DataFrame, measure: str) -> Card:
    """Who gets far more or less than its potential says; with a group or a rectangle chosen, who stands there."""
    chosen = find_choice("effort")
    if "terminals" in chosen:
        frame = weighed[weighed["terminal_id"].isin(chosen["terminals"])]
    else:
        frame = keep_group(weighed)
        frame = frame[frame["standing"] != "even"]
    if frame.empty:
        raise Nothing(page.say("No terminal gets far more or less than its potential says."))
    frame = frame.assign(_gap=(frame["effort_part_share"] - frame["potential_part_share"]).abs())
    frame = frame.sort_values(["_gap", "terminal_id"], ascending=[False, True])
    count = len(frame)
    title = (
        page.say("{n} terminals: {what}", n=page.count(count), what=chosen["text"])
        if "terminals" in chosen
        else sentences.tell_far(frame.to_dict("records"), measure, page.language)
    )
    frame = frame.head(MOST)
    rows = frame.to_dict("records")
    frame = frame.assign(
        effort_standing=[page.say(sentences.STANDINGS[code]) for code in frame["standing"]],
        effort_why=[sentences.tell_effort_reason(row, measure, page.language, page.company.currency) for row in rows],
        grade=frame["grade"].replace("", None),
        type=frame["type"].map(page.term, na_action="ignore"),
    )
    columns = [
        "terminal_name",
        "effort_standing",
        "effort_why",
        "effort_part_share",
        "potential_part_share",
        "grade",
        "visit_count",
        "joint_count",
        "manufacturer_cost_amount",
        "distributor_cost_amount",
        "potential_amount",
        "is_estimated",
        "open_amount",
        "year_amount",
        "owner_name",
        "last_visited_on",
        "type",
        "city",
    ]
    columns = [column for column in columns if frame[column].notna().any()]
    return Card(
        title=title,
        subtitle=page.say(
            "Farthest from even first; potential not bought says whether more effort could bring anything"
        ),
        frame=frame[columns].head(SHOWN),
        note=say_cut(page, count, SHOWN, MOST),
        metrics=list_metrics(measure),
        table=frame[["terminal_id", *columns]],
        **pick_terminals("effort", frame["terminal_id"].head(SHOWN)),
    )


def say_cut(page: Page, count: int, shown: int, most: int) -> str:
    """How much of a long list is on the screen and in the file."""
    if count <= shown:
        return ""
    return page.say(
        "The first {n} of {all} are shown; the file holds {most}.",
        n=shown,
        all=page.count(count),
        most=page.count(min(count, most)),
    )
