"""The app: everything a web process is, put together from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import Undefined
from markupsafe import Markup, escape
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from impact import schema
from impact.accounts.permissions import NOBODY, Action, reach
from impact.api.openapi import open_api
from impact.api.problems import problem
from impact.blueprints import PAGES, RESOURCES
from impact.db import Database
from impact.migrating import head, is_current, revision_of
from impact.request_scope import Installation, current_actor, current_voice
from impact.request_scope.admission import guard
from impact.request_scope.converters import narrow_addresses
from impact.request_scope.failing import tell_errors
from impact.request_scope.identity import note_visits
from impact.request_scope.transaction import end_transactions
from impact.request_scope.work import install
from impact.sample.removing import remove as remove_sample
from impact.secret_key import signing_key
from impact.setting_addresses import LOCAL_HOSTS
from impact.settings import Settings
from impact.web import admin_pages, api_pages, health_pages, sample_pages, static_files, unsubscribe_pages
from impact.web.error_pages import error_page
from impact.web.headers import add_headers, csp_nonce
from impact.web.identity_provider import has_provider, know_provider
from impact.web.origins import refuse_foreign_forms

PACKAGE = Path(__file__).resolve().parent
MEGABYTE = 1024 * 1024
# A grid of 290 municipalities times 10 years, posted as a form.
MOST_FORM_FIELDS = 4000


class Unsaid(Undefined):
    """What nobody passed to a template: false where it is asked for, an error where it is shown."""

    def __str__(self) -> str:
        self._fail_with_undefined_error()

    __iter__ = __len__ = Undefined._fail_with_undefined_error


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def create_app(settings: Settings | None = None, *, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The web of an installation, its pages and its API, ready for any WSGI server.

    Args:
        settings: those of the environment where none are given.
        clock: says what time it is.
    """
    settings = settings or Settings.from_environment()
    app = Flask("impact", static_folder=None, template_folder=str(_template_folder()))
    app.config.update(_configuration(settings))
    install(app, Installation(settings, _database(settings), clock))
    end_transactions(app)
    app.extensions[health_pages.IS_CURRENT] = is_current
    app.extensions[admin_pages.MIGRATIONS] = admin_pages.Migrations(
        lambda session: revision_of(session.connection()), head
    )
    app.extensions[sample_pages.REMOVE] = remove_sample
    know_provider(app, settings)
    _set_up_templates(app)
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    add_headers(app)
    tell_errors(app, to_readers=error_page, to_programs=problem)
    narrow_addresses(app)
    forms = CSRFProtect(app)
    # One-click unsubscribing comes from mail programs; the signed link itself is the proof.
    forms.exempt(unsubscribe_pages.pages)
    refuse_foreign_forms(app)
    note_visits(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.extensions[api_pages.DOCUMENT] = open_api(app, RESOURCES)
    for resource in RESOURCES:
        # No cookie counts there, so that nobody can be made to send a form.
        forms.exempt(resource)
    guard(app)
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    host = urlsplit(settings.public_url).hostname or "localhost"
    return {
        "SECRET_KEY": signing_key(settings),
        "TRUSTED_HOSTS": [host, *(name for name in LOCAL_HOSTS if ":" not in name)],
        "PREFERRED_URL_SCHEME": "https" if settings.is_https else "http",
        "SESSION_COOKIE_NAME": "__Host-impact" if settings.is_https else "impact",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": 25 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": MOST_FORM_FIELDS,
        # The token lives as long as the sign-in; a form may be filled in over lunch.
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _database(settings: Settings) -> Database:
    assert schema.metadata.tables  # noqa: S101 - importing it made every table known
    return Database(settings.database_url, settings.time_zone)


def _template_folder() -> Path:
    """Where the templates lie: inside an installed package, beside a checkout's."""
    places = (PACKAGE / "templates", PACKAGE.parent / "templates")
    return next(place for place in places if (place / "base.html").is_file())


def _set_up_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.undefined = Unsaid
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(
        voice=LocalProxy(current_voice),
        actor=LocalProxy(lambda: None if current_actor() == NOBODY else current_actor()),
        may_enter=lambda: bool(reach(current_actor(), Action.RECORD)),
        may_administer=lambda: reach(current_actor(), Action.ADMINISTER).everywhere,
        has_provider=has_provider,
        csp_nonce=csp_nonce,
        static_url=static_files.static_url,
        _=_said("gettext"),
        gettext=_said("gettext"),
        ngettext=_said("ngettext"),
        pgettext=_said("pgettext"),
        # What a page says only if it has something to say.
        here=None,
        invented=False,
    )


def _said(way: str) -> Callable[..., Markup]:
    """A method of the request's voice for templates: our words as they are, others' escaped."""

    def say(*message: Any, **places: object) -> Markup:
        escaped = {name: escape(value) for name, value in places.items()}
        return Markup(getattr(current_voice(), way)(*message, **escaped))  # noqa: S704 - escaped above

    return say
