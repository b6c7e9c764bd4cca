"""How deep each account is: product lines by grade, penetration by kind, share of potential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from insight.charts import heat, potential
from insight.sentences import coverage as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, take_turn
from insight.ui.coverage.customers import show_customers, show_groups
from insight.ui.coverage.products import make_distribution
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST_PRODUCTS = 15  # as many as the question gives


def show_depth(page: Page) -> None:
    """Depth by grade beside penetration by kind, how customers buy, potential, SKUs, and the list behind a click."""
    left, right = st.columns(2)
    with left:
        show_card(page, "coverage/depth", make_depth, needs=("terminal_grades",))
    with right:
        show_card(page, "coverage/penetration", make_penetration)
    show_groups(page)
    left, right = st.columns(2)
    with left:
        show_card(page, "coverage/potential", make_potential)
    with right:
        show_card(page, "coverage/distribution", make_distribution)
    show_customers(page)


def make_depth(page: Page) -> Card:
    """Grade by number of product lines bought."""
    frame = page.ask("coverage/terminals_by_grade_and_depth")
    if frame.empty:
        raise Nothing(page.say("No data for these filters."))
    is_line = frame["depth_unit"].iloc[0] == "line"
    depths = frame["depth_count"].astype(int).astype(str) + frame["is_open_ended"].map({True: "+", False: ""})
    grades = frame["grade"].map(lambda grade: page.say("Grade {grade}", grade=grade) if grade else page.say("No grade"))
    shown = frame.assign(
        row_id=frame["grade"],
        row_name=grades + " · " + frame["grade_count"].map(page.count),
        column_id=frame["depth_count"].astype(int).astype(str),
        column_name=depths,
        rate=frame["terminal_share"].where(frame["grade_count"] >= sentences.FEW),
        label=frame["grade_count"].map(lambda count: "n<5" if count < sentences.FEW else None),
    )
    names = dict(zip(frame["grade"], grades, strict=True))
    words = dict(zip(shown["column_id"], depths, strict=True))

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose("coverage", "depth")
            return
        text = "{grade}, buys {depth} product lines" if is_line else "{grade}, buys {depth} SKUs"
        choose(
            "coverage",
            "depth",
            text=page.say(text, grade=names[cell["row_id"]], depth=words[cell["column_id"]]),
            grade=cell["row_id"],
            depth=int(cell["column_id"]),
        )

    return Card(
        title=sentences.tell_depth(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Share of each grade’s terminals by number of product lines bought; number of terminals beside the grade"
            if is_line
            else "Share of each grade’s terminals by number of SKUs bought; number of terminals beside the grade"
        ),
        frame=shown,
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Grade"),
            "column_title": page.say("Product lines" if is_line else "SKUs"),
            "rate_title": page.say("Share of the grade"),
        },
        metrics=("depth_of_range",),
        pick="cell",
        on_select=select,
        turn=take_turn("coverage", "depth"),
        table=frame.assign(grade=grades, depth_count=depths)[
            ["grade", "depth_count", "terminal_count", "grade_count", "terminal_share"]
        ],
    )


def make_penetration(page: Page) -> Card:
    """Which kinds of terminal buy which lines; with one line chosen, which SKUs."""
    frame = page.ask("coverage/penetration_by_line_and_kind")
    is_line = frame["product_line"].nunique() > 1
    if is_line:
        frame = frame.assign(row_id=frame["product_line"], row_name=frame["product_line"].map(page.term))
    else:
        frame = page.ask("coverage/penetration_by_product_and_kind")
        frame = frame.assign(row_id=frame["product_id"], row_name=frame["product_name"])
    if frame.empty:
        raise Nothing(page.say("Nothing was bought under these filters."))
    frame["kind_name"] = frame["kind"].map(
        lambda kind: {"": page.say("Kind not said"), "other": page.say("Other kinds")}.get(kind) or page.term(kind)
    )
    shown = frame.assign(
        column_id=frame["kind"],
        column_name=frame["kind_name"] + " · " + frame["terminal_count"].map(page.count),
        rate=frame["penetration_rate"].where(frame["terminal_count"] >= sentences.FEW),
        label=frame["terminal_count"].map(lambda count: "n<5" if count < sentences.FEW else None),
    )
    rows, kinds = (
        dict(zip(frame["row_id"], frame["row_name"], strict=True)),
        dict(zip(frame["kind"], frame["kind_name"], strict=True)),
    )

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose("coverage", "penetration")
            return
        text = page.say("{kind}: does not buy {what}", kind=kinds[cell["column_id"]], what=rows[cell["row_id"]])
        choose("coverage", "penetration", text=text, unbought=cell["row_id"], kind=cell["column_id"])

    return Card(
        title=sentences.tell_penetration(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Share of the terminals of each kind that bought it in the period. Click a cell: who does not"
        ),
        frame=shown,
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Product line" if is_line else "SKU"),
            "column_title": page.say("Kind of terminal"),
            "rate_title": page.say("Penetration"),
        },
        note=page.say("The fifteen SKUs most terminals buy.") if not is_line and len(rows) == MOST_PRODUCTS else "",
        metrics=("penetration",),
        pick="cell",
        on_select=select,
        turn=take_turn("coverage", "penetration"),
        table=frame[["row_name", "kind_name", "terminal_count", "buyer_count", "penetration_rate"]],
    )


def make_potential(page: Page) -> Card:
    """What terminals could buy against the share of it they do."""
    frame = page.ask("coverage/share_by_terminal")
    if frame.empty:
        raise Nothing(page.say("No terminal here has a potential."))
    shown = frame.assign(
        name=frame["terminal_name"], sales_amount=frame["year_amount"], is_selected=frame["grade"] == "A"
    )
    shown["range_text"] = [
        page.say("{low} to {high}", low=page.amount(low), high=page.amount(high)) if is_estimated else None
        for is_estimated, low, high in zip(
            frame["is_estimated"], frame["low_amount"], frame["high_amount"], strict=True
        )
    ]
    everyone, estimated = int(frame["all_count"].iloc[0]), int(frame["estimated_count"].iloc[0])

    def select(selection: Mapping[str, Any]) -> None:
        brush, dots = selection.get("brush") or {}, selection.get("terminal") or []
        if brush.get("potential_amount") and brush.get("share_rate"):
            (least, most), (low, high) = (sorted(brush[field]) for field in ("potential_amount", "share_rate"))
            # dots above the edge of the chart stand at its edge
            is_inside = frame["potential_amount"].between(least, most) & frame["share_rate"].between(
                low, high if high < potential.HIGHEST_SHARE else float("inf")
            )
            ids = frame.loc[is_inside, "terminal_id"].tolist()
            choose("coverage", "potential", **({"text": page.say("In the rectangle"), "terminals": ids} if ids else {}))
        elif dots:
            ids = [dot["terminal_id"] for dot in dots]
            names = frame.loc[frame["terminal_id"].isin(ids), "terminal_name"].str.cat(sep=", ")
            choose("coverage", "potential", text=names, terminals=ids)
        else:
            choose("coverage", "potential")

    notes = [
        page.say("The {n} with the largest potential of {all}.", n=page.count(len(frame)), all=page.count(everyone))
        if everyone > len(frame)
        else "",
        page.say(
            "Hollow: {n} potentials nobody supplied, estimated from similar terminals as of the end of the data.",
            n=page.count(estimated),
        )
        if estimated
        else "",
    ]
    return Card(
        title=sentences.tell_potential(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Pure sales of twelve months ÷ potential a year; blue = grade A, larger = more sales. "
            "Draw a rectangle: the list shows who is in it"
        ),
        frame=shown[
            [
                "terminal_id",
                "name",
                "potential_amount",
                "share_rate",
                "sales_amount",
                "is_selected",
                "is_estimated",
                "range_text",
            ]
        ],
        draw=potential.draw_potential,
        note=" ".join(filter(None, notes)),
        metrics=("potential_realisation", "estimated_potential"),
        pick="brush,terminal",
        on_select=select,
        turn=take_turn("coverage", "potential"),
        table=frame[
            [
                "terminal_id",
                "terminal_name",
                "grade",
                "potential_amount",
                "is_estimated",
                "low_amount",
                "high_amount",
                "year_amount",
                "share_rate",
                "open_amount",
            ]
        ],
    )
