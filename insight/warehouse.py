"""DuckDB over one snapshot: the only module that executes SQL.

A warehouse is an in-memory DuckDB whose views read the snapshot's Parquet files by explicit lists. Each question runs on
a cursor of its own, on which the reader's scope and language are set first; where they are not, nothing is visible.
"""

from __future__ import annotations

import logging
import os
import stat
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from insight.access import EVERYTHING, NOTHING, Scope
from insight.catalog import QUERIES, Column, Question, find_contract, list_questions, read_question
from insight.filters import add_months

log = logging.getLogger(__name__)

MAX_SECONDS = 20
_SETTINGS: dict[str, Any] = {
    "threads": min(os.cpu_count() or 2, 8),
    "memory_limit": os.environ.get("INSIGHT_MEMORY", "4GB"),
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}


class QuestionError(ValueError):
    """A question asked wrongly (a parameter missing or unknown), or one that took too long."""


class SnapshotOutdated(ValueError):
    """A snapshot published by another version of the program, whose relations are not the ones the questions read."""


@dataclass(frozen=True)
class Warehouse:
    """An opened snapshot. ``present`` names the tables and marts that the snapshot really holds."""

    snapshot_id: str
    connection: duckdb.DuckDBPyConnection
    present: frozenset[str]
    admission: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(4), repr=False)

    def has(self, table: str) -> bool:
        """Whether the company loaded the table (``activities``)."""
        return f"tables/{table}" in self.present


def open_warehouse(
    snapshot_id: str, root: Path, files: Mapping[str, Sequence[Path]], contract: str | None = None
) -> Warehouse:
    """Open the files of a snapshot for reading; afterwards nothing outside ``root`` can be read.

    ``contract`` is the fingerprint the snapshot was published with; SnapshotOutdated is raised where it is not today's.
    """
    if contract is not None and contract != find_contract():
        raise SnapshotOutdated(
            f"Snapshot {snapshot_id} was published by another version of the program. Publish the data again: "
            "python -m insight load FILE, or python -m insight demo"
        )
    connection = _connect()
    _define(connection, files)
    connection.execute(f"set global max_execution_time = {MAX_SECONDS * 1000}")
    connection.execute("set global parquet_metadata_cache = true")
    connection.execute(f"set global allowed_directories = [{_quote(str(root) + os.sep)}]")
    connection.execute("set global enable_external_access = false")
    connection.execute("set global lock_configuration = true")
    return Warehouse(snapshot_id, connection, frozenset(files))


def ask(
    warehouse: Warehouse,
    name: str,
    parameters: Mapping[str, object] | None = None,
    scope: Scope = NOTHING,
    language: str = "en",
) -> pa.Table:
    """The answer to the question ``name`` for a reader of ``scope``, as an Arrow table with exact decimals.

    ``parameters`` may hold more than the question takes, so that one set of filters serves every question.
    Raises CatalogError for an unknown name, QuestionError for a missing parameter or a question over 20 s.
    """
    question = read_question(name)
    given = dict(parameters or {})
    missing = [parameter for parameter in question.parameters if parameter not in given]
    if missing:
        raise QuestionError(
            f"{name} needs {', '.join(missing)}. It takes: {', '.join(question.parameters) or 'no parameters'}"
        )
    values = {parameter: given[parameter] for parameter in question.parameters}
    with warehouse.admission, warehouse.connection.cursor() as cursor:
        set_reader(cursor, scope, language)
        try:
            return cursor.sql(question.sql, params=values).to_arrow_table()
        except duckdb.InterruptException as error:
            raise QuestionError(
                f"{name} took longer than {MAX_SECONDS} s and was stopped. Narrow the filters."
            ) from error
        except duckdb.ConversionException as error:
            raise QuestionError(f"A value given to {name} is not of the type it takes: {error}") from error


def set_reader(cursor: duckdb.DuckDBPyConnection, scope: Scope, language: str) -> None:
    """Tell the views who reads: what the cursor is asked from now on is of that scope, its names in that language."""
    cursor.execute("set variable language = $value", {"value": language})
    cursor.execute("set variable sees_every_territory = $value", {"value": scope.territories is None})
    cursor.execute("set variable sees_every_distributor = $value", {"value": scope.distributors is None})
    cursor.execute("set variable seen_distributors = $value::varchar[]", {"value": list(scope.distributors or ())})
    below: list[str] = []
    if scope.territories:
        rows = cursor.execute(
            "select distinct territory_id from stored.territory_closure where list_contains($value::varchar[], ancestor_id)",
            {"value": list(scope.territories)},
        ).fetchall()
        below = [row[0] for row in rows]
    cursor.execute("set variable seen_territories = $value::varchar[]", {"value": below})


