"""How product flows from factory to terminal, on whom we depend, which terminals have one source, where flow looks wrong."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.analysis.network import Concentration, build_flow, build_focus, measure_concentration
from insight.charts import flow as flow_chart
from insight.charts import focus as focus_chart
from insight.charts import ranking
from insight.sentences import network as sentences
from insight.ui.cards import Card, show_card
from insight.ui.frame import show_headline, show_selection
from insight.ui.page import Page, this_page
from insight.ui.states import Nothing
from insight.ui.tiles import Tile, show_tiles
from insight.units import show_number

THRESHOLD = 0.8  # from this share of what a terminal buys on, it depends on the distributor
MOST_RANKED, MOST_LISTED = 15, 300
SELECTED, TURN = "network_selected", "network_turn"


def select(distributor: str | None, turns: bool = True) -> None:
    """Select a distributor; the same one again, or none, lets go. ``turns``: the ranked chart's own mark no longer holds."""
    current = st.session_state.get(SELECTED)
    st.session_state[SELECTED] = None if distributor == current else distributor
    st.session_state[TURN] = st.session_state.get(TURN, 0) + turns


def select_node(node: str | None) -> None:
    """A click on a node or link of a drawing: distributors can be selected, the others only looked at."""
    kind, _, code = (node or "").partition(":")
    if kind == "distributor":
        select(code)


def choose_link_end(source: str, target: str) -> str:
    """The distributor a link speaks of: who ships, or where a maker ships, who receives."""
    return source if source.startswith("distributor:") else target


def name_node(page: Page, row: dict[str, Any], ends: str = "type") -> str:
    """A node's words on the screen."""
    if row["is_others"]:
        return page.say("{count} others", count=page.count(row["member_count"]))
    if row.get("is_unassigned"):
        return page.say("Kind unknown") if ends == "type" else page.say("Unassigned")
    return page.term(row["code"]) if row["column"] == "terminal" and ends == "type" else str(row["name"])


def ask_distributors(page: Page) -> pd.DataFrame:
    """Every distributor with its share and what depends on it."""
    return page.ask("network/sales_by_distributor", threshold=THRESHOLD)


def flow_card(page: Page) -> Card:
    """The Sankey, with what could not be drawn said under it."""
    ends = st.session_state.get("network_ends") or "type"
    frame = page.ask("network/flow_by_link")
    if frame.empty:
        raise Nothing(page.say("Nothing was shipped in this period under these filters."))
    selected = st.session_state.get(SELECTED)
    drawing = build_flow(frame, ends, keep=(selected,) if selected else page.filters.distributors[:8])
    nodes, links = drawing.nodes, drawing.links
    if links.empty:
        raise Nothing(page.say("In this period only goods came back; there is no flow to draw."))
    nodes["label"] = [name_node(page, row, ends) for row in nodes.to_dict("records")]
    sold = nodes[nodes["column"] != "terminal"].groupby("column")["sales_amount"].sum().to_dict()
    returns = -float(frame["return_amount"].sum())
    notes = [
        page.say("Returns of {amount} are netted within each link.", amount=page.amount(returns)) if returns else "",
        page.say(
            "Links that brought back more than they shipped are left out: {amount}.",
            amount=page.amount(drawing.returned_amount),
        )
        if drawing.returned_amount
        else "",
        page.say(
            "Goods moved between distributors and back cancel out: {amount}.",
            amount=page.amount(drawing.circled_amount),
        )
        if drawing.circled_amount
        else "",
        page.say(
            "Transfers other than from tier 1 to tier 2 are not drawn: {amount}.",
            amount=page.amount(drawing.sideways_amount),
        )
        if drawing.sideways_amount
        else "",
        page.say("The thinnest links are left out: {amount}.", amount=page.amount(drawing.thin_amount))
        if drawing.thin_amount
        else "",
        page.say("No sell-in is loaded, so manufacturers do not appear.")
        if "maker" not in set(nodes["column"])
        else "",
        page.say("No tier 2 distributors in these data.") if "tier_2" not in set(nodes["column"]) else "",
        page.say("Sell-in and transfers are those of distributors at home in the territory.")
        if page.filters.territories
        else "",
    ]
    names = nodes.set_index("node_id")["label"]
    table = links.assign(
        sender_name=links["source_id"].map(names),
        receiver_name=links["target_id"].map(names),
        stage=links["stage"].map(page.term),
    )
    return Card(
        title=sentences.tell_flow(nodes[nodes["column"] == "terminal"].to_dict("records"), sold, page.language),
        subtitle=page.say(
            "{unit}, net. What enters the channel (sell-in) differs from what leaves it (pure sales) by stock and margin. Click a distributor to follow it",
            unit=page.company.currency,
        ),
        frame=links,
        spec=flow_chart.draw_flow(
            nodes, links, page.style, chosen=f"distributor:{selected}" if selected else "", ends=ends
        ),
        height=flow_chart.measure_height(nodes),
        note=" ".join(note for note in notes if note),
        metrics=("sell_in", "transfer", "pure_sales"),
        on_pick=select_node,
        pick_ids={
            "node": nodes["node_id"].tolist(),
            "edge": [choose_link_end(*ends_of) for ends_of in zip(links["source_id"], links["target_id"], strict=True)],
        },
        table=table[["sender_name", "receiver_name", "stage", "amount"]],
    )


