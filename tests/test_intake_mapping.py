"""Mappings: how foreign files become the model, mistakes in mappings, and the two shipped ones on real files."""

from __future__ import annotations

import csv
import doctest
import gzip
import importlib
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from insight.catalog import list_tables, read_table
from insight.intake import Intake, IntakeError, find_mapping, list_mappings, read_company
from insight.intake.expressions import make_id

TODAY = date(2025, 1, 1)
REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "real"
PHARMA = REAL / "pharma_foresight"
ADVENTURE = REAL / "adventureworks_reseller_targets"

SALES = (
    "Distributor,Customer,City,Product,Qty,Price,Value,Month,Year,Rep\n"
    "Alpha Ltd,Hospital A,Berlin,Kit,2,10.5,21,November,2023,Ann\n"
    "ALPHA  LTD,Hospital B,Bonn,Kit,1,10.5,10.5,Dec,2023,Bob\n"
    "Alpha & Co,Hospital A,Berlin,Box,-1,4,-4,1,2024,Bob\n"
)
MAPPING = """
[workspace]
name = "Tiny"
currency = "EUR"
calendar = "plain"

[sources]
sales = { file = "sales*.csv" }

[tables.manufacturers]
from = "sales"
distinct = true
columns.manufacturer_id = { constant = "M" }
columns.name = { constant = "Maker" }

[tables.products]
from = "sales"
distinct = true
columns.product_id = { id = "Product", prefix = "P-" }
columns.name = "Product"

[tables.distributors]
from = "sales"
distinct = true
columns.distributor_id = { id = "Distributor", prefix = "D-" }
columns.name = "Distributor"
columns.tier = 1

[tables.terminals]
from = "sales"
distinct = true
columns.terminal_id = { id = ["City", "Customer"], prefix = "T-" }
columns.name = "Customer"
columns.city = "City"

[tables.flows]
from = "sales"
columns.flow_id = { row_number = true, prefix = "F" }
columns.occurred_on = { date = { year = "Year", month = "Month", day = 1 } }
columns.seller_id = { id = "Distributor", prefix = "D-" }
columns.buyer_id = { id = ["City", "Customer"], prefix = "T-" }
columns.product_id = { id = "Product", prefix = "P-" }
columns.quantity = "Qty"
columns.amount = { product_of = ["Price", "Qty"] }
"""


def load(folder: Path, mapping: str = MAPPING, **files: str) -> Intake:
    """Write files and a mapping, and read them."""
    for name, text in ({"sales": SALES} | files).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "map.toml").write_text(mapping, encoding="utf-8")
    files_there = sorted(path for path in folder.iterdir() if path.suffix == ".csv")
    intake = read_company(files_there, folder / "map.toml", today=TODAY)
    for count in intake.counts:
        assert count.read == count.accepted + count.refused + count.ignored, count
    return intake


def table(intake: Intake, name: str) -> list[dict[str, Any]]:
    assert intake.company is not None
    return intake.company.tables[name].to_pylist()


def test_a_flat_file_becomes_dimensions_and_flows(tmp_path: Path) -> None:
    """2 × 10.5 + 1 × 10.5 − 1 × 4 = 27.5; the two spellings of Alpha Ltd are one distributor, Alpha & Co another."""
    intake = load(tmp_path)
    assert intake.company is not None and intake.company.workspace.currency == "EUR"
    other = make_id(["Alpha & Co"])
    assert table(intake, "distributors") == [
        {"distributor_id": "D-alpha-ltd", "name": "Alpha Ltd", "tier": 1},
        {"distributor_id": f"D-{other}", "name": "Alpha & Co", "tier": 1},
    ]
    assert table(intake, "terminals") == [
        {"terminal_id": "T-berlin.hospital-a", "name": "Hospital A", "city": "Berlin"},
        {"terminal_id": "T-bonn.hospital-b", "name": "Hospital B", "city": "Bonn"},
    ]
    assert [tuple(row.values()) for row in table(intake, "flows")] == [
        ("F2", date(2023, 11, 1), "D-alpha-ltd", "T-berlin.hospital-a", "P-kit", Decimal("2.000"), Decimal("21.00")),
        ("F3", date(2023, 12, 1), "D-alpha-ltd", "T-bonn.hospital-b", "P-kit", Decimal("1.000"), Decimal("10.50")),
        ("F4", date(2024, 1, 1), f"D-{other}", "T-berlin.hospital-a", "P-box", Decimal("-1.000"), Decimal("-4.00")),
    ]
    assert [(count.table, count.read, count.accepted, count.ignored) for count in intake.counts] == [
        ("distributors", 3, 2, 1),
        ("flows", 3, 3, 0),
        ("manufacturers", 3, 1, 2),
        ("products", 3, 2, 1),
        ("terminals", 3, 2, 1),
    ]
    codes = {finding.code: finding.example for finding in intake.findings}
    assert codes["conflicting_values"] == "D-alpha-ltd: Alpha Ltd kept, ALPHA  LTD in row 3"
    assert codes["columns_ignored"] == "Value, Rep"


