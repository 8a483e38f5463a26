"""Files in on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.actors import installation_actor
from impact.accounts.members import user_by_name
from impact.accounts.permissions import Action, Actor
from impact.accounts.signing_in import actor_of
from impact.accounts.tables import Membership
from impact.audit.tables import ActorKind
from impact.cli.database import now, opened
from impact.errors import Invalid, NotFound
from impact.exchange.doubting import Doubted, doubts_of
from impact.exchange.facts import entry_facts, understood_facts
from impact.exchange.importing import (
    EntryPreview,
    ImportedFile,
    Outcome,
    Preview,
    apply_preview,
    preview_sheet,
)
from impact.exchange.limited_reading import read_book
from impact.exchange.mapping import Mapping, mapping_from
from impact.exchange.remembering import proposed_mapping, remember_mapping
from impact.exchange.understanding import sheet_in
from impact.monitoring.analysing import refresh_series
from impact.registry import lookup
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
@click.option("--sheet", help="Of a workbook; the first with a table of values without it.")
@click.option("--period", help="What the values are about, where the table does not say.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How FILE is read, as JSON.",
)
@click.option("--anew", is_flag=True, help="Without what was said of such files before.")
@click.option("--as", "name", help="Who imports, and with whose rights.")
def import_file(
    file: Path,
    slug: str,
    dry_run: bool,
    as_json: bool,
    reason: str,
    anew: bool,
    name: str | None,
    **options: Any,
) -> None:
    """Record what FILE says of a project's indicators: all of it, or nothing.

    FILE is .xlsx, .ods or CSV: a row for each indicator and period (indicator, disaggregation,
    period, value, missing, status, n, standard error, comment, in Swedish or English), or a
    table as statistical offices publish it, whose names are told apart by a mapping. What was
    said of such a file last time, here or on the page, holds where nothing else is said now.
    """
    content = file.read_bytes()
    said = _mapping(**options)
    sheet = sheet_in(read_book(content), said.sheet)
    with opened(Settings.from_environment()) as database, database.writing_session() as session:
        actor = _actor(session, name)
        project = lookup.project(session, actor, slug, Action.RECORD)
        mapping = said if anew else proposed_mapping(session, project, sheet, said)
        preview = preview_sheet(session, actor, slug, sheet, mapping, now=now())
        doubted = doubts_of(session, actor, preview, now=now()) if dry_run else {}
        is_refused = preview.count(Outcome.REFUSED) > 0
        batch_id = None
        if not dry_run and not is_refused:
            imported = ImportedFile(file.name, content)
            batch = apply_preview(session, actor, preview, imported, reason=reason, now=now())
            for series_id in preview.changed_series:
                refresh_series(session, series_id, now=now())
            if batch is not None:
                remember_mapping(session, actor, project, preview.understood, mapping, now=now())
                batch_id = batch.id
            session.commit()
    _tell(preview, mapping, doubted, batch_id, dry_run=dry_run, as_json=as_json)
    if is_refused:
        raise Invalid("Nothing was imported; values with problems: %(n)s.", n=preview.count(Outcome.REFUSED))
    if preview.count(Outcome.LEFT_OUT) == len(preview.entries) and not dry_run:
        raise Invalid("Nothing in the file stands for a series of the project; say what does by --mapping.")


def _mapping(decimal: str | None, sheet: str | None, period: str | None, mapping: Path | None) -> Mapping:
    """What the options say of how the file is to be read; they win over the mapping's file."""
    kept = mapping_from(json.loads(mapping.read_text("utf-8")) if mapping else {})
    return replace(
        kept,
        decimal_mark=MARKS.get(decimal or "", kept.decimal_mark),
        sheet=sheet or kept.sheet,
        period=period or kept.period,
    )


def _actor(session: Session, name: str | None) -> Actor:
    if name is None:
        return installation_actor(session, ActorKind.IMPORT, now=now())
    user = user_by_name(session, name)
    if user.disabled_at is not None:
        raise NotFound("There is nobody called %(name)s.", name=name)
    return actor_of(user, list(session.scalars(select(Membership).where(Membership.user_id == user.id))))


def _tell(
    preview: Preview,
    mapping: Mapping,
    doubted: Doubted,
    batch_id: int | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    counts = {outcome.value: preview.count(outcome) for outcome in Outcome}
    if as_json:
        facts: dict[str, Any] = {"project": preview.project.slug, "dry_run": dry_run, "batch": batch_id}
        facts |= counts
        facts["mapping"] = mapping.as_json()
        facts["understood"] = understood_facts(preview.understood)
        rows = [
            entry_facts(each, preview.understood, doubted.get((each.series_id, each.period), ()))
            for each in preview.entries
        ]
        click.echo(json.dumps({**facts, "rows": rows}, ensure_ascii=False, indent=1))
        return
    for each in preview.entries:
        if each.problem is not None:
            click.echo(f"Line {each.line}: {each.problem}", err=True)
        elif each.rounded:
            click.echo(f"Line {each.line}: the value was rounded to 15 digits.", err=True)
        for doubt in doubted.get((each.series_id, each.period), ()):
            click.echo(f"Line {each.line}: {doubt.message % doubt.facts}", err=True)
        if dry_run and each.outcome in (Outcome.NEW, Outcome.CHANGED):
            click.echo(_change_line(each))
    told = ", ".join(
        f"{n} {outcome.replace('_', ' ')}" for outcome, n in counts.items() if n or outcome != "left_out"
    )
    click.echo(f"{told}." + (" Nothing was changed." if batch_id is None else ""))


def _change_line(each: EntryPreview) -> str:
    """Line 12: 2023: 22964 becomes 22970."""
    period = each.period.key() if each.period else ""
    if each.stored is None:
        return f"Line {each.line}: {period}: {_said(each.draft)} is new"
    return f"Line {each.line}: {period}: {_said(each.stored.as_draft())} becomes {_said(each.draft)}"


def _said(draft: Draft | None) -> str:
    """A value as it would be typed, or why it is missing, with the status where it is not final."""
    if draft is None:
        return ""
    what = f"{draft.value:.15g}" if draft.value is not None else str(draft.missing)
    return what if draft.status is Status.FINAL else f"{what} ({draft.status})"
