"""How the network is built: who holds it together, which communities it falls into, how goods go, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from insight.analysis.network.communities import find_communities
from insight.analysis.network.fit import UNASSIGNED, find_main, measure_fit, place_communities
from insight.analysis.network.positions import keep_suppliers, measure_positions
from insight.charts import heat, panels
from insight.sentences import structure as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.changes import show_changes
from insight.ui.network.channel import Channel, name_view, read_selected, read_turn, select_distributor
from insight.ui.network.hops import show_hops
from insight.ui.page import Page
from insight.ui.states import Nothing

POSITION_COLUMNS = [
    "distributor_name", "tier", "region_name", "sales_amount", "sales_share", "route_share",
    "cut_terminal_count", "cut_amount", "cut_distributor_count",
]  # fmt: skip
MOST_RANKED, MOST_COMMUNITIES, MOST_PLACES = 14, 12, 9
CLEAR_SHARE = 0.5  # a community that has less than this in one place has no main place a distributor could miss


@st.cache_data(max_entries=60, max_size="100MB", show_spinner=False)
def _find_positions(key: str, _links: pd.DataFrame) -> tuple[pd.DataFrame, int, int, int]:
    # by a key of its own: a long frame is told from another by a sample of its rows only
    found = measure_positions(_links)
    return found.parties, found.maker_count, found.counted_maker_count, found.unrecorded_count


@st.cache_data(max_entries=60, max_size="100MB", show_spinner=False)
def _find_communities(key: str, _links: pd.DataFrame) -> pd.DataFrame:
    return find_communities(_links.rename(columns={"link_amount": "amount"}))


def read_links(page: Page) -> pd.DataFrame:
    """The links of the selection: with a territory filter those by which its terminals are supplied."""
    links = page.ask("network/structure_links")
    return keep_suppliers(links) if page.filters.territories else links


def make_positions(page: Page) -> Card:
    """Distributors by what their loss cuts off."""
    links = read_links(page)
    parties, maker_count, counted_count, unrecorded_count = _find_positions(name_view(page), links)
    if parties.empty:
        raise Nothing(page.say("No distributor ships anything in this period under these filters."))
    known = page.ask("network/structure_distributors")
    sold = links[links["stage"] == "pure_sales"].groupby("source_id")["link_amount"].sum()
    table = parties.assign(
        distributor_id=parties["node_id"].str.removeprefix("distributor:"),
        sales_amount=parties["node_id"].map(sold).fillna(0.0),
    ).merge(known, on="distributor_id", how="left")
    table["distributor_name"] = table["distributor_name"].fillna(table["distributor_id"])
    whole = table["sales_amount"].sum()
    table["sales_share"] = table["sales_amount"] / whole if whole else 0.0
    order = ["cut_amount", "route_share", "sales_amount"]
    table = table.sort_values([*order, "distributor_id"], ascending=[False] * 3 + [True])
    selected = read_selected()
    shown = table[(table["cut_terminal_count"] > 0) | (table["route_share"] > 0)].head(MOST_RANKED)
    shown = pd.concat([shown, table[(table["distributor_id"] == selected) & ~table.index.isin(shown.index)]])
    if shown.empty:
        raise Nothing(page.say("No distributor stands between a manufacturer and a terminal here."))
    titles = {"sales_rate": page.say("Share of sales"), "route_rate": page.say("On routes")}
    if table["cut_terminal_count"].any():
        titles |= {"terminal_count": page.say("Terminals cut off"), "cut_amount": page.say("Sales cut off")}
    return Card(
        title=sentences.tell_positions(table.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "{count} of {all} distributors by what would have no way of supply without them, directly or through others. "
            "Routes: shortest ways from manufacturers to terminals that lead through it, each counted alike",
            count=page.count(len(shown)),
            all=page.count(len(table)),
        ),
        frame=pd.DataFrame(
            {
                "unit_id": shown["distributor_id"],
                "unit_name": shown["distributor_name"],
                "sales_rate": shown["sales_share"],
                "route_rate": shown["route_share"],
                "terminal_count": shown["cut_terminal_count"],
                "cut_amount": shown["cut_amount"],
            }
        ),
        draw=panels.draw_panels,
        options={"panels": titles, "selected": selected},
        note=" ".join(sentences.list_position_notes(maker_count, counted_count, unrecorded_count, page.language)),
        metrics=("route_share", "cut_off_sales"),
        pick="unit",
        pick_field="unit_id",
        on_pick=select_distributor,
        turn=read_turn(),
        table=table[POSITION_COLUMNS].astype({"tier": "Int64"}),
    )


def describe_communities(page: Page) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Communities with their size, sales, leader and main place; their sales by place; 'region' or 'province'."""
    links = read_links(page)
    if links.empty:
        raise Nothing(page.say("Nothing was shipped in this period under these filters."))
    found = _find_communities(name_view(page), links)
    terminals = page.ask("network/structure_terminals")
    # where all is one region, what divides it are its provinces
    place = "province" if terminals["region_id"].nunique() < 2 <= terminals["province_id"].nunique() else "region"
    placed = place_communities(terminals, found, place)
    names = dict(zip(terminals[f"{place}_id"], terminals[f"{place}_name"], strict=True))
    known = page.ask("network/structure_distributors").set_index("distributor_id")
    table = found.assign(
        is_distributor=found["node_id"].str.startswith("distributor:"),
        is_terminal=found["node_id"].str.startswith("terminal:"),
    )
    rows = table.groupby("community", as_index=False).agg(
        distributor_count=("is_distributor", "sum"), terminal_count=("is_terminal", "sum")
    )
    rows["sales_amount"] = rows["community"].map(placed.groupby("community")["sales_amount"].sum()).fillna(0.0)
    shipped = links.groupby("source_id", as_index=False)["link_amount"].sum()
    ships = shipped.merge(found, left_on="source_id", right_on="node_id")
    ships = ships[ships["source_id"].str.startswith("distributor:")]
    ships = ships.sort_values(["link_amount", "source_id"], ascending=[False, True]).drop_duplicates("community")
    leaders = ships.set_index("community")["source_id"].str.removeprefix("distributor:")
    rows["leader_id"] = rows["community"].map(leaders)
    rows["leader_name"] = rows["leader_id"].map(known["distributor_name"]).fillna(rows["leader_id"])
    main = find_main(placed).set_index("community")
    rows["main_id"] = rows["community"].map(main["place_id"])
    rows["community_territory_name"] = rows["main_id"].map(names)
    rows["main_share"] = rows["community"].map(main["main_share"])
    placed["place_name"] = placed["place_id"].map(names).fillna(page.say("Unassigned"))
    return rows.sort_values(["sales_amount", "community"], ascending=[False, True]), placed, place


