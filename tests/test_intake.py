"""Files by the model's names: what is read, what is refused and why, and that no row is lost."""

from __future__ import annotations

import gzip
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from insight.catalog import list_tables, read_table
from insight.intake import Intake, IntakeError, describe_intake, read_company, write_refusals, write_template

TODAY = date(2025, 1, 1)
GOOD = {
    "manufacturers": "manufacturer_id,name\nM1,Maker\n",
    "products": "product_id,name,product_line\nP1,Kit,Immuno\n00123,Box,Immuno\n",
    "distributors": "distributor_id,name\nD1,North\nD2,South\n",
    "terminals": "terminal_id,name\nT1,First Hospital\nT2,Second Hospital\n",
    "flows": (
        "flow_id,occurred_on,seller_id,buyer_id,product_id,quantity,amount\n"
        "1,2024-03-05,M1,D1,P1,10,1000.00\n"
        "2,2024-03-06,D1,T1,P1,4,480.50\n"
        "3,2024-03-07,D1,T1,P1,-1,-120.125\n"
    ),
}
FLOW = "flow_id,occurred_on,seller_id,buyer_id,product_id,quantity,amount\n"


def load(folder: Path, **changed: str | bytes) -> Intake:
    """Write the good files with some changed, and read them."""
    for table, text in (GOOD | changed).items():
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        (folder / f"{table}.csv").write_bytes(data)
    intake = read_company([folder], today=TODAY)
    conserve(intake)
    return intake


def conserve(intake: Intake) -> None:
    """Rows and control totals: read = accepted + refused (+ ignored)."""
    for count in intake.counts:
        assert count.read == count.accepted + count.refused + count.ignored, count
    for total in intake.totals:
        assert total.read == total.accepted + total.refused, total


def refusals(intake: Intake) -> list[tuple[Any, ...]]:
    """Code, table, row and column of every refusal."""
    names = ("code", "table", "row", "column")
    return [tuple(row[name] for name in names) for row in intake.refused.to_pylist()]


def table(intake: Intake, name: str) -> list[dict[str, Any]]:
    assert intake.company is not None
    return intake.company.tables[name].to_pylist()


def flow(*changes: str) -> str:
    """Flows of one good row and rows given as CSV lines."""
    return FLOW + "1,2024-03-05,D1,T1,P1,10,1000\n" + "".join(f"{line}\n" for line in changes)


def test_good_files_become_the_tables_with_every_cent(tmp_path: Path) -> None:
    """1000.00 + 480.50 − 120.125 = 1360.375 in the file; −120.125 is stored as −120.13, so 1360.37 is stored."""
    intake = load(tmp_path)
    assert table(intake, "flows") == [
        {
            "flow_id": "1",
            "occurred_on": date(2024, 3, 5),
            "seller_id": "M1",
            "buyer_id": "D1",
            "product_id": "P1",
            "quantity": Decimal("10.000"),
            "amount": Decimal("1000.00"),
        },
        {
            "flow_id": "2",
            "occurred_on": date(2024, 3, 6),
            "seller_id": "D1",
            "buyer_id": "T1",
            "product_id": "P1",
            "quantity": Decimal("4.000"),
            "amount": Decimal("480.50"),
        },
        {
            "flow_id": "3",
            "occurred_on": date(2024, 3, 7),
            "seller_id": "D1",
            "buyer_id": "T1",
            "product_id": "P1",
            "quantity": Decimal("-1.000"),
            "amount": Decimal("-120.13"),
        },
    ]
    assert [row["product_id"] for row in table(intake, "products")] == ["P1", "00123"]
    total = next(total for total in intake.totals if total.column == "amount")
    assert (total.read, total.accepted, total.refused, total.stored) == (
        Decimal("1360.375"),
        Decimal("1360.375"),
        Decimal(0),
        Decimal("1360.370"),
    )
    assert [finding.code for finding in intake.findings] == ["rounded"]
    assert intake.refused.num_rows == 0


