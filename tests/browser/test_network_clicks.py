"""Real clicks on the drawings of the network: one click selects and opens once, the same again lets go, in both languages."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Locator, expect
from test_pages import Visit, visit


def find_chart(seen: Visit, look: str) -> Locator:
    return seen.page.locator(f".st-key-card-network-{look} canvas").first


def click(seen: Visit, look: str, x: float, y: float) -> None:
    """Click where a share of the chart's width and so many pixels from its top meet (from its bottom where negative)."""
    box = find_chart(seen, look).bounding_box()
    assert box is not None
    seen.page.mouse.click(box["x"] + box["width"] * x, box["y"] + (y if y >= 0 else box["height"] + y))


def read_address(seen: Visit) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlparse(seen.page.url).query).items()}


def find_note(seen: Visit) -> Locator:
    """What the focus says of how many parties are drawn; it stands last, and while the card is drawn again not yet."""
    return seen.page.locator(".st-key-card-network-focus [data-testid=stCaptionContainer]").last


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_click_in_the_flow_selects_shows_the_lines_behind_it_and_the_same_click_lets_go(
    browser: Browser, demo_address: str, language: str
) -> None:
    with visit(browser, height=1500) as seen:
        seen.open(f"{demo_address}/network?lang={language}")
        # the largest kind of terminal stands first in the last column, at the right edge
        click(seen, "flow", 0.993, 80)
        seen.page.wait_for_url(re.compile("sel="), timeout=20_000)
        seen.settle()
        assert read_address(seen)["sel"].startswith("type:")
        seen.page.wait_for_selector(".st-key-selection", timeout=20_000)
        seen.page.wait_for_selector(".st-key-card-network-lines [data-testid=stDataFrame]", timeout=20_000)
        seen.settle()
        click(seen, "flow", 0.993, 80)
        seen.page.wait_for_function("() => !location.search.includes('sel=')", timeout=20_000)
        seen.settle()
        assert seen.page.locator(".st-key-selection").count() == 0
        assert seen.errors == []
        assert seen.outside == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_click_in_the_focus_selects_and_opens_once_and_collapse_closes(
    browser: Browser, demo_address: str, language: str
) -> None:
    with visit(browser, height=1500) as seen:
        seen.open(f"{demo_address}/network?look=focus&lang={language}")
        before = find_note(seen).inner_text()
        # the first terminal of the last column
        click(seen, "focus", 0.79, 56)
        seen.page.wait_for_url(re.compile("sel=terminal"), timeout=20_000)
        seen.settle()
        address = read_address(seen)
        assert address["centre"].startswith("distributor:")
        # while a page is drawn again an element may stand there twice, or not yet
        seen.page.wait_for_selector(".st-key-focus-collapse button:enabled", timeout=20_000)
        seen.page.wait_for_selector(".st-key-card-network-paths [data-testid=stDataFrame]", timeout=20_000)
        seen.settle()
        expect(find_note(seen)).not_to_have_text(before, timeout=20_000)
        opened = find_note(seen).inner_text()
        # the same terminal again lets go; what it opened stays, and nothing is opened twice
        click(seen, "focus", 0.79, 56)
        seen.page.wait_for_function("() => !location.search.includes('sel=')", timeout=20_000)
        seen.settle()
        assert read_address(seen)["centre"] == address["centre"]
        expect(find_note(seen)).to_contain_text(opened.split("。")[0].split(".")[0], timeout=20_000)
        seen.page.click(".st-key-focus-collapse button")
        seen.page.wait_for_selector(".st-key-focus-collapse button:disabled", timeout=20_000)
        seen.settle()
        expect(find_note(seen)).to_have_text(before, timeout=20_000)
        assert seen.errors == []
