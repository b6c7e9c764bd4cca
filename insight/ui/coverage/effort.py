"""Effort against potential: what groups and single terminals get in visits and activity cost beside what they could buy."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from insight.analysis.grading import FEWEST, price_effort, propose_grades, share_by_grade, share_by_group, weigh_effort
from insight.charts import pairs
from insight.grading import read_shipped
from insight.sentences import grades as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, clear_choice, find_choice, take_turn
from insight.ui.coverage.effort_terminals import list_metrics, make_list, make_terminals
from insight.ui.coverage.rules import find_rules
from insight.ui.frame import show_selection
from insight.ui.page import Page
from insight.ui.states import Nothing, show_missing_table, show_nothing
from insight.ui.terminal.opening import show_terminal

GROUPS = {"grade": "Grade", "kind": "Kind of terminal", "potential_band": "Potential band"}


def list_measures(page: Page) -> list[str]:
    """The measures of effort that the tables loaded allow; money only where a visit has a cost."""
    has_visits = page.has("visits")
    has_costs = page.has("activity_costs") and page.has("activity_terminals")
    measures = ["visits"] * has_visits + ["cost"] * has_costs
    is_priced = has_visits and read_shipped()[1].visit_cost > 0
    # with nothing loaded the visits' own look says what is missing
    return [*measures, "money"] if is_priced else measures or ["visits"]


def list_groups(page: Page) -> dict[str, str]:
    """By what effort is compared: grades only where there are some."""
    return {code: label for code, label in GROUPS.items() if code != "grade" or page.has("terminal_grades")}


def show_effort(page: Page, measure: str, group: str) -> None:
    """Groups beside single terminals, who takes part in the effort, and who is far from even."""
    needs = (
        ("visits",) if measure == "visits" else ("activity_costs", "activity_terminals") if measure == "cost" else ()
    )
    missing = [table for table in needs if not page.has(table)]
    if missing:
        show_missing_table(missing[0], page.language)
        return
    try:
        weighed = weigh_terminals(page, measure)
    except Nothing as reason:
        show_nothing(reason.sentence)
        return
    if chosen := find_choice("effort"):
        show_selection(page, chosen["text"], lambda: clear_choice("effort"), bar="effort-selection")
    groups = sum_groups(page, weighed, measure, group)
    left, right = st.columns([2, 3])
    with left:
        show_card(page, "coverage/effort-groups", partial(make_groups, groups=groups, measure=measure, group=group))
        show_card(
            page,
            "coverage/effort-sides",
            partial(make_sides, weighed=weighed, groups=groups, measure=measure, group=group),
        )
    with right:
        show_card(page, "coverage/effort-terminals", partial(make_terminals, weighed=weighed, measure=measure))
    show_terminal(page, "effort")
    show_card(page, "coverage/effort-list", partial(make_list, weighed=weighed, measure=measure))


def read_contacts(page: Page) -> pd.DataFrame:
    """Visits and costs by terminal and grade held."""
    return page.ask("grades/effort_by_terminal")


def weigh_terminals(page: Page, measure: str) -> pd.DataFrame:
    """The terminals shown that have a potential, each with its effort and where it stands."""
    frame = page.ask("grades/terminals")
    if frame.empty or not frame["is_shown"].any():
        raise Nothing(page.say("No terminal here is a target, has a grade or bought."))
    banded, _ = propose_grades(frame, find_rules())
    weighed = weigh_effort(banded[banded["is_shown"]], read_contacts(page), measure, read_shipped()[1])
    if len(weighed) < FEWEST:
        raise Nothing(
            page.say(
                "Too few terminals with a potential to compare: {n} of at least {least}.", n=len(weighed), least=FEWEST
            )
        )
    if weighed["effort"].sum() <= 0:
        raise Nothing(
            page.say("No visit to these terminals in the twelve months.")
            if measure == "visits"
            else page.say("No cost of activities can be given to these terminals in the twelve months.")
        )
    return weighed


def name_group(page: Page, group: str, code: str) -> str:
    """A grade, a kind or a band in words."""
    if group == "grade":
        return sentences.name_grade(code, page.language)
    if group == "potential_band":
        return page.say("Potential: {band}", band=page.say(sentences.BANDS[code]))
    return {"": page.say("Kind not said"), "other": page.say("Other kinds")}.get(code) or page.term(code)


def sum_groups(page: Page, weighed: pd.DataFrame, measure: str, group: str) -> pd.DataFrame:
    """Shares of effort and potential by group, in words and in the group's own order."""
    if group == "grade":
        frame = share_by_grade(weighed, read_contacts(page), measure, read_shipped()[1])
        order = sorted(frame["group"], key=lambda code: (code == "", code))
    else:
        frame = share_by_group(weighed, group)
        largest = frame.sort_values("potential_amount", ascending=False)["group"].tolist()
        order = [band for band in sentences.BANDS if band in set(largest)] if group == "potential_band" else largest
    frame = frame.set_index("group").loc[order].reset_index()
    return frame.assign(effort_group=[name_group(page, group, code) for code in frame["group"]])


