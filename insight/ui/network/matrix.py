"""Who sells where as a matrix: legible where a drawing would be a knot."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from insight.charts import matrix as matrix_chart
from insight.charts.theme import Style
from insight.i18n import name_term, say
from insight.sentences import whole as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel, read_node, select_node
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.units import show_count

COLUMNS = {
    "region": "By region",
    "province": "By province",
    "product_line": "By product line",
    "type": "By kind of terminal",
}
MEASURES = {"amount": "Pure sales", "row_share": "Share of the row", "column_share": "Share of the column"}
SIZES = (30, 60, 120, 300)
MOST_COLUMNS = 31
_STATE = "network_matrix"


def show_matrix(page: Page, channel: Channel) -> None:
    """What stands in columns, what cells show, how many rows; and the matrix."""
    with st.container(horizontal=True, gap="small", key="matrix-controls"):
        columns = st.segmented_control(
            page.say("Columns"),
            list(COLUMNS),
            format_func=lambda code: page.say(COLUMNS[code]),
            default="region",
            required=True,
            key="network_matrix_columns",
            label_visibility="collapsed",
        )
        measure = st.segmented_control(
            page.say("Cells"),
            list(MEASURES),
            format_func=lambda code: page.say(MEASURES[code]),
            default="amount",
            required=True,
            key="network_matrix_measure",
            label_visibility="collapsed",
        )
        size = SIZES[0]
        if len(channel.distributors) > SIZES[0]:
            size = st.selectbox(
                page.say("Rows"),
                SIZES,
                format_func=lambda count: page.say("The {count} largest", count=page.count(count)),
                key="network_matrix_size",
                label_visibility="collapsed",
                width=180,
            )
    show_card(
        page, "network/matrix", lambda page: make_matrix(page, columns or "region", measure or "amount", int(size))
    )


def make_matrix(page: Page, columns: str, measure: str, size: int) -> Card:
    """Pure sales of each seller by column, with sums that are those of the page."""
    answer = page.ask("network/matrix", columns=columns, row_limit=size, column_limit=MOST_COLUMNS)
    if answer.empty or not answer["sales_amount"].any():
        raise Nothing(page.say("No pure sales for these filters."))
    frame = name_cells(page.style, answer, columns)
    mark, turn = _follow_selection()
    has_homes = bool(answer["is_home"].any())
    named = answer[answer["row_id"].str.startswith("distributor:")]
    # a seller whose home has no column here says nothing of how much stays at home
    placed = named[named.groupby("row_id")["is_home"].transform("any")]
    away = placed[~placed["is_home"]].groupby("row_id")["sales_amount"].sum()
    sellers = pd.DataFrame({"sales_amount": named.groupby("row_id")["sales_amount"].sum(), "away_amount": away}).fillna(
        0.0
    )
    sellers["row_name"] = named.groupby("row_id")["row_name"].first()
    others = answer[answer["row_id"] == ":others"]
    sides = page.say("outlined = the seller’s home. ") if has_homes else ""
    return Card(
        title=sentences.tell_matrix(
            sellers.to_dict("records"),
            float(placed.loc[placed["is_home"], "sales_amount"].sum()),
            float(placed["sales_amount"].sum()),
            has_homes,
            page.language,
            page.company.currency,
        ),
        subtitle=page.say(
            "Pure sales, {unit}; stronger colour = more; ", unit=matrix_chart.describe_unit(frame, page.style)
        )
        + sides
        + page.say("Click a cell to select its seller"),
        frame=frame,
        draw=matrix_chart.draw_matrix,
        options={
            "chosen": mark,
            "measure": measure,
            "row_title": page.say("Seller"),
            "column_title": page.say(COLUMNS[columns]),
        },
        note=page.say(
            "The {count} largest sellers are rows of their own; the other {others}, with {amount}, share the last.",
            count=page.count(answer.loc[answer["row_id"] != ":others", "row_id"].nunique()),
            others=page.count(others["row_count"].iloc[0]),
            amount=page.amount(others["sales_amount"].sum()),
        )
        if len(others)
        else "",
        metrics=("pure_sales",),
        pick="cell",
        pick_field="row_id",
        on_pick=_pick,
        turn=turn,
        table=frame.rename(columns={"row_name": "seller_name", "amount": "sales_amount"})[
            ["seller_name", "column_name", "sales_amount", "row_share", "column_share", "is_home"]
        ],
    )


def name_cells(style: Style, answer: pd.DataFrame, columns: str) -> pd.DataFrame:
    """The frame of ``charts.matrix`` from ``network/matrix``: words for rows and columns, and both shares."""

    language = style.language

    def name_row(row: dict[str, Any]) -> str:
        if row["row_id"] == ":others":
            return say(language, "{count} others", count=show_count(row["row_count"], language))
        is_maker = row["row_id"].startswith("manufacturer:")
        return say(language, "{name} (direct)", name=row["row_name"]) if is_maker else str(row["row_name"])

    def name_column(row: dict[str, Any]) -> str:
        if row["column_id"] == ":others":
            return say(language, "{count} others", count=show_count(row["column_count"], language))
        if row["column_id"] == "":
            return say(language, "Unassigned") if columns in ("region", "province") else say(language, "not said")
        return name_term(language, row["column_id"]) if columns in ("product_line", "type") else str(row["column_name"])

    rows = answer.to_dict("records")
    row_sum = answer.groupby("row_id")["sales_amount"].sum()
    column_sum = answer.groupby("column_id")["sales_amount"].sum()
    return pd.DataFrame(
        {
            "row_id": [row["row_id"] for row in rows],
            "row_name": [name_row(row) for row in rows],
            "row_rank": [int(row["row_rank"]) for row in rows],
            "column_id": [row["column_id"] for row in rows],
            "column_name": [name_column(row) for row in rows],
            "column_rank": [int(row["column_rank"]) for row in rows],
            "amount": [row["sales_amount"] for row in rows],
            "row_share": [_divide(row["sales_amount"], row_sum[row["row_id"]]) for row in rows],
            "column_share": [_divide(row["sales_amount"], column_sum[row["column_id"]]) for row in rows],
            "is_home": [bool(row["is_home"]) for row in rows],
        }
    )


def _divide(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _pick(row: str | None) -> None:
    """A click selects the seller; the chart has marked it already."""
    node = "" if row in (None, ":others") else str(row)
    if node != read_node():
        select_node(node or None)
    st.session_state.setdefault(_STATE, {})["seen"] = read_node()


def _follow_selection() -> tuple[str, int]:
    """Whom the chart marks, and its turn: a new one where the selection was changed elsewhere, for the chart's own mark
    no longer holds then."""
    state = st.session_state.setdefault(_STATE, {})
    is_on_screen = any(str(key).startswith("chart-network/matrix") for key in st.session_state)
    if not is_on_screen or state.get("seen") != read_node():
        state.update(seen=read_node(), mark=read_node(), turn=state.get("turn", 0) + 1)
    return str(state["mark"]), int(state["turn"])
