"""Lists on their way out as workbooks: typed values, harmless texts, what they are, and what a rep needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from insight.access import EVERYTHING
from insight.filters import Coverage, Filters, find_window
from insight.ui.data import find_snapshot, make_key
from insight.ui.exports import choose_format, make_workbook
from insight.ui.page import Company, Page
from insight.ui.takeaway import gather_rows, make_excel

FRAME = pd.DataFrame(
    {
        "terminal_id": ["001", "=1+1"],
        "terminal_name": ['=HYPERLINK("http://x")', "北京医院"],
        "sales_amount": [1234.5, None],
        "share_rate": [0.25, np.nan],
        "order_count": [3, 12],
        "usual_days": [7.0, None],
        "last_bought_on": [date(2026, 9, 16), None],
        "sales_month": [date(2026, 9, 1), None],
        "is_estimated": ["yes", "no"],
    }
)


def read_workbook(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def test_values_keep_their_types_and_texts_are_never_formulas() -> None:
    """Ids stay texts with their zeros, amounts and shares are numbers, days are days; what is missing is an empty cell."""
    heads = [f"列{place}" for place in range(FRAME.shape[1])]
    book = read_workbook(make_workbook(FRAME, heads, [("公司", "=1+1"), ("Link", "http://x")], ("名单", "说明")))
    assert book.sheetnames == ["名单", "说明"]
    sheet = book["名单"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [cell.value for cell in sheet[1]] == heads
    assert rows[0] == (
        "001", '=HYPERLINK("http://x")', 1234.5, 0.25, 3, 7, datetime(2026, 9, 16), datetime(2026, 9, 1), "yes",
    )  # fmt: skip
    assert rows[1] == ("=1+1", "北京医院", None, None, 12, None, None, None, "no")
    assert not any(cell.data_type == "f" or cell.hyperlink for page in book for row in page.iter_rows() for cell in row)
    formats = [cell.number_format for cell in sheet[2]]
    assert formats[2:8] == ["#,##0.00", "0.0%", "#,##0", "0", "yyyy-mm-dd", "yyyy-mm"]
    assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref == "A1:I3"
    assert [cell.value for cell in book["说明"]["B"]] == ["=1+1", "http://x"]


def test_a_list_without_rows_or_columns_is_still_a_workbook() -> None:
    assert read_workbook(make_workbook(FRAME.head(0), list(FRAME.columns), [], ("a", "b")))["a"].max_row == 1
    assert read_workbook(make_workbook(pd.DataFrame(), [], [], ("a", "b"))).sheetnames == ["a", "b"]


def test_numbers_too_long_for_a_spreadsheet_become_texts() -> None:
    frame = pd.DataFrame({"code": [2**60], "sales_amount": [1e300]})
    values = next(
        read_workbook(make_workbook(frame, ["a", "b"], [], ("a", "b")))["a"].iter_rows(min_row=2, values_only=True)
    )
    assert values == (str(2**60), "1e+300")


def test_a_column_without_a_unit_is_written_by_its_values() -> None:
    assert choose_format("size_ratio", pd.Series([1.5])) == "#,##0.0"
    assert choose_format("tier", pd.Series([1])) == "#,##0"
    assert choose_format("note", pd.Series(["a", None])) == "@"
    assert choose_format("is_new", pd.Series([True])) == "@"


@pytest.fixture(scope="module")
def look(demo_store: Path) -> Iterator[Callable[..., Page]]:
    """Makes the page of a reader of the demo."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSIGHT_STORE", str(demo_store))
        snapshot = find_snapshot()
        assert snapshot is not None
        coverage = Coverage(date(2023, 10, 1), date(2026, 9, 1), date(2026, 9, 16), False)
        company = Company("Demo", "CNY", "CN", True, True, False, 12, 22, "2026-09-17")

        def make(language: str = "en", **filters: Any) -> Page:
            chosen = Filters(**filters)
            window = find_window(chosen, coverage)
            names = {"product_lines": {"immunoassay": "Immunoassay"}}
            return Page(make_key(snapshot), language, False, EVERYTHING, chosen, window, coverage, company, names)

        yield make


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_list_of_terminals_leaves_with_everything_a_rep_needs(look: Callable[..., Page], language: str) -> None:
    page = look(language, product_lines=("immunoassay",))
    frame = page.ask("coverage/depth_by_terminal", terminals=[], row_limit=30)[["terminal_id", "year_amount"]]
    data = make_excel(page, frame, ("Title", "What", ""), ("pure_sales",), "http://localhost/coverage?lang=en")
    book = read_workbook(data)
    heads = [cell.value for cell in book.worksheets[0][1]]
    wanted = {
        "en": (
            "Terminal",
            "City",
            "Grade",
            "Owner",
            "Potential is",
            "Last order",
            "Usual interval, days",
            "Last visit",
        ),
        "zh": ("终端", "城市", "分级", "负责人", "潜力来源", "末次采购", "常规间隔（天）", "末次拜访"),
    }[language]
    assert set(wanted) <= set(heads) and len(set(heads)) == len(heads)
    assert book.worksheets[0].max_row == 31
    notes = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert "Immunoassay" in notes.values() and "http://localhost/coverage?lang=en" in notes.values()
    assert ("Synthetic data" in notes) == (language == "en")
    assert any("median" in str(text) or "中位数" in str(text) for text in notes.values())


def test_what_the_list_says_itself_is_kept_and_other_lists_stay_as_they_are(look: Callable[..., Page]) -> None:
    """A list by product line says what is missing itself: the terminal's largest opening is not repeated on every row."""
    page = look()
    ids = page.ask("coverage/depth_by_terminal", terminals=[], row_limit=2)["terminal_id"].tolist()
    own = pd.DataFrame({"terminal_id": ids, "grade": ["own", "own"], "potential_amount": [1.0, 2.0]})
    rows = gather_rows(page, own)
    assert rows["grade"].tolist() == ["own", "own"]
    assert rows["terminal_id"].tolist() == ids and (rows["potential_amount"] > 2).all()
    by_line = pd.DataFrame({"terminal_id": [ids[0]] * 2, "product_line": ["a", "b"], "potential_amount": [1.0, 2.0]})
    rows = gather_rows(page, by_line)
    assert rows["potential_amount"].tolist() == [1, 2] and (rows["year_potential_amount"] > 2).all()
    assert not [column for column in rows.columns if column.startswith("missing_")]
    other = pd.DataFrame({"unit_name": ["x"]})
    assert gather_rows(page, other) is other
    assert gather_rows(page, own.assign(terminal_id=["nobody", "none"])).columns.tolist() == list(own.columns)