def make_groups(page: Page, groups: pd.DataFrame, measure: str, group: str) -> Card:
    """Share of potential against share of effort, a group each."""
    enough = groups["terminal_count"] >= sentences.FEW
    names = groups["effort_group"] + " · " + groups["terminal_count"].map(page.count)
    shown = pd.DataFrame(
        {
            "unit_id": groups["group"],
            "unit_name": names,
            "spend_rate": groups["effort_part_share"].where(enough),
            "return_rate": groups["potential_part_share"].where(enough),
        }
    )
    subtitle = page.say(
        "Open dot = {effort}, filled dot = share of the potential, of the terminals with a potential; 12 months to the last "
        "day of the period. Blue gets less than its share, vermilion more",
        effort=page.say(sentences.EFFORTS[measure][1]).lower(),
    )
    by_day = page.say(
        "Visits and costs count for the grade held on their day, potential by the days on which a grade was held: a terminal "
        "that changed grade stands in both."
    )

    def pick(code: str | None) -> None:
        if code is None:
            choose("effort", "groups")
            return
        choose("effort", "groups", text=name_group(page, group, code), group=group, code=code)

    return Card(
        title=sentences.tell_effort(groups.to_dict("records"), measure, page.language),
        subtitle=subtitle,
        frame=shown,
        draw=pairs.draw_share_pairs,
        options={
            "spend_title": page.say(sentences.EFFORTS[measure][1]),
            "return_title": page.say("Share of potential"),
        },
        note=" ".join(filter(None, [by_day if group == "grade" else "", _say_few(page, groups)])),
        metrics=list_metrics(measure),
        pick="unit",
        pick_field="unit_id",
        on_pick=pick,
        turn=take_turn("effort", "groups"),
        table=groups[["effort_group", "terminal_count", "effort_part_share", "potential_part_share"]],
    )


def _say_few(page: Page, frame: pd.DataFrame) -> str:
    few = int((frame["terminal_count"] < sentences.FEW).sum())
    return page.say("{n} groups of fewer than five terminals are not drawn.", n=page.count(few)) if few else ""


