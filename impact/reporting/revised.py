"""What a report says otherwise than the one before: values, baselines and targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.charts.alt_text import MISSING
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.registry.indicator_tables import Indicator
from impact.registry.measurement_tables import Revision
from impact.registry.promised import promises_of
from impact.registry.series import SeriesReading, read_series
from impact.reporting.groups import name_of
from impact.reporting.impact_report import Revised
from impact.semantics.period import ReportingPeriod
from impact.semantics.promise import Stated
from impact.semantics.series import Point
from impact.semantics.unit import Unit

Promised = tuple[Stated | None, tuple[Stated, ...]]
NOTHING: Promised = (None, ())


def revised_since(
    session: Session,
    cards: Sequence[SeriesCard],
    readings: Mapping[int, SeriesReading],
    since_at: datetime,
    known_at: datetime | None,
    voice: Voice,
) -> tuple[Revised, ...] | None:
    """What was measured, stated or promised otherwise then; None where nothing was known.

    New periods are no revisions. The same number of statements however many indicators.
    """
    known = _known(session, cards, since_at)
    if not known:
        return None
    before = read_series(session, [card.summary.series_id for card in known], since_at)
    ids = list(before)
    then, now = promises_of(session, ids, since_at), promises_of(session, ids, known_at)
    reasons = _reasons(session, before, readings)
    found: list[Revised] = []
    for card in known:
        series_id, unit = card.summary.series_id, card.series.unit
        name = name_of(card.version, card.disaggregation, voice)
        pair = before[series_id], readings[series_id]
        found += _values(*pair, name, unit, reasons, voice)
        found += _promised(then.get(series_id, NOTHING), now.get(series_id, NOTHING), name, unit, voice)
    return tuple(found)


def _known(session: Session, cards: Sequence[SeriesCard], at: datetime) -> list[SeriesCard]:
    ids = [card.indicator.id for card in cards]
    known = {row.id for row in history.rows_as_known(session, Indicator, ids, at)}
    return [card for card in cards if card.indicator.id in known]


def _values(
    before: SeriesReading,
    after: SeriesReading,
    name: str,
    unit: Unit,
    reasons: Mapping[int, str],
    voice: Voice,
) -> list[Revised]:
    then = {point.period: point for point in before.series.points}
    now = {
        point.period: (point, number)
        for point, number in zip(after.series.points, after.revision_ids, strict=True)
    }
    found = []
    for period, old in then.items():
        point, number = now.get(period, (None, 0))
        texts = _text(old, unit, voice), _text(point, unit, voice)
        if texts[0] != texts[1]:
            found.append(Revised(f"{name}, {period.label(voice)}", *texts, reasons.get(number, "")))
    return found


def _text(point: Point | None, unit: Unit, voice: Voice) -> str:
    if point is None:
        return voice.gettext("withdrawn")
    if point.missing is not None:
        return voice.gettext(MISSING[point.missing])
    return unit.value_text(point.value or 0.0, voice)


def _promised(
    before: Promised,
    after: Promised,
    name: str,
    unit: Unit,
    voice: Voice,
) -> list[Revised]:
    def text(value: float | None) -> str:
        return voice.gettext("none") if value is None else unit.stated_text(value, voice)

    found = []
    kinds = (
        (voice.gettext("Baseline"), _by_period([before[0]]), _by_period([after[0]])),
        (voice.gettext("Target"), _by_period(before[1]), _by_period(after[1])),
    )
    for kind, then, now in kinds:
        for period in sorted({*then, *now}):
            if then and then.get(period) != now.get(period):
                what = f"{name}: {kind.lower()}, {period.label(voice)}"
                found.append(Revised(what, text(then.get(period)), text(now.get(period))))
    return found


def _by_period(stated: Iterable[Stated | None]) -> dict[ReportingPeriod, float]:
    return dict(each for each in stated if each is not None)


def _reasons(
    session: Session, before: Mapping[int, SeriesReading], after: Mapping[int, SeriesReading]
) -> dict[int, str]:
    """Why each revision was made that was not there before."""
    new = {
        number
        for series_id, reading in before.items()
        for number in set(after[series_id].revision_ids) - set(reading.revision_ids)
    }
    rows = session.execute(select(Revision.id, Revision.reason).where(Revision.id.in_(new)))
    return {number: reason for number, reason in rows}  # noqa: C416 - rows are no pairs to mypy
