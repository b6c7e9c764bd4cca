"""Rows mended in a workbook of refused rows, put back where they stand in the user's own file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from insight.company import Finding
from insight.intake.cells import Cells, clean, fold
from insight.intake.report import IntakeError, Trouble
from insight.intake.sheets import Sheet

MARK = "Rows refused by Channel Insight"  # the first cell of the workbook's first sheet
PLAN = "Refused rows by sheet of this workbook"
PROBLEM, HOW = "problem", "how to mend"
_ROW = re.compile(r"row ([0-9]+):")

Book = Mapping[str, Sequence[Sequence[str]]]  # the rows of each sheet, every cell as text


@dataclass(frozen=True)
class Mended:
    """The mended rows of one sheet of a file: by row number, the text of each column by its header."""

    source: str  # the workbook they come from
    rows: dict[int, list[dict[str, str]]] = field(default_factory=dict)


def is_refusals(book: Book) -> bool:
    """Whether these sheets are a workbook of refused rows."""
    first = next(iter(book.values()), [])
    return bool(first) and bool(first[0]) and first[0][0] == MARK


def read_mended(book: Book, source: str) -> dict[tuple[str, str], Mended]:
    """The rows of a workbook of refused rows, by file and sheet of the file they belong to."""
    found: dict[tuple[str, str], Mended] = {}
    for name, file, sheet in _read_plan(next(iter(book.values()))):
        rows = book.get(name, [])
        if not rows or PROBLEM not in rows[0]:
            continue
        header = list(rows[0])
        place = len(header) - 1 - header[::-1].index(PROBLEM)  # the user's own columns may bear the name too
        mended = found.setdefault((file, sheet), Mended(source))
        for row in rows[1:]:
            number = _ROW.match(row[place]) if place < len(row) else None
            if number:
                texts = {title: clean(text) for title, text in zip(header[:place], row, strict=False) if title}
                mended.rows.setdefault(int(number[1]), []).append(texts)
    return found


def _read_plan(summary: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """Sheet of the workbook, file, and sheet of the file, as the summary lists them."""
    plan: list[tuple[str, str, str]] = []
    is_plan = False
    for row in summary:
        first = row[0] if row else ""
        if first == PLAN:
            is_plan = True
        elif is_plan and not first:
            break
        elif is_plan and first != "sheet" and len(row) >= 4:
            plan.append((first, row[2], row[3]))
    return plan


def put_back(sheet: Sheet, mended: Mended) -> Sheet:
    """The sheet with the cells that were changed in the workbook.

    A row of the workbook must still be the row of the file: at least half of its cells as they were. Raises IntakeError
    where the file has changed since.
    """
    places = {fold(name): place for place, name in enumerate(sheet.header) if name}
    lines = {int(row): line for line, row in enumerate(sheet.rows.tolist())}
    changes: dict[int, dict[int, str]] = {}
    lost = [row for row in mended.rows if row not in lines]
    for row in mended.rows.keys() - set(lost):
        for texts in mended.rows[row]:
            known = {places[fold(title)]: text for title, text in texts.items() if fold(title) in places}
            changed = {place: text for place, text in known.items() if sheet.columns[place].text(lines[row]) != text}
            if 2 * len(changed) > max(len(known), 2):
                raise IntakeError(
                    Trouble(
                        f"row {row} is not the row {row} that {mended.source} was made from",
                        sheet.title,
                        "the same file as at the load that refused the rows",
                        "load the file alone, and mend the new workbook",
                    )
                )
            for place, text in changed.items():
                changes.setdefault(place, {})[lines[row]] = text
    columns = list(sheet.columns)
    for place, texts_by_line in changes.items():
        columns[place] = _change(columns[place], texts_by_line)
    count = len({line for texts_by_line in changes.values() for line in texts_by_line})
    findings = [*sheet.findings]
    if count:
        findings.append(Finding("rows_mended", "", f"{sheet.title}: rows mended in {mended.source} were used", count))
    if lost:
        text = f"{sheet.title}: rows of {mended.source} could not be put back; mend them in the file itself"
        findings.append(Finding("rows_not_mended", "", text, len(lost), f"row {min(lost)}"))
    return replace(sheet, columns=tuple(columns), findings=tuple(findings))


def _change(cells: Cells, texts: Mapping[int, str]) -> Cells:
    index = {text: code for code, text in reversed(list(enumerate(cells.values)))}
    values = list(cells.values)
    codes = cells.codes.copy()
    for line, text in texts.items():
        if text and text not in index:
            index[text] = len(values)
            values.append(text)
        codes[line] = np.int32(index[text]) if text else -1
    return replace(cells, codes=codes, values=tuple(values))
