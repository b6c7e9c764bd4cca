"""The cards of one distributor: its peers, its stock, its terminals, whom it deals with, what was agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from insight.analysis.peers import choose_peers, place_among
from insight.charts import strips
from insight.sentences import distributor as sentences
from insight.ui.activities.opening import pick_activities
from insight.ui.cards import Card
from insight.ui.distributor.party import THRESHOLD, Party
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals
from insight.units import show_number, show_ratio

MOST_LISTED = 500

# code of distributor/measures -> words, whether more is better, how a value is written
MEASURES: dict[str, tuple[str, bool, str]] = {
    "sales_amount": ("Pure sales", True, "amount"),
    "growth_rate": ("Growth", True, "change"),
    "attainment_rate": ("Attainment", True, "share"),
    "terminal_count": ("Terminals served", True, "count"),
    "kept_share": ("Terminals kept", True, "share"),
    "stock_days": ("Days of stock", False, "days"),
    "outside_share": ("Outside its territory", False, "share"),
    "overdue_share": ("Overdue invoices", False, "share"),
}


def list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def write_value(page: Page, form: str, value: float) -> str:
    """A measure's value as the screen writes it."""
    forms: dict[str, Callable[[float], str]] = {
        "amount": page.amount,
        "share": page.share,
        "change": lambda number: page.share(number, is_signed=True),
        "count": page.count,
        "days": lambda number: show_number(number, page.language),
        "ratio": lambda number: show_ratio(number, page.language, 2),
    }
    return forms[form](value)


def make_peers(page: Page, party: Party) -> Card:
    """A strip a measure: everybody of the same tier a tick, this one a dot."""
    active = party.measures[party.measures["sales_amount"] > 0]
    if party.own is None or party.id not in set(active["distributor_id"]):
        raise Nothing(page.say("{name} has no pure sales in this period.", name=party.name))
    peers = choose_peers(active, party.id)
    given = {
        code: better
        for code, (_, better, _) in MEASURES.items()
        if page.window.has_base or code not in ("growth_rate", "kept_share")
    }
    placed = place_among(peers, party.id, given)
    if placed.empty:
        raise Nothing(page.say("Too few distributors to compare with."))
    own = placed["is_own"]
    placed["name"] = [page.say(MEASURES[code][0]) for code in placed["measure"]]
    placed["value_text"] = [
        write_value(page, MEASURES[row.measure][2], row.value) if row.is_own else "" for row in placed.itertuples()
    ]
    placed["rank_text"] = [
        page.say("{rank} of {all}", rank=page.count(row.rank), all=page.count(row.peer_count)) if row.is_own else ""
        for row in placed.itertuples()
    ]
    same = len(peers) < len(active)
    tier = peers[peers["distributor_id"] == party.id]["tier"].iloc[0]
    group = (
        page.say("{count} distributors of tier {tier}", count=page.count(len(peers)), tier=int(tier))
        if same and not pd.isna(tier)
        else page.say("{count} distributors", count=page.count(len(peers)))
    )
    return Card(
        title=sentences.tell_peers(list_records(placed[own]), page.language),
        subtitle=page.say(
            "Among {group}. Tick = a peer, line = median, dot = this one; right is always better", group=group
        ),
        frame=placed[["measure", "name", "place", "is_own", "median_place", "value_text", "rank_text"]],
        draw=strips.draw_strips,
        metrics=("pure_sales", "attainment", "doi_backward", "cross_territory_rate", "overdue_share"),
        table=peers.drop(columns=["distributor_id", "stock_basis"]).astype({"tier": "Int64"}),
    )


def make_terminals(page: Page, party: Party) -> Card:
    """Its terminals, largest first, with those that have no other source."""
    frame = page.ask("distributor/terminals", distributor=party.id, threshold=THRESHOLD, row_limit=MOST_LISTED)
    if frame.empty:
        raise Nothing(page.say("No terminal bought from it in this period."))
    table = frame.assign(**{column: frame[column].map(page.term) for column in ("type", "level")})
    columns = ["terminal_name", "sales_amount", "growth_rate", "supply_share", "is_single_source", "last_bought_on"]
    columns += ["territory_name", "type", "level", "base_amount"]
    if not page.window.has_base:
        columns = [column for column in columns if column not in ("growth_rate", "base_amount")]
    kept = [column for column in columns if frame[column].notna().any()]
    return Card(
        title=sentences.tell_terminals(list_records(frame), page.language),
        subtitle=page.say(
            "What each bought from it in the period; no other source = at least {share} from this one",
            share=page.share(THRESHOLD, 0),
        ),
        frame=table[kept].rename(columns={"supply_share": "own_share"}),
        metrics=("pure_sales", "single_source"),
        table=table[["terminal_id", *kept]].rename(columns={"supply_share": "own_share"}),
        **pick_terminals("distributor", frame["terminal_id"]),
    )


def make_suppliers(page: Page, party: Party) -> Card:
    """Who supplies it and which distributors it supplies."""
    frame = page.ask("distributor/suppliers", distributor=party.id)
    title = sentences.tell_suppliers(list_records(frame), page.language)
    if frame.empty:
        raise Nothing(title + page.say("."))
    direction = [
        page.say("supplies it") if is_supplier else page.say("is supplied") for is_supplier in frame["is_supplier"]
    ]
    table = frame.assign(neighbour_kind=frame["neighbour_kind"].map(page.term), direction=direction)
    return Card(
        title=title,
        subtitle=page.say("Manufacturers and other distributors, at the prices of their lines, net of returns"),
        frame=table[["neighbour_name", "direction", "link_share", "link_amount", "neighbour_kind"]],
        metrics=("sell_in", "transfer"),
    )


def make_agreements(page: Page, party: Party) -> Card:
    """Contracts and authorised territories, what is in force first."""
    frame = page.ask("distributor/agreements", distributor=party.id)
    if frame.empty:
        raise Nothing(page.say("No agreement and no authorisation of it is recorded."))
    suppliers = page.ask("distributor/suppliers", distributor=party.id)
    table = frame.assign(**{column: frame[column].map(page.term) for column in ("agreed_kind", "agreed_state")})
    table["left_days"] = table["left_days"].astype("Int64")
    first = ["agreed_with", "agreed_kind", "agreed_state", "left_days"]
    order = [*first, *(column for column in table.columns if column not in first)]
    return Card(
        title=sentences.tell_agreements(list_records(frame), list_records(suppliers), page.language),
        subtitle=page.say("Agreements with makers, and territories with the number of lines it may sell there"),
        frame=table[[column for column in order if frame[column].notna().any()]],
    )


def make_events(page: Page, party: Party) -> Card:
    """Its timeline, newest first."""
    frame = page.ask("distributor/events", distributor=party.id, row_limit=40)
    if frame.empty:
        raise Nothing(page.say("No admission, agreement, authorisation or activity of it is recorded."))
    table = frame.assign(event_kind=frame["event_kind"].map(page.term))
    past = frame[frame["happened_on"] <= page.coverage.data_through_on]
    last = (past if len(past) else frame).iloc[0]
    return Card(
        title=page.say("Last: {event}, {day}", event=page.term(last["event_kind"]), day=page.day(last["happened_on"])),
        subtitle=page.say("Admission, agreements, authorisations and its own activities, the newest first"),
        frame=table.drop(columns="activity_id"),
        **pick_activities("distributor", frame, party.id),
    )
