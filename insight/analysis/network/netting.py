"""Links netted, so that goods only ever move on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

Pair = tuple[str, str]


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
