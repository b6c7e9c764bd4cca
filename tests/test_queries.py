"""The headers of queries/ are contracts: DuckDB is asked whether each one is kept."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from insight.access import EVERYTHING, NOTHING
from insight.asking import fill_defaults
from insight.catalog import CatalogError, list_questions, list_tables, read_question, read_table
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.warehouse import QuestionError, Warehouse, ask, describe, set_reader

QUESTIONS = [name for name in list_questions() if not name.startswith("marts/")]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_gives_the_columns_and_types_its_header_promises(tiny: Warehouse, name: str) -> None:
    question = read_question(name)
    assert describe(tiny, question) == tuple((column.name, column.type) for column in question.columns)


@pytest.mark.parametrize(
    "name", [name for name in list_questions() if name.split("/")[0] in ("marts", "derived", "schema")]
)
def test_a_stored_relation_reads_back_as_its_header_promises(tiny: Warehouse, name: str) -> None:
    question = read_question(name)
    relation = name.split("/")[1]
    with tiny.connection.cursor() as cursor:
        rows = cursor.execute(f"describe select * from {relation}").fetchall()
    assert [(row[0], row[1].lower()) for row in rows] == [(column.name, column.type) for column in question.columns]


@pytest.mark.parametrize("name", list_tables())
def test_a_schema_names_its_key_its_required_columns_and_its_references_among_its_columns(name: str) -> None:
    table = read_table(name)
    columns = set(table.column_names)
    assert set(table.key) <= columns
    assert set(table.required) <= columns
    assert {column for column, _ in table.refers} | {column for column, _ in table.allowed} <= columns
    known = {target for _, targets in table.refers for target in targets}
    assert known <= {*list_tables(), "the table of holder_kind"}


COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 10), False)
FILTERS = set(make_parameters(Filters(), find_window(Filters(), COVERAGE)))


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_header_documents_each_parameter_beyond_the_filters_with_its_default(name: str) -> None:
    question = read_question(name)
    assert {parameter.name for parameter in question.own_parameters} == set(question.parameters) - FILTERS


@pytest.mark.parametrize(
    "chosen",
    [{}, {"territories": ("nowhere",)}, {"distributors": ("D3",)}, {"period": "mtd", "compare": "pp"}],
    ids=str,
)
@pytest.mark.parametrize("name", [name for name in QUESTIONS if name.split("/")[0] not in ("schema", "derived")])
def test_no_answer_holds_infinity_or_nan(tiny: Warehouse, name: str, chosen: dict[str, Any]) -> None:
    """DuckDB gives inf for 1/0 and NaN for 0/0 without a word; a guarded division gives nothing instead."""
    filters = Filters(**chosen)
    answer = ask(
        tiny,
        name,
        {**fill_defaults(read_question(name), find_window(filters, COVERAGE)), **_parameters(**chosen)},
        EVERYTHING,
    )
    for row in answer.to_pylist():
        assert not [column for column, value in row.items() if isinstance(value, float) and not math.isfinite(value)]


def test_an_unknown_question_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CatalogError, match=r"No query named 'overview/revnue'\. Known: .*overview/totals"):
        read_question("overview/revnue")


def test_a_missing_parameter_is_named(tiny: Warehouse) -> None:
    with pytest.raises(QuestionError, match="overview/totals needs base_cut_month"):
        ask(tiny, "overview/totals", {}, EVERYTHING)


@pytest.mark.parametrize(
    "relation", [name.split("/")[1] for name in list_questions("schema") + list_questions("marts")]
)
def test_a_reader_without_scope_sees_no_row_of_anybodys(tiny: Warehouse, relation: str) -> None:
    """Products, manufacturers and the shared shape of things carry nobody's numbers; everything else is empty."""
    with tiny.connection.cursor() as cursor:
        set_reader(cursor, NOTHING, "en")
        (count,) = cursor.execute(f"select count(*) from {relation}").fetchone()
    assert count == 0 or relation in {"products", "manufacturers", "projects"}


def test_a_cursor_on_which_nothing_was_set_sees_no_flow(tiny: Warehouse) -> None:
    with tiny.connection.cursor() as cursor:
        assert cursor.execute("select count(*) from flows").fetchone() == (0,)


@pytest.mark.parametrize(
    "payload", ["' or 1=1 --", "x'); drop view flows; --", "%", "\x00", "N' union select", "北" * 5000]
)
def test_a_hostile_filter_value_is_only_a_value(tiny: Warehouse, payload: str) -> None:
    (row,) = ask(tiny, "overview/totals", _parameters(territories=(payload,)), EVERYTHING).to_pylist()
    assert row["current_amount"] == 0
    assert ask(tiny, "checks/flow_totals", {}, EVERYTHING).to_pylist()[0]["line_count"] > 0


def test_nothing_outside_the_snapshot_can_be_read(tiny: Warehouse) -> None:
    import duckdb

    with tiny.connection.cursor() as cursor:
        for statement in (
            "select * from read_text('/etc/hostname')",
            "select * from glob('/*')",
            "load httpfs",
            "set threads = 9",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(statement)


def _parameters(**filters: Any) -> dict[str, object]:
    chosen = Filters(**filters)
    return make_parameters(chosen, find_window(chosen, COVERAGE))
