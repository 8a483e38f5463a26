"""Whether a stated probability is what it says, with one series in five truly reversed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.detector.figures import Figure, at_most, between, told
from benchmarks.detector.ground import Answers, Row
from benchmarks.detector.limits import brier, tenths

PREVALENCE = 0.2
MAY_EXCEED, MAY_LACK = 7, 15
FEWEST = 200


def stated_probabilities(rows: Sequence[Row], answers: Answers, seed: int, name: str) -> list[Figure]:
    """By tenth what was stated less what was true, and the Brier score beside the formula's."""
    chosen = _one_in_five(rows, np.random.default_rng([seed, 20]))
    given = [(answers[row["id"]], row["group"] == "rev") for row in chosen]
    spoken = [
        (each["probability"], each["p"], true) for each, true in given if each["probability"] is not None
    ]
    stated, p = (np.array(column, dtype=float) for column in list(zip(*spoken, strict=True))[:2])
    truth = np.array([true for *_, true in spoken])
    figures = []
    for mean, share, n in tenths(stated, truth):
        said = f"{name}: stated {100 * mean:.0f} %, true"
        if n < FEWEST:
            figures.append(told("prob", said, 100 * share, n))
        else:
            low, high = round(100 * mean - MAY_EXCEED, 1), round(100 * mean + MAY_LACK, 1)
            figures.append(between("prob", said, 100 * share, low, high, n))
    ours, formula = brier(stated, truth), brier(by_formula(p), truth)
    return [
        *figures,
        at_most("prob", f"{name}: Brier score, wanted the formula's", ours, round(formula, 5), unit=""),
    ]


def by_formula(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The probability by the bound of Sellke, Bayarri and Berger (2001), one in five before."""
    safe = np.clip(p, 1e-12, 1 / np.e)
    factor = -np.e * safe * np.log(safe)
    return np.asarray(1 / (1 + (1 - PREVALENCE) / PREVALENCE * factor), dtype=np.float64)


def _one_in_five(rows: Sequence[Row], rng: np.random.Generator) -> list[Row]:
    quiet = [row for row in rows if row["group"] == "null"]
    turned = [row for row in rows if row["group"] == "rev"]
    n_turned = min(len(turned), int(len(quiet) * PREVALENCE / (1 - PREVALENCE)))
    n_quiet = min(len(quiet), round(n_turned * (1 - PREVALENCE) / PREVALENCE))
    return [
        *(quiet[place] for place in rng.choice(len(quiet), n_quiet, replace=False)),
        *(turned[place] for place in rng.choice(len(turned), n_turned, replace=False)),
    ]
