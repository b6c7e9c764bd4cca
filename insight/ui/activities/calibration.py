"""How well the engine behind the activities page reads effects that are known: the result kept last, at the page's end."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import streamlit as st

from insight.calibration.report import Calibration, digest_engine, read_result
from insight.calibration.simulation import SCENARIOS
from insight.ui.cards import show_table
from insight.ui.columns import label_columns
from insight.ui.page import Page
from insight.ui.text import plain

_COLUMNS = {
    "bias": "money_bias_rate",
    "year_over_year_bias": "year_over_year_bias_rate",
    "coverage": "covered_share",
    "false_alarms": "false_alarm_share",
    "kind_bias": "kind_bias_rate",
    "kind_coverage": "kind_covered_share",
    "kind_power": "kind_found_share",
}


@cache
def find_result() -> tuple[Calibration | None, bool]:
    """The result kept, and whether it is of the engine as it is."""
    result = read_result()
    return result, result is not None and result.engine == digest_engine()


def show_calibration(page: Page) -> None:
    """A folded card: bars met, then a row a scenario. Said to be of simulated companies, not of the reader's."""
    result, is_current = find_result()
    if result is None:
        return
    met, all_bars = len(result.verdicts) - len(result.missed), len(result.verdicts)
    title = page.say(
        "How well this engine reads planted effects: {n} of {all} bars met", n=page.count(met), all=page.count(all_bars)
    )
    with st.expander(plain(title), icon=":material/experiment:"), st.container(key="card-activities-calibration"):
        st.markdown(plain(tell_result(page, result)))
        show_table(page, label_columns(tabulate(page, result), page.language), key="calibration-scenarios")
        for text in list_notes(page, result, is_current):
            st.caption(plain(text))
        st.code("python -m insight calibrate", language="bash")


def tell_result(page: Page, result: Calibration) -> str:
    """Coverage, bias and false alarms over all scenarios in one sentence."""
    numbers = list(result.scenarios.values())
    activities = sum(one["activity_count"] for one in numbers)
    covered = sum(one["coverage"] * one["activity_count"] for one in numbers) / activities
    nulls = sum(one["null_count"] for one in numbers)
    alarms = sum(one["false_alarms"] * one["null_count"] for one in numbers) / nulls
    biases = [one["bias"] for one in numbers]
    return page.say(
        "Measured on {companies} simulated companies with {n} activities whose effect is known, not on yours: the 95% "
        "intervals hold the truth in {covered}; {alarms} of the activities without effect raise a false alarm (5% "
        "would be chance); estimates err by {low} to {high} of sales, by who was invited.",
        companies=page.count(result.seed_count * len(numbers)),
        n=page.count(int(activities)),
        covered=page.share(covered),
        alarms=page.share(alarms),
        low=page.share(min(biases), is_signed=True),
        high=page.share(max(biases), is_signed=True),
    )


def tabulate(page: Page, result: Calibration) -> pd.DataFrame:
    """A row a scenario."""
    return pd.DataFrame(
        [
            {"invited": page.say(SCENARIOS[code].title), **{name: numbers[key] for key, name in _COLUMNS.items()}}
            for code, numbers in result.scenarios.items()
            if code in SCENARIOS
        ]
    )


def list_notes(page: Page, result: Calibration, is_current: bool) -> list[str]:
    """What missed its bar, how old the result is, and whether the engine has changed since."""
    missed = [
        page.say(
            "{bar} ({scenario}): {value}",
            bar=page.say(one.title),
            scenario=page.say(SCENARIOS[one.scenario].title),
            value=page.share(one.value) if one.group != "speed" else f"{one.value:.1f}",
        )
        for one in result.missed
    ]
    notes = [page.say("Missed: {bars}.", bars="; ".join(missed))] if missed else []
    notes.append(
        page.say(
            "Measured on {day}; {n} companies a row, 20 activities a kind. Bias in % of sales; year-over-year is what a "
            "naive comparison would have said; kinds found: those with a true lift above 12%.",
            day=page.day(date.fromisoformat(result.made_on)),
            n=page.count(result.seed_count),
        )
    )
    if not is_current:
        notes.append(page.say("The engine has changed since; run the command below with --full --write."))
    return notes
