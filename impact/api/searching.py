"""Search over projects, goals and indicators, as Swedes expect it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import Form, Text
from impact.api.resource import Resource, answer
from impact.api.shapes import NAME_EXAMPLE, about
from impact.language import Voice
from impact.registry.project_tables import Goal, GoalLevel, Project
from impact.registry.searching import LONGEST, FoundIndicator, search
from impact.request_scope import current_actor, current_session, current_voice
from impact.request_scope.admission import needs

resource = Resource("Search", "Projects, goals and indicators by a part of their names.")

GROUPS = ("projects", "goals", "indicators")


class SearchForm(Form):
    """What is looked for."""

    text = Text(
        required=True,
        validate=validate.Length(max=LONGEST),
        metadata=about(
            "Words that all stand in the name, in Swedish or English, whatever the case.", "trygg"
        ),
    )
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(min=1, max=100),
        metadata=about("How many of each group at most, 1 to 100.", 20),
    )


class FoundProjectSchema(Schema):
    """A project that was found."""

    slug = fields.String(required=True, metadata=about("Its name in addresses.", "klockaretorpet"))
    title = fields.String(required=True, metadata=about("Its title.", "Klockaretorpets centrum"))
    short_name = fields.String(required=True, metadata=about("Its short name.", "Klockaretorpet"))


class FoundGoalSchema(Schema):
    """A goal that was found."""

    id = fields.Integer(required=True, metadata=about("The goal's number.", 3))
    title = fields.String(required=True, metadata=about("The goal.", "Högre trygghet"))
    level = fields.Enum(GoalLevel, by_value=True, required=True, metadata=about("Its link in the chain."))
    project = fields.String(required=True, metadata=about("Its project's slug.", "klockaretorpet"))


class FoundIndicatorSchema(Schema):
    """An indicator that was found."""

    id = fields.Integer(required=True, metadata=about("The indicator's number.", 7))
    name = fields.String(required=True, metadata=about("Its name.", NAME_EXAMPLE))
    project = fields.String(
        required=True, allow_none=True, metadata=about("Its project's slug; null for an area's.", "centre")
    )
    area = fields.String(
        required=True, allow_none=True, metadata=about("Its area's slug; null for a project's.")
    )


class FoundSchema(Schema):
    """What was found, the best first in each group."""

    projects = fields.List(fields.Nested(FoundProjectSchema), required=True, metadata=about("The projects."))
    goals = fields.List(fields.Nested(FoundGoalSchema), required=True, metadata=about("The goals."))
    indicators = fields.List(
        fields.Nested(FoundIndicatorSchema), required=True, metadata=about("The indicators.")
    )
    has_more = fields.List(
        fields.String(validate=validate.OneOf(GROUPS)),
        required=True,
        metadata=about("The groups of which more was found than `limit`.", ["indicators"]),
    )


@resource.get("/search")
@needs(Action.SEE)
@resource.arguments(SearchForm, location="query", unknown=None)
@resource.response(200, FoundSchema)
@resource.failing(422)
@resource.doc(operationId="search")
def look_for(asked: dict[str, Any]) -> Response:
    """Search projects, goals and indicators.

    Those that the token may see and whose names hold every word. Who types o finds ö too, after what is
    written exactly so.
    """
    voice = current_voice()
    found = search(current_session(), current_actor(), asked["text"], limit=asked["limit"])
    return answer(
        {
            "projects": [_project(project, voice) for project in found.projects],
            "goals": [_goal(goal, project, voice) for goal, project in found.goals],
            "indicators": [_indicator(one, voice) for one in found.indicators],
            "has_more": [group for group in GROUPS if group in found.has_more],
        }
    )


def _project(project: Project, voice: Voice) -> dict[str, Any]:
    return {
        "slug": project.slug,
        "title": voice.pick(project.title_sv, project.title_en),
        "short_name": voice.pick(project.short_sv, project.short_en),
    }


def _goal(goal: Goal, project: Project, voice: Voice) -> dict[str, Any]:
    title = voice.pick(goal.title_sv, goal.title_en)
    return {"id": goal.id, "title": title, "level": goal.level, "project": project.slug}


def _indicator(one: FoundIndicator, voice: Voice) -> dict[str, Any]:
    return {
        "id": one.indicator.id,
        "name": voice.pick(one.version.name_sv, one.version.name_en),
        "project": one.project.slug if one.project else None,
        "area": one.area.slug if one.area else None,
    }
