"""The cards of a plan."""

from __future__ import annotations

from math import expm1, isfinite
from typing import Any

import numpy as np
import pandas as pd

from insight.analysis.planning.detection import Detection
from insight.charts import forest, planning
from insight.sentences import planning as sentences
from insight.ui.activities.plan.work import PAGE, Parted, Plan
from insight.ui.address import change_view
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals
from insight.units import is_missing

SHOWN = 50
_NORMAL_95 = 1.959964


def verdict_card(page: Page, plan: Plan) -> Card:
    """Whether anybody will be able to tell, on one scale with what it must bring and what its kind brings."""
    language, verdict, total = page.language, plan.verdict, plan.stakes["total"]
    facts = {
        "code": verdict.code,
        "lift": verdict.lift,
        "basis": verdict.basis,
        "needed": verdict.needed,
        "smallest": None if isinstance(plan.detection, str) else plan.detection.smallest,
        "measured": 0 if plan.kind is None else int(plan.kind["measured_count"]),
        "missing": plan.detection if isinstance(plan.detection, str) else "",
    }
    frame = _list_scale(page, plan)
    if frame.empty:
        raise Nothing(sentences.tell_verdict(facts, language))
    notes = [
        sentences.tell_chance(vars(total), language, page.company.currency),
        sentences.tell_seeing(verdict.chance_to_see, language),
    ]
    if isinstance(plan.detection, Detection) and plan.detection.terminal_count < len(plan.invited):
        notes.append(
            page.say(
                "{n} of {all} on the list can be used: of the others too few clean months are known.",
                n=page.count(plan.detection.terminal_count),
                all=page.count(len(plan.invited)),
            )
        )
    if plan.kind is not None and not is_missing(plan.kind["came_share"]):
        notes.append(
            page.say(
                "Taken is that everybody comes; of this kind’s invited {share} did.",
                share=page.share(plan.kind["came_share"], 0),
            )
        )
    return Card(
        title=sentences.tell_verdict(facts, language),
        subtitle=page.say(
            "{what}. Lift of pure sales over {n} months; visible = significant (95%) with a chance of 80%, from what "
            "similar untouched terminals did in the last {n} whole months",
            what=sentences.tell_basis(plan.kind, plan.wish.start_month, len(plan.invited), language),
            n=plan.design.post_months,
        ),
        frame=frame,
        draw=planning.draw_scale,
        options={"reference_name": page.say("break-even")},
        note=" ".join(filter(None, notes)),
        metrics=("smallest_visible_lift", "break_even_lift", "chance_pays", "activities_needed"),
        table=frame[["row_name", "value_rate", "low_rate", "high_rate"]].rename(
            columns={
                "row_name": "plan_row",
                "value_rate": "plan_lift_rate",
                "low_rate": "plan_low_rate",
                "high_rate": "plan_high_rate",
            }
        ),
    )


def _list_scale(page: Page, plan: Plan) -> pd.DataFrame:
    """Break-even, the kind's mean and one more activity of it, and what could be seen; what is not known is left out."""
    total, known = plan.stakes["total"], plan.known
    rows: list[dict[str, Any]] = []
    if isfinite(total.break_even):
        rows.append({"row_id": "break_even", "row_name": page.say("It must bring"), "form": "point",
                     "value_rate": total.break_even, "is_reference": True})  # fmt: skip
    if isfinite(known.mean):
        whose = page.say("All kinds bring") if plan.is_other_kind else page.say("Its kind brings")
        for code, name, error in (
            ("kind", whose, known.error),
            ("one", page.say("One more of them may bring"), known.error_of_one),
        ):
            rows.append(
                {
                    "row_id": code,
                    "row_name": name,
                    "form": "point",
                    "value_rate": expm1(known.mean),
                    "low_rate": expm1(known.mean - _NORMAL_95 * error),
                    "high_rate": expm1(known.mean + _NORMAL_95 * error),
                    "is_reference": False,
                }
            )
    if isinstance(plan.detection, Detection):
        rows.append({"row_id": "visible", "row_name": page.say("Visible on this list from"), "form": "from",
                     "value_rate": expm1(plan.detection.smallest), "is_reference": False})  # fmt: skip
    columns = ["row_id", "row_name", "form", "value_rate", "low_rate", "high_rate", "is_reference"]
    return pd.DataFrame(rows, columns=columns)


