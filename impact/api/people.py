"""People who sign in: listed, invited, given roles, shut out; for administrators alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from werkzeug.wrappers import Response

from impact.accounts import members
from impact.accounts.people import ORDERS, PeopleFilter, PersonView, people_part, person
from impact.accounts.permissions import Action
from impact.api.form import Form
from impact.api.paging import address_of_next, part_asked
from impact.api.people_shapes import (
    INVITATION_EXAMPLE,
    ROLE_EXAMPLE,
    InvitationForm,
    PeopleFilterForm,
    PersonListSchema,
    PersonSchema,
    RoleForm,
)
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND, require_version
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.delivery.account_mails import mail_link
from impact.delivery.letters import letterhead
from impact.errors import Invalid, NotFound
from impact.registry.role_places import role_places
from impact.request_scope import current_actor, current_session, installation, now
from impact.request_scope.admission import needs

resource = Resource("People", "Who can sign in, and what they may do; for administrators of everything.")

ADDRESS = "/people/<int:person_id>"


def _reach(person_id: int, **_path: object) -> PersonView:
    return person(current_session(), current_actor(), person_id)


@resource.get("/people")
@needs(Action.ADMINISTER, everywhere=True)
@resource.arguments(PeopleFilterForm, location="query", unknown=None)
@resource.response(200, PersonListSchema)
@resource.failing(422)
@resource.doc(operationId="list_people")
def list_people(asked: dict[str, Any]) -> Response:
    """List people.

    By name unless `sort` asks otherwise. `next` leads on.
    """
    part = part_asked(asked, ORDERS)
    wanted = PeopleFilter(asked["text"], asked["role"], asked["state"])
    found = people_part(current_session(), current_actor(), wanted, part)
    key = part.key_of_next([view.user for view in found])
    return answer({"people": [_body(view) for view in found[: part.limit]], "next": address_of_next(key)})


@resource.post("/people")
@needs(Action.ADMINISTER, everywhere=True)
@repeatable
@resource.arguments(InvitationForm, unknown=None, example=INVITATION_EXAMPLE)
@resource.response(201, PersonSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="invite_person", parameters=[IDEMPOTENCY_KEY])
def invite_person(said: dict[str, Any]) -> Response:
    """Invite somebody.

    A link to choose a password goes to the address; nobody else ever sees it.
    """
    session, actor, settings = current_session(), current_actor(), installation().settings
    language = said["language"] or settings.default_language
    user = members.add_user(session, actor, said["name"], email=said["email"], language=language, now=now())
    for role in said["roles"]:
        _grant(user.id, role)
    head = letterhead(
        settings.mail_from, settings.public_url, current_app.config["SECRET_KEY"], settings.time_zone
    )
    mail_link(session, actor, head, user, now=now())
    response = _answer(user.id, 201)
    response.headers["Location"] = url_for("People.read_person", person_id=user.id)
    return done(response)


@resource.get(ADDRESS)
@needs(Action.ADMINISTER, everywhere=True)
@resource.response(200, PersonSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_person")
def read_person(person_id: int) -> Response:
    """Read a person.

    Who it is and what the person may do.
    """
    return _answer(person_id)


@resource.post(f"{ADDRESS}/roles")
@needs(Action.ADMINISTER, everywhere=True)
@resource.first(_reach)
@repeatable
@resource.arguments(RoleForm, unknown=None, example=ROLE_EXAMPLE)
@resource.response(201, PersonSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="give_role", parameters=[IDEMPOTENCY_KEY])
def give_role(said: dict[str, Any], person_id: int) -> Response:
    """Give a person a role.

    It holds from the person's next request on; one that is there already stays one.
    """
    _grant(person_id, said)
    return done(_answer(person_id, 201))


@resource.post(f"{ADDRESS}/roles/<int:membership_id>/withdraw")
@needs(Action.ADMINISTER, everywhere=True)
@resource.first(_reach)
@repeatable
@resource.arguments(Form, unknown=None, example={})
@resource.response(200, PersonSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="withdraw_role", parameters=[IDEMPOTENCY_KEY])
def withdraw_role(_said: dict[str, Any], person_id: int, membership_id: int) -> Response:
    """Take a role back.

    It is gone at the person's next request; the last administrator stays one.
    """
    found = next((each for each in _reach(person_id).memberships if each.id == membership_id), None)
    if found is None:
        raise NotFound("There is no such role.")
    members.withdraw_grant(current_session(), current_actor(), found, now=now())
    return done(_answer(person_id))


@resource.post(f"{ADDRESS}/<any(disable, enable):way>")
@needs(Action.ADMINISTER, everywhere=True)
@resource.first(_reach)
@repeatable
@resource.arguments(Form, unknown=None, example={})
@resource.response(200, PersonSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(operationId="disable_or_enable_person", parameters=[IF_MATCH, IDEMPOTENCY_KEY])
def set_disabled(_said: dict[str, Any], person_id: int, way: str) -> Response:
    """Shut a person out at once, or let the person in again.

    Sign-ins and tokens end and stay dead; what the person did stays.
    """
    user = _reach(person_id).user
    require_version(_tag(user))
    act = members.disable_user if way == "disable" else members.enable_user
    act(current_session(), current_actor(), user, now=now())
    current_session().flush()
    return done(_answer(person_id))


def _grant(person_id: int, said: dict[str, Any]) -> None:
    """Give the role, for a place that there is.

    Raises:
        Invalid: two places, or one that there is not.
    """
    session, places = current_session(), role_places(current_session())
    project_id, organisation_id = said["project_id"], said["organisation_id"]
    if project_id is not None and organisation_id is not None:
        raise Invalid("Name a project or an organisation, not both.", field="organisation_id")
    if project_id is not None and project_id not in places.projects:
        raise Invalid("There is no such project.", field="project_id")
    if organisation_id is not None and organisation_id not in places.organisations:
        raise Invalid("There is no such organisation.", field="organisation_id")
    user = members.user_by_id(session, person_id)
    members.grant(
        session,
        current_actor(),
        user,
        said["role"],
        project_id=project_id,
        organisation_id=organisation_id,
        now=now(),
    )
    session.flush()


def _tag(user: Any) -> str:
    return f"person-{user.id}-{user.version}"


def _answer(person_id: int, status: int = 200) -> Response:
    view = _reach(person_id)
    return answer(_body(view), status, tag=_tag(view.user))


def _body(view: PersonView) -> dict[str, Any]:
    user, visit = view.user, view.last_visit_at
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "state": view.state,
        "last_visit_at": visit.isoformat() if isinstance(visit, datetime) else None,
        "roles": [
            {
                "id": each.id,
                "role": each.role,
                "project_id": each.project_id,
                "organisation_id": each.organisation_id,
            }
            for each in view.memberships
        ],
    }
