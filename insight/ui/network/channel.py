"""What the network page looks at, what is selected on it, and its five tiles."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from insight.analysis.network.concentration import Concentration, measure_concentration
from insight.ui.address import change_view, read_view
from insight.ui.page import Page
from insight.ui.tiles import Tile
from insight.units import is_missing

_PAGE = "network"
_TURN = "network_turn"
SELECTABLE = ("manufacturer", "distributor", "terminal")
GROUPS = ("type", "region")  # terminals together
_LINK = re.compile(
    r"link:(?P<source>(?:manufacturer|distributor):.+)>(?P<target>(?:distributor|terminal|type|region):.*)"
)
PROVINCES = ("province", "省", "省份")  # as a level of the sales tree
THRESHOLD = 0.8  # from this share of what a terminal buys on, it depends on the distributor


@dataclass(frozen=True)
class Channel:
    """What several cards of the page look at."""

    distributors: pd.DataFrame
    dependence: pd.DataFrame
    concentration: Concentration


def has_provinces(page: Page) -> bool:
    """Whether the sales tree has a level the company calls province; else its places are areas."""
    levels = page.ask("landing/tree_of_territories")["level"].str.lower()
    return bool(levels.isin(PROVINCES).any())


def gather_channel(page: Page) -> Channel:
    """Distributors with their sales, what depends on a single one, and how concentrated it all is."""
    distributors = page.ask("network/sales_by_distributor", threshold=THRESHOLD)
    dependence = page.ask("network/dependence_by_period", threshold=THRESHOLD).set_index("period")
    return Channel(distributors, dependence, measure_concentration(distributors["sales_share"]))


def name_view(page: Page) -> str:
    """What answers under the reader's filters are kept by: snapshot, filters, window, scope and language."""
    return repr((page.snapshot_key, page.filters, page.window, page.scope, page.language))


def read_node() -> str:
    """What is selected: 'distributor:D1', 'terminal:T1', 'manufacturer:M1', terminals together as 'type:hospital' or
    'region:E', or a link as 'link:distributor:D1>terminal:T1'; empty where nothing is."""
    return read_view(_PAGE, "sel")


def read_selected() -> str:
    """The distributor selected, or nothing."""
    kind, _, code = read_node().partition(":")
    return code if kind == "distributor" else ""


def read_turn() -> int:
    """How often something else than the ranked chart changed the selection; its own mark no longer holds then."""
    return int(st.session_state.get(_TURN, 0))


def split_link(node: str) -> tuple[str, str] | None:
    """The two ends of a selected link, 'distributor:D1' and 'terminal:T1'; None where no link is selected."""
    found = _LINK.fullmatch(node)
    return (found["source"], found["target"]) if found else None


def select_node(node: str | None, *, is_ranked: bool = False, centre: str = "") -> None:
    """Select a party, a group of terminals or a link; the same again, or none, lets go. Others cannot be selected.

    ``centre`` is the party the focus stays with; elsewhere the focus follows what is selected.
    """
    kind, _, code = (node or "").partition(":")
    if node and not (kind in SELECTABLE and code) and kind not in GROUPS and not split_link(node):
        return
    change_view(_PAGE, sel="" if not node or node == read_node() else node, centre=centre)
    if not is_ranked:
        st.session_state[_TURN] = read_turn() + 1


def select_distributor(distributor: str | None, *, is_ranked: bool = False) -> None:
    """Select a distributor; the same one again, or none, lets go."""
    select_node(f"distributor:{distributor}" if distributor else None, is_ranked=is_ranked)


def list_network_tiles(page: Page, distributors: pd.DataFrame, dependence: pd.DataFrame) -> list[Tile]:
    """Distributors active, top-3 share with HHI, single source, cross-territory share, unplaced flow."""
    now, then = measure_concentration(distributors["sales_share"]), measure_concentration(distributors["base_share"])
    has_base = page.window.has_base and then.count > 0
    current, base = dependence.loc["current"], dependence.loc["base"]
    against = page.say("vs {base}", base=page.base_name)
    return [
        Tile(
            metric="active_distributors",
            value=page.count(now.count),
            change=now.count - then.count if has_base else None,
            change_text=page.count_change(now.count - then.count) if has_base else "",
            against=against if has_base else "",
        ),
        _make_share(
            page,
            Tile(
                metric="cr3",
                value=page.share(now.top_share),
                note=page.say("HHI {hhi}", hhi=page.count(now.hhi)),
            ),
            now.top_share,
            then.top_share if has_base else None,
        ),
        _make_share(
            page,
            Tile(
                metric="single_source",
                value=page.share(current["dependent_share"]) if len(distributors) else "—",
                label=page.say("Single source"),
                against="" if len(distributors) else page.say("no distributors"),
                note=page.say("{count} terminals.", count=page.count(current["dependent_count"])),
            ),
            current["dependent_share"],
            base["dependent_share"] if has_base else None,
        ),
        _make_authority(page),
        _make_placement(page),
    ]


def _make_share(page: Page, tile: Tile, now: float | None, then: float | None) -> Tile:
    """The tile with its change in percentage points, where there are two shares to compare."""
    if now is None or then is None or is_missing(now) or is_missing(then):
        return tile
    note = page.say("The change is against {base}.", base=page.base_name)
    return replace(tile, change=now - then, change_text=page.points(now - then), note=f"{tile.note} {note}".strip())


def _make_authority(page: Page) -> Tile:
    """Cross-territory share of what can be judged; what cannot stands beside it."""
    if not page.has("authorisations"):
        reason = page.say("This needs the table “{table}”, which is not loaded.", table="authorisations")
        return Tile(metric="cross_territory_rate", value="—", against=page.say("no authorisations"), note=reason)
    sales = page.ask("network/authority_by_class").set_index("authority")["sales_amount"]
    judged, whole = sales["inside"] + sales["outside"], sales.sum()
    if judged <= 0 or whole <= 0:
        return Tile(metric="cross_territory_rate", value="—", against=page.say("nothing can be judged"))
    return Tile(
        metric="cross_territory_rate",
        value=page.share(sales["outside"] / judged),
        against=page.say("{share} not judged", share=page.share(sales["unmapped"] / whole)),
        note=page.say(
            "{amount} could not be judged and is not counted as clean.", amount=page.amount(sales["unmapped"])
        ),
    )


def _make_placement(page: Page) -> Tile:
    """Flow to terminals without territory, and to parties nobody knows."""
    sizes = page.ask("network/flow_by_match").set_index("class")["size_amount"]
    whole = sizes.sum()
    if whole <= 0:
        return Tile(metric="unplaced_flow", value="—", against=page.say("no flow"))
    unassigned, unmatched = page.share(sizes["unassigned"] / whole), page.share(sizes["unmatched"] / whole)
    return Tile(
        metric="unplaced_flow",
        value=page.share((sizes["unassigned"] + sizes["unmatched"]) / whole),
        against=page.say("{share} unknown party", share=unmatched)
        if page.has("territories")
        else page.say("no territories"),
        note=page.say(
            "Without territory {unassigned}, unknown party {unmatched}.", unassigned=unassigned, unmatched=unmatched
        ),
    )
