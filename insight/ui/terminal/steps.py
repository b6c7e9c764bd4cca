"""What to do next with one terminal, each with its reason."""

from __future__ import annotations

import streamlit as st

from insight.sentences.next_steps import list_steps
from insight.ui.page import Page
from insight.ui.states import show_failure
from insight.ui.terminal.cards import find_near, find_similar, list_records
from insight.ui.terminal.customer import LEAST_SIMILAR, Customer
from insight.ui.text import plain
from insight.units import is_missing

MOST = 5


def show_steps(page: Page, customer: Customer) -> None:
    """At most five steps; a closed terminal has none."""
    with st.container(border=True, key="card-terminal-steps"):
        st.markdown(f"**{plain(page.say('Next steps'))}**")
        try:
            similar, products = find_similar(page, customer)
            near = list_records(find_near(page, customer)) if customer.silence.state == "never" else []
            white = page.ask("terminal/whitespace", terminal=customer.id)
            white["unit_name"] = white["product_name"].fillna(white["product_line"].map(page.term))
            steps = list_steps(
                customer.row,
                customer.silence,
                list_records(customer.suppliers),
                list_records(products) if len(similar) >= LEAST_SIMILAR else [],
                list_records(white),
                near,
                customer.end_on,
                page.language,
                page.company.currency,
                has_visits=page.has("visits"),
                has_owners=page.has("assignments"),
                has_base=customer.has_base,
            )
        except Exception:  # one card failing never blanks the page
            show_failure(page.language, "terminal/steps")
            return
        if not steps:
            text = (
                "Nothing calls for action: it is closed."
                if not is_missing(customer.row["closed_on"])
                else "Nothing stands out: it orders as usual and buys what similar terminals buy."
            )
            st.caption(plain(page.say(text)))
        for step in steps[:MOST]:
            st.markdown(f"**{plain(step.action)}**  \n{plain(step.reason)}")
