"""A definition of the library as programs read it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from impact.api.facts import facts_of
from impact.api.paging import next_field
from impact.api.planned_rows import RowSchema, row_body
from impact.api.shapes import about
from impact.registry.indicator_tables import Definition, DefinitionVersion

# What a version says; the rest follows from when and by whom it was made.
MEANING = facts_of(
    DefinitionVersion,
    frozenset({"id", "definition_id", "number", "search_key", "recorded_at", "actor_id"}),
    component="Meaning",
)
EXAMPLE = {"name_sv": "Trygga hyresgäster", "kind": "share", "unit_sv": "%", "direction": "increase"}


class VersionSchema(Schema):
    """What a definition says from a change on."""

    id = fields.Integer(required=True, metadata=about("The version's own number among all.", 9))
    number = fields.Integer(required=True, metadata=about("Which version it is, from 1.", 2))
    recorded_at = fields.DateTime(required=True, metadata=about("Since when it says so."))
    facts = fields.Nested(MEANING.form, required=True, metadata=about("What it says."))


class DefinitionSchema(RowSchema):
    """A definition with what it says now."""

    slug = fields.String(required=True, metadata=about("Its name in addresses.", "trygga-hyresgaster"))
    version = fields.Nested(VersionSchema, required=True, metadata=about("What it says now."))


class DefinitionRowSchema(DefinitionSchema):
    """A definition of the library."""

    n_indicators = fields.Integer(
        required=True, metadata=about("How many indicators in sight are measured by it.", 3)
    )


class DefinitionListSchema(Schema):
    """A part of the library."""

    definitions = fields.List(
        fields.Nested(DefinitionRowSchema), required=True, metadata=about("The definitions.")
    )
    next = next_field()


class VersionListSchema(Schema):
    """A part of a definition's versions, newest first."""

    versions = fields.List(
        fields.Nested(VersionSchema), required=True, metadata=about("The versions, newest first.")
    )
    next = next_field()


def definition_body(definition: Definition, newest: DefinitionVersion) -> dict[str, Any]:
    """A definition with what it says now."""
    return {**row_body(definition), "slug": definition.slug, "version": version_body(newest)}


def version_body(version: DefinitionVersion) -> dict[str, Any]:
    """A version of a definition."""
    return {
        "id": version.id,
        "number": version.number,
        "recorded_at": version.recorded_at.isoformat(),
        "facts": MEANING.of(version),
    }


def definition_tag(definition: Definition, newest: DefinitionVersion) -> str:
    """The ETag of a definition: another one when it is changed, withdrawn or brought back."""
    return f"definition-{definition.id}-{definition.version}-{newest.number}"
