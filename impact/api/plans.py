"""A project's plan, row by row: goals, milestones, events, documents, notes, partners, areas."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.facts import any_facts, loaded
from impact.api.paging import address_of_next, next_field, part_asked, sort_field
from impact.api.plan_facts import SORTS, Sort
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
from impact.api.shapes import about
from impact.api.withdrawing import Withdrawing, offer_withdrawing
from impact.registry import editing, lookup
from impact.registry.plan_reading import orders_of, plan_part, plan_row
from impact.registry.planning import action_for
from impact.registry.project_tables import Goal, Project
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs

resource = Resource(
    "Plans", "What a project plans: rows of several sorts, never deleted, with their history."
)

ROWS = f"/projects/<slug>/plan/<any({', '.join(Sort)}):rows>"
ROW = f"{ROWS}/<int:row_id>"
EXAMPLE = {"title_sv": "Ökad trygghet", "title_en": "More safety", "level": "outcome"}
ANY_FACTS = any_facts(SORTS, EXAMPLE)


class PlanFilterForm(RowFilterForm):
    """Which rows of a plan are wanted."""

    sort = sort_field(orders_of(Goal), default="id")


class FactsForm(ReasonForm):
    """What is said of a row of a plan."""

    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class PlanRowSchema(RowSchema):
    """A row of a project's plan."""

    sort = fields.Enum(Sort, by_value=True, required=True, metadata=about("What sort of row.", "goals"))
    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class PlanRowsSchema(Schema):
    """A part of the rows of one sort, by number."""

    rows = fields.List(fields.Nested(PlanRowSchema), required=True, metadata=about("The rows."))
    next = next_field()


def _reach(slug: str, rows: str) -> Project:
    """The project to whose plan the caller wants to add such a row.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    action = action_for(SORTS[Sort(rows)].table, is_new=True)
    return lookup.project(current_session(), current_actor(), slug, action)


def _reach_row(slug: str, rows: str, row_id: int, action: Action = Action.PLAN) -> Any:
    """The row that the caller wants to change.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    session = current_session()
    project = lookup.project(session, current_actor(), slug, action)
    return plan_row(session, current_actor(), SORTS[Sort(rows)].table, project.id, row_id)


@resource.get(ROWS)
@needs(Action.SEE)
@resource.arguments(PlanFilterForm, location="query", unknown=None)
@resource.response(200, PlanRowsSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_plan_rows")
def list_rows(asked: dict[str, Any], slug: str, rows: str) -> Response:
    """List the rows of one sort.

    Those of a project's plan, by number; `withdrawn=true` lists those out of use. `next` leads on.
    """
    session, kind = current_session(), SORTS[Sort(rows)].table
    project = lookup.project(session, current_actor(), slug)
    part = part_asked(asked, orders_of(kind))
    found = plan_part(session, current_actor(), kind, project.id, part, withdrawn=asked["withdrawn"])
    shown = [_body(rows, row) for row in found[: part.limit]]
    return answer({"rows": shown, "next": address_of_next(part.key_of_next(found))})


@resource.post(ROWS)
@needs(Action.RECORD)
@resource.first(_reach)
@repeatable
@resource.arguments(FactsForm, unknown=None, example={"facts": EXAMPLE})
@resource.response(201, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="make_plan_row", parameters=[IDEMPOTENCY_KEY])
def make_row(said: dict[str, Any], slug: str, rows: str) -> Response:
    """Add a row to a plan.

    What is not said stays empty; a goal without a position goes last.
    """
    project, kind = _reach(slug, rows), SORTS[Sort(rows)]
    facts = {**_facts(said, rows), "project_id": project.id}
    row = editing.make(
        current_session(), current_actor(), kind.table, facts, now=now(), reason=said["reason"]
    )
    return done(_answer(rows, row, 201))


@resource.get(ROW)
@needs(Action.SEE)
@resource.response(200, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_plan_row")
def read_row(slug: str, rows: str, row_id: int) -> Response:
    """Read a row of a plan.

    Also one that is out of use.
    """
    return _answer(rows, _reach_row(slug, rows, row_id, Action.SEE))


@resource.patch(ROW)
@needs(Action.PLAN)
@resource.first(_reach_row)
@resource.arguments(FactsForm, unknown=None, example={"facts": {"title_sv": "Tryggare centrum"}})
@resource.response(200, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(*CHANGING)
@resource.doc(operationId="change_plan_row", parameters=[IF_MATCH])
def change_row(said: dict[str, Any], slug: str, rows: str, row_id: int) -> Response:
    """Change a row of a plan.

    The facts that are named; the rest stays as it was, and what was stays in the history.
    """
    row = _held(slug, rows, row_id)
    facts = _facts(said, rows)
    editing.change(
        current_session(), current_actor(), row, row.version, facts, now=now(), reason=said["reason"]
    )
    response = _answer(rows, row)
    commit()
    return response


def _held(slug: str, rows: str, row_id: int) -> Any:
    """The row as it is now, held against others; the caller has read this version of it.

    Raises:
        PreconditionRequired, ChangedInBetween: no version, or another one.
    """
    row = _reach_row(slug, rows, row_id)
    hold(row)
    return row


def _facts(said: dict[str, Any], rows: str) -> dict[str, Any]:
    return loaded(SORTS[Sort(rows)].form, said["facts"])


def _answer(rows: str, row: Any, status: int = 200) -> Response:
    return answer(_body(rows, row), status, tag=tag_of(row))


def _body(rows: str, row: Any) -> dict[str, Any]:
    return {**row_body(row), "sort": rows, "facts": SORTS[Sort(rows)].of(row)}


offer_withdrawing(
    resource,
    Withdrawing(
        address=ROW,
        name="plan_row",
        schema=PlanRowSchema,
        reach=_reach_row,
        held=_held,
        answer=lambda row, rows, **_path: _answer(rows, row),
        withdraw_words=(
            "Take a row of a plan out of use.",
            "With a reason; a goal takes its indicators and milestones with it. It can be brought back.",
        ),
        restore_words=(
            "Bring back a row of a plan.",
            "With what went together with it.",
        ),
    ),
)
