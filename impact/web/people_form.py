"""What was typed into the forms about people, judged for its form only and never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.accounts.profiles import Profile
from impact.accounts.tables import Role
from impact.language import Language, Voice, mark
from impact.registry.role_places import RolePlaces
from impact.web.people_words import EVERYTHING

BY_MAIL, BY_HAND = "mail", "hand"
TOLD = {
    "name": mark("Give a name."),
    "language": mark("Choose a language."),
    "role": mark("Choose a role."),
    "place": mark("Choose what the role is for."),
    "way": mark("Choose how the link gets there."),
}
UNREADABLE = mark("This cannot be read. Please type or choose it again.")


class _Form(Schema):
    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE


class ProfileSchema(_Form):
    """The fields that tell who somebody is."""

    name = fields.String(required=True, validate=validate.Length(max=200))
    email = fields.String(load_default="", validate=validate.Length(max=300))
    language = fields.Enum(Language, by_value=True, required=True)


class RoleSchema(_Form):
    """The fields that give a role."""

    role = fields.Enum(Role, by_value=True, required=True)
    place = fields.String(load_default=EVERYTHING, validate=validate.Length(max=40))


class InvitationSchema(ProfileSchema, RoleSchema):
    """The fields of an invitation."""

    way = fields.String(required=True, validate=validate.OneOf([BY_MAIL, BY_HAND]))


@dataclass(frozen=True)
class GivenRole:
    """A role and the one place that it is for; neither number is everything."""

    role: Role
    project_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class Invitation:
    """Who is invited as what, and how the link gets there."""

    profile: Profile
    given: GivenRole
    is_mailed: bool


@dataclass
class Typed:
    """A form as typed, what it asks for where it can be read, and what is wrong."""

    typed: dict[str, str]
    loaded: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read_form(schema: Schema, form: Mapping[str, str], voice: Voice) -> Typed:
    """What somebody typed; errors are sentences beside the fields."""
    typed = {name: form.get(name, "") for name in schema.fields}
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    problems = schema.validate(given)
    if problems:
        return Typed(
            typed, errors={str(name): voice.gettext(TOLD.get(str(name), UNREADABLE)) for name in problems}
        )
    return Typed(typed, schema.load(given))


def profile_in(loaded: Mapping[str, Any]) -> Profile:
    """Who somebody is to be."""
    return Profile(loaded["name"], loaded["email"], loaded["language"])


def role_in(loaded: Mapping[str, Any], places: RolePlaces) -> GivenRole | None:
    """The role that is to be given; None where its place is none of ours."""
    kind, _, number = loaded["place"].partition(":")
    place = int(number) if number.isascii() and number.isdecimal() else 0
    if kind == EVERYTHING:
        return GivenRole(loaded["role"])
    if kind == "project" and place in places.projects:
        return GivenRole(loaded["role"], project_id=place)
    if kind == "organisation" and place in places.organisations:
        return GivenRole(loaded["role"], organisation_id=place)
    return None


def read_invitation(
    form: Mapping[str, str], places: RolePlaces, voice: Voice
) -> tuple[Typed, Invitation | None]:
    """The form of an invitation, and the invitation where it can be read."""
    typed = read_form(InvitationSchema(), form, voice)
    if typed.loaded is None:
        return typed, None
    given = role_in(typed.loaded, places)
    if given is None:
        typed.errors["place"] = voice.gettext(TOLD["place"])
        return typed, None
    return typed, Invitation(profile_in(typed.loaded), given, typed.loaded["way"] == BY_MAIL)
