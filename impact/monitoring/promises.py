"""How the series of a list stand against their targets, in two statements for all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from impact.monitoring.cards import SeriesCard
from impact.registry.promised import promises_of
from impact.semantics.progress import Progress
from impact.trend.pacing import progress_of


def progress_of_cards(
    session: Session, found: Collection[SeriesCard], known_at: datetime | None = None
) -> dict[int, Progress]:
    """The progress of each card's series, by series; those without a target are left out."""
    promises = promises_of(session, [card.summary.series_id for card in found], known_at)
    told = {}
    for card in found:
        baseline, targets = promises.get(card.summary.series_id, (None, ()))
        if not targets:
            continue  # Its pace would be worked out for nothing.
        progress = progress_of(card.series, card.analysis, baseline, targets)
        if progress is not None:
            told[card.summary.series_id] = progress
    return told
