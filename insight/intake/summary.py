"""What was read, in words: counts that add up, control totals, what was cleaned, the first refusals."""

from __future__ import annotations

from decimal import Decimal

from insight.intake.report import Intake

SHOWN = 12


def describe_intake(intake: Intake) -> str:
    """Several lines for the command line; every row read is accepted, refused or ignored."""
    lines = ["table                    read    accepted     refused     ignored"]
    lines += [
        f"{count.table:20}{count.read:>9,}{count.accepted:>12,}{count.refused:>12,}{count.ignored:>12,}"
        for count in intake.counts
    ]
    if intake.totals:
        lines.append("")
        lines += [
            _describe_total(total.table, total.column, total.read, total.stored, total.refused)
            for total in intake.totals
        ]
    if intake.findings:
        lines.append("\nchanged or left out on the way in:")
        lines += [
            f"  {finding.table}: {finding.text} ({finding.count:,})"
            + (f", for example {finding.example}" if finding.example else "")
            for finding in intake.findings
        ]
    refused = intake.refused.num_rows
    if refused:
        lines.append(f"\n{refused:,} problems; the first:" if refused > SHOWN else f"\n{refused:,} problems:")
        for row in intake.refused.slice(0, SHOWN).to_pylist():
            sheet = f" sheet {row['sheet']}" if row["sheet"] else ""
            column = f", {row['column']} {row['value']!r}" if row["column"] else ""
            lines.append(f"  {row['file']}{sheet} row {row['row']}{column}: {row['reason']}. {row['mend']}")
    return "\n".join(lines)


def _describe_total(table: str, column: str, read: Decimal, stored: Decimal, refused: Decimal) -> str:
    return f"{table}.{column}: {read:,} in the files = {stored:,} loaded + {refused:,} refused" + (
        "" if read == stored + refused else f" + {read - stored - refused:,} rounded"
    )
