"""On whom sales depend: concentration at each step, terminals with a single source, and the ways to look further."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import concentration, ranking
from insight.sentences import dependence as words
from insight.sentences import network as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import (
    THRESHOLD,
    Channel,
    has_provinces,
    read_selected,
    read_turn,
    select_distributor,
    select_node,
)
from insight.ui.network.reach import show_reach
from insight.ui.network.removal import show_removal
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing

MOST_RANKED, MOST_LISTED = 15, 300
LOOKS = {"sources": "Shares and single sources", "removal": "What if one falls away", "reach": "Reach and overlap"}
THRESHOLDS = (0.8, 0.9, 1.0)
_KEPT = "network_threshold_kept"


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


def make_steps(page: Page) -> Card:
    """How concentrated each step of the channel is."""
    frame = page.ask("network/concentration_by_step")
    now = frame[frame["period"] == "current"]
    then = frame[frame["period"] == "base"].set_index("step")["hhi"]
    rows = now.to_dict("records")
    if now["hhi"].isna().all():
        raise Nothing(page.say("Nothing moved in this period, so nothing is concentrated."))
    shown = pd.DataFrame(
        {
            "unit_id": now["step"],
            "unit_name": [words.name_step(step, page.language) for step in now["step"]],
            "hhi": now["hhi"],
            "base_hhi": now["step"].map(then) if page.window.has_base else None,
            **{column: now[column] for column in ("effective_count", "party_count")},
            **{column: now[column] for column in ("top_1_share", "top_3_share", "top_5_share")},
        }
    )
    marks = page.say(", tick = {base}", base=page.base_name) if page.window.has_base else ""
    names = {step: words.name_step(step, page.language) for step in now["step"]}
    periods = {"current": page.say("this period"), "base": page.base_name}
    table = frame if page.window.has_base else now
    return Card(
        title=words.tell_steps(rows, page.language),
        subtitle=page.say(
            "HHI by step{marks}; lines at 1,800 (stricter) and 2,500 (alarm). Effective = as many equal parties",
            marks=marks,
        ),
        frame=shown,
        draw=concentration.draw_concentration,
        note=words.tell_left_out(rows, page.language),
        metrics=("hhi", "cr3", "sell_in", "transfer", "pure_sales"),
        table=table.assign(step=table["step"].map(names), period=table["period"].map(periods)),
    )


def choose_threshold(page: Page) -> float:
    """From which share on a terminal is said to have a single source; kept while the reader looks elsewhere."""
    widget = "network_threshold"
    st.session_state[widget] = st.session_state.get(_KEPT, THRESHOLD)

    def keep() -> None:
        st.session_state[_KEPT] = st.session_state[widget]

    chosen = st.segmented_control(
        page.say("Single source from"),
        THRESHOLDS,
        format_func=lambda share: (
            page.say("100%: nobody else at all") if share == 1 else page.say("from {share}", share=page.share(share, 0))
        ),
        required=True,
        key=widget,
        on_change=keep,
        label_visibility="collapsed",
    )
    return float(chosen or THRESHOLD)


def make_holders(page: Page, distributors: pd.DataFrame, threshold: float) -> Card:
    """Distributors by the sales of the terminals that depend on them."""
    held = distributors[distributors["risk_amount"] > 0].sort_values(
        ["risk_amount", "distributor_id"], ascending=[False, True]
    )
    if held.empty:
        raise Nothing(page.say("No terminal depends on a single distributor."))
    shown = held.head(MOST_RANKED)
    frame = pd.DataFrame(
        {
            "unit_id": shown["distributor_id"],
            "unit_name": shown["distributor_name"],
            "value_amount": shown["risk_amount"],
            "label": [
                f"{page.amount(amount)} · {page.count(count)}"
                for amount, count in zip(shown["risk_amount"], shown["dependent_count"], strict=True)
            ],
        }
    )
    return Card(
        title=words.tell_risk_shares(held.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Pure sales at risk and number of terminals that buy at least {share} from the distributor, {shown} of {all}",
            share=page.share(threshold, 0),
            shown=page.count(len(shown)),
            all=page.count(len(held)),
        ),
        frame=frame,
        draw=ranking.draw_ranking,
        metrics=("revenue_at_risk", "single_source"),
        pick="unit",
        pick_field="unit_id",
        on_pick=select_distributor,
        turn=read_turn(),
        table=held[
            ["distributor_name", "tier", "risk_amount", "dependent_count", "sales_amount", "sales_share"]
        ].astype({"tier": "Int64"}),
    )


def make_risks(page: Page, distributors: pd.DataFrame, whole: pd.Series, threshold: float) -> Card:
    """Terminals with a single source, most valuable first."""
    selected = read_selected()
    listed = page.ask("network/dependence_by_terminal", threshold=threshold, source=selected, row_limit=MOST_LISTED)
    if listed.empty:
        raise Nothing(page.say("No terminal depends on a single distributor."))
    row = distributors[distributors["distributor_id"] == selected]
    name, amount, count = ("", whole["dependent_amount"], whole["dependent_count"])
    if len(row):
        name, amount, count = row.iloc[0][["distributor_name", "risk_amount", "dependent_count"]]
    table = listed.assign(**{column: listed[column].map(page.term) for column in ("type", "level", "grade")})
    columns = ["terminal_name", "risk_amount", "source_name", "source_share", "alternative_names", "serving_count"]
    columns += ["authorised_count", "nearby_count", "level", "grade", "type", "territory_name"]
    kept = [column for column in columns if listed[column].fillna(0).astype(bool).any()]
    return Card(
        title=sentences.tell_risks(
            listed.to_dict("records"), float(amount), name, page.language, page.company.currency
        ),
        subtitle=page.say(
            "Terminals that buy at least {share} from one distributor, the most valuable first: {shown} of {all}. "
            "Alternatives sell to them already, are authorised for territory and line, or sell in the {area}",
            area=page.say("province" if has_provinces(page) else "area"),
            share=page.share(threshold, 0),
            shown=page.count(len(listed)),
            all=page.count(count),
        ),
        frame=table[kept],
        metrics=("single_source", "revenue_at_risk"),
        table=table[["terminal_id", *kept]],
        on_pick=lambda terminal: select_node(f"terminal:{terminal}" if terminal else None),
        pick_ids={"row": list(listed["terminal_id"])},
        turn=read_turn(),
    )


def show_sources(page: Page, channel: Channel) -> None:
    """Who carries sales, how concentrated each step is, and what rests on a single source."""
    left, right = st.columns([2, 3])
    with left:
        show_card(page, "network/shares", lambda page: make_shares(page, channel))
    with right:
        show_card(page, "network/steps", make_steps)
    if channel.distributors.empty:
        return
    threshold = choose_threshold(page)
    distributors, dependence = channel.distributors, channel.dependence
    if threshold != THRESHOLD:
        distributors = page.ask("network/sales_by_distributor", threshold=threshold)
        dependence = page.ask("network/dependence_by_period", threshold=threshold).set_index("period")
    left, right = st.columns([2, 3])
    with left:
        show_card(page, "network/holders", lambda page: make_holders(page, distributors, threshold))
    with right:
        show_card(
            page, "network/risks", lambda page: make_risks(page, distributors, dependence.loc["current"], threshold)
        )


def show_dependence(page: Page, channel: Channel) -> None:
    """The look chosen: what sales rest on, what would be lost without one, how far each reaches."""
    look = choose_part(page, "network", LOOKS, key="look")
    show = {"removal": show_removal, "reach": show_reach}.get(look, show_sources)
    show(page, channel)
