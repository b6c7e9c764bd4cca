"""The attainment page, a module a part of it."""

from collections.abc import Callable

from insight.ui.attainment.close import headline_close, show_close
from insight.ui.attainment.land import show_land
from insight.ui.attainment.stand import headline_stand, show_stand
from insight.ui.attainment.standing import Answers, headline_land
from insight.ui.attainment.why import headline_why, show_why
from insight.ui.page import Page

PARTS: dict[str, tuple[str, Callable[[Page, Answers], None]]] = {
    "stand": ("Where we stand", show_stand),
    "land": ("Whether we land", show_land),
    "why": ("Why it changed", show_why),
    "close": ("Who can close the gap", show_close),
}

# the page's one sentence, by part
HEADLINES: dict[str, Callable[[Page, Answers], str]] = {
    "stand": headline_stand,
    "land": headline_land,
    "why": headline_why,
    "close": headline_close,
}
