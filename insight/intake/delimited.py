"""Delimited text (CSV and its kin) to a sheet: encoding, delimiter, header, and rows that do not fit under it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from insight.company import Finding
from insight.intake.cells import Cells, encode, encode_array
from insight.intake.mapping import Options
from insight.intake.names import letter
from insight.intake.report import IntakeError, Problem, Trouble
from insight.intake.sheets import LONGEST_TEXT, Broken, Sheet, find_header, name_headers, shorten, tell_stripped

DELIMITERS = (",", "\t", ";", "|")
_HEAD_BYTES = 1 << 18
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_delimited(data: bytes, file: str, options: Options, fits: Callable[[Sequence[str]], bool]) -> Sheet:
    """Read delimited text with every cell as text. Raises IntakeError when the file as a whole cannot be read."""
    text, encoding = decode(data, file, options.encoding)
    findings = [Finding("encoding", "", f"{file}: read as {encoding}", 1)] if encoding != "utf-8" else []
    if not text.strip():
        raise IntakeError(Trouble("the file is empty", file, "a header line and rows", "export it again"))
    lines = _head_lines(text)
    skipped = 0
    if lines and lines[0].strip().lower().startswith("sep=") and len(lines[0].strip()) <= 5:
        options_delimiter = lines[0].strip()[4:] or ","
        skipped = 1
    else:
        options_delimiter = ""
    delimiter = options.delimiter or options_delimiter or _find_delimiter(lines, options)
    if delimiter != "," and not options.delimiter:
        shown = {"\t": "tabs"}.get(delimiter, repr(delimiter))
        findings.append(Finding("delimiter", "", f"{file}: fields are separated by {shown}", 1))
    records, ends = _head_records(lines, delimiter, file, skipped)
    places = find_header(records, options, fits)
    if places[-1] >= len(records):
        raise IntakeError(
            Trouble(
                f"header_row is {places[-1] + 1}, the file begins with {len(records)} rows", file, "a row of the file"
            )
        )
    header = name_headers([records[place] for place in places])
    if places[0] > 0 and not options.header_row:
        findings.append(Finding("header_row", "", f"{file}: the header was found in row {places[0] + 1 + skipped}", 1))
    last = places[-1] + options.skip_rows
    offset = sum(len(line.encode("utf-8")) for line in lines[: ends[min(last, len(ends) - 1)]])
    first_row = last + 2 + skipped
    columns, rows, broken, cleaned = _read_body(memoryview(text)[offset:], header, delimiter, first_row, file)
    findings += cleaned
    return Sheet(
        file=file,
        name="",
        header=tuple(header),
        columns=tuple(columns),
        rows=rows,
        options=options,
        broken=tuple(broken),
        findings=tuple(findings),
        is_semicolon=delimiter == ";",
    )


def decode(data: bytes, file: str, encoding: str = "") -> tuple[bytes, str]:
    """The file as UTF-8 and its own encoding: a byte order mark, strict UTF-8, then strict GB18030; never a guess."""
    advice = 'save the file as UTF-8 ("CSV UTF-8" in Excel), or say encoding = "…" in the mapping'
    if not encoding and data.startswith(_UTF16):
        encoding = "utf-16"
    if encoding:
        try:
            text = data.decode(codecs.lookup(encoding).name).removeprefix("\ufeff").encode("utf-8")
        except LookupError:
            raise IntakeError(
                Trouble(f"unknown encoding {encoding!r}", file, "a name such as utf-8, gb18030, cp1252")
            ) from None
        except ValueError as error:
            where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
            raise IntakeError(Trouble(f"is not {encoding}{where}", file, mend=advice)) from None
        return _refuse_nul(text, file), encoding.lower()
    try:
        data.decode("utf-8")
        return _refuse_nul(data.removeprefix(codecs.BOM_UTF8), file), "utf-8"
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        trouble = Trouble(
            f"the encoding is unknown: neither UTF-8 (line {row}, byte {error.start}) nor GB18030",
            file,
            "UTF-8 or GB18030",
            advice,
        )
    try:
        chinese = data.decode("gb18030")
    except UnicodeDecodeError:
        raise IntakeError(trouble) from None
    # Western text often is valid GB18030 by accident and becomes rare characters; Chinese text is mostly GB2312.
    foreign = [character for character in chinese if ord(character) > 127]
    if sum(map(_is_common, foreign)) < 0.8 * len(foreign):
        raise IntakeError(trouble)
    return _refuse_nul(chinese.encode("utf-8"), file), "gb18030"


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _refuse_nul(text: bytes, file: str) -> bytes:
    if b"\x00" in text:
        row = text.count(b"\n", 0, text.index(b"\x00")) + 1
        raise IntakeError(
            Trouble(
                f"line {row} holds a NUL character: this is no text file, or it is damaged",
                file,
                "text",
                "export it again",
            )
        )
    return text


def _head_lines(text: bytes) -> list[str]:
    """The first lines with their ends, as a CSV reader counts lines."""
    head = text[:_HEAD_BYTES].decode("utf-8", "ignore")
    lines = io.StringIO(head, newline="").readlines()
    if len(text) > _HEAD_BYTES and len(lines) > 1:
        del lines[-1]  # cut in the middle
    return lines


def _find_delimiter(lines: Sequence[str], options: Options) -> str:
    """The delimiter that splits the header line (or, under title lines, any of the first lines) most often."""
    start = options.header_row[0] - 1 if options.header_row else 0
    best, most = ",", 0
    for line in lines[start : start + (1 if options.header_row else 30)]:
        unquoted = "".join(line.split('"')[::2])
        for delimiter in DELIMITERS:
            count = unquoted.count(delimiter)
            if count > most:
                best, most = delimiter, count
        if most and start == 0 and line is lines[0]:
            break
    return best


def _head_records(lines: Sequence[str], delimiter: str, file: str, skipped: int) -> tuple[list[list[str]], list[int]]:
    """The first records, and for each how many lines were read up to its end."""
    reader = csv.reader(iter(lines[skipped:]), delimiter=delimiter)
    records: list[list[str]] = []
    ends: list[int] = []
    try:
        for record in reader:
            records.append(record)
            ends.append(reader.line_num + skipped)
            if len(records) >= 200:
                break
    except csv.Error as error:
        if not records:
            raise IntakeError(Trouble(f"is no delimited text: {error}", file, "a header line and rows")) from None
    if not records:
        raise IntakeError(Trouble("the file is empty", file, "a header line and rows"))
    return records, ends


def _read_body(
    body: memoryview, header: list[str], delimiter: str, first_row: int, file: str
) -> tuple[list[Cells], np.ndarray, list[Broken], list[Finding]]:
    """Columns and row numbers of the rows that fit, and the records that do not."""
    while header and not header[-1] and len(header) > 1:
        header.pop()
    width = len(header)
    if not bytes(body[:1]):
        return [encode([], name, place) for place, name in enumerate(header)], np.empty(0, np.int64), [], []
    table, wrong = _parse(body, width, delimiter, file)
    _refuse_shifted(wrong, table.num_rows, width, file)
    total = table.num_rows + len(wrong)
    is_wrong = np.zeros(total, dtype=bool)
    is_wrong[[number - 1 for number, _, _ in wrong if 0 < number <= total]] = True
    rows = (np.flatnonzero(~is_wrong) + first_row).astype(np.int64)[: table.num_rows]
    columns, cleaned, example = [], 0, ""
    too_long: list[int] = []
    for place, name in enumerate(header):
        array = table.column(place)
        cells, count, first = encode_array(array, name, place)
        columns.append(cells)
        cleaned += count
        example = example or first
        lengths = (
            pc.utf8_length(pa.array(cells.values, pa.string())).to_numpy(zero_copy_only=False)
            if cells.values
            else np.zeros(0)
        )
        if len(lengths) and lengths.max() > LONGEST_TEXT:
            too_long += np.flatnonzero(np.append(lengths > LONGEST_TEXT, False)[cells.codes]).tolist()
    if too_long and bytes(body).count(b'"') % 2:
        raise IntakeError(
            Trouble(
                f"a quotation mark that opens in row {int(rows[too_long[0]])} is never closed",
                file,
                "quotation marks in pairs",
            )
        )
    broken = [
        Broken(
            number + first_row - 1,
            shorten(text, 2000),
            Problem(
                "field_count",
                f"the row has {count} fields, the header {width}",
                f"give the row {width} fields; quote texts that hold {delimiter!r}",
            ),
        )
        for number, count, text in wrong
    ]
    if too_long:
        keep = np.ones(table.num_rows, dtype=bool)
        for place in dict.fromkeys(too_long):
            keep[place] = False
            problem = Problem(
                "too_long",
                f"a cell holds more than {LONGEST_TEXT:,} characters",
                "shorten the text, or close its quotation mark",
            )
            broken.append(Broken(int(rows[place]), shorten(columns[0].text(place)), problem))
        columns = [cells.take(keep) for cells in columns]
        rows = rows[keep]
    return columns, rows, broken, tell_stripped(file, cleaned, example)


def _parse(body: memoryview, width: int, delimiter: str, file: str) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    """The rows that have as many fields as the header, and number, fields and text of those that do not."""
    wrong: list[tuple[int, int, str]] = []

    def set_aside(record: pa_csv.InvalidRow) -> str:
        wrong.append((record.number or 0, record.actual_columns, record.text))
        return "skip"

    names = [str(place) for place in range(width)]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=pa_csv.ReadOptions(
                use_threads=False, column_names=names, block_size=max(1 << 24, min(len(body), 1 << 30))
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=set_aside
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.dictionary(pa.int32(), pa.string()) for name in names},
                strings_can_be_null=False,
                null_values=[],
                check_utf8=False,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowCapacityError, ValueError) as error:
        raise IntakeError(
            Trouble(f"is no delimited text: {shorten(str(error), 160)}", file, "rows under a header")
        ) from None
    return table, wrong


def _refuse_shifted(wrong: list[tuple[int, int, str]], fitting: int, width: int, file: str) -> None:
    """A file whose rows all are wider or narrower than its header cannot be trusted to sit under it."""
    if not wrong or fitting >= len(wrong):
        return
    counts = {count for _, count, _ in wrong}
    if fitting == 0 and len(counts) == 1:
        raise IntakeError(
            Trouble(
                f"every row has {counts.pop()} fields, the header {width}",
                file,
                "as many fields in the rows as in the header",
                f"give every column a header ({letter(width)} has none), or check the delimiter",
            )
        )
