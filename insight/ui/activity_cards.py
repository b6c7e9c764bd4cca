"""The cards of the activities page: event study, kinds, cost and return, shares, payers, the list; what is selected."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from insight.charts import event_study, forest, pairs, returns
from insight.sentences import activities as sentences
from insight.ui.activities import Outcome, show_interval
from insight.ui.cards import Card
from insight.ui.choice import choose, clear_choice, find_choice, take_turn
from insight.ui.frame import show_selection
from insight.ui.page import Page
from insight.ui.states import Nothing

# amounts that are estimates, and their costs beside them, are shown in whole units; the files hold all digits
_ROUNDED = {
    "cost_amount": 0,
    "gain_amount": 0,
    "fair_cost_amount": 0,
    "shrunk_net_amount": 0,
    "cost_share": 3,
    "fair_cost_share": 3,
    "lift_rate": 3,
    "shrunk_lift_rate": 3,
    "before_after_rate": 3,
    "chance_paid_share": 2,
}


def find_chosen_kind(kinds: pd.DataFrame) -> str:
    """The kind selected, else all."""
    kind = find_choice("activities").get("kind", sentences.ALL_KINDS)
    return str(kind) if kind in set(kinds["kind"]) else sentences.ALL_KINDS


def keep_chosen(activities: pd.DataFrame) -> pd.DataFrame:
    """The activities of the selected kind, or those selected one by one."""
    chosen = find_choice("activities")
    if "kind" in chosen:
        return activities[activities["kind"] == chosen["kind"]]
    if "activities" in chosen:
        return activities[activities["activity_id"].isin(chosen["activities"])]
    return activities


def require_kinds(page: Page, outcome: Outcome) -> None:
    """Without any estimate there is nothing to draw: say so."""
    if outcome.kinds.empty:
        raise Nothing(
            page.say(
                "No effect could be estimated: it takes terminals that took part, a year of whole months before and "
                "three after."
            )
        )


def event_card(page: Page, outcome: Outcome) -> Card:
    """Those that took part against what was expected of them, month by month."""
    require_kinds(page, outcome)
    chosen = find_chosen_kind(outcome.kinds)
    (kind,) = outcome.kinds[outcome.kinds["kind"] == chosen].to_dict("records")
    frame = page.ask("activities/months_around", kind=chosen)
    if frame.empty:
        raise Nothing(sentences.tell_event_study(kind, page.language))
    has_sum = kind["verdict"] in ("works", "harms")
    months = sentences.tell_months(frame.to_dict("records"), page.language) if has_sum else ""
    words = page.say(
        "Pure sales by month from the event, mean of the year before = 100; band = 95% interval of the difference. "
        "{n} activities of the whole company, {terminals} terminals",
        n=page.count(kind["measured_count"]),
        terminals=page.count(frame["terminal_count"].max()),
    )
    return Card(
        title=sentences.tell_event_study(kind, page.language),
        subtitle=words,
        frame=frame,
        draw=event_study.draw_event_study,
        options={
            "treated_name": page.say("Took part"),
            "control_name": page.say("Expected without it"),
            "note": page.share(kind["lift_rate"], is_signed=True) if has_sum else "",
            "is_doubtful": bool(kind["is_picked_unusual"]),
        },
        note=" ".join(filter(None, [months, sentences.tell_control(kind, page.language)])),
        metrics=("incremental_sales", "negative_control"),
    )


def kinds_card(page: Page, outcome: Outcome) -> Card:
    """The kinds by return, or by lift where margins or costs are missing."""
    require_kinds(page, outcome)
    kinds = outcome.kinds[outcome.kinds["kind"] != sentences.ALL_KINDS]
    has_return = bool(kinds["romi_rate"].notna().any())
    name = "romi" if has_return else "lift"
    shown = pd.DataFrame(
        {
            "unit_id": kinds["kind"],
            "unit_name": kinds["kind"].map(page.term),
            "estimate": kinds[f"{name}_rate"],
            "low": kinds[f"{name}_low_rate"],
            "high": kinds[f"{name}_high_rate"],
            "count": kinds["measured_count"],
            # an interval that is clear of nothing but not of the negative control is no finding either
            "is_small": (kinds["measured_count"] < sentences.FEW)
            | ((kinds[f"{name}_low_rate"] > 0) & (kinds["verdict"] != "works")),
        }
    )
    shown = pd.concat([shown[shown["count"] >= sentences.FEW], shown[shown["count"] < sentences.FEW]])
    rows = outcome.kinds.to_dict("records")
    (everything,) = (row for row in rows if row["kind"] == sentences.ALL_KINDS)
    measure = (
        page.say("ROMI: net gain ÷ cost, 95% interval")
        if has_return
        else page.say("Pure sales beyond what was expected, 95% interval")
    )
    table = kinds.assign(
        activity_kind=kinds["kind"].map(page.term),
        verdict=kinds["verdict"].map(lambda code: page.term(f"verdict_{code}")),
    )
    columns = [
        "activity_kind",
        "verdict",
        "activity_count",
        "measured_count",
        "lift_rate",
        "lift_low_rate",
        "lift_high_rate",
        "negative_control_rate",
    ]
    money = [
        "cost_amount",
        "gain_amount",
        "net_amount",
        "romi_rate",
        "romi_low_rate",
        "romi_high_rate",
        "revenue_per_cost_rate",
        "break_even_lift_rate",
        "chance_paid_share",
    ]
    hollow = (
        page.say("Hollow: fewer than five measured, or not clear of the negative control.")
        if shown["is_small"].any()
        else ""
    )
    return Card(
        title=sentences.tell_kinds(rows, page.language),
        subtitle=page.say(
            "{measure}. Whole company since {month}; n = activities measured. Click a kind",
            measure=measure,
            month=page.month(outcome.first_month),
        ),
        frame=shown,
        draw=forest.draw_forest,
        options={
            "reference": 0.0,
            "format": "ratio" if has_return else "share",
            "reference_name": page.say("break-even") if has_return else page.say("no difference"),
        },
        note=" ".join(filter(None, [hollow, sentences.tell_control(everything, page.language)])),
        metrics=("romi", "incremental_sales", "negative_control"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda kind: choose("activities", "kinds", **({"kind": kind} if kind else {})),
        turn=take_turn("activities", "kinds"),
        table=table[columns + (money if has_return else [])],
    )


def returns_card(page: Page, outcome: Outcome) -> Card:
    """Each activity by cost and by what it brought, by best estimate."""
    listed = keep_chosen(outcome.activities) if "kind" in find_choice("activities") else outcome.activities
    brought = "shrunk_gain_amount" if outcome.has_margins else "shrunk_incremental_amount"
    frame = listed.assign(name=listed["activity_name"], return_amount=listed[brought], size=listed["terminal_count"])
    frame = frame[(frame["cost_amount"] > 0) & frame["return_amount"].notna()]
    if frame.empty:
        raise Nothing(page.say("No activity here has both a cost and an estimate."))
    measure = page.say("Extra gross margin") if outcome.has_margins else page.say("Extra pure sales")

    def select(selection: Mapping[str, Any]) -> None:
        brush, dots = selection.get("brush") or {}, selection.get("activity") or []
        if brush.get("cost_amount") and brush.get("return_amount"):
            (least, most), (low, high) = (sorted(brush[field]) for field in ("cost_amount", "return_amount"))
            # a return of nothing or below stands at the foot of the chart
            smallest = frame.loc[frame["return_amount"] > 0, "return_amount"].min()
            is_inside = frame["cost_amount"].between(least, most) & frame["return_amount"].between(
                low if low > smallest else -np.inf, high
            )
            choose("activities", "returns", activities=frame.loc[is_inside, "activity_id"].tolist())
        elif dots:
            choose("activities", "returns", activities=[dot["activity_id"] for dot in dots])
        else:
            choose("activities", "returns")

    return Card(
        title=sentences.tell_returns(frame.to_dict("records"), page.language, is_margin=outcome.has_margins),
        subtitle=page.say(
            "{measure} by best estimate (drawn towards the kind’s mean), {unit}. One dot an activity, size = "
            "terminals; draw a rectangle to list them",
            measure=measure,
            unit=returns.describe_unit(frame, page.style),
        ),
        frame=frame[["activity_id", "name", "kind", "cost_amount", "return_amount", "size"]],
        draw=returns.draw_cost_return,
        options={"size_title": page.say("Terminals"), "return_title": measure},
        note=page.say("A single activity is uncertain even by best estimate: its interval is in the list below."),
        metrics=("best_estimate", "activity_cost"),
        pick="brush,activity",
        on_select=select,
        turn=take_turn("activities", "returns"),
        table=frame.assign(activity_kind=frame["kind"].map(page.term))[
            ["activity_name", "activity_kind", "cost_amount", "return_amount", "terminal_count"]
        ],
    )


def shares_card(page: Page, outcome: Outcome) -> Card:
    """Share of spend against share of return, a kind each."""
    require_kinds(page, outcome)
    brought = "shrunk_gain_amount" if outcome.has_margins else "shrunk_incremental_amount"
    measured = outcome.activities[outcome.activities["cost_amount"].notna() & outcome.activities[brought].notna()]
    sums = measured.groupby("kind", as_index=False).agg(
        spend=("cost_amount", "sum"), gain=(brought, "sum"), measured_count=("activity_id", "count")
    )
    if sums.empty or sums["spend"].sum() <= 0 or sums["gain"].sum() <= 0:
        raise Nothing(page.say("There is no return to share among these activities."))
    frame = sums.assign(
        unit_id=sums["kind"],
        unit_name=sums["kind"].map(page.term),
        spend_rate=sums["spend"] / sums["spend"].sum(),
        return_rate=sums["gain"] / sums["gain"].sum(),
        verdict=sums["kind"].map(outcome.kinds.set_index("kind")["verdict"]),
    ).sort_values(["return_rate", "kind"], ascending=[False, True])
    return Card(
        title=sentences.tell_shares(frame.to_dict("records"), page.language),
        subtitle=page.say("Open dot = share of spend, filled dot = share of the extra gross margin, by best estimate")
        if outcome.has_margins
        else page.say("Open dot = share of spend, filled dot = share of the extra pure sales, by best estimate"),
        frame=frame[["unit_id", "unit_name", "spend_rate", "return_rate"]],
        draw=pairs.draw_share_pairs,
        metrics=("best_estimate", "activity_cost"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda kind: choose("activities", "shares", **({"kind": kind} if kind else {})),
        turn=take_turn("activities", "shares"),
        table=frame[["unit_name", "measured_count", "spend_rate", "return_rate"]],
    )


def payers_card(page: Page, outcome: Outcome) -> Card:
    """What either side paid, gained and earned back, and the split of cost at which both earn the same."""
    sides = {row["payer_side"]: row for row in outcome.sums.to_dict("records")}
    if not sides["total"]["activity_count"] or not np.isfinite(sides["total"]["gain_amount"]):
        raise Nothing(
            page.say("Who gained cannot be said: costs of activities, or costs and prices of products, are missing.")
        )
    frame = outcome.sums.assign(
        payer_name=outcome.sums["payer_side"].map(
            {
                "total": page.say("Together"),
                "manufacturer": page.say("Manufacturer"),
                "distributor": page.say("Distributors"),
            }
        ),
        net_text=[
            f"{page.amount(row['net_amount'], is_signed=True)} "
            f"({show_interval(page, row['net_low_amount'], row['net_high_amount'])})"
            for row in sides.values()
        ],
        romi_text=[sentences.say_romi(row, page.language) for row in sides.values()],
        chance_text=[sentences.say_chance(row["chance_paid_share"], page.language) for row in sides.values()],
    )
    return Card(
        title=sentences.tell_payers(sides, page.language),
        subtitle=page.say(
            "{n} activities with an estimate and a cost, {currency}. Fair share: paying it, both sides earn the "
            "same for each unit paid",
            n=page.count(sides["total"]["activity_count"]),
            currency=page.company.currency,
        ),
        frame=frame[
            [
                "payer_name",
                "cost_amount",
                "cost_share",
                "gain_amount",
                "net_text",
                "romi_text",
                "chance_text",
                "fair_cost_share",
                "fair_cost_amount",
            ]
        ].round(_ROUNDED),
        note=page.say(
            "Manufacturer: price to distributors less cost and rebate. Distributors: price to terminals less price "
            "to distributors, plus rebate."
        ),
        metrics=("romi", "net_gain", "fair_cost_share", "activity_cost"),
        table=outcome.sums[
            [
                "payer_side",
                "cost_amount",
                "gain_amount",
                "gain_low_amount",
                "gain_high_amount",
                "net_amount",
                "net_low_amount",
                "net_high_amount",
                "romi_rate",
                "romi_low_rate",
                "romi_high_rate",
                "fair_cost_share",
                "fair_cost_amount",
            ]
        ],
    )


def list_card(page: Page, outcome: Outcome) -> Card:
    """The activities one by one, what is claimed for each and what is missing."""
    listed = keep_chosen(outcome.activities)
    if listed.empty:
        raise Nothing(page.say("No activity of the selection began in this period under these filters."))
    rows = listed.to_dict("records")
    frame = listed.assign(
        activity_kind=listed["kind"].map(page.term),
        territory_name=listed["territory_name"].fillna("—"),
        status_text=[sentences.say_status(row, page.language) for row in rows],
        lift_interval=[sentences.say_rates(row["lift_low_rate"], row["lift_high_rate"], page.language) for row in rows],
        shrunk_interval=[
            sentences.say_rates(row["shrunk_low_rate"], row["shrunk_high_rate"], page.language) for row in rows
        ],
    )
    has_return = outcome.has_margins and bool(listed["cost_amount"].notna().any())
    columns = [
        "starts_on",
        "activity_kind",
        "activity_name",
        "territory_name",
        "exposed_count",
        "cost_amount",
        "shrunk_lift_rate",
        "shrunk_interval",
        "status_text",
    ]
    columns += ["shrunk_net_amount", "chance_paid_share"] if has_return else []
    columns += ["lift_rate", "lift_interval", "before_after_rate"]
    frame = frame.round(_ROUNDED)
    is_said = listed["is_attendance_known"] | (listed["exposed_count"] == 0)
    notes = [page.say("Before/after compares with nobody and is not an effect: those who are invited buy more anyway.")]
    if not is_said.all():
        notes.append(
            page.say("For {n} activities nobody said who came: the invited count.", n=page.count(int((~is_said).sum())))
        )
    shared = int((listed["shared_count"] > 0).sum())
    if shared:
        notes.append(
            page.say(
                "{n} activities overlap with others on a terminal: measured together, what the others’ kinds "
                "explain taken off.",
                n=page.count(shared),
            )
        )
    return Card(
        title=sentences.tell_activities(rows, page.language),
        subtitle=page.say(
            "Best = drawn towards the kind’s mean, the one to rank by; own = from its terminals alone. Largest best "
            "net gain first"
        ),
        frame=frame[columns],
        note=" ".join(notes),
        metrics=("best_estimate", "incremental_sales", "measurable_alone"),
        table=frame[["activity_id", *columns]],
    )


def describe_basis(page: Page, outcome: Outcome) -> str:
    """What every estimate on the page rests on, in one line."""
    basis = outcome.basis
    if basis is None:
        return page.say(
            "No effect was estimated: it takes activities, who took part, and at least three whole months after."
        )
    parts = [
        page.say(
            "Effects: pure sales of all lines in {n} months from the event against the year before and untouched "
            "terminals of the same type and region; from the first order on; whole months to {month}. Associations, "
            "not proof",
            n=basis["post_month_count"],
            month=page.month(basis["last_month"]),
        )
    ]
    if basis["bought_count"] > basis["terminal_count"]:
        parts.append(
            page.say(
                "compared with a sample: {n} of {all} terminals",
                n=page.count(basis["terminal_count"]),
                all=page.count(basis["bought_count"]),
            )
        )
    if basis["owed_count"]:
        parts.append(page.say("{n} terminal-months not reported yet are left out", n=page.count(basis["owed_count"])))
    if not basis["has_margins"]:
        parts.append(page.say("no return on margin: costs or prices of products are missing"))
    return " · ".join(parts)


def show_chosen(page: Page) -> None:
    """The selection bar, where something is selected."""
    chosen = find_choice("activities")
    if not chosen:
        return
    if "kind" in chosen:
        text = sentences.name_kind(chosen["kind"], page.language)
    else:
        text = page.say("{n} activities selected", n=page.count(len(chosen["activities"])))
    show_selection(page, text, lambda: clear_choice("activities"))
