"""Bar 8, second half: who turned on its own, and who with the reference line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from benchmarks.detector.figures import Figure, at_most, told
from benchmarks.detector.ground import Ground
from impact.trend.comparison import Comparisons, Outcome, compare_many

Floats = npt.NDArray[np.float64]
Pair = tuple[str, bool, Floats, Floats, float]
LENGTHS = (6, 8, 12, 20, 30)
SLOPES = (0.5, 1.0, 2.0)
LIMIT = 5
# How loud the reference is: as loud as the series, a whole municipality's, or louder.
LOUDNESS = (1.0, 0.3, 2.0)


def reference_lines(ground: Ground, seed: int, per: int) -> list[Figure]:
    """How often "turned on its own" is said when both turn together, and when not."""
    rng = np.random.default_rng([seed, 80])
    spoken: dict[tuple[str, bool], list[npt.NDArray[np.bool_]]] = {}
    for n in LENGTHS:
        for name, together, own, other, phi in _pairs(n):
            for loudness in LOUDNESS:
                found = _compared(ground, rng, own, other, phi, loudness, per)
                said = found.outcome == str(Outcome.ON_ITS_OWN)
                spoken.setdefault((name, together), []).append(said)
    figures = []
    for (name, together), parts in spoken.items():
        said = np.concatenate(parts)
        make = at_most if together else told
        limit = (LIMIT,) if together else ()
        figures.append(make("8", f"on its own: {name}", 100 * float(said.mean()), *limit, n=len(said)))
    return figures


def _pairs(n: int) -> Iterator[Pair]:
    """Name, whether they turn together, both courses, autocorrelation of the noise."""
    x = np.arange(n, dtype=float)
    for slope in SLOPES:
        for place, tau in (("middle", n // 2), ("4 points after", n - 5)):
            tent = slope * _tent(x, tau)
            said = f"slope {slope:g}, {place}"
            yield f"together, {said}", True, tent, tent, 0.0
            if slope == 1:
                for words, other, phi in _variants(x, tau, tent):
                    yield f"together, {words}, {said}", True, tent, other, phi
        tent = slope * _tent(x, n // 2)
        yield f"alone, reference flat, slope {slope:g}", False, tent, 0 * x, 0.0
        yield f"alone, reference goes on, slope {slope:g}", False, tent, slope * x, 0.0
        yield f"alone, reference the other way, slope {slope:g}", False, tent, -slope * x, 0.0


def _variants(x: Floats, tau: int, tent: Floats) -> Iterator[tuple[str, Floats, float]]:
    """What a turn together may look like; two years later it is seen by two points at least."""
    for phi in (0.3, 0.6):
        yield f"AR {phi:g}", tent, phi
        yield f"half as steep, AR {phi:g}", tent / 2, phi
    yield "half as steep", tent / 2, 0.0
    yield "twice as steep", 2 * tent, 0.0
    for words, delay in (("a year earlier", -1), ("two years earlier", -2), ("two years later", 2)):
        yield words, _tent(x, tau + delay), 0.0
        yield f"half as steep, {words}", _tent(x, tau + delay) / 2, 0.0


def _tent(x: Floats, tau: float) -> Floats:
    return np.asarray(np.minimum(x, tau) - np.maximum(x - tau, 0))


def _compared(
    ground: Ground,
    rng: np.random.Generator,
    own: Floats,
    other: Floats,
    phi: float,
    loudness: float,
    per: int,
) -> Comparisons:
    n = len(own)
    noise = ground.early.noise
    values = own + noise(rng, per, n, phi)
    references = other + loudness * noise(rng, per, n, phi)
    return compare_many(2001.0 + np.arange(n), 50 + values, 50 + references, direction="increase")
