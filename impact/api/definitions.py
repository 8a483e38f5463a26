"""The library of definitions: looked through, read, made, taken out of use and brought back."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.definition_shapes import (
    EXAMPLE,
    MEANING,
    DefinitionListSchema,
    DefinitionSchema,
    VersionListSchema,
    definition_body,
    definition_tag,
    version_body,
)
from impact.api.form import Text
from impact.api.paging import PagingForm
from impact.api.planned_rows import (
    ReasonForm,
    RowFilterForm,
)
from impact.api.preconditions import TAG_TO_SEND, require_version
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.api.short_lists import in_parts
from impact.api.withdrawing import Withdrawing, offer_withdrawing
from impact.registry import definitions, library
from impact.registry.indicator_tables import Definition
from impact.registry.library_access import require_in_library
from impact.registry.meaning import Meaning
from impact.registry.sorting import sort_key
from impact.request_scope import current_actor, current_session, now
from impact.request_scope.admission import needs

resource = Resource("Definitions", "The shared library: what indicators mean; versions are never edited.")

ADDRESS = "/definitions/<definition_slug>"


class LibraryFilterForm(RowFilterForm):
    """Which definitions are wanted."""

    text = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those whose names hold all these words.", "trygga"),
    )
    sort = fields.String(
        load_default="name",
        validate=validate.OneOf(["name", "-name"]),
        metadata=about("In which order; with `-` before it the other way round.", "name"),
    )


class NewDefinitionForm(ReasonForm):
    """What a new definition says."""

    facts = fields.Nested(MEANING.form, required=True, metadata=about("What it says."))


def _found(definition_slug: str) -> Definition:
    return library.definition_by_slug(current_session(), definition_slug)


def _reach(definition_slug: str) -> Definition:
    """The definition that the caller wants to change.

    Raises:
        NotFound, NotAllowed: there is none, or others measure by it.
    """
    definition = _found(definition_slug)
    require_in_library(current_session(), current_actor(), definition.id)
    return definition


@resource.get("/definitions")
@needs(Action.SEE)
@resource.arguments(LibraryFilterForm, location="query", unknown=None)
@resource.response(200, DefinitionListSchema)
@resource.failing(422)
@resource.doc(operationId="list_definitions")
def list_definitions(asked: dict[str, Any]) -> Response:
    """List the library.

    The definitions in use, by their Swedish names as Swedes order them; `next` leads on.
    """
    found = library.search_library(
        current_session(), current_actor(), asked["text"], withdrawn=asked["withdrawn"]
    )
    shown, next_address = in_parts(
        found,
        lambda entry: (sort_key(entry.version.name_sv), entry.definition.id),
        asked,
        str,
        int,
        is_falling=asked["sort"].startswith("-"),
    )
    rows = [
        {**definition_body(entry.definition, entry.version), "n_indicators": entry.n_indicators}
        for entry in shown
    ]
    return answer({"definitions": rows, "next": next_address})


@resource.post("/definitions")
@needs(Action.PLAN)
@repeatable
@resource.arguments(NewDefinitionForm, unknown=None, example={"facts": EXAMPLE})
@resource.response(201, DefinitionSchema, headers=TAG_TO_SEND)
@resource.failing(400, 409, 415, 422)
@resource.doc(operationId="make_definition", parameters=[IDEMPOTENCY_KEY])
def make_definition(said: dict[str, Any]) -> Response:
    """Make a definition.

    Name, kind, unit and direction are enough; a share lies between 0 and 100 unless it is said.
    """
    definition = definitions.make_definition(
        current_session(),
        current_actor(),
        Meaning(**{"name_sv": "", **said["facts"]}),
        now=now(),
        reason=said["reason"],
    )
    response = _answer(definition, 201)
    response.headers["Location"] = url_for("Definitions.read_definition", definition_slug=definition.slug)
    return done(response)


@resource.get(ADDRESS)
@needs(Action.SEE)
@resource.response(200, DefinitionSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_definition")
def read_definition(definition_slug: str) -> Response:
    """Read a definition.

    What it says now; what it said before is among its versions.
    """
    return _answer(_found(definition_slug))


@resource.get(f"{ADDRESS}/versions")
@needs(Action.SEE)
@resource.arguments(PagingForm, location="query", unknown=None)
@resource.response(200, VersionListSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_definition_versions")
def list_versions(asked: dict[str, Any], definition_slug: str) -> Response:
    """List a definition's versions.

    Everything that it has said, newest first. `next` leads on.
    """
    found = library.versions_of(current_session(), _found(definition_slug).id)
    shown, next_address = in_parts(found, lambda one: (one.number,), asked, int, is_falling=True)
    return answer({"versions": [version_body(one) for one in shown], "next": next_address})


def _held(definition_slug: str) -> Definition:
    definition, session = _reach(definition_slug), current_session()
    session.refresh(definition, with_for_update=True)
    require_version(definition_tag(definition, definitions.newest_version(session, definition.id)))
    return definition


def _answer(definition: Definition, status: int = 200) -> Response:
    newest = definitions.newest_version(current_session(), definition.id)
    return answer(definition_body(definition, newest), status, tag=definition_tag(definition, newest))


offer_withdrawing(
    resource,
    Withdrawing(
        address=ADDRESS,
        name="definition",
        schema=DefinitionSchema,
        reach=_reach,
        held=_held,
        answer=lambda definition, **_path: _answer(definition),
        withdraw_words=(
            "Take a definition out of the library.",
            "With a reason, and only when no indicator is measured by it. It can be brought back.",
        ),
        restore_words=(
            "Bring back a definition.",
            "It can be chosen for indicators again.",
        ),
    ),
)
