"""Choosing the language of the pages."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from impact.accounts import members
from impact.language import Language
from impact.request_scope import commit, current_session, current_visitor, installation, now
from impact.request_scope.voice import cookie_name, known
from impact.web.guards import page_before, public, safe_next
from impact.web.headers import YEAR

pages = Blueprint("language", __name__)


@pages.post("/language/<code>")
@public
def choose(code: str) -> Response:
    """Speak this language from now on, here and wherever the person signs in."""
    language = known(code)
    if language is None:
        abort(404)
    _keep_for_person(language)
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


def _keep_for_person(language: Language) -> None:
    visitor = current_visitor()
    if visitor is None or visitor.language is language:
        return
    user = members.user_by_id(current_session(), visitor.user_id)
    members.choose_language(current_session(), visitor.actor, user, language, now=now())
    commit()
