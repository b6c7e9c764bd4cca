"""What the chosen activities come to: the sums behind the activities page and the overview's tile of their return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from insight.analysis.selection import sum_lifts, sum_returns
from insight.sentences import activities as sentences
from insight.ui.page import Page
from insight.ui.tiles import Tile
from insight.units import is_missing, show_ratio

_FACTORS = ("low", "high", "low80", "high80")
_COUNTS = ("not_enough_data", "not_measurable_alone")


@dataclass(frozen=True)
class Outcome:
    """The activities listed, the kinds of the whole company, and the sums over those listed that can be measured."""

    activities: pd.DataFrame
    kinds: pd.DataFrame
    sums: pd.DataFrame  # three rows: total, manufacturer, distributor
    total: dict[str, Any]
    lift: dict[str, float]
    counts: dict[str, Any]  # all_count, alone_count, cost_amount, unsettled_amount
    basis: dict[str, Any] | None
    is_picked_unusual: bool
    has_margins: bool
    first_month: date


def sum_selection(page: Page) -> Outcome:
    """Ask for the activities of the filters and add them up."""
    activities, kinds = page.ask("activities/activities"), page.ask("activities/kinds")
    base = (activities["observed_amount"] + activities["continuity_amount"]).astype(float)
    activities["shrunk_incremental_amount"] = base * -np.expm1(-activities["shrunk_log_lift"].astype(float))
    whole = next((row for row in kinds.to_dict("records") if row["kind"] == sentences.ALL_KINDS), None)
    systematic = float(whole["systematic_error_log"]) if whole else 0.0
    factors = {end: float(whole[f"sum_{end}_factor"]) for end in _FACTORS} if whole else {}
    sums = sum_returns(activities, systematic, factors)
    bases = page.ask("activities/basis").to_dict("records")
    has_cost = bool(activities["cost_amount"].notna().any())
    return Outcome(
        activities=activities,
        kinds=kinds,
        sums=sums,
        total=sums.iloc[0].to_dict(),
        lift=sum_lifts(activities, systematic, factors),
        counts={
            "all_count": len(activities),
            "alone_count": int((~activities["status"].isin(_COUNTS)).sum()),
            "cost_amount": float(activities["cost_amount"].sum()) if has_cost else None,
            "unsettled_amount": float(activities["unsettled_amount"].sum()),
        },
        basis=bases[0] if bases else None,
        is_picked_unusual=bool(whole["is_picked_unusual"]) if whole else False,
        has_margins=bool(bases and bases[0]["has_margins"]),
        first_month=bases[0]["first_month"] if bases else page.coverage.first_month,
    )


def list_activity_tiles(page: Page, outcome: Outcome) -> list[Tile]:
    """Spend, what came of it with its interval, the return, how many can be measured alone, the chance that it paid."""
    total, lift, counts = outcome.total, outcome.lift, outcome.counts
    settled = (
        page.say("{amount} not settled", amount=page.amount(counts["unsettled_amount"]))
        if counts["unsettled_amount"]
        else page.say("actual")
    )
    spend = Tile(
        "activity_cost",
        page.amount(counts["cost_amount"]),
        against=page.say("no costs loaded") if counts["cost_amount"] is None else settled,
    )
    alone = Tile(
        "measurable_alone",
        page.count(counts["alone_count"]),
        against=page.say("of {n} activities", n=page.count(counts["all_count"])),
    )
    combined = page.say(
        "Under it the 95% interval: own intervals of the activities added as independent, the systematic error as "
        "common to all."
    )
    why = explain_missing(page, outcome)
    if lift["activity_count"] < sentences.FEW:
        return [
            spend,
            Tile("net_gain", "—", against=why),
            make_return_tile(page, outcome),
            alone,
            Tile("chance_paid", "—", against=why),
        ]
    if outcome.has_margins and not is_missing(total["net_amount"]):
        interval = show_interval(page, total["net_low_amount"], total["net_high_amount"])
        brought = Tile("net_gain", page.amount(total["net_amount"], is_signed=True), against=interval, note=combined)
    else:
        interval = show_interval(page, lift["incremental_low_amount"], lift["incremental_high_amount"])
        brought = Tile(
            "incremental_sales",
            page.amount(lift["incremental_amount"], is_signed=True),
            against=interval,
            note=combined,
        )
    chance = Tile(
        "chance_paid",
        sentences.say_chance(total["chance_paid_share"], page.language),
        against=why if is_missing(total["chance_paid_share"]) else "",
    )
    return [spend, brought, make_return_tile(page, outcome), alone, chance]


def show_interval(page: Page, low: float, high: float) -> str:
    """Two amounts as an interval: '−¥1.6m – +¥4.2m'."""
    return f"{page.amount(low, is_signed=True)} – {page.amount(high, is_signed=True)}"


def make_return_tile(page: Page, outcome: Outcome) -> Tile:
    """ROMI with its interval; without margins sales per cost; a dash with the reason where neither can be said."""
    total = outcome.total
    if total["activity_count"] < sentences.FEW or is_missing(total["revenue_per_cost_rate"]):
        return Tile("romi", "—", label=page.say("ROMI"), against=explain_missing(page, outcome))
    name = "revenue_per_cost" if is_missing(total["romi_rate"]) else "romi"
    low, high = (show_ratio(total[f"{name}_{end}_rate"], page.language) for end in ("low", "high"))
    measured = page.say(
        "{n} of {all} activities can be measured.",
        n=page.count(total["activity_count"]),
        all=page.count(outcome.counts["all_count"]),
    )
    label = page.say("ROMI") if name == "romi" else ""
    return Tile(
        name,
        show_ratio(total[f"{name}_rate"], page.language),
        label=label,
        against=sentences.say_interval(low, high, page.language),
        note=measured,
    )


def explain_missing(page: Page, outcome: Outcome) -> str:
    """Why there is no number, in three words."""
    if not outcome.counts["all_count"]:
        return page.say("no activities")
    if outcome.lift["activity_count"] < sentences.FEW:
        return page.say("not enough data")
    if outcome.total["activity_count"] < sentences.FEW:
        return page.say("no costs loaded")
    return page.say("no margins loaded")
