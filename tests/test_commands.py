"""The command line as a newcomer types it: what it prints, what it leaves, how it exits."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from insight.__main__ import main
from insight.store import open_current
from published import TINY

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store of the test's own, and a folder of its own to stand in."""
    monkeypatch.setenv("INSIGHT_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "store"


@pytest.fixture
def loaded(store: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The tiny company, loaded."""
    assert main(["load", str(TINY)]) == 0
    capsys.readouterr()
    return store


def test_help_names_every_command_and_no_command_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    text = capsys.readouterr().out
    for command in ("demo", "load", "check", "template", "ask", "snapshots", "rollback"):
        assert f"  {command}" in text


def test_check_publishes_nothing(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(TINY)]) == 0
    assert "Nothing was published" in capsys.readouterr().out
    assert not (store / "CURRENT").exists()


def test_load_accounts_for_every_row_and_publishes(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", str(TINY)]) == 0
    printed = capsys.readouterr().out
    assert "Published snapshot 000001" in printed
    assert "flows.amount: 5,395.00 in the files" in printed


def test_answers_come_as_table_csv_json_and_parquet(
    loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pure sales of the year to date are 1,005.00, exact in every form."""
    assert main(["ask", "overview/totals"]) == 0
    assert "1005.00" in capsys.readouterr().out
    assert main(["ask", "overview/totals", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["current_amount"], row["active_count"]) == ("1005.00", "3")
    assert main(["ask", "overview/totals", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["current_amount"] == "1005.00"
    assert main(["ask", "overview/totals", "--format", "parquet", "--output", str(tmp_path / "answer.parquet")]) == 0
    assert str(pq.read_table(tmp_path / "answer.parquet")["current_amount"][0]) == "1005.00"


def test_the_filters_of_the_screen_are_options_of_ask(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """January to March 2025 in Jiangsu, nothing cut: 150 + 75 + 150 + 60 = 435."""
    assert (
        main(["ask", "overview/totals", "--from", "2025-01", "--to", "2025-03", "--region", "JS", "--format", "csv"])
        == 0
    )
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["current_amount"] == "435.00"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["ask", "overview/revnue"], "No query named 'overview/revnue'. Known: overview/"),
        (["ask", "overview/totals", "--region", "EATS"], "hold no 'EATS'. Near or known: EAST"),
        (["ask", "overview/totals", "--period", "soon"], "is not one of: ytd"),
        (["ask", "overview/totals", "--from", "June"], "write it as 2026-09"),
        (["ask", "overview/totals", "--colour", "red"], "takes no --colour. It takes:"),
        (["ask", "overview/totals", "stray"], "stands alone"),
        (["rollback", "000099"], "000099"),
        (["load", "nowhere.csv"], "nowhere.csv"),
        (["load", "x.csv", "--mapping", "no_such_mapping"], "no_such_mapping"),
    ],
)
def test_a_wrong_command_exits_with_one_and_says_what_would_be_right(
    loaded: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert words in capsys.readouterr().err


def test_snapshots_are_listed_newest_first_and_rollback_goes_back(
    loaded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", str(TINY)]) == 0
    capsys.readouterr()
    assert main(["rollback", "000001"]) == 0
    assert main(["snapshots"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].startswith("000002")
    assert lines[-1].startswith("000001")
    assert "current" in lines[-1]
    assert "current" not in lines[-2]


def test_refused_rows_are_saved_and_strict_publishes_nothing(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("manufacturers", "products", "distributors", "terminals"):
        (folder / f"{name}.csv").write_bytes((TINY / f"{name}.csv").read_bytes())
    lines = (TINY / "flows.csv").read_text(encoding="utf-8").splitlines()
    (folder / "flows.csv").write_text("\n".join([*lines, "F99,2026-03-09,D1,NOBODY,P1,1,15.00"]), encoding="utf-8")
    (folder / "terminals.csv").write_text("terminal_id,name\nH1,a\nH2,b\nH3,c\nH4,d\nH5,e\n", encoding="utf-8")
    (folder / "distributors.csv").write_text("distributor_id,name\nD1,a\nD2,b\nD3,c\n", encoding="utf-8")
    assert main(["load", str(folder), "--strict", "--refused", str(tmp_path / "mend.xlsx")]) == 1
    assert (tmp_path / "mend.xlsx").stat().st_size > 0
    assert not (store / "CURRENT").exists()
    assert main(["load", str(folder), "--refused", str(tmp_path / "mend.xlsx")]) == 0
    printed = capsys.readouterr().out
    (set_aside,) = [finding for finding in open_current(store).record["findings"] if finding["code"] == "refused"]
    assert (set_aside["table"], set_aside["count"]) == ("flows", 1)
    assert "NOBODY" in printed
    assert "16" in printed


def test_a_template_loads_again_once_filled_and_refuses_to_load_empty(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", str(tmp_path / "template.xlsx")]) == 0
    assert main(["load", str(tmp_path / "template.xlsx")]) == 1
    assert "error" in capsys.readouterr().err


@pytest.mark.skipif(not REAL.exists(), reason="the public data sets are not here")
@pytest.mark.parametrize(
    "files, mapping, total",
    [
        ("pharma_foresight/pharma-data.csv.gz", "pharma_foresight", "11798987642.20"),
        ("adventureworks_reseller_targets", "adventureworks_reseller_targets", "77548570.20"),
    ],
)
def test_a_public_data_set_keeps_its_total_to_the_cent(
    store: Path, files: str, mapping: str, total: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", str(REAL / files), "--mapping", mapping]) == 0
    capsys.readouterr()
    assert main(["ask", "checks/flow_totals", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["flow_amount"] == total
    assert main(["ask", "overview/totals", "--period", "all", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["current_amount"] == total
