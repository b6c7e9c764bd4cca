"""Targets that would count twice: managers' lines beside their people's, territories' beside those below them, and
credit that adds up to more than the whole. Nothing is changed here; it is said what publishing does with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from insight.company import Finding

NEAR = Decimal("0.01")  # a manager's targets within so much of those below are their sum
LEAST_MONTHS = 3  # of a line that is the sum of all others, where nobody says who leads whom

Totals = dict[str, dict[Any, Decimal]]  # holder -> month -> target, lines together


def find_roll_ups(tables: Mapping[str, pa.Table]) -> list[Finding]:
    """What is said of targets and assignments that would count twice; see the module."""
    findings: list[Finding] = []
    if "targets" in tables:
        for kind, table, key, above in (
            ("rep", "reps", "rep_id", "manager_id"),
            ("territory", "territories", "territory_id", "parent_id"),
        ):
            totals = _sum_targets(tables["targets"], kind)
            rows = tables[table].to_pylist() if table in tables else []
            findings += _judge(kind, totals, {row[key]: row.get(above) for row in rows})
    if "assignments" in tables:
        findings += _find_shared_too_much(tables["assignments"])
    return findings


def _judge(kind: str, totals: Totals, parents: Mapping[str, str | None]) -> list[Finding]:
    below = _gather_below(totals, parents)
    equal = [holder for holder, parts in below.items() if _is_sum(totals, holder, parts)]
    differ = [holder for holder in below if holder not in equal]
    findings = []
    whose = (
        "managers’ targets are the sum of their people’s"
        if kind == "rep"
        else "targets stand above others’ in the tree of territories and are their sum"
    )
    if equal:
        findings.append(
            Finding(
                "roll_up",
                "targets",
                f"{whose}: they count once at each level and are never added to them",
                len(equal),
                equal[0],
            )
        )
    if differ:
        text = (
            "managers’ targets differ from the sum of their people’s: they are added only where at least a fifth of them is "
            "credited to the manager, as a book of the manager’s own; otherwise the people’s count"
            if kind == "rep"
            else "targets stand above others’ in the tree of territories and differ from their sum: each level shows its own, "
            "and the total is of the topmost"
        )
        holder = differ[0]
        findings.append(Finding("roll_up_differs", "targets", text, len(differ), _show(totals, holder, below[holder])))
    if kind == "rep" and not any(parents.values()):
        findings += _find_sum_of_all(totals)
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


def _is_sum(totals: Totals, holder: str, parts: list[str]) -> bool:
    """Whether a holder's targets are within a hundredth of all below it, of the last, or of the next on each way down."""
    inside = set(parts)
    months = [month for month in totals[holder] if any(month in totals[part] for part in parts)]
    own = sum((totals[holder][month] for month in months), Decimal(0))

    def add(kept: set[str]) -> Decimal:
        return sum((totals[part].get(month, Decimal(0)) for part in kept for month in months), Decimal(0))

    sums = [add(inside)]
    # every way to count each person once: drop those who are sums themselves
    leaders = {part for part in inside if add({part}) and _covers(totals, part, inside - {part}, months)}
    sums.append(add(inside - leaders))
    return any(abs(own - total) <= NEAR * abs(total) for total in sums)


def _covers(totals: Totals, part: str, others: set[str], months: list[Any]) -> bool:
    own = sum((totals[part].get(month, Decimal(0)) for month in months), Decimal(0))
    rest = sum((totals[other].get(month, Decimal(0)) for other in others for month in months), Decimal(0))
    return len(others) > 1 and Decimal(0) < own <= rest and own > rest / 2


def _find_sum_of_all(totals: Totals) -> list[Finding]:
    """Where nobody says who leads whom: a line that in every month is the sum of all others."""
    for holder, own in totals.items():
        others = [part for part in totals if part != holder]
        if len(others) < 2 or len(own) < LEAST_MONTHS:
            continue
        sums = {month: sum((totals[part].get(month, Decimal(0)) for part in others), Decimal(0)) for month in own}
        if all(abs(own[month] - sums[month]) <= NEAR * abs(sums[month]) and sums[month] for month in own):
            text = "a holder’s targets are the sum of all others’ in every month: they count once and are never added to them"
            return [Finding("roll_up", "targets", text, 1, holder)]
    return []


def _sum_targets(targets: pa.Table, kind: str) -> Totals:
    """Targets in force of pure sales by holder and month; a line for all products beats those by product line."""
    force: dict[tuple[str, Any, str], tuple[int, Decimal]] = {}
    names = ["holder_kind", "holder_id", "month", "product_line", "measure", "version", "target_amount"]
    for row in targets.select([name for name in names if name in targets.column_names]).to_pylist():
        if row["holder_kind"] != kind or (row.get("measure") or "pure_sales") != "pure_sales":
            continue
        key = (row["holder_id"], row["month"].replace(day=1), row.get("product_line") or "")
        version = row.get("version") or 1
        if row["target_amount"] is not None and version >= force.get(key, (0, Decimal(0)))[0]:
            force[key] = (version, Decimal(row["target_amount"]))
    whole = {(holder, month) for holder, month, line in force if not line}
    totals: Totals = defaultdict(lambda: defaultdict(Decimal))
    for (holder, month, line), (_, amount) in force.items():
        if not line or (holder, month) not in whole:
            totals[holder][month] += amount
    return {holder: dict(months) for holder, months in totals.items()}


def _show(totals: Totals, holder: str, parts: list[str]) -> str:
    months = totals[holder]
    other = sum((totals[part].get(month, Decimal(0)) for part in parts for month in months), Decimal(0))
    return f"{holder}: {sum(months.values()):,.2f} against {other:,.2f} below"


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
