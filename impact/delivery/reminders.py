"""Reminders of measurements: each morning one mail a person; returned values at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.names import names_of
from impact.db import Database
from impact.delivery.errand_letters import Returned, errand_letter, returned_letter
from impact.delivery.errands import Errand, by_person, errands
from impact.delivery.letters import Letter, Letterhead, freeze
from impact.delivery.notice_wishes import wants_reminders
from impact.delivery.posting import About, enqueue
from impact.delivery.readers import Reader, acting_as, may_see, reader_of
from impact.delivery.senders import sender_for, written
from impact.delivery.tables import MessageKind, OutboxMessage
from impact.delivery.unsubscribing import token_of_reminders
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State
from impact.registry.project_tables import Project
from impact.registry.schedules import stored_period
from impact.reporting.editions import publish_list

HOUR = 7
# What was returned longer ago was seen in the page.
NEWS_FOR = timedelta(days=7)


def remind_of_measurements(database: Database, head: Letterhead, *, now: datetime) -> int:
    """Remind everybody of what is due, waits or never came; once a day; returns how many mails.

    Before seven o'clock it is still yesterday's turn, which has been told.
    """
    today = now.astimezone(head.zone).date()
    if datetime.combine(today, time(HOUR), head.zone) > now:
        return 0
    with database.reading() as session:
        told = _told_until(session)
        found = by_person(errands(session, told, today, now=now, zone=head.zone))
        readers = {number: reader_of(session, number) for number in found}
        wanted = {
            reader.user.id: reader
            for reader in readers.values()
            if reader and reader.user.email and wants_reminders(session, reader.user.id)
        }
        seen = {
            number: [each for each in found[number] if may_see(session, reader.actor, {each.project.id})]
            for number, reader in wanted.items()
        }
    return sum(
        _post_errands(database, head, reader, seen[number], today, now)
        for number, reader in wanted.items()
        if seen[number]
    )


def tell_returned(database: Database, head: Letterhead, *, now: datetime) -> int:
    """Tell whoever recorded values that they were returned, with the remark; returns how many mails."""
    with database.reading() as session:
        waiting = _returned(session, now)
    n_told = 0
    for key, recorder_id, returned in waiting:
        with database.reading() as session:
            reader = reader_of(session, recorder_id)
        if reader is None or not reader.user.email:
            continue
        letter = returned_letter(
            returned, reader.voice, head, token_of_reminders(head.secret_key, recorder_id)
        )
        n_told += _post(database, head, reader, letter, key, {returned.project.id}, now)
    return n_told


def _name(session: Session, actor_id: int) -> str:
    return names_of(session, [actor_id]).get(actor_id, "")


def _told_until(session: Session) -> dict[int, date]:
    """The day of each person's newest reminder."""
    rows = session.execute(
        select(OutboxMessage.user_id, sa.func.max(OutboxMessage.dedupe_key))
        .where(OutboxMessage.kind == MessageKind.REMINDER, OutboxMessage.dedupe_key.like("due:%"))
        .group_by(OutboxMessage.user_id)
    )
    return {user_id: date.fromisoformat(key.rpartition(":")[2]) for user_id, key in rows if user_id}


def _post_errands(
    database: Database, head: Letterhead, reader: Reader, found: list[Errand], today: date, now: datetime
) -> int:
    letter = errand_letter(
        found, today, reader.voice, head, token_of_reminders(head.secret_key, reader.user.id)
    )
    key = f"due:{reader.user.id}:{today.isoformat()}"
    return _post(database, head, reader, letter, key, {each.project.id for each in found}, now)


def _post(
    database: Database,
    head: Letterhead,
    reader: Reader,
    letter: Letter,
    key: str,
    project_ids: Collection[int],
    now: datetime,
) -> int:
    with database.transaction() as session:
        sender = written(sender_for(session, project_ids), head)
        mail = freeze(replace(letter, sender=sender), head, key, now=now)
        if session.scalars(select(OutboxMessage.id).where(OutboxMessage.dedupe_key == key)).first():
            return 0
        edition = publish_list(session, project_ids, reader.voice.language, mail.checksum, now=now)
        made = enqueue(
            session,
            mail,
            About(MessageKind.REMINDER, edition_id=edition.id),
            dedupe_key=key,
            address=reader.user.email or "",
            user_id=reader.user.id,
            now=now,
        )
        return made is not None


def _returned(session: Session, now: datetime) -> list[tuple[str, int, Returned]]:
    """What was returned and is still to be told: one entry for each act, project and recorder."""
    newest = (
        select(sa.func.max(RevisionState.id))
        .where(RevisionState.revision_id == Revision.id)
        .correlate(Revision)
        .scalar_subquery()
    )
    rows = session.execute(
        select(RevisionState, Revision.actor_id, Measurement, Project, DefinitionVersion)
        .join(Revision, Revision.id == RevisionState.revision_id)
        .join(Measurement, Measurement.newest_revision_id == Revision.id)
        .join(IndicatorSeries, IndicatorSeries.id == Measurement.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(
            RevisionState.state == State.RETURNED,
            RevisionState.recorded_at > now - NEWS_FOR,
            RevisionState.id == newest,
        )
        .order_by(RevisionState.id)
    ).all()
    acts: dict[tuple[object, ...], Returned] = {}
    keys: dict[tuple[object, ...], tuple[str, int]] = {}
    for state, recorder, measurement, project, version in rows:
        reader = acting_as(session, recorder)
        if reader is None or not wants_reminders(session, reader.user.id):
            continue
        user_id = reader.user.id
        act = (user_id, project.id, state.actor_id, state.recorded_at, state.remark)
        period = stored_period(measurement.first_day, measurement.last_day, measurement.frequency)
        told = acts.setdefault(act, Returned(project, state.remark, _name(session, state.actor_id), []))
        told.values.append((version, measurement.series_id, period))
        keys.setdefault(act, (f"returned:{user_id}:{state.id}", user_id))
    known = set(
        session.scalars(
            select(OutboxMessage.dedupe_key).where(
                OutboxMessage.dedupe_key.in_([key for key, _ in keys.values()])
            )
        )
    )
    return [(*keys[act], told) for act, told in acts.items() if keys[act][0] not in known]