def test_wide_months_in_thousands_become_targets(tmp_path: Path) -> None:
    """Two holders × two months, of which one cell says NULL and one is blank: 2 targets, 200 and 1,500.5 thousand."""
    mapping = (
        MAPPING
        + """
[tables.targets]
from = "plan"
columns.month = { date = { year = "Year", month = "Month", day = 1 } }
columns.holder_kind = { constant = "distributor" }
columns.holder_id = { lookup = { from = "codes", match = { Who = "Code" }, take = "Id" } }
columns.target_amount = { column = "Target", times = 1000 }
"""
    )
    mapping = mapping.replace(
        "[sources]\n",
        '[sources]\nplan = { file = "plan.csv", null = ["NULL"], unpivot = { columns = ["M??"], '
        'into = ["Month", "Target"] } }\n'
        'codes = { file = "codes.csv" }\n',
    )
    intake = load(
        tmp_path,
        mapping,
        plan="Year,Who,M01,M12\n2023,7,NULL,200\n2023,8,1500.5,\n2023,9,1,\n",
        codes="Code,Id\n7,d-alpha-ltd\n8,D-ALPHA-LTD\n",
    )
    assert [tuple(row.values()) for row in table(intake, "targets")] == [
        (date(2023, 1, 1), "distributor", "D-alpha-ltd", Decimal("1500500.00")),
        (date(2023, 12, 1), "distributor", "D-alpha-ltd", Decimal("200000.00")),
    ]
    count = next(count for count in intake.counts if count.table == "targets")
    assert (count.read, count.accepted, count.refused, count.ignored) == (6, 2, 1, 3)
    assert [(row["row"], row["column"], row["reason"]) for row in intake.refused.to_pylist()] == [
        (4, "Who", "codes.csv has no row with Code = '9'")
    ]
    assert [own.header for own in intake.own_rows] == [("Year", "Who", "M01", "M12")]


def test_one_table_is_fed_from_two_sources_and_several_files(tmp_path: Path) -> None:
    mapping = (
        MAPPING.replace("[tables.flows]", "[[tables.flows]]").replace(
            "[sources]\n", '[sources]\nsellin = { file = "sellin.csv", decimal = ",", delimiter = ";" }\n'
        )
        + """
[[tables.flows]]
from = "sellin"
where = [{ column = "Kind", in = ["ship", "return"] }]
columns.flow_id = { column = "No", prefix = "S" }
columns.occurred_on = { column = "Day", date_format = "%d/%m/%Y" }
columns.seller_id = { constant = "M" }
columns.buyer_id = { id = "To", prefix = "D-" }
columns.product_id = { id = "Product", prefix = "P-" }
columns.quantity = { column = "Cartons", times = 12 }
columns.amount = "Value"
columns.source = { column = "Via", map = { Edi = "direct" }, default = "file" }
"""
    )
    intake = load(
        tmp_path,
        mapping,
        sales_2=SALES.splitlines()[0] + "\nAlpha Ltd,Hospital A,Berlin,Kit,1,1,1,2,2024,Ann\n",
        sellin="No;Day;To;Product;Cartons;Value;Kind;Via\n1;03/04/2024;alpha ltd;kit;2;1.234,5;ship;EDI\n"
        "2;03/04/2024;alpha ltd;kit;1;7;sample;\n3;05/04/2024;Alpha Ltd;Kit;-1;-100;return;\n",
    )
    assert [tuple(row.values()) for row in table(intake, "flows")][3:] == [
        ("Fsales_2-2", date(2024, 2, 1), "D-alpha-ltd", "T-berlin.hospital-a", "P-kit", Decimal(1), Decimal(1), None),
        ("S1", date(2024, 4, 3), "M", "D-alpha-ltd", "P-kit", Decimal(24), Decimal("1234.50"), "direct"),
        ("S3", date(2024, 4, 5), "M", "D-alpha-ltd", "P-kit", Decimal(-12), Decimal(-100), "file"),
    ]
    assert [row["flow_id"] for row in table(intake, "flows")][:3] == ["Fsales-2", "Fsales-3", "Fsales-4"]


