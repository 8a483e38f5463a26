"""Projects: the list with its filters, and one with its goals and indicators."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import Text
from impact.api.known_at import KnownAtForm
from impact.api.paging import PagingForm, address_of_next, next_field, part_asked, sort_field
from impact.api.planned_rows import tag_of
from impact.api.preconditions import TAG_TO_SEND
from impact.api.project_shapes import ProjectRowSchema, ProjectSchema, project_body, project_row
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.monitoring.portfolio import ORDERS, Filters, portfolio
from impact.monitoring.project_view import project_view
from impact.monitoring.tables import FlagDirection
from impact.registry.project_tables import ProjectStatus
from impact.request_scope import current_actor, current_session, current_voice
from impact.request_scope.admission import needs

resource = Resource("Projects", "Undertakings with social goals.")

NARROWING = ("category", "member", "borrower", "status", "flag", "text")


class ProjectFilterForm(PagingForm):
    """What narrows the list of projects."""

    category = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those of this category, by its slug.", "housing"),
    )
    status = fields.Enum(
        ProjectStatus, by_value=True, load_default=None, metadata=about("Only those that stand so.")
    )
    text = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those in whose names and summary this is found.", "centrum"),
    )
    member = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those in which this organisation is a member, by its slug.", "norrkoping"),
    )
    borrower = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those for which this organisation borrows, by its slug.", "norrkoping"),
    )
    flag = fields.Enum(
        FlagDirection,
        by_value=True,
        load_default=None,
        metadata=about("Only those in which a trend turned this way and the flag stands."),
    )
    sort = sort_field(ORDERS, default="name")


class ProjectListSchema(Schema):
    """A part of the projects, by name."""

    projects = fields.List(fields.Nested(ProjectRowSchema), required=True, metadata=about("The projects."))
    next = next_field()


@resource.get("/projects")
@needs(Action.SEE)
@resource.arguments(ProjectFilterForm, location="query", unknown=None)
@resource.response(200, ProjectListSchema)
@resource.failing(422)
@resource.doc(operationId="list_projects")
def list_projects(asked: dict[str, Any]) -> Response:
    """List projects.

    Those in use that the token sees, by name as Swedes order it or by `sort`. `next` leads on.
    """
    part = part_asked(asked, ORDERS)
    filters = Filters(**{name: asked[name] for name in NARROWING})
    found = portfolio(current_session(), current_actor(), filters, part)
    voice, key = current_voice(), part.key_of_next([row.project for row in found])
    rows = [project_row(row.project, row.category, row.organisations, voice) for row in found[: part.limit]]
    return answer({"projects": rows, "next": address_of_next(key)})


@resource.get("/projects/<slug>")
@needs(Action.SEE)
@resource.arguments(KnownAtForm, location="query", unknown=None)
@resource.response(200, ProjectSchema, headers=TAG_TO_SEND)
@resource.failing(404, 422)
@resource.doc(operationId="read_project")
def read_project(asked: dict[str, Any], slug: str) -> Response:
    """Read a project.

    Its facts, and its goals with their indicators: latest value, verdict, standing flag.
    """
    view = project_view(current_session(), current_actor(), slug, asked["known_at"])
    tag = tag_of(view.project) if asked["known_at"] is None else None
    return answer(project_body(view, current_voice()), tag=tag)
