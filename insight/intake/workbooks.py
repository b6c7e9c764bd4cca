"""Excel workbooks (.xlsx, .xls) and Parquet to a sheet, every cell as text, errors and empty formulas found."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from insight.company import Finding
from insight.intake.cells import Cells, encode, encode_array
from insight.intake.mapping import Options
from insight.intake.report import IntakeError, Problem, Trouble
from insight.intake.sheets import Broken, Sheet, find_header, name_headers, shorten, tell_stripped
from insight.intake.values import excel_error

MOST_ENTRIES = 2_000
MOST_BYTES = 1_000_000_000
MOST_RATIO = 250

_UNFINISHED = Problem(
    "formula_without_value", "the cell holds a formula without a value", "open the file in Excel and save it"
)
_LONG = Problem(
    "long_number",
    "a number of more than 15 digits: Excel has changed its last digits",
    "format the column as text and type it again",
)
# what zipfile raises on bytes that are no whole archive
UNREADABLE = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError)


def check_zip(data: bytes, file: str) -> zipfile.ZipFile:
    """Refuse zips that are damaged, expand beyond reason, hide parts or are no .xlsx; real bytes are counted."""
    damaged = Trouble("is damaged and cannot be opened", file, "a workbook that Excel opens", "save or upload it again")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except UNREADABLE:
        raise IntakeError(damaged) from None
    names = [entry.filename for entry in entries]
    if (
        len(entries) > MOST_ENTRIES
        or len(set(names)) < len(names)
        or any(name.startswith("/") or ".." in PurePosixPath(name.replace("\\", "/")).parts for name in names)
    ):
        raise IntakeError(
            Trouble(
                "is no ordinary workbook: too many, doubled or misplaced parts inside", file, "a .xlsx saved by Excel"
            )
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise IntakeError(
            Trouble("is encrypted", file, "a workbook without a password", "remove the password and save it")
        )
    expanded = 0
    for entry in entries:
        try:
            with archive.open(entry) as part:
                size = 0
                while chunk := part.read(1 << 20):
                    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                        raise IntakeError(
                            Trouble(
                                f"holds an XML document type in {shorten(entry.filename)}",
                                file,
                                "a .xlsx saved by Excel",
                            )
                        )
                    size += len(chunk)
                    if expanded + size > MOST_BYTES or size > (1 << 20) + MOST_RATIO * max(entry.compress_size, 1):
                        raise IntakeError(
                            Trouble(
                                f"expands to more than {(expanded + size) // 1_000_000:,} MB",
                                file,
                                "an ordinary workbook",
                                "save it as CSV",
                            )
                        )
                expanded += size
        except (*UNREADABLE, RuntimeError, zlib.error, lzma.LZMAError) as error:
            if isinstance(error, IntakeError):
                raise
            raise IntakeError(damaged) from None
    if "xl/workbook.xml" not in names and not any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names):
        kind = (
            "an .xlsb workbook"
            if "xl/workbook.bin" in names
            else "an OpenDocument file"
            if "mimetype" in names
            else "a zip archive"
        )
        raise IntakeError(
            Trouble(
                f"is {kind}", file, "CSV, XLSX, XLS or Parquet (each also .gz), or a folder of them", "save it as .xlsx"
            )
        )
    if any(name.endswith("vbaProject.bin") for name in names):
        raise IntakeError(Trouble("holds macros", file, "a workbook without macros", "save it as .xlsx"))
    return archive


def open_workbook(data: bytes, file: str) -> CalamineWorkbook:
    """Open .xlsx or .xls bytes; raises IntakeError for damaged and password-protected ones."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        if "assword" in str(error) or "EncryptedPackage".encode("utf-16-le") in data[:1_000_000]:
            raise IntakeError(
                Trouble(
                    "is protected by a password",
                    file,
                    "a workbook without a password",
                    "remove the password and save it",
                )
            ) from None
        raise IntakeError(
            Trouble(
                "is damaged and cannot be opened",
                file,
                "a workbook that Excel opens",
                "open it in Excel and save it again",
            )
        ) from None


