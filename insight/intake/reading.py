"""Read a user's files into a Company: open, map, type, check, and account for every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight.company import Company, Finding, Workspace
from insight.intake import checks
from insight.intake.cells import fold
from insight.intake.expressions import Setting
from insight.intake.files import ACCEPTED, File, find_files, hash_file, take_mended
from insight.intake.mapping import ONLY, Block, Expression, Options, read_mapping
from insight.intake.mapping import Mapping as Map
from insight.intake.names import TABLES, find_nearest, find_table, letter, match_columns, read_schema
from insight.intake.report import (
    REFUSED,
    ControlTotal,
    Count,
    Intake,
    IntakeError,
    OwnRows,
    Problem,
    Trouble,
)
from insight.intake.roll_ups import find_roll_ups, name_leaders
from insight.intake.sheets import Sheet, pick_matching, shorten
from insight.intake.tables import Draft, build_draft, finish_table

NEEDED = ("distributors", "terminals", "products", "flows")
ALWAYS = ("manufacturers", *NEEDED)
NO_MAPPING = Map(None, {}, (), Options(), Path())
Feeds = dict[str, list[tuple[Block, list[Sheet]]]]


@dataclass(frozen=True)
class _Reading:
    """What was read: the sheets for each table, the files used, and the sheets by the mapping's names."""

    feeds: Feeds
    findings: list[Finding]
    used: list[File]
    sheets: dict[str, list[Sheet]]


def read_company(
    sources: Sequence[Path],
    mapping: Path | None = None,
    progress: Callable[[str], None] = lambda text: None,
    today: date | None = None,
) -> Intake:
    """Read files, with or without a mapping, into canonical tables.

    Every refused row is in the result with file, sheet, row, column, value and reason. Raises IntakeError when files or
    mapping cannot be read, with all troubles at once, or when not a single row of flows can be used.
    """
    with localcontext() as context:
        context.prec = 60  # sums of unrounded file values stay exact
        map_ = read_mapping(Path(mapping)) if mapping is not None else None
        files, left_out = find_files([Path(source) for source in sources])
        files, workbooks = take_mended(files)
        findings = [
            Finding("file_ignored", "", f"{name} was not read: it is no file of data ({ACCEPTED})", 1)
            for name in left_out
        ]
        feed = _feed_by_mapping if map_ is not None and map_.blocks else _feed_by_name
        reading = feed(files, map_ or NO_MAPPING, progress)
        reading.findings.extend(findings)
        reading.used.extend(workbooks)
        workspace = map_.workspace if map_ is not None and map_.workspace else Workspace(name=_name_of(sources))
        drafts = _build_drafts(reading, workspace.currency, progress)
        _check_drafts(drafts, today or date.today(), progress)
        return _conclude(drafts, workspace, reading)


def _name_of(sources: Sequence[Path]) -> str:
    path = Path(sources[0]).resolve()
    return path.name if path.is_dir() else File(path.name, path).stem


# Sheets for tables -------------------------------------------------------------------------------------------------


def _feed_by_name(files: Sequence[File], map_: Map, progress: Callable[[str], None]) -> _Reading:
    """Find each table by the name of its file or sheet."""
    feeds: Feeds = {}
    troubles: list[Trouble] = []
    findings: list[Finding] = []
    found: dict[str, str] = {}
    used: list[File] = []
    seen: list[str] = []
    for file in files:
        try:
            names = file.sheet_names
            findings += [
                Finding("hidden_sheet", "", f"{file.name}: hidden sheet {name!r} was not read", 1)
                for name in file.hidden_names
            ]
            shown = {
                name: find_table(name) or (find_table(file.stem) if len(names) == 1 else None)
                if name
                else find_table(file.stem)
                for name in names
            }
        except IntakeError as error:
            troubles.extend(error.troubles)
            continue
        for name, table in shown.items():
            title = f"{file.name}, sheet {name!r}" if name else file.name
            seen.append(name or file.stem)
            if table is None:
                if name.casefold() not in ("read me", "summary"):
                    findings.append(
                        Finding("sheet_ignored", "", f"{title} bears the name of no table and was not read", 1)
                    )
                continue
            try:
                if file not in used:
                    progress(f"Reading {file.name} ({len(file.data) / 1e6:,.1f} MB)")
                sheet = file.read(name, _options_by_name(map_, file, name), _fits_table(table))
            except IntakeError as error:
                troubles.extend(error.troubles)
                continue
            if not len(sheet.rows) and not sheet.broken and (len(names) > 1 or not sheet.header):
                if table in NEEDED and table not in found:
                    found.setdefault(f"{table} (empty)", title)
                continue  # an empty sheet of the template
            if table in found:
                troubles.append(
                    Trouble(
                        f"two sheets for the table {table}: {found[table]} and {title}",
                        "",
                        "one sheet a table",
                        "put the rows together, or stack files with a mapping",
                    )
                )
                continue
            found[table] = title
            if file not in used:
                used.append(file)
            block = _block_by_name(table, sheet, troubles, findings)
            feeds[table] = [(block, [sheet])]
    _complain_of_missing_tables(feeds, found, seen, troubles)
    sheets = {table: sheets for table, pairs in feeds.items() for _, sheets in pairs}
    return _Reading(feeds, findings, used, sheets)


