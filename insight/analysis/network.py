"""The channel as a network: how concentrated it is, and its links made drawable.

Links are netted and placed by tier; the few largest parties keep their names and the rest become Others. Frames in,
frames out; nothing is fetched or drawn here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

Pair = tuple[str, str]
Link = tuple[str, str, str]  # stage, source, target
Links = dict[Link, float]

MAKER, TIER_1, TIER_2, TERMINAL = "maker", "tier_1", "tier_2", "terminal"
COLUMNS = (MAKER, TIER_1, TIER_2, TERMINAL)
MOST_NODES, MOST_LINKS = 40, 90
THIN_SHARE = 0.02  # of all value; more than this is never left out for being thin
# how many of each column are drawn by name before the rest become Others
MOST_SHOWN = {MAKER: 5, TIER_1: 12, TIER_2: 10, TERMINAL: 8}
MOST_FOCUSED = {MAKER: 6, TIER_1: 8, TIER_2: 12, TERMINAL: 18}


# --- concentration -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Concentration:
    """How unevenly sales lie on distributors. ``half_count`` is the fewest that carry half, ``half_share`` its sum."""

    count: int
    hhi: float | None
    effective_count: float | None
    top_share: float | None
    half_count: int
    half_share: float | None


def measure_concentration(shares: Iterable[float], top: int = 3) -> Concentration:
    """Concentration of shares that add up to one; zeros and missing shares are no distributors.

    HHI = Σ share² × 10,000; effective number = 10,000 ÷ HHI. Shares 0.5, 0.3, 0.2: HHI = 2500 + 900 + 400 = 3,800,
    effective number 2.63, one distributor carries half.
    """
    ranked = sorted((float(share) for share in shares if share == share and share > 0), reverse=True)
    if not ranked:
        return Concentration(0, None, None, None, 0, None)
    squares = sum(share * share for share in ranked)
    carried, count = 0.0, 0
    for share in ranked:
        carried, count = carried + share, count + 1
        # halves made of tenths do not add up to exactly one half
        if carried >= 0.5 - 1e-9:
            break
    return Concentration(len(ranked), squares * 10_000, 1 / squares, sum(ranked[:top]), count, carried)


# --- netting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Netted:
    """Links after netting: one direction a pair, all above zero, no circle. ``circled`` went round and came back."""

    links: dict[Pair, float]
    circled: float


def net_links(amounts: Mapping[Pair, float]) -> Netted:
    """Net what parties ship to one another both ways and in circles, so that goods only ever move on.

    What a party ships less what it receives stays the same for every party. A negative amount is goods going back and
    counts as movement the other way: A→B 100 and B→A 30 is A→B 70; A→B 5, B→C 5, C→A 2 is A→B 3, B→C 3.
    ``circled`` is the value that left a party and came back to it, counted once a circle.
    """
    moved: dict[Pair, int] = defaultdict(int)  # in cents, so that what cancels leaves nothing behind
    for (source, target), amount in amounts.items():
        if source != target:
            moved[(source, target) if amount > 0 else (target, source)] += abs(round(amount * 100))
    links: dict[Pair, int] = {}
    circled = 0
    for (source, target), amount in sorted(moved.items()):
        back = moved.get((target, source), 0)
        if amount > back:
            links[source, target] = amount - back
        if amount > back or (amount == back and source < target):
            circled += back
    while circle := find_circle(links):
        least = min(links[pair] for pair in circle)
        circled += least
        for pair in circle:
            links[pair] -= least
        links = {pair: amount for pair, amount in links.items() if amount}
    return Netted({pair: amount / 100 for pair, amount in links.items()}, circled / 100)


def find_circle(links: Collection[Pair]) -> list[Pair]:
    """The links of one circle, or none. The same links always give the same circle."""
    onward: dict[str, list[str]] = defaultdict(list)
    for source, target in sorted(links):
        onward[source].append(target)
    done: set[str] = set()
    for start in sorted(onward):
        if start in done:
            continue
        path: list[str] = [start]
        places = {start: 0}
        turns = [iter(onward[start])]
        while path:
            step = next(turns[-1], None)
            if step is None:
                done.add(path[-1])
                del places[path.pop()]
                turns.pop()
            elif step in places:
                circle = [*path[places[step] :], step]
                return list(pairwise(circle))
            elif step not in done:
                places[step] = len(path)
                path.append(step)
                turns.append(iter(onward.get(step, ())))
    return []


# --- flow ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flow:
    """A Sankey's nodes and links, and what is left out of it.

    ``nodes``: node_id, column (maker, tier_1, tier_2, terminal), code (id or kind; empty for Others), name, is_others,
    is_unassigned, member_count, received_amount, transfer_amount (shipped to distributors), sales_amount (shipped to
    terminals; for a terminal received), of all links, thin ones too. ``links``: source_id, target_id, stage,
    amount.
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
    frame: pd.DataFrame, ends: str = "type", shown: Mapping[str, int] | None = None, keep: Collection[str] = ()
) -> Flow:
    """The drawing of ``network/flow_by_link``: ``ends`` is 'type' or 'region' of terminals, ``keep`` names distributors
    that never become Others.

    At most 40 nodes and 90 links: the thinnest links, together at most 2% of the value, are left out; while that is not
    enough, the longest column gives one more of its smallest to Others.
    """
    rows = [{key: read_missing(value) for key, value in row.items()} for row in frame.to_dict("records")]
    tiers = place_distributors(rows)
    names: dict[str, tuple[str, str, str]] = {}  # node -> column, code, name
    stages: dict[str, dict[Pair, float]] = {"sell_in": defaultdict(float), "pure_sales": defaultdict(float)}
    transfers: dict[Pair, float] = defaultdict(float)
    for row in rows:
        seller = f"maker:{row['seller_id']}" if row["is_maker"] else f"distributor:{row['seller_id']}"
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
    kept = {f"distributor:{code}" for code in keep}
    folded, whole, drawn = _fold(names, links, dict(MOST_SHOWN if shown is None else shown), kept)
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


