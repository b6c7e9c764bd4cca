"""The shipment lines behind what is selected, with their sum."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from insight.analysis.network.netting import net_links
from insight.sentences import drawings as sentences
from insight.ui.address import read_view
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import GROUPS, SELECTABLE, read_node, split_link
from insight.ui.network.selection import LINES, find_implied, find_parties, name_party
from insight.ui.page import Page
from insight.ui.states import Nothing


@dataclass(frozen=True)
class Side:
    """Some of the lines of what is selected: what they are called, and how they are asked for."""

    label: str
    asked: dict[str, object]


def list_sides(page: Page, node: str) -> dict[str, Side]:
    """The lines there can be behind what is selected, the one whose sum the drawing shows first."""
    kind, _, code = node.partition(":")
    if ends := split_link(node):
        if find_implied(page, ends):
            sold: dict[str, object] = {"sender": ends[1], "maker": ends[0].partition(":")[2]}
            received: dict[str, object] = {
                "receiver": ends[1],
                "maker": ends[0].partition(":")[2],
                "stages": ["transfer"],
            }
            return {
                "implied": Side(page.say("What it sold of these goods"), sold),
                "from": Side(page.say("What it had of them from distributors"), received),
            }
        return {"link": Side(page.say("This link"), {"sender": ends[0], "receiver": ends[1]})}
    if kind == "terminal" or kind in GROUPS:
        return {"bought": Side(page.say("What it bought"), {"receiver": node})}
    if kind == "manufacturer":
        return {
            "made": Side(page.say("Pure sales of its products"), {"maker": code, "stages": ["pure_sales"]}),
            "shipped": Side(page.say("What it shipped"), {"sender": node}),
        }
    if kind == "distributor":
        return {
            "sold": Side(page.say("Pure sales"), {"sender": node, "stages": ["pure_sales"]}),
            "passed": Side(page.say("Shipped to distributors"), {"sender": node, "stages": ["transfer"]}),
            "bought": Side(page.say("Received"), {"receiver": node, "stages": ["sell_in", "transfer"]}),
        }
    return {}


def make_lines(page: Page, side: Side, name: str, by_size: bool) -> Card:
    """The lines as a table, their count and their sum; the sum is of all, not of those shown."""
    frame = page.ask("network/lines_by_party", **{**LINES, "by_size": by_size, **side.asked})
    if frame.empty:
        raise Nothing(page.say("No shipment line lies behind this in this period under these filters."))
    first = frame.iloc[0]
    shown = page.count(len(frame))
    order = page.say("largest first") if by_size else page.say("latest first")
    columns = ["occurred_on", "seller_name", "buyer_name", "product_name", "line_quantity", "unit", "line_amount"]
    columns += ["is_return", "document_no", "batch", "stage"]
    table = frame.assign(
        stage=frame["stage"].map(page.term),
        unit=[page.term(unit) if unit else "" for unit in frame["unit"]],
        line_quantity=to_whole(frame["line_quantity"]),
        is_return=[page.say("returned") if is_return else "" for is_return in frame["is_return"]],
    )[columns]
    table = table.drop(
        columns=[
            column
            for column in ("document_no", "batch", "unit", "is_return")
            if not table[column].fillna("").astype(bool).any()
        ]
    )
    # what is the same in every line stands in the subtitle
    alike = [
        column for column in ("seller_name", "buyer_name", "stage") if len(table) > 1 and table[column].nunique() == 1
    ]
    return Card(
        title=sentences.tell_lines(
            int(first["all_count"]), first["all_amount"], first["back_amount"], page.language, page.company.currency
        ),
        subtitle=page.say(
            "{name}. {side}: {shown} of {all} shipment lines, {order}. {unit}, negative for returns",
            name=name,
            side=side.label,
            shown=shown,
            all=page.count(first["all_count"]),
            order=order,
            unit=page.company.currency,
        ),
        frame=table.drop(columns=alike),
        table=table,
        note=tell_difference(page, float(first["all_amount"])),
        metrics=("shipment_lines",),
    )


def to_whole(quantities: pd.Series) -> pd.Series:
    """Whole numbers as such, where all are whole."""
    return quantities.astype("Int64") if (quantities % 1 == 0).all() else quantities


def tell_difference(page: Page, amount: float) -> str:
    """Where the flow draws a transfer netted, how its lines come to the amount drawn."""
    ends = split_link(read_node())
    is_flow = read_view("network", "look") in ("", "flow")
    if not is_flow or not ends or not all(end.startswith("distributor:") for end in ends):
        return ""
    transfers = page.ask("network/flow_by_link").query("stage == 'transfer'")
    pairs = {
        (f"distributor:{row['seller_id']}", f"distributor:{row['buyer_id']}"): row["flow_amount"]
        for row in transfers.to_dict("records")
    }
    drawn = net_links(pairs).links.get(ends, 0.0)
    if round(drawn - amount, 2) == 0:
        return ""
    return page.say(
        "Netted, this link is {drawn}: of the {amount} shipped this way, {less} came back or went round.",
        drawn=page.amount(drawn),
        amount=page.amount(amount),
        less=page.amount(amount - drawn),
    )


def show_lines(page: Page) -> None:
    """The card of lines, where something is selected."""
    node = read_node()
    sides = list_sides(page, node)
    is_party = node.partition(":")[0] in SELECTABLE
    ends = split_link(node) or (node,)
    names = [name_party(page, end) for end in ends]
    if not sides or not all(names) or (is_party and find_parties(page, [node]).empty):
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="lines-choices"):
        usual = choose_usual(page, node, list(sides))
        side = usual
        if len(sides) > 1:
            side = (
                st.segmented_control(
                    page.say("Shipment lines behind it"),
                    list(sides),
                    format_func=lambda code: sides[code].label,
                    default=usual,
                    required=True,
                    key=f"network_lines_{node}",
                )
                or usual
            )
        order = st.segmented_control(
            page.say("Order of the lines"),
            ["latest", "largest"],
            format_func=lambda code: page.say("Largest") if code == "largest" else page.say("Latest"),
            default="latest",
            required=True,
            key="network_lines_order",
        )
    show_card(page, "network/lines", lambda page: make_lines(page, sides[side], " → ".join(names), order == "largest"))


def choose_usual(page: Page, node: str, sides: list[str]) -> str:
    """Of a distributor without pure sales, what it passed on or received."""
    if not node.startswith("distributor:"):
        return sides[0]
    row: pd.Series = find_parties(page, [node]).iloc[0]
    if row["terminal_count"] or row["sales_amount"]:
        return "sold"
    return "passed" if row["shipped_amount"] else "bought"
