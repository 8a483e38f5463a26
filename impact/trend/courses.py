"""The course of a series in words: what it did until when, and since.

Each course is said twice: in few words, for a chart's title or a mail's subject, and as a
sentence that begins with the indicator's name. Values that contradict the trend, or that a
break parts from the others, are left out.
"""

from __future__ import annotations

from impact.language import Voice, mark
from impact.semantics.series import Series
from impact.semantics.unit import Kind
from impact.trend.findings import Finding, find
from impact.trend.phrases import count_words, span, value_words, when
from impact.trend.verdict import REVERSALS, TrendAnalysis, Verdict

Facts = dict[str, str]

# By: rising before the turn, the newest value contradicts the trend after it.
_TURNED_SHORT = {
    (True, False): mark("Rose until %(period)s (%(value)s), has fallen since."),
    (True, True): mark("Rose until %(period)s, has fallen since; latest %(now)s."),
    (False, False): mark("Fell until %(period)s (%(value)s), has risen since."),
    (False, True): mark("Fell until %(period)s, has risen since; latest %(now)s."),
}
_IN_A_ROW = {
    True: mark("Rose until %(period)s (%(value)s), has fallen %(count)s measurements in a row."),
    False: mark("Fell until %(period)s (%(value)s), has risen %(count)s measurements in a row."),
}
# By: rising before the turn, how it began can be told.
_BEFORE = {
    (True, True): mark("%(name)s rose %(span)s (%(start)s to %(value)s)"),
    (True, False): mark("%(name)s rose %(span)s"),
    (False, True): mark("%(name)s fell %(span)s (%(start)s to %(value)s)"),
    (False, False): mark("%(name)s fell %(span)s"),
}
_UNTIL = {True: mark("%(name)s rose until %(period)s"), False: mark("%(name)s fell until %(period)s")}
# By: rising before the turn, what stands at the end: against the trend, with its sign
# ("64 % 2021"), or without (the year then goes in brackets, or it would read as a number).
_SINCE = {
    (True, "against"): mark("%(before)s but then fell; latest %(now)s (%(last)s)."),
    (True, "signed"): mark("%(before)s but then fell, to %(now)s %(when)s."),
    (True, "bare"): mark("%(before)s but then fell, to %(now)s (%(last)s)."),
    (False, "against"): mark("%(before)s but then rose; latest %(now)s (%(last)s)."),
    (False, "signed"): mark("%(before)s but then rose, to %(now)s %(when)s."),
    (False, "bare"): mark("%(before)s but then rose, to %(now)s (%(last)s)."),
}
# By: rising until lately, the newest value lies on the other side of the turn.
_EARLY_SHORT = {
    (True, True): mark("May have turned: rose until %(period)s (%(value)s), now %(now)s."),
    (True, False): mark("May have turned: rose until lately, now %(now)s."),
    (False, True): mark("May have turned: fell until %(period)s (%(value)s), now %(now)s."),
    (False, False): mark("May have turned: fell until lately, now %(now)s."),
}
_EARLY = {
    (True, True): mark(
        "%(name)s may have turned: rose until %(period)s (%(value)s), now %(now)s (%(last)s)."
    ),
    (True, False): mark("%(name)s may have turned: rose until lately, now %(now)s (%(last)s)."),
    (False, True): mark(
        "%(name)s may have turned: fell until %(period)s (%(value)s), now %(now)s (%(last)s)."
    ),
    (False, False): mark("%(name)s may have turned: fell until lately, now %(now)s (%(last)s)."),
}
_LEVELLED_SHORT = {
    True: mark("Rose until %(period)s (%(value)s), has stood still since."),
    False: mark("Fell until %(period)s (%(value)s), has stood still since."),
}
_LEVELLED = {
    True: mark("%(name)s rose until %(period)s (%(value)s) and then stood still; latest %(now)s (%(last)s)."),
    False: mark(
        "%(name)s fell until %(period)s (%(value)s) and then stood still; latest %(now)s (%(last)s)."
    ),
}
# By: rising, how it began can be told.
_GOING_SHORT = {
    (True, True): mark("Rising since %(first)s: from %(start)s to %(now)s."),
    (True, False): mark("Rising since %(first)s; latest %(now)s."),
    (False, True): mark("Falling since %(first)s: from %(start)s to %(now)s."),
    (False, False): mark("Falling since %(first)s; latest %(now)s."),
}
_GOING = {
    (True, True): mark("%(name)s: rising since %(first)s, from %(start)s to %(now)s (%(last)s)."),
    (True, False): mark("%(name)s: rising since %(first)s; latest %(now)s (%(last)s)."),
    (False, True): mark("%(name)s: falling since %(first)s, from %(start)s to %(now)s (%(last)s)."),
    (False, False): mark("%(name)s: falling since %(first)s; latest %(now)s (%(last)s)."),
}
_FLAT_SHORT = mark("No clear direction since %(first)s; latest %(now)s.")
_FLAT = mark("%(name)s: no clear direction since %(first)s; latest %(now)s (%(last)s).")


