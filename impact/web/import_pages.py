"""Import of a file: uploaded, looked at beside the sheet itself, corrected, applied, undone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, ImpactError, Invalid
from impact.exchange.book import Book
from impact.exchange.cells import Sheet
from impact.exchange.doubting import doubts_of
from impact.exchange.importing import Outcome, Preview, apply_preview, preview_sheet
from impact.exchange.limited_reading import read_book
from impact.exchange.mapping import Mapping, mapping_from
from impact.exchange.remembering import proposed_mapping, remember_mapping
from impact.exchange.staging import KEPT, Staged, own_upload, stage_upload
from impact.exchange.understanding import Understood, sheet_in, understand
from impact.exchange.undoing import batches_of, project_of_batch, undo_batch
from impact.monitoring.analysing import refresh_series
from impact.registry import lookup
from impact.registry.measurement_tables import BatchState
from impact.registry.project_tables import Project
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.web import import_doings as doing
from impact.web import import_rows as shown
from impact.web.guards import needs
from impact.web.import_form import FACTORS, mapping_typed
from impact.web.moments import moment
from impact.web.people_names import Names

pages = Blueprint("imports", __name__)

# More series than this wait for the clock, which analyses them within minutes.
ANALYSED_AT_ONCE: Final = 20
ANY_FILE: Final = "application/octet-stream"


@pages.get("/projects/<slug>/import")
@needs(Action.RECORD)
def show(slug: str) -> str:
    """Where a file is uploaded, and what was imported before."""
    return _page(_project(slug), {})


@pages.post("/projects/<slug>/import")
@needs(Action.RECORD)
def upload(slug: str) -> Response | tuple[str, int]:
    """Keep the uploaded file, and lead to how it was understood; anything else is told."""
    _project(slug)
    sent = request.files.get("file")
    content, name = (sent.read(), sent.filename or "") if sent else (b"", "")
    try:
        if not content:
            raise Invalid("Choose the file to be imported.", field="file")
        book = _read(content)
        sheet = sheet_in(book)
    except Invalid as error:
        return _page(_project(slug), {"file": doing.problem_words(error, current_voice())}), error.status
    project, session = _project(slug), current_session()
    staged = stage_upload(session, current_actor(), project.id, name, content, ANY_FILE, now=now())
    try:
        staged.mapping = proposed_mapping(session, project, sheet).as_json()
    except Invalid:
        staged.mapping = {}  # The page says what is wrong, and lets one say where the header stands.
    address = url_for("imports.look", upload_id=staged.id)
    commit()
    return redirect(address, 303)


@pages.get("/imports/<int:upload_id>")
@needs(Action.RECORD)
def look(upload_id: int) -> str:
    """How the file was understood, and what it would do."""
    staged, book = _opened(upload_id)
    return _look_page(staged, book, mapping_from(staged.upload.mapping), {})


@pages.post("/imports/<int:upload_id>")
@needs(Action.RECORD)
def correct(upload_id: int) -> Response:
    """Read the file again as somebody says."""
    staged, book = _opened(upload_id)
    before = mapping_from(staged.upload.mapping)
    found = _found(book, replace(before, roles={}, rows={}))
    staged.upload.mapping = mapping_typed(request.form, before, found).as_json()
    commit()
    return redirect(url_for("imports.look", upload_id=upload_id) + "#what", 303)


@pages.post("/imports/<int:upload_id>/apply")
@needs(Action.RECORD)
def apply(upload_id: int) -> Response | tuple[str, int]:
    """Everything that was shown, or nothing."""
    staged, book = _opened(upload_id)
    session, actor, voice = current_session(), current_actor(), current_voice()
    mapping, reason = mapping_from(staged.upload.mapping), request.form.get("reason", "")[:2000]
    try:
        preview = _previewed(staged.project.slug, book, mapping)
        if request.form.get("seen") != _seen(preview):
            raise Conflict("Something was changed here in between. Look at the preview again.", field="file")
        batch = apply_preview(session, actor, preview, staged.upload, reason=reason, now=now())
        if batch is None:
            raise Invalid("Nothing in the file is new.", field="file")
        remember_mapping(session, actor, preview.project, preview.understood, mapping, now=now())
        n_new, n_changed, series_ids = batch.n_new, batch.n_changed, preview.changed_series
    except (Invalid, Conflict) as error:
        roll_back()
        staged, book = _opened(upload_id, book)
        told = {error.field or "file": doing.problem_words(error, voice)}
        return _look_page(staged, book, mapping, told, reason=reason), error.status
    for series_id in series_ids[:ANALYSED_AT_ONCE]:
        refresh_series(session, series_id, now=now())
    commit()
    told_new = voice.ngettext("%(n)s new value", "%(n)s new values", n_new)
    told_changed = voice.ngettext("%(n)s corrected", "%(n)s corrected", n_changed)
    flash(voice.gettext("Saved: %(new)s, %(changed)s.", new=told_new, changed=told_changed), "message")
    return redirect(url_for("imports.show", slug=staged.project.slug), 303)


@pages.post("/import-batches/<int:batch_id>/undo")
@needs(Action.RECORD)
def undo(batch_id: int) -> Response | tuple[str, int]:
    """Everything that an import brought, as it was before."""
    session, voice = current_session(), current_voice()
    project = project_of_batch(session, current_actor(), batch_id)
    try:
        changed = undo_batch(
            session,
            current_actor(),
            batch_id,
            reason=request.form.get(f"reason-{batch_id}", "")[:2000],
            now=now(),
        )
    except (Invalid, Conflict) as error:
        roll_back()
        project = project_of_batch(current_session(), current_actor(), batch_id)
        return _page(project, {f"reason-{batch_id}": doing.problem_words(error, voice)}), error.status
    for series_id in changed[:ANALYSED_AT_ONCE]:
        refresh_series(session, series_id, now=now())
    commit()
    flash(voice.gettext("The import is undone."), "message")
    return redirect(url_for("imports.show", slug=project.slug), 303)


def _project(slug: str) -> Project:
    return lookup.project(current_session(), current_actor(), slug, Action.RECORD)


def _read(content: bytes) -> Book:
    """The sheets of a file; nobody waits for the database while it is read."""
    roll_back()
    return read_book(content)


def _opened(upload_id: int, book: Book | None = None) -> tuple[Staged, Book]:
    """An upload with its sheets."""
    content = own_upload(current_session(), current_actor(), upload_id).content
    book = book or _read(content)
    return own_upload(current_session(), current_actor(), upload_id), book


def _found(book: Book, mapping: Mapping) -> Understood | None:
    try:
        return understand(sheet_in(book, mapping.sheet), mapping)
    except Invalid:
        return None


def _previewed(slug: str, book: Book, mapping: Mapping) -> Preview:
    sheet = sheet_in(book, mapping.sheet)
    return preview_sheet(current_session(), current_actor(), slug, sheet, mapping, now=now())


def _seen(preview: Preview) -> str:
    """What the page showed, in short: applied is only what somebody looked at."""
    digest = hashlib.sha256()
    for each in preview.entries:
        stored = each.stored[:2] if each.stored else None
        digest.update(repr((each.line, each.entry.place, each.outcome, each.series_id, stored)).encode())
    return digest.hexdigest()[:32]


def _page(project: Project, errors: dict[str, str]) -> str:
    voice, session = current_voice(), current_session()
    batches = batches_of(session, project)
    who = Names(session, [batch.actor_id for batch in batches], voice)
    return render_template(
        "imports/upload.html",
        slug=project.slug,
        place=voice.pick(project.short_sv, project.short_en),
        action=url_for("imports.upload", slug=project.slug),
        errors=errors,
        kept_days=KEPT.days,
        batches=[
            {
                "id": batch.id,
                "name": batch.file_name,
                "when": moment(batch.applied_at, voice),
                "who": who.of(batch.actor_id),
                "what": ", ".join(
                    (
                        voice.ngettext("%(n)s new value", "%(n)s new values", batch.n_new),
                        voice.ngettext("%(n)s corrected", "%(n)s corrected", batch.n_changed),
                    )
                ),
                "is_undone": batch.state is BatchState.UNDONE,
                "undo": url_for("imports.undo", batch_id=batch.id),
                "error": errors.get(f"reason-{batch.id}"),
            }
            for batch in batches
        ],
    )


def _look_page(
    staged: Staged,
    book: Book,
    mapping: Mapping,
    errors: dict[str, str],
    *,
    reason: str = "",
) -> str:
    voice, project = current_voice(), staged.project
    page: dict[str, Any] = {
        "slug": project.slug,
        "place": voice.pick(project.short_sv, project.short_en),
        "file_name": staged.upload.file_name,
        "again": url_for("imports.show", slug=project.slug),
        "correct": url_for("imports.correct", upload_id=staged.upload.id),
        "apply": url_for("imports.apply", upload_id=staged.upload.id),
        "sheets": [sheet.name for sheet in book.sheets],
        "sheet": mapping.sheet,
        "mapping": mapping,
        "errors": errors,
        "reason": reason,
    }
    try:
        preview = _previewed(project.slug, book, mapping)
    except ImpactError as error:
        return render_template(
            "imports/look.html", **page, preview=None, trouble=doing.problem_words(error, voice)
        )
    sheet = sheet_in(book, mapping.sheet)
    return render_template(
        "imports/look.html", **page, preview=preview, **_understood(sheet, preview, mapping)
    )


def _understood(sheet: Sheet, preview: Preview, mapping: Mapping) -> dict[str, Any]:
    """What the page shows of a sheet that could be understood."""
    voice, understood = current_voice(), preview.understood
    doubted = doubts_of(current_session(), current_actor(), preview, now=now())
    series = doing.series_of(preview, voice)
    rows, header = understood.sheet.rows, understood.header
    n_names = len({each.entry.name for each in preview.entries})
    return {
        "seen": _seen(preview),
        "excerpt": shown.excerpt(sheet, understood, voice),
        "further_lines": [table.sheet.rows[table.header.first][0] for table in understood.further],
        "header_lines": (rows[header.first][0], rows[header.last][0]),
        "columns": shown.columns(understood, mapping, voice),
        "needs_period": any(not each.entry.period for each in preview.entries),
        "title_period": understood.title_period,
        "signs": shown.signs(preview, mapping, voice),
        "names": doing.names(preview, mapping, series, voice),
        "n_more_names": max(0, n_names - doing.SHOWN_NAMES),
        "series_choices": [
            ("", voice.gettext("nothing yet")),
            ("0", voice.gettext("leave out")),
            *((str(number), f"{each['name']} ({each['unit']})") for number, each in series.items()),
        ],
        "factors": FACTORS,
        "counts": doing.counts(preview, voice),
        "doings": doing.doings(preview, series, doubted, voice),
        "n_doubted": len(doubted),
        "n_refused": preview.count(Outcome.REFUSED),
        "can_apply": preview.count(Outcome.NEW) + preview.count(Outcome.CHANGED) > 0,
        "needs_reason": preview.count(Outcome.CHANGED) > 0,
    }
