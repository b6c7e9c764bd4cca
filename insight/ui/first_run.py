"""Before there is anything to show: the first run with its one button, and a store that cannot be read."""

from __future__ import annotations

import logging

import streamlit as st

from insight.demo import make_company
from insight.i18n import say
from insight.publish import publish
from insight.store import StoreError, find_store
from insight.ui.text import plain

log = logging.getLogger(__name__)


def show_first_run(language: str) -> None:
    """No snapshot yet: what this is, a button that makes the demo, and how to bring one's own files."""
    st.title(say(language, "No data yet"), anchor=False)
    st.markdown(
        plain(
            say(
                language,
                "Channel Insight shows what really happens between manufacturer, distributors and terminals. "
                "Start with a made-up company, or load your own shipment file.",
            )
        )
    )
    if st.button(say(language, "Make the demo company"), type="primary", icon=":material/science:", key="make-demo"):
        _make_demo(language)
    with st.expander(say(language, "Load your own files"), expanded=True):
        st.markdown(plain(say(language, "On the machine that runs this server:")))
        st.code(
            "python -m insight template my-company.xlsx   # an empty workbook, each column explained\n"
            "python -m insight check my-company.xlsx      # what would be refused, and why\n"
            "python -m insight load my-company.xlsx       # publish",
            language="bash",
        )


def _make_demo(language: str) -> None:
    with st.status(say(language, "Making the demo company, about 20 seconds"), expanded=True) as status:
        try:
            st.write(say(language, "Inventing three years of business"))
            company, _ = make_company()
            publish(company, find_store(), lambda step: st.write(plain(say(language, step.capitalize()))))
        except StoreError as problem:
            log.exception("The demo could not be published")
            status.update(label=plain(str(problem)), state="error")
            return
    st.rerun()


def show_store_problem(language: str, problem: Exception) -> None:
    """The store cannot be read: the reader gets a sentence, the log the details."""
    log.error("The store cannot be read: %s", problem)
    st.title(say(language, "The data cannot be read"), anchor=False)
    st.error(
        plain(
            say(language, "The data store could not be opened. Whoever runs this server finds the reason in its log.")
        )
    )
