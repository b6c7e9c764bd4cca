"""Why it changed: the bridge from the comparison to now, and what carries most of it."""

from __future__ import annotations

from insight.ui.attainment.standing import Answers
from insight.ui.page import Page


def show_why(page: Page, got: Answers) -> None:
    """The cards of this part."""
