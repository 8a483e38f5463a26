"""The plan of a project on one page: what there is, what is missing, and where to change it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.registry import archiving, editing, lookup
from impact.registry.documents import document_file
from impact.registry.goals import move_goal
from impact.registry.plan_view import GoalPlan, ProjectPlan, project_plan
from impact.registry.project_tables import Goal
from impact.reporting.planning_words import goal_level_words, part_words, status_words
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.downloads import kept_file
from impact.web.guards import needs
from impact.web.planning_options import may_plan_everywhere
from impact.web.planning_sorts import SORTS, title_of
from impact.web.planning_steps import next_step, steps_of

pages = Blueprint("planning", __name__)


@pages.get("/projects/<slug>/plan")
@needs(Action.PLAN)
def show(slug: str) -> str:
    """Everything planned in a project, with a way to change each thing."""
    voice, session = current_voice(), current_session()
    project = lookup.project(session, current_actor(), slug, Action.PLAN)
    plan = project_plan(session, project)
    return render_template(
        "planning/plan.html",
        slug=slug,
        short=voice.pick(project.short_sv, project.short_en),
        archived=project.withdrawn_at is not None,
        next=next_step(plan, voice),
        steps=steps_of(plan, voice),
        goals=[_goal(slug, goal, plan, voice) for goal in plan.goals],
        facts=[
            (voice.gettext("Title"), voice.pick(project.title_sv, project.title_en)),
            (voice.gettext("Status"), status_words(project.status, voice)),
            (voice.gettext("Summary"), voice.pick(project.summary_sv, project.summary_en)),
        ],
        sections=_sections(slug, plan, voice),
        n_withdrawn=len(archiving.withdrawn_in_project(session, project.id)),
        may_plan_everywhere=may_plan_everywhere(),
    )


@pages.post("/projects/<slug>/goals/<int:row_id>/move")
@needs(Action.PLAN)
def move(slug: str, row_id: int) -> Response:
    """Put a goal one place up or down."""
    session, actor = current_session(), current_actor()
    project = lookup.project(session, actor, slug, Action.PLAN)
    goal = editing.row_of_project(session, Goal, project.id, row_id)
    move_goal(session, actor, goal, up=request.form.get("to") == "up", now=now())
    commit()
    return redirect(url_for("planning.show", slug=slug) + "#goals", 303)


@pages.get("/projects/<slug>/documents/<int:document_id>/file")
@needs(Action.SEE)
def download(slug: str, document_id: int) -> Response:
    """The stored file of a document, always as a download."""
    file = document_file(current_session(), current_actor(), slug, document_id)
    return kept_file(file.content, file.name, file.media_type)


def _goal(slug: str, goal: GoalPlan, plan: ProjectPlan, voice: Voice) -> dict[str, Any]:
    row = goal.goal
    place = [one.goal.id for one in plan.goals].index(row.id)
    return {
        "id": row.id,
        "title": voice.pick(row.title_sv, row.title_en),
        "kind": goal_level_words(row.level, voice),
        "description": voice.pick(row.description_sv, row.description_en),
        "href": url_for("planned.show", slug=slug, sort="goals", row_id=row.id),
        "move": url_for("planning.move", slug=slug, row_id=row.id),
        "is_first": place == 0,
        "is_last": place == len(plan.goals) - 1,
        "new_indicator": url_for("indicator_making.new_of_goal", goal_id=row.id),
        "new_milestone": url_for("planned.new", slug=slug, sort="milestones", goal_id=row.id),
        "indicators": [
            {
                "text": title_of(one, plan.names, voice),
                "href": url_for("indicator_plans.show", indicator_id=one.id),
                "note": voice.gettext("Key indicator") if one.is_key else "",
            }
            for one in goal.indicators
        ],
        "milestones": [
            {
                "text": title_of(one, plan.names, voice),
                "href": url_for("planned.show", slug=slug, sort="milestones", row_id=one.id),
                "note": _day(one.reached_on or one.due_on, voice),
            }
            for one in goal.milestones
        ],
    }


def _sections(slug: str, plan: ProjectPlan, voice: Voice) -> list[dict[str, Any]]:
    """Everything but goals: a list each, with what it is good for where it is empty."""
    lists: list[tuple[str, str, list[Any]]] = [
        ("partners", voice.gettext("Who takes part"), plan.partners),
        ("areas", voice.gettext("Areas"), plan.areas),
        ("milestones", voice.gettext("Milestones of the whole project"), plan.milestones),
        ("events", voice.gettext("Events"), plan.events),
        ("notes", voice.gettext("Story notes"), plan.notes),
        ("documents", voice.gettext("Documents"), plan.documents),
    ]
    return [
        {
            "id": sort,
            "head": head,
            "new": voice.gettext(SORTS[sort].new_words),
            "new_href": url_for("planned.new", slug=slug, sort=sort),
            "help": voice.gettext(SORTS[sort].advice) if SORTS[sort].advice else "",
            "rows": [
                {
                    "text": title_of(row, plan.names, voice),
                    "href": url_for("planned.show", slug=slug, sort=sort, row_id=row.id),
                    "note": _note(sort, row, voice),
                }
                for row in rows
            ],
        }
        for sort, head, rows in lists
    ]


def _note(sort: str, row: Any, voice: Voice) -> str:
    """What stands small beside a row: its part, its day, where it lies."""
    if sort == "partners":
        return part_words(row.part, voice)
    if sort == "documents":
        return voice.gettext("File") if row.file_sha256 else str(row.address)
    days = {"milestones": ("reached_on", "due_on"), "events": ("happened_on",), "notes": ("noted_on",)}
    found = [getattr(row, name) for name in days.get(sort, ()) if getattr(row, name)]
    return _day(found[0] if found else None, voice)


def _day(day: Any, voice: Voice) -> str:
    return voice.day(day) if day else ""