def _complain_of_missing_tables(
    feeds: Feeds, found: Mapping[str, str], seen: Sequence[str], troubles: list[Trouble]
) -> None:
    for table in NEEDED:
        if table in feeds or any(trouble.where == found.get(table) for trouble in troubles):
            continue
        if table == "distributors" and "manufacturers" in feeds:
            continue
        if f"{table} (empty)" in found:
            troubles.append(
                Trouble(f"the table {table} has 0 data rows", found[f"{table} (empty)"], "rows under the header")
            )
        elif not any(table in (find_table(name) or "") for name in seen):
            troubles.append(
                Trouble(
                    f"there is no table {table}",
                    expected=f"files or sheets named {', '.join(NEEDED)}; found: {', '.join(seen) or 'none'}",
                    mend="name it so (the command template FILE.xlsx writes an empty workbook), or give a --mapping",
                )
            )
    if troubles:
        raise IntakeError(troubles)


def _options_by_name(map_: Map, file: File, sheet: str) -> Options:
    """A mapping without tables may still say how files are written."""
    for options in map_.sources.values():
        if (not options.file or pick_matching(options.file, [file.path.name])) and (
            not options.sheet or pick_matching(options.sheet, [sheet])
        ):
            return options
    return map_.defaults


def _fits_table(table: str) -> Callable[[Sequence[str]], bool]:
    required = read_schema(table).required

    def fits(header: Sequence[str]) -> bool:
        return all(column in match_columns(table, header)[0] for column in required)

    return fits


def _block_by_name(
    table: str, sheet: Sheet, troubles: list[Trouble], findings: list[Finding], block: Block | None = None
) -> Block:
    """The columns of a sheet that bear the names of the table's."""
    places, doubles = match_columns(table, sheet.header)
    question = read_schema(table)
    named = block.columns if block else {}
    for column, first, second in doubles:
        if column not in named:
            troubles.append(
                Trouble(
                    f"two columns mean {column}: {letter(first)} {sheet.header[first]!r}"
                    f" and {letter(second)} {sheet.header[second]!r}",
                    sheet.title,
                    "one column for it",
                    "rename or delete one of them",
                )
            )
    missing = [column for column in question.required if column not in places and column not in named]
    if missing:
        number_hint = "; a mapping can number rows with {row_number = true}" if "flow_id" in missing else ""
        troubles.append(
            Trouble(
                f"{table} lacks {', '.join(missing)}",
                sheet.title,
                f"columns {', '.join(question.required)}; found: {', '.join(filter(None, sheet.header)) or 'none'}",
                f"name the columns so, or give a --mapping{number_hint}",
            )
        )
    if not len(sheet.rows) and not sheet.broken and not missing:
        troubles.append(Trouble(f"the table {table} has 0 data rows", sheet.title, "rows under the header"))
    other = [
        (column, sheet.header[place])
        for column, place in places.items()
        if sheet.header[place] != column and column not in named
    ]
    if other:
        shown = ", ".join(f"{header} → {column}" for column, header in other)
        findings.append(
            Finding("columns_renamed", table, f"{sheet.title}: headers read as the model's: {shown}", len(other))
        )
    if block is None:
        unknown = [
            name
            for place, name in enumerate(sheet.header)
            if name and place not in places.values() and name not in ("problem", "how to mend")
        ]
        if unknown:
            findings.append(
                Finding(
                    "columns_ignored",
                    table,
                    f"{sheet.title}: columns not known were not read",
                    len(unknown),
                    ", ".join(unknown),
                )
            )
    columns = {column: Expression("column", sheet.header[place]) for column, place in places.items()} | named
    return replace(block, columns=columns) if block else Block(table, "", columns)


