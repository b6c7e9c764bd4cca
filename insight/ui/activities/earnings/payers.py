"""Who paid and who gained: the manufacturer, the distributors together, and each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.analysis.payers import sum_payers
from insight.analysis.selection import sum_returns
from insight.sentences import activities as sentences
from insight.sentences import earned
from insight.ui.activities.choices import keep_chosen
from insight.ui.activities.outcome import Outcome, show_interval
from insight.ui.address import change_view, read_view
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing
from insight.units import is_missing, show_ratio

SIDES = {"total": "Together", "manufacturer": "Manufacturer", "distributor": "Distributors"}
_ENDS = ("low", "high", "low80", "high80")


@dataclass(frozen=True)
class Payers:
    """The activities selected, a row each with every payer, and the errors that hold for all of them together."""

    activities: pd.DataFrame
    payers: pd.DataFrame  # of these activities, with payer_text
    systematic: float
    factors: dict[str, float]

    def find_parts(self, payer: str) -> pd.DataFrame:
        """activity_id, margin_rate and cost_amount of one payer, of a side, or of all together ('total')."""
        chosen = self.payers
        if payer in SIDES:
            chosen = chosen if payer == "total" else chosen[chosen["payer_side"] == payer]
        else:
            chosen = chosen[chosen["payer_id"] == payer]
        return chosen.groupby("activity_id", as_index=False)[["margin_rate", "cost_amount"]].sum(min_count=1)

    def name(self, page: Page, payer: str) -> str:
        """The payer's name on the screen."""
        if payer in SIDES:
            return page.say(SIDES[payer])
        names = self.payers.loc[self.payers["payer_id"] == payer, "payer_text"]
        return str(names.iloc[0]) if len(names) else payer


def list_payers(page: Page, outcome: Outcome) -> Payers:
    """What everybody paid and keeps, of the activities selected."""
    activities = keep_chosen(outcome.activities)
    payers = page.ask("returns/payers", activity_id="")
    payers = payers[payers["activity_id"].isin(activities["activity_id"])]
    payers = payers.assign(
        payer_text=[
            earned.name_payer(one, name, page.language)
            for one, name in zip(payers["payer_id"], payers["payer_name"], strict=True)
        ]
    )
    whole = next((row for row in outcome.kinds.to_dict("records") if row["kind"] == sentences.ALL_KINDS), None)
    return Payers(
        activities=activities,
        payers=payers,
        systematic=float(whole["systematic_error_log"]) if whole else 0.0,
        factors={end: float(whole[f"sum_{end}_factor"]) for end in _ENDS} if whole else {},
    )


def choose_payer(page: Page, listed: Payers) -> str:
    """The payer whose money is followed: a switch of the sides, and of the distributor whose row was clicked."""
    parts = dict(SIDES)
    asked = read_view("activities", "lvl")
    if asked and asked in set(listed.payers["payer_id"]) - set(SIDES):
        parts[asked] = listed.name(page, asked)
    return choose_part(page, "activities", parts, key="lvl")


