"""One measurement: read, recorded for the first time, or replaced by a revision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import LONGEST_TEXT, Form, Number, Text
from impact.api.preconditions import TAG_TO_SEND, require_absence, require_version, told_as_changed
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.errors import Conflict, NotFound
from impact.monitoring.analysing import refresh_series
from impact.registry import access, lookup, recording
from impact.registry.evidence import evidence_of
from impact.registry.judging import Draft
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import EvidenceLevel, State
from impact.registry.series_view import StoredMeasurement, stored_measurement
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs
from impact.semantics.period import PeriodError, ReportingPeriod, parse_period
from impact.semantics.series import Missing, Status

resource = Resource("Measurements", "Single measurements; nothing is ever overwritten.")

ADDRESS = "/series/<int:series_id>/measurements/<path:period>"


class MeasurementForm(Form):
    """What is said of a period: all of it, since what is left out is emptied."""

    value = Number(
        load_default=None,
        allow_none=True,
        metadata=about("The value, at most 15 significant digits; shares in per cent.", 58.4),
    )
    missing = fields.Enum(
        Missing,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata=about("Why there is no value, where there is none.", None),
    )
    status = fields.Enum(
        Status, by_value=True, load_default=Status.FINAL, metadata=about("The observation status.", "final")
    )
    n_observed = Number(
        load_default=None, allow_none=True, metadata=about("How many answers the value rests on.", 412)
    )
    response_rate = Number(
        load_default=None, allow_none=True, metadata=about("The response rate, in per cent.", 61.5)
    )
    standard_error = Number(
        load_default=None, allow_none=True, metadata=about("The standard error, in the unit.", 1.2)
    )
    margin_level = Number(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=99.99),
        metadata=about("Per cent of the margin of error that the standard error was made from.", 95),
    )
    numerator = Number(load_default=None, allow_none=True, metadata=about("What was divided.", 253))
    denominator = Number(load_default=None, allow_none=True, metadata=about("By what it was divided.", 412))
    comment = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=about("What readers should know of it."),
    )
    evidence_level = fields.Enum(
        EvidenceLevel,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata=about("How well it is supported.", "documented"),
    )
    evidence_address = Text(
        load_default="",
        validate=[validate.Length(max=2000), validate.Regexp(r"^(https?://\S+)?$")],
        metadata=about("Where the evidence lies, an address on the web."),
    )
    reason = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=about("Why it is corrected; a revision needs one.", "The survey was counted again."),
    )


class MeasurementSchema(Schema):
    """What is stored of a period.

    Whoever may record sees the newest revision, all others the approved one.
    """

    series_id = fields.Integer(required=True, metadata=about("The series' number.", 12))
    period = fields.String(required=True, metadata=about("The reporting period.", "2024"))
    state = fields.Enum(
        State, by_value=True, required=True, metadata=about("Where this revision stands.", "approved")
    )
    value = fields.Float(required=True, allow_none=True, metadata=about("The value.", 58.4))
    missing = fields.Enum(
        Missing, by_value=True, required=True, allow_none=True, metadata=about("Why there is none.")
    )
    status = fields.Enum(Status, by_value=True, required=True, metadata=about("The observation status."))
    n_observed = fields.Float(required=True, allow_none=True, metadata=about("How many answers."))
    response_rate = fields.Float(required=True, allow_none=True, metadata=about("In per cent."))
    standard_error = fields.Float(required=True, allow_none=True, metadata=about("In the unit."))
    margin_level = fields.Float(required=True, allow_none=True, metadata=about("In per cent."))
    numerator = fields.Float(required=True, allow_none=True, metadata=about("What was divided."))
    denominator = fields.Float(required=True, allow_none=True, metadata=about("By what."))
    comment = fields.String(required=True, metadata=about("What was said of it."))
    evidence_level = fields.Enum(
        EvidenceLevel, by_value=True, required=True, allow_none=True, metadata=about("How well supported.")
    )
    evidence_address = fields.String(required=True, metadata=about("Where the evidence lies."))
    evidence_file = fields.String(
        required=True, allow_none=True, metadata=about("The name of its file of evidence.", "survey.pdf")
    )
    revision = fields.Integer(required=True, metadata=about("Which revision this is, from 1.", 1))
    reason = fields.String(required=True, metadata=about("Why it was corrected."))
    recorded_at = fields.DateTime(required=True, metadata=about("When it was recorded."))


STATED = tuple(name for name in MeasurementForm().fields if name != "reason")


def reach(series_id: int, period: str) -> tuple[SeriesPlace, ReportingPeriod]:
    """The series in which the caller wants to record, and the period that the address names.

    Raises:
        NotFound, NotAllowed: out of reach, or no period of this indicator's frequency.
    """
    place = lookup.series_place(current_session(), current_actor(), series_id, Action.RECORD)
    return place, period_at(place, period)


@resource.get(ADDRESS)
@needs(Action.SEE)
@resource.response(200, MeasurementSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_measurement")
def read_measurement(series_id: int, period: str) -> Response:
    """Read a measurement.

    The newest revision for those who may record, the approved one for all others.
    """
    session, actor = current_session(), current_actor()
    place = lookup.series_place(session, actor, series_id)
    asked = period_at(place, period)
    stored = stored_measurement(session, series_id, asked)
    may_record = access.may(session, actor, Action.RECORD, place.indicator.id)
    if stored is None or not (may_record or stored.approved):
        raise NotFound("There is no such measurement.")
    return answer_with(place, asked, stored, newest=may_record)


@resource.put(ADDRESS)
@needs(Action.RECORD)
@resource.first(reach)
@resource.arguments(
    MeasurementForm,
    unknown=None,
    example={"value": 58.4, "status": "final", "comment": "", "n_observed": 412},
)
@resource.response(200, MeasurementSchema, description="Revised, or unchanged.", headers=TAG_TO_SEND)
@resource.alt_response(
    201,
    schema=MeasurementSchema,
    description="Recorded for the first time.",
    headers=TAG_TO_SEND,
    success=True,
)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(
    operationId="put_measurement",
    parameters=[
        {
            "in": "header",
            "name": "If-Match",
            "schema": {"type": "string"},
            "description": "The ETag of the measurement that is replaced; needed for a revision.",
        },
        {
            "in": "header",
            "name": "If-None-Match",
            "schema": {"type": "string", "enum": ["*"]},
            "description": "`*` records only where nothing is recorded yet.",
        },
    ],
)
def put_measurement(said: dict[str, Any], series_id: int, period: str) -> Response:
    """Record or revise a measurement.

    The first one of a period is recorded; a later one is a revision, which says what it replaces
    (`If-Match`) and why (`reason`). The series is analysed anew at once. A file of evidence is kept.
    """
    session, actor = current_session(), current_actor()
    place, asked = reach(series_id, period)
    draft, reason = Draft(**{name: said[name] for name in STATED}), said["reason"]
    stored = stored_measurement(session, series_id, asked)
    require_absence(is_there=stored is not None)
    if stored is None:
        recording.record_measurement(session, actor, series_id, asked, draft, now=now())
    else:
        require_version(tag_of(stored))
        # The file has an address of its own: what is said here leaves it as it is.
        draft = replace(draft, evidence_sha256=stored.newest.evidence_sha256)
        with told_as_changed(Conflict):
            recording.revise_measurement(
                session,
                actor,
                series_id,
                stored.measurement_id,
                stored.version,
                draft,
                reason=reason,
                now=now(),
            )
    refresh_series(session, series_id, now=now())
    kept = stored_measurement(session, series_id, asked)
    if kept is None:
        raise NotFound("There is no such measurement.")
    response = answer_with(place, asked, kept, newest=True, status=200 if stored else 201)
    if stored is None:
        response.headers["Location"] = url_for(
            "Measurements.read_measurement", series_id=series_id, period=asked.key()
        )
    commit()
    return response


def period_at(place: SeriesPlace, text: str) -> ReportingPeriod:
    """The period that the address names.

    Raises:
        NotFound: it names none of this indicator's frequency.
    """
    try:
        return parse_period(text, place.indicator.frequency, place.indicator.first_day.month)
    except PeriodError as error:
        raise NotFound("There is no such period.") from error


def tag_of(stored: StoredMeasurement) -> str:
    """The ETag of what is stored of a period."""
    return f"{stored.measurement_id}-{stored.version}-{stored.state}"


def answer_with(
    place: lookup.SeriesPlace,
    period: ReportingPeriod,
    stored: StoredMeasurement,
    *,
    newest: bool,
    status: int = 200,
) -> Response:
    """The measurement as it is stored, with its tag."""
    revision = stored.newest if newest or stored.approved is None else stored.approved
    is_approved = stored.approved is not None and revision.id == stored.approved.id
    file = evidence_of(current_session(), current_actor(), place, revision)
    body = {
        "series_id": place.series.id,
        "period": period.key(),
        "state": State.APPROVED if is_approved else stored.state,
        **{name: getattr(revision, name) for name in STATED},
        "evidence_file": file.name if file else None,
        "revision": revision.number,
        "reason": revision.reason,
        "recorded_at": revision.recorded_at.isoformat(),
    }
    return answer(body, status, tag=tag_of(stored))
