"""Everything that is told of what activities earned, as frames to be written down: `describe_earnings`."""

from __future__ import annotations

import pandas as pd

from insight.analysis.cumulation import cumulate_months
from insight.analysis.effect import Effects, Portfolio
from insight.analysis.margins import DISTRIBUTOR, MANUFACTURER, find_margins
from insight.analysis.payers import settle_payers
from insight.analysis.returns import compute_returns
from insight.analysis.spending import find_responses


def describe_earnings(
    portfolio: Portfolio, effects: Effects, costs: pd.DataFrame, sales: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The derived relations of returns by name.

    costs: activity_id, payer_id, cost_amount; sales: what suppliers sold to each activity's terminals, with the columns
    of `margins.find_margins`.
        activity_returns  `returns.compute_returns`: activities and kinds, by side
        activity_payers   `payers.settle_payers`: activities by payer, with margin_basis
        activity_months   `cumulation.cumulate_months`: activities up to each month
        spend_responses, spend_curves   `spending.find_responses`: kinds
    """
    margins, parts = find_margins(portfolio.plan["activity_id"], sales)
    is_maker = costs["payer_id"] == MANUFACTURER
    sides = costs.assign(payer_side=is_maker.map({True: MANUFACTURER, False: DISTRIBUTOR}))
    responses, curves = find_responses(
        effects.activities, costs.groupby("activity_id", as_index=False)["cost_amount"].sum()
    )
    payers = settle_payers(effects.activities, parts, costs)
    return {
        "activity_returns": compute_returns(effects, sides, margins),
        "activity_payers": payers.merge(margins[["activity_id", "margin_basis"]], on="activity_id", how="left"),
        "activity_months": cumulate_months(portfolio),
        "spend_responses": responses,
        "spend_curves": curves,
    }
