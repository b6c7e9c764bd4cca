"""What is said of how activities were run: in time, approved, prepared, closed; repeated elsewhere; within budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from insight.i18n import join_names, name_term, say
from insight.sentences.activities import FEW
from insight.units import is_missing, show_count, show_number, show_share

Row = Mapping[str, Any]

MOST_NAMED = 3  # markets named in one sentence
CLEAR = 2.73  # standard errors: 5% in two sides, shared by the eight measures looked at


def name_measure(code: str, language: str) -> str:
    """A measure as a heading."""
    return {
        "lead": say(language, "Submitted in time"),
        "approved": say(language, "Approved before"),
        "prepared": say(language, "Prepared before"),
        "progress": say(language, "Steps done"),
        "debriefed": say(language, "Debriefed in time"),
        "evaluated": say(language, "Evaluated in time"),
        "archived": say(language, "Archived"),
        "shared": say(language, "Shared"),
    }[code]


def tell_headline(sums: Sequence[Row], lead_days: int, language: str) -> str:
    """How many were submitted in time, and the step that is weakest of the others.

    ``sums``: measure, activity_count, due_count, met_count, met_rate over everything looked at.
    """
    told = {str(row["measure"]): row for row in sums if row["activity_count"] >= FEW}
    if not told:
        return say(language, "Too few activities carry days or steps to say how they were run.")
    parts = []
    if "lead" in told:
        lead = told.pop("lead")
        parts.append(
            say(
                language,
                "{met} of {due} activities were submitted {days} days ahead or more ({rate}).",
                met=show_count(lead["met_count"], language),
                due=show_count(lead["due_count"], language),
                days=show_count(lead_days, language),
                rate=show_share(lead["met_rate"], language, 0),
            )
        )
    weakest = min(told.values(), key=lambda row: (row["met_rate"], row["measure"]), default=None)
    if weakest is not None:
        parts.append(
            say(
                language,
                "Weakest of the steps: {step}, {met} of {due} ({rate}).",
                step=name_measure(str(weakest["measure"]), language).lower()
                if language == "en"
                else name_measure(str(weakest["measure"]), language),
                met=show_count(weakest["met_count"], language),
                due=show_count(weakest["due_count"], language),
                rate=show_share(weakest["met_rate"], language, 0),
            )
        )
    return ("" if language == "zh" else " ").join(parts)


def tell_units(sums: Sequence[Row], language: str) -> str:
    """The unit and step furthest below the same step elsewhere. Rows: unit_id ('*' for all), unit_name, measure, …"""
    whole = {row["measure"]: row for row in sums if row["unit_id"] == "*"}
    rated = [row for row in sums if row["unit_id"] != "*" and row["activity_count"] >= FEW]
    if len({row["unit_id"] for row in rated}) < 2:
        return say(language, "Fewer than two units with enough activities to compare how they were run")
    worst = min(rated, key=lambda row: (row["met_rate"] - whole[row["measure"]]["met_rate"], row["unit_id"]))
    if worst["met_rate"] >= whole[worst["measure"]]["met_rate"]:
        return say(language, "Nobody stays behind the others")
    return say(
        language,
        "Furthest behind the others: {unit}, {step}: {rate} ({met} of {due})",
        unit=worst["unit_name"],
        step=name_measure(str(worst["measure"]), language),
        rate=show_share(worst["met_rate"], language, 0),
        met=show_count(worst["met_count"], language),
        due=show_count(worst["due_count"], language),
    )


def tell_trend(quarters: Sequence[Row], language: str) -> str:
    """The measure that moved most between the first and the last quarter with enough activities, if beyond chance.

    Two shares of n and m differ beyond chance where their difference exceeds CLEAR x sqrt(p (1 - p) (1/n + 1/m)), p being
    the share of both together: 6 of 10 and 6 of 7 do not.
    """
    compared, moves = [], []
    for measure in dict.fromkeys(str(row["measure"]) for row in quarters):
        own = [row for row in quarters if row["measure"] == measure and row["activity_count"] >= FEW]
        if len(own) < 2:
            continue
        first, last = own[0], own[-1]
        compared.append((first["unit_name"], last["unit_name"]))
        both = (first["met_count"] + last["met_count"]) / (first["due_count"] + last["due_count"])
        spread = sqrt(both * (1 - both) * (1 / first["due_count"] + 1 / last["due_count"]))
        change = abs(last["met_rate"] - first["met_rate"])
        if change > CLEAR * spread > 0:
            moves.append((change, measure, first, last))
    if not compared:
        return say(language, "Too few quarters with enough activities to say what changed")
    if not moves:
        return say(
            language, "No step moved beyond chance from {first} to {last}", first=compared[0][0], last=compared[0][1]
        )
    _, measure, first, last = max(moves, key=lambda move: (move[0], move[1]))
    return say(
        language,
        "Moved most: {step}, from {before} in {first} to {after} in {last}",
        step=name_measure(measure, language),
        before=show_share(first["met_rate"], language, 0),
        after=show_share(last["met_rate"], language, 0),
        first=first["unit_name"],
        last=last["unit_name"],
    )


def tell_cycle(spread: Row, language: str) -> str:
    """From submission to approval: the median and the middle half."""
    if spread["count"] < FEW:
        return say(language, "Too few activities carry both days to say how long approval takes")
    return say(
        language,
        "Approval takes {median} days in the median, {first} to {third} in the middle half",
        median=show_number(spread["median"], language, 0 if spread["median"] % 1 == 0 else 1),
        first=show_number(spread["first"], language, 0),
        third=show_number(spread["third"], language, 0),
    )


def say_fault(row: Row, language: str) -> str:
    """One measure an activity did not meet, as a fact: 'debriefed 4 days late', 'not evaluated'."""
    late, code = row["late_days"], str(row["measure"])
    if code == "progress":
        n, due = show_count(row["due_count"] - row["met_count"], language), show_count(row["due_count"], language)
        return say(language, "{n} of {due} steps due are open", n=n, due=due)
    if is_missing(late):
        return {
            "lead": say(language, "not submitted"),
            "approved": say(language, "no approval on record"),
            "prepared": say(language, "preparation open"),
            "debriefed": say(language, "not debriefed"),
            "evaluated": say(language, "not evaluated"),
            "archived": say(language, "not archived"),
            "shared": say(language, "not shared"),
        }[code]
    n = show_count(late, language)
    return {
        "lead": say(language, "submitted {n} days too late", n=n),
        "approved": say(language, "approved {n} days after the start", n=n),
        "prepared": say(language, "prepared {n} days after the start", n=n),
        "debriefed": say(language, "debriefed {n} days late", n=n),
        "evaluated": say(language, "evaluated {n} days late", n=n),
    }[code]


def tell_faults(faulty: int, everything: int, language: str) -> str:
    """How many of the activities have something late or missing."""
    if not faulty:
        return say(language, "Nothing is late or missing")
    return say(
        language,
        "{n} of {all} activities have something late or missing",
        n=show_count(faulty, language),
        all=show_count(everything, language),
    )


def tell_markets(rows: Sequence[Row], language: str) -> str:
    """Where a kind worked and whether it was repeated. Rows: kind, unit_name, verdict of every kind and market."""
    looked = sum(row["verdict"] in ("works", "harms", "unproven") for row in rows)
    if not looked:
        return say(language, "No kind has enough measured activities in any one market")
    worked = [row for row in rows if row["verdict"] == "works"]
    if not worked:
        return say(
            language,
            "In none of {n} kinds and markets does a kind stand clear of chance, all of them looked at together",
            n=show_count(looked, language),
        )
    best = max(worked, key=lambda row: (row["lift_low_rate"], row["kind"]))
    own = [row for row in rows if row["kind"] == best["kind"]]
    where = [str(row["unit_name"]) for row in own if row["verdict"] == "works"]
    values = {
        "kind": name_term(language, str(best["kind"])),
        "where": join_few(where, language),
        "n": show_count(sum(row["verdict"] in ("unproven", "not_enough_data") for row in own), language),
        "m": show_count(sum(row["verdict"] == "untried" for row in own), language),
    }
    if values["m"] == "0":
        return say(language, "{kind} worked in {where}; in the {n} other markets it cannot be told", **values)
    return say(
        language,
        "{kind} worked in {where}; held in {n} other markets where it cannot be told, in {m} not yet",
        **values,
    )


def join_few(names: Sequence[str], language: str) -> str:
    """The first few names, and how many more."""
    if len(names) <= MOST_NAMED:
        return join_names(language, list(names)) or "—"
    rest = say(language, "{n} more", n=show_count(len(names) - MOST_NAMED, language))
    return join_names(language, [*names[:MOST_NAMED], rest])


def tell_budgets(rows: Sequence[Row], alert: float, language: str) -> str:
    """Which unit is furthest from its estimate, of those beyond the threshold. Rows: unit_name, deviation_rate, …"""
    marked = [row for row in rows if row["is_alert"]]
    share = show_share(alert, language, 0)
    if not any(row["compared_count"] >= FEW or row["committed_count"] >= FEW for row in rows):
        return say(language, "Too few activities carry both an estimate and a cost to compare them")
    if not marked:
        return say(language, "Nobody is further than {share} from the estimate", share=share)
    settled = [row for row in marked if row["compared_count"] >= FEW and not is_missing(row["deviation_rate"])]
    if not settled or abs(max(settled, key=lambda row: abs(row["deviation_rate"]))["deviation_rate"]) <= alert:
        return say(
            language, "{n} further than {share} from the estimate", n=show_count(len(marked), language), share=share
        )
    worst = max(settled, key=lambda row: (abs(row["deviation_rate"]), row["unit_name"]))
    return say(
        language,
        "{n} further than {share} from the estimate; furthest {unit}: {rate}",
        n=show_count(len(marked), language),
        share=share,
        unit=worst["unit_name"],
        rate=show_share(worst["deviation_rate"], language, is_signed=True),
    )


def tell_projects(done: int, in_time: int, due: int, language: str) -> str:
    """How many of the projects due are done, and how many were in time."""
    if not due:
        return say(language, "No project was due in the period")
    return say(
        language,
        "{n} of {all} projects due are done, {k} of them in time",
        n=show_count(done, language),
        all=show_count(due, language),
        k=show_count(in_time, language),
    )
