"""Which way a trend went, year by year, as the stored analysis says."""

from __future__ import annotations

from impact.charts.heat_strip import Course
from impact.charts.meaning import meaning_after, meaning_before
from impact.semantics.series import Point, Series
from impact.trend.verdict import REVERSALS, TrendAnalysis, Verdict

_UNJUDGED = (Verdict.TOO_SHORT, Verdict.NOT_COMPARABLE)
_OPPOSITE = {Course.BETTER: Course.WORSE, Course.WORSE: Course.BETTER}


def courses_of(series: Series, analysis: TrendAnalysis | None) -> dict[int, Course]:
    """The course of a series in each year of its points; not known where nothing was measured.

    A trend, not the step from one value to the next, which is chance for the most part. At
    each earlier turn the trend changed its sign.
    """
    return {
        _year(point): Course.UNKNOWN if point.value is None else _course_at(point, series, analysis)
        for point in series.points
    }


def _year(point: Point) -> int:
    """The year a period belongs to: its first, or the middle one of several."""
    months = point.period.n_months
    return int(point.period.position + max(months - 12, 0) / 24 + 1e-6)


def _course_at(point: Point, series: Series, analysis: TrendAnalysis | None) -> Course:
    if analysis is None or analysis.verdict in _UNJUDGED:
        return Course.UNKNOWN
    position = point.period.position
    before = Course(meaning_before(analysis, series).value)
    if analysis.turning is not None and position > analysis.turning.value:
        return Course(meaning_after(analysis).value)
    n_turns_later = sum(position <= turn for turn in analysis.earlier_turns)
    if n_turns_later % 2 == 0 or (analysis.verdict not in REVERSALS and before is Course.NEITHER):
        return before
    return _OPPOSITE.get(before, before)


def course_now(courses: dict[int, Course]) -> Course:
    """The course in the newest year in which it is known."""
    known = [year for year, course in courses.items() if course is not Course.UNKNOWN]
    return courses[max(known)] if known else Course.UNKNOWN
