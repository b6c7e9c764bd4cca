"""A place for every party of a channel: makers in the middle, regions around them, in each its distributors, and around
every distributor the terminals it mainly supplies. Nothing is left to chance: the same parties get the same places."""

from __future__ import annotations

import heapq
import math
import zlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GOLDEN = math.pi * (3 - math.sqrt(5))  # neighbours on a spiral at this angle never stand in a line
SCREEN = 1.55  # how much wider than high the room for the whole is
SHARE = 0.75  # a distributor's circle against one as large as all its terminals together, by radius
MAKER = 0.09  # the largest maker's circle against one as large as all terminals together
LOOSE = 1.14  # air between the circles of one cluster, by radius
OFF = 0.6  # what makers off the middle weigh against a larger picture
APART = 0.5  # air between clusters, in radii of the usual terminal
BETWEEN = 2.2  # air between regions, in the same
LARGEST = 9.0  # the largest terminal's radius, in radii of the usual one


def place_parties(parties: pd.DataFrame) -> pd.DataFrame:
    """x, y and radius of every party, in the order given; O(n log n) with the few hundred distributors packed one by one.

    ``parties``: node_id, kind (manufacturer, distributor, terminal, others), region_id, main_source_id, sales_amount,
    member_count. Within a kind a circle's area is its pure sales, with a floor and a ceiling so that all can be seen.
    Circles do not overlap. The unit is the radius of the usual (median) terminal; y grows downwards.
    """
    count = len(parties)
    kinds = parties["kind"].to_numpy(dtype=str)
    ids = parties["node_id"].to_numpy(dtype=str)
    amounts = np.maximum(parties["sales_amount"].to_numpy(dtype=float), 0.0)
    radii = _size_circles(kinds, amounts, parties["member_count"].to_numpy(dtype=float))
    row_of = {node: row for row, node in enumerate(ids)}
    is_leaf = (kinds == "terminal") | (kinds == "others")
    centres = np.flatnonzero(~is_leaf)
    sources = [row_of.get(source, -1) if isinstance(source, str) else -1 for source in parties["main_source_id"]]
    # a terminal nobody of the list supplies stands in a cluster without centre
    owners = np.where(is_leaf, np.asarray(sources, dtype=np.int64), np.arange(count))
    x, y = np.zeros(count), np.zeros(count)
    reach = _ring_terminals(x, y, radii, owners, is_leaf, amounts, ids)

    regions = parties["region_id"].astype(object).where(parties["region_id"].notna(), "").to_numpy(dtype=str)
    clusters = [int(row) for row in centres]
    if (owners < 0).any():
        clusters.append(-1)
    groups: dict[str, list[int]] = {}
    for row in clusters:
        # makers share the middle
        group = "" if row < 0 else "maker" if kinds[row] == "manufacturer" else f"region:{regions[row]}"
        groups.setdefault(group, []).append(row)
    home_x, home_y = _pack_groups(groups, reach, ids)
    place = np.where(owners < 0, count, owners)  # the last slot is the cluster without centre
    shift_x, shift_y = np.zeros(count + 1), np.zeros(count + 1)
    for row in clusters:
        shift_x[row], shift_y[row] = home_x[row], home_y[row]
    return pd.DataFrame(
        {"x": x + shift_x[place], "y": y + shift_y[place], "radius": radii, "reach": reach[place]},
        index=parties.index,
    )


def _size_circles(kinds: NDArray[np.str_], amounts: Floats, members: Floats) -> Floats:
    """Radii in units of the usual terminal's: √ of pure sales within each kind, between a floor and a ceiling."""
    radii = np.ones(len(kinds))
    is_terminal = kinds == "terminal"
    positive = amounts[is_terminal & (amounts > 0)]
    usual = float(np.median(positive)) if len(positive) else 1.0
    radii[is_terminal] = np.clip(np.sqrt(amounts[is_terminal] / usual), 0.5, LARGEST)
    is_others = kinds == "others"
    # never larger than the largest it could be mistaken for
    radii[is_others] = np.clip(np.sqrt(members[is_others]), 1.5, LARGEST / 2)
    radii[kinds == "distributor"] = np.maximum(SHARE * np.sqrt(amounts[kinds == "distributor"] / usual), 1.6)
    makers = kinds == "manufacturer"
    largest = float(amounts[makers].max(initial=0.0))
    # all sales are some maker's: at the terminals' scale the makers alone would fill the picture
    full = max(MAKER * math.sqrt(float(amounts[is_terminal | is_others].sum()) / usual), 3.0)
    radii[makers] = np.maximum(full * np.sqrt(amounts[makers] / (largest or 1.0)), 1.8)
    return radii


