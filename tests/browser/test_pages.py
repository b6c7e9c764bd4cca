"""Every page in real Chromium: nothing from elsewhere, no console error, nothing broken, both languages, light and dark."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

PAGES = ("", "network", "attainment", "coverage", "activities", "visits", "distributor", "terminal")
READY = """() => !document.querySelector('[data-testid=stStatusWidget]') && !document.querySelector('[data-testid=stSkeleton]')
    && document.querySelector('[data-testid=stMain] h1')"""


@dataclass
class Visit:
    """A page with what it asked for and complained about."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector("[data-testid=stMain] h1", timeout=60_000)
        self.page.wait_for_function(READY, timeout=60_000)
        self.page.wait_for_timeout(400)
        self.page.wait_for_function(READY, timeout=60_000)

    def read(self, selector: str = "[data-testid=stMain]") -> str:
        return self.page.inner_text(selector)


@contextmanager
def visit(browser: Browser, *, width: int = 1440, height: int = 1000, scheme: str = "light") -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US")
    seen = Visit(context.new_page())
    seen.page.on(
        "request",
        lambda request: (
            seen.outside.append(request.url)
            if not re.match(r"(https?://localhost[:/]|data:|blob:)", request.url)
            else None
        ),
    )
    # on a deep link Streamlit itself probes for its base path and logs two 404s
    seen.page.on(
        "console",
        lambda message: (
            seen.errors.append(message.text) if message.type == "error" and "404" not in message.text else None
        ),
    )
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    yield seen
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_asks_nobody_outside(
    browser: Browser, demo_address: str, name: str, language: str, scheme: str
) -> None:
    with visit(browser, scheme=scheme) as seen:
        seen.open(f"{demo_address}/{name}?lang={language}")
        text = seen.read()
        assert seen.page.locator("[data-testid=stAlertContentError]").count() == 0
        assert seen.page.locator("[data-testid=stException]").count() == 0
        assert not re.search(r"(?m)^\W*(nan|NaN|NaT|None|undefined|Infinity)\W*$|nan%|¥nan", text)
        assert seen.outside == []
        assert seen.errors == []
        has_chinese = bool(re.search(r"[\u4e00-\u9fff]", seen.read("[data-testid=stMain] h1")))
        assert has_chinese == (language == "zh")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_without_scrolling_sideways(browser: Browser, demo_address: str, name: str) -> None:
    with visit(browser, width=390, height=844) as seen:
        seen.open(f"{demo_address}/{name}?lang=en")
        assert seen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
        assert seen.outside == []
        assert seen.errors == []


def test_the_first_link_after_a_start_keeps_its_filters_across_pages(browser: Browser, demo_address: str) -> None:
    with visit(browser) as seen:
        seen.open(f"{demo_address}/attainment?region=EAST&period=last_quarter&lang=en")
        assert "East" in seen.read("[data-testid=stSidebar]")
        seen.page.click("[data-testid=stSidebarNav] >> text=Overview")
        seen.page.wait_for_timeout(800)
        seen.settle()
        assert "region=EAST" in seen.page.url
        assert "period=last_quarter" in seen.page.url
        assert "East" in seen.read("[data-testid=stSidebar]")


def test_a_click_on_a_bullet_filters_by_its_region_and_a_chip_lets_go(browser: Browser, demo_address: str) -> None:
    with visit(browser) as seen:
        seen.open(f"{demo_address}/?lang=en")
        chart = seen.page.locator(".st-key-card-overview-units canvas, .st-key-card-overview-units svg.marks").first
        box = chart.bounding_box()
        assert box is not None
        seen.page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + 46)
        seen.page.wait_for_url(re.compile("region="), timeout=20_000)
        seen.settle()
        assert seen.page.locator(".st-key-chip-territories-EAST").count() == 1
        seen.page.click(".st-key-chip-territories-EAST button")
        seen.page.wait_for_function("() => !location.search.includes('region=')", timeout=20_000)


