"""Choosing the language of the pages."""

from __future__ import annotations

import flask
from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from impact.accounts import members, signing_in
from impact.language import Language
from impact.request_scope import commit, current_session, current_visitor, installation, now
from impact.request_scope.voice import cookie_name, known
from impact.web.guards import page_before, public, safe_next
from impact.web.headers import YEAR

pages = Blueprint("language", __name__)

# Until the sign-in that follows it only the browser knows of a choice; it is no choice of the next person's.
CHOSEN_KEY = "language"


@pages.post("/language/<code>")
@public
def choose(code: str) -> Response:
    """Speak this language from now on, here and wherever the person signs in."""
    language = known(code)
    if language is None:
        abort(404)
    visitor = current_visitor()
    if visitor is None:
        flask.session[CHOSEN_KEY] = language.value
    elif visitor.language is not language:
        keep_for_person(visitor.user_id, language)
    wanted = request.form.get("next")
    response = redirect(safe_next(wanted) if wanted else page_before(), 303)
    remember(response, language)
    return response


def remember(response: Response, language: Language) -> None:
    """Let the browser keep the language for a year."""
    response.set_cookie(
        cookie_name(),
        language.value,
        max_age=YEAR,
        path="/",
        secure=installation().settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def keep_for_person(user_id: int, language: Language) -> None:
    """Speak this language to the person from now on, in mails and other browsers as well."""
    user = members.user_by_id(current_session(), user_id)
    # One's own language is one's own to choose, whatever the role.
    members.choose_language(current_session(), signing_in.actor_of(user, []), user, language, now=now())
    commit()


def chosen_before_sign_in() -> Language | None:
    """The language that this browser chose since somebody was last signed in."""
    return known(flask.session.get(CHOSEN_KEY))
