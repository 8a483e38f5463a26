"""Face: the command line."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import OperationalError

from impact import __version__
from impact.cli.backing_up import backup, restore, verify
from impact.cli.checking import check
from impact.cli.database import db
from impact.cli.delivering import report
from impact.cli.exchanging import import_file
from impact.cli.exporting import export_file
from impact.cli.report_setting import set_report
from impact.cli.report_workbook import set_report_workbook
from impact.cli.sampling import sample
from impact.cli.serving import clock, serve, web
from impact.cli.trending import trend
from impact.cli.users import user
from impact.errors import ImpactError

COMMANDS = (
    serve,
    web,
    clock,
    db,
    user,
    sample,
    import_file,
    export_file,
    trend,
    report,
    backup,
    restore,
    verify,
    check,
)


class PlainGroup(click.Group):
    """Commands whose errors are told in one plain sentence on standard error."""

    def invoke(self, ctx: click.Context) -> Any:
        """The command's outcome, errors of ours made into errors of click."""
        try:
            return super().invoke(ctx)
        except ImpactError as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise click.ClickException(f"The database cannot be used: {reason}.") from error


@click.group(cls=PlainGroup)
@click.version_option(__version__, prog_name="Impact")
def main() -> None:
    """Impact tells people whether a social project works."""


report.add_command(set_report)
report.add_command(set_report_workbook)
for command in COMMANDS:
    main.add_command(command)
