"""Files out on the command line."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import click

from impact.accounts.actors import installation_actor
from impact.audit.tables import ActorKind
from impact.cli.database import now, opened
from impact.cli.whole_files import write_whole
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH
from impact.exchange.exporting import FileFormat, Selection, export_to
from impact.language import Language
from impact.settings import Settings

FORMS: Final = {"swedish": SWEDISH, "international": INTERNATIONAL}
_IN_MEMORY: Final = 5_000_000
_PIECE: Final = 1_000_000


@click.command("export")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--project", default="", help="Only this project; all of them without it.")
@click.option("--category", default="", help="Only projects of this category, by its slug.")
@click.option("--organisation", default="", help="Only projects in which it takes part, by its slug.")
@click.option("--definition", default="", help="Only indicators of this definition, by its slug.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice([one.value for one in FileFormat]),
    required=True,
    help="Of OUT.",
)
@click.option(
    "--form",
    type=click.Choice(list(FORMS)),
    help="Swedish words, in CSV with semicolon and decimal comma; or codes, comma and point.",
)
def export_file(
    out: Path,
    project: str,
    category: str,
    organisation: str,
    definition: str,
    file_format: str,
    form: str | None,
) -> None:
    """Write the approved measurements to OUT, a row for each indicator and period."""
    settings = Settings.from_environment()
    is_swedish = settings.default_language is Language.SWEDISH
    chosen = FORMS[form or ("swedish" if is_swedish else "international")]
    selection = Selection(project, category, organisation, definition)
    with opened(settings) as database, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        with database.transaction() as session:
            actor = installation_actor(session, ActorKind.SYSTEM, now=now())
        with database.reading() as session:
            export_to(file, session, actor, selection, FileFormat(file_format), chosen)
        write_whole(out, _pieces(file))
    click.echo(f"Written to {out}.", err=True)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece
