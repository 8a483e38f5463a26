"""The workbook of a project: downloaded, filled in elsewhere, uploaded, looked at, kept."""

from __future__ import annotations

import hashlib
from typing import IO, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, Invalid
from impact.exchange.exporting import MEDIA_TYPES, FileFormat
from impact.exchange.fill_in_comparing import Comparison, apply_fill_in, compare_fill_in
from impact.exchange.fill_in_reading import FilledRow, read_fill_in
from impact.exchange.fill_in_writing import write_fill_in
from impact.exchange.limited_reading import read_book
from impact.exchange.staging import KEPT, Staged, own_upload, stage_upload
from impact.monitoring.analysing import refresh_series
from impact.registry import lookup
from impact.registry.project_tables import Goal, Project
from impact.registry.sheet import sheet_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now, today
from impact.request_scope.downloads import download
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.workbook_rows import comparison_rows, conflict_rows, doubt_rows, doubted

pages = Blueprint("workbooks", __name__)

XLSX: Final = MEDIA_TYPES[FileFormat.XLSX]
# More series than this wait for the clock, which analyses them within minutes.
ANALYSED_AT_ONCE: Final = 20
MINE: Final = "mine:"


@pages.get("/projects/<slug>/workbook")
@needs(Action.RECORD)
def show(slug: str) -> str:
    """Where the workbook is downloaded, and uploaded again."""
    return _page(_project(slug), {})


@pages.get("/projects/<slug>/workbook/file")
@needs(Action.RECORD)
def file(slug: str) -> Response:
    """The workbook to fill in: what is open and newest, or every period."""
    session, voice = current_session(), current_voice()
    sheet = sheet_of(session, current_actor(), slug, now=now())
    goals = {
        goal.id: voice.pick(goal.title_sv, goal.title_en)
        for goal in lookup.plan_rows(session, Goal, sheet.project.id)
    }
    everything = request.args.get("periods") == "all"

    def write(out: IO[bytes]) -> None:
        write_fill_in(out, sheet, goals, voice, today=today(), everything=everything)

    return download(write, f"impact-{slug}-{today().isoformat()}-{voice.gettext('fill-in')}.xlsx", XLSX)


@pages.post("/projects/<slug>/workbook")
@needs(Action.RECORD)
def upload(slug: str) -> Response | tuple[str, int]:
    """Keep the uploaded workbook, and lead to what it would do; anything else is told."""
    project = _project(slug)
    sent = request.files.get("file")
    content, name = (sent.read(), sent.filename or "") if sent else (b"", "")
    try:
        if not content:
            raise Invalid("Choose the workbook that you filled in.", field="file")
        _read(content, project.id)
    except Invalid as error:
        return _page(
            _project(slug), {"file": current_voice().gettext(error.message, **error.facts)}
        ), error.status
    staged = stage_upload(current_session(), current_actor(), project.id, name, content, XLSX, now=now())
    address = url_for("workbooks.look", upload_id=staged.id)
    commit()
    return redirect(address, 303)


@pages.get("/workbooks/<int:upload_id>")
@needs(Action.RECORD)
def look(upload_id: int) -> str:
    """What an uploaded workbook would do, difference by difference."""
    staged = own_upload(current_session(), current_actor(), upload_id)
    rows = _read(staged.content, staged.project.id)
    return _comparison_page(staged, _compared(staged, rows), {})


@pages.post("/workbooks/<int:upload_id>")
@needs(Action.RECORD)
def apply(upload_id: int) -> Response | tuple[str, int]:
    """Keep everything that was shown, or nothing."""
    staged = own_upload(current_session(), current_actor(), upload_id)
    rows = _read(staged.content, staged.project.id)
    voice, session, actor = current_voice(), current_session(), current_actor()
    staged = own_upload(session, actor, upload_id)
    comparison = _compared(staged, rows)
    mine = {name.removeprefix(MINE) for name in request.form if name.startswith(MINE)}
    reason = request.form.get("reason", "")[:2000]
    try:
        if request.form.get("seen") != _seen(comparison):
            raise Conflict(
                "Something was changed here in between. Look at the differences again.", field="file"
            )
        sheet = sheet_of(session, actor, staged.project.slug, now=now())
        if doubted(comparison, sheet.lines, mine) and not request.form.get("confirm"):
            raise Invalid(
                "Say that the values are right as they are, or mend them in the workbook.", field="confirm"
            )
        applied = apply_fill_in(
            session, actor, comparison, staged.upload, mine=mine, reason=reason, now=now()
        )
    except (Invalid, Conflict) as error:
        roll_back()
        told = {error.field or "file": voice.gettext(error.message, **error.facts)}
        again = _compared(staged, rows)
        return _comparison_page(staged, again, told, mine=mine, reason=reason), error.status
    for series_id in applied.series_ids[:ANALYSED_AT_ONCE]:
        refresh_series(session, series_id, now=now())
    commit()
    told_new = voice.ngettext("%(n)s new value", "%(n)s new values", applied.n_new)
    told_changed = voice.ngettext("%(n)s corrected", "%(n)s corrected", applied.n_changed)
    flash(voice.gettext("Saved: %(new)s, %(changed)s.", new=told_new, changed=told_changed), "message")
    return redirect(url_for("projects.show", slug=staged.project.slug), 303)


def _project(slug: str) -> Project:
    return lookup.project(current_session(), current_actor(), slug, Action.RECORD)


def _read(content: bytes, project_id: int) -> list[FilledRow]:
    """The rows of a workbook; nobody waits for the database while a file is read."""
    roll_back()
    return read_fill_in(read_book(content), project_id)


def _compared(staged: Staged, rows: list[FilledRow]) -> Comparison:
    return compare_fill_in(current_session(), current_actor(), staged.project.slug, rows, now=now())


def _seen(comparison: Comparison) -> str:
    return hashlib.sha256(comparison.fingerprint().encode()).hexdigest()[:32]


def _page(project: Project, errors: dict[str, str]) -> str:
    voice = current_voice()
    return render_template(
        "workbook/workbook.html",
        slug=project.slug,
        place=voice.pick(project.short_sv, project.short_en),
        action=url_for("workbooks.upload", slug=project.slug),
        kept_days=KEPT.days,
        open_href=url_for("workbooks.file", slug=project.slug),
        all_href=url_for("workbooks.file", slug=project.slug, periods="all"),
        errors=errors,
    )


def _comparison_page(
    staged: Staged,
    comparison: Comparison,
    errors: dict[str, str],
    *,
    mine: set[str] | frozenset[str] = frozenset(),
    reason: str = "",
) -> str:
    voice, slug = current_voice(), staged.project.slug
    sheet = sheet_of(current_session(), current_actor(), slug, now=now())
    return render_template(
        "workbook/comparison.html",
        slug=slug,
        place=voice.pick(sheet.project.short_sv, sheet.project.short_en),
        action=url_for("workbooks.apply", upload_id=staged.upload.id),
        again=url_for("workbooks.show", slug=slug),
        seen=_seen(comparison),
        errors=errors,
        reason=reason,
        invented=any(line.indicator.is_invented for line in sheet.lines.values()),
        doubts=doubt_rows(doubted(comparison, sheet.lines), sheet.lines, voice),
        conflicts=conflict_rows(comparison, sheet.lines, mine, voice),
        **comparison_rows(comparison, sheet.lines, voice),
    )
