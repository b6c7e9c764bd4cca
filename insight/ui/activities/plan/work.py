"""What a plan comes to: the list, what is expected of it, what could be seen, what it must bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import isfinite, nan
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from insight.analysis.counterfactual import Design
from insight.analysis.planning.comparable import find_comparables, rate_returns
from insight.analysis.planning.detection import Detection, find_detection, find_detection_between, foresee_clean
from insight.analysis.planning.holdout import Holdout, choose_holdout
from insight.analysis.planning.panel import Panel, build_panel
from insight.analysis.planning.season import Baseline, expect_baseline
from insight.analysis.planning.trends import ANY_KIND, UNKNOWN_TREND, Trend
from insight.analysis.planning.verdict import Known, Stake, Verdict, judge, weigh
from insight.filters import add_months, count_months
from insight.ui.page import Page
from insight.units import is_missing

__all__ = ["ANY_KIND", "PAGE", "Plan", "Wish", "compare", "draw_holdout", "read_kinds", "work_out"]

PAGE = "planning"  # what lists and choices of this part are called
USUAL_COUNT = 10  # terminals proposed where no activity was ever held
YEAR = 12
MOST = 3000  # candidates looked at, of either sort


@dataclass(frozen=True)
class Wish:
    """What is planned; None is as usual for the kind, an empty tuple all."""

    kind: str
    start_month: date
    territory: str
    product_line: str
    owner: str
    cost: float | None
    manufacturer_share: float | None
    count: int | None
    grades: tuple[str, ...]
    types: tuple[str, ...]
    names: tuple[str, ...]
    every: int  # one of so many is held out


@dataclass(frozen=True)
class Plan:
    """A wish worked out. ``invited`` and ``left_out`` are rows of planning/candidates."""

    wish: Wish
    design: Design
    kind: dict[str, Any] | None
    is_other_kind: bool  # the effect is that of all kinds together, as too few of its own were measured
    invited: pd.DataFrame
    left_out: pd.DataFrame
    all_count: int
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]
    panel: Panel | None
    trend: Trend
    lead: int
    baseline: Baseline
    detection: Detection | str
    known: Known
    stakes: dict[str, Stake]
    verdict: Verdict
    is_usual_cost: bool


def read_kinds(page: Page) -> pd.DataFrame:
    """What the past of each kind teaches."""
    return page.ask("planning/kinds")


def work_out(page: Page, wish: Wish, kinds: pd.DataFrame) -> Plan:
    """Everything the cards show but for the hold-out and the comparisons."""
    design = Design()
    rows = {str(row["kind"]): row for row in kinds.to_dict("records")}
    kind = rows.get(wish.kind)
    everything = rows.get(ANY_KIND)
    is_other_kind = kind is None or is_missing(kind["log_lift"])
    known = _know(everything if is_other_kind else kind)
    lead = max(count_months(_next_month(page), wish.start_month), 0)
    found, unknown, ambiguous = list_candidates(page, wish, design)
    panel = open_panel(page, found["terminal_id"].tolist() if wish.names else [])
    found = mark_crowded(found, panel, lead, design)
    invited, left_out = choose_invited(found, wish, kind)
    trend = _read_trend(kind or everything)
    baseline = Baseline(np.zeros(0), 0)
    detection: Detection | str = "empty" if invited.empty else "attendance"
    if panel is not None and not invited.empty:
        panel = open_panel(page, invited["terminal_id"].tolist()) or panel
        chosen = panel.find_rows(invited["terminal_id"])
        baseline = expect_baseline(panel, chosen, lead, design)
        amounts = pd.Series(baseline.amounts, index=panel.ids[chosen])
        invited = invited.assign(expected_amount=invited["terminal_id"].map(amounts).fillna(0.0))
        detection = find_detection(panel, chosen, trend, design, lead)
    cost = wish.cost if wish.cost is not None else _number(kind, "usual_cost_amount")
    share = wish.manufacturer_share
    if share is None:
        share = _number(kind, "manufacturer_cost_share")
        # nobody said who pays: the one who holds it
        share = share if isfinite(share) else float(wish.owner == "manufacturer")
    margins = {side: _number(kind or everything, f"margin_{side}_rate") for side in ("manufacturer", "distributor")}
    costs = {"manufacturer": cost * share, "distributor": cost * (1 - share)}
    stakes = {
        side: weigh(side, costs[side], margins[side], baseline.amount, known)
        for side in ("manufacturer", "distributor")
    }
    stakes["total"] = weigh("total", cost, sum(margins.values()), baseline.amount, known)
    pace = int(_number(kind, "measured_count", 0.0) + _number(kind, "recent_count", 0.0)) + 1
    verdict = judge(None if isinstance(detection, str) else detection, stakes["total"].break_even, known, pace)
    return Plan(
        wish=wish,
        design=design,
        kind=kind,
        is_other_kind=is_other_kind,
        invited=invited,
        left_out=left_out,
        all_count=int(found["reason"].isna().sum()),
        unknown=unknown,
        ambiguous=ambiguous,
        panel=panel,
        trend=trend,
        lead=lead,
        baseline=baseline,
        detection=detection,
        known=known,
        stakes=stakes,
        verdict=verdict,
        is_usual_cost=wish.cost is None,
    )


def list_candidates(page: Page, wish: Wish, design: Design) -> tuple[pd.DataFrame, tuple[str, ...], tuple[str, ...]]:
    """Who could be invited, each with what speaks against it; and what of a pasted list could not be read."""
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    given: list[str] = []
    if wish.names:
        matches = page.ask("planning/matches", names=list(wish.names))
        unknown = tuple(matches.loc[matches["match_count"] == 0, "given"])
        ambiguous = tuple(matches.loc[matches["match_count"] > 1, "given"].drop_duplicates())
        given = sorted(set(matches.loc[matches["match_count"] == 1, "terminal_id"]))
    as_of = add_months(page.coverage.data_month, 1)
    chosen: dict[str, object] = {}
    if given or wish.territory:
        chosen["territories"] = [] if given else [wish.territory]
    if wish.product_line:
        chosen["product_lines"] = [wish.product_line]
    found = page.ask(
        "planning/candidates",
        start_month=wish.start_month,
        as_of_month=as_of,
        year_month=add_months(as_of, -YEAR),
        post_months=design.post_months,
        supplier="" if wish.owner == "manufacturer" or given else wish.owner,
        types=[] if given else list(wish.types),
        grades=[] if given else list(wish.grades),
        terminals=given,
        most=MOST,
        **chosen,
    )
    # a list of which nothing was found is an empty one
    return found.iloc[:0] if wish.names and not given else found, unknown, ambiguous


def mark_crowded(found: pd.DataFrame, panel: Panel | None, lead: int, design: Design) -> pd.DataFrame:
    """Whoever has too few untouched months to tell its level by is not proposed either; in data shorter than that
    everybody has."""
    if panel is None or found.empty or panel.month_count < design.baseline_months:
        return found
    places = panel.ids.get_indexer(pd.Index(found["terminal_id"]))
    is_known = places >= 0
    clean = foresee_clean(panel.market, places[is_known], panel.month_count, lead, design)
    is_crowded = np.zeros(len(found), dtype=bool)
    is_crowded[is_known] = clean.sum(axis=1) < design.least_clean_months
    reasons = found["reason"].mask(found["reason"].isna() & is_crowded, "crowded")
    counts = found["reason_count"].where(reasons != "crowded", int((reasons == "crowded").sum()))
    return found.assign(reason=reasons, reason_count=counts)


def choose_invited(found: pd.DataFrame, wish: Wish, kind: dict[str, Any] | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those of a list given, whatever speaks against them; else the best of those nothing speaks against."""
    found = found.assign(expected_amount=nan)
    if wish.names:
        return found, found.iloc[:0]
    usual = _number(kind, "usual_terminal_count")
    count = wish.count or (int(usual) if isfinite(usual) and usual >= 1 else USUAL_COUNT)
    is_open = found["reason"].isna()
    left_out = found[~is_open].sort_values(["open_amount", "terminal_id"], ascending=[False, True])
    return found[is_open].head(count), left_out


