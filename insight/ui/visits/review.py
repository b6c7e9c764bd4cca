"""Records of calls that somebody should look at again: the rules, how often each is met, and the list with reasons."""

from __future__ import annotations

import pandas as pd

from insight.sentences import visits_review as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal
from insight.ui.visits.standing import LIMITS, read_rules

SHOWN = 200


def show_review(page: Page) -> None:
    """The rules with their counts; a click on one lists its records alone."""
    show_card(page, "visits/rules", make_rules)
    show_terminal(page, "visits-review")
    show_card(page, "visits/records", make_records)


def make_rules(page: Page) -> Card:
    """Each rule, how many records meet it and how many it could be tried on."""
    rules = read_rules(page)
    if not rules or not rules[0]["visit_count"]:
        raise Nothing(page.say("No call is recorded under these filters."))
    frame = pd.DataFrame(
        {
            "rule_name": [sentences.name_rule(row["rule"], LIMITS, page.language) for row in rules],
            "record_count": [row["record_count"] for row in rules],
            "checked_count": [row["checked_count"] for row in rules],
            "record_share": [
                row["record_count"] / row["checked_count"] if row["checked_count"] else None for row in rules
            ],
            "tried": [
                page.say("tried")
                if row["checked_count"]
                else page.say(NOT_TRIED.get(row["rule"], "nothing to try it on"))
                for row in rules
            ],
        }
    )
    ids = tuple(row["rule"] for row in rules)
    return Card(
        title=sentences.tell_records(rules, page.language),
        subtitle=page.say(
            "A record may be right, or its day, terminal or distributor written wrongly: whoever made it can say. Click a "
            "rule: its records"
        ),
        frame=frame,
        note=page.say("The thresholds are parameters of the question visits/records."),
        metrics=("records_to_review",),
        pick_ids={"row": ids},
        on_pick=lambda rule: choose("visits", "rules", **({"rule": rule, "text": ""} if rule else {})),
        turn=take_turn("visits", "rules"),
    )


NOT_TRIED = {
    "many_a_day": "records carry months only",
    "repeated": "records carry months only",
    "day_off": "days off are worked here, or records carry months only",
    "far_apart": "no places on the map, or records carry months only",
    "before_opening": "no opening days loaded",
    "after_closing": "no closing days loaded",
    "not_supplied": "no joint visit",
    "every_step": "no steps recorded",
}


def make_records(page: Page) -> Card:
    """The records with their reasons, of the rule clicked where one is."""
    rule = find_choice("visits").get("rule", "")
    frame = page.ask("visits/records", rule=rule, row_limit=500, **LIMITS)
    if frame.empty:
        raise Nothing(page.say("No record meets this rule.") if rule else page.say("No record needs review."))
    rows = frame.to_dict("records")
    everyone = int(frame["all_count"].iloc[0])
    frame["rule_name"] = [sentences.name_rule(row["rule"], LIMITS, page.language) for row in rows]
    frame["reason"] = [sentences.tell_reason(row, page.language) for row in rows]
    columns = ["visited_on", "terminal_name", "reason", "rep_name"]
    columns += ["distributor_name"] if frame["distributor_name"].notna().any() else []
    columns += ["visit_id"]
    return Card(
        title=sentences.name_rule(rule, LIMITS, page.language) if rule else page.say("The records, the latest first"),
        subtitle=page.say("{n} records and rules; a record can meet several", n=page.count(everyone)),
        frame=frame[columns].head(SHOWN),
        note=page.say(
            "The first {n} of {all} are shown; the file holds {most}.",
            n=SHOWN,
            all=page.count(everyone),
            most=page.count(len(frame)),
        )
        if everyone > SHOWN
        else "",
        metrics=("records_to_review",),
        table=frame[["rule_name", "terminal_id", *columns]],
        **pick_terminals("visits-review", frame["terminal_id"].head(SHOWN)),
    )