def shares_card(page: Page) -> Card:
    """Distributors by share, with the sum they run up to."""
    frame = ask_distributors(page)
    active = frame[frame["sales_amount"] > 0]
    if active.empty:
        raise Nothing(page.say("No distributor has sales in this period."))
    selected = st.session_state.get(SELECTED)
    is_named = active["is_chosen"] | (active["distributor_id"] == selected)
    first = active[(active["sales_rank"] <= MOST_RANKED) | is_named].head(MOST_RANKED + 10)
    shown = first.rename(
        columns={
            "distributor_id": "unit_id",
            "distributor_name": "unit_name",
            "sales_share": "share_rate",
            "base_share": "base_share_rate",
            "cumulative_share": "cumulative_rate",
        }
    )
    if not page.window.has_base:
        shown["base_share_rate"] = None
    concentration = measure_concentration(active["sales_share"])
    return Card(
        title=sentences.tell_shares(active.to_dict("records"), concentration.top_share, page.language),
        subtitle=page.say(
            "Share of distributors’ pure sales, {count} of {all}. Line = running total, tick = {base}",
            count=page.count(len(shown)),
            all=page.count(len(active)),
            base=page.base_name,
        ),
        frame=shown[["unit_id", "unit_name", "share_rate", "base_share_rate", "cumulative_rate"]],
        draw=ranking.draw_shares,
        note=tell_concentration(page, frame, concentration),
        metrics=("pure_sales", "cr3", "hhi"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: select(unit, turns=False),
        turn=st.session_state.get(TURN, 0),
        table=frame.drop(columns=["distributor_id", "is_chosen"]),
    )


def tell_concentration(page: Page, frame: pd.DataFrame, concentration: Concentration) -> str:
    """HHI and effective number, and who took back more than they sold."""
    parts = [
        page.say(
            "HHI {hhi}, as concentrated as {count} distributors of equal size.",
            hhi=page.count(concentration.hhi),
            count=show_number(concentration.effective_count, page.language, 1),
        )
    ]
    if negative := int((frame["sales_amount"] < 0).sum()):
        parts.append(
            page.say(
                "{count} distributors took back more than they sold and have no share.", count=page.count(negative)
            )
        )
    return " ".join(parts)


def find_focus(page: Page) -> dict[str, Any]:
    """The distributor in focus: the selected one, one of the filter's, else the one most depends on."""
    frame = ask_distributors(page)
    if frame.empty:
        raise Nothing(page.say("No distributor has sales in this period."))
    selected = frame[frame["distributor_id"] == st.session_state.get(SELECTED)]
    chosen = frame[frame["is_chosen"]]
    best = frame.sort_values(["risk_amount", "sales_amount"], ascending=False)
    row = next(candidates for candidates in (selected, chosen, best) if len(candidates)).iloc[0]
    return {**row.to_dict(), "tier": None if pd.isna(row["tier"]) else int(row["tier"])}


def focus_card(page: Page) -> Card:
    """One distributor among those it buys from and those it supplies."""
    row = find_focus(page)
    frame = page.ask("network/neighbours_by_distributor", distributor=row["distributor_id"], threshold=THRESHOLD)
    drawing = build_focus(frame, row["distributor_id"], row["distributor_name"], row["tier"], row["sales_amount"])
    nodes = drawing.nodes
    if len(nodes) == 1:
        raise Nothing(page.say("{name} neither bought nor sold anything in this period.", name=row["distributor_name"]))
    nodes["label"] = [name_node(page, node, "name") for node in nodes.to_dict("records")]
    table = frame.assign(kind=frame["kind"].map(page.term), type=frame["type"].map(page.term)).drop(
        columns=["neighbour_id"]
    )
    return Card(
        title=sentences.tell_focus(
            row["distributor_name"],
            int(row["terminal_count"]),
            int(row["dependent_count"]),
            row["risk_amount"],
            page.language,
            page.company.currency,
        ),
        subtitle=page.say(
            "Circle = pure sales, line = share of what the receiver buys, ring = at least {share} from one source",
            share=page.share(THRESHOLD, 0),
        ),
        frame=frame,
        spec=focus_chart.draw_focus(nodes, drawing.links, page.style),
        height=focus_chart.measure_height(drawing.row_count),
        metrics=("pure_sales", "single_source", "revenue_at_risk"),
        on_pick=select_node,
        pick_ids={"node": nodes["node_id"].tolist()},
        table=table,
    )


def risks_card(page: Page) -> Card:
    """Terminals with a single source, most valuable first."""
    frame = ask_distributors(page)
    selected = st.session_state.get(SELECTED) or ""
    listed = page.ask("network/dependence_by_terminal", threshold=THRESHOLD, source=selected, row_limit=MOST_LISTED)
    source = frame.loc[frame["distributor_id"] == selected, "distributor_name"]
    if listed.empty:
        raise Nothing(page.say("Every terminal buys from more than one source."))
    whole = page.ask("network/dependence_by_period", threshold=THRESHOLD).set_index("period").loc["current"]
    amount, count = float(whole["dependent_amount"]), int(whole["dependent_count"])
    if len(source):
        row = frame[frame["distributor_id"] == selected].iloc[0]
        amount, count = float(row["risk_amount"]), int(row["dependent_count"])
    table = listed.drop(columns=["terminal_id", "source_id"])
    for column in ("type", "level", "grade"):
        table[column] = table[column].map(page.term)
    empty = [column for column in ("level", "grade", "authorised_count") if listed[column].isna().all()]
    return Card(
        title=sentences.tell_risks(
            listed.to_dict("records"),
            amount,
            source.iloc[0] if len(source) else "",
            page.language,
            page.company.currency,
        ),
        subtitle=page.say(
            "Terminals that buy at least {share} from one distributor, the most valuable first: {shown} of {all}. Alternatives: authorised for the territory, or selling in the province",
            share=page.share(THRESHOLD, 0),
            shown=page.count(len(listed)),
            all=page.count(count),
        ),
        frame=table.drop(columns=empty),
        metrics=("single_source", "revenue_at_risk"),
    )


def outside_card(page: Page) -> Card:
    """Distributors that sold outside their authorised territory: places to look."""
    frame = page.ask("network/authority_by_distributor")
    classes = page.ask("network/authority_by_class").set_index("authority")["sales_amount"]
    if frame.empty:
        if classes["inside"] <= 0:
            raise Nothing(page.say("No sale of this period can be compared with an authorisation."))
        raise Nothing(page.say("No sale of this period lies outside an authorised territory."))
    return Card(
        title=sentences.tell_outside(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Judged as of the day of each line. A place to look, not an accusation: trade across a border is often natural"
        ),
        frame=frame.drop(columns=["distributor_id"]),
        note=page.say(
            "{amount} could not be judged and is not counted as clean.", amount=page.amount(classes["unmapped"])
        ),
        metrics=("cross_territory_rate",),
    )


def list_tiles(page: Page, frame: pd.DataFrame) -> list[Tile]:
    """Distributors active, top-3 share with HHI, single source, cross-territory share, unplaced flow."""
    has_base, against = page.window.has_base, page.say("vs {base}", base=page.base_name)
    now, then = measure_concentration(frame["sales_share"]), measure_concentration(frame["base_share"])
    periods = page.ask("network/dependence_by_period", threshold=THRESHOLD).set_index("period")
    current, base = periods.loc["current"], periods.loc["base"]
    has_then = has_base and then.count > 0
    tiles = [
        Tile(
            metric="active_distributors",
            value=page.count(now.count),
            change=now.count - then.count if has_then else None,
            change_text=page.count_change(now.count - then.count) if has_then else "",
            against=against if has_then else "",
        ),
        make_share_tile(
            page,
            "cr3",
            now.top_share,
            then.top_share if has_then else None,
            against=page.say("HHI {hhi}", hhi=page.count(now.hhi)) if now.count else "",
        ),
        make_share_tile(
            page,
            "single_source",
            current["dependent_share"],
            base["dependent_share"] if has_base else None,
            label=page.say("Single source"),
            note=page.say("{count} terminals.", count=page.count(current["dependent_count"])),
        ),
        make_authority_tile(page, has_base),
        make_placement_tile(page),
    ]
    return tiles


def make_share_tile(page: Page, metric: str, now: float | None, then: float | None, against: str) -> Tile:
    """A share with its change in percentage points."""
    has_change = now is not None and then is not None and not pd.isna(now) and not pd.isna(then)
    return Tile(
        metric=metric,
        value=page.share(now),
        change=now - then if has_change else None,  # type: ignore[operator]
        change_text=page.points(now - then) if has_change else "",  # type: ignore[operator]
        against=against,
        note=page.say("The change is against {base}.", base=page.base_name) if has_change else "",
    )


def make_authority_tile(page: Page, has_base: bool) -> Tile:
    """Cross-territory share of what can be judged; what cannot stands beside it."""
    if not page.has("authorisations"):
        return Tile(metric="cross_territory_rate", value="—", against=page.say("needs the table “authorisations”"))
    classes = page.ask("network/authority_by_class").set_index("authority")
    judged, whole = classes["sales_amount"][["inside", "outside"]].sum(), classes["sales_amount"].sum()
    if judged <= 0:
        return Tile(metric="cross_territory_rate", value="—", against=page.say("nothing can be judged"))
    return Tile(
        metric="cross_territory_rate",
        value=page.share(classes["sales_amount"]["outside"] / judged),
        against=page.say("{share} cannot be judged", share=page.share(classes["sales_amount"]["unmapped"] / whole)),
    )


def make_placement_tile(page: Page) -> Tile:
    """Flow to terminals without territory, and to parties nobody knows."""
    sizes = page.ask("network/flow_by_match").set_index("class")["size_amount"]
    whole = sizes.sum()
    if whole <= 0:
        return Tile(metric="unplaced_flow", value="—", against=page.say("no flow"))
    return Tile(
        metric="unplaced_flow",
        value=page.share((sizes["unassigned"] + sizes["unmatched"]) / whole),
        against=page.say("{share} unknown party", share=page.share(sizes["unmatched"] / whole)),
        note=page.say(
            "Without territory {unassigned}, unknown party {unmatched}.",
            unassigned=page.share(sizes["unassigned"] / whole),
            unmatched=page.share(sizes["unmatched"] / whole),
        ),
    )


page = this_page()
distributors = ask_distributors(page)
concentration = measure_concentration(distributors["sales_share"])
dependence = page.ask("network/dependence_by_period", threshold=THRESHOLD).set_index("period").loc["current"]
show_headline(
    page,
    sentences.tell_headline(
        distributors.to_dict("records"),
        concentration.half_count,
        concentration.half_share,
        dependence.to_dict(),
        page.language,
        page.company.currency,
    ),
)
chosen = distributors[distributors["distributor_id"] == st.session_state.get(SELECTED)]
if len(chosen):
    show_selection(
        page,
        sentences.tell_selection(chosen.iloc[0].to_dict(), page.language, page.company.currency),
        lambda: select(None),
    )
elif st.session_state.get(SELECTED):
    st.session_state[SELECTED] = None  # the filters no longer hold it
show_tiles(page, list_tiles(page, distributors))
st.segmented_control(
    page.say("Terminals by"),
    ["type", "region"],
    format_func={"type": page.say("Kind"), "region": page.say("Region")}.get,
    default="type",
    key="network_ends",
    label_visibility="collapsed",
)
show_card(page, "network/flow", flow_card)
left, right = st.columns([2, 3])
with left:
    show_card(page, "network/shares", shares_card)
with right:
    show_card(page, "network/risks", risks_card)
show_card(page, "network/focus", focus_card)
if page.has("authorisations"):
    show_card(page, "network/outside", outside_card)
