"""Stock in the channel: what went in, what went out, what was counted, and how long it lasts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import bridge, loading
from insight.charts import stock as stock_chart
from insight.sentences import stock as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel, read_node, read_selected, read_turn, select_distributor
from insight.ui.page import Page
from insight.ui.states import Nothing

LIMIT_DAYS = 60  # stock beyond so many days is excess
TOLERANCE = 0.05  # a gap up to this share of opening stock and receipts is let pass
NEAR_DAYS = 180
LATE_DAYS = 35  # a last count so many days behind the company's is late
LEAST_SHARE, QUARTERS = 0.15, 4  # of a quarter's sell-in in excess, and the quarters looked back on
MOST_RANKED, MOST_LOADED, MOST_LISTED = 15, 12, 300

# the steps of the identity in the order they are drawn: column, words, sign
STEPS = (
    ("received_amount", "Sell-in", 1),
    ("transferred_in_amount", "Transfers in", 1),
    ("transferred_out_amount", "Transfers out", -1),
    ("sold_amount", "Pure sales", -1),
    ("other_amount", "Unknown parties", 1),
    ("initial_amount", "Found by first counts", 1),
    ("gap_amount", "Gap: count less book", 1),
)


def narrow() -> dict[str, Any]:
    """The selection of the page as a filter: a distributor's own stock, or a maker's goods."""
    kind, _, code = read_node().partition(":")
    field = {"distributor": "distributors", "manufacturer": "manufacturers"}.get(kind)
    return {field: [code]} if field and code else {}


def ask_identity(page: Page, more: dict[str, Any]) -> dict[str, Any]:
    """The identity's amounts; Nothing where the lines hold no receipts to compare with."""
    row: dict[str, Any] = page.ask("network/stock_identity", **more).iloc[0].to_dict()
    if not row["distributor_count"]:
        raise Nothing(page.say("No stock, line or count of a distributor under these filters."))
    if not (
        row["received_amount"] or row["transferred_in_amount"] or row["opening_amount"] > 0 or row["counted_count"]
    ):
        raise Nothing(
            page.say(
                "No shipment to distributors is loaded, so what should be in stock cannot be told. Load the "
                "manufacturers’ shipments, or counted stock."
            )
        )
    return row


def list_steps(page: Page, row: dict[str, Any]) -> pd.DataFrame:
    """The identity as a bridge from opening to closing; steps of nothing are left out, the gap is not."""
    steps = [
        {
            "step_id": "opening",
            "label": page.say("Stock before"),
            "change_amount": row["opening_amount"],
            "is_total": True,
        }
    ]
    for column, label, sign in STEPS:
        if row[column] or (column == "gap_amount" and row["counted_count"]):
            steps.append(
                {
                    "step_id": column,
                    "label": page.say(label),
                    "change_amount": sign * row[column],
                    "is_total": False,
                    "is_neutral": column != "gap_amount",
                }
            )
    label = "Stock counted" if row["closing_amount"] == row["counted_amount"] else "Stock after"
    steps.append(
        {"step_id": "closing", "label": page.say(label), "change_amount": row["closing_amount"], "is_total": True}
    )
    return pd.DataFrame(steps)


def make_identity(page: Page, more: dict[str, Any], name: str) -> Card:
    """The identity: before + in - out + gap = after."""
    row = ask_identity(page, more)
    frame = list_steps(page, row)
    notes = sentences.list_reservations(row, page.language, page.company.currency)
    if page.filters.territories:
        notes.append(page.say("A territory stands for the distributors at home in it."))
    return Card(
        title=sentences.tell_identity(row, name, page.language, page.company.currency),
        subtitle=page.say(
            "{unit}, all at the distributors’ price, {period}. The gap is what counts differ from the book on the day "
            "of the count",
            unit=bridge.describe_unit(frame, page.style),
            period=page.period_short,
        ),
        frame=frame,
        draw=bridge.draw_bridge,
        note=" ".join(notes),
        metrics=("siso_gap", "doi_backward", "sell_in", "transfer", "pure_sales"),
        table=frame[["label", "change_amount"]].rename(columns={"change_amount": "amount"}),
    )


