"""From sheets to one table of the model: expressions worked out, texts made typed, repeats of drawn rows left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight.catalog import Column, Question
from insight.company import Finding
from insight.intake.cells import Cells, Mask, Rows, number_rows, stack
from insight.intake.expressions import Setting, evaluate
from insight.intake.mapping import Block
from insight.intake.names import read_schema
from insight.intake.report import IntakeError, Problem, Trouble
from insight.intake.sheets import Broken, Sheet, filter_rows, shorten
from insight.intake.values import (
    EXCEL_ERRORS,
    excel_error,
    has_zone,
    judge_dates,
    judge_numbers,
    read_boolean,
    read_date,
    read_number,
    round_half_up,
)

TYPES: Mapping[str, pa.DataType] = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "decimal(18,2)": pa.decimal128(18, 2),
    "decimal(18,3)": pa.decimal128(18, 3),
}
_SHARES = ("_share", "_rate", "_score", "weight")


@dataclass(frozen=True)
class Batch:
    """Rows of a draft refused for problems of one column."""

    rows: Rows
    column: str
    problems: Sequence[Problem]
    values: Sequence[str]


@dataclass
class Draft:
    """One table while it is being made. All arrays and masks are as long as the rows it was fed."""

    table: str
    question: Question
    arrays: dict[str, pa.Array] = field(default_factory=dict)
    shown: dict[str, Cells] = field(default_factory=dict)
    exact: dict[str, list[Decimal | None]] = field(default_factory=dict)  # by code of ``shown``
    sheets: list[Sheet] = field(default_factory=list)
    sheet_of: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    line_of: Rows = field(default_factory=lambda: np.empty(0, np.int64))  # place within the sheet
    rows: Rows = field(default_factory=lambda: np.empty(0, np.int64))  # row number in the file
    is_drawn: Mask = field(default_factory=lambda: np.empty(0, bool))  # fed by a block with distinct = true
    refused: Mask = field(default_factory=lambda: np.empty(0, bool))
    ignored: Mask = field(default_factory=lambda: np.empty(0, bool))
    batches: list[Batch] = field(default_factory=list)
    broken: list[tuple[Sheet, Broken]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)  # rows of the sheets that never came here, by reason
    adds: set[str] = field(default_factory=set)  # columns whose unknown ids are added to the table they refer to
    added: dict[str, str] = field(default_factory=dict)  # ids added here because other tables name them
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def live(self) -> Mask:
        """Rows that are neither refused nor ignored."""
        return ~(self.refused | self.ignored)

    def note(self, code: str, text: str, count: int, example: str = "") -> None:
        """Keep a finding when it happened at all."""
        if count:
            self.findings.append(Finding(code, self.table, text, int(count), example))

    def refuse(
        self,
        rows: Iterable[int] | Rows,
        column: str,
        problems: Problem | Sequence[Problem],
        values: Sequence[str] | None = None,
    ) -> None:
        """Refuse rows: one problem for all, or one a row."""
        places = np.asarray(rows if isinstance(rows, np.ndarray) else list(rows), dtype=np.int64)
        if len(places):
            each = [problems] * len(places) if isinstance(problems, Problem) else problems
            self.batches.append(
                Batch(
                    places,
                    column,
                    each,
                    values if values is not None else [self.show(column, place) for place in places.tolist()],
                )
            )
            self.refused[places] = True

    def show(self, column: str, row: int) -> str:
        """What the file says in this column and row."""
        return self.shown[column].text(row) if column in self.shown else ""

    def locate(self, row: int) -> str:
        """The file, sheet and row, for messages."""
        return f"{self.sheets[int(self.sheet_of[row])].title} row {int(self.rows[row])}"


def build_draft(
    table: str, feeds: Sequence[tuple[Block, Sequence[Sheet]]], setting: Setting, carriers: Mapping[int, str]
) -> Draft:
    """Feed one table from all its blocks. ``carriers`` names the table that reports a sheet's broken records.

    Raises IntakeError with every column that the sheets lack.
    """
    draft = Draft(table, read_schema(table))
    pieces: dict[str, list[Cells]] = {column.name: [] for column in draft.question.columns}
    typed: dict[str, list[tuple[pa.Array, list[Decimal | None]]]] = {name: [] for name in pieces}
    troubles: list[Trouble] = []
    sheet_of, line_of, rows, drawn = [], [], [], []
    for block, sheets in feeds:
        draft.adds |= set(block.columns) if block.unmatched == "add" else set()
        draft.adds |= {name for name, made in block.columns.items() if made.modifiers.get("unmatched") == "add"}
        for whole in sheets:
            try:
                sheet = filter_rows(whole, block.where, draft.left_out)
            except IntakeError as error:
                troubles.extend(error.troubles)
                continue
            draft.left_out.update(dict(whole.ignored))
            if carriers.get(id(whole)) == table and not any(broken_sheet is whole for broken_sheet, _ in draft.broken):
                draft.broken += [(whole, broken) for broken in whole.broken]
            else:
                draft.left_out["broken, reported elsewhere"] += len(whole.broken)
            sheet_setting = replace(setting, many_sheets=len(sheets) > 1)
            texts = _evaluate_block(draft, block, sheet, sheet_setting, troubles)
            lines = np.arange(len(sheet.rows))
            if block.distinct and len(lines):
                # Most rows say what an earlier row said; only different ones need work.
                _, lines = np.unique(number_rows([cells.codes for cells in texts.values()]), return_index=True)
                lines.sort()
                draft.left_out["repeats, drawn once"] += len(sheet.rows) - len(lines)
            for column in draft.question.columns:
                made = _type_column(draft, column, texts[column.name].take(lines), block, sheet, setting.currency)
                pieces[column.name].append(made[0])
                typed[column.name].append(made[1:])
            sheet_of.append(np.full(len(lines), len(draft.sheets)))
            line_of.append(lines)
            rows.append(sheet.rows[lines])
            drawn.append(np.full(len(lines), block.distinct))
            draft.sheets.append(sheet)
    if troubles:
        raise IntakeError(troubles)
    if not rows:
        return draft
    draft.sheet_of, draft.line_of, draft.rows = np.concatenate(sheet_of), np.concatenate(line_of), np.concatenate(rows)
    draft.is_drawn = np.concatenate(drawn)
    draft.refused, draft.ignored = np.zeros(len(draft), bool), np.zeros(len(draft), bool)
    for column in draft.question.columns:
        draft.arrays[column.name] = pa.concat_arrays([array for array, _ in typed[column.name]])
        draft.shown[column.name] = stack(pieces[column.name])
        if column.type.startswith("decimal"):
            draft.exact[column.name] = [number for _, exact in typed[column.name] for number in exact]
    draft.findings = _merge_findings(draft.findings)
    _ignore_keyless(draft)
    _refuse_unreadable(draft)
    if any(block.periods for block, _ in feeds):
        _make_periods(draft)
    _leave_out_repeats(draft)
    _refuse_unfilled(draft)
    return draft


def _evaluate_block(
    draft: Draft, block: Block, sheet: Sheet, setting: Setting, troubles: list[Trouble]
) -> dict[str, Cells]:
    """The text of every column of the table; empty where the block says nothing."""
    texts = {}
    for column in draft.question.column_names:
        texts[column] = Cells(np.full(len(sheet.rows), -1, np.int32), (), column)
        if column in block.columns:
            try:
                texts[column] = evaluate(block.columns[column], sheet, setting)
            except IntakeError as error:
                troubles.extend(replace(one, what=f"{draft.table}.{column}: {one.what}") for one in error.troubles)
    return texts


def _type_column(
    draft: Draft, column: Column, cells: Cells, block: Block, sheet: Sheet, currency: str
) -> tuple[Cells, pa.Array, list[Decimal | None]]:
    """Text with its problems, typed values, and exact numbers by code of one column of one sheet."""
    expression = block.columns.get(column.name)
    kind = TYPES[column.type]
    if expression is None:
        return cells, pa.nulls(len(cells), kind), []
    date_format = expression.modifiers.get("date_format", "") or (
        "" if expression.kind == "date" else sheet.options.date_format
    )
    is_sum = bool({"times", "divide_by", "negate"} & expression.modifiers.keys()) or expression.kind == "product_of"
    decimal = "." if is_sum else expression.modifiers.get("decimal", "") or sheet.options.decimal
    read, notes = _choose_reader(column, cells, sheet, currency, date_format, decimal)
    values: list[Any] = []
    problems = dict(cells.problems)
    for code, text in enumerate(cells.values):
        value = None if code in problems else read(text)
        if isinstance(value, Problem):
            problems[code] = value
            value = None
        values.append(value)
    cells = replace(cells, problems=problems)
    exact: list[Decimal | None] = []
    if column.type.startswith("decimal"):
        scale = 3 if column.type.endswith("3)") else 2
        exact = values
        values = [None if value is None else round_half_up(value, scale) for value in exact]
        _note_rounding(draft, column.name, cells, exact, values, scale)
    notes(draft, cells, values)
    indices = pa.array(cells.codes, mask=cells.is_empty)
    return cells, pa.array(values, kind).take(indices), exact


def _choose_reader(
    column: Column, cells: Cells, sheet: Sheet, currency: str, date_format: str, decimal: str
) -> tuple[Callable[[str], Any], Callable[[Draft, Cells, list[Any]], None]]:
    """How one text of this column is read, and what to note of it."""
    texts = [text for code, text in enumerate(cells.values) if code not in cells.problems]
    if column.type == "date":
        style = judge_dates(texts, date_format, sheet.is_typed, is_month=column.name == "month")
        return (lambda text: read_date(text, style)), _note_dates
    if column.type == "boolean":
        return read_boolean, _note_nothing
    if column.type == "varchar":
        return _read_text, _note_nothing
    numbers = judge_numbers(texts, decimal, currency, sheet.is_semicolon)
    is_share = column.name.endswith(_SHARES)
    if column.type == "integer":
        return (lambda text: _read_integer(read_number(text, numbers), text)), _note_numbers
    if column.type == "double":
        return (lambda text: _as_float(read_number(text, numbers, allows_percent=is_share))), _note_numbers
    return (lambda text: read_number(text, numbers)), _note_numbers


def _read_text(text: str) -> str | Problem:
    if text in EXCEL_ERRORS:
        return excel_error(text)
    if "\ufffd" in text:
        return Problem(
            "encoding",
            f"{shorten(text)!r} holds a character that was lost in an earlier conversion",
            "export the file again as UTF-8",
        )
    return text


def _read_integer(number: Decimal | Problem | None, text: str) -> int | Problem | None:
    if not isinstance(number, Decimal):
        return number
    if number != number.to_integral_value() or abs(number) > 2_000_000_000:
        return Problem("number", f"{text!r} is no whole number of this column", "a whole number")
    return int(number)


def _as_float(number: Decimal | Problem | None) -> float | Problem | None:
    return float(number) if isinstance(number, Decimal) else number


def _note_rounding(
    draft: Draft,
    column: str,
    cells: Cells,
    exact: Sequence[Decimal | None],
    values: Sequence[Decimal | None],
    scale: int,
) -> None:
    counts = _count_codes(cells)
    changed = [code for code, (before, after) in enumerate(zip(exact, values, strict=True)) if before != after]
    total = sum(((values[code] or 0) - (exact[code] or 0)) * int(counts[code]) for code in changed)
    if changed:
        draft.note(
            "rounded",
            f"{column}: rounded half up to {scale} decimals; together this changes the sum by {total:+f}",
            sum(int(counts[code]) for code in changed),
            f"{cells.values[changed[0]]} → {values[changed[0]]}",
        )


def _note_numbers(draft: Draft, cells: Cells, values: list[Any]) -> None:
    counts = _count_codes(cells)
    odd = [
        code
        for code, text in enumerate(cells.values)
        if not text.isascii() or not text.lstrip("-").replace(".", "", 1).isdigit()
        if values[code] is not None
    ]
    if odd:
        draft.note(
            "numbers_normalised",
            f"{cells.label}: numbers written with separators, signs, full-width digits or currency",
            sum(int(counts[code]) for code in odd),
            f"{cells.values[odd[0]]} → {values[odd[0]]}",
        )
    _note_nothing(draft, cells, values)


def _note_dates(draft: Draft, cells: Cells, values: list[Any]) -> None:
    counts = _count_codes(cells)
    odd = [
        code
        for code, text in enumerate(cells.values)
        if values[code] is not None and not text.startswith(str(values[code]))
    ]
    if odd:
        draft.note(
            "dates_normalised",
            f"{cells.label}: dates in another form than 2024-03-05",
            sum(int(counts[code]) for code in odd),
            f"{cells.values[odd[0]]} → {values[odd[0]]}",
        )
    zoned = [code for code, text in enumerate(cells.values) if values[code] is not None and has_zone(text)]
    if zoned:
        draft.note(
            "zone_ignored",
            f"{cells.label}: the day is taken as written, whatever its time zone",
            sum(int(counts[code]) for code in zoned),
            cells.values[zoned[0]],
        )
    _note_nothing(draft, cells, values)


def _note_nothing(draft: Draft, cells: Cells, values: list[Any]) -> None:
    empty = [code for code, text in enumerate(cells.values) if values[code] is None and code not in cells.problems]
    if empty:
        counts = _count_codes(cells)
        draft.note(
            "read_as_empty",
            f"{cells.label}: words for 'nothing' were read as empty",
            sum(int(counts[code]) for code in empty),
            cells.values[empty[0]],
        )


def _merge_findings(findings: Sequence[Finding]) -> list[Finding]:
    """One finding for the same text over several sheets, but for roundings, whose text holds a sum."""
    merged: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.text)
        before = merged.get(key)
        merged[key] = finding if before is None else replace(before, count=before.count + finding.count)
    return list(merged.values())


def _count_codes(cells: Cells) -> np.ndarray:
    return np.bincount(cells.codes[cells.codes >= 0], minlength=len(cells.values))


def _ignore_keyless(draft: Draft) -> None:
    """A row drawn from other rows that names nobody is no row of this table."""
    lacking = np.zeros(len(draft), bool)
    for column in draft.question.key:
        if column in draft.question.required:
            lacking |= draft.shown[column].is_empty
    lacking &= draft.is_drawn
    draft.ignored |= lacking


def _refuse_unreadable(draft: Draft) -> None:
    """Refuse rows with a value that cannot be read or a required value that is not there."""
    for column in draft.question.columns:
        cells = draft.shown[column.name]
        if cells.problems:
            bad = (
                np.append(np.isin(np.arange(len(cells.values)), list(cells.problems)), False)[cells.codes]
                & ~draft.ignored
            )
            places = np.flatnonzero(bad)
            codes = cells.codes[places].tolist()
            draft.refuse(
                places, column.name, [cells.problems[code] for code in codes], [cells.values[code] for code in codes]
            )
        if column.name in draft.question.required:
            null = draft.arrays[column.name].is_null().to_numpy(zero_copy_only=False)
            has_problem = np.append(np.isin(np.arange(len(cells.values)), list(cells.problems)), False)[cells.codes]
            # what a drawn row leaves empty another row of the same key may fill
            may_come = draft.is_drawn & (column.name not in draft.question.key)
            _refuse_empty(draft, column, null & ~has_problem & ~draft.ignored & ~may_come)


def _refuse_empty(draft: Draft, column: Column, empty: Mask) -> None:
    problem = Problem("required", f"{column.name} is empty", f"fill it: {column.meaning}")
    draft.refuse(np.flatnonzero(empty), column.name, problem)


def _refuse_unfilled(draft: Draft) -> None:
    """Refuse drawn rows for which no row of their key filled a required column."""
    for column in draft.question.columns:
        if column.name in draft.question.required and column.name not in draft.question.key:
            null = draft.arrays[column.name].is_null().to_numpy(zero_copy_only=False)
            _refuse_empty(draft, column, null & draft.is_drawn & draft.live)


def number_keys(draft: Draft, columns: Sequence[str]) -> np.ndarray:
    """A number for every row, the same for equal values in ``columns``; empty equals empty."""
    codes = []
    for column in columns:
        array = draft.arrays[column]
        encoded = array.dictionary_encode()
        codes.append(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False))
    return number_rows(codes)


def _leave_out_repeats(draft: Draft) -> None:
    """Of rows drawn from other rows keep one a key: each column's first filled value; other values are a finding."""
    mine = draft.is_drawn & draft.live
    if not mine.any():
        return
    places = np.flatnonzero(mine)
    group = number_keys(draft, draft.question.key)[places]
    _, first, group = np.unique(group, return_index=True, return_inverse=True)
    kept = places[first]
    for column in draft.question.columns:
        if column.name in draft.question.key or draft.arrays[column.name].null_count == len(draft):
            continue
        encoded = draft.arrays[column.name].dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)[places]
        filled = np.flatnonzero(codes >= 0)
        groups, first_filled = np.unique(group[filled], return_index=True)
        chosen = np.full(len(first), -1, dtype=np.int64)
        chosen[groups] = codes[filled[first_filled]]
        differs = filled[codes[filled] != chosen[group[filled]]]
        if len(differs):
            row = int(differs[0])
            values = encoded.dictionary
            draft.note(
                "conflicting_values",
                f"{column.name}: one {' + '.join(draft.question.key)} came with different values; the first is kept",
                len(np.unique(group[differs])),
                f"{draft.arrays[draft.question.key[0]][int(places[row])]}: {values[int(chosen[group[row]])]} kept,"
                f" {values[int(codes[row])]} in row {int(draft.rows[places[row]])}",
            )
        indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).copy()
        indices[kept] = chosen
        draft.arrays[column.name] = encoded.dictionary.take(pa.array(indices, mask=indices < 0))
    repeats = mine.copy()
    repeats[kept] = False
    draft.ignored |= repeats


