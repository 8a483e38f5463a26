"""Whether the pace of a series is enough for its target: pace kept, pace needed, outlook.

Paces are changes per year in the unit, for shares percentage points. Nothing is divided by
the baseline, so that a baseline of zero or below is like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from impact.semantics.limits import extended
from impact.semantics.pace import NEARLY, Pace, newest_pace, pace_since, same_part_of_year, telling_pace
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.promise import Promise, Stated
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind

ENOUGH = 0.95


class Standing(StrEnum):
    """How a series stands against its target."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    WRONG_WAY = "wrong_way"
    OUT_OF_REACH = "out_of_reach"
    MISSED = "missed"
    PACE_UNKNOWN = "pace_unknown"
    NOT_COMPARABLE = "not_comparable"
    NO_JUDGEMENT = "no_judgement"


@dataclass(frozen=True)
class Outlook:
    """The value at the target's period if the pace is kept, within the possible range.

    ``low`` and ``high`` are what the ends of the pace's interval lead to. ``slowed`` says
    that a straight line would have been enough, but a limit is near.
    """

    value: float
    low: float | None = None
    high: float | None = None
    slowed: bool = False


@dataclass(frozen=True)
class Progress:
    """A series against its next target, or its last one where all are past.

    Attributes:
        standing: the comparison in one word.
        promise: the target and what it was counted from.
        now: the measurement judged: the newest one (of the target's part of the year), or
            that for the target's period once it is there.
        years_left: from ``now`` to the target's period, zero when that is over.
        needed: change per year from now on that reaches the target; None where it is
            reached, cannot be reached, its time is over or nothing can be compared.
        kept: the pace that is compared with the needed one.
        since_baseline: the plain change per year since the baseline.
        newest: the plain change per year over the newest three measurements.
        outlook: where the pace kept leads.
        new_definition: the first period that cannot be compared with those before.
        sure: False where the ends of the pace's interval are judged differently.
    """

    standing: Standing
    promise: Promise
    now: Point
    years_left: float = 0.0
    needed: float | None = None
    kept: Pace | None = None
    since_baseline: Pace | None = None
    newest: Pace | None = None
    outlook: Outlook | None = None
    new_definition: ReportingPeriod | None = None
    sure: bool = True


def judge_progress(
    series: Series, baseline: Stated | None, targets: Sequence[Stated], trend: Pace | None = None
) -> Progress | None:
    """How a series stands against its next target; None where nothing can be told.

    Args:
        series: the measurements, with unit, direction and declared breaks.
        baseline: period and value from which progress is counted.
        targets: periods and values promised.
        trend: the slope of the stored analysis that holds now: after the turn if the trend
            has turned, else of the whole.

    Notes:
        The outlook is the value judged and the pace kept, on the scale of
        :func:`impact.semantics.limits.extended`. On track means that it covers 95 % of the
        remaining way; the wrong way, that the pace leads away from the target and its
        interval does not hold zero. Nothing is compared across a break, nor a count of a
        quarter with that of a year.

    Source:
        Predicted value at the target's year against the target: UNESCAP, Anticipated
        Progress Index (Bidarbakhtnia 2020, Global Policy 11, 56-67). Actual against
        required rate with 95 % as the limit: Eurostat, Sustainable development in the
        European Union, monitoring report, annex on indicators with a target; Gennari and
        D'Orazio 2020, Statistical Journal of the IAOS 36. They compare compound growth
        rates; here it is differences, because most indicators are shares and some
        baselines zero.
    """
    target = _spoken_of(series, targets)
    if target is None:
        return None
    now = _judged_point(series, target[0])
    if not _comparable_length(series, now.period, target[0]):
        return None
    if baseline is not None and not _comparable_length(series, baseline[0], target[0]):
        baseline = None
    promise = Promise(target, baseline, series.direction, series.band)
    told = Progress(Standing.NOT_COMPARABLE, promise, now)
    broken = _break(series, promise, now)
    if broken is not None:
        return replace(told, new_definition=broken)
    years = max(0.0, target[0].position - now.period.position)
    plain = pace_since(series, *baseline, now) if baseline else None
    newest = newest_pace(series, now)
    kept = telling_pace(plain, trend, newest) if years else None
    return _judged(replace(told, years_left=years, kept=kept, since_baseline=plain, newest=newest), series)


