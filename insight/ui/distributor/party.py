"""Which distributor the page is about, who it is, and its five tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from insight.ui.address import change_view, make_query, read_view
from insight.ui.page import Page
from insight.ui.text import plain
from insight.ui.tiles import Tile
from insight.units import is_missing, show_day, show_number, show_ratio

_PAGE = "distributor"
THRESHOLD = 0.8  # from this share of what a terminal buys on, it depends on the distributor


@dataclass(frozen=True)
class Party:
    """The distributor looked at: who it is, how it is measured, and all others beside it."""

    id: str
    name: str
    profile: dict[str, Any]
    measures: pd.DataFrame

    @property
    def own(self) -> dict[str, Any] | None:
        """Its own row of the measures, where it sold anything."""
        rows = self.measures[self.measures["distributor_id"] == self.id]
        return {str(key): value for key, value in rows.iloc[0].to_dict().items()} if len(rows) else None


def read_party() -> str:
    """The distributor the address names; empty where it names none."""
    kind, _, code = read_view(_PAGE, "sel").partition(":")
    return code if kind == "distributor" else ""


def choose_party(page: Page, parties: pd.DataFrame) -> str:
    """The distributor of the address, else the only one of the filter, else the largest; the box above changes it.

    A distributor that a link names and nobody knows is said, and nothing is put in its place: the answer is empty.
    """
    ids = list(parties["distributor_id"])
    asked = read_party()
    chosen = page.filters.distributors[0] if len(page.filters.distributors) == 1 else ""
    shown = asked or (chosen if chosen in ids else ids[0])
    names = dict(zip(ids, parties["distributor_name"], strict=True))
    if shown not in names:
        st.warning(
            plain(page.say("The link names a distributor that these data do not have: {id}.", id=shown)),
            icon=":material/link_off:",
        )
    # the address is the truth: a link elsewhere moves the box
    st.session_state["distributor_choice"] = shown if shown in names else None

    def keep() -> None:
        picked = st.session_state["distributor_choice"]
        change_view(_PAGE, sel=f"distributor:{picked}" if picked else "")

    st.selectbox(
        page.say("Distributor"),
        ids,
        format_func=lambda code: plain(str(names[code])),
        key="distributor_choice",
        on_change=keep,
        placeholder=page.say("Choose a distributor"),
        label_visibility="collapsed",
        width=420,
    )
    return shown if shown in names else ""


def address_network(page: Page, code: str) -> dict[str, list[str]]:
    """The address of the network page with the distributor in focus, under the same filters."""
    return make_query(page.filters, page.language, {"look": "focus", "sel": f"distributor:{code}"})


def gather_party(page: Page, code: str, name: str) -> Party:
    """Everything that several parts of the page look at."""
    profile = page.ask("distributor/profile", distributor=code)
    return Party(
        code,
        name,
        {str(key): value for key, value in profile.iloc[0].to_dict().items()},
        page.ask("distributor/measures", threshold=THRESHOLD),
    )


def list_facts(page: Page, party: Party) -> list[str]:
    """Who it is in a line: tier, home, grade, stage, supplier, credit."""
    row = {key: None if is_missing(value) else value for key, value in party.profile.items()}
    facts = []
    if row["tier"] is not None:
        facts.append(page.say("tier {tier}", tier=int(row["tier"])))
    if row["home_territory_name"]:
        facts.append(str(row["home_territory_name"]))
    if row["grade"]:
        facts.append(page.say("grade {grade}", grade=row["grade"]))
    if row["stage"]:
        facts.append(page.term(row["stage"]))
    if row["parent_name"]:
        facts.append(page.say("buys from {name}", name=row["parent_name"]))
    if row["onboarded_on"] is not None:
        facts.append(page.say("since {day}", day=page.day(row["onboarded_on"])))
    if row["credit_limit_amount"] is not None:
        facts.append(page.say("credit {amount}", amount=page.amount(row["credit_limit_amount"])))
    if row["credit_days"] is not None:
        facts.append(page.say("{days} days to pay", days=page.count(int(row["credit_days"]))))
    return facts


def list_distributor_tiles(page: Page, party: Party) -> list[Tile]:
    """Pure sales with attainment, stock days, last report, terminals served, overdue invoices."""
    own = party.own
    tiles = [_make_sales(page, own), _make_stock(page, own), _make_report(page, party, own), _make_reach(page, own)]
    if page.has("receivables"):
        tiles.append(_make_overdue(page, party, own))
    return tiles


def _make_sales(page: Page, own: dict[str, Any] | None) -> Tile:
    if own is None:
        return Tile(metric="pure_sales", value="—")
    growth = None if is_missing(own["growth_rate"]) or not page.window.has_base else float(own["growth_rate"])
    base = page.say("vs {base}", base=page.base_name) if growth is not None else ""
    attainment = own["attainment_rate"]
    plan = "" if is_missing(attainment) else page.say("{share} of plan", share=page.share(attainment))
    return Tile(
        metric="pure_sales",
        value=page.amount(own["sales_amount"]),
        change=growth,
        change_text="" if growth is None else page.share(growth, is_signed=True),
        against=" · ".join(text for text in (base, plan) if text) or page.say("no target"),
    )


def _make_stock(page: Page, own: dict[str, Any] | None) -> Tile:
    if own is None or is_missing(own["stock_days"]):
        return Tile(metric="doi_backward", value="—", against=page.say("never counted"))
    ratio = own["sellout_sellin_ratio"]
    words = {
        "counted": page.say("counted {day}", day=page.day(own["counted_on"])),
        "carried": page.say("expected; counted {day}", day=page.day(own["counted_on"])),
    }
    note = (
        ""
        if is_missing(ratio)
        else page.say("Sold ÷ taken in over the period: {ratio}.", ratio=show_ratio(ratio, page.language, 2))
    )
    return Tile(
        metric="doi_backward",
        value=show_number(own["stock_days"], page.language),
        against=words.get(own["stock_basis"], ""),
        note=note,
    )


def _make_report(page: Page, party: Party, own: dict[str, Any] | None) -> Tile:
    if own is None or is_missing(own["last_sale_on"]):
        return Tile(metric="last_report", value="—")
    last, through = own["last_sale_on"], page.coverage.data_through_on
    if page.company.is_monthly:
        is_late = last.replace(day=1) < through.replace(day=1)
        against = page.say("late") if is_late else page.say("up to date")
        return Tile(metric="last_report", value=page.month(last), against=against)
    behind = (through - last).days
    against = page.say("{count} days behind", count=page.count(behind)) if behind else page.say("up to date")
    day = show_day(last, page.language) if last.year == through.year else page.day(last)
    return Tile(metric="last_report", value=day, against=against)


def _make_reach(page: Page, own: dict[str, Any] | None) -> Tile:
    if own is None:
        return Tile(metric="active_terminals", value="—", label=page.say("Terminals served"))
    has_base = page.window.has_base
    change = int(own["terminal_count"]) - int(own["base_terminal_count"])
    return Tile(
        metric="active_terminals",
        label=page.say("Terminals served"),
        value=page.count(own["terminal_count"]),
        change=change if has_base else None,
        change_text=page.count_change(change) if has_base else "",
        against=page.say("{count} depend on it alone", count=page.count(own["dependent_count"])),
    )


def _make_overdue(page: Page, party: Party, own: dict[str, Any] | None) -> Tile:
    opened, overdue = party.profile["unpaid_amount"], party.profile["overdue_amount"]
    if is_missing(opened):
        return Tile(metric="overdue_share", value="—", against=page.say("no invoices"))
    share = None if not opened else overdue / opened
    days = None if own is None else own["payment_days"]
    paid = "" if is_missing(days) else page.say("paid after {days} days", days=show_number(days, page.language))
    used = party.profile["credit_limit_amount"]
    credit = (
        ""
        if is_missing(used) or not used
        else page.say(
            "Open {amount}, {share} of the credit limit.", amount=page.amount(opened), share=page.share(opened / used)
        )
    )
    return Tile(
        metric="overdue_share",
        value=page.share(share) if share is not None else page.share(0.0),
        against=paid,
        note=credit,
    )
