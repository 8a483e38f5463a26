"""The command that makes the yearly impact report as a PDF file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from impact.accounts.actors import installation_actor
from impact.audit.tables import ActorKind
from impact.cli.database import now, opened
from impact.cli.progress import told
from impact.cli.whole_files import write_whole
from impact.language import Language, speak
from impact.monitoring.portfolio import Filters
from impact.reporting.pdf import set_pdf
from impact.reporting.report_days import report_day
from impact.reporting.yearly import gather_portfolio_report, gather_project_report
from impact.settings import Settings

MOST_CHARTS = 100
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("pdf")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--project", "slug", help="Only this project, with all its indicators; else the portfolio.")
@click.option("--category", default="", help="Of the portfolio only this category, by its name in addresses.")
@click.option("--year", type=int, help="Of which year; this one without it.")
@click.option("--known-at", "known", type=DAY, help="As it was known on this day.")
@click.option("--since", type=DAY, help="The day of the report before, from which revisions are told.")
@click.option("--language", type=click.Choice([str(each) for each in Language]), help="Of the report.")
@click.option(
    "--charts",
    "most_charts",
    type=click.IntRange(min=0),
    default=MOST_CHARTS,
    show_default=True,
    help="How many pictures a portfolio has at most.",
)
def set_report(
    out: Path,
    slug: str | None,
    category: str,
    year: int | None,
    known: datetime | None,
    since: datetime | None,
    language: str | None,
    most_charts: int,
) -> None:
    """Write the yearly impact report of a project or of the portfolio to OUT, a tagged PDF."""
    settings = Settings.from_environment()
    voice = speak(language or settings.default_language)
    day = report_day(
        year,
        known.date() if known else None,
        since.date() if since else None,
        today=now().astimezone(settings.time_zone).date(),
        zone=settings.time_zone,
    )
    with opened(settings) as database:
        with database.transaction() as session:
            actor = installation_actor(session, ActorKind.SYSTEM, now=now())
        with database.reading() as session:
            if slug is not None:
                gathered = gather_project_report(session, actor, slug, day, voice)
            else:
                gathered = gather_portfolio_report(
                    session,
                    actor,
                    Filters(category=category),
                    day,
                    voice,
                    most_charts=most_charts,
                    watch=_passing("projects gathered"),
                )
    write_whole(out, [set_pdf(gathered, voice, watch=_passing("charts drawn"))])
    click.echo(f"Written to {out}.", err=True)


def _passing(what: str) -> Any:
    def watch(things: Sequence[Any]) -> Iterable[Any]:
        return told(things, what, len(things))

    return watch
