"""Named questions without the screen: options of the command line become filters and parameters."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from insight.access import EVERYTHING
from insight.catalog import Question, read_question
from insight.filters import COMPARISONS, PERIODS, Coverage, Filters, Window, find_window, make_parameters, read_month
from insight.store import open_current
from insight.warehouse import QuestionError, Warehouse, ask, open_warehouse

_LISTS = {
    "territories": "territories",
    "region": "territories",
    "manufacturers": "manufacturers",
    "maker": "manufacturers",
    "product_lines": "product_lines",
    "product": "product_lines",
    "distributors": "distributors",
    "chan": "distributors",
}


def answer(store: Path, name: str, options: Sequence[str], language: str) -> pa.Table:
    """The answer to a question on the current snapshot; what the options leave open is as on a fresh screen."""
    question = read_question(name)
    given = read_options(options)
    snapshot = open_current(store)
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files, str(snapshot.record.get("contract", "")))
    (about,) = ask(warehouse, "filters/coverage", {}, EVERYTHING, language).to_pylist()
    coverage = Coverage(about["first_month"], about["data_month"], about["data_through_on"], about["is_month_complete"])
    filters = make_filters(given)
    _check_ids(warehouse, filters)
    window = find_window(filters, coverage)
    parameters = {**fill_defaults(question, window), **make_parameters(filters, window)}
    lists = {parameter.name for parameter in question.own_parameters if parameter.type.endswith("[]")}
    for key, value in given.items():
        if key in question.parameters and key not in _LISTS:
            parameters[key] = [part.strip() for part in value.split(",") if part.strip()] if key in lists else value
        elif key not in _LISTS and key not in ("period", "from", "to", "cmp"):
            known = ", ".join((*question.parameters, "period", "from", "to", "cmp"))
            raise QuestionError(f"{name} takes no --{key}. It takes: {known}")
    return ask(warehouse, name, parameters, EVERYTHING, language)


def _check_ids(warehouse: Warehouse, filters: Filters) -> None:
    """Every id of the filters exists; a wrong one would answer zero as if it were true."""
    for field, column in (
        ("territories", "territory_id"),
        ("manufacturers", "manufacturer_id"),
        ("product_lines", "product_line"),
        ("distributors", "distributor_id"),
    ):
        chosen = getattr(filters, field)
        if not chosen:
            continue
        known = ask(warehouse, f"filters/{field}", {}, EVERYTHING)[column].to_pylist()
        for value in chosen:
            if value not in known:
                near = ", ".join(get_close_matches(value, known, 5, 0.3) or known[:20])
                raise QuestionError(f"The {field} of this snapshot hold no {value!r}. Near or known: {near}")


def read_options(options: Sequence[str]) -> dict[str, str]:
    """``--name value`` and ``--name=value`` as a dictionary."""
    given: dict[str, str] = {}
    rest = list(options)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise QuestionError(f"{word!r} stands alone; parameters are written --name value")
        key, equals, value = word[2:].partition("=")
        if not equals:
            if not rest:
                raise QuestionError(f"--{key} has no value")
            value = rest.pop(0)
        given[key.replace("-", "_")] = value
    return given


def make_filters(given: dict[str, str]) -> Filters:
    """The filters that the options name; a value that is none of those allowed is refused with the list."""
    values: dict[str, Any] = {}
    for key, field, allowed in (("period", "period", PERIODS), ("cmp", "compare", COMPARISONS)):
        if key in given:
            if given[key] not in allowed:
                raise QuestionError(f"--{key} {given[key]!r} is not one of: {', '.join(allowed)}")
            values[field] = given[key]
    try:
        for key, field in (("from", "first_month"), ("to", "last_month")):
            if key in given:
                values[field] = read_month(given[key])
                values.setdefault("period", "custom")
    except ValueError as error:
        raise QuestionError(str(error)) from error
    for key, field in _LISTS.items():
        if key in given:
            values[field] = tuple(part.strip() for part in given[key].split(",") if part.strip())
    return Filters(**values)


def fill_defaults(question: Question, window: Window) -> dict[str, object]:
    """A question's own parameters at the defaults its header gives, as on a fresh screen."""
    year = window.last_month.year
    days = {
        "period_start": window.period_start,
        "period_end": window.period_end,
        "year_start": date(year, 1, 1),
        "year_end": date(year + 1, 1, 1),
    }
    named: dict[str, object] = {"null": None, "[]": [], "''": "", **days}
    return {parameter.name: named.get(parameter.default, parameter.default) for parameter in question.own_parameters}


def write_answer(table: pa.Table, form: str, output: Path | None) -> None:
    """Write the answer as text to the screen or a file; decimals stay exact."""
    if form == "parquet":
        if output is None:
            raise QuestionError("--format parquet needs --output FILE.parquet")
        pq.write_table(table, output)
        return
    target = sys.stdout if output is None else output.open("w", encoding="utf-8", newline="")
    try:
        if form == "csv":
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(table.column_names)
            writer.writerows(
                ["" if value is None else _write(value) for value in row.values()] for row in table.to_pylist()
            )
        elif form == "json":
            json.dump(table.to_pylist(), target, ensure_ascii=False, indent=1, default=_write)
            target.write("\n")
        else:
            target.write(_lay_out(table))
    finally:
        if output is not None:
            target.close()


def _write(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _lay_out(table: pa.Table) -> str:
    rows = [["" if value is None else _write(value) for value in row.values()] for row in table.to_pylist()]
    is_number = [
        pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_decimal(field.type)
        for field in table.schema
    ]
    widths = [max([len(name), *(len(row[place]) for row in rows)]) for place, name in enumerate(table.column_names)]
    lines = ["  ".join(name.ljust(width) for name, width in zip(table.column_names, widths, strict=True)).rstrip()]
    lines.append("  ".join("-" * width for width in widths))
    for row in rows:
        cells = (
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, is_number, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, f"({table.num_rows} rows)", ""])
