"""The whole channel in one drawing: every maker, distributor and terminal of the selection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from insight.analysis.network.communities import find_communities
from insight.analysis.network.layout import place_parties
from insight.charts import whole as whole_chart
from insight.charts.theme import Style
from insight.i18n import name_term, say
from insight.sentences import whole as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel, read_node, select_node
from insight.ui.network.search import show_search
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.units import show_amount, show_count

MOST_TERMINALS = 30_000  # drawn one by one; the others stand together
MOST_LINES = 20_000
MOST_COLOURS = 6
COLOURS = {"region": "Colour by region", "community": "Colour by community", "tier": "Colour by tier"}
_STATE = "network_whole"


@dataclass(frozen=True)
class Drawing:
    """What is drawn and said: the specification as JSON, ids in its order, and what was counted."""

    spec: str
    ids: tuple[str, ...]
    counts: dict[str, int]
    amounts: dict[str, float]
    has_spokes: bool


def show_whole(page: Page, channel: Channel) -> None:
    """Search and colours above, the drawing below."""
    parties = page.ask("network/parties", terminal_limit=MOST_TERMINALS)
    left, right = st.columns([3, 2], vertical_alignment="top")
    with right:
        colour = st.segmented_control(
            page.say("Colour"),
            list(COLOURS),
            format_func=lambda code: page.say(COLOURS[code]),
            default="region",
            required=True,
            key="network_colour",
            label_visibility="collapsed",
        )
    with left:
        show_search(page, frozenset(parties["node_id"]))
    show_card(page, "network/whole", lambda page: make_whole(page, parties, colour or "region"))


def make_whole(page: Page, parties: pd.DataFrame, colour: str = "region") -> Card:
    """Every party of the selection at its place."""
    if parties.empty:
        raise Nothing(page.say("Nothing was shipped in this period under these filters."))
    links = page.ask("network/links", terminal_limit=MOST_TERMINALS)
    asked = f"{page.snapshot_key} {page.filters} {page.window} {page.scope} {page.language}"
    mark, turn = _follow_selection(f"{asked} {page.style} {colour}")
    drawing = _draw(asked, colour, page.style, mark, parties, links, page.ask("network/regions_by_size"))
    counts = drawing.counts
    sellers = parties[(parties["kind"] == "distributor") & (parties["terminal_count"] > 0)]
    top = sellers.sort_values(["terminal_count", "sales_amount"], ascending=False).head(1).to_dict("records")
    drawn = parties[parties["kind"] == "terminal"]
    return Card(
        title=sentences.tell_whole(
            counts, int((drawn["supplier_count"] > 1).sum()), top[0] if top else None, page.language
        ),
        subtitle=page.say(
            "Large circle with a rim = distributor, around it the terminals it mainly supplies, dark = manufacturers; "
            "area = pure sales within its kind. Drag to move, roll to zoom, click to select"
        ),
        frame=parties,
        spec=drawing.spec,
        height=whole_chart.HEIGHT,
        note=" ".join(
            sentences.list_whole_notes(
                counts, drawing.amounts, drawing.has_spokes, page.language, page.company.currency
            )
        ),
        metrics=("pure_sales",),
        on_pick=_pick,
        pick_ids={"node": drawing.ids, "main": drawing.ids},
        turn=turn,
        table=_list_parties(page, parties),
    )


def _list_parties(page: Page, parties: pd.DataFrame) -> pd.DataFrame:
    """What the table shows: names and words instead of ids and codes."""
    names = parties.set_index("node_id")["node_name"]
    return pd.DataFrame(
        {
            "node_name": parties["node_name"],
            "kind": parties["kind"].map(page.term),
            "tier": parties["tier"].astype("Int64"),
            "type": parties["type"].map(page.term),
            "region_name": parties["region_name"],
            "main_source_name": parties["main_source_id"].map(names),
            "supplier_count": parties["supplier_count"],
            "terminal_count": parties["terminal_count"],
            "sales_amount": parties["sales_amount"],
            "member_count": parties["member_count"],
        }
    )


# --- the mark on the screen -----------------------------------------------------------------------------------------


def _pick(node: str | None) -> None:
    """A click in the drawing: the browser has marked it already, so the drawing stays as it is, where it is."""
    state = st.session_state.setdefault(_STATE, {})
    if (node or "") != read_node():
        select_node(node)
    state["seen"] = read_node()


def _follow_selection(identity: str) -> tuple[str, int]:
    """What the drawing marks and flies to, and its turn: a new one where the selection was changed elsewhere.

    Drawn again it would start at the whole again, so a click inside it leaves it as the browser has it.
    """
    state = st.session_state.setdefault(_STATE, {})
    is_on_screen = any(str(key).startswith("chart-network/whole-") for key in st.session_state)
    selected = read_node()
    if not is_on_screen or state.get("identity") != identity or state.get("seen") != selected:
        state.update(identity=identity, seen=selected, mark=selected, turn=state.get("turn", 0) + 1)
    return str(state["mark"]), int(state["turn"])


# --- the drawing ----------------------------------------------------------------------------------------------------


@st.cache_data(max_entries=12, max_size="60MB", show_spinner=False)
def _place(asked: str, _parties: pd.DataFrame) -> pd.DataFrame:
    return place_parties(_parties)


@st.cache_data(max_entries=24, max_size="100MB", show_spinner=False)
def _draw(
    asked: str,
    colour: str,
    style: Style,
    mark: str,
    _parties: pd.DataFrame,
    _links: pd.DataFrame,
    _regions: pd.DataFrame,
) -> Drawing:
    # everything the drawing depends on is in the key: snapshot, filters, window and scope in ``asked``
    return draw_parties(_parties, _links, _regions, _place(asked, _parties), style, colour, mark)


def draw_parties(
    parties: pd.DataFrame,
    links: pd.DataFrame,
    regions: pd.DataFrame,
    places: pd.DataFrame,
    style: Style,
    colour: str = "region",
    mark: str = "",
) -> Drawing:
    """The drawing of ``network/parties`` and ``network/links`` at the places of ``layout.place_parties``.

    ``regions`` is the answer of ``network/regions_by_size``; ``colour`` is 'region', 'community' or 'tier'; ``mark`` is the
    party marked and flown to.
    """
    groups, others, group = _group_parties(parties, links, regions, style.language, colour)
    names = dict(zip(parties["node_id"], parties["node_name"], strict=True))
    nodes = pd.DataFrame(
        {
            "node_id": parties["node_id"],
            "label": [
                name
                if kind != "others"
                else say(
                    style.language,
                    "{count} others of {name}",
                    count=show_count(members, style.language),
                    name=names[source],
                )
                for name, kind, members, source in zip(
                    parties["node_name"],
                    parties["kind"],
                    parties["member_count"],
                    parties["main_source_id"],
                    strict=True,
                )
            ],
            "kind": parties["kind"],
            "group": group,
            "x": places["x"],
            "y": places["y"],
            "radius": places["radius"],
            "reach": places["reach"],
            "words": [
                _describe(style, *row)
                for row in parties[["kind", "sales_amount", "supplier_count", "terminal_count"]].itertuples(index=False)
            ],
        }
    )
    has_spokes = len(parties) <= whole_chart.LIVELY
    edges, thin_count, thin_amount = _choose_lines(style, parties, links, names, has_spokes=has_spokes)
    # text as plain objects: pandas' own takes its time to be read one by one
    nodes = nodes.astype(dict.fromkeys(("node_id", "label", "kind", "words"), object))
    edges = edges.astype(dict.fromkeys(("stage", "words"), object))
    spec = whole_chart.draw_whole(nodes, edges, style, groups, others, mark)
    kinds = parties["kind"].value_counts()
    hidden = parties[parties["kind"] == "others"]
    return Drawing(
        json.dumps(spec, allow_nan=False, separators=(",", ":")),
        tuple(parties["node_id"]),
        {
            **{kind: int(kinds.get(kind, 0)) for kind in ("manufacturer", "distributor", "terminal")},
            "hidden": int(hidden["member_count"].sum()),
            "thin": thin_count,
            "implied": int((links["stage"] == "implied").sum()),
        },
        {"hidden": float(hidden["sales_amount"].sum()), "thin": thin_amount},
        has_spokes,
    )


def _describe(style: Style, kind: str, amount: float, sources: int, targets: int) -> str:
    """A party's tooltip below its name: its pure sales, and how many it deals with."""
    language = style.language
    told = show_amount(amount, language, style.currency)
    if kind in ("terminal", "others"):
        if kind == "others" or sources < 2:
            return told
        return say(language, "{amount} from {count} suppliers", amount=told, count=show_count(sources, language))
    return say(language, "{amount}, {count} terminals", amount=told, count=show_count(targets, language))


