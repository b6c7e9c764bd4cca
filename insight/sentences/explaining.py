"""Why pure sales changed, in sentences: what carries most of it by exact contribution, and what is no news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, say
from insight.units import is_missing, show_amount, show_share

Row = Mapping[str, Any]

# the bridge's drivers in the order they are drawn
DRIVERS = {
    "base": "Last year",
    "volume": "Volume",
    "new_terminals": "New terminals",
    "new_products": "New products at old customers",
    "price": "Price",
    "mix": "Mix",
    "moved": "Moved between units",
    "lost_products": "Products no longer bought",
    "lost_terminals": "Lost terminals",
    "returned": "Change in returns",
    "corrections": "Corrections",
    "current": "This period",
}


# what a driver that took something was, of one product line
CAUSES = {
    "volume": "lower volume in {line}",
    "price": "price cuts in {line}",
    "mix": "a cheaper mix in {line}",
    "lost_products": "products no longer bought in {line}",
    "lost_terminals": "lost terminals in {line}",
    "returned": "more returns in {line}",
}


def name_driver(driver: str, language: str) -> str:
    """A driver inside a sentence: English writes it small."""
    label = say(language, DRIVERS[driver])
    return label[:1].lower() + label[1:] if language == "en" else label


def tell_shortfall(
    names: Sequence[str],
    share: float,
    gap: float,
    growth: float | None,
    whole_growth: float | None,
    driver: str,
    normal: str,
    language: str,
    currency: str,
) -> str:
    """Where the shortfall sits, how those places moved against the whole, what it lies in, and whether that is usual."""
    values = {
        "names": join_names(language, list(names)),
        "share": show_share(share, language, 0),
        "gap": show_amount(abs(gap), language, currency),
    }
    first = say(
        language,
        "{names} makes up {share} of the shortfall, {gap}."
        if len(names) == 1
        else "{names} make up {share} of the shortfall, {gap}.",
        **values,
    )
    if growth is None or whole_growth is None or is_missing(growth) or is_missing(whole_growth):
        return first
    moved = {
        "growth": show_share(growth, language, is_signed=True),
        "whole": show_share(whole_growth, language, is_signed=True),
        "driver": name_driver(driver, language) if driver else "",
    }
    if normal == "usual":
        second = say(
            language, "Growth there was {growth} against {whole} overall, within its usual variation.", **moved
        )
    elif driver:
        second = say(
            language, "Growth there was {growth} against {whole} overall; most of the difference is {driver}.", **moved
        )
    else:
        second = say(language, "Growth there was {growth} against {whole} overall.", **moved)
    return f"{first}{'' if language == 'zh' else ' '}{second}"


def tell_lagging(
    names: Sequence[str],
    share: float,
    amount: float,
    driver: str,
    normal: str,
    language: str,
    currency: str,
) -> str:
    """Who lacks most against the growth of the whole, where no target says where the shortfall sits."""
    text = (
        "{names} lacks {amount} against the growth of the whole, {share} of all that slower places lack; mostly {driver}."
        if len(names) == 1
        else "{names} lack {amount} against the growth of the whole, {share} of all that slower places lack; mostly {driver}."
    )
    sentence = say(
        language,
        text,
        names=join_names(language, list(names)),
        amount=show_amount(abs(amount), language, currency),
        share=show_share(share, language, 0),
        driver=name_driver(driver, language),
    )
    if normal == "unknown":
        return (
            sentence
            + ("" if language == "zh" else " ")
            + say(language, "There is too little past to say whether that is unusual.")
        )
    return sentence


def tell_line(
    line: str, driver: str, amount: float, base: float, share: float, normal: str, language: str, currency: str
) -> str:
    """The product line and driver that took or brought most, as a share of all drivers of that direction."""
    values = {
        "line": line,
        "driver": name_driver(driver, language),
        "amount": show_amount(abs(amount), language, currency),
        "share": show_share(share, language, 0),
        "rate": show_share(amount / base, language, is_signed=True) if base > 0 else "—",
    }
    if amount < 0:
        text = (
            "{line}: {driver} took {amount} ({rate} of the line’s sales), {share} of all that was lost to any driver."
        )
    else:
        text = "{line}: {driver} brought {amount} ({rate} of the line’s sales), {share} of all that was gained by any driver."
    sentence = say(language, text, **values)
    gap = "" if language == "zh" else " "
    if normal == "usual":
        return sentence + gap + say(language, "That is within what the line moves anyway.")
    if normal == "unknown":
        return sentence + gap + say(language, "There is too little past to say whether that is unusual.")
    return sentence


def tell_gains(drivers: Sequence[str], amount: float, share: float, sign: int, language: str, currency: str) -> str:
    """The one or two drivers that brought (or took) four fifths."""
    values = {
        "drivers": join_names(language, [name_driver(driver, language) for driver in drivers]),
        "amount": show_amount(abs(amount), language, currency),
        "share": show_share(share, language, 0),
    }
    text = (
        "What grew came mostly from {drivers}: {amount}, {share} of all gains."
        if sign > 0
        else "What fell lies mostly in {drivers}: {amount}, {share} of all losses."
    )
    return say(language, text, **values)


def tell_change(current: float, base: float, normal: str, language: str, currency: str, against: str) -> str:
    """Title of the bridge: the change as it is, and whether the whole moves that much anyway.

    ``against`` names the comparison: 'last year' or 'the period before'.
    """
    change = current - base
    values = {
        "change": show_amount(change, language, currency, is_signed=True),
        "rate": show_share(change / base, language, is_signed=True) if base > 0 else "—",
        "base": against,
    }
    if base > 0 and abs(change / base) < 0.01:
        return say(language, "About level with {base}: {change} ({rate})", **values)
    if normal == "usual":
        return say(language, "{change} ({rate}) against {base}, within the usual variation", **values)
    return say(language, "{change} ({rate}) against {base}", **values)


def tell_headline(
    rate: float | None,
    gap: float | None,
    places: Sequence[str],
    share: float,
    line: str,
    driver: str,
    amount: float,
    growth: float | None,
    language: str,
    currency: str,
    against: str,
) -> str:
    """The one sentence of this part: state with where the shortfall sits, then the driver that took most.

    ``against`` names the comparison: 'last year' or 'the period before'.
    """
    space = "" if language == "zh" else " "
    if rate is not None and gap is not None and not is_missing(rate) and gap < 0 and places:
        first = say(
            language,
            "At {rate} of target, {gap} short; {names} makes up {share} of the shortfall."
            if len(places) == 1
            else "At {rate} of target, {gap} short; {names} make up {share} of the shortfall.",
            rate=show_share(rate, language),
            gap=show_amount(-gap, language, currency),
            names=join_names(language, list(places)),
            share=show_share(share, language, 0),
        )
    elif rate is not None and gap is not None and not is_missing(rate):
        text = "At {rate} of target, {gap} short." if gap < 0 else "At {rate} of target, {gap} ahead."
        first = say(language, text, rate=show_share(rate, language), gap=show_amount(abs(gap), language, currency))
    elif growth is not None and not is_missing(growth):
        first = say(
            language,
            "Pure sales are {growth} against {base}.",
            growth=show_share(growth, language, is_signed=True),
            base=against,
        )
    else:
        return say(language, "There is nothing earlier to compare with, so what moved sales cannot be said.")
    if not line or growth is None or amount >= 0:
        return first
    cause = say(language, CAUSES.get(driver, "{driver} in {line}"), driver=name_driver(driver, language), line=line)
    # what the sales are compared with is said once
    is_named = rate is None or gap is None or is_missing(rate)
    second = say(
        language,
        "{cause} cost most: {amount}." if is_named else "Against {base}, {cause} cost most: {amount}.",
        base=against,
        cause=cause[:1].upper() + cause[1:] if is_named else cause,
        amount=show_amount(-amount, language, currency),
    )
    return f"{first}{space}{second}"


def tell_units(rows: Sequence[Row], language: str, against: str) -> str:
    """Title of the table of drivers by unit: how many sold less than last year, or than the period before."""
    fell, count = sum(row["change_amount"] < 0 for row in rows), len(rows)
    if count == 1:
        text = "It sold less than {base}" if fell else "It sold no less than {base}"
    elif not fell:
        is_more = all(row["change_amount"] > 0 for row in rows)
        text = "All {all} sold more than {base}" if is_more else "None of {all} sold less than {base}"
    else:
        text = "All {all} sold less than {base}" if fell == count else "{n} of {all} sold less than {base}"
    return say(language, text, n=fell, all=count, base=against)


def tell_stock(names: Sequence[str], sell_in: float | None, pure: float | None, language: str) -> str:
    """Sell-in beside pure sales, and the distributors where it looks like loading."""
    both = ""
    if sell_in is not None and pure is not None and not is_missing(sell_in) and not is_missing(pure):
        both = say(
            language,
            "Sell-in is at {sell_in} of its target, pure sales at {pure}",
            sell_in=show_share(sell_in, language),
            pure=show_share(pure, language),
        )
    if not names:
        return both or say(language, "Nothing looks like loading")
    if len(names) <= 3:
        loaded = say(language, "looks like loading at {names}", names=join_names(language, list(names)))
    else:
        loaded = say(language, "looks like loading at {n} distributors", n=len(names))
    if not both:
        return loaded[:1].upper() + loaded[1:]
    return f"{both}{'；' if language == 'zh' else '; '}{loaded}"


def tell_clean(rows: Sequence[Row], language: str) -> str:
    """Title of clean attainment: the territory that changes most when outside sales are put back."""
    moved = [row for row in rows if not is_missing(row["attainment_clean_rate"]) and row["unit_name"]]
    if not moved:
        return say(language, "Attainment with sales outside authorised territories put back")
    most = max(moved, key=lambda row: abs(row["attainment_clean_rate"] - row["attainment_rate"]))
    if abs(most["attainment_clean_rate"] - most["attainment_rate"]) < 0.001:
        return say(
            language, "Putting sales outside authorised territories back changes attainment by less than 0.1 points"
        )
    return say(
        language,
        "{name}: {rate} as counted, {clean} with sales outside authorised territories put back",
        name=most["unit_name"],
        rate=show_share(most["attainment_rate"], language),
        clean=show_share(most["attainment_clean_rate"], language),
    )
