"""The words at the ends of lines: newest value, target, reference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from impact.charts.content import IndicatorChart
from impact.charts.meaning import SIGNS, meaning_of_newest
from impact.charts.ruler import Ruler, Type, printable
from impact.charts.style import SEMIBOLD, ChartStyle
from impact.charts.words import needed_words, newest_words, target_words, value_words
from impact.semantics.series import Point
from impact.trend.verdict import REVERSALS

WIDEST_REFERENCE = 180.0


class End(StrEnum):
    """Which line a label stands at the end of."""

    NEWEST = "newest"
    EARLY = "early-warning"
    TARGET = "target"
    NEEDED = "needed"
    REFERENCE = "reference"


@dataclass(frozen=True)
class EndLabel:
    """A text with the period and value beside which it stands."""

    end: End
    text: str
    kind: Type
    colour: str
    position: float
    value: float
    width: float


def end_labels(chart: IndicatorChart, style: ChartStyle, ruler: Ruler) -> tuple[EndLabel, ...]:
    """The labels at the lines' ends, the most important first."""
    found: list[EndLabel] = []

    def add(end: End, text: str, kind: Type, colour: str, position: float, value: float) -> None:
        found.append(EndLabel(end, text, kind, colour, position, value, ruler.width(text, kind)))

    plain, voice, unit = Type(style.text_size), chart.voice, chart.series.unit
    measured = chart.series.measured
    if measured:
        newest = measured[-1]
        position, value = newest.period.position, newest.value or 0.0
        bold = Type(style.text_size, SEMIBOLD)
        add(End.NEWEST, newest_words(newest, unit, voice), bold, style.ink, position, value)
        warning = early_words(chart)
        if warning:
            text, colour = warning, style.colour(meaning_of_newest(chart.series))
            add(End.EARLY, text, Type(style.source_size, SEMIBOLD), colour, position, value)
    if chart.targets:
        period, value = chart.targets[-1]
        text = target_words(period, value, unit, voice)
        add(End.TARGET, text, plain, style.soft, period.position, value)
        needed = needed_words(chart)
        if needed and chart.progress is not None and chart.progress.promise.target == chart.targets[-1]:
            small = Type(style.source_size)
            add(End.NEEDED, needed, small, style.soft, period.position, value)
    last = last_reference(chart)
    if last is not None and chart.reference is not None:
        number = value_words(last.value or 0.0, chart.reference[1].unit, voice)
        room = WIDEST_REFERENCE - ruler.width(f" {number}", plain)
        name = ruler.shorten(printable(chart.reference[0]), plain, room)
        add(End.REFERENCE, f"{name} {number}", plain, style.soft, last.period.position, last.value or 0.0)
    return tuple(found)


def last_reference(chart: IndicatorChart) -> Point | None:
    """The newest reference point within the time shown."""
    if chart.reference is None:
        return None
    positions = [point.period.position for point in chart.series.points]
    positions += [period.position for period, _ in chart.targets]
    end = max(positions, default=float("inf"))
    points = [point for point in chart.reference[1].measured if point.period.position <= end + 1e-6]
    return points[-1] if points else None


def early_words(chart: IndicatorChart) -> str:
    """The early warning with its sign, where the analysis gives one."""
    analysis = chart.analysis
    if analysis is None or analysis.verdict in REVERSALS:
        return ""  # The newest values are a part of the turn itself.
    if not (analysis.early or analysis.is_warning):
        return ""
    words = chart.voice.gettext("early warning")
    sign = SIGNS.get(meaning_of_newest(chart.series), "")
    return f"{sign} {words}".strip()
