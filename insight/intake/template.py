"""An empty workbook of the model: a sheet a table, every column explained."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from insight.catalog import Column, Question
from insight.intake.names import TABLES, read_schema

FIRST = ("distributors", "terminals", "products", "flows")
_TYPES = {
    "varchar": "text",
    "date": "date, such as 2024-03-05",
    "integer": "whole number",
    "double": "number",
    "boolean": "TRUE or FALSE",
    "decimal(18,2)": "amount, two decimals",
    "decimal(18,3)": "quantity, up to three decimals",
}
LAST_ROW = 1_048_575


def order_tables() -> list[str]:
    """The needed tables first, then the others by name."""
    return [*FIRST, *(table for table in TABLES if table not in FIRST)]


def write_template(path: Path) -> None:
    """Write the workbook. Row 1 of each sheet is the header, so a filled workbook loads as it is."""
    with xlsxwriter.Workbook(str(path)) as book:
        plain = {"border": 1, "valign": "top"}
        required = book.add_format({**plain, "bold": True, "bg_color": "#F8E3C5"})
        optional = book.add_format({**plain, "bg_color": "#E9EEF3"})
        formats = {
            "varchar": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "decimal(18,2)": book.add_format({"num_format": "#,##0.00"}),
            "decimal(18,3)": book.add_format({"num_format": "#,##0.###"}),
        }
        for table in order_tables():
            question = read_schema(table)
            sheet = book.add_worksheet(table)
            sheet.freeze_panes(1, 0)
            if table not in FIRST:
                sheet.set_tab_color("#9AA7B4")
            else:
                sheet.set_tab_color("#D98E04")
            for place, column in enumerate(question.columns):
                is_required = column.name in question.required
                sheet.write_string(0, place, column.name, required if is_required else optional)
                sheet.write_comment(0, place, _explain(question, column), {"x_scale": 2.2, "y_scale": 1.4})
                sheet.set_column(place, place, max(12, len(column.name) + 3), formats.get(column.type))
                allowed = dict(question.allowed).get(column.name)
                if allowed:
                    sheet.data_validation(
                        1,
                        place,
                        LAST_ROW,
                        place,
                        {"validate": "list", "source": list(allowed), "error_type": "warning"},
                    )
        _write_read_me(book, required, optional)


def _explain(question: Question, column: Column) -> str:
    """Meaning, type, whether it is required, and what it may hold or refer to."""
    lines = [
        f"{column.meaning}",
        f"Type: {_TYPES.get(column.type, column.type)}",
        "Required" if column.name in question.required else "Optional",
    ]
    if column.name in question.key:
        lines.append(f"Part of the key: {' + '.join(question.key)} is different in every row")
    for name, targets in question.refers:
        if name == column.name:
            lines.append(f"An id of {' or '.join(targets)}")
    for name, allowed in question.allowed:
        if name == column.name:
            lines.append(f"One of: {', '.join(allowed)}")
    return "\n".join(lines)


def _write_read_me(
    book: xlsxwriter.Workbook, required: xlsxwriter.format.Format, optional: xlsxwriter.format.Format
) -> None:
    sheet = book.add_worksheet("Read me")
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 26)
    sheet.set_column(4, 4, 90, wrap)
    opening = (
        "Fill one sheet a table and load the workbook. The header stays in row 1; sheets left empty are passed over.",
        f"Needed: {', '.join(FIRST)}. Every other table is optional and opens more pages.",
        "A company without distributors fills manufacturers instead: who ships is a manufacturer or a distributor.",
        "Columns with an orange header must be filled in every row. The order of the columns does not matter.",
        "Ids are texts that you choose and keep: 00123 stays 00123. A return is a flow with both measures negative.",
        "Amounts are in one currency: CNY, unless a text file says otherwise (load FILE --mapping my.toml). Its lines:",
        '    [workspace]  then  name = "My company"  then  currency = "EUR"  then  calendar = "plain"',
        "Dates are days of Excel, or texts such as 2024-03-05.",
    )
    for line, text in enumerate(opening):
        sheet.write_string(line, 0, text, bold if line == 0 else None)
    line = len(opening) + 1
    for place, name in enumerate(("table", "column", "type", "required", "meaning")):
        sheet.write_string(line, place, name, optional)
    for table in order_tables():
        question = read_schema(table)
        line += 1
        sheet.write_string(line, 0, table, bold)
        sheet.write_string(line, 4, f"{question.purpose} {question.grain[0].upper()}{question.grain[1:]}.", wrap)
        for column in question.columns:
            line += 1
            is_required = column.name in question.required
            sheet.write_string(line, 0, table)
            sheet.write_string(line, 1, column.name, required if is_required else None)
            sheet.write_string(line, 2, _TYPES.get(column.type, column.type))
            sheet.write_string(line, 3, "required" if is_required else "optional")
            sheet.write_string(
                line,
                4,
                " · ".join(
                    part
                    for part in _explain(question, column).split("\n")
                    if not part.startswith(("Type", "Required", "Optional"))
                ),
                wrap,
            )
