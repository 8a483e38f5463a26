"""Headers of every answer: what a browser may load, keep and tell others."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

from impact.request_scope import installation, request_id

# For pictures served on their own: they load nothing, run nothing and style only themselves.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# For the one page that others may show within theirs: it runs nothing and takes nothing in.
FRAMED_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'none'; "
    "frame-ancestors *; base-uri 'none'"
)
YEAR = 365 * 24 * 3600

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def add_headers(app: Flask) -> None:
    """Put the headers on every answer; what a view set itself stays."""
    app.after_request(_with_headers)


def csp_nonce() -> str:
    """The word that this answer's scripts carry; another one each time."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _with_headers(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _page_policy())
    if response.headers["Content-Security-Policy"] == FRAMED_POLICY:
        del response.headers["X-Frame-Options"]
    response.headers["X-Request-Id"] = request_id()
    if installation().settings.is_https:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return response


def _page_policy() -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
