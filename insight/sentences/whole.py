"""What the drawing of the whole channel and the matrix say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.units import show_amount, show_count, show_share

Row = Mapping[str, Any]


def tell_whole(counts: Mapping[str, int], shared: int, top: Row | None, language: str) -> str:
    """'200 distributors supply 1,768 terminals; 23.3% of these have more than one supplier, and Guangzhou Medical
    supplies most, 311'

    ``counts``: distributor, terminal (drawn one by one), hidden (terminals taken together); ``shared``: terminals drawn
    with more than one supplier; ``top``: node_name and terminal_count of the distributor with most terminals.
    """
    terminals = counts["terminal"] + counts["hidden"]
    values = {
        "distributors": show_count(counts["distributor"], language),
        "terminals": show_count(terminals, language),
    }
    if not terminals:
        return say(language, "Goods entered the channel; none reached terminals in this period")
    if not counts["distributor"]:
        return say(language, "{terminals} terminals buy straight from the manufacturer", **values)
    one = "One distributor supplies {terminals} terminals"
    start = say(
        language,
        one if counts["distributor"] == 1 else "{distributors} distributors supply {terminals} terminals",
        **values,
    )
    if counts["hidden"] or counts["distributor"] == 1:
        return start
    share = show_share(shared / terminals, language)
    if top is None or not top["terminal_count"]:
        return start + say(language, "; {share} of them have more than one supplier", share=share)
    return start + say(
        language,
        "; {share} of them have more than one supplier, and {name} supplies most, {count}",
        share=share,
        name=top["node_name"],
        count=show_count(top["terminal_count"], language),
    )


def list_whole_notes(
    counts: Mapping[str, int], amounts: Mapping[str, float], has_spokes: bool, language: str, currency: str
) -> list[str]:
    """What the drawing takes together or leaves out, a sentence each.

    ``counts``: terminal, hidden, thin (lines left out), implied (lines from makers whose sell-in nobody recorded);
    ``amounts``: hidden and thin.
    """
    notes = []
    if counts.get("implied"):
        notes.append(
            say(language, "Where no sell-in of a manufacturer is recorded, its lines are implied by the products sold.")
        )
    if counts["hidden"]:
        notes.append(
            say(
                language,
                "The {shown} terminals that buy most are drawn one by one; the other {hidden}, with {amount}, stand as one "
                "grey circle beside the seller that supplies most of what they buy.",
                shown=show_count(counts["terminal"], language),
                hidden=show_count(counts["hidden"], language),
                amount=show_amount(amounts["hidden"], language, currency),
            )
        )
    if not has_spokes:
        notes.append(say(language, "The line from its main supplier is not drawn: the terminal stands around it."))
    if counts["thin"]:
        notes.append(
            say(
                language,
                "The {count} thinnest lines, together {amount}, are left out.",
                count=show_count(counts["thin"], language),
                amount=show_amount(amounts["thin"], language, currency),
            )
        )
    return notes


def tell_matrix(
    rows: Sequence[Row], home_amount: float, placed_amount: float, has_homes: bool, language: str, currency: str
) -> str:
    """'87.2% of what distributors sell stays in their home region; Guangzhou Medical sells most elsewhere, ¥64.1m'

    ``rows``: row_name and away_amount of the sellers named; ``home_amount`` of ``placed_amount`` went to the home
    territories of sellers that have one. Without homes, what the largest seller carries: row_name and sales_share.
    """
    if has_homes and placed_amount > 0:
        share = show_share(home_amount / placed_amount, language)
        away = max(rows, key=lambda row: row["away_amount"], default=None)
        if away is None or away["away_amount"] <= 0:
            return say(language, "{share} of what distributors sell stays in their home territory", share=share)
        return say(
            language,
            "{share} of what distributors sell stays in their home territory; {name} sells most elsewhere, {amount}",
            share=share,
            name=away["row_name"],
            amount=show_amount(away["away_amount"], language, currency),
        )
    top = max(rows, key=lambda row: row["sales_amount"], default=None)
    if top is None or top["sales_amount"] <= 0:
        return say(language, "No pure sales above zero in this period")
    return say(
        language,
        "{name} sells most, {amount}",
        name=top["row_name"],
        amount=show_amount(top["sales_amount"], language, currency),
    )
