"""Make and change a project: title and category are enough, all else can come later."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, ImpactError, Invalid
from impact.registry import archiving, editing, lookup
from impact.registry.plan_view import in_use
from impact.registry.project_tables import Category, Project
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.planning_form import Field, Typed, differing, read_form, sections_of
from impact.web.planning_options import may_plan_everywhere, options_for
from impact.web.project_fields import (
    FIRST_CATEGORY,
    PROJECT_FIELDS,
    TYPED_ANEW,
    project_facts_from,
    typed_from_project,
)

pages = Blueprint("project_editing", __name__)


@pages.get("/projects/new")
@needs(Action.PLAN, everywhere=True)
def new() -> str:
    """The form for a new project."""
    return _page(None, Typed({**{one.name: "" for one in PROJECT_FIELDS}, **TYPED_ANEW}))


@pages.post("/projects/new")
@needs(Action.PLAN, everywhere=True)
def make() -> Response | tuple[str, int]:
    """Keep a new project; on any trouble the form comes back as typed."""
    voice = current_voice()
    entry = read_form(_fields(), request.form, voice)
    if entry.errors:
        return _page(None, entry), 422
    try:
        _name_category(entry.facts)
        facts = {**editing.NEW_PROJECT, **project_facts_from(entry.facts, None)}
        project = editing.make(current_session(), current_actor(), Project, facts, now=now())
    except Invalid as error:
        return _again(None, entry, error)
    commit()
    flash(voice.gettext("Saved. Now the first goal: what is to become better?"), "message")
    return redirect(url_for("planning.show", slug=project.slug), 303)


@pages.get("/projects/<slug>/edit")
@needs(Action.PLAN)
def show(slug: str) -> str:
    """A project, as a form."""
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    return _page(project, Typed(typed_from_project(project)))


@pages.post("/projects/<slug>/edit")
@needs(Action.PLAN)
def change(slug: str) -> Response | tuple[str, int]:
    """Keep a changed project; on any trouble the form comes back as typed."""
    voice = current_voice()
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    entry = read_form(_fields(), request.form, voice)
    if entry.errors:
        return _page(project, entry), 422
    try:
        _name_category(entry.facts)
        editing.change(
            current_session(),
            current_actor(),
            project,
            request.form.get("version", 0, type=int),
            project_facts_from(entry.facts, project),
            now=now(),
            reason=request.form.get("reason", "")[:2000].strip(),
        )
    except (Invalid, Conflict) as error:
        return _again(slug, entry, error)
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(url_for("planning.show", slug=slug), 303)


@pages.post("/projects/<slug>/archive")
@needs(Action.PLAN)
def archive(slug: str) -> Response | tuple[str, int]:
    """Take a project off boards and lists, with a reason; it can be brought back."""
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    version = request.form.get("version", 0, type=int)
    reason = request.form.get("withdraw_reason", "")[:2000]
    try:
        archiving.withdraw_row(current_session(), current_actor(), project, version, now=now(), reason=reason)
    except (Invalid, Conflict) as error:
        return _again(slug, Typed(typed_from_project(project)), error)
    commit()
    flash(current_voice().gettext("The project is archived. It can be brought back from here."), "message")
    return redirect(url_for("withdrawn.show_all"), 303)


def _fields() -> tuple[Field, ...]:
    """The fields that are asked for: a category is chosen from those there are, or named."""
    if not may_plan_everywhere():
        return tuple(one for one in PROJECT_FIELDS if one.name != "new_category")
    if in_use(current_session(), Category):
        return PROJECT_FIELDS
    asked = (one for one in PROJECT_FIELDS if one.name != "category_id")
    return tuple(FIRST_CATEGORY if one.name == "new_category" else one for one in asked)


def _name_category(facts: dict[str, Any]) -> None:
    """A category that the list lacked is made along with the project."""
    name = facts.pop("new_category", "")
    if name:
        try:
            made = editing.make(current_session(), current_actor(), Category, {"name_sv": name}, now=now())
        except Invalid as error:
            error.field = "new_category"
            raise
        facts["category_id"] = made.id


def _again(slug: str | None, entry: Typed, error: ImpactError) -> tuple[str, int]:
    """The form as typed with what is wrong, beside what is stored now."""
    roll_back()
    voice = current_voice()
    told = voice.gettext(error.message, **error.facts)
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN) if slug else None
    if isinstance(error, Conflict):
        return _page(project, entry, conflict=told), error.status
    asked = {one.name for one in _fields()}
    field = error.field if error.field in asked or error.field == "withdraw_reason" else "title_sv"
    if error.field == "category_id" and "category_id" not in asked:
        field = "new_category"
    entry.errors[field or "title_sv"] = told
    return _page(project, entry), error.status


def _page(project: Project | None, entry: Typed, conflict: str | None = None) -> str:
    voice = current_voice()
    asked = _fields()
    options = options_for(asked, voice)
    short = voice.pick(project.short_sv, project.short_en) if project else ""
    title = voice.gettext("Facts about the project") if project else voice.gettext("New project")
    back = url_for("planning.show", slug=project.slug) if project else url_for("portfolio.show_all")
    steps = [(voice.gettext("Projects"), url_for("portfolio.show_all"))]
    if project is not None:
        steps += [
            (short, url_for("projects.show", slug=project.slug)),
            (voice.gettext("Plan"), url_for("planning.show", slug=project.slug)),
        ]
    lead = voice.gettext("Title and category are enough to begin. Everything else can be added later.")
    return render_template(
        "planning/row.html",
        kicker=short or None,
        title=title,
        lead=None if project else lead,
        steps=[*steps, (title, None)],
        action=url_for("project_editing.show", slug=project.slug)
        if project
        else url_for("project_editing.new"),
        back=back,
        version=project.version if project else None,
        errors=entry.errors,
        history_href=url_for("history.of_project", slug=project.slug) if project else None,
        sections=sections_of(asked, entry, options, voice),
        has_file=False,
        reason=request.form.get("reason", ""),
        conflict=conflict,
        differences=differing(asked, entry, typed_from_project(project), options, voice)
        if conflict and project
        else [],
        withdraw_action=url_for("project_editing.archive", slug=project.slug)
        if project and project.withdrawn_at is None and may_plan_everywhere()
        else None,
        withdraw_reason=request.form.get("withdraw_reason", ""),
        withdraw_text=voice.gettext("Archive the project"),
        withdraw_help=voice.gettext(
            "It leaves all boards, lists and reports. Nothing is deleted; it can be brought back."
        ),
    )
