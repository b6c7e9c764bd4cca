"""The coverage page, a module a part of it."""

from collections.abc import Callable

from insight.ui.coverage.depth import show_depth
from insight.ui.coverage.grades import show_grades
from insight.ui.coverage.life import headline_life, show_life
from insight.ui.coverage.reach import show_reach
from insight.ui.coverage.standing import Totals, headline_whole
from insight.ui.coverage.whitespace import show_whitespace
from insight.ui.page import Page

PARTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "reach": ("Whom we reach", show_reach),
    "depth": ("How deep", show_depth),
    "white": ("What is still white", show_whitespace),
    "life": ("Who comes and goes", show_life),
    "grades": ("Grades and effort", show_grades),
}

# the page's one sentence, by part
HEADLINES: dict[str, Callable[[Page, Totals], str]] = {
    "reach": headline_whole,
    "life": headline_life,
}
