"""How far distributors reach, and who meets whom at the same terminals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from insight.analysis.network.overlap import arrange_overlap
from insight.charts import heat
from insight.charts import reach as chart
from insight.sentences import dependence as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel, has_provinces, read_selected, read_turn, select_distributor
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.units import is_missing

MOST_RANKED, MOST_LISTED, MOST_PAIRS = 15, 300, 20_000
PAIR_COLUMNS = [
    "one_name",
    "other_name",
    "common_count",
    "shared_amount",
    "overlap_share",
    "rival_share",
    "rival_count",
    "one_count",
    "other_count",
    "one_share",
    "other_share",
    "is_supplied",
]


def make_reach(page: Page) -> Card:
    """Terminals served by each distributor, and those nobody else serves."""
    frame = page.ask("network/reach_by_distributor")
    if frame.empty:
        raise Nothing(page.say("No distributor has sales in this period."))
    is_provincial = has_provinces(page)
    is_named = frame["is_chosen"] | (frame["distributor_id"] == read_selected())
    shown = frame[(frame.index < MOST_RANKED) | is_named].head(MOST_RANKED + 10)
    return Card(
        title=sentences.tell_reach(frame.to_dict("records"), page.language),
        subtitle=sentences.tell_reach_basis(len(shown), len(frame), is_provincial, page.language),
        frame=shown.rename(columns={"distributor_id": "unit_id", "distributor_name": "unit_name"})[
            [
                "unit_id",
                "unit_name",
                "terminal_count",
                "exclusive_count",
                "area_count",
                "line_count",
                "per_terminal_amount",
            ]
        ],
        draw=chart.draw_reach,
        options={"area_title": sentences.name_areas(is_provincial, page.language)},
        metrics=("exclusive_terminals", "pure_sales"),
        pick="unit",
        pick_field="unit_id",
        on_pick=select_distributor,
        turn=read_turn(),
        table=frame.drop(columns=["distributor_id", "is_chosen"])
        .astype({"tier": "Int64"})
        .rename(columns={"area_count": "province_count"} if is_provincial else {}),
    )


def ask_pairs(page: Page) -> pd.DataFrame:
    """All pairs of distributors with a terminal in common."""
    return page.ask("network/overlap_by_pair", distributor="", row_limit=MOST_PAIRS)


def find_pairs(pairs: pd.DataFrame, selected: str) -> pd.DataFrame:
    """The pairs of the distributor selected, which then stands first; all pairs where it is in none, or none is."""
    mine = pairs[(pairs["one_id"] == selected) | (pairs["other_id"] == selected)]
    if not selected or mine.empty:
        return pairs
    turned = mine["other_id"] == selected
    swapped = {
        column: column.replace("one", "other") if column.startswith("one_") else column.replace("other", "one")
        for column in mine.columns
        if column.startswith(("one_", "other_"))
    }
    return pd.concat([mine[~turned], mine[turned].rename(columns=swapped)[mine.columns]]).sort_values(
        ["shared_amount", "common_count"], ascending=False
    )


def make_overlap(page: Page) -> Card:
    """The grid of who serves whose terminals."""
    pairs = ask_pairs(page)
    if pairs.empty:
        raise Nothing(page.say("No two distributors served the same terminal in this period."))
    selected = read_selected()
    mine = find_pairs(pairs, selected)
    grid = arrange_overlap(pairs, selected)
    count = grid["row_id"].nunique()
    text = "Share of the row’s sales that lies on terminals the column serves too, %; the {count} with most in common"
    if selected and len(mine) < len(pairs):
        text = (
            "Share of the row’s sales that lies on terminals the column serves too, %; the selected one and its rivals"
        )

    def pick(selection: Mapping[str, Any]) -> None:
        cells = selection.get("cell") or []
        select_distributor(str(cells[0]["row_id"]) if cells else None)

    return Card(
        title=sentences.tell_overlap(
            mine.to_dict("records"), selected if len(mine) < len(pairs) else "", page.language, page.company.currency
        ),
        subtitle=page.say(text, count=page.count(count)),
        frame=grid[["row_id", "row_name", "column_id", "column_name", "rate"]].assign(
            label=grid["rate"].map(lambda rate: "·" if is_missing(rate) else "")
        ),
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Distributor"),
            "column_title": page.say("Meets number"),
            "rate_title": page.say("Share of its sales"),
        },
        note=page.say("Columns carry the numbers of the rows. Empty: no terminal in common."),
        metrics=("overlap_share",),
        pick="cell",
        on_select=pick,
        turn=read_turn(),
        table=mine[PAIR_COLUMNS],
    )


def make_pairs(page: Page) -> Card:
    """The pairs with most in common, or the selected distributor's rivals."""
    pairs = ask_pairs(page)
    if pairs.empty:
        raise Nothing(page.say("No two distributors served the same terminal in this period."))
    selected = read_selected()
    mine = find_pairs(pairs, selected)
    shown = mine.head(MOST_LISTED)
    rivals = int((mine["rival_share"] >= 0.5).sum())
    return Card(
        title=page.say(
            "{count} of {all} pairs meet mostly with the same product lines",
            count=page.count(rivals),
            all=page.count(len(mine)),
        ),
        subtitle=page.say(
            "Pairs by what both sell to terminals they share: {shown} of {all}. The overlap is of the smaller one’s sales",
            shown=page.count(len(shown)),
            all=page.count(len(mine)),
        ),
        frame=shown[PAIR_COLUMNS],
        metrics=("overlap_share",),
        on_pick=lambda name: select_distributor(name),
        pick_ids={"row": list(shown["other_id"])},
        turn=read_turn(),
    )


def show_reach(page: Page, channel: Channel) -> None:
    """Reach on the left, overlap on the right, the pairs below."""
    left, right = st.columns([2, 3])
    with left:
        show_card(page, "network/reach", make_reach)
    with right:
        show_card(page, "network/overlap", make_overlap)
    if len(ask_pairs(page)):
        show_card(page, "network/pairs", make_pairs)
