"""The network page, a module a part of it."""

from collections.abc import Callable

from insight.ui.network.channel import Channel
from insight.ui.network.dependence import show_dependence
from insight.ui.network.drawings import show_drawings
from insight.ui.network.order import show_order
from insight.ui.network.stock import show_stock
from insight.ui.network.structure import show_structure
from insight.ui.page import Page

PARTS: dict[str, tuple[str, Callable[[Page, Channel], None]]] = {
    "drawings": ("Who supplies whom", show_drawings),
    "dependence": ("On whom we depend", show_dependence),
    "structure": ("How it is built", show_structure),
    "order": ("Where flow looks wrong", show_order),
    "stock": ("Stock in the channel", show_stock),
}
