"""The things to check on one list: each signal's rows with a strength from 0 to 1, ranked by money times strength.

Many distributors, products and months are looked at, so that some would stand out by chance alone. Every signal
therefore has minimums of its own in its question (lines, months, products), and everything on the list must besides come
to ``LEAST_SHARE`` of all pure sales of the period and ``LEAST_OWN`` of the distributor's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

SIGNALS = ("outside", "price", "jump", "batch", "once", "round")
LEAST_SHARE, LEAST_OWN = 0.0001, 0.01
# where a signal is as strong as it gets: a fifth of sales outside, 30% below the norm, purchases doubled, 20 usual months
FULL_OUTSIDE, FULL_GAP, FULL_JUMP, FULL_TIMES = 0.20, 0.30, 1.0, 20.0


def _clip(value: pd.Series) -> pd.Series:
    return value.astype(float).clip(0.0, 1.0)


def _rate_outside(rows: pd.DataFrame) -> pd.Series:
    """24% of what can be judged: 0.24 / 0.20, so 1."""
    return _clip(rows["measure"] / FULL_OUTSIDE)


def _rate_price(rows: pd.DataFrame) -> pd.Series:
    """15% below the norm: 0.15 / 0.30 = 0.5; seven tenths of it where the own purchase price is not known."""
    return _clip(rows["measure"] / FULL_GAP) * rows["reference"].isna().map({True: 0.7, False: 1.0})


def _rate_jump(rows: pd.DataFrame) -> pd.Series:
    """1.8 times the usual: 0.8; six tenths of it where no count says what was in stock."""
    return _clip((rows["measure"] - 1) / FULL_JUMP) * rows["is_counted"].map({True: 1.0, False: 0.6})


def _rate_batch(rows: pd.DataFrame) -> pd.Series:
    """1 where the seller was authorised there and the goods came from elsewhere; half where it already sold outside."""
    return 0.5 + 0.5 * _clip(rows["measure"])


def _rate_once(rows: pd.DataFrame) -> pd.Series:
    """10 usual months at once: 10 / 20 = 0.5."""
    return _clip(rows["measure"] / FULL_TIMES)


def _rate_round(rows: pd.DataFrame) -> pd.Series:
    """All of it came back, at two quarters' ends: 1; seven tenths for a single time, eight where no quarter ended."""
    again = (rows["month_count"] >= 2).map({True: 1.0, False: 0.7})
    return _clip(rows["measure"]) * again * rows["is_quarter_end"].map({True: 1.0, False: 0.8})


_RATES: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "outside": _rate_outside,
    "price": _rate_price,
    "jump": _rate_jump,
    "batch": _rate_batch,
    "once": _rate_once,
    "round": _rate_round,
}


def rank_signals(
    answers: Mapping[str, pd.DataFrame], sales_amount: float, own_amounts: Mapping[str, float]
) -> pd.DataFrame:
    """The list: signal, signal_id, strength_rate and score beside each question's own columns, highest score first.

    ``answers``: rows of ``network/signals_<signal>``; ``sales_amount``: pure sales of all distributors in the period;
    ``own_amounts``: of each one. Purchases that jumped are held against all sales only.
    """
    parts = []
    for signal in SIGNALS:
        rows = answers.get(signal)
        if rows is None or rows.empty:
            continue
        rows = rows.assign(signal=signal, strength_rate=_RATES[signal](rows))
        amount = rows["sales_amount"].astype(float)
        own = rows["distributor_id"].map(lambda code: float(own_amounts.get(code, 0.0))).clip(lower=0.0)
        is_large = amount >= LEAST_SHARE * max(sales_amount, 0.0)
        if signal != "jump":
            is_large &= amount >= LEAST_OWN * own
        parts.append(rows[is_large].assign(score=amount[is_large] * rows["strength_rate"][is_large]))
    kept = [part for part in parts if len(part)]
    if not kept:
        return pd.DataFrame({"signal": [], "signal_id": [], "distributor_id": [], "sales_amount": [], "score": []})
    # an all-empty column of one part must not change the type of another's
    ranked = pd.concat([part.astype(object) for part in kept], ignore_index=True)
    subject = ranked["subject_id"].fillna("").astype(str)
    if "sales_quarter" in ranked.columns:
        subject += ranked["sales_quarter"].map(lambda day: "" if pd.isna(day) else f"@{day:%Y-%m}")
    ranked["signal_id"] = ranked["signal"] + ":" + ranked["distributor_id"] + ":" + subject
    ranked["order"] = ranked["signal"].map(SIGNALS.index)
    ranked = ranked.sort_values(["score", "order", "signal_id"], ascending=[False, True, True], kind="stable")
    return ranked.drop(columns=["order"]).reset_index(drop=True)
