"""What a person is called, where mails go and in which language; changing the password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import passwords
from impact.accounts.naming import judged_email, judged_name
from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.signing_in import name_key
from impact.accounts.tables import User
from impact.accounts.throttling import SignInLimits, count_attempt, mark_succeeded
from impact.audit.tables import ActorKind
from impact.audit.trail import record_change
from impact.db import Database
from impact.errors import Conflict, Invalid, NotAllowed
from impact.language import Language


@dataclass(frozen=True)
class Profile:
    """What is kept of a person beside roles and password."""

    name: str
    email: str
    language: Language


def change_profile(
    session: Session, actor: Actor, user: User, version: int, wanted: Profile, *, now: datetime
) -> list[str]:
    """The names of the fields that changed, none where nothing did.

    The trail keeps which fields changed, not what stood in them: a person can be erased, the
    trail cannot.

    Raises:
        Invalid: no usable name or mail address.
        Conflict: somebody has that name already, or somebody else was first.
        NotAllowed: it is another person's, and the actor does not administer.
    """
    if actor.kind is ActorKind.TOKEN:
        raise NotAllowed("Only a person who is signed in can do this.")
    if actor.user_id != user.id:
        require_everywhere(actor, Action.ADMINISTER)
    name, email = judged_name(wanted.name), judged_email(wanted.email)
    if user.version != version:
        raise Conflict("Somebody else changed this in the meantime. This is how it stands now.")
    key = name_key(name)
    taken = select(User.id).where(User.name_key == key, User.id != user.id)
    if session.scalar(taken) is not None:
        raise Conflict("There is already somebody called %(name)s.", field="name", name=name)
    after = {"name": name, "email": email, "language": wanted.language.value}
    changed = sorted(field for field, value in after.items() if getattr(user, field) != value)
    user.name, user.name_key, user.email, user.language = name, key, email, wanted.language.value
    session.flush()
    if changed:
        kept = {"changed": changed}
        record_change(session, actor.id, "change", "user_account", user.id, before={}, after=kept, now=now)
    return changed


def prove_password(
    database: Database, user_id: int, password: str, *, address: str, now: datetime, limits: SignInLimits
) -> None:
    """Return if this is the person's password; guesses count as those at sign-in do.

    Takes a third of a second: call it before the transaction begins.

    Raises:
        Invalid: it is not.
        TooManyAttempts: it was guessed too often.
    """
    with database.transaction() as session:
        user = session.get_one(User, user_id)
        stored, key = user.password_hash, user.name_key
        attempt_id = count_attempt(database, session, key, address, now=now, limits=limits)
    if not passwords.fits(password, stored):
        raise Invalid("This is not your present password.", field="old_password")
    with database.transaction() as session:
        mark_succeeded(session, attempt_id)
