"""The activities page, a module a part of it."""

from collections.abc import Callable

from insight.ui.activities.earned import show_earned
from insight.ui.activities.effect import show_effect
from insight.ui.activities.outcome import Outcome
from insight.ui.activities.plan import show_plan
from insight.ui.page import Page

PARTS: dict[str, tuple[str, Callable[[Page, Outcome], None]]] = {
    "effect": ("Did it change anything", show_effect),
    "earned": ("Did it pay", show_earned),
    "plan": ("Plan the next", show_plan),
}