def test_the_same_rows_in_a_workbook_parquet_and_gzip_give_the_same_tables(tmp_path: Path) -> None:
    first = load(tmp_path / "a" if (tmp_path / "a").mkdir() is None else tmp_path)
    folder = tmp_path / "b"
    folder.mkdir()
    with xlsxwriter.Workbook(str(folder / "company.xlsx")) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in ("manufacturers", "products", "flows"):
            sheet = book.add_worksheet(name.title())
            for line, row in enumerate(GOOD[name].splitlines()):
                for place, cell in enumerate(row.split(",")):
                    if name == "flows" and line and place == 1:
                        sheet.write_datetime(line, place, datetime.fromisoformat(cell), day)
                    elif name == "flows" and line and place in (0, 5, 6):
                        sheet.write_number(line, place, float(cell))
                    else:
                        sheet.write_string(line, place, cell)
    (folder / "Distributor.csv.gz").write_bytes(gzip.compress(GOOD["distributors"].encode()))
    lines = [line.split(",") for line in GOOD["terminals"].splitlines()]
    pq.write_table(
        pa.table({name: [row[place] for row in lines[1:]] for place, name in enumerate(lines[0])}),
        folder / "terminals.parquet",
    )
    second = read_company([folder], today=TODAY)
    assert first.company is not None and second.company is not None
    assert first.company.tables == second.company.tables


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("2,,D1,T1,P1,1,1", "required", "occurred_on"),
        ("2,2024-02-30,D1,T1,P1,1,1", "date", "occurred_on"),
        ("2,2025-01-03,D1,T1,P1,1,1", "future", "occurred_on"),
        ("2,2024-03,D1,T1,P1,1,1", "date", "occurred_on"),
        ("2,2024-03-05,D9,T1,P1,1,1", "unknown_id", "seller_id"),
        ("2,2024-03-05,T1,D1,P1,1,1", "terminal_sells", "seller_id"),
        ("2,2024-03-05,D1,M1,P1,1,1", "manufacturer_buys", "buyer_id"),
        ("2,2024-03-05,D1,D1,P1,1,1", "same_party", "buyer_id"),
        ("2,2024-03-05,D1,T1,NA,1,1", "unknown_id", "product_id"),
        ("2,2024-03-05,D1,T1,P1,-1,1", "sign", "amount"),
        ("2,2024-03-05,D1,T1,P1,1,12%", "number", "amount"),
        ("2,2024-03-05,D1,T1,P1,1,1_000", "number", "amount"),
        ("2,2024-03-05,D1,T1,P1,1,1e3", "number", "amount"),
        ("2,2024-03-05,D1,T1,P1,inf,1", "number", "quantity"),
        ("2,2024-03-05,D1,T1,P1,nan,1", "number", "quantity"),
        ("2,2024-03-05,D1,T1,P1,5 pcs,1", "number", "quantity"),
        ("2,2024-03-05,D1,T1,P1,-,1", "required", "quantity"),
        ("2,2024-03-05,D1,T1,P1,1,$5", "currency", "amount"),
        ("2,2024-03-05,D1,T1,P1,1,1e", "number", "amount"),
        ("2,2024-03-05,D1,T1,P1,1,10000000000000000", "range", "amount"),
        ("2,2024-03-05,D1,T1,P1,1,#N/A", "formula_error", "amount"),
        ("1,2024-03-05,D1,T1,P1,10,1000", "duplicate", "flow_id"),
        ("2,2024-03-05,D1,T1,P1,1", "field_count", ""),
        ("2,2024-03-05,D1,T1,P1,1,1,1", "field_count", ""),
    ],
)
def test_a_bad_flow_is_refused_at_its_row_and_column(tmp_path: Path, line: str, code: str, column: str) -> None:
    intake = load(tmp_path, flows=flow(line))
    assert refusals(intake) == [(code, "flows", 3, column)]
    assert len(table(intake, "flows")) == 1


def test_all_problems_of_a_row_and_of_all_files_come_together(tmp_path: Path) -> None:
    intake = load(
        tmp_path,
        flows=flow("2,2024-13-01,D9,T1,P1,x,1"),
        distributors="distributor_id,name,tier\nD1,North,1\nD2,,7\n",
    )
    assert refusals(intake) == [
        ("required", "distributors", 3, "name"),
        ("allowed", "distributors", 3, "tier"),
        ("date", "flows", 3, "occurred_on"),
        ("number", "flows", 3, "quantity"),
        ("unknown_id", "flows", 3, "seller_id"),
    ]
    assert [(count.table, count.refused) for count in intake.counts if count.refused] == [
        ("distributors", 1),
        ("flows", 1),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('"1,234.56"', "1234.56"),
        ("１２３", "123"),
        ("－５", "-5"),
        ("(120)", "-120"),
        ("120-", "-120"),
        ("−120", "-120"),
        ("￥120", "120"),
        ("¥ 120.5", "120.5"),
        ("CNY 12", "12"),
        ("12元", "12"),
        ('"-1,234"', "-1234"),
        ("+7", "7"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
    ],
)
def test_a_number_is_read_as_people_write_it(tmp_path: Path, text: str, number: str) -> None:
    quantity = "-1" if number.startswith("-") else "1"
    intake = load(tmp_path, flows=FLOW + f"2,2024-03-05,D1,T1,P1,{quantity},{text}\n")
    assert [row["amount"] for row in table(intake, "flows")] == [Decimal(number).quantize(Decimal("0.01"))]


