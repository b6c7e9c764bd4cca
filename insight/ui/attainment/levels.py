"""The levels at which the attainment page stands: which there are, what each gives, and what is chosen on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd

from insight.analysis.allocation import allocate, choose_weights, to_cents
from insight.analysis.contribution import (
    Span,
    fill_targets,
    join_new_year,
    rate_sell_in,
    rate_units,
    rate_whole,
    sum_units,
)
from insight.filters import add_months
from insight.sentences.standing import PEOPLE
from insight.ui.address import change_view, read_view
from insight.ui.attainment.standing import drill
from insight.ui.page import Page

PAGE = "attainment"
LEVELS = {
    "territory": "Territory",
    "distributor": "Distributor",
    "manager": "Manager",
    "rep": "Rep",
    "product_line": "Product line",
    "terminal": "Terminal",
}
HEAT_MONTHS = 12
MOST_TERMINALS = 500


@dataclass(frozen=True)
class Level:
    """Where the units of one level stand. ``months`` is empty for terminals."""

    code: str
    units: pd.DataFrame
    whole: dict[str, float | None]
    months: pd.DataFrame
    manager: str
    joins_new_year: bool

    @property
    def is_people(self) -> bool:
        """Whether the units are people: then nothing is ordered by result and nobody named in a sentence."""
        return self.code in PEOPLE

    @property
    def named(self) -> pd.DataFrame:
        """The units that have an id: without what is in none of them."""
        return self.units[~self.units["unit_id"].isin(["", "-"])]


def list_levels(page: Page) -> dict[str, str]:
    """The levels these data have, as codes with their labels."""
    has = {
        "territory": bool(page.names.get("territories")),
        "distributor": bool(page.names.get("distributors")),
        "manager": page.has("reps") and page.has("assignments"),
        "rep": page.has("reps") and page.has("assignments"),
        "product_line": bool(page.names.get("product_lines")),
        "terminal": True,
    }
    return {code: label for code, label in LEVELS.items() if has[code]}


def read_unit() -> tuple[str, str, date | None]:
    """What is selected: the kind of unit, its id, and the month where a single one was clicked."""
    kind, _, rest = read_view(PAGE, "sel").partition(":")
    unit, _, month = rest.partition("@")
    try:
        return kind, unit, date.fromisoformat(f"{month}-01") if month else None
    except ValueError:
        return kind, unit, None


def select_unit(kind: str, unit: str | None, month: str = "") -> None:
    """Select a unit, in one month where given; without one nothing is selected any more."""
    change_view(PAGE, sel="" if unit is None else f"{kind}:{unit}" + (f"@{month}" if month else ""))


def pick_unit(page: Page, level: Level, unit: str | None) -> None:
    """A click on a unit: one level down where there is one, else the lines behind it."""
    if unit is None:
        select_unit(level.code, None)
    elif level.code == "territory" and unit and unit not in page.filters.territories:
        select_unit(level.code, None)  # what was selected beside it lies outside the filter now
        drill(page, unit)
    elif level.code == "manager" and (unit == level.manager or not ask_unit(page, "manager", unit)[2]):
        select_unit("rep", unit)
    else:
        select_unit(level.code, unit)


def ask_unit(page: Page, kind: str, unit: str) -> tuple[str, str, bool]:
    """The name of what is selected, the manager above, and whether it leads anybody; its id where nobody knows it."""
    if kind == "product_line" and unit:
        return page.term(unit), "", False
    found = page.ask("attainment/unit", kind=kind, unit=unit)
    if found.empty:
        return name_unit(page, kind, unit, ""), "", False
    row = found.iloc[0]
    return str(row["unit_name"]), str(row["above_id"]), bool(row["is_leader"])


def find_span(page: Page, landing_end: date) -> Span:
    """The months of the page as the analysis takes them."""
    window = page.window
    share = page.company.elapsed_days / page.company.working_days if page.company.working_days else 1.0
    return Span(
        window.period_start,
        window.period_end,
        window.base_start,
        window.base_end,
        window.base_cut_month,
        landing_end,
        window.has_base,
        share,
    )


def gather_level(page: Page, code: str, landing_end: date) -> Level:
    """Ask and work out where the units of a level stand."""
    span = find_span(page, landing_end)
    kind, unit, _ = read_unit()
    manager = unit if kind == "manager" and code in PEOPLE else ""
    if kind == "rep" and code == "manager":
        # somebody who leads nobody is selected among those of the same manager
        manager = ask_unit(page, kind, unit)[1]
    plan = page.ask("attainment/whole_plan_by_month")
    growth = join_new_year(
        span,
        moves_spring=page.company.calendar == "CN",
        first_month=page.coverage.first_month,
        is_last_year=page.filters.compare != "pp",
    )
    if code == "terminal":
        units = gather_terminals(page, span, plan)
        return Level(code, units, measure_whole(units, plan, span), pd.DataFrame(), "", joins_new_year=False)
    start = min(
        span.base_start, growth.base_start, add_months(span.period_start, -12), add_months(span.period_end, -24)
    )
    more = {"manager": manager} if code in PEOPLE else {}
    months = page.ask(
        f"attainment/standing_by_{code}",
        months_start=max(start, page.coverage.first_month),
        months_end=max(landing_end, span.period_end),
        **more,
    )
    # what one manager's people have is no part of the plan of everything
    filled = fill_targets(months, plan if not manager else plan.iloc[:0])
    units = rate_units(sum_units(filled, span), has_base=span.has_base)
    units["growth_amount"] = units["actual_amount"] - units["base_amount"]
    if growth != span:
        grown = rate_units(sum_units(filled, growth), has_base=True)
        for column in ("growth_rate", "growth_contribution_rate"):
            units[column] = units["unit_id"].map(grown.set_index("unit_id")[column])
    units = units.merge(rate_sell_in(months, span), on="unit_id", how="left")
    units["unit_name"] = [
        name_unit(page, code, unit, name) for unit, name in zip(units["unit_id"], units["unit_name"], strict=True)
    ]
    is_there = units["actual_amount"].ne(0) | units["base_amount"].ne(0) | units["target_amount"].notna()
    units = order_units(units[is_there], code)
    whole = measure_whole(units, plan if not manager else plan.iloc[:0], span)
    if growth != span:
        whole["growth_rate"] = float(units["growth_contribution_rate"].sum())
    return Level(code, units, whole, filled, manager, joins_new_year=growth != span)


def gather_terminals(page: Page, span: Span, plan: pd.DataFrame) -> pd.DataFrame:
    """Terminals over the period as a whole; targets handed down by last year's sales where no terminal has one."""
    units = page.ask("attainment/standing_by_terminal", landing_end=span.landing_end, row_limit=MOST_TERMINALS).assign(
        is_allocated=False, basis="", version=float("nan")
    )
    pure = plan[(plan["measure"] == "pure_sales") & (plan["plan_month"] >= span.period_start)]
    if units["target_amount"].isna().all() and len(units) and len(pure):
        weights, basis = choose_weights([to_cents(value) for value in units["last_year_amount"]])
        for column, source, end in (
            ("plan_amount", "target_to_date_amount", span.period_end),
            ("target_amount", "target_amount", span.landing_end),
        ):
            amounts = pure.loc[pure["plan_month"] < end, source]
            if amounts.notna().any():
                units[column] = [float(part) for part in allocate(to_cents(amounts.sum()), weights)]
                units["is_allocated"], units["basis"] = True, basis
    units["covered_amount"] = units["covered_amount"].where(~units["is_allocated"], units["actual_amount"])
    units["growth_amount"] = units["actual_amount"] - units["base_amount"]
    others = int(units.loc[units["unit_id"] == "", "unit_count"].sum())
    units["unit_name"] = units["unit_name"].where(
        units["unit_id"] != "", page.say("{n} other terminals", n=page.count(others))
    )
    return order_units(rate_units(units, has_base=span.has_base), "terminal")


