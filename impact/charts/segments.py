"""Where the lines of a chart run: never across a break, across gaps as their style says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from statistics import median

from impact.charts.meaning import meaning_after, meaning_before
from impact.charts.style import Meaning
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import GapStyle, Point, Series, Status
from impact.trend.findings import judged_points
from impact.trend.verdict import TrendAnalysis


@dataclass(frozen=True)
class Stroke:
    """A line through positions and values, whole or dashed."""

    positions: tuple[float, ...]
    values: tuple[float, ...]
    dashed: bool = False


@dataclass(frozen=True)
class TrendLine:
    """A straight stretch of the trend and what it means."""

    start: tuple[float, float]
    end: tuple[float, float]
    meaning: Meaning
    after: bool = False


def strokes(series: Series) -> list[Stroke]:
    """The lines between the measurements of a series."""
    found: list[Stroke] = []
    run: list[Point] = []
    for point, link in _linked(series):
        if link == "whole":
            run.append(point)
            continue
        if len(run) > 1:
            found.append(_stroke(run))
        if link == "dashed":
            found.append(_stroke([run[-1], point], dashed=True))
        run = [point]
    return [*found, _stroke(run)] if len(run) > 1 else found


def break_line(period: ReportingPeriod) -> float:
    """Where the mark of a break stands: half a period before the first under the new definition."""
    return period.position - period.n_months / 24


def _linked(series: Series) -> list[tuple[Point, str]]:
    """Each measured point with how it is tied to the one before: whole, dashed or none."""
    measured = series.measured
    missing = [point.period.position for point in series.points if point.value is None]
    links = [(measured[0], "none")] if measured else []
    for before, after in pairwise(measured):
        start, end = before.period.position, after.period.position
        if any(start < period.position <= end for period in series.breaks):
            link = "none"
        elif any(start < position < end for position in missing) and series.gap_style is not GapStyle.BRIDGE:
            link = "dashed" if series.gap_style is GapStyle.DASHED else "none"
        else:
            link = "dashed" if Status.ESTIMATED in (before.status, after.status) else "whole"
        links.append((after, link))
    return links


def _stroke(points: Sequence[Point], *, dashed: bool = False) -> Stroke:
    return Stroke(
        tuple(point.period.position for point in points),
        tuple(point.value or 0.0 for point in points),
        dashed,
    )


def trend_lines(series: Series, analysis: TrendAnalysis | None) -> list[TrendLine]:
    """The trend as straight lines: before and after the turning point, cut at breaks.

    The slopes are the stored analysis', except under an old definition: there the line fits its
    own points. Each stretch between breaks lies at the height where half of its points are above
    it, since a break moves the level. In a series with several turns they begin at the one before
    the newest.
    """
    if analysis is None or analysis.slope_before is None:
        return []
    lines: list[TrendLine] = []
    stretches = [
        stretch
        for stretch in _between_breaks(judged_points(analysis, series.measured), series)
        if len(stretch) > 1
    ]
    for number, stretch in enumerate(stretches, start=1):
        is_old = number < len(stretches) and not _turns_within(stretch, analysis)
        lines += (
            _line_of_its_own(stretch, series, analysis) if is_old else _lines_of(stretch, series, analysis)
        )
    return lines


def _between_breaks(points: Sequence[Point], series: Series) -> list[list[Point]]:
    stretches: list[list[Point]] = [[]]
    breaks = sorted(period.position for period in series.breaks)
    for point in points:
        while breaks and point.period.position >= breaks[0]:
            breaks.pop(0)
            stretches.append([])
        stretches[-1].append(point)
    return stretches


def _turns_within(stretch: Sequence[Point], analysis: TrendAnalysis) -> bool:
    """Whether the turn lies in a stretch, or before it."""
    return analysis.turning is not None and analysis.turning.value < stretch[-1].period.position


def _line_of_its_own(stretch: Sequence[Point], series: Series, analysis: TrendAnalysis) -> list[TrendLine]:
    """The line of a stretch under an old definition; it means nothing where it goes another way.

    Its slope is the median of the slopes between any two of its points (Sen 1968).
    """
    known = [(point.period.position, point.value or 0.0) for point in stretch]
    slope = median((y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in combinations(known, 2))
    level = median(y - slope * x for x, y in known)
    told = analysis.slope_before.value if analysis.slope_before else 0.0
    meaning = meaning_before(analysis, series) if slope * told > 0 else Meaning.NEITHER
    start, end = ((x, level + slope * x) for x in (known[0][0], known[-1][0]))
    line = _possible(TrendLine(start, end, meaning), series.unit.range)
    return [] if line is None else [line]


def _lines_of(stretch: Sequence[Point], series: Series, analysis: TrendAnalysis) -> list[TrendLine]:
    first, last = stretch[0].period.position, stretch[-1].period.position
    before = analysis.slope_before.value if analysis.slope_before else 0.0
    after, turn = before, last
    if analysis.turning is not None and analysis.slope_after is not None:
        after, turn = analysis.slope_after.value, analysis.turning.value

    def shape(position: float) -> float:
        return before * min(position - turn, 0.0) + after * max(position - turn, 0.0)

    level = median((point.value or 0.0) - shape(point.period.position) for point in stretch)

    def at(position: float) -> tuple[float, float]:
        return position, level + shape(position)

    lines = []
    if first < turn:
        lines.append(TrendLine(at(first), at(min(turn, last)), meaning_before(analysis, series)))
    if turn < last:
        lines.append(TrendLine(at(max(turn, first)), at(last), meaning_after(analysis), after=True))
    return [cut for line in lines if (cut := _possible(line, series.unit.range)) is not None]


def _possible(line: TrendLine, limits: tuple[float, float]) -> TrendLine | None:
    """The part of a line that lies within what the unit can be."""
    start, end = line.start, line.end
    lowest, highest = min(start[1], end[1]), max(start[1], end[1])
    if highest < limits[0] or lowest > limits[1]:
        return None
    return replace(line, start=_at_limit(start, end, limits), end=_at_limit(end, start, limits))


def _at_limit(
    place: tuple[float, float], other: tuple[float, float], limits: tuple[float, float]
) -> tuple[float, float]:
    """The place, moved along the line to the limit that it lies beyond."""
    value = min(max(place[1], limits[0]), limits[1])
    if value == place[1]:
        return place
    part = (value - place[1]) / (other[1] - place[1])
    return place[0] + part * (other[0] - place[0]), value
