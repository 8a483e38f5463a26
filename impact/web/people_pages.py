"""Everybody who signs in: listed and searched, and somebody new invited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts import members
from impact.accounts.links import MadeLink, make_link
from impact.accounts.people import A_PAGE, PeopleFilter, PersonState, PersonView, people
from impact.accounts.permissions import Action, require_everywhere
from impact.accounts.tables import Role, User
from impact.delivery.account_mails import link_path, mail_link
from impact.errors import Conflict, Invalid
from impact.language import Voice
from impact.registry.role_places import RolePlaces, role_places
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
from impact.web.people_form import BY_HAND, BY_MAIL, Invitation, read_invitation
from impact.web.people_words import (
    EVERYTHING,
    ROLES,
    membership_words,
    place_choices,
    role_choices,
    state_words,
)

pages = Blueprint("people", __name__)

LANGUAGES = [("sv", "Svenska"), ("en", "English")]
MOST_PAGES = 10_000


@pages.get("/people")
@needs(Action.ADMINISTER)
def show_all() -> str:
    """The people by name, narrowed as asked."""
    voice = current_voice()
    wanted, page = _wanted(), max(1, min(request.args.get("page", 1, type=int), MOST_PAGES))
    found, n_people = people(current_session(), current_actor(), wanted, skip=(page - 1) * A_PAGE)
    places = role_places(current_session())
    return render_template(
        "people/people.html",
        people=[_row(view, places, voice) for view in found],
        wanted=wanted,
        roles=[("", voice.gettext("All")), *((role.value, voice.gettext(ROLES[role])) for role in Role)],
        states=[
            ("", voice.gettext("All")),
            *((state.value, state_words(state, voice)[0]) for state in PersonState),
        ],
        count=voice.ngettext("Shows one person", "Shows %(n)s people", n_people),
        is_narrowed=wanted != PeopleFilter(),
        newer=_page_address(page - 1) if page > 1 else None,
        older=_page_address(page + 1) if page * A_PAGE < n_people else None,
        page=page,
    )


@pages.get("/people/new")
@needs(Action.ADMINISTER)
def new() -> str:
    """The form that invites somebody."""
    require_everywhere(current_actor(), Action.ADMINISTER)
    typed = {
        "name": "",
        "email": "",
        "language": installation().settings.default_language.value,
        "role": Role.VIEWER.value,
        "place": EVERYTHING,
        "way": BY_MAIL,
    }
    return _form(typed, {})


@pages.post("/people/new")
@needs(Action.ADMINISTER)
def invite() -> Response | str | tuple[str, int]:
    """Invite somebody: by mail, or with a link that is shown this once."""
    voice = current_voice()
    typed, invitation = read_invitation(request.form, role_places(current_session()), voice)
    if invitation is None:
        return _form(typed.typed, typed.errors), 422
    try:
        user, link = _invited(invitation)
    except (Invalid, Conflict) as error:
        roll_back()
        told = {error.field or "name": voice.gettext(error.message, **error.facts)}
        return _form(typed.typed, told), error.status
    address = url_for("person.show", person_id=user.id)
    commit()
    if invitation.is_mailed:
        flash(voice.gettext("The invitation is on its way to %(email)s.", email=user.email), "message")
        return redirect(address, 303)
    return link_page(user, link)


def link_page(user: User, link: MadeLink) -> str:
    """The one page that ever shows a link."""
    voice = current_voice()
    return render_template(
        "people/link.html",
        name=user.name,
        address=own_letterhead().link(link_path(link)),
        until=moment(link.expires_at, voice),
        back=url_for("person.show", person_id=user.id),
    )


def _invited(invitation: Invitation) -> tuple[User, MadeLink]:
    session, actor, profile, given = (
        current_session(),
        current_actor(),
        invitation.profile,
        invitation.given,
    )
    user = members.add_user(
        session, actor, profile.name, email=profile.email, language=profile.language, now=now()
    )
    members.grant(
        session,
        actor,
        user,
        given.role,
        project_id=given.project_id,
        organisation_id=given.organisation_id,
        now=now(),
    )
    if invitation.is_mailed:
        return user, mail_link(session, actor, own_letterhead(), user, now=now())
    return user, make_link(session, actor, user, now=now())


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    voice = current_voice()
    return render_template(
        "people/invite.html",
        typed=typed,
        errors=errors,
        languages=LANGUAGES,
        roles=role_choices(voice),
        places=place_choices(role_places(current_session()), voice),
        ways=[
            (BY_MAIL, voice.gettext("By email"), None),
            (
                BY_HAND,
                voice.gettext("I pass the link on myself"),
                voice.gettext("The link is shown once, on the next page."),
            ),
        ],
    )


def _wanted() -> PeopleFilter:
    given = request.args
    return PeopleFilter(
        given.get("q", "")[:100],
        next((role for role in Role if role.value == given.get("role")), None),
        next((state for state in PersonState if state.value == given.get("state")), None),
    )


def _page_address(page: int) -> str:
    kept = {name: request.args.get(name) or None for name in ("q", "role", "state")}
    return url_for("people.show_all", page=page, q=kept["q"], role=kept["role"], state=kept["state"])


def _row(view: PersonView, places: RolePlaces, voice: Voice) -> dict[str, Any]:
    state, meaning = state_words(view.state, voice)
    told = [membership_words(membership, places, voice) for membership in view.memberships]
    return {
        "name": view.user.name,
        "href": url_for("person.show", person_id=view.user.id),
        "email": view.user.email or "",
        "roles": ", ".join(f"{role} ({place})" for role, place in told) or voice.gettext("no role"),
        "visit": moment(view.last_visit_at, voice) if view.last_visit_at else voice.gettext("never"),
        "visit_iso": view.last_visit_at.isoformat() if view.last_visit_at else "",
        "state": state,
        "meaning": meaning,
    }
