"""How Chinese names are spelled: full pinyin and initials, so that 'xm' and 'xiamen' find 厦门."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa

from insight.warehouse import Builder, Written

_CHINESE = ("\u3400", "\u9fff")


@lru_cache(maxsize=200_000)
def spell_name(name: str) -> tuple[str, str]:
    """A name's pinyin and its initials, letters and digits only; both empty where nothing of it is Chinese.

    Characters of several readings are read as in the words they stand in: 重庆 is chongqing, 重点 zhongdian.
    """
    if not any(_CHINESE[0] <= letter <= _CHINESE[1] for letter in name):
        return "", ""
    # its dictionary takes 30 MB, which only publishing and a search in letters need
    from pypinyin import lazy_pinyin

    full, first = [], []
    for part in lazy_pinyin(name, errors=lambda rest: rest):
        letters = "".join(letter for letter in part.lower() if letter.isalnum() and letter.isascii())
        full.append(letters)
        first.append(letters if part in name else letters[:1])
    return "".join(full), "".join(first)


def write_search_names(builder: Builder) -> Written:
    """Everybody's name as it is searched, kept with the snapshot as ``derived/search_names``."""
    names = builder.ask("search/names")
    spelled = [spell_name(name or "") for name in names["searched"].to_pylist()]
    table = names.append_column("pinyin", pa.array([full or None for full, _ in spelled], pa.string()))
    return builder.write_derived(
        "search_names", table.append_column("initials", pa.array([first or None for _, first in spelled], pa.string()))
    )
