"""Indicators made for a goal or an area, changed, split, taken out of use and brought back."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import Form, Text
from impact.api.indicator_facts import (
    IndicatorFacts,
    PlannedIndicatorSchema,
    new_plan,
    plan_with,
    planned_indicator,
)
from impact.api.planned_rows import (
    CHANGING,
    ReasonForm,
    hold,
    tag_of,
)
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.series_plan_facts import Break
from impact.api.series_plans import BreakForm, BreaksSchema, planned_row_body
from impact.api.shapes import SeriesMarkSchema, about
from impact.api.withdrawing import Withdrawing, offer_withdrawing
from impact.monitoring.analysing import refresh_series
from impact.registry import breaks, indicators, lookup
from impact.registry.indicator_tables import TOTAL, Indicator
from impact.registry.lookup import SeriesPlace
from impact.registry.series_plan import series_of_indicator
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs
from impact.request_scope.converters import LARGEST_NUMBER

resource = Resource("Planning indicators", "Indicators made, changed and split; never deleted.")

ADDRESS = "/indicators/<int:indicator_id>"
EXAMPLE = {
    "goal_id": 3,
    "facts": {"definition_id": 2, "frequency": "year", "first": "2026", "due_days": 90},
    "disaggregations": ["sex=women", "sex=men"],
}
BREAK_EXAMPLE = {"period": "2019", "reason_sv": "Från papper till webb"}


class NewIndicatorForm(ReasonForm):
    """A new indicator: to what it belongs and what is planned of it."""

    goal_id = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=LARGEST_NUMBER),
        metadata=about("The goal that it is for; or an area.", 3),
    )
    area_id = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=LARGEST_NUMBER),
        metadata=about("The area that it is about: a reference line."),
    )
    facts = fields.Nested(IndicatorFacts, required=True, metadata=about("What is planned of it."))
    disaggregations = fields.List(
        Text(validate=validate.Length(max=indicators.LONGEST_KEY)),
        load_default=list,
        validate=validate.Length(max=100),
        metadata=about("The groups that it is split by, beside the total.", ["sex=women", "sex=men"]),
    )


class ChangedIndicatorForm(ReasonForm):
    """What is planned of an indicator from now on."""

    facts = fields.Nested(
        IndicatorFacts, required=True, metadata=about("The facts that change; the rest stays as it was.")
    )


class SplitForm(Form):
    """A group that an indicator is split by."""

    disaggregation = Text(
        required=True,
        validate=validate.Length(max=indicators.LONGEST_KEY),
        metadata=about("Pairs of dimension and category, commas between several.", "sex=women"),
    )


def _reach(indicator_id: int, action: Action = Action.PLAN) -> SeriesPlace:
    """The indicator that the caller wants to plan.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    return lookup.indicator_place(current_session(), current_actor(), indicator_id, TOTAL, action)


@resource.post("/indicators")
@needs(Action.PLAN)
@repeatable
@resource.arguments(NewIndicatorForm, unknown=None, example=EXAMPLE)
@resource.response(201, PlannedIndicatorSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="make_indicator", parameters=[IDEMPOTENCY_KEY])
def make_indicator(said: dict[str, Any]) -> Response:
    """Make an indicator.

    For a goal, or for an area as a reference line. Definition and first period are enough: it is then
    measured every year.
    """
    total = indicators.make_indicator(
        current_session(),
        current_actor(),
        new_plan(said["facts"]),
        now=now(),
        goal_id=said["goal_id"],
        area_id=said["area_id"],
        disaggregations=tuple(said["disaggregations"]),
        reason=said["reason"],
    )
    _analyse(total.indicator_id)  # it then stands among what is to be measured
    response = _answer(_reach(total.indicator_id), 201)
    response.headers["Location"] = url_for("Indicators.read_indicator", indicator_id=total.indicator_id)
    return done(response)