def make_communities(page: Page) -> Card:
    """Communities against the territories their terminals lie in."""
    rows, placed, place = describe_communities(page)
    fit = measure_fit(placed) if page.has("territories") else None
    title = sentences.tell_communities(len(rows), fit.inside_share if fit else None, place, page.language)
    table = rows[
        ["leader_name", "distributor_count", "terminal_count", "sales_amount", "community_territory_name", "main_share"]
    ]
    makeup = page.say(
        "Parties that share terminals or ship to one another, named by the distributor that ships most: the {count} "
        "largest by sales. Sales of a community by territory",
        count=page.count(min(len(rows), MOST_COMMUNITIES)),
    )
    if fit is None or placed["place_id"].nunique() < 2:
        return Card(title=title, subtitle=makeup, frame=table.dropna(axis="columns", how="all"))
    shown = rows[rows["sales_amount"] > 0].head(MOST_COMMUNITIES)
    sizes = placed.groupby("place_id")["sales_amount"].sum().sort_values(ascending=False, kind="stable")
    first = [code for code in sizes.index if code != UNASSIGNED][:MOST_PLACES]
    # where there is room for all, no column of others
    if len(sizes) <= MOST_PLACES + 1:
        first = [*(code for code in sizes.index if code != UNASSIGNED), *([UNASSIGNED] if UNASSIGNED in sizes else [])]
    cells = placed.assign(column_id=placed["place_id"].where(placed["place_id"].isin(first), "others:"))
    cells = cells.groupby(["community", "column_id"])["sales_amount"].sum()
    names = dict(zip(placed["place_id"], placed["place_name"], strict=True)) | {"others:": page.say("Others")}
    columns = [*first, *(["others:"] if "others:" in cells.index.get_level_values(1) else [])]
    grid = [
        {
            "row_id": str(row["community"]),
            "row_name": row["leader_name"] if isinstance(row["leader_name"], str) else page.say("Direct supply"),
            "column_id": column or "unassigned:",
            "column_name": names[column],
            "rate": float(cells.get((row["community"], column), 0.0)) / row["sales_amount"],
        }
        for row in shown.to_dict("records")
        for column in columns
    ]
    for cell in grid:
        cell["label"] = " " if cell["rate"] == 0 else None
    leaders = {str(row["community"]): row["leader_id"] for row in shown.to_dict("records")}

    def pick_leader(chosen: Mapping[str, Any]) -> None:
        cell = chosen.get("cell")
        code = leaders.get(str(cell[0]["row_id"])) if cell else None
        select_distributor(code if isinstance(code, str) else None)

    return Card(
        title=title,
        subtitle=makeup,
        frame=pd.DataFrame(grid),
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Community around"),
            "column_title": page.say("Region") if place == "region" else page.say("Province"),
            "rate_title": page.say("Share of the community’s sales"),
        },
        note=sentences.tell_agreement(fit.joined_share, fit.agreement, page.language),
        metrics=("community_fit",),
        pick="cell",
        on_select=pick_leader,
        turn=read_turn(),
        table=table,
    )


