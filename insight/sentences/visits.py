"""What the joint-visits page says of whom they reached and how they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import name_term, say
from insight.units import is_missing, show_count, show_share

Row = Mapping[str, Any]

FEW = 5  # nothing is said of fewer visits, issues or terminals than this
STEPS = {
    "is_prepared": "Prepared",
    "is_goal_set": "Goal set",
    "is_goal_met": "Goal met",
    "is_reviewed": "Reviewed",
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


def _join(language: str, *parts: str) -> str:
    return ("" if language == "zh" else " ").join(part for part in parts if part)
