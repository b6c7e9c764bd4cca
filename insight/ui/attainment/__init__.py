"""The attainment page, a module a part of it."""

from collections.abc import Callable

from insight.ui.attainment.close import show_close
from insight.ui.attainment.land import show_land
from insight.ui.attainment.stand import show_stand
from insight.ui.attainment.standing import Answers
from insight.ui.attainment.why import show_why
from insight.ui.page import Page

PARTS: dict[str, tuple[str, Callable[[Page, Answers], None]]] = {
    "stand": ("Where we stand", show_stand),
    "land": ("Whether we land", show_land),
    "why": ("Why it changed", show_why),
    "close": ("Who can close the gap", show_close),
}
