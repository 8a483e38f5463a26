"""One person as an administrator looks after them: roles, ways in, shutting out, erasing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts import members
from impact.accounts.links import make_link
from impact.accounts.people import PersonState, PersonView, person
from impact.accounts.permissions import Action, require_everywhere
from impact.accounts.profiles import change_profile
from impact.accounts.sign_ins import end_sign_ins, open_sign_ins
from impact.accounts.tables import User
from impact.delivery.account_mails import mail_link
from impact.delivery.erasing import erase_person
from impact.errors import Conflict, Invalid, NotFound
from impact.language import Language
from impact.registry.role_places import role_places
from impact.request_scope import (
    commit,
    current_actor,
    current_session,
    current_voice,
    installation,
    now,
)
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.letterheads import own_letterhead
from impact.web.moments import moment
from impact.web.people_form import BY_MAIL, TOLD, ProfileSchema, RoleSchema, profile_in, read_form, role_in
from impact.web.people_pages import LANGUAGES, link_page
from impact.web.people_words import (
    device_words,
    membership_words,
    place_choices,
    role_choices,
    state_words,
)

pages = Blueprint("person", __name__)


@pages.get("/people/<int:person_id>")
@needs(Action.ADMINISTER)
def show(person_id: int) -> str:
    """Who it is, what they may do, where they are signed in."""
    return _page(person_id)


@pages.post("/people/<int:person_id>")
@needs(Action.ADMINISTER)
def change(person_id: int) -> Response | tuple[str, int]:
    """Keep another name, address or language."""
    user, voice = _user(person_id), current_voice()
    entry = read_form(ProfileSchema(), request.form, voice)
    loaded = entry.loaded
    if loaded is None:
        return _page(person_id, entry.typed, entry.errors), 422
    version = request.form.get("version", 0, type=int)
    return _done(
        person_id,
        lambda: change_profile(
            current_session(), current_actor(), user, version, profile_in(loaded), now=now()
        ),
        voice.gettext("Saved."),
        entry.typed,
    )


@pages.post("/people/<int:person_id>/roles")
@needs(Action.ADMINISTER)
def give_role(person_id: int) -> Response | tuple[str, int]:
    """Give the person a role."""
    user, voice = _user(person_id), current_voice()
    entry = read_form(RoleSchema(), request.form, voice)
    given = role_in(entry.loaded, role_places(current_session())) if entry.loaded else None
    if given is None:
        errors = entry.errors or {"place": voice.gettext(TOLD["place"])}
        return _page(person_id, entry.typed, errors), 422
    return _done(
        person_id,
        lambda: members.grant(
            current_session(),
            current_actor(),
            user,
            given.role,
            project_id=given.project_id,
            organisation_id=given.organisation_id,
            now=now(),
        ),
        voice.gettext("The role holds from the next click on."),
    )


@pages.post("/people/<int:person_id>/roles/<int:membership_id>/withdraw")
@needs(Action.ADMINISTER)
def withdraw_role(person_id: int, membership_id: int) -> Response | tuple[str, int]:
    """Take one of the person's roles back."""
    view = person(current_session(), current_actor(), person_id)
    found = next((each for each in view.memberships if each.id == membership_id), None)
    if found is None:
        raise NotFound("There is no such role.")
    return _done(
        person_id,
        lambda: members.withdraw_grant(current_session(), current_actor(), found, now=now()),
        current_voice().gettext("The role is gone from the next click on."),
    )


@pages.post("/people/<int:person_id>/link")
@needs(Action.ADMINISTER)
def give_link(person_id: int) -> Response | str | tuple[str, int]:
    """Let the person choose a password: by mail, or with a link that is shown this once."""
    user, session, actor = _user(person_id), current_session(), current_actor()
    if request.form.get("way") == BY_MAIL:
        told = current_voice().gettext("An email is on its way to %(email)s.", email=user.email)
        return _done(person_id, lambda: mail_link(session, actor, own_letterhead(), user, now=now()), told)
    try:
        link = make_link(session, actor, user, now=now())
    except Invalid as error:
        return _refused(person_id, error)
    commit()
    return link_page(user, link)


@pages.post("/people/<int:person_id>/<any('shut-out', 'let-in'):way>")
@needs(Action.ADMINISTER)
def set_access(person_id: int, way: str) -> Response | tuple[str, int]:
    """Shut the person out at once, or let them in again."""
    user, voice = _user(person_id), current_voice()
    if way == "shut-out":
        act, told = members.disable_user, voice.gettext("%(name)s is shut out.", name=user.name)
    else:
        act, told = members.enable_user, voice.gettext("%(name)s can sign in again.", name=user.name)
    return _done(person_id, lambda: act(current_session(), current_actor(), user, now=now()), told)


