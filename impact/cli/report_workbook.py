"""The command that makes the yearly impact report's figures as a workbook."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

import click

from impact.accounts.actors import installation_actor
from impact.audit.tables import ActorKind
from impact.cli.database import now, opened
from impact.cli.whole_files import write_whole
from impact.exchange.investor_workbook import write_investor_workbook
from impact.language import Language, speak
from impact.monitoring.portfolio import Filters
from impact.reporting.investor_figures import gather_investor_figures
from impact.reporting.report_days import report_day
from impact.settings import Settings


@click.command("workbook")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--project", "slug", help="Only this project; else the portfolio.")
@click.option("--category", default="", help="Of the portfolio only this category, by its name in addresses.")
@click.option("--year", type=int, help="Of which year; this one without it.")
@click.option("--known-at", "known", type=click.DateTime(["%Y-%m-%d"]), help="As it was known on this day.")
@click.option("--language", type=click.Choice([str(each) for each in Language]), help="Of the workbook.")
def set_report_workbook(
    out: Path,
    slug: str | None,
    category: str,
    year: int | None,
    known: datetime | None,
    language: str | None,
) -> None:
    """Write the yearly impact report's figures to OUT, a workbook for lenders and investors."""
    settings = Settings.from_environment()
    voice = speak(language or settings.default_language)
    day = report_day(
        year,
        known.date() if known else None,
        today=now().astimezone(settings.time_zone).date(),
        zone=settings.time_zone,
    )
    content = BytesIO()
    with opened(settings) as database:
        with database.transaction() as session:
            actor = installation_actor(session, ActorKind.SYSTEM, now=now())
        with database.reading() as session:
            filters = Filters(category=category)
            figures = gather_investor_figures(session, actor, day, voice, slug=slug, filters=filters)
            write_investor_workbook(content, figures, voice)
    write_whole(out, [content.getvalue()])
    click.echo(f"Written to {out}.", err=True)
