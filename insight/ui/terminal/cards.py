"""The cards of one terminal: its timeline, what it buys, who supplies it, what was done with it, who is like it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from insight.charts import heat, panels, swimlane
from insight.filters import add_months
from insight.sentences import terminal as sentences
from insight.ui.activities.opening import pick_activities
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.customer import (
    LEAST_PEERS,
    LEAST_SIMILAR,
    LOOKED_BACK,
    MONTHS,
    Customer,
)
from insight.ui.terminal.opening import pick_terminals
from insight.units import choose_scale, show_scaled

MOST_PRODUCTS = 12
MOST_OFFERS = 10


def list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def find_since(customer: Customer) -> date:
    """The first day of the timeline."""
    end = customer.year["period_end"]
    assert isinstance(end, date)
    return add_months(end, -LOOKED_BACK)


def find_contacts(page: Page, customer: Customer) -> pd.DataFrame:
    """Visits and activities of the timeline's months."""
    return page.ask("terminal/contacts", terminal=customer.id, since=find_since(customer), **customer.year)


def find_similar(page: Page, customer: Customer) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Terminals like it, and what they buy beside what it buys, in the months that white space is judged by."""
    whole = page.ask("depth/window").iloc[0]
    months = {**customer.year, "period_start": whole["start_month"], "period_end": whole["end_month"]}
    similar = page.ask("terminal/similar", terminal=customer.id, **months)
    ids = tuple(similar["terminal_id"])
    return similar, page.ask("terminal/similar_products", terminal=customer.id, terminals=ids, **months)


def find_near(page: Page, customer: Customer) -> pd.DataFrame:
    """Distributors that could supply it."""
    return page.ask("terminal/near_distributors", terminal=customer.id, row_limit=8, **customer.year)


def make_timeline(page: Page, customer: Customer) -> Card:
    """Orders, visits and activities over two years on one axis."""
    contacts = find_contacts(page, customer)
    since = find_since(customer)
    days = customer.days[customer.days["ordered_on"] >= since]
    if days.empty and contacts.empty:
        raise Nothing(page.say("Nothing was ordered and nothing was done in two years."))
    by_month = page.company.is_monthly or len(days) > swimlane.MOST_DAYS
    lanes = pd.concat([_lay_orders(page, days, by_month=by_month), _lay_contacts(page, contacts)], ignore_index=True)
    first = min([lanes["day_on"].min().replace(day=1), add_months(customer.end_on.replace(day=1), -5)])
    rhythm = customer.rhythm
    is_closed = not pd.isna(customer.row["closed_on"])
    is_quiet = customer.silence.state == "quiet"
    quiet = rhythm.last_on + timedelta(days=1) if is_quiet and rhythm.last_on else None
    marks = [page.say("circle = visit, filled = joint visit"), page.say("diamond = activity, filled = somebody came")]
    return Card(
        title=sentences.tell_orders(customer.silence, page.language),
        subtitle=page.say(
            "Orders by month, {unit}; {marks}" if by_month else "Orders by day, {unit}; {marks}",
            unit=swimlane.describe_unit(lanes, page.style) or page.company.currency,
            marks=page.say(", ").join(marks),
        ),
        frame=lanes,
        draw=swimlane.draw_lanes,
        options={
            "first_on": max(first, since).isoformat(),
            "last_on": customer.end_on.isoformat(),
            "by_month": by_month,
            "expected_on": rhythm.expected_on.isoformat()
            if rhythm.expected_on and customer.silence.state == "steady" and not is_closed
            else "",
            "quiet_from": quiet.isoformat() if quiet and quiet >= since else "",
        },
        metrics=("pure_sales", "order_rhythm"),
        table=days,
    )


def _lay_orders(page: Page, days: pd.DataFrame, *, by_month: bool) -> pd.DataFrame:
    rows = days.assign(day_on=days["ordered_on"], label=days["distributor_names"])
    if by_month and len(rows):
        months = rows["ordered_on"].map(lambda day: day.replace(day=1))
        sums = rows.groupby(months)["order_amount"].agg(["sum", "count"])
        label = [page.say("{count} order days", count=page.count(count)) for count in sums["count"]]
        rows = pd.DataFrame({"day_on": sums.index, "order_amount": sums["sum"].to_numpy(), "label": label})
    return pd.DataFrame(
        {
            "lane": "order",
            "day_on": list(rows["day_on"]),
            "amount": rows["order_amount"].astype(float).to_numpy(),
            "mark": "",
            "label": list(rows["label"]),
        }
    )


def _lay_contacts(page: Page, contacts: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "lane": "activity" if row["contact_kind"] == "activity" else "visit",
            "day_on": row["happened_on"],
            "amount": None,
            "mark": "filled" if row["contact_kind"] == "joint_visit" or _is_yes(row["is_attended"]) else "hollow",
            "label": " · ".join(text for text in (_name_contact(page, row), _tell_outcome(page, row)) if text),
        }
        for row in list_records(contacts)
    ]
    return pd.DataFrame(rows, columns=["lane", "day_on", "amount", "mark", "label"])


def _is_yes(value: object) -> bool:
    return value is not None and not pd.isna(value) and bool(value)


def _name_contact(page: Page, row: dict[str, Any]) -> str:
    if row["contact_kind"] == "activity":
        return str(row["subject"])
    return page.term(row["contact_kind"]) + (f": {page.term(row['subject'])}" if row["subject"] else "")


def _tell_outcome(page: Page, row: dict[str, Any]) -> str:
    if row["contact_kind"] != "activity":
        return str(row["with_name"]) if not pd.isna(row["with_name"]) else ""
    if pd.isna(row["is_attended"]):
        return page.say("invited, not said who came")
    if not row["is_attended"]:
        return page.say("invited, nobody came")
    count = row["attendee_count"]
    return page.say("came") if pd.isna(count) else page.say("{count} came", count=page.count(count))


def make_products(page: Page, customer: Customer) -> Card:
    """Products by month, the largest first."""
    frame = page.ask("terminal/products_by_month", terminal=customer.id, **customer.year)
    if frame.empty:
        raise Nothing(page.say("It bought nothing in 12 months."))
    order = list(dict.fromkeys(frame["product_id"]))
    products = frame.drop_duplicates("product_id").set_index("product_id")
    start = customer.year["period_start"]
    assert isinstance(start, date)
    months = [add_months(start, place) for place in range(MONTHS)]
    cells = frame.set_index(["product_id", "sales_month"])["sales_amount"].astype(float)
    scale = choose_scale(float(cells.abs().max()), page.language, page.company.currency)
    rows = []
    for product in order[:MOST_PRODUCTS]:
        for month in months:
            amount = cells.get((product, month))
            rows.append(
                {
                    "row_id": product,
                    "row_name": products.at[product, "product_name"],
                    "column_id": month.isoformat(),
                    "column_name": page.month(month, with_year=month.month == 1 or month == start),
                    "rate": amount,
                    "label": "" if amount is None else show_scaled(amount, scale, page.language),
                }
            )
    row = customer.row
    return Card(
        title=sentences.tell_products(
            list_records(products.reset_index()), int(row["line_count"]), int(row["offered_line_count"]), page.language
        ),
        subtitle=page.say(
            "Pure sales by month, {unit}; it bought {n} of {all} products that any terminal buys",
            unit=scale.name or page.company.currency,
            n=page.count(row["product_count"]),
            all=page.count(row["offered_product_count"]),
        ),
        frame=pd.DataFrame(rows),
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("Product"),
            "column_title": page.say("Month"),
            "rate_title": scale.name or page.say("Value"),
        },
        metrics=("pure_sales", "range_bought"),
        note=page.say("The {n} largest of {all}; the table has all.", n=MOST_PRODUCTS, all=page.count(len(order)))
        if len(order) > MOST_PRODUCTS
        else "",
        table=frame.assign(product_line=frame["product_line"].map(page.term))[
            ["product_name", "product_line", "sales_month", "sales_amount", "sales_quantity"]
        ],
    )


def make_suppliers(page: Page, customer: Customer) -> Card:
    """Who supplies it, with what share and at which prices."""
    frame = customer.suppliers
    if frame.empty:
        raise Nothing(page.say("Nobody ever sold to it."))
    table = frame.assign(price_rate=frame["price_index"] - 1, supplier_share=frame["supply_share"])
    columns = [
        "seller_name",
        "sales_amount",
        "supplier_share",
        "price_rate",
        "product_count",
        "last_bought_on",
        "reported_on",
    ]
    return Card(
        title=sentences.tell_suppliers(list_records(frame), page.language),
        subtitle=page.say(
            "12 months; price = what it paid against the median of at least {n} other terminals, "
            "same product and quarter",
            n=LEAST_PEERS,
        ),
        frame=table[[column for column in columns if table[column].notna().any()]],
        metrics=("pure_sales", "supplier_price"),
    )


def make_similar(page: Page, customer: Customer) -> Card:
    """What similar terminals buy and this one does not."""
    similar, products = find_similar(page, customer)
    if len(similar) < LEAST_SIMILAR:
        raise Nothing(page.say("Too few similar terminals to compare with."))
    missing = products[products["own_amount"] <= 0]
    shown = missing.assign(unit_id=missing["product_id"], unit_name=missing["product_name"]).head(MOST_OFFERS)
    if shown.empty:
        shown = products.assign(unit_id=products["product_id"], unit_name=products["product_name"]).head(MOST_OFFERS)
    return Card(
        title=sentences.tell_similar(list_records(products), page.language),
        subtitle=_describe_group(page, similar)
        + page.say(
            "; products they buy and this one does not, with the median of their buyers"
            if len(missing)
            else "; products they buy, with the median of their buyers"
        ),
        frame=shown[["unit_id", "unit_name", "median_amount", "buyer_rate"]],
        draw=panels.draw_panels,
        options={
            "panels": {
                "median_amount": page.say("Median"),
                "buyer_rate": page.say("Buy it"),
            }
        },
        metrics=("similar_terminals",),
        table=products.assign(product_line=products["product_line"].map(page.term))[
            ["product_name", "product_line", "buyer_count", "peer_count", "median_amount", "own_amount"]
        ],
    )


def _describe_group(page: Page, similar: pd.DataFrame) -> str:
    words = {
        "region": "The {n} nearest in size of {all} of its kind and level in its region, last whole months to {month}",
        "level": "The {n} nearest in size of {all} of its kind and level, last whole months to {month}",
        "kind": "The {n} nearest in size of {all} of its kind, last whole months to {month}",
        "all": "The {n} nearest in size of {all} terminals, last whole months to {month}",
    }
    whole = page.ask("depth/window").iloc[0]
    return page.say(
        words[similar["group_code"].iloc[0]],
        n=page.count(len(similar)),
        all=page.count(similar["group_count"].iloc[0]),
        month=page.month(add_months(whole["end_month"], -1)),
    )


def make_peers(page: Page, customer: Customer) -> Card:
    """Who the similar terminals are."""
    similar, _ = find_similar(page, customer)
    if len(similar) < LEAST_SIMILAR:
        raise Nothing(page.say("Too few similar terminals to compare with."))
    more = int((similar["sales_amount"] > similar["own_amount"]).sum())
    columns = ["terminal_name", "territory_name", "sales_amount", "product_count"]
    if similar["mix_share"].notna().any():
        columns += ["size_ratio", "mix_share"]
    return Card(
        title=page.say(
            "{count} of {all} similar terminals buy more than this one",
            count=page.count(more),
            all=page.count(len(similar)),
        ),
        subtitle=_describe_group(page, similar),
        frame=similar[columns],
        metrics=("similar_terminals",),
        table=similar[["terminal_id", *columns]],
        **pick_terminals("terminal", similar["terminal_id"]),
    )


def make_contacts(page: Page, customer: Customer) -> Card:
    """Visits and activities as a list, the newest first."""
    frame = find_contacts(page, customer)
    if frame.empty:
        raise Nothing(page.say("No visit and no activity in {months} months.", months=LOOKED_BACK))
    rows = list_records(frame)
    table = pd.DataFrame(
        [
            {
                "happened_on": row["happened_on"],
                "contact_kind": page.term(row["activity_kind"] if is_activity else row["contact_kind"]),
                "subject": row["subject"] if is_activity else page.term(row["subject"]),
                "outcome": _tell_outcome(page, row) or None,
            }
            for row in rows
            for is_activity in [row["contact_kind"] == "activity"]
        ]
    )
    return Card(
        title=sentences.tell_contacts(rows, customer.end_on, LOOKED_BACK, page.language),
        subtitle=page.say("The newest first; what came of an activity, or with whom a visit was made"),
        frame=table[[column for column in table.columns if table[column].notna().any()]],
        **pick_activities("terminal", frame, customer.id),
    )


def make_near(page: Page, customer: Customer) -> Card:
    """For a prospect: who could supply it."""
    frame = find_near(page, customer)
    if frame.empty:
        raise Nothing(page.say("No distributor sells, or may sell, in its territory."))
    first = frame.iloc[0]
    return Card(
        title=page.say("{name} could supply it first", name=first["distributor_name"]),
        subtitle=page.say("Distributors that may sell there, or sell nearby; the nearest first"),
        frame=frame[[column for column in frame.columns if column != "distributor_id" and frame[column].notna().any()]],
        metrics=("pure_sales",),
    )