def _feed_by_mapping(files: Sequence[File], map_: Map, progress: Callable[[str], None]) -> _Reading:
    """Read the sources that the mapping names, and hand each block its sheets."""
    findings: list[Finding] = []
    troubles: list[Trouble] = []
    used: list[File] = []
    sheets: dict[str, list[Sheet]] = {}
    wanted = _wanted_columns(map_)
    fed = {block.source for block in map_.blocks}
    for alias in dict.fromkeys([*(block.source for block in map_.blocks), *wanted]):
        if alias not in map_.sources:
            troubles.append(
                Trouble(f"lookup from = {alias!r} is no source", map_.path.name, f"one of {', '.join(map_.sources)}")
            )
            continue
        try:
            read = _read_source(alias, map_.sources[alias], files, wanted.get(alias, set()), used, progress)
        except IntakeError as error:
            troubles.extend(error.troubles)
            continue
        if alias in fed and not any(len(sheet.rows) or sheet.broken for sheet in read):
            troubles.append(
                Trouble("has 0 data rows", read[0].title, "rows under the header", "check where, header_row and sheet")
            )
        sheets[alias] = read
    feeds: Feeds = {}
    for block in map_.blocks:
        if block.source not in sheets:
            continue
        read = sheets[block.source]
        if block.by_name:
            block = _block_by_name(block.table, read[0], troubles, findings, block)
        feeds.setdefault(block.table, []).append((block, read))
    findings += _find_unread(sheets, feeds, wanted)
    for file in files:
        if file not in used:
            findings.append(Finding("file_ignored", "", f"{file.name}: the mapping does not use it", 1))
    if troubles:
        raise IntakeError(troubles)
    return _Reading(feeds, findings, used, sheets)


def _walk(expression: Expression) -> Iterator[Expression]:
    """An expression and all within it."""
    yield expression
    value = expression.value
    inner: list[Expression] = []
    if isinstance(value, dict):
        inner = [*value.get("parts", []), *value.get("match", {}).values()]
        inner += [part for part in value.values() if isinstance(part, Expression)]
    for part in inner:
        yield from _walk(part)


def _wanted_columns(map_: Map) -> dict[str, set[str]]:
    """The headers each source must have, for finding its header row and telling which columns go unread."""
    wanted: dict[str, set[str]] = {}
    for block in map_.blocks:
        mine = wanted.setdefault(block.source, set())
        mine |= {condition.column for condition in block.where}
        for expression in block.columns.values():
            mine |= set(expression.used_columns())
            for one in _walk(expression):
                mine |= {
                    one.modifiers[key] for key in ("times", "divide_by") if isinstance(one.modifiers.get(key), str)
                }
                if one.kind == "lookup":
                    wanted.setdefault(one.value["from"], set()).update([*one.value["theirs"], one.value["take"]])
    for alias, columns in wanted.items():
        options = map_.sources.get(alias, Options())
        columns |= {condition.column for condition in options.where} | set(options.fill_down)
        if options.unpivot:
            columns |= set(options.unpivot.keep)
            columns -= {options.unpivot.name_to, options.unpivot.value_to}
    return wanted


def _find_unread(sheets: Mapping[str, list[Sheet]], feeds: Feeds, wanted: Mapping[str, set[str]]) -> list[Finding]:
    """Columns of the files that no part of the mapping reads."""
    read: dict[tuple[str, str], set[str]] = {}
    every: dict[tuple[str, str], tuple[str, ...]] = {}
    for alias, sheets_of_alias in sheets.items():
        expressions = [
            made
            for pairs in feeds.values()
            for block, _ in pairs
            if block.source == alias
            for made in block.columns.values()
        ]
        named = wanted.get(alias, set()) | {
            name for made in expressions for name in [*made.used_columns(), *made.optional_columns()]
        }
        for sheet in sheets_of_alias:
            key = (sheet.file, sheet.name)
            every[key] = sheet.wide.header if sheet.wide else sheet.header
            turned = set(sheet.wide.header) - set(sheet.header) if sheet.wide else set()
            read.setdefault(key, set()).update({fold(name) for name in named | turned})
    findings = []
    for (file, name), header in every.items():
        unread = [column for column in header if column and fold(column) not in read[file, name]]
        if unread:
            title = f"{file}, sheet {name!r}" if name else file
            findings.append(
                Finding(
                    "columns_ignored", "", f"{title}: columns the mapping does not use", len(unread), ", ".join(unread)
                )
            )
    return findings


