"""How widely each part of the universe is reached: numeric and weighted distribution, active, listing and visit coverage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from insight.charts import heat
from insight.sentences import reach as sentences
from insight.sentences.coverage import FEW
from insight.ui.cards import Card
from insight.ui.choice import choose, take_turn
from insight.ui.frame import change_filters
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST = 10  # units drawn; the table and the file hold all
# of each measure: its head, its numerator, its denominator, its rate, its definition
MEASURES = {
    "purchase": ("Numeric", "buyer_count", "universe_count", "numeric_distribution_rate", "numeric_distribution"),
    "weight": (
        "Weighted",
        "buyer_weight_amount",
        "weight_amount",
        "weighted_distribution_rate",
        "weighted_distribution",
    ),
    "active": ("Active", "active_count", "target_count", "active_rate", "active_coverage"),
    "listed": ("Listed", "listing_count", "target_count", "listing_rate", "listing_coverage"),
    "visited": ("Visited", "visited_count", "target_count", "visited_rate", "visit_coverage"),
}


def list_looks(page: Page) -> dict[str, str]:
    """The looks by which the universe divides at all, code → label."""
    frame = page.ask("coverage/reach_by_unit")
    divided = set(frame.loc[frame["unit_id"] != "", "look"])
    return {code: label for code, label in sentences.LOOKS.items() if code in divided}


def name_unit(page: Page, look: str, unit: str, name: str = "") -> str:
    """A unit in words."""
    if look == "all":
        return page.say("All together")
    if look == "territory":
        chosen = page.filters.territories
        direct = page.names["territories"].get(chosen[0], "") if len(chosen) == 1 else ""
        return name or (page.say("Directly in {name}", name=direct) if direct else page.say("Unassigned"))
    if look == "grade":
        return page.say("Grade {grade}", grade=unit) if unit else page.say("No grade")
    if look == "kind":
        return {"": page.say("Kind not said"), "other": page.say("Other kinds")}.get(unit) or page.term(unit)
    if look == "potential":
        return page.say(sentences.BANDS[unit])
    return name or page.say("No owner")


def list_units(page: Page, look: str) -> pd.DataFrame:
    """The whole, then the units of a look: grades and thirds in their order, the others by size, what is in none last."""
    frame = page.ask("coverage/reach_by_unit")
    units = frame[frame["look"] == look]
    if look == "grade":
        units = units.sort_values("unit_id", key=lambda ids: ids.where(ids != "", "\uffff"))
    elif look == "potential":
        units = units.sort_values("unit_id", key=lambda ids: ids.map(list(sentences.BANDS).index))
    units = pd.concat([frame[frame["look"] == "all"], units], ignore_index=True)
    units["name"] = [
        name_unit(page, row_look, unit, name)
        for row_look, unit, name in zip(units["look"], units["unit_id"], units["unit_name"], strict=True)
    ]
    return units


def make_distribution(page: Page, look: str) -> Card:
    """Five shares a unit, each with its numerator and denominator under the pointer."""
    units = list_units(page, look)
    if units.empty:
        raise Nothing(page.say("No data for these filters."))
    nowhere = units["unit_id"].eq("") & units["look"].eq(look)
    drawn = pd.concat([units[~nowhere].head(MOST + 1), units[nowhere]])
    measures = {code: words for code, words in MEASURES.items() if units[words[3]].notna().any()}
    whole = units.iloc[0].to_dict()
    # of people nothing is coloured: shared views do not rank them
    is_plain = look == "owner"
    cells = [
        _draw_cell(page, row, code, words, None if is_plain else whole[words[3]])
        for row in drawn.to_dict("records")
        for code, words in measures.items()
    ]
    names = {(row["look"], row["unit_id"]): row["name"] for row in units.to_dict("records")}

    def select(selection: Mapping[str, Any]) -> None:
        cell = (selection.get("cell") or [None])[0]
        if cell is None:
            choose("coverage", "distribution")
            return
        row_look, _, unit = str(cell["row_id"]).partition(":")
        lacking = "purchase" if cell["column_id"] == "weight" else cell["column_id"]
        choose(
            "coverage",
            "distribution",
            text=page.say(sentences.LACKING[lacking], unit=names[(row_look, unit)]),
            look=row_look,
            unit=unit,
            lacking=lacking,
        )

    notes = [sentences.tell_weight(whole, page.language)]
    if look == "owner":
        notes.append(
            page.say(
                "People stand by the number of their terminals, never by result. A terminal with two owners counts "
                "with both and once in the whole."
            )
        )
    if len(units) > len(drawn):
        notes.append(
            page.say(
                "The {n} with most terminals of {all}; the table holds all.",
                n=page.count(len(drawn) - 1),
                all=page.count(len(units) - 1),
            )
        )
    return Card(
        title=sentences.tell_distribution(units.to_dict("records"), look, page.language),
        subtitle=page.say(
            "Share of terminals that bought, by number and by weight; of the target terminals those that bought, that "
            "list a product, that were visited in the period. Click a cell: who is missing"
            if is_plain
            else "Share of terminals that bought, by number and by weight; of the target terminals those that bought, that "
            "list a product, that were visited in the period. Colour: against the whole. Click a cell: who is missing"
        ),
        frame=pd.DataFrame(cells),
        draw=heat.draw_heat,
        options={
            "has_scale": not is_plain,
            "row_title": page.say("Part of the universe"),
            "column_title": page.say("Measure"),
            "rate_title": page.say("Share"),
        },
        note=" ".join(notes),
        metrics=tuple(words[4] for words in measures.values()),
        pick="cell",
        on_select=select,
        turn=take_turn("coverage", "distribution"),
        table=units[
            [
                "name",
                *dict.fromkeys(column for words in measures.values() for column in (words[2], words[1], words[3])),
            ]
        ].rename(columns={"name": "part_name"}),
    )


def _draw_cell(
    page: Page, row: Mapping[str, Any], code: str, words: tuple[str, ...], whole_rate: float | None
) -> dict[str, Any]:
    """A share in words, coloured by its ratio to that of the whole; too few terminals have neither."""
    head, part, whole, rate, _ = words
    show = page.amount if code == "weight" else page.count
    size = row["universe_count"] if whole in ("universe_count", "weight_amount") else row["target_count"]
    is_known, is_small = not pd.isna(row[rate]), size < FEW
    fraction = page.say("{part} of {whole}", part=show(row[part]), whole=show(row[whole]))
    return {
        # the whole's id and that of what is in no unit must differ
        "row_id": f"{row['look']}:{row['unit_id']}",
        "row_name": f"{row['name']} · {page.count(row['universe_count'])}",
        "column_id": code,
        "column_name": page.say(head),
        "rate": row[rate] / whole_rate if is_known and not is_small and whole_rate else None,
        "label": None if not is_known else "n<5" if is_small else page.share(row[rate], 0),
        "tip": None if not is_known else fraction if is_small else f"{page.share(row[rate])} · {fraction}",
    }


def list_actions(page: Page, chosen: Mapping[str, Any]) -> tuple[tuple[str, str, Callable[[], None]], ...]:
    """What the selection bar offers for what was clicked: of a territory's cell, the page filtered by the territory."""
    territory = chosen.get("unit") if chosen.get("look") == "territory" else ""
    if not territory or territory in page.filters.territories:
        return ()

    def look_only_at() -> None:
        choose("coverage", "")  # the rows of the chart change, and with them what was clicked
        change_filters(page.filters, territories=(territory,))

    label = page.say("Look at {name} only", name=page.names["territories"].get(territory, territory))
    return (("territory", label, look_only_at),)
