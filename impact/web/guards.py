"""Who may open a page, and where those go who have to sign in first."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from impact.reporting.public_list import is_anything_public
from impact.request_scope import current_session
from impact.request_scope.admission import NotSignedIn, needs, public, signed_in

__all__ = ["NotSignedIn", "needs", "page_before", "public", "safe_next", "signed_in", "to_sign_in"]

START = "/"
# One slash, then neither slash nor backslash: browsers take "//host" and "/\host" as other sites.
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def safe_next(text: str | None) -> str:
    """The path within these pages that was asked for, the start page for anything else."""
    if not text or not OWN_PATH.fullmatch(text) or not text.isprintable():
        return START
    try:
        parts = urlsplit(text)
    except ValueError:
        return START
    return START if parts.scheme or parts.netloc else text


def page_before() -> str:
    """The page of ours from which this request came, the start page if it is unknown."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return START
    if parts.netloc != request.host:
        return START
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))


def to_sign_in() -> Response:
    """The way to the sign-in page and back again afterwards."""
    if request.path == START and is_anything_public(current_session()):
        return redirect("/open", 303)
    wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else page_before()
    wanted = safe_next(wanted)
    return redirect("/sign-in" + ("" if wanted == START else "?" + urlencode({"next": wanted})), 303)
