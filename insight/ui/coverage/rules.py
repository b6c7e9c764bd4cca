"""The rules of grading as the reader changes them: two cuts and a table of grades, kept in the address."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from insight.grading import (
    GRADES,
    POTENTIAL_BANDS,
    VALUE_BANDS,
    WAYS,
    Cut,
    Rules,
    check_rules,
    read_rules,
    read_shipped,
    write_rules,
)
from insight.sentences import grades as sentences
from insight.ui.address import change_view, read_view
from insight.ui.page import Page
from insight.ui.text import plain

# where a way of cutting starts when the reader turns to it
STARTS: dict[str, tuple[float, float]] = {"total": (0.7, 0.9), "terminals": (0.1, 0.3), "amount": (1e6, 2.5e5)}
_PROBLEM = "grades_rules_problem"
_REFUSED = "grades_rules_refused"


def find_rules() -> Rules:
    """The rules in force: those of the address, else the shipped ones."""
    return read_rules(read_view("coverage", "rule")) or read_shipped()[0]


def keep_rules(rules: Rules) -> None:
    """Grade by these rules from now on; rules that make no sense are not kept, and the page says why."""
    problem = check_rules(rules)
    if problem:
        # the widgets go back to the rules in force
        st.session_state[_PROBLEM] = problem
        st.session_state[_REFUSED] = st.session_state.get(_REFUSED, 0) + 1
    else:
        change_view("coverage", rule="" if rules == read_shipped()[0] else write_rules(rules))


def show_rules(page: Page, rules: Rules) -> None:
    """Two cuts, the table of grades, and the way back to the shipped rules."""
    is_shipped = rules == read_shipped()[0]
    title = page.say("Change the rules") if is_shipped else page.say("Change the rules (now your own)")
    with st.expander(plain(title), icon=":material/tune:", key="grades-rules"):
        left, right = st.columns(2, gap="large")
        with left:
            _show_cut(page, rules, "value", page.say("Pure sales of 12 months"))
            _show_cut(page, rules, "potential", page.say("Potential a year"))
        with right:
            _show_table(page, rules)
        if problem := st.session_state.pop(_PROBLEM, ""):
            st.warning(plain(page.say(problem)), icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(page.say("The address of the page holds the rules: send it to share them.")))
            if not is_shipped:
                st.button(
                    page.say("Back to the shipped rules"),
                    key="grades-rules-reset",
                    icon=":material/restart_alt:",
                    on_click=lambda: keep_rules(read_shipped()[0]),
                )


def _show_cut(page: Page, rules: Rules, name: str, label: str) -> None:
    cut: Cut = getattr(rules, name)
    scale = 1.0 if cut.by == "amount" else 100.0
    mark = _mark_rules(rules)

    def keep(field: str) -> Callable[[], None]:
        def handle() -> None:
            given = st.session_state[f"grades-{name}-{field}-{mark}"]
            if field == "by":
                changed = Cut(given, *STARTS[given])
            else:
                limit = float("nan") if given is None else given / scale
                changed = replace(cut, high=limit) if field == "high" else replace(cut, middle=limit)
            keep_rules(replace(rules, value=changed) if name == "value" else replace(rules, potential=changed))

        return handle

    ways, high, middle = st.columns([2, 1, 1], vertical_alignment="bottom")
    unit = page.company.currency if cut.by == "amount" else "%"
    with ways:
        st.selectbox(
            plain(label),
            WAYS,
            index=WAYS.index(cut.by),
            format_func=lambda way: page.say(sentences.WAYS[way]),
            key=f"grades-{name}-by-{mark}",
            on_change=keep("by"),
        )
    for column, field, text in (
        (high, "high", page.say("High, {unit}", unit=unit)),
        (middle, "middle", page.say("Middle, {unit}", unit=unit)),
    ):
        with column:
            st.number_input(
                plain(text),
                value=round(getattr(cut, field) * scale, 4),
                min_value=0.0,
                max_value=None if cut.by == "amount" else 100.0,
                step=_choose_step(getattr(cut, field)) if cut.by == "amount" else 1.0,
                format="%.0f" if cut.by == "amount" else "%.4g",
                key=f"grades-{name}-{field}-{mark}",
                on_change=keep(field),
            )


def _mark_rules(rules: Rules) -> str:
    """Part of the widgets' keys: the rules are the truth, so other rules, and refused ones, make other widgets."""
    return f"{zlib.crc32(write_rules(rules).encode()):08x}-{st.session_state.get(_REFUSED, 0)}"


def _choose_step(amount: float) -> float:
    """A tenth of the amount's own power of ten."""
    return float(10 ** max(len(f"{amount:.0f}") - 2, 0))


def _show_table(page: Page, rules: Rules) -> None:
    frame = pd.DataFrame(rules.grades, columns=list(POTENTIAL_BANDS))
    frame.insert(0, "value", [page.say(sentences.BANDS[band]) for band in VALUE_BANDS])
    key = f"grades-table-{_mark_rules(rules)}"

    def keep() -> None:
        table = [list(row) for row in rules.grades]
        edited: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
        for place, changes in edited.items():
            for band, grade in changes.items():
                table[int(place)][POTENTIAL_BANDS.index(band)] = grade or ""
        keep_rules(replace(rules, grades=tuple(tuple(row) for row in table)))

    st.data_editor(
        frame,
        hide_index=True,
        disabled=["value"],
        column_config={
            "value": st.column_config.TextColumn(page.say("Sales"), width="small"),
            **{
                band: st.column_config.SelectboxColumn(
                    page.say(sentences.BANDS[band]), options=list(GRADES), required=True, width="small"
                )
                for band in POTENTIAL_BANDS
            },
        },
        key=key,
        on_change=keep,
        width="stretch",
    )
    st.caption(plain(page.say("Rows: pure sales; columns: potential. Double-click a grade to change it")))
