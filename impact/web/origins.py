"""Forms that another site sends are refused, even with the right token in them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError

from impact.request_scope import installation
from impact.request_scope.identity import is_for_programs
from impact.request_scope.transaction import READING


def refuse_foreign_forms(app: Flask) -> None:
    """Let no form in whose page was not one of ours, as far as the browser says."""
    app.before_request(_check)


def _check() -> None:
    is_on = current_app.config["WTF_CSRF_ENABLED"]
    if not is_on or request.method in READING or is_for_programs():
        return
    came_from = request.headers.get("Origin") or request.headers.get("Referer")
    # Neither is sent by a mail program that unsubscribes; the token decides then.
    if came_from and _origin(came_from) not in _own():
        raise CSRFError("The form came from another site.")


def _own() -> set[str]:
    """Ours as the settings have it, and as the request reached us (by localhost or a proxy)."""
    return {_origin(installation().settings.public_url), _origin(request.host_url)}


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
