"""An unannounced flag becomes a notice to each manager of its project, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from impact.charts.content import IndicatorChart
from impact.db import Database
from impact.delivery.flag_news import FlagNews, news_of
from impact.delivery.letters import Letter, Letterhead, freeze
from impact.delivery.notice_letters import notice_letter
from impact.delivery.notice_wishes import notice_pace
from impact.delivery.picturing import draw_for_mail
from impact.delivery.posting import About, enqueue
from impact.delivery.readers import CLOCK, Reader, managers_of
from impact.delivery.senders import sender_for, written
from impact.delivery.tables import MessageKind, NoticePace
from impact.delivery.troubles import NOTICE_NOT_MADE, Trouble, tell_trouble
from impact.delivery.unsubscribing import token_of_notices
from impact.delivery.withholding import is_worth_telling
from impact.errors import ImpactError
from impact.language import Language, speak
from impact.monitoring.tables import Flag
from impact.registry import lookup

MOST_AT_ONCE = 100
log = structlog.get_logger()


@dataclass(frozen=True)
class Telling:
    """One language's notice of a flag, and to whom it goes."""

    news: FlagNews
    chart: IndicatorChart
    readers: tuple[Reader, ...]


def announce_flags(database: Database, head: Letterhead, *, now: datetime) -> int:
    """Announce every flag that nobody was told of; returns how many were dealt with."""
    with database.reading() as session:
        waiting = session.scalars(
            select(Flag.id).where(Flag.announced_at.is_(None)).order_by(Flag.id).limit(MOST_AT_ONCE)
        ).all()
    n_done = 0
    for flag_id in waiting:
        try:
            n_done += _announce(database, head, flag_id, now)
        except OperationalError:
            raise
        except SQLAlchemyError:
            log.exception("notice not stored", flag=flag_id)
    return n_done


def _announce(database: Database, head: Letterhead, flag_id: int, now: datetime) -> bool:
    try:
        with database.reading() as session:
            tellings = _tellings(session, flag_id, head.zone, now)
        letters = _letters(tellings, head)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("notice not made", flag=flag_id)
        return _fail(database, head, flag_id, error, now)
    with database.transaction() as session:
        flag = _claimed(session, flag_id, now)
        if flag is None:
            return False
        for telling, reader, letter in letters:
            sender = written(sender_for(session, [telling.news.project_id]), head)
            key = f"notice:{flag_id}:{reader.user.id}"
            enqueue(
                session,
                freeze(replace(letter, sender=sender), head, key, now=now),
                About(MessageKind.NOTICE, flag_id=flag_id, project_id=telling.news.project_id),
                dedupe_key=key,
                address=reader.user.email or "",
                user_id=reader.user.id,
                now=now,
            )
    return True


def _tellings(session: Session, flag_id: int, zone: ZoneInfo, now: datetime) -> list[Telling]:
    """The notice in each language that is needed; none where nobody has to be told.

    Only a turn for the worse that still waits for a decision is mailed at once; the others
    stand on the board, in reports and in notices that are gathered.
    """
    flag = session.get_one(Flag, flag_id)
    place = lookup.series_place(session, CLOCK, flag.series_id)
    if place.project is None or not is_worth_telling(flag):
        return []
    readers: dict[str, list[Reader]] = {}
    for reader in managers_of(session, place.project.id):
        if notice_pace(session, reader.user.id) is NoticePace.AT_ONCE:
            readers.setdefault(reader.user.language, []).append(reader)
    tellings = []
    for language, group in readers.items():
        news, chart = news_of(session, flag, place, speak(Language(language)), zone, now=now)
        tellings.append(Telling(news, chart, tuple(group)))
    return tellings


def _letters(tellings: list[Telling], head: Letterhead) -> list[tuple[Telling, Reader, Letter]]:
    """The finished letters; each chart is drawn once a language."""
    letters = []
    for telling in tellings:
        series_id = telling.news.finding.series_id
        shown = draw_for_mail({series_id: telling.chart}, head.host)[series_id]
        for reader in telling.readers:
            token = token_of_notices(head.secret_key, reader.user.id)
            letter = notice_letter(telling.news, shown, reader.voice, head, unsubscribe_token=token)
            letters.append((telling, reader, letter))
    return letters


def _claimed(session: Session, flag_id: int, now: datetime) -> Flag | None:
    """The flag, marked as announced; None where another clock was first."""
    flag = session.scalars(
        select(Flag).where(Flag.id == flag_id, Flag.announced_at.is_(None)).with_for_update()
    ).first()
    if flag is not None:
        flag.announced_at = now
        session.flush()
    return flag


def _fail(database: Database, head: Letterhead, flag_id: int, error: Exception, now: datetime) -> bool:
    """Tell administrators what stopped the notice; the flag stands on the board all the same."""
    trouble = Trouble(
        key=f"notice:{flag_id}",
        what=NOTICE_NOT_MADE,
        subject="",
        why=str(error) if isinstance(error, ImpactError) else f"{type(error).__name__}: {error}",
        path=f"/flags/{flag_id}",
    )
    with database.transaction() as session:
        if _claimed(session, flag_id, now) is None:
            return False
        tell_trouble(session, head, trouble, None, now=now)
    return True
