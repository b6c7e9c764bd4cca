"""How the network is built: who holds it together, which communities it falls into, what changed."""

from __future__ import annotations

from insight.ui.network.channel import Channel
from insight.ui.page import Page


def show_structure(page: Page, channel: Channel) -> None:
    """The cards of this part."""
