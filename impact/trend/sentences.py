"""What people read: the stored analysis of a series in plain words."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.semantics.direction import Direction
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind
from impact.trend.findings import Finding, find, periods_between, points_needed
from impact.trend.verdict import REVERSALS, Level, TrendAnalysis, Verdict

EN_DASH = "\N{EN DASH}"
VERY_LIKELY = 0.9

_VERDICTS = {
    Verdict.IMPROVING: mark("Improving"),
    Verdict.WORSENING: mark("Worsening"),
    Verdict.RISING: mark("Rising"),
    Verdict.FALLING: mark("Falling"),
    Verdict.FLAT: mark("No clear direction"),
    Verdict.LEVELLED_OFF: mark("Levelled off"),
    Verdict.REVERSED_TO_WORSE: mark("Turned for the worse"),
    Verdict.REVERSED_TO_BETTER: mark("Turned for the better"),
    Verdict.TURNED: mark("Turned"),
    Verdict.TOO_SHORT: mark("Too short to tell"),
    Verdict.NOT_COMPARABLE: mark("Not comparable"),
}
_DIRECTIONS = {
    Direction.INCREASE: mark("higher is better"),
    Direction.DECREASE: mark("lower is better"),
    Direction.BAND: mark("best within a band"),
    Direction.CONTEXT: mark("neither higher nor lower is better"),
}
# By: the newest value contradicts the trend, rising before the turn, a sign stands between
# value and year ("64 % 2021"; without it the year goes in brackets).
_SINCE = {
    (True, True, True): mark("%(before)s but has fallen since; latest %(last)s (%(period)s)."),
    (True, True, False): mark("%(before)s but has fallen since; latest %(last)s (%(period)s)."),
    (True, False, True): mark("%(before)s but has risen since; latest %(last)s (%(period)s)."),
    (True, False, False): mark("%(before)s but has risen since; latest %(last)s (%(period)s)."),
    (False, True, True): mark("%(before)s but has fallen since, to %(last)s in %(period)s."),
    (False, True, False): mark("%(before)s but has fallen since, to %(last)s (%(period)s)."),
    (False, False, True): mark("%(before)s but has risen since, to %(last)s in %(period)s."),
    (False, False, False): mark("%(before)s but has risen since, to %(last)s (%(period)s)."),
}
_NUMBERS = (
    mark("two"), mark("three"), mark("four"), mark("five"), mark("six"), mark("seven"),
    mark("eight"), mark("nine"), mark("ten"), mark("eleven"), mark("twelve"),
)  # fmt: skip


def verdict_words(verdict: Verdict, voice: Voice) -> str:
    """The verdict in a few words: Turned for the worse."""
    return voice.gettext(_VERDICTS[verdict])


def level_words(level: Level, probability: float | None, voice: Voice) -> str:
    """How strong the evidence for a reversal is: very likely · 96 %; empty for none."""
    if level is Level.NONE:
        return ""
    if level is Level.EARLY_WARNING:
        return voice.gettext("early warning")
    words = voice.gettext(_likelihood(level, probability))
    return words if probability is None else f"{words} · {_share(probability, voice)}"


def direction_words(direction: Direction, voice: Voice) -> str:
    """Which way is better, in words: higher is better."""
    return voice.gettext(_DIRECTIONS[direction])


def headline(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """The finding in few words, for a chart's title, a mail's subject, a row of a board."""
    if not series.measured:
        return voice.gettext("No measurements yet.")
    if analysis.verdict is Verdict.TOO_SHORT:
        return _too_short(series, voice)
    if analysis.verdict is Verdict.NOT_COMPARABLE:
        return voice.gettext("Cannot be compared: the definition has changed too often.")
    finding = find(analysis, series)
    unit = series.unit
    facts = {"period": finding.turning.period.label(voice), "value": _value(finding.turning, series, voice)}
    if analysis.verdict in REVERSALS:
        words = _turned_headline(finding, facts, voice)
        return voice.gettext("Has possibly turned. %(finding)s", finding=words) if _weak(analysis) else words
    if analysis.level is Level.EARLY_WARNING:
        now = unit.value_text(finding.last.value or 0.0, voice)
        if finding.rising:
            return voice.gettext(
                "May have turned: rose until %(period)s (%(value)s), now %(now)s.", now=now, **facts
            )
        return voice.gettext(
            "May have turned: fell until %(period)s (%(value)s), now %(now)s.", now=now, **facts
        )
    if analysis.verdict is Verdict.LEVELLED_OFF:
        if finding.rising:
            return voice.gettext("Rose until %(period)s (%(value)s), has stood still since.", **facts)
        return voice.gettext("Fell until %(period)s (%(value)s), has stood still since.", **facts)
    return _steady(analysis, finding, series, voice)


def sentence(analysis: TrendAnalysis, series: Series, name: str, voice: Voice) -> str:
    """The finding in whole plain sentences, with years, values, unit and direction.

    Args:
        analysis: what the detector said about the series.
        series: the series that was analysed.
        name: what the indicator is called in the voice's language.
        voice: the language to speak.
    """
    parts = [f"{name}: {headline(analysis, series, voice)}"]
    if analysis.verdict in REVERSALS:
        parts = [_turned(find(analysis, series), series, name, voice), _evidence(analysis, series, voice)]
    elif analysis.level is Level.EARLY_WARNING:
        parts.append(voice.gettext("It is too early to tell: wait for the next measurement."))
    elif analysis.verdict is Verdict.LEVELLED_OFF:
        parts.append(_where(analysis, series, voice))
    if series.direction is not Direction.CONTEXT:
        words = direction_words(series.direction, voice)
        parts.append(words[:1].upper() + words[1:] + ".")
    return " ".join(part for part in parts if part)


def _likelihood(level: Level, probability: float | None) -> str:
    if level is Level.LIKELY:
        return mark("possible")
    return mark("very likely") if probability is not None and probability >= VERY_LIKELY else mark("likely")


def _weak(analysis: TrendAnalysis) -> bool:
    return analysis.level is not Level.CLEAR


def _share(probability: float, voice: Voice) -> str:
    """A probability in whole per cent, never 0 or 100: nothing is certain here."""
    percent = min(99.0, max(1.0, round(probability * 100)))
    return voice.percent(voice.number(percent, 0))


def _value(point: Point, series: Series, voice: Voice) -> str:
    return series.unit.value_text(point.value or 0.0, voice)


def _span(first: ReportingPeriod, last: ReportingPeriod, voice: Voice) -> str:
    ends = first.label(voice), last.label(voice)
    dash = f" {EN_DASH} " if any(" " in end or EN_DASH in end for end in ends) else EN_DASH
    return dash.join(ends)


def _turned_headline(finding: Finding, facts: dict[str, str], voice: Voice) -> str:
    if finding.run >= 2:
        n = finding.run
        count = voice.gettext(_NUMBERS[n - 2]) if n - 2 < len(_NUMBERS) else voice.number(n, 0)
        if finding.rising:
            return voice.gettext(
                "Rose until %(period)s (%(value)s), has fallen %(count)s measurements in a row.",
                count=count,
                **facts,
            )
        return voice.gettext(
            "Fell until %(period)s (%(value)s), has risen %(count)s measurements in a row.",
            count=count,
            **facts,
        )
    if finding.rising:
        return voice.gettext("Rose until %(period)s (%(value)s), has fallen since.", **facts)
    return voice.gettext("Fell until %(period)s (%(value)s), has risen since.", **facts)


def _turned(finding: Finding, series: Series, name: str, voice: Voice) -> str:
    """The course in a sentence: rose 2016–2019 (61 to 68 %) but has fallen since, to 64 %."""
    unit = series.unit
    facts = {
        "name": name,
        "span": _span(finding.first.period, finding.turning.period, voice),
        "start": voice.number(finding.first.value or 0.0, unit.decimals),
        "peak": _value(finding.turning, series, voice),
    }
    if finding.opposed_before and finding.rising:
        before = voice.gettext("%(name)s rose %(span)s", **facts)
    elif finding.opposed_before:
        before = voice.gettext("%(name)s fell %(span)s", **facts)
    elif finding.rising:
        before = voice.gettext("%(name)s rose %(span)s (%(start)s to %(peak)s)", **facts)
    else:
        before = voice.gettext("%(name)s fell %(span)s (%(start)s to %(peak)s)", **facts)
    place = (finding.opposed_after, finding.rising, series.unit.kind is Kind.SHARE)
    return voice.gettext(
        _SINCE[place],
        before=before,
        last=_value(finding.last, series, voice),
        period=finding.last.period.label(voice),
    )


def _evidence(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """How likely it is that the trend has turned, and between which periods."""
    words = voice.gettext(_likelihood(analysis.level, analysis.probability))
    if analysis.probability is None:
        likely = voice.gettext("That the trend has turned is %(words)s", words=words)
    else:
        share = _share(analysis.probability, voice)
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


def _steady(analysis: TrendAnalysis, finding: Finding, series: Series, voice: Voice) -> str:
    facts = {
        "period": finding.first.period.label(voice),
        "start": voice.number(finding.first.value or 0.0, series.unit.decimals),
        "now": _value(finding.last, series, voice),
    }
    if analysis.verdict is Verdict.FLAT:
        return voice.gettext("No clear direction since %(period)s; latest %(now)s.", **facts)
    if finding.opposed_before and finding.rising:
        return voice.gettext("Rising since %(period)s; latest %(now)s.", **facts)
    if finding.opposed_before:
        return voice.gettext("Falling since %(period)s; latest %(now)s.", **facts)
    if finding.rising:
        return voice.gettext("Rising since %(period)s: from %(start)s to %(now)s.", **facts)
    return voice.gettext("Falling since %(period)s: from %(start)s to %(now)s.", **facts)


def _too_short(series: Series, voice: Voice) -> str:
    n, needed = len(series.measured), points_needed(series)
    text = voice.gettext(
        "The series is too short to tell (%(n)s of at least %(needed)s measurements).", n=n, needed=needed
    )
    return f"{text} {_newest_change(series, voice)}".rstrip()


def _newest_change(series: Series, voice: Voice) -> str:
    """The newest change as a fact, without calling it a trend."""
    points = series.measured
    if len(points) < 2:
        return ""
    earlier, newest = points[-2], points[-1]
    if any(earlier.period < period <= newest.period for period in series.breaks):
        return ""
    change = round((newest.value or 0.0) - (earlier.value or 0.0), series.unit.decimals)
    facts = {
        "period": newest.period.label(voice),
        "before": earlier.period.label(voice),
        "change": series.unit.change_text(change, voice),
    }
    if change == 0:
        return voice.gettext("Unchanged in %(period)s since %(before)s.", **facts)
    if change > 0:
        return voice.gettext("Higher in %(period)s than in %(before)s (%(change)s).", **facts)
    return voice.gettext("Lower in %(period)s than in %(before)s (%(change)s).", **facts)
