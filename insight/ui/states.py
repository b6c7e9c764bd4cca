"""What a page or card shows when there is nothing to draw: a sentence with a way out, never an empty chart."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

import streamlit as st

from insight.catalog import read_table
from insight.i18n import say
from insight.ui.text import plain

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Nothing(Exception):
    """Raised by a card's build function: the sentence to show instead of a chart, already in the reader's language."""

    sentence: str


def show_missing_table(table: str, language: str) -> None:
    """The table a page or card needs was not loaded: say which, what it holds, and how to bring it."""
    question = read_table(table)
    st.info(
        plain(say(language, "This needs the table “{table}”, which is not loaded.", table=table)),
        icon=":material/table_view:",
    )
    with st.expander(say(language, "What the table holds and how to load it")):
        st.caption(plain(question.purpose))
        st.dataframe(
            [
                {
                    say(language, "Column"): column.name,
                    say(language, "Type"): column.type,
                    say(language, "Required"): column.name in question.required,
                    say(language, "Meaning"): column.meaning,
                }
                for column in question.columns
            ],
            hide_index=True,
        )
        st.code("python -m insight template template.xlsx\npython -m insight load template.xlsx", language="bash")


def show_nothing(sentence: str) -> None:
    """A card without data: its reason."""
    st.info(plain(sentence), icon=":material/info:")


def show_failure(language: str, what: str) -> None:
    """A card that could not be drawn: the details go to the log under an id that the screen shows."""
    failure = secrets.token_hex(4)
    log.exception("%s could not be drawn (id %s)", what, failure)
    st.error(
        plain(say(language, "This card could not be drawn. Details are in the server's log under {id}.", id=failure))
    )