def break_even_card(page: Page, plan: Plan) -> Card:
    """What each side pays and must earn back."""
    names = {
        "total": page.say("Together"),
        "manufacturer": page.say("Manufacturer"),
        "distributor": page.say("Distributors"),
    }
    total = plan.stakes["total"]
    frame = pd.DataFrame(
        [
            {
                "payer_name": name,
                "cost_amount": plan.stakes[side].cost,
                "margin_rate": plan.stakes[side].margin,
                "plan_cost": page.amount(plan.stakes[side].cost),
                "plan_break_even_rate": plan.stakes[side].break_even,
                "kind_net_amount": plan.stakes[side].expected_net,
                "plan_chance": sentences.say_chance(plan.stakes[side].chance, page.language),
            }
            for side, name in names.items()
        ]
    )
    notes = [
        page.say("The cost is the usual one of its kind: the median of the last two years.")
        if plan.is_usual_cost and isfinite(total.cost)
        else "",
        page.say("Too few activities of its kind were measured: the effect is that of all kinds together.")
        if plan.is_other_kind and isfinite(plan.known.mean)
        else "",
        sentences.tell_season(plan.baseline.year_count, plan.design.post_months, page.language),
    ]
    return Card(
        title=sentences.tell_break_even(
            vars(total), plan.baseline.amount, plan.design.post_months, page.language, page.company.currency
        ),
        subtitle=page.say("Break-even = cost ÷ (margin × expected sales), {currency}", currency=page.company.currency),
        frame=frame[["payer_name", "plan_cost", "margin_rate", "plan_break_even_rate", "plan_chance"]],
        note=" ".join(filter(None, notes)),
        metrics=("break_even_lift", "chance_pays", "romi"),
        table=frame.drop(columns="plan_cost"),
    )


def invites_card(page: Page, plan: Plan) -> Card:
    """Whom to invite and why; of a list given, also who had better not be."""
    if plan.invited.empty:
        raise Nothing(page.say("Nobody can be invited under these choices: all are left out, for the reasons below."))
    frame = _describe(page, plan, plan.invited)
    shown = ["terminal_name", "grade", "plan_type", "territory_name", "plan_why", "plan_potential", "plan_bought",
             "plan_expected"]  # fmt: skip
    amounts = ["potential_amount", "is_estimated", "open_amount", "year_amount", "expected_amount", "last_exposed_on"]
    advised = int(plan.invited["reason"].notna().sum())
    notes = []
    if advised:
        notes.append(page.say("{n} of them had better not be invited now: see why.", n=page.count(advised)))
    if len(frame) > SHOWN:
        notes.append(page.say("The first {n} are shown; the file holds all.", n=SHOWN))
    line = page.term(plan.wish.product_line) if plan.wish.product_line else page.say("all lines")
    return Card(
        title=sentences.tell_invites(
            plan.invited.to_dict("records"), bool(plan.wish.names), plan.all_count, page.language, page.company.currency
        ),
        subtitle=page.say(
            "By potential not bought in twelve months, {line}; expected = {n} months, all lines, without the activity. Nobody "
            "who took part in the {n} months before, or is invited elsewhere. Click a row for its page",
            line=line,
            n=plan.design.post_months,
        ),
        frame=frame[shown].head(SHOWN),
        note=" ".join(notes),
        metrics=("potential_realisation",),
        table=frame[["terminal_id", *shown[:5], *amounts]],
        **pick_terminals(PAGE, frame["terminal_id"].head(SHOWN)),
    )


def left_out_card(page: Page, plan: Plan) -> Card:
    """Who is not proposed, and why."""
    frame = _describe(page, plan, plan.left_out)
    counts = {str(code): int(count) for code, count in plan.left_out.groupby("reason")["reason_count"].max().items()}
    every = ", ".join(
        f"{page.term(f'left_out_{code}')} {page.count(count)}"
        for code, count in sorted(counts.items(), key=lambda pair: -pair[1])
    )
    columns = ["terminal_name", "grade", "plan_type", "territory_name", "plan_why", "plan_potential"]
    return Card(
        title=sentences.tell_left_out(counts, page.language),
        subtitle=every,
        frame=frame[columns].head(10),
        note=page.say("The ten with the largest unrealised potential; the file holds the others.")
        if len(frame) > 10
        else "",
        metrics=("potential_realisation",),
        table=frame[["terminal_id", *columns[:5], "potential_amount", "open_amount", "year_amount"]],
    )


