"""What reading a company's files gave: the company, what was refused and why, counts and control totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from insight.company import Company, Finding

REFUSED = pa.schema(
    [
        ("code", pa.string()),
        ("table", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
        ("cell", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("mend", pa.string()),
    ]
)


@dataclass(frozen=True)
class Problem:
    """Why one cell or row cannot be used, and how to mend it."""

    code: str
    reason: str
    mend: str


@dataclass(frozen=True)
class Trouble:
    """Why a file, sheet or mapping cannot be read at all."""

    what: str
    where: str = ""
    expected: str = ""
    mend: str = ""

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.mend:
            lines.append(f"  to mend:  {self.mend}")
        return "\n".join(lines)


def join_troubles(troubles: Sequence[Trouble]) -> list[Trouble]:
    """The troubles once each; those of one place with one expectation become one."""
    joined: dict[tuple[str, str], list[Trouble]] = {}
    for trouble in dict.fromkeys(troubles):
        joined.setdefault((trouble.where, trouble.expected or trouble.what), []).append(trouble)
    return [
        Trouble(
            "; ".join(dict.fromkeys(one.what for one in same)),
            where,
            same[0].expected,
            "; ".join(dict.fromkeys(one.mend for one in same if one.mend)),
        )
        for (where, _), same in joined.items()
    ]


@dataclass(frozen=True)
class Count:
    """Rows of one table: ``read`` is always ``accepted + refused + ignored``."""

    table: str
    read: int
    accepted: int
    refused: int
    ignored: int


@dataclass(frozen=True)
class ControlTotal:
    """The exact, unrounded sum of one measure in the files: ``read`` is always ``accepted + refused``.

    ``stored`` is the sum of the accepted values after rounding to the column's scale. Cells that are no number
    cannot be summed; their rows are refused and counted in ``unreadable``.
    """

    table: str
    column: str
    read: Decimal
    accepted: Decimal
    refused: Decimal
    stored: Decimal
    unreadable: int = 0


@dataclass(frozen=True)
class OwnRows:
    """The user's own rows of one sheet that were refused, with what is wrong and how to mend it."""

    table: str
    file: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...], str, str], ...]  # row number, cells, problem, how to mend


@dataclass(frozen=True)
class Intake:
    """The whole result. ``company`` is None when nothing usable was found."""

    company: Company | None
    refused: pa.Table = field(default_factory=REFUSED.empty_table)
    counts: tuple[Count, ...] = ()
    totals: tuple[ControlTotal, ...] = ()
    findings: tuple[Finding, ...] = ()
    own_rows: tuple[OwnRows, ...] = ()


class IntakeError(ValueError):
    """Files or a mapping that cannot be read. Every trouble found is in ``troubles``, all together.

    ``intake`` holds the refusals when rows were read but none could be used.
    """

    def __init__(self, troubles: Sequence[Trouble] | Trouble, intake: Intake | None = None) -> None:
        self.troubles = tuple(join_troubles([troubles] if isinstance(troubles, Trouble) else troubles))
        self.intake = intake
        super().__init__("\n".join(map(str, self.troubles)))
