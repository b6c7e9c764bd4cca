"""The real shell and pages, run by Streamlit's own test runner on the demo."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from insight.filters import Filters
from insight.ui.address import make_query

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("overview", "network", "attainment", "coverage", "activities", "visits", "distributor", "terminal")
SECONDS = 60


@pytest.fixture
def app(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The shell over the demo, in English."""
    monkeypatch.setenv("INSIGHT_STORE", str(demo_store))
    test = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=SECONDS)
    test.query_params["lang"] = "en"
    return test


def open_page(app: AppTest, name: str) -> AppTest:
    app.run()
    return app if name == "overview" else app.switch_page(f"../pages/{name}.py").run()


def read_all(app: AppTest) -> str:
    parts = [*app.title, *app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.metric]
    return "\n".join(str(getattr(part, "value", "")) + str(getattr(part, "label", "")) for part in parts)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_with_one_headline_its_context_and_at_most_five_tiles(
    app: AppTest, name: str, language: str
) -> None:
    app.query_params["lang"] = language
    page = open_page(app, name)
    assert not page.exception
    assert not page.error
    assert len(page.title) == 1
    assert 1 <= len(page.metric) <= 5
    text = read_all(page)
    context = page.caption[0].value
    assert ("data to 16 Sep 2026" if language == "en" else "数据截至2026年9月16日") in context
    for broken in ("nan", "None", "inf%", "NaT", "{"):
        assert broken not in text.replace("financ", "").replace("information", "").split()


def test_a_link_with_filters_opens_with_them_set(app: AppTest) -> None:
    app.query_params["region"] = "EAST"
    app.query_params["period"] = "last_quarter"
    app.query_params["cmp"] = "pp"
    page = open_page(app, "overview")
    assert page.multiselect(key="filter_territories").value == ["EAST"]
    assert page.selectbox(key="filter_period").value == "last_quarter"
    assert page.selectbox(key="filter_compare").value == "pp"
    assert not page.warning


def test_filters_stay_from_page_to_page_and_one_click_resets_them(app: AppTest) -> None:
    app.query_params["region"] = "EAST"
    page = open_page(app, "attainment")
    assert page.multiselect(key="filter_territories").value == ["EAST"]
    page.button(key="reset").click().run()
    assert page.multiselect(key="filter_territories").value == []


def test_an_id_that_does_not_exist_is_reported_and_never_widened_to_all(app: AppTest) -> None:
    app.query_params["region"] = "ATLANTIS"
    page = open_page(app, "overview")
    assert "region=ATLANTIS" in page.warning[0].value
    assert page.multiselect(key="filter_territories").value == ["ATLANTIS"]
    assert page.metric[0].value in ("¥0", "—")


def test_a_filter_that_matches_nothing_is_a_sentence_on_every_page(app: AppTest) -> None:
    app.query_params["region"] = "ATLANTIS"
    for name in PAGES:
        page = open_page(app, name)
        assert not page.exception
        assert not page.error, name


def test_the_first_run_offers_the_demo_and_the_way_to_ones_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIGHT_STORE", str(tmp_path / "empty"))
    page = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=SECONDS).run()
    assert page.title[0].value == "No data yet"
    page.button(key="make-demo").click().run()
    assert not page.exception
    assert "Pure sales" in page.title[0].value


def test_a_store_that_cannot_be_read_is_a_sentence_without_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    (store / "snapshots" / "000001").mkdir(parents=True)
    (store / "snapshots" / "000001" / "manifest.json").write_text("secret-path-inside")
    (store / "CURRENT").write_text("{}")
    monkeypatch.setenv("INSIGHT_STORE", str(store))
    page = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=SECONDS).run()
    assert not page.exception
    assert str(tmp_path) not in read_all(page)


def test_the_address_holds_ids_and_only_what_differs_from_the_defaults() -> None:
    assert make_query(Filters(), "en") == {"lang": ["en"]}
    chosen = Filters(period="r12", territories=("JS", "HN"), distributors=("D1",))
    assert make_query(chosen, "zh") == {"period": ["r12"], "region": ["JS", "HN"], "chan": ["D1"], "lang": ["zh"]}
