"""Whether the web is alive, and whether it is ready to answer."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from impact.request_scope import current_session
from impact.web.guards import public

# Where the app keeps the question whether a connection's schema is the one this code wants.
IS_CURRENT = "impact_is_current"
pages = Blueprint("health", __name__)
log = structlog.get_logger()


@pages.get("/healthz")
@public
def alive() -> Response:
    """Yes: the process answers."""
    return _told("alive", 200)


@pages.get("/readyz")
@public
def ready() -> Response:
    """Whether the database answers and has the schema that this version wants."""
    is_current: Callable[..., bool] = current_app.extensions[IS_CURRENT]
    try:
        if is_current(current_session().connection()):
            return _told("ready", 200)
    except SQLAlchemyError as error:
        log.warning("not ready", error=str(error))
        return _told("The database does not answer.", 503)
    return _told("The database is not migrated: run impact db upgrade.", 503)


def _told(words: str, status: int) -> Response:
    return Response(words + "\n", status, mimetype="text/plain")
