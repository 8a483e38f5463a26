"""Commands for people who sign in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members, passwords, tokens
from impact.accounts.actors import installation_actor
from impact.accounts.passwords import PasswordHash
from impact.accounts.permissions import Actor
from impact.accounts.tables import Role, TokenScope
from impact.audit.tables import ActorKind
from impact.cli.database import now, opened
from impact.errors import Invalid, NotFound
from impact.registry.project_tables import Project
from impact.settings import Settings


@click.group()
def user() -> None:
    """Add people who sign in, and change what they may do."""


@user.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do."
)
@click.option("--project", "slug", help="Only in this project; everywhere without it.")
@click.option("--email", help="Where their mails go.")
def add(name: str, role: str, slug: str | None, email: str | None) -> None:
    """Let NAME sign in; asks for a password or makes one up."""
    password_hash, made_up = _new_password(name)
    with _acting() as (session, actor):
        project_id = None if slug is None else _project_id(session, slug)
        added = members.add_user(session, actor, name, email=email, password_hash=password_hash, now=now())
        members.grant(session, actor, added, Role(role), project_id=project_id, now=now())
        name = added.name
    click.echo(f"{name} can sign in as {role}.")
    _tell(made_up)


@user.command()
@click.argument("name")
def password(name: str) -> None:
    """Give NAME a new password; whoever was signed in as NAME is signed out."""
    password_hash, made_up = _new_password(name)
    with _acting() as (session, actor):
        members.set_password(session, actor, members.user_by_name(session, name), password_hash, now=now())
    click.echo(f"{name} has a new password.")
    _tell(made_up)


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Shut NAME out at once: sign-ins end, tokens stop working."""
    with _acting() as (session, actor):
        members.disable_user(session, actor, members.user_by_name(session, name), now=now())
    click.echo(f"{name} can no longer sign in.")


@user.command()
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in TokenScope]),
    default=TokenScope.READ.value,
    show_default=True,
    help="Whether the program may change anything.",
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=90, show_default=True, help="After how many days it ends."
)
@click.option("--label", default="impact user token", show_default=True, help="What it is for.")
def token(name: str, scope: str, days: int, label: str) -> None:
    """Make a token for the API; a program with it may what NAME may.

    It is shown only now: nobody, not even the database, knows it afterwards.
    """
    with _acting() as (session, actor):
        person, ends = members.user_by_name(session, name), now() + timedelta(days=days)
        if person.disabled_at is not None:
            raise Invalid("%(name)s can no longer sign in.", name=person.name)
        made = tokens.make_token(session, actor, person, label, TokenScope(scope), expires_at=ends, now=now())
        name = person.name
    click.echo(f"A token of scope {scope} for {name} until {ends:%Y-%m-%d}, shown only now:", err=True)
    click.echo(made)


@contextmanager
def _acting() -> Iterator[tuple[Session, Actor]]:
    """One transaction, in which the installation itself acts."""
    with opened(Settings.from_environment()) as database, database.transaction() as session:
        yield session, installation_actor(session, ActorKind.SYSTEM, now=now())


def _new_password(name: str) -> tuple[PasswordHash, str | None]:
    """The hash of a password as typed, or of one made up, which is told then."""
    typed = ""
    if sys.stdin.isatty():
        question = f"Password for {name} (empty: one is made up)"
        typed = click.prompt(
            question, default="", show_default=False, hide_input=True, confirmation_prompt=True, err=True
        )
    made_up = None if typed else passwords.make_up()
    return passwords.hash_new(typed or made_up or "", name=name), made_up


def _tell(made_up: str | None) -> None:
    if made_up:
        click.echo(f"Password, shown only now: {made_up}")


def _project_id(session: Session, slug: str) -> int:
    found = session.scalar(select(Project.id).where(Project.slug == slug, Project.withdrawn_at.is_(None)))
    if found is None:
        raise NotFound("There is no project %(slug)s.", slug=slug)
    return found
