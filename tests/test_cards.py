"""What surrounds a chart: failures stay inside their card, exports are safe, text stays text."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from insight.metrics import read_metrics
from insight.ui.columns import label_columns
from insight.ui.exports import make_csv, name_file
from insight.ui.text import plain


def run_cards() -> None:
    """Two cards on a page: the first fails, the second says it has nothing, both in one run."""
    from datetime import date

    import streamlit

    from insight.access import EVERYTHING
    from insight.filters import Coverage, Filters, find_window
    from insight.ui.cards import Card, show_card
    from insight.ui.data import find_snapshot
    from insight.ui.page import Company, Page
    from insight.ui.states import Nothing

    snapshot = find_snapshot()
    assert snapshot is not None
    coverage = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 10), False)
    company = Company("T", "CNY", "CN", True, False, False, 7, 22, "2026-03-11")
    page = Page(
        snapshot.id, "en", False, EVERYTHING, Filters(), find_window(Filters(), coverage), coverage, company, {}
    )

    def fail(_: Page) -> Card:
        raise RuntimeError("secret-detail-7f3")

    def say_nothing(page: Page) -> Card:
        raise Nothing("There is nothing to draw *here*.")

    show_card(page, "test/fail", fail)
    show_card(page, "test/nothing", say_nothing)
    show_card(page, "test/missing", fail, needs=("activities",))
    streamlit.caption("the rest of the page")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory, tiny_company: object) -> AppTest:
    from insight.publish import publish

    store = tmp_path_factory.mktemp("cards")
    publish(tiny_company, store)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSIGHT_STORE", str(store))
        return AppTest.from_function(run_cards, default_timeout=60).run()


def test_a_card_that_fails_says_so_and_leaves_the_rest_standing(cards: AppTest) -> None:
    assert not cards.exception
    assert "This card could not be drawn" in cards.error[0].value
    assert cards.caption[-1].value == "the rest of the page"


def test_the_details_of_a_failure_never_reach_the_page(cards: AppTest) -> None:
    shown = [element.value for kind in (cards.error, cards.info, cards.caption, cards.markdown) for element in kind]
    assert not any("secret-detail" in text or "Traceback" in text for text in shown)


def test_a_card_with_nothing_to_draw_says_why(cards: AppTest) -> None:
    assert cards.info[0].value == plain("There is nothing to draw *here*.")


def test_a_card_whose_table_is_missing_names_it_and_shows_how_to_bring_it(cards: AppTest) -> None:
    assert "activities" in cards.info[1].value
    assert "template" in cards.code[0].value


def test_text_that_a_spreadsheet_would_run_is_made_harmless_and_numbers_stay_numbers() -> None:
    frame = pd.DataFrame(
        {"name": ["=HYPERLINK(1)", "+1", "@x", "-10", "plain", None], "gap_amount": [-1.5, 2.0, 0.0, -3.0, 4.0, None]}
    )
    lines = make_csv(frame).decode("utf-8-sig").splitlines()
    assert lines == ["name,gap_amount", "'=HYPERLINK(1),-1.5", "'+1,2.0", "'@x,0.0", "'-10,-3.0", "plain,4.0", ","]


def test_a_file_name_holds_only_safe_characters() -> None:
    assert name_file("overview", "../../etc/passwd", "2026-09", ending="csv") == "overview_etc-passwd_2026-09.csv"


@pytest.mark.parametrize(
    "text",
    ["![x](http://evil)", "[a](javascript:b)", ":red[x]", "$x$", "<b>", "a_b*c", "# t", "1. one", "- item", "~~x~~"],
)
def test_a_name_from_the_data_is_never_markup(text: str) -> None:
    """Every mark that Markdown or Streamlit would read is escaped, and nothing else is changed."""
    escaped = plain(text)
    assert escaped.replace("\\", "") == text.replace("\\", "")
    for mark in "*_[]<>#$:~":
        assert escaped.count(mark) == escaped.count(f"\\{mark}")


@given(st.text())
def test_escaping_loses_no_character(text: str) -> None:
    assert plain(text).replace("\\", "") == text.replace("\\", "")


def test_shares_are_known_by_their_suffix_and_hidden_columns_stay_hidden() -> None:
    labelled = label_columns(pd.DataFrame({"attainment_rate": [0.9], "_key": ["x"], "actual_amount": [1.0]}), "en")
    assert list(labelled.columns) == ["Attainment", "Actual"]
    assert labelled.attrs["shares"] == ["Attainment"]


def test_every_metric_is_defined_in_both_languages() -> None:
    english, chinese = read_metrics("en"), read_metrics("zh")
    assert english.keys() == chinese.keys()
    for code, metric in english.items():
        assert metric.name
        assert metric.formula
        assert metric.better in ("up", "down", "none")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese[code].formula), code
