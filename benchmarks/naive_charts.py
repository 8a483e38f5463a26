"""The same charts as most people would draw them: pyplot, tight_layout, bbox "tight"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from matplotlib import pyplot as plt  # noqa: TID251 - this is what we are measured against
from matplotlib.axes import Axes

from impact.charts.content import IndicatorChart
from impact.semantics.series import Series


def naive_chart(chart: IndicatorChart, form: str = "svg", dpi: int = 100) -> bytes:
    """The chart of an indicator with all that ours shows, legend and all."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    years = [point.period.position for point in chart.series.measured]
    values = [point.value or 0.0 for point in chart.series.measured]
    errors = [1.96 * (point.standard_error or 0.0) for point in chart.series.measured]
    axes.errorbar(years, values, yerr=errors, fmt="o-", color="black", label=chart.indicator)
    _around(axes, chart, years, values)
    axes.set_title(chart.title, loc="left", fontweight="bold")
    axes.set_ylabel(chart.indicator)
    axes.set_xticks(years[::2])
    axes.grid(axis="y")
    axes.legend(loc="best")
    for name in ("top", "right"):
        axes.spines[name].set_visible(False)
    figure.text(0.02, 0.94, f"{chart.indicator}, % · {chart.direction_words} · {chart.certainty}")
    figure.text(0.02, 0.01, f"Källa: {chart.source}. Påhittade siffror. Streck: osäkerhetsintervall 95 %.")
    figure.text(0.75, 0.01, "Siffror till och med 2022")
    figure.tight_layout()
    stream = BytesIO()
    figure.savefig(stream, format=form, dpi=dpi, bbox_inches="tight")
    plt.close(figure)
    return stream.getvalue()


def _around(axes: Axes, chart: IndicatorChart, years: list[float], values: list[float]) -> None:
    if chart.reference is not None:
        name, reference = chart.reference
        axes.plot(*_columns(reference), color="grey", label=name)
        axes.annotate(f"{name} {reference.measured[-1].value:.1f}", (years[-1], values[0]))
    if chart.baseline is not None and chart.targets:
        period, value = chart.targets[-1]
        start, first = chart.baseline
        axes.plot([start.position, period.position], [first, value], "D--", color="grey", label="mål")
        axes.annotate(f"målvärde {value:.0f} ({period.position:.0f})", (period.position, value))
        axes.annotate(f"utgångsvärde {first:.1f}", (start.position, first))
    analysis = chart.analysis
    if analysis is not None and analysis.turning is not None:
        axes.axvspan(analysis.turning.low, analysis.turning.high, alpha=0.2, color="red")
        axes.annotate("vändpunkt 2017–2019", (analysis.turning.value, max(values)))
        for slope in (analysis.slope_before, analysis.slope_after):
            if slope is not None:
                middle = values[len(values) // 2]
                axes.axline((analysis.turning.value, middle), slope=slope.value, alpha=0.4, linewidth=6)
                axes.annotate(f"{slope.value:+.1f} procentenheter per år", (years[0], middle))
    for day, text in chart.events:
        axes.annotate(text, (day.year, min(values)), rotation=30)
    axes.annotate(f"{values[-1]:.1f} preliminärt", (years[-1], values[-1]))


def naive_sparklines(series: list[Series]) -> bytes:
    """Small lines as subplots of one figure."""
    figure, every = plt.subplots(len(series), 1, figsize=(1.2, 0.36 * len(series)))
    for axes, one in zip(every, series, strict=True):
        axes.plot(*_columns(one))
        axes.axis("off")
    stream = BytesIO()
    figure.savefig(stream, format="svg", bbox_inches="tight")
    plt.close(figure)
    return stream.getvalue()


@contextmanager
def as_people_find_it() -> Iterator[None]:
    """matplotlib's own settings, without those that our style makes."""
    with plt.rc_context():
        plt.rcdefaults()
        yield


def _columns(series: Series) -> tuple[list[float], list[float]]:
    measured = series.measured
    return [point.period.position for point in measured], [point.value or 0.0 for point in measured]
