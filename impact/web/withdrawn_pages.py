"""What was withdrawn, from one project's plan or from all, and the way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict
from impact.language import Voice
from impact.registry import archiving, lookup
from impact.registry.archiving import Withdrawn
from impact.registry.plan_view import names_of_rows
from impact.reporting.planning_words import entity_words
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.moments import moment
from impact.web.people_names import Names
from impact.web.planning_sorts import title_of

pages = Blueprint("withdrawn", __name__)
OF_A_PROJECT = [kind.__tablename__ for kind in (*archiving.OF_A_PROJECT, *archiving.OF_A_SERIES)]
OF_ALL = [kind.__tablename__ for kind in archiving.OF_THE_INSTALLATION]


@pages.get("/projects/<slug>/withdrawn")
@needs(Action.PLAN)
def show(slug: str) -> str:
    """What is out of use in a project's plan."""
    return _page_of_project(slug)


@pages.post(f"/projects/<slug>/withdrawn/<any({','.join(OF_A_PROJECT)}):entity>/<int:row_id>")
@needs(Action.PLAN)
def bring_back(slug: str, entity: str, row_id: int) -> Response | tuple[str, int]:
    """Take something into use again in a project's plan."""
    session, actor = current_session(), current_actor()
    project = lookup.project(session, actor, slug, Action.PLAN)
    row = archiving.withdrawn_row(session, entity, row_id, project.id)
    try:
        archiving.bring_back(session, actor, row, now=now(), reason=request.form.get("reason", "")[:2000])
    except Conflict as error:
        roll_back()
        told = current_voice().gettext(error.message, **error.facts)
        return _page_of_project(slug, told), error.status
    commit()
    flash(current_voice().gettext("Brought back."), "message")
    return redirect(url_for("planning.show", slug=slug), 303)


@pages.get("/withdrawn")
@needs(Action.PLAN, everywhere=True)
def show_all() -> str:
    """Projects, organisations, areas, categories and definitions that are out of use."""
    return _page_of_all()


@pages.post(f"/withdrawn/<any({','.join(OF_ALL)}):shared_entity>/<int:number>")
@needs(Action.PLAN, everywhere=True)
def bring_back_shared(shared_entity: str, number: int) -> Response | tuple[str, int]:
    """Take a project, an organisation, an area, a category or a definition into use again."""
    session, actor = current_session(), current_actor()
    row = archiving.withdrawn_row(session, shared_entity, number, None)
    try:
        archiving.bring_back(session, actor, row, now=now(), reason=request.form.get("reason", "")[:2000])
    except Conflict as error:
        roll_back()
        return _page_of_all(current_voice().gettext(error.message, **error.facts)), error.status
    commit()
    flash(current_voice().gettext("Brought back."), "message")
    return redirect(url_for("withdrawn.show_all"), 303)


def _page_of_project(slug: str, problem: str | None = None) -> str:
    voice, session = current_voice(), current_session()
    project = lookup.project(session, current_actor(), slug, Action.PLAN)
    short = voice.pick(project.short_sv, project.short_en)
    found = archiving.withdrawn_in_project(session, project.id)
    return render_template(
        "planning/withdrawn.html",
        steps=[
            (voice.gettext("Projects"), url_for("portfolio.show_all")),
            (short, url_for("projects.show", slug=slug)),
            (voice.gettext("Plan"), url_for("planning.show", slug=slug)),
            (voice.gettext("Withdrawn"), None),
        ],
        kicker=short,
        problem=problem,
        items=_items(found, f"/projects/{slug}/withdrawn", voice),
    )


def _page_of_all(problem: str | None = None) -> str:
    voice = current_voice()
    return render_template(
        "planning/withdrawn.html",
        steps=[
            (voice.gettext("Projects"), url_for("portfolio.show_all")),
            (voice.gettext("Withdrawn"), None),
        ],
        kicker=None,
        problem=problem,
        items=_items(archiving.withdrawn_in_installation(current_session()), "/withdrawn", voice),
    )


def _items(found: list[Withdrawn], address: str, voice: Voice) -> list[dict[str, Any]]:
    session = current_session()
    names = names_of_rows(session, [one.row for one in found])
    people = Names(session, [one.actor_id for one in found], voice)
    return [
        {
            "title": title_of(one.row, names, voice),
            "sort": entity_words(one.entity, voice),
            "at": moment(one.at, voice),
            "iso": one.at.isoformat(),
            "who": people.of(one.actor_id),
            "reason": one.reason,
            "action": f"{address}/{one.entity}/{one.row.id}",
        }
        for one in found
    ]
