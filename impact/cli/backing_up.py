"""Commands that back up, restore and verify."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from sqlalchemy import func, select

from impact import __version__
from impact.cli.checking import require_writable
from impact.cli.database import now, opened
from impact.delivery.tables import MessageState, OutboxMessage
from impact.safekeeping.restoring import restore_backup
from impact.safekeeping.taking import take_backup
from impact.safekeeping.verifying import findings
from impact.settings import Settings


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def backup(out: Path) -> None:
    """Write the whole database to OUT while people work.

    The secret key, sign-ins and one-time links are not in it.
    """
    settings = Settings.from_environment()
    manifest = take_backup(settings.database_url, out, version=__version__, now=now())
    click.echo(f"{manifest.n_rows:,} rows of {len(manifest.tables)} tables were written to {out}.", err=True)


@click.command()
@click.argument("file", metavar="IN", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Fill an empty database from the backup IN, as a whole or not at all."""
    settings = Settings.from_environment()
    manifest = restore_backup(settings.database_url, file, tell=click.echo)
    with opened(settings) as database, database.reading() as session:
        n_waiting = session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)
        )
    click.echo(f"{manifest.n_rows:,} rows of {manifest.taken_at} were restored. Everybody signs in anew.")
    if n_waiting:
        click.echo(f"Mails that wait and go out as soon as a clock runs: {n_waiting}.")


@click.command()
def verify() -> None:
    """Tell whether all that is kept is whole and as it was recorded.

    History against its seals, keys and triggers, plans against their history, summaries
    against measurements, files and mails against their checksums.
    """
    settings = Settings.from_environment()
    with opened(settings):
        require_writable(settings.data_dir)
    n_found = 0
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".verify-") as folder:
        for n_found, sentence in enumerate(findings(settings.database_url, Path(folder) / "copy"), start=1):  # noqa: B007 - counted
            click.echo(sentence, err=True)
    if n_found:
        raise SystemExit(1)
    click.echo("All is as it was recorded.")