def test_keys_that_match_nothing_are_refused_or_added_as_unmapped(tmp_path: Path) -> None:
    listed = MAPPING.replace('[tables.products]\nfrom = "sales"', '[tables.products]\nfrom = "list"').replace(
        "[sources]\n", '[sources]\nlist = { file = "list.csv" }\n'
    )
    intake = load(tmp_path, listed, list="Product\nKit\n")
    assert [(row["row"], row["code"], row["value"]) for row in intake.refused.to_pylist()] == [
        (4, "unknown_id", "P-box")
    ]
    total = next(total for total in intake.totals if total.column == "amount")
    assert (total.read, total.accepted, total.refused) == (Decimal("27.5"), Decimal("31.5"), Decimal(-4))
    added = listed.replace(
        'columns.product_id = { id = "Product", prefix = "P-" }\ncolumns.quantity',
        'columns.product_id = { id = "Product", prefix = "P-", unmatched = "add" }\ncolumns.quantity',
    )
    intake = load(tmp_path, added)
    assert intake.refused.num_rows == 0
    assert table(intake, "products")[-1] == {"product_id": "P-box", "name": "Unmapped: P-box"}
    assert [(one.table, one.count) for one in intake.findings if one.code.startswith("unmapped")] == [
        ("flows", 1),
        ("products", 1),
    ]


def test_owners_seen_on_sales_lines_become_periods(tmp_path: Path) -> None:
    """Ann in November, Bob from January: Ann holds Hospital A until 2024-01-01, Bob from then on."""
    mapping = (
        MAPPING
        + """
[tables.reps]
from = "sales"
distinct = true
columns.rep_id = { id = "Rep" }
columns.name = "Rep"

[tables.assignments]
from = "sales"
periods = true
columns.terminal_id = { id = ["City", "Customer"], prefix = "T-" }
columns.rep_id = { id = "Rep" }
columns.valid_from = { date = { year = "Year", month = "Month", day = 1 } }
"""
    )
    rows = {tuple(row.values()) for row in table(load(tmp_path, mapping), "assignments")}
    assert rows == {
        ("T-berlin.hospital-a", "ann", date(2023, 11, 1), date(2024, 1, 1)),
        ("T-berlin.hospital-a", "bob", date(2024, 1, 1), None),
        ("T-bonn.hospital-b", "bob", date(2023, 12, 1), None),
    }


