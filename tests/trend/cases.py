"""Series with their options as one thing that can be changed, and answers compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from impact.trend.screening import Screening, screen
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape, turned

ESTIMATES = ("turning", "slope_before", "slope_after")
WORDS = ("verdict", "level", "reversed", "early", "n_points")


@dataclass(frozen=True)
class Case:
    """A batch for the door; ``breaks`` has one list of times per series."""

    times: np.ndarray
    values: np.ndarray
    breaks: list[list[float]]
    options: dict[str, Any] = field(default_factory=dict)

    def screened(self, **options: Any) -> Screening:
        """What the detector says, with some options changed."""
        return screen(self.times, self.values, breaks=self.breaks, **self.options | options)

    def but(self, **changes: Any) -> Case:
        """The same with other times, values or breaks."""
        return replace(self, **changes)

    def using(self, **options: Any) -> Case:
        """The same with other options."""
        return replace(self, options=self.options | options)


def mixed_series(seed: int, n_series: int, n: int) -> np.ndarray:
    """Quiet, turned and winding series with noise that no computer number shares with another."""
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(n_series):
        pick = int(rng.integers(0, 2 * len(QUIET_SHAPES) + 3))
        if pick < len(QUIET_SHAPES):
            rows.append(quiet_shape(rng, QUIET_SHAPES[pick], 1, n) + noise(rng, 1, n, 0.3 * (place % 2)))
        elif pick >= 2 * len(QUIET_SHAPES):
            winding = np.abs((np.arange(n) + pick) % 12 - 6.0)
            rows.append(3.0 * winding[None] + noise(rng, 1, n))
        else:
            slope = float(rng.choice([0.5, 1.0, 3.0]))
            rows.append(turned(rng, 1, n, int(rng.integers(1, max(2, n - 2))), slope))
    return np.concatenate(rows) * 2.0 + 50.0


@st.composite
def cases(draw: st.DrawFn, *, season: bool = False) -> Case:
    """One to four series on one calendar, some with gaps, errors and a declared break."""
    seed = draw(st.integers(0, 2**32 - 1))
    n_series = draw(st.integers(1, 4))
    per_year = draw(st.sampled_from([4, 12])) if season else 1
    n = draw(
        st.integers(2 * per_year + 6, 3 * per_year + 9)
        if season
        else st.integers(6, 16) | st.integers(22, 34)
    )
    values = mixed_series(seed, n_series, n)
    times = draw(st.sampled_from([0.0, 2003.0, 1995.5])) + np.arange(n) / per_year
    for row, column in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, n - 1)), max_size=3)):
        values[row % n_series, column] = np.nan
    breaks = [
        [times[place]] if place else []
        for place in draw(st.lists(st.integers(0, n - 1), min_size=4, max_size=4))
    ]
    options: dict[str, Any] = {
        "direction": draw(st.sampled_from(["increase", "decrease", "context"])),
        "periods_per_year": per_year,
    }
    if draw(st.booleans()):
        options["standard_errors"] = np.random.default_rng(seed + 1).uniform(1.0, 4.0, values.shape)
    declared = draw(st.booleans())
    return Case(times, values, [breaks[row] if declared else [] for row in range(n_series)], options)


def assert_same(
    before: Screening,
    after: Screening,
    *,
    slopes: float = 1.0,
    changes: float | None = None,
    moved: Callable[[np.ndarray], np.ndarray] = lambda times: times,
    within: float = 1e-6,
    but: tuple[str, ...] = (),
) -> None:
    """Two answers that say the same, slopes multiplied and times moved.

    Args:
        before, after: the answers.
        slopes: what slopes are multiplied with; a negative one turns intervals around.
        changes: what the smallest change is multiplied with; None takes ``|slopes|``.
        moved: where the change puts a time.
        within: how far numbers may differ for rounding, relatively.
        but: columns that are left out.
    """
    for name in set(WORDS) - set(but):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name), err_msg=name)
    flipped = (
        {"_low": "_high", "_high": "_low", "": ""}
        if slopes < 0
        else {"_low": "_low", "_high": "_high", "": ""}
    )
    for column in {each.name for each in fields(Screening)} - set(WORDS) - set(but):
        old, new = getattr(before, column), getattr(after, column)
        size: float | np.ndarray = 1e-9
        if column.startswith("slope_"):
            end = next(end for end in ("_low", "_high", "") if column.endswith(end))
            old = getattr(before, column.removesuffix(end) + flipped[end]) * slopes
            size = within * abs(slopes)  # an interval's end may be nearly nothing
        elif column in {"turning", "turning_low", "turning_high", "earlier_turns"}:
            old = moved(old)
        elif column == "smallest_change":
            old = old * (abs(slopes) if changes is None else changes)
        np.testing.assert_allclose(new, old, rtol=within, atol=size, err_msg=column)


def rows_of(answer: Screening, rows: Any) -> Screening:
    """The answers for some of the series."""
    return Screening(**{each.name: getattr(answer, each.name)[rows] for each in fields(Screening)})


def joined(answers: list[Screening]) -> Screening:
    """Answers for several batches as one."""
    return Screening(
        **{
            each.name: np.concatenate([getattr(one, each.name) for one in answers])
            for each in fields(Screening)
        }
    )