def make_months(page: Page, more: dict[str, Any]) -> Card:
    """What came in beside what was sold, the days of stock beneath."""
    frame = page.ask("network/stock_by_month", chart_start=None, **more)
    if frame.empty:
        raise Nothing(page.say("No stock, line or count of a distributor under these filters."))
    if not frame[["received_amount", "transferred_in_amount"]].to_numpy().any():
        raise Nothing(
            page.say("Nothing was received in these months; goods taken in cannot be set against goods sold.")
        )
    passed = (frame["transferred_in_amount"] - frame["transferred_out_amount"]).astype(float)
    has_transfers = bool(passed.abs().gt(0.005).any())
    shown = pd.DataFrame(
        {
            "month": frame["stock_month"],
            "received_amount": frame["received_amount"].astype(float) + passed,
            "sold_amount": frame["sold_amount"],
            "stock_days": frame["stock_days"],
            "is_quarter_end": frame["is_quarter_end"],
            "is_partial": frame["is_partial"],
        }
    )
    whole = shown[~shown["is_partial"]].tail(12)
    implied = bool((frame["implied_amount"] != 0).any())
    received = page.say("Taken in, net of transfers on") if has_transfers else page.say("Sell-in")
    return Card(
        title=sentences.tell_months(
            float(whole["received_amount"].sum()), float(whole["sold_amount"].sum()), len(whole), page.language
        ),
        subtitle=page.say(
            "{unit}, both at the distributors’ price; quarter ends shaded. Days: stock ÷ what left a day in 90 days",
            unit=stock_chart.describe_unit(shown, page.style),
        ),
        frame=shown,
        draw=stock_chart.draw_stock_months,
        options={"limit": LIMIT_DAYS, "received_name": received},
        note=page.say("Stock never counted is implied: in less out since the data begin.") if implied else "",
        metrics=("doi_backward", "sellout_sellin_ratio"),
        table=frame.rename(columns={"gap_amount": "count_gap_amount"}),
    )


