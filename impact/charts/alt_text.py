"""A chart in words, for those who do not see it."""

from __future__ import annotations

from impact.charts.content import IndicatorChart
from impact.charts.edges import shown_breaks
from impact.charts.end_labels import last_reference
from impact.charts.words import source_sentences, target_words, unit_words
from impact.language import mark
from impact.semantics.progress_words import progress_sentence
from impact.semantics.series import Missing, Point, Status
from impact.trend.sentences import sentence

MISSING = {
    Missing.NOT_COLLECTED: mark("not collected"),
    Missing.NOT_YET_PUBLISHED: mark("not yet published"),
    Missing.NOT_HANDED_IN: mark("not handed in"),
    Missing.NOT_APPLICABLE: mark("not applicable"),
    Missing.CONFIDENTIAL: mark("confidential"),
    Missing.TOO_SMALL_A_BASE: mark("too small a base"),
    Missing.APPROXIMATE_ONLY: mark("approximate only"),
    Missing.WITHDRAWN_BY_SOURCE: mark("withdrawn by the source"),
}
MOST_LISTED = 6


def alt_text(chart: IndicatorChart) -> str:
    """What the chart shows in full sentences, in the reader's language."""
    sentences = [
        _finding(chart),
        ", ".join(part for part in (unit_words(chart), chart.certainty) if part),
        _course(chart),
        _newest(chart),
        *_trend(chart),
        *_promises(chart),
        _reference(chart),
        chart.comparison,
        missing_words(chart),
        *break_words(chart),
        _events(chart),
        source_sentences(chart)[1] if chart.invented else "",
    ]
    return " ".join(_sentence(text) for text in sentences if text)


def _course(chart: IndicatorChart) -> str:
    measured, voice = chart.series.measured, chart.voice
    if not measured:
        return voice.gettext("No values yet.")
    if len(measured) == 1:
        return voice.gettext("One measurement")
    lowest = min(measured, key=lambda point: point.value or 0.0)
    highest = max(measured, key=lambda point: point.value or 0.0)
    return voice.gettext(
        "From %(first)s to %(last)s; lowest %(lowest)s, highest %(highest)s",
        first=_value_and_period(chart, measured[0]),
        last=_value_and_period(chart, measured[-1]),
        lowest=_value_and_period(chart, lowest),
        highest=_value_and_period(chart, highest),
    )


def _value_and_period(chart: IndicatorChart, point: Point) -> str:
    value = chart.series.unit.value_text(point.value or 0.0, chart.voice)
    return f"{value} ({point.period.label(chart.voice)})"


def _newest(chart: IndicatorChart) -> str:
    if not chart.series.measured:
        return ""
    newest = chart.series.measured[-1]
    text, voice = _value_and_period(chart, newest), chart.voice
    if newest.status is Status.PRELIMINARY:
        return voice.gettext("Newest value: %(value)s, preliminary", value=text)
    if newest.status is Status.ESTIMATED:
        return voice.gettext("Newest value: %(value)s, estimated", value=text)
    return voice.gettext("Newest value: %(value)s", value=text)


def _finding(chart: IndicatorChart) -> str:
    """The finding as page, mail and API tell it; the title where nothing was analysed."""
    if chart.analysis is None:
        return chart.title
    return sentence(chart.analysis, chart.series, chart.indicator, chart.voice)


def _trend(chart: IndicatorChart) -> list[str]:
    """How steep the pale bands are."""
    analysis, voice, unit = chart.analysis, chart.voice, chart.series.unit
    if analysis is None or analysis.slope_before is None or not chart.series.points:
        return []
    before = unit.pace_text(analysis.slope_before.value, voice)
    if analysis.turning is None or analysis.slope_after is None:
        return [voice.gettext("Trend %(slope)s", slope=before)]
    after = unit.pace_text(analysis.slope_after.value, voice)
    return [
        voice.gettext(
            "Trend %(before)s before the turning point and %(after)s after it", before=before, after=after
        )
    ]


def _promises(chart: IndicatorChart) -> list[str]:
    voice, unit = chart.voice, chart.series.unit
    sentences = []
    if chart.baseline is not None:
        period, value = chart.baseline
        sentences.append(
            voice.gettext(
                "Baseline %(value)s (%(period)s)",
                value=unit.value_text(value, voice),
                period=period.label(voice),
            )
        )
    progress = chart.progress
    told = progress.promise.target if progress else None
    targets = [target_words(*target, unit, voice) for target in chart.targets if target != told]
    sentences.append(", ".join(targets))
    return [*sentences, progress_sentence(progress, unit, voice)] if progress else sentences


def _reference(chart: IndicatorChart) -> str:
    point = last_reference(chart)
    if point is None or chart.reference is None:
        return ""
    name, series = chart.reference
    value = series.unit.value_text(point.value or 0.0, chart.voice)
    period = point.period.label(chart.voice)
    return chart.voice.gettext(
        "For comparison: %(name)s %(value)s (%(period)s)", name=name, value=value, period=period
    )


def missing_words(chart: IndicatorChart) -> str:
    """The periods without a value and why: Missing: 2019 (not collected)."""
    voice = chart.voice
    gaps = [
        f"{point.period.label(voice)} ({voice.gettext(MISSING[point.missing])})"
        for point in chart.series.points
        if point.missing is not None
    ]
    return voice.gettext("Missing: %(periods)s", periods=_listed(gaps)) if gaps else ""


def break_words(chart: IndicatorChart) -> list[str]:
    """For each break that shows, from when on nothing is compared and why."""
    words = dict(chart.break_labels)
    voice = chart.voice
    return [
        voice.gettext(
            "From %(period)s on not comparable with before: %(words)s",
            period=period.label(voice),
            words=words.get(period) or voice.gettext("new definition"),
        )
        for period in shown_breaks(chart)
    ]


def _events(chart: IndicatorChart) -> str:
    events = [f"{chart.voice.day(day)} {text}" for day, text in sorted(chart.events)]
    return chart.voice.gettext("Events: %(events)s", events=_listed(events)) if events else ""


def _listed(texts: list[str]) -> str:
    shown = ", ".join(texts[:MOST_LISTED])
    return f"{shown} …" if len(texts) > MOST_LISTED else shown


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")