def _judged(told: Progress, series: Series) -> Progress:
    promise, value = told.promise, told.now.value or 0.0
    goal = promise.goal_from(value)
    if told.kept is not None:
        told = replace(told, outlook=_outlook(told.kept, value, told.years_left, series))
    if told.years_left and goal != value:
        told = replace(told, needed=(goal - value) / told.years_left)
    if not promise.can_be_judged:
        return replace(told, standing=Standing.NO_JUDGEMENT)
    if goal == value:
        return replace(told, standing=Standing.MET)
    if told.needed is None:
        return replace(told, standing=Standing.MISSED)
    lowest, highest = series.unit.range
    if not lowest <= goal <= highest:
        return replace(told, standing=Standing.OUT_OF_REACH, needed=None)
    if told.kept is None or told.outlook is None:
        return replace(told, standing=Standing.PACE_UNKNOWN)
    return _paces_compared(told, told.kept, told.outlook, goal, series)


def _paces_compared(told: Progress, kept: Pace, outlook: Outlook, goal: float, series: Series) -> Progress:
    value = told.now.value or 0.0

    def covers(reached: float) -> bool:
        return (reached - value) / (goal - value) >= ENOUGH

    enough = covers(outlook.value)
    ends = [end for end in (outlook.low, outlook.high) if end is not None]
    told = replace(
        told,
        outlook=replace(outlook, slowed=not enough and covers(value + kept.per_year * told.years_left)),
        sure=all(covers(end) == enough for end in ends),
    )
    if enough:
        return replace(told, standing=Standing.ON_TRACK)
    away = round(kept.per_year, series.unit.decimals + 1) * (goal - value) < 0 and not kept.holds(0.0)
    return replace(told, standing=Standing.WRONG_WAY if away else Standing.BEHIND)


def _outlook(kept: Pace, value: float, years: float, series: Series) -> Outlook:
    seen = [point.value or 0.0 for point in series.measured]

    def leads_to(per_year: float) -> float:
        return extended(value, per_year, years, series.unit, seen)

    low = None if kept.low is None else leads_to(kept.low)
    high = None if kept.high is None else leads_to(kept.high)
    return Outlook(leads_to(kept.per_year), low, high)


def _spoken_of(series: Series, targets: Sequence[Stated]) -> Stated | None:
    """The next target after the newest measurement, or the last one."""
    if not targets or not series.measured:
        return None
    newest = series.measured[-1].period.position
    ahead = [target for target in targets if target[0].position > newest]
    return min(ahead) if ahead else max(targets)


def _judged_point(series: Series, period: ReportingPeriod) -> Point:
    """The first measurement from the period on, or before it the newest of its part of the year."""
    measured = series.measured
    since = [point for point in measured if point.period.position >= period.position - NEARLY]
    if since:
        return since[0]
    last_year = measured[-1].period.position - 1 + NEARLY
    alike = [
        point
        for point in measured
        if point.period.position > last_year and same_part_of_year(series, point.period, period)
    ]
    return alike[-1] if alike else measured[-1]


def _comparable_length(series: Series, one: ReportingPeriod, other: ReportingPeriod) -> bool:
    """A share or an index is the same for any length of period, a count is not."""
    adds_up = series.unit.kind in {Kind.COUNT, Kind.NUMBER}
    is_survey = Frequency.SURVEY in {one.frequency, other.frequency}
    return not adds_up or is_survey or one.n_months == other.n_months


def _break(series: Series, promise: Promise, now: Point) -> ReportingPeriod | None:
    """The break between baseline, value judged and target, if there is one."""
    ends = [now.period, promise.target[0]]
    if promise.baseline is not None:
        ends.append(promise.baseline[0])
    return next((new for new in series.breaks if min(ends) < new <= max(ends)), None)
