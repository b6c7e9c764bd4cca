"""Where we are today against target and pace, whether we land, why, and who can close the gap."""

from insight.ui.attainment import HEADLINES, PARTS
from insight.ui.attainment.path import show_path
from insight.ui.attainment.standing import gather, list_tiles
from insight.ui.frame import show_headline
from insight.ui.page import this_page
from insight.ui.parts import choose_part, find_part
from insight.ui.tiles import show_tiles

page = this_page()
got = gather(page)
labels = {code: label for code, (label, _) in PARTS.items()}

show_headline(page, HEADLINES[find_part("attainment", labels)](page, got))
show_path(page)
if got.now.actual_amount or got.now.base_amount or got.now.plan_amount:
    show_tiles(page, list_tiles(page, got))
    PARTS[choose_part(page, "attainment", labels)][1](page, got)