def open_panel(page: Page, terminals: list[str]) -> Panel | None:
    """The panel with the terminals of the list; nothing where no terminal has bought in a whole month."""
    frame = page.ask("planning/panel", terminals=[])
    missing = sorted(set(terminals) - set(frame["terminal_id"]))
    if missing:  # of very many terminals the panel to compare with is a sample
        frame = page.ask("planning/panel", terminals=missing)
    if frame.empty:
        return None
    return _build(page.snapshot_key, page.scope.territories, page.scope.distributors, tuple(missing), frame)


@st.cache_resource(max_entries=6, show_spinner=False)
def _build(
    snapshot_key: str,
    territories: tuple[str, ...] | None,
    distributors: tuple[str, ...] | None,
    missing: tuple[str, ...],
    _frame: pd.DataFrame,
) -> Panel:
    return build_panel(
        _frame["terminal_id"].tolist(),
        _frame["segment"].tolist(),
        _frame["region_id"].tolist(),
        np.stack(_frame["sales_amounts"].to_list()).astype(np.float64),
        np.stack(_frame["month_states"].to_list()).astype(np.int8),
    )


@dataclass(frozen=True)
class Parted:
    """A hold-out worked out: who, what the invited then show beside all untouched, and beside the held out alone."""

    seed: int
    holdout: Holdout
    beside_all: Detection | str
    beside_held: Detection | str


