"""What the reader plans: kind, month, place, line, who holds it, cost, who pays, and for whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from insight.filters import add_months
from insight.ui.activities.plan.work import ANY_KIND, Wish
from insight.ui.page import Page

_MONTHS_AHEAD = 6
_EVERY = {"2": "2", "3": "3", "4": "4", "5": "5"}
_DEEPEST = 2  # steps below the top of territories offered
MOST_PASTED = 2000


@dataclass(frozen=True)
class Choices:
    """What may be chosen, code → name."""

    kinds: dict[str, str]
    months: dict[str, str]
    territories: dict[str, str]
    lines: dict[str, str]
    owners: dict[str, str]
    grades: dict[str, str]
    types: dict[str, str]
    usual_territory: str


def ask_wish(page: Page, kinds: pd.DataFrame) -> Wish:
    """The form. What is left empty is as usual for the kind."""
    choices = list_choices(page, kinds)
    with st.form("planning-form", border=True):
        first = st.columns(5)
        with first[0]:
            kind = _pick(page.say("Kind of activity"), "kind", choices.kinds)
        with first[1]:
            month = _pick(page.say("Starts in"), "month", choices.months)
        with first[2]:
            territory = _pick(page.say("Territory"), "territory", choices.territories, choices.usual_territory)
        with first[3]:
            line = _pick(page.say("Product line"), "line", choices.lines)
        with first[4]:
            owner = _pick(page.say("Held by"), "owner", choices.owners)
        second = st.columns(5)
        usual = page.say("as usual")
        with second[0]:
            cost = st.number_input(
                page.say("Cost, {currency}", currency=page.company.currency),
                min_value=0.0, value=None, step=1000.0, format="%.0f", placeholder=usual, key="planning_cost",
            )  # fmt: skip
        with second[1]:
            share = st.number_input(
                page.say("Manufacturer pays, %"),
                min_value=0.0, max_value=100.0, value=None, step=5.0, format="%.0f", placeholder=usual,
                key="planning_share",
            )  # fmt: skip
        with second[2]:
            count = st.number_input(
                page.say("Terminals to invite"),
                min_value=1, max_value=3000, value=None, step=1, placeholder=usual, key="planning_count",
            )  # fmt: skip
        with second[3]:
            grades = _pick_several(page.say("Grades"), "grades", choices.grades, page.say("all"))
        with second[4]:
            types = _pick_several(page.say("Kinds of terminal"), "types", choices.types, page.say("all"))
        third = st.columns([1, 4], vertical_alignment="bottom")
        with third[0]:
            every = _pick(page.say("Leave out one in"), "every", _EVERY, "4")
        with third[1], st.expander(page.say("Or a list of your own")):
            pasted = st.text_area(
                page.say("Terminals, one a line: id or exact name"),
                key="planning_pasted",
                height=120,
                max_chars=100_000,
            )
        st.form_submit_button(page.say("Work it out"), type="primary", icon=":material/calculate:")
    return Wish(
        kind=kind,
        start_month=date.fromisoformat(month),
        territory=territory,
        product_line=line,
        owner=owner,
        cost=cost,
        manufacturer_share=None if share is None else share / 100,
        count=count,
        grades=grades,
        types=types,
        names=read_names(pasted),
        every=int(every),
    )


def list_choices(page: Page, kinds: pd.DataFrame) -> Choices:
    """What the form offers: kinds most often held first, the next six months, and what there is to choose."""
    held = [kind for kind in kinds["kind"] if kind != ANY_KIND]
    months = [add_months(page.coverage.data_month, ahead + 1) for ahead in range(_MONTHS_AHEAD)]
    territories = page.ask("filters/territories")
    near = territories[territories["depth"] <= _DEEPEST]
    distributors = page.ask("filters/distributors")
    groups = page.ask("planning/groups")
    codes = {topic: part["code"].astype(str).tolist() for topic, part in groups.groupby("topic")}
    regions = [code for code in codes.get("region", []) if code in set(near["territory_id"])]
    everywhere = page.say("As filtered") if page.filters.territories else page.say("Everywhere")
    return Choices(
        kinds={kind: page.term(kind) for kind in held} or {ANY_KIND: page.say("Any kind")},
        months={month.isoformat(): page.month(month) for month in months},
        territories={"": everywhere}
        | {
            str(one["territory_id"]): "\u2003" * int(one["depth"]) + str(one["name"]) for one in near.to_dict("records")
        },
        lines={"": page.say("All lines")}
        | {str(line): page.term(str(line)) for line in page.ask("filters/product_lines")["product_line"]},
        owners={"manufacturer": page.say("Manufacturer")}
        | dict(zip(distributors["distributor_id"], distributors["name"], strict=True)),
        grades={code: code or page.say("No grade") for code in codes.get("grade", [])},
        types={code: page.term(code) for code in codes.get("type", [])},
        # an activity has one place: without a filter the region with the most terminals
        usual_territory="" if page.filters.territories or not regions else regions[0],
    )


def read_names(text: str) -> tuple[str, ...]:
    """Ids or names one a line, or apart by tab or semicolon: 'T1\\nT2; T1' is T1 and T2."""
    parts = (part.strip() for part in re.split(r"[\n\r\t;；]+", text or ""))
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_PASTED]


def _pick(label: str, name: str, options: dict[str, str], usual: str | None = None) -> str:
    """One of the options; what is no longer there gives way to the usual one, else the first."""
    key = f"planning_{name}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = usual if usual in options else next(iter(options))
    return str(st.selectbox(label, list(options), format_func=_name(options), key=key))


def _pick_several(label: str, name: str, options: dict[str, str], placeholder: str) -> tuple[str, ...]:
    key = f"planning_{name}"
    st.session_state[key] = [code for code in st.session_state.get(key, []) if code in options]
    return tuple(st.multiselect(label, list(options), format_func=_name(options), key=key, placeholder=placeholder))


def _name(options: dict[str, str]) -> Callable[[str], str]:
    return lambda code: options.get(code, code)
