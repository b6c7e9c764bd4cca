"""One activity: its estimate beside the numbers that are none, its own months, what stands behind it, who came."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import event_study, league
from insight.filters import add_months
from insight.sentences import activities as sentences
from insight.sentences import effect as words
from insight.ui.activities.choices import NEEDED, PAGE, open_activity
from insight.ui.activities.trace import payers_card_of, trace_card
from insight.ui.cards import Card, show_card
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal
from insight.ui.text import plain
from insight.units import is_missing

Row = dict[str, Any]


def show_activity(page: Page, activity: str) -> None:
    """The activity of the address; where nobody knows it, that is said."""
    rows = page.ask("activities/activity", activity=activity).to_dict("records")
    if not rows:
        show_head(page, activity, page.say("This activity is not in the data, or not yours to see."))
        return
    row: Row = dict(rows[0])
    overlaps = page.ask("activities/overlaps", activity=activity)
    show_head(page, str(row["activity_name"]), describe_activity(page, row))
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "activities/one", lambda page: months_card(page, row, overlaps), needs=NEEDED)
    with right:
        show_card(page, "activities/one_estimates", lambda page: estimates_card(page, row), needs=NEEDED)
    is_measured = row["status"] != "not_enough_data"
    show_terminal(page, PAGE)
    if is_measured:
        left, right = st.columns([11, 9])
        with left:
            show_card(page, "activities/one_checks", lambda page: checks_card(page, row), needs=NEEDED)
        with right:
            show_card(page, "activities/one_terminals", lambda page: terminals_card(page, row), needs=NEEDED)
    else:
        show_card(page, "activities/one_terminals", lambda page: terminals_card(page, row), needs=NEEDED)
    if not overlaps.empty:
        show_card(page, "activities/one_overlaps", lambda page: overlaps_card(page, row, overlaps), needs=NEEDED)
    if is_measured:
        show_card(page, "activities/one_return", lambda page: trace_card(page, ask_listed(page, activity)))
        show_card(page, "activities/one_payers", lambda page: payers_card_of(page, ask_listed(page, activity)))


def ask_listed(page: Page, activity: str) -> Row:
    """The activity as the list of activities has it, whatever the filters."""
    everything = page.ask(
        "activities/activities",
        period_start=page.coverage.first_month,
        period_end=add_months(page.coverage.data_through_on.replace(day=1), 1),
        territories=[],
        manufacturers=[],
        product_lines=[],
        distributors=[],
    )
    (row,) = everything[everything["activity_id"] == activity].to_dict("records")
    return dict(row)


def show_head(page: Page, name: str, words: str) -> None:
    """The name, what it was, and the way back to all activities."""
    with st.container(horizontal=True, vertical_alignment="center", key="activity-head"):
        with st.container(gap=None):
            st.markdown(f"#### {plain(name)}")
            st.caption(plain(words))
        st.button(
            page.say("All activities"),
            icon=":material/arrow_back:",
            key="activity-close",
            on_click=open_activity,
            args=(None,),
        )


def describe_activity(page: Page, row: Row) -> str:
    """Kind, day, place, line, owner and guests in one line."""
    owner = page.say("Manufacturer") if row["owner"] == "manufacturer" else row["owner_name"]
    parts = [
        page.term(row["kind"]),
        page.day(row["starts_on"]),
        row["territory_name"],
        page.say("all lines") if is_missing(row["product_line"]) else page.term(row["product_line"]),
        owner,
        describe_guests(page, row),
    ]
    return " · ".join(str(part) for part in parts if part and not is_missing(part))


def describe_guests(page: Page, row: Row) -> str:
    """How many were invited and came; of a cancelled activity, or one still to come, nobody could."""
    if row["activity_status"] == "cancelled":
        return page.term("cancelled")
    if not row["invited_count"]:
        return page.say("no list of terminals")
    invited = page.count(row["invited_count"])
    if row["is_attendance_known"]:
        return page.say("{n} of {all} invited came", n=page.count(row["attended_count"]), all=invited)
    if pd.Timestamp(row["starts_on"]).date() > page.coverage.data_through_on:
        return page.say("{n} invited", n=invited)
    return page.say("nobody said who came: the {n} invited count", n=invited)


def months_card(page: Page, row: Row, overlaps: pd.DataFrame) -> Card:
    """Its months against what was expected, in the band of untouched stand-ins."""
    frame = page.ask("activities/months_of_activity", activity=row["activity_id"])
    if frame.empty:
        raise Nothing(words.tell_activity(row, page.language))
    bundle = words.tell_bundle(row, overlaps["activity_name"].tolist(), page.language)
    few = (
        page.say("Fewer than four terminals: no lift of its own is claimed, its kind speaks for it.")
        if row["terminal_count"] < 4
        else ""
    )
    return Card(
        title=words.tell_activity(row, page.language),
        subtitle=page.say(
            "Pure sales by month from the event, mean of the year before = 100; band = 95% interval of the difference, "
            "from untouched stand-ins. Terminals: {n}",
            n=page.count(row["terminal_count"]),
        ),
        frame=frame[["event_month", "treated_index", "control_index", "difference_low_index", "difference_high_index"]],
        draw=event_study.draw_event_study,
        options={
            "treated_name": page.say("Took part"),
            "control_name": page.say("Expected without it"),
            "is_doubtful": row["status"] == "not_measurable_alone",
        },
        note=" ".join(filter(None, [bundle, few])),
        metrics=("incremental_sales", "measurable_alone"),
        table=frame,
    )


def estimates_card(page: Page, row: Row) -> Card:
    """Best and own estimate, its kind, all invited and the absent; hollow what is no effect."""
    if row["status"] == "not_enough_data":
        raise Nothing(page.say("No number is shown: {reason}.", reason=sentences.say_status(row, page.language)))
    parts = page.ask("activities/attendance", level="activity", subject=row["activity_id"]).set_index("part")
    listed = [
        ("best", page.say("Best estimate"), "shrunk", False),
        ("own", page.say("Own estimate"), "lift", row["terminal_count"] < 4),
        ("kind", page.say("Its kind, mean"), "kind", False),
    ]
    found = []
    for code, name, prefix, is_small in listed:
        first = "" if prefix == "lift" else "lift_"
        rate = f"{prefix}_{first}rate"
        ends = {end: row[f"{prefix}_{end}_rate"] for end in ("low", "high", "low80", "high80")}
        if not is_missing(row[rate]):
            found.append({"unit_id": code, "unit_name": name, "estimate": row[rate], **ends, "is_small": is_small})
    for code, name in (("invited", page.say("All invited")), ("absent", page.say("Invited, did not come"))):
        if code in parts.index:
            part = parts.loc[code]
            ends = {end: part[f"lift_{end}_rate"] for end in ("low", "high", "low80", "high80")}
            found.append({"unit_id": code, "unit_name": name, "estimate": part["lift_rate"], **ends, "is_small": False})
    for code, name in (
        ("before_after", page.say("Before/after: no effect")),
        ("year_over_year", page.say("Year over year: no effect")),
    ):
        if not is_missing(row[f"{code}_rate"]):
            found.append({"unit_id": code, "unit_name": name, "estimate": row[f"{code}_rate"], "is_small": True})
    frame = pd.DataFrame(
        found, columns=["unit_id", "unit_name", "estimate", "low", "high", "low80", "high80", "is_small"]
    )
    absent = "" if "absent" in parts.index else page.say("Too few stayed away to compare with.") + " "
    unknown = page.say("Nobody said who came, so nobody is known to have stayed away.")
    return Card(
        title=page.say("The estimate, beside numbers that are no effect"),
        subtitle=page.say("Pure sales beyond what was expected; thick line 80%, thin line 95% interval"),
        frame=frame,
        draw=league.draw_league,
        note=(absent if row["is_attendance_known"] else f"{unknown} ")
        + page.say("Hollow: the months after against those before, nobody compared with, or too few terminals."),
        metrics=("best_estimate", "incremental_sales", "invited_absent", "all_invited"),
    )


def checks_card(page: Page, row: Row) -> Card:
    """What stands behind the estimate, line by line."""
    checks = words.list_checks(row, page.language)
    frame = pd.DataFrame(checks, columns=["check_name", "check_value", "check_meaning"])
    return Card(
        title=page.say("What stands behind it"),
        subtitle=page.say(
            "{observed} bought, {expected} expected: difference {more} ({low} to {high})",
            observed=page.amount(row["observed_amount"]),
            expected=page.amount(row["expected_amount"]),
            more=page.amount(row["incremental_amount"], is_signed=True),
            low=page.amount(row["incremental_low_amount"], is_signed=True),
            high=page.amount(row["incremental_high_amount"], is_signed=True),
        ),
        frame=frame,
        metrics=("incremental_sales", "rank_range"),
    )


def overlaps_card(page: Page, row: Row, overlaps: pd.DataFrame) -> Card:
    """The other activities whose months ran into its own on the same terminals."""
    frame = overlaps.assign(activity_kind=overlaps["kind"].map(page.term))
    return Card(
        title=page.say("Other activities on its terminals: {n}", n=page.count(len(overlaps))),
        subtitle=page.say("Within six months either way. Click a row to open the activity"),
        frame=frame[["starts_on", "activity_kind", "activity_name", "terminal_count"]],
        note=page.say("What is measured is all of them together; what the others’ kinds explain is taken off.")
        if row["shared_count"]
        else "",
        pick_ids={"row": tuple(overlaps["activity_id"])},
        on_pick=open_activity,
    )


def terminals_card(page: Page, row: Row) -> Card:
    """Who was invited and who came, with what they bought before and after."""
    terminals = page.ask("activities/terminals_of_activity", activity=row["activity_id"])
    if terminals.empty:
        raise Nothing(page.say("Nobody is known to have been invited."))
    came = terminals["is_attended"].map(
        lambda value: (
            page.say("not said") if is_missing(value) else page.say("came") if value else page.say("did not come")
        )
    )
    months = int(terminals["month_count"].iloc[0])
    frame = terminals.assign(terminal_type=terminals["type"].map(page.term), came=came)
    before = [] if terminals["before_amount"].isna().all() else ["before_amount"]
    amounts = [*before, "after_amount"] if months else []
    columns = ["terminal_name", "came", *amounts]
    return Card(
        title=tell_terminals(page, row, terminals),
        subtitle=page.say(
            "Pure sales of each terminal; a terminal’s own change is no effect, nobody is compared with. Click a row for the "
            "way to its page"
        ),
        # whole units are enough here; the file holds all digits
        frame=frame[columns].astype(dict.fromkeys(amounts, "float")).round().astype(dict.fromkeys(amounts, "int64")),
        **pick_terminals(PAGE, terminals["terminal_id"]),
        table=frame[["terminal_id", "terminal_type", *columns, "attendee_count", "year_before_amount"]],
    )


def tell_terminals(page: Page, row: Row, terminals: pd.DataFrame) -> str:
    """How many of those that took part bought more than before; what there is instead where nobody can say."""
    months = int(terminals["month_count"].iloc[0])
    those = terminals
    if row["is_attendance_known"]:
        those = terminals[terminals["is_attended"].map(lambda value: not is_missing(value) and bool(value))]
    values = {"n": page.count(len(terminals)), "all": page.count(len(those))}
    if row["activity_status"] == "cancelled":
        return page.say("{n} were invited to what was cancelled", **values)
    if those.empty:
        return page.say("{n} invited, none of them came", **values)
    if not months:
        return page.say("{n} invited; no month after it is over yet", **values)
    if terminals["before_amount"].isna().all():
        return page.say("{all} took part; the data do not reach back far enough to compare with before", **values)
    values["n"] = page.count(int((those["after_amount"] > those["before_amount"]).sum()))
    if months == 1:
        return page.say("{n} of {all} that took part bought more in the month after than in the one before", **values)
    return page.say(
        "{n} of {all} that took part bought more in the {months} months after than in as many before",
        months=months,
        **values,
    )
