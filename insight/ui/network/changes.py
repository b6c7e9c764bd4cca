"""What changed in the network since the period compared with: links won, lost, grown and shrunk."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import bridge, stacked
from insight.sentences import structure as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import read_node, read_turn, select_node
from insight.ui.page import Page
from insight.ui.states import Nothing

STAGES = {"pure_sales": "To terminals", "transfer": "Between distributors", "sell_in": "From manufacturers"}
STEPS = {
    "won": "Links won",
    "grown": "Links grown",
    "level": "About level",
    "shrunk": "Links shrunk",
    "lost": "Links lost",
    "unreported": "Not reported",
    "returned": "Returns only",
}
WORDS = STEPS | stacked.CHANGES  # of a single link
SIDE = 7  # parties shown on each side
MOST_LISTED = 100
LEVEL = 0.01  # a change up to this share of what a link was is none


def _require_base(page: Page) -> None:
    if not page.window.has_base:
        raise Nothing(page.say("The data begin too late to compare this period with {base}.", base=page.base_name))


def read_classes(page: Page, stage: str) -> dict[str, dict[str, Any]]:
    """The classes of one stage by name."""
    _require_base(page)
    frame = page.ask("network/changes_by_class", level_share=LEVEL)
    rows = frame[frame["stage"] == stage].set_index("change_class")
    if rows.empty:
        raise Nothing(page.say("No link of this kind in either period."))
    return {str(name): row.to_dict() for name, row in rows.iterrows()}


def make_changes(page: Page, stage: str) -> Card:
    """From the period compared with to this one, by what became of the links."""
    classes = read_classes(page, stage)
    before = sum(row["base_amount"] for row in classes.values())
    after = sum(row["current_amount"] for row in classes.values())
    steps = [{"step_id": "base", "label": page.say("Period compared with"), "change_amount": before, "is_total": True}]
    for name, label in STEPS.items():
        if name in classes:
            count = page.count(classes[name]["link_count"])
            words = page.say("{label} ({count})", label=page.say(label), count=count)
            change = round(float(classes[name]["change_amount"]), 2)
            steps.append({"step_id": name, "label": words, "change_amount": change, "is_total": False})
    steps.append({"step_id": "current", "label": page.say("This period"), "change_amount": after, "is_total": True})
    frame = pd.DataFrame(steps)
    notes = [
        page.say(
            "A link is there where it is net above zero; about level is within {share}.", share=page.share(LEVEL, 0)
        )
    ]
    if "unreported" in classes:
        notes.append(
            page.say("Not reported: the seller’s file for the last whole month is missing, so its links are not lost.")
        )
    if page.window.is_partial:
        notes.append(page.say("The last month of the period compared with ends on the same day as the data."))
    return Card(
        title=sentences.tell_changes(classes, page.language, page.company.currency),
        subtitle=page.say(
            "{unit}, like for like against {base}", unit=bridge.describe_unit(frame, page.style), base=page.base_name
        ),
        frame=frame,
        draw=bridge.draw_bridge,
        note=" ".join(notes),
        metrics=("link_change",),
        table=pd.DataFrame(
            [
                {"change_class": page.say(STEPS[name]), **{key: row[key] for key in row if key != "stage"}}
                for name, row in sorted(classes.items(), key=lambda item: list(STEPS).index(item[0]))
            ]
        ),
    )


def make_swings(page: Page, stage: str) -> Card:
    """Who lost and who gained most."""
    _require_base(page)
    frame = page.ask("network/changes_by_party", stage=stage, level_share=LEVEL)
    if frame.empty:
        raise Nothing(page.say("No link of this kind in either period."))
    node = frame["is_maker"].map({True: "manufacturer:", False: "distributor:"}) + frame["party_id"]
    frame = frame.assign(unit_id=node, unit_name=frame["party_name"])
    moved = frame[
        (frame["change_amount"] != 0) | (frame["won_count"] + frame["lost_count"] + frame["unreported_count"] > 0)
    ]
    if moved.empty:
        raise Nothing(page.say("No link of this kind changed."))
    ends = pd.concat([moved.head(SIDE), moved.tail(max(min(len(moved) - SIDE, SIDE), 0))])
    chosen = moved[(moved["unit_id"] == read_node()) & ~moved["unit_id"].isin(ends["unit_id"])]
    shown = pd.concat([ends, chosen]).sort_values(["change_amount", "unit_id"])
    parts = [f"{part}_amount" for part in stacked.CHANGES]
    return Card(
        title=sentences.tell_swings(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "{unit}, by what became of each link; tick = net change. {count} of {all}. Click a row to select",
            unit=stacked.describe_swings_unit(shown, page.style),
            count=page.count(len(shown)),
            all=page.count(len(frame)),
        ),
        frame=shown[["unit_id", "unit_name", *parts, "change_amount"]],
        draw=stacked.draw_swings,
        options={"selected": read_node()},
        metrics=("link_change",),
        pick="unit",
        pick_field="unit_id",
        on_pick=select_node,
        turn=read_turn(),
        table=frame.drop(columns=["party_id", "unit_id", "unit_name", "is_maker"]).dropna(axis="columns", how="all"),
    )


def make_links(page: Page, stage: str) -> Card:
    """The links that changed most, of the party selected or of all."""
    _require_base(page)
    party = read_node().partition(":")[2]
    frame = page.ask("network/changes_by_link", stage=stage, level_share=LEVEL, row_limit=MOST_LISTED, party=party)
    if frame.empty and party:
        party = ""
        frame = page.ask("network/changes_by_link", stage=stage, level_share=LEVEL, row_limit=MOST_LISTED, party="")
    if frame.empty:
        raise Nothing(page.say("No link of this kind changed."))
    named = [
        *zip(frame["seller_id"], frame["seller_name"], strict=True),
        *zip(frame["buyer_id"], frame["buyer_name"], strict=True),
    ]
    columns = ["seller_name", "buyer_name", "change_class", "change_amount", "base_amount", "current_amount"]
    return Card(
        title=sentences.tell_links(
            frame.to_dict("records"), dict(named).get(party, "") if party else "", page.language, page.company.currency
        ),
        subtitle=page.say(
            "Seller to buyer, the {count} largest changes of either sign. Click a row to select {whom}",
            count=page.count(len(frame)),
            whom=page.say("the terminal") if stage == "pure_sales" else page.say("the buyer"),
        ),
        frame=frame.assign(change_class=frame["change_class"].map(lambda name: page.say(WORDS[name])))[
            [*columns, "territory_name"]
        ],
        metrics=("link_change",),
        pick_ids={
            "row": list(frame["is_terminal"].map({True: "terminal:", False: "distributor:"}) + frame["buyer_id"])
        },
        on_pick=select_node,
        turn=read_turn(),
    )


def show_changes(page: Page) -> None:
    """The cards on links won and lost, one stage at a time: goods pass through several and would count twice."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="network-changes-head"):
        st.markdown(f"**{page.say('What changed')}**", width="content")
        stage = st.segmented_control(
            page.say("Links"),
            list(STAGES),
            format_func=lambda code: page.say(STAGES[code]),
            default="pure_sales",
            required=True,
            key="network_changes",
            label_visibility="collapsed",
        )
    stage = stage or "pure_sales"
    left, right = st.columns(2)
    with left:
        show_card(page, "network/changes", lambda page: make_changes(page, stage))
    with right:
        show_card(page, "network/swings", lambda page: make_swings(page, stage))
    show_card(page, "network/change_links", lambda page: make_links(page, stage))