def test_two_header_rows_are_joined_and_parts_are_split_off_again(tmp_path: Path) -> None:
    mapping = """
[sources.wide]
file = "wide.csv"
header_row = [1, 2]
fill_down = ["Maker"]
unpivot = { keep = ["Maker", "Day"], into = ["Who", "Value"] }
[tables.manufacturers]
distinct = true
from = "wide"
columns = { manufacturer_id = "Maker", name = "Maker" }
[tables.products]
distinct = true
from = "wide"
columns = { product_id = { constant = "P" }, name = { constant = "All" } }
[tables.terminals]
distinct = true
from = "wide"
columns.terminal_id = { split = { column = "Who", separator = " / ", part = 2 } }
columns.name = { join = ["Who"], separator = "" }
[tables.flows]
from = "wide"
columns.flow_id = { row_number = true }
columns.occurred_on = "Day"
columns.seller_id = "Maker"
columns.buyer_id = { split = { column = "Who", separator = " / ", part = -1 } }
columns.product_id = { constant = "P" }
columns.quantity = 1
columns.amount = { column = "Value", divide_by = 2, negate = false }
"""
    intake = load(tmp_path, mapping, wide=",,North,,South\nMaker,Day,A,B,C\nM,2024-01-01,1,2,\n,2024-01-02,3,,4\n")
    assert [tuple(row.values())[:7] for row in table(intake, "flows")] == [
        ("3-3", date(2024, 1, 1), "M", "A", "P", Decimal(1), Decimal("0.50")),
        ("4-3", date(2024, 1, 2), "M", "A", "P", Decimal(1), Decimal("1.50")),
        ("3-4", date(2024, 1, 1), "M", "B", "P", Decimal(1), Decimal("1.00")),
        ("4-5", date(2024, 1, 2), "M", "C", "P", Decimal(1), Decimal("2.00")),
    ]
    assert [row["terminal_id"] for row in table(intake, "terminals")] == ["A", "B", "C"]
    assert ("filled_down", 1) in [(one.code, one.count) for one in intake.findings]


