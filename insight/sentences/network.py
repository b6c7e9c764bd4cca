"""What the network page says: on whom sales depend, how the goods travel, which terminals have one source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from insight.i18n import join_names, say
from insight.units import show_amount, show_count, show_number, show_share

Row = Mapping[str, Any]

FEW_TERMINALS = 5
MOST_NAMED = 3
TRACE = 0.0005  # a share that would be written as 0.0%


def tell_headline(
    distributors: Sequence[Row],
    half_count: int,
    half_share: float | None,
    dependence: Row,
    language: str,
    currency: str,
) -> str:
    """'51.2% of pure sales runs through 9 of 54 distributors; 238 terminals worth ¥82.3m depend on a single one.'

    Where the distributor filter names some, the sentence speaks of them.
    """
    chosen = [row for row in distributors if row["is_chosen"]]
    active = [row for row in distributors if row["sales_amount"] > 0]
    sales = dependence["sales_amount"]
    if not active:
        if sales > 0:
            return say(
                language, "All pure sales go from the manufacturer straight to terminals; no distributor is involved."
            )
        return say(language, "No pure sales for these filters.")
    end = tell_dependence(dependence, language, currency)
    # shares are among distributors: where manufacturers also sell directly the sentence says so
    has_direct = dependence["direct_amount"] > 0
    if chosen:
        share = show_share(sum(row["sales_share"] for row in chosen), language)
        if len(chosen) <= MOST_NAMED:
            names = join_names(language, [row["distributor_name"] for row in chosen])
            text = (
                "{names} carries {share} of distributors’ pure sales"
                if len(chosen) == 1
                else "{names} carry {share} of distributors’ pure sales"
            )
            start = say(language, text, names=names, share=share)
        else:
            start = say(
                language,
                "The {count} distributors chosen carry {share} of distributors’ pure sales",
                count=show_count(len(chosen), language),
                share=share,
            )
        return start + end
    values = {
        "share": show_share(half_share, language),
        "count": show_count(half_count, language),
        "all": show_count(len(active), language),
        "name": active[0]["distributor_name"],
    }
    if len(active) == 1:
        return say(language, "All sales through distributors run through one, {name}", **values) + end
    if half_count == 1:
        text = (
            "Among distributors, {share} of pure sales runs through one, {name}"
            if has_direct
            else "{share} of pure sales runs through one distributor, {name}"
        )
    elif has_direct:
        text = "Among distributors, {share} of pure sales runs through {count} of {all}"
    else:
        text = "{share} of pure sales runs through {count} of {all} distributors"
    return say(language, text, **values) + end


def tell_dependence(dependence: Row, language: str, currency: str) -> str:
    """The headline's second half: '; 238 terminals worth ¥82.3m depend on a single one.'"""
    count = int(dependence["dependent_count"])
    values = {
        "count": show_count(count, language),
        "amount": show_amount(dependence["dependent_amount"], language, currency),
    }
    if count == 0:
        return say(language, "; no terminal depends on a single one.")
    if count == 1:
        return say(language, "; one terminal worth {amount} depends on a single one.", **values)
    return say(language, "; {count} terminals worth {amount} depend on a single one.", **values)


def tell_flow(ends: Sequence[Row], sold: Mapping[str, float], language: str) -> str:
    """The flow's finding: who takes most, and how much goes through a second tier or straight from the maker.

    ``ends``: label and sales_amount of the terminals' nodes; ``sold``: pure sales by selling column.
    """
    whole = sum(row["sales_amount"] for row in ends)
    if whole <= 0:
        return say(language, "Goods entered the channel; none reached terminals in this period")
    named = [row for row in ends if not row["is_others"] and not row["is_unassigned"]]
    second, direct = sold.get("tier_2", 0.0) / whole, sold.get("maker", 0.0) / whole
    is_trace = 0 < max(second, direct) < TRACE
    if is_trace:  # '0.0%' would say nothing
        second = direct = 0.0
    share = show_share(second if second > 0 else direct, language)
    if not named:
        if second > 0:
            return say(language, "{share} of pure sales reaches terminals through a second tier", share=share)
        if direct >= 1:
            return say(language, "All pure sales come straight from the manufacturer")
        if direct > 0:
            return say(language, "{share} of pure sales comes straight from the manufacturer", share=share)
        if is_trace:
            return say(language, "Almost all pure sales go through one tier of distributors")
        return say(language, "All pure sales go through one tier of distributors")
    if second > 0:
        how = say(language, "{share} reaches terminals through a second tier", share=share)
    elif direct >= 1:
        how = say(language, "all of it comes straight from the manufacturer")
    elif direct > 0:
        how = say(language, "{share} comes straight from the manufacturer", share=share)
    elif is_trace:
        how = say(language, "almost all of it through one tier of distributors")
    else:
        how = say(language, "all of it through one tier of distributors")
    top = max(named, key=lambda row: row["sales_amount"])
    return say(
        language,
        "{name}: {share} of pure sales; {how}",
        name=top["label"],
        share=show_share(top["sales_amount"] / whole, language),
        how=how,
    )


