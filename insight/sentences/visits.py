"""What the joint-visits page says: whom they reached, how they were made, what followed, and which records need review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import join_names, name_term, say
from insight.units import is_missing, show_amount, show_count, show_date, show_number, show_share

Row = Mapping[str, Any]

FEW = 5  # nothing is said of fewer visits, issues or terminals than this
ALL_MODES = "*"
STEPS = {
    "is_prepared": "Prepared",
    "is_goal_set": "Goal set",
    "is_goal_met": "Goal met",
    "is_reviewed": "Reviewed",
}
MODES = {
    "demonstration": "Demonstration",
    "observation": "Observation",
    "mixed": "Both in one month",
    "mode_unsaid": "Mode not said",
    ALL_MODES: "All joint visits",
}
RULES = {
    "many_a_day": "More than {most} calls of one person a day",
    "day_off": "On a weekend or public holiday",
    "repeated": "Same person, terminal and day once more",
    "far_apart": "Calls of one person on one day more than {km} km apart",
    "before_opening": "Before the terminal opened",
    "after_closing": "After the terminal closed",
    "after_data": "Dated after the last day of data",
    "not_supplied": "Joint visit with a distributor that did not sell there, while others did, within {days} days",
    "every_step": "All four steps ticked in every one of {least} or more joint visits of a person in a quarter",
}


def tell_headline(total: Row, base: Row | None, period: str, language: str) -> str:
    """How many joint visits reached how many targets and how that changed; then whether they went where it counts.

    ``base`` is the window compared with; None where there is none.
    """
    if not total["visit_count"]:
        return say(language, "No call is recorded in {period} under these filters.", period=period)
    values = {
        "n": show_count(total["joint_count"], language),
        "k": show_count(total["jointly_visited_count"], language),
        "all": show_count(total["target_count"], language),
        "period": period,
        "rate": show_share(total["joint_coverage_rate"], language),
    }
    if not total["joint_count"]:
        return say(
            language,
            "No joint visit in {period}; {n} calls without a distributor beside reached {rate} of {all} target terminals."
            if total["is_target_known"]
            else "No joint visit in {period}; {n} calls without a distributor beside reached {rate} of {all} known terminals.",
            **{
                **values,
                "n": show_count(total["visit_count"], language),
                "rate": show_share(total["visit_coverage_rate"], language),
            },
        )
    first = say(
        language,
        "{period}: {n} joint visits reached {k} of {all} target terminals ({rate})"
        if total["is_target_known"]
        else "{period}: {n} joint visits reached {k} of {all} known terminals ({rate})",
        **values,
    )
    if base is not None and not is_missing(base["joint_coverage_rate"]):
        change = total["joint_coverage_rate"] - base["joint_coverage_rate"]
        text = (
            "{first}, about as many as in the period compared with."
            if abs(change) < 0.005
            else "{first}, against {before} in the period compared with."
        )
        first = say(language, text, first=first, before=show_share(base["joint_coverage_rate"], language))
    else:
        first = say(language, "{first}.", first=first)
    return _join(language, first, _tell_grades(total, language))


def _tell_grades(total: Row, language: str) -> str:
    """Whether the joint visits went to grades A and B more or less often than these are targets."""
    if total["graded_joint_count"] < FEW or is_missing(total["upper_target_rate"]):
        return ""
    return say(
        language,
        "{rate} of them went to grades A and B, which are {share} of the targets.",
        rate=show_share(total["upper_joint_rate"], language, 0),
        share=show_share(total["upper_target_rate"], language, 0),
    )


def tell_calendar(cells: Sequence[Row], language: str, *, by_distributor: bool) -> str:
    """How many of the cells are empty: where and when nobody was visited jointly."""
    units = {row["unit_id"]: 0 for row in cells}
    for row in cells:
        units[row["unit_id"]] += row["joint_count"]
    without = sum(count == 0 for count in units.values())
    empty = sum(row["joint_count"] == 0 for row in cells)
    if by_distributor:
        return say(language, "Joint visits by distributor: {n} of {all} cells are empty", n=empty, all=len(cells))
    if without:
        return say(language, "{n} of {all} territories had no joint visit in the period", n=without, all=len(units))
    return say(language, "Joint visits by territory: {n} of {all} cells are empty", n=empty, all=len(cells))


def tell_groups(groups: Sequence[Row], language: str) -> str:
    """The best and the least covered of the groups with enough targets. Rows carry ``group_title``."""
    large = sorted(
        (row for row in groups if row["target_count"] >= FEW and row["group_id"]),
        key=lambda row: -row["joint_coverage_rate"],
    )
    if sum(row["jointly_visited_count"] for row in groups) < FEW or not large:
        return say(language, "Joint-visit coverage")
    best, worst = large[0], large[-1]
    values = {
        "best": best["group_title"],
        "best_rate": show_share(best["joint_coverage_rate"], language),
        "worst": worst["group_title"],
        "worst_rate": show_share(worst["joint_coverage_rate"], language),
    }
    if len(large) < 2 or values["best_rate"] == values["worst_rate"]:
        return say(language, "{best}: {best_rate} visited jointly", **values)
    return say(language, "{best}: {best_rate} visited jointly, {worst}: {worst_rate}", **values)


def tell_time(grades: Sequence[Row], language: str, *, is_potential: bool) -> str:
    """The best grade's share of the joint visits beside its share of what is to be won."""
    graded = [row for row in grades if row["grade"]]
    if not graded or sum(row["joint_count"] for row in grades) < FEW:
        return say(language, "Where the time went, by grade")
    best = graded[0]
    worth = best["of_potential_share"] if is_potential else best["of_sales_share"]
    if is_missing(worth):
        return say(language, "Where the time went, by grade")
    return say(
        language,
        "Grade {grade}: {joint} of the joint visits, {calls} of all calls, {worth} of the potential"
        if is_potential
        else "Grade {grade}: {joint} of the joint visits, {calls} of all calls, {worth} of the pure sales",
        grade=best["grade"],
        joint=show_share(best["of_joint_share"], language, 0),
        calls=show_share(best["of_calls_share"], language, 0),
        worth=show_share(worth, language, 0),
    )