def test_a_mapping_without_tables_only_says_how_files_are_written(tmp_path: Path) -> None:
    flows = "flow_id,occurred_on,seller_id,buyer_id,product_id,quantity,amount\n1,03/04/2024,D1,T1,P1,1,1\n"
    for name, text in {
        "flows": flows,
        "products": "product_id,name\nP1,a\n",
        "terminals": "terminal_id,name\nT1,a\n",
        "distributors": "distributor_id,name\nD1,a\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(text)
    (tmp_path / "map.toml").write_text(
        '[workspace]\nname = "X"\ncurrency = "usd"\n[formats]\ndate_format = "%d/%m/%Y"\n'
    )
    intake = read_company([tmp_path], tmp_path / "map.toml", today=TODAY)
    assert [row["occurred_on"] for row in table(intake, "flows")] == [date(2024, 4, 3)]
    assert intake.company is not None and intake.company.workspace.currency == "USD"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("columns.tier = 1", "columns.teir = 1"), "distributors has no column 'teir'.*did you mean 'tier'"),
        (("[workspace]", "[workspce]"), "unknown key 'workspce'.*did you mean 'workspace'"),
        (
            ('columns.quantity = "Qty"', 'columns.quantity = "Qtty"'),
            "no column 'Qtty'.*found: Distributor.*did you mean 'Qty'",
        ),
        (('columns.quantity = "Qty"\n', ""), "nothing is said for quantity"),
        (("distinct = true", "distinkt = true"), "unknown key 'distinkt'.*did you mean 'distinct'"),
        (('{ id = "Product", prefix', '{ idd = "Product", prefix'), "unknown key 'idd'"),
        (('from = "sales"', 'from = "sale"'), "from = 'sale' is no source"),
        (('file = "sales*.csv"', 'file = "x*.csv"'), "no file matches file = 'x.*found: sales.csv"),
        (("[tables.flows]", "[tables.flow]"), "no table named 'flow'.*did you mean 'flows'"),
        (('name = "Tiny"', "name = Tiny"), "not readable as TOML"),
        (('{ constant = "M" }', '{ constant = "M", column = "x" }'), "says column and constant"),
        (('prefix = "F" }', 'prefix = "F", unmatched = "keep" }'), 'unmatched = \'keep\'.*"refuse" or "add"'),
        (('file = "sales*.csv"', 'file = "sales*.csv", encoding = "x"'), "unknown encoding 'x'"),
        (('file = "sales*.csv"', 'file = "sales*.csv", where = [{ column = "Nope", equals = 1 }]'), "no column 'Nope'"),
        (
            ('file = "sales*.csv"', 'file = "sales*.csv", unpivot = { columns = ["Q*z"], into = ["a", "b"] }'),
            "unpivot names no column",
        ),
        (('file = "sales*.csv"', 'file = "sales*.csv", header_row = 50'), "header_row is 50"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_with_what_would_be_right(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    assert change[0] in MAPPING
    with pytest.raises(IntakeError) as caught:
        load(tmp_path, MAPPING.replace(*change))
    assert re.search(words, str(caught.value), re.DOTALL), str(caught.value)


def test_all_mistakes_of_a_mapping_come_together(tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as caught:
        load(tmp_path, MAPPING.replace('"Qty"\n', '"Qtty"\n').replace('"City"', '"Town"'))
    assert "flows.quantity: no column 'Qtty'" in str(caught.value)
    assert "terminals.city: no column 'Town'" in str(caught.value)


def test_different_names_never_share_an_id_and_the_id_never_depends_on_other_rows() -> None:
    names = [
        "Acme",
        "Acme.",
        "Acme, Inc",
        "Acme Inc",
        "A-B",
        "A B",
        "A/B",
        "x" * 60,
        "x" * 61,
        "!!!",
        "???",
        "北京 一院",
        "北京一院",
    ]
    ids = [make_id([name]) for name in names]
    assert len(set(ids)) == len(names)
    assert make_id(["Acme"]) == make_id([" ＡＣＭＥ "]) == "acme"
    assert make_id(["a b", "c"]) != make_id(["a", "b c"])


def test_shipped_mappings_are_found_by_name_and_others_by_path(tmp_path: Path) -> None:
    assert list_mappings() == ("adventureworks_reseller_targets", "pharma_foresight")
    assert find_mapping("pharma_foresight").name == "pharma_foresight.toml"
    (tmp_path / "mine.toml").write_text("")
    assert find_mapping(str(tmp_path / "mine.toml")) == tmp_path / "mine.toml"
    with pytest.raises(IntakeError, match="adventureworks_reseller_targets, pharma_foresight"):
        find_mapping("nothing")


@pytest.mark.parametrize("name", ["cells", "expressions", "names", "values", "workbooks"])
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"insight.intake.{name}")).failed == 0


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_worked_examples_of_the_readme_load_as_they_stand(tmp_path: Path, number: int) -> None:
    """Each example of data/README.md: files named in comments above the blocks, then the mapping."""
    text = (find_mapping("pharma_foresight").parent.parent / "README.md").read_text(encoding="utf-8")
    section = text.split(f"### Example {number}", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    for name, content in re.findall(r"`(\w+\.csv)`[^`\n]*:\n+```csv\n(.*?)```", section, re.DOTALL):
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = re.search(r"```toml\n(.*?)```", section, re.DOTALL)
    assert found is not None
    (tmp_path / "map.toml").write_text(found[1], encoding="utf-8")
    intake = read_company(sorted(tmp_path.glob("*.csv")), tmp_path / "map.toml", today=date(2026, 1, 1))
    assert intake.refused.to_pylist() == []
    said = re.search(r"Result: (\d+) flows, total (-?[\d,.]+\d)", section)
    assert said is not None
    total = next(total for total in intake.totals if (total.table, total.column) == ("flows", "amount"))
    assert (len(table(intake, "flows")), total.stored) == (int(said[1]), Decimal(said[2].replace(",", "")))


def test_columns_not_listed_come_by_name_when_the_block_says_so(tmp_path: Path) -> None:
    mapping = """
[sources]
kept = { file = "kept.csv", where = [{ column = "void", is_empty = true }], skip_rows = 1 }
sales = { file = "sales.csv" }
[[tables.products]]
from = "sales"
distinct = true
columns = { product_id = { id = "Product" }, name = "Product" }
[[tables.terminals]]
from = "sales"
distinct = true
columns = { terminal_id = { id = "Customer" }, name = "Customer" }
[tables.manufacturers]
from = "kept"
distinct = true
columns = { manufacturer_id = "seller id", name = "seller id" }
[tables.flows]
from = "kept"
by_name = true
columns.flow_id = "No"
"""
    kept = (
        "No,日期,seller id,buyer_id,product_id,数量,金额,void\n"
        "text,day,text,text,text,pieces,EUR,text\n"
        "1,2024-01-01,M,hospital-a,kit,1,2,\n2,2024-01-01,M,hospital-a,kit,1,2,x\n"
    )
    intake = load(tmp_path, mapping, kept=kept)
    assert [tuple(row.values()) for row in table(intake, "flows")] == [
        ("1", date(2024, 1, 1), "M", "hospital-a", "kit", Decimal(1), Decimal(2))
    ]


def test_a_mapping_for_one_file_needs_no_sources(tmp_path: Path) -> None:
    one = re.sub(r"\[sources\].*?\n\n", "", MAPPING, flags=re.DOTALL).replace('from = "sales"\n', "")
    assert len(table(load(tmp_path, one), "flows")) == 3
    with pytest.raises(
        IntakeError, match=r"the mapping names no sources, and there are 2 files(.|\n)*say which is which"
    ):
        load(tmp_path, one, sales=SALES, more=SALES)


def test_a_word_where_a_header_belongs_is_told_how_to_be_written_as_a_word(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"no column 'piece'(.|\n)*\{ constant = \"piece\" \}"):
        load(tmp_path, MAPPING.replace('columns.name = "Product"', 'columns.name = "Product"\ncolumns.unit = "piece"'))


def test_a_drawn_row_takes_its_name_from_whichever_line_has_one(tmp_path: Path) -> None:
    """Box: no name in its first line, 'Box' in its second; Kit: no name anywhere, so it is refused, once."""
    mapping = MAPPING.replace('columns.name = "Product"', 'columns.name = "Label"')
    head, *lines = SALES.splitlines()
    names = ("", "", "", "Box")
    lines.append("Alpha & Co,Hospital A,Berlin,Box,1,4,4,1,2024,Bob")
    rows = [f"{line},{name}" for line, name in zip(lines, names, strict=True)]
    intake = load(tmp_path, mapping, sales="\n".join([f"{head},Label", *rows]) + "\n")
    assert [row["name"] for row in table(intake, "products")] == ["Box"]
    refused = [row for row in intake.refused.to_pylist() if row["table"] == "products"]
    assert [(row["code"], row["row"], row["column"]) for row in refused] == [("required", 2, "Label")]


@pytest.mark.skipif(not (REAL / "superstore_cn").is_dir(), reason="the public data set is not here")
def test_an_old_xls_with_chinese_headers_keeps_every_line_and_its_sum(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(
        """
[sources]
orders = { file = "示例 - 超市.xls", sheet = "订单" }
[tables.manufacturers]
distinct = true
columns.manufacturer_id = { constant = "M" }
columns.name = { constant = "超市" }
[tables.products]
distinct = true
columns.product_id = "产品 ID"
columns.name = "产品名称"
[tables.terminals]
distinct = true
columns.terminal_id = { id = ["客户 ID", "城市"] }
columns.name = "客户名称"
[tables.flows]
columns.flow_id = "行 ID"
columns.occurred_on = "订单日期"
columns.seller_id = { constant = "M" }
columns.buyer_id = { id = ["客户 ID", "城市"] }
columns.product_id = "产品 ID"
columns.quantity = "数量"
columns.amount = "销售额"
""",
        encoding="utf-8",
    )
    intake = read_company([REAL / "superstore_cn"], tmp_path / "map.toml")
    cells = (
        CalamineWorkbook.from_path(str(REAL / "superstore_cn" / "示例 - 超市.xls"))
        .get_sheet_by_name("订单")
        .to_python()
    )
    total = next(total for total in intake.totals if total.column == "amount")
    # the sheet holds 1326.4999999999998 where Excel shows 1326.5
    assert total.read == total.accepted == sum(Decimal(f"{row[16]:.15g}") for row in cells[1:])
    assert total.read == Decimal("16117548.237")
    assert len(table(intake, "flows")) == 10_000
    assert intake.refused.num_rows == 0


def test_the_readme_names_every_table_and_column_and_which_are_required() -> None:
    text = (find_mapping("pharma_foresight").parent.parent / "README.md").read_text(encoding="utf-8")
    for name in list_tables():
        section = text.split(f"\n#### {name}\n", 1)[1].split("\n#### ", 1)[0]
        question = read_table(name)
        assert re.findall(r"^\| (?:\*\*)?`(\w+)`", section, re.MULTILINE) == list(question.column_names)
        assert set(re.findall(r"^\| \*\*`(\w+)`", section, re.MULTILINE)) == set(question.required)


@pytest.mark.skipif(not PHARMA.is_dir(), reason="the public data set is not here")
def test_pharma_foresight_loads_to_the_cent() -> None:
    """254,082 lines; the file's own sum of Sales is 11,798,987,642.195417, which is 11,798,987,642.20 to the cent."""
    intake = read_company([PHARMA], find_mapping("pharma_foresight"))
    with gzip.open(PHARMA / "pharma-data.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    total = next(total for total in intake.totals if total.column == "amount")
    assert (
        total.read == total.accepted == sum(Decimal(line["Sales"]) for line in lines) == Decimal("11798987642.195417")
    )
    assert total.stored == Decimal("11798987642.20")
    assert intake.refused.num_rows == 0
    assert intake.company is not None
    sizes = {name: one.num_rows for name, one in intake.company.tables.items()}
    assert sizes == {
        "manufacturers": 1,
        "products": 240,
        "territories": 751,
        "distributors": 29,
        "terminals": 751,
        "reps": 17,
        "flows": 254_082,
    }
    flows = intake.company.tables["flows"]
    assert sum(number < 0 for number in flows["quantity"].to_pylist()) == 2_633
    assert len(flows["occurred_on"].unique()) == 48


@pytest.mark.skipif(not ADVENTURE.is_dir(), reason="the public data set is not here")
def test_adventureworks_loads_to_the_cent_with_targets_and_roll_ups() -> None:
    intake = read_company([ADVENTURE], find_mapping("adventureworks_reseller_targets"))
    totals = {(total.table, total.column): total.stored for total in intake.totals}
    assert totals["flows", "amount"] == Decimal("77548570.20")
    assert totals["targets", "target_amount"] == Decimal(676_210_000)
    assert intake.refused.num_rows == 0
    managers = {row["manager_id"] for row in table(intake, "reps")} - {None}
    names = {row["rep_id"]: row["name"] for row in table(intake, "reps")}
    assert {names[one] for one in managers} == {"Brian Welcker", "Stephen Jiang", "Amy Alberts", "Syed Abbas"}
    parents = {row["territory_id"]: row["parent_id"] for row in table(intake, "territories")}
    assert {one for one, parent in parents.items() if parent is None} == {"G-europe", "G-north-america", "G-pacific"}
    assert all(row["territory_id"] in parents for row in table(intake, "terminals"))


@pytest.mark.skipif(not ADVENTURE.is_dir(), reason="the public data set is not here")
def test_the_wide_targets_in_thousands_equal_the_long_ones_where_both_exist(tmp_path: Path) -> None:
    """The shipped mapping with the wide file in place of the long one: 245 cells, each times 1,000."""
    shipped = find_mapping("adventureworks_reseller_targets")
    text = shipped.read_text(encoding="utf-8")
    wide = re.sub(
        r"targets = \{.*\}",
        'targets = { file = "ResellerSalesTargets.csv", unpivot = { columns = ["M??"], into = ["Month", "Target"] } }',
        text,
    )
    wide = wide.replace(
        'columns.month = "TargetMonth"', 'columns.month = { date = { year = "Year", month = "Month" } }'
    )
    wide = wide.replace(
        'columns.target_amount = "TargetAmount"', 'columns.target_amount = { column = "Target", times = 1000 }'
    )
    (tmp_path / "wide.toml").write_text(wide, encoding="utf-8")
    long_rows = table(read_company([ADVENTURE], shipped), "targets")
    wide_rows = table(read_company([ADVENTURE], tmp_path / "wide.toml"), "targets")
    long_targets = {(row["month"], row["holder_id"]): row["target_amount"] for row in long_rows}
    assert len(wide_rows) == 245
    assert all(long_targets[row["month"], row["holder_id"]] == row["target_amount"] for row in wide_rows)
