"""Projects made, changed, archived, brought back, and copied as templates."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.facts import facts_of
from impact.api.form import Form
from impact.api.planned_rows import (
    CHANGING,
    ReasonForm,
    RowSchema,
    hold,
    row_body,
    tag_of,
)
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.api.withdrawing import Withdrawing, offer_withdrawing
from impact.registry import editing, lookup
from impact.registry.copying import copy_project
from impact.registry.plan_rules import YEARS
from impact.registry.project_tables import Project
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs

resource = Resource("Planning projects", "Projects made, changed, archived and copied; never deleted.")

ADDRESS = "/projects/<slug>"
EXAMPLE = {"title_sv": "Klockaretorpets centrum", "category_id": 1, "starts_on": "2026-03-01"}
PROJECT = facts_of(Project)


class PlannedProjectForm(ReasonForm):
    """What is said of a project."""

    facts = fields.Nested(
        PROJECT.form, required=True, metadata=about("The facts that are said; title and category suffice.")
    )


class CopyForm(Form):
    """What makes the copy of a project another project."""

    facts = fields.Nested(
        PROJECT.form, required=True, metadata=about("What the new project says, at least its title.")
    )
    first_year = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(min=YEARS.start, max=YEARS.stop - 1),
        metadata=about("In which year the first period of each schedule begins.", 2027),
    )


class PlannedProjectSchema(RowSchema):
    """A project's facts, in both languages."""

    slug = fields.String(required=True, metadata=about("Its name in addresses.", "klockaretorpet"))
    facts = fields.Nested(PROJECT.form, required=True, metadata=about("What it says."))


def _reach(slug: str, action: Action = Action.PLAN) -> Project:
    """The project that the caller wants to change.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    return lookup.project(current_session(), current_actor(), slug, action)


@resource.post("/projects")
@needs(Action.PLAN, everywhere=True)
@repeatable
@resource.arguments(PlannedProjectForm, unknown=None, example={"facts": EXAMPLE})
@resource.response(201, PlannedProjectSchema, headers=TAG_TO_SEND)
@resource.failing(400, 409, 415, 422)
@resource.doc(operationId="make_project", parameters=[IDEMPOTENCY_KEY])
def make_project(said: dict[str, Any]) -> Response:
    """Make a project.

    A title and a category are enough; it is ongoing and internal unless something else is said.
    """
    facts = {**editing.NEW_PROJECT, **said["facts"]}
    project = editing.make(
        current_session(), current_actor(), Project, facts, now=now(), reason=said["reason"]
    )
    return done(_made(project))


@resource.get(f"{ADDRESS}/facts")
@needs(Action.SEE)
@resource.response(200, PlannedProjectSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_project_facts")
def read_facts(slug: str) -> Response:
    """Read what a project says of itself.

    Everything that can be changed of it, in both languages.
    """
    return _answer(_reach(slug, Action.SEE))


@resource.patch(ADDRESS)
@needs(Action.PLAN)
@resource.first(_reach)
@resource.arguments(PlannedProjectForm, unknown=None, example={"facts": {"status": "finished"}})
@resource.response(200, PlannedProjectSchema, headers=TAG_TO_SEND)
@resource.failing(*CHANGING)
@resource.doc(operationId="change_project", parameters=[IF_MATCH])
def change_project(said: dict[str, Any], slug: str) -> Response:
    """Change a project.

    The facts that are named; the rest stays as it was, and what was stays in the history.
    """
    project = _held(slug)
    editing.change(
        current_session(),
        current_actor(),
        project,
        project.version,
        said["facts"],
        now=now(),
        reason=said["reason"],
    )
    response = _answer(project)
    commit()
    return response


@resource.post(f"{ADDRESS}/copies")
@needs(Action.PLAN)
@resource.first(_reach)
@repeatable
@resource.arguments(
    CopyForm, unknown=None, example={"facts": {"title_sv": "Norra torget"}, "first_year": 2027}
)
@resource.response(201, PlannedProjectSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="copy_project", parameters=[IDEMPOTENCY_KEY])
def copy(said: dict[str, Any], slug: str) -> Response:
    """Copy a project as a template.

    Goals, milestones and indicators with their schedules; values, targets, days and partners stay behind.
    """
    project = copy_project(
        current_session(), current_actor(), slug, said["facts"], first_year=said["first_year"], now=now()
    )
    return done(_made(project))


def _held(slug: str) -> Project:
    project = _reach(slug)
    hold(project)
    return project


def _made(project: Project) -> Response:
    response = _answer(project, 201)
    response.headers["Location"] = url_for("Projects.read_project", slug=project.slug)
    return response


def _answer(project: Project, status: int = 200) -> Response:
    body = {**row_body(project), "slug": project.slug, "facts": PROJECT.of(project)}
    return answer(body, status, tag=tag_of(project))


offer_withdrawing(
    resource,
    Withdrawing(
        address=ADDRESS,
        name="project",
        schema=PlannedProjectSchema,
        reach=_reach,
        held=_held,
        answer=lambda project, **_path: _answer(project),
        withdraw_words=(
            "Archive a project.",
            "With a reason; it leaves boards, lists and reports, and can be brought back.",
        ),
        restore_words=(
            "Bring back an archived project.",
            "With all that belongs to it.",
        ),
    ),
)
