"""What is said of people through the API, and what comes back."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from impact.accounts.people import ORDERS, PersonState
from impact.accounts.tables import Role
from impact.api.form import Form, Text
from impact.api.paging import PagingForm, next_field, sort_field
from impact.api.shapes import about
from impact.language import Language
from impact.request_scope.converters import LARGEST_NUMBER

ROLE_EXAMPLE = {"role": "analyst", "project_id": 3}
INVITATION_EXAMPLE = {"name": "analyst", "email": "analyst@example.se", "roles": [ROLE_EXAMPLE]}


class RoleForm(Form):
    """A role: for a project, an organisation, or (neither named) everything."""

    role = fields.Enum(Role, by_value=True, required=True, metadata=about("Which role.", "analyst"))
    project_id = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=1, max=LARGEST_NUMBER),
        metadata=about("In this project.", 3),
    )
    organisation_id = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=1, max=LARGEST_NUMBER),
        metadata=about("In the projects of this organisation."),
    )


class InvitationForm(Form):
    """Whom to invite, and with which roles."""

    name = Text(required=True, validate=validate.Length(max=100), metadata=about("The name.", "analyst"))
    email = Text(
        required=True,
        validate=validate.Length(max=254),
        metadata=about("Where the invitation goes.", "analyst@example.se"),
    )
    language = fields.Enum(
        Language, by_value=True, load_default=None, metadata=about("The language of pages and mails.", "sv")
    )
    roles = fields.List(
        fields.Nested(RoleForm),
        required=True,
        validate=validate.Length(max=50),
        metadata=about("What the person may do.", [ROLE_EXAMPLE]),
    )


class RoleSchema(Schema):
    """A role that somebody has."""

    id = fields.Integer(required=True, metadata=about("Its number.", 9))
    role = fields.Enum(Role, by_value=True, required=True, metadata=about("Which role.", "analyst"))
    project_id = fields.Integer(required=True, allow_none=True, metadata=about("In this project.", 3))
    organisation_id = fields.Integer(
        required=True, allow_none=True, metadata=about("In this organisation's projects.")
    )


class PersonSchema(Schema):
    """Somebody who can sign in, or could."""

    id = fields.Integer(required=True, metadata=about("The person's number.", 4))
    name = fields.String(required=True, metadata=about("The name.", "analyst"))
    email = fields.String(
        required=True, allow_none=True, metadata=about("The address.", "analyst@example.se")
    )
    language = fields.Enum(Language, by_value=True, required=True, metadata=about("The language.", "sv"))
    state = fields.Enum(
        PersonState, by_value=True, required=True, metadata=about("Whether the person can sign in.", "active")
    )
    last_visit_at = fields.DateTime(
        required=True, allow_none=True, metadata=about("When the person was here last.")
    )
    roles = fields.List(fields.Nested(RoleSchema), required=True, metadata=about("What the person may do."))


class PersonListSchema(Schema):
    """A part of the people."""

    people = fields.List(fields.Nested(PersonSchema), required=True, metadata=about("The people."))
    next = next_field()


class PeopleFilterForm(PagingForm):
    """What narrows the list of people."""

    text = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those in whose name or address this is found.", "analyst"),
    )
    role = fields.Enum(Role, by_value=True, load_default=None, metadata=about("Only those with this role."))
    state = fields.Enum(
        PersonState, by_value=True, load_default=None, metadata=about("Only those that stand so.")
    )
    sort = sort_field(ORDERS, default="name")
