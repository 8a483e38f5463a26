"""A series beside its reference lines, as it is told: label, outcome, sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from impact.language import Voice
from impact.monitoring.comparing import comparison_from, newest_comparison
from impact.registry.indicator_tables import ReferenceLink
from impact.registry.indicator_view import plan_of
from impact.trend.comparing import Comparison
from impact.trend.comparison_sentences import comparison_sentence


@dataclass(frozen=True)
class ToldComparison:
    """A stored comparison in the reader's language; ``sentence`` is empty without a turn."""

    reference_series_id: int
    name: str
    comparison: Comparison
    sentence: str
    recorded_at: datetime


def told_comparisons(
    session: Session, series_id: int, voice: Voice, known_at: datetime | None = None
) -> list[ToldComparison]:
    """What was last said of a series beside each of its reference lines, newest line last."""
    links = plan_of(session, [series_id], known_at).references
    told = (told_comparison(session, link, voice, known_at) for link in links)
    return [each for each in told if each is not None]


def told_comparison(
    session: Session, link: ReferenceLink, voice: Voice, known_at: datetime | None = None
) -> ToldComparison | None:
    """What was last said of a series beside one line, None before the first comparison."""
    row = newest_comparison(session, link.series_id, link.reference_series_id, known_at)
    comparison = comparison_from(row) if row else None
    if row is None or comparison is None:
        return None
    name = voice.pick(link.label_sv, link.label_en)
    sentence = comparison_sentence(comparison, name, voice)
    return ToldComparison(link.reference_series_id, name, comparison, sentence, row.recorded_at)