def _read_source(
    alias: str,
    options: Options,
    files: Sequence[File],
    wanted: set[str],
    used: list[File],
    progress: Callable[[str], None],
) -> list[Sheet]:
    """All sheets that one source of the mapping means."""
    names = [file.path.name for file in files]
    if options.file:
        chosen = pick_matching(options.file, names)
        mine = [file for file in files if file.path.name in chosen]
    else:
        mine = [file for file in files if fold(file.stem) == fold(alias)] or (list(files) if len(files) == 1 else [])
    if not mine and alias == ONLY:
        raise IntakeError(
            Trouble(
                f"the mapping names no sources, and there are {len(files)} files",
                "",
                f"found: {', '.join(names)}",
                'say which is which: [sources] sales = { file = "…" }, and from = "sales" in each block',
            )
        )
    if not mine:
        said = f"file = {options.file!r}" if options.file else f"a file named {alias}, as no file = is said"
        raise IntakeError(
            Trouble(
                f"source {alias!r}: no file matches {said}",
                "",
                f"found: {', '.join(names)}",
                "patterns may hold * and ?",
            )
        )
    folded = {fold(name) for name in wanted}
    found: list[Sheet] = []
    for file in mine:
        if file not in used:
            progress(f"Reading {file.name} ({len(file.data) / 1e6:,.1f} MB)")
            used.append(file)
        for name in _choose_sheets(file, options, alias):
            found.append(file.read(name, options, lambda header: folded <= {fold(one) for one in header}))
    return found


def _choose_sheets(file: File, options: Options, alias: str) -> list[str]:
    names = file.sheet_names
    if len(names) == 1 and not options.sheet:
        return names
    if options.sheet:
        chosen = pick_matching(options.sheet, names) if names != [""] else [""]
        if chosen:
            return chosen
        near = find_nearest(options.sheet, names, 1)
        raise IntakeError(
            Trouble(
                f"no sheet {options.sheet!r}",
                file.name,
                f"one of {', '.join(names)}",
                f"did you mean {near[0]!r}?" if near else "",
            )
        )
    named = [name for name in names if fold(name) == fold(alias)]
    filled = named or [name for name in names if file.book.get_sheet_by_name(name).total_height > 0]
    if len(filled) == 1:
        return filled
    raise IntakeError(
        Trouble(
            f"source {alias!r}: the workbook has {len(names)} sheets",
            file.name,
            f"sheet = one of {', '.join(names)}",
            f'say it in the mapping: [sources] sales = {{ sheet = "{filled[0] if filled else names[0]}" }}',
        )
    )


# Tables ------------------------------------------------------------------------------------------------------------


def _build_drafts(reading: _Reading, currency: str, progress: Callable[[str], None]) -> dict[str, Draft]:
    """Feed every table; all lacking columns of all tables come together."""
    setting = Setting(lambda alias: reading.sheets[alias], currency)
    drafts: dict[str, Draft] = {}
    troubles: list[Trouble] = []
    carriers: dict[int, str] = {}
    for drawn in (False, True):  # a broken record is reported once, where its sheet is not drawn from
        for table in ("flows", *reading.feeds):
            for block, sheets in reading.feeds.get(table, []):
                for sheet in sheets:
                    if block.distinct == drawn:
                        carriers.setdefault(id(sheet), table)
    for table in TABLES:
        if table not in reading.feeds:
            drafts[table] = Draft(table, read_schema(table))
            continue
        try:
            drafts[table] = draft = build_draft(table, reading.feeds[table], setting, carriers)
        except IntakeError as error:
            troubles.extend(error.troubles)
            continue
        progress(f"{table}: {_count(draft).read:,} rows read")
    if troubles:
        raise IntakeError(troubles)
    return drafts


@cache
def _order_tables() -> tuple[str, ...]:
    """Tables so that each comes after those it refers to."""
    graph: dict[str, set[str]] = {}
    for table in TABLES:
        targets = {target for _, names in read_schema(table).refers for target in names if target in TABLES}
        if table in checks.OWNERS:
            targets.add("distributors")
        if table == "targets":
            targets |= set(checks.HOLDERS.values())
        graph[table] = targets - {table}
    return tuple(TopologicalSorter(graph).static_order())


