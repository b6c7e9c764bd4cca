"""Where we are today against target and pace, whether we land, why, and who can close the gap."""

from insight.sentences.attainment import tell_headline
from insight.ui.attainment import PARTS
from insight.ui.attainment.path import show_path
from insight.ui.attainment.standing import gather, list_tiles
from insight.ui.frame import show_headline
from insight.ui.page import this_page
from insight.ui.parts import choose_part
from insight.ui.tiles import show_tiles

page = this_page()
got = gather(page)

show_headline(page, tell_headline(got.now, got.units.to_dict("records"), page.language, page.company.currency))
show_path(page)
if got.now.actual_amount or got.now.base_amount or got.now.plan_amount:
    show_tiles(page, list_tiles(page, got))
    part = choose_part(page, "attainment", {code: label for code, (label, _) in PARTS.items()})
    PARTS[part][1](page, got)