def describe(warehouse: Warehouse, question: Question) -> tuple[tuple[str, str], ...]:
    """Column names and types of a question as DuckDB sees them, in lower case."""
    values: dict[str, object] = {parameter: _SAMPLES.get(parameter) for parameter in question.parameters}
    with warehouse.connection.cursor() as cursor:
        rows = cursor.execute(f"describe {question.sql}", values).fetchall()
    return tuple((row[0], row[1].lower()) for row in rows)


_SAMPLES: dict[str, object] = {
    "territories": [],
    "manufacturers": [],
    "product_lines": [],
    "distributors": [],
}


def close_warehouse(warehouse: Warehouse) -> None:
    """Stop what runs and close."""
    warehouse.connection.interrupt()
    warehouse.connection.close()


# --- building a snapshot's files -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A relation written to the staging directory: its files with their row counts."""

    name: str
    files: tuple[tuple[Path, int], ...]


def write_table(table: pa.Table, question: Question, target: Path, by_month: str | None = None) -> Written:
    """Write one company table to Parquet, typed and sorted as the schema says, one file or one a month of ``by_month``.

    The Arrow table passes through a Parquet file of its own: DuckDB 2.0.0 can return wrong rows from Arrow scans.
    """
    import pyarrow.parquet as pq

    target.mkdir(parents=True, exist_ok=True)
    name = target.name
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        raw = Path(work) / "raw.parquet"
        pq.write_table(table, raw, compression="snappy")
        source = f"read_parquet([{_quote(str(raw))}])"
        columns = ", ".join(f"cast({column.name} as {column.type}) as {column.name}" for column in question.columns)
        order = ", ".join(f"{column} nulls first" for column in (*_sort_columns(question), *question.key))
        files = []
        with _connect() as connection:
            months: list[date | None] = [None]
            if by_month is not None:
                rows = connection.execute(
                    f"select distinct cast(date_trunc('month', {by_month}) as date) from {source} order by 1"
                ).fetchall()
                months = [row[0] for row in rows] or [None]
            for month in months:
                path = target / f"{name if month is None else month.strftime('%Y%m')}.parquet"
                where = "" if month is None else f" where {_within(by_month, month)}"
                files.append((path, _copy(connection, f"select {columns} from {source}{where} order by {order}", path)))
    return Written(f"tables/{name}", tuple(files))


