"""Record, revise, approve and return measurements: the only writer of Measurement.

Every value lands in an append-only revision. Detector, board, mail and public pages read
the approved revision; where a project does without approval, saving approves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit.trail import record_change
from impact.errors import Conflict, Invalid
from impact.registry import lookup
from impact.registry.judging import Draft, judge
from impact.registry.locking import require_measurement_unlocked, require_period_unlocked
from impact.registry.lookup import SeriesPlace
from impact.registry.marking import mark_changed
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State
from impact.registry.revisions import Written, add_revisions, says_the_same
from impact.semantics.period import ReportingPeriod

# What the trail calls a step of a revision.
VERBS = {State.SUBMITTED: "submit", State.APPROVED: "approve", State.RETURNED: "return"}


def record_measurement(
    session: Session,
    actor: Actor,
    series_id: int,
    period: ReportingPeriod,
    draft: Draft,
    *,
    now: datetime,
    batch_id: int | None = None,
    file_name: str = "",
) -> Measurement:
    """The first measurement of a period: stored, and approved if saving approves.

    Marks the series stale. ``file_name`` is that of the draft's file of evidence, for the history.

    Raises:
        Conflict: the period has been measured already; facts hold the stored value.
        Invalid: the draft makes no sense for this indicator, or the round is closed.
        NotFound, NotAllowed: as ``lookup.series_place``.
    """
    place = lookup.series_place(session, actor, series_id, Action.RECORD)
    judge(session, place, period, draft, now=now)
    require_period_unlocked(session, place, period)
    measurement = Measurement(
        series_id=series_id,
        first_day=period.first_day,
        last_day=period.last_day,
        frequency=period.frequency,
    )
    try:
        with session.begin_nested():
            session.add(measurement)
    except IntegrityError as error:
        raise _conflict(session, _existing(session, series_id, period)) from error
    written = [Written(place, measurement.id, None, draft, file_name)]
    add_revisions(session, actor, written, reason="", now=now, batch_id=batch_id)
    session.refresh(measurement)
    return measurement


def revise_measurement(
    session: Session,
    actor: Actor,
    series_id: int,
    measurement_id: int,
    expected_version: int,
    draft: Draft,
    *,
    reason: str,
    now: datetime,
    batch_id: int | None = None,
    file_name: str = "",
) -> Measurement:
    """A measurement replaced by a new revision; the old one stays readable.

    A draft that says what is stored already changes nothing. ``file_name`` is that of a new file of
    evidence, for the history.

    Raises:
        Conflict: the measurement is no longer at the expected version.
        Invalid: no reason given, the draft makes no sense, or the round is closed.
    """
    place = lookup.series_place(session, actor, series_id, Action.RECORD)
    require_measurement_unlocked(session, place, measurement_id)
    measurement = lookup.measurement(session, series_id, measurement_id)
    if measurement.version != expected_version:
        raise _conflict(session, measurement)
    newest = session.get_one(Revision, measurement.newest_revision_id)
    if says_the_same(newest, draft):
        return measurement
    if not reason.strip() and not (newest.missing and newest.missing.is_owed):
        raise Invalid("Say why the value is corrected.", field="reason")
    period = ReportingPeriod(measurement.first_day, measurement.last_day, measurement.frequency)
    judge(session, place, period, draft, now=now)
    written = [Written(place, measurement.id, newest, draft, file_name)]
    add_revisions(session, actor, written, reason=reason, now=now, batch_id=batch_id)
    session.refresh(measurement)
    return measurement


def decide_revision(
    session: Session,
    actor: Actor,
    series_id: int,
    measurement_id: int,
    revision_id: int,
    state: State,
    *,
    now: datetime,
    remark: str = "",
) -> Measurement:
    """The newest revision approved, or returned with a remark to who entered it.

    Raises:
        Conflict: the revision that was looked at is no longer the newest.
        Invalid: a return without a remark, a state nobody decides on, or a closed round.
    """
    if state not in (State.APPROVED, State.RETURNED):
        raise Invalid("A value is either approved or returned.", field="state")
    if state is State.RETURNED and not remark.strip():
        raise Invalid("Say what has to be changed.", field="remark")
    place = lookup.series_place(session, actor, series_id, Action.APPROVE)
    measurement = _newest_locked(session, place, measurement_id, revision_id)
    _move(session, actor, place, measurement, state, remark.strip(), now)
    if state is State.APPROVED and measurement.approved_revision_id != revision_id:
        measurement.approved_revision_id = revision_id
        session.flush()
        mark_changed(session, series_id, now=now, stale=True)
    return measurement


def submit_revision(
    session: Session, actor: Actor, series_id: int, measurement_id: int, revision_id: int, *, now: datetime
) -> Measurement:
    """The newest revision handed in to whoever approves it.

    Raises:
        Conflict: the revision that was looked at is no longer the newest.
        Invalid: the round is closed.
    """
    place = lookup.series_place(session, actor, series_id, Action.RECORD)
    measurement = _newest_locked(session, place, measurement_id, revision_id)
    _move(session, actor, place, measurement, State.SUBMITTED, "", now)
    return measurement


def _newest_locked(
    session: Session, place: SeriesPlace, measurement_id: int, revision_id: int
) -> Measurement:
    require_measurement_unlocked(session, place, measurement_id)
    measurement = lookup.measurement(session, place.series.id, measurement_id)
    if measurement.newest_revision_id != revision_id:
        raise _conflict(session, measurement)
    return measurement


def _move(
    session: Session,
    actor: Actor,
    place: SeriesPlace,
    measurement: Measurement,
    state: State,
    remark: str,
    now: datetime,
) -> None:
    """Take the newest revision a step on its way to approval, and write it down."""
    newest = session.get_one(Revision, measurement.newest_revision_id)
    before = session.scalars(
        select(RevisionState.state)
        .where(RevisionState.revision_id == newest.id)
        .order_by(RevisionState.id.desc())
        .limit(1)
    ).first()
    _add_state(session, actor, newest, state, remark, now)
    record_change(
        session,
        actor.id,
        VERBS[state],
        "measurement",
        measurement.id,
        before={"state": before},
        after={"state": state},
        now=now,
        project_id=place.indicator.project_id,
        reason=remark,
    )


def _add_state(
    session: Session, actor: Actor, revision: Revision, state: State, remark: str, now: datetime
) -> None:
    session.add(
        RevisionState(revision_id=revision.id, state=state, remark=remark, actor_id=actor.id, recorded_at=now)
    )


def _existing(session: Session, series_id: int, period: ReportingPeriod) -> Measurement:
    return session.scalars(
        select(Measurement).where(
            Measurement.series_id == series_id,
            Measurement.first_day == period.first_day,
            Measurement.last_day == period.last_day,
            Measurement.frequency == period.frequency,
        )
    ).one()


def _conflict(session: Session, measurement: Measurement) -> Conflict:
    newest = session.get_one(Revision, measurement.newest_revision_id)
    return Conflict(
        "Somebody else saved this period in between. Compare both values and save again.",
        measurement_id=measurement.id,
        version=measurement.version,
        value=newest.value,
        missing=newest.missing,
    )
