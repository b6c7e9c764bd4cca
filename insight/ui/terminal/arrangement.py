"""Where the cards of a terminal's page stand: a customer's, or those of one that never bought."""

from __future__ import annotations

from functools import partial

import streamlit as st

from insight.ui.activities.opening import show_picked_activity
from insight.ui.cards import show_card
from insight.ui.page import Page
from insight.ui.terminal.cards import (
    make_contacts,
    make_near,
    make_peers,
    make_products,
    make_similar,
    make_suppliers,
    make_timeline,
)
from insight.ui.terminal.customer import Customer
from insight.ui.terminal.opening import show_terminal
from insight.ui.terminal.steps import show_steps


def show_cards(page: Page, customer: Customer) -> None:
    """All cards, and what is selected in them."""
    left, right = st.columns([3, 2])
    if customer.has_sales:
        # few products make a short left side
        is_short = customer.row["product_count"] < 6
        with left:
            show_card(page, "terminal/timeline", partial(make_timeline, customer=customer))
            show_card(page, "terminal/products", partial(make_products, customer=customer))
            show_card(page, "terminal/suppliers", partial(make_suppliers, customer=customer))
            if is_short:
                show_card(page, "terminal/contacts", partial(make_contacts, customer=customer))
        with right:
            show_steps(page, customer)
            show_card(page, "terminal/similar", partial(make_similar, customer=customer))
            if not is_short:
                show_card(page, "terminal/contacts", partial(make_contacts, customer=customer))
    else:
        with left:
            show_card(page, "terminal/near", partial(make_near, customer=customer))
            show_card(page, "terminal/contacts", partial(make_contacts, customer=customer))
        with right:
            show_steps(page, customer)
            show_card(page, "terminal/similar", partial(make_similar, customer=customer))
    show_picked_activity(page, "terminal", customer.id)
    show_terminal(page, "terminal")
    show_card(page, "terminal/peers", partial(make_peers, customer=customer))
