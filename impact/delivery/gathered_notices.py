"""Notices gathered for whoever wants them once a day or week: made where there is news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from impact.db import Database
from impact.delivery.flag_digest import FlagDigest, flag_digest
from impact.delivery.letters import FrozenMail, Letter, Letterhead, freeze
from impact.delivery.notice_wishes import GATHERED
from impact.delivery.picturing import draw_for_mail
from impact.delivery.posting import About, enqueue
from impact.delivery.readers import Reader, reader_of
from impact.delivery.report_letters import LONGEST_HTML, MOST_LISTED
from impact.delivery.senders import sender_for, written
from impact.delivery.tables import MessageKind, NoticePace, NoticePreference
from impact.delivery.troubles import NOTICE_NOT_MADE, Trouble, tell_trouble
from impact.delivery.unsubscribing import token_of_notices
from impact.delivery.wording import word
from impact.errors import ImpactError
from impact.reporting.editions import publish_list

HOUR = 7


@dataclass(frozen=True)
class Gathered:
    """A notice that is made and not yet stored: what it tells whom, and from when to when."""

    reader: Reader
    digest: FlagDigest
    mail: FrozenMail
    key: str
    asked: Mapping[str, str]


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
    made: Gathered | None = None
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
            post_gathered(session, made, now=now)
    return True


def gathered(
    session: Session, head: Letterhead, reader: Reader, key: str, asked: Mapping[str, str], *, now: datetime
) -> Gathered | None:
    """The notice of what was new to somebody, as they may see it now; None where nothing is.

    Args:
        asked: since when, until when and how often it tells, as the mail's edition keeps them.
    """
    since, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
    digest = flag_digest(session, reader, since, until, head.zone)
    if digest is None:
        return None
    sender = written(sender_for(session, digest.project_ids), head)
    letter = replace(_letter(digest, reader, NoticePace(asked["pace"]), head, now), sender=sender)
    return Gathered(reader, digest, freeze(letter, head, key, now=now), key, asked)


def post_gathered(session: Session, made: Gathered, *, now: datetime) -> None:
    """Put a gathered notice into the outbox, with the edition that says what it was made of."""
    reader, mail = made.reader, made.mail
    edition = publish_list(
        session, made.digest.project_ids, reader.voice.language, mail.checksum, now=now, **made.asked
    )
    enqueue(
        session,
        mail,
        About(MessageKind.NOTICE, edition_id=edition.id),
        dedupe_key=made.key,
        address=reader.user.email or "",
        user_id=reader.user.id,
        now=now,
    )


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