def make_sides(page: Page, weighed: pd.DataFrame, groups: pd.DataFrame, measure: str, group: str) -> Card:
    """What either party puts in, a group each: visits made, or what was paid."""
    contacts = price_effort(read_contacts(page), measure, read_shipped()[1])
    contacts = contacts[contacts["terminal_id"].isin(weighed["terminal_id"])]
    own = weighed.set_index("terminal_id")[group] if group != "grade" else None
    keys = contacts["grade"] if own is None else contacts["terminal_id"].map(own)
    columns = (
        ["visit_count", "joint_count", "manufacturer_visit_count", "distributor_visit_count"]
        if measure == "visits"
        else ["activity_count", "manufacturer_cost_amount", "distributor_cost_amount"]
    )
    by_group = groups.set_index("group")
    sums = contacts.groupby(keys.to_numpy())[columns].sum().reindex(by_group.index, fill_value=0)
    whole = pd.DataFrame({**sums.sum().to_dict(), "potential_part_share": 1.0}, index=[0]).assign(
        effort_group=page.say("Together"), terminal_count=len(weighed)
    )
    frame = sums.assign(
        effort_group=by_group["effort_group"],
        terminal_count=by_group["terminal_count"],
        potential_part_share=by_group["potential_part_share"],
    ).reset_index(drop=True)
    frame = pd.concat([frame, whole], ignore_index=True)
    counts = [column for column in columns if column.endswith("_count")]
    frame[counts] = frame[counts].astype(int)
    for side in ("manufacturer", "distributor"):
        column = f"{side}_visit_count" if measure == "visits" else f"{side}_cost_amount"
        total = float(frame[column].iloc[-1])
        frame[f"{side}_part_share"] = frame[column] / total if total else float("nan")
    return Card(
        title=_tell_sides(page, measure, frame.iloc[-1]),
        subtitle=page.say(
            "How either side’s own visits are spread; a joint visit counts for both"
            if measure == "visits"
            else "How either side’s own cost is spread: actual, committed where not settled, parted evenly among those who came"
        ),
        frame=frame[["effort_group", "manufacturer_part_share", "distributor_part_share", "potential_part_share"]],
        note=" ".join(_list_left_out(page, measure)),
        metrics=list_metrics(measure),
        table=frame[
            [
                "effort_group",
                "terminal_count",
                *columns,
                "manufacturer_part_share",
                "distributor_part_share",
                "potential_part_share",
            ]
        ],
    )


def _tell_sides(page: Page, measure: str, whole: pd.Series) -> str:
    if measure == "visits":
        return page.say(
            "{n} visits: the manufacturer took part in {maker}, distributors in {distributor}",
            n=page.count(whole["visit_count"]),
            maker=page.count(whole["manufacturer_visit_count"]),
            distributor=page.count(whole["distributor_visit_count"]),
        )
    text = (
        "Activities: the manufacturer paid {maker} for these terminals, distributors {distributor}"
        if measure == "cost"
        else "Visits and activities: the manufacturer put in {maker}, distributors {distributor}"
    )
    return page.say(
        text,
        maker=page.amount(whole["manufacturer_cost_amount"]),
        distributor=page.amount(whole["distributor_cost_amount"]),
    )


def _list_left_out(page: Page, measure: str) -> list[str]:
    """What is in nobody's effort: activities without a list, terminals without a potential, lines of visits."""
    told = []
    frame = page.ask("grades/terminals")
    unknown = frame[frame["is_shown"] & ~(frame["potential_amount"] > 0)]["terminal_id"]
    if len(unknown):
        contacts = read_contacts(page)
        seen = contacts[contacts["terminal_id"].isin(unknown)]
        told.append(
            page.say(
                "Left out: {n} terminals without a potential, with {visits} visits and {amount} of activity cost.",
                n=page.count(len(unknown)),
                visits=page.count(int(seen["visit_count"].sum())),
                amount=page.amount(float(seen[["manufacturer_cost_amount", "distributor_cost_amount"]].sum().sum())),
            )
        )
    if measure != "visits":
        row = page.ask("grades/effort_left_out").iloc[0]
        if row["listless_count"]:
            told.append(
                page.say(
                    "{n} activities have no list of who came: {amount} of cost is in nobody’s effort.",
                    n=page.count(row["listless_count"]),
                    amount=page.amount(row["listless_amount"]),
                )
            )
        if row["costless_count"]:
            told.append(page.say("{n} activities have no cost yet.", n=page.count(row["costless_count"])))
    elif page.filters.product_lines or page.filters.manufacturers:
        told.append(page.say("Visits are not made for single lines: all count."))
    return told