def measure_whole(units: pd.DataFrame, plan: pd.DataFrame, span: Span) -> dict[str, float | None]:
    """The whole of a level, against the plan of everything the filters leave."""
    months = plan[
        (plan["measure"] == "pure_sales")
        & (plan["plan_month"] >= span.period_start)
        & (plan["plan_month"] < span.period_end)
    ]
    due = float(months["target_to_date_amount"].sum()) if months["target_to_date_amount"].notna().any() else None
    covered = float(months["covered_amount"].sum()) if months["covered_amount"].notna().any() else None
    if due is not None and covered is None:
        covered = float(units["actual_amount"].sum())
    ahead = plan[
        (plan["measure"] == "pure_sales")
        & (plan["plan_month"] >= span.period_start)
        & (plan["plan_month"] < span.landing_end)
    ]["target_amount"]
    whole = rate_whole(units, (due, covered), has_base=span.has_base)
    return whole | {"target_amount": float(ahead.sum()) if ahead.notna().any() else None}


def order_units(units: pd.DataFrame, code: str) -> pd.DataFrame:
    """People by team and name, never by result; everything else by gap, the largest first, then by size."""
    if code in PEOPLE:
        last = units["unit_id"].isin(["", "-"])
        return units.assign(_last=last).sort_values(["_last", "group_name", "unit_name"]).drop(columns="_last")
    return units.sort_values(["gap_amount", "actual_amount"], ascending=[True, False], na_position="last")


def name_unit(page: Page, code: str, unit: str, name: str) -> str:
    """A unit's name on the screen; what has no id says what it is."""
    if code == "product_line" and unit:
        return page.term(unit)
    if unit == "-":
        return page.say("Without a manager")
    if unit:
        return name or unit
    return page.say(
        {"territory": "Unassigned", "distributor": "Direct", "product_line": "Without a line"}.get(
            code, "Owned by nobody"
        )
    )


def trace_months(page: Page, level: Level, most: int) -> pd.DataFrame:
    """The units' last twelve months as cells of the heat map; terminals are asked for those shown."""
    last = page.window.last_month
    first = max(add_months(last, 1 - HEAT_MONTHS), page.coverage.first_month)
    shown = level.named.head(most)
    frame = level.months[level.months["sales_month"].between(first, last)] if len(level.months) else level.months
    if frame.empty:
        return frame
    plan = frame["target_to_date_amount"].where(frame["target_to_date_amount"] > 0)
    frame = frame.assign(attainment_rate=frame["covered_amount"].fillna(frame["sales_amount"]) / plan)
    place = {unit: number for number, unit in enumerate(shown["unit_id"])}
    frame = frame[frame["unit_id"].isin(place)]
    names = dict(zip(shown["unit_id"], shown["unit_name"], strict=True))
    frame = frame.assign(unit_name=frame["unit_id"].map(names), _place=frame["unit_id"].map(place))
    return frame.sort_values(["sales_month", "_place"]).drop(columns="_place")


Picker = Callable[[str | None], None]


def make_picker(page: Page, level: Level) -> Picker:
    """What a click on a unit of this level does."""
    return partial(pick_unit, page, level)
