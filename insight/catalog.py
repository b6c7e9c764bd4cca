"""Read the named SQL questions under ``queries/``: header, columns, parameters.

A question's name is its path without ``.sql``, such as ``overview/totals``. The comment lines
that open the file are its contract: a purpose, ``grain:``, for tables also ``key:``, ``required:``,
``refers:`` and ``allowed:``, then ``columns:`` with one line a column: name, type, meaning. Parameters beyond the
filters that every page has stand under ``parameters:``, one line each: name, type, default, meaning.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

QUERIES = Path(__file__).resolve().parent.parent / "queries"

_COLUMN = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\s+(?P<type>[a-z]+(?:\(\d+,\d+\))?(?:\[\])?)\s+(?P<meaning>\S.*)")
_PARAMETER = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\s+(?P<type>[a-z]+(?:\[\])?)\s+(?P<default>\S+)\s+(?P<meaning>\S.*)")
_FIELDS = ("grain", "key", "required", "refers", "allowed", "columns", "parameters")


class CatalogError(LookupError):
    """A question that is not there, or whose header does not keep the contract."""


@dataclass(frozen=True)
class Column:
    """One column of a question: its name, DuckDB type in lower case, and meaning with unit."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Parameter:
    """A parameter beyond the filters: DuckDB type, default as written in the header, meaning.

    A default is a number, a text, ``null``, ``[]``, or the name of a day of the window: ``period_start``,
    ``period_end``, ``year_start`` and ``year_end`` (of the window's last month; ends are exclusive).
    """

    name: str
    type: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Question:
    """One file of ``queries/``: its contract and its text."""

    name: str
    purpose: str
    grain: str
    columns: tuple[Column, ...]
    parameters: tuple[str, ...]
    sql: str
    key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    refers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    allowed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    own_parameters: tuple[Parameter, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def list_questions(folder: str = "") -> tuple[str, ...]:
    """Names of all questions below ``folder`` (``""`` for all), sorted."""
    found = (path.relative_to(QUERIES).with_suffix("") for path in (QUERIES / folder).rglob("*.sql"))
    return tuple(sorted(path.as_posix() for path in found if path.parts[0] != "macros"))


def list_tables() -> tuple[str, ...]:
    """Names of the tables a company may load, sorted."""
    return tuple(name.removeprefix("schema/") for name in list_questions("schema"))


def read_table(name: str) -> Question:
    """The schema of the table ``name``; raises CatalogError with the known names."""
    if name not in list_tables():
        raise CatalogError(f"No table named {name!r}. Known: {', '.join(list_tables())}")
    return read_question(f"schema/{name}")


@cache
def read_question(name: str) -> Question:
    """Read one question; raises CatalogError naming what is known or what the header lacks."""
    known = list_questions()
    if name not in known:
        near = [other for other in known if other.split("/")[0] == name.split("/")[0]] or list(known)
        raise CatalogError(f"No query named {name!r}. Known: {', '.join(near)}")
    text = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    header = _read_header(name, text)
    statements = duckdb.extract_statements(text)
    if len(statements) != 1:
        raise CatalogError(f"queries/{name}.sql holds {len(statements)} statements; one is expected")
    return Question(
        name=name,
        purpose=header["purpose"],
        grain=header["grain"],
        columns=_read_columns(name, header["columns"]),
        parameters=tuple(sorted(statements[0].named_parameters)),
        sql=text,
        key=_split(header.get("key", ""), ","),
        required=_split(header.get("required", ""), ","),
        refers=_read_pairs(header.get("refers", ""), " to ", " or "),
        allowed=_read_pairs(header.get("allowed", ""), " in ", ","),
        own_parameters=tuple(
            Parameter(**parts)
            for parts in _read_lines(name, header.get("parameters", ""), _PARAMETER, "name type default meaning")
        ),
    )


@cache
def find_contract() -> str:
    """A fingerprint of what a snapshot must hold for these questions: every stored relation with its columns."""
    stored = [read_question(name) for folder in ("schema", "derived", "marts") for name in list_questions(folder)]
    text = "\n".join(
        f"{question.name} {column.name} {column.type}" for question in stored for column in question.columns
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read_header(name: str, text: str) -> dict[str, str]:
    """The comment lines before the first SQL line, by field; a field goes on until the next."""
    header: dict[str, str] = {"purpose": ""}
    field = "purpose"
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        content = line[2:].strip()
        start, colon, rest = content.partition(":")
        if colon and start in _FIELDS:
            field, content = start, rest.strip()
            header[field] = content
        else:
            joint = "\n" if field in ("columns", "parameters") else " "
            header[field] = f"{header[field]}{joint}{content}".strip()
    missing = [field for field in ("purpose", "grain", "columns") if not header.get(field)]
    if missing:
        raise CatalogError(f"The header of queries/{name}.sql lacks: {', '.join(missing)}")
    return header


def _read_columns(name: str, lines: str) -> tuple[Column, ...]:
    return tuple(Column(**parts) for parts in _read_lines(name, lines, _COLUMN, "name type meaning"))


def _read_lines(name: str, lines: str, form: re.Pattern[str], expected: str) -> list[dict[str, str]]:
    """Each line's named parts; raises CatalogError quoting the line that is not of the form."""
    parts = []
    for line in filter(None, (line.strip() for line in lines.split("\n"))):
        found = form.fullmatch(line)
        if found is None:
            raise CatalogError(f"In the header of queries/{name}.sql, not '{expected}': {line!r}")
        parts.append(found.groupdict())
    return parts


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def _read_pairs(text: str, verb: str, separator: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = (part.partition(verb) for part in _split(text, ";"))
    return tuple((left.strip(), _split(right, separator)) for left, _, right in pairs)