def test_two_number_formats_in_one_column_are_refused_with_both_shown(tmp_path: Path) -> None:
    """1.200,50 beside 1,200.50: every value with a mark is refused, as 1.200 could be 1.2 or 1200."""
    intake = load(
        tmp_path,
        flows=flow(
            '2,2024-03-05,D1,T1,P1,1,"1.200,50"', '3,2024-03-05,D1,T1,P1,1,"1,200.50"', "4,2024-03-05,D1,T1,P1,1,1.200"
        ),
    )
    assert refusals(intake) == [("number_format", "flows", row, "amount") for row in (3, 4, 5)]
    assert "1.200,50" in intake.refused["reason"][1].as_py()


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.03.05",
        "20240305",
        "2024年3月5日",
        "5-Mar-24",
        "5 March 2024",
        "2024-03-05 13:45:00",
    ],
)
def test_a_date_is_read_as_people_write_it(tmp_path: Path, text: str) -> None:
    intake = load(tmp_path, flows=FLOW + f"2,{text},D1,T1,P1,1,1\n")
    assert [row["occurred_on"] for row in table(intake, "flows")] == [date(2024, 3, 5)]


def test_one_row_tells_whether_day_or_month_comes_first_in_the_whole_column(tmp_path: Path) -> None:
    intake = load(tmp_path, flows=FLOW + "1,03/04/2024,D1,T1,P1,1,1\n2,13/02/2024,D1,T1,P1,1,1\n")
    assert [row["occurred_on"] for row in table(intake, "flows")] == [date(2024, 4, 3), date(2024, 2, 13)]


