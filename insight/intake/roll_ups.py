"""Targets that would count twice: managers' lines beside their people's, territories' beside those below them, totals of
the file kept as holders or lines, a year's target in one month; and credit that adds up to more than the whole. It is
said what publishing does with them. Where nobody says who leads whom, targets that are sums of others' say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from insight.company import Finding

NEAR = Decimal("0.01")  # a manager's targets within so much of those below are their sum
SAME = Decimal("0.0001")  # and within so much where only the numbers say who leads whom
LEAST_MONTHS = 3  # of a line that is the sum of two others, where nobody says who leads whom
MOST_TRIED = 50_000  # ways of adding up others' targets tried for a holder

Totals = dict[str, dict[Any, Decimal]]  # holder -> month -> target, lines together
Tables = Mapping[str, pa.Table]
TREES = {"rep": ("reps", "rep_id", "manager_id"), "territory": ("territories", "territory_id", "parent_id")}
OWN_SUM = {
    "rep": "managers’ targets are the sum of their people’s: they count once at each level and are never added to them",
    "territory": "targets stand above others’ in the tree of territories and are their sum: they count once at each level "
    "and are never added to them",
}
DIFFERS = {
    "rep": "managers’ targets differ from the sum of their people’s: what of them is a book of the manager’s own counts "
    "beside the people’s, as far as sales are credited to the manager; the rest is theirs and never added to them",
    "territory": "targets stand above others’ in the tree of territories and differ from their sum: each level shows its "
    "own, and the total is of the topmost",
}
TOTAL = (
    "holders in no tree whose targets are the sum of all others’: totals of the file, they count once and are never added "
    "to them unless sales are theirs"
)


def find_roll_ups(tables: Tables) -> list[Finding]:
    """What is said of targets and assignments that would count twice; see the module."""
    findings: list[Finding] = []
    if "targets" in tables:
        for kind in ("rep", "territory", "distributor", "terminal"):
            totals = _sum_targets(tables["targets"], kind)
            findings += _judge(kind, totals, _find_parents(tables, kind)) if totals else []
        findings += _find_lines_of_all(tables) + _find_piled_up(tables["targets"])
    if "assignments" in tables:
        findings += _find_shared_too_much(tables["assignments"])
    return findings


def name_leaders(tables: Tables) -> tuple[dict[str, pa.Table], list[Finding]]:
    """The tables with managers named where none is and targets say it, and what is said of that.

    A rep whose terminals are nobody's and whose targets are in every month the sum of some others' leads those. Who else
    holds targets without a terminal is told: a manager's line would count twice.
    """
    if not {"targets", "reps", "assignments"} <= set(tables):
        return dict(tables), []
    people = {row["rep_id"]: row.get("manager_id") for row in tables["reps"].to_pylist()}
    totals = {rep: months for rep, months in _sum_targets(tables["targets"], "rep").items() if rep in people}
    selling = set(tables["assignments"]["rep_id"].to_pylist())
    idle = sorted((rep for rep in totals if rep not in selling), key=lambda rep: (sum(totals[rep].values()), rep))
    if any(people.values()) or not idle or len(totals) - len(idle) < 2:
        return dict(tables), []
    tops = {rep for rep in totals if rep in selling}
    led: dict[str, str] = {}
    for rep in idle:
        below = _find_parts(totals[rep], {top: totals[top] for top in tops})
        led |= dict.fromkeys(below, rep)
        tops = (tops - set(below)) | {rep} if below else tops
    leaders = set(led.values())
    findings = []
    if led:
        first = min(leaders)
        text = (
            "nobody has a manager, and holders without a terminal have the exact sum of others’ targets in every month: "
            "taken as those people’s managers, whose targets are never added to theirs"
        )
        example = f"{first}: {', '.join(sorted(rep for rep in led if led[rep] == first)[:5])}"
        findings.append(Finding("leaders_named", "reps", text, len(leaders), example))
    unclear = [rep for rep in idle if rep not in leaders]
    if unclear:
        text = (
            "holders of targets have no terminal, and nobody says who leads whom: a manager’s line would count beside the "
            "people’s; fill manager_id in reps"
        )
        findings.append(Finding("leaders_unknown", "targets", text, len(unclear), unclear[0]))
    if not led:
        return dict(tables), findings
    reps = tables["reps"]
    managers = pa.array([led.get(rep) for rep in reps["rep_id"].to_pylist()], pa.string())
    if "manager_id" in reps.column_names:
        reps = reps.set_column(reps.column_names.index("manager_id"), "manager_id", managers)
    else:
        reps = reps.append_column("manager_id", managers)
    return {**tables, "reps": reps}, findings


def _find_parts(whole: Mapping[Any, Decimal], others: Totals) -> list[str]:
    """Those of the others whose targets add up to the whole in every month; none where no two or more do."""
    if len(whole) < LEAST_MONTHS:
        return []
    months = sorted(whole)
    rows = {
        other: [amounts.get(month, Decimal(0)) for month in months]
        for other, amounts in others.items()
        if not set(amounts) - set(months)
    }
    order = sorted(rows, key=lambda other: (-sum(rows[other]), other))
    # what those from a place on could still add, month by month
    left = [
        [sum(column, Decimal(0)) for column in zip(*(rows[o] for o in order[place:]), strict=True)]
        for place in range(len(order))
    ]
    slack = [abs(whole[month]) * SAME + Decimal("0.01") for month in months]
    tried = 0

    def search(place: int, rest: Sequence[Decimal], chosen: tuple[str, ...]) -> tuple[str, ...]:
        nonlocal tried
        tried += 1
        if all(abs(amount) <= spare for amount, spare in zip(rest, slack, strict=True)):
            return chosen if len(chosen) > 1 else ()
        if place == len(order) or tried > MOST_TRIED:
            return ()
        if any(amount < -spare for amount, spare in zip(rest, slack, strict=True)):
            return ()
        if any(amount - more > spare for amount, more, spare in zip(rest, left[place], slack, strict=True)):
            return ()
        taken = [amount - own for amount, own in zip(rest, rows[order[place]], strict=True)]
        return search(place + 1, taken, (*chosen, order[place])) or search(place + 1, rest, chosen)

    return list(search(0, [whole[month] for month in months], ()))


def _find_parents(tables: Tables, kind: str) -> dict[str, str | None]:
    """Who stands above each holder; where no rep has a manager, whoever works the nearest territory above."""
    if kind not in TREES:
        return {}
    table, key, above = TREES[kind]
    rows = tables[table].to_pylist() if table in tables else []
    parents = {row[key]: row.get(above) for row in rows}
    if kind == "territory" or any(parents.values()) or "territories" not in tables:
        return parents
    places = {row["territory_id"]: row.get("parent_id") for row in tables["territories"].to_pylist()}
    working: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        working[row.get("territory_id") or ""].append(row[key])
    for row in rows:
        place, seen = places.get(row.get("territory_id") or ""), set()
        while place and place not in seen:
            if place in working:
                parents[row[key]] = working[place][0]
                break
            seen.add(place)
            place = places.get(place)
    return parents


def _judge(kind: str, totals: Totals, parents: Mapping[str, str | None]) -> list[Finding]:
    below = _gather_below(totals, parents)
    equal = [holder for holder in below if _is_sum(totals, holder, below)]
    differ = [holder for holder in below if holder not in equal]
    findings = []
    if equal:
        findings.append(Finding("roll_up", "targets", OWN_SUM[kind], len(equal), equal[0]))
    if differ:
        example = _show(totals, differ[0], _drop_leaders(below[differ[0]], below))
        findings.append(Finding("roll_up_differs", "targets", DIFFERS[kind], len(differ), example))
    whole = _find_sums_of_all(totals, below)
    if whole:
        findings.append(Finding("roll_up", "targets", TOTAL, len(whole), whole[0]))
    return findings


def _gather_below(totals: Totals, parents: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Each holder with the holders below it, at any depth; circles end where they close."""
    below: dict[str, list[str]] = defaultdict(list)
    for holder in totals:
        seen, above = {holder}, parents.get(holder)
        while above and above not in seen:
            seen.add(above)
            if above in totals:
                below[above].append(holder)
            above = parents.get(above)
    return dict(below)


