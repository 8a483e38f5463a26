"""Bar 5: the early warning on the newest one or two points."""

from __future__ import annotations

import numpy as np

from benchmarks.detector.figures import Figure, at_least, at_most, told
from benchmarks.detector.ground import Ground, as_row, numbered

LENGTHS = (8, 12, 20)
MUST_SPEAK = "slope 2, 2 after the turn"
LEAST = {8: 60, 12: 74, 20: 74}


def early_warnings(ground: Ground, seed: int, per: int) -> list[Figure]:
    """False warnings and true ones by length and shape."""
    rng = np.random.default_rng([seed, 5])
    rows = numbered(
        [
            as_row(f"{n}/{name}", range(2001, 2001 + n), np.round(y, 6))
            for n in LENGTHS
            for _kind, name, mean, phi in ground.early.shapes(n)
            for y in mean + ground.early.noise(rng, per, n, phi)
        ],
        "e",
    )
    answers, _seconds = ground.ask(rows)
    spoken: dict[str, list[bool]] = {}
    for row in rows:
        spoken.setdefault(row["stratum"], []).append(bool(answers[row["id"]].get("early")))
    return [
        _figure(n, kind, name, 100 * float(np.mean(spoken[f"{n}/{name}"])), per)
        for n in LENGTHS
        for kind, name, _mean, _phi in ground.early.shapes(n)
    ]


def _figure(n: int, kind: str, name: str, percent: float, per: int) -> Figure:
    said = f"n={n} {kind}: {name}"
    if kind == "false":
        return at_most("5", said, percent, 8, per)
    if name == MUST_SPEAK:
        return at_least("5", said, percent, LEAST[n], per)
    return told("5", said, percent, per)
