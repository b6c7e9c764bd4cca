"""A chart card: finding, measure and unit, chart, note; its definitions, its table, Excel and CSV a click away."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from insight.charts.theme import write_spec
from insight.metrics import find_metric
from insight.ui.columns import label_columns
from insight.ui.exports import make_csv, name_file
from insight.ui.page import Page
from insight.ui.states import Nothing, show_failure, show_missing_table, show_nothing
from insight.ui.takeaway import find_address, gather_rows, make_excel
from insight.ui.text import plain
from insight.units import show_count, show_date, show_number, show_share

MOST_STYLED = 100_000  # cells; a larger table goes out as it is

Chart = Any  # an Altair chart: charts/ knows, this module only asks for its dictionary


@dataclass(frozen=True)
class Card:
    """What one card shows. ``draw`` takes the frame and the page's Style; ``spec`` is a ready ECharts specification instead.

    ``pick`` names the chart's selection and ``on_pick`` takes the picked id; for selections of another form (a brush, a
    cell of two ids) ``on_select`` takes what the selections named in ``pick`` hold. A new ``turn`` draws the chart with
    nothing selected. ``table`` is what the table shows, the frame itself unless given. A click on an ECharts ``spec``
    comes as a position: ``pick_ids`` holds the ids in the order of its nodes ('node') and links ('edge'). A large
    specification may come written out as JSON, so that it is worked through once only.
    """

    title: str
    subtitle: str
    frame: pd.DataFrame
    draw: Callable[..., Chart] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    spec: dict[str, Any] | str | None = None
    height: int = 360
    note: str = ""
    metrics: tuple[str, ...] = ()
    alt: str = ""
    pick: str = ""
    pick_field: str = ""
    on_pick: Callable[[str | None], None] | None = None
    pick_ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    on_select: Callable[[Mapping[str, Any]], None] | None = None
    turn: int = 0
    table: pd.DataFrame | None = None


def show_card(page: Page, name: str, build: Callable[[Page], Card], needs: tuple[str, ...] = ()) -> None:
    """Build and draw one card; whatever goes wrong inside stays inside."""
    with st.container(border=True, key=f"card-{name.replace('/', '-')}"):
        missing = [table for table in needs if not page.has(table)]
        if missing:
            show_missing_table(missing[0], page.language)
            return
        try:
            card = build(page)
            if card.frame.empty and card.spec is None:
                raise Nothing(page.say("No data for these filters."))
            _show_head(page, name, card)
            _show_chart(page, name, card)
            if card.note:
                st.caption(plain(card.note))
        except Nothing as reason:
            show_nothing(reason.sentence)
        except Exception:  # one card failing never blanks the page
            show_failure(page.language, name)


def _show_head(page: Page, name: str, card: Card) -> None:
    with st.container(gap=None):
        _show_title(page, name, card)
        st.caption(plain(card.subtitle))


def _show_title(page: Page, name: str, card: Card) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="xsmall", wrap=False):
        st.markdown(f"**{plain(card.title)}**", width="stretch")
        show_definitions(page, name, card.metrics)
        frame = card.frame if card.table is None else card.table
        month = page.window.last_month.strftime("%Y-%m")
        with st.popover(
            "",
            icon=":material/table_rows:",
            type="tertiary",
            key=f"table-{name}",
            on_change="rerun",
            help=page.say("Show as a table"),
        ) as opened:
            if opened.open:
                show_table(page, label_columns(frame, page.language), key=f"rows-{name}")
                # worked out when asked for, like the workbook: the same rows without formats
                st.download_button(
                    page.say("Download as CSV"),
                    icon=":material/download:",
                    type="tertiary",
                    key=f"csv-{name}",
                    data=lambda: make_csv(label_columns(gather_rows(page, frame), page.language)),
                    file_name=name_file(*name.split("/"), month, ending="csv"),
                    mime="text/csv",
                    on_click="ignore",
                )
        address = find_address(page, name)
        st.download_button(
            "",
            icon=":material/download:",
            type="tertiary",
            key=f"excel-{name}",
            data=lambda: make_excel(page, frame, (card.title, card.subtitle, card.note), card.metrics, address),
            file_name=name_file(*name.split("/"), month, ending="xlsx"),
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            help=page.say("Download as Excel"),
        )


def show_definitions(page: Page, name: str, metrics: tuple[str, ...]) -> None:
    """A popover with the definition of every number shown, its window and its freshness."""
    if not metrics:
        return
    with st.popover("", icon=":material/info:", type="tertiary", key=f"info-{name}", help=page.say("Definitions")):
        for code in metrics:
            st.markdown(explain_metric(page, code))
        st.caption(
            plain(
                page.say(
                    "Period: {period}. Data to {day}.",
                    period=page.period_name,
                    day=page.day(page.coverage.data_through_on),
                )
            )
        )


def explain_metric(page: Page, code: str) -> str:
    """A metric's definition as Markdown: name in both languages, formula, note."""
    metric = find_metric(code, page.language)
    lines = [f"**{plain(metric.name)}** · {plain(metric.other_name)}", plain(metric.formula)]
    return "  \n".join([*lines, plain(metric.note)] if metric.note else lines)


