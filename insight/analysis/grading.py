"""Grades proposed from what terminals buy and could buy, and effort held against potential. Frames in, frames out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, inf

import numpy as np
import pandas as pd

from insight.grading import GRADES, POTENTIAL_BANDS, VALUE_BANDS, Cut, Effort, Rules

FEWEST = 5  # terminals that make a share of the total or of terminals worth cutting
FEWEST_MONTHS = 3  # of fewer months nothing is said of what a terminal buys in a year


def find_limits(amounts: np.ndarray, cut: Cut) -> tuple[float, float]:
    """The amounts from which high and middle begin; NaN counts for nothing, and equals stand together.

    Shares of the total: of 60, 20, 10, 6, 4 with 0.7 and 0.9 the largest two reach 80 of 100, so high begins at 20; three
    reach 90, so middle begins at 10. Shares of terminals: of the same five with 0.2 and 0.5, one is high, three are not low.
    """
    if cut.by == "amount":
        return cut.high, cut.middle
    known = np.sort(amounts[np.isfinite(amounts)])[::-1]
    if cut.by == "terminals":
        places = [ceil(share * known.size - 1e-9) - 1 for share in (cut.high, cut.middle)]
    else:
        known = known[known > 0]
        reached = np.cumsum(known)
        total = reached[-1] if known.size else 0.0
        places = [int(np.searchsorted(reached, share * total * (1 - 1e-12))) for share in (cut.high, cut.middle)]
    high, middle = (float(known[min(place, known.size - 1)]) if known.size else inf for place in places)
    return high, middle


def find_bands(amounts: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Each amount's place in ``POTENTIAL_BANDS``: 0 high, 1 middle, 2 low, 3 not known. Nothing bought is low always."""
    high, middle = limits
    bands = np.where(amounts >= high, 0, np.where(amounts >= middle, 1, 2))
    return np.where(np.isnan(amounts), 3, np.where(amounts > 0, bands, 2))


def rank_from_top(amounts: np.ndarray) -> np.ndarray:
    """The share of the known amounts that are as large or larger: of 30, 20, 20, 10 it is 0.25, 0.75, 0.75, 1."""
    known = np.sort(amounts[np.isfinite(amounts)])
    if not known.size:
        return np.full(amounts.size, np.nan)
    above = known.size - np.searchsorted(known, amounts, side="left")
    return np.where(np.isfinite(amounts), above / known.size, np.nan)


def propose_grades(terminals: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, dict[str, tuple[float, float]]]:
    """The terminals with bands, places from the top and a proposed grade each; and the limits, in amounts a year.

    A grade is not lowered where a supplier has not reported: what it sold is not known, so the present grade stays and
    ``is_held`` says so. Without a grade before there is nothing to hold.
    """
    a_year = 12 / terminals["month_count"].astype(float).to_numpy()
    amounts = {
        "value": terminals["year_amount"].astype(float).to_numpy() * a_year,
        "potential": terminals["potential_amount"].astype(float).to_numpy(),
    }
    limits = {
        name: find_limits(amounts[name], cut) for name, cut in (("value", rules.value), ("potential", rules.potential))
    }
    bands = {name: find_bands(amounts[name], limits[name]) for name in amounts}
    table = np.array(rules.grades, dtype=object)
    by_rule = table[bands["value"], bands["potential"]]
    present = terminals["grade"].to_numpy(dtype=object)
    held = terminals["is_late"].to_numpy(dtype=bool) & (compare_grades(present, by_rule) < 0)
    return (
        terminals.assign(
            value_band=np.array(VALUE_BANDS, dtype=object)[bands["value"]],
            potential_band=np.array(POTENTIAL_BANDS, dtype=object)[bands["potential"]],
            value_top_share=rank_from_top(amounts["value"]),
            potential_top_share=rank_from_top(amounts["potential"]),
            rule_grade=by_rule,
            proposed_grade=np.where(held, present, by_rule),
            is_held=held,
        ),
        limits,
    )


def compare_grades(before: Sequence[str] | np.ndarray, after: Sequence[str] | np.ndarray) -> np.ndarray:
    """1 where the grade after is higher, −1 where it is lower, 0 where alike or one of them is not from A to D."""
    places = {grade: place for place, grade in enumerate(GRADES)}
    sizes = [(places.get(first), places.get(second)) for first, second in zip(before, after, strict=True)]
    return np.array(
        [0 if first is None or second is None else (first > second) - (first < second) for first, second in sizes]
    )


def list_changes(proposed: pd.DataFrame) -> pd.DataFrame:
    """The terminals whose grade would change, the most money first: what they buy or could buy, the larger.

    ``direction`` is 1 up, −1 down, 0 for a first grade or one from another scale.
    """
    changed = proposed[proposed["grade"] != proposed["proposed_grade"]]
    changed = changed.assign(
        direction=compare_grades(changed["grade"].tolist(), changed["proposed_grade"].tolist()).astype(int),
        _money=changed[["year_amount", "potential_amount"]].astype(float).max(axis=1),
    )
    return changed.sort_values(["_money", "terminal_id"], ascending=[False, True]).drop(columns="_money")