def make_days(page: Page) -> Card:
    """Distributors by days of stock; the page's selection is marked, and a click selects."""
    frame = page.ask("network/stock_by_distributor", limit_days=LIMIT_DAYS)
    ranked = frame[frame["stock_days"].notna() & (frame["closing_amount"] > 0)]
    if ranked.empty:
        raise Nothing(page.say("No distributor holds stock that can be set against what leaves it."))
    selected = read_selected()
    shown = ranked[(ranked.reset_index().index < MOST_RANKED) | (ranked["distributor_id"] == selected)]
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in ranked.to_dict("records")]
    chart = pd.DataFrame(
        {
            "unit_id": shown["distributor_id"],
            "unit_name": shown["distributor_name"].fillna(shown["distributor_id"]),
            "stock_days": shown["stock_days"],
            "amount": shown["closing_amount"],
            "is_uncertain": shown["basis"] != "counted",
        }
    )
    notes = []
    unsure = int((ranked["basis"] != "counted").sum())
    if unsure:
        notes.append(
            page.say(
                "{count} without a recent count are outlined and not named: a late file looks like stock.",
                count=page.count(unsure),
            )
        )
    short = int((frame["closing_amount"] < 0).sum())
    if short:
        notes.append(
            page.say(
                "{count} more shipped more than they were seen to receive; their records are incomplete.",
                count=page.count(short),
            )
        )
    return Card(
        title=sentences.tell_days(rows, LIMIT_DAYS, page.language, page.company.currency),
        subtitle=page.say(
            "Stock ÷ what left a day in 90 days (pure sales, and transfers where a distributor supplies others), "
            "{count} of {all}",
            count=page.count(len(shown)),
            all=page.count(len(ranked)),
        ),
        frame=chart,
        draw=stock_chart.draw_stock_days,
        options={"limit": LIMIT_DAYS, "chosen": selected},
        note=" ".join(notes),
        metrics=("doi_backward", "sellout_sellin_ratio"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: select_distributor(unit, is_ranked=True),
        turn=read_turn(),
        table=frame.drop(columns=["distributor_id"])
        .rename(columns={"gap_amount": "count_gap_amount"})
        .astype({"tier": "Int64"})
        .assign(basis=frame["basis"].map(page.term)),
    )


def make_loading(page: Page, more: dict[str, Any]) -> Card:
    """Quarter ends that look loaded, else those that come nearest."""
    if page.company.is_monthly:
        raise Nothing(page.say("The lines carry months only: what came in a quarter’s last days cannot be told."))
    frame = page.ask("network/stock_loading", least_share=LEAST_SHARE, quarter_count=QUARTERS, **more)
    if frame.empty:
        raise Nothing(page.say("No whole quarter with sell-in under these filters; loading cannot be judged."))
    is_single = frame["distributor_id"].nunique() == 1
    # one distributor's quarters read best in the order of time
    ordered = frame.sort_values("quarter_month", ascending=False) if is_single else frame
    shown = ordered.head(max(MOST_LOADED, min(int(frame["is_loading"].sum()), 2 * MOST_LOADED)))
    chart = pd.DataFrame(
        {
            "row_id": shown["distributor_id"] + " " + shown["quarter_month"].astype(str),
            "row_name": [
                sentences.name_quarter(row.quarter_month, page.language)
                + ("" if is_single else f"  {row.distributor_name or row.distributor_id}")
                for row in shown.itertuples()
            ],
            **{
                column: shown[column]
                for column in ("late_share", "excess_amount", "sales_late_share", "peer_late_share")
            },
            "unit_id": shown["distributor_id"],
            "stock_days": shown["stock_days"],
            "is_loading": shown["is_loading"],
        }
    )
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    return Card(
        title=sentences.tell_loading(rows, page.language),
        subtitle=page.say(
            "Share of the quarter’s sell-in that came in its last five working days, beside pure sales. Vermilion: far "
            "outside its own month ends and its peers, and the stock grew with it. A place to ask, not proof. {count} "
            "of {all}",
            count=page.count(len(shown)),
            all=page.count(len(frame)),
        ),
        frame=chart,
        draw=loading.draw_loading,
        metrics=("hockey_stick_index", "doi_backward"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: select_distributor(unit, is_ranked=True),
        turn=read_turn(),
        table=frame.drop(columns=["distributor_id"]),
    )


def make_gaps(page: Page, more: dict[str, Any]) -> Card:
    """Products whose counts and book disagree, largest first."""
    frame = page.ask("network/stock_gaps", tolerance=TOLERANCE, row_limit=MOST_LISTED, **more)
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    title = sentences.tell_gaps(rows, TOLERANCE, page.language, page.company.currency)
    if frame.empty:
        raise Nothing(title + page.say("."))
    columns = [
        "distributor_name",
        "product_name",
        "gap_kind",
        "disagreement_amount",
        "gap_quantity",
        "missing_quantity",
    ]
    columns += ["opening_quantity", "received_quantity", "shipped_quantity", "closing_quantity", "counted_on"]
    kept = [column for column in columns if column != "missing_quantity" or frame[column].astype(bool).any()]
    return Card(
        title=title,
        subtitle=page.say(
            "Gaps beyond {share} of opening stock and receipts, and stock that fell below zero: a matter of records "
            "first. {shown} of {all}",
            share=page.share(TOLERANCE, 0),
            shown=page.count(len(frame)),
            all=page.count(frame["total_count"].iloc[0]),
        ),
        frame=frame.assign(gap_kind=frame["gap_kind"].map(page.term))[kept],
        metrics=("siso_gap",),
    )


def make_counts(page: Page, more: dict[str, Any]) -> Card:
    """Who counted when, and what expires soon."""
    frame = page.ask("network/stock_counts", late_days=LATE_DAYS, near_days=NEAR_DAYS, **more)
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    if not rows:
        raise Nothing(page.say("No stock, line or count of a distributor under these filters."))
    columns = ["distributor_name", "counted_on", "behind_days", "count_state", "counted_amount", "near_expiry_amount"]
    columns += ["near_expiry_share", "left_out_count", "left_out_amount"]
    is_dated = frame["dated_amount"].fillna(0).astype(float).gt(0).any()
    has_left_out = frame["left_out_count"].gt(0).any()
    kept = [
        column
        for column in columns
        if (is_dated or not column.startswith("near_")) and (has_left_out or not column.startswith("left_out"))
    ]
    return Card(
        title=sentences.tell_counts(rows, NEAR_DAYS, page.language),
        subtitle=page.say(
            "Last count of each distributor, the oldest first; near expiry is less than {days} days of life on that day",
            days=page.count(NEAR_DAYS),
        ),
        frame=frame.assign(count_state=frame["count_state"].map(page.term))[kept],
        metrics=("aged_stock_share",),
    )


def show_stock(page: Page, channel: Channel) -> None:
    """The cards of this part; the distributor selected on the page narrows all but the ranking."""
    more, selected = narrow(), read_selected()
    named = channel.distributors[channel.distributors["distributor_id"] == selected]["distributor_name"]
    name = (
        "" if not selected else str(named.iloc[0]) if len(named) else page.names["distributors"].get(selected, selected)
    )
    left, right = st.columns(2)
    with left:
        show_card(page, "network/stock_identity", lambda page: make_identity(page, more, name))
    with right:
        show_card(page, "network/stock_months", lambda page: make_months(page, more))
    left, right = st.columns(2)
    with left:
        show_card(page, "network/stock_days", make_days)
    with right:
        show_card(page, "network/stock_loading", lambda page: make_loading(page, more))
    left, right = st.columns(2)
    with left:
        show_card(page, "network/stock_gaps", lambda page: make_gaps(page, more), needs=("stocks",))
    with right:
        show_card(page, "network/stock_counts", lambda page: make_counts(page, more), needs=("stocks",))
