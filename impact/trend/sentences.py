"""What people read: the stored analysis of a series in plain words.

Page, alternative text, mail and API all say what :func:`sentence` makes.
"""

from __future__ import annotations

from impact.language import Voice, mark
from impact.semantics.direction import Direction
from impact.semantics.series import Series
from impact.trend.courses import course, short_course
from impact.trend.findings import points_needed
from impact.trend.newest_change import newest_changes
from impact.trend.remarks import UNJUDGED, Sureness, remarks, share_words, sureness_of, sureness_words
from impact.trend.verdict import REVERSALS, Level, TrendAnalysis, Verdict

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
_HEDGES = {
    Sureness.POSSIBLE: mark("Has possibly turned. %(finding)s"),
    Sureness.LIKELY: mark("Has probably turned. %(finding)s"),
    Sureness.VERY_LIKELY: mark("Has probably turned. %(finding)s"),
}


def verdict_words(verdict: Verdict, voice: Voice) -> str:
    """The verdict in a few words: Turned for the worse."""
    return voice.gettext(_VERDICTS[verdict])


def level_words(level: Level, probability: float | None, voice: Voice) -> str:
    """How strong the evidence for a reversal is: very likely · 96 %; empty for none."""
    if level is Level.NONE:
        return ""
    if level is Level.EARLY_WARNING:
        return voice.gettext("early warning")
    words = sureness_words(level, probability, voice)
    return words if probability is None else f"{words} · {share_words(probability, voice)}"


def direction_words(direction: Direction, voice: Voice) -> str:
    """Which way is better, in words: higher is better."""
    return voice.gettext(_DIRECTIONS[direction])


def headline(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """The finding in few words, for a chart's title, a mail's subject, a row of a board."""
    if not series.measured:
        return voice.gettext("No measurements yet.")
    if analysis.verdict in UNJUDGED:
        return f"{_unjudged_short(analysis, series, voice)} {newest_changes(series, voice)}".rstrip()
    words = short_course(analysis, series, voice)
    if analysis.verdict not in REVERSALS:
        return words
    sureness = sureness_of(analysis.level, analysis.probability)
    if analysis.level is Level.CLEAR and sureness is not Sureness.POSSIBLE:
        return words
    return voice.gettext(_HEDGES[sureness], finding=words)


def sentence(analysis: TrendAnalysis, series: Series, name: str, voice: Voice) -> str:
    """The finding in whole plain sentences, with years, values, unit and direction.

    Args:
        analysis: what the detector said about the series.
        series: the series that was analysed.
        name: what the indicator is called in the voice's language.
        voice: the language to speak.
    """
    if not series.measured:
        return voice.gettext("%(name)s: no measurements yet.", name=name)
    if analysis.verdict in UNJUDGED:
        said = _unjudged(analysis, series, voice)
        parts = [f"{name}: {said[:1].lower()}{said[1:]}", newest_changes(series, voice)]
    else:
        parts = [course(analysis, series, name, voice)]
    parts += remarks(analysis, series, voice)
    return " ".join(part for part in parts if part)


def _unjudged_short(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """Short enough to leave room for the newest changes in a chart's title."""
    if analysis.verdict is Verdict.NOT_COMPARABLE:
        return voice.gettext("Too many changes of definition.")
    n, needed = len(series.measured), points_needed(series)
    return voice.gettext("Too few measurements (%(n)s of at least %(needed)s).", n=n, needed=needed)


def _unjudged(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    if analysis.verdict is Verdict.NOT_COMPARABLE:
        return voice.gettext("The definition has changed too often for the values to be compared.")
    n, needed = len(series.measured), points_needed(series)
    return voice.gettext(
        "The series is too short to tell (%(n)s of at least %(needed)s measurements).", n=n, needed=needed
    )
