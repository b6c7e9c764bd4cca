"""The search: any part of a name in either language, ids, full and half width, pinyin and its initials."""

from __future__ import annotations

import pandas as pd
import pytest
from test_terminal import trade  # noqa: F401

from insight.access import Scope
from insight.spelling import spell_name
from insight.ui.search import choose_shown, find_pages
from insight.warehouse import Warehouse
from published import ask_frame


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("厦门三院", "xiamensanyuan", "xmsy"),
        ("重庆一院", "chongqingyiyuan", "cqyy"),
        ("重点药房", "zhongdianyaofang", "zdyf"),
        ("ab 医院 2", "abyiyuan2", "abyy2"),
        ("Hospital", "", ""),
    ],
)
def test_a_name_is_spelled_as_its_words_are_read(name: str, pinyin: str, initials: str) -> None:
    assert spell_name(name) == (pinyin, initials)


@pytest.mark.parametrize("part", ["xm", "xiamen", "XiaMen", "xia men", "厦门", "三院", "Ｔ３", "t3", "xmsy", "xia'men"])
def test_a_terminal_is_found_by_any_part_of_its_name_its_pinyin_or_its_id(trade: Warehouse, part: str) -> None:  # noqa: F811
    rows = ask_frame(trade, "network/parties_by_name", part=part, row_limit=9)
    assert rows["node_id"].iloc[0] == "terminal:T3"


@pytest.mark.parametrize("part", ["chongqing", "重庆", "cqyy", "first"])
def test_either_language_finds(trade: Warehouse, part: str) -> None:  # noqa: F811
    assert "terminal:T1" in set(ask_frame(trade, "network/parties_by_name", part=part, row_limit=9)["node_id"])


def test_what_is_written_comes_before_what_is_only_spelled(trade: Warehouse) -> None:  # noqa: F811
    """'s1' is the id of a terminal; nobody else has it in a name."""
    assert ask_frame(trade, "network/parties_by_name", part="s1", row_limit=9)["node_id"].tolist() == ["terminal:S1"]
    assert ask_frame(trade, "network/parties_by_name", part=" ", row_limit=9).empty


def test_whom_the_scope_hides_is_not_found(trade: Warehouse) -> None:  # noqa: F811
    """A reader of the south sees none of the north's terminals, by name or by pinyin; nobody at all finds nobody."""
    south = Scope(territories=("S",), distributors=())
    for part in ("厦门", "xm", "t3", "甲商"):
        assert ask_frame(trade, "network/parties_by_name", south, part=part, row_limit=9).empty


def test_no_kind_is_left_out_of_what_is_shown() -> None:
    """Nine distributors match before one terminal: of eight shown, one is the terminal."""
    found = pd.DataFrame({"kind": ["distributor"] * 9 + ["terminal"], "node_id": [str(place) for place in range(10)]})
    shown = choose_shown(found, 8)
    assert shown["kind"].value_counts().to_dict() == {"distributor": 7, "terminal": 1}
    assert shown["node_id"].tolist() == ["0", "1", "2", "3", "4", "5", "6", "9"]


def test_pages_are_found_in_both_languages_and_by_pinyin() -> None:
    titles = {"network": "Network", "coverage": "Coverage"}
    assert find_pages("NET", titles, "zh") == find_pages("网络", titles, "zh") == find_pages("wl", titles, "zh") != {}
    assert find_pages("", titles, "en") == {}
