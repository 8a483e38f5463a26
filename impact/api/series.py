"""One series: all its approved measurements, now or as known at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from impact import __version__
from impact.accounts.permissions import Action
from impact.api.known_at import KnownAtForm
from impact.api.preconditions import IF_NONE_MATCH, TAG_TO_KEEP, is_known
from impact.api.resource import Resource, answer
from impact.api.shapes import BesideTheTurnSchema, about, beside_the_turn
from impact.monitoring.storing import trend_of
from impact.registry import lookup
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.series import series_of
from impact.reporting.past_findings import Cause, PastFinding, past_findings
from impact.request_scope import current_actor, current_session, current_voice
from impact.request_scope.admission import needs
from impact.semantics.series import Missing, Point, Status
from impact.trend.verdict import Level, Verdict

resource = Resource("Series", "Ordered measurements of one indicator and one disaggregation.")


class PointSchema(Schema):
    """An approved measurement of a series."""

    period = fields.String(required=True, metadata=about("The reporting period.", "2024"))
    value = fields.Float(
        required=True, allow_none=True, metadata=about("The value; null where it is missing.", 59.0)
    )
    missing = fields.Enum(
        Missing,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=about("Why there is no value; null where there is one."),
    )
    status = fields.Enum(Status, by_value=True, required=True, metadata=about("The observation status."))
    n_observed = fields.Float(
        required=True, allow_none=True, metadata=about("How many answers the value rests on.", 412)
    )
    standard_error = fields.Float(
        required=True, allow_none=True, metadata=about("Its standard error, in the unit.", 1.2)
    )
    comment = fields.String(required=True, metadata=about("What was said of it."))


class SeriesSchema(Schema):
    """A series with all its approved measurements."""

    id = fields.Integer(required=True, metadata=about("The series' number.", 12))
    indicator_id = fields.Integer(required=True, metadata=about("Its indicator's number.", 7))
    disaggregation = fields.String(
        required=True, metadata=about("`total`, or pairs of dimension and category.", "total")
    )
    breaks = fields.List(
        fields.String(),
        required=True,
        metadata=about("Series breaks: first periods under a new definition.", ["2014"]),
    )
    measurements = fields.List(
        fields.Nested(PointSchema), required=True, metadata=about("The measurements, oldest first.")
    )


class ReasonSchema(Schema):
    """Why a series was analysed again."""

    cause = fields.Enum(Cause, by_value=True, required=True, metadata=about("What had changed."))
    periods = fields.List(
        fields.String(),
        required=True,
        metadata=about("The periods of new or corrected measurements.", ["2023"]),
    )


class PastAnalysisSchema(BesideTheTurnSchema):
    """What the detector said of a series at a time."""

    id = fields.Integer(required=True, metadata=about("The analysis' number.", 31))
    recorded_at = fields.DateTime(required=True, metadata=about("When it was said first."))
    verdict = fields.Enum(Verdict, by_value=True, required=True, metadata=about("What the trend did."))
    level = fields.Enum(
        Level, by_value=True, required=True, metadata=about("How strong the evidence for a reversal was.")
    )
    sentence = fields.String(
        required=True, metadata=about("What was said, with the data as they were known then.")
    )
    probability = fields.Float(
        required=True, allow_none=True, metadata=about("How probable a reversal was, 0 to 1.", 0.99)
    )
    detector_version = fields.String(required=True, metadata=about("The detector that said it."))
    reasons = fields.List(fields.Nested(ReasonSchema), required=True, metadata=about("Why it was said anew."))


class PastAnalysesSchema(Schema):
    """What was said of a series, newest first."""

    analyses = fields.List(
        fields.Nested(PastAnalysisSchema), required=True, metadata=about("The analyses, newest first.")
    )


@resource.get("/series/<int:series_id>/analyses")
@needs(Action.SEE)
@resource.response(200, PastAnalysesSchema)
@resource.failing(404)
@resource.doc(operationId="list_analyses")
def read_analyses(series_id: int) -> Response:
    """List what was said of a series.

    Newest first, and only where something changed that a reader sees: "what did we say in March?"
    """
    place = lookup.series_place(current_session(), current_actor(), series_id)
    found = past_findings(current_session(), place, current_voice())
    return answer({"analyses": [_analysis(finding) for finding in found]})


@resource.get("/series/<int:series_id>")
@needs(Action.SEE)
@resource.arguments(KnownAtForm, location="query", unknown=None)
@resource.response(200, SeriesSchema, headers=TAG_TO_KEEP)
@resource.alt_response(304, "NOT_MODIFIED", success=True)
@resource.failing(404, 422)
@resource.doc(operationId="read_series", parameters=[IF_NONE_MATCH])
def read_series(asked: dict[str, Any], series_id: int) -> Response:
    """Read a series.

    All approved measurements, oldest first; periods in which nothing was recorded are left out.
    """
    known_at: datetime | None = asked["known_at"]
    place = lookup.series_place(current_session(), current_actor(), series_id)
    tag = _tag(place.series, known_at)
    if is_known(tag):
        return answer(None, tag=tag)
    series = series_of(current_session(), series_id, known_at)
    body = {
        "id": series_id,
        "indicator_id": place.indicator.id,
        "disaggregation": place.series.disaggregation,
        "breaks": [period.key() for period in series.breaks],
        "measurements": [_point(point) for point in series.points],
    }
    return answer(body, tag=tag)


def _analysis(finding: PastFinding) -> dict[str, Any]:
    row = finding.row
    return {
        "id": row.id,
        "recorded_at": row.recorded_at.isoformat(),
        "verdict": row.verdict,
        "level": row.level,
        "sentence": finding.sentence,
        "probability": row.probability,
        **beside_the_turn(trend_of(row)),
        "detector_version": row.detector_version,
        "reasons": [
            {"cause": reason.cause, "periods": [period.key() for period in reason.periods]}
            for reason in finding.reasons
        ],
    }


def _tag(series: IndicatorSeries, known_at: datetime | None) -> str:
    """Another one after each change of the series, and after each release."""
    then = f"-{known_at.isoformat()}" if known_at else ""
    return f"{__version__}-{series.id}-{series.revision_count}{then}"


def _point(point: Point) -> dict[str, Any]:
    """A measurement as a plain dictionary: a schema's dump of each would cost most of the time."""
    return {
        "period": point.period.key(),
        "value": point.value,
        "missing": point.missing,
        "status": point.status,
        "n_observed": point.n_observed,
        "standard_error": point.standard_error,
        "comment": point.comment,
    }
