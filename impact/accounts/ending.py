"""What a person holds that opens doors, ended at once: sign-ins, tokens, links."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from impact.accounts.signing_in import end_sessions
from impact.accounts.tables import ApiToken, LinkPurpose, OneTimeLink


def end_everything(session: Session, user_id: int, *, now: datetime) -> None:
    """End each sign-in, token and one-time link of a person."""
    end_sessions(session, user_id, now=now)
    end_links(session, user_id, now=now)
    session.execute(
        sa.update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_links(session: Session, user_id: int, purpose: LinkPurpose | None = None, *, now: datetime) -> None:
    """Let no link that was made for the person before work any more, of one purpose or of all."""
    links = sa.update(OneTimeLink).where(
        OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
    )
    if purpose is not None:
        links = links.where(OneTimeLink.purpose == purpose)
    session.execute(links.values(expires_at=now))
