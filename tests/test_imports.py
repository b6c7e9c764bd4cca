"""Which way things point: the modules' imports, read from their text."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "insight").rglob("*.py"))]

# library -> where it may be imported; paths from the root, folders end in /
HOMES = {
    "streamlit": ("app.py", "pages/", "insight/shell.py", "insight/ui/"),
    "altair": ("app.py", "insight/charts/"),
    "duckdb": ("insight/warehouse.py", "insight/catalog.py"),
    "networkx": ("app.py", "insight/analysis/"),
}
# module -> what it must not import, with the reason in architecture terms
BARRED = {
    "insight/charts/": (
        "insight.analysis",
        "insight.warehouse",
        "insight.store",
        "insight.ui",
        "insight.publish",
        "insight.intake",
        "insight.demo",
    ),
    "insight/analysis/": (
        "insight.charts",
        "insight.warehouse",
        "insight.store",
        "insight.ui",
        "insight.publish",
        "insight.intake",
        "insight.demo",
    ),
    "insight/intake/": ("insight.ui", "insight.charts", "insight.analysis", "insight.warehouse", "insight.publish"),
    "insight/demo/": ("insight.ui", "insight.charts", "insight.analysis", "insight.warehouse", "insight.publish"),
    "insight/store.py": ("insight.", "duckdb", "pyarrow", "pandas"),
    "insight/filters.py": ("insight.", "pandas"),
    "insight/access.py": ("insight.", "pandas"),
    "insight/sentences/": ("pandas", "insight.ui", "insight.charts", "insight.warehouse", "insight.analysis"),
    "pages/": ("insight.warehouse", "insight.store", "insight.publish", "insight.intake"),
}


def list_imports(path: Path) -> list[str]:
    """Full names of everything a file imports, inside functions too."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def find_wrong_imports(where: str, names: list[str]) -> list[str]:
    """One sentence for each import that points the wrong way."""
    wrong = []
    for library, homes in HOMES.items():
        if any(name.split(".")[0] == library for name in names) and not where.startswith(homes):
            wrong.append(f"{where} must not import {library}")
    for place, barred in BARRED.items():
        if where.startswith(place):
            wrong += [f"{where} must not import {name}" for name in names if name.startswith(barred)]
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_import_points_the_way_the_architecture_says(path: Path) -> None:
    assert find_wrong_imports(path.relative_to(ROOT).as_posix(), list_imports(path)) == []


def test_a_page_that_imports_duckdb_is_named() -> None:
    assert find_wrong_imports("pages/network.py", ["duckdb"]) == ["pages/network.py must not import duckdb"]


def test_a_chart_that_fetches_is_named() -> None:
    assert find_wrong_imports("insight/charts/flow.py", ["insight.warehouse.ask"]) == [
        "insight/charts/flow.py must not import insight.warehouse.ask"
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_python_file_but_the_warehouse_holds_sql(path: Path) -> None:
    """A text that begins like a statement and reads from something is SQL."""
    if path.name == "warehouse.py":
        return
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    found = [
        text
        for text in texts
        if text.lstrip().lower().startswith(("select ", "with ", "create ", "copy "))
        and " from " in text.lower()
        and "\n" in text
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_writes_raw_html_or_a_stack_trace_on_a_page(path: Path) -> None:
    """``st.table`` and ``st.exception`` show Markdown and stack traces whatever the settings say; raw HTML is raw."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    shown = {
        node.func.attr
        for node in calls
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "st"
    }
    options = {keyword.arg for node in calls for keyword in node.keywords}
    assert not shown & {"table", "exception"}
    assert not options & {"unsafe_allow_html", "unsafe_allow_javascript"}
