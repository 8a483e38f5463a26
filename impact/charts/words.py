"""The words in a chart: values, slopes, targets, years, source."""

from __future__ import annotations

from impact.charts.content import IndicatorChart
from impact.charts.origins import known_words, origin_words
from impact.language import NO_BREAK_SPACE, Voice
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Point, Series, Status
from impact.semantics.unit import Kind, Unit
from impact.trend.verdict import Estimate

DOT = f"{NO_BREAK_SPACE}{NO_BREAK_SPACE}·{NO_BREAK_SPACE} "


def value_words(value: float, unit: Unit, voice: Voice) -> str:
    """A value as it stands in a chart: without the unit, which the subtitle names."""
    return voice.number(value, unit.decimals)


def newest_words(point: Point, unit: Unit, voice: Voice) -> str:
    """The newest value and, where it is not final, what it is: 62,7 preliminärt."""
    text = value_words(point.value or 0.0, unit, voice)
    if point.status is Status.PRELIMINARY:
        return voice.gettext("%(value)s preliminary", value=text)
    if point.status is Status.ESTIMATED:
        return voice.gettext("%(value)s estimated", value=text)
    return text


def target_words(period: ReportingPeriod, value: float, unit: Unit, voice: Voice) -> str:
    """A target with its period: mål 72 (2024)."""
    decimals = 0 if value == round(value) else unit.decimals
    number = voice.number(value, decimals)
    return voice.gettext("target %(value)s (%(period)s)", value=number, period=period.label(voice))


def needed_words(chart: IndicatorChart) -> str:
    """The pace that it takes to the next target: kräver +2,1 per år; nothing where none is needed."""
    progress, unit, voice = chart.progress, chart.series.unit, chart.voice
    if progress is None or progress.needed is None or progress.years_left < 1:
        return ""
    number = voice.number(progress.needed, unit.pace_decimals(progress.needed), signed=True)
    return voice.gettext("needs %(number)s per year", number=number)


def baseline_words(value: float, unit: Unit, voice: Voice) -> str:
    """The baseline: utgångsvärde 61,0."""
    return voice.gettext("baseline %(value)s", value=value_words(value, unit, voice))


def turning_words(turning: Estimate, series: Series, voice: Voice) -> str:
    """When the trend turned: vändpunkt 2017–2019."""
    return voice.gettext("turning point %(years)s", years=span_words(turning, series, voice))


def span_words(turning: Estimate, series: Series, voice: Voice) -> str:
    """The measured periods at both ends of a turning interval, as the sentence has them: 2017–2019."""
    near_low, near_high = (
        min(series.measured, key=lambda point: abs(point.period.position - end))
        for end in (turning.low, turning.high)
    )
    first, last = near_low.period.label(voice), near_high.period.label(voice)
    if first == last:
        return first
    dash = " \N{EN DASH} " if " " in first + last or "\N{EN DASH}" in first else "\N{EN DASH}"
    return f"{first}{dash}{last}"


def unit_words(chart: IndicatorChart) -> str:
    """The indicator's name with its unit: Andel trygga hyresgäster, %."""
    name = chart.series.unit.name(chart.voice)
    if not name and chart.series.unit.kind is Kind.SHARE:
        name = "%"
    # Many names say the unit already: Reported crimes per 1,000 inhabitants.
    is_said = not name or name.casefold() in chart.indicator.casefold()
    return chart.indicator if is_said else f"{chart.indicator}, {name}"


def subtitle_parts(chart: IndicatorChart) -> list[str]:
    """What stands under the finding: indicator and unit, direction, certainty."""
    return [part for part in (unit_words(chart), chart.direction_words, chart.certainty) if part]


def source_sentences(chart: IndicatorChart) -> tuple[str, str]:
    """The source, and the sentences after it that may never be cut."""
    voice = chart.voice
    source, after = origin_words(chart.source, chart.invented, voice)
    if any(point.standard_error for point in chart.series.measured):
        bars = voice.gettext("Bars: %(share)s uncertainty.", share=voice.percent("95"))
        after = f"{after} {bars}".strip()
    return source, after


def until_words(chart: IndicatorChart) -> str:
    """How far the figures reach, and as of when they were known."""
    return known_words(chart.known_on, [chart.series], chart.voice)