def _describe(page: Page, plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """Candidates with their reason in words, their type named and amounts short."""
    return rows.assign(
        plan_type=rows["type"].map(page.term),
        plan_potential=rows["potential_amount"].map(page.amount),
        plan_bought=rows["year_amount"].map(page.amount),
        plan_expected=rows["expected_amount"].map(page.amount),
        plan_why=[
            sentences.say_why(row, plan.design.post_months, plan.wish.start_month, page.language, page.company.currency)
            for row in rows.to_dict("records")
        ],
    )


def comparables_card(page: Page, plan: Plan, past: pd.DataFrame) -> Card:
    """What comparable activities did, by best estimate, beside the mean of their kind."""
    rows = past.to_dict("records")
    shown = [
        {
            "unit_id": row["activity_id"],
            # two reasons would not fit beside the marks; the note says both
            "unit_name": sentences.say_comparable({"why": str(row["why"]).split("+")[0]}, page.language),
            "estimate": row["shrunk_lift_rate"],
            "low": row["shrunk_low_rate"],
            "high": row["shrunk_high_rate"],
            "count": row["terminal_count"],
            "is_small": False,
        }
        for row in rows
    ]
    kind = plan.kind
    if kind is not None and not is_missing(kind["log_lift"]):
        shown.append(
            {
                "unit_id": "",
                "unit_name": sentences.say_comparable({"why": "kind"}, page.language),
                "estimate": kind["lift_rate"],
                "low": kind["lift_low_rate"],
                "high": kind["lift_high_rate"],
                "count": None,
                "is_small": False,
            }
        )
    if not shown:
        raise Nothing(page.say("No activity of this kind was measured yet, so there is nothing to compare with."))
    table = past.assign(
        plan_why=[sentences.say_comparable(row, page.language) for row in rows],
        romi_text=[sentences.say_romi(row, page.language) for row in rows],
        territory_name=past["territory_name"].fillna("—"),
    )[
        ["plan_why", "activity_name", "starts_on", "territory_name", "terminal_count", "cost_amount", "shrunk_lift_rate",
         "shrunk_low_rate", "shrunk_high_rate", "shrunk_net_amount", "romi_text"]
    ]  # fmt: skip
    named = "; ".join(
        page.say(
            "{why}: {name}, {day}, cost {cost}, ROMI {romi}",
            why=sentences.say_comparable(row, page.language),
            name=row["activity_name"],
            day=page.month(row["starts_on"]),
            cost=page.amount(row["cost_amount"]),
            romi=sentences.say_romi(row, page.language),
        )
        for row in rows
    )
    return Card(
        title=sentences.tell_comparables(rows, page.language),
        subtitle=page.say(
            "Lift by best estimate, drawn towards the kind’s mean, 95% interval; n = terminals. Click one for its page"
        ),
        frame=pd.DataFrame(shown),
        draw=forest.draw_forest,
        options={"reference": 0.0, "format": "share", "reference_name": page.say("no difference")},
        note=named,
        metrics=("best_estimate", "romi"),
        pick="unit",
        pick_field="unit_id",
        on_pick=_open_activity,
        table=table,
    )


def _open_activity(code: str | None) -> None:
    """The activity's own page."""
    if code:
        change_view("activities", part="", sel=f"activity:{code}")


def holdout_card(page: Page, plan: Plan, parted: Parted) -> Card:
    """Whom to leave uninvited, and what that costs and buys."""
    holdout, held = parted.holdout, int(parted.holdout.is_held.sum())
    if held == 0:
        raise Nothing(
            page.say("With fewer than {n} terminals on the list nobody can be left out.", n=page.count(plan.wish.every))
        )
    frame = plan.invited.assign(
        plan_role=np.where(holdout.is_held, page.say("leave out"), page.say("invite")),
        plan_type=plan.invited["type"].map(page.term),
        plan_group_number=holdout.groups,
        plan_expected=plan.invited["expected_amount"].map(page.amount),
    ).sort_values(["plan_group_number", "plan_role", "terminal_name"])
    smallest = [
        None if isinstance(one, str) else expm1(one.smallest)
        for one in (plan.detection, parted.beside_all, parted.beside_held)
    ]
    notes = [
        page.say(
            "Beside the left-out alone, which differ from the invited by chance only, {lift} or more would show.",
            lift=page.share(smallest[2], 0, is_signed=True),
        )
        if smallest[2] is not None and smallest[2] <= 3
        else "",
        page.say(
            "Mean size of the left-out against the others: {share}. Groups of {n} of one type and region, neighbours in "
            "size; one of each by drawing {number}, seed {seed}.",
            share=page.share(holdout.imbalance, is_signed=True),
            n=plan.wish.every,
            number=holdout.number + 1,
            seed=parted.seed,
        ),
    ]
    columns = ["plan_role", "terminal_name", "plan_expected"]
    return Card(
        title=sentences.tell_holdout(held, len(frame) - held, smallest[0], smallest[1], page.language),
        subtitle=page.say("Both lists are in the file. Invite the left-out to the next one, once the effect is known"),
        frame=frame.loc[frame["plan_group_number"] > 0, columns].head(60),
        note=" ".join(filter(None, notes)),
        metrics=("smallest_visible_lift",),
        table=frame[
            [
                "terminal_id",
                "terminal_name",
                "plan_type",
                "territory_name",
                "plan_role",
                "plan_group_number",
                "expected_amount",
            ]
        ],
    )
