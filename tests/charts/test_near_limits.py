"""Charts of values near the ends of what the unit can be."""

from __future__ import annotations

import pytest

from impact.charts.indicator_chart import draw
from impact.charts.segments import trend_lines
from impact.semantics.period import year_period
from impact.semantics.unit import Kind, Unit
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict
from tests.charts.examples import COUNT, SHARE, chart_of, series_of

INDEX = Unit(Kind.INDEX, "poäng", decimals=1, lowest=1, highest=5)
STEEP = TrendAnalysis(
    verdict=Verdict.REVERSED_TO_BETTER,
    level=Level.CLEAR,
    reversed=True,
    n_points=4,
    turning=Estimate(2011.0, 2010.5, 2011.5),
    slope_before=Estimate(-3.0, -4.0, -2.0),
    slope_after=Estimate(2.0, 1.0, 4.0),
)
DATA = ("trend", "target", "measure")


@pytest.mark.parametrize(
    ("unit", "values", "error"),
    [
        (SHARE, (98.8, 98.2, 99.1, 99.5), 0.6),
        (SHARE, (1.0, 0.3, 0.6, 0.2), 0.4),
        (COUNT, (0, 1, 0, 2), 1.2),
        (INDEX, (4.6, 4.5, 4.8, 4.9), 0.2),
        (SHARE, (100.0, 99.9, 100.0, 100.0), 0.5),
    ],
)
def test_draws_nothing_impossible_when_values_lie_near_the_ends(unit, values, error):
    """Whiskers, trend, target path and grid stay within what the unit can be."""
    measured = series_of(*values, unit=unit)
    measured = type(measured)(
        tuple(type(point)(point.period, point.value, standard_error=error) for point in measured.points),
        unit,
        measured.direction,
    )
    lowest, highest = unit.range
    target = (year_period(2016), min(values[-1] + 1, highest))
    figure = draw(
        chart_of(measured, analysis=STEEP, baseline=(year_period(2010), values[0]), targets=(target,))
    )
    named = [(artist.get_gid() or "", artist) for artist in figure.artists]
    drawn = [y for gid, line in named if gid.startswith(DATA) for y in line.get_ydata()]
    whiskers = [lines for gid, lines in named if gid == "whiskers"]
    drawn += [y for lines in whiskers for segment in lines.get_segments() for _, y in segment]
    assert any(gid.startswith("trend") for gid, _ in named)
    assert lowest <= min(drawn) <= max(drawn) <= highest


def test_cuts_a_trend_where_it_would_leave_the_range():
    """The line ends at the limit, on its way, and is not bent."""
    after = trend_lines(series_of(4, 0, 1, 8, unit=COUNT), STEEP)[-1]
    before = trend_lines(series_of(4, 0, 1, 8, unit=COUNT), STEEP)[0]
    assert before.end[1] >= 0
    assert after.start[1] >= 0
    slope = (before.end[1] - before.start[1]) / (before.end[0] - before.start[0])
    assert slope == pytest.approx(-3.0)
