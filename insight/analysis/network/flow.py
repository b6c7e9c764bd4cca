"""The flow from makers to terminals made drawable: netted, placed by tier, the few largest by name, the rest Others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.analysis.network.netting import Pair, net_links
from insight.analysis.network.tiers import COLUMNS, MAKER, TERMINAL, TIER_1, TIER_2, place_distributors, read_missing

Link = tuple[str, str, str]  # stage, source, target
Links = dict[Link, float]

MOST_NODES, MOST_LINKS = 40, 90
THIN_SHARE = 0.02  # of all value; more than this is never left out for being thin, unless the reader asks for it
# how many of each column are drawn by name before the rest become Others
MOST_SHOWN = {MAKER: 5, TIER_1: 12, TIER_2: 10, TERMINAL: 8}


def choose_shown(top: int) -> dict[str, int]:
    """How many of each column stand there by name where the reader asks for ``top`` distributors of a tier."""
    return {**MOST_SHOWN, MAKER: max(MOST_SHOWN[MAKER], top // 2), TIER_1: top, TIER_2: top}


@dataclass(frozen=True)
class Flow:
    """A Sankey's nodes and links, and what is left out of it.

    ``nodes``: node_id, column (maker, tier_1, tier_2, terminal), code (id or kind; empty for Others), name, is_others,
    is_unassigned, member_count, received_amount, transfer_amount (shipped to distributors), sales_amount (shipped to
    terminals; for a terminal received), implied_amount (between a maker whose sell-in nobody recorded and a distributor,
    in none of the others), of all links, thin ones too. ``links``: source_id, target_id, stage, amount.
    ``returned_amount``: net returns of links that brought back more than they shipped. ``circled_amount``: transfers
    both ways or in a circle. ``sideways_amount``: transfers that do not go from tier 1 to tier 2, undrawable.
    ``thin_amount``: the thinnest links, where there are more than can be told apart.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    returned_amount: float
    circled_amount: float
    sideways_amount: float
    thin_amount: float


def build_flow(
    frame: pd.DataFrame,
    ends: str = "type",
    shown: Mapping[str, int] | None = None,
    keep: Collection[str] = (),
    least_share: float = 0.0,
) -> Flow:
    """The drawing of ``network/flow_by_link``: ``ends`` is 'type' or 'region' of terminals, ``keep`` names parties, as
    kind and id, that never become Others; links below ``least_share`` of their stage are left out.

    At most 40 nodes and 90 links, more only where ``shown`` asks for more: the thinnest links, together at most 2% of the
    value, are left out; while that is not enough, the longest column gives one more of its smallest to Others.
    """
    rows = [{key: read_missing(value) for key, value in row.items()} for row in frame.to_dict("records")]
    tiers = place_distributors(rows)
    names: dict[str, tuple[str, str, str]] = {}  # node -> column, code, name
    stages: dict[str, dict[Pair, float]] = {stage: defaultdict(float) for stage in ("sell_in", "implied", "pure_sales")}
    transfers: dict[Pair, float] = defaultdict(float)
    for row in rows:
        seller = f"manufacturer:{row['seller_id']}" if row["is_maker"] else f"distributor:{row['seller_id']}"
        names[seller] = (MAKER if row["is_maker"] else tiers[row["seller_id"]], row["seller_id"], row["seller_name"])
        if row["stage"] == "pure_sales":
            code = row["terminal_type" if ends == "type" else "region_id"] or ""
            buyer = f"{ends}:{code}"
            names[buyer] = (TERMINAL, code, code if ends == "type" else row["region_name"] or code)
        else:
            buyer = f"distributor:{row['buyer_id']}"
            names[buyer] = (tiers[row["buyer_id"]], row["buyer_id"], row["buyer_name"])
        (transfers if row["stage"] == "transfer" else stages[row["stage"]])[seller, buyer] += row["flow_amount"]

    netted = net_links(transfers)
    stages["transfer"] = {
        pair: amount for pair, amount in netted.links.items() if [names[node][0] for node in pair] == [TIER_1, TIER_2]
    }
    returned = -sum(amount for links in stages.values() for amount in links.values() if amount < 0)
    links = {
        (stage, source, target): amount
        for stage, pairs in sorted(stages.items())
        for (source, target), amount in pairs.items()
        if amount > 0
    }
    folded, whole, drawn = _fold(names, links, dict(MOST_SHOWN if shown is None else shown), set(keep), least_share)
    return Flow(
        nodes=_describe_nodes(names, folded, whole),
        links=pd.DataFrame(
            [(source, target, stage, amount) for (stage, source, target), amount in drawn.items()],
            columns=["source_id", "target_id", "stage", "amount"],
        ),
        returned_amount=float(returned),
        circled_amount=float(netted.circled),
        sideways_amount=round(sum(netted.links.values()) - sum(stages["transfer"].values()), 2),
        thin_amount=round(sum(links.values()) - sum(drawn.values()), 2),
    )


