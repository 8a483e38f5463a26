"""Where the values of a chart stand in its picture, for whoever points at them."""

from __future__ import annotations

from dataclasses import dataclass

from impact.charts.content import IndicatorChart
from impact.charts.indicator_chart import readable
from impact.charts.layout import plan_layout
from impact.charts.ruler import Ruler
from impact.charts.style import LIGHT, ChartStyle
from impact.semantics.series import Point, Status


@dataclass(frozen=True)
class ChartPoint:
    """A value in words, and where it stands: parts of the picture's width and height, from its top left."""

    x: float
    y: float
    words: str


def points_of(chart: IndicatorChart, style: ChartStyle = LIGHT) -> tuple[ChartPoint, ...]:
    """The values of a chart in the look that is shown, oldest first."""
    shown = readable(chart)
    layout = plan_layout(shown, style, Ruler(style))
    return tuple(
        ChartPoint(
            x=round(layout.x(point.period.position) / style.width, 4),
            y=round(1 - layout.y(point.value or 0.0) / style.height, 4),
            words=_words(chart, whole),
        )
        for point, whole in zip(shown.series.measured, chart.series.measured, strict=True)
    )


def _words(chart: IndicatorChart, point: Point) -> str:
    voice = chart.voice
    value = chart.series.unit.value_text(point.value or 0.0, voice)
    if point.status is Status.PRELIMINARY:
        value = voice.gettext("%(value)s preliminary", value=value)
    elif point.status is Status.ESTIMATED:
        value = voice.gettext("%(value)s estimated", value=value)
    return f"{point.period.label(voice)}: {value}"
