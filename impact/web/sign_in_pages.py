"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

import flask
from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from impact.accounts import signing_in
from impact.accounts.throttling import SignInLimits
from impact.errors import Invalid
from impact.request_scope import commit, current_session, current_visitor, current_voice, installation, now
from impact.request_scope.identity import TOKEN_KEY
from impact.web.guards import public, safe_next
from impact.web.language_pages import chosen_before_sign_in, keep_for_person, remember

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
@public
def form() -> str | Response:
    """The sign-in page; whoever is signed in already goes on at once."""
    wanted = safe_next(request.args.get("next"))
    return redirect(wanted, 303) if current_visitor() else sign_in_form(wanted)


@pages.post("/sign-in")
@public
def sign_in() -> Response | tuple[str, int]:
    """Sign in with name and password, and go on to the page that was wanted."""
    wanted = safe_next(request.form.get("next"))
    name = request.form.get("name", "")
    try:
        found = signing_in.sign_in(
            installation().database,
            name,
            request.form.get("password", ""),
            address=request.remote_addr or "",
            user_agent=request.user_agent.string,
            now=now(),
            limits=sign_in_limits(),
        )
    except Invalid as error:
        problem = current_voice().gettext(error.message, **error.facts)
        return sign_in_form(wanted, name=name, problem=problem), error.status
    _end_earlier()
    language = chosen_before_sign_in() or found.language
    if language is not found.language:
        keep_for_person(found.user_id, language)
    flask.session.clear()
    flask.session[TOKEN_KEY] = found.token
    response = redirect(wanted, 303)
    remember(response, language)
    return response


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """End the sign-in; the cookie, even a copy of it, opens nothing any more."""
    _end_earlier()
    flask.session.clear()
    response = redirect("/sign-in", 303)
    # What a sheet keeps in this browser until it is saved is nobody else's.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _end_earlier() -> None:
    visitor = current_visitor()
    if visitor is not None:
        signing_in.sign_out(current_session(), visitor, now=now())
        commit()


def sign_in_limits() -> SignInLimits:
    """After how many failures a name has to wait, from the settings."""
    settings = installation().settings
    return SignInLimits(settings.sign_in_attempts, timedelta(minutes=settings.sign_in_window_minutes))


def sign_in_form(wanted: str, *, name: str = "", problem: str | None = None) -> str:
    """The sign-in page, with what went wrong on top."""
    return render_template("sign_in/sign_in.html", next=wanted, name=name, problem=problem)
