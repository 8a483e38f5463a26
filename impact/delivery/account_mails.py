"""Mails that let somebody in: an invitation or a reset, each with a link that works once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import passwords
from impact.accounts.links import MadeLink, make_asked_link, make_link
from impact.accounts.permissions import Actor
from impact.accounts.signing_in import name_key
from impact.accounts.tables import User
from impact.accounts.throttling import RESET_MARK, SignInLimits, count_attempt
from impact.db import Database
from impact.delivery.letters import Letter, Letterhead, address_of, freeze
from impact.delivery.posting import About, enqueue
from impact.delivery.tables import MessageKind
from impact.delivery.wording import word
from impact.errors import Invalid
from impact.language import Language, speak

# Mails that a stranger can have sent to somebody; each of them is one too many.
RESET_LIMITS = SignInLimits(3, timedelta(hours=1))
MOST_OF_ONE_ADDRESS = 5


def link_path(link: MadeLink) -> str:
    """Where the link leads, within the pages."""
    return f"/password/{link.token}"


def mail_link(session: Session, actor: Actor, head: Letterhead, user: User, *, now: datetime) -> MadeLink:
    """The link that waits in the outbox, on its way to the person.

    Raises:
        Invalid: the person has no mail address that can be written to, or was shut out.
        NotAllowed: the actor does not administer the installation.
    """
    if address_of("", user.email) is None:
        raise Invalid("%(name)s has no email address.", field="email", name=user.name)
    link = make_link(session, actor, user, now=now)
    _post(session, head, user, link, now)
    return link


def mail_asked_links(
    database: Database, head: Letterhead, typed: str, *, address: str, now: datetime
) -> None:
    """Send a reset to whoever has this name or mail address, if there is anybody.

    Nothing tells whether there is: no answer, and no difference in time that could be
    measured, because comparing a password takes far longer than making a mail. Nobody else
    can be made to wait by it, and three in an hour is the most that somebody gets.

    Raises:
        TooManyAttempts: this was asked for too often.
    """
    key = name_key(typed)
    with database.transaction() as session:
        asked = RESET_MARK + key
        count_attempt(database, session, asked[:300], address, now=now, limits=RESET_LIMITS)
    passwords.fits("", None)
    with database.transaction() as session:
        for user in _asked_for(session, key):
            _post(session, head, user, make_asked_link(session, user, now=now), now)


def _asked_for(session: Session, key: str) -> list[User]:
    """Who has that name or address, can be written to and has a password here to forget."""
    if not key:
        return []
    found = session.scalars(
        select(User)
        .where(
            sa.or_(User.name_key == key, sa.func.lower(User.email) == key),
            User.email.is_not(None),
            User.disabled_at.is_(None),
            sa.or_(User.password_hash.is_not(None), User.subject.is_(None)),
        )
        .order_by(User.id)
        .limit(MOST_OF_ONE_ADDRESS)
    )
    return [user for user in found if address_of("", user.email) is not None]


def _post(session: Session, head: Letterhead, user: User, link: MadeLink, now: datetime) -> None:
    key = f"account:{hashlib.sha256(link.token.encode()).hexdigest()[:32]}"
    enqueue(
        session,
        freeze(_letter(user, link, head), head, key, now=now),
        About(MessageKind.ACCOUNT),
        dedupe_key=key,
        address=user.email or "",
        user_id=user.id,
        now=now,
    )


def _letter(user: User, link: MadeLink, head: Letterhead) -> Letter:
    voice = speak(Language(user.language))
    wording = word(
        link.purpose.value,
        voice,
        person=user.name,
        link=head.link(link_path(link)),
        until=voice.moment(link.expires_at, head.zone),
        public_url=head.public_url,
    )
    return Letter(wording.subject, wording.text, wording.html, voice.language)