def _choose_lines(
    style: Style, parties: pd.DataFrame, links: pd.DataFrame, names: dict[str, str], *, has_spokes: bool
) -> tuple[pd.DataFrame, int, float]:
    """The lines drawn, and the number and amount of the thinnest ones that are not.

    In a large drawing a terminal's main supplier is said by its place and needs no line.
    """
    position = pd.Series(np.arange(len(parties)), index=parties["node_id"])
    main = parties.set_index("node_id")["main_source_id"]
    is_main = (links["stage"] == "pure_sales") & (links["target_id"].map(main) == links["source_id"])
    lines = links.assign(is_main=is_main) if has_spokes else links[~is_main].assign(is_main=False)
    lines = lines.sort_values(["link_amount", "source_id", "target_id"], ascending=[False, True, True])
    thin = lines.iloc[MOST_LINES:]
    lines = lines.iloc[:MOST_LINES].iloc[::-1]  # the thickest are drawn last, on top
    largest = lines.groupby("stage")["link_amount"].transform("max")
    is_told = len(parties) <= whole_chart.ROOMY
    edges = pd.DataFrame(
        {
            "source": lines["source_id"].map(position).astype(int),
            "target": lines["target_id"].map(position).astype(int),
            "stage": lines["stage"],
            "is_main": lines["is_main"],
            "share": (lines["link_amount"] / largest.where(largest > 0)).fillna(0).clip(0, 1),
            "words": [
                f"{names.get(source) or ''} → {names.get(target) or say(style.language, 'Terminals taken together')}\n"
                f"{_name_stage(style.language, stage)}: {show_amount(amount, style.language, style.currency)}"
                for source, target, stage, amount in lines[
                    ["source_id", "target_id", "stage", "link_amount"]
                ].itertuples(index=False)
            ]
            if is_told
            else "",
        }
    )
    return edges, len(thin), float(thin["link_amount"].sum())