def make_misfits(page: Page) -> Card:
    """Distributors whose community lies elsewhere than their home."""
    rows, _, place = describe_communities(page)
    links = read_links(page)
    found = _find_communities(name_view(page), links)
    clear = rows[rows["main_share"] > CLEAR_SHARE].set_index("community")
    sold = links[links["stage"] == "pure_sales"].groupby("source_id")["link_amount"].sum()
    known = page.ask("network/structure_distributors")
    table = known.assign(node_id="distributor:" + known["distributor_id"]).merge(found, on="node_id")
    table = table[table["community"].isin(clear.index) & table[f"{place}_id"].notna()]
    if table.empty:
        raise Nothing(page.say("No distributor’s home can be compared with its community."))
    for column in ("main_id", "community_territory_name", "main_share", "leader_name"):
        table[column] = table["community"].map(clear[column])
    table["sales_amount"] = table["node_id"].map(sold).fillna(0.0)
    away = table[table["main_id"] != table[f"{place}_id"]]
    away = away.sort_values(["sales_amount", "distributor_id"], ascending=[False, True])
    if away.empty:
        raise Nothing(page.say("Every distributor’s community lies where the distributor is at home."))
    return Card(
        title=sentences.tell_misfits(away.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Communities with more than half of their sales in one territory. A question to ask of the map, not a fault: "
            "people buy where they buy. Click a row to select"
        ),
        frame=away.assign(home_territory_name=away[f"{place}_name"])[
            ["distributor_name", "home_territory_name", "community_territory_name", "main_share", "sales_amount"]
        ],
        metrics=("community_fit",),
        pick_ids={"row": list(away["distributor_id"])},
        on_pick=select_distributor,
        turn=read_turn(),
    )


def show_structure(page: Page, channel: Channel) -> None:
    """The cards of this part."""
    show_card(page, "network/positions", make_positions)
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "network/communities", make_communities)
    with right:
        show_card(page, "network/misfits", make_misfits, needs=("territories",))
    show_hops(page)
    show_changes(page)