def _ring_terminals(
    x: Floats,
    y: Floats,
    radii: Floats,
    owners: NDArray[np.int64],
    is_leaf: NDArray[np.bool_],
    amounts: Floats,
    ids: NDArray[np.str_],
) -> Floats:
    """Terminals in rings around their owner's circle, the largest nearest; gives how far each cluster reaches."""
    count = len(radii)
    reach = np.append(radii, 0.0)  # a cluster without terminals is its centre's circle; the last slot has no centre
    reach[:count][is_leaf] = 0.0
    leaves = np.flatnonzero(is_leaf)
    if not len(leaves):
        return reach
    order = leaves[np.lexsort((ids[leaves], -radii[leaves], owners[leaves]))]
    starts = np.flatnonzero(np.r_[True, owners[order][1:] != owners[order][:-1]])
    for start, stop in zip(starts, np.r_[starts[1:], len(order)], strict=True):
        members = order[start:stop]
        owner = int(owners[members[0]])
        inner = radii[owner] * 1.12 if owner >= 0 else 0.0
        # by the id, so that clusters differ and the order of the parties does not matter
        turn = zlib.crc32(str(ids[owner]).encode()) if owner >= 0 else 0
        reach[owner if owner >= 0 else count] = _fill_rings(x, y, members, radii[members] * LOOSE, inner, turn)
    return reach


def _fill_rings(x: Floats, y: Floats, members: NDArray[np.int64], sizes: Floats, inner: float, turn: int) -> float:
    """Circles laid ring by ring from the inside out, the largest first; each ring starts at an angle of its own."""
    first, ring, edge = 0, 0, inner
    while first < len(members):
        widest = sizes[first]
        middle = edge + widest
        if middle <= widest * 1.0001:  # nothing in the middle: the first stands there alone
            x[members[0]] = y[members[0]] = 0.0
            edge, first, ring = float(widest), 1, 1
            continue
        # the angle each takes on the ring, from its own size: half of it before its middle, half after
        angles = 2 * np.arcsin(np.minimum(sizes[first:] / middle, 1.0))
        ends = np.cumsum(angles)
        fits = max(int(np.searchsorted(ends, 2 * math.pi + 1e-9, side="right")), 1)
        chosen = members[first : first + fits]
        taken = float(ends[fits - 1])
        # spread what is left between them; the last ring stays as close as it is filled
        gap = (2 * math.pi - taken) / fits if first + fits < len(members) or taken > 4.2 else 0.0
        middles = ends[:fits] - angles[:fits] / 2 + gap * np.arange(fits)
        spun = middles + (ring + turn % 97) * GOLDEN
        x[chosen], y[chosen] = middle * np.cos(spun), middle * np.sin(spun)
        edge, first, ring = float(middle + widest), first + fits, ring + 1
    return edge


def _pack_groups(groups: dict[str, list[int]], reach: Floats, ids: NDArray[np.str_]) -> tuple[dict[int, float], ...]:
    """A place for every cluster: packed within its group, and the groups around the makers."""
    inside: dict[str, tuple[list[int], Floats, Floats, float]] = {}
    for group, rows in groups.items():
        rows.sort(key=lambda row: (-reach[row], ids[row] if row >= 0 else ""))
        sizes = np.array([reach[row] + APART for row in rows])
        at_x, at_y = pack_circles(sizes)
        at_x, at_y, around = _centre(at_x, at_y, sizes)
        inside[group] = (rows, at_x, at_y, around)
    order = sorted(inside, key=lambda group: (group != "maker", -inside[group][3], group))
    far_x, far_y = _fill_screen(np.array([inside[group][3] + BETWEEN for group in order]))
    places_x: dict[int, float] = {}
    places_y: dict[int, float] = {}
    for group, group_x, group_y in zip(order, far_x, far_y, strict=True):
        rows, at_x, at_y, _ = inside[group]
        for row, one_x, one_y in zip(rows, at_x, at_y, strict=True):
            places_x[row], places_y[row] = group_x + one_x, group_y + one_y
    return places_x, places_y


def _fill_screen(sizes: Floats) -> tuple[Floats, Floats]:
    """The groups packed and turned so that they fill a screen best with the first, the makers, near its middle."""
    count = len(sizes)
    # the largest first, or large and small by turns, which leaves other gaps
    by_turns = [0, *(place for pair in zip(range(1, count), range(count - 1, 0, -1), strict=True) for place in pair)]
    orders = (list(range(count)), list(dict.fromkeys(by_turns)))
    best: tuple[float, Floats, Floats] | None = None
    for order in orders:
        for wide in (1.0, 1.3, 1.7, 2.3, 3.2):
            packed_x, packed_y = np.zeros(count), np.zeros(count)
            packed_x[order], packed_y[order] = pack_circles(sizes[order], wide)
            for turn in np.arange(0, math.pi, math.pi / 24):
                x = packed_x * math.cos(turn) - packed_y * math.sin(turn)
                y = packed_x * math.sin(turn) + packed_y * math.cos(turn)
                left, right = float(np.min(x - sizes)), float(np.max(x + sizes))
                top, bottom = float(np.min(y - sizes)), float(np.max(y + sizes))
                off = math.hypot((left + right) / 2 - x[0], ((top + bottom) / 2 - y[0]) * SCREEN)
                need = round(max(right - left, (bottom - top) * SCREEN) + OFF * off, 6)
                if best is None or need < best[0]:
                    best = need, x, y
    assert best is not None
    return best[1], best[2]


