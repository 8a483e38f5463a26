"""A series: the ordered measurements of one indicator and one disaggregation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from impact.semantics.direction import Direction
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.unit import Unit


class Status(StrEnum):
    """Observation status of a measurement that has a value."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    ESTIMATED = "estimated"


class Missing(StrEnum):
    """Why a measurement has no value."""

    NOT_COLLECTED = "not_collected"
    NOT_YET_PUBLISHED = "not_yet_published"
    NOT_HANDED_IN = "not_handed_in"
    NOT_APPLICABLE = "not_applicable"
    CONFIDENTIAL = "confidential"
    TOO_SMALL_A_BASE = "too_small_a_base"
    APPROXIMATE_ONLY = "approximate_only"
    WITHDRAWN_BY_SOURCE = "withdrawn_by_source"

    @property
    def is_owed(self) -> bool:
        """Whether somebody still has to hand in the value, so that its period stays open."""
        return self is Missing.NOT_HANDED_IN


class GapStyle(StrEnum):
    """How a chart shows periods without a value."""

    BRIDGE = "bridge"
    DASHED = "dashed"
    OPEN = "open"


@dataclass(frozen=True)
class Point:
    """One measurement: a value with its precision, or the reason why it is missing."""

    period: ReportingPeriod
    value: float | None = None
    missing: Missing | None = None
    status: Status = Status.FINAL
    standard_error: float | None = None
    n_observed: float | None = None
    comment: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.missing is None):
            raise ValueError("a point has either a value or a reason why it is missing")


@dataclass(frozen=True)
class SeriesArrays:
    """A series for the detector; every array has shape (n_points,), NaN is a gap."""

    times: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]
    standard_errors: npt.NDArray[np.float64]
    n_observed: npt.NDArray[np.float64]
    breaks: tuple[float, ...]


@dataclass(frozen=True)
class Series:
    """Ordered points of one indicator, with what is needed to judge them.

    Raises:
        ValueError: points that are not in strictly rising order of period.
    """

    points: tuple[Point, ...]
    unit: Unit
    direction: Direction
    breaks: tuple[ReportingPeriod, ...] = ()
    band: tuple[float, float] | None = None
    gap_style: GapStyle = GapStyle.BRIDGE

    def __post_init__(self) -> None:
        days = [point.period.first_day for point in self.points]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("the points of a series are in strictly rising order")

    @property
    def measured(self) -> tuple[Point, ...]:
        """The points that have a value."""
        return tuple(point for point in self.points if point.value is not None)

    @property
    def newest_definition(self) -> tuple[Point, ...]:
        """The measured points that stand beside the newest one: none from before a break."""
        measured = self.measured
        started = [period for period in self.breaks if measured and period <= measured[-1].period]
        if not started:
            return measured
        first_day = max(started).first_day
        return tuple(point for point in measured if point.period.first_day >= first_day)

    @property
    def periods_per_year(self) -> int:
        """How many periods a year has at this series' frequency: 1, 2, 4 or 12.

        Single surveys have no season, however short they are.
        """
        if not self.points or self.points[0].period.frequency is Frequency.SURVEY:
            return 1
        return max(1, round(12 / self.points[0].period.n_months))

    def to_arrays(self) -> SeriesArrays:
        """The series as arrays; times are period positions in years."""
        points = self.points
        return SeriesArrays(
            times=np.array([point.period.position for point in points], dtype=np.float64),
            values=_column([point.value for point in points]),
            standard_errors=_column([point.standard_error for point in points]),
            n_observed=_column([point.n_observed for point in points]),
            breaks=tuple(period.position for period in self.breaks),
        )


def _column(numbers: list[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)
