"""What is promised of series: baseline and targets as the kernels understand them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.registry.indicator_tables import Baseline, Target
from impact.registry.schedules import stored_period
from impact.semantics.promise import Stated

Stating = TypeVar("Stating", Baseline, Target)


def promises_of(
    session: Session, series_ids: Collection[int], known_at: datetime | None = None
) -> dict[int, tuple[Stated | None, tuple[Stated, ...]]]:
    """The baseline and the targets of each series that has any, now or as known at an instant."""
    baselines = _by_series(session, Baseline, series_ids, known_at)
    targets = _by_series(session, Target, series_ids, known_at)
    return {
        series_id: (stated_baseline(baselines[series_id]), stated_targets(targets[series_id]))
        for series_id in {*baselines, *targets}
    }


def _by_series(
    session: Session, kind: type[Stating], series_ids: Collection[int], known_at: datetime | None
) -> dict[int, list[Stating]]:
    rows = select(kind).where(kind.series_id.in_(series_ids)).order_by(kind.id)
    if known_at is None:
        stated = session.scalars(rows.where(kind.withdrawn_at.is_(None))).all()
    else:
        ids = session.scalars(rows.with_only_columns(kind.id)).all()
        stated = history.rows_as_known(session, kind, ids, known_at)
    found: dict[int, list[Stating]] = defaultdict(list)
    for row in stated:
        found[row.series_id].append(row)
    return found


def stated_baseline(rows: Sequence[Baseline]) -> Stated | None:
    """The baseline that counts: the newest one that was stated."""
    return _stated(rows[-1]) if rows else None


def stated_targets(rows: Sequence[Target]) -> tuple[Stated, ...]:
    """Period and value of each target, in order of period."""
    return tuple(sorted(_stated(row) for row in rows))


def _stated(row: Baseline | Target) -> Stated:
    return stored_period(row.first_day, row.last_day, row.frequency), row.value