def test_the_language_switch_turns_every_word_of_the_page(browser: Browser, demo_address: str) -> None:
    with visit(browser) as seen:
        seen.open(f"{demo_address}/?lang=en")
        seen.page.click("text=中文")
        seen.page.wait_for_url(re.compile("lang=zh"), timeout=20_000)
        seen.settle()
        assert "纯销" in seen.read("[data-testid=stMain] h1")
        assert "总览" in seen.read("[data-testid=stSidebarNav]")


def test_filters_outlive_a_change_of_language_and_then_of_page(browser: Browser, demo_address: str) -> None:
    with visit(browser) as seen:
        seen.open(f"{demo_address}/?region=JS&lang=en")
        seen.page.click("text=中文")
        seen.page.wait_for_url(re.compile("lang=zh"), timeout=20_000)
        seen.settle()
        seen.page.click("[data-testid=stSidebarNav] >> text=渠道网络")
        seen.page.wait_for_url(re.compile("network"), timeout=20_000)
        seen.page.wait_for_timeout(800)
        seen.settle()
        assert "region=JS" in seen.page.url
        assert seen.page.locator(".st-key-chip-territories-JS").count() == 1


def test_a_click_on_a_month_looks_at_it_alone_and_the_same_click_goes_back(browser: Browser, demo_address: str) -> None:
    with visit(browser) as seen:
        seen.open(f"{demo_address}/?lang=en")
        chart = seen.page.locator(".st-key-card-overview-months [data-testid=stVegaLiteChart]").first
        for state in ("attached", "detached"):
            box = chart.bounding_box()
            assert box is not None
            seen.page.mouse.click(box["x"] + box["width"] * 0.21, box["y"] + box["height"] * 0.8)
            seen.page.wait_for_selector(".st-key-chip-period", state=state, timeout=20_000)
            seen.page.wait_for_timeout(1500)  # the chart is drawn again a little lower
            seen.settle()
            assert ("period=custom" in seen.page.url) == (state == "attached")


def test_against_plan_the_tile_of_pure_sales_compares_with_plan(browser: Browser, demo_address: str) -> None:
    with visit(browser) as seen:
        seen.open(f"{demo_address}/?cmp=plan&lang=en")
        tile = seen.page.locator("[data-testid=stMetric]").first.inner_text()
        assert "vs plan" in tile
        assert "without a plan against" in seen.read()


def test_a_cards_rows_can_be_seen_and_taken_away_as_csv_and_as_excel(browser: Browser, demo_address: str) -> None:
    with visit(browser) as seen:
        seen.open(f"{demo_address}/?lang=en")
        seen.page.click(".st-key-table-overview-units button")
        seen.page.wait_for_selector("[data-testid=stPopoverBody] [data-testid=stDataFrame]", timeout=20_000)
        with seen.page.expect_download() as download:
            seen.page.click(".st-key-csv-overview-units button")
        content = download.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert "Attainment" in content[0]
        assert len(content) == 8
        seen.page.keyboard.press("Escape")
        with seen.page.expect_download() as download:
            seen.page.click(".st-key-excel-overview-units button")
        assert download.value.suggested_filename.endswith(".xlsx")
        assert download.value.path().read_bytes()[:2] == b"PK"


def test_an_empty_store_offers_the_demo_in_both_languages(browser: Browser, empty_address: str) -> None:
    for language, sentence in (("en", "No data yet"), ("zh", "暂无数据")):
        with visit(browser) as seen:
            seen.open(f"{empty_address}/?lang={language}")
            assert sentence in seen.read()
            assert seen.errors == []


def test_the_server_answers_health_and_sends_security_headers(demo_address: str) -> None:
    with urllib.request.urlopen(f"{demo_address}/healthz") as answer:
        assert json.load(answer) == {"ok": True, "snapshot": "000001"}
        headers = {name.lower(): value for name, value in answer.headers.items()}
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval'" not in policy.replace("wasm-unsafe-eval'", "")
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    for closed in ("/_stcore/metrics", "/_stcore/agent/openapi.json"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{demo_address}{closed}")
