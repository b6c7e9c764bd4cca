"""Who supplies whom, on whom sales depend, and where the flow looks wrong."""

from insight.sentences.network import tell_headline, tell_selection
from insight.ui.frame import show_headline, show_selection
from insight.ui.network import PARTS
from insight.ui.network.channel import gather_channel, list_network_tiles, read_selected, select_distributor
from insight.ui.page import this_page
from insight.ui.parts import choose_part
from insight.ui.tiles import show_tiles

page = this_page()
channel = gather_channel(page)
distributors, concentration = channel.distributors, channel.concentration
show_headline(
    page,
    tell_headline(
        distributors.to_dict("records"),
        concentration.half_count,
        concentration.half_share,
        channel.dependence.loc["current"].to_dict(),
        page.language,
        page.company.currency,
    ),
)
picked = distributors[distributors["distributor_id"] == read_selected()]
if len(picked):
    selection = tell_selection(picked.iloc[0].to_dict(), page.language, page.company.currency)
    show_selection(page, selection, lambda: select_distributor(None))
show_tiles(page, list_network_tiles(page, distributors, channel.dependence))
part = choose_part(page, "network", {code: label for code, (label, _) in PARTS.items()})
PARTS[part][1](page, channel)
