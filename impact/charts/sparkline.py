"""A series as a small line in a row of a page: SVG text with classes, no colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from impact.charts.meaning import meaning_after, meaning_before, meaning_of_newest
from impact.charts.segments import Stroke, strokes
from impact.charts.style import ChartStyle, Meaning
from impact.semantics.series import Point, Series, Status
from impact.trend.verdict import TrendAnalysis

WIDTH, HEIGHT, MARGIN = 120.0, 36.0, 5.0
DOT = 3.5


@dataclass(frozen=True)
class Sparkline:
    """The course of a series without axes; the last stretch shows by class what it means.

    Classes: ``spark`` on the svg; ``spark-past``, ``spark-better``, ``spark-worse``,
    ``spark-neither`` on lines; ``spark-dot`` on the dot, which comes last and takes the
    colour of the line before it, with ``hollow`` where the newest value is preliminary.
    The page's style sheet colours them, so that they follow light and dark.
    """

    series: Series
    analysis: TrendAnalysis | None = None

    def svg(self, title: str = "") -> str:
        """The ``<svg>`` element; with a title it is an image of that name, else decoration.

        Gaps without a bridge and breaks interrupt the line.
        """
        name = escape(title, quote=True)
        role = f'role="img" aria-label="{name}"' if title else 'aria-hidden="true"'
        heading = f"<title>{name}</title>" if title else ""
        return (
            f'<svg class="spark" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" '
            f'height="{HEIGHT:.0f}" {role} focusable="false">{heading}{self._lines()}{self._dot()}</svg>'
        )

    def standing_alone(self, style: ChartStyle) -> str:
        """The same as a file of its own, which no style sheet colours: for paper."""
        newest = style.colour(self.meaning)
        rules = (
            f"path{{fill:none;stroke:{style.soft};stroke-width:2;stroke-linecap:round;stroke-linejoin:round}}"
            f".spark-past{{stroke:{style.reference};stroke-width:1.5}}"
            f".spark-better{{stroke:{style.better}}}.spark-worse{{stroke:{style.worse}}}"
            f".spark-dot{{fill:{newest};stroke:{newest};stroke-width:2}}.hollow{{fill:{style.page}}}"
        )
        whole = self.svg().replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return whole.replace(">", f"><style>{rules}</style>", 1)

    @property
    def meaning(self) -> Meaning:
        """What the newest stretch of the trend means."""
        if self.analysis is None:
            return Meaning.NEITHER
        if self.analysis.is_warning:
            return meaning_of_newest(self.series)
        if self.analysis.turning is not None:
            return meaning_after(self.analysis)
        return meaning_before(self.analysis, self.series)

    def _lines(self) -> str:
        turn = self._turn()
        paths = []
        for stroke in strokes(self.series):
            if turn is None:
                paths.append(self._path(stroke.positions, stroke.values, f"spark-{self.meaning}"))
                continue
            past, newest = _cut(stroke, turn)
            paths.append(self._path(*past, "spark-past"))
            paths.append(self._path(*newest, f"spark-{self.meaning}"))
        return "".join(paths)

    def _path(self, positions: Sequence[float], values: Sequence[float], name: str) -> str:
        if len(positions) < 2:
            return ""
        corners = "L".join(
            f"{self._x(position):.1f},{self._y(value):.1f}"
            for position, value in zip(positions, values, strict=True)
        )
        return f'<path class="{name}" d="M{corners}"/>'

    def _dot(self) -> str:
        if not self.series.measured:
            return ""
        newest = self.series.measured[-1]
        x, y = self._x(newest.period.position), self._y(newest.value or 0.0)
        hollow = " hollow" if newest.status is Status.PRELIMINARY else ""
        return f'<circle class="spark-dot{hollow}" cx="{x:.1f}" cy="{y:.1f}" r="{DOT}"/>'

    def _turn(self) -> float | None:
        """Where the line changes colour; an early warning speaks of the newest change alone."""
        if self.analysis is None:
            return None
        if self.analysis.is_warning and len(self.series.measured) > 1:
            return self.series.measured[-2].period.position
        turning = self.analysis.turning
        return None if turning is None else self._nearest(turning.value)

    def _nearest(self, position: float) -> float:
        """The measured position nearest to a turning point: there the line changes colour."""
        return min((p.period.position for p in self.series.measured), key=lambda p: abs(p - position))

    def _x(self, position: float) -> float:
        positions = [point.period.position for point in self.series.points]
        return _between(position, positions[0], positions[-1], MARGIN, WIDTH - MARGIN)

    def _y(self, value: float) -> float:
        values = [_value(point) for point in self.series.measured]
        return _between(value, min(values), max(values), HEIGHT - MARGIN, MARGIN)


def _value(point: Point) -> float:
    return point.value or 0.0


def _between(number: float, low: float, high: float, start: float, end: float) -> float:
    share = (number - low) / (high - low) if high > low else 0.5
    return start + share * (end - start)


_Corners = tuple[Sequence[float], Sequence[float]]


def _cut(stroke: Stroke, at: float) -> tuple[_Corners, _Corners]:
    """The stroke up to a position and from it on; both have the point that stands there."""
    n_past = sum(position <= at for position in stroke.positions)
    n_before = sum(position < at for position in stroke.positions)
    start = n_before if n_before < n_past else max(n_past - 1, 0)
    return (
        (stroke.positions[:n_past], stroke.values[:n_past]),
        (stroke.positions[start:], stroke.values[start:]),
    )
