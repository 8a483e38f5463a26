"""The file that supports a measurement: handed out, attached, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import request
from marshmallow import validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import LONGEST_TEXT, Form, Text
from impact.api.measurements import MeasurementSchema, answer_with, period_at, reach, tag_of
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND, require_version, told_as_changed
from impact.api.resource import Resource, answer_of_file
from impact.api.shapes import about
from impact.errors import Conflict, NotFound
from impact.monitoring.analysing import refresh_series
from impact.registry import lookup
from impact.registry.evidence import attach_evidence, detach_evidence, evidence_file
from impact.registry.file_changes import LONGEST_FILE_NAME
from impact.registry.series_view import StoredMeasurement, stored_measurement
from impact.registry.stored_files import LARGEST, SORTS
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs
from impact.request_scope.downloads import kept_file

resource = Resource("Evidence", "Files that support measurements; downloads only.", takes_files=True)

ADDRESS: Final = "/series/<int:series_id>/evidence/<path:period>"
_BYTES: Final = {"type": "string", "format": "binary"}
# Whatever it is called: the name of the file and its first bytes say what it is.
_ANY_FILE: Final = "application/octet-stream"
_KEPT: Final = sorted({media_type for media_type, _ in SORTS.values()} | {_ANY_FILE})


class ReasonForm(Form):
    """Why the measurement is corrected."""

    reason = Text(
        required=True,
        validate=validate.Length(min=1, max=LONGEST_TEXT),
        metadata=about("Why the measurement is corrected.", "The survey's report came."),
    )


class FileForm(ReasonForm):
    """What the file is called, and why it is attached."""

    name = Text(
        required=True,
        validate=validate.Length(min=1, max=LONGEST_FILE_NAME),
        metadata=about("What the file is called; its ending says its kind.", "survey.pdf"),
    )


@resource.get(ADDRESS)
@needs(Action.SEE)
@resource.response(200, description="The file, as a download.")
@resource.failing(404)
@resource.doc(
    operationId="read_evidence",
    responses={200: {"content": {media_type: {"schema": _BYTES} for media_type in _KEPT}}},
)
def read_evidence(series_id: int, period: str) -> Response:
    """Read the file of evidence of a measurement.

    That of the newest revision for those who may record, of the approved one for all others.
    """
    session, actor = current_session(), current_actor()
    place = lookup.series_place(session, actor, series_id)
    file = evidence_file(session, actor, series_id, period_at(place, period))
    return answer_of_file(kept_file(file.content, file.name, file.media_type))


@resource.put(ADDRESS)
@needs(Action.RECORD)
@resource.first(reach)
@resource.arguments(FileForm, location="query", unknown=None)
@resource.response(200, MeasurementSchema, headers=TAG_TO_SEND)
@resource.failing(404, 409, 412, 413, 422, 428)
@resource.doc(
    operationId="attach_evidence",
    parameters=[IF_MATCH],
    requestBody={
        "required": True,
        "description": "The bytes of the file.",
        "content": {_ANY_FILE: {"schema": _BYTES, "example": "%PDF-1.7 …"}},
    },
)
def attach(said: dict[str, Any], series_id: int, period: str) -> Response:
    """Attach a file of evidence to a measurement.

    The body is the file itself: PDF, Office, OpenDocument, text, CSV, PNG or JPEG, at most 10 megabytes. It
    replaces the one that was there; the measurement gets a revision.
    """
    content = request.stream.read(LARGEST + 1)

    def correct(stored: StoredMeasurement) -> None:
        attach_evidence(
            current_session(),
            current_actor(),
            series_id,
            stored.measurement_id,
            stored.version,
            file_name=said["name"],
            content=content,
            reason=said["reason"],
            now=now(),
        )

    return _corrected(series_id, period, correct)


@resource.delete(ADDRESS)
@needs(Action.RECORD)
@resource.first(reach)
@resource.arguments(ReasonForm, location="query", unknown=None)
@resource.response(200, MeasurementSchema, headers=TAG_TO_SEND)
@resource.failing(404, 409, 412, 422, 428)
@resource.doc(operationId="detach_evidence", parameters=[IF_MATCH])
def detach(said: dict[str, Any], series_id: int, period: str) -> Response:
    """Take the file of evidence away from a measurement.

    The measurement gets a revision without it, with the reason.
    """

    def correct(stored: StoredMeasurement) -> None:
        detach_evidence(
            current_session(),
            current_actor(),
            series_id,
            stored.measurement_id,
            stored.version,
            reason=said["reason"],
            now=now(),
        )

    return _corrected(series_id, period, correct)


def _corrected(series_id: int, period: str, correct: Callable[[StoredMeasurement], None]) -> Response:
    """The measurement after a correction of the version that the caller has read.

    Raises:
        NotFound: nothing is stored of the period.
        ChangedInBetween, PreconditionRequired: another version is stored, or none was named.
    """
    session = current_session()
    place, asked = reach(series_id, period)
    stored = stored_measurement(session, series_id, asked)
    if stored is None:
        raise NotFound("There is no such measurement.")
    require_version(tag_of(stored))
    with told_as_changed(Conflict):
        correct(stored)
    refresh_series(session, series_id, now=now())
    kept = stored_measurement(session, series_id, asked)
    if kept is None:
        raise NotFound("There is no such measurement.")
    response = answer_with(place, asked, kept, newest=True)
    commit()
    return response
