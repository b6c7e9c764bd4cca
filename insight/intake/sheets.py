"""One sheet of a file as columns of text: header, rows, and what was left out on the way."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight.company import Finding
from insight.intake.cells import Cells, Mask, Rows, convert, fold, recode
from insight.intake.mapping import Condition, Options, Unpivot
from insight.intake.names import find_nearest, letter, simplify
from insight.intake.report import IntakeError, Problem, Trouble

HEADER_SEARCH_ROWS = 30
LONGEST_TEXT = 32_767  # what an Excel cell can hold

_TOTAL = (
    r"(?i)^(?:(?:grand|sub)[ -]?total|totals?|sum|合\s*计|总\s*计|小\s*计|总和|共计|本页小计|累计)\s*[:：]?$"
    r"|^.{1,60}(?: (?:sub)?totals?| 小计|小计| 合计|合计)\s*[:：]?$"
)


@dataclass(frozen=True)
class Broken:
    """A record that does not fit under the header."""

    row: int
    text: str
    problem: Problem


@dataclass(frozen=True)
class Sheet:
    """Rows of one sheet, clean of blank and totals rows. ``rows`` are numbers as Excel or an editor shows them."""

    file: str
    name: str
    header: tuple[str, ...]
    columns: tuple[Cells, ...]
    rows: Rows
    options: Options = field(default_factory=Options)
    broken: tuple[Broken, ...] = ()
    ignored: tuple[tuple[str, int], ...] = ()  # why, how many
    findings: tuple[Finding, ...] = ()
    is_typed: bool = False
    is_semicolon: bool = False
    wide: Sheet | None = None  # the rows as the file has them, where columns were turned to rows

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"{self.file}, sheet {self.name!r}" if self.name else self.file

    def find_column(self, name: str) -> int | None:
        """The place of the column with this header: exactly, else ignoring case, width and blanks."""
        for places in (
            [place for place, other in enumerate(self.header) if other == name],
            [place for place, other in enumerate(self.header) if fold(other) == fold(name)],
            [place for place, other in enumerate(self.header) if other and simplify(other) == simplify(name)],
        ):
            if len(places) > 1:
                raise IntakeError(
                    Trouble(
                        f"two columns are named {name!r}: {letter(places[0])} and {letter(places[1])}",
                        self.title,
                        "one column of that name",
                        "rename one of them in the file",
                    )
                )
            if places:
                return places[0]
        return None

    def lack(self, name: str) -> Trouble:
        """The trouble of a column that is not there."""
        near = find_nearest(name, [other for other in self.header if other])
        return Trouble(
            f"no column {name!r}",
            self.title,
            f"a header {name!r}; found: {', '.join(other for other in self.header if other) or 'none'}",
            f"did you mean {' or '.join(map(repr, near))}?" if near else "",
        )


def name_headers(rows: Sequence[Sequence[str]]) -> list[str]:
    """The header of a sheet; several header rows are joined with ' / ', the upper ones spread to the right."""
    if len(rows) == 1:
        return [text.strip() for text in rows[0]]
    width = max(map(len, rows))
    lines = []
    for number, row in enumerate(rows):
        line = [text.strip() for text in row] + [""] * (width - len(row))
        if number < len(rows) - 1:
            for place in range(1, width):
                line[place] = line[place] or line[place - 1]
        lines.append(line)
    return [" / ".join(filter(None, (line[place] for line in lines))) for place in range(width)]


def find_header(
    rows: Sequence[Sequence[str]], options: Options, fits: Callable[[Sequence[str]], bool]
) -> tuple[int, ...]:
    """Places of the header rows, from 0: those the mapping says, else the first row that fits, else the first."""
    if options.header_row:
        return tuple(row - 1 for row in options.header_row)
    for place, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        if fits([text.strip() for text in row]):
            return (place,)
    return (next((place for place, row in enumerate(rows) if any(text.strip() for text in row)), 0),)


def tell_stripped(place: str, count: int, example: str) -> list[Finding]:
    """The finding that cells lost their outer blanks and invisible characters on the way in, where any did."""
    text = f"{place}: outer blanks and invisible characters were taken off"
    return [Finding("blanks_stripped", "", text, count, shorten(example))] if count else []


def finish_sheet(sheet: Sheet) -> Sheet:
    """Leave out what is no data (blank rows, repeated headers, totals), then filter and turn as the options say."""
    ignored: Counter[str] = Counter(dict(sheet.ignored))
    findings = list(sheet.findings)
    columns = [_apply_null(cells, sheet.options.null) for cells in sheet.columns]
    keep = np.ones(len(sheet.rows), dtype=bool)

    blank = np.logical_and.reduce([cells.is_empty for cells in columns]) if columns else ~keep
    ignored["blank"] += int(blank.sum())
    keep &= ~blank

    repeated = _find_repeated_header(columns, sheet.header) & keep
    ignored["header again"] += int(repeated.sum())
    keep &= ~repeated

    totals = _find_totals(columns, keep)
    if totals.any():
        ignored["total"] += int(totals.sum())
        row = int(sheet.rows[np.flatnonzero(totals)[0]])
        findings.append(
            Finding("total_rows", "", f"{sheet.title}: totals rows were not read", int(totals.sum()), f"row {row}")
        )
    keep &= ~totals

    columns = [cells.take(keep) for cells in columns]
    rows = sheet.rows[keep]
    named = tuple(
        f"column {letter(place)}" if not name and (~cells.is_empty).any() else name
        for place, (name, cells) in enumerate(zip(sheet.header, columns, strict=True))
    )
    for place, (name, before) in enumerate(zip(named, sheet.header, strict=True)):
        if name != before:
            count = int((~columns[place].is_empty).sum())
            findings.append(
                Finding(
                    "column_without_header", "", f"{sheet.title}: column {letter(place)} has data but no header", count
                )
            )
    done = replace(sheet, header=named, columns=tuple(columns), rows=rows, findings=tuple(findings))
    done = _fill_down(done)
    done = filter_rows(done, sheet.options.where, ignored)
    if sheet.options.unpivot:
        done = _unpivot(done, sheet.options.unpivot, ignored)
    return replace(done, ignored=tuple((why, count) for why, count in ignored.items() if count))


def _apply_null(cells: Cells, null: Sequence[str]) -> Cells:
    if not null:
        return cells
    words = set(null)
    if words.isdisjoint(cells.values):
        return cells
    return convert(cells, lambda text: None if text in words else text)


def _find_repeated_header(columns: Sequence[Cells], header: Sequence[str]) -> Mask:
    same: Mask | None = None
    for cells, name in zip(columns, header, strict=True):
        code = cells.values.index(name) if name and name in cells.values else -1
        equal = cells.codes == code
        same = equal if same is None else same & equal
        if not same.any():
            return same
    return same if same is not None and any(header) else np.zeros(len(columns[0]) if columns else 0, dtype=bool)


def _find_totals(columns: Sequence[Cells], keep: Mask) -> Mask:
    """Rows with a word such as 合计 or Total in a cell and nothing in a column that is filled everywhere else."""
    words = np.zeros(len(keep), dtype=bool)
    for cells in columns:
        if cells.values:
            is_total = pc.match_substring_regex(pa.array(cells.values, pa.string()), _TOTAL).to_numpy(
                zero_copy_only=False
            )
            if is_total.any():
                words |= np.append(is_total, False)[cells.codes]
    words &= keep
    if not words.any() or len(columns) < 2:
        return np.zeros(len(keep), dtype=bool)
    others = keep & ~words
    lacks = np.zeros(len(keep), dtype=bool)
    for cells in columns:
        filled = int((~cells.is_empty[others]).sum())
        if filled and filled >= 0.99 * int(others.sum()):
            lacks |= cells.is_empty
    return words & lacks


def _fill_down(sheet: Sheet) -> Sheet:
    """Repeat the last value above in empty cells of the columns named by fill_down (merged cells)."""
    if not sheet.options.fill_down:
        return sheet
    columns = list(sheet.columns)
    findings = list(sheet.findings)
    for name in sheet.options.fill_down:
        place = sheet.find_column(name)
        if place is None:
            raise IntakeError(sheet.lack(name))
        cells = columns[place]
        last = np.maximum.accumulate(np.where(cells.is_empty, -1, np.arange(len(cells))))
        codes = np.where(last >= 0, cells.codes[last], -1).astype(np.int32)
        findings.append(
            Finding(
                "filled_down",
                "",
                f"{sheet.title}: empty cells of {name!r} took the value above",
                int((codes != cells.codes).sum()),
            )
        )
        columns[place] = replace(cells, codes=codes)
    return replace(sheet, columns=tuple(columns), findings=tuple(findings))


def filter_rows(sheet: Sheet, where: Sequence[Condition], ignored: Counter[str]) -> Sheet:
    """The rows that meet every condition; the others are counted as ignored."""
    keep = np.ones(len(sheet.rows), dtype=bool)
    for condition in where:
        place = sheet.find_column(condition.column)
        if place is None:
            raise IntakeError(sheet.lack(condition.column))
        keep &= _meets(sheet.columns[place], condition)
    if keep.all():
        return sheet
    ignored["filtered"] += int((~keep).sum())
    return replace(sheet, columns=tuple(cells.take(keep) for cells in sheet.columns), rows=sheet.rows[keep])


def _meets(cells: Cells, condition: Condition) -> Mask:
    texts = {fold(text) for text in condition.texts}
    if condition.test == "is_empty":
        return cells.is_empty if "false" not in texts else ~cells.is_empty
    tests: dict[str, Callable[[str], bool]] = {
        "equals": lambda text: text in texts,
        "in": lambda text: text in texts,
        "not_equals": lambda text: text not in texts,
        "not_in": lambda text: text not in texts,
        "starts_with": lambda text: text.startswith(tuple(texts)),
        "contains": lambda text: any(part in text for part in texts),
    }
    met = [tests[condition.test](fold(text)) for text in cells.values]
    of_empty = tests[condition.test]("")
    result: Mask = np.array([*met, of_empty], dtype=bool)[cells.codes]
    return result


def _unpivot(sheet: Sheet, unpivot: Unpivot, ignored: Counter[str]) -> Sheet:
    """A row for every filled cell of the turned columns; empty cells are counted as ignored."""
    named = [(place, name) for place, name in enumerate(sheet.header) if name]
    if unpivot.keep:
        for name in unpivot.keep:
            if sheet.find_column(name) is None:
                raise IntakeError(sheet.lack(name))
        kept = {sheet.find_column(name) for name in unpivot.keep}
        turned = [(place, name) for place, name in named if place not in kept]
    else:
        patterns = [fold(pattern) for pattern in unpivot.columns]
        turned = [
            (place, name)
            for place, name in named
            if any(fnmatch.fnmatchcase(fold(name), pattern) for pattern in patterns)
        ]
    if not turned:
        raise IntakeError(
            Trouble(
                f"unpivot names no column that is there: {', '.join(unpivot.columns or unpivot.keep)}",
                sheet.title,
                f"found: {', '.join(filter(None, sheet.header))}",
                'patterns may hold * and ?, such as "M*"',
            )
        )
    count, times = len(sheet.rows), len(turned)
    lines = np.tile(np.arange(count), times)
    texts: list[str] = []
    codes = []
    for place, _ in turned:
        cells = sheet.columns[place]
        codes.append(np.where(cells.codes >= 0, cells.codes + len(texts), -1).astype(np.int32))
        texts.extend(cells.values)
    positions = np.repeat(np.array([place for place, _ in turned], dtype=np.int32), count)
    value = recode(np.concatenate(codes), texts, unpivot.value_to, positions)
    headers = Cells(
        np.repeat(np.arange(times, dtype=np.int32), count),
        tuple(name for _, name in turned),
        unpivot.name_to,
        positions,
    )
    turned_places = {place for place, _ in turned}
    stay = [place for place in range(len(sheet.header)) if place not in turned_places]
    columns = [*(sheet.columns[place].take(lines) for place in stay), headers, value]
    filled = ~value.is_empty
    ignored["empty month or column"] += int((~filled).sum())
    return replace(
        sheet,
        header=(*(sheet.header[place] for place in stay), unpivot.name_to, unpivot.value_to),
        columns=tuple(cells.take(filled) for cells in columns),
        rows=sheet.rows[lines][filled],
        wide=sheet,
    )


def pick_matching(pattern: str, names: Sequence[str]) -> list[str]:
    """The names a pattern with * and ? means, ignoring case."""
    return [name for name in names if fnmatch.fnmatchcase(fold(name), fold(pattern))]


def shorten(text: str, limit: int = 60) -> str:
    """At most ``limit`` characters, on one line."""
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