def short_course(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """What a series with a verdict did, in few words."""
    finding = find(analysis, series)
    facts = _facts(finding, series, voice)
    rising, beyond = finding.rising, not finding.opposed_after
    if analysis.is_warning:
        return voice.gettext(_EARLY_SHORT[rising, beyond], **facts)
    if analysis.verdict in REVERSALS and finding.run >= 2 and beyond:
        return voice.gettext(_IN_A_ROW[rising], count=count_words(finding.run, voice), **facts)
    if analysis.verdict in REVERSALS:
        return voice.gettext(_TURNED_SHORT[rising, finding.opposed_after], **facts)
    if analysis.verdict is Verdict.LEVELLED_OFF:
        return voice.gettext(_LEVELLED_SHORT[rising], **facts)
    if analysis.verdict is Verdict.FLAT:
        return voice.gettext(_FLAT_SHORT, **facts)
    return voice.gettext(_GOING_SHORT[rising, not finding.opposed_before], **facts)


def course(analysis: TrendAnalysis, series: Series, name: str, voice: Voice) -> str:
    """What a series with a verdict did, as a sentence with years and values."""
    finding = find(analysis, series)
    facts = {"name": name, **_facts(finding, series, voice)}
    facts["now"] = value_words(finding.last, series, voice, name)
    rising = finding.rising
    if analysis.is_warning:
        return voice.gettext(_EARLY[rising, not finding.opposed_after], **facts)
    if analysis.verdict in REVERSALS:
        return _turned(finding, series, facts, voice)
    if analysis.verdict is Verdict.LEVELLED_OFF:
        return voice.gettext(_LEVELLED[rising], **facts)
    if analysis.verdict is Verdict.FLAT:
        return voice.gettext(_FLAT, **facts)
    return voice.gettext(_GOING[rising, not finding.opposed_before], **facts)


def _turned(finding: Finding, series: Series, facts: Facts, voice: Voice) -> str:
    """The course in a sentence: rose 2016–2019 (61 to 68 %) but then fell, to 64 %."""
    if finding.first == finding.turning:
        before = voice.gettext(_UNTIL[finding.rising], **facts)
    else:
        before = voice.gettext(_BEFORE[finding.rising, not finding.opposed_before], **facts)
    end = "signed" if series.unit.kind is Kind.SHARE else "bare"
    place = finding.rising, "against" if finding.opposed_after else end
    return voice.gettext(_SINCE[place], before=before, **facts)


def _facts(finding: Finding, series: Series, voice: Voice) -> Facts:
    return {
        "first": finding.first.period.label(voice),
        "start": voice.number(finding.first.value or 0.0, series.unit.decimals),
        "span": span(finding.first.period, finding.turning.period, voice),
        "period": finding.turning.period.label(voice),
        "value": value_words(finding.turning, series, voice),
        "last": finding.last.period.label(voice),
        "when": when(finding.last.period, voice),
        "now": value_words(finding.last, series, voice),
    }