def _check_drafts(drafts: Mapping[str, Draft], today: date, progress: Callable[[str], None]) -> None:
    order = [table for table in _order_tables() if len(drafts[table])]
    for table in order:
        checks.check_rows(drafts[table], today)
        checks.check_keys(drafts[table])
    checks.check_roles(drafts)
    for table in order:
        checks.check_references(drafts[table], drafts)
        checks.check_periods(drafts[table])
        if len(drafts[table]) > 50_000:
            progress(f"{table}: checked")
    checks.note_unknown_lines(drafts)


# The result --------------------------------------------------------------------------------------------------------


def _conclude(drafts: Mapping[str, Draft], workspace: Workspace, reading: _Reading) -> Intake:
    findings = list(reading.findings)
    for sheet in {id(sheet): sheet for sheets in reading.sheets.values() for sheet in sheets}.values():
        findings += sheet.findings
    for draft in drafts.values():
        findings += draft.findings
        findings += _note_left_out(draft)
        if draft.added:
            findings.append(
                Finding(
                    "unmapped_added",
                    draft.table,
                    "ids that other tables name were added as unmapped",
                    len(draft.added),
                    next(iter(draft.added)),
                )
            )
    fed = {table: draft for table, draft in drafts.items() if table in reading.feeds}
    counts = tuple(_count(draft) for draft in fed.values())
    totals = tuple(total for draft in fed.values() for total in _total(draft))
    refused = _collect_refused(fed)
    own_rows = tuple(rows for draft in fed.values() for rows in _collect_own_rows(draft))
    findings = list(dict.fromkeys(findings))
    intake = Intake(None, refused, counts, totals, tuple(findings), own_rows)
    if not drafts["flows"].live.any():
        raise IntakeError(_nothing_usable(drafts["flows"], refused), intake)
    tables = {
        table: finish_table(draft)
        for table, draft in drafts.items()
        if table in ALWAYS or draft.live.any() or draft.added
    }
    tables, named = name_leaders(tables)
    findings += named + find_roll_ups(tables)
    sources = tuple(hash_file(file) for file in reading.used)
    company = Company(workspace, tables, sources, tuple(findings))
    return replace(intake, company=company, findings=tuple(findings))


def _count(draft: Draft) -> Count:
    """read = accepted + refused + ignored, by counting each side on its own."""
    left_out = sum(draft.left_out.values())
    return Count(
        draft.table,
        read=len(draft) + len(draft.broken) + left_out,
        accepted=int(draft.live.sum()),
        refused=int((draft.refused & ~draft.ignored).sum()) + len(draft.broken),
        ignored=int(draft.ignored.sum()) + left_out,
    )


def _note_left_out(draft: Draft) -> list[Finding]:
    reasons = Counter(draft.left_out)
    reasons["repeats, drawn once"] += int(draft.ignored.sum())
    return [
        Finding("rows_ignored", draft.table, f"rows not read: {why}", count) for why, count in reasons.items() if count
    ]


def _total(draft: Draft) -> list[ControlTotal]:
    """Exact sums of the file's own values for each measure of a table that is not drawn from another."""
    if draft.is_drawn.any():
        return []
    totals = []
    refused = draft.refused & ~draft.ignored
    for column, exact in draft.exact.items():
        cells = draft.shown[column]
        if cells.is_empty.all():
            continue
        sums = {}
        for name, mask in (("accepted", draft.live), ("refused", refused)):
            codes = cells.codes[mask & ~cells.is_empty]
            counts = np.bincount(codes, minlength=len(cells.values)).tolist()
            sums[name] = sum(
                (number * count for number, count in zip(exact, counts, strict=True) if number is not None and count),
                Decimal(0),
            )
        everything = cells.codes[~draft.ignored & ~cells.is_empty]
        counts = np.bincount(everything, minlength=len(cells.values)).tolist()
        read = sum(
            (number * count for number, count in zip(exact, counts, strict=True) if number is not None and count),
            Decimal(0),
        )
        unreadable = sum(count for code, count in enumerate(counts) if code in cells.problems)
        stored = pc.sum(
            draft.arrays[column].filter(pa.array(draft.live)).cast(pa.decimal128(38, 3))
        ).as_py() or Decimal(0)
        totals.append(ControlTotal(draft.table, column, read, sums["accepted"], sums["refused"], stored, unreadable))
    return totals


