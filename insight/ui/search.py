"""Finding a page, a distributor or a terminal from anywhere: by a part of a name in either language, id or pinyin."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from insight.access import Scope
from insight.filters import Filters
from insight.i18n import LANGUAGES, say
from insight.spelling import spell_name
from insight.ui.address import make_query, read_view
from insight.ui.data import fetch
from insight.ui.page import has_page, link_page
from insight.ui.text import plain
from insight.units import show_count

MOST_READ = 200  # ranked by the question; the best of each kind are taken from them
MOST_SHOWN = 8
SURE = 2  # so many of each kind are shown before any kind has more
LONGEST = 60
KINDS = {"manufacturer": "Manufacturer", "distributor": "Distributor", "terminal": "Terminal"}
_BOX, _TYPED_AT = "search_box", "search_typed_at"


def find_parties(snapshot_key: str, part: str, scope: Scope, language: str) -> pd.DataFrame:
    """Parties whose name or id has the part, nearest match first, with names in the reader's language.

    Columns of ``network/parties_by_name``, with ``label``, the name. Whom the scope hides is not found.
    """
    # asked in Chinese the name is the stored one, so that both names find in either language
    found = fetch(snapshot_key, "network/parties_by_name", {"part": part, "row_limit": MOST_READ}, scope, "zh")
    if language == "zh":
        return found.assign(label=found["name"])
    for column, spoken in (("name", "name_en"), ("territory_name", "territory_name_en")):
        is_told = found[spoken].notna() & (found[spoken] != "")
        found[column] = found[spoken].astype(object).where(is_told, found[column])
    return found.assign(label=found["name"])


def find_pages(part: str, titles: Mapping[str, str], language: str) -> dict[str, str]:
    """Pages whose title has the part, in any language or as pinyin: page to its title in the reader's language."""
    wanted = part.strip().lower()
    if not wanted:
        return {}
    found = {}
    for page, title in titles.items():
        said = [say(other, title).lower() for other in LANGUAGES]
        spelled = [text for name in said for text in spell_name(name)] if wanted.isascii() and len(wanted) > 1 else []
        if any(wanted in text for text in (*said, *spelled)):
            found[page] = say(language, title)
    return found


def choose_shown(found: pd.DataFrame, room: int) -> pd.DataFrame:
    """The first of each kind, then the nearest of any: no kind with a match is left out where there is room."""
    first = found.groupby("kind", sort=False).head(SURE).head(room)
    rest = found.drop(first.index).head(room - len(first))
    return pd.concat([first, rest]).sort_index()


@st.fragment
def show_search(
    snapshot_key: str, language: str, scope: Scope, filters: Filters, titles: Mapping[str, str], here: str
) -> None:
    """The box and what is found, grouped; only this is drawn again while the reader types."""
    place = f"{here}?{read_view(here, 'sel')}"
    if st.session_state.get(_TYPED_AT, place) != place:
        # a result was opened: the search is over
        st.session_state[_BOX] = ""
        st.session_state.pop(_TYPED_AT)

    def keep() -> None:
        st.session_state[_TYPED_AT] = place

    part = st.text_input(
        say(language, "Search"),
        key=_BOX,
        max_chars=LONGEST,
        placeholder=say(language, "Search: name, pinyin or id"),
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=keep,
        live=True,
    )
    if not (part or "").strip():
        return
    pages = find_pages(part, titles, language)
    found = find_parties(snapshot_key, part, scope, language)
    if not pages and found.empty:
        st.caption(plain(say(language, "Nobody is called anything like “{part}”.", part=part)))
        return
    with st.container(gap="xxsmall", key="search-found"):
        if pages:
            st.caption(say(language, "Pages"))
        for page, title in list(pages.items())[:SURE]:
            link_page(page, plain(title), make_query(filters, language))
        shown = choose_shown(found, MOST_SHOWN - min(len(pages), SURE))
        for kind, heading in KINDS.items():
            rows = shown[shown["kind"] == kind]
            if len(rows):
                st.caption(say(language, heading))
            for row in rows.to_dict("records"):
                is_told = not pd.isna(row["territory_name"])
                link_page(
                    kind if has_page(kind) else "network",
                    plain(f"{row['label']} · {row['territory_name']}" if is_told else str(row["label"])),
                    make_query(filters, language, {"sel": row["node_id"]}),
                )
        more = int(found["match_count"].iloc[0]) - len(shown) if len(found) else 0
        if more > 0:
            st.caption(plain(say(language, "and {count} more: type more letters", count=show_count(more, language))))
