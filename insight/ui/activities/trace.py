"""How the return of one activity came about: from what its terminals bought to what each payer earned back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.sentences import activities as sentences
from insight.sentences import earned
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.units import is_missing, show_number, show_share

_SIDES = ("total", "manufacturer", "distributor")


def trace_card(page: Page, activity: dict[str, Any]) -> Card:
    """The steps from sales to return, of both sides together and of each. ``activity`` is a row of activities/activities."""
    steps = return_rows(page, activity)
    if steps.empty:
        raise Nothing(page.say("This activity has no estimate, so there is no return to trace."))
    payback = say_months(page, activity)
    return Card(
        title=page.say("How the return of this activity came about"),
        subtitle=page.say(
            "{currency}, all digits. Every line follows from those above it", currency=page.company.currency
        ),
        frame=steps,
        note=" ".join(filter(None, [say_chance(page, activity), payback, describe_basis(page, activity)])),
        metrics=("incremental_sales", "payer_gain", "romi", "fair_cost_share"),
    )


def payers_card_of(page: Page, activity: dict[str, Any]) -> Card:
    """Every payer of the activity: what it supplied, keeps, gained, paid and would pay at a fair split."""
    payers = page.ask("returns/payers", activity_id=activity["activity_id"])
    if payers.empty:
        raise Nothing(page.say("Nobody is known to have paid for this activity or supplied its terminals."))
    rows = payers.to_dict("records")
    frame = payers.assign(
        payer_name=[earned.name_payer(row["payer_id"], row["payer_name"], page.language) for row in rows],
        supplied_share=payers["supply_share"],
        kept_unit_share=payers["margin_rate"],
        net_interval=[say_ends(page, row["net_low_amount"], row["net_high_amount"]) for row in rows],
        romi_text=[sentences.say_romi(row, page.language) for row in rows],
        chance_text=[sentences.say_chance(row["chance_paid_share"], page.language) for row in rows],
    )
    columns = ["payer_name", "supplied_share", "kept_unit_share", "gain_amount", "cost_amount", "net_amount"]
    more = ["romi_text", "chance_text", "fair_cost_amount"]
    return Card(
        title=page.say("Who paid and who gained"),
        subtitle=page.say(
            "{currency}. Supplied: share of the terminals’ pure sales in the month of the activity and the five after",
            currency=page.company.currency,
        ),
        frame=frame[[*columns, *more]],
        metrics=("payer_gain", "romi", "chance_paid", "fair_cost_share"),
        table=frame[[*columns, "net_interval", "fair_cost_share", *more]],
    )


def return_rows(page: Page, activity: dict[str, Any]) -> pd.DataFrame:
    """The steps as a table: step, and the value of the total, the manufacturer and the distributors as text."""
    payers = page.ask("returns/payers", activity_id=activity["activity_id"])
    if payers.empty or is_missing(activity["incremental_amount"]):
        return pd.DataFrame()
    sums = {side: payers if side == "total" else payers[payers["payer_side"] == side] for side in _SIDES}

    def each(column: str) -> list[str]:
        return [exact(page, sums[side][column].sum(min_count=1, skipna=False)) for side in _SIDES]

    gains, costs = ([sums[side][name].sum(skipna=False) for side in _SIDES] for name in ("gain_amount", "cost_amount"))
    only = ["—", "—"]
    rows = [
        (page.say("Pure sales in the months counted"), exact(page, activity["observed_amount"]), *only),
        (page.say("− expected without the activity"), exact(page, activity["expected_amount"]), *only),
        (page.say("= incremental pure sales"), exact(page, activity["incremental_amount"]), *only),
        (
            page.say("95% interval"),
            say_ends(page, activity["incremental_low_amount"], activity["incremental_high_amount"]),
            *only,
        ),
        (
            page.say("× kept of one unit"),
            *(show_share(sums[side]["margin_rate"].sum(skipna=False), page.language, 2) for side in _SIDES),
        ),
        (page.say("= gain"), *each("gain_amount")),
        (page.say("− cost paid"), *each("cost_amount")),
        (page.say("= net gain"), *each("net_amount")),
        (
            page.say("95% interval of the net gain"),
            *(
                say_ends(
                    page,
                    sums[side]["net_low_amount"].sum(skipna=False),
                    sums[side]["net_high_amount"].sum(skipna=False),
                )
                for side in _SIDES
            ),
        ),
        (
            page.say("ROMI: net gain ÷ cost"),
            *(
                f"{show_number((gain - cost) / cost, page.language, 2)}x"
                if cost and not is_missing(gain - cost)
                else "—"
                for gain, cost in zip(gains, costs, strict=True)
            ),
        ),
    ]
    return pd.DataFrame(rows, columns=["step", "together_text", "manufacturer_text", "distributors_text"])


def exact(page: Page, value: float) -> str:
    """An amount with all its digits: '1,234.56'."""
    return show_number(value, page.language, 2)


def say_ends(page: Page, low: float, high: float) -> str:
    """An interval with all digits, or a dash."""
    return "—" if is_missing(low) else f"{exact(page, low)} – {exact(page, high)}"


def say_chance(page: Page, activity: dict[str, Any]) -> str:
    """The chance that it paid, from the best estimate: the one to decide by."""
    if is_missing(activity["chance_paid_share"]):
        return ""
    chance = sentences.say_chance(activity["chance_paid_share"], page.language)
    return page.say("Chance that it paid, by best estimate: {chance}.", chance=chance)


def say_months(page: Page, activity: dict[str, Any]) -> str:
    """In which month the gain of this activity, by its own estimate, reached its cost; of those that speak for themselves."""
    if activity["status"] != "measured":
        return ""
    parts = page.ask("returns/payers", activity_id=activity["activity_id"])
    months = page.ask("returns/months", activity_id=activity["activity_id"])
    margin, cost = parts["margin_rate"].sum(skipna=False), parts["cost_amount"].sum(skipna=False)
    if months.empty or is_missing(margin) or is_missing(cost) or not cost:
        return ""
    reached = months.loc[months["incremental_amount"] * margin >= cost, "event_month"]
    if reached.empty:
        return page.say("By its own estimate the cost was not back within {n} months.", n=page.count(len(months)))
    return page.say("By its own estimate the cost was back in month {n}.", n=page.count(int(reached.min()) + 1))


def describe_basis(page: Page, activity: dict[str, Any]) -> str:
    """What is not known exactly: a cost not settled or not loaded, a margin borrowed from the others."""
    parts = page.ask("returns/payers", activity_id=activity["activity_id"])
    notes = []
    if is_missing(activity["cost_amount"]):
        notes.append(page.say("What it cost is not known."))
    elif activity["unsettled_amount"]:
        notes.append(
            page.say(
                "{amount} not settled: the committed cost counts.", amount=page.amount(activity["unsettled_amount"])
            )
        )
    if (parts["margin_basis"] == "mean").any():
        notes.append(page.say("The margin is the mean of the other activities."))
    elif parts["margin_basis"].isna().all():
        notes.append(page.say("Costs or prices of products are not known, so neither is the margin."))
    return " ".join(notes)
