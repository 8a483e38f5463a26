"""Make, change and withdraw what stands in a project's plan: goals, partners, events, …"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, ImpactError, Invalid, NotFound
from impact.registry import archiving, editing, lookup
from impact.registry.documents import add_document
from impact.registry.plan_view import names_of_rows
from impact.registry.project_tables import Area, GoalLevel, Organisation, Part, Project, ProjectDocument
from impact.registry.stored_files import LARGEST
from impact.request_scope import commit, current_actor, current_session, current_voice, now, today
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.planning_form import Field, Sort, Typed, differing, read_form, sections_of, typed_from
from impact.web.planning_options import may_plan_everywhere, options_for
from impact.web.planning_sorts import SOMETHING_NEW, SORTS, PlannedSort, title_of

pages = Blueprint("planned", __name__)
SORT = f"/projects/<slug>/<any({','.join(SORTS)}):sort>"
# A link's other end, made along with it: what it is, and its column.
MADE_ALONG: dict[str, tuple[type[Any], str]] = {
    "partners": (Organisation, "organisation_id"),
    "areas": (Area, "area_id"),
}


@pages.get(f"{SORT}/new")
@needs(Action.PLAN)
def new(slug: str, sort: str) -> str:
    """The form for something new in the plan."""
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    return _page(project, SORTS[sort], None, Typed(_typed_anew(sort)))


@pages.post(f"{SORT}/new")
@needs(Action.PLAN)
def make(slug: str, sort: str) -> Response | tuple[str, int]:
    """Keep something new in the plan; on any trouble the form comes back as typed."""
    voice = current_voice()
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    entry = read_form(_fields(SORTS[sort], None), request.form, voice)
    if entry.errors:
        return _page(project, SORTS[sort], None, entry), 422
    try:
        _make(project, SORTS[sort], entry.facts)
    except (Invalid, Conflict) as error:
        return _again(slug, SORTS[sort], None, entry, error)
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(url_for("planning.show", slug=slug) + f"#{sort}", 303)


@pages.get(f"{SORT}/<int:row_id>")
@needs(Action.PLAN)
def show(slug: str, sort: str, row_id: int) -> str:
    """Something of the plan, as a form."""
    project, row = _found(slug, sort, row_id)
    return _page(project, SORTS[sort], row, Typed(typed_from(row, _fields(SORTS[sort], row))))


@pages.post(f"{SORT}/<int:row_id>")
@needs(Action.PLAN)
def change(slug: str, sort: str, row_id: int) -> Response | tuple[str, int]:
    """Keep what was changed; on any trouble the form comes back as typed."""
    voice = current_voice()
    project, row = _found(slug, sort, row_id)
    entry = read_form(_fields(SORTS[sort], row), request.form, voice)
    if entry.errors:
        return _page(project, SORTS[sort], row, entry), 422
    try:
        editing.change(
            current_session(),
            current_actor(),
            row,
            request.form.get("version", 0, type=int),
            entry.facts,
            now=now(),
            reason=request.form.get("reason", "")[:2000].strip(),
        )
    except (Invalid, Conflict) as error:
        return _again(slug, SORTS[sort], row_id, entry, error)
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(url_for("planning.show", slug=slug) + f"#{sort}", 303)


@pages.post(f"{SORT}/<int:row_id>/withdraw")
@needs(Action.PLAN)
def withdraw(slug: str, sort: str, row_id: int) -> Response | tuple[str, int]:
    """Take something out of the plan, with a reason; it can be brought back."""
    voice = current_voice()
    _, row = _found(slug, sort, row_id)
    version = request.form.get("version", 0, type=int)
    reason = request.form.get("withdraw_reason", "")[:2000]
    try:
        archiving.withdraw_row(current_session(), current_actor(), row, version, now=now(), reason=reason)
    except (Invalid, Conflict) as error:
        entry = Typed(typed_from(row, _fields(SORTS[sort], row)))
        return _again(slug, SORTS[sort], row_id, entry, error)
    commit()
    flash(voice.gettext("Withdrawn. It can be brought back at the bottom of this page."), "message")
    return redirect(url_for("planning.show", slug=slug) + f"#{sort}", 303)


def _make(project: Project, sort: PlannedSort, facts: dict[str, Any]) -> None:
    session, actor = current_session(), current_actor()
    facts["project_id"] = project.id
    if sort.kind is ProjectDocument:
        file = request.files.get("file")
        content = file.stream.read(LARGEST + 1) if file and file.filename else b""
        name = (file.filename or "") if file else ""
        add_document(session, actor, project.id, facts, now=now(), file_name=name, content=content)
        return
    other = MADE_ALONG.get(sort.path)
    if other is not None and facts.get("new_name"):
        kind, column = other
        named = {"name": facts.pop("new_name"), "kind": facts.pop("new_kind", None)}
        try:
            facts[column] = editing.make(session, actor, kind, named, now=now()).id
        except Invalid as error:
            error.field = f"new_{error.field}"
            raise
    editing.make(session, actor, sort.kind, facts, now=now())


def _fields(sort: PlannedSort, row: Any) -> tuple[Field, ...]:
    """The fields that are asked for: all but those of a new row, and new ends only where allowed."""
    asked = sort.fields if row is None else tuple(one for one in sort.fields if not one.once)
    if not may_plan_everywhere():
        asked = tuple(one for one in asked if one.heading != SOMETHING_NEW)
    return asked


def _typed_anew(sort: str) -> dict[str, str]:
    typed = {one.name: "" for one in SORTS[sort].fields}
    more = {
        "goals": {"level": GoalLevel.OUTCOME.value},
        "partners": {"part": Part.PARTNER.value},
        "notes": {"noted_on": today().isoformat()},
        "documents": {"is_public": "no"},
    }
    asked = {name: text for name, text in request.args.items() if name in ("goal_id", "indicator_id")}
    return {**typed, **more.get(sort, {}), **{name: asked[name] for name in asked if name in typed}}


def _found(slug: str, sort: str, row_id: int) -> tuple[Project, Any]:
    """The project, and its row that is in use.

    Raises:
        NotFound: there is none, or it is withdrawn.
    """
    session = current_session()
    project = lookup.project(session, current_actor(), slug, Action.PLAN)
    row: Any = editing.row_of_project(session, SORTS[sort].kind, project.id, row_id)
    if row.withdrawn_at is not None and request.method == "GET":
        raise NotFound("This has been withdrawn. Bring it back first.")
    return project, row


def _again(
    slug: str, sort: PlannedSort, row_id: int | None, entry: Typed, error: ImpactError
) -> tuple[str, int]:
    """The form as typed with what is wrong, beside what is stored now."""
    roll_back()
    voice = current_voice()
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    row: Any = editing.row_of_project(current_session(), sort.kind, project.id, row_id) if row_id else None
    told = voice.gettext(error.message, **error.facts)
    if isinstance(error, Conflict):
        return _page(project, sort, row, entry, conflict=told), error.status
    entry.errors[error.field or sort.fields[0].name] = told
    return _page(project, sort, row, entry), error.status


def _page(project: Project, sort: PlannedSort, row: Any, entry: Typed, conflict: str | None = None) -> str:
    voice = current_voice()
    asked = _fields(sort, row)
    options = options_for(asked, voice, project.id)
    plan: str = url_for("planning.show", slug=project.slug)
    action = (
        url_for("planned.show", slug=project.slug, sort=sort.path, row_id=row.id)
        if row is not None
        else url_for("planned.new", slug=project.slug, sort=sort.path)
    )
    title = (
        title_of(row, names_of_rows(current_session(), [row]), voice)
        if row
        else voice.gettext(sort.new_words)
    )
    stored: Mapping[str, str] = typed_from(row, asked) if row is not None else {}
    return render_template(
        "planning/row.html",
        kicker=voice.gettext(sort.words) if row is not None else None,
        title=title,
        lead=voice.gettext(sort.advice) if sort.advice and row is None else None,
        steps=[
            (voice.gettext("Projects"), url_for("portfolio.show_all")),
            (voice.pick(project.short_sv, project.short_en), url_for("projects.show", slug=project.slug)),
            (voice.gettext("Plan"), plan),
            (title, None),
        ],
        action=action,
        back=plan,
        version=row.version if row is not None else None,
        errors=entry.errors,
        history_href=url_for("history.of_row", entity=sort.kind.__tablename__, row_id=row.id)
        if row is not None
        else None,
        sections=sections_of(asked, entry, options, voice),
        has_file=any(one.sort is Sort.FILE for one in asked),
        reason=request.form.get("reason", ""),
        conflict=conflict,
        differences=differing(asked, entry, stored, options, voice) if conflict and row is not None else [],
        withdraw_action=f"{action}/withdraw" if row is not None else None,
        withdraw_reason=request.form.get("withdraw_reason", ""),
        withdraw_text=voice.gettext("Withdraw"),
        withdraw_help=voice.gettext(
            "Its indicators and milestones go along. Nothing is deleted; everything can be brought back."
        )
        if sort.path == "goals"
        else voice.gettext("Nothing is deleted; it can be brought back."),
    )
