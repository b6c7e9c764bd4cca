"""What the coverage page says of white space: what it is worth, why a terminal should buy, how well it was tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insight.i18n import say
from insight.units import is_missing, show_amount, show_count, show_share

Row = Mapping[str, Any]

FEWEST = 5  # of fewer similar terminals nothing is said
STANDINGS = {"customer": "New line", "never": "Never ordered", "few": "Buys too little"}
METHODS = {
    "peers": "This estimate",
    "popularity": "Popularity alone",
    "neighbour": "Nearest neighbours",
    "mean": "Mean of kind and level",
}
MEASURES = {
    ("whitespace", "recall"): "Hidden purchases found again",
    ("whitespace", "reciprocal_rank"): "1 ÷ place in the terminal’s own list",
    ("whitespace", "brier"): "Mean squared error of the chance",
    ("potential", "error"): "Hidden potentials: median error",
    ("potential", "rank"): "Hidden potentials: correlation of ranks",
    ("potential", "coverage"): "Hidden potentials inside the 80% range",
}


def tell_whitespace(rows: Sequence[Row], language: str, currency: str) -> str:
    """What all openings under the filters are worth, and what of it can be expected."""
    total = rows[0]
    values = {
        "n": show_count(total["all_terminal_count"], language),
        "amount": show_amount(total["all_value_amount"], language, currency),
        "expected": show_amount(total["all_expected_amount"], language, currency),
    }
    if total["all_terminal_count"] == 1:
        return say(language, "White space at {n} terminal: {amount} a year, {expected} of it to be expected", **values)
    return say(language, "White space at {n} terminals: {amount} a year, {expected} of it to be expected", **values)


def tell_why(row: Row, language: str, currency: str) -> str:
    """The evidence for one row: how many of the terminals like it buy, or how little it buys beside them."""
    if row["standing"] == "few":
        return say(
            language,
            "Buys {amount}; {n} buyers like it say {value} more",
            amount=show_amount(row["bought_amount"], language, currency),
            value=show_amount(row["value_amount"], language, currency),
            n=show_count(row["peer_count"], language),
        )
    if row["similar_count"] < FEWEST:
        return say(language, "Fewer than five similar terminals")
    return say(
        language,
        "{n} of {all} similar terminals buy it",
        n=show_count(row["similar_bought_count"], language),
        all=show_count(row["similar_count"], language),
    )


def tell_range(row: Row, language: str, currency: str) -> str:
    """The value's range of 80%."""
    low, high = (show_amount(row[f"value_{end}_amount"], language, currency) for end in ("low", "high"))
    return say(language, "{low} to {high}", low=low, high=high)


def tell_test(evidence: Mapping[tuple[str, str, str], float], hidden: int, language: str) -> str:
    """How many of the hidden purchases were found again, beside the plain ways; empty where too few could be hidden."""
    keys = [("whitespace", method, "recall") for method in ("peers", "popularity", "neighbour")]
    if any(key not in evidence or is_missing(evidence[key]) for key in keys):
        return say(language, "Too few purchases to test it by hiding some.")
    own, popular, near = (show_share(evidence[key], language, 0) for key in keys)
    values = {"n": show_count(hidden, language), "own": own, "popular": popular, "near": near}
    if evidence[keys[0]] <= max(evidence[keys[1]], evidence[keys[2]]):
        return say(
            language,
            "Tested on {n} hidden purchases: {own} found again, no better than popularity alone ({popular}) or the nearest "
            "neighbours ({near}). Who buys what shows little pattern here.",
            **values,
        )
    return say(
        language,
        "Tested on {n} hidden purchases: {own} found again; popularity alone finds {popular}, the nearest neighbours {near}.",
        **values,
    )


def tell_reliability(tenths: Sequence[Row], language: str) -> str:
    """How far the chances given stray from what came true, on average over the tenths."""
    cases = sum(row["case_count"] for row in tenths)
    stray = sum(abs(row["predicted_rate"] - row["observed_rate"]) * row["case_count"] for row in tenths) / max(cases, 1)
    return say(language, "Chances are off by {rate} on average", rate=show_share(stray, language))


def tell_potential_test(evidence: Mapping[tuple[str, str, str], float], language: str) -> str:
    """How well hidden potentials were estimated; empty where none could be hidden."""
    keys = [("potential", "peers", "error"), ("potential", "mean", "error"), ("potential", "peers", "coverage")]
    if any(key not in evidence for key in keys):
        return ""
    error, mean, held = (show_share(evidence[key], language, 0) for key in keys)
    return say(
        language,
        "Potentials estimated where they were hidden: half are off by less than {error} (mean of kind and level: {mean}); "
        "{held} lie in the 80% range.",
        error=error,
        mean=mean,
        held=held,
    )