def tell_overlap(distributors: Sequence[Row], language: str, days: int) -> str:
    """In how many joint visits the distributor's own people called there as well, where its people are loaded."""
    seen = [row for row in distributors if row["people_count"]]
    joint = sum(row["joint_count"] for row in seen)
    if not seen:
        return say(
            language, "Whether distributors call there themselves cannot be said: none of their people are loaded"
        )
    return say(
        language,
        "In {n} of {all} joint visits the distributor’s own people called there within {days} days",
        n=show_count(sum(row["near_count"] for row in seen), language),
        all=show_count(joint, language),
        days=days,
    )


def tell_steps(steps: Sequence[Row], language: str) -> str:
    """The step completed least often; rows of the whole period, one a step."""
    if not steps or steps[0]["joint_count"] < FEW:
        return say(language, "The four steps of a joint visit")
    worst = min(steps, key=lambda row: row["done_rate"])
    done, count = sum(row["done_count"] for row in steps), sum(row["joint_count"] for row in steps)
    return say(
        language,
        "{rate} of the four steps were completed; least often “{step}”, {worst}",
        rate=show_share(done / count, language),
        step=say(language, STEPS[worst["visit_step"]]),
        worst=show_share(worst["done_rate"], language),
    )


def tell_modes(times: Sequence[Row], language: str) -> str:
    """The mix of modes over the period."""
    count = sum(row["joint_count"] for row in times)
    said = count - sum(row["unsaid_count"] for row in times)
    if said < FEW:
        return say(language, "The mode of joint visits is not said")
    return say(
        language,
        "{demonstration} demonstration, {observation} observation",
        demonstration=show_share(sum(row["demonstration_count"] for row in times) / said, language, 0),
        observation=show_share(sum(row["observation_count"] for row in times) / said, language, 0),
    )


