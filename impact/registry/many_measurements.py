"""Many measurements at once: first what each would do, then all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import ImpactError, Invalid
from impact.registry import lookup, recording
from impact.registry.judging import Draft, judge
from impact.registry.lookup import SeriesPlace
from impact.registry.series_view import StoredMeasurement, stored_measurements
from impact.semantics.period import PeriodError, ReportingPeriod, parse_period


class Outcome(StrEnum):
    """What a measurement among many does, or would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Said:
    """What is said of one period of one series, the period as text."""

    series_id: int
    period: str
    draft: Draft


@dataclass(frozen=True)
class Planned:
    """What one of many would do, beside what is stored; or why it cannot be."""

    said: Said
    outcome: Outcome = Outcome.UNCHANGED
    period: ReportingPeriod | None = None
    stored: StoredMeasurement | None = None
    problem: ImpactError | None = None


def plan_many(session: Session, actor: Actor, said: Sequence[Said], *, now: datetime) -> list[Planned]:
    """What each would do; nothing is changed. A problem of one says nothing of the others."""
    stored = stored_measurements(session, {each.series_id for each in said})
    places: dict[int, SeriesPlace | ImpactError] = {}
    seen: set[tuple[int, ReportingPeriod]] = set()
    planned = []
    for each in said:
        try:
            planned.append(_planned(session, actor, each, places, stored, seen, now))
        except ImpactError as error:
            planned.append(Planned(each, problem=error))
    return planned


def record_many(
    session: Session, actor: Actor, planned: Sequence[Planned], *, reason: str, now: datetime
) -> list[int]:
    """Record and revise what was planned, and give the series that changed, to be analysed.

    Raises:
        Invalid: values are corrected without a reason.
        Conflict: somebody saved one of the periods since it was planned.
    """
    changed = set()
    for each in planned:
        if each.period is None or each.problem is not None or each.outcome is Outcome.UNCHANGED:
            continue
        series_id, draft, stored = each.said.series_id, each.said.draft, each.stored
        if stored is None:
            recording.record_measurement(session, actor, series_id, each.period, draft, now=now)
        else:
            recording.revise_measurement(
                session,
                actor,
                series_id,
                stored.measurement_id,
                stored.version,
                draft,
                reason=reason,
                now=now,
            )
        changed.add(series_id)
    return sorted(changed)


def _planned(
    session: Session,
    actor: Actor,
    said: Said,
    places: dict[int, SeriesPlace | ImpactError],
    stored: dict[tuple[int, ReportingPeriod], StoredMeasurement],
    seen: set[tuple[int, ReportingPeriod]],
    now: datetime,
) -> Planned:
    place = _place(session, actor, said.series_id, places)
    period = _period(place, said.period)
    key = (said.series_id, period)
    if key in seen:
        raise Invalid("This period of the series stands here twice.", field="period")
    seen.add(key)
    there = stored.get(key)
    if there is not None and recording.says_the_same(there.newest, said.draft):
        return Planned(said, Outcome.UNCHANGED, period, there)
    judge(session, place, period, said.draft, now=now)
    return Planned(said, Outcome.CHANGED if there else Outcome.NEW, period, there)


def _place(
    session: Session, actor: Actor, series_id: int, places: dict[int, SeriesPlace | ImpactError]
) -> SeriesPlace:
    """Where the series belongs; asked once for each series."""
    if series_id not in places:
        try:
            places[series_id] = lookup.series_place(session, actor, series_id, Action.RECORD)
        except ImpactError as error:
            places[series_id] = error
    found = places[series_id]
    if isinstance(found, ImpactError):
        raise found
    return found


def _period(place: SeriesPlace, text: str) -> ReportingPeriod:
    try:
        return parse_period(text, place.indicator.frequency, place.indicator.first_day.month)
    except PeriodError as error:
        raise Invalid(
            "%(period)s is not a period of this indicator's schedule.", field="period", period=text
        ) from error
