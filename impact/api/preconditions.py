"""Tags of versions: whoever changes something says which version was read before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from sqlalchemy.orm.exc import StaleDataError

from impact.errors import ImpactError

# What the document says of tags.
TAG_TO_SEND = {"ETag": {"schema": {"type": "string"}, "description": "The version; send it as If-Match."}}
TAG_TO_KEEP = {
    "ETag": {"schema": {"type": "string"}, "description": "The version; send it as If-None-Match."}
}
# An ETag, or several: without one of them nothing is changed.
TAGS = r'^\s*(W/)?"[!#-~]*"(\s*,\s*(W/)?"[!#-~]*")*\s*$'
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": TAGS},
    "example": '"17-1"',
    "description": "The ETag of what is changed, as it was read; needed.",
}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "The ETag of the version that is known already: 304 if it still is the newest.",
}


class ChangedInBetween(ImpactError):
    """The version that the caller has read is no longer the newest (412)."""

    status = 412


class PreconditionRequired(ImpactError):
    """The caller does not say which version is to be changed (428)."""

    status = 428


def require_version(tag: str) -> None:
    """Return if the caller has read the version that is stored.

    Raises:
        PreconditionRequired: no version is named; ``*`` names none.
        ChangedInBetween: another one is.
    """
    named = request.if_match
    if not named or not re.match(TAGS, request.headers["If-Match"]):
        raise PreconditionRequired(
            "Name the version that you are changing: If-Match with the ETag that you read."
        )
    if not named.contains(tag):
        raise ChangedInBetween("Somebody else changed this in between. Read it again and decide anew.")


def require_absence(*, is_there: bool) -> None:
    """Return if what the caller says of there being nothing yet is true.

    Raises:
        ChangedInBetween: it must not be there but is, or the other way round.
    """
    if request.if_none_match.star_tag if is_there else bool(request.if_match):
        raise ChangedInBetween("Somebody else changed this in between. Read it again and decide anew.")


def is_known(tag: str) -> bool:
    """Whether the caller has this version already."""
    return request.if_none_match.contains_weak(tag)


@contextmanager
def told_as_changed(*errors: type[Exception]) -> Iterator[None]:
    """A race that is lost although the version was right when it was looked at.

    Raises:
        ChangedInBetween: one of the errors came.
    """
    lost: tuple[type[Exception], ...] = (StaleDataError, *errors)
    try:
        yield
    except lost as error:
        raise ChangedInBetween(
            "Somebody else changed this in between. Read it again and decide anew."
        ) from error
