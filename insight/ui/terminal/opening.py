"""From a row of any list of terminals to the terminal's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from insight.ui.network.selection import name_party
from insight.ui.opening import pick_rows, show_picked
from insight.ui.page import Page, has_page
from insight.ui.terminal.customer import read_terminal


def pick_terminals(name: str, ids: Iterable[str]) -> dict[str, Any]:
    """What makes the rows of a Card clickable: ``Card(…, **pick_terminals("coverage", frame["terminal_id"]))``.

    ``name`` is the list's page; ``show_terminal`` of the same name shows the bar.
    """
    # on the page of one terminal a choice belongs to that terminal's list
    return pick_rows("terminal", name, ids, read_terminal()) if has_page("terminal") else {}


def show_terminal(page: Page, name: str) -> None:
    """The bar with the terminal whose row was clicked and the way to its page."""
    show_picked(
        page, "terminal", "terminal", name, lambda code: name_party(page, f"terminal:{code}") or "", read_terminal()
    )