class Builder:
    """A DuckDB over staged files that adds marts one after the other, each readable by the next."""

    def __init__(self, root: Path, files: Mapping[str, Sequence[Path]]) -> None:
        self.root = root
        self.connection = _connect()
        _define(self.connection, files)
        set_reader(self.connection, EVERYTHING, "zh")

    def __enter__(self) -> Builder:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def write_mart(self, name: str) -> Written:
        """Run ``queries/marts/<name>.sql`` and write its rows; the next mart can read them."""
        question = read_question(f"marts/{name}")
        path = self.root / "marts" / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        rows = _copy(self.connection, question.sql.rstrip(), path)
        _define_stored(self.connection, f"marts/{name}", [path], replace=True)
        return Written(f"marts/{name}", ((path, rows),))

    def write_derived(self, name: str, table: pa.Table) -> Written:
        """Write rows computed in Python as ``derived/<name>``, typed as ``queries/derived/<name>.sql`` says."""
        written = write_table(
            table, _stored_form(read_question(f"derived/{name}"), table), self.root / "derived" / name
        )
        path = self.root / "derived" / f"{name}.parquet"
        ((raw, rows),) = written.files
        raw.replace(path)
        raw.parent.rmdir()
        _define_stored(self.connection, f"derived/{name}", [path], replace=True)
        return Written(f"derived/{name}", ((path, rows),))

    def ask(self, name: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Answer a question over what is staged so far."""
        question = read_question(name)
        with self.connection.cursor() as cursor:
            set_reader(cursor, EVERYTHING, "zh")
            values = {parameter: (parameters or {})[parameter] for parameter in question.parameters}
            return cursor.sql(question.sql, params=values).to_arrow_table()


# --- inside ----------------------------------------------------------------------------------------------------------


def _connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={**_SETTINGS, "temp_directory": _find_spill_folder()})


@lru_cache(maxsize=1)
def _find_spill_folder() -> str:
    """A folder that only this user may enter, for what does not fit in memory.

    DuckDB removes its files there when it closes, and those of a process that was killed when it next spills.
    """
    folder = Path(tempfile.gettempdir()) / f"insight-{os.getuid()}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    # where somebody else was there first, a name nobody can foresee
    return str(folder) if is_private else tempfile.mkdtemp(prefix="insight-")


def _define(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[Path]]) -> None:
    """Create the raw relations, the macros and the documented views. A missing relation is one without rows."""
    connection.execute("create schema stored")
    relations = [name for folder in ("schema", "derived", "marts") for name in list_questions(folder)]
    for name in relations:
        stored = name.replace("schema/", "tables/")
        _define_stored(connection, stored, files.get(stored, ()), replace=False)
    for path in sorted((QUERIES / "macros").glob("*.sql")):
        # the filters' macros read marts, so they are created after the views
        if path.stem.startswith("may_see"):
            connection.execute(path.read_text(encoding="utf-8"))
    for name in relations:
        question = read_question(name)
        view = name.split("/")[1]
        body = _scoped(question, view) if name.startswith("marts/") else question.sql
        connection.execute(f"create view {view} as {body}")
    for path in sorted((QUERIES / "macros").glob("*.sql")):
        if not path.stem.startswith("may_see"):
            connection.execute(path.read_text(encoding="utf-8"))


def _define_stored(connection: duckdb.DuckDBPyConnection, name: str, files: Iterable[Path], *, replace: bool) -> None:
    """``stored.<relation>``: the files as they are, or no rows with the documented columns."""
    verb = "create or replace view" if replace else "create view"
    relation = name.split("/")[1]
    listed = ", ".join(_quote(str(path)) for path in files)
    if listed:
        body = f"select * from read_parquet([{listed}])"
    else:
        question = read_question(name.replace("tables/", "schema/"))
        columns = {column.name: column.type for column in question.columns}
        if name.startswith("derived/") and "name" in columns:
            columns["name_en"] = "varchar"
        body = "select " + ", ".join(f"null::{kind} as {column}" for column, kind in columns.items()) + " where false"
    connection.execute(f"{verb} stored.{relation} as {body}")


def _scoped(question: Question, name: str) -> str:
    """A mart's view: its rows, of which a reader sees those of the territories, distributors and holders in scope."""
    conditions = [
        f"may_see_{kind}({kind}_id)" for kind in ("territory", "distributor") if f"{kind}_id" in question.column_names
    ]
    if "holder_id" in question.column_names:
        # a distributor's target is the distributor's, wherever its home is
        conditions = ["may_see_holder(holder_kind, holder_id)"]
    elif "holder_kind" in question.column_names:
        # a territory's plan is for the sales of every distributor there
        conditions = ["may_see_holder('territory', territory_id)"]
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return f"select {', '.join(question.column_names)} from stored.{name}{where}"


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> int:
    connection.execute(
        f"copy ({sql}\n) to {_quote(str(path))} (format parquet, compression zstd, row_group_size 122880)"
    )
    row = connection.execute(f"select count(*) from read_parquet([{_quote(str(path))}])").fetchone()
    assert row is not None
    return int(row[0])


def _sort_columns(question: Question) -> tuple[str, ...]:
    """Lines are stored by seller, buyer and product, so that reading one partner's lines skips most of a file."""
    wanted = ("seller_id", "buyer_id", "product_id", "occurred_on") if question.name == "schema/flows" else ()
    return tuple(column for column in wanted if column in question.column_names)


def _within(column: str | None, month: date) -> str:
    """A plain range, which DuckDB holds against the statistics of the file: other months are not read again."""
    return f"{column} >= date '{month.isoformat()}' and {column} < date '{add_months(month, 1).isoformat()}'"


def _stored_form(question: Question, table: pa.Table) -> Question:
    """A derived relation's question with the columns as stored: the name in English beside the name shown."""
    columns = question.columns
    if "name_en" in table.column_names:
        columns = (*columns, Column("name_en", "varchar", "name in English"))
    return replace(question, columns=columns, key=tuple(table.column_names[:2]))


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
