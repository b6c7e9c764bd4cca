"""Activities by market, by owner and by kind: how the units of each look are told apart, folded and named."""

from __future__ import annotations

import pandas as pd

from insight.sentences import activities as sentences
from insight.sentences.activities import FEW
from insight.ui.page import Page

LOOKS = {"territory": "Market", "owner": "Owner", "kind": "Kind"}
MOST_UNITS = 9  # rows of a grid; the smallest beyond are taken together
REST = "~"  # the units taken together


def place_units(page: Page, activities: pd.DataFrame, look: str) -> pd.DataFrame:
    """The activities with unit_id and unit_name of the look, the largest units first and the smallest as one."""
    columns = {
        "territory": (activities["unit_id"], activities["unit_name"]),
        "owner": (activities["owner"].fillna(""), activities["owner_name"]),
        "kind": (activities["kind"], activities["kind"].map(page.term)),
    }
    ids, names = columns[look]
    named = [name_unit(page, look, code, name) for code, name in zip(ids, names, strict=True)]
    placed = activities.assign(unit_id=list(ids), unit_name=named)
    sizes = placed.groupby("unit_id").size().sort_index().sort_values(ascending=False, kind="stable")
    # of an owner of few activities alone nothing can be said: those are taken together
    kept = sizes[sizes >= FEW] if look == "owner" else sizes
    if len(kept) > MOST_UNITS:
        kept = kept.head(MOST_UNITS - 1)
    order = {code: place for place, code in enumerate(kept.index)}
    if len(sizes) - len(kept) > 1:
        is_kept = placed["unit_id"].isin(kept.index)
        count = page.count(len(sizes) - len(kept))
        rest = page.say("{n} smaller owners", n=count) if look == "owner" else page.say("The other {n}", n=count)
        placed = placed.assign(
            unit_id=placed["unit_id"].where(is_kept, REST), unit_name=placed["unit_name"].where(is_kept, rest)
        )
    places = placed["unit_id"].map(order).fillna(len(order))
    return placed.assign(unit_place=places).sort_values(["unit_place", "starts_on", "activity_id"], ignore_index=True)


def name_unit(page: Page, look: str, code: str, name: object) -> str:
    """A unit on the screen: the manufacturer and what has no unit in words."""
    if look == "kind":
        return sentences.name_kind(str(code), page.language)
    if look == "owner" and code == "manufacturer":
        return page.say("Manufacturer")
    if not code:
        return page.say("No owner") if look == "owner" else page.say("No territory")
    return str(name) if isinstance(name, str) and name else str(code)
