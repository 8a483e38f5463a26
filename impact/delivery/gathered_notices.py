"""Notices gathered for whoever wants them once a day or week: made where there is news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from impact.db import Database
from impact.delivery.answering import who_answers
from impact.delivery.flag_digest import FlagDigest, flag_digest
from impact.delivery.letters import Letter, Letterhead
from impact.delivery.notice_wishes import GATHERED
from impact.delivery.personal_lists import PersonalList, personal_list, post_list
from impact.delivery.picturing import draw_for_mail
from impact.delivery.readers import Reader, reader_of
from impact.delivery.report_letters import LONGEST_HTML, MOST_LISTED
from impact.delivery.tables import MessageKind, NoticePace, NoticePreference
from impact.delivery.troubles import NOTICE_NOT_MADE, Trouble, tell_trouble
from impact.delivery.unsubscribing import token_of_notices
from impact.delivery.wording import word
from impact.errors import ImpactError

HOUR = 7
log = structlog.get_logger()


def newest_hour(pace: NoticePace, now: datetime, zone: ZoneInfo) -> datetime:
    """The newest hour at which such notices were due: seven o'clock, on Mondays for a week."""
    day = now.astimezone(zone).date()
    if datetime.combine(day, time(HOUR), zone) > now:
        day -= timedelta(days=1)
    if pace is NoticePace.WEEKLY:
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, time(HOUR), zone)


def gather_notices(database: Database, head: Letterhead, *, now: datetime) -> int:
    """Tell everybody whose hour has come what is new about flags; returns how many were dealt with."""
    with database.reading() as session:
        wishes = session.scalars(select(NoticePreference).where(NoticePreference.pace.in_(GATHERED))).all()
    n_done = 0
    for wish in wishes:
        until = newest_hour(wish.pace, now, head.zone)
        if wish.told_until is None or wish.told_until < until:
            n_done += _gather(database, head, wish, until, now)
    return n_done


def _gather(
    database: Database, head: Letterhead, wish: NoticePreference, until: datetime, now: datetime
) -> bool:
    key = f"notices:{wish.user_id}:{until.isoformat()}"
    asked = {
        "since": (wish.told_until or until).isoformat(),
        "until": until.isoformat(),
        "pace": wish.pace.value,
    }
    failed: Exception | None = None
    made: PersonalList | None = None
    with database.reading() as session:
        reader = reader_of(session, wish.user_id)
        if reader is None or not reader.user.email:
            return False
        try:
            made = gathered(session, head, reader, key, asked, now=now)
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.exception("notice not made", user=wish.user_id)
            failed = error
    with database.transaction() as session:
        if not _claim(session, wish, until):
            return False
        if failed is not None:
            why = str(failed) if isinstance(failed, ImpactError) else f"{type(failed).__name__}: {failed}"
            tell_trouble(session, head, Trouble(key, NOTICE_NOT_MADE, "", why, "/flags"), None, now=now)
        elif made is not None:
            post_list(session, made, now=now)
    return True


def gathered(
    session: Session, head: Letterhead, reader: Reader, key: str, asked: Mapping[str, str], *, now: datetime
) -> PersonalList | None:
    """The notice of what was new to somebody, as they may see it now; None where nothing is.

    Args:
        asked: since when, until when and how often it tells, as the mail's edition keeps them.
    """
    since, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
    digest = flag_digest(session, reader, since, until, head.zone)
    if digest is None:
        return None
    letter = _letter(digest, reader, NoticePace(asked["pace"]), head, now)
    letter = replace(letter, reply_to=who_answers(session, digest.responsible_ids, reader))
    projects = frozenset(digest.project_ids)
    return personal_list(session, head, MessageKind.NOTICE, reader, letter, key, projects, asked, now=now)


def _claim(session: Session, wish: NoticePreference, until: datetime) -> bool:
    """Whether this clock is the one that tells the person; another may have been first."""
    kept = session.scalars(
        select(NoticePreference).where(NoticePreference.id == wish.id).with_for_update()
    ).first()
    if kept is None or kept.version != wish.version:
        return False
    kept.told_until = until
    session.flush()
    return True


def _letter(digest: FlagDigest, reader: Reader, pace: NoticePace, head: Letterhead, now: datetime) -> Letter:
    shown = draw_for_mail(digest.charts, head.host)
    token = token_of_notices(head.secret_key, reader.user.id)
    for most in MOST_LISTED:
        wording = word(
            "notices",
            reader.voice,
            digest=digest,
            listed_of=digest.first(most),
            n_more=max(0, digest.n_told - most),
            pictures=shown,
            is_weekly=pace is NoticePace.WEEKLY,
            link=head.link,
            then=f"?known_at={now.astimezone(head.zone).date().isoformat()}",
            unsubscribe_link=head.link(f"/unsubscribe/{token}"),
        )
        if len(wording.html.encode()) <= LONGEST_HTML:
            return Letter(
                wording.subject,
                wording.text,
                wording.html,
                reader.voice.language,
                tuple(one.picture for one in shown.values()),
                unsubscribe_token=token,
            )
    raise ValueError(f"the HTML is longer than the {LONGEST_HTML} bytes that mail programs show")
