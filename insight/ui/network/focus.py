"""One party among its neighbours, opened by clicks; for a terminal also the ways its goods came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from insight.analysis.network.focus import (
    AFTER_CLICKS,
    AFTER_STEPS,
    AROUND,
    MOST_NODES,
    MOST_RESTS,
    OPENED,
    ROOM,
    Focus,
    add_neighbours,
    build_focus,
    count_rests,
    merge_rests,
)
from insight.analysis.network.paths import Paths, trace_paths
from insight.charts import focus as focus_chart
from insight.sentences import drawings as words
from insight.sentences import network as sentences
from insight.ui.address import change_view, read_view
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import SELECTABLE, THRESHOLD, Channel, read_node, select_node
from insight.ui.network.choices import PAGE, choose_value
from insight.ui.network.flow import name_node
from insight.ui.network.selection import find_parties
from insight.ui.page import Page
from insight.ui.states import Nothing

_OPENED = "_network_opened"
DEPTHS = ("1", "2", "3", "4")
MOST_ON_PATHS = 14  # parties that a terminal's ways bring into the drawing


@dataclass(frozen=True)
class View:
    """What the focus looks at: the party in the middle, how many steps, what was opened by clicks."""

    centre: str
    depth: int
    opened: tuple[str, ...]

    @property
    def terminal(self) -> str:
        """The terminal whose ways are drawn: the one selected, else the one in the middle."""
        return next((node for node in (read_node(), self.centre) if node.startswith("terminal:")), "")


def find_centre(page: Page, channel: Channel) -> str:
    """The party in the middle: the one asked for, selected or filtered by, else the distributor that most depends on, else
    the first manufacturer."""
    for node in (read_view(PAGE, "centre"), read_node()):
        if node.partition(":")[0] in SELECTABLE:
            return node
    if not channel.distributors.empty:
        ranked = channel.distributors.sort_values(["risk_amount", "sales_amount"], ascending=False)
        chosen = ranked[ranked["is_chosen"]]
        return f"distributor:{(chosen if len(chosen) else ranked).iloc[0]['distributor_id']}"
    makers = page.filters.manufacturers or tuple(page.names["manufacturers"])
    return f"manufacturer:{makers[0]}" if makers else ""


def read_opened(centre: str) -> tuple[str, ...]:
    """What clicks opened around this centre, latest last."""
    kept: dict[str, tuple[str, ...]] = st.session_state.get(_OPENED, {})
    return kept.get(centre, ())


def open_node(node: str, centre: str) -> None:
    """A click: select the party and open its neighbours, once; on 'n others', show more of them."""
    is_others = node.startswith("others:")
    opened = read_opened(centre)
    if node.startswith("link:"):
        select_node(node, centre=centre)
        return
    if (is_others and node.count(":") > 2) or (not is_others and node != centre and node not in opened):
        st.session_state[_OPENED] = {centre: (*opened, node)}
    if not is_others:
        select_node(node, centre=centre)


def gather_focus(page: Page, view: View, paths: Paths | None) -> tuple[Focus, pd.DataFrame, pd.DataFrame]:
    """The drawing, its links as a table's rows, and how many parties are within reach."""
    ids = [node for node in view.opened if not node.startswith("others:")]
    more = [node.split(":", 3)[1:] for node in view.opened if node.startswith("others:")]
    parties = find_parties(page, [view.centre, *ids])
    known = parties[parties["has_flow"]]
    ids = [node for node in ids if node in known.index]
    drawn = {node: str(known.loc[node, "place"]) for node in (view.centre, *ids) if node in known.index}
    near = page.ask("network/neighbours_by_node", nodes=sorted({view.centre, *ids}), room=ROOM, threshold=THRESHOLD)
    around = near[near["node_id"] == view.centre]
    drawn = add_neighbours(drawn, around, AROUND)
    if paths is not None:
        drawn |= list_on_paths(paths, drawn)
    for place, side, party in more:
        wider = {column: count + OPENED * more.count([place, side, party]) for column, count in AROUND.items()}
        group = near[(near["node_id"] == party) & (near["place"] == place) & (near["is_supplier"] == (side == "in"))]
        drawn = add_neighbours(drawn, group, wider, AROUND[place] + OPENED * more.count([place, side, party]))
    for node in reversed(ids):
        drawn = add_neighbours(drawn, near[near["node_id"] == node], AFTER_CLICKS, OPENED)
    edge = [node for node in drawn if node != view.centre and node in set(around["neighbour_id"])]
    steps = [near]
    for _ in range(view.depth - 1):
        found = page.ask("network/neighbours_by_node", nodes=sorted(edge), room=ROOM, threshold=THRESHOLD)
        before = set(drawn)
        drawn = add_neighbours(drawn, found, AFTER_STEPS)
        edge = [node for node in drawn if node not in before]
        steps.append(found)
        if not edge:
            break
    nodes = find_parties(page, list(drawn))
    links = page.ask("network/links_by_node", nodes=sorted(nodes.index))
    reach = page.ask("network/neighbours_by_distance", node=view.centre, depth=view.depth, drawn=sorted(drawn))
    named = pd.concat(steps).drop_duplicates(["node_id", "neighbour_id", "is_supplier"])
    if view.depth == 1:
        rests = count_rests(named, nodes, links, {view.centre, *ids})[:MOST_RESTS]
    else:
        rests = count_rests(named, nodes, links, set(ids))[: MOST_RESTS - 4]
        rests += merge_rests(count_rests(named, nodes, links, set(named["node_id"]) - set(ids)), reach)
    shares = paths.links if paths is not None else None
    focus = build_focus(nodes, links, rests[: MOST_NODES - len(nodes)], view.centre, ids, shares)
    focus.nodes["label"] = [name_node(page, node) for node in focus.nodes.to_dict("records")]
    return focus, links, reach


