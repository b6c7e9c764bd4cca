"""The list of things to check, and the shipment lines behind the one picked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from insight.analysis.network.signals import SIGNALS, rank_signals
from insight.asking import fill_defaults
from insight.catalog import read_question
from insight.filters import add_months
from insight.sentences import order as sentences
from insight.ui.address import change_view, read_view
from insight.ui.cards import Card
from insight.ui.network.channel import Channel, read_selected, read_turn
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST_LINES = 300
BACK_DAYS = 30


def gather_signals(page: Page, channel: Channel) -> pd.DataFrame:
    """Everything to check under the reader's filters, highest first, with names and reasons."""
    answers = {signal: ask_signal(page, signal) for signal in SIGNALS}
    sold = channel.distributors.set_index("distributor_id")["sales_amount"].astype(float)
    ranked = rank_signals(answers, float(sold.clip(lower=0).sum()), sold.to_dict())
    if ranked.empty:
        return ranked
    names = channel.distributors.set_index("distributor_id")["distributor_name"]
    ranked["distributor_name"] = ranked["distributor_id"].map(lambda code: names.get(code, code))
    ranked["reason"] = [sentences.tell_reason(row, page.language) for row in ranked.to_dict("records")]
    return ranked


def ask_signal(page: Page, signal: str) -> pd.DataFrame:
    """One signal's rows at the thresholds that its question documents."""
    name = f"network/signals_{signal}"
    return page.ask(name, **fill_defaults(read_question(name), page.window))


def find_picked(ranked: pd.DataFrame) -> dict[str, Any] | None:
    """The row looked at: the one picked, else the first of the selected distributor, else the first of all."""
    if ranked.empty:
        return None
    picked = ranked[ranked["signal_id"] == read_view("network", "lvl")]
    if picked.empty:
        picked = ranked[ranked["distributor_id"] == read_selected()]
    row: dict[str, Any] = (picked if len(picked) else ranked).iloc[0].to_dict()
    return row


def pick_signal(ranked: pd.DataFrame, signal_id: str | None) -> None:
    """Look at one thing and select its distributor; nothing lets go of both."""
    rows = ranked[ranked["signal_id"] == signal_id]
    if rows.empty:
        change_view("network", lvl="", sel="")
        return
    change_view("network", lvl=str(signal_id), sel=f"distributor:{rows.iloc[0]['distributor_id']}")


def make_queue(page: Page, ranked: pd.DataFrame) -> Card:
    """What to check, by money times strength."""
    note = " ".join(list_gaps(page))
    if ranked.empty:
        sentence = page.say("Nothing to check: no signal passes its minimum in this period.")
        raise Nothing(f"{sentence} {note}".strip())
    rows = ranked.to_dict("records")
    return Card(
        title=sentences.tell_queue(rows, page.language, page.company.currency),
        subtitle=page.say(
            "By money times strength. A suspicion to look into, never an accusation; click a row for the lines behind it"
        ),
        frame=pd.DataFrame(
            {
                "signal_name": [sentences.name_signal(row["signal"], page.language) for row in rows],
                "distributor_name": ranked["distributor_name"],
                "checked_amount": ranked["sales_amount"].astype(float),
                "strength_rate": ranked["strength_rate"].astype(float),
                "check_state": page.say("to check"),
                "reason": ranked["reason"],
            }
        ),
        note=note,
        metrics=("diversion_signals", "natural_border_flow"),
        pick_ids={"row": list(ranked["signal_id"])},
        on_pick=lambda signal: pick_signal(ranked, signal),
        turn=read_turn(),
    )


def list_gaps(page: Page) -> list[str]:
    """What the signals could not look at, a sentence each."""
    basis = page.ask("network/signals_basis").iloc[0]
    said = []
    if not page.has("authorisations"):
        said.append(page.say("Territory and batch had nothing to look at: the table “authorisations” is not loaded."))
    elif float(basis["batched_amount"]) == 0:
        said.append(page.say("Batches had nothing to look at: no line of the period names one."))
    elif float(basis["traced_amount"]) == 0:
        said.append(page.say("Batches had nothing to look at: the maker’s shipments of them are not recorded."))
    else:
        share = page.share(float(basis["traced_amount"]) / float(basis["sales_amount"] or 1), 0)
        said.append(page.say("{share} of sales is of batches that can be followed.", share=share))
    if not basis["has_history"]:
        said.append(page.say("Purchases and single purchases need a year of data before them."))
    return said


def make_evidence(page: Page, picked: dict[str, Any]) -> Card:
    """The lines behind the thing picked, newest first."""
    first, last = find_window(page, picked)
    lines = page.ask(
        "network/signal_lines",
        signal=picked["signal"],
        distributor=picked["distributor_id"],
        subject=picked["subject_id"] or "",
        lines_from=first,
        lines_to=last,
        row_limit=MOST_LINES,
    )
    if lines.empty:
        raise Nothing(page.say("No line of this period can be shown."))
    counted = int(picked["line_count"])
    return Card(
        title=page.say("{name}: {reason}", name=picked["distributor_name"], reason=picked["reason"]),
        subtitle=page.say(
            "To check. It may be {innocence}", innocence=sentences.tell_innocence(picked["signal"], page.language)
        ),
        frame=lines.drop(columns=["flow_id"]),
        note=page.say(
            "The newest {shown} of {count} lines that come to {amount}.",
            shown=page.count(len(lines)),
            count=page.count(counted),
            amount=page.amount(picked["sales_amount"]),
        )
        if counted > len(lines)
        else page.say(
            "{count} lines come to {amount}; what belongs to them stands beside.",
            count=page.count(counted),
            amount=page.amount(picked["sales_amount"]),
        ),
        metrics=("diversion_signals",),
    )


def find_window(page: Page, picked: dict[str, Any]) -> tuple[date, date]:
    """The days whose lines lie behind it: the quarter, the month, or the period; returns may come a little later."""
    if picked["signal"] == "jump":
        quarter = pd.Timestamp(picked["sales_quarter"]).date()
        return quarter, add_months(quarter, 3)
    if picked["signal"] == "once":
        month = pd.Timestamp(picked["sales_month"]).date()
        return month, add_months(month, 1)
    end = page.window.period_end
    return page.window.period_start, end + timedelta(days=BACK_DAYS) if picked["signal"] == "round" else end
