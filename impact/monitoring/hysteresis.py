"""When a flag's turn is still the same: small changes of the data do not take it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from impact.monitoring.tables import Flag, FlagDirection
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Point, Series
from impact.trend.deciding import verdict_of_turn
from impact.trend.detector import judged_direction
from impact.trend.verdict import REVERSALS, TrendAnalysis, Verdict

# Twice the .10 of "likely": a revision that moves p a little does not take a flag away.
KEPT_UNTIL_P: Final = 0.20
# Turning points at most so many periods apart are the same turn.
SAME_TURN_PERIODS: Final = 2.0

DIRECTIONS: Final = {
    Verdict.REVERSED_TO_WORSE: FlagDirection.TO_WORSE,
    Verdict.REVERSED_TO_BETTER: FlagDirection.TO_BETTER,
    Verdict.TURNED: FlagDirection.NEUTRAL,
}


def is_same_turn(flag: Flag, direction: FlagDirection, turn: ReportingPeriod) -> bool:
    """Whether a turn is the one that the flag was raised for."""
    apart = abs(_flagged_period(flag).position - turn.position) * 12 / turn.n_months
    return flag.direction is direction and apart <= SAME_TURN_PERIODS


def still_leans(flag: Flag, series: Series, analysis: TrendAnalysis) -> bool:
    """Whether data that are no clear reversal still speak for the flag's turn.

    Up to ``KEPT_UNTIL_P``, and only while the series still goes one way until the flagged
    period and the other way from it on.
    """
    if analysis.p is None or analysis.p > KEPT_UNTIL_P:
        return False
    if analysis.verdict in REVERSALS:
        return DIRECTIONS[analysis.verdict] is flag.direction
    turn, points = _flagged_period(flag), series.newest_definition
    before = _slope([point for point in points if point.period <= turn])
    after = _slope([point for point in points if point.period >= turn])
    verdict = verdict_of_turn(judged_direction(series), rising_before=before > 0)
    return before * after < 0 and DIRECTIONS[verdict] is flag.direction


def _flagged_period(flag: Flag) -> ReportingPeriod:
    return ReportingPeriod(flag.turning_first_day, flag.turning_last_day, flag.turning_frequency)


def _slope(points: Sequence[Point]) -> float:
    """The slope of the least squares line, in unit per year; 0 with fewer than two values."""
    pairs = [(point.period.position, point.value or 0.0) for point in points]
    if len(pairs) < 2:
        return 0.0
    middle = sum(time for time, _ in pairs) / len(pairs)
    spread = sum((time - middle) ** 2 for time, _ in pairs)
    return sum((time - middle) * value for time, value in pairs) / spread