def test_a_column_that_does_not_tell_is_refused_with_how_to_say_it(tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as caught:
        load(tmp_path, flows=FLOW + "1,03/04/24,D1,T1,P1,1,1\n2,11/02/24,D1,T1,P1,1,1\n")
    assert 'date_format = "%m/%d/%y"' in str(caught.value) or '"%m/%d/%y"' in str(caught.value)
    assert caught.value.intake is not None
    assert refusals(caught.value.intake) == [
        ("date_order", "flows", 2, "occurred_on"),
        ("date_order", "flows", 3, "occurred_on"),
    ]


def test_both_orders_in_one_column_are_refused(tmp_path: Path) -> None:
    intake = load(tmp_path, flows=flow("2,13/02/2024,D1,T1,P1,1,1", "3,02/13/2024,D1,T1,P1,1,1"))
    assert refusals(intake) == [("date_order", "flows", row, "occurred_on") for row in (3, 4)]


def test_codes_stay_texts_exactly(tmp_path: Path) -> None:
    codes = ["NA", "None", "TRUE", "1E5", "00123", "12345678901234567890", "=1+1"]
    products = "product_id,name\n" + "".join(f"{code},x\n" for code in codes)
    flows = FLOW + "".join(f"{n},2024-01-01,D1,T1,{code},1,1\n" for n, code in enumerate(codes))
    intake = load(tmp_path, products=products, flows=flows)
    assert [row["product_id"] for row in table(intake, "products")] == codes
    assert [row["product_id"] for row in table(intake, "flows")] == codes


def test_excel_numbers_as_ids_lose_their_point_and_long_ones_are_refused(tmp_path: Path) -> None:
    for name in ("manufacturers", "distributors", "terminals", "products"):
        (tmp_path / f"{name}.csv").write_text(GOOD[name])
    with xlsxwriter.Workbook(str(tmp_path / "flows.xlsx")) as book:
        sheet = book.add_worksheet()
        for place, name in enumerate(FLOW.strip().split(",")):
            sheet.write(0, place, name)
        for line, identity in enumerate((123.0, 1234567890123456789.0), start=1):
            for place, cell in enumerate((identity, "2024-01-01", "D1", "T1", "P1", 1, 1)):
                sheet.write(line, place, cell)
    intake = read_company([tmp_path], today=TODAY)
    assert [row["flow_id"] for row in table(intake, "flows")] == ["123"]
    assert [(row["code"], row["sheet"], row["cell"]) for row in intake.refused.to_pylist()] == [
        ("long_number", "Sheet1", "A3")
    ]


def test_formula_errors_and_formulas_without_values_are_refused_by_their_cell(tmp_path: Path) -> None:
    for name in ("manufacturers", "distributors", "terminals", "products"):
        (tmp_path / f"{name}.csv").write_text(GOOD[name])
    with xlsxwriter.Workbook(str(tmp_path / "company.xlsx")) as book:
        sheet = book.add_worksheet("流向明细")
        for place, name in enumerate(FLOW.strip().split(",")):
            sheet.write(0, place, name)
        for line in range(1, 5):
            for place, cell in enumerate((f"F{line}", "2024-01-01", "D1", "T1", "P1", 1, 1)):
                sheet.write(line, place, cell)
        sheet.write_formula(2, 6, "=NA()", None, "#N/A")
        sheet.write_formula(3, 6, "=1+1", None, "")
        sheet.write_formula(4, 6, "=1+1", None, 2)
    intake = read_company([tmp_path], today=TODAY)
    assert [(row["code"], row["cell"], row["value"]) for row in intake.refused.to_pylist()] == [
        ("formula_error", "G3", "#N/A"),
        ("formula_without_value", "G4", "=1+1"),
    ]
    assert [row["amount"] for row in table(intake, "flows")] == [Decimal(1), Decimal(2)]
    conserve(intake)


def test_excel_serials_in_a_date_column_are_days(tmp_path: Path) -> None:
    """45356 is 2024-03-05 in Excel; in text only where the whole column is written so."""
    intake = load(tmp_path, flows=FLOW + "1,45356,D1,T1,P1,1,1\n2,45357,D1,T1,P1,1,1\n")
    assert [row["occurred_on"] for row in table(intake, "flows")] == [date(2024, 3, 5), date(2024, 3, 6)]
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    intake = load(mixed, flows=flow("2,45356,D1,T1,P1,1,1"))
    assert refusals(intake) == [("date", "flows", 3, "occurred_on")]


def test_blank_rows_totals_and_repeated_headers_are_ignored_and_counted(tmp_path: Path) -> None:
    intake = load(tmp_path, flows=flow("", ",,,,,,", FLOW.strip(), "2,2024-03-05,D1,T1,P1,1,1", "合计,,,,,11,1001"))
    count = next(count for count in intake.counts if count.table == "flows")
    assert (count.read, count.accepted, count.refused, count.ignored) == (6, 2, 0, 4)
    assert {finding.text: finding.count for finding in intake.findings if finding.code == "rows_ignored"} == {
        "rows not read: blank": 2,
        "rows not read: header again": 1,
        "rows not read: total": 1,
    }
    total = next(total for total in intake.totals if total.column == "amount")
    assert total.read == Decimal(1001)


def test_a_company_named_total_is_no_totals_row(tmp_path: Path) -> None:
    intake = load(tmp_path, distributors="distributor_id,name\nD1,Total\nD2,South\n")
    assert [row["name"] for row in table(intake, "distributors")] == ["Total", "South"]


def test_headers_match_loosely_and_in_chinese_and_unknown_ones_are_told(tmp_path: Path) -> None:
    intake = load(
        tmp_path,
        terminals="终端编号,终端名称,城市,备注\nT1,一院,北京,x\nT2,二院,上海,y\n",
        distributors="Distributor ID , NAME\nD1,North\nD2,South\n",
    )
    assert table(intake, "terminals") == [
        {"terminal_id": "T1", "name": "一院", "city": "北京"},
        {"terminal_id": "T2", "name": "二院", "city": "上海"},
    ]
    assert [(finding.table, finding.example) for finding in intake.findings if finding.code == "columns_ignored"] == [
        ("terminals", "备注")
    ]


def test_a_header_below_title_lines_is_found(tmp_path: Path) -> None:
    intake = load(tmp_path, terminals="Terminals of the north\n\nterminal_id,name\nT1,a\nT2,b\n")
    assert [row["terminal_id"] for row in table(intake, "terminals")] == ["T1", "T2"]
    assert "header_row" in [finding.code for finding in intake.findings]


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";"), ("utf-8", "|")]
)
def test_encodings_and_delimiters_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "terminal_id,name\nT1,第一人民医院\nT2,国药控股\n".replace(",", delimiter)
    intake = load(tmp_path, terminals=text.encode(encoding))
    assert [row["name"] for row in table(intake, "terminals")] == ["第一人民医院", "国药控股"]


