"""Grades and effort: which grade the rules give and what would change, and who gets more or less than its potential says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import inf
from typing import Any

import pandas as pd
import streamlit as st

from insight.analysis.grading import FEWEST, FEWEST_MONTHS, cross_grades, list_changes, propose_grades, sum_bands
from insight.charts import cells
from insight.grading import GRADES, Rules
from insight.sentences import grades as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, clear_choice, find_choice, take_turn
from insight.ui.coverage.effort import list_groups, list_measures, show_effort
from insight.ui.coverage.effort_terminals import say_cut
from insight.ui.coverage.rules import find_rules, show_rules
from insight.ui.frame import show_selection
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing, show_nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal
from insight.units import MISSING

SHOWN, MOST = 200, 5_000  # rows on the screen; rows in the file

Limits = dict[str, tuple[float, float]]


def show_grades(page: Page) -> None:
    """The switch between grading and the measures of effort, and what it shows."""
    measures = list_measures(page)
    looks = {"grading": "Grading", **{code: sentences.EFFORTS[code][0] for code in measures}}
    with st.container(horizontal=True, gap="medium"):
        look = choose_part(page, "coverage", looks, key="look")
        group = "" if look == "grading" else choose_part(page, "coverage", list_groups(page), key="lvl")
    if look == "grading":
        show_grading(page)
    else:
        show_effort(page, look, group)


def show_grading(page: Page) -> None:
    """Bands with their grades beside present against proposed, the rules to change, and whose grade would change."""
    rules = find_rules()
    try:
        proposed, limits = grade_terminals(page, rules)
    except Nothing as reason:
        show_nothing(reason.sentence)
        show_rules(page, rules)
        return
    if chosen := find_choice("grades"):
        show_selection(page, chosen["text"], lambda: clear_choice("grades"), bar="grades-selection")
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "coverage/bands", partial(make_bands, proposed=proposed, limits=limits, rules=rules))
    with right:
        show_card(page, "coverage/crossing", partial(make_crossing, proposed=proposed))
    show_rules(page, rules)
    show_terminal(page, "grades")
    show_card(page, "coverage/changes", partial(make_changes, proposed=proposed))


def grade_terminals(page: Page, rules: Rules) -> tuple[pd.DataFrame, Limits]:
    """The terminals under the filters with their proposed grades; the places are among those of all territories."""
    frame = page.ask("grades/terminals")
    if frame.empty or not frame["is_shown"].any():
        raise Nothing(page.say("No terminal here is a target, has a grade or bought."))
    months = int(frame["month_count"].iloc[0])
    if months < FEWEST_MONTHS:
        raise Nothing(
            page.say(
                "Too few months to say what a terminal buys in a year: {n} of at least {least}.",
                n=page.count(months),
                least=page.count(FEWEST_MONTHS),
            )
        )
    if len(frame) < FEWEST and "total" in (rules.value.by, rules.potential.by):
        raise Nothing(
            page.say(
                "Too few terminals to grade by shares: {n} of at least {least}. Rules by amount work with any number.",
                n=page.count(len(frame)),
                least=page.count(FEWEST),
            )
        )
    proposed, limits = propose_grades(frame, rules)
    return proposed[proposed["is_shown"]], limits


def make_bands(page: Page, proposed: pd.DataFrame, limits: Limits, rules: Rules) -> Card:
    """Value band by potential band: the grade, how many, what they buy."""
    frame = sum_bands(proposed, rules)
    names = {band: page.say(text) for band, text in sentences.BANDS.items()}

    def note(name: str, band: str) -> str:
        high, middle = limits[name]
        if band == "unknown" or middle == inf:
            return ""
        if band == "low":
            return page.say("below {amount}", amount=page.amount(middle))
        return page.say("from {amount}", amount=page.amount(high if band == "high" else middle))

    shown = pd.DataFrame(
        {
            "row_id": frame["value_band"],
            "row_name": [page.say("Sales: {band}", band=names[band]) for band in frame["value_band"]],
            "row_note": [note("value", band) for band in frame["value_band"]],
            "column_id": frame["potential_band"],
            "column_name": [page.say("Potential: {band}", band=names[band]) for band in frame["potential_band"]],
            "column_note": [note("potential", band) for band in frame["potential_band"]],
            "word": frame["grade"],
            "line": [_count_terminals(page, count) for count in frame["terminal_count"]],
            "second_line": [
                page.amount(amount) if count else None
                for amount, count in zip(frame["year_amount"], frame["terminal_count"], strict=True)
            ],
            "shade": [
                1 - GRADES.index(grade) / (len(GRADES) - 1) if count else None
                for grade, count in zip(frame["grade"], frame["terminal_count"], strict=True)
            ],
        }
    )

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose("grades", "bands")
            return
        text = page.say(
            "Sales {value}, potential {potential}",
            value=names[cell["row_id"]].lower(),
            potential=names[cell["column_id"]].lower(),
        )
        choose("grades", "bands", text=text, value_band=cell["row_id"], potential_band=cell["column_id"])

    cuts = {
        name: {"by": cut.by, "high": cut.high, "middle": cut.middle}
        for name, cut in (("value", rules.value), ("potential", rules.potential))
    }
    return Card(
        title=sentences.tell_bands(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "In each cell: grade by the rules, terminals, pure sales of 12 months. Click a cell: who stands in it"
        ),
        frame=shown,
        draw=cells.draw_cells,
        options={
            "row_title": page.say("Pure sales of 12 months"),
            "column_title": page.say("Potential a year"),
            "word_title": page.say("Grade by the rules"),
            "line_title": page.say("Terminals"),
            "second_title": page.say("Pure sales of 12 months"),
        },
        note=" ".join(
            filter(
                None, [sentences.tell_rules(cuts, page.language, page.company.currency), *list_notes(page, proposed)]
            )
        ),
        metrics=("proposed_grade", "potential_realisation"),
        pick="cell",
        on_select=select,
        turn=take_turn("grades", "bands"),
        table=frame.assign(
            value_band=frame["value_band"].map(names), potential_band=frame["potential_band"].map(names)
        ).rename(columns={"grade": "proposed_grade"}),
    )


def list_notes(page: Page, proposed: pd.DataFrame) -> list[str]:
    """What the reader must know of the terminals graded: estimates, unknowns, late suppliers, double grades, short data."""
    estimated = int(proposed["is_estimated"].eq(True).sum())
    unknown = int(proposed["potential_amount"].isna().sum())
    held, double = int(proposed["is_held"].sum()), int(proposed["is_doubly_graded"].sum())
    months = int(proposed["month_count"].iloc[0])
    chosen = page.filters
    return [
        page.say("Sales are those of what is selected; territories only choose who is shown.")
        if chosen.product_lines or chosen.manufacturers or chosen.distributors
        else page.say("Places are among the terminals of all territories.")
        if chosen.territories
        else "",
        page.say("{n} months of data, taken to a year.", n=page.count(months)) if months < 12 else "",
        page.say("{n} potentials are estimates, from similar terminals.", n=page.count(estimated)) if estimated else "",
        page.say("{n} terminals without a potential are graded by what they buy alone.", n=page.count(unknown))
        if unknown
        else "",
        page.say("{n} are not lowered: a supplier of theirs has not reported.", n=page.count(held)) if held else "",
        page.say("{n} terminals have two grades on one day: the one that began last counts.", n=page.count(double))
        if double
        else "",
    ]


def make_crossing(page: Page, proposed: pd.DataFrame) -> Card:
    """Present grade against proposed grade: what would change."""
    frame = cross_grades(proposed)
    sizes = proposed.groupby("grade")["terminal_id"].size()
    shares = frame["terminal_count"] / frame["grade"].map(sizes)
    shown = pd.DataFrame(
        {
            "row_id": frame["grade"],
            "row_name": [sentences.name_grade(grade, page.language) for grade in frame["grade"]],
            "row_note": [_count_terminals(page, sizes[grade]) for grade in frame["grade"]],
            "column_id": frame["proposed_grade"],
            "column_name": [page.say("Would be {grade}", grade=grade or "—") for grade in frame["proposed_grade"]],
            "word": [page.count(count) if count else MISSING for count in frame["terminal_count"]],
            "line": [
                page.amount(amount) if count else None
                for amount, count in zip(frame["year_amount"], frame["terminal_count"], strict=True)
            ],
            # the middle of the ramp is no change; a first grade is no direction
            "shade": [
                0.5 + direction * (0.15 + 0.35 * share) if direction and share else None
                for direction, share in zip(frame["direction"], shares, strict=True)
            ],
        }
    )

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose("grades", "crossing")
            return
        before, after = cell["row_id"], cell["column_id"]
        text = page.say(
            "{before}, by the rules {after}", before=sentences.name_grade(before, page.language), after=after
        )
        choose("grades", "crossing", text=text, grade=before, proposed_grade=after)

    return Card(
        title=sentences.tell_crossing(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Terminals and their pure sales of 12 months: grade on the last day of the period against the grade by the "
            "rules. Blue rises, vermilion falls. Click a cell: who they are"
        ),
        frame=shown,
        draw=cells.draw_cells,
        options={
            "ramp": "diverging",
            "row_title": page.say("Present grade"),
            "column_title": page.say("By the rules"),
            "word_title": page.say("Terminals"),
            "line_title": page.say("Pure sales of 12 months"),
        },
        metrics=("proposed_grade",),
        pick="cell",
        on_select=select,
        turn=take_turn("grades", "crossing"),
        table=frame[["grade", "proposed_grade", "terminal_count", "year_amount"]],
    )


def make_changes(page: Page, proposed: pd.DataFrame) -> Card:
    """Whose grade would change and why; with a cell chosen, who stands in it."""
    chosen = find_choice("grades")
    keys = [key for key in ("value_band", "potential_band", "grade", "proposed_grade") if key in chosen]
    if keys:
        kept = proposed[(proposed[keys] == pd.Series({key: chosen[key] for key in keys})).all(axis=1)]
        money = kept[["year_amount", "potential_amount"]].max(axis=1)
        frame = kept.assign(_money=money).sort_values(["_money", "terminal_id"], ascending=[False, True])
    else:
        frame = list_changes(proposed)
    if frame.empty:
        raise Nothing(page.say("No terminal stands here.") if keys else page.say("Every grade is what the rules say."))
    count = len(frame)
    frame = frame.head(MOST)
    rows = frame.to_dict("records")
    frame = frame.assign(
        grading_why=[sentences.tell_change(row, page.language, page.company.currency) for row in rows],
        grade=frame["grade"].replace("", None),
        type=frame["type"].map(page.term, na_action="ignore"),
    )
    columns = [
        "terminal_name",
        "grade",
        "proposed_grade",
        "grading_why",
        "year_amount",
        "potential_amount",
        "is_estimated",
        "share_rate",
        "open_amount",
        "owner_name",
        "last_bought_on",
        "last_visited_on",
        "type",
        "city",
    ]
    columns = [column for column in columns if frame[column].notna().any()]
    title = (
        page.say("{n} terminals: {what}", n=page.count(count), what=chosen["text"])
        if keys
        else sentences.tell_list(count, page.language)
    )
    return Card(
        title=title,
        subtitle=page.say("The most money first: what they buy in 12 months or their potential, the larger"),
        frame=frame[columns].head(SHOWN),
        note=say_cut(page, count, SHOWN, MOST),
        metrics=("proposed_grade", "potential_realisation"),
        table=frame[["terminal_id", *columns, "value_top_share", "potential_top_share"]],
        **pick_terminals("grades", frame["terminal_id"].head(SHOWN)),
    )


def _count_terminals(page: Page, count: int) -> str:
    return page.say("{n} terminal" if count == 1 else "{n} terminals", n=page.count(count))
