"""What the part "On whom we depend" says: concentration, what would be lost, who could take over, who serves the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, say
from insight.units import is_missing, show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]

LEAST_STEP = 0.01  # of what the widest step moves; a smaller step is no finding

STEPS = {
    "sell_in": "Sell-in, by distributor",
    "transfer": "Transfers, by receiver",
    "distributors": "Pure sales, by distributor",
    "tier_1": "of which tier 1",
    "tier_2": "of which tier 2",
    "terminals": "By terminal",
    "product_lines": "By product line",
}
# as the subject of a sentence
SUBJECTS = {
    "sell_in": "sell-in",
    "transfer": "transfers",
    "distributors": "distributors’ pure sales",
    "tier_1": "tier 1’s pure sales",
    "tier_2": "tier 2’s pure sales",
    "terminals": "terminals’ purchases",
}
STRICT, ALARM = 1_800.0, 2_500.0
FEWEST_MONTHS = 6  # with fewer whole months, nobody's capacity can be judged
MOST_NAMED = 3


def name_step(step: str, language: str) -> str:
    """A step of the channel, as a row's name."""
    return say(language, STEPS[step])


def tell_steps(steps: Sequence[Row], language: str) -> str:
    """'Most concentrated: tier 1’s pure sales, HHI 2,167, above the stricter line of 1,800'. ``steps``: step, hhi.

    It speaks of parties: that a company has few product lines is no dependence on anybody. Nor of a step through which
    less than a hundredth of what the widest step moves goes: that three distributors of a tier sell next to nothing is no
    finding.
    """
    widest = max((float(row.get("step_amount", 0.0)) for row in steps), default=0.0)
    known = [
        row
        for row in steps
        if not is_missing(row["hhi"])
        and row["step"] != "product_lines"
        and float(row.get("step_amount", 0.0)) >= LEAST_STEP * widest
    ]
    if not known:
        return say(language, "Nothing moved in this period, so nothing is concentrated")
    top = max(known, key=lambda row: row["hhi"])
    values = {
        "name": say(language, SUBJECTS[top["step"]]),
        "hhi": show_count(top["hhi"], language),
        "line": show_count(ALARM if top["hhi"] > ALARM else STRICT, language),
    }
    if top["hhi"] > ALARM:
        return say(language, "Most concentrated: {name}, HHI {hhi}, above the usual alarm of {line}", **values)
    if top["hhi"] > STRICT:
        return say(language, "Most concentrated: {name}, HHI {hhi}, above the stricter line of {line}", **values)
    return say(language, "No step is concentrated; the nearest, {name}, has HHI {hhi}, under {line}", **values)


def tell_left_out(steps: Sequence[Row], language: str) -> str:
    """How many sellers and terminals have no share because more came back than went out; empty where none has."""
    counts = {row["step"]: int(row["negative_count"]) for row in steps}
    sellers, terminals = counts.get("distributors", 0), counts.get("terminals", 0)
    if not sellers and not terminals:
        return ""
    return say(
        language,
        "No share where more came back than went out: distributors {sellers}, terminals {terminals}.",
        sellers=show_count(sellers, language),
        terminals=show_count(terminals, language),
    )


def tell_risk_shares(distributors: Sequence[Row], language: str, currency: str) -> str:
    """'Guangzhou Medical holds 54.2% of the ¥246.1m that rests on a single source'. Sorted by risk_amount."""
    whole = sum(row["risk_amount"] for row in distributors)
    first = distributors[0]
    return say(
        language,
        "{name} holds {share} of the {amount} that rests on a single source",
        name=first["distributor_name"],
        share=show_share(first["risk_amount"] / whole, language),
        amount=show_amount(whole, language, currency),
    )


