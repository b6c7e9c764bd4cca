"""Stock in the channel: what went in, what went out, what was counted."""

from __future__ import annotations

from insight.ui.network.channel import Channel
from insight.ui.page import Page


def show_stock(page: Page, channel: Channel) -> None:
    """The cards of this part."""