def place_distributors(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The column of every distributor: its tier; where that is not said, tier 2 if it only buys from distributors."""
    said: dict[str, object] = {}
    suppliers: dict[str, set[object]] = defaultdict(set)
    for row in rows:
        if not row["is_maker"]:
            said[str(row["seller_id"])] = row["seller_tier"]
        if row["stage"] != "pure_sales":
            said[str(row["buyer_id"])] = row["buyer_tier"]
            suppliers[str(row["buyer_id"])].add(row["stage"])
    return {
        code: TIER_2 if tier == 2 or (tier is None and suppliers[code] == {"transfer"}) else TIER_1
        for code, tier in said.items()
    }


def read_missing(value: Any) -> Any:
    """None for every kind of missing value."""
    return None if value is None or value is pd.NA or value != value else value


def _fold(
    names: Mapping[str, tuple[str, str, str]],
    links: Mapping[Link, float],
    shown: dict[str, int],
    keep: Collection[str],
) -> tuple[dict[str, str], Links, Links]:
    """Where each node is drawn (itself or its column's Others), all links between what is drawn, and the thick ones."""
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
        thick = _drop_thin(drawn, keep)
        present = {column: len({folded[node] for node in nodes}) for column, nodes in ranked.items()}
        longest = max(COLUMNS, key=lambda column: (present[column], column))
        is_complete = sum(thick.values()) >= (1 - THIN_SHARE) * sum(drawn.values())
        if (sum(present.values()) <= MOST_NODES and len(thick) <= MOST_LINKS and is_complete) or present[longest] <= 2:
            return folded, dict(drawn), thick
        shown[longest] = min(shown[longest], present[longest]) - 1


def _drop_thin(drawn: Mapping[Link, float], keep: Collection[str]) -> Links:
    """The 90 thickest links; every node keeps its thickest, and those kept by name keep all of theirs."""
    ranked = sorted(drawn, key=lambda link: (-drawn[link], link))
    seen: set[str] = set()
    needed = []
    for link in ranked:
        ends = set(link[1:])
        if ends - seen or ends & set(keep):
            needed.append(link)
            seen |= ends
    chosen = set(needed)
    for link in ranked:
        if len(chosen) >= MOST_LINKS:
            break
        chosen.add(link)
    return {link: drawn[link] for link in drawn if link in chosen}


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
    for (stage, source, target), amount in drawn.items():
        if stage == "pure_sales":
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
            }
        )
    order = {column: place for place, column in enumerate(COLUMNS)}
    rows.sort(
        key=lambda row: (
            order[row["column"]],
            row["is_others"] or row["is_unassigned"],
            -max(row["received_amount"], row["transfer_amount"] + row["sales_amount"]),
            row["node_id"],
        )
    )
    return pd.DataFrame(
        rows,
        columns=[
            "node_id", "column", "code", "name", "is_others", "is_unassigned", "member_count",
            "received_amount", "transfer_amount", "sales_amount",
        ],
    )  # fmt: skip