def tell_issues(kinds: Sequence[Row], language: str, days: int) -> str:
    """How many of the issues were closed in time, and the kind where it is least often."""
    raised = sum(row["issue_count"] for row in kinds)
    decided = raised - sum(row["open_in_time_count"] for row in kinds)
    if decided < FEW:
        return say(
            language, "{n} issues raised; too few are due to say how they are closed", n=show_count(raised, language)
        )
    values = {
        "rate": show_share(sum(row["closed_in_time_count"] for row in kinds) / decided, language),
        "days": days,
    }
    large = [row for row in kinds if row["issue_count"] - row["open_in_time_count"] >= FEW]
    if len(large) < 2:
        return say(language, "{rate} of the issues due were closed within {days} days", **values)
    worst = min(large, key=lambda row: row["issue_closure_rate"])
    return say(
        language,
        "{rate} of the issues due were closed within {days} days; {kind} least often, {worst}",
        kind=name_issue(worst["issue_kind"], language).lower()
        if language == "en"
        else name_issue(worst["issue_kind"], language),
        worst=show_share(worst["issue_closure_rate"], language),
        **values,
    )


def tell_open(issues: Sequence[Row], language: str, days: int) -> str:
    """How many issues are open, and how many beyond the days agreed."""
    if not issues:
        return say(language, "No issue raised in the period is open")
    return say(
        language,
        "{n} issues are open, {late} of them for more than {days} days",
        n=show_count(issues[0]["all_count"], language),
        late=show_count(issues[0]["late_count"], language),
        days=days,
    )


def name_issue(kind: str, language: str) -> str:
    """The kind of an issue in words."""
    return name_term(language, kind) if kind else say(language, "Kind not said")


def tell_sales(kind: Row, language: str) -> str:
    """What joint visits are associated with, of one mode or of all; never more than the verdict allows."""
    values = _list_lift(kind, language)
    if kind["verdict"] == "not_enough_data":
        return say(language, "{kind}: not enough data to say anything", **values)
    if kind["verdict"] == "works":
        return say(language, "{kind}: associated with {lift} more pure sales ({low} to {high})", **values)
    if kind["verdict"] == "harms":
        return say(language, "{kind}: associated with {lift} less pure sales ({low} to {high})", **values)
    if kind["lift_low_rate"] > 0 or kind["lift_high_rate"] < 0:
        return say(language, "{kind}: no larger a difference than where nothing happened ({low} to {high})", **values)
    return say(language, "{kind}: no difference beyond chance ({low} to {high})", **values)


def tell_calls(kind: Row, language: str) -> str:
    """Whether the terminals are called on more often afterwards without a distributor beside."""
    values = _list_lift(kind, language)
    if kind["verdict"] == "not_enough_data":
        return say(language, "Later solo calls: not enough data to say anything", **values)
    if kind["verdict"] == "works":
        return say(language, "Later solo calls: associated with {lift} more of them ({low} to {high})", **values)
    if kind["verdict"] == "harms":
        return say(language, "Later solo calls: associated with {lift} fewer of them ({low} to {high})", **values)
    return say(language, "Later solo calls: no difference beyond chance ({low} to {high})", **values)


def _list_lift(kind: Row, language: str) -> dict[str, str]:
    return {
        "kind": say(language, MODES.get(str(kind["kind"]), "All joint visits")),
        "lift": "" if is_missing(kind["lift_rate"]) else show_share(abs(kind["lift_rate"]), language),
        "low": show_share(kind["lift_low_rate"], language, is_signed=True),
        "high": show_share(kind["lift_high_rate"], language, is_signed=True),
    }


def tell_bands(kind: Row, language: str, currency: str = "") -> str:
    """The estimate with both bands, its money where a currency is given, and the naive number beside it."""
    if kind["verdict"] == "not_enough_data":
        return ""
    values = {
        "lift": show_share(kind["lift_rate"], language, is_signed=True),
        "low": show_share(kind["lift_low_rate"], language, is_signed=True),
        "high": show_share(kind["lift_high_rate"], language, is_signed=True),
        "low80": show_share(kind["lift_low80_rate"], language, is_signed=True),
        "high80": show_share(kind["lift_high80_rate"], language, is_signed=True),
        "chance": _say_chance(kind["chance_positive_share"], language),
    }
    parts = [
        say(
            language,
            "Estimate {lift}; 95%: {low} to {high}; 80%: {low80} to {high80}; chance that it is above none: {chance}.",
            **values,
        )
    ]
    if currency:
        parts.append(
            say(
                language,
                "In money, for the {n} episodes measured: {amount} ({low} to {high}).",
                n=show_count(kind["used_count"], language),
                amount=show_amount(kind["incremental_amount"], language, currency, is_signed=True),
                low=show_amount(kind["incremental_low_amount"], language, currency, is_signed=True),
                high=show_amount(kind["incremental_high_amount"], language, currency, is_signed=True),
            )
        )
    if not is_missing(kind["before_after_rate"]):
        parts.append(
            say(
                language,
                "Naive before/after: {rate}; it compares with nobody and is no effect.",
                rate=show_share(kind["before_after_rate"], language, is_signed=True),
            )
        )
    return _join(language, *parts)


