"""Filters in the address bar: read from a link, kept across pages, written back. Ids only, never names.

Streamlit's own binding puts the option's label in the address, so names would travel and a link would change with the
language. Here the session holds the choice; the address is read when it was changed from outside and written after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from insight.filters import COMPARISONS, PERIODS, Filters, read_month
from insight.i18n import LANGUAGES

# filter field -> name in the address
LISTS = {"territories": "region", "manufacturers": "maker", "product_lines": "product", "distributors": "chan"}
# what a page shows beside its filters: the part opened, the look, what is selected; of a drawing how many stand there by
# name, the thinnest link, the centre and how many steps around it; rules the reader set. Every page has its own
VIEW = ("part", "look", "sel", "lvl", "top", "min", "centre", "depth", "rule")
LONGEST = 200  # characters of such a value that a link may bring
_WRITTEN = "_address_written"
_VIEW = "_view"
_LANGUAGE = "_language"
_FILTERS = "_filters"
_PROBLEMS = "_address_problems"


def read_language() -> str:
    """The reader's language: the address, else the session, else the browser's."""
    asked = st.query_params.get("lang")
    if asked in LANGUAGES and asked != st.session_state.get(_LANGUAGE) and _is_changed():
        st.session_state[_LANGUAGE] = asked
    if _LANGUAGE not in st.session_state:
        browser = (st.context.locale or "") if isinstance(st.context.locale, str) else ""
        st.session_state[_LANGUAGE] = "zh" if browser.lower().startswith("zh") else "en"
    return str(st.session_state[_LANGUAGE])


def set_language(language: str) -> None:
    """Change the reader's language. The filter bar starts again: its widgets remember choices by their words."""
    st.session_state[_LANGUAGE] = language
    forget_widgets()


def read_view(page: str, key: str) -> str:
    """What the page ('network') shows under a key of ``VIEW``; empty where the reader said nothing."""
    return str(st.session_state.get(_VIEW, {}).get(page, {}).get(key, ""))


def change_view(page: str, **changes: str) -> None:
    """Set what the page shows, from a click: the address follows. An empty value is let go of."""
    assert set(changes) <= set(VIEW)
    views = dict(st.session_state.get(_VIEW, {}))
    kept = {**views.get(page, {}), **changes}
    views[page] = {key: value for key, value in kept.items() if value}
    st.session_state[_VIEW] = views


def read_filters(known: Mapping[str, Sequence[str]], page: str) -> tuple[Filters, tuple[str, ...]]:
    """The filters in force and what a link asked for that does not exist, as 'region=XX'. The page's view comes along.

    ``known`` holds the ids that exist, by filter field. An unknown id is reported, never widened to all: it stays
    in the filter and matches nothing until the reader removes it.
    """
    if _FILTERS not in st.session_state or _is_changed():
        filters, problems = _parse(known)
        st.session_state[_FILTERS] = filters
        st.session_state[_PROBLEMS] = problems
        asked = {key: st.query_params.get(key, "")[:LONGEST] for key in VIEW}
        if _is_changed():
            change_view(page, **asked)
        forget_widgets()
    return st.session_state[_FILTERS], st.session_state[_PROBLEMS]


def keep_filters(filters: Filters) -> None:
    """Remember the filters; the address follows with the next run."""
    st.session_state[_FILTERS] = filters


def write_address(filters: Filters, page: str) -> None:
    """Write the filters, the page's view and the language into the address."""
    wanted = make_query(filters, str(st.session_state[_LANGUAGE]), st.session_state.get(_VIEW, {}).get(page, {}))
    if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[_WRITTEN] = wanted


def reset_filters() -> None:
    """Every filter back to its default."""
    st.session_state[_FILTERS] = Filters()
    st.session_state[_PROBLEMS] = ()
    forget_widgets()


def forget_widgets() -> None:
    """The widgets of the filter bar start again from the filters in force."""
    for name in [key for key in st.session_state if str(key).startswith("filter_")]:
        del st.session_state[name]


def make_query(filters: Filters, language: str, view: Mapping[str, str] | None = None) -> dict[str, list[str]]:
    """The address of a view: what differs from the defaults, and the language."""
    default = Filters()
    query: dict[str, list[str]] = {}
    if filters.period != default.period:
        query["period"] = [filters.period]
    if filters.period == "custom" and filters.first_month and filters.last_month:
        query["from"] = [filters.first_month.strftime("%Y-%m")]
        query["to"] = [filters.last_month.strftime("%Y-%m")]
    if filters.compare != default.compare:
        query["cmp"] = [filters.compare]
    for field, name in LISTS.items():
        if chosen := getattr(filters, field):
            query[name] = list(chosen)
    query |= {key: [value] for key, value in (view or {}).items()}
    query["lang"] = [language]
    return query


def _is_changed() -> bool:
    """Whether somebody else than this session wrote the address: a link, a typed address, the back button."""
    now = {key: st.query_params.get_all(key) for key in st.query_params}
    # an empty address is what Streamlit leaves after a change of page
    return bool(now) and now != st.session_state.get(_WRITTEN)


def _parse(known: Mapping[str, Sequence[str]]) -> tuple[Filters, tuple[str, ...]]:
    problems: list[str] = []
    values: dict[str, Any] = {}
    for name, field, allowed in (("period", "period", PERIODS), ("cmp", "compare", COMPARISONS)):
        asked = st.query_params.get(name)
        if asked in allowed:
            values[field] = asked
        elif asked is not None:
            problems.append(f"{name}={asked}")
    for name, field in (("from", "first_month"), ("to", "last_month")):
        asked = st.query_params.get(name)
        if asked is not None:
            try:
                values[field] = read_month(asked)
            except ValueError:
                problems.append(f"{name}={asked}")
    for field, name in LISTS.items():
        asked_ids = tuple(dict.fromkeys(st.query_params.get_all(name)))
        problems += [f"{name}={asked}" for asked in asked_ids if asked not in known.get(field, ())]
        values[field] = asked_ids
    return Filters(**values), tuple(problem[:80] for problem in problems)
