"""Everybody's own page: who I am, what I hear of, where I am signed in, my password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts import members, signing_in
from impact.accounts.people import person
from impact.accounts.permissions import Action, reach
from impact.accounts.profiles import Profile, change_profile, prove_password
from impact.accounts.sign_ins import end_sign_in, end_sign_ins, open_sign_ins
from impact.accounts.signing_in import Visitor
from impact.accounts.tables import User
from impact.delivery.notice_wishes import choose_notice_pace, notice_pace, wants_reminders
from impact.delivery.tables import NoticePace
from impact.errors import Conflict, Invalid
from impact.registry.role_places import role_places
from impact.request_scope import (
    commit,
    current_actor,
    current_session,
    current_visitor,
    current_voice,
    installation,
    now,
)
from impact.request_scope.admission import NotSignedIn
from impact.request_scope.identity import TOKEN_KEY
from impact.request_scope.transaction import roll_back
from impact.web.guards import signed_in
from impact.web.language_pages import remember
from impact.web.link_pages import chosen_hash
from impact.web.moments import moment
from impact.web.people_form import ProfileSchema, Typed, profile_in, read_form
from impact.web.people_pages import LANGUAGES
from impact.web.people_words import device_words, membership_words
from impact.web.sign_in_pages import sign_in_limits

pages = Blueprint("profile", __name__)


@pages.get("/profile")
@signed_in
def show() -> str:
    """What is kept of the reader, and everything that can be changed about it."""
    return _page()


@pages.post("/profile")
@signed_in
def change() -> Response | tuple[str, int]:
    """Keep another name, language or address; a new address takes the password."""
    me, voice = _me(), current_voice()
    entry = read_form(ProfileSchema(), request.form, voice)
    if entry.loaded is None:
        return _page(entry.typed, entry.errors), 422
    wanted = profile_in(entry.loaded)
    try:
        _prove_for_address(me, wanted)
        user = _user(me)
        version = request.form.get("version", 0, type=int)
        change_profile(current_session(), current_actor(), user, version, wanted, now=now())
    except (Invalid, Conflict) as error:
        return _refused(entry, error)
    commit()
    response = _back(voice.gettext("Saved."))
    remember(response, wanted.language)
    return response


@pages.post("/profile/notices")
@signed_in
def choose_notices() -> Response | tuple[str, int]:
    """Hear of flags at once, gathered, or not at all."""
    wanted = next((pace for pace in NoticePace if pace == request.form.get("pace")), None)
    try:
        if wanted is None:
            raise Invalid("Choose how soon.", field="pace")
        choose_notice_pace(current_session(), current_actor(), wanted, now=now())
    except Invalid as error:
        return _refused(Typed({}), error)
    commit()
    return _back(current_voice().gettext("Saved."))


@pages.get("/profile/password")
@signed_in
def password_form() -> str:
    """The form for a new password."""
    return render_template("profile/password.html", errors={})


@pages.post("/profile/password")
@signed_in
def change_password() -> Response | tuple[str, int]:
    """Set a new password; every other sign-in ends, and this one goes on under a new key."""
    me = _me()
    try:
        _prove(me, request.form.get("old_password", ""))
        password_hash = chosen_hash(me.actor.name)
    except Invalid as error:
        told = {error.field or "password": current_voice().gettext(error.message, **error.facts)}
        return render_template("profile/password.html", errors=told), error.status
    session, user = current_session(), _user(me)
    members.set_password(session, current_actor(), user, password_hash, now=now())
    key = signing_in.start_session(session, user, user_agent=request.user_agent.string, now=now())
    commit()
    flask.session.clear()
    flask.session[TOKEN_KEY] = key
    return _back(
        current_voice().gettext("The new password is set. Everywhere else you have to sign in again.")
    )


@pages.post("/profile/sign-ins/end-others")
@signed_in
def end_others() -> Response:
    """Sign out everywhere but here."""
    me, voice = _me(), current_voice()
    n_ended = end_sign_ins(current_session(), current_actor(), me.user_id, but=me.session_id, now=now())
    commit()
    return _back(voice.ngettext("One sign-in was ended.", "%(n)s sign-ins were ended.", n_ended))


@pages.post("/profile/sign-ins/<int:sign_in_id>/end")
@signed_in
def end_one(sign_in_id: int) -> Response:
    """Sign out of one browser."""
    end_sign_in(current_session(), current_actor(), _me().user_id, sign_in_id, now=now())
    commit()
    return _back(current_voice().gettext("The sign-in was ended."))


def _me() -> Visitor:
    """The reader, with the sign-in that this request came by."""
    visitor = current_visitor()
    if visitor is None:
        raise NotSignedIn("Sign in to see this.")
    return visitor


def _user(me: Visitor) -> User:
    return person(current_session(), current_actor(), me.user_id).user


def _prove(me: Visitor, password: str) -> None:
    prove_password(
        installation().database,
        me.user_id,
        password,
        address=request.remote_addr or "",
        now=now(),
        limits=sign_in_limits(),
    )


def _prove_for_address(me: Visitor, wanted: Profile) -> None:
    """Whoever finds a browser open must not lead the next reset to an address of their own."""
    with installation().database.reading() as session:
        user = person(session, me.actor, me.user_id).user
    if user.password_hash is not None and (user.email or "") != wanted.email.strip():
        _prove(me, request.form.get("old_password", ""))


def _back(told: str) -> Response:
    flash(told, "message")
    return redirect(url_for("profile.show"), 303)


def _refused(entry: Typed, error: Invalid | Conflict) -> tuple[str, int]:
    roll_back()
    told = {error.field or "main": current_voice().gettext(error.message, **error.facts)}
    return _page(entry.typed, told), error.status


def _page(typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    voice, me, session = current_voice(), _me(), current_session()
    view, places = person(session, current_actor(), me.user_id), role_places(session)
    user = view.user
    told = {"name": user.name, "email": user.email or "", "language": user.language}
    return render_template(
        "profile/profile.html",
        version=user.version,
        typed={**told, **(typed or {})},
        errors=errors or {},
        languages=LANGUAGES,
        has_password=user.password_hash is not None,
        roles=[
            f"{role} ({place})"
            for role, place in (membership_words(each, places, voice) for each in view.memberships)
        ],
        hears_of_flags=bool(reach(current_actor(), Action.DECIDE)),
        pace=notice_pace(session, me.user_id).value,
        records=bool(reach(current_actor(), Action.RECORD)),
        wants_reminders=wants_reminders(session, me.user_id),
        paces=[
            (NoticePace.AT_ONCE.value, voice.gettext("At once"), voice.gettext("One email for each.")),
            (
                NoticePace.DAILY.value,
                voice.gettext("Gathered once a day"),
                voice.gettext("At seven in the morning, where there is news; early warnings too."),
            ),
            (
                NoticePace.WEEKLY.value,
                voice.gettext("Gathered once a week"),
                voice.gettext("On Mondays at seven, where there is news; early warnings too."),
            ),
            (NoticePace.NEVER.value, voice.gettext("Never"), None),
        ],
        sign_ins=_sign_ins(me),
    )


def _sign_ins(me: Visitor) -> list[dict[str, Any]]:
    voice = current_voice()
    rows = open_sign_ins(
        current_session(),
        current_actor(),
        me.user_id,
        now=now(),
        idle_hours=installation().settings.session_hours,
    )
    return [
        {
            "id": row.id,
            "device": device_words(row.user_agent, voice),
            "since": moment(row.created_at, voice),
            "seen": moment(row.last_seen_at, voice),
            "is_this": row.id == me.session_id,
        }
        for row in rows
    ]
