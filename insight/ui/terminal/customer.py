"""Which terminal the page is about, what is known of it, its facts in a line and its five tiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from insight.analysis.rhythm import Rhythm, measure_rhythm
from insight.charts.life import STATES
from insight.filters import add_months
from insight.sentences.life import tell_life
from insight.sentences.terminal import Silence, name_potential
from insight.ui.address import read_view
from insight.ui.page import Page
from insight.ui.tiles import Tile
from insight.units import is_missing, show_number

PAGE = "terminal"
MONTHS = 12  # what it bought, from whom and beside whom
LOOKED_BACK = 24  # months of the timeline
LEAST_SIMILAR = 5  # fewer similar terminals are too few to compare with
LEAST_PEERS = 5  # other terminals that make a price a norm


@dataclass(frozen=True)
class Customer:
    """The terminal looked at. ``year`` are the parameters of its twelve months, which end with the reader's period.

    ``life`` is of terminal/life, None before its first order.
    """

    id: str
    row: dict[str, Any]
    year: dict[str, object]
    end_on: date
    has_base: bool
    days: pd.DataFrame
    suppliers: pd.DataFrame
    rhythm: Rhythm
    silence: Silence
    life: dict[str, Any] | None

    @property
    def has_sales(self) -> bool:
        """Whether anything moved at all."""
        return len(self.days) > 0 or self.row["ever_amount"] != 0


def read_terminal() -> str:
    """The terminal the address names; empty where it names none."""
    kind, _, code = read_view(PAGE, "sel").partition(":")
    return code if kind == "terminal" else ""


def find_year(page: Page) -> dict[str, object]:
    """Twelve months that end with the reader's period, and the twelve before, cut at the same day."""
    end = min(page.window.period_end, add_months(page.coverage.data_month, 1))
    start, base = add_months(end, -MONTHS), add_months(end, -2 * MONTHS)
    is_cut = not page.coverage.is_month_complete and end == add_months(page.coverage.data_month, 1)
    return {
        "period_start": start,
        "period_end": end,
        "base_start": base,
        "base_end": start,
        "base_cut_month": add_months(start, -1) if is_cut else None,
    }


def gather_customer(page: Page, code: str) -> Customer | None:
    """Everything that several parts of the page look at; None where the terminal is not known, or not to this reader."""
    year = find_year(page)
    profile = page.ask("terminal/profile", terminal=code, **year)
    if profile.empty:
        return None
    row = {str(key): value for key, value in profile.iloc[0].to_dict().items()}
    end, base_start = year["period_end"], year["base_start"]
    assert isinstance(end, date) and isinstance(base_start, date)
    end_on = find_last_day(page, end)
    days = page.ask("terminal/order_days", terminal=code, since=page.coverage.first_month, **year)
    suppliers = page.ask("terminal/suppliers", terminal=code, least_peers=LEAST_PEERS, **year)
    reported = [day for day in suppliers["reported_on"] if not is_missing(day)]
    reported_on = min(reported) if len(reported) == len(suppliers) and reported else None
    closed_on = None if is_missing(row["closed_on"]) else row["closed_on"]
    rhythm = measure_rhythm(
        list(days.loc[days["order_amount"] > 0, "ordered_on"]),
        min(end_on, closed_on) if closed_on else end_on,
        reported_on,
    )
    lived = page.ask("terminal/life", terminal=code, **year).to_dict("records")
    life = {str(key): value for key, value in lived[0].items()} if lived else None
    state = "closed" if closed_on else _name_silence(page, rhythm, life)
    silence = _describe_silence(page, rhythm, suppliers, end_on, state)
    has_base = page.coverage.first_month <= base_start
    return Customer(code, row, year, end_on, has_base, days, suppliers, rhythm, silence, life)


def _name_silence(page: Page, rhythm: Rhythm, life: dict[str, Any] | None) -> str:
    """Whether it is quiet: as the coverage page says, unless only some of what it buys is looked at."""
    if life is None or page.filters.product_lines or page.filters.manufacturers or not rhythm.is_known:
        return rhythm.state
    return {"dormant": "quiet", "lost": "quiet", "unreported": "unreported"}.get(life["state"], "steady")


def _describe_silence(page: Page, rhythm: Rhythm, suppliers: pd.DataFrame, end_on: date, state: str) -> Silence:
    # a month not yet over may still be on its way: the month before it must be there
    first = end_on.replace(day=1)
    is_open = not page.coverage.is_month_complete and first == page.coverage.data_month
    due_on = first - timedelta(days=1) if is_open else first
    reports = [(str(row.seller_name), row.reported_on) for row in suppliers.itertuples() if row.sales_amount > 0]
    behind = [(name, on) for name, on in reports if not is_missing(on) and on < due_on]
    return Silence(
        state,
        rhythm.last_on,
        rhythm.silent_days,
        rhythm.usual_days,
        rhythm.limit_days,
        rhythm.order_count,
        tuple(name for name, on in reports if is_missing(on) or on < end_on),
        () if state == "closed" else tuple(name for name, _ in behind),
        min((on for _, on in behind), default=None),
    )


def find_last_day(page: Page, end: date) -> date:
    """The last day looked at: of the period, or of the data where they end before."""
    return min(end - timedelta(days=1), page.coverage.data_through_on)


