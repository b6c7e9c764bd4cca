"""How deep each customer is: range, listing, potential, orders and their rhythm, by grade or kind and one by one."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from insight.charts import panels
from insight.sentences import depth as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.coverage.terminals import NOBODY
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing
from insight.ui.terminal.customer import find_last_day
from insight.ui.terminal.opening import pick_terminals, show_terminal

SHOWN, MOST = 200, 5_000  # rows on the screen; rows in the file
GROUPS = {"grade": "By grade", "kind": "By kind"}


def show_groups(page: Page) -> None:
    """The summary, with the switch between grades and kinds where grades are loaded."""
    group = choose_part(page, "coverage", GROUPS, key="look") if page.has("terminal_grades") else "kind"
    show_card(page, "coverage/habits", lambda page: make_groups(page, group))


def make_groups(page: Page, group: str) -> Card:
    """Customers of each grade or kind: range, listing, potential, frequency, rhythm, concentration."""
    is_kind = group == "kind"
    frame = page.ask("coverage/depth_by_group", by_kind=is_kind)
    if frame.empty:
        raise Nothing(page.say("Nobody bought in the twelve months under these filters."))
    name = _name_kind(page) if is_kind else _name_grade(page)
    names = frame["unit_id"].map(name)
    titles = {
        "products_per_customer": page.say("SKUs a customer"),
        "listed_rate": page.say("Of those listed"),
        "share_rate": page.say("Of the potential"),
        "quarterly_orders": page.say("Orders a quarter"),
        "regular_rate": page.say("In rhythm"),
        "concentrated_rate": page.say("Over half on one SKU"),
    }
    shown = frame.assign(unit_name=names + " · " + frame["customer_count"].map(page.count))
    few = frame["customer_count"] < sentences.FEW
    for column in titles:
        shown[column] = shown[column].astype(float).mask(few)
    kept = {column: title for column, title in titles.items() if shown[column].notna().any()}
    if not kept:
        raise Nothing(page.say("Fewer than five customers bought in 12 months"))
    text = dict(zip(frame["unit_id"], names, strict=True))

    def pick(unit: str | None) -> None:
        if unit is None:
            choose("coverage", "habits")
            return
        customers = page.ask("coverage/depth_by_terminal", terminals=[], row_limit=MOST)
        own = customers["kind" if is_kind else "grade"].fillna("") == unit
        ids = customers.loc[own, "terminal_id"].tolist()
        choose("coverage", "habits", **({"text": text[unit], "terminals": ids} if ids else {}))

    return Card(
        title=sentences.tell_groups(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Customers of the twelve months to {day}, their number beside the name. Click a row: the list shows them",
            day=page.day(find_last_day(page, page.window.period_end)),
        ),
        frame=shown[["unit_id", "unit_name", *kept]],
        draw=panels.draw_panels,
        options={"panels": kept},
        note=page.say("Groups of fewer than five customers show no figures.") if few.any() else "",
        metrics=(
            "depth_per_customer",
            "potential_realisation",
            "estimated_potential",
            "order_frequency",
            "order_regularity",
            "product_concentration",
        ),
        pick="unit",
        pick_field="unit_id",
        on_pick=pick,
        turn=take_turn("coverage", "habits"),
        table=frame.assign(unit=names)[
            ["unit", "customer_count", "lines_per_customer", *titles, "top_share", "estimated_count"]
        ].rename(columns={"unit": "kind_name" if is_kind else "grade"}),
    )


def _name_grade(page: Page) -> Callable[[str], str]:
    return lambda grade: page.say("Grade {grade}", grade=grade) if grade else page.say("No grade")


def _name_kind(page: Page) -> Callable[[str], str]:
    words = {"": page.say("Kind not said"), "other": page.say("Other kinds")}
    return lambda kind: words.get(kind) or page.term(kind)


def show_customers(page: Page) -> None:
    """The list, with the way to the page of the terminal whose row is marked."""
    show_terminal(page, "depth")
    show_card(page, "coverage/customers", make_customers)


def make_customers(page: Page) -> Card:
    """Customers one by one, or the terminals behind what was clicked in a chart."""
    chosen = find_choice("coverage")
    ids: list[str] = []
    if chosen:
        found = page.ask("coverage/terminals", **{key: chosen.get(key, none) for key, none in NOBODY.items()})
        ids = found["terminal_id"].tolist()
        if not ids:
            raise Nothing(page.say("No terminal stands here."))
    frame = page.ask("coverage/depth_by_terminal", terminals=ids, row_limit=MOST)
    if frame.empty:
        raise Nothing(page.say("Nobody bought in the twelve months under these filters."))
    language, currency = page.language, page.company.currency
    rows = frame.to_dict("records")
    everyone, first = int(rows[0]["all_count"]), rows[0]
    frame["type"] = frame["type"].map(page.term, na_action="ignore")
    frame["listed_rate"] = frame["listed_bought_count"] / frame["listed_count"].where(frame["listed_count"] > 0)
    frame["potential_text"] = pd.Series(
        [sentences.tell_potential(row, language, currency) for row in rows], dtype="object"
    )
    columns = [
        "terminal_name",
        "grade",
        "open_amount",
        "share_rate",
        "potential_text",
        "year_amount",
        "line_count",
        "product_count",
        "listed_rate",
        "quarterly_orders",
        "usual_days",
        "regular_rate",
        "top_product_share",
        "top_product_name",
        "last_bought_on",
        "owner_name",
        "type",
        "city",
    ]
    kept = [column for column in columns if frame[column].notna().any()]
    return Card(
        title=page.say("{n} terminals: {what}", n=page.count(everyone), what=chosen["text"])
        if chosen
        else sentences.tell_customers(rows, language, currency),
        subtitle=page.say(
            "Twelve months to {day}, most potential left first; {lines} product lines and {skus} SKUs are bought by anybody. "
            "Orders and their interval are of all lines",
            day=page.day(find_last_day(page, page.window.period_end)),
            lines=page.count(first["offered_line_count"]),
            skus=page.count(first["offered_product_count"]),
        ),
        frame=frame[kept].head(SHOWN),
        note=page.say(
            "The first {n} of {all} are shown; the file holds {most}.",
            n=SHOWN,
            all=page.count(everyone),
            most=page.count(len(frame)),
        )
        if everyone > SHOWN
        else "",
        metrics=(
            "depth_per_customer",
            "potential_realisation",
            "estimated_potential",
            "order_frequency",
            "order_regularity",
            "product_concentration",
        ),
        table=frame[
            [
                "terminal_id",
                *(column for column in kept if column != "potential_text"),
                *(
                    column
                    for column in (
                        "potential_amount",
                        "potential_low_amount",
                        "potential_high_amount",
                        "listed_count",
                        "listed_bought_count",
                        "order_count",
                        "product_hhi",
                        "offered_line_count",
                        "offered_product_count",
                    )
                    if frame[column].notna().any()
                ),
            ]
        ],
        **pick_terminals("depth", frame["terminal_id"].head(SHOWN)),
    )