@pytest.mark.parametrize(
    "data", ["T1,Hôpital Côte\n".encode("cp1252"), "T1,日本語テスト\n".encode("shift-jis"), b"T1,\xff\xff\n"]
)
def test_an_unknown_encoding_is_refused_with_the_option_to_say_it(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(IntakeError, match="encoding") as caught:
        load(tmp_path, terminals=b"terminal_id,name\n" + data)
    assert "encoding = " in str(caught.value) and "terminals.csv" in str(caught.value)


def test_line_breaks_in_quotes_keep_the_row_numbers_of_records(tmp_path: Path) -> None:
    intake = load(tmp_path, terminals='terminal_id,name\nT1,"a\nb"\nT2,c\nT1,d\n')
    assert refusals(intake) == [("duplicate", "terminals", 4, "terminal_id")]
    assert table(intake, "terminals")[0]["name"] == "a b"


def test_the_duplicate_names_the_row_it_repeats(tmp_path: Path) -> None:
    intake = load(tmp_path, flows=flow("1,2024-03-05,D1,T1,P1,10,1000", "1,2024-03-05,D1,T1,P1,10,999"))
    assert intake.refused["reason"].to_pylist() == [
        "duplicate of row 2",
        "duplicate of row 2, with other values under the same flow_id",
    ]


def test_an_id_is_matched_but_for_case_width_and_blanks_and_told(tmp_path: Path) -> None:
    intake = load(tmp_path, flows=flow("2,2024-03-05,d1,Ｔ1,p1 ,1,1", "3,2024-03-05,D1\u200b,T1,P1,1,1"))
    assert [(row["seller_id"], row["buyer_id"], row["product_id"]) for row in table(intake, "flows")] == [
        ("D1", "T1", "P1")
    ] * 3
    assert {"spelling", "blanks_stripped"} <= {finding.code for finding in intake.findings}


def test_one_id_in_two_roles_is_refused(tmp_path: Path) -> None:
    intake = load(tmp_path, terminals="terminal_id,name\nT1,a\nD1,b\n")
    assert refusals(intake) == [("two_roles", "terminals", 3, "terminal_id")]


def test_a_circle_of_parents_is_refused_and_shown_and_its_children_with_it(tmp_path: Path) -> None:
    territories = "territory_id,name,parent_id\nA,a,B\nB,b,C\nC,c,A\nE,e,C\nF,f,\nG,g,H\n"
    intake = load(tmp_path, territories=territories)
    assert refusals(intake) == [
        ("cycle", "territories", 2, "parent_id"),
        ("cycle", "territories", 3, "parent_id"),
        ("cycle", "territories", 4, "parent_id"),
        ("unknown_id", "territories", 5, "parent_id"),
        ("unknown_id", "territories", 7, "parent_id"),
    ]
    assert "A → B → C → A" in intake.refused["reason"][0].as_py()
    assert [row["territory_id"] for row in table(intake, "territories")] == ["F"]


def test_a_row_that_names_a_refused_row_says_which(tmp_path: Path) -> None:
    intake = load(tmp_path, terminals="terminal_id,name\nT1,a\nT2,\n", flows=flow("2,2024-03-05,D1,T2,P1,1,1"))
    assert refusals(intake) == [("unknown_id", "flows", 3, "buyer_id"), ("required", "terminals", 3, "name")]
    assert intake.refused["reason"][0].as_py() == "'T2' was itself refused in terminals (terminals.csv row 3)"


def test_overlapping_periods_of_one_key_are_refused(tmp_path: Path) -> None:
    grades = (
        "terminal_id,grade,valid_from,valid_to\nT1,A,2024-01-01,2024-07-01\nT1,B,2024-06-01,\n"
        "T1,C,2024-07-01,\nT2,A,2024-02-01,2024-02-01\n"
    )
    intake = load(tmp_path, terminal_grades=grades)
    assert refusals(intake) == [
        ("overlap", "terminal_grades", 3, "valid_from"),
        ("period", "terminal_grades", 5, "valid_to"),
    ]


def test_targets_resolve_by_the_kind_of_their_holder(tmp_path: Path) -> None:
    targets = (
        "month,holder_kind,holder_id,target_amount\n2024-03,Distributor,D1,100\n2024年4月,terminal,T1,100\n"
        "2024-05-17,terminal,D1,100\n2024-06-01,rep,R1,100\n2024-06-01,terminal,T1,-5\n2024-06-01,shop,T1,5\n"
    )
    intake = load(tmp_path, targets=targets)
    assert [(row["month"], row["holder_kind"], row["holder_id"]) for row in table(intake, "targets")] == [
        (date(2024, 3, 1), "distributor", "D1"),
        (date(2024, 4, 1), "terminal", "T1"),
        (date(2024, 6, 1), "terminal", "T1"),
    ]
    # a correction below zero is a row, and told
    assert [finding.count for finding in intake.findings if finding.code == "target_below_zero"] == [1]
    assert refusals(intake) == [
        ("unknown_id", "targets", 4, "holder_id"),
        ("unknown_id", "targets", 5, "holder_id"),
        ("allowed", "targets", 7, "holder_kind"),
    ]


def test_the_word_manufacturer_may_own_and_employ(tmp_path: Path) -> None:
    intake = load(tmp_path, reps="rep_id,name,employer\nR1,a,manufacturer\nR2,b,D1\nR3,c,厂家\nR4,d,X\n")
    assert [row["employer"] for row in table(intake, "reps")] == ["manufacturer", "D1", "manufacturer"]
    assert refusals(intake) == [("unknown_id", "reps", 5, "employer")]


def test_missing_columns_and_tables_are_named_with_what_was_found(tmp_path: Path) -> None:
    for name in ("products", "terminals"):
        (tmp_path / f"{name}.csv").write_text(GOOD[name])
    (tmp_path / "flows.csv").write_text("flow_id,day\n1,2024-01-01\n")
    with pytest.raises(IntakeError) as caught:
        read_company([tmp_path])
    text = str(caught.value)
    assert "flows lacks occurred_on, seller_id, buyer_id, product_id, quantity, amount" in text
    assert "found: flow_id, day" in text
    assert "there is no table distributors" in text


def test_two_sheets_for_one_table_are_refused_naming_both(tmp_path: Path) -> None:
    (tmp_path / "flow.csv").write_text(GOOD["flows"])
    with pytest.raises(IntakeError, match=r"two sheets for the table flows: flow\.csv and flows\.csv"):
        load(tmp_path)


def test_nothing_usable_is_an_error_that_still_holds_the_refusals(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="none of the 1 rows of flows can be used") as caught:
        load(tmp_path, flows=FLOW + "1,2024-01-01,X,Y,Z,1,1\n")
    assert caught.value.intake is not None and caught.value.intake.company is None
    assert len(refusals(caught.value.intake)) == 3


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("flows.csv", b"", "empty"),
        ("flows.csv", b"\n\n  \n", "empty"),
        ("flows.csv", FLOW.encode(), "0 data rows"),
        ("flows.csv", b"%PDF-1.7 x", "is a PDF"),
        ("flows.csv", b"PAR1", "damaged"),
        ("flows.csv", b"\x1f\x8b\x08rubbish", "damaged"),
        ("flows.xlsx", b"PK\x03\x04rubbish", "damaged"),
        ("flows.xlsx", b"<html><table></table></html>", "HTML table saved as .xlsx"),
        ("flows.xlsx", FLOW.encode(), "text saved as .xlsx"),
        ("flows.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rubbish", "damaged"),
        ("flows.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("flows.csv", b"a,b\x00\n1,2\n", "NUL"),
        ("flows.csv", b"a,b\n1,2,3\n4,5,6\n", "every row has 3 fields, the header 2"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused_by_its_bytes(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    for other in ("manufacturers", "products", "distributors", "terminals"):
        (tmp_path / f"{other}.csv").write_text(GOOD[other])
    (tmp_path / name).write_bytes(data)
    with pytest.raises(IntakeError, match=words) as caught:
        read_company([tmp_path])
    assert name in str(caught.value)


def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "flows.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    with pytest.raises(IntakeError, match="expands to more than"):
        read_company([tmp_path])


def test_a_quotation_mark_that_is_never_closed_loses_no_rows_in_silence(tmp_path: Path) -> None:
    rows = "".join(f"{n},2024-03-05,D1,T1,P1,1,1\n" for n in range(2, 3000))
    with pytest.raises(IntakeError, match="never closed"):
        load(tmp_path, flows=FLOW + '1,2024-03-05,D1,T1,P1,1,"1\n' + rows)


def test_a_damaged_workbook_of_every_length_is_refused(tmp_path: Path) -> None:
    write_template(tmp_path / "whole.xlsx")
    whole = (tmp_path / "whole.xlsx").read_bytes()
    for length in range(4, len(whole), len(whole) // 20):
        (tmp_path / "cut.xlsx").write_bytes(whole[:length])
        with pytest.raises(IntakeError):
            read_company([tmp_path / "cut.xlsx"])


def test_the_refused_rows_come_back_as_a_workbook_with_formulas_as_texts(tmp_path: Path) -> None:
    intake = load(tmp_path, terminals='terminal_id,name\nT1,a\nT2,"=HYPERLINK(""http://x"")"\nT2,@b\n')
    write_refusals(intake, tmp_path / "refused.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "refused.xlsx"))
    assert book.sheet_names == ["Summary", "terminals"]
    assert book.get_sheet_by_name("terminals").to_python() == [
        ["terminal_id", "name", "problem", "how to mend"],
        [
            "T2",
            "@b",
            "row 4: terminal_id: duplicate of row 3, with other values under the same terminal_id",
            "terminal_id must be different in every row; delete the row if it is there twice by mistake",
        ],
    ]
    import zipfile

    with zipfile.ZipFile(tmp_path / "refused.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "sheet" in name)


def mend(path: Path, sheet: str, changes: dict[tuple[int, str], str]) -> None:
    """Change cells of a workbook of refused rows, by line of the sheet and header."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    header = [cell.value for cell in book[sheet][1]]
    for (line, column), text in changes.items():
        book[sheet].cell(line, header.index(column) + 1).value = text or None
    book.save(path)


def test_rows_mended_in_the_workbook_of_refused_rows_load_beside_the_file(tmp_path: Path) -> None:
    """2 refused of 4: '5 pcs' becomes 5, the unknown T9 becomes T2; 10 + 5 + 1 + 4 = 20 pieces."""
    folder, workbook = tmp_path / "data", tmp_path / "mended.xlsx"
    folder.mkdir()
    lines = ("2,2024-03-06,D1,T1,P1,5 pcs,50", "3,2024-03-07,D1,T9,P1,1,10", "4,2024-03-08,D1,T2,P1,4,40")
    intake = load(folder, flows=flow(*lines))
    assert len(table(intake, "flows")) == 2
    write_refusals(intake, workbook)
    mend(workbook, "flows", {(2, "quantity"): "5", (3, "buyer_id"): "T2"})
    again = read_company([folder, workbook], today=TODAY)
    conserve(again)
    assert refusals(again) == []
    assert [row["flow_id"] for row in table(again, "flows")] == ["1", "2", "3", "4"]
    assert sum(row["quantity"] for row in table(again, "flows")) == 20
    assert [(one.count, one.code) for one in again.findings if one.code == "rows_mended"] == [(2, "rows_mended")]
    assert again.company is not None
    assert "mended.xlsx" in [source.name for source in again.company.sources]


def test_a_workbook_mended_by_half_leaves_the_other_half_refused(tmp_path: Path) -> None:
    folder, workbook = tmp_path / "data", tmp_path / "mended.xlsx"
    folder.mkdir()
    intake = load(folder, flows=flow("2,2024-03-06,D1,T1,P1,5 pcs,n/a"))
    write_refusals(intake, workbook)
    mend(workbook, "flows", {(2, "quantity"): "5"})
    assert refusals(read_company([folder, workbook], today=TODAY)) == [("required", "flows", 3, "amount")]


def test_mended_rows_of_a_file_that_changed_since_are_not_put_into_other_rows(tmp_path: Path) -> None:
    folder, workbook = tmp_path / "data", tmp_path / "mended.xlsx"
    folder.mkdir()
    write_refusals(load(folder, flows=flow("2,2024-03-06,D1,T1,P1,5 pcs,50")), workbook)
    mend(workbook, "flows", {(2, "quantity"): "5"})
    load(folder, flows=flow("8,2024-05-01,D2,T2,00123,7,70", "2,2024-03-06,D1,T1,P1,5 pcs,50"))
    with pytest.raises(IntakeError, match=r"row 3 is not the row 3 that mended\.xlsx was made from"):
        read_company([folder, workbook], today=TODAY)


def test_a_workbook_of_refused_rows_alone_would_drop_all_others_and_is_not_loaded(tmp_path: Path) -> None:
    write_refusals(load(tmp_path, flows=flow("2,2024-03-06,D1,T1,P1,5 pcs,50")), tmp_path / "mended.xlsx")
    with pytest.raises(IntakeError, match="holds refused rows only"):
        read_company([tmp_path / "mended.xlsx"], today=TODAY)


def test_problems_of_one_kind_are_one_line_with_how_often_and_the_first_row(tmp_path: Path) -> None:
    bad = [f"{number},2024-03-06,D1,T1,P1,5 pcs,50" for number in range(2, 42)]
    text = describe_intake(load(tmp_path, flows=flow(*bad, "99,2024-03-06,D1,T9,P1,1,10")))
    assert "41 problems" in text
    assert "  40 × flows: flows.csv row 3, quantity '5 pcs': '5 pcs' is not a number" in text
    assert "  flows: flows.csv row 43, buyer_id 'T9'" in text
    assert "flows.quantity: 11 in the files = 10 loaded + 1 refused; 40 refused cells are no number" in text
    assert "flows.amount: 3,010.00 in the files = 1,000.00 loaded + 2,010.00 refused" in text


def test_the_template_loads_once_it_is_filled(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "template.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:4] == ["distributors", "terminals", "products", "flows"]
    assert set(book.sheetnames) == {*list_tables(), "Read me"}
    for name in list_tables():
        assert [cell.value for cell in book[name][1]] == list(read_table(name).column_names)
        assert all(cell.comment is not None for cell in book[name][1])
    for name, text in GOOD.items():
        header = [cell.value for cell in book[name][1]]
        lines = [line.split(",") for line in text.splitlines()]
        for number, line in enumerate(lines[1:], start=2):
            for column, cell in zip(lines[0], line, strict=True):
                book[name].cell(number, header.index(column) + 1).value = cell
    book.save(path)
    intake = read_company([path], today=TODAY)
    assert intake.refused.num_rows == 0
    assert len(table(intake, "flows")) == 3


def test_an_empty_template_says_which_tables_need_rows(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    with pytest.raises(IntakeError, match="the table flows has 0 data rows"):
        read_company([tmp_path / "template.xlsx"])


def test_every_reason_to_leave_out_a_file_or_sheet_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_bytes(b"x")
    (tmp_path / "weather.csv").write_text("a\n1\n")
    intake = load(tmp_path)
    assert [
        finding.text.split(" ")[0] for finding in intake.findings if finding.code in ("file_ignored", "sheet_ignored")
    ] == [
        "weather.csv",
        "notes.docx",
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=2000),
        st.binary(max_size=500).map(lambda tail: FLOW.encode() + tail),
        st.binary(max_size=500).map(lambda tail: b"PK\x03\x04" + tail),
        st.binary(max_size=500).map(lambda tail: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail),
        st.binary(max_size=500).map(lambda tail: b"PAR1" + tail),
        st.text(max_size=500).map(lambda tail: FLOW.encode() + tail.encode("utf-8", "replace")),
    ),
    name=st.sampled_from(["flows.csv", "flows.xlsx", "flows.xls", "flows.parquet", "flows.csv.gz"]),
)
def test_any_bytes_give_a_result_or_an_intake_error(tmp_path: Path, data: bytes, name: str) -> None:
    for other in ("manufacturers", "products", "distributors", "terminals"):
        (tmp_path / f"{other}.csv").write_text(GOOD[other])
    for old in tmp_path.glob("flows*"):
        old.unlink()
    (tmp_path / name).write_bytes(data)
    try:
        conserve(read_company([tmp_path]))
    except IntakeError as error:
        if error.intake is not None:
            conserve(error.intake)


CELL = st.sampled_from(
    ["", "D1", "T1", "P1", "1", "-1", "2024-01-01", "x", "合计", "03/04/2024", "1,5", "#N/A", "nan", "00"]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, min_size=6, max_size=8), max_size=12))
def test_every_row_is_accepted_refused_or_ignored_whatever_it_holds(tmp_path: Path, rows: list[list[str]]) -> None:
    lines = "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n" for row in rows)
    intake = load(tmp_path, flows=flow(*lines.splitlines()))
    count = next(count for count in intake.counts if count.table == "flows")
    assert count.read == len(rows) + 1
    assert len(table(intake, "flows")) == count.accepted
    refused_rows = {(row["file"], row["row"]) for row in intake.refused.to_pylist() if row["table"] == "flows"}
    assert len(refused_rows) == count.refused
    assert sum(len(own.rows) for own in intake.own_rows) == count.refused


def test_typed_parquet_keeps_days_decimals_and_ids(tmp_path: Path) -> None:
    for name in ("manufacturers", "distributors", "terminals", "products"):
        (tmp_path / f"{name}.csv").write_text(GOOD[name])
    columns = {
        "flow_id": pa.array([1, 2], pa.int64()),
        "occurred_on": pa.array([datetime(2024, 3, 5, 10), datetime(2024, 3, 6)], pa.timestamp("ns")),
        "seller_id": pa.array(["D1", "D1"]).dictionary_encode(),
        "buyer_id": pa.array(["T1", "T2"], pa.large_string()),
        "product_id": pa.array(["P1", "00123"]),
        "quantity": pa.array([1.5, 1e-3], pa.float64()),
        "amount": pa.array([Decimal("12345678901.23"), Decimal("0.10")], pa.decimal128(20, 2)),
        "batch": pa.nulls(2),
    }
    pq.write_table(pa.table(columns), tmp_path / "flows.parquet")
    intake = read_company([tmp_path], today=TODAY)
    assert [tuple(row.values()) for row in table(intake, "flows")] == [
        ("1", date(2024, 3, 5), "D1", "T1", "P1", Decimal("1.5"), Decimal("12345678901.23")),
        ("2", date(2024, 3, 6), "D1", "T2", "00123", Decimal("0.001"), Decimal("0.10")),
    ]


def test_a_first_line_that_names_the_separator_is_no_header(tmp_path: Path) -> None:
    intake = load(tmp_path, terminals="sep=;\nterminal_id;name\nT1;a\nT2;b\nT1;c\n")
    assert [row["name"] for row in table(intake, "terminals")] == ["a", "b"]
    assert refusals(intake) == [("duplicate", "terminals", 5, "terminal_id")]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_line_ends_keep_the_row_numbers(tmp_path: Path, newline: str) -> None:
    text = "terminal_id,name\nT1,a\n\nT2,b\nT1,c".replace("\n", newline)
    intake = load(tmp_path, terminals=text)
    assert refusals(intake) == [("duplicate", "terminals", 5, "terminal_id")]


def test_tomorrow_is_not_yet_the_future(tmp_path: Path) -> None:
    intake = load(tmp_path, flows=FLOW + f"1,{TODAY + timedelta(days=1)},D1,T1,P1,1,1\n")
    assert len(table(intake, "flows")) == 1
