"""Files in on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.actors import installation_actor
from impact.accounts.members import user_by_name
from impact.accounts.permissions import Actor
from impact.accounts.signing_in import actor_of
from impact.accounts.tables import Membership
from impact.audit.tables import ActorKind
from impact.cli.database import now, opened
from impact.errors import Invalid, NotFound
from impact.exchange.csv_text import read_table
from impact.exchange.importing import ImportedFile, Outcome, Preview, RowPreview, apply_preview, preview_rows
from impact.exchange.rows import rows_of
from impact.monitoring.analysing import refresh_series
from impact.registry.judging import Draft
from impact.semantics.series import Status
from impact.settings import Settings

MARKS = {"comma": ",", "point": "."}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--project", "slug", required=True, help="The project's name in its address.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON, row by row.")
@click.option("--reason", default="", help="Why values are corrected; needed if any are.")
@click.option("--decimal", type=click.Choice(list(MARKS)), help="What 1,234 or 1.234 has before the 234.")
@click.option("--as", "name", help="Who imports, and with whose rights.")
def import_file(
    file: Path, slug: str, dry_run: bool, as_json: bool, reason: str, decimal: str | None, name: str | None
) -> None:
    """Record what FILE says of a project's indicators: all of it, or nothing.

    FILE is CSV with a row for each indicator and period: indicator, disaggregation, period,
    value, missing, status, n, standard error, comment, in Swedish or English.
    """
    content = file.read_bytes()
    table = read_table(content)
    rows = rows_of(table.header, table.rows)
    with opened(Settings.from_environment()) as database, database.writing_session() as session:
        actor = _actor(session, name)
        preview = preview_rows(session, actor, slug, rows, now=now(), decimal_mark=MARKS.get(decimal or ""))
        is_refused = preview.count(Outcome.REFUSED) > 0
        batch_id = None
        if not dry_run and not is_refused:
            imported = ImportedFile(file.name, content)
            batch = apply_preview(session, actor, preview, imported, reason=reason, now=now())
            for series_id in preview.changed_series:
                refresh_series(session, series_id, now=now())
            batch_id = batch.id if batch else None
            session.commit()
    _tell(preview, slug, batch_id, dry_run=dry_run, as_json=as_json)
    if is_refused:
        raise Invalid("Nothing was imported; rows with problems: %(n)s.", n=preview.count(Outcome.REFUSED))


def _actor(session: Session, name: str | None) -> Actor:
    if name is None:
        return installation_actor(session, ActorKind.IMPORT, now=now())
    user = user_by_name(session, name)
    if user.disabled_at is not None:
        raise NotFound("There is nobody called %(name)s.", name=name)
    return actor_of(user, list(session.scalars(select(Membership).where(Membership.user_id == user.id))))


def _tell(preview: Preview, slug: str, batch_id: int | None, *, dry_run: bool, as_json: bool) -> None:
    counts = {outcome.value: preview.count(outcome) for outcome in Outcome}
    if as_json:
        facts = {"project": slug, "dry_run": dry_run, "batch": batch_id, **counts}
        rows = [_row_facts(row) for row in preview.rows]
        click.echo(json.dumps({**facts, "rows": rows}, ensure_ascii=False, indent=1))
        return
    for row in preview.rows:
        if row.problem is not None:
            click.echo(f"Line {row.row.line}: {row.problem}", err=True)
        elif row.rounded:
            click.echo(f"Line {row.row.line}: the value was rounded to 15 digits.", err=True)
        if dry_run and row.outcome in (Outcome.NEW, Outcome.CHANGED):
            click.echo(_change_line(row))
    told = ", ".join(f"{n} {outcome}" for outcome, n in counts.items())
    click.echo(f"{told}." + (" Nothing was changed." if batch_id is None else ""))


def _change_line(row: RowPreview) -> str:
    """Line 12: 2023: 22964 becomes 22970."""
    period = row.period.key() if row.period else ""
    if row.stored is None:
        return f"Line {row.row.line}: {period}: {_said(row.draft)} is new"
    return f"Line {row.row.line}: {period}: {_said(row.stored)} becomes {_said(row.draft)}"


def _said(draft: Draft | None) -> str:
    """A value as it would be typed, or why it is missing, with the status where it is not final."""
    if draft is None:
        return ""
    what = f"{draft.value:.15g}" if draft.value is not None else str(draft.missing)
    return what if draft.status is Status.FINAL else f"{what} ({draft.status})"


def _row_facts(row: RowPreview) -> dict[str, Any]:
    return {
        "line": row.row.line,
        "outcome": row.outcome.value,
        "series": row.series_id,
        "period": row.period.key() if row.period else None,
        "new": _draft_facts(row.draft),
        "stored": _draft_facts(row.stored),
        "rounded": row.rounded,
        "problem": str(row.problem) if row.problem else None,
        "column": row.problem.column if row.problem else None,
    }


def _draft_facts(draft: Draft | None) -> dict[str, Any] | None:
    names = ("value", "missing", "status", "n_observed", "standard_error", "comment")
    return {name: getattr(draft, name) for name in names} if draft else None
