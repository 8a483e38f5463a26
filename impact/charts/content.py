"""What an indicator's chart shows, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from impact.language import Voice
from impact.semantics.period import ReportingPeriod
from impact.semantics.progress import Progress
from impact.semantics.series import Series
from impact.trend.pacing import progress_of
from impact.trend.verdict import TrendAnalysis


@dataclass(frozen=True)
class IndicatorChart:
    """Everything the picture of one indicator needs, in the reader's language.

    Attributes:
        voice: the language of labels and numbers.
        title: the finding in words.
        indicator: the indicator's name.
        series: what was measured; a missing point is a gap by its gap style.
        analysis: the stored analysis; None draws no trend.
        baseline: period and value against which progress is judged.
        targets: periods and values promised, in order of period.
        events: days and what happened.
        break_labels: for a declared break (first period under the new definition) its words.
        reference: name and series of the reference line.
        comparison: whether the series turned on its own, in a sentence.
        source: where the figures come from, without "Source:".
        invented: whether the figures are made up, as in the sample.
        certainty: how sure the finding is, in words.
        direction_words: which way is better, in words.
        known_on: the day on which it was known so; None is now.
    """

    voice: Voice
    title: str
    indicator: str
    series: Series
    analysis: TrendAnalysis | None = None
    baseline: tuple[ReportingPeriod, float] | None = None
    targets: tuple[tuple[ReportingPeriod, float], ...] = ()
    events: tuple[tuple[date, str], ...] = ()
    break_labels: tuple[tuple[ReportingPeriod, str], ...] = ()
    reference: tuple[str, Series] | None = None
    comparison: str = ""
    source: str = ""
    invented: bool = False
    certainty: str = ""
    direction_words: str = ""
    known_on: date | None = None

    @cached_property
    def progress(self) -> Progress | None:
        """How the series stands against its next target, if it has one."""
        return progress_of(self.series, self.analysis, self.baseline, self.targets)
