"""What was done: when, to whom, at what cost, who came and ordered after, and how varied it was."""

from __future__ import annotations

import streamlit as st

from insight.sentences import marketing as sentences
from insight.ui.activities.choices import find_opened, open_activity
from insight.ui.activities.done.cards import budget_card, calendar_card, funnel_card, reach_card, repeats_card
from insight.ui.activities.done.mix import mix_card
from insight.ui.activities.done.work import Done, gather_done
from insight.ui.activities.outcome import Outcome
from insight.ui.activities.owners import LOOKS
from insight.ui.address import change_view
from insight.ui.cards import show_card
from insight.ui.frame import show_selection
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.tiles import Tile
from insight.units import is_missing


def tell_done(page: Page) -> str:
    """The page's headline while this part is shown."""
    done = gather_done(page)
    return sentences.tell_headline(done.counts, done.whole, page.language, page.company.currency)


def list_done_tiles(page: Page) -> list[Tile]:
    """Spend against budget, activities, terminals reached, cost of an attendee, and who ordered in the eight weeks after."""
    done = gather_done(page)
    counts, whole = done.counts, done.whole
    if is_missing(counts["budget_rate"]):
        budget = page.say("no budget loaded")
    else:
        rate, planned = page.share(counts["budget_rate"], 0), page.amount(counts["planned_amount"])
        budget = page.say("{b} of {planned} estimated", b=rate, planned=planned)
    coming = page.say("{n} to come", n=page.count(done.coming_count)) if done.coming_count else page.say("none to come")
    graded = (
        page.say("no grades loaded")
        if is_missing(counts["grade_reached_rate"])
        else page.say("{p} of grade A", p=page.share(counts["grade_reached_rate"], 0))
    )
    has_orders = bool(whole) and not is_missing(whole["ordered_rate"])
    return [
        Tile("activity_cost", page.amount(counts["cost_amount"]), against=budget),
        Tile("activities_held", page.count(counts["activity_count"]), against=coming),
        Tile("terminals_reached", page.count(counts["reached_count"]), against=graded),
        Tile(
            "cost_per_attendee",
            page.amount(counts["each_amount"]),
            against=page.say("attendees or costs not loaded")
            if is_missing(counts["each_amount"])
            else page.say("{n} came", n=page.count(counts["attendee_count"])),
        ),
        Tile(
            "ordered_after",
            page.share(whole["ordered_rate"], 0) if has_orders else "—",
            against=page.say("all others {r}", r=page.share(whole["others_rate"], 0))
            if has_orders and not is_missing(whole["others_rate"])
            else page.say("eight weeks not over")
            if not has_orders
            else "",
            note=page.say(
                "{n} of {all} terminals",
                n=page.count(whole["ordered_count"]),
                all=page.count(whole["followed_terminal_count"]),
            )
            if has_orders
            else "",
        ),
    ]


def show_done(page: Page, outcome: Outcome) -> None:
    """The calendar over all, then who came and what it cost, whom it reached and how varied it was."""
    done: Done = gather_done(page)
    show_card(page, "activities/calendar", lambda page: calendar_card(page, done))
    show_ways(page, done)
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "activities/funnel", lambda page: funnel_card(page, done), needs=("activity_terminals",))
    with right:
        show_card(page, "activities/budget", lambda page: budget_card(page, done))
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "activities/reach", lambda page: reach_card(page, done), needs=("activity_terminals",))
    with right:
        show_card(page, "activities/repeats", lambda page: repeats_card(page, done), needs=("activity_terminals",))
    look = choose_part(page, "activities", {code: LOOKS[code] for code in ("territory", "owner")}, key="lvl")
    show_card(page, "activities/mix", lambda page: mix_card(page, done, look))


def show_ways(page: Page, done: Done) -> None:
    """The activity clicked, with the ways to what it changed and to how it was run."""
    rows = done.activities[done.activities["activity_id"] == find_opened()]
    if rows.empty:
        return
    show_selection(
        page,
        str(rows["activity_name"].iloc[0]),
        lambda: open_activity(None),
        actions=(
            ("effect", page.say("What it changed"), lambda: change_view("activities", part="", look="")),
            ("run", page.say("How it was run"), lambda: change_view("activities", part="discipline", look="")),
        ),
        bar="opened",
    )