@resource.get(f"{ADDRESS}/facts")
@needs(Action.SEE)
@resource.response(200, PlannedIndicatorSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_indicator_facts")
def read_facts(indicator_id: int) -> Response:
    """Read what is planned of an indicator.

    Everything that can be changed of it.
    """
    return _answer(_reach(indicator_id, Action.SEE))


@resource.patch(ADDRESS)
@needs(Action.PLAN)
@resource.first(_reach)
@resource.arguments(ChangedIndicatorForm, unknown=None, example={"facts": {"due_days": 60}})
@resource.response(200, PlannedIndicatorSchema, headers=TAG_TO_SEND)
@resource.failing(*CHANGING)
@resource.doc(operationId="change_indicator", parameters=[IF_MATCH])
def change_indicator(said: dict[str, Any], indicator_id: int) -> Response:
    """Change an indicator's plan.

    The facts that are named; recorded values must stay within the schedule.
    """
    indicator = _held(indicator_id)
    plan = plan_with(indicator, said["facts"])
    indicators.change_indicator(
        current_session(),
        current_actor(),
        indicator_id,
        indicator.version,
        plan,
        now=now(),
        reason=said["reason"],
    )
    _analyse(indicator_id)
    response = _answer(_reach(indicator_id))
    commit()
    return response


@resource.post(f"{ADDRESS}/series")
@needs(Action.PLAN)
@resource.first(_reach)
@repeatable
@resource.arguments(SplitForm, unknown=None, example={"disaggregation": "sex=women"})
@resource.response(201, SeriesMarkSchema)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="split_indicator", parameters=[IDEMPOTENCY_KEY])
def split_indicator(said: dict[str, Any], indicator_id: int) -> Response:
    """Split an indicator by one more group.

    The group has a series of its own, to be measured from now on.
    """
    series = indicators.add_disaggregation(
        current_session(), current_actor(), indicator_id, said["disaggregation"], now=now()
    )
    refresh_series(current_session(), series.id, now=now())
    return done(answer({"id": series.id, "disaggregation": series.disaggregation}, 201))


@resource.post(f"{ADDRESS}/breaks")
@needs(Action.PLAN)
@resource.first(_reach)
@repeatable
@resource.arguments(BreakForm, unknown=None, example={"facts": BREAK_EXAMPLE})
@resource.response(201, BreaksSchema)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="declare_break", parameters=[IDEMPOTENCY_KEY])
def declare_break(said: dict[str, Any], indicator_id: int) -> Response:
    """Declare a break in all series of an indicator.

    From that period on nothing is compared with what came before; it may lie in the past.
    """
    draft = Break.draft(_reach(indicator_id), said["facts"])
    declared = breaks.declare_break(
        current_session(), current_actor(), indicator_id, draft, now=now(), reason=said["reason"]
    )
    for row in declared:
        refresh_series(current_session(), row.series_id, now=now())
    return done(answer({"rows": [planned_row_body("breaks", row) for row in declared]}, 201))


def _held(indicator_id: int) -> Indicator:
    indicator = _reach(indicator_id).indicator
    hold(indicator)
    return indicator


def _analyse(indicator_id: int) -> None:
    for series in series_of_indicator(current_session(), indicator_id):
        refresh_series(current_session(), series.id, now=now())


def _answer(place: SeriesPlace, status: int = 200) -> Response:
    series = series_of_indicator(current_session(), place.indicator.id)
    return answer(planned_indicator(place, series), status, tag=tag_of(place.indicator))


offer_withdrawing(
    resource,
    Withdrawing(
        address=ADDRESS,
        name="indicator",
        schema=PlannedIndicatorSchema,
        reach=_reach,
        held=_held,
        answer=lambda _indicator, indicator_id: _answer(_reach(indicator_id)),
        withdraw_words=(
            "Take an indicator out of use.",
            "With a reason; its values stay, and it can be brought back.",
        ),
        restore_words=(
            "Bring back an indicator.",
            "Its goal has to be in use.",
        ),
    ),
)
