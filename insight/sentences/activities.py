"""What the activities page says: did they pay back, how sure is that, which kinds work, who paid and who gained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, name_term, say
from insight.units import is_missing, show_amount, show_count, show_month, show_ratio, show_share

Row = Mapping[str, Any]

FEW = 5  # a sum or a kind of fewer measured activities is not spoken of
ALL_KINDS = "*"


def tell_headline(total: Row, lift: Row, counts: Row, language: str, currency: str, *, is_picked_unusual: bool) -> str:
    """What the assessed activities cost and what they are associated with, and whether break-even is within the
    interval.

    ``counts`` holds all_count and cost_amount of everything listed; ``total`` and ``lift`` are sums over the
    assessed.
    """
    if not counts["all_count"]:
        return say(language, "No activity began in this period under these filters.")
    if lift["activity_count"] < FEW:
        return _tell_too_few(counts, language, currency)
    if total["activity_count"] < FEW:
        return _tell_lift(lift, counts, language)
    if is_missing(total["romi_rate"]):
        return _tell_revenue(total, counts, language, currency)
    values = {
        "who": _count_assessed(total, counts, language),
        "cost": show_amount(total["cost_amount"], language, currency),
        "gain": show_amount(total["gain_amount"], language, currency),
        "rate": show_ratio(total["romi_rate"], language),
        "low": show_ratio(total["romi_low_rate"], language),
        "high": show_ratio(total["romi_high_rate"], language),
    }
    if total["gain_amount"] > 0:
        first = say(
            language,
            "{who} cost {cost} and are associated with {gain} of extra gross margin, ROMI {rate} (95% interval "
            "{low} to {high}).",
            **values,
        )
    else:
        first = say(
            language,
            "{who} cost {cost} and are associated with no extra gross margin, ROMI {rate} (95% interval {low} to "
            "{high}).",
            **values,
        )
    second = ""
    if total["romi_low_rate"] <= 0 <= total["romi_high_rate"]:
        second = say(language, "Break-even is within the interval.")
    elif is_picked_unusual:
        second = say(language, "Participants were picked after unusual sales: read with care.")
    return _join(language, first, second)


def _tell_too_few(counts: Row, language: str, currency: str) -> str:
    n = show_count(counts["all_count"], language)
    if is_missing(counts["cost_amount"]):
        return say(language, "Activities in the period: {n}. Not enough data to say what they brought.", n=n)
    cost = show_amount(counts["cost_amount"], language, currency)
    return say(
        language,
        "Activities in the period: {n}, at a cost of {cost}. Not enough data to say what they brought.",
        n=n,
        cost=cost,
    )


def _tell_revenue(total: Row, counts: Row, language: str, currency: str) -> str:
    first = say(
        language,
        "{who} cost {cost} and are associated with {gain} of extra pure sales, {rate} the cost (95% interval {low} "
        "to {high}).",
        who=_count_assessed(total, counts, language),
        cost=show_amount(total["cost_amount"], language, currency),
        gain=show_amount(total["incremental_amount"], language, currency),
        rate=show_ratio(total["revenue_per_cost_rate"], language),
        low=show_ratio(total["revenue_per_cost_low_rate"], language),
        high=show_ratio(total["revenue_per_cost_high_rate"], language),
    )
    if total["revenue_per_cost_low_rate"] <= 0 <= total["revenue_per_cost_high_rate"]:
        return _join(
            language,
            first,
            say(language, "No effect is within the interval; costs or prices of products are missing for the return."),
        )
    return _join(
        language, first, say(language, "Whether that paid back is unknown: costs or prices of products are missing.")
    )


def _tell_lift(lift: Row, counts: Row, language: str) -> str:
    values = {
        "who": _count_assessed(lift, counts, language),
        "lift": show_share(lift["lift_rate"], language, is_signed=True),
        "low": show_share(lift["lift_low_rate"], language, is_signed=True),
        "high": show_share(lift["lift_high_rate"], language, is_signed=True),
    }
    if lift["lift_low_rate"] <= 0 <= lift["lift_high_rate"]:
        first = say(
            language,
            "{who} are associated with no change of pure sales beyond chance: {lift} (95% interval {low} to {high}).",
            **values,
        )
    else:
        first = say(
            language,
            "{who} are associated with a change of {lift} in pure sales at the terminals that took part (95% interval "
            "{low} to {high}).",
            **values,
        )
    return _join(language, first, say(language, "What they cost is not loaded, so the return is unknown."))


def _count_assessed(total: Row, counts: Row, language: str) -> str:
    """'46 activities', or '38 of 46 activities' where some lack months, terminals or costs."""
    n, everything = show_count(total["activity_count"], language), show_count(counts["all_count"], language)
    if total["activity_count"] == counts["all_count"]:
        return say(language, "{n} activities", n=n)
    return say(language, "{n} of {all} activities can be assessed: they", n=n, all=everything)


def tell_event_study(kind: Row, language: str) -> str:
    """Whether those that took part bought more than expected, of one kind or of all."""
    values = {
        "kind": name_kind(str(kind["kind"]), language),
        "lift": show_share(abs(kind["lift_rate"]), language) if not is_missing(kind["lift_rate"]) else "",
        "low": show_share(kind["lift_low_rate"], language, is_signed=True),
        "high": show_share(kind["lift_high_rate"], language, is_signed=True),
    }
    if kind["verdict"] == "not_enough_data":
        return say(language, "{kind}: not enough data to say anything", **values)
    if kind["verdict"] == "works":
        return say(language, "{kind}: associated with {lift} more pure sales ({low} to {high})", **values)
    if kind["verdict"] == "harms":
        return say(language, "{kind}: associated with {lift} less pure sales ({low} to {high})", **values)
    if kind["lift_low_rate"] > 0 or kind["lift_high_rate"] < 0:
        return say(language, "{kind}: no larger a difference than where nothing happened ({low} to {high})", **values)
    return say(language, "{kind}: no difference beyond chance ({low} to {high})", **values)


def tell_kinds(kinds: Sequence[Row], language: str) -> str:
    """The kinds that lie above break-even with confidence, or that none does."""
    rated = [row for row in kinds if row["kind"] != ALL_KINDS and row["measured_count"] >= FEW]
    if not rated:
        return say(language, "No kind of activity has enough measured activities")
    has_returns = any(row["return_status"] not in (None, "unknown") for row in rated)
    sure = [row for row in rated if row["verdict"] == "works" and (not has_returns or row["return_status"] == "paid")]
    names = join_names(
        language, [lower_name(name_kind(str(row["kind"]), language), place) for place, row in enumerate(sure[:3])]
    )
    if not sure:
        return say(
            language,
            "No kind of activity is above break-even with confidence"
            if has_returns
            else "No kind of activity is associated with more sales beyond chance",
        )
    if len(sure) > 3:
        text = (
            "{n} of {all} kinds are above break-even with confidence"
            if has_returns
            else "{n} of {all} kinds are associated with more sales beyond chance"
        )
        return say(language, text, n=len(sure), all=len(rated))
    if len(sure) == 1:
        return say(
            language,
            "{names} alone is above break-even with confidence"
            if has_returns
            else "{names} alone is associated with more sales beyond chance",
            names=names,
        )
    return say(
        language,
        "{names} are above break-even with confidence"
        if has_returns
        else "{names} are associated with more sales beyond chance",
        names=names,
    )


def tell_control(kind: Row, language: str) -> str:
    """The negative control in words: what the method finds where nothing happened."""
    if is_missing(kind["negative_control_rate"]):
        return say(language, "Negative control: too little data to run one.")
    values = {
        "rate": show_share(kind["negative_control_rate"], language, is_signed=True),
        "low": show_share(kind["negative_control_low_rate"], language, is_signed=True),
        "high": show_share(kind["negative_control_high_rate"], language, is_signed=True),
    }
    if kind["is_picked_unusual"]:
        return say(
            language,
            "Negative control: six months before, where nothing happened, the same method finds {rate} ({low} to "
            "{high}). Participants were picked after unusual sales: read with care.",
            **values,
        )
    return say(
        language,
        "Negative control: six months before, where nothing happened, the same method finds {rate} ({low} to {high}).",
        **values,
    )


def tell_shares(kinds: Sequence[Row], language: str) -> str:
    """How much is spent on kinds whose effect is not shown; rows hold kind, spend_rate, return_rate, verdict,
    measured_count."""
    rated = [row for row in kinds if row["measured_count"] >= FEW]
    if not rated:
        return say(language, "Share of spend and share of return by kind")
    unproven = [row for row in rated if row["verdict"] != "works"]
    if not unproven:
        return say(language, "Every kind with enough activities shows an effect")
    share = sum(row["spend_rate"] for row in unproven)
    return say(
        language, "{share} of spend goes to kinds whose effect is not shown", share=show_share(share, language, 0)
    )


def tell_returns(activities: Sequence[Row], language: str, *, is_margin: bool) -> str:
    """How many brought less than they cost; without margins only what is drawn."""
    rated = [row for row in activities if row["cost_amount"] > 0]
    if not is_margin:
        return say(language, "What each activity cost and the extra pure sales it is associated with")
    below = sum(row["return_amount"] < row["cost_amount"] for row in rated)
    return say(
        language, "{n} of {all} activities brought less than they cost, by best estimate", n=below, all=len(rated)
    )


def tell_payers(sides: Mapping[str, Row], language: str) -> str:
    """The manufacturer's part of the cost beside its part of the gain."""
    maker = sides["manufacturer"]
    if is_missing(maker["fair_cost_share"]) or is_missing(maker["cost_share"]):
        return say(language, "Who paid and who gained")
    return say(
        language,
        "The manufacturer paid {cost} of the cost and is associated with {gain} of the gain",
        cost=show_share(maker["cost_share"], language, 0),
        gain=show_share(maker["fair_cost_share"], language, 0),
    )


