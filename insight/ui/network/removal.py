"""What if distributors fell away: what loses its source, which terminals are cut off, who could take over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from insight.analysis.network.loss import trace_loss
from insight.analysis.network.removal import Placement, place_stranded
from insight.charts import removal as chart
from insight.sentences import dependence as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel, has_provinces, read_node, read_selected, read_turn, select_node
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.text import plain

MOST_TAKERS, MOST_LISTED, MOST_REMOVED = 12, 300, 20
_KEPT = "network_removed_kept"


@dataclass(frozen=True)
class Removal:
    """What is lost without some distributors. ``followers``: those that lose supply with them, and how much."""

    removed: tuple[str, ...]
    names: tuple[str, ...]
    placement: Placement
    followers: pd.DataFrame
    result: dict[str, Any]
    quarters: float


def choose_removed(page: Page, channel: Channel) -> tuple[str, ...]:
    """The distributors taken away: those the reader named, else the selected one, else the one most depends on."""
    names = page.names.get("distributors", {})
    ranked = channel.distributors.sort_values(["risk_amount", "sales_amount"], ascending=False)["distributor_id"]
    others = [name for name in names if name not in set(ranked)]
    options = [*ranked, *others]
    if not options:
        return ()
    node = read_node()
    kept = st.session_state.get(_KEPT, {})
    # a choice by hand holds until something else is selected on the page
    if kept.get("node") == node and kept.get("snapshot") == page.snapshot_key:
        chosen = [name for name in kept["removed"] if name in set(options)]
    else:
        chosen = [read_selected() if read_selected() in set(options) else options[0]]
    widget = "network_removed"
    st.session_state[widget] = chosen

    def keep() -> None:
        st.session_state[_KEPT] = {
            "node": node,
            "snapshot": page.snapshot_key,
            "removed": list(st.session_state[widget]),
        }

    shown = dict(zip(channel.distributors["distributor_id"], channel.distributors["distributor_name"], strict=True))
    return tuple(
        st.multiselect(
            page.say("Distributors that fall away"),
            options,
            format_func=lambda name: str(names.get(name, shown.get(name, name))),
            key=widget,
            on_change=keep,
            max_selections=MOST_REMOVED,
            placeholder=page.say("Choose one or several"),
        )
    )


def measure_removal(page: Page, channel: Channel, removed: tuple[str, ...]) -> Removal:
    """Follow the loss down the channel, gather what loses its source, and hand it to who could take it; kept."""
    asked = (page.snapshot_key, str(page.filters), str(page.window), str(page.scope), page.language, removed)
    return _measure(asked, page, channel)


@st.cache_data(max_entries=60, max_size="100MB", show_spinner=False)
def _measure(asked: tuple[Any, ...], _page: Page, _channel: Channel) -> Removal:
    # everything the answer depends on is in the key; the page only asks
    removed: tuple[str, ...] = asked[-1]
    page, channel = _page, _channel
    supply = page.ask("network/removal_supply")
    columns = ["distributor_id", "supplier_kind", "supplier_id", "supply_amount"]
    lost = trace_loss(supply[columns].itertuples(index=False, name=None), removed)
    items = page.ask(
        "network/removal_terminals", removed=list(removed), lost_ids=list(lost), lost_shares=list(lost.values())
    )
    places = sorted(set(items["territory_id"].dropna()))
    reach = page.ask("network/removal_reach", places=places)
    capacity = page.ask("network/capacity_by_distributor")
    months = int(capacity["month_count"].max()) if len(capacity) else 0
    if months < sentences.FEWEST_MONTHS:
        capacity = capacity.assign(spare_amount=0.0)
    quarters = measure_quarters(page)
    placement = place_stranded(items, reach, capacity, lost, quarters)
    sold = channel.distributors.set_index("distributor_id")
    known = supply.drop_duplicates("distributor_id").set_index("distributor_id")
    followers = pd.DataFrame(
        [
            {
                "distributor_name": known["distributor_name"].get(name, name),
                "tier": known["tier"].get(name),
                "lost_share": share,
                "sales_amount": float(sold["sales_amount"].get(name, 0.0)),
            }
            for name, share in lost.items()
            if name not in removed and share > 0
        ],
        columns=["distributor_name", "tier", "lost_share", "sales_amount"],
    ).sort_values(["lost_share", "sales_amount"], ascending=False)
    names = page.names.get("distributors", {})
    result = {
        "stranded_amount": placement.stranded_amount,
        "removed_amount": placement.removed_amount,
        "placed_amount": placement.placed_amount,
        "unplaced_amount": placement.unplaced_amount,
        "sales_amount": float(channel.dependence.loc["current", "sales_amount"]),
        "cut_count": int(placement.terminals["is_cut_off"].sum()),
        "month_count": months,
        "lost_count": int((followers["lost_share"] >= 1).sum()),
        "thinned_count": int((followers["lost_share"] < 1).sum()),
    }
    return Removal(removed, tuple(names.get(name, name) for name in removed), placement, followers, result, quarters)


def measure_quarters(page: Page) -> float:
    """The length of the period in quarters of a year; a month not yet over counts by its working days gone."""
    months = float(page.window.month_count)
    if page.window.is_partial and page.company.working_days:
        months += page.company.elapsed_days / page.company.working_days - 1
    return months / 3


def make_takers(page: Page, found: Removal) -> Card:
    """Where the stranded sales could go."""
    placement, result = found.placement, found.result
    if placement.stranded_amount <= 0:
        raise Nothing(sentences.tell_removal(found.names, result, page.language, page.company.currency))
    if placement.takers.empty:
        raise Nothing(sentences.tell_placed(result, page.language, page.company.currency))
    takers = placement.takers
    shown = takers.head(MOST_TAKERS).rename(columns={"distributor_id": "unit_id", "distributor_name": "unit_name"})
    kept = ["unit_id", "unit_name", "serving_amount", "authorised_amount", "nearby_amount", "spare_amount"]
    more = (
        page.say("{shown} of {all} takers are drawn.", shown=page.count(len(shown)), all=page.count(len(takers)))
        if len(takers) > len(shown)
        else ""
    )
    return Card(
        title=sentences.tell_takers(
            takers.to_dict("records"), placement.placed_amount, page.language, page.company.currency
        ),
        subtitle=page.say(
            "Spare capacity = best three months running of the last 24 less the last three, over the {quarters} quarters "
            "of the period",
            quarters=sentences.tell_quarters(found.quarters, page.language),
        ),
        frame=shown[kept],
        draw=chart.draw_removal,
        options={
            **{kind: placement.by_class[kind] for kind in ("serving", "authorised", "nearby")},
            "unplaced": placement.unplaced_amount,
        },
        note=" ".join(
            text
            for text in (
                more,
                page.say("What others have sold before is no promise that they will, or that goods are there."),
            )
            if text
        ),
        metrics=("stranded_sales", "spare_capacity"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit_id: select_node(f"distributor:{unit_id}" if unit_id else None),
        turn=read_turn(),
        table=takers.drop(columns=["distributor_id"]),
    )


def make_stranded(page: Page, found: Removal) -> Card:
    """The terminals that lose a source, most first."""
    terminals = found.placement.terminals
    if terminals.empty:
        raise Nothing(page.say("No terminal loses a source."))
    shown = terminals.head(MOST_LISTED)
    table = shown.assign(type=shown["type"].map(page.term))
    columns = ["terminal_name", "stranded_amount", "stranded_share", "is_cut_off", "placed_amount", "unplaced_amount"]
    columns += ["taker_names", "candidate_names", "candidate_count", "territory_name", "type"]
    return Card(
        title=sentences.tell_stranded(terminals.to_dict("records"), page.language, page.company.currency),
        subtitle=sentences.tell_stranded_basis(len(shown), len(terminals), has_provinces(page), page.language),
        frame=table[
            [column for column in columns if column in ("unplaced_amount", "is_cut_off") or _says(table[column])]
        ],
        metrics=("stranded_sales",),
        on_pick=lambda name: select_node(f"terminal:{name}" if name else None),
        pick_ids={"row": list(shown["terminal_id"])},
        turn=read_turn(),
        table=table[["terminal_id", *columns]],
    )


def make_places(page: Page, found: Removal) -> Card:
    """What is stranded by territory and product line, and what of it finds a place."""
    places = found.placement.places
    if places.empty:
        raise Nothing(page.say("No terminal loses a source."))
    frame = places.assign(product_line=places["product_line"].map(page.term)).head(MOST_LISTED)
    top = places.iloc[0]
    where = " · ".join(
        text for text in (top["territory_name"], page.term(top["product_line"])) if text and text != "—"
    ) or page.say("Unassigned")
    return Card(
        title=page.say("Most is lost at {where}: {amount}", where=where, amount=page.amount(top["stranded_amount"])),
        subtitle=page.say("By territory and product line. What is lost = what could be placed + what is left"),
        frame=frame.drop(columns=["placed_amount"]),
        metrics=("stranded_sales", "spare_capacity"),
        table=frame,
    )


def make_followers(page: Page, found: Removal) -> Card:
    """The distributors that lose supply with those taken away."""
    return Card(
        title=sentences.tell_cascade(found.result, page.language, page.company.currency).rstrip(".。"),
        subtitle=page.say(
            "Distributors supplied through those taken away, with the share of their supply that leads there"
        ),
        frame=found.followers.head(MOST_LISTED).astype({"tier": "Int64"}),
        metrics=("stranded_sales",),
    )


def _says(column: pd.Series[Any]) -> bool:
    """Whether a column has anything to say in these rows."""
    return bool(column.replace("—", "").fillna(0).astype(bool).any())


def show_removal(page: Page, channel: Channel) -> None:
    """The what-if: choose, read the sentence, see who could take over."""
    if channel.distributors.empty:
        st.info(plain(page.say("No distributor has sales in this period.")), icon=":material/info:")
        return
    removed = choose_removed(page, channel)
    if not removed:
        st.info(plain(page.say("Choose a distributor to see what would be lost without it.")), icon=":material/info:")
        return
    found = measure_removal(page, channel, removed)
    st.subheader(
        plain(sentences.tell_removal(found.names, found.result, page.language, page.company.currency)),
        anchor=False,
        help=sentences.tell_assumptions(has_provinces(page), page.language),
    )
    if found.placement.stranded_amount <= 0:
        return
    left, right = st.columns(2)
    with left:
        show_card(page, "network/takers", lambda page: make_takers(page, found))
    with right:
        show_card(page, "network/places", lambda page: make_places(page, found))
        if len(found.followers):
            show_card(page, "network/followers", lambda page: make_followers(page, found))
    show_card(page, "network/stranded", lambda page: make_stranded(page, found))
