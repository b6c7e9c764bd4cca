"""What the attainment page says: where the period stands, whether it lands, who carries the gap, what a day needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from insight.filters import add_months, count_months
from insight.i18n import join_names, say
from insight.sentences.overview import FEW_TERMINALS, FINE_RATE, LEVEL_RATE, choose_culprits, say_shortfall
from insight.units import is_missing, show_amount, show_month, show_months, show_share

Row = Mapping[str, Any]

LOW_RATE = 0.95  # a month under 95% of target is a weak one


@dataclass(frozen=True)
class Standing:
    """The whole as one value: what the headline and the tiles speak of. None is unknown."""

    period: str  # the period that is to land, in words
    method: str  # over, seasonal, recent or plain
    elapsed_days: int
    total_days: int
    actual_amount: float
    base_amount: float | None
    plan_amount: float | None  # target due by the last day of data
    covered_amount: float | None  # pure sales that the target is for
    target_amount: float | None  # target of the whole period
    landing_amount: float
    low_amount: float | None
    high_amount: float | None
    low_rate: float | None
    landing_rate: float | None
    high_rate: float | None
    needed_amount: float | None  # a working day to come
    current_amount: float | None  # a working day gone
    base_name: str = ""  # what the comparison is with: last year or the period before

    @property
    def has_target(self) -> bool:
        """Whether a rate of attainment can be said."""
        return (
            self.plan_amount is not None
            and self.plan_amount > 0
            and self.target_amount is not None
            and self.target_amount > 0
        )

    @property
    def attainment_rate(self) -> float | None:
        """Pure sales over the target due; None where that is not above zero."""
        return (
            (self.covered_amount or 0.0) / self.plan_amount
            if self.plan_amount is not None and self.plan_amount > 0
            else None
        )

    @property
    def gap_amount(self) -> float | None:
        """Pure sales less the target due."""
        return None if self.plan_amount is None else (self.covered_amount or 0.0) - self.plan_amount


def name_period(start: date, end: date, language: str) -> str:
    """A period in words: 2026, Q3 2026, Sep 2026, Mar–Sep 2026; 2026年, 2026年第三季度, 2026年9月."""
    months = count_months(start, end)
    if months == 12 and start.month == 1:
        return f"{start.year}年" if language == "zh" else str(start.year)
    if months == 3 and start.month % 3 == 1:
        quarter = (start.month + 2) // 3
        return f"{start.year}年第{'一二三四'[quarter - 1]}季度" if language == "zh" else f"Q{quarter} {start.year}"
    return show_months(start, add_months(end, -1), language)


def show_range(low: float | None, high: float | None, language: str) -> str:
    """A range of shares, in whole percents where that tells the ends apart: '94–99%', '97.2–97.9%'."""
    if is_missing(low) or is_missing(high):
        return "—"
    digits = 0 if show_share(low, language, 0) != show_share(high, language, 0) else 1
    return f"{show_share(low, language, digits)[:-1]}–{show_share(high, language, digits)}"


def tell_headline(now: Standing, units: Sequence[Row], language: str, currency: str) -> str:
    """The page's one sentence: state and landing, then what each day must bring; guarded where something is missing."""
    if now.actual_amount == 0 and not now.plan_amount and not now.base_amount:
        return say(language, "There are no pure sales for these filters in {period}.", period=now.period)
    if not now.has_target:
        return _tell_without_rate(now, language, currency)
    values = {
        "period": now.period,
        "rate": show_share(now.attainment_rate, language),
        "done": now.elapsed_days,
        "all": now.total_days,
    }
    if now.method == "over":
        return _join(language, _tell_over(now, language, currency), _tell_carriers(units, language))
    if now.low_rate is None:
        first = say(
            language,
            "{period} is at {rate} of the target due with {done} of {all} working days gone; "
            "at this pace it lands at {landing} (too little history for a range).",
            landing=show_share(now.landing_rate, language, 0),
            **values,
        )
    else:
        first = say(
            language,
            "{period} is at {rate} of the target due with {done} of {all} working days gone; "
            "landing {range} (80% range).",
            range=show_range(now.low_rate, now.high_rate, language),
            **values,
        )
    return _join(language, first, tell_need(now, language, currency))


def tell_need(now: Standing, language: str, currency: str) -> str:
    """What each working day to come must bring against what a day brought so far."""
    if is_missing(now.needed_amount) or now.needed_amount is None or now.current_amount is None:
        return ""
    if now.needed_amount <= 0:
        return say(language, "The target of the whole period is already reached.")
    values = {
        "need": show_amount(now.needed_amount, language, currency),
        "pace": show_amount(now.current_amount, language, currency),
    }
    if now.needed_amount <= now.current_amount:
        return say(language, "The target needs {need} a day; {pace} a day is coming in.", **values)
    return say(language, "Closing the gap needs {need} a day against {pace} now.", **values)