def tell_removal(names: Sequence[str], result: Row, language: str, currency: str) -> str:
    """'Without Guangzhou Medical, ¥134.1m of pure sales (23.2%) has no source and 303 terminals are cut off. Others have
    room for ¥2.3m; ¥131.8m is left.'

    ``result``: stranded_amount, sales_amount (of everybody), cut_count, placed_amount, unplaced_amount, month_count.
    """
    who = (
        join_names(language, list(names))
        if len(names) <= MOST_NAMED
        else say(language, "these {count} distributors", count=show_count(len(names), language))
    )
    stranded = result["stranded_amount"]
    if stranded <= 0:
        return say(language, "Without {names} no pure sales of this period would lose their source.", names=who)
    sales = result["sales_amount"]
    count = int(result["cut_count"])
    values = {
        "names": who,
        "amount": show_amount(stranded, language, currency),
        "share": show_share(stranded / sales if sales > 0 else None, language),
        "count": show_count(count, language),
    }
    if count == 0:
        text = "Without {names}, {amount} of pure sales ({share}) loses its source; no terminal is cut off entirely."
    elif count == 1:
        text = "Without {names}, {amount} of pure sales ({share}) loses its source and one terminal is cut off."
    else:
        text = "Without {names}, {amount} of pure sales ({share}) loses its source and {count} terminals are cut off."
    return f"{say(language, text, **values)}{'' if language == 'zh' else ' '}{tell_placed(result, language, currency)}"


def tell_placed(result: Row, language: str, currency: str) -> str:
    """What of it finds a place: 'Others have room for ¥2.3m of it; ¥131.8m is left without a taker.'"""
    months = int(result["month_count"])
    if months < FEWEST_MONTHS:
        return say(
            language,
            "What others could take cannot be judged: whole months of history: {months}.",
            months=show_count(months, language),
        )
    values = {
        "placed": show_amount(result["placed_amount"], language, currency),
        "left": show_amount(result["unplaced_amount"], language, currency),
    }
    if result["placed_amount"] <= 0:
        return say(language, "Nobody who could serve them has shown room for any of it.")
    if result["unplaced_amount"] <= 0:
        return say(language, "Others have shown room for all of it.")
    return say(language, "Others have shown room for {placed} of it; {left} is left without a taker.", **values)


def tell_cascade(result: Row, language: str, currency: str) -> str:
    """What of it is lost further down: by distributors that get their goods from those taken away."""
    amount = result["stranded_amount"] - result["removed_amount"]
    whole, part = int(result["lost_count"]), int(result["thinned_count"])
    if whole + part == 0:
        return say(language, "Nobody else gets goods through them.")
    values = {
        "amount": show_amount(max(amount, 0.0), language, currency),
        "whole": show_count(whole, language),
        "part": show_count(part, language),
    }
    if part == 0:
        return say(
            language, "{amount} of it is sold further down; distributors that lose all their supply: {whole}.", **values
        )
    if whole == 0:
        return say(
            language,
            "{amount} of it is sold further down; distributors that lose a part of their supply: {part}.",
            **values,
        )
    return say(
        language,
        "{amount} of it is sold further down; distributors that lose all their supply: {whole}, a part of it: {part}.",
        **values,
    )


def tell_takers(takers: Sequence[Row], placed: float, language: str, currency: str) -> str:
    """'7 distributors could take ¥2.3m of it; Guangdong Xinhai the most, ¥1.3m'. Sorted by extra_amount."""
    if not takers:
        return say(language, "Nobody has room for any of it")
    first = takers[0]
    values = {
        "count": show_count(len(takers), language),
        "amount": show_amount(placed, language, currency),
        "name": first["distributor_name"],
        "most": show_amount(first["extra_amount"], language, currency),
    }
    if len(takers) == 1:
        return say(language, "{name} alone could take {amount} of it", **values)
    return say(language, "{count} distributors could take {amount} of it; {name} the most, {most}", **values)


def tell_stranded(terminals: Sequence[Row], language: str, currency: str) -> str:
    """'303 terminals cut off entirely, 8 in part; the ten largest make up 21.3%'. Sorted by stranded_amount."""
    cut = sum(1 for row in terminals if row["is_cut_off"])
    whole = sum(row["stranded_amount"] for row in terminals)
    top = sum(row["stranded_amount"] for row in list(terminals)[:10])
    values = {
        "cut": show_count(cut, language),
        "part": show_count(len(terminals) - cut, language),
        "share": show_share(top / whole if whole > 0 else None, language),
        "amount": show_amount(whole, language, currency),
    }
    if len(terminals) <= 10:
        return say(language, "Terminals cut off entirely: {cut}, in part: {part}", **values)
    return say(
        language, "Terminals cut off entirely: {cut}, in part: {part}; the ten largest make up {share}", **values
    )


