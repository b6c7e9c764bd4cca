"""Which parties of the network belong together, from whom they share terminals with and whom they ship to."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

SEED = 20
MOST_SHARING = 40  # suppliers of one terminal that tie one another; of more only the largest
MAKER = "manufacturer:"


def find_communities(links: pd.DataFrame) -> pd.DataFrame:
    """The community of every party in ``links`` (source_id, target_id, amount), numbered from 0, largest first.

    Links are summed by pair and those not above zero are ignored. The graph is folded to the parties that ship, which
    are few where terminals are many: two of them are tied by what they ship to one another, and by every terminal they
    share with ``a · b ÷ s``, where a and b are their sales to it and s what it buys in all; so a terminal bought half
    and half from two ties them with a quarter of its purchases, and one bought 99 to 1 hardly at all. Louvain's method
    with a fixed seed finds the communities of that graph: the same links always give the same numbers, in whatever
    order they come. Everybody else belongs where its main supplier does.

    An id that begins with 'manufacturer:' supplies everybody and so says nothing of who belongs together: such a party
    is tied by terminals it sells to directly only, and where it has none belongs where most of its goods go.

    Columns: node_id, community. Size is the number of parties; ties by the smallest id.
    """
    ids, source, target, amount = _read_links(links)
    if not len(ids):
        return pd.DataFrame({"node_id": pd.Series(dtype=str), "community": pd.Series(dtype=np.int64)})
    ships = np.zeros(len(ids), dtype=bool)
    ships[source] = True
    is_maker = np.array([code.startswith(MAKER) for code in ids])
    is_onward = ships[target]  # between parties that ship; else to somebody who only receives
    table = pd.DataFrame({"source": source, "target": target, "amount": amount})
    ties = _tie_by_shared(table[~is_onward])
    direct = table[is_onward & ~is_maker[source]]
    graph: nx.Graph = nx.Graph()
    sells = np.zeros(len(ids), dtype=bool)
    sells[source[~is_onward]] = True
    graph.add_nodes_from(np.flatnonzero(ships & (~is_maker | sells)).tolist())
    for one, other, weight in [*ties, *direct.itertuples(index=False, name=None)]:
        if graph.has_edge(one, other):
            graph[one][other]["weight"] += weight
        else:
            graph.add_edge(one, other, weight=weight)
    # numbers, not names, so that no set of strings decides an order
    found = nx.community.louvain_communities(graph, weight="weight", seed=SEED) if len(graph) else []
    community = np.full(len(ids), -1, dtype=np.int64)
    for number, members in enumerate(found):
        community[list(members)] = number
    _follow(community, table, "source", "target", only=~ships)
    # a maker without terminals of its own belongs where its goods go; those it alone supplies come along
    _follow(community, table, "target", "source", only=ships)
    _follow(community, table, "source", "target", only=~ships)
    alone = community < 0
    community[alone] = community.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return pd.DataFrame({"node_id": ids, "community": _number_by_size(community)})


def _read_links(links: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Sorted ids and the summed links above zero as numbers of those."""
    frame = pd.DataFrame(
        {
            "source": links["source_id"].astype(str).to_numpy(),
            "target": links["target_id"].astype(str).to_numpy(),
            "amount": pd.to_numeric(links["amount"]).to_numpy(dtype=float),
        }
    )
    both = pd.Categorical(pd.concat([frame["source"], frame["target"]]))  # categories come sorted
    ids = [str(code) for code in both.categories]
    frame["source"], frame["target"] = both.codes[: len(frame)], both.codes[len(frame) :]
    # rounded to the cent: a sum of the same amounts in another order is the same sum
    summed = frame.groupby(["source", "target"], as_index=False)["amount"].sum().round(2)
    kept = summed[(summed["amount"] > 0) & (summed["source"] != summed["target"])]
    present = np.unique(np.concatenate([kept["source"], kept["target"]])) if len(kept) else np.array([], dtype=int)
    place = np.full(len(ids), -1, dtype=np.int64)
    place[present] = np.arange(len(present))
    return (
        [ids[number] for number in present],
        place[kept["source"].to_numpy()],
        place[kept["target"].to_numpy()],
        kept["amount"].to_numpy(),
    )


def _tie_by_shared(sales: pd.DataFrame) -> list[tuple[int, int, float]]:
    """Sellers of the same terminals with what ties them."""
    whole = sales.groupby("target")["amount"].transform("sum")
    counts = sales.groupby("target")["source"].transform("size")
    shared = sales.assign(whole=whole)[counts > 1]
    shared = shared.sort_values(["target", "amount", "source"], ascending=[True, False, True])
    shared = shared[shared.groupby("target").cumcount() < MOST_SHARING]
    pairs = shared.merge(shared, on="target", suffixes=("", "_other"))
    pairs = pairs[pairs["source"] < pairs["source_other"]]
    weight = pairs["amount"] * pairs["amount_other"] / pairs["whole"]
    ties = weight.groupby([pairs["source"], pairs["source_other"]]).sum()
    return [(int(one), int(other), float(value)) for (one, other), value in ties.items()]


def _follow(community: np.ndarray, links: pd.DataFrame, leader: str, follower: str, only: np.ndarray) -> None:
    """Who has no community yet joins that of the largest link's other end, where that has one."""
    open_ends = links[
        (community[links[follower].to_numpy()] < 0)
        & only[links[follower].to_numpy()]
        & (community[links[leader].to_numpy()] >= 0)
    ]
    ranked = open_ends.sort_values([follower, "amount", leader], ascending=[True, False, True])
    first = ranked.drop_duplicates(follower)
    community[first[follower].to_numpy()] = community[first[leader].to_numpy()]


def _number_by_size(community: np.ndarray) -> np.ndarray:
    """Numbers anew: the largest is 0, of equal ones that with the first party."""
    found, first, place, size = np.unique(community, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -size))
    number = np.empty(len(found), dtype=np.int64)
    number[order] = np.arange(len(found))
    return number[place]
