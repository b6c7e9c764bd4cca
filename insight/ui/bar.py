"""The filter bar: language, period, comparison and the four lists, the same on every page."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from insight.filters import COMPARISONS, PERIODS, Coverage, Filters, add_months, count_months
from insight.i18n import say
from insight.ui.address import reset_filters, set_language
from insight.units import show_month

PERIOD_NAMES = {
    "ytd": "Year to date",
    "qtd": "Quarter to date",
    "mtd": "Month to date",
    "last_month": "Last month",
    "last_quarter": "Last quarter",
    "r12": "Last 12 months",
    "last_year": "Last year",
    "all": "All data",
    "custom": "Choose months…",
}
COMPARISON_NAMES = {"ly": "Last year", "pp": "Last period", "plan": "Plan"}
_LISTS = (
    ("territories", "Territory", "All territories"),
    ("product_lines", "Product line", "All product lines"),
    ("manufacturers", "Manufacturer", "All manufacturers"),
    ("distributors", "Distributor", "All distributors"),
)


def show_language_switch(language: str) -> None:
    """English or 中文; the rest of the page is drawn in the choice."""
    st.session_state["language_switch"] = language

    def change() -> None:
        chosen = st.session_state["language_switch"]
        set_language(chosen or language)

    st.segmented_control(
        "Language / 语言",
        ["en", "zh"],
        format_func=lambda code: {"en": "English", "zh": "中文"}[code],
        key="language_switch",
        on_change=change,
        label_visibility="collapsed",
        width="stretch",
    )


def show_filter_bar(
    language: str, filters: Filters, coverage: Coverage, names: dict[str, dict[str, str]], depths: dict[str, int]
) -> Filters:
    """Draw the filters and return what they say."""
    period = _choose(
        "period",
        say(language, "Period"),
        PERIODS,
        {key: say(language, text) for key, text in PERIOD_NAMES.items()},
        filters.period,
    )
    first, last = _choose_months(language, filters, coverage) if period == "custom" else (None, None)
    compare = _choose(
        "compare",
        say(language, "Compare with"),
        COMPARISONS,
        {key: say(language, text) for key, text in COMPARISON_NAMES.items()},
        filters.compare,
    )
    chosen: dict[str, tuple[str, ...]] = {}
    for field, label, everything in _LISTS:
        chosen[field] = _choose_many(
            language,
            field,
            label,
            everything,
            names[field],
            getattr(filters, field),
            depths if field == "territories" else {},
        )
    st.button(
        say(language, "Reset filters"),
        icon=":material/restart_alt:",
        on_click=reset_filters,
        width="stretch",
        key="reset",
    )
    return Filters(period=period, first_month=first, last_month=last, compare=compare, **chosen)


def _choose(field: str, label: str, options: tuple[str, ...], texts: dict[str, str], current: str) -> str:
    key = f"filter_{field}"
    if key not in st.session_state:
        st.session_state[key] = current
    return str(st.selectbox(label, options, format_func=lambda option: texts[option], key=key))


def _choose_months(language: str, filters: Filters, coverage: Coverage) -> tuple[date, date]:
    months = [
        add_months(coverage.first_month, offset)
        for offset in range(count_months(coverage.first_month, coverage.data_month) + 1)
    ]
    texts = {month: show_month(month, language) for month in months}
    ends: list[date] = []
    for field, label, default in (
        ("first_month", say(language, "From"), filters.first_month or date(coverage.data_month.year, 1, 1)),
        ("last_month", say(language, "To"), filters.last_month or coverage.data_month),
    ):
        key = f"filter_{field}"
        if st.session_state.get(key) not in months:
            st.session_state[key] = min(max(default, months[0]), months[-1])
        ends.append(st.selectbox(label, months, format_func=lambda option: texts[option], key=key))
    return min(ends), max(ends)


def _choose_many(
    language: str,
    field: str,
    label: str,
    everything: str,
    names: dict[str, str],
    current: tuple[str, ...],
    depths: dict[str, int],
) -> tuple[str, ...]:
    key = f"filter_{field}"
    # an id from a link that does not exist stays visible, so that the reader can see and remove it
    options = [*names, *(value for value in current if value not in names)]
    if not options:
        return ()
    if key not in st.session_state:
        st.session_state[key] = list(current)

    def write(value: str) -> str:
        return "\u3000" * depths.get(value, 0) + names.get(value, f"{value}?")

    picked = st.multiselect(
        say(language, label), options, format_func=write, key=key, placeholder=say(language, everything)
    )
    return tuple(picked)


def read_names(frame: pd.DataFrame, key: str, name: str) -> dict[str, str]:
    """Ids with their names, in the frame's order."""
    return dict(zip(frame[key].astype(str), frame[name].astype(str), strict=True))
