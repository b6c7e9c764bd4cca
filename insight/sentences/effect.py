"""What is said of effects: when they begin and whether they stay, who stayed away, the order of activities, a single one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, name_term, say
from insight.sentences.activities import FEW, lower_name, say_chance, say_status
from insight.units import MISSING, is_missing, show_count, show_number, show_share

Row = Mapping[str, Any]

WIDE_SHARE = 0.5  # a terminal with more than this of the sales before: read with care
CLEAR_TREND = 0.03  # an adjustment for the trend larger than this is shown
DOUBTFUL_SHARE = 0.1  # fewer stand-ins than this stray as far before the event: read with care
FARTHEST = 5.0  # drifts looked at, in times the largest step before


def tell_timing(timing: Row, verdict: str, language: str) -> str:
    """What became of the gain: kept, given back, or not to be told."""
    values = {
        "n": show_count(timing["followed_count"], language),
        "whole": say_months(timing["whole_index"], language),
        "low": say_months(timing["whole_low_index"], language),
        "high": say_months(timing["whole_high_index"], language),
    }
    persistence = timing["persistence"]
    if persistence == "moved_forward":
        return say(language, "Purchases were moved forward: within {n} months the gain was given back", **values)
    if persistence == "given_back_in_part":
        return say(language, "A part of the gain was purchases moved forward; {whole} mean months stay", **values)
    if verdict != "works":
        return say(language, "No effect beyond chance, so there is no beginning and no end to tell")
    if persistence == "kept":
        return say(language, "The gain stays: after {n} months {whole} mean months more ({low} to {high})", **values)
    return say(language, "Whether the gain stays cannot be told: after {n} months {whole} ({low} to {high})", **values)


def tell_course(timing: Row, verdict: str, language: str) -> str:
    """The first and the last month clear of chance, and the sums of the months counted and of those after."""
    parts = []
    first, last = timing["first_clear_month"], timing["last_clear_month"]
    if verdict in ("works", "harms"):
        if is_missing(first):
            text = say(language, "No single month is clear of chance when all are judged together.")
        elif first == last:
            text = say(language, "Clear of chance, all months judged together, in month {n}.", n=int(first))
        else:
            text = say(
                language,
                "Clear of chance, all months judged together, from month {first} to month {last}.",
                first=int(first),
                last=int(last),
            )
        parts.append(text)
    counted = int(timing["followed_count"] - timing["after_count"])
    parts.append(
        say(
            language,
            "In the {n} months counted {sum} mean months ({low} to {high}).",
            n=counted,
            sum=say_months(timing["gain_index"], language),
            low=say_months(timing["gain_low_index"], language),
            high=say_months(timing["gain_high_index"], language),
        )
    )
    if timing["after_count"]:
        parts.append(
            say(
                language,
                "In the {n} after {sum} ({low} to {high}).",
                n=int(timing["after_count"]),
                sum=say_months(timing["after_index"], language),
                low=say_months(timing["after_low_index"], language),
                high=say_months(timing["after_high_index"], language),
            )
        )
    return ("" if language == "zh" else " ").join(parts)


def is_doubtful(timing: Row) -> bool:
    """Whether those who took part were on another course before the event already."""
    return not is_missing(timing["before_placebo_share"]) and bool(timing["before_placebo_share"] < DOUBTFUL_SHARE)


def tell_before(timing: Row, language: str) -> str:
    """The warning that months before differ; nothing where they do not."""
    if not is_doubtful(timing):
        return ""
    return say(
        language,
        "Months before differ already, read with care: {share} of untouched stand-ins stray as far.",
        share=show_share(timing["before_placebo_share"], language),
    )


def tell_sensitivity(timing: Row, verdict: str, language: str) -> str:
    """How large a drift after the event the finding bears; nothing where there is no finding."""
    holds, step = timing["holds_to_ratio"], timing["largest_step_rate"]
    if verdict not in ("works", "harms") or is_missing(step):
        return ""
    values = {"step": show_share(step, language)}
    if is_missing(holds):
        return say(language, "The finding bears no drift of its own after the event.", **values)
    if holds >= FARTHEST:
        return say(
            language,
            "The finding holds even if those who took part drifted away by more than five times the largest step from "
            "quarter to quarter before ({step}).",
            **values,
        )
    return say(
        language,
        "The finding holds as long as those who took part do not drift away by more than {ratio} times the largest step "
        "from quarter to quarter before ({step}).",
        ratio=show_number(holds, language, 1),
        **values,
    )


def tell_attendance(absent: Row | None, language: str) -> str:
    """The negative control that every invitation brings along: those who were invited and did not come."""
    if absent is None:
        return say(language, "Too few were invited and stayed away to compare with")
    values = {
        "low": show_share(absent["lift_low_rate"], language, is_signed=True),
        "high": show_share(absent["lift_high_rate"], language, is_signed=True),
    }
    if absent["lift_low_rate"] > 0:
        return say(
            language, "Those invited who did not come bought more too ({low} to {high}): read with care", **values
        )
    if absent["lift_high_rate"] < 0:
        return say(language, "Those invited who did not come bought less ({low} to {high}): read with care", **values)
    return say(language, "Those invited who did not come: no difference beyond chance ({low} to {high})", **values)


def tell_slices(slices: Sequence[Row], language: str) -> str:
    """The slices that stand out; rows hold name, measured_count and verdict."""
    rated = [row for row in slices if row["measured_count"] >= FEW]
    if not rated:
        return say(language, "Nothing here has enough measured activities")
    sure = [row for row in rated if row["verdict"] == "works"]
    if not sure:
        return say(
            language,
            "None of the {n} with enough activities is associated with more sales beyond chance",
            n=show_count(len(rated), language),
        )
    names = join_names(language, [lower_name(str(row["name"]), place) for place, row in enumerate(sure[:3])])
    if len(sure) > 3:
        return say(language, "{n} of {all} are associated with more sales beyond chance", n=len(sure), all=len(rated))
    return say(language, "Associated with more sales beyond chance: {names}", names=names)


def tell_league(best: Row, language: str) -> str:
    """How sure the order is: against how many others the first one's rank is uncertain."""
    values = {
        "name": best["activity_name"],
        "n": show_count(best["overlap_count"], language),
        "all": show_count(best["ranked_count"] - 1, language),
    }
    if best["ranked_count"] < 2:
        return say(language, "A single activity is measured: there is no order")
    if not best["overlap_count"]:
        return say(language, "{name} stands clear of all {all} others", **values)
    return say(language, "The order is uncertain: the highest overlaps with {n} of {all} others", **values)


