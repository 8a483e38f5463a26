"""The language of a request: as chosen, as the person has it, as the browser asks."""

from __future__ import annotations

from flask import g, request

from impact.language import Language, Voice, speak
from impact.request_scope.identity import current_visitor, is_for_programs
from impact.request_scope.work import installation

COOKIE = "impact-language"


def current_voice() -> Voice:
    """The voice that speaks to whoever made this request."""
    if "voice" not in g:
        g.voice = speak(_chosen() or _of_visitor() or _of_browser())
    voice: Voice = g.voice
    return voice


def cookie_name() -> str:
    """The cookie in which a browser remembers the language."""
    return "__Host-" + COOKIE if installation().settings.is_https else COOKIE


def known(text: str | None) -> Language | None:
    """The language of that code, or None where we do not speak it."""
    return next((language for language in Language if language.value == text), None)


def _chosen() -> Language | None:
    return None if is_for_programs() else known(request.cookies.get(cookie_name()))


def _of_visitor() -> Language | None:
    visitor = current_visitor()
    return visitor.language if visitor else None


def _of_browser() -> Language:
    """The first of the browser's languages that we speak, whatever country it is of."""
    asked = (known(tag.partition("-")[0].lower()) for tag in request.accept_languages.values())
    return next(filter(None, asked), installation().settings.default_language)