def _name_stage(language: str, stage: str) -> str:
    """What a line carries, above its amount."""
    if stage == "implied":
        return say(language, "Implied by what was sold on; no sell-in recorded")
    return name_term(language, stage)


def _group_parties(
    parties: pd.DataFrame, links: pd.DataFrame, regions: pd.DataFrame, language: str, colour: str
) -> tuple[list[str], str, np.ndarray[Any, np.dtype[np.int64]]]:
    """Names of the groups with a colour, what the rest is called, and each party's group; -1 is the rest."""
    if colour == "tier":
        tiers = [say(language, "Tier 1"), say(language, "Tier 2"), say(language, "Terminal")]
        is_distributor = parties["kind"] == "distributor"
        place = np.where(~is_distributor, 2, np.where(parties["tier"].isna(), -1, parties["tier"].fillna(0) - 1))
        return tiers, say(language, "Tier not said"), np.where(parties["kind"] == "manufacturer", -1, place).astype(int)
    if colour == "community":
        found = find_communities(links.rename(columns={"link_amount": "amount"})).set_index("node_id")["community"]
        number = parties["node_id"].map(found).fillna(-1).astype(int).to_numpy()
        names = [
            say(language, "Community {number}", number=place + 1)
            for place in range(min(MOST_COLOURS, int(number.max(initial=-1)) + 1))
        ]
        return names, say(language, "Smaller communities"), np.where(number < MOST_COLOURS, number, -1)
    # by the sales of all time: a region keeps its colour whatever the filters
    regions = regions.head(MOST_COLOURS)
    place_of = {region: place for place, region in enumerate(regions["region_id"])}
    place = parties["region_id"].map(place_of).fillna(-1).astype(int).to_numpy()
    return list(regions["region_name"]), say(language, "Other regions"), place