def _say_chance(value: float, language: str) -> str:
    """A chance that is never said to be certain."""
    return "<1%" if value < 0.01 else ">99%" if value > 0.99 else show_share(value, language, 0)


def tell_control(kind: Row, months: int, language: str) -> str:
    """The negative control in words: what the method finds where nothing happened."""
    if is_missing(kind["negative_control_rate"]):
        return say(language, "Negative control: history is too short to run one.")
    values = {
        "months": months,
        "rate": show_share(kind["negative_control_rate"], language, is_signed=True),
        "low": show_share(kind["negative_control_low_rate"], language, is_signed=True),
        "high": show_share(kind["negative_control_high_rate"], language, is_signed=True),
    }
    first = say(
        language,
        "Negative control: {months} months before, where nothing happened, the same method finds {rate} ({low} to {high}).",
        **values,
    )
    if not kind["is_picked_unusual"]:
        return first
    return _join(language, first, say(language, "Terminals were picked after unusual months: read with care."))


def tell_modes_compared(kinds: Sequence[Row], language: str) -> str:
    """The modes with an effect beyond chance, or that there is none."""
    rated = [row for row in kinds if row["kind"] != ALL_MODES and row["verdict"] != "not_enough_data"]
    if not rated:
        return say(language, "No mode has enough measured months")
    sure = [say(language, MODES[row["kind"]]) for row in rated if row["verdict"] == "works"]
    if not sure:
        return say(language, "No mode is associated with more sales beyond chance")
    return say(language, "Associated with more sales beyond chance: {names}", names=join_names(language, sure))


def tell_cohorts(cohorts: Sequence[Row], language: str) -> str:
    """How many months of visits speak for themselves."""
    alone = sum(row["status"] in ("measured", "consistent_with_no_change") for row in cohorts)
    return say(
        language,
        "{n} of {all} months of visits can be measured alone; for the others all together speak",
        n=show_count(alone, language),
        all=show_count(len(cohorts), language),
    )


def tell_records(rules: Sequence[Row], language: str) -> str:
    """How many records meet a rule."""
    if not rules or not rules[0]["visit_count"]:
        return say(language, "No call is recorded here")
    found, everything = rules[0]["all_count"], rules[0]["visit_count"]
    if not found:
        return say(language, "None of {all} records needs review", all=show_count(everything, language))
    return say(
        language,
        "{n} of {all} records need review ({rate})",
        n=show_count(found, language),
        all=show_count(everything, language),
        rate=show_share(found / everything, language),
    )


def name_rule(rule: str, limits: Mapping[str, int], language: str) -> str:
    """A rule in words with its threshold."""
    return say(
        language,
        RULES[rule],
        most=limits["most_a_day"],
        days=limits["supply_days"],
        least=limits["least_block"],
        km=show_number(limits["most_km"], language),
    )


def tell_reason(row: Row, language: str) -> str:
    """Why one record is in the list, with what was measured."""
    rule = row["rule"]
    if rule == "many_a_day":
        return say(language, "{n} calls that day", n=show_count(row["measured_count"], language))
    if rule == "far_apart":
        return say(language, "{km} km to another call that day", km=show_number(row["measured_km"], language))
    if rule == "before_opening":
        return say(language, "Opened on {day}", day=show_date(row["measured_on"], language))
    if rule == "after_closing":
        return say(language, "Closed on {day}", day=show_date(row["measured_on"], language))
    if rule == "every_step":
        return say(language, "All of {n} joint visits in the quarter", n=show_count(row["measured_count"], language))
    return say(language, REASONS[rule])


REASONS = {
    "day_off": "Not a working day",
    "repeated": "Recorded before on the same day",
    "after_data": "Later than the data go",
    "not_supplied": "Others sold there, this distributor did not",
}


def _join(language: str, *parts: str) -> str:
    return ("" if language == "zh" else " ").join(part for part in parts if part)