def _centre(at_x: Floats, at_y: Floats, sizes: Floats) -> tuple[Floats, Floats, float]:
    """The circles moved so that a circle around the origin holds them, and its radius (Ritter, then tightened)."""
    middle_x = float((np.min(at_x - sizes) + np.max(at_x + sizes)) / 2)
    middle_y = float((np.min(at_y - sizes) + np.max(at_y + sizes)) / 2)
    for step in range(60):
        distances = np.hypot(at_x - middle_x, at_y - middle_y) + sizes
        far = int(np.argmax(distances))
        # a step towards what sticks out most, smaller every time
        pull = 0.5 / (step + 2)
        middle_x += (at_x[far] - middle_x) * pull
        middle_y += (at_y[far] - middle_y) * pull
    radius = float(np.max(np.hypot(at_x - middle_x, at_y - middle_y) + sizes))
    return at_x - middle_x, at_y - middle_y, radius


def pack_circles(circles: Floats, wide: float = 1.0) -> tuple[Floats, Floats]:
    """Touching circles around the origin, in the order given: each beside the pair of the outline nearest the middle.

    The front chain of Wang, Wang, Dai and Wang (2006); ``wide`` above one lets the whole grow wider than high.
    """
    sizes: list[float] = circles.tolist()  # plain numbers: one by one they are ten times as quick as an array's
    count = len(sizes)
    x, y = [0.0] * count, [0.0] * count
    if count > 1:
        x[0], x[1] = -sizes[1], sizes[0]
    if count <= 2:
        return np.array(x), np.array(y)
    _place_third(x, y, sizes, 1, 0, 2)
    after, before = [0] * count, [0] * count
    for one, other in ((0, 1), (1, 2), (2, 0)):
        after[one], before[other] = other, one
    outline = {0, 1, 2}
    nearest: list[tuple[float, int, int]] = []

    def score(one: int) -> tuple[float, int, int]:
        other = after[one]
        both = sizes[one] + sizes[other]
        at_x = (x[one] * sizes[other] + x[other] * sizes[one]) / both / wide
        at_y = (y[one] * sizes[other] + y[other] * sizes[one]) / both
        return at_x * at_x + at_y * at_y, one, other

    for one in outline:
        heapq.heappush(nearest, score(one))
    for new in range(3, count):
        while True:
            # entries of pairs that are no neighbours any more are passed over
            _, one, other = nearest[0]
            if one in outline and other in outline and after[one] == other:
                break
            heapq.heappop(nearest)
        while True:
            _place_third(x, y, sizes, one, other, new)
            blocking = _find_blocking(x, y, sizes, after, before, one, other, new)
            if blocking is None:
                break
            touched, is_ahead = blocking
            # the outline closes past what is in the way
            if is_ahead:
                gone = after[one]
                while gone != touched:
                    outline.discard(gone)
                    gone = after[gone]
                other = touched
            else:
                gone = before[other]
                while gone != touched:
                    outline.discard(gone)
                    gone = before[gone]
                one = touched
            after[one], before[other] = other, one
            heapq.heappush(nearest, score(one))
        before[new], after[new] = one, other
        after[one], before[other] = new, new
        outline.add(new)
        heapq.heappush(nearest, score(one))
        heapq.heappush(nearest, score(new))
    return np.array(x), np.array(y)


def _place_third(x: list[float], y: list[float], sizes: list[float], one: int, other: int, new: int) -> None:
    """Put a circle against two, on the outer side of the way from one to the other."""
    step_x, step_y = x[other] - x[one], y[other] - y[one]
    apart = math.hypot(step_x, step_y)
    to_one, to_other = sizes[one] + sizes[new], sizes[other] + sizes[new]
    along = (apart * apart + to_one * to_one - to_other * to_other) / (2 * apart)
    up = math.sqrt(max(to_one * to_one - along * along, 0.0))
    x[new] = x[one] + (along * step_x + up * step_y) / apart
    y[new] = y[one] + (along * step_y - up * step_x) / apart


def _find_blocking(
    x: list[float],
    y: list[float],
    sizes: list[float],
    after: list[int],
    before: list[int],
    one: int,
    other: int,
    new: int,
) -> tuple[int, bool] | None:
    """The nearest circle along the outline that the new one would cover, and whether it lies ahead; none where it fits."""
    ahead, behind = after[other], before[one]
    way_ahead, way_behind = sizes[other], sizes[one]
    while True:
        is_ahead = way_ahead <= way_behind
        looked = ahead if is_ahead else behind
        room = sizes[looked] + sizes[new]
        if (x[looked] - x[new]) ** 2 + (y[looked] - y[new]) ** 2 < room * room * (1 - 1e-6):
            return looked, is_ahead
        if is_ahead:
            way_ahead += sizes[looked]
            ahead = after[looked]
        else:
            way_behind += sizes[looked]
            behind = before[looked]
        if ahead == after[behind]:
            return None
