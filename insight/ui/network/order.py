"""Where flow looks out of order: things to check, sales outside the authorised territory, too many hands."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import crossing
from insight.sentences import order as sentences
from insight.sentences.network import tell_outside
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import Channel, read_turn, select_distributor, select_node
from insight.ui.network.signals import find_picked, gather_signals, make_evidence, make_queue
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST_RANKED, MOST_PLACES, MOST_LISTED = 12, 12, 300
HANDS = (2, 3, 4, 5)
LEAST_HANDS = 3


def _find_basis(page: Page) -> str:
    return str(page.ask("network/authority_basis").iloc[0]["basis"] or "")


def _say_unmapped(page: Page) -> str:
    """What could not be judged; it is a class of its own, never counted as clean."""
    classes = page.ask("network/authority_by_class").set_index("authority")["sales_amount"]
    if not classes["unmapped"]:
        return ""
    return page.say(
        "{amount} could not be judged and is not counted as clean.", amount=page.amount(classes["unmapped"])
    )


def _refuse_empty(page: Page, frame: pd.DataFrame) -> None:
    if len(frame):
        return
    classes = page.ask("network/authority_by_class").set_index("authority")["sales_amount"]
    if classes["inside"] <= 0:
        raise Nothing(page.say("No sale of this period can be compared with an authorisation."))
    clean = page.say("No sale of this period lies outside an authorised territory.")
    raise Nothing(f"{clean} {_say_unmapped(page)}".strip())


def make_outside(page: Page) -> Card:
    """Who sold outside its authorised territory: places to look."""
    frame = page.ask("network/authority_by_distributor")
    _refuse_empty(page, frame)
    shown = _split_outside(frame.head(MOST_RANKED), "distributor_id", "distributor_name")
    return Card(
        title=tell_outside(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "{unit}, and the share of what can be judged, as of the day of each line. A place to look, not an accusation: "
            "trade across a border is often natural",
            unit=crossing.describe_unit(shown, page.style),
        ),
        frame=shown,
        draw=crossing.draw_outside,
        note=" ".join(filter(None, (sentences.tell_basis(_find_basis(page), page.language), _say_unmapped(page)))),
        metrics=("cross_territory_rate", "natural_border_flow"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: select_distributor(unit, is_ranked=True),
        turn=read_turn(),
        table=frame.drop(columns=["distributor_id"]),
    )


def make_inbound(page: Page) -> Card:
    """Where what was sold outside arrived."""
    frame = page.ask("network/authority_by_territory")
    _refuse_empty(page, frame)
    shown = _split_outside(frame.head(MOST_RANKED), "zone_id", "zone_name").fillna(
        {"unit_id": "", "unit_name": page.say("Unassigned")}
    )
    return Card(
        title=sentences.tell_inbound(frame.to_dict("records"), page.language, page.company.currency),
        subtitle=page.say(
            "{unit} by receiving territory, from distributors not authorised there on the day, and the share of what can "
            "be judged there",
            unit=crossing.describe_unit(shown, page.style),
        ),
        frame=shown,
        draw=crossing.draw_outside,
        metrics=("cross_territory_rate", "natural_border_flow"),
        table=frame.drop(columns=["zone_id"]),
    )


def _split_outside(frame: pd.DataFrame, key: str, name: str) -> pd.DataFrame:
    """The rows as the chart takes them; what is neither border nor unknown lies beyond."""
    outside, border = frame["outside_amount"].astype(float), frame["border_amount"].astype(float)
    unknown = frame["unknown_amount"].astype(float)
    return pd.DataFrame(
        {
            "unit_id": frame[key],
            "unit_name": frame[name],
            "border_amount": border,
            "beyond_amount": (outside - border - unknown).round(2),
            "unknown_amount": unknown,
            "rate": frame["outside_share"].astype(float),
            "unmapped_amount": frame["unmapped_amount"].astype(float),
        }
    )


def make_crossing(page: Page) -> Card:
    """From which home to which place: what was outside, or everything where no authorisation is loaded."""
    frame = page.ask("network/authority_by_home")
    is_judged = page.has("authorisations")
    frame = frame.dropna(subset=["home_id", "zone_id"])
    frame["flow_amount"] = frame["outside_amount" if is_judged else "sales_amount"].astype(float)
    frame["rate"] = frame["flow_amount"] / frame["home_amount"].astype(float).where(lambda whole: whole > 0)
    away = frame[(frame["home_id"] != frame["zone_id"]) & (frame["flow_amount"] > 0) & frame["rate"].notna()]
    if away.empty:
        raise Nothing(sentences.tell_crossing(None, is_judged, page.language, page.company.currency))
    away = away.sort_values(["flow_amount", "home_id", "zone_id"], ascending=[False, True, True])
    homes = away.groupby("home_id", sort=False)["flow_amount"].sum().nlargest(MOST_PLACES).index
    places = away.groupby("zone_id", sort=False)["flow_amount"].sum().nlargest(MOST_PLACES).index
    shown = away[away["home_id"].isin(homes) & away["zone_id"].isin(places)]
    shown = pd.concat(
        [
            shown[shown["home_id"] == home].sort_values("zone_id", key=lambda code: code.map(list(places).index))
            for home in homes
        ]
    )
    home_rows = frame[(frame["home_id"] == frame["zone_id"]) & (frame["flow_amount"] > 0)]
    at_home = page.say(
        "{amount} was outside by product line within the home territory.",
        amount=page.amount(home_rows["flow_amount"].sum()),
    )
    what = (
        page.say("Sold outside the authorised territory, as a share of all that distributors of the home sell")
        if is_judged
        else page.say("Sold away from home, as a share of all that distributors of the home sell")
    )
    return Card(
        title=sentences.tell_crossing(away.iloc[0].to_dict(), is_judged, page.language, page.company.currency),
        subtitle=page.say("{what}. Rows: home, columns: where it went. Shares up to 1% carry no number", what=what),
        frame=pd.DataFrame(
            {
                "row_id": shown["home_id"],
                "row_name": shown["home_name"],
                "column_id": shown["zone_id"],
                "column_name": shown["zone_name"],
                "rate": shown["rate"],
                "flow_amount": shown["flow_amount"],
            }
        ),
        draw=crossing.draw_crossing,
        note=at_home if is_judged and len(home_rows) else "",
        metrics=("cross_territory_rate",),
        table=away[["home_name", "zone_name", "flow_amount", "rate"]].rename(columns={"rate": "flow_share"}),
    )


def make_hands(page: Page, least: int) -> Card:
    """Terminals that buy one line from many distributors."""
    frame = page.ask("network/hands_by_terminal", least_hands=least, row_limit=MOST_LISTED)
    if frame.empty:
        raise Nothing(
            page.say(
                "No terminal buys one product line from {least} or more distributors in this period.",
                least=page.count(least),
            )
        )
    columns = ["terminal_name", "product_line", "distributor_count", "sales_amount", "price_spread_rate"]
    columns += ["largest_name", "largest_share", "distributor_names", "territory_name"]
    table = frame.assign(product_line=frame["product_line"].map(page.term))
    return Card(
        title=sentences.tell_hands(frame.to_dict("records"), least, page.language, page.company.currency),
        subtitle=page.say(
            "Each product line by itself; the spread is the highest over the lowest price of the same product. Click a row "
            "to select the terminal"
        ),
        frame=table[columns],
        metrics=("many_hands",),
        table=table[["terminal_id", *columns]],
        pick_ids={"row": [f"terminal:{code}" for code in frame["terminal_id"]]},
        on_pick=select_node,
        turn=read_turn(),
    )


def show_order(page: Page, channel: Channel) -> None:
    """The cards of this part."""
    ranked = gather_signals(page, channel)
    show_card(page, "network/queue", lambda page: make_queue(page, ranked))
    picked = find_picked(ranked)
    if picked is not None:
        show_card(page, "network/evidence", lambda page: make_evidence(page, picked))
    if page.has("authorisations"):
        left, right = st.columns(2)
        with left:
            show_card(page, "network/outside", make_outside)
        with right:
            show_card(page, "network/inbound", make_inbound)
    else:
        show_card(page, "network/outside", make_outside, needs=("authorisations",))
    show_card(page, "network/crossing", make_crossing)
    least = st.segmented_control(
        page.say("Distributors from which on they are many"),
        HANDS,
        format_func=lambda count: page.say("{count} or more", count=page.count(count)),
        default=LEAST_HANDS,
        required=True,
        key="network_hands",
        help=page.say("How many distributors of one line are too many"),
    )
    show_card(page, "network/hands", lambda page: make_hands(page, int(least or LEAST_HANDS)))
