"""What the coverage page says: how much of the universe is reached, how deep, what is white, who has gone quiet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from insight.i18n import say
from insight.units import is_missing, show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]

FEW = 5  # nothing is said of a group smaller than this
SEVERAL = 3  # product lines (or SKUs) that make a deep account
TOP = 20

# the ladder's steps in words; {range} is how much there is to buy
STEPS = {
    "known": "Known and open",
    "target": "On the target list",
    "listed": "Listed",
    "ordered": "Ordered ever",
    "active": "Bought in the period",
    "repeated": "In two months or more",
    "several": "3 lines or more",
    "several_products": "3 SKUs or more",
    "full": "All {range} lines",
    "full_products": "All {range} SKUs",
}

REASONS = {
    "is_never_ordered": "Never ordered",
    "is_gone_quiet": "Gone quiet",
    "is_without_owner": "No owner",
    "is_not_visited": "No visit in 90 days",
}


def name_step(step: Row, language: str) -> str:
    """A step of the ladder in words."""
    code = step["step"]
    if code in ("several", "full") and step["depth_unit"] == "product":
        code = f"{code}_products"
    return say(language, STEPS[code], range=show_count(step["range_count"], language))


def list_reasons(row: Row, language: str) -> str:
    """Every reason why a terminal is worth acting on, the first one first."""
    return " · ".join(say(language, text) for column, text in REASONS.items() if row[column])


def tell_headline(
    total: Row, period: str, language: str, currency: str, *, is_quiet_known: bool = True, is_narrowed: bool = False
) -> str:
    """The page's one sentence: how many of the universe bought and how much, then the largest hole.

    ``is_narrowed`` says that only some products or distributors are looked at: then an order is one of those.
    """
    universe = total["target_count"]
    if not universe:
        if total["universe_count"]:
            return say(
                language,
                "None of the {n} terminals here is on the target list.",
                n=show_count(total["universe_count"], language),
            )
        return say(language, "No terminals for these filters.")
    values = {
        "n": show_count(total["active_count"], language),
        "all": show_count(universe, language),
        "period": period,
        "rate": show_share(total["coverage_rate"], language),
        "depth": show_number(total["products_per_terminal"], language, 1),
    }
    if not total["active_count"]:
        text = (
            "None of {all} target terminals bought in {period}."
            if total["is_target_known"]
            else "None of {all} known terminals bought in {period}."
        )
    elif total["is_target_known"]:
        text = "{n} of {all} target terminals bought in {period}: {rate}, {depth} SKUs each on average."
    else:
        text = "{n} of {all} known terminals bought in {period}: {rate}, {depth} SKUs each on average."
    first = say(language, text, **values)
    second = _tell_hole(total, language, currency, is_quiet_known=is_quiet_known, is_narrowed=is_narrowed)
    return f"{first}{'' if language == 'zh' else ' '}{second}".strip()


def _tell_hole(total: Row, language: str, currency: str, *, is_quiet_known: bool, is_narrowed: bool) -> str:
    never, known = total["grade_a_never_count"], total["grade_a_never_known_count"]
    if never:
        values = {
            "n": show_count(never, language),
            "amount": show_amount(total["grade_a_never_amount"], language, currency),
        }
        if not known:
            one, many = "{n} grade A terminal", "{n} grade A terminals"
        elif known < never:
            one = many = "{n} grade A terminals worth at least {amount} a year"
        else:
            one, many = "{n} grade A terminal worth {amount} a year", "{n} grade A terminals worth {amount} a year"
        who = say(language, one if never == 1 else many, **values)
        if is_narrowed:
            text = (
                "{who} has never ordered what is selected."
                if never == 1
                else "{who} have never ordered what is selected."
            )
        else:
            text = "{who} has never ordered." if never == 1 else "{who} have never ordered."
        return say(language, text, who=who)
    if not is_quiet_known:
        return ""
    if total["lapsed_count"]:
        values = {
            "n": show_count(total["lapsed_count"], language),
            "amount": show_amount(total["lapsed_amount"], language, currency),
        }
        one = "{n} terminal that bought {amount} in a year has gone quiet."
        many = "{n} terminals that bought {amount} in a year have gone quiet."
        return say(language, one if total["lapsed_count"] == 1 else many, **values)
    if total["unknown_count"]:
        return ""
    return say(language, "Nobody has gone quiet.")


def tell_steps(steps: Sequence[Row], language: str) -> str:
    """Where most terminals are lost: the same step the chart outlines, the largest fall in number."""
    falls = [(above["terminal_count"] - row["terminal_count"], above, row) for above, row in pairwise(steps)]
    worst = max(falls, key=lambda fall: fall[0], default=None)
    if worst is None or worst[0] <= 0:
        return say(language, "No terminal is lost on the way up")
    lost, above, row = worst
    values = {"n": show_count(lost, language), "all": show_count(above["terminal_count"], language)}
    if row["step"] == "target":
        return say(language, "{n} of {all} known terminals are not on the target list", **values)
    return say(
        language, "The largest loss: {n} of {all} do not reach “{step}”", step=name_step(row, language), **values
    )


def tell_depth(cells: Sequence[Row], language: str) -> str:
    """How much of the best grade that is large enough buys fewer than three lines (or SKUs)."""
    for grade in dict.fromkeys(row["grade"] for row in cells):
        rows = [row for row in cells if row["grade"] == grade]
        if not grade or rows[0]["grade_count"] < FEW or max(row["depth_count"] for row in rows) < SEVERAL:
            continue
        shallow = sum(row["terminal_count"] for row in rows if row["depth_count"] < SEVERAL)
        values = {"grade": grade, "rate": show_share(shallow / rows[0]["grade_count"], language), "few": SEVERAL}
        if rows[0]["depth_unit"] == "product":
            return say(language, "{rate} of grade {grade} buys fewer than {few} SKUs", **values)
        return say(language, "{rate} of grade {grade} buys fewer than {few} product lines", **values)
    return say(language, "How deep each grade buys")


def tell_penetration(cells: Sequence[Row], language: str) -> str:
    """The most and the least bought in the kind with most terminals. Rows carry ``row_name`` and ``kind_name``."""
    is_one_kind = len({row["kind"] for row in cells}) == 1
    large = [
        row
        for row in cells
        if row["terminal_count"] >= FEW and (is_one_kind or (row["kind"] and row["kind"] != "other"))
    ]
    if not large:
        return say(language, "Who buys what")
    kind = max(large, key=lambda row: row["terminal_count"])["kind"]
    rows = sorted((row for row in large if row["kind"] == kind), key=lambda row: -row["penetration_rate"])
    best, worst = rows[0], rows[-1]
    values = {
        "kind": best["kind_name"],
        "best": best["row_name"],
        "best_rate": show_share(best["penetration_rate"], language),
    }
    worst_rate = show_share(worst["penetration_rate"], language)
    if len(rows) < 2 or values["best_rate"] == worst_rate:
        return say(language, "{kind}: {best_rate} buy {best}", **values)
    return say(
        language,
        "{kind}: {best_rate} buy {best}, only {worst_rate} buy {worst}",
        worst=worst["row_name"],
        worst_rate=worst_rate,
        **values,
    )


def tell_potential(terminals: Sequence[Row], language: str, currency: str) -> str:
    """How much potential is not bought, and how few terminals hold how much of it."""
    open_amounts = sorted((row["open_amount"] for row in terminals), reverse=True)
    total = sum(open_amounts)
    if total <= 0:
        return say(language, "Every terminal buys its whole potential")
    values = {"amount": show_amount(total, language, currency)}
    if len(open_amounts) < 2 * TOP:
        return say(language, "{amount} of potential a year is not bought", **values)
    share = show_share(sum(open_amounts[:TOP]) / total, language)
    return say(
        language,
        "{amount} of potential a year is not bought; {n} terminals hold {share} of it",
        n=TOP,
        share=share,
        **values,
    )


def tell_terminals(terminals: Sequence[Row], language: str, currency: str) -> str:
    """How many terminals are worth acting on and what is at stake."""
    if not terminals:
        return say(language, "No terminal needs attention")
    stake = sum(row["stake_amount"] for row in terminals if not is_missing(row["stake_amount"]))
    values = {"n": show_count(len(terminals), language), "amount": show_amount(stake, language, currency)}
    if len(terminals) == 1:
        return say(language, "{n} terminal worth acting on, {amount} a year at stake", **values)
    return say(language, "{n} terminals worth acting on, {amount} a year at stake", **values)
