"""What is selected on the activities page, and what all its parts say of estimates."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.sentences import activities as sentences
from insight.ui.activities.outcome import Outcome
from insight.ui.address import change_view, read_view
from insight.ui.choice import clear_choice, find_choice
from insight.ui.frame import show_selection
from insight.ui.page import Page
from insight.ui.states import Nothing

PAGE = "activities"
_TURN = "activities_opened_turn"
NEEDED = ("activity_terminals",)  # without who took part nothing can be estimated
# amounts that are estimates, and their costs beside them, are shown in whole units; the files hold all digits
ROUNDED = {
    "cost_amount": 0,
    "gain_amount": 0,
    "fair_cost_amount": 0,
    "shrunk_net_amount": 0,
    "cost_share": 3,
    "fair_cost_share": 3,
    "lift_rate": 3,
    "shrunk_lift_rate": 3,
    "before_after_rate": 3,
    "chance_paid_share": 2,
}


def find_chosen_kind(kinds: pd.DataFrame) -> str:
    """The kind selected, else all."""
    kind = find_choice("activities").get("kind", sentences.ALL_KINDS)
    return str(kind) if kind in set(kinds["kind"]) else sentences.ALL_KINDS


def keep_chosen(activities: pd.DataFrame) -> pd.DataFrame:
    """The activities of the selected kind, or those selected one by one."""
    chosen = find_choice("activities")
    if "kind" in chosen:
        return activities[activities["kind"] == chosen["kind"]]
    if "activities" in chosen:
        return activities[activities["activity_id"].isin(chosen["activities"])]
    return activities


def find_opened() -> str:
    """The activity opened, from the address ('sel=activity:A17'); empty where none is."""
    kind, _, code = read_view(PAGE, "sel").partition(":")
    return code if kind == "activity" else ""


def open_activity(code: str | None) -> None:
    """Open an activity; none closes it, and the lists show nothing marked."""
    change_view(PAGE, sel=f"activity:{code}" if code else "")
    if not code:
        st.session_state[_TURN] = take_league_turn() + 1


def take_league_turn() -> int:
    """How often the lists of activities were drawn anew."""
    return int(st.session_state.get(_TURN, 0))


def require_kinds(page: Page, outcome: Outcome) -> None:
    """Without any estimate there is nothing to draw: say so."""
    if outcome.kinds.empty:
        raise Nothing(
            page.say(
                "No effect could be estimated: it takes terminals that took part, a year of whole months before and "
                "three after."
            )
        )


def describe_basis(page: Page, outcome: Outcome) -> str:
    """What every estimate on the page rests on, in one line."""
    basis = outcome.basis
    if basis is None:
        return page.say(
            "No effect was estimated: it takes activities, who took part, and at least three whole months after."
        )
    parts = [
        page.say(
            "Effects: pure sales of all lines in {n} months from the event against the year before and untouched "
            "terminals of the same type and region; from the first order on; whole months to {month}. Associations, "
            "not proof",
            n=basis["post_month_count"],
            month=page.month(basis["last_month"]),
        )
    ]
    if basis["bought_count"] > basis["terminal_count"]:
        parts.append(
            page.say(
                "compared with a sample: {n} of {all} terminals",
                n=page.count(basis["terminal_count"]),
                all=page.count(basis["bought_count"]),
            )
        )
    if basis["owed_count"]:
        parts.append(page.say("{n} terminal-months not reported yet are left out", n=page.count(basis["owed_count"])))
    if not basis["has_margins"]:
        parts.append(page.say("no return on margin: costs or prices of products are missing"))
    return " · ".join(parts)


def show_chosen(page: Page) -> None:
    """The selection bar, where something is selected."""
    chosen = find_choice("activities")
    if not chosen:
        return
    if "kind" in chosen:
        text = sentences.name_kind(chosen["kind"], page.language)
    else:
        text = page.say("{n} activities selected", n=page.count(len(chosen["activities"])))
    show_selection(page, text, lambda: clear_choice("activities"))