def tell_activities(activities: Sequence[Row], language: str) -> str:
    """How many speak for themselves."""
    alone = sum(row["status"] in ("measured", "consistent_with_no_change") for row in activities)
    if not alone:
        if all(row["status"] == "not_enough_data" for row in activities):
            return say(
                language,
                "Not enough data to measure any of {all} activities",
                all=show_count(len(activities), language),
            )
        return say(
            language,
            "None of {all} activities can be measured alone; their kinds speak for them",
            all=show_count(len(activities), language),
        )
    return say(
        language,
        "{n} of {all} activities can be measured alone; for the others their kinds speak",
        n=show_count(alone, language),
        all=show_count(len(activities), language),
    )


def name_kind(kind: str, language: str) -> str:
    """The kind's word; all kinds together are 'All activities'."""
    return say(language, "All activities") if kind == ALL_KINDS else name_term(language, kind)


def say_status(row: Row, language: str) -> str:
    """The status in words, with what is missing and from when it can be measured."""
    words = name_term(language, row["status"])
    if is_missing(row["missing"]) or not row["missing"]:
        return words
    missing = name_term(language, f"missing_{row['missing']}")
    if is_missing(row["measurable_from_month"]):
        return say(language, "{status}: {missing}", status=words, missing=missing)
    return say(
        language,
        "{status}: {missing}; from {month}",
        status=words,
        missing=missing,
        month=show_month(row["measurable_from_month"], language),
    )


