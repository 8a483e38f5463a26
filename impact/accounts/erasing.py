"""Forgetting a person: name and address go, the number that history keeps stays."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from impact.accounts.ending import end_everything
from impact.accounts.last_administrator import keep_an_administrator
from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.tables import ApiToken, Membership, SignInAttempt, SignInSession, User
from impact.accounts.throttling import RESET_MARK
from impact.audit.trail import record_change


def erase_account(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """Blank all that tells who the person was, and end all that opened doors; for good.

    Mails and subscriptions are not known here: ``delivery.erasing`` forgets a person whole.

    Raises:
        Invalid: this is the last administrator.
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    if user.erased_at is not None:
        return
    keep_an_administrator(session, user.id)
    end_everything(session, user.id, now=now)
    keys = [user.name_key, RESET_MARK + user.name_key]
    if user.email:
        keys.append(RESET_MARK + user.email.casefold())
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.name_key.in_(keys)))
    session.execute(sa.delete(Membership).where(Membership.user_id == user.id))
    session.execute(sa.update(SignInSession).where(SignInSession.user_id == user.id).values(user_agent=""))
    session.execute(sa.update(ApiToken).where(ApiToken.user_id == user.id).values(label=""))
    # No name begins with a space, so nobody can be called that.
    user.name, user.name_key = "", f" erased {user.id}"
    user.email = user.password_hash = user.issuer = user.subject = None
    user.erased_at = now
    user.disabled_at = user.disabled_at or now
    session.flush()
    after = {"erased_at": now}
    record_change(session, actor.id, "erase", "user_account", user.id, before={}, after=after, now=now)
