"""The joint-visits page, a module a part of it."""

from collections.abc import Callable

from insight.ui.page import Page
from insight.ui.visits.effect import show_effect
from insight.ui.visits.quality import show_quality
from insight.ui.visits.reach import show_reach
from insight.ui.visits.review import show_review

PARTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "reach": ("Where and with whom", show_reach),
    "quality": ("How they were made", show_quality),
    "effect": ("What followed", show_effect),
    "review": ("Needs review", show_review),
}