def _tell_over(now: Standing, language: str, currency: str) -> str:
    gap = now.gap_amount or 0.0
    values = {
        "period": now.period,
        "rate": show_share(now.attainment_rate, language),
        "gap": show_amount(abs(gap), language, currency),
    }
    if now.plan_amount and abs(gap) / now.plan_amount < LEVEL_RATE:
        return say(language, "{period} is over at {rate} of target, about level.", **values)
    if gap < 0:
        return say(language, "{period} is over at {rate} of target, {gap} short.", **values)
    return say(language, "{period} is over at {rate} of target, {gap} ahead.", **values)


def _tell_carriers(units: Sequence[Row], language: str) -> str:
    culprits, share = choose_culprits([row for row in units if not row.get("is_whole")])
    return say_shortfall(culprits, share, language) if culprits else ""


def _tell_without_rate(now: Standing, language: str, currency: str) -> str:
    """No target, or one that is not above zero: the gap alone, or growth."""
    values: dict[str, Any] = {"period": now.period, "amount": show_amount(now.actual_amount, language, currency)}
    if now.gap_amount is not None:
        gap = show_amount(abs(now.gap_amount), language, currency)
        text = (
            "{period} stands at {amount}, {gap} short of the target due."
            if now.gap_amount < 0
            else "{period} stands at {amount}, {gap} above the target due."
        )
        return _join(
            language,
            say(language, text, gap=gap, **values),
            say(language, "The target is not above zero, so no rate is given."),
        )
    if now.base_amount is None or now.base_amount <= 0:
        first = say(
            language, "{period} stands at {amount}; there is no target and nothing earlier to compare with.", **values
        )
    else:
        change = now.actual_amount / now.base_amount - 1
        text = "{period} stands at {amount}, {change} above {base}; there is no target for these filters."
        if abs(change) < LEVEL_RATE:
            text = "{period} stands at {amount}, about level with {base}; there is no target for these filters."
        elif change < 0:
            text = "{period} stands at {amount}, {change} below {base}; there is no target for these filters."
        against = now.base_name or say(language, "the comparison")
        first = say(language, text, change=show_share(abs(change), language), base=against, **values)
    if now.method == "over" or now.low_amount is None:
        return first
    low, high = show_amount(now.low_amount, language, currency), show_amount(now.high_amount, language, currency)
    if low == high:  # what is still to come is too little to show
        return first
    return _join(language, first, say(language, "It lands between {low} and {high} (80% range).", low=low, high=high))


def tell_pace(now: Standing, language: str, currency: str) -> str:
    """Title of the cumulative chart: ahead of or behind the target due."""
    gap = now.gap_amount
    if gap is None:
        return say(
            language,
            "{amount} sold in {done} of {all} working days",
            amount=show_amount(now.actual_amount, language, currency),
            done=now.elapsed_days,
            all=now.total_days,
        )
    if now.plan_amount and abs(gap) / abs(now.plan_amount) < LEVEL_RATE:
        return say(
            language, "About level with target" if now.method == "over" else "About level with the target due today"
        )
    text = "{gap} behind the target due today" if gap < 0 else "{gap} ahead of the target due today"
    if now.method == "over":
        text = "{gap} short of target at the end" if gap < 0 else "{gap} above target at the end"
    return say(language, text, gap=show_amount(abs(gap), language, currency))


def tell_landing(rows: Sequence[Row], language: str) -> str:
    """Title of the landing chart: how many units land surely above target, surely below, or may do either."""
    rated = [row for row in rows if not is_missing(row["low_rate"])]
    below = [row for row in rated if row["high_rate"] < 1]
    above = [row for row in rated if row["low_rate"] >= 1]
    if not rated:
        return say(language, "Where each territory is heading")
    if not below and len(above) == len(rated):
        return say(language, "All {n} are set to land on target or above", n=len(rated))
    if not below and not above:
        return say(language, "Every landing is open: target lies within all ranges")
    if not below:
        return say(
            language,
            "{above} of {n} are set to land on target; the rest can go either way",
            above=len(above),
            n=len(rated),
        )
    named = [row for row in below if row["unit_name"] and row["active_count"] >= FEW_TERMINALS]
    if len(below) <= 2 and len(named) == len(below):
        names = join_names(language, [row["unit_name"] for row in named])
        text = (
            "{names} lands below target even at the top of the range"
            if len(named) == 1
            else "{names} land below target even at the top of the range"
        )
        return say(language, text, names=names)
    return say(
        language, "{below} of {n} land below target even at the top of the range", below=len(below), n=len(rated)
    )


def tell_units(units: Sequence[Row], language: str) -> str:
    """Title of the bullets: who carries the shortfall."""
    culprits, share = choose_culprits(units)
    if culprits:
        return say_shortfall(culprits, share, language).rstrip(".。")
    rated = [row for row in units if not is_missing(row["attainment_rate"])]
    if rated and all(row["attainment_rate"] >= FINE_RATE for row in rated):
        return say(language, "All territories are within 2% of plan or above.").rstrip(".。")
    return say(language, "Attainment by territory")


