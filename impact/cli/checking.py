"""The check whether an installation is in order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from impact.cli.database import now, opened
from impact.delivery.heartbeat import last_beat
from impact.errors import ImpactError
from impact.settings import Settings, SettingsError

ALIVE_WITHIN = timedelta(minutes=5)
LEAST_FREE_BYTES = 200 * 1024 * 1024


@click.command()
@click.option("--settings", "only_settings", is_flag=True, help="List every setting that is in force.")
def check(only_settings: bool) -> None:
    """Tell whether this installation is in order."""
    settings = Settings.from_environment()
    if only_settings:
        _list(settings)
        return
    problems = list(_problems(settings))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)
    click.echo("Everything is in order.")


def require_writable(folder: Path) -> None:
    """Return if files can be kept in the folder, which is made if missing.

    Raises:
        SettingsError: they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise SettingsError(
            "The data folder %(folder)s cannot be written to (%(reason)s); set IMPACT_DATA_DIR to another.",
            folder=folder,
            reason=error.strerror or error,
        ) from error


def _list(settings: Settings) -> None:
    for key, value, sentence in settings.listed():
        click.echo(f"{key}={value}\n    {sentence}")


def _problems(settings: Settings) -> Iterator[str]:
    try:
        require_writable(settings.data_dir)
        if shutil.disk_usage(settings.data_dir).free < LEAST_FREE_BYTES:
            yield f"Less than 200 MB are free in {settings.data_dir}."
    except ImpactError as error:
        yield str(error)
    try:
        yield from _problems_of_clock(settings)
    except ImpactError as error:
        yield str(error)
    except SQLAlchemyError as error:
        yield f"The database cannot be used: {getattr(error, 'orig', None) or error}"


def _problems_of_clock(settings: Settings) -> Iterator[str]:
    with opened(settings) as database, database.reading() as session:
        beat = last_beat(session)
    if beat is None:
        yield "No clock has ever run; start one with: impact clock"
    elif beat < now() - ALIVE_WITHIN:
        yield f"No clock has been alive since {beat:%Y-%m-%d %H:%M} UTC; start one with: impact clock"
