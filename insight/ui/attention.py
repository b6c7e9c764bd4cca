"""The overview's list of what needs attention: at most five sentences, the most money first, each with its way on."""

from __future__ import annotations

from typing import Any

import streamlit as st

from insight.sentences.overview import tell_attention
from insight.ui.address import LISTS
from insight.ui.cards import explain_metric
from insight.ui.page import Page, link_page
from insight.ui.states import show_failure
from insight.ui.text import plain

MOST = 5
MOST_OF_A_KIND = 2

# rule, question, the table it needs, amount at stake, page it leads to, filter it sets there, id column
RULES = (
    ("falling", "overview/falling_territories", "targets", "gap_amount", "attainment", "territories", "territory_id"),
    ("late", "overview/late_distributors", "flows", "usual_amount", "network", "distributors", "distributor_id"),
    ("stock", "overview/high_stock", "stocks", "excess_amount", "network", "distributors", "distributor_id"),
    ("unvisited", "overview/unvisited_grade_a", "visits", "sales_amount", "coverage", "", ""),
)


def show_attention(page: Page) -> None:
    """Each rule's strongest findings, the largest amount first; a page link opens the place to look."""
    with st.container(border=True, key="card-attention"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(page.say('Needs attention'))}**")
            with st.popover("", icon=":material/info:", type="tertiary", key="info-attention"):
                for code in ("attention_falling", "attention_late", "attention_stock", "attention_unvisited"):
                    st.markdown(explain_metric(page, code))
        try:
            found = list_findings(page)
        except Exception:  # one card failing never blanks the page
            show_failure(page.language, "overview/attention")
            return
        if not found:
            st.caption(plain(page.say("Nothing crosses a threshold. The thresholds are under the i.")))
        for place, (kind, row, file, query) in enumerate(found):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"attention-{place}"):
                st.markdown(plain(tell_attention(kind, row, page.language, page.company.currency)), width="stretch")
                link_page(file, page.say("Look"), query, ":material/arrow_forward:")


def list_findings(page: Page) -> list[tuple[str, dict[str, Any], str, dict[str, str]]]:
    """The findings of all rules: rule, row, page to look at, and the address to open it with."""
    found: list[tuple[float, str, dict[str, Any], str, dict[str, str]]] = []
    for kind, question, table, amount, file, field, column in RULES:
        if not page.has(table):
            continue
        rows = page.ask(question)
        if kind == "unvisited":
            rows = rows[rows["terminal_count"] > 0]
        for row in rows.head(MOST_OF_A_KIND).to_dict("records"):
            query = {LISTS[field]: str(row[column]), "lang": page.language} if field else {"lang": page.language}
            found.append((abs(float(row[amount])), kind, row, file, query))
    found.sort(key=lambda finding: -finding[0])
    return [finding[1:] for finding in found[:MOST]]