def draw_holdout(plan: Plan) -> Parted:
    """Some of the list left uninvited. The seed is the month: the same plan gives the same list."""
    seed = plan.wish.start_month.year * 100 + plan.wish.start_month.month
    frame = plan.invited
    holdout = choose_holdout(
        frame["terminal_id"].tolist(),
        frame["type"].tolist(),
        frame["region_id"].tolist(),
        frame["expected_amount"].fillna(0.0).to_numpy(dtype=float),
        plan.wish.every,
        seed,
    )
    parted = Parted(seed, holdout, "empty", "empty")
    if plan.panel is None or not holdout.is_held.any():
        return parted
    invited = plan.panel.find_rows(frame.loc[~holdout.is_held, "terminal_id"])
    held = plan.panel.find_rows(frame.loc[holdout.is_held, "terminal_id"])
    return replace(
        parted,
        beside_all=find_detection(plan.panel, invited, plan.trend, plan.design, plan.lead),
        beside_held=find_detection_between(plan.panel, invited, held, plan.design, plan.lead),
    )


def compare(page: Page, plan: Plan) -> pd.DataFrame:
    """Past activities of the kind worth looking at, with their returns."""
    everywhen = {
        "period_start": page.coverage.first_month,
        "period_end": add_months(page.coverage.data_month, 1),
        "manufacturers": [],
        "product_lines": [],
        "distributors": [],
    }
    activities = page.ask("activities/activities", territories=[], **everywhen)
    territories = [plan.wish.territory] if plan.wish.territory else list(page.filters.territories)
    here = activities if not territories else page.ask("activities/activities", territories=territories, **everywhen)
    found = find_comparables(activities, plan.wish.kind, set(here["activity_id"]), plan.wish.start_month)
    return rate_returns(found)


def _next_month(page: Page) -> date:
    """The month after the last whole one."""
    month = page.coverage.data_month
    return add_months(month, 1) if page.coverage.is_month_complete else month


def _know(kind: dict[str, Any] | None) -> Known:
    return Known(_number(kind, "log_lift"), _number(kind, "log_lift_error"), _number(kind, "spread_log"))


def _read_trend(kind: dict[str, Any] | None) -> Trend:
    error, spread = _number(kind, "trend_error_log"), _number(kind, "trend_spread_log")
    return Trend(error, spread) if isfinite(error) and isfinite(spread) else UNKNOWN_TREND


def _number(row: dict[str, Any] | None, name: str, default: float = nan) -> float:
    """A number of a row that may be missing."""
    return default if row is None or is_missing(row[name]) else float(row[name])
