"""The refused rows as a workbook the user can mend."""

from __future__ import annotations

import re
from pathlib import Path

import xlsxwriter

from insight.intake.mending import HOW, MARK, PLAN, PROBLEM
from insight.intake.report import Intake, OwnRows

MOST_ROWS = 1_000_000  # a sheet of Excel holds 1,048,576
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_refusals(intake: Intake, path: Path) -> None:
    """Write the user's own refused rows, a sheet a table, with what is wrong and how to mend it.

    Texts are written as texts, so a name that begins with = stays a name.
    """
    with xlsxwriter.Workbook(str(path), {**_SAFE, "constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E9EEF3", "border": 1})
        warm = book.add_format({"bold": True, "bg_color": "#F8E3C5", "border": 1})
        text = book.add_format({"num_format": "@"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        names: set[str] = {"summary"}
        plan: list[tuple[str, OwnRows, int]] = []
        for rows in intake.own_rows:
            for start in range(0, len(rows.rows), MOST_ROWS):
                plan.append((_name_sheet(rows, names), rows, start))
        summary = book.add_worksheet("Summary")
        sheets = [(book.add_worksheet(name), rows, start) for name, rows, start in plan]
        _write_summary(summary, intake, [(name, rows) for name, rows, _ in plan], bold)
        for sheet, rows, start in sheets:
            width = len(rows.header)
            sheet.set_column(0, max(width - 1, 0), 18, text)
            sheet.set_column(width, width + 1, 60, wrap)
            sheet.freeze_panes(1, 0)
            for place, name in enumerate(rows.header):
                sheet.write_string(0, place, name, bold)
            sheet.write_string(0, width, PROBLEM, warm)
            sheet.write_string(0, width + 1, HOW, warm)
            for line, (row, cells, problem, mend) in enumerate(rows.rows[start : start + MOST_ROWS], start=1):
                for place, cell in enumerate(cells[:width]):
                    if cell:
                        sheet.write_string(line, place, cell[:32_767], text)
                sheet.write_string(line, width, f"row {row}: {problem}"[:32_767], wrap)
                sheet.write_string(line, width + 1, mend[:32_767], wrap)


def _name_sheet(rows: OwnRows, names: set[str]) -> str:
    """A sheet's name: the table's, and the file's where a table comes from several."""
    name = rows.table
    if name in names:
        source = re.sub(r"[\[\]:*?/\\']", " ", rows.sheet or rows.file)
        name = f"{rows.table} {source}"[:31].strip()
    number = 2
    while name.casefold() in names:
        end = f" {number}"
        name = f"{rows.table[: 31 - len(end)]}{end}"
        number += 1
    names.add(name.casefold())
    return name


def _write_summary(
    sheet: xlsxwriter.worksheet.Worksheet,
    intake: Intake,
    plan: list[tuple[str, OwnRows]],
    bold: xlsxwriter.format.Format,
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 6, 20)
    line = 0

    def write(*cells: object, style: xlsxwriter.format.Format | None = None) -> None:
        nonlocal line
        for place, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(line, place, cell, style)
            else:
                sheet.write_string(line, place, str(cell)[:32_767], style)
        line += 1

    write(MARK, style=bold)
    write("Mend the cells in the other sheets, keep the columns 'problem' and 'how to mend', save, and load again:")
    write("python -m insight load YOUR-FILE THIS-WORKBOOK (with the same --mapping, if there was one)")
    write("")
    write("table", "read", "accepted", "refused", "ignored", style=bold)
    for count in intake.counts:
        write(count.table, count.read, count.accepted, count.refused, count.ignored)
    write("")
    write("Control totals of the files' own values", style=bold)
    write("table", "column", "read", "accepted", "refused", "stored", "cells not readable", style=bold)
    for total in intake.totals:
        write(
            total.table,
            total.column,
            *(f"{value:,f}" for value in (total.read, total.accepted, total.refused, total.stored)),
            total.unreadable,
        )
    write("")
    write(PLAN, style=bold)
    write("sheet", "table", "file", "sheet of the file", "rows", style=bold)
    for name, rows in plan:
        write(name, rows.table, rows.file, rows.sheet, len(rows.rows))
    write("")
    write("What was changed or left out", style=bold)
    write("table", "what", "how often", "example", style=bold)
    for finding in intake.findings:
        write(finding.table, finding.text, finding.count, finding.example)