def say_rank(row: Row, language: str) -> str:
    """'12th of 133' is a guess; '4–37 of 133' is what is known (80%)."""
    if is_missing(row["rank_number"]):
        return MISSING
    low, high, count = (int(row[name]) for name in ("rank_low_number", "rank_high_number", "ranked_count"))
    return say(language, "{low}–{high} of {all}", low=low, high=high, all=count)


def tell_activity(row: Row, language: str) -> str:
    """One activity by its best estimate and, where it can speak for itself, by its own."""
    if row["status"] == "not_enough_data":
        return say_status(row, language)
    best = {
        "lift": show_share(row["shrunk_lift_rate"], language, is_signed=True),
        "low": show_share(row["shrunk_low_rate"], language, is_signed=True),
        "high": show_share(row["shrunk_high_rate"], language, is_signed=True),
    }
    if row["status"] == "not_measurable_alone":
        return say(language, "Not measurable alone; by best estimate {lift} ({low} to {high})", **best)
    own = {
        "lift": show_share(row["lift_rate"], language, is_signed=True),
        "size": show_share(abs(row["lift_rate"]), language),
        "low": show_share(row["lift_low_rate"], language, is_signed=True),
        "high": show_share(row["lift_high_rate"], language, is_signed=True),
    }
    if row["status"] == "measured" and row["lift_rate"] > 0:
        return say(language, "Associated with {size} more pure sales ({low} to {high})", **own)
    if row["status"] == "measured":
        return say(language, "Associated with {size} less pure sales ({low} to {high})", **own)
    return say(language, "No change beyond chance: {lift} ({low} to {high})", **own)


