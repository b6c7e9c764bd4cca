"""Companies small enough to work by hand, published into a store of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from insight.company import Company, Workspace
from insight.demo import make_company
from insight.intake import read_company
from insight.publish import publish
from insight.warehouse import Warehouse, close_warehouse
from published import TINY, open_published


@pytest.fixture(scope="session")
def tiny_company() -> Company:
    """The company of ``tests/tiny/*.csv``."""
    intake = read_company([TINY], None, lambda _: None)
    assert intake.company is not None and not intake.refused
    return intake.company


@pytest.fixture(scope="session")
def tiny(tiny_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The tiny company, published and opened."""
    warehouse = open_published(publish(tiny_company, tmp_path_factory.mktemp("tiny")))
    yield warehouse
    close_warehouse(warehouse)


@pytest.fixture(scope="session")
def made_demo() -> tuple[Company, dict[str, Any]]:
    """The small demo company with its truths, made once."""
    return make_company()


@pytest.fixture(scope="session")
def demo_truths(made_demo: tuple[Company, dict[str, Any]]) -> dict[str, Any]:
    """What was planted in the small demo and what it came to."""
    return made_demo[1]


@pytest.fixture(scope="session")
def demo_store(made_demo: tuple[Company, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the small demo."""
    store = tmp_path_factory.mktemp("demo")
    publish(made_demo[0], store)
    return store


@pytest.fixture
def open_company(tmp_path: Path) -> Iterator[Callable[..., Warehouse]]:
    """Publish tables given as ``name={column: values}`` and open them; everything is closed after the test."""
    opened: list[Warehouse] = []

    def make(workspace: Workspace | None = None, **tables: Any) -> Warehouse:
        import pyarrow as pa

        company = Company(workspace or Workspace("Test"), {name: pa.table(columns) for name, columns in tables.items()})
        opened.append(open_published(publish(company, tmp_path / f"store{len(opened)}")))
        return opened[-1]

    yield make
    for warehouse in opened:
        close_warehouse(warehouse)
