"""What a detector finds when its false alarms are set to a share, and how true it speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.detector.ground import Answers, Row

Floats = npt.NDArray[np.float64]


def p_of(answer: Row | None) -> float:
    """The p-value of an answer as the scorer reads it: without one, reversed is 0, else 1."""
    if not answer:
        return 1.0
    p = answer.get("p")
    if p is None or not np.isfinite(p):
        return 0.0 if answer.get("reversed") else 1.0
    return float(p)


def limits_by_length(rows: Sequence[Row], answers: Answers, share: float) -> dict[int, float]:
    """For each length the highest p at which quiet series are flagged in ``share`` or less."""
    quiet: dict[int, list[float]] = {}
    for row in rows:
        if row["group"] == "null":
            quiet.setdefault(row["n"], []).append(p_of(answers.get(row["id"])))
    return {n: limit_at(np.array(p), share) for n, p in quiet.items()}


def limit_at(quiet: Floats, share: float) -> float:
    """The highest p that flags ``share`` or less of the quiet series; -1 where none does."""
    levels = np.unique(quiet)
    flagged = np.searchsorted(np.sort(quiet), levels, side="right") / len(quiet)
    fitting = levels[(flagged <= share) & (levels < 1)]
    return float(fitting[-1]) if len(fitting) else -1.0


def share_found(
    rows: Sequence[Row], answers: Answers, stratum: str, limit: Callable[[Row], float]
) -> tuple[float, int]:
    """Per cent of a stratum with p at or below the limit of its row, and how many there are."""
    hits = [p_of(answers.get(row["id"])) <= limit(row) for row in rows if row["stratum"] == stratum]
    return (100 * float(np.mean(hits)) if hits else float("nan")), len(hits)


def tenths(stated: Floats, truth: npt.NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """For each tenth of stated probability: the mean stated, the true share, how many."""
    place = np.minimum((stated * 10).astype(int), 9)
    return [
        (float(stated[place == each].mean()), float(truth[place == each].mean()), int(np.sum(place == each)))
        for each in np.unique(place)
    ]


def brier(stated: Floats, truth: npt.NDArray[np.bool_]) -> float:
    """The mean squared distance between what was stated and what was true."""
    return float(np.mean((stated - truth) ** 2))