def list_on_paths(paths: Paths, drawn: dict[str, str]) -> dict[str, str]:
    """The parties on the widest ways of a terminal, so that the ways are seen whole."""
    found: dict[str, str] = {}
    for path in paths.paths["path"]:
        for node in path:
            if node not in drawn and len(found) < MOST_ON_PATHS:
                found[node] = "maker" if node.startswith("manufacturer:") else "tier_1"
    return found


def find_paths(page: Page, terminal: str) -> Paths | None:
    """The ways of a terminal's goods; None where it bought nothing."""
    frame = page.ask("network/paths_by_terminal", terminal=terminal.partition(":")[2], row_limit=20_000)
    traced = trace_paths(frame, terminal)
    return traced if len(traced.paths) else None


def make_focus(page: Page, channel: Channel, view: View, paths: Paths | None) -> Card:
    """One party among those it buys from and those it supplies."""
    found = find_parties(page, [view.centre]) if view.centre else pd.DataFrame()
    if found.empty:
        raise Nothing(page.say("There is no party to look at in this selection."))
    row = found.iloc[0].to_dict()
    if not row["has_flow"]:
        raise Nothing(page.say("{name} neither bought nor sold anything in this period.", name=row["name"]))
    focus, links, reach = gather_focus(page, view, paths)
    if focus.links.empty:
        raise Nothing(page.say("{name} dealt with nobody else in this selection.", name=row["name"]))
    labels = focus.nodes.set_index("node_id")["label"]
    return Card(
        title=tell_focus(page, channel, row, links, labels),
        subtitle=page.say(
            "Circle = pure sales, line = share of what the receiver buys, ring = at least {share} from one source. "
            "A click selects a party and opens its neighbours",
            share=page.share(THRESHOLD, 0),
        ),
        frame=links,
        spec=focus_chart.draw_focus(focus.nodes, focus.links, page.style, read_node()),
        height=focus_chart.measure_height(focus.row_count),
        note=" ".join(list_notes(page, view, focus, reach, paths)),
        metrics=("pure_sales", "single_source", "revenue_at_risk"),
        on_pick=lambda node: open_node(str(node), view.centre),
        pick_ids={
            "node": list(focus.nodes["node_id"]),
            "edge": [
                "others:" if is_others else f"link:{source}>{target}"
                for source, target, is_others in focus.links[["source_id", "target_id", "is_others"]].itertuples(
                    index=False
                )
            ],
        },
        table=pd.DataFrame(
            {
                "sender_name": links["source_id"].map(labels),
                "receiver_name": links["target_id"].map(labels),
                "stage": links["stage"].map(page.term),
                "link_amount": links["link_amount"],
                "back_amount": links["return_amount"],
                "supply_share": links["supply_share"],
            }
        ),
    )


def tell_focus(page: Page, channel: Channel, row: dict[str, object], links: pd.DataFrame, labels: pd.Series) -> str:
    """The finding, by what stands in the middle."""
    currency = page.company.currency
    if row["kind"] == "manufacturer":
        return words.tell_maker_focus(row, page.language)
    if row["kind"] == "terminal":
        sources = links[(links["target_id"] == row["node_id"]) & (links["link_amount"] > 0)]
        main = sources.sort_values("link_amount", ascending=False).head(1)
        name, share = (labels[main["source_id"].iloc[0]], main["supply_share"].iloc[0]) if len(main) else ("", None)
        return words.tell_terminal_focus(row, str(name), share, page.language, currency)
    known = channel.distributors[channel.distributors["distributor_id"] == row["code"]]
    if known.empty:
        return sentences.tell_focus(str(row["name"]), 0, 0, 0.0, page.language, currency)
    counts = known.iloc[0][["terminal_count", "dependent_count", "risk_amount"]]
    return sentences.tell_focus(
        str(row["name"]), int(counts.iloc[0]), int(counts.iloc[1]), float(counts.iloc[2]), page.language, currency
    )


