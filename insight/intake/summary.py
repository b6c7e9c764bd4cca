"""What was read, in words: counts that add up, control totals, what was cleaned, the first refusals."""

from __future__ import annotations

from decimal import Decimal

from insight.intake.report import ControlTotal, Intake
from insight.intake.sheets import shorten

SHOWN = 30
LONGEST = 200


def describe_intake(intake: Intake) -> str:
    """Several lines for the command line; every row read is accepted, refused or ignored."""
    lines = ["table                    read    accepted     refused     ignored"]
    lines += [
        f"{count.table:20}{count.read:>9,}{count.accepted:>12,}{count.refused:>12,}{count.ignored:>12,}"
        for count in intake.counts
    ]
    if intake.totals:
        lines.append("")
        lines += [_describe_total(total) for total in intake.totals]
    if intake.findings:
        lines.append("\nchanged or left out on the way in:")
        lines += [
            (f"  {finding.table}: " if finding.table else "  ")
            + f"{finding.text} ({finding.count:,})"
            + (f", for example {shorten(finding.example, LONGEST)}" if finding.example else "")
            for finding in intake.findings
        ]
    if intake.refused.num_rows:
        lines += ["", *_describe_refused(intake)]
    return "\n".join(lines)


def _describe_refused(intake: Intake) -> list[str]:
    """Problems of one kind in one column as one line with its first row, the most frequent first."""
    kinds: dict[tuple[str, str, str], list[int]] = {}
    names = ("table", "column", "code")
    for place, row in enumerate(intake.refused.select(names).to_pylist()):
        kinds.setdefault((row["table"], row["column"], row["code"]), []).append(place)
    ranked = sorted(kinds.values(), key=len, reverse=True)
    lines = [f"{intake.refused.num_rows:,} problems, the most frequent kinds first, each with its first row:"]
    for places in ranked[:SHOWN]:
        row = intake.refused.slice(places[0], 1).to_pylist()[0]
        times = f"{len(places):,} × " if len(places) > 1 else ""
        sheet = f" sheet {row['sheet']}" if row["sheet"] else ""
        where = f"{row['file']}{sheet} row {row['row']}"
        column = f", {row['column']} {row['value']!r}" if row["column"] else ""
        lines.append(f"  {times}{row['table']}: {where}{column}: {row['reason']}. {row['mend']}")
    if len(ranked) > SHOWN:
        lines.append(f"  and {len(ranked) - SHOWN:,} kinds more")
    return lines


def _describe_total(total: ControlTotal) -> str:
    read, stored, refused = total.read, total.stored, total.refused
    places = 2 if total.column.endswith("amount") else 0
    text = (
        f"{total.table}.{total.column}: {show_sum(read, places)} in the files"
        f" = {show_sum(stored, places)} loaded + {show_sum(refused, places)} refused"
    )
    if read != stored + refused:
        text += f" + {show_sum(read - stored - refused, places)} rounded"
    if total.unreadable:
        text += f"; {total.unreadable:,} refused cells are no number and in none of these sums"
    return text


def show_sum(number: Decimal, places: int) -> str:
    """A sum with at least ``places`` decimals and no idle zeros beyond them.

    >>> show_sum(Decimal("1284.500"), 2), show_sum(Decimal("12.000"), 0)
    ('1,284.50', '12')
    """
    digits = -int(number.normalize().as_tuple().exponent) if number else 0
    return f"{number:,.{max(digits, places)}f}"
