"""How widely each SKU is distributed: in how many terminals, and in those of how much weight."""

from __future__ import annotations

from insight.charts import panels
from insight.sentences import depth as sentences
from insight.ui.cards import Card
from insight.ui.choice import choose, take_turn
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST = 10


def make_distribution(page: Page) -> Card:
    """Numeric and weighted distribution of the SKUs that reach most, and the points of all together."""
    frame = page.ask("coverage/distribution_by_product")
    if frame.empty:
        raise Nothing(page.say("Nothing was bought under these filters."))
    first = frame.iloc[0]
    names = dict(zip(frame["product_id"], frame["product_name"], strict=True))

    def pick(product: str | None) -> None:
        if product is None:
            choose("coverage", "distribution")
            return
        text = page.say("Does not buy {what}", what=names[product])
        choose("coverage", "distribution", text=text, unbought=product, kind="*")

    weight = (
        page.say(
            "potential ({n} of {all} estimated)",
            n=page.count(first["estimated_count"]),
            all=page.count(first["terminal_count"]),
        )
        if first["is_potential_weight"]
        else page.say("what they buy of everything, as too few potentials are known")
    )
    notes = [
        page.say("The {n} SKUs that reach most of {all}; the table has all.", n=MOST, all=page.count(len(frame)))
        if len(frame) > MOST
        else ""
    ]
    shown = frame.head(MOST).rename(columns={"product_id": "unit_id", "product_name": "unit_name"})
    return Card(
        title=sentences.tell_distribution(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Share of {n} target terminals that bought it in the period, by number and by weight; weight = {weight}. "
            "Click a SKU: who does not buy it",
            n=page.count(first["terminal_count"]),
            weight=weight,
        ),
        frame=shown[["unit_id", "unit_name", "numeric_distribution_rate", "weighted_distribution_rate"]],
        draw=panels.draw_panels,
        options={
            "panels": {
                "numeric_distribution_rate": page.say("By number"),
                "weighted_distribution_rate": page.say("By weight"),
            }
        },
        note=" ".join(filter(None, notes)),
        metrics=("numeric_distribution", "weighted_distribution", "tdp"),
        pick="unit",
        pick_field="unit_id",
        on_pick=pick,
        turn=take_turn("coverage", "distribution"),
        table=frame.assign(product_line=frame["product_line"].map(page.term))[
            [
                "product_name",
                "product_line",
                "buyer_count",
                "terminal_count",
                "numeric_distribution_rate",
                "weighted_distribution_rate",
            ]
        ],
    )