def _drop_leaders(parts: Iterable[str], below: Mapping[str, list[str]]) -> list[str]:
    return [part for part in parts if part not in below]


def _is_sum(totals: Totals, holder: str, below: Mapping[str, list[str]]) -> bool:
    """Whether a holder's targets are within a hundredth of all below it, of the last, or of the next on each way down."""
    parts = below[holder]
    further = {one for part in parts for one in below.get(part, [])}
    own = totals[holder]
    months = [month for month in own if any(month in totals[part] for part in parts)]
    whole = sum((own[month] for month in months), Decimal(0))
    ways = (parts, _drop_leaders(parts, below), [part for part in parts if part not in further])
    return any(_is_near(whole, _add(totals, way, months)) for way in ways)


def _add(totals: Totals, parts: Iterable[str], months: Iterable[Any]) -> Decimal:
    kept = list(months)
    return sum((totals[part].get(month, Decimal(0)) for part in parts for month in kept), Decimal(0))


def _is_near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= NEAR * abs(other)


def _find_sums_of_all(totals: Totals, below: Mapping[str, list[str]]) -> list[str]:
    """Holders in no tree that have in every month the sum of all others, of the last, or of the topmost."""
    under = {part for parts in below.values() for part in parts}
    by_month: dict[Any, list[str]] = defaultdict(list)
    for holder, months in totals.items():
        for month in months:
            by_month[month].append(holder)
    ways = (set(totals), set(totals) - set(below), set(totals) - under)
    sums = {
        month: [sum((totals[one][month] for one in holders if one in way), Decimal(0)) for way in ways]
        for month, holders in by_month.items()
    }
    found = []
    for holder, own in totals.items():
        if holder in below or holder in under:
            continue
        least = min(len(by_month[month]) for month in own) - 1
        if least < 2 or (least == 2 and len(own) < LEAST_MONTHS):
            continue
        if any(
            all(sums[month][way] != own[month] and _is_near(own[month], sums[month][way] - own[month]) for month in own)
            for way in range(3)
        ):
            found.append(holder)
    return found


