"""Commands for the sample portfolio."""

from __future__ import annotations

import click
from sqlalchemy import select

from impact.accounts.actors import installation_actor
from impact.audit.tables import ActorKind
from impact.cli.database import now, opened
from impact.db import Database
from impact.monitoring.analysing import refresh_series, stale_series
from impact.registry.project_tables import Project
from impact.sample.loading import load, was_removed
from impact.sample.removing import remove
from impact.settings import Settings

ALL = 100_000


@click.group()
def sample() -> None:
    """Load and remove the sample portfolio."""


@sample.command("load")
def load_command() -> None:
    """Load the sample portfolio into an empty database."""
    with opened(Settings.from_environment()) as database:
        load_and_analyse(database)
    click.echo("The sample portfolio is loaded.")


@sample.command("remove")
def remove_command() -> None:
    """Remove the sample portfolio as a whole, its history included."""
    with opened(Settings.from_environment()) as database, database.transaction() as session:
        remove(session, installation_actor(session, ActorKind.SYSTEM, now=now()), now=now())
    click.echo("The sample portfolio is removed.")


def load_where_empty(database: Database) -> None:
    """The sample portfolio in the database, unless there is a project or it was removed."""
    with database.reading() as session:
        is_wanted = session.scalar(select(Project.id).limit(1)) is None and not was_removed(session)
    if is_wanted:
        load_and_analyse(database)


def load_and_analyse(database: Database) -> None:
    """The sample portfolio in the database, analysed, so that the first page says something."""
    with database.transaction() as session:
        load(session, installation_actor(session, ActorKind.SYSTEM, now=now()), now=now())
        for series_id in stale_series(session, ALL):
            refresh_series(session, series_id, now=now())
