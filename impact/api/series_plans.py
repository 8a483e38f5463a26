"""What is planned around a series: targets, baselines, breaks and reference lines."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.facts import any_facts, loaded
from impact.api.paging import next_field
from impact.api.planned_rows import (
    CHANGING,
    ReasonForm,
    RowFilterForm,
    RowSchema,
    hold,
    row_body,
    tag_of,
)
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.series_plan_facts import SORTS, Break
from impact.api.shapes import about
from impact.api.short_lists import in_parts
from impact.api.withdrawing import Withdrawing, offer_withdrawing
from impact.errors import NotFound
from impact.monitoring.analysing import refresh_series
from impact.registry import lookup
from impact.registry.lookup import SeriesPlace
from impact.registry.series_plan import all_rows_of, planned_row
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs

resource = Resource(
    "Series plans", "Targets, baselines, breaks and reference lines of a series; never deleted."
)

ROWS = f"/series/<int:series_id>/plan/<any({', '.join(SORTS)}):around>"
ROW = f"{ROWS}/<int:planned_id>"
EXAMPLE = {"period": "2027", "value": 65.0, "comment": "Decided by the council."}
ANY_FACTS = any_facts({kind.facts.component: kind.facts for kind in SORTS.values()}, EXAMPLE)
ORDERS = ("id", "period")


class PlannedFilterForm(RowFilterForm):
    """Which rows around a series are wanted."""

    sort = fields.String(
        load_default="id",
        validate=validate.OneOf([*ORDERS, *(f"-{order}" for order in ORDERS)]),
        metadata=about(
            "In which order; with `-` before it the other way round. Reference lines have no period and "
            "come by number.",
            "period",
        ),
    )


class PlannedForm(ReasonForm):
    """What is said of a row around a series."""

    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class BreakForm(ReasonForm):
    """What is said of a break in all series of an indicator."""

    facts = fields.Nested(Break.facts.form, required=True, metadata=about("What changed, and when."))


class PlannedRowSchema(RowSchema):
    """A row around a series."""

    series_id = fields.Integer(required=True, metadata=about("The number of its series.", 12))
    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class PlannedRowsSchema(Schema):
    """A part of the rows of one sort."""

    rows = fields.List(fields.Nested(PlannedRowSchema), required=True, metadata=about("The rows."))
    next = next_field()


class BreaksSchema(Schema):
    """The breaks that were declared, one in each series."""

    rows = fields.List(fields.Nested(PlannedRowSchema), required=True, metadata=about("The breaks."))


def _reach(series_id: int, action: Action = Action.PLAN, **_path: object) -> SeriesPlace:
    """The series around which the caller wants to plan.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    return lookup.series_place(current_session(), current_actor(), series_id, action)


def _reach_row(series_id: int, around: str, planned_id: int, action: Action = Action.PLAN) -> Any:
    """The row that the caller wants to change.

    Raises:
        NotFound, NotAllowed: out of reach, or another series'.
    """
    _reach(series_id, action)
    row, _place = planned_row(
        current_session(), current_actor(), SORTS[around].facts.table, planned_id, action=action
    )
    if row.series_id != series_id:
        raise NotFound("There is no such row in the plan.")
    return row


