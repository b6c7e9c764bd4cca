"""The cards of the network page: flow, shares, focus, single sources, flow outside the authorised territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.analysis.network import Concentration, build_flow, build_focus, measure_concentration
from insight.charts import flow as flow_chart
from insight.charts import focus as focus_chart
from insight.charts import ranking
from insight.sentences import network as sentences
from insight.ui.cards import Card
from insight.ui.channel import read_selected, read_turn, select_distributor, select_node
from insight.ui.page import Page
from insight.ui.states import Nothing

THRESHOLD = 0.8  # from this share of what a terminal buys on, it depends on the distributor
MOST_RANKED, MOST_LISTED = 15, 300


@dataclass(frozen=True)
class Channel:
    """What several cards of the page look at."""

    distributors: pd.DataFrame
    dependence: pd.DataFrame
    concentration: Concentration


def gather_channel(page: Page) -> Channel:
    """Distributors with their sales, what depends on a single one, and how concentrated it all is."""
    distributors = page.ask("network/sales_by_distributor", threshold=THRESHOLD)
    dependence = page.ask("network/dependence_by_period", threshold=THRESHOLD).set_index("period")
    return Channel(distributors, dependence, measure_concentration(distributors["sales_share"]))


def name_node(page: Page, row: dict[str, Any], ends: str = "") -> str:
    """A node's words on the screen."""
    if row["is_others"]:
        return page.say("{count} others", count=page.count(row["member_count"]))
    if row.get("is_unassigned"):
        return page.say("Kind not said") if ends == "type" else page.say("Unassigned")
    return page.term(row["code"]) if row["column"] == "terminal" and ends == "type" else str(row["name"])


def make_flow(page: Page, ends: str) -> Card:
    """The Sankey, with what could not be drawn said under it."""
    frame = page.ask("network/flow_by_link")
    if frame.empty:
        raise Nothing(page.say("Nothing was shipped in this period under these filters."))
    selected = read_selected()
    drawing = build_flow(frame, ends, keep=(selected,) if selected else page.filters.distributors[:8])
    nodes, links = drawing.nodes, drawing.links
    if links.empty:
        raise Nothing(page.say("In this period goods only came back; there is no flow to draw."))
    nodes["label"] = [name_node(page, row, ends) for row in nodes.to_dict("records")]
    names, shipping = nodes.set_index("node_id")["label"], nodes[nodes["column"] != "terminal"]
    left_out = {
        "returned": -float(frame["return_amount"].sum()),
        "unsent": drawing.returned_amount,
        "circled": drawing.circled_amount,
        "sideways": drawing.sideways_amount,
        "thin": drawing.thin_amount,
    }
    notes = sentences.list_left_out(left_out, set(nodes["column"]), page.language, page.company.currency)
    if page.filters.territories:
        notes.append(page.say("Sell-in and transfers are those of distributors at home in the territory."))
    return Card(
        title=sentences.tell_flow(
            nodes[nodes["column"] == "terminal"].to_dict("records"),
            shipping.groupby("column")["sales_amount"].sum().to_dict(),
            page.language,
        ),
        subtitle=page.say(
            "{unit}, net of returns. Sell-in is not pure sales: stock and margin lie between. "
            "Click a distributor to follow it",
            unit=page.company.currency,
        ),
        frame=links,
        spec=flow_chart.draw_flow(nodes, links, page.style, f"distributor:{selected}" if selected else "", ends),
        height=flow_chart.measure_height(nodes),
        note=" ".join(notes),
        metrics=("sell_in", "transfer", "pure_sales"),
        on_pick=select_node,
        # a link speaks of the distributor that ships, or where a maker ships, of the one that receives
        pick_ids={
            "node": list(nodes["node_id"]),
            "edge": list(
                links["source_id"].where(links["source_id"].str.startswith("distributor:"), links["target_id"])
            ),
        },
        table=pd.DataFrame(
            {
                "sender_name": links["source_id"].map(names),
                "receiver_name": links["target_id"].map(names),
                "stage": links["stage"].map(page.term),
                "amount": links["amount"],
            }
        ),
    )


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


def find_focus(distributors: pd.DataFrame) -> dict[str, Any]:
    """The distributor in focus: the selected one, the first of the filter, else the one most depends on."""
    ranked = distributors.sort_values(["risk_amount", "sales_amount"], ascending=False)
    choices = (ranked[ranked["distributor_id"] == read_selected()], ranked[ranked["is_chosen"]], ranked)
    row = next(rows for rows in choices if len(rows)).iloc[0].to_dict()
    return {**row, "tier": None if pd.isna(row["tier"]) else int(row["tier"])}


def make_focus(page: Page, channel: Channel) -> Card:
    """One distributor among those it buys from and those it supplies."""
    if channel.distributors.empty:
        raise Nothing(page.say("No distributor has sales in this period."))
    row = find_focus(channel.distributors)
    name = row["distributor_name"]
    frame = page.ask("network/neighbours_by_distributor", distributor=row["distributor_id"], threshold=THRESHOLD)
    drawing = build_focus(frame, row["distributor_id"], name, row["tier"], row["sales_amount"])
    if drawing.links.empty:
        raise Nothing(page.say("{name} neither bought nor sold anything in this period.", name=name))
    nodes = drawing.nodes
    nodes["label"] = [name_node(page, node) for node in nodes.to_dict("records")]
    counts = int(row["terminal_count"]), int(row["dependent_count"])
    return Card(
        title=sentences.tell_focus(name, *counts, row["risk_amount"], page.language, page.company.currency),
        subtitle=page.say(
            "Circle = pure sales, line = share of what the receiver buys, ring = at least {share} from one source",
            share=page.share(THRESHOLD, 0),
        ),
        frame=frame,
        spec=focus_chart.draw_focus(nodes, drawing.links, page.style),
        height=focus_chart.measure_height(drawing.row_count),
        metrics=("pure_sales", "single_source", "revenue_at_risk"),
        on_pick=select_node,
        pick_ids={"node": list(nodes["node_id"])},
        table=frame.assign(kind=frame["kind"].map(page.term), type=frame["type"].map(page.term))
        .drop(columns=["neighbour_id"])
        .astype({"tier": "Int64"}),
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


def make_outside(page: Page) -> Card:
    """Distributors that sold outside their authorised territory: places to look."""
    frame = page.ask("network/authority_by_distributor")
    classes = page.ask("network/authority_by_class").set_index("authority")["sales_amount"]
    if frame.empty and classes["inside"] <= 0:
        raise Nothing(page.say("No sale of this period can be compared with an authorisation."))
    if frame.empty:
        raise Nothing(page.say("No sale of this period lies outside an authorised territory."))
    unmapped = page.amount(classes["unmapped"])
    return Card(
        title=sentences.tell_outside(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Judged as of the day of each line. A place to look, not an accusation: "
            "trade across a border is often natural"
        ),
        frame=frame.drop(columns=["distributor_id"]),
        note=page.say("{amount} could not be judged and is not counted as clean.", amount=unmapped)
        if classes["unmapped"]
        else "",
        metrics=("cross_territory_rate",),
    )
