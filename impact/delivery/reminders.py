"""Reminders of measurements: each morning one mail a person; returned values at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from impact.accounts.names import names_of
from impact.db import Database
from impact.delivery.answering import address_as
from impact.delivery.errand_letters import Returned, errand_letter, returned_letter
from impact.delivery.errands import LONGEST_AWAY, Errand, by_person, errands
from impact.delivery.letters import Letterhead
from impact.delivery.notice_wishes import wants_reminders
from impact.delivery.personal_lists import PersonalList, personal_list, post_list
from impact.delivery.readers import Reader, acting_as, may_see, reader_of
from impact.delivery.tables import MessageKind, OutboxMessage
from impact.delivery.troubles import REMINDER_NOT_MADE, Trouble, tell_trouble
from impact.delivery.unsubscribing import token_of_reminders
from impact.errors import ImpactError
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State
from impact.registry.project_tables import Project
from impact.registry.schedules import stored_period

HOUR = 7
# What was returned longer ago was seen in the page.
NEWS_FOR = timedelta(days=7)
log = structlog.get_logger()


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
    n_made = 0
    for number, reader in wanted.items():
        key = f"due:{number}:{today.isoformat()}"
        asked = {
            "after": told.get(number, today - LONGEST_AWAY).isoformat(),
            "until": today.isoformat(),
        }
        make = partial(
            _errands_of, head=head, reader=reader, found=found[number], key=key, asked=asked, now=now
        )
        n_made += _make_and_post(database, head, key, make, now)
    return n_made


def reminder_again(
    session: Session, head: Letterhead, reader: Reader, key: str, asked: Mapping[str, str], *, now: datetime
) -> PersonalList | None:
    """What somebody was to be reminded of, as they may see it now; None where nothing is left.

    Args:
        asked: after which day until which it reminds, as the mail's edition keeps them.
    """
    after, until = (date.fromisoformat(asked[name]) for name in ("after", "until"))
    found = errands(session, {reader.user.id: after}, until, now=now, zone=head.zone)
    return _errands_of(session, head, reader, by_person(found)[reader.user.id], key, asked, now)


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
        make = partial(_returned_of, head=head, reader=reader, returned=returned, key=key, now=now)
        n_told += _make_and_post(database, head, key, make, now)
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
    return {user_id: date.fromisoformat(key.split(":")[2]) for user_id, key in rows if user_id}


def _errands_of(
    session: Session,
    head: Letterhead,
    reader: Reader,
    found: list[Errand],
    key: str,
    asked: Mapping[str, str],
    now: datetime,
) -> PersonalList | None:
    """The morning's mail of what a person may see of their errands; None where that is nothing."""
    seen = [each for each in found if may_see(session, reader.actor, {each.project.id})]
    if not seen:
        return None
    today, token = now.astimezone(head.zone).date(), token_of_reminders(head.secret_key, reader.user.id)
    letter = errand_letter(seen, today, reader.voice, head, token)
    projects = frozenset(each.project.id for each in seen)
    return personal_list(session, head, MessageKind.REMINDER, reader, letter, key, projects, asked, now=now)


def _returned_of(
    session: Session, head: Letterhead, reader: Reader, returned: Returned, key: str, now: datetime
) -> PersonalList:
    """The mail that tells somebody which of their values were returned."""
    token = token_of_reminders(head.secret_key, reader.user.id)
    letter = returned_letter(returned, reader.voice, head, token)
    projects = frozenset({returned.project.id})
    return personal_list(session, head, MessageKind.REMINDER, reader, letter, key, projects, {}, now=now)


def _make_and_post(
    database: Database,
    head: Letterhead,
    key: str,
    make: Callable[[Session], PersonalList | None],
    now: datetime,
) -> bool:
    """Whether a person's mail waits now; one that cannot be made is told and stops nobody else's."""
    try:
        with database.reading() as session:
            made = make(session)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("reminder not made", key=key)
        why = str(error) if isinstance(error, ImpactError) else f"{type(error).__name__}: {error}"
        with database.transaction() as session:
            tell_trouble(session, head, Trouble(key, REMINDER_NOT_MADE, "", why, "/rounds"), None, now=now)
        return False
    if made is None:
        return False
    with database.transaction() as session:
        return post_list(session, made, now=now)


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
        who, reply_to = _name(session, state.actor_id), address_as(session, state.actor_id)
        told = acts.setdefault(act, Returned(project, state.remark, who, reply_to, []))
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