def list_notes(page: Page, view: View, focus: Focus, reach: pd.DataFrame, paths: Paths | None) -> list[str]:
    """How far the drawing reaches, how much of it stands there by name, and what the marks of returns and ways mean."""
    counts = reach[reach["distance"] > 0].groupby("place")["node_count"].sum().astype(int).to_dict()
    drawn = int((~focus.nodes["is_others"] & ~focus.nodes["is_self"]).sum())
    notes = [words.tell_reach(counts, drawn, view.depth, page.language)]
    if focus.links["is_back"].any():
        notes.append(page.say("Dashed: as much came back as was bought, or more."))
    if focus.links["is_implied"].any():
        notes.append(page.say("Dotted: implied by what was sold on, for no sell-in of the manufacturer is recorded."))
    if paths is not None:
        notes.append(page.say("Gold: the ways the terminal’s goods came, as wide as their share."))
    return notes


def make_paths(page: Page, terminal: str, paths: Paths) -> Card:
    """The ways of a terminal's goods, the widest first."""
    nodes = sorted({node for path in paths.paths["path"] for node in path})
    names = find_parties(page, nodes)["name"].to_dict()
    table = paths.paths.assign(label=[join_path(path[:-1], names) for path in paths.paths["path"]])
    notes = [
        page.say(
            "An estimate from shares, not a trace of batches: what a distributor passes on of a manufacturer’s line is "
            "taken to come from its suppliers as it received that line in these months. The lines below name the batches."
        )
    ]
    if not paths.paths["is_from_maker"].all():
        notes.append(page.say("A way that starts with a distributor: it received none of the line in these months."))
    if paths.has_implied:
        notes.append(
            page.say("No sell-in of some manufacturers is recorded: that goods came from them is known by the product.")
        )
    if paths.thin_amount > 0:
        notes.append(page.say("Ways too thin to follow: {amount}.", amount=page.amount(paths.thin_amount)))
    if paths.returned_amount > 0:
        notes.append(page.say("Lines of which more came back: {amount}.", amount=page.amount(paths.returned_amount)))
    return Card(
        title=words.tell_paths(names.get(terminal, terminal), table.to_dict("records"), page.language),
        subtitle=page.say("From the first party known to the terminal, by share of what it bought"),
        frame=pd.DataFrame({"way": table["label"], "way_share": table["share"], "way_amount": table["amount"]}).head(
            100
        ),
        note=" ".join(notes),
        metrics=("goods_path",),
    )


def join_path(path: Sequence[str], names: dict[str, str]) -> str:
    """'Demo Diagnostics → Renshen → Hospital 8'."""
    return " → ".join(names.get(node, node.partition(":")[2]) for node in path)


def show_focus(page: Page, channel: Channel) -> None:
    """One party among its neighbours, its controls, and for a terminal the ways its goods came."""
    centre = find_centre(page, channel)
    opened = read_opened(centre)
    node = read_node()
    can_centre = node.partition(":")[0] in SELECTABLE and node != centre
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="focus-choices"):
        depth = choose_value("depth", page.say("Steps around it"), {code: code for code in DEPTHS}, "1")
        with st.container(horizontal=True, gap="small", width="content"):
            st.button(
                page.say("Centre here"),
                icon=":material/center_focus_strong:",
                key="focus-centre",
                disabled=not can_centre,
                help=page.say("Put what is selected in the middle"),
                on_click=change_view,
                args=(PAGE,),
                kwargs={"centre": node},
            )
            st.button(
                page.say("Collapse"),
                icon=":material/unfold_less:",
                key="focus-collapse",
                disabled=not opened,
                help=page.say("Close what clicks opened"),
                on_click=collapse,
            )
    view = View(centre, int(depth), opened)
    paths = find_paths(page, view.terminal) if view.terminal else None
    show_card(page, "network/focus", lambda page: make_focus(page, channel, view, paths))
    if paths is not None:
        show_card(page, "network/paths", lambda page: make_paths(page, view.terminal, paths))


def collapse() -> None:
    """Close everything that clicks opened."""
    st.session_state[_OPENED] = {}
