"""Where the time of the detector goes: the share of each of its functions."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import impact.trend

ENGINE = str(Path(impact.trend.__file__).parent)
Place = tuple[str, int, str]


def shares(work: Callable[[], object]) -> list[tuple[str, float]]:
    """Per cent of the processor time of each function of the engine, the largest first.

    What a function has NumPy do counts as its own; what it has the engine do does not.
    """
    profile = cProfile.Profile(time.process_time)
    profile.runcall(work)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    own: Counter[str] = Counter()
    for place, (_calls, _total, _inner, seconds, callers) in stats.items():
        if not place[0].startswith(ENGINE):
            continue
        own[_name(place)] += seconds
        for caller, (_calls, _total, _inner, part) in callers.items():
            if caller[0].startswith(ENGINE):
                own[_name(caller)] -= part
    whole = sum(own.values())
    return [(name, 100 * seconds / whole) for name, seconds in own.most_common()]


def _name(place: Place) -> str:
    return f"{Path(place[0]).stem}.{place[2]}"
