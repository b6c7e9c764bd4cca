"""The looks at the network that share one selection, and the shipment lines behind it."""

from __future__ import annotations

from collections.abc import Callable

from insight.ui.network.channel import Channel
from insight.ui.network.flow import show_flow
from insight.ui.network.focus import show_focus
from insight.ui.network.lines import show_lines
from insight.ui.network.matrix import show_matrix
from insight.ui.network.whole import show_whole
from insight.ui.page import Page
from insight.ui.parts import choose_part

# code in the address → label, and what draws it
LOOKS: dict[str, tuple[str, Callable[[Page, Channel], None]]] = {
    "flow": ("Flow", show_flow),
    "focus": ("Focus", show_focus),
    "whole": ("Whole", show_whole),
    "matrix": ("Matrix", show_matrix),
}


def show_drawings(page: Page, channel: Channel) -> None:
    """The look chosen, what belongs to it, and the shipment lines behind what is selected."""
    look = choose_part(page, "network", {code: label for code, (label, _) in LOOKS.items()}, key="look")
    LOOKS[look][1](page, channel)
    show_lines(page)
