"""Every word of the screen has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from insight.analysis.effect_tables import MISSING_CODES
from insight.catalog import list_questions, read_question
from insight.i18n import LOCALE, name_term, read_file, read_words, say

ROOT = Path(__file__).resolve().parent.parent
SCREEN = [*sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "insight").rglob("*.py"))]


def find_said(path: Path) -> Iterator[str]:
    """Literal texts passed to say(language, text) or page.say(text), conditional expressions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name != "say" or not node.args:
            continue
        place = (
            0
            if isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id != "i18n"
            else 1
        )
        if place < len(node.args):
            yield from find_literals(node.args[place])


def find_literals(node: ast.expr) -> Iterator[str]:
    """The texts an expression can be, as far as they are written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from find_literals(node.body)
        yield from find_literals(node.orelse)


SAID = sorted({(text, path.relative_to(ROOT).as_posix()) for path in SCREEN for text in find_said(path)})


@pytest.mark.parametrize("path", sorted({path for _, path in SAID}))
def test_every_text_of_a_file_has_a_chinese_translation(path: str) -> None:
    missing = [text for text, where in SAID if where == path and text not in read_words("zh")]
    assert missing == []


def test_every_step_of_publishing_that_the_first_run_shows_has_a_chinese_translation() -> None:
    """Steps are reported in lower case, as the command line prints them; the screen begins them with a capital."""
    calls = [
        node
        for name in (
            "publish.py",
            "estimates.py",
            "depth.py",
            "backtesting.py",
            "allocations.py",
            "joint_visits.py",
            "life.py",
            "planning.py",
        )
        for node in ast.walk(ast.parse((ROOT / "insight" / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "report"
    ]
    steps = [text for call in calls for text in find_literals(call.args[0])]
    assert len(steps) == len(calls) >= 4
    assert [step for step in steps if step.capitalize() not in read_words("zh")] == []


def test_a_translation_keeps_the_placeholders_of_its_english() -> None:
    def find_placeholders(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{(\w+)\}", text)))

    odd = [
        english
        for english, chinese in read_words("zh").items()
        if find_placeholders(english) != find_placeholders(chinese)
    ]
    assert odd == []


def test_every_column_that_a_page_can_show_has_a_chinese_label() -> None:
    pages = (
        "overview",
        "network",
        "attainment",
        "coverage",
        "activities",
        "visits",
        "distributor",
        "terminal",
        "lists",
    )
    columns = {column for page in pages for name in list_questions(page) for column in read_question(name).column_names}
    missing = sorted(column for column in columns if f"column:{column}" not in read_words("zh"))
    assert missing == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_why_an_activity_has_no_estimate_has_words(language: str) -> None:
    assert [code for code in MISSING_CODES if f"term:missing_{code}" not in read_words(language)] == []


def test_an_unknown_code_is_shown_as_it_is_and_a_missing_one_as_a_dash() -> None:
    assert name_term("zh", "immunoassay") == "免疫"
    assert name_term("zh", "never heard of") == "never heard of"
    assert name_term("en", None) == "—"


def test_a_value_is_put_in_after_translation_and_never_read_as_a_template() -> None:
    assert say("en", "Period: {period}. Data to {day}.", period="{day}", day="x") == "Period: {day}. Data to x."


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_word_files_translate_the_same_text_differently(language: str) -> None:
    words: dict[str, str] = {}
    odd = []
    for path in sorted((LOCALE / language).glob("*.po")):
        odd += [
            text for text, translated in read_file(path).items() if words.setdefault(text, translated) != translated
        ]
    assert odd == []
