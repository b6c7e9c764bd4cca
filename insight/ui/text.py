"""Text from data on its way to the screen: Streamlit reads most strings as Markdown, so its marks are escaped."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_\[\]<>#|$~:!&{}])")
_LIST = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+])(\s)", re.MULTILINE)


def plain(text: object) -> str:
    """The text as it is, with nothing in it that Markdown or Streamlit would read as markup."""
    escaped = _MARKS.sub(r"\\\1", str(text))
    return _LIST.sub(
        lambda found: f"{found[1]}{found[2]}\\{found[3]}" if found[2] else f"{found[4]}\\{found[5]}{found[6]}", escaped
    )