def _fold(
    names: Mapping[str, tuple[str, str, str]],
    links: Mapping[Link, float],
    shown: dict[str, int],
    keep: Collection[str],
    least_share: float,
) -> tuple[dict[str, str], Links, Links]:
    """Where each node is drawn (itself or its column's Others), all links between what is drawn, and the thick ones."""
    asked = max(shown[TIER_1], shown[TIER_2])
    most_nodes, most_links = max(MOST_NODES, 2 * asked + 22), MOST_LINKS if asked <= 12 else 12 * asked
    sizes = _measure_nodes(links)
    ranked = {
        column: sorted((node for node in sizes if names[node][0] == column), key=lambda node: (-max(sizes[node]), node))
        for column in COLUMNS
    }
    while True:
        folded: dict[str, str] = {}
        for column, nodes in ranked.items():
            # what has no name of its own stays visible, and one alone is not worth an Others
            fixed = [node for node in nodes if node in keep or (column == TERMINAL and names[node][1] == "")]
            free = [node for node in nodes if node not in fixed]
            room = max(shown[column] - len(fixed), 1)
            first = free if len(free) <= room + 1 else free[:room]
            folded |= {node: node if node in fixed or node in first else f"others:{column}" for node in nodes}
        drawn: Links = defaultdict(float)
        for (stage, source, target), amount in links.items():
            drawn[stage, folded[source], folded[target]] += amount
        thick, is_complete = _drop_thin(drawn, keep, least_share, most_links)
        present = {column: len({folded[node] for node in nodes}) for column, nodes in ranked.items()}
        longest = max(COLUMNS, key=lambda column: (present[column], column))
        if (sum(present.values()) <= most_nodes and is_complete) or present[longest] <= 2:
            return folded, dict(drawn), thick
        shown[longest] = min(shown[longest], present[longest]) - 1


def _drop_thin(
    drawn: Mapping[Link, float], keep: Collection[str], least_share: float, most_links: int
) -> tuple[Links, bool]:
    """The thickest links of at least ``least_share`` of their stage, and whether no others are missing but a few thin
    ones; every node keeps its thickest, and those kept by name keep all of theirs."""
    stages: dict[str, float] = defaultdict(float)
    for (stage, *_), amount in drawn.items():
        stages[stage] += amount
    ranked = sorted(drawn, key=lambda link: (-drawn[link], link))
    seen: set[str] = set()
    needed = []
    for link in ranked:
        ends = set(link[1:])
        if ends - seen or ends & set(keep):
            needed.append(link)
            seen |= ends
    wide = [link for link in ranked if drawn[link] >= least_share * stages[link[0]]]
    chosen = set(needed)
    for link in wide:
        if len(chosen) >= most_links:
            break
        chosen.add(link)
    missing = sum(drawn[link] for link in wide if link not in chosen)
    is_complete = len(chosen) <= most_links and missing <= THIN_SHARE * sum(drawn.values())
    return {link: drawn[link] for link in drawn if link in chosen}, is_complete


def _measure_nodes(links: Mapping[Link, float]) -> dict[str, tuple[float, float]]:
    """What flows into and out of every node."""
    into: dict[str, float] = defaultdict(float)
    out: dict[str, float] = defaultdict(float)
    for (_, source, target), amount in links.items():
        out[source] += amount
        into[target] += amount
    return {node: (into[node], out[node]) for node in sorted({*into, *out})}


def _describe_nodes(
    names: Mapping[str, tuple[str, str, str]], folded: Mapping[str, str], drawn: Mapping[Link, float]
) -> pd.DataFrame:
    members: dict[str, list[str]] = defaultdict(list)
    for node, shown in folded.items():
        members[shown].append(node)
    received: dict[str, float] = defaultdict(float)
    passed: dict[str, float] = defaultdict(float)
    sold: dict[str, float] = defaultdict(float)
    implied: dict[str, float] = defaultdict(float)
    for (stage, source, target), amount in drawn.items():
        if stage == "implied":
            implied[source] += amount
            implied[target] += amount
        elif stage == "pure_sales":
            sold[source] += amount
            sold[target] += amount
        else:
            passed[source] += amount
            received[target] += amount
    rows: list[dict[str, Any]] = []
    for node, inside in members.items():
        is_others = node.startswith("others:")
        column, code, name = names[inside[0]]
        rows.append(
            {
                "node_id": node,
                "column": column,
                "code": "" if is_others else code,
                "name": "" if is_others else name,
                "is_others": is_others,
                "is_unassigned": column == TERMINAL and not is_others and code == "",
                "member_count": len(inside),
                "received_amount": received[node],
                "transfer_amount": passed[node],
                "sales_amount": sold[node],
                "implied_amount": implied[node],
            }
        )
    order = {column: place for place, column in enumerate(COLUMNS)}
    rows.sort(
        key=lambda row: (
            order[row["column"]],
            row["is_others"] or row["is_unassigned"],
            -max(measure_sides(row)),
            row["node_id"],
        )
    )
    return pd.DataFrame(
        rows,
        columns=[
            "node_id", "column", "code", "name", "is_others", "is_unassigned", "member_count",
            "received_amount", "transfer_amount", "sales_amount", "implied_amount",
        ],
    )  # fmt: skip


def measure_sides(row: Mapping[str, Any]) -> tuple[float, float]:
    """What reaches a node and what leaves it, implied goods too: the wider is its height in the drawing."""
    into, out = float(row["received_amount"]), float(row["transfer_amount"] + row["sales_amount"])
    return (into, out + row["implied_amount"]) if row["column"] == MAKER else (into + row["implied_amount"], out)