def _collect_refused(drafts: Mapping[str, Draft]) -> pa.Table:
    columns: dict[str, list[object]] = {name: [] for name in REFUSED.names}

    def add(table: str, sheet: Sheet, row: int, place: int, label: str, value: str, problem: Problem) -> None:
        cell = f"{letter(place)}{row}" if sheet.name and place >= 0 else ""
        one = (
            problem.code,
            table,
            sheet.file,
            sheet.name,
            row,
            cell,
            label,
            shorten(value),
            problem.reason,
            problem.mend,
        )
        for name, item in zip(REFUSED.names, one, strict=True):
            columns[name].append(item)

    for draft in drafts.values():
        for sheet, broken in draft.broken:
            add(draft.table, sheet, broken.row, -1, "", broken.text, broken.problem)
        for batch in draft.batches:
            cells = draft.shown[batch.column]
            for row, problem, value in zip(batch.rows.tolist(), batch.problems, batch.values, strict=True):
                place = cells.position if isinstance(cells.position, int) else int(cells.position[row])
                sheet = draft.sheets[int(draft.sheet_of[row])]
                add(draft.table, sheet, int(draft.rows[row]), place, cells.label or batch.column, value, problem)
    table = pa.table(columns, schema=REFUSED)
    return table.sort_by([("table", "ascending"), ("file", "ascending"), ("sheet", "ascending"), ("row", "ascending")])


def _collect_own_rows(draft: Draft) -> list[OwnRows]:
    """The user's rows as they stand in the file, each with all its problems."""
    problems: dict[int, dict[tuple[str, str, str], None]] = {}
    for batch in draft.batches:
        label = draft.shown[batch.column].label or batch.column
        for row, problem in zip(batch.rows.tolist(), batch.problems, strict=True):
            problems.setdefault(row, {})[label, problem.reason, problem.mend] = None
    by_sheet: dict[int, dict[int, tuple[tuple[str, ...], list[str], list[str]]]] = {}
    for row in sorted(problems):
        if draft.ignored[row]:
            continue
        number = int(draft.sheet_of[row])
        sheet, line = draft.sheets[number], int(draft.line_of[row])
        whole = sheet.wide or sheet
        if sheet.wide:
            line = int(np.searchsorted(sheet.wide.rows, draft.rows[row]))
        entry = by_sheet.setdefault(number, {}).setdefault(
            int(draft.rows[row]), (tuple(cells.text(line) for cells in whole.columns), [], [])
        )
        for label, reason, mend in problems[row]:
            entry[1].append(f"{label}: {reason}")
            entry[2].append(mend)
    gathered = []
    for number, sheet in enumerate(draft.sheets):
        whole = sheet.wide or sheet
        rows = [
            (row, texts, "\n".join(dict.fromkeys(whys)), "\n".join(dict.fromkeys(hows)))
            for row, (texts, whys, hows) in by_sheet.get(number, {}).items()
        ]
        rows += [
            (one.row, (one.text,), one.problem.reason, one.problem.mend)
            for owner, one in draft.broken
            if (owner.file, owner.name) == (sheet.file, sheet.name)
        ]
        if rows:
            gathered.append(OwnRows(draft.table, sheet.file, sheet.name, whole.header, tuple(sorted(rows))))
    return gathered


def _nothing_usable(flows: Draft, refused: pa.Table) -> list[Trouble]:
    """Why no row of flows is left, the most frequent reasons first."""
    mine = [row for row in refused.to_pylist() if row["table"] == "flows"]
    common = Counter((row["column"], row["code"]) for row in mine).most_common(5)
    troubles = [
        Trouble(
            f"none of the {_count(flows).read:,} rows of flows can be used",
            expected="at least one good row",
            mend="mend what is listed below, or the mapping",
        )
    ]
    for (column, code), count in common:
        first = next(row for row in mine if (row["column"], row["code"]) == (column, code))
        where = f"{first['file']}{', sheet ' + repr(first['sheet']) if first['sheet'] else ''} row {first['row']}"
        troubles.append(
            Trouble(f"{column}: {first['reason']} ({count:,} rows, this the first)", where, mend=first["mend"])
        )
    return troubles