def _find_lines_of_all(tables: Tables) -> list[Finding]:
    """Product lines that no product has and that are the sum of the holder's other lines: totals kept as a line."""
    if "products" not in tables or "product_line" not in tables["targets"].column_names:
        return []
    lines = (
        set(tables["products"]["product_line"].to_pylist())
        if "product_line" in tables["products"].column_names
        else set()
    )
    groups: dict[tuple[Any, ...], dict[str, Decimal]] = defaultdict(dict)
    for key, (_, amount) in _find_force(tables["targets"], None).items():
        if key[-1]:
            groups[key[:-1]][key[-1]] = amount
    count, example = 0, ""
    for parts in groups.values():
        for line, amount in parts.items():
            if line not in lines and len(parts) > 2 and _is_near(amount, sum(parts.values()) - amount):
                count, example = count + 1, example or line
    text = "a product line that no product has is the sum of the holder’s other lines: a total of the file, not added to them"
    return [Finding("roll_up", "targets", text, count, example)] if count else []


def _find_piled_up(targets: pa.Table) -> list[Finding]:
    """Holders whose targets lie months apart, always as many: a quarter's or a year's target put on one month."""
    months: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for kind, holder, month, _ in _find_force(targets, None):
        months[kind, holder].add(month.year * 12 + month.month)
    found: dict[int, list[str]] = defaultdict(list)
    for (_, holder), numbers in months.items():
        steps = {later - earlier for earlier, later in zip(sorted(numbers), sorted(numbers)[1:], strict=False)}
        if len(steps) == 1 and steps <= {3, 6, 12}:
            found[next(iter(steps))].append(holder)
    return [
        Finding(
            "piled_up",
            "targets",
            f"holders have a target in every {step} months only: if it is for all of them, split it by month, for attainment "
            "counts sales of the months that have a target",
            len(holders),
            holders[0],
        )
        for step, holders in sorted(found.items())
    ]


def _find_force(targets: pa.Table, kind: str | None) -> dict[tuple[Any, ...], tuple[int, Decimal]]:
    """Targets in force of pure sales: (holder_kind, holder_id, month, product_line) -> version, amount."""
    force: dict[tuple[Any, ...], tuple[int, Decimal]] = {}
    names = ["holder_kind", "holder_id", "month", "product_line", "measure", "version", "target_amount"]
    for row in targets.select([name for name in names if name in targets.column_names]).to_pylist():
        if kind not in (None, row["holder_kind"]) or (row.get("measure") or "pure_sales") != "pure_sales":
            continue
        key = (row["holder_kind"], row["holder_id"], row["month"].replace(day=1), row.get("product_line") or "")
        version = row.get("version") or 1
        if row["target_amount"] is not None and (key not in force or version >= force[key][0]):
            force[key] = (version, Decimal(row["target_amount"]))
    return force


def _sum_targets(targets: pa.Table, kind: str) -> Totals:
    """Targets in force of pure sales by holder and month; a line for all products beats those by product line."""
    force = _find_force(targets, kind)
    whole = {(holder, month) for _, holder, month, line in force if not line}
    totals: Totals = defaultdict(lambda: defaultdict(Decimal))
    for (_, holder, month, line), (_, amount) in force.items():
        if not line or (holder, month) not in whole:
            totals[holder][month] += amount
    return {holder: dict(months) for holder, months in totals.items()}


def _show(totals: Totals, holder: str, parts: list[str]) -> str:
    months = totals[holder]
    others = _add(totals, parts, months)
    return f"{holder}: {sum(months.values()):,.2f} against {others:,.2f} of the people or places furthest down"


def _find_shared_too_much(assignments: pa.Table) -> list[Finding]:
    """Terminals whose shares come to more than one on some day: credit is scaled down so that it adds up to the sales."""
    edges: dict[tuple[str, str], list[tuple[Any, int, float]]] = defaultdict(list)
    names = ["terminal_id", "product_line", "credit_share", "valid_from", "valid_to"]
    for row in assignments.select([name for name in names if name in assignments.column_names]).to_pylist():
        share = 1.0 if row.get("credit_share") is None else float(row["credit_share"])
        key = (row["terminal_id"], row.get("product_line") or "")
        edges[key].append((row["valid_from"], 1, share))
        if row.get("valid_to") is not None:
            # what ends on a day makes room for what begins on it
            edges[key].append((row["valid_to"], 0, -share))
    over = []
    for (terminal, _), changes in edges.items():
        level = 0.0
        for _, _, change in sorted(changes):
            level += change
            if level > 1 + 1e-6:
                over.append(terminal)
                break
    if not over:
        return []
    text = "terminals’ credit shares come to more than one on some day: they are scaled down, so that credit adds up to sales"
    return [Finding("credit_over_one", "assignments", text, len(set(over)), over[0])]
