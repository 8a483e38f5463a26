"""Many measurements at once: first what each would do, then all of them or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.collecting import without_collecting
from impact.db import Base, next_numbers
from impact.errors import ImpactError, Invalid
from impact.registry.indicator_tables import DefinitionVersion
from impact.registry.judging import Draft, Rules
from impact.registry.locking import closed_rounds, refuse_locked
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import Measurement
from impact.registry.revisions import Written, add_revisions, lost, says_the_same
from impact.registry.series_places import series_places
from impact.registry.series_view import StoredMeasurement, stored_measurements
from impact.semantics.period import PeriodError, ReportingPeriod, parse_period

# Some engines take no more places in one statement than a few thousand.
AT_ONCE: Final = 1000


class Outcome(StrEnum):
    """What a measurement among many does, or would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Said(NamedTuple):
    """What is said of one period of one series, the period as text.

    ``keeps_file`` says that the draft leaves the file of evidence as it is.
    """

    series_id: int
    period: str
    draft: Draft
    keeps_file: bool = False


class Planned(NamedTuple):
    """What one of many would do, beside what is stored; or why it cannot be."""

    said: Said
    outcome: Outcome = Outcome.UNCHANGED
    period: ReportingPeriod | None = None
    stored: StoredMeasurement | None = None
    problem: ImpactError | None = None
    place: SeriesPlace | None = None


@dataclass(frozen=True)
class _Ground:
    """What planning asks the database once for all."""

    places: Mapping[int, SeriesPlace | ImpactError]
    # Held, so that judging finds them in the session.
    versions: Sequence[DefinitionVersion]
    stored: Mapping[tuple[int, ReportingPeriod], StoredMeasurement]
    closed: Collection[tuple[int, ReportingPeriod]]
    rules: dict[int, Rules] = field(default_factory=dict)

    def rules_of(self, session: Session, place: SeriesPlace, now: datetime) -> Rules:
        """What measurements of a series must be, made once a series."""
        number = place.series.id
        if number not in self.rules:
            self.rules[number] = Rules(session, place, now=now)
        return self.rules[number]


@without_collecting()
def plan_many(
    session: Session,
    actor: Actor,
    said: Sequence[Said],
    *,
    now: datetime,
    stored: Mapping[tuple[int, ReportingPeriod], StoredMeasurement] | None = None,
) -> list[Planned]:
    """What each would do; nothing is changed. A problem of one says nothing of the others.

    Args:
        stored: what is there of the series, where it has just been read.
    """
    series_ids = {each.series_id for each in said}
    places = series_places(session, actor, series_ids, Action.RECORD)
    found = [place for place in places.values() if isinstance(place, SeriesPlace)]
    ground = _Ground(
        places,
        _versions(session, found),
        stored_measurements(session, series_ids) if stored is None else stored,
        closed_rounds(session, _project_ids(found)),
    )
    seen: set[tuple[int, ReportingPeriod]] = set()
    planned = []
    for each in said:
        try:
            planned.append(_planned(session, each, ground, seen, now))
        except ImpactError as error:
            planned.append(Planned(each, problem=error))
    return planned