def _show_chart(page: Page, name: str, card: Card) -> None:
    alt = card.alt or f"{card.title}. {card.subtitle}"
    if card.spec is not None:
        _show_echarts(name, card, card.spec, alt)
        return
    if card.draw is None:
        _show_rows(page, name, card)
        return
    spec = _make_spec(card, page)
    key = f"chart-{name}-{card.turn}" if card.turn else f"chart-{name}"
    if card.on_select is not None:
        select = card.on_select
        st.vega_lite_chart(
            spec=spec,
            theme=None,
            width="stretch",
            key=key,
            alt=alt,
            on_select=lambda: select(st.session_state[key]["selection"]),
            selection_mode=card.pick.split(","),
        )
        return
    if card.on_pick is None:
        st.vega_lite_chart(spec=spec, theme=None, width="stretch", key=key, alt=alt)
        return
    pick, act, wanted = card.pick, card.on_pick, card.pick_field

    def handle() -> None:
        chosen = st.session_state[key]["selection"].get(pick) or []
        act(str(chosen[0][wanted]) if chosen else None)

    st.vega_lite_chart(
        spec=spec, theme=None, width="stretch", key=key, alt=alt, on_select=handle, selection_mode=[pick]
    )


def _show_rows(page: Page, name: str, card: Card) -> None:
    """A card that is a table; its rows can be clicked where ``pick_ids`` holds the ids of 'row'."""
    ids, act = card.pick_ids.get("row"), card.on_pick
    labelled = label_columns(card.frame, page.language)
    if ids is None or act is None:
        show_table(page, labelled, key=f"body-{name}")
        return
    # the browser keeps a row's mark by its place: other rows, or a selection made elsewhere, make another table
    key = f"body-{name}-{zlib.crc32(json.dumps(list(ids)).encode()):08x}-{card.turn}"

    def handle() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        act(ids[rows[0]] if rows and rows[0] < len(ids) else None)

    show_table(page, labelled, key=key, on_select=handle, selection_mode="single-row")


def _show_echarts(name: str, card: Card, spec: dict[str, Any] | str, alt: str) -> None:
    """A chart whose clicks come back as positions: they mean the ids that were on screen, which ``handle`` holds.

    The browser keeps a selection by position whatever the data become, so other contents make another chart.
    """
    text = spec if isinstance(spec, str) else json.dumps(spec, sort_keys=True)
    # a digest, not hash(): two processes must agree
    key = f"chart-{name}-{zlib.crc32(text.encode()):08x}" + (f"-{card.turn}" if card.turn else "")
    if card.on_pick is None:
        st.echarts_chart(spec, height=card.height, key=key, theme=None, alt=alt)
        return
    ids, act = card.pick_ids, card.on_pick

    def handle() -> None:
        groups = st.session_state[key]["selection"]["selected"]
        for group in groups:
            picked = ids.get(group["data_type"], ())
            for index in group["data_indices"]:
                if index < len(picked):
                    act(picked[index])
                    return
        if not any(group["data_indices"] for group in groups):
            act(None)  # a second click let go of the mark

    st.echarts_chart(spec, height=card.height, key=key, theme=None, alt=alt, on_select=handle)


def _make_spec(card: Card, page: Page) -> dict[str, Any]:
    """The finished Vega-Lite specification; building one costs 20-60 ms, so finished ones are kept."""
    draw = card.draw
    assert draw is not None
    content = card.frame.to_json(orient="split", date_format="iso", double_precision=10)
    options = json.dumps(dict(card.options), sort_keys=True, default=str)
    return _build_spec(
        f"{draw.__module__}.{draw.__name__}",
        content,
        options,
        str(page.style),
        _draw=lambda: write_spec(draw(card.frame, page.style, **card.options)),
    )


@st.cache_data(max_entries=400, max_size="200MB", show_spinner=False)
def _build_spec(
    chart: str, content: str, options: str, style: str, _draw: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    # everything the drawing depends on is in the key: function, rows as text, options, language and theme
    return _draw()


def show_table(page: Page, frame: pd.DataFrame, key: str, **more: Any) -> Any:
    """A table whose numbers and dates are written as everywhere on the screen; it sorts by the values beneath."""
    shown = frame if frame.size > MOST_STYLED else frame.style.format(choose_formats(frame, page.language), na_rep="—")
    return st.dataframe(shown, hide_index=True, key=key, placeholder="—", **more)


def choose_formats(frame: pd.DataFrame, language: str) -> dict[str, Callable[[Any], str]]:
    """How each column is written, by the suffix its code name had and the type of its values."""
    formats: dict[str, Callable[[Any], str]] = {}
    for column in frame.columns:
        values = frame[column]
        if column in frame.attrs.get("shares", ()):
            formats[column] = partial(show_share, language=language)
        elif pd.api.types.is_bool_dtype(values):
            continue
        elif pd.api.types.is_float_dtype(values):
            is_amount = column in frame.attrs.get("amounts", ())
            formats[column] = partial(show_number, language=language, digits=2 if is_amount else 1)
        elif pd.api.types.is_integer_dtype(values):
            formats[column] = partial(show_count, language=language)
        elif pd.api.types.is_datetime64_any_dtype(values) or values.map(lambda value: isinstance(value, date)).any():
            formats[column] = partial(show_date, language=language)
    return formats
