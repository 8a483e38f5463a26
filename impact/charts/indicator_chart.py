"""The chart of one indicator: the same figure for screen, PDF and mail."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.figure import Figure

from impact.charts.annotations import (
    draw_baseline_label,
    draw_earlier_targets,
    draw_emptiness,
    draw_end_labels,
    draw_good_band_label,
)
from impact.charts.content import IndicatorChart
from impact.charts.frame_marks import draw_breaks, draw_edges, draw_frame, draw_grid
from impact.charts.layout import shown_values
from impact.charts.magnitude import analysis_in, magnitude_of, series_in, stated_in
from impact.charts.marks import (
    draw_good_band,
    draw_measurements,
    draw_reference,
    draw_target,
    draw_whiskers,
)
from impact.charts.plot import empty_plot
from impact.charts.ruler import printable
from impact.charts.style import LIGHT, ChartStyle
from impact.charts.trend_marks import (
    draw_earlier_turns,
    draw_early_warning,
    draw_slopes,
    draw_trend,
    draw_turning,
)

__all__ = ["IndicatorChart", "draw"]

STEPS = (
    draw_frame,
    draw_grid,
    draw_good_band,
    draw_turning,
    draw_breaks,
    draw_edges,
    draw_trend,
    draw_reference,
    draw_target,
    draw_whiskers,
    draw_measurements,
    draw_early_warning,
    draw_end_labels,
    draw_baseline_label,
    draw_earlier_targets,
    draw_slopes,
    draw_earlier_turns,
    draw_good_band_label,
    draw_emptiness,
)


def draw(chart: IndicatorChart, style: ChartStyle = LIGHT) -> Figure:
    """The chart as a figure; :mod:`impact.charts.render` makes bytes of it.

    The steps run in this order: what is fixed first, then marks, then the words that
    look for room beside them.
    """
    plot = empty_plot(readable(chart), style, printable(chart.title))
    for step in STEPS:
        step(plot)
    return plot.sheet.figure


def readable(chart: IndicatorChart) -> IndicatorChart:
    """The chart with huge values in thousands, millions or billions."""
    divisor, unit = magnitude_of(shown_values(chart), chart.series.unit, chart.voice)
    if divisor == 1:
        return chart
    reference = chart.reference
    return replace(
        chart,
        series=series_in(chart.series, divisor, unit),
        analysis=analysis_in(chart.analysis, divisor),
        baseline=stated_in(chart.baseline, divisor),
        targets=tuple((period, value / divisor) for period, value in chart.targets),
        reference=(reference[0], series_in(reference[1], divisor, unit)) if reference else None,
    )