_SIGHTED = {
    "assignments": (("terminal_id", "product_line"), "rep_id"),
    "terminal_grades": (("terminal_id",), "grade"),
    "terminal_territories": (("terminal_id",), "territory_id"),
}


def _make_periods(draft: Draft) -> None:
    """Turn sightings into periods: who is seen with a terminal holds it until the day another is seen with it.

    Sightings (day, terminal, rep) of (1, T, A), (3, T, A), (5, T, B) become A from 1 to 5 and B from 5 on.
    """
    same, holder = _SIGHTED[draft.table]
    places = np.flatnonzero(draft.is_drawn & draft.live)
    if not len(places):
        return
    days = pc.fill_null(draft.arrays["valid_from"].cast(pa.int32()), 0).to_numpy(zero_copy_only=False)
    group, value = number_keys(draft, same), number_keys(draft, [holder])
    order = places[np.lexsort((places, days[places], group[places]))]
    starts = np.ones(len(order), bool)
    starts[1:] = (group[order][1:] != group[order][:-1]) | (value[order][1:] != value[order][:-1])
    kept = order[starts]
    followed = np.append(group[kept][1:] == group[kept][:-1], False)
    until = np.where(followed, np.append(days[kept][1:], 0), 0)
    is_moment = followed & (until == days[kept])
    draft.note(
        "same_day",
        f"{holder}: changed more than once on one day; the last of the day counts",
        int(is_moment.sum()),
        draft.locate(int(kept[is_moment][0])) if is_moment.any() else "",
    )
    repeats = np.zeros(len(draft), bool)
    repeats[places] = True
    repeats[kept[~is_moment]] = False
    draft.ignored |= repeats
    ends = np.zeros(len(draft), np.int32)
    has_end = np.zeros(len(draft), bool)
    ends[kept], has_end[kept] = until, followed
    made = pa.array(ends, mask=~has_end).cast(pa.date32())
    draft.arrays["valid_to"] = pc.if_else(pa.array(draft.is_drawn), made, draft.arrays["valid_to"])


def finish_table(draft: Draft) -> pa.Table:
    """The accepted rows, typed, and the ids that were added for others."""
    live = pa.array(draft.live)
    columns = {}
    for column in draft.question.columns:
        array = draft.arrays.get(column.name, pa.nulls(0, TYPES[column.type]))
        columns[column.name] = array.filter(live) if len(draft) else array
    table = pa.table(columns)
    if draft.added:
        key = draft.question.key[0]
        extra = {key: list(draft.added), "name": list(draft.added.values())}
        rest = {
            name: pa.nulls(len(draft.added), table.schema.field(name).type)
            for name in table.column_names
            if name not in extra
        }
        more = {
            name: pa.array(extra[name], pa.string()) if name in extra else rest[name] for name in table.column_names
        }
        table = pa.concat_tables([table, pa.table(more)])
    kept = [
        column.name
        for column in draft.question.columns
        if column.name in draft.question.required or table[column.name].null_count < len(table)
    ]
    return table.select(kept).combine_chunks()
