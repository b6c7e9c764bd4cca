"""A logistic regression in a few lines of numpy: ridge, Newton's steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_STEPS = 30
MOST_HALVINGS = 20
RIDGES = (1.0, 10.0, 100.0, 1_000.0, 1e7)


@dataclass(frozen=True)
class Logistic:
    """A fitted curve: intercept and one weight a feature, on features scaled by ``middle`` and ``spread``."""

    intercept: float
    weights: Floats
    middle: Floats
    spread: Floats

    def find_chance(self, features: Floats, base: Floats) -> Floats:
        """Chance of each row, 0 to 1; ``base`` holds the log odds it starts from."""
        return expit(base + self.intercept + ((features - self.middle) / self.spread) @ self.weights)


def expit(logit: Floats) -> Floats:
    """Chance of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -30, 30))))


def logit(chance: Floats) -> Floats:
    """Log odds of a chance kept away from 0 and 1."""
    kept = np.clip(chance, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(kept / (1 - kept)))


def fit_logistic(features: Floats, outcome: Floats, base: Floats, ridge: float = 1.0) -> Logistic:
    """Fit by Newton's steps, halved where they lead too far, what the features add to the log odds ``base``.

    ``ridge`` pulls the weights (not the intercept) to 0 as much as so many cases of one unit: where the features say
    nothing, the base stays. Where all outcomes are alike there is nothing to learn and the chance is that of a base
    of 0: (events + 0.5) / (cases + 1).
    """
    rows, width = features.shape
    middle = features.mean(axis=0) if rows else np.zeros(width)
    spread = features.std(axis=0) if rows else np.ones(width)
    spread = np.where(spread > 1e-9, spread, 1.0)
    events = float(outcome.sum())
    if events in (0.0, float(rows)):
        start = float(np.log((events + 0.5) / (rows - events + 0.5))) - (float(base.mean()) if rows else 0.0)
        return Logistic(start, np.zeros(width), middle, spread)
    design = np.column_stack([np.ones(rows), (features - middle) / spread])
    penalty = np.full(width + 1, ridge)
    penalty[0] = 0.0
    beta = np.zeros(width + 1)
    loss = _measure_loss(base, outcome, penalty, beta)
    for _ in range(MOST_STEPS):
        chance = expit(base + design @ beta)
        weight = np.maximum(chance * (1 - chance), 1e-6)
        slope = design.T @ (outcome - chance) - penalty * beta
        bend = (design * weight[:, None]).T @ design + np.diag(penalty + 1e-9)
        step = np.linalg.solve(bend, slope)
        # far from the best a whole step may lead past it and farther away: then a half, a quarter … of it
        for _ in range(MOST_HALVINGS):
            reached = _measure_loss(base + design @ (beta + step), outcome, penalty, beta + step)
            if reached <= loss:
                break
            step = step / 2
        else:
            break
        beta, loss = beta + step, reached
        if np.abs(step).max() < 1e-6:
            break
    return Logistic(float(beta[0]), beta[1:], middle, spread)


def _measure_loss(told: Floats, outcome: Floats, penalty: Floats, beta: Floats) -> float:
    """What the fit makes smallest: how unlikely the outcomes are at log odds ``told``, and how heavy the weights."""
    return float((np.logaddexp(0.0, told) - outcome * told).sum() + 0.5 * (penalty * beta**2).sum())


def choose_ridge(features: Floats, outcome: Floats, base: Floats, group: NDArray[np.int64]) -> float:
    """The ridge that predicts left-out groups best.

    A third of the groups is left out in turn. Where the features add nothing that holds elsewhere, the strongest
    ridge wins and what is predicted is the base.
    """
    part_of = np.unique(group, return_inverse=True)[1] % 3
    scores = []
    for ridge in RIDGES:
        losses = np.zeros(len(outcome))
        for part in range(3):
            is_out = part_of == part
            if is_out.all() or not is_out.any():
                return RIDGES[-1]
            curve = fit_logistic(features[~is_out], outcome[~is_out], base[~is_out], ridge)
            chance = np.clip(curve.find_chance(features[is_out], base[is_out]), 1e-6, 1 - 1e-6)
            losses[is_out] = -np.where(outcome[is_out] > 0, np.log(chance), np.log(1 - chance))
        scores.append(round(float(losses.mean()), 7))
    # of equals the strongest
    best = min(range(len(RIDGES)), key=lambda place: (scores[place], -RIDGES[place]))
    return RIDGES[best]