def list_sheets(book: CalamineWorkbook) -> tuple[list[str], list[str]]:
    """Names of the visible sheets and of the hidden ones."""
    shown = [meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    return shown, [meta.name for meta in book.sheets_metadata if meta.name not in shown]


def read_worksheet(
    data: bytes, book: CalamineWorkbook, file: str, name: str, options: Options, fits: Callable[[Sequence[str]], bool]
) -> Sheet:
    """Read one worksheet with every cell as text."""
    try:
        raw: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise IntakeError(
            Trouble(
                f"sheet {name!r} is damaged", file, "a sheet that Excel opens", "open it in Excel and save it again"
            )
        ) from None
    if not raw:
        return Sheet(file, name, (), (), np.empty(0, np.int64), options, is_typed=True)
    faults = find_faults(data, name) if data[:2] == b"PK" else {}
    head = [[to_text(cell) for cell in row] for row in raw[:200]]
    places = find_header(head, options, fits)
    where = f"{file}, sheet {name!r}"
    if places[-1] >= len(head):
        raise IntakeError(
            Trouble(f"header_row is {places[-1] + 1}, the sheet has {len(raw)} rows", where, "a row of the sheet")
        )
    header = name_headers([head[place] for place in places])
    findings = []
    if places[0] > 0 and not options.header_row:
        findings.append(Finding("header_row", "", f"{where}: the header was found in row {places[0] + 1}", 1))
    start = places[-1] + 1 + options.skip_rows
    body = raw[start:]
    columns: list[Cells] = []
    cleaned, example = 0, ""
    for place, header_name in enumerate(header):
        texts = [to_text(row[place]) for row in body]
        problems = {
            text: _LONG
            for row, text in zip(body, texts, strict=True)
            if isinstance(row[place], int | float) and not isinstance(row[place], bool) and abs(row[place]) >= 1e15
        }
        for (row, column), (text, problem) in faults.items():
            if column == place and start <= row < len(raw) and not texts[row - start]:
                texts[row - start] = text
                problems[text] = problem
        cells, count, first = encode_array(pa.array(texts, pa.string()), header_name, place)
        if problems:
            marked = {code: problems[text] for code, text in enumerate(cells.values) if text in problems}
            cells = Cells(cells.codes, cells.values, cells.label, cells.position, marked)
        columns.append(cells)
        cleaned += count
        example = example or first
    findings += tell_stripped(where, cleaned, example)
    while len(header) > 1 and not header[-1] and columns[-1].is_empty.all():
        header.pop()
        columns.pop()
    rows = np.arange(start + 1, start + 1 + len(body), dtype=np.int64)
    no_broken: tuple[Broken, ...] = ()
    return Sheet(
        file, name, tuple(header), tuple(columns), rows, options, no_broken, findings=tuple(findings), is_typed=True
    )


def read_texts(book: CalamineWorkbook) -> dict[str, list[list[str]]]:
    """Every cell of every visible sheet as text."""
    return {
        name: [[to_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in list_sheets(book)[0]
    }


def to_text(value: Any) -> str:
    """A typed cell as text: 123.0 is '123', days are ISO, nothing is in exponents.

    >>> [to_text(value) for value in (123.0, 0.1, 0.1 + 0.2, 1e-7, True, date(2024, 3, 5), "00123")]
    ['123', '0.1', '0.3', '0.0000001', 'TRUE', '2024-03-05', '00123']
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


@lru_cache(maxsize=100_000)
def _float_text(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value == int(value):
        return str(int(value)) if abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    # 15 digits, as Excel shows a number: what it computed as 1326.4999999999998 is 1326.5
    return format(Decimal(f"{value:.15g}"), "f")


_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>|<(?:\w+:)?is>")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*)<")


def find_faults(data: bytes, sheet: str) -> dict[tuple[int, int], tuple[str, Problem]]:
    """Cells of a .xlsx sheet that show an error or hold a formula without a value, by (row, column) counted from 0.

    The reader gives both as empty cells, which would lose them without a word.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _find_part(archive, sheet)
        if part is None:
            return {}
        xml = archive.read(part)
    if b't="e"' not in xml and not re.search(rb"<(?:\w+:)?f[ >/]", xml):
        return {}
    faults: dict[tuple[int, int], tuple[str, Problem]] = {}
    for found in _CELL.finditer(xml):
        attributes, content = found[1], found[2] or b""
        is_error = b't="e"' in attributes
        value = _VALUE.search(content)
        formula = _FORMULA.search(content)
        is_unfinished = formula is not None and (value is None or value[1] == b"") and b't="str"' not in attributes
        place = _REFERENCE.search(attributes)
        if place is None or not (is_error or is_unfinished):
            continue
        column = 0
        for character in place[1]:
            column = column * 26 + character - 64
        if is_error:
            text = (value[1] if value else b"").decode("utf-8", "replace") or "#N/A"
            faults[int(place[2]) - 1, column - 1] = (text, excel_error(text))
        elif formula is not None:
            faults[int(place[2]) - 1, column - 1] = ("=" + shorten(formula[1].decode("utf-8", "replace")), _UNFINISHED)
    return faults


def _find_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the archive that holds the sheet's cells."""
    import xml.etree.ElementTree as ElementTree

    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return None
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for node in book.iter():
        if node.tag.endswith("}sheet") and node.get("name") == sheet:
            identity = next((value for key, value in node.attrib.items() if key.endswith("}id")), None)
            target = targets.get(identity, "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return path if path in archive.namelist() else None
    return None


def read_parquet(data: bytes, file: str, options: Options) -> Sheet:
    """Read a Parquet file with every cell as text."""
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError, ValueError, MemoryError):
        raise IntakeError(
            Trouble("is damaged and cannot be opened", file, "a Parquet file", "export it again")
        ) from None
    columns, cleaned, example = [], 0, ""
    for place, name in enumerate(table.column_names):
        cells, count, first = _encode_typed(table.column(place), name, place, file)
        columns.append(cells)
        cleaned += count
        example = example or first
    findings = tell_stripped(file, cleaned, example)
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    return Sheet(
        file, "", tuple(table.column_names), tuple(columns), rows, options, findings=tuple(findings), is_typed=True
    )


def _encode_typed(column: pa.ChunkedArray, name: str, place: int, file: str) -> tuple[Cells, int, str]:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return encode_array(column.cast(pa.string()), name, place)
    if pa.types.is_null(kind):
        return encode([None] * len(column), name, place), 0, ""
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise IntakeError(Trouble(f"column {name!r} holds {kind}", file, "texts, numbers, dates or booleans"))
    array = column.cast(kind).combine_chunks().dictionary_encode()
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    texts = [to_text(value) for value in array.dictionary.to_pylist()]
    indices = array.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False).astype(np.int32)
    spread = pa.DictionaryArray.from_arrays(pa.array(indices), pa.array([*texts, ""], pa.string()))
    return encode_array(spread, name, place)
