"""Planning rows of every sort: held at the version that was read, taken out of use, brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from impact.api.form import Form, Text
from impact.api.paging import PagingForm
from impact.api.preconditions import require_version
from impact.api.shapes import about
from impact.request_scope import current_session

LONGEST_REASON = 2000
# How what changes something that is there may fail.
CHANGING = (400, 404, 409, 412, 415, 422, 428)
REASON_EXAMPLE = {"reason": "Decided by the council in May."}


class RowFilterForm(PagingForm):
    """Which planning rows are wanted."""

    withdrawn = fields.Boolean(
        load_default=False, metadata=about("Those out of use instead of those in use.", False)
    )


class ReasonForm(Form):
    """Why something is done."""

    reason = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_REASON),
        metadata=about("Why; whoever asks later needs it.", "Decided by the council in May."),
    )


class RowSchema(Schema):
    """A planning row."""

    id = fields.Integer(required=True, metadata=about("Its number.", 3))
    withdrawn_at = fields.DateTime(
        required=True, allow_none=True, metadata=about("Since when it is out of use; null in use.")
    )


def row_body(row: Any) -> dict[str, Any]:
    """What every planning row tells of itself."""
    return {"id": row.id, "withdrawn_at": _instant(row.withdrawn_at)}


def tag_of(row: Any) -> str:
    """The ETag of a planning row."""
    return f"{row.__tablename__}-{row.id}-{row.version}"


def hold(row: Any) -> None:
    """Read the row again and keep others from it; the caller has read this version of it.

    Raises:
        PreconditionRequired, ChangedInBetween: no version is named, or another one.
    """
    current_session().refresh(row, with_for_update=True)
    require_version(tag_of(row))


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
