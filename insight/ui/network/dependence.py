"""On whom sales depend: shares of distributors, terminals with a single source."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import ranking
from insight.sentences import network as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import THRESHOLD, Channel, read_selected, read_turn, select_distributor
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST_RANKED, MOST_LISTED = 15, 300


def make_shares(page: Page, channel: Channel) -> Card:
    """Distributors by share, with the sum they run up to."""
    active = channel.distributors[channel.distributors["sales_amount"] > 0]
    if active.empty:
        raise Nothing(page.say("No distributor has sales in this period."))
    is_named = active["is_chosen"] | (active["distributor_id"] == read_selected())
    shown = active[(active["sales_rank"] <= MOST_RANKED) | is_named].head(MOST_RANKED + 10)
    marks = (
        page.say("Line = running total, tick = {base}", base=page.base_name)
        if page.window.has_base
        else page.say("Line = running total")
    )
    count = page.say("{count} of {all}", count=page.count(len(shown)), all=page.count(len(active)))
    return Card(
        title=sentences.tell_shares(active.to_dict("records"), channel.concentration.top_share, page.language),
        subtitle=page.say("Share of distributors’ pure sales, {count}. {marks}", count=count, marks=marks),
        frame=pd.DataFrame(
            {
                "unit_id": shown["distributor_id"],
                "unit_name": shown["distributor_name"],
                "share_rate": shown["sales_share"],
                "base_share_rate": shown["base_share"] if page.window.has_base else None,
                "cumulative_rate": shown["cumulative_share"],
            }
        ),
        draw=ranking.draw_shares,
        note=sentences.tell_concentration(
            channel.concentration.hhi,
            channel.concentration.effective_count,
            int((channel.distributors["sales_amount"] < 0).sum()),
            page.language,
        ),
        metrics=("pure_sales", "cr3", "hhi"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: select_distributor(unit, is_ranked=True),
        turn=read_turn(),
        table=channel.distributors.drop(columns=["distributor_id", "is_chosen"]).astype({"tier": "Int64"}),
    )


def make_risks(page: Page, channel: Channel) -> Card:
    """Terminals with a single source, most valuable first."""
    selected = read_selected()
    listed = page.ask("network/dependence_by_terminal", threshold=THRESHOLD, source=selected, row_limit=MOST_LISTED)
    if listed.empty:
        raise Nothing(page.say("No terminal depends on a single distributor."))
    row = channel.distributors[channel.distributors["distributor_id"] == selected]
    whole = channel.dependence.loc["current"]
    name, amount, count = ("", whole["dependent_amount"], whole["dependent_count"])
    if len(row):
        name, amount, count = row.iloc[0][["distributor_name", "risk_amount", "dependent_count"]]
    table = listed.assign(**{column: listed[column].map(page.term) for column in ("type", "level", "grade")})
    columns = ["terminal_name", "risk_amount", "source_name", "source_share", "alternative_names", "level", "grade"]
    columns += ["authorised_count", "nearby_count", "type", "territory_name"]
    return Card(
        title=sentences.tell_risks(
            listed.to_dict("records"), float(amount), name, page.language, page.company.currency
        ),
        subtitle=page.say(
            "Terminals that buy at least {share} from one distributor, the most valuable first: {shown} of {all}. "
            "Alternatives are authorised for the territory or sell in the province",
            share=page.share(THRESHOLD, 0),
            shown=page.count(len(listed)),
            all=page.count(count),
        ),
        frame=table[[column for column in columns if listed[column].fillna(0).astype(bool).any()]],
        metrics=("single_source", "revenue_at_risk"),
    )


def show_dependence(page: Page, channel: Channel) -> None:
    """The cards of this part."""
    left, right = st.columns(2)
    with left:
        show_card(page, "network/shares", lambda page: make_shares(page, channel))
    with right:
        show_card(page, "network/risks", lambda page: make_risks(page, channel))
