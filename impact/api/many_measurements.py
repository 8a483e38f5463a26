"""Many measurements in one call: all of them or none, tried first if the caller likes."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import LONGEST_TEXT, Form, Text
from impact.api.measurements import STATED, MeasurementForm, tag_of
from impact.api.preconditions import ChangedInBetween, PreconditionRequired
from impact.api.problems import ManyProblems
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.errors import ImpactError
from impact.monitoring.analysing import refresh_series
from impact.registry.judging import Draft
from impact.registry.many_measurements import Outcome, Planned, Said, plan_many, record_many
from impact.registry.series_view import stored_measurements
from impact.request_scope import current_actor, current_session, now
from impact.request_scope.admission import needs

resource = Resource("Many measurements", "Many measurements in one call, all of them or none.")

MOST = 500
# More series than this wait for the clock, which analyses them within minutes.
ANALYSED_AT_ONCE = 20


class OneMeasurementForm(MeasurementForm):
    """What is said of one period of one series."""

    series_id = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=2**53 - 1),
        metadata=about("The series' number.", 12),
    )
    period = Text(
        required=True, validate=validate.Length(max=40), metadata=about("The reporting period.", "2024")
    )
    etag = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about(
            "The ETag of the measurement that is replaced; needed for a revision.", "181-1-approved"
        ),
    )

    class Meta(Form.Meta):
        """Why it is corrected is said once for all."""

        exclude = ("reason",)


class ManyMeasurementsForm(Form):
    """Many measurements, and why those that are there already are corrected."""

    measurements = fields.List(
        fields.Nested(OneMeasurementForm),
        required=True,
        validate=validate.Length(min=1, max=MOST),
        metadata=about(f"The measurements, 1 to {MOST}."),
    )
    reason = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=about("Why values are corrected; revisions need it.", "The survey was counted again."),
    )
    dry_run = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata=about("Only tell what would be done; nothing is changed.", False),
    )


class OutcomeSchema(Schema):
    """What came, or would come, of one measurement."""

    series_id = fields.Integer(required=True, metadata=about("The series' number.", 12))
    period = fields.String(required=True, metadata=about("The reporting period.", "2024"))
    outcome = fields.Enum(
        Outcome, by_value=True, required=True, metadata=about("What it does to what is stored.")
    )
    etag = fields.String(
        required=True,
        allow_none=True,
        metadata=about("The ETag of what is stored now; null where nothing is yet.", "181-2-approved"),
    )


class OutcomesSchema(Schema):
    """What came, or would come, of many measurements."""

    dry_run = fields.Boolean(required=True, metadata=about("Whether it was only tried."))
    n_new = fields.Integer(required=True, metadata=about("How many are recorded for the first time.", 3))
    n_changed = fields.Integer(required=True, metadata=about("How many replace a revision.", 1))
    n_unchanged = fields.Integer(required=True, metadata=about("How many say what is stored already.", 0))
    n_series_waiting = fields.Integer(
        required=True, metadata=about("How many series wait to be analysed; minutes at most.", 0)
    )
    measurements = fields.List(
        fields.Nested(OutcomeSchema), required=True, metadata=about("Each one, in the order sent.")
    )


@resource.post("/measurements")
@needs(Action.RECORD)
@repeatable
@resource.arguments(
    ManyMeasurementsForm,
    unknown=None,
    example={
        "measurements": [
            {"series_id": 12, "period": "2024", "value": 58.4},
            {"series_id": 12, "period": "2025", "missing": "not_collected"},
        ],
        "dry_run": True,
    },
)
@resource.response(200, OutcomesSchema)
@resource.failing(400, 409, 412, 415, 422, 428)
@resource.doc(operationId="record_measurements", parameters=[IDEMPOTENCY_KEY])
def record_measurements(said: dict[str, Any]) -> Response:
    """Record or revise many measurements.

    All of them or none: what is wrong with each stands in `problems`, with its place. `dry_run` tells
    the same without doing it. A revision names the `etag` of what it replaces, which a dry run tells.
    """
    session, actor = current_session(), current_actor()
    planned = plan_many(session, actor, [_said(each) for each in said["measurements"]], now=now())
    is_trial = said["dry_run"]
    problems = [
        (f"measurements.{place}", problem)
        for place, (each, one) in enumerate(zip(planned, said["measurements"], strict=True))
        if (problem := each.problem or _lost(each, one["etag"], is_trial=is_trial))
    ]
    if problems:
        raise ManyProblems("Nothing was recorded; measurements with problems: %(n)s.", problems)
    if is_trial:
        return _answer(planned, is_trial=True)
    changed = record_many(session, actor, planned, reason=said["reason"], now=now())
    for series_id in changed[:ANALYSED_AT_ONCE]:
        refresh_series(session, series_id, now=now())
    return done(_answer(planned, is_trial=False, n_waiting=len(changed[ANALYSED_AT_ONCE:])))


def _said(one: dict[str, Any]) -> Said:
    draft = Draft(**{name: one[name] for name in STATED})
    return Said(one["series_id"], one["period"], draft, keeps_file=True)


def _lost(planned: Planned, etag: str, *, is_trial: bool) -> ImpactError | None:
    """Why this is not the version that the caller has read; a trial may ask without naming one."""
    if planned.outcome is not Outcome.CHANGED or planned.stored is None or (is_trial and not etag):
        return None
    if not etag:
        return PreconditionRequired("Name the version that is replaced, as it was read.", field="etag")
    if etag.strip('"') != tag_of(planned.stored):
        return ChangedInBetween(
            "Somebody else changed this in between. Read it again and decide anew.", field="etag"
        )
    return None


def _answer(planned: list[Planned], *, is_trial: bool, n_waiting: int = 0) -> Response:
    stored = stored_measurements(current_session(), {each.said.series_id for each in planned})
    n_of = {outcome: sum(each.outcome is outcome for each in planned) for outcome in Outcome}
    rows = []
    for each in planned:
        there = stored.get((each.said.series_id, each.period)) if each.period else None
        rows.append(
            {
                "series_id": each.said.series_id,
                "period": each.period.key() if each.period else each.said.period,
                "outcome": each.outcome,
                "etag": tag_of(there) if there else None,
            }
        )
    return answer(
        {
            "dry_run": is_trial,
            **{f"n_{outcome}": n for outcome, n in n_of.items()},
            "n_series_waiting": n_waiting,
            "measurements": rows,
        }
    )
