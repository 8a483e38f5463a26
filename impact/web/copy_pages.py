"""Copy a project as a template for the next one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action, require_everywhere
from impact.errors import Invalid
from impact.language import mark
from impact.registry import lookup
from impact.registry.copying import copy_project
from impact.request_scope import commit, current_actor, current_session, current_voice, now, today
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.planning_form import Field, Sort, Typed, read_form, sections_of

pages = Blueprint("copying", __name__)
FIELDS = (
    Field("title_sv", mark("Title of the new project"), required=True),
    Field("title_en", mark("Title in English")),
    Field(
        "first_year",
        mark("First year to be measured"),
        Sort.WHOLE,
        required=True,
        advice=mark("The schedules of all indicators begin in this year."),
    ),
)


@pages.get("/projects/<slug>/copy")
@needs(Action.PLAN)
def ask(slug: str) -> str:
    """The form that asks for the new project's title."""
    return _page(slug, Typed({"title_sv": "", "title_en": "", "first_year": str(today().year)}))


@pages.post("/projects/<slug>/copy")
@needs(Action.PLAN)
def copy(slug: str) -> Response | tuple[str, int]:
    """Make the new project; on any trouble the form comes back as typed."""
    voice = current_voice()
    lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    entry = read_form(FIELDS, request.form, voice)
    if entry.errors:
        return _page(slug, entry), 422
    facts = dict(entry.facts)
    first_year = facts.pop("first_year", None) or 0
    try:
        project = copy_project(
            current_session(), current_actor(), slug, facts, first_year=first_year, now=now()
        )
    except Invalid as error:
        roll_back()
        known = {one.name for one in FIELDS}
        field = error.field if error.field in known else "title_sv"
        entry.errors[str(field)] = voice.gettext(error.message, **error.facts)
        return _page(slug, entry), error.status
    commit()
    flash(voice.gettext("Copied. Look through the goals and indicators, then add targets."), "message")
    return redirect(url_for("planning.show", slug=project.slug), 303)


def _page(slug: str, entry: Typed) -> str:
    voice = current_voice()
    project = lookup.project(current_session(), current_actor(), slug, Action.PLAN)
    require_everywhere(current_actor(), Action.PLAN)
    plan = url_for("planning.show", slug=slug)
    title = voice.gettext("Copy as a template")
    return render_template(
        "planning/row.html",
        kicker=voice.pick(project.short_sv, project.short_en),
        title=title,
        lead=voice.gettext(
            "Goals, milestones and indicators with their schedules are copied. "
            "Values, targets, days, money and partners are not."
        ),
        steps=[
            (voice.gettext("Projects"), url_for("portfolio.show_all")),
            (voice.pick(project.short_sv, project.short_en), url_for("projects.show", slug=slug)),
            (voice.gettext("Plan"), plan),
            (title, None),
        ],
        action=url_for("copying.ask", slug=slug),
        back=plan,
        version=None,
        errors=entry.errors,
        history_href=None,
        sections=sections_of(FIELDS, entry, {}, voice),
        has_file=False,
        reason="",
        conflict=None,
        differences=[],
        withdraw_action=None,
        withdraw_reason="",
    )