@without_collecting()
def record_many(
    session: Session,
    actor: Actor,
    planned: Sequence[Planned],
    *,
    reason: str,
    now: datetime,
    batch_id: int | None = None,
) -> list[int]:
    """Record and revise what was planned, and give the series that changed, to be analysed.

    The number of statements grows with the thousands of measurements, not with each.

    Raises:
        Invalid: values are corrected without a reason, or a round was closed meanwhile.
        Conflict: somebody saved one of the periods since it was planned.
    """
    doing = [each for each in planned if each.problem is None and each.outcome is not Outcome.UNCHANGED]
    places = [each.place for each in doing if each.place]
    if any(each.outcome is Outcome.CHANGED for each in doing) and not reason.strip():
        raise Invalid("Say why the value is corrected.", field="reason")
    closed = closed_rounds(session, _project_ids(places), locked=True)
    of_places = {id(each.place): each for each in doing}
    # Where no round is closed, each series is asked about once.
    for each in doing if closed else of_places.values():
        if each.place and each.period:
            refuse_locked(each.place, each.period, closed)
    first = [each for each in doing if each.stored is None]
    again = [each for each in doing if each.stored is not None]
    _require_versions(session, [each.stored for each in again if each.stored])
    started = _started(session, first)
    new = [
        Written(each.place, number, None, each.said.draft)
        for each, number in zip(first, started["id"], strict=True)
        if each.place
    ]
    add_revisions(session, actor, new, reason="", now=now, batch_id=batch_id, started=started)
    revised = [
        Written(each.place, each.stored.measurement_id, each.stored.newest, each.said.draft)
        for each in again
        if each.place and each.stored
    ]
    add_revisions(session, actor, revised, reason=reason, now=now, batch_id=batch_id)
    return sorted({each.said.series_id for each in doing})


def _planned(
    session: Session,
    said: Said,
    ground: _Ground,
    seen: set[tuple[int, ReportingPeriod]],
    now: datetime,
) -> Planned:
    place = ground.places[said.series_id]
    if isinstance(place, ImpactError):
        raise place
    period = _period(place, said.period)
    key = (said.series_id, period)
    if key in seen:
        raise Invalid("This period of the series stands here twice.", field="period")
    seen.add(key)
    there = ground.stored.get(key)
    if there is not None and said.keeps_file:
        kept = replace(said.draft, evidence_sha256=there.newest.evidence_sha256)
        said = said._replace(draft=kept)
    if there is not None and says_the_same(there.newest, said.draft):
        return Planned(said, Outcome.UNCHANGED, period, there, place=place)
    ground.rules_of(session, place, now).judge(period, said.draft)
    refuse_locked(place, period, ground.closed)
    # What was not handed in and comes now corrects nothing.
    outcome = Outcome.NEW if there is None or there.is_owed else Outcome.CHANGED
    return Planned(said, outcome, period, there, place=place)


def _started(session: Session, planned: Sequence[Planned]) -> dict[str, Any]:
    """Measurements of periods that had none, by column."""
    periods = [each.period for each in planned if each.period]
    return {
        "id": next_numbers(session, Base.metadata.tables[Measurement.__tablename__], len(planned)),
        "series_id": [each.said.series_id for each in planned],
        "first_day": [period.first_day for period in periods],
        "last_day": [period.last_day for period in periods],
        "frequency": [period.frequency for period in periods],
    }


def _require_versions(session: Session, stored: Sequence[StoredMeasurement]) -> None:
    """Return if the measurements are as they were planned with; nobody changes them until this commits.

    Raises:
        Conflict: one of them is at another version.
    """
    versions = {each.measurement_id: each.version for each in stored}
    numbers = sorted(versions)
    found: dict[int, int] = {}
    for start in range(0, len(numbers), AT_ONCE):
        rows = (
            select(Measurement.id, Measurement.version)
            .where(Measurement.id.in_(numbers[start : start + AT_ONCE]))
            .order_by(Measurement.id)
            .with_for_update()
        )
        found |= {row.id: row.version for row in session.execute(rows)}
    if found != versions:
        raise lost()


def _versions(session: Session, places: Sequence[SeriesPlace]) -> list[DefinitionVersion]:
    wanted = {place.indicator.definition_version_id for place in places}
    return list(session.scalars(select(DefinitionVersion).where(DefinitionVersion.id.in_(wanted))))


def _project_ids(places: Sequence[SeriesPlace]) -> set[int]:
    return {place.project.id for place in places if place.project}


def _period(place: SeriesPlace, text: str) -> ReportingPeriod:
    try:
        return parse_period(text, place.indicator.frequency, place.indicator.first_day.month)
    except PeriodError as error:
        raise Invalid(
            "%(period)s is not a period of this indicator's schedule.", field="period", period=text
        ) from error