def list_facts(page: Page, customer: Customer) -> list[str]:
    """Who it is in a line: kind, level, place, grade, potential, owner, and what changed."""
    row = {key: None if is_missing(value) else value for key, value in customer.row.items()}
    facts = [page.term(row[column]) for column in ("type", "level") if row[column]]
    # a city is stored in one language only
    place = [str(row[column]) for column in ("city", "territory_name") if row[column]]
    facts += list(dict.fromkeys(text for text in place if page.language == "zh" or text.isascii() or len(place) == 1))
    if row["grade"]:
        facts.append(page.say("grade {grade}", grade=row["grade"]))
    if row["potential_amount"] is not None:
        text = "{potential} {amount} ({year})"
        if row["potential_low_amount"] is not None:
            text = "{potential} {amount} ({low} to {high}; {year})"
        facts.append(
            page.say(
                text,
                potential=name_potential(customer.row, page.language),
                amount=page.amount(row["potential_amount"]),
                low=page.amount(row["potential_low_amount"]),
                high=page.amount(row["potential_high_amount"]),
                year=int(customer.row["potential_year"]),
            )
        )
    if row["owner_name"]:
        facts.append(page.say("contact {name}", name=row["owner_name"]))
    if row["is_target"] is False:
        facts.append(page.say("not a target"))
    if customer.life and customer.life["state"] != "closed":
        reason = tell_life(customer.life, int(customer.life["silent_days"]), page.language)
        facts.append(page.say("{state}: {reason}", state=page.say(STATES[customer.life["state"]]), reason=reason))
    if row["moved_on"] is not None and row["earlier_name"]:
        facts.append(page.say("until {day} in {name}", day=page.day(row["moved_on"]), name=row["earlier_name"]))
    if row["closed_on"] is not None:
        facts.append(page.say("closed {day}", day=page.day(row["closed_on"])))
    return [*facts, customer.id]


def list_terminal_tiles(page: Page, customer: Customer) -> list[Tile]:
    """Pure sales of twelve months, share of potential, products bought, days since an order, days since a visit."""
    return [
        _make_sales(page, customer),
        _make_potential(page, customer),
        _make_range(page, customer),
        _make_order(page, customer),
        _make_visit(page, customer),
    ]


def _make_sales(page: Page, customer: Customer) -> Tile:
    row = customer.row
    base = float(row["base_amount"])
    growth = row["year_amount"] / base - 1 if customer.has_base and base > 0 else None
    returned = (
        page.say("Returns within it: {amount}.", amount=page.amount(row["return_amount"]))
        if row["return_amount"]
        else ""
    )
    return Tile(
        metric="pure_sales",
        label=page.say("Pure sales, 12 months"),
        value=page.amount(row["year_amount"]),
        change=growth,
        change_text="" if growth is None else page.share(growth, is_signed=True),
        against="" if growth is None else page.say("vs the year before"),
        note=returned,
    )


def _make_potential(page: Page, customer: Customer) -> Tile:
    potential = customer.row["potential_amount"]
    if is_missing(potential) or potential <= 0:
        return Tile(metric="potential_realisation", value="—", against=page.say("no potential known"))
    low, high = customer.row["potential_low_amount"], customer.row["potential_high_amount"]
    notes = [
        page.say(
            "{potential} of {year}.",
            potential=name_potential(customer.row, page.language).capitalize(),
            year=int(customer.row["potential_year"]),
        )
    ]
    if not is_missing(low):
        notes.append(page.say("Between {low} and {high}.", low=page.amount(low), high=page.amount(high)))
    open_amount = float(potential) - float(customer.row["year_amount"])
    return Tile(
        metric="potential_realisation",
        label=page.say("Share of potential"),
        value=page.share(customer.row["year_amount"] / potential),
        against=page.say("{amount} open", amount=page.amount(open_amount))
        if open_amount > 0
        else page.say("above its potential"),
        note=" ".join(notes),
    )


def _make_range(page: Page, customer: Customer) -> Tile:
    row = customer.row
    return Tile(
        metric="range_bought",
        value=page.say(
            "{n} of {all}", n=page.count(row["product_count"]), all=page.count(row["offered_product_count"])
        ),
        against=page.say(
            "{n} of {all} lines", n=page.count(row["line_count"]), all=page.count(row["offered_line_count"])
        ),
    )


def _make_order(page: Page, customer: Customer) -> Tile:
    rhythm = customer.rhythm
    if rhythm.silent_days is None:
        return Tile(metric="order_rhythm", value="—", against=page.say("no order yet"))
    usual = (
        page.say("usually every {days}", days=show_number(rhythm.usual_days, page.language))
        if rhythm.is_known
        else page.say("no rhythm yet")
    )
    state = {
        "quiet": page.say("quiet"),
        "unreported": page.say("not all reported"),
        "closed": page.say("when it closed"),
    }.get(customer.silence.state, "")
    note = (
        page.say(
            "Half of its gaps are {low} to {high} days. Unusual from {limit} days on.",
            low=show_number(rhythm.low_days, page.language),
            high=show_number(rhythm.high_days, page.language),
            limit=page.count((rhythm.limit_days or 0) + 1),
        )
        if rhythm.is_known
        else ""
    )
    return Tile(
        metric="order_rhythm",
        value=page.count(rhythm.silent_days),
        against=" · ".join(text for text in (usual, state) if text),
        note=note,
    )


def _make_visit(page: Page, customer: Customer) -> Tile:
    if not page.has("visits"):
        return Tile(metric="last_visit", value="—", against=page.say("no visits loaded"))
    last = customer.row["last_visited_on"]
    if is_missing(last):
        return Tile(metric="last_visit", value="—", against=page.say("never visited"))
    return Tile(metric="last_visit", value=page.count((customer.end_on - last).days), against=page.day(last))
