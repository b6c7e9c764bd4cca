"""What a card's rows become when they leave: with everything a rep needs where they are terminals, and what they are."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from insight.i18n import name_term
from insight.metrics import find_metric
from insight.sentences.whitespace import tell_why
from insight.ui.address import VIEW, make_query, read_view
from insight.ui.columns import label_columns
from insight.ui.exports import make_workbook
from insight.ui.frame import FILTER_NAMES, list_context
from insight.ui.page import Page

# definitions of what is added to lists of terminals
FACTS = ("potential_realisation", "estimated_potential", "order_frequency", "whitespace_value", "chance_of_order")
# columns of the terminal's potential: a list by product line would take it for that of the line
POTENTIAL = ("potential_amount", "potential_basis", "potential_low_amount", "potential_high_amount")


def find_address(page: Page, name: str) -> str:
    """The link to the page of a card ('coverage/terminals') as it is shown now; without the server's where that is unknown."""
    place = name.partition("/")[0]
    view = {key: value for key in VIEW if (value := read_view(place, key))}
    query = urlencode(make_query(page.filters, page.language, view), doseq=True)
    return f"{st.context.url or place}?{query}"


def make_excel(
    page: Page, frame: pd.DataFrame, words: tuple[str, str, str], metrics: tuple[str, ...], address: str
) -> bytes:
    """The workbook of a card: its rows, and a sheet that says what they are. ``words`` are title, subtitle and note."""
    rows = gather_rows(page, frame)
    kept = [column for column in rows.columns if not column.startswith("_")]
    heads = list(label_columns(rows.head(0), page.language).columns)
    yes, no = page.say("yes"), page.say("no")
    shown = rows[kept].copy()
    for column in shown.columns:
        if pd.api.types.is_bool_dtype(shown[column]):
            shown[column] = shown[column].map({True: yes, False: no})
    # what was added to the rows is defined as well
    added = FACTS if len(rows.columns) > len(frame.columns) else ()
    about = list_about(page, words, tuple(dict.fromkeys((*metrics, *added))), address, len(shown))
    return make_workbook(shown, heads, about, (page.say("List"), page.say("About")))


def list_about(
    page: Page, words: tuple[str, str, str], metrics: tuple[str, ...], address: str, count: int
) -> list[tuple[str, str]]:
    """What the rows are: of which company, period and filters, as of when, and how every number is defined."""
    title, subtitle, note = words
    filters = [
        (
            page.say(FILTER_NAMES[field]),
            page.say(", ").join(page.names.get(field, {}).get(value, value) for value in getattr(page.filters, field)),
        )
        for field in FILTER_NAMES
        if getattr(page.filters, field)
    ]
    about = [
        (page.say("List"), title),
        (page.say("What it shows"), subtitle),
        (page.say("Note"), note),
        (page.say("Number of rows"), page.count(count)),
        (page.say("Company"), page.company.name),
        (page.say("Synthetic data"), page.say("Invented for demonstration.") if page.company.is_synthetic else ""),
        (page.say("Period"), page.period_name),
        *filters,
        (page.say("Data to"), page.day(page.coverage.data_through_on)),
        (page.say("Basis"), " · ".join(list_context(page))),
        (page.say("Link"), address),
        (" ", " "),
    ]
    for code in metrics:
        metric = find_metric(code, page.language)
        about.append((f"{metric.name} · {metric.other_name}", " ".join(filter(None, (metric.formula, metric.note)))))
    return [(name, text) for name, text in about if text]


def gather_rows(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with what a rep needs to know of each terminal, where they hold ``terminal_id``; else as they are.

    What the rows say themselves is kept. Where a terminal has several rows, one a product line, each is an opening
    already and the terminal's largest is left out.
    """
    if "terminal_id" not in frame or frame.empty:
        return frame
    ids = tuple(sorted({str(code) for code in frame["terminal_id"].dropna()}))
    facts = page.ask("lists/terminals", terminals=ids)
    if facts.empty:
        return frame
    is_single = not frame["terminal_id"].duplicated().any() and "product_line" not in frame
    facts = _word_facts(page, facts)
    own = frame
    if "share_rate" in frame:
        facts = facts.drop(columns="potential_share")
    if is_single:
        own = frame.drop(columns=[column for column in POTENTIAL if column in frame])
    else:
        openings = [column for column in facts.columns if column.startswith("missing_")]
        facts = facts.drop(columns=openings).rename(columns={"potential_amount": "year_potential_amount"})
    added = [column for column in facts.columns if column not in own.columns and facts[column].notna().any()]
    joined = own.merge(facts[["terminal_id", *added]], on="terminal_id", how="left")
    first = [column for column in ("terminal_id", "terminal_name") if column in joined]
    return joined[[*first, *(column for column in joined.columns if column not in first)]]


def _word_facts(page: Page, facts: pd.DataFrame) -> pd.DataFrame:
    """Codes as words, lines as a text, and the reason for the opening as a sentence."""
    language, comma = page.language, page.say(", ")
    worded = facts.assign(
        type=facts["type"].map(page.term, na_action="ignore"),
        level=facts["level"].map(page.term, na_action="ignore"),
        potential_basis=facts["potential_basis"].map(
            {"supplied": page.say("Supplied"), "estimated": page.say("Estimate")}, na_action="ignore"
        ),
        product_lines=[
            comma.join(name_term(language, line) for line in lines) if lines is not None else None
            for lines in facts["product_lines"]
        ],
        missing_line=facts["missing_line"].map(lambda line: page.term(line) if line else None, na_action="ignore"),
    )
    reasons = [_tell_opening(page, row) for row in facts.to_dict("records")]
    worded.insert(list(worded.columns).index("missing_bought_count"), "missing_why", reasons)
    return worded.drop(
        columns=["missing_bought_count", "missing_similar_count", "missing_peer_count", "missing_had_amount"]
    )


def _tell_opening(page: Page, row: dict[str, object]) -> str | None:
    if pd.isna(row["missing_value_amount"]):
        return None
    told = {
        "standing": "never" if pd.isna(row["missing_had_amount"]) else "few",
        "bought_amount": row["missing_had_amount"],
        "value_amount": row["missing_value_amount"],
        "peer_count": row["missing_peer_count"],
        "similar_bought_count": row["missing_bought_count"],
        "similar_count": row["missing_similar_count"],
    }
    return tell_why(told, page.language, page.company.currency)