def tell_bundle(row: Row, names: Sequence[str], language: str) -> str:
    """Which other activities were measured along; nothing where there are none."""
    if not row["shared_count"] or not names:
        return ""
    shown = join_names(language, list(names[:3]))
    values = {
        "names": shown,
        "n": show_count(len(names), language),
        "share": show_share(row["shared_share"], language, 0),
    }
    if len(names) > 3:
        return say(
            language,
            "Measured as a bundle with {n} other activities on its terminals, among them {names}; they covered {share} "
            "of the expected sales, and what their kinds explain is taken off.",
            **values,
        )
    return say(
        language,
        "Measured as a bundle with {names} on its terminals; what their kinds explain is taken off ({share} of the "
        "expected sales covered).",
        **values,
    )


def list_checks(row: Row, language: str) -> list[tuple[str, str, str]]:
    """What stands behind one estimate: what, how much, and what it means. Only what is known of a measured activity."""

    def count(name: str) -> str:
        return show_count(row[name], language)

    def share(name: str, digits: int = 1, *, is_signed: bool = False) -> str:
        return show_share(row[name], language, digits, is_signed=is_signed)

    checks = [
        (
            say(language, "Took part, used"),
            say(language, "{n} of {all}", n=count("terminal_count"), all=count("exposed_count")),
            say(language, "as informative as {n} of equal size", n=show_number(row["effective_count"], language, 1)),
        ),
        (
            say(language, "Largest terminal"),
            share("largest_share", 0),
            say(language, "of the sales before: one terminal’s story")
            if row["largest_share"] > WIDE_SHARE
            else say(language, "of the sales before"),
        ),
        (
            say(language, "Without the largest"),
            share("without_largest_lift_rate", is_signed=True),
            say(language, "own estimate of the others"),
        ),
        (
            say(language, "Compared with"),
            count("donor_count"),
            say(language, "untouched terminals, same type and region"),
        ),
        (
            say(language, "Months before, after"),
            say(language, "{before} and {after}", before=count("before_month_count"), after=count("post_month_count")),
            say(language, "clean months before, months counted after"),
        ),
        (
            say(language, "By chance alone"),
            share("by_chance_share"),
            say(language, "of untouched stand-ins show as large a difference"),
        ),
        (
            say(language, "Trend before"),
            share("trend_slope_rate", is_signed=True),
            say(
                language,
                "a month against the others; {share} as steep by chance",
                share=say_chance(row["trend_placebo_share"], language),
            )
            if not is_missing(row["trend_placebo_share"])
            else say(language, "history too short to read one"),
        ),
    ]
    if not is_missing(row["trend_adjustment_rate"]) and abs(row["trend_adjustment_rate"]) > CLEAR_TREND:
        checks.append(
            (
                say(language, "Unadjusted"),
                share("unadjusted_lift_rate", is_signed=True),
                say(
                    language,
                    "without taking {rate} off for the trend before",
                    rate=share("trend_adjustment_rate", is_signed=True),
                ),
            )
        )
    checks.append(
        (
            say(language, "Drawn towards its kind"),
            share("shrink_share", 0),
            say(language, "of the best estimate is its kind’s mean"),
        )
    )
    checks.append(
        (
            say(language, "Rank (80%)"),
            say_rank(row, language),
            say(
                language,
                "by best estimate; {share} to be in the highest quarter",
                share=say_chance(row["top_quarter_share"], language),
            ),
        )
    )
    return checks


def say_months(index: float | None, language: str) -> str:
    """Index points as mean months: 118.5 -> '+1.19'."""
    return MISSING if index is None or is_missing(index) else show_number(index / 100.0, language, 2, is_signed=True)


def name_slice(dimension: str, unit: str, name: str | None, language: str) -> str:
    """The name of a slice: a region's own, else the word for its code."""
    if name and not is_missing(name):
        return str(name)
    if not unit:
        return say(language, "All lines") if dimension == "product_line" else say(language, "Not said")
    if dimension == "size":
        least, _, most = unit.removeprefix("size_").partition("_")
        if not most:
            return say(language, "{n} terminals or more", n=least)
        return say(language, "{least}–{most} terminals", least=least, most=most)
    if dimension == "owner":
        return say(language, "Manufacturer") if unit == "manufacturer" else say(language, "Distributors")
    return name_term(language, unit)