def payers_card(page: Page, listed: Payers) -> Card:
    """What each paid, gained and earned back, and the split of cost at which all who gain earn the same."""
    sums = sum_returns(listed.activities, listed.systematic, listed.factors)
    sides = {row["payer_side"]: row for row in sums.to_dict("records")}
    if not sides["total"]["activity_count"] or not np.isfinite(sides["total"]["gain_amount"]):
        raise Nothing(
            page.say(
                "Who gained cannot be said: it takes an estimated effect, costs of activities, and costs and prices of products."
            )
        )
    each = sum_payers(listed.activities, listed.payers, listed.systematic, listed.factors)
    each = each[each["payer_side"] == "distributor"]
    sums = sums.assign(payer_id=sums["payer_side"])
    frame = pd.concat([sums, each], ignore_index=True)
    rows = frame.to_dict("records")
    names = [listed.name(page, row["payer_id"]) for row in rows]
    frame = frame.assign(
        # a distributor of its own stands under its side
        payer_name=[name if place < len(sums) else f"– {name}" for place, name in enumerate(names)],
        net_text=[
            f"{page.amount(row['net_amount'], is_signed=True)} "
            f"({show_interval(page, row['net_low_amount'], row['net_high_amount'])})"
            for row in rows
        ],
        paid_text=[page.amount(row["cost_amount"]) for row in rows],
        gain_text=[page.amount(row["gain_amount"], is_signed=True) for row in rows],
        fair_text=[
            "—"
            if is_missing(row["fair_cost_share"])
            else f"{page.amount(row['fair_cost_amount'])} ({page.share(row['fair_cost_share'])})"
            for row in rows
        ],
        romi_text=[sentences.say_romi(row, page.language) for row in rows],
        chance_text=[sentences.say_chance(row["chance_paid_share"], page.language) for row in rows],
    )
    columns = ["payer_name", "net_text", "chance_text", "paid_text", "gain_text", "romi_text", "fair_text"]
    money = ["cost_amount", "gain_amount", "gain_low_amount", "gain_high_amount"]
    money += ["net_amount", "net_low_amount", "net_high_amount", "romi_rate", "romi_low_rate", "romi_high_rate"]
    return Card(
        title=sentences.tell_payers(sides, page.language),
        subtitle=page.say(
            "{n} activities with an estimate and a cost, {currency}. Fair cost: the next budget of this size split so "
            "that all who gain earn the same for each unit paid. Click a row to follow its money below",
            n=page.count(sides["total"]["activity_count"]),
            currency=page.company.currency,
        ),
        frame=frame[columns],
        note=" ".join(
            filter(None, [say_revenue(page, sides["total"]), describe_margins(page), *list_notes(page, listed, rows)])
        ),
        metrics=("net_gain", "payer_gain", "romi", "fair_cost_share", "chance_paid", "activity_cost"),
        pick_ids={"row": [str(row["payer_id"]) for row in rows]},
        on_pick=lambda payer: change_view("activities", lvl="" if payer in (None, "total") else str(payer)),
        table=frame[["payer_name", *money, "fair_cost_share", "fair_cost_amount", "activity_count"]],
    )


def say_revenue(page: Page, total: dict[str, object]) -> str:
    """Sales for each unit of cost, which is no return on margin, beside it."""
    if is_missing(total["revenue_per_cost_rate"]):
        return ""
    ratios = {
        name: show_ratio(total[f"revenue_per_cost{end}_rate"], page.language)  # type: ignore[arg-type]
        for name, end in (("rate", ""), ("low", "_low"), ("high", "_high"))
    }
    return page.say("Incremental sales (not margin) per cost: {rate} ({low} – {high}).", **ratios)


def describe_margins(page: Page) -> str:
    """What either side keeps, in one sentence."""
    return page.say(
        "Manufacturer: price to distributors less cost and rebate. Distributors: price to terminals less price to "
        "distributors, plus rebate."
    )


def list_notes(page: Page, listed: Payers, rows: list[dict[str, object]]) -> list[str]:
    """Who paid and gained nothing, and for how many activities margins or costs are not their own or not known."""
    notes = []
    idle = sum(
        1 for row in rows if row["payer_side"] == "distributor" and row["cost_amount"] and not row["gain_amount"]
    )
    if idle:
        notes.append(
            page.say("{n} of those who paid supplied none of the terminals and gained nothing.", n=page.count(idle))
        )
    of_activity = listed.payers.drop_duplicates("activity_id")
    measured = set(listed.activities.loc[listed.activities["incremental_amount"].notna(), "activity_id"])
    of_activity = of_activity[of_activity["activity_id"].isin(measured)]
    borrowed = int((of_activity["margin_basis"] == "mean").sum())
    if borrowed:
        notes.append(
            page.say(
                "For {n} activities the margin is the mean of the others: their own sales, costs or prices are not known.",
                n=page.count(borrowed),
            )
        )
    costless = len(measured) - int(
        listed.activities.loc[listed.activities["activity_id"].isin(measured), "cost_amount"].notna().sum()
    )
    if costless:
        notes.append(page.say("{n} measured activities have no known cost and are left out.", n=page.count(costless)))
    return notes
