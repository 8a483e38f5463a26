"""One indicator: what it means, its schedule, its series, and the newest analysis."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.known_at import KnownAtForm
from impact.api.planned_rows import tag_of
from impact.api.preconditions import TAG_TO_SEND
from impact.api.progress_shapes import ProgressSchema, progress_body
from impact.api.resource import Resource, answer
from impact.api.shapes import (
    NAME_EXAMPLE,
    BesideTheTurnSchema,
    SeriesMarkSchema,
    UnitSchema,
    VerdictSchema,
    about,
    beside_the_turn,
)
from impact.language import Voice
from impact.monitoring.analysing import newest_analysis
from impact.monitoring.controlling import among_all
from impact.monitoring.storing import trend_of
from impact.monitoring.tables import Analysis
from impact.registry import lookup
from impact.registry.indicator_tables import TOTAL, DefinitionVersion, Indicator
from impact.registry.indicator_view import definition_of
from impact.registry.lookup import SeriesPlace
from impact.registry.past_periods import place_as_known
from impact.registry.promised import promises_of
from impact.registry.series import series_of
from impact.registry.series_view import series_of_indicator
from impact.registry.units import unit_of
from impact.reporting.comparing import ToldComparison, told_comparisons
from impact.request_scope import current_actor, current_session, current_voice
from impact.request_scope.admission import needs
from impact.semantics.period import Frequency
from impact.semantics.progress import Progress
from impact.semantics.series import Series
from impact.trend import sentences
from impact.trend.comparison import Outcome
from impact.trend.pacing import progress_of
from impact.trend.verdict import Estimate, Level

resource = Resource("Indicators", "Variables by which change is measured.")


class ScheduleSchema(Schema):
    """When the indicator is measured."""

    frequency = fields.Enum(
        Frequency, by_value=True, required=True, metadata=about("How long a reporting period is.")
    )
    first_day = fields.Date(required=True, metadata=about("The first day of the first period."))
    every_n_periods = fields.Integer(required=True, metadata=about("Measured every so many periods.", 1))
    rounds = fields.List(
        fields.String(),
        required=True,
        metadata=about("The periods themselves, where they come in no order.", ["2003", "2005"]),
    )
    due_days = fields.Integer(required=True, metadata=about("Due so many days after the period.", 90))


class EstimateSchema(Schema):
    """A number with its 90 % interval."""

    value = fields.Float(required=True, metadata=about("The number itself.", -1.4))
    low = fields.Float(required=True, metadata=about("Where the interval starts.", -1.9))
    high = fields.Float(required=True, metadata=about("Where the interval ends.", -0.9))


class AnalysisSchema(BesideTheTurnSchema):
    """What the detector said of the total series."""

    sentence = fields.String(required=True, metadata=about("The finding, in the language asked for."))
    level_alone = fields.Enum(
        Level,
        by_value=True,
        required=True,
        metadata=about("The level of the series alone; `level` weighs it among all indicators."),
    )
    recorded_at = fields.DateTime(required=True, metadata=about("When it was made."))
    detector_version = fields.String(required=True, metadata=about("The detector that made it."))
    n_points = fields.Integer(required=True, metadata=about("How many measurements it read.", 15))
    p = fields.Float(
        required=True, allow_none=True, metadata=about("How often chance alone gives as much.", 0.001)
    )
    probability = fields.Float(
        required=True, allow_none=True, metadata=about("How probable a reversal is, 0 to 1.", 0.99)
    )
    turning = fields.Nested(
        EstimateSchema, required=True, allow_none=True, metadata=about("The turning point, in years.")
    )
    slope_before = fields.Nested(
        EstimateSchema, required=True, allow_none=True, metadata=about("Change a year until then.")
    )
    slope_after = fields.Nested(
        EstimateSchema, required=True, allow_none=True, metadata=about("Change a year since then.")
    )


class ComparisonSchema(Schema):
    """What the total series and a reference line came to."""

    reference_series_id = fields.Integer(required=True, metadata=about("The reference line's series.", 12))
    name = fields.String(
        required=True, metadata=about("What the reference line is called.", "Norrköpings kommun")
    )
    outcome = fields.Enum(
        Outcome, by_value=True, required=True, metadata=about("Whether the turn is the series' own.")
    )
    p = fields.Float(
        required=True,
        allow_none=True,
        metadata=about("How often two that turn together look as far apart; null without a turn.", 0.02),
    )
    n_common = fields.Integer(required=True, metadata=about("Periods that both have a value for.", 12))
    sentence = fields.String(
        required=True, metadata=about("The same in words; empty where nothing has turned.")
    )
    recorded_at = fields.DateTime(required=True, metadata=about("When it was made."))


class IndicatorSchema(VerdictSchema):
    """An indicator."""

    id = fields.Integer(required=True, metadata=about("The indicator's number.", 7))
    project = fields.String(
        required=True, allow_none=True, metadata=about("Its project's slug; null for an area's.")
    )
    name = fields.String(required=True, metadata=about("Its name.", NAME_EXAMPLE))
    definition = fields.String(required=True, metadata=about("What it means."))
    method = fields.String(required=True, metadata=about("How it is measured."))
    source = fields.String(required=True, metadata=about("Where its figures come from."))
    unit = fields.Nested(UnitSchema, required=True, metadata=about("What its numbers count."))
    is_invented = fields.Boolean(required=True, metadata=about("Whether its figures are made up."))
    schedule = fields.Nested(ScheduleSchema, required=True, metadata=about("When it is measured."))
    series = fields.List(
        fields.Nested(SeriesMarkSchema), required=True, metadata=about("Its series, the total first.")
    )
    analysis = fields.Nested(
        AnalysisSchema, required=True, allow_none=True, metadata=about("The newest analysis.")
    )
    comparisons = fields.List(
        fields.Nested(ComparisonSchema),
        required=True,
        metadata=about("The newest comparison with each reference line."),
    )
    progress = fields.Nested(
        ProgressSchema,
        required=True,
        allow_none=True,
        metadata=about("How the total stands against its next target; null without one."),
    )


@resource.get("/indicators/<int:indicator_id>")
@needs(Action.SEE)
@resource.arguments(KnownAtForm, location="query", unknown=None)
@resource.response(200, IndicatorSchema, headers=TAG_TO_SEND)
@resource.failing(404, 422)
@resource.doc(operationId="read_indicator")
def read_indicator(asked: dict[str, Any], indicator_id: int) -> Response:
    """Read an indicator.

    What it means, when it is measured, its series, and what the newest analysis says in words.
    """
    voice, session = current_voice(), current_session()
    known_at: datetime | None = asked["known_at"]
    place = lookup.indicator_place(session, current_actor(), indicator_id, TOTAL)
    if known_at is not None:
        place = place_as_known(session, place, known_at)
    version = definition_of(session, place.indicator)
    series = series_of(session, place.series.id, known_at)
    row = newest_analysis(session, place.series.id, known_at)
    name = voice.pick(version.name_sv, version.name_en)
    analysis = _analysis(row, series, name, voice, known_at) if row else None
    return answer(
        {
            **_meaning(place, version, voice),
            "schedule": _schedule(place.indicator),
            "series": [
                {"id": series.id, "disaggregation": series.disaggregation}
                for series in series_of_indicator(session, indicator_id)
            ],
            "verdict": analysis.pop("verdict") if analysis else None,
            "level": analysis.pop("level") if analysis else None,
            "analysis": analysis,
            "comparisons": [
                _comparison(told) for told in told_comparisons(session, place.series.id, voice, known_at)
            ],
            "progress": progress_body(_progress(place, series, row, known_at), series.unit, voice),
        },
        tag=tag_of(place.indicator) if known_at is None else None,
    )


def _meaning(place: SeriesPlace, version: DefinitionVersion, voice: Voice) -> dict[str, Any]:
    indicator, unit = place.indicator, unit_of(version)
    return {
        "id": indicator.id,
        "project": place.project.slug if place.project else None,
        "name": voice.pick(version.name_sv, version.name_en),
        "definition": voice.pick(version.text_sv, version.text_en),
        "method": voice.pick(version.method_sv, version.method_en),
        "source": voice.pick(indicator.source_sv, indicator.source_en)
        or voice.pick(version.source_sv, version.source_en),
        "unit": {
            "name": unit.name(voice),
            "kind": unit.kind,
            "decimals": unit.decimals,
            "lowest": unit.lowest,
            "highest": unit.highest,
        },
        "direction": version.direction,
        "is_invented": indicator.is_invented,
    }


def _schedule(indicator: Indicator) -> dict[str, Any]:
    return {
        "frequency": indicator.frequency,
        "first_day": indicator.first_day.isoformat(),
        "every_n_periods": indicator.every_n_periods,
        "rounds": indicator.rounds,
        "due_days": indicator.due_days,
    }


def _progress(
    place: SeriesPlace, series: Series, row: Analysis | None, known_at: datetime | None
) -> Progress | None:
    series_id = place.series.id
    baseline, targets = promises_of(current_session(), [series_id], known_at).get(series_id, (None, ()))
    return progress_of(series, trend_of(row) if row else None, baseline, targets)


def _analysis(
    row: Analysis, series: Series, name: str, voice: Voice, known_at: datetime | None
) -> dict[str, Any]:
    trend = among_all(current_session(), row, known_at)
    return {
        "verdict": trend.verdict,
        "level": trend.level,
        "level_alone": row.level,
        "sentence": sentences.sentence(trend, series, name, voice),
        "recorded_at": row.recorded_at.isoformat(),
        "detector_version": trend.detector_version,
        "n_points": trend.n_points,
        "p": trend.p,
        "probability": trend.probability,
        "turning": _estimate(trend.turning),
        "slope_before": _estimate(trend.slope_before),
        "slope_after": _estimate(trend.slope_after),
        **beside_the_turn(trend),
    }


def _comparison(told: ToldComparison) -> dict[str, Any]:
    return {
        "reference_series_id": told.reference_series_id,
        "name": told.name,
        "outcome": told.comparison.outcome,
        "p": told.comparison.p,
        "n_common": told.comparison.n_common,
        "sentence": told.sentence,
        "recorded_at": told.recorded_at.isoformat(),
    }


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high} if estimate else None
