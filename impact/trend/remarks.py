"""What is said beside the course: how sure, since when, how small a change would show."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from impact.language import Voice, mark
from impact.semantics.direction import Direction
from impact.semantics.series import Point, Series
from impact.trend.findings import find, period_near, periods_between
from impact.trend.phrases import amount_words, span, when
from impact.trend.survey_error import is_stated, is_within_error
from impact.trend.verdict import REVERSALS, Level, TrendAnalysis, Verdict

VERY_LIKELY = 0.9
LIKELY = 0.5
UNJUDGED = frozenset({Verdict.TOO_SHORT, Verdict.NOT_COMPARABLE})


class Sureness(StrEnum):
    """How sure a reversal is, as people say it."""

    VERY_LIKELY = "very_likely"
    LIKELY = "likely"
    POSSIBLE = "possible"


_SURENESS = {
    Sureness.VERY_LIKELY: mark("very likely"),
    Sureness.LIKELY: mark("likely"),
    Sureness.POSSIBLE: mark("possible"),
}

# By: which change, whether the errors were stated; by how many were asked, nobody says that it
# was a survey: a register's small groups vary by chance as well.
_WITHIN_ERROR = {
    ("since", True): mark("The change since %(period)s lies within the survey's margin of error."),
    ("since", False): mark("The change since %(period)s is no larger than chance alone can make it."),
    ("two values", True): mark(
        "Seen by themselves, the values of %(period)s and %(last)s differ by no more than the survey's "
        "margin of error."
    ),
    ("two values", False): mark(
        "Seen by themselves, the values of %(period)s and %(last)s differ by no more than chance alone "
        "can make them."
    ),
    ("by itself", True): mark(
        "The newest change by itself, %(when)s, lies within the survey's margin of error."
    ),
    ("by itself", False): mark(
        "The newest change by itself, %(when)s, is no larger than chance alone can make it."
    ),
    ("newest", True): mark("The change %(when)s lies within the survey's margin of error."),
    ("newest", False): mark("The change %(when)s is no larger than chance alone can make it."),
}
_DIRECTIONS = {
    Direction.INCREASE: mark("Higher is better."),
    Direction.DECREASE: mark("Lower is better."),
    Direction.BAND: mark("Best within a band."),
}


def sureness_of(level: Level, probability: float | None) -> Sureness:
    """How sure a reversal is; the number that stands beside it decides, without one the level."""
    if probability is None:
        return Sureness.LIKELY if level is Level.CLEAR else Sureness.POSSIBLE
    if probability >= VERY_LIKELY:
        return Sureness.VERY_LIKELY
    return Sureness.LIKELY if probability >= LIKELY else Sureness.POSSIBLE


def sureness_words(level: Level, probability: float | None, voice: Voice) -> str:
    """How sure a reversal is, in words: very likely, likely, possible."""
    return voice.gettext(_SURENESS[sureness_of(level, probability)])


def share_words(probability: float, voice: Voice) -> str:
    """A probability in whole per cent, never 0 or 100: nothing is certain here."""
    percent = min(99.0, max(1.0, round(probability * 100)))
    return voice.percent(voice.number(percent, 0))


def remarks(analysis: TrendAnalysis, series: Series, voice: Voice) -> list[str]:
    """Whole sentences, in the order in which they are read; some may be empty."""
    if analysis.verdict in UNJUDGED:
        return [_newest_error(series, voice, by_itself=False), _better(series, voice)]
    return [
        _certainty(analysis, series, voice),
        _withdrawn(analysis, series, voice),
        _error(analysis, series, voice),
        _earlier_turns(analysis, series, voice),
        _smallest_change(analysis, series, voice),
        voice.gettext("Swings with the season have been removed.") if series.periods_per_year > 1 else "",
        _better(series, voice),
    ]


def _certainty(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    if analysis.verdict in REVERSALS:
        return _evidence(analysis, series, voice)
    if analysis.is_warning:
        return voice.gettext("It is too early to tell: wait for the next measurement.")
    if analysis.verdict is Verdict.LEVELLED_OFF:
        return _where(analysis, series, voice)
    return ""


def _evidence(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """How likely it is that the trend has turned, and between which periods."""
    words = sureness_words(analysis.level, analysis.probability, voice)
    if analysis.probability is None:
        likely = voice.gettext("That the trend has turned is %(words)s", words=words)
    else:
        share = share_words(analysis.probability, voice)
        likely = voice.gettext("That the trend has turned is %(words)s (%(share)s)", words=words, share=share)
    between = periods_between(analysis, series)
    if between is None:
        return f"{likely}."
    low, high = (period.label(voice) for period in between)
    if low == high:
        return voice.gettext(
            "%(likely)s; the turning point lies around %(period)s.", likely=likely, period=low
        )
    return voice.gettext(
        "%(likely)s; the turning point lies between %(low)s and %(high)s.", likely=likely, low=low, high=high
    )


def _where(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    between = periods_between(analysis, series)
    if between is None or between[0] == between[1]:
        return ""
    low, high = (period.label(voice) for period in between)
    return voice.gettext("It levelled off between %(low)s and %(high)s.", low=low, high=high)


def _withdrawn(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    if analysis.withdrawn_warning is None or analysis.is_warning or analysis.verdict in REVERSALS:
        return ""
    period = period_near(series, analysis.withdrawn_warning).label(voice)
    return voice.gettext("The early warning of %(period)s was not borne out.", period=period)


def _error(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """Which comparison of the course is no more than chance in the surveys.

    A trend rests on all values; that two of them differ by little does not speak against it,
    and may not sound as if it did.
    """
    finding = find(analysis, series)
    is_turn = analysis.verdict in REVERSALS
    since: Point | None = None
    if (is_turn or analysis.is_warning) and not finding.opposed_after:
        since = finding.turning
    small = since is not None and is_within_error(since, finding.last, series.unit)
    if since is None or not small or since == series.newest_definition[-2]:
        is_trend = not (analysis.is_warning or analysis.verdict is Verdict.FLAT)
        return _newest_error(series, voice, by_itself=is_trend)
    place = "two values" if is_turn else "since", is_stated(since, finding.last)
    labels = since.period.label(voice), finding.last.period.label(voice)
    return voice.gettext(_WITHIN_ERROR[place], period=labels[0], last=labels[1])


def _newest_error(series: Series, voice: Voice, *, by_itself: bool) -> str:
    points = series.newest_definition
    if len(points) < 2 or not is_within_error(points[-2], points[-1], series.unit):
        return ""
    place = "by itself" if by_itself else "newest", is_stated(points[-2], points[-1])
    return voice.gettext(_WITHIN_ERROR[place], when=when(points[-1].period, voice))


def _earlier_turns(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    turns = sorted({period_near(series, at) for at in analysis.earlier_turns})
    if not turns:
        return ""
    labels = ", ".join(period.label(voice) for period in turns)
    return voice.ngettext(
        "Earlier turn: %(periods)s.", "Earlier turns: %(periods)s.", len(turns), periods=labels
    )


def _smallest_change(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """What could have happened unseen; only where nothing was seen is that a finding."""
    smallest, unit = analysis.smallest_change, series.unit
    if analysis.verdict is not Verdict.FLAT or analysis.is_warning or not smallest or smallest <= 0:
        return ""
    lowest, highest = unit.range
    if smallest >= highest - lowest:
        return voice.gettext(
            "The values vary so much that not even the largest possible change would have been sure to show."
        )
    return voice.gettext(
        "A change of less than %(amount)s over %(span)s would hardly have shown.",
        amount=amount_words(smallest, unit, voice),
        span=span(series.measured[0].period, series.measured[-1].period, voice),
    )


def _better(series: Series, voice: Voice) -> str:
    """Which way is better; for context neither is, and nothing is said."""
    if series.direction is Direction.CONTEXT:
        return ""
    if series.direction is Direction.BAND and series.band is not None:
        low, high = series.band
        decimals = 0 if low == round(low) and high == round(high) else series.unit.decimals
        return voice.gettext(
            "Best between %(low)s and %(high)s.",
            low=voice.number(low, decimals),
            high=replace(series.unit, decimals=decimals).value_text(high, voice),
        )
    return voice.gettext(_DIRECTIONS[series.direction])