@pages.post("/people/<int:person_id>/end-sign-ins")
@needs(Action.ADMINISTER)
def end_all_sign_ins(person_id: int) -> Response | tuple[str, int]:
    """Sign the person out of every browser."""
    user = _user(person_id)
    return _done(
        person_id,
        lambda: end_sign_ins(current_session(), current_actor(), user.id, now=now()),
        current_voice().gettext("%(name)s is signed out everywhere.", name=user.name),
    )


@pages.get("/people/<int:person_id>/erase")
@needs(Action.ADMINISTER)
def ask_to_erase(person_id: int) -> str:
    """What erasing means, and the button that does it."""
    return _erasing(_user(person_id), {})


@pages.post("/people/<int:person_id>/erase")
@needs(Action.ADMINISTER)
def erase(person_id: int) -> Response | tuple[str, int]:
    """Forget who the person was, once the name was typed to confirm it."""
    user, voice = _user(person_id), current_voice()
    if " ".join(request.form.get("confirmed_name", "").split()) != user.name:
        told = voice.gettext("Type the name as it stands above.")
        return _erasing(user, {"confirmed_name": told}), 422
    try:
        erase_person(current_session(), current_actor(), user, now=now())
    except Invalid as error:
        return _refused(person_id, error)
    commit()
    flash(voice.gettext("The person is erased. What they did is kept without a name."), "message")
    return redirect(url_for("people.show_all"), 303)


def _done(
    person_id: int, act: Callable[[], object], told: str, typed: Mapping[str, str] | None = None
) -> Response | tuple[str, int]:
    """Do it, commit and go back to the person's page; or that page with what was wrong."""
    try:
        act()
    except (Invalid, Conflict) as error:
        return _refused(person_id, error, typed)
    commit()
    flash(told, "message")
    return redirect(url_for("person.show", person_id=person_id), 303)


def _refused(
    person_id: int, error: Invalid | Conflict, typed: Mapping[str, str] | None = None
) -> tuple[str, int]:
    roll_back()
    told = {error.field or "main": current_voice().gettext(error.message, **error.facts)}
    return _page(person_id, typed, told), error.status


def _user(person_id: int) -> User:
    return person(current_session(), current_actor(), person_id).user


def _erasing(user: User, errors: Mapping[str, str]) -> str:
    require_everywhere(current_actor(), Action.ADMINISTER)
    return render_template("people/erase.html", name=user.name, person_id=user.id, errors=errors)


def _page(
    person_id: int, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    require_everywhere(current_actor(), Action.ADMINISTER)
    voice, view = current_voice(), person(current_session(), current_actor(), person_id)
    user, places = view.user, role_places(current_session())
    told = {"name": user.name, "email": user.email or "", "language": user.language}
    state = state_words(view.state, voice)[0]
    return render_template(
        "people/person.html",
        person_id=user.id,
        name=user.name,
        version=user.version,
        state=state,
        is_disabled=view.state is PersonState.DISABLED,
        is_invited=view.state is PersonState.INVITED,
        has_address=bool(user.email),
        facts=_facts(view),
        typed={**told, "role": "viewer", "place": "everything", **(typed or {})},
        errors=errors or {},
        languages=LANGUAGES,
        memberships=[(each.id, *membership_words(each, places, voice)) for each in view.memberships],
        roles=role_choices(voice),
        places=place_choices(places, voice),
        sign_ins=_sign_ins(user.id),
    )


def _facts(view: PersonView) -> list[tuple[str, str]]:
    voice, user = current_voice(), view.user
    languages = {Language.SWEDISH.value: "Svenska", Language.ENGLISH.value: "English"}
    return [
        (voice.gettext("Email address"), user.email or voice.gettext("none")),
        (voice.gettext("Language"), languages[user.language]),
        (
            voice.gettext("Last visit"),
            moment(view.last_visit_at, voice) if view.last_visit_at else voice.gettext("never"),
        ),
        (voice.gettext("Added"), moment(user.created_at, voice)),
    ]


def _sign_ins(user_id: int) -> list[dict[str, Any]]:
    voice = current_voice()
    rows = open_sign_ins(
        current_session(),
        current_actor(),
        user_id,
        now=now(),
        idle_hours=installation().settings.session_hours,
    )
    return [
        {
            "device": device_words(row.user_agent, voice),
            "since": moment(row.created_at, voice),
            "seen": moment(row.last_seen_at, voice),
        }
        for row in rows
    ]
