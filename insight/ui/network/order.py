"""Where flow looks out of order: sales outside the authorised territory."""

from __future__ import annotations

from insight.sentences import network as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel
from insight.ui.page import Page
from insight.ui.states import Nothing


def make_outside(page: Page) -> Card:
    """Distributors that sold outside their authorised territory: places to look."""
    frame = page.ask("network/authority_by_distributor")
    classes = page.ask("network/authority_by_class").set_index("authority")["sales_amount"]
    if frame.empty and classes["inside"] <= 0:
        raise Nothing(page.say("No sale of this period can be compared with an authorisation."))
    if frame.empty:
        raise Nothing(page.say("No sale of this period lies outside an authorised territory."))
    unmapped = page.amount(classes["unmapped"])
    return Card(
        title=sentences.tell_outside(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "Judged as of the day of each line. A place to look, not an accusation: "
            "trade across a border is often natural"
        ),
        frame=frame.drop(columns=["distributor_id"]),
        note=page.say("{amount} could not be judged and is not counted as clean.", amount=unmapped)
        if classes["unmapped"]
        else "",
        metrics=("cross_territory_rate",),
    )


def show_order(page: Page, channel: Channel) -> None:
    """The cards of this part."""
    show_card(page, "network/outside", make_outside, needs=("authorisations",))
