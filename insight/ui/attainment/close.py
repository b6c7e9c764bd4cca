"""Who could close the gap that remains."""

from __future__ import annotations

from insight.ui.attainment.standing import Answers
from insight.ui.page import Page


def show_close(page: Page, got: Answers) -> None:
    """The cards of this part."""
