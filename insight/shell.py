"""The shell around every page: language, navigation, filter bar; it prepares what the page works with and runs it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from insight.access import EVERYTHING  # noqa: E402
from insight.filters import Coverage, find_window  # noqa: E402
from insight.i18n import name_term, say  # noqa: E402
from insight.store import StoreError  # noqa: E402
from insight.ui.address import keep_filters, read_filters, read_language, write_address  # noqa: E402
from insight.ui.bar import read_names, show_filter_bar, show_language_switch  # noqa: E402
from insight.ui.data import fetch, find_snapshot, make_key  # noqa: E402
from insight.ui.first_run import show_first_run, show_store_problem  # noqa: E402
from insight.ui.page import Company, Page, remember_page, remember_pages  # noqa: E402
from insight.ui.search import show_search  # noqa: E402
from insight.ui.text import plain  # noqa: E402
from insight.warehouse import SnapshotOutdated  # noqa: E402

PAGES = (
    ("Monitor", "overview", "Overview", ":material/dashboard:"),
    ("Monitor", "network", "Network", ":material/hub:"),
    ("Monitor", "attainment", "Attainment", ":material/target:"),
    ("Monitor", "coverage", "Coverage", ":material/groups:"),
    ("Evaluate", "activities", "Activities", ":material/campaign:"),
    ("Evaluate", "visits", "Joint visits", ":material/handshake:"),
    ("Look up", "distributor", "Distributor", ":material/warehouse:"),
    ("Look up", "terminal", "Terminal", ":material/local_hospital:"),
)


def run() -> None:
    """One run for one reader."""
    language = read_language()
    st.set_page_config(page_title="Channel Insight", page_icon="📈", layout="wide")
    st.html(ROOT / "insight" / "ui" / "style.css")
    sections: dict[str, list[StreamlitPage]] = {}
    pages: dict[str, StreamlitPage] = {}
    for section, name, title, icon in PAGES:
        page = st.Page(
            ROOT / "pages" / f"{name}.py",
            title=say(language, title),
            icon=icon,
            url_path=name,
            default=name == "overview",
        )
        sections.setdefault(say(language, section), []).append(page)
        pages[name] = page
    remember_pages(pages)
    chosen = st.navigation(sections)
    with st.sidebar:
        show_language_switch(language)
    try:
        snapshot = find_snapshot()
    except StoreError as problem:
        show_store_problem(language, problem)
        return
    if snapshot is None:
        show_first_run(language)
        return
    if snapshot.warning:
        st.warning(
            plain(
                say(
                    language,
                    "The data store is damaged; the last good snapshot is shown. Details are in the server's log.",
                )
            )
        )
    try:
        prepare(language, make_key(snapshot), snapshot.published_at, chosen.url_path or PAGES[0][1])
    except (StoreError, SnapshotOutdated) as problem:
        show_store_problem(language, problem)
        return
    chosen.run()


def prepare(language: str, snapshot_key: str, published_at: str, name: str) -> None:
    """Read the filters and hand the page what it works with."""
    scope = EVERYTHING
    about = fetch(snapshot_key, "filters/coverage", {}, scope, language).iloc[0]
    coverage = Coverage(
        first_month=about.first_month,
        data_month=about.data_month,
        data_through_on=about.data_through_on,
        is_month_complete=bool(about.is_month_complete),
    )
    territories = fetch(snapshot_key, "filters/territories", {}, scope, language)
    lines = fetch(snapshot_key, "filters/product_lines", {}, scope, language)
    names = {
        "territories": read_names(territories, "territory_id", "name"),
        "product_lines": {line: name_term(language, line) for line in lines["product_line"]},
        "manufacturers": read_names(
            fetch(snapshot_key, "filters/manufacturers", {}, scope, language), "manufacturer_id", "name"
        ),
        "distributors": read_names(
            fetch(snapshot_key, "filters/distributors", {}, scope, language), "distributor_id", "name"
        ),
    }
    depths = dict(zip(territories["territory_id"], territories["depth"].astype(int), strict=True))
    filters, problems = read_filters({field: tuple(ids) for field, ids in names.items()}, name)
    with st.sidebar:
        search = st.container()
        filters = show_filter_bar(language, filters, coverage, names, depths)
    keep_filters(filters)
    write_address(filters, name)
    with search:
        show_search(snapshot_key, language, scope, filters, {page: title for _, page, title, _ in PAGES}, name)
    if problems:
        show_link_problems(language, problems)
    company = Company(
        name=about["name"],
        currency=about.currency,
        calendar=about.calendar,
        is_net_of_tax=None if about.is_net_of_tax is None else bool(about.is_net_of_tax),
        is_synthetic=bool(about.is_synthetic),
        is_monthly=bool(about.is_monthly),
        elapsed_days=int(about.elapsed_days),
        working_days=int(about.working_days),
        published_at=published_at,
    )
    remember_page(
        Page(
            snapshot_key=snapshot_key,
            language=language,
            is_dark=st.context.theme.type == "dark",
            scope=scope,
            filters=filters,
            window=find_window(filters, coverage),
            coverage=coverage,
            company=company,
            names=names,
        )
    )


def show_link_problems(language: str, problems: tuple[str, ...]) -> None:
    """A link asked for something that is not there: say so, and do not widen the view."""
    text = say(
        language,
        "The link asks for something these data do not have: {problems}. Nothing else was put in its place.",
        problems=", ".join(problems),
    )
    st.warning(plain(text), icon=":material/link_off:")


run()