def tell_shares(distributors: Sequence[Row], top_share: float | None, language: str) -> str:
    """'The three largest carry 38.1%; Guangzhou Medical alone 20.5%'"""
    active = [row for row in distributors if row["sales_amount"] > 0]
    if not active:
        return say(language, "No distributor has sales in this period")
    first = {"name": active[0]["distributor_name"], "share": show_share(active[0]["sales_share"], language)}
    if len(active) <= 3:
        return say(language, "{name} carries {share} of what distributors sell", **first)
    return say(
        language, "The three largest carry {top}; {name} alone {share}", top=show_share(top_share, language), **first
    )


def tell_focus(name: str, terminals: int, single: int, risk: float, language: str, currency: str) -> str:
    """'238 of 312 terminals of Guangzhou Medical, worth ¥61.0m, have no other source'"""
    values = {
        "name": name,
        "count": show_count(single, language),
        "all": show_count(terminals, language),
        "amount": show_amount(risk, language, currency),
    }
    if terminals == 0:
        return say(language, "{name} sold to no terminal in this period", **values)
    if single == 0:
        return say(language, "Every terminal of {name} has another source", **values)
    if terminals == 1:
        return say(language, "The one terminal of {name}, worth {amount}, has no other source", **values)
    if single == terminals:
        return say(language, "None of the {all} terminals of {name}, worth {amount}, has another source", **values)
    return say(language, "{count} of {all} terminals of {name}, worth {amount}, have no other source", **values)


def tell_risks(terminals: Sequence[Row], dependence_amount: float, source: str, language: str, currency: str) -> str:
    """What would be without a source: of one distributor, else how much the ten largest terminals make up."""
    whole = {"amount": show_amount(dependence_amount, language, currency), "name": source}
    if source:
        return say(language, "If {name} stopped, {amount} would have to find another source", **whole)
    if len(terminals) <= 10:
        return say(language, "Terminals worth {amount} depend on a single distributor", **whole)
    top = sum(row["risk_amount"] for row in list(terminals)[:10]) / dependence_amount
    return say(
        language,
        "The ten largest make up {share} of the {amount} that rests on a single source",
        share=show_share(top, language),
        **whole,
    )


def tell_outside(distributors: Sequence[Row], language: str, currency: str) -> str:
    """'15 distributors sold ¥0.3m where they were not authorised; North Medical most of it'"""
    amount = sum(row["outside_amount"] for row in distributors)
    first = distributors[0]
    share = first["outside_amount"] / amount
    values = {
        "count": show_count(len(distributors), language),
        "amount": show_amount(amount, language, currency),
        "name": first["distributor_name"],
        "share": show_share(share, language, 0),
    }
    if len(distributors) == 1:
        return say(language, "{name} sold {amount} outside its authorised territory", **values)
    return say(
        language,
        "{count} distributors sold {amount} outside their authorised territory, {share} of it {name}",
        **values,
    )


def list_left_out(amounts: Mapping[str, float], columns: Collection[str], language: str, currency: str) -> list[str]:
    """What the flow does not draw, a sentence each.

    ``amounts``: returned, unsent, circled, sideways and thin; ``columns``: those that are drawn.
    """
    texts = {
        "returned": "Returns of {amount} are netted within each link.",
        "unsent": "Links that brought back more than they shipped are left out: {amount}.",
        "circled": "Goods moved between distributors and back cancel out: {amount}.",
        "sideways": "Transfers other than from tier 1 to tier 2 are not drawn: {amount}.",
        "thin": "The thinnest links are left out: {amount}.",
    }
    said = [
        say(language, text, amount=show_amount(amounts[cause], language, currency))
        for cause, text in texts.items()
        if amounts[cause] > 0
    ]
    if "maker" not in columns:
        said.append(say(language, "No sell-in here, so manufacturers do not appear."))
    if "tier_2" not in columns and "tier_1" in columns:
        said.append(say(language, "No distributor here is of tier 2."))
    return said


def tell_concentration(hhi: float | None, effective_count: float | None, negative_count: int, language: str) -> str:
    """HHI and effective number, and how many took back more than they sold."""
    hhi_text, count = show_count(hhi, language), show_number(effective_count, language, 1)
    said = say(language, "HHI {hhi}, as concentrated as {count} distributors of equal size.", hhi=hhi_text, count=count)
    if not negative_count:
        return said
    text = "{count} distributors took back more than they sold and have no share."
    if negative_count == 1:
        text = "One distributor took back more than it sold and has no share."
    more = say(language, text, count=show_count(negative_count, language))
    return f"{said}{more}" if language == "zh" else f"{said} {more}"
