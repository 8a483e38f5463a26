"""People and their roles: added, changed and disabled; every change in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.ending import end_everything
from impact.accounts.last_administrator import keep_an_administrator
from impact.accounts.naming import judged_email, judged_name
from impact.accounts.passwords import PasswordHash
from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.signing_in import end_sessions, name_key
from impact.accounts.tables import Membership, Role, User
from impact.audit.tables import ActorKind
from impact.audit.trail import add_actor, record_change
from impact.errors import Conflict, NotFound
from impact.language import DEFAULT_LANGUAGE, Language


def add_user(
    session: Session,
    actor: Actor,
    name: str,
    *,
    email: str | None = None,
    password_hash: PasswordHash | None = None,
    language: Language = DEFAULT_LANGUAGE,
    now: datetime,
) -> User:
    """A new person who may sign in, with no role yet.

    Raises:
        Invalid: no usable name or mail address.
        Conflict: somebody has that name already.
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    name, email = judged_name(name), judged_email(email)
    if session.scalar(select(User.id).where(User.name_key == name_key(name))) is not None:
        raise Conflict("There is already somebody called %(name)s.", field="name", name=name)
    user = User(
        actor_id=add_actor(session, ActorKind.PERSON, now=now).id,
        name_key=name_key(name),
        name=name,
        email=email,
        password_hash=password_hash,
        language=language.value,
        created_at=now,
    )
    session.add(user)
    session.flush()
    # Neither name nor address: a person can be erased, the trail cannot.
    _record(session, actor, "create", user, {}, {"language": language}, now)
    return user


def grant(
    session: Session,
    actor: Actor,
    user: User,
    role: Role,
    *,
    project_id: int | None = None,
    organisation_id: int | None = None,
    now: datetime,
) -> Membership:
    """The person's role for a project, an organisation, or (neither given) everything."""
    require_everywhere(actor, Action.ADMINISTER)
    found = session.scalars(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.role == role,
            Membership.project_id.is_not_distinct_from(project_id),
            Membership.organisation_id.is_not_distinct_from(organisation_id),
        )
    ).first()
    if found is not None:
        return found
    membership = Membership(
        user_id=user.id, role=role, project_id=project_id, organisation_id=organisation_id
    )
    session.add(membership)
    session.flush()
    _record(session, actor, "grant", user, {}, _scope(membership), now)
    return membership


def withdraw_grant(session: Session, actor: Actor, membership: Membership, *, now: datetime) -> None:
    """Take a role back; the person's next request is judged without it.

    Raises:
        Invalid: it would leave no administrator.
    """
    require_everywhere(actor, Action.ADMINISTER)
    user = user_by_id(session, membership.user_id)
    if membership.role is Role.ADMINISTRATOR and not (membership.project_id or membership.organisation_id):
        keep_an_administrator(session, user.id)
    session.delete(membership)
    _record(session, actor, "withdraw_grant", user, _scope(membership), {}, now)


def set_password(
    session: Session, actor: Actor, user: User, password_hash: PasswordHash, *, now: datetime
) -> None:
    """Give the person a new password and end their sign-ins, wherever they are open.

    Raises:
        NotAllowed: it is another person's, and the actor does not administer.
    """
    if actor.user_id != user.id:
        require_everywhere(actor, Action.ADMINISTER)
    user.password_hash = password_hash
    end_sessions(session, user.id, now=now)
    _record(session, actor, "set_password", user, {}, {"password_set_at": now}, now)


def choose_language(session: Session, actor: Actor, user: User, language: Language, *, now: datetime) -> None:
    """Remember the language in which the person wants pages and mails."""
    if actor.user_id != user.id:
        require_everywhere(actor, Action.ADMINISTER)
    before = {"language": user.language}
    user.language = language.value
    _record(session, actor, "change", user, before, {"language": language.value}, now)


def disable_user(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """Shut the person out at once: sign-ins end, tokens and links of theirs stop working.

    Raises:
        Invalid: this is the last administrator.
    """
    require_everywhere(actor, Action.ADMINISTER)
    if user.disabled_at is not None:
        return
    keep_an_administrator(session, user.id)
    user.disabled_at = now
    end_everything(session, user.id, now=now)
    _record(session, actor, "disable", user, {"disabled_at": None}, {"disabled_at": now}, now)


def enable_user(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """Let a disabled person in again; old sign-ins, tokens and links stay dead.

    Raises:
        NotFound: the person was erased.
    """
    require_everywhere(actor, Action.ADMINISTER)
    if user.erased_at is not None:
        raise NotFound("There is no such person.")
    before = {"disabled_at": user.disabled_at}
    user.disabled_at = None
    _record(session, actor, "enable", user, before, {"disabled_at": None}, now)


def is_empty(session: Session) -> bool:
    """Whether nobody can sign in yet, as on the first start."""
    return session.scalar(select(User.id).limit(1)) is None


def user_by_id(session: Session, user_id: int) -> User:
    """The person with this number, or NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def user_by_name(session: Session, name: str) -> User:
    """The person who signs in with this name, or NotFound."""
    user = session.scalars(select(User).where(User.name_key == name_key(name))).first()
    if user is None:
        raise NotFound("There is nobody called %(name)s.", name=name)
    return user


def _scope(membership: Membership) -> dict[str, Any]:
    return {
        "role": membership.role,
        "project_id": membership.project_id,
        "organisation_id": membership.organisation_id,
    }


def _record(
    session: Session,
    actor: Actor,
    verb: str,
    user: User,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    record_change(session, actor.id, verb, "user_account", user.id, before=before, after=after, now=now)
