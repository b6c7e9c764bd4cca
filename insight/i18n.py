"""The words of the screen: English in the code, Chinese from ``insight/locale/zh/*.po``.

``say(language, "…")`` translates one sentence; values are put in after translation, so a value is never a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po

LANGUAGES = ("en", "zh")
LOCALE = Path(__file__).resolve().parent / "locale"


@cache
def read_words(language: str) -> Mapping[str, str]:
    """All translations of a language, English to its words. A test sees to it that no two files disagree."""
    words: dict[str, str] = {}
    for path in sorted((LOCALE / language).glob("*.po")):
        words = read_file(path) | words
    return MappingProxyType(words)


def read_file(path: Path) -> dict[str, str]:
    """The translations of one file."""
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


def say(language: str, text: str, /, **values: object) -> str:
    """The text in the language with its ``{placeholders}`` filled; English where no translation exists."""
    translated = text if language == "en" else read_words(language).get(text, text)
    return translated.format(**values) if values else translated


def name_term(language: str, code: str | None) -> str:
    """A code from the data (``hospital``, ``immunoassay``) as a word of the screen; unknown codes stay as they are.

    Codes are translated in ``locale/en/terms.po`` and ``locale/zh/terms.po``.
    """
    if code is None or code != code or code == "":
        return "—"
    return read_words(language).get(f"term:{code}", str(code))


def join_names(language: str, names: list[str]) -> str:
    """Names as a list in a sentence: 'A, B and C' or 'A、B、C'."""
    if language == "zh":
        return "、".join(names)
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