# --- focus ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Focus:
    """One distributor among its neighbours, each with a place.

    ``nodes``: node_id, column, code, name, type, amount (pure sales), is_self, is_others, member_count,
    is_single_source, x (0 left to 1 right), y (0 top to 1 bottom). ``links``: source_id, target_id, amount, share (of
    what the receiving party buys; for Others the largest), is_others. ``row_count``: places in the longest column.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    row_count: int


def build_focus(
    frame: pd.DataFrame, code: str, name: str, tier: int | None, amount: float, shown: Mapping[str, int] | None = None
) -> Focus:
    """The drawing of ``network/neighbours_by_distributor`` around the distributor ``code``, at most 60 nodes.

    Columns by tier; the largest links by name, the rest of a column and direction as one Others.
    """
    most = MOST_FOCUSED if shown is None else shown
    own = TIER_2 if tier == 2 else TIER_1
    centre = f"distributor:{code}"
    nodes = [_place(centre, own, code, name, amount, is_self=True)]
    links: list[tuple[str, str, float, float, bool]] = []
    groups: dict[tuple[str, bool], list[dict[str, Any]]] = defaultdict(list)
    for row in frame.to_dict("records"):
        # a party that only sent goods back is no supplier and no customer any more
        if row["link_amount"] > 0 and row["neighbour_id"] != code:
            clean = {key: read_missing(value) for key, value in row.items()}
            groups[_find_column(clean), bool(row["is_supplier"])].append(clean)
    for (column, is_supplier), rows in sorted(groups.items(), key=lambda item: (COLUMNS.index(item[0][0]), item[0][1])):
        rows.sort(key=lambda row: (-float(row["link_amount"]), str(row["neighbour_id"])))
        room = most[column]
        first, rest = (rows, []) if len(rows) <= room + 1 else (rows[:room], rows[room:])
        side = "in" if is_supplier else "out"
        for row in first:
            node = f"{row['kind']}:{row['neighbour_id']}"
            if all(known["node_id"] != node for known in nodes):
                single = bool(row["is_single_source"])
                nodes.append(_place(node, column, str(row["neighbour_id"]), str(row["neighbour_name"]),
                                    row["neighbour_amount"], type=row["type"], is_single_source=single))  # fmt: skip
            ends = (node, centre) if is_supplier else (centre, node)
            links.append((*ends, float(row["link_amount"]), float(row["supply_share"] or 0), False))
        if rest:
            node = f"others:{column}:{side}"
            total = sum(float(row["link_amount"]) for row in rest)
            lone = sum(1 for row in rest if row["is_single_source"])
            nodes.append(_place(node, column, "", "", total, is_others=True, member_count=len(rest), single_count=lone))
            ends = (node, centre) if is_supplier else (centre, node)
            links.append((*ends, total, max(float(row["supply_share"] or 0) for row in rest), True))
    table = pd.DataFrame(nodes)
    present = [column for column in COLUMNS if (table["column"] == column).any()]
    table["x"] = [present.index(column) / max(len(present) - 1, 1) for column in table["column"]]
    counts = table["column"].value_counts()
    longest = int(counts.max())
    table["y"] = 0.5
    for column in present:
        places = table.index[table["column"] == column]
        # each column in its middle; a short one spreads, for its names stand above its circles
        pitch = min(1.0 / max(longest - 1, 1) * 2.5, 1.0 / max(len(places) - 1, 1))
        start = 0.5 - pitch * (len(places) - 1) / 2
        table.loc[places, "y"] = [start + pitch * place for place in range(len(places))]
    return Focus(
        nodes=table,
        links=pd.DataFrame(links, columns=["source_id", "target_id", "amount", "share", "is_others"]),
        row_count=longest,
    )


def _find_column(row: Mapping[str, Any]) -> str:
    if row["kind"] == "manufacturer":
        return MAKER
    if row["kind"] == "terminal":
        return TERMINAL
    if row["tier"] is not None:
        return TIER_2 if row["tier"] == 2 else TIER_1
    # where tiers are not said, who supplies stands before whom it supplies
    return TIER_1 if row["is_supplier"] else TIER_2


def _place(node: str, column: str, code: str, name: str, amount: float, **more: object) -> dict[str, Any]:
    flags = {"is_self": False, "is_others": False, "is_single_source": False}
    counts = {"member_count": 1, "single_count": 0}
    given = {"node_id": node, "column": column, "code": code, "name": name, "type": None, "amount": float(amount)}
    return {**given, **flags, **counts, **more}