def tell_changes(units: Sequence[Row], language: str, currency: str) -> str:
    """Title where there is no target: who fell most against the comparison, else who grew most."""
    named = [row for row in units if row["unit_name"] and row["active_count"] >= FEW_TERMINALS]
    if not named:
        return say(language, "Change against the comparison")
    worst = min(named, key=lambda row: row["change_amount"])
    if worst["change_amount"] < 0:
        return say(
            language,
            "{name} fell most: {amount}",
            name=worst["unit_name"],
            amount=show_amount(worst["change_amount"], language, currency, is_signed=True),
        )
    best = max(named, key=lambda row: row["change_amount"])
    return say(
        language,
        "{name} grew most: {amount}",
        name=best["unit_name"],
        amount=show_amount(best["change_amount"], language, currency, is_signed=True),
    )


def tell_terminals(rows: Sequence[Row], language: str, currency: str) -> str:
    """Title of the terminals that moved: what the largest falls took, of all falls."""
    falls = [row for row in rows if row["change_amount"] < 0]
    if not falls:
        return say(language, "No terminal fell against the comparison")
    lost = -sum(row["change_amount"] for row in falls)
    return say(
        language,
        "{n} terminals lost {amount}, {share} of all that was lost"
        if len(falls) > 1
        else "One terminal lost {amount}, {share} of all that was lost",
        n=len(falls),
        amount=show_amount(lost, language, currency),
        share=show_share(lost / -falls[0]["gross_change_amount"], language, 0),
    )


def tell_heat(rows: Sequence[Row], language: str) -> str:
    """Title of the heat map: the unit with the most weak months; months are counted once whole."""
    weak: dict[str, int] = {}
    months = {row["sales_month"] for row in rows if not row["is_partial"] and not is_missing(row["attainment_rate"])}
    if not months:
        return say(language, "Attainment by month")
    for row in rows:
        if (
            row["unit_name"]
            and not row["is_partial"]
            and row["active_count"] >= FEW_TERMINALS
            and not is_missing(row["attainment_rate"])
            and row["attainment_rate"] < LOW_RATE
        ):
            weak[row["unit_name"]] = weak.get(row["unit_name"], 0) + 1
    if not weak and any(
        not is_missing(row["attainment_rate"]) and row["attainment_rate"] < LOW_RATE
        for row in rows
        if not row["is_partial"]
    ):
        return say(language, "Attainment by month")
    if not weak:
        return say(language, "No whole month was under 95% of target")
    most = max(weak.values())
    names = [name for name, count in weak.items() if count == most]
    if len(names) > 2:
        return say(
            language,
            "{n} territories were under 95% in {count} of {all} whole months",
            n=len(names),
            count=most,
            all=len(months),
        )
    text = (
        "{names} was under 95% in {count} of {all} whole months"
        if len(names) == 1
        else "{names} were under 95% in {count} of {all} whole months"
    )
    return say(language, text, names=join_names(language, names), count=most, all=len(months))


def tell_lines(lines: Sequence[Row], language: str) -> str:
    """Title of the product lines: who carries the shortfall."""
    culprits, share = choose_culprits(lines)
    if culprits:
        return say_shortfall(culprits, share, language).rstrip(".。")
    return say(language, "Every product line is on plan")


def tell_needed(units: Sequence[Row], language: str) -> str:
    """Title of what a day must bring: the unit furthest from its needed pace; small units are not named."""
    short = [row for row in units if row["headroom_rate"] < -LEVEL_RATE]
    if not short:
        return say(language, "Expected sales are enough everywhere")
    named = [
        row
        for row in short
        if row["unit_name"] and row["active_count"] >= FEW_TERMINALS and row["expected_day_amount"] > 0
    ]
    if not named:
        return say(language, "{n} of {all} need more a day than is expected", n=len(short), all=len(units))
    worst = min(named, key=lambda row: row["headroom_rate"])
    more = worst["needed_day_amount"] / worst["expected_day_amount"] - 1
    return say(
        language,
        "{name} needs {more} more a day than is expected; {n} of {all} are short",
        name=worst["unit_name"],
        more=show_share(more, language, 0),
        n=len(short),
        all=len(units),
    )


def name_months(months: Sequence[date], partial: date | None, language: str) -> list[str]:
    """Months as column heads; one that is not over carries a star, and a year stands at its first month."""
    named = []
    for place, month in enumerate(months):
        text = show_month(month, language, with_year=False)
        if place == 0 or month.month == 1:
            text = f"{text} {month.year % 100:02d}" if language == "en" else f"{month.year % 100:02d}年{text}"
        named.append(f"{text}*" if month == partial else text)
    return named


def _join(language: str, *sentences: str) -> str:
    return ("" if language == "zh" else " ").join(sentence for sentence in sentences if sentence)