def sum_bands(proposed: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """A row a pair of bands, empty ones too: its grade, how many terminals, what they buy and could buy.

    Potential not known is a column of its own where it occurs; where no potential is known it is the only one.
    """
    known = proposed["potential_band"] != "unknown"
    columns = [band for band in POTENTIAL_BANDS if (known.any() if band != "unknown" else not known.all())]
    cells = _count_pairs(proposed, {"value_band": VALUE_BANDS, "potential_band": columns})
    places = zip(cells["value_band"], cells["potential_band"], strict=True)
    return cells.assign(
        grade=[rules.grades[VALUE_BANDS.index(value)][POTENTIAL_BANDS.index(potential)] for value, potential in places]
    )


def cross_grades(proposed: pd.DataFrame) -> pd.DataFrame:
    """A row a present and a proposed grade, pairs nobody has too: how many and what they buy. No grade comes last."""
    orders = {
        name: sorted(set(proposed[name]), key=lambda grade: (grade == "", grade))
        for name in ("grade", "proposed_grade")
    }
    cells = _count_pairs(proposed, orders)
    return cells.assign(direction=compare_grades(cells["grade"].tolist(), cells["proposed_grade"].tolist()))


def _count_pairs(proposed: pd.DataFrame, orders: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    sums = proposed.groupby(list(orders)).agg(
        terminal_count=("terminal_id", "size"),
        year_amount=("year_amount", "sum"),
        potential_amount=("potential_amount", "sum"),
    )
    every = pd.MultiIndex.from_product(orders.values(), names=list(orders))
    return sums.reindex(every, fill_value=0).reset_index()


# --- effort against potential ----------------------------------------------------------------------------------------


def weigh_effort(terminals: pd.DataFrame, contacts: pd.DataFrame, measure: str, settings: Effort) -> pd.DataFrame:
    """The terminals with a potential, each with its effort, its even part of all effort, and how it stands.

    ``measure`` is visits, cost (of activities) or money (both, at the visit's cost). Even = potential ÷ all potential ×
    all effort of these terminals. Over (under) = at least ``ratio`` times more (less) than even, and further from it than
    ``least`` times the average effort. 12 visits over potentials of 1 and 3: even is 3 and 9.
    """
    sums = contacts.drop(columns=["grade", "held_share"]).groupby("terminal_id", as_index=False).sum()
    counts = [column for column in sums.columns if column != "terminal_id"]
    joined = terminals.merge(sums, on="terminal_id", how="left")
    joined[counts] = joined[counts].fillna(0)
    joined = price_effort(joined, measure, settings)
    known = joined[joined["potential_amount"].astype(float) > 0].copy()
    effort, potential = known["effort"].to_numpy(dtype=float), known["potential_amount"].to_numpy(dtype=float)
    known["potential_part_share"] = potential / potential.sum() if len(known) else potential
    known["effort_part_share"] = effort / effort.sum() if effort.sum() > 0 else np.zeros(len(known))
    known["even_effort"] = known["potential_part_share"] * effort.sum()
    is_far = np.abs(effort - known["even_effort"]) > settings.least * (effort.mean() if len(known) else 0.0)
    over = is_far & (effort >= settings.ratio * known["even_effort"])
    under = is_far & (effort * settings.ratio <= known["even_effort"])
    known["standing"] = np.where(over, "over", np.where(under, "under", "even"))
    return known


def price_effort(contacts: pd.DataFrame, measure: str, settings: Effort) -> pd.DataFrame:
    """Rows of contacts with ``effort`` in the measure asked for; as money either side's cost holds its visits too."""
    if measure == "visits":
        return contacts.assign(effort=contacts["visit_count"].astype(float))
    visit_cost = settings.visit_cost if measure == "money" else 0.0
    sides = {
        f"{side}_cost_amount": contacts[f"{side}_cost_amount"] + visit_cost * contacts[f"{side}_visit_count"]
        for side in ("manufacturer", "distributor")
    }
    return contacts.assign(**sides, effort=sides["manufacturer_cost_amount"] + sides["distributor_cost_amount"])


def share_by_group(weighed: pd.DataFrame, group: str) -> pd.DataFrame:
    """Share of effort and share of potential of each value of a column, over the terminals with a potential."""
    sums = weighed.groupby(group, as_index=False, observed=True).agg(
        terminal_count=("terminal_id", "size"), effort=("effort", "sum"), potential_amount=("potential_amount", "sum")
    )
    return _add_shares(sums.rename(columns={group: "group"}))


def share_by_grade(weighed: pd.DataFrame, contacts: pd.DataFrame, measure: str, settings: Effort) -> pd.DataFrame:
    """The same by the grade that held on the day of each contact; potential by the days on which a grade was held.

    A terminal with a potential of 100 that was B for a quarter of the days and A for the rest gives 25 to B and 75 to A.
    ``terminal_count`` counts a terminal under each grade that it held.
    """
    known = weighed[["terminal_id", "potential_amount"]]
    parts = price_effort(contacts, measure, settings).merge(known, on="terminal_id")
    # the rest of the days no grade was held
    held = parts.groupby("terminal_id")["held_share"].sum()
    rest = known.assign(
        grade="", effort=0.0, held_share=(1 - known["terminal_id"].map(held).fillna(0.0)).clip(lower=0.0)
    )
    rest = rest[rest["held_share"] > 1e-9]
    columns = ["terminal_id", "grade", "effort", "held_share", "potential_amount"]
    both = pd.concat([parts[columns], rest[columns]], ignore_index=True) if len(rest) else parts[columns]
    both = both.assign(potential_amount=both["potential_amount"].astype(float) * both["held_share"])
    sums = both.groupby("grade", as_index=False).agg(
        terminal_count=("terminal_id", "nunique"),
        effort=("effort", "sum"),
        potential_amount=("potential_amount", "sum"),
    )
    return _add_shares(sums.rename(columns={"grade": "group"}))


def _add_shares(sums: pd.DataFrame) -> pd.DataFrame:
    effort, potential = sums["effort"].astype(float), sums["potential_amount"].astype(float)
    return sums.assign(
        effort_part_share=effort / effort.sum() if effort.sum() > 0 else 0.0,
        potential_part_share=potential / potential.sum() if potential.sum() > 0 else 0.0,
    )
