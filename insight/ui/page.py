"""What a page works with: the reader's filters and window, questions answered in scope, words and numbers in the language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from insight import i18n, units
from insight.access import Scope
from insight.catalog import read_question
from insight.charts.theme import Style
from insight.filters import Coverage, Filters, Window, make_parameters
from insight.ui.data import fetch, open_for_readers

_PAGE = "_page"
_PAGES = "_pages"


@dataclass(frozen=True)
class Company:
    """What the snapshot says of the whole company."""

    name: str
    currency: str
    calendar: str
    is_net_of_tax: bool | None  # None: not said
    is_synthetic: bool
    is_monthly: bool
    elapsed_days: int
    working_days: int
    published_at: str


@dataclass(frozen=True)
class Page:
    """One run of one page for one reader."""

    snapshot_key: str
    language: str
    is_dark: bool
    scope: Scope
    filters: Filters
    window: Window
    coverage: Coverage
    company: Company
    names: dict[str, dict[str, str]]  # filter field -> id -> name, for chips and context

    @property
    def snapshot_id(self) -> str:
        """The number of the snapshot shown."""
        return self.snapshot_key.partition("@")[0]

    @property
    def style(self) -> Style:
        """How charts are drawn for this reader."""
        return Style(language=self.language, is_dark=self.is_dark, currency=self.company.currency)

    def ask(self, name: str, **more: object) -> pd.DataFrame:
        """The answer to a question under the reader's filters and scope; ``more`` adds or overrides parameters."""
        given = {**make_parameters(self.filters, self.window), **more}
        wanted = {key: given[key] for key in read_question(name).parameters if key in given}
        return fetch(self.snapshot_key, name, wanted, self.scope, self.language)

    def has(self, table: str) -> bool:
        """Whether the company loaded the table."""
        return open_for_readers(self.snapshot_key).has(table)

    def say(self, text: str, /, **values: object) -> str:
        """The text in the reader's language, placeholders filled."""
        return i18n.say(self.language, text, **values)

    def term(self, code: str | None) -> str:
        """A code from the data as a word."""
        return i18n.name_term(self.language, code)

    def amount(self, value: units.Number, *, is_signed: bool = False) -> str:
        """Money, short."""
        return units.show_amount(value, self.language, self.company.currency, is_signed=is_signed)

    def share(self, value: units.Number, digits: int = 1, *, is_signed: bool = False) -> str:
        """A share as a percentage."""
        return units.show_share(value, self.language, digits, is_signed=is_signed)

    def points(self, value: units.Number) -> str:
        """A difference of shares in percentage points."""
        return units.show_points(value, self.language)

    def count(self, value: units.Number) -> str:
        """A whole number."""
        return units.show_count(value, self.language)

    def count_change(self, value: units.Number) -> str:
        """A change of a whole number, signed."""
        return units.show_number(value, self.language, is_signed=True)

    def month(self, value: date, *, with_year: bool = True) -> str:
        """A month."""
        return units.show_month(value, self.language, with_year=with_year)

    def day(self, value: date) -> str:
        """A date."""
        return units.show_date(value, self.language)

    @property
    def period_name(self) -> str:
        """The months looked at, and how far the last one goes: 'Jan–Sep 2026, to 16 Sep (12 of 22 working days)'."""
        months = units.show_months(self.window.period_start, self.window.last_month, self.language)
        if not self.window.is_partial:
            return months
        return self.say(
            "{months}, to {day} ({done} of {all} working days)",
            months=months,
            day=units.show_day(self.coverage.data_through_on, self.language),
            done=self.company.elapsed_days,
            all=self.company.working_days,
        )

    @property
    def period_short(self) -> str:
        """The months looked at, for a headline: 'Jan–Sep 2026, to 16 Sep'."""
        months = units.show_months(self.window.period_start, self.window.last_month, self.language)
        if not self.window.is_partial:
            return months
        return self.say(
            "{months}, to {day}", months=months, day=units.show_day(self.coverage.data_through_on, self.language)
        )

    @property
    def base_name(self) -> str:
        """What the comparison is with: 'last year' or 'the period before'."""
        return self.say("the period before") if self.filters.compare == "pp" else self.say("last year")


def remember_page(page: Page) -> None:
    """The shell hands the page file what it works with."""
    st.session_state[_PAGE] = page


def this_page() -> Page:
    """What the shell prepared for this run."""
    page: Page = st.session_state[_PAGE]
    return page


def remember_pages(pages: dict[str, StreamlitPage]) -> None:
    """The shell names the pages there are, so that links find them wherever the server was started."""
    st.session_state[_PAGES] = pages


def has_page(name: str) -> bool:
    """Whether there is a page of this name ('distributor') to link to."""
    return name in st.session_state.get(_PAGES, {})


def link_page(
    name: str, label: str, query: dict[str, str] | dict[str, list[str]] | None = None, icon: str | None = None
) -> None:
    """A link to a page ('attainment') with filters in its address; the label is plain text already."""
    st.page_link(st.session_state[_PAGES][name], label=label, icon=icon, query_params=query)
