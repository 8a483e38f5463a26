"""A definition changed: a new version, and what it means for the indicators measured by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.definition_shapes import (
    MEANING,
    DefinitionSchema,
    VersionSchema,
    definition_body,
    definition_tag,
    version_body,
)
from impact.api.form import Form, Text
from impact.api.planned_rows import CHANGING, ReasonForm
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND, require_version
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.series_periods import period_in
from impact.api.shapes import about
from impact.errors import Invalid, NotFound
from impact.registry import definitions, library
from impact.registry.breaks import LONGEST_REASON
from impact.registry.definitions import Change, Consequence
from impact.registry.indicator_tables import Definition
from impact.registry.library_access import require_in_library
from impact.registry.meaning import meaning_of
from impact.request_scope import current_actor, current_session, now
from impact.request_scope.admission import needs
from impact.request_scope.converters import LARGEST_NUMBER
from impact.semantics.period import ReportingPeriod

resource = Resource("Definition versions", "What a definition said, and the change to something else.")

ADDRESS = "/definitions/<definition_slug>/versions"
MOST_FOLLOWING = 1000
EXAMPLE = {
    "facts": {"method_sv": "Enkät på webben"},
    "change": "measured",
    "following": [{"indicator_id": 7, "first_period": "2027"}],
    "reason_sv": "Från papper till webb",
    "reason": "Decided by the council in May.",
}


class FollowingForm(Form):
    """An indicator that is measured by the new version from now on."""

    indicator_id = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(min=1, max=LARGEST_NUMBER),
        metadata=about("The indicator's number.", 7),
    )
    first_period = Text(
        required=True,
        allow_none=True,
        validate=validate.Length(max=40),
        metadata=about(
            "The first period under the new definition: a series break is declared there. Null where the "
            "values can still be compared.",
            "2027",
        ),
    )


class NewVersionForm(ReasonForm):
    """What a definition says from now on, and what that means."""

    facts = fields.Nested(
        MEANING.form, required=True, metadata=about("The facts that change; the rest stays as it was.")
    )
    change = fields.Enum(
        Change,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata=about(
            "`wording` says the same in other words; `measured` says that something else is measured. "
            "Needed where the change may be either.",
            "measured",
        ),
    )
    following = fields.List(
        fields.Nested(FollowingForm),
        load_default=list,
        validate=validate.Length(max=MOST_FOLLOWING),
        metadata=about("Where something else is measured: who follows; the others stay with their version."),
    )
    reason_sv = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_REASON),
        metadata=about("What changed, for the charts, in Swedish; needed for a break."),
    )
    reason_en = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_REASON),
        metadata=about("What changed, for the charts, in English."),
    )


def _reach(definition_slug: str) -> Definition:
    """The definition that the caller wants to change.

    Raises:
        NotFound, NotAllowed: there is none, or others measure by it.
    """
    definition = library.definition_by_slug(current_session(), definition_slug)
    require_in_library(current_session(), current_actor(), definition.id)
    return definition


@resource.post(ADDRESS)
@needs(Action.PLAN)
@resource.first(_reach)
@repeatable
@resource.arguments(NewVersionForm, unknown=None, example=EXAMPLE)
@resource.response(201, DefinitionSchema, headers=TAG_TO_SEND)
@resource.alt_response(
    200,
    schema=DefinitionSchema,
    description="It says so already; there is no new version.",
    headers=TAG_TO_SEND,
    success=True,
)
@resource.failing(*CHANGING)
@resource.doc(operationId="change_definition", parameters=[IF_MATCH, IDEMPOTENCY_KEY])
def change_definition(said: dict[str, Any], definition_slug: str) -> Response:
    """Change a definition.

    A new version. Where something else may be measured by it, `change` says whether it is, and
    `following` for which indicators, from which period on.
    """
    session, actor = current_session(), current_actor()
    definition = _reach(definition_slug)
    session.refresh(definition, with_for_update=True)
    before = definitions.newest_version(session, definition.id)
    require_version(definition_tag(definition, before))
    newest = definitions.change_definition(
        session,
        actor,
        definition_slug,
        before.number,
        replace(meaning_of(before), **said["facts"]),
        _consequence(definition, said),
        reason=said["reason"],
        now=now(),
    )
    status = 201 if newest.number != before.number else 200
    return done(answer(definition_body(definition, newest), status, tag=definition_tag(definition, newest)))


@resource.get(f"{ADDRESS}/<int:number>")
@needs(Action.SEE)
@resource.response(200, VersionSchema)
@resource.failing(404)
@resource.doc(operationId="read_definition_version")
def read_version(definition_slug: str, number: int) -> Response:
    """Read a version of a definition.

    What it said then; it is never edited.
    """
    definition = library.definition_by_slug(current_session(), definition_slug)
    for version in library.versions_of(current_session(), definition.id):
        if version.number == number:
            return answer(version_body(version))
    raise NotFound("There is no such definition.")


def _consequence(definition: Definition, said: dict[str, Any]) -> Consequence | None:
    """What the caller says that the change means; None where nothing is said.

    Raises:
        Invalid: an indicator is not measured by the definition, or has no such period.
    """
    if said["change"] is None:
        return None
    uses = {
        use.indicator.id: use.indicator
        for use in library.uses_of(current_session(), current_actor(), definition.id, Action.PLAN)
    }
    following: dict[int, ReportingPeriod | None] = {}
    for place, one in enumerate(said["following"]):
        indicator, first = uses.get(one["indicator_id"]), one["first_period"]
        if indicator is None:
            raise Invalid(
                "The indicator is not measured by this definition.", field=f"following.{place}.indicator_id"
            )
        field = f"following.{place}.first_period"
        following[indicator.id] = None if first is None else period_in(indicator, first, field)
    return Consequence(said["change"], following, said["reason_sv"], said["reason_en"])
