"""The activities page, a module a part of it."""

from collections.abc import Callable

from insight.ui.activities.discipline import list_discipline_tiles, show_discipline, tell_discipline
from insight.ui.activities.done import list_done_tiles, show_done, tell_done
from insight.ui.activities.earned import show_earned
from insight.ui.activities.effect import show_effect
from insight.ui.activities.outcome import Outcome
from insight.ui.activities.plan import show_plan
from insight.ui.page import Page
from insight.ui.tiles import Tile

PARTS: dict[str, tuple[str, Callable[[Page, Outcome], None]]] = {
    "effect": ("Did it change anything", show_effect),
    "earned": ("Did it pay", show_earned),
    "plan": ("Plan the next", show_plan),
    "done": ("What was done", show_done),
    "discipline": ("How it was run", show_discipline),
}
# parts that open the page with a sentence and numbers of their own
HEADS: dict[str, tuple[Callable[[Page], str], Callable[[Page], list[Tile]]]] = {
    "done": (tell_done, list_done_tiles),
    "discipline": (tell_discipline, list_discipline_tiles),
}