@resource.get(ROWS)
@needs(Action.SEE)
@resource.arguments(PlannedFilterForm, location="query", unknown=None)
@resource.response(200, PlannedRowsSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_series_plan_rows")
def list_rows(asked: dict[str, Any], series_id: int, around: str) -> Response:
    """List the targets, baselines, breaks or reference lines of a series.

    Those in use, by number or period; `withdrawn=true` lists those out of use. `next` leads on.
    """
    kind = SORTS[around]
    _reach(series_id, Action.SEE)
    found = all_rows_of(current_session(), kind.facts.table, [series_id])
    by_period = asked["sort"].endswith("period")

    def key(row: Any) -> tuple[int, int]:
        day = getattr(row, "first_day", None) if by_period else None
        return (day.toordinal() if day else 0, row.id)

    shown, next_address = in_parts(
        (row for row in found if (row.withdrawn_at is not None) is asked["withdrawn"]),
        key,
        asked,
        int,
        int,
        is_falling=asked["sort"].startswith("-"),
    )
    return answer({"rows": [planned_row_body(around, row) for row in shown], "next": next_address})


@resource.post(ROWS)
@needs(Action.PLAN)
@resource.first(_reach)
@repeatable
@resource.arguments(PlannedForm, unknown=None, example={"facts": EXAMPLE})
@resource.response(201, PlannedRowSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="add_series_plan_row", parameters=[IDEMPOTENCY_KEY])
def add_row(said: dict[str, Any], series_id: int, around: str) -> Response:
    """Add a target, baseline, break or reference line.

    To this series alone. Breaks and reference lines have it analysed anew at once.
    """
    place, kind = _reach(series_id), SORTS[around]
    row = kind.add(
        current_session(),
        current_actor(),
        place,
        loaded(kind.facts.form, said["facts"]),
        now=now(),
        reason=said["reason"],
    )
    response = _kept(around, row, 201)
    response.headers["Location"] = url_for(
        "Series plans.read_row", series_id=series_id, around=around, planned_id=row.id
    )
    return done(response)


@resource.get(ROW)
@needs(Action.SEE)
@resource.response(200, PlannedRowSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_series_plan_row")
def read_row(series_id: int, around: str, planned_id: int) -> Response:
    """Read a target, baseline, break or reference line.

    Also one that is out of use.
    """
    return _answer(around, _reach_row(series_id, around, planned_id, Action.SEE))


@resource.patch(ROW)
@needs(Action.PLAN)
@resource.first(_reach_row)
@resource.arguments(PlannedForm, unknown=None, example={"facts": {"value": 62.5}})
@resource.response(200, PlannedRowSchema, headers=TAG_TO_SEND)
@resource.failing(*CHANGING)
@resource.doc(operationId="change_series_plan_row", parameters=[IF_MATCH])
def change_row(said: dict[str, Any], series_id: int, around: str, planned_id: int) -> Response:
    """Change a target, baseline, break or reference line.

    The facts that are named; what was promised before stays in the history.
    """
    row, kind = _held(series_id, around, planned_id), SORTS[around]
    facts = kind.all_said(row, loaded(kind.facts.form, said["facts"]))
    place = _reach(series_id)
    kind.change(current_session(), current_actor(), place, row, facts, now=now(), reason=said["reason"])
    response = _kept(around, row)
    commit()
    return response


def _held(series_id: int, around: str, planned_id: int) -> Any:
    row = _reach_row(series_id, around, planned_id)
    hold(row)
    return row


def _kept(around: str, row: Any, status: int = 200) -> Response:
    """The answer, with the series analysed anew where the detector reads the row."""
    if SORTS[around].is_read_by_detector:
        refresh_series(current_session(), row.series_id, now=now())
    return _answer(around, row, status)


def _answer(around: str, row: Any, status: int = 200) -> Response:
    return answer(planned_row_body(around, row), status, tag=tag_of(row))


def planned_row_body(around: str, row: Any) -> dict[str, Any]:
    """A row around a series."""
    return {**row_body(row), "series_id": row.series_id, "facts": SORTS[around].of(row)}


offer_withdrawing(
    resource,
    Withdrawing(
        address=ROW,
        name="series_plan_row",
        schema=PlannedRowSchema,
        reach=_reach_row,
        held=_held,
        answer=lambda row, around, **_path: _kept(around, row),
        withdraw_words=(
            "Take a target, baseline, break or reference line out of use.",
            "With a reason; it can be brought back.",
        ),
        restore_words=(
            "Bring back a target, baseline, break or reference line.",
            "Unless another one took its place.",
        ),
    ),
)