def say_interval(low: str, high: str, language: str) -> str:
    """'95%: −0.2x – 2.1x'."""
    return say(language, "95%: {low} – {high}", low=low, high=high)


def say_chance(value: float | None, language: str) -> str:
    """A chance that is never said to be certain: '<1%', '97%', '>99%'."""
    if value is None or is_missing(value):
        return "—"
    return "<1%" if value < 0.01 else ">99%" if value > 0.99 else show_share(value, language, 0)


def say_romi(row: Row, language: str) -> str:
    """'1.1x (−0.2x – 2.1x)'; a dash where nothing was paid."""
    if is_missing(row["romi_rate"]):
        return "—"
    value, low, high = (show_ratio(row[f"romi{end}_rate"], language) for end in ("", "_low", "_high"))
    return f"{value} ({low} – {high})"


def say_rates(low: float | None, high: float | None, language: str) -> str:
    """'−4.1% – +12.0%', or a dash."""
    if low is None or is_missing(low):
        return "—"
    return f"{show_share(low, language, is_signed=True)} – {show_share(high, language, is_signed=True)}"


def lower_name(name: str, place: int) -> str:
    """A name inside a sentence: 'Training' in second place is 'training'; 'POCT day' stays."""
    return name[:1].lower() + name[1:] if place and name[1:2].islower() else name


def _join(language: str, first: str, second: str) -> str:
    return first + ("" if language == "zh" else " ") + second if second else first
