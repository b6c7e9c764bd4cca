"""A page's frame: headline, context line, chips of the filters in force, and the selection bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from insight.filters import Filters, read_month
from insight.ui.address import LISTS, keep_filters, reset_filters
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
    elif window.has_base:
        months = show_months(window.base_start, window.base_last_month, page.language)
        cut = page.say("same days") if window.base_cut_month else ""
        parts.append(page.say("against {months}", months=f"{months} ({cut})" if cut else months))
    else:
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
    parts.append(page.say("snapshot {id} of {day}", id=page.snapshot_id, day=page.company.published_at[:10]))
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
    if not chips:
        return
    with st.container(horizontal=True, gap="xsmall", key="chips"):
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


def change_filters(filters: Filters, **changes: object) -> None:
    """Set filters from a click: the widgets of the filter bar follow."""
    keep_filters(replace(filters, **changes))  # type: ignore[arg-type]
    for name in [key for key in st.session_state if str(key).startswith("filter_")]:
        del st.session_state[name]


def show_selection(
    page: Page, text: str, clear: Callable[[], None], links: tuple[tuple[str, str, dict[str, str]], ...] = ()
) -> None:
    """The selection bar: what is selected, where it can be opened, and how to let go. ``links``: page, label, address."""
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="selection"):
        st.markdown(plain(text))
        for name, label, query in links:
            link_page(name, plain(label), query)
        st.button(page.say("Clear selection"), key="clear-selection", on_click=clear)


def pick_territory(page: Page, territory: str | None) -> None:
    """A click on a territory filters by it; the same click again, or on nothing, goes back."""
    if territory and territory not in page.filters.territories:
        change_filters(page.filters, territories=(territory,))
    elif page.filters.territories:
        change_filters(page.filters, territories=())


def pick_period(page: Page, month: str | None) -> None:
    """A click on a month ('2026-03') looks at that month alone; again, at the year to date."""
    if month is None:
        return
    first = read_month(month)
    if page.filters.period == "custom" and page.filters.first_month == page.filters.last_month == first:
        change_filters(page.filters, period="ytd", first_month=None, last_month=None)
    elif first <= page.coverage.data_month:
        change_filters(page.filters, period="custom", first_month=first, last_month=first)
