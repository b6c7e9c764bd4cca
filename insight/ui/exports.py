"""Frames on their way out as files: readable by spreadsheets, with no cell that a spreadsheet would run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

_RUNS = re.compile(r"^[=+\-@\t\r＝＋－＠]")
# texts are written as texts: a name that begins with = stays a name
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST_ROWS = 1_000_000  # a sheet of Excel holds 1,048,576
MOST_LETTERS = 32_767  # of a cell
MEASURED = 300  # rows whose texts set the width of a column
NARROW, WIDE = 8, 52
# how a column is written, by the suffix that names its unit
_FORMATS = {
    "_amount": "#,##0.00",
    "_quantity": "#,##0.###",
    "_share": "0.0%",
    "_rate": "0.0%",
    "_count": "#,##0",
    "_days": "0",
    "_month": "yyyy-mm",
    "_on": "yyyy-mm-dd",
}


def make_csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with BOM, so that spreadsheets read Chinese; text that opens like a formula is quoted."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype == object or pd.api.types.is_string_dtype(safe[column]):
            safe[column] = safe[column].map(
                lambda value: f"'{value}" if isinstance(value, str) and _RUNS.match(value) else value
            )
    return safe.to_csv(index=False).encode("utf-8-sig")


def make_workbook(
    frame: pd.DataFrame, heads: Sequence[str], about: Sequence[tuple[str, str]], sheets: tuple[str, str]
) -> bytes:
    """A workbook of two sheets, named by ``sheets``: the rows, and what they are.

    Columns of ``frame`` carry their code names, whose suffix sets the number format; ``heads`` are their headings on the
    screen. Values keep their types: dates are dates, shares are percentages of numbers, ids are texts.
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, {**_SAFE, "constant_memory": True, "nan_inf_to_errors": False}) as book:
        rows, notes = (book.add_worksheet(name[:31]) for name in sheets)
        _write_rows(book, rows, frame, heads)
        _write_notes(book, notes, about)
    return target.getvalue()


def _write_rows(book: Any, sheet: Any, frame: pd.DataFrame, heads: Sequence[str]) -> None:
    head = book.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "bg_color": "#E9EEF3",
            "bottom": 1,
            "border_color": "#8896A5",
        }
    )
    kept = frame.head(MOST_ROWS)
    writers: list[Callable[[int, int, Any], None]] = []
    for place, (column, name) in enumerate(zip(kept.columns, heads, strict=True)):
        code = choose_format(str(column), kept[column])
        style = book.add_format({"num_format": code, "valign": "top"})
        writers.append(_choose_writer(sheet, style, code))
        sheet.set_column(place, place, _measure_column(kept[column], name, code), style)
    sheet.set_row(0, 32)
    # headings and the first two columns, the id and the name, stay in sight
    sheet.freeze_panes(1, min(2, len(kept.columns)) if str(next(iter(kept.columns), "")).endswith("_id") else 1)
    for place, name in enumerate(heads):
        sheet.write_string(0, place, name, head)
    for line, values in enumerate(kept.itertuples(index=False, name=None), start=1):
        for place, value in enumerate(values):
            writers[place](line, place, value)
    if len(kept.columns):
        sheet.autofilter(0, 0, max(len(kept), 1), len(kept.columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _choose_writer(sheet: Any, style: Any, code: str) -> Callable[[int, int, Any], None]:
    """How a value of a column is written; what is missing leaves its cell empty."""

    def write(line: int, place: int, value: Any) -> None:
        if pd.isna(value):
            return
        if isinstance(value, (datetime, date)):
            sheet.write_datetime(line, place, value, style)
        elif isinstance(value, str) or code == "@":
            sheet.write_string(line, place, str(value)[:MOST_LETTERS], style)
        elif abs(value) < 1e15:
            sheet.write_number(line, place, float(value), style)
        else:  # a spreadsheet keeps fifteen digits
            sheet.write_string(line, place, str(value), style)

    return write


def _write_notes(book: Any, sheet: Any, about: Sequence[tuple[str, str]]) -> None:
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    for line, (name, text) in enumerate(about):
        sheet.write_string(line, 0, name[:MOST_LETTERS], bold)
        sheet.write_string(line, 1, text[:MOST_LETTERS], wrap)


def choose_format(column: str, values: pd.Series) -> str:
    """The number format of a column: by the suffix of its code name, and by its values where that says nothing."""
    if pd.api.types.is_bool_dtype(values) or column.endswith("_id"):
        return "@"
    if pd.api.types.is_numeric_dtype(values):
        code = next((code for suffix, code in _FORMATS.items() if column.endswith(suffix)), "")
        return code or ("#,##0" if pd.api.types.is_integer_dtype(values) else "#,##0.0")
    first = next((value for value in values if not pd.isna(value)), None)
    if isinstance(first, (datetime, date)):
        return _FORMATS["_month"] if column.endswith("_month") else _FORMATS["_on"]
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        return "#,##0.0"
    return "@"


def _measure_column(values: pd.Series, head: str, code: str) -> float:
    """Characters a column is wide, Chinese ones counting twice; headings wrap into two lines."""
    if code != "@":
        widest = 12.0 if "mm" in code or "%" in code else 15.0
        return max(widest if code != "#,##0" else 10.0, _measure_text(head) / 2 + 2)
    widest = max((_measure_text(str(value)) for value in values.head(MEASURED) if isinstance(value, str)), default=0)
    return float(min(max(widest + 2, _measure_text(head) / 2 + 2, NARROW), WIDE))


def _measure_text(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def name_file(*parts: str, ending: str) -> str:
    """A file name of safe characters: ``overview_months_2026-09.csv``."""
    words = [re.sub(r"[^\w\-]+", "-", part).strip("-") for part in parts if part]
    return "_".join(words)[:120] + f".{ending}"
