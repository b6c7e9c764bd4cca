"""A page's frame: headline, context line, chips of the filters in force, and the selection bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from insight.filters import Filters, read_month
from insight.ui.address import LISTS, forget_widgets, keep_filters, reset_filters
from insight.ui.page import Page, link_page
from insight.ui.text import plain
from insight.units import show_months

FILTER_NAMES = {
    "territories": "Territory",
    "manufacturers": "Manufacturer",
    "product_lines": "Product line",
    "distributors": "Distributor",
}


def show_headline(page: Page, sentence: str) -> None:
    """The page's one computed sentence, then the context line and the filters as chips."""
    st.title(plain(sentence), anchor=False)
    st.caption(plain(" · ".join(list_context(page))))
    show_chips(page)
    show_way_out(page)


def list_context(page: Page) -> list[str]:
    """What every number on the page rests on: period, comparison, filters, basis, freshness."""
    window = page.window
    parts = [page.period_name]
    if page.filters.compare == "plan":
        parts.append(page.say("against plan"))
    if window.has_base:
        months = show_months(window.base_start, window.base_last_month, page.language)
        if window.base_cut_month:
            months = page.say("{months} (same days)", months=months)
        text = "without a plan against {months}" if page.filters.compare == "plan" else "against {months}"
        parts.append(page.say(text, months=months))
    elif page.filters.compare != "plan":
        parts.append(page.say("nothing earlier to compare with"))
    if not page.filters.is_narrowed:
        parts.append(page.say("everything"))
    basis = {
        None: page.say("pure sales to terminals"),
        True: page.say("pure sales to terminals, net of tax"),
        False: page.say("pure sales to terminals, with tax"),
    }[page.company.is_net_of_tax]
    parts += [basis, page.company.currency]
    parts.append(page.say("data to {day}", day=page.day(page.coverage.data_through_on)))
    published_on = date.fromisoformat(page.company.published_at[:10])
    parts.append(page.say("snapshot {id} of {day}", id=page.snapshot_id, day=page.day(published_on)))
    if page.company.is_synthetic:
        parts.append(page.say("synthetic data"))
    return parts


def show_chips(page: Page) -> None:
    """Each filter in force as a chip that removes it."""
    chips = [
        (field, value, page.names.get(field, {}).get(value, value))
        for field in LISTS
        for value in getattr(page.filters, field)
    ]
    has_months = page.filters.period == "custom"  # presets show in the filter bar, which a phone hides
    if not chips and not has_months:
        return
    with st.container(horizontal=True, gap="xsmall", key="chips"):
        if has_months:
            st.button(
                plain(show_months(page.window.period_start, page.window.last_month, page.language)),
                icon=":material/close:",
                icon_position="right",
                key="chip-period",
                on_click=drop_period,
                args=(page.filters,),
                help=page.say("Back to the year to date"),
            )
        for field, value, name in chips[:12]:
            st.button(
                plain(name),
                icon=":material/close:",
                icon_position="right",
                key=f"chip-{field}-{value}",
                on_click=drop_filter,
                args=(page.filters, field, value),
                help=page.say("Remove this filter"),
            )


def show_way_out(page: Page) -> None:
    """Where the filters leave nothing: say so, and which filter to let go of, with the lines that would bring back."""
    chosen = [field for field in LISTS if getattr(page.filters, field)]
    if not chosen or count_lines(page) > 0:
        return
    st.info(plain(page.say("No sales for these filters in this period.")), icon=":material/filter_alt_off:")
    with st.container(horizontal=True, gap="small", key="way-out"):
        for field in chosen:
            lines = count_lines(page, **{field: []})
            if lines:
                st.button(
                    plain(
                        page.say(
                            "Remove the filter on {filter} (brings back {n} lines)",
                            filter=page.say(FILTER_NAMES[field]),
                            n=page.count(lines),
                        )
                    ),
                    key=f"way-out-{field}",
                    on_click=change_filters,
                    args=(page.filters,),
                    kwargs={field: ()},
                )
        st.button(page.say("Reset filters"), key="way-out-reset", icon=":material/restart_alt:", on_click=reset_filters)


def count_lines(page: Page, **instead: list[str]) -> int:
    """Shipment lines to terminals in the period under the filters, some of them replaced."""
    return int(page.ask("filters/flow_count", **instead)["flow_count"].iloc[0])


def drop_filter(filters: Filters, field: str, value: str) -> None:
    """Take one value out of one filter."""
    change_filters(filters, **{field: tuple(kept for kept in getattr(filters, field) if kept != value)})


def drop_period(filters: Filters) -> None:
    """Let go of chosen months: back to the year to date."""
    change_filters(filters, period="ytd", first_month=None, last_month=None)


def change_filters(filters: Filters, **changes: Any) -> None:
    """Set filters from a click: the widgets of the filter bar follow."""
    keep_filters(replace(filters, **changes))
    forget_widgets()


def show_selection(
    page: Page,
    text: str,
    clear: Callable[[], None],
    links: tuple[tuple[str, str, dict[str, str] | dict[str, list[str]]], ...] = (),
    actions: tuple[tuple[str, str, Callable[[], None]], ...] = (),
    bar: str = "selection",
) -> None:
    """The selection bar: what is selected, what can be done with it, where it can be opened, and how to let go.

    ``links``: page, label, address; ``actions``: key, label, what a click does. A second ``bar`` on a page has its own name.
    """
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=bar):
        st.markdown(plain(text))
        for key, label, act in actions:
            st.button(plain(label), key=f"{bar}-{key}", on_click=act)
        for name, label, query in links:
            link_page(name, plain(label), query)
        st.button(page.say("Clear selection"), key=f"clear-{bar}", on_click=clear)


def pick_territory(page: Page, territory: str | None) -> None:
    """A click on a territory filters by it; the same click again, or on nothing, goes back."""
    if territory and territory not in page.filters.territories:
        change_filters(page.filters, territories=(territory,))
    elif page.filters.territories:
        change_filters(page.filters, territories=())


def pick_period(page: Page, month: str | None) -> None:
    """A click on a month ('2026-03') looks at that month alone; again, or beside the months, at the year to date."""
    first = None if month is None else read_month(month)
    filters = page.filters
    is_one_month = filters.period == "custom" and filters.first_month == filters.last_month
    if is_one_month and first in (None, filters.first_month):
        drop_period(filters)
    elif first is not None and first <= page.coverage.data_month:
        change_filters(page.filters, period="custom", first_month=first, last_month=first)