def tell_overlap(pairs: Sequence[Row], selected: str, language: str, currency: str) -> str:
    """'A and B share 11 terminals worth ¥6.5m, 90.9% of the smaller one’s sales'. Sorted by shared_amount."""
    first = pairs[0]
    values = {
        "one": first["one_name"],
        "other": first["other_name"],
        "shared": show_count(first["common_count"], language),
        "amount": show_amount(first["shared_amount"], language, currency),
        "share": show_share(first["overlap_share"], language),
        "count": show_count(len(pairs), language),
    }
    if selected and len(pairs) > 1:
        return say(
            language,
            "{one} meets {count} others at the same terminals; most often {other}, worth {amount}",
            **values,
        )
    if first["common_count"] == 1:
        return say(
            language,
            "{one} and {other} share one terminal worth {amount}, {share} of the smaller one’s sales",
            **values,
        )
    return say(
        language,
        "{one} and {other} share {shared} terminals worth {amount}, {share} of the smaller one’s sales",
        **values,
    )


def tell_reach(distributors: Sequence[Row], language: str) -> str:
    """'Guangzhou Medical reaches most: 311 terminals, 303 of them served by nobody else'. Sorted by terminal_count."""
    first = distributors[0]
    values = {
        "name": first["distributor_name"],
        "count": show_count(first["terminal_count"], language),
        "own": show_count(first["exclusive_count"], language),
    }
    if len(distributors) == 1:
        return say(language, "{name} reaches {count} terminals, {own} of them served by nobody else", **values)
    return say(language, "{name} reaches the most terminals: {count}, {own} of them served by nobody else", **values)


def tell_quarters(quarters: float, language: str) -> str:
    """How long the period is beside the three months capacity is measured over: '2.85'."""
    return show_number(quarters, language, 2)


def name_areas(has_provinces: bool, language: str) -> str:
    """What the places beside a distributor are: provinces where the sales tree has them, else areas of whatever level."""
    return say(language, "Provinces" if has_provinces else "Areas")


def tell_reach_basis(shown: int, whole: int, has_provinces: bool, language: str) -> str:
    """What the bars of reach and the numbers beside them count."""
    return say(
        language,
        "Terminals that bought in the period, {shown} of {all} distributors; provinces and product lines beside"
        if has_provinces
        else "Terminals that bought in the period, {shown} of {all} distributors; areas and product lines beside",
        shown=show_count(shown, language),
        all=show_count(whole, language),
    )


def tell_stranded_basis(shown: int, whole: int, has_provinces: bool, language: str) -> str:
    """How many of the affected terminals are listed, and who is a candidate."""
    return say(
        language,
        "The most affected first, {shown} of {all}. Candidates serve the terminal already, are authorised for "
        "territory and line, or sell in its city or province"
        if has_provinces
        else "The most affected first, {shown} of {all}. Candidates serve the terminal already, are authorised for "
        "territory and line, or sell in its area",
        shown=show_count(shown, language),
        all=show_count(whole, language),
    )


def tell_assumptions(has_provinces: bool, language: str) -> str:
    """What the what-if assumes."""
    return say(
        language,
        "Assumed: distributors pass on the mix of goods they receive, so one that gets 60% of its goods through those "
        "taken away loses 60% of its sales. Goods whose sell-in is not recorded count as supplied by their manufacturer "
        "(implied); by recorded links alone more would be cut off. A terminal is cut off where no way is left to it from a "
        "manufacturer. Others take over as far as their best three months of the last 24 go beyond their last three; none "
        "that is taken away, suspended, or without sales in the last whole month; one that loses supply itself has as much "
        "less to spare. As much as possible is placed, with those best placed first: they serve the terminal, are "
        "authorised for its territory and line, sell in its {area}, are of tier 1. New authorisations, prices and stock "
        "are left aside.",
        area=say(language, "city or province" if has_provinces else "area"),
    )
